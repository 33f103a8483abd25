"""The framework matrices as pages: a row for each case or participant, a column for each code."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from crosscase.codebook import Code
from crosscase.coding import Decision
from crosscase.exhibits.cases import last_results
from crosscase.matrix import Cell, Matrix, Row, Status, readability
from crosscase.naming import code_in_words
from crosscase.pages import cells, links
from crosscase.pages.data import (
    CellValue,
    CodeHead,
    Fact,
    Link,
    MatrixCell,
    MatrixPage,
    MatrixRow,
    Quote,
    RowGroup,
    TypeSign,
)
from crosscase.pages.figures.drawing import NO_TYPE
from crosscase.pages.margin import case_types
from crosscase.pages.material import Material, code_page, frame, quote
from crosscase.pages.signs import sign, sign_of, written_in
from crosscase.typology import Result
from crosscase.wording import counted, day, listed, plural, sentence, short, value_words

COLUMNS_ON_PAPER = 5
FEW_COLUMNS = 5
MOST_CHOICES = 12
ALWAYS_A_CHOICE = ("type", "sector")
NOT_GIVEN = "not given"
DOTS = 5
UNTYPED = TypeSign("", 0, "")


def matrix_page(material: Material, category_id: str, *, by_participant: bool = False) -> MatrixPage:
    """A category of the codebook by case, or by participant."""
    matrix = (material.participant_matrices if by_participant else material.matrices)[category_id]
    category, unit = matrix.category, "participant" if by_participant else material.study.settings.unit
    heads = _heads(material, matrix)
    groups = _grouped(_rows(material, matrix))
    rows = tuple(row for group in groups for row in group.rows)
    every = [cell for row in rows for cell in row.cells]
    quotes = [quote for cell in every for quote in cell.quotes]
    facets = tuple((name, _called(name)) for name in _telling(rows))
    open_heads = [head for head in heads if head.parent < 0 and not head.is_empty]
    size = f"{counted(len(matrix.rows), unit)} × {counted(len(matrix.codes), 'code')}"
    return MatrixPage(
        file=links.matrix(category.id, by_participant=by_participant),
        frame=frame(material, f"{category.name}, by {unit}", "Matrices", Link("Matrices", links.MATRICES)),
        name=category.name,
        description=category.description,
        caption=f"{category.name}: {size}. Rows are {plural(unit)}, columns are codes.",
        size=size,
        unit=unit,
        units=plural(unit),
        label=_label(material),
        heads=heads,
        groups=groups,
        view=_view(matrix, open_heads),
        shown=len(open_heads),
        folds=tuple(_folds(heads)),
        usual=next(iter(cells.bylines(every)), ""),
        quoted=() if by_participant else cells.quoted(material, quotes),
        texts=cells.near(material, quotes),
        data=cells.data(material, heads, rows, facets, unit=unit, label=_label(material)),
        columns_on_paper=COLUMNS_ON_PAPER,
        is_wide=len(matrix.codes) > COLUMNS_ON_PAPER,
        other=_other(material, category.id, by_participant=by_participant),
    )


def _heads(material: Material, matrix: Matrix) -> tuple[CodeHead, ...]:
    ids = [code.id for code in matrix.codes]
    parents = [_parent(code_id, ids) for code_id in ids]
    filled = {code_id for (_, code_id), cell in matrix.cells.items() if not _is_empty(cell)}
    codes = [code_in_words(code, material.in_words) for code in matrix.codes]
    return tuple(
        CodeHead(
            code.id,
            code_page(code),
            short(code.definition),
            tuple((value_words(value), meaning) for value, meaning in code.values.items()),
            parent,
            parents.count(place),
            # Nothing is folded away where nothing is there at all: an empty matrix shows its codes.
            bool(filled) and code.id not in filled,
        )
        for place, (code, parent) in enumerate(zip(codes, parents, strict=True))
    )


def _parent(code_id: str, ids: Sequence[str]) -> int:
    """The place of the outermost code of which this one is a finer one: `a.b` of `a.b.c` and `a.b.c.d`."""
    return next((place for place, other in enumerate(ids) if code_id.startswith(f"{other}.")), -1)


def _folds(heads: Sequence[CodeHead]) -> Iterator[tuple[str, str]]:
    finer = sum(head.parent >= 0 for head in heads)
    empty = sum(head.is_empty for head in heads)
    if finer:
        yield "finer", f"{finer:,} finer"
    if empty:
        yield "empty", f"{empty:,} empty"


def _view(matrix: Matrix, heads: Sequence[CodeHead]) -> str:
    """Few columns have room for what people wrote; many are taken in by their values."""
    has_summaries = any(cell.summary for cell in matrix.cells.values())
    return "summaries" if has_summaries and len(heads) <= FEW_COLUMNS else "values"


def _label(material: Material) -> str:
    return material.study.typologies[0].label if material.study.typologies else "type"


def _other(material: Material, category_id: str, *, by_participant: bool) -> Link | None:
    if not material.participant_matrices:
        return None
    if by_participant:
        return Link(f"by {material.study.settings.unit}", links.matrix(category_id))
    return Link("by participant", links.matrix(category_id, by_participant=True))


def _grouped(rows: Sequence[MatrixRow]) -> tuple[RowGroup, ...]:
    """Rows of a type together, in the order of the types; those without one last."""
    ordered = sorted(rows, key=lambda row: (row.type.letter in ("", NO_TYPE), row.type.letter))
    by_type = [(type_sign, tuple(members)) for type_sign, members in groupby(ordered, key=lambda row: row.type)]
    return tuple(RowGroup(type_sign, f"{len(members):,}", members) for type_sign, members in by_type)


def _telling(rows: Sequence[MatrixRow]) -> tuple[str, ...]:
    """The attributes that tell rows apart and have few enough values to choose from."""
    values = [{fact.name: fact.text for fact in row.attributes if fact.text} for row in rows]
    names = dict.fromkeys(name for of_row in values for name in of_row)
    found = {name: {of_row.get(name, NOT_GIVEN) for of_row in values} for name in names}
    return tuple(
        name for name, of_name in found.items() if len(of_name) > 1 and (len(of_name) <= MOST_CHOICES or _always(name))
    )


def _always(name: str) -> bool:
    return name in ALWAYS_A_CHOICE


def _called(name: str) -> str:
    return sentence(value_words(name))


def _rows(material: Material, matrix: Matrix) -> tuple[MatrixRow, ...]:
    types, results = case_types(material), _results(material)
    return tuple(
        replace(_row(material, matrix, row, _deciding(material, results.get(row.id))), type=types.get(row.id, UNTYPED))
        for row in matrix.rows
    )


def _results(material: Material) -> Mapping[str, Result]:
    """How the type of each case's last episode came about, under the study's first typology."""
    if not material.study.typologies:
        return {}
    return last_results(material.findings.cases, material.findings.results[material.study.typologies[0].id])


def _deciding(material: Material, result: Result | None) -> Mapping[str, str]:
    """The values that a case's type rests on, by attribute; none where it has no type."""
    if result is None or not result.type_id:
        return {}
    case = next(case for case in material.findings.cases if case.id == result.case_id)
    features = {feature.attribute: feature.value for feature in case.episodes[-1].features}
    return {name: features[name] for name in result.decided if features.get(name)}


def _row(material: Material, matrix: Matrix, row: Row, deciding: Mapping[str, str]) -> MatrixRow:
    sources = tuple(material.source_link(source_id) for source_id in row.source_ids)
    facts = [_attribute(material, name, value) for name, value in row.attributes.items() if value]
    if sources:
        facts.append(Fact("source" if len(sources) == 1 else "sources", links=sources))
    cells_of_row = [_cell(material, matrix, row, code, deciding.get(code.id, "")) for code in matrix.codes]
    return MatrixRow(links.row_anchor(row.id), row.id, row.name, tuple(facts), tuple(cells_of_row), UNTYPED)


def _attribute(material: Material, name: str, value: str) -> Fact:
    return Fact(material.study.settings.unit, material.case_name(value)) if name == "case" else Fact(name, value)


def _cell(material: Material, matrix: Matrix, row: Row, code: Code, deciding: str) -> MatrixCell:
    cell = matrix.cells[row.id, code.id]
    return MatrixCell(
        anchor=links.cell_anchor(row.id, code.id),
        code=code.name,
        sign=sign_of(cell),
        is_draft=cell.basis == "draft",
        drafted=_drafted(cell),
        is_empty=_is_empty(cell),
        written=written_in(material, cell),
        values=tuple(_values(code, cell, deciding)),
        passages=len(cell.codings),
        dots=0 if code.values else min(len(cell.codings), DOTS),
        quotes=tuple(_by_readability(_quotes(material, cell))),
        onward=_onward(material, code, cell, by_source=len(row.source_ids) == 1),
        status=sign(cell.status).shape,
        absence=_confirmed(material, cell),
        stances=_stances(cell),
    )


def _is_empty(cell: Cell) -> bool:
    return not (cell.summary or cell.codings or cell.suggestions or cell.absence)


def _stances(cell: Cell) -> tuple[str, ...]:
    return tuple(sorted({coding.stance for coding in cell.codings if coding.stance}))


def _quotes(material: Material, cell: Cell) -> Iterator[Quote]:
    for decision in cell.quotes:
        made = quote(material, decision)
        yield replace(made, role=_role(material, decision), near=material.passages_near[made.span])


def _role(material: Material, decision: Decision) -> str:
    """What is known of those whose words a passage holds: their roles, or else their sectors."""
    people = material.findings.voices.participants(decision)
    return listed(
        list(dict.fromkeys(person.role or person.sector for person in people if person.role or person.sector))
    )


def _by_readability(quotes: Iterable[Quote]) -> Iterator[Quote]:
    """The most readable one first, the others in reading order."""
    in_order = list(quotes)
    first = min(in_order, key=lambda quote: readability(quote.text), default=None)
    if first is not None:
        yield first
    yield from (quote for quote in in_order if quote is not first)


def _drafted(cell: Cell) -> str:
    """What is a draft in a cell that also holds people's work: suggestions, and a summary that isn't rewritten yet."""
    if cell.draft:
        return "summary, in the passages’ words still: not rewritten, and not counted"
    if not cell.suggestions or cell.status is Status.DRAFT:
        return ""
    return f"in part: {counted(len(cell.suggestions), 'suggestion')} besides, unchecked"


def _confirmed(material: Material, cell: Cell) -> str:
    """A person's word on why the cell is empty: `Confirmed by AB, 3 November 2026: the recorder had stopped.`"""
    absence = cell.absence
    if not absence or cell.summary or cell.codings:
        return ""
    by = [f"by {material.coder_name(absence.by)}"] if absence.by else []
    told = " ".join(["Confirmed", ", ".join([*by, *([day(absence.on)] if absence.on else [])])]).strip()
    return f"{told}: {absence.note}" if absence.note else told


def _values(code: Code, cell: Cell, deciding: str) -> Iterator[CellValue]:
    """In the codebook's order, so that the same value stands in the same place in every cell."""
    order = list(code.values)
    strange = [value for value in cell.values if value not in order]
    for value in (*order, *strange):
        if value in cell.values:
            yield CellValue(value_words(value), cell.values[value], value == deciding)


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
