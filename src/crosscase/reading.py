"""A reading is what one coder has done with one source, and under which codebook. It makes empty cells speak.

Nothing is said of a place that nobody has reached, nor of a code that nobody could have looked for.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from crosscase.codebook import Code


class State(StrEnum):
    """How far people are with a source. The value is how it is said on a page."""

    UNTOUCHED = "not read yet"
    OPEN = "still being read"
    DONE = "read to the end"


class Standing(StrEnum):
    """Whether people have looked for a code in a source: only where they have, its silence says something."""

    UNTOUCHED = "not read yet"
    OPEN = "still being read"
    OLDER = "read before this code existed"
    READ = "read for it"


@dataclass(frozen=True, slots=True)
class Reading:
    """How far this coder has read this source, and for which codes.

    `read_to` is the offset up to which an open source was read, in code points; None once the reading is done.
    `codebook` is the version it was begun under (0: not recorded, taken for the first). `again` maps codes that came
    later, and for which the source was gone through again, to the version in which that was done. `parts` are stretches
    that were read behind `read_to`, in order: passages that were drawn for a blind second coding.
    """

    coder: str
    source_id: str
    codebook: int = 0
    read_to: int | None = None
    again: Mapping[str, int] = field(default_factory=dict)
    parts: tuple[tuple[int, int], ...] = ()

    @property
    def has_begun(self) -> bool:
        return self.read_to != 0 or bool(self.parts)

    @property
    def is_done(self) -> bool:
        return self.read_to is None

    @property
    def state(self) -> State:
        return State.DONE if self.is_done else State.OPEN

    def reached(self, offset: int) -> bool:
        """Whether the text at this place has been read."""
        if self.read_to is None or offset < self.read_to:
            return True
        return any(start <= offset < end for start, end in self.parts)

    def looked_for(self, code: Code) -> bool:
        """Whether the code, as it is meant today, was there when this coder read; or they went through again for it."""
        again = (self.again.get(code_id, 0) for code_id in (code.id, *code.formerly))
        return max(self.codebook, 1, *again) >= code.meant_since


def state(readings: Iterable[Reading]) -> State:
    """How far a source was read, by its readings: one coder who came to the end is enough."""
    ends = {reading.is_done for reading in readings}
    return State.DONE if True in ends else State.OPEN if ends else State.UNTOUCHED


def standing(readings: Sequence[Reading], code: Code) -> Standing:
    """Whether one of those who read a source to the end looked for this code; if not, what is still to be done."""
    looking = {reading.is_done for reading in readings if reading.looked_for(code)}
    if True in looking:
        return Standing.READ
    if looking or state(readings) is State.OPEN:
        return Standing.OPEN
    return Standing.OLDER if readings else Standing.UNTOUCHED


def read_to(readings: Iterable[Reading]) -> int | None:
    """The place that the furthest reader of a source has reached; None where one came to the end."""
    reached = [reading.read_to for reading in readings]
    ends = [end for end in reached if end is not None]
    return max(ends, default=0) if len(ends) == len(reached) else None


def readings_by_source(readings: Iterable[Reading]) -> dict[str, list[Reading]]:
    gathered: dict[str, list[Reading]] = {}
    for reading in readings:
        gathered.setdefault(reading.source_id, []).append(reading)
    return gathered
