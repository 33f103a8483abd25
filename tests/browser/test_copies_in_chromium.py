"""What an exhibit is copied as, read back from the clipboard of a browser."""

import base64
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser

READ = """async type => { const [item] = await navigator.clipboard.read(); const reader = new FileReader();
    reader.readAsDataURL(await item.getType(type)); await new Promise(done => { reader.onload = done; });
    return reader.result.split(",")[1]; }"""


@pytest.fixture(scope="module")
def context(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(permissions=["clipboard-read", "clipboard-write"], color_scheme="dark")
    context.set_default_timeout(8_000)
    yield context
    context.close()


def copied(page: Page, way: str, type: str) -> bytes:
    page.locator(".copies [role=status]").evaluate("it => { it.textContent = ''; }")
    page.locator(f".copies button[value={way}]").click()
    page.locator(".copies [role=status]:not(:empty)").wait_for()
    assert page.locator(".copies [role=status]").inner_text().startswith("Copied as")
    return base64.b64decode(page.evaluate(READ, type))


def test_a_table_is_copied_for_word_as_latex_and_as_csv(context: BrowserContext, sample: Path) -> None:
    page = context.new_page()
    page.goto((sample / "exhibit-2.html").as_uri())
    word = copied(page, "word", "text/html").decode()
    assert word.count("<tr>") == 2 + 3 * 2
    assert "<li>On paper, and open to the public from the start (2 of 2)</li>" in word
    assert "13 of 14 jurisdictions are of a model" in word
    latex = copied(page, "latex", "text/plain").decode()
    assert "\\begin{tabular}" in latex
    assert "\\toprule" in latex
    lines = copied(page, "csv", "text/plain").decode().splitlines()
    assert lines[0].startswith("Expanded Diversion (n = 4),Substance-specific declination (n = 2)")
    page.close()


def test_a_drawing_is_copied_as_a_picture_in_its_light_colours(context: BrowserContext, sample: Path) -> None:
    page = context.new_page()
    page.goto((sample / "exhibit-4.html").as_uri())
    picture = Image.open(io.BytesIO(copied(page, "png", "image/png"))).convert("RGB")
    assert picture.width > 2_000
    colours = {colour for _, colour in picture.getcolors(1 << 24) or []}
    assert {(0xFF, 0xFF, 0xFF), (0x1F, 0x6A, 0xA5), (0x1D, 0x70, 0x48)} <= colours
    page.close()


def test_a_table_is_copied_as_a_picture_of_all_of_it_in_light_colours(context: BrowserContext, sample: Path) -> None:
    page = context.new_page()
    page.emulate_media(color_scheme="dark")
    page.goto((sample / "exhibit-2.html").as_uri())
    table = page.locator(".printed").bounding_box()
    picture = Image.open(io.BytesIO(copied(page, "png", "image/png"))).convert("RGB")
    assert table is not None
    assert picture.width == 2 * (round(table["width"]) + 32)
    colours = {colour for _, colour in picture.getcolors(1 << 24) or []}
    assert {(0xFF, 0xFF, 0xFF), (0x1F, 0x6A, 0xA5), (0x1D, 0x70, 0x48)} <= colours
    foot = picture.crop((0, picture.height - 100, picture.width, picture.height))
    edge = picture.crop((0, picture.height - 32, picture.width, picture.height))
    assert len(foot.getcolors(1 << 24) or []) > 10  # the note under the table
    assert len(edge.getcolors(1 << 24) or []) == 1
    page.close()


def test_without_script_there_is_nothing_to_press(chromium: Browser, sample: Path) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((sample / "exhibit-2.html").as_uri())
    assert page.locator(".copies button >> visible=true").count() == 0
    assert page.locator(".printed").is_visible()
    context.close()
