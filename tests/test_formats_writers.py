"""What people decide is written into each kind of file, and nothing else in it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosscase.case import Participant
from crosscase.claim import Claim, Coded, Either, Every, FeatureIs, Found, Is, Not, Quantifier, Query
from crosscase.codebook import Amendment, Category, Code
from crosscase.problem import Problem, Refused
from crosscase.study.formats import claims, codebook, tables, themes
from crosscase.theme import CounterEvidence, Theme
from tests.conftest import ROOT
from tests.test_rewriting import KEYS, TEXTS

IDS = st.from_regex(r"[a-z]{1,4}(\.[a-z]{1,3})?", fullmatch=True).filter(lambda word: word != "null")
WORDS = TEXTS.map(lambda text: " ".join(text.split())).filter(bool)
NOT_NOTHING = WORDS.filter(lambda text: text not in ("~", "null"))


def without_problems(read: Callable[[list[Problem]], Any]) -> Any:
    problems: list[Problem] = []
    made = read(problems)
    assert problems == []
    return made


# -- the codebook

CODES = """\
# ours
category: money
name: Money
codes:
  # what it takes
  - id: money.cost
    name: Cost   # in short
    definition: >-
      What it costs, in money or in time, for whoever has to pay for it in the end, whether they like to or not, and
      say so.
    values: {high: Much., low: Little.}

  # where it is from
  - id: money.source
    include: [church,   county]
"""


def category(text: str) -> Category:
    made: Category = without_problems(lambda problems: codebook.category(text, "f", "money", problems)[0])
    return made


def written(text: str, after: Category) -> str:
    return codebook.edited(text, after, path="f")


def test_rewording_a_code_touches_only_its_lines() -> None:
    book = category(CODES)
    cost, source = book.codes
    history = (Amendment(2, "reworded", "clearer", "AB", "2023-05-06"),)
    after = written(CODES, replace(book, codes=(cost, replace(source, cues=("paid by",), history=history))))
    assert after == CODES + (
        "    cues: [paid by]\n    history:\n      - version: '2'\n        what: reworded\n"
        "        why: clearer\n        by: AB\n        on: 2023-05-06\n"
    )


def test_a_renamed_code_keeps_its_place_and_its_comments() -> None:
    book = category(CODES)
    renamed = replace(book.codes[0], id="money.price", formerly=("money.cost",))
    after = written(CODES, replace(book, codes=(renamed, book.codes[1])))
    head, tail = CODES.split("money.cost")
    middle, last = tail.split("\n\n")
    assert after == f"{head}money.price{middle}\n    formerly: [money.cost]\n\n{last}"


def test_a_new_code_that_took_over_two_stands_in_the_place_of_the_first() -> None:
    book = category(CODES)
    joined = Code("money.all", "All", "money", formerly=("money.cost", "money.source"))
    after = written(CODES, replace(book, codes=(joined,)))
    assert category(after).codes == (joined,)
    assert "# what it takes\n  - id: money.all\n" in after


def test_codes_are_added_taken_out_and_put_in_another_order() -> None:
    book = category(CODES)
    new = Code("money.new", "New", "money", since=3)
    for codes in ((book.codes[1], book.codes[0]), (book.codes[0],), (new, *book.codes), (*book.codes, new), (new,)):
        after = written(CODES, replace(book, codes=codes))
        assert category(after).codes == codes
        assert "# ours" in after


AMENDMENTS = st.builds(Amendment, st.integers(1, 9), st.sampled_from(["reworded", "redefined"]), NOT_NOTHING)
BOOKS = st.builds(
    Category,
    st.just("money"),
    NOT_NOTHING,
    TEXTS,
    st.lists(
        st.builds(
            Code,
            IDS,
            NOT_NOTHING,
            st.just("money"),
            st.sampled_from(["deductive", "inductive"]),
            st.sampled_from(["theme", "attribute"]),
            WORDS.filter(lambda text: text not in ("~", "null")),
            st.lists(NOT_NOTHING, max_size=2).map(tuple),
            values=st.dictionaries(KEYS, TEXTS, max_size=2),
            since=st.integers(1, 4),
            history=st.lists(AMENDMENTS, max_size=2).map(tuple),
        ),
        max_size=3,
        unique_by=lambda code: code.id,
    ).map(tuple),
)


@given(BOOKS, BOOKS)
def test_a_category_comes_back_as_it_was_written(one: Category, other: Category) -> None:
    text = written("", one)
    assert category(text) == one
    assert category(written(text, other)) == other
    assert written(text, one) == text


@pytest.mark.parametrize("text", [CODES + "    what: x\n", CODES + "name: Twice\n", CODES.replace("Cost ", "*a ")])
def test_a_codebook_with_anything_that_wasnt_read_is_refused(text: str) -> None:
    with pytest.raises(Refused, match=r"^f:\d+: .*correct that first"):
        written(text, category(CODES))


# -- claims

RESERVED = ("all", "any", "not", "code", "type", "status", "sector", "kind")
VALUES = st.sampled_from([("a: b",), ("no", "{x}"), ("a", "é # b", "1"), ("[",)])
LEAVES = (
    st.builds(FeatureIs, IDS.filter(lambda word: word not in RESERVED), VALUES)
    | st.builds(Coded, IDS, VALUES | st.just(()), st.sampled_from([(), ("supports",)]))
    | st.builds(Is, st.sampled_from(["type", "sector"]), VALUES)
)
CONDITIONS = st.recursive(
    LEAVES | st.just(Every()),
    lambda inner: (
        st.builds(Every, st.lists(inner, min_size=1, max_size=2).map(tuple))
        | st.builds(Either, st.lists(inner, min_size=1, max_size=2).map(tuple))
        | st.builds(Not, inner)
    ),
    max_leaves=4,
)
CLAIMS = st.builds(
    Claim,
    IDS,
    NOT_NOTHING,
    st.sampled_from([Quantifier("all"), Quantifier("exactly", 3)]),
    st.builds(Query, st.sampled_from(["case", "source"]), CONDITIONS, CONDITIONS),
    note=WORDS,
    rare=st.booleans(),
    found=st.none() | st.builds(Found, st.integers(0, 9), st.none() | st.integers(1, 9), st.sampled_from([(), ("a",)])),
)
LEDGERS = st.lists(CLAIMS, max_size=3, unique_by=lambda claim: claim.id).map(tuple)


def ledger(text: str) -> list[Claim]:
    read = without_problems(lambda problems: claims.claims(text, "f", problems))
    return [replace(claim, path="", line=1) for claim in read]


@given(LEDGERS, LEDGERS)
def test_a_ledger_comes_back_as_it_was_written(one: tuple[Claim, ...], other: tuple[Claim, ...]) -> None:
    text = claims.edited("", one, path="f")
    assert ledger(text) == list(one)
    assert ledger(claims.edited(text, other, path="f")) == list(other)
    assert claims.edited(text, one, path="f") == text


def test_what_a_claim_holds_for_people_alone_stays() -> None:
    text = (ROOT / "claims.yaml").read_text()
    read = without_problems(lambda problems: claims.claims(text, "f", problems))
    recounted = [replace(claim, found=Found(21, 26)) if claim.id == "interviews" else claim for claim in read]
    after = claims.edited(text, recounted, path="f")
    assert after == text.replace("{n: 22, of: 26, other: 4 press pieces}", "{n: '21', of: 26, other: 4 press pieces}")


# -- themes


def theme(text: str, stem: str) -> Theme:
    made: Theme = without_problems(lambda problems: themes.theme(text, "f", stem, problems))
    return made


@pytest.mark.parametrize("path", sorted((ROOT / "themes").glob("*.md")), ids=lambda path: path.stem)
def test_a_themes_front_matter_is_written_and_its_prose_stays(path: Path) -> None:
    text = path.read_text()
    read = theme(text, path.stem)
    counter = CounterEvidence("Everywhere, and twice.", (*read.counter_evidence.found, "I01-001"), "None of it holds.")
    change = ("2024-01-02", "AB", "Looked again: nothing # new.")
    wanted = replace(
        read, cells=read.cells[1:], counter_evidence=counter, consideration=not read.consideration,
        history=(*read.history, change), relations={**read.relations, "other": "rivals"},
        by_case={"J01": "Early: all of them."},
    )  # fmt: skip
    after = themes.edited(text, read, wanted, path="f")
    again = theme(after, path.stem)
    for name in (
        "cells", "by_case", "counter_evidence", "consideration", "history", "relations", "statement", "confidence",
    ):  # fmt: skip
        assert getattr(again, name) == getattr(wanted, name)
    assert after[after.index("\n---") :] == text[text.index("\n---") :]
    assert themes.edited(text, read, read, path="f") == text


def test_the_prose_of_a_theme_is_not_dropped_in_silence() -> None:
    text = (ROOT / "themes/openness.md").read_text()
    read = theme(text, "openness")
    with pytest.raises(Refused, match="prose"):
        themes.edited(text, read, replace(read, sections=read.sections[1:]), path="f")


# -- participants

PEOPLE = """\
# who we met
"id",case,role,"height, in cm",,languages
P01,Ash,"mayor, for now",180,,"fr; en"
P02 , Elm,clerk,,x,
P03,Elm,"says ""no\"" and
means it",,,
"""


def people(text: str) -> list[Participant]:
    return [person for person, _ in without_problems(lambda problems: list(tables.participants(text, "f", problems)))]


def test_a_changed_row_leaves_the_others_byte_for_byte() -> None:
    read = people(PEOPLE)
    after = tables.participants_edited(PEOPLE, [read[0], replace(read[1], role='"the", clerk'), read[2]], path="f")
    assert after == PEOPLE.replace("P02 , Elm,clerk,,x,", 'P02,Elm,"""the"", clerk",,x,')
    less = tables.participants_edited(PEOPLE, [replace(read[0], attributes={"languages": "fr"}), *read[1:]], path="f")
    assert people(less)[0].attributes == {"languages": "fr"}


def test_a_new_row_and_a_new_column_come_last() -> None:
    read = people(PEOPLE)
    new = Participant("P04", "Oak", consent="none", speakers=("P", "Q"))
    after = tables.participants_edited(PEOPLE, [*read, new], path="f")
    assert people(after) == [*read, new]
    assert after.splitlines()[2:6] == PEOPLE.splitlines()[2:6]


def test_semicolons_stay_semicolons() -> None:
    text = "id;case\nP01;Ash\nP02;Elm\n"
    after = tables.participants_edited(text, [Participant("P01", "Ash; old"), Participant("P02", "Elm")], path="f")
    assert after == 'id;case\nP01;"Ash; old"\nP02;Elm\n'


FIELDS = st.text(st.sampled_from("ab\",;'#\n é"), max_size=6).map(str.strip)
ROWS = st.lists(
    st.builds(
        Participant,
        st.sampled_from(["P1", "P2", "é"]),
        FIELDS,
        role=FIELDS,
        attributes=st.dictionaries(st.sampled_from(["a", "height, in cm"]), FIELDS.filter(bool), max_size=2),
    ),
    max_size=3,
    unique_by=lambda person: person.id,
)


@given(ROWS, st.data())
def test_participants_come_back_as_they_were_written(rows: list[Participant], data: st.DataObject) -> None:
    text = tables.participants_edited("", rows, path="f")
    assert people(text) == rows
    changed = [replace(person, role=data.draw(FIELDS)) for person in rows]
    assert people(tables.participants_edited(text, changed, path="f")) == changed
