"""The evidence margin: one note per sentence, numbered once for the page, with a pip for every case."""

import re
from datetime import date
from functools import cache

from lxml import html  # type: ignore[import-untyped]

from crosscase.pages import Address, Kind, page, render
from crosscase.pages.margin import Note, case_types
from crosscase.pages.material import Material
from crosscase.pages.themes import ThemePage
from tests.small_study import small_findings
from tests.test_exhibits import sample

ON = date(2026, 11, 28)


@cache
def theme(theme_id: str = "engagement") -> ThemePage:
    drawn = page(sample(), Address(Kind.THEME, theme_id), ON)
    assert isinstance(drawn, ThemePage)
    return drawn


def sentences() -> list[tuple[str, Note]]:
    lines = (line for part in theme().sections for paragraph in part.paragraphs for line in paragraph)
    return [(line.said.text, line.said.note) for line in lines if line.said.note]


def test_each_sentence_has_one_note_and_the_page_one_row_of_numbers() -> None:
    assert len(sentences()) > 10
    assert [note.number for _, note in sentences()] == list(range(1, len(sentences()) + 1))


def test_the_notes_on_paper_have_the_numbers_of_the_screen() -> None:
    text = html.fromstring(render(theme()))
    marks = [" ".join(mark.text_content().split()) for mark in text.xpath("//details[@class='note']/summary/sup")]
    numbers = [item.get("value") for item in text.xpath("//section[@class='paper-notes']//li")]
    assert marks == [f"Note {number}" for number in numbers] != []


def test_a_note_counts_cases_and_has_a_pip_for_each_of_the_study() -> None:
    for text, note in sentences():
        pips = [pip for row in note.rows for pip in row.pips]
        assert len(pips) == 14
        assert note.count == f"{len(pips) - pips.count('none')} of 14"
        assert {cell.case.text for of in note.codes for cell in of.cells}, text


def test_what_is_counter_evidence_too_is_of_two_minds_in_the_pips_and_in_words() -> None:
    drawn = theme("openness")
    mixed = [row for row in drawn.by_type if "mixed" in row.pips]
    assert mixed
    assert all("of two minds" in row.words for row in mixed)
    told = [cell.is_mixed for note in drawn.notes for of in note.codes for cell in of.cells]
    assert True in told
    assert False in told


def test_every_pip_has_its_types_letter_and_types_keep_their_hue() -> None:
    types = case_types(Material(sample(), ON))
    assert {sign.letter: sign.hue for sign in types.values()} == {"A": 1, "B": 2, "C": 3, "D": 4, "?": 0}
    assert list(types)[-1] == "J14"


def test_without_types_there_are_pips_without_letters() -> None:
    types = case_types(Material(small_findings(), ON))
    assert {(sign.letter, sign.hue) for sign in types.values()} == {("", 0)}


def test_ids_in_what_people_wrote_are_said_as_names_and_plain_words_stay() -> None:
    material = Material(sample(), ON)
    told = material.in_words("In J05, see engagement.police; police-led, in 2020, I01-004 is in_force.")
    assert told == "In Eldersted, see “Police response”; police-led, in 2020, I01, turn 9 is in force."


def test_no_page_of_a_theme_and_no_claim_names_a_code_or_a_case_by_its_id() -> None:
    codes = [code_id for code_id in sample().study.codebook.by_id if "." in code_id]
    named = map(re.escape, (*codes, "J01", "J05", "J14"))
    wanted = re.compile("|".join(rf"(?<![\w.-]){word}(?![\w-])" for word in named))
    addresses = [*(Address(Kind.THEME, one.id) for one in sample().study.themes), Address(Kind.LEDGER)]
    for address in addresses:
        (main,) = html.fromstring(render(page(sample(), address, ON))).xpath("//main")
        assert wanted.findall(main.text_content()) == []
