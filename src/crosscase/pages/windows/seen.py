"""What a window is made from: the study as one coder sees it, and what they ask for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from crosscase.coding import Suggestion
from crosscase.learning import Learning
from crosscase.pages.data import Frame
from crosscase.pages.material import WINDOWS, Material, frame
from crosscase.reviewing import still_open
from crosscase.study import Study
from crosscase.wording import first_of

MOST = 6
"""So many sources are named before the others are counted."""


@dataclass(frozen=True)
class Seen:
    """A study as a coder's window shows it.

    A blind coder's `material` holds nothing of others in sources that this coder hasn't finished; `offered` is empty,
    and `learning` None.
    `asked` is the query of the address: whatever stands in it is looked up, and never believed.
    """

    material: Material
    coder: str
    offered: tuple[Suggestion, ...] = ()
    is_blind: bool = False
    asked: Mapping[str, str] = field(default_factory=dict)
    learning: Learning | None = None

    @property
    def study(self) -> Study:
        return self.material.study

    @property
    def has_to_read_first(self) -> bool:
        """Whether what rests on all sources isn't shown yet: a blind coder hasn't finished every one of them."""
        return self.is_blind and bool(self.study.unfinished(self.coder))

    @cached_property
    def undecided(self) -> tuple[Suggestion, ...]:
        """The suggestions on which nobody has decided yet, in the order of the texts; what was left for later too."""
        return tuple(suggestion for suggestion, _ in still_open(self.study, self.offered))

    def closed(self, what: str) -> str:
        """Why a blind coder sees nothing yet that rests on all sources; empty as soon as they have finished each."""
        if not self.has_to_read_first:
            return ""
        left = first_of(self.study.unfinished(self.coder), MOST)
        return f"You code blind. {what} rest on all sources: they open once you have finished {left}."

    def is_proposed(self, case_id: str, episode_id: str) -> bool:
        """Whether the features of an episode are what is proposed for it, since nobody has decided any."""
        case = next(case for case in self.material.findings.cases if case.id == case_id)
        return any(episode.id == episode_id and episode.is_proposed for episode in case.episodes)


def window_frame(seen: Seen, title: str, section: str) -> Frame:
    """The frame of a window: the bar leads to the other windows, and to the report."""
    around = frame(seen.material, title, section)
    return Frame(around.title, around.study, around.language, WINDOWS, section, (), "", around.stamp, is_window=True)
