"""Each command as a person would type it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crosscase.cli import _tell, main
from crosscase.problem import Problem
from tests.conftest import EXAMPLES, SMALL, StudyFolder


def crosscase(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)


def test_a_study_without_problems_checks_with_status_0(small: Path) -> None:
    result = crosscase("check", small)
    assert result.exit_code == 0
    assert (
        result.output
        == "2 sources (1 read to the end, 1 not read yet), 2 codes, 2 codings, 2 cases: no problems, no notes\n"
    )


def test_a_problem_is_printed_with_path_and_line_and_gives_status_1(study_folder: StudyFolder) -> None:
    result = crosscase(
        "check", study_folder({**SMALL, "guide.yaml": "questions:\n  - {id: Q1, codes: [money.cots]}\n"})
    )
    assert result.exit_code == 1
    assert result.output.splitlines()[0] == "guide.yaml:2: there is no code `money.cots`; did you mean `money.cost`?"


def test_a_folder_that_is_no_study_gives_one_line_and_status_2(tmp_path: Path) -> None:
    for command in ("check", "suggest", "report", "export", "run"):
        result = crosscase(command, tmp_path)
        assert (result.exit_code, result.output.count("\n")) == (2, 1)
        assert "crosscase init" in result.output


def test_a_report_and_tables_can_be_made_for_the_public(small: Path, tmp_path: Path) -> None:
    for command in ("report", "export", "run"):
        out = tmp_path / command
        assert crosscase(command, small, "--people-only", "--profile", "public", "--out", out).exit_code == 0
        texts = [path.read_text("utf-8") for path in out.rglob("*") if path.suffix in (".html", ".csv", ".md")]
        assert texts
        assert [text for text in texts if "Ashford" in text or "Elmton" in text] == []
    refused = crosscase("report", small, "--profile", "publick", "--out", tmp_path / "none")
    assert (refused.exit_code, (tmp_path / "none").exists()) == (2, False)
    assert "'publick' is not one of 'team', 'reviewer', 'public'" in refused.output


def test_without_a_typology_classify_says_where_to_describe_one(small: Path) -> None:
    done = crosscase("classify", small)
    assert (done.exit_code, done.output.count("\n")) == (0, 1)
    assert done.output.startswith("there is no typology yet")


def test_moved_codings_can_be_accepted(small: Path) -> None:
    path = small / "transcripts/ash.txt"
    path.write_text("A heading\n\n" + path.read_text())
    assert "has moved" in crosscase("check", small).output
    assert crosscase("check", small, "--accept-moves").output.startswith("kept the new place of 2 codings")
    assert "no problems, no notes" in crosscase("check", small).output


def test_the_first_five_minutes(tmp_path: Path) -> None:
    mine, folder = tmp_path / "talk.txt", tmp_path / "study"
    mine.write_text("Interviewer: How did you first hear of it?\n\nAnna: A neighbour told me about it one evening.\n")
    assert crosscase("init", folder).exit_code == 0
    imported = crosscase("import", folder, mine)
    assert (imported.exit_code, "talk" in imported.output) == (0, True)
    assert crosscase("check", folder).exit_code == 0
    report = crosscase("report", folder, "--people-only", "--out", tmp_path / "report")
    assert report.exit_code == 0
    assert Path(report.output.strip().splitlines()[-1]).is_file()


def test_the_codebook_is_listed_checked_and_compared(small: Path, tmp_path: Path) -> None:
    assert "money.cost" in crosscase("codebook", "list", small).output
    assert crosscase("codebook", "check", small).output == "2 codes in 1 categories, version 1\n"
    old = shutil.copytree(small / "codebook", tmp_path / "old")
    assert crosscase("codebook", "diff", old, small).output == "the same codes, in the same words\n"
    book = small / "codebook/1-money.yaml"
    book.write_text(book.read_text().replace("What it costs.", "What was paid."))
    assert crosscase("codebook", "diff", old, small).output == "reworded  money.cost  (definition)\n"


def test_help_has_an_example_for_every_command() -> None:
    commands = [name for name in main.commands if name != "codebook"]
    for command in commands:
        assert f"Example: crosscase {command}" in crosscase(command, "--help").output


@pytest.mark.parametrize("words", [["--help"], ["check", str(EXAMPLES / "gennovate")]])
def test_light_commands_import_nothing_heavy(words: list[str]) -> None:
    heavy = "torch spacy sentence_transformers sklearn pandas numpy docx openpyxl jinja2"
    code = (
        "import sys\nfrom crosscase.cli import main\n"
        f"try:\n    main({words!r})\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {heavy.split()!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.encoder
def test_run_goes_the_whole_way(small: Path, tmp_path: Path) -> None:
    first = crosscase("run", small, "--out", tmp_path / "report")
    assert first.exit_code == 0
    assert first.stdout.splitlines()[-1] == str(tmp_path / "report/index.html")
    assert (tmp_path / "report/tables/crosscase.xlsx").is_file()
    before = {path.name: path.read_bytes() for path in (tmp_path / "report/tables").glob("*.csv")}
    assert crosscase("run", small, "--out", tmp_path / "report").exit_code == 0
    assert {path.name: path.read_bytes() for path in (tmp_path / "report/tables").glob("*.csv")} == before
    assert crosscase("report", small, "--out", tmp_path / "report").exit_code == 0
    assert crosscase("export", small, "--out", tmp_path / "tables").exit_code == 0


def test_cases_are_sorted_and_one_is_explained() -> None:
    everything = crosscase("classify", EXAMPLES.parent)
    assert everything.exit_code == 0
    assert "J14-1      unresolved" in everything.output
    one = crosscase("classify", EXAMPLES.parent, "--case", "J14").output
    assert "policy.written is unwritten: can't be told (conflict; I15-012" in one
    assert "if policy.written were unwritten: Case-by-case" in one
    assert crosscase("classify", EXAMPLES.parent, "--case", "J99").exit_code == 2


def test_accepted_features_are_written_into_their_case(study_folder: StudyFolder) -> None:
    book = SMALL["codebook/1-money.yaml"].replace("    name: Cost\n", "    name: Cost\n    kind: attribute\n")
    folder = study_folder({**SMALL, "codebook/1-money.yaml": book})
    accepted = crosscase("classify", folder, "--accept", "--by", "AK")
    assert "Ash: 1 feature written, as proposed from codings" in accepted.output
    text = (folder / "cases/Ash.yaml").read_text()
    assert text.startswith("name: Ashford\nepisodes:\n")
    assert "rests on informants" in text
    assert "no problems" in crosscase("check", folder).output
    assert "written" not in crosscase("classify", folder, "--accept", "--case", "Ash").output


def test_an_edited_summary_comes_back_into_its_cell(study_folder: StudyFolder, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    folder = study_folder({**SMALL, "charts/money.yaml": "# ours\nAsh:\n  money.cost: {summary: Dear., by: AB}\n"})
    assert crosscase("export", folder, "--people-only", "--out", tmp_path / "tables").exit_code == 0
    path = tmp_path / "tables/matrices.xlsx"
    book = load_workbook(path)
    (cell,) = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value == "Dear."]
    cell.value = "Very dear."
    book.save(path)
    taken = crosscase("chart", folder, "--from", path, "--by", "CD")
    assert (taken.exit_code, taken.output.startswith("1 summary taken")) == (0, True)
    text = (folder / "charts/money.yaml").read_text()
    assert text.startswith("# ours\nAsh:\n  money.cost: {summary: Very dear., by: CD")
    assert crosscase("export", folder, "--people-only", "--out", tmp_path / "tables").exit_code == 0


def test_what_changed_on_both_sides_is_told_and_not_taken(study_folder: StudyFolder, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    folder = study_folder({**SMALL, "charts/money.yaml": "Ash:\n  money.cost: {summary: Dear.}\n"})
    crosscase("export", folder, "--people-only", "--out", tmp_path / "tables")
    path = tmp_path / "tables/matrices.xlsx"
    book = load_workbook(path)
    (cell,) = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value == "Dear."]
    cell.value = "Very dear."
    book.save(path)
    (folder / "charts/money.yaml").write_text("Ash:\n  money.cost: {summary: Rather dear.}\n")
    told = crosscase("chart", folder, "--from", path)
    assert told.exit_code == 1
    assert "not taken, changed on both sides: Ash money.cost" in told.output
    assert (folder / "charts/money.yaml").read_text() == "Ash:\n  money.cost: {summary: Rather dear.}\n"


def test_a_run_leaves_an_edited_workbook_as_it_is_and_writes_the_rest(small: Path, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    assert crosscase("run", small, "--people-only", "--out", tmp_path / "report").exit_code == 0
    path = tmp_path / "report/tables/matrices.xlsx"
    book = load_workbook(path)
    book["money"]["C3"].value = "Very dear, they say."
    book.save(path)
    edited = path.read_bytes()
    again = crosscase("run", small, "--people-only", "--out", tmp_path / "report")
    assert (again.exit_code, path.read_bytes()) == (0, edited)
    assert "left as it is" in again.stderr
    assert again.stdout.splitlines()[-1] == str(tmp_path / "report/index.html")


def test_a_problem_in_a_file_with_a_colon_in_its_name_is_told_whole(capsys: pytest.CaptureFixture[str]) -> None:
    problem = Problem("themes/a: b.md", 3, "there is no code `x: y`", "correct it")
    _tell([problem])
    assert capsys.readouterr().out == f"{problem}\n" == "themes/a: b.md:3: there is no code `x: y`; correct it\n"
