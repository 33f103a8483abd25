"""What people decide about clusters goes through the one door: checked, whole or not at all, taken back whole."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from crosscase import Refused, Study, load
from crosscase.cluster import ClusterDecision, Member, standing
from crosscase.codebook import Category, Code
from crosscase.framework import standing_of
from crosscase.reading import Standing
from crosscase.study import decisions
from tests.conftest import SMALL, StudyFolder
from tests.deciding import FILES, cluster, parted

PATH = "clusters/decisions.jsonl"
DEAR = Code("money.dear", "Dear", "money", definition="What was dear.", examples=("It cost us very dear",))
OTHER = (Member("ash", 144, 194),)


@pytest.fixture
def folder(study_folder: StudyFolder) -> Path:
    return study_folder(FILES)


def refusal_of(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return str(refused.value)


def promoted(study: Study, code: Code = DEAR, **fields: object) -> Study:
    return decisions.promote_cluster(study, "AB", cluster(reason="they dwell on it", **fields), code)


def last(study: Study) -> ClusterDecision:
    return study.cluster_decisions[-1]


def test_a_promoted_cluster_is_an_inductive_code_of_a_new_version_that_names_its_decision(folder: Path) -> None:
    before = load(folder)
    study = promoted(before)
    code = study.codebook.by_id["money.dear"]
    (step,) = code.history
    assert (code.origin, code.since, code.category_id) == ("inductive", before.codebook.version + 1, "money")
    assert (step.what, step.why, step.by, step.cluster) == ("defined", "they dwell on it", "AB", last(study).id)
    assert (last(study).code_id, last(study).codebook) == ("money.dear", code.since)


def test_a_promoted_cluster_codes_nothing_and_waits_until_the_source_was_gone_through_again(folder: Path) -> None:
    before = load(folder)
    study = promoted(before)
    code = study.codebook.by_id["money.dear"]
    assert study.codings == before.codings
    assert standing_of(study)(code, "ash") is Standing.OLDER
    study = decisions.look_again(study, "AB", "ash", "money.dear")
    assert standing_of(study)(code, "ash") is Standing.READ


def test_a_promotion_may_begin_a_category(folder: Path) -> None:
    study = decisions.promote_cluster(
        load(folder), "AB", cluster(reason="new"), replace(DEAR, id="time.late"), category=Category("time", "Time")
    )
    assert [code.id for code in study.codebook.categories[-1].codes] == ["time.late"]


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (replace(DEAR, id="money.cost"), "is, or was, that of a code"),
        (replace(DEAR, category_id="mony"), "there is no category `mony`; did you mean `money`?"),
        (replace(DEAR, id="a b"), "can't be the id of a code"),
    ],
)
def test_a_promotion_to_a_code_that_cant_be_writes_nothing(folder: Path, code: Code, told: str) -> None:
    before = (folder / PATH).read_bytes()
    assert told in refusal_of(lambda: promoted(load(folder), code))
    assert (folder / PATH).read_bytes() == before


@pytest.mark.parametrize(
    ("act", "told"),
    [
        (lambda s: decisions.promote_cluster(s, "AB", cluster(reason=" "), DEAR), "say why it is promoted"),
        (lambda s: decisions.reject_cluster(s, "AB", cluster()), "say why it is rejected"),
        (lambda s: decisions.rename_cluster(s, "AB", cluster()), "has no words"),
        (lambda s: decisions.set_aside_cluster(s, "XY", cluster()), "there is no coder `XY`"),
        (lambda s: decisions.set_aside_cluster(s, "AB", cluster(members=())), "there are none"),
        (lambda s: decisions.set_aside_cluster(s, "AB", cluster(members=OTHER * 2)), "named twice"),
        (lambda s: decisions.merge_clusters(s, "AB", cluster()), "two clusters or more"),
        (lambda s: decisions.merge_clusters(s, "AB", cluster(members=parted("c1", ""))), "two clusters or more"),
        (lambda s: decisions.split_cluster(s, "AB", cluster(members=parted("c1", "c1"))), "two parts or more"),
        (lambda s: decisions.set_aside_cluster(s, "AB", cluster(follows=("d9",))), "no decision about a cluster"),
        (lambda s: decisions.set_aside_cluster(s, "AB", cluster(members=(Member("oak", 0, 9),))), "no source `oak`"),
        (
            lambda s: decisions.set_aside_cluster(s, "AB", cluster(members=(Member("ash", 900, 999),))),
            "no such passage",
        ),
        (lambda s: decisions.set_aside_cluster(s, "AB", cluster(members=(Member("ash", -9, -2),))), "no such passage"),
        (lambda s: decisions.withdraw_cluster_decision(s, "d9"), "no decision about a cluster with the id `d9`"),
    ],
)
def test_a_decision_that_cant_be_right_is_refused_in_one_line(
    folder: Path, act: Callable[[Study], Study], told: str
) -> None:
    before = (folder / PATH).read_bytes()
    refusal = refusal_of(lambda: act(load(folder)))
    assert told in refusal
    assert "\n" not in refusal
    assert (folder / PATH).read_bytes() == before


def test_a_decision_takes_the_place_of_the_one_that_stands_about_the_same_passages(folder: Path) -> None:
    study = decisions.reject_cluster(load(folder), "CD", cluster(reason="nothing in it"))
    assert last(study).follows == ("d1",)
    assert standing(study.cluster_decisions) == (last(study),)
    elsewhere = decisions.reject_cluster(study, "CD", cluster(members=OTHER, reason="nothing in it"))
    assert last(elsewhere).follows == ()


def test_a_merger_and_a_verdict_on_the_same_passages_both_stand(folder: Path) -> None:
    study = decisions.merge_clusters(load(folder), "AB", cluster(members=parted("c1", "c2")))
    assert [decision.verdict for decision in standing(study.cluster_decisions)] == ["renamed", "merged"]


def test_what_somebody_decided_on_the_same_cluster_meanwhile_is_told(folder: Path) -> None:
    mine, theirs = load(folder), load(folder)
    decisions.reject_cluster(theirs, "CD", cluster(reason="nothing in it", follows=("d1",)))
    assert "CD rejected it meanwhile" in refusal_of(lambda: promoted(mine))
    assert "followed by another decision meanwhile" in refusal_of(lambda: promoted(mine, follows=("d1",)))
    assert "money.dear" not in load(folder).codebook.by_id


def test_a_text_that_was_edited_since_the_clusters_were_made_is_told(folder: Path) -> None:
    study = load(folder)
    path = folder / "transcripts/elm.txt"
    path.write_text(path.read_text().replace("Next to nothing", "Nothing at all"))
    assert "elm was edited since the clusters were made" in refusal_of(lambda: promoted(study))


def test_a_codebook_that_was_edited_meanwhile_gets_the_code_and_keeps_the_edit(folder: Path) -> None:
    study = load(folder)
    decisions.reword_code(load(folder), "money.source", by="CD", definition="Who paid.")
    after = promoted(study)
    assert after.codebook.by_id["money.source"].definition == "Who paid."
    assert "money.dear" in after.codebook.by_id


def test_a_cluster_that_became_a_code_is_not_decided_again_until_that_is_withdrawn(folder: Path) -> None:
    study = promoted(load(folder))
    refusal = refusal_of(lambda: decisions.reject_cluster(study, "CD", cluster(reason="no")))
    assert "it became the code `money.dear` already" in refusal
    again = decisions.withdraw_cluster_decision(study, last(study).id)
    assert decisions.reject_cluster(again, "CD", cluster(reason="no")).cluster_decisions[-1].verdict == "rejected"


def test_a_withdrawn_promotion_takes_its_code_along_byte_for_byte(folder: Path) -> None:
    book, line = (folder / "codebook/1-money.yaml").read_bytes(), (folder / PATH).read_bytes()
    study = promoted(load(folder))
    decisions.withdraw_cluster_decision(study, last(study).id)
    assert ((folder / "codebook/1-money.yaml").read_bytes(), (folder / PATH).read_bytes()) == (book, line)


def test_a_promotion_whose_code_people_worked_with_is_not_withdrawn(folder: Path) -> None:
    study = promoted(load(folder))
    reworded = decisions.reword_code(study, "money.dear", by="CD", definition="Dear, and for whom.")
    assert "amended since" in refusal_of(lambda: decisions.withdraw_cluster_decision(reworded, last(study).id))
    assert "money.dear" in load(folder).codebook.by_id


def test_a_decision_that_another_follows_is_not_withdrawn_before_it(folder: Path) -> None:
    study = decisions.reject_cluster(load(folder), "CD", cluster(reason="nothing in it"))
    assert "follows it; withdraw that one first" in refusal_of(lambda: decisions.withdraw_cluster_decision(study, "d1"))
    study = decisions.withdraw_cluster_decision(study, last(study).id)
    assert [decision.id for decision in standing(study.cluster_decisions)] == ["d1"]


def test_a_file_with_a_broken_line_is_never_written(folder: Path) -> None:
    (folder / PATH).write_text((folder / PATH).read_text() + "{\n")
    before = (folder / PATH).read_bytes()
    assert "has a line that can't be read" in refusal_of(lambda: promoted(load(folder)))
    assert "has a line that can't be read" in refusal_of(
        lambda: decisions.withdraw_cluster_decision(load(folder), "d1")
    )
    assert (folder / PATH).read_bytes() == before
    assert "money.dear" not in load(folder).codebook.by_id


def test_the_first_decision_makes_the_file(study_folder: StudyFolder) -> None:
    study = decisions.set_aside_cluster(load(study_folder(SMALL)), "AB", cluster())
    assert last(study).members[0].quote == "It cost us very dear, I must say. The county paid for half of it."
    assert last(study).members[0].after == "\n\nInterviewer: And who else?\n\nP0"


def test_a_replaced_name_is_replaced_in_what_people_saw_of_a_cluster(folder: Path) -> None:
    before = (folder / PATH).read_bytes()
    study = decisions.replace_names(load(folder), {"church": "[a parish]"})
    assert "church" not in (folder / PATH).read_text()
    assert last(study).members[1].quote == "Next to nothing, the [a parish] lent us the hall."
    assert decisions.undo(study).cluster_decisions == load(folder).cluster_decisions
    assert (folder / PATH).read_bytes() == before
