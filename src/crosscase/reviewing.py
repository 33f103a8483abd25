"""Going through what the machine proposes: what is left for a coder, when a passage comes blind, what was kept."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest

from crosscase.coding import Review, Suggestion
from crosscase.learning import BLIND_AMONG, BlindPassage, CodeLearning, Learning, Reviewable
from crosscase.problem import Refused, nearest
from crosscase.source import Segment
from crosscase.study import Study

QUEUES: Mapping[str, str] = {
    "find": "Find more",
    "teach": "Teach me",
    "order": "As it comes",
    "revisit": "Look again",
}
ABOUT: Mapping[str, str] = {
    "find": "the likeliest passages first",
    "teach": "where the machine knows least, one source after the other",
    "order": "what is proposed, in reading order",
    "revisit": "passages that were read and left uncoded, against what all other sources say",
}
EACH_BLIND = 5
"""After so many verdicts with the suggestion in sight a passage comes without: ten to fifty."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What was decided: `kept` of `decided` with the suggestion in sight, and of `blind` passages the `same` code."""

    kept: int = 0
    decided: int = 0
    same: int = 0
    blind: int = 0

    def __str__(self) -> str:
        """`with suggestion: 78 of 100 kept; blind: 6 of 10 the same code`, as far as there is anything to say."""
        parts = [f"with suggestion: {self.kept} of {self.decided} kept"] if self.decided else []
        if self.blind:
            parts.append(f"blind: {self.same} of {self.blind} the same code")
        return "; ".join(parts)


@dataclass(frozen=True)
class Reviewing:
    """One coder's way through what the machine proposes for a study."""

    study: Study
    learning: Learning
    coder: str

    def next_in(self, queue: str, code_id: str = "") -> tuple[BlindPassage | None, tuple[Reviewable, ...]]:
        """A blind passage, where one is due; and what is left in the queue, the next first. Raises as `left` does."""
        left = self.left(queue, code_id)
        is_due = left and queue != "revisit"
        return (self.due_blind() if is_due else None), left

    def left(self, queue: str, code_id: str = "") -> tuple[Reviewable, ...]:
        """What nobody has decided on yet; what this coder left for later comes last, the first left first.

        Of all codes in turn, unless one is named. Raises `Refused` where there is no such queue or code.
        """
        waiting: list[Reviewable] = []
        postponed: list[tuple[str, Reviewable]] = []
        for reviewable in self._queued(queue, code_id):
            place = (reviewable.suggestion.segment, reviewable.suggestion.code_id)
            if place in self._decided or _meets(place[0], self._coded.get((place[0].source_id, place[1]), ())):
                continue
            if place in self._later:
                postponed.append((self._later[place], reviewable))
            else:
                waiting.append(reviewable)
        postponed.sort(key=lambda at: at[0])
        return (*waiting, *(reviewable for _, reviewable in postponed))

    def due_blind(self) -> BlindPassage | None:
        """The passage that is to come without its suggestion now; None where none is due, or no more can be borne."""
        mine = [one for one in self.study.reviews if one.reviewer == self.coder and one.verdict != "later"]
        seen = sum(map(_was_in_sight, mine))
        blind = len({review.segment for review in mine if review.blind})
        if blind >= min(seen // EACH_BLIND, self.learning.passages // BLIND_AMONG):
            return None
        touched: dict[str, list[Segment]] = {}
        for segment in self._touched():
            touched.setdefault(segment.source_id, []).append(segment)
        passages = (one for one in self.learning.blind if not _meets(one.place, touched.get(one.place.source_id, ())))
        return next(passages, None)

    def _queued(self, queue: str, code_id: str) -> Iterator[Reviewable]:
        """A queue as it was when the machine last learned: of one code, or the first of each, the second of each."""
        _known(queue, QUEUES, "queue")
        codes = self.learning.codes
        if code_id:
            _known(code_id, self.study.codebook.by_id, "code")
            codes = tuple(code for code in codes if code.code_id == _id_of(self.study, code_id))
        numbers = _in_turn(codes, queue)
        if queue == "order":
            numbers = sorted(numbers)
        return (self.learning.reviewables[number] for number in numbers)

    def _touched(self) -> Iterator[Segment]:
        yield from (coding.segment for coding in self.study.codings)
        yield from (review.segment for review in self.study.reviews)

    @cached_property
    def _decided(self) -> set[tuple[Segment, str]]:
        return {(one.segment, _id_of(self.study, one.code_id)) for one in self.study.reviews if one.verdict != "later"}

    @cached_property
    def _later(self) -> Mapping[tuple[Segment, str], str]:
        mine = (one for one in self.study.reviews if one.reviewer == self.coder and one.verdict == "later")
        return {(one.segment, _id_of(self.study, one.code_id)): one.at for one in mine}

    @cached_property
    def _coded(self) -> Mapping[tuple[str, str], list[Segment]]:
        places: dict[tuple[str, str], list[Segment]] = {}
        for coding in self.study.codings:
            places.setdefault((coding.source_id, _id_of(self.study, coding.code_id)), []).append(coding.segment)
        return places


def still_open(study: Study, suggestions: Iterable[Suggestion]) -> Iterator[tuple[Suggestion, bool]]:
    """The suggestions that nobody has decided on, and whether somebody left each for later, which decides nothing."""
    verdicts: dict[tuple[Segment, str], set[str]] = {}
    for review in study.reviews:
        verdicts.setdefault((review.segment, _id_of(study, review.code_id)), set()).add(review.verdict)
    for suggestion in suggestions:
        given = verdicts.get((suggestion.segment, _id_of(study, suggestion.code_id)), set())
        if given <= {"later"}:
            yield suggestion, bool(given)


def tally(study: Study, code_id: str = "") -> Tally:
    """What everybody decided, on one code or on all. A blind passage counts once, whatever was proposed for it."""
    became = {coding.id: coding.code_id for coding in study.codings}
    reviews = [review for review in study.reviews if review.verdict != "later"]
    if code_id:
        reviews = [review for review in reviews if _id_of(study, review.code_id) == code_id]
    seen = [_is_kept(review, became) for review in reviews if _was_in_sight(review)]
    blind: dict[tuple[str, Segment], bool] = {}
    for review in reviews:
        if review.blind:
            place = (review.reviewer, review.segment)
            blind[place] = blind.get(place, False) or _is_kept(review, became)
    return Tally(sum(seen), len(seen), sum(blind.values()), len(blind))


def _was_in_sight(review: Review) -> bool:
    """Not of a passage that was put blind, nor of one that was looked at without any suggestion."""
    return not review.blind and bool(review.encoder or review.score)


def _is_kept(review: Review, became: Mapping[str, str]) -> bool:
    """Accepted, or changed in other things than the code."""
    is_same = became.get(review.coding_id, "") == review.code_id
    return review.verdict == "accept" or (review.verdict == "change" and is_same)


def _in_turn(codes: Iterable[CodeLearning], queue: str) -> list[int]:
    turns = zip_longest(*(code.queues[queue] for code in codes))
    return [number for turn in turns for number in turn if number is not None]


def _known(name: str, names: Collection[str], what: str) -> None:
    if name not in names:
        raise Refused(f"there is no {what} `{name}`; {nearest(name, list(names))}")


def _id_of(study: Study, code_id: str) -> str:
    """The present id of a code; one that isn't in the codebook stays as it is."""
    code = study.codebook.by_id.get(code_id)
    return code.id if code else code_id


def _meets(segment: Segment, places: Iterable[Segment]) -> bool:
    return any(place.start < segment.end and segment.start < place.end for place in places)
