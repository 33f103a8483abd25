"""How far a code's suggestions can be trusted, by what people decided on passages that were scored without them."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from crosscase.learning import Trust
from crosscase.suggest.corpus import Floats, Indices, Marks
from crosscase.suggest.learned import Evidence

# Chosen on some sets, looked at once on others: docs/assisted-coding.md.
CODES_A_PASSAGE = 1.5
LEAST, LEAST_WHERE_ASKED = 1.0, 0.6
LESS_FROM_THE_CODEBOOK = 0.2
CODINGS_A_CODE = 5
TARGET = 0.6
HOPELESS = 0.2
FEWEST_CODED, FEWEST_INTERVIEWS, FEWEST_SHOWN = 5, 3, 8
READ_WHOLE = 0.9
SIZES = 10
DRAWS = 200
MISSES = 0.1
# The logit of the share that is right is SLOPE × (score - 1) + AT_ONE - the log of how many other codes there are.
SLOPE, AT_ONE = 1.0, 0.65
FIRMNESS_OF_THESE = 20.0
STEEPER, FARTHEST_BORDER = 1.5, 1.5
STEPS = 25
PLACES = 6


def stands_out(evidence: Evidence, among: Marks | None = None) -> float:
    """From which score on a pair is shown before more is known of its code: at least one standard deviation.

    With many codes it is so much that a passage would get 1.5 of those that are possible for it (`among`), were scores
    spread as a bell; a fifth of a standard deviation less where nothing was coded. Where only some codes are possible
    people were asked for these, so that a passage mostly carries one, and 0.6 standard deviations are enough.
    """
    from scipy.stats import norm

    codes = max(1, evidence.coded.shape[1])
    codings = evidence.coded.clip(0, 1).sum() / codes
    less = LESS_FROM_THE_CODEBOOK * (1 - min(codings / CODINGS_A_CODE, 1))
    every_code = among is None or bool(among.all())
    possible = codes if among is None else max(1.0, float(among.sum(axis=1).mean()))
    least = LEAST if every_code else LEAST_WHERE_ASKED
    return float(max(least, norm.isf(min(0.5, CODES_A_PASSAGE / possible)) - less))


def borders(score: Floats, evidence: Evidence, among: Marks) -> Floats:
    """From which score on each code is shown before more is known of it: as for all codes (`stands_out`) at first.

    With codings it moves to where F1 is expected to be highest (from five a code on, by one and a half standard
    deviations at most). A share is right of each pair as of such scores on other sets; of the n likeliest passages on
    the code so many are taken that 2 × (what is right among them) / (n + what is right in all) is expected to be
    highest.
    """
    usual, codes = stands_out(evidence, among), score.shape[1]
    moved = min(evidence.coded.clip(0, 1).sum() / max(1, codes) / CODINGS_A_CODE, 1.0)
    if not moved or not score.size:
        return np.full(codes, usual)
    others = max(1.0, float(among.sum(axis=1).mean()) - 1)
    ranked = -np.sort(-np.where(among, score, -np.inf), axis=0)
    right = 1 / (1 + np.exp((-STEEPER * (ranked - 1) - AT_ONE + np.log(others)).clip(-30, 30)))
    expected = 2 * right.cumsum(axis=0) / (np.arange(1, len(ranked) + 1)[:, None] + right.sum(axis=0))
    best = np.take_along_axis(ranked, expected.round(PLACES).argmax(axis=0)[None], axis=0)[0]
    return np.asarray(usual + moved * (best - usual).clip(-FARTHEST_BORDER, FARTHEST_BORDER))


def trusts(
    score: Floats, evidence: Evidence, interviews: Indices, among: Marks | None = None, *, strict: bool = False
) -> tuple[Trust, ...]:
    """One for each code, by the interviews that were read whole.

    `score` must be each decided passage's without its own interview's decisions (see `learn`); `among` marks the codes
    that are possible for each passage.

    Estimated: ten sizes of what would be shown are tried; the largest counts whose share of right ones is at least
    .6 in nine of ten draws of whole interviews with replacement. Strict: whose exact binomial lower bound is, too
    (Clopper and Pearson 1934), at one in a hundred, since ten are tried and one in ten may miss (Bonferroni); then all
    other codes are silent.
    """
    usual = borders(score, evidence, np.ones(score.shape, bool) if among is None else among)
    gold = evidence.coded >= np.maximum(evidence.denied, 1)
    representative = _read_whole(evidence, interviews)
    weigh = _strict if strict else _estimated
    made = []
    for code in range(score.shape[1]):
        rows = np.flatnonzero(representative[:, code])
        trust = weigh(score[rows, code], gold[rows, code], interviews[rows], float(usual[code]))
        made.append(replace(trust, coded=int(gold[:, code].sum())))
    return tuple(made)


def _read_whole(evidence: Evidence, interviews: Indices) -> Marks:
    """The decided pairs of interviews of which nine tenths are decided for the code.

    Elsewhere people have decided on what they were looking for, which says nothing of all the rest.
    """
    passages = np.bincount(interviews)[:, None]
    decided = np.zeros((len(passages), evidence.decided.shape[1]))
    np.add.at(decided, interviews, evidence.decided)
    return np.asarray(evidence.decided & (decided >= READ_WHOLE * passages)[interviews])


def shown(score: Floats, codes: Sequence[Trust], among: Marks, at_most: int) -> Marks:
    """What is proposed: each passage's best codes, where they reach their threshold and aren't silent."""
    threshold = np.array([np.inf if code.standing == "silent" else code.threshold for code in codes])
    ranked = np.where(among, score, -np.inf)
    best = np.argsort(-ranked, axis=1, kind="stable")[:, :at_most]
    chosen = np.zeros(among.shape, bool)
    np.put_along_axis(chosen, best, True, axis=1)
    return np.asarray(chosen & among & (score >= threshold))


def probabilities(score: Floats, evidence: Evidence) -> Floats:
    """The share of such pairs that are right: a logistic curve over all codes together (Platt 1999).

    It starts from the curve that other sets have, which counts as twenty decided pairs do, and moves to what people
    decided here: each code's pairs are too few to be fitted by themselves.
    """
    gold, decided = evidence.coded >= np.maximum(evidence.denied, 1), evidence.decided
    start = np.array([SLOPE, AT_ONE - np.log(max(1, score.shape[1] - 1))])
    slope, at_one = _fitted(score[decided] - 1, gold[decided], start)
    return np.asarray(1 / (1 + np.exp(-(slope * (score - 1) + at_one).clip(-30, 30))))


def _estimated(score: Floats, gold: Marks, interviews: Indices, usual: float) -> Trust:
    coded = int(gold.sum())
    names, of = np.unique(interviews, return_inverse=True)
    if coded < FEWEST_CODED or len(np.unique(interviews[gold])) < FEWEST_INTERVIEWS:
        return Trust("learning", usual, coded, interviews=len(names))
    counts = _draws(len(names))
    hopeless = False
    for threshold in _thresholds(score, usual):
        over = score >= threshold
        shares = _shares(counts, of, over, gold)
        low, high = np.quantile(shares, [MISSES, 1 - MISSES])
        right, many = int((over & gold).sum()), int(over.sum())
        known = Trust("estimated", threshold, coded, right, many, float(low), float(high), len(names))
        if low >= TARGET and right / many >= TARGET:
            return known
        if threshold == usual:
            hopeless = many >= FEWEST_SHOWN and high < HOPELESS
            at_usual = known
    return Trust(
        "silent" if hopeless else "learning",
        usual,
        coded,
        at_usual.right,
        at_usual.shown,
        at_usual.low,
        at_usual.high,
        len(names),
    )


def _strict(score: Floats, gold: Marks, interviews: Indices, usual: float) -> Trust:
    from scipy.stats import beta

    coded = int(gold.sum())
    names, of = np.unique(interviews, return_inverse=True)
    many_interviews = len(names)
    if many_interviews < FEWEST_INTERVIEWS:
        return Trust("silent", usual, coded, interviews=many_interviews)
    counts = _draws(many_interviews)
    for threshold in _thresholds(score, usual):
        over = score >= threshold
        right, many = int((over & gold).sum()), int(over.sum())
        low = float(beta.ppf(MISSES / SIZES, right, many - right + 1)) if right else 0.0
        # The binomial takes passages of one interview for independent, so draws of interviews must agree.
        low = min(low, float(np.quantile(_shares(counts, of, over, gold), MISSES)))
        if low >= TARGET and len(np.unique(interviews[over & gold])) >= FEWEST_INTERVIEWS:
            return Trust("estimated", threshold, coded, right, many, low, 1.0, many_interviews)
    return Trust("silent", usual, coded, interviews=many_interviews)


def _thresholds(score: Floats, usual: float) -> list[float]:
    """Ten sizes of what is shown, the largest first: the usual one, and ever smaller ones above it."""
    above = np.sort(score[score >= usual])[::-1]
    sizes = np.unique(np.linspace(len(above), min(len(above), FEWEST_SHOWN // 2), SIZES).astype(int))[::-1]
    return [usual, *(float(above[size - 1]) for size in sizes[1:] if size)]


def _draws(interviews: int) -> Indices:
    """How often each interview is drawn, draw by draw; always the same draws."""
    shares = np.full(interviews, 1 / max(1, interviews))
    return np.random.default_rng(0).multinomial(interviews, shares, DRAWS)


def _shares(counts: Indices, of: Indices, over: Marks, gold: Marks) -> Floats:
    """By draw of interviews, the share of what would be shown that is right; 0 where nothing would."""
    shown_in = np.bincount(of, weights=over, minlength=counts.shape[1])
    right_in = np.bincount(of, weights=over & gold, minlength=counts.shape[1])
    return np.asarray((counts @ right_in) / np.maximum(counts @ shown_in, 1))


def _fitted(offset: Floats, gold: Marks, start: Floats) -> tuple[float, float]:
    """Slope and height at 0 of a logistic curve, by Newton's steps, held to the starting curve by a ridge."""
    inputs, parameters = np.stack([offset, np.ones_like(offset)], axis=1), start.copy()
    for _ in range(STEPS if len(offset) else 0):
        told = 1 / (1 + np.exp(-(inputs @ parameters).clip(-30, 30)))
        slope = inputs.T @ (told - gold) + FIRMNESS_OF_THESE / 4 * (parameters - start)
        curve = (inputs * (told * (1 - told))[:, None]).T @ inputs + FIRMNESS_OF_THESE / 4 * np.eye(2)
        parameters = parameters - np.linalg.solve(curve, slope)
    return max(float(parameters[0]), 0.1), float(parameters[1])
