"""What a window is made from: the study as one coder sees it, and what they ask for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from crosscase.coding import Suggestion
from crosscase.pages import links
from crosscase.pages.data import Frame, Link
from crosscase.pages.material import Material, frame
from crosscase.study import Study


@dataclass(frozen=True)
class Seen:
    """A study as a coder's window shows it.

    A blind coder's `material` holds nothing of others in sources that this coder hasn't finished; `offered` is empty.
    `asked` is the query of the address: whatever stands in it is looked up, and never believed.
    """

    material: Material
    coder: str
    offered: tuple[Suggestion, ...] = ()
    is_blind: bool = False
    asked: Mapping[str, str] = field(default_factory=dict)

    @property
    def study(self) -> Study:
        return self.material.study

    @property
    def has_to_read_first(self) -> bool:
        """Whether what rests on all sources isn't shown yet: a blind coder hasn't finished every one of them."""
        done = {one.source_id for one in self.study.readings if one.coder == self.coder and one.is_done}
        return self.is_blind and any(source.id not in done for source in self.study.sources)

    @cached_property
    def undecided(self) -> tuple[Suggestion, ...]:
        """The suggestions on which nobody has given a verdict yet, in the order of the texts."""
        decided = {(one.source_id, one.start, one.end, one.code_id) for one in self.study.reviews}
        places = ((one.source_id, one.start, one.end, one.code_id) for one in self.offered)
        return tuple(one for one, place in zip(self.offered, places, strict=True) if place not in decided)


def window_frame(seen: Seen, title: str, section: str) -> Frame:
    """The frame of a window: the bar leads to the other windows, and to the report."""
    around = frame(seen.material, title, section)
    windows = (Link(name, links.window(path)) for path, name in links.WINDOWS.items())
    sections = (*windows, Link("Search", links.SEARCH), Link("Report", links.INDEX))
    return Frame(around.title, around.study, around.language, sections, section, (), "", around.stamp, is_window=True)
