"""Agreement on where codes begin and end: Krippendorff's alphas for unitizing, over texts cut by people themselves.

A continuum is a text as several coders have divided it; what no coder marked is a gap. One coder's segments don't
overlap, so that codes which may overlap each have a continuum of their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import combinations, pairwise

import numpy as np

from crosscase.agreement.coefficients import Array, Sums, share

Span = tuple[int, int, int]
"""Where a segment starts and ends, half-open, and the number of its value, from 1; 0 is a gap."""


@dataclass(frozen=True, slots=True)
class Continuum(Sums):
    """What continua add up to; `...` stands for none, sources, or draws. All are lengths, or squares of lengths.

    `shared` (..., values, values): how much of one coder's value lies on another's, each pair of coders both ways,
    over the number of the others (equation 32 of Krippendorff 2019, 12.6). `own` (..., values): what each segment
    shares with itself by chance, its length squared (a gap: its length), to be taken off (33). `paired`
    (..., values): the same for segments cut down to what others marked too (36).
    """

    shared: Array
    own: Array
    paired: Array


def continuum(length: int, spans: Sequence[Sequence[Span]], values: int) -> Continuum:
    """One text of a length in code points, as at least two coders have divided it; `values` without the gap.

    Raises ValueError where one coder's segments overlap or lie outside of the text.
    """
    whole = [_with_gaps(of_coder, length) for of_coder in spans]
    edges = np.unique([edge for of_coder in whole for start, end, _ in of_coder for edge in (start, end)])
    pieces = np.diff(edges)
    value_of = np.array([_values_at(of_coder, edges[:-1]) for of_coder in whole])
    shared = np.zeros((values + 1, values + 1))
    for first, second in combinations(value_of, 2):
        np.add.at(shared, (first, second), pieces)
        np.add.at(shared, (second, first), pieces)
    own, paired = np.zeros(values + 1), np.zeros(values + 1)
    for position, of_coder in enumerate(whole):
        others = (np.delete(value_of, position, axis=0) > 0).any(axis=0)
        for start, end, value in of_coder:
            own[value] += (end - start) ** (2 if value else 1)
            within = (edges[:-1] >= start) & (edges[:-1] < end)
            paired[value] += pieces[within & others].sum() ** 2 if value else 0
    return Continuum(shared / (len(whole) - 1), own, paired)


def of_one_value(length: int, spans: Sequence[Sequence[tuple[int, int]]]) -> Continuum:
    """`continuum` where segments have no value but that they are marked; each coder's stand in order.

    The same figures by the lengths of overlaps alone, without cutting the text: of many codes, each has few segments.
    `paired` holds nothing, since one value leaves nothing to agree on where two have marked.
    """
    others = len(spans) - 1
    marked = sum(end - start for of_coder in spans for start, end in of_coder)
    both = 2 * sum(_overlap(first, second) for first, second in combinations(spans, 2)) / others
    alone = marked - both
    neither = len(spans) * length - both - 2 * alone
    own = (len(spans) * length - marked, sum((end - start) ** 2 for of_coder in spans for start, end in of_coder))
    shared = np.array([[neither, alone], [alone, both]], dtype=float)
    return Continuum(shared, np.array(own, dtype=float), np.zeros(2))


def _overlap(first: Sequence[tuple[int, int]], second: Sequence[tuple[int, int]]) -> int:
    """How much of one coder's segments lies on another's; both in order."""
    length, at = 0, 0
    for start, end in first:
        while at < len(second) and second[at][1] <= start:
            at += 1
        following = at
        while following < len(second) and second[following][0] < end:
            length += min(end, second[following][1]) - max(start, second[following][0])
            following += 1
    return length


def stacked(continua: Sequence[Continuum]) -> Continuum:
    """Several sources' continua as one with a leading axis."""
    return Continuum(*(np.stack([getattr(one, field.name) for one in continua]) for field in fields(Continuum)))


def u_alpha(continuum: Continuum) -> Array:
    """Agreement on both where segments lie and what they are (Krippendorff et al. 2016; 2019, 12.6.3, eq. 34).

    1 is perfect, 0 chance; NaN where nobody marked anything, or everybody everything alike.
    """
    return _alpha(continuum.shared, continuum.own)


def u_alpha_binary(continuum: Continuum) -> Array:
    """Agreement on what is marked at all, whatever it is (2019, 12.6.4, eq. 35)."""
    shared, expected = continuum.shared, _expected(continuum.shared, continuum.own)
    return _from(_two(shared), _two(expected))


def cu_alpha(continuum: Continuum) -> Array:
    """Agreement on what segments are, where two coders marked the same words (2019, 12.6.5, eq. 36 and 37)."""
    return _alpha(continuum.shared[..., 1:, 1:], continuum.paired[..., 1:])


def _alpha(shared: Array, own: Array) -> Array:
    return _from(shared, _expected(shared, own))


def _expected(shared: Array, own: Array) -> Array:
    """What would lie on what by chance, segments never on themselves (eq. 33)."""
    total = shared.sum(axis=(-2, -1))
    by_chance = shared.sum(axis=-1)[..., :, None] * shared.sum(axis=-2)[..., None, :]
    by_chance = by_chance - own[..., :, None] * np.eye(own.shape[-1])
    scale = total - _ratio(own.sum(axis=-1), total)
    return _ratio(by_chance, scale[..., None, None])


def _from(observed: Array, expected: Array) -> Array:
    apart = observed.sum(axis=(-2, -1)) - np.trace(observed, axis1=-2, axis2=-1)
    by_chance = expected.sum(axis=(-2, -1)) - np.trace(expected, axis1=-2, axis2=-1)
    return _ratio(by_chance - apart, by_chance)


def _two(table: Array) -> Array:
    """A table of values as one of gap and no gap."""
    gap_and_rest = np.zeros((*table.shape[:-2], 2, 2))
    gap_and_rest[..., 0, 0] = table[..., 0, 0]
    gap_and_rest[..., 0, 1] = table[..., 0, 1:].sum(axis=-1)
    gap_and_rest[..., 1, 0] = table[..., 1:, 0].sum(axis=-1)
    gap_and_rest[..., 1, 1] = table[..., 1:, 1:].sum(axis=(-2, -1))
    return gap_and_rest


def _ratio(part: Array, whole: Array) -> Array:
    """Lengths are whole numbers of thousands, whose squares leave more to rounding than shares do."""
    return share(part, whole, least=1e-9)


def _with_gaps(spans: Sequence[Span], length: int) -> list[Span]:
    """A coder's segments in order, with the gaps between them."""
    ordered = sorted(spans)
    outside = ordered and (ordered[0][0] < 0 or ordered[-1][1] > length)
    if outside or any(second[0] < first[1] for first, second in pairwise(ordered)):
        raise ValueError("one coder's segments must lie in the text, and not overlap")
    whole: list[Span] = []
    reached = 0
    for start, end, value in ordered:
        if start > reached:
            whole.append((reached, start, 0))
        whole.append((start, end, value))
        reached = end
    if reached < length:
        whole.append((reached, length, 0))
    return whole


def _values_at(spans: Sequence[Span], starts: Array) -> Array:
    """The value that lies at each of these places."""
    begins = np.array([start for start, _, _ in spans])
    return np.array([value for _, _, value in spans])[np.searchsorted(begins, starts, side="right") - 1]
