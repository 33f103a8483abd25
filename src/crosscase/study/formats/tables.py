"""`participants.csv` and `sources.csv`, as people keep them in a spreadsheet."""

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from crosscase.case import Participant
from crosscase.problem import Problem
from crosscase.source import Kind
from crosscase.study.yaml import convert, placed


class _Participant(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    case: str = ""
    sector: str = ""
    role: str = ""
    consent: str = ""
    speakers: str = ""
    sources: str = ""


class SourceRow(msgspec.Struct, forbid_unknown_fields=True):
    """What `sources.csv` says of one source."""

    id: str
    kind: Kind = "interview"
    title: str = ""
    date: str = ""
    case: str = ""


def participants(text: str, path: str, problems: list[Problem]) -> Iterator[tuple[Participant, int]]:
    """The rows of `participants.csv`; columns beyond the known ones become attributes."""
    for row, rest, line in _rows(text, path, _Participant, problems):
        speakers, sources = _list(row.speakers), _list(row.sources)
        yield Participant(row.id, row.case, row.sector, row.role, row.consent, speakers, sources, rest), line


def source_rows(text: str, path: str, problems: list[Problem]) -> Iterator[tuple[SourceRow, Mapping[str, str], int]]:
    yield from _rows(text, path, SourceRow, problems)


def _list(written: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in written.split(";") if part.strip())


def _rows(
    text: str, path: str, shape: type[Any], problems: list[Problem]
) -> Iterator[tuple[Any, Mapping[str, str], int]]:
    lines = text.split("\n")
    comments = next((n for n, line in enumerate(lines) if not line.startswith("#")), len(lines))
    body = "\n".join(lines[comments:])
    head = lines[comments] if comments < len(lines) else ""
    separator = max(",;\t", key=head.count) if head else ","
    if separator != ",":
        name = "semicolons" if separator == ";" else "tabs"
        problems.append(
            Problem(
                path,
                comments + 1,
                f"columns are separated by {name}",
                "they are read as such; commas are usual",
                "warning",
            )
        )
    table = csv.reader(io.StringIO(body), delimiter=separator)
    header = [name.strip() for name in next(table, [])]
    known = shape.__struct_encode_fields__
    if header and "id" not in header:
        problems.append(Problem(path, comments + 1, "no column is called `id`", "name the first column `id`"))
        return
    line = comments + table.line_num + 1
    for cells in table:
        if any(cell.strip() for cell in cells):
            yield from _row(cells, header, shape, path, line, problems, known)
        line = comments + table.line_num + 1


def _row(
    cells: list[str],
    header: list[str],
    shape: type[Any],
    path: str,
    line: int,
    problems: list[Problem],
    known: tuple[str, ...],
) -> Iterator[tuple[Any, Mapping[str, str], int]]:
    if len(cells) > len(header):
        what = f"{len(cells)} fields, but the table has {len(header)} columns"
        problems.append(Problem(path, line, what, "put quotation marks around a field that holds the separator"))
        cells = cells[: len(header)]
    row = {name: cell.strip() for name, cell in zip(header, cells, strict=False) if name}
    if not row.get("id"):
        problems.append(Problem(path, line, "this row has no id", "give it one"))
        return
    fixed = placed({name: row[name] for name in known if row.get(name)}, line)
    converted = convert(fixed, shape, path, problems, line)
    if converted is not None:
        yield converted, {name: value for name, value in row.items() if name not in known and value}, line
