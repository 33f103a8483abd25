"""A study, and a source, as a reader sees them: like any other, but they remember what was there."""

from dataclasses import dataclass, field, fields

from crosscase.disclosure import Withheld
from crosscase.source import Source
from crosscase.study import Study


@dataclass(frozen=True)
class SeenSource(Source):
    """A source whose text was masked; it has as many words as were read."""

    read: int = 0

    @classmethod
    def of(cls, source: Source, read: int) -> "SeenSource":
        return cls(**{field.name: getattr(source, field.name) for field in fields(source)}, read=read)

    @property
    def words(self) -> int:
        return self.read


@dataclass(frozen=True, slots=True)
class SeenStudy(Study):
    """The study that a reviewer or the public may see; the team's is a plain `Study`."""

    withheld: Withheld = field(default_factory=Withheld)

    @classmethod
    def of(cls, study: Study, withheld: Withheld) -> "SeenStudy":
        return cls(**{field.name: getattr(study, field.name) for field in fields(study)}, withheld=withheld)
