"""One module per family of file types: an invented interview in, the bytes of a file out."""
