"""Searching the report: from any page, by the beginnings of words, and honest where no script runs."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit
from urllib.request import url2pathname

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page

from crosscase import Findings, analyse, load, report
from crosscase.pages import Address, Kind, addresses, render
from crosscase.pages import page as build
from crosscase.pages.data import SearchPage
from crosscase.pages.packing import unpacked
from crosscase.profile import findings_for
from tests.browser.conftest import DAY, ROOT
from tests.small_study import small_findings, small_study

pytestmark = pytest.mark.browser

RULES = {"preload": False, "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
LAPTOP, PHONE, NARROW = (1366, 900), (375, 812), (320, 640)
MOST_BYTES = 400_000
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return report.write(small_findings(), tmp_path_factory.mktemp("small") / "report", on=DAY).parent


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Open]:
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def opened(folder: Path, name: str, size: tuple[int, int] = LAPTOP, *, script: bool = True) -> Page:
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]}, java_script_enabled=script, reduced_motion="reduce"
        )
        context.set_default_timeout(5000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text))
        file, mark, query = name.partition("?")
        page.goto((folder / file).as_uri() + mark + query)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def marked(page: Page) -> set[str]:
    return {word.casefold() for word in page.locator("#results mark").all_inner_texts()}


def told(page: Page) -> str:
    return page.locator("#found").inner_text()


def index(page: Page) -> list[dict[str, Any]]:
    """What can be found from the page: its index, with the turns that lie beside it."""
    kinds: list[dict[str, Any]] = unpacked(json.loads(page.locator("#index").text_content() or ""))
    folder = Path(url2pathname(urlsplit(page.url).path)).parent
    for kind in kinds:
        for source in kind["sources"]:
            kind["texts"] += turns(folder, *source)
    return kinds


def turns(
    folder: Path, source_id: str, name: str, href: str, file: str, about: dict[str, str], anchors: list[str]
) -> list[tuple[str, str, str, list[tuple[str, str]]]]:
    handed = (folder / file).read_text("utf-8").removeprefix("crosscaseText(...").removesuffix(")")
    named, letters = json.loads(handed)
    assert named == source_id
    lines = zip(unpacked(letters), anchors, strict=True)
    return [(f"{name}, turn {number}", href + at, about[who], [("", text)]) for (number, who, text, *_), at in lines]


def section(page: Page, name: str) -> Locator:
    return page.locator("#results section", has=page.get_by_role("heading", name=name))


def test_a_result_leads_to_its_turn_and_says_who_speaks_and_of_which_case(sample: Path, open_page: Open) -> None:
    page = open_page(sample, "search.html?q=police")
    result = section(page, "Transcripts").locator(".result").first
    link = result.locator("a")
    source, number = re.fullmatch(r"(I\d\d), turn (\d+)", link.inner_text()).groups()  # type: ignore[union-attr]
    speaker, _, case = result.locator(".of").inner_text().split(" · ")
    assert speaker == source
    words = result.locator("mark").first.inner_text()
    link.click()
    anchor = page.url.partition("#")[2]
    assert anchor.startswith("turn/")
    turn = page.locator(f"[id='{anchor}']")
    assert words in turn.inner_text()
    assert case in page.locator(".line").inner_text()
    turns = page.locator("[id^='turn/']").evaluate_all("all => all.map(it => it.id)")
    assert turns.index(anchor) + 1 == int(number)
    page.go_back()
    page.locator(".result").first.wait_for()
    assert page.get_by_role("searchbox").input_value() == "police"


def test_everything_that_holds_the_words_is_found_and_nothing_else(sample: Path, open_page: Open) -> None:
    page = open_page(sample, "search.html?q=union")
    while page.locator("button.more").count():
        page.locator("button.more").first.click()
    found = set(page.locator(".result a").evaluate_all("all => all.map(it => it.getAttribute('href'))"))
    texts = {href: f"{name} {parts}" for kind in index(page) for name, href, _, parts in kind["texts"]}
    assert found == {href for href, text in texts.items() if re.search(r"(?<![^\W_])union", text, re.IGNORECASE)}
    assert len(found) > 10
    assert all(word.startswith("union") for word in marked(page))


def test_the_index_holds_everything_that_the_report_says_or_shows(
    findings: Findings, sample: Path, open_page: Open
) -> None:
    study = findings.study
    counts = {kind["name"]: len(kind["texts"]) for kind in index(open_page(sample, "search.html"))}
    assert counts.pop("Methods") > 2
    assert counts == {
        "Types": sum(len(typology.types) for typology in study.typologies),
        "Themes": len(study.themes),
        "Claims": len(study.claims),
        "Exhibits": len(list(sample.glob("exhibit-*.html"))),
        "Codes": len(study.codebook.codes),
        "Cells": len(study.summaries),
        "Transcripts": sum(len(source.turns) for source in study.sources),
    }


def test_every_way_in_the_index_leads_to_something(sample: Path, open_page: Open) -> None:
    ids = {path.name: set(re.findall(r' id="?([^"\s>]+)', path.read_text("utf-8"))) for path in sample.glob("*.html")}
    for kind in index(open_page(sample, "search.html")):
        for _, href, _, _ in kind["texts"]:
            file, _, anchor = href.partition("#")
            assert not anchor or anchor in ids[file], href


def test_a_kind_can_be_chosen_by_its_count_and_is_found_again_on_the_way_back(sample: Path, open_page: Open) -> None:
    page = open_page(sample, "search.html?q=police")
    page.locator(".result").first.wait_for()
    assert page.locator("#results section").count() > 3
    choice = page.get_by_role("button", name=re.compile("^Codes"))
    number = int(re.sub(r"\D", "", choice.inner_text()))
    choice.click()
    assert page.locator("#results section").count() == 1
    assert page.locator(".result").count() == number
    assert page.get_by_role("button", pressed=True).inner_text().startswith("Codes")
    page.locator(".result a").first.click()
    page.go_back()
    page.locator(".result").first.wait_for()
    assert page.locator(".result").count() == number
    page.get_by_role("button", name=re.compile("^All")).click()
    assert page.locator("#results section").count() > 3


def test_the_keyboard_leads_to_the_field_and_through_what_is_found(sample: Path, open_page: Open) -> None:
    page = open_page(sample, "search.html")
    page.keyboard.press("/")
    page.keyboard.type("police")
    page.locator("#found", has_text="“police”").wait_for()
    for key in ("ArrowDown", "ArrowDown", "ArrowUp"):
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement === document.querySelector('.result a')")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "find"
    page.keyboard.type("a/b")
    assert page.get_by_role("searchbox").input_value() == "a/b"


def test_a_codes_parts_are_found_apart_each_under_its_label(sample: Path, open_page: Open) -> None:
    page = open_page(sample, "search.html?q=media+misinformation")
    result = section(page, "Codes").locator(".result").first
    assert result.locator("a").inner_text() == "Media and misinformation"
    assert result.locator("p").count() >= 1
    assert not re.search(r"\w+\.\w+-?\w*\b(?=\s*$)", result.locator("a").inner_text())


def test_all_words_have_to_begin_a_word_of_the_same_text(small: Path, open_page: Open) -> None:
    page = open_page(small, "search.html?q=pet+neigh")
    assert page.locator(".result").count() == 1
    assert marked(page) == {"neighbour", "petrol"}
    assert "1 turn" in told(page)
    page.get_by_role("searchbox").fill("etrol")
    page.locator("#found", has_text="“etrol”").wait_for()
    assert page.locator(".result").count() == 0
    assert told(page).startswith("Nothing here begins with “etrol”")


@pytest.mark.parametrize("query", ["sud", "SÜD", "su\u0308d", "süd"])
def test_accents_and_capitals_make_no_difference(open_page: Open, tmp_path: Path, query: str) -> None:
    study = small_study()
    summary = replace(study.summaries[0], case_id="süd ufer")
    folder = report.write(analyse(replace(study, summaries=(summary,))), tmp_path / "report", on=DAY).parent
    page = open_page(folder, f"search.html?q={quote(query)}")
    assert page.locator(".result a").all_inner_texts() == ["Süd & Ufer: Walking"]
    assert marked(page) == {"süd"}


def test_words_in_the_study_and_in_the_address_never_become_markup(small: Path, open_page: Open) -> None:
    page = open_page(small, "search.html?q=script")
    assert "<script>alert('x')</script>" in page.locator(".result p").first.inner_text()
    assert page.locator("main script").count() == 1
    page = open_page(small, "search.html?q=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E")
    assert "<img src=x onerror=alert(1)>" in told(page)
    assert page.locator("main img").count() == 0


def test_turns_are_found_in_a_page_that_travels_alone(open_page: Open, tmp_path: Path) -> None:
    folder = report.write_page(small_findings(), "search.html", tmp_path / "alone", on=DAY).parent
    page = open_page(folder, "search.html?q=pet+neigh")
    page.locator(".result").first.wait_for()
    assert marked(page) == {"neighbour", "petrol"}
    assert page.locator("#unsearched").count() == 0


def test_turns_whose_file_is_missing_are_said_to_be(small: Path, chromium: Browser, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(small, tmp_path / "report"))
    for path in folder.glob("assets/text-*.js"):
        path.unlink()
    page = chromium.new_page()
    page.goto((folder / "search.html").as_uri() + "?q=walking")
    page.locator(".result").first.wait_for()
    assert "the folder assets beside this page" in page.locator("#unsearched").inner_text()
    page.close()


def test_a_word_that_is_everywhere_shows_twenty_of_each_kind_until_asked(sample: Path, open_page: Open) -> None:
    page = open_page(sample, "search.html?q=the")
    turns = section(page, "Transcripts")
    total = int(re.sub(r"\D", "", turns.locator(".count").inner_text()))
    assert (turns.locator(".result").count(), total > 20) == (20, True)
    turns.locator("button.more").click()
    assert turns.locator(".result").count() == total
    assert page.evaluate("document.activeElement.closest('.result') !== null")


def test_without_script_the_page_says_so_and_where_else_to_look(sample: Path, open_page: Open) -> None:
    page = open_page(sample, "search.html?q=police", script=False)
    text = page.locator("#unsearched")
    assert text.is_visible()
    assert text.locator("a").evaluate_all("all => all.map(it => it.getAttribute('href'))") == [
        "codebook.html",
        "index.html#sources",
    ]
    assert page.locator("main form:visible").count() == 0
    page = open_page(sample, "search.html")
    page.locator("#unsearched").wait_for(state="detached")


@pytest.mark.parametrize("name", ["search.html", "search.html?q=police"])
@pytest.mark.parametrize("size", [LAPTOP, PHONE])
def test_axe_finds_nothing_on_the_search_page(sample: Path, open_page: Open, name: str, size: tuple[int, int]) -> None:
    page = open_page(sample, name, size)
    found = Axe().run(page, options=RULES | {"rules": {"target-size": {"enabled": True}}})
    assert [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in found.response["violations"]] == []


def test_no_width_makes_results_scroll_sideways(sample: Path, open_page: Open) -> None:
    page = open_page(sample, "search.html?q=police", NARROW)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]


def test_the_index_of_the_sample_is_light(sample: Path) -> None:
    assert (sample / "search.html").stat().st_size < MOST_BYTES


@pytest.mark.parametrize("profile", ["reviewer", "public"])
def test_the_index_holds_nothing_that_its_reader_may_not_see(profile: str) -> None:
    made = findings_for(load(ROOT), profile)
    built = build(made, Address(Kind.SEARCH), DAY)
    assert isinstance(built, SearchPage)
    words = json.dumps(unpacked(built.index), ensure_ascii=False)
    assert ("#turn/" in words) == (profile == "reviewer")
    shown = " ".join(
        render(build(made, address, DAY)) for address in addresses(made, DAY).values() if address.kind != Kind.SEARCH
    )
    hidden = [case.name for case in load(ROOT).cases if case.name not in shown]
    assert len(hidden) > 3
    assert not any(name in words for name in hidden)
