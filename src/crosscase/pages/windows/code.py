"""One code beside all its passages: what it means, how it came to mean that, and what can be done with it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from crosscase.codebook import Code
from crosscase.coding import Coding
from crosscase.pages import links
from crosscase.pages.data import Frame, Link, Quote
from crosscase.pages.history import DONE
from crosscase.pages.material import quote
from crosscase.pages.windows.codes import category_place, waiting_for
from crosscase.pages.windows.seen import Seen, window_frame
from crosscase.revisit import read_anew
from crosscase.study.decisions.book import next_version
from crosscase.study.decisions.codebook import uses
from crosscase.wording import counted, first_of, listed

AT_MOST = 12
"""So many sources are named that would have to be read again; the others are counted."""


@dataclass(frozen=True, slots=True)
class Fields:
    """The code as its form has it: lists one a line, values with what they mean."""

    name: str
    kind: str
    definition: str
    include: str
    exclude: str
    examples: str
    cues: str
    values: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage of the code; `example` is empty where it is one of the code's examples already."""

    quote: Quote
    example: str


@dataclass(frozen=True, slots=True)
class SourceGroup:
    source: Link
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A step in the code's history."""

    version: int
    what: str
    why: str
    byline: str


@dataclass(frozen=True, slots=True)
class CodeWindow:
    """`anew` says what a change of meaning will ask to be read again; `refers` what goes by the code's id.

    `in_use` says why the code can't be retired; it is empty where it can. `is_closed` is true for a blind coder who
    isn't to change the codebook before having read: they see what the code means, `meant` besides its definition.
    """

    frame: Frame
    id: str
    name: str
    category: Link
    about: str
    in_report: str
    fields: Fields
    anew: str
    examples: tuple[str, ...]
    counts: str
    groups: tuple[SourceGroup, ...]
    waits: Link | None
    history: tuple[Step, ...]
    refers: tuple[str, ...]
    formerly: tuple[str, ...]
    in_use: str
    categories: tuple[Link, ...]
    others: tuple[tuple[str, tuple[Link, ...]], ...]
    meant: tuple[tuple[str, str], ...]
    is_closed: bool


def code_window(seen: Seen) -> CodeWindow:
    """Raises KeyError where the codebook has no such code."""
    study, material = seen.study, seen.material
    code = study.codebook.by_id[seen.asked.get("id", "")]
    category = next(there for there in study.codebook.categories if there.id == code.category_id)
    codings = material.codings_of(code.id)
    waiting = len(waiting_for(seen, code))
    fields = _fields(code)
    return CodeWindow(
        frame=window_frame(seen, code.name, "Codebook"),
        id=code.id,
        name=code.name,
        category=Link(category.name, category_place(category.id)),
        about=f"{code.origin} {code.kind}, since version {code.since}",
        in_report=links.code(code.id),
        fields=fields,
        anew=_anew(seen, code),
        examples=tuple(map(_line, code.examples)),
        counts=_counts(seen, code),
        groups=tuple(
            SourceGroup(material.source_link(source_id), tuple(_passage(seen, code, coding) for coding in of_source))
            for source_id, of_source in groupby(codings, key=lambda coding: coding.source_id)
        ),
        waits=Link(counted(waiting, "source"), links.window("revisit", code=code.id)) if waiting else None,
        history=tuple(_steps(seen, code)),
        refers=_refers(seen, code),
        formerly=code.formerly,
        in_use=listed([counted(number, what) for what, number in uses(study, code).items() if number]),
        categories=tuple(Link(there.name, there.id) for there in study.codebook.categories),
        others=tuple(_others(seen, code)),
        meant=tuple((name, text) for name, text in _meant(fields).items() if text),
        is_closed=seen.has_to_read_first,
    )


def _fields(code: Code) -> Fields:
    return Fields(
        code.name,
        code.kind,
        code.definition,
        _lines(code.include),
        _lines(code.exclude),
        _lines(code.examples),
        _lines(code.cues),
        "\n".join(f"{value}: {_line(meaning)}" for value, meaning in code.values.items()),
    )


def _meant(fields: Fields) -> dict[str, str]:
    """What a code means besides its definition, to be read only."""
    return {
        "Use it when": fields.include,
        "Not when": fields.exclude,
        "Examples": fields.examples,
        "Values": fields.values,
    }


def _lines(items: tuple[str, ...]) -> str:
    return "\n".join(map(_line, items))


def _line(text: str) -> str:
    return " ".join(text.split())


def _anew(seen: Seen, code: Code) -> str:
    """What a change of meaning comes to, before it is made."""
    version = next_version(seen.study)
    sources = read_anew(seen.study, code, version)
    titles = [seen.material.source_link(source_id).text for source_id in sources]
    told = "the codebook stays at version" if version == seen.study.codebook.version else "the codebook becomes version"
    asked = f"to be read again for it: {first_of(titles, AT_MOST)}" if sources else "nothing has to be read again"
    count = f"{counted(len(sources), 'source')} " if sources else ""
    return f"{told} {version}; {count}{asked}"


def _counts(seen: Seen, code: Code) -> str:
    codings = seen.material.codings_of(code.id)
    if not codings:
        return "No passage is coded with it."
    sources = {coding.source_id for coding in codings}
    cases = len(seen.material.cases_of(codings))
    unit = seen.study.settings.unit
    return f"{counted(len(codings), 'coding')}, {counted(len(sources), 'source')}, {counted(cases, unit)}"


def _passage(seen: Seen, code: Code, coding: Coding) -> Passage:
    quoted = quote(seen.material, coding)
    example = _line(quoted.text)
    return Passage(quoted, "" if example in map(_line, code.examples) else example)


def _steps(seen: Seen, code: Code) -> Iterator[Step]:
    for step in reversed(code.history):
        why, byline = seen.material.in_words(step.why), seen.material.byline(step.by, step.on)
        yield Step(step.version, DONE[step.what], why, byline)


def _refers(seen: Seen, code: Code) -> tuple[str, ...]:
    """What of the study goes by the code's id, counted."""
    study, ids = seen.study, {code.id, *code.formerly}
    questions = [question for question in study.guide.questions if not ids.isdisjoint(question.code_ids)]
    counts = {
        **uses(study, code),
        "empty cell": sum(absence.code_id == code.id for absence in study.absences),
        "question": len(questions),
        "typology": sum(code.id in typology.features for typology in study.typologies),
    }
    return tuple(counted(number, what) for what, number in counts.items() if number)


def _others(seen: Seen, code: Code) -> Iterator[tuple[str, tuple[Link, ...]]]:
    """The other codes by category, as what this one may be merged into."""
    for category in seen.study.codebook.categories:
        others = tuple(Link(other.name, other.id) for other in category.codes if other.id != code.id)
        if others:
            yield category.name, others
