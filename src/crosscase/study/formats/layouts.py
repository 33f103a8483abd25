"""How an exhibit is laid out, on disk: `exhibits/*.yaml`. No results stand there; they are counted when it is drawn."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

import msgspec

from crosscase.coding import Stance
from crosscase.layout import (
    CasesLayout,
    Column,
    ColumnGroup,
    DecisionOption,
    DecisionPart,
    DecisionPoint,
    DecisionsLayout,
    Entry,
    FeatureColumn,
    Layout,
    ParticipantsLayout,
    ProseLayout,
    RoleLine,
    SectorLines,
    Statement,
    StatusColumn,
    ThemeColumn,
    ThemeRow,
    TimelineLayout,
    TypologyLayout,
)
from crosscase.problem import Problem, nearest
from crosscase.study.yaml import Lined, LinedList, convert, parse
from crosscase.theme import Theme

S = TypeVar("S", bound=msgspec.Struct)
Place = tuple[str, str]
KINDS = ("participants", "typology", "matrix", "decisions", "prose", "timeline")


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
    if kind == "decisions":
        return _decisions(document, path, stem, problems)
    if kind == "prose":
        return _prose(document, path, stem, problems)
    if kind == "timeline":
        return _timeline(document, path, stem, problems)
    what = f"there is no layout `{kind}`" if kind else "this exhibit has no layout"
    problems.append(Problem(path, line, what, f"`layout` is one of: {', '.join(KINDS)}"))
    return None


@dataclass(frozen=True, slots=True)
class Known:
    """What layouts may refer to: ids, the allowed values of each attribute, and what a theme's sections are called."""

    typologies: Collection[str] = ()
    themes: Mapping[str, Theme] = field(default_factory=dict)
    features: Mapping[str, Collection[str]] = field(default_factory=dict)
    codes: Collection[str] = ()
    categories: Collection[str] = ()
    cases: Collection[str] = ()
    claims: Collection[str] = ()
    codings: Collection[str] = ()


def problems_of(layouts: Iterable[Layout], known: Known) -> Iterator[Problem]:
    """What layouts refer to that the study doesn't have: typologies, themes and their sections, codes, claims."""
    for layout in layouts:
        if isinstance(layout, TypologyLayout | CasesLayout | DecisionsLayout | TimelineLayout):
            yield from _missing("typology", layout.typology_id, known.typologies, layout.path, layout.line)
        yield from _inside(layout, known)


def _inside(layout: Layout, known: Known) -> Iterator[Problem]:
    if isinstance(layout, TypologyLayout):
        for row in layout.rows:
            yield from _theme_row(row, known.themes, layout.path)
    elif isinstance(layout, CasesLayout):
        for column in (column for group in layout.groups for column in group.columns):
            yield from _column(column, known, layout.path)
    elif isinstance(layout, DecisionsLayout):
        for part in (part for point in layout.points for part in point.parts):
            for option in part.options:
                yield from _option(option, known, layout.path)
    elif isinstance(layout, ProseLayout):
        yield from _missing("coding", layout.quote, known.codings, layout.path, layout.quote_line)
        for statement in layout.statements:
            yield from _statement(statement, known, layout.path)


def _column(column: Column, known: Known, path: str) -> Iterator[Problem]:
    if isinstance(column, FeatureColumn):
        yield from _missing("feature", column.feature, known.features, path, column.line)
    elif isinstance(column, ThemeColumn):
        yield from _missing("theme", column.theme_id, known.themes, path, column.line)
        yield from _missing("feature", column.chip, known.features, path, column.line)
    else:
        yield from _missing("code", column.code, known.codes, path, column.line)


def _option(option: DecisionOption, known: Known, path: str) -> Iterator[Problem]:
    yield from _missing("feature", option.feature, known.features, path, option.line)
    yield from _missing("code", option.code_id, known.codes, path, option.line)
    yield from _missing("category", option.category_id, known.categories, path, option.line)
    attribute = option.feature or option.code_id
    for value in option.values if attribute in known.features or attribute in known.codes else ():
        allowed = known.features.get(attribute, ())
        yield from _missing(f"value of `{attribute}`", value, allowed, path, option.line)
    yield from _cells(option.cells, known, path, option.line)


def _statement(statement: Statement, known: Known, path: str) -> Iterator[Problem]:
    for theme_id in statement.theme_ids:
        yield from _missing("theme", theme_id, known.themes, path, statement.line)
    for claim_id in statement.claim_ids:
        yield from _missing("claim", claim_id, known.claims, path, statement.line)
    yield from _cells(statement.cells, known, path, statement.line)
    if not (statement.theme_ids or statement.claim_ids or statement.cells):
        what = "this statement leads back to nothing"
        yield Problem(path, statement.line, what, "name the themes, claims or cells that it rests on", "warning")


def _cells(cells: Iterable[Place], known: Known, path: str, line: int) -> Iterator[Problem]:
    for case_id, code_id in cells:
        yield from _missing("case", case_id, known.cases, path, line)
        yield from _missing("code", code_id, known.codes, path, line)


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
    rows: list[Literal["sector", "role"]] = []
    columns: list[Any] = []
    groups: list[Any] = []
    total: str = "Total"
    empty: str = "–"
    never: list[Literal["role by case", "sector by case"]] = []
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


class _Decisions(msgspec.Struct, forbid_unknown_fields=True):
    typology: str
    id: str = ""
    title: str = ""
    layout: str = ""
    points: list[Any] = []
    notes: list[str] = []


class _Point(msgspec.Struct, forbid_unknown_fields=True):
    title: str
    note: str = ""
    parts: list[Any] = []


class _Part(msgspec.Struct, forbid_unknown_fields=True):
    label: str = ""
    feature: str = ""
    code: str = ""
    category: str = ""
    options: list[Any] = []


class _Option(msgspec.Struct, forbid_unknown_fields=True):
    label: str = ""
    feature: str = ""
    code: str = ""
    value: str | list[str] = ""
    stance: list[Stance] = []
    cells: list[str] = []


class _Timeline(msgspec.Struct, forbid_unknown_fields=True):
    typology: str
    id: str = ""
    title: str = ""
    layout: str = ""
    notes: list[str] = []


class _Prose(msgspec.Struct, forbid_unknown_fields=True):
    id: str = ""
    title: str = ""
    layout: str = ""
    numbered: bool = True
    statements: list[Any] = []
    quote: str = ""
    notes: list[str] = []


class _Said(msgspec.Struct, forbid_unknown_fields=True):
    text: str
    lead: str = ""
    themes: list[str] = []
    claims: list[str] = []
    cells: list[str] = []


class _Status(msgspec.Struct, forbid_unknown_fields=True, rename={"with_": "with"}):
    label: str = "Status"
    with_: list[Literal["from", "to"]] = []
    code: str = ""


def _participants(document: Lined, path: str, stem: str, problems: list[Problem]) -> ParticipantsLayout:
    counts = []
    for count, _, line in _each(document.get("columns"), _Count, path, problems):
        counts.append(count)
        problems += _misplaced(count, path, line)
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
    if written.rows not in ([], ["sector", "role"]):
        line = document.lines["rows"]
        problems.append(
            Problem(path, line, "participants stand by sector, then by role", "write `rows: [sector, role]`")
        )
    labels = {one.count: one.label or one.count.capitalize() for one in counts} or {"participants": "Participants"}
    return ParticipantsLayout(
        written.id or stem,
        written.title or f"Exhibit {written.id or stem}",
        sectors,
        labels.get("participants", "Participants"),
        "" if "sector by case" in written.never else labels.get("cases", ""),
        written.total,
        written.empty,
        tuple(written.notes),
        path,
    )


def _misplaced(count: _Count, path: str, line: int) -> Iterator[Problem]:
    """A column that asks for more than is ever counted in it: cases by role would tell who a person is."""
    if count.at and (count.count != "cases" or set(count.at) != {"subtotal", "total"}):
        what = "cases are counted at subtotals and the total, and participants on every line"
        yield Problem(path, line, what, "write `at: [subtotal, total]` for cases, and none for participants")
    if count.id not in ("", count.count):
        yield Problem(path, line, f"a column is known by what it counts, not as `{count.id}`", "leave the `id` out")


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


def _decisions(document: Lined, path: str, stem: str, problems: list[Problem]) -> DecisionsLayout | None:
    points = tuple(
        DecisionPoint(one.title, tuple(_parts(item, path, problems)), one.note, line)
        for one, item, line in _each(document.get("points"), _Point, path, problems)
    )
    written = convert(document, _Decisions, path, problems)
    if written is None:
        return None
    title = written.title or f"Exhibit {written.id or stem}"
    line = document.lines["typology"]
    return DecisionsLayout(written.id or stem, title, written.typology, points, tuple(written.notes), path, line)


def _parts(point: Lined, path: str, problems: list[Problem]) -> Iterator[DecisionPart]:
    for part, item, line in _each(point.get("parts"), _Part, path, problems):
        options = [
            _read_option(one, path, at, problems) for one, _, at in _each(item.get("options"), _Option, path, problems)
        ]
        if part.feature or part.code or part.category:
            whole = DecisionOption(feature=part.feature, code_id=part.code, category_id=part.category, line=line)
            options.insert(0, whole)
        if not options:
            do = "name a `feature`, a `code` or a `category`, or list `options`"
            problems.append(Problem(path, line, "this part of a decision point has no options", do))
        yield DecisionPart(part.label, tuple(options))


def _read_option(option: "_Option", path: str, line: int, problems: list[Problem]) -> DecisionOption:
    if sum(map(bool, (option.feature, option.code, option.cells))) != 1:
        do = "an option is known by one of `feature`, `code` and `cells`"
        problems.append(Problem(path, line, "this option doesn’t say by what it is known, or says it twice", do))
    values = (option.value,) if isinstance(option.value, str) and option.value else tuple(option.value)
    stances = tuple(option.stance) or DecisionOption().stances
    cells = _places(option.cells, path, line, problems)
    return DecisionOption(option.label, option.feature, option.code, "", values, stances, cells, line)


def _timeline(document: Lined, path: str, stem: str, problems: list[Problem]) -> TimelineLayout | None:
    written = convert(document, _Timeline, path, problems)
    if written is None:
        return None
    title = written.title or f"Exhibit {written.id or stem}"
    line = document.lines["typology"]
    return TimelineLayout(written.id or stem, title, written.typology, tuple(written.notes), path, line)


def _prose(document: Lined, path: str, stem: str, problems: list[Problem]) -> ProseLayout | None:
    statements = tuple(
        Statement(
            " ".join(one.text.split()),
            one.lead,
            tuple(one.themes),
            tuple(one.claims),
            _places(one.cells, path, line, problems),
            line,
        )
        for one, _, line in _each(document.get("statements"), _Said, path, problems)
    )
    written = convert(document, _Prose, path, problems)
    if written is None:
        return None
    return ProseLayout(
        written.id or stem,
        written.title or f"Exhibit {written.id or stem}",
        statements,
        written.numbered,
        written.quote,
        document.lines.get("quote", 1),
        tuple(written.notes),
        path,
        document.lines.get("statements", 1),
    )


def _places(cells: Iterable[str], path: str, line: int, problems: list[Problem]) -> tuple[Place, ...]:
    """Cells as they are written, `case/code`."""
    places = []
    for cell in cells:
        case_id, slash, code_id = cell.partition("/")
        if slash and case_id.strip() and code_id.strip():
            places.append((case_id.strip(), code_id.strip()))
        else:
            problems.append(Problem(path, line, f"`{cell}` is no cell", "write it as case/code"))
    return tuple(places)


def _each(items: Any, shape: type[S], path: str, problems: list[Problem]) -> list[tuple[S, Lined, int]]:
    """The entries of a list that fit, each with what was written and its line."""
    read = []
    for item, line in zip(items, items.lines, strict=True) if isinstance(items, LinedList) else ():
        one = convert(item, shape, path, problems, line)
        if one is not None:
            read.append((one, item, line))
    return read
