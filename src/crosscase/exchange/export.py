"""The tables written for other programs: CSV for statistics and R, one XLSX to open and read."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crosscase.exchange.document import Entry, Table
from crosscase.exchange.sheets import MOST_ROWS, append, guarded, is_too_long, parts, saved, set_up_print
from crosscase.exchange.tables import COLUMNS, tables
from crosscase.framework import Findings
from crosscase.problem import Refused
from crosscase.study import files as disk

if TYPE_CHECKING:
    import pandas as pd

WORKBOOK = "crosscase.xlsx"
LONGEST_TITLE = 31
OWN_FOLDERS = frozenset(
    {"codebook", "cases", "codings", "charts", "typologies", "themes", "exhibits", "memos", "set-aside", ".crosscase"}
)

NOTES = (
    "A cell that begins with = + - or @ would be run as a formula by spreadsheets. In the CSV files an apostrophe "
    "stands before it (also before a plain “- well”); in this workbook such cells are marked as text instead.",
    "Several entries in one cell are parted by “; ”, quotes by “ | ”.",
)


def export(
    findings: Findings, folder: Path, *, exhibits: Mapping[str, Table] | None = None, on: date | None = None
) -> tuple[Path, ...]:
    """Write each table as `<table>.csv` and all of them as sheets of `crosscase.xlsx`; return the files.

    The workbook also has a sheet for each of the exhibits, by their ids, as they are printed. The same findings on the
    same day give the same bytes; `on` sets another day than today. Raises `Refused` if the folder is a study or a part
    of one, or holds tables that crosscase didn't write.
    """
    frames = tables(findings)
    _check(folder, findings, [*(f"{name}.csv" for name in frames)])
    contents = {WORKBOOK: _workbook(findings, frames, exhibits or {}, on or date.today())}
    contents |= {f"{name}.csv": _csv(frame) for name, frame in frames.items()}
    return tuple(_write(folder / name, data) for name, data in contents.items())


def _check(folder: Path, findings: Findings, names: Sequence[str]) -> None:
    study, there = findings.study.folder.resolve(), folder.resolve()
    if there == study or (there / "study.yaml").exists():
        raise Refused(f"{folder} is a study, and its own tables would be written over; name another folder")
    own = OWN_FOLDERS | {Path(findings.study.settings.transcripts).parts[0]}
    if there.is_relative_to(study) and there.relative_to(study).parts[0] in own:
        raise Refused(f"{folder} belongs to the study's own files; name another folder, such as reports/tables")
    others = [name for name in names if (there / name).exists()]
    if others and not (there / WORKBOOK).exists():
        raise Refused(f"{folder} holds a {others[0]} that crosscase didn't write; name another folder")


def _write(path: Path, data: bytes) -> Path:
    disk.write(path, data, read=disk.sha256(path.read_bytes()) if path.is_file() else None)
    return path


def _csv(frame: "pd.DataFrame") -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([guarded(name) for name in frame.columns])
    writer.writerows([_csv_entry(value) for value in row] for row in _rows(frame))
    return out.getvalue().encode("utf-8-sig", errors="replace")


def _csv_entry(value: Any) -> Any:
    return guarded(value.replace("\x00", "")) if isinstance(value, str) else value


def _rows(frame: "pd.DataFrame") -> Iterator[list[Any]]:
    """The rows as plain Python values, with None where a number is missing."""
    plain = frame.astype(object).where(frame.notna(), None)
    return (list(row) for row in plain.itertuples(index=False, name=None))


def _workbook(
    findings: Findings, frames: "Mapping[str, pd.DataFrame]", exhibits: Mapping[str, Table], on: date
) -> bytes:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    _readme(book.create_sheet("README"), findings, frames, on)
    for number, (exhibit_id, table) in enumerate(exhibits.items(), 1):
        _exhibit(book.create_sheet(_sheet_title(exhibit_id, number)), table)
    for name, frame in frames.items():
        for title, part in parts(name, len(frame), MOST_ROWS):
            _sheet(book.create_sheet(title), frame.iloc[part])
    return saved(book, on)


def _sheet_title(exhibit_id: str, number: int) -> str:
    """What a sheet may be called: 31 signs, none of them one of `[]:*?/\\`; else by its number."""
    title = f"exhibit {exhibit_id}"
    return title if len(title) <= LONGEST_TITLE and not set(title) & set("[]:*?/\\'") else f"exhibit, no. {number}"


def _exhibit(sheet: Any, table: Table) -> None:
    """A table as it is printed; what spans columns stands in the first of them."""
    from openpyxl.utils import get_column_letter

    columns = max([len(table.head), *(sum(entry.span for entry in row) for row in (table.over, *table.rows))])
    shares = table.widths if len(table.widths) == columns else (1.0,) * columns
    for number, share in enumerate(shares, 1):
        sheet.column_dimensions[get_column_letter(number)].width = max(8.0, 150 * share / sum(shares))
    set_up_print(sheet, head="")
    heads = [_spread(table.over)] if table.over else []
    append(sheet, [[table.caption], [], *heads, table.head], bold=True)
    append(sheet, map(_spread, table.rows))
    append(sheet, [[], *([note] for note in table.notes)])


def _spread(row: Sequence[Entry]) -> list[str]:
    texts: list[str] = []
    for entry in row:
        told = (f"Draft: {part.text}" if part.draft else part.text for part in entry.paragraphs)
        texts += ["\n".join(told), *[""] * (entry.span - 1)]
    return texts


def _sheet(sheet: Any, frame: "pd.DataFrame") -> None:
    from openpyxl.utils import get_column_letter

    for number, width in enumerate(_widths(frame), 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = "A2"
    set_up_print(sheet)
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(frame.columns))}{len(frame) + 1}"
    append(sheet, [frame.columns], bold=True)
    append(sheet, _rows(frame))


def _widths(frame: "pd.DataFrame") -> list[float]:
    head = frame.head(200)
    longest = [max([len(name), *(len(str(value)) for value in head[name])]) for name in frame.columns]
    return [float(min(60, max(8, width + 2))) for width in longest]


def _readme(sheet: Any, findings: Findings, frames: "Mapping[str, pd.DataFrame]", on: date) -> None:
    for letter, width in zip("ABC", (24.0, 24.0, 90.0), strict=True):
        sheet.column_dimensions[letter].width = width
    set_up_print(sheet, head="")
    append(sheet, [[findings.study.settings.title]], bold=True)
    facts = [("crosscase", version("crosscase")), ("exported", on.isoformat()), ("drafts", _on_drafts(frames))]
    cut = sum(is_too_long(text) for frame in frames.values() for text in _texts(frame))
    if cut:
        facts.append(("cut", f"{cut} texts are longer than a cell may be, and are cut with a mark"))
    append(sheet, ([what, "", said] for what, said in [*facts, *(("note", note) for note in NOTES)]))
    append(sheet, [[], ["sheet", "column", "what it holds"]], bold=True)
    append(sheet, _described(frames))


def _described(frames: "Mapping[str, pd.DataFrame]") -> Iterator[tuple[str, str, str]]:
    for name, frame in frames.items():
        for column in frame.columns:
            yield name, column, COLUMNS[name].get(column, "attribute, as the study has it")


def _texts(frame: "pd.DataFrame") -> Iterator[str]:
    for column in frame.columns:
        yield from (value for value in frame[column] if isinstance(value, str))


def _on_drafts(frames: "Mapping[str, pd.DataFrame]") -> str:
    cells = frames["cells"]
    drafts = int((cells["basis"] == "draft").sum())
    if not drafts and frames["suggestions"].empty:
        return "none: everything rests on people's codings"
    return (
        f"{drafts} of {len(cells)} cells rest on the machine's suggestions (basis: draft), "
        "and so does every row of “suggestions”; they are no findings until a person has decided"
    )
