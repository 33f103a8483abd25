"""Themes on disk: `themes/*.md`, front matter and prose, its cells in braces; and what they name."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar, get_args

import msgspec

from crosscase.claim import TRAITS, UNRESOLVED, Claim, FeatureIs, Is, Leaf, Place, leaves
from crosscase.coding import Stance
from crosscase.problem import Problem, Refused, nearest
from crosscase.source import Kind, sentences
from crosscase.study.formats.shape import FRONT, filled, prove, refuse_unread
from crosscase.study.rewriting import rewrite
from crosscase.study.study import Study
from crosscase.study.yaml import Lined, LinedList, convert, parse
from crosscase.theme import CounterEvidence, Section, Sentence, Theme

T = TypeVar("T")
EVERY_SENTENCE_CITES = ("synthesis", "for exhibit")

_HEADING = re.compile(r"^##[ \t]+(\S.*)$", re.MULTILINE)
_PARAGRAPH = re.compile(r"\S[^\n]*(?:\n(?=[^\n]*\S)[^\n]+)*")
_CELLS = re.compile(r"\{([^{}]*)\}")
_ENDED = re.compile(r"[.!?…][\"'”’)\]]*$")
_DANGLING = re.compile(r"[.!?…,;:\"'”’)\]]+(?=\s|$)")


class _Theme(msgspec.Struct, forbid_unknown_fields=True):
    id: str = ""
    name: str = ""
    statement: str = ""
    level: str = "theme"
    origin: str = ""
    consideration: bool = False
    cells: list[str] = []
    by_case: dict[str, str] = {}
    claims: list[str] = []
    counter_evidence: Any = None
    confidence: dict[str, str] = {}
    relations: list[Any] = []
    history: list[Any] = []


class _CounterEvidence(msgspec.Struct, forbid_unknown_fields=True):
    searched: str = ""
    found: list[str] = []
    note: str = ""


class _Relation(msgspec.Struct, forbid_unknown_fields=True):
    to: str
    how: str = ""


class _Change(msgspec.Struct, forbid_unknown_fields=True):
    date: str = ""
    who: str = ""
    what: str = ""


def theme(text: str, path: str, stem: str, problems: list[Problem]) -> Theme:
    """One theme; its `lines` are those of the cells, cases, claims, codings and relations that it names."""
    match = FRONT.match(text)
    if match is None:
        do = "begin the file with `---`, the theme's `id`, `name`, `cells` and so on, and `---` again"
        problems.append(Problem(path, 1, "this theme has no front matter", do))
    document, found = parse("\n" + match["front"] if match else "", path)
    problems += found
    lines = _lines(document)
    counter, relations, history = (document.get(name) for name in ("counter_evidence", "relations", "history"))
    written = convert(document, _Theme, path, problems) or _Theme()
    related = _each(relations, _Relation, path, problems)
    return Theme(
        written.id or stem,
        written.name or written.id or stem,
        _one_line(written.statement),
        written.level,
        written.origin,
        written.consideration,
        tuple(place for cell in written.cells if (place := _place(cell, path, lines.get(cell, 1), problems))),
        {case_id: _one_line(words) for case_id, words in written.by_case.items()},
        tuple(written.claims),
        _counter_evidence(counter, path, problems),
        {name: _one_line(words) for name, words in written.confidence.items()},
        {one.to: _one_line(one.how) for one in related},
        tuple((one.date, one.who, _one_line(one.what)) for one in _each(history, _Change, path, problems)),
        tuple(_sections(text, match.end() if match else 0, path, problems)),
        path,
        lines,
    )


def edited(text: str, seen: Theme, after: Theme, *, path: str) -> str:
    """The theme's file with what has changed in its front matter; the prose below it stays as it is.

    `seen` is the theme as the study has it, with present ids of codes where the file may have former ones.

    Raises `Refused` if the file holds something that can't be read, or has no front matter.
    """
    problems: list[Problem] = []
    before = theme(text, path, after.id, problems)
    refuse_unread(problems)
    if [section.sentences for section in after.sections] != [section.sentences for section in seen.sections]:
        raise Refused(f"{path}: the prose of a theme is changed in its file, not here; nothing was written")
    match = FRONT.match(text)
    assert match is not None  # without front matter there was a problem
    front = rewrite(match["front"], _plain(before), _plain(after))
    made = f"{text[: match.start('front')]}{front}{text[match.end('front') :]}"
    written = theme(made, path, after.id, [])
    prove((_plain(written), written.sections), (_plain(after), written.sections), path)
    return made


def _plain(theme: Theme) -> dict[str, Any]:
    counter = theme.counter_evidence
    told = {
        "statement": theme.statement,
        "level": theme.level,
        "origin": theme.origin,
        "consideration": "true" if theme.consideration else "",
        "cells": ["/".join(cell) for cell in theme.cells],
        "by_case": dict(theme.by_case),
        "claims": list(theme.claim_ids),
        "counter_evidence": filled({"searched": counter.searched, "found": list(counter.found), "note": counter.note}),
        "confidence": dict(theme.confidence),
        "relations": [filled({"to": to, "how": how}) for to, how in theme.relations.items()],
        "history": [filled({"date": date, "who": who, "what": what}) for date, who, what in theme.history],
    }
    return {"id": theme.id, "name": theme.name, **filled(told)}


def sentences_of(text: str, path: str, line: int, problems: list[Problem]) -> tuple[Sentence, ...]:
    """The sentences of a paragraph, each with the cells in braces that follow it; braces within one are gathered."""
    read: list[Sentence] = []
    pieces = _CELLS.split(text)
    start = 0
    for words, cited in zip(pieces[::2], [*pieces[1::2], ""], strict=True):
        end = start + len(words)
        dangling = _DANGLING.match(words) if read else None
        if dangling:
            read[-1] = _joined(read[-1], dangling[0])
            start += dangling.end()
            words = words[dangling.end() :]
        for begin, stop in sentences(words) if words.strip() else ():
            part = words[begin:stop]
            at = start + begin + len(part) - len(part.lstrip())
            one = Sentence(_one_line(part), (), line + text.count("\n", 0, at))
            if read and not _ENDED.search(read[-1].text):
                read[-1] = _joined(read[-1], " " + one.text)
            else:
                read.append(one)
        if read:
            read[-1] = _joined(read[-1], "", _places(cited, path, line + text.count("\n", 0, end), problems))
        start = end + len(cited) + 2
    return tuple(read)


def problems(study: Study, themes: Iterable[Theme], ledger: Iterable[Claim]) -> Iterator[Problem]:
    """What themes and claims name that the study doesn't have, and what a theme has to have and lacks."""
    themes, ledger = tuple(themes), tuple(ledger)
    if not themes and not ledger:
        return
    known = _known(study, themes, ledger)
    for claim in ledger:
        for condition in (claim.query.of, claim.query.where):
            for leaf in leaves(condition):
                yield from _leaf_problems(leaf, claim, study, known)
    paths: dict[str, str] = {}
    for one in themes:
        if one.id in paths:
            yield Problem(one.path, 1, f"the theme `{one.id}` is already in {paths[one.id]}", "give it another id")
        paths.setdefault(one.id, one.path)
        yield from _theme_problems(one, known)


@dataclass(frozen=True, slots=True)
class _Known:
    """The ids that may be named, by what they are ids of."""

    ids: Mapping[str, Collection[str]]

    def unknown(self, what: str, id: str, path: str, line: int) -> Iterator[Problem]:
        if id not in self.ids[what]:
            yield Problem(path, line, f"there is no {what} `{id}`", nearest(id, self.ids[what]))


def _known(study: Study, themes: tuple[Theme, ...], ledger: tuple[Claim, ...]) -> _Known:
    types = [f"{sorted_by.id}/{kind.id}" for sorted_by in study.typologies for kind in sorted_by.types]
    statuses = {"proposed", "in_force", "reversed"} | {e.status for case in study.cases for e in case.episodes}
    ids: dict[str, Collection[str]] = {
        "case": [case.id for case in study.cases],
        "code": study.codebook.by_id,
        "feature": study.values,
        "coding": {coding.id for coding in (*study.codings, *study.lost)},
        "claim": {claim.id for claim in ledger},
        "type": [*types, *(f"{sorted_by.id}/{UNRESOLVED}" for sorted_by in study.typologies)],
        "theme or type": [*(one.id for one in themes), *types],
        "sector": {person.sector for person in study.participants if person.sector},
        "status": statuses - {""},
        "kind": get_args(Kind),
        "stance": [stance for stance in get_args(Stance) if stance],
    }
    return _Known(ids)


def _leaf_problems(leaf: Leaf, claim: Claim, study: Study, known: _Known) -> Iterator[Problem]:
    place = (claim.path, leaf.line)
    if isinstance(leaf, Is):
        for value in leaf.values:
            yield from known.unknown(leaf.trait, value, *place)
        if claim.query.unit not in TRAITS[leaf.trait]:
            what = f"a {claim.query.unit} has no `{leaf.trait}`"
            yield Problem(*place, what, f"`{leaf.trait}` is of a {' or a '.join(TRAITS[leaf.trait])}")
    elif isinstance(leaf, FeatureIs):
        yield from known.unknown("feature", leaf.feature, *place)
        yield from _value_problems(leaf.values, study.values.get(leaf.feature), leaf.feature, place)
        if claim.query.unit != "case":
            what = f"a {claim.query.unit} has no features"
            yield Problem(*place, what, f"ask for the coding: `{{code: {leaf.feature}, value: …}}`")
    else:
        yield from known.unknown("code", leaf.code_id, *place)
        code = study.codebook.by_id.get(leaf.code_id)
        yield from _value_problems(leaf.values, code.values if code else None, leaf.code_id, place)
        for what, ids in (("stance", leaf.stances), ("sector", leaf.sectors)):
            for named_id in ids:
                yield from known.unknown(what, named_id, *place)


def _value_problems(
    values: tuple[str, ...], allowed: Collection[str] | None, of: str, place: tuple[str, int]
) -> Iterator[Problem]:
    for value in values if allowed is not None else ():
        if value not in (allowed or ()):
            yield Problem(*place, f"`{of}` has no value `{value}`", nearest(value, allowed or ()))


def _theme_problems(one: Theme, known: _Known) -> Iterator[Problem]:
    cited = [(place, one.lines.get("/".join(place), 1)) for place in one.cells]
    for section in one.sections:
        for sentence in section.sentences:
            cited += [(place, sentence.line) for place in sentence.cells]
            if not sentence.cells and section.title.casefold().startswith(EVERY_SENTENCE_CITES):
                words = " ".join(sentence.text.split()[:6])
                do = "add the cells that it rests on, as in `{J10/money.cost}`"
                yield Problem(one.path, sentence.line, f"“{words} …” rests on no cells", do)
    for (case_id, code_id), line in cited:
        yield from known.unknown("case", case_id, one.path, line)
        yield from known.unknown("code", code_id, one.path, line)
    named = (
        ("case", one.by_case),
        ("claim", one.claim_ids),
        ("coding", one.counter_evidence.found),
        ("theme or type", one.relations),
    )
    for what, ids in named:
        for named_id in ids:
            yield from known.unknown(what, named_id, one.path, one.lines.get(named_id, 1))
    if not one.counter_evidence.searched and one.lines:
        do = "say under `counter_evidence: searched:` where you looked, also if nothing was found"
        yield Problem(one.path, 1, "nobody has searched for counter-evidence to this theme", do)


def _counter_evidence(written: Any, path: str, problems: list[Problem]) -> CounterEvidence:
    if not isinstance(written, Lined):
        return CounterEvidence()
    read = convert(written, _CounterEvidence, path, problems, written.line) or _CounterEvidence()
    return CounterEvidence(_one_line(read.searched), tuple(read.found), _one_line(read.note))


def _each(items: Any, shape: type[T], path: str, problems: list[Problem]) -> list[T]:
    pairs = zip(items, items.lines, strict=True) if isinstance(items, LinedList) else ()
    read = (convert(item, shape, path, problems, line) for item, line in pairs)
    return [one for one in read if one is not None]


def _lines(document: Lined) -> dict[str, int]:
    counter = document.get("counter_evidence")
    lists = [
        document.get("cells"),
        document.get("claims"),
        counter.get("found") if isinstance(counter, Lined) else None,
    ]
    lines = dict.fromkeys(document, 1) | document.lines
    for items in lists:
        if isinstance(items, LinedList):
            lines |= {item: line for item, line in zip(items, items.lines, strict=True) if isinstance(item, str)}
    by_case, related = document.get("by_case"), document.get("relations")
    lines |= by_case.lines if isinstance(by_case, Lined) else {}
    for item in related if isinstance(related, LinedList) else ():
        if isinstance(item, Lined) and isinstance(item.get("to"), str):
            lines[item["to"]] = item.lines["to"]
    return lines


def _sections(text: str, start: int, path: str, problems: list[Problem]) -> Iterator[Section]:
    """The parts of the prose under `## ` headings; what stands before the first has an empty title."""
    heads = list(_HEADING.finditer(text, start))
    begins = [("", start), *((head[1].strip(), head.end()) for head in heads)]
    ends = [*(head.start() for head in heads), len(text)]
    for (title, begin), end in zip(begins, ends, strict=True):
        paragraphs = tuple(
            sentences_of(match[0], path, text.count("\n", 0, match.start()) + 1, problems)
            for match in _PARAGRAPH.finditer(text, begin, end)
        )
        if title or paragraphs:
            yield Section(title, paragraphs, text.count("\n", 0, begin) + 1)


def _places(cited: str, path: str, line: int, problems: list[Problem]) -> tuple[Place, ...]:
    found = (_place(cell.strip(), path, line, problems) for cell in cited.split(",") if cell.strip())
    return tuple(place for place in found if place is not None)


def _place(cell: str, path: str, line: int, problems: list[Problem]) -> Place | None:
    case_id, slash, code_id = cell.rpartition("/")
    if slash and case_id and code_id:
        return case_id, code_id
    problems.append(
        Problem(path, line, f"`{cell}` is not a cell", "write the case and the code, as in `J10/money.cost`")
    )
    return None


def _joined(sentence: Sentence, words: str, cells: tuple[Place, ...] = ()) -> Sentence:
    return replace(sentence, text=sentence.text + words, cells=tuple(dict.fromkeys((*sentence.cells, *cells))))


def _one_line(text: str) -> str:
    return " ".join(text.split())
