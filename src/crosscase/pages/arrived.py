"""The page about an import: what came, what didn't, and which places or speakers a person should look at."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crosscase.pages.rendering import rendered
from crosscase.wording import counted, how_many

if TYPE_CHECKING:
    from crosscase.exchange.importing import ImportReport
    from crosscase.exchange.projects.intake import Arrival, Doubtful

_PLURAL = re.compile(r"s\b")

MARK = "crosscase import"
"""How the page names what made it: only such a page is written over."""


@dataclass(frozen=True, slots=True)
class Fact:
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Place:
    """A coding to look at: where its numbers point, what stands there or should, and what speaks against it."""

    source: str
    code: str
    numbers: str
    why: str
    words: str


@dataclass(frozen=True, slots=True)
class Places:
    title: str
    about: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """Lines under a heading, such as what was left out."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Arrived:
    """What became of one file: in short, as facts, and all that a person should look at."""

    id: str
    title: str
    lede: str
    facts: tuple[Fact, ...] = ()
    places: tuple[Places, ...] = ()
    lists: tuple[Listed, ...] = ()


def project(number: int, file: str, arrival: "Arrival | None", *, written: bool, problem: str = "") -> Arrived:
    """Another program's project."""
    if arrival is None:
        return Arrived(f"file-{number}", file, f"It was not read: {problem}.")
    came = _counts(arrival.new) or "nothing new"
    if written:
        lede = f"Brought in: {came}."
    elif arrival.is_empty:
        lede = "It holds nothing that the study doesn't have."
    else:
        lede = f"It would bring {came}. Nothing was written."
    facts = [Fact("File", file), Fact("Made by", arrival.origin or "not said")]
    there = _counts(arrival.there)
    if there:
        facts.append(Fact("There already", there))
    lists = [
        Listed("Differs here and there", arrival.conflicts),
        Listed("Not carried", tuple(f"{_how_many(each.count, each.what)}: {each.why}" for each in arrival.not_carried)),
        Listed("Notes", arrival.notices),
        Listed("How places were counted", tuple(f"{source}: {how}" for source, how in arrival.readings.items())),
    ]
    kept = tuple(listed for listed in lists if listed.lines)
    return Arrived(f"file-{number}", arrival.name or file, lede, tuple(facts), tuple(_places(arrival)), kept)


def transcript(number: int, report: "ImportReport") -> Arrived:
    """A transcript or document."""
    if report.problem:
        return Arrived(f"file-{number}", report.file, f"It was not read: {report.problem}.")
    if report.status == "unchanged":
        return Arrived(f"file-{number}", report.source_id, f"{report.file} is in the study already, as it is.")
    stored = {"read": "Nothing was stored.", "replaced": "It took its former text's place."}.get(report.status, "")
    size = f"{how_many(report.turns, 'turn')}, {report.words:,} words, {how_many(report.times, 'turn')} with a time."
    form = ", ".join(part for part in (f".{report.reader}", report.encoding, report.layout) if part)
    facts = [Fact("File", report.file), Fact("Read as", form)]
    facts += [Fact(name, _spoke(name, report)) for name in report.speakers]
    aside = tuple(f"{f'line {line.line}, ' if line.line else ''}{line.reason}: {line.words}" for line in report.aside)
    lists = [
        Listed("Look at", report.guessed),
        Listed("Lost codings", report.lost),
        Listed("Moved codings", report.moved),
        Listed("Left out", report.dropped),
        Listed("Set beside the text", aside),
        Listed("Perhaps no part of it", report.notices),
    ]
    kept = tuple(listed for listed in lists if listed.lines)
    return Arrived(f"file-{number}", report.source_id, f"{size} {stored}".strip(), tuple(facts), (), kept)


def page(study: str, files: Sequence[Arrived], stamp: str) -> str:
    """The page, which travels alone."""
    summary = f"What came of {counted(len(files), 'file')}, what didn’t, and what to look at."
    return rendered("arrived.html", whole=True, study=study, files=files, summary=summary, stamp=stamp, mark=MARK)


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(_how_many(count, what) for what, count in counts.items() if count)


def _how_many(count: int, what: str) -> str:
    return f"{count:,} {what if count != 1 else _PLURAL.sub('', what, count=1)}"


def _spoke(name: str, report: "ImportReport") -> str:
    role = {"interviewer": "asks", "participant": "takes part"}.get(report.roles.get(name, ""), "role unknown")
    return f"{how_many(report.speakers[name], 'turn')}, {report.shares[name]:.0%} of the words; {role}"


def _places(arrival: "Arrival") -> Iterator[Places]:
    kinds = (
        (True, "Doubtful places", "Brought to where the numbers point: nothing bears out that this is what was meant."),
        (False, "Not brought", "Nowhere in the text could these stand."),
    )
    for brought, title, about in kinds:
        places = tuple(_place(each) for each in arrival.doubtful if each.brought == brought)
        if places:
            yield Places(title, about, places)


def _place(doubtful: "Doubtful") -> Place:
    words = " ".join(doubtful.quote.split())
    return Place(doubtful.source, doubtful.code, f"{doubtful.raw[0]:,} to {doubtful.raw[1]:,}", doubtful.why, words)
