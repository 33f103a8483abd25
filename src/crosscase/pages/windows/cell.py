"""A cell of the matrix as it is written: the summary, beside the passages that it rests on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from crosscase import citing
from crosscase.coding import Coding
from crosscase.condensing import condensed, rarity
from crosscase.matrix import REWRITTEN_BELOW, Absence, Cell, Row, Summary, left_of
from crosscase.naming import code_in_words
from crosscase.pages import links
from crosscase.pages.data import Frame, Link, Quote, Sign
from crosscase.pages.material import Material, code_page, quote
from crosscase.pages.signs import MEANINGS, PASTED, sign_of, written_in
from crosscase.pages.windows.charting import TO_DISCUSS, Chart, Waiting, asked_by, cell_window, charts, waits_for
from crosscase.pages.windows.seen import Seen, window_frame
from crosscase.wording import counted, day, sentence

MOST_OF_THE_CASE = 200
MOST_OTHERS = 30
OTHERS_AT_ONCE = 4
KEYS = 9
MOST_SOURCES = 20
STATUSES = {"done": "Done", "thin": "Thin", TO_DISCUSS: "To discuss"}
VERDICTS = {"yes": "Yes", "partly": "Partly", "no": "No"}


@dataclass(frozen=True, slots=True)
class CodeLine:
    """A code of the row, with the state of its cell; `waits` says what the cell asks for."""

    link: Link
    sign: Sign
    waits: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class OtherCategory:
    link: Link
    waits: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage by the number that a mark in the text has; `key` cites it, `is_new` since the summary was written."""

    id: str
    number: int
    quote: Quote
    key: str = ""
    is_cited: bool = False
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Gone:
    """A passage that was read for the summary and is not in its cell any more: its words, if known, and why."""

    words: str
    why: str


@dataclass(frozen=True, slots=True)
class Stale:
    """What came and went since a summary was written; `codings` are those that are there now."""

    since: str
    told: str
    came: tuple[Link, ...]
    went: tuple[Gone, ...]


@dataclass(frozen=True, slots=True)
class StatusChoice:
    value: str
    name: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Editor:
    """What is written: marks have the numbers of the passages on the page, `numbers` their ids in that order.

    `verdicts` are this coder's, a second reader's, on whether the passages bear it out; none on what is their own.
    """

    text: str
    status: str
    statuses: tuple[StatusChoice, ...]
    counted: str
    byline: str
    flags: tuple[str, ...]
    codings: tuple[str, ...]
    numbers: tuple[str, ...]
    is_written: bool
    verdicts: tuple[StatusChoice, ...]


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """A sentence of a passage, and the number of the passage."""

    text: str
    number: int


@dataclass(frozen=True, slots=True)
class Draft:
    """What the machine puts together for a cell, in the participants' words: `text` has marks, `words` has none."""

    told: str
    sentences: tuple[DraftSentence, ...]

    @property
    def text(self) -> str:
        return " ".join(f"“{sentence.text}” [{sentence.number}]" for sentence in self.sentences)

    @property
    def words(self) -> str:
        return " ".join(sentence.text for sentence in self.sentences)


@dataclass(frozen=True, slots=True)
class Empty:
    """Why nothing is there: what the program can tell, and what a person said of it, if anybody did."""

    sign: Sign
    meaning: str
    confirmed: str
    note: str
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class OtherCell:
    """How another case reads on this code."""

    link: Link
    text: str
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ways:
    """Where the keys lead; empty where there is nothing more."""

    next_code: str
    previous_code: str
    next_row: str
    previous_row: str
    next_open: str


@dataclass(frozen=True, slots=True)
class CellPage:
    frame: Frame
    unit: str
    row: str
    rows: tuple[Link, ...]
    category: str
    codes: tuple[CodeLine, ...]
    categories: tuple[OtherCategory, ...]
    row_id: str
    code_id: str
    code: Link
    definition: str
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    in_report: str
    place: str
    waits_elsewhere: str
    stale: Stale | None
    editor: Editor
    draft: Draft | None
    empty: Empty | None
    others: tuple[OtherCell, ...]
    more_others: tuple[OtherCell, ...]
    passages: tuple[Passage, ...]
    of_case: tuple[tuple[str, tuple[Passage, ...]], ...]
    left_out: str
    suggested: tuple[Quote, ...]
    ways: Ways
    is_closed: bool


def cell_page(seen: Seen) -> CellPage:
    """The window of `row` and `code`. Raises KeyError where there is no such cell."""
    material = seen.material
    code = material.study.codebook.by_id[seen.asked["code"]]
    chart, row = _chart_with(seen, seen.asked["row"])
    cell, matrix = chart.cell(row.id, code), chart.matrices[code.category_id]
    worded = code_in_words(code, material.in_words)
    others = _others(seen, chart, cell)
    rest = tuple(_rest(chart, cell))
    numbers = (*cell.codings, *rest[:MOST_OF_THE_CASE], *_cited_elsewhere(material, cell, rest[:MOST_OF_THE_CASE]))
    passages = _passages(material, cell, numbers)
    of_cell = passages[: len(cell.codings)]
    ids = tuple(passage.id for passage in passages)
    unit = "participant" if chart.is_of_people else material.study.settings.unit
    return CellPage(
        frame=window_frame(seen, f"{code.name}: {row.name}", links.WINDOWS["cells"]),
        unit=unit,
        row=row.name,
        rows=tuple(Link(other.name, cell_window(seen)(chart.cell(other.id, code))) for other in chart.rows),
        category=matrix.category.name,
        codes=tuple(_code_lines(seen, chart, cell)),
        categories=tuple(_categories(seen, chart, cell)),
        row_id=row.id,
        code_id=code.id,
        code=code_page(code),
        definition=worded.definition,
        include=worded.include,
        exclude=worded.exclude,
        in_report=links.cell(code.category_id, row.id, code.id, by_participant=chart.is_of_people),
        place=f"{unit} {chart.rows.index(row) + 1} of {len(chart.rows)}",
        waits_elsewhere=counted(sum(map(bool, map(waits_for, chart.cells("case")))), "cell"),
        stale=_stale(material, cell, of_cell),
        editor=_editor(material, cell, ids, seen.coder),
        draft=_draft(material, row, cell),
        empty=_empty(material, cell),
        others=others[:OTHERS_AT_ONCE],
        more_others=others[OTHERS_AT_ONCE:],
        passages=of_cell,
        of_case=tuple(_by_code(passages[len(cell.codings) :])),
        left_out=_left_out(len(rest) - MOST_OF_THE_CASE),
        suggested=tuple(quote(material, suggestion) for suggestion in cell.suggestions[:MOST_OTHERS]),
        ways=_ways(seen, chart, cell),
        is_closed=seen.has_to_read_first,
    )


def _chart_with(seen: Seen, row_id: str) -> tuple[Chart, Row]:
    """The matrices that have this row, and the row. Raises KeyError where none has."""
    for chart in charts(seen):
        for row in chart.rows:
            if row.id == row_id:
                return chart, row
    raise KeyError(row_id)


# -- the row, and where the keys lead


def _code_lines(seen: Seen, chart: Chart, here: Cell) -> Iterator[CodeLine]:
    category_id = seen.study.codebook.by_id[here.code_id].category_id
    for code in chart.matrices[category_id].codes:
        cell = chart.cell(here.row_id, code)
        link = Link(code.name, cell_window(seen)(cell))
        yield CodeLine(link, sign_of(cell), _asks(cell), cell is here)


def _asks(cell: Cell) -> str:
    """What a cell waits for, where its sign doesn't say it."""
    waits = waits_for(cell)
    asks = {Waiting.STALE: "out of date", Waiting.DISCUSS: TO_DISCUSS, Waiting.DRAFT: "draft"}
    return asks.get(waits, "") if waits else ""


def _categories(seen: Seen, chart: Chart, here: Cell) -> Iterator[OtherCategory]:
    """The other categories on this row, each at its first cell that waits, or at its first."""
    own = seen.study.codebook.by_id[here.code_id].category_id
    for category_id, matrix in chart.matrices.items():
        cells = [chart.cell(here.row_id, code) for code in matrix.codes]
        if category_id == own or not cells:
            continue
        waiting = [cell for cell in cells if waits_for(cell)]
        link = Link(matrix.category.name, cell_window(seen)((waiting or cells)[0]))
        yield OtherCategory(link, f"{len(waiting)} waiting" if waiting else "")


def _ways(seen: Seen, chart: Chart, here: Cell) -> Ways:
    code = seen.study.codebook.by_id[here.code_id]
    of_row = [chart.cell(here.row_id, other) for other in chart.codes]
    of_code = [chart.cell(row.id, code) for row in chart.rows]
    href = cell_window(seen)

    def beside(cells: Sequence[Cell], step: int) -> str:
        place = cells.index(here) + step
        return href(cells[place]) if 0 <= place < len(cells) else ""

    following = _next_open(chart, here, seen)
    return Ways(
        beside(of_row, 1),
        beside(of_row, -1),
        beside(of_code, 1),
        beside(of_code, -1),
        href(following) if following else links.window("cells"),
    )


def _next_open(chart: Chart, here: Cell, seen: Seen) -> Cell | None:
    """The next cell that is to be written or read again, from here on and then from the beginning."""
    cells = list(chart.cells(asked_by(seen)))
    place = next(place for place, cell in enumerate(cells) if cell is here)
    around = chain(cells[place + 1 :], cells[:place])
    return next((cell for cell in around if waits_for(cell) in (Waiting.SAID, Waiting.DRAFT, Waiting.STALE)), None)


def _others(seen: Seen, chart: Chart, here: Cell) -> tuple[OtherCell, ...]:
    code = seen.study.codebook.by_id[here.code_id]
    cells = ((row, chart.cell(row.id, code)) for row in chart.rows if row.id != here.row_id)
    return tuple(islice((_other(seen, row, cell, cell.summary) for row, cell in cells if cell.summary), MOST_OTHERS))


def _other(seen: Seen, row: Row, cell: Cell, summary: Summary) -> OtherCell:
    written = written_in(seen.material, cell)
    link = Link(row.name, cell_window(seen)(cell))
    return OtherCell(link, seen.material.in_words(summary.words), written.flags if written else ())


# -- passages, by the numbers that marks have


def _rest(chart: Chart, here: Cell) -> Iterator[Coding]:
    """The case's codings under other codes, in the order of the codebook."""
    for code in chart.codes:
        if code.id != here.code_id:
            yield from chart.cell(here.row_id, code).codings


def _cited_elsewhere(material: Material, cell: Cell, rest: Sequence[Coding]) -> Iterator[Coding]:
    """What the summary cites that lies neither in the cell nor beside it, as when it counts for another case now."""
    beside = {coding.id for coding in (*cell.codings, *rest)}
    summary = cell.summary or cell.draft
    for coding_id in summary.cited if summary else ():
        decision = material.by_id.get(coding_id)
        if isinstance(decision, Coding) and coding_id not in beside:
            yield decision


def _passages(material: Material, cell: Cell, codings: Sequence[Coding]) -> tuple[Passage, ...]:
    summary = cell.summary or cell.draft
    cited = set(summary.cited) if summary else set()
    came = {coding.id for coding in _came(cell)}
    return tuple(
        Passage(
            coding.id,
            number,
            quote(material, coding),
            str(number) if number <= min(KEYS, len(cell.codings)) else "",
            coding.id in cited,
            coding.id in came,
        )
        for number, coding in enumerate(codings, 1)
    )


def _by_code(passages: Sequence[Passage]) -> Iterator[tuple[str, tuple[Passage, ...]]]:
    """Under each code's name what lies there."""
    by_code: dict[str, list[Passage]] = {}
    for passage in passages:
        by_code.setdefault(passage.quote.code.text, []).append(passage)
    for name, of_code in by_code.items():
        yield name, tuple(of_code)


def _left_out(number: int) -> str:
    return f"{counted(number, 'more passage')}, in the transcripts." if number > 0 else ""


# -- what is written, and what became of it


def _draft(material: Material, row: Row, cell: Cell) -> Draft | None:
    """Where nobody has written anything yet, the sentences that carry the passages of the cell."""
    if cell.summary or cell.draft or not cell.codings:
        return None
    texts = (material.sources[source_id] for source_id in row.source_ids[:MOST_SOURCES])
    rare = rarity(source.text[turn.start : turn.end] for source in texts for turn in source.turns)
    extracts = condensed([coding.quote for coding in cell.codings], rare)
    passages = {extract.passage for extract in extracts}
    return Draft(
        f"from {counted(len(passages), 'passage')} of {len(cell.codings)}; no person has written this",
        tuple(DraftSentence(extract.text, extract.passage + 1) for extract in extracts),
    )


def _editor(material: Material, cell: Cell, numbers: tuple[str, ...], coder: str) -> Editor:
    summary, written = cell.summary or cell.draft, written_in(material, cell)
    text = citing.numbered(summary.text, summary.cited, numbers) if summary else ""
    status = summary.status if summary and summary is cell.summary else ""
    names = STATUSES if status in ("", *STATUSES) else {status: sentence(status)} | STATUSES
    return Editor(
        text,
        status or "done",
        tuple(StatusChoice(value, name, value == status) for value, name in names.items()),
        counted(len(summary.words.split()) if summary else 0, "word"),
        written.byline if written else "",
        tuple(_flags(cell)),
        tuple(coding.id for coding in cell.codings),
        numbers,
        summary is not None,
        tuple(_verdicts(cell, coder)),
    )


def _verdicts(cell: Cell, coder: str) -> Iterator[StatusChoice]:
    summary = cell.summary
    if summary is None or coder in (name.strip() for name in summary.by.split(",")):
        return
    given = dict(summary.borne_out).get(coder, "")
    for verdict, name in VERDICTS.items():
        # The one that was given is taken back by pressing it again.
        yield StatusChoice("" if verdict == given else verdict, name, verdict == given)


def _flags(cell: Cell) -> Iterator[str]:
    if cell.pasted:
        yield PASTED
    if cell.draft:
        left = left_of(cell.draft.draft, cell.draft.words)
        yield f"draft: {left:.0%} of the machine’s words are left; under {REWRITTEN_BELOW:.0%} it is yours"


def _came(cell: Cell) -> tuple[Coding, ...]:
    if not cell.stale or cell.summary is None:
        return ()
    return tuple(coding for coding in cell.codings if coding.id not in cell.summary.coding_ids)


def _stale(material: Material, cell: Cell, passages: Sequence[Passage]) -> Stale | None:
    if not cell.stale or cell.summary is None:
        return None
    came = [passage for passage in passages if passage.is_new]
    there = {coding.id for coding in cell.codings}
    went = [coding_id for coding_id in cell.summary.coding_ids if coding_id not in there]
    told = [f"{counted(len(came), 'passage')} came"] * bool(came) + [f"{len(went)} went"] * bool(went)
    if not came:
        told = [f"{counted(len(went), 'passage')} went"]
    return Stale(
        material.byline(cell.summary.by, cell.summary.on),
        ", ".join(told),
        tuple(Link(str(passage.number), links.here(f"passage-{passage.number}")) for passage in came),
        tuple(_gone(material, coding_id) for coding_id in went),
    )


def _gone(material: Material, coding_id: str) -> Gone:
    """What became of a passage: it lies under another code or case, it lost its place, or nobody codes it any more."""
    decision = material.by_id.get(coding_id)
    if isinstance(decision, Coding):
        return Gone(decision.quote, f"now under {material.code_link(decision).text}{_of_whom(material, decision)}")
    lost = next((coding for coding in material.study.lost if coding.id == coding_id), None)
    if lost:
        return Gone(lost.quote, "its place in the text is lost")
    return Gone("", "A passage that nobody codes any more")


def _of_whom(material: Material, coding: Coding) -> str:
    names = [material.case_name(case_id) for case_id in material.findings.voices.case_ids(coding)]
    return f", for {names[0]}" if names else ""


def _empty(material: Material, cell: Cell) -> Empty | None:
    if cell.summary or cell.draft or cell.codings:
        return None
    absence = cell.absence
    meaning = MEANINGS[cell.status] if absence is None else ""
    by = _confirmed(material, absence) if absence else ""
    return Empty(sign_of(cell), meaning, by, absence.note if absence else "", absence is not None)


def _confirmed(material: Material, absence: Absence) -> str:
    by = material.coder_name(absence.by) if absence.by else "a person"
    return f"{'Asked, and nothing said' if absence.asked else 'Not asked'}: so said {by}, {day(absence.on)}."
