"""The framework matrices as pages: a row for each case or participant, a column for each code."""

from crosscase.codebook import Code
from crosscase.matrix import Cell, Matrix, Row, Status, Summary
from crosscase.pages.data import CodeHead, Count, Fact, Link, MatrixCell, MatrixPage, MatrixRow, Written
from crosscase.pages.links import names
from crosscase.pages.material import Material, frame, quote
from crosscase.pages.wording import counted, day, plural, short, sign_of

COLUMNS_ON_PAPER = 5


def matrix_pages(material: Material) -> tuple[MatrixPage, ...]:
    """Every category by case, and by participant where that tells more."""
    by_case = tuple(_page(material, matrix, by_participant=False) for matrix in material.findings.matrices)
    if not has_participant_rows(material):
        return by_case
    people = material.findings.participant_matrices
    return (*by_case, *(_page(material, matrix, by_participant=True) for matrix in people))


def has_participant_rows(material: Material) -> bool:
    """Whether participants are more than cases by another name: some case has several, or some belong to none."""
    cases = [participant.case_id for participant in material.study.participants]
    return len(set(cases)) < len(cases) or "" in cases


def cell_anchor(material: Material, matrix: Matrix, cell: Cell) -> str:
    """A cell's place in its page, by the numbers of its row and column."""
    rows = [row.id for row in matrix.rows]
    codes = [code.id for code in matrix.codes]
    return f"cell-{rows.index(cell.row_id) + 1}-{codes.index(cell.code_id) + 1}"


def _page(material: Material, matrix: Matrix, *, by_participant: bool) -> MatrixPage:
    category, unit = matrix.category, "participant" if by_participant else material.study.settings.unit
    links = material.links
    files = links.participant_matrices if by_participant else links.matrices
    title = f"{category.name}, by {unit}"
    heads = tuple(CodeHead(Link(c.name, links.codes[c.id]), short(c.definition)) for c in matrix.codes)
    size = f"{counted(len(matrix.rows), unit)} by {counted(len(matrix.codes), 'code')}"
    return MatrixPage(
        file=files[category.id],
        frame=frame(material, title, "Matrices", Link("Matrices", "index.html#matrices")),
        name=category.name,
        description=category.description,
        caption=f"{category.name}: {size}. Rows are {plural(unit)}, columns are codes.",
        unit=unit,
        heads=heads,
        rows=tuple(_row(material, matrix, row, by_participant=by_participant) for row in matrix.rows),
        is_wide=len(matrix.codes) > COLUMNS_ON_PAPER,
        other=_other(material, category.id, by_participant=by_participant),
    )


def _other(material: Material, category_id: str, *, by_participant: bool) -> Link | None:
    if not has_participant_rows(material):
        return None
    if by_participant:
        return Link(f"The same codes by {material.study.settings.unit}", material.links.matrices[category_id])
    return Link("The same codes by participant", material.links.participant_matrices[category_id])


def _row(material: Material, matrix: Matrix, row: Row, *, by_participant: bool) -> MatrixRow:
    sources = tuple(material.source_link(source_id) for source_id in row.source_ids)
    facts = [Fact(name, _attribute(material, name, value)) for name, value in row.attributes.items() if value]
    if sources:
        facts.append(Fact("source" if len(sources) == 1 else "sources", links=sources))
    cells = [_cell(material, matrix, row, code, by_participant=by_participant) for code in matrix.codes]
    return MatrixRow(row.name, tuple(facts), tuple(cells))


def _attribute(material: Material, name: str, value: str) -> str:
    return material.case_name(value) if name == "case" else value


def _cell(material: Material, matrix: Matrix, row: Row, code: Code, *, by_participant: bool) -> MatrixCell:
    cell = matrix.cells[row.id, code.id]
    quotes = tuple(quote(material, decision) for decision in cell.quotes)
    return MatrixCell(
        anchor=cell_anchor(material, matrix, cell),
        code=code.name,
        sign=sign_of(cell),
        is_draft=cell.basis == "draft",
        is_empty=not (cell.summary or cell.codings or cell.suggestions),
        written=_written(material, cell, cell.summary) if cell.summary else None,
        values=_values(code, cell),
        first=quotes[0] if quotes else None,
        more=quotes[1:],
        onward=_onward(material, code, cell),
    )


def _written(material: Material, cell: Cell, summary: Summary) -> Written:
    by = f"Summary by {material.coder_name(summary.by)}" if summary.by else "Summary"
    flags = ["stale: codings have changed since"] * cell.stale
    flags += ["unsummarised: pasted quote"] * cell.pasted
    flags += [summary.status] * (summary.status not in ("", "done"))
    return Written(summary.text, ", ".join([by, *([day(summary.on)] if summary.on else [])]), tuple(flags))


def _values(code: Code, cell: Cell) -> tuple[Count, ...]:
    """In the codebook's order, so that the same value stands in the same place in every cell."""
    order = list(code.values)
    known = [Count(value, cell.values[value]) for value in order if value in cell.values]
    return (*known, *(Count(value, number) for value, number in cell.values.items() if value not in order))


def _onward(material: Material, code: Code, cell: Cell) -> tuple[Link, ...]:
    page = material.links.codes[code.id]
    links = []
    if cell.codings:
        case = material.links.case(material.findings.attribution.case_id(cell.codings[0]) or "")
        links.append(Link(_all(len(cell.codings), "passage"), f"{page}#in-{case}"))
    if cell.suggestions:
        case = material.links.case(material.findings.attribution.case_id(cell.suggestions[0]) or "")
        links.append(Link(_all(len(cell.suggestions), "suggestion"), f"{page}#draft-{case}"))
    return tuple(links)


def _all(number: int, noun: str) -> str:
    return f"the {noun} in full" if number == 1 else f"all {number} {plural(noun)}"
