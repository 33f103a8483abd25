"""What charting asks for: cells with passages and no words yet, summaries to read again, summaries to talk about."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from crosscase.matrix import Cell
from crosscase.pages import links
from crosscase.pages.data import Frame, Link, Sign
from crosscase.pages.signs import sign_of
from crosscase.pages.windows.charting import Chart, Waiting, asked_by, cell_window, charts, waits_for
from crosscase.pages.windows.seen import Seen, window_frame
from crosscase.wording import counted, plural

AT_MOST = 300

NAMES: Mapping[Waiting, str] = {
    Waiting.SAID: "To write",
    Waiting.DRAFT: "To rewrite",
    Waiting.STALE: "To read again",
    Waiting.DISCUSS: "To discuss",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to look at the queue; `number` is how many cells it then has, where that is told."""

    link: Link
    number: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    name: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class CellLine:
    """A cell that waits: where it is written, its state, and what there is."""

    link: Link
    sign: Sign
    asks: str
    about: str


@dataclass(frozen=True, slots=True)
class CellGroup:
    name: str
    number: str
    lines: tuple[CellLine, ...]


@dataclass(frozen=True, slots=True)
class CellsPage:
    frame: Frame
    told: str
    shows: tuple[Choice, ...]
    orders: tuple[Choice, ...]
    rows_are: tuple[Choice, ...]
    rows: tuple[Option, ...]
    categories: tuple[Option, ...]
    row_noun: str
    hidden: tuple[tuple[str, str], ...]
    groups: tuple[CellGroup, ...]
    nothing: str
    more: str
    is_closed: bool


def cells_page(seen: Seen) -> CellsPage:
    """The queue, by case or by code. Raises KeyError for a row or category that isn't in the study."""
    chart = _chart(seen)
    _check(seen, chart)
    waiting = list(_waiting(seen, chart))
    shown = [(cell, waits) for cell, waits in waiting if seen.asked.get("show") in (None, "", waits.value)]
    unit = "participant" if chart.is_of_people else seen.study.settings.unit
    return CellsPage(
        frame=window_frame(seen, links.WINDOWS["cells"], links.WINDOWS["cells"]),
        told=f"{counted(len(shown), 'cell')} of {counted(len(chart.rows) * len(chart.codes), 'cell')}",
        shows=tuple(_shows(seen, [waits for _, waits in waiting])),
        orders=tuple(_orders(seen, unit)),
        rows_are=tuple(_rows_are(seen)),
        rows=tuple(Option(row.id, row.name, row.id == seen.asked.get("row")) for row in chart.rows),
        categories=tuple(
            Option(category_id, matrix.category.name, category_id == seen.asked.get("category"))
            for category_id, matrix in chart.matrices.items()
        ),
        row_noun=unit,
        hidden=tuple((name, seen.asked[name]) for name in ("show", "by", "rows") if seen.asked.get(name)),
        groups=tuple(_groups(seen, chart, shown[:AT_MOST])),
        nothing="Nothing waits here" if seen.study.codings else "A cell comes up here once you have coded for it",
        more=_more(len(shown) - AT_MOST),
        is_closed=seen.has_to_read_first,
    )


def _waiting(seen: Seen, chart: Chart) -> Iterator[tuple[Cell, Waiting]]:
    for cell in chart.cells(asked_by(seen)):
        waits = waits_for(cell)
        if waits and _is_within(seen, cell):
            yield cell, waits


def _chart(seen: Seen) -> Chart:
    every = charts(seen)
    return every[-1] if seen.asked.get("rows") == "participants" else every[0]


def _check(seen: Seen, chart: Chart) -> None:
    """Raises KeyError for a row or category that there isn't."""
    if category_id := seen.asked.get("category"):
        chart.matrices[category_id]
    if (row_id := seen.asked.get("row")) and row_id not in {row.id for row in chart.rows}:
        raise KeyError(row_id)


def _is_within(seen: Seen, cell: Cell) -> bool:
    category_id = seen.study.codebook.by_id[cell.code_id].category_id
    is_row = seen.asked.get("row") in (None, "", cell.row_id)
    return is_row and seen.asked.get("category") in (None, "", category_id)


def _with(seen: Seen, **changed: str) -> str:
    """This queue with something else asked for."""
    asked = {name: seen.asked.get(name, "") for name in ("show", "by", "rows", "row", "category")} | changed
    return links.window("cells", **{name: value for name, value in asked.items() if value})


def _shows(seen: Seen, waiting: list[Waiting]) -> Iterator[Choice]:
    chosen = seen.asked.get("show", "")
    yield Choice(Link("All", _with(seen, show="")), f"{len(waiting):,}", not chosen)
    for waits, name in NAMES.items():
        yield Choice(Link(name, _with(seen, show=waits.value)), f"{waiting.count(waits):,}", chosen == waits.value)


def _orders(seen: Seen, unit: str) -> Iterator[Choice]:
    chosen = asked_by(seen)
    yield Choice(Link(f"By {unit}", _with(seen, by="")), "", chosen == "case")
    yield Choice(Link("By code", _with(seen, by="code")), "", chosen == "code")


def _rows_are(seen: Seen) -> Iterator[Choice]:
    """Cases or participants, where both have rows."""
    if len(charts(seen)) == 1:
        return
    is_of_people = _chart(seen).is_of_people
    cases = plural(seen.study.settings.unit)
    yield Choice(Link(f"Rows are {cases}", _with(seen, rows="", row="")), "", not is_of_people)
    yield Choice(Link("Rows are participants", _with(seen, rows="participants", row="")), "", is_of_people)


def _groups(seen: Seen, chart: Chart, shown: list[tuple[Cell, Waiting]]) -> Iterator[CellGroup]:
    rows = {row.id: row.name for row in chart.rows}
    codes = {code.id: code.name for code in chart.codes}
    is_by_code = asked_by(seen) == "code"
    groups: dict[str, list[CellLine]] = {}
    for cell, waits in shown:
        row, code = rows[cell.row_id], codes[cell.code_id]
        group, name = (code, row) if is_by_code else (row, code)
        groups.setdefault(group, []).append(_line(seen, cell, waits, name))
    for group, lines in groups.items():
        yield CellGroup(group, counted(len(lines), "cell"), tuple(lines))


def _line(seen: Seen, cell: Cell, waits: Waiting, name: str) -> CellLine:
    return CellLine(
        Link(name, cell_window(seen)(cell)),
        sign_of(cell),
        NAMES[waits].lower(),
        counted(len(cell.codings), "passage"),
    )


def _more(number: int) -> str:
    return f"And {counted(number, 'cell')} more: choose fewer above." if number > 0 else ""
