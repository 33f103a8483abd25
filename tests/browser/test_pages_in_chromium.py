"""The report as a reader meets it: in a browser, from a folder, on a laptop, on a phone and on paper."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from crosscase import report
from tests.small_study import small_findings

pytestmark = pytest.mark.browser

EACH_KIND = (
    "index.html",
    "matrix-getting~32~about.html",
    "participants-cost.html",
    "code-get.walk.html",
    "code-cost~32~money.html",
    "source-~m~228~rkt~32~1.a.html",
    "source-later.html",
    "codebook.html",
)
ALL_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
LAPTOP, PHONE, NARROW = (1366, 900), (375, 812), (320, 640)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return report.write(small_findings(), tmp_path_factory.mktemp("built") / "report", on=date(2026, 11, 22)).parent


class Reader:
    """A browser window, and everything that it asked for or complained about."""

    def __init__(self, page: Page, folder: Path) -> None:
        self.page = page
        self.folder = folder
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, name: str, size: tuple[int, int] = LAPTOP) -> Page:
        self.page.set_viewport_size({"width": size[0], "height": size[1]})
        file, sign, place = name.partition("#")
        self.page.goto((self.folder / file).as_uri() + sign + place)
        return self.page


@pytest.fixture
def reader(chromium: Browser, folder: Path) -> Iterator[Reader]:
    context = chromium.new_context()
    yield Reader(context.new_page(), folder)
    context.close()


@pytest.mark.parametrize("name", EACH_KIND)
def test_a_page_asks_for_nothing_beside_itself_and_its_assets_and_complains_of_nothing(
    reader: Reader, name: str
) -> None:
    reader.open(name)
    first, *others = [url for url in reader.requests if not url.startswith("data:")]
    assert first == (reader.folder / name).as_uri()
    assert {url.rpartition("/")[0] for url in others} == {(reader.folder / "assets").as_uri()}
    assert reader.complaints == []


@pytest.mark.parametrize(("name", "size"), [*((name, LAPTOP) for name in EACH_KIND), (EACH_KIND[1], PHONE)])
def test_axe_finds_nothing(reader: Reader, name: str, size: tuple[int, int]) -> None:
    found = Axe().run(reader.open(name, size), options=ALL_RULES | {"rules": {"target-size": {"enabled": True}}})
    told = [
        (violation["id"], [node["html"] for node in violation["nodes"]]) for violation in found.response["violations"]
    ]
    assert told == []
    assert len(found.response["passes"]) > 20


@pytest.mark.parametrize("name", EACH_KIND)
def test_no_page_scrolls_sideways(reader: Reader, name: str) -> None:
    page = reader.open(name)
    for width, height in (LAPTOP, PHONE, NARROW):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_quote_in_the_matrix_leads_to_the_highlighted_passage(reader: Reader) -> None:
    transcript = reader.open("source-~m~228~rkt~32~1.a.html")
    plain = transcript.locator("[id='coding/a']").evaluate("it => getComputedStyle(it).backgroundColor")
    page = reader.open("matrix-getting~32~about.html#north.town/get.walk")
    page.locator(".dock figure", has_text="I walk, since the bus stopped.").locator("a").click()
    assert page.url.endswith("source-~m~228~rkt~32~1.a.html#coding/a")
    parts = page.locator("[data-codings~='coding/a']")
    expect(parts.nth(1)).to_be_attached()
    colours = set(parts.evaluate_all("all => all.map(it => getComputedStyle(it).backgroundColor)"))
    assert len(colours) == 1
    assert colours != {plain}
    box = parts.first.bounding_box()
    assert box is not None
    assert 0 <= box["y"] < LAPTOP[1]


def test_the_heads_of_the_matrix_stay_in_sight(reader: Reader) -> None:
    page = reader.open("matrix-getting~32~about.html#view=quotes", (900, 280))
    page.locator(".frame").evaluate("it => it.scrollTo(300, 300)")
    corner, frame = page.locator(".corner").bounding_box(), page.locator(".frame").bounding_box()
    assert corner is not None
    assert frame is not None
    assert corner["x"] == pytest.approx(frame["x"], abs=1)
    assert frame["y"] <= corner["y"] <= frame["y"] + 4


def test_the_keyboard_reaches_the_content_first(reader: Reader) -> None:
    page = reader.open("index.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
