"""The study as it was read: everything that people decided, and what is wrong with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from crosscase.case import Case, Participant
from crosscase.claim import Claim
from crosscase.codebook import Codebook
from crosscase.coding import Coding
from crosscase.guide import Guide
from crosscase.matrix import Summary
from crosscase.problem import Problem
from crosscase.source import Source
from crosscase.study.layouts import Layout
from crosscase.theme import Theme
from crosscase.typology import Typology

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Settings:
    """What `study.yaml` says. `unit` is what a case is called, such as `jurisdiction`.

    `consensus` names the layer of codings that coders agreed on: where a source has one, it alone counts.
    `interviewers` and `not_speakers` are names in the texts whose roles can't be told from the name alone.
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


@dataclass(frozen=True, slots=True)
class Study:
    """Everything in a study folder, with the problems found in it.

    `coded` holds (coder, source id) for every codings file, also an empty one: read, and nothing found;
    `coded_under` gives the codebook version that was used.
    `moved` and `lost` are codings of texts that changed since they were coded; `codings` has the moved ones in their
    new place, and none of the lost ones. `unreadable` are codings files with a line that can't be read: they are never
    written over. `hashes` are of the files as read (by path within the folder), so that
    nothing is ever written over a newer file.
    """

    folder: Path
    settings: Settings = field(default_factory=Settings)
    codebook: Codebook = field(default_factory=Codebook)
    sources: tuple[Source, ...] = ()
    participants: tuple[Participant, ...] = ()
    cases: tuple[Case, ...] = ()
    guide: Guide = field(default_factory=Guide)
    codings: tuple[Coding, ...] = ()
    coded: frozenset[tuple[str, str]] = frozenset()
    coded_under: Mapping[tuple[str, str], int] = field(default_factory=dict)
    moved: tuple[tuple[Coding, Coding], ...] = ()
    lost: tuple[Coding, ...] = ()
    summaries: tuple[Summary, ...] = ()
    typologies: tuple[Typology, ...] = ()
    themes: tuple[Theme, ...] = ()
    claims: tuple[Claim, ...] = ()
    layouts: tuple[Layout, ...] = ()
    problems: tuple[Problem, ...] = ()
    unreadable: frozenset[str] = frozenset()
    hashes: Mapping[str, str] = field(default_factory=dict)

    def with_problems(self, problems: Iterable[Problem]) -> "Study":
        return replace(self, problems=tuple(problems))

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
