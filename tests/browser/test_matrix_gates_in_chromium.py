"""What the matrix promises, measured: cells in sight, sizes of type, nothing that moves, weight, and large studies."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from crosscase.case import Case
from crosscase.codebook import Category, Code, Codebook
from crosscase.coding import Coding
from crosscase.framework import Findings, analyse
from crosscase.matrix import Summary
from crosscase.pages import Address, Kind, assets, page, render
from crosscase.reading import Reading
from crosscase.source import Source, parse
from crosscase.study import Settings, Study
from tests.browser.test_paper_in_chromium import ON_PAPER, plain, printed

pytestmark = pytest.mark.browser

LAPTOP = {"width": 1440, "height": 900}
MOST_BYTES = 400_000
# Cells that lie wholly in the window and in the frame, and that nothing covers.
IN_SIGHT = """of => Array.from(document.querySelectorAll(of)).filter(it => {
    const box = it.getBoundingClientRect(), frame = it.closest('.frame').getBoundingClientRect();
    if (!box.width || box.top < frame.top || box.bottom > Math.min(frame.bottom, innerHeight)) return false;
    if (box.left < frame.left || box.right > Math.min(frame.right, innerWidth)) return false;
    const at = [[box.left + 3, box.top + 3], [box.right - 3, box.bottom - 3]];
    return at.every(place => it.contains(document.elementFromPoint(...place))) && it.scrollWidth <= it.clientWidth;
}).length"""
SMALL_TYPE = """() => Array.from(document.querySelectorAll('body *')).filter(it => {
    const own = Array.from(it.childNodes).some(node => node.nodeType === 3 && node.data.trim());
    return own && it.checkVisibility() && parseFloat(getComputedStyle(it).fontSize) < 13;
}).map(it => it.outerHTML.slice(0, 80))"""
WATCH_SHIFTS = """window.shift = 0; new PerformanceObserver(list => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
}).observe({ type: 'layout-shift', buffered: true });"""
# How long a key takes until what it changes is painted.
KEY_TO_PAINT = """() => new Promise(done => {
    const began = performance.now();
    document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true }));
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - began)));
})"""


@pytest.fixture
def laptop(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport=LAPTOP, reduced_motion="reduce")  # type: ignore[arg-type]
    page = context.new_page()
    page.add_init_script(WATCH_SHIFTS)
    yield page
    context.close()


def test_a_matrix_shows_150_cells_on_opening_or_14_summaries_of_one_code(laptop: Page, sample: Path) -> None:
    address = (sample / "matrix-policy.html").as_uri()
    laptop.goto(address)
    assert laptop.evaluate(IN_SIGHT, "#matrix td") >= 150
    laptop.goto("about:blank")
    laptop.goto(f"{address}#column=policy.substances")
    assert laptop.evaluate(IN_SIGHT, "#matrix td") == 14


@pytest.mark.parametrize(
    "view", ["", "#view=signs", "#view=summaries&at=J05/policy.substances", "#compare=J01&compare=J03"]
)
def test_no_type_is_small_and_nothing_moves(laptop: Page, sample: Path, view: str) -> None:
    laptop.goto((sample / "matrix-policy.html").as_uri() + view)
    laptop.wait_for_timeout(300)
    assert laptop.evaluate(SMALL_TYPE) == []
    assert laptop.evaluate("window.shift") < 0.02


def test_no_matrix_of_the_sample_is_heavy(sample: Path) -> None:
    sizes = {path.name: path.stat().st_size for path in (*sample.glob("matrix-*"), *sample.glob("participants-*"))}
    assert len(sizes) > 20
    assert {name: size for name, size in sizes.items() if size > MOST_BYTES} == {}


def test_a_matrix_is_one_sheet_of_values_then_summaries_and_quotes_only_when_asked_for(
    laptop: Page, sample: Path
) -> None:
    address = (sample / "matrix-policy.html").as_uri()
    laptop.goto(address)
    paper = printed(laptop)
    first, *others = [plain(sheet.extract_text()) for sheet in paper.pages]
    names = laptop.evaluate(ON_PAPER, "#matrix .name")
    assert len(names) == 14
    assert all(plain(name) in first for name in names)
    assert len(paper.pages) <= 14
    assert "Summaries" in others[0]
    summaries = laptop.evaluate(ON_PAPER, "#matrix td:not(.folded) .summary")
    missing = [text for text in summaries if plain(text) not in "".join(others)]
    assert len(summaries) > 150
    assert len(missing) <= len(paper.pages)  # a page break may part one
    assert "Quotes" not in [text[:6] for text in others]
    laptop.goto("about:blank")
    laptop.goto(f"{address}#view=quotes")
    assert len(printed(laptop).pages) > len(paper.pages)
    assert laptop.locator(".paper").count() == 0


def made_study(cases: int, codes: int) -> Study:
    """A large study: each case with an interview of a turn for each code, all of it coded and summarised at length."""
    answer = "We looked at number {} for a long time, and in the end it was settled otherwise than anybody had meant."
    names = [f"c{number:02}" for number in range(codes)]
    sources, codings, summaries = [], [], []
    for case in (f"K{number:02}" for number in range(cases)):
        text = "\n\n".join(f"Interviewer: And {name}?\n\n{case}: {answer.format(name)}" for name in names) + "\n"
        sources.append(Source(case, text, parse(text), case_id=case))
        for name in names:
            words = answer.format(name)
            start = text.index(words)
            codings.append(Coding(f"{case}-{name}", case, start, start + len(words), words, f"a.{name}", coder="x"))
            summaries.append(
                Summary(case, f"a.{name}", f"{case} on {name}: {answer} " * 6, "done", (), "x", "2026-11-22")
            )
    category = Category("a", "Large", "", tuple(Code(f"a.{name}", f"Code {name}", "a") for name in names))
    readings = tuple(Reading("x", source.id, 1) for source in sources)
    described = tuple(Case(source.id, f"Case {source.id}") for source in sources)
    study = Study(Path("/nowhere"), Settings(title="Large"), Codebook((category,)), tuple(sources))
    return replace(study, cases=described, codings=tuple(codings), summaries=tuple(summaries), readings=readings)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("large")
    findings: Findings = analyse(made_study(60, 40))
    for name, content in assets().items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    (folder / "large.html").write_text(render(page(findings, Address(Kind.MATRIX, "a"), date(2026, 11, 22))), "utf-8")
    return folder / "large.html"


@pytest.mark.slow
def test_a_matrix_of_60_by_40_with_long_summaries_opens_and_follows_the_keys(laptop: Page, large: Path) -> None:
    laptop.goto(large.as_uri())
    opening = laptop.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
    laptop.locator("#matrix td:visible").first.click()
    keys = sorted(laptop.evaluate(KEY_TO_PAINT) for _ in range(15))
    print(f"{large.stat().st_size:,} bytes, opened in {opening:.0f} ms, key to paint {keys[7]:.0f} ms")
    assert laptop.locator("#dock h2").inner_text().startswith("Case K15")
    assert opening < 4_000
    assert keys[7] < 200
