"""A participant who withdraws: out of the texts, the codings, the summaries, the tables; what is left is a record
without the name.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from crosscase.case import Participant
from crosscase.coding import Coding
from crosscase.disclosure import Edit, Edited, edited
from crosscase.masking import COMMON, fold
from crosscase.matrix import Absence, Summary
from crosscase.source import NOBODY, Source
from crosscase.study import formats
from crosscase.study.decisions.deidentifying import (
    check_copies,
    clusters_change,
    edits_of,
    prose_changes,
    source_changes,
)
from crosscase.study.decisions.door import data_of, decide, known, text_of, today
from crosscase.study.decisions.sources import files_of, log_entries, log_path
from crosscase.study.files import Change, sha256
from crosscase.study.study import Study
from crosscase.voices import People, is_generic

RECORD = "withdrawn.csv"
INSTEAD = "[a participant who withdrew]"
_COLUMNS = ("on", "by", "sources", "turns", "codings", "summaries")


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What goes with a participant: whole sources that nobody else speaks in, turns in others, codings of their words,
    summaries that rest on these (cells to be written anew), files as received, and the words that named them.
    """

    whole: tuple[str, ...]
    parts: Mapping[str, int]
    codings: tuple[Coding, ...]
    summaries: tuple[Summary, ...]
    received: tuple[str, ...]
    terms: tuple[str, ...]


def withdrawing(study: Study, participant_id: str, *, also: Iterable[str] = ()) -> Withdrawal:
    """What `withdraw` would take out; nothing is written. `also` are other names of theirs, as from the key."""
    people = {person.id: person for person in study.participants}
    person = people[known(participant_id, people, "participant")]
    spoken = {source.id: _turns_of(study, source, person) for source in study.sources}
    heard = [source for source in study.sources if spoken[source.id]]
    whole = tuple(source.id for source in heard if _speaks_alone(source, spoken[source.id]))
    parts = {source.id: len(spoken[source.id]) for source in heard if source.id not in whole}
    terms = tuple(dict.fromkeys((*_terms(study, person), *also)))
    formers = {source.id: _without(source, spoken[source.id], terms) for source in heard if source.id not in whole}
    codings = tuple(coding for coding in study.codings if coding.source_id in whole or _is_gone(coding, formers))
    gone = {coding.id for coding in codings}
    summaries = tuple(
        s for s in study.charted if s.case_id == person.id or not gone.isdisjoint((*s.coding_ids, *s.cited))
    )
    received = tuple(path for source in heard for path in _received(study, source.id))
    return Withdrawal(whole, parts, codings, summaries, tuple(dict.fromkeys(received)), terms)


def withdraw(study: Study, participant_id: str, *, by: str = "", also: Sequence[str] = ()) -> Study:
    """Take a participant out of the study: their turns with all codings of these, whole sources in which nobody else
    answers, summaries that rest on their words, their rows, the files as they were received, and their name in what
    others wrote. `withdrawn.csv` keeps when, by whom and how much, and no name.

    Raises `Refused` if there is no such participant, a copy of one of the study's files lies there, or a file that
    names them can't be read whole.
    """

    def act(now: Study) -> Iterator[Change]:
        check_copies(now)
        plan = withdrawing(now, participant_id, also=also)
        changes: dict[str, Change] = {}
        for change in _changes(now, participant_id, plan, by):
            changes[change.path] = change
        yield from changes.values()

    return decide(study, act)


def _changes(now: Study, participant_id: str, plan: Withdrawal, by: str) -> Iterator[Change]:
    instead = dict.fromkeys(plan.terms, INSTEAD)
    whole = set(plan.whole)
    rest = replace(now, sources=tuple(source for source in now.sources if source.id not in whole))
    person = next(person for person in now.participants if person.id == participant_id)
    formers: dict[str, Edited] = {}
    for source in rest.sources:
        former = _without(source, _turns_of(now, source, person), plan.terms)
        if former.edits:
            formers[source.id] = former
            yield from source_changes(now, source, former, instead, drops=True)
    yield from clusters_change(now, formers, without=whole)
    gone = {(summary.case_id, summary.code_id) for summary in plan.summaries}
    kept = [summary for summary in now.charted if (summary.case_id, summary.code_id) not in gone]
    absences = [absence for absence in now.absences if absence.case_id != participant_id]
    empty: dict[tuple[str, str], Summary | Absence | None] = dict.fromkeys(gone)
    empty |= {(a.case_id, a.code_id): None for a in now.absences if a.case_id == participant_id}
    yield from prose_changes(
        replace(now, summaries=tuple(kept), drafts=(), absences=tuple(absences)), instead, cells=empty
    )
    for path in dict.fromkeys((*(p for source_id in plan.whole for p in files_of(now, source_id)), *plan.received)):
        yield Change(path, None, sha256(data_of(now, path)))
    yield from _tables(now, participant_id, plan)
    yield from _log_change(now, plan)
    yield _record(now, plan, by)


def _turns_of(study: Study, source: Source, person: Participant) -> list[int]:
    """The places of this person's turns among the source's."""
    people = People(study.participants)
    mine = {name: person in people.claiming(name, source.id)[:1] for name in source.speakers}
    return [at for at, turn in enumerate(source.turns) if turn.speaker and mine[turn.speaker]]


def _speaks_alone(source: Source, mine: Sequence[int]) -> bool:
    """Whether nobody else answers in it: then it holds nothing but this person's words, and questions to them."""
    others = (turn for at, turn in enumerate(source.turns) if at not in set(mine))
    return all(turn.role == "interviewer" or turn.speaker in ("", NOBODY) for turn in others)


def _terms(study: Study, person: Participant) -> list[str]:
    """The words by which somebody is named: names in the texts that are nobody else's, and their parts."""
    people = People(study.participants)
    claimed = [
        name
        for name in (person.id, *person.speakers)
        if all(tuple(people.claiming(name, source.id))[:1] in ((), (person,)) for source in study.sources)
    ]
    whole = [name for name in claimed if not is_generic(name) or name == person.id or _is_theirs(study, name, person)]
    parts = [part for name in whole if " " in name and not is_generic(name) for part in name.split()]
    telling = [part for part in parts if len(part) > 2 and part[:1].isupper() and fold(part) not in COMMON]
    return list(dict.fromkeys((*whole, *telling)))


def _is_theirs(study: Study, name: str, person: Participant) -> bool:
    """Whether a name that every transcript uses anew is one person's wherever it stands."""
    people = People(study.participants)
    speaking = [source for source in study.sources if name in source.speakers]
    return all(person in people.claiming(name, source.id)[:1] for source in speaking)


def _without(source: Source, mine: Sequence[int], terms: Sequence[str]) -> Edited:
    """The text without these turns, each with its time, its name and the line behind it; and no word that names."""
    removed = [Edit(*source.paragraph(at), "") for at in mine]
    names = edits_of(source.text, dict.fromkeys(terms, INSTEAD)) if terms else []
    beside = [edit for edit in names if not any(edit.start < gone.end and gone.start < edit.end for gone in removed)]
    return edited(source.text, sorted([*removed, *beside]))


def _is_gone(coding: Coding, formers: Mapping[str, Edited]) -> bool:
    """Whether nothing is left of a coding's words."""
    former = formers.get(coding.source_id)
    if former is None:
        return False
    start, end = former.span(coding.start, coding.end)
    return not former.text[start:end].strip()


def _received(study: Study, source_id: str) -> list[str]:
    """The files as they were received, with all former versions, and what was left aside of them."""
    original = f"{study.settings.transcripts}/original"
    files = {entry["file"] for entry in log_entries(study) if entry.get("source") == source_id and "file" in entry}
    paths = [f"{original}/{PurePosixPath(str(name)).name}" for name in sorted(files)]
    paths.append(f"{original}/{source_id}.aside.csv")
    folder = study.folder / original / "replaced"
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        names = {f"{source_id}.txt", *(PurePosixPath(str(name)).name for name in files)}
        if path.name.partition("-")[2] in names:
            paths.append(f"{original}/replaced/{path.name}")
    return [path for path in paths if (study.folder / path).is_file()]


def _tables(now: Study, participant_id: str, plan: Withdrawal) -> Iterator[Change]:
    removed = {"participants.csv": {participant_id}, "sources.csv": set(plan.whole)}
    for path, ids in removed.items():
        before = text_of(now, path)
        text, _ = formats.tables.rows_without(before, ids)
        if text != before:
            yield Change(path, text.encode(), now.hashes.get(path))
    path = formats.speakers.PATH
    before = text_of(now, path)
    text = before
    for source_id in plan.whole:
        text, _ = formats.speakers.without_source(text, source_id)
    text = formats.speakers.without_names(text, plan.terms)
    if text != before:
        yield Change(path, text.encode(), now.hashes.get(path))


def _log_change(now: Study, plan: Withdrawal) -> Iterator[Change]:
    """The log of imports without the sources that went, and without who spoke in the others."""
    path = log_path(now)
    if not (now.folder / path).is_file():
        return
    data = data_of(now, path)
    touched = {*plan.whole, *plan.parts}
    entries = log_entries(now)
    if not any(entry.get("source") in touched for entry in entries):
        return
    kept = [entry for entry in entries if entry.get("source") not in plan.whole]
    private = ("speakers", "guessed", "dropped", "file")
    bare = [
        {name: value for name, value in entry.items() if name not in private or entry.get("source") not in touched}
        for entry in kept
    ]
    text = "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in bare)
    yield Change(path, text.encode(), sha256(data))


def _record(now: Study, plan: Withdrawal, by: str) -> Change:
    there = (now.folder / RECORD).is_file()
    before = data_of(now, RECORD) if there else b""
    line = io.StringIO()
    writer = csv.writer(line, lineterminator="\n")
    if not there:
        writer.writerow(_COLUMNS)
    turns = sum(plan.parts.values()) + sum(len(s.turns) for s in now.sources if s.id in plan.whole)
    writer.writerow([today(), by, len(plan.whole) + len(plan.parts), turns, len(plan.codings), len(plan.summaries)])
    return Change(RECORD, before + line.getvalue().encode(), sha256(before) if there else None)
