"""Deductive suggestions: the machine reads each passage beside the codebook and proposes which codes may apply.

It knows what the codebook says, and no one's codings: a first reading, for people to judge.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from crosscase.codebook import Code, Codebook
from crosscase.coding import Suggestion
from crosscase.source import Segment, Source, passages
from crosscase.suggest.encoder import Encoder
from crosscase.suggest.likeness import Floats, Likeness, Piece, likeness, pieces_of
from crosscase.suggest.values import described, likeness_to_values

STANDS_OUT = 1.5
FOR_AN_ATTRIBUTE = 1.0
PASSAGES_PER_ATTRIBUTE = 2
ABOUT_IT = 1.0
AHEAD = 0.1
LONGEST_QUOTE = 100
TEXTS_AT_A_TIME = 512

Progress = Callable[[int, int], None]

_CALLED = {"criterion": "when to use it", "exclusion": "when not to use it"}


@dataclass(frozen=True, slots=True, order=True)
class _Read:
    """A passage as it is read: where it is, its words, and the question before it."""

    segment: Segment
    words: str
    question: str


def suggest(
    sources: Sequence[Source],
    codebook: Codebook,
    encoder: Encoder,
    *,
    at_most: int = 3,
    progress: Progress | None = None,
) -> tuple[Suggestion, ...]:
    """Propose up to `at_most` codes for each passage whose likeness to them stands out; many passages get none.

    A passage's likeness to a code (see `likeness.likeness`) stands out from 1.5 standard deviations above the mean of
    all pairs of passage and code in this run. An attribute is a fact that a whole source is asked for, so each
    source's two likeliest passages on it are proposed too, from one standard deviation on. The score is
    1 / (1 + exp(1.5 - the deviations)); it is no probability, and is comparable within one run only. A value is guessed
    where the likeliest is ahead of the next by 0.1 (see `values.likeness_to_values`), else left open. Suggestions come
    by source id in reading order, the likeliest code first, and don't depend on the order of the sources.
    """
    read = sorted(_read(source, segment) for source in sources for segment in passages(source).kept)
    if not codebook.codes or not read:
        return ()
    rows = {pair: row for row, pair in enumerate(sorted({(one.words, one.question) for one in read}))}
    found = _likeness(list(rows), codebook.codes, encoder, progress)
    at = [rows[one.words, one.question] for one in read]
    chosen = _standing_out(found.score[at], at_most) | _on_attributes(found.score[at], read, codebook.codes)
    values = _values(chosen, read, codebook.codes, encoder)
    return tuple(
        _suggestion(
            read[place], found, at[place], column, codebook.codes, values.get((place, column), ()), encoder.name
        )
        for place, column in sorted(chosen, key=lambda one: (one[0], -found.score[at[one[0]], one[1]], one[1]))
    )


def relevance(texts: Sequence[str], codes: Sequence[Code], encoder: Encoder) -> Floats:
    """The scores that `suggest` would give every pair where nothing was asked: texts × codes, each in [0, 1]."""
    if not texts or not codes:
        return np.zeros((len(texts), len(codes)))
    rows = {text: row for row, text in enumerate(sorted(set(texts)))}
    score = _likeness([(text, "") for text in rows], codes, encoder, None).score
    return np.array([[_score(value) for value in score[rows[text]]] for text in texts])


def _read(source: Source, segment: Segment) -> _Read:
    asked = source.question_before(segment.start)
    return _Read(
        segment, source.text[segment.start : segment.end], source.text[asked.start : asked.end] if asked else ""
    )


def _likeness(
    read: Sequence[tuple[str, str]], codes: Sequence[Code], encoder: Encoder, progress: Progress | None
) -> Likeness:
    """For distinct pairs of a text and the question before it."""
    texts = [text for text, _ in read]
    known = sorted({*texts, *(question for _, question in read if question)})
    vectors = dict(zip(known, _encoded(known, encoder, progress), strict=True))
    nothing = np.zeros_like(vectors[known[0]])
    return likeness(
        texts,
        np.stack([vectors[text] for text in texts]),
        np.stack([vectors[question] if question else nothing for _, question in read]),
        codes,
        encoder.encode([piece.text for piece in pieces_of(codes)]),
    )


def _encoded(texts: Sequence[str], encoder: Encoder, progress: Progress | None) -> npt.NDArray[np.float32]:
    """Long texts first, so that those encoded together are of about one length, whatever order they came in."""
    order = sorted(range(len(texts)), key=lambda at: (-len(texts[at]), texts[at]))
    parts = []
    for done in range(0, len(order), TEXTS_AT_A_TIME):
        chosen = order[done : done + TEXTS_AT_A_TIME]
        parts.append(encoder.encode([texts[at] for at in chosen]))
        if progress:
            progress(done + len(chosen), len(order))
    return np.concatenate(parts)[np.argsort(order)]


def _standing_out(scores: Floats, at_most: int) -> set[tuple[int, int]]:
    """Each passage's likeliest codes, as (passage, code)."""
    best = np.argsort(-scores, axis=1, kind="stable")[:, :at_most]
    return {
        (row, int(column))
        for row, columns in enumerate(best)
        for column in columns
        if scores[row, column] >= STANDS_OUT
    }


def _on_attributes(scores: Floats, read: Sequence[_Read], codes: Sequence[Code]) -> set[tuple[int, int]]:
    """Each source's likeliest passages on each attribute, as (passage, code)."""
    of_source: dict[str, list[int]] = defaultdict(list)
    for place, one in enumerate(read):
        of_source[one.segment.source_id].append(place)
    return {
        (place, column)
        for column, code in enumerate(codes)
        if code.kind == "attribute"
        for places in of_source.values()
        for place in sorted(places, key=lambda one: -scores[one, column])[:PASSAGES_PER_ATTRIBUTE]
        if scores[place, column] >= FOR_AN_ATTRIBUTE
    }


def _values(
    chosen: set[tuple[int, int]], read: Sequence[_Read], codes: Sequence[Code], encoder: Encoder
) -> dict[tuple[int, int], tuple[str, ...]]:
    """The values of each proposed code, the likeliest first; only where that one is clearly ahead of the next."""
    ordered = {}
    for column, code in enumerate(codes):
        places = sorted(place for place, of in chosen if of == column)
        if not code.values or not places:
            continue
        texts = [read[place].words for place in places]
        scores = likeness_to_values(texts, encoder.encode(texts), code, encoder.encode(described(code)))
        names = list(code.values)
        for place, row in zip(places, scores, strict=True):
            best = np.argsort(-row, kind="stable")
            if len(row) == 1 or row[best[0]] - row[best[1]] >= AHEAD:
                ordered[place, column] = tuple(names[at] for at in best)
    return ordered


def _suggestion(
    one: _Read,
    found: Likeness,
    row: int,
    column: int,
    codes: Sequence[Code],
    values: tuple[str, ...],
    encoder: str,
) -> Suggestion:
    segment, score = one.segment, _score(found.score[row, column])
    why = _explanation(found, row, column, codes[column], values)
    value = values[0] if values else ""
    return Suggestion(
        segment.source_id, segment.start, segment.end, one.words, codes[column].id, score, why, encoder, value
    )


def _score(deviations: float) -> float:
    return round(float(1 / (1 + np.exp(STANDS_OUT - deviations))), 4)


def _explanation(found: Likeness, row: int, column: int, code: Code, values: tuple[str, ...]) -> str:
    """What the score rests on, in words, such as `nearest: “Norms on mobility” (name); cue: go out alone`."""
    parts = [f"nearest: {_named(found.pieces[found.nearest[row, column]])}"]
    if cues := found.cues[row].get(code.id):
        parts.append(f"{'cue' if len(cues) == 1 else 'cues'}: {', '.join(cues)}")
    if words := found.words.of(row, column):
        parts.append(f"shared words: {', '.join(words)}")
    if found.asked[row, column] >= ABOUT_IT:
        parts.append("the question before is about it")
    if found.by_company[row, column]:
        parts.append("mostly for its likeness to the passages nearest to this code")
    if found.excluded[row, column] >= 0:
        parts.append(f"but nearer still: {_named(found.pieces[found.excluded[row, column]])}")
    if values:
        parts.append(f"value: a guess{f', rather than {values[1]}' if len(values) > 1 else ''}")
    return "; ".join(parts)


def _named(piece: Piece) -> str:
    text = piece.text if len(piece.text) <= LONGEST_QUOTE else piece.text[: LONGEST_QUOTE - 1].rstrip() + "…"
    return f"“{text}” ({_CALLED.get(piece.part, piece.part)})"
