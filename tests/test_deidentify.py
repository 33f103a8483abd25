"""`crosscase deidentify`: names out of the texts, codings along, and back again with the key."""

from pathlib import Path

from click.testing import CliRunner

from crosscase import load
from crosscase.cli import main
from tests.conftest import SMALL, StudyFolder


def run(*words: object) -> tuple[int, str]:
    result = CliRunner().invoke(main, [str(word) for word in words])
    return result.exit_code, result.output


def test_names_go_and_come_back_with_the_key(study_folder: StudyFolder) -> None:
    folder = study_folder(SMALL)
    key = folder.parent / "study-key.csv"
    texts = {path.name: path.read_bytes() for path in (folder / "transcripts").iterdir()}
    before = {coding.id: coding.quote for coding in load(folder).codings}
    status, told = run("deidentify", folder, "--name", "P01=Mayor", "--name", "county=[a county]")
    assert status == 0
    assert "1 text changed, 2 codings moved along" in told
    assert "still named: participants.csv" in told
    assert key.read_text() == "name,words\nP01,Mayor\ncounty,[a county]\n"
    assert key.stat().st_mode & 0o077 == 0
    study = load(folder)
    assert (study.problems, study.moved, study.lost) == ((), (), ())
    assert {coding.quote for coding in study.codings} == {before["a1"], "The [a county] paid for half of it."}
    assert run("deidentify", folder, "--restore")[0] == 0
    assert {path.name: path.read_bytes() for path in (folder / "transcripts").iterdir()} == texts
    assert {coding.id: coding.quote for coding in load(folder).codings} == before


def test_a_key_never_lies_in_the_study_nor_is_it_left_behind_by_a_refusal(study_folder: StudyFolder) -> None:
    folder = study_folder(SMALL)
    assert run("deidentify", folder, "--name", "P01=X", "--key", folder / "key.csv")[0] == 2
    status, told = run("deidentify", folder, "--name", "P01=P02")
    assert (status, "stands in elm already" in told) == (2, True)
    assert not list(folder.parent.glob("*key*"))


def test_one_says_either_names_or_restore(study_folder: StudyFolder, tmp_path: Path) -> None:
    folder = study_folder(SMALL)
    assert run("deidentify", folder, "--name", "P01=X", "--apply")[0] == 2
    assert run("deidentify", folder, "--restore", "--key", tmp_path / "none.csv")[0] == 2
    assert run("deidentify", folder, "--name", "P01")[0] == 2
