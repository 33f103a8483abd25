"""Lines of JSON, one decision each: rewritten line by line, so that what nobody touched stays byte for byte."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

import msgspec

from crosscase.problem import Problem

T = TypeVar("T")
BOM = b"\xef\xbb\xbf"
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Added:
    """A new line, and where in reading order it belongs."""

    place: Place
    line: bytes


def edited(
    data: bytes,
    *,
    header: bytes | None = None,
    changed: Mapping[int, bytes | None] | None = None,
    added: Iterable[Added] = (),
    places: Mapping[int, Place] | None = None,
) -> bytes:
    """The file with its first line, some lines (by number from 1; None takes one away) and new ones written anew.

    `places` tells where each line that stays belongs, so that new ones are put in reading order; a new line goes behind
    those of the same place. Line ends stay as they are.
    """
    mark = BOM if data.startswith(BOM) else b""
    lines = data.removeprefix(BOM).split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    end = b"\r" if lines and lines[0].endswith(b"\r") else b""
    numbered: dict[int, bytes | None] = dict(enumerate(lines, 1))
    numbered |= changed or {}
    if header is not None:
        numbered[1] = header + end
    for number, line in (changed or {}).items():
        numbered[number] = None if line is None else line + end
    kept = [(number, line) for number, line in sorted(numbered.items()) if line is not None]
    return mark + b"".join(line + b"\n" for line in _merged(kept, added, places or {}, end))


def _merged(
    kept: list[tuple[int, bytes]], added: Iterable[Added], places: Mapping[int, Place], end: bytes
) -> Iterable[bytes]:
    lines = [line for _, line in kept]
    keys: list[Place] = []
    for number, _ in kept:
        # a line without a place, such as the header or an empty one, stays behind the line before it
        here = places.get(number, keys[-1] if keys else (-1, -1))
        keys.append(max(here, keys[-1]) if keys else here)
    for new in sorted(added, key=lambda new: new.place):
        index = bisect_right(keys, new.place)
        keys.insert(index, new.place)
        lines.insert(index, new.line + end)
    return lines


@dataclass(frozen=True, slots=True)
class Lines(Generic[T]):
    """A file as read: the hash of the text that it is about, and each line that fits, with its number."""

    sha256: str
    entries: tuple[tuple[int, T], ...]
    whole: bool


class Header(msgspec.Struct, forbid_unknown_fields=True):
    """Which text the file is about."""

    sha256: str = ""


def read(data: bytes, path: str, shape: type[T], problems: list[Problem]) -> Lines[T]:
    """Read a file with a header and one decision a line; what can't be read is a problem, the others are read."""
    first, *rest = data.removeprefix(BOM).split(b"\n")
    header = _decoded(first, path, 1, Header, problems)
    numbered = [(number, line) for number, line in enumerate(rest, 2) if line.strip()]
    entries = [(number, _decoded(line, path, number, shape, problems)) for number, line in numbered]
    fitting = tuple((number, entry) for number, entry in entries if entry is not None)
    whole = header is not None and len(fitting) == len(numbered)
    return Lines(header.sha256 if header else "", fitting, whole)


def read_lines(data: bytes, path: str, shape: type[T], problems: list[Problem]) -> Lines[T]:
    """Read a file that has no header, since it is about no single text."""
    numbered = [(number, line) for number, line in enumerate(data.removeprefix(BOM).split(b"\n"), 1) if line.strip()]
    entries = [(number, _decoded(line, path, number, shape, problems)) for number, line in numbered]
    fitting = tuple((number, entry) for number, entry in entries if entry is not None)
    return Lines("", fitting, len(fitting) == len(numbered))


def write(sha256: str, entries: Iterable[msgspec.Struct]) -> bytes:
    return b"".join(msgspec.json.encode(line) + b"\n" for line in (Header(sha256), *entries))


def unknown_fields(line: bytes, shape: type[msgspec.Struct]) -> list[str]:
    """What a line names that its shape has no field for; nothing where it can't be read as an object at all."""
    try:
        written = msgspec.json.decode(line, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return []
    known = {field.encode_name for field in msgspec.structs.fields(shape)}
    return [name for name in written if name not in known]


def _decoded(line: bytes, path: str, number: int, shape: type[T], problems: list[Problem]) -> T | None:
    try:
        return msgspec.json.decode(line, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        what = f"this line can't be read ({error})"
        problems.append(Problem(path, number, what, "correct it; until then this file is not written over"))
        return None
