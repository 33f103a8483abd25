"""Word documents, each laid out as another office would."""

import io
from datetime import datetime
from typing import Any

from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

from writers import zipped
from writers.received import SYNTHETIC, Piece, Turn

DATED = datetime(2023, 5, 1, 9, 0)
COLLEAGUE = "Kieran Doss"
COMMENTED = ("an actual one, green", "Could we ask to see the green book? It would show how many were referred.")
# what the typist of I05 first heard, and what stands there after the correction
CORRECTED = ("the ordinary division", "the regular diversion")
FOOTNOTED = "the ninth of February, 2021"
FOOTNOTE = "Checked against the office’s log – entries 112–114: the ninth is right, the press release is a day late."
FOOTNOTES_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"

Element = Any  # lxml and python-docx ship no types


def bold_names(piece: Piece) -> bytes:
    """A name in bold with its colon, then the words."""
    document = _document(piece)
    for turn in piece.turns:
        paragraph = document.add_paragraph()
        paragraph.add_run(f"{turn.name}:").bold = True
        paragraph.add_run(f" {turn.words}")
    return _saved(document)


def table(piece: Piece) -> bytes:
    """A table of two columns: names left, words right."""
    document = _document(piece)
    rows = document.add_table(rows=0, cols=2, style="Table Grid")
    for turn in piece.turns:
        name, words = rows.add_row().cells
        name.text, words.text = turn.name, turn.words
    return _saved(document)


def reviewed(piece: Piece) -> bytes:
    """`[00:00:29] Name: words`, with a colleague's comment in the margin and one tracked correction."""
    document = _document(piece)
    for turn in piece.turns:
        paragraph = document.add_paragraph(f"[{turn.time}] " if turn.time else "")
        paragraph.add_run(f"{turn.name}: ")
        if CORRECTED[1] in turn.words:
            _correct(paragraph, turn)
        elif COMMENTED[0] in turn.words:
            _comment(document, paragraph, turn)
        else:
            paragraph.add_run(turn.words)
    return _saved(document)


def plain_names(piece: Piece) -> bytes:
    """`Name: words`, no layout at all."""
    document = _document(piece)
    for turn in piece.turns:
        document.add_paragraph(f"{turn.name}: {turn.words}")
    return _saved(document)


def footnoted(piece: Piece) -> bytes:
    """`Name: words`, and a footnote by the person who checked the transcript."""
    document = _document(piece)
    for turn in piece.turns:
        before, place, after = turn.words.partition(FOOTNOTED)
        paragraph = document.add_paragraph(f"{turn.name}: {before}{place}")
        if place:
            paragraph.add_run()._r.append(_element("w:footnoteReference", id="1"))
        paragraph.add_run(after)
    _add_footnotes(document)
    return _saved(document)


def tabbed(piece: Piece) -> bytes:
    """A bold name, a tab, the words."""
    document = _document(piece)
    for turn in piece.turns:
        paragraph = document.add_paragraph()
        paragraph.add_run(turn.name).bold = True
        paragraph.add_run(f"\t{turn.words}")
    return _saved(document)


def with_page_heads(piece: Piece) -> bytes:
    """`Name: words` under a running head, the questions in italics."""
    document = _document(piece)
    section = document.sections[0]
    section.header.paragraphs[0].text = f"{piece.title} – transcript – not for circulation"
    section.footer.paragraphs[0].text = "SYNTHETIC"
    for turn in piece.turns:
        document.add_paragraph().add_run(f"{turn.name}: {turn.words}").italic = turn.asks
    return _saved(document)


def _document(piece: Piece) -> Element:
    document = Document()
    properties = document.core_properties
    properties.title, properties.comments, properties.keywords = piece.title, SYNTHETIC, "SYNTHETIC"
    properties.author = properties.last_modified_by = "crosscase sample"
    properties.created = properties.modified = DATED
    properties.revision = 1
    document.add_paragraph(piece.banner)
    return document


def _saved(document: Element) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return zipped.packed(zipped.members(out.getvalue()))


def _correct(paragraph: Element, turn: Turn) -> None:
    wrong, right = CORRECTED
    before, _, after = turn.words.partition(right)
    paragraph.add_run(before)
    for tag, words, change_id in (("w:del", wrong, "1"), ("w:ins", right, "2")):
        run = paragraph.add_run(words)._r
        change = _element(tag, id=change_id, author=COLLEAGUE, date=f"{DATED:%Y-%m-%dT%H:%M:%SZ}")
        run.addprevious(change)
        change.append(run)
        if tag == "w:del":
            for text in run.findall(qn("w:t")):
                text.tag = qn("w:delText")
    paragraph.add_run(after)


def _comment(document: Element, paragraph: Element, turn: Turn) -> None:
    place, words = COMMENTED
    before, _, after = turn.words.partition(place)
    paragraph.add_run(before)
    commented = paragraph.add_run(place)
    paragraph.add_run(after)
    comment = document.add_comment(commented, text=words, author=COLLEAGUE, initials="KD")
    comment._comment_elm.set(qn("w:date"), f"{DATED:%Y-%m-%dT%H:%M:%SZ}")


def _add_footnotes(document: Element) -> None:
    notes = parse_xml(
        f"<w:footnotes {nsdecls('w')}>"
        '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
        '<w:footnote w:type="continuationSeparator" w:id="0">'
        "<w:p><w:r><w:continuationSeparator/></w:r></w:p></w:footnote>"
        '<w:footnote w:id="1"><w:p><w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteRef/></w:r>'
        f'<w:r><w:t xml:space="preserve"> {FOOTNOTE}</w:t></w:r></w:p></w:footnote></w:footnotes>'
    )
    head = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    name = PackURI("/word/footnotes.xml")
    part = Part(name, FOOTNOTES_TYPE, head + _serialised(notes), document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)


def _element(tag: str, **attributes: str) -> Element:
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element


def _serialised(element: Element) -> bytes:
    from lxml import etree

    return bytes(etree.tostring(element, encoding="UTF-8"))
