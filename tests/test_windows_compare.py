"""Coders side by side: what they differ in as stretches, and what is settled, as the layer of consensus holds it."""

import json
from pathlib import Path

import pytest

from crosscase import load
from crosscase.problem import Refused
from crosscase.study import decisions
from tests.conftest import SMALL, StudyFolder
from tests.test_web import Browser

TEXT = "Interviewer: What did it cost?\n\nP01: It cost us dear. The county paid for half. And we had help.\n"


def place(words: str) -> tuple[int, int]:
    start = TEXT.index(words)
    return start, start + len(words)


def line(id: str, words: str, code: str, **more: str) -> str:
    start, end = place(words)
    return json.dumps({"id": id, "start": start, "end": end, "code": code, "quote": words, **more}) + "\n"


@pytest.fixture
def folder(study_folder: StudyFolder) -> Path:
    """AB and CD read the same: alike on the cost, otherwise on who paid, and only CD saw the help."""
    head = '{"codebook":1}\n'
    mine = line("a1", "It cost us dear.", "money.cost", value="high")
    mine += line("a2", "The county paid for half.", "money.source")
    theirs = line("c1", "It cost us dear.", "money.cost", value="high")
    theirs += line("c2", "The county paid for half.", "money.cost", value="low") + line(
        "c3", "we had help", "money.source"
    )
    return study_folder(
        SMALL
        | {
            "study.yaml": "title: Small\nunit: town\ncoders: {AB: Ann Berg, CD: Carl Dahl}\nconsensus: both\n",
            "transcripts/oak.txt": TEXT,
            "codings/AB/oak.jsonl": head + mine,
            "codings/CD/oak.jsonl": head + theirs,
        }
    )


def held(folder: Path) -> list[tuple[str, str, str, str]]:
    own = (coding for coding in load(folder).codings if coding.coder == "both")
    return [(coding.quote, coding.code_id, coding.value, coding.memo) for coding in own]


def settle(browser: Browser, words: str, *kept: str, **more: object) -> dict[str, object]:
    start, end = place(words)
    act = {"act": "settle", "source": "oak", "starts": [start], "ends": [end], "kept": list(kept), **more}
    return {"status": browser.act(act).status_code}


def test_coders_stand_side_by_side_where_they_differ(folder: Path) -> None:
    page = Browser(folder).client.get("/compare?source=oak").text
    assert "differ in 2 stretches, 2 of them not settled yet" in page
    assert "looked for it, and gave nothing" in page
    assert "1 stretch nobody disputes" in page
    assert Browser(folder).client.get("/compare?source=ash").status_code == 404


def test_what_is_kept_stands_in_the_layer_of_consensus_and_counts_alone(folder: Path) -> None:
    browser = Browser(folder)
    assert settle(browser, "The county paid for half.", "a2", memo="Who, not how much.") == {"status": 200}
    assert held(folder) == [("The county paid for half.", "money.source", "", "Who, not how much.")]
    there = [coding.id for coding in load(folder).counting if coding.source_id == "oak"]
    assert {"a1", "c1", "c3"} < set(there)
    assert not {"a2", "c2"} & set(there)
    page = browser.client.get("/compare?source=oak").text
    assert "1 of them not settled yet" in page


def test_a_stretch_is_settled_anew_and_with_what_nobody_gave(folder: Path) -> None:
    browser = Browser(folder)
    settle(browser, "we had help", "c3")
    assert settle(browser, "we had help", code="money.cost", value="low") == {"status": 200}
    assert held(folder) == [("we had help", "money.cost", "low", "")]
    assert settle(browser, "we had help") == {"status": 200}
    assert held(folder) == []
    page = browser.client.get("/compare?source=oak").text
    assert "Settled: no code" in page


def test_settling_is_taken_back_byte_for_byte(folder: Path) -> None:
    browser = Browser(folder)
    start, end = place("we had help")
    act = browser.act({"act": "settle", "source": "oak", "starts": [start], "ends": [end], "kept": ["c3"]}).json()
    assert browser.send(f"/acts/{act['id']}/undo").status_code == 200
    assert not (folder / "codings/both/oak.jsonl").exists()


def test_all_is_settled_once_people_say_so(folder: Path) -> None:
    browser = Browser(folder)
    assert browser.act({"act": "finish_settling", "source": "oak"}).status_code == 422
    settle(browser, "It cost us dear.", "a1")
    settle(browser, "The county paid for half.", "a2", "c2")
    settle(browser, "we had help")
    assert "All of it is settled" in browser.client.get("/compare?source=oak").text
    assert browser.act({"act": "finish_settling", "source": "oak"}).status_code == 200
    assert load(folder).reading("both", "oak").is_done  # type: ignore[union-attr]


def test_what_begins_elsewhere_or_is_another_sources_is_refused(folder: Path) -> None:
    study = load(folder)
    with pytest.raises(Refused, match="doesn't begin"):
        decisions.settle(study, "oak", [place("we had help")], ["a1"])
    with pytest.raises(Refused, match="no stretch"):
        decisions.settle(study, "oak", [(5, 5)], [])


def test_a_study_without_a_layer_says_what_to_write(folder: Path) -> None:
    settings = folder / "study.yaml"
    settings.write_text(settings.read_text().replace("consensus: both\n", ""))
    page = Browser(folder).client.get("/compare?source=oak").text
    assert "consensus: consensus" in page
    assert 'data-act="settle"' not in page
    with pytest.raises(Refused, match="names no layer"):
        decisions.settle(load(folder), "oak", [place("we had help")], [])


def test_a_blind_coder_compares_only_what_they_have_finished(folder: Path) -> None:
    mine = folder / "codings/CD/oak.jsonl"
    mine.write_text(mine.read_text().replace('{"codebook":1}', '{"codebook":1,"read_to":40}'))
    assert Browser(folder, "CD", is_blind=True).client.get("/compare?source=oak").status_code == 404
    mine.write_text(mine.read_text().replace('{"codebook":1,"read_to":40}', '{"codebook":1}'))
    assert "Ann Berg" in Browser(folder, "CD", is_blind=True).client.get("/compare?source=oak").text
