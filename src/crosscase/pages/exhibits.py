"""The exhibits as pages: each table as a journal would print it, with the way back to the cells behind it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from crosscase.decided import CODED, NOT_RECORDED
from crosscase.exhibits import (
    CasesExhibit,
    DecisionsExhibit,
    Exhibit,
    ParticipantsExhibit,
    ProseExhibit,
    TimelineExhibit,
    TypologyExhibit,
    considered,
)
from crosscase.exhibits.cases import CaseRow, Chip, Entry
from crosscase.exhibits.decisions import CaseMark, PartTable, PointTable, Quoted, Taken
from crosscase.exhibits.prose import PullQuote, Rest, Stated
from crosscase.exhibits.typologies import Consideration, TypeColumn
from crosscase.layout import CasesLayout
from crosscase.naming import case_labels
from crosscase.pages import links
from crosscase.pages.copies import Copies, copies
from crosscase.pages.data import Frame, Link, TypeSign
from crosscase.pages.figures.drawing import NO_TYPE, Figure
from crosscase.pages.figures.typology import timeline
from crosscase.pages.links import Address, Kind
from crosscase.pages.margin import Marked, Note, Notes, marked, type_signs
from crosscase.pages.material import Material, frame, quote
from crosscase.theme import Sentence, Theme
from crosscase.wording import counted, listed, sentence

Place = tuple[str, str]

WIDEST = 11
LONGEST_NAME = 48


@dataclass(frozen=True, slots=True)
class BulletLine:
    """A bullet with what opens below it, or else with how many of its type's cases bear it out, where that is known."""

    said: Marked
    count: str


@dataclass(frozen=True, slots=True)
class TypeList:
    """A column of Exhibit 2, with its letter and how many cases it has; `cases` leads to them."""

    sign: TypeSign
    count: str
    bullets: tuple[BulletLine, ...]
    is_draft: bool
    cases: Link

    @property
    def name(self) -> str:
        return self.sign.name


@dataclass(frozen=True, slots=True)
class Spanning:
    label: str
    paragraphs: tuple[tuple[Marked, ...], ...]
    is_draft: bool
    missing: str


@dataclass(frozen=True, slots=True)
class TypesTable:
    columns: tuple[TypeList, ...]
    rows: tuple[Spanning, ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class CaseCell:
    """One cell of Exhibit 2b. `square` is the form of its mark, if it has one, and `told` that form in words.

    `chip` and `text` each lead to their cell of a framework matrix.
    """

    heading: str
    square: str
    told: str
    chip: Link
    meaning: str
    text: str
    is_quote: bool
    is_draft: bool
    cell: Link | None


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case; `window` is where a served study's features are decided."""

    name: str
    window: str
    notes: tuple[str, ...]
    cells: tuple[CaseCell, ...]


@dataclass(frozen=True, slots=True)
class CaseLines:
    anchor: str
    sign: TypeSign
    count: str
    rows: tuple[CaseLine, ...]


@dataclass(frozen=True, slots=True)
class CasesTable:
    """One of the two tables of Exhibit 2b, which share their rows: what is on record, and what considerations say.

    `columns` are the headings under each group's label, with the kind of what stands below them.
    """

    columns: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    groups: tuple[CaseLines, ...]
    is_first: bool

    @property
    def width(self) -> int:
        return 1 + sum(len(headings) for _, headings in self.columns)

    @property
    def is_wide(self) -> bool:
        """Whether its columns are too many to stand beside each other on a laptop."""
        return self.width > WIDEST

    @property
    def name(self) -> str:
        return listed([label for label, _ in self.columns if label])


@dataclass(frozen=True, slots=True)
class CasesTables:
    unit: str
    tables: tuple[CasesTable, ...]
    key: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


@dataclass(frozen=True, slots=True)
class Words:
    """A participant's words, verbatim, with who speaks, the way to their place, and where they stand in the source."""

    text: str
    who: str
    place: Link
    source_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class OptionLine:
    """One option; `by_type` are the cases that took it under each type's sign, `earlier` those that did before."""

    label: str
    meaning: str
    count: str
    basis: str
    by_type: tuple[tuple[TypeSign, tuple[Link, ...]], ...]
    earlier: tuple[Link, ...]
    quote: Words | None


@dataclass(frozen=True, slots=True)
class PartLines:
    label: str
    options: tuple[OptionLine, ...]
    rest: tuple[tuple[str, tuple[Link, ...]], ...]


@dataclass(frozen=True, slots=True)
class PointLines:
    anchor: str
    title: str
    note: str
    parts: tuple[PartLines, ...]


@dataclass(frozen=True, slots=True)
class StatementLine:
    anchor: str
    number: str
    lead: str
    text: str
    rests: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class ProseText:
    statements: tuple[StatementLine, ...]
    quote: Words | None


@dataclass(frozen=True, slots=True)
class ExhibitPage:
    """One exhibit. `kind` says which of its tables it has; `others` leads to the other exhibits."""

    file: str
    frame: Frame
    title: str
    kind: str
    is_draft: bool
    notes: tuple[str, ...]
    others: tuple[Link, ...]
    copies: Copies
    people: ParticipantsExhibit | None = None
    types: TypesTable | None = None
    cases: CasesTables | None = None
    points: tuple[PointLines, ...] = ()
    signs: tuple[TypeSign, ...] = ()
    time: Figure | None = None
    prose: ProseText | None = None


def exhibit_page(material: Material, exhibit_id: str) -> ExhibitPage:
    """One exhibit that is laid out."""
    rest = (layout for layout in material.layouts if layout.id != exhibit_id)
    others = tuple(Link(_short(layout.title), links.exhibit(layout.id)) for layout in rest)
    return _page(_Cells(material), material.exhibit(exhibit_id), others)


class _Cells:
    """Where the cells of the framework matrices stand, and what they are called."""

    def __init__(self, material: Material) -> None:
        self.material = material
        self.labels = case_labels(material.study)

    def href(self, place: Place | None) -> str:
        return self.material.cell(*place) if place else ""

    def code(self, place: Place) -> str:
        code = self.material.study.codebook.by_id.get(place[1])
        return code.name if code else place[1]

    def link(self, place: Place) -> Link:
        return Link(f"{self.labels.get(place[0], place[0])}: {self.code(place)}", self.href(place))


def _page(cells: _Cells, exhibit: Exhibit, others: tuple[Link, ...]) -> ExhibitPage:
    head = frame(cells.material, _short(exhibit.title), "Exhibits", Link("Exhibits", links.EXHIBITS))
    is_draft = not isinstance(exhibit, ParticipantsExhibit) and exhibit.is_draft
    file, taken = links.exhibit(exhibit.id), copies(exhibit)
    page = ExhibitPage(file, head, exhibit.title, "participants", is_draft, exhibit.notes, others, taken)
    if isinstance(exhibit, ParticipantsExhibit):
        return replace(page, people=exhibit)
    if isinstance(exhibit, TypologyExhibit):
        return replace(page, kind="types", types=_types_table(cells, exhibit))
    if isinstance(exhibit, CasesExhibit):
        return replace(page, kind="cases", cases=_cases_tables(cells, exhibit))
    if isinstance(exhibit, DecisionsExhibit):
        anchors = links.anchors("point", (point.title for point in exhibit.points))
        points = (_point(cells, exhibit, *point) for point in zip(anchors, exhibit.points, strict=True))
        return replace(page, kind="decisions", points=tuple(points), signs=tuple(_signs(cells, exhibit).values()))
    if isinstance(exhibit, TimelineExhibit):
        return replace(page, kind="timeline", time=_time(cells.material, exhibit))
    return replace(page, kind="prose", prose=_prose(cells, exhibit))


def _time(material: Material, exhibit: TimelineExhibit) -> Figure | None:
    typology = next(typology for typology in material.study.typologies if typology.id == exhibit.typology_id)
    drawn = timeline(material, typology, [(line.case_id, line.episode_id) for line in exhibit.lines])
    return replace(drawn, id=f"exhibit-{exhibit.id}", title=exhibit.title) if drawn else None


def _point(cells: _Cells, exhibit: DecisionsExhibit, anchor: str, point: PointTable) -> PointLines:
    parts = tuple(_part(cells, exhibit, part) for part in point.parts)
    return PointLines(anchor, point.title, point.note, parts)


def _part(cells: _Cells, exhibit: DecisionsExhibit, part: PartTable) -> PartLines:
    rest = tuple((why, _marks(cells, marks)) for why, marks in part.rest)
    return PartLines(part.label, tuple(_option(cells, exhibit, option) for option in part.options), rest)


def _option(cells: _Cells, exhibit: DecisionsExhibit, option: Taken) -> OptionLine:
    return OptionLine(
        sentence(option.label),
        option.meaning,
        f"{option.count} of {exhibit.of}" if option.count else "nobody",
        option.basis if option.count else "",
        tuple(
            (_sign_of(cells, exhibit, type_id, name), _marks(cells, marks)) for type_id, name, marks in option.by_type
        ),
        _marks(cells, option.earlier),
        _words(cells, option.quote),
    )


def _sign_of(cells: _Cells, exhibit: DecisionsExhibit, type_id: str, name: str) -> TypeSign:
    signs = _signs(cells, exhibit)
    return signs.get(type_id, TypeSign(NO_TYPE if signs and name else "", 0, name))


def _signs(cells: _Cells, exhibit: DecisionsExhibit) -> Mapping[str, TypeSign]:
    typologies = {typology.id: typology for typology in cells.material.study.typologies}
    kinds = typologies[exhibit.typology_id].types if exhibit.typology_id in typologies else ()
    return dict(zip((kind.id for kind in kinds), type_signs([kind.name for kind in kinds]), strict=True))


def _marks(cells: _Cells, marks: Sequence[CaseMark]) -> tuple[Link, ...]:
    return tuple(Link(mark.label, cells.href(mark.place)) for mark in marks)


def _words(cells: _Cells, quoted: Quoted | PullQuote | None) -> Words | None:
    if quoted is None:
        return None
    words = quote(cells.material, quoted.coding)
    return Words(words.text, quoted.who, words.place, words.source_id, words.start, words.end)


def _prose(cells: _Cells, exhibit: ProseExhibit) -> ProseText:
    anchors = links.anchors("statement", (stated.text for stated in exhibit.statements))
    statements = (_statement(cells, *stated) for stated in zip(anchors, exhibit.statements, strict=True))
    return ProseText(tuple(statements), _words(cells, exhibit.quote))


def _statement(cells: _Cells, anchor: str, one: Stated) -> StatementLine:
    rests = tuple(Link(rest.label, _rest_href(cells, rest)) for rest in one.rests)
    return StatementLine(anchor, one.number, one.lead, one.text, rests)


def _rest_href(cells: _Cells, rest: Rest) -> str:
    if rest.kind == "theme":
        return links.theme(rest.id)
    return links.claim(rest.id) if rest.kind == "claim" else cells.href(rest.place)


def _short(title: str) -> str:
    """What an exhibit is called beside others: what stands before a colon and a space, or else its first words."""
    head, colon, _ = title.partition(": ")
    name = head if colon and len(head) <= LONGEST_NAME else title.rstrip(".")
    return name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME].rpartition(' ')[0]} …"


def _types_table(cells: _Cells, exhibit: TypologyExhibit) -> TypesTable:
    by_case = (layout for layout in cells.material.layouts if isinstance(layout, CasesLayout))
    same = (layout for layout in by_case if layout.typology_id == exhibit.typology_id)
    where = next((Address(Kind.EXHIBIT, layout.id) for layout in same), None)
    notes = Notes(cells.material, cells.labels)
    unit = cells.material.study.settings.unit
    signs = zip(type_signs([column.name for column in exhibit.columns]), exhibit.columns, strict=True)
    columns = tuple(_type_list(sign, column, unit, where, notes) for sign, column in signs)
    themes = {theme.id: theme for theme in considered(cells.material.findings)}
    rows = tuple(_spanning(row, themes.get(row.theme_id), notes) for row in exhibit.considerations)
    return TypesTable(columns, rows, notes.all)


def _type_list(sign: TypeSign, column: TypeColumn, unit: str, by_case: Address | None, notes: Notes) -> TypeList:
    """A type, leading to its cases on the page of Exhibit 2b, and each of its bullets to the cells behind it."""
    href = by_case.at(links.type_anchor(column.type_id)) if by_case else ""
    lines = []
    for text, own in zip(column.bullets, column.support or (None,) * len(column.bullets), strict=True):
        note = notes.note(own.cells, of=column.case_ids) if own else None
        lines.append(BulletLine(marked(text, note), f"{own}" if own else ""))
    count = f"n = {len(column.case_ids)}"
    return TypeList(sign, count, tuple(lines), column.is_draft, Link(_members(column, unit), href))


def _members(column: TypeColumn, unit: str) -> str:
    """`4 jurisdictions`, and how many of them by a draft."""
    told = counted(len(column.case_ids), unit)
    if not column.drafted:
        return told
    return f"{told}, {'a draft' if column.drafted == len(column.case_ids) else f'{column.drafted} by a draft'}"


def _spanning(row: Consideration, theme: Theme | None, notes: Notes) -> Spanning:
    paragraphs = tuple(_paragraph(paragraph, theme, notes) for paragraph in row.paragraphs)
    return Spanning(row.label, paragraphs, row.is_draft, row.missing)


def _paragraph(sentences: Sequence[Sentence], theme: Theme | None, notes: Notes) -> tuple[Marked, ...]:
    return tuple(marked(said.text, notes.note(said.cells, theme)) for said in sentences)


def _cases_tables(cells: _Cells, exhibit: CasesExhibit) -> CasesTables:
    """The columns of considerations make a table of their own, since they are text and the others are values."""
    kinds = [kind for _, headings in exhibit.columns for _, kind in headings]
    tables: list[CasesTable] = []
    for of_text in (False, True):
        chosen = [number for number, kind in enumerate(kinds) if (kind == "consideration") == of_text]
        if chosen:
            columns = tuple((label, headings) for label, headings in _columns(exhibit, of_text=of_text) if headings)
            groups = _case_groups(cells, exhibit, chosen, is_first=not tables)
            tables.append(CasesTable(columns, groups, not tables))
    return CasesTables(exhibit.unit, tuple(tables), exhibit.key)


def _columns(exhibit: CasesExhibit, *, of_text: bool) -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
    for label, headings in exhibit.columns:
        yield label, tuple((name, kind) for name, kind in headings if (kind == "consideration") == of_text)


def _case_groups(
    cells: _Cells, exhibit: CasesExhibit, columns: Sequence[int], *, is_first: bool
) -> tuple[CaseLines, ...]:
    typed = [group.name for group in exhibit.groups if group.type_id]
    signs = {sign.name: sign for sign in type_signs(typed)}
    groups = []
    for group in exhibit.groups:
        rows = tuple(_case_line(cells, row, columns, is_first=is_first) for row in group.rows)
        sign = signs[group.name] if group.type_id else TypeSign(NO_TYPE, 0, group.name)
        groups.append(CaseLines(links.type_anchor(group.type_id), sign, counted(len(rows), exhibit.unit), rows))
    return tuple(groups)


def _case_line(cells: _Cells, row: CaseRow, columns: Sequence[int], *, is_first: bool) -> CaseLine:
    notes = (*row.notes, *row.earlier) if is_first else ()
    shown = tuple(_cell(cells, row.case_id, row.entries[number]) for number in columns)
    return CaseLine(row.label, links.window("case", id=row.case_id), notes, shown)


def _cell(cells: _Cells, case_id: str, entry: Entry) -> CaseCell:
    chip = entry.chip
    href = cells.href((case_id, chip.feature) if chip and chip.feature else entry.place)
    square, told = _square(chip) if chip and chip.feature else ("", "")
    # What stands on record leads to its cell by itself; a text has the code that it was taken from below it.
    says_more = entry.place is not None and bool(entry.text) and bool(entry.code)
    return CaseCell(
        entry.heading,
        square,
        told,
        Link((chip.words or chip.coded) if chip else "", href),
        chip.meaning if chip else "",
        entry.text,
        entry.is_quote,
        entry.is_draft,
        Link(cells.code(entry.place), cells.href(entry.place)) if entry.place and says_more else None,
    )


def _square(chip: Chip) -> tuple[str, str]:
    """The form of a value's mark, and what it says where the value alone doesn't."""
    if chip.decides and chip.words:
        return "decides", ", ".join(filter(None, ("decides", chip.remark)))
    if chip.words:
        return "held", chip.remark
    if chip.coded:
        return "coded", CODED
    return ("nothing", NOT_RECORDED) if chip.is_unrecorded else ("doubt", chip.remark)
