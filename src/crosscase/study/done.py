"""What a coder did in windows, kept so that it can still be taken back after the server was started again.

A line an act in `.crosscase/acts/<coder>.jsonl`: what of each file was cut out, and what was put in. It is written
just before the files are, so that after a kill it is known whether the last act was done: the files then are as it left
them. A line that is missing or damaged costs the way back of its act, and nothing else: whatever is taken back is held
against the file as it is. Several servers of one coder write it in turn, and each reads what the others did.
"""

import os
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from hashlib import sha256
from pathlib import Path, PurePosixPath

import msgspec

from crosscase.problem import Blocked, Refused
from crosscase.study import files
from crosscase.study.decisions.door import heard, plain_id
from crosscase.study.decisions.taking_back import changed_since, records
from crosscase.study.derived import ACTS
from crosscase.study.listing import Seen
from crosscase.study.study import Study, Written

KEPT = 200
"""How many acts can be taken back after another start of the server."""

LARGEST = 1024 * 1024
"""Bytes of an act's line; one that changed more can be taken back as long as the server runs."""

_IDS = 2**48


class Cut(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an act changed in one file: whole lines, between `start` bytes before them and `rest` bytes behind.

    `before` and `after` are the file's hashes; empty, with None for its words, where there was, or is then, no file.
    `records` are those of a YAML file that it changed, as they were and as it left them.
    """

    path: str
    start: int
    rest: int
    out: str | None
    put: str | None
    before: str
    after: str
    records: tuple[str, str] | None = None


class Act(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was decided. `undoes` is the act that this one took back, 0 for none; `key` is what the page called it."""

    id: int
    what: str
    key: str = ""
    undoes: int = 0
    cuts: tuple[Cut, ...] = ()


class Done:
    """The acts of one coder, oldest first. Not for two threads at once."""

    def __init__(self, folder: Path, coder: str) -> None:
        """Raises `Refused` for a coder whose name can't be that of a file."""
        self.folder = folder
        self._name = f"{ACTS}/{plain_id(coder, 'a coder')}"
        self.acts: list[Act] = []
        self._read: Seen | None = None
        if self._seen() is not None:
            with suppress(OSError, Refused), files.lock(folder):
                self._look_at_the_last()
        self.look()

    @property
    def is_behind(self) -> bool:
        """Whether another server has written since this one last looked."""
        return self._seen() != self._read

    def look(self) -> None:
        """Hear of what other servers of this coder did since."""
        if self.is_behind:
            self._read = self._seen()
            known = {act.id for act in self.acts}
            self.acts = [*self.acts, *(act for act in self._kept() if act.id not in known)][-KEPT:]

    def carry_out(self, decide: Callable[[], Study], what: str, *, key: str = "", undoes: int = 0) -> tuple[Act, Study]:
        """Decide, and keep how to take it back; where that can't be written, it is known until the end.

        Raises whatever the decision does, with nothing kept.
        """
        act = Act(1 + secrets.randbelow(_IDS), what, key, undoes)

        def hear(written: tuple[Written, ...]) -> AbstractContextManager[None]:
            nonlocal act
            act = msgspec.structs.replace(act, cuts=_cuts(written))
            return self._kept_unless_refused(act)

        with heard(hear):
            study = decide()
        self.acts = [*self.acts[-KEPT:], act]
        return act, study

    def act(self, act_id: int) -> Act:
        """Raises `Refused` for an act that isn't known, or was taken back."""
        act = next((act for act in self.acts if act.id == act_id), None)
        if act is None:
            raise Refused("there is no such act in this window")
        if act.cuts and not any(act in stack for stack in stacks(self.acts)):
            raise Refused("this was taken back already")
        return act

    def written(self, act: Act) -> tuple[Written, ...]:
        """The files that an act wrote, as far as they follow from those that are there now. Raises `Refused`."""
        later = self.acts[self.acts.index(act) + 1 :]
        return tuple(_written(cut, _cuts_of(cut.path, later), self._bytes(cut.path)) for cut in act.cuts)

    def _bytes(self, path: str) -> bytes | None:
        try:
            return files.inside_study(self.folder, path).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Blocked(f"{path} could not be read: {files.reason(error)}; nothing was changed") from error

    @contextmanager
    def _kept_unless_refused(self, act: Act) -> Iterator[None]:
        """The act's line is in the file, and goes again where the act can't be carried out. Others wait meanwhile."""
        size: int | None = None
        with suppress(OSError, Refused):
            self.look()  # What others did before comes before it.
            size = self._append(act)
            self._read = self._seen()
        try:
            yield
        except BaseException:
            if size is not None:
                with suppress(OSError):
                    os.truncate(self._place(".jsonl"), size)
                self._read = self._seen()
            raise

    def _append(self, act: Act) -> int | None:
        """How long the file was before; None where it changed too much to be kept, or can't be."""
        line = msgspec.json.encode(act)
        if len(line) > LARGEST:
            return None
        path = self._place(".jsonl")
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab", buffering=0) as file:
            size = file.tell()
            with suppress(OSError):
                # The line's end comes first: one that was cut off spoils no other.
                if file.write(b"\n" + line) == 1 + len(line):
                    return size
            file.truncate(size)
        return None

    def _look_at_the_last(self) -> None:
        """Whoever was killed may have said what they were to write, and not written it."""
        acts = self._kept()
        if not acts or not acts[-1].key:
            return
        *earlier, last = acts
        now = [(cut, self._bytes(cut.path)) for cut in last.cuts]
        if all(_is_as_left(cut, data) for cut, data in now):
            return
        if any(_hash(data) != cut.before for cut, data in now):
            # Somebody else has written since, and it can't be told: done twice is better than not at all.
            earlier.append(msgspec.structs.replace(last, key=""))
        self._keep(earlier)

    def _kept(self) -> list[Act]:
        """The last acts that can be read."""
        lines = self._lines()
        acts = list(filter(None, map(_act, lines)))
        if len(acts) < len(lines) or len(acts) > 2 * KEPT:
            with suppress(OSError, Refused), files.lock(self.folder):
                return self._put_right()
        return acts[-KEPT:]

    def _put_right(self) -> list[Act]:
        """A file in which something can't be read is set aside, and one too long cut. Others wait meanwhile."""
        lines = self._lines()
        acts = list(filter(None, map(_act, lines)))
        with suppress(OSError):
            if len(acts) < len(lines):
                os.replace(self._place(".jsonl"), self._place(".damaged"))  # noqa: PTH105
                self._keep(acts)
            elif len(acts) > 2 * KEPT:
                self._keep(acts)
        return acts[-KEPT:]

    def _lines(self) -> list[bytes]:
        try:
            lines = self._place(".jsonl").read_bytes().split(b"\n")
        except (OSError, Refused):
            return []
        return [line for line in lines if line.strip()]

    def _seen(self) -> Seen | None:
        """What tells whether the file has changed."""
        try:
            stat = self._place(".jsonl").stat()
        except (OSError, Refused):
            return None
        return stat.st_mtime_ns, stat.st_size, stat.st_ino

    def _keep(self, acts: Sequence[Act]) -> None:
        fresh = self._place(".fresh")
        fresh.write_bytes(b"".join(b"\n" + msgspec.json.encode(act) for act in acts[-KEPT:]))
        os.replace(fresh, self._place(".jsonl"))  # noqa: PTH105

    def _place(self, ending: str) -> Path:
        """Raises `Refused` where a link leads out of the study."""
        return files.inside_study(self.folder, f"{self._name}{ending}")


def stacks(acts: Iterable[Act]) -> tuple[list[Act], list[Act]]:
    """The acts that can be taken back, and those taken back that can be done again; the last one goes first.

    One that wrote nothing is neither.
    """
    back: list[Act] = []
    forth: list[Act] = []
    for act in acts:
        if not act.cuts:
            continue
        if not act.undoes:
            back.append(act)
            forth.clear()
        elif any(undone.id == act.undoes for undone in forth):
            forth = [undone for undone in forth if undone.id != act.undoes]
            back.append(act)
        else:
            back = [undone for undone in back if undone.id != act.undoes]
            forth.append(act)
    return back, forth


def _act(line: bytes) -> Act | None:
    """An act as it was kept; None for a line that says none, or leads where no decision writes."""
    try:
        act = msgspec.json.decode(line, type=Act)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return act if all(_is_in_sight(cut.path) for cut in act.cuts) else None


def _is_in_sight(path: str) -> bool:
    return not any(part.startswith(".") for part in PurePosixPath(path.replace("\\", "/")).parts)


def _is_as_left(cut: Cut, data: bytes | None) -> bool:
    """Whether a file holds what an act put there, whatever came since."""
    if _hash(data) == cut.after:
        return True
    return bool(cut.put) and cut.path.endswith(".jsonl") and (cut.put or "").encode() in (data or b"")


def _cuts_of(path: str, acts: Iterable[Act]) -> list[Cut]:
    cuts: list[Cut] = []
    for act in acts:
        cuts += [cut for cut in act.cuts if cut.path == path]
    return cuts


def _written(cut: Cut, later: Sequence[Cut], data: bytes | None) -> Written:
    """What an act wrote: both versions of a file where later acts lead back to it, else its lines alone.

    Lines are enough where each is a decision by itself, and so are records under names. Raises `Refused` for another
    file that others changed since.
    """
    for one in reversed(later):
        if _hash(data) == cut.after:
            break
        if _hash(data) == one.after:
            data = _earlier(one, data)
    if _hash(data) == cut.after:
        return Written(cut.path, _earlier(cut, data), data)
    if cut.records is not None and data is not None:
        return Written(cut.path, *map(str.encode, cut.records))
    if not cut.path.endswith(".jsonl"):
        raise changed_since(cut.path)
    return Written(cut.path, _bytes(cut.out), _bytes(cut.put))


def _earlier(cut: Cut, data: bytes | None) -> bytes | None:
    if cut.out is None:
        return None
    data = data or b""
    return data[: cut.start] + cut.out.encode() + data[len(data) - cut.rest :]


def _cuts(written: Sequence[Written]) -> tuple[Cut, ...]:
    """Nothing of a file that isn't text: such an act can be taken back as long as the server runs."""
    try:
        return tuple(_cut(file) for file in written)
    except UnicodeDecodeError:
        return ()


def _cut(file: Written) -> Cut:
    before, after = file.before or b"", file.after or b""
    start = before.rfind(b"\n", 0, _alike(before, after)) + 1
    rest = _alike_at_the_end(before[start:], after[start:])
    out, put = (data[start : len(data) - rest].decode() for data in (before, after))
    return Cut(
        file.path,
        start,
        rest,
        None if file.before is None else out,
        None if file.after is None else put,
        _hash(file.before),
        _hash(file.after),
        records(file),
    )


def _alike(one: bytes, other: bytes) -> int:
    """How many bytes two begin with alike."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _alike_at_the_end(one: bytes, other: bytes) -> int:
    """How many bytes two end with alike, from the beginning of a line in both."""
    rest = _alike(one[::-1], other[::-1])
    begins = [data[: len(data) - rest] for data in (one, other)]
    if all(not data or data.endswith(b"\n") for data in begins):
        return rest
    same = one[len(one) - rest :]
    line = same.find(b"\n") + 1
    return len(same) - line if line else 0


def _hash(data: bytes | None) -> str:
    return "" if data is None else sha256(data).hexdigest()


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else text.encode()
