import multiprocessing
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from crosscase.problem import Refused
from crosscase.study import files
from crosscase.study.files import Change, sha256
from tests.faults import Fault, outcomes

OLD = {"a.txt": b"old a", "deep/b.txt": b"old b", "gone.txt": b"going"}
NEW = {"a.txt": b"new a", "deep/b.txt": b"new b", "fresh/c/d.txt": b"new"}
CHANGES = (
    Change("a.txt", b"new a", sha256(b"old a")),
    Change("deep/b.txt", b"new b", sha256(b"old b")),
    Change("fresh/c/d.txt", b"new", None),
    Change("gone.txt", None, sha256(b"going")),
)


def filled(folder: Path) -> Path:
    for name, data in OLD.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def held(folder: Path) -> dict[str, bytes]:
    """Every file of the folder but the lock."""
    paths = (path for path in folder.rglob("*") if path.is_file() and ".crosscase" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def settled(folder: Path) -> dict[str, bytes]:
    """Every file as the next run finds them."""
    files.recover(folder)
    return held(folder)


def write_one(folder: Path) -> None:
    files.write(folder / "a.txt", b"new a", read=sha256(b"old a"))


def write_several(folder: Path) -> None:
    files.write_all(folder, CHANGES)


# -- a fault at every call

ONE = {**OLD, "a.txt": b"new a"}


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["full disk", "not permitted", "killed"])
@pytest.mark.parametrize(("act", "new"), [(write_one, ONE), (write_several, NEW)])
def test_a_fault_at_any_call_leaves_all_old_or_all_new_and_no_leftovers(
    tmp_path: Path, fault: Fault, act: Callable[[Path], None], new: dict[str, bytes]
) -> None:
    seen = []
    for folder, happened in outcomes(fault, lambda number: filled(tmp_path / str(number)), act):
        at_once = held(folder)
        if happened != "killed":
            assert {name: at_once.get(name) for name in new} == {
                name: (new if happened == "done" else OLD).get(name) for name in new
            }
        after = settled(folder)
        seen.append(happened)
        assert after in (OLD, new)
        assert (happened == "killed") or after == (new if happened == "done" else OLD)
    assert len(seen) > 4


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills a forked process")
def test_recovering_may_itself_be_killed_at_any_call(tmp_path: Path) -> None:
    halves = list(outcomes("killed", lambda number: filled(tmp_path / f"first-{number}"), write_several))
    for first, _ in halves:
        state = held(first)

        def again(number: int, state: dict[str, bytes] = state, first: Path = first) -> Path:
            folder = tmp_path / f"{first.name}-{number}"
            for name, data in state.items():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_bytes(data)
            return folder

        for folder, _ in outcomes("killed", again, files.recover):
            assert settled(folder) in (OLD, NEW)


# -- one writer at a time


def count_up(folder: str, times: int) -> None:
    counter = Path(folder) / "counter"
    for _ in range(times):
        with files.lock(Path(folder)):
            before = counter.read_bytes()
            files.write(counter, b"%d" % (int(before) + 1), read=sha256(before))


@pytest.mark.slow
def test_two_processes_lose_none_of_600_writes(tmp_path: Path) -> None:
    (tmp_path / "counter").write_bytes(b"0")
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=count_up, args=(str(tmp_path), 300)) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert held(tmp_path) == {"counter": b"600"}


def test_two_threads_lose_none_of_their_writes(tmp_path: Path) -> None:
    (tmp_path / "counter").write_bytes(b"0")
    writers = [threading.Thread(target=count_up, args=(str(tmp_path), 20)) for _ in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert held(tmp_path) == {"counter": b"60"}


def test_the_lock_may_be_taken_again_within_and_is_free_afterwards(tmp_path: Path) -> None:
    with files.lock(tmp_path), files.lock(tmp_path):
        pass
    with files.lock(tmp_path, wait=0):
        pass


def test_who_waits_too_long_is_told(tmp_path: Path) -> None:
    entered, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with files.lock(tmp_path):
            entered.set()
            leave.wait(10)

    other = threading.Thread(target=hold)
    other.start()
    entered.wait(10)
    with pytest.raises(Refused, match="another program is writing"), files.lock(tmp_path, wait=0.05):
        pass
    leave.set()
    other.join()


def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="there is no folder"), files.lock(tmp_path / "none"):
        pass
    assert held(tmp_path) == {}


def test_a_folder_that_cant_be_written_is_refused_and_left_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "mkdir", forbidden)
    with pytest.raises(Refused, match="can't be locked for writing: the folder may not be written"):
        files.write_all(filled_without_mkdir(tmp_path), [Change("a.txt", b"x", sha256(b"old a"))])
    files.recover(tmp_path)
    assert held(tmp_path) == {"a.txt": b"old a"}


def filled_without_mkdir(folder: Path) -> Path:
    (folder / "a.txt").write_bytes(b"old a")
    return folder


# -- never over a newer file


def test_of_two_files_one_of_which_changed_neither_is_written(tmp_path: Path) -> None:
    (filled(tmp_path) / "deep/b.txt").write_bytes(b"theirs")
    with pytest.raises(Refused, match=r"deep/b\.txt was changed by someone else"):
        files.write_all(tmp_path, CHANGES)
    assert held(tmp_path) == {**OLD, "deep/b.txt": b"theirs"}


def test_a_write_gives_back_the_new_hashes(tmp_path: Path) -> None:
    assert files.write_all(filled(tmp_path), CHANGES) == {
        **{name: sha256(data) for name, data in NEW.items()},
        "gone.txt": None,
    }
    assert held(tmp_path) == NEW


def test_a_rewritten_file_keeps_its_mode(tmp_path: Path) -> None:
    (filled(tmp_path) / "a.txt").chmod(0o640)
    files.write_all(tmp_path, CHANGES)
    assert (tmp_path / "a.txt").stat().st_mode & 0o777 == 0o640


def test_a_file_where_a_folder_is_needed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="a file stands where a folder is needed"):
        files.write_all(filled(tmp_path), [Change("a.txt/x", b"x", None), Change("y", b"y", None)])
    with pytest.raises(Refused, match="a folder stands where a file is needed"):
        files.write_all(tmp_path, [Change("deep", b"x", None), Change("y", b"y", None)])
    assert held(tmp_path) == OLD


# -- out of the study


@pytest.mark.parametrize(
    "path", ["../x", "a/../../x", "/x", "", ".", "C:\\x", "C:x", "a\\..\\..\\x", "a\0b", "link/x", "file"]
)
def test_nothing_is_written_out_of_the_study(tmp_path: Path, path: str) -> None:
    outside, study = tmp_path / "outside", tmp_path / "study"
    outside.mkdir()
    study.mkdir()
    (study / "link").symlink_to(outside)
    (study / "file").symlink_to(outside / "x")
    with pytest.raises(Refused):
        files.write_all(study, [Change(path, b"x", None)])
    assert held(outside) == {}


def test_a_link_within_the_study_stays_a_link(tmp_path: Path) -> None:
    (filled(tmp_path) / "link").symlink_to("a.txt")
    files.write_all(tmp_path, [Change("link", b"new", sha256(b"old a"))])
    assert ((tmp_path / "link").is_symlink(), (tmp_path / "a.txt").read_bytes()) == (True, b"new")


# -- leftovers


def killed_while_writing(folder: Path) -> int:
    """Kill a process that has just put the first of four files in its place; its number."""
    code = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from crosscase.study import files\n"
        "from tests.test_files import CHANGES\n"
        "place = files._place\n"
        "def once(temporary, path):\n"
        "    place(temporary, path)\n"
        "    if path.name == 'a.txt':\n"
        "        os._exit(9)\n"
        "files._place = once\n"
        "files.write_all(Path(sys.argv[1]), CHANGES)\n"
    )
    child = subprocess.Popen([sys.executable, "-c", code, str(folder)])
    assert child.wait() == 9
    return child.pid


def test_what_a_killed_run_began_is_finished_by_the_next_write(tmp_path: Path) -> None:
    killed_while_writing(filled(tmp_path))
    assert held(tmp_path)["deep/b.txt"] == b"old b"
    files.write_all(tmp_path, [Change("e.txt", b"e", None)])
    assert held(tmp_path) == {**NEW, "e.txt": b"e"}


def test_what_a_killed_run_began_is_undone_if_somebody_has_gone_on_since(tmp_path: Path) -> None:
    killed_while_writing(filled(tmp_path))
    (tmp_path / "deep/b.txt").write_bytes(b"theirs")
    assert settled(tmp_path) == {**OLD, "deep/b.txt": b"theirs"}


def test_a_journal_that_nobody_can_read_stops_writing_but_not_reading(tmp_path: Path) -> None:
    for journal in (b"{", b'[{"path":"../x","before":null,"after":null,"temporary":"a.txt","backup":""}]'):
        (filled(tmp_path) / files.FORWARD).write_bytes(journal)
        files.recover(tmp_path)
        with pytest.raises(Refused, match="can't be understood"):
            files.write_all(tmp_path, CHANGES)
        assert held(tmp_path) == {**OLD, files.FORWARD: journal}


def test_only_our_own_leftovers_of_the_dead_are_cleared(tmp_path: Path) -> None:
    dead = killed_while_writing(filled(tmp_path / "elsewhere"))
    filled(tmp_path)
    (tmp_path / f"deep/.b.txt.{dead}.0123abcd.tmp").write_bytes(b"half")
    alive = f"deep/.b.txt.{os.getppid()}.0123abcd.tmp"
    theirs = ("notes.tmp", "deep/.swp.tmp", alive)
    for name in theirs:
        (tmp_path / name).write_bytes(b"theirs")
    files.recover(tmp_path)
    assert {name for name in held(tmp_path) if name.endswith(".tmp") and not name.startswith("elsewhere")} == {*theirs}
    long_ago = time.time() - 4000
    os.utime(tmp_path / alive, (long_ago, long_ago))
    files.recover(tmp_path)
    assert not (tmp_path / alive).exists()


def test_recovering_a_study_with_nothing_wrong_touches_nothing(tmp_path: Path) -> None:
    files.recover(filled(tmp_path))
    files.recover(tmp_path / "none")
    assert {path.name for path in tmp_path.iterdir()} == {"a.txt", "deep", "gone.txt"}


# -- Windows


def test_a_file_that_windows_holds_for_a_moment_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace, refusals = os.replace, [5, 32, 33]

    def held_for_a_moment(*args: Path) -> None:
        if refusals:
            error = PermissionError(13, "Access is denied")
            error.winerror = refusals.pop()  # type: ignore[attr-defined, unused-ignore]
            raise error
        replace(*args)

    monkeypatch.setattr(os, "replace", held_for_a_moment)
    write_one(filled(tmp_path))
    assert (tmp_path / "a.txt").read_bytes() == b"new a"
