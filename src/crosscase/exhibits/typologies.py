"""Exhibit 2: the types of a typology with their bullets, then the considerations that cut across them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from crosscase.case import Case
from crosscase.decided import OnRecord, features_of
from crosscase.exhibits.cases import last_results
from crosscase.exhibits.drafting import bullets, name, paragraph, parts
from crosscase.framework import Findings
from crosscase.layout import ThemeRow, TypologyLayout
from crosscase.matrix import Cell
from crosscase.naming import case_labels
from crosscase.theme import Sentence, Theme
from crosscase.typology import Bullet, Is, Result, Type, Typology, bears_out, evaluate
from crosscase.wording import out_of


@dataclass(frozen=True, slots=True)
class Support:
    """How many of a type's cases bear a bullet out, and the cells behind it; `unknown` of them don't tell."""

    count: int
    of: int
    unknown: int = 0
    cells: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return f"{self.count} of {self.of}" + (f", {self.unknown} not told" if self.unknown else "")


@dataclass(frozen=True, slots=True)
class TypeColumn:
    """A type with its bullets, and the cases that are of it; a draft has bullets made from its rule.

    `support` is that of each bullet, None where it is bound to nothing. `drafted` of the cases are of the type by
    features that nobody has decided.
    """

    type_id: str
    name: str
    bullets: tuple[str, ...]
    is_draft: bool
    case_ids: tuple[str, ...]
    support: tuple[Support | None, ...] = ()
    drafted: int = 0

    @property
    def counted(self) -> tuple[str, ...]:
        """The bullets with the count of each behind it."""
        support = self.support or (None,) * len(self.bullets)
        return tuple(f"{text} ({own})" if own else text for text, own in zip(self.bullets, support, strict=True))


@dataclass(frozen=True, slots=True)
class Consideration:
    """A row across all types. `missing` says why there is nothing to print."""

    theme_id: str
    label: str
    paragraphs: tuple[tuple[Sentence, ...], ...]
    is_draft: bool = False
    missing: str = ""


@dataclass(frozen=True, slots=True)
class TypologyExhibit:
    id: str
    title: str
    typology_id: str
    columns: tuple[TypeColumn, ...]
    considerations: tuple[Consideration, ...]
    notes: tuple[str, ...]

    @property
    def is_draft(self) -> bool:
        by_draft = any(column.is_draft or column.drafted for column in self.columns)
        return by_draft or any(row.is_draft for row in self.considerations)


def typology_exhibit(
    layout: TypologyLayout, typology: Typology, findings: Findings, themes: Sequence[Theme]
) -> TypologyExhibit:
    """Bullets are what people wrote to describe a type, paragraphs what they wrote on a theme; else they are drafts."""
    known = {theme.id: theme for theme in themes}
    of_type: dict[str, list[str]] = {}
    for case_id, result in last_results(findings.cases, findings.results[typology.id]).items():
        of_type.setdefault(result.type_id, []).append(case_id)
    return TypologyExhibit(
        layout.id,
        layout.title,
        typology.id,
        tuple(_column(kind, tuple(of_type.get(kind.id, ())), findings) for kind in typology.types),
        tuple(_consideration(row, known.get(row.theme_id), findings.cells) for row in layout.rows),
        (*layout.notes, *_unplaced(typology, findings), *_undecided(findings)),
    )


def _column(kind: Type, case_ids: tuple[str, ...], findings: Findings) -> TypeColumn:
    described = kind.describe or tuple(map(Bullet, bullets(kind.rule, findings.study.codebook), parts(kind.rule)))
    texts, cases = tuple(one.text for one in described), [case for case in findings.cases if case.id in case_ids]
    support = tuple(_support(one, cases, findings) if one.is_bound else None for one in described)
    drafted = sum(case.is_proposed for case in cases)
    return TypeColumn(kind.id, kind.name, texts, not kind.describe, case_ids, support, drafted)


def _support(bullet: Bullet, cases: Sequence[Case], findings: Findings) -> Support:
    """What a type's cases say to a bullet, and where: the cells named, or those of the features that bore it out."""
    truths, cells = [], []
    for case in cases:
        features = features_of(case, findings.study.values)
        truths.append(bears_out(bullet, case.id, features, findings.coded_cells))
        if truths[-1]:
            borne = [leaf.rule for leaf in evaluate(bullet.rule, features).leaves() if leaf.truth]
            asked = [rule.feature for rule in borne if isinstance(rule, Is)]
            named = [place for place in bullet.cells if place[0] == case.id]
            cells += named or [(case.id, feature) for feature in dict.fromkeys(asked)]
    told = tuple(place for place in cells if place in findings.cells)
    return Support(truths.count(True), len(cases), truths.count(None), told)


def _unplaced(typology: Typology, findings: Findings) -> Iterator[str]:
    """The cases that are of no type, by name, wherever the types don't sum to the cases."""
    results = last_results(findings.cases, findings.results[typology.id])
    kinds = {kind.id for kind in typology.types}
    typed = {case_id for case_id, result in results.items() if result.type_id in kinds}
    left = [case for case in findings.cases if case.id not in typed]
    if left:
        labels, record = case_labels(findings.study), OnRecord(findings)
        named = [f"{labels[case.id]} ({_why(case, results.get(case.id), findings, record)})" for case in left]
        told = out_of(len(typed), len(findings.cases), findings.study.settings.unit)
        yield f"{told} are of a {typology.label}. Not: {'; '.join(named)}."


def _why(case: Case, result: Result | None, findings: Findings, record: OnRecord) -> str:
    if result is None:
        return "no features decided yet"
    if result.not_typed:
        return result.not_typed
    book = findings.study.codebook
    wanting = [f"{name(book, one)}: {record.why(case, one) or 'in doubt'}" for one in result.decided]
    return ", ".join(["unresolved", *wanting]) if wanting else "unresolved, fits no rule"


def _undecided(findings: Findings) -> Iterator[str]:
    number, unit = sum(case.is_proposed for case in findings.cases), findings.study.settings.unit
    if number:
        told = out_of(number, len(findings.cases), unit)
        yield f"Draft: for {told} nobody has decided any feature; what is proposed for them stands in."


def _consideration(row: ThemeRow, theme: Theme | None, cells: Mapping[tuple[str, str], Cell]) -> Consideration:
    if theme is None:
        return Consideration(
            row.theme_id, row.label or row.theme_id, (), missing=f"There is no theme `{row.theme_id}`."
        )
    label = row.label or theme.name
    section = theme.section(row.section)
    if section is not None and section.sentences:
        return Consideration(theme.id, label, section.paragraphs)
    drafted = paragraph(theme, cells)
    missing = "" if drafted else "Not written yet, and no cell of the theme has anything to draft it from."
    return Consideration(theme.id, label, (drafted,) if drafted else (), bool(drafted), missing)
