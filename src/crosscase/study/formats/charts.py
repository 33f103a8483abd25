"""`charts/*.yaml`: the cells that people wrote, case by case and code by code."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

import msgspec

from crosscase.matrix import Absence, Summary
from crosscase.problem import Problem, Refused
from crosscase.study import rewriting
from crosscase.study.formats.shape import Words, filled, prove, refuse_unread, words
from crosscase.study.yaml import Lined, blocks, convert, parse

Content = Summary | Absence
Place = tuple[str, str]


class _Summary(msgspec.Struct, forbid_unknown_fields=True):
    summary: str
    status: str = ""
    codings: Words = ""
    cited: Words = ""
    by: str = ""
    on: str = ""
    borne_out: dict[str, Literal["yes", "partly", "no"]] = {}
    draft: str = ""


class _Absence(msgspec.Struct, forbid_unknown_fields=True):
    absence: Literal["asked", "not asked"]
    note: str = ""
    by: str = ""
    on: str = ""


@dataclass(frozen=True, slots=True)
class _Block:
    """What stands in a part of a file: its cells with their lines, and what is wrong. Lines count from the part's."""

    case_ids: tuple[str, ...]
    cells: tuple[tuple[Content, int], ...]
    problems: tuple[Problem, ...]


def cells(text: str, path: str, problems: list[Problem]) -> Iterator[tuple[Content, int]]:
    """The cells of one chart file, each with its line: a person's summary, or their word on why it is empty."""
    begun: dict[str, int] = {}
    for line, part in _parts(text):
        block = _block(part)
        twice = [case_id for case_id in block.case_ids if case_id in begun]
        if twice:
            what = f"`{twice[0]}` stands here twice"
            problems.append(Problem(path, line + 1, what, "keep one of them (the first is used)"))
            continue
        begun |= dict.fromkeys(block.case_ids, line)
        problems += [replace(problem, path=path, line=problem.line + line) for problem in block.problems]
        yield from ((cell, at + line) for cell, at in block.cells)


def edited(
    text: str, changes: Mapping[Place, Content | None], *, path: str, renamed: Mapping[str, str] | None = None
) -> str:
    """The file with some of its cells written anew, or (None) taken out; all else stays as it is.

    `renamed` maps ids that codes formerly had to those that they have now. Raises `Refused` if the file holds
    something that can't be read.
    """
    now = renamed or {}
    standing = _standing(text, path, now)
    changed = {place: cell for place, cell in changes.items() if standing.get(place) != cell}
    if not changed:
        return text
    parts = [part for _, part in _parts(text)]
    for case_id in dict.fromkeys(case_id for case_id, _ in changed):
        own = {code_id: cell for (owner, code_id), cell in changed.items() if owner == case_id}
        place = next((n for n, part in enumerate(parts) if case_id in _block(part).case_ids), None)
        if place is None:
            parts.append(_new_block(case_id, own, parts, windows="\r\n" in text))
        else:
            parts[place] = _edited_block(parts[place], case_id, own, now)
    after = "".join(parts)
    wanted = {place: cell for place, cell in (standing | changed).items() if cell is not None}
    prove(_standing(after, path, now), wanted, path)
    return after


def homes(texts: Mapping[str, str]) -> dict[Place, str]:
    """The file that each cell stands in, from the texts of the chart files. Raises `Refused` if one stands in two."""
    found: dict[Place, str] = {}
    for path, text in texts.items():
        for cell, line in cells(text, path, []):
            first = found.setdefault((cell.case_id, cell.code_id), path)
            if first != path:
                what = f"the cell of `{cell.case_id}` on `{cell.code_id}` stands in {first} and in {path}, line {line}"
                raise Refused(f"{what}; keep one of them")
    return found


def _standing(text: str, path: str, renamed: Mapping[str, str]) -> dict[Place, Content | None]:
    """Every cell of the file under the present id of its code. Raises `Refused` if the file wasn't read as a whole."""
    problems: list[Problem] = []
    standing: dict[Place, Content | None] = {}
    for cell, line in cells(text, path, problems):
        place = cell.case_id, renamed.get(cell.code_id, cell.code_id)
        if place in standing:
            what = f"the cell of `{place[0]}` on `{place[1]}` stands here twice"
            problems.append(Problem(path, line, what, "keep one of them"))
        standing[place] = cell if cell.code_id == place[1] else replace(cell, code_id=place[1])
    refuse_unread(problems)
    return standing


def _edited_block(part: str, case_id: str, cells: Mapping[str, Content | None], renamed: Mapping[str, str]) -> str:
    document, _ = parse(part.removeprefix("\ufeff"), "")
    by_name = document[case_id] if isinstance(document[case_id], Lined) else {}
    names = {name: renamed[name] for name in by_name if renamed.get(name) in cells and renamed[name] not in by_name}
    names.pop(case_id, None)
    before = {names.get(c.code_id, c.code_id): _written(c) for c, _ in _block(part).cells if c.case_id == case_id}
    wanted: dict[str, Any] = {names.get(name, name): written for name, written in by_name.items()}
    for code_id, cell in cells.items():
        if cell is None:
            wanted.pop(code_id, None)
        else:
            wanted[code_id] = rewriting.merged(wanted.get(code_id), before.get(code_id), _written(cell))
    whole: dict[str, Any] = {**document, case_id: wanted}
    if not wanted:
        del whole[case_id]
    return rewriting.edited(part, whole, renamed=names)


def _new_block(case_id: str, cells: Mapping[str, Content | None], before: list[str], *, windows: bool) -> str:
    written = {code_id: _written(cell) for code_id, cell in cells.items() if cell is not None}
    block = rewriting.edited("", {case_id: written}) if written else ""
    block = block if not before or before[-1].endswith("\n") else "\n" + block
    return block.replace("\n", "\r\n") if windows else block


def _written(cell: Content) -> dict[str, Any]:
    if isinstance(cell, Absence):
        absence = "asked" if cell.asked else "not asked"
        return filled({"absence": absence, "note": cell.note, "by": cell.by, "on": cell.on})
    lists = {"codings": list(cell.coding_ids), "cited": list(cell.cited)}
    said = {"status": cell.status, **lists, "by": cell.by, "on": cell.on, "borne_out": dict(cell.borne_out)}
    said["draft"] = cell.draft
    return {"summary": cell.text} | filled(said)


def _parts(text: str) -> list[tuple[int, str]]:
    """The file case by case, with the lines before each; in one part where it can't be taken apart."""
    parts = blocks(text)
    if any(len(_block(part).case_ids) != 1 for _, part in parts if part.strip()):
        return [(0, text)]
    return parts


@lru_cache(maxsize=4096)
def _block(text: str) -> _Block:
    """Kept, since reading a large chart again for every cell that is written would take most of the time."""
    document, problems = parse(text.removeprefix("\ufeff"), "")
    read: list[tuple[Content, int]] = []
    for case_id, by_code in document.items():
        if not isinstance(by_code, Lined):
            what, do = f"`{case_id}` should hold `code: …` lines", "write the code's id, then its summary below it"
            problems.append(Problem("", document.lines[case_id], what, do))
            continue
        for code_id, written in by_code.items():
            cell = _cell(case_id, code_id, written, by_code.lines[code_id], problems)
            if cell is not None:
                read.append((cell, by_code.lines[code_id]))
    return _Block(tuple(document), tuple(read), tuple(problems))


def _cell(case_id: str, code_id: str, written: Any, line: int, problems: list[Problem]) -> Content | None:
    if isinstance(written, str) and written:
        return Summary(case_id, code_id, written)
    if isinstance(written, Lined) and "absence" in written:
        absence = convert(written, _Absence, "", problems, line)
        if absence is None:
            return None
        return Absence(case_id, code_id, absence.absence == "asked", absence.note, absence.by, absence.on)
    cell = convert(written, _Summary, "", problems, line)
    if cell is None:
        return None
    codings, cited = words(cell.codings), words(cell.cited)
    verdicts = tuple(sorted(cell.borne_out.items()))
    said = cell.summary, cell.status, codings, cell.by, cell.on, cited, verdicts, cell.draft
    return Summary(case_id, code_id, *said)
