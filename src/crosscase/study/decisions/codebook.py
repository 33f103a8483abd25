"""Decisions about the codebook: codes defined, reworded, renamed, moved, merged, split and retired.

An id that a code once had stays in its `formerly`, so that no coding is ever orphaned; each step is kept in its
`history`. The version rises with a new code or a new meaning, once somebody has read under the present one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from crosscase.codebook import Amended, Amendment, Category, Code
from crosscase.coding import Coding
from crosscase.matrix import Summary
from crosscase.problem import Refused
from crosscase.study.decisions.book import (
    added_to_book,
    begun,
    book_change,
    category_of,
    check_free,
    next_version,
    put_among,
)
from crosscase.study.decisions.charting import Cell, Cells, cells_changes
from crosscase.study.decisions.coding import codings_change
from crosscase.study.decisions.door import agreed, decide, known, source_of, today
from crosscase.study.files import Change
from crosscase.study.merging import Merging, merged_code, merging, twins_of, values_in_use
from crosscase.study.study import Study
from crosscase.wording import counted

WORDING = frozenset(
    {"name", "origin", "kind", "definition", "include", "exclude", "examples", "cues", "values"},
)


def define_category(study: Study, category: Category) -> Study:
    """Begin a category: an empty file of the codebook, behind the others."""

    return decide(study, lambda now: [begun(now, replace(category, codes=()))])


def define_code(study: Study, code: Code, *, by: str, why: str = "", before: str = "") -> Study:
    """Add a code to its category, at its end or before another code. It codes nothing by itself."""

    def act(now: Study) -> Iterator[Change]:
        step = Amendment(next_version(now), "defined", why, by, today())
        yield added_to_book(now, code, step, before=before)

    return decide(study, act)


def reword_code(study: Study, code_id: str, *, by: str, why: str = "", redefined: bool = False, **fields: Any) -> Study:
    """Change a code's name, definition, instructions, examples, cues or values.

    With `redefined` its meaning has changed: the version rises, and what was read before wasn't read for this code.
    Raises `Refused` where neither words nor meaning would be another.
    """
    for name in fields:
        known(name, WORDING, "field of a code that can be changed:")

    def act(now: Study) -> Iterator[Change]:
        code = _code(study, now, code_id)
        changed = {name: value for name, value in fields.items() if getattr(code, name) != value}
        if not changed and not redefined:
            raise Refused(f"nothing about `{code.id}` would be another; change something, or leave it")
        _values_in_use(now, code, changed)
        what: Amended = "redefined" if redefined else "values" if "values" in changed else "reworded"
        version = now.codebook.version if what == "reworded" else next_version(now)
        yield _code_change(now, code, replace(code, **changed), Amendment(version, what, why, by, today()))

    return decide(study, act)


def rename_code(study: Study, code_id: str, to: str, *, by: str, why: str = "") -> Study:
    """Give a code another id. Codings, summaries and questions under the old one count under the new one."""

    def act(now: Study) -> Iterator[Change]:
        code = _code(study, now, code_id)
        if to not in code.formerly:
            check_free(now, to)
        former = tuple(former for former in (*code.formerly, code.id) if former != to)
        step = Amendment(now.codebook.version, "renamed", why or f"was {code.id}", by, today())
        yield _code_change(now, code, replace(code, id=to, formerly=former), step)

    return decide(study, act)


def move_code(study: Study, code_id: str, category_id: str, *, by: str, why: str = "", before: str = "") -> Study:
    """Put a code into another category, or to another place in its own; its summaries move along."""

    def act(now: Study) -> Iterator[Change]:
        code = _code(study, now, code_id)
        old, new = category_of(now, code.category_id), category_of(now, category_id)
        if old.id == new.id:
            yield book_change(now, replace(old, codes=put_among(_without(old, code), code, before)))
            return
        step = Amendment(now.codebook.version, "moved", why or f"was in {old.id}", by, today())
        moved = replace(code, category_id=new.id, history=(*code.history, step))
        yield book_change(now, replace(new, codes=put_among(new, moved, before)))
        yield book_change(now, _without(old, code))
        yield from _charts_moved(now, code, new.id)

    return decide(study, act)


def merge_codes(
    study: Study, code_id: str, into: str, *, by: str, why: str = "", texts: Mapping[str, str] | None = None
) -> Study:
    """Let one code take over another: its codings count there from now on; of twins that this makes, one is kept.

    `texts` gives the summary for each row that has one under both codes. Raises `Refused`, and names the rows, where
    one is missing, or where a value is in use that the code that takes over doesn't have; `Outdated` where it would
    come to something else than it did in the study that the person saw.
    """

    def act(now: Study) -> Iterator[Change]:
        gone, stays = _code(study, now, code_id), _code(study, now, into)
        if gone.id == stays.id:
            raise Refused(f"`{code_id}` is `{stays.id}` already")
        _values_in_use(now, gone, {"values": stays.values}, f"add it to `{stays.id}` first")
        agreed(_merging(study, gone, stays), _merging(now, gone, stays), f"what is coded or written on `{gone.id}`")
        step = Amendment(now.codebook.version, "merged", why or f"took over {gone.id}", by, today())
        merged = replace(merged_code(gone, stays), history=(*stays.history, step))
        yield from _merged_books(now, gone, stays, merged)
        yield from _merged_cells(now, gone.id, stays.id, texts or {}, by)
        yield from _without_twins(now, gone.id, stays.id)

    return decide(study, act)


def split_code(
    study: Study, code_id: str, new: Sequence[Code], dealt: Mapping[str, str], *, by: str, why: str = ""
) -> Study:
    """Make new codes out of one: `dealt` gives codings (by id) to them; those that aren't dealt stay where they are.

    Who read for the old code has read for the new ones, which are part of it. Raises `Outdated` where other passages
    carry the code than in the study that the person saw.
    """

    def act(now: Study) -> Iterator[Change]:
        old = _code(study, now, code_id)
        agreed(_carrying(study, old), _carrying(now, old), f"what is coded with `{old.id}`")
        category = category_of(now, old.category_id)
        step = Amendment(now.codebook.version, "split", why or f"out of {old.id}", by, today())
        codes = []
        for code in new:
            check_free(now, code.id)
            codes.append(replace(code, category_id=category.id, since=old.meant_since, history=(step,)))
        book = list(category.codes)
        place = [code.id for code in book].index(old.id)
        book[place : place + 1] = [replace(old, history=(*old.history, step)), *codes]
        yield book_change(now, replace(category, codes=tuple(book)))
        yield from _dealt(now, old, {code.id: code for code in codes}, dealt)

    return decide(study, act)


def retire_code(study: Study, code_id: str) -> Study:
    """Take a code out of the codebook. Raises `Refused` as long as codings, summaries or features use it."""

    return decide(study, lambda now: [retired_from_book(now, _code(study, now, code_id))])


def retired_from_book(now: Study, code: Code) -> Change:
    """The file of the code's category without it. Raises `Refused` as long as something uses the code."""
    used = ", ".join(counted(number, what) for what, number in uses(now, code).items() if number)
    if used:
        raise Refused(f"`{code.id}` is in use ({used}); merge it into another code instead")
    return book_change(now, _without(category_of(now, code.category_id), code))


def uses(now: Study, code: Code) -> Mapping[str, int]:
    """What keeps a code from being retired, and how much of it there is."""
    return {
        "coding": sum(coding.code_id == code.id for coding in (*now.codings, *now.lost)),
        "summary": sum(summary.code_id == code.id for summary in now.charted),
        "feature": len([f for c in now.cases for e in c.episodes for f in e.features if f.attribute == code.id]),
    }


def _merging(study: Study, gone: Code, stays: Code) -> Merging | None:
    """What the merge comes to in a study; None where it doesn't have both codes."""
    present = {code.id for code in study.codebook.codes}
    return merging(study, gone.id, stays.id) if {gone.id, stays.id} <= present else None


def _carrying(study: Study, code: Code) -> tuple[Coding, ...]:
    return tuple(coding for coding in study.codings if coding.code_id == code.id)


def _code(study: Study, now: Study, code_id: str) -> Code:
    """A code of the book by its present id, provided that it is still as the person saw it."""
    codes = {code.id: code for code in now.codebook.codes}
    code = codes[known(code_id, codes, "code")]
    seen = next((seen for seen in study.codebook.codes if seen.id == code_id), None)
    return agreed(seen, code, f"the code `{code_id}`") if seen is not None else code


def _without(category: Category, code: Code) -> Category:
    return replace(category, codes=tuple(there for there in category.codes if there.id != code.id))


def _code_change(now: Study, before: Code, after: Code, step: Amendment) -> Change:
    category = category_of(now, before.category_id)
    amended = replace(after, history=(*after.history, step))
    codes = tuple(amended if code.id == before.id else code for code in category.codes)
    return book_change(now, replace(category, codes=codes))


def _values_in_use(now: Study, code: Code, fields: Mapping[str, Any], do: str = "change those first") -> None:
    """Raises `Refused` if a value would go that codings or features have."""
    if "values" not in fields:
        return
    gone = sorted(values_in_use(now, code.id) - set(fields["values"]))
    if gone:
        raise Refused(f"the value `{gone[0]}` of `{code.id}` is in use; {do}")


def _merged_books(now: Study, gone: Code, stays: Code, merged: Code) -> Iterator[Change]:
    old, new = category_of(now, gone.category_id), category_of(now, stays.category_id)
    codes = tuple(merged if code.id == stays.id else code for code in new.codes)
    after = replace(new, codes=codes)
    if old.id == new.id:
        yield book_change(now, _without(after, gone))
    else:
        yield book_change(now, after)
        yield book_change(now, _without(old, gone))


def _merged_cells(now: Study, gone: str, stays: str, texts: Mapping[str, str], by: str) -> Iterator[Change]:
    """Where both codes have a summary for a row, the person's new text stands for both."""
    both = {row: summary for row, summary in _rows(now, gone).items() if row in _rows(now, stays)}
    missing = sorted(set(both) - {row for row, text in texts.items() if text.strip()})
    if missing:
        raise Refused(f"{', '.join(missing)} have a summary under both codes; give the text that is to stand for both")
    cells: dict[Cell, Summary | None] = {}
    for row, summary in both.items():
        kept = _rows(now, stays)[row]
        read = tuple(dict.fromkeys((*kept.coding_ids, *summary.coding_ids)))
        cells[row, gone] = None
        cells[row, stays] = replace(kept, text=texts[row], draft="", coding_ids=read, cited=(), by=by, on=today())
    yield from cells_changes(now, cells)


def _rows(now: Study, code_id: str) -> dict[str, Summary]:
    return {summary.case_id: summary for summary in now.charted if summary.code_id == code_id}


def _charts_moved(now: Study, code: Code, category_id: str) -> Iterator[Change]:
    """The cells of a code that goes to another category, taken out of the one chart file and put into the other."""
    cells: Cells = {(row, code.id): summary for row, summary in _rows(now, code.id).items()}
    absences = {(a.case_id, a.code_id): a for a in now.absences if a.code_id == code.id}
    content = {**cells, **absences}
    yield from cells_changes(now, dict.fromkeys(content))
    yield from cells_changes(now, content, home=f"charts/{category_id}.yaml")


def _without_twins(now: Study, gone: str, stays: str) -> Iterator[Change]:
    """Codings that one coder would have twice once the two codes are one: the one under the old code goes."""
    by_file: dict[tuple[str, str], dict[str, None]] = {}
    for twin in twins_of(now.codings, gone, stays):
        by_file.setdefault((twin.coder, twin.source_id), {})[twin.id] = None
    for (coder, source_id), twins in by_file.items():
        yield codings_change(now, coder, source_of(now, source_id), changed=twins)


def _dealt(now: Study, old: Code, new: Mapping[str, Code], dealt: Mapping[str, str]) -> Iterator[Change]:
    codings = {coding.id: coding for coding in now.codings if coding.code_id == old.id}
    by_file: dict[tuple[str, str], dict[str, Coding | None]] = {}
    for coding_id, to in dealt.items():
        coding = codings[known(coding_id, codings, f"coding of `{old.id}` with the id")]
        code = new[known(to, new, "new code")]
        if coding.value:
            known(coding.value, code.values, f"value of `{code.id}`:")
        by_file.setdefault((coding.coder, coding.source_id), {})[coding_id] = replace(coding, code_id=code.id)
    for (coder, source_id), changed in by_file.items():
        yield codings_change(now, coder, source_of(now, source_id), changed=changed)
