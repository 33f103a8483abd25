"""What every kind of page has to reach, measured in a browser: a table of pages and gates.

A page is opened once at each width and measured in light and in dark; a gate is a function from what was measured to
what is wrong. Whoever makes a new kind of page adds it to `EACH_KIND`; a gate of one kind alone stands in its own test.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from crosscase import Findings, analyse, load, report
from tests.browser.conftest import DAY, EACH_KIND, ROOT
from tests.browser.waiting import until
from tests.made_study import made_study

pytestmark = pytest.mark.browser

PHONE, TABLET, LAPTOP = (375, 780), (1024, 768), (1440, 900)
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
OF_COLORS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
SMALLEST, MOST_SHIFT, MOST_STOPS = 13, 0.01, 12
REPORT, LARGEST = 6_000_000, 400_000

# What axe reads at every change; the other kinds are read by the slow tests.
READ_FIRST = ("index.html", "exhibit-2.html", "matrix-publicity.html", "source-~i08.html")
OF_GENNOVATE = (
    "index.html",
    "matrix-norms.html",
    "participants-norms.html",
    "code-norms.mobility.html",
    "source-~e~t1_~e~t1~e_~f.html",
    "codebook.html",
    "methods.html",
    "search.html",
)
OF_THE_LARGE = ("index.html", "matrix-money.html", "code-money.c103.html", "source-~s07.html", "codebook.html")

WATCH = """
window.shift = 0;
new PerformanceObserver(list => list.getEntries().forEach(entry => { window.shift += entry.value; }))
    .observe({ type: 'layout-shift', buffered: true });
"""
MEASURE = """smallest => {
    const isSeen = it => it.checkVisibility({ visibilityProperty: true }) && it.getClientRects().length;
    const isHidden = it => it.closest('.hidden, .skip, .pass, .shapes');
    const scale = it => it instanceof SVGGraphicsElement ? (it.getScreenCTM()?.a ?? 1) : 1;
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const small = new Set();
    while (walker.nextNode()) {
        const it = walker.currentNode.parentElement;
        if (!walker.currentNode.data.trim() || !isSeen(it) || isHidden(it)) continue;
        const size = parseFloat(getComputedStyle(it).fontSize) * scale(it);
        if (size < smallest - .01) small.add(it.outerHTML.slice(0, 90));
    }
    const main = document.querySelector('main');
    const usable = 'a[href], button, input, select, textarea, summary, [tabindex="0"]';
    const before = Array.from(document.querySelectorAll(usable)).filter(it =>
        it.tabIndex >= 0 && !it.disabled && isSeen(it)
        && main.compareDocumentPosition(it) & Node.DOCUMENT_POSITION_PRECEDING);
    const words = main.cloneNode(true);
    const notTheirs = 'script, noscript, code, blockquote, mark, bdi, .piece, .shapes, .search';
    words.querySelectorAll(notTheirs).forEach(it => it.remove());
    return {
        small: [...small],
        stops: before.length,
        shift: window.shift,
        wide: document.documentElement.scrollWidth - innerWidth,
        words: words.textContent,
    };
}"""


@dataclass(frozen=True)
class Report:
    """A report as built, and the ids of its study that no reader should have to meet."""

    folder: Path
    ids: frozenset[str]

    def page(self, name: str) -> str:
        return (self.folder / name).as_uri()


@dataclass(frozen=True)
class Measured:
    """One page at one width, as the browser shows it."""

    small: list[str]
    stops: int
    shift: float
    wide: int
    words: str
    ids: frozenset[str]


GATES: Mapping[str, Callable[[Measured], Any]] = {
    "text under 13 px": lambda page: page.small[:3],
    "a body that scrolls sideways": lambda page: page.wide if page.wide > 0 else 0,
    "tab stops before the content": lambda page: page.stops if page.stops > MOST_STOPS else 0,
    "ids in words": lambda page: sorted(page.ids.intersection(words_of(page.words)))[:5],
}


def words_of(text: str) -> list[str]:
    """The words of a text, without what stands in brackets: there a name that was said is masked by an id."""
    return re.findall(r"[A-Za-z~][\w.~-]*\w", re.sub(r"\[[^\]]*\]", " ", text))


@pytest.fixture(scope="session")
def of_sample(sample: Path, findings: Findings) -> Report:
    return Report(sample, ids_of(findings))


@pytest.fixture(scope="session")
def of_gennovate(tmp_path_factory: pytest.TempPathFactory) -> Report:
    findings = analyse(load(ROOT / "examples" / "gennovate"))
    folder = tmp_path_factory.mktemp("gennovate") / "report"
    return Report(report.write(findings, folder, on=DAY).parent, ids_of(findings))


@pytest.fixture(scope="session")
def of_large(tmp_path_factory: pytest.TempPathFactory) -> Report:
    findings = analyse(made_study())
    return Report(
        report.write(findings, tmp_path_factory.mktemp("large") / "report", on=date(2026, 11, 22)).parent,
        ids_of(findings),
    )


def ids_of(findings: Findings) -> frozenset[str]:
    """Ids that a person made up for the program to go by, where something else is the name."""
    study = findings.study
    named = [(code.id, code.name) for code in study.codebook.codes]
    named += [(case.id, case.name) for case in study.cases]
    named += [(value, "") for code in study.codebook.codes for value in code.values]
    return frozenset(key for key, name in named if key not in name and re.search(r"[a-z][._][a-z]|\d", key))


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(reduced_motion="reduce")
    context.add_init_script(WATCH)
    yield context
    context.close()


def measured(page: Page, ids: frozenset[str]) -> Measured:
    return Measured(**page.evaluate(MEASURE, SMALLEST), ids=ids)


def failures(context: BrowserContext, built: Report, name: str) -> dict[str, Any]:
    """What is wrong with a page at each width, by gate; empty where all is well."""
    wrong: dict[str, Any] = {}
    page = context.new_page()
    page.on("console", lambda message: wrong.setdefault("complaints", message.text))
    page.on("pageerror", lambda error: wrong.setdefault("complaints", str(error)))
    for width, height in (LAPTOP, TABLET, PHONE):
        page.set_viewport_size({"width": width, "height": height})
        page.goto(built.page(name))
        page.evaluate("document.fonts.ready.then(() => new Promise(requestAnimationFrame))")
        sizes = measured(page, built.ids)
        for gate, wrongs in GATES.items():
            if found := wrongs(sizes):
                wrong[f"{width}: {gate}"] = found
    for width, height in (LAPTOP, PHONE):
        shift = moved(context, built.page(name), width, height)
        if shift >= MOST_SHIFT:
            wrong[f"{width}: what moves after the first paint"] = shift
    return wrong


def moved(context: BrowserContext, address: str, width: int, height: int) -> float:
    """How much moves while a page is loaded."""
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": height})
    page.goto(address)
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    shift = page.evaluate("window.shift")
    page.close()
    assert isinstance(shift, int | float)
    return shift


def violations(page: Page, rules: Mapping[str, Any] = RULES) -> list[Any]:
    response = Axe().run(page, options=dict(rules)).response
    return [(rule["id"], [node["html"][:120] for node in rule["nodes"][:2]]) for rule in response["violations"]]


@pytest.mark.parametrize("name", EACH_KIND)
def test_a_page_of_the_sample_passes_every_gate(context: BrowserContext, of_sample: Report, name: str) -> None:
    assert failures(context, of_sample, name) == {}


@pytest.mark.parametrize("name", OF_GENNOVATE)
def test_a_page_of_a_study_without_themes_passes_every_gate(
    context: BrowserContext, of_gennovate: Report, name: str
) -> None:
    assert failures(context, of_gennovate, name) == {}


@pytest.mark.slow
@pytest.mark.parametrize("name", OF_THE_LARGE)
def test_a_page_of_a_large_study_passes_every_gate(context: BrowserContext, of_large: Report, name: str) -> None:
    assert failures(context, of_large, name) == {}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in READ_FIRST else pytest.mark.slow) for name in EACH_KIND]
)
def test_axe_finds_nothing_on_a_laptop_in_light_and_no_faint_colors_on_a_phone_in_the_dark(
    context: BrowserContext, of_sample: Report, name: str
) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": LAPTOP[0], "height": LAPTOP[1]})
    page.goto(of_sample.page(name))
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert violations(page, OF_COLORS) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", EACH_KIND)
def test_axe_finds_nothing_at_any_width_in_light_and_dark(
    context: BrowserContext, of_sample: Report, name: str
) -> None:
    page = context.new_page()
    page.goto(of_sample.page(name))
    for scheme, size in (("dark", LAPTOP), ("dark", TABLET), ("light", TABLET), ("light", PHONE)):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.set_viewport_size({"width": size[0], "height": size[1]})
        assert violations(page) == [], (scheme, size)


def test_the_colors_follow_the_readers_system(context: BrowserContext, of_sample: Report) -> None:
    page = context.new_page()
    page.goto(of_sample.page("index.html"))
    papers = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        papers.append(page.evaluate("getComputedStyle(document.documentElement).backgroundColor"))
    assert papers == ["rgb(255, 253, 250)", "rgb(22, 21, 19)"]


def test_the_fonts_come_from_the_folder_beside_the_page_and_nothing_from_elsewhere(
    context: BrowserContext, of_sample: Report
) -> None:
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(of_sample.page("index.html"))
    page.evaluate("document.fonts.ready.then(() => 0)")
    loaded = page.evaluate("[...document.fonts].filter(it => it.status === 'loaded').map(it => it.family)")
    assert {"Crosscase Serif", "Crosscase Sans"} <= {family.strip('"') for family in loaded}
    assert [url for url in asked if not url.startswith((of_sample.folder.as_uri(), "data:"))] == []


@pytest.mark.parametrize("name", ["index.html", "exhibit-2.html", "theme-openness.html", "methods.html"])
def test_a_page_is_as_high_before_its_fonts_are_there_as_after(
    context: BrowserContext, of_sample: Report, name: str
) -> None:
    heights = []
    for fonts in (False, True):
        page = context.new_page()
        page.set_viewport_size({"width": LAPTOP[0], "height": LAPTOP[1]})
        if not fonts:
            page.route("**/fonts.css", lambda route: route.abort())
        page.goto(of_sample.page(name))
        page.evaluate("document.fonts.ready.then(() => 0)")
        heights.append(page.evaluate("document.documentElement.scrollHeight"))
    assert heights[0] == pytest.approx(heights[1], rel=0.02)


def test_the_bar_takes_the_pages_name_when_its_heading_has_left(context: BrowserContext, of_sample: Report) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": LAPTOP[0], "height": LAPTOP[1]})
    page.goto(of_sample.page("methods.html"))
    here = page.locator(".here")
    assert (here.inner_text(), page.locator(".bar").bounding_box()["height"]) == ("", 48)  # type: ignore[index]
    page.evaluate("scrollTo({ top: 900, behavior: 'instant' })")
    until(page, "document.querySelector('.here').innerText === 'Methods'")
    assert page.locator(".bar").bounding_box()["y"] == 0  # type: ignore[index]


def test_the_first_finding_is_seen_at_once(context: BrowserContext, of_sample: Report) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": LAPTOP[0], "height": LAPTOP[1]})
    page.goto(of_sample.page("index.html"))
    assert page.locator(".card").first.bounding_box()["y"] < 400  # type: ignore[index]


def sizes(built: Report) -> dict[str, int]:
    return {path.name: path.stat().st_size for path in built.folder.rglob("*") if path.is_file()}


def test_no_file_of_a_report_is_large(of_sample: Report) -> None:
    assert len(sizes(of_sample)) > 140
    assert {name: size for name, size in sizes(of_sample).items() if size > LARGEST} == {}


def test_a_report_is_light(of_sample: Report) -> None:
    assert sum(sizes(of_sample).values()) < REPORT
