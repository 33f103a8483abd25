"""An interview or press piece as it was before names were taken out: the stored text with its key undone."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from crosscase.source import parse

OFF_RECORD = "OFF RECORD: "
SYNTHETIC = "SYNTHETIC: an invented file for trying out crosscase. Nobody said these words."


class Turn(NamedTuple):
    """One turn: its number in the stored text, when, who by real (invented) name, and the raw words."""

    number: int
    time: str
    name: str
    asks: bool
    words: str

    @property
    def seconds(self) -> int:
        hours, minutes, seconds = self.time.split(":")
        return int(hours) * 3600 + int(minutes) * 60 + int(seconds)


@dataclass(frozen=True, slots=True)
class Piece:
    """One source as received: the line that says it is invented, and its turns."""

    source_id: str
    banner: str
    turns: tuple[Turn, ...]

    @property
    def title(self) -> str:
        return f"SYNTHETIC {self.source_id}"


class Replaced(NamedTuple):
    """A bracket of the stored text, and the words behind it."""

    start: int
    end: int
    raw: str


def pieces(folder: Path) -> tuple[Piece, ...]:
    """All sources of a folder of stored texts, with the words and names of `key/` put back."""
    key = _key(folder / "key" / "key.csv")
    names = {(row["source"], row["speaker"]): row["name"] for row in _rows(folder / "key" / "speakers.csv")}
    paths = sorted(folder.glob("*.txt"))
    return tuple(_piece(path, key.get(path.stem, ()), names) for path in paths)


def _piece(path: Path, key: Iterable[Replaced], names: Mapping[tuple[str, str], str]) -> Piece:
    text = path.read_bytes().decode("utf-8")
    first, *stored = parse(text, speech=path.stem.startswith("I"))
    turns = [
        Turn(
            turn.number,
            turn.time,
            names[path.stem, turn.speaker] if turn.speaker else "",
            turn.role == "interviewer",
            _raw(text, turn.start, turn.end, key),
        )
        for turn in stored
    ]
    return Piece(path.stem, text[first.start : first.end], tuple(turns))


def _raw(text: str, start: int, end: int, key: Iterable[Replaced]) -> str:
    words = ""
    for replaced in key:
        if start <= replaced.start < end:
            words += text[start : replaced.start] + replaced.raw
            start = replaced.end
    return words + text[start:end]


def _key(path: Path) -> dict[str, list[Replaced]]:
    key: dict[str, list[Replaced]] = {}
    for row in _rows(path):
        replaced = Replaced(int(row["start"]), int(row["end"]), row["raw"].removeprefix(OFF_RECORD))
        key.setdefault(row["source"], []).append(replaced)
    return {source: sorted(found) for source, found in key.items()}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(line for line in lines if not line.startswith("#")))
