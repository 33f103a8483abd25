"""Files: read with their hash, written whole or not at all, under the study's lock, never over a newer version.

Several files of one decision are written together: first each under a temporary name, then a journal that names them,
then each is put in its place. What a killed run left half done is finished, or undone, by the next.
"""

import errno
import hashlib
import json
import os
import re
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath

from crosscase.problem import Blocked, Refused

LOCK = ".crosscase/lock"
# Beside the files, not under `.crosscase/`, which may be deleted at any time.
FORWARD, BACK = ".crosscase-writing.json", ".crosscase-undoing.json"
WAIT = 60.0
PATIENCE = 2.5
# As deep as what was taken out lies: removed/<source>/codings/<coder>.
DEEPEST = 5

_REASONS = {
    errno.ENOSPC: "the disk is full; free some space and try again",
    errno.EDQUOT: "the disk quota is used up; free some space and try again",
    errno.EROFS: "the folder is read-only; choose another place or change its permissions",
    errno.EACCES: "the folder may not be written; choose another place or change its permissions",
    errno.EPERM: "the folder may not be written; choose another place or change its permissions",
    errno.ENOTDIR: "a file stands where a folder is needed; move it away",
    errno.EEXIST: "a file stands where a folder is needed; move it away",
    errno.EISDIR: "a folder stands where a file is needed; move it away",
    errno.EBUSY: "another program holds it; close it there and try again",
    errno.ENOLCK: "this drive has no locks; keep the study on a disk of this machine, and copy it there",
}
# Access denied, sharing violation, lock violation: a virus scanner or a sync client holds the file for a moment.
_HELD_ON_WINDOWS = {5, 32, 33}
# What network drives answer to what they don't know: flushing, permissions, locks.
_NOT_KNOWN = {errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS}
_TEMPORARY = re.compile(r"\..*?\.(?:(?P<pid>\d+)\.[0-9a-f]{8}|[a-z0-9_]{8})\.tmp", re.DOTALL)
_AN_HOUR = 3600

_in_use: set[Path] = set()


@dataclass(frozen=True, slots=True)
class Change:
    """One file of a write: its path in the study, what it shall hold (None: it goes), its hash as it was read."""

    path: str
    data: bytes | None
    read: str | None


@dataclass(frozen=True, slots=True)
class _Step:
    """One file of the journal, with paths within the study. `before` and `after` are hashes, None for no file.

    It was carried out as soon as its temporary file is gone; `backup` then still holds what stood there before.
    """

    path: str
    before: str | None
    after: str | None
    temporary: str
    backup: str


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@contextmanager
def lock(folder: Path, *, wait: float = WAIT) -> Iterator[None]:
    """Hold the study's lock, which one thread of one process has at a time; it may take it again within.

    Raises `Refused` if someone else has it for longer than `wait` seconds, or the folder can't be written.
    """
    from filelock import FileLock, Timeout

    folder = folder.resolve()
    if not folder.is_dir():
        raise Refused(f"there is no folder {folder}; look at the spelling")
    guard = FileLock(folder / LOCK, poll_interval=0.01, is_singleton=True)
    try:
        (folder / LOCK).parent.mkdir(exist_ok=True)
        guard.acquire(timeout=wait)
    except Timeout:
        raise Blocked(f"another program is writing to {folder}; wait until it is done, and try again") from None
    except (OSError, NotImplementedError) as error:
        number = error.errno if isinstance(error, OSError) else errno.ENOSYS
        why = _REASONS[errno.ENOLCK] if number in _NOT_KNOWN else reason(OSError(number, str(error)))
        raise Blocked(f"{folder} can't be locked for writing: {why}") from error
    try:
        if guard.lock_counter == 1:
            _resume(folder)
        yield
    finally:
        guard.release()


def write(path: Path, data: bytes, *, read: str | None) -> str:
    """Replace a file, provided that it is still the one that was read; return the new hash.

    `read` is the sha256 of the file as it was read, or None if there was none. The file is either written whole or left
    as it was. Raises `Refused` if it changed meanwhile, or can't be written.
    """
    with _refusing(str(path)):
        _look_again(path, read, str(path))
        _put(path, data)
    return sha256(data)


def write_new(path: Path, data: bytes) -> str:
    """Write a file that must not exist yet; return its hash. Raises `Refused` if it does, or can't be written."""
    return write(path, data, read=None)


def write_all(folder: Path, changes: Iterable[Change]) -> dict[str, str | None]:
    """Write several files of a study: all or none, also if the program is killed meanwhile. Returns the new hashes.

    Raises `Refused`, with nothing written, if one of them changed since it was read, leads out, or can't be written.
    """
    changes = tuple(changes)
    hashes = {change.path: None if change.data is None else sha256(change.data) for change in changes}
    assert len(hashes) == len(changes)  # a file has one new state
    with lock(folder):
        for change in changes:
            with _refusing(change.path):
                _look_again(inside_study(folder, change.path), change.read, change.path)
        waiting = [change for change in changes if hashes[change.path] != change.read]
        if len(waiting) == 1:
            with _refusing(waiting[0].path):
                _put(inside_study(folder, waiting[0].path), waiting[0].data)
        elif waiting:
            with _refusing(", ".join(change.path for change in waiting)):
                _put_together(folder.resolve(), waiting)
    return hashes


def recover(folder: Path) -> None:
    """Finish or undo what a killed run left half done, and clear its leftovers.

    It never raises, and does nothing where the study can't be written or somebody is writing to it.
    """
    with suppress(OSError, Refused):
        if _journal(folder) is None and not any(_leftovers(folder)):
            return
        with lock(folder, wait=0):
            for path in _leftovers(folder):
                _drop(path)


def inside_study(folder: Path, path: str) -> Path:
    """Where a file of the study lies. Raises `Refused` if the path, or a link on the way, leads out of the study."""
    root = folder.resolve()
    parts = (*PurePosixPath(path).parts, *PureWindowsPath(path).parts)
    absolute = PurePosixPath(path).is_absolute() or PureWindowsPath(path).anchor
    if absolute or ".." in parts or "\0" in path or not PurePosixPath(path).parts:
        raise Refused(f"`{path}` is not a file of the study; nothing was written")
    there = (root / path).resolve()
    if not there.is_relative_to(root) or there == root:
        raise Refused(f"{path} leads out of the study through a link; put the file itself there")
    return there


def reason(error: OSError) -> str:
    """What an operating system's error means for a person, and what to do."""
    return _REASONS.get(error.errno or 0, error.strerror or str(error))


@contextmanager
def _refusing(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Blocked(f"{name} could not be written: {reason(error)}; nothing was changed") from error


def _look_again(path: Path, read: str | None, name: str) -> None:
    """Raise `Refused` if the file isn't any more what was read, OSError if no file can stand there."""
    present = _hash(path)
    if present != read:
        happened = "was made" if read is None else "was removed" if present is None else "was changed"
        raise Refused(f"{name} {happened} by someone else meanwhile; nothing was written: load the study again")
    near = _nearest(path)
    if near.exists() and not near.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(near))


def _hash(path: Path) -> str | None:
    """The hash of the file at this place; None if there is none."""
    try:
        return sha256(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return None


def _put(path: Path, data: bytes | None) -> None:
    """Write one file, or take it away."""
    if data is None:
        _patiently(path.unlink)
        _settle(path.parent)
        return
    temporary = _staged(path, data)
    try:
        _place(temporary, path)
    except BaseException:
        _drop(temporary)
        raise


def _put_together(folder: Path, changes: Sequence[Change]) -> None:
    steps: list[_Step] = []
    try:
        steps.extend(_prepared(folder, change) for change in changes)
        _put(folder / FORWARD, json.dumps([asdict(step) for step in steps]).encode())
    except BaseException:
        # While the journal stands, its files are needed: the next run then finishes what it says.
        _drop(folder / FORWARD)
        if not (folder / FORWARD).exists():
            _forget(folder, steps)
        raise
    try:
        for step in steps:
            _carry_out(folder, step)
    except OSError as error:
        try:
            _undo(folder, steps)
        except OSError:
            # The journal still stands, so it isn't half done for good; but it isn't true that nothing was changed.
            raise Refused(f"writing was interrupted ({reason(error)}); load the study again to finish it") from error
        raise
    _close(folder, FORWARD, steps)


def _prepared(folder: Path, change: Change) -> _Step:
    """What the change needs, made ready and durable: the new file, and a second name for the old one."""
    path = inside_study(folder, change.path)
    backup = temporary = None
    try:
        if change.data is not None:
            temporary = _staged(path, change.data)
            backup = _second_name(path) if change.read is not None else None
        elif change.read is not None:
            backup = _temporary_name(path)
    except BaseException:
        if temporary is not None:
            _drop(temporary)
        raise
    after = None if change.data is None else sha256(change.data)
    names = [place.relative_to(folder).as_posix() if place else "" for place in (path, temporary, backup)]
    return _Step(names[0], change.read, after, names[1], names[2])


def _carry_out(folder: Path, step: _Step) -> None:
    """Put one file in its place, or out of it, if that wasn't done before."""
    path = folder / step.path
    if step.after is None and path.exists():
        _patiently(lambda: path.replace(folder / step.backup))
        _settle(path.parent)
    elif step.after is not None and (folder / step.temporary).exists():
        _place(folder / step.temporary, path)


def _resume(folder: Path) -> None:
    """Finish what a killed run began; if somebody has changed one of its files since, undo it. Raises `Refused`."""
    steps = _journal(folder)
    if steps is None:
        return
    try:
        if not (folder / BACK).exists() and all(_may_be_carried_out(folder, step) for step in steps):
            for step in steps:
                _carry_out(folder, step)
            _close(folder, FORWARD, steps)
            return
        _undo(folder, steps)
    except OSError as error:
        raise Refused(f"an interrupted write of {folder} can't be finished: {reason(error)}") from error


def _may_be_carried_out(folder: Path, step: _Step) -> bool:
    done = not (folder / (step.temporary if step.after else step.path)).exists()
    return done or _hash(folder / step.path) == step.before


def _undo(folder: Path, steps: Sequence[_Step]) -> None:
    """Put back every file that was written and that nobody has changed since."""
    if (folder / FORWARD).exists():
        (folder / FORWARD).replace(folder / BACK)
        _settle(folder)
    for step in steps:
        path, backup = folder / step.path, folder / step.backup
        if _hash(path) != step.after:
            continue
        if step.before is None:
            _patiently(path.unlink)
            _settle(path.parent)
        elif backup.exists():
            _place(backup, path)
    _close(folder, BACK, steps)


def _close(folder: Path, journal: str, steps: Sequence[_Step]) -> None:
    """The journal goes first: from then on its files are leftovers, and no longer needed."""
    with suppress(OSError):
        _patiently((folder / journal).unlink)
        _settle(folder)
        _forget(folder, steps)


def _forget(folder: Path, steps: Sequence[_Step]) -> None:
    for step in steps:
        for name in filter(None, (step.temporary, step.backup)):
            _drop(folder / name)


def _journal(folder: Path) -> tuple[_Step, ...] | None:
    """What a run that was killed had still to do; None if nothing. Raises `Refused` if it can't be understood."""
    path = next((folder / name for name in (BACK, FORWARD) if (folder / name).exists()), None)
    if path is None:
        return None
    try:
        steps = tuple(_Step(**entry) for entry in json.loads(path.read_bytes()))
        for step in steps:
            inside_study(folder, step.path)
        fine = all(_is_ours(folder, name) for step in steps for name in (step.temporary, step.backup) if name)
    except (ValueError, TypeError, Refused, OSError):
        fine = False
    if not fine:
        raise Refused(f"{path} can't be understood; look whether the study is whole, then remove it")
    return steps


def _is_ours(folder: Path, name: str) -> bool:
    path = inside_study(folder, str(PurePosixPath(name).parent / "x"))
    return _TEMPORARY.fullmatch(PurePosixPath(name).name) is not None and path.parent.is_dir()


def _leftovers(folder: Path, depth: int = 1) -> Iterator[Path]:
    """Temporary files of runs that were killed, in the study's folders."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if depth < DEEPEST and (not entry.name.startswith(".") or entry.name == ".crosscase"):
                    yield from _leftovers(Path(entry.path), depth + 1)
            elif entry.name.endswith(".tmp") and _is_left_over(Path(entry.path)):
                yield Path(entry.path)


def _is_left_over(path: Path) -> bool:
    name = _TEMPORARY.fullmatch(path.name)
    if name is None or path in _in_use:
        return False
    if not name["pid"] or int(name["pid"]) == os.getpid():
        return True
    return not _is_alive(int(name["pid"])) or path.stat().st_mtime < time.time() - _AN_HOUR


def _is_alive(pid: int) -> bool:
    """Whether such a process runs here. Where that can't be asked without harm, it is taken for alive."""
    if os.name == "nt":
        return True
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True


def _staged(path: Path, data: bytes) -> Path:
    """The data under a temporary name on the same disk, durable. The file's folder need not be there yet."""
    temporary = _temporary_name(path)
    try:
        with open(temporary, "xb") as file:  # noqa: PTH123  (so that a test can count the calls)
            file.write(data)
            file.flush()
            _flush(file.fileno())
        if path.exists():
            _permit(temporary, path.stat().st_mode & 0o777)
        _settle(temporary.parent)
    except BaseException:
        _drop(temporary)
        raise
    return temporary


def _flush(handle: int) -> None:
    """Have it written at once, where the drive knows how."""
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _NOT_KNOWN:
            raise


def _permit(path: Path, mode: int) -> None:
    """Give it these permissions, where the drive has any to give."""
    try:
        path.chmod(mode)
    except OSError as error:
        if error.errno not in _NOT_KNOWN | {errno.EPERM}:
            raise


def _second_name(path: Path) -> Path:
    """The file under a second name: a link, or a copy where there are no links."""
    backup = _temporary_name(path)
    try:
        os.link(path, backup)
    except OSError:
        _in_use.discard(backup)
        return _staged(path, path.read_bytes())
    _settle(backup.parent)
    return backup


def _temporary_name(path: Path) -> Path:
    near = _nearest(path)
    name = near / f".{path.name[:40]}.{os.getpid()}.{secrets.token_hex(4)}.tmp"
    _in_use.add(name)
    return name


def _nearest(path: Path) -> Path:
    """The nearest thing that stands where the file's folders shall be; usually its folder."""
    return next(parent for parent in path.parents if os.path.lexists(parent))


def _place(temporary: Path, path: Path) -> None:
    missing = [parent for parent in path.parents if not parent.exists()]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _patiently(lambda: os.replace(temporary, path))  # noqa: PTH105  (so that a test can count the calls)
    except BaseException:
        for parent in missing:
            with suppress(OSError):
                parent.rmdir()
        raise
    _in_use.discard(temporary)
    for parent in (path.parent, *(folder.parent for folder in missing)):
        _settle(parent)


def _patiently(act: Callable[[], object]) -> None:
    """Do it; where Windows, or a network drive, says that somebody holds the file, try again for a while."""
    deadline, pause = time.monotonic() + PATIENCE, 0.01
    while True:
        try:
            act()
        except OSError as error:
            is_held = error.errno == errno.EBUSY or getattr(error, "winerror", None) in _HELD_ON_WINDOWS
            if not is_held or time.monotonic() + pause > deadline:
                raise
        else:
            return
        time.sleep(pause)
        pause = min(2 * pause, 0.25)


def _settle(folder: Path) -> None:
    """Make what was renamed in a folder durable, where the platform can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _drop(path: Path) -> None:
    _in_use.discard(path)
    with suppress(OSError):
        path.unlink(missing_ok=True)
