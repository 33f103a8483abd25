"""A coding is one decision by one coder; a suggestion is the machine's proposal of one. They are never the same type.

A coding points at its place and also carries its quote with a little context, so that it finds its way back when
the text around it is edited.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Literal

from crosscase.source import Segment

Stance = Literal["", "reports", "supports", "opposes", "expects"]

CONTEXT = 32
READING_ORDER = attrgetter("source_id", "start", "end")


CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
"""Douglas Crockford's base 32: digits and letters that people don't take for one another."""


def six_letters(number: int) -> str:
    """The last thirty bits of a number as six letters of base 32, the lowest first."""
    return "".join(CROCKFORD[number >> 5 * place & 31] for place in range(6))


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

    def __hash__(self) -> int:
        # Of all fields it would cost more than all else that a long source's page does with its codings.
        return hash((self.id, self.start))

    @property
    def segment(self) -> Segment:
        return Segment(self.source_id, self.start, self.end)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The machine proposes: this passage may carry this code. Only a person's act makes a coding of it.

    `score` is in [0, 1]: of pairs with such a score about this share is right, as far as is known, which is little
    before people have decided. `explanation` says in words what the score rests on; `encoder` names what made the
    vectors, and is empty where words alone were compared. `value` is a guess at one of the code's values, if it has
    any. `alike` quotes the decided passages that it resembles, of which others may not be meant to know. `case_id` is
    set where the passage names another case than its speaker's own, `episode_id` where its dates tell one of several.
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
    alike: str = ""
    case_id: str = ""
    episode_id: str = ""

    @property
    def id(self) -> str:
        return f"{self.source_id}:{self.start}-{self.end}:{self.code_id}"

    @property
    def segment(self) -> Segment:
        return Segment(self.source_id, self.start, self.end)

    @property
    def draft(self) -> Coding:
        """What a coding of it would be as it stands; only a person's decision makes it one."""
        return Coding(
            id="",
            source_id=self.source_id,
            start=self.start,
            end=self.end,
            quote="",
            code_id=self.code_id,
            value=self.value,
            case_id=self.case_id,
            episode_id=self.episode_id,
        )


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


def with_context(coding: Coding, text: str, **fields: str) -> Coding:
    """The coding with quote and context as the text has them at its place, and with other `fields`, in one go."""
    start, end = coding.start, coding.end
    return replace(
        coding,
        quote=text[start:end],
        before=text[max(0, start - CONTEXT) : start],
        after=text[end : end + CONTEXT],
        **fields,  # type: ignore[arg-type]
    )


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
