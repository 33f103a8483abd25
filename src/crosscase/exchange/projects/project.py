"""Another program's project, whatever program it was: everything enters and leaves a study as one of these.

Places are half-open and count code points of the source's text, which has plain line ends and no byte order mark.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal
from uuid import UUID, uuid5

NAMESPACE = UUID("6f0d4c3e-55b1-5b0e-9f5d-6b1f0a1c7d52")

SourceKind = Literal["text", "pdf", "picture", "audio", "video"]
Proof = Literal["snippet", "words", "doubtful"]


@dataclass(frozen=True, slots=True)
class ProjectCode:
    """A code as another program has it; `parent` is the guid of the code above it, empty at the top.

    `is_case` says that the code stands for a case of the same guid: what carries it belongs to that case.
    """

    guid: str
    name: str
    parent: str = ""
    codable: bool = True
    color: str = ""
    description: str = ""
    is_case: bool = False


@dataclass(frozen=True, slots=True)
class ProjectSource:
    """A source; `text` is None where there is none, be it a picture or a file that is missing.

    `habit` is how its positions were counted, in words, and `why` it was read so. `breaks` are places where a paragraph
    begins though the text has no line end there, as in a list of a web page.
    """

    guid: str
    name: str
    text: str | None
    kind: SourceKind = "text"
    description: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    coder: str = ""
    at: str = ""
    habit: str = ""
    why: str = ""
    breaks: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ProjectCoding:
    """One coding: this coder says that `[start, end)` of the source carries the code.

    `proof` tells what bears its place out: the snippet that the program kept of it, edges that are edges of words, or
    nothing; then `doubt` says what is wrong. `raw` are the numbers that stood in the file.
    """

    guid: str
    source: str
    start: int
    end: int
    code: str
    coder: str = ""
    at: str = ""
    memo: str = ""
    proof: Proof = "words"
    doubt: str = ""
    raw: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class WholeCoding:
    """A coding of a whole source, without a place in it."""

    guid: str
    source: str
    code: str
    coder: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class ProjectCase:
    """A case: its values, and the guids of the sources that belong to it."""

    guid: str
    name: str = ""
    description: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseSpan:
    """A part of a source that belongs to a case."""

    case: str
    source: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Note:
    """What people wrote beside the data; `about` are guids of what it is on.

    With a `source`, it is on `[start, end)` of that source's text.
    """

    guid: str
    name: str = ""
    text: str = ""
    coder: str = ""
    at: str = ""
    about: tuple[str, ...] = ()
    source: str = ""
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class ProjectLink:
    """A relation that people drew between two things."""

    guid: str
    name: str
    origin: str
    target: str
    direction: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A set of codes, sources or notes, by their guids."""

    guid: str
    name: str
    codes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A selection that no reading can place: which numbers it had, how many codes it carried, and why."""

    source: str
    raw: tuple[int, int]
    codes: int
    why: str
    snippet: str = ""


@dataclass(frozen=True, slots=True)
class NotCarried:
    """A kind of thing that isn't carried, how many of it there were, and why."""

    what: str
    count: int
    why: str


@dataclass(frozen=True)
class Project:
    """All that was read of a project. Codes come with those above them first, the rest in the file's order.

    `merged` counts codings that were there twice (same coder, code and place); `notices` are lines on the whole file.
    `own` is what crosscase itself wrote beside it, by kind and guid.
    """

    name: str = ""
    origin: str = ""
    codes: tuple[ProjectCode, ...] = ()
    sources: tuple[ProjectSource, ...] = ()
    codings: tuple[ProjectCoding, ...] = ()
    whole_codings: tuple[WholeCoding, ...] = ()
    cases: tuple[ProjectCase, ...] = ()
    case_spans: tuple[CaseSpan, ...] = ()
    notes: tuple[Note, ...] = ()
    links: tuple[ProjectLink, ...] = ()
    groups: tuple[Group, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    coders: tuple[str, ...] = ()
    unplaced: tuple[Unplaced, ...] = ()
    not_carried: tuple[NotCarried, ...] = ()
    merged: int = 0
    notices: tuple[str, ...] = ()
    own: Mapping[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict, compare=False)

    @cached_property
    def code_by_guid(self) -> Mapping[str, ProjectCode]:
        return {code.guid: code for code in self.codes}

    @cached_property
    def source_by_guid(self) -> Mapping[str, ProjectSource]:
        return {source.guid: source for source in self.sources}

    def path(self, code: ProjectCode) -> tuple[str, ...]:
        """The names from the top of the codebook down to the code."""
        names = [code.name]
        above = self.code_by_guid.get(code.parent)
        seen = {code.guid}
        while above is not None and above.guid not in seen:
            seen.add(above.guid)
            names.append(above.name)
            above = self.code_by_guid.get(above.parent)
        return tuple(reversed(names))

    @property
    def doubtful(self) -> tuple[ProjectCoding, ...]:
        """The codings whose places nothing bears out."""
        return tuple(coding for coding in self.codings if coding.proof == "doubtful")


def guid_for(*parts: str) -> str:
    """A guid for what has none: the same parts always make the same one."""
    return str(uuid5(NAMESPACE, "\x1f".join(parts)))


def merged(codings: Iterable[ProjectCoding]) -> tuple[tuple[ProjectCoding, ...], int]:
    """The codings without those that say again what the same coder has said of the same place; and how many went."""
    kept: dict[tuple[str, int, int, str, str], ProjectCoding] = {}
    number = 0
    for coding in codings:
        number += 1
        kept.setdefault((coding.source, coding.start, coding.end, coding.code, coding.coder), coding)
    return tuple(kept.values()), number - len(kept)


def not_carried(counts: Mapping[str, int] | Counter[str], reasons: Mapping[str, str]) -> tuple[NotCarried, ...]:
    """What was counted, with the reason for each kind; what wasn't there is left out."""
    return tuple(NotCarried(what, count, reasons.get(what, "no such thing")) for what, count in counts.items() if count)
