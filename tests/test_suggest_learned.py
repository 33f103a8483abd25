"""What the machine learns from people's decisions, and what it makes of decisions that don't make sense."""

import os
import random
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from crosscase.codebook import Amendment, Category, Code, Codebook
from crosscase.coding import Coding, Review, Suggestion
from crosscase.problem import Refused
from crosscase.reading import Reading
from crosscase.source import Segment, Source, parse, passages
from crosscase.suggest import Decisions, Opinion, load_encoder, opinion, read_beside, suggest
from crosscase.suggest.encoder import Vectors
from crosscase.suggest.evidence import evidence_of
from crosscase.suggest.learned import Evidence, _inverse, _inverse_from, _own_share, _without
from crosscase.suggest.trust import probabilities, stands_out, trusts
from tests.test_suggest_deductive import BagOfWords, source

ROOT = Path(__file__).parent.parent
WORDS = BagOfWords()
SUBJECTS = {
    "market": "market stall price fish vegetables basket seller bargain coins crowd scales trader onions",
    "clinic": "clinic nurse doctor fever medicine waiting queue injection bandage ward pills midwife cough",
    "school": "school teacher lesson exam pupil blackboard homework grades uniform library desk chalk pencil",
    "river": "river flood bridge boat rain mud bank water current ferry net shore fishing",
}
# Their names tell nothing of what is said there: only decisions do.
BOOK = Codebook((Category("all", "All", codes=tuple(Code(name, f"Code {name[0]}", "all") for name in SUBJECTS)),))


def said(subject: str, chance: random.Random) -> str:
    return f"We {' '.join(chance.sample(SUBJECTS[subject].split(), 6))} today."


def interviews(count: int = 6, each: int = 3) -> tuple[Source, ...]:
    chance = random.Random(7)
    made = []
    for number in range(count):
        subjects = [subject for subject in SUBJECTS for _ in range(each)]
        chance.shuffle(subjects)
        made.append(source("\n\n".join(f"P{number}: {said(subject, chance)}" for subject in subjects), f"I{number:02}"))
    return tuple(made)


SOURCES = interviews()


def subject_of(text: str) -> str:
    return max(SUBJECTS, key=lambda subject: len(set(SUBJECTS[subject].split()) & set(text.split())))


def places(sources: Sequence[Source] = SOURCES) -> list[tuple[Segment, str]]:
    return [(place, one.text[place.start : place.end]) for one in sources for place in passages(one).kept]


def coding(place: Segment, code_id: str, coder: str = "AB") -> Coding:
    coding_id = f"{place.source_id}-{place.start}-{code_id}-{coder}"
    return Coding(coding_id, place.source_id, place.start, place.end, "", code_id, coder=coder)


def rejection(place: Segment, code_id: str, reviewer: str = "AB") -> Review:
    return Review(place.source_id, place.start, place.end, "", code_id, "reject", reviewer)


def decided(source_ids: Sequence[str], coder: str = "AB") -> Decisions:
    """What somebody decides who codes each passage of these sources by its subject, to the end."""
    codings = [coding(place, subject_of(text), coder) for place, text in places() if place.source_id in source_ids]
    return Decisions(codings, [Reading(coder, source_id, 1) for source_id in source_ids])


def opined(decisions: Decisions, sources: Sequence[Source] = SOURCES, book: Codebook = BOOK, **how: bool) -> Opinion:
    read = read_beside(sources, book, WORDS)
    assert read
    return opinion(read, decisions, WORDS, **how)


def right(suggestions: Sequence[Suggestion], among: Sequence[str]) -> float:
    """The share of passages of these sources that are proposed for their subject first."""
    first: dict[tuple[str, int], Suggestion] = {}
    for suggestion in suggestions:
        first.setdefault((suggestion.source_id, suggestion.start), suggestion)
    hits = [one.code_id == subject_of(one.quote) for one in first.values() if one.source_id in among]
    return sum(hits) / (12 * len(among))


def test_with_every_interview_that_is_coded_the_others_are_proposed_better() -> None:
    others = ["I04", "I05"]
    reached = [
        right(opined(decided([f"I{number:02}" for number in range(count)])).suggestions, others) for count in (0, 1, 4)
    ]
    assert reached[0] < 0.5 < reached[1] <= reached[2]
    assert reached[2] > 0.9


def test_a_suggestion_names_the_coded_passage_that_it_is_most_like() -> None:
    made = opined(decided(["I00", "I01"])).suggestions
    alike = [one for one in made if one.source_id == "I05" and one.alike]
    assert alike
    for suggestion in alike:
        quote = suggestion.alike.split("“")[1].split("”")[0]
        assert suggestion.alike.startswith("like what was coded: “")
        assert subject_of(quote) == suggestion.code_id
        assert suggestion.alike.endswith(("(I00)", "(I01)"))


def test_what_nobody_has_read_is_no_evidence() -> None:
    first, *_ = [place for place, _ in places()]
    segments = [place for place, _ in places()]
    evidence = evidence_of(segments, BOOK, Decisions([coding(first, "market")], [Reading("AB", "I00", 1, read_to=0)]))
    assert evidence.coded.sum() == 1
    assert evidence.denied.sum() == 0


def test_what_was_read_to_the_end_and_left_is_evidence_and_a_rejection_is_more() -> None:
    segments = [place for place, _ in places()]
    first, second = segments[:2]
    decisions = Decisions([coding(first, "market")], [Reading("AB", "I00", 1)], [rejection(second, "river")])
    evidence = evidence_of(segments, BOOK, decisions)
    market, river = BOOK.codes.index(BOOK.by_id["market"]), BOOK.codes.index(BOOK.by_id["river"])
    assert evidence.coded[0, market] == 1
    assert evidence.denied[0, market] == 0
    assert evidence.denied[1, market] == 1
    assert evidence.denied[1, river] == 2
    assert not evidence.denied[[place.source_id != "I00" for place in segments]].any()


def test_beside_a_coding_what_was_left_counts_as_far_as_was_read() -> None:
    segments = [place for place, _ in places()]
    decisions = Decisions(
        [coding(segments[0], "market"), coding(segments[5], "market")],
        [Reading("AB", "I00", 1, read_to=segments[2].start)],
    )
    evidence = evidence_of(segments, BOOK, decisions)
    assert evidence.denied[0].sum() == 3
    assert evidence.denied[1:].sum() == 0


def test_a_code_that_a_coder_did_not_have_was_not_left_by_them() -> None:
    later = replace(BOOK.codes[0], history=(Amendment(3, "redefined"),))
    book = Codebook((Category("all", "All", codes=(later, *BOOK.codes[1:])),))
    segments = [place for place, _ in places()]
    evidence = evidence_of(segments, book, Decisions([], [Reading("AB", "I00", 1), Reading("CD", "I01", 3)]))
    in_first = np.array([place.source_id == "I00" for place in segments])
    in_second = np.array([place.source_id == "I01" for place in segments])
    assert evidence.denied[in_first, 0].sum() == 0
    assert (evidence.denied[in_first, 1:] == 1).all()
    assert (evidence.denied[in_second] == 1).all()


def test_a_rejection_lowers_what_is_like_it() -> None:
    column = list(SUBJECTS).index("market")
    rivers = [(row, place) for row, (place, text) in enumerate(places()) if subject_of(text) == "river"]
    turned_down = [rejection(place, "market") for _, place in rivers if place.source_id in ("I03", "I04")]
    alike = [row for row, place in rivers if place.source_id in ("I05", "I06")]
    before = opined(decided([])).learned.score[alike, column]
    after = opined(replace(decided([]), reviews=turned_down)).learned.score[alike, column]
    assert (after < before).all()


def test_renamed_and_merged_codes_keep_what_was_learned() -> None:
    decisions = decided(["I00", "I01", "I02"])
    was = opined(decisions)
    renamed = replace(BOOK.codes[0], id="trade", formerly=("market",))
    now = opined(decisions, book=Codebook((Category("all", "All", codes=(renamed, *BOOK.codes[1:])),)))
    assert np.array_equal(was.learned.score, now.learned.score)
    assert right([replace(s, code_id=s.code_id.replace("trade", "market")) for s in now.suggestions], ["I05"]) > 0.9
    merged = replace(BOOK.codes[0], id="goods", formerly=("market", "river"))
    three = opined(
        decisions,
        book=Codebook((Category("all", "All", codes=(merged, *BOOK.codes[1:3])),)),
    )
    assert three.evidence.coded[:, 0].sum() == was.evidence.coded[:, [0, 3]].sum()
    assert three.evidence.coded[:, 1:].sum() == was.evidence.coded[:, [1, 2]].sum()


def test_the_order_of_sources_and_decisions_does_not_matter() -> None:
    decisions = decided(["I00", "I01", "I02"])
    shuffled = Decisions(
        random.Random(1).sample(list(decisions.codings), len(decisions.codings)), list(decisions.readings)[::-1]
    )
    expected = suggest(SOURCES, BOOK, WORDS, decisions=decisions)
    assert expected
    assert suggest(SOURCES[::-1], BOOK, WORDS, decisions=shuffled) == expected


def test_a_decided_passage_is_scored_without_its_own_interview() -> None:
    """Its own coding would make any passage look sure."""
    of_two, of_all = decided(["I00", "I01", "I02"]), decided(["I00", "I01", "I02", "I03"])
    wrong = [replace(one, code_id="river") if one.source_id == "I03" else one for one in of_all.codings]
    rows = [row for row, (place, _) in enumerate(places()) if place.source_id == "I03"]
    score = opined(Decisions(wrong, of_all.readings)).learned.score[rows]
    assert [list(SUBJECTS)[at] for at in score.argmax(axis=1)] == [subject_of(places()[row][1]) for row in rows]
    assert len(of_two.codings) < len(of_all.codings)


@pytest.mark.parametrize("count", [2, 3])
def test_what_is_left_out_counts_as_if_it_had_never_been_decided(count: int) -> None:
    chance = np.random.default_rng(3)
    rows = chance.standard_normal((40, 8))
    of = np.arange(40) % count
    matrix = rows @ rows.T + np.diag(chance.uniform(1, 30, 40))
    targets = chance.standard_normal((40, 5))
    inverse = _inverse_from(_inverse(matrix[:25, :25]), matrix)
    assert np.allclose(inverse, np.linalg.inv(matrix))
    alphas = inverse @ targets
    for interview in range(count):
        others, own = np.flatnonzero(of != interview), np.flatnonzero(of == interview)
        expected = np.linalg.solve(matrix[np.ix_(others, others)], targets[others])
        without = _without(own, inverse, alphas)
        assert np.allclose(without[others], expected)
        assert np.allclose(without[own], 0)
    kernel = rows @ rows.T
    singly = [np.delete(np.arange(40), at) for at in range(25)]
    without_own = [
        kernel[at, others] @ np.linalg.solve(matrix[np.ix_(others, others)], targets[others])
        for at, others in enumerate(singly)
    ]
    assert np.allclose(kernel[:25] @ alphas - _own_share(kernel[:25], inverse[:25], alphas[:25]), without_own)


def test_a_code_that_proves_right_is_estimated_and_says_how_often() -> None:
    many = interviews(8, 3)
    codings = [coding(place, subject_of(text)) for place, text in places(many) if place.source_id < "I07"]
    made = opined(Decisions(codings, [Reading("AB", f"I{number:02}", 1) for number in range(7)]), many)
    assert {trust.standing for trust in made.trusts} == {"estimated"}
    assert all(trust.low >= 0.6 for trust in made.trusts)
    assert all("of such suggestions about" in suggestion.explanation for suggestion in made.suggestions)
    assert not any("guarantee" in suggestion.explanation for suggestion in made.suggestions)


def test_a_code_that_proves_wrong_falls_silent_and_without_codings_it_is_learning() -> None:
    chance = np.random.default_rng(0)
    score = chance.normal(size=(200, 2)).round(3)
    score[:, 0] += 2
    where = np.arange(200) // 20
    coded = np.zeros((200, 2))
    coded[::19, 0] = 1
    evidence = Evidence(coded, (coded == 0).astype(float))
    wrong, unknown = trusts(score, evidence, where)
    assert wrong.standing == "silent"
    assert unknown.standing == "learning"
    assert {one.standing for one in trusts(score, evidence, where, strict=True)} == {"silent"}


def test_strictly_only_codes_that_proved_right_are_proposed() -> None:
    few = opined(decided(["I00"]), strict=True)
    assert few.suggestions == ()
    many = interviews(10, 3)
    codings = [coding(place, subject_of(text)) for place, text in places(many) if place.source_id < "I09"]
    made = opined(Decisions(codings, [Reading("AB", f"I{number:02}", 1) for number in range(9)]), many, strict=True)
    last = [one for one in made.suggestions if one.source_id == "I09"]
    assert last
    assert all(one.code_id == subject_of(one.quote) for one in last)


def test_strictly_nothing_is_proposed_before_anything_is_decided() -> None:
    made = opined(Decisions(), strict=True)
    assert made.suggestions == ()
    assert {trust.standing for trust in made.trusts} == {"silent"}


def test_less_is_enough_where_only_few_codes_are_possible_for_a_passage() -> None:
    nothing = Evidence(np.zeros((60, 12)), np.zeros((60, 12)))
    asked_for = np.arange(12) // 3 == (np.arange(60) % 4)[:, None]
    assert stands_out(nothing, asked_for) == 0.6
    assert stands_out(nothing, np.ones((60, 12), bool)) == stands_out(nothing) >= 1
    score = np.where(asked_for, 0.8, 0.0)
    thresholds = [trusts(score, nothing, np.arange(60) // 6, among)[0].threshold for among in (asked_for, None)]
    assert thresholds == [0.6, stands_out(nothing)]


def test_probabilities_move_to_what_people_decided() -> None:
    score = np.linspace(-2, 3, 200).reshape(100, 2)
    nothing = Evidence(np.zeros((100, 2)), np.zeros((100, 2)))
    coded = (score > -0.5).astype(float)
    told = probabilities(score, Evidence(coded, 1 - coded))
    before = probabilities(score, nothing)
    assert before.mean() < 0.6
    assert told.mean() == pytest.approx(coded.mean(), abs=0.05)
    assert stands_out(nothing) >= 1


class Missing:
    name = "missing"

    def encode(self, texts: Sequence[str]) -> Vectors:
        raise Refused("the encoder “missing” is not on this computer")


def test_without_an_encoder_words_alone_are_compared_and_every_suggestion_says_so() -> None:
    decisions = decided(["I00", "I01", "I02"])
    made = suggest(SOURCES, BOOK, Missing(), decisions=decisions)
    assert right(made, ["I04", "I05"]) > 0.8
    assert all(s.encoder == "" and "by words alone: the encoder “missing” is not" in s.explanation for s in made)


def test_an_encoder_with_a_damaged_file_is_named_with_that_file(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "bert"}')
    (tmp_path / "model.safetensors").write_bytes(b"nonsense")
    made = suggest(SOURCES[:2], BOOK, load_encoder(str(tmp_path)), decisions=decided(["I00"]))
    assert made
    assert all("model.safetensors" in suggestion.explanation for suggestion in made)


@pytest.mark.parametrize(
    "codes", [(), (Code("bare", "", "all"),), (Code("x", "Code x", "all"), Code("y", "Code y", "all"))]
)
def test_an_empty_codebook_a_code_without_definition_or_codes_that_look_alike_are_no_trouble(
    codes: tuple[Code, ...],
) -> None:
    book = Codebook((Category("all", "All", codes=codes),))
    suggest(SOURCES[:1], book, WORDS, decisions=decided(["I00"]))
    suggest((source("P1: Ten words are quite enough to make one passage here."),), book, WORDS)


def test_a_code_with_three_positives_or_with_every_passage_positive_is_no_trouble() -> None:
    every = [coding(place, "market") for place, _ in places()]
    few = [coding(place, "river") for place, text in places() if subject_of(text) == "river"][:3]
    made = opined(Decisions([*every, *few], [Reading("AB", one.id, 1) for one in SOURCES]))
    assert np.isfinite(made.learned.score).all()
    assert np.isfinite(made.probability).all()
    assert [trust.coded for trust in made.trusts] == [72, 0, 0, 3]


def test_contradictory_decisions_are_no_trouble() -> None:
    decisions = decided(["I00", "I01"])
    against = [rejection(one.segment, one.code_id, "CD") for one in decisions.codings]
    made = opined(replace(decisions, reviews=against))
    assert np.isfinite(made.learned.score).all()
    own = [rejection(one.segment, one.code_id, "AB") for one in decisions.codings]
    taken_back = opined(replace(decisions, reviews=own))
    assert np.array_equal(taken_back.evidence.denied, opined(decisions).evidence.denied)


def test_one_interview_and_ten_passages_are_enough_to_learn_from() -> None:
    one = interviews(1, 5)
    listed = places(one)
    half = [coding(place, subject_of(text)) for place, text in listed[:10]]
    made = opined(Decisions(half, [Reading("AB", "I00", 1, read_to=listed[10][0].start)]), one)
    rest = made.learned.score[10:]
    hits = [list(SUBJECTS)[row.argmax()] == subject_of(text) for row, (_, text) in zip(rest, listed[10:], strict=True)]
    assert sum(hits) >= 7
    ten = interviews(1, 3)[:1]
    assert opined(Decisions(), (replace_text(ten[0], 10),)).learned.score.shape == (10, 4)


def replace_text(whole: Source, turns: int) -> Source:
    text = "\n\n".join(whole.text.split("\n\n")[:turns])
    return Source(whole.id, text, parse(text))


def test_a_codings_place_that_no_passage_has_is_no_trouble() -> None:
    nowhere = Coding("x", "gone", 0, 10, "", "market", coder="AB")
    odd = Coding("y", "I00", 0, 1, "", "no such code", coder="AB")
    assert np.array_equal(opined(Decisions([nowhere, odd])).learned.score, opined(Decisions()).learned.score)


@pytest.mark.slow
def test_processes_and_threads_do_not_matter() -> None:
    code = (
        "from tests.test_suggest_learned import *\n"
        "rows = np.random.default_rng(0).normal(size=(900, 96))\n"
        "class Drawn:\n"
        "    name = 'drawn'\n"
        "    def encode(self, texts):\n"
        "        drawn = rows[[hash_of(text) for text in texts]]\n"
        "        return (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float32)\n"
        "def hash_of(text): return zlib.crc32(text.encode()) % 900\n"
        "import zlib\n"
        "many = interviews(40, 5)\n"
        "codings = [coding(place, subject_of(text)) for place, text in places(many) if place.source_id < 'I30']\n"
        "print(suggest(many, BOOK, Drawn(), decisions=Decisions(codings, [])))"
    )
    printed = set()
    for threads, seed in (("1", "0"), ("2", "1"), ("2", "2")):
        limits = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), threads)
        environment = os.environ | limits | {"PYTHONHASHSEED": seed}
        printed.add(subprocess.check_output([sys.executable, "-c", code], env=environment, cwd=ROOT, text=True))
    assert len(printed) == 1
    assert len(printed.pop()) > 10_000
