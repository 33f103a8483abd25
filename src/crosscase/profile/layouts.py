"""Exhibits of decision points and of prose without what only one case has."""

from collections.abc import Iterable
from dataclasses import replace

from crosscase.layout import DecisionOption, DecisionPart, DecisionPoint, DecisionsLayout, Layout, ProseLayout
from crosscase.profile.rarity import Place, Rare


def chosen_layout(layout: Layout, rare: Rare, of_one: str) -> Layout:
    """The layout with nothing in it by which a case could be told; `of_one` stands where only one case has something.

    A note says how many options of decision points are left out.
    """
    if isinstance(layout, DecisionsLayout):
        return _decisions(layout, rare, of_one)
    return _prose(layout, rare) if isinstance(layout, ProseLayout) else layout


def _decisions(layout: DecisionsLayout, rare: Rare, of_one: str) -> DecisionsLayout:
    points = tuple(_point(point, rare) for point in layout.points)
    left_out = _options(layout.points) - _options(points)
    notes = (f"{left_out} of the options are of {of_one} each and left out.",) if left_out else ()
    return replace(layout, points=points, notes=(*layout.notes, *notes))


def _options(points: Iterable[DecisionPoint]) -> int:
    return sum(len(part.options) for point in points for part in point.parts)


def _point(point: DecisionPoint, rare: Rare) -> DecisionPoint:
    parts = (_part(part, rare) for part in point.parts)
    return replace(point, parts=tuple(part for part in parts if part.options))


def _part(part: DecisionPart, rare: Rare) -> DecisionPart:
    return replace(part, options=tuple(option for option in part.options if not _is_rare(option, rare)))


def _is_rare(option: DecisionOption, rare: Rare) -> bool:
    values = {(option.feature, value) for value in option.values}
    cells = any(place in rare.places or place[1] in rare.codes for place in option.cells)
    return option.code_id in rare.codes or cells or not values.isdisjoint(rare.values)


def _prose(layout: ProseLayout, rare: Rare) -> ProseLayout:
    """The statements lead to no cell in which something rare stands, and no rare words stand out."""
    statements = tuple(replace(one, cells=_plain(one.cells, rare)) for one in layout.statements)
    is_rare = layout.quote in {coding.id for coding in rare.codings}
    return replace(layout, statements=statements, quote="" if is_rare else layout.quote)


def _plain(cells: Iterable[Place], rare: Rare) -> tuple[Place, ...]:
    return tuple(place for place in cells if place not in rare.places and place[1] not in rare.codes)
