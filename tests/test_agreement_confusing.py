"""What coders differ in, in the groups in which they talk about it, and what they settled on."""

from dataclasses import replace

from crosscase.agreement import compare
from crosscase.agreement.confusing import Group, Kind, grouped
from crosscase.coding import Coding
from crosscase.reading import Reading
from tests.test_agreement_measuring import BOOK, BOTH, SOURCES, TEXT, coding, reading

LAYER = reading("consensus")


def groups(codings: list[Coding], readings: list[Reading] = BOTH) -> tuple[Group, ...]:
    agreement = compare(SOURCES, codings, readings, BOOK, consensus="consensus")
    return grouped(agreement, codings, readings, BOOK, consensus="consensus")


def kinds(codings: list[Coding], readings: list[Reading] = BOTH) -> list[tuple[Kind, tuple[str, ...], int]]:
    return [(one.kind, one.code_ids, len(one.differences)) for one in groups(codings, readings)]


def test_two_codes_on_the_same_words_are_one_confusion() -> None:
    assert kinds([coding("AB", "at six", "hours"), coding("CD", "start at six", "pay")]) == [
        (Kind.CONFUSED, ("hours", "pay"), 1)
    ]


def test_a_code_beside_one_that_both_gave_is_not_confused_with_it() -> None:
    codings = [coding("AB", "at six", "hours"), coding("CD", "at six", "hours"), coding("CD", "at six", "pay")]
    assert kinds(codings) == [(Kind.ALONE, ("pay",), 1)]


def test_codes_on_other_words_are_each_given_alone() -> None:
    codings = [coding("AB", "at six", "hours"), coding("CD", "Enough for the rent", "pay")]
    assert kinds(codings) == [(Kind.ALONE, ("hours",), 1), (Kind.ALONE, ("pay",), 1)]


def test_a_passage_is_confused_with_the_code_that_it_shares_most_words_with() -> None:
    codings = [
        coding("AB", "at six", "hours"),
        coding("CD", "at six", "pay"),
        coding("CD", "start at six, since", "late"),
    ]
    assert kinds(codings) == [(Kind.CONFUSED, ("hours", "pay"), 1), (Kind.ALONE, ("late",), 1)]


def test_who_could_not_have_given_the_other_code_confuses_nothing() -> None:
    codings = [coding("AB", "at six", "late"), coding("CD", "at six", "pay")]
    before = [reading("AB"), reading("CD", codebook=1)]
    assert kinds(codings, before) == [(Kind.ALONE, ("pay",), 1)]


def test_other_values_and_other_edges_are_groups_of_their_own() -> None:
    codings = [
        coding("AB", "at six", "hours"),
        coding("CD", "start at six", "hours"),
        coding("AB", "Enough", "pay", value="enough"),
        coding("CD", "Enough", "pay", value="little"),
    ]
    assert kinds(codings) == [(Kind.OTHERWISE, ("pay",), 1), (Kind.EDGES, ("hours",), 1)]
    edges = groups(codings)[1].differences[0]
    start = TEXT.index("start at six")
    assert edges.spans == {"AB": ((start + 6, start + 12),), "CD": ((start, start + 12),)}


def test_what_the_consensus_layer_says_stands_beside_it() -> None:
    codings = [coding("AB", "at six", "hours"), coding("CD", "at six", "pay"), coding("consensus", "at six", "hours")]
    (group,) = groups(codings, [*BOTH, LAYER])
    assert group.differences[0].settled is not None
    assert group.differences[0].settled.codes == ("hours",)
    assert group.unsettled == 0


def test_what_the_consensus_layer_has_not_come_to_is_not_settled() -> None:
    codings = [coding("AB", "at six", "hours"), coding("CD", "at six", "pay")]
    (early,) = groups(codings, [*BOTH, replace(LAYER, read_to=TEXT.index("at six"))])
    (none,) = groups(codings)
    assert (early.unsettled, none.unsettled) == (1, 1)
    (done,) = groups(codings, [*BOTH, LAYER])
    assert done.differences[0].settled is not None
    assert done.differences[0].settled.codes == ()


def test_renaming_the_coders_changes_no_group() -> None:
    codings = [coding("AB", "at six", "hours"), coding("CD", "start at six", "pay"), coding("AB", "My brother", "pay")]
    swapped = [replace(one, coder={"AB": "CD", "CD": "AB"}[one.coder]) for one in codings]
    assert kinds(codings) == kinds(swapped)


def test_the_largest_group_of_a_kind_comes_first() -> None:
    codings = [coding("AB", "at six", "hours"), coding("AB", "Enough", "pay"), coding("AB", "My brother", "pay")]
    assert [one.code_ids for one in groups(codings)] == [("pay",), ("hours",)]
