"""Statements in prose: led back to themes, claims and cells, on the page and in every export."""

from functools import cache
from pathlib import Path

import pytest
from docx import Document

from crosscase import Findings, load
from crosscase.exchange.document import Text, write_document
from crosscase.exhibits import ProseExhibit, exhibits, grid, laid_out, to_document, to_latex, to_markdown
from crosscase.exhibits.prose import Stated
from crosscase.problem import Problem
from crosscase.profile import findings_for
from crosscase.study.formats.layouts import Known, layout, problems_of

ROOT = Path(__file__).parent.parent


@cache
def sample(profile: str = "team") -> Findings:
    return findings_for(load(ROOT), profile)


def prose(exhibit_id: str, findings: Findings | None = None) -> ProseExhibit:
    findings = findings or sample()
    (found,) = [one for one in exhibits(findings, laid_out(findings), findings.study.themes) if one.id == exhibit_id]
    assert isinstance(found, ProseExhibit)
    return found


def test_there_are_four_numbered_recommendations_and_a_summary_that_is_not_numbered() -> None:
    assert [one.number for one in prose("recommendations").statements] == ["1", "2", "3", "4"]
    assert {one.number for one in prose("summary").statements} == {""}


@pytest.mark.parametrize("exhibit_id", ["summary", "recommendations"])
def test_every_statement_leads_back_to_what_it_rests_on_and_no_claim_under_it_fails(exhibit_id: str) -> None:
    for one in prose(exhibit_id).statements:
        assert one.rests
        assert not [rest.label for rest in one.rests if "does not hold" in rest.label]


def test_the_pull_quote_is_verbatim_and_says_who_speaks() -> None:
    quote = prose("summary").quote
    assert quote is not None
    source = sample().study.source(quote.coding.source_id)
    assert source is not None
    assert source.text[quote.coding.start : quote.coding.end] == quote.coding.quote
    assert quote.who == "prosecutor, Cassamet"


def words(one: Stated) -> tuple[str, ...]:
    return (one.lead, one.text, *(rest.label for rest in one.rests))


@pytest.mark.parametrize("exhibit_id", ["summary", "recommendations"])
def test_every_export_has_every_statement_with_what_it_rests_on(exhibit_id: str, tmp_path: Path) -> None:
    exhibit = prose(exhibit_id)
    text = to_document(exhibit)
    assert isinstance(text, Text)
    path = write_document(sample(), tmp_path / "x.docx", exhibits=[text])
    in_word = "\n".join(paragraph.text for paragraph in Document(str(path)).paragraphs)
    in_grid = "\n".join(part for body in grid(exhibit).bodies for row in body for cell in row for part in cell.parts)
    in_markdown, in_latex = to_markdown(exhibit), to_latex(exhibit)
    for word in (word for one in exhibit.statements for word in words(one)):
        assert word in in_word
        assert word in in_grid
        assert word.replace("*", "\\*").replace("_", "\\_") in in_markdown
        assert word.replace("&", "\\&").split("“")[0] in in_latex.replace("``", "“")


def test_outside_the_team_no_statement_and_no_quote_names_a_place() -> None:
    names = [case.name for case in sample().study.cases]
    for profile in ("reviewer", "public"):
        for exhibit_id in ("summary", "recommendations"):
            text = to_markdown(prose(exhibit_id, sample(profile)))
            assert not [name for name in names if name in text]


def said(text: str) -> list[str]:
    found: list[Problem] = []
    one = layout(text, "exhibits/x.yaml", "x", found)
    known = Known([], {}, {"f": ("v",)}, ["f"], ["k"], ["J1"], ["claim-a"], ["q1"])
    return [str(problem) for problem in (*found, *(problems_of((one,), known) if one else ()))]


def test_what_a_statement_names_has_to_be_there_and_it_has_to_name_something() -> None:
    text = (
        "layout: prose\n"
        "quote: q2\n"
        "statements:\n"
        "  - {text: One., themes: [t], claims: [claim-b]}\n"
        "  - {text: Two., cells: [J2/f]}\n"
        "  - {text: Three.}\n"
    )
    assert said(text) == [
        "exhibits/x.yaml:2: there is no coding `q2`; correct the id, or add it",
        "exhibits/x.yaml:4: there is no theme `t`; correct the id, or add it",
        "exhibits/x.yaml:4: there is no claim `claim-b`; did you mean `claim-a`?",
        "exhibits/x.yaml:5: there is no case `J2`; correct the id, or add it",
        "exhibits/x.yaml:6: note: this statement leads back to nothing; name the themes, claims or cells that it rests "
        "on",
    ]
