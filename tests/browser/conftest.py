"""What the tests in a browser share."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from crosscase import Findings, Refused, analyse, load, report
from crosscase.chromium import browser
from tests.invented_clusters import exploration

pytest.register_assert_rewrite("tests.browser.serving")

ROOT = Path(__file__).parent.parent.parent
DAY = date(2026, 11, 22)
EACH_KIND = (
    "index.html",
    "exhibit-1.html",
    "exhibit-2.html",
    "exhibit-2b.html",
    "typology-models.html",
    "theme-openness.html",
    "claims.html",
    "methods.html",
    "codebook.html",
    "clusters.html",
    "history.html",
    "matrix-publicity.html",
    "code-publicity.bias.html",
    "source-~i08.html",
    "search.html",
    "agreement.html",
    "saturation.html",
    "coverage.html",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What waits for a browser waits too short at times, on a busy machine: it is tried once more, and named."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A Chromium of this machine; where there is none, a failure on CI and a skip that says so elsewhere."""
    try:
        found = browser()
    except Refused:
        reason = "NO CHROMIUM: the pages were not opened in a browser; install one or set CROSSCASE_CHROMIUM"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def findings() -> Findings:
    """What the sample study's files amount to, with clusters that nobody computed."""
    study = load(ROOT)
    return replace(analyse(study), exploration=exploration(study))


@pytest.fixture(scope="session")
def sample(findings: Findings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample study's report, built once for all tests; nobody writes into it."""
    return report.write(findings, tmp_path_factory.mktemp("sample") / "report", on=DAY).parent
