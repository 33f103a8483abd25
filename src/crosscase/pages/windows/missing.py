"""What is shown at an address of a window at which the study has nothing, or nothing any more."""

from dataclasses import dataclass

from crosscase.pages import links
from crosscase.pages.data import Frame, Link
from crosscase.pages.windows.seen import Seen, window_frame


@dataclass(frozen=True, slots=True)
class MissingPage:
    frame: Frame
    why: str
    ways: tuple[Link, ...]


def missing_page(seen: Seen, why: str) -> MissingPage:
    ways = (Link("What waits", links.window("home")), Link("Search", links.SEARCH), Link("The report", links.INDEX))
    return MissingPage(window_frame(seen, "Not here", ""), why, ways)
