"""The way back of matrices that people edited in a workbook: what they changed, what they may not have meant to.

An edit is a cell that differs from what was exported. Where the study's chart changed since too, it is a conflict,
and people decide.
"""

import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from crosscase.exchange.sheets import ILLEGAL, Entry, Sheet, fitting, is_too_long, letter, read
from crosscase.matrix import Summary
from crosscase.problem import Problem, Refused
from crosscase.study import Study, decisions

PRINTS = "crosscase"
PRINT_COLUMNS = ("kind", "matrix", "row", "code", "sha256", "cut", "codings")
KINDS = {"case": "cases", "participant": "participants"}

_ESCAPE_LIKE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_LINE_END = re.compile("\r\n|\r|\x85")
_CONTROL = re.compile("[\x7f-\x9f]")
_NOT_TEXT = {"f": "a formula", "d": "a date or a time", "b": "TRUE or FALSE", "e": "an error"}
_BY_HAND = "write its words where they belong"
_AS_TEXT = "make the cell's format “Text” and write the words again"


@dataclass(frozen=True, slots=True)
class Place:
    """A cell of one of the matrices; `kind` says whether its rows are cases or participants."""

    kind: str
    category_id: str
    row_id: str
    code_id: str


@dataclass(frozen=True, slots=True)
class Print:
    """What a summary was when it was exported: the sha256 of its text, empty where there was none.

    `cut` says that it was too long for a cell. `coding_ids` are those of a cell that had no summary yet.
    """

    sha256: str
    cut: bool = False
    coding_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Edit:
    """A summary that was changed in the workbook alone. A new one rests on the codings that its cell then had."""

    row_id: str
    code_id: str
    old: str
    new: str
    coding_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Conflict:
    """A summary that changed in both since the export: `theirs` is the workbook's text, `ours` the study's.

    `base` is the sha256 of what was exported.
    """

    row_id: str
    code_id: str
    theirs: str
    ours: str
    base: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What a workbook says beyond the study. `unchanged` counts its other cells that were read and understood."""

    changed: tuple[Edit, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    unchanged: int = 0
    problems: tuple[Problem, ...] = ()


def read_back(path: Path, study: Study) -> Changes:
    """Find what people changed in a workbook of matrices, and whether it can be taken back into the study.

    Nothing is written. Raises `Refused` if the file is no workbook of matrices that crosscase wrote.
    """
    sheets = read(path)
    prints = dict(_prints(sheets))
    if not prints:
        raise Refused(f"{path} is no workbook of matrices from crosscase, or its hidden sheet `{PRINTS}` is gone")
    problems: list[Problem] = []
    entries = _entries(sheets, prints, _names(study), path.name, problems)
    problems += _missing(prints, entries, {_of_sheet(sheet) for sheet in sheets}, path.name)
    judge = _Judge(study, path.name)
    found: list[Edit | Conflict] = []
    unchanged = 0
    for place, several in entries.items():
        verdict, problem = judge.of(place, several, prints[place])
        problems += [problem] if problem else []
        found += [verdict] if verdict else []
        unchanged += verdict is None and (problem is None or problem.level == "warning")
    kept, double = _once(found, path.name)
    changed = tuple(one for one in kept if isinstance(one, Edit))
    conflicts = tuple(one for one in kept if isinstance(one, Conflict))
    return Changes(changed, conflicts, unchanged, (*problems, *double))


def apply(study: Study, changes: Changes, *, by: str, on: str) -> Study:
    """Write the changed summaries into the charts; each keeps the codings it rests on. Conflicts are never written.

    `by` is who wrote them, `on` the ISO date. Raises `Refused`, with nothing written, if the study isn't any more as
    it was when the workbook was read.
    """
    written = {(summary.case_id, summary.code_id): summary for summary in study.summaries}
    summaries = []
    for edit in changes.changed:
        cell = (edit.row_id, edit.code_id)
        old = written.get(cell)
        if (old.text if old else "") != edit.old:
            raise Refused(f"the chart of `{cell[0]}` on `{cell[1]}` changed meanwhile; read the workbook again")
        base = old or Summary(*cell, "", coding_ids=edit.coding_ids)
        summaries.append(replace(base, text=edit.new, by=by, on=on))
    return decisions.summarise_all(study, summaries) if summaries else study


def has_unsaved(path: Path, study: Study) -> bool:
    """Whether writing over this workbook would lose what somebody wrote in it."""
    changes = read_back(path, study)
    return bool(changes.changed or changes.conflicts or any(one.level == "error" for one in changes.problems))


def canonical(text: str) -> str:
    """A text without what a spreadsheet does to it by itself: line ends, escapes, white space around it.

    Control characters, which a chart can't hold, are left out.
    """
    text = text.replace("x005F_", "").replace("_x000D_", "\r")
    return _CONTROL.sub("", _LINE_END.sub("\n", ILLEGAL.sub("", text))).strip()


def fingerprint(text: str) -> str:
    """The sha256 of a text in its canonical form; empty for an empty one."""
    plain = canonical(text)
    return hashlib.sha256(plain.encode()).hexdigest() if plain else ""


def shown(text: str) -> str:
    """A summary as it stands in its cell, cut with a mark if it is too long for one."""
    return fitting(escaped(text))


def escaped(text: str) -> str:
    """The text such that a spreadsheet doesn't take `_x000D_` and the like for one character."""
    return _ESCAPE_LIKE.sub("_x005F_", ILLEGAL.sub("", text))


class _Judge:
    """Holds what stands in a cell of the workbook against what was exported and what the study says now."""

    def __init__(self, study: Study, file: str) -> None:
        self._file = file
        self._codes = {canonical(code_id): code.id for code_id, code in study.codebook.by_id.items()}
        rows = [*(case.id for case in study.cases), *(person.id for person in study.participants)]
        self._rows = {canonical(row_id): row_id for row_id in rows}
        self._texts = {(summary.case_id, summary.code_id): summary.text for summary in study.summaries}

    def of(self, place: Place, several: Sequence[Entry], was: Print) -> tuple[Edit | Conflict | None, Problem | None]:
        entry = several[0]
        if entry.type in _NOT_TEXT:
            return None, self._problem(entry, place, f"holds {_NOT_TEXT[entry.type]}, which is not read", _AS_TEXT)
        text = canonical(_words(entry.value))
        if any(other.type in _NOT_TEXT or canonical(_words(other.value)) != text for other in several[1:]):
            return None, self._problem(entry, place, "stands in two places with different words", "keep one of them")
        if fingerprint(text) == was.sha256:
            return None, self._on_cut(entry, place) if was.cut else None
        return self._edited(entry, place, text, was)

    def _edited(
        self, entry: Entry, place: Place, text: str, was: Print
    ) -> tuple[Edit | Conflict | None, Problem | None]:
        row_id, code_id = self._rows.get(place.row_id), self._codes.get(place.code_id)
        if row_id is None or code_id is None:
            gone = f"row `{place.row_id}`" if row_id is None else f"code `{place.code_id}`"
            what = f"was changed, but the study has no {gone} any more"
            return None, self._problem(entry, place, what, "copy the words to where they belong now")
        ours = self._texts.get((row_id, code_id), "")
        if text == canonical(ours):
            return None, None
        if was.cut or is_too_long(text):
            what = "was changed, but its whole text is longer than a cell may be"
            return None, self._problem(entry, place, what, "write the change into the file under charts/")
        if not text:
            what, do = (
                "was emptied; the study keeps its summary",
                "to take it away, remove it from the file under charts/",
            )
            return None, self._problem(entry, place, what, do, "warning")
        if fingerprint(shown(ours)) == was.sha256:
            return Edit(row_id, code_id, ours, text, was.coding_ids), None
        return Conflict(row_id, code_id, text, ours, was.sha256), None

    def _on_cut(self, entry: Entry, place: Place) -> Problem:
        what = "is longer than a cell may be and is cut here; the study has the whole text"
        return self._problem(entry, place, what, "to change it, go to the file under charts/", "warning")

    def _problem(self, entry: Entry, place: Place, what: str, do: str, level: Any = "error") -> Problem:
        cell = f"“{entry.sheet}”: the cell of `{place.row_id}` on `{place.code_id}`"
        return Problem(self._file, entry.line, f"{cell} {what}", do, level)


def _once(found: Sequence[Edit | Conflict], file: str) -> tuple[list[Edit | Conflict], list[Problem]]:
    """Each summary once, though it may stand in the matrix by case and in that by participant."""
    groups: dict[tuple[str, str], set[Edit | Conflict]] = defaultdict(set)
    for one in found:
        groups[one.row_id, one.code_id].add(one)
    problems = [
        Problem(
            file, 1, f"the cell of `{row}` on `{code}` stands in two sheets with different words", "keep one of them"
        )
        for (row, code), ones in groups.items()
        if len(ones) > 1
    ]
    return [one for ones in groups.values() for one in ones if len(ones) == 1], problems


def _words(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def _prints(sheets: Sequence[Sheet]) -> Iterator[tuple[Place, Print]]:
    """What was exported, from the hidden sheets; lines that were tampered with are passed over."""
    for sheet in sheets:
        if sheet.title.split(" ")[0] == PRINTS:
            for _, cells in sheet.rows[1:]:
                kind, category, row, code, sha, cut, codings = (_word(cells, n) for n in range(1, 8))
                if kind in KINDS:
                    yield Place(kind, category, row, code), Print(sha, bool(cut), _listed(codings))


def _listed(text: str) -> tuple[str, ...]:
    try:
        found = json.loads(text or "[]")
    except ValueError:
        return ()
    return tuple(one for one in found if isinstance(one, str)) if isinstance(found, list) else ()


def _word(cells: Mapping[int, Entry], column: int) -> str:
    entry = cells.get(column)
    return canonical(_words(entry.value)) if entry else ""


def _names(study: Study) -> Mapping[str, Mapping[str, str]]:
    """The id of each row by the name beside it, for both kinds of matrices. A name that two cases have is left out."""
    cases = [(case.name or case.id, case.id) for case in study.cases]
    several = Counter(name for name, _ in cases)
    people = {person.id: person.id for person in study.participants}
    return {"case": {canonical(name): row_id for name, row_id in cases if several[name] == 1}, "participant": people}


def _entries(
    sheets: Sequence[Sheet],
    prints: Mapping[Place, Print],
    names: Mapping[str, Mapping[str, str]],
    file: str,
    problems: list[Problem],
) -> dict[Place, list[Entry]]:
    """What stands at each place that was exported, in the order of the workbook."""
    entries: dict[Place, list[Entry]] = defaultdict(list)
    for sheet in sheets:
        kind, category_id = _of_sheet(sheet)
        known = {place for place in prints if (place.kind, place.category_id) == (kind, category_id)}
        if known:
            codes = _codes(sheet, {place.code_id for place in known}, file, problems)
            rows = {place.row_id for place in known}
            for line, row_id, cells in _rows(sheet, rows, names[kind], file, problems):
                for column, code_id in codes.items():
                    entry = cells.get(column, Entry(None, "n", sheet.title, line))
                    entries[Place(kind, category_id, row_id, code_id)].append(entry)
        elif _was_a_matrix(sheet, prints):
            problems.append(
                _unknown(file, 1, f"“{sheet.title}”: the sheet", "/".join(filter(None, (kind, category_id))))
            )
    problems += _unprinted(entries, prints, file)
    return {place: entries[place] for place in prints if place in entries}


def _of_sheet(sheet: Sheet) -> tuple[str, str]:
    """The kind and the category that a sheet's hidden id tells."""
    kind, _, category_id = _word(dict(sheet.rows).get(1, {}), 1).partition("/")
    return kind, category_id


def _unprinted(entries: Mapping[Place, list[Entry]], prints: Mapping[Place, Print], file: str) -> Iterator[Problem]:
    """Cells with words that the hidden sheet says nothing of, though it knows their row and their code."""
    for place, several in entries.items():
        written = [entry for entry in several if entry.value is not None]
        if written and place not in prints:
            where = f"“{written[0].sheet}”: the cell of `{place.row_id}` on `{place.code_id}`"
            what = f"{where} is gone from the hidden sheet `{PRINTS}`; it was not read"
            yield Problem(file, written[0].line, what, _BY_HAND)


def _was_a_matrix(sheet: Sheet, prints: Mapping[Place, Print]) -> bool:
    """Whether ids of rows and of codes stand where a matrix has them, though its own id is changed or gone."""
    rows, codes = ({getattr(place, field) for place in prints} for field in ("row_id", "code_id"))
    head = dict(sheet.rows).get(1, {})
    has_codes = any(_word(head, column) in codes for column in head if column > 2)
    return has_codes and any(_word(cells, 1) in rows for line, cells in sheet.rows if line > 2)


def _codes(sheet: Sheet, known: set[str], file: str, problems: list[Problem]) -> dict[int, str]:
    """The column of each code. A column without an id that was exported is not read, and said if it holds words."""
    written = {column for line, cells in sheet.rows if line > 1 for column, entry in cells.items() if column > 2}
    head = dict(sheet.rows).get(1, {})
    codes = {}
    for column in sorted(written | {column for column in head if column > 2}):
        code_id = _word(head, column)
        if code_id in known:
            codes[column] = code_id
        elif column in written:
            problems.append(_unknown(file, 1, f"“{sheet.title}”: column {letter(column)}", code_id))
    return codes


def _rows(
    sheet: Sheet, known: set[str], names: Mapping[str, str], file: str, problems: list[Problem]
) -> Iterator[tuple[int, str, Mapping[int, Entry]]]:
    """Line, id and cells of each row. A row that isn't read, for its id, is said if it holds words."""
    named = not _word(dict(sheet.rows).get(1, {}), 2)
    for line, cells in sheet.rows:
        row_id = _word(cells, 1)
        beside = names.get(_word(cells, 2).split("\n")[0].strip(), row_id) if named else row_id
        if row_id in known and beside == row_id:
            yield line, row_id, cells
        elif row_id in known:
            problems.append(_shifted(file, line, f"“{sheet.title}”: row {line}", row_id, beside))
        elif line > 2 and any(column > 2 for column in cells):
            problems.append(_unknown(file, line, f"“{sheet.title}”: row {line}", row_id))


def _unknown(file: str, line: int, where: str, id: str) -> Problem:
    why = f"has the hidden id `{id}`, which was not exported" if id else "has no hidden id"
    return Problem(file, line, f"{where} {why}; it was not read", _BY_HAND)


def _shifted(file: str, line: int, where: str, id: str, beside: str) -> Problem:
    """Sorting only the columns in sight leaves the hidden one behind, and would give the words to other rows."""
    what = f"{where} has the hidden id `{id}`, but the name of `{beside}`; it was not read"
    return Problem(file, line, what, "undo the sorting, and sort with the hidden first column, or write the id there")


def _missing(
    prints: Mapping[Place, Print], entries: Mapping[Place, object], shown: set[tuple[str, str]], file: str
) -> Iterator[Problem]:
    """Sheets, rows and columns that were taken out. None of it takes a summary out of the study."""
    matrices: dict[tuple[str, str], list[Place]] = defaultdict(list)
    for place in prints:
        matrices[place.kind, place.category_id].append(place)
    for (kind, category_id), places in matrices.items():
        there = [place for place in places if place in entries]
        name = f"the matrix `{category_id}` by {kind}"
        if not there:
            if (kind, category_id) not in shown:
                yield _kept(file, f"{name} has no sheet any more")
            continue
        for what, field in (("row", "row_id"), ("column", "code_id")):
            left = {getattr(place, field) for place in there}
            gone = dict.fromkeys(getattr(place, field) for place in places if getattr(place, field) not in left)
            yield from (_kept(file, f"{name} has no {what} `{gone_id}` any more") for gone_id in gone)


def _kept(file: str, what: str) -> Problem:
    return Problem(file, 1, what, "nothing to do: the study keeps its summaries", "warning")
