"""What can go wrong around an open window, as its server meets it: said in one line, with nothing lost."""

import asyncio
import errno
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest
import watchfiles

from crosscase import load
from crosscase.study import decisions, files
from crosscase.web.watching import watch
from tests.awaiting import awaited
from tests.conftest import StudyFolder
from tests.test_decisions import contents, readable
from tests.test_web import SENT, Browser, passage

CODEBOOK = "codebook/2-people.yaml"


@pytest.fixture
def folder(study_folder: StudyFolder) -> Path:
    return readable(study_folder)


@pytest.fixture
def browser(folder: Path) -> Browser:
    return Browser(folder)


def failing(number: int) -> Callable[..., NoReturn]:
    def fail(*_: object, **__: object) -> NoReturn:
        raise OSError(number, os.strerror(number))

    return fail


def said(answer: Any) -> tuple[int, str]:
    assert "\n" not in answer.json().get("error", "")
    return answer.status_code, answer.json().get("error", "")


# -- a file that is broken by hand


def test_a_codebook_that_is_broken_is_named_with_its_line_until_it_is_mended(browser: Browser, folder: Path) -> None:
    path, whole = folder / CODEBOOK, (folder / CODEBOOK).read_text()
    assert browser.session.broken == ""
    path.write_text(f"{whole}  - {{id: people.foe, name: [\n")
    assert browser.client.get("/code?id=people.help").text.startswith(
        "A file is broken, so this can’t be shown: codebo"
    )
    assert browser.session.broken.startswith(f"{CODEBOOK}:11: ")
    status, error = said(browser.act(passage()))
    assert (status, f"Correct this first: {CODEBOOK}:11" in error) == (423, True)
    path.write_text(whole)
    assert said(browser.act(passage())) == (200, "")
    assert browser.session.broken == ""


def test_codings_that_are_broken_are_named_with_their_line_and_never_written_over(
    browser: Browser, folder: Path
) -> None:
    path = folder / "codings/AB/ash.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"id":"a9",\n')
    browser.session.look()
    number = whole.count(b"\n") + 1
    assert browser.session.broken.startswith(f"codings/AB/ash.jsonl:{number}: ")
    assert said(browser.act(passage()))[0] == 423
    assert path.read_bytes() == whole + b'{"id":"a9",\n'
    # Elsewhere people go on.
    assert said(browser.act({"act": "reword_code", **SENT["reword_code"]})) == (200, "")


def test_what_was_wrong_before_is_not_said_again_and_a_blind_coder_hears_nothing_of_others(folder: Path) -> None:
    path = folder / "codings/AB/ash.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole + b"{broken\n")
    assert Browser(folder).session.broken == ""
    path.write_bytes(whole)
    blind, other = Browser(folder, "CD", is_blind=True), Browser(folder, "CD")
    path.write_bytes(whole + b"{broken\n")
    assert (blind.session.look(), other.session.look()) == (True, True)
    assert (blind.session.broken, other.session.broken[:20]) == ("", "codings/AB/ash.jsonl")


def test_what_follows_elsewhere_from_a_decision_is_no_broken_file(browser: Browser, folder: Path) -> None:
    decisions.remove_coding(load(folder), "AB", "a2")
    browser.session.look()
    assert any(problem.path == "charts/money.yaml" for problem in browser.session.study.problems)
    assert browser.session.amiss == ""


@pytest.mark.parametrize(
    ("path", "copy"),
    [
        ("codings/AB/ash.jsonl", "codings/AB/ash (AB's conflicted copy 2026-11-02).jsonl"),
        ("codings/AB/ash.jsonl", "codings/AB/ash.sync-conflict-20261102-101112-ABCDEFG.jsonl"),
        (CODEBOOK, "codebook/2-people (conflicted copy).yaml"),
        ("codings/AB/ash.jsonl", "codings/AB/ash (1).jsonl"),
        (CODEBOOK, "codebook/2-people-LAPTOP.yaml"),
    ],
)
def test_a_sync_programs_conflict_copy_is_named_and_changes_nothing(folder: Path, path: str, copy: str) -> None:
    browser = Browser(folder)
    codings = browser.session.study.codings
    (folder / copy).write_bytes((folder / path).read_bytes())
    before = contents(folder)
    browser.session.look()
    assert copy in browser.session.amiss
    assert browser.session.study.codings == codings
    assert contents(folder) == before
    (folder / copy).unlink()
    browser.session.look()
    assert browser.session.amiss == ""
    assert said(browser.act(passage())) == (200, "")


# -- a drive that can do less


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOTSUP, errno.ENOSYS])
def test_a_drive_that_can_not_be_told_to_write_at_once_is_written_all_the_same(
    browser: Browser, folder: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setattr(os, "fsync", failing(number))
    assert said(browser.act(passage())) == (200, "")
    assert said(browser.act({"act": "rename_code", **SENT["rename_code"]})) == (200, "")
    assert "people.leader" in load(folder).codebook.by_id


def test_a_disk_that_fails_to_write_is_no_such_drive(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", failing(errno.EIO))
    assert said(browser.act(passage()))[0] == 423


def test_a_drive_without_permissions_second_names_or_dates_is_written_all_the_same(
    browser: Browser, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "chmod", failing(errno.EPERM))
    monkeypatch.setattr(os, "link", failing(errno.ENOTSUP))
    assert said(browser.act({"act": "rename_code", **SENT["rename_code"]})) == (200, "")
    assert "people.leader" in load(folder).codebook.by_id


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.ENOTSUP])
def test_a_drive_without_locks_is_said_in_one_line_and_nothing_is_written(
    browser: Browser, folder: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    before = contents(folder)
    with monkeypatch.context() as patch:
        patch.setattr("fcntl.flock", failing(number))
        status, error = said(browser.act(passage()))
    assert (status, "this drive has no locks; keep the study on a disk of this machine" in error) == (423, True)
    assert contents(folder) == before
    assert said(browser.act(passage())) == (200, "")


def test_a_file_that_another_program_holds_is_tried_again_and_then_named(
    browser: Browser, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace, tries = os.replace, []

    def held(source: str, target: str) -> None:
        tries.append(target)
        if len(tries) < 3:
            failing(errno.EBUSY)()
        replace(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", held)
        assert said(browser.act(passage())) == (200, "")
    before = contents(folder)
    with monkeypatch.context() as patch:
        patch.setattr(files, "PATIENCE", 0.05)
        patch.setattr(os, "replace", failing(errno.EBUSY))
        status, error = said(browser.act({"act": "remove_coding", "coding": "a2"}))
    assert (status, "another program holds it; close it there" in error) == (423, True)
    assert contents(folder) == before


@pytest.mark.parametrize(
    ("number", "status", "what"),
    [(errno.ENOSPC, 507, "disk is full"), (errno.EDQUOT, 507, "quota"), (errno.EROFS, 423, "read-only")],
)
def test_a_disk_that_is_full_or_read_only_while_a_window_is_open_is_named_and_taken_again(
    browser: Browser, folder: Path, monkeypatch: pytest.MonkeyPatch, number: int, status: int, what: str
) -> None:
    before = contents(folder)
    with monkeypatch.context() as patch:
        patch.setattr(files, "_staged", failing(number))
        answer = said(browser.act(passage()))
    assert (answer[0], what in answer[1]) == (status, True)
    assert contents(folder) == before
    assert said(browser.act(passage())) == (200, "")


def test_an_edit_that_no_date_tells_of_is_never_written_over(browser: Browser, folder: Path) -> None:
    path = folder / "codings/AB/ash.jsonl"
    stat = path.stat()
    edited = path.read_bytes().replace(b"It was dear", b"It was DEAR").replace(b'"a2"', b'"a7"')
    assert len(edited) == stat.st_size
    path.write_bytes(edited)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    browser.act({"act": "change_coding", "coding": "a1", "fields": {"memo": "mine"}})
    assert b'"a7"' in path.read_bytes()
    answer = browser.act({"act": "change_coding", "coding": "a1", "fields": {"memo": "mine"}})
    assert said(answer) == (200, "")
    assert b'"a7"' in path.read_bytes()
    assert b"mine" in path.read_bytes()


def test_where_the_system_tells_of_no_change_the_looks_find_it(
    browser: Browser, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watchfiles, "awatch", failing(errno.ENOSPC))
    heard: list[float] = []
    awaited(watch(folder, asyncio.Event(), lambda: heard.append(time.monotonic())))
    assert heard == []
    decisions.change_coding(load(folder), "AB", "a1", memo="theirs")
    assert browser.session.look()


# -- much, and too old


def test_four_hundred_passages_over_one_another_are_shown_and_taken_away(folder: Path) -> None:
    words = " ".join(f"w{number}" for number in range(900))
    (folder / "transcripts/fir.txt").write_text(f"P01: {words}.\n")
    passages = [
        {"start": 5 + 3 * (number // 2), "end": 2000 + 4 * number, "code": code}
        for number in range(200)
        for code in ("people.help", "money.source")
    ]
    browser = Browser(folder)
    began = time.monotonic()
    assert said(browser.act({"act": "add_codings", "source": "fir", "passages": passages})) == (200, "")
    page = browser.client.get("/source-fir.html").text
    assert page.count('class="noted') == 400 or page.count("coding/") >= 400
    assert time.monotonic() - began < 20
    coding = next(coding for coding in browser.session.study.codings if coding.source_id == "fir")
    assert said(browser.act({"act": "remove_coding", "coding": coding.id})) == (200, "")


def test_a_merge_that_was_looked_at_before_somebody_wrote_is_not_carried_out(browser: Browser, folder: Path) -> None:
    seen = browser.session.version
    decisions.change_coding(load(folder), "AB", "a2", memo="theirs")
    before = contents(folder)
    answer = browser.act({"act": "merge_codes", **SENT["merge_codes"]}, seen)
    assert (answer.status_code, contents(folder) == before) == (409, True)
