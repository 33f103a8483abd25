"""Texts in markup: OpenDocument, web pages, rich text. No entity is resolved, and no address asked."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from crosscase.exchange.patterns import NamePattern
from crosscase.exchange.plain import read_text
from crosscase.exchange.text import DAMAGE, LARGEST, clean, declares, decode
from crosscase.exchange.transcript import Transcript, Unreadable
from crosscase.wording import counted

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_COUNTED = {
    f"{_TEXT}note": "note",
    f"{_OFFICE}annotation": "comment",
    f"{_TEXT}changed-region": "tracked change",
}
_LEFT_OUT = frozenset({*_COUNTED, f"{_TEXT}tracked-changes", f"{_OFFICE}annotation-end"})
_BLOCK_TAGS = """
    address article aside blockquote body br dd div dl dt figcaption footer h1 h2 h3 h4 h5 h6 header hr li main ol p pre
    section table td th tr ul
"""
_BLOCKS = frozenset(_BLOCK_TAGS.split())
_NOT_SHOWN = frozenset({"script", "style", "noscript", "template", "head", "nav"})

Element = Any  # lxml ships no types


def parsed(data: bytes) -> Element:
    """The root of an XML document. Raises `Unreadable` where it is damaged, or declares entities."""
    from lxml import etree  # type: ignore[import-untyped]

    if declares(data, "<!ENTITY"):
        raise Unreadable(
            "it declares entities, which no transcript needs; export it again from the program that made it"
        )
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise Unreadable("its markup is damaged; export it again from the program that made it") from error


def read_odt(data: bytes, names: NamePattern | None = None) -> Transcript:
    """Read an OpenDocument text; notes, comments and deleted text are left out, and said."""
    root = parsed(_content(data))
    body = root.find(f".//{_OFFICE}text")
    if body is None:
        raise Unreadable("it isn't an OpenDocument text; save it as .odt or .docx")
    numbers = [(sum(1 for _ in body.iter(tag)), what) for tag, what in _COUNTED.items()]
    text, dropped = clean("\n".join("".join(_odt(paragraph)) for paragraph in _paragraphs(body)))
    left = [counted(count, what) for count, what in numbers if count]
    return read_text(text, names).after((*left, *dropped))


def read_html(data: bytes, names: NamePattern | None = None) -> Transcript:
    """Read a web page's text; scripts, styles and navigation are left out."""
    from lxml import html

    text, guessed = decode(data)
    try:
        root = html.document_fromstring(text.encode(), parser=html.HTMLParser(encoding="utf-8", no_network=True))
    except DAMAGE as error:
        raise Unreadable("it holds no text; save the page again, or its text as .txt") from error
    lines, dropped = clean("".join(_html(root)))
    return read_text(lines, names).after(dropped, guessed)


def read_rtf(data: bytes, names: NamePattern | None = None) -> Transcript:
    """Read rich text."""
    from striprtf.striprtf import rtf_to_text

    if not data.lstrip().startswith(b"{\\rtf"):
        raise Unreadable("it isn't rich text, though its name ends in .rtf; save it again as .rtf or .docx")
    text, dropped = clean(str(rtf_to_text(data.decode("latin-1"), errors="replace")))  # type: ignore[no-untyped-call]
    return read_text(text, names).after(dropped)


def _content(data: bytes) -> bytes:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        info = archive.getinfo("content.xml")
        if info.flag_bits & 1:
            raise Unreadable("it is protected by a password; take the password off and save it again")
        if info.file_size > LARGEST:
            raise Unreadable("it unpacks to more than 200 MB; save its text alone")
        return archive.read(info)
    except DAMAGE as error:
        raise Unreadable("it isn't a whole OpenDocument text; open it and save it again as .odt") from error


def _paragraphs(element: Element) -> Iterator[Element]:
    for child in element:
        if child.tag in (f"{_TEXT}p", f"{_TEXT}h", f"{_TABLE}table-row"):
            yield child
        elif child.tag not in _LEFT_OUT:
            yield from _paragraphs(child)


def _odt(element: Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag == f"{_TABLE}table-cell":
            yield "\t" if child.getprevious() is not None else ""
            yield " ".join("".join(_odt(paragraph)) for paragraph in _paragraphs(child))
        elif child.tag == f"{_TEXT}s":
            yield " " * min(int(child.get(f"{_TEXT}c", "1")), 1000)
        elif child.tag == f"{_TEXT}tab":
            yield "\t"
        elif child.tag == f"{_TEXT}line-break":
            yield "\n"
        elif child.tag not in _LEFT_OUT and isinstance(child.tag, str):
            yield from _odt(child)
        yield child.tail or ""


def _html(element: Element) -> Iterator[str]:
    if not isinstance(element.tag, str) or element.tag in _NOT_SHOWN:
        return
    if element.tag == "tr":
        yield "\n" + "\t".join(" ".join("".join(_html(cell)).split()) for cell in element.iter("td", "th")) + "\n"
        return
    between = "\n" if element.tag in _BLOCKS else ""
    yield between
    yield " ".join((element.text or "").split("\n"))
    for child in element:
        yield from _html(child)
        yield " ".join((child.tail or "").split("\n"))
    yield between
