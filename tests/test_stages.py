"""What a command does is one call of the Python API, and prints nothing."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from crosscase import Refused, stages, study
from crosscase.cli import main
from crosscase.clustering import Exploration


def test_check_gives_problems_as_values(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (small / "guide.yaml").write_text("questions:\n  - {id: Q1, codes: [money.cots]}\n")
    (small / "codebook/x.yml").write_text("category: x\n")
    checked = stages.check(small)
    assert [problem.path for problem in checked.errors] == ["guide.yaml"]
    assert [problem.path for problem in checked.notes] == ["codebook/x.yml"]
    assert capsys.readouterr().out == ""


def test_check_keeps_the_new_places_of_codings(small: Path) -> None:
    text = small / "transcripts/ash.txt"
    text.write_text(text.read_text().replace("What did", "What on earth did"))
    assert study.load(small).moved
    checked = stages.check(small, accept_moves=True)
    assert checked.moved == 2
    assert checked.study.moved == ()
    assert study.load(small).moved == ()


def test_check_as_json_has_every_problem_and_the_counts(small: Path) -> None:
    (small / "guide.yaml").write_text("questions:\n  - {id: Q1, codes: [money.cots]}\n")
    (small / "codebook/x.yml").write_text("category: x\n")
    result = CliRunner().invoke(main, ["check", str(small), "--json"])
    said = json.loads(result.output)
    assert result.exit_code == 1
    assert said["counts"] == {"errors": 1, "notes": 1}
    assert {
        "path": "guide.yaml",
        "line": 2,
        "what": "there is no code `money.cots`",
        "do": "did you mean `money.cost`?",
        "level": "error",
    } in said["problems"]
    assert len(said["problems"]) == 2


def test_check_quietly_says_only_what_is_wrong(small: Path) -> None:
    (small / "codebook/x.yml").write_text("category: x\n")
    result = CliRunner().invoke(main, ["check", str(small), "--quiet"])
    assert (result.exit_code, result.output) == (0, "")
    (small / "guide.yaml").write_text("questions:\n  - {id: Q1, codes: [money.cots]}\n")
    result = CliRunner().invoke(main, ["check", str(small), "--quiet"])
    assert (result.exit_code, len(result.output.splitlines())) == (1, 1)


def test_report_export_and_run_write_and_give_back_what_they_wrote(small: Path) -> None:
    loaded = study.load(small)
    assert stages.report(loaded, people_only=True).index == small.resolve() / "reports/index.html"
    assert all(path.is_file() for path in stages.export(loaded, people_only=True))
    built = stages.run(loaded, small.parent / "out", people_only=True)
    assert built.index.is_file()
    assert built.tables
    assert built.left == ""


@pytest.mark.parametrize(
    "broken",
    ["profile: public\nabout: [a\n", "profile: public\n\tabout: b\n", "Profile: public\n", "profile: [public]\n"],
)
@pytest.mark.parametrize("profile", ["", "team", "public"])
def test_settings_that_can_not_be_read_whole_build_nothing_for_anyone(small: Path, broken: str, profile: str) -> None:
    (small / "study.yaml").write_text(broken)
    loaded = study.load(small)
    for build in (stages.report, stages.export, stages.run):
        with pytest.raises(Refused, match=r"study\.yaml:\d+: .*nothing is built"):
            build(loaded, people_only=True, profile=profile)
    assert not (small / "reports").exists()
    result = CliRunner().invoke(main, ["report", str(small)])
    assert result.exit_code == 2
    assert result.output.startswith("crosscase: study.yaml:")


def test_a_report_has_the_clusters_that_were_kept_for_the_team_alone(small: Path) -> None:
    loaded = study.load(small)
    built = stages.report(loaded, small.parent / "before")
    assert not (built.index.parent / "clusters.html").exists()
    assert stages.lacks_clusters(loaded)
    study.save_exploration(loaded, Exploration())
    assert not stages.lacks_clusters(loaded)
    for out, options, is_there in (
        ("team", {}, True),
        ("people", {"people_only": True}, False),
        ("reviewers", {"profile": "reviewer"}, False),
        ("public", {"profile": "public"}, False),
    ):
        built = stages.report(loaded, small.parent / out, **options)
        assert (built.index.parent / "clusters.html").is_file() == is_there, out
        assert (built.findings.exploration is not None) == is_there, out
