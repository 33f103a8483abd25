"""What the benchmark of clusters measures is what its words say."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn import metrics

from benchmarks.clusters import __main__ as table
from benchmarks.clusters import measures, methods, peers, tasks
from benchmarks.clusters.measures import LEFT_OVER, NOISE
from benchmarks.clusters.tasks import Labels, Task
from crosscase.problem import Refused
from crosscase.source import Segment
from crosscase.suggest.clusters import Passage
from tests.test_suggest_clusters import SUBJECTS, WORDS, corpus, subject_of

ABOUT = "program pipeline task digest passages seeds versions on failed errors"


def task(passages: Sequence[Passage] = (), name: str = "talks") -> Task:
    passages = passages or corpus()
    gold = tuple(map(subject_of, passages))
    return Task(name, tuple(passages), gold, WORDS.encode([one.text for one in passages]), ordered=False)


def as_coded(part: Task, _k: int | None, _seed: int) -> Labels:
    return np.array([sorted(SUBJECTS).index(code) for code in part.gold])


def nothing(part: Task, _k: int | None, _seed: int) -> Labels:
    return np.full(len(part.gold), NOISE)


def folder_of(tmp_path: Path, units: Sequence[dict[str, object]]) -> Path:
    folder = tmp_path / "a_set"
    folder.mkdir()
    (folder / "units.jsonl").write_text("".join(json.dumps(unit) + "\n" for unit in units), encoding="utf-8")
    return folder


def test_agreement_with_codes_is_computed_by_hand_on_a_small_table() -> None:
    """Two codes of three passages; one group holds two and one, the other the rest.

    Of 15 pairs 2 are together in both, 6 by code and 6 by group, so that 2.4 are expected: (2 - 2.4) / (6 - 2.4).
    """
    gold, labels = list("aaabbb"), np.array([0, 0, 1, 0, 1, 1])
    reached = measures.compared(gold, labels)
    assert reached["ARI"] == pytest.approx((2 - 2.4) / (6 - 2.4))
    entropy = -np.log(1 / 2)
    shared = 2 * (1 / 3 * np.log((1 / 3) / (1 / 4)) + 1 / 6 * np.log((1 / 6) / (1 / 4)))
    assert reached["NMI"] == pytest.approx(shared / entropy)
    assert reached["V"] == pytest.approx(shared / entropy)
    assert reached["AMI"] == pytest.approx(metrics.adjusted_mutual_info_score(gold, labels))
    assert (reached["noise"], reached["covered"], reached["clusters"]) == (0, 1, 2)


def test_a_passage_without_a_group_is_one_of_its_own_in_agreement() -> None:
    gold = list("aabb")
    reached = measures.compared(gold, np.array([NOISE, LEFT_OVER, 0, 0]))
    assert reached["ARI"] == pytest.approx(metrics.adjusted_rand_score(gold, [1, 2, 0, 0]))
    assert (reached["noise"], reached["covered"], reached["clusters"]) == (0.25, 0.5, 1)


def test_a_theme_is_met_from_a_jaccard_of_three_tenths() -> None:
    """Group 0 holds 3 of the 3 a and 4 others: 3/7. Of the ten b it holds 4 of 13 together, of the c none."""
    gold = [*"aaa", *"bbbbbbbbbb", "c"]
    labels = np.array([0, 0, 0, 0, 0, 0, 0, *[NOISE] * 7])
    assert measures.best_match(np.array(gold) == "a", labels, measures.jaccard) == pytest.approx(3 / 7)
    assert measures.best_match(np.array(gold) == "b", labels, measures.jaccard) == pytest.approx(4 / 13)
    assert measures.best_match(np.array(gold) == "a", labels, measures.f1) == pytest.approx(6 / 10)
    assert measures.compared(gold, labels)["themes"] == pytest.approx(2 / 3)


def test_what_gives_the_codes_themselves_reaches_everything_and_nothing_reaches_nothing() -> None:
    best = measures.scores(task(), as_coded, None, 1)
    assert [best[name] for name in ("ARI", "NMI", "V", "AMI", "themes", "stability")] == pytest.approx([1] * 6)
    assert (best["broad"], best["hidden covered"]) == (1, 1)
    assert np.isnan(best["narrow"])
    worst = measures.scores(task(), nothing, None, 1)
    assert (worst["covered"], worst["broad"], worst["hidden covered"], worst["themes"]) == (0, 0, 0, 0)


def test_stability_compares_draws_of_whole_sources_on_what_both_hold() -> None:
    seen: list[set[str]] = []

    def by_size(part: Task, _k: int | None, _seed: int) -> Labels:
        seen.append(set(part.sources))
        return np.full(len(part.gold), 0) if len(seen) % 2 else as_coded(part, None, 0)

    whole = task()
    agreed = measures.stability(whole, by_size, None)
    assert all(len(sources) == 6 for sources in seen)
    assert len(seen) == measures.DRAWS
    # Of five draws, 0, 2 and 4 are one group and 1 and 3 are the codes: four pairs of ten agree, six are at chance.
    assert agreed == pytest.approx(0.4)
    one_source = replace(
        whole, passages=tuple(replace(p, place=replace(p.place, source_id="I")) for p in whole.passages)
    )
    assert np.isnan(measures.stability(one_source, as_coded, None))


def test_hidden_codes_are_a_third_and_nothing_else_is_grouped() -> None:
    rows = list(measures.hidden_rows(task()))
    assert len(rows) == measures.HIDDEN_DRAWS
    assert all(len({task().gold[at] for at in drawn}) == 2 for drawn in rows)
    assert all(len(drawn) == 48 for drawn in rows)


@pytest.mark.parametrize("name", methods.WITH_K)
def test_every_method_with_a_number_gives_that_many_groups(name: str) -> None:
    labels = methods.WITH_K[name](task(), 4, 0)
    assert sorted(set(labels.tolist())) == [0, 1, 2, 3]


@pytest.mark.parametrize("name", methods.CHOOSING)
def test_every_method_that_chooses_gives_a_label_to_each_passage(name: str) -> None:
    labels = methods.CHOOSING[name](task(), None, 0)
    assert len(labels) == len(task().gold)
    assert labels.max() >= 1


def test_a_task_folder_is_read_as_its_words_say(tmp_path: Path) -> None:
    units: list[dict[str, object]] = [
        {"doc": f"d{at % 3}", "text": f"{code} {at}", "codes": [code], "start": at * 10}
        for code in ("one", "two")
        for at in range(6)
    ]
    units += [{"doc": "d0", "text": "rare", "codes": ["rare"]}, {"doc": "d0", "text": "both", "codes": ["one", "two"]}]
    units += [{"doc": "d0", "text": " ", "codes": ["one"]}]
    read = tasks.read(folder_of(tmp_path, units), WORDS, 100)
    assert (len(read.passages), read.codes, read.ordered) == (12, 2, True)
    assert read.passages[1].place == Segment("d1", 10, 15)
    assert len(tasks.read(tmp_path / "a_set", WORDS, 5).passages) == 5


def test_a_folder_without_anything_to_measure_is_said_in_a_line(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="a_set has no two codes with 5 passages"):
        tasks.read(folder_of(tmp_path, [{"doc": "d", "text": "t", "codes": ["one"]}]), WORDS, 100)
    with pytest.raises(Refused, match="a task is a folder with this file"):
        tasks.read(tmp_path / "none", WORDS, 100)


def test_what_is_kept_of_a_peer_is_shown_for_the_same_passages_only(tmp_path: Path) -> None:
    kept = {"program": "BERTopic", "digest": task().digest, "scores": {"ARI": 0.5, "narrow": None}}
    (tmp_path / "talks.json").write_text(json.dumps(kept))
    scores = peers.kept(task(), tmp_path)["BERTopic"]
    assert scores["ARI"] == 0.5
    assert np.isnan(scores["narrow"])
    assert peers.kept(task(corpus(sources=7)), tmp_path) == {}
    assert peers.kept(task(name="other"), tmp_path) == {}


def test_the_kept_figures_name_versions_seeds_and_date_and_hold_no_text() -> None:
    records = [json.loads(path.read_text()) for path in peers.KEPT.glob("*.json")]
    assert records
    for record in records:
        assert record.keys() == {*ABOUT.split(), "scores"}
        assert record["versions"]["bertopic"]
        assert set(record["scores"]) == {*table.MEASURES, *table.OF_HIDDEN}


@pytest.mark.slow
def test_the_table_prints_every_measure_for_every_method(capsys: pytest.CaptureFixture[str]) -> None:
    given = table.report(task())
    out = capsys.readouterr().out
    for name in (*methods.WITH_K, *methods.CHOOSING, *table.MEASURES, "narrow", "broad"):
        assert name in out
    assert "make bench-peers" in out
    assert "on average" in table.against_rivals("ARI", [given])
