"""A study is a folder of text. This package is the only one that touches its files."""

from crosscase.study.derived import FOLDER as DERIVED
from crosscase.study.derived import (
    KeptClusters,
    decisions_counted,
    forget,
    has_learned,
    learning_stamp,
    load_clusters,
    load_exploration,
    load_learning,
    load_suggestions,
    save_clusters,
    save_exploration,
    save_learning,
    save_suggestions,
)
from crosscase.study.loading import load, load_codebook
from crosscase.study.starting import init
from crosscase.study.study import Settings, Study

__all__ = [
    "DERIVED",
    "KeptClusters",
    "Settings",
    "Study",
    "decisions_counted",
    "forget",
    "has_learned",
    "init",
    "learning_stamp",
    "load",
    "load_clusters",
    "load_codebook",
    "load_exploration",
    "load_learning",
    "load_suggestions",
    "save_clusters",
    "save_exploration",
    "save_learning",
    "save_suggestions",
]
