"""Whatever passages there are, clustering them ends in a sensible answer or a clear line, and never in a warning."""

import json
import random
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from crosscase.cli import main
from crosscase.judged import decided
from crosscase.problem import Refused
from crosscase.source import Segment
from crosscase.suggest.clusters import Clustering, Passage, cluster, lines
from crosscase.suggest.encoder import Encoder, Vectors
from tests.conftest import StudyFolder
from tests.test_suggest_clusters import SUBJECTS, WORDS, corpus, said, subject_of, transcript

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.filterwarnings("error")


class Blind:
    """Every text has the same vector."""

    name = "blind"

    def encode(self, texts: Sequence[str]) -> Vectors:
        return np.full((len(texts), 16), 0.25, np.float32)


class Empty(Blind):
    """Every vector is nothing."""

    name = "empty"

    def encode(self, texts: Sequence[str]) -> Vectors:
        return np.zeros((len(texts), 16), np.float32)


def passages(*texts: str, sources: int = 6) -> list[Passage]:
    return [Passage(Segment(f"I{at % sources}", at * 100, at * 100 + 50), text) for at, text in enumerate(texts)]


def everything_is_somewhere(clustering: Clustering, count: int) -> None:
    inside = sum(len(one.members) for one in clustering.clusters)
    assert inside + len(clustering.apart) + len(clustering.left_over) == count
    assert all(np.isfinite([one.held, one.held_second]).all() for one in clustering.belongings)
    assert all(0 <= one.stability <= 1 for one in clustering.clusters)
    assert list(lines(decided(clustering, ())))


KINDS = {
    "no word in common": [f"alpha{chr(97 + at)} beta{chr(97 + at)} gamma{chr(97 + at)}" for at in range(20)],
    "the same words, other numbers": [f"we sold {at} fish" for at in range(30)],
    "numbers only": [str(at) for at in range(30)],
    "nothing": [""] * 30,
    "signs only": ["🙂" * (at + 1) for at in range(30)],
    "two contents only": [f"fish market {'river boat' * (at % 2)} {at}" for at in range(30)],
    "one word among many": ["fish " * (at + 1) for at in range(30)],
}


@pytest.mark.parametrize("encoder", [WORDS, Blind(), Empty(), None])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("k", [None, 4])
def test_passages_that_say_little_are_grouped_without_a_warning(kind: str, encoder: Encoder | None, k: int) -> None:
    everything_is_somewhere(cluster(passages(*KINDS[kind]), encoder, k=k), len(KINDS[kind]))


@pytest.mark.parametrize("encoder", [WORDS, None])
@pytest.mark.parametrize("count", [0, 1, 5, 10])
@pytest.mark.parametrize("k", [None, 2, 50])
def test_few_passages_are_grouped_or_said_to_be_too_few(count: int, encoder: Encoder | None, k: int | None) -> None:
    few = corpus(sources=5)[:: 60 // 10][:count]
    found = cluster(few, encoder, k=k)
    everything_is_somewhere(found, count)
    assert bool(found.clusters) == (count == 10)
    assert any("too few to group: there must be 10" in one for one in found.remarks) == (0 < count < 10)


@pytest.mark.parametrize("encoder", [WORDS, None])
def test_two_languages_do_not_share_a_cluster(encoder: Encoder | None) -> None:
    german = ["markt", "fisch", "preis", "gemüse", "korb", "händler", "münzen", "menge", "stand", "kaufen"]
    chance = random.Random(5)
    foreign = passages(*(" ".join(chance.sample(german, 6)) for _ in range(24)), sources=8)
    found = cluster([*corpus(), *foreign], encoder, k=5)
    assert max(len({*one.members} & {*foreign}) for one in found.clusters) == 24
    assert all(not {*one.members} & {*foreign} or {*one.members} <= {*foreign} for one in found.clusters)


@pytest.mark.parametrize("encoder", [WORDS, None])
def test_a_talker_with_half_of_the_words_makes_no_cluster_of_their_own(encoder: Encoder | None) -> None:
    chance = random.Random(3)
    talker = [
        Passage(Segment("talker", at, at + 1), f"frankly honestly {said(sorted(SUBJECTS)[at % 4], chance)}")
        for at in range(96)
    ]
    found = cluster([*corpus(), *talker], encoder, k=4)
    assert {len(set(map(subject_of, one.members))) for one in found.clusters} == {1}
    assert all(one.largest_source.share <= 0.5 for one in found.clusters)


def study_of(study_folder: StudyFolder, texts: dict[str, str]) -> Path:
    files = {
        "study.yaml": "title: Talks\n",
        "codebook/1.yaml": "category: money\ncodes:\n  - {id: money.cost, name: Cost, definition: A price.}\n",
        "participants.csv": "id,case\n",
    }
    return study_folder(files | {f"transcripts/{name}.txt": text for name, text in texts.items()})


def listed(folder: Path, *options: str) -> Result:
    ran = CliRunner().invoke(main, ["clusters", str(folder), *options])
    assert ran.exit_code == 0, ran.output
    assert "nan" not in ran.output.split()
    return ran


@pytest.fixture
def words_for_an_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crosscase.suggest.load_encoder", lambda _: WORDS)


@pytest.mark.usefixtures("words_for_an_encoder")
def test_a_study_without_transcripts_has_no_clusters(study_folder: StudyFolder) -> None:
    assert "0 clusters of 0 passages" in listed(study_of(study_folder, {})).output


@pytest.mark.usefixtures("words_for_an_encoder")
@pytest.mark.parametrize("count", [1, 5])
def test_a_study_of_a_few_passages_says_that_they_are_too_few(study_folder: StudyFolder, count: int) -> None:
    turns = [f"P01: {said('river', random.Random(at))}" for at in range(count)]
    ran = listed(study_of(study_folder, {"one": transcript(*turns)}))
    assert f"{count} different passages are too few to group: there must be 10" in ran.output


@pytest.mark.usefixtures("words_for_an_encoder")
def test_a_study_in_which_everybody_says_the_same_has_no_clusters(study_folder: StudyFolder) -> None:
    same = transcript(*["P01: We always buy fish at the market there."] * 12)
    assert "0 clusters" in listed(study_of(study_folder, {"one": same, "two": same})).output


@pytest.mark.usefixtures("words_for_an_encoder")
def test_a_study_of_one_interview_is_grouped_and_not_warned_of_for_that(study_folder: StudyFolder) -> None:
    turns = [f"P01: {said(sorted(SUBJECTS)[at % 4], random.Random(at))}" for at in range(48)]
    ran = listed(study_of(study_folder, {"one": transcript(*turns)}), "--k", "4")
    assert "4 clusters of 48 passages" in ran.output
    assert "100% of it is from" not in ran.output


@pytest.mark.usefixtures("words_for_an_encoder")
def test_a_turn_of_two_thousand_words_without_a_sentence_end_is_grouped(study_folder: StudyFolder) -> None:
    turns = [f"P01: {said(sorted(SUBJECTS)[at % 4], random.Random(at))}" for at in range(48)]
    long = "P01: " + " ".join(random.Random(1).choices(SUBJECTS["river"].split(), k=2000))
    ran = listed(study_of(study_folder, {"one": transcript(*turns, long)}), "--k", "4")
    assert "4 clusters" in ran.output
    assert max(map(len, ran.output.splitlines())) < 300


def test_weights_that_are_not_there_leave_the_words_and_that_is_said(
    study_folder: StudyFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Missing(Blind):
        def encode(self, texts: Sequence[str]) -> Vectors:
            raise Refused("there is no encoder of this name on this computer")

    monkeypatch.setattr("crosscase.suggest.load_encoder", lambda _: Missing())
    turns = [f"P01: {said(sorted(SUBJECTS)[at % 4], random.Random(at))}" for at in range(48)]
    ran = listed(study_of(study_folder, {"one": transcript(*turns), "two": transcript(*turns[::-1])}), "--k", "4")
    assert "4 clusters" in ran.output
    assert "there was no encoder: words alone were compared" in ran.output


@pytest.mark.slow
def test_memory_does_not_grow_with_the_square_of_the_passages_above_five_thousand() -> None:
    """Four times as many passages would be sixteen times the memory; held is less than twice."""
    code = (
        "import json, resource, sys\n"
        "from benchmarks import grouping\n"
        "from crosscase.suggest.clusters import group\n"
        "found = group(*grouping.made(int(sys.argv[1])), recipe=grouping.QUICK)\n"
        "print(json.dumps([found.sampled, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss]))"
    )
    most = {}
    for count in (5000, 20000):
        answer = subprocess.check_output([sys.executable, "-c", code, str(count)], cwd=ROOT, text=True)
        sampled, most[count] = json.loads(answer)
        assert sampled == 5000
    assert most[20000] < 2 * most[5000]
