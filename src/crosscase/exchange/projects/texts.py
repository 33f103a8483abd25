"""A text as the study stores it: what stands in another program's text, with places that move along exactly.

Nothing is reworded. Line ends, composed letters and blank lines between turns are set as a stored text has them; each
change is known by its place, so that a segment means the same words before and after.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from crosscase.exchange.speakers import find
from crosscase.source import parse

# Line ends of other systems, marks that belong to no word, and signs that no text needs.
_LINE_END = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_DROPPED = re.compile("[\ufeff\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
# A letter with what composes with it: marks of any kind, and the vowels and finals of Hangul.
_JAMO = re.compile("[\u1160-\u11ff]")

Edit = tuple[int, int, str]


@dataclass(frozen=True)
class Moved:
    """A text after some edits, and where each of its places went."""

    text: str
    edits: tuple[Edit, ...] = ()

    def start(self, place: int) -> int:
        """Where a segment begins that began here: behind what was put in at this place."""
        return self._moved(place, behind=True)

    def end(self, place: int) -> int:
        """Where a segment ends that ended here: before what was put in at this place."""
        return self._moved(place, behind=False)

    def __post_init__(self) -> None:
        grown = [0]
        for start, end, words in self.edits:
            grown.append(grown[-1] + len(words) - (end - start))
        object.__setattr__(self, "_grown", grown)
        object.__setattr__(self, "_starts", [start for start, _, _ in self.edits])

    def _moved(self, place: int, *, behind: bool) -> int:
        number = bisect_right(self._starts, place)  # type: ignore[attr-defined]
        while number and self._reaches(self.edits[number - 1], place, behind=behind):
            number -= 1
        grown: int = self._grown[number]  # type: ignore[attr-defined]
        if number < len(self.edits) and self.edits[number][0] < place:
            # Within something that was replaced: at its beginning, or behind it.
            start, _, words = self.edits[number]
            return start + grown + (0 if behind else len(words))
        return place + grown

    @staticmethod
    def _reaches(edit: Edit, place: int, *, behind: bool) -> bool:
        """Whether an edit lies behind a place, or the place within it."""
        start, end, _ = edit
        return place < end or (not behind and place == start == end)


@dataclass(frozen=True)
class Arranged:
    """A stored text, and how the places of another program's text are found in it."""

    text: str
    steps: tuple[Moved, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """A segment of the other text in the stored one."""
        for step in self.steps:
            start, end = step.start(start), step.end(end)
        return start, end


def arranged(text: str, breaks: Iterable[int] = (), *, turns: bool = True) -> Arranged:
    """A text as it is stored; with `turns`, each turn of a transcript is made a paragraph of its own."""
    parted = edited(text, _broken(text, sorted(breaks)))
    plain = edited(parted.text, sorted(_plain(parted.text)))
    steps: tuple[Moved, ...] = (parted, plain)
    if turns:
        steps = (*steps, edited(plain.text, _between_turns(plain.text)))
    return Arranged(steps[-1].text, tuple(step for step in steps if step.edits))


def edited(text: str, edits: Iterable[Edit]) -> Moved:
    """The text after edits, which are in order and don't overlap."""
    edits = tuple(edits)
    parts: list[str] = []
    place = 0
    for start, end, words in edits:
        parts += (text[place:start], words)
        place = end
    return Moved("".join((*parts, text[place:])), edits)


def _broken(text: str, breaks: Sequence[int]) -> Iterator[Edit]:
    yield from ((place, place, "\n\n") for place in dict.fromkeys(breaks) if 0 < place < len(text))


def _plain(text: str) -> Iterator[Edit]:
    """The edits that make line ends plain, drop what no text needs, and compose letters."""
    yield from ((match.start(), match.end(), "\n") for match in _LINE_END.finditer(text))
    yield from ((match.start(), match.end(), "") for match in _DROPPED.finditer(text))
    if not unicodedata.is_normalized("NFC", text):
        yield from _composed(text)


def _composed(text: str) -> Iterator[Edit]:
    """Each letter that is composed in NFC, with its marks."""
    start = 0
    for place in range(1, len(text) + 1):
        if place < len(text) and _composes(text[place]):
            continue
        letter = text[start:place]
        whole = unicodedata.normalize("NFC", letter)
        if whole != letter:
            yield start, place, whole
        start = place


def _composes(letter: str) -> bool:
    return unicodedata.category(letter).startswith("M") or bool(_JAMO.match(letter))


def _between_turns(text: str) -> Iterator[Edit]:
    """A blank line before each turn that begins right under another, where the text is a transcript."""
    lines = text.split("\n")
    found = find(lines)
    if found is None:
        return
    start = 0
    for number, (line, head) in enumerate(zip(lines, found.heads, strict=True)):
        above = lines[number - 1] if number else ""
        # Only a head that a stored text shows too makes a paragraph of its own.
        if head is not None and above.strip() and any(turn.speaker for turn in parse(line)):
            yield start, start, "\n"
        start += len(line) + 1
