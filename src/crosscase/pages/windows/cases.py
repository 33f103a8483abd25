"""The window of cases: first what is coded and not decided, then how far each case is, and its types."""

from collections.abc import Sequence
from dataclasses import dataclass

from crosscase.case import Case, Episode
from crosscase.features import episodes_of
from crosscase.pages import links
from crosscase.pages.data import Frame, Link
from crosscase.pages.figures.drawing import Mark
from crosscase.pages.figures.typology import rank, type_badge
from crosscase.pages.rules import type_name, when
from crosscase.pages.windows.seen import Seen, window_frame
from crosscase.pages.windows.standing import Line, Standings
from crosscase.typology import Typology
from crosscase.wording import counted, sentence


@dataclass(frozen=True, slots=True)
class Queued:
    """A case's episode, with the features that wait for a decision."""

    case: Link
    features: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class TypeCell:
    """What a typology makes of an episode; `is_draft` where nobody has decided any feature, and proposals stand in."""

    badge: tuple[Mark, ...]
    name: str
    is_draft: bool
    is_override: bool


@dataclass(frozen=True, slots=True)
class CaseRow:
    """An episode of a case: how many of its features are decided, coded and not decided, open, and to be looked at."""

    case: Link
    when: str
    decided: int
    coded: int
    open: int
    again: int
    types: tuple[TypeCell, ...]


@dataclass(frozen=True, slots=True)
class CasesPage:
    """`closed` says why a blind coder sees none of it yet, `nothing` what there is to do where there are no cases."""

    frame: Frame
    unit: str
    closed: str
    nothing: str
    waiting: str
    queue: tuple[Queued, ...]
    typologies: tuple[Link, ...]
    rows: tuple[CaseRow, ...]


def cases_page(seen: Seen) -> CasesPage:
    study, standings = seen.study, Standings(seen)
    closed = seen.closed("Features and types")
    rows = [_row(seen, standings, case, episode) for case in study.cases for episode in episodes_of(case)]
    return CasesPage(
        window_frame(seen, "Cases", "Cases"),
        study.settings.unit,
        closed,
        _nothing(standings, rows),
        counted(len(standings.queue), "feature"),
        tuple(_queued(case, episode, lines) for case, episode, lines in standings.waiting()),
        tuple(Link(typology.name, links.typology(typology.id)) for typology in study.typologies),
        tuple(rows),
    )


def name_of(case: Case, episode: Episode) -> str:
    """The case's name; with its time where the case has several episodes."""
    name = case.name or case.id
    return f"{name}, {when(episode)}" if len(case.episodes) > 1 else name


def _nothing(standings: Standings, rows: Sequence[CaseRow]) -> str:
    if not rows:
        return "The study has no cases yet. A file for each in cases/ names it; then its features are decided here."
    if not standings.has_any:
        return "The codebook has no attributes yet: codes of the kind “attribute”, whose values a case can have."
    return ""


def _queued(case: Case, episode: Episode, lines: Sequence[Line]) -> Queued:
    link = Link(name_of(case, episode), links.window("case", id=case.id, episode=episode.id))
    return Queued(link, tuple(line.link for line in lines))


def _row(seen: Seen, standings: Standings, case: Case, episode: Episode) -> CaseRow:
    lines = standings.lines(case, episode)
    counts = {standing: sum(line.standing == standing for line in lines) for standing in ("decided", "coded", "open")}
    return CaseRow(
        Link(case.name or case.id, links.window("case", id=case.id, episode=episode.id)),
        when(episode) if len(case.episodes) > 1 else "",
        counts["decided"],
        counts["coded"],
        counts["open"],
        sum(line.look_again for line in lines),
        tuple(_type(seen, typology, case, episode) for typology in seen.study.typologies),
    )


def _type(seen: Seen, typology: Typology, case: Case, episode: Episode) -> TypeCell:
    results = seen.material.findings.results[typology.id]
    result = next((one for one in results if (one.case_id, one.episode_id) == (case.id, episode.id)), None)
    if result is None:
        return TypeCell((), "not tried", is_draft=False, is_override=False)
    return TypeCell(
        type_badge(0, 0, rank(typology, result.type_id)),
        result.not_typed or sentence(type_name(typology, result.type_id)),
        is_draft=seen.is_proposed(case.id, episode.id),
        is_override=result.override is not None,
    )
