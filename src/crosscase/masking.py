"""Names in a text, however they are written, and the labels that stand for them.

A name is found whole and by its parts, small or in capitals, with or without accents, in the plural, in a possessive,
in plain derived forms, in ids, and over the end of a line. Words that many names share (`New`, `Lake`, `County`) aren't
masked alone; a name that is nothing but such a word only with its capital. In doubt too much is masked.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from unicodedata import combining, normalize

from crosscase.disclosure import Edit, edited

SHORTEST_PART = 3
SHORTEST_LOOSE = 4
LONGEST_GAP = 6

_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060"
_LETTER = rf"(?:[^\W_]|[\u0300-\u036f{_INVISIBLE}])"
_WORD = re.compile(rf"[^\W_]{_LETTER}*(?:[-\u2010][ \t]*\r?\n[ \t]*{_LETTER}+)*")
_PIECE = re.compile(r"[A-Z]?[^\W\dA-Z_]+|[A-Z]+|[^\W_]")
_GAP = re.compile(r"[\s_./\\'’‘`´\-\u2010-\u2015+]*")
_BETWEEN = re.compile(r"[\s/_\-\u2010-\u2015]+")
_ID = re.compile(r"\w(?:[\w.-]*\w)?")
_BRACKETS = re.compile(r"[\[\]]")
_ENDINGS = (
    *("s", "es", "er", "ers", "ite", "ites", "an", "ans", "ian", "ians", "n", "ns", "nian", "nians"),
    *("ish", "ese", "esque", "side", "wide", "ness"),
)
_AFTER_A_VOWEL_LOST = ("an", "ans", "ian", "ians", "er", "ers", "ite", "ites", "ese", "ish")
COMMON = frozenset(
    """
    the and for with near von van der den das die los las del san santa saint sainte ste bad sur aux new old
    great grand greater lesser big little small large upper lower middle mid inner outer high low north south
    east west northern southern eastern western central northeast northwest southeast southwest first second
    third fourth fifth one two three four five six seven eight nine ten red blue green white black grey gray
    brown golden silver long short round broad deep clear cold warm good fair city town township village hamlet
    county shire parish borough ward district region province state states country municipality capital metro
    metropolitan urban rural suburban national federal local regional public private lake river creek brook bay
    harbor harbour port haven point cape beach coast shore island islands isle isles sea mount mountain
    mountains hill hills valley vale dale glen ridge rock rocks stone cliff cliffs canyon mesa forest wood woods
    grove field fields meadow meadows plain plains prairie flats park garden gardens marsh moor spring springs
    falls fall ford bridge crossing ferry landing mill mills mine fort castle hall house home court street road
    avenue lane square place corner cross center centre heights terrace view side end station junction farm
    ranch orchard market church chapel abbey school college university academy institute library museum hospital
    clinic health care medical services service community family women men children youth people person office
    agency department bureau board commission committee council authority courts prison jail justice police
    sheriff fire safety law legal attorney defender prosecutor judge mayor governor director manager chief
    company corporation group trust fund foundation society association alliance coalition union network project
    program programme initiative partnership team club league bank works industries limited inc ltd llc gmbh day
    night light hope life work time water land sun star moon sky winter summer autumn interviewer interviewee
    participant respondent speaker informant moderator facilitator researcher guest member worker nurse doctor
    teacher student patient parent mother father client user resident volunteer farmer driver clerk officer
    lawyer advocate staff coder unknown other none yes medium
    """.split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class Name:
    """One way in which a name is written: its words folded, and the label for it.

    `written` is how it has to be written, or in capitals; empty where any way will do.
    """

    words: tuple[str, ...]
    label: str
    written: str = ""


class Lexicon:
    """Names by their first word, the longest first, so that a text is looked through once however many there are.

    A way of writing that belongs to names with several labels gets the label `shared`.
    """

    def __init__(self, names: Iterable[Name], shared: str = "") -> None:
        labels: dict[tuple[tuple[str, ...], str], list[str]] = defaultdict(list)
        for name in names:
            labels[name.words, name.written].append(name.label)
        self._names: dict[str, list[Name]] = defaultdict(list)
        for (words, written), of_name in labels.items():
            is_one = len(set(of_name)) == 1 or not shared
            self._names[words[0]].append(Name(words, of_name[0] if is_one else shared, written))
        for starting in self._names.values():
            starting.sort(key=lambda name: -len(name.words))

    def starting(self, word: str) -> Sequence[Name]:
        return self._names.get(word, ())


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    folded: str


class Mask:
    """Puts `[label]` for each name; within brackets that stand there already, the bare label. `ids` become new ones."""

    def __init__(self, lexicons: Iterable[Lexicon], ids: Mapping[str, str] | None = None) -> None:
        self._lexicons = tuple(lexicons)
        self._ids = ids or {}

    def edits(self, text: str) -> list[Edit]:
        ids = [Edit(m.start(), m.end(), self._ids[m[0]]) for m in _ID.finditer(text) if m[0] in self._ids]
        names = [(start, end, name) for start, end, name in self._found(text) if not _touches(ids, start, end)]
        if not names:
            return ids
        brackets = [match.start() for match in _BRACKETS.finditer(text)]
        return sorted([*ids, *(Edit(start, end, _put(text, start, brackets, name)) for start, end, name in names)])

    def __call__(self, text: str) -> str:
        return edited(text, self.edits(text)).text if text else text

    def in_key(self, key: str) -> str:
        """A key that other files refer to, such as a code's id or a value, with bare labels for the names in it."""
        is_id = not any(map(str.isspace, key))
        edits = [Edit(s, e, _slug(name.label) if is_id else name.label) for s, e, name in self._found(key)]
        return edited(key, edits).text

    def _found(self, text: str) -> Iterator[tuple[int, int, Name]]:
        words = [_Word(m.start(), m.end(), fold(m[0])) for m in _WORD.finditer(text)]
        at = 0
        while at < len(words):
            name = self._at(text, words, at)
            if name is not None:
                last = words[at + len(name.words) - 1]
                yield words[at].start, last.end, name
                at += len(name.words)
                continue
            yield from self._within(text, words[at])
            at += 1

    def _at(self, text: str, words: Sequence[_Word], at: int) -> Name | None:
        longest: Name | None = None
        for lexicon in self._lexicons:
            for name in lexicon.starting(words[at].folded):
                if (longest is None or len(name.words) > len(longest.words)) and _fits(name, text, words, at):
                    longest = name
        return longest

    def _within(self, text: str, word: _Word) -> Iterator[tuple[int, int, Name]]:
        """Names among the pieces of a word that is none: `NewKelso`, `kelso2020`, `Kelso-` at the end of a line."""
        written = text[word.start : word.end]
        if written.isalpha() and (written.islower() or written.isupper() or written.istitle()):
            return
        pieces = [_Word(word.start + m.start(), word.start + m.end(), fold(m[0])) for m in _PIECE.finditer(written)]
        if len(pieces) < 2:
            return
        at = 0
        while at < len(pieces):
            name = self._at(text, pieces, at)
            if name is not None:
                yield pieces[at].start, pieces[at + len(name.words) - 1].end, name
            at += len(name.words) if name else 1


def fold(word: str) -> str:
    """A word without case, accents, invisible characters and what divides it at the end of a line."""
    if word.isascii() and word.isalnum():
        return word.lower()
    plain = (c for c in normalize("NFKD", word.casefold()) if c.isalnum() and not combining(c))
    return "".join(plain)


def whole_and_parts(name: str, label: str, *, capitals_only: bool = False) -> Iterator[Name]:
    """The ways to write a name: whole, each part that isn't common, and what is derived from them.

    `capitals_only` takes no part but those that begin with a capital, as of people whose names may be described.
    """
    written = [word.strip(',;:()[]"“”') for word in _BETWEEN.split(name)]
    parts = [part for part in (_part_words(word) for word in written) if part]
    whole = tuple(word for part in parts for word in part)
    if not whole:
        return
    yield from _ways(whole, name.strip(), label, is_whole=True)
    has_capitals = any(word[:1].isupper() for word in written)
    for word in written if len(parts) > 1 else ():
        if word[:1].isupper() or not (has_capitals or capitals_only):
            part = _part_words(word)
            if part and len("".join(part)) >= SHORTEST_PART and "".join(part) not in COMMON:
                yield from _ways(part, word, label, is_whole=False)


def as_written(name: str, label: str) -> Iterator[Name]:
    """The name as it is written, or in capitals."""
    words = _part_words(name)
    if words:
        yield Name(words, label, name)


def anyhow(name: str, label: str) -> Iterator[Name]:
    """The name in any case, and in the plural."""
    words = _part_words(name)
    if words:
        yield Name(words, label)
        yield Name((*words[:-1], words[-1] + "s"), label)


def _ways(words: tuple[str, ...], written: str, label: str, *, is_whole: bool) -> Iterator[Name]:
    squeezed = "".join(words)
    is_common = len(words) == 1 and squeezed in COMMON
    if is_common or len(squeezed) < (SHORTEST_PART if is_whole else SHORTEST_LOOSE):
        yield Name(words, label, written)
        return
    yield Name(words, label)
    if len(words) > 1:
        yield Name((squeezed,), label)
    if len(words[-1]) >= SHORTEST_LOOSE and (len(words) > 1 or words[-1] not in COMMON):
        yield from (Name((*words[:-1], form), label) for form in _derived(words[-1]))


def _derived(word: str) -> Iterator[str]:
    yield from (word + ending for ending in dict.fromkeys(_ENDINGS))
    if word[-1] in "aeiouy" and len(word) > SHORTEST_LOOSE:
        yield from (word[:-1] + ending for ending in _AFTER_A_VOWEL_LOST)
    if word[-1] == "y":
        yield word[:-1] + "ies"


def _part_words(text: str) -> tuple[str, ...]:
    return tuple(fold(match[0]) for match in _WORD.finditer(text))


def _fits(name: Name, text: str, words: Sequence[_Word], at: int) -> bool:
    end = at + len(name.words)
    if end > len(words) or any(words[at + n].folded != word for n, word in enumerate(name.words)):
        return False
    for one, following in zip(words[at : end - 1], words[at + 1 : end], strict=True):
        gap = text[one.end : following.start]
        if len(gap) > LONGEST_GAP or not _GAP.fullmatch(gap):
            return False
    if not name.written:
        return True
    here = _plain(text[words[at].start : words[end - 1].end])
    return here in (_plain(name.written), _plain(name.written).upper())


def _plain(text: str) -> str:
    return " ".join(text.replace("’", "'").split())


def _put(text: str, start: int, brackets: Sequence[int], name: Name) -> str:
    before = bisect_left(brackets, start) - 1
    is_within = before >= 0 and text[brackets[before]] == "["
    return name.label if is_within else f"[{name.label}]"


def _slug(label: str) -> str:
    return "-".join(match[0] for match in _WORD.finditer(label)).casefold()


def _touches(edits: Sequence[Edit], start: int, end: int) -> bool:
    """Whether one of these edits, which are in order, lies here."""
    after = bisect_left(edits, end, key=lambda edit: edit.start)
    return after > 0 and edits[after - 1].end > start
