"""A coding is one decision by one coder; a suggestion is the machine's proposal of one. They are never the same type.

A coding points at its place and also carries its quote with a little context, so that it finds its way back when
the text around it is edited.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Literal

from crosscase.source import Segment

Stance = Literal["", "reports", "supports", "opposes", "expects"]

CONTEXT = 32
READING_ORDER = attrgetter("source_id", "start", "end")


@dataclass(frozen=True, slots=True)
class Coding:
    """This coder says: `source.text[start:end]` carries this code.

    `value` is one of the code's values, if it has any; `case_id` is set only where the passage is about another case
    than the speaker's own, `episode_id` only where it is about another time than its source's date tells, and `voice`
    names whose words a document quotes there. `at` is an ISO date or time. `before` and `after` are up to 32
    characters of context, and `speaker` the name that the words stood under when the coding was made.
    """

    id: str
    source_id: str
    start: int
    end: int
    quote: str
    code_id: str
    value: str = ""
    case_id: str = ""
    stance: Stance = ""
    coder: str = ""
    at: str = ""
    memo: str = ""
    before: str = ""
    after: str = ""
    episode_id: str = ""
    voice: str = ""
    speaker: str = ""

    @property
    def segment(self) -> Segment:
        return Segment(self.source_id, self.start, self.end)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The machine proposes: this passage may carry this code. Only a person's act makes a coding of it.

    `score` is in [0, 1], higher is likelier, comparable within one run only; `explanation` says in words what the
    score rests on; `encoder` names what made the vectors. `value` is a guess at one of the code's values, if it has
    any.
    """

    source_id: str
    start: int
    end: int
    quote: str
    code_id: str
    score: float
    explanation: str
    encoder: str
    value: str = ""

    @property
    def id(self) -> str:
        return f"{self.source_id}:{self.start}-{self.end}:{self.code_id}"

    @property
    def segment(self) -> Segment:
        return Segment(self.source_id, self.start, self.end)


Decision = Coding | Suggestion
Verdict = Literal["accept", "change", "reject", "later"]


@dataclass(frozen=True, slots=True)
class Review:
    """One person's verdict on one suggestion. It is kept as work: a rejection is a decision too.

    `start`, `end`, `quote`, `code_id`, `value`, `score` and `encoder` are the suggestion's, as it was shown;
    `coding_id` is what an `accept` or a `change` became. `blind` says that the suggestion was hidden until the verdict.
    """

    source_id: str
    start: int
    end: int
    quote: str
    code_id: str
    verdict: Verdict
    reviewer: str = ""
    value: str = ""
    score: float = 0.0
    encoder: str = ""
    coding_id: str = ""
    blind: bool = False
    at: str = ""
    before: str = ""
    after: str = ""

    @property
    def segment(self) -> Segment:
        return Segment(self.source_id, self.start, self.end)


@dataclass(frozen=True, slots=True)
class Reanchored:
    """Where codings stand in a changed text. `moved` pairs each old place with the new one.

    `lost` are unchanged codings whose quote is gone, or stands in several places that context can't tell apart.
    """

    kept: tuple[Coding, ...]
    moved: tuple[tuple[Coding, Coding], ...]
    lost: tuple[Coding, ...]

    @property
    def found(self) -> tuple[Coding, ...]:
        return (*self.kept, *(new for _, new in self.moved))


def with_context(coding: Coding, text: str) -> Coding:
    """The coding with quote and context as the text has them at its place."""
    start, end = coding.start, coding.end
    return replace(
        coding,
        quote=text[start:end],
        before=text[max(0, start - CONTEXT) : start],
        after=text[end : end + CONTEXT],
    )


def reanchor(codings: Iterable[Coding], text: str) -> Reanchored:
    """Find each coding's place in an edited text by its quote, and by its context where the quote is not unique.

    A coding is never put in a doubtful place: where two places fit equally well, it counts as lost.
    """
    kept, moved, lost = [], [], []
    for coding in codings:
        start = _place(coding, text)
        if start is None:
            lost.append(coding)
        elif start == coding.start:
            kept.append(coding)
        else:
            there = replace(coding, start=start, end=start + len(coding.quote))
            moved.append((coding, with_context(there, text)))
    return Reanchored(tuple(kept), tuple(moved), tuple(lost))


def overlaps(codings: Sequence[Coding]) -> tuple[tuple[Coding, Coding], ...]:
    """Pairs of one coder's codings of one source with the same code, value and case whose segments overlap."""
    latest: dict[tuple[str, ...], Coding] = {}
    pairs = []
    for coding in sorted(codings, key=READING_ORDER):
        key = (coding.source_id, coding.coder, coding.code_id, coding.value, coding.case_id)
        before = latest.get(key)
        if before is not None and coding.start < before.end:
            pairs.append((before, coding))
        if before is None or coding.end > before.end:
            latest[key] = coding
    return tuple(pairs)


def _place(coding: Coding, text: str) -> int | None:
    places = list(_occurrences(coding.quote, text))
    if len(places) <= 1:
        return places[0] if places else None
    fits = [(_fit(coding, text, start), start) for start in places]
    best = max(fit for fit, _ in fits)
    fitting = [start for fit, start in fits if fit == best]
    return fitting[0] if len(fitting) == 1 else None


def _occurrences(quote: str, text: str) -> Iterable[int]:
    start = text.find(quote) if quote.strip() else -1
    while start >= 0:
        yield start
        start = text.find(quote, start + 1)


def _fit(coding: Coding, text: str, start: int) -> int:
    """How many characters of context agree, counted outwards from the quote."""
    end = start + len(coding.quote)
    before = text[max(0, start - CONTEXT) : start]
    return _common(coding.before[::-1], before[::-1]) + _common(coding.after, text[end : end + CONTEXT])


def _common(one: str, other: str) -> int:
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
