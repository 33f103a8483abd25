"""What is kept of an opinion so that people can go through it, one passage after the other."""

import random
from dataclasses import replace

import pytest

from crosscase import load, stages
from crosscase.coding import Coding, Suggestion
from crosscase.learning import BLIND_AMONG, Learning, Point
from crosscase.reviewing import Reviewing
from crosscase.stages.machine import formed
from crosscase.study import Study, load_learning, save_learning
from crosscase.study import decisions as deciding
from crosscase.suggest.deductive import Opinion
from crosscase.suggest.queues import queue
from crosscase.suggest.review import CHOICES, learning_of
from tests.conftest import StudyFolder
from tests.test_suggest_learned import SUBJECTS, WORDS, decided, interviews, opined, places, subject_of

MADE = opined(decided(["I00", "I01", "I02"]))
KEPT = learning_of(MADE, decisions=3, seed=1)
BOOK = "category: all\ncodes:\n" + "".join(f"  - {{id: all.{name}, name: Code {name[0]}}}\n" for name in SUBJECTS)
FILES = {"study.yaml": "title: T\n", "codebook/1.yaml": BOOK}
FILES |= {f"transcripts/{source.id}.txt": source.text for source in interviews(3)}
OF_CODE = {code.code_id: code for code in KEPT.codes}


@pytest.mark.parametrize("name", ["find", "teach", "order"])
def test_what_is_put_in_a_window_is_what_the_command_lists(name: str) -> None:
    listed = [one.place for one in queue(MADE, name, "river", 15) if not one.blind]
    put = [KEPT.reviewables[at].suggestion.segment for at in OF_CODE["river"].queues[name]]
    assert listed
    assert put[:15] == listed


def test_what_is_looked_at_again_was_read_and_left() -> None:
    places = [KEPT.reviewables[at].suggestion.segment for at in OF_CODE["river"].queues["revisit"]]
    column = MADE.read.codebook.codes.index(MADE.read.codebook.by_id["river"])
    rows = [MADE.read.places.index(place) for place in places]
    assert places
    assert not MADE.evidence.coded[rows, column].any()
    assert MADE.evidence.decided[rows, column].all()


def test_each_passage_leads_to_what_was_coded_alike() -> None:
    of_river = [KEPT.reviewables[at] for at in OF_CODE["river"].queues["find"]]
    column = MADE.read.codebook.codes.index(MADE.read.codebook.by_id["river"])
    alike = [one.coded_like for one in of_river if one.coded_like]
    assert alike
    assert all(MADE.evidence.coded[MADE.read.places.index(place), column] for place in alike)
    assert not any(one.rejected_like for one in of_river)


def test_blind_passages_are_drawn_by_the_seed_half_with_a_proposal_and_few() -> None:
    assert 0 < len(KEPT.blind) <= len(MADE.read.places) // BLIND_AMONG
    assert KEPT.blind == learning_of(MADE, decisions=3, seed=1).blind
    assert KEPT.blind != learning_of(MADE, decisions=3, seed=2).blind
    codes = [code.id for code in MADE.read.codebook.codes]
    for passage in KEPT.blind:
        assert list(passage.choices) == [code_id for code_id in codes if code_id in passage.choices]
        assert {one.code_id for one in passage.proposed} <= set(passage.choices)
        assert len(passage.choices) == min(CHOICES, len(codes))
        assert not MADE.evidence.decided[MADE.read.places.index(passage.place)].any()


def test_what_was_learned_is_kept_until_a_text_changes_and_up_to_date_until_a_decision(
    study_folder: StudyFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crosscase.suggest.load_encoder", lambda _: WORDS)
    codes = "".join(
        f"  - {{id: all.{name}, name: Code {name[0]}}}\n" for name in ("market", "clinic", "school", "river")
    )
    files = {"study.yaml": "title: T\n", "codebook/1.yaml": f"category: all\ncodes:\n{codes}"}
    texts = {f"transcripts/{one.id}.txt": one.text for one in interviews(3)}
    study = load(study_folder(files | texts))
    assert load_learning(study) is None
    made = stages.learn(study)
    assert load_learning(study) == load_learning(study, up_to_date=True) == made
    first = Reviewing(study, made, "AB").left("find")[0].suggestion
    study = deciding.reject(study, "AB", first)
    assert load_learning(study, up_to_date=True) is None
    assert load_learning(study) == made
    again = stages.learn(study)
    assert again.decisions == 1
    assert any(one.rejected_like == first.segment for one in again.reviewables)
    save_learning(study, replace(again, decisions=7))
    assert load_learning(load(study_folder({"codebook/1.yaml": BOOK.replace("Code r", "Rivers")}))) is None


def test_what_comes_next_is_kept_before_the_curve_is_drawn(
    study_folder: StudyFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = load(study_folder(FILES))
    monkeypatch.setattr("crosscase.suggest.load_encoder", lambda _: WORDS)
    kept: list[Learning | None] = []

    def drawn(_: Opinion) -> tuple[Point, ...]:
        kept.append(load_learning(study, up_to_date=True))
        return (Point(1, 0.5, {}),)

    monkeypatch.setattr("crosscase.suggest.reporting.learning_curve", drawn)
    made = stages.learn(study)
    assert kept == [replace(made, curve=())]
    assert load_learning(study) == made
    assert stages.learn(study) == made
    assert len(kept) == 1


def edited(study: Study, what: str, chance: random.Random, study_folder: StudyFolder) -> Study:
    """One thing is decided, taken back, said otherwise or meant otherwise."""
    place, text = chance.choice(places(study.sources))
    subject = subject_of(text)
    if what == "code":
        return deciding.add_coding(
            study, "AB", Coding("", place.source_id, place.start, place.end, "", f"all.{subject}")
        )
    if what == "delete":
        return deciding.remove_coding(study, "AB", study.codings[0].id)
    if what == "reject":
        return deciding.reject(
            study, "AB", Suggestion(place.source_id, place.start, place.end, "", f"all.{subject}", 0.5, "", "words")
        )
    source = next(source for source in study.sources if source.id == place.source_id)
    book = (study.folder / "codebook/1.yaml").read_text()
    word = chance.choice(["flood", "exam", "nurse", "stall"])
    files = {
        "text": {f"transcripts/{source.id}.txt": source.text.replace("today", word, 1)},
        "source": {f"transcripts/N{len(study.sources)}.txt": source.text},
        "name": {"codebook/1.yaml": book.replace("Code", word, 1)},
        "another code": {"codebook/1.yaml": f"{book}  - {{id: all.{word}, name: {word}}}\n"},
    }
    return load(study_folder(files[what]))


@pytest.mark.parametrize("seed", [1, 2])
def test_what_was_read_before_never_makes_another_opinion_than_reading_again(
    seed: int, study_folder: StudyFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crosscase.suggest.load_encoder", lambda _: WORDS)
    chance, reader, study = random.Random(seed), stages.Reader(), load(study_folder(FILES))
    kinds = ["code", "code", "reject", "text", "source", "name", "another code"]
    chance.shuffle(kinds)
    read = reader.read(study)[0]
    for what in ["code", *kinds, "delete"]:
        study = edited(study, what, chance, study_folder)
        kept, anew = formed(study, reader=reader), formed(study)
        assert kept is not None
        assert anew is not None
        assert kept.suggestions == anew.suggestions
        assert kept.trusts == anew.trusts
        assert kept.learned.score.tolist() == anew.learned.score.tolist()
        # What was decided is learned from without reading, whatever else leads to reading again.
        assert (kept.read is read) == (what in {"code", "reject", "delete"})
        read = kept.read
