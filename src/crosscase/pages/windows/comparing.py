"""Where coders settle what they coded differently: stretch by stretch, side by side."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from textwrap import shorten

from crosscase.agreement import Agreement
from crosscase.agreement.stretches import Stretch, said, stretches
from crosscase.coding import Coding
from crosscase.framework import agreement_of
from crosscase.pages import links
from crosscase.pages.data import Frame, Link
from crosscase.pages.windows.seen import Seen, window_frame
from crosscase.source import Source
from crosscase.wording import counted, listed

EDGE = 40
"""So many characters of a coding's words are shown where its edges are not the stretch's."""


@dataclass(frozen=True, slots=True)
class Given:
    """A code as it was given: its name and page, what else was said, and its words where they aren't all of it.

    `by` are the coders who gave it so, `id` is the coding that is kept if this one is.
    """

    id: str
    code: Link
    details: str
    words: str
    by: str


@dataclass(frozen=True, slots=True)
class Side:
    """One coder's way: what they gave, and the codings that the layer holds if their way is taken."""

    who: str
    key: str
    given: tuple[Given, ...]
    kept: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch that coders coded differently. `settled` says in words what was settled; empty while nothing is."""

    id: str
    place: Link
    question: str
    words: str
    start: int
    end: int
    sides: tuple[Side, ...]
    options: tuple[Given, ...]
    all: tuple[str, ...]
    settled: str


@dataclass(frozen=True, slots=True)
class ComparedSource:
    """A source that several coders read: who, and how many stretches are disputed, and not settled."""

    link: Link
    coders: str
    disputed: int
    unsettled: int
    is_done: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """A code that can be given where no coder gave it."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Undisputed:
    """The stretches of a source that nobody disputes and nobody has settled: taken over in one act."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    kept: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ComparePage:
    """All sources that can be compared; or one of them at length, if it was asked for."""

    frame: Frame
    layer: str
    sources: tuple[ComparedSource, ...]
    source: str = ""
    told: str = ""
    waiting: tuple[Block, ...] = ()
    settled: tuple[Block, ...] = ()
    undisputed: Undisputed | None = None
    is_done: bool = False
    codes: tuple[tuple[str, tuple[Choice, ...]], ...] = ()


def compare_page(seen: Seen) -> ComparePage:
    """Raises KeyError where the source that is asked for isn't one that two coders read."""
    agreement = agreement_of(seen.study)
    compared = {source.id: source for source in seen.study.sources if source.id in agreement.coders_by_source}
    if "source" in seen.asked:
        return _of_source(seen, agreement, compared[seen.asked["source"]])
    lines = tuple(_line(seen, agreement, source) for source in compared.values())
    return ComparePage(window_frame(seen, "Compare", "Compare"), seen.study.settings.consensus, lines)


def _of_source(seen: Seen, agreement: Agreement, source: Source) -> ComparePage:
    every = _stretches(seen, agreement, source)
    coders = sorted(agreement.coders_by_source[source.id])
    blocks = [_block(seen, source, one, coders) for one in every if one.differences]
    waits, settled = [one for one in blocks if not one.settled], [one for one in blocks if one.settled]
    reading = seen.study.reading(seen.study.settings.consensus, source.id)
    return ComparePage(
        window_frame(seen, f"Compare {seen.material.source_link(source.id).text}", "Compare"),
        seen.study.settings.consensus,
        (),
        source.id,
        _told(coders, len(blocks), len(waits), seen),
        tuple(waits),
        tuple(settled),
        _undisputed(every),
        reading is not None and reading.is_done,
        tuple(
            (category.name, tuple(Choice(one.id, one.name) for one in category.codes))
            for category in seen.study.codebook.categories
        ),
    )


def _told(coders: Sequence[str], blocks: int, waits: int, seen: Seen) -> str:
    who = listed([seen.material.coder_name(coder) for coder in coders])
    if not blocks:
        return f"{who} coded all of it alike."
    left = f"{waits} of them not settled yet" if waits else "all of them settled"
    return f"{who} differ in {counted(blocks, 'stretch')}, {left}."


def _stretches(seen: Seen, agreement: Agreement, source: Source) -> tuple[Stretch, ...]:
    study, layer = seen.study, seen.study.settings.consensus
    codings = [coding for coding in study.codings if coding.source_id == source.id]
    return stretches(codings, agreement.limited(source.id).comparisons, layer, study.reading(layer, source.id))


def _line(seen: Seen, agreement: Agreement, source: Source) -> ComparedSource:
    disputed = [one for one in _stretches(seen, agreement, source) if one.differences]
    reading = seen.study.reading(seen.study.settings.consensus, source.id)
    return ComparedSource(
        Link(seen.material.source_link(source.id).text, links.window("compare", source=source.id)),
        listed([seen.material.coder_name(coder) for coder in sorted(agreement.coders_by_source[source.id])]),
        len(disputed),
        sum(one.settled is None for one in disputed),
        reading is not None and reading.is_done,
    )


def _block(seen: Seen, source: Source, stretch: Stretch, coders: Sequence[str]) -> Block:
    turn, question = source.turn_at(stretch.start), source.question_before(stretch.start)
    give = partial(_given, seen, source, stretch)
    sides = (
        Side(
            seen.material.coder_name(coder),
            str(number),
            tuple(give(one) for one in stretch.codings if one.coder == coder),
            tuple(one.id for one in stretch.of(coder)),
        )
        for number, coder in enumerate(coders, 1)
    )
    place = seen.material.places(source.id).turn(turn.number) if turn else links.source(source.id)
    return Block(
        links.anchor("stretch", str(stretch.start)),
        Link(f"turn {turn.number}" if turn else source.id, place),
        source.text[question.start : question.end] if question else "",
        source.text[stretch.start : stretch.end],
        stretch.start,
        stretch.end,
        tuple(sides),
        tuple(give(one) for one in stretch.all),
        tuple(one.id for one in stretch.all),
        _settled(seen, stretch),
    )


def _settled(seen: Seen, stretch: Stretch) -> str:
    if stretch.settled is None:
        return ""
    names = [_named(seen, coding) for coding in stretch.settled]
    return listed(names) if names else "no code"


def _named(seen: Seen, coding: Coding) -> str:
    details = seen.material.details(coding)
    name = seen.material.code_link(coding).text
    return f"{name} ({details})" if details else name


def _given(seen: Seen, source: Source, stretch: Stretch, coding: Coding) -> Given:
    is_whole = (coding.start, coding.end) == (stretch.start, stretch.end)
    by = {one.coder for one in stretch.codings if said(one) == said(coding)}
    return Given(
        coding.id,
        seen.material.code_link(coding),
        seen.material.details(coding),
        "" if is_whole else _ends(source.text[coding.start : coding.end]),
        listed(sorted(seen.material.coder_name(coder) for coder in by)),
    )


def _ends(words: str) -> str:
    """How a coding's words begin and end."""
    words = " ".join(words.split())
    if len(words) <= 2 * EDGE:
        return words
    first = shorten(words, EDGE, placeholder="")
    return f"{first} … {words[-EDGE:].partition(' ')[2]}"


def _undisputed(every: Iterable[Stretch]) -> Undisputed | None:
    waiting = [one for one in every if not one.differences and one.settled is None]
    if not waiting:
        return None
    kept = tuple(_ids(waiting))
    return Undisputed(tuple(one.start for one in waiting), tuple(one.end for one in waiting), kept)


def _ids(waiting: Iterable[Stretch]) -> Iterator[str]:
    for stretch in waiting:
        yield from (coding.id for coding in stretch.all)
