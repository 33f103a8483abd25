"""What counts as a unit for whom, and what is said where there is no figure."""

import csv
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from crosscase import analyse, load
from crosscase.agreement import UnitKind
from crosscase.agreement.coefficients import MISSING
from crosscase.agreement.measuring import Measured, measure
from crosscase.agreement.units import Units, units
from crosscase.cli import main
from crosscase.codebook import Category, Code, Codebook
from crosscase.coding import Coding
from crosscase.exchange.tables import tables
from crosscase.profile import findings_for
from crosscase.reading import Reading
from crosscase.source import Source, parse

ROOT = Path(__file__).parent.parent
GOLD = ROOT / "tests" / "gold" / "agreement.csv"
TEXT = (
    "Interviewer: When do you start in the morning?\n\n"
    "Lea: We start at six, since the boats don't wait for anybody here.\n\n"
    "Interviewer: And what do you earn for all of that?\n\n"
    "Lea: Enough for the rent of the room, and not for the winter after it.\n\n"
    "Lea: My brother went to the city, and he sends us something now and then.\n"
)
HOURS = Code("hours", "Hours", "work")
PAY = Code("pay", "Pay", "work", kind="attribute", values={"enough": "", "little": ""})
LATE = Code("late", "Late", "work", since=2)
BOOK = Codebook((Category("work", "Work", codes=(HOURS, PAY, LATE)),))
SOURCES = tuple(Source(f"I{number:02}", TEXT, parse(TEXT)) for number in range(1, 7))


def coding(coder: str, quote: str, code_id: str, source_id: str = "I01", **more: str) -> Coding:
    start = TEXT.index(quote)
    span = (start, start + len(quote))
    return Coding(f"{source_id}-{coder}-{start}-{code_id}", source_id, *span, quote, code_id, coder=coder, **more)  # type: ignore[arg-type]


def reading(coder: str, source_id: str = "I01", **more: int) -> Reading:
    return Reading(coder, source_id, more.pop("codebook", 2), **more)  # type: ignore[arg-type]


BOTH = [reading("AB"), reading("CD")]


def cut(
    codings: list[Coding], readings: list[Reading] = BOTH, lost: list[Coding] | None = None, kind: UnitKind = "passage"
) -> Units:
    return units(SOURCES, codings, readings, BOOK, kind=kind, lost=lost or [], consensus="consensus")


def everywhere(codings: list[Coding]) -> tuple[list[Coding], list[Reading]]:
    """The same in each of six sources."""
    spread = [replace(one, id=f"{source.id}{one.id}", source_id=source.id) for source in SOURCES for one in codings]
    return spread, [reading(coder, source.id) for source in SOURCES for coder in ("AB", "CD")]


def of_all(codings: list[Coding]) -> Measured:
    return measure(cut(*everywhere(codings)), BOOK)


def test_what_nobody_coded_counts_too() -> None:
    marks = cut([coding("AB", "at six", "hours")]).marks(HOURS)
    assert marks.tolist() == [[1, 0], [0, 0], [0, 0]]


def test_who_has_not_come_so_far_marks_nothing() -> None:
    open_reading = reading("CD", read_to=TEXT.index("My brother"))
    assert cut([], [reading("AB"), open_reading]).marks(HOURS).tolist() == [[0, 0], [0, 0], [0, MISSING]]


def test_who_read_before_a_code_existed_is_not_held_against_it() -> None:
    before = reading("CD", codebook=1)
    parts = cut([coding("AB", "My brother", "late")], [reading("AB"), before])
    assert set(parts.marks(LATE)[:, 1]) == {MISSING}
    assert "late" not in measure(parts, BOOK).by_code
    assert "hours" in measure(parts, BOOK).by_code


def test_who_has_a_lost_coding_of_a_code_is_not_compared_on_it_there() -> None:
    parts = cut([], lost=[coding("CD", "at six", "hours")])
    assert set(parts.marks(HOURS)[:, 1]) == {MISSING}
    assert set(parts.marks(PAY)[:, 1]) == {0}


def test_the_consensus_layer_and_a_lone_reader_are_nobodys_partner() -> None:
    assert cut([], [reading("AB"), reading("consensus")]).segments == ()
    assert measure(cut([], [reading("AB")]), BOOK).sets.why.startswith("no two coders")


def test_a_long_coding_marks_the_units_of_which_it_holds_half() -> None:
    quote = TEXT[TEXT.index("We start") : TEXT.index(" went to the city")]
    assert cut([coding("AB", quote, "hours")]).marks(HOURS)[:, 0].tolist() == [1, 1, 0]
    assert cut([coding("AB", quote, "hours")], kind="source").marks(HOURS)[:, 0].tolist() == [1]


def test_agreeing_everywhere_is_one_and_its_interval_is_no_wider() -> None:
    found = of_all([coding("AB", "at six", "hours"), coding("CD", "boats", "hours")])
    assert found.by_code["hours"].alpha.value == 1
    assert (found.by_code["hours"].alpha.low, found.by_code["hours"].alpha.high) == (1, 1)
    assert found.by_code["hours"].used == {"AB": 6, "CD": 6}
    assert found.by_code["hours"].prevalence == pytest.approx(1 / 3)


def test_a_code_that_nobody_gave_has_a_reason_and_no_number() -> None:
    alpha = of_all([]).by_code["hours"].alpha
    assert alpha.value is None
    assert "nothing to agree on" in alpha.why


def test_few_sources_give_a_value_without_an_interval() -> None:
    alpha = (
        measure(cut([coding("AB", "at six", "hours"), coding("CD", "My brother", "hours")]), BOOK)
        .by_code["hours"]
        .alpha
    )
    assert alpha.value == pytest.approx(-0.25)
    assert (alpha.low, alpha.high) == (None, None)
    assert "5 sources" in alpha.why


def test_an_attributes_values_are_compared_where_both_gave_it() -> None:
    codings = [
        coding(coder, "Enough for the rent", "pay", value=value)
        for coder, value in (("AB", "enough"), ("CD", "little"))
    ]
    assert of_all(codings).values["pay"].value is not None
    assert of_all(codings).values["pay"].value < 0  # type: ignore[operator]
    assert of_all(codings).by_code["pay"].alpha.value == 1


def test_three_coders_have_no_index_of_two() -> None:
    readings = [reading(coder, source.id) for source in SOURCES for coder in ("AB", "CD", "EF")]
    codings = [coding(coder, "at six", "hours", source.id) for source in SOURCES for coder in ("AB", "CD", "EF")]
    found = measure(cut(codings, readings), BOOK).by_code["hours"]
    assert found.bias_index.why == "it is defined for two coders"
    assert found.fleiss.value == 1
    assert found.kappa.value == 1


def test_fleiss_is_not_given_where_coders_differ_in_number() -> None:
    readings = [reading(coder, source.id) for source in SOURCES for coder in ("AB", "CD")] + [reading("EF")]
    found = measure(cut([coding("AB", "at six", "hours")], readings), BOOK).by_code["hours"]
    assert "same number of coders" in found.fleiss.why
    assert found.alpha.value is not None


def test_edges_that_differ_lower_only_the_alpha_of_edges() -> None:
    same = of_all([coding("AB", "at six", "hours"), coding("CD", "at six", "hours")]).by_code["hours"]
    wider = of_all([coding("AB", "at six", "hours"), coding("CD", "start at six, since", "hours")]).by_code["hours"]
    assert (same.alpha.value, wider.alpha.value) == (1, 1)
    assert same.edges.value == pytest.approx(1)
    assert 0 < wider.edges.value < 0.9  # type: ignore[operator]


def test_what_lies_behind_the_place_that_one_has_reached_has_no_edges() -> None:
    readings = [reading("AB"), reading("CD", read_to=TEXT.index("My brother"))]
    codings = [coding("AB", "at six", "hours"), coding("CD", "at six", "hours"), coding("AB", "My brother", "hours")]
    assert measure(cut(codings, readings), BOOK).by_code["hours"].edges.value == pytest.approx(1)


def test_the_same_seed_draws_the_same_interval() -> None:
    parts = everywhere([coding("AB", "at six", "hours"), coding("CD", "My brother", "hours")])
    codings = [*parts[0], coding("AB", "My brother", "hours", "I03")]
    first, again, other = (
        measure(cut(codings, parts[1]), BOOK, seed=seed).by_code["hours"].alpha for seed in (1, 1, 2)
    )
    assert first == again
    assert first.value == other.value


def test_the_samples_alphas_are_those_of_another_program() -> None:
    study = load(ROOT)
    layer = study.settings.consensus
    turns = units(
        study.sources, study.codings, study.readings, study.codebook, kind="turn", consensus=layer, lost=study.lost
    )
    found = measure(turns, study.codebook, seed=study.settings.seed).by_code
    with GOLD.open(newline="") as file:
        gold = list(csv.DictReader(file))
    assert len(gold) > 20
    for row in gold:
        assert found[row["code"]].units == int(row["turns"])
        assert found[row["code"]].alpha.value == pytest.approx(float(row["alpha"]), abs=6e-5)


def test_alphas_lie_in_their_intervals() -> None:
    study = load(ROOT)
    layer = study.settings.consensus
    found = measure(
        units(study.sources, study.codings, study.readings, study.codebook, consensus=layer), study.codebook
    )
    with_interval = [one.alpha for one in found.codes if one.alpha.low is not None]
    assert len(with_interval) > 10
    for alpha in with_interval:
        assert alpha.low <= alpha.value + 1e-9  # type: ignore[operator]
        assert np.isfinite(alpha.high)  # type: ignore[arg-type]


def test_the_command_puts_what_is_least_agreed_on_first() -> None:
    result = CliRunner().invoke(main, ["agree", str(ROOT), "--coefficients", "--unit", "turn"])
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    alphas = [float(words[0]) for line in lines[1:] if (words := re.findall(r"-?\d\.\d\d", line)) and "158" in line]
    assert len(alphas) > 20
    assert alphas == sorted(alphas)
    assert any(line.startswith("all codes") and "14166" in line for line in lines)
    assert any("nothing to agree on beyond chance" in line for line in lines)


def test_the_command_says_where_there_is_nothing_to_measure() -> None:
    result = CliRunner().invoke(main, ["agree", str(ROOT / "examples" / "gennovate"), "--coefficients"])
    assert "nothing to measure" in result.output


def test_the_table_is_the_teams_alone() -> None:
    study = load(ROOT)
    frame = tables(analyse(study))["agreement"]
    assert len(frame) > 20
    assert frame["alpha"].between(-1, 1).sum() > 20
    assert tables(findings_for(study, "reviewer"))["agreement"].empty


def test_a_source_that_has_no_unit_is_not_compared_wherever_it_stands() -> None:
    empty = Source("I09", "Interviewer: Well?\n", parse("Interviewer: Well?\n"))
    readings = [*BOTH, reading("AB", "I09"), reading("CD", "I09")]
    for sources in ((empty, *SOURCES), (*SOURCES, empty)):
        marked = units(sources, [coding("AB", "at six", "hours")], readings, BOOK)
        assert marked.sources == ("I01",)
        assert measure(marked, BOOK).by_code["hours"].units == 3
