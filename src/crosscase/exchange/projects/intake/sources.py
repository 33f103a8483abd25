"""A project's sources: which are the study's own, and which are new, each with its places."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, get_args

from crosscase.exchange.projects.intake.cases import is_of_a_source
from crosscase.exchange.projects.intake.names import column, free, in_table, one_line, plain_id
from crosscase.exchange.projects.intake.work import Work
from crosscase.exchange.projects.project import ProjectSource
from crosscase.exchange.projects.texts import Arranged, arranged
from crosscase.source import Kind, Source, parse
from crosscase.wording import first_of, how_many

MOST_NAMED = 5
_ENDINGS = re.compile(r"\.(?:txt|docx?|odt|rtf|pdf|md|html?|csv|xlsx|vtt|srt)$", re.IGNORECASE)
# UTF-8 that was read as Windows-1252 somewhere before, or that nobody could read.
_SPOILED = re.compile("\ufffd|[ÃÂ][\u0080-\u00bf]|â€[\u0098-\u201d™œ¦]?")


@dataclass(frozen=True, slots=True)
class Sources:
    """The id of each source here, its text as it is stored, those whose text differs here, and the new ones."""

    ids: Mapping[str, str]
    texts: Mapping[str, Arranged]
    edited: frozenset[str]
    made: tuple[Source, ...]
    by_id: Mapping[str, Source]


def sources_of(work: Work, whole_cases: Mapping[str, str]) -> Sources:
    """The project's sources with words in them, known by guid, by their text, or by name where that is wished."""
    sources: dict[str, str] = {}
    texts: dict[str, Arranged] = {}
    edited: set[str] = set()
    source_by_id = {source.id: source for source in work.study.sources}
    taken = {source_id.casefold() for source_id in source_by_id}
    same_text = {sha256(source.text.encode()).hexdigest(): source.id for source in work.study.sources}
    made: list[Source] = []
    for source in work.project.sources:
        if source.text is None or not source.text.strip():
            continue
        own = work.own("source", source.guid)
        turns = work.options.kind != "document" and not own
        text = arranged(source.text, source.breaks, turns=turns)
        if not text.text.strip():
            continue
        digest = sha256(text.text.encode("utf-8", errors="replace")).hexdigest()
        known = work.ledger.get("source", source.guid).get("id", "")
        known = known if known in source_by_id else same_text.get(digest, "")
        if work.options.by_name and not known:
            known = plain_id(source.name, "") if plain_id(source.name, "") in source_by_id else ""
        if known:
            work.record.there["sources"] += 1
            if source_by_id[known].text != text.text:
                edited.add(source.guid)
        else:
            wanted = str(own.get("id", "")) or plain_id(_ENDINGS.sub("", source.name), "source")
            known = free(wanted, taken)
            made.append(_new_source(work, whole_cases, source, known, text.text))
        sources[source.guid] = known
        texts[source.guid] = text
        work.note_down("source", source.guid, known)
    work.record.new["sources"] += len(made)
    by_id = source_by_id | {source.id: source for source in made}
    return Sources(sources, texts, frozenset(edited), tuple(made), by_id)


def remarks(work: Work, sources: Mapping[str, str]) -> Iterator[str]:
    """What a person should know of the sources: names that stand twice, and letters that were spoiled before."""
    texts = [source for source in work.project.sources if source.guid in sources]
    for name, count in Counter(source.name for source in texts).items():
        if count > 1:
            ids = first_of([sources[source.guid] for source in texts if source.name == name], MOST_NAMED)
            yield f"{count} sources are called “{one_line(name)}”: {ids}"
    for source in texts:
        spoiled = len(_SPOILED.findall(source.text or ""))
        if spoiled:
            letters = how_many(spoiled, "letter")
            yield f"{letters} of {sources[source.guid]} look spoiled, as “Ã©” for “é”; they came so"


def _new_source(work: Work, whole_cases: Mapping[str, str], source: ProjectSource, source_id: str, text: str) -> Source:
    fields = work.own_fields("source", source.guid)
    if fields:
        return _own_source(source_id, text, fields)
    kind: Kind = "document" if work.options.kind == "document" else "interview"
    if work.options.kind == "focus group":
        kind = "focus group"
    attributes = {column(key): in_table(value) for key, value in _values(work, source).items()}
    title = "" if plain_id(source.name, "") == source_id else in_table(_ENDINGS.sub("", source.name))
    turns = parse(text, speech=kind != "document")
    case_id = whole_cases.get(source.guid, "")
    return Source(source_id, text, turns, kind=kind, title=title, case_id=case_id, attributes=attributes)


def _own_source(source_id: str, text: str, fields: Mapping[str, Any]) -> Source:
    """A source just as crosscase had it."""
    kind: Kind = next((kind for kind in get_args(Kind) if kind == fields.get("kind")), "interview")
    title, date, case_id = (one_line(str(fields.get(name, ""))) for name in ("title", "date", "case_id"))
    written = fields.get("attributes")
    values = written.items() if isinstance(written, dict) else ()
    attributes = {column(str(key)): in_table(str(value)) for key, value in values}
    turns = parse(text, speech=kind != "document")
    return Source(source_id, text, turns, kind=kind, title=title, date=date, case_id=case_id, attributes=attributes)


def _values(work: Work, source: ProjectSource) -> dict[str, str]:
    """What is known of a source: its own values, those of a case that is only about it, and its groups."""
    values = dict(source.attributes)
    for case in work.project.cases:
        if is_of_a_source(work.project, case) and case.sources[0] == source.guid:
            values |= case.attributes
    groups = [group.name for group in work.project.groups if source.guid in group.sources and group.name]
    return values | ({"groups": "; ".join(groups)} if groups else {})
