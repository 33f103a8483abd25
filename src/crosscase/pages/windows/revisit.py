"""What is to be read again: for a code that came, or got its present meaning, after a source was read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from crosscase.codebook import Code
from crosscase.coding import Suggestion
from crosscase.naming import code_in_words
from crosscase.pages import links
from crosscase.pages.data import Frame, Link
from crosscase.pages.windows.seen import Seen, window_frame
from crosscase.revisit import Candidate, Waiting, waiting
from crosscase.source import Segment, Source
from crosscase.wording import counted, listed, value_words

MOST_AROUND = 600
"""So many characters of its turn are shown before and behind a passage."""


@dataclass(frozen=True, slots=True)
class CodeLine:
    """A code for which sources wait: how many of them this coder has read, and how many only others have."""

    link: Link
    about: str
    own: int
    others: int


@dataclass(frozen=True, slots=True)
class ValueChoice:
    """A value as a button: its id, in words, what it means, and the key that takes it."""

    id: str
    words: str
    meaning: str
    key: str


@dataclass(frozen=True, slots=True)
class CandidateLine:
    """A passage that may carry the code, in its turn. `suggestion` is the id of what is suggested there, if it is."""

    start: int
    end: int
    before: str
    text: str
    after: str
    speaker: str
    place: Link
    why: str
    suggestion: str
    suggested: str
    values: tuple[ValueChoice, ...]
    later: str
    is_now: bool


@dataclass(frozen=True, slots=True)
class CodedLine:
    """A passage that this coder gave the code already, by its coding's id, in its turn, with its value in words."""

    id: str
    before: str
    text: str
    after: str
    speaker: str
    place: Link
    value: str


@dataclass(frozen=True, slots=True)
class SourceDesk:
    """The source that is gone through now: the likeliest passages first, and what this coder coded there already."""

    id: str
    link: Link
    count: str
    candidates: tuple[CandidateLine, ...]
    coded: tuple[CodedLine, ...]


@dataclass(frozen=True, slots=True)
class CodeDesk:
    """A code that is looked for; `queue` has this coder's other sources, `others` what only others have read."""

    id: str
    link: Link
    definition: str
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    since: str
    source: SourceDesk | None
    queue: tuple[Link, ...]
    others: tuple[tuple[Link, str], ...]


@dataclass(frozen=True, slots=True)
class RevisitPage:
    frame: Frame
    lines: tuple[CodeLine, ...]
    desk: CodeDesk | None


def revisit_page(seen: Seen) -> RevisitPage:
    """The queue of all codes, or of one. Raises KeyError for a code or a source that there isn't."""
    code_id, source_id = seen.asked.get("code", ""), seen.asked.get("source", "")
    if source_id:
        seen.material.sources[source_id]
    if code_id:
        code = seen.study.codebook.by_id[code_id]
        frame = window_frame(seen, f"Re-visit: {code.name}", "Codebook")
        return RevisitPage(frame, (), _desk(seen, code, source_id))
    return RevisitPage(window_frame(seen, "Re-visit", "Codebook"), tuple(_lines(seen)), None)


def _lines(seen: Seen) -> Iterator[CodeLine]:
    entries = waiting(seen.study, seen.offered)
    for code in seen.study.codebook.codes:
        of_code = [entry for entry in entries if entry.code.id == code.id]
        if of_code:
            own = sum(_is_own(seen, entry) for entry in of_code)
            link = Link(code.name, links.window("revisit", code=code.id))
            yield CodeLine(link, _since(code), own, len(of_code) - own)


def _is_own(seen: Seen, entry: Waiting) -> bool:
    """Whether this coder has read the source to its end, so that they can go through it again."""
    reading = seen.study.reading(seen.coder, entry.source.id)
    return reading is not None and reading.is_done


def _since(code: Code) -> str:
    what = "came" if code.meant_since == code.since else "got its present meaning"
    return f"{what} with version {code.meant_since} of the codebook"


def _desk(seen: Seen, code: Code, source_id: str) -> CodeDesk:
    entries = waiting(seen.study, seen.offered, code.id)
    own = [entry for entry in entries if _is_own(seen, entry)]
    asked = next((entry for entry in own if entry.source.id == source_id), None)
    now = asked or next(iter(own), None)
    worded = code_in_words(code, seen.material.in_words)
    return CodeDesk(
        code.id,
        Link(code.name, links.window("code", id=code.id)),
        worded.definition,
        worded.include,
        worded.exclude,
        _since(code),
        _source_desk(seen, now) if now else None,
        tuple(_in_queue(seen, entry) for entry in own if entry is not now),
        tuple(_of_others(seen, entry.source.id) for entry in entries if entry not in own),
    )


def _in_queue(seen: Seen, entry: Waiting) -> Link:
    title = seen.material.source_link(entry.source.id).text
    passages = f" ({counted(len(entry.candidates), 'passage')})" if entry.candidates else ""
    return Link(f"{title}{passages}", links.window("revisit", code=entry.code.id, source=entry.source.id))


def _of_others(seen: Seen, source_id: str) -> tuple[Link, str]:
    readers = [reading.coder for reading in seen.material.readings.get(source_id, ()) if reading.is_done]
    names = [seen.material.coder_name(coder) for coder in dict.fromkeys(readers)]
    return seen.material.source_link(source_id), f"read by {listed(names)}, and not by you to its end"


def _source_desk(seen: Seen, entry: Waiting) -> SourceDesk:
    suggestions = {
        one.segment: one
        for one in seen.offered
        if one.source_id == entry.source.id and seen.material.code_id(one) == entry.code.id
    }
    candidates = _from(entry.candidates, seen.asked.get("after", ""))
    line = partial(_candidate, seen, entry, suggestions)
    lines = tuple(line(candidate, is_now=at == 0) for at, candidate in enumerate(candidates))
    count = f"{counted(len(lines), 'passage')} to look at" if lines else "No passage is likelier than the others"
    coded = tuple(_coded(seen, entry))
    return SourceDesk(entry.source.id, seen.material.source_link(entry.source.id), count, lines, coded)


def _coded(seen: Seen, entry: Waiting) -> Iterator[CodedLine]:
    source, codes = entry.source, seen.study.codebook.by_id
    own = (one for one in seen.study.codings if (one.coder, one.source_id) == (seen.coder, source.id))
    of_code = [one for one in own if codes.get(one.code_id) is entry.code]
    for coding in sorted(of_code, key=lambda coding: coding.segment):
        speaker, place = _where(seen, source, coding.segment)
        around = _around(source, coding.segment)
        yield CodedLine(coding.id, *around, speaker=speaker, place=place, value=value_words(coding.value))


def _where(seen: Seen, source: Source, segment: Segment) -> tuple[str, Link]:
    """Who speaks there, and the way to the turn."""
    turn = source.turn_at(segment.start)
    return turn.speaker if turn else "", seen.material.turn_link(segment)


def _from(candidates: Sequence[Candidate], place: str) -> Sequence[Candidate]:
    """The candidates from behind the one that was left for later, which comes last."""
    places = [_place(candidate) for candidate in candidates]
    at = places.index(place) + 1 if place in places else 0
    return (*candidates[at:], *candidates[:at])


def _place(candidate: Candidate) -> str:
    return f"{candidate.segment.start}-{candidate.segment.end}"


def _candidate(
    seen: Seen, entry: Waiting, suggestions: Mapping[Segment, Suggestion], candidate: Candidate, *, is_now: bool
) -> CandidateLine:
    suggestion = suggestions.get(candidate.segment) if candidate.is_suggested else None
    segment, source = candidate.segment, entry.source
    value = suggestion.value if suggestion else ""
    asked = {"code": entry.code.id, "source": source.id, "after": _place(candidate)}
    speaker, place = _where(seen, source, segment)
    return CandidateLine(
        segment.start,
        segment.end,
        *_around(source, segment),
        speaker=speaker,
        place=place,
        why=_why(candidate, suggestion),
        suggestion=suggestion.id if suggestion else "",
        suggested=value_words(value),
        values=_values(entry.code, value, is_now=is_now),
        later=links.window("revisit", **asked),
        is_now=is_now,
    )


def _around(source: Source, segment: Segment) -> tuple[str, str, str]:
    """The passage, with as much of its turn before and behind it as helps."""
    turn, text = source.turn_at(segment.start), source.text
    start = max(turn.start, segment.start - MOST_AROUND) if turn else segment.start
    end = max(segment.end, min(turn.end, segment.end + MOST_AROUND)) if turn else segment.end
    return text[start : segment.start], text[segment.start : segment.end], text[segment.end : end]


def _why(candidate: Candidate, suggestion: Suggestion | None) -> str:
    if suggestion:
        told = "; ".join(filter(None, (suggestion.alike, suggestion.explanation)))
        return f"suggested, {suggestion.score:.2f}{f': {told}' if told else ''}"
    if candidate.margin is not None:
        return "of the cluster that the code was made of"
    return f"has {counted(round(candidate.weight), 'cue')} of the code"


def _values(code: Code, suggested: str, *, is_now: bool) -> tuple[ValueChoice, ...]:
    values = [(value, meaning) for value, meaning in code.values.items() if value != suggested]
    return tuple(
        ValueChoice(value, value_words(value), meaning, f"{number}" if is_now and number < 10 else "")
        for number, (value, meaning) in enumerate(values, 1)
    )
