"""PDF files with a text layer: lines in reading order, column by column, without running heads and page numbers."""

import io
import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from crosscase.exchange.patterns import NamePattern
from crosscase.exchange.plain import read_text
from crosscase.exchange.text import DAMAGE, clean
from crosscase.exchange.transcript import Aside, Transcript, Unreadable, quoted
from crosscase.wording import counted, first_of

MOST_PAGES = 2000
# A gap is a gutter between columns when no word of this share of the page's lines crosses it.
_CROSSING = 0.02
_NARROWEST_GUTTER = 9.0
_EDGE_LINES = 2
# `24 Anna: Yes.` may stand at the edge of many pages, and is nobody's running head.
_SHORT_ANSWER = re.compile(r"(?:\d{1,5}\s+)?[^:]{1,40}:\s.{0,40}")

Line = tuple[float, float, str]
"""Where a line lies on its page, from its top and its left edge, and its words."""


def read(data: bytes, names: NamePattern | None = None) -> Transcript:
    """Read a PDF's text layer. Raises `Unreadable` for a scan, a protected or a damaged file."""
    pages = _pages(data)
    if not any(pages):
        raise Unreadable("its pages are pictures, with no text in them; have it read by OCR first")
    repeated = _repeated(pages)
    kept = [[line for line in page if _bare(line) not in repeated] for page in pages]
    hyphens, text = _joined([line for page in kept for line in page])
    text, dropped = clean(text)
    heads = sorted({line for page in pages for line in page if _bare(line) in repeated})
    left = [f"{counted(len(heads), 'running head or page number')}: {quoted(heads, 3)}"] if heads else []
    aside = [Aside(0, "running head or page number", head) for head in heads]
    joined = [f"{counted(hyphens, 'word')} joined that a line's end had parted"] if hyphens else []
    empty = [str(number) for number, page in enumerate(pages, 1) if not page]
    pictures = (
        f"{counted(len(empty), 'page')} without text, perhaps pictures ({first_of(empty, 5)}): look what is there"
    )
    said = [*joined, *([pictures] if empty else [])]
    return read_text(text, names).after((*left, *dropped), said, aside)


def _pages(data: bytes) -> list[list[str]]:
    """Each page's lines in reading order."""
    from pdfminer.high_level import extract_pages
    from pdfminer.pdfdocument import PDFPasswordIncorrect
    from pdfminer.psexceptions import PSException

    # What it finds odd in a file is said in its own words, and on the terminal.
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    try:
        pages: list[list[str]] = []
        # pdfplumber's pages keep fourteen values more of every letter, at the same cost again.
        for page in extract_pages(io.BytesIO(data), laparams=None):
            if len(pages) == MOST_PAGES:
                raise Unreadable(f"it has more than {MOST_PAGES:,} pages; split it")
            pages.append(_lines(page))
    except (PDFPasswordIncorrect, PSException, *DAMAGE) as error:
        if "Password" in f"{type(error).__name__} {error!r}":
            raise Unreadable("it is protected by a password; save it without one") from error
        raise Unreadable(
            "it isn't a whole PDF; open it and save it again, or copy its text into a .txt file"
        ) from error
    return pages


def _lines(page: Any) -> list[str]:
    from pdfplumber.utils.text import WordExtractor

    letters = [_letter(char, float(page.height)) for char in _chars(page)]
    words = WordExtractor(keep_blank_chars=False, use_text_flow=False).extract_words(letters)
    gutter = _gutter(words, float(page.width))
    if gutter is None:
        return _in_lines(words)
    left = [word for word in words if word["x1"] <= gutter]
    right = [word for word in words if word["x0"] >= gutter]
    across = [word for word in words if word["x0"] < gutter < word["x1"]]
    top = min((word["top"] for word in (*left, *right)), default=0.0)
    above = [word for word in across if word["top"] < top]
    below = [word for word in across if word["top"] >= top]
    return [*_in_lines(above), *_in_lines(left), *_in_lines(right), *_in_lines(below)]


def _chars(container: Any) -> Iterator[Any]:
    from pdfminer.layout import LTChar, LTContainer

    for element in container:
        if isinstance(element, LTChar):
            yield element
        elif isinstance(element, LTContainer):
            yield from _chars(element)


def _letter(char: Any, height: float) -> dict[str, Any]:
    """A letter as pdfplumber's words are made of: places are from the page's left and top edges."""
    return {
        "text": char.get_text(), "x0": char.x0, "x1": char.x1, "top": height - char.y1, "bottom": height - char.y0,
        "doctop": height - char.y1, "upright": char.upright, "width": char.width, "height": char.height,
    }  # fmt: skip


def _gutter(words: Sequence[Any], width: float) -> float | None:
    """The middle of the widest gap that (almost) no word crosses, in the middle third of the page; None without one."""
    if len(words) < 8:
        return None
    candidates = [width * share / 100 for share in range(33, 68)]
    free = [at for at in candidates if sum(w["x0"] < at < w["x1"] for w in words) <= _CROSSING * len(words)]
    best: tuple[float, float] | None = None
    for at in free:
        before = max((word["x1"] for word in words if word["x1"] <= at), default=None)
        after = min((word["x0"] for word in words if word["x0"] >= at), default=None)
        if before is None or after is None or after - before < _NARROWEST_GUTTER:
            continue
        if best is None or after - before > best[0]:
            best = (after - before, (before + after) / 2)
    if best is None:
        return None
    sides = [sum(word["x1"] <= best[1] for word in words), sum(word["x0"] >= best[1] for word in words)]
    lines_right = {round(word["top"]) for word in words if word["x0"] >= best[1]}
    return best[1] if min(sides) >= 0.15 * len(words) and len(lines_right) >= 2 else None


def _in_lines(words: Sequence[Any]) -> list[str]:
    """Words whose tops are about the same make a line; an empty line where the gap is wider than usual."""
    lines: list[list[Any]] = []
    for word in sorted(words, key=lambda word: (word["top"], word["x0"])):
        if lines and abs(word["top"] - lines[-1][0]["top"]) < 3:
            lines[-1].append(word)
        else:
            lines.append([word])
    return [" ".join(w["text"] for w in sorted(line, key=lambda w: w["x0"])) for line in lines]


def _repeated(pages: Sequence[Sequence[str]]) -> frozenset[str]:
    """Lines at pages' edges that most pages have, whatever their number."""
    counts: Counter[str] = Counter()
    for page in pages:
        edges = (*page[:_EDGE_LINES], *page[-_EDGE_LINES:])
        counts.update({_bare(line) for line in edges if not _SHORT_ANSWER.fullmatch(line)})
    needed = max(2, len(pages) * 0.5)
    return frozenset(line for line, count in counts.items() if count >= needed) if len(pages) > 1 else frozenset()


def _bare(line: str) -> str:
    return re.sub(r"\d+", "#", line.strip())


def _joined(lines: Sequence[str]) -> tuple[int, str]:
    """The lines as a text, words that a hyphen at a line's end parts put together."""
    text = "\n".join(lines)
    text, count = re.subn(r"(?<=[^\W\d_])[-\u00ad\u2010]\n(?=[a-zà-öø-ÿ])", "", text)
    return count, text
