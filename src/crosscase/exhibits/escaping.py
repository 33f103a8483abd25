"""Words as Markdown and LaTeX take them: what would mean something there is escaped."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator

_LATEX = {
    "\\": "\\textbackslash{}", "&": "\\&", "%": "\\%", "$": "\\$", "#": "\\#", "_": "\\_", "{": "\\{", "}": "\\}",
    "~": "\\textasciitilde{}", "^": "\\textasciicircum{}", "<": "\\textless{}", ">": "\\textgreater{}",
    "|": "\\textbar{}", "[": "{[}", "]": "{]}", "*": "{*}", "`": "\\textasciigrave{}", "“": "``", "”": "''",
    "‘": "\\textquoteleft{}", "’": "'", "–": "--", "—": "---", "…": "\\ldots{}", "•": "\\textbullet{}", "−": "$-$",
    "×": "$\\times$", "±": "$\\pm$", "≤": "$\\leq$", "≥": "$\\geq$", "≠": "$\\neq$", "≈": "$\\approx$",
    "→": "$\\rightarrow$", "←": "$\\leftarrow$", "€": "\\texteuro{}", "™": "\\texttrademark{}",
}  # fmt: skip
LAST_LATIN = 0x24F


_OPENING = re.compile(r'(?<![^\s(\[{“])"(?=\S)')
_IN_LATEX = re.compile("[" + re.escape("".join(_LATEX)) + "]")


def in_latex(text: str) -> str:
    """The words as TeX sets them; signs without a shape of their own, such as control characters, are left out."""
    shown = "".join(one for one in text if one.isspace() or unicodedata.category(one)[0] != "C")
    curled = _OPENING.sub("“", shown).replace('"', "”")
    return _escaped(unicodedata.normalize("NFC", curled), _IN_LATEX, lambda match: _LATEX[match[0]])


def in_markdown(text: str) -> str:
    return _escaped(text, re.compile(r"[\\`*_\[\]<>|~#&]"), lambda match: f"\\{match[0]}")


def _escaped(text: str, special: re.Pattern[str], escape: Callable[[re.Match[str]], str]) -> str:
    return special.sub(escape, " ".join(text.split()))


def letters_beyond(lines: Iterable[str]) -> Iterator[str]:
    """A comment with the letters that pdfLaTeX has not, if there are any."""
    beyond = sorted({letter for line in lines for letter in line if ord(letter) > LAST_LATIN})
    if beyond:
        yield f"% Compile it with LuaLaTeX or XeLaTeX, in a font that has these: {' '.join(beyond)}"
