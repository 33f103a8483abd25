"""How near groups of passages are to what the codebook describes."""

from collections.abc import Sequence

import numpy as np

from crosscase.clustering import Nearness
from crosscase.codebook import Code
from crosscase.suggest.clusters.views import Floats, Indices, Vectors, unit
from crosscase.suggest.encoder import Encoder
from crosscase.suggest.likeness import pieces_of
from crosscase.suggest.words import stems

FEWEST_TO_CENTRE = 3


def nearest_codes(
    texts: Sequence[str],
    labels: Indices,
    count: int,
    vectors: Vectors | None,
    encoder: Encoder | None,
    codes: Sequence[Code],
) -> list[tuple[Nearness, ...]]:
    """For each group how near every code's description is, the nearest first; by shared words without an encoder.

    Both sides less their means, so that what all passages, or all descriptions, have in common counts for nothing.
    """
    if not codes or not count:
        return [()] * count
    described = descriptions(codes)
    if encoder is None or vectors is None:
        cosines = _by_words(texts, labels, count, [" ".join(pieces) for pieces in described])
    else:
        members = (labels[:, None] == np.arange(count)).astype(float)
        rows = np.asarray(vectors, float)
        groups = members.T @ (rows - rows.mean(axis=0))
        cosines = unit(groups) @ description_rows(described, encoder).T
    best = np.argsort(-cosines.round(6), axis=1, kind="stable")
    return [
        tuple(Nearness(codes[column].id, round(float(cosines[number, column]), 3)) for column in columns)
        for number, columns in enumerate(best)
    ]


def descriptions(codes: Sequence[Code]) -> list[list[str]]:
    """By code, every sentence that says what it is; not what it isn't."""
    described: list[list[str]] = [[] for _ in codes]
    for piece in pieces_of(codes):
        if piece.part != "exclusion":
            described[piece.code].append(piece.text)
    return described


def description_rows(described: Sequence[Sequence[str]], encoder: Encoder) -> Floats:
    """A unit row for each code: the mean of its sentences, less the codes' mean where there are enough codes."""
    texts = sorted({text for pieces in described for text in pieces})
    rows = dict(zip(texts, np.asarray(encoder.encode(texts), float), strict=True))
    means = np.stack([np.mean([rows[text] for text in pieces], axis=0) for pieces in described])
    return unit(means - means.mean(axis=0)) if len(means) >= FEWEST_TO_CENTRE else unit(means)


def _by_words(texts: Sequence[str], labels: Indices, count: int, described: Sequence[str]) -> Floats:
    from sklearn.feature_extraction.text import TfidfVectorizer

    groups = [" ".join(texts[int(at)] for at in np.flatnonzero(labels == number)) for number in range(count)]
    documents = [*groups, *described]
    if not any(map(stems, documents)):
        return np.zeros((count, len(described)))
    table = TfidfVectorizer(analyzer=stems, sublinear_tf=True).fit_transform(documents)
    return np.asarray((table[:count] @ table[count:].T).toarray())
