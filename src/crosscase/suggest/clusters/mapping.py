"""A map of passages: those seen alike lie near each other, as far as two dimensions can show it."""

import numpy as np

from crosscase.suggest.clusters.recipe import Recipe
from crosscase.suggest.clusters.views import SMALL, Floats, Indices, diffused

MOST_DRAWN = 1500
PERPLEXITY = 30
STEPS = 500
NARROW = 1e-4


def drawn(count: int) -> Indices:
    """Which of so many passages are drawn: all, or as many as a page can show, spread evenly."""
    return np.unique(np.linspace(0, count - 1, min(count, MOST_DRAWN)).round().astype(int))


def mapped(rows: Floats, recipe: Recipe) -> Floats:
    """A place from 0 to 1 each way for every row, by t-SNE (van der Maaten and Hinton 2008) on what the grouping sees.

    It starts from the two main axes, with a fixed seed and one thread, so that the same rows lie in the same places.
    """
    from sklearn.manifold import TSNE

    flowing = diffused(rows, recipe)
    axes = _main_axes(flowing)
    near = min(PERPLEXITY, (len(rows) - 1) / 3)
    drawing = TSNE(init=axes * NARROW, perplexity=near, max_iter=STEPS, random_state=0, n_jobs=1)
    places = np.asarray(drawing.fit_transform(flowing), float)
    low = places.min(axis=0)
    return np.asarray(((places - low) / np.maximum(places.max(axis=0) - low, SMALL)).round(4))


def _main_axes(rows: Floats) -> Floats:
    """The two main axes (PCA), the first with a spread of 1; each turned so that its longest reach is to the right."""
    left, sizes, _ = np.linalg.svd(rows - rows.mean(axis=0), full_matrices=False)
    axes = left[:, :2] * sizes[:2]
    turned = axes * np.sign(axes[np.abs(axes).argmax(axis=0), [0, 1]])
    return np.asarray(turned / max(float(turned[:, 0].std()), SMALL))
