"""The page of coverage: what was asked of whom, what was read and coded of their words, and what goes together."""

from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import shorten

from crosscase.coverage import Uncoded, Unused
from crosscase.pages import links
from crosscase.pages.data import Fact, Frame, Link
from crosscase.pages.figures.drawing import Figure
from crosscase.pages.figures.quality import asked_grid, codes_together
from crosscase.pages.material import Material, frame
from crosscase.quality import Covered
from crosscase.wording import counted, out_of, plural

MOST_STRETCHES = 10
LONGEST_STRETCH = 260


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One participant's words: how many, how many were read and coded, and how far summaries rest on them."""

    name: str
    sources: tuple[Link, ...]
    words: str
    read: str
    coded: str
    drawn: str
    is_often: bool


@dataclass(frozen=True, slots=True)
class StretchLine:
    place: Link
    words: str
    text: str


@dataclass(frozen=True, slots=True)
class CoveragePage:
    """What was asked, read and coded. `people` and `stretches` are empty for readers who may not see them."""

    file: str
    frame: Frame
    summary: str
    asked: Figure | None
    people: tuple[PersonLine, ...]
    drawn: str
    stretches: tuple[StretchLine, ...]
    unused: tuple[Fact, ...]
    waiting: Fact
    together: Figure | None


def coverage_page(material: Material) -> CoveragePage:
    covered = material.quality.covered
    return CoveragePage(
        links.COVERAGE,
        frame(material, "Coverage", "Methods", Link("Methods", links.METHODS)),
        _summary(covered),
        asked_grid(covered.asked, material.study.guide.questions, material),
        tuple(_people(covered, material)),
        _drawn(covered),
        tuple(_stretch(stretch, material) for stretch in covered.uncoded[:MOST_STRETCHES] if material.is_for_the_team),
        tuple(_unused(covered.unused, material)),
        _waiting(material),
        codes_together(covered.together, material.named_code),
    )


def _summary(covered: Covered) -> str:
    words, read, coded = (sum(getattr(person, part) for person in covered.heard) for part in ("words", "read", "coded"))
    if not words:
        return "No participant is known to speak in an interview."
    told = (
        f"Of {words:,} words of {counted(len(covered.heard), 'participant')}, {read:,} were read to the end by people"
    )
    return f"{told}, and {coded:,} carry a code."


def _people(covered: Covered, material: Material) -> Iterator[PersonLine]:
    drawn = {person.participant_id: person for person in covered.drawn}
    sources_of = {person.id: material.findings.voices.source_ids(person) for person in material.study.participants}
    total = sum(person.passages for person in covered.drawn)
    for person in covered.heard:
        rests = drawn.get(person.participant_id)
        yield PersonLine(
            person.participant_id,
            tuple(material.source_link(source_id) for source_id in sources_of.get(person.participant_id, ())),
            f"{person.words:,}",
            f"{person.read:,}",
            f"{person.coded:,}",
            f"{rests.passages} of {total:,}" if rests else "none" if total else "",
            rests is not None and rests.is_often,
        )


def _drawn(covered: Covered) -> str:
    if not covered.drawn:
        return ""
    often = [person for person in covered.drawn if person.is_often]
    if not often:
        return "Nobody stands behind more than a fifth of the passages that summaries rest on."
    return (
        f"{counted(len(often), 'participant')} stand behind more than a fifth of them, and more than they said: marked."
    )


def _stretch(stretch: Uncoded, material: Material) -> StretchLine:
    source = material.sources[stretch.segment.source_id]
    turn = source.turn_at(stretch.segment.start)
    href = material.places(source.id).turn(turn.number) if turn and material.has_transcripts else ""
    name = f"{material.source_link(source.id).text}, turn {turn.number}" if turn else source.id
    text = source.text[stretch.segment.start : stretch.segment.end]
    return StretchLine(Link(name, href), f"{stretch.words} words", shorten(text, LONGEST_STRETCH, placeholder=" …"))


def _unused(codes: tuple[Unused, ...], material: Material) -> Iterator[Fact]:
    """The codes that no case has, together, then those that only one has."""
    nowhere = [material.named_code(code.code_id) for code in codes if not code.given]
    units = plural(material.study.settings.unit)
    if nowhere:
        yield Fact(f"In none of the {units} read for it", counted(len(nowhere), "code"), tuple(nowhere))
    alone = [material.named_code(code.code_id) for code in codes if len(code.given) == 1 and code.not_given]
    if alone:
        yield Fact(f"In one of the {units} alone", counted(len(alone), "code"), tuple(alone))
    everywhere = [material.named_code(code.code_id) for code in codes if code.given and not code.not_given]
    if everywhere:
        yield Fact(f"In all {units} read for it", counted(len(everywhere), "code"), tuple(everywhere))


def _waiting(material: Material) -> Fact:
    waiting = material.waiting_sources
    told = f"{out_of(len(waiting), len(material.study.sources), 'source')} were read before some code existed"
    return Fact("To be read again", told if waiting else "no source", (Link("which, and for what", links.REVISITS),))
