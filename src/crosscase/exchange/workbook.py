"""The framework matrices as a workbook that people edit: a sheet per matrix, a cell per summary, and their way back.

Hidden in the first row and column of a sheet are the ids, so that rows and columns may be moved; hidden in a sheet of
its own is what every summary was when it was exported, so that an edit is told from a newer chart.
"""

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from crosscase.exchange.edits import (
    PRINT_COLUMNS,
    PRINTS,
    Changes,
    Place,
    Print,
    apply,
    escaped,
    fingerprint,
    has_unsaved,
    read_back,
    shown,
)
from crosscase.exchange.sheets import append, is_too_long, letter, parts, saved, set_up_print
from crosscase.framework import Findings
from crosscase.matrix import Cell, Matrix, Row
from crosscase.problem import Refused
from crosscase.study import files as disk

__all__ = ["MATRICES", "Changes", "apply", "read_back", "write_matrices"]

MATRICES = "matrices.xlsx"
STATUS = "status"
README = "README"
CASE, PARTICIPANT = "case", "participant"
COLUMNS_ON_A_PAGE = 4
STATUS_COLUMNS = (
    *("matrix", "rows are", "row id", "row", "code id", "code"),
    *("status", "basis", "codings", "suggestions", "stale", "pasted"),
)

_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\\x00-\x1f\ud800-\udfff\ufffe\uffff]")
_LONGEST_TITLE = 31
_RESERVED = frozenset({PRINTS, STATUS, README.casefold(), "history"})

NOTES = (
    "Write and correct summaries in the sheets of the matrices. A cell holds what a person wrote, and is empty where "
    "nobody has written yet; the sheet “status” says why.",
    "Rows and columns may be moved, sorted, widened and hidden. Their ids stand in the hidden first row and column of "
    "each sheet: leave those as they are.",
    "`crosscase chart --from matrices.xlsx` takes the edits back into the study. A summary that was changed there "
    "too since this export is not written over, but shown with both texts.",
    "An emptied cell, a row taken out or a sheet taken out removes no summary from the study.",
    "A cell is text, whatever it begins with. Formulas, dates and pictures are not read back.",
)


def write_matrices(findings: Findings, path: Path, *, on: date | None = None) -> Path:
    """Write every framework matrix, by case and by participant, as sheets of a workbook to be edited.

    The same findings on the same day give the same bytes; `on` sets another day than today. Raises `Refused` rather
    than write over a workbook with edits that aren't in the study yet, or over a file that is no such workbook.
    """
    found = path.read_bytes() if path.is_file() else None
    if found is not None and has_unsaved(path, findings.study):
        raise Refused(
            f"{path} has edits that are not in the study; take them back first (`crosscase chart --from {path.name}`), "
            "or move the file away"
        )
    data = _workbook(findings, on or date.today())
    disk.write(path, data, read=None if found is None else disk.sha256(found))
    return path


def prints(findings: Findings) -> Iterator[tuple[Place, Print]]:
    """What every cell of every matrix holds now."""
    for kind, matrix in _matrices(findings):
        for row in matrix.rows:
            for cell in matrix.cells_of(row):
                text = _text(cell)
                codings = () if cell.summary else tuple(coding.id for coding in cell.codings)
                place = Place(kind, matrix.category.id, row.id, cell.code_id)
                yield place, Print(fingerprint(shown(text)), is_too_long(escaped(text)), codings)


def _matrices(findings: Findings) -> Iterator[tuple[str, Matrix]]:
    yield from ((CASE, matrix) for matrix in findings.matrices)
    yield from ((PARTICIPANT, matrix) for matrix in findings.participant_matrices)


def _text(cell: Cell) -> str:
    return cell.summary.text if cell.summary else ""


def _workbook(findings: Findings, on: date) -> bytes:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    _readme(book.create_sheet(README), findings, on)
    taken = set(_RESERVED)
    for kind, matrix in _matrices(findings):
        if matrix.rows and matrix.codes:
            title = _title(matrix.category.id, kind, taken)
            _matrix(book.create_sheet(title), kind, matrix, findings.study.settings.unit)
    _table(book, STATUS, STATUS_COLUMNS, list(_statuses(findings)))
    _table(book, PRINTS, PRINT_COLUMNS, [_printed(*entry) for entry in prints(findings)], hidden=True)
    return saved(book, on)


def _title(category_id: str, kind: str, taken: set[str]) -> str:
    """A name that Excel allows, and that no other sheet has."""
    plain = _NOT_IN_TITLES.sub(" ", category_id).strip(" '") or "matrix"
    number = 1
    while True:
        end = (" by participant" if kind == PARTICIPANT else "") + (f" {number}" if number > 1 else "")
        title = plain[: _LONGEST_TITLE - len(end)].strip(" '") + end
        if title.casefold() not in taken:
            taken.add(title.casefold())
            return title
        number += 1


def _matrix(sheet: Any, kind: str, matrix: Matrix, unit: str) -> None:
    sheet.column_dimensions["A"].hidden = True
    sheet.column_dimensions["B"].width = 24.0
    for number in range(len(matrix.codes)):
        sheet.column_dimensions[letter(3 + number)].width = 44.0
    sheet.row_dimensions[1].hidden = True
    sheet.freeze_panes = "C3"
    _set_up_print(sheet, matrix)
    head = [f"{kind}/{matrix.category.id}", "", *(code.id for code in matrix.codes)]
    append(sheet, [head])
    name = "Participant" if kind == PARTICIPANT else unit.capitalize()
    append(sheet, [["", name, *(code.name for code in matrix.codes)]], bold=True)
    for row in matrix.rows:
        append(
            sheet, [[row.id, _described(row), *(shown(_text(cell)) for cell in matrix.cells_of(row))]], editable=True
        )


def _described(row: Row) -> str:
    return "\n".join([row.name, *(f"{name}: {value}" for name, value in row.attributes.items())])


def _set_up_print(sheet: Any, matrix: Matrix) -> None:
    set_up_print(sheet, head="2:2", pages=-(-len(matrix.codes) // COLUMNS_ON_A_PAGE))
    sheet.print_title_cols = "B:B"
    sheet.oddHeader.left.text = matrix.category.name[:100].replace("&", "&&")


def _table(book: Any, name: str, columns: tuple[str, ...], rows: list[list[Any]], *, hidden: bool = False) -> None:
    for title, part in parts(name, len(rows)):
        sheet = book.create_sheet(title)
        sheet.freeze_panes = "A2"
        sheet.auto_filter.ref = f"A1:{letter(len(columns))}{len(rows[part]) + 1}"
        sheet.sheet_state = "hidden" if hidden else "visible"
        set_up_print(sheet)
        for number in range(1, len(columns) + 1):
            sheet.column_dimensions[letter(number)].width = 20.0
        append(sheet, [columns], bold=True)
        append(sheet, rows[part])


def _statuses(findings: Findings) -> Iterator[list[Any]]:
    for kind, matrix in _matrices(findings):
        names = {code.id: code.name for code in matrix.codes}
        for row in matrix.rows:
            head = [matrix.category.id, f"{kind}s", row.id, row.name]
            for cell in matrix.cells_of(row):
                yield [*head, cell.code_id, names[cell.code_id], *_standing(cell)]


def _standing(cell: Cell) -> list[Any]:
    marks = ["yes" if mark else "" for mark in (cell.stale, cell.pasted)]
    return [cell.status.value, cell.basis, len(cell.codings), len(cell.suggestions), *marks]


def _printed(place: Place, was: Print) -> list[Any]:
    codings = json.dumps(was.coding_ids, ensure_ascii=False) if was.coding_ids else ""
    kept = "" if is_too_long(codings) else codings
    return [
        *(place.kind, place.category_id, place.row_id, place.code_id),
        *(was.sha256, "cut" if was.cut else "", kept),
    ]


def _readme(sheet: Any, findings: Findings, on: date) -> None:
    sheet.column_dimensions["A"].width = 110.0
    set_up_print(sheet, head="")
    append(sheet, [[f"{findings.study.settings.title}: framework matrices"]], bold=True)
    append(sheet, [[f"Exported {on.isoformat()}."], *([note] for note in NOTES), [_on_drafts(findings)]])


def _on_drafts(findings: Findings) -> str:
    cells = [cell for _, matrix in _matrices(findings) for cell in matrix.cells.values()]
    drafts = sum(cell.basis == "draft" for cell in cells)
    if not drafts:
        return "No draft: everything rests on people's codings."
    return f"Draft: {drafts} of {len(cells)} cells rest on the machine's suggestions; the sheet “status” says which."
