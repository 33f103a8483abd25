"""Where a coder's work begins: what waits for them, and how far each source is."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from crosscase.matrix import Status
from crosscase.pages import links
from crosscase.pages.data import Frame, Link
from crosscase.pages.windows.charting import Waiting
from crosscase.pages.windows.seen import Seen, window_frame
from crosscase.pages.windows.standing import Standings
from crosscase.problem import Problem
from crosscase.reading import Reading, State
from crosscase.revisit import waiting
from crosscase.source import Source
from crosscase.wording import counted, listed


@dataclass(frozen=True, slots=True)
class Waits:
    """Something to do: how much of it, in words, where it is done, and what it means."""

    link: Link
    about: str


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A source, what it is of, and whose; how far this coder is with it, in percent too; what is coded there, and
    suggested.
    """

    link: Link
    about: str
    assigned: str
    state: str
    percent: int
    codings: int
    suggestions: int


@dataclass(frozen=True, slots=True)
class CoderLine:
    """How far a coder is: sources finished and begun, and codings."""

    name: str
    done: int
    begun: int
    codings: int


@dataclass(frozen=True, slots=True)
class HomePage:
    frame: Frame
    coder: str
    waits: tuple[Waits, ...]
    sources: tuple[SourceLine, ...]
    coders: tuple[CoderLine, ...]
    problems: tuple[Problem, ...]

    @property
    def has_assigned(self) -> bool:
        return any(line.assigned for line in self.sources)


def home_page(seen: Seen) -> HomePage:
    study, material = seen.study, seen.material
    return HomePage(
        window_frame(seen, "Work", "Work"),
        material.coder_name(seen.coder),
        tuple(_waits(seen)),
        tuple(_source_lines(seen)),
        tuple(_coder_line(seen, coder) for coder in _coders(seen)),
        study.problems,
    )


def _coders(seen: Seen) -> tuple[str, ...]:
    """Those whose progress this coder may see."""
    return (seen.coder,) if seen.is_blind else tuple(seen.study.settings.coders)


def _is_others(seen: Seen, source: Source) -> bool:
    """Whether a source is somebody else's to code: those stand behind one's own."""
    return bool(assigned(source)) and seen.coder not in assigned(source)


def _source_lines(seen: Seen) -> Iterator[SourceLine]:
    """One's own sources first; every coding and suggestion is looked at once for all of them."""
    codings = Counter(coding.source_id for coding in seen.study.codings if coding.coder == seen.coder)
    offered = Counter(suggestion.source_id for suggestion in seen.undecided)
    for source in sorted(seen.study.sources, key=partial(_is_others, seen)):
        yield _source_line(seen, source, codings[source.id], offered[source.id])


def _source_line(seen: Seen, source: Source, codings: int, offered: int) -> SourceLine:
    reading = seen.study.reading(seen.coder, source.id)
    state = reading.state if reading and reading.has_begun else State.UNTOUCHED
    return SourceLine(
        Link(source.id, links.source(source.id)),
        " · ".join(filter(None, (source.title, seen.material.cases_heard_in(source)))),
        listed([seen.material.coder_name(coder) for coder in assigned(source)]),
        state.value,
        _percent(reading, source),
        codings,
        offered,
    )


def _percent(reading: Reading | None, source: Source) -> int:
    if reading is None:
        return 0
    return 100 if reading.read_to is None else round(100 * reading.read_to / max(1, len(source.text)))


def _coder_line(seen: Seen, coder: str) -> CoderLine:
    readings = [one for one in seen.study.readings if one.coder == coder and one.has_begun]
    done = sum(reading.is_done for reading in readings)
    codings = sum(one.coder == coder for one in seen.study.codings)
    return CoderLine(seen.material.coder_name(coder), done, len(readings) - done, codings)


def assigned(source: Source) -> tuple[str, ...]:
    """Whose a source is to code: what sources.csv says of it in columns whose names begin with `coder`."""
    said = (text for name, text in source.attributes.items() if name.lower().startswith("coder"))
    return tuple(filter(None, (part.strip() for text in said for part in re.split("[,;]", text))))


def _waits(seen: Seen) -> Iterator[Waits]:
    mine = [source for source in seen.study.sources if seen.coder in assigned(source)]
    finished = seen.study.finished(seen.coder)
    if mine or seen.is_blind:
        unfinished = [source for source in mine or seen.study.sources if source.id not in finished]
        about = "of yours, still to finish"
    else:
        unfinished = list(seen.material.sources_in(State.UNTOUCHED) + seen.material.sources_in(State.OPEN))
        about = "that nobody has read to the end"
    if unfinished:
        yield Waits(Link(counted(len(unfinished), "source"), links.source(unfinished[0].id)), about)
    offered = len(seen.undecided)
    if offered:
        yield Waits(
            Link(counted(offered, "suggestion"), links.window("review")), "of the machine that nobody has decided on"
        )
    if not seen.is_blind:
        yield from _follows(seen)


def _follows(seen: Seen) -> Iterator[Waits]:
    """What coding asks for next: cells to write, features to decide, sources to go through again."""
    cells = seen.material.findings.cells.values()
    if said := sum(cell.status is Status.SAID for cell in cells):
        yield Waits(
            Link(counted(said, "cell"), links.window("cells", show=Waiting.SAID)),
            "where something is said, and nothing written yet",
        )
    if stale := sum(cell.stale for cell in cells):
        yield Waits(
            Link(counted(stale, "summary"), links.window("cells", show=Waiting.STALE)),
            "with passages that came or went since",
        )
    if undecided := len(Standings(seen).queue):
        yield Waits(Link(counted(undecided, "feature"), links.window("cases")), "coded, and not decided")
    if again := {one.source.id for one in waiting(seen.study, seen.offered)}:
        yield Waits(
            Link(counted(len(again), "source"), links.window("revisit")),
            "to go through for a code that came after the reading",
        )
