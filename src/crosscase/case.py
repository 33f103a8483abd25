"""Who was interviewed, and what is compared: participants, cases, their episodes, and their features."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

FeatureStatus = Literal["stated", "no", "unclear", "not_asked", "conflict"]


@dataclass(frozen=True, slots=True)
class Participant:
    """A person, or a group that speaks as one, that was interviewed.

    `speakers` are the names under which they stand in the texts (their id, if empty); `source_ids` limits those names
    to some sources, so that every focus group may have its own `Participant`. `consent` tells how they may be named:
    `named`, `role`, `sector` or `none`.
    """

    id: str
    case_id: str = ""
    sector: str = ""
    role: str = ""
    consent: str = ""
    speakers: tuple[str, ...] = ()
    source_ids: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)

    def speaks_as(self, speaker: str, source_id: str) -> bool:
        return speaker in (self.speakers or (self.id,)) and (not self.source_ids or source_id in self.source_ids)


@dataclass(frozen=True, slots=True)
class Feature:
    """A case's value on an attribute during an episode, with its evidence and who decided it.

    `proposed` marks one that the program put in because nobody has decided yet; it is never written to a file.
    """

    attribute: str
    value: str = ""
    status: FeatureStatus = "stated"
    evidence: tuple[str, ...] = ()
    by: str = ""
    memo: str = ""
    proposed: bool = False


@dataclass(frozen=True, slots=True)
class Override:
    """A person's decision that an episode is of a type, whatever the rules say, and why."""

    typology_id: str
    type_id: str
    reason: str
    by: str = ""
    on: str = ""


@dataclass(frozen=True, slots=True)
class Episode:
    """A case during a time; `from_` and `to` are ISO dates or parts of them, empty where open."""

    id: str
    from_: str = ""
    to: str = ""
    status: str = ""
    features: tuple[Feature, ...] = ()
    overrides: tuple[Override, ...] = ()

    @property
    def is_proposed(self) -> bool:
        """Whether the program put in what nobody has decided."""
        return any(feature.proposed for feature in self.features)


@dataclass(frozen=True, slots=True)
class Case:
    """What the matrix compares: a jurisdiction, an organisation, a community, or a participant.

    `masked` is the name it has where its identity is to be protected.
    """

    id: str
    name: str = ""
    masked: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    episodes: tuple[Episode, ...] = ()

    @property
    def has_features(self) -> bool:
        """Whether any of its episodes has a feature."""
        return any(episode.features for episode in self.episodes)

    @property
    def is_proposed(self) -> bool:
        """Whether the program put in what nobody has decided."""
        return any(episode.is_proposed for episode in self.episodes)
