"""Proposals of other words for names: a table beside the study, in which people accept, change or refuse them."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from crosscase.problem import Refused
from crosscase.study import files

COLUMNS = ("name", "kind", "words", "decision", "times", "sources", "example")
_YES = frozenset({"yes", "y", "x", "ja", "oui", "si", "sí", "accept", "accepted"})
_NO = frozenset({"no", "n", "nein", "non", "refuse", "refused", ""})


@dataclass(frozen=True, slots=True)
class Proposal:
    """A name, what it may be, the words for it, and what people decided: `yes`, `no`, or nothing yet.

    `times` counts how often it stands in the texts, in `sources` of them; `example` is its first place.
    """

    name: str
    kind: str
    words: str
    decision: str = ""
    times: int = 0
    sources: int = 0
    example: str = ""

    @property
    def is_accepted(self) -> bool:
        return self.decision.strip().casefold() in _YES


def keep(path: Path, proposals: Sequence[Proposal], *, folder: Path) -> tuple[Proposal, ...]:
    """Write the proposals, with what people decided on those that the table has already; only its owner may read it.

    Rows that people added stay. Raises `Refused` if it lies within the study, since it holds the names.
    """
    if path.resolve().is_relative_to(folder.resolve()):
        raise Refused(f"{path} lies in the study, which others will see; keep the table in another folder")
    there = {row.name: row for row in read(path)} if path.is_file() else {}
    decided = [
        replace(new, words=there[new.name].words, decision=there[new.name].decision) if new.name in there else new
        for new in proposals
    ]
    names = {new.name for new in proposals}
    rows = (*decided, *(row for row in there.values() if row.name not in names))
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([getattr(row, column) for column in COLUMNS] for row in rows)
    before = files.sha256(path.read_bytes()) if path.is_file() else None
    files.write(path, table.getvalue().encode(), read=before)
    path.chmod(0o600)
    return rows


def read(path: Path) -> tuple[Proposal, ...]:
    """The table as people left it. Raises `Refused` if it is none, or says something else than yes or no."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{path} can't be read ({error}); `crosscase deidentify` writes such a table") from error
    head = text.split("\n", 1)[0]
    rows = list(csv.DictReader(io.StringIO(text), delimiter=max(",;\t", key=head.count)))
    missing = [name for name in ("name", "words", "decision") if rows and name not in rows[0]]
    if missing:
        raise Refused(f"{path} has no column `{missing[0]}`; its columns are {', '.join(COLUMNS)}")
    return tuple(_proposal(row, path, line) for line, row in enumerate(rows, 2) if row.get("name"))


def _proposal(row: dict[str, str], path: Path, line: int) -> Proposal:
    cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
    if cells["decision"].casefold() not in _YES | _NO:
        raise Refused(f"{path}:{line}: `{cells['decision']}` is no decision; write yes or no")
    numbers = {name: int(cells[name]) if cells[name].isdecimal() else 0 for name in ("times", "sources")}
    return Proposal(
        cells["name"], cells["kind"], cells["words"], cells["decision"], example=cells["example"], **numbers
    )
