"""Each mistake that types, themes, claims, exhibits and workbooks invite: planted, and named with its line and remedy.

The real `crosscase check` and `crosscase chart` read a small study that has nothing wrong with it but what was planted.
"""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from crosscase import analyse, load
from crosscase.cli import main
from crosscase.exchange.workbook import MATRICES, write_matrices
from tests.conftest import SMALL, StudyFolder

SOUND = {
    **SMALL,
    "codebook/1-money.yaml": SMALL["codebook/1-money.yaml"].replace("name: Cost", "kind: attribute", 1),
    "participants.csv": "id,case,sector,role\nP01,Ash,town hall,mayor\nP02,Elm,town hall,clerk\n",
    "cases/Ash.yaml": (
        "name: Ashford\n"
        "episodes:\n"
        "  - id: Ash-1\n"
        "    from: 2021-03\n"
        "    to: 2022-01\n"
        "    features:\n"
        "      money.cost: {value: high, evidence: [a1]}\n"
    ),
    "cases/Elm.yaml": "name: Elmton\nepisodes:\n  - id: Elm-1\n    features:\n      money.cost: {value: low}\n",
    "charts/money.yaml": "Ash:\n  money.cost:\n    summary: It cost them dear.\n    codings: [a1]\n",
    "typologies/prices.yaml": (
        "id: prices\n"
        "types:\n"
        "  - id: dear\n"
        "    rule:\n"
        "      all:\n"
        "        - {money.cost: high}\n"
        "  - id: cheap\n"
        "    rule: {money.cost: low}\n"
    ),
    "themes/price.md": (
        "---\n"
        "id: price\n"
        "name: The price of it\n"
        "statement: It costs.\n"
        "cells: [Ash/money.cost]\n"
        "counter_evidence: {searched: All codings of cost.}\n"
        "---\n"
        "## For Exhibit 2\n"
        "It costs. {Ash/money.cost}\n"
    ),
    "claims.yaml": (
        "claims:\n"
        "  - id: dear\n"
        "    text: One town paid dear.\n"
        "    quantifier: exactly 1\n"
        "    query:\n"
        "      unit: case\n"
        "      where: {code: money.cost, value: high}\n"
    ),
    "exhibits/2.yaml": (
        "id: 2\ntitle: Exhibit 2\nlayout: typology\ntypology: prices\nrows:\n  - {theme: price, label: The price}\n"
    ),
}
TYPES, ASH = SOUND["typologies/prices.yaml"], SOUND["cases/Ash.yaml"]
THEME, CLAIMS, EXHIBIT = SOUND["themes/price.md"], SOUND["claims.yaml"], SOUND["exhibits/2.yaml"]
MATRIX = (
    "id: 2b\nlayout: matrix\ntypology: prices\ncolumns:\n  - group: Considerations\n    themes:\n"
    "      - {theme: prize}\n"
)

# what was planted, in which file, and what `check` prints
PLANTED = {
    "a rule names an unknown feature": (
        *("typologies/prices.yaml", TYPES.replace("cost: high", "cots: high")),
        "typologies/prices.yaml:6: there is no attribute `money.cots`; did you mean `money.cost`?",
    ),
    "a rule names an unknown value": (
        *("typologies/prices.yaml", TYPES.replace("cost: high", "cost: hihg")),
        "typologies/prices.yaml:6: `money.cost` has no value `hihg`; did you mean `high`?",
    ),
    "what is typical names an unknown value": (
        *("typologies/prices.yaml", TYPES + "    typical: {money.cost: lwo}\n"),
        "typologies/prices.yaml:7: `money.cost` has no value `lwo`; did you mean `low`?",
    ),
    "two types ask for each other": (
        "typologies/prices.yaml",
        TYPES.replace("{money.cost: high}", "{not: {cheap: yes}}").replace("{money.cost: low}", "{not: {type: dear}}"),
        "typologies/prices.yaml:6: a rule can't ask for a type, as `cheap: yes` does; ask for the features that make",
        "typologies/prices.yaml:8: a rule can't ask for a type, as `type: dear` does; ask for the features that make",
    ),
    "a rule that goes in circles through a YAML alias": (
        *("typologies/prices.yaml", TYPES.replace("    rule:\n", "    rule: &r\n").replace("{money.cost: high}", "*r")),
        "typologies/prices.yaml:6: aliases",
    ),
    "a type that no case can reach": (
        "typologies/prices.yaml",
        TYPES.replace("{money.cost: low}", "{all: [{money.cost: low}, {money.cost: high}]}"),
        "typologies/prices.yaml:7: no case can be of the type `cheap`; change its rule, or the order of the types",
    ),
    "two types that overlap": (
        *("typologies/prices.yaml", TYPES.replace("{money.cost: low}", "{money.cost: [high, low]}")),
        "typologies/prices.yaml:7: note: a case can meet the rules of `dear` and of `cheap`; `dear` is tried first and",
    ),
    "a claim with an unknown code": (
        *("claims.yaml", CLAIMS.replace("money.cost", "money.cots")),
        "claims.yaml:7: there is no code `money.cots`; did you mean `money.cost`?",
    ),
    "an exhibit refers to a missing theme": (
        *("exhibits/2.yaml", EXHIBIT.replace("theme: price", "theme: prize")),
        "exhibits/2.yaml:6: there is no theme `prize`; did you mean `price`?",
    ),
    "a matrix of cases refers to a missing theme": (
        *("exhibits/2b.yaml", MATRIX),
        "exhibits/2b.yaml:7: there is no theme `prize`; did you mean `price`?",
    ),
    "a case with no episodes": (
        *("cases/Elm.yaml", "name: Elmton\n"),
        "cases/Elm.yaml:1: the case `Elm` has no episodes, as other cases do; describe one under `episodes`",
    ),
    "an episode that ends before it starts": (
        *("cases/Ash.yaml", ASH.replace("to: 2022-01", "to: 2020")),
        "cases/Ash.yaml:5: episode `Ash-1` ends (2020) before it begins (2021-03); correct one of the dates",
    ),
    "a rule asks for a code that has no values": (
        *("typologies/prices.yaml", TYPES.replace("cost: high", "source: high")),
        "typologies/prices.yaml:6: there is no attribute `money.source`; give this code `kind: attribute` and its",
    ),
    "a feature that the codebook doesn't know": (
        *("cases/Ash.yaml", ASH.replace("money.cost:", "money.cots:")),
        "cases/Ash.yaml:7: `money.cots` is not an attribute of the codebook; did you mean `money.cost`?",
    ),
    "a participant with no case": (
        *("participants.csv", SOUND["participants.csv"].replace("P02,Elm", "P02,")),
        "participants.csv:3: note: `P02` has no case, as 1 of 2 participants of the sector `town hall` do; name",
    ),
    "a participant whose case there isn't": (
        *("participants.csv", SOUND["participants.csv"].replace("P02,Elm", "P02,Oak")),
        "participants.csv:3: there is no case `Oak`; add cases/Oak.yaml, or correct the id",
    ),
    "a source whose case there isn't": (
        *("sources.csv", "id,case\nash,Ash\nelm,Oak\n"),
        "sources.csv:3: `elm` belongs to the case `Oak`, which there isn't; add cases/Oak.yaml, or correct the id",
    ),
    "a source whose participant is nobody's": (
        *("transcripts/elm.txt", "Interviewer: What did it cost?\n\nP20: Nothing, the church lent us the hall.\n"),
        "transcripts/elm.txt:3: note: `P20` takes part, but is nobody in participants.csv; add them there;",
    ),
    "a theme without front matter": (
        *("themes/price.md", THEME.split("---\n")[2]),
        "themes/price.md:1: this theme has no front matter; begin the file with `---`",
    ),
}  # fmt: skip


def crosscase(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)


def test_before_anything_is_planted_nothing_is_wrong(study_folder: StudyFolder) -> None:
    result = crosscase("check", study_folder(SOUND))
    assert (result.exit_code, result.output.count("\n")) == (0, 1)
    assert "no problems, no notes" in result.output


@pytest.mark.parametrize("mistake", PLANTED)
def test_what_was_planted_is_printed_with_path_and_line_and_what_to_do(study_folder: StudyFolder, mistake: str) -> None:
    name, text, *expected = PLANTED[mistake]
    assert text != SOUND.get(name)
    result = crosscase("check", study_folder({**SOUND, name: text}))
    lines = result.output.splitlines()
    for line in expected:
        assert [one for one in lines if one.startswith(line)], result.output
    assert result.exit_code == (0 if all(": note: " in line for line in expected) else 1)


@pytest.mark.parametrize(
    ("ends", "is_wrong"), [("2021", False), ("2021-03", False), ("2021-02", True), ("2021-03-01", False), ("", False)]
)
def test_dates_are_compared_as_far_as_both_go(study_folder: StudyFolder, ends: str, is_wrong: bool) -> None:
    result = crosscase("check", study_folder({**SOUND, "cases/Ash.yaml": ASH.replace("to: 2022-01", f"to: {ends}")}))
    assert ("before it begins" in result.output) == is_wrong


@pytest.mark.parametrize(
    ("sectors", "noted"),
    [
        ("a+ a+ a-", 1),
        ("a+ a- a-", 0),  # most of them speak for no case: that is meant
        ("a+ a+ b-", 0),  # nobody in this sector has one
        ("a+ a+ b- b-", 0),
        ("a- a-", 0),
        ("a+ b+ b-", 1),
    ],
)
def test_a_sector_that_speaks_for_no_case_is_taken_as_meant(
    study_folder: StudyFolder, sectors: str, noted: int
) -> None:
    rows = [f"P{number:02},{'Ash' if one[1] == '+' else ''},{one[0]}" for number, one in enumerate(sectors.split(), 1)]
    table = "id,case,sector\n" + "\n".join(rows) + "\n"
    assert crosscase("check", study_folder({**SOUND, "participants.csv": table})).output.count("has no case") == noted


def test_a_case_of_its_source_is_case_enough(study_folder: StudyFolder) -> None:
    table = SOUND["participants.csv"].replace("P02,Elm", "P02,")
    files = {**SOUND, "participants.csv": table, "sources.csv": "id,case\nelm,Elm\n"}
    assert "no problems, no notes" in crosscase("check", study_folder(files)).output


def test_without_a_list_of_participants_nobody_is_missed_in_it(study_folder: StudyFolder) -> None:
    folder = study_folder(SOUND)
    (folder / "participants.csv").unlink()
    assert "nobody in participants.csv" not in crosscase("check", folder).output


def test_without_types_a_case_may_wait_for_its_episodes(study_folder: StudyFolder) -> None:
    folder = study_folder({**SOUND, "cases/Elm.yaml": "name: Elmton\n"})
    for path in ("typologies", "exhibits"):
        shutil.rmtree(folder / path)
    result = crosscase("check", folder)
    assert (result.exit_code, "cases/Elm.yaml:1: note: the case `Elm` has no episodes" in result.output) == (0, True)


def put(cell: str, value: str | None) -> Callable[[Any], None]:
    return lambda book: book["money"].__setitem__(cell, value)


def two_rows_sorted_without_their_ids(book: Any) -> None:
    for first, second in zip(*book["money"]["B3:D4"], strict=True):
        first.value, second.value = second.value, first.value


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (put("A3", "Oak"), "matrices.xlsx:3: “money”: row 3 has the hidden id `Oak`, which was not exported"),
        (put("A3", None), "matrices.xlsx:3: “money”: row 3 has no hidden id"),
        (put("C1", "money.cots"), "matrices.xlsx:1: “money”: column C has the hidden id `money.cots`, which was not"),
        (put("A1", "case/honey"), "matrices.xlsx:1: “money”: the sheet has the hidden id `case/honey`, which was not"),
        (two_rows_sorted_without_their_ids, "matrices.xlsx:3: “money”: row 3 has the hidden id `Ash`, but the name of"),
    ],
)
def test_a_workbook_whose_ids_were_edited_changes_nothing_and_is_said(
    study_folder: StudyFolder, tmp_path: Path, change: Callable[[Any], None], expected: str
) -> None:
    folder = study_folder(SOUND)
    path = write_matrices(analyse(load(folder)), tmp_path / MATRICES)
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    result = crosscase("chart", folder, "--from", path)
    line = next((line for line in result.output.splitlines() if line.startswith(expected)), None)
    assert line is not None, result.output
    assert "; it was not read; " in line
    assert result.exit_code == 1
    assert (folder / "charts/money.yaml").read_text() == SOUND["charts/money.yaml"]
