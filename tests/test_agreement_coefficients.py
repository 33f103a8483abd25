"""Coefficients of agreement, against published worked examples and other programs' values."""

import csv
from collections import defaultdict
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from sklearn.metrics import cohen_kappa_score

from crosscase.agreement import coefficients
from crosscase.agreement.coefficients import MISSING, Tally, tally

Marks = NDArray[np.int64]

REAL = Path(__file__).parent.parent.parent / "shared" / "data"
KRIPPENDORFF_2011 = """
    1 2 3 3 2 1 4 1 2 . . .
    1 2 3 3 2 2 4 1 2 5 . 3
    . 3 3 3 2 3 4 2 2 5 1 .
    1 2 3 3 2 4 4 1 2 5 1 .
"""
FLEISS_TABLE = """
    0 0 0 0 14
    0 2 6 4 2
    0 0 3 5 6
    0 3 9 2 0
    2 2 8 1 1
    7 7 0 0 0
    3 2 6 3 0
    2 5 3 2 2
    6 5 2 1 0
    0 2 2 3 7
"""

some_marks = arrays(
    np.int64, st.tuples(st.integers(2, 12), st.integers(2, 4)), elements=st.integers(min_value=MISSING, max_value=2)
)


def rows(text: str) -> list[list[str]]:
    return [line.split() for line in text.strip().splitlines()]


def marked(text: str) -> tuple[Marks, int]:
    """One line per coder, one word per unit, a dot where there is none."""
    lines = rows(text)
    categories = sorted({word for line in lines for word in line} - {"."})
    number = {word: position for position, word in enumerate(categories)} | {".": MISSING}
    return np.array([[number[word] for word in line] for line in lines]).T, len(categories)


def whole(text: str) -> Tally:
    return tally(*marked(text)).total()


def of_two(both: int, first: int, second: int, neither: int) -> Tally:
    marks = [(1, 1)] * both + [(1, 0)] * first + [(0, 1)] * second + [(0, 0)] * neither
    return tally(np.array(marks), 2).total()


def test_alpha_is_krippendorffs() -> None:
    """Krippendorff (2011), Computing Krippendorff's alpha-reliability, examples A, B and C."""
    two_values = whole("0 1 0 0 0 0 0 0 1 0\n1 1 1 0 0 1 0 0 0 0")
    five_values = whole("a a b b d c c c e d d a\nb a b b b c c c e d d d")
    assert round(float(coefficients.alpha(two_values)), 3) == 0.095
    assert round(float(coefficients.alpha(five_values)), 3) == 0.692
    assert round(float(coefficients.alpha(whole(KRIPPENDORFF_2011))), 3) == 0.743
    assert round(float(coefficients.alpha(whole(KRIPPENDORFF_2011), "ordinal")), 3) == 0.815


def test_kappa_of_many_coders_is_fleiss() -> None:
    """Ten subjects, fourteen raters, five categories: .210 (the widely printed example after Fleiss 1971)."""
    counts = [[int(word) for word in line] for line in rows(FLEISS_TABLE)]
    marks = np.array([[category for category, count in enumerate(line) for _ in range(count)] for line in counts])
    assert round(float(coefficients.fleiss(tally(marks, 5).total())), 3) == 0.21


def test_where_one_category_is_rare_kappa_falls_and_ac1_does_not() -> None:
    """Gwet (2008), table 2: 118, 5, 2 and 0 of 125 units."""
    rare = of_two(118, 5, 2, 0)
    assert round(float(coefficients.cohen(rare)[0]), 4) == -0.0234
    assert round(float(coefficients.gwet(rare)), 4) == 0.9408
    assert float(coefficients.pabak(rare)) == pytest.approx(2 * 118 / 125 - 1)
    assert float(coefficients.prevalence_index(rare)[0]) == pytest.approx(118 / 125)
    assert float(coefficients.bias_index(rare)[0]) == pytest.approx(3 / 125)


@given(some_marks)
def test_alpha_is_one_minus_observed_by_expected_disagreement(marks: Marks) -> None:
    """Counted pair by pair, with no table."""
    units = [[mark for mark in row if mark != MISSING] for row in marks.tolist()]
    pairable = [unit for unit in units if len(unit) > 1]
    values = [mark for unit in pairable for mark in unit]
    observed = sum(sum(a != b for a, b in permutations(unit, 2)) / (len(unit) - 1) for unit in pairable)
    expected = sum(a != b for a, b in permutations(values, 2))
    alpha = float(coefficients.alpha(tally(marks, 3).total()))
    if expected:
        assert alpha == pytest.approx(1 - observed * (len(values) - 1) / expected)
    else:
        assert np.isnan(alpha)


@given(arrays(np.int64, st.tuples(st.integers(2, 12), st.just(2)), elements=st.integers(0, 2)))
def test_kappa_is_that_of_another_program(marks: Marks) -> None:
    kappa = float(coefficients.cohen(tally(marks, 3).total())[0])
    if len(np.unique(marks)) > 1:
        assert kappa == pytest.approx(cohen_kappa_score(marks[:, 0], marks[:, 1]))
    else:
        assert np.isnan(kappa)


@given(some_marks, st.randoms(use_true_random=False), st.permutations(range(3)))
def test_who_is_called_what_and_what_comes_first_change_nothing(
    marks: Marks, random: np.random.Generator, renamed: list[int]
) -> None:
    """Coders and units in another order, categories under other numbers, and the units in two sources."""
    units = list(range(len(marks)))
    coders = list(range(marks.shape[1]))
    random.shuffle(units)
    random.shuffle(coders)
    other = np.where(marks == MISSING, MISSING, np.array([*renamed, MISSING])[marks])[units][:, coders]
    halves = np.array([random.random() < 0.5 for _ in units]).astype(int)
    before, after = tally(marks, 3).total(), tally(other, 3, halves).total()
    for coefficient in (coefficients.percentage, coefficients.alpha, coefficients.gwet, coefficients.pabak):
        assert float(coefficient(before)) == pytest.approx(float(coefficient(after)), nan_ok=True)


def test_drawing_each_source_once_is_the_whole() -> None:
    marks, categories = marked(KRIPPENDORFF_2011)
    by_source = tally(marks, categories, np.arange(len(marks)) // 4)
    drawn = by_source.drawn(np.ones((1, 3)))
    assert coefficients.alpha(drawn)[0] == pytest.approx(coefficients.alpha(by_source.total()))


def test_a_source_drawn_twice_counts_twice() -> None:
    marks, categories = marked(KRIPPENDORFF_2011)
    by_source = tally(marks, categories, np.arange(len(marks)) // 4)
    doubled = tally(np.concatenate([marks[:4], marks[:4], marks[8:]]), categories)
    assert coefficients.alpha(by_source.drawn(np.array([[2.0, 0, 1]])))[0] == pytest.approx(
        float(coefficients.alpha(doubled.total()))
    )


def test_what_says_nothing_is_no_number() -> None:
    alike = of_two(0, 0, 0, 12)
    assert np.isnan(coefficients.alpha(alike))
    assert np.isnan(coefficients.cohen(alike)[0])
    assert float(coefficients.percentage(alike)) == 1
    nobody = tally(np.array([[0, MISSING], [MISSING, 1]]), 2).total()
    assert np.isnan(coefficients.percentage(nobody))


def test_a_mark_that_is_no_category_is_refused() -> None:
    with pytest.raises(ValueError, match="from 0 to 1"):
        tally(np.array([[0, 2]]), 2)


def test_sets_are_as_far_apart_as_what_they_do_not_share() -> None:
    """Passonneau (2006), section 3; two empty sets are equal."""
    members = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 1]])
    nothing, one, two, other = range(4)
    distances = coefficients.masi(members, members)
    assert distances[nothing, nothing] == 0
    assert distances[nothing, one] == 1
    assert distances[one, two] == pytest.approx(1 - 1 / 2 * 2 / 3)
    assert distances[two, other] == pytest.approx(1 - 1 / 3 * 1 / 3)
    assert (distances == distances.T).all()
    assert (np.diag(distances) == 0).all()


@given(some_marks)
def test_alpha_of_sets_of_one_is_nominal_alpha(marks: Marks) -> None:
    nominal = float(coefficients.alpha(tally(marks, 3).total()))
    of_sets = float(coefficients.set_tally(marks, np.eye(3)).total().alpha())
    assert of_sets == pytest.approx(nominal, nan_ok=True)


def test_alpha_of_sets_counted_pair_by_pair() -> None:
    sets = [frozenset("a"), frozenset("ab"), frozenset("bc"), frozenset()]
    members = np.array([[int(element in one) for element in "abc"] for one in sets])
    marks = np.array([[0, 1, 0], [2, 2, MISSING], [3, 0, 3], [1, 2, 1], [3, 3, 3]])
    distance = coefficients.masi(members, members)
    units = [[mark for mark in row if mark != MISSING] for row in marks.tolist()]
    values = [mark for unit in units for mark in unit]
    observed = sum(sum(distance[a, b] for a, b in permutations(unit, 2)) / (len(unit) - 1) for unit in units)
    expected = sum(distance[a, b] for a, b in permutations(values, 2)) / (len(values) - 1)
    assert float(coefficients.set_tally(marks, members).total().alpha()) == pytest.approx(1 - observed / expected)


@pytest.mark.skipif(not REAL.exists(), reason="the human-coded data isn't beside this folder")
@pytest.mark.parametrize("task", ["annomi", "perfectfit_2coders", "proctoring_2coders"])
def test_published_values_of_real_coders_are_met(task: str) -> None:
    marks = real_marks(REAL / task / "coders.csv")
    missed = []
    with (REAL / task / "reference.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            pooled = row["statistic"] == "pooled_kappa"
            value = published(row["statistic"], marks[row["variable"]], pooled=pooled)
            if not np.isclose(value, float(row["value"]), atol=1e-3, equal_nan=True):
                missed.append((row["variable"], row["statistic"], row["value"], value))
    assert missed == []


def real_marks(path: Path) -> dict[str, dict[str, dict[str, set[str]]]]:
    """By variable, unit and coder the codes that were given."""
    marks: dict[str, dict[str, dict[str, set[str]]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(set)))
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            marks[row["variable"]][row["unit"]][row["coder"]].add(row["code"])
    return marks


def published(statistic: str, units: dict[str, dict[str, set[str]]], *, pooled: bool) -> float:
    coders = sorted({coder for unit in units.values() for coder in unit})
    codes = sorted({code for unit in units.values() for given in unit.values() for code in given} - {""})
    lines = []
    for unit in units.values():
        if pooled:
            lines += [[int(code in unit[coder]) if coder in unit else MISSING for coder in coders] for code in codes]
        else:
            lines.append([codes.index(min(unit[coder])) if coder in unit else MISSING for coder in coders])
    added = tally(np.array(lines), 2 if pooled else max(2, len(codes))).total()
    if statistic == "fleiss_kappa":
        return float(coefficients.fleiss(added))
    if statistic == "alpha_nominal":
        return float(coefficients.alpha(added))
    return float(coefficients.cohen(added).mean())
