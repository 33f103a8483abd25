"""`participants.csv` and `sources.csv`, as people keep them in a spreadsheet."""

import csv
import io
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from crosscase.case import Participant
from crosscase.problem import Problem
from crosscase.source import Kind
from crosscase.study.formats.shape import prove, refuse_unread
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


def participants_edited(text: str, after: Sequence[Participant], *, path: str) -> str:
    """The table with the rows that have changed; other rows, columns and comments stay byte for byte.

    New rows come at its end; a column that is lacking comes behind the others. Raises `Refused` if the file holds
    something that can't be read.
    """
    problems: list[Problem] = []
    before = {person.id: person for person, _ in participants(text, path, problems)}
    refuse_unread(problems)
    cells = {person.id: _cells(person) for person in after if before.get(person.id) != person}
    for person_id in cells.keys() & before.keys():
        cells[person_id] = dict.fromkeys(before[person_id].attributes, "") | cells[person_id]
    made = rows_edited(text or "id,case,sector,role,consent,speakers,sources\n", cells)
    prove([person for person, _ in participants(made, path, [])], _in_order(before, after), path)
    return made


def rows_edited(text: str, cells: Mapping[str, Mapping[str, str]]) -> str:
    """A table with some rows' cells, by id and column, written anew or added at its end."""
    comments, body = _apart(text)
    head, *records = list(_records(body)) or [""]
    separator = _separator(head)
    header = _cells_of(head, separator)
    columns = [*header, *dict.fromkeys(name for row in cells.values() for name, value in row.items() if value)]
    columns = list(dict.fromkeys(columns))
    lines = [head if columns == header else _line_of(columns, separator)]
    written = set()
    for record in records:
        row = dict(zip(header, _cells_of(record, separator), strict=False))
        if row.get("id") in cells:
            written.add(row["id"])
            row = {**row, **cells[row["id"]]}
            record = _line_of([row.get(name, "") for name in columns], separator)
        lines.append(record)
    new = [row for row_id, row in cells.items() if row_id not in written]
    lines += [_line_of([row.get(name, "") for name in columns], separator) for row in new]
    return comments + "".join(line if line.endswith("\n") else f"{line}\n" for line in lines if line)


def rows_without(text: str, ids: Collection[str]) -> tuple[str, list[dict[str, str]]]:
    """A table without the rows of these ids, and what stood in them; all else stays byte for byte."""
    comments, body = _apart(text)
    head, *records = list(_records(body)) or [""]
    separator = _separator(head)
    header = _cells_of(head, separator)
    kept, taken = [], []
    for record in records:
        row = dict(zip(header, _cells_of(record, separator), strict=False))
        if row.get("id") in ids:
            taken.append(row)
        else:
            kept.append(record)
    return (comments + head + "".join(kept), taken) if taken else (text, [])


def _in_order(before: Mapping[str, Participant], after: Iterable[Participant]) -> list[Participant]:
    by_id = {person.id: person for person in after}
    return [by_id[person_id] for person_id in dict.fromkeys((*before, *by_id))]


def _cells(person: Participant) -> dict[str, str]:
    plain = {"id": person.id, "case": person.case_id, "sector": person.sector, "role": person.role}
    lists = {"speakers": "; ".join(person.speakers), "sources": "; ".join(person.source_ids)}
    return {**plain, "consent": person.consent, **lists, **person.attributes}


def _apart(text: str) -> tuple[str, str]:
    """The comments before a table, and the table."""
    start = 0
    while text.startswith("#", start):
        end = text.find("\n", start)
        start = len(text) if end < 0 else end + 1
    return text[:start], text[start:]


def _records(body: str) -> Iterator[str]:
    """The table's rows as they are written; a line break between quotation marks doesn't end one."""
    start = 0
    quoted = False
    for index, letter in enumerate(body):
        if letter == '"':
            quoted = not quoted
        elif letter == "\n" and not quoted:
            yield body[start : index + 1]
            start = index + 1
    if start < len(body):
        yield body[start:]


def _cells_of(record: str, separator: str) -> list[str]:
    return [cell.strip() for cell in next(csv.reader(io.StringIO(record), delimiter=separator), [])]


def _line_of(cells: Sequence[str], separator: str) -> str:
    line = io.StringIO()
    csv.writer(line, delimiter=separator, lineterminator="\n").writerow(cells)
    return line.getvalue()


def _separator(head: str) -> str:
    return max(",;\t", key=head.count) if head else ","


def _list(written: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in written.split(";") if part.strip())


def _rows(
    text: str, path: str, shape: type[Any], problems: list[Problem]
) -> Iterator[tuple[Any, Mapping[str, str], int]]:
    lines = text.split("\n")
    comments = next((n for n, line in enumerate(lines) if not line.startswith("#")), len(lines))
    body = "\n".join(lines[comments:])
    head = lines[comments] if comments < len(lines) else ""
    separator = _separator(head)
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
    records = _numbered(body, separator, path, comments, problems)
    _, names = next(records, (0, []))
    header = [name.strip() for name in names]
    known = shape.__struct_encode_fields__
    if header and "id" not in header:
        problems.append(Problem(path, comments + 1, "no column is called `id`", "name the first column `id`"))
        return
    for line, cells in records:
        if any(cell.strip() for cell in cells):
            yield from _row(cells, header, shape, path, line, problems, known)


def _numbered(
    body: str, separator: str, path: str, comments: int, problems: list[Problem]
) -> Iterator[tuple[int, list[str]]]:
    """The rows with the line on which each begins. Where one can't be told from the next, no more are read."""
    table = csv.reader(io.StringIO(body), delimiter=separator, strict=True)
    while True:
        line = comments + table.line_num + 1
        try:
            cells = next(table)
        except StopIteration:
            return
        except csv.Error as error:
            what = f"this row, and what stands below it, can't be read ({error})"
            do = "close every quotation mark, and write one inside a field twice"
            problems.append(Problem(path, line, what, do))
            return
        yield line, cells


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
