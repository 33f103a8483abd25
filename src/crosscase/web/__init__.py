"""The window: the pages of a study, served on this machine alone, and the door for what people decide in them."""

from crosscase.web.serving import serve

__all__ = ["serve"]
