"""A report as one PDF: each page printed by a Chromium of this machine, joined in the report's order, links kept.

Each sheet keeps the foot of its own page and gets, in the middle, its number in the whole.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from urllib.parse import unquote, urldefrag

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.annotations import Link
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, Fit, NameObject, RectangleObject

from crosscase.problem import Refused

Progress = Callable[[int, int], None]
VARIABLE = "CROSSCASE_CHROMIUM"
NAMES = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge"),
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
QUIET = (
    *("--headless", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-extensions"),
    "--no-pdf-header-footer",
)
AT_ONCE = 2
"""So many pages are printed beside each other: each takes a browser of its own."""
PATIENCE = 180
FROM_BELOW, SIZE = 22, 8
"""Where a sheet's number stands, and how large it is, in points."""


def browser() -> str:
    """The Chromium of this machine. Raises Refused, with what to do, where there is none."""
    path = os.environ.get(VARIABLE) or next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        raise Refused(f"a PDF needs a Chromium or a Chrome, and there is none here; install one, or set {VARIABLE}")
    return path


def write_pdf(folder: Path, titles: Mapping[str, str], out: Path, progress: Progress | None = None) -> Path:
    """Print these pages of a report's folder, by file and title, into one PDF with a bookmark for each.

    `progress` is told how many are printed, of how many. Raises Refused where there is no Chromium, or it fails.
    """
    chromium = browser()
    with tempfile.TemporaryDirectory(prefix="crosscase-") as beside:
        printed = [Path(beside) / f"{number}.pdf" for number in range(len(titles))]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            pages = pool.map(partial(_print, chromium), (folder / name for name in titles), printed)
            for number, _ in enumerate(pages, start=1):
                if progress:
                    progress(number, len(titles))
        writer = joined(titles, printed)
        whole = Path(beside) / "whole.pdf"
        writer.write(whole)
        out.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(whole, out)
    return out


def joined(titles: Mapping[str, str], printed: Sequence[Path]) -> PdfWriter:
    """The printed pages one after the other; a link to another of them leads to where it begins.

    No address of this machine stays in the PDF: a link to what isn't in it is taken out.
    """
    writer, first = PdfWriter(), dict[str, int]()
    for (name, title), path in zip(titles.items(), printed, strict=True):
        first[name] = len(writer.pages)
        writer.append(PdfReader(path), outline_item=title, import_outline=False)
    for number, page in enumerate(writer.pages):
        _number(page, f"{number + 1:,} / {len(writer.pages):,}")
        for box, target in _taken_out(page, first):
            # pypdf counts pages from 0, as `first` does.
            writer.add_annotation(number, Link(rect=box, target_page_index=target, fit=Fit.fit()))
    return writer


def _number(page: PageObject, text: str) -> None:
    """Write a sheet's number into the middle of its foot, in a font that every reader of PDF brings along."""
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    resources = DictionaryObject({NameObject("/Font"): DictionaryObject({NameObject("/Sheet"): font})})
    left = float(page.mediabox.width) / 2 - len(text) * SIZE / 4
    content = DecodedStreamObject()
    content.set_data(f"BT /Sheet {SIZE} Tf 0.36 g {left:.1f} {FROM_BELOW} Td ({text}) Tj ET".encode())
    sheet = PageObject.create_blank_page(width=page.mediabox.width, height=page.mediabox.height)
    sheet[NameObject("/Resources")] = resources
    sheet[NameObject("/Contents")] = content
    page.merge_page(sheet)


def _taken_out(page: PageObject, first: Mapping[str, int]) -> list[tuple[RectangleObject, int]]:
    """Take a sheet's links to files out of it; those that lead into the PDF, with the sheet to lead to."""
    kept, turned = ArrayObject(), []
    for reference in page.get("/Annots", ArrayObject()):
        annotation = reference.get_object()
        address = str(annotation.get("/A", {}).get("/URI", ""))
        if not address.startswith("file:"):
            kept.append(reference)
            continue
        name = unquote(urldefrag(address).url.rpartition("/")[2])
        if name in first:
            turned.append((RectangleObject(annotation["/Rect"]), first[name]))
    if "/Annots" in page:
        page[NameObject("/Annots")] = kept
    return turned


def _print(chromium: str, page: Path, pdf: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="crosscase-") as profile:
        # Chromium refuses to run as root in its sandbox, as in a container.
        sandbox = ("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()
        words = [chromium, *QUIET, *sandbox, f"--user-data-dir={profile}", f"--print-to-pdf={pdf}", page.as_uri()]
        try:
            subprocess.run(words, check=True, capture_output=True, timeout=PATIENCE)  # noqa: S603
        except (OSError, subprocess.SubprocessError) as error:
            raise Refused(f"{page.name} could not be printed by {chromium}: {type(error).__name__}") from error
    if not pdf.is_file():
        raise Refused(f"{page.name} could not be printed by {chromium}: it wrote nothing")
