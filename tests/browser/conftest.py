"""What the tests in a browser share."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A Chromium of this machine; where there is none, a failure on CI and a skip that says so elsewhere."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("CROSSCASE_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if found is None:
        reason = "NO CHROMIUM: the pages were not opened in a browser; install one or set CROSSCASE_CHROMIUM"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()
