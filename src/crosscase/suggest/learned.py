"""The deductive coder: what the codebook says and what people decided, put together in closed form.

Ridge regression over kernels (Saunders, Gammerman and Vovk 1998), whose rows are the passages that people decided on,
the codes' descriptions, and, faintly, the passages that come out on top for a code that nobody has decided on. Nothing
is drawn by lot: the same passages, codebook and decisions give the same scores, in whatever order they come.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from crosscase.codebook import Code
from crosscase.suggest.company import drawn_together
from crosscase.suggest.corpus import Corpus, Floats, Indices, Marks, beyond_others, standard, unit
from crosscase.suggest.lexical import Table, Vocabulary, by_manner
from crosscase.suggest.likeness import Likeness, descriptions_of, likeness

# Chosen on some sets, looked at once on others: docs/assisted-coding.md.
STEMS_KERNEL = LETTERS_KERNEL = 0.5
MANNER_KERNEL = 1.0
SURROUNDINGS_KERNEL = 0.3
ASKED_KERNEL = 0.6
COMPANY_KERNEL = 1.0
PLACE_KERNEL = 0.3
EARLY_KERNEL = 1.0
COMPANY_IN_FULL_FROM = 200
BESIDE = 1.0
WIDTH_ON_THE_WAY = 0.1
PLACES_ON_THE_WAY = np.linspace(-0.3, 1.3, 33)
RIDGE_AT_FIRST, RIDGE_PER_CODE = 8.5, 0.3
ROUNDS = 2
LEARNED = 2.0
NEIGHBOURS = 0.4
OFTEN = 0.5
MOST_BESIDE = 2.0
FAINT = 0.3
MOST_FAINT, MOST_FAINT_ROWS = 30, 900
TEMPERATURE = 0.7
INSTEAD = 0.5
CODINGS_FOR_INSTEAD = 10
CODEBOOK_WEIGHTS = (0.25, 0.5, 1.0, 2.0, 4.0)
CODINGS_FOR_HALF = 5
CODINGS_AS_USUAL = 10
FEWEST_TO_CHOOSE_BY = 3
DOUBT = 0.01
FEWEST_INTERVIEWS = 3
MOST_ROWS, MOST_SILENT = 3000, 1500
KEPT_WHOLE = 4000
PLACES = 6
TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Evidence:
    """What people decided, passages × codes: how firmly a code was given (`coded`), and how firmly not (`denied`).

    1 is a coding, or a passage that was read and left without the code; 2 a rejection. Where both are 0 nobody has
    decided: that a code isn't there is no evidence that it doesn't belong there.
    """

    coded: Floats
    denied: Floats

    @property
    def decided(self) -> Marks:
        return np.asarray((self.coded > 0) | (self.denied > 0))


@dataclass(frozen=True)
class Seen:
    """Passages beside a codebook, before any decision: made once, learned from again and again."""

    corpus: Corpus
    codes: Sequence[Code]
    likeness: Likeness
    kernel: "Kernel"

    @cached_property
    def vocabulary(self) -> Vocabulary:
        return Vocabulary(self.corpus.texts, descriptions_of(self.codes))

    @cached_property
    def remarks(self) -> dict[tuple[int, int], tuple[str, ...]]:
        """By passage and code, what `explaining` has found to say of them whatever is decided."""
        return {}


@dataclass(frozen=True, slots=True)
class Learned:
    """What comes out, passages × codes.

    `score` is in standard deviations above the mean of all pairs, and counts how often people give the code. That of a
    passage in an interview that people decided in is what it would be without that interview's decisions, but for how
    often codes are given in all, so that it can be held against them. `anything` is how likely a passage is to carry
    any code at all, in standard deviations: its best score, and what it has with the codebook whatever it has with
    other codes.
    `codebook_weight` is how much the codebook counts beside decisions. `rows` are the kernel's rows that decisions
    rest on and `alphas` what each speaks for each code: row × code.
    """

    score: Floats
    anything: Floats
    codebook_weight: float
    rows: Indices
    alphas: Floats


class Kernel:
    """How like passages and descriptions (in this order) are.

    By meaning (of passages after half of the encoder's layers, too), stems, letters, how it is said, what was asked
    before, what is around, how far into the interview it is said, and what is most like them. What is alike in several
    of these counts more than their sum: two of them have e^k - 1 in common for a sum of k, less what a row has in
    common with much (a kernel, as sums, products and limits of kernels are: Shawe-Taylor and Cristianini 2004, 3.4).
    """

    def __init__(self, corpus: Corpus, descriptions: Floats | None, stems: Table, letters: Table) -> None:
        self._subjects = ((STEMS_KERNEL, stems), (LETTERS_KERNEL, letters))
        self._manner = ((MANNER_KERNEL, by_manner(corpus.texts, stems.cosines.shape[1])),)
        self._dense: list[tuple[float, Floats]] = []
        self.size = len(corpus.texts) + stems.cosines.shape[1]
        # Among very many, words would take too long to compare: then only meaning says what is near.
        everything = np.arange(self.size)
        words = _in_words(self._subjects, everything) if self.size <= KEPT_WHOLE else None
        if corpus.vectors is not None and descriptions is not None:
            passages = unit(corpus.vectors - corpus.vectors.mean(axis=0))
            about = unit(descriptions - descriptions.mean(axis=0)) if len(descriptions) > 1 else descriptions
            around = unit(corpus.around(passages))
            self._dense = [
                (1.0, np.vstack([passages, about])),
                (SURROUNDINGS_KERNEL, np.vstack([around, np.zeros_like(about)])),
            ]
            if corpus.early is not None:
                early = unit(corpus.early - corpus.early.mean(axis=0))
                self._dense.append((EARLY_KERNEL, np.vstack([early, np.zeros((len(about), early.shape[1]))])))
            if corpus.questions is not None:
                asked = np.vstack([_beyond_the_usual(corpus.questions), np.zeros_like(about)])
                self._dense.append((ASKED_KERNEL, asked))
            if corpus.spans is not None:
                nowhere = np.zeros((len(about), len(PLACES_ON_THE_WAY)))
                self._dense.append((PLACE_KERNEL, np.vstack([_on_the_way(corpus), nowhere])))
            in_context = unit(passages + BESIDE * corpus.around(passages))
            together = drawn_together(np.vstack([in_context, about]), words)
            together = unit(together - together[: len(passages)].mean(axis=0))
            # Among few passages even the nearest aren't near.
            self._dense.append((COMPANY_KERNEL * min(1.0, len(passages) / COMPANY_IN_FULL_FROM), together))
        self._own = self._with_itself()
        holding = self._own[: len(corpus.texts)][self._own[: len(corpus.texts)] > 0]
        self._usual = float(holding.mean()) if len(holding) else 1.0
        self._whole = None
        if words is not None:
            total = words + _in_words(self._manner, everything) + self._in_meaning(everything)
            self._whole = self._raised(total, everything)

    def columns(self, rows: Indices) -> Floats:
        """Likeness of everything to these rows: size × rows. Computed once for all where that isn't too much."""
        if self._whole is None:
            return self._raised(self._in_meaning(rows) + _in_words(self._subjects + self._manner, rows), rows)
        # It is symmetric, and rows lie together in memory.
        return self._whole[rows].T

    def _with_itself(self) -> Floats:
        """What each row's sum is with itself."""
        own = sum(weight * (vectors**2).sum(axis=1) for weight, vectors in self._dense)
        return np.asarray(own + sum(weight * table.lengths for weight, table in self._subjects + self._manner))

    def _raised(self, total: Floats, rows: Indices) -> Floats:
        """Raised to the power of e, so that nothing in common stays 0 and little stays about what it is."""
        total /= self._usual
        np.expm1(total, out=total)
        less = np.exp(0.5 - self._own / (2 * self._usual))
        total *= self._usual * less[:, None]
        total *= less[rows]
        return total

    def _in_meaning(self, rows: Indices) -> Floats:
        total = np.zeros((self.size, len(rows)))
        for weight, vectors in self._dense:
            total += weight * (vectors @ vectors[rows].T)
        return total


def see(corpus: Corpus, codes: Sequence[Code], piece_vectors: Floats | None, descriptions: Floats | None) -> Seen:
    """Read passages beside a codebook. Vectors are unit rows: of `pieces_of(codes)`, and of each code's `whole`."""
    compared = likeness(corpus, codes, piece_vectors)
    return Seen(corpus, codes, compared, Kernel(corpus, descriptions, compared.stems, compared.letters))


def _on_the_way(corpus: Corpus) -> Floats:
    """How far into its interview each passage is said, as unit rows: interviews go through their subjects in order.

    Two rows have exp(-d² / 2w²) in common, for a distance of d and a width of w (both as shares of the interview).
    """
    shares = corpus.on_the_way()[:, None]
    return unit(np.exp(-(((shares - PLACES_ON_THE_WAY) / WIDTH_ON_THE_WAY) ** 2)))


def _beyond_the_usual(questions: Floats) -> Floats:
    """What each question is about beyond the others; zeros where nothing was asked."""
    put = questions.any(axis=1)
    beyond = np.zeros_like(questions)
    if put.any():
        beyond[put] = unit(questions[put] - questions[put].mean(axis=0))
    return beyond


def _in_words(tables: Sequence[tuple[float, Table]], rows: Indices) -> Floats:
    """Likeness of everything to these rows by the terms that they share, summed over weighted tables."""
    return np.asarray(sum(weight * table.likeness_to(rows) for weight, table in tables))


def whole(code: Code) -> str:
    """A code's name and definition, as one text."""
    return f"{code.name.strip() or code.id}. {code.definition}".strip()


def learn(seen: Seen, evidence: Evidence | None = None) -> Learned:
    """Score every passage for every code, by the codebook and by what people decided, from no decision up.

    A row's target for a code is Fisher's: W / 2P where it carries the code, -W / 2N where it doesn't (P, N, W: weight
    of positives, negatives, all). From what the rows say goes what they say of the passage's other codes; then comes
    the likeness to the codebook with its weight, and what stands beside the passage. Twice, since the second time the
    passages that nobody decided on count with what the first time made of them. Last, where people give passages one
    code, goes some of what a passage has with its likeliest other code (`_instead`), and a code that is given often
    comes before one that is given rarely (`_how_often`).
    """
    from threadpoolctl import threadpool_limits

    # Such matrices are too small to be shared out: where others work too, two threads are several times slower.
    with threadpool_limits(1, "blas"):
        return _learned(seen, evidence or nothing_decided(seen))


def _learned(seen: Seen, evidence: Evidence) -> Learned:
    among = seen.corpus.possible(len(seen.codes))
    codings = evidence.coded.clip(0, 1).sum() / len(seen.codes)
    score = _with_neighbours(seen.likeness.score, seen.corpus, among)
    decided, everything_decided = _decided_rows(evidence), np.flatnonzero(evidence.decided.any(axis=1))
    ridge = _ridge(among, codings)
    lasting = _lasting(seen, decided, ridge)
    for _ in range(ROUNDS):
        rows = _rows(score, decided, evidence, among, codings)
        solution = _solve(seen, lasting, rows, everything_decided, ridge)
        spoken = standard(beyond_others(solution.spoken, among), among)
        weight = _codebook_weight(seen, spoken, evidence, among, codings)
        mixed = weight * seen.likeness.score + LEARNED * spoken
        score = _with_neighbours(standard(mixed, among), seen.corpus, among).round(PLACES)
    # What is spoken of often was taken off, so that no code outshone others while the coder learned.
    often = standard(score + OFTEN * seen.likeness.usual, among).round(PLACES)
    best = often.max(axis=1, where=among, initial=-np.inf)
    everywhere = np.ones(best.shape, bool)
    anything = standard(best, everywhere) + standard(seen.likeness.anything, everywhere)
    rest = _instead(evidence, among, codings) * _likeliest_other(often, among)
    given = min(codings / CODINGS_FOR_HALF, 1.0) * _how_often(evidence)
    alone = (standard(often - rest, among) + np.where(among, given, 0)).round(PLACES)
    return Learned(alone, anything.round(PLACES), weight, rows.at, solution.alphas)


def _how_often(evidence: Evidence) -> Floats:
    """The logarithm of how often each code was given where it was decided on, for how often codes are; ten codings
    count as usual.

    Added to what scores say it is a prior, as in Saerens, Latinne and Decaestecker 2002: the odds that a pair is right
    rise e-fold with a standard deviation (`trust.SLOPE`). It is one for all passages of a code: left out by interview,
    it would be lower just where the code was given most.
    """
    given, decided = evidence.coded.clip(0, 1).sum(axis=0), evidence.decided.sum(axis=0)
    usual = given.sum() / max(1, decided.sum())
    return np.asarray(np.log((given + CODINGS_AS_USUAL) / (decided * usual + CODINGS_AS_USUAL)))


def _ridge(among: Marks, codings: float) -> float:
    """How little a single row may say: less at first; and the more codes there are, the rarer what a row stands for."""
    possible = float(among.sum(axis=1).mean())
    return max(RIDGE_PER_CODE * possible, RIDGE_AT_FIRST / (1 + codings / CODINGS_FOR_HALF))


def nothing_decided(seen: Seen) -> Evidence:
    shape = (len(seen.corpus.texts), len(seen.codes))
    return Evidence(np.zeros(shape), np.zeros(shape))


def spoken_for(seen: Seen, learned: Learned, passage: int, code: int) -> Floats:
    """How much each of the rows that were learned from speaks for this code of this passage."""
    likeness_to_rows = seen.kernel.columns(learned.rows)[passage]
    return np.asarray(likeness_to_rows * learned.alphas[:, code])


@dataclass(frozen=True, slots=True)
class _Rows:
    """What is learned from: `at` counts passages, then descriptions; the first `decided` have decisions."""

    at: Indices
    decided: int
    positives: Floats
    negatives: Floats
    weights: Floats


@dataclass(frozen=True, slots=True)
class _Lasting:
    """The rows that are the same in each round, decided passages and descriptions: they come first.

    `to_all` is their likeness to everything, `inverse` that of their own with the ridge.
    """

    to_all: Floats
    inverse: Floats


@dataclass(frozen=True, slots=True)
class _Solution:
    spoken: Floats
    alphas: Floats


def _decided_rows(evidence: Evidence) -> Indices:
    """The passages to learn from: coded or rejected ones, and as many that were read and left without any code."""
    speaking = np.flatnonzero((evidence.coded > 0).any(axis=1) | (evidence.denied > 1).any(axis=1))
    silent = np.setdiff1d(np.flatnonzero(evidence.decided.any(axis=1)), speaking)
    speaking = _spread(speaking, MOST_ROWS)
    return np.sort(np.concatenate([speaking, _spread(silent, min(len(speaking), MOST_SILENT))]))


def _spread(places: Indices, at_most: int) -> Indices:
    """At most so many, at even distances: decided by place alone, so that two runs take the same ones."""
    if len(places) <= at_most:
        return places
    return places[np.linspace(0, len(places) - 1, at_most).astype(int)] if at_most else places[:0]


def _rows(score: Floats, decided: Indices, evidence: Evidence, among: Marks, codings: float) -> _Rows:
    passages, codes = score.shape
    faint, shares = _likeliest(score, decided, among)
    own = np.eye(codes)
    positives = np.vstack([evidence.coded[decided], own, shares])
    negatives = np.vstack([evidence.denied[decided], 1 - own, np.where(among[faint], 1 - shares, 0)])
    weights = np.concatenate([np.ones(len(decided) + codes), np.full(len(faint), FAINT / (1 + codings))])
    at = np.concatenate([decided, passages + np.arange(codes), faint])
    return _Rows(at, len(decided), positives, negatives, weights)


def _likeliest(score: Floats, decided: Indices, among: Marks) -> tuple[Indices, Floats]:
    """The undecided passages that come out on top for a code, and how far each is taken for its codes."""
    passages, codes = score.shape
    count = min(MOST_FAINT, passages // (2 * codes) + 1, max(1, MOST_FAINT_ROWS // codes))
    open_to_it = among.copy()
    open_to_it[decided] = False
    ranked = np.where(open_to_it, score, -np.inf).round(PLACES)
    # Those that tie with the last are taken too, or the place of a passage would decide.
    least = -np.sort(-ranked, axis=0)[count - 1]
    chosen = open_to_it & (ranked > 0) & (ranked >= least)
    faint = np.flatnonzero(chosen.any(axis=1))
    return faint, np.where(chosen[faint], _shares(score[faint], among[faint]), 0.0)


def _shares(score: Floats, among: Marks) -> Floats:
    """Softmax over a passage's codes."""
    raised = np.where(among, score / TEMPERATURE, -np.inf)
    grown = np.exp(raised - raised.max(axis=1, keepdims=True, initial=-700.0))
    return np.asarray(grown / grown.sum(axis=1, keepdims=True))


def _instead(evidence: Evidence, among: Marks, codings: float) -> float:
    """How much a passage's likeliest other code counts against a code: half, from ten codings a code on.

    Less, the more passages are given several codes, and nothing from one and a half a passage on. That is known of
    passages on which every code was decided: who looks for one code says nothing of the others.
    """
    decided_whole = (evidence.decided | ~among).all(axis=1)
    given = (evidence.coded[decided_whole] > 0).sum(axis=1)
    if not given.any():
        return 0.0
    further = given[given > 0].mean() - 1
    return float(INSTEAD * min(1.0, codings / CODINGS_FOR_INSTEAD) * max(0.0, 1 - 2 * further))


def _likeliest_other(score: Floats, among: Marks) -> Floats:
    """The soft maximum of what a passage has with its other codes; 0 where no other is possible."""
    raised = np.where(among, score / TEMPERATURE, -np.inf)
    highest = raised.max(axis=1, keepdims=True, initial=-700.0)
    grown = np.exp(raised - highest)
    others = np.maximum(grown.sum(axis=1, keepdims=True) - grown, TINY)
    has_other = among.sum(axis=1, keepdims=True) > among
    return np.where(has_other, TEMPERATURE * (highest + np.log(others)), 0.0)


def _lasting(seen: Seen, decided: Indices, ridge: float) -> _Lasting:
    at = np.concatenate([decided, np.arange(len(seen.corpus.texts), seen.kernel.size)])
    to_all = seen.kernel.columns(at).T
    return _Lasting(to_all, _inverse(_ridged(to_all[:, at], ridge, np.ones(len(at)))))


def _solve(seen: Seen, lasting: _Lasting, rows: _Rows, decided: Indices, ridge: float) -> _Solution:
    """What the rows say of every passage; of passages with decisions, what the other interviews' rows say."""
    weights = rows.weights[:, None]
    for_it, against = (weights * rows.positives).sum(axis=0), (weights * rows.negatives).sum(axis=0)
    both = for_it + against
    targets = rows.positives * both / (2 * np.maximum(for_it, TINY)) - rows.negatives * both / (
        2 * np.maximum(against, TINY)
    )
    # Rows lie together in memory, and likeness is symmetric: so rows are picked, not columns.
    to_all = np.concatenate([lasting.to_all, seen.kernel.columns(rows.at[len(lasting.to_all) :]).T])
    inverse = _inverse_from(lasting.inverse, _ridged(to_all[:, rows.at], ridge, rows.weights))
    alphas = inverse @ targets
    spoken = np.ascontiguousarray((alphas.T @ to_all).T[: len(seen.corpus.texts)])
    interviews = seen.corpus.interviews
    of_rows = np.where(rows.at < len(interviews), interviews[np.minimum(rows.at, len(interviews) - 1)], -1)
    names = np.unique(of_rows[: rows.decided])
    # What the others would speak, had these rows never been there (Rasmussen and Williams 2006, 5.4.2).
    if len(names) < FEWEST_INTERVIEWS:
        each = np.arange(rows.decided)
        spoken[rows.at[each]] -= _own_share(to_all[each][:, rows.at], inverse[each], alphas[each])
        return _Solution(spoken, alphas)
    to_decided = np.ascontiguousarray(to_all[:, decided].T)
    for interview in names:
        passages, own = interviews[decided] == interview, np.flatnonzero(of_rows == interview)
        spoken[decided[passages]] = to_decided[passages] @ _without(own, inverse, alphas)
    return _Solution(spoken, alphas)


def _own_share(to_rows: Floats, inverse: Floats, alphas: Floats) -> Floats:
    """What each of the first rows says of itself: these are left out singly where there are under three interviews."""
    each = np.arange(len(alphas))
    return np.asarray(((to_rows * inverse).sum(axis=1) / inverse[each, each])[:, None] * alphas)


def _without(left_out: Indices, inverse: Floats, alphas: Floats) -> Floats:
    """The alphas without an interview's rows: they are left out together, since people of one interview speak alike."""
    own = inverse[left_out]
    return np.asarray(alphas - own.T @ np.linalg.solve(own[:, left_out], alphas[left_out]))


def _ridged(among: Floats, ridge: float, weights: Floats) -> Floats:
    """How like each other rows are, with the ridge on the diagonal."""
    among[np.diag_indices_from(among)] += ridge / weights
    return among


def _inverse(matrix: Floats) -> Floats:
    """Of a symmetric positive definite matrix, by Cholesky, which takes half as long as any matrix's."""
    from scipy.linalg.lapack import dpotrf, dpotri

    factor, failed = dpotrf(matrix.T, lower=True, clean=False)
    if failed:
        return np.asarray(np.linalg.inv(matrix))
    half = np.tril(dpotri(factor, lower=True, overwrite_c=True)[0])
    whole = half + half.T
    whole[np.diag_indices_from(whole)] /= 2
    return np.asarray(whole)


def _inverse_from(inverse_of_first: Floats, matrix: Floats) -> Floats:
    """Of a symmetric matrix, of whose first rows and columns the inverse is given (by the complement of Schur 1917)."""
    first = len(inverse_of_first)
    if first == len(matrix):
        return inverse_of_first
    between = inverse_of_first @ matrix[:first, first:]
    of_rest = _inverse(matrix[first:, first:] - matrix[first:, :first] @ between)
    across = between @ of_rest
    whole = np.empty_like(matrix)
    whole[:first, :first] = inverse_of_first + across @ between.T
    whole[:first, first:] = -across
    whole[first:, :first] = -across.T
    whole[first:, first:] = of_rest
    return whole


def _codebook_weight(seen: Seen, spoken: Floats, evidence: Evidence, among: Marks, codings: float) -> float:
    """How much the codebook counts: less with every coding; from three a code on, what would have ranked best.

    That is judged on interviews whose own decisions were left out, so that noisy codings can't talk it down.
    """
    usual = 1 / (1 + codings / CODINGS_FOR_HALF)
    if codings < FEWEST_TO_CHOOSE_BY:
        return usual
    rows = np.flatnonzero((evidence.coded > 0).any(axis=1))
    ranked = []
    for weight in CODEBOOK_WEIGHTS:
        mixed = standard(weight * seen.likeness.score + LEARNED * spoken, among)
        score = _with_neighbours(mixed, seen.corpus, among)[rows].round(PLACES)
        precision = average_precision(evidence.coded[rows] > 0, np.where(evidence.decided[rows], score, -np.inf))
        ranked.append((round(precision - DOUBT * abs(np.log2(weight / usual)), PLACES), -weight))
    return -max(ranked)[1]


def average_precision(gold: npt.NDArray[np.bool_], score: Floats) -> float:
    """Mean over codes of the precision at each passage that carries the code, likeliest first; 0 without any."""
    order = np.argsort(-score, axis=0, kind="stable")
    hits = np.take_along_axis(gold, order, axis=0)
    precision = hits.cumsum(axis=0) / np.arange(1, len(gold) + 1)[:, None]
    used = hits.any(axis=0)
    if not used.any():
        return 0.0
    return float(((precision * hits).sum(axis=0)[used] / hits.sum(axis=0)[used]).mean())


def _with_neighbours(score: Floats, corpus: Corpus, among: Marks) -> Floats:
    """What is said beside a passage counts for two fifths: people stay with a subject for a while."""
    if corpus.spans is None:
        return score
    # Bounded, so that no passage is proposed for what was said beside it alone.
    beside = standard(corpus.around(score), among).clip(-MOST_BESIDE, MOST_BESIDE)
    return standard(score + NEIGHBOURS * beside, among)
