"""A report as one PDF: without a Chromium a clear line, and links to its own pages that stay in it."""

import io
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    RectangleObject,
    TextStringObject,
)
from reportlab.pdfgen.canvas import Canvas

from crosscase import paper
from crosscase.chromium import browser
from crosscase.paper import Part, joined, write_pdf
from crosscase.problem import Refused

PARTS = (Part("index.html", "Findings", "Findings"), Part("codebook.html", "Codebook", "Codebook"))


def printed(path: Path, sheets: int, *links: str) -> Path:
    """A PDF as a browser prints it: so many sheets, the first with these links."""
    canvas = Canvas(str(path))
    for sheet in range(sheets):
        canvas.drawString(100, 700, f"{path.stem}, sheet {sheet + 1}")
        for number, link in enumerate(links if sheet == 0 else ()):
            canvas.linkURL(link, (100, 100 + 20 * number, 200, 115 + 20 * number))
        canvas.showPage()
    canvas.save()
    return path


def with_place(path: Path, name: str) -> Path:
    """The same with a place of this name on its last sheet, to which its first one leads."""
    writer = PdfWriter(clone_from=path)
    height = [NameObject("/XYZ"), FloatObject(0), FloatObject(321), FloatObject(0)]
    place = ArrayObject([writer.pages[-1].indirect_reference, *height])
    writer.add_named_destination_array(TextStringObject(name), place)
    way = {"/Type": NameObject("/Annot"), "/Subtype": NameObject("/Link"), "/Dest": NameObject(f"/{name}")}
    link = DictionaryObject({NameObject(key): value for key, value in way.items()})
    link[NameObject("/Rect")] = RectangleObject((300, 100, 400, 115))
    writer.add_annotation(0, link)
    writer.write(path)
    return path


def read_again(parts: tuple[Part, ...], pdfs: list[Path]) -> PdfReader:
    whole = io.BytesIO()
    joined(parts, pdfs, title="A study").write(whole)
    assert b"file:" not in whole.getvalue()
    return PdfReader(whole)


def links_on(reader: PdfReader, sheet: int) -> list[tuple[int | None, float | None]]:
    """The sheet, counted from 0, and the height to which each link within the PDF leads."""
    annotations = [link.get_object() for link in reader.pages[sheet].get("/Annots", [])]
    places = [link["/Dest"] for link in annotations if "/Dest" in link]
    sheets = [page.indirect_reference for page in reader.pages]
    return [(sheets.index(list.__getitem__(place, 0)), place[3] if place[1] == "/XYZ" else None) for place in places]


def test_a_link_to_a_page_of_the_report_leads_to_where_it_begins_and_none_names_this_machine(tmp_path: Path) -> None:
    here = tmp_path.as_uri()
    links = (f"{here}/codebook.html#a", f"{here}/search.html", "https://example.org/")
    reader = read_again(PARTS, [printed(tmp_path / "a.pdf", 3, *links), printed(tmp_path / "b.pdf", 1)])
    annotations = [link.get_object() for link in reader.pages[0]["/Annots"]]  # type: ignore[attr-defined]
    assert [str(link["/A"]["/URI"]) for link in annotations if "/URI" in link.get("/A", {})] == ["https://example.org/"]
    assert links_on(reader, 0) == [(3, None)]
    assert [str(mark["/Title"]) for mark in reader.outline if not isinstance(mark, list)] == ["Findings", "Codebook"]
    assert [reader.get_destination_page_number(mark) for mark in reader.outline if not isinstance(mark, list)] == [0, 3]


def test_a_link_leads_to_its_place_on_its_own_page_though_others_have_one_of_the_same_name(tmp_path: Path) -> None:
    there = f"{tmp_path.as_uri()}/codebook.html#same"
    first = with_place(printed(tmp_path / "a.pdf", 2, there), "same")
    second = with_place(printed(tmp_path / "b.pdf", 3), "same")
    reader = read_again(PARTS, [first, second])
    assert sorted(links_on(reader, 0)) == [(1, 321), (4, 321)]
    assert links_on(reader, 2) == [(4, 321)]


def test_the_bookmarks_of_a_section_with_several_pages_stand_under_its_name(tmp_path: Path) -> None:
    parts = (PARTS[0], PARTS[1], Part("code-a.html", "Cost", "Codebook"))
    pdfs = [printed(tmp_path / f"{number}.pdf", 1) for number in range(3)]
    findings, codebook, codes = read_again(parts, pdfs).outline
    assert not isinstance(findings, list)
    assert not isinstance(codebook, list)
    assert isinstance(codes, list)
    assert [str(findings["/Title"]), str(codebook["/Title"])] == ["Findings", "Codebook"]
    assert [str(mark["/Title"]) for mark in codes if not isinstance(mark, list)] == ["Codebook", "Cost"]


def test_the_ids_that_pages_link_to_are_read_with_and_without_quotes(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text('<a href=codebook.html#a/b>A</a><a class=x href="codebook.html#c d">C</a>')
    (tmp_path / "codebook.html").write_text("<a href=#own>own</a><a href=https://example.org/#no>other</a>")
    assert paper.linked_to(tmp_path, PARTS) == {"codebook.html": {"a/b", "c d", "own"}}


def test_sheets_are_numbered_through_the_whole(tmp_path: Path) -> None:
    pdfs = [printed(tmp_path / "a.pdf", 3), printed(tmp_path / "b.pdf", 2)]
    texts = [sheet.extract_text() for sheet in read_again(PARTS, pdfs).pages]
    assert [text.splitlines()[-1] for text in texts] == [f"{number} / 5" for number in range(1, 6)]
    assert "b, sheet 2" in texts[4]


def test_an_interruption_leaves_the_former_file_whole_and_nothing_beside_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    class Paper:
        def pdf(self, page: Path, ids: Collection[str] = ()) -> bytes:
            return printed(tmp_path / f"{page.stem}.pdf", 1).read_bytes()

    @contextmanager
    def press() -> Iterator[Paper]:
        yield Paper()

    def interrupt(done: int, total: int) -> None:
        if done == total:
            raise KeyboardInterrupt

    monkeypatch.setattr(paper, "press", press)
    for part in PARTS:
        (tmp_path / part.file).write_text('<a href="codebook.html#a">')
    out = tmp_path / "out" / "report.pdf"
    with pytest.raises(KeyboardInterrupt):
        write_pdf(tmp_path, PARTS, out, title="A study", progress=interrupt)
    assert not out.parent.exists()
    out.parent.mkdir()
    out.write_bytes(b"the former one")
    with pytest.raises(KeyboardInterrupt):
        write_pdf(tmp_path, PARTS, out, title="A study", progress=interrupt)
    assert [path.read_bytes() for path in out.parent.iterdir()] == [b"the former one"]
    assert write_pdf(tmp_path, PARTS, out, title="A study") == 2
    assert len(PdfReader(out).pages) == 2


def test_where_there_is_no_chromium_one_line_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("CROSSCASE_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Refused, match="install one, or set CROSSCASE_CHROMIUM"):
        browser()


@pytest.mark.parametrize("ending", ["exit 3", "exit 0"])
@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
def test_a_browser_that_fails_or_writes_nothing_is_told_and_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ending: str
) -> None:
    stand_in = tmp_path / "chromium"
    stand_in.write_text(f"#!/bin/sh\n{ending}\n")
    stand_in.chmod(0o755)
    monkeypatch.setenv("CROSSCASE_CHROMIUM", str(stand_in))
    (tmp_path / "index.html").write_text("")
    with pytest.raises(Refused, match=r"the pages could not be printed by .*chromium: it ended by itself"):
        write_pdf(tmp_path, PARTS[:1], tmp_path / "out" / "report.pdf", title="A study")
    assert not (tmp_path / "out").exists()
