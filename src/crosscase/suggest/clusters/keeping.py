"""The clusters that people were last shown are kept, so that an id means the same when they decide on it."""

import hashlib
from collections.abc import Iterable

from crosscase.cluster import SHAPING, ClusterDecision, standing
from crosscase.clustering import Clustering, Grain
from crosscase.judged import Decided, decided
from crosscase.problem import Refused
from crosscase.study import KeptClusters, Study, load_clusters, save_clusters
from crosscase.suggest.clusters.forming import RECIPE
from crosscase.suggest.clusters.gathering import clusters_of, gather
from crosscase.suggest.encoder import Encoder


def shown(
    study: Study, encoder: Encoder | None, *, scope: str, k: int | None = None, grain: Grain = "medium"
) -> Decided:
    """The clusters as people's decisions leave them: those that were kept, or else made anew, and kept."""
    made_from, described_with = _made_from(study, scope, grain, k), _hash(study.codebook.categories)
    kept = load_clusters(study)
    # Made without an encoder, they are made again: it may be there by now.
    is_same = kept is not None and (kept.made_from, kept.described_with) == (made_from, described_with)
    if kept is not None and is_same and kept.clustering.encoder:
        clustering = kept.clustering
    else:
        clustering = clusters_of(study, encoder, scope=scope, k=k, grain=grain)
    save_clusters(study, KeptClusters(made_from, described_with, _shaping(study.cluster_decisions), clustering))
    return _decided(study, clustering)


def last_shown(study: Study) -> Decided:
    """The clusters as they were last listed. Raises `Refused` if they would be others by now, so that ids mislead."""
    kept = load_clusters(study)
    if kept is None:
        raise Refused(f"no clusters have been listed yet; `crosscase clusters {study.folder}` lists them")
    run = kept.clustering
    if kept.made_from != _made_from(study, run.scope, run.grain, run.k):
        raise Refused(
            "texts, codings or speakers changed since the clusters were listed, so their ids mean others now; "
            f"list them anew: {command(study, run)}"
        )
    if kept.shaped_by != _shaping(study.cluster_decisions):
        raise Refused(f"clusters were merged or split since they were listed; list them anew: {command(study, run)}")
    return _decided(study, run)


def shown_after(study: Study) -> Decided:
    """The last clusters as a decision leaves them, which the person sees at once."""
    kept = load_clusters(study)
    if kept is None:
        raise Refused(f"no clusters have been listed yet; `crosscase clusters {study.folder}` lists them")
    shaped_by = _shaping(study.cluster_decisions)
    save_clusters(study, KeptClusters(kept.made_from, kept.described_with, shaped_by, kept.clustering))
    return _decided(study, kept.clustering)


def command(study: Study, run: Clustering) -> str:
    """What lists these clusters."""
    k = f" --k {run.k}" if run.k is not None else ""
    return f"`crosscase clusters {study.folder} --scope {run.scope} --grain {run.grain}{k}`"


def _decided(study: Study, clustering: Clustering) -> Decided:
    return decided(clustering, study.cluster_decisions, study.codebook.by_id.keys())


def _shaping(decisions: Iterable[ClusterDecision]) -> tuple[str, ...]:
    return tuple(decision.id for decision in standing(decisions) if decision.verdict in SHAPING)


def _made_from(study: Study, scope: str, grain: Grain, k: int | None) -> str:
    """A hash of all that the grouping depends on, and that people see of the passages."""
    return _hash((gather(study, scope).passages, scope, grain, k, study.settings.encoder, RECIPE))


def _hash(value: object) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()
