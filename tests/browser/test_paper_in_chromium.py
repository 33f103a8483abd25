"""The pages on paper: nothing is lost, nothing is cut off, and no more sheets than it takes."""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from pypdf import PdfReader
from pypdf.generic import FloatObject, NumberObject

from crosscase import Findings
from crosscase.layout import CasesLayout
from crosscase.paper import Part, write_pdf
from crosscase.report import write_page

HIDDEN = "marks => marks.filter(mark => getComputedStyle(mark).display === 'none').length"

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PORTRAIT, LANDSCAPE = (673, 987), (1032, 688)  # CSS pixels within the margins of A4
ON_PAPER = (
    """of => Array.from(document.querySelectorAll(of)).filter(it => it.textContent.trim()).map(it => it.textContent)"""
)
TOO_WIDE = """() => Array.from(document.querySelectorAll('main *')).filter(
    it => it.checkVisibility() && !it.closest('svg') && it.getBoundingClientRect().right > innerWidth + 1
).map(it => it.outerHTML.slice(0, 90))"""


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(reduced_motion="reduce")
    yield context.new_page()
    context.close()


BEYOND_THE_CELL = """() => Array.from(document.querySelectorAll('.cases:not(.texts) .on-record')).filter(
    it => it.scrollWidth > it.parentElement.clientWidth + 1
).map(it => it.textContent)"""
HEADED = {"Leavingpossessionalone"}


def printed(page: Page) -> PdfReader:
    return PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))


def plain(text: str) -> str:
    """Text without what setting it adds: spaces, hyphens, the colons of labels, ligatures."""
    return re.sub(r"[\s\u00ad:-]", "", text).replace("ﬁ", "fi").replace("ﬂ", "fl")


@pytest.mark.parametrize(
    ("name", "most", "kept"),
    [
        (
            "typology-models",
            12,
            ".type-rule .rule li, .decided dt, .decided .evidence a, .results th a, .type-count, .why-words",
        ),
        ("index", 9, ".statement, .type-list a, .covered th > a:first-child, .list th, .list td, .facts td"),
        ("codebook", 16, ".entry h3, .entry dd, .entry p"),
        ("methods", 9, ".checklist th, .facts td"),
        ("claims", 4, ".claim-text, .claim-note, .members > span"),
    ],
)
def test_a_page_takes_few_sheets_and_loses_no_words(page: Page, sample: Path, name: str, most: int, kept: str) -> None:
    page.goto((sample / f"{name}.html").as_uri())
    paper = printed(page)
    words = plain(" ".join(sheet.extract_text() for sheet in paper.pages))
    wanted = page.evaluate(ON_PAPER, kept)
    missing = [text for text in wanted if plain(text) not in words]
    assert len(wanted) > 20
    assert len(missing) <= len(wanted) // 50, missing[:5]  # a page break may part a phrase
    assert len(paper.pages) <= most


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("index", PORTRAIT),
        ("methods", PORTRAIT),
        ("codebook", PORTRAIT),
        ("claims", PORTRAIT),
        ("theme-openness", PORTRAIT),
        ("source-~i08", PORTRAIT),
        ("code-publicity.bias", PORTRAIT),
        ("typology-models", LANDSCAPE),
        ("matrix-policy", LANDSCAPE),
        ("matrix-publicity", LANDSCAPE),
        ("exhibit-2b", LANDSCAPE),
    ],
)
def test_nothing_is_wider_than_the_sheet(page: Page, sample: Path, name: str, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(media="print")
    page.goto((sample / f"{name}.html").as_uri())
    assert page.evaluate(TOO_WIDE) == []


def test_what_is_only_for_a_screen_is_not_printed(page: Page, sample: Path) -> None:
    page.goto((sample / "matrix-publicity.html").as_uri())
    page.emulate_media(media="print")
    assert (
        page.locator(".skip, .jumps, .tools, .dock, .finer, .bar nav, .menu, .here").locator("visible=true").count()
        == 0
    )


def test_a_report_is_one_pdf_with_bookmarks_running_feet_and_links_that_stay_inside(
    sample: Path, tmp_path: Path, chromium: Browser
) -> None:
    parts = (Part("exhibit-1.html", "Exhibit 1"), Part("claims.html", "Claims"), Part("matrix-policy.html", "Policy"))
    told: list[tuple[int, int]] = []
    out = tmp_path / "report.pdf"
    sheets = write_pdf(sample, parts, out, title="A study", progress=lambda done, total: told.append((done, total)))
    reader = PdfReader(out)
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert len(reader.pages) == sheets
    marks = [mark for mark in reader.outline if not isinstance(mark, list)]
    assert [str(mark["/Title"]) for mark in marks] == ["Exhibit 1", "Claims", "Policy"]
    first = reader.pages[0].extract_text()
    assert "Exhibit 1, page 1 of 1" in first
    assert "Leaving possession alone" in first
    assert b"file:" not in out.read_bytes()
    claims = int(reader.get_destination_page_number(marks[1]) or 0)
    links = [link.get_object() for link in reader.pages[claims]["/Annots"]]  # type: ignore[attr-defined]
    to_cells = [link["/Dest"] for link in links if link["/Dest"][1] == "/XYZ"]
    assert to_cells  # names lead to their cells, which are places in the middle of another page
    assert {type(place[3]) for place in to_cells} <= {FloatObject, NumberObject}


@pytest.mark.parametrize("name", ["clusters", "agreement", "coverage", "saturation", "methods"])
def test_no_sheet_ends_in_a_heading(page: Page, sample: Path, name: str) -> None:
    page.goto((sample / f"{name}.html").as_uri())
    headings = {plain(text) for text in page.evaluate(ON_PAPER, "h2, .cluster h3, .drawn-title")}
    for sheet in printed(page).pages:
        lines = [plain(line) for line in sheet.extract_text().splitlines() if line.strip()]
        words = [line for line in lines if line not in HEADED and not re.search(r",page\d+of\d+$", line)]
        assert words[-1] not in headings


@pytest.mark.parametrize("name", ["exhibit-4", "typology-models", "methods", "agreement", "saturation", "coverage"])
def test_what_a_figure_draws_on_a_screen_it_draws_on_paper(page: Page, sample: Path, name: str) -> None:
    page.goto((sample / f"{name}.html").as_uri())
    page.emulate_media(media="print")
    drawn = page.locator(".drawing :is(line, path, rect, text, use)")
    assert drawn.count() > 0
    assert page.locator(".drawn:not(.is-tall) .drawing :is(line, path, rect, text, use)").evaluate_all(HIDDEN) == 0


def test_a_figure_too_tall_for_a_sheet_leaves_the_paper_to_its_table(page: Page, sample: Path) -> None:
    page.goto((sample / "agreement.html").as_uri())
    page.emulate_media(media="print")
    figure = page.locator(".drawn").first
    assert not figure.locator("svg").is_visible()
    assert figure.locator("table").is_visible()


def test_a_table_of_many_features_has_no_word_upon_another(page: Page, findings: Findings, tmp_path: Path) -> None:
    wide = write_page(_with_sixteen_features(findings), "exhibit-2b.html", tmp_path)
    page.goto(wide.as_uri())
    for media, size in (("screen", (1440, 900)), ("screen", (1024, 800)), ("print", LANDSCAPE)):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.emulate_media(media=media)  # type: ignore[arg-type]
        assert page.evaluate(BEYOND_THE_CELL) == []
    page.set_viewport_size({"width": 375, "height": 800})
    page.emulate_media(media="screen")
    first, caption = page.locator(".cases .group").first.bounding_box(), page.locator("caption").first.bounding_box()
    assert first
    assert caption
    assert first["y"] - caption["y"] - caption["height"] < 60  # the heads of columns take no room


def _with_sixteen_features(findings: Findings) -> Findings:
    """The same study, with twice as many columns in its exhibit of cases."""
    layouts = list(findings.study.layouts)
    place = next(number for number, layout in enumerate(layouts) if isinstance(layout, CasesLayout))
    layout = layouts[place]
    assert isinstance(layout, CasesLayout)
    first, *others = layout.groups
    layouts[place] = replace(layout, groups=(replace(first, columns=(*first.columns, *first.columns)), *others))
    return replace(findings, study=replace(findings.study, layouts=tuple(layouts)))
