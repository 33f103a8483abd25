"""How good the suggestions are with no labelled example, beside two baselines, on sets that people coded.

Run as `python benchmarks/suggest_quality.py DATA_FOLDER`. A set is a folder with `codebook.yaml` and `units.jsonl`;
one that is missing is reported as skipped. Columns: the share of coded units whose first code is right, recall among
the first three, and average precision over codes; then F1 of what is proposed, over all pairs.
"""

import json
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import yaml

from crosscase.codebook import Category, Code, Codebook
from crosscase.source import Source, parse, passages
from crosscase.suggest import Encoder, load_encoder, relevance, suggest
from crosscase.suggest.values import AHEAD, likeness_to_values

Floats = npt.NDArray[np.float64]
Method = Callable[[Sequence[str], Sequence[Code]], Floats]

SETS = ("gennovate", "gennovate_categories", "serdif", "nhs_px")
LOCATED = ("BD3_BD3E_F", "ET1_ET1E_F", "ET1_ET1E_M")
LEAST_USES = 20
CHOICES = {"gennovate_categories": "parent", "proctoring_2coders": "question"}
AT_MOST = 3


@dataclass(frozen=True, slots=True)
class Task:
    name: str
    codes: tuple[Code, ...]
    texts: tuple[str, ...]
    gold: npt.NDArray[np.bool_]


class Remembering:
    """An encoder that keeps vectors in memory, so that every method reads the same ones."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[str, npt.NDArray[np.float32]] = {}

    @property
    def name(self) -> str:
        return self._encoder.name

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        new = sorted(set(texts) - self._known.keys())
        if new:
            self._known.update(zip(new, self._encoder.encode(new), strict=True))
        return np.stack([self._known[text] for text in texts])


def main(folder: Path) -> int:
    encoder = Remembering(load_encoder())
    print(f"{'set':24}{'method':28}{'top-1':>7}{'R@3':>7}{'AP':>7}{'F1':>7}")
    for name in SETS:
        if (folder / name / "units.jsonl").is_file():
            _report(_task(folder / name), encoder)
        else:
            print(f"{name:24}skipped: not in {folder}")
    if (folder / "gennovate" / "transcripts").is_dir():
        _report_transcripts(folder / "gennovate", encoder)
    else:
        print("passages of transcripts  skipped: no gennovate/transcripts")
    for name, among in CHOICES.items():
        if (folder / name / "units.jsonl").is_file():
            _report_choices(folder / name, among, encoder)
    return 0


def _report(task: Task, encoder: Encoder) -> None:
    methods: dict[str, Method] = {
        "tf-idf cosine": _by_words,
        "encoder cosine": lambda texts, codes: _by_cosine(texts, codes, encoder),
        "crosscase": lambda texts, codes: relevance(texts, codes, encoder),
    }
    for method, score in methods.items():
        scores = score(task.texts, task.codes)
        first, third = _recall(scores, task.gold, 1), _recall(scores, task.gold, 3)
        f1 = f"{_f1(scores, task.gold):7.3f}" if method == "crosscase" else ""
        print(f"{task.name:24}{method:28}{first:7.3f}{third:7.3f}{_average_precision(scores, task.gold):7.3f}{f1}")


def _report_transcripts(folder: Path, encoder: Encoder) -> None:
    """Precision and recall where passages outside every quote count as having no code."""
    codebook = Codebook((Category("all", "All", codes=_codes(folder)),))
    sources = [_source(folder / "transcripts" / f"{name}.txt") for name in LOCATED]
    shown = {(s.source_id, s.start, s.code_id) for s in suggest(sources, codebook, encoder, at_most=AT_MOST)}
    quotes = [unit for unit in _units(folder) if unit.get("start") is not None]
    read = [segment for source in sources for segment in passages(source).kept]
    gold = {
        (segment.source_id, segment.start, code_id)
        for segment in read
        for unit in quotes
        if unit["doc"] == segment.source_id and unit["start"] < segment.end and segment.start < unit["end"]
        for code_id in unit["codes"]
    }
    right, with_one = len(shown & gold), len({place[:2] for place in shown})
    print(
        f"passages of transcripts: {len(read)} passages, {len(gold)} codings, {len(shown)} proposed in {with_one}; "
        f"precision {right / max(1, len(shown)):.2f}, recall {right / max(1, len(gold)):.2f}, "
        f"by chance {len(gold) / max(1, len(read) * len(codebook.codes)):.2f}"
    )


def _report_choices(folder: Path, among: str, encoder: Encoder) -> None:
    """A value is a choice among some: here among the codes of one parent, or of one question, given that."""
    listed = yaml.safe_load((folder / "codebook.yaml").read_text(encoding="utf-8"))
    groups: dict[str, dict[str, str]] = defaultdict(dict)
    for entry in listed:
        groups[entry[among]][entry["id"]] = entry.get("definition") or entry["name"]
    right = shown = total = 0
    by_chance = 0.0
    for choices in groups.values():
        units = [unit for unit in _units(folder) if set(unit["codes"]) & choices.keys()]
        if units and len(choices) > 1:
            hits = _guessed(units, choices, encoder)
            right, shown, total = right + sum(hits), shown + len(hits), total + len(units)
            by_chance += len(units) / len(choices)
    print(
        f"values, {folder.name}: guessed for {shown} of {total} units, {right / max(1, shown):.2f} of them right, "
        f"by chance {by_chance / total:.2f}"
    )


def _guessed(units: Sequence[dict], choices: dict[str, str], encoder: Encoder) -> list[bool]:  # type: ignore[type-arg]
    """For each unit that a value is guessed for, whether the guess is right."""
    told = list(choices.values())
    code = Code("c", "", "all", values=dict.fromkeys(told, ""))
    texts, ids = [unit["text"] for unit in units], list(choices)
    scores = likeness_to_values(texts, encoder.encode(texts), code, encoder.encode(told))
    ordered = np.sort(scores, axis=1)
    clear = ordered[:, -1] - ordered[:, -2] >= AHEAD
    return [
        ids[row.argmax()] in unit["codes"] for row, unit, is_clear in zip(scores, units, clear, strict=True) if is_clear
    ]


def _task(folder: Path) -> Task:
    codes, units = _codes(folder), _units(folder)
    gold = np.array([[code.id in unit["codes"] for code in codes] for unit in units])
    return Task(folder.name, codes, tuple(unit["text"] for unit in units), gold)


def _codes(folder: Path) -> tuple[Code, ...]:
    listed = yaml.safe_load((folder / "codebook.yaml").read_text(encoding="utf-8"))
    return tuple(
        Code(entry["id"], entry["name"], "all", definition=entry.get("definition") or "")
        for entry in listed
        if entry.get("n", LEAST_USES) >= LEAST_USES
    )


def _units(folder: Path) -> list[dict]:  # type: ignore[type-arg]
    return [json.loads(line) for line in (folder / "units.jsonl").read_text(encoding="utf-8").splitlines() if line]


def _source(path: Path) -> Source:
    text = path.read_text(encoding="utf-8")
    return Source(path.stem, text, parse(text))


def _whole(code: Code) -> str:
    return re.sub(r"\s+", " ", f"{code.name}. {code.definition}").strip()


def _by_words(texts: Sequence[str], codes: Sequence[Code]) -> Floats:
    from sklearn.feature_extraction.text import TfidfVectorizer

    table = TfidfVectorizer(sublinear_tf=True, stop_words="english")
    weights = table.fit_transform([*texts, *map(_whole, codes)])
    return np.asarray((weights[: len(texts)] @ weights[len(texts) :].T).toarray())


def _by_cosine(texts: Sequence[str], codes: Sequence[Code], encoder: Encoder) -> Floats:
    return np.asarray(encoder.encode(texts) @ encoder.encode([_whole(code) for code in codes]).T, float)


def _recall(scores: Floats, gold: npt.NDArray[np.bool_], first: int) -> float:
    """The share of a coded unit's codes among its first ones; of its first code, whether it is right."""
    best = np.argsort(-scores, axis=1, kind="stable")[:, :first]
    hits = np.take_along_axis(gold, best, axis=1).sum(axis=1)[gold.any(axis=1)]
    return float(hits.mean() if first == 1 else (hits / gold.sum(axis=1)[gold.any(axis=1)]).mean())


def _average_precision(scores: Floats, gold: npt.NDArray[np.bool_]) -> float:
    from sklearn.metrics import average_precision_score

    used = np.flatnonzero(gold.any(axis=0))
    return float(np.mean([average_precision_score(gold[:, at], scores[:, at]) for at in used]))


def _f1(scores: Floats, gold: npt.NDArray[np.bool_]) -> float:
    best = np.argsort(-scores, axis=1, kind="stable")[:, :AT_MOST]
    shown = np.zeros_like(gold)
    np.put_along_axis(shown, best, np.take_along_axis(scores, best, axis=1) >= 0.5, axis=1)
    return float(2 * (shown & gold).sum() / (shown.sum() + gold.sum()))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python benchmarks/suggest_quality.py DATA_FOLDER")
    sys.exit(main(Path(sys.argv[1])))
