"""The server's life: it takes a port of this machine, tells its address, opens the browser, and stops at once."""

import asyncio
import socket
import webbrowser
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import uvicorn

from crosscase.problem import Refused
from crosscase.study.decisions.door import coder_of
from crosscase.web.app import Window
from crosscase.web.gate import LAUNCH, Keys
from crosscase.web.session import Session

HOST = "127.0.0.1"

PORTS = range(20_000, 30_000)
"""Ports that nobody has registered for much, below those that systems give away."""


class _Server(uvicorn.Server):
    """Ends the streams of news before it waits for what is still being answered."""

    def __init__(self, config: uvicorn.Config, window: Window) -> None:
        super().__init__(config)
        self.window = window

    def handle_exit(self, sig: int, frame: object) -> None:
        self.window.stop()
        super().handle_exit(sig, frame)  # type: ignore[arg-type]


def serve(
    folder: Path,
    coder: str,
    *,
    port: int | None = None,
    is_blind: bool = False,
    opens: bool = True,
    tell: Callable[[str], None] = print,
) -> None:
    """Serve a study's pages on this machine until it is stopped.

    Without a `port`, at the same one each time, so that a tab left open goes on, with what was begun in it; where that
    one is taken, or for 0, at a free one.

    Raises `Refused` for a coder whom study.yaml doesn't name, or where the port asked for is taken.
    """
    session = Session(folder, coder, is_blind=is_blind)
    coder_of(session.study, coder)
    with _usual(folder, coder) if port is None else _listening(port) as listening:
        keys = Keys(listening.getsockname()[1])
        address = f"http://{HOST}:{keys.port}/?{LAUNCH}={keys.launch()}"
        tell(address)
        asyncio.run(_serve(session, keys, listening, address if opens else ""))


async def _serve(session: Session, keys: Keys, listening: socket.socket, opened: str) -> None:
    window = Window(session, keys)
    config = uvicorn.Config(window.app(), log_level="warning", access_log=False, lifespan="off", server_header=False)
    server = _Server(config, window)
    if opened:
        asyncio.get_running_loop().call_later(0.2, webbrowser.open, opened)
    watching = asyncio.create_task(window.watch())
    await server.serve(sockets=[listening])
    window.stop()
    await watching


def _usual(folder: Path, coder: str) -> socket.socket:
    """At the port that a coder's window of this study has each time, or at a free one where that is taken."""
    number = int.from_bytes(sha256(f"{folder.resolve()}\0{coder}".encode("utf-8", "surrogateescape")).digest()[:4])
    try:
        return _listening(PORTS[number % len(PORTS)])
    except Refused:
        return _listening(0)


def _listening(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
    except OSError as error:
        listening.close()
        raise Refused(f"port {port} is taken; choose another by --port, or leave it out") from error
    listening.listen(64)
    return listening
