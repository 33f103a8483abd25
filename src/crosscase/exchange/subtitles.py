"""Subtitles of other programs: Advanced SubStation (.ass, .ssa), which may name who speaks, and lyrics (.lrc)."""

import re
from collections.abc import Iterator
from dataclasses import replace

from crosscase.exchange import vtt
from crosscase.exchange.text import clean, decode
from crosscase.exchange.transcript import Transcript, Unreadable, seconds
from crosscase.wording import counted

_EVENT = re.compile(r"\s*(Format|Dialogue|Comment)\s*:\s*(.*)")
_STYLED = re.compile(r"\{[^{}]*\}")
_LINE_END = re.compile(r"\\[Nn]")
_LYRIC = re.compile(r"\s*((?:\[\d{1,3}:\d{2}(?:[.:]\d{1,3})?\])+)(.*)")
_STAMP = re.compile(r"\[(\d{1,3}:\d{2}(?:[.:]\d{1,3})?)\]")
_ABOUT = re.compile(r"\s*\[[a-z#]+:.*\]\s*", re.IGNORECASE)
_COLUMNS = ("Layer", "Start", "End", "Style", "Name", "MarginL", "MarginR", "MarginV", "Effect", "Text")


def read_ass(data: bytes) -> Transcript:
    """Read the dialogue of SubStation subtitles in the order of its times; comments and styles are left out."""
    text, guessed = decode(data)
    text, dropped = clean(text)
    columns: tuple[str, ...] = _COLUMNS
    comments = 0
    cues = []
    for event, rest in (match.groups() for match in map(_EVENT.fullmatch, text.split("\n")) if match):
        if event == "Format" and "Text" in rest:
            columns = tuple(name.strip() for name in rest.split(","))
        elif event == "Comment":
            comments += 1
        elif event == "Dialogue":
            cues.append(_cue(dict(zip(columns, rest.split(",", len(columns) - 1), strict=False))))
    heard = sorted((cue for cue in cues if cue.words), key=lambda cue: cue.start)
    if not heard:
        raise Unreadable("it holds no dialogue with times; export the subtitles again, or as .srt or .vtt")
    left = [(comments, "comment"), (len(cues) - len(heard), "empty cue")]
    said = [counted(number, what) for number, what in left if number]
    return vtt.from_cues(heard).after((*dropped, *said), guessed)


def read_lrc(data: bytes) -> Transcript:
    """Read lines that each begin with their time; a time without words is where a pause begins.

    What the file says of itself (`[ar:…]`) is left out.
    """
    text, guessed = decode(data)
    text, dropped = clean(text)
    lines = text.split("\n")
    timed = sorted((cue for line in lines for cue in _sung(line)), key=lambda cue: cue.start)
    # A line lasts until the next time, which may have no words: there a pause begins.
    lasting = [replace(cue, end=later.start) for cue, later in zip(timed, [*timed[1:], *timed[-1:]], strict=True)]
    cues = [cue for cue in lasting if cue.words]
    if not cues:
        raise Unreadable("no line begins with a time as in [01:23.45]; save it as plain text (.txt)")
    others = [line for line in lines if line.strip() and not _LYRIC.fullmatch(line) and not _ABOUT.fullmatch(line)]
    about = sum(bool(_ABOUT.fullmatch(line)) and not _LYRIC.fullmatch(line) for line in lines)
    left = [(about, "line about the file"), (len(others), "line without a time")]
    said = [counted(number, what) for number, what in left if number]
    return vtt.from_cues(cues).after((*dropped, *said), guessed)


def _cue(row: dict[str, str]) -> vtt.Cue:
    words = _LINE_END.sub("\n", _STYLED.sub("", row.get("Text", "")))
    lines = (" ".join(line.split()) for line in words.split("\n"))
    name = row.get("Name", row.get("Actor", "")).strip()
    return vtt.Cue(seconds(row.get("Start", "")), seconds(row.get("End", "")), name, tuple(filter(None, lines)))


def _sung(line: str) -> Iterator[vtt.Cue]:
    """The line once for each of its times: a refrain has several."""
    match = _LYRIC.fullmatch(line)
    words = " ".join(match[2].split()) if match else ""
    if match:
        for stamp in _STAMP.findall(match[1]):
            minutes, _, rest = stamp.partition(":")
            start = int(minutes) * 60 + float(rest.replace(":", "."))
            yield vtt.Cue(start, start, "", (words,) if words else ())
