"""Which of a code's values a passage speaks for: by likeness at first, then learned from the values that people gave.

Likeness hardly tells yes from no. What people coded does, as far as words, negations, hedges and how an answer begins
go; where even that was right too seldom in interviews that it wasn't learned from, the value is left open.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from crosscase.codebook import Code
from crosscase.suggest.corpus import Floats, Indices, Marks, unit
from crosscase.suggest.lexical import Terms
from crosscase.wording import value_words

ENOUGH_TO_COMPARE = 10
WORDS = 0.5
AHEAD = 0.1

# Chosen on answers about proctoring and on AnnoMI, looked at once on the sample and GENNOVATE: docs/assisted-coding.md.
WORDS_KERNEL, LETTERS_KERNEL, CUES_KERNEL, QUESTIONS_KERNEL = 1.0, 0.5, 0.3, 0.15
RIDGE = 1.0
CODINGS_FOR_HALF = 5
FEWEST_CODED, FEWEST_INTERVIEWS = 5, 2
TARGET = 0.6
REACH = 3
MOST_COUNTED, LONG = 2, 60
TINY = 1e-9

_WORD = r"(?u)\b[^\W\d_]\w+\b"
_ANY_WORD = re.compile(r"[^\W_]+")
_NEGATIONS = """
    no not never none nothing nobody nowhere neither nor without cannot cant dont doesnt didnt isnt wasnt arent werent
    wont wouldnt couldnt shouldnt havent hasnt hadnt aint hardly scarcely rarely refuse refused stop stopped
"""
_ASSENT = "yes yeah yep sure right true correct exactly indeed certainly absolutely"
_DOUBT = """
    maybe perhaps probably possibly might may could guess suppose seem seems somewhat sometimes partly depends unsure
    unclear sort kind roughly about mostly usually think
"""
_LIMITS = "but however although though except unless yet while only if"
_NO, _YES, _HEDGES, _TURNS = (frozenset(words.split()) for words in (_NEGATIONS, _ASSENT, _DOUBT, _LIMITS))


@dataclass(frozen=True, slots=True)
class Said:
    """Passages with what is known of each: the interview that it is of, its vector and that of the question before it.

    Vectors are unit rows, n × d; None without an encoder. A question that wasn't put is a row of zeros.
    """

    texts: Sequence[str]
    interviews: Sequence[str]
    vectors: Floats | None = None
    questions: Floats | None = None


@dataclass(frozen=True, slots=True)
class Guess:
    """How much each value (column) is that of each passage (row), and which guesses are worth saying.

    `right` is the share of such guesses that were right in interviews that they weren't learned from; None where too
    little was coded to know.
    """

    scores: Floats
    clear: Marks
    right: float | None = None


class Counted:
    """What values are told apart by in texts, taken out of each once: words, signs (`_signs`), letters, cues (`_cues`).

    It hangs on the texts alone, so it can be kept from one guess to the next, and for all codes.
    """

    def __init__(self) -> None:
        from sklearn.feature_extraction.text import CountVectorizer

        self.words = Terms(CountVectorizer(token_pattern=_WORD).build_analyzer())
        self.signs = Terms(_signs)
        self.letters = Terms(CountVectorizer(analyzer="char_wb", ngram_range=(2, 5)).build_analyzer(), fewest=2)
        self._cues: dict[str, list[float]] = {}

    def cues(self, text: str) -> list[float]:
        if text not in self._cues:
            self._cues[text] = _cues(text)
        return self._cues[text]


def described(code: Code) -> tuple[str, ...]:
    """Each value of a code as it is compared: `after the fact: At or after the start.`"""
    return tuple(
        f"{value_words(value)}: {meaning}" if meaning else value_words(value) for value, meaning in code.values.items()
    )


def guess(
    code: Code,
    value_vectors: Floats | None,
    asked: Said,
    coded: Said,
    given: Marks,
    counted: Counted | None = None,
) -> Guess:
    """Guess the value of each passage of `asked`, from the codebook and from `coded`, whose values are `given`.

    `given` is passages × values, `value_vectors` are of `described(code)`. With five coded passages of two
    interviews it is ridge regression with a row for each and for each value's description; the likeness to the
    codebook counts ever less. A guess is clear where guesses as far ahead of the next value were right three times in
    five, with one hit and one miss added, in interviews left out. With fewer, likeness alone has to be ahead by 0.1.
    What was `counted` for other guesses needn't be counted again.
    """
    counted = counted or Counted()
    texts = [*coded.texts, *asked.texts]
    vectors = _stacked(coded.vectors, asked.vectors)
    like = _likeness(texts, vectors, code, value_vectors, counted)
    first = len(coded.texts)
    if first < FEWEST_CODED or len(set(coded.interviews)) < FEWEST_INTERVIEWS:
        scores = like[first:] - _usual(like[first:])
        needed = AHEAD if vectors is not None else np.inf
        return Guess(scores, _ahead(scores) >= needed)
    rows = np.concatenate([np.arange(first), len(texts) + np.arange(len(code.values))])
    questions = _stacked(coded.questions, asked.questions)
    kernel = _kernel(texts, described(code), vectors, value_vectors, questions, rows, counted)
    of_codebook = (like - like.mean(axis=0)) / max(float(like.std()), TINY) / (1 + first / CODINGS_FOR_HALF)
    _, interviews = np.unique(coded.interviews, return_inverse=True)
    left_out, spoken = _learned(kernel, rows, given, interviews)
    held = left_out + of_codebook[:first] * left_out.std()
    scores = (spoken + of_codebook[first:] * left_out.std()).round(6)
    threshold, right = _threshold(held.round(6), given)
    return Guess(scores, _ahead(scores) >= threshold, right)


def likeness_to_values(
    texts: Sequence[str], vectors: npt.ArrayLike, code: Code, value_vectors: npt.ArrayLike
) -> Floats:
    """How like each value of a code (column) each text (row) is: cosine in meaning, plus half the tf-idf cosine.

    From ten texts on, each value's mean over the texts goes, since a value that every text is like tells none apart.
    Vectors are unit-norm rows, of the texts and of `described(code)`. Words such as *no* and *nothing* count.
    """
    like = _likeness(texts, np.asarray(vectors, float), code, np.asarray(value_vectors, float), Counted())
    return np.asarray(like - _usual(like)).round(6)


def _likeness(
    texts: Sequence[str], vectors: Floats | None, code: Code, value_vectors: Floats | None, counted: Counted
) -> Floats:
    weights = counted.words.weights([*texts, *described(code)])
    words = WORDS * (weights[: len(texts)] @ weights[len(texts) :].T).toarray()
    if vectors is None or value_vectors is None:
        return np.asarray(words)
    return np.asarray(vectors @ value_vectors.T + words)


def _usual(like: Floats) -> Floats:
    return like.mean(axis=0) if len(like) >= ENOUGH_TO_COMPARE else np.zeros(like.shape[1])


def _ahead(scores: Floats) -> Floats:
    """How far each row's largest score is from its next; from 0 where there is one value only."""
    if scores.shape[1] == 1:
        return np.full(len(scores), np.inf)
    ordered = np.sort(scores, axis=1)
    return np.asarray((ordered[:, -1] - ordered[:, -2]).round(6))


def _kernel(
    texts: Sequence[str],
    told: Sequence[str],
    vectors: Floats | None,
    value_vectors: Floats | None,
    questions: Floats | None,
    rows: Indices,
    counted: Counted,
) -> Floats:
    """How like passages and values' descriptions (in this order) are to some `rows` of them.

    By meaning, words, letters, cues, questions.
    """
    documents = [*texts, *told]
    total = np.zeros((len(documents), len(rows)))
    for share, terms in ((WORDS_KERNEL, counted.signs), (LETTERS_KERNEL, counted.letters)):
        weights = terms.weights(documents)
        total += share * (weights @ weights[rows].T).toarray()
    cues = np.array([counted.cues(text) for text in documents], float)
    usual = cues[: len(texts)]
    cues = ((cues - usual.mean(axis=0)) / (usual.std(axis=0) + TINY) / np.sqrt(cues.shape[1])).clip(-1, 1)
    total += CUES_KERNEL * (cues @ cues[rows].T)
    if vectors is not None and value_vectors is not None:
        about = unit(value_vectors - value_vectors.mean(axis=0)) if len(told) > 1 else value_vectors
        meaning = np.vstack([unit(vectors - vectors.mean(axis=0)), about])
        total += meaning @ meaning[rows].T
    if questions is not None and questions.any():
        put = questions.any(axis=1)
        before = np.zeros((len(documents), questions.shape[1]))
        before[: len(texts)][put] = unit(questions[put] - questions[put].mean(axis=0))
        total += QUESTIONS_KERNEL * (before @ before[rows].T)
    return total


def _learned(kernel: Floats, rows: Indices, given: Marks, interviews: Indices) -> tuple[Floats, Floats]:
    """What the coded passages and the descriptions say: of each coded one without its interview, and of the asked.

    They are the `rows` that everything is compared with in `kernel`. A row's target is 1 for its value (shared where
    it has several) less the value's share of all rows.
    """
    coded, values = given.shape
    shares = given / np.maximum(given.sum(axis=1, keepdims=True), 1)
    targets = np.vstack([shares, np.eye(values)])
    targets = targets - targets.mean(axis=0)
    among = kernel[rows]
    inverse = np.linalg.inv(among + RIDGE * np.eye(len(rows)))
    alphas = inverse @ targets
    left_out = np.zeros((coded, values))
    for interview in np.unique(interviews):
        own = np.flatnonzero(interviews == interview)
        without = alphas - inverse[:, own] @ np.linalg.solve(inverse[np.ix_(own, own)], alphas[own])
        left_out[own] = among[own] @ without
    return left_out, kernel[coded : len(kernel) - values] @ alphas


def _threshold(held: Floats, given: Marks) -> tuple[float, float]:
    """From how far ahead guesses were right often enough, as many as can be, and how often they were."""
    ahead = _ahead(held)
    right = given[np.arange(len(held)), held.argmax(axis=1)]
    order = np.argsort(-ahead, kind="stable")
    share = (right[order].cumsum() + 1) / (np.arange(len(order)) + 3)
    enough = np.flatnonzero(share >= TARGET)
    if not len(enough):
        return np.inf, float(right.mean())
    last = int(enough[-1])
    return float(ahead[order[last]]), float(right[order[: last + 1]].mean())


def _signs(text: str) -> Iterator[str]:
    """Words, pairs of them, how a text begins, and the three words after a negation, marked as such."""
    words = _plain_words(text)
    yield from words
    yield from (f"{one} {other}" for one, other in pairwise(words))
    yield from ("^" + " ".join(words[:count]) for count in (1, 2))
    denied = 0
    for word in words:
        if word in _NO:
            denied = REACH
        elif denied:
            denied -= 1
            yield f"not {word}"


def _cues(text: str) -> list[float]:
    """Negations (how many, how dense), hedges, turns, how it begins, whether it asks, how long it is."""
    words = _plain_words(text)
    beginning = set(words[:REACH])
    negations = sum(word in _NO for word in words)
    return [
        min(MOST_COUNTED, negations),
        10 * negations / max(1, len(words)),
        min(MOST_COUNTED, sum(word in _HEDGES for word in words)),
        min(MOST_COUNTED, sum(word in _TURNS for word in words)),
        bool(beginning & _NO),
        bool(beginning & _YES),
        "?" in text,
        min(len(words), LONG) / (LONG / 2),
    ]


def _plain_words(text: str) -> list[str]:
    return _ANY_WORD.findall(text.casefold().replace("’", "'").replace("'", ""))


def _stacked(first: Floats | None, second: Floats | None) -> Floats | None:
    return None if first is None or second is None else np.vstack([first, second])
