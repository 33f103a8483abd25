"""What the machine puts to people next, and what it says of itself."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from click.testing import CliRunner

from crosscase import load, stages
from crosscase.cli import main
from crosscase.problem import Refused
from crosscase.study import decisions as deciding
from crosscase.suggest import Decisions
from crosscase.suggest.queues import queue
from crosscase.suggest.reporting import code_reports, learning_curve, report_lines
from tests.conftest import StudyFolder
from tests.test_suggest_learned import WORDS, decided, interviews, opined, places, rejection, subject_of

MADE = opined(decided(["I00", "I01", "I02"]))


def test_more_of_a_code_is_what_it_is_likest_among_the_undecided() -> None:
    found = [one for one in queue(MADE, "find", "river", 9) if not one.blind]
    assert {subject_of(one.quote) for one in found} == {"river"}
    assert {one.place.source_id for one in found} == {"I03", "I04", "I05"}
    assert [one.probability for one in found] == sorted((one.probability for one in found), reverse=True)


def test_what_teaches_is_uncertain_and_of_one_interview_after_the_other() -> None:
    taught = [one for one in queue(MADE, "teach", "river", 6) if not one.blind]
    sources = [one.place.source_id for one in taught]
    assert set(sources[:3]) == set(sources[3:]) == {"I03", "I04", "I05"}
    column = MADE.read.codebook.codes.index(MADE.read.codebook.by_id["river"])
    rows = [MADE.read.places.index(one.place) for one in taught]
    assert abs(MADE.learned.score[rows, column] - 1.2).mean() < abs(MADE.learned.score[:, column] - 1.2).mean()


def test_as_it_comes_is_in_reading_order_and_each_passage_comes_once() -> None:
    ordered = [one.place for one in queue(MADE, "order", "", 40) if not one.blind]
    assert ordered
    assert all(first < second for first, second in pairwise(ordered))


def test_a_decision_that_all_others_speak_against_is_looked_at_again_first() -> None:
    right = decided(["I00", "I01", "I02", "I03"])
    wrong = next(one for one in right.codings if one.source_id == "I01" and one.code_id == "clinic")
    codings = [replace(one, code_id="river") if one is wrong else one for one in right.codings]
    again = queue(opined(Decisions(codings, right.readings)), "revisit", "", 4)
    assert wrong.segment in [one.place for one in again]


def test_one_passage_in_ten_is_put_blind() -> None:
    put = queue(MADE, "find", "", 20)
    assert sum(one.blind for one in put) == 2
    assert all((one.code_id, one.probability) == ("", 0.0) for one in put if one.blind)
    assert not any(one.blind for one in queue(MADE, "revisit", "", 20))
    assert len({one.place for one in put}) == len(put) == 22


def test_an_unknown_queue_or_code_is_refused_with_the_nearest() -> None:
    with pytest.raises(Refused, match="no queue `tech`; did you mean `teach`"):
        queue(MADE, "tech")
    with pytest.raises(Refused, match="no code `rivers`; did you mean `river`"):
        queue(MADE, "find", "rivers")


def test_the_report_says_state_blind_audit_and_how_it_learned() -> None:
    first, second = [place for place, _ in places()][:2]
    blind = [
        replace(rejection(first, "river"), blind=True),
        replace(rejection(second, "river"), verdict="accept", blind=True),
    ]
    reports = {one.code_id: one for one in code_reports(MADE, [*blind, rejection(first, "market")])}
    assert (reports["river"].kept_blind, reports["river"].decided_blind) == (1, 2)
    assert reports["market"].decided_blind == 0
    curve = learning_curve(opined(decided([one.id for one in interviews()])))
    assert [point.interviews for point in curve] == [0, 1, 3, 4]
    assert curve[0].precision < curve[-1].precision
    lines = list(report_lines(list(reports.values()), curve))
    assert any(line.startswith("river") and "blind audit: 1 of 2 kept" in line for line in lines)
    assert lines[-1].startswith("how well the sources that were coded later were ranked")


def test_the_command_lists_a_queue_and_a_report(study_folder: StudyFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crosscase.suggest.load_encoder", lambda _: WORDS)
    codes = "".join(
        f"  - {{id: all.{name}, name: Code {name[0]}}}\n" for name in ("market", "clinic", "school", "river")
    )
    files = {"study.yaml": "title: T\n", "codebook/1.yaml": f"category: all\ncodes:\n{codes}"}
    folder = study_folder(files | {f"transcripts/{one.id}.txt": one.text for one in interviews(3)})
    made = stages.suggest(load(folder))
    study = deciding.accept(load(folder), "AB", made[0])
    assert not stages.lacks_suggestions(study)
    again = stages.suggest(load(folder))
    assert any(suggestion.alike for suggestion in again), "made anew, with what was decided"
    assert stages.suggest(load(folder)) == again
    ran = CliRunner().invoke(main, ["suggest", str(folder), "--code", made[0].code_id, "--limit", "3"])
    assert ran.exit_code == 0, ran.output
    assert [line.count(f"  {made[0].code_id}  ") for line in ran.stdout.splitlines()] == [1] * 3
    report = CliRunner().invoke(main, ["suggest", str(folder), "--report"])
    assert report.output.count("learning") == 4
    refused = CliRunner().invoke(main, ["suggest", str(folder), "--queue", "fnd"])
    assert (refused.exit_code, "did you mean `find`" in refused.output) == (2, True)


def test_scores_of_a_queue_are_numbers() -> None:
    assert np.isfinite([one.anything for one in queue(MADE, "find", "", 20)]).all()
