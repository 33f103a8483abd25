"""Pages as values and as HTML: what is counted, what a cell says of itself, and that nobody's words become markup."""

from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from lxml import html  # type: ignore[import-untyped]

from crosscase import load
from crosscase.coding import Coding
from crosscase.framework import Findings, analyse
from crosscase.matrix import Absence, Status
from crosscase.pages import pages, render
from crosscase.pages.data import (
    CodebookPage,
    CodePage,
    Link,
    MatrixCell,
    MatrixPage,
    SearchPage,
    SourcePage,
)
from crosscase.pages.exhibits import ExhibitPage
from crosscase.pages.overview import OverviewPage
from crosscase.pages.signs import MEANINGS
from crosscase.pages.transcripts import Span, pieces
from crosscase.reading import Reading
from crosscase.wording import counted, day, listed, plural, sentence, short
from tests.small_study import MARKET, small_findings, small_study

DAY = date(2026, 11, 22)
ROOT = Path(__file__).parent.parent
SO_FAR = "3 of 4 sources read for this code; 1 not read yet."


@pytest.fixture(scope="module")
def findings() -> Findings:
    return small_findings()


def _code(findings: Findings, id: str) -> CodePage:
    return next(page for page in pages(findings, DAY) if isinstance(page, CodePage) and page.code.id == id)


def _cell(findings: Findings, row: str, code: str, unit: str = "community") -> MatrixCell:
    matrices = [page for page in pages(findings, DAY) if isinstance(page, MatrixPage) and page.unit == unit]
    cells = [cell for page in matrices for r in page.rows if r.name == row for cell in r.cells if cell.code == code]
    (cell,) = cells
    return cell


def _overview(findings: Findings) -> OverviewPage:
    (page,) = [page for page in pages(findings, DAY) if isinstance(page, OverviewPage)]
    return page


def test_a_codes_counts_carry_units_and_denominators_and_keep_documents_apart(findings: Findings) -> None:
    page = _code(findings, "get.walk")
    within = "In 1 of the 1 community read for it and 1 besides, 1 of the 2 transcripts read for it, 1 of 1 document"
    assert page.counts == f"{within}; 4 codings by 2 coders."
    assert page.read == SO_FAR


def test_suggestions_are_never_counted_among_codings(findings: Findings) -> None:
    page = _code(findings, "cost money")
    within = "In 1 of the 1 community read for it and 1 besides, 2 of the 2 transcripts read for it, 0 of 1 document"
    assert page.counts == f"{within}; 2 codings by 1 coder."
    assert page.drafted == "1 suggestion, in 1 of 2 communities, 1 of 3 transcripts, 0 of 1 document"
    assert [said.quote.basis for case in page.coded for group in case.groups for said in group.quotes] == ["people"] * 2
    assert [said.quote.basis for case in page.suggested for group in case.groups for said in group.quotes] == ["draft"]


def test_a_coding_about_another_case_stands_under_that_case(findings: Findings) -> None:
    groups = {case.name: case for case in _code(findings, "get.walk").coded}
    (said,) = groups["Süd & Ufer"].groups[0].quotes
    assert (said.quote.text, said.quote.about) == ("Buses remain suspended", "Süd & Ufer")


def test_the_overview_tells_how_far_the_reading_is(findings: Findings) -> None:
    facts = {fact.name: fact.text for fact in (*_overview(findings).facts, *_overview(findings).progress)}
    assert facts["Sources"] == "3 interviews and 1 document, 90 words"
    assert facts["Read to the end"] == "3 of 4 sources"
    assert facts["Still being read"] == "0 of 4 sources"
    assert facts["Not read yet"] == "1 of 4 sources"
    assert facts["Waiting for a newer code"] == "0 of 4 sources"
    assert facts["Drafted by the machine"] == "1 of 4 sources: 2 suggestions that no person has checked"
    assert facts["Summarised by people"] == "2 of 8 matrix cells (1 stale and 1 only a pasted quote)"
    assert "%" not in " ".join(facts.values())


def test_the_overview_counts_presence_by_peoples_codings_only(findings: Findings) -> None:
    lines = {line.code.text: line for _, category in _overview(findings).codes for line in category}
    money = lines["Money"]
    assert (money.cases, money.transcripts, money.documents, money.codings, money.suggestions) == (
        "1 of 1 read, and 1",
        "2 of 2 read",
        "0",
        2,
        1,
    )
    assert [*lines] == ["Walking", "Riding", "Money", "Time"]


def test_a_cell_leads_to_all_of_its_passages_and_a_persons_to_their_own_source(findings: Findings) -> None:
    assert _cell(findings, "Süd & Ufer", "Money").onward == (
        Link("The passage in full", "code-cost~32~money.html#coded/s~252~d~32~ufer"),
        Link("The suggestion in full", "code-cost~32~money.html#draft/s~252~d~32~ufer"),
    )
    assert _cell(findings, "P04", "Money", "participant").onward == (
        Link("The suggestion in full", "code-cost~32~money.html#draft/s~252~d~32~ufer/later"),
    )


def test_in_a_transcript_only_peoples_codings_are_marked(findings: Findings) -> None:
    marked = {
        page.name: {piece.tag for piece in html.fromstring(render(page)).find_class("piece")}
        for page in pages(findings, DAY)
        if isinstance(page, SourcePage)
    }
    assert marked.pop("later") == {"span"}
    assert set(map(tuple, marked.values())) == {("mark",)}


def test_a_summarised_cell_says_by_whom_and_when(findings: Findings) -> None:
    cell = _cell(findings, "North Town", "Walking")
    assert cell.written is not None
    assert cell.written.byline == "Summary by Ann Ode, 6 May 2025"
    assert cell.written.flags == ("thin",)
    assert [(value.name, value.number) for value in cell.values] == [("by need", 1)]


def test_a_stale_or_pasted_summary_is_flagged(findings: Findings) -> None:
    cell = _cell(findings, "North Town", "Money")
    assert cell.written is not None
    assert cell.written.flags == ("stale: codings have changed since", "unsummarised: pasted quote")


def test_a_draft_cell_says_so_and_an_empty_one_says_why(findings: Findings) -> None:
    draft = _cell(findings, "Süd & Ufer", "Time")
    assert (draft.is_draft, draft.sign.words) == (True, "from 1 suggestion, unchecked")
    mixed = _cell(findings, "Süd & Ufer", "Money")
    assert (mixed.is_draft, mixed.sign.words, mixed.drafted) == (
        True,
        "said, not charted yet",
        "in part: 1 suggestion besides, unchecked",
    )
    empty = _cell(findings, "North Town", "Riding")
    assert (empty.is_draft, empty.is_empty, empty.sign.words) == (False, True, "nothing said")


def test_a_cell_that_a_person_confirmed_as_empty_says_by_whom_and_why(findings: Findings) -> None:
    word = Absence("north.town", "get:ride", asked=False, note="it rained", by="ann", on="2025-05-06")
    built = analyse(replace(findings.study, absences=(word,)), findings.suggestions)
    cell = _cell(built, "North Town", "Riding")
    assert (cell.sign.words, cell.absence) == ("not asked", "Confirmed by Ann Ode, 6 May 2025: it rained")
    shown = [render(page) for page in pages(built, DAY) if isinstance(page, MatrixPage) and page.unit == "community"]
    assert sum("Confirmed by Ann Ode, 6 May 2025: it rained" in page for page in shown) == 1


def test_a_source_that_is_being_read_says_how_far_and_counts_for_nothing_yet(findings: Findings) -> None:
    """The market was read by Ann and Björn; now by Ann alone, who has come to the end of its second turn."""
    study = findings.study
    market = study.sources[0]
    halfway = Reading("ann", market.id, 1, read_to=market.turns[1].end, again={"cost: time": 2})
    others = tuple(reading for reading in study.readings if reading.source_id != market.id)
    built = analyse(replace(study, readings=(*others, halfway)), findings.suggestions)
    (page,) = [page for page in pages(built, DAY) if isinstance(page, SourcePage) and page.name == market.title]
    (told,) = [fact.text for fact in page.facts if fact.name == "Read by"]
    assert told == "Ann Ode (still being read, up to turn 2 of 4 under codebook version 1, and again for 1 code)"
    progress = {fact.name: fact.text for fact in _overview(built).progress}
    assert (progress["Read to the end"], progress["Still being read"]) == ("2 of 4 sources", "1 of 4 sources")
    assert "1 still being read" in _code(built, "get.walk").read
    assert _cell(built, "North Town", "Riding").sign.words == "still being read"


def test_every_state_of_a_cell_is_explained_and_has_its_own_shape(findings: Findings) -> None:
    assert set(MEANINGS) == set(Status)
    shapes = [sign.shape for sign, _ in _overview(findings).states]
    assert len(set(shapes)) == len(Status)
    page = html.fromstring(render(_overview(findings)))
    assert set(shapes) <= set(page.xpath("//symbol/@id"))


def test_participants_get_rows_only_where_they_are_more_than_the_cases() -> None:
    study = small_study()
    one_each = replace(study, participants=(study.participants[0], study.participants[2]))
    units = [{page.unit for page in pages(analyse(s), DAY) if isinstance(page, MatrixPage)} for s in (study, one_each)]
    assert units == [{"community", "participant"}, {"community"}]


def test_a_draft_says_so_on_every_page_and_a_finished_study_on_none(findings: Findings) -> None:
    banner = "Some cells rest on machine suggestions that no person has checked."
    assert all(banner in render(page) for page in pages(findings, DAY))
    assert not any(banner in render(page) for page in pages(analyse(small_study()), DAY))


def test_a_transcript_is_whole_whatever_is_coded_in_it(findings: Findings) -> None:
    texts = {source.title or source.id: source.text for source in small_study().sources}
    for page in pages(findings, DAY):
        if isinstance(page, SourcePage):
            parts = [piece.text for turn in page.turns for piece in (*turn.head, *turn.pieces)]
            assert "".join("".join(parts).split()) == "".join(texts[page.name].split())


def test_short_turns_left_out_are_counted_on_the_page(findings: Findings) -> None:
    page = next(page for page in pages(findings, DAY) if isinstance(page, SourcePage) and page.name == "harbour/2")
    assert {fact.name: fact.text for fact in page.facts}["Left out by the machine"] == "1 turn under 5 words"


def test_nobodys_words_become_markup(findings: Findings) -> None:
    for page in pages(findings, DAY):
        tree = html.fromstring(render(page))
        assert not tree.xpath("//about | //driven | //waits | //main//i")
        assert len(tree.xpath("//script")) == {MatrixPage: 2, SearchPage: 2, SourcePage: 1, ExhibitPage: 2}.get(
            type(page), 0
        )


def test_a_quote_that_differs_from_its_source_is_never_printed() -> None:
    study = small_study()
    wrong = replace(study, codings=(replace(study.codings[0], start=study.codings[0].start + 1),))
    with pytest.raises(ValueError, match="not 'I walk"):
        pages(analyse(wrong), DAY)


def test_a_coding_under_a_former_id_or_an_unknown_code_is_not_lost() -> None:
    study = small_study()
    strange = replace(
        study, codings=tuple(replace(c, code_id=i) for c, i in zip(study.codings, ("fares", "?"), strict=False))
    )
    built = analyse(strange)
    assert _code(built, "cost money").counts.endswith("1 coding by 1 coder.")
    source = next(page for page in pages(built, DAY) if isinstance(page, SourcePage))
    noted = [code.code.text for turn in source.turns for note in turn.notes for code in note.codes]
    assert noted == ["Money", "? (not in the codebook)"]


def test_the_codebook_page_holds_every_code(findings: Findings) -> None:
    (page,) = [page for page in pages(findings, DAY) if isinstance(page, CodebookPage)]
    tree = html.fromstring(render(page))
    assert [heading.text_content() for heading in tree.iter("h3")] == ["Walking", "Riding", "Money", "Time"]


def test_headings_leave_out_no_level(findings: Findings) -> None:
    for page in pages(findings, DAY):
        levels = [int(h.tag[1]) for h in html.fromstring(render(page)).xpath("//h1 | //h2 | //h3 | //h4")]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after <= before + 1 for before, after in pairwise(levels)), page.file


def test_a_study_with_nothing_in_it_still_has_an_overview() -> None:
    study = small_study()
    bare = type(study)(study.folder)
    built = {type(page): render(page) for page in pages(analyse(bare), DAY)}
    assert "nothing to chart" in built[OverviewPage]
    assert "Codebook" in built[CodebookPage]


TEXT = "one two three four five six"
SPANS = st.lists(st.tuples(st.integers(0, 27), st.integers(0, 27)).filter(lambda pair: pair[0] < pair[1]), max_size=6)


@given(SPANS, st.integers(0, 13), st.integers(14, 27))
def test_pieces_joined_are_the_text_and_each_codings_are_its_words(
    places: list[tuple[int, int]], start: int, end: int
) -> None:
    spans = [Span(a, b, f"c-{number}") for number, (a, b) in enumerate(places)]
    cut = pieces(TEXT, start, end, spans)
    assert "".join(piece.text for piece in cut) == TEXT[start:end]
    for span in spans:
        own = "".join(piece.text for piece in cut if span.anchor in piece.codings)
        assert own == TEXT[max(span.start, start) : min(span.end, end)]


@given(st.integers(0, len(MARKET)), st.integers(0, len(MARKET)))
def test_a_coding_may_begin_and_end_anywhere_even_within_a_name(one: int, other: int) -> None:
    start, end = sorted((one, other))
    assume(MARKET[start:end].strip())
    coding = Coding("c", "Märkt 1.a", start, end, MARKET[start:end], "get.walk", coder="ann")
    found = pages(analyse(replace(small_study(), codings=(coding,))), DAY)
    page = next(page for page in found if isinstance(page, SourcePage))
    own = [p for turn in page.turns for p in (*turn.head, *turn.pieces) if p.codings]
    assert "".join("".join(piece.text for piece in own).split()) == "".join(MARKET[start:end].split())
    assert [bool(piece.anchors) for piece in own] == [True] + [False] * (len(own) - 1)
    assert [note.number for turn in page.turns for piece in turn.pieces for note in piece.notes] == [1]


def test_numbers_are_said_with_their_unit() -> None:
    assert (counted(1, "coding"), counted(1204, "community")) == ("1 coding", "1,204 communities")
    assert [plural(noun) for noun in ("case", "city", "survey", "business")] == [
        "cases",
        "cities",
        "surveys",
        "businesses",
    ]
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert (day("2025-03-04T10:00"), day("spring 2020")) == ("4 March 2025", "spring 2020")
    assert sentence("in 2 of 8 NHS trusts") == "In 2 of 8 NHS trusts"
    assert short("word " * 60).endswith("word …")


def test_a_study_without_themes_shows_its_codes_and_what_a_person_has_to_do_next(findings: Findings) -> None:
    page = _overview(findings)
    assert (page.findings, page.types) == ((), ())
    assert page.coverage.of_codes
    assert sum(len(row.marks) for _, rows in page.coverage.groups for row in rows) == 8
    assert [step.what for step in page.steps] == [
        "Read and code",
        "Check what the machine suggests",
        "Summarise",
        "Sort the cases",
        "Write what was found",
    ]


def test_the_overview_of_the_sample_gives_its_findings_with_who_stands_behind_them() -> None:
    found = analyse(load(ROOT))
    page = _overview(found)
    assert [finding.name.text for finding in page.findings] == [theme.name for theme in found.study.themes]
    assert all(sum(len(row.pips) for row in finding.rows) == len(found.study.cases) for finding in page.findings)
    assert [(kind.sign.letter, len(kind.cases)) for kind in page.types] == [
        ("A", 4),
        ("B", 2),
        ("C", 3),
        ("D", 4),
        ("?", 1),
    ]
    assert page.said is not None
    assert page.exhibit is not None
    assert [len(row.marks) for _, rows in page.coverage.groups for row in rows] == [14] * 15
    texts = {source.id: source.text for source in found.study.sources}
    assert page.said.quote.text == texts[page.said.quote.source_id][page.said.quote.start : page.said.quote.end]
