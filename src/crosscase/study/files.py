"""Single files: read with their hash, written whole or not at all, and never over a newer version."""

import errno
import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from crosscase.problem import Refused

_REASONS = {
    errno.ENOSPC: "the disk is full; free some space and try again",
    errno.EDQUOT: "the disk quota is used up; free some space and try again",
    errno.EROFS: "the folder is read-only; choose another place or change its permissions",
    errno.EACCES: "the folder may not be written; choose another place or change its permissions",
    errno.EPERM: "the folder may not be written; choose another place or change its permissions",
    errno.ENOTDIR: "a file stands where a folder is needed; move it away",
    errno.EEXIST: "a file stands where a folder is needed; move it away",
}


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def write(path: Path, data: bytes, *, read: str | None) -> str:
    """Replace a file, provided that it is still the one that was read; return the new hash.

    `read` is the sha256 of the file as it was read, or None if there was none. The file is either written whole or left
    as it was. Raises `Refused` if it changed meanwhile, or can't be written.
    """
    found = sha256(path.read_bytes()) if path.is_file() else None
    if found != read:
        happened = "was made" if read is None else "was removed" if found is None else "was changed"
        raise Refused(f"{path} {happened} by someone else meanwhile; nothing was written: load the study again")
    try:
        _replace(path, data)
    except OSError as error:
        raise Refused(f"{path} could not be written: {reason(error)}; nothing was changed") from error
    return sha256(data)


def write_new(path: Path, data: bytes) -> str:
    """Write a file that must not exist yet; return its hash. Raises `Refused` if it does, or can't be written."""
    return write(path, data, read=None)


def reason(error: OSError) -> str:
    """What an operating system's error means for a person, and what to do."""
    return _REASONS.get(error.errno or 0, error.strerror or str(error))


def inside(folder: Path, pattern: str) -> Iterator[tuple[Path, bool]]:
    """The files that match, in order of their names, each with whether it truly lies inside the folder."""
    root = folder.resolve()
    for path in sorted(folder.glob(pattern)):
        if path.is_file() and not path.name.startswith("."):
            yield path, path.resolve().is_relative_to(root)


def _replace(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
