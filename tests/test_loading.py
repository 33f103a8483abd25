"""A study is loaded again quickly, and what comes out is what a first loading would give."""

import os
import re
import shutil
import time
from dataclasses import replace
from pathlib import Path

import pytest

from crosscase import Problem, study
from crosscase.memo import Memo
from crosscase.stages.checking import check
from crosscase.study import decisions
from crosscase.study.formats import codings
from tests.conftest import copy_of_the_sample


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    folder = tmp_path / "sample"
    folder.mkdir()
    copy_of_the_sample(folder)
    for path in folder.rglob("*"):
        os.utime(path, (0, 0))  # long ago, so that its time alone tells that it hasn't changed
    return folder


def test_only_the_file_that_changed_is_parsed_again(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = study.load(sample)
    parsed: list[str] = []
    decode = codings.decode

    def counted(data: bytes, path: str, coder: str, source_id: str, problems: list[Problem]) -> codings.CodingsFile:
        parsed.append(path)
        return decode(data, path, coder, source_id, problems)

    monkeypatch.setattr(codings, "decode", counted)
    changed = next(sample.glob("codings/*/I03.jsonl"))
    changed.write_text("".join(changed.read_text().splitlines(keepends=True)[:-1]))
    again = study.load(sample, known)
    assert parsed == [changed.relative_to(sample).as_posix()]
    assert len(again.codings) == len(known.codings) - 1
    assert again == study.load(sample)


def test_a_folder_that_is_as_it_was_is_not_looked_through_again(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = study.load(small)
    monkeypatch.setattr("crosscase.study.loading.checking.problems", lambda *_: pytest.fail("nothing has changed"))

    assert study.load(small, known) == known


def test_a_file_that_nothing_reads_and_that_came_since_is_named(small: Path) -> None:
    known = study.load(small)
    (small / "codebook/more.txt").write_text("codes:\n")

    assert study.load(small, known).problems == study.load(small).problems != known.problems


def test_a_file_that_could_not_be_read_is_read_once_it_can_be(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refusing(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    whole = study.load(small)
    monkeypatch.setattr(Path, "read_bytes", refusing)
    known = study.load(small)
    monkeypatch.undo()

    assert known.problems != whole.problems
    assert study.load(small, known) == whole


def test_what_a_decision_wrote_is_not_said_of_the_next_loading(small: Path) -> None:
    known = study.load(small)
    decided = decisions.write_memo(known, Memo("", "2026-01-01", "AB", "", (), "A thought.\n"))

    assert decided.written
    assert not study.load(small, decided).written


def test_loading_again_after_one_decision_costs_a_fraction_of_loading(sample: Path) -> None:
    """The benchmarks hold the seconds; a test on a busy machine holds the ratio."""

    def seconds(known: study.Study | None) -> float:
        began = time.process_time()
        study.load(sample, known)
        return time.process_time() - began

    known = study.load(sample)
    whole = min(seconds(None) for _ in range(2))
    changed = next(sample.glob("codings/*/I03.jsonl"))
    changed.write_bytes(changed.read_bytes() + b"\n")
    assert min(seconds(known) for _ in range(3)) < whole / 3


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("study.yaml", "title", "titel"),
        ("participants.csv", "sector", "branch"),
        ("sources.csv", "interview", "document"),
        ("codebook/*.yaml", "id: ", "id: x"),
        ("transcripts_sample/I03.txt", "e", "é"),
        ("charts/*.yaml", "summary", "summery"),
        ("cases/*.yaml", "features", "feature"),
        ("typologies/*.yaml", "all:", "any:"),
        ("themes/*.md", "cells", "cell"),
        ("claims.yaml", "count", "counted"),
        ("exhibits/*.yaml", "id", "ids"),
        ("guide.yaml", "codes", "code"),
    ],
)
def test_loading_again_gives_what_a_first_loading_gives(sample: Path, name: str, old: str, new: str) -> None:
    known = study.load(sample)
    path = sorted(sample.glob(name))[0]
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    again = study.load(sample, known)
    assert again == study.load(sample)
    assert again.hashes != known.hashes


def test_a_removed_and_a_new_file_are_seen_when_loading_again(sample: Path) -> None:
    known = study.load(sample)
    (sample / "claims.yaml").unlink()
    shutil.copy(sample / "transcripts_sample/I03.txt", sample / "transcripts_sample/I99.txt")
    again = study.load(sample, known)
    assert again == study.load(sample)
    assert again.source("I99")
    assert not again.claims


def test_a_file_that_keeps_its_time_and_size_is_read_again_while_it_is_young(small: Path) -> None:
    path = small / "cases/Ash.yaml"
    known = study.load(small)
    before = path.stat()
    with path.open("r+b") as file:
        file.write(path.read_bytes().replace(b"Ashford", b"Ashdown"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert study.load(small, known).cases[0].name == "Ashdown"


def test_whatever_names_a_code_by_its_former_id_counts_under_the_present_one(tmp_path: Path) -> None:
    folder = copy_of_the_sample(tmp_path)
    for path in folder.glob("codebook/*.yaml"):
        renamed = re.sub(
            r"^  - id: (\S+)$", r"  - id: \1-now\n    formerly: [\1]", path.read_text(), flags=re.MULTILINE
        )
        path.write_text(renamed)
    checked = check(folder)
    assert all(code.id.endswith("-now") for code in checked.study.codebook.codes)
    theme = checked.study.themes[0]
    written = decisions.write_theme(checked.study, replace(theme, statement="Said anew."))
    assert not check(folder, known=written).errors
    assert not checked.errors  # Also what claims count, and what themes and types rest on.
