"""Word documents (.docx): paragraphs, tables and bold names, as the document reads with all changes accepted."""

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from crosscase.exchange.columns import as_transcript
from crosscase.exchange.lines import tidy
from crosscase.exchange.patterns import NamePattern
from crosscase.exchange.plain import nameless
from crosscase.exchange.speakers import Heads, find
from crosscase.exchange.text import DAMAGE, LARGEST, clean, declares, is_locked
from crosscase.exchange.transcript import Aside, Transcript, Unreadable, Utterance, quoted
from crosscase.exchange.turns import assemble, between_questions, dated, said_of_head, without_head
from crosscase.wording import counted

LONGEST_BOLD_NAME = 40
BOLD = "a name in bold at the start of a paragraph"

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DELETED = frozenset({f"{_W}del", f"{_W}moveFrom"})
_LEFT_OUT = _DELETED | {
    f"{_W}pPr",
    f"{_W}rPr",
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
}
_BREAKS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_HEADING = re.compile(r"(?:heading|berschrift|überschrift|titre|titolo|ttulo|título|kop|rubrik)\s*\d", re.IGNORECASE)
_OFF = ("0", "false", "off")
_NOTES = {f"{_W}footnoteReference": "footnote", f"{_W}endnoteReference": "endnote", f"{_W}commentReference": "comment"}

_STAMP = re.compile(r"[\[(]?(\d{1,2}:\d{2}(?::\d{2})?)[\])]?(?:\s+|$)")

_DAMAGED = "the Word document is damaged; open it in Word and save it again as .docx"

Element = Any  # lxml ships no types
Pieces = list[tuple[str, bool]]


def read(data: bytes, names: NamePattern | None = None) -> Transcript:
    """Read a Word document: names by pattern, by bold type or by the first column of a table.

    Headers, footers, notes, comments and deleted text are left out, and said.
    """
    body, dropped = _open(data)
    in_columns = _in_columns(body) if names is None else None
    if in_columns is not None:
        return in_columns.after(dropped)
    paragraphs = list(_at_most_one_empty(_blocks(body)))
    lines, heads = _lines(paragraphs)
    texts, more = clean("\n".join(lines))
    tidied = tidy(texts.split("\n"))
    lines = list(tidied.lines)
    more = (*more, *tidied.dropped)
    if not texts.strip():
        raise Unreadable("it holds no text; if it holds pictures of pages, type them or have them read by OCR first")
    heads = [head if line.strip() else None for line, head in zip(lines, heads, strict=True)]
    found = find(lines, more={BOLD: heads}, names=names)
    if found is None:
        return (_questions(body, paragraphs) or nameless(lines)).after((*dropped, *more), aside=tidied.aside)
    lines, head = without_head(lines, found.heads, is_program=tidied.has_furniture)
    turns, said = dated(assemble(lines, found, times=tidied.times))
    dropped = [*dropped, *more, *said_of_head(head)]
    return Transcript(turns, tuple(dropped), (*found.guessed, *said), found.pattern, (*tidied.aside, *head))


def _open(data: bytes) -> tuple[Element, list[str]]:
    from docx import Document

    parts = _parts(data)
    try:
        document = Document(io.BytesIO(data))
    except DAMAGE as error:
        raise Unreadable(_DAMAGED) from error
    body = getattr(document.element, "body", None)
    if body is None:
        raise Unreadable(_DAMAGED)
    return body, _dropped(body, parts)


def _parts(data: bytes) -> list[str]:
    """The names of the document's parts, after everything was refused that isn't a plain Word document."""
    if not data:
        raise Unreadable("the file is empty; look whether the right one was saved")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(_why_old(data))
    if not zipfile.is_zipfile(io.BytesIO(data)):
        raise Unreadable(
            "it isn't a Word document, though its name ends in .docx; open it in Word and save it as .docx"
        )
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except DAMAGE as error:
        raise Unreadable(_DAMAGED) from error
    names = archive.namelist()
    if "word/document.xml" not in names:
        raise Unreadable(
            "it isn't a Word document, though its name ends in .docx; open it in Word and save it as .docx"
        )
    if sum(info.file_size for info in archive.infolist()) > LARGEST:
        raise Unreadable("it unpacks to more than 200 MB; save it again without pictures")
    try:
        body = archive.read("word/document.xml")
    except DAMAGE as error:
        raise Unreadable(_DAMAGED) from error
    if declares(body, "<!DOCTYPE"):
        raise Unreadable("it declares entities, which no Word document needs; open it in Word and save it again")
    return names


def _why_old(data: bytes) -> str:
    if is_locked(data):
        return "it is protected by a password; open it in Word, take the password off and save it again"
    return "it is an old Word document (.doc), though its name ends in .docx; open it in Word and save it as .docx"


def _dropped(body: Element, parts: Sequence[str]) -> list[str]:
    """Sentences on what stands beside the text: headers, footers, notes, comments, deleted text."""
    names = {name.removeprefix("word/").removesuffix(".xml").rstrip("0123456789") for name in parts}
    dropped = [f"page {name}s" for name in ("header", "footer") if name in names]
    left_out = [(sum(1 for _ in body.iter(tag)), what) for tag, what in _NOTES.items()]
    left_out.append((sum(1 for _ in body.iter(*_DELETED)), "tracked deletion"))
    left_out.append((sum(_is_hidden(run) for run in body.iter(f"{_W}r")), "hidden run"))
    left_out.append((sum(1 for _ in body.iter(f"{_W}sym")), "sign of a symbol font"))
    return dropped + [counted(count, what) for count, what in left_out if count]


def _blocks(element: Element, stands_out: Callable[[Element], bool] | None = None) -> Iterator[Pieces]:
    """The paragraphs in reading order; a table's row is one paragraph with tabs between its cells.

    Each piece is with whether it `stands_out`, which is in bold where nothing else is said.
    """
    stands_out = stands_out or _is_bold
    open_pieces: Pieces = []
    for child in element:
        if child.tag == f"{_W}p":
            open_pieces += _pieces(child, stands_out)
            if not _is_joined(child):
                yield open_pieces
                open_pieces = []
        elif child.tag == f"{_W}tr":
            yield list(_row(child, stands_out))
        elif child.tag not in _LEFT_OUT:
            yield from _blocks(child, stands_out)
    if open_pieces:
        yield open_pieces


def _at_most_one_empty(paragraphs: Iterable[Pieces]) -> Iterator[Pieces]:
    """The paragraphs without the second and later of empty ones in a row, of which a small file can hold millions."""
    before = True
    for pieces in paragraphs:
        if pieces or before:
            yield pieces
        before = bool(pieces)


def _row(row: Element, stands_out: Callable[[Element], bool]) -> Iterator[tuple[str, bool]]:
    cells = [list(_blocks(cell, stands_out)) for cell in row.iter(f"{_W}tc")]
    for at, paragraphs in enumerate(cells):
        if at:
            yield "\t", False
        for number, pieces in enumerate(paragraphs):
            yield from [("\n", False), *pieces] if number else pieces


def _pieces(
    element: Element, stands_out: Callable[[Element], bool] | None = None, bold: bool = False
) -> Iterator[tuple[str, bool]]:
    """A paragraph's text in pieces, each with whether it stands out. Hidden text is left out."""
    stands_out = stands_out or _is_bold
    for child in element:
        if child.tag in _LEFT_OUT or (child.tag == f"{_W}r" and _is_hidden(child)):
            continue
        if child.tag == f"{_W}t":
            yield child.text or "", bold
        elif child.tag in _BREAKS:
            yield _BREAKS[child.tag], bold
        elif child.tag == f"{_W}p":
            yield "\n", False
            yield from _pieces(child, stands_out)
        else:
            yield from _pieces(child, stands_out, stands_out(child) if child.tag == f"{_W}r" else bold)


def _is_bold(run: Element) -> bool:
    return _is_on(run.find(f"{_W}rPr/{_W}b"))


def _is_italic(run: Element) -> bool:
    return _is_on(run.find(f"{_W}rPr/{_W}i"))


def _is_hidden(run: Element) -> bool:
    return _is_on(run.find(f"{_W}rPr/{_W}vanish"))


def _is_on(mark: Element | None) -> bool:
    return mark is not None and mark.get(f"{_W}val", "1") not in _OFF


def _is_heading(paragraph: Element) -> bool:
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    return style is not None and _HEADING.match(style.get(f"{_W}val", "")) is not None


def _is_joined(paragraph: Element) -> bool:
    """Whether the mark at a paragraph's end was deleted, so that the next one goes on with it."""
    return len(paragraph) > 0 and paragraph.find(f"{_W}pPr/{_W}rPr/{_W}del") is not None


def _lines(paragraphs: Sequence[Pieces]) -> tuple[list[str], Heads]:
    lines: list[str] = []
    heads: list[Utterance | None] = []
    for pieces in paragraphs:
        text, _ = clean("".join(text for text, _ in pieces))
        first, *more = text.split("\n")
        lines += [first, *more]
        heads += [_bold_head(pieces, first), *(None for _ in more)]
    return lines, heads


def _in_columns(body: Element) -> Transcript | None:
    """The document's table, where it has headings for who speaks and the words, and holds nearly all of the text."""
    for table in body.iter(f"{_W}tbl"):
        rows = [
            [
                "\n".join(clean("".join(t for t, _ in pieces))[0] for pieces in _blocks(cell))
                for cell in row.iter(f"{_W}tc")
            ]
            for row in table.iter(f"{_W}tr")
        ]
        inside = sum(len(cell) for row in rows for cell in row)
        whole = sum(len(text) for pieces in _blocks(body) for text, _ in pieces)
        transcript = as_transcript([[cell.strip() for cell in row] for row in rows]) if inside > 0.8 * whole else None
        if transcript is not None:
            return transcript.after(*_beside(body, table))
    return None


def _beside(body: Element, table: Element) -> tuple[tuple[str, ...], tuple[str, ...], list[Aside]]:
    """What stands outside of the table that holds the transcript: left out of the words, and listed."""
    inside = set(table.iter(f"{_W}p"))
    texts = [_text(list(_pieces(paragraph))) for paragraph in body.iter(f"{_W}p") if paragraph not in inside]
    aside = [Aside(0, "outside the table", text) for text in texts if text]
    words = [line.words for line in aside]
    return ((f"outside the table: {quoted(words, 3)}",) if aside else ()), (), aside


def _questions(body: Element, paragraphs: Sequence[Pieces]) -> Transcript | None:
    """Paragraphs that are bold, italic or headings from end to end, most of them questions, between others."""
    bold = [(_text(pieces), all(is_bold for words, is_bold in pieces if words.strip())) for pieces in paragraphs]
    slanted = [
        (_text(pieces), all(is_italic for words, is_italic in pieces if words.strip()))
        for pieces in _at_most_one_empty(_blocks(body, _is_italic))
    ]
    headed = [
        (_text(list(_pieces(paragraph))), _is_heading(paragraph)) if len(paragraph) else ("", False)
        for paragraph in body.iter(f"{_W}p")
    ]
    ways = ((bold, "in bold"), (slanted, "in italics"), (headed, "in headings"))
    found = (between_questions(spoken, how) for spoken, how in ways)
    return next((transcript for transcript in found if transcript is not None), None)


def _text(pieces: Pieces) -> str:
    return clean("".join(text for text, _ in pieces))[0].strip() if pieces else ""


def _bold_head(pieces: Pieces, line: str) -> Utterance | None:
    """A short bold start that is followed by words that aren't bold."""
    name = ""
    for text, bold in pieces:
        if text.strip() and not bold:
            break
        name += text
    name = clean(name)[0]
    label = name.strip(" \t:.–-")
    rest = line[len(name) :].lstrip(" \t:–-") if line.startswith(name) else ""
    stamp = _STAMP.match(rest)
    if not label or not rest or "\n" in name or len(label) > LONGEST_BOLD_NAME:
        return None
    return Utterance(stamp[1], label, rest[stamp.end() :]) if stamp else Utterance("", label, rest)
