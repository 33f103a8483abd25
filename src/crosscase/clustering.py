"""What the machine's clusters are: passages that resemble each other, for people to judge. Made by `suggest.clusters`.

A cluster is no theme and no code. What people decided about one is in `cluster`.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from crosscase.source import Segment

Grain = Literal["fine", "medium", "coarse"]

FEWEST = 10
FIRM, FAIRLY_FIRM = 0.75, 0.6
ONE_VOICE = 0.5
ONE_QUESTION = 0.8
NAMES = 2
NEAREST = 3
PART = 0.25
FEWEST_SOURCES = 3


@dataclass(frozen=True, slots=True, order=True)
class Passage:
    """A passage as it is grouped: its place, its words, the guide's question it answers, and its cases."""

    place: Segment
    text: str
    question_id: str = ""
    case_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Share:
    """Which interview, or question of the guide, most of a cluster comes from, and how large a part that is."""

    id: str
    share: float


@dataclass(frozen=True, slots=True)
class Nearness:
    """How near something is to a code, as a cosine: comparable within one run only."""

    code_id: str
    cosine: float


@dataclass(frozen=True, slots=True)
class Cluster:
    """The machine's grouping of passages that resemble each other.

    `members` stand in reading order. `central` is the passage most like all the others, `examples` are two more from
    other interviews, `borderline` is the one that another cluster holds almost as well. `stability` is how well the
    cluster was found again when interviews were left out (mean Jaccard). `nearness` is to every code, the nearest
    first. `id` follows from the places of the most central passages; a later run finds the cluster again by its members
    (see `judged`).
    """

    id: str
    phrases: tuple[str, ...]
    members: tuple[Passage, ...]
    central: Passage
    examples: tuple[Passage, ...]
    borderline: Passage | None
    stability: float
    largest_source: Share
    largest_question: Share | None
    nearness: tuple[Nearness, ...]
    all_sources: int

    @property
    def name(self) -> str:
        """The machine's name for it: its best phrases, or else how its central passage begins."""
        return " · ".join(self.phrases[:NAMES]) or f"“{' '.join(self.central.text.split()[:6])} …”"

    @property
    def nearest_codes(self) -> tuple[Nearness, ...]:
        return self.nearness[:NEAREST]

    @property
    def places(self) -> frozenset[Segment]:
        return frozenset(member.place for member in self.members)

    @property
    def sources(self) -> int:
        return len({member.place.source_id for member in self.members})

    @property
    def cases(self) -> int:
        return len({case_id for member in self.members for case_id in member.case_ids})

    @property
    def firmness(self) -> str:
        """The stability in words (thresholds after Hennig 2007)."""
        if self.stability >= FIRM:
            return "firm"
        return "fairly firm" if self.stability >= FAIRLY_FIRM else "loose"

    @property
    def warnings(self) -> tuple[str, ...]:
        """Reasons to doubt that it is about something that several people say."""
        warnings = []
        if self.all_sources > 1 and self.largest_source.share > ONE_VOICE:
            warnings.append(f"{self.largest_source.share:.0%} of it is from {self.largest_source.id}")
        if self.largest_question and self.largest_question.share > ONE_QUESTION:
            question = self.largest_question
            warnings.append(f"{question.share:.0%} of it answers {question.id}: it may be the question's, not theirs")
        return tuple(warnings)


@dataclass(frozen=True, slots=True)
class Belonging:
    """Which cluster a passage belongs to (none: it is apart, or left over), and which holds it best and next best.

    `held` and `held_second` are the shares of draws in which it was together with those clusters' passages. `at` is its
    place on the map, from 0 to 1 each way; None where it isn't drawn.
    """

    passage: Passage
    cluster_id: str
    nearest_id: str
    second_id: str
    held: float
    held_second: float
    is_apart: bool
    is_copy: bool
    at: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Clustering:
    """The clusters of some passages, the largest first, and what became of every passage.

    `scope` is `uncoded`, `all`, or the code whose passages were grouped. `encoder` is empty where there was none, and
    words alone were compared. `left_out` counts by reason what wasn't looked at. `sampled` passages were grouped, the
    other ones put to their likes.
    """

    clusters: tuple[Cluster, ...] = ()
    belongings: tuple[Belonging, ...] = ()
    encoder: str = ""
    k: int | None = None
    grain: Grain = "medium"
    sampled: int = 0
    scope: str = "uncoded"
    left_out: Mapping[str, int] = field(default_factory=dict)

    @property
    def apart(self) -> tuple[Passage, ...]:
        """Passages that resemble no other."""
        return tuple(belonging.passage for belonging in self.belongings if belonging.is_apart)

    @property
    def left_over(self) -> tuple[Passage, ...]:
        """Passages that the draws didn't keep together with enough others."""
        return tuple(b.passage for b in self.belongings if not b.cluster_id and not b.is_apart)

    @property
    def copies(self) -> int:
        return sum(belonging.is_copy for belonging in self.belongings)

    @property
    def coverage(self) -> float:
        """The share of the passages that belong to a cluster."""
        return sum(bool(b.cluster_id) for b in self.belongings) / max(1, len(self.belongings))

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a person should know before looking at the clusters, in sentences."""
        count = len(self.belongings)
        different = count - self.copies
        remarks = []
        if count and not self.clusters and not self.sampled:
            remarks.append(f"{different} different passages are too few to group: there must be {FEWEST}")
        if count and not self.encoder:
            remarks.append("there was no encoder: words alone were compared, so the same said in other words is missed")
        if 0 < self.sampled < different:
            remarks.append(f"{self.sampled:,} of {different:,} passages were grouped, the others put to their likes")
        if self.copies:
            remarks.append(f"{self.copies} repeat another passage nearly word for word, and count once in the grouping")
        left_out = "; ".join(f"{count} {reason}" for reason, count in self.left_out.items() if count)
        return (*remarks, *([f"left out: {left_out}"] if left_out else []))

    def by_id(self, cluster_id: str) -> Cluster | None:
        return next((cluster for cluster in self.clusters if cluster.id == cluster_id), None)


@dataclass(frozen=True, slots=True)
class CodeView:
    """One code's passages as the machine sees them.

    `parts` are the clusters within it. `outliers` are passages that stand nearer to another code's passages than to its
    own, the farthest first, each with that code's id. `uncoded` are passages under no code that are nearest to it.
    """

    code_id: str
    passages: int
    parts: tuple[Cluster, ...]
    outliers: tuple[tuple[Passage, str], ...]
    uncoded: tuple[Passage, ...]

    @property
    def may_be_two(self) -> bool:
        """Whether two clusters within it are firm, each with a quarter of its passages and of three interviews.

        A sign, no more: most codes hold several subjects.
        """
        firm = [part for part in self.parts if part.stability >= FIRM and part.sources >= FEWEST_SOURCES]
        return sum(len(part.members) >= PART * self.passages for part in firm) > 1


@dataclass(frozen=True, slots=True)
class Twins:
    """Two codes that may say the same.

    `shared` is the part of both codes' passages that carries both. `mixed` tells how far the passages with one of them
    only stand among those with the other: 0 not at all, .5 as if the codes had been drawn by lot.
    """

    code_id: str
    other_id: str
    shared: float
    mixed: float


@dataclass(frozen=True, slots=True)
class Exploration:
    """What the machine shows people who look for what the codebook misses; nothing of it is a finding.

    `views` has a view of each code that some passage carries, `twins` pairs of codes that may say the same.
    """

    clustering: Clustering = field(default_factory=Clustering)
    views: tuple[CodeView, ...] = ()
    twins: tuple[Twins, ...] = ()


def largest(ids: Sequence[str], count: int) -> Share:
    """The id that comes most often, and its part of all that were counted."""
    most, uses = min(Counter(ids).items(), key=lambda item: (-item[1], item[0]))
    return Share(most, uses / count)


def largest_question(members: Sequence[Passage]) -> Share | None:
    """None where no question of the guide was found before any of the passages."""
    asked = [member.question_id for member in members if member.question_id]
    return largest(asked, len(members)) if asked else None
