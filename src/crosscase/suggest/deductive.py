"""Deductive suggestions: the machine reads each passage beside the codebook and proposes which codes may apply.

It knows what the codebook says, and no one's codings: a first reading, for people to judge.
"""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from crosscase.codebook import Code, Codebook
from crosscase.coding import Suggestion
from crosscase.source import Segment, Source, passages
from crosscase.suggest.encoder import Encoder
from crosscase.suggest.likeness import Floats, Likeness, Piece, likeness, pieces_of

STANDS_OUT = 1.5
LONGEST_QUOTE = 100
TEXTS_AT_A_TIME = 512

Progress = Callable[[int, int], None]

_CALLED = {"criterion": "when to use it", "exclusion": "when not to use it"}


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
    all pairs of passage and code in this run. The score is 1 / (1 + exp(1.5 - that number)), so 0.5 and more is
    proposed; it is no probability, and is comparable within one run only. Suggestions come by source id in reading
    order, the likest code first, and don't depend on the order of the sources.
    """
    if not codebook.codes:
        return ()
    read = {segment: _words(source, segment) for source in sources for segment in passages(source).kept}
    texts = sorted(set(read.values()))
    if not texts:
        return ()
    found = _likeness(texts, codebook.codes, encoder, progress)
    rows = {text: row for row, text in enumerate(texts)}
    return tuple(
        Suggestion(
            segment.source_id,
            segment.start,
            segment.end,
            text,
            codebook.codes[column].id,
            _score(found.score[rows[text], column]),
            _explanation(found, rows[text], column, codebook.codes[column]),
            encoder.name,
        )
        for segment, text in sorted(read.items())
        for column in _standing_out(found.score[rows[text]], at_most)
    )


def relevance(texts: Sequence[str], codes: Sequence[Code], encoder: Encoder) -> Floats:
    """The scores that `suggest` would give every pair, shown or not: texts × codes, each in [0, 1]."""
    if not texts or not codes:
        return np.zeros((len(texts), len(codes)))
    distinct = sorted(set(texts))
    rows = {text: row for row, text in enumerate(distinct)}
    score = _likeness(distinct, codes, encoder, None).score
    return np.array([[_score(value) for value in score[rows[text]]] for text in texts])


def _likeness(texts: Sequence[str], codes: Sequence[Code], encoder: Encoder, progress: Progress | None) -> Likeness:
    vectors = _encoded(texts, encoder, progress)
    return likeness(texts, vectors, codes, encoder.encode([piece.text for piece in pieces_of(codes)]))


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


def _standing_out(scores: Floats, at_most: int) -> list[int]:
    best = np.argsort(-scores, kind="stable")[:at_most]
    return [int(column) for column in best if scores[column] >= STANDS_OUT]


def _score(deviations: float) -> float:
    return round(float(1 / (1 + np.exp(STANDS_OUT - deviations))), 4)


def _explanation(found: Likeness, row: int, column: int, code: Code) -> str:
    """What the score rests on, in words, such as `nearest: “Norms on mobility” (name); cue: go out alone`."""
    parts = [f"nearest: {_named(found.pieces[found.nearest[row, column]])}"]
    if cues := found.cues[row].get(code.id):
        parts.append(f"{'cue' if len(cues) == 1 else 'cues'}: {', '.join(cues)}")
    if words := found.words.of(row, column):
        parts.append(f"shared words: {', '.join(words)}")
    if found.by_company[row, column]:
        parts.append("mostly for its likeness to the passages nearest to this code")
    if found.excluded[row, column] >= 0:
        parts.append(f"but nearer still: {_named(found.pieces[found.excluded[row, column]])}")
    return "; ".join(parts)


def _named(piece: Piece) -> str:
    text = piece.text if len(piece.text) <= LONGEST_QUOTE else piece.text[: LONGEST_QUOTE - 1].rstrip() + "…"
    return f"“{text}” ({_CALLED.get(piece.part, piece.part)})"


def _words(source: Source, segment: Segment) -> str:
    return source.text[segment.start : segment.end]
