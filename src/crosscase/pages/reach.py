"""How widely something was found: in how many cases, transcripts and documents, out of those read for it."""

from collections.abc import Sequence, Set
from dataclasses import dataclass

from crosscase.codebook import Code
from crosscase.coding import Decision
from crosscase.pages.material import Material
from crosscase.wording import out_of_read


@dataclass(frozen=True, slots=True)
class Reach:
    """How many of the units read for a code it was found in; `beside` of those that were not (yet) read for it."""

    noun: str
    count: int
    read: int
    total: int
    beside: int = 0

    def __str__(self) -> str:
        told = out_of_read(self.count, self.read, self.total, self.noun)
        return f"{told} and {self.beside} besides" if self.beside else told

    @property
    def in_short(self) -> str:
        """For a column whose head says how many there are in all."""
        if self.read == self.total:
            return f"{self.count}"
        beside = f", and {self.beside}" if self.beside else ""
        return f"{self.count} of {self.read} read{beside}"


def reaches(material: Material, found: Sequence[Decision], code: Code | None = None) -> tuple[Reach, Reach, Reach]:
    """In how many cases, transcripts and documents something was found; of a code, out of those read for it."""
    study = material.study
    documents = {source.id for source in study.sources if source.kind == "document"}
    transcripts = {source.id for source in study.sources} - documents
    cases = material.cases_of(found)
    sources = {decision.source_id for decision in found}
    cases_read, read = set(material.case_names), {*transcripts, *documents}
    if code:
        cases_read, read = set(material.findings.cases_read_for(code)), set(material.findings.sources_read_for(code))
    return (
        _reach(study.settings.unit, cases, cases_read, set(material.case_names)),
        _reach("transcript", sources & transcripts, read & transcripts, transcripts),
        _reach("document", sources & documents, read & documents, documents),
    )


def _reach(noun: str, found: Set[str], read: Set[str], everything: Set[str]) -> Reach:
    return Reach(noun, len(found & read), len(read), len(everything), len(found - read))


def extent(material: Material, found: Sequence[Decision], code: Code | None = None) -> str:
    """In how many cases and sources something was found, out of how many: `in 2 of 8 cases, 3 of 14 transcripts`.

    Of a code for which not all of them were read, out of those: `in 1 of the 4 cases read for it`.
    """
    told = [str(reach) for reach in reaches(material, found, code) if reach.total or reach.noun != "document"]
    return "in " + ", ".join(told)
