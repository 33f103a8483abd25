import pytest
import webvtt
from hypothesis import given
from hypothesis import strategies as st

from crosscase.exchange.transcript import Transcript, Unreadable
from crosscase.exchange.vtt import read

ZOOM = """WEBVTT

1
00:00:01.000 --> 00:00:02.000
Ann Berg: Hello

2
00:00:02.100 --> 00:00:03.000
Ann Berg: to you &amp; all.

3
00:00:03.500 --> 00:00:04.000
Bob: Well.

4
00:01:05.000 --> 00:01:06.000
Ann Berg: Good.
"""


def captions(*cues: tuple[str, str, str]) -> str:
    return "WEBVTT\n\n" + "\n\n".join(f"00:{start}.000 --> 00:{end}.000\n{words}" for start, end, words in cues)


def transcript(text: str) -> Transcript:
    return read(text.encode())


def turns(text: str) -> list[tuple[str, str, str]]:
    return [turn[:] for turn in transcript(text).turns]


def test_cues_of_one_speaker_are_joined_to_a_turn() -> None:
    assert turns(ZOOM) == [
        ("00:00:01", "Ann Berg", "Hello to you & all."),
        ("00:00:03", "Bob", "Well."),
        ("00:01:05", "Ann Berg", "Good."),
    ]


def test_what_is_dropped_is_counted() -> None:
    text = ZOOM.replace("WEBVTT\n", "WEBVTT\n\nNOTE made by\na program\n\nSTYLE\n::cue { color: red }\n")
    text += "\n5\n00:01:07.000 --> 00:01:08.000\n\n"
    assert turns(text) == turns(ZOOM)
    assert transcript(text).dropped == ("2 note or style blocks", "header line WEBVTT", "5 cue numbers", "1 empty cue")


def test_voice_tags_are_speakers_also_several_in_one_cue() -> None:
    text = captions(
        ("00:01", "00:02", "<v Ann Berg>Hello <b>there</b></v>"),
        ("00:02", "00:03", "<v.loud Ann Berg>again</v>"),
        ("00:03", "00:04", "<v Bob>Well.</v><v Ann Berg>Good.</v>"),
    )
    assert turns(text) == [
        ("00:00:01", "Ann Berg", "Hello there again"),
        ("00:00:03", "Bob", "Well."),
        ("00:00:03", "Ann Berg", "Good."),
    ]


def test_a_cue_without_a_name_goes_on_from_the_one_above_and_it_is_said() -> None:
    text = captions(("00:01", "00:02", "Ann: Hello"), ("00:02", "00:03", "to you."), ("00:03", "00:04", "Ann: Good."))
    assert turns(text) == [("00:00:01", "Ann", "Hello to you. Good.")]
    assert "1 cue without a name taken to go on from the one above" in transcript(text).guessed


def test_without_names_a_turn_ends_at_a_pause() -> None:
    text = captions(("00:01", "00:02", "One"), ("00:03", "00:04", "two."), ("00:07", "00:08", "Three."))
    assert turns(text) == [("00:00:01", "", "One two."), ("00:00:07", "", "Three.")]
    assert transcript(text).guessed == ("turns end at pauses over 2 seconds or after about 100 words",)


def test_without_names_or_pauses_a_turn_ends_after_about_100_words() -> None:
    ended = captions(*[("00:01", "00:02", "nine words that are said in just one breath.")] * 40)
    assert {len(words.split()) for _, _, words in turns(ended)[:-1]} == {108}
    endless = ended.replace(".\n", "\n").removesuffix(".")
    assert {len(words.split()) for _, _, words in turns(endless)[:-1]} == {153}


def test_lines_that_rolling_captions_repeat_are_dropped_and_counted() -> None:
    text = captions(
        ("00:01", "00:02", "one"),
        ("00:02", "00:03", "one\ntwo"),
        ("00:03", "00:04", "two"),
        ("00:04", "00:05", "two\nthree"),
    )
    assert turns(text) == [("00:00:01", "", "one two three")]
    assert "3 repeated caption lines" in transcript(text).dropped


def test_what_was_said_twice_stays() -> None:
    assert turns(captions(("00:01", "00:02", "Yes."), ("00:02", "00:03", "Yes.")))[0][2] == "Yes. Yes."


def test_what_was_said_twice_now_and_then_stays_in_captions_of_two_lines() -> None:
    cues = [("00:01", "00:02", f"line {number}\nand more {number}") for number in range(8)]
    again = [("00:01", "00:02", words) for words in ("Yes.", "Yes.\nWell.", "No.", "No.\nWell.")]
    assert turns(captions(*cues, *again))[0][2].endswith("Yes. Yes. Well. No. No. Well.")


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace(".000", ",000"),
        lambda text: text.replace(".000", ""),
        lambda text: text.replace(" --> ", "-->"),
        lambda text: text.removeprefix("WEBVTT\n\n"),
        lambda text: text.replace("WEBVTT", "\ufeffWEBVTT - a title\nKind: captions"),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("00:00:0", "00:0"),
        lambda text: text.replace(" --> 00:00:02.000", " --> 00:00:02.000 align:start position:0%"),
    ],
)
def test_files_that_bend_the_standard_are_read_alike(change: object) -> None:
    assert callable(change)
    assert turns(change(ZOOM)) == turns(ZOOM)


def test_words_after_a_blank_line_in_a_cue_are_kept() -> None:
    text = captions(("00:01", "00:02", "One\n\ntwo."), ("00:02", "00:03", "Three."))
    assert turns(text) == [("00:00:01", "", "One two. Three.")]


@given(st.lists(st.text("abc .", min_size=1).filter(str.strip), min_size=1, max_size=20))
def test_regular_captions_give_the_words_that_webvtt_py_gives(words: list[str]) -> None:
    text = captions(*(("00:01", "00:02", word) for word in words))
    expected = " ".join(caption.text for caption in webvtt.from_string(text).captions)
    assert " ".join(turn.words for turn in transcript(text).turns).split() == expected.split()


@pytest.mark.parametrize("data", [b"", b"WEBVTT\n\n", b"Ann: Hello.", b"%PDF-1.4"])
def test_a_file_without_captions_is_refused_in_one_line(data: bytes) -> None:
    with pytest.raises(Unreadable, match=r"^[^\n]+; [^\n]+$"):
        read(data)
