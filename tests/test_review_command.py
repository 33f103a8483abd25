"""Going through suggestions in a terminal: the keys of the window, each verdict written as it is given."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crosscase import load
from crosscase.cli import main
from crosscase.learning import BlindPassage
from crosscase.study import save_learning
from tests.conftest import StudyFolder
from tests.test_decisions import contents, readable
from tests.test_windows_review import AGAIN, COST, HALL, HELP, NOBODY, SOURCE, decided, learning, pool, proposed


@pytest.fixture
def folder(study_folder: StudyFolder, monkeypatch: pytest.MonkeyPatch) -> Path:
    """With what was learned as it is kept, so that nothing is read by a machine."""
    folder = readable(study_folder)
    save_learning(load(folder), learning(load(folder)))
    monkeypatch.setattr("crosscase.stages.learn", lambda study, _: learning(study, blind_passages(study.folder)))
    return folder


BLIND: dict[Path, tuple[BlindPassage, ...]] = {}


def blind_passages(folder: Path) -> tuple[BlindPassage, ...]:
    return BLIND.get(folder, ())


def run(folder: Path, keys: str, *options: str) -> Result:
    return CliRunner().invoke(main, ["review", str(folder), "--as", "AB", *options], input=keys)


def verdicts(folder: Path) -> list[tuple[int, str, str]]:
    mine = [one for one in load(folder).reviews if one.reviewer == "AB" and one.score]
    return sorted((one.start, one.code_id, one.verdict) for one in mine if one.start != 37)


def test_a_accepts_r_rejects_and_the_next_comes_by_itself(folder: Path) -> None:
    result = run(folder, "a\nr\n", "--code", SOURCE)
    assert result.exit_code == 0, result.output
    assert verdicts(folder) == [(HALL.start, SOURCE, "accept"), (NOBODY.start, SOURCE, "reject")]
    assert [one.coder for one in load(folder).codings if one.segment == HALL] == ["AB"]
    assert result.output.index("> the church lent us the hall.") < result.output.index("> Nobody else.")
    assert "Interviewer: What did it cost?" in result.output
    assert "P02 · clerk · Elmton" in result.output
    assert "Does this carry Source?" in result.output
    assert "nothing is left in this order" in result.output
    assert "with suggestion: 1 of 2 kept" in result.output


def test_what_was_left_for_later_comes_again_at_the_end_and_the_end_of_the_input_stops(folder: Path) -> None:
    result = run(folder, "l\n", "--code", SOURCE)
    assert verdicts(folder) == [(HALL.start, SOURCE, "later")]
    assert re.findall(r"^> (.*)$", result.output, re.MULTILINE) == ["the church lent us the hall.", "Nobody else."]


def test_an_empty_line_asks_for_another_code_by_name(folder: Path) -> None:
    result = run(folder, "\nwho helps\nq\n", "--code", SOURCE)
    assert verdicts(folder) == [(HALL.start, SOURCE, "change")]
    assert [one.code_id for one in load(folder).codings if one.segment == HALL] == [HELP]
    assert "which code" in result.output


def test_a_name_that_there_is_not_changes_nothing_and_is_asked_again(folder: Path) -> None:
    before = contents(folder)
    result = run(folder, "\nwho hepls\nz\nq\n", "--code", SOURCE)
    assert "not done: there is no code `who hepls`" in result.output
    assert result.output.count("> the church") == 3
    assert contents(folder) == before


def test_a_digit_accepts_with_that_value(folder: Path) -> None:
    result = run(folder, "2\nq\n", "--code", COST)
    assert "Does this carry Cost, with the value high, about Elmton?" in result.output
    (coding,) = [one for one in load(folder).codings if one.segment == AGAIN]
    assert (coding.code_id, coding.value, coding.case_id) == (COST, "low", "Elm")


def test_u_takes_back_byte_for_byte(folder: Path) -> None:
    before = contents(folder)
    result = run(folder, "a\nr\nu\nu\nu\nq\n", "--code", SOURCE)
    assert contents(folder) == before
    assert result.output.count("taken back") == 2
    assert "there is nothing to take back" in result.output


def test_the_limit_and_the_order_are_kept(folder: Path) -> None:
    result = run(folder, "r\nr\nr\n", "--queue", "teach", "--code", SOURCE, "--limit", "1")
    assert verdicts(folder) == [(NOBODY.start, SOURCE, "reject")]
    assert "1 verdict given" in result.output


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--queue", "fnd"), "did you mean `find`"),
        (("--code", "money.sauce"), "did you mean `money.source`"),
        (("--as", "ZZ"), "ZZ"),
    ],
)
def test_what_there_is_not_is_refused_in_one_line(folder: Path, options: tuple[str, str], told: str) -> None:
    result = run(folder, "a\n", *options)
    assert result.exit_code == 2
    assert told in result.stderr
    assert "Traceback" not in result.output


def test_a_passage_comes_blind_and_what_is_said_of_it_is_kept_as_blind(folder: Path) -> None:
    decided(load(folder), 5)
    BLIND[folder] = (pool(proposed(HALL, SOURCE)),)
    result = run(folder, "2\nq\n", "--code", HELP)
    assert "Which of these codes applies?" in result.output
    before, _, after = result.output.partition("Which of these codes applies?")
    assert "lent us the hall" in before
    assert "shared words" not in before + after.partition("q stop")[0]
    assert [(one.code_id, one.verdict) for one in load(folder).reviews if one.blind] == [(SOURCE, "accept")]


def test_words_that_steer_a_terminal_are_shown_as_words(folder: Path, study_folder: StudyFolder) -> None:
    book = (folder / "codebook/1-money.yaml").read_text().replace("name: Source", 'name: "S\\e[2Jource"')
    study_folder({"codebook/1-money.yaml": book})
    result = run(folder, "q\n", "--code", SOURCE)
    assert "\x1b[2J" not in result.output
