"""What one would use otherwise: cosines, prototypes, logistic regression. Each scores passages × codes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from benchmarks.coders import former
from benchmarks.coders.tasks import Task
from crosscase.suggest.corpus import Floats, Indices, unit
from crosscase.suggest.learned import whole
from crosscase.suggest.likeness import pieces_of

STRENGTH, STEPS = 10.0, 300


@dataclass
class Rivals:
    """The rivals' views of one task, made once. A rival takes the passages that it may learn from."""

    task: Task
    piece_vectors: Floats
    words: Any = field(init=False)
    _former: Floats | None = None

    def __post_init__(self) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        table = TfidfVectorizer(sublinear_tf=True, stop_words="english")
        self.words = table.fit_transform([*self.task.texts, *map(whole, self.task.codes)]).tocsr()

    def by_words(self, _rows: Indices) -> Floats:
        count = len(self.task.texts)
        return np.asarray((self.words[:count] @ self.words[count:].T).toarray())

    def by_meaning(self, _rows: Indices) -> Floats:
        return self.task.vectors @ self.task.whole_vectors.T

    def former(self, _rows: Indices) -> Floats:
        if self._former is None:
            pieces = pieces_of(self.task.codes)
            self._former = former.score(self.task.texts, self.task.vectors, pieces, self.piece_vectors)
        return self._former

    def prototypes(self, rows: Indices) -> Floats:
        """Cosine to the unit mean of a code's passages and its definition."""
        sums = self.task.gold[rows].T.astype(float) @ self.task.vectors[rows] + self.task.whole_vectors
        return self.task.vectors @ unit(sums).T

    def regression_on_meaning(self, rows: Indices) -> Floats:
        return self._regression(np.vstack([self.task.vectors, self.task.whole_vectors]), rows)

    def regression_on_words(self, rows: Indices) -> Floats:
        return self._regression(self.words, rows)

    def regression_on_both(self, rows: Indices) -> Floats:
        from scipy.sparse import csr_matrix, hstack

        meaning = csr_matrix(np.vstack([self.task.vectors, self.task.whole_vectors]))
        return self._regression(hstack([meaning, self.words]).tocsr(), rows)

    def _regression(self, views: Any, rows: Indices) -> Floats:
        """A logistic regression for each code; definitions are rows, positive for their own code."""
        from sklearn.linear_model import LogisticRegression

        count, codes = len(self.task.texts), len(self.task.codes)
        at = np.concatenate([rows, count + np.arange(codes)])
        gold = np.vstack([self.task.gold[rows], np.eye(codes, dtype=bool)])
        score = np.zeros((count, codes))
        for code in range(codes):
            model = LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=STEPS)
            score[:, code] = model.fit(views[at], gold[:, code]).decision_function(views[:count])
        return score


Rival = Callable[[Rivals, Indices], Floats]

# Those that learn nothing stand beside the others at every number of codings.
KNOWING_THE_CODEBOOK: dict[str, Rival] = {
    "tf-idf cosine": Rivals.by_words,
    "encoder cosine": Rivals.by_meaning,
    "former coder": Rivals.former,
}
LEARNING: dict[str, Rival] = {
    "prototype": Rivals.prototypes,
    "regression, meaning": Rivals.regression_on_meaning,
    "regression, words": Rivals.regression_on_words,
    "regression, both": Rivals.regression_on_both,
}
# The best of these is what a coder must beat; regression on both views is a rival by itself.
USUAL = ("tf-idf cosine", "encoder cosine", "prototype", "regression, meaning")
STRONGEST = "regression, both"
