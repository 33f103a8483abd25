"""Deductive suggestions: the machine reads each passage beside the codebook and what people decided, and proposes.

It proposes more surely with every decision, for people to judge; where it doesn't know, it is silent.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from crosscase.codebook import Code, Codebook
from crosscase.coding import Suggestion
from crosscase.learning import Trust
from crosscase.problem import Refused
from crosscase.source import Segment, Source, count_words, passages, sentences
from crosscase.suggest.corpus import Corpus, Floats, Indices, Marks
from crosscase.suggest.encoder import Encoder, halfway
from crosscase.suggest.evidence import NO_DECISIONS, Decisions, evidence_of, interviews_of, values_given
from crosscase.suggest.explaining import Explaining, ValueGuess
from crosscase.suggest.learned import Evidence, Learned, Seen, learn, see, whole
from crosscase.suggest.likeness import pieces_of
from crosscase.suggest.trust import probabilities, shown, trusts
from crosscase.suggest.values import Counted, Said, described, guess

FOR_AN_ATTRIBUTE = 1.0
PASSAGES_PER_ATTRIBUTE = 2
TEXTS_AT_A_TIME = 512
LONG, SHORTEST_PART = 30, 4

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Read:
    """A study's passages, in order of their places, as they were read beside its codebook.

    `encoder` names what made the vectors; empty where words alone were compared, and then `why` says why.
    """

    places: tuple[Segment, ...]
    codebook: Codebook
    seen: Seen
    encoder: str
    why: str = ""

    @cached_property
    def counted(self) -> Counted:
        return Counted()


@dataclass(frozen=True)
class Opinion:
    """What the machine makes of a study's passages: passages × codes, in the order of `read.places`.

    `probability` is the share of such pairs that are right, as far as is known; `trusts` has one for each code;
    `anything` says how likely each passage is to carry any code at all, in standard deviations.
    """

    read: Read
    evidence: Evidence
    learned: Learned
    probability: Floats
    trusts: tuple[Trust, ...]
    proposed: Marks
    suggestions: tuple[Suggestion, ...]

    @property
    def anything(self) -> Floats:
        return self.learned.anything


def suggest(
    sources: Sequence[Source],
    codebook: Codebook,
    encoder: Encoder,
    *,
    decisions: Decisions = NO_DECISIONS,
    at_most: int = 3,
    strict: bool = False,
    progress: Progress | None = None,
) -> tuple[Suggestion, ...]:
    """Propose up to `at_most` codes for each passage whose score stands out; many passages get none.

    What the score is says `learned.learn`; from where on it stands out, and which codes are silent, `trust.trusts`. An
    attribute is a fact that a whole source is asked for, so each source's two likeliest passages on it are proposed
    too, from one standard deviation on. The score is the share of such pairs that are right, as far as is
    known. A value is guessed where such guesses were right often enough (see `values.guess`), else left open.
    Suggestions come by source id in reading order, the likeliest code first, and don't depend on the order
    of the sources. Where the encoder isn't on this computer words alone are compared, and every suggestion says so.
    """
    read = read_beside(sources, codebook, encoder, progress)
    return opinion(read, decisions, encoder, at_most=at_most, strict=strict).suggestions if read else ()


def read_beside(
    sources: Sequence[Source], codebook: Codebook, encoder: Encoder, progress: Progress | None = None
) -> Read | None:
    """Read all passages beside the codebook: what is done once, whatever is decided. None where there are none."""
    by_place = {place: source for source in sources for place in passages(source).kept}
    places = tuple(sorted(by_place))
    if not codebook.codes or not places:
        return None
    texts = [by_place[place].text[place.start : place.end] for place in places]
    questions = [_question(by_place[place], place) for place in places]
    spans = np.array([(place.start, place.end) for place in places])
    interviews = interviews_of(places)
    try:
        corpus = corpus_of(texts, interviews, spans, encoder, questions=questions, progress=progress)
        pieces, wholes = _encoded_codes(codebook.codes, encoder)
    except (Refused, ImportError, OSError) as refusal:
        corpus = Corpus(texts, interviews, spans)
        return Read(places, codebook, see(corpus, codebook.codes, None, None), "", str(refusal))
    return Read(places, codebook, see(corpus, codebook.codes, pieces, wholes), encoder.name)


def opinion(read: Read, decisions: Decisions, encoder: Encoder, *, at_most: int = 3, strict: bool = False) -> Opinion:
    """What people decided, learned from: what is done again with every decision."""
    codes, corpus = read.codebook.codes, read.seen.corpus
    evidence = evidence_of(read.places, read.codebook, decisions)
    learned = learn(read.seen, evidence)
    among = corpus.possible(len(codes))
    standings = trusts(learned.score, evidence, corpus.interviews, among, strict=strict)
    proposed = shown(learned.score, standings, among, at_most)
    if not strict and at_most:
        proposed |= _on_attributes(learned.score, read.places, codes, FOR_AN_ATTRIBUTE)
    probability = probabilities(learned.score, evidence)
    made = Opinion(read, evidence, learned, probability, standings, proposed, ())
    suggestions = tuple(_suggestions(made, _guesses(made, decisions, encoder)))
    return Opinion(read, evidence, learned, probability, standings, proposed, suggestions)


def relevance(texts: Sequence[str], codes: Sequence[Code], encoder: Encoder) -> Floats:
    """The scores that `suggest` would give every pair where nothing was asked or decided: texts × codes, in [0, 1]."""
    if not texts or not codes:
        return np.zeros((len(texts), len(codes)))
    rows = {text: row for row, text in enumerate(sorted(set(texts)))}
    corpus = corpus_of(list(rows), np.arange(len(rows)), None, encoder)
    seen = see(corpus, codes, *_encoded_codes(codes, encoder))
    nothing = np.zeros((len(rows), len(codes)))
    score = probabilities(learn(seen).score, Evidence(nothing, nothing))
    return np.asarray(score[[rows[text] for text in texts]])


def corpus_of(
    texts: Sequence[str],
    interviews: Indices,
    spans: Indices | None,
    encoder: Encoder,
    *,
    questions: Sequence[str] = (),
    candidates: Marks | None = None,
    progress: Progress | None = None,
) -> Corpus:
    """Passages with the vectors of their words, of the questions before them, and of long ones' sentences."""
    parts = [(row, part) for row, text in enumerate(texts) for part in _parts(text)]
    distinct = sorted({*texts, *(part for _, part in parts), *filter(None, questions)})
    row_of = {text: row for row, text in enumerate(distinct)}
    vectors = np.asarray(_encoded(distinct, encoder, progress), float)
    early, earlier = None, halfway(encoder)
    if earlier:
        said = sorted(set(texts))
        first_half = dict(zip(said, np.asarray(_encoded(said, earlier, None), float), strict=True))
        early = np.stack([first_half[text] for text in texts])
    asked = None
    if questions:
        asked = np.stack([vectors[row_of[text]] if text else np.zeros(vectors.shape[1]) for text in questions])
    return Corpus(
        texts,
        interviews,
        spans,
        vectors[[row_of[text] for text in texts]],
        asked,
        vectors[[row_of[part] for _, part in parts]] if parts else None,
        np.array([row for row, _ in parts], int),
        candidates,
        early,
    )


def _question(source: Source, place: Segment) -> str:
    asked = source.question_before(place.start)
    return source.text[asked.start : asked.end] if asked else ""


def _parts(text: str) -> list[str]:
    """The sentences of a long passage; of a short one, or of a single long sentence, none."""
    if count_words(text) < LONG:
        return []
    parts = [text[start:end].strip() for start, end in sentences(text)]
    parts = [part for part in parts if count_words(part) >= SHORTEST_PART]
    return parts if len(parts) > 1 else []


def _encoded_codes(codes: Sequence[Code], encoder: Encoder) -> tuple[Floats, Floats]:
    pieces = encoder.encode([piece.text for piece in pieces_of(codes)])
    return np.asarray(pieces, float), np.asarray(encoder.encode([whole(code) for code in codes]), float)


def _encoded(texts: Sequence[str], encoder: Encoder, progress: Progress | None) -> npt.NDArray[np.float32]:
    """Long texts first, so that those encoded together are of about one length, whatever order they came in."""
    order = sorted(range(len(texts)), key=lambda at: (-len(texts[at]), texts[at]))
    parts = []
    for done in range(0, len(order), TEXTS_AT_A_TIME):
        chosen = order[done : done + TEXTS_AT_A_TIME]
        parts.append(encoder.encode([texts[at] for at in chosen]))
        if progress:
            progress(done + len(chosen), len(order))
    return np.concatenate(parts)[np.argsort(order)]


def _on_attributes(scores: Floats, places: Sequence[Segment], codes: Sequence[Code], least: float) -> Marks:
    """Each source's likeliest passages on each attribute."""
    of_source: dict[str, list[int]] = defaultdict(list)
    for row, place in enumerate(places):
        of_source[place.source_id].append(row)
    marks = np.zeros(scores.shape, bool)
    attributes = np.array([column for column, code in enumerate(codes) if code.kind == "attribute"], int)
    for rows in of_source.values():
        at = np.array(rows)[:, None]
        order = np.argsort(-scores[at, attributes], axis=0, kind="stable")[:PASSAGES_PER_ATTRIBUTE]
        likeliest = at[:, 0][order]
        marks[likeliest, attributes] = scores[likeliest, attributes] >= least
    return marks


def _guesses(made: Opinion, decisions: Decisions, encoder: Encoder) -> dict[tuple[int, int], ValueGuess]:
    """The values of each proposed passage and code; only where they can be told apart."""
    read, guesses = made.read, {}
    given = values_given(read.places, read.codebook, decisions)
    for column, code in enumerate(read.codebook.codes):
        rows = np.flatnonzero(made.proposed[:, column])
        if not code.values or not len(rows):
            continue
        coded = given[code.id]
        coded_rows = np.array(sorted(coded), int)
        marks = np.array([[value in coded[row] for value in code.values] for row in coded_rows.tolist()], bool)
        vectors = np.asarray(encoder.encode(described(code)), float) if read.encoder else None
        marks = marks.reshape(len(coded_rows), len(code.values))
        guessed = guess(code, vectors, _said(read, rows), _said(read, coded_rows), marks, read.counted)
        names = list(code.values)
        for at, row in enumerate(rows.tolist()):
            if guessed.clear[at]:
                best = np.argsort(-guessed.scores[at], kind="stable")
                guesses[row, column] = ValueGuess(tuple(names[value] for value in best), guessed.right)
    return guesses


def _said(read: Read, rows: Indices) -> Said:
    corpus = read.seen.corpus
    return Said(
        [corpus.texts[row] for row in rows.tolist()],
        [read.places[row].source_id for row in rows.tolist()],
        None if corpus.vectors is None else corpus.vectors[rows],
        None if corpus.questions is None else corpus.questions[rows],
    )


def _suggestions(made: Opinion, guesses: dict[tuple[int, int], ValueGuess]) -> Iterator[Suggestion]:
    read, score = made.read, made.learned.score
    explaining = Explaining(read.seen, made.evidence, made.learned, made.trusts, read.places, read.why)
    rows, columns = np.nonzero(made.proposed)
    for row, column in sorted(
        zip(rows.tolist(), columns.tolist(), strict=True), key=lambda at: (at[0], -score[at], at[1])
    ):
        place, code, guessed = read.places[row], read.codebook.codes[column], guesses.get((row, column))
        yield Suggestion(
            place.source_id,
            place.start,
            place.end,
            read.seen.corpus.texts[row],
            code.id,
            round(float(made.probability[row, column]), 4),
            explaining.of(row, column, guessed),
            read.encoder,
            guessed.values[0] if guessed else "",
            explaining.alike(row, column),
        )
