"""How an exhibit is laid out, on disk: `exhibits/*.yaml`. No results stand there; they are counted when it is drawn."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, TypeVar

import msgspec

from crosscase.layout import (
    CasesLayout,
    Column,
    ColumnGroup,
    Entry,
    FeatureColumn,
    Layout,
    ParticipantsLayout,
    RoleLine,
    SectorLines,
    StatusColumn,
    ThemeColumn,
    ThemeRow,
    TypologyLayout,
)
from crosscase.problem import Problem, nearest
from crosscase.study.yaml import Lined, LinedList, convert, parse
from crosscase.theme import Theme
from crosscase.typology import Typology

S = TypeVar("S", bound=msgspec.Struct)


def layout(text: str, path: str, stem: str, problems: list[Problem]) -> Layout | None:
    """One exhibit's layout; None, with a problem, where it says none that there is."""
    document, found = parse(text, path)
    problems += found
    kind, line = document.get("layout", ""), document.lines.get("layout", 1)
    if kind == "participants":
        return _participants(document, path, stem, problems)
    if kind == "typology":
        return _typology(document, path, stem, problems)
    if kind == "matrix":
        return _cases(document, path, stem, problems)
    what = f"there is no layout `{kind}`" if kind else "this exhibit has no layout"
    problems.append(Problem(path, line, what, "`layout` is one of: participants, typology, matrix"))
    return None


def problems_of(
    layouts: Iterable[Layout],
    *,
    typologies: Sequence[Typology],
    themes: Sequence[Theme],
    features: Mapping[str, object],
    codes: Mapping[str, object],
) -> Iterator[Problem]:
    """What layouts refer to that the study doesn't have: typologies, themes and their sections, features, codes."""
    known = {theme.id: theme for theme in themes}
    for one in layouts:
        if isinstance(one, ParticipantsLayout):
            continue
        yield from _missing("typology", one.typology_id, [t.id for t in typologies], one.path, one.line)
        if isinstance(one, TypologyLayout):
            for row in one.rows:
                yield from _theme_row(row, known, one.path)
            continue
        for column in (column for group in one.groups for column in group.columns):
            if isinstance(column, FeatureColumn):
                yield from _missing("feature", column.feature, features, one.path, column.line)
            elif isinstance(column, ThemeColumn):
                yield from _missing("theme", column.theme_id, known, one.path, column.line)
                yield from _missing("feature", column.chip, features, one.path, column.line)
            else:
                yield from _missing("code", column.code, codes, one.path, column.line)


def _theme_row(row: ThemeRow, themes: Mapping[str, Theme], path: str) -> Iterator[Problem]:
    theme = themes.get(row.theme_id)
    if theme is None:
        yield from _missing("theme", row.theme_id, themes, path, row.line)
    elif theme.section(row.section) is None:
        what = f"the theme `{theme.id}` has no section “{row.section}”"
        do = f"write it under `## {row.section}`; until then a draft stands there"
        yield Problem(path, row.line, what, do, "warning")


def _missing(what: str, id: str, known: Iterable[str], path: str, line: int) -> Iterator[Problem]:
    known = list(known)
    if id and id not in known:
        yield Problem(path, line, f"there is no {what} `{id}`", nearest(id, known))


class _Participants(msgspec.Struct, forbid_unknown_fields=True):
    id: str = ""
    title: str = ""
    layout: str = ""
    rows: list[str] = []
    columns: list[Any] = []
    groups: list[Any] = []
    total: str = "Total"
    empty: str = "–"
    never: list[str] = []
    notes: list[str] = []


class _Count(msgspec.Struct, forbid_unknown_fields=True):
    count: Literal["participants", "cases"]
    id: str = ""
    label: str = ""
    at: list[Literal["subtotal", "total"]] = []


class _Sector(msgspec.Struct, forbid_unknown_fields=True):
    sector: str
    label: str = ""
    roles: list[Any] = []
    subtotal: str = "Subtotal"


class _Role(msgspec.Struct, forbid_unknown_fields=True):
    label: str
    roles: list[str] = []


class _Typology(msgspec.Struct, forbid_unknown_fields=True):
    typology: str
    id: str = ""
    title: str = ""
    layout: str = ""
    columns: Literal["types"] = "types"
    rows: list[Any] = []
    notes: list[str] = []


class _Row(msgspec.Struct, forbid_unknown_fields=True):
    bullets: Literal["describe", ""] = ""
    theme: str = ""
    label: str = ""
    section: str = "For Exhibit 2"


class _Cases(msgspec.Struct, forbid_unknown_fields=True):
    typology: str
    id: str = ""
    title: str = ""
    layout: str = ""
    rows: Any = None
    columns: list[Any] = []
    cells: list[Entry] = []
    notes: list[str] = []


class _CaseRows(msgspec.Struct, forbid_unknown_fields=True):
    unit: Literal["case"] = "case"
    group: Literal["type"] = "type"
    unresolved: Literal["last"] = "last"
    label: Literal["masked"] = "masked"
    order: Literal["id"] = "id"


class _Columns(msgspec.Struct, forbid_unknown_fields=True):
    group: str = ""
    features: list[Any] = []
    themes: list[Any] = []
    status: Any = None


class _Feature(msgspec.Struct, forbid_unknown_fields=True):
    feature: str
    label: str = ""


class _Theme(msgspec.Struct, forbid_unknown_fields=True):
    theme: str
    label: str = ""
    chip: str = ""


class _Status(msgspec.Struct, forbid_unknown_fields=True, rename={"with_": "with"}):
    label: str = "Status"
    with_: list[Literal["from", "to"]] = []
    code: str = ""


def _participants(document: Lined, path: str, stem: str, problems: list[Problem]) -> ParticipantsLayout:
    counts = [one for one, _, _ in _each(document.get("columns"), _Count, path, problems)]
    sectors = tuple(
        SectorLines(
            one.sector,
            one.label or one.sector,
            tuple(
                RoleLine(line.label, tuple(line.roles) or (line.label,))
                for line, _, _ in _each(item.get("roles"), _Role, path, problems)
            ),
            one.subtotal,
        )
        for one, item, _ in _each(document.get("groups"), _Sector, path, problems)
    )
    written = convert(document, _Participants, path, problems) or _Participants()
    labels = {one.count: one.label or one.count.capitalize() for one in counts} or {"participants": "Participants"}
    return ParticipantsLayout(
        written.id or stem,
        written.title or f"Exhibit {written.id or stem}",
        sectors,
        labels.get("participants", "Participants"),
        labels.get("cases", ""),
        written.total,
        written.empty,
        tuple(written.notes),
        path,
    )


def _typology(document: Lined, path: str, stem: str, problems: list[Problem]) -> TypologyLayout | None:
    read = _each(document.get("rows"), _Row, path, problems)
    rows = tuple(ThemeRow(one.theme, one.label, one.section, line) for one, _, line in read if one.theme)
    written = convert(document, _Typology, path, problems)
    if written is None:
        return None
    title = written.title or f"Exhibit {written.id or stem}"
    line = document.lines["typology"]
    return TypologyLayout(written.id or stem, title, written.typology, rows, tuple(written.notes), path, line)


def _cases(document: Lined, path: str, stem: str, problems: list[Problem]) -> CasesLayout | None:
    groups = tuple(
        ColumnGroup(one.group, tuple(_columns(item, path, problems)))
        for one, item, _ in _each(document.get("columns"), _Columns, path, problems)
    )
    if document.get("rows"):
        convert(document["rows"], _CaseRows, path, problems, document.lines["rows"])
    written = convert(document, _Cases, path, problems)
    if written is None:
        return None
    return CasesLayout(
        written.id or stem,
        written.title or f"Exhibit {written.id or stem}",
        written.typology,
        groups,
        tuple(written.cells) or ("value", "status", "summary"),
        tuple(written.notes),
        path,
        document.lines["typology"],
    )


def _columns(item: Lined, path: str, problems: list[Problem]) -> Iterator[Column]:
    for feature, _, line in _each(item.get("features"), _Feature, path, problems):
        yield FeatureColumn(feature.feature, feature.label, line)
    for theme, _, line in _each(item.get("themes"), _Theme, path, problems):
        yield ThemeColumn(theme.theme, theme.label, theme.chip, line)
    if item.get("status"):
        line = item.lines["status"]
        status = convert(item["status"], _Status, path, problems, line) or _Status()
        yield StatusColumn(status.label, bool(status.with_), status.code, line)


def _each(items: Any, shape: type[S], path: str, problems: list[Problem]) -> list[tuple[S, Lined, int]]:
    """The entries of a list that fit, each with what was written and its line."""
    read = []
    for item, line in zip(items, items.lines, strict=True) if isinstance(items, LinedList) else ():
        one = convert(item, shape, path, problems, line)
        if one is not None:
            read.append((one, item, line))
    return read
