"""Sets of passages that people coded, as coders see them: texts, codebook, what may be learned from."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

from crosscase.codebook import Code
from crosscase.problem import Refused
from crosscase.suggest import Encoder
from crosscase.suggest.corpus import Corpus, Floats, Indices, Marks
from crosscase.suggest.deductive import corpus_of
from crosscase.suggest.learned import Evidence, Seen, see, whole
from crosscase.suggest.likeness import pieces_of

MOSTLY = 0.9
_BETWEEN_EXAMPLES = re.compile(r"[’'\"”]\s*,\s*[‘'\"“]")


@dataclass(frozen=True)
class Task:
    """Passages with the codes that people gave them: `gold` is passages × codes, `folds` says what is scored together.

    `vectors` and `whole_vectors` are unit rows of the passages, and of each code's name and definition.
    """

    name: str
    codes: tuple[Code, ...]
    gold: Marks
    folds: Indices
    seen: Seen
    vectors: Floats
    whole_vectors: Floats

    @property
    def texts(self) -> Sequence[str]:
        return self.seen.corpus.texts

    @property
    def possible(self) -> Marks:
        return self.seen.corpus.possible(len(self.codes))

    @property
    def ordered(self) -> bool:
        return self.seen.corpus.spans is not None

    def evidence(self, rows: Indices) -> Evidence:
        """What is known where people have coded these passages, and no others, with every code in mind."""
        known = np.zeros(self.gold.shape, bool)
        known[rows] = self.possible[rows]
        return Evidence((known & self.gold).astype(float), (known & ~self.gold).astype(float))


def read(folder: Path, encoder: Encoder, *, at_most: int, least: int) -> Task:
    """A task folder: `codebook.yaml` and `units.jsonl`, a passage a line. Codes with `least` uses are taken.

    Above `at_most` passages they are taken at even distances. They count as standing in order where nine tenths have
    a `start`; else each is by itself. Raises `Refused` where fewer than two codes or two folds are left.
    """
    units = list(_units(folder / "units.jsonl"))
    units = [units[at] for at in np.unique(np.linspace(0, len(units) - 1, min(len(units), at_most)).astype(int))]
    codes = _codes(folder / "codebook.yaml", units, least)
    column = {code.id: at for at, code in enumerate(codes)}
    ordered = sum(unit.get("start") is not None for unit in units) > MOSTLY * len(units)
    if ordered:
        units = [unit for unit in units if unit.get("start") is not None]
        units.sort(key=lambda unit: (str(unit["doc"]), unit["start"]))
    candidates = _marks([unit.get("candidates") or column for unit in units], column)
    chosen = np.flatnonzero(candidates.sum(axis=1) > 1)
    units, candidates = [units[at] for at in chosen], candidates[chosen]
    folds = np.array([int(unit["fold"]) for unit in units])
    if len(codes) < 2 or len(set(folds.tolist())) < 2:
        raise Refused(f"{folder.name}: no two codes with {least} passages in two folds: there is nothing to measure")
    corpus = _corpus(units, encoder, ordered=ordered, candidates=candidates)
    pieces = encoder.encode([piece.text for piece in pieces_of(codes)])
    wholes = np.asarray(encoder.encode([whole(code) for code in codes]), float)
    seen = see(corpus, codes, np.asarray(pieces, float), wholes)
    assert corpus.vectors is not None
    gold = _marks([unit["codes"] for unit in units], column)
    return Task(folder.name, codes, gold, folds, seen, corpus.vectors, wholes)


def shots(task: Task, count: int, seed: int) -> Iterator[tuple[Indices, Indices]]:
    """For each fold, the passages that may be learned from, and those to score.

    Of each code up to `count` passages are drawn, from other folds only. Folds hold whole interviews, so that none is
    scored against itself.
    """
    chance = np.random.default_rng([seed, count])
    for fold in sorted(set(task.folds.tolist())):
        rows: set[int] = set()
        for column in range(len(task.codes)):
            coded = np.flatnonzero((task.folds != fold) & task.gold[:, column])
            rows.update(chance.choice(coded, min(count, len(coded)), replace=False).tolist())
        yield np.array(sorted(rows), int), np.flatnonzero(task.folds == fold)


def _units(path: Path) -> Iterator[dict[str, Any]]:
    if not path.is_file():
        raise Refused(f"{path} isn't there: a task is a folder with this file, one passage a line")
    for line in path.read_text(encoding="utf-8").splitlines():
        unit = json.loads(line) if line.strip() else {}
        if str(unit.get("text", "")).strip():
            yield unit


def _codes(path: Path, units: Sequence[dict[str, Any]], least: int) -> tuple[Code, ...]:
    uses = Counter(str(code_id) for unit in units for code_id in unit["codes"])
    listed = yaml.safe_load(path.read_text(encoding="utf-8"))
    return tuple(_code(entry) for entry in listed if uses[str(entry["id"])] >= least)


def _code(entry: dict[str, Any]) -> Code:
    return Code(
        str(entry["id"]),
        str(entry.get("name") or ""),
        "all",
        definition=str(entry.get("definition") or ""),
        include=_texts(entry.get("include")),
        exclude=_texts(entry.get("exclude")),
        examples=_texts(entry.get("examples")),
        cues=_texts(entry.get("cues")),
    )


def _texts(given: Any) -> tuple[str, ...]:
    """A list as it stands; one text of examples in quotation marks is a list, too."""
    if isinstance(given, str):
        return tuple(part.strip(" ‘’'\"“”\n,") for part in _BETWEEN_EXAMPLES.split(given) if part.strip(" ‘’'\"\n,"))
    return tuple(str(text) for text in given or ())


def _marks(ids: Sequence[Any], column: dict[str, int]) -> npt.NDArray[np.bool_]:
    marks = np.zeros((len(ids), len(column)), bool)
    for row, code_ids in enumerate(ids):
        marks[row, [column[str(code_id)] for code_id in code_ids if str(code_id) in column]] = True
    return marks


def _corpus(units: Sequence[dict[str, Any]], encoder: Encoder, *, ordered: bool, candidates: Marks) -> Corpus:
    of = [str(unit["doc"] if ordered else unit.get("group") or unit["doc"]) for unit in units]
    _, interviews = np.unique(of, return_inverse=True)
    spans = np.array([(unit["start"], unit["start"] + len(unit["text"])) for unit in units]) if ordered else None
    texts = [str(unit["text"]) for unit in units]
    return corpus_of(texts, interviews, spans, encoder, candidates=None if candidates.all() else candidates)
