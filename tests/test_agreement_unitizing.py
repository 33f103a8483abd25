"""Agreement on where segments lie, counted again character by character."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crosscase.agreement import unitizing
from crosscase.agreement.unitizing import Continuum, Span, continuum

LENGTH = 24
VALUES = 2


@st.composite
def divisions(draw: st.DrawFn) -> list[list[Span]]:
    """Two or three coders' segments of one text."""
    coders = []
    for _ in range(draw(st.integers(2, 3))):
        edges = sorted(draw(st.sets(st.integers(0, LENGTH), max_size=6)))
        pairs = zip(edges[::2], edges[1::2], strict=False)
        coders.append([(start, end, draw(st.integers(1, VALUES))) for start, end in pairs])
    return coders


def value_of_characters(spans: list[Span]) -> list[int]:
    values = [0] * LENGTH
    for start, end, value in spans:
        values[start:end] = [value] * (end - start)
    return values


def counted(coders: list[list[Span]]) -> tuple[np.ndarray, np.ndarray]:
    """What lies on what, and would by chance: every character of each coder against every other coder's characters,
    but for those of its own segment (a gap's character: but for itself)."""
    size = VALUES + 1
    shared, chance = np.zeros((size, size)), np.zeros((size, size))
    characters = []
    for coder, spans in enumerate(coders):
        values = value_of_characters(spans)
        segment = {place: number for number, (start, end, _) in enumerate(spans) for place in range(start, end)}
        characters += [(coder, place, values[place], segment.get(place, -1 - place)) for place in range(LENGTH)]
    for one, other in permutations(characters, 2):
        if one[0] != other[0] and one[1] == other[1]:
            shared[one[2], other[2]] += 1 / (len(coders) - 1)
    for one in characters:
        for other in characters:
            if (one[0], one[3]) != (other[0], other[3]):
                chance[one[2], other[2]] += 1
    return shared, chance * shared.sum() / chance.sum()


def off_diagonal(table: np.ndarray) -> float:
    return float(table.sum() - np.trace(table))


@given(divisions())
def test_alpha_is_that_of_pairs_of_characters(coders: list[list[Span]]) -> None:
    shared, chance = counted(coders)
    alpha = float(unitizing.u_alpha(continuum(LENGTH, coders, VALUES)))
    if off_diagonal(chance) > 1e-9:
        assert alpha == pytest.approx(1 - off_diagonal(shared) / off_diagonal(chance))
    else:
        assert np.isnan(alpha)


@given(divisions())
def test_what_is_marked_at_all_is_alpha_of_one_value(coders: list[list[Span]]) -> None:
    shared, chance = counted(coders)
    apart = shared[0, 1:].sum() + shared[1:, 0].sum()
    by_chance = chance[0, 1:].sum() + chance[1:, 0].sum()
    assume(by_chance > 1e-9)
    assert float(unitizing.u_alpha_binary(continuum(LENGTH, coders, VALUES))) == pytest.approx(1 - apart / by_chance)


@given(divisions(), st.randoms(use_true_random=False))
def test_the_order_of_coders_and_segments_changes_nothing(
    coders: list[list[Span]], random: np.random.Generator
) -> None:
    other = [list(spans) for spans in coders]
    for spans in other:
        random.shuffle(spans)
    random.shuffle(other)
    first, second = continuum(LENGTH, coders, VALUES), continuum(LENGTH, other, VALUES)
    for coefficient in (unitizing.u_alpha, unitizing.u_alpha_binary, unitizing.cu_alpha):
        assert float(coefficient(first)) == pytest.approx(float(coefficient(second)), nan_ok=True)


@given(divisions())
def test_one_value_by_lengths_alone_is_the_same(coders: list[list[Span]]) -> None:
    marked = [[(start, end, 1) for start, end, _ in spans] for spans in coders]
    whole = continuum(LENGTH, marked, 1)
    short = unitizing.of_one_value(LENGTH, [[(start, end) for start, end, _ in sorted(spans)] for spans in coders])
    assert short.shared == pytest.approx(whole.shared)
    assert short.own == pytest.approx(whole.own)
    assert float(unitizing.u_alpha(short)) == pytest.approx(float(unitizing.u_alpha(whole)), nan_ok=True)


def test_the_same_segments_agree_wholly() -> None:
    same = continuum(100, [[(10, 20, 1), (40, 60, 2)]] * 3, 2)
    assert float(unitizing.u_alpha(same)) == pytest.approx(1)
    assert float(unitizing.cu_alpha(same)) == pytest.approx(1)


def test_other_edges_cost_little_and_other_values_much() -> None:
    edges = continuum(1000, [[(100, 200, 1), (500, 600, 2)], [(105, 200, 1), (500, 610, 2)]], 2)
    values = continuum(1000, [[(100, 200, 1), (500, 600, 2)], [(100, 200, 2), (500, 600, 1)]], 2)
    assert float(unitizing.u_alpha(edges)) > 0.9
    assert float(unitizing.u_alpha_binary(values)) == pytest.approx(1)
    assert float(unitizing.u_alpha(values)) < 0.6
    assert float(unitizing.cu_alpha(edges)) == pytest.approx(1)
    assert float(unitizing.cu_alpha(values)) < 0


def test_by_hand_two_coders_and_one_segment_each() -> None:
    """10 characters; the first marks 2 to 6, the second 4 to 6. Both 2, one alone 2, neither 6.

    Apart: 2 + 2 = 4 of 20. By chance (eq. 33): marked 6, gaps 14, own 16 + 4 and 6 + 8; 6 × 14 × 2 / (20 - 34 / 20).
    """
    one = continuum(10, [[(2, 6, 1)], [(4, 6, 1)]], 1)
    assert float(unitizing.u_alpha(one)) == pytest.approx(1 - 4 / (2 * 84 / (20 - 34 / 20)))


def test_nothing_marked_is_no_number() -> None:
    nothing = continuum(50, [[], []], 1)
    assert np.isnan(unitizing.u_alpha(nothing))
    assert np.isnan(unitizing.cu_alpha(nothing))


def test_sources_add_up_as_if_they_stood_behind_one_another() -> None:
    first = continuum(10, [[(2, 6, 1)], [(4, 6, 1)]], 1)
    second = continuum(8, [[(0, 3, 1)], [(0, 2, 1)]], 1)
    joined = continuum(18, [[(2, 6, 1), (10, 13, 1)], [(4, 6, 1), (10, 12, 1)]], 1)
    summed: Continuum = unitizing.stacked([first, second]).total()
    assert float(unitizing.u_alpha(summed)) == pytest.approx(float(unitizing.u_alpha(joined)))
    drawn = unitizing.stacked([first, second]).drawn(np.array([[2.0, 0.0]]))
    assert drawn.shared[0] == pytest.approx(first.shared * 2)


@pytest.mark.parametrize("spans", [[(0, 5, 1), (4, 8, 1)], [(-1, 3, 1)], [(20, 26, 1)]])
def test_segments_that_overlap_or_lie_outside_are_refused(spans: list[Span]) -> None:
    with pytest.raises(ValueError, match="not overlap"):
        continuum(LENGTH, [spans, []], 1)
