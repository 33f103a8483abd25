"""What is to be read again: sources that were read before a code existed, with the passages to look at first."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from crosscase.codebook import Code
from crosscase.coding import Coding, Suggestion
from crosscase.framework import standing_of
from crosscase.problem import Refused, nearest
from crosscase.reading import Standing
from crosscase.source import Segment, Source, passages
from crosscase.study import Study

T = TypeVar("T", Coding, Suggestion)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that may carry a code; `weight` is the score of its suggestion, or how many of the code's cues it has.

    The two are never compared with each other: only a source of which nothing is suggested for the code goes by cues.
    """

    segment: Segment
    quote: str
    weight: float
    is_suggested: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """A source that waits to be gone through for a code, with its likeliest passages first."""

    code: Code
    source: Source
    candidates: tuple[Candidate, ...]


def waiting(study: Study, suggestions: Iterable[Suggestion] = (), code_id: str = "") -> tuple[Waiting, ...]:
    """For each code the sources that were read to the end, but by nobody who had it; the likeliest source first.

    With a code given, only that one; Refused if there is no such code. What people have coded with it already isn't
    put to them again.
    """
    stands = standing_of(study)
    suggested, coded = _by_place(study, suggestions), _by_place(study, study.codings)
    entries: list[Waiting] = []
    for code in _codes(study, code_id):
        of_code = []
        for source in study.sources:
            if stands(code, source.id) is Standing.OLDER:
                place = (source.id, code.id)
                candidates = _candidates(code, source, suggested.get(place, ()))
                of_code.append(Waiting(code, source, _untaken(candidates, coded.get(place, ()))))
        entries += sorted(of_code, key=_unlikelihood)
    return tuple(entries)


def _codes(study: Study, code_id: str) -> Sequence[Code]:
    codes = study.codebook.by_id
    if code_id and code_id not in codes:
        raise Refused(f"there is no code `{code_id}`; {nearest(code_id, list(codes))}")
    return (codes[code_id],) if code_id else study.codebook.codes


def _by_place(study: Study, decisions: Iterable[T]) -> Mapping[tuple[str, str], Sequence[T]]:
    """By source and the present id of the code."""
    gathered: dict[tuple[str, str], list[T]] = defaultdict(list)
    for decision in decisions:
        code = study.codebook.by_id.get(decision.code_id)
        if code:
            gathered[decision.source_id, code.id].append(decision)
    return gathered


def _candidates(code: Code, source: Source, suggested: Sequence[Suggestion]) -> tuple[Candidate, ...]:
    found = [Candidate(one.segment, one.quote, one.score, is_suggested=True) for one in suggested]
    found = found or _with_cues(code, source)
    return tuple(sorted(found, key=lambda candidate: (-candidate.weight, candidate.segment)))


def _with_cues(code: Code, source: Source) -> list[Candidate]:
    """The passages that hold at least one of the code's cues, as whole words."""
    cues = [re.compile(rf"(?<!\w){re.escape(cue)}(?!\w)", re.IGNORECASE) for cue in code.cues if cue.strip()]
    found = []
    for segment in passages(source).kept if cues else ():
        quote = source.text[segment.start : segment.end]
        if held := sum(bool(cue.search(quote)) for cue in cues):
            found.append(Candidate(segment, quote, held, is_suggested=False))
    return found


def _untaken(candidates: Sequence[Candidate], codings: Sequence[Coding]) -> tuple[Candidate, ...]:
    return tuple(
        candidate
        for candidate in candidates
        if not any(coding.start < candidate.segment.end and candidate.segment.start < coding.end for coding in codings)
    )


def _unlikelihood(waiting: Waiting) -> tuple[bool, bool, float]:
    """Sources with a suggestion come first, then those with cues, then the others; equals keep the study's order."""
    best = waiting.candidates[0] if waiting.candidates else None
    return best is None, best is not None and not best.is_suggested, -best.weight if best else 0.0
