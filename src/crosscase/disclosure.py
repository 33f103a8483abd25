"""What of a study a reader may see: names masked in its texts, words withheld, ids made anew, rare facts found.

All here is arithmetic on texts and ids. `profile.py` puts it to use on a whole study, before anything is analysed.
"""

import hmac
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from operator import attrgetter
from typing import Literal, TypeVar, get_args

from crosscase.coding import Coding, with_context

Profile = Literal["team", "reviewer", "public"]
PROFILES: tuple[Profile, ...] = get_args(Profile)
Thing = TypeVar("Thing", bound=Hashable)

WITHHELD = "[words withheld]"
NOT_SHOWN = "not shown"
ROLE = "role"
SHORTEST_NAME = 4
SHORTEST_QUOTE = 2
RUN = 7
FEWEST_SPEAKERS = 3

_ANSWERS = frozenset({"yes", "no", "true", "false", "none", "unknown", "other"})
_QUOTED = re.compile(r"“[^“”]+”|\"[^\"]+\"|‘[^\n]+?’(?!\w)|(?<!\w)'[^\n]+?'(?!\w)")
_LEFT_OUT = re.compile(r"\[[^\]]*\]|…|\.\.\.")
_LETTERS = re.compile(r"\w+")
_WORD = re.compile(r"\w+(?:['’-]\w+)*")


@dataclass(frozen=True, slots=True)
class Withheld:
    """What a reader isn't shown, as counts and in words that give nothing away.

    `codings` are those whose words are withheld. `codes` are names of codes found in one case only, `values` how many
    values of features have one case only; `kept` are such values that are shown all the same, since a type rests on
    them. `claims` are those of the ledger that can't be counted from what is shown, `version` is that of the codebook
    with all its codes. `columns` are own columns of which nothing is shown. `retold` are the cells, by new ids, whose
    summary was written over withheld words: whether it retells them, a person has to judge.
    """

    people: int = 0
    codings: int = 0
    codes: tuple[str, ...] = ()
    values: int = 0
    kept: tuple[tuple[str, str], ...] = ()
    claims: int = 0
    version: int = 0
    columns: tuple[str, ...] = ()
    retold: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Other words for `[start, end)` of a text; never empty."""

    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class Edited:
    """A text after its edits; `ends` is where each of them ends now."""

    text: str
    edits: tuple[Edit, ...] = ()
    ends: tuple[int, ...] = ()

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where `[start, end)` of the former text stands now; what begins or ends within an edit takes in all of it."""
        return self._place(start, start, at_end=False), self._place(end, end - 1, at_end=True)

    def _place(self, offset: int, letter: int, *, at_end: bool) -> int:
        number = bisect_right(self.edits, letter, key=attrgetter("start")) - 1
        if number < 0:
            return offset
        edit, ends = self.edits[number], self.ends[number]
        if offset < edit.end:
            return ends if at_end else ends - len(edit.words)
        return ends + offset - edit.end


def edited(text: str, edits: Iterable[Edit]) -> Edited:
    """Carry out the edits; those that overlap become one, with the words of both."""
    kept: list[Edit] = []
    for edit in sorted(edit for edit in edits if edit.end > edit.start):
        if kept and edit.start < kept[-1].end:
            before = kept.pop()
            words = before.words if edit.words == before.words else f"{before.words} {edit.words}"
            edit = Edit(before.start, max(before.end, edit.end), words)
        kept.append(edit)
    parts, ends, at, length = [], [], 0, 0
    for edit in kept:
        parts += [text[at : edit.start], edit.words]
        length += edit.start - at + len(edit.words)
        ends.append(length)
        at = edit.end
    return Edited("".join([*parts, text[at:]]), tuple(kept), tuple(ends))


def moved(coding: Coding, former: Edited) -> Coding:
    """The coding at its place in the edited text, with quote and context as they stand there."""
    start, end = former.span(coding.start, coding.end)
    return with_context(replace(coding, start=start, end=end), former.text)


def outside(spans: Iterable[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    """The stretches of `[start, end)` that lie in none of the spans."""
    gaps, at = [], start
    for left, right in sorted(span for span in spans if span[0] < end and span[1] > start):
        if left > at:
            gaps.append((at, left))
        at = max(at, right)
    return [*gaps, (at, end)] if at < end else gaps


def filler(text: str) -> str:
    """As many words in as many sentences, and nothing of what they said."""
    return _WORD.sub(lambda match: "Xx" if match[0][0].isupper() else "xx", text)


def fresh(ids: Iterable[str], letter: str, key: bytes) -> dict[str, str]:
    """A new id for each, `S01`, `S02`, in an order that nobody can tell, or retrace, who hasn't got the key."""

    def drawn(former: str) -> bytes:
        return hmac.digest(key, f"{letter}:{former}".encode(), "sha256")

    ordered = sorted(dict.fromkeys(ids), key=drawn)
    width = max(2, len(f"{len(ordered)}"))
    return {former: f"{letter}{number:0{width}}" for number, former in enumerate(ordered, 1)}


def is_name(value: str) -> bool:
    """Whether a value may name somebody or some place: it begins with a capital and is no mere answer."""
    return value[:1].isupper() and value.casefold() not in _ANSWERS


def is_telling(id: str) -> bool:
    """Whether an id can be looked for in prose: with both letters and digits, or long enough to be no common word."""
    mixed = any(c.isdigit() for c in id) and any(c.isalpha() for c in id)
    return mixed or (len(id) >= SHORTEST_NAME and not id.isdigit())


def role_names(role: str) -> tuple[str, ...]:
    """How a role is written: in full, by its initials (`Assistant DA`: `ADA`), and what stands in it in capitals."""
    words = role.split()
    initials = "".join(word if word.isupper() else word[0].upper() for word in words)
    capitals = [word for word in words if word.isupper() and len(word) > 1]
    return (role, *([initials] if len(words) > 1 else []), *capitals)


def role_word(role: str) -> str:
    """The word by which a sentence goes on to call who has the role: `director`."""
    return (role.split() or [""])[-1]


def held_by_one(found: Iterable[tuple[Thing, str]]) -> set[Thing]:
    """Of things, each with a case that has it, those that only one case has."""
    cases: dict[Thing, set[str]] = defaultdict(set)
    for thing, case_id in found:
        cases[thing].add(case_id)
    return {thing for thing, of_thing in cases.items() if len(of_thing) == 1}


class Kept:
    """Words that may not be quoted: puts `[words withheld]` for a quotation that stands among them.

    Seven of them in a row count as quoted, with or without quotation marks.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._words: list[str] = []
        self._runs: set[tuple[str, ...]] = set()
        for text in texts:
            words = [word.casefold() for word in _LETTERS.findall(text)]
            self._runs.update(tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1))
            self._words += [*words, ""]  # what is empty keeps texts apart, as no word is
        self._pairs: dict[tuple[str, str], list[int]] = defaultdict(list)
        for at, pair in enumerate(pairwise(self._words)):
            self._pairs[pair].append(at)

    def __call__(self, text: str) -> str:
        if not self._words or not text:
            return text
        return edited(text, _joined((*self._quoted(text), *self._repeated(text)))).text

    def _quoted(self, text: str) -> Iterator[tuple[int, int]]:
        for match in _QUOTED.finditer(text):
            pieces = [_LETTERS.findall(piece.casefold()) for piece in _LEFT_OUT.split(match[0])]
            if any(self._holds(piece) for piece in pieces if len(piece) >= SHORTEST_QUOTE):
                yield match.span()

    def _holds(self, piece: Sequence[str]) -> bool:
        """Whether these words stand together in one of the texts; looked for where their rarest two do."""
        rarest, places = min(
            ((at, self._pairs.get(pair, ())) for at, pair in enumerate(pairwise(piece))),
            key=lambda pair: len(pair[1]),
        )
        starts = (place - rarest for place in places if place >= rarest)
        return any(self._words[start : start + len(piece)] == piece for start in starts)

    def _repeated(self, text: str) -> Iterator[tuple[int, int]]:
        letters = list(_LETTERS.finditer(text))
        words = [match[0].casefold() for match in letters]
        for at in range(len(words) - RUN + 1):
            if tuple(words[at : at + RUN]) in self._runs:
                yield letters[at].start(), letters[at + RUN - 1].end()


def _joined(spans: Iterable[tuple[int, int]]) -> Iterator[Edit]:
    """One edit for spans that touch or overlap."""
    start = end = -1
    for left, right in sorted(spans):
        if left > end and end >= 0:
            yield Edit(start, end, WITHHELD)
        start, end = (left, right) if left > end else (start, max(end, right))
    if end >= 0:
        yield Edit(start, end, WITHHELD)
