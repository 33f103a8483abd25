"""The exhibits, the codebook and the themes as a Word document, in tables that people can go on editing.

What is a heading, a caption, a note or a draft is said by its style, so that a journal's template can take over.
"""

import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from crosscase.codebook import Code
from crosscase.exchange import quoting, styles
from crosscase.exchange.sheets import ILLEGAL, steady
from crosscase.framework import Findings
from crosscase.naming import Names, names
from crosscase.problem import Refused
from crosscase.study import files as disk
from crosscase.theme import Theme
from crosscase.wording import counted, sentence, value_words

DOCUMENT = "crosscase.docx"
MOST_COLUMNS_UPRIGHT = 4
MOST_COLUMNS_AT_EASE = 8
MOST_LINES_WHOLE = 25
WIDEST_WORD = 0.3

_DOCUMENT = "word/document.xml"
_NUMBER = re.compile(r"[\d.,  ]*\d[\d.,  ]*%?")
_NONE = ("", "–", "—", "-")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph in a table: plain, a bullet, or a lead-in line. A draft is called one in words."""

    text: str
    style: Literal["plain", "bullet", "lead"] = "plain"
    draft: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A cell of a table, over `span` columns; a `head` names its row, or the rows below it."""

    paragraphs: tuple[Paragraph, ...] = ()
    span: int = 1
    head: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it is printed. `description` is for those who can't see it; `widths` are shares of the page.

    `over` are heads above the head, each over several columns. `draft` says that something in it rests on the machine's
    suggestions. Tables of more than four columns stand across the page, those of more than eight in smaller letters.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Entry, ...], ...]
    description: str = ""
    notes: tuple[str, ...] = ()
    widths: tuple[float, ...] = ()
    draft: bool = False
    over: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """Statements as paragraphs: each with its number, a lead-in, its words, and what it rests on.

    `quote` are a participant's words that stand out, with who speaks.
    """

    caption: str
    statements: tuple[tuple[str, str, str, tuple[str, ...]], ...]
    quote: str = ""
    notes: tuple[str, ...] = ()


def write_document(
    findings: Findings,
    path: Path,
    *,
    exhibits: Sequence[Table | Text] = (),
    themes: Sequence[Theme] = (),
    on: date | None = None,
) -> Path:
    """Write the exhibits, the table of codes and the table of themes as one Word document.

    Words in quotation marks that stand in no source are marked as such in exhibits and themes. The same findings on the
    same day give the same bytes. Raises `Refused` rather than write over a document that was edited, or that
    crosscase didn't write.
    """
    found = path.read_bytes() if path.is_file() else None
    if found is not None and not _is_untouched(found):
        raise Refused(f"{path} was edited, or isn't from crosscase; move it away, or give another name")
    data = _document(findings, exhibits, themes, on or date.today())
    disk.write(path, data, read=None if found is None else disk.sha256(found))
    return path


def plain(*texts: str) -> Entry:
    """A cell with these paragraphs; empty ones are left out."""
    return Entry(tuple(Paragraph(text) for text in texts if text))


def bullets(texts: Iterable[str], *, draft: bool = False) -> Entry:
    return Entry(tuple(Paragraph(text, "bullet", draft) for text in texts))


def codes_table(findings: Findings) -> Table:
    """The codebook: what each code means, when to use it and when not to, by category."""
    called, rows = names(findings.study), list[tuple[Entry, ...]]()
    for category in findings.study.codebook.categories:
        if category.codes:
            rows.append((Entry((Paragraph(category.name, "lead"),), span=5, head=True),))
            rows += [_code(code, called) for code in category.codes]
    return Table(
        "Codebook: the analytical framework.",
        ("Code", "Definition", "Include", "Exclude", "Example"),
        tuple(rows),
        "A row for each code, under its category: name, definition, when to use it, when not to, examples.",
        ("Examples are those of the codebook, written to explain a code.",),
        (0.16, 0.24, 0.2, 0.2, 0.2),
    )


def themes_table(findings: Findings, themes: Iterable[Theme]) -> Table:
    """The themes, each with how sure of it its authors are, and what was looked for and found against it."""
    called = names(findings.study)
    return Table(
        "Themes, with the confidence placed in them and the evidence against them.",
        ("Theme", "Statement", "Confidence", "Counter-evidence"),
        tuple(_theme(theme, called) for theme in themes),
        "A row for each theme: its name, its statement, the confidence in it, and the counter-evidence.",
        (),
        (0.15, 0.28, 0.22, 0.35),
    )


def _code(code: Code, called: Names) -> tuple[Entry, ...]:
    values = (": ".join(filter(None, (value_words(value), called(means)))) for value, means in code.values.items())
    name = Entry((Paragraph(code.name), Paragraph(f"{code.id}, {code.origin}")), head=True)
    means = Entry(
        tuple(Paragraph(called(text)) for text in (code.definition,) if text)
        + tuple(Paragraph(value, "bullet") for value in values)
    )
    return name, means, plain(*map(called, code.include)), plain(*map(called, code.exclude)), plain(*code.examples)


def _theme(theme: Theme, called: Names) -> tuple[Entry, ...]:
    against = theme.counter_evidence
    found = f"Found: {counted(len(against.found), 'coding')}."
    looked = (f"Searched: {called(against.searched)}", found, called(against.note))
    confidence = [f"{sentence(name)}: {called(said)}" for name, said in theme.confidence.items()]
    return (
        Entry((Paragraph(theme.name),), head=True),
        plain(called(theme.statement)),
        plain(*confidence) if confidence else plain("Not stated."),
        plain(*looked) if against.searched else plain("Not searched."),
    )


def _document(findings: Findings, exhibits: Sequence[Table | Text], themes: Sequence[Theme], on: date) -> bytes:
    from docx import Document

    study = findings.study
    document = Document()
    styles.define(document, study.settings.language)
    _introduce(document, findings)
    checked = quoting.Quotations(study.sources)
    for number, text in enumerate(one for one in exhibits if isinstance(one, Text)):
        _tell(document, text, checked, is_first=not number)
    tables = [_checked(one, checked) for one in exhibits if isinstance(one, Table)]
    if tables:
        _chapter(document, "Exhibits", tables)
    _chapter(document, "Codebook", [codes_table(findings)])
    if themes:
        _chapter(document, "Themes", [_checked(themes_table(findings, themes), checked)])
    return _bytes(document, study.settings.title, on)


def _introduce(document: Any, findings: Findings) -> None:
    document.add_paragraph(_text(findings.study.settings.title), style="Title")
    if findings.study.settings.about:
        document.add_paragraph(_text(findings.study.settings.about))
    cells = [cell for matrix in findings.matrices for cell in matrix.cells.values()]
    drafts = sum(cell.basis == "draft" for cell in cells)
    if findings.is_draft:
        said = f"{drafts} of {len(cells)} cells of the framework matrices rest on the machine's suggestions"
        document.add_paragraph(f"Draft: {said}. They are no findings until a person has decided.", style=styles.DRAFT)


def _tell(document: Any, text: Text, checked: quoting.Quotations, *, is_first: bool) -> None:
    """A chapter of statements; its title goes without the full stop that a caption has."""
    styles.turn(document, across=False)
    heading = document.add_paragraph(_text(text.caption.rstrip(".")), style="Heading 1")
    heading.paragraph_format.page_break_before = not is_first
    if text.quote:
        document.add_paragraph(_text(checked.marked(text.quote)), style="Quote")
    for number, lead, words, rests in text.statements:
        if lead:
            document.add_paragraph(_text(f"{number}. {lead}" if number else lead), style="Heading 2")
        told = f"{number}. {words}" if number and not lead else words
        document.add_paragraph(_text(checked.marked(told)))
        if rests:
            document.add_paragraph(_text(f"Rests on: {'; '.join(rests)}"), style=styles.NOTE)
    for note in text.notes:
        document.add_paragraph(_text(checked.marked(note)), style=styles.NOTE)


def _chapter(document: Any, title: str, tables: Sequence[Table]) -> None:
    """Every table on a page of its own, as journals ask for exhibits; only the first follows the title."""
    for number, table in enumerate(tables):
        begins = styles.turn(document, across=_columns(table) > MOST_COLUMNS_UPRIGHT) or not document.tables
        if not number:
            heading = document.add_paragraph(title, style="Heading 1")
        caption = document.add_paragraph(_text(table.caption), style="Caption")
        if not begins:
            (caption if number else heading).paragraph_format.page_break_before = True
        if table.draft:
            note = (
                "Draft: something in this table rests on the machine's suggestions, and no person has decided it yet."
            )
            document.add_paragraph(note, style=styles.DRAFT).paragraph_format.keep_with_next = True
        if _columns(table):
            _draw(document, table)
        for note in table.notes or ("",):
            document.add_paragraph(_text(note), style=styles.NOTE)


def _columns(table: Table) -> int:
    return max([len(table.head), *(sum(entry.span for entry in row) for row in (table.over, *table.rows))])


def _draw(document: Any, table: Table) -> None:
    columns = _columns(table)
    heads = ([table.over] if table.over else []) + [tuple(Entry((Paragraph(name),), head=True) for name in table.head)]
    drawn = document.add_table(rows=len(table.rows) + len(heads), cols=columns)
    look = styles.DENSE if columns > MOST_COLUMNS_AT_EASE else styles.USUAL
    room = styles.room(document, look)
    shares = table.widths if len(table.widths) == columns else (1 / columns,) * columns
    needed = _needed([*heads, *table.rows], columns)
    least = [min(need + styles.padding(look), room * WIDEST_WORD) for need in needed]
    widths = styles.fitted(shares, least, room)
    titles = [row[0].head for row in table.rows if len(row) > 1]
    named = bool(titles) and all(titles)
    styles.dress(drawn, look, widths, _text(table.caption), _text(table.description), row_heads=named)
    how = _How(look, columns, _counting(table.rows), tuple(room * width - styles.padding(look) for width in widths))
    rows = iter(drawn.rows)
    for entries, row in zip(heads, rows, strict=False):
        _fill(row, entries, how, is_head=True)
    for row, entries in zip(rows, table.rows, strict=True):
        _fill(row, entries, how, is_head=False)


@dataclass(frozen=True, slots=True)
class _How:
    """How a table is filled in: its look, which columns hold numbers, and each column's width in ems of its letters."""

    look: styles.Look
    columns: int
    counting: frozenset[int]
    widths: tuple[float, ...]


def _placed(row: Sequence[Entry]) -> Iterator[tuple[int, Entry]]:
    """Each cell with the number of its first column."""
    at = 0
    for entry in row:
        yield at, entry
        at += max(entry.span, 1)


def _needed(rows: Iterable[Sequence[Entry]], columns: int) -> list[float]:
    """The ems of the longest word of each column, in cells that stand in it alone."""
    needed = [0.0] * columns
    for at, entry in (placed for row in rows for placed in _placed(row) if placed[1].span <= 1):
        texts = [paragraph.text for paragraph in entry.paragraphs]
        needed[at] = max(needed[at], styles.longest_word(texts, bold=entry.head))
    return needed


def _counting(rows: Iterable[Sequence[Entry]]) -> frozenset[int]:
    """The columns in which nothing but numbers stands; the first one names the rows."""
    texts: dict[int, list[str]] = defaultdict(list)
    for at, entry in (placed for row in rows for placed in _placed(row) if placed[1].span <= 1):
        texts[at] += ["\n".join(paragraph.text for paragraph in entry.paragraphs)]
    return frozenset(
        at
        for at, found in texts.items()
        if at and all(text in _NONE or _NUMBER.fullmatch(text) for text in found) and any(map(_NUMBER.fullmatch, found))
    )


def _fill(row: Any, entries: Sequence[Entry], how: _How, *, is_head: bool) -> None:
    cells = row.cells
    for at, entry in _placed(entries):
        last = min(at + max(entry.span, 1), how.columns) - 1
        cell = cells[at].merge(cells[last]) if last > at else cells[at]
        _write(cell, entry, how.look, is_head=is_head, right=at in how.counting and last == at)
    spans = len(entries) == 1 and how.columns > 1 and entries[0].head
    whole = is_head or _lines(entries, how.widths) <= MOST_LINES_WHOLE
    styles.mark(row, head=is_head, whole=whole, with_next=spans)


def _lines(entries: Sequence[Entry], widths: Sequence[float]) -> int:
    """About how many lines a row takes."""
    heights = (
        sum(1 + int(styles.ems(one.text) / sum(widths[at : at + max(entry.span, 1)])) for one in entry.paragraphs)
        for at, entry in _placed(entries)
    )
    return max(heights, default=0)


def _write(cell: Any, entry: Entry, look: styles.Look, *, is_head: bool, right: bool) -> None:
    for number, paragraph in enumerate(entry.paragraphs or (Paragraph(""),)):
        written = cell.add_paragraph() if number else cell.paragraphs[0]
        written.style = look.head if is_head else _style(entry, paragraph, look, number)
        styles.align(written, right=right)
        text = _text(paragraph.text)
        written.add_run(f"Draft: {text}" if paragraph.draft else text)


def _style(entry: Entry, paragraph: Paragraph, look: styles.Look, number: int) -> str:
    if paragraph.style == "bullet":
        return look.bullet
    return look.lead if paragraph.style == "lead" or (entry.head and not number) else look.cell


def _checked(table: Table, checked: quoting.Quotations) -> Table:
    rows = tuple(tuple(_with_marks(entry, checked) for entry in row) for row in table.rows)
    return Table(
        table.caption,
        table.head,
        rows,
        table.description,
        tuple(checked.marked(note) for note in table.notes),
        table.widths,
        table.draft,
        table.over,
    )


def _with_marks(entry: Entry, checked: quoting.Quotations) -> Entry:
    paragraphs = (Paragraph(checked.marked(one.text), one.style, one.draft) for one in entry.paragraphs)
    return Entry(tuple(paragraphs), entry.span, entry.head)


def _text(text: str) -> str:
    return ILLEGAL.sub("", text)


def _bytes(document: Any, title: str, on: date) -> bytes:
    """The document as bytes that tell nothing but this day of the time of their making, and whether it is edited."""
    about = document.core_properties
    day = datetime(on.year, on.month, on.day)
    about.author = about.last_modified_by = "crosscase"
    about.title, about.comments, about.created, about.modified = _text(title)[:255], "", day, day
    about.identifier = f"crosscase {disk.sha256(_part(_saved(document), _DOCUMENT))}"
    return steady(_saved(document), on)


def _saved(document: Any) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _part(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)


def _is_untouched(data: bytes) -> bool:
    """Whether this is a document from crosscase whose text is still what was written."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return False
    try:
        about, text = _part(data, "docProps/core.xml"), _part(data, _DOCUMENT)
    except (KeyError, zipfile.BadZipFile):
        return False
    return f"crosscase {disk.sha256(text)}".encode() in about
