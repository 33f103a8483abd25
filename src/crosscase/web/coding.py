"""What a page needs for coding: where each sentence stands, what to code with, and what this coder has done."""

from collections.abc import Iterator
from dataclasses import dataclass

from crosscase.codebook import Code
from crosscase.coding import Decision, Suggestion
from crosscase.source import Source, Turn, sentences
from crosscase.study import Study


@dataclass(frozen=True, slots=True)
class TurnPlaces:
    """Where a turn stands, in code points of the source: its name from `head`, its words from `start`."""

    head: int
    start: int
    end: int
    is_coded: bool
    sentences: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class CodeChoice:
    id: str
    name: str
    category: str
    definition: str
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Decided:
    """A coding or a suggestion of this source; only the coder's own codings can be changed by them."""

    id: str
    start: int
    end: int
    code: str
    name: str
    told: str = ""


@dataclass(frozen=True, slots=True)
class CodingData:
    source: str
    version: str
    coder: str
    token: str
    is_done: bool
    turns: tuple[TurnPlaces, ...]
    categories: tuple[tuple[str, str], ...]
    codes: tuple[CodeChoice, ...]
    codings: tuple[Decided, ...]
    suggestions: tuple[Decided, ...]


def coding_data(
    study: Study, source: Source, coder: str, suggestions: tuple[Suggestion, ...], *, version: str, token: str
) -> CodingData:
    """What the page of a source needs; of codings only the coder's own, so that a blind coder is sent no others."""
    book, own = study.codebook, [one for one in study.codings if (one.coder, one.source_id) == (coder, source.id)]
    offered = sorted((one for one in suggestions if one.source_id == source.id), key=lambda one: (one.start, one.end))
    decided = {(one.start, one.end, one.code_id) for one in study.reviews if one.source_id == source.id}
    reading = next((one for one in study.readings if (one.coder, one.source_id) == (coder, source.id)), None)
    return CodingData(
        source.id,
        version,
        coder,
        token,
        reading is not None and reading.is_done,
        tuple(_turns(source)),
        tuple((category.id, category.name) for category in book.categories),
        tuple(_choice(code, category.name) for category in book.categories for code in category.codes),
        tuple(_decided(study, one, one.value) for one in own),
        tuple(
            _decided(study, one, one.explanation) for one in offered if (one.start, one.end, one.code_id) not in decided
        ),
    )


def _turns(source: Source) -> Iterator[TurnPlaces]:
    before = 0
    for turn in source.turns:
        name = len(source.text[before : turn.start].lstrip())
        yield TurnPlaces(
            turn.start - name, turn.start, turn.end, turn.role != "interviewer", tuple(_sentences(source.text, turn))
        )
        before = turn.end


def _sentences(text: str, turn: Turn) -> Iterator[tuple[int, int]]:
    for start, end in sentences(text[turn.start : turn.end]):
        yield turn.start + start, turn.start + end


def _choice(code: Code, category: str) -> CodeChoice:
    values = tuple(code.values.items())
    return CodeChoice(code.id, code.name, category, code.definition, code.include, code.exclude, values)


def _decided(study: Study, decision: Decision, told: str) -> Decided:
    code = study.codebook.by_id.get(decision.code_id)
    name = code.name if code else decision.code_id
    return Decided(decision.id, decision.start, decision.end, decision.code_id, name, told)
