"""What the machine learned from people's decisions, as values: how far each code is trusted, and what to put next.

`suggest` makes them, `.crosscase/` keeps them, windows and pages show them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from crosscase.coding import Suggestion
from crosscase.source import Segment
from crosscase.wording import how_many

BLIND_AMONG = 10
"""One passage in so many may be put blind, and no more: what that costs must stay small beside what it tells."""

Standing = Literal["learning", "estimated", "silent"]


@dataclass(frozen=True, slots=True)
class Trust:
    """What is known of one code's suggestions.

    *learning*: too little was decided to know; what is shown is a guess. *estimated*: from `threshold` on at least
    three in five were right in nine of ten draws of interviews. *silent*: even with luck hardly any were right, so
    nothing is shown. `right` of `shown` passages, in interviews read whole, from the threshold on carry the code, `low`
    to `high` is the share's range over draws of `interviews`; `coded` counts the passages that people gave the code.
    """

    standing: Standing
    threshold: float
    coded: int
    right: int = 0
    shown: int = 0
    low: float = 0.0
    high: float = 1.0
    interviews: int = 0

    def __str__(self) -> str:
        """In words: `of such suggestions about 7 in 10 were right (6 to 8; 9 sources)`, or why that isn't known."""
        if self.standing == "estimated":
            tenths = f"of such suggestions about {10 * self.right / self.shown:.0f} in 10 were right"
            return f"{tenths} ({10 * self.low:.0f} to {10 * self.high:.0f}; {how_many(self.interviews, 'source')})"
        if not self.coded:
            return "a guess, from the codebook alone"
        return f"a guess, from {how_many(self.coded, 'coded passage')}"


@dataclass(frozen=True, slots=True)
class Point:
    """What was reached with the decisions of so many interviews, on those of all others: mean average precision.

    `of_code` has it for each code that was coded in those others.
    """

    interviews: int
    precision: float
    of_code: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reviewable:
    """A passage that is put to people for a code, with the decided passages that spoke most for it and against it."""

    suggestion: Suggestion
    coded_like: Segment | None = None
    rejected_like: Segment | None = None


@dataclass(frozen=True, slots=True)
class BlindPassage:
    """A passage that is put without what was proposed for it: `choices` of codes, in the order of the codebook.

    `proposed` are suggestions of some of these; of half of such passages nothing was proposed.
    """

    place: Segment
    choices: tuple[str, ...]
    proposed: tuple[Suggestion, ...] = ()


@dataclass(frozen=True, slots=True)
class CodeLearning:
    """One code: how far it is trusted, and by the name of each queue what to put next, as places in `reviewables`."""

    code_id: str
    trust: Trust
    queues: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Learning:
    """All that a review needs: `codes` in the order of the codebook, `passages` how many the machine read in all.

    It was learned from so many `decisions`. `curve` may be empty: it is longer in the making than all the rest.
    """

    decisions: int
    passages: int
    reviewables: tuple[Reviewable, ...]
    codes: tuple[CodeLearning, ...]
    blind: tuple[BlindPassage, ...] = ()
    curve: tuple[Point, ...] = ()
