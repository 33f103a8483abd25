"""The machine's figure beside people's, and whom it is never held against."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from crosscase import load, stages
from crosscase.agreement.machine import Beside, Shown, beside, shown_to
from crosscase.cli import main
from crosscase.coding import Review, Suggestion
from crosscase.study import decisions
from crosscase.suggest import Decisions
from tests.conftest import StudyFolder
from tests.test_agreement import FIELD
from tests.test_agreement_measuring import BOOK, TEXT, coding, cut, everywhere

CODINGS, READINGS = everywhere([coding("AB", "at six", "hours"), coding("CD", "at six", "hours")])


def suggestion(quote: str, code_id: str = "hours", source_id: str = "I01") -> Suggestion:
    start = TEXT.index(quote)
    return Suggestion(source_id, start, start + len(quote), quote, code_id, 0.7, "near", "any")


def of(suggestions: list[Suggestion], shown: Shown | None = None) -> Beside:
    figures = beside(cut(CODINGS, READINGS), suggestions, shown or {}, BOOK)
    return next(figure for figure in figures if figure.code_id == "hours")


def test_both_figures_are_of_the_same_units() -> None:
    figure = of([suggestion("at six", source_id=f"I0{number}") for number in range(1, 7)])
    assert (figure.people.value, figure.machine.value) == (1, 1)
    assert (figure.units, figure.sources, figure.suggested) == (18, 6, 6)


def test_what_the_machine_proposes_elsewhere_lowers_its_figure_alone() -> None:
    figure = of([suggestion("My brother", source_id=f"I0{number}") for number in range(1, 7)])
    assert figure.people.value == 1
    assert figure.machine.value is not None
    assert figure.machine.value < 0


def test_who_was_shown_suggestions_in_a_source_is_not_held_against_them_there() -> None:
    figure = of([suggestion("at six")], {"AB": ["I01", "I02"]})
    assert (figure.units, figure.sources, figure.suggested) == (12, 4, 0)
    assert beside(cut(CODINGS, READINGS), [], {"AB": [f"I0{n}" for n in range(1, 7)]}, BOOK) == ()


def test_a_blind_verdict_shows_nothing() -> None:
    seen = Review("I01", 0, 5, "", "hours", "accept", "AB")
    blind = Review("I02", 0, 5, "", "hours", "reject", "AB", blind=True)
    assert shown_to([seen, blind]) == {"AB": {"I01"}}


def test_where_two_were_shown_suggestions_their_agreement_is_marked(study_folder: StudyFolder) -> None:
    loaded = load(study_folder(FIELD))
    text = loaded.sources[0].text
    place = (text.index("Enough"), text.index("Enough") + 6, "Enough")
    proposed = Suggestion("I01", *place, "work.hours", 0.7, "near", "any")
    loaded = decisions.reject(loaded, "AB", proposed)
    assert stages.shown_together(loaded) == {}
    loaded = decisions.reject(loaded, "CD", proposed)
    assert stages.shown_together(loaded) == {"I01": ["AB", "CD"]}
    result = CliRunner().invoke(main, ["agree", str(loaded.folder), "--coefficients"])
    assert "I01: AB and CD were shown suggestions" in result.output


def machine(folder: Path, *options: str) -> str:
    result = CliRunner().invoke(main, ["agree", str(folder), "--machine", *options])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_command_never_calls_it_agreement_and_the_machine_has_not_learned_from_what_it_is_held_against(
    study_folder: StudyFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = {"transcripts/I02.txt": "Lea: We start at six.\n", "codings/AB/I02.jsonl": FIELD["codings/AB/I01.jsonl"]}
    other["codings/AB/I02.jsonl"] = '{"codebook":1}\n{"code":"work.hours","quote":"We start"}\n'
    folder = study_folder({**FIELD, **other})
    text = load(folder).sources[0].text
    start = text.index("At six")
    learned_from: list[Decisions] = []

    def make(*_: object, decisions: Decisions, **__: object) -> tuple[Suggestion, ...]:
        learned_from.append(decisions)
        return (Suggestion("I01", start, start + 7, text[start : start + 7], "work.hours", 0.7, "near", "any"),)

    monkeypatch.setattr("crosscase.suggest.suggest", make)
    monkeypatch.setattr("crosscase.stages.machine.encoder_of", lambda study: None)
    told = machine(folder)
    assert "no intercoder agreement" in told
    assert {coding.source_id for coding in learned_from[0].codings} == {"I02"}
    assert {reading.source_id for reading in learned_from[0].readings} == {"I02"}
    rows = json.loads(machine(folder, "--json"))["beside_machine"]
    assert [row["code"] for row in rows] == ["work.hours", "work.pay"]
    assert [row["suggested"] for row in rows] == [1, 0]


def test_one_coder_has_nothing_to_be_compared_with(small: Path) -> None:
    assert "nothing to compare with" in machine(small)
