"""Exhibit 1: who took part, by sector and role; in how many cases, by sector only.

A role set beside a place can tell who a person is, so cases are never counted by role.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crosscase.case import Participant
from crosscase.layout import ParticipantsLayout, RoleLine, SectorLines

UNKNOWN = "Not recorded"


@dataclass(frozen=True, slots=True)
class RoleCount:
    label: str
    participants: int


@dataclass(frozen=True, slots=True)
class SectorCount:
    """One sector; `cases` are those that its participants speak for."""

    label: str
    roles: tuple[RoleCount, ...]
    subtotal: str
    participants: int
    cases: int


@dataclass(frozen=True, slots=True)
class ParticipantsExhibit:
    """`headings` are of the columns; without a fourth one, cases are not printed. `empty` stands for no cases."""

    id: str
    title: str
    headings: tuple[str, ...]
    sectors: tuple[SectorCount, ...]
    total: str
    participants: int
    cases: int
    empty: str
    notes: tuple[str, ...]

    def case_count(self, number: int) -> str:
        return f"{number}" if number else self.empty


def participants_exhibit(layout: ParticipantsLayout, participants: Sequence[Participant]) -> ParticipantsExhibit:
    """Everybody stands on one line: whose sector or role the layout doesn't name comes below, under its own name."""
    named = [group.sector for group in layout.groups]
    others = dict.fromkeys(person.sector for person in participants if person.sector not in named)
    groups = (*layout.groups, *(SectorLines(sector, sector or UNKNOWN) for sector in others))
    headings = ("Sector", "Role", layout.participants, *([layout.cases] if layout.cases else []))
    return ParticipantsExhibit(
        layout.id,
        layout.title,
        headings,
        tuple(_sector(group, [p for p in participants if p.sector == group.sector]) for group in groups),
        layout.total,
        len(participants),
        _cases(participants),
        layout.empty,
        layout.notes,
    )


def _sector(group: SectorLines, people: Sequence[Participant]) -> SectorCount:
    named = {role for line in group.roles for role in line.roles}
    others = dict.fromkeys(person.role for person in people if person.role not in named)
    lines = (*group.roles, *(RoleLine(role or UNKNOWN, (role,)) for role in others))
    counts = tuple(RoleCount(line.label, sum(p.role in line.roles for p in people)) for line in lines)
    return SectorCount(group.label, counts, group.subtotal, len(people), _cases(people))


def _cases(people: Iterable[Participant]) -> int:
    return len({person.case_id for person in people if person.case_id})
