"""Deciding in the window: from the queue to a feature, its evidence, the type that follows, and back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from crosscase import load
from crosscase.case import Feature
from crosscase.study import decisions
from tests.browser.serving import is_fine_for_everyone, opened
from tests.conftest import StudyFolder
from tests.test_decisions import readable

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def folder(study_folder: StudyFolder) -> Path:
    return readable(study_folder)


@pytest.fixture
def window(chromium: Browser, folder: Path) -> Iterator[Page]:
    with opened(chromium, folder, "AB", "cases") as page:
        yield page


def decided(folder: Path) -> tuple[Feature, ...]:
    return load(folder).cases[0].episodes[0].features


def follow(page: Page, name: str) -> None:
    """Go on by a link, and wait until the window takes keys."""
    page.get_by_role("link", name=name).first.click()
    expect(page.locator("h2#feature")).to_be_visible()
    expect(page.locator(".desk")).to_be_visible()


def version(page: Page) -> str:
    return page.locator(".desk-page").get_attribute("data-version") or ""


def saved(page: Page) -> None:
    expect(page.locator(".desk-saved")).to_contain_text("Saved")


def test_what_waits_is_decided_by_keys_and_the_type_follows(window: Page, folder: Path) -> None:
    follow(window, "Who leads")
    expect(window.get_by_role("heading", name="Who leads")).to_be_visible()
    expect(window.locator(".then")).to_have_text(["Models: Strong", "Models: Weak"])
    expect(window.get_by_role("checkbox")).not_to_be_checked()
    window.keyboard.press("1")
    saved(window)
    expect(window.locator(".types-now .type b")).to_have_text("Strong")
    expect(window.locator(".decided")).to_contain_text("Mayor, decided by Ann Berg")
    assert decided(folder) == (Feature("people.lead", "mayor", "stated", ("a3",), "AB"),)
    window.get_by_label("Reason").fill("One passage only.")
    window.keyboard.press("Control+Enter")
    expect(window.locator(".because")).to_have_text("One passage only.")
    assert decided(folder) == (Feature("people.lead", "mayor", "stated", ("a3",), "AB", "One passage only."),)
    window.locator("h1").click()
    window.keyboard.press("c")
    expect(window.locator(".types-now .type b")).to_have_text("Unresolved")
    assert decided(folder)[0].status == "conflict"
    window.keyboard.press("u")
    expect(window.locator(".types-now .type b")).to_have_text("Strong")
    window.get_by_role("button", name="Withdraw").click()
    expect(window.locator(".features .is-coded")).to_have_count(1)
    assert decided(folder) == ()


def test_a_value_takes_along_what_says_it_until_passages_are_chosen(window: Page, folder: Path) -> None:
    follow(window, "Who leads")
    window.get_by_label("And who else?").check()
    window.keyboard.press("2")
    expect(window.locator(".decided")).to_be_visible()
    assert decided(folder)[0].evidence == ("a3",)
    window.keyboard.press("u")
    expect(window.locator(".decided")).to_have_count(0)
    window.keyboard.press("2")
    expect(window.locator(".decided")).to_be_visible()
    assert decided(folder)[0].evidence == ()


def test_what_is_ticked_outlives_a_reload_and_a_change_by_somebody_else(window: Page, folder: Path) -> None:
    follow(window, "Who leads")
    window.get_by_label("And who else?").check()
    window.reload()
    expect(window.get_by_label("And who else?")).to_be_checked()
    before = version(window)
    decisions.change_coding(load(folder), "AB", "a1", memo="dear, to whom?")
    expect(window.locator(".desk-page")).not_to_have_attribute("data-version", before)
    expect(window.get_by_label("And who else?")).to_be_checked()
    window.keyboard.press("2")
    expect(window.locator(".decided")).to_be_visible()
    assert decided(folder)[0].evidence == ("a3",)


def test_the_rules_are_overruled_with_a_reason_and_asked_again(window: Page, folder: Path) -> None:
    follow(window, "Ashford, 2019 to 2020")
    window.get_by_text("Decide against the rules").click()
    window.get_by_label("It is").select_option("weak")
    window.get_by_label("because").fill("Nobody led.")
    window.get_by_role("button", name="Decide so").click()
    expect(window.locator(".override")).to_contain_text("Nobody led.")
    assert load(folder).cases[0].episodes[0].overrides[0].type_id == "weak"
    window.get_by_role("button", name="Let the rules decide again").click()
    expect(window.locator(".override")).to_have_count(0)
    assert load(folder).cases[0].episodes[0].overrides == ()


def test_where_nothing_is_coded_a_value_needs_a_reason(window: Page, folder: Path) -> None:
    follow(window, "Elmton")
    window.keyboard.press("1")
    expect(window.get_by_label("Reason")).to_be_focused()
    assert load(folder).cases[1].episodes == ()
    window.get_by_label("Reason").fill("I was there.")
    window.locator("h1").click()
    window.keyboard.press("1")
    saved(window)
    assert load(folder).cases[1].episodes[0].features[0].memo == "I was there."


def test_cases_and_a_case_are_fine_for_everyone(window: Page) -> None:
    is_fine_for_everyone(window)
    follow(window, "Ashford, 2019 to 2020")
    window.keyboard.press("1")
    expect(window.locator(".decided")).to_be_visible()
    is_fine_for_everyone(window)
