"""Phrases that name a group of passages: often said in it, seldom elsewhere, and near to it in meaning."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from crosscase.suggest.clusters.views import SMALL, Floats, Indices, unit
from crosscase.suggest.encoder import Encoder
from crosscase.suggest.words import FILLERS, stem, stop_words, words

Key = tuple[str, ...]

LONGEST = 4
PRIOR = 2.0
CANDIDATES = 10
PHRASES = 4
FEWEST_PASSAGES = 2
FEWEST_SOURCES = 2

_BREAK = re.compile(r"[.!?…,;:()\[\]“”\"\n–—]+")


@dataclass(slots=True)
class _Uses:
    """How a phrase is written, and which passages of which sources hold it."""

    written: Counter[str] = field(default_factory=Counter)
    passages: set[int] = field(default_factory=set)


def phrases(
    texts: Sequence[str],
    source_ids: Sequence[str],
    labels: Indices,
    encoder: Encoder | None,
    centres: Floats | None,
) -> list[tuple[str, ...]]:
    """For each group its best phrases, the best first; no phrase names two groups.

    A phrase is one to four words, without stop words at its ends, that two passages of the group hold, of two sources
    where there are two. It scores the geometric mean of (1 + npmi) / 2 and (1 + cosine) / 2 (Kardos et al. 2025,
    Topeax), of npmi with a prior of two passages at the usual share, and the cosine to the group's centre.
    """
    uses = _uses(texts)
    several = len(set(source_ids)) >= FEWEST_SOURCES
    shortlists = []
    for group in range(int(labels.max(initial=-1)) + 1):
        members = set(np.flatnonzero(labels == group).tolist())
        within = {key: sorted(use.passages & members) for key, use in uses.items()}
        spread = {
            key: places
            for key, places in within.items()
            if len(places) >= FEWEST_PASSAGES
            and (not several or len({source_ids[at] for at in places}) >= FEWEST_SOURCES)
        }
        scores = {key: _npmi(len(spread[key]), len(uses[key].passages), len(members), len(texts)) for key in spread}
        shortlists.append(dict(sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:CANDIDATES]))
    written = {key: _written(uses[key]) for shortlist in shortlists for key in shortlist}
    return _chosen(shortlists, written, _cosines(shortlists, written, encoder, centres))


def _uses(texts: Sequence[str]) -> dict[Key, _Uses]:
    uses: dict[Key, _Uses] = defaultdict(_Uses)
    for place, text in enumerate(texts):
        for key, written in _candidates(text):
            use = uses[key]
            use.written[written] += 1
            use.passages.add(place)
    return {key: use for key, use in uses.items() if len(use.passages) >= FEWEST_PASSAGES}


def _candidates(text: str) -> Iterator[tuple[Key, str]]:
    """Every run of one to four words that begins and ends with one that says something; as stems, and as written."""
    empty = stop_words() | FILLERS
    for stretch in _BREAK.split(text):
        said = words(stretch)
        telling = [word not in empty and len(word) > 2 for word in said]
        for start in np.flatnonzero(telling).tolist():
            for end in range(start + 1, min(start + LONGEST, len(said)) + 1):
                if telling[end - 1]:
                    yield tuple(map(stem, said[start:end])), " ".join(said[start:end])


def _written(use: _Uses) -> str:
    """As it is written most often; of equals, the shortest."""
    return min(use.written, key=lambda written: (-use.written[written], len(written), written))


def _npmi(together: int, phrase: int, group: int, all_: int) -> float:
    """Normalised pointwise mutual information of phrase and group, in [-1, 1], with a prior for rare phrases."""
    usual = group / all_
    share = (together + PRIOR * usual) / (phrase + PRIOR)
    joint = share * phrase / all_
    return float(np.log(share / usual) / max(-np.log(joint), SMALL)) if joint < 1 else 0.0


def _cosines(
    shortlists: Sequence[dict[Key, float]], written: dict[Key, str], encoder: Encoder | None, centres: Floats | None
) -> list[dict[Key, float]]:
    if encoder is None or centres is None or not written:
        return [dict.fromkeys(shortlist, 0.0) for shortlist in shortlists]
    keys = sorted(written)
    vectors = dict(zip(keys, unit(np.asarray(encoder.encode([written[key] for key in keys]), float)), strict=True))
    return [
        {key: float(vectors[key] @ centre) for key in shortlist}
        for shortlist, centre in zip(shortlists, unit(centres), strict=True)
    ]


def _chosen(
    shortlists: Sequence[dict[Key, float]], written: dict[Key, str], cosines: Sequence[dict[Key, float]]
) -> list[tuple[str, ...]]:
    """The best phrases of each group; a phrase goes to the group it fits best, and none repeats another's words."""
    scores = {
        (key, group): round(float(np.sqrt(max(1 + npmi, 0) / 2 * (1 + cosines[group][key]) / 2)), 6)
        for group, shortlist in enumerate(shortlists)
        for key, npmi in shortlist.items()
    }
    taken: set[Key] = set()
    chosen: list[list[Key]] = [[] for _ in shortlists]
    for key, group in sorted(scores, key=lambda pair: (-scores[pair], pair)):
        repeats = any(set(key) <= set(other) or set(other) <= set(key) for other in chosen[group])
        if key not in taken and not repeats and len(chosen[group]) < PHRASES:
            taken.add(key)
            chosen[group].append(key)
    return [tuple(written[key] for key in keys) for keys in chosen]
