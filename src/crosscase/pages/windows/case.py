"""The window of a case: its features, of which one is open, and beside it the types that follow."""

from collections.abc import Iterator
from dataclasses import dataclass

from crosscase.case import Case, Episode
from crosscase.features import episodes_of
from crosscase.pages import links
from crosscase.pages.data import Fact, Frame, Link
from crosscase.pages.figures.drawing import Mark
from crosscase.pages.figures.typology import rank, type_badge
from crosscase.pages.material import Material
from crosscase.pages.reasons import overridden, rivals, why
from crosscase.pages.rules import standing, type_name, when
from crosscase.pages.windows.cases import name_of
from crosscase.pages.windows.feature import Open, open_feature, result_of
from crosscase.pages.windows.memos import memos_on
from crosscase.pages.windows.seen import Seen, window_frame
from crosscase.pages.windows.standing import Line, Standings
from crosscase.typology import Typology
from crosscase.wording import sentence, value_words


@dataclass(frozen=True, slots=True)
class TypeNow:
    """The type that follows by one typology, why, and what would change it; `types` are those it can be put into."""

    typology: str
    name: Link
    badge: tuple[Mark, ...]
    type: str
    is_draft: bool
    why: str
    rivals: tuple[str, ...]
    override: str
    types: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CasePage:
    """`closed` says why a blind coder sees none of it yet. `episodes` are the case's, where it has several,
    and which of them is open."""

    frame: Frame
    case: str
    episode: str
    name: str
    about: str
    facts: tuple[Fact, ...]
    closed: str
    episodes: tuple[tuple[Link, bool], ...]
    lines: tuple[Line, ...]
    others: tuple[Line, ...]
    open: Open | None
    types: tuple[TypeNow, ...]
    has_episodes: bool
    memos: tuple[Link, ...]
    write: str


def case_page(seen: Seen) -> CasePage:
    """The case that is asked for, or the first. Raises KeyError for one that isn't in the study."""
    cases = {case.id: case for case in seen.study.cases}
    case = cases[seen.asked.get("id") or next(iter(cases), "")]
    episodes = {episode.id: episode for episode in episodes_of(case)}
    episode = episodes[seen.asked.get("episode") or list(episodes)[-1]]
    standings = Standings(seen)
    return CasePage(
        window_frame(seen, case.name or case.id, "Cases"),
        case.id,
        episode.id,
        name_of(case, episode),
        f"{sentence(when(episode))}; {standing(episode)}" if case.episodes else "",
        tuple(_facts(seen.material, case)),
        seen.closed("Features and types"),
        tuple((_episode(case, one), one is episode) for one in case.episodes) if len(case.episodes) > 1 else (),
        standings.lines(case, episode),
        standings.other_lines(case, episode),
        open_feature(seen, standings, case, episode),
        tuple(_type_now(seen, typology, case, episode) for typology in seen.study.typologies),
        bool(case.episodes),
        memos_on(seen, case.id),
        links.window("memos", new="1", about=case.id),
    )


def _facts(material: Material, case: Case) -> Iterator[Fact]:
    yield from (Fact(value_words(name), value) for name, value in case.attributes.items() if value)
    rows = (row for matrix in material.findings.matrices for row in matrix.rows if row.id == case.id)
    row = next(rows, None)
    if row and row.source_ids:
        yield Fact("sources", links=tuple(Link(source_id, links.source(source_id)) for source_id in row.source_ids))


def _episode(case: Case, episode: Episode) -> Link:
    return Link(sentence(when(episode)), links.window("case", id=case.id, episode=episode.id))


def _type_now(seen: Seen, typology: Typology, case: Case, episode: Episode) -> TypeNow:
    material = seen.material
    types = tuple((kind.id, sentence(kind.name)) for kind in typology.types)
    result = result_of(material, typology, case, episode)
    if result is None:
        about = f"No feature is decided yet, so there is no {typology.label}."
        return TypeNow(
            typology.id, Link(typology.name, links.typology(typology.id)), (), "", False, about, (), "", types
        )
    of_episodes = next(one.episodes for one in material.findings.cases if one.id == case.id)
    filled = next(one for one in of_episodes if one.id == episode.id)
    return TypeNow(
        typology.id,
        Link(typology.name, links.reason(typology.id, case.id, episode.id)),
        type_badge(0, 0, rank(typology, result.type_id)),
        sentence(type_name(typology, result.type_id)),
        filled.is_proposed,
        why(material, typology, result, filled),
        rivals(material, typology, result),
        overridden(material, typology, result),
        types,
    )
