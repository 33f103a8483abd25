"""A Chromium of this machine as a press: pages in, PDFs out, one browser for all of them.

It is spoken to in its DevTools protocol, through two pipes: messages in JSON, each ended by a NUL.
"""

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from base64 import b64decode
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from crosscase.problem import Refused

VARIABLE = "CROSSCASE_CHROMIUM"
NAMES = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge"),
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
PATIENCE = 180
"""Seconds for one answer; a page of hundreds of sheets takes a slow machine a minute."""

_QUIET = ("--headless", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-extensions")
_LEAVE = 10
_PIECE = 1 << 20
# Chromium reads from 3 and writes to 4, which may be taken here; so the child moves them, and becomes the browser.
_MOVED = (
    "import fcntl, os, sys\n"
    "read, write = (fcntl.fcntl(int(end), fcntl.F_DUPFD, 10) for end in sys.argv[1:3])\n"
    "os.dup2(read, 3), os.dup2(write, 4), os.closerange(5, 256)\n"
    "os.execv(sys.argv[3], sys.argv[3:])"
)
# Only what a page itself links to becomes a place in its PDF; other pages' links are given a hidden way each.
_READY = """(async (ids) => {
  if (document.readyState !== "complete") await new Promise((done) => addEventListener("load", done));
  await document.fonts.ready;
  for (const id of ids) {
    const way = document.createElement("a");
    way.href = "#" + id;
    way.hidden = true;
    document.body.append(way);
  }
})(%s)"""


def browser() -> str:
    """The Chromium of this machine. Raises Refused, with what to do, where there is none."""
    path = os.environ.get(VARIABLE) or next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        raise Refused(f"a PDF needs a Chromium or a Chrome, and there is none here; install one, or set {VARIABLE}")
    return path


class Press(Protocol):
    """What prints pages."""

    def pdf(self, page: Path, ids: Collection[str] = ()) -> bytes:
        """A page as PDF, on sheets as its style says. The elements of these ids become places in it, where that can be.

        Raises Refused where it can't be printed.
        """
        ...


@contextmanager
def press() -> Iterator[Press]:
    """A Chromium to print with, which ends with the block, however that ends. Raises Refused where there is none."""
    path = browser()
    with tempfile.TemporaryDirectory(prefix="crosscase-", ignore_cleanup_errors=True) as profile:
        if sys.platform == "win32":
            yield _OneByOne(path, profile)
            return
        reads, asking = os.pipe()
        answers, writes = os.pipe()
        try:
            process = _started(path, profile, reads, writes)
        finally:
            os.close(reads)
            os.close(writes)
        try:
            yield _Running(path, asking, answers)
        finally:
            # A Chromium that nobody speaks to any more ends by itself.
            os.close(asking)
            os.close(answers)
            _let_go(process)


class _OneByOne:
    """Where a browser can't be handed pipes, it is started for each page, and only pages have places."""

    def __init__(self, path: str, profile: str) -> None:
        self._path, self._profile = path, Path(profile)

    def pdf(self, page: Path, ids: Collection[str] = ()) -> bytes:  # noqa: ARG002
        printed = self._profile / "printed.pdf"
        printed.unlink(missing_ok=True)
        options = (*_QUIET, "--no-pdf-header-footer", f"--user-data-dir={self._profile}", f"--print-to-pdf={printed}")
        try:
            subprocess.run(  # noqa: S603
                [self._path, *options, page.as_uri()], check=True, capture_output=True, timeout=PATIENCE
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise Refused(f"{page.name} could not be printed by {self._path}: {type(error).__name__}") from error
        if not printed.is_file():
            raise Refused(f"{page.name} could not be printed by {self._path}: it wrote nothing")
        return printed.read_bytes()


class _Running:
    """A running Chromium that prints one page after the other."""

    def __init__(self, path: str, asking: int, answers: int) -> None:
        self._path, self._asking, self._answers = path, asking, answers
        self._number, self._rest = 0, b""
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]

    def pdf(self, page: Path, ids: Collection[str] = ()) -> bytes:
        failed = self._tell("Page.navigate", url=page.as_uri()).get("errorText")
        if failed:
            raise Refused(f"{page.name} could not be printed by {self._path}: {failed}")
        self._tell("Runtime.evaluate", expression=_READY % json.dumps(list(ids)), awaitPromise=True)
        # pypdf leaves tags behind when it joins PDFs: they would be half of the file, for nobody.
        printed = self._tell("Page.printToPDF", preferCSSPageSize=True, printBackground=True, generateTaggedPDF=False)
        return b64decode(str(printed["data"]))

    def _tell(self, method: str, **values: object) -> Mapping[str, object]:
        return self._ask(method, self._session, **values)

    def _ask(self, method: str, session: object = None, **values: object) -> Mapping[str, object]:
        self._number += 1
        message = {"id": self._number, "method": method, "params": values}
        if session is not None:
            message["sessionId"] = session
        self._send(json.dumps(message).encode() + b"\0")
        until = time.monotonic() + PATIENCE
        answer: Mapping[str, object] = {}
        while answer.get("id") != self._number:
            answer = json.loads(self._message(until))
            if answer.get("method") in ("Inspector.targetCrashed", "Target.targetCrashed"):
                raise self._ended()
        if "error" in answer:
            raise Refused(f"the pages could not be printed by {self._path}: {answer['error']}")
        result = answer["result"]
        assert isinstance(result, dict)
        return result

    def _send(self, message: bytes) -> None:
        while message:
            try:
                message = message[os.write(self._asking, message) :]
            except OSError as error:
                raise self._ended() from error

    def _message(self, until: float) -> bytes:
        """The next message; what is read beyond it waits for the one after."""
        pieces = [self._rest]
        while b"\0" not in pieces[-1]:
            if not select.select([self._answers], [], [], max(0, until - time.monotonic()))[0]:
                raise Refused(f"the pages could not be printed by {self._path}: no answer in {PATIENCE} seconds")
            pieces.append(os.read(self._answers, _PIECE))
            if not pieces[-1]:
                raise self._ended()
        message, _, self._rest = b"".join(pieces).partition(b"\0")
        return message

    def _ended(self) -> Refused:
        return Refused(f"the pages could not be printed by {self._path}: it ended by itself")


def _started(path: str, profile: str, reads: int, writes: int) -> subprocess.Popen[bytes]:
    # Chromium refuses to run as root in its sandbox, as in a container.
    sandbox = ("--no-sandbox",) if os.geteuid() == 0 else ()
    options = (*_QUIET, *sandbox, "--remote-debugging-pipe", f"--user-data-dir={profile}", "about:blank")
    words = [sys.executable, "-I", "-S", "-c", _MOVED, str(reads), str(writes), path, *options]
    quiet = subprocess.DEVNULL
    # In a group of its own: an interruption is ours to answer, and ends it as any other end does.
    return subprocess.Popen(  # noqa: S603
        words, pass_fds=(reads, writes), stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
    )


def _let_go(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(_LEAVE)
    except subprocess.TimeoutExpired:
        with suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
