"""Charting in the window, as a person does it: write, cite by number, go on, read again, say why a cell is empty."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from crosscase import load
from crosscase.coding import Coding
from crosscase.matrix import Summary
from crosscase.study import decisions
from tests.browser.test_window_in_chromium import Served
from tests.conftest import StudyFolder
from tests.test_decisions import readable

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CELL = "cell?row=Ash&code=money.cost"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture
def folder(study_folder: StudyFolder) -> Path:
    return readable(study_folder)


@pytest.fixture
def served(folder: Path) -> Iterator[Served]:
    served = Served(folder)
    yield served
    served.stop()


@pytest.fixture
def window(chromium: Browser, served: Served) -> Iterator[Page]:
    context = chromium.new_context(
        viewport={"width": 1440, "height": 900},
        reduced_motion="reduce",
        base_url=f"http://127.0.0.1:{served.keys.port}/",
    )
    context.set_default_timeout(8000)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(served.address("cells"))
    yield page
    context.close()
    assert [line for line in complaints if "409" not in line and "Failed to load" not in line] == []


def summary(folder: Path, code_id: str = "money.cost") -> Summary | None:
    cells = (one for one in load(folder).summaries if (one.case_id, one.code_id) == ("Ash", code_id))
    return next(cells, None)


def opened(page: Page, address: str = CELL) -> Page:
    page.goto(address)
    expect(page.locator(".keys kbd").first).to_be_visible()
    return page


def saved(page: Page) -> None:
    expect(page.locator(".desk-saved")).to_contain_text("Saved")


def test_a_cell_is_written_cited_by_number_and_left_for_the_next_open_one(window: Page, folder: Path) -> None:
    window.get_by_role("link", name="Who leads").click()
    expect(window.locator("h1")).to_have_text("Who leads")
    expect(window.locator(".keys kbd").first).to_be_visible()
    window.keyboard.press("e")
    window.keyboard.type("The mayor, they say.")
    expect(window.locator(".counted")).to_have_text("4 words")
    expect(window.locator(".desk-typed")).to_have_text("Not saved yet: what you typed is kept in this browser.")
    window.keyboard.press("Escape")
    window.keyboard.press("1")
    expect(window.locator("#text")).to_have_value("The mayor, they say. [1]")
    expect(window.locator("#passage-1")).to_have_class("passage-of is-cited")
    window.keyboard.press("1")
    expect(window.locator("#text")).to_have_value("The mayor, they say.")
    window.get_by_label("Cite passage 1").click()
    window.keyboard.press("Control+s")
    saved(window)
    written = summary(folder, "people.lead")
    assert written
    assert (written.text, written.cited, written.status) == ("The mayor, they say. [1]", ("a3",), "done")
    window.locator("#text").press("Control+Enter")
    window.wait_for_url("**/cell?row=Elm**")
    # What was saved is said where one is led to, once.
    expect(window.locator(".desk-saved")).to_contain_text("summary")
    window.reload()
    expect(window.locator(".desk-saved")).to_be_attached()
    expect(window.locator(".desk-saved")).to_have_text("")


def test_what_was_typed_outlives_a_reload_and_keeps_its_marks_on_their_passages(window: Page, folder: Path) -> None:
    opened(window)
    decisions.change_coding(load(folder), "AB", "a2", code_id="money.cost", value="low")
    expect(window.locator(".stale")).to_contain_text("1 passage came")
    window.locator("#text").fill("Half was paid by others [2].")
    source = load(folder).sources[0]
    begin = source.text.index("very dear")
    new = Coding("", source.id, begin, begin + 9, "", "money.cost", "high")
    decisions.add_codings(load(folder), "AB", [new])
    expect(window.locator("#text")).to_have_value("Half was paid by others [3].")
    window.reload()
    expect(window.locator(".keys kbd").first).to_be_visible()
    expect(window.locator("#text")).to_have_value("Half was paid by others [3].")
    window.keyboard.press("Control+s")
    saved(window)
    written = summary(folder)
    assert written
    assert (written.text, written.cited) == ("Half was paid by others [1].", ("a2",))


def test_where_somebody_else_saved_meanwhile_both_texts_stand_and_none_is_lost(window: Page, folder: Path) -> None:
    # No news, which on a slow machine may come before the key.
    window.route("**/news", lambda route: route.abort())
    opened(window)
    window.locator("#text").fill("What AB wrote.")
    decisions.summarise(load(folder), Summary("Ash", "money.cost", "What CD wrote.", "done", ("a1",), "CD"))
    window.keyboard.press("Control+s")
    expect(window.locator(".meanwhile")).to_contain_text("What CD wrote.")
    expect(window.locator("#text")).to_have_value("What AB wrote.")
    standing = summary(folder)
    assert standing
    assert standing.text == "What CD wrote."
    window.keyboard.press("Control+s")
    saved(window)
    standing = summary(folder)
    assert standing
    assert standing.text == "What AB wrote."


def test_an_inserted_draft_stays_one_over_a_reload_until_it_is_rewritten(window: Page, folder: Path) -> None:
    opened(window, "cell?row=Ash&code=people.lead")
    expect(window.locator(".drafted")).to_contain_text("no person has written this")
    expect(window.locator("#text")).to_have_value("")
    window.get_by_role("button", name="Insert, to rewrite").click()
    expect(window.locator("#text")).to_have_value("“And who else?” [1]")
    window.reload()
    expect(window.locator(".keys kbd").first).to_be_visible()
    expect(window.locator("#text")).to_have_value("“And who else?” [1]")
    window.keyboard.press("Control+s")
    saved(window)
    (draft,) = load(folder).drafts
    assert (draft.status, draft.draft) == ("draft", "And who else?")
    window.locator("#text").fill("Nobody led it [1].")
    window.keyboard.press("Control+s")
    expect(window.locator(".stands .value")).to_have_count(0)
    written = summary(folder, "people.lead")
    assert written
    assert written.text == "Nobody led it [1]."


def test_what_a_colleague_wrote_while_the_server_was_gone_is_not_written_over(
    window: Page, served: Served, folder: Path
) -> None:
    opened(window)
    served.stop()
    decisions.summarise(load(folder), Summary("Ash", "money.cost", "What CD wrote.", "done", ("a1",), "CD"))
    window.locator("#text").fill("What AB wrote.")
    window.keyboard.press("Control+s")
    expect(window.locator(".desk-saved")).to_contain_text("Not saved yet")
    back = Served(folder, port=served.keys.port)
    other = window.context.new_page()
    other.goto(back.address("cells"))
    expect(window.locator(".meanwhile")).to_contain_text("What CD wrote.", timeout=20000)
    expect(window.locator("#text")).to_have_value("What AB wrote.")
    standing = summary(folder)
    assert standing
    assert standing.text == "What CD wrote."
    other.close()
    back.stop()


def test_still_right_is_one_key_and_can_be_taken_back(window: Page, folder: Path) -> None:
    decisions.change_coding(load(folder), "AB", "a2", code_id="money.cost", value="low")
    opened(window)
    expect(window.locator(".stale")).to_be_visible()
    window.keyboard.press("y")
    expect(window.locator(".stale")).to_have_count(0)
    written = summary(folder)
    assert written
    assert written.coding_ids == ("a1", "a2")
    window.keyboard.press("u")
    expect(window.locator(".stale")).to_be_visible()


def test_keys_lead_along_the_row_and_down_the_code_and_the_matrix_leads_here(window: Page) -> None:
    opened(window)
    window.keyboard.press("Control+ArrowRight")
    expect(window.locator("h1")).to_have_text("Source")
    expect(window.locator(".keys kbd").first).to_be_visible()
    window.keyboard.press("Control+ArrowDown")
    expect(window.locator(".where")).to_contain_text("Elmton")
    window.goto("/matrix-money.html#Ash/money.cost")
    window.get_by_role("link", name="Write this cell").click()
    expect(window.locator("h1")).to_have_text("Cost")


def test_an_empty_cell_is_confirmed_with_a_note_and_taken_back(window: Page) -> None:
    opened(window, "cell?row=Elm&code=people.lead")
    window.get_by_role("button", name="Take that back").click()
    window.get_by_label("Do you know better?").fill("The tape ended.")
    window.get_by_role("button", name="Not asked").click()
    expect(window.locator(".empty")).to_contain_text("Not asked: so said Ann Berg")
    expect(window.locator(".empty q")).to_have_text("The tape ended.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", [CELL, "cell?row=Elm&code=people.lead", "cell?row=Elm&code=money.cost", "cells"])
def test_axe_finds_nothing_and_a_phone_scrolls_one_way_only(
    window: Page, folder: Path, scheme: str, address: str
) -> None:
    decisions.change_coding(load(folder), "AB", "a1", code_id="money.source", value="")
    decisions.change_coding(load(folder), "AB", "a3", code_id="money.cost", value="high")
    window.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    window.goto(address)
    expect(window.locator(".desk")).to_be_visible()
    for details in window.locator("details").all():
        details.evaluate("(one) => { one.open = true; }")
    result = Axe().run(window, options=RULES)
    assert result.violations_count == 0, result.generate_report()
    window.set_viewport_size({"width": 390, "height": 800})
    assert window.evaluate("document.documentElement.scrollWidth") == 390
