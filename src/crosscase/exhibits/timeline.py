"""The episodes in time: for each type, from when to when its cases' episodes lasted, and which were reversed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crosscase.case import Case, Episode
from crosscase.exhibits.cases import UNRESOLVED, last_results
from crosscase.framework import Findings
from crosscase.layout import TimelineLayout
from crosscase.naming import case_labels
from crosscase.typology import Result, Typology
from crosscase.wording import value_words

REVERSED = "reversed"


@dataclass(frozen=True, slots=True)
class EpisodeLine:
    """One episode: what it is called, its own type (empty where unresolved), and its dates, empty where not known."""

    case_id: str
    episode_id: str
    label: str
    type_id: str
    type_name: str
    from_: str
    to: str
    status: str
    is_reversed: bool
    is_draft: bool


@dataclass(frozen=True, slots=True)
class EpisodeGroup:
    """The cases whose last episode is of one type, with all of their episodes; without an id the unresolved."""

    type_id: str
    name: str
    lines: tuple[EpisodeLine, ...]


@dataclass(frozen=True, slots=True)
class TimelineExhibit:
    id: str
    title: str
    unit: str
    label: str
    typology_id: str
    groups: tuple[EpisodeGroup, ...]
    notes: tuple[str, ...]

    @property
    def lines(self) -> tuple[EpisodeLine, ...]:
        return tuple(line for group in self.groups for line in group.lines)

    @property
    def is_draft(self) -> bool:
        return any(line.is_draft for line in self.lines)


def timeline_exhibit(layout: TimelineLayout, typology: Typology, findings: Findings) -> TimelineExhibit:
    """Every episode, under the type of its case's last one, types in the typology's order, the unresolved last."""
    last = last_results(findings.cases, findings.results[typology.id])
    results = {(result.case_id, result.episode_id): result for result in findings.results[typology.id]}
    labels = case_labels(findings.study)
    groups = []
    for type_id, name in [*((kind.id, kind.name) for kind in typology.types), ("", UNRESOLVED)]:
        cases = [case for case in findings.cases if case.id in last and _type(typology, last[case.id]) == type_id]
        lines = [line for case in cases for line in _lines(case, labels[case.id], typology, results)]
        if lines:
            groups.append(EpisodeGroup(type_id, name, tuple(lines)))
    unit = findings.study.settings.unit
    return TimelineExhibit(layout.id, layout.title, unit, typology.label, typology.id, tuple(groups), layout.notes)


def _type(typology: Typology, result: Result) -> str:
    return result.type_id if typology.type(result.type_id) else ""


def _lines(case: Case, label: str, typology: Typology, results: dict[tuple[str, str], Result]) -> Iterator[EpisodeLine]:
    for number, episode in enumerate(case.episodes, 1):
        kind = typology.type(results[case.id, episode.id].type_id)
        yield EpisodeLine(
            case.id,
            episode.id,
            _called(label, number, case.episodes),
            kind.id if kind else "",
            kind.name if kind else UNRESOLVED,
            episode.from_,
            episode.to,
            value_words(episode.status),
            episode.status == REVERSED,
            episode.is_proposed,
        )


def _called(label: str, number: int, episodes: Sequence[Episode]) -> str:
    """The case's name; with a number where the case has several episodes."""
    return f"{label} ({number})" if len(episodes) > 1 else label
