"""Documents, imported as they stand."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from crosscase import analyse, study
from crosscase.cli import main
from crosscase.exchange.article import boilerplate
from crosscase.framework import rows_by_case
from crosscase.matrix import Status
from tests.conftest import SMALL, StudyFolder

ARTICLE = """\
We use cookies to improve your experience. Accept all

Town drops the fee

Why it matters: The hall costs nothing now.

“We lent it,” said the vicar: “and gladly.”

Read more: Ten halls to see

© 2021 The Elmton News. All rights reserved.
"""


def imported(folder: Path, *options: str, text: str = ARTICLE) -> str:
    file = folder.parent / "news.txt"
    file.write_text(text)
    result = CliRunner().invoke(main, ["import", str(folder), str(file), *options])
    assert result.exit_code == 0, result.output
    return result.output


def as_document(folder: Path, *options: str) -> str:
    return imported(folder, "--kind", "document", "--case", "Elm", "--date", "2021-06-15", *options)


def test_an_article_is_stored_as_it_stands_without_a_speaker(small: Path) -> None:
    as_document(small, "--title", "Fee dropped")
    (news,) = [source for source in study.load(small).sources if source.id == "news"]
    assert news.text == ARTICLE
    assert (news.kind, news.case_id, news.date, news.title) == ("document", "Elm", "2021-06-15", "Fee dropped")
    assert news.speakers == ()
    assert [news.text[turn.start : turn.end] for turn in news.turns][2] == "Why it matters: The hall costs nothing now."
    assert len(news.turns) == 6


def test_what_looks_like_the_pages_own_notices_is_named_and_nothing_else(small: Path) -> None:
    output = as_document(small)
    named = [line for line in output.splitlines() if "looks like" in line]
    assert [line.split("looks like a ")[1].split(":")[0] for line in named] == [
        "cookie notice",
        "teaser",
        "copyright line",
    ]
    assert [ARTICLE[start:end][:4] for start, end, _ in boilerplate(ARTICLE)] == ["We u", "Read", "© 20"]


@pytest.mark.parametrize(
    "words",
    [
        "The council shared the cost of the hall with the county.",
        "Nobody would print the vicar's letter, and so he read it out at the meeting, twice.",
        "He subscribed ten pounds to the organ.",
        "Related costs of heating fell, though nobody had thought " + "of them very much " * 10,
    ],
)
def test_sentences_are_no_notices(words: str) -> None:
    assert list(boilerplate(words + "\n")) == []


def test_the_table_of_sources_keeps_its_form(small: Path) -> None:
    (small / "sources.csv").write_text("# ours\nid,date,where\nash,2020,  the hall\n")
    as_document(small)
    lines = (small / "sources.csv").read_text().splitlines()
    assert lines[:1] == ["# ours"]
    assert lines[1].startswith("id,date,where")
    assert lines[2].startswith("ash,2020,  the hall")
    assert lines[3].startswith("news,2021-06-15,")
    assert study.load(small).source("news").kind == "document"  # type: ignore[union-attr]


def test_a_table_that_cannot_be_read_is_left_alone_and_nothing_is_stored(small: Path) -> None:
    (small / "sources.csv").write_text("id,kind\nash,play\n")
    file = small.parent / "news.txt"
    file.write_text(ARTICLE)
    result = CliRunner().invoke(main, ["import", str(small), str(file), "--kind", "document"])
    assert result.exit_code == 1
    assert not (small / "transcripts/news.txt").exists()
    assert (small / "sources.csv").read_text() == "id,kind\nash,play\n"


@pytest.mark.parametrize(
    ("option", "value", "told"), [("--case", "Elmm", "there is no case `Elmm`"), ("--date", "June", "is no date")]
)
def test_a_case_or_date_that_is_none_is_refused(small: Path, option: str, value: str, told: str) -> None:
    file = small.parent / "news.txt"
    file.write_text(ARTICLE)
    result = CliRunner().invoke(main, ["import", str(small), str(file), option, value])
    assert result.exit_code == 2
    assert told in result.output
    assert not (small / "transcripts/news.txt").exists()


def test_a_case_that_only_documents_speak_for_has_cells_that_say_what_they_say(study_folder: StudyFolder) -> None:
    files = {name: text for name, text in SMALL.items() if "elm" not in name}
    folder = study_folder({**files, "participants.csv": "id,case,role\nP01,Ash,mayor\n"})
    as_document(folder)
    cells = analyse(study.load(folder)).matrices[0].cells
    assert cells["Elm", "money.cost"].status not in (Status.SILENT, Status.NOT_ASKED, Status.NOTHING)
    words = "The hall costs nothing now."
    start = ARTICLE.index(words)
    line = f'{{"id":"d1","start":{start},"end":{start + len(words)},"code":"money.cost","quote":"{words}","voice":"x"}}'
    (folder / "codings/AB/news.jsonl").write_text('{"sha256":"","codebook":1}\n' + line + "\n")
    findings = analyse(study.load(folder))
    cells = findings.matrices[0].cells
    assert next(row for row in rows_by_case(findings.study) if row.id == "Elm").source_ids == ("news",)
    assert [coding.voice for coding in cells["Elm", "money.cost"].codings] == ["x"]
    assert cells["Elm", "money.cost"].status == Status.SAID
    assert cells["Elm", "money.source"].status == Status.NOTHING
