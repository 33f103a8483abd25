import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crosscase.exchange.plain import read, read_markdown
from crosscase.exchange.text import clean, decode
from crosscase.exchange.transcript import Unreadable, Utterance, as_name, clock, settled, stored
from crosscase.source import parse

Turns = list[tuple[str, str, str]]

ANN_AND_BOB = [("", "Ann", "Hello."), ("", "Bob", "Well."), ("", "Ann", "Good.")]
TIMED = [("00:01:02", "Ann", "Hello."), ("00:01:09", "Bob", "Well."), ("01:00:00", "Ann", "Good.")]


def turns(text: str) -> Turns:
    return [turn[:] for turn in read(text.encode()).turns]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ann: Hello.\nBob: Well.\nAnn: Good.", ANN_AND_BOB),
        ("Ann: Hello.\r\n\r\nBob: Well.\r\n\r\nAnn: Good.\r\n", ANN_AND_BOB),
        ("Ann:\nHello.\n\nBob:\nWell.\n\nAnn:\nGood.", ANN_AND_BOB),
        ("Ann\tHello.\nBob\tWell.\nAnn\tGood.", ANN_AND_BOB),
        ("[00:01:02] Ann: Hello.\n[00:01:09] Bob: Well.\n[01:00:00] Ann: Good.", TIMED),
        ("Ann [1:02]: Hello.\nBob [1:09]: Well.\nAnn [1:00:00]: Good.", TIMED),
        ("Ann (1:02):\nHello.\n\nBob (1:09):\nWell.\n\nAnn (1:00:00):\nGood.", TIMED),
        ("Ann  1:02\nHello.\n\nBob  1:09\nWell.\n\nAnn  1:00:00\nGood.\n", TIMED),
        ("00:01:02 Ann\nHello.\n00:01:09 Bob\nWell.\n01:00:00 Ann\nGood.", TIMED),
        ("1:02\nAnn: Hello.\n1:09\nBob: Well.\n1:00:00\nAnn: Good.", TIMED),
    ],
)
def test_speakers_and_times_are_found_however_they_are_written(text: str, expected: Turns) -> None:
    assert turns(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "**Ann:** Hello.\n\n**Bob:** Well.\n\n**Ann:** Good.",
        "**Ann**: Hello.\n\n**Bob**: *Well.*\n\n**Ann**: Good.",
        "# Interview 1\n\nAnn: Hello.\n\n---\n\nBob: Well.\n\n## Part 2\n\nAnn: Good.",
    ],
)
def test_markdown_is_read_without_its_marks(text: str) -> None:
    assert [turn[:] for turn in read_markdown(text.encode()).turns] == ANN_AND_BOB


def test_headings_that_were_dropped_are_named() -> None:
    transcript = read_markdown(b"# Interview 1\n\nAnn: Hello.\n\nAnn: Good.")
    assert transcript.dropped == ("1 heading: “Interview 1”",)


def test_questions_and_answers_are_speakers() -> None:
    assert turns("Q. Why?\nA. So.\nQ. And then?\nA. No.")[:2] == [("", "Q", "Why?"), ("", "A", "So.")]


def test_a_sentence_with_a_colon_is_not_a_speaker() -> None:
    text = "INT: Why?\nP01: One thing: the cost.\n\nOne thing: the time.\nINT: And?\nP01: No."
    transcript = read(text.encode())
    assert turns(text)[1] == ("", "P01", "One thing: the cost.\nOne thing: the time.")
    assert {turn.speaker for turn in transcript.turns} == {"INT", "P01"}
    assert "“One thing” not taken as a name (line 4): look whether that is right" in transcript.guessed


def test_a_sentence_start_that_recurs_among_many_turns_is_not_a_speaker() -> None:
    text = "INT: Why?\nP01: So.\n" * 40 + "P01: Well.\nAnd then he said: no.\nAnd then he said: yes."
    assert {speaker for _, speaker, _ in turns(text)} == {"INT", "P01"}


def test_someone_who_speaks_once_among_others_keeps_the_words_and_it_is_said() -> None:
    transcript = read(b"INT: Why?\nP01: So.\nINT: And?\nP02: No.\nP01: Yes.")
    assert Utterance("", "P02", "No.") in transcript.turns
    assert any("“P02” speaks once" in said for said in transcript.guessed)


def test_a_name_with_an_aside_or_a_clock_before_it_is_the_same_name() -> None:
    text = "P1: One.\nP2: Two.\nP1: Three.\nP2: Four.\nP1 (to P2): Five.\n1.16.30 = P2: Six."
    assert turns(text)[-2:] == [("", "P1", "(to P2) Five."), ("01:16:30", "P2", "Six.")]


def test_words_before_the_first_name_stand_without_one_and_it_is_said() -> None:
    transcript = read(b"Recorded in May.\n\nAnn: Hello.\nAnn: Good.")
    assert transcript.turns[0] == Utterance("", "", "Recorded in May.")
    assert "the text before the first name stands without a name" in transcript.guessed


def test_without_names_each_paragraph_is_a_turn() -> None:
    assert turns("One: two.\n\nThree.\n") == [("", "", "One: two."), ("", "", "Three.")]


def test_lines_broken_to_fit_a_page_are_joined() -> None:
    line = "we went along the river and looked at the mills that were there before the"
    text = "\n".join([line] * 9 + ["flood.", "", *[line] * 4, "end."])
    assert [len(words.split()) for _, _, words in turns(text)] == [15 * 9 + 1, 15 * 4 + 1]


def test_a_text_without_any_paragraphs_is_cut_and_it_is_said() -> None:
    transcript = read(("Some words that end here. " * 100).encode())
    assert all(90 < len(turn.words.split()) < 130 for turn in transcript.turns)
    assert transcript.guessed == ("1 long paragraph cut into turns of about 100 words",)


def test_captions_saved_as_text_are_read_as_captions() -> None:
    transcript = read(b"[00:43.810 --> 00:47.850]  Hello.\n[00:58.350 --> 01:04.570]  Well.\n")
    assert [turn[:] for turn in transcript.turns] == [("00:00:43", "", "Hello."), ("00:00:58", "", "Well.")]
    assert transcript.dropped == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le", "cp1252", "mac_roman"])
def test_texts_are_read_in_their_encoding(encoding: str) -> None:
    text = "Åse: Ja, det er rigtigt på øen.\nLærke: Nå, så gør vi det.\n" * 3
    assert decode(text.encode(encoding))[0] == text


@pytest.mark.parametrize(("encoding", "said"), [("utf-8", ()), ("utf-16", ()), ("cp1252", ("Windows-1252",))])
def test_a_guessed_encoding_is_said(encoding: str, said: tuple[str, ...]) -> None:
    guessed = decode(("Åse: Ja, det er på øen.\n" * 5).encode(encoding))[1]
    assert len(guessed) == len(said)
    assert all(name in sentence for name, sentence in zip(said, guessed, strict=True))


def test_stray_bytes_in_a_utf8_text_are_read_as_windows_and_counted() -> None:
    text, guessed = decode("naïve café, déjà vu ".encode() + b"\x93caf\xe9\x94")
    assert text == "naïve café, déjà vu “café”"
    assert guessed == ("3 stray bytes in a UTF-8 text read as Windows-1252",)


def test_characters_that_do_not_belong_in_a_text_are_dropped_and_counted() -> None:
    text, dropped = clean("a\u00a0b\u200bc\x00\x07d\r\ne\u2028f\u0301\ufeff")
    assert text == "a bcd\ne\nf\u0301"
    assert dropped == ("2 control characters", "2 invisible characters")
    assert clean("e\u0301")[0] == "é"


def test_joiners_stay_where_letters_need_them() -> None:
    persian = "می\u200cخواهم"
    assert clean(persian)[0] == persian
    assert clean("so\u200cme")[0] == "some"


@pytest.mark.parametrize("data", [b"", b" \n", b"%PDF-1.7 x", b"PK\x03\x04x", b"{\\rtf1 x}", b"\x89\x01\x02\x03" * 9])
def test_what_is_no_text_is_refused_in_one_line(data: bytes) -> None:
    with pytest.raises(Unreadable) as refusal:
        read(data)
    assert "\n" not in str(refusal.value)
    assert ";" in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "stored_as"),
    [
        ("Ann", "Ann"),
        ("Berg, Ann (SL)", "Berg Ann (SL)"),
        ("Head of the Water Board", "Head of the Water-Board"),
        ("[P1]", "P1"),
        ("Unknown Speaker", "Unknown"),
        ("?", ""),
    ],
)
def test_names_are_stored_so_that_they_are_found_again(name: str, stored_as: str) -> None:
    assert as_name(name) == stored_as


@pytest.mark.parametrize(
    ("time", "expected"),
    [("0:21", "00:00:21"), ("00:43.810", "00:00:43"), ("75:02", "01:15:02"), ("1:02:03,5", "01:02:03"), ("1:75", "")],
)
def test_times_are_stored_as_hours_minutes_seconds(time: str, expected: str) -> None:
    assert clock(time) == expected


TEXTS = st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from("\n\n:[]  \t0159P.?-")), max_size=60)
CLOCKS = st.one_of(st.just(""), st.from_regex(r"[0-9]{1,2}:[0-5][0-9](:[0-5][0-9])?", fullmatch=True), TEXTS)


@example([("", "", "Ann: Hello."), ("", "", "[00:01] x"), ("", "[?]", "Bob: \n\nx"), ("0:01", "Ann", " Bob: x ")])
@given(st.lists(st.tuples(CLOCKS, TEXTS, TEXTS)))
def test_a_stored_text_gives_back_the_same_turns(given_turns: Turns) -> None:
    expected = settled(Utterance(*turn) for turn in given_turns)
    text = stored(Utterance(*turn) for turn in given_turns)
    assert tuple(Utterance(t.time, t.speaker, text[t.start : t.end]) for t in parse(text)) == expected


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        transcript = read(data)
    except Unreadable:
        return
    assert all("\x00" not in turn.words for turn in transcript.turns)
