"""How like a code's description a passage is: by meaning, by words, by cues, and by the company it keeps.

Arithmetic on vectors and texts; what of it is worth showing to people is decided in `deductive`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from crosscase.codebook import Code
from crosscase.source import sentences
from crosscase.suggest.cues import cues_found

Floats = npt.NDArray[np.float64]
Vectors = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int64]
Part = Literal["name", "definition", "criterion", "example", "value", "exclusion"]

WORDS = 0.5
COMPANY = 0.5
COMPANIONS = 10
PASSAGES_PER_COMPANION = 20
FIRST_CUE = 1.0
FURTHER_CUES = 0.5
EXCLUDED = 1.0
ASKED = 0.5
SMALL = 1e-9
_WORD = r"(?u)\b[^\W\d_]\w+\b"


@dataclass(frozen=True, slots=True)
class Piece:
    """One sentence of a code's description, and what it is there for; `code` counts in the codebook's order."""

    code: int
    part: Part
    text: str


@dataclass(frozen=True, slots=True)
class Likeness:
    """How like each code (column) each text (row) is, and why.

    `score` is in standard deviations above the mean of all pairs. `nearest` says which of `pieces` is nearest;
    `excluded` which exclusion is nearer still, or -1. `by_company` tells where likeness to other passages of the code
    counts for more than likeness to its description. `asked` is how much more than usual the question before a text
    is about the code, in standard deviations, 0 where nothing was asked. `cues` are by code id.
    """

    score: Floats
    pieces: tuple[Piece, ...]
    nearest: Indices
    excluded: Indices
    by_company: npt.NDArray[np.bool_]
    asked: Floats
    words: "SharedWords"
    cues: Sequence[dict[str, tuple[str, ...]]]


def pieces_of(codes: Sequence[Code]) -> tuple[Piece, ...]:
    """Everything the codebook says of its codes, sentence by sentence, in its order; each code has at least a name."""
    return tuple(Piece(at, part, text) for at, code in enumerate(codes) for part, text in _described(code))


def likeness(
    texts: Sequence[str], vectors: Vectors, questions: Vectors, codes: Sequence[Code], piece_vectors: Vectors
) -> Likeness:
    """Compare texts with codes; vectors are unit-norm rows, of the texts and of `pieces_of(codes)`.

    `questions` are those of what was asked before each text, or a row of zeros where nothing was.

    By meaning: the mean of two cosines, to the code's nearest sentence and to the mean of its sentences. By words:
    half the tf-idf cosine. From their sum goes what the text has with the other codes on average. Then comes, with
    half the weight, likeness to the passages that came out on top for the code (Rocchio 1971, with nobody's judgement
    in it), and as much of the likeness in meaning that the question before has with the code; then a standard
    deviation for a cue, half of one for further cues, and one off where an exclusion is nearest.
    """
    pieces = pieces_of(codes)
    words = SharedWords(texts, [" ".join(_positive(pieces, at)) for at in range(len(codes))])
    read = np.asarray(vectors, float)
    spoken_of = np.asarray(piece_vectors, float)
    meaning, nearest, excluded = _meaning(read, pieces, spoken_of)
    described = _standard(_beyond_others(meaning + WORDS * words.cosines))
    company = COMPANY * _standard(_company(read, described))
    asked = _asked(np.asarray(questions, float), pieces, spoken_of)
    cues = cues_found(texts, codes)
    score = _standard(_standard(described + company) + ASKED * asked)
    score = score + _cue_bonus(cues, codes) - EXCLUDED * (excluded >= 0)
    return Likeness(score.round(6), pieces, nearest, excluded, company > described, asked, words, cues)


class SharedWords:
    """Words that texts and descriptions have in common: log counts, rare words weigh more, stop words nothing."""

    def __init__(self, texts: Sequence[str], descriptions: Sequence[str]) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        table = TfidfVectorizer(sublinear_tf=True, stop_words="english", token_pattern=_WORD)
        documents = [*texts, *descriptions]
        read = table.build_analyzer()
        weights: Any = table.fit_transform(documents) if any(map(read, documents)) else None
        self._names = table.get_feature_names_out() if weights is not None else ()
        self._texts = weights[: len(texts)] if weights is not None else None
        self._descriptions = weights[len(texts) :] if weights is not None else None
        self.cosines: Floats = (
            (self._texts @ self._descriptions.T).toarray()
            if self._texts is not None and self._descriptions is not None
            else np.zeros((len(texts), len(descriptions)))
        )

    def of(self, text: int, description: int, at_most: int = 3) -> tuple[str, ...]:
        """The words that count most, the weightiest first."""
        theirs = dict(_row(self._descriptions, description))
        shared = [
            (-round(weight * theirs[column], 9), column)
            for column, weight in _row(self._texts, text)
            if column in theirs
        ]
        return tuple(str(self._names[column]) for _, column in sorted(shared)[:at_most])


def _row(weights: Any, row: int) -> Iterator[tuple[int, float]]:
    """The columns of a sparse row that hold something, with what they hold."""
    if weights is not None:
        held = slice(weights.indptr[row], weights.indptr[row + 1])
        yield from zip(weights.indices[held].tolist(), weights.data[held].tolist(), strict=True)


def _described(code: Code) -> Iterator[tuple[Part, str]]:
    yield "name", code.name.strip() or code.id
    parts: tuple[tuple[Part, Sequence[str]], ...] = (
        ("definition", (code.definition,)),
        ("criterion", code.include),
        ("example", code.examples),
        ("value", [f"{value}: {meaning}" if meaning else value for value, meaning in code.values.items()]),
        ("exclusion", code.exclude),
    )
    for part, texts in parts:
        for text in texts:
            yield from ((part, text[start:end].strip()) for start, end in sentences(text) if text[start:end].strip())


def _positive(pieces: Sequence[Piece], code: int) -> list[str]:
    return [piece.text for piece in pieces if piece.code == code and piece.part != "exclusion"]


def _meaning(vectors: Floats, pieces: Sequence[Piece], piece_vectors: Floats) -> tuple[Floats, Indices, Indices]:
    """By code: likeness in meaning, the nearest sentence, and the exclusion nearer than that (or -1)."""
    cosines = (vectors @ piece_vectors.T).round(6)
    columns = []
    for code in range(pieces[-1].code + 1):
        for_it = [at for at, piece in enumerate(pieces) if piece.code == code and piece.part != "exclusion"]
        against = [at for at, piece in enumerate(pieces) if piece.code == code and piece.part == "exclusion"]
        nearest, best = _best(cosines, for_it)
        exclusion, worst = _best(cosines, against)
        overall = vectors @ _unit(piece_vectors[for_it].mean(axis=0))
        columns.append(((best + overall) / 2, nearest, np.where(worst > best, exclusion, -1)))
    meaning, nearest_of, excluded = zip(*columns, strict=True)
    return np.stack(meaning, axis=1), np.stack(nearest_of, axis=1), np.stack(excluded, axis=1)


def _asked(questions: Floats, pieces: Sequence[Piece], piece_vectors: Floats) -> Floats:
    """How much more than usual each question is about each code; 0 where nothing was asked."""
    put = questions.any(axis=1)
    about = np.zeros((len(questions), pieces[-1].code + 1))
    if put.any():
        about[put] = _standard(_beyond_others(_meaning(questions[put], pieces, piece_vectors)[0]))
    return about


def _best(cosines: Floats, among: Sequence[int]) -> tuple[Indices, Floats]:
    if not among:
        return np.full(len(cosines), -1), np.full(len(cosines), -np.inf)
    at = cosines[:, among].argmax(axis=1)
    return np.asarray(among)[at], cosines[np.arange(len(cosines)), np.asarray(among)[at]]


def _beyond_others(likeness: Floats) -> Floats:
    """What a text has with a code beyond what it has with the other codes on average."""
    others = likeness.shape[1] - 1
    return likeness - (likeness.sum(axis=1, keepdims=True) - likeness) / others if others else likeness


def _company(vectors: Floats, described: Floats) -> Floats:
    """Likeness to the mean of the passages nearest to the code's description; 0 where there are too few passages."""
    companions = min(COMPANIONS, len(vectors) // PASSAGES_PER_COMPANION)
    if not companions:
        return np.zeros_like(described)
    centred = _unit(vectors - vectors.mean(axis=0))
    top = np.argsort(-described.round(6), axis=0, kind="stable")[:companions]
    return _beyond_others(centred @ _unit(centred[top].mean(axis=0)).T)


def _cue_bonus(cues: Sequence[dict[str, tuple[str, ...]]], codes: Sequence[Code]) -> Floats:
    counts = np.array([[len(found.get(code.id, ())) for code in codes] for found in cues])
    return np.asarray(FIRST_CUE * (counts > 0) + FURTHER_CUES * (counts > 1))


def _standard(values: Floats) -> Floats:
    spread = values.std()
    return (values - values.mean()) / spread if spread > SMALL else np.zeros_like(values)


def _unit(vectors: Floats) -> Floats:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), SMALL))
