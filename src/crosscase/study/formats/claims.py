"""Claims on disk: `claims.yaml`, each with its query as nested conditions. Nothing in it is ever run."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import msgspec

from crosscase.claim import (
    QUANTIFIERS,
    TRAITS,
    Claim,
    Coded,
    Condition,
    Either,
    Every,
    FeatureIs,
    Found,
    Is,
    Not,
    Quantifier,
    Query,
    Unit,
    Word,
)
from crosscase.problem import Problem
from crosscase.study.formats.shape import filled, prove, refuse_unread
from crosscase.study.rewriting import rewrite
from crosscase.study.yaml import Lined, LinedList, convert, parse

DEEPEST = 12
WORDS: dict[str, Word] = {word: word for word in QUANTIFIERS if word != "exactly"}

_EXACTLY = re.compile(r"exactly (\d{1,9})")
_NUMBER = re.compile(r"\d{1,9}")


class _Claims(msgspec.Struct, forbid_unknown_fields=True):
    claims: list[Any] = []


class _Claim(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    text: str
    quantifier: str
    query: Any
    scope: str = ""
    note: str = ""
    found: Any = None
    rare: bool = False


class _Query(msgspec.Struct, forbid_unknown_fields=True):
    unit: Unit
    where: Any
    of: Any = None


def claims(text: str, path: str, problems: list[Problem]) -> tuple[Claim, ...]:
    """The claim ledger. A claim that can't be counted as it is written is left out, with a problem."""
    document, found = parse(text, path)
    problems += found
    convert(document, _Claims, path, problems)
    items = document.get("claims")
    read: dict[str, Claim] = {}
    for item, line in zip(items, items.lines, strict=True) if isinstance(items, LinedList) else ():
        one = _claim(item, path, line, problems)
        if one is not None and one.id in read:
            what = f"the claim `{one.id}` stands here twice"
            problems.append(Problem(path, line, what, "give this one another id (the first is used)"))
        elif one is not None:
            read[one.id] = one
    return tuple(read.values())


def edited(text: str, after: Iterable[Claim], *, path: str) -> str:
    """The ledger with what has changed; all else stays as it is, claims are matched by their ids.

    Raises `Refused` if the file holds something that can't be read.
    """
    problems: list[Problem] = []
    before = claims(text, path, problems)
    refuse_unread(problems)
    meant = tuple(after)
    made = rewrite(text, _plain_ledger(before) if text.strip() else {}, _plain_ledger(meant))
    prove(_placeless(claims(made, path, [])), _placeless(meant), path)
    return made


def _placeless(ledger: Iterable[Claim]) -> list[Claim]:
    return [replace(claim, path="", line=1) for claim in ledger]


def _plain_ledger(ledger: Iterable[Claim]) -> dict[str, Any]:
    return {"claims": [_plain(claim) for claim in ledger]}


def _plain(claim: Claim) -> dict[str, Any]:
    found = claim.found
    counted = {"n": found.count, "of": found.of, "cases": list(found.ids)} if found else {}
    told = {
        "scope": claim.scope,
        "found": {name: value for name, value in counted.items() if value not in (None, [])},
        "note": claim.note,
        "rare": "true" if claim.rare else "",
    }
    query = {"unit": claim.query.unit, "where": _plain_condition(claim.query.where)}
    if claim.query.of != Every():
        query["of"] = _plain_condition(claim.query.of)
    return {"id": claim.id, "text": claim.text, "quantifier": str(claim.quantifier), "query": query, **filled(told)}


def _plain_condition(condition: Condition) -> dict[str, Any]:
    if isinstance(condition, Every | Either):
        if not condition.conditions:
            return {}
        name = "all" if isinstance(condition, Every) else "any"
        return {name: [_plain_condition(part) for part in condition.conditions]}
    if isinstance(condition, Not):
        return {"not": _plain_condition(condition.condition)}
    if isinstance(condition, Coded):
        several = {"value": condition.values, "stance": condition.stances, "sector": condition.sectors}
        return {"code": condition.code_id, **{name: list(values) for name, values in several.items() if values}}
    name = condition.trait if isinstance(condition, Is) else condition.feature
    return {name: list(condition.values)}


def _claim(item: Any, path: str, line: int, problems: list[Problem]) -> Claim | None:
    written = convert(item, _Claim, path, problems, line)
    if written is None:
        return None
    at = item.lines.get
    quantifier = _quantifier(written.quantifier, path, at("quantifier", line), problems)
    query = _query(item["query"], path, at("query", line), problems)
    if quantifier is None or query is None:
        return None
    return Claim(
        written.id,
        " ".join(written.text.split()),
        quantifier,
        query,
        written.scope,
        " ".join(written.note.split()),
        written.rare,
        _found(written.found, path, at("found", line), problems),
        path,
        line,
    )


def _quantifier(words: str, path: str, line: int, problems: list[Problem]) -> Quantifier | None:
    exactly = _EXACTLY.fullmatch(words)
    if exactly:
        return Quantifier("exactly", int(exactly[1]))
    if words in WORDS:
        return Quantifier(WORDS[words])
    do = f"write one of {', '.join(WORDS)}, or `exactly 3`"
    problems.append(Problem(path, line, f"`{words}` is not a quantifier", do))
    return None


def _query(item: Any, path: str, line: int, problems: list[Problem]) -> Query | None:
    written = convert(item, _Query, path, problems, line)
    if written is None:
        return None
    where = _condition(written.where, path, line, problems)
    of = _condition(written.of, path, line, problems) if written.of not in (None, "") else Every()
    return Query(written.unit, where, of) if where is not None and of is not None else None


def _condition(written: Any, path: str, line: int, problems: list[Problem], depth: int = 0) -> Condition | None:
    if not isinstance(written, Lined) or depth > DEEPEST:
        problems.append(_not_a_condition(path, line))
        return None
    line = written.line
    if not written:
        return Every()
    if "code" in written:
        return _coded(written, path, line, problems)
    if len(written) > 1:
        problems.append(_not_a_condition(path, line))
        return None
    ((key, inner),) = written.items()
    if key == "not":
        part = _condition(inner, path, line, problems, depth + 1)
        return None if part is None else Not(part)
    if key in ("all", "any"):
        entries = inner if isinstance(inner, LinedList) else [inner]
        parts = [_condition(entry, path, line, problems, depth + 1) for entry in entries]
        known = tuple(part for part in parts if part is not None)
        return None if len(known) < len(parts) else Every(known) if key == "all" else Either(known)
    values = _texts(inner)
    if not values:
        problems.append(Problem(path, line, f"`{key}` has no value here", "give it a value, or a list of them"))
        return None
    return Is(key, values, line) if key in TRAITS else FeatureIs(key, values, line)


def _not_a_condition(path: str, line: int) -> Problem:
    do = "write one of `all: […]`, `any: […]`, `not: {…}`, `code: …`, `type: …`, `feature: value`"
    return Problem(path, line, "this is not a condition that can be counted", do)


def _coded(written: Lined, path: str, line: int, problems: list[Problem]) -> Coded | None:
    unknown = [key for key in written if key not in ("code", "value", "stance", "sector")]
    for key in unknown:
        do = "beside `code` may stand: value, stance, sector"
        problems.append(Problem(path, written.lines[key], f"`{key}` is not known here", do))
    code = written["code"]
    if not isinstance(code, str) or not code:
        problems.append(Problem(path, line, "`code` should be the id of one code", "for several use `any: […]`"))
        return None
    if unknown:
        return None
    values, stances, sectors = (_texts(written.get(key)) for key in ("value", "stance", "sector"))
    return Coded(code, values, stances, sectors, line)


def _found(written: Any, path: str, line: int, problems: list[Problem]) -> Found | None:
    """What was counted at the time: `n`, `of`, and `cases` are read; anything else there is for people."""
    if not isinstance(written, Lined) or "n" not in written:
        return None
    numbers = {key: written[key] for key in ("n", "of") if key in written}
    if not all(isinstance(number, str) and _NUMBER.fullmatch(number) for number in numbers.values()):
        problems.append(Problem(path, line, "`found` should give `n` and `of` as whole numbers", "correct it"))
        return None
    return Found(int(numbers["n"]), int(numbers["of"]) if "of" in numbers else None, _texts(written.get("cases")))


def _texts(written: Any) -> tuple[str, ...]:
    if isinstance(written, list):
        return tuple(value for value in written if isinstance(value, str) and value)
    return (written,) if isinstance(written, str) and written else ()
