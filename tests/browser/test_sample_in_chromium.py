"""The sample's report in a browser: every kind of page, scanned with axe, quiet, and no wider than the window."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.browser.conftest import EACH_KIND

pytestmark = pytest.mark.browser

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.mark.parametrize("name", EACH_KIND)
def test_a_page_of_the_sample_is_accessible_and_complains_of_nothing(
    chromium: Browser, sample: Path, name: str
) -> None:
    context = chromium.new_context(viewport={"width": 1366, "height": 900})
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto((sample / name).as_uri())
    found = Axe().run(page, options=RULES)
    assert [
        (one["id"], [node["html"][:120] for node in one["nodes"][:2]]) for one in found.response["violations"]
    ] == []
    assert complaints == []
    context.close()


@pytest.mark.parametrize("name", EACH_KIND)
def test_no_page_of_the_sample_is_wider_than_a_phone(chromium: Browser, sample: Path, name: str) -> None:
    context = chromium.new_context(viewport={"width": 375, "height": 812})
    page = context.new_page()
    page.goto((sample / name).as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    context.close()


def test_every_page_of_the_sample_is_under_two_megabytes(sample: Path) -> None:
    sizes = {path.name: path.stat().st_size for path in sample.glob("*.html")}
    assert len(sizes) > 140
    assert {name: size for name, size in sizes.items() if size > 2_000_000} == {}
