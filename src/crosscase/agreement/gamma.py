"""Mathet's γ: how far coders agree on where segments lie and what they are, each segment held against its counterpart.

Segments may overlap, as codings do. They are aligned across coders so that what is left of disorder is least; γ is how
much less that is than among the same segments shifted at random (Mathet, Widlöcher & Métivier 2015).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from crosscase.agreement.coefficients import Array

Unit = tuple[int, int, int]
"""Where a segment starts and ends, half-open, and the number of its code."""

# The disorder of a segment that has no counterpart. Its size cancels out (section 4.2).
ALONE = 1.0
FEWEST_DRAWS = 30
MOST_DRAWS = 400
# How far off the expected disorder may be, with a certainty of 95% (section 5.2.2).
PRECISION = 0.02
MOST_CANDIDATES = 20_000


class TooMany(ValueError):
    """So many ways to align the segments of several coders that the best can't be found in reasonable time."""


@dataclass(frozen=True, slots=True)
class Disorder:
    """What the segments of one text come to: `observed`, and `expected` by chance; both are sums over alignments."""

    observed: float
    expected: float

    @property
    def gamma(self) -> float:
        """1 is perfect, 0 chance, below it worse (section 5.2, equation 1); NaN where chance leaves no disorder."""
        return 1 - self.observed / self.expected if self.expected > 0 else float("nan")


def disorder(
    coders: Sequence[Sequence[Unit]], length: int, *, seed: int = 1, alpha: float = 1.0, beta: float = 1.0
) -> Disorder:
    """Observed and expected disorder of one text of a length in code points, as two coders or more have coded it.

    `alpha` weighs places, `beta` codes (section 4.2.3). Raises `TooMany` where the segments of more than two coders
    could be aligned in too many ways.
    """
    units = _arrays(coders)
    draws = np.random.default_rng(seed)
    shuffled = _shuffled(units, length, draws)
    # By chance there may be more or fewer segments than there are: each draw counts as if it had as many.
    size = _mean_size(units)
    by_chance: list[float] = []
    while len(by_chance) < _needed(by_chance):
        drawn = next(shuffled)
        by_chance.append(_least(drawn, alpha, beta) / _mean_size(drawn) * size)
    return Disorder(_least(units, alpha, beta), float(np.mean(by_chance)))


def least(coders: Sequence[Sequence[Unit]], alpha: float = 1.0, beta: float = 1.0) -> float:
    """The disorder that the best alignment leaves, as a sum; raises `TooMany` as `disorder` does."""
    return _least(_arrays(coders), alpha, beta)


def _arrays(coders: Sequence[Sequence[Unit]]) -> list[Array]:
    return [np.array(sorted(own), dtype=float).reshape(-1, 3) for own in coders]


def _needed(by_chance: Sequence[float]) -> int:
    """How many draws make the mean precise enough (section 5.2.2)."""
    if len(by_chance) < FEWEST_DRAWS:
        return FEWEST_DRAWS
    mean = float(np.mean(by_chance))
    spread = float(np.std(by_chance, ddof=1)) / mean if mean else 0.0
    return min(MOST_DRAWS, max(FEWEST_DRAWS, int(np.ceil((spread * 1.96 / PRECISION) ** 2))))


def _mean_size(units: Sequence[Array]) -> float:
    return sum(map(len, units)) / len(units)


def _shuffled(units: Sequence[Array], length: int, draws: np.random.Generator) -> Iterator[list[Array]]:
    """For as many coders, the segments of one of them each, all shifted by as much; what is shifted out comes in again
    at the beginning. Shifts are at least a mean segment apart (section 5.2.1).
    """
    marked = [own for own in units if len(own)]
    apart = float(np.mean(np.concatenate([own[:, 1] - own[:, 0] for own in marked])))
    while True:
        shifts = _shifts(len(units), length, apart, draws)
        chosen = draws.integers(0, len(units), size=len(units))
        drawn = [_shifted(units[coder], shift, length) for coder, shift in zip(chosen, shifts, strict=True)]
        if any(map(len, drawn)):
            yield drawn


def _shifts(number: int, length: int, apart: float, draws: np.random.Generator) -> list[float]:
    """So many places of the text, as far apart from each other as there is room for."""
    shifts: list[float] = []
    for _ in range(number):
        tried = draws.uniform(0, length, size=50)
        far = [place for place in tried if all(_around(place, other, length) >= apart for other in shifts)]
        shifts.append(float(far[0] if far else tried[0]))
    return shifts


def _around(place: float, other: float, length: int) -> float:
    distance = abs(place - other)
    return min(distance, length - distance)


def _shifted(units: Array, shift: float, length: int) -> Array:
    starts = (units[:, 0] + shift) % length
    return np.column_stack([starts, starts + units[:, 1] - units[:, 0], units[:, 2]])


def _least(units: Sequence[Array], alpha: float, beta: float) -> float:
    """The sum of disorders of the best alignment (section 5.1)."""
    apart = {
        (first, second): _apart(units[first], units[second], alpha, beta)
        for first, second in combinations(range(len(units)), 2)
    }
    return _least_of_two(apart[0, 1]) if len(units) == 2 else _least_of_many(units, apart)


def _apart(first: Array, second: Array, alpha: float, beta: float) -> Array:
    """Dissimilarity of each segment of one coder with each of another: of places, squared, and of codes
    (sections 4.2.1 to 4.2.3, `d_combi`).
    """
    edges = abs(first[:, None, 0] - second[None, :, 0]) + abs(first[:, None, 1] - second[None, :, 1])
    lengths = (first[:, 1] - first[:, 0])[:, None] + (second[:, 1] - second[:, 0])[None, :]
    other_code = first[:, None, 2] != second[None, :, 2]
    return np.asarray(alpha * (edges / lengths) ** 2 * ALONE + beta * other_code * ALONE)


def _least_of_two(apart: Array) -> float:
    """Of two coders the best alignment is an assignment, which is found exactly in little time."""
    from scipy.optimize import linear_sum_assignment

    # Two segments that stay alone cost two; pairing them is worth what it costs less than that.
    worth = np.minimum(apart - 2 * ALONE, 0)
    rows, columns = linear_sum_assignment(worth)
    return float(sum(apart.shape) * ALONE + worth[rows, columns].sum())


def _least_of_many(units: Sequence[Array], apart: dict[tuple[int, int], Array]) -> float:
    """Each segment in just one alignment, at the least cost: a partition of the set of them (section 5.1.2)."""
    from scipy.optimize import LinearConstraint, milp
    from scipy.sparse import csc_array

    candidates, costs = _candidates(units, apart)
    offsets = np.cumsum([0, *map(len, units)])
    rows, columns = [], []
    for number, candidate in enumerate(candidates):
        for coder, unit in enumerate(candidate):
            if unit >= 0:
                rows.append(int(offsets[coder]) + unit)
                columns.append(number)
    held = csc_array((np.ones(len(rows)), (rows, columns)), shape=(int(offsets[-1]), len(candidates)))
    found = milp(costs, constraints=LinearConstraint(held, 1, 1), integrality=np.ones(len(costs)), bounds=(0, 1))
    return float(found.fun)


def _candidates(
    units: Sequence[Array], apart: dict[tuple[int, int], Array]
) -> tuple[list[tuple[int, ...]], NDArray[np.float64]]:
    """Alignments of at most one segment of each coder (-1 for none) that may be worth it, with their disorders.

    One whose disorder is more than if each of its segments stayed alone is in no best alignment (section 5.1.1).
    """
    pairs = len(units) * (len(units) - 1) / 2
    most = len(units) * pairs * ALONE
    partial: list[tuple[tuple[int, ...], float]] = [((), 0.0)]
    for coder in range(len(units)):
        grown: list[tuple[tuple[int, ...], float]] = []
        for held, cost in partial:
            costs = cost + _added_cost(held, coder, len(units[coder]), apart)
            grown += [((*held, int(unit) - 1), float(costs[unit])) for unit in np.flatnonzero(costs <= most)]
        if len(grown) > MOST_CANDIDATES:
            raise TooMany
        partial = grown
    whole = [(held, cost) for held, cost in partial if max(held) >= 0]
    return [held for held, _ in whole], np.array([cost for _, cost in whole]) / pairs


def _added_cost(held: tuple[int, ...], coder: int, number: int, apart: dict[tuple[int, int], Array]) -> Array:
    """What no segment (first), or each segment of a coder, adds to an alignment of those before."""
    costs = np.zeros(number + 1)
    for other, unit in enumerate(held):
        costs[0] += ALONE
        costs[1:] += apart[other, coder][unit] if unit >= 0 else ALONE
    return costs
