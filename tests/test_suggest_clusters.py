"""Passages that resemble each other are grouped, and what there is to say of a group is said."""

import json
import os
import random
import subprocess
import sys
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from crosscase import Study, load, stages
from crosscase.cli import main
from crosscase.cluster import THE_SAME, likeness
from crosscase.codebook import Code, Codebook
from crosscase.guide import Guide
from crosscase.problem import Refused
from crosscase.source import Segment, SetAside
from crosscase.study import load_exploration, save_exploration
from crosscase.suggest.clusters import (
    Clustering,
    Passage,
    cluster,
    clusters_of,
    code_views,
    exploration_of,
    forming,
    gather,
    group,
    twins,
    views,
)
from crosscase.suggest.clusters.describing import encoded
from crosscase.suggest.encoder import Vectors
from crosscase.suggest.words import content_words, stem
from tests.conftest import StudyFolder

ROOT = Path(__file__).parent.parent
SUBJECTS = {
    "market": "market stall price fish vegetables basket seller bargain coins crowd scales trader onions",
    "clinic": "clinic nurse doctor fever medicine waiting queue injection bandage ward pills midwife cough",
    "school": "school teacher lesson exam pupil blackboard homework grades uniform library desk chalk pencil",
    "river": "river flood bridge boat rain mud bank water current ferry net shore fishing",
}


class BagOfWords:
    """Each word adds to one place of the vector."""

    name = "bag of words"

    def encode(self, texts: Sequence[str]) -> Vectors:
        vectors = np.full((len(texts), 256), 0.01, np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().replace(".", "").split():
                vectors[row, zlib.crc32(word.encode()) % 256] += 1
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


WORDS = BagOfWords()


def said(subject: str, chance: random.Random) -> str:
    return f"We {' '.join(chance.sample(SUBJECTS[subject].split(), 6))} {chance.choice(('indeed', 'maybe', 'often'))}."


def corpus(sources: int = 8, each: int = 3, subjects: Sequence[str] = tuple(SUBJECTS)) -> list[Passage]:
    """Every interview speaks of every subject, `each` passages in a row."""
    chance = random.Random(7)
    passages = []
    for number in range(sources):
        spoken = [subject for subject in subjects for _ in range(each)]
        for at, subject in enumerate(spoken):
            place = Segment(f"I{number:02}", at * 100, at * 100 + 50)
            passages.append(Passage(place, said(subject, chance), question_id="Q1", case_ids=(f"C{number % 4}",)))
    return passages


def subject_of(passage: Passage) -> str:
    return max(SUBJECTS, key=lambda subject: len(set(SUBJECTS[subject].split()) & set(passage.text.split())))


def content(clustering: Clustering) -> str:
    """Everything that a clustering says, as one text."""
    return json.dumps([repr(clustering.clusters), repr(clustering.belongings)])


FOUR = cluster(corpus(), WORDS, k=4)


def test_each_subject_is_a_cluster() -> None:
    assert len(FOUR.clusters) == 4
    assert sum(len(one.members) for one in FOUR.clusters) + len(FOUR.apart) == 96
    assert len(FOUR.apart) <= 1
    assert all(len(set(map(subject_of, one.members))) == 1 for one in FOUR.clusters)


def test_the_number_of_clusters_is_chosen_where_none_is_wished() -> None:
    found = cluster(corpus(), WORDS, grain="coarse")
    assert all(len(set(map(subject_of, one.members))) == 1 for one in found.clusters)
    assert 4 <= len(found.clusters) <= 8


def test_a_finer_grain_makes_no_fewer_clusters() -> None:
    fine, medium, coarse = (
        len(cluster(corpus(), WORDS, grain=grain).clusters) for grain in ("fine", "medium", "coarse")
    )
    assert fine >= medium >= coarse


def test_the_order_of_the_passages_does_not_matter() -> None:
    passages = corpus()
    expected = content(cluster(passages, WORDS))
    for seed in range(3):
        random.Random(seed).shuffle(passages)
        assert content(cluster(passages, WORDS)) == expected


def test_groups_come_in_the_order_of_the_passages_given() -> None:
    passages = corpus()
    shuffled = random.Random(1).sample(range(len(passages)), len(passages))
    vectors = WORDS.encode([passage.text for passage in passages])
    labels = group(passages, vectors).labels
    again = group([passages[at] for at in shuffled], vectors[shuffled]).labels
    assert again.tolist() == labels[shuffled].tolist()


@pytest.mark.slow
def test_processes_and_threads_do_not_matter() -> None:
    code = (
        "from tests.test_suggest_clusters import *\n"
        "import hashlib; rows = np.random.default_rng(0).normal(size=(1200, 96)).astype(np.float32)\n"
        "rows /= np.linalg.norm(rows, axis=1, keepdims=True)\n"
        "passages = [Passage(Segment(f'I{at % 20:02}', at, at + 1), said(sorted(SUBJECTS)[at % 4], random.Random(at)))"
        " for at in range(1200)]\n"
        "found = group(passages, rows)\n"
        "print(hashlib.sha256(content(cluster(corpus(), WORDS)).encode() + found.held.tobytes()"
        " + found.nearest.tobytes() + found.stability.tobytes() + found.rows.tobytes()).hexdigest())"
    )
    results = set()
    for threads, seed in (("1", "0"), ("2", "1"), ("2", "2")):
        limits = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), threads)
        environment = os.environ | limits | {"PYTHONHASHSEED": seed}
        results.add(subprocess.check_output([sys.executable, "-c", code], env=environment, cwd=ROOT, text=True))
    assert len(results) == 1


@pytest.mark.parametrize("count", [0, 1, 5, 9])
def test_too_few_passages_are_not_grouped(count: int) -> None:
    found = cluster(corpus()[:count], WORDS)
    assert (found.clusters, len(found.left_over), found.coverage) == ((), count, 0)
    assert "too few" in " ".join(found.remarks)[: 200 if count else 0] or count == 0


def test_ten_passages_are_grouped() -> None:
    passages = corpus(sources=1, each=5, subjects=("market", "river"))
    assert len(passages) == 10
    found = cluster(passages, WORDS, k=2)
    assert [set(map(subject_of, one.members)) for one in found.clusters] in (
        [{"market"}, {"river"}],
        [{"river"}, {"market"}],
    )


def test_passages_that_are_all_the_same_are_one_passage() -> None:
    passages = [Passage(Segment(f"I{at}", 0, 40), "We always buy our fish at the market") for at in range(30)]
    found = cluster(passages, WORDS)
    assert (found.clusters, found.copies) == ((), 29)


def test_one_interview_is_grouped() -> None:
    found = cluster(corpus(sources=1, each=12), WORDS, k=4)
    assert all(len(set(map(subject_of, one.members))) == 1 for one in found.clusters)
    assert all(one.warnings == () or "Q1" in one.warnings[0] for one in found.clusters)


def test_somebody_with_half_of_the_words_does_not_make_the_clusters() -> None:
    chance = random.Random(3)
    talker = [
        Passage(Segment("talker", at, at + 1), f"frankly honestly {said(subject, chance)}")
        for at, subject in enumerate(sorted(SUBJECTS) * 24)
    ]
    found = cluster([*corpus(), *talker], WORDS, k=4)
    purities = [Counter(map(subject_of, one.members)).most_common(1)[0][1] / len(one.members) for one in found.clusters]
    assert min(purities) > 0.9
    assert all(one.largest_source.share < 0.6 for one in found.clusters)


def test_two_languages_are_grouped() -> None:
    german = ["markt", "fisch", "preis", "gemüse", "korb", "händler", "münzen", "menge", "stand", "kaufen"]
    chance = random.Random(5)
    passages = corpus()
    for number in range(8):
        for at in range(3):
            place = Segment(f"I{number:02}", 5000 + at * 100, 5050 + at * 100)
            passages.append(Passage(place, " ".join(chance.sample(german, 6))))
    found = cluster(passages, WORDS, k=5)
    assert {len(one.members) for one in found.clusters} == {24}


def test_nearly_the_same_words_count_once() -> None:
    passages = corpus()
    repeated = passages[0].text.upper().replace(".", "!")
    copies = [Passage(Segment(f"Z{at}", 0, 10), repeated) for at in range(5)]
    found = cluster([*passages, *copies], WORDS, k=4)
    assert found.copies == 5
    first = next(one for one in found.belongings if one.passage == passages[0])
    assert all(one.cluster_id == first.cluster_id for one in found.belongings if one.passage in copies)
    assert not {one.central for one in found.clusters} & set(copies)


def test_a_passage_like_no_other_is_apart() -> None:
    odd = Passage(Segment("I03", 9000, 9050), "zebra quartz violin nebula tortoise umbrella saxophone")
    found = cluster([*corpus(), odd], WORDS, k=4)
    assert odd in found.apart
    assert all(odd not in one.members for one in found.clusters)


def test_without_an_encoder_words_alone_are_compared_and_that_is_said() -> None:
    found = cluster(corpus(), None, k=4)
    assert all(len(set(map(subject_of, one.members))) == 1 for one in found.clusters)
    assert found.encoder == ""
    assert any("words alone" in remark for remark in found.remarks)
    assert not any("words alone" in remark for remark in FOUR.remarks)


@pytest.mark.parametrize("k", [-1, 0, 1])
def test_a_number_that_makes_no_clusters_is_refused(k: int) -> None:
    with pytest.raises(Refused, match="2 or more"):
        cluster(corpus(), WORDS, k=k)


def test_more_clusters_than_passages_are_as_many_as_can_be() -> None:
    assert 1 <= len(cluster(corpus(sources=5, each=1), WORDS, k=500).clusters) <= 20


def test_a_name_is_of_what_is_said_there_and_no_phrase_names_two() -> None:
    phrases = [phrase for one in FOUR.clusters for phrase in one.phrases]
    assert len(phrases) == len(set(phrases))
    for one in FOUR.clusters:
        spoken = set(SUBJECTS[subject_of(one.central)].split())
        assert one.phrases
        assert all(set(phrase.split()) <= spoken for phrase in one.phrases)
        assert one.name == " · ".join(one.phrases[:2])


def test_examples_are_of_other_interviews_and_the_borderline_is_none_of_them() -> None:
    for one in FOUR.clusters:
        shown = [one.central, *one.examples]
        assert len({passage.place.source_id for passage in shown}) == 3
        assert one.borderline in one.members
        assert one.borderline not in shown


def test_size_is_counted_in_passages_interviews_and_cases() -> None:
    first = FOUR.clusters[0]
    assert (len(first.members), first.sources, first.cases) == (24, 8, 4)
    assert first.largest_source.share == pytest.approx(3 / 24)


def test_a_cluster_that_is_found_again_without_some_interviews_is_firm() -> None:
    assert {one.firmness for one in FOUR.clusters} == {"firm"}
    chance = np.random.default_rng(0)
    rows = np.asarray(chance.normal(size=(96, 32)), np.float32)
    noise = [Passage(one.place, f"a{at} b{at} c{at}") for at, one in enumerate(corpus())]
    assert group(noise, rows, k=12).stability.mean() < 0.75


def test_what_one_interview_or_one_question_makes_is_warned_of() -> None:
    alone = [Passage(Segment("Z", at, at + 1), f"{said('river', random.Random(at))}", "Q2") for at in range(20)]
    found = cluster([*corpus(subjects=("market", "clinic")), *alone], WORDS, k=3)
    (river,) = [one for one in found.clusters if subject_of(one.central) == "river"]
    assert river.warnings == ("100% of it is from Z", "100% of it answers Q2: it may be the question's, not theirs")


def test_the_nearest_code_is_the_one_that_describes_it() -> None:
    codes = [Code(subject, subject, "all", definition=f"{words}.") for subject, words in SUBJECTS.items()]
    for encoder in (WORDS, None):
        found = cluster(corpus(), encoder, codes, k=4)
        assert [one.nearest_codes[0].code_id for one in found.clusters] == [
            subject_of(one.central) for one in found.clusters
        ]


def test_every_passage_has_a_second_best_cluster() -> None:
    ids = {one.id for one in FOUR.clusters}
    for belonging in FOUR.belongings:
        assert {belonging.nearest_id, belonging.second_id} <= ids
        assert belonging.nearest_id != belonging.second_id
        assert belonging.held >= belonging.held_second


def test_a_cluster_is_found_again_by_its_members_in_a_new_run() -> None:
    fewer = [passage for passage in corpus() if passage.place.source_id != "I05"]
    again = cluster(fewer, WORDS, k=4)
    for one in FOUR.clusters:
        (same,) = [other for other in again.clusters if likeness(one.places, other.places) > THE_SAME]
        assert subject_of(same.central) == subject_of(one.central)


def test_above_the_limit_a_sample_is_grouped_and_the_others_put_to_their_likes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forming, "MOST", 60)
    found = cluster(corpus(), WORDS, k=4)
    assert found.sampled == 60
    assert all(len(set(map(subject_of, one.members))) == 1 for one in found.clusters)
    assert sum(len(one.members) for one in found.clusters) + len(found.apart) == 96
    assert any("60" in remark for remark in found.remarks)


def test_a_very_long_passage_is_read_to_its_end() -> None:
    long = " ".join(["filler"] * 2000 + ["ending"] * 200)
    rows = encoded([long, "filler", "ending"], WORDS)
    assert rows is not None
    assert rows[0] @ rows[2] > 0.1
    place = Segment("I00", 7000, 20000)
    found = cluster([*corpus(), Passage(place, long)], WORDS, k=4)
    assert sum(len(one.members) for one in found.clusters) >= 96
    assert all(len(one.central.text) < 200 for one in found.clusters)


@pytest.mark.slow
def test_three_thousand_passages_take_less_than_twenty_seconds() -> None:
    import time

    passages = corpus(sources=50, each=15)
    rows = np.random.default_rng(0).normal(size=(len(passages), 384)).astype(np.float32)
    began = time.process_time()
    group(passages, rows / np.linalg.norm(rows, axis=1, keepdims=True))
    assert time.process_time() - began < 20


@pytest.mark.parametrize(
    ("one", "other"),
    [("farms", "farming"), ("farmed", "farm"), ("stories", "story"), ("stopped", "stop"), ("taking", "take")],
)
def test_forms_of_a_word_have_one_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize("word", ["bus", "this", "glass", "red", "sing", "fly", "männer"])
def test_what_only_looks_like_an_ending_stays(word: str) -> None:
    assert stem(word) in (word, word.removesuffix("y") + "i")


def test_fillers_say_nothing() -> None:
    assert content_words("Yeah, well, I don't know, you know, okay.") == []
    assert content_words("Yeah, the clinic’s nurse, okay.") == ["clinic", "nurse"]


def transcript(*turns: str) -> str:
    return "\n\n".join(turns) + "\n"


TALKS = {
    f"transcripts/t{number}.txt": transcript(
        "Interviewer: How do you get to the market with your basket of fish?",
        f"P0{number}: {said('market', random.Random(number))}",
        "P0: Get to the market with my basket of fish?",
        f"P0{number}: {said('clinic', random.Random(number))}",
        "Interviewer: And what of the school?",
        f"P0{number}: {said('school', random.Random(number))}",
        f"P0{number}: Yeah, well, I don't really know, you know.",
        "P0: Yes.",
        f"P0{number}: I have read the sheet about data protection and agree that this conversation is recorded today.",
    )
    for number in range(6)
}
GUIDE = "questions:\n  - {id: Q1, text: How do people get to the market?}\n  - {id: Q2, text: What of the school?}\n"


@pytest.fixture
def study_of_talks(study_folder: StudyFolder) -> Study:
    text = TALKS["transcripts/t0.txt"]
    start = text.index("We ")
    end = text.index(".", start) + 1
    coding = {"id": "a1", "start": start, "end": end, "code": "money.cost", "quote": text[start:end]}
    files = {
        "study.yaml": "title: Talks\n",
        "guide.yaml": GUIDE,
        "codebook/1.yaml": "category: money\ncodes:\n  - {id: money.cost, name: Cost, definition: A price.}\n",
        "participants.csv": "id,case\n" + "".join(f"P0{number},C{number % 2}\n" for number in range(6)),
        "codings/AB/t0.jsonl": '{"sha256":"","codebook":1}\n' + json.dumps(coding) + "\n",
    }
    return load(study_folder(files | TALKS))


def test_questions_fillers_echoes_and_set_phrases_are_left_out_and_counted(study_of_talks: Study) -> None:
    gathered = gather(study_of_talks, "all")
    assert {subject_of(passage) for passage in gathered.passages} == {"market", "clinic", "school"}
    assert len(gathered.passages) == 18
    assert list(gathered.left_out.values()) == [6, 6, 6, 6]


def test_uncoded_is_what_no_coding_overlaps(study_of_talks: Study) -> None:
    everything = {passage.place for passage in gather(study_of_talks, "all").passages}
    uncoded = {passage.place for passage in gather(study_of_talks).passages}
    coded = {passage.place for passage in gather(study_of_talks, "money.cost").passages}
    assert everything - uncoded == coded
    assert len(coded) == 1


def test_a_passage_knows_its_question_and_its_case(study_of_talks: Study) -> None:
    passages = [passage for passage in gather(study_of_talks, "all").passages if passage.place.source_id == "t3"]
    assert [passage.question_id for passage in passages] == ["Q1", "Q1", "Q2"]
    assert {passage.case_ids for passage in passages} == {("C1",)}


def test_what_is_set_aside_is_not_grouped(study_of_talks: Study) -> None:
    source = study_of_talks.sources[0]
    start = source.text.index("We ")
    aside = replace(source, set_aside=(SetAside("x", source.id, start, source.text.index(".", start) + 1, ""),))
    less = gather(replace(study_of_talks, sources=(aside, *study_of_talks.sources[1:])), "all")
    assert len(less.passages) == 17


def test_an_unknown_scope_is_refused_with_the_nearest(study_of_talks: Study) -> None:
    with pytest.raises(Refused, match=r"money\.costs is neither.*did you mean money\.cost\?"):
        gather(study_of_talks, "money.costs")


def test_a_missing_encoder_is_no_obstacle(study_of_talks: Study) -> None:
    class Missing:
        name = "missing"

        def encode(self, texts: Sequence[str]) -> Vectors:
            raise Refused("no such encoder")

    found = clusters_of(study_of_talks, Missing(), scope="all")
    assert found.encoder == ""
    assert any("words alone" in remark for remark in found.remarks)
    assert found.left_out == gather(study_of_talks, "all").left_out


MIXED_CODE = [
    frozenset({"trade"} if subject_of(one) in ("market", "river") else {subject_of(one)} if at % 4 else ())
    for at, one in enumerate(corpus())
]
BOOK = [Code(code_id, code_id, "all") for code_id in ("trade", "clinic", "school")]


@pytest.mark.parametrize("encoder", [WORDS, None])
def test_a_code_of_two_subjects_may_be_two(encoder: BagOfWords | None) -> None:
    views = {view.code_id: view for view in code_views(corpus(), MIXED_CODE, BOOK, encoder)}
    assert views["trade"].may_be_two
    subjects = [set(map(subject_of, part.members)) for part in views["trade"].parts]
    assert all(len(only) == 1 for only in subjects)
    assert len(views["trade"].parts) >= 2


def test_the_uncoded_passages_nearest_to_a_code_are_its_likes() -> None:
    for view in code_views(corpus(), MIXED_CODE, BOOK, WORDS):
        if view.code_id != "trade":
            assert {subject_of(passage) for passage in view.uncoded} == {view.code_id}


def test_a_passage_nearer_to_another_code_is_an_outlier() -> None:
    passages = corpus()
    codes_of = [frozenset({subject_of(one)}) for one in passages]
    wrong = next(at for at, one in enumerate(passages) if subject_of(one) == "clinic")
    codes_of[wrong] = frozenset({"river"})
    views = {view.code_id: view for view in code_views(passages, codes_of, [Code("river", "River", "all")], WORDS)}
    assert views["river"].outliers == ((passages[wrong], "clinic"),)


def test_codes_drawn_by_lot_say_the_same_and_others_do_not() -> None:
    passages = corpus(each=4)
    codes_of = [
        frozenset({("water", "stream")[at % 2]} if subject_of(one) == "river" else {subject_of(one)})
        for at, one in enumerate(passages)
    ]
    (pair,) = twins(passages, codes_of, WORDS)
    assert (pair.code_id, pair.other_id) == ("stream", "water")
    both = [frozenset({*ids, "health"} if "clinic" in ids else ids) for ids in codes_of]
    assert twins(passages, both, None)[0].shared == 1


def test_the_command_lists_clusters_and_what_was_left_out(
    study_of_talks: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crosscase.suggest.load_encoder", lambda _: WORDS)
    ran = CliRunner().invoke(main, ["clusters", str(study_of_talks.folder), "--scope", "all", "--k", "3"])
    assert ran.exit_code == 0
    assert "3 clusters of 18 passages" in ran.output
    assert "6 that repeat the question before, or the guide" in ran.output
    assert ran.output.count("(the machine's name; ") == 3
    assert ran.output.count("nearest codes: money.cost") == 3


def test_the_command_refuses_a_scope_that_is_none_in_one_line(study_of_talks: Study) -> None:
    ran = CliRunner().invoke(main, ["clusters", str(study_of_talks.folder), "--scope", "mony.cost"])
    assert ran.exit_code == 2
    assert ran.output.splitlines() == [
        "crosscase: mony.cost is neither uncoded, all, nor a code of the codebook; did you mean money.cost?"
    ]


def test_a_passage_that_another_group_holds_better_moves_there() -> None:
    together = np.full((6, 6), 0.1, np.float32)
    together[:3, :3] = together[3:, 3:] = 0.9
    np.fill_diagonal(together, 1)
    joined_wrongly = np.array([0, 0, 1, 1, 1, 1])
    assert forming._settled(together, joined_wrongly, 0.35).tolist() == [0, 0, 0, 1, 1, 1]
    together[2, :3] = together[:3, 2] = 0.3
    assert forming._settled(together, joined_wrongly, 0.35).tolist() == [1, 1, 0, 0, 0, 0]


def test_what_was_said_much_later_is_no_neighbour() -> None:
    rows = np.eye(3)
    sources = np.zeros(3, int)
    near = views.with_neighbours(rows, sources, np.array([(0, 50), (60, 90), (100, 150)]), 0.5)
    far = views.with_neighbours(rows, sources, np.array([(0, 50), (60, 90), (9000, 9050)]), 0.5)
    assert near[1, 0] == near[1, 2] > 0
    assert far[1, 0] > far[1, 2] == 0
    assert far[2].tolist() == [0, 0, 1]


def test_the_map_draws_likes_near_each_other_in_the_same_places_for_any_order() -> None:
    passages = corpus()
    drawing = cluster(passages, WORDS, k=4, with_map=True)
    shuffled = random.Random(3).sample(passages, len(passages))
    assert content(cluster(shuffled, WORDS, k=4, with_map=True)) == content(drawing)
    places = {one.passage: np.array(one.at) for one in drawing.belongings}
    assert all(((place >= 0) & (place <= 1)).all() for place in places.values())
    middles = {one.id: np.mean([places[member] for member in one.members], axis=0) for one in drawing.clusters}
    at_home = [
        min(middles, key=lambda other: np.linalg.norm(places[one.passage] - middles[other])) == one.cluster_id
        for one in drawing.belongings
    ]
    assert np.mean(at_home) > 0.9
    assert {one.at for one in FOUR.belongings} == {None}


def test_few_passages_have_no_map() -> None:
    for passages in ([], corpus(1, 1)[:1], corpus(1, 1, ("river", "clinic"))):
        assert not any(one.at for one in cluster(passages, WORDS, with_map=True).belongings)


def test_clusters_are_kept_until_something_that_they_depend_on_changes(
    study_of_talks: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crosscase.suggest.load_encoder", lambda _: WORDS)
    study = study_of_talks
    assert load_exploration(study) is None
    exploration = stages.explore(study)
    assert exploration.clustering.clusters
    assert [view.code_id for view in exploration.views] == ["money.cost"]
    assert load_exploration(load(study.folder)) == exploration
    source = study.sources[0]
    aside = replace(source, set_aside=(SetAside("x", source.id, 0, 5, ""),))
    for changed in (
        replace(study, codings=()),
        replace(study, guide=Guide()),
        replace(study, participants=()),
        replace(study, sources=(aside, *study.sources[1:])),
        replace(study, codebook=Codebook()),
    ):
        assert load_exploration(changed) is None
    (study.folder / ".crosscase/clusters.json").write_text("{")
    assert load_exploration(study) is None


def test_clusters_of_words_alone_are_made_anew_where_there_is_an_encoder(
    study_of_talks: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_exploration(study_of_talks, exploration_of(study_of_talks, None))
    monkeypatch.setattr("crosscase.suggest.load_encoder", lambda _: WORDS)
    assert stages.explore(study_of_talks).clustering.encoder == WORDS.name
