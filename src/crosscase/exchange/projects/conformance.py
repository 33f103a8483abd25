"""Whether a REFI-QDA file is what the standard says, and what each known program would trip over.

The schemas check neither references nor guids, nor files, nor positions; this does.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Literal

from crosscase.exchange.projects import refi
from crosscase.exchange.projects.archive import Archive
from crosscase.exchange.projects.project import Project
from crosscase.exchange.projects.refi import KINDS, children, guid_of, local
from crosscase.exchange.transcript import Unreadable
from crosscase.wording import counted, first_of

FIRST = 5
NAMESPACES = {"Project": "urn:QDA-XML:project:1.0", "CodeBook": "urn:QDA-XML:codebook:1.0"}
_GUID = re.compile(r"\{?[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}?")
_PATHS = ("plainTextPath", "richTextPath", "path")
_TARGETS = {
    "CodeRef": ("Code",),
    "VariableRef": ("Variable",),
    "NoteRef": ("Note",),
    "SourceRef": tuple(KINDS),
    "MemberCode": ("Code",),
    "MemberSource": tuple(KINDS),
    "MemberNote": ("Note",),
    "SelectionRef": (
        "PlainTextSelection", "PDFSelection", "PictureSelection", "AudioSelection", "VideoSelection",
        "TranscriptSelection",
    ),
}  # fmt: skip
_USERS = ("creatingUser", "modifyingUser", "creatingUserGUID", "modifyingUserGUID")

Element = Any  # lxml ships no types


@dataclass(frozen=True, slots=True)
class Finding:
    """One departure: which rule, in which line of the XML (0: none), what is wrong, and which programs it stops."""

    rule: str
    line: int
    what: str
    level: Literal["error", "note"] = "error"
    programs: tuple[str, ...] = ()

    def __str__(self) -> str:
        where = f"line {self.line}: " if self.line else ""
        stops = f" (trips {', '.join(self.programs)})" if self.programs else ""
        return f"{'note: ' if self.level == 'note' else ''}{where}{self.what}{stops}"


def check(data: bytes) -> tuple[Finding, ...]:
    """All departures of a .qdpx, .qde or .qdc. One that can't be read at all is one finding."""
    try:
        archive = Archive(data) if data.startswith(b"PK") else None
        xml = archive.read(archive.project_part()) if archive else data
        root = refi.parsed(xml)
        project = refi.read(data)
    except Unreadable as error:
        return (Finding("file", 0, str(error)),)
    found = [*_marks(xml, root), *_schema(root), *_guids(root), *_references(root)]
    if local(root) == "Project":
        found += [*_layout(archive), *_carriers(root, archive), *_positions(project), *_names(root)]
    return tuple(found)


def _marks(xml: bytes, root: Element) -> Iterator[Finding]:
    if xml.startswith(b"\xef\xbb\xbf"):
        yield Finding("mark", 1, "a byte order mark stands before the XML", "note", ("readers that want <?xml first",))
    namespace = root.tag.rpartition("}")[0].lstrip("{")
    wanted = NAMESPACES.get(local(root), "")
    if namespace != wanted:
        yield Finding("namespace", root.sourceline, f"the namespace is “{namespace}”, not {wanted}")


def _schema(root: Element) -> Iterator[Finding]:
    """What the standard's own schema says, as far as the namespace is the standard's."""
    from lxml import etree  # type: ignore[import-untyped]

    name = {"Project": "Project.xsd", "CodeBook": "Codebook.xsd"}[local(root)]
    schema = etree.XMLSchema(etree.fromstring((files(__package__) / "schemas" / name).read_bytes()))
    schema.validate(root)
    seen: Counter[str] = Counter()
    for error in schema.error_log:
        what = re.sub(r"\{urn:[^}]*\}", "", error.message)
        kind = re.sub(r"'[^']*'", "", what)
        seen[kind] += 1
        if seen[kind] <= FIRST:
            yield Finding("schema", error.line, what, "error", ("ATLAS.ti", "qc"))


def _guids(root: Element) -> Iterator[Finding]:
    """Guids: of the right form, each once, in capitals without braces."""
    lines: dict[str, list[Element]] = {}
    small = braced = 0
    for element in root.iter("{*}*"):
        guid = element.get("guid")
        if guid is None or local(element).startswith("Member"):
            continue
        if not _GUID.fullmatch(guid):
            yield Finding("guid", element.sourceline, f"“{guid}” is no guid")
        small += guid != guid.upper()
        braced += guid.startswith("{")
        lines.setdefault(guid_of(guid), []).append(element)
    for guid, elements in lines.items():
        if len(elements) > 1:
            names = {local(element) for element in elements}
            # NVivo writes each case as a code too, ATLAS.ti a PDF and its text with one guid.
            usual = names == {"Code", "Case"} or names == {"PDFSource", "Representation"}
            kinds = ", ".join(sorted(names))
            what = f"the guid {guid.upper()} stands {len(elements)} times ({kinds})"
            yield Finding("guid twice", elements[1].sourceline, what, "note" if usual else "error", ("ATLAS.ti",))
    if small:
        what = f"{counted(small, 'guid')} in small letters"
        yield Finding("guid form", 0, what, "note", ("ATLAS.ti and MAXQDA, as a developer reports",))
    if braced:
        yield Finding("guid form", 0, f"{counted(braced, 'guid')} in braces", "note", ("readers that compare letters",))


def _references(root: Element) -> Iterator[Finding]:
    """Whatever refers to something: it has to be there, and of the right kind."""
    kinds: dict[str, set[str]] = {}
    for element in root.iter("{*}*"):
        if element.get("guid") and not local(element).startswith("Member"):
            kinds.setdefault(guid_of(element.get("guid")), set()).add(local(element))
    for element in root.iter("{*}*"):
        wanted = _TARGETS.get(local(element))
        target = element.get("targetGUID") or (element.get("guid") if local(element).startswith("Member") else None)
        if wanted and target is not None:
            yield from _reference(element, target, wanted, kinds)
        for name in _USERS:
            user = element.get(name)
            if user and "User" not in kinds.get(guid_of(user), ()):
                yield Finding("reference", element.sourceline, f"{name} {user} is no user of the project", "note")


def _reference(element: Element, target: str, wanted: Iterable[str], kinds: dict[str, set[str]]) -> Iterator[Finding]:
    there = kinds.get(guid_of(target), set())
    if not there:
        what = f"{local(element)} refers to {target}, which isn't there"
        yield Finding("reference", element.sourceline, what, "error", ("ATLAS.ti", "QualCoder"))
    elif not there & set(wanted):
        yield Finding("reference", element.sourceline, f"{local(element)} refers to a {', '.join(sorted(there))}")


def _layout(archive: Archive | None) -> Iterator[Finding]:
    """The parts of the archive, as the strictest program wants them."""
    if archive is None:
        yield Finding("layout", 0, "a bare .qde: its sources can't be read from it", "note")
        return
    names = list(archive.names())
    qde = [name for name in names if name.casefold().endswith(".qde")]
    if "project.qde" not in names:
        yield Finding("layout", 0, f"the project is called {qde[0]}, not project.qde", "note", ("strict readers",))
    if len(qde) > 1:
        yield Finding("layout", 0, f"{len(qde)} parts end in .qde: {first_of(qde, FIRST)}", "note")
    capital = [name for name in names if name.startswith("Sources/")]
    if capital:
        what = "the folder is called Sources, not sources"
        yield Finding("layout", 0, what, "note", ("ATLAS.ti", "pyrefiqda", "readers that mind capitals"))
    outside = [name for name in names if ".." in name.split("/") or name.startswith(("/", "\\")) or ":" in name]
    yield from (Finding("layout", 0, f"the part {name} leads out of the archive") for name in outside)


def _carriers(root: Element, archive: Archive | None) -> Iterator[Finding]:
    """Each source has its file, and each text exactly one carrier."""
    for element in root.iter("{*}TextSource", "{*}Representation", "{*}Note", "{*}Transcript"):
        content = children(element, "PlainTextContent")
        carriers = len(content) + bool(element.get("plainTextPath"))
        if carriers != 1:
            what = f"{local(element)} “{element.get('name') or ''}” has {carriers} texts; exactly one is meant"
            yield Finding("carrier", element.sourceline, what, "error" if carriers == 0 else "note")
    for element in root.iter("{*}*"):
        for name in _PATHS:
            path = element.get(name)
            if path and archive is not None:
                yield from _path(element, name, path, archive)


def _path(element: Element, name: str, path: str, archive: Archive) -> Iterator[Finding]:
    scheme = path.partition(":")[0].casefold() if "://" in path else ""
    if scheme in ("absolute", "relative"):
        yield Finding("path", element.sourceline, f"{name} is outside the archive: only on one computer", "note")
        return
    if scheme != "internal":
        programs = ("QualCoder", "pyrefiqda")
        yield Finding("path", element.sourceline, f"{name} “{path}” lacks internal://", "error", programs)
    if not archive.has(path):
        yield Finding("path", element.sourceline, f"{name} “{path}”: no such file in the archive")


def _positions(project: Project) -> Iterator[Finding]:
    """Every selection in its text, and where its snippet says; how positions are counted."""
    for each in project.unplaced:
        yield Finding("position", 0, f"{each.raw[0]} to {each.raw[1]}: {each.why}")
    for coding in project.doubtful:
        source = project.source_by_guid[coding.source]
        what = f"{coding.raw[0]} to {coding.raw[1]} of “{source.name}”: {coding.doubt}"
        yield Finding("position", 0, what, "note")
    for source in project.sources:
        counts_units = source.habit and not source.habit.startswith("code points")
        if counts_units and any(ord(letter) > 0xFFFF for letter in source.text or ""):
            what = f"positions of “{source.name}” count UTF-16 units, the standard counts code points"
            yield Finding("unit", 0, what, "error", ("readers that go by the standard, as QualCoder",))


def _names(root: Element) -> Iterator[Finding]:
    """What programs tell things apart by."""
    names = Counter(source.get("name") or "" for kind in KINDS for source in root.iter(f"{{*}}{kind}"))
    for name, count in names.items():
        if count > 1:
            what = f"{count} sources are called “{name}”"
            yield Finding("name", 0, what, "note", ("QualCoder, which wants names once",))
    codes = Counter((code.get("name") or "").casefold() for code in root.iter("{*}Code"))
    twice = [name for name, count in codes.items() if count > 1]
    if twice:
        what = f"codes of one name: {first_of(twice, FIRST)}"
        yield Finding("name", 0, what, "note", ("QualCoder, which wants names once",))
