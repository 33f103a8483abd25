"""What is kept of an import beside the text: the log of what was done, and the lines that are nobody's words."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from crosscase.exchange.transcript import Aside

LOG = "imports.jsonl"
COLUMNS = ("line", "reason", "words")


def entries_of(path: Path) -> list[dict[str, Any]]:
    """The imports so far; lines that someone spoiled count for nothing."""
    if not path.is_file():
        return []
    entries = [_entry(line) for line in path.read_bytes().splitlines()]
    texts = ("source", "sha256", "file")
    return [entry for entry in entries if all(isinstance(entry.get(name), str) for name in texts)]


def latest(entries: Sequence[Mapping[str, Any]], source_id: str) -> Mapping[str, Any] | None:
    """The last import that a source was made by; None where it was made by none."""
    return next((entry for entry in reversed(entries) if entry["source"] == source_id), None)


def appended(log: bytes, entry: Mapping[str, Any]) -> bytes:
    line = json.dumps(entry, ensure_ascii=False).encode() + b"\n"
    return log + (b"" if not log or log.endswith(b"\n") else b"\n") + line


def aside_table(aside: Iterable[Aside]) -> bytes:
    """The lines as a table that people open in a spreadsheet; a line without a number stood on several pages."""
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows((line.line or "", line.reason, line.words) for line in aside)
    return table.getvalue().encode()


def aside_of(path: Path) -> tuple[Aside, ...]:
    """The lines of such a table; none where there is none, or it was spoiled."""
    if not path.is_file():
        return ()
    rows = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig", errors="replace"))))[1:]
    whole = [row for row in rows if len(row) == len(COLUMNS)]
    return tuple(Aside(int(row[0]) if row[0].isdigit() else 0, row[1], row[2]) for row in whole)


def _entry(line: bytes) -> dict[str, Any]:
    try:
        entry = json.loads(line)
    except ValueError:
        return {}
    return entry if isinstance(entry, dict) else {}
