"""How well clusters meet the codes that people gave, beside what one would use otherwise, in one run.

    python -m benchmarks.clusters TASK_DIR… [--vectors DIR] [--peers DIR] [--ablation] [--at-most N]

A task is a folder with `units.jsonl`, one passage a line: `text`, `codes`, `doc`, perhaps `group` and `start`. Passages
with one code are taken, of codes with at least twenty passages (five in a set of under 500). They count as standing in
order where nine tenths have a `start`. No method is told the codes; with *k given*, it is told how many there are.
"""

import argparse
import json
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

import numpy as np
import numpy.typing as npt

from crosscase.source import Segment
from crosscase.suggest import CachedEncoder, load_encoder
from crosscase.suggest.clusters import Passage, group
from crosscase.suggest.clusters.recipe import Recipe
from crosscase.suggest.words import stems

Labels = npt.NDArray[np.int64]
Method = Callable[["Task", int | None, int], Labels]

LEAST_USES, LEAST_IN_SMALL, SMALL_SET = 20, 5, 500
SEEDS = 3
DRAWS = 3
SHARE = 0.8
RECOVERED = 0.3
FOUND_AGAIN = 0.5
HIDDEN_DRAWS = 5
HIDDEN = 1 / 3
NARROW = 0.04
NOISE = -1
MEASURES = ("ARI", "NMI", "V", "AMI", "noise", "themes", "clusters")


@dataclass(frozen=True)
class Task:
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

    def at(self, rows: Labels) -> "Task":
        return replace(
            self,
            passages=tuple(self.passages[row] for row in rows),
            gold=tuple(self.gold[row] for row in rows),
            vectors=self.vectors[rows],
        )


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m benchmarks.clusters", description=__doc__)
    options.add_argument("folders", metavar="TASK_DIR", nargs="+", type=Path)
    options.add_argument("--vectors", type=Path, help="where to keep vectors between runs")
    options.add_argument("--peers", type=Path, default=Path("benchmarks/peers"), help="cached results of BERTopic")
    options.add_argument("--ablation", action="store_true", help="the recipe without each of its parts instead")
    options.add_argument("--at-most", type=int, default=2000, help="passages of a set, spread over it (default 2,000)")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        encoder = CachedEncoder(load_encoder(), chosen.vectors or Path(folder))
        tasks = [read(folder, encoder, chosen.at_most) for folder in chosen.folders]
    if chosen.ablation:
        ablation(tasks)
        return
    against = [report(task, peers(chosen.peers, task.name)) for task in tasks]
    for measure in ("ARI", "NMI", "stability"):
        ours = np.array([row[measure, "crosscase"] for row in against])
        rivals = np.array([[row[measure, name] for name in ("encoder K-means", "Ward")] for row in against])
        told = ", ".join(f"{value:+.0%}" for value in ours / rivals.max(axis=1) - 1)
        ahead = f"{np.mean(ours / rivals.max(axis=1)) - 1:+.1%}; above K-means {np.mean(ours - rivals[:, 0]):+.3f}"
        print(f"{measure}, k given, against the better of K-means and Ward: {told}; on average {ahead}")


def read(folder: Path, encoder: CachedEncoder, at_most: int) -> Task:
    lines = (folder / "units.jsonl").read_text(encoding="utf-8").splitlines()
    units = [unit for unit in map(json.loads, filter(None, lines)) if len(unit["codes"]) == 1 and unit["text"].strip()]
    uses = Counter(unit["codes"][0] for unit in units)
    least = LEAST_USES if len(units) >= SMALL_SET else LEAST_IN_SMALL
    units = [unit for unit in units if uses[unit["codes"][0]] >= least]
    units = [units[at] for at in np.unique(np.linspace(0, len(units) - 1, min(len(units), at_most)).astype(int))]
    ordered = sum(unit.get("start") is not None for unit in units) > 0.9 * len(units)
    passages = [
        Passage(_place(unit, unit["start"] if ordered and unit.get("start") is not None else at), unit["text"])
        for at, unit in enumerate(units)
    ]
    vectors = encoder.encode([passage.text for passage in passages])
    return Task(folder.name, tuple(passages), tuple(unit["codes"][0] for unit in units), vectors, ordered)


def _place(unit: dict[str, str], start: int) -> Segment:
    return Segment(str(unit.get("group") or unit["doc"]), start, start + len(unit["text"]))


def report(task: Task, peer: dict[str, dict[str, float]]) -> dict[tuple[str, str], float]:
    """Print what every method reaches on this task, and give it by measure and method."""
    order = "in order" if task.ordered else "without order"
    print(f"\n{task.name}: {len(task.passages)} passages {order}, {len(set(task.sources))} sources, {task.codes} codes")
    head = " ".join(f"{measure:>8}" for measure in MEASURES)
    print(f"  {'k given':26}{head} {'stability':>9} {'seconds':>8}")
    reached: dict[tuple[str, str], float] = {}
    for name, method in WITH_K.items():
        scores, seconds = measured(task, method, task.codes)
        scores["stability"] = stability(task, method, task.codes)
        reached |= {(measure, name): value for measure, value in scores.items()}
        show(name, scores, seconds)
    print(f"  {'k chosen':26}{head} {'stability':>9} {'seconds':>8}   hidden codes found again: narrow, broad, covered")
    for name, method in CHOOSING.items():
        scores, seconds = measured(task, method, None)
        scores["stability"] = stability(task, method, None)
        show(name, scores, seconds, hidden(task, method))
    for name, scores in peer.items():
        show(name, scores, scores["seconds"], (scores["narrow"], scores["broad"], scores["covered"]))
    return reached


def show(name: str, scores: dict[str, float], seconds: float, found: tuple[float, ...] = ()) -> None:
    told = " ".join(f"{scores[measure]:8.3f}" for measure in MEASURES)
    again = " ".join(f"{value:8.2f}" for value in found)
    print(f"  {name:26}{told} {scores['stability']:9.3f} {seconds:8.1f} {again}", flush=True)


def measured(task: Task, method: Method, k: int | None) -> tuple[dict[str, float], float]:
    """The mean over seeds, for a method that uses them, and seconds of this process for one run."""
    began = time.process_time()
    seeds = SEEDS if method in SEEDED and k is not None else 1
    runs = [compared(task.gold, method(task, k, seed)) for seed in range(seeds)]
    seconds = (time.process_time() - began) / seeds
    return {measure: float(np.mean([run[measure] for run in runs])) for measure in MEASURES}, seconds


def compared(gold: Sequence[str], labels: Labels) -> dict[str, float]:
    """Each passage of noise is a cluster of its own; a theme is met where a cluster has .3 of both together."""
    from sklearn import metrics

    alone = np.where(labels == NOISE, len(labels) + np.arange(len(labels)), labels)
    met = [best_match(np.array(gold) == code, labels, jaccard) >= RECOVERED for code in sorted(set(gold))]
    return {
        "ARI": metrics.adjusted_rand_score(gold, alone),
        "NMI": metrics.normalized_mutual_info_score(gold, alone),
        "V": metrics.v_measure_score(gold, alone),
        "AMI": metrics.adjusted_mutual_info_score(gold, alone),
        "noise": float(np.mean(labels == NOISE)),
        "themes": float(np.mean(met)),
        "clusters": len(set(labels.tolist()) - {NOISE}),
    }


def jaccard(both: float, one: float, other: float) -> float:
    return both / (one + other - both)


def f1(both: float, one: float, other: float) -> float:
    return 2 * both / (one + other)


def best_match(
    wanted: npt.NDArray[np.bool_], labels: Labels, likeness: Callable[[float, float, float], float]
) -> float:
    groups = [labels == number for number in set(labels.tolist()) - {NOISE}]
    return max((likeness((own & wanted).sum(), own.sum(), wanted.sum()) for own in groups), default=0.0)


def stability(task: Task, method: Method, k: int | None) -> float:
    """How far two draws of 80 % of the sources agree on the passages that both hold (ARI, noise as one group)."""
    from sklearn.metrics import adjusted_rand_score

    names = np.unique(task.sources)
    draws = []
    for seed in range(DRAWS):
        kept = np.random.default_rng(seed).choice(names, round(SHARE * len(names)), replace=False)
        rows = np.flatnonzero(np.isin(task.sources, kept))
        labels = np.full(len(task.passages), -2)
        labels[rows] = method(task.at(rows), k, seed)
        draws.append(labels)
    agreements = []
    for one, other in combinations(draws, 2):
        both = (one != -2) & (other != -2)
        agreements.append(adjusted_rand_score(one[both], other[both]))
    return float(np.mean(agreements))


def hidden(task: Task, method: Method) -> tuple[float, float, float]:
    """Hide a third of the codes, group their passages: the share of narrow and broad codes found again, and coverage.

    Found again: some cluster reaches an F1 of .5 with the code's passages. Narrow: under 4 % of all passages.
    """
    narrow: list[bool] = []
    broad: list[bool] = []
    covered = []
    for rows in hidden_rows(task):
        part = task.at(rows)
        labels = method(part, None, 0)
        covered.append(float(np.mean(labels != NOISE)))
        for code in sorted(set(part.gold)):
            again = best_match(np.array(part.gold) == code, labels, f1) >= FOUND_AGAIN
            (narrow if task.gold.count(code) < NARROW * len(task.gold) else broad).append(again)
    return _mean(narrow), _mean(broad), _mean(covered)


def hidden_rows(task: Task) -> Iterator[Labels]:
    codes = sorted(set(task.gold))
    for seed in range(HIDDEN_DRAWS):
        drawn = np.random.default_rng(seed).choice(codes, max(2, round(HIDDEN * len(codes))), replace=False)
        yield np.flatnonzero(np.isin(task.gold, drawn))


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else float("nan")


def by_words(task: Task, k: int | None, seed: int) -> Labels:
    from sklearn.cluster import KMeans
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.preprocessing import normalize

    table = TfidfVectorizer(analyzer=stems, sublinear_tf=True, min_df=2).fit_transform(task.texts)
    rows = normalize(TruncatedSVD(min(100, min(table.shape) - 1), random_state=seed).fit_transform(table))
    return KMeans(k, n_init=10, random_state=seed).fit_predict(rows)


def k_means(task: Task, k: int | None, seed: int) -> Labels:
    """With k chosen, the one of four up to the root of the passages that has the best silhouette, on 50 axes."""
    from sklearn.cluster import KMeans
    from sklearn.decomposition import PCA
    from sklearn.metrics import silhouette_score

    if k is not None:
        return KMeans(k, n_init=10, random_state=seed).fit_predict(task.vectors)
    root = np.sqrt(len(task.passages))
    counts = sorted({max(2, round(count)) for count in np.linspace(root / 3, root, 4)})
    rows = PCA(min(50, len(task.passages)), random_state=0).fit_transform(task.vectors)
    tried = [KMeans(count, n_init=1, random_state=seed).fit_predict(rows) for count in counts]
    return max(tried, key=lambda labels: silhouette_score(rows, labels, sample_size=1000, random_state=0))


def ward(task: Task, k: int | None, _seed: int) -> Labels:
    from sklearn.cluster import AgglomerativeClustering

    return AgglomerativeClustering(k).fit_predict(task.vectors)


def hdbscan(task: Task, _k: int | None, _seed: int) -> Labels:
    from sklearn.cluster import HDBSCAN
    from sklearn.decomposition import PCA

    rows = PCA(20, random_state=0).fit_transform(task.vectors)
    return HDBSCAN(min_cluster_size=5, copy=True).fit_predict(rows)


def crosscase(task: Task, k: int | None, _seed: int) -> Labels:
    """With k given, every passage goes to its nearest cluster, as with the others."""
    grouping = group(task.passages, task.vectors, k=k, ordered=task.ordered)
    return grouping.labels if k is None else grouping.nearest


def crosscase_fine(task: Task, _k: int | None, _seed: int) -> Labels:
    return group(task.passages, task.vectors, grain="fine", ordered=task.ordered).labels


def crosscase_coarse(task: Task, _k: int | None, _seed: int) -> Labels:
    return group(task.passages, task.vectors, grain="coarse", ordered=task.ordered).labels


def without_encoder(task: Task, k: int | None, _seed: int) -> Labels:
    return group(task.passages, None, k=k, ordered=task.ordered).nearest


WITH_K: dict[str, Method] = {
    "tf-idf LSA K-means": by_words,
    "encoder K-means": k_means,
    "Ward": ward,
    "crosscase": crosscase,
    "crosscase, words alone": without_encoder,
}
CHOOSING: dict[str, Method] = {
    "K-means by silhouette": k_means,
    "HDBSCAN": hdbscan,
    "crosscase, fine": crosscase_fine,
    "crosscase, medium": crosscase,
    "crosscase, coarse": crosscase_coarse,
}
SEEDED = {by_words, k_means}

WITHOUT: dict[str, dict[str, float]] = {
    "the recipe": {},
    "no words": {"words": 0.0},
    "words weigh 1": {"words": 1.0},
    "no centring by interview": {"shrink": 1e12},
    "no neighbours": {"neighbours": 0.0},
    "neighbours weigh 1": {"neighbours": 1.0},
    "no diffusion": {"steps": 0},
    "5 nearest": {"nearest": 5},
    "15 nearest": {"nearest": 15},
    "16 steps": {"steps": 16},
    "keeps .3 of itself": {"kept": 0.3},
    "one run, no consensus": {"draws": 1, "runs": 1, "share": 1.0},
}


def ablation(tasks: Sequence[Task]) -> None:
    """ARI / NMI with k given, without each part of the recipe or with another number, and the mean over tasks."""
    print(f"{'':26}" + " ".join(f"{task.name[:17]:>17}" for task in tasks) + f"{'mean':>17}")
    for name, changes in WITHOUT.items():
        recipe = replace(Recipe(), **changes)
        scores = []
        for task in tasks:
            grouping = group(task.passages, task.vectors, k=task.codes, ordered=task.ordered, recipe=recipe)
            reached = compared(task.gold, grouping.nearest)
            scores.append((reached["ARI"], reached["NMI"]))
        told = " ".join(f"{f'{ari:.3f} / {nmi:.3f}':>17}" for ari, nmi in [*scores, np.mean(scores, axis=0)])
        print(f"{name:26}{told}", flush=True)


def peers(folder: Path, task: str) -> dict[str, dict[str, float]]:
    """What other programs reached on this task, as it was kept (`make bench-peers` makes it)."""
    path = folder / f"{task}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


if __name__ == "__main__":
    main()
