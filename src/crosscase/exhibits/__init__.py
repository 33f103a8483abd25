"""Exhibits: tables as they are printed, drawn up from findings as values.

A layout says which rows and columns there are; everything in them is counted, cited or drafted when the exhibit is
drawn. What the program drafted, because nobody has written it yet, says so.
"""

from collections.abc import Iterable, Iterator, Sequence

from crosscase.exhibits.cases import CasesExhibit, cases_exhibit
from crosscase.exhibits.decisions import DecisionsExhibit, decisions_exhibit
from crosscase.exhibits.participants import ParticipantsExhibit, participants_exhibit
from crosscase.exhibits.prose import ProseExhibit, prose_exhibit
from crosscase.exhibits.tables import Grid, GridCell, grid, to_document, to_latex, to_markdown, to_table
from crosscase.exhibits.timeline import TimelineExhibit, timeline_exhibit
from crosscase.exhibits.typologies import TypologyExhibit, typology_exhibit
from crosscase.exhibits.usual import considered, laid_out, usual_layouts
from crosscase.framework import Findings
from crosscase.layout import DecisionsLayout, Layout, ParticipantsLayout, ProseLayout, TimelineLayout, TypologyLayout
from crosscase.theme import Theme

__all__ = [
    "CasesExhibit",
    "DecisionsExhibit",
    "Exhibit",
    "Grid",
    "GridCell",
    "ParticipantsExhibit",
    "ProseExhibit",
    "TimelineExhibit",
    "TypologyExhibit",
    "considered",
    "drawable",
    "exhibit",
    "exhibits",
    "grid",
    "laid_out",
    "to_document",
    "to_latex",
    "to_markdown",
    "to_table",
    "usual_layouts",
]

Exhibit = ParticipantsExhibit | TypologyExhibit | CasesExhibit | DecisionsExhibit | ProseExhibit | TimelineExhibit


def exhibits(findings: Findings, layouts: Iterable[Layout], themes: Sequence[Theme]) -> Iterator[Exhibit]:
    """Every exhibit that is laid out and can be drawn."""
    return (exhibit(findings, layout, themes) for layout in drawable(findings, layouts))


def drawable(findings: Findings, layouts: Iterable[Layout]) -> tuple[Layout, ...]:
    """The layouts without those whose typology there isn't, or has no types: these are problems, and left out."""
    typed = {typology.id for typology in findings.study.typologies if typology.types}
    untyped = ParticipantsLayout | ProseLayout
    return tuple(layout for layout in layouts if isinstance(layout, untyped) or layout.typology_id in typed)


def exhibit(findings: Findings, layout: Layout, themes: Sequence[Theme]) -> Exhibit:
    """One exhibit, of a layout that is drawable."""
    if isinstance(layout, ParticipantsLayout):
        return participants_exhibit(layout, findings.study.participants)
    if isinstance(layout, ProseLayout):
        return prose_exhibit(layout, findings, themes)
    typologies = {typology.id: typology for typology in findings.study.typologies if typology.types}
    typology = typologies[layout.typology_id]
    if isinstance(layout, TypologyLayout):
        return typology_exhibit(layout, typology, findings, themes)
    if isinstance(layout, DecisionsLayout):
        return decisions_exhibit(layout, typology, findings)
    if isinstance(layout, TimelineLayout):
        return timeline_exhibit(layout, typology, findings)
    return cases_exhibit(layout, typology, findings, themes)
