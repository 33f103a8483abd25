"""The recipe without each of its parts, or with another number: what each is for."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from benchmarks.clusters.measures import compared, stability
from benchmarks.clusters.tasks import Labels, Task
from crosscase.suggest.clusters import group
from crosscase.suggest.clusters.recipe import Recipe

WITHOUT: dict[str, dict[str, Any]] = {
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


def show(tasks: Sequence[Task]) -> None:
    """ARI / NMI / stability with k given, and the mean over tasks."""
    print(f"{'':26}" + " ".join(f"{task.name[:20]:>20}" for task in tasks) + f"{'mean':>20}")
    for name, changes in WITHOUT.items():
        recipe = replace(Recipe(), **changes)
        reached = [_reached(task, recipe) for task in tasks]
        cells = [" / ".join(f"{value:.3f}" for value in row) for row in [*reached, np.mean(reached, axis=0)]]
        print(f"{name:26}" + " ".join(f"{cell:>20}" for cell in cells), flush=True)


def _reached(task: Task, recipe: Recipe) -> tuple[float, float, float]:
    def method(part: Task, k: int | None, _seed: int) -> Labels:
        return group(part.passages, part.vectors, k=k, ordered=part.ordered, recipe=recipe).nearest

    scores = compared(task.gold, method(task, task.codes, 0))
    return scores["ARI"], scores["NMI"], stability(task, method, task.codes)
