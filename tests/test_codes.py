"""A code's page: values over cases by type, what people wrote beside what was said, and who says it to whom."""

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from lxml import html  # type: ignore[import-untyped]

from crosscase import Findings, analyse, load
from crosscase.coding import Suggestion
from crosscase.learning import CodeLearning, Learning, Point, Trust
from crosscase.pages import Address, Kind, page, render
from crosscase.pages.codes import AT_FIRST
from crosscase.pages.data import CaseGroup, CodePage
from crosscase.pages.links import cell
from crosscase.pages.margin import case_types
from crosscase.pages.material import Material
from crosscase.profile import findings_for
from crosscase.study import decisions_counted
from tests.small_study import LATER, small_findings, small_study

DAY = date(2026, 11, 28)
ROOT = Path(__file__).parent.parent


@cache
def sample(profile: str = "team") -> Findings:
    return findings_for(load(ROOT), profile)


def code(findings: Findings, id: str) -> CodePage:
    built = page(findings, Address(Kind.CODE, id), DAY)
    assert isinstance(built, CodePage)
    return built


def who(case: CaseGroup) -> set[str]:
    """Who speaks: for all passages of a source at once, or where no source is told, before each."""
    groups = (*case.groups, *case.more)
    apart = {
        said.said[0] if group.source.text else said.lead.text
        for group in groups
        for said in group.quotes
        if not group.who
    }
    return {group.who for group in groups if group.who} | apart


@pytest.mark.parametrize("id", ["policy.substances", "policy.threshold", "communication.strategy"])
def test_a_value_is_marked_at_every_case_whose_codings_carry_it_and_at_no_other(id: str) -> None:
    findings, strip = sample(), code(sample(), id).strip
    assert strip
    case_ids = list(case_types(Material(findings, DAY)))
    values = list(findings.study.codebook.by_id[id].values)
    for value, row in zip(values, strip.rows, strict=False):
        marked = {case_id for case_id, mark in zip(case_ids, row.marks, strict=True) if mark.shape == "filled"}
        assert marked == {case_id for case_id in case_ids if value in findings.cells[case_id, id].values}
    assert strip.rows[-1].number == sum(coding.code_id == id for coding in findings.codings)


def test_cases_stand_by_type_and_all_lead_to_their_cells_and_their_numbers_to_their_passages() -> None:
    findings, strip = sample(), code(sample(), "policy.substances").strip
    assert strip
    assert [group.type.letter for group in strip.groups] == ["A", "B", "C", "D", "?"]
    names = [name for group in strip.groups for name in group.cases]
    case_ids = list(case_types(Material(findings, DAY)))
    assert names == [case_name(findings, case_id) for case_id in case_ids]
    ways = {case.cell for case in code(findings, "policy.substances").coded}
    ways |= {way.href for fact in code(findings, "policy.substances").silent for way in fact.links}
    assert ways - {""} == {cell("policy", case_id, "policy.substances") for case_id in case_ids}
    tree = html.fromstring(render(code(findings, "policy.substances")))
    for mark in strip.rows[-1].marks:
        assert (mark.shape == "number") == bool(tree.xpath("//article//*[@id=$id]", id=mark.href[1:]))


def case_name(findings: Findings, case_id: str) -> str:
    return next(case.name for case in findings.study.cases if case.id == case_id)


def test_a_value_that_only_the_machine_proposes_is_dashed_and_not_counted() -> None:
    small = small_findings()
    start = LATER.index("The ferry")
    words = LATER[start : start + 22]
    machine = Suggestion("later", start, start + len(words), words, "cost money", 0.9, "near", "any", value="less")
    study = replace(small.study, codings=tuple(c for c in small.study.codings if c.source_id != "harbour/2"))
    strip = code(analyse(study, (machine,)), "cost money").strip
    assert strip
    assert [(mark.shape, mark.words) for mark in strip.rows[0].marks] == [
        ("", ""),
        ("dashed", "suggested"),
    ]
    assert strip.rows[0].number == 0


def test_the_summary_stands_beside_the_passages_of_its_case() -> None:
    (north, _) = code(small_findings(), "get.walk").coded
    assert north.written
    assert (north.name, north.written.text, north.count) == ("North Town", "They walk because they must.", "3 passages")
    assert north.written.byline == "Summary by Ann Ode, 6 May 2025"
    assert north.cell.endswith("#north.town/get.walk")


def test_a_case_without_passages_is_named_with_what_is_known_of_its_silence() -> None:
    silent = code(small_findings(), "get:ride").silent
    assert sorted(way.text for fact in silent for way in fact.links) == ["North Town", "Süd & Ufer"]
    assert all(fact.name and all(way.href for way in fact.links) for fact in silent)
    listed = {way.text for fact in code(sample(), "publicity.bias").silent for way in fact.links}
    assert not listed & {case.name for case in code(sample(), "publicity.bias").coded}


def test_a_speaker_is_told_by_role_and_sector_as_far_as_the_reader_may_know_them() -> None:
    people = {person.id: person for person in load(ROOT).participants}
    told = {profile: set().union(*map(who, code(sample(profile), "policy.substances").coded)) for profile in READERS}
    assert f"{people['I01'].role}, {people['I01'].sector}" in told["team"]
    allowed = {person.role for person in people.values() if person.consent in ("role", "named")}
    for words in told["reviewer"]:
        role = words.rpartition(", ")[0]
        assert not role or role in allowed
    assert all(", " not in words for words in told["public"])
    ids = {name for person in people.values() for name in (person.id, *person.speakers)}
    assert not set.union(*told.values()) & ids


READERS = ("team", "reviewer", "public")


def test_of_many_suggestions_a_few_are_shown_under_one_stamp_and_the_others_behind_them() -> None:
    small = small_findings()
    places = [(start, start + 12) for start in range(LATER.index("The ferry"), LATER.index("school") - 12, 4)]
    many = tuple(Suggestion("later", a, b, LATER[a:b], "cost: time", 0.5, "near", "any") for a, b in places)
    built = code(analyse(small.study, many), "cost: time")
    (case,) = built.suggested
    assert sum(len(group.quotes) for group in case.groups) == AT_FIRST
    assert case.rest == f"{len(many) - AT_FIRST} more"
    tree = html.fromstring(render(built))
    assert len(tree.xpath("//section[contains(@class, 'drafts')]//article//*[@class='stamp']")) == 1
    assert len(tree.xpath("//section[contains(@class, 'drafts')]//blockquote")) == len(many)
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))


def test_no_id_of_a_code_stands_in_the_words_of_the_codebook_or_of_a_codes_page() -> None:
    for address in (Address(Kind.CODEBOOK), Address(Kind.CODE, "policy.substances")):
        tree = html.fromstring(render(page(sample(), address, DAY)))
        words = tree.xpath("string(//main)")
        assert "policy.substances" not in words
        assert "specific_med" not in words


def test_a_study_without_cases_has_a_code_page_without_a_strip() -> None:
    study = replace(small_study(), cases=(), codings=(), summaries=(), participants=(), sources=(), readings=())
    assert code(analyse(study), "get.walk").strip is None


def taught(findings: Findings) -> Findings:
    """With what the machine learned of a code, three decisions ago."""
    known = CodeLearning("cost: time", Trust("estimated", 1.2, 9, 7, 10, 0.6, 0.8, 4), {})
    curve = (Point(0, 0.3, {"cost: time": 0.31}), Point(2, 0.5, {"cost: time": 0.52, "get.walk": 0.4}))
    decisions = decisions_counted(findings.study) - 3
    return replace(findings, learning=Learning(decisions, 40, (), (known,), curve=curve))


def test_the_team_reads_on_a_codes_page_what_the_machines_help_is_worth_and_nobody_else_does() -> None:
    tree = html.fromstring(render(code(taught(small_findings()), "cost: time")))
    told = " ".join(tree.xpath("string(//section[@aria-labelledby='learned'])").split())
    assert "about 7 in 10 were right (6 to 8; 4 sources)" in told
    assert "average precision 0.31 by the codebook alone and 0.52 after 2 sources" in told
    assert "3 came since" in told
    assert code(taught(small_findings()), "get.walk").learned == ()
    assert code(small_findings(), "cost: time").learned == ()
    reviewer = taught(findings_for(small_study(), "reviewer", key=b"k"))
    assert code(reviewer, "cost: time").learned == ()
