"""A matrix as data for its page's script: the one shape of a cell, whoever shows or edits it.

What is empty is left out. The data of a page:

    units, label   what rows are; what a type is called
    signs          for each state, its words
    types          [letter, hue, name] of each type, in their order
    codes          {id, name, href, parent, values: [[words, meaning], …]}; `parent` is a coarser one's place
    stances        those of the passages that are quoted
    facets         [name, words] of each attribute that rows are told apart by
    bylines        who summarised cells and when, the usual first
    rows           {id, name, type, facts: {name: value}, cells: [cell, …]}
    texts          by source, [its name, its page, the file of its turns, the role of each speaker who is quoted]

A cell, whose state, summary and ways onward stand in the page itself:

    words          its state, where it is said otherwise than in `signs`, as of a draft
    values         [words, how many codings, 1 if the type rests on it]
    passages       how many codings it has, and `stances` theirs, where those that are quoted don't tell
    by, flags      the place in `bylines`, from 1; what to know before trusting the summary
    draft          what suggestions add to it
    absence        a person's word on why it is empty
    quotes         up to three passages

A quote is a list, whose end is left out where nothing is there:

    turn           [source, number of the turn, start, end], half-open in UTF-16 units of the turn's words;
                   instead its words where it isn't within one turn, or texts aren't shown
    at             the coding that stands there in its source's page, or another anchor, which has a `/`;
                   with words instead of a turn {place, who, href}
    value, stance  what it was coded as, by their places, from 1, in the cell's `values` and in `stances`
    note, draft    whose words it quotes, or of whom it speaks; 1 if it is a suggestion

The turns of a source lie packed beside the pages once, and are asked for when a cell is opened, and by the search; a
page that travels alone carries those around its passages: [number, speaker, words, 1 if it asks] each.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from crosscase.pages import links
from crosscase.pages.data import CodeHead, MatrixCell, MatrixRow, Quote, QuotedPassage, QuotedSource, TypeSign
from crosscase.pages.material import Material
from crosscase.pages.packing import packed
from crosscase.source import Source, Turn
from crosscase.wording import plural

Data = dict[str, object]
Texts = dict[str, list[list[str | int]]]

MOST_WORDS = 80_000
"""So many characters of the texts lie in a page at most; beyond that, fewer turns around each passage."""

REACHES = ((3, 3), (1, 1), (1, 0))


def data(
    material: Material,
    heads: Sequence[CodeHead],
    rows: Sequence[MatrixRow],
    facets: Sequence[tuple[str, str]],
    *,
    unit: str,
    label: str,
) -> Data:
    """What the script of a matrix works with: everything behind the cells that doesn't stand in the table."""
    types = tuple(dict.fromkeys(row.type for row in rows if row.type.letter))
    every = [cell for row in rows for cell in row.cells]
    signed = bylines(every)
    stances = sorted({quote.stance for cell in every for quote in cell.quotes if quote.stance})
    shown = [name for name, _ in facets]
    return {
        "units": plural(unit),
        "label": label,
        "signs": {cell.status: cell.sign.words for cell in every if cell.status == cell.sign.shape},
        "types": [[sign.letter, sign.hue, sign.name] for sign in types],
        "codes": [_code(head) for head in heads],
        "facets": [list(facet) for facet in facets],
        "bylines": signed,
        "stances": stances,
        "rows": [
            _row(row, types, shown, [_cell(cell, signed, stances, material) for cell in row.cells]) for row in rows
        ],
        "texts": _sources(material, [quote for cell in every for quote in cell.quotes]),
    }


def bylines(cells: Iterable[MatrixCell]) -> tuple[str, ...]:
    """Who wrote the summaries of these cells, and when: the usual first."""
    counts = Counter(cell.written.byline for cell in cells if cell.written and cell.written.byline)
    return tuple(sorted(counts, key=lambda byline: (-counts[byline], byline)))


def _code(head: CodeHead) -> Data:
    parts: Data = {"values": head.values, "empty": int(head.is_empty)}
    parent: Data = {"parent": head.parent} if head.parent >= 0 else {}
    return {"id": head.id, "name": head.code.text, "href": head.code.href} | _held(parts) | parent


def _row(row: MatrixRow, types: Sequence[TypeSign], shown: Sequence[str], cells: Sequence[Data]) -> Data:
    facts = {fact.name: fact.text for fact in row.attributes if fact.text and fact.name in shown}
    kind: Data = {"type": types.index(row.type)} if row.type.letter else {}
    return {"id": row.id, "name": row.name, "cells": cells} | kind | _held({"facts": facts})


def _cell(cell: MatrixCell, signed: Sequence[str], stances: Sequence[str], material: Material) -> Data:
    parts: Data = {
        "words": "" if cell.sign.shape == cell.status and cell.status != "draft" else cell.sign.words,
        "values": [[value.name, value.number, int(value.decides)] for value in cell.values],
        "by": signed.index(cell.written.byline) + 1 if cell.written and cell.written.byline else 0,
        "flags": cell.written.flags if cell.written else (),
        "draft": cell.drafted,
        "absence": cell.absence,
        "quotes": [_quote(quote, cell, stances, material) for quote in cell.quotes],
    }
    return _held(parts) | _of_codings(cell)


def _of_codings(cell: MatrixCell) -> Data:
    """How many codings a cell has, and their stances, where those of its quotes don't say as much."""
    coded = [quote for quote in cell.quotes if quote.basis != "draft"]
    number: Data = {"passages": cell.passages} if cell.passages != len(coded) else {}
    is_told = {quote.stance for quote in coded if quote.stance} == set(cell.stances)
    return number if is_told else number | {"stances": cell.stances}


def _quote(quote: Quote, cell: MatrixCell, stances: Sequence[str], material: Material) -> list[object]:
    turn = _turn_of(quote, material)
    at = links.anchor_in(quote.place.href).removeprefix(links.anchor("coding", ""))
    where = f"{quote.source.text}, {quote.place.text}"
    alone = {"place": where, "who": _who(quote), "href": quote.place.href}
    names = [value.name for value in cell.values]
    parts: list[object] = [
        *([_within(quote, turn, material), at] if turn else [quote.text, alone]),
        names.index(quote.value) + 1 if quote.value in names else quote.value,
        stances.index(quote.stance) + 1 if quote.stance else "",
        "; ".join(_notes(quote)),
        int(quote.basis == "draft"),
    ]
    while not parts[-1]:
        parts.pop()
    return parts


def _who(quote: Quote) -> str:
    return ", ".join(part for part in (quote.speaker, quote.role) if part)


def _notes(quote: Quote) -> Iterator[str]:
    if quote.about:
        yield f"about {quote.about}"
    if quote.voice:
        yield f"quoting {quote.voice}"
    if quote.counts:
        yield quote.counts


def _turn_of(quote: Quote, material: Material) -> Turn | None:
    """The turn that holds the whole passage; None where it reaches beyond, or its text isn't shown."""
    turn = material.sources[quote.source_id].turn_at(quote.start)
    if not material.has_transcripts or turn is None or quote.start < turn.start or quote.end > turn.end:
        return None
    return turn


def _within(quote: Quote, turn: Turn, material: Material) -> list[str | int]:
    text = material.sources[quote.source_id].text
    start, end = (_units(text[turn.start : place]) for place in (quote.start, quote.end))
    return [quote.source_id, turn.number, start, end]


def _units(text: str) -> int:
    """How long a text is in UTF-16 units, in which scripts count."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def near(material: Material, quotes: Sequence[Quote]) -> Texts:
    """The turns that passages lie in, each once, with as many around them as the page can carry."""
    if not material.has_transcripts:
        return {}
    turns: Mapping[str, Mapping[int, Turn]] = {}
    for before, after in REACHES:
        turns = _around(material.sources, quotes, before, after)
        if sum(turn.end - turn.start for of_source in turns.values() for turn in of_source.values()) <= MOST_WORDS:
            break
    return {
        source_id: _lines(material.sources[source_id], [of_source[number] for number in sorted(of_source)])
        for source_id, of_source in turns.items()
    }


def all_turns(material: Material) -> Texts:
    """Every turn of every source whose text is shown."""
    sources = material.sources if material.has_transcripts else {}
    return {source_id: _lines(source, source.turns) for source_id, source in sources.items()}


def text_beside(material: Material, source_id: str) -> str:
    """All turns of a source, packed, as a script that hands them to that of a matrix, or of the search."""
    source = material.sources[source_id]
    handed = json.dumps([source_id, packed(_lines(source, source.turns))], ensure_ascii=False, separators=(",", ":"))
    return f"crosscaseText(...{handed})"


def _lines(source: Source, turns: Sequence[Turn]) -> list[list[str | int]]:
    return [
        [turn.number, turn.speaker, source.text[turn.start : turn.end], *([1] if turn.role == "interviewer" else [])]
        for turn in turns
    ]


def _sources(material: Material, quotes: Sequence[Quote]) -> dict[str, list[object]]:
    """Of each source that is quoted by its turns: its name, its page, where its turns lie, and its speakers' roles."""
    speakers: dict[str, set[str]] = {}
    for quote in quotes:
        if turn := _turn_of(quote, material):
            speakers.setdefault(quote.source_id, set()).add(turn.speaker)
    return {source_id: _text(material, source_id, sorted(names)) for source_id, names in speakers.items()}


def _text(material: Material, source_id: str, speakers: Sequence[str]) -> list[object]:
    roles = {speaker: _role(material, speaker, source_id) for speaker in speakers}
    link = material.source_link(source_id)
    return [link.text, link.href, links.text(source_id), _held(roles)]


def _role(material: Material, speaker: str, source_id: str) -> str:
    """What is known of the person behind a name in a text: their role, or else their sector."""
    person = material.findings.voices.person(speaker, source_id)
    return (person.role or person.sector) if person else ""


def quoted(material: Material, quotes: Sequence[Quote]) -> tuple[QuotedSource, ...]:
    """The passages that cells quote, each once, under the question that was asked before them."""
    order = {source_id: number for number, source_id in enumerate(material.sources)}
    passages = {quote.span: quote for quote in quotes}
    in_order = sorted(passages.values(), key=lambda quote: (order[quote.source_id], quote.start, quote.end))
    return tuple(
        QuotedSource(material.source_link(source_id), tuple(_passages(material, source_id, list(of_source))))
        for source_id, of_source in groupby(in_order, key=lambda quote: quote.source_id)
    )


def _passages(material: Material, source_id: str, quotes: Sequence[Quote]) -> Iterator[QuotedPassage]:
    asked_before = -1
    source = material.sources[source_id]
    for quote in quotes:
        turn = _turn_of(quote, material)
        number = source.turns.index(turn) if turn else 0
        before = source.turns[number - 1] if number else None
        asks = before is not None and before.role == "interviewer" and number != asked_before
        asked = source.text[before.start : before.end] if before and asks else ""
        asked_before = number
        yield QuotedPassage(quote.near, _who(quote), quote.text, quote.place, asked)


def _around(
    sources: Mapping[str, Source], quotes: Iterable[Quote], before: int, after: int
) -> dict[str, dict[int, Turn]]:
    turns: dict[str, dict[int, Turn]] = {}
    for quote in quotes:
        source = sources[quote.source_id]
        first, last = source.turn_index(quote.start), source.turn_index(quote.end - 1)
        around = source.turns[max(first - before, 0) : last + 1 + after]
        turns.setdefault(source.id, {}).update({turn.number: turn for turn in around})
    return turns


def _held(parts: Mapping[str, object]) -> Data:
    return {name: part for name, part in parts.items() if part}
