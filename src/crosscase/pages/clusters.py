"""The clusters of what the codebook misses: the machine's, as proposals to look at, and what people decided on them."""

from collections import Counter
from dataclasses import dataclass, replace

from crosscase.cluster import VERDICT_WORDS, ClusterDecision
from crosscase.clustering import Cluster, Clustering, Passage
from crosscase.judged import Decided, DecidedCluster, Unfound, decided
from crosscase.pages import links
from crosscase.pages.data import Fact, Frame, Link, PassageLine
from crosscase.pages.explored import FIRMNESS, passage_line
from crosscase.pages.figures.clusters import dots, passage_map
from crosscase.pages.figures.drawing import Figure, letter
from crosscase.pages.material import Material, code_page, frame
from crosscase.wording import counted, out_of, sentence

TITLE = "Clusters"
ONE_VOICE, ONE_QUESTION = 0.5, 0.8


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """What a person decided about a cluster, who and when, the reason, and the code it became.

    `why` says why the cluster isn't there again, where it isn't.
    """

    anchor: str
    name: str
    verdict: str
    byline: str
    reason: str
    code: Link | None
    size: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class ClusterEntry:
    """A cluster as it is listed; `named_by` is empty where the name is the machine's."""

    anchor: str
    id: str
    letter: str
    name: str
    named_by: str
    facts: tuple[Fact, ...]
    warnings: tuple[str, ...]
    quotes: tuple[PassageLine, ...]
    decisions: tuple[DecisionLine, ...]
    is_put_by: bool


@dataclass(frozen=True, slots=True)
class NearLine:
    """How near a code is to each cluster, in their order; `is_nearest` tells where it is one of the three nearest."""

    code: Link
    cosines: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class ClustersPage:
    """`entries` are the clusters to look at, `put_by` those that people rejected or set aside.

    `earlier` are decisions whose passages are no cluster now. `missing` says how to get clusters where there are none.
    """

    file: str
    frame: Frame
    missing: str
    summary: str
    entries: tuple[ClusterEntry, ...]
    put_by: tuple[ClusterEntry, ...]
    earlier: tuple[DecisionLine, ...]
    map: Figure | None
    dots: Figure | None
    letters: tuple[tuple[str, str, str], ...]
    nearness: tuple[NearLine, ...]
    made: tuple[Fact, ...]


def clusters_page(material: Material) -> ClustersPage:
    exploration = material.exploration
    clustering = exploration.clustering if exploration else Clustering()
    now = decided(clustering, material.study.cluster_decisions, material.study.codebook.by_id.keys())
    entries: list[ClusterEntry] = []
    anchored: set[str] = set()
    for cluster in now.clusters:
        entries.append(_entry(material, now, len(entries), cluster, anchored))
    names = {entry.letter: entry.name for entry in entries}
    return ClustersPage(
        file=links.CLUSTERS,
        frame=frame(material, TITLE, "Codebook", Link("Codebook", links.CODEBOOK)),
        missing="" if exploration else "There are no clusters of the study as it is now. `crosscase run` makes them.",
        summary=_summary(clustering),
        entries=tuple(entry for entry in entries if not entry.is_put_by),
        put_by=tuple(entry for entry in entries if entry.is_put_by),
        earlier=tuple(_earlier(material, lost, anchored, has_clusters=bool(exploration)) for lost in now.unfound),
        map=passage_map(material, now, names),
        dots=dots(material, now, names) if now.clusters else None,
        letters=tuple((entry.letter, entry.name, links.here(entry.anchor)) for entry in entries),
        nearness=_nearness(material, now),
        made=_made(material, clustering) if exploration else (),
    )


def _entry(material: Material, now: Decided, number: int, shown: DecidedCluster, anchored: set[str]) -> ClusterEntry:
    decisions = [decision for decision in (shown.shaped, shown.decision) if decision]
    return ClusterEntry(
        anchor=links.cluster_anchor(shown.id),
        id=shown.id,
        letter=letter(number),
        name=shown.name,
        named_by=material.coder_name(decisions[-1].by) if shown.is_named_by_people and decisions else "",
        facts=_facts(material, now, shown.cluster),
        warnings=_warnings(material, shown.cluster),
        quotes=_quotes(material, now, shown.cluster),
        decisions=tuple(_decision(material, decision, anchored) for decision in decisions),
        is_put_by=shown.is_folded,
    )


def _facts(material: Material, now: Decided, cluster: Cluster) -> tuple[Fact, ...]:
    unit = material.study.settings.unit
    cases = {case_id for member in cluster.members for case_id in member.case_ids} & material.case_names.keys()
    near = tuple(material.named_code(nearness.code_id) for nearness in cluster.nearest_codes)
    size = [
        out_of(len(cluster.members), len(now.clustering.belongings), "passage"),
        out_of(cluster.sources, len(material.sources), "source"),
        *([out_of(len(cases), len(material.case_names), unit)] if material.case_names else []),
    ]
    return (
        Fact("Size", "; ".join(size)),
        Fact("Stability", f"{FIRMNESS[cluster.firmness]} ({cluster.stability:.2f})"),
        *((Fact("Nearest codes", links=near),) if near else ()),
    )


def _warnings(material: Material, cluster: Cluster) -> tuple[str, ...]:
    """Reasons to doubt that it is about something that several people say, in counts."""
    size = len(cluster.members)
    heard = Counter(member.place.source_id for member in cluster.members)[cluster.largest_source.id]
    asked = Counter(member.question_id for member in cluster.members)
    warnings = []
    if cluster.all_sources > 1 and heard > ONE_VOICE * size:
        title = material.source_link(cluster.largest_source.id).text
        warnings.append(f"{heard} of its {size} passages are from one source, {title}.")
    question = cluster.largest_question
    if question and asked[question.id] > ONE_QUESTION * size:
        words = next((one.text for one in material.study.guide.questions if one.id == question.id), question.id)
        told = f"{asked[question.id]} of its {size} passages answer one question"
        warnings.append(f"{told}, “{words}”: it may be the question’s, not theirs.")
    return tuple(warnings)


def _quotes(material: Material, now: Decided, cluster: Cluster) -> tuple[PassageLine, ...]:
    quotes = [passage_line(material, cluster.central, "Most central")]
    quotes += [passage_line(material, example, "From another source") for example in cluster.examples]
    if cluster.borderline:
        quotes.append(_borderline(material, now, cluster.borderline))
    return tuple(quotes)


def _borderline(material: Material, now: Decided, passage: Passage) -> PassageLine:
    second = next((one.second_id for one in now.clustering.belongings if one.passage == passage), "")
    at = next((number for number, shown in enumerate(now.clusters) if second in shown.ids), None)
    if at is None or passage in now.clusters[at].cluster.members:
        return passage_line(material, passage, "At its border")
    there = Link(letter(at), links.here(links.cluster_anchor(now.clusters[at].id)))
    return passage_line(material, passage, "At its border; next best is", there)


def _earlier(material: Material, lost: Unfound, anchored: set[str], *, has_clusters: bool) -> DecisionLine:
    line = _decision(material, lost.decision, anchored)
    return replace(line, why=lost.why) if has_clusters else line


def _decision(material: Material, decision: ClusterDecision, anchored: set[str]) -> DecisionLine:
    """A split stands with each of its parts, and has its anchor with the first."""
    anchor = "" if decision.id in anchored else links.cluster_decision_anchor(decision.id)
    anchored.add(decision.id)
    code = material.study.codebook.by_id.get(decision.code_id)
    return DecisionLine(
        anchor=anchor,
        name=decision.shown_name,
        verdict=VERDICT_WORDS[decision.verdict],
        byline=material.byline(decision.by, decision.at),
        reason=decision.reason,
        code=code_page(code) if code else None,
        size=f"{counted(len(decision.members), 'passage')} seen",
    )


def _nearness(material: Material, now: Decided) -> tuple[NearLine, ...]:
    """The codes that are among the three nearest of some cluster, the most often so first."""
    clusters = [shown.cluster for shown in now.clusters]
    nearest = [{near.code_id for near in cluster.nearest_codes} for cluster in clusters]
    times = Counter(code_id for ids in nearest for code_id in ids)
    cosines = [{near.code_id: near.cosine for near in cluster.nearness} for cluster in clusters]
    order = [code.id for code in material.study.codebook.codes if code.id in times]
    order.sort(key=lambda code_id: -times[code_id])
    return tuple(
        NearLine(
            material.named_code(code_id),
            tuple((_figure(row[code_id]), code_id in ids) for row, ids in zip(cosines, nearest, strict=True)),
        )
        for code_id in order
    )


def _figure(cosine: float) -> str:
    return f"{cosine:.2f}".replace("-", "−")


def _summary(clustering: Clustering) -> str:
    total = len(clustering.belongings)
    if not total:
        return ""
    if not clustering.clusters:
        return sentence(f"{counted(total, 'passage')}, and no cluster among them: too few, or none hold together.")
    inside = sum(bool(belonging.cluster_id) for belonging in clustering.belongings)
    holding = "holds" if len(clustering.clusters) == 1 else "hold"
    told = f"{counted(len(clustering.clusters), 'cluster')} {holding} {out_of(inside, total, 'passage')}"
    if inside == total:
        return f"{told}."
    return f"{told}; {len(clustering.apart)} resemble no other, {len(clustering.left_over)} are left over."


def _made(material: Material, clustering: Clustering) -> tuple[Fact, ...]:
    code = material.study.codebook.by_id.get(clustering.scope)
    scopes = {"uncoded": "the passages of participants that no coding covers", "all": "all passages of participants"}
    scope = f"passages under the code {code.name}" if code else scopes.get(clustering.scope, clustering.scope)
    number = f"{clustering.k}, as asked for" if clustering.k else f"as many as hold together, {clustering.grain} grain"
    seen = f"meaning ({clustering.encoder}) and words"
    if not clustering.encoder:
        seen = "words alone, as there was no encoder: the same said in other words is missed"
    left_out = [f"{count:,} {reason}" for reason, count in clustering.left_out.items() if count]
    different = len(clustering.belongings) - clustering.copies
    grouped = 0 < clustering.sampled < different
    return (
        Fact("Scope", scope),
        Fact("Number of clusters", number),
        Fact("Compared by", seen),
        Fact("Resemble no other", counted(len(clustering.apart), "passage")),
        Fact("Left over", f"{counted(len(clustering.left_over), 'passage')} that no draw kept with enough others"),
        *(
            (Fact("Grouped", f"{out_of(clustering.sampled, different, 'passage')}; others by likeness"),)
            if grouped
            else ()
        ),
        *((Fact("Said twice", f"{counted(clustering.copies, 'passage')} count once"),) if clustering.copies else ()),
        *((Fact("Left out", "; ".join(left_out)),) if left_out else ()),
    )
