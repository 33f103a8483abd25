"""Codes that were renamed or merged: whatever names one by an id that it formerly had counts under its present one.

Files stay as people wrote them; a new name needs no rewriting of what rests on the old one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from crosscase import claim
from crosscase.case import Case, Episode
from crosscase.claim import Claim, Condition
from crosscase.cluster import ClusterDecision
from crosscase.codebook import Codebook
from crosscase.coding import Coding
from crosscase.layout import (
    CasesLayout,
    Column,
    DecisionOption,
    DecisionPart,
    DecisionPoint,
    DecisionsLayout,
    FeatureColumn,
    Layout,
    ProseLayout,
    ThemeColumn,
)
from crosscase.matrix import Absence, Summary
from crosscase.theme import Section, Sentence, Theme
from crosscase.typology import All, Any, Bullet, Is, Not, Rule, Type, Typology

Cells = tuple[tuple[str, str], ...]
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

    def claims(self, claims: tuple[Claim, ...]) -> tuple[Claim, ...]:
        if not self.now:
            return claims
        queries = [
            replace(each.query, where=self._where(each.query.where), of=self._where(each.query.of)) for each in claims
        ]
        return tuple(replace(each, query=query) for each, query in zip(claims, queries, strict=True))

    def themes(self, themes: tuple[Theme, ...]) -> tuple[Theme, ...]:
        if not self.now:
            return themes
        return tuple(
            replace(
                theme,
                cells=self._cells(theme.cells),
                sections=tuple(map(self._section, theme.sections)),
                lines=self._lines(theme.lines),
            )
            for theme in themes
        )

    def layouts(self, layouts: tuple[Layout, ...]) -> tuple[Layout, ...]:
        return tuple(map(self._layout, layouts)) if self.now else layouts

    def _where(self, condition: Condition) -> Condition:
        match condition:
            case claim.Every(conditions):
                return claim.Every(tuple(map(self._where, conditions)))
            case claim.Either(conditions):
                return claim.Either(tuple(map(self._where, conditions)))
            case claim.Not(denied):
                return claim.Not(self._where(denied))
            case claim.FeatureIs():
                return replace(condition, feature=self.code(condition.feature))
            case claim.Coded():
                return replace(condition, code_id=self.code(condition.code_id))
            case claim.Is():
                return condition

    def _cells(self, cells: Cells) -> Cells:
        return tuple((case_id, self.code(code_id)) for case_id, code_id in cells)

    def _section(self, section: Section) -> Section:
        return replace(section, paragraphs=tuple(tuple(map(self._sentence, each)) for each in section.paragraphs))

    def _sentence(self, sentence: Sentence) -> Sentence:
        return replace(sentence, cells=self._cells(sentence.cells))

    def _layout(self, layout: Layout) -> Layout:
        match layout:
            case CasesLayout():
                groups = (replace(each, columns=tuple(map(self._column, each.columns))) for each in layout.groups)
                return replace(layout, groups=tuple(groups))
            case DecisionsLayout():
                return replace(layout, points=tuple(map(self._point, layout.points)))
            case ProseLayout():
                statements = (replace(each, cells=self._cells(each.cells)) for each in layout.statements)
                return replace(layout, statements=tuple(statements))
        return layout

    def _column(self, column: Column) -> Column:
        match column:
            case FeatureColumn():
                return replace(column, feature=self.code(column.feature))
            case ThemeColumn():
                return replace(column, chip=self.code(column.chip))
        return replace(column, code=self.code(column.code))

    def _point(self, point: DecisionPoint) -> DecisionPoint:
        return replace(point, parts=tuple(map(self._part, point.parts)))

    def _part(self, part: DecisionPart) -> DecisionPart:
        return replace(part, options=tuple(map(self._option, part.options)))

    def _option(self, option: DecisionOption) -> DecisionOption:
        return replace(
            option,
            feature=self.code(option.feature),
            code_id=self.code(option.code_id),
            cells=self._cells(option.cells),
        )

    def _episode(self, episode: Episode) -> Episode:
        features = tuple(replace(feature, attribute=self.code(feature.attribute)) for feature in episode.features)
        return replace(episode, features=features)

    def _type(self, kind: Type) -> Type:
        typical = {self.code(feature): values for feature, values in kind.typical.items()}
        return replace(
            kind, rule=self._rule(kind.rule), typical=typical, describe=tuple(map(self._bullet, kind.describe))
        )

    def _bullet(self, bullet: Bullet) -> Bullet:
        return replace(bullet, rule=self._rule(bullet.rule), cells=self._cells(bullet.cells))

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
