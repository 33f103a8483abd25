from pathlib import Path

import pandas as pd
import pytest

from crosscase.case import Case, Participant
from crosscase.codebook import Category, Code, Codebook
from crosscase.coding import Coding, Suggestion
from crosscase.exchange.tables import COLUMNS, tables
from crosscase.framework import Findings, analyse
from crosscase.matrix import Absence, Summary
from crosscase.reading import Reading
from crosscase.source import Source, parse
from crosscase.study import Settings, Study
from tests.small_study import read

ASH = "Interviewer: What did it cost?\n\nP01: It cost us very dear, I must say.\n\nP01: Yes.\n"
ELM = "P02: Next to nothing, the church lent us the hall.\n"
MONEY = Category(
    "money",
    "Money",
    codes=(
        Code(
            "cost", "Cost", "money", values={"high": "Much.", "low": ""}, include=("rent", "fees"), formerly=("price",)
        ),
        Code("source", "Source", "money", origin="inductive", since=2),
    ),
)


def source(id: str, text: str, **about: str) -> Source:
    return Source(id, text, parse(text), sha256="f" * 64, **about)  # type: ignore[arg-type]


def coding(id: str, quote: str, code_id: str, **about: str) -> Coding:
    start = ASH.index(quote)
    return Coding(id, "ash", start, start + len(quote), quote, code_id, coder="AB", **about)  # type: ignore[arg-type]


def small_study(folder: Path, **changes: object) -> Study:
    parts: dict[str, object] = {
        "settings": Settings(title="Small"),
        "codebook": Codebook((MONEY,)),
        "sources": (source("ash", ASH, case_id="Ash"), source("elm", ELM, title="Elm hall")),
        "participants": (
            Participant("P01", "Ash", role="mayor", attributes={"age": "50", "role": "chair"}),
            Participant("P02", "Elm", attributes={"town size": "small"}),
        ),
        "cases": (Case("Ash", "Ashford", "Town A", {"name": "old name", "river": "yes"}), Case("Elm")),
        "codings": (
            coding("a1", "It cost us very dear", "cost", value="high"),
            coding("a2", "I must say", "price", case_id="Elm", memo="a saying"),
        ),
        "readings": read(("AB", "ash")),
        "summaries": (Summary("Ash", "cost", "More than it had.", "done", ("a1",), "AB", "2026-01-02"),),
    }
    return Study(folder, **(parts | changes))  # type: ignore[arg-type]


def small_findings(folder: Path = Path("study"), **changes: object) -> Findings:
    suggested = Suggestion("elm", 5, 20, ELM[5:20], "cost", 0.5, "near the definition", "test")
    return analyse(small_study(folder, **changes), [suggested])


@pytest.fixture
def frames() -> dict[str, pd.DataFrame]:
    return tables(small_findings())


def row(frame: pd.DataFrame, **where: str) -> dict[str, object]:
    for column, value in where.items():
        frame = frame[frame[column] == value]
    (found,) = frame.to_dict("records")
    return {str(name): value for name, value in found.items()}


def part(record: dict[str, object], *names: str) -> list[object]:
    return [record[name] for name in names]


def test_tables_and_columns_come_in_their_documented_order(frames: dict[str, pd.DataFrame]) -> None:
    assert list(frames) == list(COLUMNS)
    for name, frame in frames.items():
        assert list(frame.columns)[: len(COLUMNS[name])] == list(COLUMNS[name])
    assert list(frames["codings"].columns)[-5:] == ["speaker", "participant", "turn", "answer_counts", "counts"]


def test_an_empty_study_has_the_same_columns() -> None:
    for name, frame in tables(analyse(Study(Path("study")))).items():
        assert list(frame.columns) == list(COLUMNS[name])
        assert frame.empty


def test_a_source_is_described_with_who_coded_it(frames: dict[str, pd.DataFrame]) -> None:
    ash = row(frames["sources"], id="ash")
    assert part(ash, "case", "turns", "words", "speakers", "passages", "left_out", "coded_by") == [
        "Ash", 3, 13, "Interviewer; P01", 1, 1, "AB",
    ]  # fmt: skip
    assert part(row(frames["sources"], id="elm"), "title", "coded_by", "state") == ["Elm hall", "", "not read yet"]


def test_each_reading_has_a_row_that_tells_how_far_it_came(tmp_path: Path) -> None:
    halfway = Reading("CD", "elm", 2, read_to=len(ELM) // 2, again={"money.source": 3})
    study = small_study(tmp_path, readings=(Reading("AB", "ash", 1), halfway))
    frames = tables(analyse(study))
    columns = ("coder", "source", "state", "codebook", "read_to", "again")
    assert [part(row(frames["readings"], coder=coder), *columns) for coder in ("AB", "CD")] == [
        ["AB", "ash", "read to the end", 1, len(ASH), ""],
        ["CD", "elm", "still being read", 2, len(ELM) // 2, "money.source 3"],
    ]
    assert frames["readings"]["share"].tolist() == [1.0, round(len(ELM) // 2 / len(ELM), 4)]
    assert frames["sources"]["state"].tolist() == ["read to the end", "still being read"]
    assert part(row(frames["codes"], id="cost"), "sources_read", "cases_read") == [1, 1]


def test_a_cell_tells_who_confirmed_that_it_is_empty(tmp_path: Path) -> None:
    word = Absence("Elm", "source", asked=False, note="no time left", by="AB", on="2026-11-03")
    cells = tables(analyse(small_study(tmp_path, absences=(word,))))["cells"]
    cell = row(cells[cells["row_kind"] == "case"], row="Elm", code="source")
    assert part(cell, "status", "absence_by", "absence_on", "absence_note") == [
        "not asked",
        "AB",
        "2026-11-03",
        "no time left",
    ]


def test_attributes_come_last_and_never_hide_a_fixed_column(frames: dict[str, pd.DataFrame]) -> None:
    assert list(frames["participants"].columns)[-3:] == ["age", "attribute_role", "town size"]
    ann = row(frames["participants"], id="P01")
    assert part(ann, "role", "attribute_role", "age", "sources") == ["mayor", "chair", "50", "ash"]
    assert part(row(frames["participants"], id="P02"), "age", "town size") == ["", "small"]
    assert part(row(frames["cases"], id="Ash"), "name", "attribute_name", "masked") == ["Ashford", "old name", "Town A"]


def test_a_code_counts_its_codings_also_under_its_former_id(frames: dict[str, pd.DataFrame]) -> None:
    cost = row(frames["codes"], id="cost")
    assert part(cost, "codings", "sources", "cases") == [2, 1, 2]
    assert part(cost, "values", "include", "formerly") == ["high: Much.; low", "rent; fees", "price"]
    assert part(row(frames["codes"], id="source"), "origin", "since", "codings") == ["inductive", 2, 0]


def test_a_coding_has_its_case_speaker_and_turn(frames: dict[str, pd.DataFrame]) -> None:
    names = ("source", "case", "speaker", "participant", "turn", "quote")
    assert part(row(frames["codings"], id="a1"), *names) == ["ash", "Ash", "P01", "P01", 2, "It cost us very dear"]
    assert part(row(frames["codings"], id="a2"), "code", "case", "memo") == ["price", "Elm", "a saying"]


def test_a_coding_of_a_source_that_is_gone_has_no_turn() -> None:
    gone = row(tables(small_findings(sources=(), readings=()))["codings"], id="a1")
    assert part(gone, "turn", "speaker", "participant", "case") == [None, "", "", ""]


def test_a_suggestion_has_its_score_and_where_it_stands(frames: dict[str, pd.DataFrame]) -> None:
    (found,) = frames["suggestions"].to_dict("records")
    assert part(found, "source", "code", "case", "speaker", "score") == ["elm", "cost", "Elm", "P02", 0.5]  # type: ignore[arg-type]


def test_a_cell_says_what_it_rests_on(frames: dict[str, pd.DataFrame]) -> None:
    ash = row(frames["cells"], row="Ash", code="cost")
    assert part(ash, "matrix", "row_kind", "status", "basis") == ["money", "case", "summarised", "people"]
    assert part(ash, "summary", "summary_status", "summary_by", "summary_on") == [
        "More than it had.",
        "done",
        "AB",
        "2026-01-02",
    ]
    assert part(ash, "stale", "pasted", "codings", "values", "coding_ids") == [False, False, 1, "high 1", "a1"]
    draft = row(frames["cells"], row="P02", code="cost")
    assert part(draft, "row_kind", "basis", "codings", "suggestions") == ["participant", "draft", 0, 1]
    assert draft["quotes"] == ELM[5:20]


def test_numbers_are_numbers_and_words_are_words(frames: dict[str, pd.DataFrame]) -> None:
    assert str(frames["codings"]["turn"].dtype) == "Int64"
    assert str(frames["cells"]["stale"].dtype) == "bool"
    assert all(isinstance(age, str) for age in frames["participants"]["age"])
