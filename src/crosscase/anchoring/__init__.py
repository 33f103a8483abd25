"""Codings find their place again when the text under them is edited, and are lost where that is in doubt.

The same words are not enough: what stood around them has to stand there too, or a long quote under the same speaker.
"""

from crosscase.anchoring.index import Index
from crosscase.anchoring.offering import Lost, Offer, nearest
from crosscase.anchoring.placing import (
    Reanchored,
    by_quote,
    found_again,
    in_place,
    longest_rise,
    reanchor,
    taken,
)

__all__ = [
    "Index",
    "Lost",
    "Offer",
    "Reanchored",
    "by_quote",
    "found_again",
    "in_place",
    "longest_rise",
    "nearest",
    "reanchor",
    "taken",
]
