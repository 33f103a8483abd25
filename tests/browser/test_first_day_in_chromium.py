"""A first day in the window: coding, rejecting, writing, deciding; all of it in the report and in the diff."""

import json
import re
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from crosscase import analyse, load, report
from crosscase.coding import Suggestion
from crosscase.study import save_suggestions
from crosscase.study.merging import merging
from tests.browser.serving import opened
from tests.conftest import copy_of_the_sample

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NAMES = ("threshold", "paraphernalia", "condition", "written", "publicised")


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """The sample under git, with three suggestions in I06 that nobody has decided on."""
    folder = copy_of_the_sample(tmp_path)
    source = load(folder).source("I06")
    assert source is not None
    turns = [turn for turn in source.turns if turn.role != "interviewer"][-3:]
    words = [(turn.start, min(turn.end, turn.start + 40)) for turn in turns]
    offered = [Suggestion("I06", start, end, source.text[start:end], "barriers.police", 0.6, "any", "any")
               for start, end in words]  # fmt: skip
    save_suggestions(load(folder), offered)
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "-qm", "before")
    return folder


def git(folder: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True, text=True).stdout


def mergeable(folder: Path) -> tuple[str, str, int]:
    """Two codes of one category that may be merged, with the fewest texts to write, and how many these are."""
    study = load(folder)
    used = set(NAMES) | {"inside.agreement", "barriers.police"}
    pairs = []
    for category in study.codebook.categories:
        free = [code.id for code in category.codes if code.id not in used and code.kind == "theme"]
        pairs += [(gone, stays) for gone in free for stays in free if gone != stays]
    outcomes = [(merging(study, *pair), *pair) for pair in pairs[:40]]
    outcome, gone, stays = min((one for one in outcomes if not one[0].missing), key=lambda one: len(one[0].both))
    return gone, stays, len(outcome.both)


def code_ten_passages(page: Page) -> None:
    for number in range(10):
        page.keyboard.press("ArrowDown")
        if number % 2:
            page.keyboard.press("Space")
        else:
            page.keyboard.press("Enter")
            page.keyboard.type(NAMES[number // 2][:5])
            expect(page.get_by_role("option").first).to_be_visible()
            page.keyboard.press("Enter")
        expect(page.locator(".desk-saved")).to_contain_text("Saved")


def test_a_first_day(chromium: Browser, study: Path) -> None:
    with opened(chromium, study, "JO", "home") as page:
        here = page.url.removesuffix("home")

        def go(address: str) -> None:
            page.goto(here + address)
            expect(page.locator(".desk")).to_be_visible()

        go("source-~i06.html")
        code_ten_passages(page)
        page.get_by_role("button", name="Decide on 3").click()
        for _ in range(3):
            page.keyboard.press("r")
            expect(page.locator(".desk-saved")).to_contain_text("reject")
            page.wait_for_timeout(400)
        for code in ("inside.agreement", "barriers.police"):
            go(f"cell?row=J05&code={code}")
            page.locator("#text").fill(f"Said in few words, on {code}.")
            page.keyboard.press("Control+s")
            expect(page.locator(".desk-saved")).to_contain_text("Saved")
        gone, stays, both = mergeable(study)
        go(f"merge?code={gone}&into={stays}")
        for text in page.locator("form[data-act=merge_codes] textarea").all():
            text.fill("Both said so.")
        expect(page.locator("form[data-act=merge_codes] textarea")).to_have_count(both)
        page.get_by_role("button", name="Merge them").click()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page).to_have_url(re.compile("/code"))
        go("cases")
        page.get_by_role("link", name="Condition on relief").first.click()
        page.locator("[data-key='1']").first.click()  # before the window's scripts have come, or after
        expect(page.locator(".desk-saved")).to_contain_text("Saved")
    changed = git(study, "status", "--porcelain", "--untracked-files=all").split()[1::2]
    assert {"codings/JO/I06.jsonl", "reviews/JO/I06.jsonl"} <= set(changed)
    assert any(path.startswith("charts/") for path in changed)
    assert any(path.startswith("cases/") for path in changed)
    assert any(path.startswith("codebook/") for path in changed)
    git(study, "add", "-A", "-N")  # so that new files are in the diff too
    added = " ".join(line[1:].strip() for line in git(study, "diff").splitlines() if line.startswith("+"))
    missing = [words for words in ("Said in few words, on inside.agreement.", "merged", "by: JO") if words not in added]
    assert missing == [], added[-3000:]
    assert gone in load(study).codebook.by_id[stays].formerly
    lines = (study / "codings/JO/I06.jsonl").read_text().splitlines()
    assert len(lines) == 11
    ids = [json.loads(line)["id"] for line in lines[1:]]
    verdicts = [json.loads(line) for line in (study / "reviews/JO/I06.jsonl").read_text().splitlines()]
    assert [line["verdict"] for line in verdicts if "verdict" in line] == ["reject"] * 3
    folder = report.write(analyse(load(study)), study / "reports").parent
    assert "Said in few words" in (folder / "matrix-barriers.html").read_text()
    in_report = (folder / "source-~i06.html").read_text()
    assert [coding_id for coding_id in ids if f"coding/{coding_id}" not in in_report] == []
    codebook = (folder / "codebook.html").read_text()
    assert (f"code-{gone}.html" in codebook, f"code-{stays}.html" in codebook) == (False, True)
