import errno
import json
import multiprocessing
import os
from pathlib import Path

import pytest

from crosscase.exchange.importing import ImportReport, import_files, source_id
from crosscase.exchange.readers import READERS
from crosscase.problem import Refused

TALK = "Ann: Hello, you.\n\nBob: Well.\n\nAnn: Good.\n"


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    (tmp_path / "inbox").mkdir()
    return tmp_path / "inbox"


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return tmp_path / "study"


def put(path: Path, text: str = TALK) -> Path:
    path.write_bytes(text.encode())
    return path


def one(study: Path, path: Path) -> ImportReport:
    (report,) = import_files(study, [path])
    return report


def files(study: Path) -> list[str]:
    paths = (path.relative_to(study) for path in study.rglob("*") if path.is_file())
    return sorted(path.as_posix() for path in paths if path.parts[0] != ".crosscase")


def test_a_file_is_stored_as_text_and_kept_as_received(study: Path, inbox: Path) -> None:
    path = put(inbox / "Interview 01.txt", TALK.replace("\n", "\r\n"))
    report = one(study, path)
    assert (report.status, report.source_id, report.reader, report.turns, report.words) == (
        "imported", "Interview-01", "txt", 3, 4,
    )  # fmt: skip
    assert report.speakers == {"Ann": 2, "Bob": 1}
    assert (study / "transcripts/Interview-01.txt").read_bytes() == TALK.encode()
    assert (study / "transcripts/original/Interview 01.txt").read_bytes() == path.read_bytes()


def test_the_log_says_where_a_source_came_from(study: Path, inbox: Path) -> None:
    import_files(study, [put(inbox / "a.txt"), put(inbox / "b.txt", TALK + "Bob: More.")])
    first, second = map(json.loads, (study / "transcripts/original/imports.jsonl").read_text().splitlines())
    assert (first["file"], first["source"], second["source"]) == ("a.txt", "a", "b")
    assert len(first["sha256"]) == 64
    assert first["guessed"][0].startswith("speakers found by the pattern")


def test_a_file_that_was_imported_is_left_alone(study: Path, inbox: Path) -> None:
    path = put(inbox / "P01.txt")
    one(study, path)
    before = {name: (study / name).read_bytes() for name in files(study)}
    assert one(study, path).status == "unchanged"
    assert {name: (study / name).read_bytes() for name in files(study)} == before


def test_a_stored_text_is_never_written_over(study: Path, inbox: Path) -> None:
    one(study, put(inbox / "P01.txt"))
    report = one(study, put(inbox / "P01.txt", "Ann: Other words.\n\nAnn: Yes."))
    assert report.status == "failed"
    assert report.problem == (
        "P01.txt is already in the study with other content; `--replace` puts this file in its place, and a new name "
        "makes another source of it"
    )
    assert (study / "transcripts/P01.txt").read_text() == TALK


@pytest.mark.parametrize("other", ["p01.txt", "P01.md"])
def test_two_files_of_one_name_are_not_both_imported(study: Path, inbox: Path, other: str) -> None:
    reports = import_files(study, [put(inbox / "P01.txt"), put(inbox / other, TALK + "Bob: More.")])
    assert [report.status for report in reports] == ["imported", "failed"]


def test_a_source_that_is_known_elsewhere_is_not_imported(study: Path, inbox: Path) -> None:
    (report,) = import_files(study, [put(inbox / "P01.txt")], known={"P01"})
    assert report.problem.startswith("P01 is already in the study")
    assert files(study) == []


def test_an_original_is_never_written_over(study: Path, inbox: Path) -> None:
    one(study, put(inbox / "P01.txt"))
    (study / "transcripts/P01.txt").unlink()
    report = one(study, put(inbox / "P01.txt", "Ann: Other words.\n\nAnn: Yes."))
    assert "is already kept" in report.problem
    assert (study / "transcripts/original/P01.txt").read_text() == TALK


def test_the_same_file_under_another_name_is_imported_and_said(study: Path, inbox: Path) -> None:
    _, second = import_files(study, [put(inbox / "a.txt"), put(inbox / "b.txt")])
    assert second.status == "imported"
    assert "the same file was imported before as a" in second.guessed


def test_bad_files_do_not_stop_the_others(study: Path, inbox: Path) -> None:
    paths = [
        inbox / "missing.txt",
        put(inbox / "empty.txt", ""),
        put(inbox / "sound.mp3"),
        put(inbox / "not.docx"),
        put(inbox / "….txt"),
        put(inbox / "good.txt"),
    ]
    reports = import_files(study, paths)
    assert [report.file for report in reports] == [str(path) for path in paths]
    assert [report.status for report in reports] == ["failed"] * 5 + ["imported"]
    assert all(report.problem and ";" in report.problem for report in reports[:5])
    assert all(suffix in reports[2].problem for suffix in READERS)


def test_a_folder_stands_for_the_readable_files_in_it(study: Path, inbox: Path) -> None:
    for name in ("b.txt", "a.txt", "c.mp3", ".hidden.txt", "~$d.docx"):
        put(inbox / name, f"Ann: {name}\n\nAnn: Yes.")
    (inbox / "sub").mkdir()
    put(inbox / "sub" / "e.txt")
    put(inbox / "a-10.txt", "Ann: Ten.\n\nAnn: Yes.")
    put(inbox / "a-2.txt", "Ann: Two.\n\nAnn: Yes.")
    reports = import_files(study, [inbox])
    assert [report.source_id for report in reports if report.status == "imported"] == ["a", "a-2", "a-10", "b"]
    named = {Path(report.file).name: report.problem for report in reports if report.status == "skipped"}
    assert named == {
        "c.mp3": "a recording without a transcript of its name",
        "sub": "a folder; give it by itself to import what is in it",
    }
    assert "no file that can be read" in one(study, inbox.parent / "study" / "transcripts" / "..").problem


@pytest.mark.parametrize("failing", ["P01.txt", "original/P01.txt", "original/imports.jsonl"])
def test_a_full_disk_leaves_nothing_half_written(
    study: Path, inbox: Path, failing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.replace

    def full(here: Path, target: Path) -> None:
        if target == study / "transcripts" / failing:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(here, target)

    path = put(inbox / "P01.txt")
    monkeypatch.setattr(os, "replace", full)
    report = one(study, path)
    assert report.status == "failed"
    assert "disk is full" in report.problem
    assert files(study) == []
    monkeypatch.undo()
    assert one(study, path).status == "imported"


def test_a_folder_that_cannot_be_made_is_said(study: Path, inbox: Path) -> None:
    study.mkdir()
    put(study / "transcripts", "a file in the way")
    assert "a file stands where a folder is needed" in one(study, put(inbox / "P01.txt")).problem


def test_a_text_without_names_is_imported_and_it_is_said(study: Path, inbox: Path) -> None:
    report = one(study, put(inbox / "P01.txt", "Some words.\n\nOthers."))
    assert (report.status, report.turns, report.speakers) == ("imported", 2, {})
    assert report.guessed[-1] == (
        f"no speakers found: every turn stands without a name; write `Name: ` before each turn in {inbox / 'P01.txt'}"
    )


def test_a_text_with_one_name_is_imported_and_it_is_said(study: Path, inbox: Path) -> None:
    report = one(study, put(inbox / "P01.txt", "Ann: Words.\n\nAnn: Others."))
    assert report.guessed[-1].startswith("only one speaker found, Ann")


def test_a_turn_without_words_is_dropped_and_counted(study: Path, inbox: Path) -> None:
    report = one(study, put(inbox / "P01.txt", "Ann: Words.\n\nBob: \n\nAnn: Others."))
    assert (report.turns, report.dropped) == (2, ("1 turn without words",))


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("Interview 01.docx", "Interview-01"),
        ("P01.txt", "P01"),
        ("Žofie a Åse.txt", "Žofie-a-Åse"),
        ("Z\u030cofie.txt", "Žofie"),
        ("a - b (final).v2.txt", "a-b-final-v2"),
        ("...txt", ""),
        ("…!.txt", ""),
        ("CON.txt", "CON-1"),
        ("lpt1.txt", "lpt1-1"),
        ("x" * 200 + ".txt", "x" * 60),
    ],
)
def test_a_source_is_named_after_its_file(name: str, id: str) -> None:
    assert source_id(name) == id


@pytest.mark.parametrize("transcripts", ["../elsewhere", "/tmp/elsewhere"])
def test_nothing_is_written_outside_the_study(study: Path, inbox: Path, transcripts: str) -> None:
    with pytest.raises(Refused, match="leads out of the study"):
        import_files(study, [put(inbox / "P01.txt")], transcripts=transcripts)
    assert files(study) == []


def test_a_spoiled_log_does_not_stop_an_import(study: Path, inbox: Path) -> None:
    one(study, put(inbox / "a.txt"))
    log = study / "transcripts/original/imports.jsonl"
    log.write_bytes(log.read_bytes() + b'[1]\n{"half": ')
    report = one(study, put(inbox / "b.txt", TALK + "Bob: More."))
    assert report.status == "imported"
    assert json.loads(log.read_text().splitlines()[-1])["source"] == "b"


def import_each(study: str, paths: list[str]) -> None:
    import_files(Path(study), [Path(path) for path in paths])


@pytest.mark.parametrize("same", [True, False])
def test_two_imports_at_once_store_every_text_with_its_original_and_its_line(
    study: Path, inbox: Path, same: bool
) -> None:
    names = [[f"{'' if same else importer}{n}.txt" for n in range(12)] for importer in "ab"]
    for name in {name for mine in names for name in mine}:
        put(inbox / name, TALK + name)
    spawn = multiprocessing.get_context("spawn")
    importers = [
        spawn.Process(target=import_each, args=(str(study), [str(inbox / name) for name in mine])) for mine in names
    ]
    for importer in importers:
        importer.start()
    for importer in importers:
        importer.join()
    stored = {Path(name).stem for mine in names for name in mine}
    log = (study / "transcripts/original/imports.jsonl").read_text().splitlines()
    assert {Path(name).name for name in files(study) if "original" not in name} == {f"{name}.txt" for name in stored}
    assert {Path(name).name for name in files(study) if "original" in name} == {
        *(f"{name}.txt" for name in stored),
        "imports.jsonl",
    }
    assert sorted(json.loads(line)["source"] for line in log) == sorted(stored)


def test_a_time_that_stays_within_the_words_is_said(tmp_path: Path) -> None:
    talk = tmp_path / "talk.txt"
    talk.write_text("Ann: Why?\nBo: So. [00:00:20] And so on.\nAnn: Ah.\nBo: [inaudible 00:00:31] yes.\n")
    report = import_files(tmp_path / "study", [talk])[0]
    times = [said for said in report.guessed if "within the words" in said]
    assert times == ["1 time left within the words, the first [00:00:20] in Bo’s “So. [00:00:20] And so on.”"]
