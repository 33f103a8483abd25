import csv
import io
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from crosscase.exchange import export as exporting
from crosscase.exchange.export import export
from crosscase.exchange.sheets import guarded
from crosscase.exchange.tables import COLUMNS, tables
from crosscase.framework import Findings, analyse
from crosscase.problem import Refused
from tests.test_exchange_tables import coding, small_findings, small_study

DAY = date(2026, 1, 2)
FORMULAS = ('=HYPERLINK("http://x.example")', "@SUM(A1)", "-2+3", "+1", "\t=1", " \n=1", "- well, yes", "＝1")


def with_memos(folder: Path, *memos: str) -> Findings:
    codings = [coding(f"c{at}", "Yes", "cost", memo=memo) for at, memo in enumerate(memos)]
    return analyse(small_study(folder, codings=tuple(codings)))


def sheets(folder: Path) -> Any:
    return openpyxl.load_workbook(folder / "crosscase.xlsx")


def column(sheet: Any, name: str) -> list[Any]:
    names = [cell.value for cell in sheet[1]]
    return [row[names.index(name)] for row in sheet.iter_rows(min_row=2)]


def test_every_table_is_a_file_and_a_sheet(tmp_path: Path) -> None:
    paths = export(small_findings(tmp_path / "study"), tmp_path / "new" / "out")
    assert [path.name for path in paths] == ["crosscase.xlsx", *(f"{name}.csv" for name in COLUMNS)]
    assert all(path.is_file() for path in paths)
    assert sheets(tmp_path / "new" / "out").sheetnames == ["README", *COLUMNS]


def test_csv_files_give_back_what_was_written(tmp_path: Path) -> None:
    findings = small_findings(tmp_path / "study")
    export(findings, tmp_path / "out")
    for name, frame in tables(findings).items():
        text_columns = {column: str for column in frame if str(frame[column].dtype) == "str"}
        back = pd.read_csv(tmp_path / "out" / f"{name}.csv", dtype=text_columns, keep_default_na=False)
        assert back.astype(object).values.tolist() == frame.astype(object).values.tolist()


def test_csv_files_open_in_excel_as_utf8(tmp_path: Path) -> None:
    export(small_findings(tmp_path / "study"), tmp_path / "out")
    data = (tmp_path / "out" / "sources.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbfid,kind,")
    assert data.count(b"\r\n") == data.count(b"\n") == 3


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_is_run_as_a_formula(text: str, tmp_path: Path) -> None:
    export(with_memos(tmp_path / "study", text), tmp_path / "out")
    with (tmp_path / "out" / "codings.csv").open(encoding="utf-8-sig", newline="") as file:
        (record,) = csv.DictReader(file)
    assert record["memo"] == "'" + text
    (cell,) = column(sheets(tmp_path / "out")["codings"], "memo")
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


@pytest.mark.parametrize("text", ["plain", "a = b", "#N/A", "1-2", "", "'=1"])
def test_other_text_is_left_alone(text: str, tmp_path: Path) -> None:
    assert guarded(text) == text
    export(with_memos(tmp_path / "study", text), tmp_path / "out")
    (cell,) = column(sheets(tmp_path / "out")["codings"], "memo")
    assert (cell.value or "", cell.data_type, cell.quotePrefix) == (text, "s" if text else "n", False)


def test_numbers_are_not_guarded(tmp_path: Path) -> None:
    findings = small_findings(tmp_path / "study")
    negative = replace(findings.suggestions[0], score=-0.5)
    export(replace(findings, suggestions=(negative,)), tmp_path / "out")
    assert pd.read_csv(tmp_path / "out" / "suggestions.csv")["score"].tolist() == [-0.5]
    assert [cell.value for cell in column(sheets(tmp_path / "out")["suggestions"], "score")] == [-0.5]


def test_an_attribute_named_like_a_formula_is_guarded_too(tmp_path: Path) -> None:
    findings = small_findings(tmp_path / "study")
    case = replace(findings.study.cases[0], attributes={"=1+1": "x"})
    export(replace(findings, study=replace(findings.study, cases=(case,))), tmp_path / "out")
    assert (tmp_path / "out" / "cases.csv").read_text(encoding="utf-8-sig").startswith("id,name,masked,'=1+1")
    assert sheets(tmp_path / "out")["cases"]["D1"].data_type == "s"


def test_text_that_is_too_long_for_a_cell_is_cut_with_a_mark_and_said(tmp_path: Path) -> None:
    fits, long, emoji = "x" * 32_767, "x" * 32_768, "🙂" * 16_384
    export(with_memos(tmp_path / "study", fits, long, emoji), tmp_path / "out")
    book = sheets(tmp_path / "out")
    values = [cell.value for cell in column(book["codings"], "memo")]
    assert [len(value.encode("utf-16-le")) // 2 for value in values] == [32_767] * 3
    assert [value.endswith("has the whole text]") for value in values] == [False, True, True]
    assert "2 texts are longer than a cell may be, and are cut with a mark" in said(book)
    assert long in (tmp_path / "out" / "codings.csv").read_text()


def said(book: Any) -> list[str]:
    return [row[2] for row in book["README"].iter_rows(values_only=True) if len(row) > 2 and row[2]]


def test_characters_that_a_workbook_cannot_hold_are_left_out(tmp_path: Path) -> None:
    export(with_memos(tmp_path / "study", "a\x0bb\x00c\ud800\uffffd"), tmp_path / "out")
    assert [cell.value for cell in column(sheets(tmp_path / "out")["codings"], "memo")] == ["abcd"]
    assert b"\x00" not in (tmp_path / "out" / "codings.csv").read_bytes()


def test_a_table_with_too_many_rows_goes_to_several_sheets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "MOST_ROWS", 3)
    export(with_memos(tmp_path / "study", "a", "b", "c"), tmp_path / "out")
    book = sheets(tmp_path / "out")
    assert [cell.value for cell in column(book["codings"], "memo")] == ["a", "b"]
    assert [cell.value for cell in column(book["codings 2"], "memo")] == ["c"]


def test_sheets_are_made_to_be_read(tmp_path: Path) -> None:
    export(small_findings(tmp_path / "study"), tmp_path / "out")
    sheet = sheets(tmp_path / "out")["codings"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:S3")
    assert sheet["A1"].font.b
    assert sheet["E2"].alignment.wrap_text
    assert 8 <= sheet.column_dimensions["E"].width <= 60
    assert {sheet[cell].alignment.vertical for cell in ("A2", "C2", "E2", "P2")} == {"top"}
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.print_title_rows) == (
        *("landscape", 1),
        "$1:$1",
    )


def test_the_readme_says_what_every_column_is_and_which_cells_are_drafts(tmp_path: Path) -> None:
    export(small_findings(tmp_path / "study"), tmp_path / "out", on=DAY)
    book = sheets(tmp_path / "out")
    assert book["README"]["A1"].value == "Small"
    rows = [row[:3] for row in book["README"].iter_rows(values_only=True)]
    assert all((name, column, text) in rows for name, columns in COLUMNS.items() for column, text in columns.items())
    assert ("participants", "age", "attribute, as the study has it") in rows
    assert any("2 of 8 cells rest on the machine's suggestions" in text for text in said(book))
    assert "2026-01-02" in said(book)


def test_without_suggestions_nothing_is_called_a_draft(tmp_path: Path) -> None:
    export(with_memos(tmp_path / "study", "x"), tmp_path / "out")
    assert "none: everything rests on people's codings" in said(sheets(tmp_path / "out"))


def test_the_same_findings_give_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    findings = small_findings(tmp_path / "study")
    first = [path.read_bytes() for path in export(findings, tmp_path / "one", on=DAY)]
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    second = [path.read_bytes() for path in export(findings, tmp_path / "two", on=DAY)]
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first[0])) as archive:
        assert archive.read("docProps/core.xml").count(b"2026-01-02T00:00:00Z") == 2


def test_an_export_is_written_over_by_the_next_one(tmp_path: Path) -> None:
    export(with_memos(tmp_path / "study", "old"), tmp_path / "out")
    export(with_memos(tmp_path / "study", "new"), tmp_path / "out")
    assert pd.read_csv(tmp_path / "out" / "codings.csv")["memo"].tolist() == ["new"]


@pytest.mark.parametrize("place", ["", "codings", "codings/AB", "cases", "transcripts", "texts/x", ".crosscase"])
def test_nothing_is_written_into_the_study_itself(tmp_path: Path, place: str) -> None:
    findings = small_findings(tmp_path)
    study = replace(findings.study, settings=replace(findings.study.settings, transcripts="texts"))
    if place == "transcripts":
        study = findings.study
    with pytest.raises(Refused, match="name another folder"):
        export(replace(findings, study=study), tmp_path / place)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_reports_in_the_study_is_fine(tmp_path: Path) -> None:
    assert export(small_findings(tmp_path), tmp_path / "reports" / "tables")


@pytest.mark.parametrize("name", ["study.yaml", "cases.csv"])
def test_other_peoples_tables_are_not_written_over(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine")
    with pytest.raises(Refused, match="name another folder"):
        export(small_findings(tmp_path / "study"), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [name]
