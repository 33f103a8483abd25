"""Passages that resemble each other, grouped by what many draws of the interviews agree on.

Arithmetic on texts and vectors. The result doesn't depend on the order of the passages, the process, or the number of
threads: rows stand in the order of their places, draws and seeds are fixed, sums are made by one thread.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from crosscase.clustering import FEWEST, Grain, Passage
from crosscase.problem import Refused
from crosscase.suggest.clusters.folding import folded
from crosscase.suggest.clusters.recipe import Recipe
from crosscase.suggest.clusters.views import (
    SMALL,
    Floats,
    Indices,
    Vectors,
    diffused,
    nearest,
    seen,
    unit,
    with_neighbours,
)

Flags = npt.NDArray[np.bool_]
Similar = npt.NDArray[np.float32]

CUT: dict[Grain, float] = {"fine": 0.5, "medium": 0.65, "coarse": 0.8}
RECIPE = Recipe()
MOST = 5000
SMALLEST = 4
SMALLEST_SHARE = 200
FEWEST_SOURCES = 5
BLOCK = 5
APART = 3.0
SPREAD_OF_MEDIAN = 1.4826
LITTLE_DIFFERENCE = 0.1
COMPANIONS = 5
ROUNDS = 20
FEWEST_FOR_APART = 20
LARGEST_VOICE = 3.0
NOWHERE = -1


@dataclass(frozen=True, slots=True)
class Grouping:
    """Which group each passage is in; one row for each passage, in the order in which they were given.

    `held` says how well each group (column) holds each passage: the share of draws in which the passage was together
    with that group's passages. `nearest` numbers the group that holds it best. `apart` are passages that resemble
    nothing, found without regard to groups; `left_over` those that the cut left without a group of any size. Both
    have a nearest group all the same, to which they don't belong. `copies` are all but the first of passages with
    nearly the same words. `stability` is by group: how well it was found again (Jaccard) when interviews were left
    out. `rows` is how passages were seen, `sampled` how many were grouped; the others were put to their likes.
    """

    nearest: Indices
    held: Floats
    apart: Flags
    left_over: Flags
    copies: Flags
    stability: Floats
    rows: Floats
    sampled: int

    @property
    def labels(self) -> Indices:
        """The group that each passage belongs to; -1 for those that belong to none."""
        return np.where(self.apart | self.left_over, NOWHERE, self.nearest)

    @property
    def second(self) -> Indices:
        """The group that holds each passage next best; -1 where there is no other."""
        if self.held.shape[1] < 2:
            return np.full(len(self.nearest), NOWHERE)
        others = self.held.copy()
        others[np.arange(len(others)), self.nearest] = -1
        return np.asarray(others.argmax(axis=1))

    def in_order(self, order: Indices) -> "Grouping":
        """The same grouping with its passages in another order."""
        by_passage = ("nearest", "held", "apart", "left_over", "copies", "rows")
        return replace(self, **{name: getattr(self, name)[order] for name in by_passage})


def group(
    passages: Sequence[Passage],
    vectors: Vectors | None,
    *,
    k: int | None = None,
    grain: Grain = "medium",
    ordered: bool = True,
    recipe: Recipe = RECIPE,
) -> Grouping:
    """Group passages into `k` groups, or into as many as the draws agree on at this grain.

    `vectors` are unit rows, one for each passage, or None where there is no encoder. `ordered` tells whether passages
    of one source stand in the order in which they were said. Fewer than ten different passages aren't grouped.
    """
    from threadpoolctl import threadpool_limits

    if k is not None and k < 2:
        raise Refused(f"{k} is no number of clusters: ask for 2 or more")
    order = sorted(range(len(passages)), key=lambda at: (passages[at], at))
    with threadpool_limits(1):
        grouping = _grouped(
            [passages[at] for at in order], None if vectors is None else vectors[order], k, CUT[grain], ordered, recipe
        )
    return grouping.in_order(np.argsort(np.asarray(order, int)))


def _grouped(
    passages: Sequence[Passage], vectors: Vectors | None, k: int | None, cut: float, ordered: bool, recipe: Recipe
) -> Grouping:
    """The same for passages in the order of their places."""
    texts = [passage.text for passage in passages]
    original = folded(texts)
    distinct = np.flatnonzero(original == np.arange(len(texts)))
    if len(distinct) < FEWEST:
        return _ungrouped(original)
    sources = np.unique([passage.place.source_id for passage in passages], return_inverse=True)[1]
    alone = seen(texts, sources, vectors, recipe)
    spans = np.array([(passage.place.start, passage.place.end) for passage in passages])
    rows = with_neighbours(alone, sources, spans, recipe.neighbours) if ordered else alone
    sample = distinct[_spread(len(distinct), MOST)]
    tables = _tables(diffused(rows[sample], recipe), sources[sample], k, recipe)
    together = _together(tables)
    found = _settled(together, _cut(together, k, cut), 0 if k is not None else 1 - cut)
    groups = _large_enough(found, k)
    held_in_sample = _held(together, found, groups)
    nearest_group, held = _by_likeness(held_in_sample, rows[distinct], rows[sample], recipe)
    left_over = (held.max(axis=1, initial=0) < 1 - cut) if k is None else np.zeros(len(distinct), bool)
    in_sample = np.searchsorted(distinct, sample)
    held[in_sample], left_over[in_sample] = held_in_sample, found >= groups
    if groups:
        nearest_group[in_sample] = np.where(found < groups, found, held_in_sample.argmax(axis=1))
    of = np.searchsorted(distinct, original)
    return Grouping(
        nearest_group[of],
        held[of],
        _apart(alone if vectors is None else _raw(vectors), texts, sample, distinct)[of],
        left_over[of],
        original != np.arange(len(texts)),
        _stability(tables, found, groups, k, cut),
        alone,
        len(sample),
    )


def _ungrouped(original: Indices) -> Grouping:
    count = len(original)
    all_, copies = np.ones(count, bool), original != np.arange(count)
    nobody = np.zeros((count, 0))
    return Grouping(np.full(count, NOWHERE), nobody, ~all_, all_, copies, np.zeros(0), np.zeros((count, 1)), 0)


def _spread(count: int, most: int) -> Indices:
    """Places spread evenly over all of them, so that every interview is in it with its share."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).round().astype(int))


def _tables(rows: Floats, sources: Indices, k: int | None, recipe: Recipe) -> list[Indices]:
    """For each draw a column for each run: the group of every passage drawn, -1 for the others."""
    from sklearn.cluster import KMeans

    counts = _wished(len(rows), k)
    kinds = np.unique(rows.round(9), axis=0, return_inverse=True)[1]
    tables = []
    for number, drawn in enumerate(_draws(sources, recipe)):
        table = np.full((len(rows), recipe.runs), NOWHERE)
        for run in range(recipe.runs):
            turn = number + run * recipe.draws
            # The counts take turns, such that the runs of one draw differ in theirs.
            count = min(counts[turn % len(counts)], len(np.unique(kinds[drawn])))
            means = KMeans(count, n_init=1, random_state=turn, copy_x=False)
            table[drawn, run] = means.fit_predict(rows[drawn])
        tables.append(table)
    return tables


def _wished(count: int, k: int | None) -> list[int]:
    """How many groups each run makes; where that isn't wished for, from a third of the root of the passages to it."""
    if k is not None:
        return [min(k, count)]
    root = np.sqrt(count)
    return list(range(max(2, round(root / 3)), max(3, round(root)) + 1))


def _draws(sources: Indices, recipe: Recipe) -> Iterator[Indices]:
    """The places of each draw: most of the interviews, and of an interview that talks most of the time only a part.

    Where there are fewer than five interviews, stretches of them are drawn instead.
    """
    units = sources
    if len(np.unique(sources)) < FEWEST_SOURCES:
        units = np.arange(len(sources)) // BLOCK
    ids, counts = np.unique(units, return_counts=True)
    most = max(BLOCK, int(LARGEST_VOICE * counts.mean()))
    for number in range(recipe.draws):
        chance = np.random.default_rng(number)
        chosen = np.isin(units, chance.choice(ids, max(1, round(recipe.share * len(ids))), replace=False))
        for talker in ids[counts > most]:
            its_own = np.flatnonzero(units == talker)
            chosen[chance.choice(its_own, len(its_own) - most, replace=False)] = False
        yield np.flatnonzero(chosen)


def _together(tables: Sequence[Indices]) -> Similar:
    """How often each two passages were in one group, of the runs that had both: counts, so that sums are exact."""
    runs = np.hstack(tables)
    groups = [(column[:, None] == np.arange(column.max() + 1)).astype(np.float32) for column in runs.T]
    members, present = np.hstack(groups), (runs != NOWHERE).astype(np.float32)
    same, drawn = members @ members.T, present @ present.T
    return np.asarray(same / np.maximum(drawn, 1), np.float32)


def _cut(together: Similar, k: int | None, cut: float) -> Indices:
    """Groups by average linkage of what is often together, numbered from the largest."""
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    apart = 1 - together
    np.fill_diagonal(apart, 0)
    tree = linkage(squareform(apart, checks=False), "average")
    return _numbered(fcluster(tree, k, "maxclust") if k is not None else fcluster(tree, cut, "distance"))


def _settled(together: Similar, found: Indices, least: float) -> Indices:
    """Each passage in the group that holds it best, if that holds it at least so well, until none moves.

    Linkage never takes back a step; what it joined early may by now be held better elsewhere.
    """
    for _ in range(ROUNDS):
        held = _held(together, found, int(found.max()) + 1).round(6)
        best, everyone = held.argmax(axis=1), np.arange(len(found))
        moves = (held[everyone, best] > held[everyone, found]) & (held[everyone, best] >= least)
        if not moves.any():
            break
        found = np.where(moves, best, found)
    return _numbered(found)


def _numbered(labels: Indices) -> Indices:
    """The same groups, numbered from the largest."""
    _, first, numbered, sizes = np.unique(labels, return_index=True, return_inverse=True, return_counts=True)
    rank = np.argsort(np.lexsort((first, -sizes)))
    return np.asarray(rank[numbered])


def _large_enough(found: Indices, k: int | None) -> int:
    """How many groups, numbered from the largest, are large enough to be shown: all, if their number is wished."""
    sizes = np.bincount(found)
    return len(sizes) if k is not None else int((sizes >= max(SMALLEST, len(found) // SMALLEST_SHARE)).sum())


def _held(together: Similar, found: Indices, groups: int) -> Floats:
    """How often each passage was together with each group's passages, itself left out."""
    members = (found[:, None] == np.arange(groups)).astype(np.float32)
    sums = together @ members - members * np.diag(together)[:, None]
    return np.asarray(sums / np.maximum(members.sum(axis=0) - members, 1), float)


def _by_likeness(held: Floats, rows: Floats, sampled: Floats, recipe: Recipe) -> tuple[Indices, Floats]:
    """The group that holds each row best, as the sampled passages nearest to it are held."""
    if not held.shape[1]:
        return np.full(len(rows), NOWHERE), np.zeros((len(rows), 0))
    places, _ = nearest(rows, sampled, recipe.nearest, np.full(len(rows), NOWHERE))
    by_likes = held[places].mean(axis=1)
    return by_likes.argmax(axis=1), by_likes


def _raw(vectors: Vectors) -> Floats:
    """Meaning on all its axes: on the main ones alone, what resembles nothing would look like something."""
    rows = np.asarray(vectors, float)
    return unit(rows - rows.mean(axis=0))


def _apart(rows: Floats, texts: Sequence[str], sample: Indices, distinct: Indices) -> Flags:
    """Passages far less like their nearest ones than others are; length is allowed for, since long ones have more."""
    if len(distinct) < FEWEST_FOR_APART:
        return np.zeros(len(distinct), bool)
    selves = np.full(len(rows), NOWHERE)
    selves[sample] = np.arange(len(sample))
    _, cosines = nearest(rows[distinct], rows[sample], COMPANIONS, selves[distinct])
    company = cosines.mean(axis=1)
    length = np.log([1 + len(texts[at].split()) for at in distinct])
    longer = length - length.mean()
    # Held back where lengths hardly differ: there, one odd passage would make the slope that explains it.
    beyond = company - longer * (longer @ company) / (longer @ longer + LITTLE_DIFFERENCE * len(longer))
    usual = np.median(beyond)
    # By the median, so that what is apart doesn't itself decide how far apart is.
    spread = SPREAD_OF_MEDIAN * np.median(np.abs(beyond - usual))
    return np.asarray(beyond - usual < -APART * max(spread, SMALL))


def _stability(tables: Sequence[Indices], found: Indices, groups: int, k: int | None, cut: float) -> Floats:
    """By group, its mean likeness (Jaccard) to the group most like it in each draw by itself (after Hennig 2007)."""
    likeness = np.zeros((len(tables), groups))
    for number, table in enumerate(tables):
        drawn = np.flatnonzero(table[:, 0] != NOWHERE)
        again = _cut(_together([table[drawn]]), k, cut)
        members = (found[drawn, None] == np.arange(groups)).astype(float)
        rivals = (again[:, None] == np.arange(again.max() + 1)).astype(float)
        both = members.T @ rivals
        either = members.sum(axis=0)[:, None] + rivals.sum(axis=0) - both
        likeness[number] = (both / np.maximum(either, 1)).max(axis=1)
    return np.asarray(likeness.mean(axis=0))
