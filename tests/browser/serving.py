"""A study that is served, for tests in a browser."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from crosscase.web.app import Window
from crosscase.web.gate import LAUNCH, Keys
from crosscase.web.serving import _listening
from crosscase.web.session import Session

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@contextmanager
def served(folder: Path, coder: str) -> Iterator[str]:
    """The address of a coder's window on a study, with the place of a page in braces; good once."""
    with _listening(0) as listening:
        keys = Keys(listening.getsockname()[1])
        window = Window(Session(folder, coder), keys)
        config = uvicorn.Config(window.app(), log_level="error", access_log=False, lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{keys.port}/{{}}?{LAUNCH}={keys.launch()}"
        window.stopping.set()
        server.should_exit = True
        thread.join(10)


@contextmanager
def opened(chromium: Browser, folder: Path, coder: str, first: str) -> Iterator[Page]:
    """A page of a served study, in which nothing may be complained of but what a decision is refused for."""
    with served(folder, coder) as address:
        context = chromium.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
        context.set_default_timeout(8000)
        page = context.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(address.format(first))
        expect(page.locator(".desk")).to_be_visible(timeout=15_000)
        yield page
        context.close()
        assert [line for line in complaints if "422" not in line and "409" not in line] == []


def is_fine_for_everyone(page: Page) -> None:
    """No violation of axe's rules in light and dark, and nothing to scroll sideways for on a phone.

    All that can be unfolded is: what nobody opened is looked at too.
    """
    folded = page.locator("details:not([open])").element_handles()
    for details in folded:
        details.evaluate("details => { details.open = true; }")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        violations = Axe().run(page, options=RULES).response["violations"]
        found = [(one["id"], [node["html"] for node in one["nodes"]]) for one in violations]
        assert found == [], (scheme, found)
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for details in folded:
        details.evaluate("details => { details.open = false; }")
    page.set_viewport_size({"width": 1440, "height": 900})
