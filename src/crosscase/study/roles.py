"""Who asks and who takes part, in a source: as people said, or else as the name tells."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from crosscase.asking import Asker, likely_asker
from crosscase.case import Participant
from crosscase.source import NOBODY, Role, Turn, role_of_label
from crosscase.study.formats import speakers
from crosscase.study.formats.speakers import SpeakerRow
from crosscase.study.study import Study
from crosscase.voices import People


@dataclass(frozen=True, slots=True)
class Roles:
    """All that decides who asks and who takes part, beyond the text itself."""

    participants: tuple[Participant, ...] = ()
    interviewers: tuple[str, ...] = ()
    not_speakers: tuple[str, ...] = ()
    rows: tuple[SpeakerRow, ...] = ()

    def of(self, source_id: str) -> Callable[[str], Role]:
        """The role of each name in a source."""
        decided = self.decided(source_id)
        return lambda label: decided(label) or role_of_label(label)

    def decided(self, source_id: str) -> Callable[[str], Role | None]:
        """The role that people gave to a name in a source; None where they gave none.

        A row of `speakers.csv` goes before one of `participants.csv`, and one for the source before one for all.
        """
        people = People(self.participants)
        rows = sorted((row for row in self.rows if row.role), key=lambda row: bool(row.source_id))
        given: dict[str, Role] = {}
        for row in rows:
            if row.holds_for(source_id):
                given |= dict.fromkeys((row.name, row.speaker or row.name), row.role)  # type: ignore[arg-type]

        def role_of(label: str) -> Role | None:
            if label in given:
                return given[label]
            if people.claiming(label, source_id):
                return "participant"
            if label in self.interviewers:
                return "interviewer"
            return "unknown" if label in self.not_speakers else None

        return role_of


def roles_of(study: Study) -> Roles:
    """What a study says of who asks and who takes part."""
    path = study.folder / speakers.PATH
    text = path.read_text(encoding="utf-8-sig", errors="replace") if path.is_file() else ""
    rows = tuple(row for row, _ in speakers.speakers(text, speakers.PATH, []))
    return Roles(study.participants, study.settings.interviewers, study.settings.not_speakers, rows)


def without_likely_asker(text: str, turns: tuple[Turn, ...], decided: Callable[[str], Role | None]) -> tuple[Turn, ...]:
    """The turns with an unknown role for whoever probably asks, where nobody is known to: they aren't read as answers.

    Only people can say that somebody asks; until then nothing that the machine drafts rests on these words.
    """
    asker = undecided_asker(text, turns, decided)
    if asker is None:
        return turns
    return tuple(replace(turn, role="unknown") if turn.speaker == asker.name else turn for turn in turns)


def undecided_asker(text: str, turns: Sequence[Turn], decided: Callable[[str], Role | None]) -> Asker | None:
    """Who probably asks in a text of which nobody is known to, and of whom people have said nothing."""
    if any(turn.role == "interviewer" for turn in turns):
        return None
    named = [turn for turn in turns if turn.speaker not in ("", NOBODY)]
    asker = likely_asker((turn.speaker, text[turn.start : turn.end]) for turn in named)
    return asker if asker is not None and decided(asker.name) is None else None
