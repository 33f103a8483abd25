"""Captions: turns cut into short cues whose times share out the time until the next turn."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from writers.received import SYNTHETIC, Piece, Turn

MILLISECONDS_A_WORD = 400
SWAPPED = (40, 41)  # the two turns of I12 that stand under each other's label


class Cue(NamedTuple):
    """One caption: from when to when (in milliseconds), its turn, whether it opens that turn, and its words."""

    start: int
    end: int
    turn: Turn
    opens: bool
    words: str


def voices(piece: Piece) -> bytes:
    """WebVTT with `<v Name>` and about seven words to a cue, so that sentences are split."""
    cues = (f"{_times(cue, '.')}\n<v {cue.turn.name}>{cue.words}</v>" for cue in _cues(piece, 7))
    return _webvtt(cues)


def speaker_labels(piece: Piece) -> bytes:
    """WebVTT of a program that tells voices apart as S1 and S2, and takes one for the other once."""
    cues = (f"{_times(cue, '.')}\n{_label(cue.turn)}: {cue.words}" for cue in _cues(piece, 12))
    return _webvtt(cues)


def subrip(piece: Piece) -> bytes:
    """SubRip: numbered cues of two lines, the name where a turn begins; the first cue is the banner."""
    first = f"00:00:00,000 --> 00:00:03,000\n{piece.banner}"
    cues = [first, *(f"{_times(cue, ',')}\n{_two_lines(_opened(cue))}" for cue in _cues(piece, 14))]
    return "\n".join(f"{number}\n{cue}\n" for number, cue in enumerate(cues, 1)).encode()


def _webvtt(cues: Iterator[str]) -> bytes:
    return "\n\n".join(["WEBVTT", f"NOTE {SYNTHETIC}", *cues]).encode() + b"\n"


def _cues(piece: Piece, size: int) -> Iterator[Cue]:
    starts = [turn.seconds * 1000 for turn in piece.turns]
    ends = [*starts[1:], starts[-1] + MILLISECONDS_A_WORD * len(piece.turns[-1].words.split())]
    for turn, start, end in zip(piece.turns, starts, ends, strict=True):
        yield from _cut(turn, (start, end), size)


def _cut(turn: Turn, span: tuple[int, int], size: int) -> Iterator[Cue]:
    words = turn.words.split()
    start, end = span
    cuts = [(at, start + (end - start) * at // len(words)) for at in _cuts(len(words), size)]
    for (first, begin), (last, stop) in pairwise(cuts):
        yield Cue(begin, stop, turn, first == 0, " ".join(words[first:last]))


def _cuts(count: int, size: int) -> Sequence[int]:
    cues = -(-count // size)
    return [count * number // cues for number in range(cues + 1)]


def _times(cue: Cue, mark: str) -> str:
    return f"{_clock(cue.start, mark)} --> {_clock(cue.end, mark)}"


def _clock(milliseconds: int, mark: str) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{mark}{rest:03}"


def _label(turn: Turn) -> str:
    return "S1" if turn.asks is not (turn.number in SWAPPED) else "S2"


def _opened(cue: Cue) -> str:
    return f"{cue.turn.name}: {cue.words}" if cue.opens else cue.words


def _two_lines(words: str) -> str:
    """Broken at the space nearest the middle, if it is long."""
    spaces = [at for at, char in enumerate(words) if char == " "]
    if len(words) < 42 or not spaces:
        return words
    at = min(spaces, key=lambda space: abs(space - len(words) / 2))
    return f"{words[:at]}\n{words[at + 1 :]}"
