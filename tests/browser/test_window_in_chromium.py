"""Coding in the window: what is done by keyboard and by mouse is written at once, and can be taken back."""

import errno
import json
import re
import threading
import time
import wave
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from crosscase import load
from crosscase.coding import Suggestion
from crosscase.study import files, save_suggestions
from crosscase.web.app import Window
from crosscase.web.client import scripts
from crosscase.web.gate import LAUNCH, Keys
from crosscase.web.serving import _listening
from crosscase.web.session import Session
from tests.conftest import SMALL, StudyFolder

pytestmark = pytest.mark.browser

KEYS = re.findall(r'^  \["(.+?)", "(.+?)", ', scripts()["keys.js"].decode(), re.MULTILINE)
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
AWKWARD = (
    "Interviewer: Who pays? And for what?\n\n"
    "P01: 👩‍👩‍👧 We do, all of us. It's  the “parish”, not the town! Nobody\u00a0asked 𝒶lice.\n\n"
    "P02: שלום לכולם. <script>alert(1)</script> is what they wrote. Naïve, cafe\u0301 and all.\n"
)


@pytest.fixture
def folder(study_folder: StudyFolder) -> Path:
    codebook = "codebook/2-people.yaml"
    more = {
        "study.yaml": "title: Small\nunit: town\ncoders: {AB: Ann Berg}\n",
        "transcripts/odd.txt": AWKWARD,
        codebook: (
            "category: people\nname: People\ncodes:\n"
            "  - {id: people.lead, name: Who leads, definition: Whoever goes first., kind: attribute,"
            " values: {mayor: The mayor., clerk: The clerk.}}\n"
            "  - {id: people.help, name: Who helps, definition: Whoever lends a hand.}\n"
        ),
    }
    return study_folder(SMALL | more)


class Served:
    """A window on a study, served by a thread at a port that stays the same when it is stopped and started again."""

    def __init__(self, folder: Path, coder: str = "AB", port: int = 0, *, is_blind: bool = False) -> None:
        listening = _listening(port)
        self.keys = Keys(listening.getsockname()[1])
        self.window = Window(Session(folder, coder, is_blind=is_blind), self.keys)
        config = uvicorn.Config(self.window.app(), log_level="error", access_log=False, lifespan="off")
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [listening]}, daemon=True)
        self.thread.start()

    def address(self, file: str = "source-odd.html") -> str:
        return f"http://127.0.0.1:{self.keys.port}/{file}?{LAUNCH}={self.keys.launch()}"

    def stop(self) -> None:
        self.window.stopping.set()
        self.server.should_exit = True
        self.thread.join(10)


@pytest.fixture
def served(folder: Path) -> Iterator[Served]:
    study = load(folder)
    start = study.sources[0].text.index("It cost")
    words = study.sources[0].text[start : start + 7]
    offered = Suggestion(study.sources[0].id, start, start + 7, words, "people.help", 0.6, "near “help”", "any")
    odd = study.source("odd")
    assert odd is not None
    spans = [AWKWARD.index(words) for words in ("We do", "Nobody", "is what")]
    in_odd = [
        Suggestion("odd", at, at + 5, odd.text[at : at + 5], "people.help", 0.5, f"like others {number}", "any")
        for number, at in enumerate(spans)
    ]
    save_suggestions(study, [offered, *in_odd])
    served = Served(folder)
    yield served
    served.stop()


@pytest.fixture
def address(served: Served) -> str:
    """The address at which a window on the study is served, as a browser opens it first."""
    return served.address()


@pytest.fixture
def window(chromium: Browser, address: str) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1366, "height": 900}, reduced_motion="reduce")
    context.set_default_timeout(8000)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(address)
    expect(page.locator(".desk")).to_be_visible()
    yield page
    context.close()
    expected = ("422", "409", "507", "403", "ERR_CONNECTION_REFUSED", "ERR_INCOMPLETE", "ERR_FAILED")
    assert [line for line in complaints if not any(part in line for part in expected)] == []


def codings(folder: Path, source: str = "odd") -> list[tuple[str, str, str]]:
    """What AB has coded: the words, the code and the value, as they stand in the file."""
    path = folder / f"codings/AB/{source}.jsonl"
    lines = path.read_text().splitlines()[1:] if path.exists() else []
    return [(line["quote"], line["code"], line.get("value", "")) for line in map(json.loads, lines)]


def saved(page: Page, what: str = "Saved") -> None:
    expect(page.locator(".desk")).to_have_attribute("data-waiting", "0")
    expect(page.locator(".desk-saved")).to_contain_text(what)


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def names(page: Page) -> list[str]:
    """What stands beside the text, coding by coding."""
    return [" ".join(text.split()) for text in page.locator(".noted").all_inner_texts()]


def test_passages_are_coded_by_keyboard_in_a_few_keys_and_stand_in_the_file(window: Page, folder: Path) -> None:
    window.keyboard.press("ArrowDown")
    expect(window.locator(".desk-place")).to_contain_text("Turn 2 of 3")
    window.keyboard.press("Enter")
    expect(window.get_by_role("combobox", name="Code", exact=True)).to_be_focused()
    window.keyboard.type("hel")
    expect(window.locator(".about-code")).to_contain_text("Whoever lends a hand.")
    window.keyboard.press("Enter")
    saved(window, "Saved")
    assert codings(folder) == [("👩‍👩‍👧 We do, all of us.", "people.help", "")]
    window.keyboard.press("ArrowDown")
    window.keyboard.press("Space")
    expect(window.locator(".noted")).to_have_count(2)
    saved(window)
    assert codings(folder)[1:] == [("It's  the “parish”, not the town!", "people.help", "")]


def test_the_edges_go_by_words_and_a_value_is_chosen_beside_the_code(window: Page, folder: Path) -> None:
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "Alt+ArrowLeft", "Alt+Shift+ArrowRight", "Enter"):
        window.keyboard.press(key)
    window.keyboard.type("lead")
    window.get_by_label("Value").select_option("clerk")
    window.get_by_role("combobox", name="Code", exact=True).focus()
    window.keyboard.press("Enter")
    saved(window, "Saved")
    assert codings(folder) == [("asked", "people.lead", "clerk")]


def test_a_sloppy_selection_by_mouse_is_widened_to_words_and_kept_in_its_turn(window: Page, folder: Path) -> None:
    window.evaluate(
        """() => {
          const words = document.querySelectorAll(".turn .words");
          const from = words[1].lastChild, to = words[2].lastChild;
          const range = new Range();
          range.setStart(from, from.data.indexOf("arish"));
          range.setEnd(to, 4);
          getSelection().addRange(range);
          document.dispatchEvent(new PointerEvent("pointerup"));
        }"""
    )
    expect(window.locator(".desk-place")).to_contain_text("Turn 2 of 3")
    window.get_by_role("button", name="Code", exact=True).click()
    window.locator(".palette [role=option]", has_text="Who helps").click()
    saved(window, "Saved")
    assert codings(folder) == [("parish”, not the town! Nobody\u00a0asked 𝒶lice.", "people.help", "")]


def test_whatever_stands_in_the_words_a_passage_is_the_one_that_was_chosen(window: Page, folder: Path) -> None:
    text = AWKWARD.partition("P02: ")[2].strip()
    for _ in range(4):
        window.keyboard.press("ArrowDown")
    window.keyboard.press("Shift+ArrowDown")
    for key in ("Enter", "h", "Enter"):
        window.keyboard.press(key)
    saved(window, "Saved")
    assert codings(folder) == [(text, "people.help", "")]


def test_acts_are_taken_back_one_after_the_other_until_the_file_is_as_before(window: Page, folder: Path) -> None:
    for key in ("ArrowDown", "Enter", "h", "Enter"):
        window.keyboard.press(key)
    saved(window, "Saved")
    for key in ("ArrowDown", "Space"):
        window.keyboard.press(key)
    expect(window.locator(".noted")).to_have_count(2)
    window.keyboard.press("u")
    window.keyboard.press("u")
    expect(window.locator(".noted")).to_have_count(0)
    saved(window)
    assert codings(folder) == []
    assert not (folder / "codings/AB/odd.jsonl").exists()
    window.keyboard.press("u")
    saved(window, "nothing to take back")


def test_a_coding_is_taken_away_and_a_source_finished_and_opened_again(window: Page, folder: Path) -> None:
    for key in ("ArrowDown", "Enter", "h", "Enter"):
        window.keyboard.press(key)
    saved(window, "Saved")
    window.keyboard.press("Delete")
    expect(window.locator(".note")).to_have_count(0)
    saved(window, "coding taken away")
    assert codings(folder) == []
    window.get_by_role("button", name="Finished").click()
    expect(window.get_by_role("button", name="Open again")).to_be_visible()
    saved(window, "finish")
    assert any(reading.source_id == "odd" and reading.is_done for reading in load(folder).readings)
    window.get_by_role("button", name="Open again").click()
    expect(window.get_by_role("button", name="Finished")).to_be_visible()


def test_what_the_server_refuses_stands_in_the_bar_and_nothing_is_shown_as_coded(window: Page, folder: Path) -> None:
    for _ in range(2):
        press(window, "Escape", "ArrowUp", "Enter", "h", "Enter")
        expect(window.locator(".desk")).to_have_attribute("data-waiting", "0")
    saved(window, "Not saved")
    expect(window.locator(".noted")).to_have_count(1)
    assert len(codings(folder)) == 1


@pytest.mark.slow
def test_no_saved_takes_away_what_could_not_be_saved_unread(window: Page) -> None:
    window.route("**/acts", lambda route: route.fulfill(status=422, json={"error": "it can’t be done"}), times=1)
    for name in ("h", "l"):
        press(window, "ArrowDown", "Enter")
        window.keyboard.type(name)
        press(window, "Enter")
    saved(window, "Saved")
    expect(window.locator(".desk-saved.is-bad")).to_contain_text("Not saved: it can’t be done")
    window.wait_for_timeout(3200)
    press(window, "ArrowDown", "Space")
    saved(window, "Saved")
    expect(window.locator(".desk-saved")).not_to_contain_text("can’t be done")


@pytest.mark.slow
def test_the_codes_beside_the_text_count_what_is_coded_without_loading_again(window: Page, served: Served) -> None:
    window.goto(served.address("source-ash.html"))
    expect(window.locator(".desk")).to_be_visible()
    number = window.locator('.codes a[data-key="money.cost"] .number')
    before = number.text_content()
    press(window, "ArrowDown", "Enter")
    window.keyboard.type("helps")
    press(window, "Enter")
    saved(window)
    helps = window.locator('.codes a[data-key="people.help"] .number')
    expect(helps).to_have_text(re.compile(r"^1( \d+ draft)?$"))
    assert number.text_content() == before
    press(window, "u")
    expect(helps).not_to_have_text(re.compile(r"^1"))


def test_a_coding_made_in_an_editor_is_on_the_page_soon_and_nothing_is_loaded_again(window: Page, folder: Path) -> None:
    press(window, "ArrowDown", "Enter", "h", "Enter")
    saved(window)
    window.evaluate("document.body.dataset.same = 'yes'")
    path = folder / "codings/AB/odd.jsonl"
    begun = time.monotonic()
    path.write_text(path.read_text().replace("people.help", "people.lead"))
    expect(window.locator(".noted")).to_have_text("Who leads", timeout=5000)
    assert time.monotonic() - begun < 4  # 0.5 s where nothing else runs
    expect(window.locator("body")).to_have_attribute("data-same", "yes")


@pytest.mark.slow
def test_a_code_defined_in_an_editor_can_be_chosen_without_loading_the_page_again(window: Page, folder: Path) -> None:
    path = folder / "codebook/2-people.yaml"
    path.write_text(path.read_text() + "  - {id: people.zeal, name: Zeal}\n")
    press(window, "ArrowDown", "Enter")
    window.keyboard.type("zea")
    found = window.get_by_role("option", name="Zeal")
    for _ in range(40):
        if found.count():
            break
        window.wait_for_timeout(100)
        press(window, "Backspace", "a")
    expect(found).to_be_visible()


def test_axe_finds_nothing_on_the_page_nor_with_the_palette_open(window: Page) -> None:
    for scheme in ("light", "dark"):
        window.emulate_media(color_scheme=scheme)
        assert Axe().run(window, options=RULES).response["violations"] == []
        window.keyboard.press("ArrowDown")
        window.keyboard.press("Enter")
        assert Axe().run(window, options=RULES).response["violations"] == []
        window.keyboard.press("Escape")


@pytest.mark.slow
def test_axe_finds_nothing_with_any_card_menu_or_dialog_open(window: Page) -> None:
    card, dialog = window.locator(".desk-card"), window.locator("dialog[open]")
    press(window, "ArrowDown", "Enter", *"lead", "Enter")
    saved(window)

    def is_fine(what: str) -> None:
        for scheme in ("light", "dark"):
            window.emulate_media(color_scheme=scheme)
            violations = Axe().run(window, options=RULES).response["violations"]
            assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in violations] == [], (what, scheme)

    window.get_by_role("button", name="Decide on").click()
    expect(card).to_contain_text("like others")
    is_fine("a suggestion and its explanation")
    window.locator(".desk-more summary").click()
    expect(window.get_by_role("button", name="Its edges")).to_be_visible()
    is_fine("the menu")
    window.locator(".desk-more summary").click()
    window.locator(".noted:not(.is-draft)").first.click()
    for key, name in (
        ("v", "value and stance"),
        ("m", "memo"),
        ("x", "why set aside"),
        ("/", "one code"),
        ("?", "keys"),
    ):
        window.locator("h1").click()
        window.keyboard.press(key)
        expect(dialog).to_be_visible()
        is_fine(name)
        window.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
    window.keyboard.press("Control+k")
    expect(dialog).to_be_visible()
    is_fine("where to go")


def test_several_windows_hear_of_each_others_codings(window: Page, folder: Path) -> None:
    other = window.context.new_page()
    other.goto(window.url)
    expect(other.locator(".desk")).to_be_visible()
    for key in ("ArrowDown", "Enter", "h", "Enter"):
        other.keyboard.press(key)
    saved(other, "Saved")
    window.bring_to_front()
    expect(window.locator(".note")).to_have_count(1)
    assert len(codings(folder)) == 1


def test_an_act_is_painted_where_it_is_and_the_page_stays_where_it_was(window: Page, folder: Path) -> None:
    window.evaluate("document.body.dataset.same = 'yes'")
    window.set_viewport_size({"width": 1366, "height": 260})
    press(window, *["ArrowDown"] * 5)
    at = window.evaluate("scrollY")
    press(window, "Enter", "h", "Enter")
    expect(window.locator(".noted")).to_have_text("Who helps")
    saved(window)
    assert window.evaluate("scrollY") == at
    expect(window.locator("body")).to_have_attribute("data-same", "yes")
    assert len(codings(folder)) == 1


@pytest.mark.slow
def test_a_passage_carries_several_codes_each_with_what_is_said_of_it(window: Page, folder: Path) -> None:
    press(window, "ArrowDown", "Enter", *"hel", "Control+Enter", *"lead")
    window.get_by_label("Value").select_option("mayor")
    window.get_by_text("Stance, case, voice, memo").click()
    window.get_by_label("Stance").select_option("supports")
    window.locator("[name=case]").first.select_option(label="Elmton")
    window.get_by_label("In the words of").fill("P02")
    window.get_by_label("Memo").fill("Is it so?")
    window.get_by_role("combobox", name="Code", exact=True).press("Enter")
    saved(window)
    assert names(window) == ["Who helps", "Who leads mayor supports · about Elmton · in the words of P02"]
    expect(window.locator(".note .memo")).to_have_text("Is it so?")
    lines = [json.loads(line) for line in (folder / "codings/AB/odd.jsonl").read_text().splitlines()[1:]]
    assert [(line["start"], line["code"]) for line in lines] == [(43, "people.help"), (43, "people.lead")]
    assert (lines[1]["stance"], lines[1]["case"], lines[1]["voice"]) == ("supports", "Elm", "P02")


@pytest.mark.slow
def test_a_coding_is_changed_later_its_words_by_their_edges_and_what_is_said_of_it(window: Page, folder: Path) -> None:
    press(window, "ArrowDown", "Enter", *"lead", "Enter", "v")
    asked = window.get_by_role("dialog", name="Who leads")
    asked.get_by_label("Value").select_option("clerk")
    asked.get_by_role("button", name="Save").click()
    expect(window.locator(".noted b")).to_have_text("clerk")
    press(window, "m")
    expect(asked.get_by_label("Memo")).to_be_focused()
    window.keyboard.type("Why?")
    press(window, "Control+Enter", "e", "Alt+ArrowLeft", "Alt+ArrowLeft", "Enter")
    saved(window)
    lines = [json.loads(line) for line in (folder / "codings/AB/odd.jsonl").read_text().splitlines()[1:]]
    assert [(line["quote"], line["value"], line["memo"]) for line in lines] == [("👩‍👩‍👧 We do, all", "clerk", "Why?")]


@pytest.mark.slow
def test_what_was_taken_back_can_be_done_again(window: Page, folder: Path) -> None:
    press(window, "ArrowDown", "Enter", "h", "Enter", "ArrowDown", "Space", "u", "u")
    expect(window.locator(".noted")).to_have_count(0)
    press(window, "U", "U")
    expect(window.locator(".noted")).to_have_count(2)
    saved(window, "done again")
    assert len(codings(folder)) == 2


@pytest.mark.slow
def test_the_words_of_a_passage_become_the_name_of_a_new_code_with_its_first_definition(
    window: Page, folder: Path
) -> None:
    press(window, "ArrowDown", "ArrowDown", "Enter", "Alt+Enter")
    expect(window.get_by_role("combobox", name="Code", exact=True)).to_have_value("It's the “parish”, not the town!")
    window.get_by_label("It means").fill("Whose it is.")
    window.get_by_role("combobox", name="Code", exact=True).press("Enter")
    saved(window)
    code = next(code for code in load(folder).codebook.codes if code.name.startswith("It's the"))
    assert (code.definition, code.origin) == ("Whose it is.", "inductive")
    assert [coding[1] for coding in codings(folder)] == [code.id]


def test_a_new_code_is_made_with_what_it_means_and_taken_back_with_its_passage(window: Page, folder: Path) -> None:
    before = (folder / "codebook/2-people.yaml").read_bytes()
    codes = set(load(folder).codebook.by_id)
    press(window, "ArrowDown", "Enter", *"h", "Enter", "ArrowDown", "Enter", *"Who objects")
    expect(window.locator(".about-code")).to_contain_text("begins a new one, “Who objects”")
    press(window, "Enter")
    # A name that there isn't makes nothing yet: first comes what it means.
    expect(window.get_by_label("It means")).to_be_focused()
    assert set(load(folder).codebook.by_id) == codes
    window.get_by_label("New code in").select_option("people")
    window.get_by_label("It means").fill("Whoever is against it.")
    press(window, "Enter")
    expect(window.locator(".noted", has_text="Who objects")).to_be_visible()
    press(window, "ArrowDown", " ")
    saved(window, "coded “Who objects”")
    (made,) = (code for code in load(folder).codebook.codes if code.name == "Who objects")
    assert (made.definition, made.origin, made.category_id) == ("Whoever is against it.", "inductive", "people")
    assert [coding[1] for coding in codings(folder)][1:] == [made.id, made.id]
    expect(window.locator(".line")).to_contain_text("3 codings by people")
    press(window, "u", "u")
    saved(window, "taken back: coded “Who objects”")
    expect(window.locator(".line")).to_contain_text("1 coding by people")
    assert (folder / "codebook/2-people.yaml").read_bytes() == before


@pytest.mark.slow
def test_where_several_codings_lie_o_goes_from_one_to_the_next_and_del_takes_that_one(
    window: Page, folder: Path
) -> None:
    press(window, "ArrowDown", "Enter", "h", "Control+Enter", *"lead", "Enter")
    expect(window.locator(".noted")).to_have_count(2)
    saved(window)
    press(window, "Delete")
    expect(window.locator(".desk-saved")).to_contain_text("2 codings of yours lie here")
    press(window, "o", "o", "Delete")
    saved(window, "coding taken away")
    assert [coding[1] for coding in codings(folder)] == ["people.help"]
    press(window, "Space", "ArrowDown", "Space", "ArrowUp", "ArrowUp", "n")
    expect(window.locator(".desk-place")).to_contain_text("Who leads")
    press(window, "Delete")
    saved(window, "coding taken away")
    assert [coding[0] for coding in codings(folder)] == ["👩‍👩‍👧 We do, all of us."] * 2


@pytest.mark.slow
def test_a_text_is_read_up_to_a_place_and_a_stretch_set_aside_and_taken_in_again(window: Page, folder: Path) -> None:
    press(window, "ArrowDown", "ArrowDown", "h")
    expect(window.locator(".turn.is-read-to")).to_have_count(1)
    saved(window, "read up to")
    reading = load(folder).reading("AB", "odd")
    assert reading is not None
    assert reading.read_to == AWKWARD.index(" Nobody")
    press(window, "x")
    window.get_by_label("Why").fill("a banner")
    press(window, "Enter")
    saved(window, "set aside")
    source = load(folder).source("odd")
    assert source is not None
    assert [aside.quote for aside in source.set_aside] == ["It's  the “parish”, not the town!"]
    press(window, "x")
    saved(window, "taken in again")
    assert not (folder / "set-aside/odd.jsonl").exists()


@pytest.mark.slow
def test_one_code_alone_is_shown_and_words_codes_and_sources_are_gone_to(window: Page) -> None:
    press(window, "ArrowDown", "Enter", "h", "Enter")
    saved(window)
    press(window, "/")
    window.keyboard.type("helps")
    press(window, "Enter")
    expect(window.locator(".turn:visible")).to_have_count(2)
    press(window, "Escape")
    expect(window.locator(".turn:visible")).to_have_count(3)
    press(window, "Control+k")
    window.keyboard.type("naïve")
    press(window, "Enter")
    expect(window.locator(".desk-place")).to_contain_text("Turn 3 of 3, sentence 2 of 2")
    press(window, "Control+k")
    window.keyboard.type("elm")
    press(window, "Enter")
    expect(window).to_have_url(re.compile("source-elm.html"))
    expect(window.locator(".desk")).to_be_visible()
    press(window, "]")
    expect(window).to_have_url(re.compile("source-odd.html"))


@pytest.mark.slow
def test_single_letters_can_be_switched_off_and_everything_else_still_acts(window: Page) -> None:
    press(window, "?")
    expect(window.locator(".key-list dt")).to_have_count(len(KEYS))
    window.get_by_role("checkbox", name="single letters").uncheck()
    press(window, "Escape", "ArrowDown", "c")
    expect(window.locator(".palette[open]")).to_have_count(0)
    press(window, "Enter")
    expect(window.locator(".palette[open]")).to_have_count(1)


@pytest.mark.slow
def test_sentences_take_focus_and_those_of_who_asks_only_when_asked_for(window: Page) -> None:
    press(window, "ArrowDown")
    expect(window.locator(".sentence:focus")).to_have_text("👩‍👩‍👧 We do, all of us.")
    press(window, "Alt+ArrowUp")
    expect(window.locator(".sentence:focus")).to_have_text("And for what?")
    press(window, "ArrowDown")
    expect(window.locator(".sentence:focus")).to_have_text("👩‍👩‍👧 We do, all of us.")


def spoken(page: Page) -> list[dict[str, Any]]:
    """What a screen reader is given of each element: role, name, description and states, as the browser has them."""
    session = page.context.new_cdp_session(page)
    session.send("Accessibility.enable")
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    told = []
    for node in nodes:
        states = {state["name"]: state["value"] for state in node.get("properties", [])}
        words = {part: node.get(part, {}).get("value", "") for part in ("role", "name", "description")}
        if not node.get("ignored"):
            told.append(words | {name: state.get("value", state.get("relatedNodes")) for name, state in states.items()})
    return told


def focused(page: Page) -> tuple[str, str, str]:
    node = next(node for node in reversed(spoken(page)) if node.get("focused"))
    return node["role"], node["name"], node["description"]


@pytest.mark.slow
def test_a_screen_reader_is_told_where_one_is_which_codes_lie_there_and_what_would_be_chosen(window: Page) -> None:
    words = "👩‍👩‍👧 We do, all of us."
    press(window, "ArrowDown")
    assert focused(window) == ("group", words, "not coded")
    press(window, "Enter", *"who", "ArrowDown")
    assert focused(window) == ("combobox", "Code", "")
    nodes = spoken(window)
    (box,) = (node for node in nodes if (node["role"], node["name"]) == ("combobox", "Code"))
    (chosen,) = (
        node["name"] for node in nodes if node["role"] == "option" and "Who" in node["name"] and node["selected"]
    )
    option = window.locator("#" + box["activedescendant"][0]["idref"])
    assert (chosen, option.inner_text().split("\n")[0], box["expanded"]) == ("Who helps People", "Who helps", True)
    assert [node["name"] for node in nodes if node["role"] == "dialog" and node["modal"]] == ["Code this passage"]
    press(window, "Enter")
    saved(window)
    # The words were painted anew meanwhile.
    assert focused(window)[2] == "coded: Who helps"
    assert focused(window)[1].startswith(words)
    for key, name in (("m", "Who helps"), ("?", "Keys"), ("Control+k", "Go to")):
        press(window, key)
        assert name in [node["name"] for node in spoken(window) if node["role"] == "dialog"]
        press(window, "Escape")
        assert focused(window)[1].startswith(words), key
    lives = [node["name"] or node["role"] for node in spoken(window) if node.get("live") == "polite"]
    assert lives
    expect(window.locator(".desk-saved[role=status]")).to_contain_text("Saved")
    expect(window.locator(".desk-place[aria-live=polite]")).to_contain_text("coded: Who helps")


@pytest.mark.slow
def test_eight_passages_over_one_another_have_bars_apart_and_names_that_never_meet(window: Page) -> None:
    press(window, *["ArrowDown"] * 4, "Shift+ArrowDown", "Enter", "h", "Enter")
    for _ in range(7):
        press(window, "Alt+ArrowLeft", "Space")
    expect(window.locator(".note")).to_have_count(8)
    saved(window)
    boxes = window.evaluate(
        "() => [...document.querySelectorAll('.note')].map((note) => note.getBoundingClientRect().toJSON())"
    )
    boxes.sort(key=lambda box: box["top"])
    assert all(above["bottom"] <= below["top"] + 0.5 for above, below in pairwise(boxes))
    bars = window.evaluate(
        "() => [...document.querySelectorAll('.bars line')].map((bar) => bar.getBoundingClientRect().left)"
    )
    assert len(bars) == 8
    assert all(right - left > 3 for left, right in pairwise(sorted(bars)))


# -- what goes wrong


@pytest.mark.slow
def test_what_waits_while_the_server_is_gone_is_written_once_when_it_is_back(
    window: Page, served: Served, folder: Path
) -> None:
    press(window, "ArrowDown", "Enter", "h", "Enter")
    saved(window)
    served.stop()
    press(window, "ArrowDown", "Space", "ArrowDown", "Space")
    expect(window.locator(".noted")).to_have_count(3)
    expect(window.locator(".desk-saved")).to_contain_text("2 changes wait: the server doesn’t answer")
    window.wait_for_timeout(600)
    back = Served(folder, port=served.keys.port)
    # The cookie without a second page: one that is loading itself anew can't always be closed.
    assert window.context.request.get(back.address("codebook.html")).ok
    expect(window.locator(".desk")).to_have_attribute("data-waiting", "0", timeout=20000)
    expect(window.locator(".noted")).to_have_count(3)
    assert [coding[1] for coding in codings(folder)] == ["people.help"] * 3
    press(window, "ArrowUp", "Delete")
    saved(window, "coding taken away")
    assert len(codings(folder)) == 2
    window.close()
    back.stop()


@pytest.mark.slow
def test_an_act_whose_answer_was_lost_is_not_written_again(window: Page, folder: Path) -> None:
    lost: list[int] = []

    def lose(route: Route) -> None:
        if not lost:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    window.route("**/acts", lose)
    press(window, "ArrowDown", "Enter", "h", "Enter")
    saved(window)
    assert lost == [200]
    assert len(codings(folder)) == 1
    expect(window.locator(".noted")).to_have_count(1)


@pytest.mark.slow
def test_what_waits_outlives_the_page(window: Page, served: Served, folder: Path) -> None:
    window.route("**/acts", lambda route: route.abort())
    press(window, "ArrowDown", "Enter", "h", "Enter")
    expect(window.locator(".desk-saved")).to_contain_text("1 change waits")
    window.unroute("**/acts")
    window.reload()
    saved(window)
    expect(window.locator(".noted")).to_have_count(1)
    assert len(codings(folder)) == 1


@pytest.mark.slow
def test_two_windows_of_one_coder_keep_what_both_did_and_ask_where_it_is_the_same(window: Page, folder: Path) -> None:
    press(window, "ArrowDown", "Enter", *"lead", "Enter")
    saved(window)
    other = window.context.new_page()
    other.goto(window.url)
    expect(other.locator(".noted")).to_have_count(1)
    other.route("**/coding/**", lambda route: route.abort())
    window.bring_to_front()
    press(window, "ArrowDown", "Enter", "h", "Enter", "ArrowUp", "v")
    window.get_by_role("dialog", name="Who leads").get_by_label("Value").select_option("mayor")
    press(window, "Enter")
    saved(window, "coding changed “Who leads”")
    other.bring_to_front()
    other.locator(".noted").click()
    press(other, "v")
    other.get_by_role("dialog", name="Who leads").get_by_label("Value").select_option("clerk")
    press(other, "Enter")
    other.unroute("**/coding/**")
    asked = other.get_by_role("dialog", name="This coding was changed meanwhile")
    expect(asked.locator("dd").first).to_contain_text("mayor")
    assert [coding[2] for coding in codings(folder)] == ["mayor", ""]
    asked.get_by_role("button", name="Make it as I would").click()
    saved(other, "coding changed “Who leads”")
    assert [coding[2] for coding in codings(folder)] == ["clerk", ""]
    expect(other.locator(".noted")).to_have_count(2)


@pytest.mark.slow
def test_a_full_disk_is_said_in_one_line_and_tried_again(
    window: Page, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(files, "_put", full)
        press(window, "ArrowDown", "Enter", "h", "Enter")
        expect(window.locator(".desk-saved")).to_contain_text("the disk is full; free some space")
        expect(window.locator(".noted")).to_have_count(1)
    saved(window)
    assert len(codings(folder)) == 1


@pytest.mark.slow
def test_a_text_that_was_changed_under_its_codings_is_said_with_ways_to_them(window: Page, folder: Path) -> None:
    press(window, "ArrowDown", "ArrowDown", "Enter", "h", "Enter", "ArrowDown", "ArrowDown", "ArrowDown", "Space")
    saved(window)
    path = folder / "transcripts/odd.txt"
    edited = path.read_text().replace("It's  the “parish”, not the town!", "Yes!")
    path.write_text("Interviewer: Good day to all of you.\n\n" + edited)
    notice = window.locator(".notice")
    expect(notice).to_contain_text("The text was edited since it was coded: 1 coding moved, 1 lost.")
    notice.get_by_role("button", name="Keep the new places").click()
    saved(window, "new places of codings kept")
    expect(notice).to_contain_text("1 lost")
    press(window, *["ArrowUp"] * 6, "ArrowDown")
    notice.get_by_role("button", name="It belongs to the chosen words").click()
    saved(window, "coding put in its place")
    expect(notice).to_have_count(0)
    assert [coding[0] for coding in codings(folder)] == ["Yes!", "Naïve, cafe\u0301 and all."]
    assert load(folder).lost == ()


# -- suggestions


@pytest.mark.slow
def test_suggestions_are_hidden_until_they_are_asked_for_and_then_decided_by_one_key_each(
    window: Page, folder: Path
) -> None:
    card = window.locator(".desk-card")
    expect(card).to_contain_text("3 suggestions of the machine’s, hidden so far")
    expect(window.locator(".note:visible, .is-draft:visible")).to_have_count(0)
    window.get_by_role("button", name="Decide on 3 suggestions").click()
    expect(window.locator(".note.is-draft")).to_have_count(3)
    expect(card).to_contain_text("Suggested: Who helps")
    expect(card).to_contain_text("like others 0")
    press(window, "a")
    expect(card).to_contain_text("like others 1")
    press(window, "l")
    expect(card).to_contain_text("like others 2")
    press(window, "Enter", *"lead", "Enter")
    expect(card).to_contain_text("left for later")
    press(window, "r")
    expect(card).to_contain_text("All suggestions here are decided on.")
    saved(window)
    assert [coding[:2] for coding in codings(folder)] == [("We do", "people.help"), ("is wh", "people.lead")]
    verdicts = [review.verdict for review in load(folder).reviews]
    assert verdicts == ["accept", "reject", "change"]


@pytest.mark.slow
def test_who_reads_by_themselves_first_is_shown_no_suggestion(window: Page) -> None:
    window.get_by_role("button", name="Read it yourself first").click()
    press(window, "ArrowDown", "Enter", "h", "Enter")
    saved(window)
    expect(window.locator(".is-draft:visible")).to_have_count(0)
    press(window, "s")
    expect(window.locator(".note.is-draft")).to_have_count(3)


@pytest.mark.slow
def test_a_blind_coders_page_has_nothing_of_others_and_no_suggestion(chromium: Browser, folder: Path) -> None:
    study_file = folder / "study.yaml"
    study_file.write_text(study_file.read_text().replace("{AB: Ann Berg}", "{AB: Ann Berg, CD: Carl Dahl}"))
    blind = Served(folder, "CD", is_blind=True)
    context = chromium.new_context()
    page = context.new_page()
    page.goto(blind.address("source-ash.html"))
    expect(page.locator(".desk")).to_be_visible()
    told = page.content() + context.request.get(f"{page.url.rsplit('/', 1)[0]}/coding/source-ash.html").text()
    assert "a1" not in re.findall(r"[\w-]+", told)
    assert "Ann Berg" not in told
    expect(page.locator(".note, .desk-card:visible")).to_have_count(0)
    context.close()
    blind.stop()


# -- sound


@pytest.mark.slow
def test_a_recording_is_played_from_the_focused_turn_and_the_spoken_one_is_marked(window: Page, folder: Path) -> None:
    path = folder / "transcripts/odd.txt"
    path.write_text("[00:00:01] " + path.read_text().replace("P02:", "[00:00:04] P02:"))
    (folder / "transcripts/original").mkdir(exist_ok=True)
    with wave.open(str(folder / "transcripts/original/odd.wav"), "wb") as recording:
        recording.setnchannels(1)
        recording.setsampwidth(1)
        recording.setframerate(8000)
        recording.writeframes(bytes([128]) * 8000 * 8)
    window.reload()
    expect(window.locator("audio")).to_be_visible()
    press(window, "ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown", "p")
    expect(window.locator(".turn.is-spoken")).to_contain_text("what they wrote")
    press(window, "ArrowLeft")
    expect(window.locator(".turn.is-spoken")).not_to_contain_text("what they wrote")
    press(window, "p")
    expect(window.locator(".turn.is-spoken")).to_have_count(0)
