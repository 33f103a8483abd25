"""The matrix as something to work with: filtered, ordered, pinned, compared, linked to and printed, in a browser."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from crosscase import Findings
from crosscase.pages import pages
from crosscase.pages.data import MatrixPage
from tests.browser.conftest import DAY

pytestmark = pytest.mark.browser

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
LAPTOP, PHONE, NARROW = (1366, 900), (375, 812), (320, 640)
STATES = "Calder", "Ellery", "Marrant", "Ossian", "Tavish"
MOST_BYTES = 2_000_000
Open = Callable[..., Page]


@pytest.fixture
def open_matrix(chromium: Browser, sample: Path) -> Iterator[Open]:
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def opened(
        view: str = "", size: tuple[int, int] = LAPTOP, name: str = "matrix-policy", *, script: bool = True
    ) -> Page:
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]}, java_script_enabled=script, reduced_motion="reduce"
        )
        context.set_default_timeout(5000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text))
        page.goto((sample / f"{name}.html").as_uri() + view)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def rows(page: Page) -> list[str]:
    return page.locator(".frame .name:visible").all_inner_texts()


def codes(page: Page) -> list[str]:
    return page.locator(".frame .code:visible").all_inner_texts()


def told(page: Page) -> str:
    return page.locator("#shown").inner_text()


def button(page: Page, name: str) -> None:
    page.get_by_role("button", name=re.compile(f"^{name}$")).click()


def tick(page: Page, panel: str, *values: str) -> None:
    page.locator(f"[data-of={panel}] > summary").click()
    for value in values:
        page.locator(f"[data-of={panel}] input[value='{value}']").check()
    page.keyboard.press("Escape")


def test_without_script_the_whole_matrix_stands_there_and_no_tool(open_matrix: Open) -> None:
    page = open_matrix("#stance=opposes", script=False)
    assert (len(rows(page)), len(codes(page))) == (14, 22)
    assert page.locator(".tools, #shown, .framework button, .spare").locator("visible=true").count() == 0


def test_the_policy_allows_this_pages_script_and_no_other(open_matrix: Open) -> None:
    page = open_matrix()
    assert told(page) == "14 of 14 jurisdictions, 22 of 22 codes shown."
    policy = page.locator("meta[http-equiv]").get_attribute("content") or ""
    assert re.search(r"script-src 'sha256-[A-Za-z0-9+/]{43}=';", policy)
    assert "unsafe-eval" not in policy
    assert policy.count("sha256-") == 1


def test_a_script_that_is_not_ours_does_not_run(chromium: Browser, sample: Path, tmp_path: Path) -> None:
    text = (sample / "matrix-policy.html").read_text(encoding="utf-8")
    planted = text.replace("<main", "<script>document.title = 'planted'</script><main", 1)
    (tmp_path / "planted.html").write_text(planted, encoding="utf-8")
    page = chromium.new_page()
    page.goto((tmp_path / "planted.html").as_uri())
    assert page.title().startswith("Drug policy")
    assert told(page).startswith("14 of 14")
    page.close()


def test_rows_are_filtered_by_an_attribute_with_few_values(open_matrix: Open) -> None:
    page = open_matrix()
    assert page.get_by_label("State", exact=True).locator("option").all_inner_texts() == ["any", *STATES]
    page.get_by_label("State", exact=True).select_option("Calder")
    assert rows(page) == ["Aldermoor", "Brackwater", "Lonmouth"]
    assert told(page).startswith("3 of 14 jurisdictions, 22 of 22 codes shown; state Calder")


def test_participants_can_be_filtered_by_sector(open_matrix: Open) -> None:
    page = open_matrix(name="participants-policy")
    page.get_by_label("Sector", exact=True).select_option("advocate")
    assert rows(page) == ["I17", "I18", "I19", "I20", "I21", "I22"]


def test_columns_are_filtered_by_code(open_matrix: Open) -> None:
    page = open_matrix()
    tick(page, "code", "policy.condition", "policy.declination")
    assert codes(page) == ["Declination stance", "Condition on relief"]
    assert "2 of 22 codes" in told(page)
    assert page.locator("[data-of=code] .chosen").inner_text() == "2 chosen"


def test_rows_and_columns_without_a_matching_cell_go_and_other_cells_are_quieted(open_matrix: Open) -> None:
    page = open_matrix()
    tick(page, "stance", "opposes")
    shown = page.locator("td:visible")
    kinds = shown.evaluate_all(
        "all => all.map(it => [(it.dataset.stances || '').split(' ').includes('opposes'), it.matches('.is-quiet')])"
    )
    assert all(is_match != is_quiet for is_match, is_quiet in kinds)
    assert {is_match for is_match, _ in kinds} == {True, False}
    width = len(codes(page))
    assert 0 < len(rows(page)) < 14
    assert 0 < width < 22
    grid = [[is_match for is_match, _ in kinds[at : at + width]] for at in range(0, len(kinds), width)]
    assert all(any(line) for line in grid)
    assert all(any(column) for column in zip(*grid, strict=True))
    matching = sum(sum(line) for line in grid)
    assert f"{matching} cells match" in told(page)
    quiet = page.locator("td.is-quiet:visible").first
    assert quiet.locator("blockquote:visible, .summary:visible, .value:visible").count() == 0


def test_cells_are_filtered_by_status(open_matrix: Open) -> None:
    page = open_matrix()
    tick(page, "status", "silent")
    live = page.locator("td:visible:not(.is-quiet)")
    assert set(live.evaluate_all("all => all.map(it => it.dataset.status)")) == {"silent"}


def test_pinned_rows_and_codes_stand_first_and_stay_in_view(open_matrix: Open) -> None:
    page = open_matrix()
    button(page, "Pin Eldersted")
    button(page, "Pin Paraphernalia covered")
    assert rows(page)[:2] == ["Eldersted", "Aldermoor"]
    assert codes(page)[0] == "Paraphernalia covered"
    page.get_by_label("State", exact=True).select_option("Calder")
    assert rows(page) == ["Eldersted", "Aldermoor", "Brackwater", "Lonmouth"]
    assert (
        page.locator("tbody tr:visible >> nth=0").locator("td:visible >> nth=0").get_attribute("id")
        == "J05/policy.paraphernalia"
    )
    button(page, "Pin Eldersted")
    assert rows(page) == ["Aldermoor", "Brackwater", "Lonmouth"]


def test_a_button_keeps_the_focus_when_its_row_moves(open_matrix: Open) -> None:
    page = open_matrix()
    page.get_by_role("button", name="Pin Norrisant").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.textContent") == "Pin Norrisant"
    assert page.evaluate("document.activeElement.ariaPressed") == "true"


def test_rows_are_ordered_by_attribute_or_by_the_value_of_a_code(open_matrix: Open) -> None:
    page = open_matrix()
    page.get_by_label("Order jurisdictions by").select_option("row.state")
    values = page.locator("tbody [data-name=state]").evaluate_all("all => all.map(it => it.dataset.value)")
    assert values == sorted(values)
    page.get_by_label("Order jurisdictions by").select_option("code.policy.declination")
    order = page.locator("th[data-id='policy.declination']").evaluate("it => JSON.parse(it.dataset.values)")
    place = page.locator("tbody tr").evaluate_all(
        """all => all.map(row => {
            const at = document.querySelector("th[data-id='policy.declination']").cellIndex;
            return [...row.cells[at].querySelectorAll('.values > li')].map(it => it.dataset.value);
        })"""
    )
    ranks = [[order.index(value) for value in held] for held in place]
    filled = [held for held in ranks if held]
    assert filled == sorted(filled)
    assert ranks == [*filled, *([[]] * (len(ranks) - len(filled)))]
    assert len(set(map(tuple, ranks))) > 2
    page.get_by_label("Order jurisdictions by").select_option("")
    assert rows(page)[:3] == ["Aldermoor", "Brackwater", "Cassamet"]


def test_no_order_goes_by_counts(open_matrix: Open) -> None:
    options = (
        open_matrix()
        .get_by_label("Order jurisdictions by")
        .locator("option")
        .evaluate_all("all => all.map(it => it.value)")
    )
    assert all(re.match(r"$|row\.|code\.", option) for option in options)


@pytest.mark.parametrize(("name", "gone"), [("Summaries", ".summary"), ("Quotes", "blockquote"), ("Values", ".value")])
def test_summaries_quotes_and_values_can_be_put_away(open_matrix: Open, name: str, gone: str) -> None:
    page = open_matrix()
    assert page.locator(f"td {gone}:visible").count() > 20
    page.get_by_role("checkbox", name=name).uncheck()
    assert page.locator(f"td {gone}:visible").count() == 0
    if name == "Summaries":
        assert page.locator("td[data-status=summarised]:visible .spare:visible").count() > 20


def test_empty_codes_can_be_hidden(open_matrix: Open) -> None:
    page = open_matrix("#row.state=Calder")
    before = codes(page)
    page.get_by_label("Hide empty codes").check()
    assert 0 < len(codes(page)) < len(before)
    empty = page.locator("td:visible").evaluate_all("all => all.map(it => it.matches('.is-empty'))")
    width = len(codes(page))
    assert not any(all(empty[at::width]) for at in range(width))


def test_quotes_open_and_close_together_and_with_their_turns(open_matrix: Open) -> None:
    page = open_matrix("#row.state=Calder")
    first = page.locator("td .quotes > figure blockquote:visible").count()
    button(page, "Open all quotes")
    assert page.locator("td blockquote:visible").count() > first
    assert page.locator("td .around:visible").count() == 0
    button(page, "Open all in context")
    assert page.locator("td .around:visible").count() > 10
    button(page, "Close all")
    assert page.locator("td blockquote:visible").count() == first
    assert page.locator("td details[open]").count() == 0


def test_the_turn_around_a_quote_is_whole_and_marks_the_quote(findings: Findings) -> None:
    sources = {source.id: source for source in findings.study.sources}
    seen = 0
    for page in pages(findings, DAY):
        if not isinstance(page, MatrixPage):
            continue
        for cell in (cell for row in page.rows for cell in row.cells if cell.first):
            for quote in (cell.first, *cell.more):
                if quote is None or quote.context is None:
                    continue
                turn = sources[quote.source_id].turn_at(quote.start)
                assert turn is not None
                text = quote.context.before + quote.context.words + quote.context.after
                assert text.startswith(sources[quote.source_id].text[turn.start : turn.end])
                assert quote.context.words == quote.text
                seen += 1
    assert seen > 1000


def test_two_rows_stand_side_by_side_with_the_codes_down(open_matrix: Open) -> None:
    page = open_matrix()
    button(page, "Compare Cassamet")
    assert "Cassamet is chosen; choose another" in told(page)
    assert len(rows(page)) == 14
    button(page, "Compare Norrisant")
    assert page.locator("thead th:visible .name").all_inner_texts() == ["Cassamet", "Norrisant"]
    assert page.locator("tbody th:visible .code").count() == 22
    assert set(page.locator("thead th:visible").evaluate_all("all => all.map(it => it.scope)")) == {"col"}
    assert set(page.locator("tbody th:visible").evaluate_all("all => all.map(it => it.scope)")) == {"row"}
    ids = page.locator("tbody tr:visible >> nth=1").locator("td:visible").evaluate_all("all => all.map(it => it.id)")
    assert ids == ["J03/policy.declination", "J14/policy.declination"]
    assert "Cassamet beside Norrisant" in told(page)
    button(page, "End comparison")
    assert (len(rows(page)), page.locator("thead .code:visible").count()) == (14, 22)
    assert page.locator("tbody tr >> nth=2").locator("td >> nth=1").get_attribute("id") == "J03/policy.declination"


def test_on_a_phone_compared_cells_name_their_case(open_matrix: Open) -> None:
    page = open_matrix("#compare=J03&compare=J14", PHONE)
    assert page.locator("td .cell-code:visible").all_inner_texts()[:2] == ["Cassamet", "Norrisant"]


def test_a_link_reproduces_the_view(open_matrix: Open) -> None:
    page = open_matrix()
    button(page, "Pin Garrowby")
    page.get_by_label("State", exact=True).select_option("Ellery")
    page.get_by_label("Order jurisdictions by").select_option("row.citizen_initiative")
    page.get_by_role("checkbox", name="Values").uncheck()
    tick(page, "stance", "opposes", "supports")
    button(page, "Open all quotes")
    again = open_matrix("#" + page.url.partition("#")[2])
    assert told(again) == told(page)
    assert rows(again) == rows(page)
    assert codes(again) == codes(page)
    assert again.locator("td blockquote:visible").count() == page.locator("td blockquote:visible").count()
    assert not again.get_by_role("checkbox", name="Values").is_checked()
    button(again, "Reset")
    assert (told(again), "#" in again.url) == ("14 of 14 jurisdictions, 22 of 22 codes shown.", False)


def test_a_view_with_unknown_names_is_just_not_followed(open_matrix: Open) -> None:
    page = open_matrix(
        "#row.state=Nowhere&code=%3Cb%3E&pin=nobody&compare=J01&compare=J01&status=x&order=code.x&open=y&%zz=1"
    )
    assert told(page).startswith("14 of 14 jurisdictions, 22 of 22 codes shown; Aldermoor is chosen")


def test_a_link_to_a_cell_leads_there_whatever_the_view(open_matrix: Open) -> None:
    page = open_matrix("#J13/policy.status")
    cell = page.locator("[id='J13/policy.status']")
    assert _in_sight(page, "[id='J13/policy.status']")
    assert cell.evaluate("it => getComputedStyle(it).boxShadow") != "none"
    page.get_by_label("State", exact=True).select_option("Calder")
    page.evaluate("location.hash = 'J03/policy.substances'")
    page.locator("[id='J03/policy.substances'].is-target").wait_for()
    assert page.locator("[id='J03/policy.substances']").is_visible()
    assert _in_sight(page, "[id='J03/policy.substances']")


def test_a_link_can_hold_a_view_and_a_cell(open_matrix: Open) -> None:
    page = open_matrix("#pin=J13&at=J13/policy.status")
    assert rows(page)[0] == "Merrowdale"
    assert _in_sight(page, "[id='J13/policy.status']")
    button(page, "Pin Merrowdale")
    assert page.url.endswith("#J13/policy.status")


def _in_sight(page: Page, of: str) -> bool:
    """Whether an element's upper left corner is what one sees at its place."""
    return bool(
        page.locator(of).evaluate(
            """it => {
                const box = it.getBoundingClientRect();
                const there = document.elementFromPoint(box.left + 8, box.top + 8);
                return it === there || it.contains(there);
            }"""
        )
    )


@pytest.mark.parametrize("size", [LAPTOP, (900, 600)])
def test_the_focus_is_never_hidden_by_the_heads_that_stick(open_matrix: Open, size: tuple[int, int]) -> None:
    page = open_matrix("#row.state=Calder", size)
    page.locator("#shown").evaluate("it => { it.tabIndex = -1; it.focus(); }")
    hidden = []
    for _ in range(90):
        page.keyboard.press("Tab")
        found = page.evaluate(
            """() => {
                const it = document.activeElement, box = it.getClientRects()[0];
                if (it.matches('.frame') || !it.closest('.frame')) return true;
                const there = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
                return it === there || it.contains(there) || it.textContent;
            }"""
        )
        hidden += [] if found is True else [found]
    assert hidden == []


def test_everything_is_reached_and_worked_by_keyboard(open_matrix: Open) -> None:
    page = open_matrix()
    page.get_by_label("State", exact=True).focus()
    for _ in range(2):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.parentElement.dataset.of") == "code"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert "1 of 22 codes" in told(page)
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.parentElement.dataset.of") == "code"
    assert page.locator(".panel[open]").count() == 0
    page.keyboard.press("Enter")
    page.keyboard.press("Shift+Tab")
    assert page.locator(".panel[open]").count() == 0


@pytest.mark.parametrize(
    ("view", "size"),
    [
        ("", LAPTOP),
        ("", PHONE),
        ("#stance=opposes&pin=J05&open=contexts", LAPTOP),
        ("#compare=J01&compare=J03", LAPTOP),
        ("#compare=J01&compare=J03", PHONE),
    ],
)
def test_axe_finds_nothing_in_any_view(open_matrix: Open, view: str, size: tuple[int, int]) -> None:
    page = open_matrix(view, size)
    page.evaluate("document.getElementById('fold').open = true; document.querySelector('[data-of=code]').open = true")
    found = Axe().run(page, options=RULES | {"rules": {"target-size": {"enabled": True}}})
    assert [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in found.response["violations"]] == []


@pytest.mark.parametrize("size", [LAPTOP, PHONE, NARROW])
def test_no_view_scrolls_the_page_sideways(open_matrix: Open, size: tuple[int, int]) -> None:
    page = open_matrix("#compare=J01&compare=J03", size)
    page.evaluate("document.getElementById('fold').open = true; document.querySelector('[data-of=code]').open = true")
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_buttons_are_big_enough_to_hit(open_matrix: Open) -> None:
    sizes = (
        open_matrix()
        .locator(".tools button, .tools select, .tools summary, .marks button")
        .evaluate_all("all => all.filter(it => it.offsetWidth).map(it => [it.offsetWidth, it.offsetHeight])")
    )
    assert len(sizes) > 50
    assert min(min(pair) for pair in sizes) >= 24


def test_on_a_phone_the_tools_are_folded(open_matrix: Open) -> None:
    page = open_matrix(size=PHONE)
    assert not page.get_by_label("State", exact=True).is_visible()
    page.get_by_text("Filter, order, compare").click()
    page.get_by_label("State", exact=True).select_option("Calder")
    assert rows(page) == ["Aldermoor", "Brackwater", "Lonmouth"]


def test_paper_shows_the_view_and_then_the_whole_matrix(open_matrix: Open) -> None:
    page = open_matrix("#row.state=Calder&code=policy.condition")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".frame td:visible").count() == 3
    assert page.locator(".linear td:visible").count() == 14 * 22
    assert page.locator(".tools:visible, .marks:visible, .linear .context").count() == 0
    ids = page.locator("[id]").evaluate_all("all => all.map(it => it.id)")
    assert len(ids) == len(set(ids))
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator(".linear").count() == 0


def test_paper_does_not_repeat_a_matrix_that_is_shown_whole(open_matrix: Open) -> None:
    page = open_matrix()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".linear").count() == 0


def test_pages_stay_under_two_megabytes(sample: Path) -> None:
    sizes = {path.name: path.stat().st_size for path in sample.glob("*.html")}
    assert {name: size for name, size in sizes.items() if size > MOST_BYTES} == {}
    assert len(sizes) > 100
