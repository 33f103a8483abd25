"""Coding in the window: what is done by keyboard and by mouse is written at once, and can be taken back."""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from crosscase import load
from crosscase.coding import Suggestion
from crosscase.study import save_suggestions
from crosscase.web.app import Window
from crosscase.web.gate import LAUNCH, Keys
from crosscase.web.serving import _listening
from crosscase.web.session import Session
from tests.conftest import SMALL, StudyFolder

pytestmark = pytest.mark.browser

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


@pytest.fixture
def address(folder: Path) -> Iterator[str]:
    """The address at which a window on the study is served, as a browser opens it first."""
    study = load(folder)
    start = study.sources[0].text.index("It cost")
    words = study.sources[0].text[start : start + 7]
    offered = Suggestion(study.sources[0].id, start, start + 7, words, "people.help", 0.6, "near “help”", "any")
    save_suggestions(study, [offered])
    with _listening(0) as listening:
        keys = Keys(listening.getsockname()[1])
        window = Window(Session(folder, "AB"), keys)
        config = uvicorn.Config(window.app(), log_level="error", access_log=False, lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{keys.port}/{{}}?{LAUNCH}={keys.launch()}"
        window.stopping.set()
        server.should_exit = True
        thread.join(10)


@pytest.fixture
def window(chromium: Browser, address: str) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1366, "height": 900}, reduced_motion="reduce")
    context.set_default_timeout(8000)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(address.format("source-odd.html"))
    expect(page.locator(".desk")).to_be_visible()
    yield page
    context.close()
    assert [line for line in complaints if "422" not in line] == []


def codings(folder: Path, source: str = "odd") -> list[tuple[str, str, str]]:
    """What AB has coded: the words, the code and the value, as they stand in the file."""
    path = folder / f"codings/AB/{source}.jsonl"
    lines = path.read_text().splitlines()[1:] if path.exists() else []
    return [(line["quote"], line["code"], line.get("value", "")) for line in map(json.loads, lines)]


def saved(page: Page, what: str) -> None:
    expect(page.locator(".desk-saved")).to_contain_text(what)


def test_passages_are_coded_by_keyboard_in_a_few_keys_and_stand_in_the_file(window: Page, folder: Path) -> None:
    window.keyboard.press("ArrowDown")
    expect(window.locator(".desk-place")).to_contain_text("Turn 2 of 3")
    window.keyboard.press("Enter")
    expect(window.get_by_role("combobox", name="Code")).to_be_focused()
    window.keyboard.type("hel")
    expect(window.locator(".about-code")).to_contain_text("Whoever lends a hand.")
    window.keyboard.press("Enter")
    saved(window, "Saved")
    assert codings(folder) == [("👩‍👩‍👧 We do, all of us.", "people.help", "")]
    window.keyboard.press("ArrowDown")
    window.keyboard.press("Space")
    expect(window.locator(".fresh-notes li")).to_have_count(2)
    window.wait_for_timeout(300)
    assert codings(folder)[1:] == [("It's  the “parish”, not the town!", "people.help", "")]


def test_the_edges_go_by_words_and_a_value_is_chosen_beside_the_code(window: Page, folder: Path) -> None:
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "Alt+ArrowLeft", "Alt+Shift+ArrowRight", "Enter"):
        window.keyboard.press(key)
    window.keyboard.type("lead")
    window.get_by_label("Value").select_option("clerk")
    window.get_by_role("combobox", name="Code").focus()
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
    expect(window.locator(".fresh-notes li")).to_have_count(2)
    window.keyboard.press("u")
    window.keyboard.press("u")
    expect(window.locator(".fresh-notes li")).to_have_count(0)
    window.wait_for_timeout(300)
    assert codings(folder) == []
    assert not (folder / "codings/AB/odd.jsonl").exists()
    window.keyboard.press("u")
    saved(window, "nothing to take back")


def test_a_code_that_there_is_not_is_made_from_the_passage_and_the_passage_is_coded_by_it(
    window: Page, folder: Path
) -> None:
    for key in ("ArrowDown", "Enter"):
        window.keyboard.press(key)
    window.keyboard.type("Who is against?")
    expect(window.locator(".about-code")).to_contain_text("makes “Who is against?” a new one")
    window.keyboard.press("Enter")
    expect(window.locator(".fresh-notes li")).to_have_text("Who is against?")
    window.wait_for_timeout(400)
    code = next(code for code in load(folder).codebook.codes if code.name == "Who is against?")
    assert code.origin == "inductive"
    assert [coding[1] for coding in codings(folder)] == [code.id]


def test_a_coding_is_taken_away_and_a_source_finished_and_opened_again(window: Page, folder: Path) -> None:
    for key in ("ArrowDown", "Enter", "h", "Enter"):
        window.keyboard.press(key)
    saved(window, "Saved")
    window.wait_for_timeout(300)
    window.keyboard.press("Delete")
    expect(window.locator(".fresh-notes")).to_have_count(0)
    window.wait_for_timeout(300)
    assert codings(folder) == []
    expect(window.locator(".desk")).to_be_visible()
    window.get_by_role("button", name="Finished").click()
    expect(window.get_by_role("button", name="Open again")).to_be_visible()
    assert any(reading.source_id == "odd" and reading.is_done for reading in load(folder).readings)
    window.get_by_role("button", name="Open again").click()
    expect(window.get_by_role("button", name="Finished")).to_be_visible()


def test_what_the_server_refuses_stands_in_the_bar_and_nothing_is_shown_as_coded(window: Page, folder: Path) -> None:
    for _ in range(2):
        window.keyboard.press("Escape")
        for key in ("ArrowUp", "Enter", "h", "Enter"):
            window.keyboard.press(key)
        window.wait_for_timeout(400)
    saved(window, "Not saved")
    expect(window.locator(".fresh-notes li")).to_have_count(1)
    assert len(codings(folder)) == 1


def test_an_edit_in_an_editor_is_on_the_page_soon(window: Page, folder: Path) -> None:
    path = folder / "study.yaml"
    path.write_text(path.read_text().replace("Small", "Smaller"))
    begun = time.monotonic()
    expect(window.locator(".study")).to_have_text("Smaller", timeout=5000)
    assert time.monotonic() - begun < 4


def test_axe_finds_nothing_on_the_page_nor_with_the_palette_open(window: Page) -> None:
    for scheme in ("light", "dark"):
        window.emulate_media(color_scheme=scheme)
        assert Axe().run(window, options=RULES).response["violations"] == []
        window.keyboard.press("ArrowDown")
        window.keyboard.press("Enter")
        assert Axe().run(window, options=RULES).response["violations"] == []
        window.keyboard.press("Escape")


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
