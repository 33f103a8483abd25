"""The machine's suggestions beside people's codings, code by code, with how far people agree among themselves.

That is no agreement between coders. A person who was shown suggestions for a source isn't held against them there: what
they made of the source may be the machine's own opinion. People's figure is the ceiling: who is asked to agree with
people can't do it better than they do with each other.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from crosscase.agreement import coefficients
from crosscase.agreement.measuring import DRAWS, Estimate, estimated
from crosscase.agreement.units import Units
from crosscase.codebook import Codebook
from crosscase.coding import Review, Suggestion

Shown = Mapping[str, Collection[str]]
"""By coder, the sources in which they decided on suggestions that they saw."""


@dataclass(frozen=True, slots=True)
class Beside:
    """On one code: `people` is alpha among the coders, `machine` alpha of the suggestions with each of them.

    Both are of the same sources. `suggested` is how many of the units the machine proposes it for.
    """

    code_id: str
    units: int
    sources: int
    suggested: int
    people: Estimate
    machine: Estimate


def shown_to(reviews: Iterable[Review]) -> Shown:
    """Who was shown suggestions, and where: unless a verdict was given blind, the suggestion was in sight."""
    shown: dict[str, set[str]] = {}
    for review in reviews:
        if not review.blind:
            shown.setdefault(review.reviewer, set()).add(review.source_id)
    return shown


def beside(
    units: Units, suggestions: Iterable[Suggestion], shown: Shown, codebook: Codebook, *, seed: int = 1
) -> tuple[Beside, ...]:
    """Both figures for each code that two people, neither shown suggestions, could have given the same unit."""
    suggested = units.marked(suggestions, codebook)
    share = [1 / len(units.sources)] * len(units.sources)
    times = np.random.default_rng(seed).multinomial(len(share), share, size=DRAWS).astype(float) if share else None
    unseen = _unseen(units, shown)
    figures = []
    for code in codebook.codes if times is not None else ():
        marks = np.where(unseen, units.marks(code), coefficients.MISSING)
        among = coefficients.tally(marks, 2, units.source_of)
        if not among.pairable.sum() or times is None:
            continue
        # Only units that two people marked, so that both figures are of the same.
        pairable = (marks != coefficients.MISSING).sum(axis=1) > 1
        proposed = np.zeros(len(marks), dtype=np.int64)
        proposed[list(suggested.get(code.id, ()))] = 1
        machine = np.where(pairable, proposed, coefficients.MISSING)
        with_each = coefficients.added(
            coefficients.tally(np.column_stack([marks[:, column], machine]), 2, units.source_of)
            for column in range(marks.shape[1])
        )
        figures.append(
            Beside(
                code.id,
                int(pairable.sum()),
                int((among.pairable > 0).sum()),
                int(proposed[pairable].sum()),
                estimated(coefficients.alpha, among, times),
                estimated(coefficients.alpha, with_each, times),
            )
        )
    return tuple(figures)


def _unseen(units: Units, shown: Shown) -> "np.ndarray":
    """Whether each coder saw no suggestion in the source of each unit (units × coders)."""
    unseen = np.ones((len(units.segments), len(units.coders)), dtype=np.bool_)
    number_of = {source_id: number for number, source_id in enumerate(units.sources)}
    for column, coder in enumerate(units.coders):
        seen = [number_of[source_id] for source_id in shown.get(coder, ()) if source_id in number_of]
        unseen[np.isin(units.source_of, seen), column] = False
    return unseen
