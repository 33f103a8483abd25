"""A study is a folder of text. This package is the only one that touches its files."""

from crosscase.study.study import Settings, Study

__all__ = ["Settings", "Study"]
