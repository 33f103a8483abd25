"""Where people decide: windows are pages that only a served study has, each built from what its coder may see.

A window is made of forms. Each is one act of `web.acts`, with a field for each of the act's; when it was carried out,
the window is built again from the study as it then is. So a window keeps nothing that the study doesn't.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from crosscase.pages.rendering import rendered
from crosscase.pages.windows.case import CasePage, case_page
from crosscase.pages.windows.cases import CasesPage, cases_page
from crosscase.pages.windows.cell import CellPage, cell_page
from crosscase.pages.windows.cells import CellsPage, cells_page
from crosscase.pages.windows.code import CodeWindow, code_window
from crosscase.pages.windows.codes import CodesPage, codes_page
from crosscase.pages.windows.comparing import ComparePage, compare_page
from crosscase.pages.windows.home import HomePage, home_page
from crosscase.pages.windows.memos import MemosPage, memos_page
from crosscase.pages.windows.merge import MergePage, merge_page
from crosscase.pages.windows.missing import MissingPage, missing_page
from crosscase.pages.windows.review import ReviewPage, review_page
from crosscase.pages.windows.revisit import RevisitPage, revisit_page
from crosscase.pages.windows.seen import Seen
from crosscase.pages.windows.split import SplitPage, split_page

__all__ = ["WINDOWS", "Seen", "Window", "WindowPage", "render_missing", "render_window", "window_page"]

WindowPage = (
    CasePage
    | CasesPage
    | CellPage
    | CellsPage
    | CodeWindow
    | CodesPage
    | ComparePage
    | HomePage
    | MemosPage
    | MergePage
    | ReviewPage
    | RevisitPage
    | SplitPage
)


@dataclass(frozen=True, slots=True)
class Window:
    """How a window is built, its template, and the script of its own that it has, if any, of `web/static`.

    `build` raises KeyError where what is asked for isn't in the study.
    """

    build: Callable[[Seen], WindowPage]
    template: str
    own: str = ""


WINDOWS: Mapping[str, Window] = {
    "cell": Window(cell_page, "windows/cell.html", "cell"),
    "cells": Window(cells_page, "windows/cells.html"),
    "code": Window(code_window, "windows/code.html"),
    "codes": Window(codes_page, "windows/codes.html"),
    "home": Window(home_page, "windows/home.html"),
    "memos": Window(memos_page, "windows/memos.html"),
    "merge": Window(merge_page, "windows/merge.html"),
    "revisit": Window(revisit_page, "windows/revisit.html"),
    "split": Window(split_page, "windows/split.html", "splitting"),
    "compare": Window(compare_page, "windows/compare.html"),
    "cases": Window(cases_page, "windows/cases.html"),
    "case": Window(case_page, "windows/case.html", "case"),
    "review": Window(review_page, "windows/review.html", own="review"),
}
"""Every window by its path."""


def window_page(name: str, seen: Seen) -> WindowPage:
    """The window of this name. Raises KeyError where there is none, or not of what is asked for."""
    return WINDOWS[name].build(seen)


def render_window(name: str, page: WindowPage, version: str, learned: str = "") -> str:
    """A window as HTML; `version` names the state of the study that is shown, on which whatever is sent was decided.

    `learned` says as of when what the machine learned is shown.
    """
    window = WINDOWS[name]
    return _drawn(window.template, page, name, window.own, version, learned)


def render_missing(seen: Seen, why: str, version: str) -> str:
    """The page in place of one that the study doesn't have, with the ways on, as HTML."""
    return _drawn("windows/missing.html", missing_page(seen, why), "missing", "", version, "")


def _drawn(template: str, page: WindowPage | MissingPage, name: str, own: str, version: str, learned: str) -> str:
    return rendered(
        template, served=True, page=page, frame=page.frame, name=name, own=own, version=version, learned=learned
    )
