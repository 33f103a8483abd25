"""The sample's themes and claims, held against its codings."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from crosscase import Findings, Study, analyse, load
from crosscase.case import Feature
from crosscase.claim import Claim, Coded, Quantifier, Query, Verdict, check
from crosscase.interpretation import facts, problems
from crosscase.matrix import Status
from crosscase.theme import Theme, coverage
from crosscase.typology import settled

ROOT = Path(__file__).parent.parent


@cache
def study() -> Study:
    return load(ROOT)


@cache
def sample() -> Findings:
    return analyse(study())


@cache
def verdicts() -> Mapping[str, Verdict]:
    known = facts(sample())
    return {claim.id: check(claim, known) for claim in study().claims}


def test_every_claim_of_the_sample_holds() -> None:
    assert len(verdicts()) == 18
    assert [claim_id for claim_id, verdict in verdicts().items() if verdict.holds is not True] == []
    assert list(problems(sample())) == []


@pytest.mark.parametrize(
    ("claim_id", "count", "of"),
    [
        ("interviews", 22, 26),
        ("prosecutors", 16, 22),
        ("advocates", 6, 22),
        ("jurisdictions", 14, 14),
        ("selling-charged", 14, 14),
        ("no-drug-court-closed", 0, 14),
        ("reversed", 3, 14),
        ("type-expanded-diversion", 4, 14),
        ("type-substance-specific", 2, 14),
        ("type-case-by-case", 3, 14),
        ("type-unconditional", 4, 14),
        ("type-unresolved", 1, 14),
    ],
)
def test_claims_are_counted_with_their_denominators(claim_id: str, count: int, of: int) -> None:
    verdict = verdicts()[claim_id]
    assert (verdict.count, len(verdict.denominator)) == (count, of)


def settled_boundary() -> Study:
    """The sample with J14 decided: written, and publicised from the start."""
    cases = []
    for case in study().cases:
        if case.id == "J14":
            last = settled(case.episodes[-1], Feature("policy.written", "written", memo="two pages, seen"))
            last = settled(last, Feature("policy.publicised", "publicised"))
            case = replace(case, episodes=(*case.episodes[:-1], last))
        cases.append(case)
    return replace(study(), cases=tuple(cases))


def test_settling_the_boundary_case_changes_the_claims_that_count_it_and_no_others() -> None:
    now = settled_boundary()
    known = facts(analyse(now))
    changed = {claim.id for claim in now.claims if check(claim, known) != verdicts()[claim.id]}
    assert changed == {"type-unconditional", "type-unresolved"}
    told = [problem for problem in problems(analyse(now)) if problem.level == "error"]
    assert sorted(problem.path for problem in told) == ["claims.yaml", "claims.yaml"]
    assert all(problem.line > 1 for problem in told)


def test_a_claim_that_loses_its_evidence_is_a_problem_with_its_line() -> None:
    fewer = replace(study(), codings=tuple(c for c in study().codings if c.code_id != "evaluation.data"))
    (told,) = [p for p in problems(analyse(fewer)) if "data-trouble" in p.what and p.level == "error"]
    (claim,) = [claim for claim in study().claims if claim.id == "data-trouble"]
    assert (told.path, told.line) == ("claims.yaml", claim.line)


def test_every_theme_has_searched_for_what_speaks_against_it() -> None:
    known = facts(sample())
    for theme in study().themes:
        assert theme.counter_evidence.searched
        assert theme.counter_evidence.found
        assert coverage(theme, known).evidence


def test_of_the_late_code_nothing_is_claimed_for_sources_that_were_not_read_for_it() -> None:
    """It came with version 3 of the codebook; most interviews were read under version 2."""
    late = "communication.delayed"
    looked = {
        reading.source_id
        for reading in study().readings
        if reading.is_done and max(reading.codebook, reading.again.get(late, 0)) >= 3
    }
    sources = {source.id for source in study().sources}
    found = {coding.source_id for coding in sample().codings if coding.code_id == late}
    assert found
    assert looked < sources
    known = facts(sample())
    for quantifier in ("none", "some"):
        query = Query("source", Coded(late))
        verdict = check(Claim("late", "…", Quantifier(quantifier), query), known)
        assert set(verdict.not_read) == sources - looked - found
        assert set(verdict.denominator) == looked | found
        spoken = {*verdict.supporting, *verdict.contrary, *verdict.silent, *verdict.not_asked}
        assert spoken.isdisjoint(verdict.not_read)
        assert f"{len(sources - looked - found)} not read for it yet" in verdict.sentence
    (communication,) = [m for m in sample().matrices if late in {code.id for code in m.codes}]
    for row in communication.rows:
        empty = communication.cells[row.id, late].status not in (Status.SUMMARISED, Status.SAID)
        if empty and not looked.issuperset(row.source_ids):
            assert communication.cells[row.id, late].status == Status.OLDER


def test_a_theme_says_of_which_cases_it_was_not_looked_for() -> None:
    late = "communication.delayed"
    theme = Theme("late", "Late", cells=(("J14", late),))
    covered = coverage(theme, facts(sample()))
    unread = {row.id for row in sample().matrices[0].rows} - sample().cases_read_for(study().codebook.by_id[late])
    assert (*covered.evidence, *covered.mixed) == ("J14",)
    assert set(covered.not_read) == unread - {"J14"} - set(covered.aside)
    assert unread.isdisjoint((*covered.silent, *covered.not_asked))


def test_suggestions_are_never_evidence_for_a_claim() -> None:
    from crosscase.coding import Suggestion

    source = study().sources[0]
    uncoded = replace(
        study(),
        codings=tuple(c for c in study().codings if c.source_id != source.id),
        readings=tuple(r for r in study().readings if r.source_id != source.id),
    )
    made = Suggestion(source.id, 0, 5, source.text[:5], "policy.selling", 0.9, "near", "test")
    drafted = analyse(uncoded, [made])
    assert drafted.is_draft
    (claim,) = [claim for claim in study().claims if claim.id == "selling-charged"]
    verdict = check(claim, facts(drafted))
    assert "J01" not in verdict.supporting
    assert "J01" in verdict.not_read


def test_a_type_by_features_that_nobody_has_decided_is_behind_no_claim() -> None:
    undecided = tuple(
        replace(case, episodes=tuple(replace(episode, features=()) for episode in case.episodes))
        if case.id == "J10"
        else case
        for case in study().cases
    )
    findings = analyse(replace(study(), cases=undecided))
    (drafted,) = [case for case in findings.cases if case.is_proposed]
    (result,) = [one for one in findings.results["models"] if one.case_id == "J10"]
    assert (drafted.id, result.type_id) == ("J10", "unconditional"), (
        "what people coded proposes the type that they decided"
    )
    (claim,) = [claim for claim in study().claims if claim.id == "type-unconditional"]
    verdict = check(claim, facts(findings))
    assert (verdict.count, "J10" in verdict.supporting) == (3, False)
