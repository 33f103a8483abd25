"""The figures of a report about its sources and its coverage: what became of each, and what was said on what.

Counts carry their unit and what they are out of. Each figure has a table that says the same, with links.
"""

from collections.abc import Sequence

from crosscase.matrix import Cell, Matrix, Row, Status
from crosscase.pages import links
from crosscase.pages.data import Link
from crosscase.pages.figures.drawing import Box, Entry, Figure, Label, Line, Mark, Shape, Symbol, lines, written
from crosscase.pages.material import Material
from crosscase.pages.record import double_coded, settled_sources
from crosscase.reading import State
from crosscase.source import Source
from crosscase.wording import counted, listed, out_of, plural, sentence

COVERED = {
    "something said": "summarised",
    "asked, nothing said": "silent",
    "not asked": "not-asked",
    "nothing said": "nothing",
    "draft only": "draft",
    "not read yet": "not-read",
    "still being read": "open",
    "read before a code existed": "older",
}
ALWAYS_TOLD = ("something said", "asked, nothing said", "not asked")

DOWNWARDS = "m-5-6l5 6l5-6"


def source_flow(material: Material) -> Figure:
    """What came in, of what kind it was, and how far people have read it."""
    sources = material.study.sources
    double, settled = double_coded(material), settled_sources(material)
    steps: list[tuple[str, list[Source]]] = [
        ("received", list(sources)),
        *((state.value, list(material.sources_in(state))) for state in (State.DONE, State.OPEN, State.UNTOUCHED)),
        ("double-coded", [s for s in sources if s.id in double]),
        ("settled in consensus", [s for s in sources if s.id in settled]),
    ]
    total = len(sources)
    rows = tuple((_step(name), out_of(len(f), total, "source"), _kinds(f), _linked(material, f)) for name, f in steps)
    told = "; ".join(f"{name}: {out_of(len(found), total, 'source')}" for name, found in steps[1:])
    return Figure(
        "flow",
        "Sources, from received to settled",
        f"{counted(total, 'source')} received ({_kinds(list(sources))}). {sentence(told)}.",
        340,
        372,
        _flow_marks(steps),
        ("Step", "Sources", "Of which", "Which"),
        rows,
        is_fluid=True,
    )


def _step(name: str) -> str:
    return sentence(name)


def _kinds(sources: Sequence[Source]) -> str:
    kinds = [source.kind for source in sources]
    return listed(
        [counted(kinds.count(kind), kind) for kind in ("interview", "focus group", "document") if kind in kinds]
    )


def _linked(material: Material, sources: Sequence[Source]) -> tuple[Link, ...]:
    return tuple(material.source_link(source.id) for source in sources)


def _flow_marks(steps: Sequence[tuple[str, list[Source]]]) -> tuple[Mark, ...]:
    total = len(steps[0][1])
    words = sum(source.words for source in steps[0][1])
    marks: list[Mark] = [
        Box(1, 1, 338, 74),
        Label(170, 28, counted(total, "source"), "middle large"),
        *written(170, 48, ("received: " + _kinds(steps[0][1]), f"{words:,} words"), "middle", 17),
    ]
    for column, (name, found) in enumerate(steps[1:4]):
        x = 1 + column * 115
        marks += _flow_box(x, 120, name, found, total)
        marks += [Line(x + 54, 75, x + 54, 119), Shape(x + 54, 119, DOWNWARDS, "arrow")]
    for row, (name, found) in enumerate(steps[4:]):
        y = 250 + row * 66
        marks += [
            Line(30, 214 if not row else y - 16, 30, y - 1), Shape(30, y - 1, DOWNWARDS, "arrow"),
            Box(1, y, 338, 50), Label(14, y + 30, f"{len(found)}", "large"), Label(74, y + 22, name),
            Label(74, y + 39, f"of {counted(total, 'source')}", "quiet"),
        ]  # fmt: skip
    return tuple(marks)


def _flow_box(x: float, y: float, name: str, found: Sequence[Source], total: int) -> list[Mark]:
    kinds = [counted(sum(s.kind == kind for s in found), kind) for kind in dict.fromkeys(s.kind for s in found)]
    return [
        Box(x, y, 108, 94, "" if found else "dashed"),
        Label(x + 10, y + 27, f"{len(found)}", "large"),
        Label(x + 18 + 12 * len(f"{len(found)}"), y + 25, f"of {total}", "quiet"),
        *written(x + 10, y + 45, lines(name, 16), leading=14),
        *written(x + 10, y + 70, kinds[:2], "quiet small", 14),
    ]


def coverage(material: Material) -> Figure | None:
    """For each category, in how many cases something was said, or asked and nothing said, or not asked."""
    matrices = [matrix for matrix in material.findings.matrices if matrix.rows and matrix.codes]
    if not matrices:
        return None
    total = len(matrices[0].rows)
    unit = material.study.settings.unit
    step = min(18.0, 420 / total)
    states = [[_state(matrix, row) for row in matrix.rows] for matrix in matrices]
    present = [state for state in COVERED if state in ALWAYS_TOLD or any(state in found for found in states)]
    marks: list[Mark] = []
    right = 206 + step * total + 14
    for column, state in enumerate(present):
        marks += [
            Symbol(right + column * 84 + 8, 12, COVERED[state]),
            *written(right + column * 84, 34, lines(state, 13), "small", 12),
        ]
    rows: list[tuple[Entry, ...]] = []
    for number, (matrix, found) in enumerate(zip(matrices, states, strict=True)):
        y = 64.0 + number * 28
        marks += [
            Line(0, y - 8, right + 84 * len(present), y - 8, "rule"),
            Label(0, y + 11, lines(matrix.category.name, 30, 1)[0]),
        ]
        marks += [Symbol(212 + place * step, y + 7, COVERED[state]) for place, state in enumerate(found)]
        marks += [Label(right + c * 84, y + 11, f"{found.count(state)} of {total}") for c, state in enumerate(present)]
        rows.append((matrix.category.name, *(_who(matrix, found, state) for state in present)))
    return Figure(
        "coverage",
        f"What was said, by category and {unit}",
        f"{counted(len(matrices), 'category')} by {counted(total, unit)}. For each category the number "
        f"of {plural(unit)} with something said, with the question put and nothing said, and not asked.",
        right + 84 * len(present),
        64 + 28 * len(matrices),
        tuple(marks),
        ("Category", *(f"{sentence(state)} (of {total} {plural(unit)})" for state in present)),
        tuple(rows),
        (f"One mark for each {unit}, in the study’s order. They tell how widely a matter came up, not how strongly.",),
    )


def _state(matrix: Matrix, row: Row) -> str:
    """A case's state on a whole category: the most that any of its cells has to say."""
    cells = list(matrix.cells_of(row))
    if any(_says(cell) for cell in cells):
        return "something said"
    present = {cell.status for cell in cells}
    order = {
        Status.DRAFT: "draft only",
        Status.NOT_READ: "not read yet",
        Status.OPEN: "still being read",
        Status.OLDER: "read before a code existed",
        Status.SILENT: "asked, nothing said",
        Status.NOT_ASKED: "not asked",
    }
    return next((words for status, words in order.items() if status in present), "nothing said")


def _says(cell: Cell) -> bool:
    return bool(cell.codings or cell.summary)


def _who(matrix: Matrix, found: Sequence[str], state: str) -> tuple[Link, ...]:
    rows = [row for row, its in zip(matrix.rows, found, strict=True) if its == state]
    return tuple(Link(row.name, _first_cell(matrix, row)) for row in rows) or (Link("none"),)


def _first_cell(matrix: Matrix, row: Row) -> str:
    cells = list(matrix.cells_of(row))
    telling = next((cell for cell in cells if _says(cell)), cells[0])
    return links.cell(matrix.category.id, row.id, telling.code_id)
