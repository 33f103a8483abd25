"""A draft of a summary: sentences of the passages, each said once, that carry what they say."""

from hypothesis import given
from hypothesis import strategies as st

from crosscase.condensing import ENOUGH, MOST_SENTENCES, MOST_WORDS, condensed, rarity

PASSAGES = [
    "Well, yes. The union put billboards along the highway against the office.",
    "The union put up billboards. Patrol officers still bring people to the clinic themselves.",
    "You know how it is.",
]
AROUND = [*["Well, yes, you know how it is."] * 20, "The office is along the highway.", *PASSAGES]
TEXTS = st.lists(st.text("ab c.D\n", max_size=60), max_size=6)


def test_what_is_said_twice_is_taken_once_and_what_is_said_besides_too() -> None:
    texts = [extract.text for extract in condensed(PASSAGES, rarity(AROUND))]
    assert texts == [
        "The union put billboards along the highway against the office.",
        "Patrol officers still bring people to the clinic themselves.",
    ]


@given(TEXTS)
def test_every_sentence_is_cut_from_its_passage_and_none_comes_twice(passages: list[str]) -> None:
    extracts = condensed(passages, rarity(passages))
    assert len({extract.text for extract in extracts}) == len(extracts) <= MOST_SENTENCES
    assert all(extract.text in " ".join(passages[extract.passage].split()) for extract in extracts)
    assert [extract.passage for extract in extracts] == sorted(extract.passage for extract in extracts)


def test_a_draft_is_short_but_never_cuts_a_sentence() -> None:
    long = " ".join(f"word{chr(97 + number % 26)}{chr(97 + number // 26)}" for number in range(MOST_WORDS + 20))
    assert [extract.text for extract in condensed([f"{long}."], {})] == [f"{long}."]
    many = [
        f"{chr(97 + number) * 5} {chr(98 + number) * 6} {chr(99 + number) * 7} and so it went." for number in range(20)
    ]
    assert sum(len(extract.text.split()) for extract in condensed(many, {})) <= MOST_WORDS


def test_sentences_that_add_nothing_are_left_out() -> None:
    assert ENOUGH > 0
    assert len(condensed(["The county paid for half of it.", "Half of it the county paid for."], {})) == 1


def test_a_cell_without_words_has_no_draft() -> None:
    assert condensed([], {}) == ()
    assert condensed(["", " "], {}) == ()


def test_a_short_answer_is_taken_where_there_is_nothing_longer() -> None:
    assert [extract.text for extract in condensed(["Half. Truly."], {})] == ["Half.", "Truly."]
