"""Decisions about the cells of the matrix: summaries, what they cite, and why a cell is empty."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from crosscase.matrix import Absence, Summary
from crosscase.problem import Refused
from crosscase.study import formats
from crosscase.study.decisions.door import agreed, change_of, coder_of, decide, known, text_of, today
from crosscase.study.files import Change
from crosscase.study.renaming import PresentIds
from crosscase.study.study import Study

DRAFT = "draft"
"""The status of a summary that is the machine's choice of words still."""

Cell = tuple[str, str]
Cells = Mapping[Cell, Summary | Absence | None]


def summarise(study: Study, summary: Summary) -> Study:
    """Write one cell's summary. See `summarise_all`."""
    return summarise_all(study, (summary,))


def summarise_all(study: Study, summaries: Sequence[Summary]) -> Study:
    """Write the summaries of some cells, all or none; whatever else those files hold stays byte for byte.

    One that began as a machine's draft keeps that status until under half of the draft's words are left.
    Raises `Refused` if a case, code or coding isn't known, if there are no words, or if one of these cells isn't any
    more as the person saw it.
    """

    def act(now: Study) -> Iterator[Change]:
        cells: dict[Cell, Summary | Absence | None] = {}
        for summary in summaries:
            if not summary.text.strip():
                raise Refused(f"the summary of `{summary.case_id}` on `{summary.code_id}` has no words; write some")
            cell = _cell(study, now, summary.case_id, summary.code_id)
            before = _standing(now, cell)
            _check_codings(now, {*summary.coding_ids, *summary.cited} - _rests_on(before))
            # What was judged was another text.
            judged = summary.borne_out if before and before.text == summary.text else ()
            on = summary.on or today()
            written = replace(summary, case_id=cell[0], code_id=cell[1], on=on, borne_out=judged)
            cells[cell] = _as_far_as_rewritten(written, before)
        yield from cells_changes(now, cells)

    return decide(study, act)


def cite(study: Study, row_id: str, code_id: str, coding_ids: Sequence[str]) -> Study:
    """Say which codings the text of a summary leads to, in the order of the text."""

    def act(now: Study) -> Iterator[Change]:
        _check_codings(now, coding_ids)
        summary = _summary(study, now, row_id, code_id)
        read = tuple(dict.fromkeys((*summary.coding_ids, *coding_ids)))
        yield from cells_changes(now, {_place(summary): replace(summary, cited=tuple(coding_ids), coding_ids=read)})

    return decide(study, act)


def confirm_summary(study: Study, row_id: str, code_id: str, coding_ids: Sequence[str], *, by: str) -> Study:
    """Say that a summary is still right, now that these are its cell's codings; its words stay as they are."""

    def act(now: Study) -> Iterator[Change]:
        _check_codings(now, coding_ids)
        summary = _summary(study, now, row_id, code_id)
        confirmed = replace(summary, coding_ids=tuple(coding_ids), by=by or summary.by, on=today())
        yield from cells_changes(now, {_place(summary): confirmed})

    return decide(study, act)


def judge_summary(study: Study, row_id: str, code_id: str, verdict: str, *, by: str) -> Study:
    """Say whether the passages bear a summary out (yes, partly or no), or (empty) take that back.

    Raises `Refused` where `by` wrote it: nobody is their own second reader.
    """

    def act(now: Study) -> Iterator[Change]:
        known(verdict, ("yes", "partly", "no", ""), "verdict on a summary:")
        coder_of(now, by)
        summary = _summary(study, now, row_id, code_id)
        if by in (name.strip() for name in summary.by.split(",")):
            raise Refused(f"{by} wrote this summary; somebody else has to say whether the passages bear it out")
        others = [(who, said) for who, said in summary.borne_out if who != by]
        judged = replace(summary, borne_out=tuple(sorted([*others, *([(by, verdict)] if verdict else [])])))
        yield from cells_changes(now, {_place(summary): judged})

    return decide(study, act)


def remove_summary(study: Study, row_id: str, code_id: str) -> Study:
    """Take a summary out of its cell."""

    def act(now: Study) -> Iterator[Change]:
        yield from cells_changes(now, {_place(_summary(study, now, row_id, code_id)): None})

    return decide(study, act)


def confirm_absence(study: Study, row_id: str, code_id: str, *, asked: bool, by: str, note: str = "") -> Study:
    """Say of an empty cell that it was asked about and nothing was said, or that it was not asked about.

    Raises `Refused` where somebody has written a summary: then something was said.
    """

    def act(now: Study) -> Iterator[Change]:
        cell = _cell(study, now, row_id, code_id)
        if any(_place(summary) == cell for summary in now.charted):
            raise Refused(f"the cell of `{row_id}` on `{code_id}` has a summary; take that away first")
        yield from cells_changes(now, {cell: Absence(*cell, asked, note, by, today())})

    return decide(study, act)


def withdraw_absence(study: Study, row_id: str, code_id: str) -> Study:
    """Take back a person's word on why a cell is empty."""

    def act(now: Study) -> Iterator[Change]:
        cell = _cell(study, now, row_id, code_id)
        if not any((absence.case_id, absence.code_id) == cell for absence in now.absences):
            raise Refused(f"nobody has said why the cell of `{row_id}` on `{code_id}` is empty")
        yield from cells_changes(now, {cell: None})

    return decide(study, act)


def chart_path(now: Study, code_id: str) -> str:
    return f"charts/{now.codebook.by_id[code_id].category_id}.yaml"


def _cell(study: Study, now: Study, row_id: str, code_id: str) -> Cell:
    """A cell that the study has, provided that it holds what the person saw there."""
    rows = [*(case.id for case in now.cases), *(person.id for person in now.participants)]
    known(row_id, rows, "case or participant")
    code = now.codebook.by_id[known(code_id, now.codebook.by_id, "code")]
    cell = (row_id, code.id)
    agreed(_held(study, cell), _held(now, cell), f"the cell of `{row_id}` on `{code.id}`")
    return cell


def _held(study: Study, cell: Cell) -> list[Summary | Absence]:
    written = [summary for summary in study.charted if _place(summary) == cell]
    return [*written, *(absence for absence in study.absences if (absence.case_id, absence.code_id) == cell)]


def _standing(now: Study, cell: Cell) -> Summary | None:
    return next((summary for summary in now.charted if _place(summary) == cell), None)


def _as_far_as_rewritten(summary: Summary, before: Summary | None) -> Summary:
    """What began as a draft stays one, whatever its writer says of it, until it is rewritten."""
    begun = replace(summary, draft=summary.draft or (before.draft if before else ""))
    if begun.is_draft:
        return replace(begun, status=DRAFT)
    return replace(summary, draft="", status="" if summary.status == DRAFT else summary.status)


def _rests_on(summary: Summary | None) -> set[str]:
    """What a summary has named so far: some of it may be coded no more, and is still what was read."""
    return {*summary.coding_ids, *summary.cited} if summary else set()


def _summary(study: Study, now: Study, row_id: str, code_id: str) -> Summary:
    cell = _cell(study, now, row_id, code_id)
    summary = _standing(now, cell)
    if summary is None:
        raise Refused(f"the cell of `{row_id}` on `{code_id}` has no summary yet")
    return summary


def cells_changes(now: Study, cells: Cells, home: str = "") -> Iterator[Change]:
    """The chart files that these cells stand in, or are to stand in (`home`), each with its cells written anew."""
    by_path: dict[str, dict[Cell, Summary | Absence | None]] = {}
    for cell, content in cells.items():
        by_path.setdefault(home or _home(now, cell), {})[cell] = content
    renamed = PresentIds.of(now.codebook).now
    for path, mine in by_path.items():
        yield change_of(now, path, formats.charts.edited(text_of(now, path), mine, path=path, renamed=renamed))


def _home(now: Study, cell: Cell) -> str:
    """The file of the cell's category; or another one in which somebody has put this cell."""
    home = chart_path(now, cell[1])
    for path in sorted(now.hashes):
        if path.startswith("charts/") and path != home and cell[1] in text_of(now, path):
            written = formats.charts.cells(text_of(now, path), path, [])
            if any((content.case_id, content.code_id) == cell for content, _ in written):
                return path
    return home


def _place(summary: Summary) -> Cell:
    return summary.case_id, summary.code_id


def _check_codings(now: Study, coding_ids: Iterable[str]) -> None:
    ids = {coding.id for coding in (*now.codings, *now.lost)}
    for coding_id in sorted(coding_ids):
        known(coding_id, ids, "coding")
