"""What is answered at which address: the pages of the report as the study is now, acts, and news of changes."""

import asyncio
import errno
import json
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import partial
from hashlib import sha256
from time import monotonic
from urllib.parse import unquote

import msgspec
from anyio.to_thread import run_sync
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import (
    FileResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Route

from crosscase.framework import Findings
from crosscase.pages import addresses, assets, links, material_of, page, render, text, texts
from crosscase.pages.transcripts import ways
from crosscase.pages.windows import WINDOWS, Seen, render_missing, render_window, window_page
from crosscase.problem import Blocked, Outdated, Refused
from crosscase.study.decisions.door import today
from crosscase.study.done import Act
from crosscase.web import acts, client
from crosscase.web.blind import may_act, unseen
from crosscase.web.coding import Changes, CodingData, Told, changes, coding_data, places, told
from crosscase.web.gate import LARGEST, Gate, Keys
from crosscase.web.learner import Learner
from crosscase.web.media import KINDS, recording
from crosscase.web.said import said
from crosscase.web.session import Session
from crosscase.web.watching import watch

LOOK_EVERY = 0.1
"""Seconds between two looks at the files: a stat of each, so that it works where a system tells of nothing."""

REST = 50
"""How many times as long as a look took nobody looks again: a large study, or a slow disk, is looked at less often."""
LONGEST_REST = 0.5

MADE = 8
"""How many pages are kept as they were made, for as long as nothing in the study changes."""

PAGES = 40
"""How many pages' data are remembered, each at one version of the study."""

_LOG = logging.getLogger(__name__)

_NOT_MADE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Not made</title>
<p>This page could not be made, by a fault of the program: what is decided is in the study’s files and stays there.
Load the page again; if this is still here, run <code>crosscase check</code> on the study, and report what the terminal
of <code>crosscase serve</code> says.</p>
"""

_NOTHING = "There is nothing of this name in this study; it may have been renamed, merged or taken away."

_KEPT = {"Cache-Control": "private, max-age=31536000, immutable", "Vary": "Cookie"}
"""Of styles and scripts, which hold nothing of a study: kept by a browser until the server starts again, with another
cookie."""

_KINDS = {"css": "text/css", "woff2": "font/woff2", "js": "text/javascript", "txt": "text/plain"}


@dataclass(frozen=True, slots=True)
class _Pages:
    """Pages as they were made of these findings on a day: whoever comes back gets them again."""

    findings: Findings | None
    on: date
    pages: dict[tuple[str, bool], str]


class Window:
    """The addresses of one coder's window on a study."""

    def __init__(self, session: Session, keys: Keys) -> None:
        self.session, self.keys = session, keys
        self.learner = Learner()
        self.stopping = asyncio.Event()
        self._heard = asyncio.Event()
        self._had: dict[tuple[str, str], Told] = {}
        self._pages = _Pages(None, date.min, {})

    def app(self) -> Gate:
        routes = [
            Route("/", self.home),
            Route("/news", self.news),
            Route("/state", self.state),
            Route("/coding/{file}", self.coding),
            Route("/places", self.places),
            Route("/media/{file}", self.media),
            Route("/acts", self.act, methods=["POST"]),
            Route("/acts/{id:int}/undo", self.undo, methods=["POST"]),
            Route("/learning", self.learning),
            Route("/learning", self.learn, methods=["POST"]),
            Route("/assets/{name}", self.asset),
            *(Route(f"/{name}", partial(self.window, name)) for name in WINDOWS),
            Route("/{file}", self.page),
        ]
        return Gate(Starlette(routes=routes), self.keys)

    async def home(self, _: Request) -> Response:
        return RedirectResponse(f"/{links.window('home')}", 303)

    async def window(self, name: str, request: Request) -> Response:
        """A page on which people decide; 404 where what it is asked to show isn't in the study."""
        try:
            text = await run_sync(self._window, name, dict(request.query_params))
        except KeyError:
            return await self._missing(request)
        return Response(text, media_type="text/html")

    def _window(self, name: str, asked: dict[str, str]) -> str:
        self.session.look()
        # It is asked first: should more be learned meanwhile, the page is shown once more, and not once too little.
        learned = self.session.learned
        version, seen = self._seen(asked)
        return render_window(name, window_page(name, seen), version, learned)

    def _seen(self, asked: dict[str, str]) -> tuple[str, Seen]:
        session = self.session
        version, findings = session.as_it_is()
        material = material_of(findings, date.today())
        return version, Seen(material, session.coder, session.suggestions, session.is_blind, asked, session.learning)

    async def _missing(self, request: Request) -> Response:
        """404: a page with the ways on for a person, a line for a script; a broken file may be why nothing is there."""
        broken = self.session.broken
        why = f"A file is broken, so this can’t be shown: {broken}" if broken else _NOTHING
        if "text/html" not in request.headers.get("accept", ""):
            return PlainTextResponse(f"{why}\n", 404)
        version, seen = await run_sync(self._seen, {})
        return Response(render_missing(seen, why, version), 404, media_type="text/html")

    async def asset(self, request: Request) -> Response:
        name = request.path_params["name"]
        ours = client.scripts().get(name) or assets().get(f"assets/{name}")
        data = ours or await run_sync(self._text, name)
        if data is None:
            return PlainTextResponse("There is no such file.\n", 404)
        return Response(data, media_type=_KINDS[name.rpartition(".")[2]], headers=_KEPT if ours else {})

    def _text(self, name: str) -> bytes | None:
        """The turns of a source, for its matrices."""
        findings = self.session.findings
        source_id = texts(findings).get(f"assets/{name}")
        return text(findings, source_id) if source_id is not None else None

    async def page(self, request: Request) -> Response:
        """A page of the report, made now; what isn't an address of the study is 404, whatever it looks like."""
        file = request.path_params["file"]
        if any(links.source(source.id) == file for source in self.session.study.sources):
            made = self._made(file, is_opening="whole" not in request.query_params)
            return StreamingResponse(made, media_type="text/html", headers={"Link": client.ahead(file)})
        text = await run_sync(self._page, file)
        if text is None:
            return await self._missing(request)
        return Response(text, media_type="text/html")

    async def _made(self, file: str, *, is_opening: bool) -> AsyncIterator[str]:
        """The page of a source, which a browser hears of before it is made: it takes the longest.

        That it is found has been said by then, so whatever goes wrong in making it is said in its place.
        """
        try:
            text = await run_sync(partial(self._page, file, is_opening=is_opening))
        except Exception:
            _LOG.exception("The page of a source could not be made: %s", file)
            text = _NOT_MADE
        yield text or "There is no such page in this study any more.\n"

    def _page(self, file: str, *, is_opening: bool = False) -> str | None:
        self.session.look()
        findings, on = self.session.findings, date.today()
        if not (self._pages.findings is findings and self._pages.on == on):
            self._pages = _Pages(findings, on, {})
        pages, asked = self._pages.pages, (file, is_opening)
        if asked not in pages and (address := addresses(findings, on).get(file)):
            pages[asked] = render(page(findings, address, on, is_opening=is_opening), served=True)
            while len(pages) > MADE:
                pages.pop(next(iter(pages)), None)
        return pages.get(asked)

    async def state(self, _: Request) -> Response:
        """What a page has to know to decide on anything: the study's version, its own token, who decides.

        `done` can be taken back, and `undone` done again, the last one first: this coder's acts, on all pages.
        """
        await run_sync(self.session.look)
        session = self.session
        done, undone = ([{"id": act.id, "what": act.what, "key": act.key} for act in acts] for acts in session.stacks)
        return JSONResponse(
            {
                "version": session.version,
                "coder": session.coder,
                "token": self.keys.token,
                "study": sha256(str(session.folder.resolve()).encode()).hexdigest()[:12],
                "done": done,
                "undone": undone,
            }
        )

    async def coding(self, request: Request) -> Response:
        """What a source's page needs for coding, or what changed `since` a version of it; 404 for any other page."""
        data = await run_sync(self._coding, request.path_params["file"], request.query_params.get("since", ""))
        if data is None:
            return PlainTextResponse("There is no such source in this study.\n", 404)
        return Response(msgspec.json.encode(data), media_type="application/json")

    def _coding(self, file: str, since: str) -> CodingData | Changes | None:
        self.session.look()
        version = self.session.version
        study = self.session.seen(version)
        source = next((source for source in study.sources if links.source(source.id) == file), None)
        if source is None:
            return None
        coder, token = self.session.coder, self.keys.token
        seen = unseen(study, coder) if self.session.is_blind else study
        is_closed = self.session.is_blind and bool(study.unfinished(coder))
        now = told(seen, source, coder, self.session.suggestions, is_closed=is_closed)
        before = self._had.get((file, since))
        self._keep((file, version), now)
        if before is None:
            cells = ways(material_of(self.session.findings, date.today()), source.id)
            return coding_data(seen, source, coder, now, cells, version=version, token=token)
        return changes(before, now, since=since, version=version, token=token)

    def _keep(self, page: tuple[str, str], now: Told) -> None:
        """Remember what pages have, so that they need only be told what changed; a page that is too old gets it all."""
        self._had[page] = now
        while len(self._had) > PAGES:
            self._had.pop(next(iter(self._had)), None)

    async def media(self, request: Request) -> Response:
        """A source's recording, whole or the range that is asked for; 404 where it has none within the study."""
        file, study = request.path_params["file"], self.session.study
        source = next((source for source in study.sources if links.source(source.id) == file), None)
        path = recording(study, source) if source else None
        if path is None:
            return PlainTextResponse("There is no such recording in this study.\n", 404)
        return FileResponse(path, media_type=KINDS[path.suffix.lower()])

    async def places(self, _: Request) -> Response:
        """Where one may go from a source's page: its kind, its name and its address."""
        return JSONResponse(places(self.session.study))

    async def act(self, request: Request) -> Response:
        data = await _body(request)
        return (
            PlainTextResponse("A decision of over 1 MB is not taken.\n", 413)
            if data is None
            else await self._do(partial(self._act, data), request)
        )

    async def undo(self, request: Request) -> Response:
        key = request.query_params.get("key", "")
        return await self._do(partial(self.session.undo, request.path_params["id"], key), request)

    def _act(self, data: bytes) -> Act:
        sent = acts.read(data)
        session = self.session
        if session.is_blind:
            may_act(session.study, session.coder, sent.act)
        is_blind = session.is_blind and bool(session.study.unfinished(session.coder))
        who = acts.Who(session.coder, today(), lambda: session.offered, lambda: session.blind_passages, is_blind)
        what = said(sent.act, session.study)
        return session.decide(sent.version, what, acts.deciding(sent.act, who), sent.key)

    async def _do(self, deciding: Callable[[], Act], request: Request) -> Response:
        """200 with the act's number, and what is another then on the page that asked.

        409 where a person has to look again; 422 where it can't be done, and why.
        423, or 507 for a full disk, where it can be done as it is as soon as what stands in its way is gone; so it is
        with whatever is refused while a file can't be read, which may be what it needs.
        """
        try:
            act = await run_sync(deciding)
        except Outdated as refusal:
            # The page is to show what there is now, and this may be the first to hear of it.
            await run_sync(self.session.look)
            return JSONResponse({"error": str(refusal), "version": self.session.version}, 409)
        except KeyError:
            error = "this page is too old; load it again, and decide then"
            return JSONResponse({"error": error, "version": self.session.version}, 409)
        except Blocked as refusal:
            return JSONResponse({"error": str(refusal), "version": self.session.version}, _blocked(refusal))
        except Refused as refusal:
            if request.url.path == "/acts" and (broken := await run_sync(self._breaking)):
                error = f"{refusal}. Correct this first: {broken}"
                return JSONResponse({"error": error, "version": self.session.version}, 423)
            return JSONResponse({"error": str(refusal), "version": self.session.version}, 422)
        answer: dict[str, object] = {"id": act.id, "what": act.what, "version": self.session.version}
        if file := request.headers.get("x-crosscase-page"):
            answer["news"] = await run_sync(self._coding, unquote(file), request.headers.get("x-crosscase-since", ""))
        return Response(msgspec.json.encode(answer), media_type="application/json")

    def _breaking(self) -> str:
        """The mistake for which something that was there may be missing: in the codebook, in cases, and the like."""
        self.session.look()
        broken = self.session.broken
        return "" if broken.startswith(("codings/", "reviews/", "charts/")) else broken

    async def learn(self, _: Request) -> Response:
        """Begin to learn from what was decided; whoever codes blind has no part in it."""
        if self.session.is_blind:
            return PlainTextResponse("A blind coder is shown nothing of what the machine makes of a study.\n", 403)
        await run_sync(self.session.look)
        self.learner.begin(self.session.study)
        return JSONResponse(self._learning())

    async def learning(self, _: Request) -> Response:
        return JSONResponse(self._learning())

    def _learning(self) -> Mapping[str, str | int]:
        """How far learning is, and as of when what was `learned` is kept; nothing of it for a blind coder."""
        return {} if self.session.is_blind else {**self.learner.state(), "learned": self.session.learned}

    def hear(self) -> None:
        """Whoever waits for news looks at the files at once."""
        self._heard.set()
        self._heard = asyncio.Event()

    async def watch(self) -> None:
        await watch(self.session.folder, self.stopping, self.hear)

    def stop(self) -> None:
        self.stopping.set()
        self.hear()

    async def news(self, request: Request) -> Response:
        """A line whenever the study has changed, or learning has come further, as server-sent events.

        It ends as soon as the server stops.
        """
        return StreamingResponse(self._news(request), media_type="text/event-stream")

    async def _news(self, request: Request) -> AsyncIterator[str]:
        sent: Mapping[str, object] = {}
        while not self.stopping.is_set() and not await request.is_disconnected():
            began = monotonic()
            await run_sync(self.session.look)
            rest = min(LONGEST_REST, max(LOOK_EVERY, REST * (monotonic() - began)))
            session = self.session
            told = {"version": session.version, "learning": self._learning(), "amiss": session.amiss}
            if told != sent:
                sent, rest = told, LOOK_EVERY
                yield f"data: {json.dumps(told)}\n\n"
            with suppress(TimeoutError):
                await asyncio.wait_for(self._heard.wait(), rest)


def _blocked(refusal: Blocked) -> int:
    cause = refusal.__cause__
    is_full = isinstance(cause, OSError) and cause.errno in (errno.ENOSPC, errno.EDQUOT)
    return 507 if is_full else 423


async def _body(request: Request) -> bytes | None:
    """What was sent, or None for more than is taken, whatever its head said."""
    data = bytearray()
    with suppress(ClientDisconnect):
        async for chunk in request.stream():
            data += chunk
            if len(data) > LARGEST:
                return None
    return bytes(data)
