import hashlib
import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crosscase import study as studies
from crosscase.exchange.edits import Conflict, Edit, canonical
from crosscase.exchange.sheets import FORMULA
from crosscase.exchange.workbook import MATRICES, Changes, apply, read_back, write_matrices
from crosscase.framework import Findings, analyse
from crosscase.matrix import Summary
from crosscase.problem import Refused
from crosscase.study import Study
from tests.conftest import SMALL, StudyFolder
from tests.test_exchange_tables import small_findings

DAY = date(2026, 1, 2)
DATA = Path(__file__).parent / "data"
CHART = """# what towns said
Ash:
  money.cost:
    summary: It cost them dear.  # as the mayor saw it
    status: thin
    codings: [a1]
    by: AB
    on: 2025-01-02
  money.source:
    summary: '=SUM of the county and themselves'
Elm:
  money.cost:
    summary: |
      - next to nothing

      - the church "lent" the hall
"""
ASH = 3  # its row in the sheet

SHARED_STRINGS = (
    b'<Override PartName="/xl/sharedStrings.xml" '
    b'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
)

Change = Callable[[Any], None]


@pytest.fixture
def charted(study_folder: StudyFolder) -> Study:
    return studies.load(study_folder(SMALL | {"charts/money.yaml": CHART}))


def exported(study: Study, path: Path) -> Path:
    return write_matrices(analyse(study), path, on=DAY)


def edited(study: Study, path: Path, change: Change, *, like_excel: bool = False) -> Changes:
    """What is read back after this was done to the book."""
    exported(study, path)
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    if like_excel:
        path.write_bytes(with_shared_strings(path.read_bytes()))
    return read_back(path, study)


def write(sheet: str, cell: str, value: Any) -> Change:
    def change(book: Any) -> None:
        book[sheet][cell].value = value
        if isinstance(value, str):
            book[sheet][cell].data_type = "s"

    return change


def with_shared_strings(data: bytes) -> bytes:
    """The workbook with its texts where Excel puts them."""
    strings: list[bytes] = []

    def shared(match: re.Match[bytes]) -> bytes:
        strings.append(match[2])
        return match[1].replace(b"inlineStr", b"s") + b"<v>%d</v>" % (len(strings) - 1)

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                content = re.sub(rb'(<c [^>]*t="inlineStr"[^>]*>)<is>(.*?)</is>', shared, content, flags=re.DOTALL)
            if name == "[Content_Types].xml":
                content = content.replace(b"</Types>", SHARED_STRINGS + b"</Types>")
            new.writestr(name, content)
        body = b"".join(b"<si>" + text + b"</si>" for text in strings)
        head = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        new.writestr("xl/sharedStrings.xml", head + body + b"</sst>")
    return out.getvalue()


def said(changes: Changes) -> list[str]:
    return [str(problem) for problem in changes.problems]


def summary(study: Study, case: str, code: str) -> Summary | None:
    return next((one for one in study.summaries if (one.case_id, one.code_id) == (case, code)), None)


def test_a_sheet_holds_a_matrix_with_ids_hidden(charted: Study, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(exported(charted, tmp_path / MATRICES))
    assert book.sheetnames == ["README", "money", "money by participant", "status", "crosscase"]
    assert [sheet.title for sheet in book if sheet.sheet_state == "hidden"] == ["crosscase"]
    sheet = book["money"]
    assert [[cell.value for cell in row] for row in sheet.iter_rows(max_col=3)] == [
        ["case/money", None, "money.cost"],
        [None, "Town", "Cost"],
        ["Ash", "Ashford", "It cost them dear."],
        ["Elm", "Elmton", '- next to nothing\n\n- the church "lent" the hall\n'],
    ]
    assert (sheet.row_dimensions[1].hidden, sheet.column_dimensions["A"].hidden) == (True, True)
    assert [row.value for row in book["money by participant"]["B"][2:]] == [
        "P01\ncase: Ash\nrole: mayor",
        "P02\ncase: Elm\nrole: clerk",
    ]


def test_a_sheet_is_set_up_to_be_read_and_printed(charted: Study, tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(exported(charted, tmp_path / MATRICES))["money"]
    assert sheet.freeze_panes == "C3"
    assert sheet["C3"].alignment.wrap_text
    assert (sheet.print_title_rows, sheet.print_title_cols) == ("$2:$2", "$B:$B")
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (
        "landscape",
        1,
        0,
    )
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert [sheet[cell].number_format for cell in ("C3", "D4")] == ["@", "@"]  # D4 is empty, and text all the same
    assert sheet.print_options.gridLines
    assert (sheet["C3"].font.name, sheet["C3"].font.size) == ("Calibri", 11)


def rows_of(path: Path, name: str) -> list[dict[str, str]]:
    """What a sheet's file says of each row; openpyxl would say `customHeight` of any that has a height."""
    with zipfile.ZipFile(path) as archive:
        book = archive.read("xl/workbook.xml").decode()
        number = re.findall(r'<sheet [^>]*name="([^"]*)"', book).index(name) + 1
        rows = re.findall(r"<row ([^>]*)>", archive.read(f"xl/worksheets/sheet{number}.xml").decode())
    return [dict(re.findall(r'(\w+)="([^"]*)"', row)) for row in rows]


def test_a_row_is_as_tall_as_its_longest_summary_and_grows_with_an_edit(charted: Study, tmp_path: Path) -> None:
    long = replace(charted.summaries[0], text="It cost them very dear. " * 20)
    study = replace(charted, summaries=(long, *charted.summaries[1:]))
    rows = rows_of(exported(study, tmp_path / MATRICES), "money")
    heights = [float(row.get("ht", 15)) for row in rows]
    assert [row.get("hidden") for row in rows] == ["1", None, None, None]
    assert heights[1] == 15
    assert 10 * 15 <= heights[2] <= 16 * 15  # 480 characters in a column of 44
    assert heights[3] == 4 * 15  # its line ends count
    assert not [row for row in rows if "customHeight" in row]


def test_every_sheet_prints_across_the_page_with_its_head(charted: Study, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(exported(charted, tmp_path / MATRICES))
    assert {
        (sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) for sheet in book
    } == {("landscape", 1, 0)}
    assert book["status"].print_title_rows == "$1:$1"


def test_a_matrix_of_many_codes_is_printed_on_several_pages_side_by_side(
    study_folder: StudyFolder, tmp_path: Path
) -> None:
    codes = "".join(f"  - id: c{number}\n" for number in range(9))
    study = studies.load(study_folder(SMALL | {"codebook/2-many.yaml": f"category: many\ncodes:\n{codes}"}))
    assert openpyxl.load_workbook(exported(study, tmp_path / MATRICES))["many"].page_setup.fitToWidth == 3


def test_the_status_sheet_says_why_a_cell_is_empty(charted: Study, tmp_path: Path) -> None:
    rows = list(openpyxl.load_workbook(exported(charted, tmp_path / MATRICES))["status"].values)
    head = ["matrix", "rows are", "row id", "row", "code id", "code", "status", "basis", "codings", "suggestions"]
    assert list(rows[0]) == [*head, "stale", "pasted"]
    assert ("money", "cases", "Elm", "Elmton", "money.source", "Source", "not read yet", "people", 0, 0) in [
        row[:10] for row in rows
    ]


def test_drafts_are_called_drafts(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(write_matrices(small_findings(tmp_path / "study"), tmp_path / MATRICES))
    assert ("Elm", "draft", "draft") in [(row[2], row[6], row[7]) for row in book["status"].values]
    assert "Draft: 2 of 8 cells rest on the machine's suggestions" in str([row[0] for row in book["README"].values])
    assert [row[2] for row in book["money"].values][2:] == ["More than it had.", None]


def test_the_same_findings_give_the_same_bytes(charted: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = exported(charted, tmp_path / "one.xlsx").read_bytes()
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    assert exported(charted, tmp_path / "two.xlsx").read_bytes() == first


@pytest.mark.parametrize("like_excel", [False, True])
def test_a_workbook_that_was_only_saved_again_changes_nothing(charted: Study, tmp_path: Path, like_excel: bool) -> None:
    changes = edited(charted, tmp_path / MATRICES, lambda book: None, like_excel=like_excel)
    assert changes == Changes(unchanged=8)


@pytest.mark.parametrize("like_excel", [False, True])
def test_an_edited_summary_comes_back(charted: Study, tmp_path: Path, like_excel: bool) -> None:
    change = write("money", "C3", "It cost them\r\n=very= dear. ")
    changes = edited(charted, tmp_path / MATRICES, change, like_excel=like_excel)
    assert changes.changed == (Edit("Ash", "money.cost", "It cost them dear.", "It cost them\n=very= dear."),)
    assert (changes.conflicts, changes.unchanged, changes.problems) == ((), 7, ())


def for_calc(book: Any) -> None:
    write("money", "C3", "Dear,\nas the mayor saw it.")(book)
    write("money", "C4", "theirs")(book)
    write("money by participant", "C4", "-5 % & <less>, he said")(book)
    write("money by participant", "D4", "007")(book)


def by_calc(study: Study, path: Path) -> Path:
    """The workbook with these edits, as LibreOffice's own writer saves it."""
    edited(study, path, for_calc)
    return converted(path)


def converted(path: Path) -> Path:
    """The file as LibreOffice saves it as a workbook; there is none where it can't."""
    home = (path.parent / "home").as_uri()
    command = ["soffice", f"-env:UserInstallation={home}", "--headless", "--convert-to", "xlsx", "--outdir", "calc"]
    subprocess.run([*command, path.name], cwd=path.parent, check=False, capture_output=True, timeout=120)
    return path.parent / "calc" / path.with_suffix(".xlsx").name


def no_workbooks_here(folder: Path) -> str:
    """Why nothing can be saved as a workbook; empty where it can. LibreOffice is often there without Calc."""
    if shutil.which("soffice") is None:
        return "NOT REWRITTEN: there is no LibreOffice here; the workbook that it once saved was read"
    plain = folder / "plain.csv"
    plain.write_text("a,b\n1,2\n")
    if not converted(plain).is_file():
        return "NOT REWRITTEN: LibreOffice has no Calc here; the workbook that it once saved was read"
    return ""


@pytest.mark.parametrize("live", [False, True])
def test_ids_edits_and_conflicts_survive_the_rewriting_by_libreoffice(
    charted: Study, tmp_path: Path, live: bool
) -> None:
    why_not = no_workbooks_here(tmp_path) if live else ""
    if why_not:
        pytest.skip(why_not)
    path = by_calc(charted, tmp_path / MATRICES) if live else DATA / "matrices-from-libreoffice.xlsx"
    chart = charted.folder / "charts/money.yaml"
    chart.write_text(CHART.replace("next to nothing", "ours"))
    study = studies.load(charted.folder)
    changes = read_back(path, study)
    assert [(edit.row_id, edit.code_id, edit.new) for edit in changes.changed] == [
        ("Ash", "money.cost", "Dear,\nas the mayor saw it."),
        ("P02", "money.cost", "-5 % & <less>, he said"),
        ("P02", "money.source", "007"),
    ]
    (conflict,) = changes.conflicts
    assert (conflict.row_id, conflict.theirs, conflict.ours[:6]) == ("Elm", "theirs", "- ours")
    assert (changes.unchanged, changes.problems) == (4, ())
    sheet = openpyxl.load_workbook(path)["money"]
    assert (sheet.row_dimensions[1].hidden, sheet.column_dimensions["A"].hidden) == (True, True)


def test_a_new_summary_rests_on_the_codings_that_its_cell_had(study_folder: StudyFolder, tmp_path: Path) -> None:
    study = studies.load(study_folder(SMALL))
    changes = edited(study, tmp_path / MATRICES, write("money", "D3", "The county paid half."))
    assert changes.changed == (Edit("Ash", "money.source", "", "The county paid half.", ("a2",)),)
    applied = apply(study, changes, by="JO", on="2026-01-03")
    assert summary(studies.load(study.folder), "Ash", "money.source") == Summary(
        "Ash", "money.source", "The county paid half.", "", ("a2",), "JO", "2026-01-03"
    )
    assert not next(cell for cell in analyse(applied).matrices[0].cells.values() if cell.summary).stale


def test_summaries_of_participants_come_back_too(charted: Study, tmp_path: Path) -> None:
    change = write("money by participant", "C4", "Nothing to speak of.")
    changes = edited(charted, tmp_path / MATRICES, change)
    assert changes.changed == (Edit("P02", "money.cost", "", "Nothing to speak of."),)
    apply(charted, changes, by="JO", on="2026-01-03")
    assert summary(studies.load(charted.folder), "P02", "money.cost") is not None


def test_an_applied_edit_keeps_the_rest_of_the_chart(charted: Study, tmp_path: Path) -> None:
    changes = edited(charted, tmp_path / MATRICES, write("money", "C3", "Very dear."))
    after = apply(charted, changes, by="JO", on="2026-01-03")
    expected = Summary("Ash", "money.cost", "Very dear.", "thin", ("a1",), "JO", "2026-01-03")
    assert summary(after, "Ash", "money.cost") == expected
    again = studies.load(charted.folder)
    assert summary(again, "Ash", "money.cost") == expected
    assert [one for one in again.summaries if one != expected] == [
        one for one in charted.summaries if (one.case_id, one.code_id) != ("Ash", "money.cost")
    ]
    assert "# what towns said" in (charted.folder / "charts/money.yaml").read_text()
    assert read_back(tmp_path / MATRICES, again) == Changes(unchanged=8)


def test_a_summary_that_changed_on_both_sides_is_a_conflict_and_is_never_written(
    charted: Study, tmp_path: Path
) -> None:
    edited(charted, tmp_path / MATRICES, write("money", "C3", "theirs"))
    chart = charted.folder / "charts/money.yaml"
    chart.write_text(CHART.replace("It cost them dear.", "ours"))
    study = studies.load(charted.folder)
    changes = read_back(tmp_path / MATRICES, study)
    (conflict,) = changes.conflicts
    assert (changes.changed, changes.unchanged) == ((), 7)
    base = hashlib.sha256(b"It cost them dear.").hexdigest()
    assert conflict == Conflict("Ash", "money.cost", "theirs", "ours", base)
    before = chart.read_bytes()
    assert apply(study, changes, by="JO", on="2026-01-03") == study
    assert chart.read_bytes() == before


@pytest.mark.parametrize("ours", ["It cost them dear.", "changed in the study alone"])
def test_what_only_the_study_changed_is_left_alone(charted: Study, tmp_path: Path, ours: str) -> None:
    exported(charted, tmp_path / MATRICES)
    now = replace(charted, summaries=(replace(charted.summaries[0], text=ours), *charted.summaries[1:]))
    assert read_back(tmp_path / MATRICES, now) == Changes(unchanged=8)


def test_the_same_change_on_both_sides_is_none(charted: Study, tmp_path: Path) -> None:
    edited(charted, tmp_path / MATRICES, write("money", "C3", "dear"))
    now = replace(charted, summaries=(replace(charted.summaries[0], text="dear\n"), *charted.summaries[1:]))
    assert read_back(tmp_path / MATRICES, now) == Changes(unchanged=8)


def test_a_study_that_moved_on_since_the_reading_is_not_written(charted: Study, tmp_path: Path) -> None:
    changes = edited(charted, tmp_path / MATRICES, write("money", "C3", "Very dear."))
    now = replace(charted, summaries=(replace(charted.summaries[0], text="ours"), *charted.summaries[1:]))
    with pytest.raises(Refused, match="read the workbook again"):
        apply(now, changes, by="JO", on="2026-01-03")
    assert (charted.folder / "charts/money.yaml").read_text() == CHART


def moved(book: Any) -> None:
    sheet = book["money"]
    sheet.insert_rows(3, 2)
    sheet.move_range("A5:D5", rows=4)
    sheet.insert_cols(3)
    sheet.move_range("E1:E9", cols=3)
    sheet.title = "Geld"
    book.move_sheet(sheet, 2)
    sheet["D9"] = "Very dear."


def test_rows_columns_and_sheets_may_be_moved(charted: Study, tmp_path: Path) -> None:
    changes = edited(charted, tmp_path / MATRICES, moved)
    assert changes.changed == (Edit("Ash", "money.cost", "It cost them dear.", "Very dear."),)
    assert changes.problems == ()


def test_a_code_that_was_renamed_since_is_found(charted: Study, tmp_path: Path) -> None:
    edited(charted, tmp_path / MATRICES, write("money", "C3", "Very dear."))
    for path in ("codebook/1-money.yaml", "guide.yaml"):
        file = charted.folder / path
        file.write_text(file.read_text().replace("money.cost", "money.price"))
    book = charted.folder / "codebook/1-money.yaml"
    book.write_text(book.read_text().replace("name: Cost", "name: Price\n    formerly: [money.cost]"))
    study = studies.load(charted.folder)
    changes = read_back(tmp_path / MATRICES, study)
    assert changes == Changes((Edit("Ash", "money.price", "It cost them dear.", "Very dear."),), unchanged=7)
    apply(study, changes, by="JO", on="2026-01-03")
    written = summary(studies.load(charted.folder), "Ash", "money.price")
    assert written is not None
    assert (written.text, written.coding_ids) == ("Very dear.", ("a1",))


def take_out_row(book: Any) -> None:
    book["money"].delete_rows(ASH)


def take_out_column(book: Any) -> None:
    book["money"].delete_cols(3)


def take_out_sheet(book: Any) -> None:
    book.remove(book["money"])


@pytest.mark.parametrize(
    ("change", "words", "unchanged"),
    [
        (take_out_row, "has no row `Ash` any more; nothing to do: the study keeps its summaries", 6),
        (take_out_column, "has no column `money.cost` any more; nothing to do", 6),
        (take_out_sheet, "the matrix `money` by case has no sheet any more; nothing to do", 4),
        (write("money", "C3", None), "on `money.cost` was emptied; the study keeps its summary", 8),
        (write("money", "C3", " \n"), "on `money.cost` was emptied; the study keeps its summary", 8),
    ],
)
def test_taking_something_out_removes_no_summary_and_is_said(
    charted: Study, tmp_path: Path, change: Change, words: str, unchanged: int
) -> None:
    changes = edited(charted, tmp_path / MATRICES, change)
    assert (changes.changed, changes.conflicts, changes.unchanged) == ((), (), unchanged)
    (problem,) = changes.problems
    assert problem.level == "warning"
    assert words in str(problem)


def write_raw(sheet: str, cell: str, text: str) -> Change:
    """Past the limit that openpyxl keeps to."""

    def change(book: Any) -> None:
        book[sheet][cell]._value = text

    return change


def copy_row(book: Any) -> None:
    book["money"].append(["Ash", "a copy", "other words", None])


def forget_a_print(book: Any) -> None:
    rows = [
        row[0].row for row in book["crosscase"].iter_rows() if row[2].value == "Ash" and row[3].value == "money.cost"
    ]
    book["crosscase"].delete_rows(rows[0])


def sort_only_what_is_in_sight(book: Any) -> None:
    for first, second in zip(*book["money"]["B3:D4"], strict=True):
        first.value, second.value = second.value, first.value


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (write("money", "C3", 1.5), ""),
        (write("money", "A3", "Oak"), "row 3 has the hidden id `Oak`, which was not exported; it was not read"),
        (write("money", "A3", None), "“money”: row 3 has no hidden id; it was not read"),
        (write("money", "D1", "money.love"), "column D has the hidden id `money.love`, which was not exported"),
        (write("money", "F3", "a note beside"), "“money”: column F has no hidden id; it was not read"),
        (write("money", "A3", "Elm"), "row 3 has the hidden id `Elm`, but the name of `Ash`; it was not read"),
        (
            write("money", "A1", "case/honey"),
            "“money”: the sheet has the hidden id `case/honey`, which was not exported",
        ),
        (write("money", "A1", None), "“money”: the sheet has no hidden id; it was not read"),
        (forget_a_print, "the cell of `Ash` on `money.cost` is gone from the hidden sheet `crosscase`"),
        (sort_only_what_is_in_sight, "row 3 has the hidden id `Ash`, but the name of `Elm`; it was not read"),
        (sort_only_what_is_in_sight, "undo the sorting, and sort with the hidden first column"),
        (copy_row, "the cell of `Ash` on `money.cost` stands in two places with different words"),
        (write("money", "C3", datetime(2026, 1, 2)), "holds a date or a time, which is not read"),
        (write("money", "C3", True), "holds TRUE or FALSE, which is not read"),
        (lambda book: book["money"].__setitem__("C3", "=1+1"), "holds a formula, which is not read"),
        (lambda book: book["money"].__setitem__("C3", "#NAME?"), "holds an error, which is not read"),
        (write_raw("money", "C3", "x" * 32_768), "was changed, but its whole text is longer than a cell may be"),
    ],
)
def test_what_can_not_be_read_is_a_problem_with_its_line(
    charted: Study, tmp_path: Path, change: Change, words: str
) -> None:
    changes = edited(charted, tmp_path / MATRICES, change)
    if not words:
        assert changes.changed == (Edit("Ash", "money.cost", "It cost them dear.", "1.5"),)
        return
    assert (changes.changed, changes.conflicts) == ((), ())
    problem = next(problem for problem in changes.problems if words in str(problem))
    assert (problem.path, problem.level) == (MATRICES, "error")
    with pytest.raises(Refused, match="has edits that are not in the study"):
        exported(charted, tmp_path / MATRICES)


def test_an_edit_of_a_case_that_left_the_study_is_a_problem(charted: Study, tmp_path: Path) -> None:
    edited(charted, tmp_path / MATRICES, write("money", "C3", "Very dear."))
    changes = read_back(tmp_path / MATRICES, replace(charted, cases=charted.cases[1:]))
    assert changes.changed == ()
    (problem,) = changes.problems
    assert "on `money.cost` was changed, but the study has no row `Ash` any more" in str(problem)
    assert problem.line == ASH


def test_different_words_in_two_sheets_are_a_problem(charted: Study, tmp_path: Path) -> None:
    study = replace(charted, participants=(replace(charted.participants[0], id="Ash"),))

    def both(book: Any) -> None:
        book["money"]["C3"], book["money by participant"]["C3"] = "this", "that"

    changes = edited(study, tmp_path / MATRICES, both)
    assert changes.changed == ()
    assert "`Ash` on `money.cost` stands in two sheets with different words" in str(changes.problems)
    same = edited(study, tmp_path / "same.xlsx", write("money", "C3", "this"))
    assert [edit.new for edit in same.changed] == ["this"]


def test_a_summary_too_long_for_a_cell_is_a_problem_and_no_loss(charted: Study, tmp_path: Path) -> None:
    long = replace(charted.summaries[0], text="x" * 32_768)
    study = replace(charted, summaries=(long, *charted.summaries[1:]))
    changes = edited(study, tmp_path / MATRICES, lambda book: None)
    assert (changes.changed, changes.conflicts, changes.unchanged) == ((), (), 8)
    assert [problem.level for problem in changes.problems] == ["warning"]
    assert "is longer than a cell may be and is cut here; the study has the whole text" in said(changes)[0]
    changes = edited(study, tmp_path / MATRICES, write("money", "C3", "shorter"))
    assert changes.changed == ()
    assert [problem.level for problem in changes.problems] == ["error"]


def test_a_workbook_with_edits_is_not_written_over(charted: Study, tmp_path: Path) -> None:
    path = tmp_path / MATRICES
    changes = edited(charted, path, write("money", "C3", "Very dear."))
    kept = path.read_bytes()
    with pytest.raises(Refused, match="has edits that are not in the study; take them back first"):
        exported(charted, path)
    assert path.read_bytes() == kept
    exported(apply(charted, changes, by="JO", on="2026-01-03"), path)
    assert path.read_bytes() != kept


@pytest.mark.parametrize("data", [b"", b"mine", b"PK\x03\x04 damaged", b"PK\x05\x06" + bytes(18)])
def test_another_file_is_neither_read_nor_written_over(charted: Study, tmp_path: Path, data: bytes) -> None:
    path = tmp_path / MATRICES
    path.write_bytes(data)
    with pytest.raises(Refused, match="is not a workbook that can be read"):
        read_back(path, charted)
    with pytest.raises(Refused):
        exported(charted, path)
    assert path.read_bytes() == data


def test_a_workbook_of_others_is_refused(charted: Study, tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "other.xlsx")
    with pytest.raises(Refused, match="is no workbook of matrices from crosscase"):
        read_back(tmp_path / "other.xlsx", charted)
    with pytest.raises(Refused, match="is not there"):
        read_back(tmp_path / "none.xlsx", charted)


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for old_name in old.namelist():
            if old_name != name:
                new.writestr(old_name, old.read(old_name))
        new.writestr(name, content)
    return out.getvalue()


BOMB = b'<!DOCTYPE x [<!ENTITY a "' + b"a" * 99 + b'"><!ENTITY b "&a;&a;">]><sst>&b;</sst>'


@pytest.mark.parametrize("content", [BOMB, BOMB.decode().encode("utf-16")])
def test_a_workbook_that_declares_entities_is_refused(charted: Study, tmp_path: Path, content: bytes) -> None:
    path = exported(charted, tmp_path / MATRICES)
    path.write_bytes(with_part(path.read_bytes(), "xl/sharedStrings.xml", content))
    with pytest.raises(Refused, match="declares entities"):
        read_back(path, charted)


def test_a_workbook_that_unpacks_to_too_much_is_refused(
    charted: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = exported(charted, tmp_path / MATRICES)
    monkeypatch.setattr("crosscase.exchange.sheets.LARGEST", 10_000)
    with pytest.raises(Refused, match="unpacks to more than 200 MB"):
        read_back(path, charted)


@pytest.mark.parametrize(
    "name", ["a/b:c*d?[e]\\f", "x" * 40, "Status", "history", "'quoted'", "crosscase", "\x00", "täglich &c"]
)
def test_any_category_finds_a_sheet_with_a_name_that_excel_allows(charted: Study, tmp_path: Path, name: str) -> None:
    codes = tuple(replace(code, category_id=name) for code in charted.codebook.codes)
    category = replace(charted.codebook.categories[0], id=name, codes=codes)
    study = replace(charted, codebook=replace(charted.codebook, categories=(category,)))
    changes = edited(study, tmp_path / MATRICES, lambda book: None)
    assert changes == Changes(unchanged=8)
    titles = openpyxl.load_workbook(tmp_path / MATRICES).sheetnames
    assert len({title.casefold() for title in titles}) == 5
    assert all(len(title) <= 31 and title.strip("'") == title and title for title in titles)


def test_words_that_look_like_an_escape_are_escaped(tmp_path: Path) -> None:
    path = write_matrices(with_texts(["_x000D_ and _x5_", "", "", ""]), tmp_path / MATRICES)
    with zipfile.ZipFile(path) as archive:
        assert b"<t>_x005F_x000D_ and _x5_</t>" in archive.read("xl/worksheets/sheet2.xml")


ANY = st.text(st.characters() | st.sampled_from("=+-@'\t\n\r ＝\x0b\ufffe_x0D5F"), max_size=60)
AWKWARD = st.sampled_from(
    [
        "=1+1",
        "-2",
        "'x",
        "_x000D_",
        "_x005F_",
        "x005F_y",
        "a\r\nb",
        "\ufeff",
        "TRUE",
        "12",
        "#N/A",
        "a\x7f\nb",
        "a\x85b",
    ]
)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(texts=st.lists(ANY | AWKWARD, min_size=4, max_size=4), like_excel=st.booleans())
def test_what_nobody_edited_comes_back_unchanged(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], like_excel: bool
) -> None:
    findings = with_texts(texts)
    path = write_matrices(findings, tmp_path_factory.mktemp("book") / MATRICES)
    if like_excel:
        path.write_bytes(with_shared_strings(path.read_bytes()))
    assert read_back(path, findings.study) == Changes(unchanged=8)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"]), min_size=1, max_size=60))
def test_a_guarded_text_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    words = f"={text}"
    path = tmp_path_factory.mktemp("book") / MATRICES
    study = with_texts(["a", "b", "c", "d"]).study
    changes = edited(study, path, write("money", "C3", words))
    assert [edit.new for edit in changes.changed] == [words.replace("x005F_", "").replace("_x000D_", "\n").strip()]
    cell = openpyxl.load_workbook(exported(with_texts([words, "", "", ""]).study, path.with_name("2.xlsx")))["money"][
        "C3"
    ]
    assert FORMULA.match(cell.value)
    assert (cell.data_type, cell.quotePrefix) == ("s", True)


def with_texts(texts: list[str]) -> Findings:
    study = small_findings().study
    places = [("Ash", "cost"), ("Ash", "source"), ("Elm", "cost"), ("Elm", "source")]
    summaries = tuple(Summary(*place, text) for place, text in zip(places, texts, strict=True))
    return analyse(replace(study, summaries=summaries))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=(ANY | AWKWARD).map(canonical).filter(bool))
def test_whatever_was_written_is_in_the_study_afterwards(charted: Study, text: str) -> None:
    chart = charted.folder / "charts/money.yaml"
    chart.write_text(CHART)
    changes = Changes((Edit("Ash", "money.cost", "It cost them dear.", text),))
    apply(charted, changes, by="JO", on="2026-01-03")
    written = summary(studies.load(charted.folder), "Ash", "money.cost")
    assert written is not None
    assert written.text == text
