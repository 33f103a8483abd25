"""How far coders agree on each code, on all of them, and on values: coefficients with intervals, or why there is none.

A unit counts for a coder who came to its end and could have looked for the code; what nobody coded counts too.
Intervals come from drawing whole sources again, since the passages of one talk hang together.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from crosscase.agreement import coefficients
from crosscase.agreement.coefficients import MISSING, Array, Tally
from crosscase.agreement.gamma import TooMany, disorder
from crosscase.agreement.unitizing import stacked, u_alpha
from crosscase.agreement.units import Place, Units
from crosscase.codebook import Code, Codebook

DRAWS = 1000
# With fewer sources the same few come again in every draw, and an interval says more than anybody knows.
FEWEST_SOURCES = 5
# Where a coefficient isn't defined in more of the draws than this, the others tell only half of the story.
MOST_UNDEFINED = 0.05
# Every set is held against every other: beyond this, the figure isn't worth its minutes.
MOST_SETS = 4000

_NOBODY = "no two coders read the same passages for it"
_ONE_CATEGORY = "every mark is the same, so that there is nothing to agree on beyond chance"
_NOT_FOR_MANY = "it is defined for two coders"
_NOT_ALL = "not every unit was marked by the same number of coders; alpha allows for that"
_FEW_SOURCES = f"an interval needs {FEWEST_SOURCES} sources or more"
_MANY_SETS = f"over {MOST_SETS:,} different sets were given; look at the codes one by one"
_MANY_WAYS = "its segments could be aligned in too many ways; look at two coders at a time"
_NO_SEGMENT = "nobody coded anything there"
_RARE = "too rare for an interval: in many draws of the sources nobody gives it"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A coefficient with its 95% interval; what is missing of it is explained by `why`."""

    value: float | None = None
    low: float | None = None
    high: float | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """All coefficients on one code, or on all codes together (`code_id` empty, each unit × code a unit).

    `edges` is alpha for unitizing, on the words themselves: it falls where codings begin or end elsewhere.
    `used` is how many units each coder gave it, `prevalence` the share of marks that give it, from 0 to 1. `kappa` is
    Cohen's, of more than two coders the mean of all pairs.
    """

    code_id: str
    units: int
    sources: int
    used: Mapping[str, int]
    prevalence: float
    percentage: Estimate
    alpha: Estimate
    kappa: Estimate
    fleiss: Estimate
    ac1: Estimate
    pabak: Estimate
    prevalence_index: Estimate
    bias_index: Estimate
    edges: Estimate = Estimate()


@dataclass(frozen=True, slots=True)
class Measured:
    """How far coders agree on what two of them or more have read.

    `sets` is alpha of the sets of codes that a unit was given (MASI distance), `values` alpha of an attribute's values
    where coders gave it at all.
    """

    coders: tuple[str, ...]
    sources: tuple[str, ...]
    units: int
    codes: tuple[Measure, ...] = ()
    pooled: Measure | None = None
    sets: Estimate = Estimate()
    values: Mapping[str, Estimate] = field(default_factory=dict)

    @property
    def by_code(self) -> Mapping[str, Measure]:
        return {measure.code_id: measure for measure in self.codes}


@dataclass(frozen=True, slots=True)
class Aligned:
    """Mathet's γ of all codes together, and of each source by its id, where two coders read it."""

    gamma: Estimate
    sources: Mapping[str, Estimate]


def measure(units: Units, codebook: Codebook, *, seed: int = 1) -> Measured:
    """Every coefficient that the units allow; `seed` draws the sources for the intervals.

    Codes that no two coders could have given the same unit are left out.
    """
    measured = Measured(units.coders, units.sources, len(units.segments))
    if not units.segments:
        return replace(measured, sets=Estimate(why=_NOBODY))
    share = [1 / len(units.sources)] * len(units.sources)
    times = np.random.default_rng(seed).multinomial(len(units.sources), share, size=DRAWS).astype(float)
    looked = {code.id: units.looked(code) for code in codebook.codes}
    tallies: dict[str, Tally] = {}
    measures: list[Measure] = []
    for code in codebook.codes:
        marks = units.marks(code, looked[code.id])
        tally = coefficients.tally(marks, 2, units.source_of)
        if tally.pairable.sum():
            tallies[code.id] = tally
            measured_code = _measure(code.id, tally, marks, units, times)
            measures.append(replace(measured_code, edges=_edges(units, code, times)))
    if not measures:
        return replace(measured, sets=Estimate(why=_NOBODY))
    return replace(
        measured,
        codes=tuple(measures),
        pooled=_pooled(measures, tallies, times),
        sets=_sets(units, {code_id: looked[code_id] for code_id in tallies}, times),
        values={
            code.id: _values(units, code.id, looked[code.id], times)
            for code in codebook.codes
            if code.kind == "attribute"
        },
    )


def align(units: Units, codebook: Codebook, *, seed: int = 1) -> Aligned:
    """γ of the codings as they lie in each source, as far as all came, of the codes that all of them looked for.

    Over several sources it is 1 - the sum of observed over the sum of expected disorders.
    """
    figures: dict[str, Estimate] = {}
    sums: list[tuple[float, float]] = []
    for source_id in units.sources:
        length, coders = units.coded_spans(source_id, codebook)
        if len(coders) < 2 or not any(coders):
            figures[source_id] = Estimate(why=_NO_SEGMENT if len(coders) > 1 else _NOBODY)
            continue
        try:
            found = disorder(coders, length, seed=seed)
        except TooMany:
            figures[source_id] = Estimate(why=_MANY_WAYS)
            continue
        figures[source_id] = Estimate(found.gamma, why="of one source there is no interval")
        sums.append((found.observed, found.expected))
    if not sums:
        return Aligned(Estimate(why=_NOBODY), figures)
    whole = np.array(sums)
    times = np.random.default_rng(seed).multinomial(len(whole), [1 / len(whole)] * len(whole), size=DRAWS)
    return Aligned(_estimate(_gamma(whole.sum(axis=0)), _gamma(times @ whole), len(whole)), figures)


def _gamma(sums: Array) -> Array:
    return np.asarray(1 - coefficients.share(sums[..., 0], sums[..., 1]))


def estimated(coefficient: Callable[[Tally], Array], tally: Tally, times: Array) -> Estimate:
    """A coefficient of what sources (the first axis of the tally) add up to, with its interval from drawing them."""
    return _estimate(coefficient(tally.total()), coefficient(tally.drawn(times)), int((tally.pairable > 0).sum()))


def _measure(code_id: str, tally: Tally, marks: NDArray[np.int64], units: Units, times: Array) -> Measure:
    used = {coder: int((marks[:, column] == 1).sum()) for column, coder in enumerate(units.coders)}
    return _estimated(code_id, tally, used, times)


def _pooled(measures: list[Measure], tallies: Mapping[str, Tally], times: Array) -> Measure:
    used: dict[str, int] = {}
    for measure in measures:
        for coder, count in measure.used.items():
            used[coder] = used.get(coder, 0) + count
    return _estimated("", coefficients.added(tallies.values()), used, times)


def _estimated(code_id: str, tally: Tally, used: Mapping[str, int], times: Array) -> Measure:
    whole, drawn = tally.total(), tally.drawn(times)
    sources = int((tally.pairable > 0).sum())

    def estimate(coefficient: Callable[[Tally], Array]) -> Estimate:
        return _estimate(coefficient(whole), coefficient(drawn), sources)

    pairs = int((whole.tables.sum(axis=(-2, -1)) > 0).sum())
    one_pair = whole.tables.sum(axis=(-2, -1)).argmax()

    def of_pair(coefficient: Callable[[Tally], Array]) -> Estimate:
        if pairs > 1:
            return Estimate(why=_NOT_FOR_MANY)
        return estimate(lambda tally: coefficient(tally)[..., one_pair])

    return Measure(
        code_id,
        int(whole.pairable),
        sources,
        used,
        float(coefficients.prevalence(whole)[1]),
        estimate(coefficients.percentage),
        estimate(coefficients.alpha),
        estimate(_mean_kappa),
        estimate(coefficients.fleiss) if _is_complete(whole) else Estimate(why=_NOT_ALL),
        estimate(coefficients.gwet),
        estimate(coefficients.pabak),
        of_pair(coefficients.prevalence_index),
        of_pair(coefficients.bias_index),
    )


def _mean_kappa(tally: Tally) -> Array:
    """Cohen's kappa, of several pairs their mean: pairs who read nothing together, or for whom it isn't defined, are
    left out of it."""
    kappas = coefficients.cohen(tally)
    defined = ~np.isnan(kappas)
    sums = np.where(defined, kappas, 0).sum(axis=-1)
    number = defined.sum(axis=-1)
    return np.where(number > 0, sums / np.maximum(number, 1), np.nan)


def _is_complete(tally: Tally) -> bool:
    """Whether every unit that two coders marked was marked by as many as any other."""
    pairs = tally.tables.sum()
    number = tally.marks.sum() / tally.pairable
    # With n marks a unit there are n (n - 1) / 2 pairs in each; fewer on average means that they differ.
    return bool(np.isclose(pairs / tally.pairable, number * (number - 1) / 2))


def _edges(units: Units, code: Code, times: Array) -> Estimate:
    """Alpha for unitizing of one code (Krippendorff 2019, 12.6.3)."""
    by_source = dict(units.continua(code))
    if not by_source:
        return Estimate(why=_NOBODY)
    rows = [units.sources.index(source_id) for source_id in by_source]
    continua = stacked(list(by_source.values()))
    return _estimate(u_alpha(continua.total()), u_alpha(continua.drawn(times[:, rows])), len(rows))


def _sets(units: Units, looked: Mapping[str, NDArray[np.bool_]], times: Array) -> Estimate:
    """Alpha of the sets of codes given to units, out of those that all who came to a unit could have given."""
    reached = np.logical_or.reduce(list(looked.values()))
    given: dict[Place, set[str]] = {}
    for code_id, of_code in looked.items():
        is_common = (of_code == reached).all(axis=1)
        for place in units.given.get(code_id, ()):
            if is_common[place[0]]:
                given.setdefault(place, set()).add(code_id)
    return _set_estimate({place: frozenset(ids) for place, ids in given.items()}, reached, units, times)


def _values(units: Units, code_id: str, looked: NDArray[np.bool_], times: Array) -> Estimate:
    """Alpha of the values given to units that were given the code by two coders or more."""
    given = units.given.get(code_id, {})
    gave = np.zeros_like(looked)
    for place in given:
        gave[place] = looked[place]
    return _set_estimate(given, gave, units, times)


def _set_estimate(
    given: Mapping[Place, frozenset[str]], looked: NDArray[np.bool_], units: Units, times: Array
) -> Estimate:
    sets = sorted({frozenset(), *given.values()}, key=sorted)
    if len(sets) > MOST_SETS:
        return Estimate(why=_MANY_SETS)
    number_of = {codes: number for number, codes in enumerate(sets)}
    marks = np.where(looked, number_of[frozenset()], MISSING)
    for place, codes in given.items():
        if looked[place]:
            marks[place] = number_of[codes]
    tally = coefficients.set_tally(marks, _members(sets), units.source_of)
    return _estimate(tally.total().alpha(), tally.drawn(times).alpha(), int((tally.marks.sum(axis=1) > 0).sum()))


def _members(sets: list[frozenset[str]]) -> Array:
    """Which elements each set holds (sets × elements), 0 or 1."""
    elements = sorted(frozenset().union(*sets))
    column_of = {element: column for column, element in enumerate(elements)}
    members = np.zeros((len(sets), len(elements)))
    for row, elements_of_set in enumerate(sets):
        members[row, [column_of[element] for element in elements_of_set]] = 1
    return members


def _estimate(value: Array, drawn: Array, sources: int) -> Estimate:
    """The coefficient with the 2.5th and 97.5th percentile of its draws."""
    if sources == 0:
        return Estimate(why=_NOBODY)
    if np.isnan(value):
        return Estimate(why=_ONE_CATEGORY)
    if sources < FEWEST_SOURCES:
        return Estimate(float(value), why=_FEW_SOURCES)
    defined = drawn[~np.isnan(drawn)]
    if len(defined) < (1 - MOST_UNDEFINED) * len(drawn):
        return Estimate(float(value), why=_RARE)
    low, high = np.percentile(defined, [2.5, 97.5])
    return Estimate(float(value), float(low), float(high))
