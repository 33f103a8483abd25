"""A transcript as it was read from a file: who said what and when, and what the reader dropped or guessed."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from crosscase.source import NOBODY, parse, to_text
from crosscase.wording import first_of

LONGEST_NAME = 4

_CLOCK = re.compile(r"(?:(\d{1,2})[:.](?=\d\d[:.]))?(\d{1,3})[:.](\d{2})(?:[.,]\d{1,3})?")
_FRAMES = re.compile(r"(\d{1,2}:\d\d:\d\d)[:;]\d\d")
_LETTERS = re.compile(r"(\d{1,2})h ?(\d{1,2})m(?:in)? ?(\d{1,2})s?")
# What transcribers and programs write where they don't know who speaks.
_UNKNOWN = frozenset({
    "unknown", "unknown speaker", "speaker unknown", "unidentified", "unidentified speaker", "unidentified voice",
    "unidentified person", "inconnu", "inconnue", "unbekannt", "desconocido", "desconocida", "sconosciuto",
})  # fmt: skip
_NOT_IN_NAMES = re.compile(r"[\s:\[\]?!,;]+")


class Utterance(NamedTuple):
    """One turn of a transcript: when, who, what. `time` is `HH:MM:SS`; time and speaker may be empty."""

    time: str
    speaker: str
    words: str


@dataclass(frozen=True, slots=True)
class Aside:
    """A line of a file that is nobody's words: kept beside the text with its reason. `line` counts from 1 in the text
    as it was read, in which a paragraph of a document is a line.
    """

    line: int
    reason: str
    words: str


@dataclass(frozen=True, slots=True)
class Transcript:
    """A file's turns in reading order, and in plain sentences what was dropped from it and guessed about it.

    `layout` is how speakers were told apart; `aside` are the lines of the file that are nobody's words.
    """

    turns: tuple[Utterance, ...]
    dropped: tuple[str, ...] = ()
    guessed: tuple[str, ...] = ()
    layout: str = ""
    aside: tuple[Aside, ...] = ()

    def after(
        self, dropped: Iterable[str] = (), guessed: Iterable[str] = (), aside: Iterable[Aside] = ()
    ) -> "Transcript":
        """The same, behind what was dropped and guessed before its turns were found."""
        dropped, guessed = (*dropped, *self.dropped), (*guessed, *self.guessed)
        return Transcript(self.turns, dropped, guessed, self.layout, (*aside, *self.aside))


class Unreadable(Exception):
    """A file that can't be read as a transcript. Its text is one line: what is wrong, and what to do."""


def settled(turns: Iterable[Utterance]) -> tuple[Utterance, ...]:
    """The turns as a stored text can hold them: names without punctuation, no empty turns, no blank lines in turns.

    `crosscase.source.parse` reads exactly these back from `stored`.
    """
    wanted = (_settle(turn) for turn in turns)
    return tuple(turn for turn in wanted if turn.words)


def stored(turns: Iterable[Utterance]) -> str:
    """The stored text of these turns."""
    return to_text(settled(turns))


def renamed(turns: Iterable[Utterance]) -> tuple[str, ...]:
    """Sentences on the names that a stored text can't hold as they are."""
    names = dict.fromkeys(turn.speaker for turn in turns if turn.speaker)
    return tuple(f"the name “{name}” is stored as “{as_name(name)}”" for name in names if as_name(name) != name)


def as_name(name: str) -> str:
    """A speaker's name without punctuation that would hide it, in at most four words (the rest is hyphenated)."""
    if name.casefold().strip() in _UNKNOWN:
        return NOBODY
    words = _NOT_IN_NAMES.sub(" ", name).split(" ")
    clean = [word for word in words if word]
    while clean and not re.match(r"[^\W_]", clean[0]):
        clean[0] = clean[0][1:]
        clean = clean if clean[0] else clean[1:]
    return " ".join([*clean[: LONGEST_NAME - 1], "-".join(clean[LONGEST_NAME - 1 :])]).strip()


def seconds(text: str) -> float:
    """A time such as `1:02`, `00:43,8`, `62.5` or `62.5s` in seconds; 0 where it isn't one."""
    try:
        parts = [float(part) for part in text.replace(",", ".").rstrip("s").split(":")]
    except ValueError:
        return 0.0
    return sum(part * 60.0**power for power, part in enumerate(reversed(parts)))


def clock(text: str) -> str:
    """A time such as `1:02`, `00:43.810`, `1:02:03,5` or `0h01m02s` as HH:MM:SS, without frames; empty for others."""
    plain = _FRAMES.sub(r"\1", _LETTERS.sub(r"\1:\2:0\3", text.strip()))
    match = _CLOCK.fullmatch(re.sub(r":0(\d\d)$", r":\1", plain))
    if match is None:
        return ""
    minutes = int(match[1] or 0) * 60 + int(match[2])
    if minutes >= 100 * 60 or int(match[3]) > 59:
        return ""
    return f"{minutes // 60:02}:{minutes % 60:02}:{match[3]}"


def quoted(names: Sequence[str], at_most: int = 5) -> str:
    """`“A”, “B” and 3 more`."""
    return first_of([f"“{name}”" for name in names], at_most)


def _settle(turn: Utterance) -> Utterance:
    lines = (line.strip() for line in re.split(r"[\n\r]+", turn.words))
    words = "\n".join(line for line in lines if line)
    speaker = as_name(turn.speaker)
    if not speaker and words and parse(words)[0].start:
        speaker = NOBODY
    return Utterance(clock(turn.time), speaker, words)
