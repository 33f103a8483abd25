"""What people meet in practice with a small study, through the command line."""

import csv
import json
import random
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from crosscase import study
from crosscase.cli import main
from crosscase.study.files import sha256
from tests.conftest import SMALL, StudyFolder

HEADER = '{"sha256":"","codebook":1}\n'
CODES = "  - {id: work.hours, name: Hours}\n  - {id: work.pay, name: Pay}\n"
INTERVIEW = "Interviewer: When do you start?\n\nLea: At six. The boats don't wait.\n\nInterviewer: And you earn?\n"


def crosscase(*words: str | Path) -> str:
    """What a command prints; it fails with a traceback if the command does."""
    result = CliRunner().invoke(main, [str(word) for word in words])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.output


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def exported(folder: Path) -> Path:
    crosscase("export", folder, "--people-only", "--out", folder.parent / "tables")
    return folder.parent / "tables"


def working(**files: str) -> dict[str, str]:
    return {
        "study.yaml": "title: Work\ncoders: {AB: Anna Berg}\n",
        "codebook/work.yaml": f"category: work\ncodes:\n{CODES}",
        "participants.csv": "id,case\nLea,Lea\n",
        "transcripts/I01.txt": INTERVIEW,
        "codings/AB/I01.jsonl": HEADER,
        **files,
    }


def coded(quote: str, text: str = INTERVIEW, *, id: str = "c-1", code: str = "work.hours") -> str:
    start = text.index(quote)
    line = {"id": id, "start": start, "end": start + len(quote), "code": code, "quote": quote}
    return json.dumps(line) + "\n"


def test_one_code_on_two_overlapping_passages_is_noted_and_counts_one_case(study_folder: StudyFolder) -> None:
    lines = coded("At six. The boats") + coded("The boats don't wait", id="c-2")
    folder = study_folder(working(**{"codings/AB/I01.jsonl": HEADER + lines}))
    assert "codings/AB/I01.jsonl:3: note: `c-2` overlaps `c-1`" in crosscase("check", folder)
    hours = next(row for row in rows(exported(folder) / "codes.csv") if row["id"] == "work.hours")
    assert (hours["codings"], hours["cases"]) == ("2", "1")


def test_a_coding_of_several_segments_is_one_clear_line_and_its_file_is_left_alone(study_folder: StudyFolder) -> None:
    line = '{"id":"c-1","segments":[[38,45],[60,70]],"code":"work.hours","quote":"At six."}\n'
    folder = study_folder(working(**{"codings/AB/I01.jsonl": HEADER + line}))
    told = [line for line in crosscase("check", folder).splitlines() if "codings/AB/I01.jsonl:2" in line]
    assert len(told) == 1
    assert "has no field `segments`" in told[0]
    assert "write a coding for each passage" in told[0]
    table = folder / "quotes.csv"
    table.write_text("source,quote,code\nI01,The boats,work.pay\n")
    assert "has a line that can't be read" in crosscase("code", folder, "--from", table, "--by", "AB")
    assert (folder / "codings/AB/I01.jsonl").read_text() == HEADER + line


NAMES = ('O: <script>alert(1)</script> & "when"/how', "=SUM(A1:A2)", "+1-2", "@cmd", "{{ 7*7 }}", "Zürich — 東京")


def test_names_with_markup_quotes_and_formulas_are_words_everywhere(study_folder: StudyFolder) -> None:
    codes = "".join(f"  - {{id: work.n{number}, name: {json.dumps(name)}}}\n" for number, name in enumerate(NAMES))
    lines = coded("At six", code="work.n0") + coded("The boats", code="work.n1", id="c-2")
    book = f"category: work\nname: {json.dumps(NAMES[0])}\ncodes:\n{codes}"
    folder = study_folder(working(**{"codebook/work.yaml": book, "codings/AB/I01.jsonl": HEADER + lines}))
    assert "no problems, no notes" in crosscase("check", folder)
    crosscase("report", folder, "--people-only", "--out", folder.parent / "report")
    pages = "".join(page.read_text() for page in (folder.parent / "report").glob("*.html"))
    assert "<script>alert" not in pages
    assert "&lt;script&gt;alert" in pages
    assert "49" not in {row["name"] for row in rows(exported(folder) / "codes.csv")}
    for workbook in (folder.parent / "tables").glob("*.xlsx"):
        cells = (cell for sheet in load_workbook(workbook) for row in sheet.iter_rows() for cell in row)
        assert [cell.coordinate for cell in cells if cell.data_type == "f"] == [], workbook.name


def test_codings_whose_transcript_was_deleted_are_said_and_kept_and_a_report_is_still_written(
    study_folder: StudyFolder,
) -> None:
    before = HEADER + coded("At six")
    folder = study_folder(working(**{"codings/AB/I01.jsonl": before, "transcripts/I02.txt": "Omar: At noon.\n"}))
    (folder / "transcripts/I01.txt").unlink()
    assert "codings/AB/I01.jsonl:1: there is no source `I01`" in crosscase("check", folder)
    crosscase("report", folder, "--people-only", "--out", folder.parent / "report")
    assert (folder.parent / "report/index.html").exists()
    assert (folder / "codings/AB/I01.jsonl").read_text() == before


def test_a_quote_longer_than_a_cell_is_cut_in_the_workbook_and_whole_in_the_csv(study_folder: StudyFolder) -> None:
    quote = "word " * 8_000 + "\nend"
    text = f"Lea: {quote}\n"
    lines = HEADER + coded(quote, text)
    folder = study_folder(working(**{"transcripts/I01.txt": text, "codings/AB/I01.jsonl": lines}))
    tables = exported(folder)
    assert [row["quote"] for row in rows(tables / "codings.csv")] == [quote]
    sheet = load_workbook(tables / "crosscase.xlsx")["codings"]
    (cell,) = (cell.value for cell in sheet[2] if isinstance(cell.value, str) and len(cell.value) > 100)
    assert len(cell) <= 32_767
    assert cell.endswith("[…cut here: the CSV file has the whole text]")


def test_a_table_that_excel_saved_with_semicolons_keeps_its_zeros(study_folder: StudyFolder) -> None:
    table = '\ufeffid;case;sector\r\nLea;007;"a; b"\r\n'
    folder = study_folder(working(**{"participants.csv": table}))
    assert "participants.csv:1: note: columns are separated by semicolons" in crosscase("check", folder)
    (lea,) = rows(exported(folder) / "participants.csv")
    assert (lea["case"], lea["sector"]) == ("007", "a; b")


def test_p1_of_each_transcript_counts_for_the_case_that_the_table_says(study_folder: StudyFolder) -> None:
    one, two = "P1: At six. The boats wait.\n", "P1: At noon, not before.\n"
    people = "id,case,speakers,sources\nlea,North,P1,I01\nomar,South,P1,I02\n"
    files = {
        "participants.csv": people,
        "transcripts/I01.txt": one,
        "transcripts/I02.txt": two,
        "codings/AB/I01.jsonl": HEADER + coded("At six", one),
        "codings/AB/I02.jsonl": HEADER + coded("At noon", two, id="c-2"),
    }
    folder = study_folder(working(**files))
    assert "no problems" in crosscase("check", folder)
    cells = {(row["row"], row["code"]): row["coding_ids"] for row in rows(exported(folder) / "cells.csv")}
    assert (cells["North", "work.hours"], cells["South", "work.hours"]) == ("c-1", "c-2")


def test_codings_under_a_former_id_count_under_the_new_one(study_folder: StudyFolder) -> None:
    book = "category: work\ncodes:\n  - {id: work.day, name: Day, formerly: [work.hours]}\n"
    before = HEADER + coded("At six")
    folder = study_folder(working(**{"codebook/work.yaml": book, "codings/AB/I01.jsonl": before}))
    assert "1 coding, 1 case: no problems, no notes" in crosscase("check", folder)
    assert [row["code"] for row in rows(exported(folder) / "codings.csv")] == ["work.day"]
    assert (folder / "codings/AB/I01.jsonl").read_text() == before


@pytest.mark.parametrize("words", ["word and more ", "x", ". "])
def test_a_text_of_one_line_of_4_megabytes_is_taken_in_and_checked_in_seconds(
    study_folder: StudyFolder, tmp_path: Path, words: str
) -> None:
    folder = study_folder({**SMALL})
    (tmp_path / "long.txt").write_text("P01: " + words * (4_000_000 // len(words)))
    began = time.process_time()
    assert ": long, " in crosscase("import", folder, tmp_path / "long.txt")
    assert "source" in crosscase("check", folder)
    assert time.process_time() - began < 20


@pytest.mark.parametrize("commands", [("check",), ("report", "--people-only", "--out")])
def test_ten_thousand_codings_are_checked_in_5_seconds_and_reported_in_60(
    study_folder: StudyFolder, commands: tuple[str, ...]
) -> None:
    folder = study_folder({**SMALL})
    write_codings(folder, sources=40, each=250)
    assert len(study.load(folder).codings) >= 10_000
    began = time.process_time()
    crosscase(commands[0], folder, *commands[1:], *([folder.parent / "report"] if commands[1:] else []))
    assert time.process_time() - began < (60 if commands[1:] else 5)


def write_codings(folder: Path, *, sources: int, each: int) -> None:
    chance = random.Random(1)
    words = [
        "boat",
        "rent",
        "winter",
        "oven",
        "noon",
        "flour",
        "market",
        "price",
        "brother",
        "sleep",
        "hours",
        "pay",
        "early",
        "late",
    ]
    for number in range(sources):
        answers = [" ".join(chance.choices(words, k=25)) + f", {turn}." for turn in range(each)]
        text = "\n\n".join(f"Interviewer: And {turn}?\n\nP01: {answer}" for turn, answer in enumerate(answers)) + "\n"
        (folder / f"transcripts/s{number}.txt").write_text(text)
        (folder / "codings/AB").mkdir(parents=True, exist_ok=True)
        lines = [coded(answer, text, id=f"s{number}-{turn}", code="money.cost") for turn, answer in enumerate(answers)]
        header = json.dumps({"sha256": sha256(text.encode()), "codebook": 1}) + "\n"
        (folder / f"codings/AB/s{number}.jsonl").write_text(header + "".join(lines))
