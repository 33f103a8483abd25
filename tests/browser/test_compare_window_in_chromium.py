"""Home and the comparison of coders in the window, as two coders use them in a meeting."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.serving import is_fine_for_everyone, opened
from tests.test_windows_compare import folder, held

pytestmark = [pytest.mark.browser, pytest.mark.slow]
__all__ = ["folder"]


def test_home_leads_to_what_waits_and_is_fine_for_everyone(chromium: Browser, folder: Path) -> None:
    with opened(chromium, folder, "AB", "home") as page:
        expect(page.get_by_role("heading", name="What waits")).to_be_visible()
        is_fine_for_everyone(page)
        page.get_by_role("link", name="Compare").click()
        expect(page.get_by_role("link", name="oak")).to_be_visible()


def test_two_coders_settle_a_source_by_keys_and_take_one_back(chromium: Browser, folder: Path) -> None:
    with opened(chromium, folder, "AB", "compare") as page:
        page.get_by_role("link", name="oak").click()
        expect(page.locator(".stretch")).to_have_count(2)
        is_fine_for_everyone(page)
        page.get_by_role("button", name="Take them all over").click()
        expect(page.get_by_text("stretch nobody disputes")).to_have_count(0)
        page.keyboard.press("1")
        expect(page.get_by_text("1 of them not settled yet")).to_be_visible()
        page.keyboard.press("u")
        expect(page.get_by_text("2 of them not settled yet")).to_be_visible()
        page.keyboard.press("b")
        expect(page.get_by_text("1 of them not settled yet")).to_be_visible()
        page.get_by_text("Other", exact=True).click()
        page.get_by_label("Why").locator("visible=true").fill("No help, only talk of it.")
        page.get_by_role("button", name="Settle it so").locator("visible=true").click()
        page.get_by_role("button", name="All of it is settled").click()
        expect(page.get_by_text("2 settled")).to_be_visible()
        page.get_by_text("2 settled").click()
        is_fine_for_everyone(page)
    assert [(words, code) for words, code, _, _ in held(folder)] == [
        ("It cost us dear.", "money.cost"),
        ("The county paid for half.", "money.cost"),
        ("The county paid for half.", "money.source"),
    ]
