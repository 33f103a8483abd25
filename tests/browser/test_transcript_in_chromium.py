"""A transcript in a browser: bars beside their lines, one code's passages, keys, and very long texts."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from crosscase import analyse
from crosscase.coding import Coding
from crosscase.pages import Address, Kind, render
from crosscase.pages import page as build
from crosscase.source import Source, parse
from tests.browser.conftest import DAY
from tests.small_study import small_findings, small_study

pytestmark = pytest.mark.browser

NAME = "source-~i17.html"
RULES = {"preload": False, "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
DESK, LAPTOP, PHONE = (1440, 900), (1024, 768), (375, 812)
SHIFTS = """window.shifted = 0;
new PerformanceObserver(list => { for (const entry of list.getEntries()) window.shifted += entry.value; })
    .observe({ type: 'layout-shift', buffered: true });"""
SMALLEST = """() => Math.min(...Array.from(document.querySelectorAll('body *'))
    .filter(it => it.checkVisibility())
    .filter(it => Array.from(it.childNodes).some(node => node.nodeType === 3 && node.data.trim()))
    .map(it => parseFloat(getComputedStyle(it).fontSize)))"""
# Of each turn: the boxes of names, and of each bar with the lines of the passage that it stands for.
LAID = """() => Array.from(document.querySelectorAll('.turn'), turn => {
    const box = it => (({ top, bottom, left, right }) => ({ top, bottom, left, right }))(it.getBoundingClientRect());
    const bars = Array.from(turn.querySelectorAll('.bars g'), group => {
        const pieces = Array.from(turn.querySelectorAll(`[data-codings~="${group.dataset.place}"]`));
        const lines = pieces.flatMap(piece => Array.from(piece.getClientRects()));
        return {
            ...box(group.querySelector('line')),
            first: Math.min(...lines.map(line => line.top)), last: Math.max(...lines.map(line => line.bottom)),
            isDashed: getComputedStyle(group.querySelector('line')).strokeDasharray !== 'none',
        };
    });
    return { turn: box(turn), names: Array.from(turn.querySelectorAll('.note'), box), bars };
})"""
Open = Callable[..., Page]


@pytest.fixture
def open_page(chromium: Browser, sample: Path) -> Iterator[Open]:
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def opened(name: str = NAME, size: tuple[int, int] = DESK, folder: Path = sample, **more: Any) -> Page:
        context = chromium.new_context(viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce", **more)
        context.set_default_timeout(8000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text))
        page.add_init_script(SHIFTS)
        file, mark, place = name.partition("#")
        page.goto((folder / file).as_uri() + mark + place)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.mark.parametrize("size", [DESK, LAPTOP])
def test_bars_stand_beside_their_lines_and_no_name_covers_another(open_page: Open, size: tuple[int, int]) -> None:
    turns = open_page(size=size).evaluate(LAID)
    bars = [bar for turn in turns for bar in turn["bars"]]
    assert len(bars) > 30
    assert not any(bar["isDashed"] for bar in bars)
    for bar in bars:
        assert bar["first"] - 1 <= bar["top"] < bar["bottom"] <= bar["last"] + 1
    for turn in turns:
        assert all(above["bottom"] <= below["top"] + 1 for above, below in pairwise(turn["names"]))
        assert all(name["bottom"] <= turn["turn"]["bottom"] + 1 for name in turn["names"])
    names = [name for turn in turns for name in turn["names"]]
    assert all(name["right"] <= size[0] for name in names)
    assert min(name["left"] for name in names) > max(bar["right"] for bar in bars)


def test_bars_that_follow_each_other_in_a_lane_leave_a_gap(open_page: Open) -> None:
    for turn in open_page().evaluate(LAID):
        lanes: dict[float, list[dict[str, float]]] = {}
        for bar in turn["bars"]:
            lanes.setdefault(round(bar["left"]), []).append(bar)
        assert all(above["bottom"] < below["top"] for lane in lanes.values() for above, below in pairwise(lane))


def test_a_name_is_level_with_its_passage_where_there_is_room(open_page: Open) -> None:
    turns = [turn for turn in open_page().evaluate(LAID) if turn["bars"]]
    roomy = [turn for turn in turns if turn["names"] and turn["names"][-1]["bottom"] < turn["turn"]["bottom"] - 20]
    assert len(roomy) >= 3
    assert all(abs(turn["names"][0]["top"] - turn["bars"][0]["first"]) < 12 for turn in roomy)


def test_nothing_moves_and_nothing_is_small(open_page: Open) -> None:
    page = open_page()
    page.wait_for_timeout(300)
    assert page.evaluate("shifted") < 0.02
    assert page.evaluate(SMALLEST) >= 13


def test_a_click_on_a_code_keeps_its_passages_and_another_brings_all_back(open_page: Open) -> None:
    page = open_page()
    code = page.locator(".codes a", has_text="Flat weight")
    turns = page.locator(".turn:visible").count()
    code.click()
    expect(code).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#kept")).to_contain_text("Flat weight: 4 passages here.")
    assert 0 < page.locator(".turn:visible").count() < turns / 3
    names = page.locator(".note:visible")
    assert names.count() == 4
    assert all("Flat weight" in words for words in names.all_inner_texts())
    page.reload()
    assert names.count() == 4, "the way back finds the choice again"
    page.keyboard.press("Escape")
    assert page.locator(".turn:visible").count() == turns


def test_an_address_of_a_passage_that_is_not_kept_brings_it_back(open_page: Open) -> None:
    page = open_page()
    place = page.locator(".note").first.get_attribute("data-place")
    page.locator(".codes a", has_text="Media and misinformation").click()
    assert page.locator(".note").first.is_hidden()
    page.evaluate(f"location.hash = '{place}'")
    expect(page.locator(".note").first).to_be_visible()
    expect(page.locator(".piece.aimed").first).to_be_in_viewport()


def test_j_and_k_go_from_one_coded_passage_to_the_next_unless_switched_off(open_page: Open) -> None:
    page = open_page()
    focused = "document.activeElement.dataset.place"
    places = page.locator(".note").evaluate_all("notes => notes.map(note => note.dataset.place)")
    page.keyboard.press("j")
    start = places.index(page.evaluate(focused))
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate(focused) == places[start + 2]
    page.keyboard.press("k")
    assert page.evaluate(focused) == places[start + 1]
    expect(page.locator(".piece.lit").first).to_be_in_viewport()
    page.locator("#keys").uncheck()
    page.keyboard.press("j")
    assert page.evaluate(focused) is None


def test_tab_passes_the_text_in_few_steps_and_arrows_go_among_its_numbers_and_codings(open_page: Open) -> None:
    page = open_page()
    reached = page.locator(".transcript").locator("a, [tabindex]")
    stops = "all => all.filter(it => it.tabIndex >= 0).map(it => it.matches('.turn > a') ? 'turn' : '')"
    assert len(reached.evaluate_all(stops)) < 10
    places = page.locator(".note").evaluate_all("notes => notes.map(note => note.dataset.place)")
    focused = "document.activeElement.dataset.place"
    page.locator('.note[tabindex="0"]').focus()
    assert page.evaluate(focused) == places[0]
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    assert page.evaluate(focused) == places[1]
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.note').dataset.place") == places[1]  # a link of the coding
    page.locator('.turn > a[tabindex="0"]').focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="Turn 2", exact=True)).to_be_focused()
    page.locator(".codes a").last.click()
    assert reached.locator("visible=true").evaluate_all(stops).count("turn") == 1
    assert page.locator('.note[tabindex="0"]').locator("visible=true").count() == 1


def test_a_name_and_its_passage_light_up_together(open_page: Open) -> None:
    page = open_page()
    note = page.locator(".note").nth(4)
    note.hover()
    place = note.get_attribute("data-place")
    lit = page.locator(".piece.lit").evaluate_all("pieces => pieces.map(piece => piece.dataset.codings.split(' '))")
    assert lit
    assert all(place in codings for codings in lit)


def test_drafts_are_dashed(open_page: Open, tmp_path: Path) -> None:
    (tmp_path / "later.html").write_text(
        render(build(small_findings(), Address(Kind.SOURCE, "later"), DAY), whole=True), "utf-8"
    )
    page = open_page("later.html", folder=tmp_path)
    (bar,) = [bar for turn in page.evaluate(LAID) for bar in turn["bars"]]
    assert bar["isDashed"]


def test_without_script_numbers_lead_from_a_passage_to_its_codes_and_codes_to_their_pages(open_page: Open) -> None:
    page = open_page(java_script_enabled=False)
    assert page.locator(".steps").is_hidden()
    page.locator(".turn > p a").first.click()
    expect(page.locator(".note:target")).to_be_in_viewport()
    page.locator(".codes a").first.click()
    assert "/code-" in page.url
    expect(page.locator(":target")).to_be_visible()


@pytest.mark.parametrize(("size", "scheme"), [(DESK, "light"), (DESK, "dark"), (PHONE, "light")])
def test_axe_finds_nothing_in_a_transcript(open_page: Open, size: tuple[int, int], scheme: str) -> None:
    page = open_page(size=size, color_scheme=scheme)
    if size == DESK:
        page.locator(".codes a").first.click()
    results = Axe().run(page, options=RULES)
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_a_codes_page_and_nothing_there_moves_or_is_small(open_page: Open, scheme: str) -> None:
    page = open_page("code-policy.substances.html", color_scheme=scheme)
    results = Axe().run(page, options=RULES)
    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("shifted") < 0.02
    assert page.evaluate(SMALLEST) >= 13


@pytest.mark.slow
def test_a_text_of_120_000_words_with_5_000_codings_opens(open_page: Open, tmp_path: Path) -> None:
    answer = "We had no money for the bus then, so I walked to the market and back again with my neighbour every week. "
    turns = "\n\n".join(f"{'Interviewer' if number % 2 else 'P01'}: {answer * 3}" for number in range(2000))
    source = Source("long", turns, parse(turns), case_id="north.town")
    starts = [turn.start for turn in source.turns if turn.role == "participant"]
    places = [(start + 5 * shift, start + 5 * shift + 60) for start in starts for shift in range(5)]
    codes = [code.id for code in small_study().codebook.codes]
    codings = tuple(
        Coding(f"c{number}", "long", start, end, turns[start:end], codes[number % 4], coder="ann")
        for number, (start, end) in enumerate(places)
    )
    assert (source.words > 120_000, len(codings)) == (True, 5000)
    findings = analyse(replace(small_study(), sources=(source,), codings=codings, summaries=(), readings=()))
    (tmp_path / "long.html").write_text(render(build(findings, Address(Kind.SOURCE, "long"), DAY), whole=True), "utf-8")
    page = open_page("long.html#coding/c4999", folder=tmp_path)
    expect(page.locator("[id='coding/c4999']")).to_be_in_viewport()
    expect(page.locator(".turn:has([id='coding/c4999']) .bars g")).to_have_count(5)
    assert page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd") < 15_000
