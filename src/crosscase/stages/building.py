"""Reports and tables, for whom they are."""

import time
from dataclasses import dataclass, replace
from pathlib import Path

from crosscase.framework import Findings
from crosscase.problem import Refused
from crosscase.stages.machine import Progress, explore, suggest, wants_suggestions
from crosscase.study import Study, load_exploration, load_learning, load_suggestions

SETTINGS = "study.yaml"
PDF = "report.pdf"


@dataclass(frozen=True, slots=True)
class Built:
    """What was written: the report's first page, the tables, and why some of them were left as they are."""

    findings: Findings
    index: Path
    tables: tuple[Path, ...] = ()
    left: str = ""


@dataclass(frozen=True, slots=True)
class Printed:
    """A report on paper: its file, how many sheets it has, and the seconds that it took."""

    path: Path
    sheets: int
    seconds: float


def report(study: Study, out: Path | None = None, *, profile: str = "", people_only: bool = False) -> Built:
    """Write the report as web pages. Raises `Refused` where they can't be written, or study.yaml can't be trusted."""
    from crosscase.report import write

    findings = _for_readers(study, profile, people_only=people_only)
    return Built(findings, write(findings, out or study.folder / "reports"))


def pdf(built: Built, progress: Progress | None = None) -> Printed:
    """Write a report that was built as one PDF into its folder, all pages but the search, which is none on paper.

    Raises `Refused` where there is no Chromium.
    """
    from crosscase.chromium import browser
    from crosscase.pages import Kind, addresses, page
    from crosscase.paper import Part, write_pdf

    browser()
    began = time.monotonic()
    listed = [address for address in addresses(built.findings).values() if address.kind is not Kind.SEARCH]
    frames = {address.file: page(built.findings, address).frame for address in listed}
    parts = [Part(file, frame.title, frame.section) for file, frame in frames.items()]
    out = built.index.parent / PDF
    sheets = write_pdf(out.parent, parts, out, title=built.findings.study.settings.title, progress=progress)
    return Printed(out, sheets, time.monotonic() - began)


def single_page(
    study: Study, page: str, out: Path | None = None, *, profile: str = "", people_only: bool = False
) -> Path:
    """Write one page of the report, by its file's name, so that it can be mailed. Raises `Refused` as `report` does."""
    from crosscase.report import SINGLE, write_page

    findings = _for_readers(study, profile, people_only=people_only)
    return write_page(findings, page, out or study.folder / "reports" / SINGLE)


def export(study: Study, out: Path | None = None, *, profile: str = "", people_only: bool = False) -> tuple[Path, ...]:
    """Write the tables, the exhibits, the matrices to edit and the Word document. Raises `Refused` as `report` does."""
    from crosscase.report import write_tables

    findings = _for_readers(study, profile, people_only=people_only)
    return write_tables(findings, out or study.folder / "reports" / "tables")


def run(
    study: Study,
    out: Path | None = None,
    *,
    profile: str = "",
    people_only: bool = False,
    progress: Progress | None = None,
) -> Built:
    """All that can be done without a person: suggest, cluster, chart, and write report and tables.

    Tables that somebody has edited are left as they are, and `left` says so.
    """
    from crosscase.report import write, write_tables

    _trust(study)
    if not people_only and wants_suggestions(study):
        suggest(study, progress)
    if not people_only:
        explore(study, progress)
    findings = _for_readers(study, profile, people_only=people_only)
    folder = out or study.folder / "reports"
    index = write(findings, folder)
    try:
        return Built(findings, index, write_tables(findings, folder / "tables"))
    except Refused as refusal:
        return Built(findings, index, left=str(refusal))


def _for_readers(study: Study, profile: str, *, people_only: bool) -> Findings:
    from crosscase.profile import SeenStudy, findings_for

    _trust(study)
    suggestions = load_suggestions(study) if not people_only and wants_suggestions(study) else ()
    findings = findings_for(study, profile, suggestions or ())
    # Clusters are the machine's words on passages as they stand in the texts: nobody but the team may see those.
    for_the_team = not isinstance(findings.study, SeenStudy)
    if people_only or not for_the_team:
        return findings
    return replace(findings, exploration=load_exploration(study), learning=load_learning(study))


def _trust(study: Study) -> None:
    """Refuse to build anything for anyone where it isn't certain for whom: the settings couldn't be read whole."""
    if SETTINGS in study.unreadable:
        wrong = next(problem for problem in study.problems if problem.path == SETTINGS)
        raise Refused(f"{wrong}. Until study.yaml is read as a whole, nothing is built, since it says for whom")
