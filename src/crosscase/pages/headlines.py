"""What a study comes to, in short, for the top of the overview: types, findings, a quote, coverage, what comes next."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from crosscase.coding import Coding
from crosscase.exhibits import ProseExhibit, TypologyExhibit
from crosscase.layout import ProseLayout, TypologyLayout
from crosscase.matrix import Cell, Matrix, representative
from crosscase.pages import links
from crosscase.pages.data import Link, Quote, Sign, TypeSign
from crosscase.pages.links import Address, Kind
from crosscase.pages.margin import PipRow, case_types, pip_rows, type_signs
from crosscase.pages.material import Material, code_page, quote
from crosscase.pages.signs import said_of, sign_of
from crosscase.reading import State
from crosscase.theme import Coverage, Theme, coverage
from crosscase.wording import counted, listed, out_of, plural

MOST_DOTS = 1_000
"""So many cells are drawn one by one where there are no themes; of more, categories."""


@dataclass(frozen=True, slots=True)
class TypeCases:
    """A type, which leads to its rules, and the cases of it, which lead to why."""

    sign: TypeSign
    name: Link
    cases: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """A theme: its statement, how each case stands to it, and where its evidence and what speaks against it stand."""

    name: Link
    statement: str
    rows: tuple[PipRow, ...]
    count: str
    evidence: str
    against: str


@dataclass(frozen=True, slots=True)
class Said:
    """One quote, and whose words it is as far as the reader may know."""

    quote: Quote
    who: str


@dataclass(frozen=True, slots=True)
class ExhibitColumn:
    sign: TypeSign
    name: str
    count: str
    bullets: tuple[tuple[str, str], ...]
    is_draft: bool


@dataclass(frozen=True, slots=True)
class ExhibitInShort:
    """Exhibit 2 without what stands behind its sentences, which is a click away."""

    title: Link
    columns: tuple[ExhibitColumn, ...]
    rows: tuple[tuple[str, tuple[str, ...], str], ...]
    notes: tuple[str, ...]
    is_draft: bool


@dataclass(frozen=True, slots=True)
class Covered:
    """How many codes of a category have something for a case: `share` from 0 to 100, said in words, leading there."""

    share: int
    words: str
    href: str
    is_draft: bool = False
    sign: Sign | None = None


@dataclass(frozen=True, slots=True)
class CoverageRow:
    name: Link
    ways: tuple[Link, ...]
    marks: tuple[Covered, ...]


@dataclass(frozen=True, slots=True)
class CoveragePicture:
    """Categories, or codes in their categories, across cases: `groups` are heads with their rows."""

    cases: tuple[tuple[TypeSign, str], ...]
    groups: tuple[tuple[str, tuple[CoverageRow, ...]], ...]
    of_codes: bool


@dataclass(frozen=True, slots=True)
class NextStep:
    """What a person has to do next; `href` leads to where it is seen, if anywhere."""

    what: str
    how: str
    href: str = ""


def types_with_cases(material: Material) -> tuple[TypeCases, ...]:
    """The types of the first typology, each with its cases, the unresolved last; none where there is no typology."""
    if not material.study.typologies:
        return ()
    typology = material.study.typologies[0]
    page = Address(Kind.TYPOLOGY, typology.id)
    signs = type_signs([kind.name for kind in typology.types])
    hrefs = dict(zip(signs, (page.at(links.type_anchor(kind.id)) for kind in typology.types), strict=True))
    cases_by_type: dict[TypeSign, list[Link]] = {sign: [] for sign in signs}
    last = {case.id: case.episodes[-1].id for case in material.findings.cases if case.episodes}
    for case_id, sign in case_types(material).items():
        why = page.at(links.reason_anchor(case_id, last[case_id])) if case_id in last else page.file
        cases_by_type.setdefault(sign, []).append(Link(material.case_name(case_id), why))
    return tuple(
        TypeCases(sign, Link(sign.name, hrefs.get(sign, page.file)), tuple(cases))
        for sign, cases in cases_by_type.items()
    )


def findings_in_short(material: Material) -> tuple[Finding, ...]:
    """A card for each theme that says something, in the order of the study."""
    return tuple(_finding(material, theme) for theme in material.study.themes)


def _finding(material: Material, theme: Theme) -> Finding:
    covered = coverage(theme, material.facts)
    behind = (*covered.evidence, *covered.mixed)
    mixed = f", {len(covered.mixed)} of them of two minds" if covered.mixed else ""
    against = any(coding_id in material.by_id for coding_id in theme.counter_evidence.found)
    page = Address(Kind.THEME, theme.id)
    return Finding(
        Link(theme.name, page.file),
        theme.statement,
        pip_rows(material, _stands(covered)) if behind else (),
        out_of(len(behind), len(material.study.cases), material.study.settings.unit) + mixed,
        page.at("coverage"),
        page.at("counter") if against else "",
    )


def _stands(covered: Coverage) -> Mapping[str, str]:
    return {**dict.fromkeys(covered.evidence, "evidence"), **dict.fromkeys(covered.mixed, "mixed")}


def in_their_words(material: Material) -> Said | None:
    """The quote that an exhibit sets apart, or else the most representative one of the first theme."""
    for layout in material.layouts:
        if isinstance(layout, ProseLayout) and layout.quote:
            exhibit = material.exhibit(layout.id)
            if isinstance(exhibit, ProseExhibit) and exhibit.quote:
                return Said(quote(material, exhibit.quote.coding), exhibit.quote.who)
    for theme in material.study.themes:
        if codings := _behind(material, theme):
            (first, *_) = representative(codings, material.findings.voices.speakers, 1)
            return Said(quote(material, first), material.case_name(first.case_id))
    return None


def _behind(material: Material, theme: Theme) -> list[Coding]:
    by_id = material.by_id
    said = [fact.coding_id for place in theme.cells for fact in material.facts.said.get(("case", *place), ())]
    return [coding for coding in map(by_id.get, said) if isinstance(coding, Coding)]


def exhibit_in_short(material: Material) -> ExhibitInShort | None:
    """The first exhibit that sets types side by side, as it is printed; none where there is no such exhibit."""
    layout = next((layout for layout in material.layouts if isinstance(layout, TypologyLayout)), None)
    exhibit = material.exhibit(layout.id) if layout else None
    if not isinstance(exhibit, TypologyExhibit):
        return None
    signs = type_signs([column.name for column in exhibit.columns])
    columns = []
    for column, sign in zip(exhibit.columns, signs, strict=True):
        support = column.support or (None,) * len(column.bullets)
        bullets = tuple(zip(column.bullets, (str(count or "") for count in support), strict=True))
        count = counted(len(column.case_ids), material.study.settings.unit)
        columns.append(ExhibitColumn(sign, column.name, count, bullets, column.is_draft))
    rows = []
    for row in exhibit.considerations:
        paragraphs = tuple(" ".join(sentence.text for sentence in paragraph) for paragraph in row.paragraphs)
        rows.append((row.label, paragraphs, row.missing))
    title = Link(exhibit.title, links.exhibit(exhibit.id))
    return ExhibitInShort(title, tuple(columns), tuple(rows), exhibit.notes, exhibit.is_draft)


def coverage_picture(material: Material) -> CoveragePicture:
    """How far each case is covered: by category, or, where nothing was interpreted yet, code by code.

    Codes are drawn one by one as long as that stays a picture.
    """
    types = case_types(material)
    cells = sum(len(matrix.cells) for matrix in material.findings.matrices)
    of_codes = not (material.study.themes or material.study.typologies) and cells <= MOST_DOTS
    if of_codes:
        groups = [(matrix.category.name, tuple(_of_codes(material, matrix, types))) for matrix in _matrices(material)]
    else:
        groups = [("", tuple(_of_category(material, matrix, types) for matrix in _matrices(material)))]
    cases = tuple((sign, material.case_name(case_id)) for case_id, sign in types.items())
    return CoveragePicture(cases, tuple(groups), of_codes)


def _matrices(material: Material) -> tuple[Matrix, ...]:
    return material.findings.matrices


def _ways(material: Material, matrix: Matrix) -> tuple[Link, ...]:
    has_people = matrix.category.id in material.participant_matrices
    people = Link("by participant", links.matrix(matrix.category.id, by_participant=True))
    return (people,) if has_people else ()


def _of_category(material: Material, matrix: Matrix, types: Mapping[str, TypeSign]) -> CoverageRow:
    category = matrix.category
    marks = []
    for case_id in types:
        cells = [matrix.cells[case_id, code.id] for code in matrix.codes if (case_id, code.id) in matrix.cells]
        filled = [cell for cell in cells if _holds_something(cell)]
        words = f"{material.case_name(case_id)}, {category.name}: {out_of(len(filled), len(cells), 'code')}"
        href = _first_place(category.id, case_id, filled or cells)
        only_drafts = bool(filled) and all(not cell.codings and not cell.summary for cell in filled)
        share = round(100 * len(filled) / len(cells)) if cells else 0
        marks.append(Covered(share, words, href, only_drafts))
    return CoverageRow(Link(category.name, links.matrix(category.id)), _ways(material, matrix), tuple(marks))


def _holds_something(cell: Cell) -> bool:
    return bool(cell.summary or cell.codings or cell.suggestions)


def _first_place(category_id: str, case_id: str, cells: list[Cell]) -> str:
    """The first of these cells, in the matrix."""
    return links.cell(category_id, case_id, cells[0].code_id) if cells else links.matrix(category_id)


def _of_codes(material: Material, matrix: Matrix, types: Mapping[str, TypeSign]) -> Iterator[CoverageRow]:
    for code in matrix.codes:
        marks = []
        for case_id in types:
            cell = matrix.cells[case_id, code.id]
            words = f"{material.case_name(case_id)}, {code.name}: {said_of(cell)}"
            href = links.cell(matrix.category.id, case_id, code.id)
            marks.append(Covered(0, words, href, cell.basis == "draft", sign_of(cell)))
        yield CoverageRow(code_page(code), (), tuple(marks))


def sources_by_sector(material: Material) -> str:
    """`22 interviews (16 prosecutors and 6 advocates) and 4 documents`; empty without sources."""
    kinds = Counter(source.kind for source in material.study.sources)
    parts = [counted(kinds[kind], kind) for kind in ("interview", "focus group", "document") if kinds[kind]]
    sectors = Counter(person.sector for person in material.study.participants if person.sector)
    if sectors and kinds["interview"]:
        people = listed([counted(number, sector) for sector, number in sectors.most_common()])
        parts[0] += f" ({people})"
    return listed(parts)


def claims_that_hold(material: Material) -> str:
    verdicts = [verdict for _, verdict in material.verdicts.values()]
    holding = sum(verdict.holds is True for verdict in verdicts)
    if holding == len(verdicts):
        return f"all {counted(holding, 'claim')} hold" if holding > 1 else "its claim holds" if holding else ""
    return f"{out_of(holding, len(verdicts), 'claim')} hold"


def next_steps(material: Material) -> tuple[NextStep, ...]:
    """What a person has to do, in the method's order; what is done is left out."""
    return tuple(step for step in _steps(material) if step)


def _steps(material: Material) -> Iterator[NextStep | None]:
    study, total = material.study, len(material.study.sources)
    if not total:
        yield NextStep("Bring the transcripts in", "`crosscase import` reads them.")
        return
    unread = total - len(material.sources_in(State.DONE))
    if unread:
        yield NextStep(
            "Read and code", f"{out_of(unread, total, 'source')} not read to the end by anybody.", links.SOURCES
        )
    if material.findings.suggestions:
        number = counted(len(material.findings.suggestions), "suggestion")
        yield NextStep("Check what the machine suggests", f"{number} that no person has looked at.", links.SOURCES)
    waiting = [cell for cell in material.findings.cells.values() if cell.codings and not cell.summary]
    if waiting:
        number = counted(len(waiting), "cell")
        yield NextStep("Summarise", f"{number} with passages and no summary.", links.MATRICES)
    if not study.typologies:
        units = plural(study.settings.unit)
        yield NextStep("Sort the cases", f"No typology says yet which {units} are alike, and why.")
    if not study.themes:
        yield NextStep("Write what was found", "There is no theme yet: a statement, its evidence, what speaks against.")
