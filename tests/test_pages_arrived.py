"""The page about an import: what came, what didn't, and what to look at, of projects and of transcripts."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crosscase import load
from crosscase.cli import main

HERE = Path(__file__).parent / "data" / "projects"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def study(tmp_path: Path) -> Path:
    assert run("init", tmp_path / "study").exit_code == 0
    return tmp_path / "study"


def test_the_page_tells_of_a_project_what_came_what_did_not_and_which_places_are_doubtful(study: Path) -> None:
    page = study.parent / "report.html"
    told = run("import", study, HERE / "odd_but_seen.qdpx", "--page", page)
    assert told.exit_code == 0
    text = page.read_text()
    assert "Brought in:" in text
    assert "Not brought" in text
    assert "it ends before it begins" in text
    assert "Not carried" in text
    assert "<script" not in text
    assert "http://" not in text.replace("http://www.w3.org", "")


def test_names_in_a_file_are_words_on_the_page_and_nothing_else(study: Path) -> None:
    talk = study.parent / "talk.txt"
    talk.write_text("Ann: Why?\nBo: So. [00:00:20] <b>And</b> so on.\nAnn: Ah.\nBo: Yes.\n")
    (study / "study.yaml").write_text("title: <script>alert(1)</script>\n")
    page = study.parent / "report.html"
    assert run("import", study, talk, "--page", page).exit_code == 0
    text = page.read_text()
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert "1 time left within the words" in text
    assert "takes part" in text


def test_a_file_that_is_no_page_of_an_import_is_never_written_over(study: Path) -> None:
    talk = study.parent / "talk.txt"
    talk.write_text("Ann: Why?\nBo: So.\nAnn: Ah.\nBo: Yes.\n")
    other = study.parent / "mine.html"
    other.write_text("<p>mine</p>")
    told = run("import", study, talk, "--page", other)
    assert told.exit_code != 0
    assert "isn't the page of an import" in told.output
    assert other.read_text() == "<p>mine</p>"
    assert not load(study).sources


def test_a_page_is_written_again_in_its_own_place(study: Path) -> None:
    page = study.parent / "report.html"
    run("import", study, HERE / "spec_strict.qdpx", "--page", page)
    run("import", study, HERE / "spec_strict.qdpx", "--page", page)
    assert "nothing that the study doesn’t have" in page.read_text().replace("&#39;", "’")


def coded(study: Path) -> Path:
    """A study with one source, of which two passages are coded."""
    talk = study.parent / "talk.txt"
    talk.write_text("Int: Why did you come?\nBo: It was the sea.\nInt: And then?\nBo: Nobody left again.\n")
    run("import", study, talk)
    (study / "codebook").mkdir(exist_ok=True)
    (study / "codebook" / "place.yaml").write_text("name: Place\ncodes:\n  - id: sea\n    name: Sea\n")
    quotes = study.parent / "quotes.csv"
    quotes.write_text("source,code,quote\ntalk,sea,the sea\ntalk,sea,Nobody left again\n")
    run("code", study, "--from", quotes, "--by", "AB")
    assert len(load(study).codings) == 2
    return talk


def test_what_becomes_of_codings_is_shown_before_a_text_is_replaced(study: Path) -> None:
    talk = coded(study)
    talk.write_text("Int: Good day. Why did you come?\nBo: It was the sea.\nInt: And then?\nBo: I slept.\n")
    told = run("import", study, talk, "--replace")
    lines = told.output.splitlines()
    shown = next(number for number, line in enumerate(lines) if "in place of talk" in line)
    written = next(number for number, line in enumerate(lines) if "replaced: 1 coding moved, 1 coding lost" in line)
    assert shown < written
    assert "Nobody left again" in "\n".join(lines[shown:written])
    assert "the sea" in "\n".join(lines[shown:written])


def test_two_files_that_would_make_one_source_are_named_and_the_first_stays(study: Path) -> None:
    for folder, words in (("a", "One."), ("b", "Two.")):
        (study.parent / folder).mkdir()
        (study.parent / folder / "talk.txt").write_text(f"Ann: Why?\nBo: {words}\nAnn: Ah.\nBo: Yes.\n")
    told = run("import", study, study.parent / "a" / "talk.txt", study.parent / "b" / "talk.txt", "--replace")
    assert told.exit_code == 1
    assert "of this import is called so too" in told.output
    assert "One." in load(study).sources[0].text
