"""The evidence margin in a browser: beside the sentence, below it on a phone, as notes on paper."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, FloatRect, Page

from tests.browser.test_pages_in_chromium import ALL_RULES

pytestmark = pytest.mark.browser

SIZES = ((1440, 900), (1024, 768), (375, 812))
SMALLEST = """() => Array.from(document.querySelectorAll('main *')).filter(it => it.checkVisibility()
    && Array.from(it.childNodes).some(node => node.nodeType === 3 && node.textContent.trim())
    && parseFloat(getComputedStyle(it).fontSize) < 13).map(it => it.outerHTML.slice(0, 90))"""
SHIFTED = """() => new Promise(done => { let sum = 0; new PerformanceObserver(list => {
    for (const it of list.getEntries()) sum += it.value; }).observe({type: 'layout-shift', buffered: true});
    setTimeout(() => done(sum), 300); })"""


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(reduced_motion="reduce")
    context.set_default_timeout(5_000)
    yield context.new_page()
    context.close()


def open_page(page: Page, sample: Path, name: str, size: tuple[int, int] = SIZES[0]) -> Page:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto((sample / f"{name}.html").as_uri())
    return page


def boxes(page: Page, number: int) -> tuple[FloatRect, FloatRect]:
    note = page.locator("details.note").nth(number)
    note.locator("summary").click()
    mark, behind = note.locator("summary").bounding_box(), note.locator(".behind").bounding_box()
    assert mark is not None
    assert behind is not None
    return mark, behind


@pytest.mark.parametrize("size", SIZES[:2])
def test_what_a_mark_opens_stands_beside_its_sentence_and_moves_no_word(
    page: Page, sample: Path, size: tuple[int, int]
) -> None:
    open_page(page, sample, "theme-engagement", size)
    paragraph = page.locator(".synthesis").nth(1)
    paragraph.evaluate("it => it.scrollIntoView()")
    before = paragraph.bounding_box()
    mark, behind = boxes(page, 2)
    words = paragraph.bounding_box()
    assert words is not None
    assert words == before
    assert behind["x"] >= words["x"] + words["width"]
    assert behind["x"] + behind["width"] <= size[0]
    assert abs(behind["y"] - mark["y"]) < 40


def test_two_that_are_open_do_not_lie_over_each_other_nor_over_what_follows(page: Page, sample: Path) -> None:
    open_page(page, sample, "theme-engagement")
    last = page.locator("details.note").count() - 1
    (_, first), (_, second) = boxes(page, last - 1), boxes(page, last)
    assert second["y"] >= first["y"] + first["height"] or first["y"] >= second["y"] + second["height"]
    following = page.locator("#coverage").bounding_box()
    assert following is not None
    assert following["y"] >= second["y"] + second["height"]


def test_on_a_phone_it_opens_below_the_mark(page: Page, sample: Path) -> None:
    open_page(page, sample, "theme-engagement", SIZES[2])
    mark, behind = boxes(page, 2)
    assert behind["y"] >= mark["y"] + mark["height"] / 2
    assert page.evaluate("document.documentElement.scrollWidth") == SIZES[2][0]


def test_without_script_the_margin_opens_all_the_same(chromium: Browser, sample: Path) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = open_page(context.new_page(), sample, "theme-engagement")
    page.locator("details.note summary").first.click()
    assert page.locator("details.note .behind").first.locator("a").first.is_visible()
    context.close()


def test_on_paper_the_notes_stand_at_the_end_and_nothing_in_the_margin(page: Page, sample: Path) -> None:
    open_page(page, sample, "theme-engagement")
    boxes(page, 2)
    page.emulate_media(media="print")
    assert page.locator(".paper-notes").is_visible()
    assert page.locator(".behind >> visible=true").count() == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "scheme"),
    [
        ("theme-openness", "dark"),
        ("claims", "light"),
        ("exhibit-2", "dark"),
        ("exhibit-2b", "light"),
        ("exhibit-recommendations", "light"),
    ],
)
def test_axe_finds_nothing_with_the_margin_open(chromium: Browser, sample: Path, name: str, scheme: str) -> None:
    context = chromium.new_context(color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    for size in SIZES:
        open_page(page, sample, name, size)
        shift = page.evaluate(SHIFTED)
        page.locator("details.note").evaluate_all("all => all.forEach(it => { it.open = true; })")
        found = Axe().run(page, options=ALL_RULES | {"rules": {"target-size": {"enabled": True}}})
        told = [(one["id"], [node["html"] for node in one["nodes"]][:4]) for one in found.response["violations"]]
        # In the narrow columns of Exhibit 2, one line breaks elsewhere once the font is there.
        most = 0.05 if name == "exhibit-2" else 0.02
        assert (size, told, shift < most, page.evaluate(SMALLEST)) == (size, [], True, [])
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    context.close()


def test_the_heads_of_exhibit_2b_stay_below_the_bar(page: Page, sample: Path) -> None:
    open_page(page, sample, "exhibit-2b", SIZES[1])
    page.locator(".cases tbody").nth(3).evaluate("it => it.scrollIntoView({block: 'start', behavior: 'instant'})")
    head, bar = page.locator(".cases thead").first.bounding_box(), page.locator(".bar").bounding_box()
    assert head is not None
    assert bar is not None
    assert 0 <= head["y"] - (bar["y"] + bar["height"]) <= 2
