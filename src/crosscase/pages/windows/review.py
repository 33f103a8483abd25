"""Where people decide on what the machine proposes: which codes there is something for, then one after the other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crosscase.codebook import Code
from crosscase.coding import Suggestion
from crosscase.learning import BlindPassage, CodeLearning, Learning, Reviewable
from crosscase.naming import code_in_words
from crosscase.pages import links
from crosscase.pages.data import Frame, Link
from crosscase.pages.material import Material
from crosscase.pages.windows.seen import Seen, window_frame
from crosscase.reviewing import ABOUT, QUEUES, Reviewing, tally
from crosscase.source import Segment, Source, sentences
from crosscase.study import decisions_counted
from crosscase.wording import counted, how_many, listed, value_words

BEFORE, BEHIND = 3, 2
"""So many sentences of a turn are shown before a passage, and behind it."""

MOST_KEYS = 9


@dataclass(frozen=True, slots=True)
class CodeLine:
    """A code in the list: how far its suggestions are known, how many are offered, and how many were decided."""

    link: Link
    standing: str
    about: str
    offered: int
    decided: int


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A passage as it was said: by whom, of which case, behind what, and between which sentences of its turn."""

    who: str
    place: Link
    asked_by: str
    asked: str
    before: str
    words: str
    behind: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A code or a value to choose, by a key where there is one left."""

    id: str
    name: str
    about: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Alike:
    """A decided passage that a suggestion resembles."""

    text: str
    place: Link


@dataclass(frozen=True, slots=True)
class Put:
    """A suggestion that is put: why, with which value, about which other case, and what was decided alike."""

    suggestion: Suggestion
    surroundings: Surroundings
    code: Code
    code_link: Link
    trust: str
    value: str
    about: str
    values: tuple[Choice, ...]
    accepted: Alike | None
    rejected: Alike | None


@dataclass(frozen=True, slots=True)
class PutBlind:
    """A passage that is put without what was proposed for it; nothing here tells what that was, or whether."""

    place: Segment
    surroundings: Surroundings
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class QueueLink:
    link: Link
    about: str
    left: int
    is_current: bool


@dataclass(frozen=True, slots=True)
class Round:
    """One code, or all of them, in the order of one queue: what comes next, and how much is left."""

    title: str
    queues: tuple[QueueLink, ...]
    about: str
    left: str
    put: Put | None
    blind: PutBlind | None
    codes: tuple[tuple[str, tuple[Choice, ...]], ...]


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """`round` is None where the codes are listed; `learned` says from what the machine has learned, if it has.

    `new_in` are the categories in which a new code can be made.
    """

    frame: Frame
    is_blind: bool
    learned: str
    is_behind: bool
    tally: str
    ways: tuple[Link, ...]
    categories: tuple[tuple[str, tuple[CodeLine, ...]], ...]
    round: Round | None
    new_in: tuple[tuple[str, str], ...]


def review_page(seen: Seen) -> ReviewPage:
    """The codes, or one round where a code or a queue is asked for. Raises KeyError for one that there isn't."""
    if seen.learning is None:
        frame = window_frame(seen, "Review", "Review")
        return ReviewPage(frame, seen.is_blind, "", False, "", (), (), None, ())
    learning, reviewing = seen.learning, Reviewing(seen.study, seen.learning, seen.coder)
    since = max(0, decisions_counted(seen.study) - learning.decisions)
    asked = seen.asked
    of_code = seen.study.codebook.by_id[asked["code"]] if asked.get("code") else None
    round_ = _round(seen, reviewing, of_code) if of_code or asked.get("queue") else None
    return ReviewPage(
        window_frame(seen, round_.title if round_ else "Review", "Review"),
        False,
        _learned(learning, since),
        since > 0,
        str(tally(seen.study, of_code.id if of_code else "")),
        tuple(_ways(reviewing)) if round_ is None else (),
        tuple(_categories(seen, reviewing)) if round_ is None else (),
        round_,
        tuple((category.id, category.name) for category in seen.study.codebook.categories),
    )


def _learned(learning: Learning, since: int) -> str:
    told = f"The machine has learned from {how_many(learning.decisions, 'decision')}"
    return f"{told}; {counted(since, 'decision')} came since." if since else f"{told}: all that there are."


def _ways(reviewing: Reviewing) -> Iterator[Link]:
    """Through all codes at once."""
    for queue in ("order", "find"):
        if left := len(reviewing.left(queue)):
            yield Link(f"{QUEUES[queue]}, all codes ({left:,})", links.window("review", queue=queue))


def _categories(seen: Seen, reviewing: Reviewing) -> Iterator[tuple[str, tuple[CodeLine, ...]]]:
    of_code = {code.code_id: code for code in reviewing.learning.codes}
    for category in seen.study.codebook.categories:
        lines = [_line(seen, reviewing, code, of_code[code.id]) for code in category.codes if code.id in of_code]
        if lines:
            yield category.name, tuple(lines)


def _line(seen: Seen, reviewing: Reviewing, code: Code, known: CodeLearning) -> CodeLine:
    counts = tally(seen.study, code.id)
    return CodeLine(
        Link(code.name, links.window("review", code=code.id)),
        known.trust.standing,
        str(known.trust) if known.trust.standing != "silent" else "hardly any of its suggestions were right",
        len(reviewing.left("order", code.id)),
        counts.decided + counts.blind,
    )


def _round(seen: Seen, reviewing: Reviewing, code: Code | None) -> Round:
    code_id = code.id if code else ""
    left = {queue: len(reviewing.left(queue, code_id)) for queue in QUEUES}
    queue = seen.asked.get("queue") or next((name for name in QUEUES if left[name]), "find")
    about = ABOUT[queue]
    blind, reviewables = reviewing.next_in(queue, code_id)
    asked = {"code": code_id} if code else {}
    queues = (
        QueueLink(Link(name, links.window("review", **asked, queue=at)), ABOUT[at], left[at], at == queue)
        for at, name in QUEUES.items()
    )
    put = _put(seen, reviewables[0]) if reviewables and not blind else None
    return Round(
        code.name if code else "All codes",
        tuple(queues),
        about,
        f"{how_many(len(reviewables), 'passage')} left",
        put,
        _put_blind(seen.material, blind) if blind else None,
        tuple(_all_codes(seen)) if put or blind else (),
    )


def _put(seen: Seen, reviewable: Reviewable) -> Put:
    material, suggestion = seen.material, reviewable.suggestion
    code = code_in_words(seen.study.codebook.by_id[suggestion.code_id], material.in_words)
    trusts = {one.code_id: one.trust for one in seen.learning.codes} if seen.learning else {}
    return Put(
        suggestion,
        surroundings(material, suggestion.segment, is_linked=True),
        code,
        Link(code.name, links.code(code.id)),
        str(trusts[code.id]),
        value_words(suggestion.value),
        material.case_name(suggestion.case_id),
        _choices([(value, value_words(value), meaning) for value, meaning in code.values.items()]),
        _alike(material, reviewable.coded_like),
        _alike(material, reviewable.rejected_like),
    )


def _put_blind(material: Material, passage: BlindPassage) -> PutBlind:
    codes = [material.study.codebook.by_id[code_id] for code_id in passage.choices]
    choices = _choices([(code.id, code.name, material.in_words(code.definition)) for code in codes])
    return PutBlind(passage.place, surroundings(material, passage.place, is_linked=False), choices)


def _choices(choices: Sequence[tuple[str, str, str]]) -> tuple[Choice, ...]:
    keys = [str(number) if number <= MOST_KEYS else "" for number in range(1, len(choices) + 1)]
    return tuple(Choice(*choice, key) for choice, key in zip(choices, keys, strict=True))


def _all_codes(seen: Seen) -> Iterator[tuple[str, tuple[Choice, ...]]]:
    say = seen.material.in_words
    for category in seen.study.codebook.categories:
        yield category.name, tuple(Choice(code.id, code.name, say(code.definition)) for code in category.codes)


def surroundings(material: Material, place: Segment, *, is_linked: bool) -> Surroundings:
    """`is_linked` leads into the transcript, where suggestions are in sight."""
    source = material.sources[place.source_id]
    text, turn = source.text, source.turn_at(place.start)
    start, end = (turn.start, turn.end) if turn else (place.start, place.end)
    question = source.question_before(place.start)
    number = f"turn {turn.number}" if turn else "in the text"
    named = f"{source.title or source.id}, {number}"
    return Surroundings(
        _who(material, place, turn.speaker if turn else ""),
        Link(named, material.places(source.id).turn(turn.number) if turn and is_linked else ""),
        question.speaker if question else "",
        _last(text[question.start : question.end], BEFORE) if question else "",
        _last(text[start : place.start], BEFORE),
        text[place.start : place.end],
        _first(text[place.end : end], BEHIND),
    )


def _who(material: Material, place: Segment, speaker: str) -> str:
    """Speaker, with role and case as far as they are known."""
    words = Suggestion(place.source_id, place.start, place.end, "", "", 0.0, "", "")
    people = material.findings.voices.participants(words)
    roles = [person.role for person in people if person.role]
    cases = sorted(material.case_name(case_id) for case_id in material.cases_of([words]))
    return " · ".join(part for part in (speaker, listed(list(dict.fromkeys(roles))), listed(cases)) if part)


def _last(text: str, count: int) -> str:
    spans = list(sentences(text))
    return text if len(spans) <= count else f"… {text[spans[-count][0] :]}"


def _first(text: str, count: int) -> str:
    spans = list(sentences(text))
    return text if len(spans) <= count else f"{text[: spans[count - 1][1]]} …"


def _alike(material: Material, place: Segment | None) -> Alike | None:
    if place is None:
        return None
    source: Source = material.sources[place.source_id]
    turn = source.turn_at(place.start)
    href = material.places(source.id).turn(turn.number) if turn else links.source(source.id)
    named = f"{source.id}, turn {turn.number}" if turn else source.id
    return Alike(source.text[place.start : place.end], Link(named, href))
