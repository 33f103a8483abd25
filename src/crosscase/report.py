"""Write a report: the pages of a study's findings, as files in a folder of their own; and its tables.

A folder is only ever written into when it is empty or holds a former report; what is not ours is left alone.
"""

import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from crosscase.exchange.document import DOCUMENT, write_document
from crosscase.exchange.export import WORKBOOK, export
from crosscase.exchange.workbook import MATRICES, write_matrices
from crosscase.exhibits import considered, laid_out, to_document, to_latex, to_markdown, to_table
from crosscase.exhibits import exhibits as draw
from crosscase.framework import Findings
from crosscase.pages import addresses, assets, page, pages, render, text, texts
from crosscase.pages.links import INDEX, file_name
from crosscase.pages.weight import lean
from crosscase.problem import Refused, nearest
from crosscase.study import Settings, files

MARKER = ".crosscase-report"
TABLES = "tables"
SINGLE = "single-file"

_DATED = re.compile(r"(Made with crosscase \S+) on \d{1,2} \w+ \d{4}(?= from)")
_OURS = re.compile(r"[A-Za-z0-9._~-]+\.html|assets/[A-Za-z0-9._~-]+\.(css|js|woff2|txt)")
_OF_A_STUDY = {
    "codebook",
    "cases",
    "codings",
    "charts",
    "typologies",
    "themes",
    "exhibits",
    "memos",
    "set-aside",
    ".crosscase",
}


def write(findings: Findings, out: Path, *, on: date | None = None) -> Path:
    """Write all pages into `out` and give back the overview's path; `on` is the date printed, today if not given.

    A former report that would differ by nothing but that date stays as it is; what it lacks is put beside it.

    Raises Refused where `out` holds files that are not a former report, or is one of the study's own folders.
    """
    out = out.resolve()
    _refuse_the_study(out, findings.study.folder.resolve(), findings.study.settings)
    with _refusing(out):
        former = _former(out)
        on = on or date.today()
        built = {page.file: lean(page.file, render(page)).encode() for page in pages(findings, on)}
        built |= assets()
        built |= {file: text(findings, source_id, on) for file, source_id in texts(findings, on).items()}
        lacking = {name: content for name, content in built.items() if not (out / name).is_file()}
        if not _is_the_same(out, former, built):
            _put(out, former, built)
        elif lacking:
            _place(out, lacking)
    return out / INDEX


def write_page(findings: Findings, file: str, out: Path, *, on: date | None = None) -> Path:
    """Write one page of the report into the folder `out` so that it needs nothing beside it, and can be mailed.

    Raises Refused where there is no such page, or where `out` holds a report, whose pages it would stand among.
    """
    out = out.resolve()
    _refuse_the_study(out, findings.study.folder.resolve(), findings.study.settings)
    if (out / MARKER).is_file():
        raise Refused(f"{out} holds a report; choose another folder with --out, so that the page stands by itself")
    there = addresses(findings, on)
    if file not in there:
        raise Refused(f"the report has no page {file}; {nearest(file, there)}")
    with _refusing(out):
        out.mkdir(parents=True, exist_ok=True)
        _place(out, {file: render(page(findings, there[file], on), whole=True).encode()})
    return out / file


def write_tables(findings: Findings, out: Path, *, on: date | None = None) -> tuple[Path, ...]:
    """Write what people take away: tidy tables, the exhibits, the matrices as a workbook to edit, a Word document.

    Raises Refused, with all else written, where somebody has edited the workbook or the document.
    """
    with _refusing(out):
        return _tables(findings, out, on)


def undated(page: str) -> str:
    """A page's text without the date on which it was made."""
    return _DATED.sub(r"\1", page)


def _tables(findings: Findings, out: Path, on: date | None) -> tuple[Path, ...]:
    drawn = tuple(draw(findings, laid_out(findings), considered(findings)))
    written = [*export(findings, out, exhibits={one.id: to_table(one) for one in drawn}, on=on)]
    for exhibit in drawn:
        written.append(_table(out / f"exhibit-{file_name(exhibit.id)}.md", to_markdown(exhibit)))
        written.append(_table(out / f"exhibit-{file_name(exhibit.id)}.tex", to_latex(exhibit)))
    written.append(write_matrices(findings, out / MATRICES, on=on))
    tables = [to_document(exhibit) for exhibit in drawn]
    written.append(write_document(findings, out / DOCUMENT, exhibits=tables, themes=findings.study.themes, on=on))
    return tuple(written)


@contextmanager
def _refusing(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Refused(f"{out} could not be written: {files.reason(error)}") from error


def _put(out: Path, former: set[str], built: dict[str, bytes]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    _mark(out, former | built.keys())
    _place(out, built)
    for name in former - built.keys():
        (out / name).unlink(missing_ok=True)
    _mark(out, built.keys())


def _is_the_same(out: Path, former: set[str], built: dict[str, bytes]) -> bool:
    """Whether all pages that are there are those that were built, but for the date."""
    there = {name: content for name, content in built.items() if (out / name).is_file()}
    return former == built.keys() and all(_is_it(out / name, content) for name, content in there.items())


def _is_it(path: Path, content: bytes) -> bool:
    former = path.read_bytes()
    return former == content or (path.suffix == ".html" and undated(_text(path)) == undated(content.decode()))


def _table(path: Path, text: str) -> Path:
    files.write(path, text.encode(), read=files.sha256(path.read_bytes()) if path.is_file() else None)
    return path


def _refuse_the_study(out: Path, folder: Path, settings: Settings) -> None:
    if out == folder or out in folder.parents:
        raise Refused(f"{out} holds the study itself; choose a folder of its own, such as {folder / 'reports'}")
    own = _OF_A_STUDY | {Path(settings.transcripts).parts[0] if settings.transcripts else "transcripts"}
    if folder in out.parents and out.relative_to(folder).parts[0] in own:
        raise Refused(f"{out} is a folder of the study; choose a folder of its own, such as {folder / 'reports'}")


def _former(out: Path) -> set[str]:
    """The pages of a former report in this folder; none where it is empty or not there yet."""
    if not out.exists():
        return set()
    if not out.is_dir():
        raise Refused(f"{out} is a file; choose another folder")
    marker = out / MARKER
    if marker.is_file():
        return {name for name in _text(marker).splitlines() if _OURS.fullmatch(name)}
    if {path.name for path in out.iterdir()} - _own_tables(out) - {SINGLE}:
        raise Refused(f"{out} holds files that are not a crosscase report; choose an empty or a new folder")
    return set()


def _own_tables(out: Path) -> set[str]:
    """The folder into which `export` writes by itself, if it has done so."""
    return {TABLES} if (out / TABLES / WORKBOOK).is_file() else set()


def _text(path: Path) -> str:
    """A file of ours as text; somebody may have spoilt it."""
    return path.read_text(encoding="utf-8", errors="replace")


def _mark(out: Path, names: Iterable[str]) -> None:
    _place(out, {MARKER: ("\n".join(sorted(names)) + "\n").encode()})


def _place(out: Path, files: dict[str, bytes]) -> None:
    """Write files elsewhere first, so that no reader ever meets half a page."""
    with tempfile.TemporaryDirectory(prefix=".crosscase-", dir=out.parent) as beside:
        for name, content in files.items():
            for folder in (Path(beside), out):
                (folder / name).parent.mkdir(exist_ok=True)
            (Path(beside) / name).write_bytes(content)
        for name in files:
            (Path(beside) / name).replace(out / name)
