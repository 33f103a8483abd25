"""Word documents (.docx): paragraphs, tables and bold names, as the document reads with all changes accepted."""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from crosscase.exchange.columns import as_transcript
from crosscase.exchange.lines import tidy
from crosscase.exchange.plain import nameless
from crosscase.exchange.speakers import Heads, NamePattern, assemble, find, said_of_head, without_head
from crosscase.exchange.text import DAMAGE, LARGEST, clean, declares, is_locked
from crosscase.exchange.transcript import Transcript, Unreadable, Utterance
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
        return (_bold_questions(paragraphs) or nameless(lines)).after((*dropped, *more), aside=tidied.aside)
    lines, head = without_head(lines, found.heads, is_program=tidied.has_furniture)
    turns = assemble(lines, found, times=tidied.times)
    dropped = [*dropped, *more, *said_of_head(head)]
    return Transcript(turns, tuple(dropped), found.guessed, found.pattern, (*tidied.aside, *head))


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
    return dropped + [counted(count, what) for count, what in left_out if count]


def _blocks(element: Element) -> Iterator[Pieces]:
    """The paragraphs in reading order; a table's row is one paragraph with tabs between its cells."""
    for child in element:
        if child.tag == f"{_W}p":
            yield list(_pieces(child))
        elif child.tag == f"{_W}tr":
            yield list(_row(child))
        elif child.tag not in _LEFT_OUT:
            yield from _blocks(child)


def _at_most_one_empty(paragraphs: Iterable[Pieces]) -> Iterator[Pieces]:
    """The paragraphs without the second and later of empty ones in a row, of which a small file can hold millions."""
    before = True
    for pieces in paragraphs:
        if pieces or before:
            yield pieces
        before = bool(pieces)


def _row(row: Element) -> Iterator[tuple[str, bool]]:
    cells = [list(_blocks(cell)) for cell in row.iter(f"{_W}tc")]
    for at, paragraphs in enumerate(cells):
        if at:
            yield "\t", False
        for number, pieces in enumerate(paragraphs):
            yield from [("\n", False), *pieces] if number else pieces


def _pieces(element: Element, bold: bool = False) -> Iterator[tuple[str, bool]]:
    """A paragraph's text in pieces, each with whether it is bold."""
    for child in element:
        if child.tag in _LEFT_OUT:
            continue
        if child.tag == f"{_W}t":
            yield child.text or "", bold
        elif child.tag in _BREAKS:
            yield _BREAKS[child.tag], bold
        elif child.tag == f"{_W}p":
            yield "\n", False
            yield from _pieces(child)
        else:
            yield from _pieces(child, _is_bold(child) if child.tag == f"{_W}r" else bold)


def _is_bold(run: Element) -> bool:
    mark = run.find(f"{_W}rPr/{_W}b")
    return mark is not None and mark.get(f"{_W}val", "1") not in _OFF


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
        if inside > 0.8 * whole:
            return as_transcript([[cell.strip() for cell in row] for row in rows])
    return None


def _bold_questions(paragraphs: Sequence[Pieces]) -> Transcript | None:
    """Paragraphs that are bold from end to end, most of them questions, between others that aren't: who asks, and who
    answers. None where that isn't so.
    """
    texts = [(clean("".join(t for t, _ in pieces))[0].strip(), pieces) for pieces in paragraphs]
    spoken = [(text, all(bold for words, bold in pieces if words.strip())) for text, pieces in texts if text]
    bold = [text for text, is_bold in spoken if is_bold]
    asking = sum(text.endswith(("?", "？", ";", "؟")) for text in bold)
    if len(bold) < 2 or len(bold) == len(spoken) or asking < 0.6 * len(bold):
        return None
    turns: list[Utterance] = []
    for text, is_bold in spoken:
        speaker = "Interviewer" if is_bold else "Participant"
        if turns and turns[-1].speaker == speaker:
            turns[-1] = turns[-1]._replace(words=f"{turns[-1].words}\n{text}")
        else:
            turns.append(Utterance("", speaker, text))
    count = counted(len(bold), "paragraph")
    said = f"no names: {count} in bold taken as the interviewer's, the others as the participant's"
    return Transcript(tuple(turns), (), (said,), "questions in bold")


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
