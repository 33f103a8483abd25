"""One code becoming several: new codes are named, and its passages dealt to them; what isn't dealt stays."""

from collections.abc import Mapping
from dataclasses import dataclass

from crosscase.pages import links
from crosscase.pages.data import Frame, Link, Quote
from crosscase.pages.material import quote
from crosscase.pages.windows.seen import Seen, window_frame
from crosscase.wording import counted

MOST_CODES = 9
"""As many as there are keys to deal with."""

AT_MOST = 40
"""So many passages are shown first; what was dealt of the others counts all the same."""


@dataclass(frozen=True, slots=True)
class SplitPage:
    """`kind` and `values` are those of the code, and of each new one. `is_closed` is true for a blind coder.

    `coding_ids` are those of all passages, of which the first are shown; `rest` leads to the others, if there are any.
    """

    frame: Frame
    code: Link
    code_id: str
    category_id: str
    kind: str
    values: Mapping[str, str]
    definition: str
    count: str
    numbers: tuple[int, ...]
    coding_ids: tuple[str, ...]
    rest: Link | None
    passages: tuple[tuple[str, Quote], ...]
    is_closed: bool


def split_page(seen: Seen) -> SplitPage:
    """Raises KeyError where the codebook has no such code."""
    code = seen.study.codebook.by_id[seen.asked.get("code", "")]
    codings = () if seen.has_to_read_first else seen.material.codings_of(code.id)
    shown = codings if "all" in seen.asked else codings[:AT_MOST]
    return SplitPage(
        window_frame(seen, f"Split {code.name}", "Codebook"),
        Link(code.name, links.window("code", id=code.id)),
        code.id,
        code.category_id,
        code.kind,
        dict(code.values),
        seen.material.in_words(code.definition),
        counted(len(codings), "passage"),
        tuple(range(1, MOST_CODES + 1)),
        tuple(coding.id for coding in codings),
        None if len(shown) == len(codings) else _rest(code.id, len(codings)),
        tuple((coding.id, quote(seen.material, coding)) for coding in shown),
        seen.has_to_read_first,
    )


def _rest(code_id: str, number: int) -> Link:
    place = links.window("split", code=code_id, all="1")
    return Link(f"{number - AT_MOST:,} more: show all {number:,}", place)
