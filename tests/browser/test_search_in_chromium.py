"""Searching the report: from any page, by the beginnings of words, and honest where no script runs."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from crosscase import Findings, analyse, report
from tests.browser.conftest import DAY
from tests.small_study import small_findings, small_study

pytestmark = pytest.mark.browser

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
LAPTOP, PHONE, NARROW = (1366, 900), (375, 812), (320, 640)
MOST_BYTES = 2_000_000
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


@pytest.mark.parametrize("name", ["index.html", "codebook.html", "matrix-policy.html", "source-~i01.html"])
def test_every_page_has_a_field_that_leads_to_what_is_found(sample: Path, open_page: Open, name: str) -> None:
    page = open_page(sample, name)
    page.get_by_role("searchbox", name="Search the report").fill("lab backlog")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=lab+backlog")
    assert told(page).startswith("Found for “lab backlog”: 1 code")
    assert page.get_by_role("searchbox").input_value() == "lab backlog"


def test_a_result_leads_to_its_turn(sample: Path, open_page: Open) -> None:
    page = open_page(sample, "search.html?q=police")
    link = page.locator("#results section", has=page.locator("a[href^='source-']")).locator(".result a").first
    number = re.search(r"\d+$", link.inner_text())
    assert number is not None
    words = link.locator("xpath=..").locator("mark").first.inner_text()
    link.click()
    anchor = page.url.partition("#")[2]
    assert anchor.startswith("turn/")
    turn = page.locator(f"[id='{anchor}']")
    assert words in turn.inner_text()
    turns = page.locator("[id^='turn/']").evaluate_all("all => all.map(it => it.id)")
    assert turns.index(anchor) + 1 == int(number[0])


def test_everything_that_holds_the_words_is_found_and_nothing_else(sample: Path, open_page: Open) -> None:
    page = open_page(sample, "search.html?q=union")
    while page.locator("button.more").count():
        page.locator("button.more").first.click()
    found = set(page.locator(".result a").evaluate_all("all => all.map(it => it.getAttribute('href'))"))
    groups = json.loads(page.locator("#index").text_content() or "")
    texts = {text["href"]: f"{text['name']} {text['text']}" for group in groups for text in group["texts"]}
    assert found == {href for href, text in texts.items() if re.search(r"(?<![^\W_])union", text, re.IGNORECASE)}
    assert len(found) > 10
    assert all(word.startswith("union") for word in marked(page))


def test_the_index_holds_every_turn_every_code_and_every_summary(
    findings: Findings, sample: Path, open_page: Open
) -> None:
    study = findings.study
    groups = json.loads(open_page(sample, "search.html").locator("#index").text_content() or "")
    counts: dict[str, int] = {}
    for group in groups:
        counts[group["noun"]] = counts.get(group["noun"], 0) + len(group["texts"])
    assert counts == {
        "code": len(study.codebook.codes),
        "summary": len(study.summaries),
        "turn": sum(len(source.turns) for source in study.sources),
    }


def test_all_words_have_to_begin_a_word_of_the_same_text(small: Path, open_page: Open) -> None:
    page = open_page(small, "search.html?q=pet+neigh")
    assert page.locator(".result").count() == 1
    assert marked(page) == {"neighbour", "petrol"}
    assert "1 turn in 1 source" in told(page)
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
    assert page.locator(".result a").all_inner_texts() == ["Süd & Ufer, Walking"]
    assert marked(page) == {"süd"}


def test_words_in_the_study_and_in_the_address_never_become_markup(small: Path, open_page: Open) -> None:
    page = open_page(small, "search.html?q=script")
    assert "<script>alert('x')</script>" in page.locator(".result p").first.inner_text()
    assert page.locator("main script").count() == 1
    page = open_page(small, "search.html?q=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E")
    assert "<img src=x onerror=alert(1)>" in told(page)
    assert page.locator("main img").count() == 0


def test_a_word_that_is_everywhere_shows_twenty_of_each_source_until_asked(sample: Path, open_page: Open) -> None:
    page = open_page(sample, "search.html?q=the")
    section = page.locator("#results section", has=page.locator("a[href='source-~i19.html']"))
    total = int(re.sub(r"\D", "", section.locator(".count").inner_text()))
    assert (section.locator(".result").count(), total > 20) == (20, True)
    section.locator("button.more").click()
    assert section.locator(".result").count() == total
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
    assert not open_page(sample, "search.html").locator("#unsearched").count()


@pytest.mark.parametrize("name", ["search.html", "search.html?q=police"])
@pytest.mark.parametrize("size", [LAPTOP, PHONE])
def test_axe_finds_nothing_on_the_search_page(sample: Path, open_page: Open, name: str, size: tuple[int, int]) -> None:
    page = open_page(sample, name, size)
    found = Axe().run(page, options=RULES | {"rules": {"target-size": {"enabled": True}}})
    assert [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in found.response["violations"]] == []


def test_no_width_makes_results_scroll_sideways(sample: Path, open_page: Open) -> None:
    page = open_page(sample, "search.html?q=police", NARROW)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]


def test_the_index_of_the_sample_is_under_two_megabytes(sample: Path) -> None:
    assert (sample / "search.html").stat().st_size < MOST_BYTES
