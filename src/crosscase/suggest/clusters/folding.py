"""Passages with nearly the same words are one passage as far as groups are concerned."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

ALIKE = 0.9

# Numbers tell passages apart as words do.
_TOKEN = re.compile(r"\w+")


def folded(texts: Sequence[str]) -> npt.NDArray[np.int64]:
    """For each text the place of the first one with nearly the same words: its own, where there is none before.

    Nearly the same: nine tenths of their words together are in both, whatever the case, signs and order.
    """
    sets = [frozenset(_TOKEN.findall(text.casefold())) or frozenset({text.strip()}) for text in texts]
    counts = Counter(word for held in sets for word in held)
    holding: dict[str, list[int]] = defaultdict(list)
    first = np.arange(len(texts))
    for place, held in enumerate(sets):
        telling = _telling(held, counts)
        rivals = sorted({rival for word in telling for rival in holding[word]})
        same = next((rival for rival in rivals if likeness(held, sets[rival]) >= ALIKE), place)
        first[place] = same
        if same == place:
            for word in telling:
                holding[word].append(place)
    return first


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of two sets' words together that are in both (Jaccard)."""
    together = len(one & other)
    return together / max(1, len(one) + len(other) - together)


def _telling(held: frozenset[str], counts: Counter[str]) -> list[str]:
    """The rarest words of a text: two texts that share none of these can't be nearly the same."""
    rarest = sorted(held, key=lambda word: (counts[word], word))
    return rarest[: len(held) - int(np.ceil(ALIKE * len(held))) + 1]
