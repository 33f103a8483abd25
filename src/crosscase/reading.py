"""A reading is what one coder has done with one source, and under which codebook. It makes empty cells speak.

Nothing is said of a place that nobody has reached, nor of a code that nobody could have looked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from crosscase.codebook import Code


@dataclass(frozen=True, slots=True)
class Reading:
    """How far this coder has read this source, and for which codes.

    `read_to` is the offset up to which an open source was read, in code points; None once the reading is done.
    `codebook` is the version it was begun under (0: not recorded, taken for the first). `again` maps codes that came
    later, and for which the source was gone through again, to the version in which that was done.
    """

    coder: str
    source_id: str
    codebook: int = 0
    read_to: int | None = None
    again: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_done(self) -> bool:
        return self.read_to is None

    def reached(self, offset: int) -> bool:
        """Whether the text at this place has been read."""
        return self.read_to is None or offset < self.read_to

    def looked_for(self, code: Code) -> bool:
        """Whether the code, as it is meant today, was there when this coder read; or they went through again for it."""
        return max(self.codebook, 1, self.again.get(code.id, 0)) >= code.meant_since
