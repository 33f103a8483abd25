"""Mathet's γ, held against what another program makes of the authors' own example, and what must be so of any."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crosscase.agreement.gamma import Disorder, TooMany, Unit, disorder, least
from crosscase.agreement.measuring import align
from tests.test_agreement_measuring import BOOK, TEXT, coding, cut, everywhere, reading

# Three people who code one text, as the paper's authors give them with their program: start, end, code.
ALEX = [(2, 12, 1), (13, 19, 2), (24, 30, 5), (32, 36, 6), (36, 44, 6), (49, 60, 7)]
PAUL = [(2, 9, 1), (11, 17, 3), (19, 25, 5), (32, 44, 6), (48, 58, 7)]
SUZAN = [(2, 9, 1), (11, 17, 4), (21, 27, 5), (32, 36, 6), (36, 40, 6), (42, 46, 6), (48, 58, 7)]
ALL = [ALEX, PAUL, SUZAN]
LENGTH = 60

spans = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 12), st.integers(1, 3)), min_size=1, max_size=6)


def units(spans: list[tuple[int, int, int]]) -> list[Unit]:
    return [(start, start + size, code) for start, size, code in spans]


@pytest.mark.parametrize(("alpha", "expected"), [(1.0, 0.54344386), (3.0, 0.7414426)])
def test_the_best_alignment_is_that_of_an_independent_program(alpha: float, expected: float) -> None:
    """pygamma-agreement 0.5.9: observed disorder, which it divides by the six segments that a coder has on average."""
    assert least(ALL, alpha) / 6 == pytest.approx(expected, abs=1e-6)


def test_gamma_comes_near_that_of_an_independent_program() -> None:
    """It draws otherwise: 0.53 to 0.58 with its two ways of drawing."""
    assert disorder(ALL, LENGTH, alpha=3).gamma == pytest.approx(0.54, abs=0.03)


def test_two_coders_are_aligned_as_three_would_be() -> None:
    """A segment that both have is best paired; one that is too far off stays alone, at the cost of one for each."""
    assert least([[(0, 10, 1)], [(0, 10, 1)]]) == 0
    assert least([[(0, 10, 1)], [(0, 10, 2)]]) == 1
    assert least([[(0, 10, 1)], [(30, 40, 1)]]) == 2
    assert least([[(0, 10, 1)], []]) == 1


@settings(max_examples=25)
@given(spans)
def test_the_same_codings_agree_wholly(coded: list[tuple[int, int, int]]) -> None:
    assert least([units(coded), units(coded)]) == pytest.approx(0)


@settings(max_examples=25)
@given(spans, spans)
def test_who_is_called_what_makes_no_difference(
    first: list[tuple[int, int, int]], second: list[tuple[int, int, int]]
) -> None:
    found = least([units(first), units(second)])
    assert least([units(second), units(first)]) == pytest.approx(found)
    assert least([[(start, end, 9 - code) for start, end, code in units(one)] for one in (first, second)]) == found


def test_nothing_by_chance_is_no_figure() -> None:
    assert str(Disorder(0, 0).gamma) == "nan"


def test_too_many_ways_are_refused() -> None:
    crowded = [[(start, start + 40, 1) for start in range(20)]] * 6
    with pytest.raises(TooMany):
        disorder(crowded, LENGTH)


def test_a_source_in_which_nobody_coded_has_no_gamma_but_a_reason() -> None:
    aligned = align(cut([]), BOOK)
    assert "nobody coded anything" in aligned.sources["I01"].why
    assert aligned.gamma.value is None


def test_gamma_of_a_study_is_of_the_codes_that_all_looked_for_and_as_far_as_all_came() -> None:
    codings = [coding("AB", "at six", "hours"), coding("CD", "at six", "hours")]
    alike = align(cut(codings, [reading("AB"), reading("CD")]), BOOK)
    assert alike.sources["I01"].value == 1
    late = coding("AB", "sends us something", "late")
    before = [reading("AB"), reading("CD", codebook=1)]
    assert align(cut([*codings, late], before), BOOK).sources["I01"].value == 1
    short = [reading("AB"), reading("CD", read_to=TEXT.index("My brother"))]
    assert align(cut([*codings, coding("AB", "My brother", "pay")], short), BOOK).sources["I01"].value == 1


def test_gamma_of_six_sources_has_an_interval() -> None:
    codings, readings = everywhere([coding("AB", "at six", "hours"), coding("CD", "start at six", "hours")])
    gamma = align(cut(codings, readings), BOOK).gamma
    assert gamma.low is not None
    assert gamma.value is not None
    assert gamma.high is not None
    assert gamma.low <= gamma.value <= gamma.high < 1
