import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosscase.source import Source, parse, passages, role_of_label, sentences, to_text


def source(text: str) -> Source:
    return Source("s", text, parse(text))


def said(source: Source) -> list[tuple[str, str, str, str]]:
    return [(t.time, t.speaker, t.role, source.text[t.start : t.end]) for t in source.turns]


def test_a_paragraph_is_a_turn_with_time_speaker_and_role() -> None:
    text = "A heading\n\nInterviewer: Why?\n\n[00:03:12] P01: Because.\nAnd so on.\n"
    assert said(source(text)) == [
        ("", "", "unknown", "A heading"),
        ("", "Interviewer", "interviewer", "Why?"),
        ("00:03:12", "P01", "participant", "Because.\nAnd so on."),
    ]


@pytest.mark.parametrize(
    ("label", "role"),
    [
        ("Interviewer 2", "interviewer"),
        ("INT", "interviewer"),
        ("Q", "interviewer"),
        ("Facilitator", "interviewer"),
        ("I1", "interviewer"),
        ("I04", "participant"),
        ("P01", "participant"),
        ("Respondent 3", "participant"),
        ("Unknown", "unknown"),
        ("", "unknown"),
    ],
)
def test_a_name_tells_who_asks(label: str, role: str) -> None:
    assert role_of_label(label) == role


def test_words_before_a_colon_in_a_sentence_are_not_a_speaker() -> None:
    text = "What I would like to say: nothing.\n\nWell, no: never.\n"
    assert [turn.speaker for turn in parse(text)] == ["", ""]


def test_a_document_has_no_speakers() -> None:
    (headline,) = parse("Police union: no.\n", speech=False)
    assert (headline.speaker, headline.role, headline.start) == ("", "unknown", 0)


def test_every_place_belongs_to_the_turn_of_its_paragraph() -> None:
    text = "P01: One.\n\n[1:02] P02: Two.\n"
    here = source(text)
    assert [here.turn_at(text.index(word)) for word in ("P01", "One", "[1:02]", "P02", "Two")] == [
        here.turns[0], here.turns[0], here.turns[1], here.turns[1], here.turns[1]
    ]  # fmt: skip


NAMES = st.one_of(st.just(""), st.from_regex(r"[A-Z][a-z]{1,8}( [0-9])?", fullmatch=True))
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")) | st.just(" "), min_size=1).filter(
    str.strip
)
TIMES = st.one_of(st.just(""), st.from_regex(r"\d\d:[0-5]\d:[0-5]\d", fullmatch=True))


@given(st.lists(st.tuples(TIMES, NAMES, WORDS), min_size=1, max_size=6))
def test_a_stored_text_gives_back_its_turns(turns: list[tuple[str, str, str]]) -> None:
    here = source(to_text(turns))
    read = [(turn.time, "" if turn.speaker == "Unknown" else turn.speaker) for turn in here.turns]
    assert read == [(time, name) for time, name, _ in turns]
    assert [here.text[t.start : t.end] for t in here.turns] == [words.strip() for _, _, words in turns]


def test_only_participants_turns_become_passages() -> None:
    here = source("Interviewer: Tell me all about that, please, will you?\n\nP01: We had no money at all.\n")
    assert [here.text[p.start : p.end] for p in passages(here).kept] == ["We had no money at all."]


def test_a_text_without_names_is_read_whole() -> None:
    here = source("The council has voted on the matter.\n\nIt was a close vote, they say.\n")
    assert len(passages(here).kept) == 2


def test_the_question_before_a_place_is_the_interviewer_s_last_turn_before_its_own() -> None:
    text = "P01: First I say this.\n\nInterviewer: Why?\n\nP01: Because.\n\nP02: And so on.\n"
    read = source(text)
    questions = [read.question_before(turn.start) for turn in read.turns]
    assert [turn and text[turn.start : turn.end] for turn in questions] == [None, None, "Why?", "Why?"]


def test_a_long_turn_is_cut_at_sentence_ends() -> None:
    sentence = "We talked about it for a very long time, you know. "
    here = source("P01: " + sentence * 30 + "\n")
    found = passages(here)
    pieces = [here.text[p.start : p.end] for p in found.kept]
    assert len(pieces) == 3
    assert all(len(piece.split()) <= 120 and piece.endswith("you know.") for piece in pieces)


def test_a_short_sentence_stays_with_its_neighbour_and_is_counted() -> None:
    long = "word " * 118 + "end."
    here = source(f"P01: {long} That is it. {long.capitalize()}\n")
    found = passages(here)
    assert [here.text[p.start : p.end][-11:] for p in found.kept] == ["That is it.", " word word end."[-11:]]
    assert found.joined == 1


def test_a_turn_under_five_words_is_left_out_and_counted() -> None:
    here = source("P01: Yes, yes.\n\nP01: That was in the spring of that year.\n")
    found = passages(here)
    assert [here.text[p.start : p.end] for p in found.left_out] == ["Yes, yes."]
    assert len(found.kept) == 1


@given(st.text(max_size=300))
def test_passages_lie_in_turns_in_order_and_never_overlap(text: str) -> None:
    here = source(text)
    found = passages(here)
    spans = sorted((p.start, p.end) for p in (*found.kept, *found.left_out))
    assert all(start < end for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert all(any(t.start <= start and end <= t.end for t in here.turns) for start, end in spans)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("He came. She left!", ["He came.", "She left!"]),
        ("Dr. Smith came at 3.30 p.m. that day.", ["Dr. Smith came at 3.30 p.m. that day."]),
        ('"Why?" Nobody knew…  So it is.', ['"Why?"', "Nobody knew…", "So it is."]),
        ("no end", ["no end"]),
        ("", []),
    ],
)
def test_sentences_end_where_people_see_them_end(text: str, parts: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(text)] == parts


@pytest.mark.parametrize("words", [".", "Dr. ", "No. ", "I said so and then he left. ", "word ", "'. \"", ". ) "])
def test_cutting_into_sentences_costs_as_much_per_word_however_long_the_text(words: str) -> None:
    def seconds(times: int) -> float:
        text = words * times
        talk = Source("s", text, parse(text))
        began = time.process_time()
        passages(talk)
        list(sentences(text))
        return time.process_time() - began

    few = min(seconds(4_000) for _ in range(3))
    many = min(seconds(40_000) for _ in range(2))
    assert many < 40 * few + 0.01, "ten times as many; what costs its square would be a hundredfold"
