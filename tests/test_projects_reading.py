"""Other programs' projects, read: the counts and the words of every coding that an independent reader finds."""

import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosscase.exchange.projects import qualcoder, refi, taguette
from crosscase.exchange.projects.archive import Archive
from crosscase.exchange.projects.positions import HABITS, Reading, Selected, Text, on_words, placed, usual
from crosscase.exchange.projects.project import Project
from crosscase.exchange.transcript import Unreadable

HERE = Path(__file__).parent / "data" / "projects"
OUTSIDE = Path(__file__).parent.parent.parent / "shared" / "data" / "projects" / "real"
READERS: dict[str, Callable[[Path], Project]] = {
    ".qdpx": lambda path: refi.read(path.read_bytes()),
    ".qde": lambda path: refi.read(path.read_bytes()),
    ".qdc": lambda path: refi.read(path.read_bytes()),
    ".qda": qualcoder.read,
    ".sqlite3": taguette.read,
}
HOSTILE = "hostile_dtd_and_traversal.qdpx"
FILES = sorted(
    path.with_name(path.name.removesuffix(".expected.json"))
    for folder in (HERE, OUTSIDE)
    for path in folder.glob("*.expected.json")
    if HOSTILE not in path.name and path.name.removesuffix(".expected.json").endswith(tuple(READERS))
)
EVERY = pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)


def read(path: Path) -> Project:
    return READERS[path.suffix](path)


def expected(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(path.with_name(f"{path.name}.expected.json").read_text(encoding="utf-8"))
    return document


@EVERY
def test_the_counts_are_those_of_an_independent_reader(path: Path) -> None:
    project, counts = read(path), expected(path)["counts"]
    comments = len(expected(path).get("comments", ()))
    categories = counts.get("categories", 0)
    mine = {
        "codes": len(project.codes) - categories,
        "codable": sum(code.codable for code in project.codes),
        "codes_that_are_cases": sum(code.is_case for code in project.codes),
        "sources": len(project.sources),
        "codings": len(project.codings) + project.merged,
        "cases": len(project.cases),
        "variables": len(project.variables),
        "sets": len(project.groups),
        "links": len(project.links),
        "unplaced": len(project.unplaced),
    }
    assert {name: count for name, count in mine.items() if name in counts} == {
        name: counts[name] for name in mine if name in counts
    }
    if "notes" in counts:
        assert counts["notes"] <= len(project.notes) <= counts["notes"] + comments


@EVERY
def test_every_coding_has_the_words_the_place_the_coder_and_the_date_that_were_meant(path: Path) -> None:
    project = read(path)
    found: Counter[tuple[Any, ...]] = Counter()
    for coding in project.codings:
        source = project.source_by_guid[coding.source]
        assert source.text is not None
        code = project.code_by_guid[coding.code]
        names = (code.name,) if path.suffix == ".sqlite3" else project.path(code)
        words = source.text[coding.start : coding.end]
        found[source.name, coding.start, coding.end, words, names, coding.coder, coding.at, coding.memo] += 1
    meant = {
        (
            *(coding[name] for name in ("source", "start", "end", "snippet")),
            tuple(coding["code"]),
            *(coding.get(name) or "" for name in ("coder", "date", "memo")),
        )
        for coding in expected(path).get("codings", ())
    }
    assert set(found) == meant


@EVERY
def test_a_place_that_nothing_bears_out_is_listed_as_doubtful_and_no_other(path: Path) -> None:
    project = read(path)
    for coding in project.codings:
        text = project.source_by_guid[coding.source].text or ""
        assert (coding.proof == "doubtful") == bool(coding.doubt)
        if coding.proof == "words":
            assert on_words(text, coding.start, coding.end)
    bounded = {
        (coding["source"], coding["start"]): coding.get("word_bounded", coding.get("seltext_fits"))
        for coding in expected(path).get("codings", ())
    }
    for coding in project.doubtful:
        assert bounded[project.source_by_guid[coding.source].name, coding.start] is False


def test_a_hostile_project_is_refused_and_nothing_outside_is_read() -> None:
    with pytest.raises(Unreadable, match="document type or entities"):
        refi.read((HERE / HOSTILE).read_bytes())
    assert Archive((HERE / HOSTILE).read_bytes()).source("internal://../../outside.txt") is None


TEXTS = st.text(alphabet=st.sampled_from("ab 😀\n"), max_size=30).map(lambda text: text.replace("\n", "\r\n"))


@given(raw=TEXTS, data=st.data())
def test_each_place_has_one_number_under_each_habit_and_back(raw: str, data: st.DataObject) -> None:
    text = Text(raw)
    place = data.draw(st.integers(0, len(text.plain)))
    for habit in HABITS:
        reading = Reading(text, habit)
        assert reading.place(reading.number(place)) == place
    units = raw[: len(text.plain[:place].replace("\n", "\r\n"))].encode("utf-16-le")
    assert Reading(text, usual("NVivo")).number(place) == len(units) // 2


@given(raw=TEXTS, data=st.data())
def test_snippets_tell_by_which_habit_a_file_was_written(raw: str, data: st.DataObject) -> None:
    text = Text("one two three " + raw + " four")
    start = data.draw(st.integers(0, len(text.plain) - 1))
    end = data.draw(st.integers(start + 1, len(text.plain)))
    words = text.plain[start:end]
    habit = data.draw(st.sampled_from(HABITS))
    raw_span = Reading(text, habit).number(start), Reading(text, habit).number(end)
    placement = placed(text, [Selected(raw_span, words)], HABITS[0])
    (place,) = placement.placed
    if words.strip():
        assert place.span is not None
        assert text.plain[place.span[0] : place.span[1]].split() == words.split()


def test_a_snippet_that_stands_elsewhere_never_moves_a_coding() -> None:
    text = Text("The fence is ours. The gate is theirs.")
    (place,) = placed(text, [Selected((0, 9), "The gate is theirs.")], HABITS[0]).placed
    assert place.span == (0, 9)
    assert place.proof == "doubtful"


def zipped(*parts: tuple[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", how) as archive:
        for name, data in parts:
            archive.writestr(name, data)
    return file.getvalue()


BARE = b'<Project name="a" xmlns="urn:QDA-XML:project:1.0"/>'


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"PK\x03\x04 and nothing else", "isn't a whole .qdpx"),
        (zipped(("sources/a.txt", b"a")), "no project.qde"),
        (zipped(("project.qde", b"0" * 30_000_000)), "unpacks to far more"),
        (zipped(("project.qde", BARE[:-4])), "XML is damaged"),
        (zipped(("project.qde", b"<Transcript/>")), "no REFI-QDA project"),
        (zipped(*((f"{number}.txt", b"") for number in range(20_001))), "more than 20,000"),
        (b'<!DOCTYPE Project [<!ENTITY a "b">]>' + BARE, "document type"),
        (b'<?xml version="1.0" encoding="utf-16"?><Project/>', "XML is damaged"),
    ],
)
def test_what_is_no_project_is_refused_in_one_line(data: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why) as refusal:
        refi.read(data)
    assert "\n" not in str(refusal.value)


@given(data=st.data())
def test_a_damaged_project_is_read_as_far_as_it_goes_or_refused(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from([path for path in FILES if path.parent == HERE and path.suffix == ".qdpx"]))
    with zipfile.ZipFile(path) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    qde = next(name for name in parts if name.endswith(".qde"))
    xml = parts[qde].decode()
    values = re.findall(r'(?<=")[^"]*(?=")', xml)
    for _ in range(data.draw(st.integers(1, 4))):
        old = data.draw(st.sampled_from(values))
        xml = xml.replace(f'"{old}"', f'"{data.draw(st.sampled_from(["", "-1", "9" * 30, "x", "&#10;", old * 2]))}"', 1)
    try:
        project = refi.read(zipped(*(parts | {qde: xml.encode()}).items()))
    except Unreadable:
        return
    for coding in project.codings:
        text = project.source_by_guid[coding.source].text
        assert text is not None
        assert 0 <= coding.start < coding.end <= len(text)
        assert coding.code in project.code_by_guid
