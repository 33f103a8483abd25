"""`speakers.csv`: what the speakers of the texts are called, and who asks; a row holds for one source, or for all."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from crosscase.problem import Problem
from crosscase.source import Role

PATH = "speakers.csv"
COLUMNS = ("source", "name", "speaker", "role")
ROLES: tuple[Role, ...] = get_args(Role)


@dataclass(frozen=True, slots=True)
class SpeakerRow:
    """What holds for a name of the texts: what it shall be there, and its role; both empty where nothing is said.

    Without a `source_id` it holds for every source. Two names that shall be the same one are joined by it.
    """

    source_id: str
    name: str
    speaker: str = ""
    role: Role | str = ""

    def holds_for(self, source_id: str) -> bool:
        return self.source_id in ("", source_id)


def speakers(text: str, path: str, problems: list[Problem]) -> list[tuple[SpeakerRow, int]]:
    """The rows with their lines; one that can't be understood is a problem, and says nothing."""
    numbered = [(number, line) for number, line in enumerate(text.split("\n"), 1) if not line.startswith("#")]
    if not any(line.strip() for _, line in numbered):
        return []
    start = next(number for number, line in numbered if line.strip())
    head = next(line for _, line in numbered if line.strip())
    table = csv.reader(io.StringIO("\n".join(text.split("\n")[start - 1 :])), delimiter=max(",;\t", key=head.count))
    try:
        (_, first), *lines = [(table.line_num, cells) for cells in table]
    except csv.Error as error:
        problems.append(Problem(path, start, f"this is no table: {error}", "save it as CSV once more"))
        return []
    header = [cell.strip().casefold() for cell in first]
    if "name" not in header:
        problems.append(Problem(path, start, "no column is called `name`", f"name the columns {', '.join(COLUMNS)}"))
        return []
    rows: list[tuple[SpeakerRow, int]] = []
    for number, cells in lines:
        row = dict(zip(header, (" ".join(cell.split()) for cell in cells), strict=False))
        line = start + number - 1
        if any(row.values()):
            rows += _row(row, path, line, problems)
    return rows


def with_rows(text: str, rows: Iterable[SpeakerRow]) -> str:
    """The table with these rows at its end, without those that it has already; all else stays byte for byte."""
    there = {row for row, _ in speakers(text, PATH, [])}
    line = io.StringIO()
    header = _header(text)
    writer = csv.writer(line, delimiter=max(",;\t", key=text.split("\n", 1)[0].count), lineterminator="\n")
    for row in dict.fromkeys(rows):
        if row not in there:
            cells = dict(zip(COLUMNS, (row.source_id, row.name, row.speaker, row.role), strict=True))
            writer.writerow([cells.get(name, "") for name in header])
    before = text or f"{','.join(COLUMNS)}\n"
    return before + ("" if before.endswith("\n") else "\n") + line.getvalue()


def without_source(text: str, source_id: str) -> tuple[str, list[tuple[str, str, str, str]]]:
    """The table without the rows for one source, and what these said; rows for all sources stay."""
    rows = {line: row for row, line in speakers(text, PATH, []) if row.source_id == source_id}
    kept = [line for number, line in enumerate(text.split("\n"), 1) if number not in rows]
    taken = [(row.source_id, row.name, row.speaker, str(row.role)) for row in rows.values()]
    return ("\n".join(kept), taken) if taken else (text, [])


def without_names(text: str, names: Iterable[str]) -> str:
    """The table without the rows that name somebody of these, under either name."""
    gone = set(names)
    rows = {line for row, line in speakers(text, PATH, []) if not gone.isdisjoint((row.name, row.speaker))}
    return "\n".join(line for number, line in enumerate(text.split("\n"), 1) if number not in rows)


def renamed(text: str, names: Mapping[str, str]) -> str:
    """The table with other words for some names, wherever one stands in it whole; all else stays byte for byte."""
    rows = {line: row for row, line in speakers(text, PATH, [])}
    header = _header(text)
    lines = text.split("\n")
    for number, row in rows.items():
        called = [names.get(name, name) for name in (row.name, row.speaker)]
        if called != [row.name, row.speaker]:
            line = io.StringIO()
            writer = csv.writer(line, delimiter=max(",;\t", key=lines[0].count), lineterminator="")
            cells = dict(zip(COLUMNS, (row.source_id, *called, row.role), strict=True))
            writer.writerow([cells.get(name, "") for name in header])
            lines[number - 1] = line.getvalue()
    return "\n".join(lines)


def renames(rows: Iterable[SpeakerRow], source_id: str) -> dict[str, str]:
    """The names of a source with what they shall be there; a row for the source goes before one for all."""
    ordered = sorted((row for row in rows if row.holds_for(source_id)), key=lambda row: bool(row.source_id))
    return {row.name: row.speaker for row in ordered if row.speaker and row.speaker != row.name}


def _header(text: str) -> Sequence[str]:
    head = next((line for line in text.split("\n") if line.strip() and not line.startswith("#")), ",".join(COLUMNS))
    return [
        cell.strip().casefold()
        for cell in next(csv.reader([head.replace("\r", " ")], delimiter=max(",;\t", key=head.count)))
    ]


def _row(row: dict[str, str], path: str, line: int, problems: list[Problem]) -> Iterator[tuple[SpeakerRow, int]]:
    role = row.get("role", "").casefold()
    if not row.get("name"):
        problems.append(Problem(path, line, "this row names nobody", "write under `name` how the text calls them"))
    elif role and role not in ROLES:
        what = f"`{role}` is no role"
        problems.append(Problem(path, line, what, f"write {', '.join(ROLES[:-1])} or {ROLES[-1]}, or nothing"))
    else:
        yield SpeakerRow(row.get("source", ""), row["name"], row.get("speaker", ""), role), line
