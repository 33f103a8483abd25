"""Stretches of a source that coders settle as one: where their codings overlap, with what each gave there.

A layer of consensus comes to a stretch or it doesn't: what counts there is then the layer's word alone. So a stretch
holds all codings that overlap, those that nobody disagrees on too.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from crosscase.agreement.comparing import Comparison, Outcome
from crosscase.coding import READING_ORDER, Coding
from crosscase.reading import Reading


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch `[start, end)` of a source in code points, with coders' codings that begin in it, in reading order.

    `differences` are what they are not at one about, edges included. `settled` are the layer's codings that begin
    in it; None where the layer hasn't come to it.
    """

    start: int
    end: int
    codings: tuple[Coding, ...]
    differences: tuple[Comparison, ...]
    settled: tuple[Coding, ...] | None

    @property
    def undisputed(self) -> tuple[Coding, ...]:
        """The codings that no difference is about, each once."""
        return _once(coding for coding in self.codings if not self._is_disputed(coding))

    def of(self, coder: str) -> tuple[Coding, ...]:
        """What the layer would hold if this coder's way were taken: their disputed codings, and all undisputed ones."""
        own = (coding for coding in self.codings if coding.coder == coder or not self._is_disputed(coding))
        return _once(own)

    @property
    def all(self) -> tuple[Coding, ...]:
        return _once(self.codings)

    def _is_disputed(self, coding: Coding) -> bool:
        return any(
            coding.code_id == one.code_id and coding.start < one.end and one.start < coding.end
            for one in self.differences
        )


def stretches(
    codings: Iterable[Coding], comparisons: Iterable[Comparison], layer: str, reading: Reading | None
) -> tuple[Stretch, ...]:
    """The stretches of one source, in reading order; `reading` is the layer's, None where there is none yet."""
    ordered = sorted(codings, key=READING_ORDER)
    differing = [one for one in comparisons if one.outcome is not Outcome.SAME]
    made = []
    for start, end, group in _joined([coding for coding in ordered if coding.coder != layer]):
        here = tuple(one for one in differing if one.start < end and start < one.end)
        of_layer = tuple(one for one in ordered if one.coder == layer and start <= one.start < end)
        settled = of_layer if reading is not None and reading.reached(start) else None
        made.append(Stretch(start, end, tuple(group), here, settled))
    return tuple(made)


def _joined(codings: Sequence[Coding]) -> Iterator[tuple[int, int, list[Coding]]]:
    """Codings that overlap, one behind the other, with where they begin and end together."""
    group: list[Coding] = []
    start = end = 0
    for coding in codings:
        if group and coding.start >= end:
            yield start, end, group
            group = []
        if not group:
            start, end = coding.start, coding.end
        group.append(coding)
        end = max(end, coding.end)
    if group:
        yield start, end, group


Said = tuple[int, int, str, str, str, str, str]


def said(coding: Coding) -> Said:
    """What a coding says of which words, whoever says it."""
    words = coding.start, coding.end, coding.code_id
    return *words, coding.value, coding.case_id, coding.episode_id, coding.stance


def _once(codings: Iterable[Coding]) -> tuple[Coding, ...]:
    """Of codings that say the same of the same words, the first."""
    first = {said(coding): coding for coding in reversed(tuple(codings))}
    return tuple(sorted(first.values(), key=READING_ORDER))
