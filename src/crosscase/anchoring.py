"""Codings find their place again when the text under them is edited, and are lost where that is in doubt.

The same words are not enough: what stood around them has to stand there too, or a long quote under the same speaker.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cached_property
from itertools import pairwise
from typing import Literal

from crosscase.coding import CONTEXT, Coding, with_context
from crosscase.source import NOBODY, Source
from crosscase.typography import Plain, plain

MOST_OFFERS = 3
MOST_PLACES = 100
# Letters of context that have to be there again: fewer are shared by places that have nothing to do with each other.
ENOUGH_CONTEXT = 12
# A short quote may stand anywhere: it needs at least half of its context.
ENOUGH_SHARE = 0.5
# A quote of so many letters hardly ever stands in a text twice by chance.
LONG_QUOTE = 60
SHORT_QUOTE = 15
# Old files have no context; then so many letters have to do.
BARE_QUOTE = 20
# The codings around tell where a place may be once so many of them kept their order.
ENOUGH_IN_ORDER = 8
# How many characters a coding may have moved otherwise than its neighbours; and how far apart neighbours may be.
NEAR = 60
FAR = 500
# So much text that went the same way was moved, not found elsewhere by chance.
ENOUGH_TOGETHER = 150
# A turn that went elsewhere whole is known by so many letters where the codings around it show where it was taken from
# and put in; and by so many where they don't.
SHORT_TURN = 12
LONG_TURN = 40
SHARE_OF_TURN = 0.8
# How many letters more of its context the best place needs than the second.
MARGIN = 6
# How many words may have come between two words of the context.
WORDS_BETWEEN = 3
WORDS_AROUND = 16
LEAST_LIKENESS = 0.5
MOST_VOTERS = 12

_WORD = re.compile(r"\w+")
_TOKEN = re.compile(r"\w+|[^\w\s]")
# Stands in a context where one turn ends and the next begins, whatever its name and time.
_TURN = "¶"
_TIME = r"\[\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?\][ \t]*"
_NAME = r"[^\W_][^\s:\[\]?!,;]*(?: [^\s:\[\]?!,;]+){0,3}"
_HEAD = re.compile(rf"\n[ \t]*\n[ \t]*(?:{_TIME})?(?:(?P<speaker>{_NAME}):(?:[ \t]+|$))?")
# What is left of a head where the context was cut through it.
_HEAD_AT_FRONT = re.compile(rf"^(?:\n\s*)?(?:\[?[\d:.,]*\][ \t]*)?(?:(?P<speaker>{_NAME}):(?:[ \t]+|$))?")
_HEAD_AT_END = re.compile(r"(?<=\n\n)[^\n:]{0,24}(?::[\d:.,]*\]?[^\n:]{0,20})?$")

Speaker = Literal["same", "unknown", "another"]


@dataclass(frozen=True, slots=True)
class Offer:
    """A place where a lost coding may belong; `likeness` in [0, 1] compares the words there with its quote."""

    start: int
    end: int
    quote: str
    speaker: str
    likeness: float


@dataclass(frozen=True, slots=True)
class Lost:
    """A coding that has no certain place, unchanged, with the reason and up to three places, nearest wording first."""

    coding: Coding
    reason: str
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True, slots=True)
class Reanchored:
    """Where codings stand in a changed text. `moved` pairs each coding as it was with what it is now.

    A coding whose words are set otherwise now (’ for ') counts as moved, also at its old place.
    """

    kept: tuple[Coding, ...] = ()
    moved: tuple[tuple[Coding, Coding], ...] = ()
    lost: tuple[Lost, ...] = ()

    @property
    def found(self) -> tuple[Coding, ...]:
        return (*self.kept, *(new for _, new in self.moved))


@dataclass(frozen=True, slots=True)
class _Wanted:
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
        return _letters(self.before) + _letters(self.after)

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
        return _letters_of(self.quote) + sum(map(_letters, self.own))


@dataclass(frozen=True, slots=True)
class _Place:
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


@dataclass(frozen=True, slots=True)
class _Search:
    """What the text alone tells of a coding: the places that fit best, all that were looked at, and a doubt, if any.

    `is_open` says that the codings around it may settle the doubt.
    """

    coding: Coding
    wanted: _Wanted
    fitting: tuple[_Place, ...]
    places: tuple[_Place, ...]
    doubt: str = ""
    is_open: bool = False

    @property
    def is_tie(self) -> bool:
        return len(self.fitting) > 1

    @property
    def holds_its_turn(self) -> bool:
        """Whether what is known of the quote's own turn stands around the only place that fits."""
        own = sum(map(_letters, self.wanted.own))
        in_turn = self.fitting[0].in_turn
        letters = _letters_of(self.wanted.quote) + in_turn
        return len(self.fitting) == 1 and in_turn >= SHARE_OF_TURN * own and letters >= SHORT_TURN

    @property
    def has_whole_context(self) -> bool:
        """Whether all that stood around the quote stands around one of its places only."""
        return len(self.fitting) == 1 and self.fitting[0].context == self.wanted.context

    @property
    def is_moved_turn(self) -> bool:
        """Whether all words of its turn are known, stand here alone and in one turn, and are too many for chance."""
        own = sum(map(_letters, self.wanted.own))
        is_all = self.wanted.is_whole_turn and self.fitting[0].in_turn == own
        return is_all and len(self.places) == 1 and self.wanted.letters_in_turn >= LONG_TURN

    @property
    def is_long(self) -> bool:
        """Whether quote and context are too long for chance: a text may be read out at the start of each interview."""
        has_context = 2 * self.fitting[0].context >= self.wanted.context
        return has_context and _letters_of(self.wanted.quote) >= LONG_QUOTE


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
        for match in _WORD.finditer(self.plain.text):
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

    def has_twins_beside(self, places: Iterable["_Place"]) -> bool:
        """Whether two of these places are in turns of the same words and name that follow each other."""
        turns = [self.source.turn_at(self.plain.start(place.start)) for place in places]
        numbers = {
            turn.number: (turn.speaker, self.source.text[turn.start : turn.end].strip()) for turn in turns if turn
        }
        return any(numbers.get(number + 1) == words for number, words in numbers.items())

    def segment(self, start: int, end: int) -> tuple[int, int]:
        """The place of a stretch of the plain text in the source's text."""
        return _bare(start, end, self)

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
            for match in _WORD.finditer(quote)
            if (match.start() or whole[0]) and (match.end() < len(quote) or whole[1])
        ]
        rarest = min(matches, key=lambda match: len(self.words.get(match[0], ())), default=None)
        return (rarest[0], rarest.start()) if rarest else None


def reanchor(codings: Iterable[Coding], source: Source) -> Reanchored:
    """Find each coding's place in an edited text by its words, what stood around them, and who spoke them.

    A coding is never put in a doubtful place. Where no place or more than one fits, where the words stand under
    another speaker now, or where a short quote went elsewhere than the codings around it, it is lost, with the places
    offered.
    """
    codings = tuple(codings)
    index = Index(source)
    names = frozenset(name.casefold() for coding in codings for name in _names(coding))
    searches = [_search(coding, index, names) for coding in codings]
    order = _order(searches, index)
    kept, moved, lost = [], [], []
    for search in _consistent([_settled(search, order, index) for search in searches]):
        coding = search.coding
        if search.doubt:
            places = search.fitting if search.is_tie else search.places
            lost.append(Lost(coding, search.doubt, _offers(coding, index, places)))
            continue
        start, end = _segment(coding, search.wanted, search.fitting[0].start, index)
        if (start, source.text[start:end]) == (coding.start, coding.quote):
            kept.append(coding)
        else:
            moved.append((coding, in_place(replace(coding, start=start, end=end), source)))
    return Reanchored(tuple(kept), tuple(moved), tuple(lost))


def in_place(coding: Coding, source: Source) -> Coding:
    """The coding with quote, context and speaker as the text has them at its place."""
    quote = source.text[coding.start : coding.end]
    turn = source.turn_at(coding.start + len(quote) - len(quote.lstrip()))
    return replace(with_context(coding, source.text), speaker=turn.speaker if turn else "")


def taken(coding: Coding, place: Offer, source: Source) -> Coding:
    """The lost coding at a place that a person chose for it, with the words that stand there."""
    return in_place(replace(coding, start=place.start, end=place.end), source)


def by_quote(coding: Coding, index: Index) -> Coding | Lost:
    """A coding that carries no place, at the one place where its words stand; lost where there is none, or several."""
    wanted = _wanted(coding, index)
    if not wanted.quote:
        return Lost(coding, "it quotes nothing")
    starts = index.places(wanted.quote, wanted.whole) or index.places(wanted.quote, (False, False))
    if len(starts) == 1:
        start, end = _segment(coding, wanted, starts[0], index)
        return in_place(replace(coding, start=start, end=end), index.source)
    reason = f"its words stand in {len(starts)} places" if starts else "its words are not in the text"
    return Lost(
        coding, reason, _offers(coding, index, [_place(wanted, start, index) for start in starts[:MOST_PLACES]])
    )


def nearest(quote: str, index: Index) -> tuple[Offer, ...]:
    """The places whose wording is nearest to a quote that isn't in the text, up to three."""
    quote = plain(quote, lower=True).text.strip()
    words = [(match[0], match.start(), match.end()) for match in _WORD.finditer(quote)]
    offers = (_aligned(quote, words, start, index.small) for start in _likely(words, len(quote), index.small))
    near = [offer for offer in offers if offer and offer.likeness >= LEAST_LIKENESS]
    return _apart(sorted(near, key=lambda offer: -offer.likeness))


def _search(coding: Coding, index: Index, names: frozenset[str]) -> _Search:
    wanted = _wanted(coding, index)
    starts = _starts(wanted, index) if wanted.quote else []
    # Whoever speaks a name isn't the one whose turn it heads.
    spoken = [start for start in starts if wanted.is_name or not index.is_head(start, start + len(wanted.quote))]
    places = tuple(_place(wanted, start, index) for start in spoken)
    if not places:
        return _Search(coding, wanted, (), (), "its words are gone" if wanted.quote else "it marks no text")
    fitting = tuple(_best(places, wanted, index, names))
    if len(fitting) > 1:
        doubt = f"its words stand in {len(places)} places, and what stood around them doesn't tell which"
        speakers = [_speaker(wanted.speaker, place.speaker, index, names) for place in fitting]
        certain = [_is_certain(place, wanted, speaker) for place, speaker in zip(fitting, speakers, strict=True)]
        return _Search(coding, wanted, fitting, places, doubt, all(certain) and "another" not in speakers)
    (place,) = fitting
    speaker = _speaker(wanted.speaker, place.speaker, index, names)
    if speaker == "another":
        doubt = f"its words were {wanted.speaker}'s, and stand under {place.speaker} now"
        return _Search(coding, wanted, fitting, places, doubt)
    if place.is_echo and place.context < wanted.context:
        doubt = "its words stood there twice, close to each other, and now once"
        return _Search(coding, wanted, fitting, places, doubt)
    if not _is_certain(place, wanted, speaker):
        doubt = "its words stand only where other words are around them"
        is_open = speaker == "same" or not index.speakers or _has_a_side(place, wanted)
        return _Search(coding, wanted, fitting, places, doubt, is_open)
    return _Search(coding, wanted, fitting, places)


@dataclass(frozen=True, slots=True)
class _Order:
    """The codings that stand in the same order as before, by old and new start; and those that moved together.

    `grown` is by how much the text is longer now, where a coding shows how long it was.
    """

    old: tuple[int, ...] = ()
    new: tuple[int, ...] = ()
    grown: int | None = None
    ids: frozenset[str] = frozenset()
    together: frozenset[str] = frozenset()

    @property
    def is_known(self) -> bool:
        return len(self.old) >= ENOUGH_IN_ORDER

    def has_room(self, old: int, new: int, length: int) -> bool:
        """Whether so much text was taken out at the old place, and so much put in at the new one."""
        return min(_grown(self.old, self.new, new), _grown(self.new, self.old, old)) >= length

    def bears_out(self, old: int, new: int) -> bool:
        """Whether the codings before and after this one, other than those at its place, went where it went."""
        left, right = bisect_left(self.old, old) - 1, bisect_right(self.old, old)
        shifts = []
        allowed = 0.0
        for neighbour in (left, right):
            if 0 <= neighbour < len(self.old):
                shifts.append(self.new[neighbour] - self.old[neighbour])
                allowed = max(allowed, NEAR + abs(self.old[neighbour] - old) / 20)
        # What stands before the first of them, or behind the last, still stands in the text.
        if left < 0:
            shifts.append(0)
        elif right >= len(self.old) and self.grown is not None:
            shifts.append(self.grown)
        return bool(shifts) and min(shifts) - allowed <= new - old <= max(shifts) + allowed


def _settled(search: _Search, order: _Order, index: Index) -> _Search:
    """The search with what the codings around it tell: they can make a place doubtful, or certain."""
    if not order.is_known or not search.fitting:
        return search
    if search.is_tie:
        return _untied(search, order, index)
    start = index.plain.start(search.fitting[0].start)
    borne_out = order.bears_out(search.coding.start, start)
    if search.is_open and _is_borne_out(search, order, start, borne_out=borne_out):
        return replace(search, doubt="")
    if search.doubt or search.is_long or search.coding.id in order.together or borne_out:
        return search
    if search.has_whole_context and search.coding.id in order.ids:
        return search
    if search.holds_its_turn and _went_with_its_turn(search, order, start):
        return search
    return replace(search, doubt="its words stand only where none of the codings around it went")


def _consistent(searches: Sequence[_Search]) -> list[_Search]:
    """The searches without those that contradict each other: words that stood apart can't be the same words now.

    Of two such codings the one with all its context stays; where neither or both have it, neither does.
    """
    placed = [search for search in searches if not search.doubt]
    placed.sort(key=lambda search: search.fitting[0].start)
    doubtful: set[int] = set()
    reaching: list[_Search] = []
    for search in placed:
        start = search.fitting[0].start
        reaching = [other for other in reaching if other.fitting[0].end > start]
        for other in reaching:
            if _stood_apart(search.coding, other.coding):
                doubtful.update(map(id, _weaker(search, other)))
        reaching.append(search)
    doubt = "another coding's words, which stood elsewhere, are found in the same place"
    return [replace(search, doubt=doubt) if id(search) in doubtful else search for search in searches]


def _stood_apart(first: Coding, second: Coding) -> bool:
    return first.end <= second.start or second.end <= first.start


def _weaker(first: _Search, second: _Search) -> Sequence[_Search]:
    """Whichever of the two has less of its context; both where that doesn't tell."""
    if first.has_whole_context == second.has_whole_context:
        return first, second
    return (second,) if first.has_whole_context else (first,)


def _untied(search: _Search, order: _Order, index: Index) -> _Search:
    """The search at the one place that the codings around bear out, unless a turn and its copy are neighbours."""
    starts = [index.plain.start(place.start) for place in search.fitting]
    borne_out = [
        place
        for place, start in zip(search.fitting, starts, strict=True)
        if order.bears_out(search.coding.start, start)
    ]
    if not search.is_open or len(borne_out) != 1 or index.has_twins_beside(search.fitting):
        return search
    return replace(search, fitting=tuple(borne_out), doubt="")


def _is_borne_out(search: _Search, order: _Order, start: int, *, borne_out: bool) -> bool:
    """Whether the codings around make up for context that is gone."""
    if borne_out and len(search.places) == 1 and _letters_of(search.wanted.quote) >= SHORT_QUOTE:
        return True
    if borne_out and _has_a_side(search.fitting[0], search.wanted):
        return True
    return search.holds_its_turn and (borne_out or _went_with_its_turn(search, order, start))


def _went_with_its_turn(search: _Search, order: _Order, start: int) -> bool:
    return search.is_moved_turn or order.has_room(search.coding.start, start, search.wanted.letters_in_turn)


def _order(searches: Sequence[_Search], index: Index) -> _Order:
    """The longest row of certain codings that kept their order, and those that left it with their neighbours."""
    certain = [search for search in searches if not search.doubt]
    certain.sort(key=lambda search: (search.coding.start, search.coding.end))
    starts = [index.plain.start(search.fitting[0].start) for search in certain]
    in_order = longest_rise(starts)
    old = tuple(certain[number].coding.start for number in in_order)
    new = tuple(starts[number] for number in in_order)
    out = sorted(set(range(len(certain))) - set(in_order))
    codings = (search.coding for search in searches)
    ends = {coding.end + len(coding.after) for coding in codings if len(coding.after) < CONTEXT}
    grown = len(index.source.text) - max(ends) if ends else None
    ids = frozenset(certain[number].coding.id for number in in_order)
    return _Order(old, new, grown, ids, _together([(certain[number].coding, starts[number]) for number in out]))


def _together(codings: Iterable[tuple[Coding, int]]) -> frozenset[str]:
    """Codings out of order that went the same way as those beside them, when they cover enough of the text together."""
    groups: list[list[tuple[Coding, int]]] = []
    for coding, new in codings:
        last = groups[-1][-1] if groups else None
        if last and abs((new - coding.start) - (last[1] - last[0].start)) <= NEAR and coding.start - last[0].end < FAR:
            groups[-1].append((coding, new))
        else:
            groups.append([(coding, new)])
    covering = [group for group in groups if _covered(coding for coding, _ in group) >= ENOUGH_TOGETHER]
    return frozenset(coding.id for group in covering for coding, _ in group)


def _covered(codings: Iterable[Coding]) -> int:
    """How many characters these codings and their context hold, each counted once."""
    covered = reached = 0
    for coding in codings:
        first, last = coding.start - len(coding.before), coding.end + len(coding.after)
        covered += max(0, last - max(first, reached))
        reached = max(reached, last)
    return covered


def _grown(old: Sequence[int], new: Sequence[int], place: int) -> int:
    """By how much the text between the two codings around a place of the new text has grown; 0 at its ends."""
    left, right = bisect_left(new, place) - 1, bisect_right(new, place)
    if left < 0 or right >= len(new):
        return 0
    return new[right] - new[left] - (old[right] - old[left])


def longest_rise(numbers: Sequence[int]) -> list[int]:
    """The places of a longest row that never falls, found by patience sorting."""
    tops: list[int] = []
    holders: list[int] = []
    before: list[int] = []
    for place, number in enumerate(numbers):
        pile = bisect_right(tops, number)
        before.append(holders[pile - 1] if pile else -1)
        tops[pile : pile + 1] = [number]
        holders[pile : pile + 1] = [place]
    rise = []
    place = holders[-1] if holders else -1
    while place >= 0:
        rise.append(place)
        place = before[place]
    return rise[::-1]


def _starts(wanted: _Wanted, index: Index) -> list[int]:
    """Where the quote stands with all its context; or else with some of it; or else at all."""
    around = [start + wanted.quote_at for start in index.places(wanted.around, (False, False))]
    if len(around) == 1 and wanted.context >= ENOUGH_CONTEXT and not index.has_twin_beside(around[0]):
        return around
    starts = index.places(wanted.quote, wanted.whole)
    if len(starts) <= MOST_PLACES:
        return starts
    # A word that stands everywhere is looked at only where one of its two neighbours stands beside it.
    beside = [start for start in starts if _has_neighbour(wanted, start, index)]
    return beside[:MOST_PLACES] or starts[:2]


def _has_neighbour(wanted: _Wanted, start: int, index: Index) -> bool:
    before, after = index.words_around(start, start + len(wanted.quote))
    return before[:1] == list(wanted.before[:1]) or after[:1] == list(wanted.after[:1])


def _best(places: Sequence[_Place], wanted: _Wanted, index: Index, names: frozenset[str]) -> Sequence[_Place]:
    """The places that fit best: one, or those that can't be told apart."""
    best = max(places, key=lambda place: place.context)
    least = best.context - MARGIN
    fitting = [place for place in places if place.context > least or _has_a_side(place, wanted)]
    if best.context == wanted.context:
        fitting = [place for place in places if place.context > least or index.has_twins_beside((place, best))]
    same = [place for place in fitting if _speaker(wanted.speaker, place.speaker, index, names) == "same"]
    return same if len(same) == 1 and best in same else fitting


def _has_a_side(place: _Place, wanted: _Wanted) -> bool:
    """Whether all that stood on one side is there: of a turn and its copy, each has one side of what was around it."""
    before, after = _letters(wanted.before), _letters(wanted.after)
    return (before >= ENOUGH_CONTEXT and place.before >= before) or (after >= ENOUGH_CONTEXT and place.after >= after)


def _speaker(old: str, new: str, index: Index, names: frozenset[str]) -> Speaker:
    """Whether words still stand under the same name. A name that is new took the place of one that is gone."""
    old, new = old.casefold(), new.casefold()
    if old == new:
        return "same" if old else "unknown"
    is_renamed = old not in index.speakers and new not in names
    return "unknown" if not old or not new or NOBODY.casefold() in (old, new) or is_renamed else "another"


def _is_certain(place: _Place, wanted: _Wanted, speaker: Speaker) -> bool:
    """Whether enough speaks for the only place that fits: its context, or a long quote under the same name."""
    if place.context >= max(1, ENOUGH_SHARE * wanted.context):
        return True
    letters = _letters_of(wanted.quote)
    if not wanted.context:
        return letters >= BARE_QUOTE
    return letters >= LONG_QUOTE and (place.context >= ENOUGH_CONTEXT or speaker == "same")


def _segment(coding: Coding, wanted: _Wanted, start: int, index: Index) -> tuple[int, int]:
    """The place in the source's text, with the white space that the coding holds at its ends, if it is there still."""
    first, last = _bare(start, start + len(wanted.quote), index)
    lead = len(coding.quote) - len(coding.quote.lstrip())
    trail = len(coding.quote) - len(coding.quote.rstrip())
    as_it_was = index.source.text[max(0, first - lead) : last + trail]
    return (first - lead, last + trail) if as_it_was == coding.quote else (first, last)


def _bare(start: int, end: int, index: Index) -> tuple[int, int]:
    """A stretch of the plain text as a place in the source's, without white space at its ends."""
    first, last = index.plain.start(start), index.plain.end(end)
    words = index.source.text[first:last]
    return first + len(words) - len(words.lstrip()), last - len(words) + len(words.rstrip())


def _wanted(coding: Coding, index: Index) -> _Wanted:
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
    return _Wanted(
        text[first:last],
        (not _goes_on(text, first), not _goes_on(text, last)),
        text.strip(),
        first - (len(text) - len(text.lstrip())),
        tuple(words_before[is_cut:][::-1]),
        tuple(words_after[: len(words_after) - (len(after) >= CONTEXT)]),
        coding.speaker or _label(before, index),
    )


def _place(wanted: _Wanted, start: int, index: Index) -> _Place:
    end = start + len(wanted.quote)
    before, after = index.words_around(start, end)
    in_turn = sum(_agreeing(own, _up_to_turn(there)) for own, there in zip(wanted.own, (before, after), strict=True))
    return _Place(
        start,
        end,
        index.speaker(start),
        _agreeing(wanted.before, before),
        _agreeing(wanted.after, after),
        in_turn,
        _is_echo(wanted, before, after) or _is_in_another_turn(wanted, before, after),
    )


def _is_echo(wanted: _Wanted, before: Sequence[str], after: Sequence[str]) -> bool:
    """Whether the quote's words stood close by a second time, and what parted the two is gone: it may be either."""
    quote = _TOKEN.findall(wanted.quote)
    between_before = _up_to_words(wanted.before, quote[::-1])
    between_after = _up_to_words(wanted.after, quote)
    return _is_missing(between_before, before) or _is_missing(between_after, after)


def _is_in_another_turn(wanted: _Wanted, before: Sequence[str], after: Sequence[str]) -> bool:
    """Whether the quote was a turn with its context, and this is the midst of one, with none of the turns beside it."""
    if not wanted.is_whole_turn or _TURN in (*before[: len(wanted.before)], *after[: len(wanted.after)]):
        return False
    own_before, own_after = map(len, wanted.own)
    beside = wanted.before[own_before:], wanted.after[own_after:]
    return all(_is_missing(words, there) for words, there in zip(beside, (before, after), strict=True) if words)


def _is_missing(words: Sequence[str], there: Sequence[str]) -> bool:
    return 2 * _agreeing(words, there) < _letters(words)


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


def _names(coding: Coding) -> Iterable[str]:
    """Every name that a coding shows to have stood in the text when it was made."""
    before = coding.before if len(coding.before) >= CONTEXT else f"\n\n{coding.before}"
    heads = [match["speaker"] for match in _HEAD.finditer(f"{before}\0{coding.after}")]
    return filter(None, (coding.speaker, *heads))


def _offers(coding: Coding, index: Index, places: Iterable[_Place]) -> tuple[Offer, ...]:
    """Up to three places where the coding may belong: where its very words stand, then the nearest wording."""

    def order(place: _Place) -> tuple[int, int]:
        return -place.context, abs(index.plain.start(place.start) - coding.start)

    very_words = [_offer(place.start, place.end, 1.0, index) for place in sorted(places, key=order)[:MOST_OFFERS]]
    return _apart([*very_words, *nearest(coding.quote, index)]) if len(very_words) < MOST_OFFERS else tuple(very_words)


def _offer(start: int, end: int, likeness: float, index: Index) -> Offer:
    first, last = _bare(start, end, index)
    return Offer(first, last, index.source.text[first:last], index.speaker(start), likeness)


def _apart(offers: Iterable[Offer]) -> tuple[Offer, ...]:
    """The first three that don't overlap."""
    kept: list[Offer] = []
    for offer in offers:
        if all(offer.end <= other.start or other.end <= offer.start for other in kept):
            kept.append(offer)
    return tuple(kept[:MOST_OFFERS])


def _likely(words: Sequence[tuple[str, int, int]], length: int, index: Index) -> list[int]:
    """Where the quote would begin for most of its rarer words to be in place."""
    by_rarity = sorted((len(index.words[word]), word, offset) for word, offset, _ in words if word in index.words)
    step = max(20, length // 2)
    votes: dict[int, float] = {}
    for count, word, offset in by_rarity[:MOST_VOTERS]:
        for place in index.words[word][:MOST_PLACES]:
            bucket = (place - offset) // step
            votes[bucket] = votes.get(bucket, 0) + 1 / count
    best = sorted(votes, key=lambda bucket: (-votes[bucket], bucket))[: 2 * MOST_OFFERS]
    return [bucket * step for bucket in best]


def _aligned(quote: str, words: Sequence[tuple[str, int, int]], start: int, index: Index) -> Offer | None:
    """The stretch around a place that the quote's words cover best."""
    slack = max(20, len(quote) // 2)
    text = index.plain.text
    there = list(_WORD.finditer(text, max(0, start - slack), min(len(text), start + len(quote) + 2 * slack)))
    matcher = SequenceMatcher(None, [word for word, _, _ in words], [match[0] for match in there], autojunk=False)
    blocks = matcher.get_matching_blocks()[:-1]
    if not blocks:
        return None
    # Words at the ends of the quote that stand otherwise here still take their room.
    first = max(0, blocks[0].b - blocks[0].a)
    last = min(len(there), blocks[-1].b + len(words) - blocks[-1].a) - 1
    likeness = SequenceMatcher(None, quote, text[there[first].start() : there[last].end()], autojunk=False).ratio()
    end = there[last].end()
    closing = quote[words[-1][2] :]
    return _offer(there[first].start(), end + len(closing) * text.startswith(closing, end), likeness, index)


def _occurrences(quote: str, text: str) -> Iterable[int]:
    start = text.find(quote)
    while start >= 0:
        yield start
        start = text.find(quote, start + 1)


def _is_whole(text: str, start: int, end: int, whole: tuple[bool, bool]) -> bool:
    return not (whole[0] and _goes_on(text, start)) and not (whole[1] and _goes_on(text, end))


def _goes_on(text: str, place: int) -> bool:
    """Whether a word goes on across this place."""
    return bool(_WORD.fullmatch(text[max(0, place - 1) : place + 1])) and 0 < place < len(text)


def _letters_of(quote: str) -> int:
    return sum(map(str.isalnum, quote))


def _letters(words: Iterable[str]) -> int:
    return sum(map(len, words))
