"""In which order passages are put to people: what to look at next, for which purpose."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from crosscase.problem import Refused, nearest
from crosscase.source import Segment
from crosscase.suggest.corpus import Floats, Indices
from crosscase.suggest.deductive import Opinion
from crosscase.suggest.trust import stands_out

ONE_IN = 10


@dataclass(frozen=True, slots=True)
class Queued:
    """A passage to look at, with the code that it is looked at for; `blind` ones are put without a proposal.

    `probability` is that of the code, and `anything` how likely the passage carries any code at all, in standard
    deviations.
    """

    place: Segment
    quote: str
    code_id: str
    probability: float
    anything: float
    blind: bool = False


def find(opinion: Opinion, code: int) -> list[tuple[int, int]]:
    """Find more of this code: the passages that nobody decided on for it, the likeliest first."""
    score = opinion.learned.score[:, code]
    rows = np.flatnonzero(~opinion.evidence.decided[:, code])
    return [(int(row), code) for row in rows[np.argsort(-score[rows], kind="stable")]]


def teach(opinion: Opinion, code: int) -> list[tuple[int, int]]:
    """Teach me: where the score is nearest to what must stand out, one interview after the other.

    Uncertain passages of one interview resemble each other; so each interview gives its most uncertain one in turn.
    """
    doubt = abs(
        opinion.learned.score[:, code] - stands_out(opinion.evidence, opinion.read.seen.corpus.candidates)
    ).round(6)
    rows = np.flatnonzero(~opinion.evidence.decided[:, code])
    rows = rows[np.argsort(doubt[rows], kind="stable")]
    turn = _turns(opinion.read.seen.corpus.interviews[rows])
    return [(int(row), code) for row in rows[np.argsort(turn, kind="stable")]]


def in_order(opinion: Opinion, code: int) -> list[tuple[int, int]]:
    """As it comes: what is proposed, source by source, in reading order."""
    rows = np.flatnonzero(opinion.proposed[:, code] & ~opinion.evidence.decided[:, code])
    return [(int(row), code) for row in rows]


def revisit(opinion: Opinion, code: int) -> list[tuple[int, int]]:
    """Look again: where a decision is farthest from what all other interviews' decisions say."""
    evidence, probability = opinion.evidence, opinion.probability[:, code]
    given = evidence.coded[:, code] >= np.maximum(evidence.denied[:, code], 1)
    surprise = np.where(given, 1 - probability, probability).round(6)
    rows = np.flatnonzero(evidence.decided[:, code])
    return [(int(row), code) for row in rows[np.argsort(-surprise[rows], kind="stable")]]


QUEUES: dict[str, Callable[[Opinion, int], list[tuple[int, int]]]] = {
    "find": find,
    "teach": teach,
    "order": in_order,
    "revisit": revisit,
}


def queue(opinion: Opinion, name: str, code_id: str = "", limit: int = 20) -> tuple[Queued, ...]:
    """Up to `limit` passages in the order of a queue, for one code, or for all of them in turn.

    One in ten is a blind one besides (not where things are looked at again): a passage that nobody decided on, at even
    distances through the study, put without a proposal. What is decided on those tells how right suggestions are.
    Raises `Refused` where there is no such queue or code.
    """
    if name not in QUEUES:
        raise Refused(f"there is no queue `{name}`; {nearest(name, list(QUEUES))}")
    codes = opinion.read.codebook.codes
    if code_id and code_id not in opinion.read.codebook.by_id:
        raise Refused(f"there is no code `{code_id}`; {nearest(code_id, list(opinion.read.codebook.by_id))}")
    wanted = [at for at, code in enumerate(codes) if not code_id or code == opinion.read.codebook.by_id[code_id]]
    pairs = _in_turn([QUEUES[name](opinion, code) for code in wanted])
    if name == "order":
        pairs = sorted(pairs)
    chosen = [_queued(opinion, row, code) for row, code in pairs[:limit]]
    return tuple(chosen if name == "revisit" else _with_blind(chosen, opinion, len(chosen) // ONE_IN))


def _in_turn(lists: Sequence[Sequence[tuple[int, int]]]) -> list[tuple[int, int]]:
    """The first of each, the second of each, and so on; a passage comes once, for the code that asks first."""
    longest = max(map(len, lists), default=0)
    taken: dict[int, tuple[int, int]] = {}
    for at in range(longest):
        for pairs in lists:
            if at < len(pairs):
                taken.setdefault(pairs[at][0], pairs[at])
    return list(taken.values())


def _with_blind(chosen: Sequence[Queued], opinion: Opinion, count: int) -> list[Queued]:
    put = {queued.place for queued in chosen}
    undecided = np.flatnonzero(~opinion.evidence.decided.any(axis=1))
    free = [int(row) for row in undecided if opinion.read.places[row] not in put]
    spread = np.linspace(0, len(free) - 1, min(count, len(free))).astype(int).tolist()
    blind = [_queued(opinion, free[at], None) for at in spread]
    mixed = list(chosen)
    for number, queued in enumerate(blind):
        mixed.insert((number + 1) * (ONE_IN + 1) - 1, queued)
    return mixed


def _queued(opinion: Opinion, row: int, code: int | None) -> Queued:
    text = opinion.read.seen.corpus.texts[row]
    anything = round(float(opinion.anything[row]), 2)
    if code is None:
        return Queued(opinion.read.places[row], text, "", 0.0, anything, blind=True)
    probability: Floats = opinion.probability
    code_id = opinion.read.codebook.codes[code].id
    return Queued(opinion.read.places[row], text, code_id, round(float(probability[row, code]), 4), anything)


def _turns(interviews: Indices) -> Indices:
    """For each passage, how many of its interview come before it."""
    seen: dict[int, int] = {}
    turns = np.zeros(len(interviews), int)
    for at, interview in enumerate(interviews.tolist()):
        turns[at] = seen.get(interview, 0)
        seen[interview] = turns[at] + 1
    return turns
