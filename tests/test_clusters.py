"""What a person decided about a cluster is kept with the passages that they saw, and survives edits of the texts."""

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crosscase import load
from crosscase.cluster import ClusterDecision, Member, likeness, standing
from crosscase.source import Segment
from crosscase.study import formats
from tests.conftest import SMALL, StudyFolder

PATH = "clusters/decisions.jsonl"
DEAR = (
    '{"source":"ash","start":48,"end":81,"quote":"It cost us very dear, I must say.",'
    '"before":"hat did it cost?\\n\\n[00:00:10] P01: ","after":" The county paid for half of it."}'
)
LOAN = '{"source":"elm","start":37,"end":82,"quote":"Next to nothing, the church lent us the hall.","margin":0.1}'
REJECTED = (
    f'{{"id":"d1","verdict":"rejected","members":[{DEAR},{LOAN}],"machine":"dear · church","reason":"two things",'
    '"by":"AB","at":"2026-01-02"}\n'
)


def text(*problems: object) -> str:
    return "\n".join(map(str, problems))


def test_a_decision_is_read_with_its_members(study_folder: StudyFolder) -> None:
    study = load(study_folder({**SMALL, PATH: REJECTED}))
    (decision,) = study.cluster_decisions
    assert study.problems == ()
    assert (decision.verdict, decision.reason, decision.shown_name) == ("rejected", "two things", "dear · church")
    assert [member.place for member in decision.members] == [Segment("ash", 48, 81), Segment("elm", 37, 82)]
    assert decision.members[1].margin == 0.1


def test_members_are_found_again_in_an_edited_text(study_folder: StudyFolder) -> None:
    """The same words stand twice in it: what stood around them tells which is meant."""
    edited = SMALL["transcripts/ash.txt"].replace("What did it cost?", "Tell me, what did all of it cost in the end?")
    study = load(study_folder({**SMALL, "transcripts/ash.txt": edited, PATH: REJECTED}))
    (decision,) = study.cluster_decisions
    (member, _) = decision.members
    assert member.start == edited.index("It cost us very dear")
    assert decision.lost == ()


def test_members_whose_words_are_gone_are_said_and_kept(study_folder: StudyFolder) -> None:
    texts = {"transcripts/elm.txt": "Interviewer: What did it cost?\n\nP02: I couldn't tell, really, who knows.\n"}
    study = load(study_folder({**SMALL, **texts, PATH: REJECTED}))
    (decision,) = study.cluster_decisions
    assert [member.source_id for member in decision.members] == ["ash"]
    assert [member.quote for member in decision.lost] == ["Next to nothing, the church lent us the hall."]
    (problem,) = [problem for problem in study.problems if problem.path == PATH]
    assert (problem.line, problem.level) == (1, "warning")
    assert "1 of 2 passages of the decision `d1`" in problem.what
    assert msgspec.json.decode(formats.clusters.encode(decision)) == msgspec.json.decode(REJECTED)


def test_a_source_that_is_gone_is_named_at_the_decisions_line(study_folder: StudyFolder) -> None:
    gone = REJECTED.replace('"elm"', '"oak"')
    study = load(study_folder({**SMALL, PATH: "\n" + gone}))
    (problem,) = study.problems
    assert (problem.path, problem.line) == (PATH, 2)
    assert "`oak`, which there isn't any more" in problem.what


def test_a_code_that_is_gone_is_named_and_one_under_a_new_id_is_found(study_folder: StudyFolder) -> None:
    promoted = REJECTED.replace('"rejected"', '"promoted"').replace('"by"', '"code":"money.dear","by"')
    folder = study_folder({**SMALL, PATH: promoted})
    assert "`money.dear`, which there isn't any more" in text(*load(folder).problems)
    book = folder / "codebook/1-money.yaml"
    book.write_text(book.read_text().replace("    definition:", "    formerly: [money.dear]\n    definition:"))
    study = load(folder)
    assert study.problems == ()
    assert study.cluster_decisions[0].code_id == "money.cost"


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("{", "can't be read"),
        ('{"id":"d2","verdict":"liked","members":[]}', "Invalid enum value 'liked'"),
        ('{"id":"d2","verdict":"rejected","members":[{"source":"ash"}]}', "missing required field"),
        ('{"id":"d2","verdict":"rejected","members":[],"mood":"bad"}', "unknown field `mood`"),
        (REJECTED.strip(), "the decision `d1` is already in line 1"),
    ],
)
def test_a_broken_line_is_a_problem_with_its_line_and_the_others_are_read(
    study_folder: StudyFolder, line: str, what: str
) -> None:
    study = load(study_folder({**SMALL, PATH: REJECTED + line + "\n"}))
    (problem,) = study.problems
    assert (problem.path, problem.line, problem.level) == (PATH, 2, "error")
    assert what in problem.what
    assert len(study.cluster_decisions) == 1
    assert PATH in study.unreadable


def test_a_file_beside_it_is_named(study_folder: StudyFolder) -> None:
    study = load(study_folder({**SMALL, "clusters/mine.jsonl": REJECTED}))
    (problem,) = study.problems
    assert (problem.path, problem.what) == ("clusters/mine.jsonl", "this file is not read")
    assert "only clusters/decisions.jsonl is read" in problem.do


MEMBERS = st.builds(
    Member,
    st.sampled_from(["ash", "elm"]), st.integers(0, 99), st.integers(100, 200), st.text(), st.text(), st.text(),
    st.floats(0, 1), st.text(),
)  # fmt: skip
DECISIONS = st.builds(
    ClusterDecision,
    st.text(min_size=1), st.sampled_from(["promoted", "merged", "split", "renamed", "rejected", "set_aside"]),
    st.lists(MEMBERS, max_size=4).map(lambda members: tuple(sorted(members))),
    st.text(), st.text(), st.text(), st.text(), st.text(), st.text(), st.text(), st.integers(0, 99), st.text(),
    st.text(), st.none() | st.integers(1, 99), st.text(), st.lists(st.text()).map(tuple),
    st.lists(st.text()).map(tuple),
)  # fmt: skip


@given(st.lists(DECISIONS, max_size=4, unique_by=lambda decision: decision.id))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_whatever_was_decided_is_read_as_it_was_written(decisions: list[ClusterDecision]) -> None:
    data = b""
    for decision in decisions:
        data = formats.clusters.appended(data, decision, last=data.count(b"\n"))
    numbered, is_whole = formats.clusters.decisions(data, PATH, [])
    assert [decision for _, decision in numbered] == decisions
    assert is_whole


def test_a_line_more_and_a_line_less_leave_the_others_byte_for_byte() -> None:
    mine = REJECTED.replace(",", ", ").encode()
    (_, decision), *_ = formats.clusters.decisions(REJECTED.encode(), PATH, [])[0]
    longer = formats.clusters.appended(mine, replace(decision, id="d2"), last=1)
    assert longer.startswith(mine)
    assert formats.clusters.rewritten(longer, {2: None}) == mine
    without_end = formats.clusters.appended(mine.rstrip(b"\n"), replace(decision, id="d2"), last=1)
    assert without_end == longer


def test_a_decision_stands_until_another_follows_it() -> None:
    first, second = ClusterDecision("d1", "renamed", ()), ClusterDecision("d2", "rejected", (), follows=("d1",))
    assert standing([first, second]) == (second,)


def test_likeness_is_the_share_of_passages_that_both_have() -> None:
    a, b, c = (Segment("ash", at, at + 1) for at in range(3))
    assert likeness({a, b}, {a, b}) == 1
    assert likeness({a, b}, {b, c}) == pytest.approx(1 / 3)
    assert likeness({a}, {b}) == 0
    assert likeness((), ()) == 0


def test_decisions_are_parsed_once_and_again_when_their_text_changes(study_folder: StudyFolder) -> None:
    folder: Path = study_folder({**SMALL, PATH: REJECTED})
    study = load(folder)
    assert load(folder, study) == study
    path = folder / "transcripts/ash.txt"
    path.write_text(path.read_text().replace("What did it cost?", "What did it all cost?"))
    assert load(folder, study) == load(folder)
    assert load(folder, study).cluster_decisions != study.cluster_decisions
