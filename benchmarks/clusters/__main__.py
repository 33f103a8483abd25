"""How well clusters meet the codes that people gave, beside what one would use otherwise, in one run.

    python -m benchmarks.clusters TASK_DIR… [--vectors DIR] [--ablation] [--at-most N]

A task is a folder with `units.jsonl`, one passage a line: `text`, `codes`, `doc`, perhaps `group` and `start`. Passages
with one code are taken, of codes with at least twenty passages (five in a set of under 500). They count as standing in
order where nine tenths have a `start`. No method is told the codes; with *k given*, it is told how many there are.
"""

import argparse
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.clusters import ablation, peers
from benchmarks.clusters.measures import Scores, scores
from benchmarks.clusters.methods import CHOOSING, SEEDS_OF, WITH_K
from benchmarks.clusters.tasks import Task, read
from crosscase.suggest import CachedEncoder, load_encoder

MEASURES = ("ARI", "NMI", "V", "AMI", "noise", "covered", "themes", "clusters", "stability", "seconds")
OF_HIDDEN = ("narrow", "broad", "hidden covered")
RIVALS = ("encoder K-means", "Ward")


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m benchmarks.clusters", description=__doc__)
    options.formatter_class = argparse.RawDescriptionHelpFormatter
    options.add_argument("folders", metavar="TASK_DIR", nargs="+", type=Path)
    options.add_argument("--vectors", type=Path, help="where to keep vectors between runs")
    options.add_argument("--ablation", action="store_true", help="the recipe without each of its parts instead")
    options.add_argument("--at-most", type=int, default=2000, help="passages of a set, spread over it (default 2,000)")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        encoder = CachedEncoder(load_encoder(), chosen.vectors or Path(folder))
        tasks = [read(path, encoder, chosen.at_most) for path in chosen.folders]
    if chosen.ablation:
        ablation.show(tasks)
        return
    given = [report(task) for task in tasks]
    for measure in ("ARI", "NMI", "stability"):
        print(against_rivals(measure, given))


def report(task: Task) -> dict[str, Scores]:
    """Print what every method reaches on this task; by method, the scores with k given."""
    order = "in order" if task.ordered else "without order"
    print(f"\n{task.name}: {len(task.passages)} passages {order}, {len(set(task.sources))} sources, {task.codes} codes")
    print(_heading("k given", MEASURES))
    given = {}
    for name, method in WITH_K.items():
        given[name] = scores(task, method, task.codes, SEEDS_OF.get(method, 1))
        print(_row(name, given[name], MEASURES), flush=True)
    print(_heading("k chosen", MEASURES) + "   hidden codes found again: narrow, broad; covered")
    for name, method in CHOOSING.items():
        reached = scores(task, method, None, SEEDS_OF.get(method, 1))
        print(_row(name, reached, (*MEASURES, *OF_HIDDEN)), flush=True)
    beside = peers.kept(task)
    for name, reached in beside.items():
        print(_row(f"{name} (kept)", reached, (*MEASURES, *OF_HIDDEN)), flush=True)
    if not beside:
        print("  BERTopic: nothing is kept for these passages; `make bench-peers` runs it")
    return given


def _heading(title: str, measures: tuple[str, ...]) -> str:
    return f"  {title:24}" + "".join(f"{measure:>10}" for measure in measures)


def _row(name: str, reached: Scores, measures: tuple[str, ...]) -> str:
    return f"  {name:24}" + "".join(f"{reached[measure]:10.3f}" for measure in measures)


def against_rivals(measure: str, given: list[dict[str, Scores]]) -> str:
    """How far crosscase is above the better of K-means and Ward, by set and on average, and above K-means."""
    ours = np.array([reached["crosscase"][measure] for reached in given])
    rivals = np.array([[reached[name][measure] for name in RIVALS] for reached in given])
    ratios = ours / rivals.max(axis=1) - 1
    by_set = ", ".join(f"{ratio:+.0%}" for ratio in ratios)
    above = f"above K-means {np.mean(ours - rivals[:, 0]):+.3f}"
    average = f"on average {ratios.mean():+.1%}; {above}"
    return f"{measure}, k given, against the better of K-means and Ward: {by_set}; {average}"


if __name__ == "__main__":
    main()
