"""Bringing transcripts into a study: each file becomes a stored text, and is kept as it was received.

A stored text is never written over unless that is wished (`replaces`): someone may have coded it.
"""

import re
import stat
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import Any, Literal

from crosscase.asking import Asker
from crosscase.exchange import article
from crosscase.exchange.keeping import LOG, appended, aside_table, entries_of, latest
from crosscase.exchange.patterns import TIME_INSIDE, NamePattern
from crosscase.exchange.readers import READERS, TEXTS, TYPED
from crosscase.exchange.text import encoding_of
from crosscase.exchange.transcript import Aside, Transcript, Unreadable, Utterance, as_name, renamed, settled
from crosscase.problem import Problem, Refused
from crosscase.source import NOBODY, Kind, Role, count_words, parse, to_text
from crosscase.study import files as disk
from crosscase.study import load
from crosscase.study.formats import speakers, tables
from crosscase.study.formats.shape import LONGEST_ID, RESERVED
from crosscase.study.formats.speakers import SpeakerRow
from crosscase.study.listing import natural
from crosscase.study.roles import Roles, undecided_asker
from crosscase.wording import counted, first_of

SOURCES = "sources.csv"
MEDIA = frozenset({".mp3", ".m4a", ".wav", ".mp4", ".aac", ".flac", ".ogg", ".mov", ".webm"})
LARGEST = 200_000_000
MOST_TOLD = 5


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of one file: the source it was stored as, and everything that a person should look at.

    `unchanged` says that just this file was imported before, `skipped` that it is no transcript and lay in a folder
    that was given; `read` that nothing was stored, as was wished. `problem` is one line, empty where all went well.
    `speakers` counts turns by name, in the order in which they first speak; `roles` and `shares` (of all words, 0 to 1)
    are by the same names. `times` counts turns with a time. `aside` are the lines that are nobody's words. `moved` and
    `lost` are the codings of a text that was replaced. `read_turns` are there only where they are to be shown.
    """

    file: str
    status: Literal["imported", "replaced", "unchanged", "failed", "skipped", "read"]
    source_id: str = ""
    reader: str = ""
    layout: str = ""
    encoding: str = ""
    turns: int = 0
    times: int = 0
    speakers: dict[str, int] = field(default_factory=dict)
    shares: dict[str, float] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)
    words: int = 0
    dropped: tuple[str, ...] = ()
    guessed: tuple[str, ...] = ()
    aside: tuple[Aside, ...] = ()
    problem: str = ""
    notices: tuple[str, ...] = ()
    media: str = ""
    moved: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    read_turns: tuple[Utterance, ...] = ()


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a source beyond its text; it goes to `sources.csv`. A document is stored as it stands."""

    kind: Kind | Literal[""] = ""
    case_id: str = ""
    date: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Wishes:
    """How files are to be taken in.

    `names` is how speakers' names are written, `interviewers` and `participants` say who does what. Without `stores`
    nothing is written; `replaces` puts a corrected file in its source's place; `media` is the one file's recording.
    """

    names: NamePattern | None = None
    interviewers: tuple[str, ...] = ()
    participants: tuple[str, ...] = ()
    stores: bool = True
    shows_turns: bool = False
    replaces: bool = False
    media: Path | None = None


@dataclass(frozen=True, slots=True)
class _Target:
    study: Path
    transcripts: str
    known: Collection[str]
    about: About
    wishes: Wishes
    roles: Roles
    taken: dict[str, tuple[str, str]] = field(default_factory=dict)
    """By each source's id, the file of this import that it was made of, and that file's hash."""

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
    wishes: Wishes = Wishes(),
    roles: Roles | None = None,
) -> tuple[ImportReport, ...]:
    """Import files, and the readable ones in folders, in the order given; one report each, good or bad.

    Texts go to `<transcripts>/<source id>.txt`, the files themselves, what was left aside and a log of the imports to
    `<transcripts>/original/`. `known` are ids of sources that exist already; `about` holds for each of the files,
    `roles` is who asks and who takes part in the study. A bad file never stops the others.
    Raises `Refused` if `transcripts` leads out of the study.
    """
    if PurePath(transcripts).is_absolute() or ".." in PurePath(transcripts).parts:
        raise Refused(f"the folder for transcripts leads out of the study: {transcripts}; name one inside it")
    target = _Target(folder, transcripts, known, about, wishes, roles or Roles())
    return tuple(report for path in files for report in _import_all(path, target))


def source_id(name: str) -> str:
    """The id of a source made from its file's name."""
    return id_of(PurePath(name).stem)


def id_of(name: str) -> str:
    """An id made of a name: letters, digits, `-` and `_`; empty where none are left."""
    plain = re.sub(r"[^\w-]+", "-", unicodedata.normalize("NFC", name))
    short = re.sub(r"-{2,}", "-", plain).strip("-_")[:LONGEST_ID].strip("-_")
    return f"{short}-1" if RESERVED.fullmatch(short) else short


def _import_all(path: Path, target: _Target) -> Iterator[ImportReport]:
    """A file; or every file in a folder, each imported or named. Word's lock files and hidden ones are nobody's."""
    there = _listing(path)
    if not any(file.suffix.lower() in READERS and file.is_file() for file in there):
        yield _import(path, target)
        return
    for file in there:
        if file.is_dir() or file.suffix.lower() not in READERS:
            yield ImportReport(str(file), "skipped", problem=_why_skipped(file, there))
        else:
            yield _import(file, target)


def _listing(path: Path) -> list[Path]:
    try:
        listed = sorted(path.iterdir(), key=lambda file: (natural(file.stem), file.suffix))
    except OSError:
        return []
    return [file for file in listed if not file.name.startswith((".", "~$"))]


def _why_skipped(file: Path, beside: Sequence[Path]) -> str:
    if file.is_dir():
        return "a folder; give it by itself to import what is in it"
    if file.suffix.lower() in MEDIA:
        texts = [other.name for other in beside if other.stem == file.stem and other.suffix.lower() in READERS]
        return f"the recording of {texts[0]}" if texts else "a recording without a transcript of its name"
    return "no transcript, going by its name"


def _import(path: Path, target: _Target) -> ImportReport:
    report = ImportReport(str(path), "failed", source_id(path.name), path.suffix.lower().removeprefix("."))
    problem = _unfit(path, report.source_id)
    if problem:
        return replace(report, problem=problem, source_id="")
    try:
        data = whole(path)
        _one_of_its_name(report.source_id, path, data, target)
        if not target.wishes.stores:
            return _take_in(report, path, data, target)
        target.study.mkdir(parents=True, exist_ok=True)
        # Whoever imports at the same time waits here, so that both find what the other stored.
        with disk.lock(target.study):
            return _take_in(report, path, data, target)
    except (Unreadable, Refused) as error:
        return replace(report, problem=str(error), source_id="")
    except OSError as error:
        return replace(report, problem=f"it can't be stored: {disk.reason(error)}", source_id="")


def _one_of_its_name(id: str, path: Path, data: bytes, target: _Target) -> None:
    """Refuse the second of two files that would make one source, unless they are the same."""
    other, content = target.taken.setdefault(id.casefold(), (str(path), disk.sha256(data)))
    if content != disk.sha256(data):
        raise Refused(f"{other} of this import is called so too, and holds something else; rename one of them")


def whole(path: Path) -> bytes:
    """The file's bytes, provided that nobody wrote to it meanwhile. Raises `Unreadable`."""
    try:
        before = path.stat()
        data = path.read_bytes()
        after = path.stat()
    except OSError as error:
        raise Unreadable(f"it can't be read: {disk.reason(error)}") from error
    if (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, after.st_size) or len(data) != after.st_size:
        raise Unreadable("it changed while it was read; import it once the program that writes it is done")
    return data


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


def _take_in(report: ImportReport, path: Path, data: bytes, target: _Target) -> ImportReport:
    """Store one file's text, or find that this was done before. Raises `Unreadable` or `Refused`."""
    name, into, wishes = path.name, target.into, target.wishes
    log = entries_of(into / "original" / LOG)
    there = _existing(into, report.source_id, target.known)
    was_imported = bool(there) and _was_imported(report.source_id, name, data, into, log)
    rows = _speaker_rows(report.source_id, target)
    only_looks = wishes.shows_turns and not wishes.replaces
    if was_imported and not wishes.replaces and not only_looks:
        return _unchanged(report, path, target)
    if there and not wishes.replaces and not only_looks:
        raise Refused(
            f"{there} is already in the study with other content; `--replace` puts this file in its place, and a new "
            f"name makes another source of it"
        )
    transcript, turns, text = _read_turns(name, data, report.source_id, rows, target)
    stored = _bytes(into / f"{report.source_id}.txt")
    if was_imported and not only_looks and stored == text.encode():
        return _unchanged(report, path, target)
    same = [entry["source"] for entry in log if entry["sha256"] == disk.sha256(data)]
    done = _described(report, transcript, turns, [] if there else same)
    done = _with_roles(done, text, rows, target)
    if target.about.kind == "document":
        done = replace(done, notices=tuple(_notices(text)))
    if name.lower().endswith(tuple(TEXTS)):
        done = replace(done, encoding=encoding_of(data))
    if wishes.shows_turns:
        done = replace(done, read_turns=tuple(turns))
    media = _media(path, target)
    done = replace(done, media=str(media) if media else "")
    if there and not only_looks:
        return _put_in_place(done, name, data, text, target)
    if not wishes.stores:
        return replace(done, status="read")
    _keep(done, name, data, text, target)
    return done


def _unchanged(report: ImportReport, path: Path, target: _Target) -> ImportReport:
    """The file is there already; what is newly said about it is put down all the same."""
    media = _media(path, target) if target.wishes.media else None
    done = replace(report, status="unchanged", media=str(media or ""))
    names = {turn.speaker for turn in parse((_bytes(target.into / f"{report.source_id}.txt") or b"").decode())}
    changes = [*_row(done, target), *_speakers_change(done, names, target)]
    if target.wishes.stores and changes:
        disk.write_all(target.study, changes)
    return done


def _read_turns(
    name: str, data: bytes, id: str, rows: Sequence[SpeakerRow], target: _Target
) -> tuple[Transcript, Sequence[Utterance], str]:
    """What the file holds: as it was read, as turns under the names that `speakers.csv` gives, and as a text."""
    suffix = PurePath(name).suffix.lower()
    if target.about.kind == "document":
        transcript = _read(data, article.reader(name))
        return _with_words(transcript, transcript.turns), transcript.turns, article.to_text(transcript)
    names = target.wishes.names
    if names is not None and suffix not in TYPED:
        raise Refused(f"how names are written can't be said of {suffix} files, which mark them by themselves")
    reader = READERS[suffix] if names is None else lambda read: READERS[suffix](read, names)
    transcript = _read(data, reader)
    if names is not None and not any(turn.speaker for turn in transcript.turns):
        raise Unreadable(f"no line is written as `{names.template}`; look how names stand in it")
    called = {as_name(old): new for old, new in speakers.renames(rows, id).items()}
    turns = [turn._replace(speaker=called.get(turn.speaker, turn.speaker)) for turn in settled(transcript.turns)]
    return _with_words(transcript, turns), turns, to_text(turns)


def _with_words(transcript: Transcript, turns: Sequence[Utterance]) -> Transcript:
    if not turns:
        raise Unreadable("it holds no words; look whether the right file was saved")
    return transcript


def _speaker_rows(id: str, target: _Target) -> tuple[SpeakerRow, ...]:
    """What `speakers.csv` says of a source, and what was just wished."""
    wished = [
        SpeakerRow(id, name, role=role)
        for role, names in (("interviewer", target.wishes.interviewers), ("participant", target.wishes.participants))
        for name in names
    ]
    return (*target.roles.rows, *wished)


def _notices(text: str) -> Iterator[str]:
    """What looks like a page's own notices, each with its beginning."""
    for start, end, kind in article.boilerplate(text):
        words = " ".join(text[start:end].split())
        yield f"{kind}: “{words[:60]}{'…' if len(words) > 60 else ''}” ({start} to {end})"


def _described(
    report: ImportReport, transcript: Transcript, turns: Sequence[Utterance], same: Sequence[str]
) -> ImportReport:
    named = [turn for turn in turns if turn.speaker not in ("", NOBODY)]
    counts, words = Counter(turn.speaker for turn in named), Counter[str]()
    for turn in named:
        words[turn.speaker] += count_words(turn.words)
    total = sum(count_words(turn.words) for turn in turns)
    silent = len(transcript.turns) - len(turns)
    guessed = [*transcript.guessed, *renamed(transcript.turns)]
    guessed += _times_inside(turns)
    if same:
        guessed.append(f"the same file was imported before as {same[0]}")
    return replace(
        report,
        status="imported",
        layout=transcript.layout,
        turns=len(turns),
        times=sum(bool(turn.time) for turn in turns),
        speakers=dict(counts),
        shares={name: round(words[name] / max(total, 1), 3) for name in counts},
        words=total,
        dropped=(*transcript.dropped, *((f"{counted(silent, 'turn')} without words",) if silent else ())),
        guessed=tuple(guessed),
        aside=transcript.aside,
    )


def _times_inside(turns: Sequence[Utterance]) -> Iterator[str]:
    """Times that stand among the words: they stay there, and that is said."""
    inside = [(turn, match[0].strip()) for turn in turns for match in TIME_INSIDE.finditer(turn.words)]
    if inside:
        first, stamp = inside[0]
        who = f"{first.speaker or 'nobody'}’s “{_short(first.words)}”"
        yield f"{counted(len(inside), 'time')} left within the words, the first {stamp} in {who}"


def _with_roles(report: ImportReport, text: str, rows: Sequence[SpeakerRow], target: _Target) -> ImportReport:
    """The report with what each speaker does, and what is doubtful about that. A document has no speakers."""
    if target.about.kind == "document":
        return report
    roles = replace(target.roles, rows=tuple(rows))
    turns = parse(text, roles.of(report.source_id))
    by_name = {name: roles.of(report.source_id)(name) for name in report.speakers}
    asker = undecided_asker(text, turns, roles.decided(report.source_id))
    doubts = [*_speaker_doubts(report, asker, by_name), *_unheard(report, target)]
    return replace(report, roles=by_name, guessed=(*report.guessed, *doubts))


def _speaker_doubts(report: ImportReport, asker: Asker | None, roles: Mapping[str, Role]) -> Iterator[str]:
    names = list(report.speakers)
    if not names:
        yield "nobody was found who asks: turns that are one question are left out of drafts"
        yield f"no speakers found: every turn stands without a name; write `Name: ` before each turn in {report.file}"
    elif len(names) == 1:
        yield f"only one speaker found, {names[0]}: look whether the names of others are missing"
    elif asker is not None:
        share = f"{asker.questions} of {counted(asker.turns, 'turn')}"
        yield (
            f"nobody was found who asks, but {asker.name} ends {share} with a question: if they ask, say so with "
            f'`--interviewer "{asker.name}"`; until then no draft is made of their words'
        )
    elif "interviewer" not in roles.values():
        yield "nobody was found who asks: name them with `--interviewer NAME`; turns that are one question are left out"


def _unheard(report: ImportReport, target: _Target) -> Iterator[str]:
    """Names that were given and that nobody has in this file."""
    for name in (*target.wishes.interviewers, *target.wishes.participants):
        if as_name(name) not in report.speakers:
            yield f"{name} speaks nowhere in it: speakers are {first_of(list(report.speakers), MOST_TOLD) or 'unnamed'}"


def _existing(into: Path, id: str, known: Collection[str]) -> str:
    """The file, or the id, that this source would take the place of; case doesn't tell files apart everywhere."""
    stored = next((path.name for path in sorted(into.glob("*.txt")) if path.stem.casefold() == id.casefold()), "")
    return stored or next((other for other in known if other.casefold() == id.casefold()), "")


def _was_imported(id: str, name: str, data: bytes, into: Path, log: Sequence[dict[str, Any]]) -> bool:
    """Whether the source was made of just this file, the last time that it was made of one."""
    entry = latest(log, id)
    if entry is not None:
        return bool(entry["sha256"] == disk.sha256(data))
    return any(path.is_file() and path.read_bytes() == data for path in (into / "original" / name, into / f"{id}.txt"))


def _keep(report: ImportReport, name: str, data: bytes, text: str, target: _Target) -> None:
    """Write the original, the log and the text together: a text without its original can't happen."""
    transcript = f"{target.transcripts}/{report.source_id}.txt"
    changes = [disk.Change(transcript, text.encode(), None), *_beside(report, name, data, target)]
    before = _bytes(target.study / target.transcripts / "original" / name)
    if before not in (None, data):
        raise Refused(
            f"{name} is already kept in {target.transcripts}/original with other content; rename the new file"
        )
    disk.write_all(target.study, changes)


def _beside(report: ImportReport, name: str, data: bytes, target: _Target) -> list[disk.Change]:
    """All that is written with a text: the file as received, what was left aside, the log, rows of the tables."""
    original = f"{target.transcripts}/original"
    logged = _bytes(target.study / original / LOG) or b""
    new = {
        f"{original}/{name}": data,
        f"{original}/{LOG}": appended(logged, _logged(report, name, data)),
        f"{original}/{report.source_id}.aside.csv": aside_table(report.aside) if report.aside else None,
    }
    changes = []
    for path, content in new.items():
        before = _bytes(target.study / path)
        if content is not None or before is not None:
            changes.append(disk.Change(path, content, _sha256(before)))
    return [*changes, *_row(report, target), *_speakers_change(report, report.speakers, target)]


def _put_in_place(report: ImportReport, name: str, data: bytes, text: str, target: _Target) -> ImportReport:
    """Put a corrected file in its source's place; what becomes of its codings is in the report, stored or not."""
    from crosscase.study import decisions

    study = load(target.study)
    if study.source(report.source_id) is None:
        ids = [source.id for source in study.sources if source.id.casefold() == report.source_id.casefold()]
        raise Refused(f"the study has {ids[0] if ids else 'no such source'}; give the file just this name")
    moves = decisions.replacing(study, report.source_id, text)
    report = replace(report, moved=tuple(map(_moved, moves.moved)), lost=tuple(map(_lost, moves.lost)))
    if not target.wishes.stores:
        return replace(report, status="read")
    decisions.replace_source(study, report.source_id, text, beside=_replaced(report, name, data, target))
    return replace(report, status="replaced")


def _replaced(report: ImportReport, name: str, data: bytes, target: _Target) -> list[disk.Change]:
    """The files beside a text that is replaced; what they were is kept under the beginning of its hash."""
    original = f"{target.transcripts}/original"
    changes = {change.path: change for change in _beside(report, name, data, target)}
    entry = latest(entries_of(target.study / original / LOG), report.source_id)
    received = f"{original}/{PurePath(entry['file'] if entry else name).name}"
    for path in (f"{target.transcripts}/{report.source_id}.txt", received):
        former = _bytes(target.study / path)
        if former is None or (path == received and former == data):
            continue
        kept = f"{original}/replaced/{disk.sha256(former)[:8]}-{PurePath(path).name}"
        changes[kept] = disk.Change(kept, former, _sha256(_bytes(target.study / kept)))
        if path == received and path not in changes:
            changes[path] = disk.Change(path, None, disk.sha256(former))
    return list(changes.values())


def _moved(move: tuple[Any, Any]) -> str:
    old, new = move
    return f"{new.coder}’s `{new.id}`: {old.start} to {new.start}, “{_short(new.quote)}”"


def _lost(coding: Any) -> str:
    return f"{coding.coder}’s `{coding.id}` ({coding.code_id}): “{_short(coding.quote)}”"


def _short(quote: str) -> str:
    words = " ".join(quote.split())
    return words if len(words) <= 60 else words[:59] + "…"


def _row(report: ImportReport, target: _Target) -> Iterator[disk.Change]:
    """The source's row in `sources.csv`, where there is anything to say of it."""
    about, source_id = target.about, report.source_id
    cells = {"kind": about.kind, "title": about.title, "date": about.date, "case": about.case_id}
    if report.media:
        cells |= {"media": report.media, "media_sha256": _sha256_of(target.study / report.media)}
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


def _speakers_change(report: ImportReport, names: Collection[str], target: _Target) -> Iterator[disk.Change]:
    """Rows of `speakers.csv` for those who were said to ask, or to take part, and who speak in the source."""
    wished = _speaker_rows(report.source_id, target)[len(target.roles.rows) :]
    heard = [replace(row, name=as_name(row.name)) for row in wished if as_name(row.name) in names]
    if heard:
        before = _bytes(target.study / speakers.PATH)
        text = speakers.with_rows((before or b"").decode("utf-8-sig", errors="replace"), heard)
        yield disk.Change(speakers.PATH, text.encode(), _sha256(before))


def _media(path: Path, target: _Target) -> Path | None:
    """The recording of a file: the one that was named, or one of its name beside it."""
    given = target.wishes.media
    beside = [file for file in _listing(path.parent) if file.stem == path.stem and file.suffix.lower() in MEDIA]
    media = given or (beside[0] if beside else None)
    if media is None:
        return None
    if not media.is_file():
        raise Refused(f"there is no recording {media}; look at the spelling")
    whole, study = media.resolve(), target.study.resolve()
    return whole.relative_to(study) if whole.is_relative_to(study) else whole


def _sha256_of(path: Path) -> str:
    """The hash of a file that may be large."""
    import hashlib

    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _sha256(data: bytes | None) -> str | None:
    return None if data is None else disk.sha256(data)


def _logged(report: ImportReport, name: str, data: bytes) -> dict[str, Any]:
    return {
        "file": name,
        "sha256": disk.sha256(data),
        "source": report.source_id,
        "reader": report.reader,
        "layout": report.layout,
        "encoding": report.encoding,
        "turns": report.turns,
        "words": report.words,
        "speakers": report.speakers,
        "dropped": report.dropped,
        "guessed": report.guessed,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
