"""The timeline: every episode once, under its case's type, the same on the page and in what is taken away."""

from dataclasses import replace
from datetime import date
from functools import cache

from crosscase.exchange.document import Table
from crosscase.exhibits import TimelineExhibit, exhibit, grid, to_document, to_latex, to_markdown
from crosscase.layout import TimelineLayout
from crosscase.pages.exhibits import ExhibitPage, exhibit_page
from crosscase.pages.figures.drawing import Line, Shape
from crosscase.pages.material import Material
from crosscase.study.formats.layouts import layout
from tests.test_exhibits import sample

LAYOUT = TimelineLayout("4", "Exhibit 4: In time.", "models", ("A note.",))


@cache
def drawn() -> TimelineExhibit:
    made = exhibit(sample(), LAYOUT, ())
    assert isinstance(made, TimelineExhibit)
    return made


@cache
def page() -> ExhibitPage:
    study = replace(sample().study, layouts=(LAYOUT,))
    return exhibit_page(Material(replace(sample(), study=study), date(2026, 11, 28)), "4")


def test_every_episode_stands_once_under_the_type_of_its_case() -> None:
    told = [(line.case_id, line.episode_id) for line in drawn().lines]
    assert sorted(told) == sorted((case.id, one.id) for case in sample().cases for one in case.episodes)
    (of_lonmouth,) = [group for group in drawn().groups if any(line.case_id == "J12" for line in group.lines)]
    assert [line.type_name for line in of_lonmouth.lines if line.case_id == "J12"] == ["Unresolved", of_lonmouth.name]
    assert drawn().groups[-1].name == "Unresolved"


def test_in_a_table_an_open_end_is_said_and_an_earlier_type_too() -> None:
    rows = [tuple(" / ".join(cell.called) for cell in row) for body in grid(drawn()).bodies for row in body]
    assert ("Aldermoor", "August 2020", "no end recorded", "in force") in rows
    assert ("Lonmouth (1) / then: Unresolved", "March 2020", "June 2021", "in force") in rows
    assert ("Hartsmere", "March 2020", "January 2021", "reversed") in rows


def test_it_is_taken_away_as_a_table_with_its_note() -> None:
    table = to_document(drawn())
    assert isinstance(table, Table)
    assert table.notes == ("A note.",)
    for text in (to_markdown(drawn()), to_latex(drawn())):
        assert "Kestrel Flats" in text
        assert "no end recorded" in text
        assert "A note." in text


def test_the_page_draws_a_bar_in_its_types_hue_for_each_and_marks_what_was_reversed() -> None:
    figure = page().time
    assert figure is not None
    bars = [mark.kind for mark in figure.marks if isinstance(mark, Line) and mark.kind.startswith(("lasted ", "thin"))]

    assert len(bars) == len(drawn().lines) == len(figure.rows) == 15
    assert bars.count("lasted hue-0") == 2
    assert bars.count(f"lasted hue-{2}") == 2
    crosses = [mark for mark in figure.marks if isinstance(mark, Shape) and mark.kind == "cross"]
    assert len(crosses) == sum(line.is_reversed for line in drawn().lines) == 3
    assert [row[0] for row in figure.rows] == [line.label for line in drawn().lines]


def test_a_key_that_a_timeline_does_not_have_is_a_problem() -> None:
    problems: list[object] = []
    text = "layout: timeline\ntypology: models\nrows: []\n"
    layout(text, "exhibits/4.yaml", "4", problems)  # type: ignore[arg-type]
    assert len(problems) == 1
