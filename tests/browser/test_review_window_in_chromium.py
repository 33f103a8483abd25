"""Reviewing in the window, as a coder does it: by keys, one passage after the other, some of them blind."""

import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from crosscase import load
from crosscase.learning import Learning
from crosscase.problem import Refused
from crosscase.study import Study, save_learning
from tests.browser.serving import is_fine_for_everyone, opened
from tests.conftest import StudyFolder
from tests.test_decisions import contents, readable
from tests.test_windows_review import HALL, HELP, NOBODY, SOURCE, decided, learning, pool, proposed

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def folder(study_folder: StudyFolder) -> Path:
    folder = readable(study_folder)
    save_learning(load(folder), learning(load(folder)))
    return folder


@pytest.fixture
def window(chromium: Browser, folder: Path) -> Iterator[Page]:
    with opened(chromium, folder, "AB", "review") as page:
        yield page


def verdicts(folder: Path, code_id: str) -> list[tuple[int, str]]:
    mine = [one for one in load(folder).reviews if one.reviewer == "AB" and one.code_id == code_id and one.score]
    return sorted((one.start, one.verdict) for one in mine if one.start in (HALL.start, NOBODY.start))


def put(page: Page, words: str) -> None:
    """Wait until a passage is put, and the window takes keys."""
    expect(page.locator(".said mark")).to_have_text(words)
    expect(page.locator(".desk")).to_be_visible()


def test_a_code_is_gone_through_by_keys_and_taken_back(window: Page, folder: Path) -> None:
    is_fine_for_everyone(window)
    window.get_by_role("link", name="Source", exact=True).click()
    put(window, "the church lent us the hall.")
    is_fine_for_everyone(window)
    before = contents(folder)
    window.keyboard.press("l")
    put(window, "Nobody else.")
    window.keyboard.press("a")
    put(window, "the church lent us the hall.")
    assert verdicts(folder, SOURCE) == [(HALL.start, "later"), (NOBODY.start, "accept")]
    window.keyboard.press("r")
    expect(window.get_by_text("Nothing is left in this order")).to_be_visible()
    expect(window.locator(".tally")).to_have_text("With suggestion: 1 of 2 kept.")
    is_fine_for_everyone(window)
    for left in ("the church lent us the hall.", "Nobody else.", "the church lent us the hall."):
        window.keyboard.press("u")
        put(window, left)
    assert contents(folder) == before


def test_another_code_is_found_by_its_name_and_the_passage_is_coded_so(window: Page, folder: Path) -> None:
    window.get_by_role("link", name="Source", exact=True).click()
    put(window, "the church lent us the hall.")
    window.keyboard.press("Enter")
    expect(window.get_by_role("textbox", name="Code")).to_be_focused()
    is_fine_for_everyone(window)
    window.keyboard.type("no such thing")
    expect(window.get_by_text("No code is called so")).to_be_visible()
    window.get_by_role("textbox", name="Code").fill("who h")
    expect(window.locator("[data-code]:visible")).to_have_count(1)
    window.keyboard.press("Enter")
    put(window, "Nobody else.")
    assert [one.code_id for one in load(folder).codings if one.segment == HALL and one.coder == "AB"] == [HELP]
    assert verdicts(folder, SOURCE) == [(HALL.start, "change")]


def test_a_button_that_is_pressed_before_the_scripts_have_come_does_what_it_says(window: Page) -> None:
    held: list[Route] = []
    window.get_by_role("link", name="Source", exact=True).click()
    put(window, "the church lent us the hall.")
    window.route(re.compile("acting.js"), lambda route: held.append(route))
    with window.expect_request(re.compile("acting.js")):
        window.reload(wait_until="commit")
    expect(window.locator(".said mark")).to_have_text("the church lent us the hall.")
    window.get_by_role("button", name="Another code").click()
    window.wait_for_timeout(200)
    expect(window.locator("dialog[open]")).to_have_count(0)
    held[0].continue_()
    expect(window.get_by_role("textbox", name="Code")).to_be_focused()


def test_a_new_code_is_made_with_its_definition_where_none_is_called_so(window: Page, folder: Path) -> None:
    window.get_by_role("link", name="Source", exact=True).click()
    put(window, "the church lent us the hall.")
    window.keyboard.press("Enter")
    window.keyboard.type("Lent rooms")
    window.get_by_label("New code in").select_option("people")
    window.get_by_label("It means").fill("Rooms that others lend.")
    is_fine_for_everyone(window)
    sent: list[str] = []
    window.on("request", lambda request: sent.append(request.url) if request.url.endswith("/acts") else None)
    window.get_by_label("It means").press("Control+Enter")
    expect(window.locator(".desk-saved")).to_contain_text("Saved")
    assert len(sent) == 1
    study = load(folder)
    assert study.codebook.by_id["people.lent-rooms"].definition == "Rooms that others lend."
    assert [one.code_id for one in study.codings if one.segment == HALL and one.coder == "AB"] == ["people.lent-rooms"]
    assert verdicts(folder, SOURCE) == [(HALL.start, "change")]
    expect(window.get_by_role("button", name="Let it read")).to_be_visible()
    window.keyboard.press("u")
    put(window, "the church lent us the hall.")
    assert "people.lent-rooms" not in load(folder).codebook.by_id
    assert verdicts(folder, SOURCE) == []


def test_a_blind_passage_comes_in_between_and_any_code_can_be_given(chromium: Browser, folder: Path) -> None:
    study = decided(load(folder), 5)
    save_learning(study, learning(study, [pool(proposed(HALL, SOURCE))]))
    with opened(chromium, folder, "AB", "review") as page:
        page.get_by_role("link", name="Who helps").click()
        put(page, "the church lent us the hall.")
        expect(page.get_by_role("heading", name="Which of these codes applies?")).to_be_visible()
        is_fine_for_everyone(page)
        page.keyboard.press("0")
        put(page, "It cost us very dear, I must say.")
        assert verdicts(folder, SOURCE) == [(HALL.start, "reject")]
        page.keyboard.press("u")
        put(page, "the church lent us the hall.")
        page.keyboard.press("Enter")
        page.keyboard.type("who leads")
        page.keyboard.press("Enter")
        put(page, "It cost us very dear, I must say.")
        assert verdicts(folder, SOURCE) == [(HALL.start, "change")]


def test_a_key_that_comes_too_soon_does_nothing_to_the_passage_that_was_decided(window: Page, folder: Path) -> None:
    window.get_by_role("link", name="Source", exact=True).click()
    put(window, "the church lent us the hall.")
    asked = count(1)

    def answer(route: Route) -> None:
        """The first act is slow, the second refused, all others as they are."""
        number = next(asked)
        if number == 2:
            return route.fulfill(status=422, json={"error": "no"})
        return slowly(route) if number == 1 else route.continue_()

    window.route("**/acts", answer)
    for key in "arl":
        window.keyboard.press(key)
    put(window, "Nobody else.")
    assert verdicts(folder, SOURCE) == [(HALL.start, "accept")]
    window.keyboard.press("a")
    expect(window.locator(".desk-saved.is-bad")).to_be_visible()
    window.keyboard.press("r")
    expect(window.get_by_text("Nothing is left in this order")).to_be_visible()


def slowly(route: Route) -> None:
    time.sleep(0.3)
    route.continue_()


def test_the_machine_learns_beside_the_work_and_the_window_shows_what_it_made(
    chromium: Browser, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / ".crosscase/learning.json").unlink()
    goes_on = threading.Event()

    begun: list[Study] = []

    def learn(study: Study, progress: Callable[[int, int], None], _: object) -> Learning:
        begun.append(study)
        progress(3, 7)
        assert goes_on.wait(20)
        made = learning(study)
        save_learning(study, made)
        return made

    monkeypatch.setattr("crosscase.stages.learn", learn)
    with opened(chromium, folder, "AB", "review") as page:
        other = page.context.new_page()
        other.goto(page.url)
        page.get_by_role("button", name="Let it read").dblclick()
        page.reload()
        for window in (page, other):
            expect(window.get_by_text("Reading: 3 of 7 passages and sentences.")).to_be_visible()
            expect(window.get_by_role("button", name="It reads …")).to_be_disabled()
        is_fine_for_everyone(page)
        goes_on.set()
        for window in (page, other):
            expect(window.get_by_role("link", name="Who helps")).to_be_visible()
    assert len(begun) == 1


def test_what_was_learned_meanwhile_waits_until_another_code_is_chosen(chromium: Browser, folder: Path) -> None:
    with opened(chromium, folder, "AB", "review") as page:
        page.get_by_role("link", name="Source", exact=True).click()
        put(page, "the church lent us the hall.")
        page.keyboard.press("Enter")
        expect(page.get_by_role("textbox", name="Code")).to_be_focused()
        with page.expect_event("request", lambda request: "review" in request.url, timeout=8000):
            save_learning(load(folder), replace(learning(load(folder)), decisions=0))
            page.wait_for_timeout(1200)
            expect(page.get_by_role("textbox", name="Code")).to_be_focused()
            page.keyboard.press("Escape")


def test_what_it_could_not_learn_is_said(chromium: Browser, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def learn(*_: object) -> Learning:
        raise Refused("there are no passages, or no codes")

    (folder / ".crosscase/learning.json").unlink()
    monkeypatch.setattr("crosscase.stages.learn", learn)
    with opened(chromium, folder, "AB", "review") as page:
        page.get_by_role("button", name="Let it read").click()
        expect(page.get_by_text("It could not learn: there are no passages, or no codes")).to_be_visible()
        expect(page.get_by_role("button", name="Let it read")).to_be_enabled()
