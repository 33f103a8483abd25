"""Taking a decision back after others wrote into the same files: their records stay, and the same record is refused."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosscase import Study, load
from crosscase.case import Feature
from crosscase.codebook import Code
from crosscase.coding import Coding
from crosscase.matrix import Summary
from crosscase.problem import Refused
from crosscase.study import decisions
from crosscase.study.decisions.taking_back import taken_back
from crosscase.study.study import Written
from tests.conftest import StudyFolder
from tests.deciding import suggestion
from tests.test_decisions import contents, readable

Decision = Callable[[Study], Study]


@pytest.fixture
def folder(study_folder: StudyFolder) -> Path:
    return readable(study_folder)


def added(start: int, end: int, code: str = "people.help", coder: str = "AB") -> Decision:
    return lambda study: decisions.add_coding(study, coder, Coding("", "ash", start, end, "", code))


def summarised(row: str, code: str, text: str) -> Decision:
    return lambda study: decisions.summarise(study, Summary(row, code, text, by="AB"))


def decided(episode: str, value: str) -> Decision:
    return lambda study: decisions.decide_feature(study, "Ash", episode, Feature("people.lead", value, by="AB"))


def reworded(code: str, definition: str) -> Decision:
    return lambda study: decisions.reword_code(study, code, by="AB", definition=definition)


def defined(code: str) -> Decision:
    return lambda study: decisions.define_code(study, Code(f"people.{code}", code.title(), "people"), by="AB")


def rejected(study: Study) -> Study:
    return decisions.reject(study, "AB", suggestion())


def later(study: Study) -> Study:
    return decisions.postpone(study, "AB", replace(suggestion(), start=60))


def changed(coding: str, **fields: object) -> Decision:
    return lambda study: decisions.change_coding(study, "AB", coding, **fields)


def removed(coding: str) -> Decision:
    return lambda study: decisions.remove_coding(study, "AB", coding)


def finished(study: Study) -> Study:
    return decisions.finish(decisions.read_up_to(study, "AB", "elm", 5), "AB", "elm")


BOTH: Mapping[str, tuple[Decision, Decision]] = {
    "two codings of a source": (added(82, 92), added(48, 60)),
    "the first codings of a source": (
        lambda study: decisions.add_coding(study, "AB", Coding("", "elm", 37, 52, "", "people.help")),
        lambda study: decisions.add_coding(study, "AB", Coding("", "elm", 54, 64, "", "people.help")),
    ),
    "a coding changed, another taken away": (changed("a1", memo="mine"), removed("a2")),
    "a coding taken away, another changed": (removed("a2"), changed("a1", memo="theirs")),
    "a coding with other edges": (changed("a1", start=48, end=60), changed("a2", memo="theirs")),
    "a reading finished, then something coded": (
        lambda study: decisions.read_up_to(study, "AB", "ash", 30),
        added(82, 92),
    ),
    "verdicts": (rejected, later),
    "summaries of a case": (summarised("Ash", "people.lead", "The mayor."), summarised("Ash", "people.help", "No.")),
    "a summary changed, another beside it": (
        summarised("Ash", "money.cost", "Very dear."),
        summarised("Ash", "money.source", "Theirs."),
    ),
    "features of a case": (decided("Ash-1", "clerk"), decided("Ash-2", "clerk")),
    "definitions": (reworded("people.lead", "Who leads."), reworded("people.help", "Who helps.")),
    "new codes of a category": (defined("foe"), defined("friend")),
}

SAME: Mapping[str, tuple[Decision, Decision]] = {
    "a coding changed": (changed("a1", memo="mine"), changed("a1", memo="theirs")),
    "a coding changed, then taken away": (changed("a1", memo="mine"), removed("a1")),
    "a coding taken away, then made anew": (
        removed("a2"),
        lambda study: decisions.add_coding(study, "AB", Coding("", "ash", 82, 113, "", "money.source")),
    ),
    "a reading": (
        lambda study: decisions.read_up_to(study, "CD", "elm", 50),
        lambda study: decisions.finish(study, "CD", "elm"),
    ),
    "a summary": (summarised("Ash", "money.cost", "Very dear."), summarised("Ash", "money.cost", "Dear, they say.")),
    "a feature": (decided("Ash-1", "clerk"), decided("Ash-1", "mayor")),
    "a definition": (reworded("people.lead", "Who leads."), reworded("people.lead", "Who is ahead.")),
    "a memo": (
        lambda study: decisions.write_memo(study, replace(study.memos[0], text="Mine.\n")),
        lambda study: decisions.write_memo(study, replace(study.memos[0], text="Theirs.\n")),
    ),
}


def said(study: Study) -> tuple[object, ...]:
    """All that people decided, but for ids and moments that are new each time."""
    codings = {(c.source_id, c.start, c.end, c.code_id, c.value, c.memo, c.coder) for c in study.codings}
    readings = {(one.coder, one.source_id, one.read_to) for one in study.readings}
    reviews = {(one.source_id, one.start, one.code_id, one.verdict) for one in study.reviews}
    summaries = {(one.case_id, one.code_id, one.text) for one in study.charted}
    features = [(case.id, one.id, one.features) for case in study.cases for one in case.episodes]
    codes = {(code.id, code.definition) for code in study.codebook.codes}
    return codings, readings, reviews, summaries, features, codes


@pytest.mark.parametrize("name", BOTH)
def test_what_others_did_in_the_same_file_stays_when_a_decision_is_taken_back(folder: Path, name: str) -> None:
    mine, theirs = BOTH[name]
    without = Path(shutil.copytree(folder, folder.with_name("without")))
    first = mine(load(folder))
    both = theirs(load(folder))
    undone = decisions.undo(both, first.written)
    alone = theirs(load(without))
    assert said(undone) == said(alone)
    assert len(undone.problems) == len(alone.problems)
    assert said(decisions.undo(undone)) == said(both)


@pytest.mark.parametrize("name", SAME)
def test_where_both_are_about_the_same_record_it_is_refused_in_one_line(folder: Path, name: str) -> None:
    mine, theirs = SAME[name]
    first = mine(load(folder))
    theirs(load(folder))
    before = contents(folder)
    with pytest.raises(Refused, match="changed since; it can't be taken back") as refusal:
        decisions.undo(load(folder), first.written)
    assert "\n" not in str(refusal.value)
    assert contents(folder) == before


def line(number: int, memo: str) -> bytes:
    return b'{"id":"c%d","start":%d,"end":%d,"code":"x","memo":"%s"}\n' % (number, number, number + 1, memo.encode())


def file(memos: Mapping[int, str]) -> bytes:
    return b'{"sha256":"t"}\n' + b"".join(line(number, memo) for number, memo in sorted(memos.items()))


records = st.dictionaries(st.integers(0, 9), st.sampled_from(["", "a", "b"]))


@given(before=records, after=records, other=records)
def test_of_any_lines_those_of_the_decision_come_back_and_all_others_stay(
    before: dict[int, str], after: dict[int, str], other: dict[int, str]
) -> None:
    mine = {number for number in {*before, *after} if before.get(number) != after.get(number)}
    now = {**{number: memo for number, memo in other.items() if number not in mine}}
    now |= {number: memo for number, memo in after.items() if number in mine}
    wanted = {number: memo for number, memo in now.items() if number not in mine}
    wanted |= {number: memo for number, memo in before.items() if number in mine}
    assert taken_back(Written("codings/AB/x.jsonl", file(before), file(after)), file(now)) == file(wanted)


def test_a_coding_is_not_brought_back_into_another_text() -> None:
    before, after = file({1: "a", 2: "b"}), file({2: "b"})
    with pytest.raises(Refused):
        taken_back(Written("codings/AB/x.jsonl", before, after), after.replace(b'"t"', b'"u"') + line(5, ""))
