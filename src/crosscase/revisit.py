"""What is to be read again: sources that were read before a code existed, with the passages to look at first."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from crosscase.cluster import Member, standing
from crosscase.codebook import Amendment, Code
from crosscase.coding import Coding, Review, Suggestion
from crosscase.framework import standing_of
from crosscase.problem import Refused, nearest
from crosscase.reading import Standing, readings_by_source
from crosscase.reading import standing as standing_in
from crosscase.source import Segment, Source, passages
from crosscase.study import Study

T = TypeVar("T", Coding, Suggestion, Review)

# Another cluster held the passage in nearly as many draws.
BORDERLINE = 0.2


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that may carry a code; `weight` is the score of its suggestion, or how many of the code's cues it has.

    The two are never compared with each other: only a source of which nothing is suggested for the code goes by cues.
    Where the code was made of a cluster, its passages come first: `margin` tells how much better it held this one than
    the next cluster did, and the borderline ones, near 0, are those that show where the code ends.
    """

    segment: Segment
    quote: str
    weight: float
    is_suggested: bool
    margin: float | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A source that waits to be gone through for a code, with its likeliest passages first."""

    code: Code
    source: Source
    candidates: tuple[Candidate, ...]


def waiting(study: Study, suggestions: Iterable[Suggestion] = (), code_id: str = "") -> tuple[Waiting, ...]:
    """For each code the sources that were read to the end, but by nobody who had it; the likeliest source first.

    With a code given, only that one; Refused if there is no such code. What people have coded with it already, or said
    that it doesn't carry the code, isn't put to them again.
    """
    stands = standing_of(study)
    suggested, coded = _by_place(study, suggestions), _by_place(study, study.codings)
    turned_down = _by_place(study, (review for review in study.reviews if review.verdict in ("reject", "change")))
    members = _members_by_place(study)
    entries: list[Waiting] = []
    for code in _codes(study, code_id):
        of_code = []
        for source in study.sources:
            if stands(code, source.id) is Standing.OLDER:
                place = (source.id, code.id)
                candidates = _with_members(members.get(place, ()), _candidates(code, source, suggested.get(place, ())))
                decided: tuple[Coding | Review, ...] = (*coded.get(place, ()), *turned_down.get(place, ()))
                of_code.append(Waiting(code, source, _undecided(candidates, decided)))
        entries += sorted(of_code, key=_unlikelihood)
    return tuple(entries)


def read_anew(study: Study, code: Code, version: int) -> tuple[str, ...]:
    """The sources that were read for a code, and would have to be read again if it got another meaning now.

    `version` is that of the codebook in which it would get it.
    """
    redefined = replace(code, history=(*code.history, Amendment(version, "redefined")))
    readings = readings_by_source(study.readings)
    stands = standing_of(study)
    read = [source.id for source in study.sources if stands(code, source.id) is Standing.READ]
    return tuple(source_id for source_id in read if standing_in(readings[source_id], redefined) is Standing.OLDER)


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


def _members_by_place(study: Study) -> Mapping[tuple[str, str], Sequence[Member]]:
    """By source and code, the passages of the clusters that codes were made of."""
    gathered: dict[tuple[str, str], list[Member]] = defaultdict(list)
    for decision in standing(study.cluster_decisions):
        if decision.verdict == "promoted":
            for member in decision.members:
                gathered[member.source_id, decision.code_id].append(member)
    return gathered


def _with_members(members: Sequence[Member], candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """The cluster's passages from its edge inwards, then the candidates that are none of them."""
    places = [member.place for member in members]
    of_cluster = [Candidate(m.place, m.quote, 0.0, is_suggested=False, margin=m.margin) for m in members]
    of_cluster.sort(key=lambda candidate: (candidate.margin, candidate.segment))
    return (*of_cluster, *(candidate for candidate in candidates if not _meets(candidate.segment, places)))


def _meets(segment: Segment, places: Iterable[Segment]) -> bool:
    return any(place.start < segment.end and segment.start < place.end for place in places)


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


def _undecided(candidates: Sequence[Candidate], decided: Sequence[Coding | Review]) -> tuple[Candidate, ...]:
    places = [decision.segment for decision in decided]
    return tuple(candidate for candidate in candidates if not _meets(candidate.segment, places))


def _unlikelihood(waiting: Waiting) -> tuple[int, float]:
    """Sources of the cluster come first, from its edge inwards; then suggestions, cues, and the others.

    Equals keep the study's order.
    """
    best = waiting.candidates[0] if waiting.candidates else None
    if best is None:
        return 3, 0.0
    if best.margin is not None:
        return 0, best.margin
    return (1 if best.is_suggested else 2), -best.weight
