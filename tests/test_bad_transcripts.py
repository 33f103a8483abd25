"""Files that are damaged, hostile or odd: a clear line each, the others imported, in bounded time and memory."""

import io
import resource
import subprocess
import sys
import time
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from openpyxl import Workbook

from benchmarks.reading import WRITERS
from crosscase.exchange import markup, sheets, word
from crosscase.exchange.importing import ImportReport, import_files
from crosscase.exchange.readers import READERS
from crosscase.exchange.transcript import Unreadable, Utterance
from tests.fuzzing import TURNS, run, seeds

GOOD = b"Ann: Why?\n\nBo: So.\n\nAnn: And?\n\nBo: No.\n"


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return tmp_path / "study"


def imported(study: Path, name: str, data: bytes) -> ImportReport:
    """What becomes of a file, provided that the one after it is imported all the same."""
    inbox = study.parent / "inbox"
    inbox.mkdir(exist_ok=True)
    (inbox / name).write_bytes(data)
    (inbox / "good.txt").write_bytes(GOOD)
    report, other = import_files(study, [inbox / name, inbox / "good.txt"])
    assert other.status in ("imported", "unchanged")
    assert "\n" not in report.problem
    return report


def changed(data: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """A zipped file with other bytes in one of its parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            content = before.read(name)
            after.writestr(name, content.replace(old, new, 1) if name == part else content)
    return out.getvalue()


def whole(suffix: str) -> bytes:
    return seeds(suffix)[-1]


PARTS = {".docx": "word/document.xml", ".odt": "content.xml", ".xlsx": "xl/worksheets/sheet1.xml"}


@pytest.mark.parametrize("suffix", [".docx", ".odt", ".xlsx", ".pdf"])
def test_half_a_file_is_said_to_be_damaged(study: Path, suffix: str) -> None:
    data = whole(suffix)
    report = imported(study, f"a{suffix}", data[: len(data) // 2])
    assert report.status == "failed"
    assert "save it again" in report.problem or "save it as" in report.problem


@pytest.mark.parametrize("suffix", PARTS)
def test_a_file_that_unpacks_to_very_much_is_refused_before_it_does(
    study: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a limit of 2 MB instead of 200, so that the test needn't pack as much."""
    for module in (word, markup, sheets):
        monkeypatch.setattr(module, "LARGEST", 2_000_000)
    with zipfile.ZipFile(io.BytesIO(whole(suffix))) as archive:
        before = archive.read(PARTS[suffix])
    bomb = changed(whole(suffix), PARTS[suffix], before, before + b" " * 3_000_000)
    assert len(bomb) < 100_000
    assert "unpacks to more than 200 MB" in imported(study, f"a{suffix}", bomb).problem


@pytest.mark.parametrize("suffix", PARTS)
def test_entities_are_refused_and_lose_no_word_in_silence(study: Path, suffix: str) -> None:
    with zipfile.ZipFile(io.BytesIO(whole(suffix))) as archive:
        before = archive.read(PARTS[suffix])
    start = before.index(b"?>") + 2 if before.startswith(b"<?xml") else 0
    hostile = before[:start] + b'<!DOCTYPE a [<!ENTITY b "boom"><!ENTITY c "&b;&b;">]>' + before[start:]
    data = changed(whole(suffix), PARTS[suffix], before, hostile)
    assert "entities" in imported(study, f"a{suffix}", data).problem


def test_a_password_is_named(study: Path) -> None:
    locked = b"\xd0\xcf\x11\xe0" + bytes(600) + "EncryptedPackage".encode("utf-16-le")
    for name in ("a.docx", "a.xlsx"):
        assert "password" in imported(study, name, locked).problem
    pypdf = pytest.importorskip("pypdf", reason="PASSWORDS OF PDF NOT CHECKED: pip install pypdf")
    writer, out = pypdf.PdfWriter(io.BytesIO(whole(".pdf"))), io.BytesIO()
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(out)
    assert "password" in imported(study, "a.pdf", out.getvalue()).problem


def test_a_pdf_of_pictures_is_said_to_be_one_and_so_are_single_pages(study: Path) -> None:
    pypdf = pytest.importorskip("pypdf", reason="PICTURES NOT CHECKED: pip install pypdf")
    blank, mixed = pypdf.PdfWriter(), pypdf.PdfWriter(io.BytesIO(whole(".pdf")))
    blank.add_blank_page(200, 200)
    mixed.add_blank_page(200, 200)
    files = {}
    for name, writer in (("blank", blank), ("mixed", mixed)):
        out = io.BytesIO()
        writer.write(out)
        files[name] = out.getvalue()
    assert "pictures" in imported(study, "blank.pdf", files["blank"]).problem
    assert any("page without text" in said for said in imported(study, "mixed.pdf", files["mixed"]).guessed)


def test_a_huge_caption_file_is_refused_unread(study: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.vtt"
    with path.open("wb") as file:
        file.truncate(500_000_000)
    (report,) = import_files(study, [path])
    assert "larger than 200 MB" in report.problem


@pytest.mark.slow
def test_a_small_document_with_two_million_paragraphs_is_read_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    data = changed(WRITERS["docx"](TURNS), PARTS[".docx"], b"<w:sectPr", b"<w:p/>" * 2_000_000 + b"<w:sectPr")
    path.write_bytes(data)
    code = "import sys; from crosscase.exchange.word import read; read(open(sys.argv[1],'rb').read())"
    began = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", code, path], check=True, env={"PYTHONPATH": ":".join(sys.path)})
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert used.ru_utime - began.ru_utime < 60
    assert used.ru_maxrss < 1_500_000


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".txt", ".md", ".vtt", ".srt", ".html", ".csv", ".json", ".rtf", ".lrc", ".ass"])
def test_one_line_of_four_megabytes_takes_seconds(suffix: str) -> None:
    line = b"Ann: " + b"so it was, he said: and then " * 140_000
    data = {".json": b'{"segments": [{"text": "' + line + b'"}]}', ".rtf": b"{\\rtf1 " + line + b"}"}.get(suffix, line)
    began = time.process_time()
    with suppress(Unreadable):
        READERS[suffix](data)
    assert time.process_time() - began < 15


@pytest.mark.parametrize("name", ["CON.txt", "a\nb.txt", "a;rm -rf.txt", "-x.txt", "ﬀ\u202etxt.txt"])
def test_names_with_tricks_stay_in_the_study(study: Path, name: str) -> None:
    report = imported(study, name, GOOD)
    assert report.status == "imported"
    stored = list(study.rglob("*.txt"))
    assert all(path.resolve().is_relative_to(study.resolve()) for path in stored)
    assert not {"/", "\\", ":", "\n", "."} & set(report.source_id)


def test_a_name_that_leads_out_elsewhere_is_refused(study: Path) -> None:
    report = imported(study, "..\\..\\evil.txt", GOOD)
    assert report.status == "failed"
    assert "not a file of the study" in report.problem


def test_captions_that_overlap_or_run_backwards_keep_every_word_in_the_files_order() -> None:
    cues = [("00:00:09", "00:00:12", "One."), ("00:00:10", "00:00:11", "Two."), ("00:00:02", "00:00:01", "Three.")]
    text = "WEBVTT\n\n" + "\n\n".join(f"{start}.000 --> {end}.000\n{words}" for start, end, words in cues)
    found = READERS[".vtt"](text.encode())
    assert " ".join(turn.words for turn in found.turns) == "One. Two. Three."


def test_nobody_and_forty_speakers(study: Path) -> None:
    assert any(
        "no speakers found" in said for said in imported(study, "none.txt", b"It rained.\n\nThen not.\n").guessed
    )
    names = [f"Voice {number}" for number in range(40)]
    text = "\n\n".join(f"{name}: I am {name}." for name in names * 2)
    assert list(imported(study, "forty.txt", text.encode()).speakers) == names


def test_nuls_are_taken_out_and_counted(study: Path) -> None:
    report = imported(study, "a.txt", GOOD.replace(b"So.", b"S\0o.\0"))
    assert "2 control characters" in report.dropped
    assert b"So." in (study / "transcripts/a.txt").read_bytes()


def test_of_two_files_of_one_name_the_second_is_named(study: Path, tmp_path: Path) -> None:
    paths = [tmp_path / place / "I01.txt" for place in ("one", "two")]
    for number, path in enumerate(paths):
        path.parent.mkdir()
        path.write_bytes(GOOD + b"\nAnn: More.\n" * number)
    first, second = import_files(study, paths)
    assert (first.status, second.status) == ("imported", "failed")
    assert "one/I01.txt of this import is called so too" in second.problem


def test_subtitles_name_who_speaks_and_lyrics_have_times() -> None:
    ass = (
        b"[Events]\nFormat: Layer, Start, End, Style, Name, Text\nComment: 0,0:00:00.00,0:00:01.00,D,,note\n"
        b"Dialogue: 0,0:00:05.00,0:00:06.00,D,Bo,So, it is.\n"
        b"Dialogue: 0,0:00:01.00,0:00:02.00,D,Ann,{\\i1}Why?{\\i0}\\NWhy not?\n"
    )
    found = READERS[".ass"](ass)
    assert found.turns == (
        Utterance("00:00:01", "Ann", "Why? Why not?"),
        Utterance("00:00:05", "Bo", "So, it is."),
    )
    assert "1 comment" in found.dropped
    sung = READERS[".lrc"](b"[ar:Ann]\n[00:01.00]Why?\n[00:02.00]\n[00:09.00]So.\nloose\n")
    assert sung.turns == (Utterance("00:00:01", "", "Why?"), Utterance("00:00:09", "", "So."))
    assert sung.dropped == ("1 line about the file", "1 line without a time")


@pytest.mark.slow
@pytest.mark.parametrize("suffix", READERS)
def test_damage_of_every_kind_is_a_line_and_nothing_else(suffix: str) -> None:
    """Always the same ones; for longer and with others by hand: `python -m tests.fuzzing`."""
    files = 150 if suffix == ".pdf" else 1000
    assert run(suffix, range(files), seed=20261128) == files


def _workbook(*cells: tuple[int, int], rows: int = 0) -> bytes:
    """A transcript in a workbook, with something in these cells besides, and so many rows more."""
    book, out = Workbook(), io.BytesIO()
    for row in [("time", "speaker", "text"), *[("0:01", "Ann", "So.")] * (1 + rows)]:
        book.active.append(row)
    for place in cells:
        book.active.cell(*place, "x")
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("cells", [(), ((1_048_576, 9),), ((1, 16_384),), ((1, 16_384), (1_048_576, 9))])
def test_a_cell_far_from_its_table_takes_no_time(cells: tuple[tuple[int, int], ...]) -> None:
    began = time.process_time()
    assert len(READERS[".xlsx"](_workbook(*cells)).turns) == 1
    assert time.process_time() - began < 3


def test_a_sheet_that_says_that_it_has_no_end_is_refused_in_a_line_and_in_time() -> None:
    wide = _workbook((1, 16_384), rows=3000)
    long = _rewritten(_workbook((5, 1)), b'<row r="5">', b'<row r="%s">' % (b"9" * 300))
    began = time.process_time()
    for data in (wide, long):
        with pytest.raises(Unreadable, match="a cell far outside of its table; delete the empty rows and columns"):
            READERS[".xlsx"](data)
    assert time.process_time() - began < 15


def _rewritten(data: bytes, old: bytes, new: bytes) -> bytes:
    """The workbook with other words in its sheet."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(out, "w") as after:
        for name in before.namelist():
            content = before.read(name)
            assert "sheet1" not in name or old in content
            after.writestr(name, content.replace(old, new) if "sheet1" in name else content)
    return out.getvalue()
