"""How well the deductive coder proposes what people coded, beside what one would use otherwise, in one run.

    python -m benchmarks.deductive TASK_DIR… [--shots 0,1,3,5,10] [--seeds 5] [--vectors DIR] [--replay]

A task is a folder with `codebook.yaml` (a list: id, name, definition, perhaps include, exclude, examples) and
`units.jsonl`, one passage a line: `text`, `codes`, `doc`, `fold`, perhaps `group`, `start` and `candidates`. Of each
code so many passages are drawn from the other folds, and what is scored is one fold after the other; of an interview
that is scored nothing is learned. `all` takes every passage of the other folds. What is measured was never tuned on
what it scores: see docs/assisted-coding.md.

Ranking is judged on coded passages, AP (mean over codes) and what is shown on all. `F1` figures are of what crosscase
shows, and what a rival shows is not defined. `det` is the area under the curve of telling passages with a code from
those without one.
"""

import argparse
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.coders.former import STANDS_OUT
from benchmarks.coders.measures import calibration, coverage, detection, ranking, showing
from benchmarks.coders.replay import replay
from benchmarks.coders.rivals import KNOWING_THE_CODEBOOK, LEARNING, STRONGEST, USUAL, Rival, Rivals
from benchmarks.coders.tasks import Task, read, shots
from crosscase.problem import Refused
from crosscase.suggest import CachedEncoder, load_encoder
from crosscase.suggest.corpus import Floats, Indices, Marks
from crosscase.suggest.learned import Evidence, learn
from crosscase.suggest.likeness import pieces_of
from crosscase.suggest.trust import TARGET, probabilities, shown, trusts

AT_MOST = 3
EVERY = 10**6
COLUMNS = ("top-1", "R@3", "LRAP", "AP", "macro F1", "micro F1", "kappa", "shown", "det", "ECE", "cov 80", "seconds")
OURS = "crosscase"
Scores = dict[str, float]


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m benchmarks.deductive", description=__doc__)
    options.formatter_class = argparse.RawDescriptionHelpFormatter
    options.add_argument("folders", metavar="TASK_DIR", nargs="+", type=Path)
    options.add_argument("--shots", default="0,1,3,5,10", help="codings a code to learn from; `all` takes all")
    options.add_argument("--seeds", type=int, default=5, help="draws of these codings (default 5)")
    options.add_argument("--at-most", type=int, default=4000, help="passages of a set, spread over it")
    options.add_argument("--least", type=int, default=10, help="how often a code must be used to be taken")
    options.add_argument("--vectors", type=Path, help="where to keep vectors between runs")
    options.add_argument("--without", default="", help="rivals to leave out, by their names, with commas")
    options.add_argument("--replay", action="store_true", help="a researcher who works interview by interview instead")
    chosen = options.parse_args()
    counts = [EVERY if count == "all" else int(count) for count in chosen.shots.split(",")]
    left_out = {name.strip() for name in chosen.without.split(",")}
    by_task = []
    with tempfile.TemporaryDirectory() as folder:
        encoder = CachedEncoder(load_encoder(), chosen.vectors or Path(folder))
        for path in chosen.folders:
            try:
                task = read(path, encoder, at_most=chosen.at_most, least=chosen.least)
            except Refused as refusal:
                print(f"\n{refusal}")
                continue
            print(_headline(task))
            if chosen.replay:
                replay(task)
                continue
            pieces = np.asarray(encoder.encode([piece.text for piece in pieces_of(task.codes)]), float)
            by_task.append(report(task, Rivals(task, pieces), counts, chosen.seeds, left_out))
    if by_task and not chosen.replay:
        print("\n" + "\n".join(against(by_task, counts)))


def report(
    task: Task, rivals: Rivals, counts: Sequence[int], seeds: int, left_out: set[str]
) -> dict[int, dict[str, Scores]]:
    """Print what every coder reaches on this task; by number of codings and coder, its measures."""
    reached: dict[int, dict[str, Scores]] = {}
    for count in counts:
        print(_heading(count))
        draws = range(seeds if 0 < count < EVERY else 1)
        by_coder = {OURS: _ours(task, count, draws)}
        for name, rival in (KNOWING_THE_CODEBOOK | (LEARNING if count else {})).items():
            if name in left_out:
                continue
            per_draw = [_rival(task, rivals, name, rival, count, seed) for seed in draws]
            by_coder[name] = {key: float(np.mean([one[key] for one in per_draw])) for key in per_draw[0]}
        for name, scores in by_coder.items():
            print(_row(name, scores), flush=True)
        reached[count] = by_coder
    return reached


def _rival(task: Task, rivals: Rivals, name: str, rival: Rival, count: int, seed: int) -> Scores:
    began = time.process_time()
    score = np.zeros(task.gold.shape)
    for rows, scored in shots(task, count, seed):
        score[scored] = rival(rivals, rows)[scored]
    taken = time.process_time() - began
    possible = task.possible
    scores = ranking(task.gold, score, possible) | {"cov 80": coverage(task.gold, score, possible), "seconds": taken}
    scores["det"] = detection(task.gold, np.where(possible, score, -np.inf).max(axis=1))
    if name == "former coder":
        scores |= showing(task.gold, _best(score, possible) & (score >= STANDS_OUT), possible)
    return scores


def _ours(task: Task, count: int, draws: Sequence[int]) -> Scores:
    per_draw = [_draw(task, count, seed) for seed in draws]
    scores = {key: float(np.mean([draw[key] for draw, _ in per_draw])) for key in per_draw[0][0]}
    shares = [share for _, strict in per_draw for share in strict]
    scores["strict models"] = len(shares)
    scores["strict kept"] = float(np.mean([share >= TARGET for share in shares])) if shares else float("nan")
    return scores


def _draw(task: Task, count: int, seed: int) -> tuple[Scores, list[float]]:
    """The measures of one draw, and of each code model that strict abstention lets speak the share that is right."""
    shape, possible = task.gold.shape, task.possible
    score, probability, anything = np.zeros(shape), np.zeros(shape), np.zeros(len(task.texts))
    proposed = np.zeros(shape, bool)
    strict: list[float] = []
    began = time.process_time()
    fits = 0
    for rows, scored in shots(task, count, seed):
        evidence = task.evidence(rows)
        learned = learn(task.seen, evidence)
        interviews = task.seen.corpus.interviews
        standings = trusts(learned.score, evidence, interviews, possible)
        score[scored], anything[scored] = learned.score[scored], learned.anything[scored]
        probability[scored] = probabilities(learned.score, evidence)[scored]
        proposed[scored] = shown(learned.score, standings, possible, AT_MOST)[scored]
        strict += _strict(task, learned.score, evidence, scored)
        fits += 1
    scores = ranking(task.gold, score, possible) | showing(task.gold, proposed, possible)
    scores |= {
        "det": detection(task.gold, anything),
        "ECE": calibration(task.gold, probability, possible),
        "cov 80": coverage(task.gold, score, possible),
        "seconds": (time.process_time() - began) / fits,
    }
    return scores, strict


def _strict(task: Task, score: Floats, evidence: Evidence, scored: Indices) -> list[float]:
    """For each code that strict abstention lets speak, the share of what it shows in the fold that is right."""
    standings = trusts(score, evidence, task.seen.corpus.interviews, task.possible, strict=True)
    proposed: Marks = shown(score, standings, task.possible, len(task.codes))[scored]
    gold = task.gold[scored]
    return [float(gold[proposed[:, code], code].mean()) for code in range(len(task.codes)) if proposed[:, code].any()]


def _best(score: Floats, possible: Marks) -> Marks:
    best = np.argsort(-np.where(possible, score, -np.inf), axis=1, kind="stable")[:, :AT_MOST]
    marks = np.zeros(score.shape, bool)
    np.put_along_axis(marks, best, True, axis=1)
    return marks & possible


def against(by_task: Sequence[dict[int, dict[str, Scores]]], counts: Sequence[int]) -> list[str]:
    """How far crosscase is above the best of the usual rivals and above regression on both views, by set."""
    lines = []
    for count in counts:
        ratios: dict[str, list[float]] = defaultdict(list)
        for reached in by_task:
            ours = reached[count][OURS]["AP"]
            usual = [reached[count][name]["AP"] for name in USUAL if name in reached[count]]
            if usual:
                ratios["the best usual rival"].append(ours / max(usual))
            if STRONGEST in reached[count]:
                ratios[STRONGEST].append(ours / reached[count][STRONGEST]["AP"])
            if "former coder" in reached[count]:
                was = reached[count]["former coder"]["macro F1"]
                ratios["the former coder's macro F1"].append(reached[count][OURS]["macro F1"] / was)
        for name, of in ratios.items():
            by_set = ", ".join(f"{ratio - 1:+.0%}" for ratio in of)
            lines.append(f"{_codings(count)}: over {name} {by_set}; on average {np.mean(of) - 1:+.1%}")
    return lines


def _headline(task: Task) -> str:
    order = "in order" if task.ordered else "without order"
    uncoded = int((~task.gold.any(axis=1)).sum())
    sources = len(np.unique(task.seen.corpus.interviews))
    return (
        f"\n{task.name}: {len(task.texts)} passages {order}, {uncoded} without a code, {sources} sources, "
        f"{len(task.codes)} codes"
    )


def _codings(count: int) -> str:
    return "all codings" if count == EVERY else f"{count} codings a code"


def _heading(count: int) -> str:
    return f"  {_codings(count):22}" + "".join(f"{column:>9}" for column in COLUMNS)


def _row(name: str, scores: Scores) -> str:
    cells = "".join(f"{scores[column]:9.3f}" if column in scores else f"{'–':>9}" for column in COLUMNS)
    strict = ""
    if scores.get("strict models"):
        strict = f"   strict kept {scores['strict kept']:.2f} of {scores['strict models']:.0f} models"
    return f"  {name:22}{cells}{strict}"


if __name__ == "__main__":
    main()
