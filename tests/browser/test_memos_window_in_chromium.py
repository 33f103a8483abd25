"""Memos in the window: begun from a case, written, found in the journal, changed, and never lost to somebody else."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from crosscase import load
from crosscase.memo import Memo
from crosscase.study import decisions
from tests.browser.serving import is_fine_for_everyone, opened
from tests.conftest import StudyFolder
from tests.test_decisions import readable

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def folder(study_folder: StudyFolder) -> Path:
    folder = readable(study_folder)
    decisions.write_memo(load(folder), Memo("", "2026-02-01", "CD", "doubt", ("Elm",), "Who *knows*?\n"))
    return folder


@pytest.fixture
def window(chromium: Browser, folder: Path) -> Iterator[Page]:
    with opened(chromium, folder, "AB", "case") as page:
        yield page


def memo(folder: Path, words: str) -> Memo:
    return next(memo for memo in load(folder).memos if words in memo.text)


def test_a_memo_is_begun_from_a_case_written_and_leads_back(window: Page, folder: Path) -> None:
    window.get_by_role("link", name="Write a memo on Ashford").click()
    text = window.get_by_label("A new memo")
    expect(text).to_be_focused()
    expect(window.get_by_role("checkbox", name="Ashford")).to_be_checked()
    expect(window.locator(".desk")).to_be_visible()
    text.fill("# The vote\n\nAfter it, [[Ash]] paid; see [[a2]] and [[nothing.such]].")
    window.get_by_label("About something else").fill("money.cost")
    window.get_by_label("Kind", exact=True).first.fill("idea")
    window.reload()
    expect(text).to_have_value("# The vote\n\nAfter it, [[Ash]] paid; see [[a2]] and [[nothing.such]].")
    expect(window.get_by_label("About something else")).to_have_value("money.cost")
    expect(window.locator(".desk")).to_be_visible()
    text.press("Control+Enter")
    expect(window.get_by_role("heading", name="The vote")).to_be_visible()
    written = memo(folder, "The vote")
    assert (written.by, written.kind, written.about) == ("AB", "idea", ("Ash", "money.cost"))
    expect(window.locator(".broken-links").first).to_have_text("Leads nowhere: nothing.such.")
    window.locator(".note").first.get_by_role("link", name="Ashford").click()
    expect(window.locator(".memos-on")).to_contain_text("The vote")


def test_a_memo_is_changed_and_what_somebody_else_wrote_meanwhile_is_shown_beside_it(
    window: Page, folder: Path
) -> None:
    before = memo(folder, "Dear to whom?")
    window.goto(window.url.partition("/case")[0] + f"/memos?name={before.name}&change=1")
    expect(window.locator(".desk")).to_be_visible()
    window.get_by_label("Memo", exact=False).first.fill("Dear to us.")
    decisions.write_memo(load(folder), Memo(before.name, before.date, before.by, before.kind, (), "Dear to them.\n"))
    expect(window.locator(".meanwhile")).to_contain_text("Dear to them.")
    expect(window.locator("textarea")).to_have_value("Dear to us.")
    window.get_by_role("button", name="Save", exact=True).click()
    expect(window.locator(".note")).to_have_text("Dear to us.")
    assert memo(folder, "Dear to us.").name == before.name


def test_a_memo_is_taken_away_and_brought_back_from_the_journal_and_from_its_passage(
    window: Page, folder: Path
) -> None:
    start = window.url.partition("/case")[0]
    decisions.write_memo(load(folder), Memo("half", "2026-02-03", "AB", "", ("a2",), "# Which half\nThe other.\n"))
    window.goto(f"{start}/memos?name=half")
    expect(window.locator(".desk")).to_be_visible()
    window.get_by_role("button", name="Take away “Which half”").click()
    expect(window.locator(".memo")).to_have_count(2)
    assert not (folder / "memos/half.md").exists()
    expect(window.locator(".desk")).to_be_visible()
    window.keyboard.press("u")
    expect(window.locator(".memo")).to_have_count(3)
    window.goto(f"{start}/source-ash.html")
    away = window.get_by_role("button", name="Take away the memo “Which half”")
    expect(away).to_be_visible()
    is_fine_for_everyone(window)
    expect(window.get_by_role("link", name="Change the memo “Which half”")).to_have_attribute(
        "href", "memos?name=half&change=1"
    )
    away.click()
    expect(away).to_have_count(0)
    assert not (folder / "memos/half.md").exists()
    window.keyboard.press("u")
    expect(away).to_be_visible()
    assert (folder / "memos/half.md").exists()


def test_a_memo_in_the_journal_is_begun_from_a_passage_and_stands_beside_it(window: Page, folder: Path) -> None:
    window.goto(window.url.partition("/case")[0] + "/source-ash.html")
    expect(window.locator(".desk")).to_be_visible()
    window.keyboard.press("n")
    window.get_by_text("More", exact=True).click()
    window.get_by_role("button", name="Memo in the journal").click()
    expect(window).to_have_url(re.compile("memos"))
    expect(window.locator(".desk")).to_be_visible()
    window.get_by_label("A new memo").fill("# Dear\n\nAgain.")
    with window.expect_response("**/acts"):
        window.get_by_label("A new memo").press("Control+s")
    assert memo(folder, "# Dear").about == ("a1",)


def test_what_was_typed_outlives_the_tab_and_is_offered_back_until_it_is_saved_or_let_go(
    window: Page, folder: Path
) -> None:
    address = window.url.partition("/case")[0] + "/memos?new=1"

    def another_tab(page: Page) -> Page:
        page.close()
        tab = window.context.new_page()
        tab.goto(address)
        expect(tab.locator(".desk")).to_be_visible()
        return tab

    def written(page: Page) -> Locator:
        return page.get_by_label("A new memo")

    tab = window.context.new_page()
    tab.goto(address)
    expect(tab.locator(".desk")).to_be_visible()
    written(tab).fill("Half a thought")
    tab = another_tab(tab)
    expect(written(tab)).to_have_value("Half a thought")
    expect(tab.get_by_text("You had begun this")).to_be_visible()
    is_fine_for_everyone(tab)
    tab.get_by_role("button", name="Let it go").click()
    expect(written(tab)).to_have_value("")
    tab = another_tab(tab)
    expect(written(tab)).to_have_value("")
    written(tab).fill("A whole thought")
    tab = another_tab(tab)
    written(tab).press("Control+Enter")
    expect(tab.locator(".note").first).to_have_text("A whole thought")
    tab = another_tab(tab)
    expect(written(tab)).to_have_value("")
    expect(tab.get_by_text("You had begun this")).to_have_count(0)
    assert memo(folder, "A whole thought").by == "AB"


def test_the_journal_is_narrowed_and_fine_for_everyone(window: Page) -> None:
    window.get_by_role("link", name="Memos").click()
    expect(window.locator(".desk")).to_be_visible()
    expect(window.locator(".memo")).to_have_count(2)
    is_fine_for_everyone(window)
    window.get_by_label("Kind").select_option("idea")
    window.get_by_role("button", name="Show").click()
    expect(window.locator(".memo")).to_have_count(1)
    expect(window.locator(".desk")).to_be_visible()
    window.keyboard.press("m")
    expect(window.get_by_label("A new memo")).to_be_visible()
    is_fine_for_everyone(window)
