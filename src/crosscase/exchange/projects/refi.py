"""REFI-QDA in: .qdpx and .qde projects, .qdc codebooks, as the programs write them and not only as the standard says.

Names are matched without their namespace, guids without braces and capitals. What is damaged is counted or listed,
and the rest is read.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from crosscase.exchange.projects.archive import Archive
from crosscase.exchange.projects.positions import ENOUGH, Placed, Selected, Text, keep_snippets, of_all, placed
from crosscase.exchange.projects.project import (
    CaseSpan,
    Group,
    Note,
    Project,
    ProjectCase,
    ProjectCode,
    ProjectCoding,
    ProjectLink,
    ProjectSource,
    SourceKind,
    Unplaced,
    WholeCoding,
    guid_for,
    merged,
    not_carried,
)
from crosscase.exchange.text import DAMAGE, declares, decode
from crosscase.exchange.transcript import Unreadable
from crosscase.wording import how_many

LARGEST_XML = 500_000_000
KINDS: Mapping[str, SourceKind] = {
    "TextSource": "text",
    "PDFSource": "pdf",
    "PictureSource": "picture",
    "AudioSource": "audio",
    "VideoSource": "video",
}
# Areas and times can't be a segment of a text: how codings of them are called in the report.
_ELSEWHERE = {
    "PDFSelection": "PDF area codings",
    "PictureSelection": "picture codings",
    "AudioSelection": "audio/video codings",
    "VideoSelection": "audio/video codings",
    "TranscriptSelection": "transcript codings",
}
_REASONS = {
    "picture codings": "regions of pictures",
    "PDF area codings": "boxes on PDF pages; only codings of the page's text have a place",
    "audio/video codings": "times of recordings",
    "transcript codings": "transcripts tied to times of recordings",
    "Transcript": "transcripts tied to times of recordings; import them as texts",
    "TranscriptSelection": "transcripts tied to times of recordings",
    "SyncPoint": "transcripts tied to times of recordings",
    "picture sources": "not text",
    "audio sources": "not text",
    "video sources": "not text",
    "PDF sources without text": "only the text beside a PDF can be coded",
    "text sources whose text is missing": "the file is not in the archive",
    "selections that cannot be placed": "each is listed",
    "selections without a code (comments)": "nothing was written there",
    "case selections (SelectionRef)": "the part of a source that is meant isn't in the file",
    "case codes (CodeRef)": "codes of a case as a whole",
    "rich text copies": "the plain text is used; type and pictures are lost",
    "selections in notes": "memos aren't coded",
    "empty notes": "nothing was written there",
}
# As the schemas spell them.
_NAMES = """
    Project Users User CodeBook Codes Code Description NoteRef Variables Variable VariableValue VariableRef TextValue
    BooleanValue IntegerValue FloatValue DateValue DateTimeValue Cases Case CodeRef SourceRef SelectionRef Sources
    TextSource PictureSource PDFSource AudioSource VideoSource PlainTextContent PlainTextSelection Coding PDFSelection
    Representation PictureSelection TextDescription AudioSelection VideoSelection Transcript SyncPoint
    TranscriptSelection Notes Note Links Link Sets Set MemberCode MemberSource MemberNote Graphs Graph Vertex Edge
"""
_REFERENCES = ("{*}SourceRef", "{*}NoteRef", "{*}SelectionRef")
_ELEMENTS = {name.casefold(): name for name in _NAMES.split()}
_MEDIA = ("Transcript", "TranscriptSelection", "SyncPoint")

Element = Any  # lxml ships no types


@dataclass
class _Draft:
    """What is gathered while a project is read."""

    origin: str
    archive: Archive | None
    users: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    codes: dict[str, ProjectCode] = field(default_factory=dict)
    sources: dict[str, ProjectSource] = field(default_factory=dict)
    texts: dict[str, Text] = field(default_factory=dict)
    holders: dict[str, Element] = field(default_factory=dict)
    codings: list[ProjectCoding] = field(default_factory=list)
    whole: list[WholeCoding] = field(default_factory=list)
    notes: dict[str, Note] = field(default_factory=dict)
    spans: dict[str, tuple[str, int, int]] = field(default_factory=dict)
    parts: set[str] = field(default_factory=set)
    taken: set[str] = field(default_factory=set)
    strangers: int = 0
    seen: int = 0
    unplaced: list[Unplaced] = field(default_factory=list)
    left: Counter[str] = field(default_factory=Counter)
    notices: list[str] = field(default_factory=list)


def read(data: bytes) -> Project:
    """A .qdpx project, or a bare .qde without its sources. Raises `Unreadable` where it is none, or hostile."""
    archive = Archive(data) if data.startswith(b"PK") else None
    root = parsed(archive.read(archive.project_part()) if archive else data)
    strange = _spelt_as_usual(root)
    if local(root) == "CodeBook":
        return _codebook(root)
    if local(root) != "Project":
        raise Unreadable(f"it begins with <{local(root)}>, so it is no REFI-QDA project; export it again")
    return _project(root, archive, strange)


def parsed(data: bytes) -> Element:
    """The root of a REFI-QDA document. Raises `Unreadable` where it is damaged, or declares a document type."""
    from lxml import etree  # type: ignore[import-untyped]

    if len(data) > LARGEST_XML:
        raise Unreadable("it is larger than 500 MB; export the project in parts")
    if declares(data, "<!ENTITY") or declares(data, "<!DOCTYPE"):
        raise Unreadable("it declares a document type or entities, which no project needs; nothing was read")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    try:
        root = etree.fromstring(data.removeprefix(b"\xef\xbb\xbf").strip(), parser)
    except DAMAGE as error:
        raise Unreadable(f"its XML is damaged ({error}); export the project again") from error
    if root.getroottree().docinfo.doctype:
        raise Unreadable("it declares a document type, which no project needs; nothing was read")
    return root


def guid_of(written: str | None) -> str:
    """A guid to compare by: without braces, in small letters."""
    return (written or "").strip().strip("{}").casefold()


def local(element: Element) -> str:
    """An element's name without its namespace; empty for comments and the like."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def children(element: Element | None, *names: str) -> list[Element]:
    """The children of these names, in their order; none of an element that isn't there."""
    return [child for child in element if local(child) in names] if element is not None else []


def child(element: Element | None, name: str) -> Element | None:
    return next(iter(children(element, name)), None)


def described(element: Element) -> str:
    """The words of an element's Description."""
    words = child(element, "Description")
    return (words.text or "").strip() if words is not None else ""


def _codebook(root: Element) -> Project:
    draft = _Draft(root.get("origin") or "", None)
    _codes(child(root, "Codes"), draft)
    groups = tuple(_groups(child(root, "Sets")))
    return Project(origin=draft.origin, codes=tuple(draft.codes.values()), groups=groups)


def _spelt_as_usual(root: Element) -> Counter[str]:
    """Give elements whose names have other capitals the standard's; and count those that the standard doesn't have."""
    strange: Counter[str] = Counter()
    tags = Counter(element.tag for element in root.iter("*"))
    for tag, number in tags.items():
        namespace, brace, name = tag.rpartition("}")
        usual = _ELEMENTS.get(name.casefold())
        if usual is None:
            strange[name] += number
        elif usual != name:
            for element in list(root.iter(tag)):
                element.tag = f"{namespace}{brace}{usual}"
    return strange


def _project(root: Element, archive: Archive | None, strange: Counter[str] | None = None) -> Project:
    draft = _Draft(root.get("origin") or "", archive)
    draft.notices += archive.twice if archive else ()
    for user in children(child(root, "Users"), "User"):
        guid, name = guid_of(user.get("guid")), (user.get("name") or user.get("id") or "").strip()
        if draft.users.get(guid, name) != name:
            draft.notices.append(f"two users have one guid, {draft.users[guid]} and {name}: all is {name}’s")
        draft.users[guid] = name
    for variable in children(child(root, "Variables"), "Variable"):
        draft.names[guid_of(variable.get("guid"))] = variable.get("name") or ""
        draft.variables[variable.get("name") or ""] = variable.get("typeOfVariable") or "Text"
    _codes(child(child(root, "CodeBook"), "Codes"), draft)
    cases = _cases(child(root, "Cases"), draft)
    for element in children(child(root, "Sources"), *KINDS):
        _source(element, draft)
    _place(draft)
    for element in children(child(root, "Notes"), "Note"):
        _note(element, draft)
    _tie_notes(root, draft)
    spans = tuple(_case_spans(child(root, "Cases"), draft))
    links = _links(child(root, "Links"), draft)
    _count(root, draft)
    draft.left.update({f"<{name}> elements": number for name, number in (strange or {}).items()})
    if draft.strangers:
        draft.notices.append(f"{how_many(draft.strangers, 'coding')} of users whom the project doesn't list: no coder")
    own = _own(archive) if draft.origin.startswith("crosscase") else {}
    # Two of our own codings of one place may be about different cases.
    codings, twice = (tuple(draft.codings), 0) if own else merged(draft.codings)
    return Project(
        name=root.get("name") or "",
        origin=draft.origin,
        codes=tuple(draft.codes.values()),
        sources=tuple(draft.sources.values()),
        codings=codings,
        whole_codings=tuple(draft.whole),
        cases=cases,
        case_spans=spans,
        notes=tuple(note for note in draft.notes.values() if note.text),
        links=links,
        groups=tuple(_groups(child(root, "Sets"))),
        variables=draft.variables,
        coders=tuple(dict.fromkeys(filter(None, draft.users.values()))),
        unplaced=tuple(draft.unplaced),
        not_carried=not_carried(
            draft.left, dict.fromkeys(draft.left, "not in the standard, or not in the project") | _REASONS
        ),
        merged=twice,
        notices=tuple(draft.notices),
        own=own,
    )


def _own(archive: Archive | None) -> Mapping[tuple[str, str], Mapping[str, Any]]:
    """What crosscase wrote beside its own project; lines that someone spoiled count for nothing."""
    if archive is None or not archive.has("internal://crosscase.json"):
        return {}
    entries: dict[tuple[str, str], Mapping[str, Any]] = {}
    for line in (archive.source("internal://crosscase.json") or b"").splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if isinstance(entry, dict) and isinstance(entry.get("id"), str):
            entries[str(entry.get("kind")), str(entry.get("guid"))] = entry
    return entries


def _codes(codes: Element | None, draft: _Draft) -> None:
    """All codes, those above first; one that takes a guid twice keeps it once."""
    waiting = [(element, "") for element in reversed(children(codes, "Code"))]
    while waiting:
        element, parent = waiting.pop()
        guid = guid_of(element.get("guid")) or f"code-{len(draft.codes) + 1}"
        code = ProjectCode(
            guid,
            (element.get("name") or "").strip() or f"(code without a name, {guid[:8]})",
            parent,
            (element.get("isCodable") or "true").strip().casefold() not in ("false", "0"),
            element.get("color") or "",
            described(element),
        )
        if guid in draft.codes:
            draft.notices.append(f"two codes have one guid, {draft.codes[guid].name} and {code.name}: the first counts")
        draft.codes.setdefault(guid, code)
        waiting += [(below, guid) for below in reversed(children(element, "Code"))]


def _cases(cases: Element | None, draft: _Draft) -> tuple[ProjectCase, ...]:
    read = []
    for element in children(cases, "Case"):
        guid = guid_of(element.get("guid"))
        if guid in draft.codes:
            draft.codes[guid] = replace(draft.codes[guid], is_case=True)
        sources = tuple(guid_of(ref.get("targetGUID")) for ref in children(element, "SourceRef"))
        draft.left["case codes (CodeRef)"] += len(children(element, "CodeRef"))
        draft.parts |= {guid_of(reference.get("targetGUID")) for reference in children(element, "SelectionRef")}
        name = (element.get("name") or "").strip()
        read.append(ProjectCase(guid, name, described(element), _values(element, draft), sources))
    return tuple(read)


def _case_spans(cases: Element | None, draft: _Draft) -> Iterator[CaseSpan]:
    """The parts of sources that cases refer to."""
    for element in children(cases, "Case"):
        for reference in children(element, "SelectionRef"):
            span = draft.spans.get(guid_of(reference.get("targetGUID")))
            if span is None:
                draft.left["case selections (SelectionRef)"] += 1
            else:
                yield CaseSpan(guid_of(element.get("guid")), *span)


def _values(element: Element, draft: _Draft) -> dict[str, str]:
    """The values of variables that stand at an element; one without a value is missing."""
    values = {}
    for value in children(element, "VariableValue"):
        reference = child(value, "VariableRef")
        name = draft.names.get(guid_of(reference.get("targetGUID")), "") if reference is not None else ""
        written = next((part.text for part in value if local(part).endswith("Value")), None)
        has_value = written is not None and bool(written.strip())
        draft.left["values of variables that aren't there"] += has_value and not name
        if name and written and has_value:
            values[name] = written.strip()
    return values


def _source(element: Element, draft: _Draft) -> None:
    guid = guid_of(element.get("guid"))
    while not guid or guid in draft.sources:
        guid = f"{guid}+"
    representation = child(element, "Representation")
    holder = representation if representation is not None else element
    kind = KINDS[local(element)]
    text = _text(holder, draft) if kind in ("text", "pdf") else None
    if text is None:
        _without_text(kind, representation is not None, draft)
    else:
        draft.texts[guid] = text
    draft.sources[guid] = ProjectSource(
        guid,
        (element.get("name") or "").strip(),
        text.plain if text else None,
        kind,
        described(element),
        _values(element, draft),
        draft.users.get(guid_of(element.get("creatingUser")), ""),
        element.get("creationDateTime") or "",
    )
    draft.holders[guid] = holder
    for coding in (*children(element, "Coding"), *(children(holder, "Coding") if holder is not element else ())):
        _whole_coding(guid, coding, draft)


def _without_text(kind: SourceKind, has_representation: bool, draft: _Draft) -> None:
    if kind == "text" or has_representation:
        draft.left["text sources whose text is missing"] += 1
    else:
        draft.left["PDF sources without text" if kind == "pdf" else f"{kind} sources"] += 1


def _text(element: Element, draft: _Draft) -> Text | None:
    """The text of a source or note, be it in the document or in a file of the archive."""
    content = child(element, "PlainTextContent")
    if content is not None and content.text:
        return Text(content.text)
    path = element.get("plainTextPath") or ""
    data = _part(path, draft)
    if data is None:
        return Text("") if content is not None else None
    try:
        return Text(data.decode("utf-8").removeprefix("\ufeff"))
    except UnicodeDecodeError:
        return Text(decode(data)[0])


def _part(path: str, draft: _Draft) -> bytes | None:
    """A file of the archive; one that is damaged or far too large is as if it weren't there, and said."""
    if draft.archive is None or not path:
        return None
    try:
        return draft.archive.source(path)
    except Unreadable as error:
        draft.notices.append(str(error))
        return None


def _place(draft: _Draft) -> None:
    """All sources' selections in their places, each with its codings."""
    selected = {guid: _selected(holder) for guid, holder in draft.holders.items()}
    first = of_all(((draft.texts[guid], selected[guid]) for guid in draft.texts), draft.origin)
    placements = {guid: placed(text, selected[guid], first) for guid, text in draft.texts.items()}
    keeps = keep_snippets((placement, selected[guid]) for guid, placement in placements.items())
    for guid, holder in draft.holders.items():
        elements = children(holder, "PlainTextSelection")
        if guid in draft.texts:
            placement = placements[guid]
            if keeps and any(place.proof == "words" for place in placement.placed):
                placement = placed(draft.texts[guid], selected[guid], first, keeps_snippets=True)
            draft.sources[guid] = replace(draft.sources[guid], habit=str(placement.habit), why=placement.why)
            places = placement.placed
        else:
            places = (Placed(None, "doubtful", "its text is missing"),) * len(elements)
        for element, selection, place in zip(elements, selected[guid], places, strict=True):
            _selection(guid, element, selection, place, draft)


def _selected(holder: Element) -> list[Selected]:
    elements = children(holder, "PlainTextSelection")
    return [Selected(_numbers(element), element.get("name") or "") for element in elements]


def _numbers(element: Element) -> tuple[int, int]:
    """The two numbers of a selection; what is no number is a place that isn't there."""
    start, end = (_number(element.get(name)) for name in ("startPosition", "endPosition"))
    return start, end


def _number(written: str | None) -> int:
    plain = (written or "").strip()
    return int(plain) if plain.lstrip("+-").isdecimal() and len(plain) < 12 else -1


def _not_placed(guid: str, element: Element, selection: Selected, why: str, draft: _Draft) -> None:
    codes = len(children(element, "Coding"))
    draft.seen += codes
    draft.unplaced.append(Unplaced(guid, selection.raw, codes, why, selection.name))
    draft.left["selections that cannot be placed"] += 1


def _selection(guid: str, element: Element, selection: Selected, place: Placed, draft: _Draft) -> None:
    if place.span is None:
        _not_placed(guid, element, selection, place.doubt, draft)
        return
    start, end = place.span
    own_guid = guid_of(element.get("guid")) or guid_for(guid, str(start), str(end))
    draft.spans[own_guid] = (guid, start, end)
    memo = described(element)
    codings = children(element, "Coding")
    user = guid_of(element.get("creatingUser"))
    at = element.get("creationDateTime") or ""
    draft.seen += len(codings)
    # The standard has one code in a coding; where a program wrote several, each counts.
    coded = [(coding, reference) for coding in codings for reference in children(coding, "CodeRef") or [None]]
    for coding, reference in coded:
        code = guid_of(reference.get("targetGUID")) if reference is not None else ""
        if code not in draft.codes:
            draft.unplaced.append(Unplaced(guid, selection.raw, 1, "its code is not in the codebook", selection.name))
            draft.left["selections that cannot be placed"] += 1
            continue
        coder = _coder(guid_of(coding.get("creatingUser")) or user, draft)
        date = coding.get("creationDateTime") or at
        # A guid that isn't there, or stands twice, would make two codings one at the next import.
        own = guid_of(coding.get("guid"))
        own = own if own and own not in draft.taken else guid_for(own, guid, str(start), str(end), code, coder)
        draft.taken.add(own)
        proof, doubt, raw = place.proof, place.doubt, selection.raw
        made = ProjectCoding(own, guid, start, end, code, coder, date, memo, proof, doubt, raw)
        draft.codings.append(made)
    if not codings and memo:
        note = own_guid
        draft.notes[note] = Note(note, "", memo, draft.users.get(user, ""), at, (guid,), guid, start, end)
    elif not codings and child(element, "NoteRef") is None and own_guid not in draft.parts:
        draft.left["selections without a code (comments)"] += 1


def _coder(guid: str, draft: _Draft) -> str:
    """The user's name; a user whom the project doesn't list is nobody, and counted."""
    draft.strangers += bool(guid) and guid not in draft.users
    return draft.users.get(guid, "")


def _whole_coding(guid: str, coding: Element, draft: _Draft) -> None:
    draft.seen += 1
    reference = child(coding, "CodeRef")
    code = guid_of(reference.get("targetGUID")) if reference is not None else ""
    if code in draft.codes:
        coder = draft.users.get(guid_of(coding.get("creatingUser")), "")
        at = coding.get("creationDateTime") or ""
        draft.whole.append(WholeCoding(guid_of(coding.get("guid")), guid, code, coder, at))
    else:
        draft.unplaced.append(Unplaced(guid, (0, 0), 1, "its code is not in the codebook"))


def _note(element: Element, draft: _Draft) -> None:
    guid = guid_of(element.get("guid")) or f"note-{len(draft.notes) + 1}"
    text = _text(element, draft)
    words = text.plain if text and text.plain.strip() else described(element)
    if not words.strip():
        draft.left["empty notes"] += 1
    coder = draft.users.get(guid_of(element.get("creatingUser")), "")
    at = element.get("creationDateTime") or ""
    draft.notes[guid] = Note(guid, (element.get("name") or "").strip(), words, coder, at)
    if not draft.origin.casefold().startswith("qualcoder"):
        draft.left["selections in notes"] += len(children(element, "PlainTextSelection"))


def _tie_notes(root: Element, draft: _Draft) -> None:
    """Each note with what it is on: whatever refers to it. QualCoder's annotations have places of the source."""
    by_guid = {guid_of(note.get("guid")): note for note in children(child(root, "Notes"), "Note")}
    for reference in root.iter("{*}NoteRef"):
        guid = guid_of(reference.get("targetGUID"))
        holder = reference.getparent()
        note = draft.notes.get(guid)
        if note is None:
            continue
        about = "" if local(holder) == "PlainTextSelection" else guid_of(holder.get("guid"))
        draft.notes[guid] = replace(note, about=tuple(dict.fromkeys(filter(None, (*note.about, about)))))
        if local(holder) == "PlainTextSelection":
            _tie_to_place(guid, holder, holder.getparent(), draft)
        elif about in draft.texts and draft.origin.casefold().startswith("qualcoder"):
            for selection in children(by_guid.get(guid), "PlainTextSelection")[:1]:
                _tie_to_place(guid, selection, holder, draft)


def _tie_to_place(guid: str, selection: Element, source: Element, draft: _Draft) -> None:
    owner = guid_of(source.get("guid"))
    if local(source) == "Representation":
        owner = guid_of(source.getparent().get("guid"))
    text = draft.texts.get(owner)
    if text is None:
        return
    selected = Selected(_numbers(selection), selection.get("name") or "")
    others = _selected(source)[:ENOUGH]
    place = placed(text, [selected, *others], of_all([(text, others)], draft.origin)).placed[0]
    if place.span is not None:
        note = draft.notes[guid]
        about = tuple(dict.fromkeys((*note.about, owner)))
        draft.notes[guid] = replace(note, source=owner, start=place.span[0], end=place.span[1], about=about)


def _links(links: Element | None, draft: _Draft) -> tuple[ProjectLink, ...]:
    """The links; one end of which is a note tells what that note is on."""
    read = []
    for element in children(links, "Link"):
        origin, target = guid_of(element.get("originGUID")), guid_of(element.get("targetGUID"))
        for note, thing in ((origin, target), (target, origin)):
            if note in draft.notes and thing and thing not in draft.notes[note].about:
                draft.notes[note] = replace(draft.notes[note], about=(*draft.notes[note].about, thing))
        guid, name = guid_of(element.get("guid")), element.get("name") or ""
        read.append(ProjectLink(guid, name, origin, target, element.get("direction") or ""))
    return tuple(read)


def _groups(sets: Element | None) -> Iterator[Group]:
    for element in children(sets, "Set"):
        members = {
            name: tuple(guid_of(member.get("targetGUID") or member.get("guid")) for member in children(element, name))
            for name in ("MemberCode", "MemberSource", "MemberNote")
        }
        guid = guid_of(element.get("guid"))
        yield Group(guid, element.get("name") or "", *members.values())


def _count(root: Element, draft: _Draft) -> None:
    """What a project has and a `Project` has no room for."""
    others = -draft.seen
    for element in root.iter("{*}Coding"):
        what = _ELSEWHERE.get(local(element.getparent()))
        others += not what
        if what:
            draft.left[what] += 1
    others -= sum(1 for note in children(child(root, "Notes"), "Note") for _ in note.iter("{*}Coding"))
    draft.left["codings in parts that the standard doesn't have"] += others
    for name in _MEDIA:
        draft.left[name] += sum(1 for _ in root.iter(f"{{*}}{name}"))
    targets = [(local(element), guid_of(element.get("targetGUID"))) for element in root.iter(*_REFERENCES)]
    guids = {guid_of(element.get("guid")) for element in root.iter("*")} if targets else set()
    for name, target in targets:
        draft.left[f"references that lead nowhere ({name})"] += target not in guids
    draft.left["graphs"] += len(children(child(root, "Graphs"), "Graph"))
    copies = (element.get("richTextPath") for element in root.iter("{*}TextSource", "{*}Note", "{*}Representation"))
    draft.left["rich text copies"] += sum(1 for path in copies if path and draft.archive and draft.archive.has(path))
