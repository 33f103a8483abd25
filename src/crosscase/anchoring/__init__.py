"""Codings find their place again when the text under them is edited, and are lost where that is in doubt.

The same words are not enough: what stood around them has to stand there too, or a long quote under the same speaker.
"""

from crosscase.anchoring.index import MOST_PLACES, WORDS_AROUND, WORDS_BETWEEN, Index
from crosscase.anchoring.offering import LEAST_LIKENESS, MOST_OFFERS, MOST_VOTERS, Lost, Offer, nearest
from crosscase.anchoring.placing import (
    BARE_QUOTE,
    ENOUGH_CONTEXT,
    ENOUGH_IN_ORDER,
    ENOUGH_SHARE,
    ENOUGH_TOGETHER,
    FAR,
    LONG_QUOTE,
    LONG_TURN,
    MARGIN,
    NEAR,
    SHARE_OF_TURN,
    SHORT_QUOTE,
    SHORT_TURN,
    Reanchored,
    Speaker,
    by_quote,
    in_place,
    longest_rise,
    reanchor,
    taken,
)

__all__ = [
    "BARE_QUOTE",
    "ENOUGH_CONTEXT",
    "ENOUGH_IN_ORDER",
    "ENOUGH_SHARE",
    "ENOUGH_TOGETHER",
    "FAR",
    "LEAST_LIKENESS",
    "LONG_QUOTE",
    "LONG_TURN",
    "MARGIN",
    "MOST_OFFERS",
    "MOST_PLACES",
    "MOST_VOTERS",
    "NEAR",
    "SHARE_OF_TURN",
    "SHORT_QUOTE",
    "SHORT_TURN",
    "WORDS_AROUND",
    "WORDS_BETWEEN",
    "Index",
    "Lost",
    "Offer",
    "Reanchored",
    "Speaker",
    "by_quote",
    "in_place",
    "longest_rise",
    "nearest",
    "reanchor",
    "taken",
]
