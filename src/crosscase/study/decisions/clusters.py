"""Decisions about clusters: promoted to a code, merged, split, renamed, rejected, set aside; and taken back.

Each is a line of clusters/decisions.jsonl, with the passages that the person saw. None of them codes anything.
"""

from collections.abc import Iterator
from dataclasses import replace

from crosscase.cluster import (
    SHAPING,
    THE_SAME,
    VERDICT_WORDS,
    ClusterDecision,
    ClusterVerdict,
    Member,
    likeness,
    standing,
)
from crosscase.codebook import Amendment, Category, Code
from crosscase.coding import CONTEXT
from crosscase.problem import Refused
from crosscase.study import formats
from crosscase.study.decisions.book import added_to_book, code_version, next_version
from crosscase.study.decisions.codebook import retired_from_book
from crosscase.study.decisions.door import (
    change_of,
    coder_of,
    data_of,
    decide,
    known,
    new_id,
    readable,
    source_of,
    this_moment,
    today,
)
from crosscase.study.files import Change
from crosscase.study.formats.clusters import PATH
from crosscase.study.study import Study


def promote_cluster(
    study: Study,
    by: str,
    cluster: ClusterDecision,
    code: Code,
    *,
    category: Category | None = None,
    before: str = "",
) -> Study:
    """Make an inductive code of a cluster. It codes nothing: its cells wait until the sources were gone through again.

    The code goes to the end of its category, or before another code; `category` begins a new one. The decision and the
    code are written together, or neither is.
    """

    def act(now: Study) -> Iterator[Change]:
        version = next_version(now)
        decision = _decision(study, now, by, replace(cluster, code_id=code.id, codebook=version), "promoted")
        step = Amendment(version, "defined", decision.reason, by, today(), decision.id)
        yield added_to_book(now, replace(code, origin="inductive"), step, before=before, new=category)
        yield _line_added(now, decision)

    return decide(study, act)


def merge_clusters(study: Study, by: str, cluster: ClusterDecision) -> Study:
    """Take several clusters for one from now on; each member's `part` says which of them it was in."""

    def act(now: Study) -> Iterator[Change]:
        if len(cluster.parts) < 2 or "" in cluster.parts:
            raise Refused("a merger is of two clusters or more; name them")
        yield _line_added(now, _decision(study, now, by, cluster, "merged"))

    return decide(study, act)


def split_cluster(study: Study, by: str, cluster: ClusterDecision) -> Study:
    """Take one cluster for several from now on; each member's `part` names the one it goes to, the rest stays."""

    def act(now: Study) -> Iterator[Change]:
        if len(cluster.parts) < 2:
            raise Refused("a split makes two parts or more; leave passages to the rest, or name another part")
        yield _line_added(now, _decision(study, now, by, cluster, "split"))

    return decide(study, act)


def rename_cluster(study: Study, by: str, cluster: ClusterDecision) -> Study:
    """Call a cluster something else than the machine does; later runs call what they find again by that name."""

    def act(now: Study) -> Iterator[Change]:
        if not cluster.name.strip():
            raise Refused("the cluster's new name has no words; write some")
        yield _line_added(now, _decision(study, now, by, cluster, "renamed"))

    return decide(study, act)


def reject_cluster(study: Study, by: str, cluster: ClusterDecision) -> Study:
    """Say that a cluster is nothing that the codebook lacks, and why; it is folded away from now on."""
    return decide(study, lambda now: [_line_added(now, _decision(study, now, by, cluster, "rejected"))])


def set_aside_cluster(study: Study, by: str, cluster: ClusterDecision) -> Study:
    """Leave a cluster for later, or for another study; it is folded away from now on."""
    return decide(study, lambda now: [_line_added(now, _decision(study, now, by, cluster, "set_aside"))])


def withdraw_cluster_decision(study: Study, decision_id: str) -> Study:
    """Take a decision about a cluster back; what it followed stands again. A code that it made goes with it.

    Raises `Refused` if another decision follows it, or if its code is in use or has been amended since.
    """

    def act(now: Study) -> Iterator[Change]:
        decisions = {decision.id: decision for decision in now.cluster_decisions}
        decision = decisions[known(decision_id, decisions, "decision about a cluster with the id")]
        follower = next((later for later in decisions.values() if decision_id in later.follows), None)
        if follower is not None:
            raise Refused(f"`{follower.id}` ({follower.verdict}) follows it; withdraw that one first")
        code = now.codebook.by_id.get(decision.code_id)
        if code is not None:
            if [step.cluster for step in code.history] != [decision_id]:
                raise Refused(f"its code `{code.id}` has been amended since; retire or merge the code first")
            yield retired_from_book(now, code)
        yield _line_removed(now, decision_id)

    return decide(study, act)


def _decision(study: Study, now: Study, by: str, cluster: ClusterDecision, verdict: ClusterVerdict) -> ClusterDecision:
    """The decision as it is written down, provided that the cluster is still what the person saw."""
    coder_of(now, by)
    readable(now, PATH)
    if verdict in ("promoted", "rejected") and not cluster.reason.strip():
        raise Refused(f"say why it is {VERDICT_WORDS[verdict]}: whoever reads this later has only your reason")
    if not cluster.members:
        raise Refused("a decision is about a cluster's passages, and there are none")
    members = tuple(sorted(_member(study, now, member) for member in cluster.members))
    if len({member.place for member in members}) < len(members):
        raise Refused("a passage is named twice; each belongs to one cluster")
    decision = replace(
        cluster,
        id=new_id("cluster", by, {there.id for there in now.cluster_decisions}),
        verdict=verdict,
        members=members,
        reason=" ".join(cluster.reason.split()),
        name=" ".join(cluster.name.split()),
        by=by,
        at=this_moment(),
        codebook=cluster.codebook or code_version(now),
        lost=(),
    )
    return replace(decision, follows=_followed(study, now, decision))


def _member(study: Study, now: Study, member: Member) -> Member:
    """The passage with its words and what stands around them, provided that they are still those that were seen."""
    text = source_of(now, member.source_id).text
    start, end = member.start, member.end
    seen = study.source(member.source_id)
    quote = member.quote or (seen.text[start:end] if seen else "")
    if not (0 <= start < end and quote.strip() and text[start:end] == quote):
        raise Refused(
            f"{member.source_id} was edited since the clusters were made, or has no such passage; list them anew"
        )
    return replace(member, quote=quote, before=text[max(0, start - CONTEXT) : start], after=text[end : end + CONTEXT])


def _followed(study: Study, now: Study, decision: ClusterDecision) -> tuple[str, ...]:
    """The decisions whose place this one takes: those named, and any that stands about the same passages.

    Raises `Refused` if somebody decided on the cluster meanwhile, or if it has become a code.
    """
    stands = {there.id: there for there in standing(now.cluster_decisions)}
    everything = {there.id for there in now.cluster_decisions}
    for former_id in decision.follows:
        known(former_id, everything, "decision about a cluster with the id")
        if former_id not in stands:
            raise Refused(f"`{former_id}` was followed by another decision meanwhile; list the clusters anew")
    seen = {there.id for there in study.cluster_decisions}
    alike = [there for there in stands.values() if _concerns(there, decision)]
    for there in alike:
        if there.id not in seen:
            did = f"{there.by or 'somebody'} {VERDICT_WORDS[there.verdict]} it meanwhile"
            raise Refused(f"{did}; list the clusters anew, and decide again")
    for there in (*alike, *(stands[former_id] for former_id in decision.follows)):
        if there.verdict == "promoted" and there.code_id in now.codebook.by_id:
            raise Refused(f"it became the code `{there.code_id}` already; change the code, or withdraw `{there.id}`")
    return tuple(dict.fromkeys((*decision.follows, *(there.id for there in alike))))


def _concerns(there: ClusterDecision, decision: ClusterDecision) -> bool:
    """Whether two decisions of one kind (which passages belong together, or what they are) are about one cluster."""
    same_kind = (there.verdict in SHAPING) == (decision.verdict in SHAPING)
    return same_kind and likeness(there.places, decision.places) > THE_SAME


def _line_added(now: Study, decision: ClusterDecision) -> Change:
    data = data_of(now, PATH)
    return change_of(now, PATH, formats.clusters.appended(data, decision, last=data.count(b"\n") + 1))


def _line_removed(now: Study, decision_id: str) -> Change:
    readable(now, PATH)
    data = data_of(now, PATH)
    numbered, _ = formats.clusters.decisions(data, PATH, [])
    lines = {decision.id: number for number, decision in numbered}
    left = formats.clusters.rewritten(data, {lines[decision_id]: None})
    return change_of(now, PATH, left or None)
