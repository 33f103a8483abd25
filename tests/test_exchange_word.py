import io
import zipfile
from collections.abc import Callable
from contextlib import suppress

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crosscase.exchange import word
from crosscase.exchange.transcript import Transcript, Unreadable

ANN_AND_BOB = [("", "Ann", "Hello."), ("", "Bob", "Well."), ("", "Ann", "Good.")]
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def saved(document: object) -> bytes:
    out = io.BytesIO()
    document.save(out)  # type: ignore[attr-defined]
    return out.getvalue()


def of_paragraphs(*paragraphs: str) -> bytes:
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    return saved(document)


def with_body(xml: str, before: str = "") -> bytes:
    """A document with this XML as its body."""
    new = f'<?xml version="1.0"?>{before}<w:document {W}><w:body>{xml}</w:body></w:document>'
    return with_part("word/document.xml", lambda _: new.encode())


def with_part(name: str, change: Callable[[bytes], bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(of_paragraphs("x"))) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.namelist():
            new.writestr(entry, change(old.read(entry)) if entry == name else old.read(entry))
    return out.getvalue()


def turns(data: bytes) -> list[tuple[str, str, str]]:
    return [turn[:] for turn in read(data).turns]


def read(data: bytes) -> Transcript:
    return word.read(data)


def test_names_before_a_colon_are_speakers_and_what_follows_belongs_to_them() -> None:
    data = of_paragraphs("Ann: Hello.", "", "Bob: Well.", "And more.", "Ann: Good.")
    assert turns(data) == [("", "Ann", "Hello."), ("", "Bob", "Well.\nAnd more."), ("", "Ann", "Good.")]


def test_names_in_bold_are_speakers() -> None:
    document = docx.Document()
    for name, words in [("Ann", "Hello."), ("Bob", "Well."), ("Ann", "Good.")]:
        paragraph = document.add_paragraph()
        paragraph.add_run(name[:1]).bold = True
        paragraph.add_run(name[1:] + " ").bold = True
        paragraph.add_run(words)
    assert turns(saved(document)) == ANN_AND_BOB


def test_a_table_of_speakers_and_words_is_read_by_row() -> None:
    document = docx.Document()
    document.add_paragraph("Interview 1")
    table = document.add_table(rows=3, cols=2)
    for row, (_, name, words) in zip(table.rows, ANN_AND_BOB, strict=True):
        row.cells[0].text, row.cells[1].text = name, words
    table.rows[1].cells[1].add_paragraph("And more.")
    assert turns(saved(document)) == [
        ("", "", "Interview 1"),
        ANN_AND_BOB[0],
        ("", "Bob", "Well.\nAnd more."),
        ANN_AND_BOB[2],
    ]


def test_a_table_with_times_gives_turns_their_times() -> None:
    document = docx.Document()
    table = document.add_table(rows=2, cols=3)
    for row, cells in zip(table.rows, [("0:01", "Ann", "Hello."), ("0:09", "Ann", "Good.")], strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    assert turns(saved(document)) == [("00:00:01", "Ann", "Hello."), ("00:00:09", "Ann", "Good.")]


def test_a_time_and_a_name_above_the_words_are_read_as_teams_writes_them() -> None:
    data = of_paragraphs("Ann   0:21\nHello.", "Bob   0:33\nWell.", "Ann   1:00\nGood.")
    assert turns(data)[1] == ("00:00:33", "Bob", "Well.")


def test_tracked_changes_are_read_as_accepted_and_deletions_counted() -> None:
    data = with_body(
        "<w:p><w:r><w:t>One </w:t></w:r><w:del><w:r><w:delText>two </w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>three </w:t></w:r></w:ins><w:moveFrom><w:r><w:t>four</w:t></w:r></w:moveFrom>"
        "<w:hyperlink><w:r><w:t>five</w:t></w:r></w:hyperlink></w:p>"
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>six</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    )
    assert turns(data) == [("", "", "One three five"), ("", "", "six")]
    assert read(data).dropped == ("2 tracked deletions",)


def test_headers_and_footers_are_left_out_and_it_is_said() -> None:
    document = docx.Document()
    document.add_paragraph("Words.")
    document.sections[0].header.paragraphs[0].text = "Confidential"
    document.sections[0].footer.paragraphs[0].text = "Page 1"
    assert turns(saved(document)) == [("", "", "Words.")]
    assert read(saved(document)).dropped == ("page headers", "page footers")


def test_entities_are_refused_since_their_words_would_be_lost() -> None:
    before = '<!DOCTYPE d [<!ENTITY a "boom"><!ENTITY b "&a;&a;"><!ENTITY f SYSTEM "file:///etc/hostname">]>'
    data = with_body("<w:p><w:r><w:t>Words &b;&f;</w:t></w:r><w:r>&b;<w:t>more.</w:t></w:r></w:p>", before)
    with pytest.raises(Unreadable, match="entities"):
        read(data)


def test_a_document_that_unpacks_to_very_much_is_refused() -> None:
    out = io.BytesIO(of_paragraphs("x"))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("word/media/x.png", "w") as entry:
        for _ in range(201):
            entry.write(bytes(1_000_000))
    with pytest.raises(Unreadable, match="200 MB"):
        read(out.getvalue())


def zipped(name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, "x")
    return out.getvalue()


def spoiled(data: bytes, at: int) -> bytes:
    """The same document with eight bytes turned round."""
    return data[:at] + bytes(byte ^ 255 for byte in data[at : at + 8]) + data[at + 8 :]


@settings(deadline=None, max_examples=60)
@given(st.integers(0, len(of_paragraphs("Ann: Hello.")) - 8))
def test_a_damaged_document_is_read_or_refused(at: int) -> None:
    with suppress(Unreadable):
        assert read(spoiled(of_paragraphs("Ann: Hello."), at)).turns


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"Ann: Hello.", "isn't a Word document"),
        (zipped("content.xml"), "isn't a Word document"),
        (zipped("word/document.xml"), "damaged"),
        (of_paragraphs("x" * 5000)[:-300], "isn't a Word document"),
        (with_part("word/document.xml", lambda data: data[:-20]), "damaged"),
        (with_part("_rels/.rels", lambda _: b"<x/>"), "damaged"),
        (with_part("word/document.xml", lambda _: b"<x/>"), "damaged"),
        (with_part("[Content_Types].xml", lambda _: b""), "damaged"),
        (of_paragraphs("x").replace(b"\x08\x00", b"\x63\x00"), "damaged"),
        (of_paragraphs("", " "), "no text"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "old Word document"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "password"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line(data: bytes, said: str) -> None:
    with pytest.raises(Unreadable, match=rf"^[^\n]*{said}[^\n]*; [^\n]+$"):
        read(data)
