"""Who marked what: each unit of a source as each coder has it, for each code, where they came to it and could look.

A coding marks a unit (a passage, a turn, a source) when it holds half of it or more, or the unit half of the coding;
where it spreads over so many that neither is so, the unit that holds most of it.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from crosscase.agreement.coefficients import MISSING
from crosscase.agreement.comparing import UnitKind
from crosscase.agreement.unitizing import Continuum, of_one_value
from crosscase.codebook import Code, Codebook
from crosscase.coding import Coding, Decision
from crosscase.reading import Reading, readings_by_source
from crosscase.source import Segment, Source, passages, spoken

Place = tuple[int, int]
"""A unit's number and a coder's."""


@dataclass(frozen=True, slots=True)
class Units:
    """The units of all sources that two coders or more have read, one after the other.

    `sources` are those sources' ids, `segments` the units, `source_of` (units) the number of each unit's source.
    `given` holds, by code, who gave it to which unit with which values (an empty one where they named none);
    `readings` what each coder made of each source, and `lost` where a coder's coding of a code has lost its place.
    `spans` holds the words themselves that each coder gave a code, by coder, source and code.
    """

    coders: tuple[str, ...]
    sources: tuple[str, ...]
    segments: tuple[Segment, ...]
    source_of: NDArray[np.int64]
    given: Mapping[str, Mapping[Place, frozenset[str]]]
    readings: Mapping[tuple[str, str], Reading]
    lost: frozenset[tuple[str, str, str]]
    spans: Mapping[tuple[str, str, str], tuple[tuple[int, int], ...]]
    lengths: Mapping[str, int]

    def marks(self, code: Code, looked: NDArray[np.bool_] | None = None) -> NDArray[np.int64]:
        """Whether each coder gave each unit the code (units × coders): 1, 0, or `MISSING` who couldn't have.

        `looked` spares finding out again who could have.
        """
        could = self.looked(code) if looked is None else looked
        marks = np.where(could, 0, MISSING)
        for place in self.given.get(code.id, ()):
            if could[place]:
                marks[place] = 1
        return marks

    def continua(self, code: Code) -> Iterator[tuple[str, Continuum]]:
        """Each source that two coders read for the code, as they divided it, as far as all of them came."""
        for source_id in self.sources:
            read = [self.readings.get((coder, source_id)) for coder in self.coders]
            comparable = [
                reading for reading in read if reading and _is_from_the_start(reading) and self._has_all(reading, code)
            ]
            ends = [self.lengths[source_id] if one.read_to is None else one.read_to for one in comparable]
            if len(comparable) > 1 and min(ends) > 0:
                of_coders = [self.spans.get((one.coder, source_id, code.id), ()) for one in comparable]
                yield source_id, of_one_value(min(ends), [_cut(spans, min(ends)) for spans in of_coders])

    def coded_spans(self, source_id: str, codebook: Codebook) -> tuple[int, list[list[tuple[int, int, int]]]]:
        """How far all who began a source came in it, and each one's codings up to there as (start, end, number of the
        code): of the codes that all of them looked for, and none of whose codings has lost its place.
        """
        begun = [self.readings.get((coder, source_id)) for coder in self.coders]
        read = [reading for reading in begun if reading and _is_from_the_start(reading)]
        length = min((self.lengths[source_id] if one.read_to is None else one.read_to for one in read), default=0)
        coders: list[list[tuple[int, int, int]]] = [[] for _ in read if length]
        for number, code in enumerate(codebook.codes):
            lost = any((one.coder, source_id, code.id) in self.lost for one in read)
            if lost or not all(one.looked_for(code) for one in read):
                continue
            for own, one in zip(coders, read, strict=False):
                spans = _cut(self.spans.get((one.coder, source_id, code.id), ()), length)
                own += [(start, end, number) for start, end in spans]
        return length, coders

    def marked(self, decisions: Iterable[Decision], codebook: Codebook) -> Mapping[str, frozenset[int]]:
        """The numbers of the units that these mark, by code, whoever made them."""
        bounds = np.searchsorted(self.source_of, np.arange(len(self.sources) + 1))
        first = {source_id: int(bounds[number]) for number, source_id in enumerate(self.sources)}
        cuts = {source_id: self.segments[bounds[n] : bounds[n + 1]] for n, source_id in enumerate(self.sources)}
        begins = {source_id: [segment.start for segment in cut] for source_id, cut in cuts.items()}
        marked: dict[str, set[int]] = defaultdict(set)
        for decision in decisions:
            code = codebook.by_id.get(decision.code_id)
            if code and decision.source_id in cuts:
                positions = held(cuts[decision.source_id], begins[decision.source_id], decision)
                marked[code.id].update(first[decision.source_id] + position for position in positions)
        return {code_id: frozenset(numbers) for code_id, numbers in marked.items()}

    def looked(self, code: Code) -> NDArray[np.bool_]:
        """Whether each coder came to the end of each unit and could have given it the code (units × coders)."""
        looked = np.zeros((len(self.segments), len(self.coders)), dtype=np.bool_)
        ends = np.array([segment.end for segment in self.segments])
        bounds = np.searchsorted(self.source_of, np.arange(len(self.sources) + 1))
        column_of = {coder: column for column, coder in enumerate(self.coders)}
        number_of = {source_id: number for number, source_id in enumerate(self.sources)}
        for (coder, source_id), reading in self.readings.items():
            if not reading.looked_for(code) or (coder, source_id, code.id) in self.lost:
                continue
            first, last = bounds[number_of[source_id]], bounds[number_of[source_id] + 1]
            if reading.read_to is not None:
                for number in range(first, last if reading.parts else first):
                    looked[number, column_of[coder]] = self._is_in_a_part(number, reading)
                last = first + np.searchsorted(ends[first:last], reading.read_to, side="right")
            looked[first:last, column_of[coder]] = True
        return looked

    def _has_all(self, reading: Reading, code: Code) -> bool:
        """Whether they looked for the code, and all that they gave it has its place."""
        return reading.looked_for(code) and (reading.coder, reading.source_id, code.id) not in self.lost

    def _is_in_a_part(self, number: int, reading: Reading) -> bool:
        segment = self.segments[number]
        return any(start <= segment.start and segment.end <= end for start, end in reading.parts)


def units(
    sources: Sequence[Source],
    codings: Iterable[Coding],
    readings: Iterable[Reading],
    codebook: Codebook,
    *,
    kind: UnitKind = "passage",
    consensus: str = "",
    lost: Iterable[Coding] = (),
) -> Units:
    """Cut what two coders or more have read into units, and mark them. The consensus layer is none of the coders."""
    own = readings_by_source(reading for reading in readings if reading.coder != consensus)
    cut_of = {source.id: _segments(source, kind) for source in sources if len(own.get(source.id, ())) > 1}
    compared = [source for source in sources if cut_of.get(source.id)]
    coders = tuple(sorted({reading.coder for source in compared for reading in own[source.id]}))
    of_source = [cut_of[source.id] for source in compared]
    segments = tuple(segment for cut in of_source for segment in cut)
    first = dict(zip((source.id for source in compared), _starts(of_source), strict=True))
    cuts = dict(zip(first, of_source, strict=True))
    begins = {source_id: [segment.start for segment in cut] for source_id, cut in cuts.items()}
    column = {coder: number for number, coder in enumerate(coders)}
    given: dict[str, dict[Place, set[str]]] = defaultdict(lambda: defaultdict(set))
    spans: dict[tuple[str, str, str], list[tuple[int, int]]] = defaultdict(list)
    for coding in codings:
        code = codebook.by_id.get(coding.code_id)
        if code is None or coding.coder not in column or coding.source_id not in cuts:
            continue
        spans[coding.coder, coding.source_id, code.id].append((coding.start, coding.end))
        for position in held(cuts[coding.source_id], begins[coding.source_id], coding):
            given[code.id][first[coding.source_id] + position, column[coding.coder]].add(coding.value)
    return Units(
        coders,
        tuple(first),
        segments,
        np.repeat(np.arange(len(of_source)), [len(cut) for cut in of_source]),
        {code_id: _frozen(places) for code_id, places in given.items()},
        {(reading.coder, source.id): reading for source in compared for reading in own[source.id]},
        frozenset(_lost(lost, codebook)),
        {place: tuple(_joined(of_place)) for place, of_place in spans.items()},
        {source.id: len(source.text) for source in compared},
    )


def _is_from_the_start(reading: Reading) -> bool:
    """Whether a text was read in one piece: where codings begin and end can't be told from passages out of it."""
    return reading.read_to != 0


def _segments(source: Source, kind: UnitKind) -> Sequence[Segment]:
    if kind == "source":
        return (Segment(source.id, 0, len(source.text)),)
    if kind == "turn":
        return tuple(Segment(source.id, turn.start, turn.end) for turn in spoken(source))
    return passages(source).kept


def _starts(of_source: Sequence[Sequence[Segment]]) -> list[int]:
    """The number of each source's first unit."""
    sizes = [0, *(len(cut) for cut in of_source)]
    return list(np.cumsum(sizes)[:-1])


def held(cut: Sequence[Segment], begins: Sequence[int], coding: Decision) -> list[int]:
    """The units, by their position in the source, that the coding marks; `begins` is where each starts."""
    touched: list[tuple[int, int]] = []
    for position in range(max(bisect_right(begins, coding.start) - 1, 0), len(cut)):
        if cut[position].start >= coding.end:
            break
        shared = min(coding.end, cut[position].end) - max(coding.start, cut[position].start)
        if shared > 0:
            touched.append((shared, position))
    size = coding.end - coding.start
    half = [
        position for shared, position in touched if 2 * shared >= min(size, cut[position].end - cut[position].start)
    ]
    return half or [position for _, position in sorted(touched, reverse=True)[:1]]


def _cut(spans: Iterable[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    """What of the spans lies before this place."""
    return [(start, min(end, length)) for start, end in spans if start < length]


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order, those that overlap or touch as one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _frozen(places: Mapping[Place, set[str]]) -> dict[Place, frozenset[str]]:
    return {place: frozenset(values) for place, values in places.items()}


def _lost(codings: Iterable[Coding], codebook: Codebook) -> Iterator[tuple[str, str, str]]:
    for coding in codings:
        code = codebook.by_id.get(coding.code_id)
        if code:
            yield (coding.coder, coding.source_id, code.id)
