"""Codebooks in tables: Taguette's CSV, any CSV or workbook, the first table of a Word document."""

import io
import re
from collections.abc import Sequence
from pathlib import Path

from crosscase.exchange import sheets
from crosscase.exchange.projects.project import Project, ProjectCode, guid_for
from crosscase.exchange.projects.taguette import code_guid
from crosscase.exchange.text import DAMAGE, decode, separated
from crosscase.exchange.transcript import Unreadable

NAMES = ("tag", "code", "name", "code name")
MEANINGS = ("description", "definition", "meaning", "memo")
ABOVE = ("category", "parent", "theme", "group")
ENDINGS = (".csv", ".tsv", ".xlsx", ".docx")
_BELOW = re.compile(r"\s*(?:\\|\s>\s|›)\s*")


def read(path: Path) -> Project:
    """The codes of a table whose first row names its columns: a name, and if wanted a meaning and what stands above.

    A name such as `Rules > Money` or `rules\\money` stands below `Rules`. Raises `Unreadable` for other tables.
    """
    table = _table(path)
    head = [cell.strip().casefold() for cell in table[0]] if table else []
    name, meaning, above = (_column(head, names) for names in (NAMES, MEANINGS, ABOVE))
    if name < 0:
        raise Unreadable(f"it has no column of codes; its first row names one of: {', '.join(NAMES)}")
    is_taguette = head[:2] == ["tag", "description"]
    codes: dict[tuple[str, ...], ProjectCode] = {}
    for row in table[1:]:
        cells = dict(enumerate(row))
        parts = (cells.get(above, ""), *_BELOW.split(cells.get(name, "")))
        names = tuple(_unguarded(part.strip()) for part in parts if part.strip())
        if names:
            _add(codes, names, _unguarded(cells.get(meaning, "").strip()), is_taguette=is_taguette)
    origin = "Taguette" if is_taguette else "a table of codes"
    return Project(path.stem, origin, tuple(codes.values()))


def _add(codes: dict[tuple[str, ...], ProjectCode], names: tuple[str, ...], meaning: str, *, is_taguette: bool) -> None:
    """A code with those above it, as far as they aren't there yet."""
    parent = ""
    for depth in range(1, len(names) + 1):
        key = tuple(name.casefold() for name in names[:depth])
        guid = code_guid("\\".join(names[:depth])) if is_taguette else guid_for("table code", *key)
        is_last = depth == len(names)
        there = codes.get(key)
        if there is None or (is_last and not there.codable):
            codes[key] = ProjectCode(guid, names[depth - 1], parent, is_last, "", meaning if is_last else "")
        parent = codes[key].guid


def _column(head: Sequence[str], names: Sequence[str]) -> int:
    return next((place for place, cell in enumerate(head) if cell in names), -1)


def _unguarded(words: str) -> str:
    """A cell without the apostrophe that kept spreadsheets from running it."""
    return words[1:] if words[:1] == "'" and words[1:2] in tuple("=+-@") else words


def _table(path: Path) -> list[list[str]]:
    suffix = path.suffix.casefold()
    if suffix == ".xlsx":
        filled = (sheet for sheet in sheets.read(path) if sheet.rows)
        return [cells for _, cells in sheets.rows_of(next(filled, sheets.Sheet("", ())))]
    data = path.read_bytes()
    if suffix == ".docx":
        return _word(data)
    text, _ = decode(data)
    return [row for row in separated(text.replace("\r\n", "\n").replace("\r", "\n")) if any(map(str.strip, row))]


def _word(data: bytes) -> list[list[str]]:
    from docx import Document

    try:
        tables = Document(io.BytesIO(data)).tables
        return [[cell.text for cell in row.cells] for row in tables[0].rows] if tables else []
    except DAMAGE as error:
        raise Unreadable("it isn't a whole Word document; open it and save it as .docx") from error
