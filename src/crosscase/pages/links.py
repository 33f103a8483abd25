"""Every address in a report: the file of each page, and the anchor of each cell, passage, turn and case in it.

Addresses are made of ids alone, so that whatever is added to a study breaks no link. Ids come from people's folders and
may hold anything; an address is plain ASCII, needs no escaping anywhere, and no two ids ever share one.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from hashlib import sha256
from urllib.parse import urlencode

from crosscase.coding import Coding, Decision
from crosscase.source import Source

LONGEST_NAME = 120
"""So many characters of an id stand in a file's name; a system takes 255 bytes."""

TEXTS = "assets/text-"
"""How the files begin that hold sources' turns."""

_NOT_IN_A_FILE = re.compile(r"[^a-z0-9._-]")
_NOT_IN_AN_ANCHOR = re.compile(r"[^A-Za-z0-9._:-]")


class Kind(StrEnum):
    """What a page shows. The value begins its file's name, and so holds no hyphen."""

    OVERVIEW = "index"
    EXHIBIT = "exhibit"
    TYPOLOGY = "typology"
    THEME = "theme"
    LEDGER = "claims"
    MATRIX = "matrix"
    PEOPLE = "participants"
    CODEBOOK = "codebook"
    CODE = "code"
    SOURCE = "source"
    HISTORY = "history"
    CLUSTERS = "clusters"
    METHODS = "methods"
    AGREEMENT = "agreement"
    SATURATION = "saturation"
    COVERAGE = "coverage"
    SEARCH = "search"


@dataclass(frozen=True, slots=True)
class Address:
    """A page: its kind, and the id of what it shows; empty where there is one page of the kind.

    The pages of kind `MATRIX` and `PEOPLE` go by the id of their category.
    """

    kind: Kind
    id: str = ""

    @property
    def file(self) -> str:
        return f"{self.kind.value}-{file_name(self.id)}.html" if self.id else f"{self.kind.value}.html"

    def at(self, anchor: str) -> str:
        """A place in the page."""
        return f"{self.file}#{anchor}"


INDEX, CODEBOOK, SEARCH = Address(Kind.OVERVIEW).file, Address(Kind.CODEBOOK).file, Address(Kind.SEARCH).file
METHODS, LEDGER = Address(Kind.METHODS).file, Address(Kind.LEDGER).file
HISTORY, CLUSTERS = Address(Kind.HISTORY).file, Address(Kind.CLUSTERS).file
AGREEMENT, SATURATION, COVERAGE = (Address(kind).file for kind in (Kind.AGREEMENT, Kind.SATURATION, Kind.COVERAGE))

# Parts of the overview and of the methods that other pages lead to.
EXHIBITS, TYPES, THEMES, MATRICES, SOURCES, READING = (
    Address(Kind.OVERVIEW).at(part) for part in ("exhibits", "types", "themes", "matrices", "sources", "reading")
)
NOT_SHOWN = Address(Kind.METHODS).at("disclosure")
REVISITS = Address(Kind.METHODS).at("revisits")


WINDOWS: Mapping[str, str] = {
    "home": "Work",
    "review": "Review",
    "cells": "Charting",
    "cases": "Cases",
    "codes": "Codebook",
    "memos": "Memos",
    "compare": "Compare",
}
"""The windows that the bar of a served study leads to, and what each is called there."""


def window(name: str, /, **asked: str) -> str:
    """A window of a served study, and what it is asked to show; no report has one."""
    return f"{name}?{urlencode(asked)}" if asked else name


def file_name(id: str) -> str:
    """An id as part of a file's name, told apart from every other id also where capitals don't count.

    A capital stands as `~` and its small letter, any other sign that is not plain as its code point: `~252~`. An id
    that would make too long a name is cut, and goes on with its hash behind `~.`, which nothing else begins with.
    """
    name = _NOT_IN_A_FILE.sub(_in_a_file, id)
    if len(name) <= LONGEST_NAME:
        return name
    return f"{name[:LONGEST_NAME]}~.{_hash(id, 32)}"


def _in_a_file(sign: re.Match[str]) -> str:
    letter = sign[0]
    return f"~{letter.lower()}" if letter.isascii() and letter.isupper() else f"~{ord(letter)}~"


def anchor(*ids: str) -> str:
    """The anchor made of these ids, one behind the other. The fixed anchors of the templates have no slash in them."""
    return "/".join(map(_in_an_anchor, ids))


# The ids of all codings of a source are asked for again at each act in a window.
@lru_cache(maxsize=1 << 15)
def _in_an_anchor(id: str) -> str:
    return _NOT_IN_AN_ANCHOR.sub(lambda sign: f"~{ord(sign[0])}~", id)


def here(anchor: str) -> str:
    """A place in the page in which the link stands."""
    return f"#{anchor}"


def code(code_id: str) -> str:
    return Address(Kind.CODE, code_id).file


def exhibit(exhibit_id: str) -> str:
    return Address(Kind.EXHIBIT, exhibit_id).file


def typology(typology_id: str) -> str:
    return Address(Kind.TYPOLOGY, typology_id).file


def theme(theme_id: str) -> str:
    return Address(Kind.THEME, theme_id).file


def claim(claim_id: str) -> str:
    return Address(Kind.LEDGER).at(claim_anchor(claim_id))


def source(source_id: str) -> str:
    return Address(Kind.SOURCE, source_id).file


def matrix(category_id: str, *, by_participant: bool = False) -> str:
    return Address(Kind.PEOPLE if by_participant else Kind.MATRIX, category_id).file


def cell(category_id: str, row_id: str, code_id: str, *, by_participant: bool = False) -> str:
    page = Address(Kind.PEOPLE if by_participant else Kind.MATRIX, category_id)
    return page.at(cell_anchor(row_id, code_id))


def cell_anchor(row_id: str, code_id: str) -> str:
    return anchor(row_id, code_id)


def anchor_in(address: str) -> str:
    """The place in a page that an address leads to; empty where it leads to the page."""
    return address.partition("#")[2]


def row_anchor(row_id: str) -> str:
    """A row of a matrix. No cell has this anchor, since no code has an empty id."""
    return anchor(row_id, "")


def text(source_id: str) -> str:
    """The file beside the pages that holds the turns of a source for their scripts."""
    return f"{TEXTS}{file_name(source_id)}.js"


def group(kind: str, code_id: str, case_id: str, source_id: str = "") -> str:
    """A case's passages on a code's page (`kind` is `coded` or `draft`), or those from one source."""
    return Address(Kind.CODE, code_id).at(group_anchor(kind, case_id, source_id))


def group_anchor(kind: str, case_id: str, source_id: str = "") -> str:
    return anchor(kind, case_id, source_id) if source_id else anchor(kind, case_id)


def claim_anchor(claim_id: str) -> str:
    return anchor("claim", claim_id)


def type_anchor(type_id: str) -> str:
    """A type, on its typology's page and on that of Exhibit 2b; the unresolved have an empty id."""
    return anchor("type", type_id)


def reason_anchor(case_id: str, episode_id: str) -> str:
    """Why an episode came out as it did. Episodes are known by case and id: two cases may use the same id."""
    return anchor("why", case_id, episode_id)


def reason(typology_id: str, case_id: str, episode_id: str) -> str:
    """Why an episode came out as it did, on the page of a typology."""
    return Address(Kind.TYPOLOGY, typology_id).at(reason_anchor(case_id, episode_id))


def anchors(kind: str, texts: Iterable[str]) -> tuple[str, ...]:
    """Anchors for things that have no id: by their words, and numbered only where the same words stand twice."""
    taken = Counter[str]()
    return tuple(_numbered(anchor(kind, _hash(" ".join(text.split()), 10)), taken) for text in texts)


def note_anchor(place: str) -> str:
    """The note on the passage that stands at a place of a transcript."""
    return f"note/{place}"


def question_anchor(question_id: str) -> str:
    """A question of the guide, in the transcript in which it was put."""
    return anchor("question", question_id)


def cluster_anchor(cluster_id: str) -> str:
    return anchor("cluster", cluster_id)


def cluster_decision(decision_id: str) -> str:
    """What people decided about a cluster, on the page of clusters."""
    return Address(Kind.CLUSTERS).at(cluster_decision_anchor(decision_id))


def cluster_decision_anchor(decision_id: str) -> str:
    return anchor("decided", decision_id)


def version_anchor(version: int) -> str:
    return anchor("version", f"{version}")


class Places:
    """The anchors in one source's page: its turns, and the codings and suggestions in it.

    A coding goes by its id, which is permanent. A suggestion has none and goes by its code and its words. A turn goes
    by its time where the text gives one, else by its words: neither changes when something is edited elsewhere, as a
    number or an offset would. What is the same twice is numbered.
    """

    def __init__(self, source: Source, decisions: Iterable[Decision]) -> None:
        self._source = source
        taken = Counter[str]()
        self._decisions: dict[Decision, str] = {}
        for decision in decisions:
            if decision not in self._decisions:
                self._decisions[decision] = _numbered(_decision(decision), taken)

    @cached_property
    def turns(self) -> Mapping[int, str]:
        """The anchor of each turn, by its number."""
        text, taken = self._source.text, Counter[str]()
        turns = self._source.turns
        return {turn.number: _numbered(_turn(text[turn.start : turn.end], turn.time), taken) for turn in turns}

    def anchor(self, decision: Decision) -> str:
        return self._decisions[decision]

    def decision(self, decision: Decision) -> str:
        """Where a coding or suggestion stands in the transcript."""
        return Address(Kind.SOURCE, self._source.id).at(self._decisions[decision])

    def turn(self, number: int) -> str:
        return Address(Kind.SOURCE, self._source.id).at(self.turns[number])


def _turn(words: str, time: str) -> str:
    return anchor("turn", time or _hash(" ".join(words.split()), 10))


def _decision(decision: Decision) -> str:
    if isinstance(decision, Coding):
        return anchor("coding", decision.id)
    return anchor("draft", decision.code_id, _hash(" ".join(decision.quote.split()), 10))


def _numbered(place: str, taken: Counter[str]) -> str:
    taken[place] += 1
    return place if taken[place] == 1 else f"{place}/{taken[place]}"


def _hash(text: str, digits: int) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:digits]
