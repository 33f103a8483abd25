"""Other programs' projects: brought in, with a report on what came, what didn't, and which places are doubtful."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from crosscase.problem import Refused
from crosscase.study import Study, load

if TYPE_CHECKING:
    from crosscase.exchange.projects.intake import Arrival


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
        project = opening.read(path, name)
    except Unreadable as error:
        return Brought(str(path), problem=str(error))
    came = arrival(project, study, Options(coders, coder, kind, finished), opening.ledger(study))
    if dry_run or came.is_empty:
        return Brought(str(path), came)
    decisions.bring_in(study, came.intake)
    return Brought(str(path), came, written=True)


def bring_all(folder: Path, paths: Sequence[Path], **how: object) -> tuple[Brought, ...]:
    """Take several projects in, one after the other; see `bring`."""
    # The study is loaded for each anew, since the one before may have written into it.
    return tuple(bring(load(folder), path, **how) for path in paths)  # type: ignore[arg-type]


def _coders(said: Sequence[str]) -> tuple[Mapping[str, str], str]:
    """`NAME=ID` for one user of the project, or an id alone for all the others."""
    pairs = [pair.rpartition("=")[::2] for pair in said if "=" in pair]
    alone = [coder for coder in said if "=" not in coder]
    if len(alone) > 1:
        raise Refused(f"the codings can't be by {' and '.join(alone)} alike; write NAME={alone[0]} for each user")
    return {name.strip(): coder.strip() for name, coder in pairs}, alone[0] if alone else ""
