"""Decisions about whole sources: a corrected text in one's place, one taken out and put back, other names in it."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any

from crosscase.anchoring import Reanchored
from crosscase.case import Participant
from crosscase.coding import READING_ORDER, Coding
from crosscase.disclosure import Edit, Edited, edited
from crosscase.problem import Problem, Refused
from crosscase.source import Source, parse
from crosscase.study import formats
from crosscase.study.decisions.coding import codings_change
from crosscase.study.decisions.deidentifying import source_changes
from crosscase.study.decisions.door import change_of, data_of, decide, source_of, text_of, today
from crosscase.study.files import Change, sha256
from crosscase.study.formats.codings import CodingsFile
from crosscase.study.study import Study

REMOVED = "removed"
ROWS = "rows.jsonl"
_TABLES = ("sources.csv", "participants.csv")
_LOG = "original/imports.jsonl"


@dataclass(frozen=True, slots=True)
class Replacing:
    """What becomes of a source's codings under another text: old and new places, and those without a certain one."""

    moved: tuple[tuple[Coding, Coding], ...]
    lost: tuple[Coding, ...]


def replacing(study: Study, source_id: str, text: str) -> Replacing:
    """What `replace_source` would do to the codings of a source; nothing is written."""
    source = source_of(study, source_id)
    new = _with_text(source, text)
    files = [_anchored(study, reading.coder, new) for reading in study.readings if reading.source_id == source_id]
    moved = [(old, now) for _, places in files for old, now in places.moved if old.start != now.start]
    return Replacing(tuple(moved), tuple(lost.coding for _, places in files for lost in places.lost))


def replace_source(study: Study, source_id: str, text: str, *, beside: Sequence[Change] = ()) -> Study:
    """Put a corrected text in a source's place: its codings find their places again, as after an edit, and keep them.

    A coding without a certain place is lost, as `check` says: it is kept, and waits for a person. `beside` are other
    files of the same act, such as the corrected file itself. Raises `Refused` if a codings file can't be read whole.
    """

    def act(now: Study) -> Iterator[Change]:
        source = source_of(now, source_id)
        if text == source.text:
            raise Refused(f"the text of {source_id} is this already; nothing was changed")
        new = _with_text(source, text)
        yield change_of(now, _text_path(now, source_id), text)
        for reading in now.readings:
            if reading.source_id == source_id:
                file, places = _anchored(now, reading.coder, new)
                found = sorted(places.found, key=READING_ORDER)
                read = formats.codings.reading_of(file, new, found, places.moved, [])
                changed = {old.id: coding for old, coding in places.moved}
                yield codings_change(now, reading.coder, new, changed=changed, reading=read, settles=True)
        yield from beside

    return decide(study, act)


def remove_source(study: Study, source_id: str) -> Study:
    """Take a source out with all that hangs on it: its text and original, codings, verdicts, what is set aside in it,
    its rows. They lie in `removed/<source>/` then, from where `put_back` brings them.

    What rests on its codings (summaries, features) stays, and `check` names it.
    """

    def act(now: Study) -> Iterator[Change]:
        source_of(now, source_id)
        folder = f"{REMOVED}/{source_id}"
        if (now.folder / folder).exists():
            raise Refused(f"{folder} is there already, from another time; move it out of the study first")
        for path in files_of(now, source_id):
            data = data_of(now, path)
            yield Change(f"{folder}/{path}", data, None)
            yield Change(path, None, sha256(data))
        rows: dict[str, Any] = {}
        yield from _without_rows(now, source_id, rows)
        written = json.dumps({"source": source_id, "on": today(), "rows": rows}, ensure_ascii=False)
        yield Change(f"{folder}/{ROWS}", f"{written}\n".encode(), None)

    return decide(study, act)


def put_back(study: Study, source_id: str) -> Study:
    """Bring a source back that was taken out, with all that hung on it. Raises `Refused` where one has its name now."""

    def act(now: Study) -> Iterator[Change]:
        folder = now.folder / REMOVED / PurePosixPath(source_id).name
        if not (folder / ROWS).is_file():
            raise Refused(f"no source `{source_id}` lies in {REMOVED}/; give the name of a folder in it")
        if now.source(source_id) is not None:
            raise Refused(f"the study has a source `{source_id}` again; remove that first")
        for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.name != ROWS):
            name, data = path.relative_to(folder).as_posix(), path.read_bytes()
            if (now.folder / name).exists():
                raise Refused(f"{name} is there again, and would be written over; move it away first")
            yield Change(name, data, None)
            yield Change(f"{REMOVED}/{folder.name}/{name}", None, sha256(data))
        kept = (folder / ROWS).read_bytes()
        yield from _with_rows(now, source_id, _rows_of(kept))
        yield Change(f"{REMOVED}/{folder.name}/{ROWS}", None, sha256(kept))

    return decide(study, act)


def rename_speakers(study: Study) -> Study:
    """Put the names that `speakers.csv` gives into the texts, in place of those before the turns; codings move along.

    Raises `Refused` if a name can't stand before a turn, or codings of an edited text wait to be looked at.
    """

    def act(now: Study) -> Iterator[Change]:
        rows = [row for row, _ in formats.speakers.speakers(text_of(now, formats.speakers.PATH), "", [])]
        renamed: dict[str, dict[str, str]] = {}
        for source in now.sources:
            names = formats.speakers.renames(rows, source.id)
            former = edited(source.text, _label_edits(source, names))
            if former.edits:
                _check_labels(source, former, names)
                renamed[source.id] = names
                yield from source_changes(now, source, former, names)
        if not renamed:
            raise Refused("no name waits to be put into a text; write it in speakers.csv, under `speaker`")
        yield from _participants_change(now, renamed)

    return decide(study, act)


def _text_path(now: Study, source_id: str) -> str:
    return f"{now.settings.transcripts}/{source_id}.txt"


def _with_text(source: Source, text: str) -> Source:
    turns = parse(text, speech=source.kind != "document")
    return replace(source, text=text, turns=turns, sha256=sha256(text.encode()))


def _anchored(now: Study, coder: str, new: Source) -> tuple[CodingsFile, Reanchored]:
    path = f"codings/{coder}/{new.id}.jsonl"
    problems: list[Problem] = []
    file = formats.codings.decode(data_of(now, path), path, coder, new.id, problems)
    if not file.whole:
        raise Refused(f"{path} has a line that can't be read; correct it first (`crosscase check` names it)")
    return file, formats.codings.anchored(file, new, problems)


def files_of(now: Study, source_id: str) -> list[str]:
    """The files that are of this source alone, as paths in the study."""
    original = f"{now.settings.transcripts}/original"
    logged = [entry for entry in log_entries(now) if isinstance(entry.get("file"), str)]
    others = {entry["file"] for entry in logged if entry.get("source") != source_id}
    received = {entry["file"] for entry in logged if entry.get("source") == source_id} - others
    coded = [f"codings/{reading.coder}/{source_id}.jsonl" for reading in now.readings]
    reviewed = [f"reviews/{review.reviewer}/{source_id}.jsonl" for review in now.reviews]
    candidates = [
        _text_path(now, source_id),
        *(f"{original}/{PurePosixPath(name).name}" for name in sorted(received)),
        f"{original}/{source_id}.aside.csv",
        *coded,
        *reviewed,
        f"set-aside/{source_id}.jsonl",
    ]
    return [path for path in dict.fromkeys(candidates) if (now.folder / path).is_file()]


def log_path(now: Study) -> str:
    return f"{now.settings.transcripts}/{_LOG}"


def log_entries(now: Study) -> list[dict[str, Any]]:
    """What is on record of the imports; lines that someone spoiled count for nothing."""
    entries = []
    for line in _log_lines(now):
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        entries += [entry] if isinstance(entry, dict) else []
    return entries


def _log_lines(now: Study) -> list[str]:
    path = log_path(now)
    return text_of(now, path).splitlines() if (now.folder / path).is_file() else []


def _without_rows(now: Study, source_id: str, rows: dict[str, Any]) -> Iterator[Change]:
    """The tables and the log without what they say of a source; `rows` is filled with that."""
    people = [person for person in now.participants if source_id in person.source_ids]
    theirs = {person.id for person in people if person.source_ids == (source_id,)}
    tables = {"sources.csv": {source_id}, "participants.csv": theirs}
    for path, ids in tables.items():
        before = text_of(now, path)
        text, taken = formats.tables.rows_without(before, ids)
        if taken:
            rows[path] = taken
        if path == "participants.csv":
            text = _in_other_sources(text, source_id, people, rows)
        if text != before:
            yield change_of(now, path, text)
    path = formats.speakers.PATH
    text, taken_rows = formats.speakers.without_source(text_of(now, path), source_id)
    if taken_rows:
        rows[path] = taken_rows
        yield change_of(now, path, text)
    yield from _log_change(now, source_id, rows)


def _in_other_sources(text: str, source_id: str, people: Iterable[Participant], rows: dict[str, Any]) -> str:
    """The table of participants in which those who speak elsewhere too are no longer said to speak in the source."""
    staying = [person for person in people if person.source_ids != (source_id,)]
    if staying:
        rows["spoke"] = [person.id for person in staying]
        without = {p.id: replace(p, source_ids=tuple(s for s in p.source_ids if s != source_id)) for p in staying}
        after = [without.get(p.id, p) for p, _ in formats.tables.participants(text, "participants.csv", [])]
        return formats.tables.participants_edited(text, after, path="participants.csv")
    return text


def _log_change(now: Study, source_id: str, rows: dict[str, Any]) -> Iterator[Change]:
    lines = _log_lines(now)
    mine = [line for line in lines if f'"source": {json.dumps(source_id, ensure_ascii=False)}' in line]
    if mine:
        rows["log"] = mine
        path = log_path(now)
        data = data_of(now, path)
        kept = "".join(f"{line}\n" for line in lines if line not in mine)
        yield Change(path, kept.encode(), sha256(data))


def _rows_of(kept: bytes) -> Mapping[str, Any]:
    try:
        rows = json.loads(kept)["rows"]
    except (ValueError, KeyError, TypeError) as error:
        raise Refused(f"its {ROWS} was spoiled; nothing was put back: move the files by hand") from error
    return rows if isinstance(rows, dict) else {}


def _with_rows(now: Study, source_id: str, rows: Mapping[str, Any]) -> Iterator[Change]:
    for path in _TABLES:
        text = text_of(now, path)
        cells = {row["id"]: row for row in rows.get(path, ()) if row.get("id")}
        if cells:
            text = formats.tables.rows_edited(text or "id\n", cells)
        if path == "participants.csv" and rows.get("spoke"):
            text = _speaking_again(text, rows["spoke"], source_id)
        if text != text_of(now, path):
            yield change_of(now, path, text)
    if rows.get(formats.speakers.PATH):
        named = [formats.speakers.SpeakerRow(*cells) for cells in rows[formats.speakers.PATH]]
        path = formats.speakers.PATH
        yield change_of(now, path, formats.speakers.with_rows(text_of(now, path), named))
    if rows.get("log"):
        path = log_path(now)
        data = data_of(now, path)
        lines = [*_log_lines(now), *rows["log"]]
        yield Change(
            path,
            "".join(f"{line}\n" for line in lines).encode(),
            sha256(data) if (now.folder / path).is_file() else None,
        )


def _speaking_again(text: str, ids: Sequence[str], source_id: str) -> str:
    people = [person for person, _ in formats.tables.participants(text, "participants.csv", [])]
    after = [
        replace(person, source_ids=(*person.source_ids, source_id)) if person.id in ids else person for person in people
    ]
    return formats.tables.participants_edited(text, after, path="participants.csv")


def _label_edits(source: Source, names: Mapping[str, str]) -> list[Edit]:
    """The names before the turns that become others; each stands right before its turn's words."""
    edits = []
    for turn in source.turns:
        if turn.speaker in names:
            start = source.text.rindex(f"{turn.speaker}:", 0, turn.start)
            edits.append(Edit(start, start + len(turn.speaker), names[turn.speaker]))
    return edits


def _check_labels(source: Source, former: Edited, names: Mapping[str, str]) -> None:
    meant = [names.get(turn.speaker, turn.speaker) for turn in source.turns]
    for name, turn in zip(meant, parse(former.text), strict=False):
        if turn.speaker != name:
            raise Refused(f"`{name}` can't stand before a turn, as in {source.id}; use letters and digits, as in `P01`")


def _participants_change(now: Study, renamed: Mapping[str, Mapping[str, str]]) -> Iterator[Change]:
    """Whoever stands in `participants.csv` under a former name stands there under the present one too."""
    staying = {name for source in now.sources for name in source.speakers if name not in renamed.get(source.id, {})}
    names: dict[str, str] = {}
    for of_source in renamed.values():
        names |= of_source
    after = []
    for person in now.participants:
        called = person.speakers or (person.id,)
        kept = [name for name in called if name in staying or name not in names]
        new = [names[name] for name in called if name in names]
        now_called = tuple(dict.fromkeys((*kept, *new)))
        after.append(replace(person, speakers=now_called) if new and now_called != called else person)
    if tuple(after) != now.participants:
        path = "participants.csv"
        yield change_of(now, path, formats.tables.participants_edited(text_of(now, path), after, path=path))
