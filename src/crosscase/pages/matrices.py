"""The framework matrices as pages: a row for each case or participant, a column for each code."""

from collections.abc import Sequence
from dataclasses import replace
from math import ceil

from crosscase.codebook import Code
from crosscase.coding import Decision
from crosscase.matrix import Cell, Matrix, Row, Status, Summary, readability
from crosscase.pages import links
from crosscase.pages.data import (
    CodeHead,
    Context,
    Count,
    Fact,
    Link,
    MatrixCell,
    MatrixPage,
    MatrixRow,
    Quote,
    Tools,
    Written,
)
from crosscase.pages.material import Material, code_page, frame, quote
from crosscase.pages.signs import sign, sign_of
from crosscase.source import Source
from crosscase.wording import counted, day, plural, short, value_words

COLUMNS_ON_PAPER = 5
FEW_COLUMNS = 3
MOST_CHOICES = 12
ALWAYS_A_CHOICE = ("type", "sector")
NOT_GIVEN = "(not given)"


def matrix_page(material: Material, category_id: str, *, by_participant: bool = False) -> MatrixPage:
    """A category of the codebook by case, or by participant."""
    matrix = (material.participant_matrices if by_participant else material.matrices)[category_id]
    category, unit = matrix.category, "participant" if by_participant else material.study.settings.unit
    title = f"{category.name}, by {unit}"
    heads = tuple(
        CodeHead(c.id, code_page(c), short(c.definition), tuple(map(value_words, c.values))) for c in matrix.codes
    )
    rows = tuple(_row(material, matrix, row) for row in matrix.rows)
    size = f"{counted(len(matrix.rows), unit)} by {counted(len(matrix.codes), 'code')}"
    return MatrixPage(
        file=links.matrix(category.id, by_participant=by_participant),
        frame=frame(material, title, "Matrices", Link("Matrices", links.MATRICES)),
        name=category.name,
        description=category.description,
        caption=f"{category.name}: {size}. Rows are {plural(unit)}, columns are codes.",
        unit=unit,
        units=plural(unit),
        heads=heads,
        rows=rows,
        tools=_tools(rows, matrix),
        columns_on_paper=COLUMNS_ON_PAPER,
        is_wide=len(matrix.codes) > COLUMNS_ON_PAPER,
        head=_height(heads),
        other=_other(material, category.id, by_participant=by_participant),
    )


def _tools(rows: Sequence[MatrixRow], matrix: Matrix) -> Tools:
    told = _attribute_values(rows)
    statuses = {cell.status for cell in matrix.cells.values()}
    stances = {stance for cell in matrix.cells.values() for stance in _stances(cell)}
    return Tools(
        attributes=tuple((n, found) for n, found in told.items() if len(found) <= MOST_CHOICES or n in ALWAYS_A_CHOICE),
        ordered=tuple(told),
        codes=tuple((code.id, code.name) for code in matrix.codes),
        valued=tuple((code.id, code.name) for code in matrix.codes if code.values),
        statuses=tuple((sign(status).shape, status.value) for status in Status if status in statuses),
        stances=tuple((stance, stance) for stance in sorted(stances)),
    )


def _attribute_values(rows: Sequence[MatrixRow]) -> dict[str, tuple[str, ...]]:
    """The values of each attribute that tells rows apart; rows without the attribute are told apart by that."""
    values = [{fact.name: fact.text for fact in row.attributes if fact.text} for row in rows]
    names = dict.fromkeys(name for of_row in values for name in of_row)
    found = {name: {of_row.get(name, NOT_GIVEN) for of_row in values} for name in names}
    return {name: tuple(sorted(of_name)) for name, of_name in found.items() if len(of_name) > 1}


def _stances(cell: Cell) -> tuple[str, ...]:
    return tuple(sorted({coding.stance for coding in cell.codings if coding.stance}))


def _height(heads: Sequence[CodeHead]) -> float:
    """How high the heads stand at most, by the letters that fit on a line; wider where there are few of them."""
    wide = 2 if len(heads) < FEW_COLUMNS else 1
    return max(
        (1.6 + 1.25 * _lines(h.code.text, 28 * wide) + 1.05 * _lines(h.definition, 40 * wide) for h in heads), default=3
    )


def _lines(text: str, letters: int) -> int:
    return ceil(len(text) / letters)


def _other(material: Material, category_id: str, *, by_participant: bool) -> Link | None:
    if not material.participant_matrices:
        return None
    if by_participant:
        return Link(f"The same codes by {material.study.settings.unit}", links.matrix(category_id))
    return Link("The same codes by participant", links.matrix(category_id, by_participant=True))


def _row(material: Material, matrix: Matrix, row: Row) -> MatrixRow:
    sources = tuple(material.source_link(source_id) for source_id in row.source_ids)
    facts = [_attribute(material, name, value) for name, value in row.attributes.items() if value]
    if sources:
        facts.append(Fact("source" if len(sources) == 1 else "sources", links=sources))
    cells = [_cell(material, matrix, row, code) for code in matrix.codes]
    return MatrixRow(links.row_anchor(row.id), row.id, row.name, tuple(facts), tuple(cells))


def _attribute(material: Material, name: str, value: str) -> Fact:
    return Fact(material.study.settings.unit, material.case_name(value)) if name == "case" else Fact(name, value)


def _cell(material: Material, matrix: Matrix, row: Row, code: Code) -> MatrixCell:
    cell = matrix.cells[row.id, code.id]
    quotes = [_in_context(material, quote(material, decision)) for decision in cell.quotes]
    first = min(quotes, key=_unreadable, default=None)
    return MatrixCell(
        anchor=links.cell_anchor(row.id, code.id),
        code=code.name,
        sign=sign_of(cell),
        is_draft=cell.basis == "draft",
        drafted=_drafted(cell),
        is_empty=not (cell.summary or cell.codings or cell.suggestions or cell.absence),
        written=_written(material, cell, cell.summary) if cell.summary else None,
        values=_values(code, cell),
        first=first,
        more=tuple(one for one in quotes if one is not first),
        onward=_onward(material, code, cell, by_source=len(row.source_ids) == 1),
        status=sign(cell.status).shape,
        absence=_confirmed(material, cell),
        stances=_stances(cell),
    )


def _in_context(material: Material, quote: Quote) -> Quote:
    """With the turns that the passage lies in, cut from the source, and the question that came before them."""
    source = material.sources[quote.source_id]
    if not material.has_transcripts:
        return quote
    first, last = source.turn_index(quote.start), source.turn_index(quote.end - 1)
    if first < 0:
        return quote
    start, end = min(source.turns[first].start, quote.start), max(source.turns[last].end, quote.end)
    before, after = source.text[start : quote.start], source.text[quote.end : end]
    context = Context(_asked(source, first), before, quote.text, after)
    return replace(quote, context=context) if context.asked or before.strip() or after.strip() else quote


def _asked(source: Source, index: int) -> str:
    """An interviewer's words just before a turn."""
    before = source.turns[index - 1] if index else None
    return source.text[before.start : before.end] if before and before.role == "interviewer" else ""


def _unreadable(quote: Quote) -> int:
    return readability(quote.text)


def _drafted(cell: Cell) -> str:
    if not cell.suggestions or cell.status is Status.DRAFT:
        return ""
    return f"in part: {counted(len(cell.suggestions), 'suggestion')} besides, unchecked"


def _written(material: Material, cell: Cell, summary: Summary) -> Written:
    by = f"Summary by {material.coder_name(summary.by)}" if summary.by else "Summary"
    flags = ["stale: codings have changed since"] * cell.stale
    flags += ["unsummarised: pasted quote"] * cell.pasted
    flags += [summary.status] * (summary.status not in ("", "done"))
    return Written(summary.text, ", ".join([by, *([day(summary.on)] if summary.on else [])]), tuple(flags))


def _confirmed(material: Material, cell: Cell) -> str:
    """A person's word on why the cell is empty: `Confirmed by AB, 3 November 2026: the recorder had stopped.`"""
    absence = cell.absence
    if not absence or cell.summary or cell.codings:
        return ""
    by = [f"by {material.coder_name(absence.by)}"] if absence.by else []
    told = " ".join(["Confirmed", ", ".join([*by, *([day(absence.on)] if absence.on else [])])]).strip()
    return f"{told}: {absence.note}" if absence.note else told


def _values(code: Code, cell: Cell) -> tuple[Count, ...]:
    """In the codebook's order, so that the same value stands in the same place in every cell."""
    order = list(code.values)
    known = [Count(value_words(value), cell.values[value]) for value in order if value in cell.values]
    return (*known, *(Count(value_words(value), number) for value, number in cell.values.items() if value not in order))


def _onward(material: Material, code: Code, cell: Cell, *, by_source: bool) -> tuple[Link, ...]:
    """To all passages of the cell on the code's page; where the row is one person's, to those of their source."""
    onward = []
    kinds: tuple[tuple[str, str, Sequence[Decision]], ...] = (
        ("coded", "passage", cell.codings),
        ("draft", "suggestion", cell.suggestions),
    )
    for kind, noun, decisions in kinds:
        if decisions:
            case_ids = material.findings.voices.case_ids(decisions[0])
            case_id = cell.row_id if cell.row_id in case_ids else next(iter(case_ids), "")
            source_id = decisions[0].source_id if by_source else ""
            onward.append(Link(_all(len(decisions), noun), links.group(kind, code.id, case_id, source_id)))
    return tuple(onward)


def _all(number: int, noun: str) -> str:
    return f"The {noun} in full" if number == 1 else f"All {number:,} {plural(noun)}"
