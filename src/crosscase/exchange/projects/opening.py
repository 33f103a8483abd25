"""Which reader a project's file is for; and the lists of what came from such projects before."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from crosscase.exchange.importing import whole
from crosscase.exchange.projects import codebooks, comments, qualcoder, refi, taguette
from crosscase.exchange.projects.intake import Ledger
from crosscase.exchange.projects.project import Project
from crosscase.exchange.projects.tables import opened
from crosscase.exchange.transcript import Unreadable
from crosscase.study import Study
from crosscase.study import files as disk

LARGEST = 2_000_000_000
ENDINGS = (".qdpx", ".qde", ".qdc", ".sqlite3", ".qda")


def is_project(path: Path) -> bool:
    """Whether a file or folder is another program's project, by its ending."""
    return path.suffix.casefold() in ENDINGS


def read(path: Path, name: str = "") -> Project:
    """The project of a file; `name` says which one, where a database holds several. Raises `Unreadable`."""
    try:
        if path.suffix.casefold() == ".qda":
            return qualcoder.read(path)
        if path.suffix.casefold() == ".sqlite3":
            return _database(path, name)
        if path.stat().st_size > LARGEST:
            raise Unreadable("it is larger than 2 GB; export the project without its media")
        return refi.read(whole(path))
    except OSError as error:
        raise Unreadable(f"it can't be read: {disk.reason(error)}") from error


def read_comments(path: Path, study: Study, colours: Mapping[str, str]) -> Project:
    """The comments and coloured passages of a Word document as codings. Raises `Unreadable`."""
    data = whole(path)
    known = {name.casefold() for code in study.codebook.codes for name in (code.id, code.name)}
    return comments.read(data, path.stem, known, colours)


def read_codebook(path: Path) -> Project:
    """The codes of a table in CSV, a workbook or a Word document. Raises `Unreadable`."""
    try:
        return codebooks.read(path)
    except OSError as error:
        raise Unreadable(f"it can't be read: {disk.reason(error)}") from error


def _database(path: Path, name: str) -> Project:
    if not path.is_file():
        raise Unreadable("it isn't there; look at the spelling")
    with opened(path) as tables:
        is_qualcoder = "code_text" in tables
    return qualcoder.read(path) if is_qualcoder else taguette.read(path, name)


def present(path: Path) -> bytes | None:
    """The bytes of a file; None where there is none."""
    return path.read_bytes() if path.is_file() else None


def is_ours(path: Path) -> bool:
    """Whether crosscase wrote a file that is there: only such a one is written over."""
    try:
        return read(path).origin.startswith("crosscase")
    except Unreadable:
        return False


def ledger(study: Study) -> Ledger:
    """What came into a study from other programs before."""
    return Ledger.read(_lists(study))


def _lists(study: Study) -> Iterator[bytes]:
    folder = study.folder / study.settings.transcripts / "original"
    for path in sorted(folder.glob("*.project.jsonl")):
        if path.is_file():
            yield path.read_bytes()
