"""A window on a long source: what is coded far from where one reads is there as soon as it is wanted."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.serving import opened, served
from tests.conftest import SMALL, StudyFolder, long_source

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAGE = "source-long.html"
LAST = "[id='coding/c520']"


@pytest.fixture
def folder(study_folder: StudyFolder) -> Path:
    settings = {"study.yaml": "title: Small\nunit: town\ncoders: {AB: Ann Berg}\n"}
    return study_folder(SMALL | settings | long_source(520))


@pytest.fixture
def window(chromium: Browser, folder: Path) -> Iterator[Page]:
    with opened(chromium, folder, "AB", PAGE) as page:
        yield page


def turn(page: Page, number: int) -> str:
    return f".turns > li:nth-child({number})"


def test_what_is_coded_stands_beside_each_turn_as_it_comes_into_sight(window: Page) -> None:
    far = turn(window, 300)
    expect(window.locator(f"{far} .note")).to_have_count(0)
    expect(window.locator(f"{far} .words")).to_contain_text("We had no money for bus 299.")
    window.locator(far).scroll_into_view_if_needed()
    expect(window.locator(f"{far} .noted")).to_have_text(["Cost cell", "Cost cell"])
    expect(window.locator(f"{far} .bars g")).to_have_count(2)
    expect(window.locator(f"{far} mark")).to_have_text(["We had no money for bus 299.", "So we walked to the market."])
    expect(window.locator(f"{far} .back")).to_have_text(["299", "300"])
    near = window.locator(turn(window, 2)).inner_html()
    assert window.locator(".note").count() < 200
    assert 'class="cell"' in near


def test_one_code_is_shown_with_all_its_passages_however_far(window: Page) -> None:
    window.locator('.codes a[data-key="money.source"]').click()
    expect(window.locator("#kept")).to_contain_text("Source: 26 passages here.")
    expect(window.locator(".turn:visible .kept")).to_have_count(26)
    window.locator("#kept button").click()
    expect(window.locator(turn(window, 100))).to_be_visible()


def test_keys_and_buttons_go_on_to_what_is_coded_in_turns_that_were_bare(window: Page, folder: Path) -> None:
    window.locator(f"{turn(window, 300)} .words").click(position={"x": 200, "y": 8})
    window.keyboard.press("n")
    expect(window.locator(".desk-place")).to_contain_text("Turn 300 of 520")
    window.keyboard.press("N")
    window.keyboard.press("N")
    window.keyboard.press("N")
    expect(window.locator(".desk-place")).to_contain_text("Turn 298 of 520")
    window.keyboard.press("Delete")
    expect(window.locator(".desk")).to_have_attribute("data-waiting", "0")
    assert len((folder / "codings/AB/long.jsonl").read_text().splitlines()) == 520
    window.locator("[data-step='-1']").click()
    window.keyboard.press("Control+k")
    window.keyboard.type("bus 501")
    window.keyboard.press("Enter")
    expect(window.locator(f"{turn(window, 502)} .noted")).to_have_count(2)


def test_an_address_leads_to_a_passage_that_is_far(chromium: Browser, folder: Path) -> None:
    with served(folder, "AB") as address:
        page = chromium.new_page()
        page.goto(address.format(PAGE))
        expect(page.locator(".desk")).to_be_visible()
        page.goto(address.format(PAGE).partition("?")[0] + "#coding/c520")
        expect(page.locator(LAST)).to_be_in_viewport()
        expect(page.locator(f"{LAST}.aimed")).to_have_text("So we walked to the market.")
        page.goto("about:blank")
        page.goto(address.format(PAGE).partition("?")[0] + "#coding/c520")
        expect(page.locator(f"{LAST}.aimed")).to_be_in_viewport(timeout=15_000)
        page.close()


def test_who_comes_back_to_a_far_passage_stands_where_they_stood(chromium: Browser, folder: Path) -> None:
    with served(folder, "AB") as address:
        page = chromium.new_page()
        page.goto(address.format(PAGE))
        expect(page.locator(".desk")).to_be_visible()
        far = page.locator(turn(page, 300)).get_attribute("id")
        page.goto("about:blank")
        page.goto(address.format(PAGE).partition("?")[0] + f"#{far}")
        wanted = page.evaluate(f"""() => parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop)
            + parseFloat(getComputedStyle(document.querySelector("{turn(page, 300)}")).scrollMarginTop)""")
        assert at_rest(page, turn(page, 300)) == pytest.approx(wanted, abs=2)
        page.reload()
        assert at_rest(page, turn(page, 300)) == pytest.approx(wanted, abs=2)
        page.mouse.wheel(0, -3_000)
        stood = at_rest(page, turn(page, 285))
        page.reload()
        assert at_rest(page, turn(page, 285)) == pytest.approx(stood, abs=2)
        page.locator("nav >> text=Codebook").first.click()
        page.go_back()
        assert at_rest(page, turn(page, 285)) == pytest.approx(stood, abs=2)
        page.evaluate("location.hash = 'coding/c520'")
        expect(page.locator(f"{LAST}.aimed")).to_be_in_viewport()
        page.go_back()
        assert at_rest(page, turn(page, 285)) == pytest.approx(stood, abs=2)
        page.close()


def at_rest(page: Page, selector: str) -> float:
    """How far down in the window something begins, once the desk is there and nothing moves any more."""
    expect(page.locator(".desk")).to_be_visible()
    page.wait_for_timeout(900)
    return float(page.locator(selector).evaluate("(it) => it.getBoundingClientRect().top"))


def test_another_coders_far_work_is_counted_and_shown_when_one_goes_there(window: Page, folder: Path) -> None:
    path = folder / "codings/AB/long.jsonl"
    lines = path.read_text().splitlines()
    path.write_text("\n".join(lines[:-1]) + "\n")
    expect(window.locator('.codes a[data-key="money.source"] .number')).to_have_text("25")
    window.locator(turn(window, 520)).scroll_into_view_if_needed()
    expect(window.locator(f"{turn(window, 520)} .note")).to_have_count(1)


@pytest.mark.parametrize("asked", ["new Event('beforeprint')", "new KeyboardEvent('keydown', {key: 'F3'})"])
def test_what_is_printed_or_searched_by_the_browser_is_whole(window: Page, asked: str) -> None:
    window.evaluate(f"dispatchEvent({asked})")
    expect(window.locator(".note")).to_have_count(520)


def test_without_script_the_page_is_whole(chromium: Browser, folder: Path) -> None:
    with served(folder, "AB") as address:
        page = chromium.new_context(java_script_enabled=False).new_page()
        page.goto(address.format(PAGE))
        page.wait_for_url("**/*?whole=1")
        expect(page.locator(".note")).to_have_count(520)
        page.context.close()
