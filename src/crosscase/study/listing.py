"""What lies in a study's folder: the files of its own places, and what tells whether one of them has changed."""

import errno
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

Seen = tuple[int, int, int]
Outline = tuple[tuple[str, ...], tuple[tuple[str, str], ...]]
"""The names of a study's folders, and of all that lies in some of them, each with why it isn't read."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file, or a folder that can't be looked into; `name` is its path within the study, with `/`.

    `seen` is when it was last changed, its size and its number on the disk. `why_not` says why it isn't read: a link
    that leads out of the study or nowhere, a folder that may not be opened, something that is no file.
    """

    name: str
    seen: Seen = (0, 0, 0)
    why_not: str = ""


@dataclass(slots=True)
class Listing:
    """One folder, looked through place by place, and each place only once."""

    root: Path
    _places: dict[str, tuple[Entry, ...]] = field(default_factory=dict)

    def top(self) -> tuple[Entry, ...]:
        """The files that lie in the folder itself."""
        if "" not in self._places:
            self._places[""] = tuple(self._walk("", deep=False))
        return self._places[""]

    def folders(self) -> tuple[str, ...]:
        """The names of the folders in the study's folder, but for hidden ones."""
        with os.scandir(self.root) as scanned:
            return tuple(sorted(e.name for e in scanned if not e.name.startswith(".") and e.is_dir()))

    def below(self, place: str) -> tuple[Entry, ...]:
        """All that lies in one of the folders, however deep, in order; hidden files are left out."""
        if place not in self._places:
            path = self.root / place
            self._places[place] = tuple(self._walk(place)) if path.is_dir() or path.is_symlink() else ()
        return self._places[place]

    def matching(self, pattern: str) -> Iterator[Entry]:
        """The files that can be read and whose path fits the pattern, part by part."""
        parts = pattern.split("/")
        for entry in self.below(parts[0]) if len(parts) > 1 else self.top():
            if not entry.why_not and fits(entry.name, parts) and not is_copy(entry.name):
                yield entry

    @property
    def places(self) -> tuple[str, ...]:
        """The places that were looked through."""
        return tuple(self._places)

    def entries(self, places: Iterable[str]) -> Iterator[Entry]:
        """All that lies in these places; the study's own folder is named by nothing."""
        for place in places:
            yield from self.below(place) if place else self.top()

    def copies(self) -> Iterator[str]:
        """The paths of what sync programs made of two people's edits, in all places that were looked through."""
        yield from (entry.name for entry in self.entries(self.places) if is_copy(entry.name))

    def outline(self, places: Iterable[str]) -> Outline:
        return self.folders(), tuple((entry.name, entry.why_not) for entry in self.entries(places))

    def _walk(self, place: str, *, deep: bool = True) -> Iterator[Entry]:
        folder = self.root / place
        if not self._lies_within(folder):
            yield Entry(place, why_not=LEADS_OUT)
            return
        try:
            with os.scandir(folder) as scanned:
                shown = [entry for entry in scanned if not entry.name.startswith(".")]
        except OSError as error:
            yield Entry(place, why_not=_reason(error))
            return
        for entry in sorted(shown, key=lambda entry: natural(entry.name)):
            name = f"{place}/{entry.name}" if place else entry.name
            if not entry.is_dir():
                yield self._entry(name, entry)
            elif deep and not (entry.is_symlink() and _leads_back(Path(entry.path))):
                yield from self._walk(name)

    def _entry(self, name: str, entry: "os.DirEntry[str]") -> Entry:
        if entry.is_symlink() and not self._lies_within(Path(entry.path)):
            return Entry(name, why_not=LEADS_OUT)
        try:
            stat = entry.stat()
        except OSError as error:
            return Entry(name, why_not="this link leads nowhere" if entry.is_symlink() else _reason(error))
        if not entry.is_file():
            return Entry(name, why_not="this is neither a file nor a folder")
        return Entry(name, (stat.st_mtime_ns, stat.st_size, stat.st_ino))

    def _lies_within(self, path: Path) -> bool:
        if path == self.root or not path.is_symlink():
            return True  # what isn't a link lies where its folder lies, which was looked at before
        try:
            return path.resolve().is_relative_to(self.root.resolve())
        except (OSError, RuntimeError):
            return False


_COPY = re.compile(
    r"\.sync-conflict-\d"  # Syncthing
    r"|\([^()]*(?:conflict|Konfliktkopie|copie en conflit|copia en conflicto)[^()]*\)"  # Dropbox, Nextcloud
    r"|_conflict-\d",  # ownCloud
    re.IGNORECASE,
)
LEADS_OUT = "this link leads out of the study, so it is not read"


def natural(name: str) -> tuple[list[str | int], str]:
    """What to sort names by, so that the numbers in them go by their size: `Interview-2` before `Interview-10`."""
    parts = re.split(r"(\d+)", name.casefold())
    return [int(part) if place % 2 else part for place, part in enumerate(parts)], name


def fits(name: str, pattern: list[str]) -> bool:
    """Whether a path fits a pattern, part by part, capitals told from small letters on every system."""
    parts = name.split("/")
    return len(parts) == len(pattern) and all(map(fnmatchcase, parts, pattern))


def is_copy(name: str) -> bool:
    """Whether a sync program made this file, of two people's edits of another."""
    return bool(_COPY.search(name.rpartition("/")[2]))


def _leads_back(path: Path) -> bool:
    return path.parent.resolve().is_relative_to(path.resolve())


def _reason(error: OSError) -> str:
    if error.errno in (errno.EACCES, errno.EPERM):
        return "this may not be read"
    return f"this can't be read ({error.strerror or error})"
