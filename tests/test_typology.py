"""Rules in three-valued logic, on made-up features and on the sample's gold table."""

import csv
from collections import Counter
from dataclasses import replace
from functools import cache
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosscase import Study, load
from crosscase.case import Case, Episode, Feature, FeatureStatus, Override
from crosscase.typology import (
    All,
    Any,
    Is,
    Not,
    Rule,
    Type,
    Typology,
    classify,
    classify_all,
    crosstab,
    evaluate,
    flaws,
    property_space,
    settled,
)
from tests.conftest import SMALL, StudyFolder

ROOT = Path(__file__).parent.parent

DEAR, CHEAP = Is("cost", ("high",)), Is("cost", ("low",))
WRITTEN = Is("written", ("yes",))
VALUES = {"cost": ("high", "low"), "written": ("yes", "no")}
TYPES = Typology(
    "t", "Two", (Type("dear", "Dear", DEAR, {"written": ("yes",)}), Type("quiet", "Quiet", All((CHEAP, Not(WRITTEN)))))
)


def features(**values: str) -> tuple[Feature, ...]:
    return tuple(Feature(name, value) for name, value in values.items())


def episode(*known: Feature, override: Override | None = None) -> Episode:
    return Episode("e", features=known, overrides=(override,) if override else ())


def truth(rule: Rule, *known: Feature) -> bool | None:
    return evaluate(rule, {feature.attribute: feature for feature in known}).truth


def test_a_stated_value_is_true_or_false() -> None:
    assert truth(DEAR, *features(cost="high")) is True
    assert truth(DEAR, *features(cost="low")) is False


@pytest.mark.parametrize("status", ["unclear", "not_asked", "conflict"])
def test_what_is_not_settled_is_unknown(status: FeatureStatus) -> None:
    assert truth(DEAR, Feature("cost", "high", status)) is None
    assert truth(DEAR) is None


TRUTHS = [True, False, None]
KNOWN = {True: Feature("x", "yes"), False: Feature("x", "no"), None: Feature("x", "", "unclear")}


@pytest.mark.parametrize(("a", "b"), list(product(TRUTHS, TRUTHS)))
def test_all_any_and_not_follow_kleenes_strong_tables(a: bool | None, b: bool | None) -> None:
    known = {"a": replace(KNOWN[a], attribute="a"), "b": replace(KNOWN[b], attribute="b")}
    one, two = Is("a", ("yes",)), Is("b", ("yes",))
    both = False if False in (a, b) else None if None in (a, b) else True
    either = True if True in (a, b) else None if None in (a, b) else False
    assert evaluate(All((one, two)), known).truth is both
    assert evaluate(Any((one, two)), known).truth is either
    assert evaluate(Not(one), known).truth is (None if a is None else not a)


def test_types_are_tried_in_order_and_none_may_fit() -> None:
    results = [
        classify(Case("c"), episode(*features(cost=cost, written=written)), TYPES, VALUES).type_id
        for cost, written in (("high", "no"), ("low", "no"), ("low", "yes"))
    ]
    assert results == ["dear", "quiet", ""]


def test_an_earlier_rule_that_may_hold_leaves_the_case_unresolved() -> None:
    result = classify(Case("c"), episode(Feature("cost", "", "conflict"), *features(written="no")), TYPES, VALUES)
    assert (result.type_id, result.decided) == ("", ("cost",))
    assert set(result.traces) == {"dear", "quiet"}


def test_a_result_says_what_decided_what_is_atypical_and_what_would_flip_it() -> None:
    result = classify(Case("c"), episode(*features(cost="high", written="no")), TYPES, VALUES)
    assert (result.decided, result.atypical, result.rival) == (("cost",), ("written",), "quiet")
    assert [(flip.changes, flip.type_id) for flip in result.flips] == [((("cost", "low"),), "quiet")]


def test_where_one_change_leads_nowhere_two_are_tried() -> None:
    result = classify(Case("c"), episode(*features(cost="low", written="yes")), TYPES, VALUES)
    assert {flip.type_id for flip in result.flips} == {"dear", "quiet"}
    strict = Typology("s", "S", (Type("both", "Both", All((DEAR, WRITTEN))),))
    far = classify(Case("c"), episode(*features(cost="low", written="no")), strict, VALUES)
    assert [flip.changes for flip in far.flips] == [(("cost", "high"), ("written", "yes"))]


def test_a_person_may_decide_against_the_rules_and_both_are_kept() -> None:
    decided = Override("t", "quiet", "Seen twice.", "AK")
    result = classify(Case("c"), episode(*features(cost="high"), override=decided), TYPES, VALUES)
    assert (result.type_id, result.by_rule, result.override) == ("quiet", "dear", decided)


def test_flaws_are_unknown_values_unreachable_types_and_overlaps() -> None:
    flawed = Typology(
        "f",
        "F",
        (
            Type("a", "A", Is("cost", ("high", "huge"))),
            Type("b", "B", All((DEAR, WRITTEN))),
            Type("c", "C", Is("colour", ("red",))),
        ),
    )
    found = flaws(flawed, VALUES)
    assert found.unknown == (("a", "cost", "huge"), ("c", "colour", "red"))
    assert found.unreachable == ("b", "c")
    assert found.overlapping == (("a", "b"),)


def test_the_property_space_shows_every_combination_also_those_without_a_type() -> None:
    space = property_space(TYPES, VALUES)
    assert Counter(space.values()) == {"dear": 2, "quiet": 1, "": 1}


@given(st.sampled_from(["high", "low", ""]), st.sampled_from(["yes", "no", ""]))
def test_settling_what_is_unknown_never_changes_what_was_decided(cost: str, written: str) -> None:
    """Three-valued logic is monotone: what is known before stays known when more becomes known."""
    before = classify(Case("c"), episode(*features(cost=cost, written=written)), TYPES, VALUES)
    for name, value in (("cost", "high"), ("cost", "low"), ("written", "yes"), ("written", "no")):
        known = {"cost": cost, "written": written}
        if before.type_id and not known[name]:
            after = settled(episode(*features(**known)), Feature(name, value))
            assert classify(Case("c"), after, TYPES, VALUES).type_id == before.type_id


# -- the sample


@cache
def sample() -> Study:
    return load(ROOT)


def models() -> Typology:
    return next(typology for typology in sample().typologies if typology.id == "models")


def test_the_sample_has_the_types_that_its_gold_table_gives() -> None:
    with (ROOT / "tests/gold/types.csv").open() as file:
        gold = {row["case"]: row["type"].replace("unresolved", "") for row in csv.DictReader(file)}
    last = {result.case_id: result.type_id for result in classify_all(sample().cases, models(), sample().values)}
    assert last == gold
    assert Counter(last.values()) == {
        "expanded-diversion": 4, "substance-specific": 2, "case-by-case": 3, "unconditional": 4, "": 1
    }  # fmt: skip


def test_five_of_32_combinations_stay_unresolved() -> None:
    """The enumeration of the method brief (1.4): an overt, unconditioned policy by five two-valued features."""
    counts: Counter[str] = Counter()
    for scope, discretion, written, publicised, duration in product(
        ("specific_med", "all"), ("blanket", "case_by_case"), ("written", "unwritten"),
        ("publicised", "not_advertised"), ("standing", "temporary"),
    ):  # fmt: skip
        known = {
            "policy.declination": "overt", "policy.condition": "none", "policy.substances": scope,
            "policy.discretion": discretion, "policy.written": written, "policy.publicised": publicised,
            "policy.duration": duration,
        }  # fmt: skip
        made = Episode("e", features=tuple(Feature(name, value) for name, value in known.items()))
        counts[classify(Case("c"), made, models(), sample().values).type_id] += 1
    assert counts == {"substance-specific": 16, "case-by-case": 10, "unconditional": 1, "": 5}


def test_settling_the_boundary_case_makes_it_unconditional() -> None:
    (case,) = [case for case in sample().cases if case.id == "J14"]
    before = classify(case, case.episodes[0], models(), sample().values)
    assert (before.type_id, before.decided, before.traces["case-by-case"].truth) == ("", ("policy.written",), None)
    decided = settled(case.episodes[0], Feature("policy.written", "written", memo="two pages, seen"))
    decided = settled(decided, Feature("policy.publicised", "publicised"))
    assert classify(case, decided, models(), sample().values).type_id == "unconditional"


def test_two_versions_can_be_cross_tabulated() -> None:
    first, second = (classify_all(sample().cases, typology, sample().values) for typology in sample().typologies)
    table = crosstab(first, second)
    assert len(table["unconditional", "all-substances"]) == 4
    assert table["", "all-substances"] == (("J12", "J12-1"), ("J14", "J14-1"))


# -- on disk

RULES = "id: prices\ntypes:\n  - id: dear\n    rule: {money.cost: high}\n  - id: cheap\n    rule: {not: {money.cost: high}}\n"
PRICED = SMALL | {
    "codebook/1-money.yaml": SMALL["codebook/1-money.yaml"].replace(
        "    name: Cost\n", "    name: Cost\n    kind: attribute\n"
    ),
    "typologies/prices.yaml": RULES,
}


def test_a_typology_is_read_from_its_file(study_folder: StudyFolder) -> None:
    loaded = load(study_folder(PRICED))
    assert loaded.problems == ()
    (prices,) = loaded.typologies
    assert [kind.rule for kind in prices.types] == [Is("money.cost", ("high",)), Not(Is("money.cost", ("high",)))]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("typologies/prices.yaml", RULES.replace("{money.cost: high}\n  -", "{money.cots: high}\n  -"), "typologies/prices.yaml:4: there is no attribute `money.cots`; did you mean `money.cost`?"),
        ("typologies/prices.yaml", RULES.replace("cost: high}\n  -", "cost: hihg}\n  -"), "typologies/prices.yaml:4: `money.cost` has no value `hihg`; did you mean `high`?"),
        ("typologies/prices.yaml", RULES.replace("{not: {money.cost: high}}", "{all: [{money.cost: high}, {money.cost: low}]}"), "typologies/prices.yaml:5: no case can be of the type `cheap`"),
        ("typologies/prices.yaml", RULES.replace("{not: {money.cost: high}}", "{money.cost: [high, low]}"), "typologies/prices.yaml:5: note: a case can meet the rules of `dear` and of `cheap`"),
        ("typologies/prices.yaml", RULES.replace("{not: {money.cost: high}}", "maybe"), "typologies/prices.yaml:5: a rule is one of"),
        ("typologies/prices.yaml", RULES.replace("id: cheap", "id: dear"), "typologies/prices.yaml:5: the type `dear` stands here twice"),
        ("typologies/prices.yaml", "id: prices\n", "typologies/prices.yaml:1: this typology has no types"),
        ("cases/Ash.yaml", "episodes:\n  - {id: a, features: {money.cots: high}}\n", "cases/Ash.yaml:2: `money.cots` is not an attribute of the codebook; did you mean `money.cost`?"),
        ("cases/Ash.yaml", "episodes:\n  - {id: a, features: {money.cost: huge}}\n", "cases/Ash.yaml:2: `money.cost` has the value `huge`"),
        ("cases/Ash.yaml", "episodes:\n  - {id: a, features: {money.cost: {value: high, evidence: [zz]}}}\n", "cases/Ash.yaml:2: `money.cost` rests on the coding `zz`"),
        ("cases/Ash.yaml", "episodes:\n  - {id: a, types: {prices: {type: free, reason: so}}}\n", "cases/Ash.yaml:2: `a` is put into `prices/free`, which there isn't"),
    ],
)  # fmt: skip
def test_a_mistake_in_rules_or_features_is_said_with_its_line(
    study_folder: StudyFolder, name: str, text: str, expected: str
) -> None:
    found = [str(problem) for problem in load(study_folder({**PRICED, name: text})).problems]
    assert any(line.startswith(expected) for line in found), found


def test_a_policy_that_was_only_proposed_is_not_typed_unless_the_typology_says_so() -> None:
    features = (Feature("f", "v"),)
    kinds = Typology("k", "K", (Type("t", "T", Is("f", ("v",))),))
    bill, law = Episode("e1", status="proposed", features=features), Episode("e2", status="in_force", features=features)
    case = Case("c", episodes=(bill, law))
    values = {"f": ("v", "w")}
    first, second = classify_all([case], kinds, values)
    assert (first.type_id, first.not_typed, first.traces) == ("", "proposed, not typed", {})
    assert (second.type_id, second.not_typed) == ("t", "")
    both = replace(kinds, applies_to=("in_force", "proposed"))
    assert [result.type_id for result in classify_all([case], both, values)] == ["t", "t"]
    drafts_only = replace(kinds, applies_to=("proposed",))
    assert [result.not_typed for result in classify_all([case], drafts_only, values)] == ["", "in force, not typed"]
    decided = replace(bill, overrides=(Override("k", "t", "as good as law"),))
    assert classify(case, decided, kinds, values).type_id == "t"
