"""What there is to say of a cluster, so that a person can decide what it is.

A cluster is the machine's grouping of passages that resemble each other. Whether it means anything, people say.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence

import numpy as np

from crosscase.clustering import Belonging, Cluster, Clustering, Grain, Nearness, Passage, largest, largest_question
from crosscase.codebook import Code
from crosscase.coding import six_letters
from crosscase.source import Segment, count_words
from crosscase.suggest.clusters.forming import NOWHERE, RECIPE, Grouping, group
from crosscase.suggest.clusters.mapping import drawn, mapped
from crosscase.suggest.clusters.naming import phrases
from crosscase.suggest.clusters.nearness import nearest_codes
from crosscase.suggest.clusters.recipe import Recipe
from crosscase.suggest.clusters.views import Floats, Indices, Vectors, unit
from crosscase.suggest.encoder import Encoder

EXAMPLES = 2
CENTRAL = 5
SHORTEST_EXAMPLE, LONGEST_EXAMPLE = 8, 120
LONGEST_TEXT = 150


def cluster(
    passages: Sequence[Passage],
    encoder: Encoder | None,
    codes: Sequence[Code] = (),
    *,
    k: int | None = None,
    grain: Grain = "medium",
    left_out: Mapping[str, int] | None = None,
    with_map: bool = False,
    recipe: Recipe = RECIPE,
) -> Clustering:
    """Group passages and describe every group, with the codes nearest to it; the same for any order of the passages.

    A map takes longer than the grouping, and is drawn only where it is asked for.
    """
    from threadpoolctl import threadpool_limits

    in_order = sorted(passages)
    vectors = encoded([passage.text for passage in in_order], encoder)
    grouping = group(in_order, vectors, k=k, grain=grain, recipe=recipe)
    with threadpool_limits(1):
        clusters = _described(in_order, grouping, vectors, encoder, codes)
        places = _on_the_map(grouping, recipe) if with_map and clusters else {}
    return Clustering(
        clusters,
        tuple(_belonging(in_order, grouping, clusters, places)),
        encoder.name if encoder else "",
        k,
        grain,
        grouping.sampled,
        left_out=dict(left_out or {}),
    )


def encoded(texts: Sequence[str], encoder: Encoder | None) -> Vectors | None:
    """A unit row for each text; a long one is encoded part by part, since an encoder reads only so many words."""
    if encoder is None or not texts:
        return None
    parts = [_parts(text) for text in texts]
    distinct = sorted({part for several in parts for part in several})
    rows = dict(zip(distinct, encoder.encode(distinct), strict=True))
    means = [np.mean([rows[part] for part in several], axis=0) for several in parts]
    return np.asarray(unit(np.asarray(means, float)), np.float32)


def _parts(text: str) -> list[str]:
    said = text.split()
    if len(said) <= LONGEST_TEXT:
        return [text]
    return [" ".join(said[at : at + LONGEST_EXAMPLE]) for at in range(0, len(said), LONGEST_EXAMPLE)]


def _described(
    passages: Sequence[Passage],
    grouping: Grouping,
    vectors: Vectors | None,
    encoder: Encoder | None,
    codes: Sequence[Code],
) -> tuple[Cluster, ...]:
    labels, count = grouping.labels, grouping.held.shape[1]
    texts = [passage.text for passage in passages]
    named_by = np.where(grouping.copies, NOWHERE, labels)
    centres = None if vectors is None else _centres(np.asarray(vectors, float), labels, count)
    # Nobody's name for a cluster should rest on one passage said twice: copies don't count.
    named = phrases(texts, [passage.place.source_id for passage in passages], named_by, encoder, centres)
    named += [()] * (count - len(named))
    near = nearest_codes(texts, labels, count, vectors, encoder, codes)
    all_sources = len({passage.place.source_id for passage in passages})
    clusters = [
        _cluster(passages, grouping, number, named[number], near[number], all_sources)
        for number in range(count)
        if (labels == number).any()
    ]
    return tuple(sorted(clusters, key=lambda cluster: (-len(cluster.members), cluster.members[0])))


def _centres(rows: Floats, labels: Indices, count: int) -> Floats:
    """The mean of each group's rows, less the mean of all."""
    members = (labels[:, None] == np.arange(count)).astype(float)
    return np.asarray(members.T @ (rows - rows.mean(axis=0)) / np.maximum(members.sum(axis=0), 1)[:, None])


def _cluster(
    passages: Sequence[Passage],
    grouping: Grouping,
    number: int,
    named: tuple[str, ...],
    near: tuple[Nearness, ...],
    all_sources: int,
) -> Cluster:
    at = np.flatnonzero(grouping.labels == number)
    members = [passages[int(place)] for place in at]
    ranked = _from_the_centre(at, passages, grouping)
    central, examples = passages[ranked[0]], _elsewhere(ranked, passages)
    return Cluster(
        _id([passages[place].place for place in ranked[:CENTRAL]]),
        named,
        tuple(members),
        central,
        examples,
        _borderline(at, passages, grouping, {central, *examples}),
        round(float(grouping.stability[number]), 3),
        largest([member.place.source_id for member in members], len(members)),
        largest_question(members),
        near,
        all_sources,
    )


def _from_the_centre(at: Indices, passages: Sequence[Passage], grouping: Grouping) -> list[int]:
    """A group's passages, the most central first; those too short or long to quote, and copies, come last."""
    rows = grouping.rows[at]
    central = (rows @ unit(rows.mean(axis=0))).round(6)
    lengths = [count_words(passages[place].text) for place in at]
    fits = [SHORTEST_EXAMPLE <= length <= LONGEST_EXAMPLE for length in lengths]
    order = sorted(range(len(at)), key=lambda row: (bool(grouping.copies[at[row]]), not fits[row], -central[row], row))
    return [int(at[row]) for row in order]


def _elsewhere(ranked: Sequence[int], passages: Sequence[Passage]) -> tuple[Passage, ...]:
    """Two more central passages, of other interviews than the first, and of different ones."""
    heard = {passages[ranked[0]].place.source_id}
    examples: list[Passage] = []
    for place in ranked[1:]:
        if len(examples) < EXAMPLES and passages[place].place.source_id not in heard:
            heard.add(passages[place].place.source_id)
            examples.append(passages[place])
    return tuple(examples)


def _borderline(
    at: Indices, passages: Sequence[Passage], grouping: Grouping, shown: Collection[Passage]
) -> Passage | None:
    """The passage that another group holds almost as well as this one; None where there is no other group."""
    if grouping.held.shape[1] < 2:
        return None
    margins = _margins(grouping)
    rest = [int(place) for place in at if passages[place] not in shown]
    return passages[min(rest, key=lambda place: (margins[place].round(6), place))] if rest else None


def _margins(grouping: Grouping) -> Floats:
    everyone = np.arange(len(grouping.nearest))
    return np.asarray(grouping.held[everyone, grouping.nearest] - grouping.held[everyone, grouping.second])


def _id(places: Sequence[Segment]) -> str:
    told = "|".join(f"{place.source_id}:{place.start}-{place.end}" for place in sorted(places))
    number = int.from_bytes(hashlib.sha256(told.encode()).digest()[:4], "big")
    return f"c{six_letters(number)[::-1]}"


def _on_the_map(grouping: Grouping, recipe: Recipe) -> dict[int, tuple[float, float]]:
    chosen = drawn(len(grouping.nearest))
    places = mapped(grouping.rows[chosen], recipe).tolist()
    return {int(at): (x, y) for at, (x, y) in zip(chosen, places, strict=True)}


def _belonging(
    passages: Sequence[Passage],
    grouping: Grouping,
    clusters: Sequence[Cluster],
    places: Mapping[int, tuple[float, float]],
) -> list[Belonging]:
    cluster_at = {member.place: cluster.id for cluster in clusters for member in cluster.members}
    ids = {int(number): "" for number in (NOWHERE, *range(grouping.held.shape[1]))}
    for place, number in zip(passages, grouping.labels.tolist(), strict=True):
        if number != NOWHERE:
            ids[number] = cluster_at[place.place]
    held = np.hstack([grouping.held, np.zeros((len(passages), 1))])
    return [
        Belonging(
            passage,
            ids[int(grouping.labels[at])],
            ids[int(grouping.nearest[at])],
            ids[int(grouping.second[at])],
            round(float(held[at, grouping.nearest[at]]), 3),
            round(float(held[at, grouping.second[at]]), 3),
            bool(grouping.apart[at]),
            bool(grouping.copies[at]),
            places.get(at),
        )
        for at, passage in enumerate(passages)
    ]
