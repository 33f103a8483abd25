"""The pictures of the manual, made of the sample as it is served; with CROSSCASE_PICTURES=docs they are kept there."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.serving import opened
from tests.conftest import copy_of_the_sample

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def _palette(page: Page) -> None:
    for key in ("ArrowDown",) * 5:
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    page.keyboard.type("thr")
    expect(page.get_by_role("option").first).to_be_visible()


PICTURES: Mapping[str, tuple[str, Callable[[Page], object]]] = {
    "window": ("source-~i06.html", _palette),
    "cell": ("cell?row=J05&code=policy.substances", lambda page: None),
    "case": ("case?id=J05", lambda page: None),
    "compare": ("compare?source=I08", lambda page: page.locator("summary").first.click()),
}
"""Each picture of docs/window.md: the page that it shows, and what is done there first."""


@pytest.fixture(scope="module")
def sample_study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample, on which nobody decides anything here."""
    return copy_of_the_sample(tmp_path_factory.mktemp("sample"))


@pytest.mark.parametrize("name", PICTURES)
def test_the_manual_shows_the_window_as_it_is(name: str, chromium: Browser, sample_study: Path, tmp_path: Path) -> None:
    address, prepare = PICTURES[name]
    with opened(chromium, sample_study, "JO", "home") as page:
        base = page.url.removesuffix("home")
        assert page.goto(f"{base}{address}").status == 200  # type: ignore[union-attr]
        expect(page.locator(".desk")).to_be_visible()
        page.evaluate("document.fonts.ready")
        prepare(page)
        folder = Path(os.environ.get("CROSSCASE_PICTURES") or tmp_path)
        page.screenshot(path=folder / f"{name}.png", animations="disabled")
        # A page of which nothing was painted is a picture of one colour, and small.
        assert (folder / f"{name}.png").stat().st_size > 20_000
