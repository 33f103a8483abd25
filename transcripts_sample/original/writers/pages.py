"""PDFs: one as a typist prints it, with hyphens at line ends; one like a scan that was read by a program."""

import io
import re
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from writers.received import SYNTHETIC, Piece

NEEDED = ("reportlab", "font_source_serif_pro")
INSTALL = "pip install reportlab==5.1.0 font-source-serif-pro==0.0.1"

WIDTH, HEIGHT, SIDE, TOP, LEADING = 595, 842, 135, 85, 15
LIGATURES = {"ffi": "ﬃ", "ffl": "ﬄ", "ff": "ﬀ", "fi": "ﬁ", "fl": "ﬂ"}

_CONSONANT = "bcdfghjklmnpqrstvwxz"
_PAIR = r"(?<!ng)(?!(?<=[tcspgw])h|(?<=c)k|[a-z]ing\b)"
_ENDING = r"(?:tion|ment|ness|less|ing|ly|self|body|thing)s?\b"
_BREAK = re.compile(
    rf"(?<=[a-z][aeiouy][{_CONSONANT}]){_PAIR}(?=[{_CONSONANT}][aeiouy][a-z]{{2}})"
    rf"|(?<=\bcon)(?=[a-z]{{3}})|(?<=\bdis)(?=[a-z]{{3}})|(?<=[a-z]{{3}})(?={_ENDING})"
)

Canvas = Any  # reportlab ships no types
Width = Callable[[str], float]


class Line(NamedTuple):
    """One printed line, and whether it ends its paragraph."""

    words: tuple[str, ...]
    is_last: bool


def are_possible() -> bool:
    """Whether what prints PDFs is installed."""
    return all(find_spec(name) for name in NEEDED)


def hyphenated(piece: Piece) -> bytes:
    """Running head and page number on each page, words divided at line ends."""
    canvas, out = _canvas(piece)
    width = _width("Times-Roman", 11)
    lines = [line for paragraph in _paragraphs(piece) for line in _lines(paragraph, width, divide=True)]
    for number, page in enumerate(_pages(lines), 1):
        canvas.setFont("Times-Roman", 11)
        canvas.drawString(SIDE, HEIGHT - 50, f"{piece.title} – transcript – confidential")
        canvas.drawRightString(WIDTH - SIDE, 45, f"Page {number}")
        for row, line in enumerate(page):
            canvas.drawString(SIDE, _height(row), " ".join(line.words))
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def with_ligatures(piece: Piece) -> bytes:
    """Justified lines, with ﬁ, ﬂ and ﬀ as single characters."""
    canvas, out = _canvas(piece)
    font = _add_font()
    width = _width(font, 11)
    lines = [line for paragraph in _paragraphs(piece) for line in _lines(_tied(paragraph), width)]
    for page in _pages(lines):
        canvas.setFont(font, 11)
        for row, line in enumerate(page):
            text = canvas.beginText(SIDE, _height(row))
            text.setWordSpace(_extra(line, width))
            text.textOut(" ".join(line.words))
            canvas.drawText(text)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _canvas(piece: Piece) -> tuple[Canvas, io.BytesIO]:
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    # uncompressed, since compressors differ between computers
    canvas = Canvas(out, pagesize=(WIDTH, HEIGHT), pageCompression=0, invariant=1)
    canvas.setTitle(piece.title)
    canvas.setSubject(SYNTHETIC)
    canvas.setAuthor("crosscase sample")
    return canvas, out


def _add_font() -> str:
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.pdfbase.ttfonts import TTFont

    spec = find_spec(NEEDED[1])
    assert spec is not None  # are_possible looked
    assert spec.origin is not None
    registerFont(TTFont("SourceSerif", str(Path(spec.origin).parent / "files" / "SourceSerifPro-Regular.ttf")))
    return "SourceSerif"


def _width(font: str, size: int) -> Width:
    from reportlab.pdfbase.pdfmetrics import stringWidth

    return lambda text: float(stringWidth(text, font, size))


def _paragraphs(piece: Piece) -> Iterator[str]:
    yield piece.banner
    for turn in piece.turns:
        yield f"{turn.name}: {turn.words}"


def _lines(paragraph: str, width: Width, *, divide: bool = False) -> Iterator[Line]:
    """Fill lines with words; with `divide`, a word that doesn't fit is divided where it can be."""
    room = WIDTH - 2 * SIDE
    line: list[str] = []
    for word in paragraph.split():
        if line and width(" ".join([*line, word])) > room:
            first, rest = _divided(line, word, width) if divide else ("", word)
            yield Line((*line, first) if first else tuple(line), is_last=False)
            line = [rest]
        else:
            line.append(word)
    yield Line(tuple(line), is_last=True)


def _divided(line: list[str], word: str, width: Width) -> tuple[str, str]:
    """Divide a word between two consonants or before its ending, as late as there is room for."""
    places = [match.start() for match in _BREAK.finditer(word)] if word.islower() else []
    for at in reversed(places):
        if width(" ".join([*line, f"{word[:at]}-"])) <= WIDTH - 2 * SIDE:
            return f"{word[:at]}-", word[at:]
    return "", word


def _extra(line: Line, width: Width) -> float:
    """How much wider each space of a justified line is."""
    gaps = len(line.words) - 1
    free = WIDTH - 2 * SIDE - width(" ".join(line.words))
    return 0 if line.is_last or not gaps else round(free / gaps, 3)


def _pages(lines: list[Line]) -> Iterator[list[Line]]:
    """Pages of as many lines as fit, a blank one after each paragraph."""
    spaced = [piece for line in lines for piece in ([line, Line((), is_last=True)] if line.is_last else [line])]
    fitting = (HEIGHT - 2 * TOP) // LEADING
    for at in range(0, len(spaced), fitting):
        yield spaced[at : at + fitting]


def _height(row: int) -> int:
    return HEIGHT - TOP - row * LEADING


def _tied(text: str) -> str:
    for letters, ligature in LIGATURES.items():
        text = text.replace(letters, ligature)
    return text
