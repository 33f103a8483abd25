"""The figures of a typology: its property space, its cases by their features, and their episodes in time."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from crosscase.case import Episode, Feature
from crosscase.decided import CODED
from crosscase.pages.figures.drawing import (
    Box,
    Entry,
    Figure,
    Label,
    Line,
    Mark,
    Plain,
    Shape,
    badge,
    letter,
    lines,
    written,
)
from crosscase.pages.figures.space import Axis, Field, Space, axes_of, space
from crosscase.pages.margin import HUES
from crosscase.pages.material import Material
from crosscase.pages.rules import feature_name, held, is_known, standing, type_name, value_words, when
from crosscase.typology import Result, Typology
from crosscase.wording import counted, day, listed, out_of, plural, sentence

DECIDING, BESIDES, UNUSUAL = "m-5-5h10v10h-10z", "m-5-5h10v10h-10z", "m0-6l6 11h-12z"
ONWARDS, CROSS = "m-6-6l6 6l-6 6", "m-5-5l10 10m0-10l-10 10"
MONTHS_A_YEAR = 12
COLUMNS, WIDE = 176, 94

_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-\d{2})?$")

Episodes = Mapping[tuple[str, str], Episode]


def episodes(material: Material) -> Episodes:
    return {(case.id, episode.id): episode for case in material.findings.cases for episode in case.episodes}


def episode_name(material: Material, result: Result) -> str:
    """The case's name; with a number where the case has several episodes."""
    of_case = next((case.episodes for case in material.findings.cases if case.id == result.case_id), ())
    number = next((n for n, episode in enumerate(of_case, 1) if episode.id == result.episode_id), 1)
    name = material.case_name(result.case_id)
    return f"{name} ({number})" if len(of_case) > 1 else name


def rank(typology: Typology, type_id: str) -> int | None:
    """A type's place in the typology, from 0; None for unresolved, and for a type that it doesn't have."""
    return next((number for number, kind in enumerate(typology.types) if kind.id == type_id), None)


def hue(number: int | None) -> str:
    """The class of a type's hue, by its place; the unresolved one has the grey."""
    return f"hue-{0 if number is None else number % HUES + 1}"


def type_badge(x: float, y: float, number: int | None) -> tuple[Plain, ...]:
    """A type by letter, form and hue."""
    return badge(x, y, number, hue(number))


def by_type(typology: Typology, results: Sequence[Result]) -> tuple[tuple[str, tuple[Result, ...]], ...]:
    """Results grouped by type, in the typology's order, the unresolved last."""
    last = len(typology.types)

    def place(result: Result) -> int:
        found = rank(typology, result.type_id)
        return last if found is None else found

    ordered = sorted(results, key=place)
    groups = [tuple(group) for _, group in groupby(ordered, key=place)]
    return tuple((group[0].type_id, group) for group in groups)


def property_space(material: Material, typology: Typology) -> Figure | None:
    """The combinations that the rules tell apart, with those that no case fills; None where there are none."""
    results = material.findings.results[typology.id]
    found = space(typology, material.study.values, results, episodes(material))
    if not found.down:
        return None
    across = _bands(found.across)
    heads = {field.groups: field for field in found.fields}
    left, top, wide = 150 * len(found.down) + 4, 46 * len(found.across) + 14, 150
    rows_down = _bands(found.down)
    heights = [max(_field_height(heads[down + side]) for side in across) for down in rows_down]
    marks: list[Mark] = [*_space_heads(material, found, left, top, wide, heights)]
    y = float(top)
    for down, height in zip(rows_down, heights, strict=True):
        for column, side in enumerate(across):
            marks += _field(material, typology, heads[down + side], left + column * wide, y, wide, height)
        y += height
    taken = sum(bool(field.results) for field in found.fields)
    return Figure(
        f"space-{typology.id}",
        f"Property space of “{typology.name}”",
        f"A grid of {counted(len(found.fields), 'field')} by {listed(_names(material, (*found.down, *found.across)))}. "
        f"{taken} of {len(found.fields)} fields hold at least one episode; the others are empty.",
        left + wide * len(across) + 2,
        y + 2,
        tuple(marks),
        (*_names(material, (*found.down, *found.across)), f"{sentence(typology.label)}s that fit", "Episodes"),
        tuple(_field_row(material, typology, found, field) for field in found.fields),
        _space_notes(material, typology, found),
    )


def _bands(axes: Sequence[Axis]) -> list[tuple[int, ...]]:
    bands: list[tuple[int, ...]] = [()]
    for axis in axes:
        bands = [(*band, group) for band in bands for group in range(len(axis.groups))]
    return bands


def _names(material: Material, axes: Sequence[Axis]) -> list[str]:
    return [feature_name(material.study.codebook, axis.feature) for axis in axes]


def group_words(axis: Axis, group: int) -> str:
    return " / ".join(value_words(value) for value in axis.groups[group]) or "any other value"


def _field_height(field: Field) -> int:
    return 44 + 16 * max(1, len(field.results))


def _space_heads(
    material: Material, found: Space, left: int, top: int, wide: int, heights: Sequence[int]
) -> list[Mark]:
    marks: list[Mark] = []
    repeat = 1
    for level, axis in enumerate(found.across):
        span = wide
        for later in found.across[level + 1 :]:
            span *= len(later.groups)
        for index in range(repeat * len(axis.groups)):
            x = left + index * span
            name = feature_name(material.study.codebook, axis.feature)
            words = lines(group_words(axis, index % len(axis.groups)), span // 7)
            marks += [
                Label(x + 8, level * 46 + 14, name, "quiet small"),
                *written(x + 8, level * 46 + 29, words, "strong", 13),
            ]
            marks.append(Line(x, level * 46, x, top, "rule"))
        repeat *= len(axis.groups)
    return marks + _side_heads(material, found, top, heights)


def _side_heads(material: Material, found: Space, top: int, heights: Sequence[int]) -> list[Mark]:
    marks: list[Mark] = []
    for level, axis in enumerate(found.down):
        inner = 1
        for later in found.down[level + 1 :]:
            inner *= len(later.groups)
        for block in range(len(heights) // inner):
            y = top + sum(heights[: block * inner])
            name = feature_name(material.study.codebook, axis.feature)
            words = lines(group_words(axis, block % len(axis.groups)), 21, 3)
            marks += [Line(level * 150, y, 150 * len(found.down), y, "rule")]
            marks += [
                Label(level * 150, y + 17, name, "quiet small"),
                *written(level * 150, y + 33, words, "strong", 14),
            ]
    return marks


def _field(
    material: Material, typology: Typology, field: Field, x: float, y: float, wide: int, height: int
) -> list[Mark]:
    marks: list[Mark] = [Box(x, y, wide, height, "quiet")]
    if field.results:
        marks.append(Box(x + 2, y + 2, wide - 4, height - 4, "taken"))
    fitting = sorted(field.types, key=lambda type_id: _or_last(typology, type_id))
    for number, type_id in enumerate(fitting):
        marks += type_badge(x + 18 + number * 27, y + 20, rank(typology, type_id))
    names = [lines(episode_name(material, result), 20, 1)[0] for result in field.results]
    marks += written(x + 8, y + 50, names, "", 16) if names else (Label(x + 8, y + 50, "no episode", "quiet"),)
    return marks


def _or_last(typology: Typology, type_id: str) -> int:
    found = rank(typology, type_id)
    return len(typology.types) if found is None else found


def _field_row(material: Material, typology: Typology, found: Space, field: Field) -> tuple[Entry, ...]:
    axes = (*found.down, *found.across)
    groups = tuple(group_words(axis, group) for axis, group in zip(axes, field.groups, strict=True))
    fitting = sorted(field.types.items(), key=lambda entry: _or_last(typology, entry[0]))
    total = sum(field.types.values())
    told = [f"{type_name(typology, t)} in {n} of {total}" if t else f"none in {n} of {total}" for t, n in fitting]
    return (*groups, "; ".join(told), ", ".join(episode_name(material, r) for r in field.results) or "none")


def _space_notes(material: Material, typology: Typology, found: Space) -> tuple[str, ...]:
    label = typology.label
    letters = [f"{letter(number)} {kind.name}" for number, kind in enumerate(typology.types)]
    notes = [
        f"Letters: the {plural(label)} that a combination in this field may make: {', '.join(letters)}; "
        f"? where no {label} fits. Where a field has several letters, the features below decide.",
        f"Over all features the rules tell {counted(found.total, 'combination')} of values apart: {found.taken} hold "
        f"an episode whose every feature is known, the other {found.total - found.taken} hold none, and for "
        f"{found.unfit} no {label} fits."
        + ("" if found.is_whole else " Only the first 100,000 combinations were looked at."),
    ]
    if found.others:
        others = [f"{feature_name(material.study.codebook, a.feature)} ({_listed_groups(a)})" for a in found.others]
        notes.append(f"Features not on the grid: {'; '.join(others)}.")
    if found.unplaced:
        away = [f"{episode_name(material, r)} ({type_name(typology, r.type_id)})" for r in found.unplaced]
        notes.append(f"Not on the grid, since a feature of it is not recorded or not known: {listed(away)}.")
    return tuple(notes)


def _listed_groups(axis: Axis) -> str:
    return ", ".join(group_words(axis, group) for group in range(len(axis.groups)))


def feature_chart(material: Material, typology: Typology) -> Figure | None:
    """Every episode by the features of the rules, and those that are typical, grouped by type."""
    results = material.findings.results[typology.id]
    ruling = [axis.feature for axis in axes_of(typology, material.study.values)]
    features = list(dict.fromkeys([*ruling, *(name for kind in typology.types for name in kind.typical)]))
    if not results or not features:
        return None
    known, cases = episodes(material), len({result.case_id for result in results})
    marks: list[Mark] = []
    for column, name in enumerate(features):
        marks += written(
            COLUMNS + column * WIDE, 14, lines(feature_name(material.study.codebook, name), 14, 3), "small", 13
        )
    y, rows = 52.0, []
    for type_id, group in by_type(typology, results):
        marks += [Line(0, y, COLUMNS + WIDE * len(features), y), *type_badge(13, y + 20, rank(typology, type_id))]
        marks.append(Label(32, y + 25, _group_name(typology, type_id, group, len(results)), "strong"))
        y += 38
        for result in group:
            having = {feature.attribute: feature for feature in known[result.case_id, result.episode_id].features}
            marks.append(Label(32, y + 15, lines(episode_name(material, result), 24, 1)[0]))
            for column, name in enumerate(features):
                is_coded = bool(material.coded(result.case_id, result.episode_id, name))
                words = CODED if is_coded else held(having.get(name))
                sign = _sign(result, name, having.get(name))
                x = COLUMNS + 6 + column * WIDE
                marks += _value(having.get(name), words, sign, x, y + 11, hue(rank(typology, type_id)))
            values = (_table_value(material, result, name, having.get(name)) for name in features)
            rows.append((episode_name(material, result), type_name(typology, type_id), *values))
            marks.append(Line(32, y + 34, COLUMNS + WIDE * len(features), y + 34, "rule"))
            y += 36
        y += 6
    return Figure(
        f"chart-{typology.id}",
        f"Cases and features, grouped by {typology.label}",
        f"{counted(len(results), 'episode')} of {counted(cases, material.study.settings.unit)} "
        f"by {counted(len(features), 'feature')}. The table below says the same.",
        COLUMNS + 4 + WIDE * len(features),
        y,
        tuple(marks),
        ("Episode", sentence(typology.label), *(feature_name(material.study.codebook, name) for name in features)),
        tuple(rows),
        key=f"■ what decided the {typology.label}, or would be needed for it · □ known, and not what decided · "
        f"△ known, and not typical of the {typology.label} · in italics: why no value is known (“not recorded”: "
        "the case’s file has no such feature; “coded, not decided”: people coded it, and nobody decided it).",
    )


def _group_name(typology: Typology, type_id: str, group: Sequence[Result], total: int) -> str:
    return f"{sentence(type_name(typology, type_id))}: {out_of(len(group), total, 'episode')}"


def _sign(result: Result, name: str, feature: Feature | None) -> str:
    if name in result.atypical and is_known(feature):
        return "unusual"
    return "deciding" if name in result.decided else "besides"


def _value(feature: Feature | None, told: str, sign: str, x: float, y: float, hue: str) -> tuple[Mark, ...]:
    words = lines(told, 13)
    kind = "" if is_known(feature) else "italic quiet"
    shape = {"unusual": Shape(x, y, UNUSUAL, "open"), "deciding": Shape(x, y, DECIDING, f"filled {hue}")}
    place = shape.get(sign, Shape(x, y, BESIDES, "open"))
    drawn = (place,) if is_known(feature) or sign == "deciding" else ()
    return (*drawn, *written(x + 10, y + 4, words, f"small {kind}".strip(), 13))


def _table_value(material: Material, result: Result, name: str, feature: Feature | None) -> str:
    remark = {"unusual": " (not typical)", "deciding": " (decided)" if result.type_id else " (needed)", "besides": ""}
    return held(feature, material.coded(result.case_id, result.episode_id, name)) + remark[_sign(result, name, feature)]


def timeline(material: Material, typology: Typology, order: Sequence[tuple[str, str]] = ()) -> Figure | None:
    """The episodes in time, in an order of cases and episodes if given, each in the hue of its type.

    Open ends stay open, unknown starts are said, reversals are marked.
    """
    known = episodes(material)
    results = material.findings.results[typology.id]
    if order:
        results = tuple(sorted(results, key=lambda result: order.index((result.case_id, result.episode_id))))
    dated = [known[r.case_id, r.episode_id] for r in results]
    dates = [date for episode in dated for date in (episode.from_, episode.to) if _months(date)]
    read = [source.date for source in material.study.sources if _months(source.date)]
    if not dates:
        return None
    spans = [span for date in dates if (span := _months(date))]
    first, last = min(start for start, _ in spans), max(_last(date) for date in (*dates, *read))
    scale = _Scale(first - first % 12, last - last % 12 + 12)
    marks: list[Mark] = []
    for year in range(scale.first // 12, scale.last // 12 + 1):
        x = scale.x(year * 12)
        marks += [Line(x, 24, x, 34 + 34 * len(results), "rule"), Label(x, 16, f"{year}", "middle quiet")]
    rows: list[tuple[Entry, ...]] = []
    for number, (result, episode) in enumerate(zip(results, dated, strict=True)):
        y = 48.0 + number * 34
        name = episode_name(material, result)
        marks += [*type_badge(13, y, rank(typology, result.type_id)), Label(32, y + 4, lines(name, 19, 1)[0])]
        marks += _bar(scale, episode, y, last, hue(rank(typology, result.type_id)))
        told = lines(f"{when(episode)}; {standing(episode)}", 36)
        marks += written(scale.right + 22, y + 4 - 7 * (len(told) - 1), told, "small", 14)
        rows.append((name, when(episode), standing(episode), type_name(typology, result.type_id)))
    letters = [f"{letter(number)} {kind.name}" for number, kind in enumerate(typology.types)]
    reversed_ = sum(episode.status == "reversed" for episode in dated)
    return Figure(
        f"time-{typology.id}",
        "Episodes in time",
        f"{counted(len(results), 'episode')} from {first // 12} to {last // 12}; "
        f"{out_of(reversed_, len(results), 'episode')} reversed. The table gives the dates.",
        scale.right + 250,
        48 + 34 * len(results),
        tuple(marks),
        ("Episode", "When", "Status", sentence(typology.label)),
        tuple(rows),
        key="Solid: while the episode lasted. Broken: the year is known and the month isn’t. Thin dashes: the start is "
        f"not known. An arrow: no end is recorded; it is drawn to {day(max((*dates, *read), key=_last)[:7])}, the last "
        f"date in the study. ✕: reversed. {', '.join(letters)}; ? unresolved.",
        is_listed=True,
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    """Months since year 0, and where they stand."""

    first: int
    last: int
    left: float = 168
    right: float = 690

    def x(self, months: float) -> float:
        return round(self.left + (self.right - self.left) * (months - self.first) / (self.last - self.first), 1)


def _months(at: str) -> tuple[int, int] | None:
    """The first and the last month that a date may mean; None where it is no date."""
    found = _DATE.match(at)
    if not found or not 0 < int(found[2] or 1) <= MONTHS_A_YEAR:
        return None
    start = int(found[1]) * MONTHS_A_YEAR
    month_ = int(found[2]) - 1 if found[2] else None
    return (start, start + MONTHS_A_YEAR - 1) if month_ is None else (start + month_, start + month_)


def _last(date: str) -> int:
    span = _months(date)
    return span[1] if span else 0


def _bar(scale: _Scale, episode: Episode, y: float, last: int, hue: str) -> list[Mark]:
    start, end = _months(episode.from_), _months(episode.to)
    solid = scale.x(start[1] if start else scale.first)
    until = scale.x(end[0] if end else last + 1)
    marks: list[Mark] = []
    if start and start[0] < start[1]:
        marks.append(Line(scale.x(start[0]), y, solid, y, "lasted-perhaps"))
    marks.append(Line(solid, y, max(until, solid + 3), y, f"lasted {hue}" if start else "thin-dashed"))
    if end and end[0] < end[1]:
        marks.append(Line(until, y, scale.x(end[1] + 1), y, "lasted-perhaps"))
    if not start:
        marks.append(Label(solid + 6, y - 5, "start not known", "small quiet"))
    if not end:
        marks.append(Shape(until + 3, y, ONWARDS, "arrow"))
    if episode.status == "reversed":
        marks += [Shape(scale.x(end[1] + 1) + 8 if end else until + 14, y, CROSS, "cross")]
    return marks
