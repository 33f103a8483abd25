"""Reviews, stretches set aside, and memos: read, written, and found again in an edited text."""

from pathlib import Path

import pytest

from crosscase import load
from crosscase.coding import Review
from crosscase.memo import Memo
from crosscase.source import SetAside, passages
from crosscase.study import formats
from crosscase.study.files import sha256
from crosscase.study.formats.jsonl import Added, edited
from tests.conftest import SMALL, StudyFolder

ELM = SMALL["transcripts/elm.txt"]
QUOTE = "the church lent us the hall."


def place() -> tuple[int, int]:
    return ELM.index(QUOTE), ELM.index(QUOTE) + len(QUOTE)


def review() -> Review:
    return Review("elm", *place(), QUOTE, "money.source", "reject", "AB", score=0.5, encoder="any", blind=True)


def with_file(study_folder: StudyFolder, name: str, data: bytes, text: str = ELM) -> Path:
    return study_folder({**SMALL, name: data.decode(), "transcripts/elm.txt": text})


def test_a_verdict_is_read_as_it_was_written_and_found_in_an_edited_text(study_folder: StudyFolder) -> None:
    data = formats.reviews.encode([review()], sha256(ELM.encode()))
    assert load(with_file(study_folder, "reviews/AB/elm.jsonl", data)).reviews == (review(),)
    (found,) = load(with_file(study_folder, "reviews/AB/elm.jsonl", data, "Well.\n\n" + ELM)).reviews
    assert (found.start, found.verdict) == (review().start + 7, "reject")


def test_what_is_set_aside_stays_in_the_text_and_is_no_passage(study_folder: StudyFolder) -> None:
    stretch = SetAside("elm-AB-1", "elm", *place(), QUOTE, "an aside", "AB")
    data = formats.set_aside.encode([stretch], sha256(ELM.encode()))
    source = load(with_file(study_folder, "set-aside/elm.jsonl", data)).source("elm")
    assert source is not None
    assert source.set_aside == (stretch,)
    (kept,) = (*passages(source).kept, *passages(source).left_out)
    assert source.text[kept.start : kept.end] == "Next to nothing,"


def test_words_set_aside_that_are_gone_are_said(study_folder: StudyFolder) -> None:
    data = formats.set_aside.encode([SetAside("x", "elm", *place(), QUOTE)], sha256(ELM.encode()))
    study = load(with_file(study_folder, "set-aside/elm.jsonl", data, ELM.replace("church", "parish")))
    assert ["`x` sets aside" in problem.what for problem in study.problems] == [True]


@pytest.mark.parametrize("name", ["reviews/AB/elm.jsonl", "set-aside/elm.jsonl"])
def test_a_line_that_cant_be_read_is_said_and_the_file_not_written_over(study_folder: StudyFolder, name: str) -> None:
    study = load(with_file(study_folder, name, b'{"sha256":""}\n{"start":1}\n'))
    assert [(problem.path, problem.line) for problem in study.problems] == [(name, 2)]
    assert study.unreadable == {name}


def test_lines_read_before_are_the_same_codings_and_two_that_are_alike_are_two() -> None:
    line = b'{"id":"c1","start":0,"end":4,"code":"money.source","quote":"Well"}'
    before = formats.codings.decode(b"{}\n" + line, "codings/AB/elm.jsonl", "AB", "elm", [])
    after = formats.codings.decode(b"\n".join((b"{}", line, line)), "codings/AB/elm.jsonl", "AB", "elm", [])
    assert before.codings[0] is after.codings[0]
    assert after.codings[0] == after.codings[1]
    assert after.codings[0] is not after.codings[1]
    assert after.lines == (2, 3)
    other = formats.codings.decode(b"{}\n" + line, "codings/CD/elm.jsonl", "CD", "elm", [])
    assert other.codings[0].coder == "CD"


def test_a_memo_keeps_the_front_matter_that_people_made_up() -> None:
    text = "---\ndate: 2026-01-02   # a Friday\nmood: doubtful\nabout: [Ash, money.cost]\n---\nDear to whom?\n"
    memo = formats.memos.memo(text, "memos/a.md", "a", [])
    assert memo == Memo("a", "2026-01-02", about=("Ash", "money.cost"), text="Dear to whom?\n")
    assert formats.memos.edited(text, memo) == text
    again = Memo("a", "2026-01-02", "AB", about=("Ash",), text="To all.\n")
    changed = formats.memos.edited(text, again)
    assert "mood: doubtful" in changed
    assert formats.memos.memo(changed, "memos/a.md", "a", []) == again


def test_a_memo_without_front_matter_is_all_text() -> None:
    memo = formats.memos.memo("Just a note.\n", "memos/b.md", "b", [])
    assert memo == Memo("b", text="Just a note.\n")
    assert formats.memos.edited("Just a note.\n", memo) == "Just a note.\n"


@pytest.mark.parametrize(("mark", "end"), [(b"", b"\n"), (b"\xef\xbb\xbf", b"\r\n")])
def test_lines_that_nobody_touched_stay_byte_for_byte(mark: bytes, end: bytes) -> None:
    data = mark + end.join([b"head", b"{ a }", b"", b"{b}", b"{c}", b""])
    places = {2: (5, 9), 4: (7, 8), 5: (9, 9)}
    made = edited(
        data, changed={4: None, 5: b"C"}, added=[Added((6, 7), b"new"), Added((1, 2), b"first")], places=places
    )
    assert made == mark + end.join([b"head", b"first", b"{ a }", b"", b"new", b"C", b""])
    assert edited(data) == data
