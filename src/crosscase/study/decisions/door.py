"""How every decision is carried out: under the study's lock, on the files as they are now, whole or not at all."""

import secrets
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from crosscase.coding import CROCKFORD
from crosscase.problem import Blocked, Outdated, Refused, nearest
from crosscase.source import Source
from crosscase.study import files
from crosscase.study.decisions.taking_back import taken_back
from crosscase.study.files import Change
from crosscase.study.formats.jsonl import BOM
from crosscase.study.formats.shape import ID, LONGEST_ID, RESERVED
from crosscase.study.loading import load
from crosscase.study.study import Study, Written

NEW = range(6)
"""So many letters at the end of a new id."""

T = TypeVar("T")
Act = Callable[[Study], Iterable[Change]]
Hear = Callable[[tuple[Written, ...]], AbstractContextManager[None]]

_hears: ContextVar[Hear | None] = ContextVar("_hears", default=None)


@contextmanager
def heard(hear: Hear) -> Iterator[None]:
    """Tell `hear` of what is decided within, before it is written: what it returns is entered, with the lock held, and
    left once all is written, or with the error where it can't be.
    """
    token = _hears.set(hear)
    try:
        yield
    finally:
        _hears.reset(token)


def decide(study: Study, act: Act) -> Study:
    """Carry out one decision, and return the study as it is then, with its problems.

    `act` is given the study as its files have it now, which may be newer than the one the person saw; it checks
    everything and returns the files to write. Raises `Refused`, with nothing written, if it can't be done.
    """
    with files.lock(study.folder):
        now = load(study.folder, known=study)
        _all_there(study, now)
        changes = _changes(act, now)
        written = tuple(_written(now, change) for change in changes)
        hear = _hears.get()
        with nullcontext() if hear is None else hear(written):
            files.write_all(study.folder, changes)
        after = load(study.folder, known=now)
    return replace(after, written=written)


def _changes(act: Act, now: Study) -> tuple[Change, ...]:
    try:
        return tuple(act(now))
    except OSError as error:
        where = error.filename or "a file of the study"
        raise Blocked(f"{where} could not be read: {files.reason(error)}; nothing was written") from error


def undo(study: Study, written: Iterable[Written] | None = None) -> Study:
    """Take back what a decision wrote, by default the study's last one; files are then as before, byte for byte.

    Where others have written into one of the files since, what they wrote stays. Raises `Refused`, with nothing
    written, if they changed the same record.
    """
    taken_back = study.written if written is None else tuple(written)
    if not taken_back:
        raise Refused("there is nothing to take back")

    def act(now: Study) -> Iterable[Change]:
        for file in taken_back:
            data = _bytes(now, file.path)
            yield Change(file.path, _taken_back(now, file, data), None if data is None else files.sha256(data))

    return decide(study, act)


def _taken_back(now: Study, file: Written, data: bytes | None) -> bytes | None:
    if data == file.after:
        return file.before
    if data is None or file.after is None:
        raise Refused(f"{file.path} was changed since; it can't be taken back: correct it by a new decision")
    readable(now, file.path)
    return taken_back(file, data)


def text_of(now: Study, path: str) -> str:
    """The file's text as it is now, with plain line ends; empty where there is none."""
    try:
        return data_of(now, path).decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise Refused(f"{path} is not UTF-8 text; save it as UTF-8 first, nothing was written") from error


def data_of(now: Study, path: str) -> bytes:
    """The file's bytes as they are now; empty where there is none."""
    return _bytes(now, path) or b""


def change_of(now: Study, path: str, data: bytes | str | None) -> Change:
    """A file to be written, against the version of it that was read. A text keeps the file's mark and line ends."""
    if isinstance(data, str):
        before = data_of(now, path)
        plain = data.replace("\n", "\r\n") if b"\r\n" in before else data
        data = plain.encode("utf-8-sig" if before.startswith(BOM) else "utf-8")
    return Change(path, data, now.hashes.get(path))


def readable(now: Study, path: str) -> None:
    """Raises `Refused` if the file has a line that couldn't be read: writing it again would lose that."""
    if path in now.unreadable:
        raise Blocked(f"{path} has a line that can't be read; correct it first (`crosscase check` names it)")


def agreed(seen: T, now: T, what: str) -> T:
    """What a decision is about, provided that it is still what the person saw when deciding."""
    if seen != now:
        raise Outdated(f"{what} was changed by someone else meanwhile; look at it as it is now, and decide again")
    return now


def known(id: str, ids: Collection[str], what: str) -> str:
    """An id, provided that the study has it: only then may it become part of a path."""
    if id in ids:
        return id
    raise Refused(f"there is no {what} `{id}`; {nearest(id, ids)}")


def source_of(now: Study, source_id: str) -> Source:
    source = now.source(source_id)
    if source is None:
        raise Refused(f"there is no source `{source_id}`; {nearest(source_id, [s.id for s in now.sources])}")
    return source


def coder_of(now: Study, coder: str) -> str:
    """A coder whom study.yaml names; any plain name where it names none."""
    named = (*now.settings.coders, *filter(None, (now.settings.consensus,)))
    if now.settings.coders and coder not in named:
        raise Refused(f"there is no coder `{coder}` in study.yaml; add them there, or use one of: {', '.join(named)}")
    return plain_id(coder, "a coder")


def plain_id(id: str, what: str) -> str:
    """An id that may become a file's name: letters, digits, `.`, `-` and `_`, beginning with a letter or digit."""
    if not ID.fullmatch(id):
        raise Refused(f"`{id}` can't be the id of {what}; use letters, digits, `.`, `-` and `_`, as in `AB`")
    if len(id) > 2 * LONGEST_ID:
        raise Refused(f"the id of {what} has at most {2 * LONGEST_ID} letters, this has {len(id)}; make it shorter")
    if RESERVED.fullmatch(id):
        raise Refused(f"`{id}` can't be the id of {what}: Windows gives no file that name; choose another")
    return id


def new_id(source_id: str, coder: str, taken: Collection[str]) -> str:
    """An id that no other coding has, here or in a colleague's copy of the study."""
    while True:
        made = f"{source_id}-{coder}-{''.join(secrets.choice(CROCKFORD) for _ in NEW)}"
        if made not in taken:
            return made


def own_or_new_id(draft: str, source_id: str, coder: str, taken: Collection[str]) -> str:
    """An id of this coder's for this source that was made before it was sent, so that an act sent twice is known again;
    a new one for anything else.
    """
    begins = f"{source_id}-{coder}-"
    letters = draft.removeprefix(begins)
    if not draft.startswith(begins) or len(letters) != len(NEW) or set(letters) - set(CROCKFORD):
        return new_id(source_id, coder, taken)
    if draft in taken:
        raise Refused(f"the coding `{draft}` is written already; nothing was added")
    return draft


def this_moment() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def today() -> str:
    return datetime.now(UTC).date().isoformat()


def _all_there(study: Study, now: Study) -> None:
    """Raises `Refused` if a file can't be read just now that could be before: what it says would count for nothing."""
    for path in study.hashes:
        if path not in now.hashes and _is_there(study.folder / path):
            raise Blocked(f"{path} can't be read just now, so nothing was changed; try again")


def _is_there(path: Path) -> bool:
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def _written(now: Study, change: Change) -> Written:
    return Written(change.path, _bytes(now, change.path), change.data)


def _bytes(now: Study, path: str) -> bytes | None:
    """The file as it is now. Raises `Refused` if it isn't the one that was just read."""
    file = files.inside_study(now.folder, path)
    try:
        data = file.read_bytes() if file.is_file() else None
    except OSError as error:
        raise Blocked(f"{path} could not be read: {files.reason(error)}; nothing was changed") from error
    found = None if data is None else files.sha256(data)
    if path in now.hashes and found != now.hashes[path]:
        raise Blocked(f"{path} is being changed by someone else; try again")
    return data
