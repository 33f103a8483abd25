"""Every window at 200 %, on a narrow phone, on a tablet, by touch, on paper, and with its dialogs open."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from crosscase import load
from crosscase.coding import Suggestion
from crosscase.study import save_learning, save_suggestions
from tests.browser.measuring import DIALOG, SIDEWAYS, faults
from tests.browser.serving import RULES, served
from tests.conftest import StudyFolder
from tests.test_decisions import readable
from tests.test_windows_review import learning

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SIZES = {
    "1440 × 900 at 200 %": (720, 450),
    "narrow (WCAG 1.4.10)": (320, 640),
    "tablet": (1024, 768),
    "tablet upright": (768, 1024),
}
A_FRAME_LATER = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
WINDOWS = (
    "home",
    "review",
    "review?code=money.source",
    "cells",
    "cell?row=Ash&code=money.cost",
    "cases",
    "case?id=Ash",
    "codes",
    "code?id=money.cost",
    "merge?code=people.help&into=people.lead",
    "split?code=money.cost",
    "revisit",
    "memos",
    "memos?new=1&about=Ash",
    "compare",
    "source-ash.html",
)


@pytest.fixture
def folder(study_folder: StudyFolder) -> Path:
    folder = readable(study_folder)
    study = load(folder)
    source = study.source("ash")
    assert source is not None
    at = source.text.rindex("Nobody else")
    save_suggestions(study, [Suggestion("ash", at, at + 11, "Nobody else", "people.help", 0.5, "like another", "any")])
    save_learning(study, learning(study))
    return folder


@pytest.fixture
def window(chromium: Browser, folder: Path) -> Iterator[Page]:
    """A window that is touched rather than pointed at."""
    with served(folder, "AB") as address:
        context = chromium.new_context(viewport={"width": 1024, "height": 768}, has_touch=True, reduced_motion="reduce")
        context.set_default_timeout(8000)
        page = context.new_page()
        page.goto(address.format("home"))
        yield page
        context.close()


def go(page: Page, address: str) -> None:
    page.goto(page.url.rsplit("/", 1)[0] + "/" + address)
    expect(page.locator(".desk")).to_be_visible()


@pytest.mark.parametrize("address", WINDOWS)
def test_nothing_is_cut_off_covered_or_too_small_at_any_size(window: Page, address: str) -> None:
    go(window, address)
    for name, (width, height) in SIZES.items():
        window.set_viewport_size({"width": width, "height": height})
        assert faults(window) == [], name


@pytest.mark.parametrize("address", WINDOWS)
def test_on_paper_nothing_scrolls_and_no_bar_stands_over_the_text(window: Page, address: str) -> None:
    go(window, address)
    window.set_viewport_size({"width": 794, "height": 1123})
    window.emulate_media(media="print")
    expect(window.locator(".desk")).to_be_hidden()
    assert window.evaluate(SIDEWAYS) <= 0
    cut = """() => [...document.querySelectorAll("main *")].filter(it => it.checkVisibility()
      && /auto|scroll/.test(getComputedStyle(it).overflowY) && it.scrollHeight > it.clientHeight + 2
      && it.tagName !== "TEXTAREA").map(it => it.className)"""
    assert window.evaluate(cut) == []


def test_a_passage_is_coded_by_touch_alone(window: Page, folder: Path) -> None:
    go(window, "source-ash.html")
    window.locator(".words .piece", has_text="The county paid").tap()
    window.get_by_role("button", name="Code", exact=True).tap()
    window.locator(".palette [role=option]", has_text="Who helps").tap()
    expect(window.locator(".desk-saved")).to_contain_text("Saved")
    assert any(coding.code_id == "people.help" for coding in load(folder).codings if coding.source_id == "ash")
    window.get_by_role("button", name="Take back").tap()
    expect(window.locator(".desk-saved")).to_contain_text("taken back")
    assert all(coding.code_id != "people.help" for coding in load(folder).codings if coding.source_id == "ash")


def test_every_dialog_fits_can_be_scrolled_and_axe_finds_nothing(window: Page) -> None:
    go(window, "source-ash.html")
    window.keyboard.press("ArrowDown")
    dialogs = {
        "the palette": ("Enter", "h"),
        "a new code": ("Enter", *"Who is against it?"),
        "values": ("n", "v"),
        "a memo": ("n", "m"),
        "why set aside": ("ArrowDown", "x"),
        "where to go": ("Control+k", "a"),
        "keys": ("?",),
    }
    for name, keys in dialogs.items():
        for key in keys:
            window.keyboard.press(key)
        expect(window.locator("dialog[open]")).to_be_visible()
        for width, height in SIZES.values():
            window.set_viewport_size({"width": width, "height": height})
            window.evaluate(A_FRAME_LATER)
            assert [*window.evaluate(DIALOG), *faults(window)] == [], (name, width)
        is_fine(window, name)
        window.keyboard.press("Escape")
        expect(window.locator("dialog[open]")).to_have_count(0)


def is_fine(page: Page, what: str) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        violations = Axe().run(page, options=RULES).response["violations"]
        assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in violations] == [], (what, scheme)
