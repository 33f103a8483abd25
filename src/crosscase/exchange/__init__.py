"""Reading other people's transcripts, and writing the study's tables for other people's programs.

importing     files → the study's stored texts, with the originals kept
readers       which format each file ending is; one module per format: plain, word, vtt
tables        what was found, as data frames; `export` writes them as CSV and XLSX
"""
