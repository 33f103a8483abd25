"""The passages of a study as the coder sees them: texts, vectors, who said them, and what stands beside what."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]
Marks = npt.NDArray[np.bool_]

SMALL = 1e-9
FARTHEST = 2000
NEXT, NEXT_BUT_ONE = 1.0, 0.5


@dataclass(frozen=True, slots=True)
class Corpus:
    """Passages in reading order. `interviews` numbers the source of each; `spans` are starts and ends, n × 2.

    `spans` is None where passages don't stand in order, as single answers. `vectors` are unit rows, n × d, None
    without an encoder; `questions` are those of what was asked before, zeros where nothing was; `parts` those of the
    sentences of long passages, and `part_of` which passage each is of. `early` are the passages' vectors from the
    encoder's first layers, None where it has none. `candidates` marks the codes that are possible
    for each passage, n × c; None where all are.
    """

    texts: Sequence[str]
    interviews: Indices
    spans: Indices | None = None
    vectors: Floats | None = None
    questions: Floats | None = None
    parts: Floats | None = None
    part_of: Indices | None = None
    candidates: Marks | None = None
    early: Floats | None = None

    def possible(self, codes: int) -> Marks:
        return np.ones((len(self.texts), codes), bool) if self.candidates is None else self.candidates

    def on_the_way(self) -> Floats:
        """How far into its interview each passage begins, from the first's beginning (0) to the last's (1)."""
        starts = np.zeros(len(self.texts)) if self.spans is None else self.spans[:, 0].astype(float)
        first, last = np.full((2, int(self.interviews.max(initial=-1)) + 1), [[np.inf], [-np.inf]])
        np.minimum.at(first, self.interviews, starts)
        np.maximum.at(last, self.interviews, starts)
        gone = starts - first[self.interviews]
        return np.asarray(gone / np.maximum((last - first)[self.interviews], SMALL))

    def around(self, rows: Floats) -> Floats:
        """The weighted mean of the rows that stand one (1) or two (1/2) before and after in the same source.

        What stands over 2,000 characters away was said at another time. Zeros where nothing stands beside.
        """
        total, weights = np.zeros_like(rows), np.zeros((len(rows), 1))
        if self.spans is None:
            return total
        for away, counts in ((1, NEXT), (2, NEXT_BUT_ONE)):
            same_source = self.interviews[away:] == self.interviews[:-away]
            close = same_source & (self.spans[away:, 0] - self.spans[:-away, 1] <= FARTHEST)
            together = close[:, None] * counts
            total[away:] += together * rows[:-away]
            total[:-away] += together * rows[away:]
            weights[away:] += together
            weights[:-away] += together
        return np.asarray(total / np.maximum(weights, SMALL))


def standard(values: Floats, among: Marks) -> Floats:
    """In standard deviations above the mean of what is possible; 0 for what isn't, or where nothing differs."""
    counted = values[among]
    spread = counted.std() if counted.size else 0.0
    if spread <= SMALL:
        return np.zeros_like(values)
    return np.where(among, (values - counted.mean()) / spread, 0.0)


def beyond_others(values: Floats, among: Marks) -> Floats:
    """What a passage has with a code beyond what it has with its other codes on average."""
    possible = np.where(among, values, 0.0)
    others = among.sum(axis=1, keepdims=True) - 1
    rest = (possible.sum(axis=1, keepdims=True) - possible) / np.maximum(others, 1)
    return np.where(among, possible - rest, 0.0)


def set_off(values: Floats, among: Marks) -> Floats:
    """What a passage has with a code beyond the code's mean and beyond its other codes, in standard deviations."""
    possible = np.where(among, values, 0.0)
    usual = possible.sum(axis=0) / np.maximum(among.sum(axis=0), 1)
    return standard(beyond_others(values - usual, among), among)


def unit(rows: Floats) -> Floats:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), SMALL))
