"""Coverage: what was asked of whom, how much of their words was read and coded, what nobody coded, which codes stay
unused, whose words are drawn on too often, and which codes go together.

Everything here is arithmetic on what the study's files say; each function names where its formula is from.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from crosscase.guide import Guide, asked
from crosscase.source import Segment, Source, count_words, passages, spoken

# From how large a share on one person speaks for too many: a rule of thumb, printed with what it finds.
TOO_OFTEN = 0.2
FALSE_DISCOVERIES = 0.05

Put = Literal["put", "not put", "unknown"]
Spans = Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question in one interview: whether it was put, and how many codings there are of what it asks about.

    `by_word` says that a person's word decides, and no marker in the text. Codings without a question put are
    volunteered; None where it asks about no code.
    """

    question_id: str
    source_id: str
    put: Put
    by_word: bool
    codings: int | None


@dataclass(frozen=True, slots=True)
class Heard:
    """How many of a participant's words there are, how many were read to the end by anyone, and how many are coded."""

    participant_id: str
    words: int
    read: int
    coded: int


@dataclass(frozen=True, slots=True)
class Uncoded:
    """A stretch of passages, one after the other, that somebody read and nobody coded; interviewers' turns between
    them belong to it, and aren't counted as words.
    """

    segment: Segment
    words: int


@dataclass(frozen=True, slots=True)
class Unused:
    """A code in the cases that were read for it: those in which it was given, and those in which it wasn't."""

    code_id: str
    given: tuple[str, ...]
    not_given: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """How many of the passages that summaries rest on are a participant's; their share of these, and of all words."""

    participant_id: str
    passages: int
    share: float
    share_of_words: float

    @property
    def is_often(self) -> bool:
        """More than a fifth of all passages, and more than their share of what was said."""
        return self.share > TOO_OFTEN and self.share > self.share_of_words


@dataclass(frozen=True, slots=True)
class Together:
    """Two codes on the same passages.

    `passages` is how many have both, `first` and `second` how many each; `jaccard` the share of those with either that
    have both; `lift` how many times as many as by chance within each interview; `p` how likely by chance at least as
    many are, and `q` the same after so many pairs were looked at.
    """

    code_ids: tuple[str, str]
    passages: int
    first: int
    second: int
    jaccard: float
    lift: float
    p: float
    q: float

    @property
    def is_more(self) -> bool:
        return self.q <= FALSE_DISCOVERIES


def asked_of_each(guide: Guide, sources: Iterable[Source], codes_given: Callable[[str, str], int]) -> tuple[Asked, ...]:
    """Each question of the guide in each interview; documents were asked nothing. `codes_given` counts the codings of
    a code in a source.
    """
    interviews = [source for source in sources if source.kind != "document"]
    grid = []
    for question in guide.questions:
        for source in interviews:
            answer = asked(question, source)
            put: Put = "unknown" if answer is None else "put" if answer else "not put"
            named = source.id in question.skipped or source.id in question.put
            codings = sum(codes_given(code_id, source.id) for code_id in question.code_ids)
            by_word = named or (not question.marker and question.elsewhere is not None)
            grid.append(Asked(question.id, source.id, put, by_word, codings if question.code_ids else None))
    return tuple(grid)


def heard(
    sources: Iterable[Source],
    speaker_of: Callable[[str, str], str],
    coded: Mapping[str, Spans],
    read_to: Mapping[str, int],
) -> tuple[Heard, ...]:
    """Each participant's words, in order of first speaking; `speaker_of` gives a participant's id by name and source.

    `coded` are the spans that carry a code, by source, and `read_to` how far its furthest reader came. What is set
    aside is nobody's words.
    """
    words: dict[str, list[int]] = {}
    for source in sources:
        aside = [(stretch.start, stretch.end) for stretch in source.set_aside]
        end = read_to.get(source.id, 0)
        for turn in spoken(source):
            person = speaker_of(turn.speaker, source.id)
            if not person:
                continue
            said = _without([(turn.start, turn.end)], aside)
            counts = words.setdefault(person, [0, 0, 0])
            counts[0] += _words(source, said)
            counts[1] += _words(source, _within(said, [(0, end)]))
            counts[2] += _words(source, _within(said, coded.get(source.id, ())))
    return tuple(Heard(person, *counts) for person, counts in words.items())


def longest_uncoded(
    sources: Iterable[Source], coded: Mapping[str, Spans], read_to: Mapping[str, int], at_most: int = 20
) -> tuple[Uncoded, ...]:
    """The longest stretches of passages that were read and carry no code, the longest first."""
    found: list[Uncoded] = []
    for source in sources:
        run: list[Segment] = []
        for passage in passages(source).kept:
            is_coded = bool(_within([(passage.start, passage.end)], coded.get(source.id, ())))
            is_read = passage.end <= read_to.get(source.id, 0)
            if is_read and not is_coded:
                run.append(passage)
                continue
            found += _stretch(source, run)
            run = []
        found += _stretch(source, run)
    return tuple(sorted(found, key=lambda stretch: (-stretch.words, stretch.segment))[:at_most])


def _stretch(source: Source, run: Sequence[Segment]) -> list[Uncoded]:
    if not run:
        return []
    words = sum(count_words(source.text[passage.start : passage.end]) for passage in run)
    return [Uncoded(Segment(source.id, run[0].start, run[-1].end), words)]


def unused(given: Mapping[str, Collection[str]], read_for: Mapping[str, Collection[str]]) -> tuple[Unused, ...]:
    """For each code, by `read_for` the cases that were read for it: those in which it is `given`, and the others.

    The codes that most cases read for them don't have come first.
    """
    codes = [
        Unused(code_id, *_parted(sorted(cases), set(given.get(code_id, ())))) for code_id, cases in read_for.items()
    ]
    return tuple(sorted(codes, key=lambda code: (-len(code.not_given), code.code_id)))


def _parted(cases: Sequence[str], given: Collection[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(case for case in cases if case in given), tuple(case for case in cases if case not in given)


def drawn_on(passages_of: Mapping[str, int], words_of: Mapping[str, int]) -> tuple[Drawn, ...]:
    """How far summaries rest on each participant's words; who is drawn on most comes first."""
    total, words = sum(passages_of.values()), sum(words_of.values())
    people = sorted(passages_of, key=lambda person: (-passages_of[person], person))
    return tuple(
        Drawn(person, passages_of[person], passages_of[person] / total, words_of.get(person, 0) / words if words else 0)
        for person in people
        if total
    )


def go_together(interviews: Sequence[tuple[int, Mapping[str, Collection[int]]]]) -> tuple[Together, ...]:
    """Every two codes that some passage has both of, those first that share most.

    An interview is how many passages it has, and which of them carry each code. By chance, a code's passages are any of
    the same interview: how many two codes share there is hypergeometric, and the sum over interviews its convolution
    (Birch 1964; the exact test of several 2 × 2 tables). So that one interview's habit isn't taken for a link, codes
    are never moved from one interview to another. `q` holds false discoveries down over all pairs of codes that were
    used (Benjamini & Hochberg 1995); `jaccard` is Jaccard's (1912) coefficient.
    """
    used = sorted({code for _, marked in interviews for code, numbers in marked.items() if numbers})
    found = [pair for codes in combinations(used, 2) if (pair := _pair(codes, interviews)).passages]
    pairs = len(used) * (len(used) - 1) // 2
    # A pair that shares nothing has a p of 1, and needs no working out.
    adjusted = discovery_rates([pair.p for pair in found], pairs)
    together = [
        Together(pair.code_ids, pair.passages, pair.first, pair.second, pair.jaccard, pair.lift, pair.p, float(q))
        for pair, q in zip(found, adjusted, strict=True)
    ]
    return tuple(sorted(together, key=lambda pair: (-pair.passages, pair.q, pair.code_ids)))


def discovery_rates(p: Sequence[float], tests: int) -> NDArray[np.float64]:
    """The smallest false discovery rate at which each would be taken for real (Benjamini & Hochberg 1995, section 3.1);
    `tests` is how many were made in all, those left out with a p of 1.
    """
    values = np.asarray(p, dtype=float)
    order = np.argsort(values, kind="stable")
    ranked = values[order] * tests / np.arange(1, len(values) + 1)
    adjusted = np.empty_like(values)
    adjusted[order] = np.minimum(np.minimum.accumulate(ranked[::-1])[::-1], 1.0)
    return adjusted


def _pair(codes: tuple[str, str], interviews: Sequence[tuple[int, Mapping[str, Collection[int]]]]) -> Together:
    shared, sizes, expected = 0, [0, 0], 0.0
    chance = np.ones(1)
    for passages_there, marked in interviews:
        first, second = (frozenset(marked.get(code, ())) for code in codes)
        sizes[0] += len(first)
        sizes[1] += len(second)
        if first and second:
            shared += len(first & second)
            expected += len(first) * len(second) / passages_there
            chance = np.convolve(chance, hypergeometric(passages_there, len(first), len(second)))
    either = sum(sizes) - shared
    p = float(min(1.0, chance[shared:].sum()))
    jaccard, lift = shared / either if either else 0.0, shared / expected if expected else 0.0
    return Together(codes, shared, sizes[0], sizes[1], jaccard, lift, p, p)


def hypergeometric(number: int, first: int, second: int) -> NDArray[np.float64]:
    """How likely 0, 1, 2 … of `first` and of `second` passages, drawn from the same `number`, are the same ones."""
    whole = comb(number, second)
    ways = (comb(first, both) * comb(number - first, second - both) for both in range(min(first, second) + 1))
    return np.array([way / whole for way in ways])


def people_in(shares: Iterable[tuple[str, ...]]) -> Counter[str]:
    """How often each participant is named."""
    return Counter(person for people in shares for person in people)


def _words(source: Source, spans: Spans) -> int:
    return sum(count_words(source.text[start:end]) for start, end in spans)


def _within(spans: Spans, others: Spans) -> Spans:
    """What of the spans lies in one of the others, which don't overlap."""
    parts = ((max(start, begin), min(end, stop)) for start, end in spans for begin, stop in others)
    return [(start, end) for start, end in parts if start < end]


def _without(spans: Spans, others: Spans) -> Spans:
    """What is left of the spans once the others are taken out."""
    left = list(spans)
    for begin, stop in others:
        left = [part for start, end in left for part in ((start, min(end, begin)), (max(start, stop), end))]
        left = [(start, end) for start, end in left if start < end]
    return left


def joined(spans: Iterable[tuple[int, int]]) -> Spans:
    """Spans in order, those that overlap or touch as one."""
    whole: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if whole and start <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        else:
            whole.append((start, end))
    return whole
