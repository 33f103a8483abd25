"""Codings listed by their quotes in a table find their one place, or are said."""

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner

from crosscase import study
from crosscase.cli import main
from crosscase.exchange.quotes import Placements, placed, read
from crosscase.problem import Refused
from tests.conftest import SMALL, StudyFolder

TALK = """I: And the fence?

P1: The fence is ours. "Ours", I said, and the fence is ours.

P1: It’s a low fence — you step over it.
"""
CODES = (
    "category: c\nname: C\ncodes:\n"
    "  - {id: c.property, name: Property, definition: Owning., values: {firm: Sure., loose: Unsure.}}\n"
    "  - {id: c.trust, name: Trust, definition: Trusting.}\n"
    "  - {id: c.rule, name: Rules, definition: One.}\n  - {id: c.rules, name: Rules, definition: Two.}\n"
)
STUDY = {"study.yaml": "title: T\ncoders: {AB: Anna}\n", "codebook/c.yaml": CODES, "transcripts/talk_1.txt": TALK}


@pytest.fixture
def folder(study_folder: StudyFolder) -> Path:
    return study_folder(STUDY)


def of(folder: Path, table: str) -> Placements:
    path = folder.parent / "quotes.csv"
    path.write_text(table, encoding="utf-8-sig")
    return placed(read(path)[0], study.load(folder))


def quotes(placements: Placements) -> list[tuple[str, str]]:
    return [(coding.quote, coding.code_id) for coding in placements.codings]


def test_a_quote_is_placed_however_it_is_set_and_framed(folder: Path) -> None:
    table = (
        "Document;Quote;Codes;Memo\n"
        "talk_1.txt;It's a low fence - you step over it;c.trust;straight\n"
        'TALK_1;"“… it’s a low  fence …”";Trust;\n'
        "talk_1;“Ours”, I said;property; \n"
    )
    placements = of(folder, table)
    assert quotes(placements) == [
        ("It’s a low fence — you step over it", "c.trust"),
        ("It’s a low fence", "c.trust"),
        ('"Ours", I said', "c.property"),
    ]
    assert (placements.codings[0].memo, placements.codings[0].speaker) == ("straight", "P1")


def test_capitals_that_a_person_wrote_count_and_a_quote_without_may_stand_anywhere(folder: Path) -> None:
    placements = of(folder, "source,quote,code\ntalk_1,The fence is ours.,c.trust\ntalk_1,the fence is ours,c.trust\n")
    assert [coding.start for coding in placements.codings] == [TALK.index("The fence is")]
    (doubt,) = placements.doubtful
    assert (doubt.row.number, len(doubt.offers), "2 places" in str(doubt)) == (3, 2, True)


def test_two_codes_in_a_cell_are_two_codings(folder: Path) -> None:
    assert [code for _, code in quotes(of(folder, "source\tquote\tcode\ntalk_1\tThe fence is\tTrust; Property\n"))] == [
        "c.trust",
        "c.property",
    ]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("talk_9,The fence is,c.trust,", "there is no source `talk_9`"),
        ("talk_1,The fence is,c.trus,", "there is no code `c.trus` (did you mean `c.trust`?)"),
        ("talk_1,The fence is,Rules,", "several codes are called `Rules`"),
        ("talk_1,The fence is,,", "it names no code"),
        ("talk_1,The fence is,c.property,sure", "`sure` is no value of `c.property`"),
        ("talk_1,It's a very low fence that you step over,c.trust,", "it is not in talk_1"),
    ],
)
def test_what_cant_be_placed_is_said_with_its_row(folder: Path, row: str, said: str) -> None:
    placements = of(folder, f"source,quote,code,value\n{row}\n")
    (doubt,) = placements.missing
    assert str(doubt).startswith("row 2: ")
    assert said in str(doubt)
    assert placements.codings == ()


def test_a_quote_that_was_reworded_comes_with_the_nearest_place(folder: Path) -> None:
    (doubt,) = of(folder, "source,quote,code\ntalk_1,It's a very low fence that you step over,c.trust\n").missing
    assert doubt.offers[0].start == TALK.index("It’s a low")


def test_a_table_without_its_columns_is_refused(folder: Path) -> None:
    with pytest.raises(Refused, match="no column `quote`"):
        of(folder, "source,code\n")


def test_a_column_that_is_not_read_is_said(tmp_path: Path) -> None:
    path = tmp_path / "quotes.csv"
    path.write_text("source,quote,code,Weight\n")
    assert ["`Weight`" in problem.what for problem in read(path)[1]] == [True]


def test_a_workbook_is_read_like_a_table(folder: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    for row in (("Source", "Quote", "Code"), ("talk_1", "The fence is", "c.trust")):
        book.active.append(row)
    path = folder.parent / "quotes.xlsx"
    book.save(path)
    assert quotes(placed(read(path)[0], study.load(folder))) == [("The fence is", "c.trust")]


def test_the_command_adds_codings_once_and_says_what_it_could_not_place(folder: Path) -> None:
    table = folder.parent / "quotes.csv"
    table.write_text("source,quote,code\ntalk_1,The fence is,c.trust\ntalk_1,Nobody said so,c.trust\n")
    run = ["code", str(folder), "--from", str(table), "--by", "AB"]
    first, again = CliRunner().invoke(main, run), CliRunner().invoke(main, run)
    assert (first.exit_code, "1 coding added, 0 there already, 0 doubtful, 1 not found" in first.output) == (1, True)
    assert "row 3: it is not in talk_1" in first.output
    assert "no codings added, 1 there already" in again.output
    (coding,) = study.load(folder).codings
    assert (coding.quote, coding.coder, coding.id[:10]) == ("The fence is", "AB", "talk_1-AB-")


def test_a_code_that_is_no_table_is_one_line(study_folder: StudyFolder) -> None:
    done = CliRunner().invoke(main, ["code", str(study_folder(SMALL)), "--from", "nowhere.csv", "--by", "AB"])
    assert (done.exit_code, done.output.count("\n")) == (2, 1)


def test_a_table_of_quotes_leaves_no_trace_on_how_other_tables_are_read(tmp_path: Path) -> None:
    usual = csv.field_size_limit()
    table = tmp_path / "quotes.csv"
    table.write_text(f"source,quote,code\nash,{'x' * 200_000},money.cost\n")
    rows, _ = read(table)
    assert len(rows[0]["quote"]) == 200_000
    assert csv.field_size_limit() == usual
