"""Codings out of Word's comments and colours, and codebooks out of tables."""

import json
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from crosscase import load
from crosscase.cli import main
from crosscase.exchange.projects import comments
from crosscase.exchange.transcript import Unreadable
from tests.test_projects_import import arrival, bring, errors, study
from tests.test_projects_reading import HERE

__all__ = ["study"]
DOCUMENT = HERE / "word_comments.docx"
EXPECTED = json.loads((HERE / "word_comments.expected.json").read_text(encoding="utf-8"))
CODES = [code["name"].rpartition(" > ")[2].casefold() for code in EXPECTED["codes"]]


@pytest.mark.parametrize("known", [(), CODES])
def test_comments_that_name_codes_are_codings_of_their_authors(known: list[str]) -> None:
    project = comments.read(DOCUMENT.read_bytes(), "talk", known)
    (source,) = project.sources
    assert source.text == EXPECTED["text"]
    found = Counter(
        (each.start, each.end, " > ".join(project.path(project.code_by_guid[each.code])), each.coder)
        for each in project.codings
    )
    assert found == Counter(
        (each["start"], each["end"], each["code"][0], each["coder"]) for each in EXPECTED["codings"]
    )
    (note,) = project.notes
    assert (note.text, note.start, note.end) == ("Nice question! ask again", 161, 174)
    assert [(each.what, each.count) for each in project.not_carried] == [("highlighted passages", 3)]


def test_a_colour_stands_for_the_code_that_people_say() -> None:
    colours = {each["ooxml"]: each["code_by_agreement"] for each in EXPECTED["highlights"]}
    project = comments.read(DOCUMENT.read_bytes(), "talk", CODES, colours)
    marked = {(each.start, each.end) for each in project.codings if not each.coder}
    assert marked == {(each["start"], each["end"]) for each in EXPECTED["highlights"]}


def test_a_coded_document_comes_into_a_study_once(study: Path) -> None:
    report = arrival(study, DOCUMENT, "--comments", "--as-coder", "Ada Coder=AC")
    assert report["new"] == {"codes": 5, "sources": 1, "codings": 8, "memos": 1}
    loaded = load(study)
    assert errors(loaded) == []
    assert {coding.coder for coding in loaded.codings} == {"AC", "Bo-Coder"}
    assert "nothing new" in bring(study, DOCUMENT, "--comments", "--as-coder", "Ada Coder=AC").output


def test_a_document_is_coded_in_the_source_of_its_name(study: Path) -> None:
    bring(study, DOCUMENT)
    before = load(study).sources
    arrival(study, DOCUMENT, "--comments")
    loaded = load(study)
    assert [source.text for source in loaded.sources] == [source.text for source in before]
    assert len(loaded.codings) >= 6
    for coding in loaded.codings:
        assert coding.quote.strip() in before[0].text


def test_a_codebook_comes_out_of_taguettes_table(study: Path) -> None:
    report = arrival(study, HERE / "taguette_1.5.2_garden.codebook.csv", "--codebook")
    assert report["new"] == {"codes": 9}
    book = load(study).codebook.by_id
    assert book["cost.metered"].definition == "per litre"
    assert book["cost.cost"].definition == 'Money & fees, "fixed" or metered'


def test_a_codebook_comes_out_of_a_word_table(study: Path, tmp_path: Path) -> None:
    from docx import Document

    document = Document()
    table = document.add_table(rows=0, cols=3)
    for cells in (("Category", "Code", "Definition"), ("Money", "Cost", "What it costs."), ("", "Trust", "=1+1")):
        row = table.add_row().cells
        for cell, words in zip(row, cells, strict=True):
            cell.text = words
    path = tmp_path / "codes.docx"
    document.save(str(path))
    bring(study, path, "--codebook")
    book = load(study).codebook.by_id
    assert book["money.cost"].definition == "What it costs."
    assert book["codes.trust"].name == "Trust"


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"no document"])
def test_what_is_no_word_document_is_refused_in_one_line(data: bytes) -> None:
    with pytest.raises(Unreadable, match="whole Word document"):
        comments.read(data, "a")


def test_a_study_goes_out_as_documents_with_comments_and_comes_back(study: Path, tmp_path: Path) -> None:
    arrival(study, HERE / "nvivo_windows_like.qdpx")
    before = load(study)
    result = CliRunner().invoke(main, ["export", str(study), "--comments", str(tmp_path / "out")])
    paths = sorted((tmp_path / "out").glob("*.docx"))
    assert [path.stem for path in paths] == ["Gate-talk", "Shed-talk"], result.output
    for path in paths:
        source = before.source(path.stem)
        known = {code.name.casefold() for code in before.codebook.codes}
        project = comments.read(path.read_bytes(), path.stem, known)
        assert source is not None
        assert project.sources[0].text == source.text
        found = Counter((each.start, each.end, each.coder) for each in project.codings)
        names = before.settings.coders
        assert found == Counter(
            (each.start, each.end, names[each.coder]) for each in before.codings if each.source_id == source.id
        )
        assert "nothing new" in bring(study, path, "--comments").output
