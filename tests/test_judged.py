"""What people decided about clusters finds them again in a new run; what finds none is listed, never dropped."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from crosscase import Refused, load
from crosscase.cluster import SHAPING, ClusterDecision, ClusterVerdict, standing
from crosscase.clustering import Clustering, Passage
from crosscase.codebook import Code
from crosscase.judged import Decided, DecidedCluster, as_seen, decided, drafted_code
from crosscase.suggest.clusters import cluster
from tests.conftest import ROOT
from tests.test_suggest_clusters import FOUR, WORDS, corpus, subject_of

FEWER = cluster([passage for passage in corpus() if passage.place.source_id != "I05"], WORDS, k=4)
MORE = cluster(corpus(sources=10), WORDS, k=4)


def of(run: Decided, subject: str) -> DecidedCluster:
    (same,) = [seen for seen in run.clusters if subject_of(seen.cluster.central) == subject]
    return same


def made(verdict: ClusterVerdict, *subjects: str, run: Clustering = FOUR, **fields: object) -> ClusterDecision:
    """A decision on the clusters of these subjects."""
    seen = decided(run, ())
    clusters = [of(seen, subject) for subject in subjects]
    parts = {p.place: c.id for c in clusters for p in c.cluster.members} if len(clusters) > 1 else {}
    draft = replace(as_seen(seen, clusters, parts), id="d1", verdict=verdict, by="AB", reason="why")
    return replace(draft, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize("run", [FOUR, FEWER, MORE], ids=["the same", "an interview less", "two more"])
def test_a_rejected_cluster_is_folded_away_with_its_reason_in_a_later_run(run: Clustering) -> None:
    seen = decided(run, [made("rejected", "river")])
    (folded,) = seen.folded
    assert subject_of(folded.cluster.central) == "river"
    assert folded.decision is not None
    assert folded.decision.reason == "why"
    assert len(seen.open) == 3
    assert seen.unfound == ()


def test_a_renamed_cluster_keeps_its_name_and_a_promoted_one_is_the_code() -> None:
    decisions = [made("renamed", "river", name="Floods"), made("promoted", "school", id="d2", code_id="school")]
    seen = decided(FEWER, decisions, {"school"})
    assert of(seen, "river").name == "Floods"
    assert of(seen, "school") in seen.promoted
    assert of(seen, "school") not in seen.open


def test_a_promoted_cluster_whose_code_is_gone_is_open_again_and_that_is_said() -> None:
    seen = decided(FEWER, [made("promoted", "school", code_id="school")], {"river"})
    assert len(seen.open) == 4
    assert "its code `school` is gone" in seen.unfound[0].why


def test_merged_clusters_are_one_in_a_later_run() -> None:
    seen = decided(FEWER, [made("merged", "river", "school", name="Both")])
    (whole,) = [c for c in seen.clusters if c.shaped]
    assert whole.name == "Both"
    assert {subject_of(passage) for passage in whole.cluster.members} == {"river", "school"}
    assert len(seen.clusters) == 3
    assert {seen.by_id(cluster_id) for cluster_id in whole.ids} == {whole}


def test_what_is_decided_on_a_merged_cluster_holds_for_the_whole() -> None:
    merger = made("merged", "river", "school", name="Both")
    seen = decided(FOUR, [merger])
    (whole,) = [c for c in seen.clusters if c.shaped]
    rejected = replace(as_seen(seen, [whole], {}), id="d2", verdict="rejected", reason="no")
    assert rejected.shown_name == "Both"
    assert [c.name for c in decided(MORE, [merger, rejected]).folded] == ["Both"]


def test_a_split_cluster_is_taken_apart_in_a_later_run_and_what_is_new_is_the_rest() -> None:
    seen = decided(FOUR, ())
    whole = of(seen, "river")
    early = {p.place: "Early" for p in whole.cluster.members if p.place.source_id < "I04"}
    split = replace(as_seen(seen, [whole], early), id="d1", verdict="split")
    parts = [c for c in decided(MORE, [split]).clusters if c.shaped == split]
    by_name = {part.name: part for part in parts}
    assert set(by_name) == {"Early", "the rest"}
    assert {p.place for p in by_name["Early"].cluster.members} <= set(early)
    assert {p.place.source_id for p in by_name["the rest"].cluster.members} >= {"I04", "I08", "I09"}


def test_a_part_of_a_split_is_named_by_its_own_id() -> None:
    seen = decided(FOUR, ())
    whole = of(seen, "river")
    early = {p.place: "Early" for p in whole.cluster.members if p.place.source_id < "I04"}
    after = decided(FOUR, [replace(as_seen(seen, [whole], early), id="d1", verdict="split")])
    assert after.by_id(f"{whole.id}.1").name == "Early"
    with pytest.raises(Refused, match="was split; name one of its parts"):
        after.by_id(whole.id)


def mixed(*shares: Sequence[Passage]) -> list[Passage]:
    return [passage for share in shares for passage in share]


def test_a_decision_whose_passages_are_in_several_clusters_now_is_listed_with_the_nearest() -> None:
    """Half of the passages of each of two subjects: no cluster has more than half of them."""
    seen = decided(FOUR, ())
    river, school = of(seen, "river").cluster.members, of(seen, "school").cluster.members
    members = as_seen(seen, [of(seen, "river"), of(seen, "school")], {}).members
    half = {passage.place for passage in mixed(river[:12], school[:11])}
    decision = made("rejected", "river", members=tuple(m for m in members if m.place in half))
    after = decided(FOUR, [decision])
    assert after.folded == ()
    (lost,) = after.unfound
    assert lost.decision == decision
    assert lost.why == "its passages are in other clusters now"
    assert lost.nearest_id == of(after, "river").id


def test_a_decision_whose_passages_are_coded_by_now_is_listed_as_such() -> None:
    uncoded = [passage for passage in corpus() if subject_of(passage) != "river"]
    seen = decided(cluster(uncoded, WORDS, k=3), [made("promoted", "river", code_id="river")], {"river"})
    assert seen.promoted == ()
    assert "0 of its 23 passages are among those grouped now" in seen.unfound[0].why


def test_passages_that_are_coded_meanwhile_do_not_hide_what_is_left_of_the_cluster() -> None:
    coded = {passage.place for passage in corpus() if subject_of(passage) == "river"}
    left = sorted(coded)[:10]
    run = cluster([p for p in corpus() if p.place not in coded or p.place in left], WORDS, k=4)
    assert len(decided(run, [made("rejected", "river")]).folded) == 1


def test_of_two_decisions_about_one_cluster_the_later_shows_and_the_other_is_listed() -> None:
    """Two people decided in copies of the study; neither's line follows the other's."""
    first, second = made("rejected", "river"), made("set_aside", "river", id="d2")
    seen = decided(FEWER, [first, second])
    assert [c.decision for c in seen.folded] == [second]
    assert [(lost.decision, lost.why) for lost in seen.unfound] == [(first, "`d2` is about the same cluster")]


def test_without_clusters_every_decision_is_listed() -> None:
    decisions = [made("rejected", "river"), made("merged", "river", "school", id="d2")]
    seen = decided(Clustering(), decisions)
    assert [lost.decision for lost in seen.unfound] == decisions


def test_every_decision_is_applied_or_listed_whatever_the_run() -> None:
    decisions = [
        made("rejected", "river"),
        made("merged", "market", "clinic", id="d2"),
        made("renamed", "school", id="d3", name="Lessons"),
    ]
    for run in (FOUR, FEWER, MORE, cluster(corpus(), WORDS, k=9), cluster(corpus(), WORDS, k=2)):
        seen = decided(run, decisions)
        applied = {d.id for c in seen.clusters for d in (c.decision, c.shaped) if d}
        assert applied | {lost.decision.id for lost in seen.unfound} == {"d1", "d2", "d3"}
        assert sum(len(c.cluster.members) for c in seen.clusters) == sum(len(c.members) for c in run.clusters)


def test_a_drafted_code_says_that_it_is_a_draft_and_quotes_the_ticked_passages() -> None:
    seen = of(decided(FOUR, ()), "river")
    empty = Code("river", "", "places")
    draft = drafted_code(seen, empty)
    assert draft.definition.startswith("Draft from a cluster, to be rewritten. 23 passages of 8 sources often say “")
    assert draft.include[0] == f"passages that speak of “{seen.cluster.phrases[0]}”"
    assert draft.examples == tuple(passage.text for passage in (seen.cluster.central, *seen.cluster.examples))
    ticked = drafted_code(seen, replace(empty, definition="What rivers do."), seen.cluster.members[:2])
    assert ticked.definition == "What rivers do."
    assert ticked.examples == tuple(passage.text for passage in seen.cluster.members[:2])


def test_the_samples_decisions_have_reasons_and_its_late_code_says_that_it_came_from_no_cluster() -> None:
    study = load(ROOT)
    stands = standing(study.cluster_decisions)
    verdicts = [decision for decision in stands if decision.verdict not in SHAPING]
    assert verdicts
    assert all(decision.reason and decision.by and not decision.lost for decision in verdicts)
    (step,) = study.codebook.by_id["communication.delayed"].history
    assert (step.what, step.version, step.cluster) == ("defined", 3, "")
    assert "from no cluster" in step.why
