"""Where a case's episode stands on each attribute: decided by people, or coded and decided by nobody, or open."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Literal

from crosscase.case import Case, Episode, Feature
from crosscase.codebook import Code
from crosscase.coding import Coding
from crosscase.features import episodes_of, unsupported
from crosscase.pages import links
from crosscase.pages.data import Link
from crosscase.pages.rules import held
from crosscase.pages.windows.seen import Seen
from crosscase.wording import value_words

NONE = "none of these"
Standing = Literal["decided", "coded", "open"]


@dataclass(frozen=True, slots=True)
class Line:
    """An attribute of a case's episode: where it is decided, what is on record, in words, and whether to look again."""

    attribute: str
    link: Link
    standing: Standing
    held: str
    look_again: bool = False


class Standings:
    """Looks up where cases stand on their attributes, as one coder may see it."""

    def __init__(self, seen: Seen) -> None:
        self._material, self._study = seen.material, seen.study

    @cached_property
    def attributes(self) -> tuple[Code, ...]:
        """Those that people decide at all, in the codebook's order."""
        return tuple(code for code in self._all if self._material.record.is_decided(code.id))

    def line(self, case: Case, episode: Episode, code: Code) -> Line:
        feature = self._material.record.feature(case, code.id, episode)
        coded = self._material.record.coded(case, code.id, episode)
        standing: Standing = "decided" if feature else "coded" if coded else "open"
        link = Link(code.name, links.window("case", id=case.id, episode=episode.id, feature=code.id))
        return Line(code.id, link, standing, on_record(feature, coded), feature in self.unsupported(episode))

    def lines(self, case: Case, episode: Episode) -> tuple[Line, ...]:
        return tuple(self.line(case, episode, code) for code in self.attributes)

    def other_lines(self, case: Case, episode: Episode) -> tuple[Line, ...]:
        """What nobody has decided of any case, and no rule asks for: nothing is wanting there."""
        others = (code for code in self._all if not self._material.record.is_decided(code.id))
        return tuple(self.line(case, episode, code) for code in others)

    def unsupported(self, episode: Episode) -> tuple[Feature, ...]:
        """What was decided, and is no longer borne out by any of its evidence."""
        return unsupported(episode.features, self._codings)

    def waiting(self) -> Iterator[tuple[Case, Episode, tuple[Line, ...]]]:
        """The queue: of each case's episode the attributes that are coded, and not decided."""
        for case in self._study.cases:
            for episode in episodes_of(case):
                lines = tuple(line for line in self.lines(case, episode) if line.standing == "coded")
                if lines:
                    yield case, episode, lines

    @cached_property
    def queue(self) -> tuple[Line, ...]:
        """All that is coded, and not decided, in the order of cases and codes."""
        return tuple(chain.from_iterable(lines for _, _, lines in self.waiting()))

    @cached_property
    def has_any(self) -> bool:
        """Whether the codebook has any attribute."""
        return bool(self._all)

    @cached_property
    def _all(self) -> tuple[Code, ...]:
        return tuple(code for code in self._study.codebook.codes if code.kind == "attribute")

    @cached_property
    def _codings(self) -> Mapping[str, Coding]:
        return {coding.id: coding for coding in self._material.findings.codings}


def on_record(feature: Feature | None, coded: Sequence[str] = ()) -> str:
    """What is decided, or was coded; a value in doubt stands behind what makes it so."""
    if feature and feature.status == "no" and not feature.value:
        return NONE
    words = held(feature, coded)
    is_doubtful = feature and feature.value and feature.status not in ("stated", "no")
    return f"{words} ({value_words(feature.value)})" if feature and is_doubtful else words
