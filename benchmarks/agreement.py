"""Agreement: every reference value of real coders held against ours, and times beside other ways to the same figures.

    python -m benchmarks.agreement [DATA_DIR]

DATA_DIR holds task folders with `coders.csv` and `reference.csv`; it is printed which values differ by over 0.001.
"""

import csv
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path

import numpy as np

from crosscase.agreement import coefficients
from crosscase.agreement.coefficients import MISSING, tally
from crosscase.agreement.measuring import measure
from crosscase.agreement.units import Units, units
from crosscase.codebook import Category, Code, Codebook
from crosscase.coding import Coding
from crosscase.reading import Reading
from crosscase.source import Source, parse

DATA = Path(__file__).parent.parent.parent / "shared" / "data"
TOLERANCE = 1e-3
Marks = dict[str, dict[str, set[str]]]
"""By unit and coder the codes that were given; an empty one where somebody read it and gave none."""


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA
    tasks = sorted(path.parent for path in folder.glob("*/reference.csv"))
    if not tasks:
        print(f"no reference values in {folder}: give the folder that holds the task folders")
    for task in tasks:
        rows = list(_compared(task))
        differing = [row for row in rows if not np.isclose(row[2], row[3], atol=TOLERANCE, equal_nan=True)]
        print(f"{task.name}: {len(rows) - len(differing)} of {len(rows)} reference values met to {TOLERANCE}")
        for variable, statistic, reference, ours in differing:
            print(f"  {variable}, {statistic}: {reference} there, {ours:.4f} here")
    for line in times():
        print(line, flush=True)


def _compared(task: Path) -> Iterator[tuple[str, str, float, float]]:
    by_variable: dict[str, Marks] = defaultdict(lambda: defaultdict(lambda: defaultdict(set)))
    with (task / "coders.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            by_variable[row["variable"]][row["unit"]][row["coder"]].add(row["code"])
    with (task / "reference.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            ours = _ours(row["statistic"], by_variable[row["variable"]])
            yield row["variable"], row["statistic"], float(row["value"]), ours


def _ours(statistic: str, units: Marks) -> float:
    coders = sorted({coder for unit in units.values() for coder in unit})
    codes = sorted({code for unit in units.values() for given in unit.values() for code in given} - {""})
    if statistic == "pooled_kappa":
        lines = [[_mark(unit, coder, code) for coder in coders] for unit in units.values() for code in codes]
        return float(coefficients.cohen(tally(np.array(lines), 2).total())[0])
    lines = [
        [codes.index(min(unit[coder])) if coder in unit else MISSING for coder in coders] for unit in units.values()
    ]
    whole = tally(np.array(lines), max(2, len(codes))).total()
    if statistic == "fleiss_kappa":
        return float(coefficients.fleiss(whole))
    if statistic == "alpha_nominal":
        return float(coefficients.alpha(whole))
    return float(coefficients.cohen(whole).mean())


def _mark(unit: dict[str, set[str]], coder: str, code: str) -> int:
    return int(code in unit[coder]) if coder in unit else MISSING


def times() -> Iterator[str]:
    """100,000 units × 60 codes × 5 coders, one code after the other; then a study of a million codings."""
    from sklearn.metrics import cohen_kappa_score

    draws = np.random.default_rng(1)
    codes = 60
    truth = draws.random((100_000, codes)) < 0.05
    marks = [np.where(draws.random((100_000, 5)) < 0.97, truth[:, [code]], ~truth[:, [code]]) for code in range(codes)]
    of_codes = [given.astype(np.int64) for given in marks]
    ours = _seconds(lambda: [_all_of(given) for given in of_codes])
    plain = _seconds(lambda: [_plain_alpha(given) for given in of_codes])
    kappas = _seconds(
        lambda: [
            cohen_kappa_score(given[:, first], given[:, second])
            for given in of_codes
            for first, second in combinations(range(5), 2)
        ]
    )
    yield f"alpha, kappa, AC1 of 100,000 units × 60 codes × 5 coders: {ours:.1f} s"
    yield f"  plain alpha of the same, unit by unit: {plain:.1f} s (ours {ours / plain:.2f} of it)"
    yield f"  scikit-learn's kappa of each pair: {kappas:.1f} s (ours {ours / kappas:.2f} of it)"
    book, marked, codings = _large_study()
    seconds = _seconds(lambda: measure(marked(), book))
    yield f"{codings:,} codings by 5 coders, all figures with intervals: {seconds:.1f} s (target 60)"


def _all_of(marks: np.ndarray) -> None:
    whole = tally(marks, 2).total()
    for coefficient in (coefficients.alpha, coefficients.cohen, coefficients.gwet):
        coefficient(whole)


def _plain_alpha(marks: np.ndarray) -> float:
    """Alpha by its definition, from the counts in each unit."""
    counts = np.stack([(marks == value).sum(axis=1) for value in (0, 1)], axis=1)
    size = counts.sum(axis=1)
    apart = sum((size**2 - (counts**2).sum(axis=1)) / (size - 1))
    totals = counts.sum(axis=0)
    return float(1 - (totals.sum() - 1) * apart / (totals.sum() ** 2 - (totals**2).sum()))


def _large_study() -> tuple[Codebook, Callable[[], Units], int]:
    """1,000 sources of 40 turns, 60 codes; five coders who mostly agree."""
    draws = np.random.default_rng(2)
    text = "".join(f"Lea: This is the answer number {turn}, of about ten words here.\n\n" for turn in range(40))
    turns = parse(text)
    sources = [Source(f"S{number:04}", text, turns) for number in range(1000)]
    book = Codebook((Category("all", "All", codes=tuple(Code(f"c{code}", f"c{code}", "all") for code in range(60))),))
    readings = [Reading(coder, source.id, 1) for source in sources for coder in "ABCDE"]
    codings: list[Coding] = []
    for source in sources:
        for code, turn in zip(draws.integers(0, 60, size=211), draws.integers(0, 40, size=211), strict=True):
            start, end = turns[turn].start, turns[turn].end
            for coder in "ABCDE":
                if draws.random() < 0.95:
                    span = (start, end, text[start:end])
                    codings.append(Coding(f"{len(codings)}", source.id, *span, f"c{code}", coder=coder))
    return book, lambda: units(sources, codings, readings, book), len(codings)


def _seconds(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
