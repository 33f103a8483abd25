"""Which value a passage is guessed to have, and when the machine leaves it open."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from crosscase.codebook import Code
from crosscase.coding import Coding
from crosscase.source import Segment, Source, passages
from crosscase.suggest import Decisions, deductive, opinion, read_beside
from crosscase.suggest.corpus import Marks
from crosscase.suggest.lexical import Terms
from crosscase.suggest.values import Counted, Guess, Said, described, guess
from tests.test_suggest_deductive import BagOfWords, book, source

WORDS = BagOfWords()
WRITTEN = Code("written", "Written", "work", values={"yes": "It is so.", "no": "It is not so."})
THINGS = ["rule", "memo", "letter", "plan", "budget", "list", "map", "chart", "form", "note", "paper", "ledger"]


def affirmed(thing: str) -> str:
    return f"Yes, the {thing} has been on the wall."


def denied(thing: str) -> str:
    return f"No, the {thing} has never been on the wall."


def answers(count: int, interviews: int = 4) -> tuple[Said, Marks]:
    """So many answers, every other one denying, in turns of two by interview."""
    texts = [(denied if at % 2 else affirmed)(thing) for at, thing in enumerate(THINGS[:count])]
    gold = np.array([[not at % 2, bool(at % 2)] for at in range(len(texts))]).reshape(-1, 2)
    return said(texts, [f"I{at // 2 % interviews}" for at in range(len(texts))]), gold


def said(texts: Sequence[str], interviews: Sequence[str]) -> Said:
    vectors = np.asarray(WORDS.encode(texts), float)
    return Said(texts, interviews, vectors, np.zeros_like(vectors))


def guessed(texts: Sequence[str], coded: Said, gold: Marks, code: Code = WRITTEN) -> Guess:
    asked = said(texts, ["new"] * len(texts))
    return guess(code, np.asarray(WORDS.encode(described(code)), float), asked, coded, gold)


def best(made: Guess) -> list[int]:
    return [int(value) for value in made.scores.argmax(axis=1)]


def test_yes_is_told_from_no_by_what_people_coded_in_other_interviews() -> None:
    new = [affirmed("statute"), denied("statute"), denied("protocol"), affirmed("protocol")]
    made = guessed(new, *answers(8))
    assert best(made) == [0, 1, 1, 0]
    assert made.clear.all()
    assert made.right == 1.0


def test_a_value_is_left_open_where_guesses_were_wrong_in_interviews_left_out() -> None:
    coded, _ = answers(8)
    by_chance = np.array([[at in (0, 3, 5, 6), at not in (0, 3, 5, 6)] for at in range(8)])
    made = guessed([affirmed("statute"), denied("statute")], coded, by_chance)
    assert made.right is not None
    assert not made.clear.any() or made.right >= 0.6
    single, gold = answers(8)
    every_interview_otherwise = np.array([row if at // 2 % 2 else ~row for at, row in enumerate(gold)])
    assert not guessed([affirmed("statute")], single, every_interview_otherwise).clear.any()


def test_with_fewer_than_five_codings_or_in_one_interview_likeness_alone_counts() -> None:
    new = [affirmed("statute"), denied("statute")]
    none = guessed(new, said(["x"], ["I0"]), np.array([[True, False]]))
    few = guessed(new, *answers(4))
    one_interview = guessed(new, *answers(8, interviews=1))
    assert none.right is few.right is one_interview.right is None
    assert guessed(new, *answers(6)).right is not None


def test_what_was_counted_for_other_guesses_changes_none() -> None:
    kept, vectors = Counted(), np.asarray(WORDS.encode(described(WRITTEN)), float)
    new = [affirmed("statute"), denied("statute"), "", "42"]
    for count in (0, 3, 8, 10):
        coded, gold = answers(count)
        asked = said(new, ["new"] * len(new))
        anew, again = (guess(WRITTEN, vectors, asked, coded, gold, counted) for counted in (Counted(), kept))
        assert np.allclose(anew.scores, again.scores, atol=1e-9)
        assert (anew.clear.tolist(), anew.right) == (again.clear.tolist(), again.right)


@pytest.mark.parametrize("fewest", [1, 2])
def test_terms_weigh_as_in_scikit_learn_whatever_else_was_counted(fewest: int) -> None:
    texts = [affirmed("statute"), denied("statute"), "on on the wall", "", denied("bylaw")]
    terms = Terms(str.split, fewest)
    terms.weights(["many other words", "of other texts"])
    weighed = terms.weights(texts).toarray()
    plain = TfidfVectorizer(sublinear_tf=True, analyzer=str.split, min_df=fewest).fit_transform(texts)
    assert np.allclose(weighed @ weighed.T, (plain @ plain.T).toarray())


def test_guesses_do_not_depend_on_the_order_of_what_was_coded() -> None:
    coded, gold = answers(8)
    back = list(range(7, -1, -1))
    turned = said([coded.texts[at] for at in back], [coded.interviews[at] for at in back])
    new = [affirmed("statute"), denied("protocol")]
    assert (guessed(new, coded, gold).scores == guessed(new, turned, gold[back]).scores).all()


def test_without_an_encoder_words_tell_values_apart_too() -> None:
    coded, gold = answers(8)
    asked = Said([denied("statute"), affirmed("statute")], ["new", "new"])
    made = guess(WRITTEN, None, asked, replace(coded, vectors=None, questions=None), gold)
    assert best(made) == [1, 0]
    untold = guess(WRITTEN, None, asked, Said([], []), np.zeros((0, 2), bool))
    assert not untold.clear.any()


def test_a_code_with_one_value_has_that_one() -> None:
    code = replace(WRITTEN, values={"yes": "It is so."})
    assert guessed([affirmed("statute")], *(answers(1)[0], np.ones((1, 1), bool)), code).clear.all()
    assert best(guessed([affirmed("x")], answers(6)[0], np.ones((6, 1), bool), code)) == [0]


def test_suggestions_take_their_value_from_what_people_coded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deductive, "FOR_AN_ATTRIBUTE", -9.0)
    code = Code("wall", "The wall", "work", kind="attribute", definition="What is on the wall.", values=WRITTEN.values)
    texts = [[affirmed(one), denied(other)] for one, other in zip(THINGS[::2], THINGS[1::2], strict=True)]
    sources = [source("\n\n".join(f"P01: {text}" for text in two), f"I{at}") for at, two in enumerate(texts)]
    read = read_beside(sources, book(code), WORDS)
    assert read
    codings = [coding for one in sources[:-1] for coding in coded(one)]
    made = opinion(read, Decisions(codings), WORDS).suggestions
    new = {one.quote[:3]: one for one in made if one.source_id == sources[-1].id}
    assert {start: one.value for start, one in new.items()} == {"Yes": "yes", "No,": "no"}
    assert all("of which about 10 in 10 were right, rather than" in one.explanation for one in new.values())


def coded(one: Source) -> list[Coding]:
    yes, no = passages(one).kept
    return [coding(yes, "yes"), coding(no, "no")]


def coding(place: Segment, value: str) -> Coding:
    return Coding(f"{place.source_id}-{place.start}", place.source_id, place.start, place.end, "", "wall", value)
