"""A text in plain typography: one kind of quotation mark, dash and space, so that words are found however they are set.

Every character of the plain text knows where in the original it came from.
"""

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass

_SINGLE = "‘’‚‛‹›ʼ′`´"
_DOUBLE = "“”„‟«»″"
_DASHES = "‐‑‒–—―−﹘－"
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_SPACES = (
    "\t\n\x0b\x0c\r\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)

_SAME_LENGTH = str.maketrans(
    dict.fromkeys(_SINGLE, "'")
    | dict.fromkeys(_DOUBLE, '"')
    | dict.fromkeys(_DASHES, "-")
    | dict.fromkeys(_SPACES, " ")
)
# A dash takes the spaces around it along, since "so — then" and "so—then" are two houses' styles of one thing.
_OTHER_LENGTH = rf"[ {_INVISIBLE}]*-[- {_INVISIBLE}]*|[ {_INVISIBLE}]{{2,}}|[{_INVISIBLE}]|…|\.(?: ?\.){{2,}}"
_USUAL = re.compile(_OTHER_LENGTH)


@dataclass(frozen=True, slots=True)
class Plain:
    """The plain text, in runs: `at[i]` is where the i-th begins in it, `[starts[i], ends[i])` where it came from.

    A run either stands as it stood, character by character, or it stands for something of another length.
    """

    text: str
    at: tuple[int, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    as_it_stood: tuple[bool, ...]

    def start(self, place: int) -> int:
        """Where in the original the character at this place of the plain text begins."""
        run = bisect_right(self.at, place) - 1
        return self.starts[run] + (place - self.at[run] if self.as_it_stood[run] else 0)

    def end(self, place: int) -> int:
        """Where in the original the character before this place of the plain text ends."""
        run = bisect_right(self.at, place - 1) - 1
        return self.starts[run] + place - self.at[run] if self.as_it_stood[run] else self.ends[run]

    def place(self, offset: int) -> int:
        """Where in the plain text the character at this offset of the original stands, or the next one that does."""
        run = bisect_right(self.starts, offset) - 1
        if self.as_it_stood[run]:
            return self.at[run] + min(offset, self.ends[run]) - self.starts[run]
        following = self.at[run + 1] if run + 1 < len(self.at) else len(self.text)
        return self.at[run] if offset == self.starts[run] else following


def plain(text: str, *, lower: bool = False) -> Plain:
    """The text in plain typography, composed (NFC); with `lower` also without capitals."""
    composed = unicodedata.is_normalized("NFC", text)
    same_length = text.translate(_SAME_LENGTH if composed else _SAME_LENGTH | _singly_composed(text))
    if lower:
        same_length = same_length.translate(_lower_case(same_length))
    pattern = _USUAL if composed else _with_marks(same_length)
    pieces: list[str] = []
    at, starts, ends, as_it_stood = [], [], [], []
    length = offset = 0
    for match in pattern.finditer(same_length):
        for piece, start, end, stood in (
            (same_length[offset : match.start()], offset, match.start(), True),
            (_replaced(match[0]), match.start(), match.end(), False),
        ):
            if start < end:
                pieces.append(piece)
                at.append(length)
                starts.append(start)
                ends.append(end)
                as_it_stood.append(stood)
                length += len(piece)
        offset = match.end()
    pieces.append(same_length[offset:])
    at.append(length)
    starts.append(offset)
    ends.append(len(text))
    as_it_stood.append(True)
    return Plain("".join(pieces), tuple(at), tuple(starts), tuple(ends), tuple(as_it_stood))


def _replaced(run: str) -> str:
    if run[0] in "….":
        return "..."
    if "-" in run:
        return "-"
    kept = run.strip(_INVISIBLE)
    if not kept:
        return ""
    return " " if " " in kept else unicodedata.normalize("NFC", run)


def _singly_composed(text: str) -> dict[int, str]:
    """Characters that NFC writes as another single one, such as the sign for Ångström."""
    composed = {character: unicodedata.normalize("NFC", character) for character in set(text)}
    return {ord(old): new for old, new in composed.items() if old != new and len(new) == 1}


def _lower_case(text: str) -> dict[int, str]:
    small = {character: character.lower() for character in set(text)}
    return {ord(old): new for old, new in small.items() if old != new and len(new) == 1}


def _with_marks(text: str) -> re.Pattern[str]:
    """Also finds letters with their accents behind them, and the parts of Korean syllables."""
    behind = [c for c in set(text) if unicodedata.category(c).startswith("M") or "\u1160" <= c <= "\u11ff"]
    if not behind:
        return _USUAL
    marks = re.escape("".join(sorted(behind)))
    return re.compile(rf"[^\s{marks}{_INVISIBLE}.-][{marks}]+|{_OTHER_LENGTH}")
