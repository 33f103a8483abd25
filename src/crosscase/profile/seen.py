"""A study, and a source, as a reader sees them: like any other, but they remember what was there."""

from dataclasses import dataclass, field

from crosscase.disclosure import Withheld
from crosscase.source import Source
from crosscase.study import Study


@dataclass(frozen=True)
class SeenSource(Source):
    """A source whose text was masked; it has as many words as were read."""

    read: int = 0

    @property
    def words(self) -> int:
        return self.read


@dataclass(frozen=True, slots=True)
class SeenStudy(Study):
    """The study that a reviewer or the public may see; the team's is a plain `Study`."""

    withheld: Withheld = field(default_factory=Withheld)
