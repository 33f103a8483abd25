"""How long the window on a long source takes: until it is ready, from a key to the paint, until saved or an edit seen.

Seconds of Chromium's main thread where the page works, wall seconds where somebody waits for the server, among them
what the server takes to make the page. Each is a median, held against its budget: a ratio under 1 keeps it. The page
itself says when it is so far: Playwright asks again and again, half a second apart in the end, and its asking is work
of the same thread.
"""

import json
import shutil
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from crosscase import Refused, load
from crosscase.chromium import browser
from crosscase.source import Source

Row = tuple[str, float, str, float, str]
SIZES = ((20_000, 1_500), (120_000, 5_000))
RUNS = 5

ANSWER = "We had no money for the bus then, so I walked to the market and back again with my neighbour every week. "
HAS_DESK = """() => new Promise((done) => {
  const look = () => document.querySelector(".desk") && done();
  new MutationObserver(look).observe(document.body, { childList: true });
  look();
})"""
SAVED = """() => new Promise((done) => {
  const desk = document.querySelector(".desk");
  const look = () => desk.dataset.waiting === "0" && done();
  new MutationObserver(look).observe(desk, { attributes: true });
  look();
})"""
SEEN = """(text) => new Promise((done) => {
  const look = () => Array.from(document.querySelectorAll(".memo")).some((memo) => memo.textContent === text) && done();
  new MutationObserver(look).observe(document.querySelector(".turns"), { childList: true, subtree: true });
  look();
})"""
TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


@dataclass(frozen=True, slots=True)
class Budget:
    ready: float
    paint: float
    saved: float
    seen: float


BUDGET = Budget(ready=0.3, paint=0.05, saved=0.1, seen=0.5)


def rows(sample: Path) -> Iterator[Row]:
    """Of a source of 20,000 words with 1,500 codings, and of 120,000 with 5,000; nothing where there is no Chromium."""
    if chromium() is None:
        return
    for words, codings in SIZES:
        with tempfile.TemporaryDirectory() as name:
            folder = study(sample, Path(name), words, codings)
            yield from _rows(folder, f"window, {words:,} words, {codings:,} codings")


def chromium() -> str | None:
    try:
        return browser()
    except Refused:
        return None


def study(sample: Path, folder: Path, words: int, codings: int) -> Path:
    """A study of one long source, with the sample's codebook: answers of sixty words, each with as many codings."""
    turns = words // 66
    said = (f"{'Interviewer' if number % 2 else 'P01'}: {ANSWER * 3}".strip() for number in range(turns))
    (folder / "transcripts").mkdir()
    (folder / "transcripts/long.txt").write_text("\n\n".join(said) + "\n")
    (folder / "study.yaml").write_text("title: Long\nunit: town\ncoders: {AB: Ann Berg}\n")
    shutil.copytree(sample / "codebook", folder / "codebook")
    read = load(folder)
    codes = [code.id for code in read.codebook.codes]
    source = read.sources[0]
    (folder / "codings/AB").mkdir(parents=True)
    lines = [json.dumps({"sha256": source.sha256, "codebook": read.codebook.version, "read_to": 0})]
    lines += [_line(source, number, codes, codings) for number in range(codings)]
    (folder / "codings/AB/long.jsonl").write_text("\n".join(lines) + "\n")
    return folder


def _line(source: Source, number: int, codes: list[str], codings: int) -> str:
    answers = [turn for turn in source.turns if turn.role == "participant"]
    each = -(-codings // len(answers))
    turn = answers[number // each]
    start = turn.start + 7 * (number % each)
    end = start + 60
    coding = {"id": f"c{number}", "start": start, "end": end, "code": codes[number % len(codes)]}
    return json.dumps(coding | {"quote": source.text[start:end]})


def _rows(folder: Path, what: str) -> Iterator[Row]:
    from playwright.sync_api import sync_playwright

    with _Served(folder) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(viewport={"width": 1366, "height": 900})
        context.set_default_timeout(60_000)
        page = context.new_page()
        page.goto(address)
        url = address.partition("?")[0]
        readies, opened, again = [], [], []
        for number in range(2 * RUNS):
            page.close()
            # Whoever comes from another page has mostly decided something there: then all is made anew.
            if number % 2 == 0:
                _edit(folder, number)
            page = context.new_page()
            clock, began = _Clock(context.new_cdp_session(page)), time.perf_counter()
            page.goto(url)
            page.evaluate(HAS_DESK)
            page.evaluate(TWO_FRAMES)
            readies.append(clock.seconds())
            (again if number % 2 else opened).append(time.perf_counter() - began)
        best = f"best {min(readies):.3f}"
        yield f"{what}: ready", statistics.median(readies), "budget", BUDGET.ready, f"of the main thread; {best}"
        yield f"{what}: opened", statistics.median(opened), "budget", BUDGET.ready, f"wall; best {min(opened):.3f}"
        best = f"wall, nothing changed; best {min(again):.3f}"
        yield f"{what}: opened again", statistics.median(again), "budget", BUDGET.ready, best
        for key in ("ArrowDown", "Enter", "a", "Enter"):
            page.keyboard.press(key)
        page.evaluate(SAVED)
        paints, saves = [], []
        for _ in range(3 * RUNS):
            page.keyboard.press("Alt+ArrowLeft")
            page.evaluate(TWO_FRAMES)
            before, began = clock.seconds(), time.perf_counter()
            page.keyboard.press("Space")
            page.evaluate(TWO_FRAMES)
            paints.append(clock.seconds() - before)
            page.evaluate(SAVED)
            saves.append(time.perf_counter() - began)
        yield f"{what}: key to paint", statistics.median(paints), "budget", BUDGET.paint, "of the main thread"
        yield f"{what}: key to saved", statistics.median(saves), "budget", BUDGET.saved, f"wall; best {min(saves):.3f}"
        seens = [_seen(folder, page, number) for number in range(RUNS)]
        yield f"{what}: edit seen", statistics.median(seens), "budget", BUDGET.seen, f"wall; best {min(seens):.3f}"
        browser.close()


def _seen(folder: Path, page: object, number: int) -> float:
    """Wall seconds from a memo written into the file until it stands beside the text."""
    began = time.perf_counter()
    _edit(folder, number)
    page.evaluate(SEEN, f"seen {number}")  # type: ignore[attr-defined]
    return time.perf_counter() - began


def _edit(folder: Path, number: int) -> None:
    """As in an editor, outside: another memo on the first coding."""
    path = folder / "codings/AB/long.jsonl"
    lines = path.read_text().splitlines()
    lines[1] = json.dumps({**json.loads(lines[1]), "memo": f"seen {number}"})
    path.write_text("\n".join(lines) + "\n")


class _Clock:
    """The seconds that a page's main thread has worked."""

    def __init__(self, session: object) -> None:
        self._send = session.send  # type: ignore[attr-defined]
        self._send("Performance.enable", {"timeDomain": "threadTicks"})

    def seconds(self) -> float:
        metrics = self._send("Performance.getMetrics")["metrics"]
        return float(next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration"))


class _Served:
    """A window on a study, served by a thread of this process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> str:
        import uvicorn

        from crosscase.web.app import Window
        from crosscase.web.gate import LAUNCH, Keys
        from crosscase.web.serving import _listening
        from crosscase.web.session import Session

        listening = _listening(0)
        keys = Keys(listening.getsockname()[1])
        self.window = Window(Session(self.folder, "AB"), keys)
        config = uvicorn.Config(self.window.app(), log_level="error", access_log=False, lifespan="off")
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [listening]}, daemon=True)
        self.thread.start()
        return f"http://127.0.0.1:{keys.port}/source-long.html?{LAUNCH}={keys.launch()}"

    def __exit__(self, *_: object) -> None:
        self.window.stopping.set()
        self.server.should_exit = True
        self.thread.join(10)


if __name__ == "__main__":
    for row in rows(Path(__file__).parent.parent):
        print(f"{row[0]:<55} {row[1]:.3f} {row[2]} {row[3]:.3f} {row[1] / row[3]:.2f} {row[4]}", flush=True)
