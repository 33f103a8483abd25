"""The window in which people decide on what the machine proposes, one passage after the other."""

import re
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest

from crosscase import load, stages
from crosscase.coding import Suggestion
from crosscase.learning import BlindPassage, CodeLearning, Learning, Reviewable, Trust
from crosscase.problem import Refused
from crosscase.reviewing import EACH_BLIND, Reviewing, Tally, tally
from crosscase.source import Segment
from crosscase.study import Study, decisions, save_learning, save_suggestions
from tests.conftest import StudyFolder
from tests.test_decisions import readable
from tests.test_web import Browser

DEAR = Segment("ash", 48, 81)
AGAIN = Segment("ash", 148, 181)
NOBODY = Segment("ash", 182, 194)
HALL = Segment("elm", 54, 82)
COST, SOURCE, HELP = "money.cost", "money.source", "people.help"


def proposed(place: Segment, code_id: str, score: float = 0.5, **fields: str) -> Suggestion:
    text = {"explanation": "shared words: lent", "encoder": "any", **fields}
    return Suggestion(place.source_id, place.start, place.end, "", code_id, score, **text)


def put(study: Study, suggestion: Suggestion, like: Segment | None = None) -> Reviewable:
    source = study.source(suggestion.source_id)
    assert source is not None
    return Reviewable(replace(suggestion, quote=source.text[suggestion.start : suggestion.end]), coded_like=like)


def learning(study: Study, blind: Iterable[BlindPassage] = (), passages: int = 40) -> Learning:
    """As it would be kept: two suggestions of money.source, one of people.help, one of money.cost."""
    reviewables = (
        put(study, proposed(HALL, SOURCE), like=Segment("ash", 82, 113)),
        put(study, proposed(NOBODY, SOURCE)),
        put(study, proposed(AGAIN, HELP)),
        put(study, proposed(AGAIN, COST, value="high", case_id="Elm")),
    )
    queues: dict[str, dict[str, tuple[int, ...]]] = {
        COST: {"find": (3,), "teach": (3,), "order": (3,), "revisit": ()},
        SOURCE: {"find": (0, 1), "teach": (1, 0), "order": (1, 0), "revisit": ()},
        HELP: {"find": (2,), "teach": (2,), "order": (2,), "revisit": (2,)},
    }
    known = {SOURCE: Trust("estimated", 1.2, 9, 7, 10, 0.6, 0.8, 4), HELP: Trust("silent", 1.2, 6)}
    nothing: dict[str, tuple[int, ...]] = dict.fromkeys(queues[COST], ())
    codes = tuple(
        CodeLearning(code.id, known.get(code.id, Trust("learning", 1.2, 1)), queues.get(code.id, nothing))
        for code in study.codebook.codes
    )
    return Learning(3, passages, reviewables, codes, tuple(blind))


@pytest.fixture
def folder(study_folder: StudyFolder) -> Path:
    folder = readable(study_folder)
    study = load(folder)
    save_learning(study, learning(study))
    save_suggestions(study, [one.suggestion for one in learning(study).reviewables])
    return folder


def words(browser: Browser, address: str) -> str:
    answer = browser.client.get(f"/{address}")
    assert answer.status_code == 200, answer.text
    return str(answer.text)


def marked(page: str) -> str:
    return " ".join(re.findall(r"<mark>(.*?)</mark>", page, re.DOTALL))


def test_the_list_says_of_each_code_how_far_it_is_known_and_how_much_waits(folder: Path) -> None:
    page = words(Browser(folder), "review")
    row = page.partition('href="review?code=money.source"')[2].partition("</tr>")[0]
    assert "estimated" in row
    assert "of such suggestions about 7 in 10 were right (6 to 8; 4 sources)" in row
    assert re.findall(r'class="number">(\d+)<', row) == ["2", "0"]


def test_a_suggestion_stands_among_what_was_said_beside_what_the_code_means(folder: Path) -> None:
    page = words(Browser(folder), f"review?code={SOURCE}&queue=find")
    assert marked(page) == "the church lent us the hall."
    assert "Next to nothing, <mark>" in page
    assert "What did it cost?" in page
    assert "P02 · clerk · Elmton" in page
    assert "shared words: lent" in page.lower()
    assert "The county paid for half of it." in page
    assert "2 passages left" in page


@pytest.mark.parametrize("act", ["accept", "reject", "postpone"])
def test_a_verdict_brings_the_next_passage_and_can_be_taken_back(folder: Path, act: str) -> None:
    browser = Browser(folder)
    address = f"review?code={SOURCE}&queue=find"
    (first, _) = re.findall(r'name="suggestion" value="([^"]+)"', words(browser, address))[:2]
    done = browser.act({"act": act, "suggestion": first}).json()
    page = words(browser, address)
    assert marked(page) == "Nobody else."
    assert ("1 passage left" in page) is (act != "postpone")
    browser.send(f"/acts/{done['id']}/undo")
    assert marked(words(browser, address)) == "the church lent us the hall."


def test_what_was_left_for_later_comes_last(folder: Path) -> None:
    study = load(folder)
    reviewing = Reviewing(study, learning(study), "AB")
    first = reviewing.left("find", SOURCE)[0].suggestion
    later = Reviewing(decisions.postpone(study, "AB", first), learning(study), "AB")
    assert [one.suggestion.segment for one in later.left("find", SOURCE)] == [NOBODY, HALL]


def test_what_somebody_coded_so_already_is_not_put_again(folder: Path) -> None:
    study = load(folder)
    suggestion = learning(study).reviewables[0].suggestion
    coded = decisions.accept(study, "CD", suggestion)
    assert HALL not in [one.suggestion.segment for one in Reviewing(coded, learning(study), "AB").left("find", SOURCE)]


def test_all_codes_come_in_turn_or_in_the_order_of_the_texts(folder: Path) -> None:
    study = load(folder)
    reviewing = Reviewing(study, learning(study), "AB")
    assert [one.suggestion.code_id for one in reviewing.left("find")] == [COST, SOURCE, HELP, SOURCE]
    assert len(reviewing.left("order")) == 4
    with pytest.raises(Refused, match="did you mean `find`"):
        reviewing.left("fnd")


def test_another_code_or_another_value_is_one_act(folder: Path) -> None:
    browser = Browser(folder)
    page = words(browser, f"review?code={COST}&queue=find")
    assert 'name="passage/value" value="low"' in page
    assert 'name="passage/case" value="Elm"' in page
    assert "<span>, about</span> Elmton" in page
    suggestion = learning(load(folder)).reviewables[3].suggestion
    passage = {"start": AGAIN.start, "end": AGAIN.end, "code": COST, "value": "low"}
    answer = browser.act({"act": "change", "suggestion": suggestion.id, "passage": passage})
    assert answer.status_code == 200, answer.text
    (coding,) = [one for one in load(folder).codings if one.segment == AGAIN and one.coder == "AB"]
    assert coding.value == "low"
    assert tally(load(folder)) == Tally(kept=1, decided=1)


@pytest.mark.parametrize("address", ["review?code=no.code", "review?queue=fnd", f"review?code={SOURCE}&queue=fnd"])
def test_what_there_is_not_is_not_found(folder: Path, address: str) -> None:
    assert Browser(folder).client.get(f"/{address}").status_code == 404


def test_without_anything_learned_the_window_offers_to_learn(folder: Path) -> None:
    (folder / ".crosscase/learning.json").unlink()
    assert "Let it read" in words(Browser(folder), "review")


def test_what_came_since_is_said_and_can_be_learned_from(folder: Path) -> None:
    study = load(folder)
    save_learning(study, replace(learning(study), decisions=1))
    assert "Learn from what was decided" in words(Browser(folder), "review")


def test_learning_is_begun_once_told_to_every_window_and_what_failed_is_said(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on, begun = Event(), []

    def learn(study: Study, progress: stages.Progress, reader: stages.Reader) -> None:
        begun.append((study, reader))
        progress(3, 7)
        assert goes_on.wait(20)
        raise Refused("there are no codes")

    monkeypatch.setattr(stages, "learn", learn)
    browser = Browser(folder)
    before = browser.session.learned
    for _ in range(2):
        assert browser.send("/learning", {}).json()["state"] == "working"
    until(lambda: browser.client.get("/learning").json().get("total") == 7)
    goes_on.set()
    until(lambda: browser.client.get("/learning").json()["state"] == "failed")
    told = {"state": "failed", "error": "there are no codes", "learned": before}
    assert browser.client.get("/learning").json() == told
    assert len(begun) == 1
    browser.send("/learning", {})
    until(lambda: len(begun) == 2)
    assert begun[0][1] is begun[1][1]
    save_learning(load(folder), replace(learning(load(folder)), decisions=1))
    now = browser.session.learned
    assert now != before
    assert f'data-learned="{now}"' in browser.client.get("/review").text


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_blind_coder_is_shown_nothing_of_it(folder: Path) -> None:
    browser = Browser(folder, "CD", is_blind=True)
    for address in ("review", f"review?code={SOURCE}"):
        page = words(browser, address)
        assert "You code blind" in page
        assert "church" not in page
        assert "Offered" not in page
    assert browser.send("/learning", {}).status_code == 403
    assert browser.client.get("/learning").json() == {}
    suggestion = learning(load(folder)).reviewables[0].suggestion
    assert browser.act({"act": "accept", "suggestion": suggestion.id}).status_code == 422


# -- what comes blind


def decided(study: Study, count: int) -> Study:
    """With so many verdicts of AB, on suggestions that were in sight."""
    for number in range(count):
        study = decisions.reject(study, "AB", proposed(Segment("ash", number, number + 1), HELP))
    return study


def pool(*proposals: Suggestion) -> BlindPassage:
    return BlindPassage(HALL, (COST, SOURCE, HELP), proposals)


def test_ten_passages_come_blind_to_fifty_decisions_and_no_more_than_the_study_can_bear(folder: Path) -> None:
    study = decided(load(folder), EACH_BLIND - 1)
    known = learning(study, [pool()])
    assert Reviewing(study, known, "AB").due_blind() is None
    study = decisions.reject(study, "AB", proposed(Segment("ash", 20, 21), HELP))
    assert Reviewing(study, known, "AB").due_blind() == pool()
    assert Reviewing(study, known, "CD").due_blind() is None
    assert Reviewing(study, replace(known, passages=9), "AB").due_blind() is None
    blind, _ = Reviewing(study, known, "AB").next_in("revisit")
    assert blind is None
    audited = decisions.audit(study, "AB", pool(), SOURCE)
    assert Reviewing(audited, known, "AB").due_blind() is None


def blind_page(folder: Path, *proposals: Suggestion) -> str:
    study = decided(load(folder), EACH_BLIND)
    save_learning(study, learning(study, [pool(*proposals)]))
    return re.sub(r"version=\"\w+\"|[0-9a-f]{12,}", "", words(Browser(folder), f"review?code={HELP}&queue=find"))


def test_the_page_of_a_blind_passage_does_not_tell_what_was_proposed_or_whether(folder: Path) -> None:
    page = blind_page(folder, proposed(HALL, SOURCE, value="x", alike="like what was coded"))
    assert "Which of these codes applies?" in page
    assert marked(page) == "the church lent us the hall."
    assert page == blind_page(folder)
    assert page == blind_page(folder, proposed(HALL, COST))
    assert "like what was coded" not in page
    assert 'href="source-elm' not in page.partition("<main")[2]


@pytest.mark.parametrize(
    ("proposals", "answer", "verdicts", "counted"),
    [
        ((SOURCE,), SOURCE, [(SOURCE, "accept")], Tally(0, 5, 1, 1)),
        ((SOURCE, COST), COST, [(COST, "accept")], Tally(0, 5, 1, 1)),
        ((SOURCE,), HELP, [(SOURCE, "change")], Tally(0, 5, 0, 1)),
        ((SOURCE, COST), "", [(COST, "reject"), (SOURCE, "reject")], Tally(0, 5, 0, 1)),
        ((), "", [("", "accept")], Tally(0, 5, 1, 1)),
        ((), HELP, [("", "change")], Tally(0, 5, 0, 1)),
    ],
)
def test_what_is_said_blind_is_the_verdict_on_what_was_hidden(
    folder: Path, proposals: tuple[str, ...], answer: str, verdicts: list[tuple[str, str]], counted: Tally
) -> None:
    blind_page(folder, *(proposed(HALL, code_id, value="hidden") for code_id in proposals))
    browser = Browser(folder)
    place = {"source": HALL.source_id, "start": HALL.start, "end": HALL.end}
    sent = browser.act({"act": "audit", **place, "choices": [COST, SOURCE, HELP], "code": answer})
    assert sent.status_code == 200, sent.text
    study = load(folder)
    blind = sorted((one.code_id, one.verdict) for one in study.reviews if one.blind)
    assert blind == verdicts
    coded = [(one.code_id, one.value) for one in study.codings if one.segment == HALL and one.coder == "AB"]
    assert coded == ([(answer, "")] if answer else [])
    assert tally(study) == counted
    assert not [problem for problem in study.problems if problem.path.startswith("reviews")]


def test_a_passage_is_judged_by_the_choices_that_were_shown(folder: Path) -> None:
    blind_page(folder, proposed(HALL, SOURCE))
    place = {"source": HALL.source_id, "start": HALL.start, "end": HALL.end}
    refused = Browser(folder).act({"act": "audit", **place, "choices": [COST], "code": COST})
    assert refused.status_code == 422
    assert "learned since" in refused.json()["error"]


def test_the_tally_says_two_shares_and_nothing_more() -> None:
    assert str(Tally(78, 100, 6, 10)) == "with suggestion: 78 of 100 kept; blind: 6 of 10 the same code"
    assert str(Tally()) == ""
