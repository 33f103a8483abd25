"""What is coded and decided by nobody is a state of its own, wherever features are shown."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from crosscase import Findings, analyse, load, stages
from crosscase.decided import OnRecord, problems
from crosscase.exchange.document import Table
from crosscase.exhibits import CasesExhibit, TypologyExhibit, exhibits, laid_out, to_document, to_latex, to_markdown
from crosscase.typology import Bullet, Is

ROOT = Path(__file__).parent.parent


@cache
def sample() -> Findings:
    return analyse(load(ROOT))


def exhibit_2() -> TypologyExhibit:
    drawn = exhibits(sample(), laid_out(sample()), sample().study.themes)
    return next(one for one in drawn if isinstance(one, TypologyExhibit))


def exhibit_2b() -> CasesExhibit:
    drawn = exhibits(sample(), laid_out(sample()), sample().study.themes)
    return next(one for one in drawn if isinstance(one, CasesExhibit))


def test_nothing_is_called_not_recorded_where_the_matrix_holds_a_coded_value() -> None:
    said = set()
    for row in (row for group in exhibit_2b().groups for row in group.rows):
        for chip in (entry.chip for entry in row.entries if entry.chip and entry.chip.feature):
            values = sample().cells[row.case_id, chip.feature].values
            if chip.remark.startswith("coded, not decided"):
                said.add((row.case_id, chip.feature))
                assert values
            assert chip.remark != "not recorded" or not values
    assert len(said) == 13


def test_check_lists_each_such_case_once_with_its_attributes() -> None:
    found = [problem for problem in stages.check(ROOT).study.problems if "nobody has decided" in problem.what]
    assert [problem.path for problem in found] == ["cases/J01.yaml", "cases/J02.yaml", "cases/J04.yaml"]
    assert "policy.condition" in found[0].what


def test_a_feature_that_is_decided_leaves_the_list_and_one_taken_away_comes_onto_it() -> None:
    study = sample().study
    j05 = next(case for case in study.cases if case.id == "J05")
    (episode,) = j05.episodes
    kept = tuple(feature for feature in episode.features if feature.attribute != "policy.written")
    bare = replace(j05, episodes=(replace(episode, features=kept),))
    findings = replace(sample(), study=replace(study, cases=tuple(bare if c.id == "J05" else c for c in study.cases)))
    assert OnRecord(findings).coded(bare, "policy.written") == ("written",)
    assert [p.path for p in problems(findings) if "J05" in p.what] == ["cases/J05.yaml"]
    assert not [p for p in problems(sample()) if "J05" in p.what]


def test_the_unresolved_case_is_named_under_exhibit_2_in_every_export() -> None:
    types = exhibit_2()
    assert sum(len(column.case_ids) for column in types.columns) == 13
    (note,) = [note for note in types.notes if "13 of 14 jurisdictions" in note]
    assert "Norrisant (unresolved, Written or unwritten: accounts conflict" in note
    table = to_document(types)
    assert isinstance(table, Table)
    assert note in table.notes
    for text in (to_markdown(types), to_latex(types)):
        assert "Norrisant" in text


def test_where_the_types_sum_to_the_cases_nobody_is_named() -> None:
    study = sample().study
    cases = tuple(case for case in study.cases if case.id != "J14")
    findings = analyse(replace(study, cases=cases))
    drawn = exhibits(findings, laid_out(findings), study.themes)
    types = next(one for one in drawn if isinstance(one, TypologyExhibit))
    assert not [note for note in types.notes if "Not:" in note]


@pytest.mark.parametrize("case_id", ["J01", "J02", "J04"])
def test_the_typologys_page_says_it_too(case_id: str) -> None:
    from datetime import date

    from crosscase.pages import Address, Kind, page, render

    text = render(page(sample(), Address(Kind.TYPOLOGY, "models"), date(2026, 11, 28)))
    assert "coded, not decided (" in text
    assert f'id="why/{case_id}/' in text


def with_bullet(bullet: Bullet) -> list[str]:
    """The problems of the sample with this bullet alone describing its first type."""
    study = sample().study
    models = study.typologies[0]
    first = replace(models.types[0], describe=(bullet,))
    typology = replace(models, types=(first, *models.types[1:]))
    findings = replace(sample(), study=replace(study, typologies=(typology, *study.typologies[1:])))
    return [str(problem) for problem in problems(findings) if problem.level == "error"]


def test_a_bullet_that_its_cases_dont_bear_out_is_a_problem_with_its_line() -> None:
    where = ("typologies/models.yaml", 30)
    no_role = Bullet("No part for diversion", Is("diversion.role", ("none",)), (), False, *where)
    (problem,) = with_bullet(no_role)
    assert problem.startswith(
        "typologies/models.yaml:30: “No part for diversion” is said of this type, and the features"
    )
    assert "J01, J02, J03, J04" in problem
    overt = Bullet("Refused openly", Is("policy.declination", ("overt",)), (), False, *where)
    assert len(with_bullet(overt)) == 1
    assert with_bullet(replace(overt, some=True)) == []
    assert len(with_bullet(replace(no_role, some=True))) == 1


def test_a_bullet_by_cells_needs_a_case_of_the_type_among_them() -> None:
    elsewhere = Bullet("Said elsewhere", cells=(("J10", "policy.written"),), path="typologies/models.yaml")
    assert len(with_bullet(elsewhere)) == 1
    assert with_bullet(replace(elsewhere, cells=(("J03", "policy.written"),))) == []


def test_a_bullet_that_is_bound_to_nothing_has_no_count() -> None:
    assert with_bullet(Bullet("Just words")) == []
    for text in (to_markdown(exhibit_2()), to_latex(exhibit_2())):
        assert text.count("(4 of 4)") == 5
