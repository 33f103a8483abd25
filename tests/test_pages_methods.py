"""The methods appendix: recorded facts only, and what the files don't tell is asked of the authors."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from crosscase.framework import Findings, analyse
from crosscase.pages.checklists import Item
from crosscase.pages.data import Fact
from crosscase.pages.material import Material
from crosscase.pages.methods import MethodsPage, methods_page
from crosscase.pages.record import share
from crosscase.reading import Reading
from crosscase.study import load
from tests.small_study import read, small_findings

DAY = date(2026, 11, 22)
SAMPLE = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def findings() -> Findings:
    return small_findings()


@pytest.fixture(scope="module")
def page(findings: Findings) -> MethodsPage:
    return methods_page(Material(findings, DAY))


@pytest.fixture(scope="module")
def sample() -> Findings:
    return analyse(load(SAMPLE))


def facts(found: tuple[Fact, ...]) -> dict[str, str]:
    return {fact.name: fact.text for fact in found}


def items(page: MethodsPage, name: str) -> list[Item]:
    return [item for one in page.checklists if one.name == name for _, group in one.groups for item in group]


def test_sources_are_told_by_kind_with_words_and_dates(page: MethodsPage) -> None:
    told = facts(page.sources)
    assert told["Interviews"] == "3, 77 words in all (from 12 to 43 each); dated 4 March 2025 (2 without a date)"
    assert told["Documents"] == "1, 13 words in all"
    assert told["Participants"] == "4"
    assert told["Communities"] == "2, with 0 episodes described; 2 of 2 communities with a participant of its own"


def test_coders_are_told_with_what_each_coded(page: MethodsPage) -> None:
    assert [(line.name, line.sources, line.codings) for line in page.coders] == [
        ("Björn", "1 of 4 sources", "1"),
        ("ann, Ann Ode", "3 of 4 sources", "8"),
    ]


def test_double_coding_is_counted_without_the_consensus_layer(findings: Findings) -> None:
    settings = replace(findings.study.settings, consensus="both")
    readings = read(("ann", "leaflet"), ("both", "leaflet"), ("ann", "later"), ("Björn", "later"))
    study = replace(findings.study, settings=settings, readings=readings)
    page = methods_page(Material(analyse(study), DAY))
    told = facts(page.coding)
    assert told["Double-coded"] == "1 of 4 sources"
    assert told["Settled in consensus"].startswith("0 of 1 double-coded source;")
    assert page.coders[-1].name == "Consensus of the coders (both)"


def test_a_share_has_a_percentage_from_thirty_on_only() -> None:
    assert share(20, 29, "code") == "20 of 29 codes"
    assert share(20, 30, "code") == "20 of 30 codes (67%)"


def test_the_codebooks_versions_say_what_each_brought(page: MethodsPage) -> None:
    told = [(line.version, line.deductive, line.inductive) for line in page.versions]
    assert told == [(1, 3, 0), (2, 0, 1)]
    assert page.inductive == "1 of 4 codes"


def test_sources_read_before_a_code_existed_wait_to_be_read_again(findings: Findings) -> None:
    under = {("ann", "Märkt 1.a"): 1, ("Björn", "Märkt 1.a"): 2, ("ann", "harbour/2"): 1, ("ann", "leaflet"): 2}
    readings = tuple(Reading(coder, source_id, version) for (coder, source_id), version in under.items())
    page = methods_page(Material(replace(findings, study=replace(findings.study, readings=readings)), DAY))
    (revisit,) = page.revisits
    assert (revisit.version, revisit.count) == (2, "1 of 3 sources read to the end")
    assert revisit.code.text == "Time"
    assert [link.text for link in revisit.sources] == ["harbour/2"]
    assert [link.text for link in revisit.again] == ["Market, <b>first</b> visit"]


def test_what_the_machine_did_is_two_sentences_and_counts_its_suggestions(page: MethodsPage) -> None:
    assert page.machine.startswith(
        "For 1 of 4 sources that no person has read to the end, it proposed 2 suggestions (encoder any), which"
    )
    assert page.machine.count(". ") == 1


def test_where_nothing_was_suggested_the_machine_claims_nothing(findings: Findings) -> None:
    page = methods_page(Material(analyse(findings.study), DAY))
    assert page.machine.startswith("It proposed nothing that stands in this report")
    assert "no suggestion is used here" in facts(page.software)["Encoder"]


@pytest.mark.parametrize(("name", "number"), [("COREQ", 32), ("SRQR", 21)])
def test_a_checklist_has_all_its_items_each_answered_or_asked(page: MethodsPage, name: str, number: int) -> None:
    found = items(page, name)
    assert [item.number for item in found] == list(range(1, number + 1))
    assert all(item.found or item.prompt for item in found)
    assert len({item.topic for item in found}) == number


def test_what_the_files_do_not_tell_is_asked_of_the_authors(page: MethodsPage) -> None:
    coreq = {item.topic: item for item in items(page, "COREQ")}
    assert coreq["Who declined or left"].found == ""
    assert coreq["Who declined or left"].prompt == "how many, and why"
    assert (coreq["Who interviewed"].found, coreq["Who interviewed"].links) == ("", ())
    assert coreq["How many took part"].found == "4 participants, 3 interviews, 1 document and 2 communities."
    assert coreq["How many took part"].prompt == ""


def test_the_samples_appendix_says_what_its_files_say(sample: Findings) -> None:
    page = methods_page(Material(sample, DAY))
    assert facts(page.coding)["Double-coded"] == "5 of 26 sources"
    assert page.inductive == "62 of 90 codes (69%)"
    coreq = {item.topic: item.found for item in items(page, "COREQ")}
    assert coreq["Who interviewed"] == "R in 10, K in 11 and R and K in 1, of 22 interviews."
    assert (
        coreq["The questions"] == "10 of 13 questions put in every interview, the least asked in 18 of 22 interviews."
    )
    assert coreq["Software"].startswith("crosscase ")


def test_an_empty_study_has_an_appendix_too(findings: Findings) -> None:
    empty = replace(findings.study, sources=(), participants=(), cases=(), codings=(), readings=(), summaries=())
    page = methods_page(Material(analyse(replace(empty, codebook=type(empty.codebook)())), DAY))
    assert (page.coders, page.coverage, page.revisits) == ((), None, ())
    assert len(items(page, "COREQ")) == 32
