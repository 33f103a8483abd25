"""The methods appendix: how the study was made, from recorded facts only, and two reporting checklists."""

from collections.abc import Mapping
from dataclasses import dataclass

from crosscase.pages import record
from crosscase.pages.checklists import Checklist, checklists
from crosscase.pages.data import Fact, Frame
from crosscase.pages.drawing import Figure
from crosscase.pages.figures import coverage, source_flow
from crosscase.pages.links import METHODS
from crosscase.pages.material import Material, frame
from crosscase.pages.record import CoderLine, Revisit, VersionLine


@dataclass(frozen=True, slots=True)
class MethodsPage:
    """`revisits` is None where it isn't known under which codebook version the sources were coded."""

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
    revisits: tuple[Revisit, ...] | None
    machine: str
    software: tuple[Fact, ...]
    disclosure: tuple[Fact, ...]
    checklists: tuple[Checklist, ...]


def methods_page(material: Material, coded_under: Mapping[tuple[str, str], int] | None = None) -> MethodsPage:
    """How the study was made; `coded_under` is the codebook version of each codings file, by coder and source."""
    return MethodsPage(
        file=METHODS,
        frame=frame(material, "Methods", "Methods"),
        unit=material.study.settings.unit,
        sources=record.source_facts(material),
        flow=source_flow(material),
        coverage=coverage(material),
        coders=record.coders(material),
        coding=record.coding_facts(material),
        inductive=record.inductive(material),
        versions=record.versions(material),
        revisits=None if coded_under is None else record.revisits(material, coded_under),
        machine=record.machine(material),
        software=record.software_facts(material),
        disclosure=record.disclosure(material),
        checklists=checklists(material),
    )
