"""A project's notes as memos, tied to what they were tied to; descriptions of sources and cases too."""

import re
from collections.abc import Iterator
from hashlib import sha256

from crosscase.exchange.projects.intake.names import UNSEEN, free, one_line, plain_id
from crosscase.exchange.projects.intake.work import Named, Work
from crosscase.exchange.projects.project import Note
from crosscase.memo import Memo


def memos_of(work: Work, named: Named) -> tuple[Memo, ...]:
    """Notes as memos, tied to what they were tied to; descriptions of sources and cases too."""
    taken = {memo.name.casefold() for memo in work.study.memos}
    there = {memo.name for memo in work.study.memos}
    made: list[Memo] = []
    for note in (*work.project.notes, *_descriptions(work, named)):
        words = UNSEEN.sub("", note.text).replace("\r\n", "\n").strip()
        if not words:
            continue
        if work.own("note", note.guid):
            made += _own_memo(work, note, taken)
            continue
        known = work.ledger.get("note", note.guid)
        digest = sha256(f"{note.name}{words}".encode()).hexdigest()[:16]
        if known and known["id"] in there:
            work.record.there["memos"] += 1
            if known.get("as") != digest:
                said = f"the memo `{known['id']}` has other words there now; it stays as it is here"
                work.record.conflicts.append(said)
            continue
        name = free(plain_id(note.name or " ".join(words.split()[:6]), "memo"), taken)
        made.append(_memo(work, named, note, name, words))
        work.note_down("note", note.guid, name, **{"as": digest})
    work.record.new["memos"] += len(made)
    return tuple(made)


def _own_memo(work: Work, note: Note, taken: set[str]) -> Iterator[Memo]:
    """A memo just as crosscase had it, unless it is there already."""
    own, fields = work.own("note", note.guid), work.own_fields("note", note.guid)
    name = str(own["id"])
    if name.casefold() in taken or plain_id(name, "") == "":
        work.record.there["memos"] += 1
        return
    taken.add(name.casefold())
    about = tuple(map(str, fields.get("about") or ()))
    date, by, kind = (one_line(str(fields.get(key, ""))) for key in ("date", "by", "kind"))
    yield Memo(name, date, by, kind, about, str(fields.get("text") or note.text))


def _descriptions(work: Work, named: Named) -> Iterator[Note]:
    for source in work.project.sources:
        if source.description and source.guid in named.sources:
            name = f"About {source.name}"
            yield Note(f"{source.guid}/description", name, source.description, about=(source.guid,))
    for case in work.project.cases:
        if case.description and case.guid in named.cases:
            yield Note(f"{case.guid}/description", f"About {case.name}", case.description, about=(case.guid,))


def _memo(work: Work, named: Named, note: Note, name: str, words: str) -> Memo:
    ids = {**named.sources, **named.codes, **named.cases}
    coding_ids = {entry["guid"]: entry["id"] for entry in work.record.entries if entry["kind"] == "coding"}
    about = [ids.get(guid) or coding_ids.get(guid) for guid in note.about]
    quote = _quote(work, note)
    date = note.at[:10] if re.match(r"\d{4}-\d{2}-\d{2}", note.at) else ""
    title = f"# {one_line(note.name)}\n\n" if note.name else ""
    by = named.coders.get(note.coder, "") if note.coder else ""
    return Memo(name, date, by, "", tuple(dict.fromkeys(filter(None, about))), f"{title}{quote}{words}\n")


def _quote(work: Work, note: Note) -> str:
    """The words that a note is on, where it is on a passage."""
    source = work.project.source_by_guid.get(note.source)
    if source is None or not source.text or not note.start < note.end:
        return ""
    return f"On “{' '.join(source.text[note.start : note.end].split())}”:\n\n"
