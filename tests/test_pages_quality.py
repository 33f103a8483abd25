"""Agreement, saturation and coverage as pages: for the team a list to hold a meeting with, for others figures alone."""

import re
from datetime import date
from pathlib import Path

import pytest

from crosscase import analyse, load
from crosscase.framework import Findings
from crosscase.pages import addresses, page, render
from crosscase.pages.agreement import AgreementPage
from crosscase.pages.covered import CoveragePage
from crosscase.pages.methods import MethodsPage
from crosscase.pages.saturation import SaturationPage
from crosscase.profile import findings_for
from tests.conftest import StudyFolder
from tests.test_agreement import FIELD

ROOT = Path(__file__).parent.parent
DAY = date(2026, 1, 2)
KEY = b"k" * 32


@pytest.fixture(scope="module")
def sample() -> Findings:
    return analyse(load(ROOT))


@pytest.fixture(scope="module")
def for_reviewers() -> Findings:
    return findings_for(load(ROOT), "reviewer", key=KEY)


def html(findings: Findings, name: str) -> str:
    return render(page(findings, addresses(findings, DAY)[f"{name}.html"], DAY))


def agreement(findings: Findings) -> AgreementPage:
    found = page(findings, addresses(findings, DAY)["agreement.html"], DAY)
    assert isinstance(found, AgreementPage)
    return found


def test_what_most_differences_are_about_comes_first(sample: Findings) -> None:
    shown = agreement(sample)
    numbers = [len(topic.differences) for topic in shown.first]
    assert numbers == sorted(numbers, reverse=True)
    assert shown.first[0].codes[0].text == "Building agreement inside the office"
    assert [chapter.title for chapter in shown.chapters] == [
        "one code for another",
        "given by some, and nothing in its place",
        "the same code, given otherwise",
        "the same code, with other edges",
    ]


def test_every_passage_is_cut_from_its_source_with_what_only_some_marked_apart(sample: Findings) -> None:
    texts = [source.text for source in sample.study.sources]
    differences = [
        one for chapter in agreement(sample).chapters for topic in chapter.topics for one in topic.differences
    ]
    assert len(differences) > 90
    for one in differences:
        words = "".join(piece.text for piece in one.pieces).removeprefix("… ").removesuffix(" …")
        assert any(words in text for text in texts)
        assert any(piece.kind for piece in one.pieces)
    assert any({piece.kind for piece in one.pieces} >= {"piece", "piece deep"} for one in differences)


def test_each_place_leads_to_its_turn_and_each_is_settled_in_the_sample(sample: Findings) -> None:
    shown = agreement(sample)
    differences = [one for chapter in shown.chapters for topic in chapter.topics for one in topic.differences]
    assert all(one.place.href.startswith("source-") for one in differences)
    assert all(one.settled for one in differences)


def test_the_figure_has_every_code_that_has_an_alpha_and_the_table_says_the_same(sample: Findings) -> None:
    shown = agreement(sample)
    assert shown.figure is not None
    assert len(shown.figure.rows) == 74
    alphas = [float(str(row[1]).replace("−", "-")) for row in shown.figure.rows[:-1]]
    assert alphas == sorted(alphas)
    assert sum(len(fact.links) for fact in shown.unmeasured) + 73 == len(_codes(sample))


def _codes(findings: Findings) -> list[str]:
    from crosscase.framework import measured_of

    return [measure.code_id for measure in measured_of(findings.study).codes]


def test_reviewers_get_the_teams_figures_without_who_said_what(sample: Findings, for_reviewers: Findings) -> None:
    shown = agreement(for_reviewers)
    team = agreement(sample)
    assert shown.chapters == ()
    assert shown.figure is not None
    assert team.figure is not None
    assert [row[5] for row in shown.figure.rows] == [row[5] for row in team.figure.rows]
    text = html(for_reviewers, "agreement")
    assert "coder 1 and coder 2" in text
    assert not re.search(r"\b(AK|JO)\b", text)


def test_the_public_learns_the_figures_but_no_order_of_sources(sample: Findings) -> None:
    public = findings_for(load(ROOT), "public", key=KEY)
    assert "coverage.html" not in addresses(public, DAY)
    shown = page(public, addresses(public, DAY)["saturation.html"], DAY)
    assert isinstance(shown, SaturationPage)
    assert shown.figure is not None
    assert [row[0] for row in shown.figure.rows] == [f"interview {number}" for number in range(1, 23)]
    assert "S0" not in html(public, "saturation").split("<main")[1].split("</main")[0]
    hidden = public.study.withheld.codes  # type: ignore[attr-defined]
    assert hidden
    assert not any(name in html(public, "saturation") for name in hidden)


def test_nobody_outside_the_team_reads_what_nobody_coded(sample: Findings, for_reviewers: Findings) -> None:
    for findings, expected in ((sample, 10), (for_reviewers, 0)):
        shown = page(findings, addresses(findings, DAY)["coverage.html"], DAY)
        assert isinstance(shown, CoveragePage)
        assert len(shown.stretches) == expected
        assert len(shown.people) == 22


def test_the_methods_say_the_numbers_and_lead_to_the_pages(sample: Findings) -> None:
    shown = page(sample, addresses(sample, DAY)["methods.html"], DAY)
    assert isinstance(shown, MethodsPage)
    assert "AK and JO read 5 of 26 sources each for themselves" in shown.quality
    assert "The rule of saturation held first after 9 of 22 interviews" in shown.quality
    assert [link.href for link in shown.quality_pages] == ["agreement.html", "saturation.html", "coverage.html"]
    items = {item.number: item for _, items in shown.checklists[0].groups for item in items}
    assert "The rule of saturation held first" in items[22].found
    assert "alpha is 0.82" in items[24].found
    assert {"saturation.html", "agreement.html"} <= {link.href for n in (22, 24) for link in items[n].links}


def test_where_nobody_read_anything_there_is_nothing_to_measure(small: Path) -> None:
    for file in (small / "codings").rglob("*.jsonl"):
        file.unlink()
    findings = analyse(load(small))
    assert not {"agreement.html", "saturation.html", "coverage.html"} & set(addresses(findings, DAY))
    assert "How well it was coded" not in html(findings, "methods")


def test_one_coder_is_told_that_nobody_can_be_compared(small: Path) -> None:
    findings = analyse(load(small))
    assert "nobody can be compared" in html(findings, "agreement")
    assert "too few to say anything" in html(findings, "saturation")
    assert "nan" not in html(findings, "coverage").casefold().split("<main")[1].replace("finance", "")


def test_two_coders_of_one_source_have_a_list_and_no_interval(study_folder: StudyFolder) -> None:
    findings = analyse(load(study_folder(FIELD)))
    text = html(findings, "agreement")
    assert "One code for another" in text
    assert "95% interval none" in text
