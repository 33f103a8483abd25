"""The study as it was read: everything that people decided, and what is wrong with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from crosscase.anchoring import Offer
from crosscase.case import Case, Participant
from crosscase.claim import Claim
from crosscase.cluster import ClusterDecision
from crosscase.codebook import Codebook
from crosscase.coding import Coding, Review
from crosscase.guide import Guide
from crosscase.layout import Layout
from crosscase.matrix import Absence, Summary
from crosscase.memo import Memo
from crosscase.problem import Problem
from crosscase.reading import Reading
from crosscase.source import Source
from crosscase.theme import Theme
from crosscase.typology import Typology

if TYPE_CHECKING:
    import pandas as pd

    from crosscase.study.reader import Parsed


@dataclass(frozen=True, slots=True)
class Settings:
    """What `study.yaml` says. `unit` is what a case is called, such as `jurisdiction`.

    `consensus` names the layer of codings that coders agreed on: where a source has one, it alone counts.
    `interviewers` and `not_speakers` are names in the texts whose roles can't be told from the name alone.
    `shown` maps own columns, as `cases.size`, to the widest profile that may see them; others are for the team alone.
    """

    title: str = "Untitled study"
    about: str = ""
    unit: str = "case"
    transcripts: str = "transcripts"
    language: str = "en"
    encoder: str = "all-MiniLM-L6-v2"
    seed: int = 1
    profile: str = "team"
    coders: Mapping[str, str] = field(default_factory=dict)
    consensus: str = ""
    interviewers: tuple[str, ...] = ()
    not_speakers: tuple[str, ...] = ()
    shown: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Written:
    """What a decision did to one file: its bytes before and after; None where there was, or is, no file."""

    path: str
    before: bytes | None
    after: bytes | None


@dataclass(frozen=True, slots=True)
class Study:
    """Everything in a study folder, with the problems found in it.

    `readings` has one for every codings file, also an empty one: read, and nothing found.
    `moved` and `lost` are codings of texts that changed since they were coded; `codings` has the moved ones in their
    new place, and none of the lost ones. `offers` are the places where a lost one may belong, by its id. `unreadable`
    are files of decisions, one a line, with a line that can't be read: they are never written over. `copies` are files
    that aren't read, since they are copies of others, or belong to no source.
    `hashes` are of the files as read (by path within the folder), so that nothing is ever written over a newer file.
    `parsed` is what each file was parsed to, for loading again: `load` alone looks at it. `written` is what the last
    decision did to the files, so that it can be taken back.
    """

    folder: Path
    settings: Settings = field(default_factory=Settings)
    codebook: Codebook = field(default_factory=Codebook)
    sources: tuple[Source, ...] = ()
    participants: tuple[Participant, ...] = ()
    cases: tuple[Case, ...] = ()
    guide: Guide = field(default_factory=Guide)
    codings: tuple[Coding, ...] = ()
    readings: tuple[Reading, ...] = ()
    reviews: tuple[Review, ...] = ()
    moved: tuple[tuple[Coding, Coding], ...] = ()
    lost: tuple[Coding, ...] = ()
    offers: Mapping[str, tuple[Offer, ...]] = field(default_factory=dict)
    summaries: tuple[Summary, ...] = ()
    drafts: tuple[Summary, ...] = ()
    absences: tuple[Absence, ...] = ()
    typologies: tuple[Typology, ...] = ()
    themes: tuple[Theme, ...] = ()
    claims: tuple[Claim, ...] = ()
    layouts: tuple[Layout, ...] = ()
    memos: tuple[Memo, ...] = ()
    cluster_decisions: tuple[ClusterDecision, ...] = ()
    problems: tuple[Problem, ...] = ()
    unreadable: frozenset[str] = frozenset()
    copies: frozenset[str] = frozenset()
    hashes: Mapping[str, str] = field(default_factory=dict)
    parsed: Mapping[str, "Parsed"] = field(default_factory=dict, compare=False, repr=False)
    written: tuple[Written, ...] = field(default=(), compare=False)

    def with_problems(self, problems: Iterable[Problem]) -> "Study":
        return replace(self, problems=tuple(problems))

    @property
    def charted(self) -> tuple[Summary, ...]:
        """All that is written in cells: people's summaries, and those that are drafts still."""
        return (*self.summaries, *self.drafts)

    @property
    def coded(self) -> frozenset[tuple[str, str]]:
        """(coder, source id) of every codings file: what somebody has begun to read."""
        return frozenset((reading.coder, reading.source_id) for reading in self.readings)

    def reading(self, coder: str, source_id: str) -> Reading | None:
        """What this coder has done with this source; None where it is untouched."""
        wanted = (coder, source_id)
        return next((one for one in self.readings if (one.coder, one.source_id) == wanted), None)

    def finished(self, coder: str) -> frozenset[str]:
        """The sources that this coder has read to the end."""
        return frozenset(one.source_id for one in self.readings if one.coder == coder and one.is_done)

    def unfinished(self, coder: str) -> tuple[str, ...]:
        """The sources that this coder hasn't read to the end yet."""
        finished = self.finished(coder)
        return tuple(source.id for source in self.sources if source.id not in finished)

    @property
    def counting(self) -> tuple[Coding, ...]:
        """The codings that count: where a consensus layer has come only that layer's, else every coder's.

        The coders' own codings of what is settled are for comparing them.
        """
        layer = self.settings.consensus
        settled = {reading.source_id: reading for reading in self.readings if reading.coder == layer}
        if not settled:
            return self.codings
        return tuple(coding for coding in self.codings if coding.coder == layer or not _is_settled(coding, settled))

    def source(self, source_id: str) -> Source | None:
        return next((source for source in self.sources if source.id == source_id), None)

    @property
    def values(self) -> Mapping[str, tuple[str, ...]]:
        """The features that a case can have, with their allowed values: the codebook's attributes."""
        return {code.id: tuple(code.values) for code in self.codebook.codes if code.kind == "attribute"}

    def codings_frame(self) -> "pd.DataFrame":
        """One row per coding, in reading order; columns are the fields of `Coding`."""
        import pandas as pd

        columns = list(Coding.__dataclass_fields__)
        return pd.DataFrame([[getattr(c, name) for name in columns] for c in self.codings], columns=columns)


def _is_settled(coding: Coding, settled: Mapping[str, Reading]) -> bool:
    """Whether the consensus layer has come past the place of a coder's coding."""
    reading = settled.get(coding.source_id)
    return reading is not None and reading.reached(coding.start)
