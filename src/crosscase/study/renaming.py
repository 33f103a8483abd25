"""Codes that were renamed or merged: whatever names one by an id that it formerly had counts under its present one.

Files stay as people wrote them; a new name needs no rewriting of what rests on the old one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from crosscase.case import Case, Episode
from crosscase.cluster import ClusterDecision
from crosscase.codebook import Codebook
from crosscase.coding import Coding
from crosscase.matrix import Absence, Summary
from crosscase.typology import All, Any, Is, Not, Rule, Type, Typology

Lines = Mapping[str, int]
Places = Mapping[str, tuple[str, Lines]]


@dataclass(frozen=True, slots=True)
class PresentIds:
    """The present id of each code by the ids that it formerly had."""

    now: Mapping[str, str]

    @classmethod
    def of(cls, codebook: Codebook) -> "PresentIds":
        return cls({former: code.id for former, code in codebook.by_id.items() if former != code.id})

    def code(self, code_id: str) -> str:
        return self.now.get(code_id, code_id)

    def codings(self, codings: Iterable[Coding]) -> tuple[Coding, ...]:
        if not self.now:
            return tuple(codings)
        return tuple(replace(c, code_id=self.now[c.code_id]) if c.code_id in self.now else c for c in codings)

    def summaries(self, summaries: Iterable[Summary]) -> tuple[Summary, ...]:
        return tuple(replace(summary, code_id=self.code(summary.code_id)) for summary in summaries)

    def absences(self, absences: Iterable[Absence]) -> tuple[Absence, ...]:
        return tuple(replace(absence, code_id=self.code(absence.code_id)) for absence in absences)

    def cluster_decisions(
        self, numbered: Iterable[tuple[int, ClusterDecision]]
    ) -> tuple[tuple[int, ClusterDecision], ...]:
        return tuple((line, replace(decision, code_id=self.code(decision.code_id))) for line, decision in numbered)

    def cases(self, cases: tuple[Case, ...], places: Places) -> tuple[tuple[Case, ...], Places]:
        """The cases with features under present ids, and where each of them stands."""
        if not self.now:
            return cases, places
        present = tuple(replace(case, episodes=tuple(map(self._episode, case.episodes))) for case in cases)
        return present, {case_id: (path, self._lines(lines)) for case_id, (path, lines) in places.items()}

    def typologies(self, typologies: tuple[Typology, ...], places: Places) -> tuple[tuple[Typology, ...], Places]:
        """The typologies with rules over present ids, and where each part of them stands."""
        if not self.now:
            return typologies, places
        present = tuple(replace(each, types=tuple(map(self._type, each.types))) for each in typologies)
        return present, {typology_id: (path, self._lines(lines)) for typology_id, (path, lines) in places.items()}

    def _episode(self, episode: Episode) -> Episode:
        features = tuple(replace(feature, attribute=self.code(feature.attribute)) for feature in episode.features)
        return replace(episode, features=features)

    def _type(self, kind: Type) -> Type:
        typical = {self.code(feature): values for feature, values in kind.typical.items()}
        return replace(kind, rule=self._rule(kind.rule), typical=typical)

    def _rule(self, rule: Rule) -> Rule:
        if isinstance(rule, Is):
            return replace(rule, feature=self.code(rule.feature))
        if isinstance(rule, Not):
            return Not(self._rule(rule.rule))
        parts = tuple(map(self._rule, rule.rules))
        return All(parts) if isinstance(rule, All) else Any(parts)

    def _lines(self, lines: Lines) -> Lines:
        """Lines are kept by `episode/attribute` and by `type/feature/value`."""
        return {"/".join(map(self.code, name.split("/"))): line for name, line in lines.items()}
