"""How something is said, beside what it is about: what takes acts and stances apart."""

import numpy as np
import pytest

from crosscase.codebook import Code
from crosscase.suggest.corpus import Corpus
from crosscase.suggest.learned import Evidence, learn, see
from crosscase.suggest.lexical import by_manner

SUBJECTS = ["market", "clinic", "school", "river", "garden", "kitchen", "station", "library", "office", "workshop"]
CODES = [Code("asks", "First", "all"), Code("answers", "Second", "all")]


def in_both_manners() -> list[str]:
    """About each subject the same words, first as a question, then as an answer."""
    return [text for subject in SUBJECTS for text in (f"Is it that you {subject}", f"You {subject} that it is")]


def test_passages_on_other_subjects_are_told_apart_by_how_they_are_said() -> None:
    texts = in_both_manners()
    asked = np.arange(len(texts)) % 2 == 0
    seen = see(Corpus(texts, np.arange(len(texts))), CODES, None, None)
    coded, denied = np.zeros((2, len(texts), 2))
    coded[[0, 2], 0] = coded[[1, 3], 1] = 1
    denied[[0, 2], 1] = denied[[1, 3], 0] = 1
    score = learn(seen, Evidence(coded, denied)).score
    assert score[4:, 0][asked[4:]].min() > score[4:, 0][~asked[4:]].max() + 1
    assert score[4:, 1][~asked[4:]].min() > score[4:, 1][asked[4:]].max() + 1


@pytest.mark.parametrize(
    ("text", "more_alike", "less_alike"),
    [
        ("Is it far?", "Is it late?", "It is late."),
        ("Well, we left.", "Well, they ran.", "They ran well,"),
        ("We don’t know.", "You don't see.", "You do see."),
        ("No.", "No, and then they went on to the end of it and came back.", "They went on and came back from it."),
    ],
)
def test_small_words_marks_beginnings_and_negations_make_the_manner(
    text: str, more_alike: str, less_alike: str
) -> None:
    texts = [text, more_alike, less_alike]
    likeness = by_manner([*texts, *texts], 0).likeness_to(np.array([0]))[:, 0]
    assert likeness[0] == pytest.approx(1)
    assert likeness[1] > likeness[2] + 0.05


def test_a_long_answer_is_unlike_a_short_one() -> None:
    short, other, long = "yes", "no", "yes " * 40
    likeness = by_manner([short, other, long] * 2, 0).likeness_to(np.array([1]))[:, 0]
    assert likeness[0] > likeness[2] == 0


def test_a_description_has_no_manner_and_neither_have_passages_without_words() -> None:
    table = by_manner(["So it goes.", "So it went.", "12", ""], 2)
    alike = table.likeness_to(np.arange(6))
    assert alike[0, 1] > 0
    assert not alike[2:].any()
    assert not by_manner(["", "3"], 1).likeness_to(np.arange(3)).any()
