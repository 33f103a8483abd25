"""How like passages are: what is alike in several ways counts more, and so does where in an interview it is said."""

import numpy as np
import pytest

from crosscase.codebook import Code
from crosscase.suggest.corpus import Corpus, Floats, unit
from crosscase.suggest.learned import Evidence, Seen, _how_often, _ridge, see
from crosscase.suggest.trust import borders, stands_out

CODES = [Code("first", "Market", "all"), Code("second", "River", "all")]
TEXTS = ["fish at the market", "fish at the market", "a boat on the river", "12", "a boat", "rain on the river"]
STARTS = np.array([0, 100, 400, 0, 200, 400])


def rows(seed: int, count: int) -> Floats:
    return unit(np.random.default_rng(seed).normal(size=(count, 8)))


def seen() -> Seen:
    spans = np.stack([STARTS, STARTS + 20], axis=1)
    corpus = Corpus(TEXTS, np.array([0, 0, 0, 1, 1, 1]), spans, rows(1, len(TEXTS)))
    return see(corpus, CODES, rows(2, 2), rows(3, 2))


def test_likeness_is_symmetric_and_a_sum_of_products_so_that_it_can_be_learned_from() -> None:
    everything = np.arange(len(TEXTS) + len(CODES))
    likeness = seen().kernel.columns(everything)
    assert likeness == pytest.approx(likeness.T)
    assert np.linalg.eigvalsh(likeness).min() > -1e-9


def test_among_very_many_passages_likeness_is_what_it_is_among_few() -> None:
    kernel, some = seen().kernel, np.array([0, 3, 6])
    kept_whole = kernel.columns(some)
    kernel._whole = None
    assert kernel.columns(some) == pytest.approx(kept_whole)


def test_what_is_alike_in_two_ways_counts_more_than_the_sum_of_both() -> None:
    kernel = seen().kernel
    together = np.array([[0.0, 1.0, 2.0]]).T * kernel._usual
    kernel._own = np.full(3, kernel._usual)
    nothing, one_way, two_ways = kernel._raised(together, np.array([0]))[:, 0]
    assert nothing == 0
    assert two_ways > 2.5 * one_way > 0


def test_how_far_into_its_interview_a_passage_is_said_makes_it_like_others() -> None:
    corpus = seen().corpus
    assert corpus.on_the_way() == pytest.approx([0, 0.25, 1, 0, 0.5, 1])
    alike = Corpus(["and so on"] * 6, corpus.interviews, corpus.spans, np.tile(rows(4, 1), (6, 1)))
    likeness = see(alike, CODES, rows(2, 2), rows(3, 2)).kernel.columns(np.array([0]))[:, 0]
    first_of_another, last_of_another = likeness[3], likeness[5]
    assert first_of_another > last_of_another + 0.1


def test_a_single_passage_says_less_at_first_and_where_there_are_many_codes() -> None:
    few, many = np.ones((5, 4), bool), np.ones((5, 40), bool)
    assert _ridge(few, 0) > _ridge(few, 5) > _ridge(few, 20)
    assert _ridge(many, 20) > _ridge(few, 20)


def test_the_border_of_a_code_moves_to_where_most_is_expected_to_be_right() -> None:
    score = np.full((100, 2), -2.0)
    score[:60, 0], score[:6, 1] = 0.8, 3.0
    nothing = Evidence(np.zeros((100, 2)), np.zeros((100, 2)))
    coded = np.zeros((100, 2))
    coded[:5] = 1
    possible = np.ones((100, 2), bool)
    assert borders(score, nothing, possible).tolist() == [stands_out(nothing)] * 2
    likely, rare = borders(score, Evidence(coded, 1 - coded), possible)
    assert likely == pytest.approx(0.8)
    assert rare == pytest.approx(min(3.0, stands_out(nothing) + 1.5))


def test_a_code_that_people_give_often_comes_before_one_that_they_give_rarely() -> None:
    coded, denied = np.zeros((60, 2)), np.zeros((60, 2))
    coded[:15, 0], coded[15:20, 1] = 1, 1
    denied[:20] = 1 - coded[:20]
    # 15 and 5 of 20 decided ones, where 10 are usual; ten as usual are added to each.
    assert _how_often(Evidence(coded, denied)) == pytest.approx(np.log([25 / 20, 15 / 20]))
    assert _how_often(Evidence(np.zeros((60, 2)), np.zeros((60, 2)))) == pytest.approx(0)


def test_passages_are_more_alike_where_the_first_layers_say_so() -> None:
    texts, interviews, vectors = ["a", "b", "c", "d"], np.arange(4), rows(1, 4)
    early = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
    every = np.arange(4)
    plain = see(Corpus(texts, interviews, None, vectors), CODES, rows(2, 2), rows(3, 2)).kernel.columns(every)
    deep = see(Corpus(texts, interviews, None, vectors, early=early), CODES, rows(2, 2), rows(3, 2)).kernel
    more = deep.columns(every) - plain
    assert min(more[0, 1], more[2, 3]) > 0 > max(more[0, 2], more[1, 3])
