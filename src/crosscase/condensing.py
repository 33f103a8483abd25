"""A draft of a summary: the sentences of some passages that say most of what they say together, each said once.

Sentences are chosen one by one for the words that none before them has (a greedy cover, Lin and Bilmes 2011, with the
cost-scaled gain of their eq. 8); a word weighs by how many of the passages have it, and by how rare it is around them.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from crosscase.source import sentences

MOST_WORDS = 60
MOST_SENTENCES = 5
SHORTEST = 4
"""A sentence of fewer words is taken only where there is no longer one."""

SCALE = 0.5
"""How much a sentence's length counts against it: 0 prefers the longest, 1 the densest."""

ENOUGH = 0.2
"""A sentence that adds less than this share of what the first one did says nothing new."""

_WORD = re.compile(r"[^\W\d_]{3,}")


@dataclass(frozen=True, slots=True)
class Extract:
    """A sentence of one of the passages: the passage's place among them, from 0, and its words."""

    passage: int
    text: str


def rarity(texts: Iterable[str]) -> Mapping[str, float]:
    """How rare each word is among these texts: the logarithm of their number over that of those that have it."""
    having = Counter[str]()
    number = 0
    for text in texts:
        having.update(set(_words(text)))
        number += 1
    return {word: math.log(number / count) for word, count in having.items()}


def condensed(passages: Sequence[str], rare: Mapping[str, float]) -> tuple[Extract, ...]:
    """The sentences that carry these passages, in their order; `rare` as of the texts around them.

    A word that `rare` doesn't have is as rare as any.
    """
    every = list(_extracts(passages))
    spread = Counter(word for passage in passages for word in set(_words(passage)))
    rarest = max(rare.values(), default=1.0)
    weights = {word: count * rare.get(word, rarest) for word, count in spread.items()}
    chosen: list[int] = []
    covered: set[str] = set()
    first = 0.0
    while len(chosen) < MOST_SENTENCES:
        gains = {at: _gain(every[at].text, covered, weights) for at in _that_fit(every, chosen)}
        best = max(gains, key=lambda at: (gains[at], -at), default=None)
        if best is None or gains[best] <= ENOUGH * first:
            break
        first = first or gains[best]
        chosen.append(best)
        covered.update(_words(every[best].text))
    return tuple(every[at] for at in sorted(chosen))


def _extracts(passages: Sequence[str]) -> Iterator[Extract]:
    """Every sentence once, though passages overlap."""
    by_text: dict[str, Extract] = {}
    for place, passage in enumerate(passages):
        for start, end in sentences(passage):
            text = " ".join(passage[start:end].split())
            by_text.setdefault(text, Extract(place, text))
    long_enough = [extract for extract in by_text.values() if len(extract.text.split()) >= SHORTEST]
    yield from long_enough or by_text.values()


def _that_fit(every: Sequence[Extract], chosen: Sequence[int]) -> Iterator[int]:
    """Those that can still be taken; one at least, however long it is."""
    room = MOST_WORDS - sum(len(every[at].text.split()) for at in chosen)
    for at, extract in enumerate(every):
        if at not in chosen and (not chosen or len(extract.text.split()) <= room):
            yield at


def _gain(text: str, covered: set[str], weights: Mapping[str, float]) -> float:
    new = set(_words(text)) - covered
    return sum(weights.get(word, 0.0) for word in new) / math.pow(max(1, len(text.split())), SCALE)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
