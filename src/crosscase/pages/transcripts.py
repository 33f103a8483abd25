"""A page for each source: the whole text, turn by turn, with every coding at its place."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from crosscase.coding import Coding, Decision, Suggestion
from crosscase.pages import contents, links
from crosscase.pages.data import Fact, Link, Note, NotedCode, Piece, SourcePage, TurnLine
from crosscase.pages.material import WINDOWS, Material, frame
from crosscase.source import SHORTEST_PASSAGE, Source
from crosscase.wording import counted, day, sentence, value_words

LONG = 200
"""From so many turns on, a browser draws only those in sight."""

OPENING = 24
"""With so many turns a window opens on a long text; what is coded in the others its scripts put there, as they come
near."""

LANES = 10
"""So many bars stand side by side; what overlaps more deeply shares the last lane."""


@dataclass(frozen=True, slots=True)
class Span:
    """Where a coding or suggestion stands in a text, and under which anchor."""

    start: int
    end: int
    anchor: str
    is_draft: bool = False


def pieces(text: str, start: int, end: int, spans: Iterable[Span]) -> tuple[Piece, ...]:
    """Cut a stretch of text wherever a coding begins or ends, so that codings may overlap in any way.

    Joined, the pieces are the text again; those of one coding, joined, are its words.
    """
    inside = [span for span in spans if span.start < end and span.end > start]
    edges = {start, end, *(max(span.start, start) for span in inside), *(min(span.end, end) for span in inside)}
    return tuple(_piece(text, left, right, inside) for left, right in pairwise(sorted(edges)))


def _piece(text: str, left: int, right: int, spans: Sequence[Span]) -> Piece:
    here = [span for span in spans if span.start <= left and span.end >= right]
    is_draft = bool(here) and all(span.is_draft for span in here)
    return Piece(text[left:right], tuple(span.anchor for span in here), is_draft=is_draft)


def source_page(material: Material, source_id: str, *, is_opening: bool = False) -> SourcePage:
    """The whole text with all that is coded; as a window's `is_opening`, the later turns of a long text are bare."""
    source = material.sources[source_id]
    decisions = material.of_source.get(source.id, ())
    is_long = len(source.turns) >= LONG
    turns = _turns(material, source, decisions, OPENING if is_opening and is_long else len(source.turns))
    title = source.title or source.id
    return SourcePage(
        file=links.source(source.id),
        frame=replace(frame(material, title, "Sources", Link("Sources", links.SOURCES)), windows=WINDOWS),
        name=title,
        line=_line(material, source, decisions),
        facts=_facts(material, source, decisions),
        shelves=contents.shelves(material, source, decisions),
        not_put=contents.not_put(material, source),
        turns=turns,
        parted=_parted(turns),
        is_draft=any(isinstance(decision, Suggestion) for decision in decisions),
        is_long=is_long,
    )


def ways(material: Material, source_id: str) -> Mapping[str, tuple[Link, ...]]:
    """Of each coding of a source that counts in cells, by its id, the ways to these."""
    codings = (decision for decision in material.of_source.get(source_id, ()) if isinstance(decision, Coding))
    cells = {coding.id: _cells(material, coding) for coding in codings}
    return {coding_id: links_of_coding for coding_id, links_of_coding in cells.items() if links_of_coding}


def _turns(
    material: Material, source: Source, decisions: Sequence[Decision], number_of_full: int
) -> tuple[TurnLine, ...]:
    places = material.places(source.id)
    full = source.turns[:number_of_full]
    last = full[-1].end if full else 0
    spans = [Span(d.start, d.end, places.anchor(d), isinstance(d, Suggestion)) for d in decisions if d.start < last]
    heads = _heads(source)
    inside = _by_turn(source, heads, spans)
    notes = _notes(material, source, decisions, last)
    questions = contents.placed(material, source, decisions)
    numbers: dict[str, int] = {}
    lines = []
    for at, (turn, begins, coded) in enumerate(zip(source.turns, heads, inside, strict=True)):
        is_bare = at >= number_of_full
        here, ending = ((), ()) if is_bare else (coded, notes.get(turn.number, ()))
        head = pieces(source.text, begins, turn.start, here) if begins < turn.start else ()
        said = pieces(source.text, turn.start, turn.end, here)
        lines.append(
            TurnLine(
                anchor=places.turns[turn.number],
                number=turn.number,
                role=turn.role,
                head=_placed(head, numbers, ()),
                pieces=_placed(said, numbers, ending),
                notes=ending,
                questions=tuple(questions.get(turn.number, ())),
                is_bare=is_bare,
            )
        )
    return tuple(lines)


def _heads(source: Source) -> tuple[int, ...]:
    """Where each turn begins with the name of who speaks."""
    ends = (0, *(turn.end for turn in source.turns))
    return tuple(
        turn.start - len(source.text[end : turn.start].lstrip()) for end, turn in zip(ends, source.turns, strict=False)
    )


def _by_turn(source: Source, heads: Sequence[int], spans: Iterable[Span]) -> list[list[Span]]:
    """The codings that have words in each turn, or in its name."""
    ends = [turn.end for turn in source.turns]
    by_turn: list[list[Span]] = [[] for _ in ends]
    for span in spans:
        for number in range(bisect_right(ends, span.start), bisect_left(heads, span.end)):
            by_turn[number].append(span)
    return by_turn


def _placed(parts: Sequence[Piece], numbers: dict[str, int], notes: Sequence[Note]) -> tuple[Piece, ...]:
    """The pieces with what begins in each and what ends behind it; `numbers` has those of all codings so far.

    A coding's anchor stands on the first of its pieces in the page, and each note's number behind the last piece of its
    passage, or at the start where only the name is coded.
    """
    behind: dict[int, list[Note]] = {}
    for note in notes:
        at = max((at for at, part in enumerate(parts) if note.place in part.codings), default=0)
        behind.setdefault(at, []).append(note)
    placed = []
    for at, part in enumerate(parts):
        new = tuple(anchor for anchor in part.codings if anchor not in numbers)
        for anchor in new:
            numbers[anchor] = len(numbers)
        within = "" if new == part.codings else " ".join(f"{numbers[anchor]}" for anchor in part.codings)
        placed.append(Piece(part.text, part.codings, new, part.is_draft, tuple(behind.get(at, ())), within))
    return tuple(placed)


def _notes(material: Material, source: Source, decisions: Sequence[Decision], last: int) -> dict[int, tuple[Note, ...]]:
    """A note for each passage that ends up to `last`, numbered through the text, under the turn in which it ends."""
    coders = {decision.coder for decision in decisions if isinstance(decision, Coding)}
    passages = [tuple(found) for _, found in groupby(decisions, key=_passage)]
    in_lanes = lanes([(passage[0].start, passage[0].end) for passage in passages])
    notes: dict[int, list[Note]] = {}
    for number, (passage, lane) in enumerate(zip(passages, in_lanes, strict=True), 1):
        if passage[0].start >= last:
            break
        words = source.text[passage[0].start : passage[0].end].rstrip()
        turn = source.turn_at(passage[0].start + len(words) - 1)
        place = material.places(source.id).anchor(passage[0])
        anchor = links.note_anchor(place)
        note = Note(
            number,
            isinstance(passage[0], Suggestion),
            place,
            anchor,
            links.here(place),
            links.here(anchor),
            lane,
            tuple(_noted(material, decision, names_coder=len(coders) > 1) for decision in passage),
        )
        notes.setdefault(turn.number if turn else 1, []).append(note)
    return {turn: tuple(ending) for turn, ending in notes.items()}


def lanes(places: Sequence[tuple[int, int]]) -> list[int]:
    """For passages in the order of their starts, the first lane in which each meets no other, up to the last lane."""
    free_from: list[int] = []
    chosen = []
    for start, end in places:
        lane = next((lane for lane, free in enumerate(free_from) if free <= start), len(free_from))
        lane = min(lane, LANES - 1)
        if lane == len(free_from):
            free_from.append(end)
        free_from[lane] = max(free_from[lane], end)
        chosen.append(lane)
    return chosen


def _passage(decision: Decision) -> tuple[int, int, bool]:
    return decision.start, decision.end, isinstance(decision, Suggestion)


def _noted(material: Material, decision: Decision, *, names_coder: bool) -> NotedCode:
    code, key, cells = material.code_link(decision), material.code_id(decision), _cells(material, decision)
    if isinstance(decision, Suggestion):
        return NotedCode(code, key, "", "", f"score {decision.score:.2f}", cells)
    by = material.coder_name(decision.coder) if names_coder else ""
    memo = material.in_words(decision.memo)
    return NotedCode(code, key, value_words(decision.value), decision.stance, by, cells, memo)


def _cells(material: Material, decision: Decision) -> tuple[Link, ...]:
    """The cells that a coding counts in; a case is named where the passage is about another than the speaker's."""
    own = material.findings.voices.voice(decision).case_ids
    ways = []
    for case_id in sorted(material.cases_of([decision])):
        href = material.cell(case_id, material.code_id(decision))
        if href:
            ways.append(Link("cell" if own == (case_id,) else material.case_name(case_id), href))
    return tuple(ways)


def _parted(turns: Sequence[TurnLine]) -> tuple[tuple[str, int], ...]:
    """The anchors whose passage stands in several pieces, each with its number: in the order in which they begin."""
    pieces = (piece for turn in turns for piece in (*turn.head, *turn.pieces))
    times = Counter(anchor for piece in pieces for anchor in piece.codings)
    return tuple((anchor, number) for number, anchor in enumerate(times) if times[anchor] > 1)


def _line(material: Material, source: Source, decisions: Sequence[Decision]) -> str:
    """What a source is, in one line."""
    parts = (
        material.cases_heard_in(source),
        source.kind,
        day(source.date),
        counted(source.words, "word"),
        _codings(decisions),
    )
    return " · ".join(part for part in parts if part)


def _facts(material: Material, source: Source, decisions: Sequence[Decision]) -> tuple[Fact, ...]:
    study = material.study
    speakers = [turn.speaker for turn in source.turns if turn.role == "participant" and turn.speaker]
    facts = [
        Fact("Kind", source.kind),
        Fact(sentence(study.settings.unit), material.cases_heard_in(source)),
        Fact("Date", day(source.date)),
        *(Fact(sentence(value_words(name)), value) for name, value in source.attributes.items()),
        Fact("Participants", ", ".join(dict.fromkeys(speakers))),
        Fact("Length", f"{counted(source.words, 'word')} in {counted(len(source.turns), 'turn')}"),
        Fact("Read by", "; ".join(sorted(_read_by(material, source))) or "nobody yet"),
        Fact("Codings", _codings(decisions)),
        Fact("Left out by the machine", _left_out(material, source)),
    ]
    return tuple(fact for fact in facts if fact.text)


def _read_by(material: Material, source: Source) -> Iterator[str]:
    """What each coder has done with the source: how far, under which codebook, and what they went through again for."""
    for reading in material.readings.get(source.id, ()):
        far = reading.state.value
        if reading.read_to is not None:
            turn = source.turn_at(max(reading.read_to - 1, 0)) if reading.read_to else None
            far = f"{far}, up to turn {turn.number if turn else 0} of {len(source.turns)}"
        under = f" under codebook version {reading.codebook}" if reading.codebook else ""
        again = f", and again for {counted(len(reading.again), 'code')}" if reading.again else ""
        yield f"{material.coder_name(reading.coder)} ({far}{under}{again})"


def _codings(decisions: Sequence[Decision]) -> str:
    suggestions = sum(isinstance(decision, Suggestion) for decision in decisions)
    codings = counted(len(decisions) - suggestions, "coding") + " by people"
    return f"{codings}, {counted(suggestions, 'suggestion')} (draft)" if suggestions else codings


def _left_out(material: Material, source: Source) -> str:
    passages = material.findings.passages.get(source.id)
    if passages is None or not passages.left_out:
        return ""
    return f"{counted(len(passages.left_out), 'turn')} under {SHORTEST_PASSAGE} words"
