"""Where things stand in a report: the file of each page, and the anchor of each passage, case and cell.

Ids come from people's folders and may hold anything; file names and anchors are plain ASCII, and unique.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from crosscase.coding import Coding, Decision
from crosscase.framework import Findings

INDEX = "index.html"
CODEBOOK = "codebook.html"
SEARCH = "search.html"
METHODS = "methods.html"

_LONGEST_NAME = 80
_NO_CASE = "none"
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Links:
    """The file names of all pages, and the anchors in them. `has_transcripts` is false where no source has a page."""

    codes: Mapping[str, str]
    sources: Mapping[str, str]
    matrices: Mapping[str, str]
    participant_matrices: Mapping[str, str]
    cases: Mapping[str, str]
    places: Mapping[Decision, str]
    has_transcripts: bool = True

    def passage(self, decision: Decision) -> str:
        """Where a coding or suggestion stands in its transcript; empty where that can't be read."""
        return f"{self.sources[decision.source_id]}#{self.places[decision]}" if self.has_transcripts else ""

    def group(self, kind: str, case_id: str, source_id: str = "") -> str:
        """The anchor of a case's passages on a code's page, or of those from one source."""
        source = f":{self.sources[source_id].removesuffix('.html')}" if source_id else ""
        return f"{kind}-{self.cases.get(case_id, _NO_CASE)}{source}"


def links(findings: Findings) -> Links:
    study = findings.study
    taken: set[str] = {INDEX, CODEBOOK, SEARCH, METHODS}
    categories = [category.id for category in study.codebook.categories]
    return Links(
        codes=_files("code", (code.id for code in study.codebook.codes), taken),
        sources=_files("source", (source.id for source in study.sources), taken),
        matrices=_files("matrix", categories, taken),
        participant_matrices=_files("matrix", categories, taken, "-participants"),
        cases=names((case.id for case in study.cases), {_NO_CASE}),
        places=_places(findings),
        has_transcripts=study.settings.profile != "public",
    )


def names(ids: Iterable[str], taken: set[str] | None = None, form: str = "{}") -> dict[str, str]:
    """A plain, unique name for each id: the id itself where it can be, unique even where capitals don't count."""
    taken = set() if taken is None else taken
    named = {}
    for one in dict.fromkeys(ids):
        name = form.format(plain(one))
        if name.casefold() in taken or len(one) > _LONGEST_NAME:
            name = form.format(f"{plain(one)}-{sha256(one.encode()).hexdigest()[:8]}")
        taken.add(name.casefold())
        named[one] = name
    return named


def plain(id: str) -> str:
    """An id with nothing in it that a file name or an address would trip over."""
    letters = unicodedata.normalize("NFKD", id).encode("ascii", "ignore").decode()
    return _UNSAFE.sub("-", letters).strip("-.")[:_LONGEST_NAME] or "x"


def _files(kind: str, ids: Iterable[str], taken: set[str], suffix: str = "") -> dict[str, str]:
    return names(ids, taken, f"{kind}-{{}}{suffix}.html")


def _places(findings: Findings) -> dict[Decision, str]:
    anchors: dict[Decision, str] = {}
    taken: dict[str, set[str]] = {}
    counts: dict[str, int] = {}
    decisions: tuple[Decision, ...] = (*findings.codings, *findings.suggestions)
    for decision in decisions:
        if decision in anchors:
            continue
        of_source = taken.setdefault(decision.source_id, set())
        if isinstance(decision, Coding):
            anchors[decision] = _anchor(decision, of_source)
        else:
            counts[decision.source_id] = counts.get(decision.source_id, 0) + 1
            anchors[decision] = f"s-{counts[decision.source_id]}"
    return anchors


def _anchor(coding: Coding, taken: set[str]) -> str:
    anchor = f"c-{plain(coding.id)}"
    if anchor.casefold() in taken:
        anchor += "-" + sha256(repr(coding).encode()).hexdigest()[:8]
    taken.add(anchor.casefold())
    return anchor
