"""A draft from nothing: texts, codebook, guide, participants and rules, of which nobody has decided a thing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.draft import types, undecided
from crosscase import Findings, analyse, load
from crosscase.cli import main
from crosscase.study import load_suggestions

pytestmark = [pytest.mark.encoder, pytest.mark.slow]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample without what people decided, after `crosscase run`."""
    study = undecided(tmp_path_factory.mktemp("draft"))
    done = CliRunner().invoke(main, ["run", str(study)])
    assert done.exit_code == 0, done.output
    assert "(26 not read yet)" in done.output
    return study


@pytest.fixture(scope="module")
def findings(folder: Path) -> Findings:
    study = load(folder)
    return analyse(study, load_suggestions(study) or ())


def pages(folder: Path) -> Iterator[tuple[str, str]]:
    yield from ((path.name, path.read_text(encoding="utf-8")) for path in sorted((folder / "reports").glob("*.html")))


def test_the_draft_report_is_whole_and_every_page_says_that_it_is_a_draft(folder: Path) -> None:
    built = dict(pages(folder))
    expected = {
        "index.html",
        "exhibit-1.html",
        "exhibit-2.html",
        "exhibit-2b.html",
        "typology-models.html",
        "methods.html",
    }
    assert expected <= built.keys()
    assert len([name for name in built if name.startswith("matrix-")]) >= 15
    assert [name for name, text in built.items() if "class=banner role=note" not in text] == []


def test_every_case_has_drafted_features_whose_evidence_are_suggestions(findings: Findings) -> None:
    known = {one.id for one in findings.suggestions}
    drafted = [feature for case in findings.cases for episode in case.episodes for feature in episode.features]
    assert len({case.id for case in findings.cases if case.is_proposed}) == 14
    assert all(feature.proposed and set(feature.evidence) <= known for feature in drafted)
    assert {"stated", "unclear"} <= {feature.status for feature in drafted}
    assert all(proposal.is_draft for proposal in findings.proposals)


def test_the_rules_are_tried_on_the_drafts_and_say_what_would_change_the_result(findings: Findings) -> None:
    results = findings.results["models"]
    assert len(results) == 14
    assert any(result.type_id for result in results)
    assert any(not result.type_id and result.decided for result in results)
    assert any(result.flips for result in results if result.type_id)


def test_the_draft_exhibits_are_marked_in_every_format(folder: Path) -> None:
    tables = folder / "reports" / "tables"
    models = (tables / "exhibit-2.md").read_text(encoding="utf-8")
    assert models.count("[Draft\\]") == 3, "three drafted considerations"
    assert "for 14 of 14 jurisdictions nobody has decided any feature" in models
    assert (tables / "exhibit-2b.md").read_text(encoding="utf-8").count("draft: nobody has decided its features") == 14
    page = (folder / "reports" / "exhibit-2.html").read_text(encoding="utf-8")
    assert "a draft</a>" in page or "a draft<span" in page
    assert "<span class=stamp>Draft</span>" in page


def test_nothing_is_written_but_the_report_and_what_can_be_made_again(folder: Path) -> None:
    made = {path.name for path in folder.iterdir()}
    assert made == {
        "study.yaml",
        "guide.yaml",
        "participants.csv",
        "sources.csv",
        "codebook",
        "typologies",
        "transcripts_sample",
        "reports",
        ".crosscase",
    }


def test_nobody_can_accept_what_only_the_machine_proposes(folder: Path) -> None:
    done = CliRunner().invoke(main, ["classify", str(folder), "--accept", "--by", "AB"])
    assert done.exit_code == 0, done.output
    assert not (folder / "cases").exists()
    assert "14 drafts: nobody has decided a feature there" in done.output
    assert " written, as proposed" not in done.output


def test_the_draft_is_compared_with_the_plan_case_by_case(findings: Findings) -> None:
    first, _, *rows = types(findings)
    assert first.startswith("types: ")
    assert sum(int(cell) for row in rows for cell in row.split()[1:] if cell.isdigit()) == 14
