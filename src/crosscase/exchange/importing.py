"""Bringing transcripts into a study: each file becomes a stored text, and is kept as it was received.

A stored text is never written over: someone may have coded it.
"""

import json
import re
import stat
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import Any, Literal

from crosscase.exchange import article
from crosscase.exchange.readers import READERS
from crosscase.exchange.transcript import Transcript, Unreadable, Utterance, renamed, settled
from crosscase.problem import Problem, Refused
from crosscase.source import Kind, count_words, to_text
from crosscase.study import files as disk
from crosscase.study.formats import tables
from crosscase.wording import counted

LOG = "imports.jsonl"
SOURCES = "sources.csv"
LARGEST = 200_000_000
LONGEST_ID = 60

_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of one file: the source it was stored as, and everything that a person should look at.

    `unchanged` says that just this file was imported before. `problem` is one line, empty where all went well;
    `speakers` counts turns by name, in the order in which they first speak.
    """

    file: str
    status: Literal["imported", "unchanged", "failed"]
    source_id: str = ""
    reader: str = ""
    turns: int = 0
    speakers: dict[str, int] = field(default_factory=dict)
    words: int = 0
    dropped: tuple[str, ...] = ()
    guessed: tuple[str, ...] = ()
    problem: str = ""
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a source beyond its text; it goes to `sources.csv`. A document is stored as it stands."""

    kind: Kind | Literal[""] = ""
    case_id: str = ""
    date: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class _Target:
    study: Path
    transcripts: str
    known: Collection[str]
    about: About

    @property
    def into(self) -> Path:
        return self.study / self.transcripts


def import_files(
    folder: Path,
    files: Sequence[Path],
    *,
    transcripts: str = "transcripts",
    known: Collection[str] = (),
    about: About = About(),
) -> tuple[ImportReport, ...]:
    """Import files, and the readable ones in folders, in the order given; one report each, good or bad.

    Texts go to `<transcripts>/<source id>.txt`, the files themselves and a log of the imports to
    `<transcripts>/original/`. `known` are ids of sources that exist already; `about` holds for each of the files. A bad
    file never stops the others.
    Raises `Refused` if `transcripts` leads out of the study.
    """
    if PurePath(transcripts).is_absolute() or ".." in PurePath(transcripts).parts:
        raise Refused(f"the folder for transcripts leads out of the study: {transcripts}; name one inside it")
    target = _Target(folder, transcripts, known, about)
    return tuple(_import(path, target) for path in _expanded(files))


def source_id(name: str) -> str:
    """The id of a source made from its file's name: letters, digits, `-` and `_`; empty where none are left."""
    stem = unicodedata.normalize("NFC", PurePath(name).stem)
    plain = re.sub(r"[^\w-]+", "-", stem)
    short = re.sub(r"-{2,}", "-", plain).strip("-_")[:LONGEST_ID].strip("-_")
    return f"{short}-1" if _RESERVED.fullmatch(short) else short


def _expanded(files: Iterable[Path]) -> Iterator[Path]:
    """The files themselves, and for a folder the readable ones in it; Word's lock files and hidden ones are not."""
    for path in files:
        yield from [file for file in _listing(path) if file.suffix.lower() in READERS] or [path]


def _listing(path: Path) -> list[Path]:
    try:
        found = sorted(path.iterdir())
    except OSError:
        return []
    return [file for file in found if file.is_file() and not file.name.startswith((".", "~$"))]


def _import(path: Path, target: _Target) -> ImportReport:
    report = ImportReport(str(path), "failed", source_id(path.name), path.suffix.lower().removeprefix("."))
    problem = _unfit(path, report.source_id)
    if problem:
        return replace(report, problem=problem, source_id="")
    try:
        data = path.read_bytes()
    except OSError as error:
        return replace(report, problem=f"it can't be read: {disk.reason(error)}", source_id="")
    try:
        target.study.mkdir(parents=True, exist_ok=True)
        # Whoever imports at the same time waits here, so that both find what the other stored.
        with disk.lock(target.study):
            return _take_in(report, path.name, data, target)
    except (Unreadable, Refused) as error:
        return replace(report, problem=str(error), source_id="")
    except OSError as error:
        return replace(report, problem=f"it can't be stored: {disk.reason(error)}", source_id="")


def _unfit(path: Path, id: str) -> str:
    """Why a file can't be imported whatever is in it; empty where nothing speaks against it."""
    try:
        found = path.stat()
    except OSError as error:
        return f"it can't be found: {disk.reason(error)}; look at the spelling and whether you may read it"
    if stat.S_ISDIR(found.st_mode):
        return f"the folder holds no file that can be read; crosscase reads {', '.join(READERS)}"
    if not stat.S_ISREG(found.st_mode):
        return "it isn't a file; give the transcript itself"
    if path.suffix.lower() not in READERS:
        return f"files ending in {path.suffix or 'nothing'} can't be read; save it as one of {', '.join(READERS)}"
    if found.st_size > LARGEST:
        return "it is larger than 200 MB; save its text alone"
    return "" if id else f"its name holds no letter or digit; rename it, for example to P01{path.suffix}"


def _read(data: bytes, reader: Callable[[bytes], Transcript]) -> Transcript:
    """What the reader for such files makes of it. Raises `Unreadable`, whatever is wrong with the file."""
    try:
        return reader(data)
    except Unreadable:
        raise
    except Exception as error:  # the libraries that read other people's formats raise anything
        why = " ".join(f"{type(error).__name__} {error}".split())[:120]
        raise Unreadable(f"it is damaged ({why}); open it in the program that made it, and save it again") from error


def _take_in(report: ImportReport, name: str, data: bytes, target: _Target) -> ImportReport:
    """Store one file's text, or find that this was done before. Raises `Unreadable` or `Refused`."""
    into = target.into
    log = _log(into / "original" / LOG)
    there = _existing(into, report.source_id, target.known)
    if there and _was_imported(report.source_id, name, data, into, log):
        return replace(report, status="unchanged")
    if there:
        raise Refused(
            f"{there} is already in the study with other content; rename the new file to import it as another source"
        )
    as_document = target.about.kind == "document"
    transcript = _read(data, article.reader(name) if as_document else READERS[PurePath(name).suffix.lower()])
    turns = transcript.turns if as_document else settled(transcript.turns)
    if not turns:
        raise Unreadable("it holds no words; look whether the right file was saved")
    same = [entry["source"] for entry in log if entry["sha256"] == disk.sha256(data)]
    text = article.to_text(transcript) if as_document else to_text(turns)
    done = _described(report, transcript, turns, same)
    if as_document:
        done = replace(done, guessed=transcript.guessed, notices=tuple(_notices(text)))
    _keep(done, name, data, text, target)
    return done


def _notices(text: str) -> Iterator[str]:
    """What looks like a page's own notices, each with its beginning."""
    for start, end, kind in article.boilerplate(text):
        words = " ".join(text[start:end].split())
        yield f"{kind}: “{words[:60]}{'…' if len(words) > 60 else ''}” ({start} to {end})"


def _described(
    report: ImportReport, transcript: Transcript, turns: Sequence[Utterance], same: Sequence[str]
) -> ImportReport:
    speakers = Counter(turn.speaker for turn in turns if turn.speaker not in ("", "Unknown"))
    silent = len(transcript.turns) - len(turns)
    guessed = [*transcript.guessed, *renamed(transcript.turns)]
    if same:
        guessed.append(f"the same file was imported before as {same[0]}")
    if not speakers:
        guessed.append(
            f"no speakers found: every turn stands without a name; write `Name: ` before each turn in {report.file}"
        )
    elif len(speakers) == 1:
        guessed.append(f"only one speaker found, {next(iter(speakers))}: look whether the names of others are missing")
    return replace(
        report,
        status="imported",
        turns=len(turns),
        speakers=dict(speakers),
        words=sum(count_words(turn.words) for turn in turns),
        dropped=(*transcript.dropped, *((f"{counted(silent, 'turn')} without words",) if silent else ())),
        guessed=tuple(guessed),
    )


def _existing(into: Path, id: str, known: Collection[str]) -> str:
    """The file, or the id, that this source would take the place of; case doesn't tell files apart everywhere."""
    stored = next((path.name for path in sorted(into.glob("*.txt")) if path.stem.casefold() == id.casefold()), "")
    return stored or next((other for other in known if other.casefold() == id.casefold()), "")


def _was_imported(id: str, name: str, data: bytes, into: Path, log: Sequence[dict[str, str]]) -> bool:
    if any(entry["source"] == id and entry["sha256"] == disk.sha256(data) for entry in log):
        return True
    return any(path.is_file() and path.read_bytes() == data for path in (into / "original" / name, into / f"{id}.txt"))


def _log(path: Path) -> list[dict[str, str]]:
    """The imports so far; lines that someone spoiled count for nothing."""
    if not path.is_file():
        return []
    entries = [_entry(line) for line in path.read_bytes().splitlines()]
    return [entry for entry in entries if "source" in entry and "sha256" in entry]


def _entry(line: bytes) -> dict[str, str]:
    try:
        entry = json.loads(line)
    except ValueError:
        return {}
    return entry if isinstance(entry, dict) else {}


def _keep(report: ImportReport, name: str, data: bytes, text: str, target: _Target) -> None:
    """Write the original, the log and the text together: a text without its original can't happen."""
    study, transcripts = target.study, target.transcripts
    original, log = (f"{transcripts}/original/{part}" for part in (name, LOG))
    before = _bytes(study / original)
    if before not in (None, data):
        raise Refused(f"{name} is already kept in {transcripts}/original with other content; rename the new file")
    logged = _bytes(study / log)
    disk.write_all(
        study,
        (
            disk.Change(original, data, _sha256(before)),
            disk.Change(f"{transcripts}/{report.source_id}.txt", text.encode(), None),
            disk.Change(log, _appended(logged or b"", _logged(report, name, data)), _sha256(logged)),
            *_row(report.source_id, target),
        ),
    )


def _row(source_id: str, target: _Target) -> Iterator[disk.Change]:
    """The source's row in `sources.csv`, where there is anything to say of it."""
    about = target.about
    cells = {"kind": about.kind, "title": about.title, "date": about.date, "case": about.case_id}
    told = {name: value for name, value in cells.items() if value}
    if told:
        before = _bytes(target.study / SOURCES)
        problems: list[Problem] = []
        text = (before or b"").decode("utf-8-sig", errors="replace")
        list(tables.source_rows(text, SOURCES, problems))
        if problems:
            raise Refused(f"{problems[0]} (nothing was stored)")
        made = tables.rows_edited(text or "id,kind,title,date,case\n", {source_id: {"id": source_id, **told}})
        yield disk.Change(SOURCES, made.encode(), _sha256(before))


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _sha256(data: bytes | None) -> str | None:
    return None if data is None else disk.sha256(data)


def _appended(log: bytes, entry: dict[str, Any]) -> bytes:
    line = json.dumps(entry, ensure_ascii=False).encode() + b"\n"
    return log + (b"" if not log or log.endswith(b"\n") else b"\n") + line


def _logged(report: ImportReport, name: str, data: bytes) -> dict[str, Any]:
    return {
        "file": name,
        "sha256": disk.sha256(data),
        "source": report.source_id,
        "reader": report.reader,
        "turns": report.turns,
        "words": report.words,
        "speakers": report.speakers,
        "dropped": report.dropped,
        "guessed": report.guessed,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
