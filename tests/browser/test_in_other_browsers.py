"""The report and the window in Firefox and in WebKit, where they are installed: the ways that people go most."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from crosscase import load
from crosscase.coding import Suggestion
from crosscase.study import save_suggestions
from tests.browser import drivers
from tests.browser.drivers import Screen
from tests.browser.serving import served
from tests.conftest import StudyFolder
from tests.test_decisions import readable

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module", params=drivers.EVERY)
def browser(request: pytest.FixtureRequest) -> Iterator[Screen]:
    with drivers.EVERY[request.param]() as screen:
        yield screen


@pytest.fixture
def screen(browser: Screen) -> Iterator[Screen]:
    """The browser, in which nothing may be complained of."""
    browser.complaints()
    yield browser
    assert browser.complaints() == []


@pytest.fixture
def folder(study_folder: StudyFolder) -> Path:
    """A study with two suggestions in the text that AB codes."""
    folder = readable(study_folder)
    study = load(folder)
    source = study.source("ash")
    assert source is not None
    starts = [source.text.rindex(words) for words in ("It cost us", "Nobody else")]
    offered = [
        Suggestion("ash", at, at + 10, source.text[at : at + 10], "people.help", 0.5, f"like {at}", "any")
        for at in starts
    ]
    save_suggestions(study, offered)
    return folder


def coded(folder: Path) -> list[tuple[str, str]]:
    lines = (folder / "codings/AB/ash.jsonl").read_text().splitlines()[1:]
    return [(line["quote"], line["code"]) for line in map(json.loads, lines)]


def verdicts(folder: Path) -> list[str]:
    return [review.verdict for review in load(folder).reviews if review.source_id == "ash"]


def saved(screen: Screen) -> None:
    screen.has(".desk-saved", "Saved")


def test_the_matrix_opens_its_dock_with_the_quotes_of_a_cell(screen: Screen, sample: Path) -> None:
    screen.go((sample / "matrix-policy.html").as_uri())
    screen.click("[id='J05/policy.substances']")
    assert "fentanyl" in screen.has("#dock blockquote").text
    screen.press("ARROW_RIGHT")
    screen.until(lambda: "policy.substances" not in screen.driver.current_url, "the next cell")
    assert screen.run("return document.documentElement.scrollWidth <= innerWidth")


def test_a_transcript_shows_one_codes_passages(screen: Screen, sample: Path) -> None:
    screen.go((sample / "source-~i17.html").as_uri())
    screen.has(".turn")
    assert (
        screen.run("return [...document.querySelectorAll('.bars line')].filter(it => it.checkVisibility()).length") > 5
    )
    screen.press("j")
    screen.until(lambda: screen.run("return scrollY > 50"), "gone to the next passage")


def test_the_search_finds_words_by_their_beginnings(screen: Screen, sample: Path) -> None:
    screen.go((sample / "search.html").as_uri())
    screen.click("input[type=search]")
    screen.press(*"threshol")
    assert screen.has("#results mark").text.casefold().startswith("threshol")


def test_passages_are_coded_by_keyboard_and_by_click_and_taken_back(screen: Screen, folder: Path) -> None:
    with served(folder, "AB") as address:
        screen.go(address.format("source-ash.html"))
        screen.has(".desk")
        before = coded(folder)
        screen.press("ARROW_DOWN", "ARROW_DOWN", "ENTER", *"hel")
        screen.has(".about-code", "Who helps")
        screen.press("ENTER")
        saved(screen)
        screen.press("ARROW_DOWN", "SPACE")
        screen.until(lambda: len(coded(folder)) == len(before) + 2, "two more codings")
        screen.press("u")
        screen.until(lambda: len(coded(folder)) == len(before) + 1, "one taken back")
        assert [coding for coding in coded(folder) if coding not in before] == [
            ("The county paid for half of it.", "people.help")
        ]
        screen.press("ESCAPE")
        screen.click(".words .piece", "It cost us")
        screen.has(".desk-place", "Turn 2 of 4, sentence 1 of 2")
        screen.has("button", "Open again")
        screen.press("Shift+F")
        screen.has("button", "Finished")


def test_suggestions_are_accepted_and_rejected_by_a_key(screen: Screen, folder: Path) -> None:
    with served(folder, "AB") as address:
        screen.go(address.format("source-ash.html"))
        screen.click(".desk-card button", "Decide on 2 suggestions")
        screen.has(".desk-card", "Suggested: Who helps")
        screen.press("a")
        screen.until(lambda: len(verdicts(folder)) == 1, "accepted")
        screen.press("r")
        screen.has(".desk-card", "All suggestions here are decided on.")
        screen.until(lambda: len(verdicts(folder)) == 2, "rejected")
        assert verdicts(folder) == ["accept", "reject"]
        assert ("It cost us", "people.help") in coded(folder)


def test_a_cell_is_written_and_cites_by_a_digit(screen: Screen, folder: Path) -> None:
    with served(folder, "AB") as address:
        screen.go(address.format("cell").replace("?", "?row=Ash&code=money.cost&"))
        screen.has(".keys kbd")
        screen.press("e", *"Very dear.", "ESCAPE", "1", "Control+s")
        saved(screen)
        (summary,) = [it for it in load(folder).summaries if (it.case_id, it.code_id) == ("Ash", "money.cost")]
        assert summary.text.startswith("Very dear. [1]")
        assert summary.cited == ("a1",)


def test_a_feature_is_decided_by_a_digit(screen: Screen, folder: Path) -> None:
    with served(folder, "AB") as address:
        screen.go(address.format("cases"))
        screen.click("a", "Who leads")
        screen.has("h2#feature")
        screen.has(".desk")
        screen.press("1")
        saved(screen)
        (feature,) = load(folder).cases[0].episodes[0].features
        assert (feature.attribute, feature.value, feature.by) == ("people.lead", "mayor", "AB")
