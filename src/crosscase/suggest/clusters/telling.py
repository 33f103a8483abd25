"""Clusters in lines of text, for whoever decides on them."""

from collections.abc import Iterator

from crosscase.cluster import VERDICT_WORDS, ClusterDecision
from crosscase.clustering import Cluster, Passage
from crosscase.judged import Decided, DecidedCluster, Unfound
from crosscase.wording import counted

LONGEST_QUOTE = 160


def lines(seen: Decided) -> Iterator[str]:
    """First what to know, then each cluster to judge; what was decided is folded into a line each, at the end."""
    clustering = seen.clustering
    yield (
        f"{len(seen.clusters)} clusters of {len(clustering.belongings):,} passages, {clustering.coverage:.0%} of which "
        f"are in one; {len(clustering.apart)} resemble no other, {len(clustering.left_over)} are left over"
    )
    yield from clustering.remarks
    for cluster in seen.open:
        yield ""
        yield from _told(cluster)
    yield from _listed("became codes", [f"{c.id}  {c.name} → {c.code_id}{_why(c.decision)}" for c in seen.promoted])
    yield from _listed("folded away", [f"{c.id}  {c.name}, {_size(c.cluster)}{_why(c.decision)}" for c in seen.folded])
    yield from _listed("decided on, and not found again in these clusters", [unfound(lost) for lost in seen.unfound])


def shown(seen: DecidedCluster) -> Iterator[str]:
    """A cluster with all its passages, numbered as `promote --example` and `split --part` name them."""
    yield from _told(seen)
    yield ""
    for number, passage in enumerate(seen.cluster.members, 1):
        yield f"{number:>4}  {_quoted(passage, whole=True)}"


def decision_made(decision: ClusterDecision) -> str:
    """What was written down, in a line."""
    became = f" → {decision.code_id}, in version {decision.codebook} of the codebook" if decision.code_id else ""
    passages = counted(len(decision.members), "passage")
    verdict = VERDICT_WORDS[decision.verdict]
    return f"{verdict}: {decision.shown_name} ({passages}){became}; kept as {decision.id}"


def unfound(lost: Unfound) -> str:
    decision = lost.decision
    near = f"; nearest is {lost.nearest_id} ({lost.likeness:.2f})" if lost.nearest_id else ""
    became = f" → {decision.code_id}" if decision.code_id else ""
    return f"{decision.id}  {decision.shown_name}{became}{_why(decision)}: {lost.why}{near}"


def _listed(heading: str, entries: list[str]) -> Iterator[str]:
    if entries:
        yield ""
        yield f"{heading}:"
        yield from (f"  {entry}" for entry in entries)


def _told(seen: DecidedCluster) -> Iterator[str]:
    cluster = seen.cluster
    name = f"the machine calls it {cluster.name}" if seen.is_named_by_people else "the machine's name"
    stability = f"{cluster.firmness}, {cluster.stability:.2f}"
    yield f"{seen.id}  {seen.name}  ({name}; {_size(cluster)}; {stability})"
    for decision in (seen.shaped, seen.decision):
        if decision is not None:
            yield f"  {_why(decision).lstrip(', ')} ({decision.id})"
    for passage in (cluster.central, *cluster.examples):
        yield f"  {_quoted(passage)}"
    if cluster.borderline:
        yield f"  at its border: {_quoted(cluster.borderline)}"
    if cluster.nearest_codes:
        yield "  nearest codes: " + ", ".join(f"{near.code_id} {near.cosine:.2f}" for near in cluster.nearest_codes)
    for warning in cluster.warnings:
        yield f"  note: {warning}"


def _size(cluster: Cluster) -> str:
    cases = f" and {counted(cluster.cases, 'case')}" if cluster.cases else ""
    return f"{counted(len(cluster.members), 'passage')} of {counted(cluster.sources, 'source')}{cases}"


def _why(decision: ClusterDecision | None) -> str:
    """`, rejected by AB on 2026-01-02: it is the question's wording`."""
    if decision is None:
        return ""
    on = f" on {decision.at[:10]}" if decision.at else ""
    by = f" by {decision.by}" if decision.by else ""
    return f", {VERDICT_WORDS[decision.verdict]}{by}{on}" + (f": {decision.reason}" if decision.reason else "")


def _quoted(passage: Passage, *, whole: bool = False) -> str:
    text = " ".join(passage.text.split())
    is_short = whole or len(text) <= LONGEST_QUOTE
    cut = text if is_short else f"{text[: LONGEST_QUOTE - 1].rstrip()}…"
    return f"“{cut}” ({passage.place.source_id})"
