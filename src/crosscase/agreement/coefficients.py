"""Coefficients of agreement beyond chance, for any number of coders, with values missing.

Marks come as an array of units × coders that holds the number of a category, or `MISSING`. All that a coefficient needs
of them can be added up (`Tally`), so that drawing sources again for an interval is a sum, and nothing is counted twice.
A coefficient that isn't defined for what it is given is NaN: a share of nothing, or a chance of agreeing by 1.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from itertools import combinations
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Metric = Literal["nominal", "ordinal"]

MISSING = -1


@dataclass(frozen=True, slots=True)
class Sums:
    """Figures of sources that can be added up: every field an array whose first axis is the sources."""

    def drawn(self, times: Array) -> Self:
        """The sum of the sources, each taken so many `times` (draws × sources)."""
        return type(self)(*(np.tensordot(times, getattr(self, field.name), axes=1) for field in fields(self)))

    def total(self) -> Self:
        """The sum of all sources."""
        return type(self)(*(getattr(self, field.name).sum(axis=0) for field in fields(self)))


@dataclass(frozen=True, slots=True)
class Tally(Sums):
    """What the units of a study, or of each of its sources, add up to. `...` stands for none, sources, or draws.

    A unit is `pairable` when at least two coders marked it. `agreeing` (...) is the sum over pairable units of the
    share of pairs of coders who agree; `marks` (..., categories) how often each category was given in them;
    `coincidences` (..., categories, categories) the pairs of marks within a unit, each weighted by 1 / (marks - 1);
    `shares` (..., categories) the sum over all units of each category's share of the unit's marks, and `rated` (...)
    the number of those units; `tables` (..., pairs, categories, categories) the tables of each pair of coders.
    """

    pairable: Array
    agreeing: Array
    marks: Array
    coincidences: Array
    rated: Array
    shares: Array
    tables: Array


def tally(marks: NDArray[np.integer], categories: int, sources: NDArray[np.integer] | None = None) -> Tally:
    """Add up marks (units × coders) for each source; `sources` holds the number of each unit's source, from 0.

    Raises ValueError where a mark is no category.
    """
    if marks.size and (marks.min() < MISSING or marks.max() >= categories):
        raise ValueError(f"marks are from 0 to {categories - 1}, or {MISSING} for none")
    source_of = np.zeros(len(marks), dtype=np.int64) if sources is None else np.asarray(sources, dtype=np.int64)
    number = int(source_of.max()) + 1 if len(source_of) else 1
    given = _given(marks, categories)
    size = given.sum(axis=1)
    pairable = size > 1
    pair_weight = np.where(pairable, 1 / np.maximum(size - 1, 1), 0.0)
    equal = (given * (given - 1)).sum(axis=1)
    in_unit = given[:, :, None] * given[:, None, :]
    in_unit[:, np.arange(categories), np.arange(categories)] -= given
    return Tally(
        pairable=_summed(pairable.astype(float), source_of, number),
        agreeing=_summed(equal * pair_weight / np.maximum(size, 1), source_of, number),
        marks=_summed(given * pairable[:, None], source_of, number),
        coincidences=_summed(in_unit * pair_weight[:, None, None], source_of, number),
        rated=_summed((size > 0).astype(float), source_of, number),
        shares=_summed(given / np.maximum(size, 1)[:, None], source_of, number),
        tables=_tables(marks, categories, source_of, number),
    )


def added(tallies: Iterable[Tally]) -> Tally:
    """Several codes' marks as one: each unit × code is a unit."""
    several = list(tallies)
    return Tally(*(np.sum([getattr(tally, field.name) for tally in several], axis=0) for field in fields(Tally)))


def percentage(tally: Tally) -> Array:
    """Share of pairs of coders who gave a unit the same mark, averaged over units. From 0 to 1."""
    return share(tally.agreeing, tally.pairable)


def alpha(tally: Tally, metric: Metric = "nominal") -> Array:
    """Agreement beyond chance for any number of coders, some of whom may be missing: 1 - observed / expected
    disagreement (Krippendorff 2019, 12.3; ordinal metric 12.3.4). 1 is perfect, 0 chance, below it worse.
    """
    distances: Array = _ordinal(tally.marks) if metric == "ordinal" else _nominal(tally.marks.shape[-1])
    observed = (tally.coincidences * distances).sum(axis=(-2, -1))
    return alpha_from(observed, tally.marks, distances)


def alpha_from(observed: Array, marks: Array, distances: Array) -> Array:
    """Alpha from the sum of coincidences × distances (...), the marginals (..., categories) and the distances."""
    number = marks.sum(axis=-1)
    expected = np.einsum(
        "...c,...ck,...k->...", marks, np.broadcast_to(distances, (*marks.shape, marks.shape[-1])), marks
    )
    disagreement: Array = observed * (number - 1)
    return share(expected - disagreement, expected)


def cohen(tally: Tally) -> Array:
    """Kappa of each pair of coders (..., pairs): agreement beyond what their own shares make likely (Cohen 1960)."""
    number = tally.tables.sum(axis=(-2, -1))
    agreed = share(np.trace(tally.tables, axis1=-2, axis2=-1), number)
    first, second = tally.tables.sum(axis=-1), tally.tables.sum(axis=-2)
    return _beyond(agreed, share((first * second).sum(axis=-1), number**2))


def fleiss(tally: Tally) -> Array:
    """Kappa of coders who each marked every unit, or stand for others who did (Fleiss 1971, equations 3 to 7)."""
    proportions = share(tally.marks, tally.marks.sum(axis=-1, keepdims=True))
    return _beyond(percentage(tally), (proportions**2).sum(axis=-1))


def gwet(tally: Tally) -> Array:
    """AC1: agreement beyond a chance that stays small where one category is rare (Gwet 2008, equations 6 and 7; for
    missing marks 2014, chapter 2). It rewards prevalence, so it stands beside kappa and never in its place.
    """
    categories = tally.shares.shape[-1]
    proportions = share(tally.shares, tally.rated[..., None])
    chance = (proportions * (1 - proportions)).sum(axis=-1) / (categories - 1)
    return _beyond(percentage(tally), chance)


def pabak(tally: Tally) -> Array:
    """Kappa as it would be if all categories were as common as each other: (k p - 1) / (k - 1)
    (Byrt, Bishop & Carlin 1993, section 5; for two categories 2 p - 1).
    """
    categories = tally.marks.shape[-1]
    corrected: Array = (categories * percentage(tally) - 1) / (categories - 1)
    return corrected


def prevalence_index(tally: Tally) -> Array:
    """Of two coders and two categories: (both gave 1 - both gave 0) / units, from -1 to 1 (Byrt et al. 1993)."""
    table = tally.tables
    return share(table[..., 1, 1] - table[..., 0, 0], table.sum(axis=(-2, -1)))


def bias_index(tally: Tally) -> Array:
    """Of two coders and two categories: (only the first gave 1 - only the second) / units (Byrt et al. 1993)."""
    table = tally.tables
    return share(table[..., 1, 0] - table[..., 0, 1], table.sum(axis=(-2, -1)))


def prevalence(tally: Tally) -> Array:
    """How common each category is (..., categories): its share of all marks, by unit."""
    return share(tally.shares, tally.rated[..., None])


@dataclass(frozen=True, slots=True)
class SetTally:
    """What units marked with sets add up to: the observed disagreement (...), and how often each set was given
    (..., sets) in units that two coders marked or more. `members` (sets × elements) says what each set holds.
    """

    observed: Array
    marks: Array
    members: Array

    def drawn(self, times: Array) -> "SetTally":
        """The sum of the sources, each taken so many `times` (draws × sources)."""
        return SetTally(times @ self.observed, times @ self.marks, self.members)

    def total(self) -> "SetTally":
        return SetTally(self.observed.sum(axis=0), self.marks.sum(axis=0), self.members)

    def alpha(self) -> Array:
        """Alpha with the distances of sets (Passonneau 2006, section 4)."""
        marks = np.atleast_2d(self.marks)
        number = marks.sum(axis=-1)
        expected = np.zeros(len(marks))
        # A few thousand sets have more distances than fit into memory at once.
        for start in range(0, len(self.members), _ROWS):
            rows = slice(start, start + _ROWS)
            distances = masi(self.members[rows], self.members)
            expected += ((marks[:, rows] @ distances) * marks).sum(axis=-1)
        return (1 - share(self.observed * (number - 1), expected)).reshape(self.observed.shape)


_ROWS = 1024


def set_tally(marks: NDArray[np.integer], members: Array, sources: NDArray[np.integer] | None = None) -> SetTally:
    """Add up marks (units × coders) that are numbers of sets, for each source; `members` is sets × elements, 0 or 1."""
    source_of = np.zeros(len(marks), dtype=np.int64) if sources is None else np.asarray(sources, dtype=np.int64)
    number = int(source_of.max()) + 1 if len(source_of) else 1
    size = (marks != MISSING).sum(axis=1)
    apart = np.zeros(len(marks))
    for first, second in combinations(range(marks.shape[1]), 2):
        # Sets that are equal are at no distance; only the others need looking at.
        other = (marks[:, first] != MISSING) & (marks[:, second] != MISSING) & (marks[:, first] != marks[:, second])
        # Each pair counts twice: every mark is held against every other.
        apart[other] += 2 * _row_by_row(members[marks[other, first]], members[marks[other, second]])
    observed = _summed(apart / np.maximum(size - 1, 1), source_of, number)
    counts = np.zeros((number, len(members)))
    for coder in range(marks.shape[1]):
        counted = (size > 1) & (marks[:, coder] != MISSING)
        np.add.at(counts, (source_of[counted], marks[counted, coder]), 1)
    return SetTally(observed, counts, members)


def masi(first: Array, second: Array) -> Array:
    """Distances of sets (first × second), each a row of 0 and 1 over the same elements:
    1 - Jaccard × (1 if equal, 2/3 if one holds the other, 1/3 if they overlap, else 0) (Passonneau 2006, section 3).
    Two empty sets are equal: both coders read, and gave nothing.
    """
    return _distances(first @ second.T, first.sum(axis=1)[:, None], second.sum(axis=1)[None, :])


def _row_by_row(first: Array, second: Array) -> Array:
    return _distances((first * second).sum(axis=1), first.sum(axis=1), second.sum(axis=1))


def _distances(shared: Array, first: Array, second: Array) -> Array:
    """MASI distances from the sizes of two sets and of what they share."""
    union = first + second - shared
    smaller, larger = np.minimum(first, second), np.maximum(first, second)
    monotonicity = np.where(shared == larger, 1, np.where(shared == smaller, 2 / 3, 1 / 3))
    return np.where(union == 0, 0.0, 1 - shared / np.maximum(union, 1) * monotonicity)


def _given(marks: NDArray[np.integer], categories: int) -> Array:
    """How many coders gave each unit each category (units × categories)."""
    given = np.zeros((len(marks), categories))
    rows = np.arange(len(marks))
    for coder in range(marks.shape[1] if marks.ndim > 1 else 0):
        marked = marks[:, coder] != MISSING
        given[rows[marked], marks[marked, coder]] += 1
    return given


def _tables(marks: NDArray[np.integer], categories: int, source_of: NDArray[np.int64], number: int) -> Array:
    pairs = list(combinations(range(marks.shape[1]), 2))
    tables = np.zeros((number, len(pairs), categories, categories))
    cells = categories * categories
    for position, (first, second) in enumerate(pairs):
        both = (marks[:, first] != MISSING) & (marks[:, second] != MISSING)
        cell = source_of[both] * cells + marks[both, first] * categories + marks[both, second]
        counts = np.bincount(cell, minlength=number * cells)
        tables[:, position] = counts.reshape(number, categories, categories)
    return tables


def _summed(values: Array, source_of: NDArray[np.int64], number: int) -> Array:
    sums = np.zeros((number, *values.shape[1:]))
    np.add.at(sums, source_of, values)
    return sums


def _nominal(categories: int) -> Array:
    return np.ones((categories, categories)) - np.eye(categories)


def _ordinal(marks: Array) -> Array:
    """How many marks lie between two categories, half of their own included, squared (..., categories, categories)."""
    up_to = np.cumsum(marks, axis=-1) - marks / 2
    return (up_to[..., :, None] - up_to[..., None, :]) ** 2


def _beyond(agreed: Array, chance: Array) -> Array:
    return share(agreed - chance, 1 - chance)


def share(part: Array, whole: Array, least: float = 1e-12) -> Array:
    """Part of whole, NaN where there is no whole: rounding, up to `least`, must not make one of nothing."""
    part, whole = np.asarray(part, dtype=float), np.asarray(whole, dtype=float)
    defined = np.abs(whole) > least
    ratio: Array = np.full(np.broadcast_shapes(part.shape, whole.shape), np.nan)
    np.divide(part, whole, out=ratio, where=defined)
    return ratio
