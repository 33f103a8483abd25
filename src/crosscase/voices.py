"""Whose words a passage holds, and which cases it counts for; looked up once, by source.

A coding's own case goes first and alone. Otherwise it counts for every participant whose words it holds, and so for
each of their cases; who has no case speaks for the source's. A coding that holds only an interviewer's words counts
for the participant who answers next.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from crosscase.case import Participant
from crosscase.coding import Decision
from crosscase.source import Source, Turn

_NUMBERED = re.compile(r"[^\W\d_]{1,3}[ _.#-]*\d{1,4}")
_GENERIC = re.compile(
    r"(?:participants?|respondents?|speakers?|interviewees?|informants?|subjects?|persons?|voices?|guests?|"
    r"(?:fe)?male|m[ae]n|wom[ae]n|girls?|boys?|patients?|students?|members?|unknown speaker|"
    r"befragter?|teilnehmer(?:in)?|sprecher(?:in)?|proband(?:in)?|interviewter?|participante|entrevistad[oa]|"
    r"enquêtée?|locut(?:eur|rice)|participante?|deltager|informante?)(?:[ _.#-]*\d{1,4}|[ _.#-]+[^\W\d_])?|[^\W\d_]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Voice:
    """Whose words a passage holds: the turns that it lies in, who counts for it, and for which cases.

    `turns` are those of which it holds words, in reading order; `names` the speakers' names that it counts for, and
    `participants` the people behind them. `is_question` says that all its words are an interviewer's: then `names`,
    `participants` and `case_ids` are those of the answer.
    """

    source_id: str
    turns: tuple[Turn, ...] = ()
    names: tuple[str, ...] = ()
    participants: tuple[Participant, ...] = ()
    case_ids: tuple[str, ...] = ()
    is_question: bool = False

    @property
    def speakers(self) -> tuple[tuple[str, str], ...]:
        """Source and name of everyone it counts for; names are only unique within a source."""
        return tuple((self.source_id, name) for name in self.names)


class People:
    """Who stands behind a name in a text. A row that names the source goes before one that names none."""

    def __init__(self, participants: Iterable[Participant]) -> None:
        self._here: dict[tuple[str, str], list[Participant]] = defaultdict(list)
        self._anywhere: dict[str, list[Participant]] = defaultdict(list)
        for person in participants:
            for name in dict.fromkeys(person.speakers or (person.id,)):
                for source_id in dict.fromkeys(person.source_ids):
                    self._here[name, source_id].append(person)
                if not person.source_ids:
                    self._anywhere[name].append(person)

    def claiming(self, name: str, source_id: str) -> Sequence[Participant]:
        """Everyone whose row says that they may speak under this name in this source; the first one does."""
        here = self._here.get((name, source_id))
        return here if here else self._anywhere.get(name, ())

    def is_placed(self, name: str, source_id: str) -> bool:
        """Whether a person said who speaks under this name in just this source."""
        return (name, source_id) in self._here


class Voices:
    """Whose words every passage of these sources is. Each source is looked through once, when first asked for."""

    def __init__(self, sources: Iterable[Source], participants: Iterable[Participant]) -> None:
        self._sources = {source.id: source for source in sources}
        self._people = People(participants)
        self.doubtful = _doubtful(self._sources.values(), self._people)
        self._by_turn: dict[str, tuple[Voice, ...]] = {}
        self._remembered: dict[int, Voice] = {}
        self._source_ids: dict[str, list[str]] = defaultdict(list)
        for source in self._sources.values():
            for person_id in _each(person.id for person in self._speaking(source).values()):
                self._source_ids[person_id].append(source.id)

    def remember(self, decisions: Iterable[Decision]) -> None:
        """Look these up once and for all; they have to outlive this, as a study's codings do."""
        self._remembered = {id(decision): self.voice(decision) for decision in decisions}

    def voice(self, decision: Decision) -> Voice:
        known = self._remembered.get(id(decision))
        if known is not None:
            return known
        source = self._sources.get(decision.source_id)
        return self._heard(source, decision.start, decision.end) if source else Voice(decision.source_id)

    def turn(self, decision: Decision) -> Turn | None:
        """The first turn of which it holds words."""
        turns = self.voice(decision).turns
        return turns[0] if turns else None

    def speakers(self, decision: Decision) -> tuple[tuple[str, str], ...]:
        return self.voice(decision).speakers

    def participants(self, decision: Decision) -> tuple[Participant, ...]:
        return self.voice(decision).participants

    def participant_ids(self, decision: Decision) -> tuple[str, ...]:
        return tuple(person.id for person in self.voice(decision).participants)

    def case_ids(self, decision: Decision) -> tuple[str, ...]:
        """The cases that it counts for: the one that it is about, else those of everyone whose words it holds."""
        if decision.case_id:
            return (decision.case_id,)
        return self.voice(decision).case_ids

    def person(self, name: str, source_id: str) -> Participant | None:
        """Who speaks under this name in this source; None where nobody does, or nobody said who of several."""
        claiming = self._people.claiming(name, source_id)
        is_open = name in self.doubtful and not self._people.is_placed(name, source_id)
        return claiming[0] if claiming and not is_open else None

    def claiming(self, name: str, source_id: str) -> Sequence[Participant]:
        """Everyone who may speak under this name in this source."""
        return self._people.claiming(name, source_id)

    def source_ids(self, participant: Participant) -> tuple[str, ...]:
        """The sources in which this participant speaks, in the study's order."""
        return tuple(self._source_ids.get(participant.id, ()))

    def _speaking(self, source: Source) -> dict[str, Participant]:
        people = ((name, self.person(name, source.id)) for name in source.speakers)
        return {name: person for name, person in people if person}

    def _heard(self, source: Source, start: int, end: int) -> Voice:
        if source.id not in self._by_turn:
            self._by_turn[source.id] = tuple(_voices(source, self._speaking(source)))
        first = source.turn_index(start)
        if first >= 0:
            turn = source.turns[first]
            if turn.start <= start and end <= turn.end:
                return self._by_turn[source.id][first]
        return self._joined(source, _held(source, max(first, 0), start, end))

    def _joined(self, source: Source, held: Sequence[int]) -> Voice:
        """The voice of several turns: of everyone who takes part, or else of all but the interviewers, or of these."""
        by_turn = self._by_turn[source.id]
        voices = [by_turn[index] for index in held]
        turns = tuple(source.turns[index] for index in held)
        speaking = (
            [voice for voice in voices if voice.turns[0].role == "participant"]
            or [voice for voice in voices if voice.turns[0].role == "unknown"]
            or voices[-1:]
        )
        return Voice(
            source.id,
            turns,
            _each(name for voice in speaking for name in voice.names),
            tuple({person.id: person for voice in speaking for person in voice.participants}.values()),
            _each(case_id for voice in speaking for case_id in voice.case_ids),
            any(voice.is_question for voice in speaking),
        )


def is_generic(name: str) -> bool:
    """Whether a name in a text is of the kind that every transcript uses anew: `P1`, `Speaker 2`, `Participant A`."""
    return bool(_GENERIC.fullmatch(name) or _NUMBERED.fullmatch(name))


def in_several(sources: Iterable[Source], people: People) -> dict[str, list[str]]:
    """Participants' names that stand in several sources, none of which their rows name; each with those sources."""
    found: dict[str, list[str]] = defaultdict(list)
    for source in sources:
        for name in source.speakers:
            if people.claiming(name, source.id) and not people.is_placed(name, source.id):
                found[name].append(source.id)
    return {name: source_ids for name, source_ids in found.items() if len(source_ids) > 1}


def _doubtful(sources: Iterable[Source], people: People) -> Mapping[str, Sequence[str]]:
    """Generic names in several sources: as they may be as many people, nobody is taken to be behind them."""
    return {name: source_ids for name, source_ids in in_several(sources, people).items() if is_generic(name)}


def _voices(source: Source, people: Mapping[str, Participant]) -> Iterator[Voice]:
    """The voice of each turn; an interviewer's is that of the next who takes part."""
    answering = _answering(source)
    for index, turn in enumerate(source.turns):
        counts = source.turns[answering[index]] if turn.role == "interviewer" and answering[index] >= 0 else turn
        if turn.role == "interviewer" and counts is turn:
            yield Voice(source.id, (turn,), is_question=True)
            continue
        person = people.get(counts.speaker)
        case_id = (person.case_id if person else "") or source.case_id
        yield Voice(
            source.id,
            (turn,),
            (counts.speaker,),
            (person,) if person else (),
            (case_id,) if case_id else (),
            is_question=counts is not turn,
        )


def _answering(source: Source) -> list[int]:
    """For each turn the next one of somebody who takes part (where nobody is known to: of anybody who doesn't ask)."""
    takes_part = "participant" if any(turn.role == "participant" for turn in source.turns) else "unknown"
    following = -1
    answers = [-1] * len(source.turns)
    for index in range(len(source.turns) - 1, -1, -1):
        answers[index] = following
        if source.turns[index].role == takes_part:
            following = index
    return answers


def _held(source: Source, first: int, start: int, end: int) -> list[int]:
    """The turns of which `[start, end)` holds a word; where it holds none anywhere, those of which it holds a sign."""
    touched = []
    for index in range(first, len(source.turns)):
        turn = source.turns[index]
        if turn.start >= end:
            break
        words = source.text[max(start, turn.start) : min(end, turn.end)]
        if words.strip():
            touched.append((index, any(map(str.isalnum, words))))
    return [index for index, has_word in touched if has_word] or [index for index, _ in touched]


def _each(ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ids))
