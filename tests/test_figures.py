"""Figures as values: what is counted, where things are drawn, and that the table says the same as the drawing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html  # type: ignore[import-untyped]

from crosscase.case import Case, Episode, Feature
from crosscase.codebook import Category, Code, Codebook
from crosscase.coding import Coding
from crosscase.framework import Findings, analyse
from crosscase.guide import Guide, Question
from crosscase.pages.assets import linked
from crosscase.pages.figures.drawing import Figure, Label, Line, Shape, letter
from crosscase.pages.figures.sources import coverage, source_flow
from crosscase.pages.figures.space import axes_of, space
from crosscase.pages.figures.typology import by_type, feature_chart, property_space, timeline
from crosscase.pages.material import Material
from crosscase.pages.rendering import environment
from crosscase.pages.rules import if_changed, when
from crosscase.pages.typology import typology_page
from crosscase.source import Source, parse
from crosscase.study import Settings, Study
from crosscase.typology import All, Any, Flip, Is, Type, Typology, classify_all
from crosscase.wording import day
from tests.small_study import read, small_findings

DAY = date(2026, 11, 22)
FOLDER = Path("/nowhere")

VALUES = {"light": ("day", "dusk", "night"), "heat": ("warm", "cold"), "noise": ("loud", "quiet")}
TYPOLOGY = Typology(
    "places",
    "Two places",
    (
        Type("bright", "bright", Is("light", ("day", "dusk")), {"noise": ("loud",)}),
        Type("den", "den", All((Is("light", ("night",)), Is("heat", ("warm",))))),
    ),
)


def material(cases: Sequence[Case], **more: object) -> Material:
    codes = tuple(
        Code(name, name.title(), "f", kind="attribute", values=dict.fromkeys(values, ""))
        for name, values in VALUES.items()
    )
    known = {"cases": tuple(cases), "codebook": Codebook((Category("f", "Features", codes=codes),))} | more
    study = Study(FOLDER, Settings(unit="cave"), typologies=(TYPOLOGY,), **known)  # type: ignore[arg-type]
    return Material(analyse(study), DAY)


def case(id: str, **features: str) -> Case:
    return Case(id, id.upper(), episodes=(episode(f"{id}-1", **features),))


def episode(id: str, from_: str = "", to: str = "", status: str = "", **features: str) -> Episode:
    return Episode(id, from_, to, status, tuple(Feature(name, value) for name, value in features.items()))


BRIGHT = case("a", light="day", heat="warm", noise="quiet")
DIM = case("b", light="dusk", heat="cold", noise="loud")
DEN = case("c", light="night", heat="warm")
ODD = case("d", light="night", heat="cold")
UNKNOWN = Case("e", "E", episodes=(Episode("e-1", features=(Feature("light", status="conflict"),)),))
ALL = (BRIGHT, DIM, DEN, ODD, UNKNOWN)


def labels(figure: Figure | None) -> list[str]:
    assert figure is not None
    return [mark.text for mark in figure.marks if isinstance(mark, Label)]


def columns(figure: Figure | None) -> list[dict[str, object]]:
    assert figure is not None
    return [dict(zip(figure.head, row, strict=True)) for row in figure.rows]


def test_values_that_no_rule_tells_apart_stand_together_in_the_property_space() -> None:
    axes = axes_of(TYPOLOGY, VALUES)
    assert [(axis.feature, axis.groups) for axis in axes] == [
        ("light", (("day", "dusk"), ("night",))),
        ("heat", (("warm",), ("cold",))),
    ]


def test_the_property_space_counts_taken_empty_and_unfit_combinations() -> None:
    results = classify_all(ALL, TYPOLOGY, VALUES)
    known = {(one.id, e.id): e for one in ALL for e in one.episodes}
    found = space(TYPOLOGY, VALUES, results, known)
    assert (found.total, found.taken, found.unfit, found.is_whole) == (4, 4, 1, True)
    assert [result.case_id for result in found.unplaced] == ["e"]
    placed = {field.groups: [result.case_id for result in field.results] for field in found.fields}
    assert placed == {(0, 0): ["a"], (0, 1): ["b"], (1, 0): ["c"], (1, 1): ["d"]}


def test_empty_fields_of_the_property_space_are_shown_and_said() -> None:
    figure = property_space(material([DEN]), TYPOLOGY)
    assert labels(figure).count("no episode") == 3
    assert [row["Episodes"] for row in columns(figure)] == ["none", "none", "C", "none"]
    assert figure is not None
    assert "4 combinations of values apart: 1 hold" in figure.notes[1]
    assert "the other 3 hold none, and for 1 no type fits." in figure.notes[1]


def test_the_property_space_says_who_is_not_on_it() -> None:
    figure = property_space(material(ALL), TYPOLOGY)
    assert figure is not None
    assert figure.notes[-1] == "Not on the grid, since a feature of it is not recorded or not known: E (unresolved)."


def test_a_space_of_many_features_lays_four_on_the_grid_and_lists_the_others() -> None:
    values = {f"f{n}": ("yes", "no") for n in range(6)}
    rule = All(tuple(Is(name, ("yes",)) for name in values))
    found = space(Typology("t", "T", (Type("x", "X", rule),)), values, (), {})
    assert (len(found.down), len(found.across), len(found.others), found.total) == (2, 2, 2, 64)
    assert sum(sum(field.types.values()) for field in found.fields) == 64


def test_the_features_that_separate_the_cases_are_laid_on_the_grid() -> None:
    """Six features, of which only the last one tells these cases apart."""
    values = {f"f{n}": ("yes", "no") for n in range(6)}
    kinds = Typology("t", "T", (Type("x", "X", Any(tuple(Is(name, ("yes",)) for name in values))),))
    same = dict.fromkeys(list(values)[:5], "no")
    cases = (case("a", **same, f5="yes"), case("b", **same, f5="no"))
    known = {(one.id, e.id): e for one in cases for e in one.episodes}
    found = space(kinds, values, classify_all(cases, kinds, values), known)
    assert "f5" in {axis.feature for axis in (*found.down, *found.across)}


def test_the_chart_groups_episodes_by_type_in_the_typologys_order_the_unresolved_last() -> None:
    figure = feature_chart(material([UNKNOWN, DEN, BRIGHT, ODD, DIM]), TYPOLOGY)
    assert [(row["Episode"], row["Type"]) for row in columns(figure)] == [
        ("A", "bright"), ("B", "bright"), ("C", "den"), ("E", "unresolved"), ("D", "unresolved"),
    ]  # fmt: skip
    assert "Bright: 2 of 5 episodes" in labels(figure)
    assert "Unresolved: 2 of 5 episodes" in labels(figure)


def test_the_chart_says_what_decided_what_is_not_typical_and_why_a_value_is_missing() -> None:
    rows = columns(feature_chart(material(ALL), TYPOLOGY))
    of = {row["Episode"]: row for row in rows}
    assert (of["A"]["Light"], of["A"]["Heat"], of["A"]["Noise"]) == ("day (decided)", "warm", "quiet (not typical)")
    assert of["C"]["Noise"] == "not recorded"
    assert of["E"]["Light"] == "in conflict (needed)"


def test_groups_hold_every_result_once() -> None:
    results = classify_all(ALL, TYPOLOGY, VALUES)
    assert sorted(r.case_id for _, group in by_type(TYPOLOGY, results) for r in group) == list("abcde")


def bars(figure: Figure | None, kind: str) -> list[Line]:
    assert figure is not None
    return [mark for mark in figure.marks if isinstance(mark, Line) and mark.kind.partition(" ")[0] == kind]


def timed(*episodes: Episode) -> Figure | None:
    return timeline(material([Case(f"k{n}", f"K{n}", episodes=(one,)) for n, one in enumerate(episodes)]), TYPOLOGY)


def test_an_episode_runs_from_its_first_to_its_last_month_in_proportion() -> None:
    figure = timed(episode("x", "2020-01", "2021-01"), episode("y", "2020-01", "2020-07"))
    long, short = bars(figure, "lasted")
    assert long.x1 == short.x1
    assert (short.x2 - short.x1) * 2 == pytest.approx(long.x2 - long.x1, abs=0.3)


def test_an_open_end_reaches_the_last_date_of_the_study_and_ends_in_an_arrow() -> None:
    figure = timed(episode("x", "2020-01"), episode("y", "2020-01", "2021-05"))
    assert figure is not None
    arrows = [mark for mark in figure.marks if isinstance(mark, Shape) and mark.kind == "arrow"]
    open_, _ = bars(figure, "lasted")
    assert [arrow.x for arrow in arrows] == [pytest.approx(open_.x2 + 3)]
    assert "it is drawn to May 2021" in figure.key.replace("\n", " ")


def test_an_unknown_start_is_said_and_not_drawn_as_known() -> None:
    figure = timed(episode("x", "", "2021-05"), episode("y", "2020-01", "2021-05"))
    assert "start not known" in labels(figure)
    assert len(bars(figure, "thin-dashed")) == len(bars(figure, "lasted")) == 1
    assert columns(figure)[0]["When"] == "start not known to May 2021"


def test_a_year_without_a_month_is_drawn_as_unsure() -> None:
    figure = timed(episode("x", "2019", "2021"), episode("y", "2019-06", "2020-06"))
    assert len(bars(figure, "lasted-perhaps")) == 2
    assert columns(figure)[0]["When"] == "2019 to 2021"


def test_reversals_are_marked_counted_and_written() -> None:
    figure = timed(episode("x", "2019-01", "2021-01", "reversed"), episode("y", "2019-06", "", "in_force"))
    assert figure is not None
    (bar, _) = bars(figure, "lasted")
    assert [mark.y for mark in figure.marks if isinstance(mark, Shape) and mark.kind == "cross"] == [bar.y1]
    assert "1 of 2 episodes reversed" in figure.description
    assert [row["Status"] for row in columns(figure)] == ["reversed", "in force"]


def test_without_a_single_date_there_is_no_timeline() -> None:
    assert timed(episode("x"), episode("y", "soon", "later")) is None


@given(st.text("0123456789-x", max_size=10), st.text("0123456789-x", max_size=10))
def test_no_date_breaks_the_timeline(start: str, end: str) -> None:
    figure = timed(episode("x", start, end, "reversed"), episode("y", "2020-02", "2021"))
    assert figure is not None
    assert len(figure.rows) == 2
    assert {row["When"] for row in columns(figure)} >= {"February 2020 to 2021"}


@pytest.fixture(scope="module")
def findings() -> Findings:
    return small_findings()


def test_the_flow_counts_sources_by_what_became_of_them(findings: Findings) -> None:
    rows = columns(source_flow(Material(findings, DAY)))
    assert [(row["Step"], row["Sources"]) for row in rows] == [
        ("Received", "4 of 4 sources"),
        ("Read to the end", "3 of 4 sources"),
        ("Still being read", "0 of 4 sources"),
        ("Not read yet", "1 of 4 sources"),
        ("Double-coded", "1 of 4 sources"),
        ("Settled in consensus", "0 of 4 sources"),
    ]
    assert rows[1]["Of which"] == "2 interviews and 1 document"


def test_a_consensus_layer_is_not_a_second_coder(findings: Findings) -> None:
    study = replace(
        findings.study,
        settings=replace(findings.study.settings, consensus="both"),
        readings=read(("ann", "leaflet"), ("both", "leaflet")),
    )
    rows = columns(source_flow(Material(analyse(study), DAY)))
    assert [row["Sources"] for row in rows[4:]] == ["0 of 4 sources", "1 of 4 sources"]


def test_coverage_tells_said_from_asked_in_vain_from_not_asked() -> None:
    text = "Interviewer: Is it dark?\n\nP: It is, I tell you, as dark as a cave can be.\n"
    mute = "Interviewer: Is it dark?\n\nP: I would rather not go into that just now.\n"
    other = "Interviewer: Is it far?\n\nP: A good hour on foot, and no shade on the way.\n"
    sources = tuple(Source(name, t, parse(t), case_id=name) for name, t in (("a", text), ("b", mute), ("c", other)))
    start = text.index("as dark")
    coding = Coding("1", "a", start, start + 7, "as dark", "light", coder="ann")
    found = coverage(
        material(
            [BRIGHT, DIM, DEN],
            sources=sources,
            codings=(coding,),
            readings=read(("ann", "a"), ("ann", "b"), ("ann", "c")),
            guide=Guide((Question("Q", "Is it dark?", ("light", "heat", "noise"), marker="Is it dark?"),)),
        )
    )
    (row,) = columns(found)
    told = {name: [link.text for link in links] for name, links in row.items() if isinstance(links, tuple)}
    assert told == {
        "Something said (of 3 caves)": ["A"],
        "Asked, nothing said (of 3 caves)": ["B"],
        "Not asked (of 3 caves)": ["C"],
    }
    assert labels(found)[-3:] == ["1 of 3"] * 3


def test_coverage_keeps_drafts_and_unread_sources_apart(findings: Findings) -> None:
    study = replace(findings.study, codings=(), readings=(), summaries=())
    about, cost = columns(coverage(Material(analyse(study, findings.suggestions), DAY)))
    names = {name: [link.text for link in links] for name, links in cost.items() if isinstance(links, tuple)}
    assert names["Draft only (of 2 communities)"] == ["Süd & Ufer"]
    assert names["Not read yet (of 2 communities)"] == ["North Town"]
    assert [link.text for link in about["Not read yet (of 2 communities)"]] == ["North Town", "Süd & Ufer"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("at", "said"),
    [("2021-06", "June 2021"), ("2021", "2021"), ("2021-06-03", "3 June 2021"), ("2021-13", "2021-13"), ("", "")],
)
def test_dates_are_said_as_exactly_as_they_are_known(at: str, said: str) -> None:
    assert day(at) == said


def test_open_ends_are_said() -> None:
    assert when(episode("x", "2020-01")) == "since January 2020"
    assert when(episode("x")) == "start not known, no end recorded"


def test_what_would_change_a_result_is_said_feature_by_feature() -> None:
    flips = (Flip((("light", "day"),), "x"), Flip((("light", "dusk"),), "x"), Flip((("heat", "very_warm"),), "x"))
    assert if_changed(Codebook(), flips) == "if light were day or dusk, or heat were very warm"


def test_many_pairs_of_changes_are_cut_short_and_counted() -> None:
    flips = tuple(Flip((("a", f"{n}"), ("b", f"{n}")), "x") for n in range(6))
    told = if_changed(Codebook(), flips)
    assert told.endswith("or one of 2 other pairs were so")
    assert told.startswith("if a were 0 and b were 0, or a were 1 and b were 1")


def test_types_are_lettered_beyond_z() -> None:
    assert [letter(n) for n in (0, 25, 26, 27, 52)] == ["A", "Z", "AA", "AB", "BA"]


def test_a_drawing_is_text_with_title_description_and_a_table_that_says_the_same() -> None:
    found = material(ALL)
    page = typology_page(found, found.study.typologies[0].id)
    template = environment().get_template("typology.html")
    tree = html.fromstring(
        template.render(page=page, frame=page.frame, script="", policy="", style=linked, served=False)
    )
    drawings = tree.xpath("//figure//svg[@role='img']")
    assert len(drawings) == 2
    for svg in drawings:
        named = [tree.get_element_by_id(one).text_content() for one in svg.get("aria-labelledby").split()]
        assert all(named)
        assert svg.xpath(".//text")
        assert len(svg.xpath("ancestor::figure//table/tbody/tr")) in (4, 5)
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
