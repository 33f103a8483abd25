"""The parts of a zipped project, read by name and within limits; nothing is ever unpacked to the disk."""

import io
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from urllib.parse import unquote

from crosscase.exchange.text import DAMAGE
from crosscase.exchange.transcript import Unreadable

MOST_PARTS = 20_000
LARGEST_PART = 200_000_000
"""Bytes that one part may unpack to, as declared and as counted."""
LARGEST_WHOLE = 1_000_000_000
HIGHEST_RATIO = 1000
"""How many times its packed size a part over a megabyte may unpack to: texts reach 20, bombs 1,000."""


class Archive:
    """A zipped project. Names are matched whatever their capitals; the file names in it are never used as paths."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            parts = [info for info in self._zip.infolist() if not info.is_dir() and not _is_beside(info.filename)]
        except DAMAGE as error:
            raise Unreadable("it isn't a whole .qdpx file; export the project again") from error
        if len(parts) > MOST_PARTS:
            raise Unreadable(f"it holds more than {MOST_PARTS:,} files; export the project without its media")
        folder = _folder([_plain(info.filename) for info in parts])
        names = Counter(_plain(info.filename).removeprefix(folder) for info in parts)
        self._parts = {_plain(info.filename).removeprefix(folder): info for info in parts}
        self.twice = [
            f"{count} files of the project are called {name}, whatever their capitals: the last one was read"
            for name, count in names.items()
            if count > 1
        ]

    def project_part(self) -> str:
        """The name of the one .qde at the top; it may be called after the project."""
        found = [name for name in self._parts if name.endswith(".qde") and "/" not in name]
        if not found:
            raise Unreadable("it holds no project.qde, so it is no REFI-QDA project; export it again")
        return "project.qde" if "project.qde" in found else min(found)

    def read(self, name: str) -> bytes:
        """The bytes of a part. Raises `Unreadable` where it is too large, protected or damaged."""
        info = self._parts[name.casefold()]
        if info.flag_bits & 1:
            raise Unreadable("it is protected by a password; export it without one")
        packed = max(info.compress_size, 1)
        if info.file_size > LARGEST_PART or (info.file_size > 1_000_000 and info.file_size / packed > HIGHEST_RATIO):
            raise Unreadable(
                f"{PurePosixPath(info.filename).name} unpacks to far more than a text has; nothing was read"
            )
        try:
            with self._zip.open(info) as part:
                data = part.read(LARGEST_PART + 1)
        except DAMAGE as error:
            raise Unreadable(f"{PurePosixPath(info.filename).name} is damaged; export the project again") from error
        if len(data) > LARGEST_PART:
            raise Unreadable(
                f"{PurePosixPath(info.filename).name} unpacks to far more than a text has; nothing was read"
            )
        return data

    def source(self, path: str) -> bytes | None:
        """The file that a path of the project means, be it `internal://…` or a bare name; None if it isn't there.

        Paths that lead out of the archive (`absolute://`, `..`) are never followed; `relative://` is looked for in it.
        """
        name = self._found(path)
        return self.read(name) if name else None

    def has(self, path: str) -> bool:
        """Whether the file that a path of the project means is in the archive."""
        return bool(self._found(path))

    def _found(self, path: str) -> str:
        return next((name for name in _candidates(path) if name in self._parts), "")

    def names(self) -> Iterator[str]:
        yield from (info.filename for info in self._parts.values())


def _plain(name: str) -> str:
    return name.replace("\\", "/").casefold()


def _is_beside(name: str) -> bool:
    """Whether a part is what macOS writes beside each file of an archive."""
    return name.startswith("__MACOSX/") or PurePosixPath(name).name.startswith("._")


def _folder(names: Sequence[str]) -> str:
    """The folder that holds the whole project, where it was zipped with its folder; empty where it wasn't."""
    found = [name for name in names if name.endswith(".qde")]
    if len(found) != 1 or found[0].count("/") != 1:
        return ""
    folder = found[0].partition("/")[0] + "/"
    return folder if all(name.startswith(folder) for name in names) else ""


def _candidates(path: str) -> Iterator[str]:
    scheme, colon, rest = path.partition(":")
    if colon and scheme.casefold() not in ("internal", "relative"):
        return
    bare = (rest if colon else path).replace("\\", "/").strip("/").casefold().removeprefix("./")
    if not bare or ".." in bare.split("/"):
        return
    for name in dict.fromkeys((bare, unquote(bare))):
        for plain in dict.fromkeys((name, name.strip("{}"), name.replace("{", "").replace("}", ""))):
            yield f"sources/{plain}"
            yield plain
