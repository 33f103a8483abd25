"""What is known of each code's suggestions: its state, how it came to it, and what the blind audit says."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from crosscase.coding import Review
from crosscase.learning import Point, Trust
from crosscase.suggest.corpus import Floats, Marks
from crosscase.suggest.deductive import Opinion
from crosscase.suggest.learned import Evidence, average_precision, learn
from crosscase.suggest.queues import Queued
from crosscase.wording import how_many

POINTS = 4
LONGEST_QUOTE = 90


@dataclass(frozen=True, slots=True)
class CodeReport:
    """One code: how far it is trusted, and of suggestions that were hidden until the verdict how many were kept."""

    code_id: str
    trust: Trust
    proposed: int
    kept_blind: int
    decided_blind: int


def code_reports(opinion: Opinion, reviews: Sequence[Review]) -> tuple[CodeReport, ...]:
    """One for each code, in the order of the codebook."""
    by_id = opinion.read.codebook.by_id
    blind = [(by_id[r.code_id].id, r.verdict) for r in reviews if r.blind and r.code_id in by_id]
    undecided = opinion.proposed & ~opinion.evidence.decided
    reports = []
    for at, code in enumerate(opinion.read.codebook.codes):
        verdicts = [verdict for code_id, verdict in blind if code_id == code.id and verdict != "later"]
        proposed = int(undecided[:, at].sum())
        reports.append(CodeReport(code.id, opinion.trusts[at], proposed, verdicts.count("accept"), len(verdicts)))
    return tuple(reports)


def learning_curve(opinion: Opinion) -> tuple[Point, ...]:
    """How well the rest was ranked after a quarter, a half, three quarters of the interviews that people decided on.

    Interviews come in the order of their ids, and each point is judged on those that come after it. Empty where under
    three have decisions.
    """
    evidence, interviews = opinion.evidence, opinion.read.seen.corpus.interviews
    decided = evidence.decided.any(axis=1)
    names = np.unique(interviews[decided])
    if len(names) < POINTS - 1:
        return ()
    counts = sorted({len(names) * part // POINTS for part in range(POINTS)})
    points = []
    for count in counts:
        learned_from = np.isin(interviews, names[:count])[:, None]
        part = Evidence(np.where(learned_from, evidence.coded, 0), np.where(learned_from, evidence.denied, 0))
        rest = decided & ~learned_from[:, 0]
        score = np.where(evidence.decided, learn(opinion.read.seen, part).score, -np.inf)[rest]
        gold = evidence.coded[rest] > 0
        codes = [code.id for code in opinion.read.codebook.codes]
        points.append(Point(count, average_precision(gold, score), _by_code(codes, gold, score)))
    return tuple(points)


def _by_code(codes: Sequence[str], gold: Marks, score: Floats) -> dict[str, float]:
    coded = np.flatnonzero(gold.any(axis=0)).tolist()
    return {codes[at]: round(average_precision(gold[:, [at]], score[:, [at]]), 4) for at in coded}


def report_lines(reports: Sequence[CodeReport], curve: Sequence[Point]) -> Iterator[str]:
    """The report as the command prints it."""
    width = max((len(report.code_id) for report in reports), default=0)
    for report in reports:
        yield f"{report.code_id:{width}}  {report.trust.standing:9}  {_known(report)}"
    if curve:
        reached = ", ".join(f"{point.precision:.2f} after {point.interviews}" for point in curve)
        yield f"how well the sources that were coded later were ranked (mean average precision): {reached}"


def queue_lines(queued: Sequence[Queued]) -> Iterator[str]:
    """A queue as the command prints it: place, code, chance, quote; a blind passage has no code."""
    for one in queued:
        place = f"{one.place.source_id}:{one.place.start}-{one.place.end}"
        quote = one.quote if len(one.quote) <= LONGEST_QUOTE else f"{one.quote[: LONGEST_QUOTE - 1].rstrip()}…"
        what = "what would you code here?" if one.blind else f"{one.code_id}  {one.probability:.2f}"
        yield f"{place}  {what}  “{quote}”"


def _known(report: CodeReport) -> str:
    trust = report.trust
    parts = [how_many(trust.coded, "coded passage"), f"{report.proposed} proposed"]
    if trust.shown:
        shares = f"{trust.low:.2f} to {trust.high:.2f}, {how_many(trust.interviews, 'source')}"
        parts.append(f"of {trust.shown} decided ones that it would have proposed {trust.right} right ({shares})")
    if report.decided_blind:
        parts.append(f"blind audit: {report.kept_blind} of {report.decided_blind} kept")
    return "; ".join(parts)
