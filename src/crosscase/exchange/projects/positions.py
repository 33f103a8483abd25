"""What a program's numbers mean in a text: in which units it counts, and what a line end counts as.

No position is believed by its number alone: a selection is confirmed by the snippet that the program kept of it, or by
standing on edges of words. Where the program's usual habit fails, the others are tried; a place is never shifted.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Literal

from crosscase.exchange.projects.project import Proof

Unit = Literal["code points", "UTF-16 units"]

# Programs cut long snippets, with a mark or after 70 characters; a shorter one has to be the whole.
SHORTEST_CUT = 15
LONG = 60
# So much better has another habit to fit than the usual one before it is believed without snippets.
CLEARLY = 0.25
# So many snippets of a source tell how the project counts.
ENOUGH = 40
_NO_SNIPPET = re.compile(r"line:\d+")
_CUT = re.compile(r"(?:…|\.\.\.)$")


@dataclass(frozen=True, slots=True)
class Habit:
    """How a program counts: in which unit, and whether a line end of two characters counts as two."""

    unit: Unit
    two: bool

    def __str__(self) -> str:
        return f"{self.unit}, a line end CR LF counts {2 if self.two else 1}"


UNITS: tuple[Unit, ...] = ("code points", "UTF-16 units")
HABITS = tuple(Habit(unit, two) for unit, two in product(UNITS, (True, False)))
_USUAL = (
    ("nvivo", Habit("UTF-16 units", True)),
    ("atlas", Habit("code points", False)),
    ("crosscase", Habit("code points", False)),
)


def usual(origin: str) -> Habit:
    """The habit of the program that wrote a file; the standard's own where it is unknown."""
    name = origin.casefold()
    return next((habit for start, habit in _USUAL if name.startswith(start)), Habit("code points", True))


@dataclass(frozen=True)
class Text:
    """A text as it stood in a file, without byte order mark; `plain` has each CR LF as one line end."""

    raw: str

    @cached_property
    def plain(self) -> str:
        return self.raw.replace("\r\n", "\n")

    @cached_property
    def folded(self) -> str:
        return fold(self.plain)

    @cached_property
    def _line_ends(self) -> list[int]:
        """Where in `plain` each line end stands that was CR LF."""
        return [match.start() - number for number, match in enumerate(re.finditer("\r\n", self.raw))]

    @cached_property
    def _astral(self) -> list[int]:
        """Where in `plain` each character stands that UTF-16 needs two units for."""
        return [match.start() for match in re.finditer("[\U00010000-\U0010ffff]", self.plain)]

    def doubles(self, habit: Habit) -> tuple[list[int], frozenset[int]]:
        """The places in `plain` that count two under a habit, as the habit numbers them, and which are line ends."""
        ends = self._line_ends if habit.two else []
        astral = self._astral if habit.unit == "UTF-16 units" else []
        ordered = sorted((*ends, *astral))
        whole = frozenset(ends)
        return [place + number for number, place in enumerate(ordered)], frozenset(
            place + number for number, place in enumerate(ordered) if place in whole
        )


class Reading:
    """A text's positions under one habit."""

    def __init__(self, text: Text, habit: Habit) -> None:
        self.text = text
        self.habit = habit
        self._doubles, self._ends = text.doubles(habit)
        self.numbering = tuple(self._doubles)

    def place(self, number: int) -> int | None:
        """The place in the plain text that this number means; None outside the text or within a character."""
        if number < 0:
            return None
        before = bisect_left(self._doubles, number)
        within = before > 0 and number == self._doubles[before - 1] + 1
        if within and self._doubles[before - 1] not in self._ends:
            return None
        # Between CR and LF is still before the line end.
        place = number - before
        return place if place <= len(self.text.plain) else None

    def number(self, place: int) -> int:
        """The number that this habit gives to a place in the plain text: `place` the other way round."""
        low, high = 0, len(self._doubles)
        while low < high:
            middle = (low + high) // 2
            if self._doubles[middle] - middle < place:
                low = middle + 1
            else:
                high = middle
        return place + low

    def span(self, raw: tuple[int, int]) -> tuple[int, int] | None:
        """The segment that two numbers mean; None where they are inverted, empty or out of the text."""
        start, end = self.place(raw[0]), self.place(raw[1])
        if start is None or end is None or raw[0] >= raw[1] or start >= end:
            return None
        return start, end


@dataclass(frozen=True, slots=True)
class Selected:
    """A selection as it stands in the file: its numbers, and the name that may be its snippet."""

    raw: tuple[int, int]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a selection stands, and what bears it out; `span` is None where it can't stand anywhere."""

    span: tuple[int, int] | None
    proof: Proof
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Placement:
    """A source's selections in their places, with the habit that they were read by, and why by that one."""

    habit: Habit
    why: str
    placed: tuple[Placed, ...]


def of_all(texts: Iterable[tuple[Text, Sequence[Selected]]], origin: str) -> Habit:
    """The habit that the snippets of a whole project bear out: for sources that have no evidence of their own."""
    fitting = Counter({usual(origin): 0})
    for text, selections in texts:
        named = [selection for selection in selections if selection.name.strip()]
        for habit in HABITS if named else ():
            reading = Reading(text, habit)
            fitting[habit] += sum(fits(reading, selection) for selection in named[:ENOUGH])
    best = max(fitting, key=lambda habit: (fitting[habit], habit == usual(origin)))
    return best if fitting[best] > 2 * fitting[usual(origin)] else usual(origin)


def placed(text: Text, selections: Sequence[Selected], first: Habit, *, keeps_snippets: bool = False) -> Placement:
    """Each selection of a text in its place, read by the habit that the selections bear out, or else by the first.

    With `keeps_snippets`, names are snippets in this project, whether or not they are in this text.
    """
    readings = _readings(text, first)
    habit, why = _chosen(readings, selections)
    ordered = [readings[habit], *(reading for other, reading in readings.items() if other != habit)]
    keeps = keeps_snippets or _keeps_snippets(ordered, selections)
    return Placement(habit, why, tuple(_placed(selection, ordered, keeps) for selection in selections))


def keep_snippets(placements: Iterable[tuple[Placement, Sequence[Selected]]]) -> bool:
    """Whether most names of some source are snippets: then one that fits nowhere, in any other, is a doubt."""
    for placement, selections in placements:
        named = sum(bool(selection.name.strip()) for selection in selections)
        fitting = sum(place.proof == "snippet" for place in placement.placed)
        if fitting > 1 and 2 * fitting > named:
            return True
    return False


def fold(text: str) -> str:
    """A text with any run of blanks and line ends as one blank: names have lost their line ends."""
    return " ".join(text.split())


def is_snippet(name: str, text: Text) -> bool:
    """Whether a selection's name is a snippet of the text, not a label that somebody gave."""
    name = _CUT.sub("", fold(name)).strip()
    return bool(name) and not _NO_SNIPPET.fullmatch(name) and name in text.folded


def on_words(text: str, start: int, end: int) -> bool:
    """Whether a segment begins and ends at edges of words: no letter or digit on both sides of an edge."""
    return not (_inside(text, start) or _inside(text, end))


def fits(reading: Reading, selection: Selected) -> bool:
    """Whether a selection's name is what stands at its place under this reading, or the beginning of it."""
    span = reading.span(selection.raw)
    return span is not None and _is_named(reading.text.plain[span[0] : span[1]], selection.name)


def _inside(text: str, place: int) -> bool:
    return 0 < place < len(text) and text[place - 1].isalnum() and text[place].isalnum()


def _readings(text: Text, first: Habit) -> dict[Habit, Reading]:
    """The readings that differ in this text, the usual one first: without emoji and CR LF all are the same."""
    readings: dict[Habit, Reading] = {}
    seen = set()
    for habit in (first, *HABITS):
        reading = Reading(text, habit)
        if reading.numbering not in seen:
            seen.add(reading.numbering)
            readings[habit] = reading
    return readings


def _chosen(readings: dict[Habit, Reading], selections: Sequence[Selected]) -> tuple[Habit, str]:
    """The usual habit, unless another one fits more snippets, or clearly more edges of words."""
    first = next(iter(readings))
    named = [selection for selection in selections if selection.name.strip()]
    fitting = {habit: sum(fits(reading, each) for each in named) for habit, reading in readings.items()}
    best = max(fitting, key=lambda habit: (fitting[habit], habit == first))
    if fitting[best] > fitting[first]:
        why = f"snippets: {fitting[best]} of {len(named)} fit, {fitting[first]} as the program usually counts"
        return best, why
    if fitting[first]:
        return first, f"snippets: {fitting[first]} of {len(named)} fit"
    scores = {habit: _score(reading, selections) for habit, reading in readings.items()}
    best = max(scores, key=lambda habit: (scores[habit], habit == first))
    if scores[best] - scores[first] > CLEARLY * len(selections):
        why = f"edges of words: {scores[best]} of {len(selections)}, {scores[first]} as the program usually counts"
        return best, why
    return first, f"as the program usually counts; {scores[first]} of {len(selections)} on edges of words"


def _keeps_snippets(readings: Sequence[Reading], selections: Sequence[Selected]) -> bool:
    """Whether names are snippets here: then one that fits nowhere is a doubt, even if the text doesn't have it."""
    named = [selection for selection in selections if selection.name.strip()]
    return 2 * sum(fits(readings[0], selection) for selection in named) > len(named)


def _is_named(words: str, name: str) -> bool:
    """Whether a snippet is these words, or their beginning."""
    wanted, words = fold(name), fold(words)
    if wanted == words:
        return bool(wanted)
    cut = _CUT.sub("", wanted).strip()
    is_enough = len(cut) >= (LONG if cut == wanted else SHORTEST_CUT)
    return is_enough and words.startswith(cut)


def _score(reading: Reading, selections: Iterable[Selected]) -> int:
    spans = (reading.span(selection.raw) for selection in selections)
    return sum(span is not None and on_words(reading.text.plain, *span) for span in spans)


def _placed(selection: Selected, readings: Sequence[Reading], keeps_snippets: bool) -> Placed:
    """A selection under the source's habit, or under another one that its snippet bears out."""
    text = readings[0].text
    for reading in readings if selection.name.strip() else ():
        if fits(reading, selection):
            return Placed(reading.span(selection.raw), "snippet")
    span = readings[0].span(selection.raw)
    if span is None:
        return Placed(None, "doubtful", _why_not(selection.raw, readings[0]))
    if selection.name.strip() and (keeps_snippets or is_snippet(selection.name, text)):
        return Placed(span, "doubtful", "its snippet is not what stands there, under any way of counting")
    if not on_words(text.plain, *span):
        return Placed(span, "doubtful", "it begins or ends inside a word")
    return Placed(span, "words")


def _why_not(raw: tuple[int, int], reading: Reading) -> str:
    start, end = raw
    last = reading.number(len(reading.text.plain))
    if start == end:
        return "it is empty"
    if start > end:
        return "it ends before it begins"
    if start < 0 or end > last:
        return f"it is outside the text, which ends at {last}"
    return "it begins or ends inside a character"
