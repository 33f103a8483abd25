from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from crosscase import Findings, analyse, load
from crosscase.case import Case, Episode, Feature
from crosscase.codebook import Code
from crosscase.coding import Coding, Suggestion
from crosscase.features import Proposal, Rank, Witness, completed, episode_of, filled, propose, unsupported

ROOT = Path(__file__).parent.parent
COST = Code("cost", "Cost", "money", kind="attribute", values={"high": "", "low": ""})


def coding(id: str, value: str, stance: str = "") -> Coding:
    return Coding(id, "s", 0, 1, "x", "cost", value, stance=stance)  # type: ignore[arg-type]


def proposed(*said: tuple[str, str, Rank], asked: bool | None = True) -> Proposal:
    """What follows from (speaker, value, rank) triples."""
    codings = [coding(f"c{n}", value) for n, (_, value, _) in enumerate(said)]
    witnesses = {one.id: Witness(rank, (("s", who),)) for one, (who, _, rank) in zip(codings, said, strict=True)}
    return propose("Ash", COST, codings, lambda one: witnesses[one.id], asked)


def test_what_an_informant_states_is_proposed_with_its_evidence() -> None:
    found = proposed(("mayor", "high", "informants"), ("mayor", "high", "informants"))
    assert (found.feature, found.rests_on) == (Feature("cost", "high", "stated", ("c0", "c1")), "informants")


def test_informants_who_contradict_each_other_make_a_conflict_with_the_evidence_of_both() -> None:
    found = proposed(("mayor", "high", "informants"), ("clerk", "low", "informants"))
    assert found.feature == Feature("cost", "", "conflict", ("c0", "c1"))


def test_documents_never_outvote_an_informant_however_many_there_are() -> None:
    found = proposed(("mayor", "high", "informants"), *[(f"paper{n}", "low", "documents") for n in range(5)])
    assert (found.feature.value, found.contrary) == ("high", (("low", "documents"),))


def test_a_fact_that_rests_on_documents_alone_says_so() -> None:
    found = proposed(("paper", "low", "documents"))
    assert (found.feature.value, found.feature.status, found.rests_on) == ("low", "stated", "documents")


def test_outsiders_count_where_no_informant_speaks() -> None:
    assert proposed(("advocate", "low", "others"), ("paper", "high", "documents")).rests_on == "others"


def test_one_speaker_of_two_minds_is_unclear() -> None:
    found = proposed(("mayor", "high", "informants"), ("mayor", "low", "informants"))
    assert (found.feature.value, found.feature.status) == ("", "unclear")


def test_what_is_only_expected_is_no_fact() -> None:
    found = propose("Ash", COST, [coding("c", "high", "expects")], lambda _: Witness("informants", (("s", "m"),)), True)
    assert (found.feature.status, found.rests_on) == ("unclear", "")


@pytest.mark.parametrize(("asked", "status"), [(True, "unclear"), (None, "unclear"), (False, "not_asked")])
def test_with_nothing_said_it_matters_whether_it_was_asked(asked: bool | None, status: str) -> None:
    assert proposed(asked=asked).feature.status == status


def test_accepting_proposals_never_changes_a_decision() -> None:
    decided = Episode("e", features=(Feature("cost", "low", by="AK"),))
    after = completed(decided, [proposed(("mayor", "high", "informants"))], "JO")
    assert after == decided
    new = completed(Episode("e"), [proposed(("mayor", "high", "informants"))], "JO").features
    assert [(one.value, one.by) for one in new] == [("high", "JO")]


def suggested(value: str, score: float, start: int = 0) -> Suggestion:
    return Suggestion("s", start, start + 1, "x", "cost", score, "near", "test", value)


def test_suggestions_make_a_draft_of_the_value_with_the_highest_sum_of_scores() -> None:
    made = [suggested("high", 0.4, 1), suggested("high", 0.3, 2), suggested("low", 0.6, 3), suggested("", 0.9, 4)]
    found = propose("Ash", COST, made, lambda _: Witness("informants", (("s", "m"),)), True)
    assert (found.feature.value, found.is_draft) == ("high", True)
    assert found.feature.evidence == ("s:1-2:cost", "s:2-3:cost")


def test_suggestions_without_a_value_leave_the_feature_open_and_say_where_to_look() -> None:
    found = propose("Ash", COST, [suggested("", 0.9)], lambda _: Witness("informants", (("s", "m"),)), False)
    assert found.feature == Feature("cost", "", "unclear", ("s:0-1:cost",))


def test_drafts_are_never_accepted() -> None:
    draft = propose("Ash", COST, [suggested("high", 0.9)], lambda _: Witness("informants", (("s", "m"),)), True)
    assert completed(Episode("e"), [draft], "JO").features == ()


EARLY, LATE = Episode("Ash-1", "2019", "2020-06"), Episode("Ash-2", "2020-07", "")


@pytest.mark.parametrize(
    ("date", "episode"),
    [
        ("2019-03-01", "Ash-1"),
        ("2020-06-30", "Ash-1"),
        ("2020-07", "Ash-2"),
        ("2023", "Ash-2"),
        ("2020", None),
        ("2018-12-31", None),
        ("", None),
        ("last spring", None),
    ],
)
def test_the_date_of_its_source_tells_which_episode_a_coding_speaks_of(date: str, episode: str | None) -> None:
    placed = episode_of(coding("c", "high"), (EARLY, LATE), date)
    assert (placed.id if placed else None) == episode


def test_a_coding_may_name_its_episode_and_a_case_with_one_takes_all() -> None:
    named = replace(coding("c", "high"), episode_id="Ash-1")
    assert episode_of(named, (EARLY, LATE), "2023") == EARLY
    assert episode_of(replace(named, episode_id="Ash-9"), (EARLY, LATE), "2023") is None
    assert episode_of(coding("c", "high"), (EARLY,), "2023") == EARLY


def test_what_may_lie_in_either_of_two_episodes_lies_in_none() -> None:
    other = Episode("Ash-2", "2020-06", "")
    assert episode_of(coding("c", "high"), (EARLY, other), "2020-06-15") is None


def test_a_case_is_filled_with_proposals_only_while_nobody_has_decided_any_feature_of_it() -> None:
    proposal = proposed(("mayor", "high", "informants"))
    two = Case("Ash", episodes=(Episode("Ash-1"), Episode("Ash-2")))
    bare = filled(two, [replace(proposal, episode_id="Ash-1")])
    assert [episode.is_proposed for episode in bare.episodes] == [True, False]
    assert not filled(two, [proposal]).is_proposed, "never just to the last"
    assert filled(Case("Ash"), [proposal]).episodes[0].features[0].value == "high"
    decided = Case("Ash", episodes=(Episode("Ash-1", features=(Feature("size", "big", by="AK"),)), Episode("Ash-2")))
    assert filled(decided, [proposal]) == decided
    assert filled(Case("Ash"), [proposed()]) == Case("Ash"), "nothing is on record"


def test_a_decision_that_none_of_its_evidence_says_is_noticed() -> None:
    known = {"a": coding("a", "high"), "b": coding("b", "low")}
    features = [
        Feature("cost", "high", evidence=("b",)),
        Feature("cost", "low", evidence=("a", "b")),
        Feature("cost", "high"),
    ]
    assert unsupported(features, known) == (features[0],)


# -- the sample


@cache
def sample() -> Findings:
    return analyse(load(ROOT))


def test_the_two_planted_conflicts_are_proposed_as_conflicts() -> None:
    conflicts = {(p.case_id, p.feature.attribute) for p in sample().proposals if p.feature.status == "conflict"}
    assert {("J03", "inside.mode"), ("J14", "policy.written")} <= conflicts


def test_most_of_what_people_decided_is_what_the_codings_propose() -> None:
    decided = {(e.id, f.attribute): f for case in sample().study.cases for e in case.episodes for f in e.features}
    compared = [
        (p.feature, decided[p.episode_id, p.feature.attribute])
        for p in sample().proposals
        if (p.episode_id, p.feature.attribute) in decided
    ]
    alike = sum(mine.value == theirs.value for mine, theirs in compared)
    assert (len(compared), alike >= 170) == (204, True), alike
