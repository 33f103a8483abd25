"""What of a study a reader may see: names masked in its texts, words withheld, ids made anew, rare facts found.

All here is arithmetic on texts and ids. `profile.py` puts it to use on a whole study, before anything is analysed.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
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
_ID = re.compile(r"\w(?:[\w.-]*\w)?")
_WORD = re.compile(r"\w+(?:['’-]\w+)*")


@dataclass(frozen=True, slots=True)
class Withheld:
    """What a reader isn't shown, as counts and in words that give nothing away.

    `codings` are those whose words are withheld. `codes` are names of codes found in one case only, `values` how many
    values of features have one case only; `kept` are such values that are shown all the same, since a type rests on
    them. `claims` are those of the ledger that can't be counted from what is shown, `version` is that of the codebook
    with all its codes.
    """

    people: int = 0
    codings: int = 0
    codes: tuple[str, ...] = ()
    values: int = 0
    kept: tuple[tuple[str, str], ...] = ()
    claims: int = 0
    version: int = 0


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


class Mask:
    """Puts `[label]` for each name, as whole words; within brackets that stand there already, the bare label.

    Names are found as they are written, and in capitals; `loose` ones however they are written. `ids` are exchanged
    for new ones.
    """

    def __init__(
        self, labels: Mapping[str, str], loose: Mapping[str, str] | None = None, ids: Mapping[str, str] | None = None
    ) -> None:
        known = {name: label for name, label in labels.items() if name.strip()}
        anyhow = {name: label for name, label in (loose or {}).items() if name.strip()}
        self._ids = ids or {}
        self._labels = {_key(name): label for name, label in (*anyhow.items(), *known.items())}
        forms = {form: False for name in known for form in (name, name.upper())} | dict.fromkeys(anyhow, True)
        ordered = sorted(forms.items(), key=lambda entry: (-len(entry[0]), entry[0]))
        parts = (f"(?i:{_pattern(form)})" if any_case else _pattern(form) for form, any_case in ordered)
        self._pattern = re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)") if forms else None

    def edits(self, text: str) -> list[Edit]:
        found = [Edit(m.start(), m.end(), self._ids[m[0]]) for m in _ID.finditer(text) if m[0] in self._ids]
        named = [
            Edit(m.start(), m.end(), self._put(m)) for m in (self._pattern.finditer(text) if self._pattern else ())
        ]
        return sorted([*found, *(edit for edit in named if not any(_overlap(edit, one) for one in found))])

    def __call__(self, text: str) -> str:
        return edited(text, self.edits(text)).text if text else text

    def _put(self, match: re.Match[str]) -> str:
        label = self._labels[_key(match[0])]
        text, start = match.string, match.start()
        return label if text.rfind("[", 0, start) > text.rfind("]", 0, start) else f"[{label}]"


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


def fresh(ids: Iterable[str], letter: str, seed: int | str) -> dict[str, str]:
    """A new id for each, `S01`, `S02`, in an order that means nothing and is the same each time."""
    ordered = sorted(dict.fromkeys(ids), key=lambda one: sha256(f"{seed}:{letter}:{one}".encode()).hexdigest())
    width = max(2, len(f"{len(ordered)}"))
    return {one: f"{letter}{number:0{width}}" for number, one in enumerate(ordered, 1)}


def is_name(value: str) -> bool:
    """Whether a value may name somebody or some place: it begins with a capital and is no mere answer."""
    return value[:1].isupper() and value.casefold() not in _ANSWERS


def is_telling(id: str) -> bool:
    """Whether an id can be looked for in prose: with both letters and digits, or long enough to be no common word."""
    mixed = any(c.isdigit() for c in id) and any(c.isalpha() for c in id)
    return mixed or (len(id) >= SHORTEST_NAME and not id.isdigit())


def names_of(name: str) -> tuple[str, ...]:
    """A case's name, and its first word, by which people call it for short."""
    first = (name.split() or [""])[0].strip(",;")
    return (name, first) if len(first) >= SHORTEST_NAME and first[0].isupper() else (name,)


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
        words = [[word.casefold() for word in _LETTERS.findall(text)] for text in texts]
        self._texts = [f" {' '.join(of_text)} " for of_text in words]
        self._runs = {tuple(of_text[at : at + RUN]) for of_text in words for at in range(len(of_text) - RUN + 1)}

    def __call__(self, text: str) -> str:
        if not self._texts or not text:
            return text
        return edited(text, _joined((*self._quoted(text), *self._repeated(text)))).text

    def _quoted(self, text: str) -> Iterator[tuple[int, int]]:
        for match in _QUOTED.finditer(text):
            pieces = [_LETTERS.findall(piece.casefold()) for piece in _LEFT_OUT.split(match[0])]
            telling = [f" {' '.join(piece)} " for piece in pieces if len(piece) >= SHORTEST_QUOTE]
            if any(piece in kept for piece in telling for kept in self._texts):
                yield match.span()

    def _repeated(self, text: str) -> Iterator[tuple[int, int]]:
        found = list(_LETTERS.finditer(text))
        words = [match[0].casefold() for match in found]
        for at in range(len(words) - RUN + 1):
            if tuple(words[at : at + RUN]) in self._runs:
                yield found[at].start(), found[at + RUN - 1].end()


def _joined(spans: Iterable[tuple[int, int]]) -> Iterator[Edit]:
    """One edit for spans that touch or overlap."""
    start = end = -1
    for left, right in sorted(spans):
        if left > end and end >= 0:
            yield Edit(start, end, WITHHELD)
        start, end = (left, right) if left > end else (start, max(end, right))
    if end >= 0:
        yield Edit(start, end, WITHHELD)


def _overlap(one: Edit, other: Edit) -> bool:
    return one.start < other.end and other.start < one.end


def _key(name: str) -> str:
    return " ".join(name.casefold().replace("’", "'").split())


def _pattern(name: str) -> str:
    words = (re.escape(word.replace("’", "'")).replace("'", "['’]") for word in name.split())
    return r"\s+".join(words)
