"""When new codes stop appearing, and what is said where that can't be told."""

from itertools import permutations
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from crosscase import Refused, load, stages
from crosscase.cli import main
from crosscase.saturation import chao2, saturate

ROOT = Path(__file__).parent.parent
some_interviews = st.lists(st.frozensets(st.sampled_from("abcdefgh"), max_size=4), max_size=9)


def of(*interviews: str) -> list[tuple[str, str]]:
    """Each interview's codes as letters."""
    return [(f"I{number:02}", codes) for number, codes in enumerate(interviews, 1)]


def test_new_information_is_what_the_run_adds_to_the_base() -> None:
    """Guest, Namey & Chen (2020): new codes in the run over the codes of the base."""
    saturation = saturate(of("abc", "de", "fgh", "ij", "k", "a", "b"), base=4, run=2)
    assert [step.new for step in saturation.steps[:2]] == [("a", "b", "c"), ("d", "e")]
    assert [step.ratio for step in saturation.steps] == [None] * 5 + [0.1, 0.0]
    assert saturation.reached == 7
    assert [step.total for step in saturation.steps] == [3, 5, 8, 10, 11, 11, 11]


def test_codes_that_came_after_saturation_are_counted() -> None:
    """The rule first holds after six interviews; the seventh brings two codes more."""
    saturation = saturate(of("abc", "de", "f", "g", "a", "b", "xy"))
    assert (saturation.reached, saturation.later) == (6, 2)
    assert saturate(of("a", "b", "c", "d")).later == 0


def test_a_wider_threshold_is_reached_sooner() -> None:
    interviews = of("abc", "de", "fgh", "ij", "k", "a", "b")
    assert saturate(interviews, base=4, run=2, threshold=0.1).reached == 6
    assert saturate(of("a", "b", "c", "d"), base=2, run=1).reached is None


def test_fewer_interviews_than_base_and_run_say_nothing() -> None:
    saturation = saturate(of("a", "a", "a"))
    assert {step.ratio for step in saturation.steps} == {None}
    assert (saturation.reached, saturation.reached_in) == (None, 0)


def test_a_base_without_codes_is_no_saturation() -> None:
    assert saturate(of("", "", "", "", "", "", "")).reached is None


def test_the_share_of_orders_is_that_of_all_orders() -> None:
    """Of five interviews all 120 orders, counted; 1,000 draws come near."""
    codes = ["ab", "bc", "c", "d", "ae"]
    reached = [saturate(of(*order), base=2, run=1, threshold=0).reached is not None for order in permutations(codes)]
    drawn = saturate(of(*codes), base=2, run=1, threshold=0).reached_in
    assert drawn == pytest.approx(sum(reached) / len(reached), abs=0.05)
    assert 0 < drawn < 1


@given(some_interviews)
def test_every_order_ends_with_the_same_codes(interviews: list[frozenset[str]]) -> None:
    saturation = saturate([(str(number), codes) for number, codes in enumerate(interviews)], base=2, run=1)
    if interviews:
        last = saturation.steps[-1]
        assert last.low == last.high == last.total == len(frozenset().union(*interviews))
    for step in saturation.steps:
        assert step.low <= step.median <= step.high


def test_unseen_codes_follow_from_those_in_one_and_in_two_interviews() -> None:
    """By hand: 3 codes in one interview, 1 in two, of 4 interviews: 3/4 × 9 / 2."""
    assert chao2(["abx", "cx", "x", ""]) == pytest.approx(3 / 4 * 3 * 2 / 2)
    assert chao2(["abx", "cx", "", ""]) == pytest.approx(3 / 4 * 9 / 2)
    assert chao2([]) == 0
    assert chao2(["ab", "ab"]) == 0


@pytest.mark.parametrize("numbers", [{"base": 0}, {"run": 0}, {"threshold": 1.5}])
def test_numbers_that_count_nothing_are_refused(numbers: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="at least one interview"):
        saturate(of("a"), **numbers)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="at least one interview"):
        stages.saturation(load(ROOT), **numbers)  # type: ignore[arg-type]


def test_the_samples_interviews_are_counted_by_date_and_documents_are_none_of_them() -> None:
    study = load(ROOT)
    found = stages.saturation(study)
    dates = {source.id: source.date for source in study.sources}
    order = [step.source_id for step in found.saturation.steps]
    assert order == sorted(order, key=lambda source_id: dates[source_id])
    assert {source.id for source in study.sources if source.kind == "document"}.isdisjoint(order)
    inductive = {code.id for code in study.codebook.codes if code.origin == "inductive"}
    assert {code_id for step in found.saturation.steps for code_id in step.new} <= inductive
    assert stages.saturation(study, every_code=True).codes > found.codes


def test_a_code_that_not_everybody_looked_for_is_left_out_and_named() -> None:
    study = load(ROOT)
    late = study.codebook.by_id["communication.delayed"]
    found = stages.saturation(study)
    assert late.name in found.unlooked
    assert all(late.id not in step.new for step in found.saturation.steps)


def test_a_sector_has_its_own_interviews() -> None:
    study = load(ROOT)
    assert 0 < len(stages.saturation(study, sector="advocate").saturation.steps) < 22
    with pytest.raises(Refused, match="advocate"):
        stages.saturation(study, sector="advocat")


def test_the_command_says_what_it_is_not_about() -> None:
    result = CliRunner().invoke(main, ["saturation", str(ROOT)])
    assert "not about meanings" in result.output
    assert "left out, since not every interview" in result.output
    few = CliRunner().invoke(main, ["saturation", str(ROOT), "--base", "30"])
    assert "too few interviews" in few.output
