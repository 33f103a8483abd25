"""Texts as a profile's reader may see them: who speaks is masked, withheld words are gone, names are labels.

For the public every word that nobody coded is gone too, so that there is no transcript left to print.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from crosscase.case import Participant
from crosscase.coding import Coding
from crosscase.disclosure import WITHHELD, Edit, Edited, edited, filler, outside
from crosscase.profile.veil import Veil
from crosscase.source import NOBODY, Source, Turn

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Shown:
    """A source with its text as it is shown; `former` leads from places in its text to places in the new one."""

    source: Source
    former: Edited


def shown_sources(veil: Veil) -> Mapping[str, Shown]:
    """Every source by its former id."""
    codings: dict[str, list[Coding]] = {source.id: [] for source in veil.study.sources}
    for coding in veil.study.codings:
        codings.get(coding.source_id, []).append(coding)
    labels = speaker_labels(veil)
    return {source.id: _shown(veil, source, codings[source.id], labels) for source in veil.study.sources}


def speaker_labels(veil: Veil) -> Mapping[str, str]:
    """What each participant is called in the texts, by their former id: their new id, or for the public their sector.

    Of several of one sector who speak in the same source, each has a number.
    """
    if not veil.is_public:
        return veil.people
    heard: dict[str, list[Participant]] = defaultdict(list)
    for person in veil.study.participants:
        for source_id in veil.voices.source_ids(person):
            heard[source_id].append(person)
    together = {person.id: _beside(veil, person, heard) for person in veil.study.participants}
    ordered = sorted(veil.study.participants, key=lambda person: veil.people[person.id])
    numbers = {person.id: number for number, person in enumerate((p for p in ordered if together[p.id]), 1)}
    return {
        person.id: _sector(veil, person) + (f" {numbers[person.id]}" if person.id in numbers else "")
        for person in ordered
    }


def _sector(veil: Veil, person: Participant) -> str:
    return veil.key(person.sector) or "participant"


def _beside(veil: Veil, person: Participant, heard: Mapping[str, Sequence[Participant]]) -> bool:
    """Whether somebody else of the same sector speaks in a source of theirs."""
    return any(
        other is not person and other.sector == person.sector
        for source_id in veil.voices.source_ids(person)
        for other in heard[source_id]
    )


def _shown(veil: Veil, source: Source, codings: Sequence[Coding], labels: Mapping[str, str]) -> Shown:
    speaking = {name: veil.voices.person(name, source.id) for name in source.speakers}
    claiming = [person for name in source.speakers for person in veil.voices.claiming(name, source.id)]
    people = list({person.id: person for person in claiming}.values())
    names = _names(source, speaking, labels)
    heads = list(_heads(veil, source, names))
    kept = _merged([*_withheld(veil, source, people), *_told(veil, source, codings)])
    case_ids = [person.case_id for person in people] + [source.case_id]
    taken = [*((edit.start, edit.end) for edit in heads), *kept]
    masked = [one for one in veil.text_mask(case_ids).edits(source.text) if _is_beside(one, heads, kept)]
    edits = [*heads, *(Edit(start, end, WITHHELD) for start, end in kept), *masked]
    if veil.is_public:
        spans = [*taken, *((e.start, e.end) for e in masked), *((coding.start, coding.end) for coding in codings)]
        gaps = (gap for turn in source.turns for gap in outside(spans, turn.start, turn.end))
        edits += [Edit(start, end, words) for start, end in gaps if (words := filler(source.text[start:end]))]
    former = edited(source.text, edits)
    turns = tuple(_turn(turn, former, names) for turn in source.turns)
    return Shown(_edited(veil, source, former.text, turns, people), former)


def _edited(veil: Veil, source: Source, text: str, turns: tuple[Turn, ...], people: Sequence[Participant]) -> Source:
    """The source with all that only its text tells: who sees the rest of it is declared."""
    sectors = dict.fromkeys(_sector(veil, person) for person in people)
    title = (", ".join(sectors) or source.kind) if veil.is_public else ""
    return replace(source, text=text, turns=turns, sha256=sha256(text.encode()).hexdigest(), title=title)


def _turn(turn: Turn, former: Edited, names: Mapping[str, str]) -> Turn:
    start, end = (
        former.span(turn.start, turn.end) if turn.start < turn.end else (former.span(turn.start, turn.end)[1],) * 2
    )
    return replace(turn, speaker=names[turn.speaker], start=start, end=end)


def _names(source: Source, speaking: Mapping[str, Participant | None], labels: Mapping[str, str]) -> Mapping[str, str]:
    """A new name for each name in a text; interviewers and people that the study doesn't describe go by numbers."""
    roles = {turn.speaker: turn.role for turn in source.turns}
    asking = [name for name in source.speakers if roles[name] == "interviewer"]
    others = [name for name in source.speakers if not speaking[name] and name not in (*asking, NOBODY)]
    found = {"": "", NOBODY: NOBODY}
    for number, name in enumerate(asking, 1):
        found[name] = f"Interviewer {number}" if len(asking) > 1 else "Interviewer"
    found |= {name: f"Speaker {number}" for number, name in enumerate(others, 1)}
    return found | {name: labels[person.id] for name, person in speaking.items() if person}


def _heads(veil: Veil, source: Source, names: Mapping[str, str]) -> Iterator[Edit]:
    """Time and speaker of each turn, written anew."""
    before = 0
    for turn in source.turns:
        length = len(source.text[before : turn.start].lstrip())
        time = f"[{turn.time}] " if turn.time and not veil.is_public else ""
        name = names[turn.speaker]
        if length:
            yield Edit(turn.start - length, turn.start, f"{time}{name}: " if name else time)
        before = turn.end


def _withheld(veil: Veil, source: Source, people: Sequence[Participant]) -> list[Span]:
    """The turns of those who agreed to no quote; all turns, questions too, where nobody else was interviewed.

    Of a document that could be looked up, nothing is left.
    """
    alone = bool(people) and all(person.consent == "none" for person in people)
    alone = alone or veil.is_searchable(source)
    return [(t.start, t.end) for t in source.turns if alone or veil.is_quiet(source.id, t.speaker)]


def _told(veil: Veil, source: Source, codings: Sequence[Coding]) -> list[Span]:
    """Where something is told of one case only, turn by turn."""
    hidden = {(coding.start, coding.end) for coding in codings if coding.id in veil.rare_codings}
    cut = ((max(start, turn.start), min(end, turn.end)) for start, end in hidden for turn in source.turns)
    return [(start, end) for start, end in cut if start < end]


def _merged(spans: Sequence[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if merged and start <= merged[-1][1]:
            start, end = merged[-1][0], max(merged.pop()[1], end)
        merged.append((start, end))
    return merged


def _is_beside(edit: Edit, heads: Sequence[Edit], kept: Sequence[Span]) -> bool:
    """Whether a name lies in no head and isn't withheld as a whole."""
    in_head = any(edit.start < head.end and head.start < edit.end for head in heads)
    return not in_head and not any(start <= edit.start and edit.end <= end for start, end in kept)
