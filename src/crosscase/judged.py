"""The clusters of a run as people's earlier decisions leave them; a decision that finds no cluster again is listed.

A decision finds its cluster by the passages: those that both runs could group, since an interview that came later, or
a passage that was coded meanwhile, says nothing about whether it is the same cluster. It is, if they share more than
half of what either holds (Jaccard): then no other cluster can be, and no assignment has to be worked out.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from crosscase.cluster import SHAPING, THE_SAME, ClusterDecision, Member, likeness, standing
from crosscase.clustering import Cluster, Clustering, Passage, largest, largest_question
from crosscase.codebook import Code
from crosscase.problem import Refused, nearest
from crosscase.source import Segment

PERHAPS = 0.3
# Of fewer passages nobody can tell whether a cluster has been found again.
FEWEST_LEFT = 3
EXAMPLES = 2
FOLDED = ("rejected", "set_aside")


@dataclass(frozen=True, slots=True)
class DecidedCluster:
    """One cluster with what people decided about it.

    `shaped` is the merger or split that made it what it is, `decision` what stands about it, `likeness` how nearly it
    is what was decided on then. `ids` are those of the machine's clusters in it.
    """

    cluster: Cluster
    ids: tuple[str, ...]
    shaped: ClusterDecision | None = None
    decision: ClusterDecision | None = None
    likeness: float = 0.0
    part: str = ""

    @property
    def id(self) -> str:
        return self.cluster.id

    @property
    def name(self) -> str:
        """People's name for it, where they gave one; or else the machine's."""
        shaped = self.shaped.name if self.shaped is not None and self.shaped.verdict == "merged" else ""
        return (self.decision.name if self.decision else "") or self.part or shaped or self.cluster.name

    @property
    def is_named_by_people(self) -> bool:
        return self.name != self.cluster.name

    @property
    def is_folded(self) -> bool:
        return self.decision is not None and self.decision.verdict in FOLDED

    @property
    def code_id(self) -> str:
        """The code that it was promoted to."""
        return self.decision.code_id if self.decision is not None else ""


@dataclass(frozen=True, slots=True)
class Unfound:
    """A decision whose cluster isn't there again, why, and the cluster that is most nearly the one, if any is."""

    decision: ClusterDecision
    why: str
    nearest_id: str = ""
    likeness: float = 0.0


@dataclass(frozen=True, slots=True)
class Decided:
    """The clusters of a run, the largest first, as people's decisions leave them, and the decisions that find none."""

    clustering: Clustering
    clusters: tuple[DecidedCluster, ...]
    unfound: tuple[Unfound, ...] = ()

    @property
    def open(self) -> tuple[DecidedCluster, ...]:
        """Those that people still have to judge."""
        return tuple(c for c in self.clusters if not c.is_folded and not c.code_id)

    @property
    def promoted(self) -> tuple[DecidedCluster, ...]:
        return tuple(cluster for cluster in self.clusters if cluster.code_id)

    @property
    def folded(self) -> tuple[DecidedCluster, ...]:
        return tuple(cluster for cluster in self.clusters if cluster.is_folded)

    def by_id(self, cluster_id: str) -> DecidedCluster:
        """The cluster of this id, or the one that this one was merged into. Raises `Refused` if there is none."""
        for decided in self.clusters:
            if cluster_id == decided.id or (cluster_id in decided.ids and not decided.part):
                return decided
        ids = [decided.id for decided in self.clusters]
        parts = [part_id for part_id in ids if part_id.startswith(f"{cluster_id}.")]
        if parts:
            raise Refused(f"the cluster `{cluster_id}` was split; name one of its parts: {', '.join(sorted(parts))}")
        raise Refused(f"there is no cluster `{cluster_id}` in the last list; {nearest(cluster_id, ids)}")


def decided(clustering: Clustering, decisions: Iterable[ClusterDecision], codes: Collection[str] = ()) -> Decided:
    """Apply what stands of people's decisions to a run: first mergers and splits, then what they say of each cluster.

    `codes` are the ids of the codebook: what was promoted to a code that is gone is shown as a cluster again.
    """
    now = _Now(clustering)
    stands = standing(decisions)
    shapes = [DecidedCluster(cluster, (cluster.id,)) for cluster in clustering.clusters]
    unfound: list[Unfound] = []
    for decision in stands:
        if decision.verdict in SHAPING:
            shape = _merged if decision.verdict == "merged" else _split
            after = shape(decision, shapes, now)
            if after is None:
                unfound.append(now.unfound(decision, shapes))
            shapes = after or shapes
    # A later decision about the same cluster, by somebody who hadn't seen the earlier one, is the one that shows.
    for decision in reversed(stands):
        if decision.verdict not in SHAPING:
            at, alike = now.nearest(decision, decision.members, shapes)
            if alike <= THE_SAME or shapes[at].decision is not None:
                unfound.append(now.unfound(decision, shapes))
            elif decision.verdict == "promoted" and decision.code_id not in codes:
                unfound.append(Unfound(decision, f"its code `{decision.code_id}` is gone", shapes[at].id, alike))
            else:
                shapes[at] = replace(shapes[at], decision=decision, likeness=alike)
    order = {decision.id: at for at, decision in enumerate(stands)}
    unfound.sort(key=lambda lost: order[lost.decision.id])
    shapes.sort(key=lambda shape: (-len(shape.cluster.members), shape.cluster.members[0]))
    return Decided(clustering, tuple(shapes), tuple(unfound))


def as_seen(seen: Decided, clusters: Sequence[DecidedCluster], parts: Mapping[Segment, str]) -> ClusterDecision:
    """These clusters as a person has them before them, ready to be decided on: with passages, names and the run."""
    run = seen.clustering
    margins = {b.passage.place: round(b.held - b.held_second, 3) for b in run.belongings}
    passages = [passage for each in clusters for passage in each.cluster.members]
    members = tuple(
        Member(
            p.place.source_id, p.place.start, p.place.end, p.text, margin=margins[p.place], part=parts.get(p.place, "")
        )
        for p in passages
    )
    former = [each.decision for each in clusters if each.decision is not None]
    return ClusterDecision(
        "", "renamed", tuple(sorted(members)),
        scope=run.scope,
        name=next((each.name for each in clusters if each.is_named_by_people), ""),
        machine_name=" + ".join(each.cluster.name for each in clusters),
        cluster_id=" ".join(each.id for each in clusters),
        grain=run.grain, k=run.k, encoder=run.encoder,
        follows=tuple(decision.id for decision in former),
        sources=tuple(sorted({b.passage.place.source_id for b in run.belongings})),
    )  # fmt: skip


def drafted_code(seen: DecidedCluster, code: Code, examples: Sequence[Passage] = ()) -> Code:
    """The code that a cluster may become: what people wrote of it, and a draft of the rest that says it is one."""
    cluster = seen.cluster
    quoted = examples or (cluster.central, *cluster.examples)
    phrases = ", ".join(f"“{phrase}”" for phrase in cluster.phrases)
    has_in_common = f"often say {phrases}; the most central one says" if phrases else "resemble this one"
    draft = (
        f"Draft from a cluster, to be rewritten. {len(cluster.members)} passages of {cluster.sources} sources "
        f"{has_in_common}: “{' '.join(cluster.central.text.split())}”"
    )
    return replace(
        code,
        name=code.name or seen.name,
        origin="inductive",
        definition=code.definition or draft,
        include=code.include or tuple(f"passages that speak of “{phrase}”" for phrase in cluster.phrases),
        examples=tuple(dict.fromkeys(" ".join(passage.text.split()) for passage in quoted)),
    )


@dataclass(frozen=True, slots=True)
class _Now:
    """The run as a decision meets it."""

    clustering: Clustering

    def common(self, decision: ClusterDecision, members: Iterable[Member]) -> tuple[set[Segment], frozenset[str]]:
        """The members that are grouped now, and the sources that were there then."""
        grouped = {belonging.passage.place for belonging in self.clustering.belongings}
        sources = decision.sources or {member.source_id for member in (*decision.members, *decision.lost)}
        return {member.place for member in members} & grouped, frozenset(sources)

    def nearest(
        self, decision: ClusterDecision, members: Collection[Member], shapes: Sequence[DecidedCluster]
    ) -> tuple[int, float]:
        """The number of the cluster that is most nearly these members, and how nearly; 0 of none."""
        places, sources = self.common(decision, members)
        if len(places) < min(FEWEST_LEFT, len(members)) or not places:
            return 0, 0.0
        alike = [
            likeness(places, {place for place in shape.cluster.places if place.source_id in sources})
            for shape in shapes
        ]
        best = max(range(len(shapes)), key=lambda at: alike[at], default=0)
        return best, alike[best] if shapes else 0.0

    def unfound(self, decision: ClusterDecision, shapes: Sequence[DecidedCluster]) -> Unfound:
        places, _ = self.common(decision, decision.members)
        everything = len(decision.members) + len(decision.lost)
        if 2 * len(places) < everything:
            return Unfound(decision, f"{len(places)} of its {everything} passages are among those grouped now")
        at, alike = self.nearest(decision, decision.members, shapes)
        rival = shapes[at].decision if alike > THE_SAME else None
        if rival is not None:
            return Unfound(decision, f"`{rival.id}` is about the same cluster", shapes[at].id, alike)
        if alike >= PERHAPS:
            return Unfound(decision, "its passages are in other clusters now", shapes[at].id, alike)
        return Unfound(decision, "its passages are in no cluster together now")


def _merged(decision: ClusterDecision, shapes: list[DecidedCluster], now: _Now) -> list[DecidedCluster] | None:
    """The clusters with those that the parts find again made one; None where neither two are nor their sum is."""
    found: list[int] = []
    for members in decision.parts.values():
        at, alike = now.nearest(decision, members, shapes)
        if alike > THE_SAME and at not in found:
            found.append(at)
    if len(found) < 2:
        at, alike = now.nearest(decision, decision.members, shapes)
        if alike <= THE_SAME:
            return None
        found = [at]
    merged = [shapes[at] for at in sorted(found)]
    left = [shape for at, shape in enumerate(shapes) if at not in found]
    ids = tuple(cluster_id for shape in merged for cluster_id in shape.ids)
    return [*left, DecidedCluster(_joined([shape.cluster for shape in merged]), ids, decision)]


def _split(decision: ClusterDecision, shapes: list[DecidedCluster], now: _Now) -> list[DecidedCluster] | None:
    """The clusters with the one that is found again taken apart by people; None where neither it nor a part is."""
    at, alike = now.nearest(decision, decision.members, shapes)
    if alike > THE_SAME:
        return [*shapes[:at], *_taken_apart(decision, shapes[at]), *shapes[at + 1 :]]
    after = list(shapes)
    for part, members in decision.parts.items():
        at, alike = now.nearest(decision, members, shapes)
        if part and alike > THE_SAME:
            after[at] = replace(shapes[at], shaped=decision, part=part)
    return after if after != shapes else None


def _taken_apart(decision: ClusterDecision, whole: DecidedCluster) -> list[DecidedCluster]:
    """A cluster's parts by name, then the rest of it; passages that weren't there then are in the rest."""
    part_of = {member.place: member.part for member in decision.members}
    passages: dict[str, list[Passage]] = {}
    for passage in whole.cluster.members:
        passages.setdefault(part_of.get(passage.place, ""), []).append(passage)
    names = sorted(passages, key=lambda part: (not part, part))
    margins = {member.place: member.margin for member in decision.members}
    return [
        DecidedCluster(
            _part_of(whole.cluster, passages[part], margins, number), whole.ids, decision, part=part or "the rest"
        )
        for number, part in enumerate(names, 1)
    ]


def _joined(clusters: Sequence[Cluster]) -> Cluster:
    """Several clusters as one: named and quoted by the largest, as loose as the loosest."""
    first = clusters[0]
    members = tuple(sorted(passage for cluster in clusters for passage in cluster.members))
    phrases = tuple(dict.fromkeys(phrase for cluster in clusters for phrase in cluster.phrases[:2]))
    return replace(
        first,
        phrases=phrases if len(clusters) > 1 else first.phrases,
        members=members,
        stability=min(cluster.stability for cluster in clusters),
        largest_source=largest([passage.place.source_id for passage in members], len(members)),
        largest_question=largest_question(members),
    )


def _part_of(whole: Cluster, members: Sequence[Passage], margins: Mapping[Segment, float], number: int) -> Cluster:
    """A part of a cluster: quoted by those of its passages that the cluster held best."""
    by_margin = sorted(members, key=lambda passage: (-margins.get(passage.place, 0), passage))
    first, *others = by_margin
    heard = {first.place.source_id}
    examples: list[Passage] = []
    for passage in others:
        if len(examples) < EXAMPLES and passage.place.source_id not in heard:
            heard.add(passage.place.source_id)
            examples.append(passage)
    shown = {first, *examples}
    return replace(
        whole,
        id=f"{whole.id}.{number}",
        phrases=(),
        members=tuple(sorted(members)),
        central=first,
        examples=tuple(examples),
        borderline=next((passage for passage in reversed(by_margin) if passage not in shown), None),
        largest_source=largest([passage.place.source_id for passage in members], len(members)),
        largest_question=largest_question(members),
    )
