"""The question before a passage: what was coded after it in other interviews speaks for what is said after it here."""

import numpy as np

from crosscase.codebook import Code
from crosscase.suggest.corpus import Corpus, Floats, unit
from crosscase.suggest.learned import Evidence, learn, see

CODES = [Code("work", "First", "all"), Code("home", "Second", "all")]
INTERVIEWS, EACH = 6, 8
COUNT = INTERVIEWS * EACH


def scored_after(questions: Floats | None) -> Floats:
    """Answers that have nothing in common, of which the first two interviews' are coded by what was asked."""
    chance = np.random.default_rng(0)
    texts = [" ".join("".join(chance.choice(list("aeioulnrst"), 5)) for _ in range(6)) for _ in range(COUNT)]
    interviews = np.repeat(np.arange(INTERVIEWS), EACH)
    vectors = unit(chance.normal(size=(COUNT, 32)))
    descriptions = unit(chance.normal(size=(2, 32)))
    corpus = Corpus(texts, interviews, None, vectors, questions)
    gold = np.stack([ASKED_OF_WORK, ~ASKED_OF_WORK], axis=1).astype(float)
    known = (interviews < 2)[:, None]
    return learn(see(corpus, CODES, descriptions, descriptions), Evidence(gold * known, (1 - gold) * known)).score


ASKED_OF_WORK = np.arange(COUNT) % 2 == 0
OTHERS = np.arange(COUNT) >= 2 * EACH


def put(chance: np.random.Generator) -> Floats:
    """Two questions, each in slightly other words every time."""
    about = unit(chance.normal(size=(2, 32)))
    return unit(np.where(ASKED_OF_WORK[:, None], about[0], about[1]) + 0.05 * chance.normal(size=(COUNT, 32)))


def told_apart(score: Floats) -> float:
    """How often an answer scores higher for what it was asked about than one that was asked about the other."""
    of_work, of_home = score[OTHERS & ASKED_OF_WORK, 0], score[OTHERS & ~ASKED_OF_WORK, 0]
    return float((of_work[:, None] > of_home).mean())


def test_what_was_coded_after_a_question_is_found_after_it_in_other_interviews() -> None:
    assert told_apart(scored_after(put(np.random.default_rng(1)))) > 0.9
    assert told_apart(scored_after(None)) < 0.7


def test_one_question_put_to_all_or_none_put_tells_nothing() -> None:
    same = np.tile(put(np.random.default_rng(1))[:1], (COUNT, 1))
    assert told_apart(scored_after(same)) < 0.7
    assert np.array_equal(scored_after(np.zeros((COUNT, 32))), scored_after(None))


def test_where_some_were_asked_nothing_they_are_scored_all_the_same() -> None:
    questions = put(np.random.default_rng(1))
    questions[::3] = 0
    score = scored_after(questions)
    assert np.isfinite(score).all()
    assert told_apart(score) > told_apart(scored_after(None))
