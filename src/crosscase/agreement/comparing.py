"""Where coders who read the same text coded it otherwise, passage by passage, with who said what.

Only those are compared who came to the passage and could have looked for the code: nobody disagrees by not having
read. Codings of one code that overlap are one passage. Where its edges lie is a matter of taste, and counted by itself.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import Literal

from crosscase.codebook import Code, Codebook
from crosscase.coding import READING_ORDER, Coding, Stance
from crosscase.reading import Reading, readings_by_source
from crosscase.source import Source

SourceAndCode = tuple[str, str]
UnitKind = Literal["passage", "turn", "source"]


class Outcome(StrEnum):
    """How the coders of a passage stand to each other. The value is how it is said in a table."""

    SAME = "coded alike"
    OTHER_EDGES = "coded alike, with other edges"
    DIFFERENT = "given otherwise"
    NOT_BY_ALL = "not given by all"


@dataclass(frozen=True, slots=True, order=True)
class Given:
    """How a coder gave the code: all that is theirs to decide besides the words. Empty where they named nothing."""

    value: str = ""
    case_id: str = ""
    episode_id: str = ""
    stance: Stance = ""

    def __str__(self) -> str:
        about = (f"about {named}" for named in (self.case_id, self.episode_id) if named)
        return ", ".join(filter(None, (self.value, *about, self.stance)))


@dataclass(frozen=True, slots=True)
class Comparison:
    """One passage on one code, as two coders or more have it.

    `said` holds nothing for a coder who read the passage for this code and didn't give it.
    """

    source_id: str
    start: int
    end: int
    quote: str
    code_id: str
    said: Mapping[str, tuple[Given, ...]]
    outcome: Outcome

    @property
    def is_disagreement(self) -> bool:
        return self.outcome in (Outcome.DIFFERENT, Outcome.NOT_BY_ALL)

    def statements(self, name: str) -> tuple[str, ...]:
        """Who said what, with the name of the code: `AB: Cost (high)`, `CD: –`."""
        said = {coder: ", ".join(_named(name, one) for one in given) for coder, given in self.said.items()}
        return tuple(f"{coder}: {words or '–'}" for coder, words in said.items())


@dataclass(frozen=True, slots=True)
class Agreement:
    """Every passage that was compared, in reading order, and the same pair by pair.

    `readers` are those who can be compared, by source and code: two coders at least. Of three coders, the first and
    the last may have nothing in common but the second, so that a pair's passages are joined from its own codings only.
    """

    comparisons: tuple[Comparison, ...]
    pairs: Mapping[tuple[str, str], tuple[Comparison, ...]]
    readers: Mapping[SourceAndCode, tuple[str, ...]]

    @property
    def disagreements(self) -> tuple[Comparison, ...]:
        return tuple(comparison for comparison in self.comparisons if comparison.is_disagreement)

    @property
    def coders_by_source(self) -> Mapping[str, frozenset[str]]:
        gathered: dict[str, frozenset[str]] = defaultdict(frozenset)
        for (source_id, _), coders in self.readers.items():
            gathered[source_id] |= frozenset(coders)
        return gathered

    def limited(self, source_id: str = "", code_id: str = "") -> "Agreement":
        """Only what concerns one source, or one code, or both."""

        def of_these(comparisons: Iterable[Comparison]) -> tuple[Comparison, ...]:
            return tuple(one for one in comparisons if _is_in((one.source_id, one.code_id), source_id, code_id))

        return Agreement(
            of_these(self.comparisons),
            {pair: of_these(comparisons) for pair, comparisons in self.pairs.items()},
            {place: coders for place, coders in self.readers.items() if _is_in(place, source_id, code_id)},
        )


def compare(
    sources: Sequence[Source],
    codings: Iterable[Coding],
    readings: Iterable[Reading],
    codebook: Codebook,
    *,
    consensus: str = "",
    lost: Iterable[Coding] = (),
) -> Agreement:
    """Compare what coders made of each source that two of them or more have read, code by code.

    The consensus layer is nobody's reading. Who has a `lost` coding of the code in a source isn't compared there:
    whether it was given to the passage can't be told.
    """
    codings_by_place = _by_place(codings, codebook)
    lost_by_place = _by_place(lost, codebook)
    own_readings = readings_by_source(reading for reading in readings if reading.coder != consensus)
    comparisons: list[Comparison] = []
    pairs: dict[tuple[str, str], list[Comparison]] = defaultdict(list)
    readers: dict[SourceAndCode, tuple[str, ...]] = {}
    for source in sources:
        of_source: list[Comparison] = []
        for code in codebook.codes:
            place = (source.id, code.id)
            unsure = {coding.coder for coding in lost_by_place.get(place, ())}
            comparable = _comparable(own_readings.get(source.id, ()), code, unsure)
            if len(comparable) < 2:
                continue
            readers[place] = tuple(reading.coder for reading in comparable)
            given = codings_by_place.get(place, ())
            of_source += _comparisons(source, code.id, given, comparable)
            for first, second in combinations(comparable, 2):
                pairs[first.coder, second.coder] += _comparisons(source, code.id, given, (first, second))
        comparisons += sorted(of_source, key=READING_ORDER)
    return Agreement(tuple(comparisons), {pair: tuple(pairs[pair]) for pair in sorted(pairs)}, readers)


def counted(comparisons: Iterable[Comparison]) -> Counter[Outcome]:
    """How many passages came out how."""
    return Counter(comparison.outcome for comparison in comparisons)


def _by_place(codings: Iterable[Coding], codebook: Codebook) -> Mapping[SourceAndCode, Sequence[Coding]]:
    """By source and the present id of the code."""
    gathered: dict[SourceAndCode, list[Coding]] = defaultdict(list)
    for coding in codings:
        code = codebook.by_id.get(coding.code_id)
        if code:
            gathered[coding.source_id, code.id].append(coding)
    return gathered


def _comparable(readings: Iterable[Reading], code: Code, unsure: set[str]) -> tuple[Reading, ...]:
    """The readings of those who have begun, had the code, and whose codings of it all have their places."""
    fit = (reading for reading in readings if reading.has_begun and reading.looked_for(code))
    return tuple(sorted((reading for reading in fit if reading.coder not in unsure), key=lambda reading: reading.coder))


def _comparisons(
    source: Source, code_id: str, codings: Iterable[Coding], readings: Sequence[Reading]
) -> Iterator[Comparison]:
    reading_of = {reading.coder: reading for reading in readings}
    within = [coding for coding in codings if _is_reached(coding, reading_of.get(coding.coder))]
    for passage in _joined(within):
        end = max(coding.end for coding in passage)
        coders = {coding.coder for coding in passage}
        present = [one.coder for one in readings if one.coder in coders or one.reached(end - 1)]
        if len(present) > 1:
            own = {coder: [coding for coding in passage if coding.coder == coder] for coder in present}
            start = passage[0].start
            said = {coder: _given(own[coder]) for coder in present}
            yield Comparison(source.id, start, end, source.text[start:end], code_id, said, _outcome(said, own))


def _is_reached(coding: Coding, reading: Reading | None) -> bool:
    return reading is not None and reading.reached(coding.start)


def _joined(codings: Iterable[Coding]) -> list[list[Coding]]:
    """The codings in passages: those that overlap, if only through others between them, are in one."""
    passages: list[list[Coding]] = []
    end = -1
    for coding in sorted(codings, key=READING_ORDER):
        if coding.start >= end:
            passages.append([])
        passages[-1].append(coding)
        end = max(end, coding.end)
    return passages


def _given(codings: Iterable[Coding]) -> tuple[Given, ...]:
    return tuple(sorted({Given(one.value, one.case_id, one.episode_id, one.stance) for one in codings}))


def _outcome(said: Mapping[str, tuple[Given, ...]], own: Mapping[str, Sequence[Coding]]) -> Outcome:
    if not all(said.values()):
        return Outcome.NOT_BY_ALL
    if len(set(said.values())) > 1:
        return Outcome.DIFFERENT
    edges = {frozenset((coding.start, coding.end) for coding in codings) for codings in own.values()}
    return Outcome.OTHER_EDGES if len(edges) > 1 else Outcome.SAME


def _is_in(place: SourceAndCode, source_id: str, code_id: str) -> bool:
    return source_id in ("", place[0]) and code_id in ("", place[1])


def _named(name: str, given: Given) -> str:
    return f"{name} ({given})" if str(given) else name
