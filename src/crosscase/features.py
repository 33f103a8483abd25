"""Propose each case's features from what people coded, and notice decisions that their evidence no longer bears out.

A proposal is arithmetic, not a decision: people decide, in the case's file. Who says something goes before how often
it is said: a case's own informants first, then others who were interviewed, then documents. Where nobody has coded,
the machine's suggestions can stand in: such a proposal is a draft, and can't be accepted.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from crosscase.case import Case, Episode, Feature
from crosscase.codebook import Code
from crosscase.coding import Coding, Decision, Suggestion

Rank = Literal["informants", "others", "documents"]
_DATE = re.compile(r"\d{4}(?:-\d{2}){0,2}")
RANKS: tuple[Rank, ...] = ("informants", "others", "documents")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A feature as the codings have it. `rests_on` tells whose words; `contrary` are values that others gave.

    `is_draft` says that no person's coding is behind it: it comes from suggestions, or nobody has coded the case yet.
    `episode_id` is the episode that it speaks of.
    """

    case_id: str
    feature: Feature
    rests_on: Rank | Literal[""] = ""
    contrary: tuple[tuple[str, Rank], ...] = ()
    is_draft: bool = False
    episode_id: str = ""


@dataclass(frozen=True, slots=True)
class Witness:
    """What a coding or suggestion needs to be weighed: how near its speakers are to the case, and who they are."""

    rank: Rank
    speakers: tuple[tuple[str, str], ...]


def episode_of(decision: Decision, episodes: Sequence[Episode], date: str) -> Episode | None:
    """The episode that a decision speaks of: the one it names, else the only one, else the one of its source's date.

    None where it names one that isn't there, or where the date is missing, lies in none of them or may lie in several.
    """
    if decision.episode_id:
        return next((episode for episode in episodes if episode.id == decision.episode_id), None)
    if len(episodes) == 1:
        return episodes[0]
    dated = episodes_on(episodes, date)
    return dated[0] if len(dated) == 1 else None


def episodes_on(episodes: Sequence[Episode], date: str) -> list[Episode]:
    """The episodes in which all of a date lies, which may be a year or a month."""
    return [episode for episode in episodes if _holds(episode, date)]


def by_episode(
    episodes: Sequence[Episode], decisions: Iterable[Decision], dates: Mapping[str, str]
) -> tuple[dict[str, list[Decision]], list[Decision]]:
    """Codings, or suggestions, by the id of the episode that they speak of, and those that can't be placed.

    `dates` are those of the sources, by their ids.
    """
    placed: dict[str, list[Decision]] = {episode.id: [] for episode in episodes}
    unplaced: list[Decision] = []
    for decision in decisions:
        episode = episode_of(decision, episodes, dates.get(decision.source_id, ""))
        (placed[episode.id] if episode else unplaced).append(decision)
    return placed, unplaced


def propose(
    case_id: str,
    code: Code,
    decisions: Sequence[Decision],
    witness_of: Callable[[Decision], Witness],
    asked: bool | None,
) -> Proposal:
    """One case's feature on one attribute, from codings or, as a draft, from suggestions.

    Only the nearest rank that says anything counts. If its speakers give different values, that is a conflict, with
    the evidence of each. One speaker who gives several values is taken at the one coded most (of suggestions: the one
    with the highest sum of scores), or is unclear if none is. What is only expected is no fact. With nothing said, it
    is `unclear` where the question was put, else `not_asked`.
    """
    facts = [one for one in decisions if one.value and not _is_expected(one)]
    is_draft = any(isinstance(one, Suggestion) for one in decisions)
    by_rank = {rank: [one for one in facts if witness_of(one).rank == rank] for rank in RANKS}
    nearest = next((rank for rank in RANKS if by_rank[rank]), None)
    if nearest is None:
        return Proposal(case_id, _unsaid(code.id, decisions, asked), is_draft=is_draft)
    feature = _weighed(code.id, by_rank[nearest], witness_of)
    contrary = {(one.value, rank): None for rank in RANKS for one in by_rank[rank] if one.value != feature.value}
    return Proposal(case_id, feature, nearest, tuple(contrary), is_draft)


def coded_values(
    codings: Iterable[Coding], episodes: Sequence[Episode], episode: Episode | None, dates: Mapping[str, str]
) -> tuple[str, ...]:
    """The values that codings give for one episode, each once; what is only expected is no value.

    A coding that may be about another episode counts for each, since it is to be looked at by whoever decides.
    """
    values: dict[str, None] = {}
    for coding in codings:
        placed = episode_of(coding, episodes, dates.get(coding.source_id, "")) if episode else None
        if coding.value and coding.stance != "expects" and placed in (None, episode):
            values[coding.value] = None
    return tuple(values)


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
    """The episode with what was proposed for attributes that nobody has decided; decisions stay as they are.

    Drafts are left out: what only the machine suggests nobody can accept without coding it.
    """
    decided = {feature.attribute for feature in episode.features}
    people = (p for p in proposals if not p.is_draft)
    new = [replace(p.feature, by=by, memo=_memo(p)) for p in people if p.feature.attribute not in decided]
    return replace(episode, features=(*episode.features, *new))


def accepted(case: Case, proposals: Iterable[Proposal], by: str) -> Case:
    """The case with each episode completed by what was proposed for it."""
    proposals = tuple(proposals)
    episodes = episodes_of(case)
    done = tuple(completed(episode, _for(episode, episodes, proposals), by) for episode in episodes)
    return case if done == episodes else replace(case, episodes=done)


def episodes_of(case: Case) -> tuple[Episode, ...]:
    """The case's episodes; where none is described, one that has no bounds."""
    return case.episodes or (Episode(f"{case.id}-1"),)


def filled(case: Case, proposals: Iterable[Proposal]) -> Case:
    """The case with each episode made of what is proposed for it, marked as such, where nobody has decided any feature.

    As soon as people decide one feature of a case, nothing is filled in for them; nor where nothing is on record.
    """
    known = tuple(proposals)
    if case.has_features or not any(p.feature.evidence for p in known):
        return case
    episodes = episodes_of(case)
    return replace(case, episodes=tuple(_drawn_up(episode, _for(episode, episodes, known)) for episode in episodes))


def _drawn_up(episode: Episode, proposals: Iterable[Proposal]) -> Episode:
    return replace(episode, features=tuple(replace(p.feature, memo=_memo(p), proposed=True) for p in proposals))


def _for(episode: Episode, episodes: Sequence[Episode], proposals: Iterable[Proposal]) -> list[Proposal]:
    """What is proposed for an episode; a proposal that names none is for the only one."""
    names = {episode.id, ""} if len(episodes) == 1 else {episode.id}
    return [proposal for proposal in proposals if proposal.episode_id in names]


def _holds(episode: Episode, date: str) -> bool:
    """Whether all of a date, which may be a year or a month, lies in the episode."""
    span = _span(date)
    begins, ends = _span(episode.from_ or "0001"), _span(episode.to or "9999")
    if span is None or begins is None or ends is None:
        return False
    return begins[0] <= span[0] and span[1] <= ends[1]


def is_date(text: str) -> bool:
    """Whether this is an ISO date, or the year or month of one."""
    return bool(_DATE.fullmatch(text))


def _span(date: str) -> tuple[str, str] | None:
    """The first and the last day of an ISO date or a part of one; None for anything else."""
    if not _DATE.fullmatch(date[:10]):
        return None
    return date[:10] + "-01-01"[len(date[:10]) - 4 :], date[:10] + "-12-31"[len(date[:10]) - 4 :]


def _unsaid(attribute: str, decisions: Iterable[Decision], asked: bool | None) -> Feature:
    """Nothing that gives a value; passages on the attribute, if any, are where to look."""
    passages = tuple(one.id for one in decisions)
    return Feature(attribute, status="not_asked" if asked is False and not passages else "unclear", evidence=passages)


def _is_expected(decision: Decision) -> bool:
    return isinstance(decision, Coding) and decision.stance == "expects"


def _weighed(attribute: str, decisions: Sequence[Decision], witness_of: Callable[[Decision], Witness]) -> Feature:
    by_speaker: dict[tuple[str, str], dict[str, float]] = {}
    for decision in decisions:
        weight = decision.score if isinstance(decision, Suggestion) else 1
        for speaker in witness_of(decision).speakers or (("", ""),):
            values = by_speaker.setdefault(speaker, {})
            values[decision.value] = values.get(decision.value, 0) + weight
    given = {_most(values) for values in by_speaker.values()} - {""}
    if len(given) > 1:
        return Feature(attribute, "", "conflict", _evidence(decisions, given))
    if not given:
        return Feature(attribute, "", "unclear", tuple(one.id for one in decisions))
    return Feature(attribute, min(given), "stated", _evidence(decisions, given))


def _most(values: Mapping[str, float]) -> str:
    """The value with the most weight; empty if two share the first place."""
    best = [value for value, weight in values.items() if weight == max(values.values())]
    return best[0] if len(best) == 1 else ""


def _evidence(decisions: Iterable[Decision], values: set[str]) -> tuple[str, ...]:
    return tuple(one.id for one in decisions if one.value in values)


def _memo(proposal: Proposal) -> str:
    if not proposal.rests_on:
        return ""
    origin = "suggestions" if proposal.is_draft else "codings"
    said = f"proposed from {origin}; rests on {proposal.rests_on}"
    against = ", ".join(f"{value} ({rank})" for value, rank in proposal.contrary)
    return f"{said}; also said: {against}" if against else said
