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
from crosscase.exhibits.typologies import TypologyExhibit, typology_exhibit
from crosscase.exhibits.usual import considered, laid_out, usual_layouts
from crosscase.framework import Findings
from crosscase.layout import DecisionsLayout, Layout, ParticipantsLayout, ProseLayout, TypologyLayout
from crosscase.theme import Theme

__all__ = [
    "CasesExhibit",
    "DecisionsExhibit",
    "Exhibit",
    "Grid",
    "GridCell",
    "ParticipantsExhibit",
    "ProseExhibit",
    "TypologyExhibit",
    "considered",
    "exhibits",
    "grid",
    "laid_out",
    "to_document",
    "to_latex",
    "to_markdown",
    "to_table",
    "usual_layouts",
]

Exhibit = ParticipantsExhibit | TypologyExhibit | CasesExhibit | DecisionsExhibit | ProseExhibit


def exhibits(findings: Findings, layouts: Iterable[Layout], themes: Sequence[Theme]) -> Iterator[Exhibit]:
    """Every exhibit that is laid out; one whose typology there isn't, or has no types, is a problem, and left out."""
    typologies = {typology.id: typology for typology in findings.study.typologies if typology.types}
    for layout in layouts:
        if isinstance(layout, ParticipantsLayout):
            yield participants_exhibit(layout, findings.study.participants)
        elif isinstance(layout, ProseLayout):
            yield prose_exhibit(layout, findings, themes)
        elif layout.typology_id not in typologies:
            continue
        elif isinstance(layout, TypologyLayout):
            yield typology_exhibit(layout, typologies[layout.typology_id], findings, themes)
        elif isinstance(layout, DecisionsLayout):
            yield decisions_exhibit(layout, typologies[layout.typology_id], findings)
        else:
            yield cases_exhibit(layout, typologies[layout.typology_id], findings, themes)
