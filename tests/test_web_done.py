"""What was done in windows can be taken back after the server was started again, and nothing else can."""

import json
import random
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from crosscase import load
from crosscase.memo import Memo
from crosscase.problem import Blocked
from crosscase.stages.bringing import deidentify
from crosscase.study import decisions, files
from crosscase.study import done as done_module
from crosscase.study.done import Done, _cut, _cuts
from crosscase.study.study import Written
from tests.conftest import StudyFolder
from tests.test_decisions import contents, readable
from tests.test_web import OF_CD, SENT, Browser, about_to, passage, with_all_on_offer

OF_AB = sorted(SENT.keys() - OF_CD)


@pytest.fixture
def folder(study_folder: StudyFolder) -> Path:
    return with_all_on_offer(readable(study_folder))


def log(folder: Path, coder: str = "AB") -> Path:
    return folder / f".crosscase/acts/{coder}.jsonl"


def memo(text: str) -> dict[str, object]:
    return {"act": "change_coding", "coding": "a1", "fields": {"memo": text}}


def last(browser: Browser, stack: str = "done") -> int:
    """The act that `u` takes back next, or the one that is done again next."""
    return int(browser.client.get("/state").json()[stack][-1]["id"])


def decided(done: Done, text: str) -> int:
    """The number of an act that writes a new memo."""
    act, _ = done.carry_out(lambda: decisions.write_memo(load(done.folder), Memo("", "", "AB", "", (), text)), "x")
    return act.id


def all_back(browser: Browser, stack: str = "done") -> None:
    while browser.client.get("/state").json()[stack]:
        answer = browser.send(f"/acts/{last(browser, stack)}/undo")
        assert (answer.status_code, answer.json().get("error")) == (200, None)


@pytest.mark.parametrize("seed", range(2))
def test_after_another_start_all_is_taken_back_byte_for_byte_and_done_again(folder: Path, seed: int) -> None:
    chance = random.Random(seed)
    browser, before = Browser(folder), contents(folder)
    for name in chance.choices(OF_AB, k=12):
        browser.act({"act": name, **SENT[name]})
        if chance.random() < 0.2:
            browser = Browser(folder)
    after = contents(folder)
    assert after != before
    browser = Browser(folder)
    all_back(browser)
    assert contents(folder) == before
    all_back(Browser(folder), "undone")
    assert contents(folder) == after


def test_a_log_that_was_cut_anywhere_stops_nothing_and_takes_back_only_what_it_tells(folder: Path) -> None:
    browser, states = Browser(folder), [contents(folder)]
    for act in (memo("one"), {"act": "remove_coding", "coding": "a2"}):
        browser.act(act)
        states.append(contents(folder))
    whole = log(folder).read_bytes()
    second = whole.rindex(b"\n")
    for end in [*range(0, len(whole), 7), second - 1, second, second + 1, len(whole) - 1]:
        log(folder).write_bytes(whole[:end])
        done = Done(folder, "AB")
        assert [act.what for act in done.acts] == ["memo noted on “Cost”"] * (end >= second)
        damaged = log(folder).with_suffix(".damaged")
        assert damaged.exists() == (whole[:end].strip() != b"" and end not in (second, second + 1))
        damaged.unlink(missing_ok=True)
    # The first act is still known, and what came after it in the same file stays.
    again = Browser(folder)
    assert again.send(f"/acts/{last(again)}/undo").status_code == 200
    assert '"memo":"one"' not in (folder / "codings/AB/ash.jsonl").read_text()
    assert '"a2"' not in (folder / "codings/AB/ash.jsonl").read_text()


@pytest.mark.parametrize("line", [b"\xff", b"[]", b'{"id":1}', b'{"id":1,"what":"x","cuts":[{}]}', b"[" * 9_000])
def test_a_line_that_says_no_act_is_set_aside_and_the_window_goes_on(folder: Path, line: bytes) -> None:
    Browser(folder).act(memo("one"))
    log(folder).write_bytes(line + log(folder).read_bytes())
    browser = Browser(folder)
    all_back(browser)
    assert line in log(folder).with_suffix(".damaged").read_bytes()
    assert browser.act(memo("two")).status_code == 200


def test_a_log_leads_to_no_file_that_decisions_do_not_write(folder: Path) -> None:
    Browser(folder).act(memo("one"))
    for path in (".git/config", "codings/../.git/config", "..\\x", "/etc/passwd"):
        text = log(folder).read_text().replace("codings/AB/ash.jsonl", json.dumps(path)[1:-1])
        log(folder).with_name("CD.jsonl").write_text(text)
        browser = Browser(folder, "CD")
        done = browser.client.get("/state").json()["done"]
        assert all(browser.send(f"/acts/{act['id']}/undo").status_code != 200 for act in done), path
        assert not done or not path.startswith("."), path


def test_what_an_editor_wrote_between_stays_and_is_refused_where_it_is_of_the_same(folder: Path) -> None:
    browser = Browser(folder)
    browser.act(memo("one"))
    browser.act({"act": "reword_code", **SENT["reword_code"]})
    decisions.change_coding(load(folder), "AB", "a2", memo="by hand")
    codebook = folder / "codebook/2-people.yaml"
    codebook.write_text(codebook.read_text().replace("Who leads", "Who goes first"))
    before = contents(folder)
    again = Browser(folder)
    answer = again.send(f"/acts/{last(again)}/undo")
    assert (answer.status_code, "changed since" in answer.json()["error"]) == (422, True)
    assert contents(folder) == before
    first = again.client.get("/state").json()["done"][0]["id"]
    assert again.send(f"/acts/{first}/undo").status_code == 200
    assert {coding.id: coding.memo for coding in load(folder).codings if coding.id in ("a1", "a2")} == {
        "a1": "", "a2": "by hand"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "path", "words", "others"),
    [
        ("reword_code", "codebook/2-people.yaml", "Who helps", "Who lends a hand"),
        ("summarise", "charts/money.yaml", "The county.", "The country."),
        ("decide_feature", "cases/Ash.yaml", "# then the vote", "# then there was a vote"),
    ],
)
def test_after_another_start_what_an_editor_changed_elsewhere_in_a_file_stays(
    folder: Path, name: str, path: str, words: str, others: str
) -> None:
    before = contents(folder)[path].decode()
    assert Browser(folder).act({"act": name, **SENT[name]}).status_code == 200
    assert (folder / path).read_text() != before
    (folder / path).write_text((folder / path).read_text().replace(words, others))
    browser = Browser(folder)
    all_back(browser)
    assert yaml.safe_load((folder / path).read_text()) == yaml.safe_load(before.replace(words, others))
    assert others in (folder / path).read_text()
    all_back(browser, "undone")
    assert others in (folder / path).read_text()


def test_nobody_takes_back_what_another_coder_did(folder: Path) -> None:
    done = Browser(folder).act(memo("one")).json()["id"]
    other = Browser(folder, "CD")
    assert other.client.get("/state").json()["done"] == []
    answer = other.send(f"/acts/{done}/undo")
    assert (answer.status_code, "no such act" in answer.json()["error"]) == (422, True)
    assert last(Browser(folder)) == done


def test_what_was_taken_back_is_not_taken_back_twice(folder: Path) -> None:
    done = Browser(folder).act(memo("one")).json()["id"]
    browser = Browser(folder)
    undone = browser.send(f"/acts/{done}/undo").json()["id"]
    answer = browser.send(f"/acts/{done}/undo")
    assert (answer.status_code, "taken back already" in answer.json()["error"]) == (422, True)
    assert Browser(folder).send(f"/acts/{undone}/undo").status_code == 200
    assert "one" in (folder / "codings/AB/ash.jsonl").read_text()


def test_two_servers_of_one_coder_know_each_others_acts_and_neither_takes_back_the_others_over_it(
    folder: Path,
) -> None:
    one, other, before = Browser(folder), Browser(folder), contents(folder)
    first = one.act(memo("one")).json()["id"]
    other.session.look()
    second = other.act(memo("two")).json()["id"]
    after = contents(folder)
    answer = one.send(f"/acts/{first}/undo")
    assert (answer.status_code, "changed since" in answer.json()["error"]) == (422, True)
    assert contents(folder) == after
    assert [[act["id"] for act in server.client.get("/state").json()["done"]] for server in (one, other)] == [
        [first, second]
    ] * 2
    # Each may take back what the other did, once, the last one first.
    undone = one.send(f"/acts/{second}/undo")
    assert undone.status_code == 200
    answer = other.send(f"/acts/{second}/undo")
    assert (answer.status_code, "taken back already" in answer.json()["error"]) == (422, True)
    assert other.send(f"/acts/{undone.json()['id']}/undo").status_code == 200
    assert contents(folder) == after
    all_back(other)
    assert contents(folder) == before


def test_servers_that_write_at_once_spoil_nothing_in_the_log(folder: Path) -> None:
    logs = [Done(folder, "AB") for _ in range(3)]

    def work(done: Done) -> list[int]:
        return [decided(done, f"{number}\n" * 3000) for number in range(12)]

    with ThreadPoolExecutor() as pool:
        ids = list(chain.from_iterable(pool.map(work, logs)))
    for done in logs:
        done.look()
        assert sorted(act.id for act in done.acts) == sorted(ids)
    assert [act.id for act in Done(folder, "AB").acts] == [act.id for act in logs[0].acts]
    assert not log(folder).with_suffix(".damaged").exists()


def test_an_act_is_known_again_by_its_key_after_another_start(folder: Path) -> None:
    browser = Browser(folder)
    body = {"version": browser.session.version, "act": passage(), "key": "k1"}
    first = browser.send("/acts", body).json()
    after = contents(folder)
    assert Browser(folder).send("/acts", body).json()["id"] == first["id"]
    assert contents(folder) == after


class Killed(Exception):
    """What a signal leaves no time for."""


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("name", SENT)
def test_whoever_is_killed_around_a_write_knows_after_another_start_whether_it_was_done(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, moment: str
) -> None:
    browser = about_to(name, folder)
    coder, before, known = browser.session.coder, contents(folder), len(browser.session.stacks[0])
    body = {"version": browser.session.version, "act": {"act": name, **SENT[name]}, "key": "k1"}
    write_all, announced = files.write_all, bytearray()

    def killed(*given: Any) -> None:
        announced.extend(log(folder, coder).read_bytes())
        if moment == "after":
            write_all(*given)
        raise Killed

    monkeypatch.setattr(files, "write_all", killed)
    with pytest.raises(Killed):
        browser.send("/acts", body)
    monkeypatch.setattr(files, "write_all", write_all)
    log(folder, coder).write_bytes(announced)  # A signal leaves no time to take it back.
    after = contents(folder)
    assert (after == before) == (moment == "before")
    again = Browser(folder, coder)
    assert len(again.session.stacks[0]) == known + (moment == "after")
    # A page that was open then doesn't know the version of this start: it asks again by the key, or decides again.
    body["version"] = again.session.version
    answer = again.send("/acts", body)
    assert (answer.status_code, answer.json().get("error")) == (200, None)
    assert len(again.session.stacks[0]) == known + 1
    assert (contents(folder) == after) == (moment == "after")
    assert again.send(f"/acts/{last(again)}/undo").status_code == 200
    assert contents(folder) == before


def test_what_was_announced_and_refused_is_not_in_the_log(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = Browser(folder)
    browser.act(memo("one"))
    before = log(folder).read_bytes()

    def full(*_given: Any) -> None:
        raise Blocked("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(files, "write_all", full)
        assert browser.act(memo("two")).status_code == 423
    assert log(folder).read_bytes() == before
    assert len(browser.client.get("/state").json()["done"]) == 1


def test_where_somebody_wrote_meanwhile_the_last_act_is_done_again_and_the_way_back_of_it_stays(folder: Path) -> None:
    browser = Browser(folder)
    body = {"version": browser.session.version, "act": {"act": "reword_code", **SENT["reword_code"]}, "key": "k1"}
    browser.send("/acts", body)
    codebook = folder / "codebook/2-people.yaml"
    codebook.write_text(codebook.read_text() + "\n# by hand\n")
    again = Done(folder, "AB")
    assert [(act.what, act.key) for act in again.acts] == [("code reworded “Who leads”", "")]
    assert Done(folder, "AB").acts == again.acts


def test_where_the_log_can_not_be_written_acts_are_still_done_and_taken_back_until_the_end(folder: Path) -> None:
    before = contents(folder)
    log(folder).mkdir(parents=True)
    browser = Browser(folder)
    assert browser.act(memo("one")).status_code == 200
    all_back(browser)
    assert contents(folder) == before
    assert Browser(folder).client.get("/state").json()["done"] == []


def test_a_log_is_not_written_through_a_link_that_leads_out(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("mine\n")
    log(folder).parent.mkdir(parents=True)
    log(folder).symlink_to(outside)
    assert Browser(folder).act(memo("one")).status_code == 200
    assert outside.read_text() == "mine\n"


def test_only_the_last_acts_are_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(done_module, "KEPT", 10)
    done = Done(folder, "AB")
    for number in range(2 * 10 + 5):
        decided(done, f"{number}\n")
    assert len(Done(folder, "AB").acts) == 10
    assert log(folder).read_bytes().count(b"\n") == 10
    assert Done(folder, "AB").acts[-1] == done.acts[-1]


def test_what_names_were_put_out_of_is_not_brought_back(folder: Path, tmp_path: Path) -> None:
    Browser(folder).act({"act": "remove_coding", "coding": "a2"})
    assert log(folder).exists()
    deidentify(load(folder), {"county": "[a county]"}, tmp_path / "key.csv")
    assert not log(folder).parent.exists()


LINES = st.lists(st.sampled_from(["a", "b", "å\r", "", "cc"]), max_size=6).map("\n".join)


@given(LINES, LINES)
def test_a_cut_is_of_whole_lines_and_leads_back(before: str, after: str) -> None:
    written = Written("x.jsonl", before.encode(), after.encode())
    cut = _cut(written)
    old, new = before.encode(), after.encode()
    for data, words in ((old, cut.out), (new, cut.put)):
        assert data[cut.start : len(data) - cut.rest].decode() == words
        assert cut.start == 0 or data[cut.start - 1 : cut.start] == b"\n"
        assert cut.rest == 0 or len(data) == cut.rest or data[: len(data) - cut.rest].endswith(b"\n")
    assert new[: cut.start] + (cut.out or "").encode() + new[len(new) - cut.rest :] == old


def test_what_is_no_text_is_not_kept() -> None:
    assert _cuts([Written("x.bin", b"\xff", b"\xfe")]) == ()
