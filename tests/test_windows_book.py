"""The windows of the codebook: what they show, what is decided there, and what a blind coder isn't told."""

import html
import re
from pathlib import Path
from typing import Any

import pytest

from crosscase import load
from tests.conftest import StudyFolder
from tests.test_decisions import readable
from tests.test_web import Browser


@pytest.fixture
def folder(study_folder: StudyFolder) -> Path:
    return readable(study_folder)


@pytest.fixture
def browser(folder: Path) -> Browser:
    return Browser(folder)


def shown(browser: Browser, address: str) -> str:
    """A window as text, with single spaces and no markup."""
    answer = browser.client.get(address)
    assert answer.status_code == 200, address
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def act(browser: Browser, name: str, **fields: Any) -> Any:
    return browser.act({"act": name, **fields})


def test_each_code_stands_with_what_it_holds(browser: Browser) -> None:
    text = shown(browser, "/codes")
    assert re.search(r"Cost What it costs\. 2 2 2 1 ", text)
    assert "Who leads attribute 1 1 1 1" in text
    assert "Version 1" in text


def test_a_code_is_moved_up_and_down_among_the_others(browser: Browser, folder: Path) -> None:
    page = browser.client.get("/codes").text
    (before,) = re.findall(
        r'value="people.help"><input type="hidden" name="category" value="people">'
        r'<input type="hidden" name="before" value="([^"]*)">',
        page,
    )
    act(browser, "move_code", code="people.help", category="people", before=before)
    assert [code.id for code in load(folder).codebook.categories[1].codes] == ["people.help", "people.lead"]
    assert load(folder).codebook.categories[1].codes[0].history == ()


def test_what_a_new_meaning_asks_to_be_read_again_is_said_before(browser: Browser, folder: Path) -> None:
    text = shown(browser, "/code?id=people.lead")
    assert "the codebook becomes version 2; 1 source to be read again for it: " in text
    act(browser, "reword_code", code="people.lead", fields={"definition": "Whoever decides."}, redefined=True)
    assert "1 source to re-visit" in shown(browser, "/code?id=people.lead")
    assert "1 source to re-visit" in shown(browser, "/codes")


def test_a_code_stands_beside_all_its_passages_any_of_which_becomes_an_example(browser: Browser) -> None:
    page = browser.client.get("/code?id=money.cost").text
    assert page.count('class="passage-of"') == 2
    (quote,) = re.findall(r'name="fields/examples" data-is="list" value="(It cost[^"]*)">', page)
    act(browser, "reword_code", code="money.cost", fields={"examples": [html.unescape(quote)]}, why="shows it")
    page = browser.client.get("/code?id=money.cost").text
    assert page.count("Take as example") == 1
    assert "reworded, the meaning kept: shows it" in shown(browser, "/code?id=money.cost")


def test_a_new_id_is_given_once_what_goes_by_the_old_one_is_said(browser: Browser) -> None:
    text = shown(browser, "/code?id=people.lead")
    assert "1 coding, 1 feature, 1 empty cell, 1 typology go by it" in text
    act(browser, "rename_code", code="people.lead", to="people.leader")
    assert "formerly people.lead" in shown(browser, "/code?id=people.leader")
    assert "Who leads" in shown(browser, "/code?id=people.lead")


def test_only_a_code_that_nothing_uses_can_be_retired(browser: Browser, folder: Path) -> None:
    page = browser.client.get("/code?id=money.cost").text
    assert "It is in use (3 codings and 1 summary)" in page
    assert 'data-act="retire_code"' not in page
    assert 'data-act="retire_code"' in browser.client.get("/code?id=people.help").text


@pytest.mark.parametrize("address", ["/code", "/code?id=nothing", "/code?id=../people"])
def test_what_the_codebook_has_not_is_not_shown(browser: Browser, address: str) -> None:
    assert browser.client.get(address).status_code == 404


def test_a_blind_coder_is_told_nothing_of_what_others_coded(folder: Path) -> None:
    blind = Browser(folder, "CD", is_blind=True)
    page = blind.client.get("/code?id=people.lead").text
    assert "No passage is coded with it yet." in page
    assert "And who else?" not in page
    for name in ("rename_code", "retire_code", "move_code"):
        assert f'data-act="{name}"' not in page
    assert "Who leads attribute 0 0 0 1" in shown(blind, "/codes")
