"""The window's server: who may come in, which decisions it takes, that each is written and can be taken back."""

import asyncio
import errno
import html
import json
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from crosscase import load
from crosscase.codebook import Code
from crosscase.framework import analyse
from crosscase.learning import BlindPassage, Learning
from crosscase.memo import Memo
from crosscase.pages import addresses, links, page, render
from crosscase.pages.transcripts import OPENING
from crosscase.profile import findings_for
from crosscase.study import decisions, files, save_learning, save_suggestions
from crosscase.web import acts, app, client, said
from crosscase.web.app import Window
from crosscase.web.blind import unseen
from crosscase.web.gate import ALWAYS, GOOD_FOR, LARGEST, LAUNCH, TOKEN, Keys
from crosscase.web.media import seconds
from crosscase.web.serving import _usual
from crosscase.web.session import KEPT, Session
from crosscase.web.watching import watch
from tests.awaiting import awaited
from tests.conftest import SMALL, StudyFolder, long_source
from tests.deciding import EVERY, suggestion
from tests.test_decisions import contents, readable

PORT = 4711
HERE = f"http://127.0.0.1:{PORT}"
JSON = Mapping[str, Any]


@pytest.fixture
def folder(study_folder: StudyFolder) -> Path:
    return with_all_on_offer(readable(study_folder))


def with_all_on_offer(folder: Path) -> Path:
    """The study with what `SENT` accepts, changes, rejects or is asked about blind."""
    save_suggestions(load(folder), [suggestion()])
    blind = BlindPassage(suggestion().segment, ("money.source", "people.help"), (suggestion(),))
    save_learning(load(folder), Learning(decisions=0, passages=9, reviewables=(), codes=(), blind=(blind,)))
    return folder


class Browser:
    """A window as its pages have it: let in, and with the page's token."""

    def __init__(self, folder: Path, coder: str = "AB", *, is_blind: bool = False) -> None:
        self.keys = Keys(PORT)
        self.session = Session(folder, coder, is_blind=is_blind)
        self.client = TestClient(Window(self.session, self.keys).app(), base_url=HERE, follow_redirects=False)
        self.client.cookies.set(self.keys.name, self.keys.cookie)
        self.state = self.client.get("/state").json()

    def send(self, path: str, body: Any = None, **headers: str) -> Any:
        own = {"origin": HERE, TOKEN: self.state["token"], "content-type": "application/json"}
        return self.client.post(path, content=json.dumps(body), headers=own | headers)

    def get(self, path: str) -> str:
        return self.client.get(path).text

    def act(self, act: JSON, version: str = "") -> Any:
        return self.send("/acts", {"version": version or self.session.version, "act": act})


@pytest.fixture
def browser(folder: Path) -> Browser:
    return Browser(folder)


# -- who may come in


Asking = Callable[[Browser], Any]

GATE: Mapping[str, tuple[int, Asking]] = {
    "its own page": (200, lambda b: b.client.get("/index.html")),
    "under its other name": (200, lambda b: b.client.get("/state", headers={"host": f"localhost:{PORT}"})),
    "another name for this machine": (421, lambda b: b.client.get("/index.html", headers={"host": "evil.example"})),
    "another port": (421, lambda b: b.client.get("/index.html", headers={"host": "127.0.0.1:1"})),
    "no host": (421, lambda b: b.client.get("/index.html", headers={"host": ""})),
    "another machine's name before the port": (
        421, lambda b: b.client.post("/acts", headers={"host": f"127.0.0.1.evil.example:{PORT}"})
    ),
    "no cookie": (403, lambda b: TestClient(b.client.app, base_url=HERE).get("/index.html")),
    "a wrong cookie": (
        403, lambda b: TestClient(b.client.app, base_url=HERE, cookies={b.keys.name: "x"}).get("/index.html")
    ),
    "a wrong launch code": (403, lambda b: b.client.get(f"/?{LAUNCH}=x")),
    "no launch code was given": (403, lambda b: b.client.get(f"/?{LAUNCH}=%00")),
    "a decision": (200, lambda b: b.act({"act": "finish", "source": "elm"})),
    "a decision from another site": (403, lambda b: b.send("/acts", {}, origin="https://evil.example")),
    "a decision from another port": (403, lambda b: b.send("/acts", {}, origin="http://127.0.0.1:1")),
    "a decision from a file": (403, lambda b: b.send("/acts", {}, origin="null")),
    "a decision of unknown origin": (403, lambda b: b.send("/acts", {}, origin="")),
    "a decision from a page of the same site": (403, lambda b: b.send("/acts", {}, **{"sec-fetch-site": "same-site"})),
    "a decision without the page's token": (403, lambda b: b.send("/acts", {}, **{TOKEN: "x"})),
    "a decision as a form": (415, lambda b: b.send("/acts", {}, **{"content-type": "text/plain"})),
    "a decision that is too long": (413, lambda b: b.send("/acts", "x" * LARGEST)),
    "a decision of a length that is no number": (411, lambda b: b.send("/acts", {}, **{"content-length": "-1"})),
    "another method": (405, lambda b: b.client.put("/acts", headers={"origin": HERE})),
    "a file of the study": (404, lambda b: b.client.get("/study.yaml")),
    "a path that leads out": (404, lambda b: b.client.get("/..%2f..%2fstudy.yaml")),
    "an asset that leads out": (404, lambda b: b.client.get("/assets/..%2fpages.py")),
    "a style": (200, lambda b: b.client.get("/assets/report.css")),
    "a script": (200, lambda b: b.client.get("/assets/window.js")),
    "the turns of a source": (200, lambda b: b.client.get("/assets/text-ash.js")),
}  # fmt: skip


@pytest.mark.parametrize(("status", "asking"), GATE.values(), ids=GATE)
def test_the_gate_answers(browser: Browser, status: int, asking: Asking) -> None:
    answer = asking(browser)
    assert answer.status_code == status
    kept = {"Cache-Control": answer.headers["cache-control"]} if "immutable" in answer.headers["cache-control"] else {}
    assert {**ALWAYS, **kept} == {name: answer.headers.get(name) for name in ALWAYS}


def test_a_browser_keeps_scripts_and_styles_until_the_server_starts_again_and_nothing_of_a_study(
    browser: Browser,
) -> None:
    for path in ("/assets/report.css", "/assets/fonts.css", "/assets/coding.js", "/assets/transcript.js"):
        headers = browser.client.get(path).headers
        assert "immutable" in headers["cache-control"]
        assert headers["vary"] == "Cookie"
    for path in ("/source-ash.html", "/assets/text-ash.js", "/coding/source-ash.html", "/state", "/assets/none.js"):
        assert browser.client.get(path).headers["cache-control"] == "no-store"
    assert Keys(PORT).cookie != browser.keys.cookie


@pytest.mark.parametrize("address", ["/code?id=gone", "/cell?row=gone&code=gone", "/source-gone.html", "/gone"])
def test_an_address_that_the_study_has_nothing_at_leads_on(browser: Browser, address: str) -> None:
    page = browser.client.get(address, headers={"accept": "text/html,*/*;q=0.8"})
    assert page.status_code == 404
    assert 'href="home"' in page.text
    told = browser.client.get(address)
    assert told.status_code == 404
    assert told.text.startswith("There is nothing of this name in this study; ")


def test_nothing_that_was_turned_away_is_written(browser: Browser, folder: Path) -> None:
    before = contents(folder)
    for name, (status, asking) in GATE.items():
        if status != 200:
            asking(browser)
            assert contents(folder) == before, name


def test_the_launch_code_is_good_once_and_for_a_minute(browser: Browser) -> None:
    stranger = TestClient(browser.client.app, base_url=HERE, follow_redirects=False)
    code = browser.keys.launch()
    first = stranger.get(f"/code.html?{LAUNCH}={code}&q=1")
    assert (first.status_code, first.headers["location"]) == (303, "/code.html?q=1")
    assert "HttpOnly" in first.headers["set-cookie"]
    assert "SameSite=strict" in first.headers["set-cookie"]
    assert stranger.get("/state").status_code == 200
    assert TestClient(browser.client.app, base_url=HERE).get(f"/?{LAUNCH}={code}").status_code == 403


def test_a_launch_code_that_is_too_old_or_was_replaced_is_good_no_more() -> None:
    moments = iter((0.0, 0.0, GOOD_FOR + 1.0))
    keys = Keys(PORT, now=lambda: next(moments))
    former, code = keys.launch(), keys.launch()
    assert not keys.admits(former)
    assert not keys.admits(code)


def test_a_redirection_never_leads_to_another_site(browser: Browser) -> None:
    answer = browser.client.get(f"{HERE}//evil.example/?{LAUNCH}={browser.keys.launch()}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/evil.example/")


def test_a_page_without_length_is_read_no_further_than_it_may(browser: Browser) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(40):
            yield b"x" * (LARGEST // 20)

    headers = {"origin": HERE, TOKEN: browser.state["token"], "content-type": "application/json"}
    assert browser.client.post("/acts", content=endless(), headers=headers).status_code in (411, 413)


# -- pages


def without_window(text: str) -> str:
    """A page without what only a served one has: its script and style, and by what that script finds its way."""
    text = re.sub(r' data-(?:key|keys|lane|place)="[^"]*"| class="(?:back|cell|head|memo|noted|ref|words)"', "", text)
    text = text.replace(" turn-participant", "")
    text = re.sub(r'<span>([^<]*)</span> <span class="number">([^<]*)</span></a>', r"\1 <b>\2</b></a>", text)
    text = re.sub(r'<script type="module" src="assets/window.js"></script>', "", text)
    text = re.sub(r'<link rel="(?:stylesheet" href="assets/window.css|expect" .*)">\n', "", text)
    text = re.sub(r'<(\w+) class="served-only">.*?</\1>\n?', "", text, flags=re.DOTALL)
    if '<body class="source' in text:  # Its bar leads to the windows.
        text = re.sub(r'<nav id="sections".*?</nav>', "", text, flags=re.DOTALL)
    return re.sub(r'(http-equiv="Content-Security-Policy" content=)"[^"]*"', r'\1""', text)


@pytest.mark.parametrize("name", links.WINDOWS)
def test_a_window_of_the_bar_is_built_from_the_study_as_it_is(browser: Browser, name: str) -> None:
    answer = browser.client.get(f"/{name}")
    assert answer.status_code == 200
    assert f'data-version="{browser.session.version}"' in answer.text


def test_home_names_what_waits_and_nothing_of_others_to_a_blind_coder(browser: Browser, folder: Path) -> None:
    assert "1 suggestion" in browser.client.get("/home").text
    blind = Browser(folder, "CD", is_blind=True).client.get("/home").text
    assert "suggestion</" not in blind
    assert "Who is how far" not in blind


def test_a_served_page_is_the_saved_one_but_for_what_is_served_only(browser: Browser, folder: Path) -> None:
    findings = findings_for(load(folder), "team", [suggestion()])
    assert len(addresses(findings)) > 12
    for file, address in addresses(findings).items():
        served = browser.client.get(f"/{file}").text
        assert "assets/window.js" in served
        assert "connect-src 'self'" in html.unescape(served)
        assert without_window(served) == without_window(render(page(findings, address)))


def test_the_page_of_a_source_says_ahead_what_it_will_ask_for_and_nothing_else(browser: Browser) -> None:
    answer = browser.client.get("/source-ash.html")
    ahead = re.findall(r"<([^>]+)>; rel=(\w+)(?:; as=(\w+))?", answer.headers["link"])
    styles = [place for place, _, kind in ahead if kind == "style"]
    assert styles == re.findall(r'<link rel="stylesheet" href="([^"]+)"', answer.text)
    assert ("/coding/source-ash.html", "preload", "fetch") in ahead
    scripts = {place for place, way, kind in ahead if way == "modulepreload" or kind == "script"}
    assert scripts == {"assets/transcript.js", *_asked_for("window.js"), *_asked_for("coding.js")}
    assert all(browser.client.get(f"/{place.lstrip('/')}").status_code == 200 for place, _, _ in ahead)
    assert "link" not in browser.client.get("/index.html").headers


def _asked_for(name: str) -> set[str]:
    """A script, and all that it imports, however its lines are broken."""
    imported = re.findall(r'\bfrom\s*"\./([^"]+)"', client.scripts()[name].decode())
    return {f"assets/{name}"}.union(*map(_asked_for, imported))


def test_the_first_address_leads_to_what_waits(browser: Browser) -> None:
    assert browser.client.get("/").headers["location"] == "/home"


def test_an_edit_in_an_editor_is_on_the_page_that_is_asked_for_next(browser: Browser, folder: Path) -> None:
    path = folder / "codebook/2-people.yaml"
    path.write_text(path.read_text().replace("Who leads", "Who leads the way"))
    assert "Who leads the way" in browser.client.get("/codebook.html").text


def test_a_page_is_made_once_for_what_a_study_is(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def rendered(page: Any, **how: bool) -> str:
        made.append(page.file)
        return render(page, **how)

    monkeypatch.setattr(app, "render", rendered)
    pages = [browser.client.get("/source-ash.html").text for _ in range(2)]
    assert pages[0] == pages[1]
    assert made == ["source-ash.html"]
    assert browser.act({"act": "finish", "source": "elm"}).status_code == 200
    assert browser.client.get("/source-ash.html").status_code == 200
    assert made == ["source-ash.html", "source-ash.html"]


# -- the page of a long source


def long_browser(study_folder: StudyFolder, turns: int = 260) -> Browser:
    """A window on a source of many turns, in each answer of which AB coded two passages."""
    return Browser(study_folder(SMALL | long_source(turns)))


def turns_of(text: str) -> list[str]:
    return re.findall(r'<li class="turn.*?(?=<li class="turn|</ol>\s*</section>)', text, re.DOTALL)


def bare(turn: str) -> str:
    """A turn's words alone, as a reader has them."""
    words = re.search(r"<p[^>]*>(.*?)</p>", turn, re.DOTALL)
    assert words is not None
    return html.unescape(re.sub(r"<a [^>]*>.*?</a>|<[^>]+>", "", words[1]))


def test_a_window_opens_a_long_source_with_its_first_turns_as_they_are_saved_and_all_words(
    study_folder: StudyFolder,
) -> None:
    browser = long_browser(study_folder)
    findings = findings_for(load(browser.session.folder), "team", ())
    saved = turns_of(without_window(render(page(findings, addresses(findings)["source-long.html"]))))
    opened = turns_of(without_window(browser.client.get("/source-long.html").text))
    assert opened[:OPENING] == saved[:OPENING]
    assert all("is-bare" in turn and "note" not in turn for turn in opened[OPENING:])
    assert [bare(turn) for turn in opened] == [bare(turn) for turn in saved]
    assert len(opened) == 260


def test_without_script_a_long_source_is_fetched_whole_and_is_the_saved_page(study_folder: StudyFolder) -> None:
    browser = long_browser(study_folder)
    findings = findings_for(load(browser.session.folder), "team", ())
    away = re.search(
        r'<noscript><meta http-equiv="refresh" content="0; url=([^"]+)">', browser.get("/source-long.html")
    )
    assert away is not None
    whole = browser.get(f"/{away[1]}")
    assert "refresh" not in whole
    assert without_window(whole) == without_window(render(page(findings, addresses(findings)["source-long.html"])))
    assert "refresh" not in browser.get("/source-elm.html")


def test_the_ways_from_codings_to_their_cells_are_told_with_the_codings(study_folder: StudyFolder) -> None:
    browser = long_browser(study_folder)
    saved = browser.get("/source-long.html?whole=1")
    ways = browser.client.get("/coding/source-long.html").json()["ways"]
    assert len(ways) == 260
    assert all(f'href="{html.escape(href)}">{text}</a>' in saved for cells in ways.values() for text, href in cells)


def test_a_page_that_can_not_be_made_says_what_to_do_and_the_terminal_why(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(app, "render", broken)
    answer = browser.get("/source-ash.html")
    assert "could not be made" in answer
    assert "crosscase check" in answer
    assert "source-ash.html" in caplog.text
    assert "ZeroDivisionError" in caplog.text
    monkeypatch.undo()
    assert "could not be made" not in browser.get("/source-ash.html")


# -- decisions


SENT: Mapping[str, JSON] = {
    "add_codings": {"source": "ash", "passages": [{"start": 82, "end": 92, "code": "people.help", "memo": "?"}]},
    "change_coding": {"coding": "a1", "fields": {"memo": "sure", "value": "high"}},
    "remove_coding": {"coding": "a2"},
    "place_coding": {"coding": "c9", "start": 54, "end": 82},
    "read_up_to": {"source": "elm", "offset": 60},
    "finish": {"source": "elm"},
    "reopen": {"source": "ash", "read_to": 20},
    "look_again": {"source": "ash", "code": "people.foe"},
    "set_aside": {"source": "elm", "start": 0, "end": 11, "reason": "a label"},
    "take_in_again": {"source": "ash", "aside": "ash-AB-000001"},
    "accept": {"suggestion": suggestion().id},
    "change": {"suggestion": suggestion().id, "passage": {"start": 54, "end": 64, "code": "people.help"}},
    "reject": {"suggestion": suggestion().id, "blind": True},
    "postpone": {"suggestion": suggestion().id},
    "pass_over": {"source": "elm", "start": 37, "end": 52, "code": "people.help"},
    "summarise": {"row": "Elm", "code": "money.cost", "text": "Cheap.", "status": "thin", "codings": ["c1"]},
    "cite": {"row": "Ash", "code": "money.source", "codings": ["a1", "a2"]},
    "confirm_summary": {"row": "Ash", "code": "money.cost", "codings": ["a1", "c1"]},
    "judge_summary": {"row": "Ash", "code": "money.cost", "verdict": "partly"},
    "remove_summary": {"row": "Ash", "code": "money.source"},
    "settle": {"source": "ash", "starts": [48], "ends": [113], "kept": ["a1"], "code": "people.help", "memo": "So."},
    "finish_settling": {"source": "elm"},
    "confirm_absence": {"row": "Ash", "code": "people.help", "asked": False, "note": "Forgotten."},
    "withdraw_absence": {"row": "Elm", "code": "people.lead"},
    "decide_feature": {
        "case": "Ash", "episode": "Ash-1", "attribute": "people.lead", "value": "clerk", "evidence": ["a1"],
    },
    "withdraw_feature": {"case": "Ash", "episode": "Ash-2", "attribute": "people.lead"},
    "override_type": {"case": "Ash", "episode": "Ash-1", "typology": "models", "type": "weak", "reason": "So it is."},
    "withdraw_override": {"case": "Ash", "episode": "Ash-2", "typology": "models"},
    "define_category": {"category": "time", "name": "Time", "description": "Of it."},
    "define_code": {"code": {"id": "people.foe", "name": "Against", "category": "people"}, "before": "people.help"},
    "reword_code": {"code": "people.lead", "fields": {"definition": "Who led."}, "redefined": True, "why": "narrow"},
    "rename_code": {"code": "people.lead", "to": "people.leader"},
    "move_code": {"code": "money.source", "category": "people", "before": "people.help"},
    "merge_codes": {"code": "money.source", "into": "money.cost", "texts": {"Ash": "Dear; the county paid."}},
    "split_code": {
        "code": "money.cost",
        "new": [{"id": "money.dear", "name": "Dear", "category": "money", "values": {"high": "Much."}}],
        "dealt": {"a1": "money.dear"},
    },
    "retire_code": {"code": "people.help"},
    "audit": {"source": "elm", "start": 54, "end": 82, "choices": ["money.source", "people.help"], "code": ""},
    "remove_memo": {"name": "2026-01-02-cost"},
    "write_memo": {"name": "2026-01-02-cost", "text": "To whom?", "about": ["money.cost"]},
}  # fmt: skip
OF_CD = {"judge_summary", "place_coding", "finish", "read_up_to"}
ELSEWHERE = {
    *("add_coding", "summarise_all", "decide_features", "replace_names", "replace_source", "remove_source", "put_back"),
    *("rename_speakers", "withdraw", "bring_in", "code_blind", "write_theme", "write_claim", "describe_participant"),
    *(name for name in EVERY if "cluster" in name),
}
"""Decisions that the window leaves to commands, and those that it makes one by one."""


def test_every_decision_is_an_act_of_the_window_or_is_known_not_to_be() -> None:
    tags = {str(act.__struct_config__.tag) for act in acts.ACTS} - {"accept_moves"}  # no decision of its own: below
    assert tags == SENT.keys()
    assert tags == EVERY.keys() - ELSEWHERE


def about_to(name: str, folder: Path) -> Browser:
    """The window of one who can do what `SENT` says of this act."""
    browser = Browser(folder, "CD" if name in OF_CD else "AB")
    if name == "look_again":
        browser.act({"act": "define_code", **SENT["define_code"]})
    if name == "retire_code":
        (folder / "reviews/AB/elm.jsonl").unlink()
    return browser


@pytest.mark.parametrize("name", SENT)
def test_an_act_is_written_at_once_and_taken_back_byte_for_byte(folder: Path, name: str) -> None:
    browser = about_to(name, folder)
    before = contents(folder)
    answer = browser.act({"act": name, **SENT[name]})
    assert (answer.status_code, answer.json().get("error")) == (200, None)
    assert contents(folder) != before
    assert answer.json()["version"] == browser.session.version == Session(folder, "AB").version
    undone = browser.send(f"/acts/{answer.json()['id']}/undo")
    assert undone.status_code == 200
    assert contents(folder) == before
    again = browser.send(f"/acts/{undone.json()['id']}/undo")
    assert again.status_code == 200
    assert contents(folder) != before


def coding_a_new_code(source: str = "ash") -> JSON:
    return {
        "act": "add_codings",
        "source": source,
        "passages": [{"start": 1, "end": 5}],
        "new": {"name": "誰が", "category": "people"},
    }


def test_a_new_code_and_the_passage_that_it_is_found_in_are_one_act(folder: Path) -> None:
    browser, before = Browser(folder), contents(folder)
    answer = browser.act(coding_a_new_code())
    assert (answer.status_code, answer.json()["what"]) == (200, "coded “誰が”")
    study = load(folder)
    (made,) = (code for code in study.codebook.codes if code.name == "誰が")
    assert [(coding.start, coding.end) for coding in study.codings if coding.code_id == made.id] == [(1, 5)]
    assert browser.send(f"/acts/{answer.json()['id']}/undo").status_code == 200
    assert contents(folder) == before


def test_a_new_code_is_not_left_behind_where_its_passage_is_refused(folder: Path) -> None:
    browser, before = Browser(folder), contents(folder)
    act = coding_a_new_code()
    act["passages"][0] |= {"end": 10**6}
    assert browser.act(act).status_code == 422
    assert contents(folder) == before


def test_every_act_is_told_in_words_with_the_codes_that_it_is_about(folder: Path) -> None:
    assert said.WORDS.keys() == {str(act.__struct_config__.tag) for act in acts.ACTS}
    study = load(folder)

    def told(name: str, **fields: object) -> str:
        act = acts.read(json.dumps({"version": "", "act": {"act": name, **SENT[name], **fields}}).encode()).act
        return said.said(act, study)

    cost, lead = (study.codebook.by_id[code].name for code in ("money.cost", "people.lead"))
    assert told("summarise") == f"summary written “{cost}”"
    assert told("merge_codes", code="people.lead", into="money.cost") == f"codes merged “{lead}”, “{cost}”"
    coding = study.codings[0]
    name = study.codebook.by_id[coding.code_id].name
    assert told("change_coding", coding=coding.id, fields={"memo": "sure"}) == f"memo noted on “{name}”"
    assert told("change_coding", coding=coding.id, fields={"end": 9}) == f"edges changed of “{name}”"
    assert told("finish") == "finished"


@pytest.mark.parametrize(
    ("act", "says"),
    [
        ({"act": "no_such"}, "can't be read as a decision"),
        ({"act": "finish"}, "can't be read as a decision"),
        ({"act": "finish", "source": "elm", "more": 1}, "can't be read as a decision"),
        ({"act": "finish", "source": "../elm"}, "there is no source"),
        ({"act": "remove_coding", "coding": "zz"}, "there is no coding"),
        ({"act": "accept", "suggestion": "zz"}, "not on offer"),
        ({"act": "add_codings", "source": "ash", "passages": [{"start": 9, "end": 5, "code": "money.cost"}]}, "ash"),
        ({"act": "add_codings", "source": "ash", "passages": [{"start": -9, "end": 5, "code": "money.cost"}]}, ">= 0"),
        ({"act": "add_codings", "source": "ash", "passages": [{"start": 1, "end": 5, "code": "nothing"}]}, "no code"),
        ({"act": "write_memo", "name": "../../out", "text": "x"}, "can't be the"),
        ({"act": "write_memo", "name": "Con", "text": "x"}, "Windows gives no file that name"),
        ({"act": "write_memo", "name": "m" * 400, "text": "x"}, "has at most 120 letters, this has 400"),
        ({"act": "remove_memo", "name": "../../out"}, "there is no memo"),
        ({"act": "rename_code", "code": "people.help", "to": "people." + "x" * 400}, "at most 120 letters"),
        ({"act": "define_code", "code": {"name": " \t", "category": "people"}}, "the code's name has no letters"),
        (
            {
                "act": "add_codings",
                "source": "ash",
                "passages": [{"start": 9, "end": 5}],
                "new": {"name": "A", "category": "people"},
            },
            "ash",
        ),
        (
            {
                "act": "add_codings",
                "source": "ash",
                "passages": [{"start": 1, "end": 5}],
                "new": {"name": "A", "category": "x"},
            },
            "no category",
        ),
    ],
)
def test_what_can_not_be_done_is_said_in_one_line_and_nothing_is_written(
    browser: Browser, folder: Path, act: JSON, says: str
) -> None:
    before = contents(folder)
    answer = browser.act(act)
    assert answer.status_code == 422
    assert says in answer.json()["error"]
    assert "\n" not in answer.json()["error"]
    assert contents(folder) == before


def test_an_act_on_what_somebody_else_changed_meanwhile_is_409(browser: Browser, folder: Path) -> None:
    version = browser.session.version
    decisions.change_coding(load(folder), "AB", "a1", memo="theirs")
    answer = browser.act({"act": "change_coding", "coding": "a1", "fields": {"memo": "mine"}}, version)
    assert answer.status_code == 409
    assert "someone else" in answer.json()["error"]
    assert "theirs" in (folder / "codings/AB/ash.jsonl").read_text()


def test_acts_of_two_windows_on_different_things_are_both_kept(folder: Path) -> None:
    one, other = Browser(folder), Browser(folder, "CD")
    versions = one.session.version, other.session.version
    assert one.act({"act": "remove_coding", "coding": "a2"}, versions[0]).status_code == 200
    assert other.act({"act": "change_coding", "coding": "c1", "fields": {"memo": "?"}}, versions[1]).status_code == 200
    codings = {coding.id: coding for coding in load(folder).codings}
    assert "a2" not in codings
    assert codings["c1"].memo == "?"


def test_an_act_is_taken_back_though_another_window_wrote_into_the_same_file_since(folder: Path) -> None:
    one, other = Browser(folder), Browser(folder)
    act = {"act": "change_coding", "coding": "a1", "fields": {"memo": "mine"}}
    done = one.act(act).json()["id"]
    assert other.act({"act": "remove_coding", "coding": "a2"}).status_code == 200
    assert one.send(f"/acts/{done}/undo").status_code == 200
    codings = {coding.id: coding.memo for coding in load(folder).codings}
    assert (codings.get("a1"), "a2" in codings) == ("", False)
    done = one.act(act).json()["id"]
    assert other.act({**act, "fields": {"memo": "theirs"}}).status_code == 200
    answer = one.send(f"/acts/{done}/undo")
    assert (answer.status_code, "changed since" in answer.json()["error"]) == (422, True)


def test_a_page_that_is_too_old_is_told_to_load_again(browser: Browser) -> None:
    assert browser.act({"act": "finish", "source": "elm"}, "0" * 16).status_code == 409


def test_only_the_last_states_of_the_study_are_kept(browser: Browser) -> None:
    first = browser.session.version
    for number in range(KEPT + 2):
        browser.act({"act": "change_coding", "coding": "a1", "fields": {"memo": f"{number}"}})
    with pytest.raises(KeyError):
        browser.session.seen(first)
    assert browser.session.seen(browser.session.version).codings


def test_a_code_without_an_id_gets_one_made_of_its_name(browser: Browser) -> None:
    for expected in ("people.who-objects", "people.who-objects-2"):
        browser.act({"act": "define_code", "code": {"name": "Who objects?", "category": "people"}})
        assert expected in browser.session.study.codebook.by_id
    browser.act({"act": "define_category", "name": "People"})
    assert browser.session.study.codebook.categories[-1].id == "people-2"
    new = [{"name": "Dear", "category": "money", "values": {"high": "Much."}}, {"name": "?!", "category": "money"}]
    answer = browser.act({"act": "split_code", "code": "money.cost", "new": new, "dealt": {"a1": "Dear"}})
    assert answer.status_code == 200
    codings = {coding.id: coding.code_id for coding in browser.session.study.codings}
    assert codings["a1"] == "money.dear"
    assert "money.code" in browser.session.study.codebook.by_id


def test_the_places_of_codings_in_an_edited_text_are_kept_when_somebody_says_so(browser: Browser, folder: Path) -> None:
    path = folder / "transcripts/ash.txt"
    path.write_text(path.read_text().replace("What did it cost?", "So what did it cost?"))
    standing = browser.client.get("/coding/source-ash.html").json()["standing"]
    assert standing["moved"] == ["a1", "a2", "a3"]
    assert browser.act(passage()).status_code == 422
    assert browser.act({"act": "accept_moves"}).status_code == 200
    assert browser.client.get("/coding/source-ash.html").json()["standing"]["moved"] == []
    assert browser.act(passage()).status_code == 200


def test_what_was_left_for_later_is_open_and_a_verdict_of_anybody_closes_it(folder: Path) -> None:
    browser, other = Browser(folder), Browser(folder, "CD")

    def offered() -> list[bool]:
        standing = browser.client.get("/coding/source-elm.html").json()["standing"]
        return [one["is_later"] for one in standing["offered"]]

    assert (offered(), "1 suggestion" in browser.client.get("/home").text) == ([False], True)
    browser.act({"act": "postpone", "suggestion": suggestion().id})
    assert (offered(), "1 suggestion" in browser.client.get("/home").text) == ([True], True)
    other.act({"act": "reject", "suggestion": suggestion().id})
    assert (offered(), "1 suggestion" in browser.client.get("/home").text) == ([], False)


def test_a_new_code_is_made_for_a_suggestion_and_both_are_taken_back_as_one_or_not_done(folder: Path) -> None:
    browser, before = Browser(folder), contents(folder)
    new = {"name": "Lent rooms", "category": "people", "definition": "Rooms that others lend."}
    act = {"act": "change", "suggestion": suggestion().id, "new": new, "passage": {"start": 54, "end": 64, "code": ""}}
    done = browser.act(act)
    assert done.status_code == 200
    assert "people.lent-rooms" in {coding.code_id for coding in load(folder).codings}
    assert browser.send(f"/acts/{done.json()['id']}/undo").status_code == 200
    assert contents(folder) == before
    refused = browser.act({**act, "passage": {"start": 54, "end": 64, "code": "", "value": "none such"}})
    assert refused.status_code == 422
    assert contents(folder) == before


# -- what is sent twice


def passage(start: int = 82, end: int = 92, **said: str) -> JSON:
    return {
        "act": "add_codings",
        "source": "ash",
        "passages": [{"start": start, "end": end, "code": "people.help"} | said],
    }


def test_what_is_sent_twice_under_one_key_is_done_once_and_answered_the_same(browser: Browser, folder: Path) -> None:
    body = {"version": browser.session.version, "act": passage(), "key": "k1"}
    first, second = browser.send("/acts", body), browser.send("/acts", body)
    assert first.status_code == second.status_code == 200
    assert first.json() == second.json()
    assert len([coding for coding in load(folder).codings if coding.code_id == "people.help"]) == 1
    taken_back = f"/acts/{first.json()['id']}/undo?key=k2"
    assert browser.send(taken_back).json() == browser.send(taken_back).json()


def test_a_coding_keeps_the_id_that_its_page_gave_it_and_is_written_once_by_it(browser: Browser, folder: Path) -> None:
    act = passage(id="ash-AB-0k1m2n", quote="The county")
    assert browser.act(act).status_code == 200
    assert "ash-AB-0k1m2n" in {coding.id for coding in load(folder).codings}
    again = Browser(folder)
    answer = again.act({**act, "passages": [{**act["passages"][0], "start": 86}]})
    assert (answer.status_code, "quote is not what stands" in answer.json()["error"]) == (422, True)
    answer = again.act(passage(id="ash-AB-0k1m2n", start=86))
    assert (answer.status_code, "written already" in answer.json()["error"]) == (422, True)


@pytest.mark.parametrize(
    "id", ["x", "ash-CD-0k1m2n", "ash-AB-0k1m2", "ash-AB-0k1m2u", "../ash-AB-000000", "elm-AB-0k1m2n"]
)
def test_an_id_that_is_not_of_this_coder_and_source_is_replaced(browser: Browser, folder: Path, id: str) -> None:
    assert browser.act(passage(id=id)).status_code == 200
    assert id not in {coding.id for coding in load(folder).codings}


def test_what_can_be_done_once_something_is_put_right_is_423_and_a_full_disk_507(
    browser: Browser, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = folder / "codings/AB/ash.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole + b"{broken\n")
    browser.session.look()
    answer = browser.act(passage())
    assert (answer.status_code, "can't be read" in answer.json()["error"]) == (423, True)
    path.write_bytes(whole)
    browser.session.look()

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(files, "_put", full)
        answer = browser.act(passage())
    assert (answer.status_code, "disk is full" in answer.json()["error"]) == (507, True)
    assert browser.act(passage()).status_code == 200


# -- what a page is told of


def test_a_page_is_told_only_what_changed_since_it_was_made(browser: Browser, folder: Path) -> None:
    had = browser.client.get("/coding/source-ash.html").json()
    assert [coded["id"] for coded in had["standing"]["coded"]] == ["a1", "a2", "a3"]
    browser.act({"act": "remove_coding", "coding": "a2"})
    decisions.change_coding(load(folder), "AB", "a1", memo="by hand")
    news = browser.client.get(f"/coding/source-ash.html?since={had['version']}").json()
    assert [(coded["id"], coded["memo"]) for coded in news["coded"]] == [("a1", "by hand")]
    assert (news["gone"], news["frameworks"], news["text"]) == (["a2"], None, had["text"])
    again = browser.client.get(f"/coding/source-ash.html?since={news['version']}").json()
    assert (again["coded"], again["gone"]) == ([], [])


def test_a_page_that_is_too_old_to_be_told_what_changed_is_told_everything(browser: Browser) -> None:
    news = browser.client.get("/coding/source-ash.html?since=0000").json()
    assert [coded["id"] for coded in news["standing"]["coded"]] == ["a1", "a2", "a3"]
    assert news["frameworks"]["codes"]


def test_the_answer_to_an_act_says_what_is_another_on_its_page(browser: Browser) -> None:
    had = browser.client.get("/coding/source-ash.html").json()
    act = {"act": "remove_coding", "coding": "a2"}
    page = {"x-crosscase-page": "source-ash.html", "x-crosscase-since": had["version"]}
    answer = browser.send("/acts", {"version": had["version"], "act": act}, **page).json()
    fetched = browser.client.get(f"/coding/source-ash.html?since={had['version']}").json()
    assert (answer["news"], answer["news"]["since"], answer["news"]["gone"]) == (fetched, had["version"], ["a2"])
    page["x-crosscase-since"] = answer["version"]
    undone = browser.send(f"/acts/{answer['id']}/undo?key=k", **page).json()
    assert [coded["id"] for coded in undone["news"]["coded"]] == ["a2"]
    assert "news" not in browser.act(act).json()


def test_one_may_go_to_each_code_source_and_matrix(browser: Browser) -> None:
    places = browser.client.get("/places").json()
    assert ["code", "Who helps", "code-people.help.html"] in places
    assert {browser.client.get(f"/{href}").status_code for _, _, href in places} == {200}


# -- sound


def test_a_recording_is_played_by_ranges_and_only_if_it_is_one_within_the_study(browser: Browser, folder: Path) -> None:
    assert browser.client.get("/media/source-ash.html").status_code == 404
    originals = folder / "transcripts/original"
    originals.mkdir(parents=True)
    (originals / "ash.mp3").write_bytes(bytes(range(200)))
    answer = browser.client.get("/media/source-ash.html", headers={"range": "bytes=10-19"})
    assert (answer.status_code, answer.content) == (206, bytes(range(10, 20)))
    assert answer.headers["content-type"] == "audio/mpeg"
    assert TestClient(browser.client.app, base_url=HERE).get("/media/source-ash.html").status_code == 403
    for named in ("../../etc/passwd", "study.yaml", "/etc/passwd", str(originals / "ash.mp3")):
        (folder / "sources.csv").write_text(f"id,media\nelm,{named}\n")
        browser.session.look()
        assert browser.client.get("/media/source-elm.html").status_code == 404, named
    (folder / "sources.csv").write_text("id,media\nelm,ash.mp3\n")
    browser.session.look()
    assert browser.client.get("/media/source-elm.html").status_code == 200


def test_a_page_is_told_when_each_turn_begins_in_seconds(browser: Browser) -> None:
    turns = browser.client.get("/coding/source-ash.html").json()["turns"]
    assert [turn["time"] for turn in turns] == [-1, 10, -1, -1]
    assert [seconds(time) for time in ("3:12.5", "01:00:01,5", "")] == [192.5, 3601.5, -1]


# -- blind


def test_a_blind_coder_is_shown_nothing_of_others_before_they_have_finished(folder: Path) -> None:
    blind = Browser(folder, "CD", is_blind=True)
    for file in addresses(blind.session.findings):
        text = blind.client.get(f"/{file}").text
        assert "a1" not in re.findall(r'id="([^"]*)"', text)
        for words in ("It was dear: “very dear”", "It was dear for", "Ann Berg"):
            assert words not in text, (file, words)
    assert blind.session.suggestions == ()


def test_what_others_coded_in_a_source_is_shown_once_this_coder_has_finished_it(folder: Path) -> None:
    study = load(folder)
    assert {coding.coder for coding in unseen(study, "CD").codings} == {"CD"}
    done = decisions.finish(decisions.read_up_to(study, "CD", "ash", 10), "CD", "ash")
    assert {coding.source_id for coding in unseen(done, "CD").codings if coding.coder == "AB"} == {"ash"}
    assert unseen(done, "CD").summaries == ()
    assert unseen(decisions.finish(done, "CD", "elm"), "CD").summaries == study.summaries
    assert analyse(unseen(study, "CD"))


AT_ONCE = {
    *("add_codings", "change_coding", "remove_coding", "place_coding", "accept_moves", "read_up_to", "finish"),
    *("reopen", "look_again", "pass_over", "write_memo", "remove_memo"),
}
WITH_ITS_SOURCE = {"settle", "finish_settling"}
WITH_ALL_SOURCES = {
    *("set_aside", "take_in_again", "accept", "change", "reject", "postpone", "audit"),
    *("summarise", "cite", "confirm_summary", "judge_summary", "remove_summary", "confirm_absence"),
    *("withdraw_absence", "decide_feature", "withdraw_feature", "override_type", "withdraw_override"),
    *("define_category", "define_code", "reword_code", "rename_code", "move_code", "merge_codes", "split_code"),
    "retire_code",
}
"""What a blind coder may do: at once, once they have finished the source, once they have finished every source."""

OF_A_BLIND_CODER: Mapping[str, JSON] = {
    "change_coding": {"coding": "c1", "fields": {"memo": "sure"}},
    "remove_coding": {"coding": "c2"},
    "reopen": {"source": "elm", "read_to": 20},
    "look_again": {"source": "elm", "code": "people.foe"},
    "write_memo": {"text": "Mine."},
    "remove_memo": {"name": "mine"},
    "settle": {**SENT["settle"], "source": "elm", "starts": [37], "ends": [52], "kept": ["c1"], "code": ""},
    "finish_settling": {"source": "elm"},
    "accept_moves": {},
}
"""Acts as CD sends them, where the usual ones are about AB's work."""


def blind_coder(folder: Path, *finished: str) -> Browser:
    """CD at a blind window, who has finished these sources, has a memo, and reads a code that is newer than that."""
    study = decisions.write_memo(load(folder), Memo("mine", "2026-01-03", "CD", text="Mine.\n"))
    for source_id in finished:
        study = decisions.finish(decisions.read_up_to(study, "CD", source_id, 10), "CD", source_id)
    decisions.define_code(study, Code("people.foe", "Who is against", "people"), by="AB")
    return Browser(folder, "CD", is_blind=True)


def sent_by_a_blind_coder(name: str) -> JSON:
    return {"act": name, **(OF_A_BLIND_CODER.get(name) or SENT[name])}


def test_of_every_act_it_is_known_whether_a_blind_coder_may_do_it() -> None:
    groups = (AT_ONCE, WITH_ITS_SOURCE, WITH_ALL_SOURCES)
    assert sum(map(len, groups)) == len(acts.ACTS)
    assert set().union(*groups) == {str(act.__struct_config__.tag) for act in acts.ACTS}


def test_a_blind_coder_makes_a_new_code_with_all_sources_finished_and_not_before(folder: Path) -> None:
    refused = blind_coder(folder, "elm").act(coding_a_new_code("elm"))
    assert (refused.status_code, refused.json()["error"][:20]) == (422, "whoever codes blind ")
    study = decisions.finish(decisions.read_up_to(load(folder), "CD", "ash", 10), "CD", "ash")
    assert not study.unfinished("CD")
    assert Browser(folder, "CD", is_blind=True).act(coding_a_new_code("elm")).status_code == 200


@pytest.mark.parametrize("name", sorted(WITH_ITS_SOURCE | WITH_ALL_SOURCES))
def test_an_act_on_others_work_is_refused_by_the_server_for_a_blind_coder(folder: Path, name: str) -> None:
    blind = blind_coder(folder, *(["ash"] if name in WITH_ITS_SOURCE else ["elm"]))
    before = contents(folder)
    answer = blind.act(sent_by_a_blind_coder(name))
    assert (answer.status_code, answer.json()["error"][:20]) == (422, "whoever codes blind ")
    assert contents(folder) == before


@pytest.mark.parametrize("name", sorted(AT_ONCE - {"accept_moves"} | WITH_ITS_SOURCE))
def test_an_act_on_ones_own_work_is_open_to_a_blind_coder(folder: Path, name: str) -> None:
    blind = blind_coder(folder, *(["elm"] if name in WITH_ITS_SOURCE | {"look_again", "reopen"} else []))
    answer = blind.act(sent_by_a_blind_coder(name))
    assert (answer.status_code, answer.json().get("error")) == (200, None)


def test_once_they_have_finished_every_source_a_blind_coder_does_what_others_do(folder: Path) -> None:
    blind = blind_coder(folder, "ash", "elm")
    assert blind.act({"act": "rename_code", **SENT["rename_code"]}).status_code == 200
    assert blind.act({"act": "summarise", **SENT["summarise"]}).status_code == 200


@pytest.mark.parametrize(
    "act",
    [
        {"act": "change_coding", "coding": "a1", "fields": {"memo": "mine now"}},
        {"act": "remove_coding", "coding": "a1"},
        {"act": "write_memo", "name": "2026-01-02-cost", "text": "Mine."},
        {"act": "remove_memo", "name": "2026-01-02-cost"},
        {"act": "remove_memo", "name": "2026-01-02"},
    ],
)
def test_a_blind_coder_who_guesses_at_others_work_changes_and_learns_nothing(folder: Path, act: JSON) -> None:
    blind = blind_coder(folder)
    before = contents(folder)
    answer = blind.act(act)
    asked = str(act.get("coding") or act.get("name"))
    assert answer.status_code == 422
    assert "2026-01-02-cost" not in answer.json()["error"].replace(asked, "")
    assert contents(folder) == before


def test_a_blind_coder_keeps_the_new_places_of_their_own_codings_only(folder: Path) -> None:
    for name in ("ash", "elm"):
        path = folder / f"transcripts/{name}.txt"
        path.write_text(f"Interviewer: Well.\n\n{path.read_text()}")
    before = (folder / "codings/AB/ash.jsonl").read_bytes()
    blind = Browser(folder, "CD", is_blind=True)
    assert blind.act({"act": "accept_moves"}).status_code == 200
    moved = {new.coder for _, new in load(folder).moved}
    assert ("CD" in moved, "AB" in moved) == (False, True)
    assert (folder / "codings/AB/ash.jsonl").read_bytes() == before


def test_the_page_of_a_source_offers_no_new_code_to_a_blind_coder(folder: Path) -> None:
    def is_closed(browser: Browser) -> bool:
        return bool(browser.client.get("/coding/source-ash.html").json()["frameworks"]["is_closed"])

    assert not is_closed(Browser(folder))
    assert is_closed(Browser(folder, "CD", is_blind=True))
    assert not is_closed(blind_coder(folder, "ash", "elm"))


# -- the process


@pytest.fixture
def served(folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = [sys.executable, "-m", "crosscase", "serve", str(folder), "--as", "AB", "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process, process.stdout.readline().strip()
        process.kill()


def test_a_coders_window_of_a_study_has_the_same_port_each_time_unless_it_is_taken(folder: Path) -> None:
    with _usual(folder, "AB") as first, _usual(folder, "AB") as second, _usual(folder, "JO") as other:
        ports = [listening.getsockname()[1] for listening in (first, second, other)]
    assert len(set(ports)) == 3
    with _usual(folder, "AB") as again:
        assert again.getsockname()[1] == ports[0]


def test_a_change_of_a_file_is_heard_from_the_system_and_the_watch_ends_with_the_server(folder: Path) -> None:
    heard: list[float] = []

    async def watched() -> None:
        stopping = asyncio.Event()
        watching = asyncio.create_task(watch(folder, stopping, lambda: heard.append(time.monotonic())))
        for number in range(40):
            await asyncio.sleep(0.05)
            if heard:
                break
            (folder / "memos.txt").write_text(f"{number}")
        began = time.monotonic()
        stopping.set()
        await watching
        assert time.monotonic() - began < 2

    awaited(watched())
    assert heard


def test_it_stops_at_once_though_a_window_listens_for_news(served: tuple[subprocess.Popen[str], str]) -> None:
    process, address = served
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    assert opener.open(address, timeout=20).url.endswith("/home")
    news = opener.open(f"{address.partition('/?')[0]}/news", timeout=20)
    assert json.loads(news.readline().removeprefix(b"data: "))["version"]
    begun = time.monotonic()
    process.send_signal(signal.SIGTERM)
    news.read()
    assert process.wait(20) in (0, -signal.SIGTERM)
    assert time.monotonic() - begun < 2  # 0.3 s where nothing else runs
    assert process.stderr is not None
    assert "Traceback" not in process.stderr.read()


def refused(folder: Path, *options: str) -> str:
    """What is said to someone who can't open the study so; one line."""
    command = [sys.executable, "-m", "crosscase", "serve", str(folder), "--no-browser", *options]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert run.returncode == 2
    assert run.stderr.count("\n") == 1
    return run.stderr


def test_a_coder_whom_nobody_knows_and_a_port_that_is_taken_are_each_said_in_one_line(folder: Path) -> None:
    assert "there is no coder `ZZ`" in refused(folder, "--as", "ZZ")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert f"port {port} is taken; choose another by --port" in refused(folder, "--as", "AB", "--port", port)
