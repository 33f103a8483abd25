"""The keyboard alone: what a mouse can use is reached by Tab in the page's order, is seen when reached, and works."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.conftest import EACH_KIND

pytestmark = pytest.mark.browser

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
    const acts = it.hasAttribute('onclick') || it.matches('[data-act], [data-adds]')
        || /^(button|link|checkbox|radio|switch|tab|menuitem|option|combobox)$/.test(role)
        || getComputedStyle(it).cursor === 'pointer';
    return acts && !it.closest('a[href], button, summary, select, input, label');
}).map(it => it.outerHTML.slice(0, 90))"""
SCROLLED_ONLY = """() => Array.from(document.querySelectorAll('body *')).filter(it => {
    const { overflowX, overflowY } = getComputedStyle(it);
    const scrolls = (/auto|scroll/.test(overflowX) && it.scrollWidth > it.clientWidth)
        || (/auto|scroll/.test(overflowY) && it.scrollHeight > it.clientHeight);
    const named = document.getElementById(it.getAttribute('aria-labelledby')) ?? it.getAttribute('aria-label');
    return scrolls && !it.closest('.panel') && !(it.tabIndex === 0 && it.matches('[role=region]') && named);
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
    assert number > 10
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
        ("matrix-checks.html", "td details", LAPTOP),
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
    reader.page.wait_for_function("before => document.querySelector('.drawn-wide').scrollLeft > before", arg=before)


@pytest.mark.parametrize("script", [True, False])
def test_a_matrix_can_be_passed_as_a_whole_and_row_by_row(open_page: Open, script: bool) -> None:
    reader = open_page("matrix-policy.html", script=script)
    reader.tab_to("Skip past the matrix", most=50)
    reader.press("Enter")
    assert reader.focus == "Back to the top"
    reader.tab_to("Skip Norrisant", most=200, backwards=True)
    reader.press("Enter")
    assert reader.focus == "Back to the top"
    reader = open_page("matrix-policy.html", script=script)
    reader.tab_to("Go to a jurisdiction", most=50)
    reader.press("Enter", "Tab", "Tab", "Tab", "Enter")
    assert reader.focus == "Skip Cassamet"
    reader.press("Enter", "Enter")
    assert reader.focus == "Skip Eldersted"
    assert reader.page.evaluate(
        """() => {
            const box = document.activeElement.getBoundingClientRect();
            return document.activeElement === document.elementFromPoint(box.left + 9, box.top + 9);
        }"""
    )
    reader.tab_to("I06", most=3)


def test_passing_rows_follows_the_order_and_the_rows_that_are_shown(open_page: Open) -> None:
    reader = open_page("matrix-policy.html#row.state=Ellery&pin=J14")
    assert reader.rows == ["Norrisant", "Cassamet", "Dunmarrow"]
    reader.tab_to("Go to a jurisdiction", most=50)
    reader.press("Enter")
    assert reader.page.locator(".jumps li a:visible").all_inner_texts() == ["Cassamet", "Dunmarrow", "Norrisant"]
    reader.press("Tab", "Tab", "Tab", "Enter")
    assert reader.focus == "Skip Norrisant"
    assert reader.page.locator(".panel[open]").count() == 0
    assert reader.page.url.endswith("#row.state=Ellery&pin=J14")
    reader.press("Enter")
    assert reader.focus == "Skip Cassamet"
    reader.press("Enter", "Enter")
    assert reader.focus == "Back to the top"


def test_a_matrix_is_filtered_and_ordered(open_page: Open) -> None:
    reader = open_page("matrix-policy.html")
    reader.tab_to("State")
    reader.press("C")
    assert reader.told.startswith("3 of 14 jurisdictions")
    reader.press("Home")
    reader.tab_to("Citizen initiative")
    reader.press("ArrowDown")
    assert "citizen initiative" in reader.told
    reader.press("ArrowUp")
    for panel, value in (("Codes.*", "Declination stance"), ("Status.*", "summarised"), ("Stance.*", "reports")):
        reader.tab_to(panel, most=4)
        reader.press("Enter")
        reader.tab_to(value)
        reader.press("Space")
        assert re.fullmatch(value, reader.focus)
        reader.press("Escape")
        assert re.fullmatch(panel.replace(".*", "1 chosen"), reader.focus)
        assert reader.shown(".panel > fieldset") == 0
    assert "1 of 22 codes shown; status summarised, stance reports" in reader.told
    reader.tab_to("Order jurisdictions by")
    reader.press("ArrowDown")
    assert "order=row.state" in reader.page.url
    reader.tab_to("Reset")
    reader.press("Enter")
    assert reader.focus == "Reset"
    assert (reader.told, "#" in reader.page.url) == ("14 of 14 jurisdictions, 22 of 22 codes shown.", False)


@pytest.mark.parametrize(("name", "gone"), [("Summaries", ".summary"), ("Quotes", "blockquote"), ("Values", ".value")])
def test_what_cells_show_is_toggled(open_page: Open, name: str, gone: str) -> None:
    reader = open_page("matrix-policy.html")
    before = reader.shown(f"td {gone}")
    reader.tab_to(name)
    reader.press("Space")
    assert (before > 20, reader.shown(f"td {gone}")) == (True, 0)
    reader.press("Space")
    assert reader.shown(f"td {gone}") == before


def test_rows_are_pinned_and_compared(open_page: Open) -> None:
    reader = open_page("matrix-publicity.html")
    reader.tab_to("Go to a jurisdiction", most=50)
    reader.press("Enter")
    reader.tab_to("Eldersted")
    reader.press("Enter")
    reader.tab_to("Pin Eldersted", most=4)
    reader.press("Enter")
    assert (reader.focus, reader.rows[0]) == ("Pin Eldersted", "Eldersted")
    reader.tab_to("Compare Eldersted", most=1)
    reader.press("Space")
    reader.tab_to("Compare Aldermoor", most=60)
    reader.press("Space")
    assert reader.focus == "Compare Aldermoor"
    assert "Eldersted beside Aldermoor" in reader.told
    reader.tab_to("End comparison", most=40, backwards=True)
    reader.press("Enter")
    assert reader.focus == "Reset"
    assert len(reader.rows) == 14


def test_the_focus_is_not_lost_with_a_row_that_goes(open_page: Open) -> None:
    reader = open_page("matrix-publicity.html#row.state=Calder&pin=J05")
    reader.page.get_by_role("button", name="Pin Eldersted").focus()
    reader.press("Enter")
    assert reader.rows == ["Aldermoor", "Brackwater", "Lonmouth"]
    assert reader.page.evaluate("document.activeElement.className") == "frame"


def test_a_cell_is_opened_and_closed_again(open_page: Open) -> None:
    reader = open_page("matrix-publicity.html#row.state=Ossian")
    reader.page.locator(".frame").focus()
    reader.tab_to(r"\d+ more quotes?", most=60)
    opened = reader.focus
    before = reader.shown("td blockquote")
    reader.press("Enter")
    assert reader.shown("td blockquote") > before
    reader.tab_to(r"Turn \d+ in context", most=3)
    reader.press("Space")
    assert reader.shown(".around") == 1
    reader.press("Escape")
    assert reader.shown(".around") == 0
    assert re.fullmatch(r"Turn \d+ in context", reader.focus)
    reader.press("Escape")
    assert (reader.focus, reader.shown("td blockquote")) == (opened, before)
    for name, more in (("Open all quotes", True), ("Close all", False), ("Open all in context", True)):
        reader.tab_to(name, most=80, backwards=name == "Open all quotes")
        reader.press("Enter")
        assert (reader.shown("td blockquote") > before) is more
        if name == "Close all":
            reader.tab_to("Open all quotes", most=4, backwards=True)


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
    reader.tab_to(r"Show [\d,]+ more", most=60)
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
