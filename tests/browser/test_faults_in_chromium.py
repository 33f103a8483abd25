"""What goes wrong around an open window: nothing is lost, it is said where it happens, and the window comes back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.test_window_in_chromium import Served, codings, folder, press, saved

__all__ = ["folder"]

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def served(folder: Path) -> Iterator[Served]:
    served = Served(folder)
    yield served
    served.stop()


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 1366, "height": 900}, reduced_motion="reduce")
    context.set_default_timeout(10000)
    yield context
    context.close()


def shown(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(address)
    expect(page.locator(".desk")).to_be_visible()
    return page


def code(page: Page, name: str = "Who helps") -> None:
    """The next sentence carries this code."""
    press(page, "ArrowDown", "Enter")
    page.keyboard.type(name)
    page.keyboard.press("Enter")


def test_what_was_done_is_taken_back_and_done_again_after_the_server_was_started_again(
    context: BrowserContext, served: Served, folder: Path
) -> None:
    page = shown(context, served.address())
    code(page)
    code(page)
    saved(page)
    both = codings(folder)
    served.stop()
    back = Served(folder, port=served.keys.port)
    try:
        context.new_page().goto(back.address("home"))
        # The page that was open all the time, and then one that is opened anew.
        press(page, "u")
        saved(page, "taken back: add codings")
        assert codings(folder) == both[:1]
        page.reload()
        expect(page.locator(".desk")).to_be_visible()
        expect(page.locator(".noted")).to_have_count(1)
        press(page, "u")
        saved(page, "taken back: add codings")
        assert codings(folder) == []
        press(page, "U", "U")
        saved(page, "done again: add codings")
        assert codings(folder) == both
    finally:
        back.stop()
