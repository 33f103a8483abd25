"""All that a review needs of an opinion, as values that can be kept: what to put next for each code, and what blind."""

from collections.abc import Iterable, Sequence
from hashlib import sha256

import numpy as np

from crosscase.coding import Suggestion
from crosscase.learning import BLIND_AMONG, BlindPassage, CodeLearning, Learning, Reviewable
from crosscase.source import Segment
from crosscase.suggest.deductive import Opinion
from crosscase.suggest.explaining import Explaining
from crosscase.suggest.queues import QUEUES

MOST = {"find": 40, "teach": 20, "revisit": 20}
"""How long a code's queue is; in reading order everything is put that is proposed."""

CHOICES = 5


def learning_of(opinion: Opinion, *, decisions: int, seed: int) -> Learning:
    """What an opinion makes of each code, with the first passages of each queue.

    Those of `revisit` are passages that people left uncoded and nobody rejected: what they coded stands in the sources.
    """
    queued = {(name, code): _queue(opinion, name, code) for name in QUEUES for code in range(len(opinion.trusts))}
    pairs = sorted({pair for queue in queued.values() for pair in queue})
    number = {pair: at for at, pair in enumerate(pairs)}
    codes = []
    for at, code in enumerate(opinion.read.codebook.codes):
        queues = {name: tuple(number[pair] for pair in queued[name, at]) for name in QUEUES}
        codes.append(CodeLearning(code.id, opinion.trusts[at], queues))
    passages = len(opinion.read.places)
    blind = tuple(_blind_passages(opinion, seed))
    return Learning(decisions, passages, tuple(_reviewables(opinion, pairs)), tuple(codes), blind)


def _queue(opinion: Opinion, name: str, code: int) -> list[tuple[int, int]]:
    pairs = QUEUES[name](opinion, code)
    if name == "revisit":
        evidence = opinion.evidence
        pairs = [(row, at) for row, at in pairs if not evidence.coded[row, at] and evidence.denied[row, at] <= 1]
    return pairs[: MOST.get(name)]


def _reviewables(opinion: Opinion, pairs: Iterable[tuple[int, int]]) -> Iterable[Reviewable]:
    read = opinion.read
    explaining = Explaining(read.seen, opinion.evidence, opinion.learned, opinion.trusts, read.places, read.why)
    proposed = _proposed(opinion)
    for row, column in pairs:
        suggestion = proposed.get((row, column)) or Suggestion(
            read.places[row].source_id,
            read.places[row].start,
            read.places[row].end,
            read.seen.corpus.texts[row],
            read.codebook.codes[column].id,
            round(float(opinion.probability[row, column]), 4),
            explaining.of(row, column),
            read.encoder,
            alike=explaining.alike(row, column),
        )
        yield Reviewable(
            suggestion,
            explaining.place_alike(row, column, rejected=False),
            explaining.place_alike(row, column, rejected=True),
        )


def _proposed(opinion: Opinion) -> dict[tuple[int, int], Suggestion]:
    row = {place: at for at, place in enumerate(opinion.read.places)}
    column = {code.id: at for at, code in enumerate(opinion.read.codebook.codes)}
    return {(row[one.segment], column[one.code_id]): one for one in opinion.suggestions}


def _blind_passages(opinion: Opinion, seed: int) -> Iterable[BlindPassage]:
    """Undecided passages by lot, as many with a proposal as without, as far as there are such.

    A passage's lot hangs on the seed and its place alone, so that one drawn stays drawn whatever is decided.
    """
    undecided = np.flatnonzero(~opinion.evidence.decided.any(axis=1)).tolist()
    undecided.sort(key=lambda row: _lot(seed, opinion.read.places[row]))
    of_row: dict[int, list[Suggestion]] = {}
    for (row, _), suggestion in _proposed(opinion).items():
        of_row.setdefault(row, []).append(suggestion)
    count = len(opinion.read.places) // BLIND_AMONG
    suggested = [row for row in undecided if row in of_row][: count // 2]
    others = [row for row in undecided if row not in of_row][: count - len(suggested)]
    for row in sorted([*suggested, *others], key=lambda row: _lot(seed, opinion.read.places[row])):
        yield _blind_passage(opinion, row, of_row.get(row, []))


def _blind_passage(opinion: Opinion, row: int, suggestions: Sequence[Suggestion]) -> BlindPassage:
    codes = [code.id for code in opinion.read.codebook.codes]
    nearest = [codes[at] for at in np.argsort(-opinion.learned.score[row], kind="stable").tolist()]
    proposed = suggestions[: CHOICES - 2]
    wanted = {suggestion.code_id for suggestion in proposed}
    wanted |= set([code_id for code_id in nearest if code_id not in wanted][: CHOICES - len(wanted)])
    choices = tuple(code_id for code_id in codes if code_id in wanted)
    return BlindPassage(opinion.read.places[row], choices, tuple(proposed))


def _lot(seed: int, place: Segment) -> str:
    return sha256(f"{seed} {place.source_id} {place.start} {place.end}".encode()).hexdigest()
