"""A study on its way to other programs: as a project, with what no other program has room for, kind by kind."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from crosscase.codebook import Category, Code
from crosscase.coding import Coding
from crosscase.exchange.projects.intake import Ledger
from crosscase.exchange.projects.project import (
    NotCarried,
    Note,
    Project,
    ProjectCase,
    ProjectCode,
    ProjectCoding,
    ProjectSource,
    guid_for,
    not_carried,
)
from crosscase.exchange.projects.refi_writing import origin
from crosscase.exchange.sheets import guarded
from crosscase.source import Source
from crosscase.study import Study

OWN = "crosscase.json"
TAGUETTE_HEAD = b"tag,description"
_LOST = {
    "summaries of cells": "there is no framework matrix: each goes as a note on its code, linked to its case",
    "reasons why cells are empty": "there is no framework matrix",
    "readings": "how far each source was read, and for which codes",
    "lost codings": "they have no place in the text as it is now",
    "verdicts on suggestions": "no such thing",
    "stretches set aside": "no such thing",
    "decisions on clusters": "no such thing",
    "participants": "no such thing; a source is tied to its case",
    "episodes of cases": "a case has values, but no times",
    "features of cases": "values go with their evidence, which has no room",
    "typologies": "no such thing",
    "themes": "no such thing",
    "claims": "no such thing",
    "layouts of exhibits": "no such thing",
    "questions of the guide": "no such thing",
    "stances, voices and episodes of codings": "a coding has a code and a place",
    "cases of single codings": "a case has whole sources",
    "instructions on codes": "what to include and exclude, examples and values stand in the code's description",
}


def project_of(study: Study, ledger: Ledger) -> Project:
    """The study as other programs understand it. What came from one of them has the guid that it came with."""
    return _Outgoing(study, ledger).project()


def own_of(study: Study, ledger: Ledger) -> bytes:
    """What only crosscase understands of the same project: ids and fields by guid, so that it comes back the same."""
    return _Outgoing(study, ledger).own()


def taguette_csv(study: Study) -> bytes:
    """The codebook as Taguette takes it in: a tag for each code, below its category's by a backslash."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(("tag", "description"))
    for category in study.codebook.categories:
        writer.writerow((guarded(category.name), guarded(category.description)))
        for code in category.codes:
            writer.writerow((guarded(f"{category.name}\\{code.name}"), guarded(code.definition)))
    return file.getvalue().encode()


def description_of(code: Code) -> str:
    """What a code means, in one text: definition, what to include and exclude, examples."""
    parts = [code.definition]
    for head, words in (("Include", code.include), ("Exclude", code.exclude), ("Example", code.examples)):
        parts += [f"{head}: {each}" for each in words]
    return "\n".join(filter(None, parts))


class _Outgoing:
    """One study, with the guid of each of its things."""

    def __init__(self, study: Study, ledger: Ledger) -> None:
        self.study = study
        self._guids = ledger.guids
        sources = {source.id: source.text for source in study.sources}
        # What a reader may see of a text can be less than what was coded.
        self.codings = [each for each in study.codings if _stands(each, sources.get(each.source_id, ""))]

    def guid(self, kind: str, name: str) -> str:
        return self._guids.get((kind, name)) or guid_for("study", self.study.settings.title, kind, name)

    def project(self) -> Project:
        study = self.study
        return Project(
            name=study.settings.title,
            origin=origin(),
            codes=tuple(self._codes()),
            sources=tuple(self._source(source) for source in study.sources),
            codings=tuple(self._coding(coding) for coding in self.codings),
            cases=tuple(self._cases()),
            notes=(*self._memos(), *self._summaries()),
            coders=tuple(dict.fromkeys(self._coder(coding.coder) for coding in study.codings if coding.coder)),
            not_carried=self._lost(),
        )

    def own(self) -> bytes:
        entries = [*self._own_codes(), *self._own_sources(), *self._own_codings(), *self._own_others()]
        lines = (json.dumps(entry, ensure_ascii=False, sort_keys=True) for entry in entries)
        return "\n".join(lines).encode()

    def _coder(self, coder: str) -> str:
        return self.study.settings.coders.get(coder) or coder

    def _codes(self) -> Iterator[ProjectCode]:
        """Categories, their codes below them, and values below the codes that have some."""
        for category in self.study.codebook.categories:
            above = self.guid("category", category.id)
            yield ProjectCode(above, category.name, codable=False, description=category.description)
            ids = {code.id for code in category.codes}
            for code in category.codes:
                guid = self.guid("code", code.id)
                parent = _above(code.id, ids)
                own = self.guid("code", parent) if parent else above
                yield ProjectCode(guid, code.name, own, description=description_of(code))
                for value, meaning in code.values.items():
                    yield ProjectCode(self._value(code, value), value, guid, description=meaning)

    def _value(self, code: Code, value: str) -> str:
        return self.guid("value", f"{code.id}={value}")

    def _source(self, source: Source) -> ProjectSource:
        known = {"title": source.title, "date": source.date, "kind": "" if source.kind == "interview" else source.kind}
        attributes = {name: value for name, value in (*known.items(), *source.attributes.items()) if value}
        return ProjectSource(self.guid("source", source.id), source.id, source.text, attributes=attributes)

    def _coding(self, coding: Coding) -> ProjectCoding:
        code = self.study.codebook.by_id.get(coding.code_id)
        carried = self.guid("code", code.id) if code else ""
        if code and coding.value in code.values:
            carried = self._value(code, coding.value)
        guid, source, coder = self.guid("coding", coding.id), self.guid("source", coding.source_id), coding.coder
        return ProjectCoding(
            guid, source, coding.start, coding.end, carried, self._coder(coder), coding.at, coding.memo, "snippet"
        )

    def _cases(self) -> Iterator[ProjectCase]:
        sources = self._sources_by_case()
        for case in self.study.cases:
            mine = tuple(self.guid("source", source_id) for source_id in sources.get(case.id, ()))
            yield ProjectCase(self.guid("case", case.id), case.name or case.id, "", dict(case.attributes), mine)

    def _sources_by_case(self) -> Mapping[str, list[str]]:
        """The sources that belong to a case as a whole, or in which one of its participants speaks."""
        cases: dict[str, list[str]] = {}
        for source in self.study.sources:
            speaking = [
                person.case_id
                for person in self.study.participants
                if any(person.speaks_as(speaker, source.id) for speaker in source.speakers)
            ]
            for case_id in dict.fromkeys(filter(None, (source.case_id, *speaking))):
                cases.setdefault(case_id, []).append(source.id)
        return cases

    def _guid_of(self, name: str) -> str:
        """The guid of whatever has this id; empty where nothing has it."""
        study = self.study
        kinds: tuple[tuple[str, Iterable[str]], ...] = (
            ("source", (source.id for source in study.sources)),
            ("code", (code.id for code in study.codebook.codes)),
            ("case", (case.id for case in study.cases)),
            ("coding", (coding.id for coding in self.codings)),
        )
        return next((self.guid(kind, name) for kind, ids in kinds if name in set(ids)), "")

    def _memos(self) -> Iterator[Note]:
        for memo in self.study.memos:
            about = tuple(filter(None, (self._guid_of(name) for name in memo.about)))
            coder = self._coder(memo.by) if memo.by else ""
            yield Note(self.guid("note", memo.name), memo.name, memo.text.strip(), coder, memo.date, about)

    def _summaries(self) -> Iterator[Note]:
        cases = {case.id for case in self.study.cases}
        for summary in self.study.summaries:
            code = self.study.codebook.by_id.get(summary.code_id)
            name = f"{summary.case_id} / {code.name if code else summary.code_id}"
            about = (
                *((self.guid("case", summary.case_id),) if summary.case_id in cases else ()),
                *((self.guid("code", code.id),) if code else ()),
            )
            guid = self.guid("summary", f"{summary.case_id}/{summary.code_id}")
            yield Note(guid, name, summary.text, self._coder(summary.by) if summary.by else "", summary.on, about)

    def _lost(self) -> tuple[NotCarried, ...]:
        study = self.study
        episodes = [episode for case in study.cases for episode in case.episodes]
        left = Counter(
            {
                "summaries of cells": len(study.summaries),
                "reasons why cells are empty": len(study.absences),
                "readings": len(study.readings),
                "lost codings": len(study.lost) + len(study.codings) - len(self.codings),
                "verdicts on suggestions": len(study.reviews),
                "stretches set aside": sum(len(source.set_aside) for source in study.sources),
                "decisions on clusters": len(study.cluster_decisions),
                "participants": len(study.participants),
                "episodes of cases": len(episodes),
                "features of cases": sum(len(episode.features) for episode in episodes),
                "typologies": len(study.typologies),
                "themes": len(study.themes),
                "claims": len(study.claims),
                "layouts of exhibits": len(study.layouts),
                "questions of the guide": len(study.guide.questions),
                "stances, voices and episodes of codings": sum(
                    bool(coding.stance or coding.voice or coding.episode_id) for coding in self.codings
                ),
                "cases of single codings": sum(bool(coding.case_id) for coding in self.codings),
            }
        )
        return not_carried(left, _LOST)

    def _own_codes(self) -> Iterator[dict[str, Any]]:
        for category in self.study.codebook.categories:
            yield {"kind": "category", "guid": self.guid("category", category.id), "id": category.id}
            for code in category.codes:
                yield {"kind": "code", "guid": self.guid("code", code.id), **_own_code(code, category)}
                for value in code.values:
                    guid = self._value(code, value)
                    yield {"kind": "value", "guid": guid, "id": code.id, "value": value}

    def _own_sources(self) -> Iterator[dict[str, Any]]:
        for source in self.study.sources:
            fields = {name: getattr(source, name) for name in ("id", "kind", "title", "date", "case_id")}
            more = {"attributes": dict(source.attributes)}
            yield {
                "kind": "source",
                "guid": self.guid("source", source.id),
                "fields": {**fields, **more},
                "id": source.id,
            }

    def _own_codings(self) -> Iterator[dict[str, Any]]:
        for coding in self.codings:
            more = {name: getattr(coding, name) for name in ("case_id", "stance", "voice", "at", "memo")}
            filled = {name: value for name, value in more.items() if value}
            yield {"kind": "coding", "guid": self.guid("coding", coding.id), "id": coding.id, "fields": filled}

    def _own_others(self) -> Iterator[dict[str, Any]]:
        for case in self.study.cases:
            fields = {"name": case.name, "masked": case.masked, "attributes": dict(case.attributes)}
            yield {"kind": "case", "guid": self.guid("case", case.id), "id": case.id, "fields": fields}
        for coder, name in self.study.settings.coders.items():
            yield {"kind": "coder", "guid": name, "id": coder}
        for memo in self.study.memos:
            fields = {"date": memo.date, "by": memo.by, "kind": memo.kind, "about": list(memo.about), "text": memo.text}
            yield {"kind": "note", "guid": self.guid("note", memo.name), "id": memo.name, "fields": fields}
        for summary in self.study.summaries:
            name = f"{summary.case_id}/{summary.code_id}"
            yield {"kind": "summary", "guid": self.guid("summary", name), "id": name}


def _own_code(code: Code, category: Category) -> dict[str, Any]:
    names = ("name", "origin", "kind", "definition")
    lists = ("include", "exclude", "examples", "cues", "formerly")
    fields = {name: getattr(code, name) for name in names} | {name: list(getattr(code, name)) for name in lists}
    home = {"id": category.id, "name": category.name, "description": category.description}
    described = description_of(code)
    values = dict(code.values)
    return {"id": code.id, "category": home, "fields": {**fields, "values": values}, "described": described}


def _stands(coding: Coding, text: str) -> bool:
    return 0 <= coding.start < coding.end <= len(text) and text[coding.start : coding.end] == coding.quote


def _above(code_id: str, ids: set[str]) -> str:
    """The code below which another one stands by its id: `money.cost` above `money.cost.dear`."""
    above = code_id.rpartition(".")[0]
    while above and above not in ids:
        above = above.rpartition(".")[0]
    return above
