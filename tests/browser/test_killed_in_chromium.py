"""Two windows of one coder decide at random while their server is killed again and again: nothing lost or doubled."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect

from tests.conftest import SMALL, StudyFolder

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ACTS = int(os.environ.get("CROSSCASE_ACTS", "30"))
"""So many acts; 1,000 by hand."""

EACH_LIFE = 14
"""About so many acts are sent to a server before it is killed."""

WORDS = 20

# The word with this number is selected as a mouse would; what is done with it is a key.
SELECT = """(number) => {
  const walker = document.createTreeWalker(document.querySelector(".turns"), NodeFilter.SHOW_TEXT);
  const word = `w${number}w`;
  while (walker.nextNode()) {
    const at = walker.currentNode.data.indexOf(word);
    if (at < 0) continue;
    const range = new Range();
    range.setStart(walker.currentNode, at);
    range.setEnd(walker.currentNode, at + word.length);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    document.dispatchEvent(new PointerEvent("pointerup"));
    return;
  }
}"""

CHOSEN = "() => Array.from(CSS.highlights.get('passage') ?? []).join('')"


class Server:
    """The command itself, at a port of its own, so that it can be killed as a whole."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> str:
        options = ["--as", "AB", "--no-browser", "--port", str(self.port)]
        command = [sys.executable, "-m", "crosscase", "serve", str(self.folder), *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def kill(self) -> None:
        assert self.process is not None
        assert self.process.stdout is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)
        self.process.stdout.close()


@pytest.fixture
def server(study_folder: StudyFolder) -> Iterator[Server]:
    numbers = range(ACTS + 10)
    turns = [f"P01: {' '.join(f'w{number}w' for number in numbers[at : at + WORDS])}." for at in numbers[::WORDS]]
    folder = study_folder(
        SMALL
        | {
            "study.yaml": "title: Small\nunit: town\ncoders: {AB: Ann Berg}\n",
            "transcripts/odd.txt": "\n\n".join(turns) + "\n",
        }
    )
    server = Server(folder)
    yield server
    server.kill()


def opened(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(address)
    return page


def let_in(context: BrowserContext, server: Server) -> None:
    """Start it, and take its cookie, without a page: one that loads itself anew just now can't be led elsewhere."""
    assert context.request.get(server.start()).ok


def at_desk(context: BrowserContext, server: Server) -> Page:
    page = opened(context, f"http://127.0.0.1:{server.port}/source-odd.html")
    expect(page.locator(".desk")).to_be_visible()
    return page


def act(page: Page, number: int, key: str) -> None:
    """Select a word, again where what the other window did was painted there at that moment, and press a key."""
    page.bring_to_front()
    word = f"w{number}w"
    for _ in range(500):
        page.evaluate(SELECT, number)
        page.wait_for_timeout(20)
        if page.evaluate(CHOSEN) == word:
            break
    assert page.evaluate(CHOSEN) == word
    page.keyboard.press(key)


def watched(page: Page, refused: list[str]) -> Page:
    """A page of which it is noted what the server answered to an act other than that it is done."""
    page.on("response", lambda answer: refused.append(f"{answer.status} {answer.url}") if is_refusal(answer) else None)
    return page


def is_refusal(answer: Response) -> bool:
    return answer.request.method == "POST" and answer.status != 200


def words_coded(folder: Path) -> list[str]:
    lines = (folder / "codings/AB/odd.jsonl").read_text().splitlines()[1:]
    return sorted(json.loads(line)["quote"] for line in lines)


def test_what_two_windows_decided_is_on_the_disk_once_however_often_the_server_was_killed(
    chromium: Browser, server: Server
) -> None:
    chance = random.Random(12)
    context = chromium.new_context(viewport={"width": 1200, "height": 800}, reduced_motion="reduce")
    context.set_default_timeout(20000)
    let_in(context, server)
    refused: list[str] = []
    pages = [watched(at_desk(context, server), refused) for _ in range(2)]
    kills = 0
    coded: list[set[int]] = [set(), set()]
    for at, page in enumerate(pages):
        act(page, at, "Enter")
        page.keyboard.type("Cost")
        page.keyboard.press("Enter")
        coded[at].add(at)
    for number in range(2, ACTS):
        at = chance.randrange(2)
        if coded[at] and chance.random() < 0.25:
            taken = chance.choice(sorted(coded[at]))
            coded[at].remove(taken)
            act(pages[at], taken, "Delete")
        else:
            coded[at].add(number)
            act(pages[at], number, "1")
        if chance.random() < 1 / EACH_LIFE:
            page.wait_for_timeout(chance.randrange(120))
            server.kill()
            kills += 1
            let_in(context, server)
    for page in pages:
        expect(page.locator(".desk")).to_have_attribute("data-waiting", "0", timeout=60_000 + 1_000 * ACTS)
    told = Counter(answer.partition(" ")[0] for answer in refused)
    print(f"{ACTS} acts, {kills} kills, {dict(told)} refused at first")
    expected = sorted(f"w{number}w" for number in coded[0] | coded[1])
    assert words_coded(server.folder) == expected
    for page in pages:
        page.reload()
        expect(page.locator(".noted")).to_have_count(len(expected))
    context.close()
