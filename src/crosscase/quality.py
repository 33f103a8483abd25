"""What is measured of the coding itself, as values: agreement, saturation, coverage. `appraising` works it out."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from crosscase.agreement.confusing import Group
from crosscase.agreement.measuring import Measured
from crosscase.coverage import Asked, Drawn, Heard, Together, Uncoded, Unused
from crosscase.saturation import Saturation


@dataclass(frozen=True, slots=True)
class Saturated:
    """When new codes stopped appearing, in the interviews that were read to the end, by their dates.

    `codes` is how many could have been given; `contents` is the same of what is said within codes: each value and
    stance is one. `unread` are interviews that nobody has read to the end, `undated` those without a date (put last),
    `unlooked` the names of codes that were not looked for in every interview: when they came can't be told, so they are
    left out. `guide_changes` maps the first interview after a change of the guide to the questions that were new in it.
    """

    saturation: Saturation
    codes: int
    unread: tuple[str, ...] = ()
    undated: tuple[str, ...] = ()
    unlooked: tuple[str, ...] = ()
    contents: Saturation | None = None
    guide_changes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Covered:
    """What was asked, heard, read, coded and drawn on; see `coverage` for each."""

    asked: tuple[Asked, ...] = ()
    heard: tuple[Heard, ...] = ()
    uncoded: tuple[Uncoded, ...] = ()
    unused: tuple[Unused, ...] = ()
    drawn: tuple[Drawn, ...] = ()
    together: tuple[Together, ...] = ()


@dataclass(frozen=True, slots=True)
class Quality:
    """All three. `by_sector` is saturation in each sector that more than one interview is of; `differences` is what
    coders differ in, which only the team reads.
    """

    measured: Measured
    saturated: Saturated
    by_sector: Mapping[str, Saturated]
    covered: Covered
    differences: tuple[Group, ...] = ()
