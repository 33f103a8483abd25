"""A study is a folder of text. This package is the only one that touches its files."""

from crosscase.study.loading import load, load_codebook
from crosscase.study.saving import accept_moves, save_case, save_charts, save_codings
from crosscase.study.study import Settings, Study

__all__ = [
    "Settings",
    "Study",
    "accept_moves",
    "load",
    "load_codebook",
    "save_case",
    "save_charts",
    "save_codings",
]
