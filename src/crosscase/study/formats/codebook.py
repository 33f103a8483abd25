"""`codebook/*.yaml`: one category a file, its codes in order."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import msgspec

from crosscase.codebook import Amended, Amendment, Category, Code, CodeKind, Origin
from crosscase.problem import Problem
from crosscase.study.formats.shape import Words, filled, is_id, items, prove, refuse_unread, whole, words
from crosscase.study.rewriting import rewrite
from crosscase.study.yaml import compose, convert


class _Category(msgspec.Struct, forbid_unknown_fields=True):
    category: str = ""
    name: str = ""
    description: str = ""
    codes: list[Any] = []


class _Amendment(msgspec.Struct, forbid_unknown_fields=True):
    version: int
    what: Amended
    why: str = ""
    by: str = ""
    on: str = ""
    cluster: str = ""


class _Code(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    name: str = ""
    origin: Origin = "deductive"
    kind: CodeKind = "theme"
    definition: str = ""
    include: Words = ""
    exclude: Words = ""
    examples: Words = ""
    cues: Words = ""
    values: dict[str, str] | list[str] = {}
    since: int = 1
    formerly: Words = ""
    history: list[_Amendment] = []


def category(text: str, path: str, stem: str, problems: list[Problem]) -> tuple[Category, list[int]]:
    """One codebook file, with the line of each of its codes."""
    written, document = whole(text, path, _Category, problems)
    at = document.lines.get("category", 1)
    named = written.category and is_id(written.category, "category", path, at, problems)
    category_id = written.category if named else stem
    lines: list[int] = []
    codes = []
    for item, line in items(document, "codes"):
        code = convert(item, _Code, path, problems, line)
        if code is not None and is_id(code.id, "code", path, line, problems):
            if not item.get("name", "unsaid").strip():
                do = "write one, or take the line away (its id is shown)"
                problems.append(Problem(path, item.lines["name"], f"`{code.id}` has an empty name", do, "warning"))
            lines.append(line)
            codes.append(_code(code, category_id))
    return Category(category_id, written.name or category_id, written.description, tuple(codes)), lines


def edited(text: str, after: Category, *, path: str) -> str:
    """The category's file with what has changed; all else stays as it is, codes are matched by their ids.

    A code under another id than before is matched by the one that it now has in `formerly`. Raises `Refused` if the
    file holds something that can't be read.
    """
    problems: list[Problem] = []
    before, _ = category(text, path, after.id, problems)
    refuse_unread(problems)
    meant = replace(after, codes=tuple(_in_one_line(code) for code in after.codes))
    text = _with_new_ids(text, _new_ids(before, meant))
    before, _ = category(text, path, after.id, [])
    made = rewrite(text, _plain(before) if text.strip() else {}, _plain(meant))
    prove(category(made, path, after.id, [])[0], meant, path)
    return made


def _new_ids(before: Category, after: Category) -> dict[str, str]:
    """The ids that codes got instead of others: known by what they formerly had."""
    old = {code.id for code in before.codes}
    gone = old - {code.id for code in after.codes}
    new_ids: dict[str, str] = {}
    for code in after.codes:
        # A code that took over several stands in the place of the first.
        former = next((former for former in code.formerly if former in gone and former not in new_ids), None)
        if code.id not in old and former is not None:
            new_ids[former] = code.id
    return new_ids


def _with_new_ids(text: str, new_ids: Mapping[str, str]) -> str:
    """The text with other ids, each at the place of the old one, so that all else of the code stays as it is."""
    for name, start, end in reversed(list(_places_of_ids(text)) if new_ids else []):
        if name in new_ids:
            text = f"{text[:start]}{new_ids[name]}{text[end:]}"
    return text


def _places_of_ids(text: str) -> Iterator[tuple[str, int, int]]:
    root = compose(text)
    codes = next((node for key, node in root.value if key.value == "codes"), None) if root is not None else None
    for entry in codes.value if codes is not None else ():
        for key, node in entry.value:
            if key.value == "id":
                yield node.value, node.start_mark.index, node.end_mark.index


def _in_one_line(code: Code) -> Code:
    return replace(code, definition=" ".join(code.definition.split()))


def _plain(category: Category) -> dict[str, Any]:
    codes = [_plain_code(code) for code in category.codes]
    return {"category": category.id, "name": category.name, "codes": codes} | filled(
        {"description": category.description}
    )


def _plain_code(code: Code) -> dict[str, Any]:
    told = filled(
        {
            "definition": code.definition,
            "include": list(code.include),
            "exclude": list(code.exclude),
            "examples": list(code.examples),
            "cues": list(code.cues),
            "values": dict(code.values),
            "formerly": list(code.formerly),
            "history": [_plain_amendment(step) for step in code.history],
        }
    )
    return {"id": code.id, "name": code.name, "origin": code.origin, "kind": code.kind, **told, "since": code.since}


def _plain_amendment(step: Amendment) -> dict[str, Any]:
    told = filled({"why": step.why, "by": step.by, "on": step.on, "cluster": step.cluster})
    return {"version": step.version, "what": step.what, **told}


def _amendment(written: _Amendment) -> Amendment:
    return Amendment(written.version, written.what, written.why, written.by, written.on, written.cluster)


def _code(written: _Code, category_id: str) -> Code:
    values = written.values if isinstance(written.values, dict) else dict.fromkeys(written.values, "")
    return Code(
        id=written.id,
        name=written.name or written.id,
        category_id=category_id,
        origin=written.origin,
        kind=written.kind,
        definition=" ".join(written.definition.split()),
        include=words(written.include),
        exclude=words(written.exclude),
        examples=words(written.examples),
        cues=words(written.cues),
        values=values,
        since=written.since,
        formerly=words(written.formerly),
        history=tuple(map(_amendment, written.history)),
    )
