"""Clusters as people were last shown them, and what they decide about one by its id."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from crosscase.cluster import ClusterDecision
from crosscase.clustering import Grain
from crosscase.codebook import Category, Code
from crosscase.judged import Decided, DecidedCluster, as_seen, drafted_code
from crosscase.problem import Refused
from crosscase.source import Segment
from crosscase.stages.machine import Progress, encoder_of
from crosscase.study import Study


def list_clusters(
    study: Study, scope: str, *, grain: Grain = "medium", k: int | None = None, progress: Progress | None = None
) -> Decided:
    """The clusters as people's decisions leave them. They are kept, so that their ids can be named from then on."""
    from crosscase.suggest.clusters import shown

    return shown(study, encoder_of(study, progress), scope=scope, grain=grain, k=k)


def show_cluster(study: Study, cluster_id: str) -> DecidedCluster:
    """One cluster of the last list. Raises `Refused` if there is none of this id, or the list is out of date."""
    return _last(study).by_id(cluster_id)


def promote_cluster(
    study: Study,
    cluster_id: str,
    code: Code,
    *,
    by: str,
    reason: str,
    category_name: str = "",
    ticked: Sequence[int] = (),
    before: str = "",
) -> Study:
    """Make a code of a cluster, with a draft of what `code` leaves empty; `category_name` begins a new category.

    `ticked` are the numbers of the passages that are its examples, counted from 1; without any, the central ones are.
    """
    from crosscase.study import decisions

    last = _last(study)
    seen = last.by_id(cluster_id)
    draft = drafted_code(seen, code, [seen.cluster.members[at] for at in _numbered(seen, ticked)])
    category = Category(code.category_id, category_name) if category_name else None
    cluster = replace(as_seen(last, [seen], {}), name=draft.name, reason=reason)
    return decisions.promote_cluster(study, by, cluster, draft, category=category, before=before)


def merge_clusters(
    study: Study, cluster_ids: Sequence[str], *, by: str, name: str = "", reason: str = ""
) -> tuple[Study, DecidedCluster]:
    """Take several clusters for one from now on; gives back the study, and that one."""
    from crosscase.study import decisions

    last = _last(study)
    clusters = {seen.id: seen for seen in map(last.by_id, cluster_ids)}
    parts = {passage.place: seen.id for seen in clusters.values() for passage in seen.cluster.members}
    cluster = as_seen(last, list(clusters.values()), parts)
    after = decisions.merge_clusters(study, by, replace(cluster, name=name or cluster.name, reason=reason))
    return after, _after(after).by_id(cluster_ids[0])


def split_cluster(
    study: Study, cluster_id: str, parts: Mapping[str, Sequence[int]], *, by: str, reason: str = ""
) -> tuple[Study, tuple[DecidedCluster, ...]]:
    """Take one cluster for several from now on: names, each with the numbers of its passages (from 1); the rest stays.

    Gives back the study, and the parts.
    """
    from crosscase.study import decisions

    last = _last(study)
    seen = last.by_id(cluster_id)
    placed: dict[Segment, str] = {}
    for part, numbers in parts.items():
        for at in _numbered(seen, numbers):
            passage = seen.cluster.members[at]
            if passage.place in placed:
                raise Refused(f"passage {at + 1} is in two parts; each belongs to one")
            placed[passage.place] = part
    after = decisions.split_cluster(study, by, replace(as_seen(last, [seen], placed), reason=reason))
    decision = after.cluster_decisions[-1]
    return after, tuple(cluster for cluster in _after(after).clusters if cluster.shaped == decision)


def rename_cluster(study: Study, cluster_id: str, name: str, *, by: str, reason: str = "") -> Study:
    """Call a cluster something else than the machine does."""
    from crosscase.study import decisions

    return decisions.rename_cluster(study, by, replace(_alone(study, cluster_id, reason), name=name))


def reject_cluster(study: Study, cluster_id: str, *, by: str, reason: str) -> Study:
    """Say that a cluster is nothing that the codebook lacks, and why."""
    from crosscase.study import decisions

    return decisions.reject_cluster(study, by, _alone(study, cluster_id, reason))


def set_aside_cluster(study: Study, cluster_id: str, *, by: str, reason: str = "") -> Study:
    """Leave a cluster for later."""
    from crosscase.study import decisions

    return decisions.set_aside_cluster(study, by, _alone(study, cluster_id, reason))


def withdraw_cluster_decision(study: Study, decision_id: str) -> Study:
    """Take a decision about a cluster back."""
    from crosscase.study import decisions, load_clusters

    after = decisions.withdraw_cluster_decision(study, decision_id)
    if load_clusters(after) is not None:
        _after(after)
    return after


def _after(study: Study) -> Decided:
    from crosscase.suggest.clusters import shown_after

    return shown_after(study)


def _last(study: Study) -> Decided:
    from crosscase.suggest.clusters import last_shown

    return last_shown(study)


def _alone(study: Study, cluster_id: str, reason: str) -> ClusterDecision:
    """One cluster as it was last listed, ready to be decided on."""
    last = _last(study)
    return replace(as_seen(last, [last.by_id(cluster_id)], {}), reason=reason)


def _numbered(seen: DecidedCluster, numbers: Sequence[int]) -> list[int]:
    """Places in the list of a cluster's passages, of numbers that count from 1."""
    count = len(seen.cluster.members)
    for number in numbers:
        if not 1 <= number <= count:
            raise Refused(f"there is no passage {number} in `{seen.id}`; it has 1 to {count}")
    return [number - 1 for number in numbers]
