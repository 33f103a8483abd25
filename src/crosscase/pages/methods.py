"""The methods appendix: how the study was made, from recorded facts only, and two reporting checklists."""

from dataclasses import dataclass

from crosscase.pages import links, record
from crosscase.pages.checklists import Checklist, checklists
from crosscase.pages.data import Fact, Frame, Link
from crosscase.pages.figures.drawing import Figure
from crosscase.pages.figures.sources import coverage, source_flow
from crosscase.pages.material import Material, frame
from crosscase.pages.record import CoderLine, Revisit, VersionLine


@dataclass(frozen=True, slots=True)
class MethodsPage:
    """How the study was made, as its methods appendix says it."""

    file: str
    frame: Frame
    unit: str
    sources: tuple[Fact, ...]
    flow: Figure
    coverage: Figure | None
    coders: tuple[CoderLine, ...]
    coding: tuple[Fact, ...]
    inductive: str
    versions: tuple[VersionLine, ...]
    revisits: tuple[Revisit, ...]
    machine: str
    software: tuple[Fact, ...]
    disclosure: tuple[Fact, ...]
    quality: str
    quality_pages: tuple[Link, ...]
    checklists: tuple[Checklist, ...]


def methods_page(material: Material) -> MethodsPage:
    """How the study was made."""
    return MethodsPage(
        file=links.METHODS,
        frame=frame(material, "Methods", "Methods"),
        unit=material.study.settings.unit,
        sources=record.source_facts(material),
        flow=source_flow(material),
        coverage=coverage(material),
        coders=record.coders(material),
        coding=record.coding_facts(material),
        inductive=record.inductive(material),
        versions=record.versions(material),
        revisits=record.revisits(material),
        machine=record.machine(material),
        software=record.software_facts(material),
        disclosure=record.disclosure(material),
        quality=record.quality(material),
        quality_pages=record.quality_pages(material),
        checklists=checklists(material),
    )
