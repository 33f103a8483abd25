"""Figures: each a drawing of text and lines with a table that says the same, where a question is answered by looking.

`drawing` is what they are made of; the others are named for what they draw.
"""
