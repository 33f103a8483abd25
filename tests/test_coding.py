from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from crosscase.coding import Coding, overlaps, reanchor, with_context

TEXT = "P01: It was dear. We paid.\n\nP02: It was dear. They paid.\n"


def coding(quote: str, text: str = TEXT, nth: int = 0, **fields: str) -> Coding:
    start = -1
    for _ in range(nth + 1):
        start = text.index(quote, start + 1)
    return with_context(Coding("c", "s", start, start + len(quote), quote, "money.cost", **fields), text)  # type: ignore[arg-type]


def test_a_coding_stays_where_its_quote_still_stands() -> None:
    here = coding("We paid.")
    assert reanchor([here], TEXT).kept == (here,)


def test_a_coding_moves_with_its_quote() -> None:
    edited = "A new heading\n\n" + TEXT
    found = reanchor([coding("We paid.")], edited)
    ((old, new),) = found.moved
    assert (new.start - old.start, edited[new.start : new.end]) == (15, "We paid.")


def test_context_tells_equal_quotes_apart() -> None:
    edited = "A new heading\n\n" + TEXT
    first, second = coding("It was dear."), coding("It was dear.", nth=1)
    found = reanchor([first, second], edited)
    assert [new.start - old.start for old, new in found.moved] == [15, 15]


def test_a_coding_whose_quote_is_gone_is_lost_and_unchanged() -> None:
    here = coding("We paid.")
    assert reanchor([here], TEXT.replace("We paid", "He paid")).lost == (here,)


def test_a_coding_that_could_stand_in_two_places_is_lost_rather_than_guessed() -> None:
    here = replace(coding("dear"), before="", after="")
    assert reanchor([here], TEXT).lost == (here,)


WORDS = st.text("abc .\n", min_size=0, max_size=60)


@given(WORDS, st.text("abc", min_size=1, max_size=12), WORDS, WORDS, WORDS)
def test_an_edit_outside_the_quote_and_its_context_never_misplaces_it(
    before: str, quote: str, after: str, new_before: str, new_after: str
) -> None:
    near_before, near_after = "«" + before[:10], after[:10] + "»"
    text = before + "\n" * 40 + near_before + quote + near_after + "\n" * 40 + after
    start = len(before) + 40 + len(near_before)
    here = with_context(Coding("c", "s", start, start + len(quote), quote, "k"), text)
    edited = new_before + "\n" * 40 + near_before + quote + near_after + "\n" * 40 + new_after
    found = reanchor([here], edited)
    right = len(new_before) + 40 + len(near_before)
    assert not found.lost
    assert [one.start for one in found.found] == [right]


@given(st.text("ab ", max_size=40), st.text("ab ", max_size=40), st.integers(0, 30), st.integers(1, 8))
def test_a_coding_found_again_always_holds_its_quote(text: str, edited: str, start: int, length: int) -> None:
    assume(start + length <= len(text))
    here = with_context(Coding("c", "s", start, start + length, "", "k"), text)
    found = reanchor([here], edited)
    assert all(edited[one.start : one.end] == here.quote for one in found.found)
    assert len(found.found) + len(found.lost) == 1


def test_overlaps_are_pairs_with_the_same_code_and_coder() -> None:
    one, two = coding("It was dear."), coding("dear. We")
    assert overlaps([two, one]) == ((one, two),)
    assert overlaps([one, replace(two, coder="B")]) == ()
    assert overlaps([one, replace(two, code_id="other")]) == ()
    assert overlaps([one, coding("We paid.")]) == ()
