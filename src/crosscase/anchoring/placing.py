"""Where each coding belongs in an edited text: by its words and context, then by the order of the codings around it."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal, Protocol, TypeVar

from crosscase.anchoring.index import (
    MOST_PLACES,
    Index,
    Place,
    Wanted,
    bare,
    letters_in,
    letters_of,
    names_in,
    place_at,
    wanted_of,
)
from crosscase.anchoring.offering import Lost, Offer, offers_for
from crosscase.coding import CONTEXT, Coding, with_context
from crosscase.source import NOBODY, Source

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
Speaker = Literal["same", "unknown", "another"]


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
class _Search:
    """What the text alone tells of a coding: the places that fit best, all that were looked at, and a doubt, if any.

    `is_open` says that the codings around it may settle the doubt.
    """

    coding: Coding
    wanted: Wanted
    fitting: tuple[Place, ...]
    places: tuple[Place, ...]
    doubt: str = ""
    is_open: bool = False

    @property
    def is_tie(self) -> bool:
        return len(self.fitting) > 1

    @property
    def holds_its_turn(self) -> bool:
        """Whether what is known of the quote's own turn stands around the only place that fits."""
        own = sum(map(letters_in, self.wanted.own))
        in_turn = self.fitting[0].in_turn
        letters = letters_of(self.wanted.quote) + in_turn
        return len(self.fitting) == 1 and in_turn >= SHARE_OF_TURN * own and letters >= SHORT_TURN

    @property
    def has_whole_context(self) -> bool:
        """Whether all that stood around the quote stands around one of its places only."""
        return len(self.fitting) == 1 and self.fitting[0].context == self.wanted.context

    @property
    def is_moved_turn(self) -> bool:
        """Whether all words of its turn are known, stand here alone and in one turn, and are too many for chance."""
        own = sum(map(letters_in, self.wanted.own))
        is_all = self.wanted.is_whole_turn and self.fitting[0].in_turn == own
        return is_all and len(self.places) == 1 and self.wanted.letters_in_turn >= LONG_TURN

    @property
    def is_long(self) -> bool:
        """Whether quote and context are too long for chance: a text may be read out at the start of each interview."""
        has_context = 2 * self.fitting[0].context >= self.wanted.context
        return has_context and letters_of(self.wanted.quote) >= LONG_QUOTE


class Pointer(Protocol):
    """Anything that points at words of a text: its place, the words, and what stands around them."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def quote(self) -> str: ...
    @property
    def before(self) -> str: ...
    @property
    def after(self) -> str: ...


AnyPointer = TypeVar("AnyPointer", bound=Pointer)


def found_again(pointers: Sequence[AnyPointer], source: Source) -> list[AnyPointer | None]:
    """Each with its place and words in an edited text, found as codings are; None where it is lost."""
    as_codings = [
        Coding(f"{number}", source.id, p.start, p.end, p.quote, "", before=p.before, after=p.after)
        for number, p in enumerate(pointers)
    ]
    there = {int(coding.id): coding for coding in reanchor(as_codings, source).found}
    return [_at(pointer, there.get(number), source) for number, pointer in enumerate(pointers)]


def _at(pointer: AnyPointer, coding: Coding | None, source: Source) -> AnyPointer | None:
    if coding is None:
        return None
    quote = source.text[coding.start : coding.end]
    return replace(pointer, start=coding.start, end=coding.end, quote=quote)


def reanchor(codings: Iterable[Coding], source: Source) -> Reanchored:
    """Find each coding's place in an edited text by its words, what stood around them, and who spoke them.

    A coding is never put in a doubtful place. Where no place or more than one fits, where the words stand under
    another speaker now, or where a short quote went elsewhere than the codings around it, it is lost, with the places
    offered.
    """
    codings = tuple(codings)
    index = Index(source)
    names = frozenset(name.casefold() for coding in codings for name in names_in(coding))
    searches = [_search(coding, index, names) for coding in codings]
    order = _order(searches, index)
    kept, moved, lost = [], [], []
    for search in _consistent([_settled(search, order, index) for search in searches]):
        coding = search.coding
        if search.doubt:
            places = search.fitting if search.is_tie else search.places
            lost.append(Lost(coding, search.doubt, offers_for(coding, index, places)))
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
    wanted = wanted_of(coding, index)
    if not wanted.quote:
        return Lost(coding, "it quotes nothing")
    starts = index.places(wanted.quote, wanted.whole) or index.places(wanted.quote, (False, False))
    if len(starts) == 1:
        start, end = _segment(coding, wanted, starts[0], index)
        return in_place(replace(coding, start=start, end=end), index.source)
    reason = f"its words stand in {len(starts)} places" if starts else "its words are not in the text"
    return Lost(
        coding, reason, offers_for(coding, index, [place_at(wanted, start, index) for start in starts[:MOST_PLACES]])
    )


def _search(coding: Coding, index: Index, names: frozenset[str]) -> _Search:
    wanted = wanted_of(coding, index)
    starts = _starts(wanted, index) if wanted.quote else []
    # Whoever speaks a name isn't the one whose turn it heads.
    spoken = [start for start in starts if wanted.is_name or not index.is_head(start, start + len(wanted.quote))]
    places = tuple(place_at(wanted, start, index) for start in spoken)
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
    if borne_out and len(search.places) == 1 and letters_of(search.wanted.quote) >= SHORT_QUOTE:
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


def _starts(wanted: Wanted, index: Index) -> list[int]:
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


def _has_neighbour(wanted: Wanted, start: int, index: Index) -> bool:
    before, after = index.words_around(start, start + len(wanted.quote))
    return before[:1] == list(wanted.before[:1]) or after[:1] == list(wanted.after[:1])


def _best(places: Sequence[Place], wanted: Wanted, index: Index, names: frozenset[str]) -> Sequence[Place]:
    """The places that fit best: one, or those that can't be told apart."""
    best = max(places, key=lambda place: place.context)
    least = best.context - MARGIN
    fitting = [place for place in places if place.context > least or _has_a_side(place, wanted)]
    if best.context == wanted.context:
        fitting = [place for place in places if place.context > least or index.has_twins_beside((place, best))]
    same = [place for place in fitting if _speaker(wanted.speaker, place.speaker, index, names) == "same"]
    return same if len(same) == 1 and best in same else fitting


def _has_a_side(place: Place, wanted: Wanted) -> bool:
    """Whether all that stood on one side is there: of a turn and its copy, each has one side of what was around it."""
    before, after = letters_in(wanted.before), letters_in(wanted.after)
    return (before >= ENOUGH_CONTEXT and place.before >= before) or (after >= ENOUGH_CONTEXT and place.after >= after)


def _speaker(old: str, new: str, index: Index, names: frozenset[str]) -> Speaker:
    """Whether words still stand under the same name. A name that is new took the place of one that is gone."""
    old, new = old.casefold(), new.casefold()
    if old == new:
        return "same" if old else "unknown"
    is_renamed = old not in index.speakers and new not in names
    return "unknown" if not old or not new or NOBODY.casefold() in (old, new) or is_renamed else "another"


def _is_certain(place: Place, wanted: Wanted, speaker: Speaker) -> bool:
    """Whether enough speaks for the only place that fits: its context, or a long quote under the same name."""
    if place.context >= max(1, ENOUGH_SHARE * wanted.context):
        return True
    letters = letters_of(wanted.quote)
    if not wanted.context:
        return letters >= BARE_QUOTE
    return letters >= LONG_QUOTE and (place.context >= ENOUGH_CONTEXT or speaker == "same")


def _segment(coding: Coding, wanted: Wanted, start: int, index: Index) -> tuple[int, int]:
    """The place in the source's text, with the white space that the coding holds at its ends, if it is there still."""
    first, last = bare(start, start + len(wanted.quote), index)
    lead = len(coding.quote) - len(coding.quote.lstrip())
    trail = len(coding.quote) - len(coding.quote.rstrip())
    as_it_was = index.source.text[max(0, first - lead) : last + trail]
    return (first - lead, last + trail) if as_it_was == coding.quote else (first, last)
