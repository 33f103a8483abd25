"""Whether the interviews still bring anything new: codes that no earlier one had (Guest, Namey & Chen 2020).

New information is what the last few interviews (the run) add, as a share of what the first few (the base) gave, in the
order that they were held and in others. Saturation in this sense is of codes in these interviews. It says nothing of
people who weren't interviewed, nor of types.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

ORDERS = 1000


@dataclass(frozen=True, slots=True)
class Step:
    """One interview: the codes that no earlier one had, how many there are by then, and new information at this point.

    `ratio` is None as long as the run isn't full. `low`, `median` and `high` hold 95% of all orders' totals.
    """

    source_id: str
    new: tuple[str, ...]
    total: int
    ratio: float | None
    low: float
    median: float
    high: float


@dataclass(frozen=True, slots=True)
class Saturation:
    """When new codes stopped appearing.

    `reached` is the number of interviews after which, in the order that they were held, the run brought no more than
    the threshold, and None where it never did; `reached_in` the share of orders in which it did, and `usually` the
    median number of interviews there. `unseen` is Chao's lower bound of codes that exist and nobody mentioned.
    """

    base: int
    run: int
    threshold: float
    steps: tuple[Step, ...]
    reached: int | None
    reached_in: float
    usually: float | None
    unseen: float

    @property
    def later(self) -> int:
        """How many codes came after the point at which the rule first held."""
        return self.codes - self.steps[self.reached - 1].total if self.reached else 0

    @property
    def codes(self) -> int:
        return self.steps[-1].total if self.steps else 0


def saturate(
    codes_by_source: Sequence[tuple[str, Collection[str]]],
    *,
    base: int = 4,
    run: int = 2,
    threshold: float = 0.05,
    seed: int = 1,
) -> Saturation:
    """Hold each interview's codes against all that came before; the interviews in the order that they were held.

    `threshold` is the share of new information, from 0 to 1, that still counts as saturated. Raises ValueError where
    base or run is no number of interviews.
    """
    if base < 1 or run < 1 or not 0 <= threshold <= 1:
        raise ValueError("base and run are at least one interview, the threshold is from 0 to 1")
    held = [frozenset(codes) for _, codes in codes_by_source]
    ratios = _ratios(_first_seen(held), base, run)
    seen = _first_seen_in(_orders(len(held), seed), held)
    totals = np.cumsum(seen, axis=1)
    reached = [_reached(_ratios(new, base, run), threshold) for new in seen.tolist()]
    within = [number for number in reached if number is not None]
    return Saturation(
        base,
        run,
        threshold,
        _steps(codes_by_source, ratios, totals),
        _reached(ratios, threshold),
        len(within) / len(reached) if reached else 0.0,
        float(np.median(within)) if within else None,
        chao2(held),
    )


def chao2(held: Sequence[Collection[str]]) -> float:
    """Codes that exist and were in no interview, at the least: (m - 1) / m × Q1² / (2 Q2), from the codes that one
    (Q1) and two (Q2) of m interviews have; where none is in two, (m - 1) / m × Q1 (Q1 - 1) / 2 (Chao 1987; Chao et al.
    2009, equations 3 and 4).
    """
    interviews_of = Counter(code for codes in held for code in set(codes))
    once, twice = (sum(number == times for number in interviews_of.values()) for times in (1, 2))
    if not held:
        return 0.0
    weight = (len(held) - 1) / len(held)
    return weight * (once**2 / (2 * twice) if twice else once * (once - 1) / 2)


def _steps(
    codes_by_source: Sequence[tuple[str, Collection[str]]], ratios: Sequence[float | None], totals: np.ndarray
) -> tuple[Step, ...]:
    known: set[str] = set()
    steps = []
    for position, (source_id, codes) in enumerate(codes_by_source):
        new = tuple(sorted(set(codes) - known))
        known.update(new)
        low, median, high = np.percentile(totals[:, position], [2.5, 50, 97.5])
        steps.append(Step(source_id, new, len(known), ratios[position], float(low), float(median), float(high)))
    return tuple(steps)


def _first_seen(held: Sequence[Collection[str]]) -> list[int]:
    """How many codes each interview brings that no earlier one had."""
    known: set[str] = set()
    new = []
    for codes in held:
        before = len(known)
        known.update(codes)
        new.append(len(known) - before)
    return new


def _first_seen_in(orders: np.ndarray, held: Sequence[Collection[str]]) -> np.ndarray:
    """The same for each of many orders (orders × interviews): a code is new where the first that holds it stands."""
    places = np.argsort(orders, axis=1)
    new = np.zeros(orders.shape, dtype=np.int64)
    for code in sorted({code for codes in held for code in codes}):
        holders = [number for number, codes in enumerate(held) if code in codes]
        first = places[:, holders].min(axis=1)
        new[np.arange(len(orders)), first] += 1
    return new


def _ratios(new: Sequence[int], base: int, run: int) -> list[float | None]:
    """New information after each interview; None where base and run aren't full, or the base has no code at all."""
    first = sum(new[:base])
    ratios: list[float | None] = []
    for number in range(1, len(new) + 1):
        is_full = number >= base + run and first > 0
        ratios.append(sum(new[number - run : number]) / first if is_full else None)
    return ratios


def _reached(ratios: Sequence[float | None], threshold: float) -> int | None:
    """The number of interviews after which new information first was at the threshold or under it."""
    numbers = (number for number, ratio in enumerate(ratios, 1) if ratio is not None and ratio <= threshold)
    return next(numbers, None)


def _orders(number: int, seed: int) -> np.ndarray:
    """As many orders of the interviews, each a row (orders × interviews)."""
    draws = np.random.default_rng(seed)
    drawn = [draws.permutation(number) for _ in range(ORDERS if number else 0)]
    return np.array(drawn, dtype=np.int64).reshape(len(drawn), number)
