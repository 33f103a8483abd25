"""How passages are seen before they are grouped: by meaning and by words, less what is only one interview's manner."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from crosscase.suggest.clusters.recipe import Recipe
from crosscase.suggest.words import stems

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]
Vectors = npt.NDArray[np.float32]

SMALL = 1e-9
FARTHEST = 2000
ROWS_PER_NEAREST = 5
CELLS_AT_A_TIME = 4_000_000


def seen(texts: Sequence[str], sources: Indices, vectors: Vectors | None, recipe: Recipe) -> Floats:
    """One unit row for each passage, in reading order; `sources` numbers the interview that each is from.

    By meaning: vectors less their mean and less most of their interview's mean, on their main axes. By words: tf-idf of
    stems, on its main axes. Without vectors the words alone are seen.
    """
    lexical = _by_words(texts, recipe)
    if vectors is None:
        return lexical
    meaning = _by_meaning(np.asarray(vectors, float), sources, recipe)
    return unit(np.hstack([meaning, recipe.words * lexical]))


def with_neighbours(rows: Floats, sources: Indices, spans: Indices, weight: float) -> Floats:
    """Each row with its neighbours' weighted mean: one before and after count 1, two before and after a half.

    `spans` are starts and ends. What stands over 2,000 characters away was said at another time, and is no neighbour.
    """
    total, weights = np.zeros_like(rows), np.zeros((len(rows), 1))
    for away, counts in ((1, 1.0), (2, 0.5)):
        close = (sources[away:] == sources[:-away]) & (spans[away:, 0] - spans[:-away, 1] <= FARTHEST)
        together = close[:, None] * counts
        total[away:] += together * rows[:-away]
        total[:-away] += together * rows[away:]
        weights[away:] += together
        weights[:-away] += together
    return unit(rows + weight * total / np.maximum(weights, SMALL))


def diffused(rows: Floats, recipe: Recipe) -> Floats:
    """Rows drawn towards the rows nearest to them, step by step, while keeping something of themselves."""
    # Among few passages few are near: with all as neighbours, everything would become one.
    count = min(recipe.nearest, max(2, len(rows) // ROWS_PER_NEAREST))
    steps = walk(*nearest(rows, rows, count, np.arange(len(rows))))
    return drawn(rows, steps, recipe.steps, recipe.kept)


def drawn(rows: Floats, steps: "csr_array", count: int, kept: float) -> Floats:
    """Unit rows after so many steps of a walk, at each of which they keep so much of themselves."""
    flowing = rows
    for _ in range(count):
        flowing = unit(kept * rows + (1 - kept) * (steps @ flowing))
    return flowing


def nearest(rows: Floats, among: Floats, count: int, selves: Indices) -> tuple[Indices, Floats]:
    """For each row the `count` nearest of `among`, the nearest first, with their cosines.

    `selves` tells which of `among` a row is itself, and is left out; -1 where it isn't among them.
    """
    count = min(count, len(among) - int((selves >= 0).any()))
    size = max(1, CELLS_AT_A_TIME // len(among))
    places = np.zeros((len(rows), count), int)
    cosines = np.zeros((len(rows), count))
    for start in range(0, len(rows), size):
        block = rows[start : start + size] @ among.T
        itself = selves[start : start + size]
        block[itself >= 0, itself[itself >= 0]] = -np.inf
        best = np.argpartition(-block, count - 1, axis=1)[:, :count]
        order = np.argsort(-np.take_along_axis(block, best, axis=1), axis=1, kind="stable")
        places[start : start + size] = np.take_along_axis(best, order, axis=1)
        cosines[start : start + size] = np.take_along_axis(block, places[start : start + size], axis=1)
    return places, cosines


def walk(places: Indices, likeness: Floats) -> "csr_array":
    """From each row to the `places` of its nearest ones, and back; the weights of a row sum to one."""
    from scipy.sparse import csr_array

    rows = len(places)
    starts = np.arange(0, places.size + 1, places.shape[1])
    links = csr_array((np.maximum(likeness.ravel(), SMALL), places.ravel(), starts), shape=(rows, rows))
    both_ways = csr_array(links.maximum(links.T))
    return csr_array(both_ways.multiply((1 / np.asarray(both_ways.sum(axis=1)))[:, None]))


def unit(rows: Floats) -> Floats:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), SMALL))


def _by_meaning(vectors: Floats, sources: Indices, recipe: Recipe) -> Floats:
    centred = vectors - vectors.mean(axis=0)
    counts = np.bincount(sources)
    means = np.zeros((len(counts), centred.shape[1]))
    np.add.at(means, sources, centred)
    means /= np.maximum(counts, 1)[:, None]
    # An interview's mean is known the better, the more passages it has; of a short one little is taken off.
    taken = (counts / (counts + recipe.shrink))[:, None] * means
    return unit(_on_main_axes(unit(centred - taken[sources]), recipe.meaning_axes))


def _on_main_axes(rows: Floats, count: int) -> Floats:
    centred = rows - rows.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    return np.asarray(centred @ axes[:, ::-1][:, :count])


def _by_words(texts: Sequence[str], recipe: Recipe) -> Floats:
    table = stem_table(texts)
    if table is None:
        return np.zeros((len(texts), 1))
    count = min(recipe.word_axes, min(table.shape) - 1)
    if count < 2:
        return unit(table.toarray())
    from sklearn.decomposition import TruncatedSVD

    # Where all texts have the same words, it divides nothing by nothing for a figure that isn't used.
    with np.errstate(invalid="ignore"):
        return unit(TruncatedSVD(count, random_state=0).fit_transform(table))


def stem_rows(texts: Sequence[str]) -> Floats:
    """A unit row of tf-idf for each text, on all its stems; zeros where it shares none with another."""
    table = stem_table(texts)
    return np.zeros((len(texts), 1)) if table is None else np.asarray(table.toarray(), float)


def stem_table(texts: Sequence[str]) -> Any:
    """tf-idf of the stems that at least two texts hold; None where no two texts share a word."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    table = TfidfVectorizer(analyzer=stems, sublinear_tf=True, min_df=2)
    try:
        return table.fit_transform(texts)
    except ValueError:
        return None
