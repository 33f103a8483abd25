"""The coder as it was before it learned (version fae5162), to be measured against: the codebook alone.

Cosines in meaning and half the tf-idf cosine, less what a passage has with its other codes, and half as much likeness
to the passages that came out on top for the code.
"""

from collections.abc import Sequence

import numpy as np

from crosscase.suggest.corpus import Floats, unit
from crosscase.suggest.likeness import Piece

STANDS_OUT = 1.5
WORDS = COMPANY = 0.5
COMPANIONS, PASSAGES_PER_COMPANION = 10, 20
_WORD = r"(?u)\b[^\W\d_]\w+\b"


def score(texts: Sequence[str], vectors: Floats, pieces: Sequence[Piece], piece_vectors: Floats) -> Floats:
    """Passages × codes, in standard deviations above the mean of all pairs; proposed was what had 1.5 or more."""
    meaning, descriptions = [], []
    for code in range(pieces[-1].code + 1):
        own = [at for at, piece in enumerate(pieces) if piece.code == code and piece.part != "exclusion"]
        best = (vectors @ piece_vectors[own].T).max(axis=1)
        meaning.append((best + vectors @ unit(piece_vectors[own].mean(axis=0))) / 2)
        descriptions.append(" ".join(pieces[at].text for at in own))
    described = _standard(_beyond_others(np.stack(meaning, axis=1) + WORDS * _words(texts, descriptions)))
    return _standard(described + COMPANY * _standard(_company(vectors, described)))


def _words(texts: Sequence[str], descriptions: Sequence[str]) -> Floats:
    from sklearn.feature_extraction.text import TfidfVectorizer

    table = TfidfVectorizer(sublinear_tf=True, stop_words="english", token_pattern=_WORD)
    rows = table.fit_transform([*texts, *descriptions])
    return np.asarray((rows[: len(texts)] @ rows[len(texts) :].T).toarray())


def _beyond_others(likeness: Floats) -> Floats:
    return likeness - (likeness.sum(axis=1, keepdims=True) - likeness) / max(1, likeness.shape[1] - 1)


def _company(vectors: Floats, described: Floats) -> Floats:
    companions = min(COMPANIONS, len(vectors) // PASSAGES_PER_COMPANION)
    if not companions:
        return np.zeros_like(described)
    centred = unit(vectors - vectors.mean(axis=0))
    top = np.argsort(-described.round(6), axis=0, kind="stable")[:companions]
    return _beyond_others(centred @ unit(centred[top].mean(axis=0)).T)


def _standard(values: Floats) -> Floats:
    return np.asarray((values - values.mean()) / max(values.std(), 1e-9))
