"""How well scores meet what people coded. Ranking is judged on coded passages; what is shown, on all."""

import math

import numpy as np
import numpy.typing as npt
from sklearn import metrics

from crosscase.suggest.corpus import Floats, Marks

BINS = 10
LEAST_USES = 5
TARGET = 0.8


def ranking(gold: Marks, score: Floats, possible: Marks) -> dict[str, float]:
    """Top-1, recall among three, label ranking average precision, and average precision over codes."""
    finite = np.where(possible, score, score[possible].min() - 1)
    coded = gold.any(axis=1)
    best = np.argsort(-finite, axis=1, kind="stable")
    hits = np.take_along_axis(gold, best, axis=1)[coded]
    used = np.flatnonzero(gold.any(axis=0))
    precisions = [metrics.average_precision_score(gold[:, code], finite[:, code]) for code in used]
    return {
        "top-1": float(hits[:, 0].mean()),
        "R@3": float((hits[:, :3].sum(axis=1) / hits.sum(axis=1)).mean()),
        "LRAP": float(metrics.label_ranking_average_precision_score(gold[coded], finite[coded])),
        "AP": float(np.mean(precisions)),
    }


def showing(gold: Marks, shown: Marks, possible: Marks) -> dict[str, float]:
    """F1 over codes used five times, F1 over all pairs, mean kappa over codes, share of passages with a suggestion."""
    often = gold.sum(axis=0) >= LEAST_USES
    hits, both = (gold & shown).sum(axis=0), gold.sum(axis=0) + shown.sum(axis=0)
    by_code = np.divide(2 * hits, both, out=np.zeros(len(both)), where=both > 0)
    kappas = [_kappa(gold[possible[:, at], at], shown[possible[:, at], at]) for at in np.flatnonzero(often)]
    return {
        "macro F1": float(by_code[often].mean()) if often.any() else math.nan,
        "micro F1": float(2 * hits.sum() / max(1, both.sum())),
        "kappa": float(np.nanmean(kappas)) if kappas else math.nan,
        "shown": float(shown.any(axis=1).mean()),
    }


def calibration(gold: Marks, probability: Floats, possible: Marks) -> float:
    """Expected calibration error over ten bins of equal width, of all possible pairs."""
    told, hit = probability[possible], gold[possible]
    bins = np.minimum((told * BINS).astype(int), BINS - 1)
    parts = [(bins == at) for at in range(BINS) if (bins == at).any()]
    return float(sum(abs(told[part].mean() - hit[part].mean()) * part.mean() for part in parts))


def coverage(gold: Marks, score: Floats, possible: Marks) -> float:
    """The largest share of passages, surest first, whose first code is right four times in five."""
    finite = np.where(possible, score, -np.inf)
    first = finite.argmax(axis=1)
    hit = gold[np.arange(len(gold)), first]
    order = np.argsort(-finite.max(axis=1), kind="stable")
    enough = np.cumsum(hit[order]) / np.arange(1, len(gold) + 1) >= TARGET
    return float((np.flatnonzero(enough).max() + 1) / len(gold)) if enough.any() else 0.0


def detection(gold: Marks, anything: npt.NDArray[np.float64]) -> float:
    """Area under the curve of telling passages that carry a code from others; nan where all carry one."""
    coded = gold.any(axis=1)
    return math.nan if coded.all() else float(metrics.roc_auc_score(coded, anything))


def average_precision_of_coded(gold: Marks, anything: npt.NDArray[np.float64]) -> float:
    coded = gold.any(axis=1)
    return math.nan if coded.all() else float(metrics.average_precision_score(coded, anything))


def _kappa(one: npt.NDArray[np.bool_], other: npt.NDArray[np.bool_]) -> float:
    agreed = float((one == other).mean())
    expected = float(one.mean() * other.mean() + (1 - one.mean()) * (1 - other.mean()))
    return (agreed - expected) / (1 - expected) if expected < 1 else math.nan
