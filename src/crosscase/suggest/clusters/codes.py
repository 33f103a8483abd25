"""The codebook's own codes, looked at as clusters are: is one of them two, are two of them one, what is missing?"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np

from crosscase.clustering import Cluster, CodeView, Passage, Twins
from crosscase.codebook import Code
from crosscase.suggest.clusters.describing import cluster, encoded
from crosscase.suggest.clusters.forming import RECIPE
from crosscase.suggest.clusters.nearness import description_rows, descriptions
from crosscase.suggest.clusters.views import SMALL, Floats, stem_rows, unit
from crosscase.suggest.encoder import Encoder

FEWEST_FOR_PARTS = 20
FEWEST_TO_COMPARE = 10
COMPANIONS = 5
SHOWN = 5
MIXED = 0.45
SHARED = 0.5
# A code has few passages, and there are many codes.
QUICK = replace(RECIPE, runs=3)


def code_views(
    passages: Sequence[Passage], codes_of: Sequence[frozenset[str]], codes: Sequence[Code], encoder: Encoder | None
) -> tuple[CodeView, ...]:
    """A view of each code that some passage carries, in the codebook's order; `codes_of` are each passage's codes."""
    order = sorted(range(len(passages)), key=lambda at: passages[at])
    read, carried = [passages[at] for at in order], [codes_of[at] for at in order]
    rows = _rows(read, encoder)
    places = _places(carried)
    used = [code for code in codes if code.id in places]
    uncoded = [at for at, ids in enumerate(carried) if not ids]
    near = _near_codes(rows, places, used, uncoded, encoder)
    return tuple(
        CodeView(
            code.id,
            len(places[code.id]),
            _parts([read[at] for at in places[code.id]], encoder),
            tuple((read[at], other) for at, other in _outliers(rows, places, code.id)),
            tuple(read[at] for at in near[code.id]),
        )
        for code in used
    )


def twins(
    passages: Sequence[Passage], codes_of: Sequence[frozenset[str]], encoder: Encoder | None
) -> tuple[Twins, ...]:
    """Pairs of codes whose passages can hardly be told apart, or are the same ones; the likest first."""
    order = sorted(range(len(passages)), key=lambda at: passages[at])
    read, carried = [passages[at] for at in order], [codes_of[at] for at in order]
    rows, places = _rows(read, encoder), _places(carried)
    compared = []
    for one, other in combinations(sorted(places), 2):
        ones, others = set(places[one]), set(places[other])
        if min(len(ones), len(others)) >= FEWEST_TO_COMPARE:
            shared = len(ones & others) / len(ones | others)
            mixed = _mixed(rows, sorted(ones - others), sorted(others - ones))
            compared.append(Twins(one, other, round(shared, 3), round(mixed, 3)))
    alike = [pair for pair in compared if pair.shared >= SHARED or pair.mixed >= MIXED]
    return tuple(sorted(alike, key=lambda pair: (-max(pair.shared, pair.mixed), pair.code_id, pair.other_id)))


def _rows(passages: Sequence[Passage], encoder: Encoder | None) -> Floats:
    texts = [passage.text for passage in passages]
    vectors = encoded(texts, encoder)
    if vectors is None:
        return stem_rows(texts)
    rows = np.asarray(vectors, float)
    return unit(rows - rows.mean(axis=0))


def _places(carried: Sequence[frozenset[str]]) -> Mapping[str, list[int]]:
    places: dict[str, list[int]] = defaultdict(list)
    for at, ids in enumerate(carried):
        for code_id in sorted(ids):
            places[code_id].append(at)
    return places


def _parts(passages: Sequence[Passage], encoder: Encoder | None) -> tuple[Cluster, ...]:
    if len(passages) < FEWEST_FOR_PARTS:
        return ()
    return cluster(passages, encoder, grain="coarse", recipe=QUICK).clusters


def _outliers(rows: Floats, places: Mapping[str, list[int]], code_id: str) -> list[tuple[int, str]]:
    """Compared are the mean cosines to the five nearest passages of each code with as many."""
    own = places[code_id]
    if len(own) < FEWEST_TO_COMPARE:
        return []
    rivals = [other for other, at in places.items() if other != code_id and len(at) >= FEWEST_TO_COMPARE]
    at_home = _company(rows, own, own)
    elsewhere = {other: _company(rows, own, places[other]) for other in rivals}
    carrying = {other: set(places[other]) for other in rivals}
    farthest = []
    for number, at in enumerate(own):
        others = [other for other in rivals if at not in carrying[other]]
        best = max(others, key=lambda other: (round(float(elsewhere[other][number]), 6), other), default="")
        if best and elsewhere[best][number] > at_home[number]:
            farthest.append((float(elsewhere[best][number] - at_home[number]), at, best))
    farthest.sort(key=lambda found: (-round(found[0], 6), found[1]))
    return [(at, best) for _, at, best in farthest[:SHOWN]]


def _company(rows: Floats, places: Sequence[int], among: Sequence[int]) -> Floats:
    """Each row's mean cosine to the five nearest of these, itself left out."""
    cosines = rows[places] @ rows[among].T
    cosines[np.equal.outer(places, among)] = -1
    return np.asarray(np.sort(cosines, axis=1)[:, -COMPANIONS:].mean(axis=1))


def _near_codes(
    rows: Floats,
    places: Mapping[str, list[int]],
    codes: Sequence[Code],
    uncoded: Sequence[int],
    encoder: Encoder | None,
) -> dict[str, list[int]]:
    """By code, the uncoded passages nearest to its passages and its description, beyond what they have with others."""
    if not codes or not uncoded:
        return {code.id: [] for code in codes}
    centres = unit(np.stack([rows[places[code.id]].mean(axis=0) for code in codes]))
    if encoder is not None:
        centres = unit(centres + description_rows(descriptions(codes), encoder))
    cosines = rows[list(uncoded)] @ centres.T
    beyond = (cosines - cosines.mean(axis=1, keepdims=True)).round(6)
    best = np.argsort(-beyond, axis=0, kind="stable")[:SHOWN]
    return {code.id: [uncoded[at] for at in best[:, column].tolist()] for column, code in enumerate(codes)}


def _mixed(rows: Floats, ones: Sequence[int], others: Sequence[int]) -> float:
    """The mean share of a passage's five nearest that are the other code's, both codes counted as equally large."""
    if min(len(ones), len(others)) < FEWEST_TO_COMPARE:
        return 0.0
    everyone = np.array([*ones, *others])
    is_other = np.arange(len(everyone)) >= len(ones)
    cosines = (rows[everyone] @ rows[everyone].T).round(9)
    np.fill_diagonal(cosines, -1)
    nearest = is_other[np.argpartition(-cosines, COMPANIONS, axis=1)[:, :COMPANIONS]]
    of_others = nearest.sum(axis=1) / len(others)
    of_ones = (~nearest).sum(axis=1) / len(ones)
    share = of_others / np.maximum(of_others + of_ones, SMALL)
    return float((share[~is_other].mean() + (1 - share[is_other]).mean()) / 2)
