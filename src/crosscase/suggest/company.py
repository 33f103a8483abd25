"""Passages by the company they keep: what each means, drawn towards what is most like it in this study."""

import numpy as np

from crosscase.suggest.clusters.views import drawn, walk
from crosscase.suggest.corpus import Floats, Indices

# Chosen on some sets, looked at once on others: docs/assisted-coding.md.
NEAREST, ROWS_PER_NEAREST = 10, 5
STEPS = 8
KEPT = 0.15
ROWS_AT_A_TIME = 500
PLACES = 6


def drawn_together(rows: Floats, words: Floats | None) -> Floats:
    """Unit rows, drawn step by step towards the ten most like each, while each keeps something of itself.

    Likeness is the cosine of two rows, and that of their words where it is given, n × n. Rows that are equal count as
    one, and are taken in an order of their own: that in which they come doesn't matter. The fewer there are the fewer
    are near, or all would become one.
    """
    _, first, of = np.unique(rows.round(PLACES), axis=0, return_index=True, return_inverse=True)
    distinct = rows[first]
    count = min(NEAREST, max(2, len(distinct) // ROWS_PER_NEAREST), len(distinct) - 1)
    if count < 1:
        return rows
    steps = walk(*_most_alike(distinct, None if words is None else words[np.ix_(first, first)], count))
    return np.asarray(drawn(distinct, steps, STEPS, KEPT)[of.reshape(-1)])


def _most_alike(rows: Floats, words: Floats | None, count: int) -> tuple[Indices, Floats]:
    """For each row the places of so many that are most like it, and how like it they are."""
    places, likeness = np.zeros((len(rows), count), int), np.zeros((len(rows), count))
    for start in range(0, len(rows), ROWS_AT_A_TIME):
        these = slice(start, start + ROWS_AT_A_TIME)
        block = rows[these] @ rows.T
        if words is not None:
            block += words[these]
        block = block.round(PLACES)
        block[np.arange(len(block)), np.arange(start, start + len(block))] = -np.inf
        places[these] = np.argpartition(-block, count - 1, axis=1)[:, :count]
        likeness[these] = np.take_along_axis(block, places[these], axis=1)
    return places, likeness
