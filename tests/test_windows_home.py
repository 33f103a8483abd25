"""What waits for a coder: sources that are theirs, and what coding asks for next."""

from pathlib import Path

import pytest

from crosscase import load
from crosscase.pages.windows.home import assigned
from tests.conftest import SMALL, StudyFolder
from tests.test_web import Browser

CODERS = {"study.yaml": "title: Small\nunit: town\ncoders: {AB: Ann Berg, CD: Carl Dahl}\n"}


@pytest.fixture
def folder(study_folder: StudyFolder) -> Path:
    return study_folder(SMALL | CODERS | {"sources.csv": "id,coder,coder 2\nelm,CD,\nash,AB,CD\n"})


def test_sources_are_assigned_by_columns_of_the_table_of_sources(folder: Path) -> None:
    whose = {source.id: assigned(source) for source in load(folder).sources}
    assert whose == {"ash": ("AB", "CD"), "elm": ("CD",)}


def test_ones_own_sources_stand_first_and_are_what_waits(folder: Path) -> None:
    page = Browser(folder, "CD").client.get("/home").text
    assert "2 sources</a> <span>of yours, still to finish" in page
    mine = Browser(folder, "AB").client.get("/home").text
    assert mine.index(">ash</a>") < mine.index(">elm</a>")


def test_without_assignment_what_nobody_has_read_waits(study_folder: StudyFolder) -> None:
    page = Browser(study_folder(SMALL | CODERS)).client.get("/home").text
    assert "that nobody has read to the end" in page
    assert "Whose" not in page
