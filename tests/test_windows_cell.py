"""The windows of charting: what a cell shows, what is written from it, and what waits."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from crosscase import analyse, load
from crosscase.matrix import Status, Summary
from crosscase.study import decisions
from tests.conftest import StudyFolder
from tests.test_decisions import readable
from tests.test_web import Browser

CELL = "/cell?row=Ash&code=money.cost"
PLACE = {"row": "Ash", "code": "money.cost"}


@pytest.fixture
def folder(study_folder: StudyFolder) -> Path:
    return readable(study_folder)


@pytest.fixture
def browser(folder: Path) -> Browser:
    return Browser(folder)


def summary(folder: Path, case_id: str = "Ash", code_id: str = "money.cost") -> Summary:
    (written,) = [one for one in load(folder).summaries if (one.case_id, one.code_id) == (case_id, code_id)]
    return written


def hidden(text: str, name: str) -> list[str]:
    form = re.search(r'<form data-act="summarise".*?</form>', text, re.DOTALL)
    return re.findall(f'name="{name}" data-is="list" value="([^"]*)"', form[0] if form else "")


def written(text: str) -> str:
    area = re.search(r"<textarea[^>]*>(.*?)</textarea>", text, re.DOTALL)
    return area[1] if area else ""


def act(browser: Browser, **fields: Any) -> Any:
    return browser.act(fields)


def test_a_cell_shows_its_passages_beside_what_is_written(browser: Browser) -> None:
    text = browser.client.get(CELL).text
    assert "What it costs." in text
    assert "It was dear" in written(text)
    assert hidden(text, "codings") == ["a1"]
    assert hidden(text, "numbers") == ["a1", "a2", "a3"]
    assert "It cost us very dear, I must say." in text
    assert "The county paid for half of it." in text


def test_a_mark_is_kept_with_what_it_cites_and_comes_back_as_it_was_typed(browser: Browser, folder: Path) -> None:
    numbers = ["a1", "a2", "a3"]
    text = "Half was paid [2], and it was dear [1]."
    assert act(browser, act="summarise", **PLACE, text=text, codings=["a1"], numbers=numbers).status_code == 200
    assert (summary(folder).text, summary(folder).cited) == ("Half was paid [1], and it was dear [2].", ("a2", "a1"))
    assert summary(folder).coding_ids == ("a1",)
    assert written(browser.client.get(CELL).text) == text
    act(browser, act="summarise", **PLACE, text="It was dear [1].", codings=["a1"], numbers=numbers)
    assert (summary(folder).text, summary(folder).cited) == ("It was dear [1].", ("a1",))


def test_marks_lead_to_passages_in_the_report(browser: Browser) -> None:
    act(browser, act="summarise", **PLACE, text="It was dear [1].", codings=["a1"], numbers=["a1"])
    page = browser.client.get("/matrix-money.html").text
    assert 'It was dear <a class="cites" href="source-ash.html#coding/a1">[1]</a>.' in page
    assert "[1]" not in browser.client.get("/search.html").text


def test_what_was_cited_without_a_mark_stays_cited(browser: Browser, folder: Path) -> None:
    decisions.cite(load(folder), "Ash", "money.cost", ["a1"])
    browser.session.look()
    act(browser, act="summarise", **PLACE, text="Dear to them [2].", codings=["a1"], numbers=["a1", "a2"])
    assert summary(folder).cited == ("a2", "a1")


def test_a_summary_out_of_date_shows_what_came_and_went_and_can_be_called_still_right(
    browser: Browser, folder: Path
) -> None:
    study = load(folder)
    decisions.change_coding(study, "AB", "a1", code_id="money.source", value="")
    decisions.change_coding(load(folder), "AB", "a3", code_id="money.cost", value="high")
    browser.session.look()
    text = browser.client.get(CELL).text
    assert "1 passage came, 1 went" in text
    assert '<a href="#passage-1">passage 1</a>' in text
    assert "<q>It cost us very dear, I must say.</q>" in text
    assert "now under Source, for Ashford" in text
    before = summary(folder).text
    assert act(browser, act="confirm_summary", **PLACE, codings=["a3"]).status_code == 200
    assert (summary(folder).text, summary(folder).coding_ids) == (before, ("a3",))
    assert "Out of date" not in browser.client.get(CELL).text


def test_a_passage_that_is_coded_no_more_is_said_to_be_gone_and_hinders_no_saving(
    browser: Browser, folder: Path
) -> None:
    act(browser, act="summarise", **PLACE, text="It was dear [1].", codings=["a1"], numbers=["a1"])
    decisions.remove_coding(load(folder), "AB", "a1")
    browser.session.look()
    text = browser.client.get(CELL).text
    assert "A passage that nobody codes any more" in text
    assert written(text) == "It was dear [?]."
    assert act(browser, act="summarise", **PLACE, text="Nobody says.", numbers=["a2"]).status_code == 200


def test_an_empty_cell_says_why_and_takes_a_persons_word_with_a_note(browser: Browser, folder: Path) -> None:
    place = {"row": "Elm", "code": "money.source"}
    address = "/cell?row=Elm&code=money.source"
    decisions.remove_coding(load(folder), "CD", "c2")
    browser.session.look()
    assert "still being read" in browser.client.get(address).text
    assert act(browser, act="confirm_absence", **place, asked=False, note="The tape ended.").status_code == 200
    text = browser.client.get(address).text
    assert "Not asked: so said Ann Berg" in text
    assert "<q>The tape ended.</q>" in text
    assert act(browser, act="withdraw_absence", **place).status_code == 200
    assert "so said" not in browser.client.get(address).text


def test_a_second_reader_says_whether_the_passages_bear_a_summary_out(browser: Browser, folder: Path) -> None:
    assert 'data-act="judge_summary"' not in browser.client.get(CELL).text
    other = Browser(folder, "CD")
    assert 'name="verdict" value="partly" aria-pressed="false"' in other.client.get(CELL).text
    act(other, act="judge_summary", row="Ash", code="money.cost", verdict="partly")
    assert summary(folder).borne_out == (("CD", "partly"),)
    assert 'name="verdict" value="" aria-pressed="true"' in other.client.get(CELL).text


def test_a_summary_can_be_taken_out(browser: Browser, folder: Path) -> None:
    assert act(browser, act="remove_summary", **PLACE).status_code == 200
    assert written(browser.client.get(CELL).text) == ""
    assert "Remove this summary" not in browser.client.get(CELL).text


def test_a_pasted_quote_is_labelled_and_kept(browser: Browser, folder: Path) -> None:
    act(browser, act="summarise", **PLACE, text="It cost us very dear [1]", codings=["a1"], numbers=["a1"])
    assert "unsummarised: pasted quote" in browser.client.get(CELL).text


def test_a_cell_leads_to_its_neighbours_and_to_the_next_that_waits(browser: Browser) -> None:
    text = browser.client.get(CELL).text
    ways = dict(re.findall(r'data-go="([a-z-]+)" href="([^"]+)"', text))
    assert ways["next-code"] == "cell?row=Ash&amp;code=money.source"
    assert ways["next-row"] == "cell?row=Elm&amp;code=money.cost"
    assert "previous-code" not in ways
    assert 'data-then="cell?row=Ash&amp;code=people.lead"' in text
    assert 'data-then="cell?row=Elm&amp;code=money.cost&amp;by=code"' in browser.client.get(CELL + "&by=code").text


def test_the_queue_has_what_is_to_write_to_read_again_and_to_discuss(browser: Browser, folder: Path) -> None:
    text = browser.client.get("/cells").text
    assert "cell?row=Ash&amp;code=people.lead" in text
    assert "cell?row=Ash&amp;code=money.cost" not in text
    act(browser, act="summarise", **PLACE, text="Dear, or was it?", status="to discuss", codings=["a1"])
    assert "cell?row=Ash&amp;code=money.cost" in browser.client.get("/cells?show=discuss").text
    assert "cell?row=Ash&amp;code=people.lead" not in browser.client.get("/cells?show=discuss").text
    assert "people.lead" not in browser.client.get("/cells?row=Ash&category=money").text
    by_code = browser.client.get("/cells?by=code").text
    assert "cell?row=Ash&amp;code=people.lead&amp;by=code" in by_code


@pytest.mark.parametrize(
    "address",
    [
        *("/cell", "/cell?row=Ash", "/cell?row=Oak&code=money.cost", "/cell?row=Ash&code=no"),
        *("/cells?row=Oak", "/cells?category=no"),
    ],
)
def test_what_the_study_does_not_have_is_404(browser: Browser, address: str) -> None:
    assert browser.client.get(address).status_code == 404


PEOPLE: Mapping[str, str] = {"participants.csv": "id,case,role\nP01,Ash,mayor\nP03,Ash,clerk\nP02,Elm,clerk\n"}


def test_participants_have_cells_of_their_own_where_they_have_rows(study_folder: StudyFolder) -> None:
    folder = readable(study_folder)
    (folder / "participants.csv").write_text(PEOPLE["participants.csv"])
    browser = Browser(folder)
    text = browser.client.get("/cell?row=P01&code=money.cost").text
    assert hidden(text, "codings") == ["a1"]
    assert 'href="participants-money.html#P01/money.cost"' in text
    assert (
        act(browser, act="summarise", row="P01", code="money.cost", text="Dear [1].", numbers=["a1"]).status_code == 200
    )
    assert summary(folder, "P01").cited == ("a1",)
    assert "cell?row=P01&amp;code=money.source" in browser.client.get("/cells?rows=participants").text


def test_each_cell_of_a_served_matrix_leads_to_where_it_is_written(browser: Browser) -> None:
    text = browser.client.get("/matrix-money.html").text
    ways = re.findall(r'<span class="served-only"><a href="(cell[^"]+)"', text)
    assert ways[:2] == ["cell?row=Ash&amp;code=money.cost", "cell?row=Ash&amp;code=money.source"]
    assert len(ways) == 4
    assert 'href="matrix-money.html#Ash/money.cost"' in browser.client.get(CELL).text


def test_home_leads_to_the_cells_that_wait(browser: Browser) -> None:
    assert 'href="cells?show=said"' in browser.client.get("/home").text


def test_a_draft_is_shown_as_the_machines_and_never_stands_in_the_editor(browser: Browser, folder: Path) -> None:
    decisions.remove_summary(load(folder), "Ash", "money.cost")
    browser.session.look()
    text = browser.client.get(CELL).text
    assert "no person has written this" in text
    assert "<q>It cost us very dear, I must say.</q>" in text
    assert written(text) == ""
    assert "no person has written this" not in browser.client.get("/cell?row=Ash&code=money.source").text


DRAFT = "It cost us very dear, I must say."


def test_an_inserted_draft_counts_for_nothing_until_half_of_it_is_rewritten(browser: Browser, folder: Path) -> None:
    begun = act(browser, act="summarise", **PLACE, text=f"“{DRAFT}” [1]", status="done", numbers=["a1"], draft=DRAFT)
    assert begun.status_code == 200
    study = load(folder)
    (draft,) = study.drafts
    assert (draft.status, draft.draft, draft.cited) == ("draft", DRAFT, ("a1",))
    assert [one for one in study.summaries if one.code_id == "money.cost"] == []
    cell = analyse(study).cells["Ash", "money.cost"]
    assert (cell.summary, cell.draft, cell.status) == (None, draft, Status.SAID)
    assert "100% of the machine’s words are left" in browser.client.get(CELL).text
    assert "cell?row=Ash&amp;code=money.cost" in browser.client.get("/cells?show=draft").text
    report = browser.client.get("/matrix-money.html").text
    assert "not rewritten, and not counted" in report
    assert f'<p class="summary">“{DRAFT}' not in report
    act(browser, act="summarise", **PLACE, text="It cost us dear, I must say [1].", status="done", numbers=["a1"])
    assert load(folder).drafts[0].text == "It cost us dear, I must say [1]."
    act(browser, act="summarise", **PLACE, text="Dear, to them [1].", status="done", numbers=["a1"])
    assert (summary(folder).status, summary(folder).draft) == ("done", "")
    assert load(folder).drafts == ()


def test_a_draft_that_is_rewritten_in_an_editor_is_a_summary_too(browser: Browser, folder: Path) -> None:
    act(browser, act="summarise", **PLACE, text=DRAFT, numbers=["a1"], draft=DRAFT)
    path = folder / "charts/money.yaml"
    path.write_text(path.read_text().replace(DRAFT, "Dear, says the mayor.", 1))
    assert summary(folder).text == "Dear, says the mayor."


def test_a_draft_can_be_removed_and_goes_along_when_its_code_moves(browser: Browser, folder: Path) -> None:
    act(browser, act="summarise", **PLACE, text=DRAFT, numbers=["a1"], draft=DRAFT)
    decisions.move_code(load(folder), "money.cost", "people", by="AB", why="it fits")
    assert load(folder).drafts[0].draft == DRAFT
    decisions.remove_summary(load(folder), "Ash", "money.cost")
    assert load(folder).drafts == ()


def test_a_blind_coder_sees_nothing_that_others_wrote_or_coded(folder: Path) -> None:
    blind = Browser(folder, "CD", is_blind=True)
    text = blind.client.get(CELL).text
    assert "You code blind" in text
    for secret in ("It was dear", "It cost us", "Ann Berg", '"a1"', "data-act"):
        assert secret not in text
    assert "You code blind" in blind.client.get("/cells").text
    assert "people.lead" not in blind.client.get("/cells").text


def test_a_blind_coder_writes_over_nothing_that_they_cannot_see(folder: Path) -> None:
    blind = Browser(folder, "CD", is_blind=True)
    refused = act(blind, act="summarise", **PLACE, text="What CD makes of it.")
    assert (refused.status_code, "once they have finished every source" in refused.json()["error"]) == (422, True)
    assert summary(folder).text.startswith("It was dear")
    study = load(folder)
    for source in study.sources:
        study = decisions.finish(study, "CD", source.id)
    blind.session.look()
    assert act(blind, act="summarise", **PLACE, text="What CD makes of it.").status_code == 200
