"""What is measured of a way to group passages, the same for each."""

import time
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt

from benchmarks.clusters.tasks import Labels, Task

Method = Callable[[Task, int | None, int], Labels]
Scores = dict[str, float]

SEEDS = 3
DRAWS = 5
SHARE = 0.8
FEWEST_SOURCES = 3
RECOVERED = 0.3
FOUND_AGAIN = 0.5
HIDDEN_DRAWS = 5
HIDDEN = 1 / 3
NARROW = 0.04
# What a method says resembles nothing, and what it merely leaves without a group.
NOISE, LEFT_OVER = -1, -2
ABSENT = -9


def scores(task: Task, method: Method, k: int | None, seeds: int) -> Scores:
    """Every measure, with `k` groups or as many as the method chooses; those of agreement are means over the seeds."""
    began = time.process_time()
    runs = [compared(task.gold, method(task, k, seed)) for seed in range(seeds)]
    seconds = (time.process_time() - began) / seeds
    means = {measure: float(np.mean([run[measure] for run in runs])) for measure in runs[0]}
    again = {"stability": stability(task, method, k), "seconds": seconds}
    return means | again | (hidden(task, method) if k is None else {})


def compared(gold: Sequence[str], labels: Labels) -> Scores:
    """Groups beside codes: each passage without a group is one of its own.

    `themes` is the share of the codes that some group meets with a Jaccard of .3; `noise` what resembles nothing.
    """
    from sklearn import metrics

    alone = np.where(labels < 0, len(labels) + np.arange(len(labels)), labels)
    met = [best_match(np.array(gold) == code, labels, jaccard) >= RECOVERED for code in sorted(set(gold))]
    return {
        "ARI": metrics.adjusted_rand_score(gold, alone),
        "NMI": metrics.normalized_mutual_info_score(gold, alone),
        "V": metrics.v_measure_score(gold, alone),
        "AMI": metrics.adjusted_mutual_info_score(gold, alone),
        "noise": float(np.mean(labels == NOISE)),
        "covered": float(np.mean(labels >= 0)),
        "themes": float(np.mean(met)),
        "clusters": len(set(labels[labels >= 0].tolist())),
    }


def jaccard(both: float, one: float, other: float) -> float:
    return both / (one + other - both)


def f1(both: float, one: float, other: float) -> float:
    return 2 * both / (one + other)


def best_match(
    wanted: npt.NDArray[np.bool_], labels: Labels, likeness: Callable[[float, float, float], float]
) -> float:
    """How like the wanted passages the group most like them is; 0 where there is no group."""
    groups = [labels == number for number in set(labels[labels >= 0].tolist())]
    return max((float(likeness((own & wanted).sum(), own.sum(), wanted.sum())) for own in groups), default=0.0)


def stability(task: Task, method: Method, k: int | None) -> float:
    """How far draws of 80 % of the sources agree on the passages that two of them hold (mean ARI over pairs).

    What is without a group counts as one group. Not a number where there are fewer than three sources.
    """
    from sklearn.metrics import adjusted_rand_score

    names = np.unique(task.sources)
    if len(names) < FEWEST_SOURCES:
        return float("nan")
    draws = [_drawn(task, method, k, names, seed) for seed in range(DRAWS)]
    agreements = []
    for one, other in combinations(draws, 2):
        both = (one != ABSENT) & (other != ABSENT)
        agreements.append(adjusted_rand_score(one[both], other[both]))
    return float(np.mean(agreements))


def _drawn(task: Task, method: Method, k: int | None, names: npt.NDArray[np.str_], seed: int) -> Labels:
    kept = np.random.default_rng(seed).choice(names, round(SHARE * len(names)), replace=False)
    rows = np.flatnonzero(np.isin(task.sources, kept))
    labels = np.full(len(task.passages), ABSENT)
    labels[rows] = np.maximum(method(task.at(rows), k, seed), NOISE)
    return labels


def hidden(task: Task, method: Method) -> Scores:
    """Hide a third of the codes, group their passages: the share of narrow and broad codes found again, and coverage.

    Found again: some group reaches an F1 of .5 with the code's passages. Narrow: under 4 % of all passages. Not a
    number where no such code was drawn.
    """
    again: dict[bool, list[bool]] = {True: [], False: []}
    covered = []
    for rows in hidden_rows(task):
        part = task.at(rows)
        labels = method(part, None, 0)
        covered.append(float(np.mean(labels >= 0)))
        for code in sorted(set(part.gold)):
            is_narrow = task.gold.count(code) < NARROW * len(task.gold)
            again[is_narrow].append(best_match(np.array(part.gold) == code, labels, f1) >= FOUND_AGAIN)
    return {"narrow": _mean(again[True]), "broad": _mean(again[False]), "hidden covered": _mean(covered)}


def hidden_rows(task: Task) -> Iterator[Labels]:
    codes = sorted(set(task.gold))
    for seed in range(HIDDEN_DRAWS):
        drawn = np.random.default_rng(seed).choice(codes, max(2, round(HIDDEN * len(codes))), replace=False)
        yield np.flatnonzero(np.isin(task.gold, drawn))


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else float("nan")
