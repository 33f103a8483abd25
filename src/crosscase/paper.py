"""A report as one PDF: its pages printed one after the other, joined in the report's order, links kept.

Each sheet keeps the foot of its own page and gets, in the middle, its number in the whole.
"""

import re
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from itertools import groupby
from pathlib import Path
from urllib.parse import unquote, urldefrag

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.annotations import Link
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    Fit,
    NameObject,
    PdfObject,
    RectangleObject,
)

from crosscase.chromium import press
from crosscase.study import files

Progress = Callable[[int, int], None]
FROM_BELOW, SIZE = 22, 8
"""Where a sheet's number stands, and how large it is, in points."""

# A report's pages leave out the quotes that HTML doesn't need.
_LINK = re.compile(r"""\bhref=(?:"([^"#:]*)#([^"]+)"|([^\s"'>#:]*)#([^\s"'>]+))""")


@dataclass(frozen=True, slots=True)
class Part:
    """A page of a report for its PDF: its file, its title, and the section in which its bookmark stands."""

    file: str
    title: str
    section: str = ""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a link leads to: a file, and where in it; `""` is its beginning."""

    file: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class _Way:
    """A link on a sheet, counted from 0, and where it leads."""

    sheet: int
    box: RectangleObject
    place: _Place


_Places = dict[_Place, tuple[int, Fit]]
"""The sheets, counted from 0, on which places are, and how they are shown."""


def write_pdf(folder: Path, parts: Sequence[Part], out: Path, *, title: str, progress: Progress | None = None) -> int:
    """Print these pages of a report's folder into one PDF with a bookmark for each; returns the number of its sheets.

    `progress` is told how many are printed, of how many. Raises Refused where there is no Chromium, or it fails;
    the file is written whole or not at all.
    """
    ids = linked_to(folder, parts)
    with tempfile.TemporaryDirectory(prefix="crosscase-", ignore_cleanup_errors=True) as beside:
        printed = [Path(beside) / f"{number}.pdf" for number in range(len(parts))]
        with press() as printer:
            for number, (part, pdf) in enumerate(zip(parts, printed, strict=True), start=1):
                pdf.write_bytes(printer.pdf(folder / part.file, ids.get(part.file, ())))
                if progress:
                    progress(number, len(parts))
        writer = joined(parts, printed, title=title)
        whole = Path(beside) / "whole.pdf"
        writer.write(whole)
        files.write(out, whole.read_bytes(), read=files.sha256(out.read_bytes()) if out.is_file() else None)
    return len(writer.pages)


def joined(parts: Sequence[Part], printed: Sequence[Path], *, title: str) -> PdfWriter:
    """The printed pages one after the other; a link to another of them leads to its place there.

    No address of this machine stays in the PDF: a link to what isn't in it is taken out.
    """
    writer = PdfWriter()
    places, ways, first = _Places(), list[_Way](), dict[str, int]()
    for part, path in zip(parts, printed, strict=True):
        first[part.file] = start = len(writer.pages)
        reader = PdfReader(path)
        places |= _places(part.file, reader, start)
        for sheet, page in enumerate(reader.pages, start=start):
            ways += _taken_out(page, part.file, sheet)
        writer.append(reader, import_outline=False)
    for way in ways:
        target = places.get(way.place) or places.get(_Place(way.place.file))
        if target:
            # pypdf counts pages from 0, as places do.
            writer.add_annotation(way.sheet, Link(rect=way.box, target_page_index=target[0], fit=target[1]))
    _number(writer)
    _mark(writer, parts, first)
    writer.page_mode = "/UseOutlines"
    writer.add_metadata({"/Title": title, "/Creator": "crosscase"})
    return writer


def linked_to(folder: Path, parts: Iterable[Part]) -> Mapping[str, set[str]]:
    """The ids of each page that pages link to."""
    ids = dict[str, set[str]]()
    for part in parts:
        for link in _LINK.finditer((folder / part.file).read_text(encoding="utf-8")):
            file, id_ = (link[1], link[2]) if link[2] else (link[3], link[4])
            ids.setdefault(unquote(unescape(file)) or part.file, set()).add(unquote(unescape(id_)))
    return ids


def _places(file: str, reader: PdfReader, start: int) -> _Places:
    """A page's beginning, and the elements of it that its PDF names."""
    places = {_Place(file): (start, Fit.fit())}
    for name, destination in reader.named_destinations.items():
        sheet = reader.get_destination_page_number(destination)
        if sheet is not None:
            # Its own zoom stays: a leap doesn't change how large a reader has made the sheets.
            fit = Fit.xyz(left=0, top=float(destination.top or 0))
            places[_Place(file, unquote(name.removeprefix("/")))] = (start + sheet, fit)
    return places


def _taken_out(page: PageObject, file: str, sheet: int) -> list[_Way]:
    """Take a sheet's links to places and files out of it, and give back where they lead."""
    kept, ways = ArrayObject(), list[_Way]()
    for reference in page.get("/Annots", ArrayObject()):
        annotation = reference.get_object()
        place = _leads_to(annotation, file)
        if place is None:
            kept.append(reference)
        else:
            ways.append(_Way(sheet, RectangleObject(annotation["/Rect"]), place))
    if "/Annots" in page:
        page[NameObject("/Annots")] = kept
    return ways


def _leads_to(annotation: DictionaryObject, file: str) -> _Place | None:
    """Where a link leads to on this machine; None for one to somewhere else."""
    if "/Dest" in annotation:
        name = annotation["/Dest"]
        return _Place(file, unquote(str(name).removeprefix("/"))) if isinstance(name, str) else _Place(file)
    address = str(annotation.get("/A", {}).get("/URI", ""))
    if not address.startswith("file:"):
        return None
    page, fragment = urldefrag(address)
    return _Place(unquote(page.rpartition("/")[2]), unquote(fragment))


def _mark(writer: PdfWriter, parts: Sequence[Part], first: Mapping[str, int]) -> None:
    """A bookmark for each page; those of a section that has several stand folded under one with its name."""
    for section, group in groupby(parts, key=lambda part: part.section):
        pages = list(group)
        parent = None
        if section and len(pages) > 1:
            parent = writer.add_outline_item(title=section, page_number=first[pages[0].file], is_open=False)
        for part in pages:
            writer.add_outline_item(title=part.title, page_number=first[part.file], parent=parent)


def _number(writer: PdfWriter) -> None:
    """Write each sheet's number into the middle of its foot, in a font that every reader of PDF brings along."""
    font = writer._add_object(
        DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Font"),
                NameObject("/Subtype"): NameObject("/Type1"),
                NameObject("/BaseFont"): NameObject("/Helvetica"),
            }
        )
    )
    save = writer._add_object(_stream("q"))
    for number, page in enumerate(writer.pages, start=1):
        text = f"{number:,} / {len(writer.pages):,}"
        left = float(page.mediabox.width) / 2 - len(text) * SIZE / 4
        foot = _stream(f"Q BT /Sheet {SIZE} Tf 0.36 g {left:.1f} {FROM_BELOW} Td ({text}) Tj ET")
        # What a sheet draws is left as it is, compressed, between the two: reading it again would take minutes.
        drawn = page.raw_get("/Contents")
        around = ArrayObject([save, *_listed(drawn), writer._add_object(foot)])
        page[NameObject("/Contents")] = around
        resources = page.setdefault(NameObject("/Resources"), DictionaryObject()).get_object()
        fonts = resources.setdefault(NameObject("/Font"), DictionaryObject()).get_object()
        fonts[NameObject("/Sheet")] = font


def _listed(contents: PdfObject) -> Iterable[PdfObject]:
    """What a sheet draws, one stream or several, as references."""
    streams = contents.get_object()
    return streams if isinstance(streams, ArrayObject) else (contents,)


def _stream(text: str) -> DecodedStreamObject:
    stream = DecodedStreamObject()
    stream.set_data(text.encode())
    return stream
