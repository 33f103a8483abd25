"""WebVTT captions, as Zoom, Teams and Whisper write them.

Read here rather than by webvtt-py, which drops in silence what these programs write beside the standard: words after
a blank line in a cue, times with a comma or without milliseconds, and all but the first voice of a cue.
"""

import html
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from crosscase.exchange.patterns import NAME_AND_WORDS
from crosscase.exchange.speakers import find
from crosscase.exchange.text import clean, decode
from crosscase.exchange.transcript import Transcript, Unreadable, Utterance, seconds
from crosscase.source import NOBODY
from crosscase.wording import counted, first_of

PAUSE = 2.0
WORDS_IN_A_PARAGRAPH = 100

_TIME = r"(?:\d{1,3}:)?\d{1,2}:\d{1,2}(?:[.,]\d{1,3})?"
_TIMING = re.compile(rf"\s*(?P<open>\[)?({_TIME})\s*-->\s*({_TIME})(?(open)\])(?P<rest>.*)")
_BLOCK = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s.*)?")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^<>]+)>")
_TAG = re.compile(r"</?[a-zA-Z0-9][^<>]*>")
# How subtitlers mark that somebody else speaks.
_NEW_VOICE = re.compile(r"^(?:>>+|[-–—])\s*(?=\S)")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*$")


@dataclass(frozen=True, slots=True)
class Cue:
    """One caption: from when to when (in seconds), who, and its lines."""

    start: float
    end: float
    speaker: str
    lines: tuple[str, ...]

    @property
    def words(self) -> str:
        return " ".join(self.lines)


def read(data: bytes) -> Transcript:
    """Read captions: cues of one speaker are joined to a turn; without names, a turn ends at a pause or ~100 words."""
    text, guessed = decode(data)
    text, dropped = clean(text)
    if not is_captions(text):
        raise Unreadable(
            "it holds no captions with times; export the transcript again, or save it as plain text (.txt)"
        )
    return read_captions(text).after(dropped, guessed)


def is_captions(text: str) -> bool:
    """Whether any line of a text is a caption's timing; what stands in a note is none."""
    lines, _ = _without_blocks(text.split("\n"))
    return any(map(_TIMING.match, lines))


def read_captions(text: str) -> Transcript:
    """Read clean text with caption timings, be it WebVTT or not quite."""
    lines, dropped = _without_blocks(text.split("\n"))
    cues, more = _cues(lines)
    cues, repeated = _without_repeats(cues)
    heard = [cue for cue in cues if cue.words]
    dropped += more
    if repeated:
        dropped.append(counted(repeated, "repeated caption line"))
    if len(cues) > len(heard):
        dropped.append(counted(len(cues) - len(heard), "empty cue"))
    return from_cues(heard).after(dropped)


def from_cues(cues: Sequence[Cue]) -> Transcript:
    """Cues in turns, whatever format gave them."""
    turns, guessed = _turns(cues)
    backwards = [clock_of(cue.start) for former, cue in pairwise(cues) if cue.start < former.start]
    if backwards:
        said = f"{counted(len(backwards), 'caption')} earlier than the one before ({first_of(backwards, 3)})"
        guessed.append(f"{said}: their order is the file's; look whether it is right")
    return Transcript(turns, (), tuple(guessed), _layout(turns))


def _layout(turns: Iterable[Utterance]) -> str:
    return "captions that name who speaks" if any(turn.speaker for turn in turns) else "captions without names"


def _without_blocks(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """Leave out NOTE, STYLE and REGION blocks, each up to its blank line, and count them."""
    kept: list[str] = []
    blocks = 0
    inside = False
    for at, line in enumerate(lines):
        if inside:
            inside = bool(line.strip())
        elif _BLOCK.fullmatch(line) and (at == 0 or not lines[at - 1].strip()):
            blocks, inside = blocks + 1, True
        if not inside:
            kept.append(line)
    return kept, [counted(blocks, "note or style block")] if blocks else []


def _cues(lines: Sequence[str]) -> tuple[list[Cue], list[str]]:
    at = [number for number, line in enumerate(lines) if _TIMING.match(line)]
    firsts = [_first_line(lines, number) for number in at]
    cues = []
    for number, end in zip(at, [*firsts[1:], len(lines)], strict=True):
        cues += _voiced(lines[number], lines[number + 1 : end])
    names = sum(number > first for number, first in zip(at, firsts, strict=True))
    header = [" ".join(line.split()) for line in lines[: firsts[0]] if line.strip()]
    dropped = [f"header line {line[:60]}" for line in header]
    if names:
        dropped.append(counted(names, "cue number"))
    return cues, dropped


def _first_line(lines: Sequence[str], timing: int) -> int:
    """Where a cue begins: at its number or name, which stands alone above the timing, or at the timing itself."""
    above = lines[timing - 1] if timing else ""
    if not above.strip() or above.startswith("WEBVTT") or _TIMING.match(above):
        return timing
    alone = timing == 1 or not lines[timing - 2].strip() or above.strip().isdigit()
    return timing - 1 if alone else timing


def _voiced(timing: str, lines: Iterable[str]) -> list[Cue]:
    match = _TIMING.match(timing)
    assert match is not None  # the caller found it by this pattern
    if match["open"]:
        lines = [match["rest"], *lines]
    start, end = seconds(match[2]), seconds(match[3])
    before, *voices = _VOICE.split("\n".join(lines))
    pieces = [("", before), *zip(voices[::2], voices[1::2], strict=True)]
    cues = [Cue(start, end, html.unescape(name).strip(), _plain(words)) for name, words in pieces]
    return [cue for cue in cues if cue.words] or [Cue(start, end, "", ())]


def _plain(words: str) -> tuple[str, ...]:
    lines = (" ".join(html.unescape(_TAG.sub("", line)).split()) for line in words.split("\n"))
    return tuple(line for line in lines if line)


def _without_repeats(cues: Sequence[Cue]) -> tuple[list[Cue], int]:
    """Drop what rolling captions repeat: a cue's first lines where they are the last ones of the cue before.

    Captions roll where at least a third of the cues do so; otherwise a line that comes twice was said twice.
    """
    rolled = [
        _new_lines(before.lines, cue.lines) for before, cue in zip([Cue(0, 0, "", ()), *cues], cues, strict=False)
    ]
    repeats = sum(len(new) < len(cue.lines) for new, cue in zip(rolled, cues, strict=True))
    two_lines = any(len(cue.lines) > 1 for cue in cues)
    if not two_lines or repeats < 2 or repeats < len(cues) / 3:
        return list(cues), 0
    kept = [replace(cue, lines=new) for cue, new in zip(cues, rolled, strict=True)]
    return [cue for cue in kept if cue.lines], sum(len(cue.lines) for cue in cues) - sum(map(len, rolled))


def _new_lines(before: tuple[str, ...], lines: tuple[str, ...]) -> tuple[str, ...]:
    common = next((n for n in range(min(len(before), len(lines)), 0, -1) if before[-n:] == lines[:n]), 0)
    return lines[common:]


def _turns(cues: Sequence[Cue]) -> tuple[tuple[Utterance, ...], list[str]]:
    if any(cue.speaker for cue in cues):
        guessed = ["speakers found by the voices that the captions or segments name"]
    else:
        cues, guessed = _named(cues)
    if not guessed:
        cues, marks = _by_voice(cues)
        said = f"turns end at pauses over {PAUSE:g} seconds or after about {WORDS_IN_A_PARAGRAPH} words"
        others = f"{counted(len(marks), 'mark')} of another voice (>> or a dash) taken for the beginning of a turn"
        return _paragraphs(cues, marks), [said, *([others] if marks else [])] if cues else []
    nameless = sum(not cue.speaker for cue in cues)
    if nameless:
        guessed.append(counted(nameless, "cue") + " without a name taken to go on from the one above")
    return _joined(cues), guessed


def _named(cues: Sequence[Cue]) -> tuple[list[Cue], list[str]]:
    """The cues parted at each line that begins with a name, since two may speak in one; and how names were found."""
    lines = [(cue, line) for cue in cues for line in cue.lines]
    found = find([_NEW_VOICE.sub("", line, count=1) for _, line in lines], only=NAME_AND_WORDS, are_lines=False)
    if found is None:
        return list(cues), []
    named: list[Cue] = []
    former: Cue | None = None
    for (cue, line), head in zip(lines, found.heads, strict=True):
        if head is not None:
            named.append(replace(cue, speaker=head.speaker, lines=(head.words,)))
        elif line.startswith(">>"):
            named.append(replace(cue, speaker=NOBODY, lines=(_NEW_VOICE.sub("", line),)))
        elif cue is former:
            named[-1] = replace(named[-1], lines=(*named[-1].lines, line))
        else:
            named.append(replace(cue, lines=(line,)))
        former = cue
    return named, [f"speakers found by {found.pattern}", *found.guessed[1:]]


def _by_voice(cues: Sequence[Cue]) -> tuple[list[Cue], frozenset[int]]:
    """The cues parted at marks of another voice, without the marks; and which of them begin at one.

    A dash is such a mark where two lines of one cue begin with it, or most cues do.
    """
    dashed = [sum(line.startswith(("-", "–", "—")) for line in cue.lines) for cue in cues]
    has_dashes = any(count > 1 for count in dashed) or sum(map(bool, dashed)) > len(cues) / 2
    parted: list[Cue] = []
    marks: set[int] = set()
    for cue in cues:
        for number, line in enumerate(cue.lines):
            match = _NEW_VOICE.match(line)
            is_mark = match is not None and (has_dashes or line.startswith(">>"))
            if is_mark and match is not None:
                marks.add(len(parted))
                line = line[match.end() :]
            if number and not is_mark:
                parted[-1] = replace(parted[-1], lines=(*parted[-1].lines, line))
            else:
                parted.append(replace(cue, lines=(line,)))
    return parted, frozenset(marks)


def _joined(cues: Sequence[Cue]) -> tuple[Utterance, ...]:
    """One turn for each run of cues that no other voice interrupts."""
    turns: list[Utterance] = []
    for cue in cues:
        speaker = cue.speaker or (turns[-1].speaker if turns else "")
        if turns and turns[-1].speaker == speaker:
            turns[-1] = turns[-1]._replace(words=f"{turns[-1].words} {cue.words}")
        else:
            turns.append(Utterance(clock_of(cue.start), speaker, cue.words))
    return tuple(turns)


def _paragraphs(cues: Sequence[Cue], marks: Collection[int]) -> tuple[Utterance, ...]:
    """Turns without a name: a new one after a pause, at a mark, or once about 100 words end with a sentence."""
    turns: list[Utterance] = []
    last = 0.0
    for at, cue in enumerate(cues):
        if not turns or at in marks or cue.start - last > PAUSE or _is_full(turns[-1].words):
            turns.append(Utterance(clock_of(cue.start), "", cue.words))
        else:
            turns[-1] = turns[-1]._replace(words=f"{turns[-1].words} {cue.words}")
        last = cue.end
    return tuple(turns)


def _is_full(words: str) -> bool:
    count = len(words.split())
    return count >= WORDS_IN_A_PARAGRAPH * 1.5 or (count >= WORDS_IN_A_PARAGRAPH and bool(_SENTENCE_END.search(words)))


def clock_of(seconds: float) -> str:
    """Seconds as HH:MM:SS; empty from 100 hours on."""
    whole = int(seconds)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}" if whole < 360_000 else ""
