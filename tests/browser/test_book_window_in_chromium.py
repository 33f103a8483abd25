"""The codebook in the window, as a person works on it: reword, example, merge, split, re-visit, take back."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from crosscase import load
from crosscase.coding import Coding
from crosscase.study import decisions
from tests.browser.serving import is_fine_for_everyone, opened
from tests.conftest import StudyFolder
from tests.test_decisions import contents, readable

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def folder(study_folder: StudyFolder) -> Path:
    return readable(study_folder)


@pytest.fixture
def window(chromium: Browser, folder: Path) -> Iterator[Page]:
    with opened(chromium, folder, "AB", "codes") as page:
        yield page


def saved(page: Page, what: str = "Saved") -> None:
    expect(page.locator(".desk-saved")).to_contain_text(what)


def go(page: Page, address: str) -> None:
    page.goto(re.sub(r"/[^/]*$", f"/{address}", page.url))
    expect(page.locator(".desk")).to_be_visible()


def test_a_code_is_reworded_gets_an_example_and_values_and_all_of_it_is_taken_back(window: Page, folder: Path) -> None:
    before = contents(folder)
    go(window, "code?id=money.cost")
    window.get_by_label("Definition").fill("What it cost them.")
    window.get_by_role("button", name="Save the code").click()
    assert load(folder).codebook.by_id["money.cost"].definition == "What it costs."
    window.get_by_label("Only the words").check()
    window.get_by_label("Why").first.fill("clearer")
    window.get_by_role("button", name="Save the code").click()
    saved(window, "code reworded “")
    code = load(folder).codebook.by_id["money.cost"]
    assert (code.definition, code.history[-1].what, code.history[-1].why) == (
        "What it cost them.",
        "reworded",
        "clearer",
    )
    window.get_by_role("button", name="Take as example").first.click()
    expect(window.get_by_role("button", name="Take as example")).to_have_count(1)
    assert load(folder).codebook.by_id["money.cost"].examples == ("It cost us very dear, I must say.",)
    values = window.get_by_label("Values")
    values.fill(values.input_value() + "\nnone: It is: free.")
    window.get_by_label("It means something else now").check()
    window.get_by_role("button", name="Save the code").click()
    expect(window.get_by_role("link", name="to re-visit")).to_be_visible()
    code = load(folder).codebook.by_id["money.cost"]
    assert code.values["none"] == "It is: free."
    assert code.meant_since == 2
    for _ in range(3):
        window.locator("h1").click()
        window.keyboard.press("u")
        saved(window, "taken back")
        window.wait_for_timeout(300)
    assert contents(folder) == before


def test_a_merge_is_shown_refused_where_somebody_codes_in_between_done_and_taken_back_elsewhere(
    window: Page, folder: Path
) -> None:
    # No news of the other window arrives, so that the page shows what is no more.
    silence = {"content_type": "text/event-stream", "body": "retry: 60000\n\n"}
    window.route("**/news", lambda route: route.fulfill(**silence))
    go(window, "merge?code=money.source&into=money.cost")
    window.get_by_label("The text for").fill("Dear; the county paid.")
    decisions.add_coding(load(folder), "CD", Coding("", "elm", 54, 82, "", "money.source"))
    between = contents(folder)
    window.get_by_role("button", name="Merge them").click()
    expect(window.locator(".desk-saved")).to_contain_text("changed by someone else meanwhile")
    assert contents(folder) == between
    expect(window.get_by_label("The text for")).to_have_value("Dear; the county paid.")
    is_fine_for_everyone(window)
    window.get_by_role("button", name="Merge them").click()
    expect(window.get_by_role("heading", name="All its passages")).to_be_visible()
    assert "money.source" in load(folder).codebook.by_id["money.cost"].formerly
    expect(window.locator(".desk")).to_be_visible()
    window.locator("h1").click()
    window.keyboard.press("u")
    saved(window, "taken back")
    assert contents(folder) == between


def test_a_split_is_dealt_by_digits_and_what_is_not_dealt_stays(window: Page, folder: Path) -> None:
    go(window, "split?code=money.cost")
    window.get_by_label("Name of new code 1").fill("Dear")
    window.get_by_label("Name of new code 2").fill("Cheap")
    window.locator("h1").click()
    window.keyboard.press("2")
    window.keyboard.press("2")
    expect(window.locator("#dealt-so-far")).to_contain_text("0 passages stay")
    # Back to the first one, by keys; then by a button, which leaves the focus at hand.
    window.keyboard.press("k")
    expect(window.locator("[data-coding=c1]")).to_have_class(re.compile("is-now"))
    window.keyboard.press("k")
    window.keyboard.press("0")
    window.get_by_role("group", name="Deal passage 2").get_by_role("button", name="2 Cheap").press("Enter")
    expect(window.get_by_role("group", name="Deal passage 2").get_by_role("button").first).to_be_focused()
    window.locator("h1").click()
    expect(window.locator("#dealt-so-far")).to_contain_text("1 passage stays")
    is_fine_for_everyone(window)
    window.reload()
    expect(window.locator("#dealt-so-far")).to_contain_text("1 passage stays")
    window.get_by_role("button", name="Split it so").click()
    expect(window.get_by_role("heading", name="All its passages")).to_be_visible()
    study = load(folder)
    codes = {coding.id: coding.code_id for coding in study.codings}
    assert (codes["a1"], codes["c1"]) == ("money.cost", "money.cheap")
    assert study.codebook.by_id["money.dear"].values == study.codebook.by_id["money.cost"].values


def test_a_code_is_defined_and_what_waits_for_it_is_gone_through_by_keys(window: Page, folder: Path) -> None:
    window.get_by_label("Name", exact=True).first.fill("Against")
    window.locator("#code-category").select_option("people")
    window.get_by_role("button", name="Define the code").click()
    saved(window, "code added “")
    go(window, "code?id=people.against")
    window.get_by_label("Cues").fill("county")
    window.get_by_label("Only the words").check()
    window.get_by_role("button", name="Save the code").click()
    saved(window, "code reworded “")
    is_fine_for_everyone(window)
    window.get_by_role("link", name="to re-visit").click()
    expect(window.locator(".desk")).to_be_visible()
    expect(window.locator(".is-now mark")).to_contain_text("county")
    is_fine_for_everyone(window)
    window.keyboard.press("a")
    expect(window.locator(".is-now")).to_have_count(0)
    assert [coding.code_id for coding in load(folder).codings if coding.code_id == "people.against"]
    window.keyboard.press("Shift+F")
    expect(window.get_by_text("Nothing waits for this code any more")).to_be_visible()
    assert load(folder).reading("AB", "ash").again == {"people.against": 2}  # type: ignore[union-attr]


def test_the_list_of_codes_is_fine_for_everyone_and_keeps_its_order_where_it_is_put(window: Page, folder: Path) -> None:
    window.get_by_role("button", name="Move Who helps up").click()
    saved(window, "code moved “")
    assert [code.id for code in load(folder).codebook.categories[1].codes] == ["people.help", "people.lead"]
    is_fine_for_everyone(window)
