"""Where people give passages one code, what is likely to be another code is less likely to be this one."""

import random

import numpy as np
import pytest

from crosscase.codebook import Code
from crosscase.suggest import learned
from crosscase.suggest.corpus import Corpus, Floats, Marks
from crosscase.suggest.learned import Evidence, learn, see
from tests.test_suggest_learned import SUBJECTS, said

EACH, CODINGS = 12, 6
CODES = [Code(subject, f"Code {subject[0]}", "all") for subject in SUBJECTS]
COUNT = EACH * len(CODES)


def texts() -> list[str]:
    """Each passage is on one subject, and every third also holds words of the next."""
    chance, subjects = random.Random(3), list(SUBJECTS)
    made = []
    for row in range(COUNT):
        at = row % len(subjects)
        second = said(subjects[(at + 1) % len(subjects)], chance) if row % 3 == 0 else ""
        made.append(f"{said(subjects[at], chance)} {second}".strip())
    return made


SEEN = see(Corpus(texts(), np.arange(COUNT) // len(CODES)), CODES, None, None)
OWN = np.eye(len(CODES), dtype=bool)[np.arange(COUNT) % len(CODES)]
CODED_ROWS = np.arange(COUNT) < CODINGS * len(CODES)


def decided(gold: Marks, known: Marks) -> Evidence:
    known = known & CODED_ROWS[:, None]
    return Evidence((gold & known).astype(float), (known & ~gold).astype(float))


EVERYTHING = np.ones(OWN.shape, bool)


def with_and_without(evidence: Evidence, monkeypatch: pytest.MonkeyPatch) -> tuple[Floats, Floats]:
    with_it = learn(SEEN, evidence).score
    monkeypatch.setattr(learned, "INSTEAD", 0.0)
    return with_it, learn(SEEN, evidence).score


def test_a_passage_with_a_likely_other_code_falls_behind_one_without(monkeypatch: pytest.MonkeyPatch) -> None:
    with_it, without = with_and_without(decided(OWN, EVERYTHING), monkeypatch)
    others = np.where(np.eye(len(CODES), dtype=bool)[None], -np.inf, without[:, None, :]).max(axis=2)
    inputs = np.stack([without.ravel(), others.ravel(), np.ones(without.size)], axis=1)
    own, other, _ = np.linalg.lstsq(inputs, with_it.ravel())[0]
    assert own > 0.5
    assert -0.6 * own < other < -0.15 * own
    assert np.array_equal(with_it.argmax(axis=1), without.argmax(axis=1))


def test_where_passages_are_given_several_codes_none_stands_in_for_another(monkeypatch: pytest.MonkeyPatch) -> None:
    with_it, without = with_and_without(decided(OWN | np.roll(OWN, 1, axis=1), EVERYTHING), monkeypatch)
    assert with_it == pytest.approx(without, abs=1e-5)


def test_who_looks_for_one_code_a_passage_says_nothing_of_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    with_it, without = with_and_without(decided(OWN, OWN), monkeypatch)
    assert with_it == pytest.approx(without, abs=1e-5)


def test_with_few_codings_little_is_taken_off_and_with_none_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    one_each = EVERYTHING & (np.arange(COUNT) < len(CODES))[:, None]
    few, few_without = with_and_without(decided(OWN, one_each), monkeypatch)
    monkeypatch.undo()
    many, many_without = with_and_without(decided(OWN, EVERYTHING), monkeypatch)
    monkeypatch.undo()
    none, none_without = with_and_without(decided(OWN, ~EVERYTHING), monkeypatch)
    assert 0 < np.abs(few - few_without).mean() < np.abs(many - many_without).mean() / 2
    assert none == pytest.approx(none_without, abs=1e-5)


def test_a_passage_for_which_one_code_is_possible_has_no_other() -> None:
    candidates = EVERYTHING.copy()
    candidates[0] = OWN[0]
    seen = see(Corpus(texts(), np.arange(COUNT) // len(CODES), candidates=candidates), CODES, None, None)
    score = learn(seen, decided(OWN & candidates, candidates)).score
    assert np.isfinite(score).all()
    assert (score[0][~candidates[0]] == 0).all()
