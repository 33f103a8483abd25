"""What stands around a transcript: bars in lanes, the codes in it, the guide's questions, and the ways to cells."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from lxml import html  # type: ignore[import-untyped]

from crosscase import Findings, analyse, load
from crosscase.guide import Guide, Question
from crosscase.pages import Address, Kind, page, render
from crosscase.pages.data import SourcePage
from crosscase.pages.transcripts import LANES, lanes
from tests.small_study import small_findings, small_study

DAY = date(2026, 11, 28)
ROOT = Path(__file__).parent.parent
PLACES = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 30)), max_size=14)


def transcript(findings: Findings, source_id: str) -> SourcePage:
    built = page(findings, Address(Kind.SOURCE, source_id), DAY)
    assert isinstance(built, SourcePage)
    return built


@given(PLACES)
def test_passages_that_overlap_have_their_bars_side_by_side(starts: list[tuple[int, int]]) -> None:
    places = sorted((start, start + length) for start, length in starts)
    chosen = lanes(places)
    for number, (start, _) in enumerate(places):
        before = [lane for lane, (_, end) in zip(chosen, places[:number], strict=False) if end > start]
        assert chosen[number] not in before or chosen[number] == LANES - 1
    assert all(0 <= lane < LANES for lane in chosen)


def test_passages_that_meet_no_other_stand_in_the_first_lane() -> None:
    assert lanes([(0, 5), (5, 9), (6, 12), (9, 10), (12, 14)]) == [0, 0, 1, 0, 0]


def test_the_codes_of_a_source_are_counted_by_category_and_lead_to_their_passages_from_it() -> None:
    shelves = transcript(small_findings(), "Märkt 1.a").shelves
    assert [(shelf.category, [(code.code.text, code.number) for code in shelf.codes]) for shelf in shelves] == [
        ("Getting about", [("Walking", "3")]),
        ("Cost & time", [("Money", "1"), ("Time", "3")]),
    ]
    hrefs = [code.code.href for shelf in shelves for code in shelf.codes]
    for href in hrefs:
        file, _, anchor = href.partition("#")
        (address,) = [
            Address(Kind.CODE, code.id) for code in small_study().codebook.codes if file.endswith(code_file(code.id))
        ]
        assert html.fromstring(render(page(small_findings(), address, DAY))).xpath("//*[@id=$id]", id=anchor)


def code_file(code_id: str) -> str:
    return Address(Kind.CODE, code_id).file


def test_suggestions_are_counted_as_drafts() -> None:
    (shelf,) = transcript(small_findings(), "later").shelves
    assert [code.number for code in shelf.codes] == ["1 draft", "1 draft"]


def test_a_question_stands_where_its_marker_is_said() -> None:
    turns = transcript(small_findings(), "harbour/2").turns
    assert [[question.text for question in turn.questions] for turn in turns] == [["What has changed?"], [], []]


def test_a_question_without_a_marker_stands_before_the_first_answer_that_people_coded() -> None:
    questions = (Question("Q1", "Why not?", ("get:ride",)), Question("Q2", "What does it cost?", ("cost money",)))
    skipped = Question("Q3", "And the ferry?", ("cost: time",), skipped=("Märkt 1.a",), marker="the ferry?")
    findings = analyse(replace(small_study(), guide=Guide((*questions, skipped))))
    built = transcript(findings, "Märkt 1.a")
    assert [(turn.number, question.text) for turn in built.turns for question in turn.questions] == [
        (3, "What does it cost?")
    ]
    assert built.not_put == ("And the ferry?",)


def test_a_suggestion_places_no_question() -> None:
    unmarked = Guide((Question("Q1", "What does it cost?", ("cost money",)),))
    small = small_findings()
    findings = analyse(replace(small.study, guide=unmarked), small.suggestions)
    assert transcript(findings, "later").questions == ()


def test_every_coding_leads_to_every_cell_that_it_counts_in() -> None:
    findings = analyse(load(ROOT))
    for source in findings.study.sources:
        ways = [
            code.cells for turn in transcript(findings, source.id).turns for note in turn.notes for code in note.codes
        ]
        own = [coding for coding in findings.codings if coding.source_id == source.id]
        cases = [set(findings.voices.case_ids(coding)) for coding in own]
        assert sorted(map(len, ways)) == sorted(map(len, cases))


def test_a_cell_of_another_case_is_named_and_the_speakers_own_is_not() -> None:
    (coded,) = [
        code for turn in transcript(small_findings(), "leaflet").turns for note in turn.notes for code in note.codes
    ]
    assert [cell.text for cell in coded.cells] == ["Süd & Ufer"]
    assert coded.cells[0].href.startswith("matrix-getting~32~about.html#s~252~d~32~ufer/get.walk")
    (own, *_) = [
        code for turn in transcript(small_findings(), "harbour/2").turns for note in turn.notes for code in note.codes
    ]
    assert [cell.text for cell in own.cells] == ["cell"]


def test_turns_are_a_list_with_a_heading_for_each_question() -> None:
    tree = html.fromstring(render(transcript(small_findings(), "harbour/2")))
    assert len(tree.xpath("//ol[@class='turns']/li")) == 3
    (heading,) = tree.xpath("//ol[@class='turns']//h3")
    assert heading.text == "What has changed?"
    assert tree.xpath("//ol[@class='questions']//a/@href") == [f"#{heading.get('id')}"]
