"""One text's words by where they stand, and a quote among them: what is wanted of its surroundings, what is there."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from crosscase.coding import CONTEXT, Coding
from crosscase.source import Source
from crosscase.typography import Plain, plain

MOST_PLACES = 100
# How many words may have come between two words of the context.
WORDS_BETWEEN = 3
WORDS_AROUND = 16
WORD = re.compile(r"\w+")
_TOKEN = re.compile(r"\w+|[^\w\s]")
# Stands in a context where one turn ends and the next begins, whatever its name and time.
_TURN = "¶"
_TIME = r"\[\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?\][ \t]*"
_NAME = r"[^\W_][^\s:\[\]?!,;]*(?: [^\s:\[\]?!,;]+){0,3}"
_HEAD = re.compile(rf"\n[ \t]*\n[ \t]*(?:{_TIME})?(?:(?P<speaker>{_NAME}):(?:[ \t]+|$))?")
# What is left of a head where the context was cut through it.
_HEAD_AT_FRONT = re.compile(rf"^(?:\n\s*)?(?:\[?[\d:.,]*\][ \t]*)?(?:(?P<speaker>{_NAME}):(?:[ \t]+|$))?")
_HEAD_AT_END = re.compile(r"(?<=\n\n)[^\n:]{0,24}(?::[\d:.,]*\]?[^\n:]{0,20})?$")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A coding's quote in plain typography, alone and with its context, and the name that it stood under, if known.

    `whole` says at which ends the quote ends with a word. `before` and `after` are words of the context, outwards.
    """

    quote: str
    whole: tuple[bool, bool]
    around: str
    quote_at: int
    before: tuple[str, ...]
    after: tuple[str, ...]
    speaker: str

    @property
    def context(self) -> int:
        return letters_in(self.before) + letters_in(self.after)

    @property
    def is_name(self) -> bool:
        """Whether it is the name at the head of a turn that is quoted."""
        return self.around.startswith(":", self.quote_at + len(self.quote))

    @property
    def own(self) -> tuple[Sequence[str], Sequence[str]]:
        """The words of the context that stand in the same turn as the quote, with the signs that the turn ends."""
        return _up_to_turn(self.before), _up_to_turn(self.after)

    @property
    def is_whole_turn(self) -> bool:
        """Whether the quote and its context hold all words of its turn."""
        return _TURN in self.before and _TURN in self.after

    @property
    def letters_in_turn(self) -> int:
        return letters_of(self.quote) + sum(map(letters_in, self.own))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a quote stands in the plain text, among whose words, and how many letters of its context are there."""

    start: int
    end: int
    speaker: str
    before: int
    after: int
    in_turn: int
    is_echo: bool = False

    @property
    def context(self) -> int:
        return self.before + self.after


@dataclass(frozen=True)
class Index:
    """One source's words by where they stand, so that a quote is found without reading the text through.

    With `lower`, capitals don't count.
    """

    source: Source
    lower: bool = False

    @cached_property
    def plain(self) -> Plain:
        return plain(self.source.text, lower=self.lower)

    @cached_property
    def words(self) -> Mapping[str, Sequence[int]]:
        """Where each word begins in the plain text."""
        words: dict[str, list[int]] = {}
        for match in WORD.finditer(self.plain.text):
            words.setdefault(match[0], []).append(match.start())
        return words

    @cached_property
    def speakers(self) -> frozenset[str]:
        return frozenset(map(str.casefold, self.source.speakers))

    @cached_property
    def small(self) -> "Index":
        """The same index where capitals don't count; places in the plain text are the same."""
        return self if self.lower else Index(self.source, lower=True)

    def places(self, quote: str, whole: tuple[bool, bool]) -> list[int]:
        """Where these words stand in the plain text; `whole` tells at which ends no longer word may go on."""
        text = self.plain.text
        rarest = self._rarest(quote, whole)
        if rarest is None:
            starts = list(_occurrences(quote, text))
        else:
            word, offset = rarest
            starts = [place - offset for place in self.words.get(word, ())]
            starts = [start for start in starts if start >= 0 and text.startswith(quote, start)]
        return [start for start in starts if _is_whole(text, start, start + len(quote), whole)]

    def speaker(self, start: int) -> str:
        """The name that the words at this place of the plain text stand under."""
        turn = self.source.turn_at(self.plain.start(start))
        return turn.speaker if turn else ""

    def is_head(self, start: int, end: int) -> bool:
        """Whether this stretch of the plain text is the name or time at the head of a turn."""
        turn = self.source.turn_at(self.plain.start(start))
        return turn is not None and self.plain.end(end) <= turn.start

    def has_twin_beside(self, start: int) -> bool:
        """Whether the turn at this place of the plain text stands right before or behind itself once more."""
        number = self.source.turn_index(self.plain.start(start))
        if number < 0:
            return False
        turns = self.source.turns[max(0, number - 1) : number + 2]
        words = [(turn.speaker, self.source.text[turn.start : turn.end].strip()) for turn in turns]
        return any(first == second for first, second in pairwise(words))

    def has_twins_beside(self, places: Iterable["Place"]) -> bool:
        """Whether two of these places are in turns of the same words and name that follow each other."""
        turns = [self.source.turn_at(self.plain.start(place.start)) for place in places]
        numbers = {
            turn.number: (turn.speaker, self.source.text[turn.start : turn.end].strip()) for turn in turns if turn
        }
        return any(numbers.get(number + 1) == words for number, words in numbers.items())

    def segment(self, start: int, end: int) -> tuple[int, int]:
        """The place of a stretch of the plain text in the source's text."""
        return bare(start, end, self)

    def words_around(self, start: int, end: int) -> tuple[Sequence[str], Sequence[str]]:
        """Words and marks before and after a stretch of the plain text, outwards; names and times aren't among them."""
        words, starts, ends = self._spoken
        first, last = bisect_right(ends, start), bisect_left(starts, end)
        return words[max(0, first - WORDS_AROUND) : first][::-1], words[last : last + WORDS_AROUND]

    @cached_property
    def _spoken(self) -> tuple[list[str], list[int], list[int]]:
        """The words and marks of all turns, with where each begins and ends in the plain text."""
        words, starts, ends = [], [], []
        for turn in self.source.turns:
            start, end = self.plain.place(turn.start), self.plain.place(turn.end)
            words.append(_TURN)
            starts.append(start)
            ends.append(start)
            for match in _TOKEN.finditer(self.plain.text, start, end):
                words.append(match[0])
                starts.append(match.start())
                ends.append(match.end())
        return words, starts, ends

    def _rarest(self, quote: str, whole: tuple[bool, bool]) -> tuple[str, int] | None:
        """The word of the quote that stands in the text least often, and where in the quote; none that is cut off."""
        matches = [
            match
            for match in WORD.finditer(quote)
            if (match.start() or whole[0]) and (match.end() < len(quote) or whole[1])
        ]
        rarest = min(matches, key=lambda match: len(self.words.get(match[0], ())), default=None)
        return (rarest[0], rarest.start()) if rarest else None


def bare(start: int, end: int, index: Index) -> tuple[int, int]:
    """A stretch of the plain text as a place in the source's, without white space at its ends."""
    first, last = index.plain.start(start), index.plain.end(end)
    words = index.source.text[first:last]
    return first + len(words) - len(words.lstrip()), last - len(words) + len(words.rstrip())


def wanted_of(coding: Coding, index: Index) -> Wanted:
    before, quote, after = coding.before, coding.quote, coding.after
    around = plain(before + quote + after)
    first = around.place(len(before) + len(quote) - len(quote.lstrip()))
    last = around.place(len(before) + len(quote.rstrip()))
    text = around.text
    while last > first and text[last - 1] == " ":
        last -= 1
    words_before = _tokens(_HEAD_AT_FRONT.sub(_sign, before, 1) if len(before) >= CONTEXT else f"\n\n{before}")
    if not before:
        words_before = []
    words_after = _tokens(_HEAD_AT_END.sub("", after, 1) if index.speakers and len(after) >= CONTEXT else after)
    # Context is cut at a number of characters, so that its outermost word may be half of one.
    is_cut = len(before) >= CONTEXT and words_before[:1] != [_TURN]
    return Wanted(
        text[first:last],
        (not _goes_on(text, first), not _goes_on(text, last)),
        text.strip(),
        first - (len(text) - len(text.lstrip())),
        tuple(words_before[is_cut:][::-1]),
        tuple(words_after[: len(words_after) - (len(after) >= CONTEXT)]),
        coding.speaker or _label(before, index),
    )


def place_at(wanted: Wanted, start: int, index: Index) -> Place:
    end = start + len(wanted.quote)
    before, after = index.words_around(start, end)
    in_turn = sum(_agreeing(own, _up_to_turn(there)) for own, there in zip(wanted.own, (before, after), strict=True))
    return Place(
        start,
        end,
        index.speaker(start),
        _agreeing(wanted.before, before),
        _agreeing(wanted.after, after),
        in_turn,
        _is_echo(wanted, before, after) or _is_in_another_turn(wanted, before, after),
    )


def _is_echo(wanted: Wanted, before: Sequence[str], after: Sequence[str]) -> bool:
    """Whether the quote's words stood close by a second time, and what parted the two is gone: it may be either."""
    quote = _TOKEN.findall(wanted.quote)
    between_before = _up_to_words(wanted.before, quote[::-1])
    between_after = _up_to_words(wanted.after, quote)
    return _is_missing(between_before, before) or _is_missing(between_after, after)


def _is_in_another_turn(wanted: Wanted, before: Sequence[str], after: Sequence[str]) -> bool:
    """Whether the quote was a turn with its context, and this is the midst of one, with none of the turns beside it."""
    if not wanted.is_whole_turn or _TURN in (*before[: len(wanted.before)], *after[: len(wanted.after)]):
        return False
    own_before, own_after = map(len, wanted.own)
    beside = wanted.before[own_before:], wanted.after[own_after:]
    return all(_is_missing(words, there) for words, there in zip(beside, (before, after), strict=True) if words)


def _is_missing(words: Sequence[str], there: Sequence[str]) -> bool:
    return 2 * _agreeing(words, there) < letters_in(words)


def _up_to_words(words: Sequence[str], others: Sequence[str]) -> Sequence[str]:
    """The words before the others stand there in a row; none where they don't."""
    rows = (at for at in range(1, len(words)) if list(words[at : at + len(others)]) == list(others))
    return words[: next(rows, 0)]


def _agreeing(words: Sequence[str], there: Sequence[str]) -> int:
    """How many letters of these words stand there in the same order, with a few words between them at most."""
    letters = at = 0
    for word in words:
        window = there[at : at + WORDS_BETWEEN + 1]
        if word in window:
            letters += len(word)
            at += window.index(word) + 1
    return letters


def _up_to_turn(words: Sequence[str]) -> Sequence[str]:
    return words[: words.index(_TURN) + 1] if _TURN in words else words


def _sign(head: re.Match[str]) -> str:
    return f"{_TURN} " if head[0] else ""


def _tokens(context: str) -> list[str]:
    """The words and marks of a context, with a sign for the names and times at the heads of its turns."""
    return _TOKEN.findall(plain(_HEAD.sub(f" {_TURN} ", context)).text)


def _label(before: str, index: Index) -> str:
    """The name that the words behind this context stood under, if it holds one, whole or cut off at its front."""
    is_cut = len(before) >= CONTEXT
    named = [match["speaker"] for match in _HEAD.finditer(before if is_cut else f"\n\n{before}") if match["speaker"]]
    if named:
        return named[-1]
    match = _HEAD_AT_FRONT.match(before)
    front = match["speaker"] if match else None
    names = [name for name in index.source.speakers if front and name.endswith(front)]
    return names[0] if len(names) == 1 else ""


def names_in(coding: Coding) -> Iterable[str]:
    """Every name that a coding shows to have stood in the text when it was made."""
    before = coding.before if len(coding.before) >= CONTEXT else f"\n\n{coding.before}"
    heads = [match["speaker"] for match in _HEAD.finditer(f"{before}\0{coding.after}")]
    return filter(None, (coding.speaker, *heads))


def _occurrences(quote: str, text: str) -> Iterable[int]:
    start = text.find(quote)
    while start >= 0:
        yield start
        start = text.find(quote, start + 1)


def _is_whole(text: str, start: int, end: int, whole: tuple[bool, bool]) -> bool:
    return not (whole[0] and _goes_on(text, start)) and not (whole[1] and _goes_on(text, end))


def _goes_on(text: str, place: int) -> bool:
    """Whether a word goes on across this place."""
    return bool(WORD.fullmatch(text[max(0, place - 1) : place + 1])) and 0 < place < len(text)


def letters_of(quote: str) -> int:
    return sum(map(str.isalnum, quote))


def letters_in(words: Iterable[str]) -> int:
    return sum(map(len, words))
