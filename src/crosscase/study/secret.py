"""The key from which the ids of a report for outsiders are drawn: random, made once, and shared with nobody.

It lies in the study's folder, is readable by its owner alone, and no version control takes it. Without it nobody can
tell which new id is which; with another one all ids of the next report are others.
"""

import re
import secrets
from pathlib import Path

from crosscase.problem import Refused
from crosscase.study import files

PLACE = ".crosscase-secret"
IGNORE = ".gitignore"
BYTES = 32
_HEX = re.compile(rb"[0-9a-f]{%d}\s*" % (2 * BYTES))


def secret(folder: Path) -> bytes:
    """The study's key, made where there is none yet; for a study that is in no folder, one that is kept nowhere.

    Raises `Refused` where it can't be read, or can't be written.
    """
    if not folder.is_dir():
        return secrets.token_bytes(BYTES)
    path = files.inside_study(folder, PLACE)
    if not path.is_file():
        _make(folder, path)
    return _read(path)


def _make(folder: Path, path: Path) -> None:
    with files.lock(folder):
        if path.is_file():
            return
        _ignore(folder)
        files.write_new(path, f"{secrets.token_hex(BYTES)}\n".encode())
        path.chmod(0o600)


def _read(path: Path) -> bytes:
    try:
        written = path.read_bytes()
    except OSError as error:
        raise Refused(f"{PLACE}, from which new ids are drawn, can't be read: {files.reason(error)}") from error
    if not _HEX.fullmatch(written):
        raise Refused(f"{PLACE} is damaged; remove it, and the next report has new ids")
    return bytes.fromhex(written.decode())


def _ignore(folder: Path) -> None:
    """Keep the key out of version control, unless the folder's own rules or those above it do so already."""
    if any(_is_ignored(above) for above in (folder, *folder.resolve().parents)):
        return
    path = folder / IGNORE
    before = path.read_bytes() if path.is_file() else b""
    if before and not before.endswith(b"\n"):
        before += b"\n"
    read = files.sha256(path.read_bytes()) if path.is_file() else None
    files.write(path, before + f"{PLACE}\n".encode(), read=read)


def _is_ignored(folder: Path) -> bool:
    path = folder / IGNORE
    try:
        return path.is_file() and PLACE in path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False
