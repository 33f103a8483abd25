"""Exhibit 2, Exhibit 2b, the typology, the ledger, the decision points and every export agree on cases and counts."""

import re
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook

from crosscase import Findings, load
from crosscase.claim import check
from crosscase.exhibits import CasesExhibit, DecisionsExhibit, Exhibit, TypologyExhibit, exhibits, laid_out
from crosscase.exhibits.cases import last_results
from crosscase.interpretation import facts
from crosscase.profile import findings_for
from crosscase.report import write_tables

ROOT = Path(__file__).parent.parent


@cache
def sample() -> Findings:
    return findings_for(load(ROOT), "team")


@cache
def drawn() -> dict[str, Exhibit]:
    return {one.id: one for one in exhibits(sample(), laid_out(sample()), sample().study.themes)}


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tables")
    write_tables(sample(), folder, on=date(2026, 11, 28))
    return folder


def by_type() -> dict[str, list[str]]:
    results = last_results(sample().cases, sample().results["models"])
    found: dict[str, list[str]] = {}
    for case_id, result in results.items():
        found.setdefault(result.type_id, []).append(case_id)
    return found


def test_exhibits_typology_and_ledger_place_every_case_alike() -> None:
    types, cases = drawn()["2"], drawn()["2b"]
    assert isinstance(types, TypologyExhibit)
    assert isinstance(cases, CasesExhibit)
    typed = {kind: ids for kind, ids in by_type().items() if kind}
    assert {column.type_id: list(column.case_ids) for column in types.columns} == typed
    assert {group.type_id: [row.case_id for row in group.rows] for group in cases.groups} == by_type()
    known = facts(sample())
    for claim in (one for one in sample().study.claims if one.id.startswith("type-")):
        assert (
            list(check(claim, known).supporting) == by_type()[claim.id.removeprefix("type-").replace("unresolved", "")]
        )


def test_decision_points_have_the_values_of_exhibit_2b_and_the_types_of_the_typology() -> None:
    cases, points = drawn()["2b"], drawn()["3"]
    assert isinstance(cases, CasesExhibit)
    assert isinstance(points, DecisionsExhibit)
    chips = Counter(
        (entry.chip.feature, entry.chip.meaning.rstrip("."))
        for group in cases.groups
        for row in group.rows
        for entry in row.entries[:8]
        if entry.chip and entry.chip.words
    )
    parts = {part.label: part.options for point in points.points for part in point.parts}
    of = {"policy.substances": "Drugs", "policy.written": "On paper", "policy.publicised": "In public"}
    compared = 0
    for (feature, meaning), number in chips.items():
        if feature in of:
            assert [one.count for one in parts[of[feature]] if one.label == meaning] == [number]
            compared += 1
    assert compared == 8
    for option in (option for options in parts.values() for option in options):
        for type_id, _, marks in option.by_type:
            assert {mark.case_id for mark in marks} <= set(by_type()[type_id])


def test_each_bullets_count_is_its_own_in_every_export(tables: Path) -> None:
    types = drawn()["2"]
    assert isinstance(types, TypologyExhibit)
    bullets = [bullet for column in types.columns for bullet in column.counted]
    word = Document(str(tables / "crosscase.docx"))
    in_word = "\n".join(p.text for t in word.tables for row in t.rows for cell in row.cells for p in cell.paragraphs)
    sheet = load_workbook(tables / "crosscase.xlsx", read_only=True)["exhibit 2"]
    in_excel = "\n".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell)
    in_markdown, in_latex = (tables / "exhibit-2.md").read_text(), (tables / "exhibit-2.tex").read_text()
    for bullet in bullets:
        assert re.search(r" \(\d of \d\)$", bullet)
        assert all(bullet in text for text in (in_word, in_excel, in_markdown, in_latex))


def test_every_exhibit_has_a_sheet_with_its_notes(tables: Path) -> None:
    book = load_workbook(tables / "crosscase.xlsx", read_only=True)
    for exhibit_id, exhibit in drawn().items():
        rows = list(book[f"exhibit {exhibit_id}"].iter_rows(values_only=True))
        assert rows[0][0] == exhibit.title
        firsts = {row[0] for row in rows if row}
        assert set(exhibit.notes) <= firsts
