"""The windows of the codebook: what they show, what is decided there, and what a blind coder isn't told."""

import html
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from crosscase import load
from crosscase.coding import Coding, Suggestion
from crosscase.pages import addresses, page, render
from crosscase.pages.windows import split
from crosscase.pages.windows.merge import AT_MOST
from crosscase.profile import findings_for
from crosscase.study import decisions, save_suggestions
from crosscase.web.session import Session
from tests.conftest import StudyFolder
from tests.test_decisions import contents, readable
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


# -- one code into another

MERGE = "/merge?code=money.source&into=money.cost"
TEXTS = {"Ash": "Dear; the county paid."}


def test_what_a_merge_comes_to_is_shown_before(browser: Browser, folder: Path) -> None:
    text = shown(browser, MERGE)
    assert "2 codings of “Source” will count for “Cost”" in text
    assert "1 town with a summary under both" in text
    assert "It was dear" in text
    assert "The county." in text
    assert "Nothing has to be read again" in text
    decisions.change_coding(load(folder), "CD", "c1", value="")
    text = shown(browser, MERGE)
    assert "1 coding fall together" in text
    assert "Next to nothing" in text


def test_a_merge_is_done_as_it_was_shown_and_is_taken_back(browser: Browser, folder: Path) -> None:
    before = contents(folder)
    answer = act(browser, "merge_codes", code="money.source", into="money.cost", texts=TEXTS)
    assert answer.status_code == 200
    assert "formerly money.source" in shown(browser, "/code?id=money.cost")
    browser.send(f"/acts/{answer.json()['id']}/undo")
    assert contents(folder) == before


def test_a_merge_whose_preview_is_stale_is_refused_in_one_line_and_shown_anew(browser: Browser, folder: Path) -> None:
    page = browser.client.get(MERGE).text
    (version,) = re.findall(r'data-version="([^"]*)"', page)
    other = Browser(folder, "CD")
    other.act({"act": "add_codings", "source": "elm", "passages": [{"start": 54, "end": 82, "code": "money.source"}]})
    between = contents(folder)
    answer = browser.act({"act": "merge_codes", "code": "money.source", "into": "money.cost", "texts": TEXTS}, version)
    assert answer.status_code == 409
    assert "changed by someone else meanwhile" in answer.json()["error"]
    assert answer.json()["version"] == Session(folder, "AB").version != version
    assert "\n" not in answer.json()["error"]
    assert contents(folder) == between
    anew = browser.client.get(MERGE).text
    assert anew != page
    (version,) = re.findall(r'data-version="([^"]*)"', anew)
    answer = browser.act({"act": "merge_codes", "code": "money.source", "into": "money.cost", "texts": TEXTS}, version)
    assert answer.status_code == 200


def test_what_was_read_for_the_one_and_not_for_the_other_is_named(browser: Browser) -> None:
    act(browser, "define_code", code={"name": "Grants", "category": "money"})
    assert "1 source to be re-visited" in shown(browser, "/merge?code=money.source&into=money.grants")


def test_a_value_that_the_other_code_has_not_is_said_instead_of_a_button(browser: Browser) -> None:
    page = browser.client.get("/merge?code=money.cost&into=money.source").text
    assert "in use under “Cost”" in html.unescape(page)
    assert 'data-act="merge_codes"' not in page


@pytest.mark.parametrize(
    "query", ["", "?code=money.cost", "?code=money.cost&into=money.cost", "?code=x&into=money.cost"]
)
def test_no_merge_is_shown_without_two_codes(browser: Browser, query: str) -> None:
    assert browser.client.get(f"/merge{query}").status_code == 404


# -- one code into several


def test_a_split_shows_the_passages_to_deal_and_the_values_that_new_codes_get(browser: Browser) -> None:
    page = browser.client.get("/split?code=money.cost").text
    assert re.findall(r'data-coding="([^"]*)"', page) == ["a1", "c1"]
    assert set(json.loads(html.unescape(re.findall(r'data-values="([^"]*)"', page)[0]))) == {"low", "high"}
    assert browser.client.get("/split?code=nothing").status_code == 404


def test_a_split_of_many_passages_shows_the_first_and_leads_to_all(browser: Browser, folder: Path) -> None:
    words = " ".join(f"w{number}" for number in range(99))
    (folder / "transcripts/fir.txt").write_text(f"P01: {words}.\n")
    passages = [{"start": 5 + number, "end": 300, "code": "money.cost"} for number in range(60)]
    assert browser.act({"act": "add_codings", "source": "fir", "passages": passages}).status_code == 200
    few, every = (browser.client.get(f"/split?code=money.cost{more}").text for more in ("", "&all=1"))
    assert [few.count("data-coding="), every.count("data-coding=")] == [split.AT_MOST, 62]
    assert "22 more: show all 62" in few
    assert "show all" not in every
    assert len(json.loads(html.unescape(re.findall(r'data-codings="([^"]*)"', few)[0]))) == 62


def test_a_split_that_was_dealt_on_other_passages_is_refused(browser: Browser, folder: Path) -> None:
    (version,) = re.findall(r'data-version="([^"]*)"', browser.client.get("/split?code=money.cost").text)
    decisions.remove_coding(load(folder), "CD", "c1")
    between = contents(folder)
    new = [{"name": "Dear", "category": "money", "values": {"high": "Much."}}]
    answer = browser.act({"act": "split_code", "code": "money.cost", "new": new, "dealt": {"a1": "Dear"}}, version)
    assert answer.status_code == 409
    assert contents(folder) == between


# -- from the report


def test_only_a_served_report_leads_to_the_windows_of_the_codebook(browser: Browser, folder: Path) -> None:
    assert 'href="codes"' in browser.client.get("/codebook.html").text
    assert 'href="code?id=money.cost"' in browser.client.get("/code-money.cost.html").text
    findings = findings_for(load(folder), "team", [])
    for file in ("codebook.html", "code-money.cost.html"):
        saved = render(page(findings, addresses(findings)[file]))
        assert "Work on" not in saved


# -- what is read again


def foe(browser: Browser) -> None:
    """A code that came after Ash was read, and whose cue one of its passages holds."""
    code = {"id": "people.foe", "name": "Against", "category": "people"}
    act(browser, "define_code", code=code)
    act(browser, "reword_code", code="people.foe", fields={"cues": ["county"]})


def test_what_waits_for_a_newer_code_is_gone_through_and_then_waits_no_more(browser: Browser, folder: Path) -> None:
    assert "Nothing waits" in shown(browser, "/revisit")
    foe(browser)
    assert "Against Came with version 2 of the codebook 1 0" in shown(browser, "/revisit")
    page = browser.client.get("/revisit?code=people.foe").text
    (start, end) = (
        int(number) for number in re.findall(r'name="passages/0/(?:start|end)"[^>]*value="(\d+)"', page)[:2]
    )
    assert "county" in load(folder).source("ash").text[start:end]  # type: ignore[union-attr]
    assert act(browser, "pass_over", source="ash", start=start, end=end, code="people.foe").status_code == 200
    assert "No passage is likelier" in shown(browser, "/revisit?code=people.foe")
    assert act(browser, "look_again", source="ash", code="people.foe").status_code == 200
    assert "Nothing waits for this code any more" in shown(browser, "/revisit?code=people.foe")


def test_a_suggestion_is_accepted_or_turned_down_where_the_source_waits(browser: Browser, folder: Path) -> None:
    foe(browser)
    offered = Suggestion("ash", 82, 92, "The county", "people.foe", 0.6, "near “county”", "any")
    save_suggestions(load(folder), [offered])
    page = browser.client.get("/revisit?code=people.foe&source=ash").text
    assert f'name="suggestion" value="{offered.id}"' in page
    assert "suggested, 0.60: near “county”" in page
    assert act(browser, "accept", suggestion=offered.id).status_code == 200
    assert "No passage is likelier" in shown(browser, "/revisit?code=people.foe")


def test_a_passage_that_is_left_for_later_comes_last(browser: Browser, folder: Path) -> None:
    foe(browser)
    offered = [Suggestion("ash", at, at + 6, "", "people.foe", 0.9 - at / 1000, "near", "any") for at in (48, 82)]
    text = load(folder).source("ash").text  # type: ignore[union-attr]
    save_suggestions(load(folder), [replace(one, quote=text[one.start : one.end]) for one in offered])
    page = browser.client.get("/revisit?code=people.foe").text
    (later,) = re.findall(r'href="([^"]*)" data-key="l"', page)
    order = re.findall(r'name="suggestion" value="ash:(\d+)', browser.client.get(f"/{html.unescape(later)}").text)
    assert list(dict.fromkeys(order)) == ["82", "48"]


def test_what_was_coded_before_a_code_meant_something_else_is_looked_at_again(browser: Browser, folder: Path) -> None:
    mine = [coding for coding in load(folder).codings if (coding.coder, coding.code_id) == ("AB", "money.cost")]
    assert mine
    meaning = {"definition": "What it costs people, not the town."}
    act(browser, "reword_code", code="money.cost", fields=meaning, redefined=True)
    page = browser.client.get("/revisit?code=money.cost&source=ash").text
    assert "Coded by you already" in page
    assert page.count('data-act="remove_coding"') == len(mine)
    for coding in mine:
        assert f'name="coding" value="{coding.id}"' in page
        assert html.escape(coding.quote) in page
    act(browser, "remove_coding", coding=mine[0].id)
    assert mine[0].id not in re.findall(
        r'name="coding" value="([^"]*)"', browser.client.get("/revisit?code=money.cost").text
    )
    other = Browser(folder, "CD").client.get("/revisit?code=money.cost").text
    assert 'data-act="remove_coding"' not in other


def test_what_only_others_have_read_is_named_and_cant_be_gone_through(folder: Path) -> None:
    foe(Browser(folder))
    other = Browser(folder, "CD")
    text = shown(other, "/revisit?code=people.foe")
    assert "read by Ann Berg, and not by you to its end" in text
    assert 'data-act="look_again"' not in other.client.get("/revisit?code=people.foe").text


def test_home_leads_to_what_waits_to_be_read_again(browser: Browser) -> None:
    foe(browser)
    assert '<a href="revisit">1 source</a>' in browser.client.get("/home").text


@pytest.mark.parametrize("query", ["?code=nothing", "?code=people.help&source=nowhere"])
def test_nothing_waits_for_what_there_is_not(browser: Browser, query: str) -> None:
    assert browser.client.get(f"/revisit{query}").status_code == 404


# -- blind


def test_a_blind_coder_is_told_nothing_of_what_others_coded(folder: Path) -> None:
    blind = Browser(folder, "CD", is_blind=True)
    page = blind.client.get("/code?id=people.lead").text
    assert "No passage is coded with it yet." in page
    assert "And who else?" not in page
    assert "data-act=" not in page
    assert "data-act=" not in blind.client.get("/codes").text
    assert "Who leads attribute 0 0 0 1" in shown(blind, "/codes")
    merge = shown(blind, MERGE)
    assert "You code blind" in merge
    assert "The county." not in merge
    assert "will count" not in merge
    assert 'data-act="merge_codes"' not in blind.client.get(MERGE).text
    assert "Nothing waits" in shown(blind, "/revisit")
    assert "data-coding" not in blind.client.get("/split?code=money.cost").text


def test_of_what_a_merge_lets_fall_together_the_first_are_shown_and_the_way_to_all(
    browser: Browser, folder: Path
) -> None:
    study, number = load(folder), AT_MOST + 3
    places = [(48 + at, 70 + at) for at in range(number)]
    drafts = [Coding("", "ash", *place, "", code) for place in places for code in ("money.source", "people.help")]
    decisions.add_codings(study, "AB", drafts)
    address = "/merge?code=people.help&into=money.source"
    page = browser.client.get(address).text
    assert page.count('class="passage-of"') == AT_MOST
    assert f">3 more: show all {number}<" in page
    assert f"{number} codings fall together" in shown(browser, address)
    whole = browser.client.get(f"{address}&all=1").text
    assert whole.count('class="passage-of"') == number
    assert "more: show all" not in whole
