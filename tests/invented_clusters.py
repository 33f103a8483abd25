"""Clusters that nobody computed: every second passage is in the same one. For pages, which don't ask how they came."""

from crosscase.cluster import ClusterDecision, Member
from crosscase.clustering import (
    Belonging,
    Cluster,
    Clustering,
    CodeView,
    Exploration,
    Nearness,
    Passage,
    Share,
    Twins,
)
from crosscase.source import passages
from crosscase.study import Study

NAMES = (("ferry", "bus <b>"), ())
STABILITIES = (0.9, 0.3)


def exploration(study: Study, *, encoder: str = "an encoder", clusters: int = 2) -> Exploration:
    """Where there are clusters, the last passage of all is in none, and lies apart."""
    everything = all_passages(study)
    grouped = everything[:-1]
    made = [_cluster(study, grouped[number::clusters], number) for number in range(clusters)]
    ids = [cluster.id for cluster in made]
    belongings = tuple(_belonging(passage, at, everything, ids) for at, passage in enumerate(everything))
    clustering = Clustering(tuple(made), belongings, encoder, sampled=len(belongings), left_out={"too short": 2})
    return Exploration(clustering, _views(study, made, everything), _twins(study))


def all_passages(study: Study) -> tuple[Passage, ...]:
    return tuple(
        Passage(place, source.text[place.start : place.end], "Q1", (source.case_id,))
        for source in sorted(study.sources, key=lambda source: source.id)
        for place in passages(source).kept
    )


def decision(cluster: Cluster, **about: str) -> ClusterDecision:
    """What a person decided about this cluster, with the passages that it has."""
    members = tuple(Member(one.place.source_id, one.place.start, one.place.end, one.text) for one in cluster.members)
    told = {"id": "d1", "verdict": "rejected", "by": "ann", "at": "2025-06-07T10:00:00", "machine_name": cluster.name}
    return ClusterDecision(members=members, **(told | about))  # type: ignore[arg-type]


def _cluster(study: Study, members: tuple[Passage, ...], number: int) -> Cluster:
    central = members[0]
    heard = [one for one in members if one.place.source_id != central.place.source_id]
    most = max((one.place.source_id for one in members), key=[one.place.source_id for one in members].count)
    share = sum(one.place.source_id == most for one in members) / len(members)
    codes = study.codebook.codes[number:] + study.codebook.codes[:number]
    return Cluster(
        f"c{number}",
        NAMES[number],
        members,
        central,
        tuple(heard[:1]),
        members[-1] if members[-1] != central else None,
        STABILITIES[number],
        Share(most, share),
        Share("Q1", 1.0),
        tuple(Nearness(code.id, round(0.5 - at / 10, 2)) for at, code in enumerate(codes)),
        len(study.sources),
    )


def _belonging(passage: Passage, at: int, everything: tuple[Passage, ...], ids: list[str]) -> Belonging:
    is_apart = bool(ids) and at == len(everything) - 1
    here, there = (ids[at % len(ids)], ids[(at + 1) % len(ids)]) if ids else ("", "")
    place = (at / len(everything), (at * 7 % len(everything)) / len(everything)) if ids else None
    return Belonging(passage, "" if is_apart else here, here, there, 0.9, 0.1, is_apart, False, place)


def _views(study: Study, made: list[Cluster], everything: tuple[Passage, ...]) -> tuple[CodeView, ...]:
    first, second, *_ = study.codebook.codes
    outliers = ((everything[0], second.id),)
    return (CodeView(first.id, 2, tuple(made), outliers, everything[-1:]),)


def _twins(study: Study) -> tuple[Twins, ...]:
    first, second, *_ = study.codebook.codes
    return (Twins(first.id, second.id, 0.1, 0.5),)
