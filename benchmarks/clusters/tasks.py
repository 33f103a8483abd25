"""Sets of passages that people coded, as the measures see them."""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from crosscase.problem import Refused
from crosscase.source import Segment
from crosscase.suggest import Encoder
from crosscase.suggest.clusters import Passage

Labels = npt.NDArray[np.int64]

LEAST_USES, LEAST_IN_SMALL, SMALL_SET = 20, 5, 500
MOSTLY = 0.9


@dataclass(frozen=True, slots=True)
class Task:
    """Passages with the one code that people gave each (`gold`), and a unit vector for each."""

    name: str
    passages: tuple[Passage, ...]
    gold: tuple[str, ...]
    vectors: npt.NDArray[np.float32]
    ordered: bool

    @property
    def codes(self) -> int:
        return len(set(self.gold))

    @property
    def texts(self) -> list[str]:
        return [passage.text for passage in self.passages]

    @property
    def sources(self) -> npt.NDArray[np.str_]:
        return np.array([passage.place.source_id for passage in self.passages])

    @property
    def digest(self) -> str:
        """Tells whether two runs had the same passages and codes."""
        rows = sorted(zip(self.texts, self.sources.tolist(), self.gold, strict=True))
        return hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:16]

    def at(self, rows: Labels) -> "Task":
        return replace(
            self,
            passages=tuple(self.passages[row] for row in rows),
            gold=tuple(self.gold[row] for row in rows),
            vectors=self.vectors[rows],
        )


def read(folder: Path, encoder: Encoder, at_most: int) -> Task:
    """The passages of a task folder that have one code which is used often enough, spread over it if there are many.

    Often enough: 20 times, or 5 times in a set of under 500. Raises `Refused` where that leaves fewer than two codes.
    """
    units = _with_one_code(folder)
    uses = Counter(unit["codes"][0] for unit in units)
    least = LEAST_USES if len(units) >= SMALL_SET else LEAST_IN_SMALL
    units = [unit for unit in units if uses[unit["codes"][0]] >= least]
    if len({unit["codes"][0] for unit in units}) < 2:
        raise Refused(f"{folder.name} has no two codes with {least} passages of their own: there is nothing to measure")
    units = [units[at] for at in np.unique(np.linspace(0, len(units) - 1, min(len(units), at_most)).astype(int))]
    ordered = sum(unit.get("start") is not None for unit in units) > MOSTLY * len(units)
    passages = tuple(Passage(_place(unit, at, ordered), unit["text"]) for at, unit in enumerate(units))
    vectors = encoder.encode([passage.text for passage in passages])
    return Task(folder.name, passages, tuple(unit["codes"][0] for unit in units), vectors, ordered)


def _with_one_code(folder: Path) -> list[dict[str, Any]]:
    path = folder / "units.jsonl"
    if not path.is_file():
        raise Refused(f"{path} isn't there: a task is a folder with this file, one passage a line")
    units = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [unit for unit in units if len(unit["codes"]) == 1 and unit["text"].strip()]


def _place(unit: dict[str, Any], at: int, ordered: bool) -> Segment:
    start = unit["start"] if ordered and unit.get("start") is not None else at
    return Segment(str(unit.get("group") or unit["doc"]), start, start + len(unit["text"]))
