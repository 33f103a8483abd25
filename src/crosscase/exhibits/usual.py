"""The exhibits that a study has before anybody laid one out, and the considerations before anybody wrote a theme."""

from collections.abc import Iterator, Sequence

from crosscase.exhibits.drafting import draft_of
from crosscase.framework import Findings
from crosscase.layout import (
    CasesLayout,
    ColumnGroup,
    FeatureColumn,
    Layout,
    ParticipantsLayout,
    StatusColumn,
    ThemeColumn,
    ThemeRow,
    TypologyLayout,
)
from crosscase.study import Study
from crosscase.theme import Theme
from crosscase.typology import Typology
from crosscase.wording import plural, sentence

CONSIDERATIONS = 3


def laid_out(findings: Findings) -> tuple[Layout, ...]:
    """The exhibits as the study lays them out, or the usual ones where it lays out none and could have some."""
    return findings.study.layouts or usual_layouts(findings.study, considered(findings))


def considered(findings: Findings) -> tuple[Theme, ...]:
    """The study's themes; where it has typologies but no themes, drafts of what may cut across the types.

    These are the three categories that most cases, and then most passages, say something on, of those with no feature
    in any rule.
    """
    study = findings.study
    if study.themes or study.layouts:
        return study.themes
    ruled = {feature for typology in study.typologies for feature in typology.features}
    drafts = []
    for matrix in findings.matrices if study.typologies else ():
        said = [(place, cell) for place, cell in matrix.cells.items() if cell.codings or cell.suggestions]
        if said and ruled.isdisjoint(code.id for code in matrix.codes):
            breadth = len({row for (row, _), _ in said}), sum(len(c.codings) + len(c.suggestions) for _, c in said)
            drafts.append((breadth, draft_of(matrix.category, tuple(place for place, _ in said))))
    broadest = sorted(drafts, key=lambda one: one[0], reverse=True)[:CONSIDERATIONS]
    return tuple(theme for breadth, theme in drafts if (breadth, theme) in broadest)


def usual_layouts(study: Study, themes: Sequence[Theme]) -> tuple[Layout, ...]:
    """Participants by sector and role where sectors are known; for each typology its types, and its cases."""
    units = sentence(plural(study.settings.unit))
    people = any(person.sector for person in study.participants)
    first: list[Layout] = [ParticipantsLayout("1", "Exhibit 1: Participants by sector and role.", cases=units)]
    rest = (one for number, typology in enumerate(study.typologies, 2) for one in _of(typology, number, study, themes))
    return (*(first if people else []), *rest)


def _of(typology: Typology, number: int, study: Study, themes: Sequence[Theme]) -> Iterator[Layout]:
    considered = [theme for theme in themes if theme.consideration]
    yield TypologyLayout(
        f"{number}",
        f"Exhibit {number}: {typology.name}.",
        typology.id,
        tuple(ThemeRow(theme.id) for theme in considered),
    )
    features = tuple(map(FeatureColumn, typology.features))
    groups = [ColumnGroup("Features that decide", features)] if features else []
    if considered:
        themed = tuple(ThemeColumn(theme.id, chip=_chip(theme, study)) for theme in considered)
        groups.append(ColumnGroup("Considerations", themed))
    groups.append(ColumnGroup("Where it stands", (StatusColumn(),)))
    title = f"Exhibit {number}b: {sentence(plural(study.settings.unit))} by {typology.label}."
    yield CasesLayout(f"{number}b", title, typology.id, tuple(groups))


def _chip(theme: Theme, study: Study) -> str:
    """The first attribute among the codes that a theme draws on."""
    return next((code_id for _, code_id in theme.cells if code_id in study.values), "")
