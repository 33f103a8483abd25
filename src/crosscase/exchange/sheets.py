"""Sheets of a workbook: texts written as texts, whatever they begin with, and read back as what stands in a cell.

The same sheets on the same day are the same bytes.
"""

import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from crosscase.exchange.text import DAMAGE, LARGEST, declares
from crosscase.problem import Refused

LONGEST_TEXT = 32_767
MOST_ROWS = 1_048_576
CUT = " […cut here: the CSV file has the whole text]"
FORMULA = re.compile(r"\s*[=+\-@\t\r＝＋－＠]")
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

FONT, SIZE = "Calibri", 11
LINE, TALLEST = 15, 409
A4 = 9

BESIDE = 20
MOST_CELLS = 20_000_000
"""So many are looked at for those that hold something: a small file can name a cell as far off as it likes."""

_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


class _Endless(Exception):
    """A sheet that would be looked through for ever."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands in a cell of the workbook; `type` is openpyxl's letter for the type of its value."""

    value: Any
    type: str
    sheet: str
    line: int


@dataclass(frozen=True, slots=True)
class Sheet:
    title: str
    rows: tuple[tuple[int, Mapping[int, Entry]], ...]


def guarded(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{text}" if FORMULA.match(text) else text


def append(sheet: Any, rows: Iterable[Iterable[Any]], *, bold: bool = False, editable: bool = False) -> None:
    """Add rows whose texts are texts, whatever they begin with; in `editable` ones also what a person types there."""
    from openpyxl.cell import WriteOnlyCell

    plain, quoted = (_style(sheet, bold=bold, editable=editable, quoted=quoted) for quoted in (False, True))
    widths = _widths(sheet)

    def cell(value: Any) -> Any:
        if value is None or (value == "" and not editable):
            return None
        is_text = isinstance(value, str)
        entry = WriteOnlyCell(sheet, (fitting(ILLEGAL.sub("", value)) or None) if is_text else value)
        if is_text and entry.value is not None:
            entry.data_type = "s"
        entry._style = quoted if is_text and FORMULA.match(value) else plain
        return entry

    for row in rows:
        values = list(row)
        with _tall(sheet, _height(values, widths)):
            sheet.append([cell(value) for value in values])


def set_up_print(sheet: Any, *, head: str = "1:1", pages: int = 1) -> None:
    """Print a sheet across A4, so many pages wide, with its head and the pages' numbers on each."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = A4
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = pages, 0
    sheet.print_options.gridLines = True
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    if head:
        sheet.print_title_rows = head
    sheet.oddFooter.right.text = "&P / &N"


def parts(name: str, length: int, at_most: int = MOST_ROWS) -> Iterator[tuple[str, slice]]:
    """A sheet holds 1,048,576 rows with its header; what is more goes to `codings 2`, and so on."""
    step = at_most - 1
    for number, start in enumerate(range(0, max(length, 1), step), 1):
        yield name if number == 1 else f"{name} {number}", slice(start, start + step)


def read(path: Path) -> list[Sheet]:
    """The sheets of a workbook, after everything was refused that isn't plainly one."""
    if not path.is_file():
        raise Refused(f"{path} is not there; `crosscase export` writes one")
    return opened(path.read_bytes(), str(path))


def opened(data: bytes, name: str, *, computed: bool = False) -> list[Sheet]:
    """The sheets of a workbook's bytes; with `computed`, what formulas came to and not the formulas.

    Raises `Refused`, in a line that begins with `name`, for everything that isn't plainly a workbook.
    """
    damaged = Refused(f"{name} is not a workbook that can be read; open it in a spreadsheet and save it as .xlsx")
    if not zipfile.is_zipfile(io.BytesIO(data)):
        raise damaged
    try:
        _look_over(data, name)
    except DAMAGE as error:
        raise damaged from error
    try:
        return _sheets(data, computed=computed)
    except _Endless as error:
        raise Refused(
            f"{name} has a cell far outside of its table; delete the empty rows and columns, and save it"
        ) from error
    except DAMAGE as error:
        raise damaged from error


def rows_of(sheet: Sheet) -> Iterator[tuple[int, list[str]]]:
    """Each row that holds something as texts, with its number in the sheet."""
    for number, cells in sheet.rows:
        width = max(cells, default=0)
        yield number, [str(cells[place].value) if place in cells else "" for place in range(1, width + 1)]


def letter(column: int) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(column))


def fitting(text: str) -> str:
    """The text, or as much of it as a cell can hold with a mark that it was cut."""
    if is_too_long(text):
        room = (LONGEST_TEXT - len(CUT)) * 2
        return text.encode("utf-16-le")[:room].decode("utf-16-le", errors="ignore") + CUT
    return text


def is_too_long(text: str) -> bool:
    """Excel counts UTF-16 units."""
    return len(text) > LONGEST_TEXT // 2 and len(text.encode("utf-16-le", errors="ignore")) // 2 > LONGEST_TEXT


def saved(book: Any, on: date) -> bytes:
    """The workbook's bytes, which tell nothing but this day of the time of their making."""
    book.properties.creator = "crosscase"
    book.properties.created = datetime(on.year, on.month, on.day)
    out = io.BytesIO()
    book.save(out)
    return steady(out.getvalue(), on)


def steady(data: bytes, on: date) -> bytes:
    """An Office file without the time of its making, so that the same findings give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = _MODIFIED.sub(rb"\g<1>" + f"{on.isoformat()}T00:00:00Z".encode(), content)
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, content)
    return out.getvalue()


def _widths(sheet: Any) -> list[float]:
    """The columns' widths, in characters, as far as they were set."""
    given = sheet.column_dimensions
    return [given[name].width for name in (letter(number) for number in range(1, len(given) + 1)) if name in given]


def _height(values: Sequence[Any], widths: Sequence[float]) -> int:
    """About how many lines the row takes."""
    texts = ((value, width) for value, width in zip(values, widths, strict=False) if isinstance(value, str))
    return max((_lines(text, width) for text, width in texts), default=1)


def _lines(text: str, width: float) -> int:
    if len(text) < width and "\n" not in text:
        return 1
    return sum(1 + int(len(line) * 1.1 / width) for line in text[:LONGEST_TEXT].split("\n"))


@contextmanager
def _tall(sheet: Any, lines: int) -> Iterator[None]:
    """The next row's height, which not every program finds by itself; without `customHeight` it grows with an edit."""
    number = getattr(sheet, "_current_row", 0) + 1
    sheet._current_row = number
    own = lines == 1 or number in sheet.row_dimensions
    if not own:
        sheet.row_dimensions[number] = {"ht": str(min(lines * LINE, TALLEST))}
    yield
    if not own:
        del sheet.row_dimensions[number]


def _style(sheet: Any, *, bold: bool, editable: bool, quoted: bool) -> Any:
    """A text cell's style, made once: openpyxl compares all of a style's parts whenever it is set by name."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font

    model = WriteOnlyCell(sheet)
    model.font = Font(name=FONT, size=SIZE, bold=bold)
    model.alignment = Alignment(wrap_text=True, vertical="top")
    if editable:
        model.number_format = "@"
    if quoted:
        model.quotePrefix = True
    return model._style


def _look_over(data: bytes, name: str) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(info.file_size for info in archive.infolist()) > LARGEST:
            raise Refused(f"{name} unpacks to more than 200 MB; save it again without pictures")
        for part in archive.namelist():
            content = archive.read(part) if part.endswith((".xml", ".rels")) else b""
            if declares(content, "<!DOCTYPE"):
                raise Refused(f"{name} declares entities, which no spreadsheet does; save it again from a spreadsheet")


def _sheets(data: bytes, *, computed: bool) -> list[Sheet]:
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False, data_only=computed)
        return [_sheet(sheet) for sheet in book.worksheets]


def _sheet(sheet: Any) -> Sheet:
    """The cells that hold something, in the table and a little beside it."""
    sheet.reset_dimensions()
    head = next(iter(sheet.iter_rows(max_row=1)), ())
    rows, last, looked_at = [], None, 0
    for line, row in enumerate(sheet.iter_rows(max_col=max(len(head), 7) + BESIDE), 1):
        # Whatever row comes next, all that are missing before it come first, each the same object.
        is_missing, last = row is last, row
        looked_at += 1 if is_missing else len(row)
        if looked_at > MOST_CELLS:
            raise _Endless
        if is_missing:
            continue
        cells = {
            column: Entry(cell.value, cell.data_type, sheet.title, line)
            for column, cell in enumerate(row, 1)
            if cell.value not in (None, "")
        }
        if cells:
            rows.append((line, cells))
    return Sheet(sheet.title, tuple(rows))
