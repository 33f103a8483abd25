"""How like a code's description a passage is: by meaning, by words, by cues, and by the question before it.

Arithmetic on vectors and texts, with nobody's judgement in it; what people decided is learned from in `learned`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from crosscase.codebook import Code
from crosscase.source import sentences
from crosscase.suggest.corpus import Corpus, Floats, Indices, Marks, beyond_others, set_off, standard, unit
from crosscase.suggest.cues import cues_found
from crosscase.suggest.lexical import Table, by_letters, by_stems

Vectors = npt.NDArray[np.float32]
Part = Literal["name", "definition", "criterion", "example", "value", "exclusion"]

# All weights were chosen on some sets and looked at once on others: docs/assisted-coding.md.
WORDS = 0.8
LETTERS = 0.5
OF_A_LONG_ONE = 0.5
FIRST_CUE = 1.0
FURTHER_CUES = 0.5
EXCLUDED = 1.0
ASKED = 0.5


@dataclass(frozen=True, slots=True)
class Piece:
    """One sentence of a code's description, and what it is there for; `code` counts in the codebook's order."""

    code: int
    part: Part
    text: str


@dataclass(frozen=True, slots=True)
class Likeness:
    """How like each code (column) each passage (row) is, and why.

    `score` is in standard deviations above the mean of all pairs. `nearest` says which of `pieces` is nearest, or -1
    without an encoder; `excluded` which exclusion is nearer still, or -1. `asked` is how much more than usual the
    question before a passage is about the code, 0 where nothing was asked. `cues` are by code id. `anything` is how
    much a passage has with the codebook at all, in standard deviations. `usual` is how much more of each code
    passages have on average than of the others. `stems` and `letters` are the words of passages, then of descriptions.
    """

    score: Floats
    pieces: tuple[Piece, ...]
    nearest: Indices
    excluded: Indices
    asked: Floats
    cues: Sequence[dict[str, tuple[str, ...]]]
    anything: Floats
    usual: Floats
    stems: Table
    letters: Table


def pieces_of(codes: Sequence[Code]) -> tuple[Piece, ...]:
    """Everything the codebook says of its codes, sentence by sentence, in its order; each code has at least a name."""
    return tuple(Piece(at, part, text) for at, code in enumerate(codes) for part, text in _described(code))


def descriptions_of(codes: Sequence[Code]) -> list[str]:
    """What the codebook says for each code as one text; what it says against is none of it."""
    texts: list[list[str]] = [[] for _ in codes]
    for piece in pieces_of(codes):
        if piece.part != "exclusion":
            texts[piece.code].append(piece.text)
    return [" ".join(parts) for parts in texts]


def likeness(corpus: Corpus, codes: Sequence[Code], piece_vectors: Floats | None) -> Likeness:
    """Compare passages with codes; vectors are unit rows, of `pieces_of(codes)`; None where there is no encoder.

    By meaning: the mean of two cosines, to the code's nearest sentence and to the mean of its sentences; of a long
    passage half of it is its best sentence's. By words: tf-idf cosines of stems, and half as much of runs of letters.
    From each goes what the code has with passages on average, then what the passage has with its other codes on
    average. Then come half the likeness in meaning of the question before, a standard deviation for a cue, half of one
    for further cues, and one off where an exclusion is nearest.
    """
    pieces, among = pieces_of(codes), corpus.possible(len(codes))
    described = descriptions_of(codes)
    stems, letters = by_stems(corpus.texts, described), by_letters(corpus.texts, described)
    words = (set_off(stems.cosines, among) + LETTERS * set_off(letters.cosines, among)) / (1 + LETTERS)
    anything, usual = standard(stems.cosines, among), _usual(stems.cosines, among)
    nearest = excluded = np.full(among.shape, -1)
    asked = np.zeros(among.shape)
    together = words
    if corpus.vectors is not None and piece_vectors is not None:
        meaning, nearest, excluded = _meaning(corpus.vectors, pieces, piece_vectors)
        meaning = _with_best_sentences(meaning, corpus, pieces, piece_vectors)
        together = set_off(meaning, among) + WORDS * words
        anything, usual = anything + standard(meaning, among), usual + _usual(meaning, among)
        asked = _asked(corpus, pieces, piece_vectors, among)
    cues = cues_found(corpus.texts, codes)
    score = standard(standard(together, among) + ASKED * asked, among)
    score = score + _cue_bonus(cues, codes) - EXCLUDED * (excluded >= 0)
    strongest = standard(anything, among).max(axis=1, where=among, initial=-np.inf)
    return Likeness(
        np.where(among, score, 0.0), pieces, nearest, excluded, asked, cues, strongest, usual, stems, letters
    )


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


def _meaning(vectors: Floats, pieces: Sequence[Piece], piece_vectors: Floats) -> tuple[Floats, Indices, Indices]:
    """By code: likeness in meaning, the nearest sentence, and the exclusion nearer than that (or -1)."""
    cosines = (vectors @ piece_vectors.T).round(6)
    columns = []
    for code in range(pieces[-1].code + 1):
        for_it = [at for at, piece in enumerate(pieces) if piece.code == code and piece.part != "exclusion"]
        against = [at for at, piece in enumerate(pieces) if piece.code == code and piece.part == "exclusion"]
        nearest, best = _best(cosines, for_it)
        exclusion, worst = _best(cosines, against)
        overall = vectors @ unit(piece_vectors[for_it].mean(axis=0))
        columns.append(((best + overall) / 2, nearest, np.where(worst > best, exclusion, -1)))
    meaning, nearest_of, excluded = zip(*columns, strict=True)
    return np.stack(meaning, axis=1), np.stack(nearest_of, axis=1), np.stack(excluded, axis=1)


def _with_best_sentences(meaning: Floats, corpus: Corpus, pieces: Sequence[Piece], piece_vectors: Floats) -> Floats:
    """Half of a long passage's likeness is that of its best sentence: the rest of it may be on something else."""
    if corpus.parts is None or corpus.part_of is None or not len(corpus.parts):
        return meaning
    of_parts, _, _ = _meaning(corpus.parts, pieces, piece_vectors)
    best = np.full(meaning.shape, -np.inf)
    np.maximum.at(best, corpus.part_of, of_parts)
    best = np.where(np.isfinite(best), best, meaning)
    return np.asarray((1 - OF_A_LONG_ONE) * meaning + OF_A_LONG_ONE * best)


def _asked(corpus: Corpus, pieces: Sequence[Piece], piece_vectors: Floats, among: Marks) -> Floats:
    """How much more than usual each question is about each code; 0 where nothing was asked."""
    about = np.zeros(among.shape)
    put = corpus.questions.any(axis=1) if corpus.questions is not None else np.zeros(len(among), bool)
    if corpus.questions is not None and put.any():
        meaning, _, _ = _meaning(corpus.questions[put], pieces, piece_vectors)
        about[put] = standard(beyond_others(meaning, among[put]), among[put])
    return about


def _best(cosines: Floats, among: Sequence[int]) -> tuple[Indices, Floats]:
    if not among:
        return np.full(len(cosines), -1), np.full(len(cosines), -np.inf)
    at = cosines[:, among].argmax(axis=1)
    return np.asarray(among)[at], cosines[np.arange(len(cosines)), np.asarray(among)[at]]


def _usual(cosines: Floats, among: Marks) -> Floats:
    """What passages have of each code on average, beyond the others: a sign of how often it is spoken of."""
    return np.asarray(standard(beyond_others(cosines, among), among).sum(axis=0) / np.maximum(among.sum(axis=0), 1))


def _cue_bonus(cues: Sequence[dict[str, tuple[str, ...]]], codes: Sequence[Code]) -> Floats:
    counts = np.array([[len(found.get(code.id, ())) for code in codes] for found in cues])
    return np.asarray(FIRST_CUE * (counts > 0) + FURTHER_CUES * (counts > 1))
