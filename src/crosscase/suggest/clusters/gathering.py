"""Which passages are grouped: what participants said, without fillers, interviewers' words and set phrases."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

import numpy as np

from crosscase.clustering import Clustering, Grain, Passage
from crosscase.coding import Coding
from crosscase.guide import Question
from crosscase.problem import Refused
from crosscase.source import Segment, Source, Turn, passages
from crosscase.study import Study
from crosscase.suggest.clusters.describing import cluster, encoded
from crosscase.suggest.clusters.folding import folded
from crosscase.suggest.encoder import Encoder
from crosscase.suggest.words import content_words, stems
from crosscase.voices import Voices

UNCODED, ALL = "uncoded", "all"
FEWEST_WORDS = 3
ECHO = 0.8
ASKED = 0.5
LONG_PHRASE = 8
FEWEST_TO_BE_SET = 3

TOO_SHORT = "too short to mean anything alone"
FILLER = "with fewer than three words that say something"
QUESTION = "that repeat the question before, or the guide"
SET_PHRASE = "in the same words in three sources or more"


@dataclass(frozen=True, slots=True)
class Gathered:
    """The passages to group, in the order of their places, and how many were left out, by reason."""

    passages: tuple[Passage, ...]
    left_out: dict[str, int]


def clusters_of(
    study: Study,
    encoder: Encoder | None,
    *,
    scope: str = UNCODED,
    k: int | None = None,
    grain: Grain = "medium",
    with_map: bool = False,
) -> Clustering:
    """The clusters of a study's passages that no coding covers, of all of them, or of those under one code.

    Where the encoder's weights aren't on this computer, words alone are compared.
    """
    gathered = gather(study, scope)
    made = cluster(
        gathered.passages,
        at_hand(encoder, gathered.passages),
        study.codebook.codes,
        k=k,
        grain=grain,
        left_out=gathered.left_out,
        with_map=with_map,
    )
    return replace(made, scope=scope)


def gather(study: Study, scope: str = UNCODED) -> Gathered:
    """The passages of this scope: `uncoded`, `all`, or the id of a code; a coding covers what it overlaps."""
    within = _within(study, scope)
    voices = Voices(study.sources, study.participants)
    kept: list[Passage] = []
    left_out = dict.fromkeys((TOO_SHORT, FILLER, QUESTION, SET_PHRASE), 0)
    for source in study.sources:
        read = passages(source)
        left_out[TOO_SHORT] += sum(map(within, read.left_out))
        asked = _Asked(source, study.guide.questions)
        for place in filter(within, read.kept):
            text = source.text[place.start : place.end]
            reason = asked.reason_to_leave_out(place, text)
            if reason:
                left_out[reason] += 1
            else:
                kept.append(Passage(place, text, asked.question_id(place), _case_ids(voices, place)))
    kept.sort()
    set_phrases = _set_phrases(kept)
    left_out[SET_PHRASE] = len(set_phrases)
    return Gathered(tuple(passage for at, passage in enumerate(kept) if at not in set_phrases), left_out)


def coded_places(codings: Sequence[Coding]) -> Callable[[Segment], bool]:
    """Whether some of these codings overlaps a place."""
    spans: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for coding in codings:
        spans[coding.source_id].append((coding.start, coding.end))
    arrays = {source_id: np.array(sorted(places)) for source_id, places in spans.items()}

    def covered(place: Segment) -> bool:
        places = arrays.get(place.source_id)
        return places is not None and bool(((places[:, 0] < place.end) & (place.start < places[:, 1])).any())

    return covered


def _within(study: Study, scope: str) -> Callable[[Segment], bool]:
    if scope == ALL:
        return lambda _: True
    if scope == UNCODED:
        is_coded = coded_places(study.counting)
        return lambda place: not is_coded(place)
    code = study.codebook.by_id.get(scope)
    if code is None:
        near = get_close_matches(scope, [UNCODED, ALL, *study.codebook.by_id], 1)
        did_you_mean = f"; did you mean {near[0]}?" if near else ""
        raise Refused(f"{scope} is neither uncoded, all, nor a code of the codebook{did_you_mean}")
    ids = {code.id, *code.formerly}
    return coded_places([coding for coding in study.counting if coding.code_id in ids])


class _Asked:
    """What was asked in one source, and so what of it is an interviewer's wording in a participant's mouth."""

    def __init__(self, source: Source, questions: Sequence[Question]) -> None:
        self._source = source
        self._questions = {question.id: (question.marker, frozenset(stems(question.text))) for question in questions}
        self._ids: dict[int, str] = {}

    def reason_to_leave_out(self, place: Segment, text: str) -> str:
        """Empty for a passage that is worth grouping."""
        said = content_words(text)
        if len(said) < FEWEST_WORDS:
            return FILLER
        own = frozenset(stems(text))
        before = self._source.question_before(place.start)
        asked = frozenset(stems(self._source.text[before.start : before.end])) if before else frozenset()
        is_echo = len(own & asked) >= ECHO * len(own)
        in_guide = any(len(own & words) >= ECHO * len(own | words) for _, words in self._questions.values())
        return QUESTION if is_echo or in_guide else ""

    def question_id(self, place: Segment) -> str:
        """The guide's question that was put last before a place; empty where none of the guide's is found."""
        at = self._source.turn_index(place.start)
        for turn in self._source.turns[: max(at, 0)][::-1]:
            if turn.role == "interviewer" and self._put_in(turn):
                return self._put_in(turn)
        return ""

    def _put_in(self, turn: Turn) -> str:
        if turn.number not in self._ids:
            self._ids[turn.number] = max(self._likely(turn), default=(0.0, ""))[1]
        return self._ids[turn.number]

    def _likely(self, turn: Turn) -> Iterator[tuple[float, str]]:
        """The questions that a turn may put: by their marker, or by at least half of their words."""
        text = self._source.text[turn.start : turn.end]
        said = frozenset(stems(text))
        for question_id, (marker, words) in self._questions.items():
            share = len(words & said) / max(1, len(words))
            if (marker and marker in text) or share >= ASKED:
                yield (2.0 if marker and marker in text else share), question_id


def _case_ids(voices: Voices, place: Segment) -> tuple[str, ...]:
    # Voices answer for decisions; a passage is asked for as one that nobody has made.
    return voices.case_ids(Coding("", place.source_id, place.start, place.end, "", ""))


def _set_phrases(kept: Sequence[Passage]) -> frozenset[int]:
    """The places in the list of long passages that come in nearly the same words in several sources."""
    first = folded([passage.text for passage in kept])
    alike: dict[int, list[int]] = defaultdict(list)
    for at, original in enumerate(first.tolist()):
        alike[original].append(at)
    return frozenset(
        at
        for original, places in alike.items()
        if len({kept[at].place.source_id for at in places}) >= FEWEST_TO_BE_SET
        and len(content_words(kept[original].text)) >= LONG_PHRASE
        for at in places
    )


def at_hand(encoder: Encoder | None, passages: Sequence[Passage]) -> Encoder | None:
    """The encoder, if what it needs is on this computer, which only shows when it is set to work."""
    try:
        encoded([passage.text for passage in passages], encoder)
    except (Refused, ImportError):
        return None
    return encoder
