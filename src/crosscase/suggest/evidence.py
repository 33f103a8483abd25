"""What people's decisions say of each passage and code: what was coded, what was turned down, what is unknown."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from crosscase.codebook import Codebook
from crosscase.coding import Coding, Review
from crosscase.reading import Reading
from crosscase.source import Segment
from crosscase.suggest.corpus import Indices
from crosscase.suggest.learned import Evidence

Placed = TypeVar("Placed", Coding, Review)

CODED = LEFT_UNCODED = 1.0
REJECTED = 2.0
HALF = 0.5


@dataclass(frozen=True, slots=True)
class Decisions:
    """What people decided: the codings that count, how far who has read, and verdicts on suggestions."""

    codings: Sequence[Coding] = ()
    readings: Sequence[Reading] = ()
    reviews: Sequence[Review] = ()


NO_DECISIONS = Decisions()


def evidence_of(passages: Sequence[Segment], codebook: Codebook, decisions: Decisions) -> Evidence:
    """Passages × codes. A coding is of a passage where they share at least half of the shorter one.

    A rejection counts twice, unless its reviewer coded the same nevertheless. What a coder left uncoded counts once,
    where they looked for the code: in a source that they read to the end, or beside what they coded as far as they
    have read. Elsewhere nothing is known: what nobody has read is no evidence.
    """
    column = {code.id: at for at, code in enumerate(codebook.codes)}
    places = _Places(passages)
    coded, denied = np.zeros((2, len(passages), len(column)))
    given: dict[str, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    for coding, at in _known(decisions.codings, codebook, column):
        for row in places.of(coding):
            coded[row, at] = CODED
            given[coding.coder][row].add(at)
    for reading in decisions.readings:
        looked_for = [column[code.id] for code in codebook.codes if reading.looked_for(code)]
        by_reader = given[reading.coder]
        for row in places.of_source(reading.source_id):
            if reading.is_done or (row in by_reader and reading.reached(passages[row].end - 1)):
                left = [at for at in looked_for if at not in by_reader.get(row, ())]
                denied[row, left] = LEFT_UNCODED
    for review, at in _known(_turned_down(decisions), codebook, column):
        for row in places.of(review):
            if at not in given[review.reviewer].get(row, ()):
                denied[row, at] = REJECTED
    return Evidence(coded, denied)


def values_given(
    passages: Sequence[Segment], codebook: Codebook, decisions: Decisions
) -> Mapping[str, Mapping[int, set[str]]]:
    """By code and passage, the values that codings give; those that the codebook doesn't list today are left out."""
    column = {code.id: at for at, code in enumerate(codebook.codes)}
    places = _Places(passages)
    given: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for coding, at in _known(decisions.codings, codebook, column):
        code = codebook.codes[at]
        for row in places.of(coding) if coding.value in code.values else ():
            given[code.id][row].add(coding.value)
    return given


def interviews_of(passages: Sequence[Segment]) -> Indices:
    """The number of each passage's source, in the order of their ids."""
    number = {source_id: at for at, source_id in enumerate(sorted({place.source_id for place in passages}))}
    return np.array([number[place.source_id] for place in passages], int)


def _turned_down(decisions: Decisions) -> Iterator[Review]:
    """Rejections, and suggestions in whose place another code was given."""
    code_of = {coding.id: coding.code_id for coding in decisions.codings}
    for review in decisions.reviews:
        became = code_of.get(review.coding_id, review.code_id)
        if review.verdict == "reject" or (review.verdict == "change" and became != review.code_id):
            yield review


def _known(decisions: Iterable[Placed], codebook: Codebook, column: Mapping[str, int]) -> Iterator[tuple[Placed, int]]:
    """Decisions with the column of their code as it is called today; those on codes that are gone are left out."""
    for decision in decisions:
        code = codebook.by_id.get(decision.code_id)
        if code is not None:
            yield decision, column[code.id]


class _Places:
    """The passages of each source, to be found by their place."""

    def __init__(self, passages: Sequence[Segment]) -> None:
        rows: dict[str, list[int]] = defaultdict(list)
        for row, place in enumerate(passages):
            rows[place.source_id].append(row)
        self._rows = {source_id: np.array(of_source) for source_id, of_source in rows.items()}
        self._starts = np.array([place.start for place in passages], int)
        self._ends = np.array([place.end for place in passages], int)

    def of_source(self, source_id: str) -> list[int]:
        rows = self._rows.get(source_id)
        return [] if rows is None else rows.tolist()

    def of(self, decision: Coding | Review) -> list[int]:
        rows = self._rows.get(decision.source_id)
        if rows is None:
            return []
        starts, ends = self._starts[rows], self._ends[rows]
        shared = np.minimum(ends, decision.end) - np.maximum(starts, decision.start)
        shorter = np.minimum(ends - starts, decision.end - decision.start)
        chosen: list[int] = rows[(shared > 0) & (shared >= HALF * shorter)].tolist()
        return chosen
