"""Codings that people made in Word: comments that name codes, and passages in a colour that stands for one.

The text is that of the document's paragraphs, one a line; deleted text is none of it. A comment's author is its coder.
"""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from crosscase.exchange.projects.project import (
    Note,
    Project,
    ProjectCode,
    ProjectCoding,
    ProjectSource,
    guid_for,
    merged,
    not_carried,
)
from crosscase.exchange.text import DAMAGE, LARGEST, declares
from crosscase.exchange.transcript import Unreadable

LONGEST_LABEL = 40
WORDS_IN_A_LABEL = 5
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LEFT_OUT = frozenset({f"{_W}del", f"{_W}moveFrom", f"{_W}pPr", f"{_W}rPr"})
_BREAKS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_SENTENCE = re.compile(r"[.?!…:]")
_BETWEEN = re.compile(r"[;\n]")
_BELOW = re.compile(r"\s*(?:>|›|\\)\s*")
_REASONS = {
    "highlighted passages": "say with --highlight COLOUR=CODE which code a colour stands for",
    "comments without a passage": "they are tied to no words",
}

Element = Any  # lxml ships no types


@dataclass
class _Marked:
    """A document's text, and what is marked in it: where each comment begins and ends, and the coloured stretches."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    begun: dict[str, int] = field(default_factory=dict)
    ended: dict[str, int] = field(default_factory=dict)
    coloured: list[tuple[int, int, str]] = field(default_factory=list)

    def add(self, words: str, colour: str) -> None:
        if colour and words:
            last = self.coloured[-1] if self.coloured else (0, -1, "")
            if last[1] == self.length and last[2] == colour:
                self.coloured[-1] = (last[0], self.length + len(words), colour)
            else:
                self.coloured.append((self.length, self.length + len(words), colour))
        self.parts.append(words)
        self.length += len(words)


def read(data: bytes, name: str, known: Collection[str] = (), colours: Mapping[str, str] | None = None) -> Project:
    """The codings of a Word document. `known` are names of codes, in small letters; `colours` what each stands for.

    Where a comment names known codes, only these are codes; else any short label is one. All else becomes a memo.
    """
    document, comments = _parts(data)
    marked = _Marked()
    for paragraph in document.iter(f"{_W}p"):
        if not any(above.tag in _LEFT_OUT for above in paragraph.iterancestors()):
            if marked.parts:
                marked.add("\n", "")
            _walk(paragraph, marked, "")
    text = "".join(marked.parts)
    if not text.strip():
        raise Unreadable("it holds no text")
    source = ProjectSource(guid_for("word", name), name, text, habit="paragraphs of the document", why="marked in it")
    return _Document(source, known, colours or {}).project(marked, comments)


def _parts(data: bytes) -> tuple[Element, list[Element]]:
    """The document's body, and its comments."""
    from lxml import etree  # type: ignore[import-untyped]

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    roots = []
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        for name in ("word/document.xml", "word/comments.xml"):
            if name == "word/comments.xml" and name not in archive.namelist():
                continue
            if archive.getinfo(name).file_size > LARGEST:
                raise Unreadable("it unpacks to more than 200 MB; save it again without pictures")
            part = archive.read(name)
            if declares(part, "<!ENTITY"):
                raise Unreadable("it declares entities, which no document needs; save it again from Word")
            roots.append(etree.fromstring(part, parser))
    except DAMAGE as error:
        raise Unreadable("it isn't a whole Word document; open it and save it as .docx") from error
    return roots[0], list(roots[1].iter(f"{_W}comment")) if len(roots) > 1 else []


def _walk(element: Element, marked: _Marked, colour: str) -> None:
    for child in element:
        if child.tag == f"{_W}commentRangeStart":
            marked.begun[child.get(f"{_W}id")] = marked.length
        elif child.tag == f"{_W}commentRangeEnd":
            marked.ended[child.get(f"{_W}id")] = marked.length
        elif child.tag == f"{_W}t":
            marked.add(child.text or "", colour)
        elif child.tag in _BREAKS:
            marked.add(_BREAKS[child.tag], colour)
        elif child.tag not in _LEFT_OUT and child.tag != f"{_W}p":
            _walk(child, marked, _colour(child) if child.tag == f"{_W}r" else colour)


def _colour(run: Element) -> str:
    mark = run.find(f"{_W}rPr/{_W}highlight")
    colour = mark.get(f"{_W}val", "") if mark is not None else ""
    return "" if colour == "none" else colour.casefold()


class _Document:
    """One document: its codes are made as comments name them."""

    def __init__(self, source: ProjectSource, known: Collection[str], colours: Mapping[str, str]) -> None:
        self.source = source
        self.known = known
        self.colours = {colour.casefold(): code for colour, code in colours.items()}
        self.codes: dict[tuple[str, ...], ProjectCode] = {}
        self.left: Counter[str] = Counter()

    def project(self, marked: _Marked, comments: Sequence[Element]) -> Project:
        said = [(comment, _words(comment)) for comment in comments]
        names_known = any(self._is_known(part) for _, words in said for part in _BETWEEN.split(words))
        codings: list[ProjectCoding] = []
        notes: list[Note] = []
        for comment, words in said:
            codings += self._comment(comment, words, marked, notes, names_known=names_known)
        codings += self._highlights(marked)
        kept, twice = merged(codings)
        return Project(
            self.source.name,
            "Word",
            tuple(self.codes.values()),
            (self.source,),
            kept,
            notes=tuple(notes),
            coders=tuple(dict.fromkeys(coding.coder for coding in kept if coding.coder)),
            not_carried=not_carried(self.left, _REASONS),
            merged=twice,
        )

    def _comment(
        self, comment: Element, words: str, marked: _Marked, notes: list[Note], *, names_known: bool
    ) -> Iterator[ProjectCoding]:
        number = comment.get(f"{_W}id") or ""
        coder, at = comment.get(f"{_W}author") or "", comment.get(f"{_W}date") or ""
        start, end = marked.begun.get(number, 0), marked.ended.get(number, 0)
        parts = [part.strip() for part in _BETWEEN.split(words) if part.strip()]
        if not start < end:
            self.left["comments without a passage"] += 1
        elif parts and all(self._is_known(part) if names_known else _is_label(part) for part in parts):
            for part in parts:
                guid = guid_for(self.source.guid, "comment", number, part.casefold())
                code = self._code(part)
                raw = (start, end)
                yield ProjectCoding(guid, self.source.guid, start, end, code, coder, at, "", "snippet", "", raw)
        else:
            guid = guid_for(self.source.guid, "comment", number)
            notes.append(Note(guid, "", words, coder, at, (self.source.guid,), self.source.guid, start, end))

    def _highlights(self, marked: _Marked) -> Iterator[ProjectCoding]:
        for start, end, colour in marked.coloured:
            if colour in self.colours:
                guid = guid_for(self.source.guid, "colour", str(start), str(end), colour)
                code = self._code(self.colours[colour])
                yield ProjectCoding(guid, self.source.guid, start, end, code, proof="snippet", raw=(start, end))
            else:
                self.left["highlighted passages"] += 1

    def _is_known(self, part: str) -> bool:
        names = _BELOW.split(part.strip().casefold())
        return part.strip().casefold() in self.known or (len(names) > 1 and names[-1] in self.known)

    def _code(self, name: str) -> str:
        """The guid of the code of this name, whatever its capitals; `Rules > Money` stands below `Rules`."""
        names = tuple(part for part in _BELOW.split(name.strip()) if part)
        parent = ""
        for depth in range(1, len(names) + 1):
            key = tuple(part.casefold() for part in names[:depth])
            if key not in self.codes:
                self.codes[key] = ProjectCode(guid_for("word code", *key), names[depth - 1], parent)
            parent = self.codes[key].guid
        return parent


def _words(comment: Element) -> str:
    paragraphs = ("".join(part.text or "" for part in each.iter(f"{_W}t")) for each in comment.iter(f"{_W}p"))
    return "\n".join(paragraphs).strip()


def _is_label(part: str) -> bool:
    """Whether words can be a code's name: short, and no sentence."""
    short = len(part) <= LONGEST_LABEL and len(part.split()) <= WORDS_IN_A_LABEL
    return short and not _SENTENCE.search(part)
