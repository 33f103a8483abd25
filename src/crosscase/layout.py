"""How an exhibit is laid out: its rows and columns. No results stand there; they are counted when it is drawn."""

from dataclasses import dataclass
from typing import Literal

Entry = Literal["value", "status", "summary"]


@dataclass(frozen=True, slots=True)
class RoleLine:
    """One line of a table of participants, for one role or for several that are counted together."""

    label: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SectorLines:
    sector: str
    label: str
    roles: tuple[RoleLine, ...] = ()
    subtotal: str = "Subtotal"


@dataclass(frozen=True, slots=True)
class ParticipantsLayout:
    """Participants by sector and role. Cases are counted at subtotals and the total, and never by role."""

    id: str
    title: str
    groups: tuple[SectorLines, ...] = ()
    participants: str = "Participants"
    cases: str = ""
    total: str = "Total"
    empty: str = "–"
    notes: tuple[str, ...] = ()
    path: str = ""


@dataclass(frozen=True, slots=True)
class ThemeRow:
    """A row across all types: a lead-in, and the paragraph that stands in this section of the theme."""

    theme_id: str
    label: str = ""
    section: str = "For Exhibit 2"
    line: int = 1


@dataclass(frozen=True, slots=True)
class TypologyLayout:
    """The types of a typology with their bullets, then the considerations that cut across them."""

    id: str
    title: str
    typology_id: str
    rows: tuple[ThemeRow, ...] = ()
    notes: tuple[str, ...] = ()
    path: str = ""
    line: int = 1


@dataclass(frozen=True, slots=True)
class FeatureColumn:
    feature: str
    label: str = ""
    line: int = 1


@dataclass(frozen=True, slots=True)
class ThemeColumn:
    """A consideration, told by the value of the feature `chip` and by a summary."""

    theme_id: str
    label: str = ""
    chip: str = ""
    line: int = 1


@dataclass(frozen=True, slots=True)
class StatusColumn:
    """How things stand, with dates; `code` is the code whose cell tells more, if there is one."""

    label: str = "Status"
    dated: bool = True
    code: str = ""
    line: int = 1


Column = FeatureColumn | ThemeColumn | StatusColumn


@dataclass(frozen=True, slots=True)
class ColumnGroup:
    label: str
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class CasesLayout:
    """Cases in rows, grouped by type; features and considerations in columns. `cells` says what each cell shows."""

    id: str
    title: str
    typology_id: str
    groups: tuple[ColumnGroup, ...] = ()
    cells: tuple[Entry, ...] = ("value", "status", "summary")
    notes: tuple[str, ...] = ()
    path: str = ""
    line: int = 1


@dataclass(frozen=True, slots=True)
class DecisionOption:
    """What a case may have decided, and how that is known: by a feature's value, by codings, or by cells.

    Without `values`, a feature stands for all that its codebook allows, and so does an attribute under `code_id`; a
    category stands for all of its codes. A code counts where a coding of it has one of the `stances`. `cells` are those
    in which a person read it.
    """

    label: str = ""
    feature: str = ""
    code_id: str = ""
    category_id: str = ""
    values: tuple[str, ...] = ()
    stances: tuple[str, ...] = ("reports", "supports", "")
    cells: tuple[tuple[str, str], ...] = ()
    line: int = 1


@dataclass(frozen=True, slots=True)
class DecisionPart:
    """One question of a decision point, with its options. A case may have taken several, or none."""

    label: str
    options: tuple[DecisionOption, ...]


@dataclass(frozen=True, slots=True)
class DecisionPoint:
    title: str
    parts: tuple[DecisionPart, ...]
    note: str = ""
    line: int = 1


@dataclass(frozen=True, slots=True)
class DecisionsLayout:
    """For each decision point, which cases took which option, by the type of a typology."""

    id: str
    title: str
    typology_id: str
    points: tuple[DecisionPoint, ...] = ()
    notes: tuple[str, ...] = ()
    path: str = ""
    line: int = 1


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement in prose, with the themes, claims and cells that it rests on."""

    text: str
    lead: str = ""
    theme_ids: tuple[str, ...] = ()
    claim_ids: tuple[str, ...] = ()
    cells: tuple[tuple[str, str], ...] = ()
    line: int = 1


@dataclass(frozen=True, slots=True)
class ProseLayout:
    """Statements one after the other, numbered or not, and a coding whose words stand out from them."""

    id: str
    title: str
    statements: tuple[Statement, ...] = ()
    numbered: bool = True
    quote: str = ""
    quote_line: int = 1
    notes: tuple[str, ...] = ()
    path: str = ""
    line: int = 1


@dataclass(frozen=True, slots=True)
class TimelineLayout:
    """The episodes of all cases in time, by the type of a typology."""

    id: str
    title: str
    typology_id: str
    notes: tuple[str, ...] = ()
    path: str = ""
    line: int = 1


Layout = ParticipantsLayout | TypologyLayout | CasesLayout | DecisionsLayout | ProseLayout | TimelineLayout
