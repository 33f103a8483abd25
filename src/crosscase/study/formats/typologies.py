"""Typologies on disk: types with their rules, as nested `all`, `any`, `not` of `{feature: value}`."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

import msgspec

from crosscase import typology as rules
from crosscase.problem import Problem
from crosscase.study.yaml import Lined, LinedList, convert, parse
from crosscase.typology import Bullet, Rule, Type, Typology

DEEPEST = 12


class Made(msgspec.Struct, forbid_unknown_fields=True):
    """By whom and on which day a typology was drawn up, and how."""

    by: str = ""
    date: str = ""
    note: str = ""


class _Typology(msgspec.Struct, forbid_unknown_fields=True):
    id: str = ""
    version: int = 1
    name: str = ""
    label: str = "type"
    reason: str = ""
    applies_to: str | list[str] = []
    after: str = ""
    merges: dict[str, str | list[str]] = {}
    made: Made | None = None
    types: list[Any] = []


class _Type(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    name: str = ""
    rule: Any = None
    typical: dict[str, Any] = {}
    describe: Any = ""


class _Bullet(msgspec.Struct, forbid_unknown_fields=True):
    text: str
    where: Any = None
    cells: list[str] = []
    said_of: Literal["all", "some"] = "all"


Lines = Mapping[str, int]


def typology(text: str, path: str, stem: str, problems: list[Problem]) -> tuple[Typology, Lines]:
    """One typology, with the line of each of its types, and of each `type/feature/value` that its rule asks for."""
    document, found = parse(text, path)
    problems += found
    written = convert(document, _Typology, path, problems) or _Typology()
    items = document.get("types")
    types: dict[str, Type] = {}
    lines: dict[str, int] = {}
    for item, line in zip(items, items.lines, strict=True) if isinstance(items, LinedList) else ():
        leaves: dict[tuple[str, str], int] = {}
        kind = _type(item, path, line, problems, leaves)
        if kind is not None and kind.id in types:
            problems.append(Problem(path, line, f"the type `{kind.id}` stands here twice", "give it another id"))
        elif kind is not None:
            types[kind.id], lines[kind.id] = kind, line
            lines |= {f"{kind.id}/{feature}/{value}": at for (feature, value), at in leaves.items()}
    if not types:
        problems.append(Problem(path, 1, "this typology has no types", "describe them under `types`"))
    name = written.name or written.id or stem
    applies_to = _values(written.applies_to)
    made = written.made or Made()
    return Typology(
        written.id or stem,
        name,
        tuple(types.values()),
        written.label,
        written.version,
        written.reason,
        applies_to,
        written.after,
        {type_id: _values(merged) for type_id, merged in written.merges.items()},
        made.by,
        made.date,
        " ".join(made.note.split()),
    ), lines


def _type(item: Any, path: str, line: int, problems: list[Problem], leaves: dict[tuple[str, str], int]) -> Type | None:
    source = item.get("rule") if isinstance(item, Lined) else None
    written = convert(item, _Type, path, problems, line)
    if written is None:
        return None
    rule = _rule(source, path, line, problems, leaves)
    if rule is None:
        return None
    typical = {feature: _values(usual) for feature, usual in written.typical.items()}
    describe = tuple(_bullets(item.get("describe"), path, item.lines.get("describe", line), problems))
    return Type(written.id, written.name or written.id, rule, typical, describe)


def _bullets(written: Any, path: str, line: int, problems: list[Problem]) -> Iterator[Bullet]:
    """What describes a type: texts, or texts with what they rest on."""
    lines = written.lines if isinstance(written, LinedList) else [line]
    for item, at in zip(written if isinstance(written, LinedList) else [written], lines, strict=True):
        if isinstance(item, str) and item:
            yield Bullet(item, path=path, line=at)
        elif isinstance(item, Lined):
            bullet = convert(item, _Bullet, path, problems, at)
            where = item.get("where")
            rule = _rule(where, path, at, problems, {}) if bullet and where else None
            if bullet:
                cells = _places(bullet.cells, path, at, problems)
                yield Bullet(bullet.text, rule or rules.All(()), cells, bullet.said_of == "some", path, at)


def _places(cells: Iterable[str], path: str, line: int, problems: list[Problem]) -> tuple[tuple[str, str], ...]:
    pairs = [cell.partition("/") for cell in cells]
    wrong = ("".join(pair) for pair in pairs if not (pair[0] and pair[2]))
    problems += [Problem(path, line, f"`{cell}` is no cell", "write it as case/code") for cell in wrong]
    return tuple((case_id, code_id) for case_id, _, code_id in pairs if case_id and code_id)


def _rule(
    written: Any, path: str, line: int, problems: list[Problem], leaves: dict[tuple[str, str], int], depth: int = 0
) -> Rule | None:
    if depth > DEEPEST or not isinstance(written, Lined) or len(written) != 1:
        what = "a rule is one of `all: […]`, `any: […]`, `not: {…}`, `feature: value`"
        problems.append(Problem(path, getattr(written, "line", line), what, "write one of them here"))
        return None
    (key, inner), at = next(iter(written.items())), written.line
    if key == "not":
        part = _rule(inner, path, at, problems, leaves, depth + 1)
        return rules.Not(part) if part else None
    if key in ("all", "any"):
        entries = inner if isinstance(inner, LinedList) else [inner]
        parts = [_rule(entry, path, at, problems, leaves, depth + 1) for entry in entries]
        known = tuple(part for part in parts if part is not None)
        if len(known) != len(parts):
            return None
        return rules.All(known) if key == "all" else rules.Any(known)
    if not _values(inner):
        problems.append(Problem(path, at, f"`{key}` has no value here", "give it a value, or a list of them"))
        return None
    for value in _values(inner):
        leaves.setdefault((key, value), at)
    return rules.Is(key, _values(inner))


def _values(written: Any) -> tuple[str, ...]:
    if isinstance(written, list):
        return tuple(value for value in written if isinstance(value, str))
    return (written,) if isinstance(written, str) and written else ()
