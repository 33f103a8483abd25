"""A matrix as data for its page's script: the one shape of a cell, whoever shows or edits it.

What is empty is left out. The data of a page:

    units, label   what rows are; what a type is called
    signs          for each state, its words
    types          [letter, hue, name] of each type, in their order
    codes          {id, name, href, about, parent, values: [[words, meaning], …]}; `parent` is a coarser one's place
    facets         [name, words] of each attribute that rows are told apart by
    rows           {id, name, type, facts: {name: value}, sources: [[words, href], …], cells: [cell, …]}
    roles          by source, the role of each speaker; the words of turns stand in the page itself

A cell, whose summary stands in the page itself:

    status         its state, one of `signs`; `words` where it is said otherwise, as of a draft
    values         [words, how many codings, 1 if the type rests on it]
    passages       how many codings it has; `stances` are theirs
    by, flags      who summarised it and when; what to know before trusting it
    draft          what suggestions add to it
    absence        a person's word on why it is empty
    quotes         up to three passages
    all            where all its passages stand; `more` [words, href] of where its suggestions do

A quote:

    turn           [source, number of the turn, start, end], half-open in UTF-16 units of the turn's words;
                   instead `text`, `place` and `who` where it isn't within one turn, or texts aren't shown
    href           where it stands
    value, stance, note     what it was coded as; whose words it quotes, or of whom it speaks
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from crosscase.pages import links
from crosscase.pages.data import CodeHead, Link, MatrixCell, MatrixRow, NearText, NearTurn, Quote, TypeSign
from crosscase.pages.material import Material
from crosscase.source import Source, Turn
from crosscase.wording import plural

Data = dict[str, object]

MOST_WORDS = 80_000
"""So many characters of the texts lie in a page at most; beyond that, fewer turns around each passage."""

REACHES = ((3, 3), (1, 1), (1, 0))


def data(
    material: Material,
    heads: Sequence[CodeHead],
    rows: Sequence[MatrixRow],
    facets: Sequence[tuple[str, str]],
    texts: Sequence[NearText],
    *,
    unit: str,
    label: str,
) -> Data:
    """What the script of a matrix works with: everything behind the cells that doesn't stand in the table."""
    types = tuple(dict.fromkeys(row.type for row in rows if row.type.letter))
    every = [cell for row in rows for cell in row.cells]
    return {
        "units": plural(unit),
        "label": label,
        "signs": {cell.status: cell.sign.words for cell in every if cell.status == cell.sign.shape},
        "types": [[sign.letter, sign.hue, sign.name] for sign in types],
        "codes": [_code(head) for head in heads],
        "facets": [list(facet) for facet in facets],
        "rows": [_row(row, types, material) for row in rows],
        "roles": {text.source_id: text.roles for text in texts},
    }


def _code(head: CodeHead) -> Data:
    parts: Data = {"about": head.definition, "values": head.values, "empty": int(head.is_empty)}
    parent: Data = {"parent": head.parent} if head.parent >= 0 else {}
    return {"id": head.id, "name": head.code.text, "href": head.code.href} | _held(parts) | parent


def _row(row: MatrixRow, types: Sequence[TypeSign], material: Material) -> Data:
    facts = {fact.name: fact.text for fact in row.attributes if fact.text}
    sources = [_link(link) for fact in row.attributes for link in fact.links]
    kind: Data = {"type": types.index(row.type)} if row.type.letter else {}
    made = [_cell(cell, material) for cell in row.cells]
    return {"id": row.id, "name": row.name, "cells": made} | kind | _held({"facts": facts, "sources": sources})


def _cell(cell: MatrixCell, material: Material) -> Data:
    parts: Data = {
        "words": "" if cell.sign.shape == cell.status and cell.status != "draft" else cell.sign.words,
        "values": [[value.name, value.number, int(value.decides)] for value in cell.values],
        "passages": cell.passages,
        "stances": cell.stances,
        "by": cell.written.byline if cell.written else "",
        "flags": cell.written.flags if cell.written else (),
        "draft": cell.drafted,
        "absence": cell.absence,
        "quotes": [_quote(quote, material) for quote in cell.quotes],
        "all": cell.onward[0].href if cell.passages else "",
        "more": [_link(link) for link in cell.onward[bool(cell.passages) :]],
    }
    return {"status": cell.status} | _held(parts)


def _quote(quote: Quote, material: Material) -> Data:
    turn = _turn_of(quote, material)
    place: Data = {"turn": _within(quote, turn, material)} if turn else {}
    who = ", ".join(part for part in (quote.speaker, quote.role) if part)
    alone: Data = {"text": quote.text, "place": f"{quote.source.text}, {quote.place.text}", "who": who}
    parts: Data = {
        "value": quote.value,
        "stance": quote.stance,
        "note": "; ".join(_notes(quote)),
        "draft": int(quote.basis == "draft"),
    }
    return (place or alone) | {"href": quote.place.href} | _held(parts)


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


def place_near(material: Material, quote: Quote) -> str:
    """Where the turn of a passage stands in the page of the matrix; empty where the passage stands there by itself."""
    turn = _turn_of(quote, material)
    return links.near_anchor(quote.source_id, material.places(quote.source_id).turns[turn.number]) if turn else ""


def _units(text: str) -> int:
    """How long a text is in UTF-16 units, in which scripts count."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def near(material: Material, quotes: Sequence[Quote]) -> tuple[NearText, ...]:
    """The turns that passages lie in, each once, with as many around them as the page can carry."""
    if not material.has_transcripts:
        return ()
    turns: Mapping[str, Mapping[int, Turn]] = {}
    for before, after in REACHES:
        turns = _around(material.sources, quotes, before, after)
        if sum(turn.end - turn.start for of_source in turns.values() for turn in of_source.values()) <= MOST_WORDS:
            break
    return tuple(_text(material, source_id, of_source, quotes) for source_id, of_source in turns.items())


def _text(material: Material, source_id: str, turns: Mapping[int, Turn], quotes: Sequence[Quote]) -> NearText:
    spans = [(quote.start, quote.end) for quote in quotes if quote.source_id == source_id]
    roles = {turn.speaker: _role(material, turn.speaker, source_id) for turn in turns.values()}
    return NearText(
        source_id,
        material.source_link(source_id),
        {speaker: role for speaker, role in roles.items() if role},
        tuple(_near_turn(material, source_id, turns[number], spans) for number in sorted(turns)),
    )


def _role(material: Material, speaker: str, source_id: str) -> str:
    """What is known of the person behind a name in a text: their role, or else their sector."""
    person = material.findings.voices.person(speaker, source_id)
    return (person.role or person.sector) if person else ""


def _near_turn(material: Material, source_id: str, turn: Turn, spans: Sequence[tuple[int, int]]) -> NearTurn:
    place = links.near_anchor(source_id, material.places(source_id).turns[turn.number])
    pieces = tuple(_pieces(material.sources[source_id].text, turn, spans))
    return NearTurn(place, turn.number, turn.speaker, turn.role == "interviewer", pieces)


def _pieces(text: str, turn: Turn, spans: Sequence[tuple[int, int]]) -> Iterator[tuple[str, bool]]:
    """The words of a turn, parted where passages begin and end; passages that overlap are one."""
    within = sorted((max(start, turn.start), min(end, turn.end)) for start, end in spans)
    at = turn.start
    for start, end in within:
        if end <= at or start >= end:
            continue
        if start > at:
            yield text[at:start], False
        yield text[max(at, start) : end], True
        at = end
    if at < turn.end:
        yield text[at : turn.end], False


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


def _link(link: Link) -> list[str]:
    return [link.text, link.href]


def _held(parts: Data) -> Data:
    return {name: part for name, part in parts.items() if part}
