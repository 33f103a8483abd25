"""Marks in a summary and what they cite go together, whichever way they go."""

from hypothesis import given
from hypothesis import strategies as st

from crosscase import citing

TEXTS = st.lists(st.sampled_from(["dear", " ", "[1]", "[2]", "[3]", "[12]", "[0]", "[J11]", "[", "]", "half\n"])).map(
    "".join
)
IDS = st.lists(st.sampled_from("abcde"), unique=True)


@given(TEXTS, IDS)
def test_a_text_that_is_kept_and_opened_again_is_the_same(text: str, ids: list[str]) -> None:
    kept, cited = citing.stored(text, ids)
    assert citing.numbered(kept, cited, ids) == text


@given(TEXTS, IDS)
def test_a_mark_that_is_kept_leads_to_the_passage_of_its_number(text: str, ids: list[str]) -> None:
    kept, cited = citing.stored(text, ids)
    led_to = [coding_id for _, coding_id in citing.parts(kept, cited) if coding_id]
    numbers = [int(piece[1:-1]) for piece, coding_id in citing.parts(text, ids) if coding_id]
    assert led_to == [ids[number - 1] for number in numbers]
    assert cited == tuple(dict.fromkeys(led_to))


@given(TEXTS, IDS)
def test_the_pieces_of_a_text_are_the_text(text: str, ids: list[str]) -> None:
    assert "".join(piece for piece, _ in citing.parts(text, ids)) == text


def test_what_is_cited_is_numbered_in_the_order_of_the_text() -> None:
    kept, cited = citing.stored("Dear [3], half of it paid [1], as both say [3].", ["a", "b", "c"])
    assert kept == "Dear [1], half of it paid [2], as both say [1]."
    assert cited == ("c", "a")


def test_marks_stay_on_their_passages_when_others_come_before_them() -> None:
    assert citing.numbered("Dear [1], half [2].", ("c", "a"), ["new", "a", "b", "c"]) == "Dear [4], half [2]."


def test_a_mark_whose_passage_is_gone_says_so_and_cites_nothing() -> None:
    shown = citing.numbered("Dear [1], half [2].", ("gone", "a"), ["a"])
    assert shown == "Dear [?], half [1]."
    assert citing.stored(shown, ["a"]) == ("Dear [?], half [1].", ("a",))


def test_what_is_cited_without_a_mark_stays_behind_the_marks() -> None:
    assert citing.stored("Dear [2].", ["a", "b"], besides=["a", "b"]) == ("Dear [1].", ("b", "a"))


def test_a_number_in_brackets_beyond_what_is_cited_is_words() -> None:
    assert citing.words("Dear [1], see note [7].", ("a",)) == "Dear, see note [7]."
    assert citing.words("See note [1].", ()) == "See note [1]."
    assert citing.marked("Dear [1], see note [7].", ("a", "b")) == ("a",)


def test_a_mark_whose_passage_a_reader_may_not_see_keeps_its_place_and_is_no_word() -> None:
    assert citing.words("Dear [1], half [2].", ("", "a")) == "Dear, half."
    assert [coding_id for _, coding_id in citing.parts("Dear [1], half [2].", ("", "a")) if coding_id] == ["a"]
