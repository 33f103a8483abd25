"""What a file holds once a decision is taken back, where others have written into it since: record by record.

The record that the decision made, changed or took away is as it was before it; whatever else stands there stays.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

import msgspec

from crosscase.problem import Refused
from crosscase.study import rewriting
from crosscase.study.formats.jsonl import BOM, Added, Place, edited
from crosscase.study.rewriting import plain
from crosscase.study.study import Written
from crosscase.study.yaml import blocks, parse

DEPTHS = {"cases": 4}
"""How deep in a kind's files a record lies, if not a name in a name: a feature of an episode of a case."""

Key = tuple[Any, ...]
_Lines = list[str]
_Edit = tuple[int, int, _Lines]


def taken_back(written: Written, now: bytes) -> bytes:
    """The file as it is now, without what was decided. Raises `Refused` where others changed the same record since."""
    path = written.path
    if path.endswith(".jsonl"):
        return _lines_taken_back(written, now)
    if path.endswith(".yaml"):
        return _mapping_taken_back(written, now)
    raise changed_since(path)


def records(written: Written) -> tuple[str, str] | None:
    """What a decision changed in a YAML file, before it and after it: two documents of nothing but these records.

    They stand for the whole versions in `taken_back`. None for another kind of file, and for one that came or went.
    """
    path, parts = written.path, (written.before, written.after)
    if not path.endswith(".yaml") or None in parts:
        return None
    before, after = (_records_of(path, text) for text in _apart(*((data or b"").decode() for data in parts)))
    keys = _changed(before, after)
    was, left = (_document({key: leaves[key] for key in keys if key in leaves}) for leaves in (before, after))
    return was, left


def changed_since(path: str) -> Refused:
    return Refused(
        f"what this decided in {path} was changed since; it can't be taken back: correct it by a new decision"
    )


# -- one decision a line


@dataclass(frozen=True, slots=True)
class _Records:
    """The lines of a file by what they are about, with the number and the place in the text of each."""

    header: Mapping[str, Any] | None
    lines: Mapping[Key, bytes]
    numbers: Mapping[Key, int]
    places: Mapping[Key, Place]


def _lines_taken_back(written: Written, data: bytes) -> bytes:
    was, left, now = (_records(written.path, part) for part in (written.before, written.after, data))
    changed: dict[int, bytes | None] = {}
    added: list[Added] = []
    for key in dict.fromkeys((*was.lines, *left.lines)):
        before = was.lines.get(key)
        if before == left.lines.get(key):
            continue
        if now.lines.get(key) != left.lines.get(key) or (key not in left.lines and _is_said(was, key, now)):
            raise changed_since(written.path)
        stays = before is not None and was.places[key] == now.places.get(key)
        if key in now.numbers:
            changed[now.numbers[key]] = before if stays else None
        if before is not None and not stays:
            added.append(Added(was.places[key], before))
    places = {number: now.places[key] for key, number in now.numbers.items()}
    header = _header(written.path, was.header, left.header, now.header)
    return edited(data, header=header, changed=changed, added=added, places=places)


def _records(path: str, data: bytes | None) -> _Records:
    """Raises `Refused` where two lines are about the same, or one is about nothing."""
    lines: dict[Key, bytes] = {}
    numbers: dict[Key, int] = {}
    places: dict[Key, Place] = {}
    header: Mapping[str, Any] | None = None
    for number, line in enumerate((data or b"").removeprefix(BOM).split(b"\n"), 1):
        line = line.rstrip(b"\r")
        if not line.strip():
            continue
        said = _said(path, line)
        if number == 1 and "sha256" in said and "start" not in said:
            header = said
            continue
        key = _key(said)
        if key in lines:
            raise changed_since(path)
        lines[key], numbers[key], places[key] = line, number, _place(said)
    return _Records(header, lines, numbers, places)


def _said(path: str, line: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(line, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise changed_since(path) from error


def _key(said: Mapping[str, Any]) -> Key:
    return (said["id"],) if "id" in said else (said.get("start"), said.get("end"), said.get("code"))


def _place(said: Mapping[str, Any]) -> Place:
    start, end = said.get("start"), said.get("end")
    return (start, end) if isinstance(start, int) and isinstance(end, int) else (0, 0)


def _is_said(was: _Records, key: Key, now: _Records) -> bool:
    """Whether a coding that is to come back was made anew since: the same of the same place."""
    gist = _gist(was.lines[key])
    return any(_gist(line) == gist for line in now.lines.values())


def _gist(line: bytes) -> Key:
    said = msgspec.json.decode(line, type=dict[str, Any])
    return tuple(said.get(name, "") for name in ("start", "end", "code", "value", "case", "name", "verdict"))


def _header(path: str, was: Any, left: Any, now: Any) -> bytes | None:
    """The reading as it was, as far as the decision changed it; None where it stays. One text is no other's place."""
    if left is not None and now is not None and left.get("sha256") != now.get("sha256"):
        raise changed_since(path)
    if was is None or left is None or was == left:
        return None
    if now is None:
        raise changed_since(path)
    wanted = dict(now)
    for name in dict.fromkeys((*was, *left)):
        if was.get(name) == left.get(name):
            continue
        if now.get(name) != left.get(name):
            raise changed_since(path)
        wanted.pop(name, None)
        if name in was:
            wanted[name] = was[name]
    return msgspec.json.encode(wanted)


# -- names and what stands under them


def _mapping_taken_back(written: Written, data: bytes) -> bytes:
    path = written.path
    try:
        was, left, now = (part.decode("utf-8") for part in (written.before or b"", written.after or b"", data))
    except UnicodeDecodeError as error:
        raise changed_since(path) from error
    before, after, here = (_records_of(path, text) for text in (was, left, now))
    changed = _changed(before, after)
    if any(here.get(key) != after.get(key) for key in changed):
        raise changed_since(path)
    back = {key: before.get(key) for key in changed}
    wanted = {key: value for key, value in (here | back).items() if value is not None}
    for text in _ways(was, left, now, back):
        document, problems = parse(_plain(text), path)
        if not problems and dict(_leaves(document, _depth(path))) == wanted:
            return text.encode()
    raise changed_since(path)


def _apart(one: str, other: str) -> tuple[str, str]:
    """Of two texts the parts that stand in only one, where these are whole by themselves: reading all takes long."""
    parts, others = ([part for _, part in blocks(_plain(text))] for text in (one, other))
    left = "".join(part for part in parts if part not in others)
    right = "".join(part for part in others if part not in parts)
    if any(parse(text, "")[1] for text in (left, right)):
        return one, other
    return left, right


def _changed(before: Mapping[Key, Any], after: Mapping[Key, Any]) -> list[Key]:
    return [key for key in dict.fromkeys((*before, *after)) if before.get(key) != after.get(key)]


def _records_of(path: str, text: str) -> dict[Key, Any]:
    return dict(_leaves(parse(_plain(text), path)[0], _depth(path)))


def _depth(path: str) -> int:
    return DEPTHS.get(path.partition("/")[0], 2)


def _document(leaves: Mapping[Key, Any]) -> str:
    """A document of these records alone; entries of lists stand under their ids."""
    document: dict[str, Any] = {}
    for (*names, last), value in leaves.items():
        inner = document
        for name in names:
            inner = inner.setdefault(name, {})
        inner[last] = plain(value)
    return msgspec.json.encode(document).decode()


def _plain(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n")


def _ways(was: str, left: str, now: str, back: Mapping[Key, Any]) -> Iterator[str]:
    """Line by line, which keeps what people wrote around it; else by what it says."""
    lines = _joined(*(text.splitlines(keepends=True) for text in (was, left, now)))
    if lines is not None:
        yield "".join(lines)
    document = plain(parse(_plain(now), "")[0])
    for key, value in back.items():
        _put(document, key, value)
    try:
        yield rewriting.edited(now, document)
    except Refused:
        return


def _put(here: Any, key: Key, value: Any) -> None:
    """Set what stands under a key of names; None takes it away, with whatever is then empty."""
    name, *rest = key
    if isinstance(here, list):
        at = next((number for number, entry in enumerate(here) if entry["id"] == name), len(here))
        inner = here[at] if at < len(here) else {"id": name}
    else:
        at, inner = name, here.get(name, {})
    if rest:
        _put(inner, tuple(rest), value)
        value = inner or None
    if isinstance(here, list):
        here[at : at + 1] = [] if value is None else [plain(value)]
    elif value is None:
        here.pop(at, None)
    else:
        here[at] = plain(value)


def _leaves(value: Mapping[str, Any], depth: int, key: Key = ()) -> Iterator[tuple[Key, Any]]:
    """The records of a document: what stands under names, entries of lists under their ids."""
    for name, inner in value.items():
        named = _by_id(inner)
        if isinstance(named, Mapping) and depth > 1:
            yield from _leaves(named, depth - 1, (*key, name))
        else:
            yield (*key, name), inner


def _by_id(value: Any) -> Any:
    if not isinstance(value, list) or not all(isinstance(entry, Mapping) and "id" in entry for entry in value):
        return value
    named = {str(entry["id"]): entry for entry in value}
    return named if len(named) == len(value) else value


def _joined(was: _Lines, left: _Lines, now: _Lines) -> _Lines | None:
    """The lines as they are now, with what led from `left` back to `was`; None where both changed the same lines."""
    ours, theirs = _edits(left, was), _edits(left, now)
    if any(one[0] < other[1] and other[0] < one[1] for one in ours for other in theirs):
        return None
    lines: _Lines = []
    at = 0
    for start, end, new in sorted((*ours, *theirs), key=lambda edit: edit[:2]):
        lines += [*left[at:start], *new]
        at = max(at, end)
    return [*lines, *left[at:]]


def _edits(base: Sequence[str], other: Sequence[str]) -> list[_Edit]:
    matcher = SequenceMatcher(None, base, other, autojunk=False)
    codes = matcher.get_opcodes()
    return [(i1, i2, list(other[j1:j2])) for tag, i1, i2, j1, j2 in codes if tag != "equal"]
