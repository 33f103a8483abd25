"""Who may come in: this machine's own browser, with a key that was given once, and no other site's page."""

import hmac
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

LARGEST = 1024 * 1024
GOOD_FOR = 60
LAUNCH = "launch"
TOKEN = "x-crosscase-token"  # noqa: S105
READS = ("GET", "HEAD")

ALWAYS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "X-Frame-Options": "DENY",
}
"""Headers of every answer that doesn't say otherwise by itself."""


@dataclass
class Keys:
    """What lets a browser in. `launch` is good once, for a minute; `cookie` and `token` as long as the server runs.

    A cookie is the same for all ports of a machine, so writing needs the page's token too.
    """

    port: int
    cookie: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    now: Callable[[], float] = time.monotonic
    _launch: str = ""
    _until: float = 0

    def launch(self) -> str:
        """A new code for the address that is opened; one that was given before is good no more."""
        self._launch, self._until = secrets.token_urlsafe(24), self.now() + GOOD_FOR
        return self._launch

    def admits(self, code: str) -> bool:
        """Whether the code is the one that was given; whatever the answer for the right one, it is used up."""
        is_right = bool(self._launch) and hmac.compare_digest(code.encode(), self._launch.encode())
        is_right_in_time = is_right and self.now() <= self._until
        if is_right:
            self._launch = ""
        return is_right_in_time

    @property
    def name(self) -> str:
        return f"crosscase-{self.port}"

    @property
    def hosts(self) -> frozenset[str]:
        return frozenset(f"{host}:{self.port}" for host in ("127.0.0.1", "localhost"))


class Gate:
    """Passes on what comes from the window itself, and answers the rest: 421, 403, 405, 411, 413 or 415."""

    def __init__(self, app: ASGIApp, keys: Keys) -> None:
        self.app = app
        self.keys = keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        answer = self._answer(scope)
        await (answer or self.app)(scope, receive, _with_headers(send))

    def _answer(self, scope: Scope) -> Response | None:
        """The answer to one who may not come in, or who has just shown the launch code; None for the others."""
        headers = Headers(scope=scope)
        if scope["type"] != "http" or headers.get("host", "") not in self.keys.hosts:
            return _no(421, "This address is not one of crosscase's.")
        if scope["method"] in READS and (code := dict(parse_qsl(scope["query_string"].decode("latin-1"))).get(LAUNCH)):
            return self._launched(scope, code)
        if not hmac.compare_digest(_cookie(headers, self.keys.name).encode(), self.keys.cookie.encode()):
            return _no(403, "Open the address that `crosscase serve` printed; each is good once, for a minute.")
        return None if scope["method"] in READS else self._write(scope, headers)

    def _launched(self, scope: Scope, code: str) -> Response:
        if not self.keys.admits(code):
            return _no(403, "This address was used already, or is too old. Stop `crosscase serve`, and start it again.")
        rest = [pair for pair in parse_qsl(scope["query_string"].decode("latin-1")) if pair[0] != LAUNCH]
        answer = RedirectResponse("/" + scope["path"].lstrip("/") + (f"?{urlencode(rest)}" if rest else ""), 303)
        answer.set_cookie(self.keys.name, self.keys.cookie, httponly=True, samesite="strict", path="/")
        return answer

    def _write(self, scope: Scope, headers: Headers) -> Response | None:
        if scope["method"] != "POST":
            return _no(405, "Decisions are sent by POST.")
        if headers.get("origin") not in {f"http://{host}" for host in self.keys.hosts}:
            return _no(403, "Only crosscase's own pages may write.")
        if headers.get("sec-fetch-site", "same-origin") != "same-origin":
            return _no(403, "Only crosscase's own pages may write.")
        if not hmac.compare_digest(headers.get(TOKEN, "").encode(), self.keys.token.encode()):
            return _no(403, "This page is from an earlier run of the server; load it again.")
        if headers.get("content-type", "").partition(";")[0].strip() != "application/json":
            return _no(415, "Decisions are sent as JSON.")
        length = headers.get("content-length", "")
        if not length.isdecimal():
            return _no(411, "A decision says how long it is.")
        return _no(413, "A decision of over 1 MB is not taken.") if int(length) > LARGEST else None


def _cookie(headers: Headers, name: str) -> str:
    try:
        cookies = SimpleCookie(headers.get("cookie", ""))
    except CookieError:
        return ""
    return cookies[name].value if name in cookies else ""


def _no(status: int, why: str) -> Response:
    return PlainTextResponse(f"{why}\n", status)


def _with_headers(send: Send) -> Send:
    async def sending(message: dict[str, object]) -> None:
        if message["type"] == "http.response.start":
            said = {name for name, _ in message["headers"]}  # type: ignore[attr-defined]
            always = [(name.lower().encode(), value.encode()) for name, value in ALWAYS.items()]
            added = [header for header in always if header[0] not in said]
            message = {**message, "headers": [*message["headers"], *added]}  # type: ignore[misc]
        await send(message)

    return sending  # type: ignore[return-value]
