"""Studies that broke it: each a kind of mistake, and what must happen instead."""

import errno
import io
import json
import os
import re
import time
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from docx import Document

from crosscase import study
from crosscase.cli import main
from crosscase.exchange.readers import READERS


def told(folder: Path) -> list[str]:
    return [str(problem) for problem in study.load(folder).problems]


@pytest.mark.parametrize(
    ("name", "do"),
    [
        ("codebook/2-more.yml", "call it 2-more.yaml, or move it out of codebook/"),
        ("transcripts/I03.TXT", "call it I03.txt, or move it out of transcripts/"),
        ("transcripts/more/I03.txt", "move it to transcripts/I03.txt, or out of transcripts/"),
        ("transcripts/I03.docx", "`crosscase import` takes it in; or move it away"),
        ("codings/ash.jsonl", "move it to codings/<coder>/ash.jsonl, or out of codings/"),
        ("codings/AB/old/ash.jsonl", "move it to codings/<coder>/ash.jsonl, or out of codings/"),
        ("charts/money.csv", "only charts/*.yaml is read; write it so, or move it away"),
        ("reviews/ash.jsonl", "move it to reviews/<coder>/ash.jsonl, or out of reviews/"),
    ],
)
def test_a_file_that_no_pattern_takes_is_named(small: Path, name: str, do: str) -> None:
    (small / name).parent.mkdir(parents=True, exist_ok=True)
    (small / name).write_text("words\n")
    assert f"{name}:1: note: this file is not read; {do}" in told(small)


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("study.yml", "this file is not read; study.yaml would be; save it as study.yaml"),
        ("Guide.yaml", "this file is not read; guide.yaml would be; save it as guide.yaml"),
        ("participants.xlsx", "this file is not read; participants.csv would be; save it as participants.csv"),
        ("sources.tsv", "this file is not read; sources.csv would be; save it as sources.csv"),
        ("ash.jsonl", "codings are not read here; move it to codings/<coder>/ash.jsonl, if it is somebody's work"),
    ],
)
def test_a_file_beside_the_studys_own_is_named(small: Path, name: str, what: str) -> None:
    (small / name).write_text("words\n")
    assert f"{name}:1: note: {what}" in told(small)


@pytest.mark.parametrize("name", ["guide.yaml", "claims.yaml", "sources.csv"])
def test_a_folder_where_a_file_belongs_is_named(small: Path, name: str) -> None:
    (small / name).unlink(missing_ok=True)
    (small / name).mkdir()
    (small / name / "part.yaml").write_text("x: y\n")
    problems = {problem.path: problem.what for problem in study.load(small).problems}
    assert problems[name] == "this is a folder, where a file belongs"


@pytest.mark.parametrize("name", ["charts", "typologies", "reviews", "set-aside"])
def test_a_file_where_a_folder_belongs_is_named(small: Path, name: str) -> None:
    (small / name).write_text("x: y\n")
    problems = {problem.path: problem.what for problem in study.load(small).problems}
    assert problems[name] == "this is a file, where a folder belongs"


@pytest.mark.parametrize("name", ["Codings", "case", "code_book", "exhibit"])
def test_a_folder_whose_name_is_nearly_right_is_named(small: Path, name: str) -> None:
    (small / name).mkdir()
    assert any(line.startswith(f"{name}:1: note: this folder is not read; move its files") for line in told(small))


@pytest.mark.parametrize(
    "name",
    [
        "codings/AB/ash.sync-conflict-20230101-120000-ABCDEFG.jsonl",
        "transcripts/ash (Ann's conflicted copy 2023-01-01).txt",
        "codebook/1-money (conflicted copy 2023-01-01 120000).yaml",
        "cases/Ash_conflict-20230101-120000.yaml",
    ],
)
def test_a_sync_programs_copy_is_named_and_not_read(small: Path, name: str) -> None:
    before = study.load(small)
    (small / name).write_text("words\n")
    after = study.load(small)
    assert (after.sources, after.codings, after.cases) == (before.sources, before.codings, before.cases)
    problem = next(problem for problem in after.problems if problem.path == name)
    assert "a sync program made this copy" in problem.what
    assert "by id" in problem.do
    assert Path(name).parts[-1] not in problem.do


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "LICENSE",
        "pyproject.toml",
        "src/code.py",
        "docs/codings.txt",
        ".git/x.yml",
        "reports/index.html",
        "memos/2023/a.docx",
        "codings/README.md",
        "codings/.DS_Store",
        "transcripts/original/I01.docx",
        "transcripts/key/names.csv",
        ".crosscase/suggestions.jsonl",
    ],
)
def test_what_belongs_beside_a_study_is_not_named(small: Path, name: str) -> None:
    (small / name).parent.mkdir(parents=True, exist_ok=True)
    (small / name).write_text("words\n")
    assert told(small) == []


@pytest.mark.parametrize("name", ["guide.yaml", "participants.csv", "claims.yaml", "transcripts", "study.yaml"])
def test_a_link_that_leads_out_is_not_read(small: Path, tmp_path: Path, name: str) -> None:
    outside = tmp_path / "outside"
    path = small / name
    if path.exists():
        path.rename(outside)
    else:
        outside.write_text("- {id: secret, text: Secret., count: {all: true}}\n")
    path.symlink_to(outside)
    loaded = study.load(small)
    assert name not in loaded.hashes
    assert f"{name}:1: this link leads out of the study, so it is not read; put the file itself here" in told(small)
    if name == "transcripts":
        assert loaded.sources == ()


def test_a_link_within_the_study_is_read(small: Path) -> None:
    (small / "transcripts/elm.txt").rename(small / "elm.txt")
    (small / "transcripts/elm.txt").symlink_to(small / "elm.txt")
    assert study.load(small).source("elm")


def test_links_in_a_circle_end(small: Path) -> None:
    (small / "codings/AB/back").symlink_to(small / "codings")
    (small / "codings/nowhere").symlink_to(small / "gone")
    assert "codings/nowhere:1: this link leads nowhere; correct that, or move it away" in told(small)


def test_a_folder_that_may_not_be_read_is_a_problem(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    scandir = os.scandir

    def guarded(path: Path) -> object:
        if Path(path).name == "AB":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr("crosscase.study.listing.os.scandir", guarded)
    assert told(small) == ["codings/AB:1: this may not be read; correct that, or move it away"]


def test_a_file_that_may_not_be_read_is_a_problem(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read_bytes = Path.read_bytes

    def guarded(path: Path) -> bytes:
        if path.name == "ash.jsonl":
            raise PermissionError(13, "Permission denied")
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", guarded)
    loaded = study.load(small)
    path = "codings/AB/ash.jsonl"
    assert told(small) == [f"{path}:1: this can't be read (Permission denied); give yourself the right to read it"]
    assert path in loaded.unreadable


def crosscase(*words: object) -> Result:
    """Run a command; anything but an exit with a status is a bug."""
    result = CliRunner().invoke(main, [str(word) for word in words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_a_field_of_a_table_without_its_closing_quotation_mark(small: Path) -> None:
    rows = "".join(f"P{n:02},Elm,clerk\n" for n in range(3, 9))
    (small / "participants.csv").write_text('id,case,role\nP01,Ash,mayor\nP02,Elm,"clerk\n' + rows)
    line = "participants.csv:3: this row, and what stands below it, can't be read (unexpected end of data)"
    assert any(problem.startswith(line) for problem in told(small))
    assert [person.id for person in study.load(small).participants] == ["P01"]


def test_a_field_of_a_table_that_never_ends(small: Path) -> None:
    (small / "sources.csv").write_text(f"id,title\nash,{'x' * 140_000}\nelm,Elm\n")
    assert any(problem.startswith("sources.csv:2: this row, and what stands below") for problem in told(small))
    assert crosscase("check", small).exit_code == 1


@pytest.mark.parametrize("key", ["q`uestions", "`", "$.questions[0]"])
def test_a_back_tick_in_an_unknown_key(small: Path, key: str) -> None:
    (small / "guide.yaml").write_text(f"questions: []\n'{key}': 1\n")
    assert f"guide.yaml:2: `{key}` is not known here; known are: put, questions" in told(small)


def test_a_typology_with_a_broken_rule_is_exported_as_far_as_it_goes(small: Path) -> None:
    (small / "typologies").mkdir()
    (small / "typologies/t.yaml").write_text(
        "name: T\ntypes:\n  - {id: a, rule: {any: }}\n  - {id: b, rule: {all: {}}}\n"
    )
    for command in ("check", "classify", "export", "report"):
        assert crosscase(command, small).exit_code == 1


def test_export_then_report_with_default_folders(small: Path) -> None:
    assert crosscase("export", small).exit_code == 0
    assert crosscase("report", small).exit_code == 0
    assert crosscase("export", small).exit_code == 0
    assert (small / "reports/index.html").is_file()


def test_tables_that_are_not_ours_keep_a_report_out(small: Path) -> None:
    (small / "reports/tables").mkdir(parents=True)
    (small / "reports/tables/mine.csv").write_text("mine")
    assert "holds files that are not a crosscase report" in crosscase("report", small).output


def test_a_report_over_a_page_that_is_not_utf_8(small: Path) -> None:
    crosscase("report", small)
    index = small / "reports/index.html"
    whole = index.read_bytes()
    index.write_bytes(b"\xff\xfe\x00")
    assert crosscase("report", small).exit_code == 0
    assert index.read_bytes() == whole


@pytest.mark.parametrize("command", ["report", "export", "run"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_a_report_that_can_not_be_written(
    small: Path, monkeypatch: pytest.MonkeyPatch, command: str, number: int
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("crosscase.report.tempfile.TemporaryDirectory", full)
    monkeypatch.setattr("crosscase.study.files._staged", full)
    result = crosscase(command, small, "--people-only")
    assert result.exit_code == 2
    assert "could not be written: " in result.output
    assert len(result.stderr.splitlines()) == 1


def test_times_in_a_note_alone_do_not_stop_an_import(small: Path, tmp_path: Path) -> None:
    (tmp_path / "a.vtt").write_text("WEBVTT\n\nNOTE 00:00:01.000 --> 00:00:02.000\nThis is it.\n\nwords\n")
    (tmp_path / "b.txt").write_text("Interviewer: How?\n\nP01: Well and good it was.\n")
    result = crosscase("import", small, tmp_path / "a.vtt", tmp_path / "b.txt")
    assert "a.vtt:1: it holds no captions with times" in result.output
    assert (small / "transcripts/b.txt").is_file()


def test_a_reader_that_fails_does_not_stop_an_import(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: bytes) -> None:
        raise ValueError("of a kind\nthat nobody foresaw")

    monkeypatch.setitem(READERS, ".docx", fail)
    (tmp_path / "a.docx").write_bytes(b"PK")
    (tmp_path / "b.txt").write_text("Interviewer: How?\n\nP01: Well and good it was.\n")
    result = crosscase("import", small, tmp_path / "a.docx", tmp_path / "b.txt")
    assert "a.docx:1: it is damaged (ValueError of a kind that nobody foresaw); open it" in result.output
    assert (small / "transcripts/b.txt").is_file()


def word_document(change: Callable[[bytes], bytes] = bytes, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    document = Document()
    document.add_paragraph("Interviewer: How did it go?")
    document.add_paragraph("P01: So and so it went.")
    plain, packed = io.BytesIO(), io.BytesIO()
    document.save(plain)
    with zipfile.ZipFile(plain) as parts, zipfile.ZipFile(packed, "w", compression) as archive:
        for name in parts.namelist():
            data = parts.read(name)
            archive.writestr(name, change(data) if name == "word/document.xml" else data)
    return packed.getvalue()


def test_a_damaged_word_document_packed_with_lzma(small: Path, tmp_path: Path) -> None:
    data = bytearray(word_document(compression=zipfile.ZIP_LZMA))
    at = data.find(b"word/document.xml") + 60
    data[at : at + 40] = b"\xff" * 40
    (tmp_path / "a.docx").write_bytes(data)
    (tmp_path / "b.txt").write_text("Interviewer: How?\n\nP01: Well and good it was.\n")
    result = crosscase("import", small, tmp_path / "a.docx", tmp_path / "b.txt")
    assert "a.docx:1: it is damaged" in result.output
    assert (small / "transcripts/b.txt").is_file()


def test_a_word_document_with_hundreds_of_thousands_of_empty_paragraphs(small: Path, tmp_path: Path) -> None:
    data = word_document(lambda xml: xml.replace(b"<w:sectPr", b"<w:p/>" * 300_000 + b"<w:sectPr", 1))
    (tmp_path / "a.docx").write_bytes(data)
    assert len(data) < 54_000
    began = time.process_time()
    assert crosscase("import", small, tmp_path / "a.docx").exit_code == 0
    assert time.process_time() - began < 5


@pytest.mark.parametrize("category", ["../../../escape", "a/b", "..", "a\\b", "/etc"])
def test_a_category_whose_id_leads_out_is_a_problem_and_writes_nothing_there(small: Path, category: str) -> None:
    path = small / "codebook/1-money.yaml"
    path.write_text(path.read_text().replace("category: money", f"category: '{category}'"))
    assert any(
        problem.startswith(f"codebook/1-money.yaml:1: `{category}` can't be the id of a category")
        for problem in told(small)
    )
    assert [category.id for category in study.load(small).codebook.categories] == ["1-money"]


def test_two_codes_of_one_name_and_an_empty_name(small: Path) -> None:
    (small / "codebook/2-work.yaml").write_text(
        "category: work\ncodes:\n  - {id: work.hours, name: Hours}\n  - {id: work.pay, name: hours}\n"
        "  - id: work.empty\n    name: ''\n"
    )
    assert told(small) == [
        "codebook/2-work.yaml:4: note: `work.pay` has the name “hours”, as `work.hours` has in codebook/2-work.yaml:3;"
        " give them names that readers can tell apart",
        "codebook/2-work.yaml:6: note: `work.empty` has an empty name; write one, or take the line away"
        " (its id is shown)",
    ]


@pytest.mark.parametrize(("start", "end"), [(-6, -1), (5, 5), (12, 13)])
def test_a_coding_that_marks_no_words_counts_for_nothing(small: Path, start: int, end: int) -> None:
    text = (small / "transcripts/ash.txt").read_text()
    path = small / "codings/AB/ash.jsonl"
    line = f'{{"id":"a9","start":{start},"end":{end},"code":"money.cost","quote":"{text[start:end]}"}}\n'
    path.write_text(f'{{"sha256":"{sha256(text.encode()).hexdigest()}"}}\n{line}')
    assert any(problem.startswith("codings/AB/ash.jsonl:2: ") for problem in told(small))
    assert [coding for coding in study.load(small).codings if coding.start < 0 or not coding.quote.strip()] == []


def test_an_arabic_transcript_runs_from_right_to_left(small: Path) -> None:
    words = "كان الأمر مكلفا جدا"
    (small / "transcripts/elm.txt").write_text(f"Interviewer: ماذا؟\n\nP02: {words}\n")
    line = {"id": "b1", "start": 25, "end": 25 + len(words), "code": "money.cost", "quote": words}
    (small / "codings/AB/elm.jsonl").write_text(f'{{"sha256":""}}\n{json.dumps(line)}\n')
    crosscase("report", small, "--people-only")
    pages = [path.read_text() for path in (small / "reports").glob("*.html") if words in path.read_text()]
    turn = re.compile(rf'<p[^<>]* dir="?auto"?>(?:(?!</?p[ >]).)*{words}', re.DOTALL)
    assert any(turn.search(page) for page in pages)
    assert any("<blockquote dir" in page for page in pages)
