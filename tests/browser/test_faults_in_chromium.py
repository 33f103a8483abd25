"""What goes wrong around an open window: nothing is lost, it is said where it happens, and the window comes back."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, Route, expect

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
        saved(page, "taken back: coded “")
        assert codings(folder) == both[:1]
        page.reload()
        expect(page.locator(".desk")).to_be_visible()
        expect(page.locator(".noted")).to_have_count(1)
        page.get_by_role("button", name="Take back").hover()
        expect(page.get_by_role("button", name="Take back")).to_have_attribute(
            "title", re.compile("^Takes back: coded “")
        )
        press(page, "u")
        saved(page, "taken back: coded “")
        assert codings(folder) == []
        press(page, "U", "U")
        saved(page, "done again: coded “")
        assert codings(folder) == both
    finally:
        back.stop()


def test_seven_windows_at_once_are_loaded_act_and_hear_of_each_other(
    context: BrowserContext, served: Served, folder: Path
) -> None:
    first = shown(context, served.address())
    pages = [first, *(shown(context, first.url) for _ in range(6))]
    code(pages[-1])
    saved(pages[-1])
    for page in pages:
        expect(page.locator(".noted")).to_have_count(1)
    # Where the window that listened is closed, another one does.
    first.close()
    press(pages[1], "ArrowDown")
    code(pages[1])
    saved(pages[1])
    for page in pages[1:]:
        expect(page.locator(".noted")).to_have_count(2)
    assert len(codings(folder)) == 2


def test_a_codebook_that_is_broken_by_hand_is_said_with_its_line_and_nothing_is_lost_until_it_is_mended(
    context: BrowserContext, served: Served, folder: Path
) -> None:
    source = shown(context, served.address())
    window = shown(context, source.url.replace("source-odd.html", "code?id=people.help"))
    window.get_by_role("textbox", name="Definition").fill("Whoever lends two hands.")
    path = folder / "codebook/2-people.yaml"
    whole = path.read_text()
    path.write_text(whole + "  - {id: people.lead, name: [\n")
    said = "codebook/2-people.yaml:7"
    for page in (source, window):
        expect(page.locator(".desk-saved")).to_contain_text(said)
    expect(window.get_by_role("textbox", name="Definition")).to_have_value("Whoever lends two hands.")
    source.bring_to_front()
    press(source, "ArrowDown", "Enter", *"cost", "Enter")
    saved(source)
    path.write_text(whole)
    for page in (source, window):
        expect(page.locator(".desk-saved")).to_contain_text("All files are right again")
    expect(window.get_by_role("textbox", name="Definition")).to_have_value("Whoever lends two hands.")


def test_what_is_coded_while_its_code_can_not_be_read_waits_and_is_written_when_it_can(
    context: BrowserContext, served: Served, folder: Path
) -> None:
    page = shown(context, served.address())
    code(page)
    saved(page)
    path = folder / "codebook/2-people.yaml"
    whole = path.read_text()
    page.route("**/coding/**", lambda route: route.abort())
    path.write_text("codes: [\n")
    expect(page.locator(".desk-saved")).to_contain_text("codebook/2-people.yaml:")
    press(page, "ArrowDown", "Space")
    expect(page.locator(".desk-saved")).to_contain_text("1 change waits: there is no code")
    page.unroute("**/coding/**")
    path.write_text(whole)
    saved(page)
    assert [coding[1] for coding in codings(folder)] == ["people.help"] * 2


# -- while the server is gone


def edited_outside(folder: Path, words: str, number: int) -> None:
    """Somebody adds a coding to the file with an editor, without any program's help."""
    path = folder / "codings/AB/odd.jsonl"
    text = (folder / "transcripts/odd.txt").read_text()
    start = text.index(words)
    line = {"id": f"odd-ed-{number}", "start": start, "end": start + len(words), "code": "money.cost", "quote": words}
    path.write_text(path.read_text().rstrip("\n") + "\n" + json.dumps(line, ensure_ascii=False) + "\n")


def test_an_edit_of_the_same_file_while_a_change_waits_and_what_waits_are_both_kept(
    context: BrowserContext, served: Served, folder: Path
) -> None:
    page = shown(context, served.address())
    code(page)
    saved(page)
    served.stop()
    press(page, "ArrowDown", "Space")
    expect(page.locator(".desk-saved")).to_contain_text("1 change waits")
    edited_outside(folder, "Naïve", 1)
    back = Served(folder, port=served.keys.port)
    try:
        assert context.request.get(back.address("home")).ok
        saved(page)
        expect(page.locator(".noted")).to_have_count(3)
        assert sorted(coding[1] for coding in codings(folder)) == ["money.cost", "people.help", "people.help"]
    finally:
        page.close()
        back.stop()


def test_an_edit_of_the_same_file_while_the_server_is_slow_and_what_waits_are_both_kept(
    context: BrowserContext, served: Served, folder: Path
) -> None:
    page = shown(context, served.address())
    code(page)
    saved(page)

    def slow(route: Route) -> None:
        if len(codings(folder)) == 1:
            edited_outside(folder, "Naïve", 1)
        route.continue_()

    page.route("**/acts", slow)
    press(page, "ArrowDown", "Space")
    saved(page)
    expect(page.locator(".noted")).to_have_count(3)
    assert sorted(coding[1] for coding in codings(folder)) == ["money.cost", "people.help", "people.help"]


def test_a_change_of_a_coding_that_somebody_took_out_meanwhile_is_said_and_what_else_waits_is_written(
    context: BrowserContext, served: Served, folder: Path
) -> None:
    page = shown(context, served.address())
    code(page, "Who leads")
    saved(page)
    served.stop()
    press(page, "v")
    page.get_by_role("dialog", name="Who leads").get_by_label("Value").select_option("mayor")
    press(page, "Enter", "ArrowDown", "Enter", *"Who helps", "Enter")
    expect(page.locator(".desk-saved")).to_contain_text("2 changes wait")
    path = folder / "codings/AB/odd.jsonl"
    path.write_text(path.read_text().splitlines(keepends=True)[0])
    edited_outside(folder, "Naïve", 1)
    back = Served(folder, port=served.keys.port)
    try:
        assert context.request.get(back.address("home")).ok
        expect(page.locator(".desk")).to_have_attribute("data-waiting", "0", timeout=20000)
        expect(page.locator(".desk-saved")).to_contain_text("Not saved: ")
        expect(page.locator(".noted")).to_have_count(2)
        assert sorted(coding[1] for coding in codings(folder)) == ["money.cost", "people.help"]
    finally:
        page.close()
        back.stop()


DRAFTS = [
    ("memos?new=1", "A new memo", "Save", "memos/*.md"),
    ("cell?row=Ash&code=money.cost", "What Ash", "Save Ctrl S", "charts/*.yaml"),
    ("codes", "Definition", "Define the code", "codebook/*.yaml"),
]


def test_what_is_typed_while_the_server_is_gone_is_there_when_it_is_back_also_in_a_page_loaded_anew(
    context: BrowserContext, served: Served, folder: Path
) -> None:
    context.new_page().goto(served.address("home"))
    pages = [context.new_page() for _ in DRAFTS]
    for page, (window, *_) in zip(pages, DRAFTS, strict=True):
        page.goto(f"http://127.0.0.1:{served.keys.port}/{window}")
        expect(page.locator(".desk")).to_be_visible()
    pages[-1].get_by_label("Name", exact=True).first.fill("Who pays")
    served.stop()
    for page, (_, label, button, _) in zip(pages, DRAFTS, strict=True):
        page.get_by_label(label).first.fill("What I think of it.")
        page.get_by_role("button", name=button, exact=True).click()
        expect(page.locator(".desk-saved")).to_contain_text("Not saved yet, 1 change waits")
        page.on("dialog", lambda dialog: dialog.accept())
        with pytest.raises(Error):
            page.reload()
    back = Served(folder, port=served.keys.port)
    try:
        assert context.request.get(back.address("home")).ok
        for page, (window, label, button, files) in zip(pages, DRAFTS, strict=True):
            page.goto(f"http://127.0.0.1:{served.keys.port}/{window}")
            expect(page.locator(".desk")).to_be_visible()
            expect(page.get_by_label(label).first).to_have_value("What I think of it.")
            with page.expect_response("**/acts") as written:
                page.get_by_role("button", name=button, exact=True).click()
            assert written.value.ok
            assert sum(path.read_text().count("What I think of it.") for path in folder.glob(files)) == 1
    finally:
        for page in pages:
            page.close()
        back.stop()


def test_a_definition_or_memo_that_was_begun_beside_the_text_outlives_its_dialog_and_the_page(
    context: BrowserContext, served: Served, folder: Path
) -> None:
    page = shown(context, served.address())
    press(page, "ArrowDown", "Enter", *"Who pays")
    page.get_by_label("It means").fill("Whoever pays for it.")
    press(page, "Escape", "Enter")
    expect(page.get_by_label("It means")).to_have_value("Whoever pays for it.")
    page.reload()
    expect(page.locator(".desk")).to_be_visible()
    press(page, "Enter")
    expect(page.get_by_role("combobox", name="Code", exact=True)).to_have_value("Who pays")
    expect(page.get_by_text("You had begun this")).to_be_visible()
    press(page, "Enter")
    saved(page)
    assert (
        "Whoever pays for it."
        in (folder / "codebook/2-people.yaml").read_text() + (folder / "codebook/1-money.yaml").read_text()
    )
    press(page, "m")
    page.get_by_role("textbox", name="Memo").fill("Is that so?")
    press(page, "Escape", "m")
    expect(page.get_by_role("textbox", name="Memo")).to_have_value("Is that so?")
    press(page, "Control+Enter")
    saved(page, "memo noted on “Who pays”")
    assert "Is that so?" in (folder / "codings/AB/odd.jsonl").read_text()
    press(page, "Enter")
    expect(page.get_by_text("You had begun this")).to_have_count(0)
