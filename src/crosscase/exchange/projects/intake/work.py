"""The work on one project: what it is held against, and the record of all that is to be said and kept."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from crosscase.exchange.projects.intake.names import plain_id
from crosscase.exchange.projects.project import Project
from crosscase.exchange.projects.texts import Arranged
from crosscase.source import Kind, Source
from crosscase.study import Study

NOBODY = "imported"
Entry = dict[str, Any]
Part = tuple[int, int, str]
"""From where to where a source is a case's, and which."""


@dataclass(frozen=True, slots=True)
class Options:
    """How people want a project to come in.

    `coders` says by whom the codings of each of its users are taken to be, `coder` by whom all others are. With
    `finished`, they had read every source to its end; `by_name`, a source of the study's is known by its name too.
    """

    coders: Mapping[str, str] = field(default_factory=dict)
    coder: str = ""
    kind: Kind | str = ""
    finished: bool = False
    by_name: bool = False


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A coding whose place is not borne out, or that has none: what a person should look at."""

    source: str
    quote: str
    code: str
    why: str
    raw: tuple[int, int]
    brought: bool
    coding_id: str = ""


@dataclass(frozen=True, slots=True)
class Ledger:
    """What came from other programs before, by kind and guid; each entry says what it became here."""

    entries: Mapping[tuple[str, str], Entry] = field(default_factory=dict)

    def get(self, kind: str, guid: str) -> Entry:
        return self.entries.get((kind, guid), {})

    @classmethod
    def read(cls, files: Iterable[bytes]) -> "Ledger":
        """The entries of all lists of arrivals; lines that someone spoiled count for nothing."""
        entries: dict[tuple[str, str], Entry] = {}
        for data in files:
            for line in data.splitlines():
                entry = _entry(line)
                if entry:
                    entries[str(entry["kind"]), str(entry["guid"])] = entry
        return cls(entries)

    @property
    def guids(self) -> Mapping[tuple[str, str], str]:
        """The guid that each thing of the study came with, by kind and id."""
        return {(kind, str(entry.get("id"))): guid for (kind, guid), entry in self.entries.items()}


def _entry(line: bytes) -> Entry:
    try:
        entry = json.loads(line)
    except ValueError:
        return {}
    whole = isinstance(entry, dict) and {"kind", "guid", "id"} <= set(entry)
    return entry if whole else {}


@dataclass(slots=True)
class Record:
    """What is to be kept of what came, and what a person should know of it; it grows while the work goes on."""

    entries: list[Entry] = field(default_factory=list)
    new: Counter[str] = field(default_factory=Counter)
    there: Counter[str] = field(default_factory=Counter)
    conflicts: list[str] = field(default_factory=list)
    doubtful: list[Doubtful] = field(default_factory=list)
    left: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Work:
    """A project, the study that it comes into, how people want it, what came before, and the record."""

    project: Project
    study: Study
    options: Options
    ledger: Ledger
    record: Record = field(default_factory=Record)

    @property
    def file(self) -> str:
        """The name of the list of what came of this project."""
        return f"{plain_id(self.project.name, 'project')}.project.jsonl"

    def own(self, kind: str, guid: str) -> Mapping[str, Any]:
        """What crosscase itself said of a thing when it wrote the project."""
        return self.project.own.get((kind, guid), {})

    def own_fields(self, kind: str, guid: str) -> Mapping[str, Any]:
        fields = self.own(kind, guid).get("fields")
        return fields if isinstance(fields, dict) else {}

    def note_down(self, kind: str, guid: str, becomes: str, **more: Any) -> None:
        """Keep what a thing became here, unless that is known."""
        entry = {"kind": kind, "guid": guid, "id": becomes, **more}
        if self.ledger.get(kind, guid) != entry:
            self.record.entries.append(entry)

    def kept(self) -> dict[str, bytes]:
        """The list of what came, with what it says already; it is written anew only where there is something new."""
        if not self.record.entries:
            return {}
        entries = {key: entry for key, entry in self.ledger.entries.items() if entry.get("project") == self.file}
        for entry in self.record.entries:
            entries[entry["kind"], entry["guid"]] = {**entry, "project": self.file}
        lines = (json.dumps(entry, ensure_ascii=False, sort_keys=True) + "\n" for entry in entries.values())
        return {self.file: "".join(lines).encode()}


@dataclass(frozen=True, slots=True)
class Named:
    """What the project's things are called here, by their guids (coders by their names), and the sources' texts.

    `values` are of codes that stand for a value; `edited` are sources whose text here differs from the project's.
    """

    coders: Mapping[str, str]
    codes: Mapping[str, str]
    values: Mapping[str, str]
    cases: Mapping[str, str]
    whole_cases: Mapping[str, str]
    parts: Mapping[str, list[Part]]
    sources: Mapping[str, str]
    texts: Mapping[str, Arranged]
    edited: frozenset[str]
    source_by_id: Mapping[str, Source]
