"""A document as it stands: each paragraph a turn, no speaker made up; and what looks like a page's notices."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import PurePath

from crosscase.exchange.readers import READERS
from crosscase.exchange.text import clean, decode
from crosscase.exchange.transcript import Transcript, Utterance

LONGEST_NOTICE = 40

_BETWEEN = re.compile(r"\n[^\S\n]*\n\s*")
_NOTICES = {
    "cookie notice": r".*\bcookies?\b.*\b(?:accept|agree|consent|manage|policy|preferences|privacy|settings|use)\b.*|"
    r".*\b(?:accept|agree|consent|manage|use)\b.*\bcookies?\b.*",
    "share line": r"(?:share|tweet|print|e-?mail|copy link|whatsapp|facebook|twitter|linkedin|follow us|save)\b"
    r"(?:\W+\w+){0,7}\W*",
    "teaser": r"(?:read (?:more|also|next)|see also|you (?:may|might) also like|most read|continue reading)\b.*|"
    r"(?:related|recommended|more (?:from|on)|don't miss)\b[^.:]{0,40}(?::.*)?",
    "advertisement": r"(?:advertisement|advertising|sponsored(?: content)?|promoted)\W*",
    "newsletter": r".*\b(?:sign up|subscribe|register)\b.*\b(?:newsletter|inbox|updates|alerts|free|today|now)\b.*|"
    r".*\bnewsletter\b.*\b(?:sign up|subscribe)\b.*",
    "copyright line": r"(?:©|\(c\)|copyright\b).*|.*\ball rights reserved\b.*",
    "page navigation": r"(?:skip to (?:main )?content|log in|sign in|menu|search|\d* ?comments?|back to top)\W*",
}
_KINDS = {kind: re.compile(pattern, re.IGNORECASE | re.DOTALL) for kind, pattern in _NOTICES.items()}


def reader(name: str) -> Callable[[bytes], Transcript]:
    """What reads such a file into paragraphs, in their own lines and words."""
    suffix = PurePath(name).suffix.lower()
    return read if suffix in (".txt", ".md") else partial(_from_turns, READERS[suffix])


def read(data: bytes) -> Transcript:
    text, guessed = decode(data)
    text, dropped = clean(text)
    parts = _BETWEEN.split(text.strip()) if _BETWEEN.search(text.strip()) else text.split("\n")
    words = ("\n".join(line.strip() for line in part.splitlines()).strip() for part in parts)
    return Transcript(tuple(Utterance("", "", paragraph) for paragraph in words if paragraph), dropped, guessed)


def to_text(transcript: Transcript) -> str:
    """The stored text: paragraphs with a blank line between."""
    return "\n\n".join(turn.words for turn in transcript.turns) + "\n"


def boilerplate(text: str) -> Iterator[tuple[int, int, str]]:
    """Stretches of a stored document that look like the page's and not the article's, each with what it seems to be.

    They are proposals: only a person sets something aside.
    """
    for paragraph in re.finditer(r"\S[^\n]*(?:\n[^\n]*\S[^\n]*)*", text):
        kind = _notice(paragraph[0])
        if kind:
            yield paragraph.start(), paragraph.end(), kind


def _notice(paragraph: str) -> str:
    words = paragraph.strip()
    if len(words.split()) > LONGEST_NOTICE:
        return ""
    return next((kind for kind, pattern in _KINDS.items() if pattern.fullmatch(words)), "")


def _from_turns(read_turns: Callable[[bytes], Transcript], data: bytes) -> Transcript:
    transcript = read_turns(data)
    turns = tuple(Utterance("", "", _said(turn)) for turn in transcript.turns)
    return Transcript(turns, transcript.dropped, aside=transcript.aside)


def _said(turn: Utterance) -> str:
    """A turn's words with what a reader for transcripts took for a time or a name."""
    time = f"[{turn.time}] " if turn.time else ""
    return f"{time}{turn.speaker}: {turn.words}" if turn.speaker else f"{time}{turn.words}"
