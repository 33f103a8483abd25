"""Settling the boundary case by one edit changes what depends on it, and nothing else: two reports are compared."""

from datetime import date
from pathlib import Path

import pytest

from crosscase import Findings, analyse, load
from crosscase.pages import pages, render
from tests.conftest import copy_of_the_sample

ROOT = Path(__file__).parent.parent
EDIT = (
    ('policy.written: {value: "", status: conflict', "policy.written: {value: written, status: stated"),
    ("policy.publicised: {value: later_public", "policy.publicised: {value: publicised"),
)


def built(findings: Findings) -> dict[str, str]:
    return {page.file: render(page) for page in pages(findings, date(2026, 11, 22))}


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, str], dict[str, str]]:
    folder = copy_of_the_sample(tmp_path_factory.mktemp("settled"))
    before = built(analyse(load(folder)))
    case = folder / "cases/J14.yaml"
    text = case.read_text()
    for old, new in EDIT:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    case.write_text(text)
    return before, built(analyse(load(folder)))


def test_only_pages_that_depend_on_the_case_change(reports: tuple[dict[str, str], dict[str, str]]) -> None:
    before, after = reports
    assert before.keys() == after.keys()
    changed = {name for name in before if before[name] != after[name]}
    assert {"exhibit-2.html", "exhibit-2b.html", "typology-models.html", "claims.html"} <= changed
    assert [
        name for name in changed if name.startswith(("source-", "exhibit-1", "agreement", "coverage", "saturation"))
    ] == []


def test_its_type_and_every_count_that_rests_on_it_change(reports: tuple[dict[str, str], dict[str, str]]) -> None:
    before, after = reports
    assert "13 of 15 episodes" in before["typology-models.html"]
    assert "14 of 15 episodes" in after["typology-models.html"]
    assert before["exhibit-2.html"].count("4 jurisdictions") > after["exhibit-2.html"].count("4 jurisdictions")
    assert "5 jurisdictions" in after["exhibit-2.html"]
    assert "18 claims: 18 hold" in before["claims.html"]
    assert "18 claims: 16 hold and 2 do not" in after["claims.html"]


def test_the_same_study_makes_the_same_report(reports: tuple[dict[str, str], dict[str, str]]) -> None:
    assert built(analyse(load(ROOT))) == reports[0]
