"""Copies of a study's files that sync programs or people made under plain names, as `I01 (1).jsonl`: never read.

A name alone doesn't tell: `day 2.txt` may well be another day. So a file is a copy where its name goes on from another
file's, nothing else in the study knows it, and it holds what that file holds.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import PurePosixPath
from typing import TypeVar

from crosscase.case import Case
from crosscase.codebook import Category
from crosscase.layout import Layout
from crosscase.matrix import Absence, Summary
from crosscase.memo import Memo
from crosscase.problem import Problem
from crosscase.source import Source
from crosscase.theme import Theme
from crosscase.typology import Typology

T = TypeVar("T")
Numbered = Iterable[tuple[Summary | Absence, int]]

_LETTER = re.compile(r"\w")
_PLAIN = re.compile(
    r"[ _-]*(?:\(\d+\)|\((?:copy|kopie|copie)[^()]*\)|[ _-](?:copy|kopie|copie|copia)\b.*)", re.IGNORECASE
)
_NUMBERED = re.compile(r"-\d+")
_ENDINGS = {".jsonl", ".yaml", ".md", ".txt"}
_NEARLY = 0.9


def original(name: str, names: Collection[str]) -> str:
    """The one of these names that this one goes on from, behind a blank or a mark: `I01` of `I01 (1)`; or nothing.

    A number behind a hyphen is how new names are told apart from others here, as of two memos that begin alike.
    """
    ends = (at for at in range(len(name) - 1, 0, -1) if name[at] == "_" or not _LETTER.match(name[at]))
    return next((name[:at] for at in ends if name[:at] in names and not _NUMBERED.fullmatch(name[at:])), "")


def is_plainly(name: str, original: str) -> bool:
    """Whether programs call a copy so, and people hardly anything else: `I01 (1)`, `I01 - Copy`; not `I01-b`."""
    return bool(_PLAIN.fullmatch(name.removeprefix(original)))


def problem(path: str, original: str) -> Problem:
    """The one mistake that a copy is; both paths are within the study."""
    name = PurePosixPath(original).name
    what = f"this is a copy of {name} that a sync program or a person made, and it is not read"
    do = f"open both, bring what only this one has into {name}, and remove it"
    return Problem(path, 1, what, do, "warning")


def copies(values: Mapping[str, T], is_copy: Callable[[T, T], bool], known: Collection[str] = ()) -> dict[str, str]:
    """Which of some files, or folders, are copies, each with its original; by their paths.

    `known` are names that the study has use for: those are no copies.
    """
    paths = {_name(path): path for path in values}
    found: dict[str, str] = {}
    for name, path in paths.items():
        first = paths.get(original(name, paths), "")
        if first and name not in known and is_copy(values[path], values[first]):
            found[path] = first
    return found


def of_sources(
    files: Mapping[str, T], is_same: Callable[[T, T], bool], source_ids: Collection[str]
) -> dict[str, Problem]:
    """The files, one for each source, that belong to no source and are copies of one that does."""
    found: dict[str, Problem] = {}
    for path, value in files.items():
        first = original(_name(path), source_ids) if _name(path) not in source_ids else ""
        if not first:
            continue
        beside = str(PurePosixPath(path).with_name(f"{first}.jsonl"))
        if is_plainly(_name(path), first) or (beside in files and is_same(value, files[beside])):
            found[path] = problem(path, beside) if beside in files else _misnamed(path, beside)
    return found


def of_coders(files: Mapping[str, T], is_same: Callable[[T, T], bool], coders: Collection[str]) -> dict[str, Problem]:
    """The files in folders that are copies of a coder's folder: called so, or with something that stands in both."""
    folders = dict.fromkeys(path.split("/")[1] for path in files)
    found: dict[str, Problem] = {}
    for folder in folders:
        first = original(folder, folders) if folder not in coders else ""
        own = {path: path.replace(f"/{folder}/", f"/{first}/", 1) for path in files if path.split("/")[1] == folder}
        both = ((files[path], files[other]) for path, other in own.items() if other in files)
        if first and (is_plainly(folder, first) or any(is_same(*pair) for pair in both)):
            place = next(iter(own)).split("/")[0]
            found |= dict.fromkeys(own, problem(f"{place}/{folder}", f"{place}/{first}"))
    return found


def stray(path: str, source_ids: Collection[str]) -> Problem:
    """What is wrong with a file that belongs to no source."""
    first = original(_name(path), source_ids)
    if first and is_plainly(_name(path), first):
        return problem(path, str(PurePosixPath(path).with_name(f"{first}.jsonl")))
    what = f"there is no source `{_name(path)}`, so this is not read"
    if not first:
        return Problem(path, 1, what, "rename or remove this file")
    do = f"if it is a copy of {first}.jsonl, bring what only this one has into that, and remove it; else rename it"
    return Problem(path, 1, what, do)


def _misnamed(path: str, original: str) -> Problem:
    name = PurePosixPath(original).name
    what = f"this is called as a copy of {name}, which isn't there, and it is not read"
    return Problem(path, 1, what, f"call it {name}, if it is what you want to keep", "warning")


def _name(path: str) -> str:
    name = PurePosixPath(path)
    return name.stem if name.suffix in _ENDINGS else name.name


# -- whether one holds what the other holds


def is_same_category(one: tuple[Category, object], other: tuple[Category, object]) -> bool:
    codes, others = ({code.id for code in category.codes} for category, _ in (one, other))
    return not codes.isdisjoint(others)


def is_same_case(one: tuple[Case, object], other: tuple[Case, object]) -> bool:
    (case, _), (first, _) = one, other
    if case.name or first.name:
        return case.name == first.name
    return (case.attributes, case.episodes) == (first.attributes, first.episodes)


def is_same_chart(one: Numbered, other: Numbered) -> bool:
    places, others = ({(cell.case_id, cell.code_id) for cell, _ in cells} for cells in (one, other))
    return not places.isdisjoint(others)


def is_same_typology(one: tuple[Typology, object], other: tuple[Typology, object]) -> bool:
    rules, others = ([(kind.id, kind.rule) for kind in typology.types] for typology, _ in (one, other))
    return one[0].id == other[0].id or rules == others


def is_same_theme(one: Theme, other: Theme) -> bool:
    return one.id == other.id or (bool(one.statement) and one.statement == other.statement)


def is_same_layout(one: Layout | None, other: Layout | None) -> bool:
    return one is not None and other is not None and one.title == other.title


def is_same_memo(one: Memo, other: Memo) -> bool:
    return _is_nearly(one.text, other.text)


def is_same_text(one: Source, other: Source) -> bool:
    return _is_nearly(one.text, other.text)


def _is_nearly(one: str, other: str) -> bool:
    """Whether nine of ten lines of the longer text stand in the other: two days' notes on one form share fewer."""
    lines, others = ({line.strip() for line in text.splitlines() if line.strip()} for text in (one, other))
    return bool(lines & others) and len(lines & others) >= _NEARLY * max(len(lines), len(others))
