"""Taguette's projects (.sqlite3): highlights count the UTF-8 bytes of the text of a document's HTML.

Who marked what, and when, is known from the log of commands alone. Passwords and addresses are never read.
"""

import json
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from itertools import accumulate
from pathlib import Path
from uuid import UUID, uuid5

from crosscase.exchange.projects.positions import fold
from crosscase.exchange.projects.project import (
    Project,
    ProjectCode,
    ProjectCoding,
    ProjectSource,
    Proof,
    Unplaced,
    guid_for,
    merged,
    not_carried,
)
from crosscase.exchange.projects.tables import Row, Tables, opened, whole
from crosscase.exchange.transcript import Unreadable

# Taguette itself makes the guids of its codes from this and the tag's path.
NAMESPACE = UUID("51B2B2B7-27EB-4ECB-9D56-E75B0A0496C2")
KNOWN = frozenset({"e4cf92942271", "09c662cd9483", "6489b5f9cfb5", "382db36f20f4", "db5e31a0233d"})
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "blockquote",
        "dd",
        "div",
        "dl",
        "dt",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "li",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "td",
        "th",
        "tr",
        "ul",
    ]
)
_REASONS = {
    "untagged highlights": "marked without a tag",
    "highlights of documents that aren't there": "nothing is left of their text",
    "tags of highlights that aren't there": "nothing is left of their names",
    "highlights that cannot be placed": "each is listed",
    "HTML structure of documents (headings, lists, tables, bold)": "text only",
    "documents read from right to left": "pages go by the letters themselves",
    "other projects of the database": "name one with --project",
}


def read(path: Path, name: str = "") -> Project:
    """A project of a Taguette database: the one that is called so, or the only one. Raises `Unreadable`."""
    with opened(path) as tables:
        if "highlights" not in tables or "documents" not in tables:
            raise Unreadable("it is a database, but none of Taguette's; export the project from Taguette as .sqlite3")
        projects = list(tables.rows("projects", "id", "name", "description", "created"))
        project = _chosen(projects, name)
        return _project(project, len(projects) - 1, tables)


def _chosen(projects: list[Row], name: str) -> Row:
    named = [project for project in projects if name in ("", project["name"])]
    if len(named) == 1:
        return named[0]
    names = ", ".join(f"“{project['name']}”" for project in projects) or "none"
    raise Unreadable(f"it holds {len(projects)} projects ({names}); say with --project which one")


def _project(project: Row, others: int, tables: Tables) -> Project:
    mine = {"project_id": project["id"]}
    left: Counter[str] = Counter({"other projects of the database": others})
    codes = {tag["id"]: tag for tag in _of(tables.rows("tags", "id", "project_id", "path", "description"), mine)}
    by_path = {tag["path"]: tag_id for tag_id, tag in codes.items()}
    documents = {
        document["id"]: document for document in _of(tables.rows("documents", "id", "project_id", *_OF_DOCUMENTS), mine)
    }
    sources = {number: _source(document, project, left) for number, document in documents.items()}
    codings, unplaced = _highlights(tables, codes, sources, project, left)
    kept, twice = merged(codings)
    version = next((row["version_num"] for row in tables.rows("alembic_version", "version_num")), "")
    notices = () if version in KNOWN else (f"its database is of a version not known here ({version or 'none'})",)
    return Project(
        project["name"],
        "Taguette",
        tuple(_code(tag, by_path) for tag in sorted(codes.values(), key=lambda tag: tag["path"].count("\\"))),
        tuple(sources.values()),
        kept,
        coders=tuple(dict.fromkeys(coding.coder for coding in kept if coding.coder)),
        unplaced=tuple(unplaced),
        not_carried=not_carried(left, _REASONS),
        merged=twice,
        notices=notices,
    )


_OF_DOCUMENTS = ("name", "description", "filename", "created", "text_direction", "contents")


def _of(rows: Iterator[Row], wanted: Mapping[str, str]) -> Iterator[Row]:
    return (row for row in rows if all(row[name] == value for name, value in wanted.items()))


def code_guid(path: str) -> str:
    """The guid that Taguette gives to the code of a tag."""
    return str(uuid5(NAMESPACE, path))


def _code(tag: Row, by_path: Mapping[str, str]) -> ProjectCode:
    """A tag as a code; one whose name goes on from another's behind a backslash stands below that."""
    path = tag["path"]
    above = path.rpartition("\\")[0]
    while above and above not in by_path:
        above = above.rpartition("\\")[0]
    return ProjectCode(code_guid(path), path, code_guid(above) if above else "", description=tag["description"])


def _source(document: Row, project: Row, left: Counter[str]) -> ProjectSource:
    text, breaks = text_of(document["contents"])
    left["HTML structure of documents (headings, lists, tables, bold)"] += 1
    left["documents read from right to left"] += document["text_direction"] == "RIGHT_TO_LEFT"
    guid = guid_for("taguette", project["created"], "document", document["id"])
    name = document["name"] or document["filename"]
    return ProjectSource(
        guid, name, text, description=document["description"], at=document["created"],
        habit="UTF-8 bytes of the text in the HTML", why="as Taguette counts", breaks=breaks,
    )  # fmt: skip


class _Texts(HTMLParser):
    """The text nodes of a document one after the other, and where a block begins."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.length = 0
        self.breaks: list[int] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)
        self.length += len(data)

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        if tag in _BLOCKS or tag == "br":
            self.breaks.append(self.length)

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.breaks.append(self.length)


def text_of(html: str) -> tuple[str, tuple[int, ...]]:
    """The text that Taguette counts in, and where paragraphs begin in it."""
    parser = _Texts()
    parser.feed(html)
    parser.close()
    text = "".join(parser.parts)
    inner = (place for place in sorted(set(parser.breaks)) if 0 < place < len(text))
    return text, tuple(place for place in inner if text[place - 1] != "\n" and text[place] != "\n")


class _Bytes:
    """Places in a text by its UTF-8 bytes."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0, *accumulate(len(letter.encode("utf-8", errors="replace")) for letter in text)]

    def place(self, number: int) -> int | None:
        """The place of this byte; None out of the text, or within a character."""
        place = bisect_left(self._starts, number)
        return place if place < len(self._starts) and self._starts[place] == number else None


def _highlights(
    tables: Tables, codes: Mapping[str, Row], sources: Mapping[str, ProjectSource], project: Row, left: Counter[str]
) -> tuple[list[ProjectCoding], list[Unplaced]]:
    tags: dict[str, list[str]] = {}
    for row in tables.rows("highlight_tags", "highlight_id", "tag_id"):
        tags.setdefault(row["highlight_id"], []).append(row["tag_id"])
    made = _made(tables, project["id"])
    tag_ids = {row["id"] for row in tables.rows("tags", "id")}
    documents = {row["id"] for row in tables.rows("documents", "id")}
    texts = {number: _Bytes(source.text or "") for number, source in sources.items()}
    codings: list[ProjectCoding] = []
    unplaced: list[Unplaced] = []
    for row in tables.rows("highlights", "id", "document_id", "start_offset", "end_offset", "snippet"):
        if row["document_id"] not in sources:
            left["highlights of documents that aren't there"] += row["document_id"] not in documents
            continue
        text, source = texts[row["document_id"]], sources[row["document_id"]]
        raw = whole(row["start_offset"]), whole(row["end_offset"])
        start, end = text.place(raw[0]), text.place(raw[1])
        mine = [tag for tag in tags.get(row["id"], ()) if tag in codes]
        if start is None or end is None or start >= end:
            why = "its place is outside the text, empty, or within a character"
            unplaced.append(Unplaced(source.guid, raw, len(mine), why, fold(text_of(row["snippet"])[0])))
            left["highlights that cannot be placed"] += 1
            continue
        proof, doubt = _proof(text.text[start:end], row["snippet"])
        coder, at = made.get(row["id"], ("", ""))
        gone = sum(tag not in tag_ids for tag in tags.get(row["id"], ()))
        left["tags of highlights that aren't there"] += gone
        left["untagged highlights"] += not mine and not gone
        for tag in mine:
            guid = guid_for("taguette", project["created"], "highlight", row["id"], codes[tag]["path"])
            code = code_guid(codes[tag]["path"])
            codings.append(ProjectCoding(guid, source.guid, start, end, code, coder, at, "", proof, doubt, raw))
    return codings, unplaced


def _proof(words: str, snippet: str) -> tuple[Proof, str]:
    text, _ = text_of(snippet)
    if fold(text) == fold(words):
        return "snippet", ""
    return "doubtful", "its snippet is not what stands there"


def _made(tables: Tables, project_id: str) -> dict[str, tuple[str, str]]:
    """Who made each highlight, and when, by the log."""
    made: dict[str, tuple[str, str]] = {}
    for row in tables.rows("commands", "date", "user_login", "project_id", "payload"):
        payload = _payload(row["payload"])
        if row["project_id"] == project_id and payload.get("type") == "highlight_add":
            made.setdefault(str(payload.get("highlight_id")), (row["user_login"], row["date"]))
    return made


def _payload(written: str) -> dict[str, object]:
    try:
        payload = json.loads(written)
    except ValueError:
        return {}
    return payload if isinstance(payload, dict) else {}
