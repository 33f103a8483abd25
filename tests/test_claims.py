"""Claims: how they are counted, what counts as silence, and how the ledger is read."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crosscase.case import Case, Episode, Feature, Participant
from crosscase.claim import (
    QUANTIFIERS,
    Claim,
    Coded,
    Condition,
    Either,
    Every,
    Facts,
    FeatureIs,
    Found,
    Is,
    Not,
    Quantifier,
    Query,
    Said,
    check,
    difference,
    types_by_case,
)
from crosscase.codebook import Category, Code, Codebook
from crosscase.problem import Problem
from crosscase.study import Study
from crosscase.study.formats import claims
from crosscase.study.formats import themes as interpretation
from crosscase.typology import Is as Rule
from crosscase.typology import Result, Type, Typology
from crosscase.wording import plural

COST, SELL = "money.cost", "money.sell"
EVERYONE = Every()


def facts(
    codings: Mapping[str, Sequence[Said]],
    *,
    of: int = 6,
    not_asked: Sequence[str] = (),
    not_read: Sequence[str] = (),
    features: Mapping[str, Mapping[str, Sequence[Feature]]] | None = None,
    types: Mapping[str, str] | None = None,
) -> Facts:
    """Towns T1 to Tn; `codings` are of money.cost."""
    return Facts(
        {"case": [f"T{number}" for number in range(1, of + 1)], "participant": [], "source": []},
        {("case", town, COST): said for town, said in codings.items()},
        lambda _, town, __: town not in not_asked,
        {("case", town): {"type": [kind]} for town, kind in (types or {}).items()},
        features or {},
        ("town",),
        lambda _, town, __: town not in not_read,
    )


def said(value: str = "", stance: str = "", sector: str = "") -> Said:
    return Said("c", "I1", value, stance, "P1", sector)


def claim(quantifier: str, where: Condition, of: Condition = EVERYONE, found: Found | None = None) -> Claim:
    word, _, number = quantifier.partition(" ")
    return Claim("c", "…", Quantifier(word, int(number or 0)), Query("case", where, of), found=found)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("quantifier", "fits"),
    [
        ("all", [10]),
        ("none", [0]),
        ("most", [6, 7, 8, 9, 10]),
        ("several", [3, 4, 5]),
        ("some", [2, 3, 4, 5, 6, 7, 8, 9, 10]),
        ("exactly 4", [4]),
    ],
)
def test_the_table_of_quantifiers(quantifier: str, fits: list[int]) -> None:
    assert [n for n in range(11) if claim(quantifier, Every()).quantifier.fits(n, 10)] == fits
    assert quantifier.split()[0] in QUANTIFIERS


def test_a_claim_is_counted_with_its_denominator_and_says_so() -> None:
    high = {f"T{number}": [said("high")] for number in range(1, 7)}
    verdict = check(claim("all", Coded(COST, ("high",))), facts(high))
    assert (verdict.holds, verdict.count, verdict.contrary) == (True, 6, ())
    assert verdict.sentence == "6 of 6 towns; none contrary; none not asked"


def test_those_who_spoke_otherwise_were_silent_or_not_asked_are_told_apart() -> None:
    known = facts({"T1": [said("high")], "T2": [said("low")]}, of=5, not_asked=["T4"], not_read=["T5"])
    verdict = check(claim("most", Coded(COST, ("high",))), known)
    groups = (verdict.supporting, verdict.contrary, verdict.silent, verdict.not_asked, verdict.not_read)
    assert groups == (("T1",), ("T2",), ("T3",), ("T4",), ("T5",))
    assert verdict.holds is False
    assert (
        verdict.sentence
        == "1 of the 4 towns read for it; 1 contrary; 1 said nothing of it; 1 not read for it yet; 1 not asked"
    )


def test_a_town_that_said_nothing_is_outside_a_denominator_of_those_who_spoke() -> None:
    known = facts({"T1": [said("high")], "T2": [said("low")]}, of=4, not_asked=["T4"])
    verdict = check(claim("exactly 1", Coded(COST, ("high",)), of=Coded(COST)), known)
    assert (verdict.denominator, verdict.silent, verdict.not_asked) == (("T1", "T2"), ("T3",), ("T4",))
    expected = "1 of 2 towns; 1 otherwise; 1 said nothing of it, so outside the 2; 1 not asked, so outside the 2"
    assert verdict.sentence == expected


def test_one_voice_against_is_contrary_to_a_claim_about_all() -> None:
    known = facts({"T1": [said(stance="reports")], "T2": [said(stance="reports"), said(stance="opposes")]}, of=2)
    verdict = check(claim("all", Not(Coded(COST, stances=("opposes",))), of=Coded(COST)), known)
    assert (verdict.holds, verdict.supporting, verdict.contrary) == (False, ("T1",), ("T2",))


def test_of_a_claim_with_none_the_contrary_are_those_where_it_is_so() -> None:
    known = facts({"T1": [said("high")], "T2": [said("low")], "T3": [said("low")]}, of=3)
    verdict = check(claim("none", Coded(COST, ("high",)), found=Found(0, 3)), known)
    assert (verdict.holds, verdict.supporting, verdict.contrary) == (False, ("T2", "T3"), ("T1",))
    assert verdict.sentence == "1 of 3 towns; 2 otherwise; none not asked"
    assert difference(claim("none", Coded(COST, ("high",)), found=Found(0, 3)), verdict) == (
        "0 of 3 when it was written, 1 of 3 now"
    )


def test_value_stance_and_sector_have_to_meet_in_one_coding() -> None:
    apart = [said("high", "reports", "church"), said("low", "supports", "council")]
    wanted = Coded(COST, ("high",), ("supports",), ("church",))
    assert check(claim("all", wanted), facts({"T1": apart}, of=1)).count == 0
    assert check(claim("all", wanted), facts({"T1": [said("high", "supports", "church")]}, of=1)).count == 1


@pytest.mark.parametrize(
    ("episodes", "count", "holds"),
    [
        ([Feature(COST, "high")], 1, True),
        ([Feature(COST, "low")], 0, False),
        ([Feature(COST, "low"), Feature(COST, "high")], 1, True),
        ([Feature(COST, "", "unclear"), Feature(COST, "low")], 0, False),
        ([Feature(COST, "", "unclear")], 0, None),
        ([Feature(COST, "high", "conflict")], 0, None),
    ],
)
def test_a_feature_that_is_settled_in_no_episode_leaves_the_claim_open(
    episodes: list[Feature], count: int, holds: bool | None
) -> None:
    verdict = check(claim("all", FeatureIs(COST, ("high",))), facts({}, of=1, features={"T1": {COST: episodes}}))
    assert (verdict.count, verdict.holds) == (count, holds)
    assert verdict.unclear == (("T1",) if holds is None else ())


def test_where_codings_are_asked_for_a_feature_does_not_speak() -> None:
    known = facts({"T1": [said("high")]}, of=2, features={"T2": {COST: [Feature(COST, "low")]}})
    assert check(claim("all", Coded(COST, ("high",)), of=Coded(COST)), known).silent == ("T2",)
    assert check(claim("all", FeatureIs(COST, ("high",)), of=Coded(COST)), known).silent == ("T2",)
    assert check(claim("all", FeatureIs(COST, ("high",))), known).contrary == ("T2",)


def test_a_feature_that_was_not_asked_about_is_not_asked() -> None:
    known = facts({}, of=1, features={"T1": {COST: [Feature(COST, "", "not_asked")]}}, not_asked=["T1"])
    assert check(claim("most", FeatureIs(COST, ("high",))), known).not_asked == ("T1",)


def test_the_undecided_leave_a_claim_open_only_where_they_could_tip_it() -> None:
    high = {f"T{number}": [said("high")] for number in range(1, 5)}
    where = Coded(COST, ("high",))
    assert check(claim("most", where), facts(high, of=6, not_read=["T5", "T6"])).holds is True
    assert check(claim("most", where), facts(high, of=9, not_read=["T5"])).holds is None
    assert check(claim("exactly 4", where, of=Coded(COST)), facts(high, of=5, not_read=["T5"])).holds is None
    assert check(claim("exactly 9", where, of=Coded(COST)), facts(high, of=5, not_read=["T5"])).holds is False


def test_a_claim_counts_nobody_whose_sources_were_not_read_for_its_code() -> None:
    """T1 said it; T2 said otherwise in one source of two; T3 was never read for it: only T1 counts."""
    known = facts({"T1": [said("high")], "T2": [said("low")]}, of=3, not_read=["T2", "T3"])
    verdict = check(claim("all", Coded(COST, ("high",))), known)
    assert (verdict.denominator, verdict.contrary, verdict.silent) == (("T1",), (), ())
    assert (verdict.not_read, verdict.holds) == (("T2", "T3"), None)
    denied = check(claim("none", Coded(COST)), facts({}, of=3, not_read=["T1", "T2", "T3"]))
    assert (denied.count, denied.denominator, denied.holds) == (0, (), None)
    turned = check(claim("all", Not(Coded(COST))), facts({}, of=3, not_read=["T3"]))
    assert (turned.supporting, turned.not_read, turned.holds) == (("T1", "T2"), ("T3",), None)


def test_of_those_outside_for_sure_it_does_not_matter_what_was_read() -> None:
    known = facts({"T1": [said()]}, of=2, not_read=["T2"], types={"T1": "kinds/a", "T2": "kinds/b"})
    verdict = check(claim("all", Coded(COST), of=Every((Is("type", ("kinds/a",)), Coded(COST)))), known)
    assert (verdict.denominator, verdict.holds) == (("T1",), True)


def test_with_nothing_to_count_a_claim_is_open() -> None:
    verdict = check(claim("none", Coded(COST)), facts({}, of=0))
    assert (verdict.holds, verdict.sentence) == (None, "0 of 0 towns; none otherwise; none not asked")


def test_what_is_on_record_needs_nobody_to_say_it() -> None:
    known = facts({}, of=3, types={"T1": "kinds/a", "T2": "kinds/b", "T3": "kinds/a"})
    verdict = check(claim("exactly 2", Is("type", ("kinds/a",))), known)
    assert (verdict.holds, verdict.contrary, verdict.silent) == (True, ("T2",), ())
    assert verdict.sentence == "2 of 3 towns; 1 otherwise"


@settings(max_examples=40)
@given(st.data())
def test_every_town_stands_in_one_group_whatever_the_question(data: st.DataObject) -> None:
    towns = [f"T{number}" for number in range(1, 6)]
    some = st.lists(st.sampled_from(towns), unique=True)
    leaf: st.SearchStrategy[Condition] = st.sampled_from(
        [Coded(COST), Coded(COST, ("high",)), FeatureIs(COST, ("low",)), Is("type", ("kinds/a",))]
    )
    condition = st.recursive(
        leaf,
        lambda inner: st.one_of(
            st.builds(Not, inner),
            st.builds(Every, st.lists(inner, max_size=3).map(tuple)),
            st.builds(Either, st.lists(inner, max_size=3).map(tuple)),
        ),
        max_leaves=4,
    )
    known = facts(
        {town: [said(data.draw(st.sampled_from(["high", "low"])))] for town in data.draw(some)},
        of=5,
        not_asked=data.draw(some),
        not_read=data.draw(some),
        features={town: {COST: [Feature(COST, "low")]} for town in data.draw(some)},
        types=dict.fromkeys(data.draw(some), "kinds/a"),
    )
    verdict = check(claim("most", data.draw(condition), of=data.draw(condition)), known)
    groups = [verdict.supporting, verdict.contrary, verdict.unclear]
    groups += [verdict.silent, verdict.not_asked, verdict.not_read]
    placed = [town for group in groups for town in group]
    assert len(placed) == len(set(placed))
    assert set(verdict.denominator) <= set(placed) <= set(towns)
    assert {*verdict.supporting, *verdict.contrary} <= set(verdict.denominator)
    those = f"{len(verdict.denominator)} towns"
    assert verdict.sentence.startswith((f"{verdict.count} of {those};", f"{verdict.count} of the {those} read for it;"))


def test_a_count_that_changed_since_it_was_written_is_told() -> None:
    known = facts({"T1": [said()], "T2": [said()]}, of=3)
    counted = {
        Found(2, 3): "",
        Found(2): "",
        Found(2, 3, ("T2", "T1")): "",
        Found(1, 3): "1 of 3 when it was written, 2 of 3 now",
        Found(2, 3, ("T1", "T3")): "T1, T3 when it was written, T1, T2 now",
    }
    for found, words in counted.items():
        one = claim("most", Coded(COST), found=found)
        assert difference(one, check(one, known)) == words


def test_a_case_is_unresolved_only_if_all_its_episodes_are() -> None:
    def result(case_id: str, type_id: str) -> Result:
        return Result(case_id, "e", type_id, type_id, {}, (), (), ())

    results = [result("T1", ""), result("T1", "a"), result("T2", ""), result("T3", "a"), result("T3", "b")]
    expected = {"T1": ("kinds/a",), "T2": ("kinds/unresolved",), "T3": ("kinds/a", "kinds/b")}
    assert types_by_case("kinds", results) == expected


def test_plurals() -> None:
    words = ("jurisdiction", "community", "office", "parish", "day", "case")
    assert [plural(one) for one in words] == [
        "jurisdictions",
        "communities",
        "offices",
        "parishes",
        "days",
        "cases",
    ]


def read(text: str) -> tuple[tuple[Claim, ...], list[Problem]]:
    problems: list[Problem] = []
    return claims.claims(text, "claims.yaml", problems), problems


def test_a_ledger_is_read_with_its_queries() -> None:
    ledger, problems = read(
        "claims:\n"
        "  - id: dear\n"
        "    text: >-\n"
        "      It was dear\n"
        "      in most towns.\n"
        "    quantifier: exactly 3\n"
        "    query:\n"
        "      unit: case\n"
        "      of: {any: [{code: money.cost}, {not: {type: kinds/a}}]}\n"
        "      where: {all: [{money.cost: [high, low]},\n"
        "              {code: money.cost, stance: supports, sector: [church, council]}]}\n"
        "    found: {n: 3, of: 5, cases: [T1, T2, T3], by_hand: yes}\n"
        "    rare: true\n"
    )
    assert problems == []
    (one,) = ledger
    assert (one.text, str(one.quantifier), one.rare, one.line) == ("It was dear in most towns.", "exactly 3", True, 2)
    assert one.found == Found(3, 5, ("T1", "T2", "T3"))
    assert one.query.of == Either((Coded("money.cost"), Not(Is("type", ("kinds/a",)))))
    assert one.query.where == Every(
        (
            FeatureIs("money.cost", ("high", "low")),
            Coded("money.cost", stances=("supports",), sectors=("church", "council")),
        )
    )


def test_without_a_denominator_all_are_counted() -> None:
    for of in ("", "of: {}, ", "of: , "):
        ledger, problems = read(
            f"claims: [{{id: a, text: a, quantifier: all, query: {{unit: case, {of}where: {{}}}}}}]"
        )
        assert (problems, ledger[0].query) == ([], Query("case", Every(), Every()))


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ("quantifier: nearly all", "`nearly all` is not a quantifier"),
        ("quantifier: exactly", "`exactly` is not a quantifier"),
        ("query: {unit: town, where: {}}", "`unit`: invalid enum value 'town'"),
        ("query: {unit: case}", "`where` is missing"),
        ("query: {unit: case, where: all of them}", "this is not a condition that can be counted"),
        ("query: {unit: case, where: {a.b: c, d.e: f}}", "this is not a condition that can be counted"),
        ("query: {unit: case, where: {a.b: []}}", "`a.b` has no value here"),
        ("query: {unit: case, where: {code: []}}", "`code` should be the id of one code"),
        ("query: {unit: case, where: {code: a, stanse: supports}}", "`stanse` is not known here"),
        ("query: {unit: case, where: {any: [{a: b}, 3]}}", "this is not a condition that can be counted"),
        ("found: {n: many}", "`found` should give `n` and `of` as whole numbers"),
    ],
)
def test_a_claim_that_cannot_be_counted_is_a_problem_on_its_line(changed: str, what: str) -> None:
    fields = {
        "id": "id: a",
        "text": "text: a",
        "quantifier": "quantifier: all",
        "query": "query: {unit: case, where: {}}",
    }
    name = changed.split(":")[0]
    lines = [*(line for key, line in fields.items() if key != name), changed]
    ledger, problems = read("claims:\n  - " + "\n    ".join(lines) + "\n")
    assert (problems[0].line, problems[0].what) == (1 + len(lines), what)
    assert [one.id for one in ledger] == (["a"] if name == "found" else [])


def test_a_claim_that_stands_twice_is_a_problem() -> None:
    line = "  - {id: a, text: a, quantifier: all, query: {unit: case, where: {}}}\n"
    ledger, problems = read("claims:\n" + line * 2)
    assert [one.id for one in ledger] == ["a"]
    assert [str(problem) for problem in problems] == [
        "claims.yaml:3: the claim `a` stands here twice; give this one another id (the first is used)"
    ]


def test_conditions_may_not_nest_without_end() -> None:
    def nested(depth: int) -> list[Problem]:
        where = "{not: " * depth + "{}" + "}" * depth
        return read(f"claims: [{{id: a, text: a, quantifier: all, query: {{unit: case, where: {where}}}}}]")[1]

    assert nested(claims.DEEPEST) == []
    assert [problem.what for problem in nested(claims.DEEPEST + 1)] == ["this is not a condition that can be counted"]


def known_study() -> Study:
    cost = Code(COST, "Cost", "money", kind="attribute", values={"high": "", "low": ""})
    book = Codebook((Category("money", "Money", codes=(cost, Code(SELL, "Selling", "money", formerly=("sale",)))),))
    kinds = Typology("kinds", "Kinds", (Type("dear", "Dear", Rule(COST, ("high",))),))
    return Study(
        Path("/nowhere"),
        codebook=book,
        cases=(Case("T1", episodes=(Episode("e", status="paused"),)), Case("T2")),
        participants=(Participant("P1", "T1", "church"),),
        typologies=(kinds,),
    )


@pytest.mark.parametrize(
    ("where", "problem"),
    [
        ("{code: money.sell}", ""),
        ("{money.cost: high}", ""),
        ("{type: kinds/dear}", ""),
        ("{type: kinds/unresolved}", ""),
        ("{status: [paused, reversed]}", ""),
        ("{sector: church}", ""),
        ("{code: money.sel}", "there is no code `money.sel`; did you mean `money.sell`?"),
        ("{code: money.cost, value: hihg}", "`money.cost` has no value `hihg`; did you mean `high`?"),
        ("{code: money.cost, stance: support}", "there is no stance `support`; did you mean `supports`?"),
        ("{code: money.cost, sector: chruch}", "there is no sector `chruch`; did you mean `church`?"),
        ("{money.coast: high}", "there is no feature `money.coast`; did you mean `money.cost`?"),
        ("{money.sell: high}", "there is no feature `money.sell`; did you mean `money.cost`?"),
        ("{money.cost: lo}", "`money.cost` has no value `lo`; did you mean `low`?"),
        ("{type: dear}", "there is no type `dear`; did you mean `kinds/dear`?"),
        ("{status: reverted}", "there is no status `reverted`; did you mean `reversed`?"),
        ("{kind: interview}", "a case has no `kind`; `kind` is of a source"),
        ("{not: {any: [{code: xyz}]}}", "there is no code `xyz`; correct the id, or add it"),
    ],
)
def test_an_id_that_a_claim_names_and_nobody_knows_is_a_problem(where: str, problem: str) -> None:
    ledger, problems = read(
        "claims:\n  - id: a\n    text: a\n    quantifier: all\n    query:\n      unit: case\n      where: " + where
    )
    assert problems == []
    found = [str(one) for one in interpretation.problems(known_study(), (), ledger)]
    assert found == ([f"claims.yaml:7: {problem}"] if problem else [])


def test_only_cases_have_features() -> None:
    ledger, _ = read("claims: [{id: a, text: a, quantifier: all, query: {unit: source, where: {money.cost: high}}}]")
    assert [one.what for one in interpretation.problems(known_study(), (), ledger)] == ["a source has no features"]
