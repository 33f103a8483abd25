"""How long one cell of a large chart takes to write, against parsing that file once."""

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import yaml

from crosscase.matrix import Summary
from crosscase.study.formats import charts

CHART = Path(__file__).parent.parent / "charts" / "policy.yaml"
PATH = "charts/policy.yaml"
Row = tuple[str, float, str, float, str]


def row(runs: int = 5) -> Row:
    text = CHART.read_text(encoding="utf-8")
    cells = [cell for cell, _ in charts.cells(text, PATH, [])]
    first = cells[0]

    def written(number: int) -> None:
        cell = Summary(first.case_id, first.code_id, f"Edit number {number}.")
        charts.edited(text, {(first.case_id, first.code_id): cell}, path=PATH)

    def parsed(_: int) -> None:
        yaml.compose(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))

    what = f"one cell of a chart of {len(cells)}"
    return what, median(written, runs), "yaml.compose of the same file", median(parsed, runs), "target 0.02 s"


def median(act: Callable[[int], None], runs: int) -> float:
    times = []
    for number in range(runs):
        began = time.process_time()
        act(number)
        times.append(time.process_time() - began)
    return statistics.median(times)
