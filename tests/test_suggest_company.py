"""Passages by the company they keep: what lies between two passages brings them together."""

import numpy as np
import pytest

from crosscase.suggest.company import drawn_together
from crosscase.suggest.corpus import Floats


def at_degrees(degrees: Floats) -> Floats:
    return np.stack([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))], axis=1)


# From 0 to 60 there is a row every five degrees; at -60 others stand by themselves.
CHAIN, APART = np.arange(0.0, 61, 5), np.arange(-64.0, -59, 0.5)
ROWS = at_degrees(np.concatenate([CHAIN, APART]))
FIRST, END_OF_CHAIN, AS_FAR = 0, len(CHAIN) - 1, len(ROWS) - 1


def test_passages_with_others_between_them_come_nearer_than_passages_without() -> None:
    alike = ROWS[FIRST] @ ROWS.T
    assert alike[END_OF_CHAIN] == pytest.approx(alike[AS_FAR], abs=0.02)
    drawn = drawn_together(ROWS, None)
    closer = drawn[FIRST] @ drawn.T
    assert closer[END_OF_CHAIN] > closer[AS_FAR] + 0.3
    assert np.linalg.norm(drawn, axis=1) == pytest.approx(np.ones(len(ROWS)))


def test_words_bring_passages_together_too() -> None:
    of_chain = np.arange(len(ROWS)) <= END_OF_CHAIN
    words = 3.0 * np.outer(~of_chain | (np.arange(len(ROWS)) == FIRST), ~of_chain | (np.arange(len(ROWS)) == FIRST))
    by_meaning, by_both = drawn_together(ROWS, None), drawn_together(ROWS, words)
    assert by_both[FIRST] @ by_both[AS_FAR] > by_meaning[FIRST] @ by_meaning[AS_FAR] + 0.3


def test_neither_order_nor_repetition_matters_to_what_passages_are_drawn_to() -> None:
    expected = drawn_together(ROWS, None)
    order = np.random.default_rng(0).permutation(np.concatenate([np.arange(len(ROWS)), [3, 3, 3]]))
    assert np.array_equal(drawn_together(ROWS[order], None), expected[order])


@pytest.mark.parametrize("rows", [0, 1, 2, 3])
def test_a_few_passages_are_no_trouble(rows: int) -> None:
    drawn = drawn_together(ROWS[:rows], None)
    assert drawn.shape == (rows, 2)
    assert np.isfinite(drawn).all()
