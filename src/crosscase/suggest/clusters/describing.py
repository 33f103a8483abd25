"""What there is to say of a cluster, so that a person can decide what it is.

A cluster is the machine's grouping of passages that resemble each other. Whether it means anything, people say.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from crosscase.codebook import Code
from crosscase.source import Segment, count_words
from crosscase.suggest.clusters.forming import FEWEST, NOWHERE, RECIPE, Grain, Grouping, Passage, group
from crosscase.suggest.clusters.naming import phrases
from crosscase.suggest.clusters.nearness import Nearness, nearest_codes
from crosscase.suggest.clusters.recipe import Recipe
from crosscase.suggest.clusters.views import Floats, Indices, Vectors, unit
from crosscase.suggest.encoder import Encoder

FIRM, FAIRLY_FIRM = 0.75, 0.6
ONE_VOICE = 0.5
ONE_QUESTION = 0.8
SAME = 0.3
EXAMPLES = 2
CODES = 3
CENTRAL = 5
SHORTEST_EXAMPLE, LONGEST_EXAMPLE = 8, 120
LONGEST_TEXT = 150
NAMES = 2
_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"


@dataclass(frozen=True, slots=True)
class Share:
    """Which interview, or question of the guide, most of a cluster comes from, and how large a part that is."""

    id: str
    share: float


@dataclass(frozen=True, slots=True)
class Cluster:
    """The machine's grouping of passages that resemble each other.

    `members` stand in reading order. `central` is the passage most like all the others, `examples` are two more from
    other interviews, `borderline` is the one that another cluster holds almost as well. `stability` is how well the
    cluster was found again when interviews were left out (mean Jaccard). `id` follows from the places of the most
    central passages; a later run finds the cluster again by its members (see `matched`).
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
    nearest_codes: tuple[Nearness, ...]
    all_sources: int

    @property
    def name(self) -> str:
        """The machine's name for it: its best phrases, or else how its central passage begins."""
        return " · ".join(self.phrases[:NAMES]) or f"“{' '.join(self.central.text.split()[:6])} …”"

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

    `held` and `held_second` are the shares of draws in which it was together with those clusters' passages.
    """

    passage: Passage
    cluster_id: str
    nearest_id: str
    second_id: str
    held: float
    held_second: float
    is_apart: bool
    is_copy: bool


@dataclass(frozen=True, slots=True)
class Clustering:
    """The clusters of some passages, the largest first, and what became of every passage.

    `encoder` is empty where there was none, and words alone were compared. `left_out` counts by reason what wasn't
    looked at. `sampled` passages were grouped, the other ones put to their likes.
    """

    clusters: tuple[Cluster, ...] = ()
    belongings: tuple[Belonging, ...] = ()
    encoder: str = ""
    k: int | None = None
    grain: Grain = "medium"
    sampled: int = 0
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


def cluster(
    passages: Sequence[Passage],
    encoder: Encoder | None,
    codes: Sequence[Code] = (),
    *,
    k: int | None = None,
    grain: Grain = "medium",
    left_out: Mapping[str, int] | None = None,
    recipe: Recipe = RECIPE,
) -> Clustering:
    """Group passages and describe every group, with the codes nearest to it; the same for any order of the passages."""
    from threadpoolctl import threadpool_limits

    in_order = sorted(passages)
    vectors = encoded([passage.text for passage in in_order], encoder)
    grouping = group(in_order, vectors, k=k, grain=grain, recipe=recipe)
    with threadpool_limits(1):
        clusters = _described(in_order, grouping, vectors, encoder, codes)
    return Clustering(
        clusters,
        tuple(_belonging(in_order, grouping, clusters)),
        encoder.name if encoder else "",
        k,
        grain,
        grouping.sampled,
        dict(left_out or {}),
    )


def matched(places: Collection[Segment], clustering: Clustering) -> Cluster | None:
    """The cluster whose members are most nearly these; None where none has enough of them (Jaccard below .3)."""
    old = frozenset(places)
    likeness = {
        cluster.id: len(old & cluster.places) / max(1, len(old | cluster.places)) for cluster in clustering.clusters
    }
    best = max(clustering.clusters, key=lambda cluster: likeness[cluster.id], default=None)
    return best if best and likeness[best.id] >= SAME else None


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
        _largest([member.place.source_id for member in members], len(members)),
        _largest_question(members),
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


def _largest(ids: Sequence[str], count: int) -> Share:
    most, uses = min(Counter(ids).items(), key=lambda item: (-item[1], item[0]))
    return Share(most, uses / count)


def _largest_question(members: Sequence[Passage]) -> Share | None:
    """None where no question of the guide was found before any of the passages."""
    asked = [member.question_id for member in members if member.question_id]
    return _largest(asked, len(members)) if asked else None


def _id(places: Sequence[Segment]) -> str:
    told = "|".join(f"{place.source_id}:{place.start}-{place.end}" for place in sorted(places))
    number = int.from_bytes(hashlib.sha256(told.encode()).digest()[:4], "big") % 32**6
    return "c" + "".join(_CROCKFORD[number >> shift & 31] for shift in range(25, -1, -5))


def _belonging(passages: Sequence[Passage], grouping: Grouping, clusters: Sequence[Cluster]) -> list[Belonging]:
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
        )
        for at, passage in enumerate(passages)
    ]
