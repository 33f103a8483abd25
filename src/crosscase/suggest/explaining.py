"""Why a code is proposed, from the score's own numbers: what was coded alike, what the codebook says, what speaks
against it, and how far such suggestions can be trusted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from crosscase.learning import Trust
from crosscase.source import Segment
from crosscase.suggest.corpus import Indices
from crosscase.suggest.learned import Evidence, Learned, Seen
from crosscase.suggest.likeness import Piece

LONGEST_QUOTE = 100
ABOUT_IT = 1.0
WORTH_SAYING = 0.1

_CALLED = {"criterion": "when to use it", "exclusion": "when not to use it"}


@dataclass(frozen=True, slots=True)
class ValueGuess:
    """Values, the likeliest first; `right` is the share of such guesses that were right, None where nobody knows."""

    values: tuple[str, ...]
    right: float | None = None


class Explaining:
    """Explains one score after another; `why` says why words alone were compared, where they were."""

    def __init__(
        self,
        seen: Seen,
        evidence: Evidence,
        learned: Learned,
        trusts: Sequence[Trust],
        places: Sequence[Segment],
        why: str,
    ) -> None:
        self._seen, self._evidence, self._learned = seen, evidence, learned
        self._trusts, self._places, self._why = [str(trust) for trust in trusts], places, why
        self._to_rows = seen.kernel.columns(learned.rows)
        self._decided = {rejected: self._decided_rows(rejected) for rejected in (False, True)}
        self._text_at = dict(zip(places, seen.corpus.texts, strict=True))

    def of(self, passage: int, code: int, value: ValueGuess | None = None) -> str:
        """Such as `nearest: “Norms on mobility” (name); cue: go out alone; a guess, from 3 codings`."""
        remarks = self._seen.remarks
        if (passage, code) not in remarks:
            remarks[passage, code] = tuple(self._remarks(passage, code))
        parts = list(remarks[passage, code])
        if value:
            parts.append(_valued(value))
        parts.append(self._trusts[code])
        if self._why:
            parts.append(f"by words alone: {self._why}")
        return "; ".join(parts)

    def _remarks(self, passage: int, code: int) -> Iterator[str]:
        """What hangs on the texts and the codebook alone."""
        seen, likeness = self._seen, self._seen.likeness
        if likeness.nearest[passage, code] >= 0:
            yield f"nearest: {_named(likeness.pieces[likeness.nearest[passage, code]])}"
        if cues := likeness.cues[passage].get(seen.codes[code].id):
            yield f"{'cue' if len(cues) == 1 else 'cues'}: {', '.join(cues)}"
        if words := seen.vocabulary.shared(passage, code):
            yield f"shared words: {', '.join(words)}"
        if likeness.asked[passage, code] >= ABOUT_IT:
            yield "the question before is about it"
        if likeness.excluded[passage, code] >= 0:
            yield f"but nearer still: {_named(likeness.pieces[likeness.excluded[passage, code]])}"

    def alike(self, passage: int, code: int) -> str:
        """The decided passages that it is most like, in other people's words: `like what was coded: “…” (T03)`."""
        coded = self._decided_alike(passage, code, rejected=False)
        rejected = self._decided_alike(passage, code, rejected=True)
        parts = [f"like what was coded: {coded}"] if coded else []
        if rejected:
            parts.append(f"{'but ' if coded else ''}like what was rejected: {rejected}")
        return "; ".join(parts)

    def place_alike(self, passage: int, code: int, *, rejected: bool) -> Segment | None:
        """The decided passage that spoke most for this score, or the rejected one that spoke most against it."""
        rows, chosen = self._learned.rows, self._decided[rejected][code]
        if not len(chosen):
            return None
        spoken = (self._to_rows[passage, chosen] * self._learned.alphas[chosen, code]).round(6)
        # A passage speaks most for itself, and says nothing new.
        spoken[rows[chosen] == passage] = np.inf if rejected else -np.inf
        at = chosen[(-spoken if rejected else spoken).argmax()]
        is_other = rows[at] != passage
        return self._places[rows[at]] if is_other and self._to_rows[passage, at] >= WORTH_SAYING else None

    def _decided_rows(self, rejected: bool) -> list[Indices]:
        """By code, which of the rows that were learned from people coded, or rejected."""
        rows = self._learned.rows
        of_passages = np.flatnonzero(rows < len(self._places))
        decided = self._evidence.denied > 1 if rejected else self._evidence.coded > 0
        marks = decided[rows[of_passages]]
        return [of_passages[marks[:, code]] for code in range(marks.shape[1])]

    def _decided_alike(self, passage: int, code: int, *, rejected: bool) -> str:
        place = self.place_alike(passage, code, rejected=rejected)
        return f"{_quoted(self._text_at[place])} ({place.source_id})" if place else ""


def _valued(value: ValueGuess) -> str:
    """Such as `value: a guess, of which about 7 in 10 were right, rather than offered`."""
    how_often = "" if value.right is None else f", of which about {10 * value.right:.0f} in 10 were right"
    rather = f", rather than {value.values[1]}" if len(value.values) > 1 else ""
    return f"value: a guess{how_often}{rather}"


def _named(piece: Piece) -> str:
    return f"{_quoted(piece.text)} ({_CALLED.get(piece.part, piece.part)})"


def _quoted(text: str) -> str:
    short = text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1].rstrip() + "…"
    return f"“{short}”"
