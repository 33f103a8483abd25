"""Decision points: options counted from features, codings and cells, by type, with what nobody took."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from crosscase import Findings, analyse, load
from crosscase.exhibits import DecisionsExhibit, exhibits, grid, laid_out, to_latex, to_markdown, to_table
from crosscase.exhibits.decisions import PartTable, Taken
from crosscase.layout import DecisionOption, DecisionPart, DecisionPoint, DecisionsLayout
from crosscase.problem import Problem
from crosscase.profile import findings_for
from crosscase.study.formats.layouts import Known, layout, problems_of

ROOT = Path(__file__).parent.parent


@cache
def sample(profile: str = "team") -> Findings:
    return findings_for(load(ROOT), profile)


def decisions(findings: Findings | None = None, *points: DecisionPoint) -> DecisionsExhibit:
    findings = findings or sample()
    layouts = (DecisionsLayout("x", "X", "models", points),) if points else laid_out(findings)
    found = [one for one in exhibits(findings, layouts, ()) if isinstance(one, DecisionsExhibit)]
    return found[0]


def part(option: DecisionOption, findings: Findings | None = None) -> PartTable:
    point = DecisionPoint("P", (DecisionPart("", (option,)),))
    return decisions(findings, point).points[0].parts[0]


def cases(option: Taken) -> list[str]:
    return sorted(mark.case_id for _, _, marks in option.by_type for mark in marks)


def test_every_case_took_an_option_of_a_feature_or_is_named_with_the_reason_why_not() -> None:
    for point in decisions().points:
        for one in point.parts:
            taken = {case_id for option in one.options for case_id in cases(option)}
            rest = {mark.case_id for _, marks in one.rest for mark in marks}
            assert taken | rest == {case.id for case in sample().study.cases}
            assert not taken & rest


def test_a_feature_counts_as_people_decided_it_and_every_value_of_the_codebook_has_a_row() -> None:
    drawn = part(DecisionOption(feature="drug-court.use"))
    counts = {option.label: option.count for option in drawn.options}
    assert counts == {
        "Kept, with other drug-related cases": 5,
        "Kept, open to more kinds of cases": 3,
        "As before": 6,
        "Shut down": 0,
        "There is none": 0,
    }


def test_a_case_counts_by_its_last_episode_and_an_earlier_one_is_named_as_such() -> None:
    temporary, standing, became = part(DecisionOption(feature="policy.duration")).options
    assert "J12" in cases(became)
    assert "J12" not in cases(temporary) + cases(standing)
    assert [mark.case_id for mark in temporary.earlier] == ["J12"]


def test_a_code_counts_where_it_is_reported_and_not_where_it_is_only_expected() -> None:
    stops = DecisionOption(code_id="complementary.stops")
    assert cases(part(stops).options[0]) == ["J11", "J13"]
    assert cases(part(replace(stops, stances=("expects",))).options[0]) == ["J03"]


def test_an_attribute_under_a_code_counts_all_the_values_that_a_case_was_coded_with() -> None:
    drawn = part(DecisionOption(code_id="engagement.partners"))
    assert sum(option.count for option in drawn.options) > len(sample().study.cases)
    assert {option.basis for option in drawn.options} == {"coded"}


def test_a_category_stands_for_all_of_its_codes() -> None:
    drawn = part(DecisionOption(category_id="complementary"))
    assert [option.label for option in drawn.options][:3] == ["Complementary policies", "Pretext stops", "Cash bail"]
    assert drawn.label == "Complementary policies"


def test_the_quote_of_an_option_was_coded_with_it_for_a_case_that_took_it() -> None:
    quoted = 0
    for point in decisions().points:
        for one in point.parts:
            for option in (option for option in one.options if option.quote):
                assert option.quote is not None
                quoted += 1
                assert set(sample().voices.case_ids(option.quote.coding)) & set(cases(option))
                source = sample().study.source(option.quote.coding.source_id)
                coding = option.quote.coding
                assert source is not None
                assert source.text[coding.start : coding.end] == coding.quote
    assert quoted > 50


def test_what_was_coded_and_not_decided_is_said_to_be_so() -> None:
    (rest,) = [marks for why, marks in part(DecisionOption(feature="policy.substances")).rest if "coded" in why]
    assert [mark.case_id for mark in rest] == ["J01", "J02", "J04"]


def test_suggestions_and_what_is_only_proposed_never_count() -> None:
    study = sample().study
    bare = replace(study, cases=tuple(replace(case, episodes=()) for case in study.cases))
    findings = analyse(bare)
    assert any(case.is_proposed for case in findings.cases)
    drawn = part(DecisionOption(feature="policy.written"), findings)
    assert [option.count for option in drawn.options] == [0, 0]


@pytest.mark.parametrize("number", range(10))
def test_the_sample_has_its_ten_points_with_options_and_words(number: int) -> None:
    point = decisions().points[number]
    assert point.title.startswith(f"{number + 1}. ")
    assert any(option.count for one in point.parts for option in one.options)
    assert any(option.quote for one in point.parts for option in one.options)


def test_no_drug_court_was_closed_and_the_exports_say_that_nobody_took_it() -> None:
    for text in (to_markdown(decisions()), to_latex(decisions())):
        line = next(line for line in text.split("\n") if "Shut down" in line)
        assert "nobody" in line
    table = to_table(decisions())
    (row,) = [one for one in table.rows if one[0].paragraphs[0].text == "Shut down"]
    assert row[1].paragraphs[0].text == "nobody"


def test_every_row_of_the_grid_fills_its_columns() -> None:
    drawn = grid(decisions())
    assert {sum(cell.span for cell in row) for body in drawn.bodies for row in body} == {4}


def test_the_public_is_not_told_which_case_alone_took_an_option() -> None:
    drawn = decisions(sample("public"))
    alone = 0
    for point in drawn.points:
        for one in point.parts:
            for option in (option for option in one.options if option.count == 1):
                named = [mark.case_id for _, _, marks in option.by_type for mark in marks]
                if named == [""]:
                    alone += 1
                    assert option.quote is None
                    assert all(mark.case_id == "" for _, marks in one.rest for mark in marks)
                else:
                    assert point.title[0] in "15"
    assert alone
    text = to_markdown(drawn)
    assert "Merrowdale" not in text
    assert "desk" not in text


def said(text: str) -> list[str]:
    found: list[Problem] = []
    one = layout(text, "exhibits/x.yaml", "x", found)
    known = Known(["models"], {}, {"f": ("v",)}, ["f", "g"], ["k"], ["J1"], ["c"], ["q1"])
    return [str(problem) for problem in (*found, *(problems_of((one,), known) if one else ()))]


def test_what_a_decision_point_names_has_to_be_there() -> None:
    text = (
        "layout: decisions\n"
        "typology: models\n"
        "points:\n"
        "  - title: One\n"
        "    parts:\n"
        "      - {feature: ff}\n"
        "      - {category: kk}\n"
        "      - options:\n"
        "          - {feature: f, value: w}\n"
        "          - {code: h}\n"
        "          - {label: x, cells: [J9/g, J1]}\n"
        "          - {label: y}\n"
        "      - label: nothing\n"
    )
    assert said(text) == [
        "exhibits/x.yaml:11: `J1` is no cell; write it as case/code",
        "exhibits/x.yaml:12: this option doesn’t say by what it is known, or says it twice; an option is known by one "
        "of `feature`, `code` and `cells`",
        "exhibits/x.yaml:13: this part of a decision point has no options; name a `feature`, a `code` or a `category`, "
        "or list `options`",
        "exhibits/x.yaml:6: there is no feature `ff`; did you mean `f`?",
        "exhibits/x.yaml:7: there is no category `kk`; did you mean `k`?",
        "exhibits/x.yaml:9: there is no value of `f` `w`; correct the id, or add it",
        "exhibits/x.yaml:10: there is no code `h`; correct the id, or add it",
        "exhibits/x.yaml:11: there is no case `J9`; correct the id, or add it",
    ]
