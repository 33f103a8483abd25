"""One module for each kind of file in a study: how it becomes the method's nouns, and how it is written again."""

from crosscase.study.formats import (
    cases,
    charts,
    claims,
    clusters,
    codebook,
    codings,
    guide,
    layouts,
    memos,
    reviews,
    set_aside,
    settings,
    speakers,
    tables,
    themes,
    typologies,
)

__all__ = [
    "cases",
    "charts",
    "claims",
    "clusters",
    "codebook",
    "codings",
    "guide",
    "layouts",
    "memos",
    "reviews",
    "set_aside",
    "settings",
    "speakers",
    "tables",
    "themes",
    "typologies",
]
