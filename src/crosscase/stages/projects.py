"""Other programs' projects: brought in, with a report on what came, what didn't, and which places are doubtful."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from crosscase.problem import Refused
from crosscase.study import Study, load
from crosscase.wording import day

if TYPE_CHECKING:
    from crosscase.exchange.importing import ImportReport
    from crosscase.exchange.projects.conformance import Finding
    from crosscase.exchange.projects.intake import Arrival
    from crosscase.exchange.projects.project import NotCarried


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of one project's file; `problem` is one line, empty where it could be read."""

    file: str
    arrival: "Arrival | None" = None
    written: bool = False
    problem: str = ""


def is_project(path: Path) -> bool:
    """Whether a file or folder is another program's project, by its ending."""
    from crosscase.exchange.projects import opening

    return opening.is_project(path)


def bring(
    study: Study,
    path: Path,
    *,
    as_coders: Sequence[str] = (),
    kind: str = "",
    name: str = "",
    finished: bool = False,
    comments: bool = False,
    codebook: bool = False,
    highlights: Sequence[str] = (),
    dry_run: bool = False,
) -> Brought:
    """Take another program's project into a study, all or none; with `dry_run`, only say what would come.

    Raises `Refused`, with nothing written, if a coder can't be one, or the study can't take it.
    """
    from crosscase.exchange.projects import opening
    from crosscase.exchange.projects.intake import Options, arrival
    from crosscase.exchange.transcript import Unreadable
    from crosscase.study import decisions

    coders, coder = _coders(as_coders)
    try:
        if comments:
            project = opening.read_comments(path, study, _colours(highlights))
        else:
            project = opening.read_codebook(path) if codebook else opening.read(path, name)
    except Unreadable as error:
        return Brought(str(path), problem=str(error))
    came = arrival(project, study, Options(coders, coder, kind, finished, comments), opening.ledger(study))
    if dry_run or came.is_empty:
        return Brought(str(path), came)
    decisions.bring_in(study, came.intake)
    return Brought(str(path), came, written=True)


def bring_all(folder: Path, paths: Sequence[Path], **how: object) -> tuple[Brought, ...]:
    """Take several projects in, one after the other; see `bring`."""
    # The study is loaded for each anew, since the one before may have written into it.
    return tuple(bring(load(folder), path, **how) for path in paths)  # type: ignore[arg-type]


def _colours(said: Sequence[str]) -> Mapping[str, str]:
    """`COLOUR=CODE` for each colour that stands for a code."""
    wrong = next((pair for pair in said if "=" not in pair), None)
    if wrong is not None:
        raise Refused(f"`{wrong}` doesn't say which code the colour stands for; write it as yellow=CODE")
    return {colour.strip(): code.strip() for colour, _, code in (pair.partition("=") for pair in said)}


def _coders(said: Sequence[str]) -> tuple[Mapping[str, str], str]:
    """`NAME=ID` for one user of the project, or an id alone for all the others."""
    pairs = [pair.rpartition("=")[::2] for pair in said if "=" in pair]
    alone = [coder for coder in said if "=" not in coder]
    if len(alone) > 1:
        raise Refused(f"the codings can't be by {' and '.join(alone)} alike; write NAME={alone[0]} for each user")
    return {name.strip(): coder.strip() for name, coder in pairs}, alone[0] if alone else ""


def arrival_page(
    folder: Path, path: Path, brought: Sequence[Brought] = (), reports: "Sequence[ImportReport]" = ()
) -> None:
    """Write what came of an import as one page that travels alone. Raises `Refused` where another file stands."""
    from datetime import date
    from importlib.metadata import version

    from crosscase.pages import arrived
    from crosscase.study import files

    there = check_page(path)
    projects = [
        arrived.project(number, each.file, each.arrival, written=each.written, problem=each.problem)
        for number, each in enumerate(brought, 1)
    ]
    transcripts = [arrived.transcript(number, report) for number, report in enumerate(reports, 1 + len(projects))]
    stamp = f"Written by crosscase {version('crosscase')} on {day(date.today().isoformat())}."
    text = arrived.page(load(folder).settings.title, [*projects, *transcripts], stamp)
    files.write(path, text.encode(), read=None if there is None else files.sha256(there))


def check_page(path: Path) -> bytes | None:
    """The page that is there already, if one is. Raises `Refused` if it is another file, or no page by its name."""
    from crosscase.exchange.projects import opening
    from crosscase.pages import arrived

    if path.suffix.casefold() not in (".html", ".htm"):
        raise Refused(f"{path} would be no page; let its name end in .html")
    there = opening.present(path)
    if there is not None and f'content="{arrived.MARK}"'.encode() not in there[:2000]:
        raise Refused(f"{path} is there, and isn't the page of an import; name another file")
    return there


@dataclass(frozen=True, slots=True)
class Sent:
    """A project that was written for other programs: where, for whom, and what it doesn't hold."""

    path: Path
    profile: str
    lost: "tuple[NotCarried, ...]"
    codings: int


def send(study: Study, path: Path, *, receiver: str = "", profile: str = "") -> Sent:
    """Write the study as a REFI-QDA project (.qdpx), or its codebook (.qdc, or Taguette's .csv).

    Raises `Refused` if the file is no such project by its name, or is there and was not written by crosscase.
    """
    from crosscase.exchange.projects import opening, outgoing, refi_writing
    from crosscase.exchange.projects.intake import Ledger
    from crosscase.profile import findings_for
    from crosscase.study import files

    if path.suffix not in (".qdpx", ".qdc", ".csv"):
        raise Refused(f"{path} would be no project; name it .qdpx, or .qdc or .csv for the codebook alone")
    there = opening.present(path)
    if there is not None and not (opening.is_ours(path) or there.startswith(outgoing.TAGUETTE_HEAD)):
        raise Refused(f"{path} is there, and crosscase didn't write it; name another file")
    profile = profile or study.settings.profile
    is_team = profile == "team"
    # What others may see goes without the guids and ids by which it would be known again.
    seen = study if is_team else findings_for(study, profile).study
    ledger = opening.ledger(study) if is_team else Ledger()
    project = outgoing.project_of(seen, ledger)
    if path.suffix == ".csv":
        data = outgoing.taguette_csv(seen)
    elif path.suffix == ".qdc":
        data = refi_writing.write_codebook(project)
    else:
        beside = {outgoing.OWN: outgoing.own_of(seen, ledger)} if is_team and not receiver else {}
        data = refi_writing.write(project, receiver, beside=beside)  # type: ignore[arg-type]
    files.write(path, data, read=None if there is None else files.sha256(there))
    return Sent(path, profile, refi_writing.lost(project) if path.suffix == ".qdpx" else (), len(project.codings))


def conformance(path: Path) -> "tuple[Finding, ...]":
    """Where a REFI-QDA file departs from the standard, and what programs would trip over. Raises `Refused`."""
    from crosscase.exchange.projects import opening
    from crosscase.exchange.projects.conformance import check

    data = opening.present(path)
    if data is None:
        raise Refused(f"{path} is not there; name a .qdpx, .qde or .qdc")
    return check(data)


def send_documents(study: Study, folder: Path, *, profile: str = "") -> tuple[Path, ...]:
    """Write each coded text as a Word document with its codings as comments. Raises `Refused` if one is there."""
    from crosscase.exchange.projects.comments_writing import write_documents
    from crosscase.profile import findings_for

    profile = profile or study.settings.profile
    return write_documents(study if profile == "team" else findings_for(study, profile).study, folder)
