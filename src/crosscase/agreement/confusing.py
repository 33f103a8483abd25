"""Disagreements, sorted for a meeting of coders: which codes are taken for each other, which is overlooked, which is
given otherwise, and where only edges differ; each with what the consensus layer made of it.

Two codes are confused where one coder gave the one and another the other to words that overlap, each having looked for
both. A passage is listed once, with the code that it shares most of its words with.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from crosscase.agreement.comparing import Agreement, Comparison, Given, Outcome
from crosscase.codebook import Codebook
from crosscase.coding import Coding
from crosscase.reading import Reading


class Kind(StrEnum):
    """What coders differ in. The value is how it is said as a heading."""

    CONFUSED = "one code for another"
    ALONE = "given by some, and nothing in its place"
    OTHERWISE = "the same code, given otherwise"
    EDGES = "the same code, with other edges"


@dataclass(frozen=True, slots=True)
class Settled:
    """What the consensus layer says of a passage: how each of the codes is given there; none where it isn't."""

    given: Mapping[str, tuple[Given, ...]]

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(code_id for code_id, given in self.given.items() if given)


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where coders differ, on one code or on two that they confuse.

    `spans` are each coder's codings of these codes there, as (start, end). `settled` is None where the consensus layer
    has not come to it, or there is none.
    """

    comparisons: tuple[Comparison, ...]
    spans: Mapping[str, tuple[tuple[int, int], ...]]
    settled: Settled | None = None

    @property
    def source_id(self) -> str:
        return self.comparisons[0].source_id

    @property
    def start(self) -> int:
        return min(comparison.start for comparison in self.comparisons)

    @property
    def end(self) -> int:
        return max(comparison.end for comparison in self.comparisons)

    @property
    def said(self) -> Mapping[str, Mapping[str, tuple[Given, ...]]]:
        """By coder and code, how each gave it; nothing for a code that they looked for and didn't give."""
        said: dict[str, dict[str, tuple[Given, ...]]] = defaultdict(dict)
        for comparison in self.comparisons:
            for coder, given in comparison.said.items():
                said[coder][comparison.code_id] = given
        return said


@dataclass(frozen=True, slots=True)
class Group:
    """Differences of one kind on the same code, or the same two codes."""

    kind: Kind
    code_ids: tuple[str, ...]
    differences: tuple[Difference, ...]

    @property
    def unsettled(self) -> int:
        return sum(difference.settled is None for difference in self.differences)


def grouped(
    agreement: Agreement,
    codings: Iterable[Coding],
    readings: Iterable[Reading],
    codebook: Codebook,
    *,
    consensus: str = "",
) -> tuple[Group, ...]:
    """All differences in groups: codes that are confused first, then by kind; the largest group of each kind first."""
    by_source = _by_source(codings, codebook)
    layer = {reading.source_id: reading for reading in readings if reading.coder == consensus}
    gathered: dict[tuple[Kind, tuple[str, ...]], list[Difference]] = defaultdict(list)
    for kind, comparisons in _sorted_out(agreement.comparisons):
        code_ids = tuple(sorted({comparison.code_id for comparison in comparisons}))
        here = by_source.get(comparisons[0].source_id, ())
        settled = _settled(comparisons, here, layer, codebook, consensus)
        gathered[kind, code_ids].append(Difference(comparisons, _spans(comparisons, here), settled))
    groups = [Group(kind, code_ids, tuple(found)) for (kind, code_ids), found in gathered.items()]
    kinds = list(Kind)
    return tuple(sorted(groups, key=lambda group: (kinds.index(group.kind), -len(group.differences), group.code_ids)))


def _sorted_out(comparisons: Iterable[Comparison]) -> Iterable[tuple[Kind, tuple[Comparison, ...]]]:
    by_source: dict[str, list[Comparison]] = defaultdict(list)
    for comparison in comparisons:
        if comparison.outcome is Outcome.DIFFERENT:
            yield Kind.OTHERWISE, (comparison,)
        elif comparison.outcome is Outcome.OTHER_EDGES:
            yield Kind.EDGES, (comparison,)
        elif comparison.outcome is Outcome.NOT_BY_ALL:
            by_source[comparison.source_id].append(comparison)
    for of_source in by_source.values():
        yield from _paired(of_source)


def _paired(comparisons: Sequence[Comparison]) -> Iterable[tuple[Kind, tuple[Comparison, ...]]]:
    """Each comparison with the one that it is confused with, those that share most first; the others alone."""
    pairs = []
    for number, first in enumerate(comparisons):
        for other in range(number + 1, len(comparisons)):
            # In reading order none that follows begins sooner.
            if comparisons[other].start >= first.end:
                break
            if _is_confused(first, comparisons[other]):
                pairs.append((-_likeness(first, comparisons[other]), number, other))
    taken: set[int] = set()
    for _, number, other in sorted(pairs):
        if taken.isdisjoint((number, other)):
            taken |= {number, other}
            yield Kind.CONFUSED, (comparisons[number], comparisons[other])
    for number, comparison in enumerate(comparisons):
        if number not in taken:
            yield Kind.ALONE, (comparison,)


def _is_confused(first: Comparison, second: Comparison) -> bool:
    """Whether somebody gave the one and not the other, and somebody else the other and not the one."""
    both = first.said.keys() & second.said.keys()
    only_first = any(first.said[coder] and not second.said[coder] for coder in both)
    only_second = any(second.said[coder] and not first.said[coder] for coder in both)
    return first.code_id != second.code_id and only_first and only_second


def _likeness(first: Comparison, second: Comparison) -> float:
    """The share of their words that two passages have in common."""
    shared = min(first.end, second.end) - max(first.start, second.start)
    return shared / (max(first.end, second.end) - min(first.start, second.start))


def _spans(comparisons: Sequence[Comparison], codings: Iterable[Coding]) -> Mapping[str, tuple[tuple[int, int], ...]]:
    spans: dict[str, set[tuple[int, int]]] = {coder: set() for comparison in comparisons for coder in comparison.said}
    for coding in codings:
        if coding.coder in spans and any(_is_on(coding, comparison) for comparison in comparisons):
            spans[coding.coder].add((coding.start, coding.end))
    return {coder: tuple(sorted(places)) for coder, places in spans.items()}


def _settled(
    comparisons: Sequence[Comparison],
    codings: Iterable[Coding],
    layer: Mapping[str, Reading],
    codebook: Codebook,
    consensus: str,
) -> Settled | None:
    reading = layer.get(comparisons[0].source_id)
    if reading is None or not reading.reached(max(comparison.end for comparison in comparisons) - 1):
        return None
    if not all(reading.looked_for(codebook.by_id[comparison.code_id]) for comparison in comparisons):
        return None
    given: dict[str, set[Given]] = {comparison.code_id: set() for comparison in comparisons}
    for coding in codings:
        if coding.coder == consensus:
            for comparison in comparisons:
                if _is_on(coding, comparison):
                    given[comparison.code_id].add(Given(coding.value, coding.case_id, coding.episode_id, coding.stance))
    return Settled({code_id: tuple(sorted(ways)) for code_id, ways in given.items()})


def _is_on(coding: Coding, comparison: Comparison) -> bool:
    is_there = coding.start < comparison.end and comparison.start < coding.end
    return is_there and coding.code_id == comparison.code_id


def _by_source(codings: Iterable[Coding], codebook: Codebook) -> Mapping[str, Sequence[Coding]]:
    """By source, each under the present id of its code (codings of codes that are gone are left out)."""
    gathered: dict[str, list[Coding]] = defaultdict(list)
    for coding in codings:
        if coding.code_id in codebook.by_id:
            gathered[coding.source_id].append(coding)
    return gathered
