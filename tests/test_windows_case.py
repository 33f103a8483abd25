"""The windows of cases: what waits, what is proposed and on whose words, what is decided, and what follows."""

import re
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from crosscase import load
from crosscase.pages import material_of
from crosscase.pages.windows import Seen
from crosscase.pages.windows.case import CasePage, case_page
from crosscase.pages.windows.cases import cases_page
from crosscase.pages.windows.feature import STATUSES, Open
from crosscase.profile import findings_for
from crosscase.study import decisions, save_suggestions
from crosscase.web.blind import unseen
from tests.conftest import ROOT, StudyFolder
from tests.deciding import suggestion
from tests.test_decisions import readable
from tests.test_web import Browser

LEAD = {"attribute": "people.lead"}


@pytest.fixture
def folder(study_folder: StudyFolder) -> Path:
    """AB has coded that the mayor leads in Ash, where the second of two episodes is decided and the first isn't."""
    folder = readable(study_folder)
    save_suggestions(load(folder), [suggestion()])
    return folder


def seen(folder: Path, coder: str = "AB", *, is_blind: bool = False, offered: Any = (), **asked: str) -> Seen:
    study = unseen(load(folder), coder) if is_blind else load(folder)
    findings = findings_for(study, "team", offered)
    return Seen(material_of(findings, date(2026, 11, 28)), coder, offered, is_blind, asked)


def page(folder: Path, **asked: Any) -> CasePage:
    return case_page(seen(folder, **{"id": "Ash", **asked}))


def opened(folder: Path, **asked: Any) -> Open:
    feature = page(folder, **asked).open
    assert feature is not None
    return feature


def test_the_queue_holds_what_is_coded_and_not_decided_and_home_leads_to_it(folder: Path) -> None:
    waiting = cases_page(seen(folder))
    assert [(queued.case.text, [link.text for link in queued.features]) for queued in waiting.queue] == [
        ("Ashford, 2019 to 2020", ["Who leads"])
    ]
    home = Browser(folder).client.get("/home").text
    assert '<a href="cases">1 feature</a>' in home
    decisions.withdraw_feature(load(folder), "Ash", "Ash-2", "people.lead")
    assert cases_page(seen(folder)).waiting == "2 features"


def test_each_case_has_what_is_decided_coded_and_open_and_its_type(folder: Path) -> None:
    rows = cases_page(seen(folder)).rows
    assert [(row.case.text, row.decided, row.coded, row.open) for row in rows] == [
        ("Ashford", 0, 1, 0),
        ("Ashford", 1, 0, 0),
        ("Elmton", 0, 0, 1),
    ]
    assert [[cell.name for cell in row.types] for row in rows] == [["Unresolved"], ["Strong"], ["not tried"]]
    assert [cell.is_override for row in rows for cell in row.types] == [False, True, False]


def test_a_proposal_says_on_whose_words_it_rests_and_what_speaks_against_it(folder: Path) -> None:
    proposed = opened(folder, episode="Ash-1").proposed
    assert proposed is None
    decisions.change_coding(load(folder), "AB", "a3", episode_id="Ash-1")
    proposed = opened(folder, episode="Ash-1").proposed
    assert proposed is not None
    assert (proposed.words, proposed.is_draft) == ("mayor", False)
    assert proposed.rests_on == "on the words of people of this town (1 passage in ash)"
    assert proposed.besides == ""


def test_the_passages_coded_for_it_can_be_chosen_and_those_of_another_time_are_told_apart(folder: Path) -> None:
    decisions.change_coding(load(folder), "AB", "a3", episode_id="Ash-1")
    first, second = (opened(folder, episode=episode).evidence for episode in ("Ash-1", "Ash-2"))
    assert [(passage.id, passage.text, passage.value, passage.is_chosen, passage.note) for passage in first] == [
        ("a3", "And who else?", "mayor", True, "")
    ]
    assert first[0].place.href.startswith("source-ash.html#")
    assert [(passage.id, passage.is_chosen, passage.note) for passage in second] == [
        ("a3", True, "coded for another time or case")
    ]


def test_values_say_what_they_mean_and_where_they_would_change_the_type(folder: Path) -> None:
    mayor, clerk = opened(folder, episode="Ash-2").values
    assert (mayor.words, mayor.about, mayor.key, mayor.is_now, mayor.then) == ("mayor", "The mayor.", "1", True, ())
    assert (clerk.key, clerk.is_now) == ("2", False)
    assert [(then.typology, then.type) for then in clerk.then] == [("Models", "Weak")]


def test_what_is_decided_says_by_whom_and_whether_its_evidence_still_bears_it_out(folder: Path) -> None:
    decided = opened(folder, episode="Ash-2").decided
    assert decided is not None
    assert (decided.words, decided.by, decided.look_again, decided.gone) == ("mayor", "Ann Berg", False, "")
    decisions.change_coding(load(folder), "AB", "a3", value="clerk")
    decided = opened(folder, episode="Ash-2").decided
    assert decided is not None
    assert decided.look_again
    assert cases_page(seen(folder)).rows[1].again == 1
    decisions.remove_coding(load(folder), "AB", "a3")
    decided = opened(folder, episode="Ash-2").decided
    assert decided is not None
    assert decided.gone == "a3"


def test_what_only_the_machine_suggests_is_a_draft_without_anything_to_tick(folder: Path) -> None:
    drafted = suggestion().__class__(
        "elm", 54, 82, "the church lent us the hall.", "people.lead", 0.7, "", "any", "mayor"
    )
    feature = opened(folder, id="Elm", offered=(drafted,))
    assert feature.proposed is not None
    assert (feature.proposed.lead, feature.proposed.words) == ("The machine suggests:", "mayor")
    assert feature.proposed.is_draft
    assert feature.evidence == ()
    assert [quoted.text for quoted in feature.drafts] == ["the church lent us the hall."]
    assert feature.needs_reason


def test_the_window_of_a_case_shows_all_of_it(folder: Path) -> None:
    text = unescape(Browser(folder).client.get("/case?id=Ash&episode=Ash-2").text)
    for words in ("Decided", "decided by Ann Berg", "Override: Ann Berg decided", "Let the rules decide again"):
        assert words.casefold() in text.casefold(), words
    assert 'data-key="1"' in text


@pytest.mark.parametrize("asked", ["id=Oak", "id=Ash&episode=Ash-9", "id=Ash&feature=money.cost", "id=../Ash"])
def test_what_is_not_in_the_study_is_not_found(folder: Path, asked: str) -> None:
    assert Browser(folder).client.get(f"/case?{asked}").status_code == 404


def test_a_decision_in_the_window_is_in_the_file_and_the_type_follows(folder: Path) -> None:
    browser = Browser(folder)
    act = {"act": "decide_feature", "case": "Ash", "episode": "Ash-1", **LEAD, "value": "clerk", "evidence": ["a3"]}
    assert browser.act(act).status_code == 200
    decided = load(folder).cases[0].episodes[0].features
    assert [(one.value, one.status, one.evidence, one.by) for one in decided] == [("clerk", "stated", ("a3",), "AB")]
    assert page(folder, episode="Ash-1").types[0].type == "Weak"
    assert page(folder, episode="Ash-1").types[0].rivals == ("Strong, if Who leads were mayor",)


def test_a_decision_without_value_and_without_saying_why_is_refused(folder: Path) -> None:
    answer = Browser(folder).act({"act": "decide_feature", "case": "Ash", "episode": "Ash-1", **LEAD})
    assert answer.status_code == 422
    assert "choose a value" in answer.json()["error"]


def test_the_first_feature_of_a_case_without_episodes_can_be_decided(folder: Path) -> None:
    elm = page(folder, id="Elm")
    assert (elm.episode, elm.has_episodes) == ("Elm-1", False)
    act = {"act": "decide_feature", "case": "Elm", "episode": elm.episode, **LEAD, "status": "not_asked"}
    assert Browser(folder).act(act).status_code == 200
    assert page(folder, id="Elm").lines[0].held == "not asked"


def test_a_blind_coder_is_told_that_features_open_later_and_nothing_of_them(folder: Path) -> None:
    browser = Browser(folder, "CD", is_blind=True)
    for address in ("/cases", "/case?id=Ash"):
        text = browser.client.get(address).text
        assert "they open once you have finished" in text
        for words in ("mayor", "Both said so", "Ann Berg", "And who else?"):
            assert words not in text, (address, words)


def test_typologies_and_exhibits_lead_to_the_window_of_a_case_only_when_served(folder: Path) -> None:
    served = unescape(Browser(folder).client.get("/typology-models.html").text)
    assert 'href="case?id=Ash&episode=Ash-2"' in served
    exhibit = unescape(Browser(folder).client.get("/exhibit-2b.html").text)
    assert 'href="case?id=Ash"' in exhibit


def test_the_manual_names_the_keys_of_the_window_of_a_case() -> None:
    manual = (ROOT / "docs/window.md").read_text()
    named = set(re.findall(r"`(\w)`", manual.partition("## Deciding")[2].partition("\n## ")[0]))
    template = (ROOT / "src/crosscase/pages/templates/windows/case.html").read_text()
    assert named == {*re.findall(r'data-key="(\w)"', template), *(key for _, _, key, _ in STATUSES)}
