"""Whether the passages bear a summary out is a second reader's word, kept in its cell until it is written anew."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from crosscase import Refused, load
from crosscase.cli import main
from crosscase.study import decisions
from tests.conftest import SMALL, StudyFolder

CHART = (
    "Ash:\n  money.cost: {summary: It was dear., codings: [a1], by: AB}\n"
    "  money.source: {summary: The county., by: CD}\n"
)


@pytest.fixture
def folder(study_folder: StudyFolder) -> Path:
    return study_folder({**SMALL, "study.yaml": "title: S\ncoders: {AB: A, CD: C}\n", "charts/money.yaml": CHART})


def agree(folder: Path, *options: str, code: int = 0) -> str:
    result = CliRunner().invoke(main, ["agree", str(folder), "--summaries", *options])
    assert result.exit_code == code, result.output
    return result.output


def test_a_verdict_is_kept_in_the_cell_and_counted(folder: Path) -> None:
    assert "none of 2 summaries has been judged" in agree(folder)
    told = agree(folder, "--judge", "Ash/money.cost=partly", "--by", "CD")
    assert "CD on AB: 1 summary of 2: borne out 0, partly 1, not 0" in told
    assert "borne_out" in (folder / "charts/money.yaml").read_text()
    (row,) = json.loads(agree(folder, "--json"))["summaries"]
    assert row == {"reader": "CD", "writer": "AB", "yes": 0, "partly": 1, "no": 0}


def test_a_second_verdict_stands_in_place_of_the_first_and_an_empty_one_takes_it_back(folder: Path) -> None:
    study = decisions.judge_summary(load(folder), "Ash", "money.cost", "no", by="CD")
    study = decisions.judge_summary(study, "Ash", "money.cost", "yes", by="CD")
    assert [summary.borne_out for summary in study.summaries] == [(("CD", "yes"),), ()]
    study = decisions.judge_summary(study, "Ash", "money.cost", "", by="CD")
    assert (folder / "charts/money.yaml").read_text() == CHART


def test_a_summary_that_is_written_anew_is_judged_by_nobody(folder: Path) -> None:
    study = decisions.judge_summary(load(folder), "Ash", "money.cost", "yes", by="CD")
    study = decisions.summarise(study, replace(study.summaries[0], text="It cost a lot."))
    assert study.summaries[0].borne_out == ()
    assert study.summaries[0].text == "It cost a lot."


@pytest.mark.parametrize(
    ("cell", "verdict", "by", "said"),
    [
        ("Ash/money.cost", "yes", "AB", "AB wrote this summary"),
        ("Ash/money.cost", "perhaps", "CD", "verdict on a summary"),
        ("Elm/money.cost", "yes", "CD", "has no summary yet"),
        ("Ash/money.cost", "yes", "ZZ", "there is no coder `ZZ`"),
        ("Ash/money.cost", "yes", "", "say with --by"),
        ("Ash", "yes", "CD", "should be a case"),
    ],
)
def test_what_can_not_be_judged_is_refused(folder: Path, cell: str, verdict: str, by: str, said: str) -> None:
    assert said in agree(folder, "--judge", f"{cell}={verdict}", "--by", by, code=2)
    assert (folder / "charts/money.yaml").read_text() == CHART


def test_nobody_judges_a_summary_that_changed_meanwhile(folder: Path) -> None:
    seen = load(folder)
    decisions.summarise(seen, replace(seen.summaries[0], text="It cost a lot."))
    with pytest.raises(Refused, match="changed by someone else"):
        decisions.judge_summary(seen, "Ash", "money.cost", "yes", by="CD")
