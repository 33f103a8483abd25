"""The keyboard alone: what a mouse can use is reached by Tab in the page's order, is seen when reached, and works."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.conftest import EACH_KIND
from tests.browser.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LAPTOP, SMALL, PHONE = (1366, 900), (900, 500), (375, 700)
USABLE = "a[href], button, input, select, textarea, summary, [tabindex]"
# What Tab should stop at, in the order of the page; kept with how it looks when it is not focused.
FIND_STOPS = """usable => {
    const isStop = it => it.tabIndex >= 0 && !it.disabled && it.checkVisibility() && it.getClientRects().length;
    const look = it => (({ outlineStyle, outlineWidth, boxShadow }) => outlineStyle + outlineWidth + boxShadow)(
        getComputedStyle(it));
    window.look = look;
    window.stops = Array.from(document.querySelectorAll(usable)).filter(isStop);
    window.atRest = window.stops.map(look);
    return window.stops.length;
}"""
LOOK_AT_FOCUS = """() => {
    const it = document.activeElement, place = window.stops.indexOf(it);
    if (it === document.body) return null;
    const box = it.getClientRects()[0], style = getComputedStyle(it);
    const within = (low, high, most) => (Math.max(low, 0) + Math.min(high, most)) / 2;
    const at = [within(box.left, box.right, innerWidth), within(box.top, box.bottom, innerHeight)];
    const there = document.elementFromPoint(...at);
    return {
        place,
        name: it.outerHTML.slice(0, 90),
        isRinged: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
        isChanged: window.look(it) !== window.atRest[place],
        isInSight: it === there || it.contains(there),
    };
}"""
CLICKED_ONLY = """usable => Array.from(document.querySelectorAll('*')).filter(it => {
    const role = it.getAttribute('role') ?? '';
    const acts = it.hasAttribute('onclick') || it.matches('[data-act], [data-view], [data-fold]')
        || /^(button|link|checkbox|radio|switch|tab|menuitem|option|combobox)$/.test(role)
        || getComputedStyle(it).cursor === 'pointer';
    return acts && !it.closest('a[href], button, summary, select, input, label');
}).map(it => it.outerHTML.slice(0, 90))"""
SCROLLED_ONLY = """() => Array.from(document.querySelectorAll('body *')).filter(it => {
    const { overflowX, overflowY } = getComputedStyle(it);
    const scrolls = (/auto|scroll/.test(overflowX) && it.scrollWidth > it.clientWidth)
        || (/auto|scroll/.test(overflowY) && it.scrollHeight > it.clientHeight);
    const named = document.getElementById(it.getAttribute('aria-labelledby')) ?? it.getAttribute('aria-label');
    const isGrid = it.matches('[role=region]') && it.querySelector('[role=grid] [tabindex="0"]');
    return scrolls && !isGrid && !it.closest('.panel') && !(it.tabIndex === 0 && it.matches('[role=region]') && named);
}).map(it => it.outerHTML.slice(0, 90))"""


@dataclass(frozen=True)
class Reader:
    """A reader without a mouse."""

    page: Page

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def tab_to(self, words: str, most: int = 60, backwards: bool = False) -> None:
        """Press Tab until the focus is on what is called so."""
        for _ in range(most):
            self.press("Shift+Tab" if backwards else "Tab")
            if re.fullmatch(words, self.focus):
                return
        pytest.fail(f"no {words!r} within {most} presses of Tab; the last stop was {self.focus!r}")

    @property
    def focus(self) -> str:
        """What the focused element is called."""
        return " ".join(
            self.page.evaluate(
                """() => {
                    const it = document.activeElement;
                    return it.ariaLabel ?? (it.labels?.length ? it.labels[0].textContent : it.textContent).trim();
                }"""
            ).split()
        )

    @property
    def told(self) -> str:
        return self.page.locator("#shown").inner_text()

    def shown(self, of: str) -> int:
        return self.page.locator(of).locator("visible=true").count()

    @property
    def rows(self) -> list[str]:
        return self.page.locator(".frame .name:visible").all_inner_texts()


Open = Callable[..., Reader]


@pytest.fixture
def open_page(chromium: Browser, sample: Path) -> Iterator[Open]:
    contexts: list[BrowserContext] = []

    def opened(name: str, size: tuple[int, int] = LAPTOP, *, script: bool = True) -> Reader:
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]}, java_script_enabled=script, reduced_motion="reduce"
        )
        context.set_default_timeout(5000)
        contexts.append(context)
        page = context.new_page()
        file, *rest = re.split(r"(?=[?#])", name, maxsplit=1)
        page.goto((sample / file).as_uri() + "".join(rest))
        if name == "search.html":
            page.locator("#find").evaluate("it => { it.value = 'union'; it.dispatchEvent(new Event('input')); }")
            page.locator(".result").first.wait_for()
        return Reader(page)

    yield opened
    for context in contexts:
        context.close()


def stops(reader: Reader) -> list[dict[str, Any]]:
    """Everything that Tab stops at, from the top of the page until the focus leaves it."""
    number = reader.page.evaluate(FIND_STOPS, USABLE)
    found = []
    for _ in range(number + 1):
        reader.press("Tab")
        stop = reader.page.evaluate(LOOK_AT_FOCUS)
        if stop is None:
            break
        found.append(stop)
    assert number > 5
    assert [stop["place"] for stop in found] == list(range(number))
    return found


@pytest.mark.parametrize(
    ("name", "size"),
    [
        *((name, LAPTOP) for name in EACH_KIND),
        ("matrix-publicity.html", SMALL),
        ("matrix-publicity.html", PHONE),
        ("exhibit-2b.html", SMALL),
        ("index.html", PHONE),
    ],
)
def test_tab_visits_all_there_is_in_the_order_of_the_page_and_in_sight(
    open_page: Open, name: str, size: tuple[int, int]
) -> None:
    found = stops(open_page(name, size))
    assert [stop["name"] for stop in found if not (stop["isRinged"] and stop["isChanged"])] == []
    assert [stop["name"] for stop in found if not stop["isInSight"]] == []


@pytest.mark.parametrize(
    ("name", "opened", "size"),
    [
        ("index.html", ".folded", PHONE),
        ("typology-three-types.html", ".drawn details, .why:nth-of-type(-n + 3) details", LAPTOP),
    ],
)
def test_what_was_folded_is_reached_when_it_is_open(
    open_page: Open, name: str, opened: str, size: tuple[int, int]
) -> None:
    reader = open_page(name, size)
    before = reader.page.evaluate(FIND_STOPS, USABLE)
    reader.page.evaluate("of => document.querySelectorAll(of).forEach(it => it.open = true)", opened)
    found = stops(reader)
    assert len(found) > before
    assert [stop["name"] for stop in found if not (stop["isRinged"] and stop["isInSight"])] == []


@pytest.mark.parametrize("name", EACH_KIND)
def test_nothing_needs_a_mouse(open_page: Open, name: str) -> None:
    page = open_page(name).page
    page.evaluate("document.querySelectorAll('details').forEach(it => it.open = true)")
    assert page.evaluate(CLICKED_ONLY, USABLE) == []
    assert page.evaluate(SCROLLED_ONLY) == []
    assert page.locator("[tabindex]:not([tabindex='0'], [tabindex='-1'])").count() == 0


@pytest.mark.parametrize("name", EACH_KIND)
def test_the_first_stop_leads_past_the_head_of_the_page(open_page: Open, name: str) -> None:
    reader = open_page(name)
    reader.press("Tab")
    assert reader.focus == "Skip to the content"
    reader.press("Enter")
    assert reader.page.evaluate("document.activeElement.id") == "content"


def test_a_wide_region_is_scrolled_by_the_arrows(open_page: Open) -> None:
    reader = open_page("typology-models.html", SMALL)
    reader.page.locator(".drawn-wide").first.focus()
    before = reader.page.locator(".drawn-wide").first.evaluate("it => it.scrollLeft")
    reader.press(*["ArrowRight"] * 5)
    until(reader.page, f"document.querySelector('.drawn-wide').scrollLeft > {before}")


def test_a_matrix_is_one_stop_and_few_come_before_it(open_page: Open) -> None:
    reader = open_page("matrix-policy.html")
    found = [stop["name"] for stop in stops(reader)]
    cells = [place for place, name in enumerate(found) if name.startswith(("<td", "<th"))]
    assert len(cells) == 1
    assert cells[0] <= 12
    assert any('id="J01/policy.approach"' in name for name in found)


def test_the_tools_of_a_matrix_are_one_stop_with_arrows_between_them(open_page: Open) -> None:
    reader = open_page("matrix-policy.html")
    reader.tab_to("Signs", most=14)
    reader.press("ArrowRight", "ArrowRight")
    assert reader.focus == "Summaries"
    reader.press("Enter")
    assert reader.page.url.endswith("#view=summaries")
    reader.press("ArrowRight", "ArrowRight")
    assert reader.focus == "Group: model"
    reader.press("Enter")
    reader.page.locator("[data-panel=group] input").first.wait_for()
    reader.tab_to("model", most=1)
    reader.press("ArrowDown")
    assert reader.page.url.endswith("#view=summaries&group=row.state")
    reader.press("Escape")
    assert reader.focus == "Group: State"
    reader.press("ArrowRight", "Enter")
    reader.page.locator("[data-panel=filter] input").first.wait_for()
    reader.tab_to(r"Calder \d", most=12)
    reader.press("Space")
    assert reader.told.startswith("3 of 14 jurisdictions")
    reader.press("Escape")
    assert reader.page.locator(".panel[open]").count() == 0


def test_a_matrix_is_walked_opened_compared_and_left_by_keys(open_page: Open) -> None:
    reader = open_page("matrix-policy.html")
    reader.page.locator("[id='J01/policy.approach']").focus()
    reader.press("ArrowDown", "ArrowRight", "End")
    at = "document.activeElement.id"
    assert reader.page.evaluate(at) == "J02/policy.selling"
    reader.press("Home", "ArrowRight", "Enter")
    assert reader.page.locator("#dock h2").inner_text() == "Brackwater × Drug policy characteristics"
    reader.tab_to("All jurisdictions on this code", most=1)
    reader.press("Shift+Tab", "Escape")
    assert reader.shown("#dock") == 0
    reader.press("c", "ArrowDown", "c")
    assert reader.shown("#beside tbody tr") == 13
    reader.press("Escape")
    assert reader.shown("#matrix tbody tr:not(.group)") == 14
    assert reader.page.evaluate(at) == "J03/policy.approach"
    reader.press("ArrowUp", "ArrowUp", "ArrowUp")
    assert reader.page.evaluate("document.activeElement.tagName") == "TH"
    reader.press("ArrowRight", "ArrowRight", "ArrowRight", "Space")
    assert reader.shown("#matrix thead .code") == 16
    reader.press("Enter")
    assert reader.shown("#matrix thead .code") == 1


def test_a_matrix_can_be_passed_and_its_rows_reached_without_script(open_page: Open) -> None:
    reader = open_page("matrix-policy.html", script=False)
    reader.tab_to("Skip past the matrix", most=20)
    reader.press("Enter")
    assert reader.focus == "Back to the top"
    reader = open_page("matrix-policy.html", script=False)
    reader.tab_to("Cassamet", most=30)
    reader.press("Enter")
    reader.tab_to("I03", most=1)


def test_words_are_found_and_a_result_is_opened(open_page: Open) -> None:
    reader = open_page("index.html")
    reader.tab_to("Search", most=12)
    reader.press("Enter")
    reader.page.wait_for_url("**/search.html")
    if reader.focus != "Words, or how they begin":
        reader.tab_to("Words, or how they begin", most=20)
    reader.page.keyboard.type("lab backlog")
    reader.press("Enter")
    reader.press("End")
    reader.page.keyboard.type("s")
    reader.page.locator("#found", has_text="“lab backlogs”").wait_for()
    reader.press("Backspace")
    reader.page.locator(".result").first.wait_for()
    reader.tab_to("Find", most=1)
    target = reader.page.locator(".result a").first
    href = target.get_attribute("href") or ""
    reader.tab_to(re.escape(" ".join(target.inner_text().split())), most=3)
    reader.press("Enter")
    reader.page.wait_for_url(f"**/{href}")


def test_more_results_are_asked_for(open_page: Open) -> None:
    reader = open_page("search.html?q=the")
    reader.tab_to(r"Show [\d,]+ more", most=150)
    before = reader.shown(".result")
    reader.press("Enter")
    assert reader.shown(".result") > before
    assert reader.page.evaluate("document.activeElement.closest('.result') !== null")


@pytest.mark.parametrize("name", ["typology-models.html", "methods.html"])
def test_the_table_of_each_figure_is_opened(open_page: Open, name: str) -> None:
    reader = open_page(name)
    figures = reader.page.locator(".drawn").count()
    for _ in range(figures):
        reader.tab_to("The same as a table", most=400)
        reader.press("Enter")
    assert figures > 1
    assert reader.shown(".drawn table") == figures
    reader.press("Tab")
    assert reader.focus.startswith("Table: ")
