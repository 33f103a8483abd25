"""REFI-QDA out: a project as .qdpx or .qdc, in the order and spelling that the strictest known program wants.

Guids are in capitals and the same at each export; positions count code points, a selection's name holds its snippet.
"""

import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from crosscase import __version__
from crosscase.exchange.projects.positions import Habit, Reading, Text, fold
from crosscase.exchange.projects.project import (
    CaseSpan,
    Group,
    NotCarried,
    Project,
    ProjectCase,
    ProjectCode,
    ProjectCoding,
    ProjectLink,
    ProjectSource,
    guid_for,
)

Receiver = Literal["", "nvivo", "atlas", "maxqda"]
RECEIVERS = ("nvivo", "atlas", "maxqda")
NAMESPACE = "urn:QDA-XML:project:1.0"
CODEBOOK = "urn:QDA-XML:codebook:1.0"
_SCHEMA = "http://schema.qdasoftware.org/versions/{0}/v1.0/{0}.xsd"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
LONGEST_NAME = 200
SHORT_NAME = 100

# What XML 1.0 has no place for.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}|#[0-9A-Fa-f]{3}")
_DATE = re.compile(
    r"(?P<day>\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))"
    r"(?:[T ](?P<time>(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?P<part>\.\d{1,6})?)?(?P<zone>Z|[+-]\d{2}:\d{2})?"
)
_TYPES = {
    "Integer": ("IntegerValue", re.compile(r"[-+]?\d+")),
    "Float": ("FloatValue", re.compile(r"[-+]?\d+(?:\.\d+)?")),
    "Boolean": ("BooleanValue", re.compile("true|false|0|1")),
    "Date": ("DateValue", re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")),
}
_VARIABLES = ("Text", "Boolean", "Integer", "Float", "Date", "DateTime")

Element = Any  # lxml ships no types


@dataclass(frozen=True, slots=True)
class _Form:
    """How a receiver wants it: positions, line ends of texts, and whether each coding has a selection of its own."""

    habit: Habit
    crlf: bool = False
    one_each: bool = False


_FORMS: Mapping[str, _Form] = {
    "": _Form(Habit("code points", False)),
    "atlas": _Form(Habit("code points", False)),
    "nvivo": _Form(Habit("UTF-16 units", True), one_each=True),
    # As QualCoder writes for MAXQDA: line ends of Windows in the text, and numbers that count them once.
    "maxqda": _Form(Habit("code points", False), crlf=True),
}


def write(project: Project, receiver: Receiver = "", *, beside: Mapping[str, bytes] | None = None) -> bytes:
    """The project as a .qdpx. `beside` are further parts, for whoever knows them. The same project, the same bytes."""
    writer = _Writer(project, _FORMS[receiver])
    qde = _document(writer.root())
    parts = {"project.qde": qde, **writer.texts(), **(beside or {})}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return file.getvalue()


def write_codebook(project: Project) -> bytes:
    """The project's codes and sets of codes as a .qdc."""
    from lxml import etree  # type: ignore[import-untyped]

    root = etree.Element(f"{{{CODEBOOK}}}CodeBook", nsmap={None: CODEBOOK, "xsi": _XSI})
    root.set(f"{{{_XSI}}}schemaLocation", f"{CODEBOOK} {_SCHEMA.format('Codebook')}")
    root.set("origin", origin())
    writer = _Writer(project, _FORMS[""])
    writer.codes(root, CODEBOOK, with_notes=False)
    sets = [group for group in project.groups if any(guid in project.code_by_guid for guid in group.codes)]
    holder = _below(root, "Sets", CODEBOOK) if sets else None
    for group in sets:
        element = _below(holder, "Set", CODEBOOK, guid=writer.guid(group.guid), name=plain(group.name))
        for guid in group.codes:
            if guid in project.code_by_guid:
                _below(element, "MemberCode", CODEBOOK, guid=writer.guid(guid))
    return _document(root)


def lost(project: Project) -> tuple[NotCarried, ...]:
    """What a project has and the standard, as written here, doesn't."""
    without = sum(source.text is None for source in project.sources)
    empty = sum(not _members(group) for group in project.groups)
    kinds = [NotCarried("sources without text", without, "only texts are written")]
    kinds.append(NotCarried("sets without members", empty, "there is nothing in them"))
    kinds += project.not_carried
    return tuple(kind for kind in kinds if kind.count)


def origin() -> str:
    return f"crosscase {__version__}"


def plain(words: str) -> str:
    """Words as XML can hold them."""
    return _FORBIDDEN.sub("", words)


def moment(written: str) -> str:
    """A date or time as the standard writes it; empty where it is none. Without a zone it is taken for UTC."""
    match = _DATE.fullmatch(written.strip())
    if match is None:
        return ""
    return f"{match['day']}T{match['time'] or '00:00:00'}{match['part'] or ''}{match['zone'] or 'Z'}"


def _document(root: Element) -> bytes:
    from lxml import etree

    data: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)
    return data


def _below(parent: Element, tag: str, namespace: str = NAMESPACE, /, **attributes: str) -> Element:
    """A new child with the attributes that have something in them; a name may be empty."""
    from lxml import etree

    element = etree.SubElement(parent, f"{{{namespace}}}{tag}")
    for key, value in attributes.items():
        if value or key == "name":
            element.set(key, value)
    return element


def _describe(parent: Element, words: str, namespace: str = NAMESPACE) -> None:
    if words:
        _below(parent, "Description", namespace).text = plain(words)


@dataclass(frozen=True, slots=True)
class _Selection:
    """What stands at one place of a source: codings with one memo, or only a note or a case that refers to it."""

    start: int
    end: int
    memo: str = ""
    codings: tuple[ProjectCoding, ...] = ()
    notes: tuple[str, ...] = ()
    guid: str = ""


class _Writer:
    """One project on its way out."""

    def __init__(self, project: Project, form: _Form) -> None:
        self.project = project
        self.form = form
        self.users = {name: guid_for("user", name).upper() for name in self._coders()}
        self.variables = {name: guid_for("variable", name).upper() for name in self._variables()}
        self.notes_on = self._notes_on()
        self.written = [source for source in project.sources if source.text is not None]
        self._case_spans: dict[CaseSpan, str] = {}

    def guid(self, guid: str) -> str:
        """A guid as the standard writes it, in capitals; another one for what is none."""
        return (guid if _GUID.fullmatch(guid) else guid_for("written", guid)).upper()

    def root(self) -> Element:
        from lxml import etree

        root = etree.Element(f"{{{NAMESPACE}}}Project", nsmap={None: NAMESPACE, "xsi": _XSI})
        root.set(f"{{{_XSI}}}schemaLocation", f"{NAMESPACE} {_SCHEMA.format('Project')}")
        root.set("name", plain(self.project.name))
        root.set("origin", origin())
        self._users(root)
        if self.project.codes:
            self.codes(_below(root, "CodeBook"), NAMESPACE)
        self._write_variables(root)
        # Cases come before sources, and refer to selections in them.
        for number, span in enumerate(self.project.case_spans):
            self._case_spans[span] = self.guid(guid_for("case span", *map(str, (*_fields(span), number))))
        self._cases(root)
        self._sources(root)
        self._notes(root)
        self._links(root)
        self._sets(root)
        return root

    def texts(self) -> dict[str, bytes]:
        """The texts of the sources, by their place in the archive."""
        return {f"sources/{self.guid(source.guid)}.txt": self._text(source) for source in self.written}

    def _text(self, source: ProjectSource) -> bytes:
        text = source.text or ""
        text = text.replace("\n", "\r\n") if self.form.crlf else text
        # A text that begins with U+FEFF would lose it to whoever takes it for the mark of the file.
        text = f"\ufeff{text}" if text.startswith("\ufeff") else text
        return text.encode("utf-8", errors="replace")

    def _coders(self) -> Iterable[str]:
        coders = (coding.coder for coding in self.project.codings)
        notes = (note.coder for note in self.project.notes)
        wholes = (coding.coder for coding in self.project.whole_codings)
        sources = (source.coder for source in self.project.sources)
        return dict.fromkeys(filter(None, (*self.project.coders, *coders, *notes, *wholes, *sources)))

    def _variables(self) -> Iterable[str]:
        of_sources = (name for source in self.project.sources for name in source.attributes)
        of_cases = (name for case in self.project.cases for name in case.attributes)
        return dict.fromkeys((*self.project.variables, *of_sources, *of_cases))

    def _notes_on(self) -> Mapping[str, list[str]]:
        """The notes on each code, source and coding. Those on other things are tied by links."""
        notes: dict[str, list[str]] = defaultdict(list)
        for note in self.project.notes:
            for guid in note.about:
                if not (note.start < note.end and guid == note.source):
                    notes[guid].append(note.guid)
        return notes

    def _refer_to_notes(self, element: Element, guid: str) -> None:
        for note in self.notes_on.get(guid, ()):
            _below(element, "NoteRef", targetGUID=self.guid(note))

    def _users(self, root: Element) -> None:
        holder = _below(root, "Users") if self.users else None
        for name, guid in self.users.items():
            _below(holder, "User", guid=guid, name=plain(name))

    def codes(self, parent: Element, namespace: str, *, with_notes: bool = True) -> None:
        """The codes below each other, those of a parent that isn't there at the top."""
        holder = _below(parent, "Codes", namespace)
        below: dict[str, list[ProjectCode]] = defaultdict(list)
        for code in self.project.codes:
            below[code.parent if code.parent in self.project.code_by_guid else ""].append(code)
        waiting = [(code, holder) for code in reversed(below[""])]
        while waiting:
            code, above = waiting.pop()
            codable = "true" if code.codable else "false"
            colour = code.color.upper() if _COLOUR.fullmatch(code.color) else ""
            name = plain(code.name)
            element = _below(above, "Code", namespace, guid=self.guid(code.guid), name=name)
            element.set("isCodable", codable)
            if colour:
                element.set("color", colour)
            _describe(element, code.description, namespace)
            if with_notes:
                self._refer_to_notes(element, code.guid)
            waiting += [(each, element) for each in reversed(below[code.guid])]

    def _write_variables(self, root: Element) -> None:
        holder = _below(root, "Variables") if self.variables else None
        for name, guid in self.variables.items():
            kind = self.project.variables.get(name, "Text")
            kind = kind if kind in _VARIABLES else "Text"
            _below(holder, "Variable", guid=guid, name=plain(name), typeOfVariable=kind)

    def _values(self, element: Element, attributes: Mapping[str, str]) -> None:
        for name, value in attributes.items():
            holder = _below(element, "VariableValue")
            _below(holder, "VariableRef", targetGUID=self.variables[name])
            tag, pattern = _TYPES.get(self.project.variables.get(name, ""), ("TextValue", None))
            fits = pattern is None or pattern.fullmatch(value)
            _below(holder, tag if fits else "TextValue").text = plain(value)

    def _cases(self, root: Element) -> None:
        holder = _below(root, "Cases") if self.project.cases else None
        spans: dict[str, list[CaseSpan]] = defaultdict(list)
        for span in self.project.case_spans:
            spans[span.case].append(span)
        for case in self.project.cases:
            element = _below(holder, "Case", guid=self.guid(case.guid), name=plain(case.name))
            _describe(element, case.description)
            self._values(element, case.attributes)
            self._refer_to_sources(element, case)
            for span in spans[case.guid]:
                _below(element, "SelectionRef", targetGUID=self._case_spans[span])

    def _refer_to_sources(self, element: Element, case: ProjectCase) -> None:
        written = {source.guid for source in self.written}
        for guid in case.sources:
            if guid in written:
                _below(element, "SourceRef", targetGUID=self.guid(guid))

    def _sources(self, root: Element) -> None:
        holder = _below(root, "Sources") if self.written else None
        selections = self._selections()
        for source in self.written:
            guid = self.guid(source.guid)
            element = _below(
                holder, "TextSource", guid=guid, name=plain(source.name), plainTextPath=f"internal://{guid}.txt",
                creatingUser=self.users.get(source.coder, ""), creationDateTime=moment(source.at),
            )  # fmt: skip
            _describe(element, source.description)
            text = source.text or ""
            reading = Reading(Text(text), self.form.habit)
            for selection in selections[source.guid]:
                self._selection(element, selection, source.guid, text, reading)
            for coding in self.project.whole_codings:
                if coding.source == source.guid:
                    self._coding(element, coding.guid, coding.code, coding.coder, coding.at)
            self._refer_to_notes(element, source.guid)
            self._values(element, source.attributes)

    def _selections(self) -> Mapping[str, list[_Selection]]:
        """Each source's selections in reading order: codings of one place and memo share one."""
        gathered: dict[str, dict[tuple[int, int, str, str], list[ProjectCoding]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for coding in self.project.codings:
            own = coding.guid if self.form.one_each else ""
            gathered[coding.source][coding.start, coding.end, coding.memo, own].append(coding)
        made: dict[str, list[_Selection]] = defaultdict(list)
        for source, places in gathered.items():
            made[source] += [_Selection(*place[:3], tuple(codings)) for place, codings in places.items()]
        for note in self.project.notes:
            if note.start < note.end:
                made[note.source].append(_Selection(note.start, note.end, notes=(note.guid,)))
        for span, guid in self._case_spans.items():
            made[span.source].append(_Selection(span.start, span.end, guid=guid))
        for selections in made.values():
            selections.sort(key=lambda selection: (selection.start, selection.end))
        return made

    def _selection(self, parent: Element, selection: _Selection, source: str, text: str, reading: Reading) -> None:
        first = selection.codings[0] if selection.codings else None
        parts = (source, selection.start, selection.end, selection.memo, first.guid if first else selection.notes)
        element = _below(
            parent,
            "PlainTextSelection",
            guid=selection.guid or guid_for("selection", *map(str, parts)).upper(),
            name=snippet(text[selection.start : selection.end]),
            startPosition=str(reading.number(selection.start)),
            endPosition=str(reading.number(selection.end)),
            creatingUser=self.users.get(first.coder, "") if first else "",
            creationDateTime=moment(first.at) if first else "",
        )
        _describe(element, selection.memo)
        for coding in selection.codings:
            self._coding(element, coding.guid, coding.code, coding.coder, coding.at)
        for note in selection.notes:
            _below(element, "NoteRef", targetGUID=self.guid(note))

    def _coding(self, parent: Element, guid: str, code: str, coder: str, at: str) -> None:
        user, date = self.users.get(coder, ""), moment(at)
        element = _below(parent, "Coding", guid=self.guid(guid), creatingUser=user, creationDateTime=date)
        _below(element, "CodeRef", targetGUID=self.guid(code))
        self._refer_to_notes(element, guid)

    def _notes(self, root: Element) -> None:
        holder = _below(root, "Notes") if self.project.notes else None
        for note in self.project.notes:
            user, date = self.users.get(note.coder, ""), moment(note.at)
            guid, name = self.guid(note.guid), plain(note.name)
            element = _below(holder, "Note", guid=guid, name=name, creatingUser=user, creationDateTime=date)
            _below(element, "PlainTextContent").text = plain(note.text)

    def _links(self, root: Element) -> None:
        links = [*self.project.links, *self._links_of_notes()]
        holder = _below(root, "Links") if links else None
        for link in links:
            ends = {"originGUID": link.origin, "targetGUID": link.target}
            written = {name: self.guid(guid) for name, guid in ends.items() if guid}
            direction = link.direction if link.direction in ("Associative", "OneWay", "Bidirectional") else ""
            _below(holder, "Link", guid=self.guid(link.guid), name=plain(link.name), direction=direction, **written)

    def _links_of_notes(self) -> Iterator[ProjectLink]:
        """Links from notes to what no note can be referred to from, such as cases."""
        can_refer = {code.guid for code in self.project.codes} | {source.guid for source in self.written}
        can_refer |= {coding.guid for coding in self.project.codings}
        there = {frozenset((link.origin, link.target)) for link in self.project.links}
        for note in self.project.notes:
            for guid in note.about:
                if guid not in can_refer and frozenset((note.guid, guid)) not in there:
                    yield ProjectLink(guid_for("link", note.guid, guid), "", note.guid, guid, "OneWay")

    def _sets(self, root: Element) -> None:
        groups = [group for group in self.project.groups if _members(group)]
        holder = _below(root, "Sets") if groups else None
        for group in groups:
            element = _below(holder, "Set", guid=self.guid(group.guid), name=plain(group.name))
            for name, guid in _members(group):
                _below(element, name, targetGUID=self.guid(guid))


def snippet(words: str) -> str:
    """A selection's name: its words on one line, or their beginning and a mark."""
    words = plain(fold(words))
    return words if len(words) <= LONGEST_NAME else f"{words[:SHORT_NAME].rstrip()}…"


def _fields(span: CaseSpan) -> tuple[str, str, int, int]:
    return span.case, span.source, span.start, span.end


def _members(group: Group) -> list[tuple[str, str]]:
    codes = [("MemberCode", guid) for guid in group.codes]
    sources = [("MemberSource", guid) for guid in group.sources]
    return [*codes, *sources, *(("MemberNote", guid) for guid in group.notes)]
