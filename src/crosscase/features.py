"""Propose each case's features from what people coded, and notice decisions that their evidence no longer bears out.

A proposal is arithmetic, not a decision: people decide, in the case's file. Who says something goes before how often
it is said: a case's own informants first, then others who were interviewed, then documents.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from crosscase.case import Episode, Feature
from crosscase.codebook import Code
from crosscase.coding import Coding

Rank = Literal["informants", "others", "documents"]
RANKS: tuple[Rank, ...] = ("informants", "others", "documents")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A feature as the codings have it. `rests_on` tells whose words; `contrary` are values that others gave."""

    case_id: str
    feature: Feature
    rests_on: Rank | Literal[""] = ""
    contrary: tuple[tuple[str, Rank], ...] = ()


@dataclass(frozen=True, slots=True)
class Witness:
    """What a coding needs to be weighed: how near its speaker is to the case, and who the speaker is."""

    rank: Rank
    speaker: tuple[str, str]


def propose(
    case_id: str,
    code: Code,
    codings: Sequence[Coding],
    witness_of: Callable[[Coding], Witness],
    asked: bool | None,
) -> Proposal:
    """One case's feature on one attribute.

    Only the nearest rank that says anything counts. If its speakers give different values, that is a conflict, with
    the evidence of each. One speaker who gives several values is taken at the one coded most, or is unclear if none is.
    What is only expected is no fact. With nothing said, it is `unclear` where the question was put, else `not_asked`.
    """
    facts = [coding for coding in codings if coding.value and coding.stance != "expects"]
    by_rank = {rank: [coding for coding in facts if witness_of(coding).rank == rank] for rank in RANKS}
    nearest = next((rank for rank in RANKS if by_rank[rank]), None)
    if nearest is None:
        return Proposal(case_id, Feature(code.id, status="not_asked" if asked is False else "unclear"))
    feature = _weighed(code.id, by_rank[nearest], witness_of)
    contrary = {
        (coding.value, rank): None for rank in RANKS for coding in by_rank[rank] if coding.value != feature.value
    }
    return Proposal(case_id, feature, nearest, tuple(contrary))


def unsupported(features: Iterable[Feature], codings: Mapping[str, Coding]) -> tuple[Feature, ...]:
    """Stated features of which no coding named as evidence carries the value any more (`codings` by id)."""
    return tuple(
        feature
        for feature in features
        if feature.status == "stated"
        and feature.evidence
        and not any(
            coding.code_id == feature.attribute and coding.value == feature.value
            for coding in (codings[known] for known in feature.evidence if known in codings)
        )
    )


def completed(episode: Episode, proposals: Iterable[Proposal], by: str) -> Episode:
    """The episode with what was proposed for attributes that nobody has decided; decisions stay as they are."""
    decided = {feature.attribute for feature in episode.features}
    new = [replace(p.feature, by=by, memo=_memo(p)) for p in proposals if p.feature.attribute not in decided]
    return replace(episode, features=(*episode.features, *new))


def _weighed(attribute: str, codings: Sequence[Coding], witness_of: Callable[[Coding], Witness]) -> Feature:
    by_speaker: dict[tuple[str, str], Counter[str]] = {}
    for coding in codings:
        by_speaker.setdefault(witness_of(coding).speaker, Counter())[coding.value] += 1
    says = {speaker: _most(values) for speaker, values in by_speaker.items()}
    given = set(says.values()) - {""}
    if len(given) > 1:
        return Feature(attribute, "", "conflict", _evidence(codings, given))
    if not given:
        return Feature(attribute, "", "unclear", tuple(coding.id for coding in codings))
    return Feature(attribute, min(given), "stated", _evidence(codings, given))


def _most(values: Counter[str]) -> str:
    """The value coded most; empty if two share the first place."""
    (first, count), *others = values.most_common(2)
    return "" if others and others[0][1] == count else first


def _evidence(codings: Iterable[Coding], values: set[str]) -> tuple[str, ...]:
    return tuple(coding.id for coding in codings if coding.value in values)


def _memo(proposal: Proposal) -> str:
    if not proposal.rests_on:
        return ""
    said = f"proposed from codings; rests on {proposal.rests_on}"
    against = ", ".join(f"{value} ({rank})" for value, rank in proposal.contrary)
    return f"{said}; also said: {against}" if against else said
