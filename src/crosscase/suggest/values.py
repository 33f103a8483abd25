"""Which of a code's values a passage speaks for: a guess, and a weak one, since likeness hardly tells yes from no."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from crosscase.codebook import Code
from crosscase.suggest.corpus import Floats
from crosscase.wording import value_words

ENOUGH_TO_COMPARE = 10
WORDS = 0.5

_WORD = r"(?u)\b[^\W\d_]\w+\b"


def described(code: Code) -> tuple[str, ...]:
    """Each value of a code as it is compared: `after the fact: At or after the start.`"""
    return tuple(
        f"{value_words(value)}: {meaning}" if meaning else value_words(value) for value, meaning in code.values.items()
    )


def likeness_to_values(
    texts: Sequence[str], vectors: npt.ArrayLike, code: Code, value_vectors: npt.ArrayLike
) -> Floats:
    """How like each value of a code (column) each text (row) is: cosine in meaning, plus half the tf-idf cosine.

    From ten texts on, each value's mean over the texts goes, since a value that every text is like tells none apart.
    Vectors are unit-norm rows, of the texts and of `described(code)`. Words such as *no* and *nothing* count.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    told = described(code)
    table = TfidfVectorizer(sublinear_tf=True, token_pattern=_WORD)
    weights = table.fit_transform([*texts, *told])
    words = (weights[: len(texts)] @ weights[len(texts) :].T).toarray()
    meaning = np.asarray(vectors, float) @ np.asarray(value_vectors, float).T
    like = meaning + WORDS * words
    usual = like.mean(axis=0) if len(texts) >= ENOUGH_TO_COMPARE else 0
    return np.asarray(like - usual).round(6)
