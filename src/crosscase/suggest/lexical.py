"""Passages and descriptions as the words and letters that they hold: what they share, and how much."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from crosscase.suggest.words import content_words, stem, stems

Floats = npt.NDArray[np.float64]
SHORTEST_RUN, LONGEST_RUN = 3, 5
FIRST_WORDS = 2
LONGEST_DOUBLING = 6
_WORD_OR_MARK = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*|[?!.,…–—-]")


class Table:
    """tf-idf of texts, then descriptions: log counts, rare terms weigh more; empty where nothing is held.

    `rows` is sparse, a unit row each, or None; `cosines` are texts × descriptions.
    """

    def __init__(self, rows: Any, texts: int, total: int) -> None:
        self.rows = rows
        self._total = total
        self.cosines: Floats = (
            np.zeros((texts, total - texts)) if rows is None else (rows[:texts] @ rows[texts:].T).toarray()
        )

    @property
    def lengths(self) -> Floats:
        """What each row has in common with itself: 1, or 0 where it holds no term."""
        if self.rows is None:
            return np.zeros(self._total)
        return np.asarray(np.diff(self.rows.indptr) > 0, float)

    def likeness_to(self, columns: npt.NDArray[np.int64]) -> Floats:
        """Cosines of all rows with some of them."""
        if self.rows is None:
            return np.zeros((self._total, len(columns)))
        return np.asarray((self.rows @ self.rows[columns].T).toarray())


def by_stems(texts: Sequence[str], descriptions: Sequence[str]) -> Table:
    """By the stems of words that say something, alone and in pairs."""
    return _table(texts, descriptions, analyzer=_stems_and_pairs)


def by_letters(texts: Sequence[str], descriptions: Sequence[str]) -> Table:
    """By runs of three to five letters within words, which meet where endings and spellings differ."""
    return _table(texts, descriptions, analyzer="char_wb", ngram_range=(SHORTEST_RUN, LONGEST_RUN), min_df=2)


def by_manner(texts: Sequence[str], descriptions: int) -> Table:
    """By how it is said: small words and marks too, alone and in pairs, the first two words, how long it is.

    All count alike, since what takes acts and stances apart (*I*, *not*, *?*) is common. Descriptions, which say
    what is meant and not how it is said, have rows of zeros.
    """
    return _table(texts, [""] * descriptions, analyzer=_manner, min_df=2, use_idf=False)


class Terms:
    """How often each text holds each term: a text is taken apart once, whatever it is compared with later.

    `fewest` is in how many of the texts at hand a term must be found to count.
    """

    def __init__(self, taken_apart: Callable[[str], Iterable[str]], fewest: int = 1) -> None:
        self._taken_apart, self._fewest = taken_apart, fewest
        self._column: dict[str, int] = {}
        self._counted: dict[str, tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]] = {}

    def weights(self, texts: Sequence[str]) -> Any:
        """tf-idf among these texts alone: log counts, rare terms weigh more; sparse, a unit row each.

        As scikit-learn has it: 1 + log count, times log((1 + texts) / (1 + texts that hold the term)) + 1.
        """
        from scipy.sparse import csr_matrix

        counted = [self._counts(text) for text in texts]
        columns = np.concatenate([columns for columns, _ in counted])
        counts = np.concatenate([counts for _, counts in counted])
        lengths = np.array([len(columns) for columns, _ in counted])
        row_of = np.repeat(np.arange(len(texts)), lengths)
        holding = np.bincount(columns, minlength=len(self._column))[columns]
        weights = (1 + np.log(counts)) * (np.log((1 + len(texts)) / (1 + holding)) + 1)
        weights[holding < self._fewest] = 0
        norms = np.sqrt(np.bincount(row_of, weights=weights**2, minlength=len(texts)))
        weights /= np.maximum(norms, np.finfo(float).tiny)[row_of]
        return csr_matrix((weights, columns, np.concatenate([[0], lengths.cumsum()])), (len(texts), len(self._column)))

    def _counts(self, text: str) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        if text not in self._counted:
            counts = Counter(self._taken_apart(text))
            columns = [self._column.setdefault(term, len(self._column)) for term in counts]
            self._counted[text] = np.array(columns, np.int32), np.array(list(counts.values()), np.int32)
        return self._counted[text]


class Vocabulary:
    """The words of passages by their stems, and the stems of codes' descriptions: told apart once, looked up often."""

    def __init__(self, texts: Sequence[str], descriptions: Sequence[str]) -> None:
        self._words = [_words_by_stem(text) for text in texts]
        self._described = [frozenset(stems(description)) for description in descriptions]
        self._holding = Counter(of for words in self._words for of in words)

    def shared(self, passage: int, code: int, at_most: int = 3) -> tuple[str, ...]:
        """The words of a passage whose stems a code's description holds, the rarest stems first."""
        words = self._words[passage]
        shared = sorted((self._holding[of], words[of]) for of in self._described[code] & words.keys())
        return tuple(word for _, word in shared[:at_most])


def _words_by_stem(text: str) -> dict[str, str]:
    """The first word of each stem."""
    words: dict[str, str] = {}
    for word in content_words(text):
        words.setdefault(stem(word), word)
    return words


def _table(texts: Sequence[str], descriptions: Sequence[str], **how: Any) -> Table:
    from sklearn.feature_extraction.text import TfidfVectorizer

    documents = [*texts, *descriptions]
    try:
        rows = TfidfVectorizer(sublinear_tf=True, **how).fit_transform(documents)
    except ValueError:
        # Nothing but stop words, numbers, or terms that no two texts share.
        rows = None
    return Table(rows, len(texts), len(documents))


def _manner(text: str) -> Iterator[str]:
    """Words and marks as they stand; a pair holds a space, a first word begins with one, a length is a number."""
    held = _WORD_OR_MARK.findall(text.lower().replace("’", "'"))
    yield from held
    yield from (f"{first} {second}" for first, second in pairwise(held))
    yield from (f" {word}" for word in held[:FIRST_WORDS])
    if held:
        yield str(min(LONGEST_DOUBLING, (len(held) + 1).bit_length() - 1))


def _stems_and_pairs(text: str) -> Iterator[str]:
    held = stems(text)
    yield from held
    yield from (f"{first} {second}" for first, second in pairwise(held))
