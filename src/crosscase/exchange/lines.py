"""What programs write around and into the words: line numbers, time marks, banners. It is taken off, and said."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from crosscase.exchange.transcript import Aside, clock, quoted
from crosscase.wording import counted

# Half a page with a number before each line is numbered; a list of three in an answer isn't.
FEWEST_NUMBERED = 4
HEAD_FACTS = "facts about the talk, above it"

_NUMBER = re.compile(r"\s*\[?(\d{1,5})[.):\]]?[ \t]+(?=\S)")
_NUMBERED_NAME = re.compile(r"\s*\[?(\d{1,5})[.):\]]?[ \t]+[^\W\d_][^:：\n]{0,40}[:：]\s")
_NUMBER_ALONE = re.compile(r"\s*(\d{1,5})\s*")
_FACT = re.compile(r"\s*(?:[-*•]\s+)?\**([^:*]{1,30}?)\**\s*[:：]\**[ \t]*(.*)")
_FACTS = """
    date place location site duration length language title topic project study file filename recording audio interview
    transcript transcription start end time version pseudonym age gender code id no number datum ort dauer thema sprache
    titel projekt lieu durée langue titre fecha lugar duración idioma título luogo durata lingua plats längd data
"""
_PEOPLE = """
    interviewer interviewee participant participants respondent moderator facilitator transcriber informant present
    researcher befragte befragter interviewte interviewter teilnehmende enquêteur enquêtrice enquêté entrevistadora
    entrevistador entrevistado entrevistada intervistatrice intervistatore
"""
_FACT_WORDS, _PEOPLE_WORDS = frozenset(_FACTS.split()), frozenset(_PEOPLE.split())
_FEWEST_FACTS = 2
_MARK = re.compile(r"[ \t]*#(\d{1,2}:\d{2}:\d{2}(?:[-.,]\d{1,3})?)#[ \t]*")
_FURNITURE = {
    "the program's banner": re.compile(
        r"(?:this (?:file|transcript) (?:is|was) )?(?:auto-?|automatically )?(?:transcribed|transcription|transcript|"
        r"generated|subtitles|captions|created|exported)(?: was)? (?:by|with|using|from|in)\b.{0,80}",
        re.IGNORECASE,
    ),
    "address of a program": re.compile(r"(?:visit )?(?:https?://|www\.)\S+", re.IGNORECASE),
    "started or stopped transcription": re.compile(
        r".{1,60}\b(?:started|stopped|began|ended) (?:the )?(?:transcription|recording)\b\W*"
        r"(?:\d{1,2}:\d{2}(?::\d{2})?)?",
        re.IGNORECASE,
    ),
    "the recording's data": re.compile(
        r"(?:audio (?:source|file)|media file|recording|file name|filename)\s*:\s*\S*[/\\.]\S*|"
        r"\(?start:\s*\d.*\bstop:.*",
        re.IGNORECASE,
    ),
    "the recording's name": re.compile(
        r"[^\s/\\:][^/\\:]{0,80}\.(?:mp3|m4a|wav|mp4|aac|flac|ogg|mov|webm)", re.IGNORECASE
    ),
    "the export's head": re.compile(r".{6,30} • (?:\d{1,3}:)?\d{1,2}:\d{2}|SUMMARY KEYWORDS|SPEAKERS"),
    "number of a page": re.compile(r"(?:page|seite|p\.)\s*\d{1,4}(?:\s*(?:of|von|/)\s*\d{1,4})?", re.IGNORECASE),
}


@dataclass(frozen=True, slots=True)
class Lines:
    """A text's lines without what isn't words; `times` holds for each the time that a mark in it gave."""

    lines: tuple[str, ...]
    times: tuple[str, ...]
    dropped: tuple[str, ...] = ()
    aside: tuple[Aside, ...] = ()

    @property
    def has_furniture(self) -> bool:
        """Whether a program wrote anything into it."""
        return any(line.reason != HEAD_FACTS for line in self.aside)


def tidy(lines: Sequence[str]) -> Lines:
    """Take off line numbers, f4's time marks and programs' own lines; what is taken off is listed."""
    dropped: list[str] = []
    facts = _facts(lines)
    if facts:
        dropped.append(f"{HEAD_FACTS}: {quoted([fact.words for fact in facts], 3)}")
    numbers = {fact.line for fact in facts}
    lines = ["" if number in numbers else line for number, line in enumerate(lines, 1)]
    alone = _numbers_alone(lines)
    if alone:
        lines = ["" if _NUMBER_ALONE.fullmatch(line) else line for line in lines]
        dropped.append(f"{counted(alone, 'line number')} alone on a line")
    numbered = _numbers(lines)
    turns = 0 if numbered else _turn_numbers(lines)
    if turns:
        lines = [_NUMBER.sub("", line, count=1) if _NUMBERED_NAME.match(line) else line for line in lines]
        dropped.append(counted(turns, "number") + " of turns")
    if numbered:
        lines = [_NUMBER.sub("", line, count=1) for line in lines]
        dropped.append(counted(numbered, "line number"))
    marks = [_MARK.findall(line) for line in lines]
    times = tuple(_time(found) for found in marks)
    count = sum(map(len, marks))
    if count:
        lines = [_MARK.sub(" ", line).rstrip() if found else line for line, found in zip(lines, marks, strict=True)]
        dropped.append(counted(count, "time mark") + " in the words (#…#); the first of a turn became its time")
    kinds = [_furniture(line) for line in lines]
    for kind in dict.fromkeys(kind for kind in kinds if kind):
        of_kind = [line.strip() for line, other in zip(lines, kinds, strict=True) if other == kind]
        dropped.append(f"{kind}: {quoted(of_kind, 3)}")
    kept = tuple("" if kind else line for line, kind in zip(lines, kinds, strict=True))
    numbered_kinds = enumerate(zip(lines, kinds, strict=True), 1)
    aside = [Aside(number, kind, line.strip()) for number, (line, kind) in numbered_kinds if kind]
    return Lines(kept, times, tuple(dropped), (*facts, *aside))


def _facts(lines: Sequence[str]) -> list[Aside]:
    """The block at the top that says when, where and with whom (`Date: 3 May`), and is nobody's words.

    All of its lines are such facts, one at least is no person's, and no label of it opens a line further down.
    """
    above: list[tuple[int, str]] = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            above.append((number, line))
        elif above:
            break
    labels = [_label(line) for _, line in above]
    below = {_label(line) for line in lines[above[-1][0] if above else 0 :]} - {""}
    known = [label for label in labels if not _FACT_WORDS.isdisjoint(label.split())]
    people = [label for label in labels if not _PEOPLE_WORDS.isdisjoint(label.split())]
    is_head = known and len({*known, *people}) >= _FEWEST_FACTS and 2 * len({*known, *people}) >= len(labels)
    if not is_head or "" in labels or not below.isdisjoint(labels):
        return []
    return [Aside(number, HEAD_FACTS, line.strip()) for number, line in above]


def _label(line: str) -> str:
    match = _FACT.fullmatch(line)
    return match[1].casefold().strip() if match else ""


def _numbers_alone(lines: Sequence[str]) -> int:
    """How many lines hold nothing but a number that goes up by the same step, as every fifth line's does; or 0."""
    numbers = [int(match[1]) for line in lines if (match := _NUMBER_ALONE.fullmatch(line))]
    steps = {second - first for first, second in pairwise(numbers)}
    return len(numbers) if len(numbers) > 2 and len(steps) == 1 and steps <= {1, 2, 5, 10} else 0


def _numbers(lines: Sequence[str]) -> int:
    """How many lines begin with a number that only counts them; 0 where they aren't numbered."""
    full = [line for line in lines if line.strip()]
    numbers = [int(match[1]) for line in full if (match := _NUMBER.match(line))]
    rising = all(second > first for first, second in pairwise(numbers))
    is_dense = bool(numbers) and numbers[-1] - numbers[0] < 3 * len(numbers)
    enough = len(numbers) >= FEWEST_NUMBERED and len(numbers) >= 0.8 * len(full)
    return len(numbers) if enough and rising and is_dense else 0


def _turn_numbers(lines: Sequence[str]) -> int:
    """How many names have a number before them that goes up by one from each to the next; 0 where they don't."""
    numbers = [int(match[1]) for line in lines if (match := _NUMBERED_NAME.match(line))]
    steps = sum(second - first == 1 for first, second in pairwise(numbers))
    return len(numbers) if len(numbers) >= FEWEST_NUMBERED and steps >= 0.8 * (len(numbers) - 1) else 0


def _time(marks: Sequence[str]) -> str:
    return next((clock(re.sub(r"-(\d)", r".\1", mark)) for mark in marks), "")


def _furniture(line: str) -> str:
    """What a line is if it is a program's own and nobody's words; empty if it isn't."""
    words = line.strip().strip("*_ ")
    if not words or len(words) > 160:
        return ""
    return next((kind for kind, pattern in _FURNITURE.items() if pattern.fullmatch(words)), "")
