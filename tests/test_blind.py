"""A second coder gets passages and nothing of anybody's work, and what they write comes back as theirs."""

import csv
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from crosscase import Refused, Study, load
from crosscase.cli import main
from crosscase.exchange.blind import collected, draw
from crosscase.framework import measured_of, units_of
from crosscase.reading import Reading
from crosscase.source import passages
from tests.conftest import StudyFolder

ANSWERS = (
    "We start at six, since the boats don't wait for anybody.",
    "Enough for the rent of the room and no more.",
    "My brother went to the city some years ago.",
    "Yes, that is how it has always been here.",
    "My cousin went there too, and never wrote to us.",
    "Yes, that is how it has always been here.",
)
TALK = "".join(f"Interviewer: And then?\n\nLea: {answer}\n\n" for answer in ANSWERS)
FILES = {
    "study.yaml": "title: T\ncoders: {AB: Ann, CD: Carl, EF: Eve}\n",
    "codebook/c.yaml": (
        "category: work\nname: Work\ncodes:\n  - {id: hours, name: Hours}\n"
        "  - {id: pay, name: Pay, values: {enough: '', little: ''}}\n"
    ),
    "transcripts/I01.txt": TALK,
    "transcripts/I02.txt": TALK.replace("And then?", "What then?"),
    "codings/AB/I01.jsonl": (
        '{"codebook":1}\n{"code":"hours","quote":"We start at six","memo":"a secret of AB"}\n'
        '{"code":"pay","quote":"Enough for the rent","value":"enough"}\n'
    ),
    "codings/AB/I02.jsonl": '{"codebook":1}\n{"code":"hours","quote":"We start at six"}\n',
}


@pytest.fixture
def folder(study_folder: StudyFolder) -> Path:
    return study_folder(FILES)


def blind(folder: Path, *options: str, code: int = 0) -> str:
    result = CliRunner().invoke(main, ["blind", str(folder), "--coder", "CD", *options])
    assert result.exit_code == code, result.output
    return result.output


def written(folder: Path, *options: str) -> tuple[Path, list[dict[str, str]]]:
    """The sheet as CSV, and its rows."""
    path = folder.parent / "sheet.csv"
    blind(folder, "--out", str(path), *(options or ("--sources", "I01")))
    with path.open(encoding="utf-8-sig", newline="") as file:
        return path, list(csv.DictReader(file))


def back(folder: Path, rows: list[dict[str, str]], *options: str, code: int = 0, separator: str = ",") -> str:
    path = folder.parent / "back.csv"
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), delimiter=separator)
        writer.writeheader()
        writer.writerows(rows)
    return blind(folder, "--collect", str(path), *options, code=code)


def reading(folder: Path) -> Reading:
    found = load(folder).reading("CD", "I01")
    assert found is not None
    return found


def codes(study: Study) -> list[tuple[str, str, str]]:
    return [(one.code_id, one.quote, one.value) for one in study.codings if one.coder == "CD"]


def test_the_sheet_has_every_passage_and_nothing_that_anybody_made_of_it(folder: Path) -> None:
    path, rows = written(folder)
    assert [row["quote"] for row in rows] == list(ANSWERS)
    assert rows[0]["asked"] == "And then?"
    assert {row[name] for row in rows for name in ("code", "value", "words", "memo", "read")} == {""}
    assert not any(word in path.read_text() for word in ("secret", "AB", "hours", "Pay"))


def test_the_workbook_has_the_codebook_beside_it_and_lies_beside_the_study(folder: Path) -> None:
    told = blind(folder, "--sources", "I01,I02")
    assert "12 of 12 passages in 2 sources" in told
    path = folder.parent / "study-blind-CD.xlsx"
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["passages", "codes", "how to"]
    assert [cell.value for cell in book["codes"][3]][:2] == ["pay", "Pay"]
    text = " ".join(str(cell.value) for sheet in book for row in sheet for cell in row)
    assert "secret" not in text
    assert "is there already" in blind(folder, "--sources", "I01", code=2)


def test_as_large_a_share_is_drawn_of_coded_passages_as_of_others(folder: Path) -> None:
    study = load(folder)
    for seed in range(5):
        drawn = draw(study, "CD", ["I01"], share=0.5, seed=seed)
        coded = {"We start", "Enough f"}
        words = [study.sources[0].text[p.start : p.start + 8] for p in drawn.segments]
        assert (sum(word in coded for word in words), len(words), drawn.passages) == (1, 3, 6)
        assert list(drawn.segments) == sorted(drawn.segments)
    assert len({draw(study, "CD", ["I01"], share=0.3, seed=seed).segments for seed in range(9)}) > 1


def test_what_a_coder_writes_becomes_theirs_and_the_rest_is_not_read(folder: Path) -> None:
    _, rows = written(folder)
    rows[0] |= {"code": "Hours"}
    rows[1] |= {"code": "pay", "value": "little", "words": "the rent of the room"}
    rows[2] |= {"code": "none"}
    told = back(folder, rows)
    assert "2 codings added, 0 there already; 3 passages read, 0 in doubt" in told
    assert "3 rows left empty, and so not read" in told
    study = load(folder)
    assert study.problems == ()
    assert codes(study) == [("hours", ANSWERS[0], ""), ("pay", "the rent of the room", "little")]
    kept = passages(study.sources[0]).kept
    assert reading(folder).parts == tuple((p.start, p.end) for p in kept[:3])
    assert reading(folder).read_to == 0


def test_only_what_was_read_is_compared(folder: Path) -> None:
    _, rows = written(folder)
    rows[0] |= {"code": "Hours"}
    rows[3] |= {"code": "none"}
    back(folder, rows)
    study = load(folder)
    hours = study.codebook.by_id["hours"]
    assert units_of(study).marks(hours).tolist() == [[1, 1], [0, -1], [0, -1], [0, 0], [0, -1], [0, -1]]
    measured = measured_of(study)
    assert measured.by_code["hours"].units == 2
    assert measured.by_code["hours"].alpha.value == 1
    assert "no two coders" in measured.by_code["hours"].edges.why


def test_a_sheet_that_says_something_of_every_passage_is_a_reading_to_the_end(folder: Path) -> None:
    _, rows = written(folder)
    told = back(folder, [row | {"code": "none"} for row in rows])
    assert "read to the end: I01" in told
    assert reading(folder).is_done
    assert reading(folder).parts == ()


def test_empty_rows_are_read_where_the_coder_says_so(folder: Path) -> None:
    _, rows = written(folder)
    rows[0] |= {"code": "Hours"}
    assert "read to the end: I01" in back(folder, rows, "--all-read")


def test_the_same_words_twice_are_told_apart_by_their_place(folder: Path) -> None:
    _, rows = written(folder)
    rows[5] |= {"code": "Hours"}
    back(folder, rows)
    (coding,) = [one for one in load(folder).codings if one.coder == "CD"]
    assert coding.start == TALK.rindex(ANSWERS[5])


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_sheet_comes_back_sorted_otherwise_with_a_column_gone_and_saved_by_another_program(
    folder: Path, separator: str
) -> None:
    _, rows = written(folder)
    rows[1] |= {"code": " PAY ; hours "}
    changed = [{name: value for name, value in row.items() if name not in ("place", "asked")} for row in rows[::-1]]
    told = back(folder, changed, separator=separator)
    assert "2 codings added" in told
    assert sorted(code for code, _, _ in codes(load(folder))) == ["hours", "pay"]


def test_a_passage_that_is_not_there_and_a_code_that_is_none_are_doubts_and_the_rest_is_taken(folder: Path) -> None:
    _, rows = written(folder)
    rows[0] |= {"code": "Hours"}
    rows[1] |= {"code": "Wages"}
    rows[2] |= {"code": "Hours", "quote": "My sister went to the city."}
    rows[4] |= {"code": "Hours", "words": "words of somebody else"}
    told = back(folder, rows, code=1)
    assert "1 coding added" in told
    assert told.count("row ") == 3
    assert "there is no code `Wages`" in told
    assert not reading(folder).is_done


def test_a_sheet_that_comes_back_twice_adds_nothing(folder: Path) -> None:
    _, rows = written(folder)
    rows[0] |= {"code": "Hours"}
    back(folder, rows)
    assert "0 codings added, 1 there already" in back(folder, rows).replace("no codings", "0 codings")
    assert len(codes(load(folder))) == 1


def test_what_was_read_already_is_not_drawn_again(folder: Path) -> None:
    _, rows = written(folder)
    rows[0] |= {"code": "none"}
    back(folder, rows)
    assert len(draw(load(folder), "CD", ["I01"], share=1, seed=1).segments) == 5
    with pytest.raises(Refused, match="nothing left for AB"):
        draw(load(folder), "AB", ["I01"], share=1, seed=1)


def test_passages_read_in_a_text_that_is_edited_count_as_unread_and_it_is_said(folder: Path) -> None:
    _, rows = written(folder)
    rows[0] |= {"code": "Hours"}
    back(folder, rows)
    text = folder / "transcripts" / "I01.txt"
    text.write_text("Interviewer: Hello, and welcome to this talk.\n\n" + text.read_text())
    study = load(folder)
    assert any("passages drawn from it" in problem.what for problem in study.problems)
    assert reading(folder).parts == ()
    assert codes(study) == [("hours", ANSWERS[0], "")]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "say with --sources"),
        (("--sources", "I09"), "there is no source `I09`"),
        (("--sources", "I01", "--share", "0"), "the share of passages is over 0"),
        (("--sources", "I01", "--out", "sheet.txt"), "let it end in .xlsx or .csv"),
        (("--collect", "nowhere.csv"), "nowhere.csv is not there"),
    ],
)
def test_what_can_not_be_done_is_refused_in_a_line(folder: Path, options: tuple[str, ...], said: str) -> None:
    assert said in blind(folder, *options, code=2)


def test_nobody_codes_blind_under_a_name_that_study_yaml_does_not_know(folder: Path) -> None:
    result = CliRunner().invoke(main, ["blind", str(folder), "--coder", "ZZ", "--sources", "I01"])
    assert (result.exit_code, "there is no coder `ZZ`" in result.output) == (2, True)


def test_rows_of_nobody_are_counted_and_none_is_lost(folder: Path) -> None:
    path, rows = written(folder)
    assert collected(path, load(folder)).blank == len(rows)
