import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosscase import study
from crosscase.matrix import Absence, Summary
from crosscase.problem import Problem, Refused
from crosscase.study.formats import charts
from tests.conftest import ROOT, SMALL, StudyFolder
from tests.test_rewriting import TEXTS

CHART = """\
# the charts
Ash:  # our first case
  money.cost:
    summary: >-
      Dear, and it was not even theirs: the county had paid for half of it, as the mayor says with some
      pride.
    codings: [a1,  a2]
    by: AB
  money.source: My own words   # in short

# the small one
Elm:
  money.cost: {absence: not asked, note: "no time", by: AB, on: 2023-01-02}
"""


def read(text: str) -> dict[tuple[str, str], charts.Content]:
    problems: list[Problem] = []
    cells = {(cell.case_id, cell.code_id): cell for cell, _ in charts.cells(text, "f", problems)}
    assert problems == []
    return cells


def written(
    text: str, cells: Mapping[charts.Place, charts.Content | None], renamed: Mapping[str, str] | None = None
) -> str:
    return charts.edited(text, cells, path="f", renamed=renamed)


def test_summaries_absences_and_words_in_short_are_read_with_their_lines() -> None:
    cells = list(charts.cells(CHART, "f", []))
    assert [line for _, line in cells] == [3, 9, 13]
    assert cells[1][0] == Summary("Ash", "money.source", "My own words")
    assert cells[2][0] == Absence("Elm", "money.cost", asked=False, note="no time", by="AB", on="2023-01-02")


def test_one_cell_is_written_and_no_other_byte() -> None:
    cell = Summary("Ash", "money.source", "The county's words, " * 8, coding_ids=("a2",))
    after = written(CHART, {("Ash", "money.source"): Summary("Ash", "money.source", cell.text.strip(), by="CD")})
    head, tail = CHART.split("  money.source: My own words   # in short\n")
    assert after.startswith(head + "  money.source:  # in short\n    summary: >-\n      The county's")
    assert after.endswith("\n    by: CD\n" + tail)


def test_a_folded_summary_stays_folded_and_its_codings_as_they_were_written() -> None:
    before = read(CHART)["Ash", "money.cost"]
    assert isinstance(before, Summary)
    cell = Summary("Ash", "money.cost", "Very dear.", coding_ids=before.coding_ids, by="CD")
    after = written(CHART, {("Ash", "money.cost"): cell})
    assert "    summary: >-\n      Very dear.\n    codings: [a1,  a2]\n    by: CD\n" in after


def test_a_cell_is_taken_out_and_its_case_with_the_last() -> None:
    assert written(CHART, {("Elm", "money.cost"): None}) == CHART[: CHART.index("Elm:")]
    both: dict[tuple[str, str], charts.Content | None] = {("Ash", "money.cost"): None, ("Ash", "money.source"): None}
    assert read(written(CHART, both)).keys() == {("Elm", "money.cost")}
    assert written(CHART, {("Oak", "money.cost"): None}) == CHART


def test_a_person_may_confirm_a_silence_and_take_it_back() -> None:
    silence = Absence("Ash", "money.cost", asked=True, note="twice", by="CD", on="2023-05-06")
    after = written(CHART, {("Ash", "money.cost"): silence})
    assert read(after)["Ash", "money.cost"] == silence
    assert "  money.cost:\n    by: CD\n    absence: asked\n    note: twice\n    on: 2023-05-06\n" in after
    words = Summary("Ash", "money.cost", "Words.", by="AB")
    assert read(written(after, {("Ash", "money.cost"): words}))["Ash", "money.cost"] == words


def test_a_cell_under_a_former_id_is_written_under_the_present_one() -> None:
    cell = Summary("Ash", "price", "Dear.")
    after = written(CHART, {("Ash", "price"): cell}, renamed={"money.cost": "price"})
    assert read(after).keys() == {("Ash", "price"), ("Ash", "money.source"), ("Elm", "money.cost")}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: &a\n  n: {summary: x}\nb: *a\n", 3),
        ("a:\n  n: {summary: x}\na:\n  n: {summary: y}\n", 3),
        ("a:\n  n: {summary: x}\n  n: {summary: y}\n", 3),
        ("a:\n  n: {summary: x, what: y}\n", 2),
        ("a:\n  n: [x]\n", 2),
        ("a:\n  n:\n", 2),
        ("a: x\n", 1),
        ("a:\n  n: {absence: perhaps}\n", 2),
        ("a:\n  n: {absence: asked, summary: x}\n", 2),
        ("a:\n  n: {summary: x}\n  o: {summary: y}\n", 3),
    ],
)
def test_a_file_with_anything_that_wasnt_read_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(Refused, match=f"^f:{line}: .*correct that first"):
        written(text, {("b", "m"): Summary("b", "m", "y")}, renamed={"o": "n"})


@given(st.dictionaries(st.tuples(st.sampled_from("ab"), st.sampled_from(["m.n", "no", "o"])), TEXTS), st.data())
def test_whatever_is_written_into_a_cell_comes_back(texts: dict[tuple[str, str], str], data: Any) -> None:
    cells: dict[tuple[str, str], charts.Content | None] = {
        place: Summary(*place, text, status=data.draw(TEXTS), coding_ids=("a", "b")) for place, text in texts.items()
    }
    text = written(CHART, cells)
    assert read(text) == read(CHART) | cells
    assert written(text, cells) == text
    assert read(written(text, dict.fromkeys(cells))) == read(CHART)


def test_a_cell_in_two_files_is_said_with_both_lines_and_has_no_home(study_folder: StudyFolder) -> None:
    texts = {"charts/a.yaml": "Ash:\n  money.cost: One\n", "charts/b.yaml": "# two\nAsh:\n  money.cost: Two\n"}
    (problem,) = study.load(study_folder({**SMALL, **texts})).problems
    assert str(problem) == (
        "charts/b.yaml:3: the cell of `Ash` on `money.cost` is already in charts/a.yaml:2; "
        "keep one of them (the first is used)"
    )
    with pytest.raises(Refused, match=r"stands in charts/a\.yaml and in charts/b\.yaml, line 3"):
        charts.homes(texts)


def test_one_cell_of_a_large_file_is_written_in_a_moment() -> None:
    text = (ROOT / "charts/policy.yaml").read_text()
    cells = read(text)
    place = next(place for place in cells if place[0] == "J07")
    times = []
    for number in range(5):
        begun = time.process_time()
        text = written(text, {place: Summary(*place, f"Edit {number}.")})
        times.append(time.process_time() - begun)
    assert min(times) < 0.1


def test_every_chart_of_the_sample_is_rewritten_to_the_byte() -> None:
    for path in Path(ROOT / "charts").glob("*.yaml"):
        text = path.read_text()
        cells = read(text)
        for place in list(cells)[::7]:
            edit = Summary(*place, "Something else, " * 12 + "and no more.")
            assert read(written(text, {place: edit})) == cells | {place: edit}
            assert len(written(text, {place: None})) < len(text)
