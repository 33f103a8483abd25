"""The page about an import: read on a laptop and a phone, light and dark, without a fault that axe finds."""

from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from click.testing import CliRunner
from playwright.sync_api import Browser

from crosscase.cli import main
from tests.browser.test_search_in_chromium import RULES

pytestmark = pytest.mark.browser
HERE = Path(__file__).parent.parent / "data" / "projects"


@pytest.fixture(scope="module")
def arrived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of two projects, one with a name that is a long word."""
    folder = tmp_path_factory.mktemp("arrived")
    CliRunner().invoke(main, ["init", str(folder / "study")])
    files = [str(HERE / "odd_but_seen.qdpx"), str(HERE / "qualcoder_v17.qda")]
    page = folder / f"{'long' * 12}.html"
    CliRunner().invoke(main, ["import", str(folder / "study"), *files, "--page", str(page)], catch_exceptions=False)
    return page


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (375, "dark")])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    arrived: Path, chromium: Browser, width: int, scheme: Literal["light", "dark"]
) -> None:
    page = chromium.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.goto(arrived.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page, options=RULES)
    page.close()
    assert found.response["violations"] == []
