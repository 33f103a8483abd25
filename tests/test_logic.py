"""Three-valued logic."""

from itertools import product

import pytest

from crosscase.logic import Truth, either, every, opposite

ANYTHING: tuple[Truth, ...] = (True, False, None)


@pytest.mark.parametrize("truths", [truths for size in range(4) for truths in product(ANYTHING, repeat=size)])
def test_what_is_said_of_the_unknown_is_what_would_come_out_whatever_it_turned_out_to_be(
    truths: tuple[Truth, ...],
) -> None:
    ways = [*product(*[(True, False) if truth is None else (truth,) for truth in truths])]
    for connective, boolean in ((every, all), (either, any)):
        outcomes = {boolean(way) for way in ways}
        assert connective(truths) == (outcomes.pop() if len(outcomes) == 1 else None)


def test_of_nothing_all_is_true_and_any_is_false() -> None:
    assert every(()) is True
    assert either(()) is False


@pytest.mark.parametrize(("truth", "other"), [(True, False), (False, True), (None, None)])
def test_the_opposite_of_what_is_unknown_is_unknown(truth: Truth, other: Truth) -> None:
    assert opposite(truth) is other
    assert opposite(opposite(truth)) is truth
