"""Ids in people's own words are read by their names, and nothing else is touched."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from crosscase import load
from crosscase.case import Case
from crosscase.codebook import Category, Code, Codebook
from crosscase.naming import Names, case_labels, names
from crosscase.study import Settings, Study

ROOT = Path(__file__).parent.parent


def study(profile: str = "team") -> Study:
    codes = (
        Code("policy.status", "Status", "policy", values={"in_force": "", "none": ""}),
        Code("policy.level", "Level", "policy", formerly=("policy.height",)),
        Code("cost", "Cost", "policy"),
    )
    return Study(
        Path("/nowhere"),
        settings=Settings(unit="town", profile=profile),
        codebook=Codebook((Category("policy", "Policy", codes=codes),)),
        cases=(Case("J1", "Elm", masked="Town A"), Case("us", "The States"), Case("J12", "Oak")),
    )


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("In J1 nobody, in J12 all.", "In Elm nobody, in Oak all."),
        ("J1's law; (J1)", "Elm's law; (Elm)"),
        ("see policy.status=in_force too.", "see “Status”: in force too."),
        ("see J12/policy.level.", "see Oak, “Level”."),
        ("once policy.height", "once “Level”"),
        ("all of policy.level.*", "all of policy.level.*"),
        ("it is in_force", "it is in force"),
        ("It cost us none.", "It cost us none."),
        ("[J1] said; XJ1, J1x, J13, a-J1", "[J1] said; XJ1, J1x, J13, a-J1"),
        ("www.policy.status.org", "www.policy.status.org"),
        ("", ""),
    ],
)
def test_only_what_is_no_word_is_taken_for_an_id(written: str, read: str) -> None:
    assert names(study())(written) == read


def test_without_ids_a_text_stays_as_it_is() -> None:
    assert Names()("J1 (policy.status)") == "J1 (policy.status)"


def test_readers_outside_the_team_get_the_masked_name() -> None:
    assert names(study("public"))("In J1 and J12.") == "In Town A and Town 2."
    assert case_labels(replace(study(), cases=())) == {}


@cache
def sample() -> Study:
    return load(ROOT)


def test_no_case_and_no_code_of_the_sample_is_left_in_what_its_themes_say_of_their_search() -> None:
    named = names(sample())
    searched = " ".join(theme.counter_evidence.searched for theme in sample().themes)
    assert "checks.counter-evidence" in searched
    assert not [code.id for code in sample().codebook.codes if "." in code.id and code.id in named(searched)]
