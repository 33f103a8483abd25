"""A report as one PDF: without a Chromium a clear line, and links to its own pages that stay in it."""

import io
import sys
from pathlib import Path

import pytest
from pypdf import PdfReader
from reportlab.pdfgen.canvas import Canvas

from crosscase.paper import browser, joined, write_pdf
from crosscase.problem import Refused

TITLES = {"index.html": "Findings", "codebook.html": "Codebook"}


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


def test_a_link_to_a_page_of_the_report_leads_to_where_it_begins_and_none_names_this_machine(tmp_path: Path) -> None:
    here = tmp_path.as_uri()
    links = (f"{here}/codebook.html#a", f"{here}/search.html", "https://example.org/")
    parts = [printed(tmp_path / "a.pdf", 3, *links), printed(tmp_path / "b.pdf", 1)]
    whole = io.BytesIO()
    joined(TITLES, parts).write(whole)
    reader = PdfReader(whole)
    annotations = [link.get_object() for link in reader.pages[0]["/Annots"]]  # type: ignore[attr-defined]
    assert [str(link["/A"]["/URI"]) for link in annotations if "/URI" in link.get("/A", {})] == ["https://example.org/"]
    inside = [link for link in annotations if "/URI" not in link.get("/A", {})]
    assert len(inside) == 1
    assert [str(mark["/Title"]) for mark in reader.outline if not isinstance(mark, list)] == ["Findings", "Codebook"]
    assert [reader.get_destination_page_number(mark) for mark in reader.outline if not isinstance(mark, list)] == [0, 3]
    assert b"file:" not in whole.getvalue()


def test_sheets_are_numbered_through_the_whole(tmp_path: Path) -> None:
    whole = io.BytesIO()
    joined(TITLES, [printed(tmp_path / "a.pdf", 3), printed(tmp_path / "b.pdf", 2)]).write(whole)
    texts = [sheet.extract_text() for sheet in PdfReader(whole).pages]
    assert [text.splitlines()[-1] for text in texts] == [f"{number} / 5" for number in range(1, 6)]
    assert "b, sheet 2" in texts[4]


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
    with pytest.raises(Refused, match=r"index\.html could not be printed"):
        write_pdf(tmp_path, {"index.html": "Findings"}, tmp_path / "out" / "report.pdf")
    assert not (tmp_path / "out").exists()
