"""A project on its way into a study: what is new in it, what is there already, what contradicts what is there.

What came before is known by its guid, from a list that is kept with the originals; else by its place and its names.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, get_args

import msgspec

from crosscase.anchoring import reanchor
from crosscase.case import Case
from crosscase.codebook import Category, Code
from crosscase.coding import Coding, Stance, six_letters, with_context
from crosscase.exchange.importing import LONGEST_ID, id_of
from crosscase.exchange.projects.project import (
    NotCarried,
    Note,
    Project,
    ProjectCase,
    ProjectCode,
    ProjectCoding,
    ProjectSource,
)
from crosscase.exchange.projects.texts import Arranged, arranged
from crosscase.exchange.sheets import FORMULA
from crosscase.memo import Memo
from crosscase.source import Kind, Source, parse
from crosscase.study import Study
from crosscase.study.decisions.bringing import Intake
from crosscase.wording import first_of, how_many

MOST_NAMED = 5
ALONE = "codes"
NOBODY = "imported"
_ENDINGS = re.compile(r"\.(?:txt|docx?|odt|rtf|pdf|md|html?|csv|xlsx|vtt|srt)$", re.IGNORECASE)
_IN_COLUMNS = re.compile(r"[,;\t\r\n\"\x00-\x1f]+")
_OWN_COLUMNS = frozenset({"id", "kind", "title", "date", "case"})
_NUMBER = re.compile(r"[-+]?[\d.,]+%?")
# UTF-8 that was read as Windows-1252 somewhere before, or that nobody could read.
_SPOILED = re.compile("\ufffd|[ÃÂ][\u0080-\u00bf]|â€[\u0098-\u201d™œ¦]?")
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Options:
    """How people want a project to come in.

    `coders` says by whom the codings of each of its users are taken to be, `coder` by whom all others are. With
    `finished`, they had read every source to its end; `by_name`, a source of the study's is known by its name too.
    """

    coders: Mapping[str, str] = field(default_factory=dict)
    coder: str = ""
    kind: Kind | str = ""
    finished: bool = False
    by_name: bool = False


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A coding whose place is not borne out, or that has none: what a person should look at."""

    source: str
    quote: str
    code: str
    why: str
    raw: tuple[int, int]
    brought: bool
    coding_id: str = ""


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a project comes to in this study: what is to be written, and all that a person should know of it."""

    intake: Intake
    name: str
    origin: str
    new: Mapping[str, int]
    there: Mapping[str, int]
    conflicts: tuple[str, ...] = ()
    doubtful: tuple[Doubtful, ...] = ()
    not_carried: tuple[NotCarried, ...] = ()
    notices: tuple[str, ...] = ()
    readings: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it that the study doesn't have."""
        return not self.new


Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ledger:
    """What came from other programs before, by kind and guid; each entry says what it became here."""

    entries: Mapping[tuple[str, str], Entry] = field(default_factory=dict)

    def get(self, kind: str, guid: str) -> Entry:
        return self.entries.get((kind, guid), {})

    @classmethod
    def read(cls, files: Iterable[bytes]) -> "Ledger":
        """The entries of all lists of arrivals; lines that someone spoiled count for nothing."""
        entries: dict[tuple[str, str], Entry] = {}
        for data in files:
            for line in data.splitlines():
                entry = _entry(line)
                if entry:
                    entries[str(entry["kind"]), str(entry["guid"])] = entry
        return cls(entries)

    @property
    def guids(self) -> Mapping[tuple[str, str], str]:
        """The guid that each thing of the study came with, by kind and id."""
        return {(kind, str(entry.get("id"))): guid for (kind, guid), entry in self.entries.items()}


def _entry(line: bytes) -> Entry:
    try:
        entry = json.loads(line)
    except ValueError:
        return {}
    whole = isinstance(entry, dict) and {"kind", "guid", "id"} <= set(entry)
    return entry if whole else {}


def arrival(project: Project, study: Study, options: Options = Options(), ledger: Ledger = Ledger()) -> Arrival:
    """What a project comes to in this study."""
    return _Arriving(project, study, options, ledger).arrival()


class _Arriving:
    """The work on one project: what its things are to be called here, then what becomes of each."""

    def __init__(self, project: Project, study: Study, options: Options, ledger: Ledger) -> None:
        self.project = project
        self.study = study
        self.options = options
        self.ledger = ledger
        self.entries: list[Entry] = []
        self.new: Counter[str] = Counter()
        self.there: Counter[str] = Counter()
        self.conflicts: list[str] = []
        self.doubtful: list[Doubtful] = []
        self.left: Counter[str] = Counter()
        self.source_by_id = {source.id: source for source in study.sources}

    def arrival(self) -> Arrival:
        self.coders = self._coders()
        self.code_ids, categories = self._codes()
        self.case_ids, cases = self._cases()
        sources = self._sources()
        codings, changed = self._codings()
        memos = self._memos()
        self._count()
        left = tuple(NotCarried(what, count, _WHY[what]) for what, count in self.left.items() if count)
        named = {coder: name for name, coder in self.coders.items() if coder not in self.study.settings.coders}
        used = {coding.coder for coding in (*codings, *changed.values())}
        intake = Intake(
            coders={coder: name for coder, name in named.items() if coder in used},
            categories=categories,
            sources=sources,
            cases=cases,
            codings=codings,
            changed=changed,
            memos=memos,
            kept=self._kept(),
            finished=self.options.finished,
            why=f"imported from {self.project.origin or 'another program'}",
        )
        return Arrival(
            intake,
            self.project.name,
            self.project.origin,
            {what: count for what, count in self.new.items() if count},
            {what: count for what, count in self.there.items() if count},
            tuple(self.conflicts),
            tuple(self.doubtful),
            (*self.project.not_carried, *left),
            (*self.project.notices, *self._on_cases(), *self._on_sources()),
            self._readings(),
        )

    def _on_cases(self) -> Iterator[str]:
        parts = sum(1 for _ in self._case_parts())
        if parts:
            yield f"{how_many(parts, 'passage')} of a case: the source, or the codings within, are that case's now"

    def _on_sources(self) -> Iterator[str]:
        """What a person should know of the sources: names that stand twice, and letters that were spoiled before."""
        texts = [source for source in self.project.sources if source.guid in self.sources]
        for name, count in Counter(source.name for source in texts).items():
            if count > 1:
                ids = first_of([self.sources[source.guid] for source in texts if source.name == name], MOST_NAMED)
                yield f"{count} sources are called “{one_line(name)}”: {ids}"
        for source in texts:
            spoiled = len(_SPOILED.findall(source.text or ""))
            if spoiled:
                letters = how_many(spoiled, "letter")
                yield f"{letters} of {self.sources[source.guid]} look spoiled, as “Ã©” for “é”; they came so"

    def _readings(self) -> dict[str, str]:
        """How each source's places were read, and why so."""
        said = ((self.sources.get(source.guid, ""), source) for source in self.project.sources)
        return {source_id: f"{source.habit}; {source.why}" for source_id, source in said if source_id and source.habit}

    def _note_down(self, kind: str, guid: str, becomes: str, **more: Any) -> None:
        entry = {"kind": kind, "guid": guid, "id": becomes, **more}
        if self.ledger.get(kind, guid) != entry:
            self.entries.append(entry)

    def _kept(self) -> dict[str, bytes]:
        """The list of what came, with what it says already; it is written anew only where there is something new."""
        name = f"{plain_id(self.project.name, 'project')}.project.jsonl"
        if not self.entries:
            return {}
        mine = {key: entry for key, entry in self.ledger.entries.items() if entry.get("project") == name}
        for entry in self.entries:
            mine[entry["kind"], entry["guid"]] = {**entry, "project": name}
        lines = (json.dumps(entry, ensure_ascii=False, sort_keys=True) + "\n" for entry in mine.values())
        return {name: "".join(lines).encode()}

    def _coders(self) -> dict[str, str]:
        """Each user of the project as a coder here."""
        taken: set[str] = set()
        coders: dict[str, str] = {}
        names = dict.fromkeys((*self.project.coders, *(coding.coder for coding in self.project.codings)))
        by_name = {name: coder for coder, name in self.study.settings.coders.items()}
        for name in names:
            own = str(self._own("coder", name).get("id", ""))
            wanted = self.options.coders.get(name) or self.options.coder or by_name.get(name) or own
            coders[name] = wanted or _free(plain_id(name, NOBODY), taken)
            taken.add(coders[name])
        return coders

    def _own(self, kind: str, guid: str) -> Mapping[str, Any]:
        """What crosscase itself said of a thing when it wrote the project."""
        return self.project.own.get((kind, guid), {})

    def _codes(self) -> tuple[dict[str, str], tuple[Category, ...]]:
        """The id of each code here, and the new ones in their categories."""
        ids: dict[str, str] = {}
        new: dict[str, Category] = {}
        taken = set(self.study.codebook.by_id)
        used = {coding.code for coding in self.project.codings}
        used |= {coding.code for coding in self.project.whole_codings}
        parents = {code.parent for code in self.project.codes}
        by_name = {
            (code.category_id, code.name.casefold()): code.id
            for category in self.study.codebook.categories
            for code in category.codes
        }
        homes = self._homes(parents)
        for code in self.project.codes:
            if code.is_case or self._is_own_frame(code):
                continue
            home = homes[self._top(code).guid]
            if not code.codable and code.guid in parents and code.guid not in used:
                self.left["groupings of codes below the first level"] += bool(code.parent)
                continue
            known = self.ledger.get("code", code.guid).get("id", "")
            known = known if known in self.study.codebook.by_id else by_name.get((home.id, code.name.casefold()), "")
            known = known or self._alone(code, parents)
            if known:
                ids[code.guid] = self.study.codebook.by_id[known].id
                self._known_code(code, ids[code.guid])
            else:
                made = self._own_code(code, taken) or self._new_code(code, home, taken)
                home = self._own_home(code) or home
                ids[code.guid] = made.id
                category = new.setdefault(home.id, home)
                new[home.id] = replace(category, codes=(*category.codes, made))
                self.new["codes"] += 1
            self._note_down("code", code.guid, ids[code.guid])
        self._own_values(ids)
        return ids, tuple(new.values())

    def _alone(self, code: ProjectCode, parents: Collection[str]) -> str:
        """The one code of the study that has the name, or the id, of a code that stands alone in the project."""
        if code.parent or code.guid in parents or not code.codable:
            return ""
        name = code.name.casefold()
        named = [each.id for each in self.study.codebook.codes if name in (each.name.casefold(), each.id.casefold())]
        return named[0] if len(named) == 1 else ""

    def _is_own_frame(self, code: ProjectCode) -> bool:
        """Whether crosscase itself wrote a category, or a value, as a code."""
        own = self.project.own
        is_unused = all(coding.code != code.guid for coding in self.project.codings) if not code.codable else False
        return ("value", code.guid) in own or (("category", code.guid) in own and is_unused)

    def _own_values(self, ids: dict[str, str]) -> None:
        """Values that crosscase wrote as codes are values of their codes again."""
        self.values: dict[str, str] = {}
        for (kind, guid), entry in self.project.own.items():
            parent = self.project.code_by_guid[guid].parent if guid in self.project.code_by_guid else ""
            if kind == "value" and parent in ids:
                ids[guid], self.values[guid] = ids[parent], str(entry.get("value", ""))

    def _own_home(self, code: ProjectCode) -> Category | None:
        home = self._own("code", code.guid).get("category")
        if not isinstance(home, dict) or not plain_id(str(home.get("id", "")), ""):
            return None
        return Category(str(home["id"]), str(home.get("name", "")), str(home.get("description", "")))

    def _own_code(self, code: ProjectCode, taken: set[str]) -> Code | None:
        """A code just as crosscase had it, unless it was renamed or described otherwise since."""
        own, home = self._own("code", code.guid), self._own_home(code)
        fields = own.get("fields")
        if not isinstance(fields, dict) or home is None or str(own["id"]).casefold() in taken:
            return None
        if fields.get("name") != code.name or own.get("described") != code.description:
            return None
        try:
            made = msgspec.convert({**fields, "id": own["id"], "category_id": home.id}, Code)
        except msgspec.ValidationError:
            return None
        taken.add(made.id.casefold())
        return made

    def _top(self, code: ProjectCode) -> ProjectCode:
        """The code at the top of the branch."""
        by_guid = self.project.code_by_guid
        for _ in by_guid:
            if code.parent not in by_guid:
                break
            code = by_guid[code.parent]
        return code

    def _homes(self, parents: Collection[str]) -> dict[str, Category]:
        """The category of each branch: its own where there are codes below, one for all others that stand alone."""
        there = {category.name.casefold(): category for category in self.study.codebook.categories}
        taken = {category.id.casefold() for category in self.study.codebook.categories}
        homes: dict[str, Category] = {}
        alone = next((each for each in self.study.codebook.categories if each.id == ALONE), None)
        alone = alone or Category(ALONE, "Codes", f"Codes that stand alone in {self.project.origin or 'the project'}.")
        for code in self.project.codes:
            if code.parent in self.project.code_by_guid or code.is_case:
                continue
            if code.guid not in parents:
                homes[code.guid] = replace(alone, codes=())
            elif code.name.casefold() in there:
                homes[code.guid] = replace(there[code.name.casefold()], codes=())
            else:
                made = _free(plain_id(code.name, "category").casefold(), taken)
                homes[code.guid] = Category(made, one_line(code.name) or made, one_line(code.description))
        return defaultdict(lambda: alone, homes)

    def _new_code(self, code: ProjectCode, home: Category, taken: set[str]) -> Code:
        names = [name for name in self.project.path(code)[1:] if name] or [code.name]
        if self.project.path(code)[0] == code.name and code.parent == "":
            names = [code.name]
        parts = [plain_id(name, "code").casefold() for name in names]
        code_id = _free(f"{home.id}.{'.'.join(parts)}"[: 2 * LONGEST_ID].strip("."), taken)
        definition = one_line(code.description)
        return Code(code_id, one_line(code.name) or code_id, home.id, "inductive", definition=definition)

    def _known_code(self, code: ProjectCode, code_id: str) -> None:
        here = self.study.codebook.by_id[code_id]
        self.there["codes"] += 1
        if one_line(code.name) != here.name:
            self.conflicts.append(f"the code `{code_id}` is called “{here.name}” here and “{code.name}” there")
        elif one_line(code.description) not in ("", here.definition):
            self.conflicts.append(f"the code `{code_id}` is defined otherwise here than there; nothing was changed")

    def _cases(self) -> tuple[dict[str, str], tuple[Case, ...]]:
        """The id of each case here, and the cases that are new or have new values."""
        by_id = {case.id: case for case in self.study.cases}
        by_name = {(case.name or case.id).casefold(): case.id for case in self.study.cases}
        taken = {case_id.casefold() for case_id in by_id}
        ids: dict[str, str] = {}
        changed: list[Case] = []
        for case in self.project.cases:
            if self._is_of_a_source(case):
                continue
            name = one_line(case.name)
            known = self.ledger.get("case", case.guid).get("id", "")
            known = known if known in by_id else by_name.get(name.casefold(), "")
            values = {column(key): one_line(value) for key, value in case.attributes.items()}
            own = str(self._own("case", case.guid).get("id", ""))
            if known:
                ids[case.guid] = known
                self.there["cases"] += 1
                changed += self._more_of(by_id[known], values)
            else:
                ids[case.guid] = _free(own or plain_id(name, "case"), taken)
                called = "" if name == ids[case.guid] else name
                masked = one_line(str(self._own_fields("case", case.guid).get("masked", "")))
                changed.append(Case(ids[case.guid], called, masked, attributes=values))
                self.new["cases"] += 1
            self._note_down("case", case.guid, ids[case.guid])
        return ids, tuple(changed)

    def _is_of_a_source(self, case: ProjectCase) -> bool:
        """Whether a case without a name only holds the values of one source, as some programs write them."""
        return not case.name and len(case.sources) == 1 and case.sources[0] in self.project.source_by_guid

    def _more_of(self, here: Case, values: Mapping[str, str]) -> Iterator[Case]:
        """A case of the study with the values that it hasn't got yet; one that differs is a conflict."""
        for key, value in values.items():
            if here.attributes.get(key, value) != value:
                known = here.attributes[key]
                self.conflicts.append(f"the case `{here.id}` has {key} “{known}” here and “{value}” there")
        more = {key: value for key, value in values.items() if key not in here.attributes}
        if more:
            self.new["case values"] += len(more)
            yield replace(here, attributes={**here.attributes, **more})

    def _sources(self) -> tuple[Source, ...]:
        """The new sources. `self.sources` has the id of each, and `self.texts` how its places are found."""
        self.sources: dict[str, str] = {}
        self.texts: dict[str, Arranged] = {}
        self.edited: set[str] = set()
        self.whole_cases = self._whole_cases()
        taken = {source_id.casefold() for source_id in self.source_by_id}
        same_text = {sha256(source.text.encode()).hexdigest(): source.id for source in self.study.sources}
        made: list[Source] = []
        for source in self.project.sources:
            if source.text is None or not source.text.strip():
                continue
            own = self._own("source", source.guid)
            turns = self.options.kind != "document" and not own
            text = arranged(source.text, source.breaks, turns=turns)
            if not text.text.strip():
                continue
            digest = sha256(text.text.encode("utf-8", errors="replace")).hexdigest()
            known = self.ledger.get("source", source.guid).get("id", "")
            known = known if known in self.source_by_id else same_text.get(digest, "")
            if self.options.by_name and not known:
                known = plain_id(source.name, "") if plain_id(source.name, "") in self.source_by_id else ""
            if known:
                self.there["sources"] += 1
                if self.source_by_id[known].text != text.text:
                    self.edited.add(source.guid)
            else:
                wanted = str(own.get("id", "")) or plain_id(_ENDINGS.sub("", source.name), "source")
                known = _free(wanted, taken)
                made.append(self._new_source(source, known, text.text))
            self.sources[source.guid] = known
            self.texts[source.guid] = text
            self._note_down("source", source.guid, known)
        self.source_by_id |= {source.id: source for source in made}
        self.new["sources"] += len(made)
        return tuple(made)

    def _new_source(self, source: ProjectSource, source_id: str, text: str) -> Source:
        fields = self._own_fields("source", source.guid)
        if fields:
            return self._own_source(source_id, text, fields)
        kind: Kind = "document" if self.options.kind == "document" else "interview"
        if self.options.kind == "focus group":
            kind = "focus group"
        attributes = {column(key): in_table(value) for key, value in self._values(source).items()}
        title = "" if plain_id(source.name, "") == source_id else in_table(_ENDINGS.sub("", source.name))
        turns = parse(text, speech=kind != "document")
        case_id = self.whole_cases.get(source.guid, "")
        return Source(source_id, text, turns, kind=kind, title=title, case_id=case_id, attributes=attributes)

    def _own_fields(self, kind: str, guid: str) -> Mapping[str, Any]:
        fields = self._own(kind, guid).get("fields")
        return fields if isinstance(fields, dict) else {}

    @staticmethod
    def _own_source(source_id: str, text: str, fields: Mapping[str, Any]) -> Source:
        """A source just as crosscase had it."""
        kind: Kind = next((kind for kind in get_args(Kind) if kind == fields.get("kind")), "interview")
        title, date, case_id = (one_line(str(fields.get(name, ""))) for name in ("title", "date", "case_id"))
        written = fields.get("attributes")
        values = written.items() if isinstance(written, dict) else ()
        attributes = {column(str(key)): in_table(str(value)) for key, value in values}
        turns = parse(text, speech=kind != "document")
        return Source(source_id, text, turns, kind=kind, title=title, date=date, case_id=case_id, attributes=attributes)

    def _values(self, source: ProjectSource) -> dict[str, str]:
        """What is known of a source: its own values, those of a case that is only about it, and its groups."""
        values = dict(source.attributes)
        for case in self.project.cases:
            if self._is_of_a_source(case) and case.sources[0] == source.guid:
                values |= case.attributes
        groups = [group.name for group in self.project.groups if source.guid in group.sources and group.name]
        return values | ({"groups": "; ".join(groups)} if groups else {})

    def _whole_cases(self) -> dict[str, str]:
        """The case of each source that belongs to one case only, as a whole."""
        cases: dict[str, set[str]] = defaultdict(set)
        for case in self.project.cases:
            for source in case.sources if case.guid in self.case_ids else ():
                cases[source].add(self.case_ids[case.guid])
        for coding in self.project.whole_codings:
            if coding.code in self.case_ids:
                cases[coding.source].add(self.case_ids[coding.code])
        parts: dict[str, dict[str, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
        for source, start, end, case_id in self._case_parts():
            parts[source][case_id].append((start, end))
        for source, spans in parts.items():
            cases[source] |= {case_id for case_id, covered in spans.items() if self._is_most(source, covered)}
        several = sum(len(ids) > 1 for ids in cases.values())
        self.left["sources that belong to several cases"] += several
        return {source: next(iter(ids)) for source, ids in cases.items() if len(ids) == 1}

    def _is_most(self, source: str, spans: Iterable[tuple[int, int]]) -> bool:
        """Whether parts make up more than half of a source's text: then it is that case's as a whole."""
        text = self.project.source_by_guid[source].text or ""
        covered = reached = 0
        for start, end in sorted(spans):
            covered += max(0, end - max(start, reached))
            reached = max(reached, end)
        return 2 * covered > len(text)

    def _case_parts(self) -> Iterator[tuple[str, int, int, str]]:
        """The parts of sources that belong to cases: coded so, or referred to."""
        for coding in self.project.codings:
            if coding.code in self.case_ids:
                yield coding.source, coding.start, coding.end, self.case_ids[coding.code]
        for span in self.project.case_spans:
            if span.case in self.case_ids:
                yield span.source, span.start, span.end, self.case_ids[span.case]

    def _codings(self) -> tuple[tuple[Coding, ...], dict[str, Coding]]:
        """The new codings, and those of the study that were changed in the other program."""
        parts: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
        for source, start, end, case_id in self._case_parts():
            parts[source].append((start, end, case_id))
        drafts: dict[str, list[tuple[ProjectCoding, Coding]]] = defaultdict(list)
        for coding in self.project.codings:
            if coding.code in self.code_ids and coding.source in self.sources:
                case_id = self._case_of(coding, parts[coding.source])
                drafts[coding.source].append((coding, self._draft(coding, case_id)))
        self._unplaced()
        made: list[Coding] = []
        changed: dict[str, Coding] = {}
        self.present = {coding.id: coding for coding in self.study.codings}
        self.lost = {coding.id for coding in self.study.lost}
        self.by_place = {(*_said(coding), coding.coder): coding.id for coding in self.study.codings}
        self.taken = {*self.present, *self.lost}
        for guid, pairs in drafts.items():
            for coding, draft in self._in_text(guid, pairs):
                self._settle(coding, draft, made, changed)
        self.new["codings"] += len(made)
        self.new["changed codings"] += len(changed)
        self._gone()
        return tuple(made), changed

    def _case_of(self, coding: ProjectCoding, parts: Sequence[tuple[int, int, str]]) -> str:
        """The case of a coding that lies in the part of one case, where the whole source isn't that case's."""
        within = {case_id for start, end, case_id in parts if start <= coding.start and coding.end <= end}
        own = self.whole_cases.get(coding.source, "")
        return next(iter(within)) if len(within) == 1 and own not in within else ""

    def _draft(self, coding: ProjectCoding, case_id: str) -> Coding:
        """The coding as the study has it, in the project's text as it would be stored."""
        start, end = self.texts[coding.source].span(coding.start, coding.end)
        coder = self.coders[coding.coder] if coding.coder else self.options.coder or self.coders.get("", NOBODY)
        code_id, source_id = self.code_ids[coding.code], self.sources[coding.source]
        memo = _UNSEEN.sub("", coding.memo)
        value = self.values.get(coding.code, "")
        draft = Coding("", source_id, start, end, "", code_id, value, case_id, coder=coder, at=coding.at, memo=memo)
        own = self._own_fields("coding", coding.guid)
        stance: Stance = next((stance for stance in get_args(Stance) if stance == own.get("stance")), "")
        voice, at = str(own.get("voice", "")), str(own.get("at", draft.at))
        case_id = self._own_case(str(own.get("case_id", ""))) or case_id
        return replace(draft, stance=stance, voice=voice, at=at, case_id=case_id) if own else draft

    def _own_case(self, case_id: str) -> str:
        return case_id if case_id in self.case_ids.values() else ""

    def _in_text(
        self, guid: str, pairs: Sequence[tuple[ProjectCoding, Coding]]
    ) -> Iterator[tuple[ProjectCoding, Coding]]:
        """The codings of a source in the study's text: as they are, or found again where the texts differ."""
        text = self.texts[guid].text
        source = self.source_by_id[self.sources[guid]]
        quoted = [(coding, with_context(draft, text)) for coding, draft in pairs]
        if guid not in self.edited:
            yield from quoted
            return
        numbered = {str(number): pair for number, pair in enumerate(quoted)}
        anchored = reanchor([replace(draft, id=number) for number, (_, draft) in numbered.items()], source)
        for draft in anchored.found:
            yield numbered[draft.id][0], replace(draft, id="")
        for lost in anchored.lost:
            coding, draft = numbered[lost.coding.id]
            why = f"the text here differs from the project's, and {lost.reason}"
            self._doubt(coding, draft.quote, why, brought=False)

    def _settle(self, coding: ProjectCoding, draft: Coding, made: list[Coding], changed: dict[str, Coding]) -> None:
        """One coding: new, there already, changed there, or changed in both places."""
        if not draft.quote.strip():
            self._doubt(coding, draft.quote, "there are no words", brought=False)
            return
        place = (*_said(draft), draft.coder)
        before = self.ledger.get("coding", coding.guid)
        known = self.by_place.get(place, "")
        if known:
            self.there["codings"] += 1
            self._note_coding(coding, known, draft)
        elif before and before["id"] in self.present:
            self._changed(coding, before, draft, changed)
        elif before:
            self.there["codings taken away here"] += 1
        else:
            coding_id = self._id_for(coding, draft)
            made.append(replace(draft, id=coding_id))
            self.by_place[place] = coding_id
            self._note_coding(coding, coding_id, draft)
            if coding.proof == "doubtful":
                self._doubt(coding, draft.quote, coding.doubt, brought=True, coding_id=coding_id)

    def _changed(self, coding: ProjectCoding, before: Entry, draft: Coding, changed: dict[str, Coding]) -> None:
        """A coding that came before and stands otherwise there now: taken over, unless it was changed here too."""
        here = self.present[before["id"]]
        if [here.start, here.end, here.code_id] != before.get("as") or here.coder != draft.coder:
            what = f"the coding `{here.id}` was changed here and there"
            words = " ".join(draft.quote.split())[:60]
            self.conflicts.append(f"{what}: there it is “{words}” under `{draft.code_id}`; it stays as it is here")
            return
        changed[here.id] = replace(here, start=draft.start, end=draft.end, code_id=draft.code_id, quote=draft.quote)
        self._note_coding(coding, here.id, draft)

    def _note_coding(self, coding: ProjectCoding, coding_id: str, draft: Coding) -> None:
        self._note_down("coding", coding.guid, coding_id, **{"as": [draft.start, draft.end, draft.code_id]})

    def _gone(self) -> None:
        """Codings that came before and that the project hasn't any more: they stay, and are counted."""
        sources = {source.guid for source in self.project.sources}
        there = {coding.guid for coding in self.project.codings}
        name = f"{plain_id(self.project.name, 'project')}.project.jsonl"
        for (kind, guid), entry in self.ledger.entries.items():
            if kind == "coding" and guid not in there and entry.get("project") == name and sources:
                self.there["codings gone there"] += entry["id"] in self.present

    def _id_for(self, coding: ProjectCoding, draft: Coding) -> str:
        """An id that the same coding gets in everybody's study, unless it is taken."""
        number = 0
        own = str(self._own("coding", coding.guid).get("id", ""))
        if plain_id(own, "") == own and own and own not in self.taken:
            self.taken.add(own)
            return own
        while True:
            content = f"{coding.guid}\x1f{_said(draft)}\x1f{number}"
            digest = int.from_bytes(sha256(content.encode("utf-8", errors="replace")).digest())
            name = f"{draft.source_id}-{draft.coder}-{six_letters(digest)}"
            if name not in self.taken:
                self.taken.add(name)
                return name
            number += 1

    def _doubt(self, coding: ProjectCoding, quote: str, why: str, *, brought: bool, coding_id: str = "") -> None:
        source_id = self.sources.get(coding.source, coding.source)
        code = self.code_ids.get(coding.code, coding.code)
        self.doubtful.append(Doubtful(source_id, quote, code, why, coding.raw, brought, coding_id))

    def _unplaced(self) -> None:
        """Selections that could not be placed: listed, since nothing else of them comes in."""
        names = {source.guid: self.sources.get(source.guid) or source.name for source in self.project.sources}
        for each in self.project.unplaced:
            codes = how_many(each.codes, "code")
            where = names.get(each.source, each.source)
            self.doubtful.append(Doubtful(where, each.snippet, codes, each.why, each.raw, brought=False))

    def _memos(self) -> tuple[Memo, ...]:
        """Notes as memos, tied to what they were tied to; descriptions of sources and cases too."""
        taken = {memo.name.casefold() for memo in self.study.memos}
        there = {memo.name for memo in self.study.memos}
        made: list[Memo] = []
        for note in (*self.project.notes, *self._descriptions()):
            words = _UNSEEN.sub("", note.text).replace("\r\n", "\n").strip()
            if not words:
                continue
            if self._own("note", note.guid):
                made += self._own_memo(note, taken)
                continue
            known = self.ledger.get("note", note.guid)
            digest = sha256(f"{note.name}{words}".encode()).hexdigest()[:16]
            if known and known["id"] in there:
                self.there["memos"] += 1
                if known.get("as") != digest:
                    said = f"the memo `{known['id']}` has other words there now; it stays as it is here"
                    self.conflicts.append(said)
                continue
            name = _free(plain_id(note.name or " ".join(words.split()[:6]), "memo"), taken)
            made.append(self._memo(note, name, words))
            self._note_down("note", note.guid, name, **{"as": digest})
        self.new["memos"] += len(made)
        return tuple(made)

    def _own_memo(self, note: Note, taken: set[str]) -> Iterator[Memo]:
        """A memo just as crosscase had it, unless it is there already."""
        own, fields = self._own("note", note.guid), self._own_fields("note", note.guid)
        name = str(own["id"])
        if name.casefold() in taken or plain_id(name, "") == "":
            self.there["memos"] += 1
            return
        taken.add(name.casefold())
        about = tuple(map(str, fields.get("about") or ()))
        date, by, kind = (one_line(str(fields.get(key, ""))) for key in ("date", "by", "kind"))
        yield Memo(name, date, by, kind, about, str(fields.get("text") or note.text))

    def _descriptions(self) -> Iterator[Note]:
        for source in self.project.sources:
            if source.description and source.guid in self.sources:
                name = f"About {source.name}"
                yield Note(f"{source.guid}/description", name, source.description, about=(source.guid,))
        for case in self.project.cases:
            if case.description and case.guid in self.case_ids:
                yield Note(f"{case.guid}/description", f"About {case.name}", case.description, about=(case.guid,))

    def _memo(self, note: Note, name: str, words: str) -> Memo:
        ids = {**self.sources, **self.code_ids, **self.case_ids}
        coding_ids = {entry["guid"]: entry["id"] for entry in self.entries if entry["kind"] == "coding"}
        about = [ids.get(guid) or coding_ids.get(guid) for guid in note.about]
        quote = self._quote(note)
        date = note.at[:10] if re.match(r"\d{4}-\d{2}-\d{2}", note.at) else ""
        title = f"# {one_line(note.name)}\n\n" if note.name else ""
        by = self.coders.get(note.coder, "") if note.coder else ""
        return Memo(name, date, by, "", tuple(dict.fromkeys(filter(None, about))), f"{title}{quote}{words}\n")

    def _quote(self, note: Note) -> str:
        """The words that a note is on, where it is on a passage."""
        source = self.project.source_by_guid.get(note.source)
        if source is None or not source.text or not note.start < note.end:
            return ""
        return f"On “{' '.join(source.text[note.start : note.end].split())}”:\n\n"

    def _count(self) -> None:
        """What a project has and a study has no room for."""
        project = self.project
        self.left["links"] += len(project.links)
        self.left["sets of codes or notes"] += sum(bool(group.codes or group.notes) for group in project.groups)
        self.left["code colours"] += sum(bool(code.color) for code in project.codes)
        whole = (coding for coding in project.whole_codings if coding.code not in self.case_ids)
        self.left["codings of a whole source"] += sum(1 for _ in whole)
        self.left["codings that were there twice"] += project.merged


_WHY = {
    "links": "relations between things; notes keep what they are on",
    "sets of codes or notes": "groups; those of sources are kept in sources.csv",
    "code colours": "codes have no colour here",
    "codings of a whole source": "a coding needs words; a source's values hold what is true of all of it",
    "codings that were there twice": "the same coder, code and place: one was kept",
    "groupings of codes below the first level": "a codebook has one level of categories; the codes below are kept",
    "sources that belong to several cases": "their codings say which, where they lie in one case's part",
}


def plain_id(name: str, fallback: str) -> str:
    """An id made of a name: its letters, digits, `-` and `_`."""
    return id_of(name) or fallback


def one_line(words: str) -> str:
    """Words on one line, without what no file can hold."""
    return " ".join(_UNSEEN.sub("", words).split())


def column(name: str) -> str:
    """The name of a column that another program's variable becomes."""
    plain = " ".join(_IN_COLUMNS.sub(" ", name).split()).lstrip("#=+-@ ") or "value"
    return f"{plain} (imported)" if plain in _OWN_COLUMNS else plain


def in_table(value: str) -> str:
    """A value for a table that people open in a spreadsheet: never a formula there."""
    words = one_line(value)
    return f"'{words}" if FORMULA.match(words) and not _NUMBER.fullmatch(words) else words


def _free(name: str, taken: set[str]) -> str:
    """The name, or the first of `name-2`, `name-3` … that nothing has; it is taken then, whatever its capitals."""
    candidate, number = name, 2
    while candidate.casefold() in taken:
        candidate, number = f"{name}-{number}", number + 1
    taken.add(candidate.casefold())
    return candidate


def _said(coding: Coding) -> tuple[str, int, int, str, str, str]:
    return coding.source_id, coding.start, coding.end, coding.code_id, coding.value, coding.case_id
