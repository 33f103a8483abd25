"""What a person decided about a cluster, with the passages that they saw in it.

Clusters are the machine's and are made anew in every run. Decisions are people's: they stay, and find their cluster
again by its members.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from crosscase.source import Segment

ClusterVerdict = Literal["promoted", "merged", "split", "renamed", "rejected", "set_aside"]
# Clusters of one run share no passage, so no two of them can both be more than half the same as a third group.
THE_SAME = 0.5
SHAPING: frozenset[ClusterVerdict] = frozenset({"merged", "split"})
VERDICT_WORDS: Mapping[ClusterVerdict, str] = {
    "promoted": "promoted",
    "merged": "merged",
    "split": "split",
    "renamed": "renamed",
    "rejected": "rejected",
    "set_aside": "set aside",
}


@dataclass(frozen=True, slots=True, order=True)
class Member:
    """A passage that the person saw in the cluster, with its words and up to 32 characters around them.

    `margin` is how much better the cluster held it than the next one did, as a share of draws: at the edge near 0.
    `part` names the cluster it had been in (merged), or the one that the person put it into (split; empty: the rest).
    """

    source_id: str
    start: int
    end: int
    quote: str = ""
    before: str = ""
    after: str = ""
    margin: float = 1.0
    part: str = ""

    @property
    def place(self) -> Segment:
        return Segment(self.source_id, self.start, self.end)


@dataclass(frozen=True, slots=True)
class ClusterDecision:
    """One person's decision about one cluster (two or more, where they were merged), with its reason.

    `name` is what people call it, `machine_name` what the machine called it, `cluster_id` its id in that run; `scope`,
    `grain`, `k`, `encoder` and `sources` (their ids) are of the run. `code_id` is the code that it was promoted to,
    under whatever id now; `codebook` the codebook's version after the decision. `follows` are the decisions that this
    one takes the place of. `lost` are members whose words are not in their texts any more.
    """

    id: str
    verdict: ClusterVerdict
    members: tuple[Member, ...]
    scope: str = "uncoded"
    name: str = ""
    machine_name: str = ""
    reason: str = ""
    code_id: str = ""
    by: str = ""
    at: str = ""
    codebook: int = 0
    cluster_id: str = ""
    grain: str = ""
    k: int | None = None
    encoder: str = ""
    follows: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    lost: tuple[Member, ...] = ()

    @property
    def places(self) -> frozenset[Segment]:
        return frozenset(member.place for member in self.members)

    @property
    def shown_name(self) -> str:
        """People's name for the cluster, or else the machine's."""
        return self.name or self.machine_name

    @property
    def parts(self) -> Mapping[str, tuple[Member, ...]]:
        """The members by the cluster that they came from (merged) or were put into (split)."""
        parts: dict[str, tuple[Member, ...]] = {}
        for member in self.members:
            parts[member.part] = (*parts.get(member.part, ()), member)
        return parts


def standing(decisions: Iterable[ClusterDecision]) -> tuple[ClusterDecision, ...]:
    """The decisions that no later one has taken the place of, in their order."""
    decisions = tuple(decisions)
    replaced = {former for decision in decisions for former in decision.follows}
    return tuple(decision for decision in decisions if decision.id not in replaced)


def likeness(members: Collection[Segment], places: Collection[Segment]) -> float:
    """How nearly two groups of passages are the same (Jaccard): 0 where they share none, 1 where they share all."""
    members, places = set(members), set(places)
    return len(members & places) / len(members | places) if members or places else 0.0
