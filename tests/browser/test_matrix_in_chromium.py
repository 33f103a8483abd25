"""The matrix as something to read and work with: views, groups, the dock, a column, a comparison, its address."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from crosscase import Findings
from crosscase.pages import pages, render
from crosscase.pages.data import MatrixPage
from tests.browser.conftest import DAY
from tests.browser.waiting import until

pytestmark = pytest.mark.browser

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
LAPTOP, LARGE, PHONE, NARROW = (1440, 900), (1920, 1080), (375, 812), (320, 640)
CELL = "#J05/policy.substances"
Open = Callable[..., Page]


@pytest.fixture
def open_matrix(chromium: Browser, sample: Path) -> Iterator[Open]:
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def opened(
        view: str = "",
        size: tuple[int, int] = LAPTOP,
        name: str = "matrix-policy",
        *,
        script: bool = True,
        dark: bool = False,
    ) -> Page:
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]},
            java_script_enabled=script,
            reduced_motion="reduce",
            color_scheme="dark" if dark else "light",
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
    return page.locator("#matrix .name:visible").all_inner_texts()


def codes(page: Page) -> list[str]:
    return page.locator("#matrix thead .code:visible").all_inner_texts()


def groups(page: Page) -> list[str]:
    return [" ".join(text.split()) for text in page.locator(".group:visible").all_inner_texts()]


def told(page: Page) -> str:
    return page.locator("#shown").inner_text()


def button(page: Page, name: str) -> None:
    page.get_by_role("button", name=re.compile(f"^{name}$")).click()


def choose(page: Page, panel: str, value: str) -> None:
    page.locator(f"[data-panel={panel}]:not([open]) > summary").click()
    page.locator(f"[data-panel={panel}] input[value='{value}']").click()
    page.keyboard.press("Escape")


def dock(page: Page) -> str:
    return page.locator("#dock h2").inner_text()


# -- without script


def test_without_script_the_whole_matrix_stands_there_with_the_passages_behind_it(open_matrix: Open) -> None:
    page = open_matrix("#stance=opposes", script=False)
    assert (len(rows(page)), len(codes(page))) == (14, 22)
    assert page.locator(".summary:visible").count() == page.locator(".summary").count() > 150
    assert page.locator(".tools, .dock, .finer").locator("visible=true").count() == 0
    filled = page.locator("td:not(.is-nothing, .is-silent, .is-not-asked)").count()
    assert page.locator("td > a:visible").count() >= filled > 150
    page.locator("td[id='J05/policy.threshold'] > a").click()
    assert "We never specified it" in page.locator(":target").inner_text()


def test_a_matrix_that_travels_alone_brings_the_passages_behind_it_without_a_script_too(findings: Findings) -> None:
    matrix = next(page for page in pages(findings, DAY) if page.file == "matrix-policy.html")
    ways = re.findall('href="#(near/.*?)"', render(matrix, whole=True))
    assert len(ways) > 300
    assert set(ways) <= set(re.findall('id="(near/.*?)"', render(matrix, whole=True)))
    assert "near/" not in render(matrix), "of a report the pages of codes have them"


def test_the_passages_behind_a_matrix_are_those_that_its_cells_quote(findings: Findings) -> None:
    quoted = 0
    for page in pages(findings, DAY):
        if not isinstance(page, MatrixPage) or page.unit == "participant":
            continue
        words = {passage.anchor: passage.text for text in page.quoted for passage in text.passages}
        quotes = [quote for row in page.rows for cell in row.cells for quote in cell.quotes]
        assert [words[quote.near] for quote in quotes] == [quote.text for quote in quotes]
        assert words.keys() == {quote.near for quote in quotes}
        quoted += len(quotes)
    assert quoted > 1000


def test_without_script_the_matrix_of_participants_leads_to_every_passage_in_full(
    chromium: Browser, sample: Path
) -> None:
    page = chromium.new_context(java_script_enabled=False).new_page()
    page.goto((sample / "participants-policy.html").as_uri())
    filled = page.locator("td.is-summarised, td.is-charted")
    assert filled.count() == filled.locator("a[href*='#coded/']").count() > 100
    filled.locator("a[href*='#coded/']").first.click()
    assert page.locator(":target blockquote").count() > 0


def test_the_policy_allows_what_asks_for_this_pages_script_and_no_other(open_matrix: Open) -> None:
    policy = open_matrix().locator("meta[http-equiv]").get_attribute("content") or ""
    assert re.search(r"script-src 'sha256-[A-Za-z0-9+/]{43}=' 'strict-dynamic';", policy)
    assert "unsafe-eval" not in policy
    assert policy.count("sha256-") == 1


def test_where_the_turns_are_not_beside_a_page_its_cells_still_lead_to_them(
    chromium: Browser, sample: Path, tmp_path: Path
) -> None:
    shutil.copytree(sample / "assets", tmp_path / "assets", ignore=shutil.ignore_patterns("text-*"))
    shutil.copy(sample / "matrix-policy.html", tmp_path)
    page = chromium.new_page()
    page.goto((tmp_path / "matrix-policy.html").as_uri() + "#J05/policy.substances")
    assert "source-~i" in (page.locator(".dock figcaption a").first.get_attribute("href") or "")
    assert page.locator(".dock blockquote").count() == 0


def test_a_script_that_is_not_ours_does_not_run(chromium: Browser, sample: Path, tmp_path: Path) -> None:
    text = (sample / "matrix-policy.html").read_text(encoding="utf-8")
    (tmp_path / "planted.js").write_text("document.title = 'planted'", encoding="utf-8")
    inserted = "<script>document.title = 'planted'</script><script src='planted.js'></script>"
    planted = text.replace("<main", f"{inserted}<main", 1)
    shutil.copytree(sample / "assets", tmp_path / "assets")
    (tmp_path / "planted.html").write_text(planted, encoding="utf-8")
    page = chromium.new_page()
    page.goto((tmp_path / "planted.html").as_uri())
    assert page.title().startswith("Drug policy")
    assert page.locator("[role=grid]").count() == 1
    page.close()


# -- the grid


def test_rows_stand_by_type_and_finer_codes_are_folded(open_matrix: Open) -> None:
    page = open_matrix()
    assert groups(page) == [
        "A Expanded Diversion · 4",
        "B Substance-specific declination · 2",
        "C Case-by-case (unwritten) declination · 3",
        "D Unconditional (formalized) declination · 4",
        "? Unresolved · 1",
    ]
    assert len(codes(page)) == 13
    page.locator("th", has_text="Substances covered").get_by_role("button", name="3 finer").click()
    assert codes(page)[4:7] == ["Specific: treatment medicines", "Specific: plants and psychedelics", "All substances"]
    button(page, "9 finer shown")
    assert len(codes(page)) == 13
    button(page, "9 finer folded")
    assert len(codes(page)) == 22


def test_several_values_are_underlined_and_the_deciding_one_is_bold(open_matrix: Open, findings: Findings) -> None:
    page = open_matrix()
    cell = page.locator("[id='J03/policy.condition'] .values")
    assert cell.inner_text() == "contact / proof of treatment"
    assert "underline" in str(cell.evaluate("it => getComputedStyle(it).textDecorationLine"))
    assert cell.locator("b").all_inner_texts() == ["proof of treatment"]
    decided = next(result for result in findings.results["models"] if result.case_id == "J05")
    bold = page.locator("tr:has([id='J05/policy.substances']) td:has(b)").evaluate_all("all => all.map(it => it.id)")
    assert set(bold) == {f"J05/{name}" for name in decided.decided if name.startswith("policy.")}
    assert page.locator("[id='J03/policy.approach'] > bdi").inner_text() == "•" * 5


@pytest.mark.parametrize(
    ("view", "there", "gone"),
    [
        ("signs", "u", ".values, bdi, .summary"),
        ("values", ".values", ".summary, .said"),
        ("summaries", ".summary", ".said"),
        ("quotes", ".said", ".summary"),
    ],
)
def test_cells_show_signs_values_summaries_or_quotes(open_matrix: Open, view: str, there: str, gone: str) -> None:
    page = open_matrix()
    button(page, view.capitalize())
    page.locator("#matrix").locator(there).first.wait_for()
    assert page.locator("#matrix td").locator(there).locator("visible=true").count() > 100
    assert page.locator("#matrix td").locator(gone).locator("visible=true").count() == 0
    assert page.locator("[data-view][aria-pressed=true]").all_inner_texts() == [view.capitalize()]
    widths = {"signs": (32, 40), "values": (80, 180), "summaries": (230, 420), "quotes": (340, 490)}
    width = page.locator("#matrix thead th:visible").nth(1).evaluate("it => it.offsetWidth")
    assert widths[view][0] <= width <= widths[view][1]


def test_rows_are_grouped_by_type_attribute_value_or_not_at_all(open_matrix: Open) -> None:
    page = open_matrix()
    choose(page, "group", "row.state")
    assert groups(page)[0] == "Calder · 3"
    assert sum(int(name.rpartition("· ")[2]) for name in groups(page)) == 14
    choose(page, "group", "code.policy.paraphernalia")
    assert [name.partition(" ·")[0] for name in groups(page)][-1] == "not given"
    choose(page, "group", "none")
    assert (groups(page), len(rows(page))) == ([], 14)
    assert page.url.endswith("#group=none")
    choose(page, "group", "type")
    assert groups(page)[0] == "A Expanded Diversion · 4"


def test_rows_are_filtered_by_facets_that_count_what_they_keep(open_matrix: Open) -> None:
    page = open_matrix()
    page.locator("[data-panel=filter] > summary").click()
    label = page.locator("label", has=page.locator("input[name='row.state'][value=Calder]"))
    assert " ".join(label.inner_text().split()) == "Calder 3"
    label.click()
    assert sorted(rows(page)) == ["Aldermoor", "Brackwater", "Lonmouth"]
    assert told(page) == "3 of 14 jurisdictions × 22 codes; State: Calder"
    of_type = page.locator("label", has=page.locator("input[name=type][value=A] ")).locator(".count")
    assert of_type.inner_text() == "2"
    button(page, "Clear")
    assert len(rows(page)) == 14


def test_cells_are_filtered_by_state_and_stance_and_others_are_quieted(open_matrix: Open, findings: Findings) -> None:
    page = open_matrix("#stance=opposes")
    shown = page.locator("#matrix td:visible").evaluate_all("all => all.map(it => it.id)")
    live = page.locator("#matrix td:visible:not(.is-quiet)").evaluate_all("all => all.map(it => it.id)")
    assert 0 < len(live) < len(rows(page)) * len(codes(page))
    matrix = next(page for page in pages(findings, DAY) if isinstance(page, MatrixPage) and page.name == "Drug policy")
    cells = [cell for row in matrix.rows for cell in row.cells]
    assert set(live) == {cell.anchor for cell in cells if "opposes" in cell.stances} & set(shown)


# -- the dock


def test_a_cell_opens_in_the_dock_with_all_that_is_behind_it(open_matrix: Open) -> None:
    page = open_matrix()
    page.locator("[id='J05/policy.substances']").click()
    assert dock(page) == "Eldersted × Substances covered"
    assert page.url.endswith(CELL)
    shown = " ".join(page.locator("#dock").inner_text().split())
    assert "Treatment medicines only 3 · decides for B" in shown
    assert "Summary by first coder (invented), 1 August 2023, on 3 passages" in shown
    assert page.locator("#dock .summary").inner_text() == page.locator("td.is-at .summary").text_content()
    first = page.locator("#dock figure").first
    assert first.locator(".asked").inner_text().startswith("Asked: ")
    assert "State's Attorney, I06, turn" in first.inner_text()
    first.get_by_role("button", name="in the transcript").click()
    assert first.locator(".around mark").inner_text() in first.locator("blockquote").inner_text()
    assert first.locator(".around p").count() >= 2


def test_every_quote_in_the_dock_is_verbatim(open_matrix: Open, findings: Findings) -> None:
    page = open_matrix("#J03/policy.approach")
    texts = [source.text for source in findings.study.sources]
    quoted = set()
    for _ in range(12):
        quoted |= set(page.locator("#dock blockquote").evaluate_all("all => all.map(it => it.textContent)"))
        page.keyboard.press("]")
    assert len(quoted) > 20
    assert [quote for quote in quoted if not any(quote in text for text in texts)] == []


def test_arrows_move_the_cell_and_the_dock_follows(open_matrix: Open) -> None:
    page = open_matrix(CELL)
    page.keyboard.press("ArrowRight")
    assert dock(page) == "Eldersted × Paraphernalia covered"
    page.keyboard.press("ArrowDown")
    assert dock(page) == "Fennick × Paraphernalia covered"
    assert page.url.endswith("#J06/policy.paraphernalia")
    for _ in range(3):
        page.keyboard.press("]")
        assert page.locator("#dock .account .byline").first.inner_text().startswith("Summary by")
    page.keyboard.press("[")
    page.keyboard.press("Escape")
    assert not page.locator("#dock").is_visible()
    assert page.evaluate("document.activeElement.tagName") == "TD"


def test_the_dock_stands_below_at_the_right_or_as_a_sheet(open_matrix: Open) -> None:
    box = "it => { const { x, y, width, height } = it.getBoundingClientRect(); return [x, y + height, width, height]; }"
    boxes = [open_matrix(CELL, size).locator("#dock").evaluate(box) for size in (LAPTOP, LARGE, PHONE)]
    below, right, sheet = boxes
    assert below[:3] == [0, 900, 1440]
    assert (right[0] > 1300, right[3] > 900) == (True, True)
    assert (sheet[1], sheet[3] > 400) == (812, True)


def test_the_open_cell_is_never_behind_the_dock_or_the_heads(open_matrix: Open) -> None:
    page = open_matrix("#J01/policy.approach")
    for key in ["ArrowDown"] * 13 + ["ArrowRight"] * 12 + ["ArrowUp"] * 13 + ["ArrowLeft"] * 12:
        page.keyboard.press(key)
        assert page.evaluate(
            """() => {
                const it = document.activeElement, box = it.getBoundingClientRect();
                const there = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
                return it === there || it.contains(there);
            }"""
        )


# -- one code, several rows, and the address


def test_one_code_is_read_down_all_cases_with_whole_summaries(open_matrix: Open) -> None:
    page = open_matrix()
    page.locator("thead th", has_text="Condition on relief").locator(".code").click()
    assert codes(page) == ["Condition on relief"]
    assert page.locator("#matrix td:visible").count() == 14
    cut = page.locator("#matrix .summary:visible").evaluate_all(
        "all => all.filter(it => it.scrollHeight > it.clientHeight + 1).length"
    )
    assert cut == 0
    assert "Condition on relief" in told(page)
    page.go_back()
    assert len(codes(page)) == 13
    page.go_forward()
    button(page, "Back to the matrix")
    assert len(codes(page)) == 13


def test_rows_stand_beside_each_other_with_what_differs_in_bold(open_matrix: Open) -> None:
    page = open_matrix(CELL)
    page.keyboard.press("c")
    assert "Eldersted is chosen" in told(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("c")
    assert page.locator("#beside thead th").all_inner_texts() == ["Code", "B Eldersted", "B Fennick"]
    assert "Eldersted beside Fennick" in told(page)
    lines = page.locator("#beside tbody tr").evaluate_all(
        "all => all.map(it => [...it.querySelectorAll('.values')].map(of => [of.textContent, of.tagName]))"
    )
    bold = {one[0] == other[0]: {one[1], other[1]} for one, other in (line for line in lines if len(line) == 2)}
    assert (bold[True], "B" in bold[False]) == ({"SPAN"}, True)
    button(page, "Back to the matrix")
    assert len(rows(page)) == 14


def test_a_link_reproduces_the_view(open_matrix: Open) -> None:
    page = open_matrix()
    button(page, "Summaries")
    choose(page, "group", "row.state")
    choose(page, "filter", "opposes")
    button(page, "9 finer folded")
    page.locator("#matrix td:visible").nth(3).click()
    again = open_matrix("#" + page.url.partition("#")[2])
    assert (told(again), rows(again), codes(again), groups(again), dock(again)) == (
        told(page), rows(page), codes(page), groups(page), dock(page),
    )  # fmt: skip


def test_a_view_with_unknown_names_is_just_not_followed(open_matrix: Open) -> None:
    page = open_matrix(
        "#row.state=Nowhere&code=%3Cb%3E&compare=nobody&compare=J01&compare=J01&status=x&group=code.x&open=y&%zz=1"
    )
    assert told(page).startswith("14 jurisdictions × 22 codes; Aldermoor is chosen")


def test_a_link_to_a_cell_leads_there_also_where_its_code_is_folded(open_matrix: Open) -> None:
    page = open_matrix("#J13/policy.threshold.statute")
    assert dock(page) == "Merrowdale × Statute weight"
    assert page.locator("[id='J13/policy.threshold.statute']").is_visible()
    page.evaluate("location.hash = 'J03/policy.substances'")
    page.locator("[id='J03/policy.substances'].is-at").wait_for()
    assert dock(page) == "Cassamet × Substances covered"


def test_back_steps_through_views_comparison_and_cells_and_skips_the_rest(open_matrix: Open) -> None:
    page = open_matrix()
    button(page, "Summaries")
    page.locator("[id='J01/policy.written']").click()
    page.keyboard.press("ArrowDown")
    page.go_back()
    assert not page.locator("#dock").is_visible()
    assert page.url.endswith("#view=summaries")
    page.go_back()
    assert page.locator("[data-view][aria-pressed=true]").inner_text() == "Values"


def test_back_from_a_transcript_leads_to_the_place_that_one_left(open_matrix: Open) -> None:
    page = open_matrix("#view=quotes&at=J12/policy.selling", (1024, 700))
    place = "[document.getElementById('frame').scrollLeft, document.getElementById('frame').scrollTop]"
    until(page, f"{place}.every(number => number > 300)")
    before = page.evaluate(place)
    page.locator("#dock figcaption a").first.click()
    page.wait_for_url(re.compile("/source-"))
    page.go_back()
    page.locator("#dock h2").wait_for()
    assert page.evaluate(place) == pytest.approx(before, abs=2)
    assert dock(page) == "Lonmouth × Line with selling"


def test_the_address_of_a_view_can_be_taken_away(open_matrix: Open) -> None:
    page = open_matrix("#group=row.state")
    page.locator("[data-panel=share] > summary").click()
    assert page.get_by_label("Address of this view").input_value().endswith("matrix-policy.html#group=row.state")


# -- for everyone


@pytest.mark.parametrize(
    ("view", "size", "dark"),
    [
        (CELL, LAPTOP, False),
        ("#view=signs", LAPTOP, True),
        ("#view=summaries&at=J05/policy.substances", LAPTOP, True),
        ("#compare=J01&compare=J03", LAPTOP, False),
        ("#column=policy.condition", PHONE, True),
        (CELL, PHONE, False),
    ],
)
def test_axe_finds_nothing_in_any_view(open_matrix: Open, view: str, size: tuple[int, int], dark: bool) -> None:
    page = open_matrix(view, size, dark=dark)
    page.locator("[data-panel=filter] > summary").click()
    found = Axe().run(page, options=RULES | {"preload": False, "rules": {"target-size": {"enabled": True}}})
    assert [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in found.response["violations"]] == []


@pytest.mark.parametrize("size", [LAPTOP, PHONE, NARROW])
@pytest.mark.parametrize("view", [CELL, "#compare=J01&compare=J03", "#column=policy.condition"])
def test_no_view_scrolls_the_page_sideways(open_matrix: Open, size: tuple[int, int], view: str) -> None:
    page = open_matrix(view, size)
    page.locator("[data-panel=filter] > summary").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_on_a_phone_there_is_a_grid_of_signs_and_a_sheet(open_matrix: Open) -> None:
    page = open_matrix(size=PHONE)
    assert page.locator("[data-view][aria-pressed=true]").inner_text() == "Signs"
    assert page.locator("#matrix td > u:visible").count() == 14 * 13
    page.locator("[id='J01/policy.declination']").click()
    assert dock(page) == "Aldermoor × Declination stance"
    button(page, "Close")
    assert not page.locator("#dock").is_visible()
