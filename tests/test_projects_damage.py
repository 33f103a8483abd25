"""Projects as other programs write and damage them: each coding has its words, or a line says why not."""

import io
import re
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from crosscase import load
from crosscase.cli import main
from crosscase.exchange.projects import opening, refi
from crosscase.exchange.projects.project import Project

HERE = Path(__file__).parent / "data" / "projects"
TEXTS = {
    "s1": "Ana: When did you come? 🎉\nBea: In May, by boat 🚤. It was cold.\n\nAna: Alone?\nBea: With my brother.\n",
    "s2": "Cleo: The roof leaks and nobody pays.\nAna: Since when?\nCleo: Since May.\n",
}
CODINGS = {
    "k1": ("s1", "In May, by boat", "c1", "u1"),
    "k2": ("s1", "It was cold", "c2", "u2"),
    "k3": ("s1", "With my brother", "c1", "u1"),
    "k4": ("s2", "The roof leaks", "c2", "u2"),
    "k5": ("s2", "nobody pays", "c1", "u1"),
}
CODES = {"c1": "Arrival", "c2": "Hardship"}
USERS = {"u1": "Ann", "u2": "Bo"}
Edit = Callable[[str], str]


def guid(name: str) -> str:
    return f"{name.encode().hex().upper():0>8}-1111-4222-8333-ABCDEF012345"


def numbers(source: str, words: str, *, utf16: bool, crlf: int) -> tuple[int, int]:
    text = TEXTS[source]
    start = text.index(words)
    counted = []
    for place in (start, start + len(words)):
        before = text[:place]
        length = len(before.encode("utf-16-le")) // 2 if utf16 else len(before)
        counted.append(length + before.count("\n") * (crlf - 1))
    return counted[0], counted[1]


def document(*, utf16: bool = False, crlf: int = 1, names: bool = True, origin: str = "", path: str = "") -> str:
    path = path or "internal://{}"
    selections = dict.fromkeys(TEXTS, "")
    for name, (source, words, code, user) in CODINGS.items():
        start, end = numbers(source, words, utf16=utf16, crlf=crlf)
        label = f' name="{words}"' if names else ""
        selections[source] += (
            f'<PlainTextSelection guid="{guid("p" + name)}"{label} startPosition="{start}" endPosition="{end}">'
            f'<Coding guid="{guid(name)}" creatingUser="{guid(user)}"><CodeRef targetGUID="{guid(code)}"/></Coding>'
            f"</PlainTextSelection>"
        )
    users = "".join(f'<User guid="{guid(user)}" name="{name}"/>' for user, name in USERS.items())
    codes = "".join(f'<Code guid="{guid(code)}" name="{name}" isCodable="true"/>' for code, name in CODES.items())
    sources = "".join(
        f'<TextSource guid="{guid(source)}" name="{source}" plainTextPath="{path.format(source + ".txt")}">'
        f"{selections[source]}</TextSource>"
        for source in TEXTS
    )
    return (
        f'<Project xmlns="urn:QDA-XML:project:1.0" name="P" origin="{origin}"><Users>{users}</Users><CodeBook><Codes>'
        f'{codes}</Codes></CodeBook><Variables><Variable guid="{guid("v1")}" name="age" typeOfVariable="Integer"/>'
        f'</Variables><Cases><Case guid="{guid("b1")}" name="Bea"><VariableValue>'
        f'<VariableRef targetGUID="{guid("v1")}"/><IntegerValue>34</IntegerValue></VariableValue>'
        f'<SourceRef targetGUID="{guid("s1")}"/></Case></Cases>'
        f"<Sources>{sources}</Sources></Project>"
    )


def packed(
    xml: str, *, folder: str = "sources/", before: str = "", newline: str = "\n", name: str = "project.qde"
) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, xml)
        for source, text in TEXTS.items():
            archive.writestr(f"{folder}{source}.txt", before + text.replace("\n", newline))
    return out.getvalue()


def said(project: Project) -> str:
    left = [f"{each.count} {each.what}" for each in project.not_carried]
    return "; ".join((*project.notices, *left, *(each.why for each in project.unplaced)))


def words_of(project: Project) -> list[tuple[str, str, str]]:
    """Of each coding that isn't doubtful its words, code and coder."""
    return sorted(
        (
            (project.source_by_guid[coding.source].text or "")[coding.start : coding.end],
            project.code_by_guid[coding.code].name,
            coding.coder,
        )
        for coding in project.codings
        if coding.proof != "doubtful"
    )


RIGHT = sorted((words, CODES[code], USERS[user]) for _, words, code, user in CODINGS.values())
ORIGINS = ("", "NVivo for Windows 20.1", "ATLAS.ti 23", "MAXQDA 24", "QualCoder 3.6", "Dedoose 9")


@pytest.mark.parametrize("origin", ORIGINS)
@pytest.mark.parametrize("crlf", [1, 2])
@pytest.mark.parametrize("utf16", [False, True])
@pytest.mark.parametrize("names", [True, False])
@pytest.mark.parametrize("before", ["", "\ufeff"])
def test_places_are_right_however_a_program_counts(
    origin: str, crlf: int, utf16: bool, names: bool, before: str
) -> None:
    xml = document(utf16=utf16, crlf=crlf, names=names, origin=origin)
    assert words_of(refi.read(packed(xml, before=before, newline="\r\n"))) == RIGHT


LAYOUTS = {
    "folder with a capital": packed(document(), folder="Sources/"),
    "no folder": packed(document(), folder=""),
    "bare paths": packed(document(path="{}")),
    "relative paths": packed(document(path="relative:///{}")),
    "relative paths with the folder": packed(document(path="relative:///sources/{}")),
    "one slash": packed(document(path="internal:/{}")),
    "backslashes": packed(document(path="internal://sources\\{}")),
    "named after the project": packed(document(), name="My Project.qde"),
    "zipped with its folder": packed(document(), name="P/project.qde", folder="P/sources/"),
    "other namespace": packed(document().replace("project:1.0", "project:0:10")),
    "other prefix": packed(re.sub(r"<(/?)([A-Z])", r"<\1q:\2", document()).replace("xmlns=", "xmlns:q=")),
    "other capitals": packed(document().replace("TextSource", "textsource").replace("PlainText", "plainText")),
    "small guids": packed(
        re.sub(
            r'(guid|GUID|User)="[^"]*"',
            lambda match: match[0].replace(match[0].split('"')[1], match[0].split('"')[1].lower()),
            document(),
        )
    ),
    "braces in references": packed(re.sub(r'targetGUID="([^"]*)"', r'targetGUID="{\1}"', document())),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_project_is_read_however_it_is_packed_and_spelt(layout: str) -> None:
    project = refi.read(LAYOUTS[layout])
    assert words_of(project) == RIGHT
    assert dict(project.cases[0].attributes) == {"age": "34"}


def wrapped(xml: str) -> str:
    xml = xml.replace("<PlainTextSelection", "<Selections><PlainTextSelection", 1)
    return xml.replace("</TextSource>", "</Selections></TextSource>", 1)


FAULTS: dict[str, tuple[Edit, str]] = {
    "two users of one guid": (
        lambda xml: xml.replace(f'<User guid="{guid("u2")}', f'<User guid="{guid("u1")}'),
        "two users",
    ),
    "no users": (lambda xml: re.sub("<Users>.*</Users>", "", xml), "5 codings of users whom"),
    "two codes of one guid": (
        lambda xml: xml.replace("</Codes>", f'<Code guid="{guid("c1")}" name="Other"/></Codes>'),
        "two codes have one guid, Arrival and Other",
    ),
    "a code that isn't there": (lambda xml: re.sub(r'<Code guid="[^"]*" name="Hardship"[^>]*/>', "", xml), "codebook"),
    "no codebook": (lambda xml: re.sub("<CodeBook>.*</CodeBook>", "", xml), "its code is not in the codebook"),
    "a coding without a code": (lambda xml: re.sub("<CodeRef [^>]*>", "", xml, count=1), "its code is not in"),
    "selections in an unknown part": (wrapped, "3 codings in parts that the standard doesn't have"),
    "an unknown kind of source": (
        lambda xml: xml.replace("<TextSource", "<WebSource", 1).replace("</TextSource>", "</WebSource>", 1),
        "1 <WebSource> elements",
    ),
    "no such variable": (lambda xml: re.sub("<Variables>.*</Variables>", "", xml), "1 values of variables that"),
    "a source of a case that isn't there": (
        lambda xml: xml.replace(f'<SourceRef targetGUID="{guid("s1")}"', f'<SourceRef targetGUID="{guid("s9")}"'),
        "1 references that lead nowhere (SourceRef)",
    ),
    "no text": (lambda xml: xml.replace("s1.txt", "gone.txt"), "its text is missing"),
    "no path": (lambda xml: re.sub(' plainTextPath="[^"]*"', "", xml, count=1), "its text is missing"),
    "a number that is none": (lambda xml: re.sub(r'startPosition="\d+"', 'startPosition="x"', xml, count=1), "outside"),
    "no number": (lambda xml: re.sub(r' startPosition="\d+"', "", xml, count=1), "outside the text"),
    "a place behind the text": (
        lambda xml: re.sub(r'endPosition="', 'endPosition="9', xml, count=1),
        "outside the text",
    ),
    "a negative place": (lambda xml: re.sub(r'startPosition="', 'startPosition="-', xml, count=1), "outside the text"),
    "a huge place": (
        lambda xml: re.sub(r'endPosition="\d+', 'endPosition="' + "9" * 30, xml, count=1),
        "before it begins",
    ),
    "an inverted place": (
        lambda xml: re.sub(
            r'startPosition="(\d+)" endPosition="(\d+)"', r'startPosition="\2" endPosition="\1"', xml, count=1
        ),
        "ends before it begins",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_coding_of_a_faulty_project_has_its_words_or_a_line_says_why_not(fault: str) -> None:
    edit, why = FAULTS[fault]
    project = refi.read(packed(edit(document())))
    assert why in said(project)
    assert {words for words, _, _ in words_of(project)} <= {words for words, _, _ in RIGHT}


def test_another_text_under_a_sources_name_leaves_no_coding_that_seems_right() -> None:
    """Two parts of an archive are called alike: what the names of the selections say stands nowhere in the second."""
    data = io.BytesIO(packed(document()))
    with zipfile.ZipFile(data, "a") as archive:
        archive.writestr("Sources/S1.TXT", "Other words altogether, nothing to do with it at all. " * 4)
    project = refi.read(data.getvalue())
    assert {words for words, _, _ in words_of(project)} == {"The roof leaks", "nobody pays"}
    assert len(project.doubtful) == 3
    assert "2 files of the project are called sources/s1.txt" in said(project)


@pytest.mark.parametrize("same", [True, False])
def test_codings_without_guids_of_their_own_are_told_apart_when_they_come_again(same: bool, tmp_path: Path) -> None:
    xml = re.sub(r'<Coding guid="[^"]*"', f'<Coding guid="{guid("k1")}"' if same else "<Coding", document())
    project, study = tmp_path / "p.qdpx", tmp_path / "study"
    project.write_bytes(packed(xml))
    CliRunner().invoke(main, ["init", str(study)], catch_exceptions=False)
    CliRunner().invoke(main, ["import", str(study), str(project)], catch_exceptions=False)
    before = {coding.quote for coding in load(study).codings}
    again = CliRunner().invoke(main, ["import", str(study), str(project)], catch_exceptions=False)
    assert "nothing new" in again.output
    assert {coding.quote for coding in load(study).codings} == before
    assert {words for words, _, _ in RIGHT} <= before


def edited(name: str, to: Path, *statements: str) -> Project:
    """A database after someone did something to it."""
    copy = to / name
    shutil.copytree(HERE / name, copy) if (HERE / name).is_dir() else shutil.copy(HERE / name, copy)
    with sqlite3.connect(copy / "data.qda" if copy.is_dir() else copy) as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()
    return opening.read(copy)


TAGUETTE = "taguette_1.5.2_garden.sqlite3"
QUALCODER = "qualcoder_v17.qda"


@pytest.mark.parametrize(
    ("name", "table", "column"), [(TAGUETTE, "documents", "contents"), (QUALCODER, "source", "fulltext")]
)
def test_a_text_that_is_stored_as_bytes_is_read_all_the_same(
    name: str, table: str, column: str, tmp_path: Path
) -> None:
    usual = opening.read(HERE / name)
    project = edited(name, tmp_path, f"UPDATE {table} SET {column} = CAST({column} AS BLOB)")
    assert words_of(project) == words_of(usual)


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("DELETE FROM documents WHERE id = 1", "highlights of documents that aren't there"),
        ("DELETE FROM tags WHERE id = 2", "tags of highlights that aren't there"),
        ("UPDATE highlights SET end_offset = 99999 WHERE id = 1", "highlights that cannot be placed"),
    ],
)
def test_what_is_gone_from_a_database_is_counted(statement: str, why: str, tmp_path: Path) -> None:
    assert why in said(edited(TAGUETTE, tmp_path, statement))


OLDER = {
    "no codes under codes": ["ALTER TABLE code_name DROP COLUMN supercid"],
    "no importance": ["ALTER TABLE code_text DROP COLUMN important", "ALTER TABLE code_text DROP COLUMN avid"],
    "no media": ["ALTER TABLE source DROP COLUMN av_text_id", "ALTER TABLE source DROP COLUMN risid"],
    "no annotations": ["DROP TABLE annotation"],
    "no journal": ["DROP TABLE journal"],
}


@pytest.mark.parametrize("older", OLDER)
def test_a_database_of_an_older_version_has_the_same_codings(older: str, tmp_path: Path) -> None:
    project = edited(QUALCODER, tmp_path, *OLDER[older], "UPDATE project SET databaseversion = 'v5'")
    assert words_of(project) == words_of(opening.read(HERE / QUALCODER))
