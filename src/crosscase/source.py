"""A source is one text that is coded; its turns are who said what; its passages are what the machine reads.

The stored text is frozen once coded. Everything else points into it by code points, half-open: `[start, end)`.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from typing import Literal

from crosscase.asking import asks, only_asks

Role = Literal["interviewer", "participant", "unknown"]
Kind = Literal["interview", "focus group", "document"]

NOBODY = "Unknown"
LONGEST_PASSAGE = 120
SHORTEST_PASSAGE = 5
LONGEST_ABBREVIATION = len("approx.")

_PARAGRAPH = re.compile(r"\S[^\n]*(?:\n(?=[^\n]*\S)[^\n]+)*")
_TIME = r"\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?"
_IN_NAME = r"[^\s:\[\]?!,;]"
_HEAD = re.compile(
    rf"(?:\[(?P<time>{_TIME})\][ \t]*)?(?:(?P<speaker>[^\W_]{_IN_NAME}*(?: {_IN_NAME}+){{0,3}}):[ \t]+)?"
)
_NOTHING = re.compile("(?P<time>)(?P<speaker>)")
_SENTENCE_END = re.compile(r"(?<![.!?…])[.!?…]+[\"'”’)\]]*(?=\s+[\"'“‘(\[]?[^\W_a-z])|[。！？]+[”’」』）]*")
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]|[\U00020000-\U0002fa1f]")
_BY_FOUR = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]+")
_VISIBLE = re.compile(r"\S")
_ABBREVIATION = re.compile(r"\b(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|St|vs|etc|e\.g|i\.e|No|approx)\.$")


@dataclass(frozen=True, slots=True)
class Turn:
    """One speaker's uninterrupted words: `[start, end)` holds the words without time and name.

    `number` counts from 1 in reading order; `speaker` and `time` are empty where the text gives none.
    """

    number: int
    speaker: str
    role: Role
    time: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, order=True)
class Segment:
    """A span `[start, end)` of a source, in Unicode code points of the stored text."""

    source_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SetAside:
    """A stretch of a source that is not the study's material, such as a banner: kept in the text, never a passage.

    It carries its quote and context, as a coding does, so that it finds its place again in an edited text.
    """

    id: str
    source_id: str
    start: int
    end: int
    quote: str
    reason: str = ""
    by: str = ""
    at: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Source:
    """One text that is coded: an interview or focus-group transcript, or a document.

    `case_id` is the case that the whole source belongs to, where no speaker says otherwise. `set_aside` is in order.
    """

    id: str
    text: str
    turns: tuple[Turn, ...]
    sha256: str = ""
    kind: Kind = "interview"
    title: str = ""
    date: str = ""
    case_id: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    set_aside: tuple[SetAside, ...] = ()

    def turn_at(self, offset: int) -> Turn | None:
        """The turn whose paragraph holds this place, or None before the first turn."""
        index = self.turn_index(offset)
        return self.turns[index] if index >= 0 else None

    def turn_index(self, offset: int) -> int:
        """Where in `turns` the turn at this place stands; -1 before the first one."""
        return bisect_right(self._paragraphs, offset) - 1

    def paragraph(self, at: int) -> tuple[int, int]:
        """Where a turn's paragraph begins, time and name included, and where the next one's does."""
        starts = [*self._paragraphs, len(self.text)]
        return starts[at], starts[at + 1]

    def question_before(self, offset: int) -> Turn | None:
        """The interviewer's last turn before the one at this place; None where nothing was asked before it."""
        index = self.turn_index(offset)
        return next((turn for turn in self.turns[: max(index, 0)][::-1] if turn.role == "interviewer"), None)

    @cached_property
    def speakers(self) -> tuple[str, ...]:
        """The names in the text, in the order in which they first speak."""
        return tuple(dict.fromkeys(turn.speaker for turn in self.turns if turn.speaker))

    @cached_property
    def words(self) -> int:
        """How many words were said or printed, without what is set aside."""
        parts = chain.from_iterable(_parts(self, turn) for turn in self.turns)
        return sum(count_words(self.text[part.start : part.end]) for part in parts)

    @cached_property
    def _paragraphs(self) -> list[int]:
        """Where each turn's paragraph begins, time and name included."""
        return [_paragraph_start(turn) for turn in self.turns]


@dataclass(frozen=True, slots=True)
class Passages:
    """What the machine reads of a source, and what it leaves out: turns too short to mean anything alone.

    `joined` counts the short sentences that were kept with their neighbour in the same turn.
    """

    kept: tuple[Segment, ...]
    left_out: tuple[Segment, ...]
    joined: int


def role_of_label(label: str) -> Role:
    """The role that a speaker's name tells by itself: whoever doesn't ask takes part."""
    if label in ("", NOBODY):
        return "unknown"
    return "interviewer" if asks(label) else "participant"


def parse(text: str, role_of: Callable[[str], Role] = role_of_label, *, speech: bool = True) -> tuple[Turn, ...]:
    """Read a stored text into turns: one paragraph each, `[00:03:12] P01: words`, time and name optional.

    Without `speech`, as in a document, paragraphs have neither: a colon there doesn't make a speaker.
    """
    head = _HEAD if speech else _NOTHING
    return tuple(_turn(number, match, head, role_of) for number, match in enumerate(_PARAGRAPH.finditer(text), 1))


def to_text(turns: Iterable[tuple[str, str, str]]) -> str:
    """Write (time, speaker, words) as a stored text, such that `parse` reads the same turns again."""
    return "\n\n".join(_paragraph(*turn) for turn in turns) + "\n"


def passages(source: Source) -> Passages:
    """Cut participants' turns into passages: at sentence ends when over about 120 words, none under 5 words.

    Interviewers' turns are never passages. Where no speaker is known to take part (a document, or a transcript
    without names), the unnamed turns are read instead. Where nobody is known to ask, turns that are one question are
    left out too: they are somebody's all the same. What is set aside is no passage.
    """
    kept: list[Segment] = []
    left_out: list[Segment] = []
    joined = 0
    for part in chain.from_iterable(_parts(source, turn) for turn in spoken(source)):
        pieces, short = _pieces(source.text, part)
        joined += short
        for start, end in pieces:
            enough = count_words(source.text[start:end]) >= SHORTEST_PASSAGE
            (kept if enough else left_out).append(Segment(source.id, start, end))
    return Passages(tuple(kept), tuple(left_out), joined)


def spoken(source: Source) -> tuple[Turn, ...]:
    """The turns that hold what the study is about: participants', or the unnamed ones where nobody is named.

    Where nobody is known to ask, no turn that is one question.
    """
    named = tuple(turn for turn in source.turns if turn.role == "participant")
    turns = named or tuple(turn for turn in source.turns if turn.role == "unknown")
    if source.kind == "document" or any(turn.role == "interviewer" for turn in source.turns):
        return turns
    return tuple(turn for turn in turns if not only_asks(source.text[turn.start : turn.end]))


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """The spans of a text's sentences, without the white space between them."""
    start = 0
    for match in _SENTENCE_END.finditer(text):
        # Only what stands just before the full stop is looked at, or a list of initials would cost its square.
        if not _ABBREVIATION.search(text, max(start, match.end() - LONGEST_ABBREVIATION), match.end()):
            yield start, match.end()
            following = _VISIBLE.search(text, match.end())
            start = following.start() if following else len(text)
    if start < len(text):
        yield start, len(text)


def count_words(text: str) -> int:
    """Words between spaces; in scripts that put none, each Chinese or Japanese character is one, as word processors
    count, and each four letters of Thai, Lao, Khmer or Burmese.
    """
    characters = 0 if text.isascii() else len(_UNSPACED.findall(text))
    letters = 0 if text.isascii() else sum(len(run[0]) for run in _BY_FOUR.finditer(text))
    if not characters + letters:
        return len(text.split())
    spaced = _UNSPACED.sub(" ", _BY_FOUR.sub(" ", text)).split()
    return sum(any(map(str.isalnum, word)) for word in spaced) + characters + (letters + 3) // 4


def _paragraph_start(turn: Turn) -> int:
    head = len(turn.speaker) + 2 if turn.speaker else 0
    return turn.start - head - (len(turn.time) + 3 if turn.time else 0)


def _turn(number: int, match: re.Match[str], pattern: re.Pattern[str], role_of: Callable[[str], Role]) -> Turn:
    head = pattern.match(match.string, match.start(), match.end())
    assert head is not None  # every part of the pattern is optional
    speaker = head["speaker"] or ""
    end = match.start() + len(match[0].rstrip())
    return Turn(number, speaker, role_of(speaker), head["time"] or "", min(head.end(), end), end)


def _paragraph(time: str, speaker: str, words: str) -> str:
    words = re.sub(r"\n{2,}", "\n", words.strip())
    head = f"[{time}] " if time else ""
    if speaker:
        return f"{head}{speaker}: {words}"
    match = _HEAD.match(words)
    return f"{head}{NOBODY}: {words}" if match and match.end() else f"{head}{words}"


def _parts(source: Source, turn: Turn) -> Iterator[Turn]:
    """What is left of a turn without the stretches that are set aside, and without white space around it."""
    start = turn.start
    for stretch in (*source.set_aside, SetAside("", source.id, turn.end, turn.end, "")):
        if start <= stretch.end and stretch.start <= turn.end:
            words = source.text[start : stretch.start]
            if words.strip():
                yield replace(turn, start=start + len(words) - len(words.lstrip()), end=start + len(words.rstrip()))
            start = max(start, stretch.end)


def _pieces(text: str, turn: Turn) -> tuple[list[tuple[int, int]], int]:
    if count_words(text[turn.start : turn.end]) <= LONGEST_PASSAGE:
        return [(turn.start, turn.end)] if turn.start < turn.end else [], 0
    pieces: list[tuple[int, int]] = []
    joined = 0
    for start, end in sentences(text[turn.start : turn.end]):
        start, end = turn.start + start, turn.start + end
        short = count_words(text[start:end]) < SHORTEST_PASSAGE
        if pieces and (short or count_words(text[pieces[-1][0] : end]) <= LONGEST_PASSAGE):
            pieces[-1] = (pieces[-1][0], end)
            joined += short
        else:
            pieces.append((start, end))
    return pieces, joined
