"""How exhibits of decision points and of prose are laid out for a reader: without names, and without what is rare."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from crosscase.layout import DecisionOption, DecisionPart, DecisionPoint, DecisionsLayout, ProseLayout, Statement
from crosscase.profile.rarity import Rare

Place = tuple[str, str]
Words = Callable[[str], str]


def shown_decisions(
    layout: DecisionsLayout, told: Words, case_ids: Mapping[str, str], rare: Rare, one: str
) -> DecisionsLayout:
    """The decision points without the options by which a case could be told; a note says how many there are.

    `one` is what stands where only one case has something.
    """
    points, before, after = [], 0, 0
    for point in layout.points:
        parts = [_part(part, told, case_ids, rare) for part in point.parts]
        before += sum(len(part.options) for part in point.parts)
        after += sum(len(part.options) for part in parts)
        kept = tuple(part for part in parts if part.options)
        points.append(DecisionPoint(told(point.title), kept, told(point.note), point.line))
    left = (f"{before - after} of the options are of {one} each and left out.",) if before != after else ()
    notes = (*(told(note) for note in layout.notes), *left)
    return replace(layout, title=told(layout.title), points=tuple(points), notes=notes)


def shown_prose(
    layout: ProseLayout, told: Words, case_ids: Mapping[str, str], coding_ids: Mapping[str, str], rare: Rare
) -> ProseLayout:
    """The statements without names; they lead to no cell in which something rare stands."""
    statements = tuple(_statement(one, told, case_ids, rare) for one in layout.statements)
    hidden = {coding.id for coding in rare.codings}
    quote = "" if layout.quote in hidden else coding_ids.get(layout.quote, "")
    notes = tuple(told(note) for note in layout.notes)
    return replace(layout, title=told(layout.title), statements=statements, quote=quote, notes=notes)


def _part(part: DecisionPart, told: Words, case_ids: Mapping[str, str], rare: Rare) -> DecisionPart:
    kept = [option for option in part.options if not _is_rare(option, rare)]
    options = (replace(one, label=told(one.label), cells=_cells(one.cells, case_ids, rare)) for one in kept)
    return DecisionPart(told(part.label), tuple(options))


def _is_rare(option: DecisionOption, rare: Rare) -> bool:
    values = {(option.feature, value) for value in option.values}
    cells = any(place in rare.places or place[1] in rare.codes for place in option.cells)
    return option.code_id in rare.codes or cells or not values.isdisjoint(rare.values)


def _statement(statement: Statement, told: Words, case_ids: Mapping[str, str], rare: Rare) -> Statement:
    cells = _cells(statement.cells, case_ids, rare)
    return replace(statement, text=told(statement.text), lead=told(statement.lead), cells=cells)


def _cells(cells: Iterable[Place], case_ids: Mapping[str, str], rare: Rare) -> tuple[Place, ...]:
    plain = (place for place in cells if place not in rare.places and place[1] not in rare.codes)
    return tuple((case_ids.get(case_id, case_id), code_id) for case_id, code_id in plain)
