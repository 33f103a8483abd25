"""`charts/*.yaml`: the cells that people wrote, case by case and code by code."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Literal

import msgspec

from crosscase.matrix import Absence, Summary
from crosscase.problem import Problem
from crosscase.study.formats.shape import Words, filled, prove, refuse_unread, words
from crosscase.study.yaml import Lined, convert, parse, rewrite

Content = Summary | Absence
Place = tuple[str, str]


class _Summary(msgspec.Struct, forbid_unknown_fields=True):
    summary: str
    status: str = ""
    codings: Words = ""
    cited: Words = ""
    by: str = ""
    on: str = ""


class _Absence(msgspec.Struct, forbid_unknown_fields=True):
    absence: Literal["asked", "not asked"]
    note: str = ""
    by: str = ""
    on: str = ""


def cells(text: str, path: str, problems: list[Problem]) -> Iterator[tuple[Content, int]]:
    """The cells of one chart file, each with its line: summaries, and people's words on why a cell is empty.

    A cell may be just its words (`code: …`): that is a summary, too.
    """
    document, found = parse(text, path)
    problems += found
    for case_id, row in document.items():
        if not isinstance(row, Lined):
            what = f"`{case_id}` should hold `code: …` lines"
            do = "write the code's id, then its summary below it"
            problems.append(Problem(path, document.lines[case_id], what, do))
            continue
        for code_id, cell in row.items():
            content = _content((case_id, code_id), cell, path, row.lines[code_id], problems)
            if content is not None:
                yield content, row.lines[code_id]


def edited(
    text: str, changes: Mapping[Place, Content | None], *, path: str, renamed: Mapping[str, str] | None = None
) -> str:
    """The file with some of its cells written anew, or (None) taken out; all else stays as it is.

    `renamed` maps ids that codes formerly had to those that they have now. Raises `Refused` if the file holds
    something that can't be read.
    """
    problems: list[Problem] = []
    now = renamed or {}
    before = _by_place(cells(text, path, problems), now)
    refuse_unread(problems)
    after = {place: content for place, content in {**before, **changes}.items() if content is not None}
    touched = {place for place in changes if before.get(place) != after.get(place)}
    made = rewrite(text, _rows(before, touched), _rows(after, touched), renamed=now)
    prove(_by_place(cells(made, path, []), now), after, path)
    return made


def _by_place(cells: Iterable[tuple[Content, int]], renamed: Mapping[str, str]) -> dict[Place, Content]:
    """The cells by row and present code; of a cell that stands there twice the first."""
    contents: dict[Place, Content] = {}
    for content, _ in cells:
        code_id = renamed.get(content.code_id, content.code_id)
        contents.setdefault((content.case_id, code_id), replace(content, code_id=code_id))
    return contents


def _content(place: Place, cell: Any, path: str, line: int, problems: list[Problem]) -> Content | None:
    if isinstance(cell, str):
        return Summary(*place, cell)
    if isinstance(cell, Lined) and "absence" in cell:
        absence = convert(cell, _Absence, path, problems, line)
        asked = absence is not None and absence.absence == "asked"
        return Absence(*place, asked, absence.note, absence.by, absence.on) if absence is not None else None
    written = convert(cell, _Summary, path, problems, line)
    if written is None:
        return None
    codings, cited = words(written.codings), words(written.cited)
    return Summary(*place, written.summary, written.status, codings, written.by, written.on, cited)


def _rows(contents: Mapping[Place, Content], touched: set[Place]) -> dict[str, dict[str, Any]]:
    """The touched cells, row by row. A row that keeps other cells is there, so that it isn't taken out with them."""
    rows: dict[str, dict[str, Any]] = {}
    touched_rows = {row_id for row_id, _ in touched}
    for place, content in contents.items():
        row_id, code_id = place
        if row_id in touched_rows:
            row = rows.setdefault(row_id, {})
            if place in touched:
                row[code_id] = _plain(content)
    return rows


def _plain(content: Content) -> dict[str, Any]:
    if isinstance(content, Absence):
        absence = "asked" if content.asked else "not asked"
        return filled({"absence": absence, "note": content.note, "by": content.by, "on": content.on})
    return {"summary": content.text} | filled(
        {
            "status": content.status,
            "codings": list(content.coding_ids),
            "cited": list(content.cited),
            "by": content.by,
            "on": content.on,
        }
    )
