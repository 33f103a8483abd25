"""One code taking over another: what it comes to, before it is done."""

from collections.abc import Iterator
from dataclasses import dataclass

from crosscase.matrix import Summary
from crosscase.pages import links
from crosscase.pages.data import Frame, Link, Quote
from crosscase.pages.material import quote
from crosscase.pages.windows.seen import Seen, window_frame
from crosscase.study.merging import Merging, merging
from crosscase.wording import counted, first_of, listed

AT_MOST = 12
"""So many passages and names are shown; the others are counted."""


@dataclass(frozen=True, slots=True)
class BothWritten:
    """A row with a summary under each code, and how its new text is named in the form."""

    row: str
    field: str
    stays: str
    stays_by: str
    gone: str
    gone_by: str


@dataclass(frozen=True, slots=True)
class MergePage:
    """`told` says what it comes to, point by point; `refused` why it can't be done, empty where it can."""

    frame: Frame
    gone_id: str
    into_id: str
    gone: Link
    stays: Link
    gone_definition: str
    stays_definition: str
    other_way: str
    told: tuple[str, ...]
    twins: tuple[Quote, ...]
    rest: Link | None
    both: tuple[BothWritten, ...]
    refused: str


def merge_page(seen: Seen) -> MergePage:
    """Raises KeyError where the codebook has not both codes, or they are one."""
    gone_id, into = seen.asked.get("code", ""), seen.asked.get("into", "")
    if gone_id == into:
        raise KeyError(into)
    outcome = merging(seen.study, gone_id, into)
    gone, stays = outcome.gone, outcome.stays
    is_closed = seen.has_to_read_first
    twins, shows_all = () if is_closed else outcome.twins, "all" in seen.asked
    return MergePage(
        frame=window_frame(seen, f"Merge {gone.name} into {stays.name}", "Codebook"),
        gone_id=gone.id,
        into_id=stays.id,
        gone=Link(gone.name, links.window("code", id=gone.id)),
        stays=Link(stays.name, links.window("code", id=stays.id)),
        gone_definition=seen.material.in_words(gone.definition),
        stays_definition=seen.material.in_words(stays.definition),
        other_way=links.window("merge", code=stays.id, into=gone.id),
        told=() if is_closed else tuple(_told(seen, outcome)),
        twins=tuple(quote(seen.material, coding) for coding in twins[: None if shows_all else AT_MOST]),
        rest=None if shows_all or len(twins) <= AT_MOST else _rest(outcome),
        both=() if is_closed else tuple(_both(seen, row, *written) for row, written in outcome.both.items()),
        refused=_refused(outcome, is_closed=is_closed),
    )


def _told(seen: Seen, outcome: Merging) -> Iterator[str]:
    gone, stays = outcome.gone, outcome.stays
    yield f"{counted(len(outcome.codings), 'coding')} of “{gone.name}” will count for “{stays.name}”"
    if outcome.twins:
        yield (
            f"{counted(len(outcome.twins), 'coding')} fall together with one that says the same under “{stays.name}”, "
            "by the same coder: one of each two is kept"
        )
    if outcome.moved:
        rows = [seen.material.case_name(summary.case_id) for summary in outcome.moved]
        yield f"{counted(len(rows), 'summary')} of “{gone.name}” go along: {first_of(rows, AT_MOST)}"
    if outcome.both:
        yield f"{counted(len(outcome.both), seen.study.settings.unit)} with a summary under both: write one for each"
    if outcome.waiting:
        titles = [seen.material.source_link(source_id).text for source_id in outcome.waiting]
        yield (
            f"{counted(len(titles), 'source')} to be re-visited: read for “{gone.name}”, and not for “{stays.name}” "
            f"as it is meant: {first_of(titles, AT_MOST)}"
        )
    else:
        yield "Nothing has to be read again"
    yield f"“{stays.name}” keeps the id {gone.id} among its former ones, so that whatever goes by it goes on counting"


def _rest(outcome: Merging) -> Link:
    """How many more there are than are shown, and the way to all of them."""
    place = links.window("merge", code=outcome.gone.id, into=outcome.stays.id, all="1")
    return Link(f"{len(outcome.twins) - AT_MOST:,} more: show all {len(outcome.twins):,}", place)


def _both(seen: Seen, row: str, stays: Summary, gone: Summary) -> BothWritten:
    return BothWritten(
        seen.material.case_name(row),
        f"texts/{''.join(f'%{byte:02X}' for byte in row.encode())}",
        stays.text,
        seen.material.byline(stays.by, stays.on),
        gone.text,
        seen.material.byline(gone.by, gone.on),
    )


def _refused(outcome: Merging, *, is_closed: bool) -> str:
    if is_closed:
        return "You code blind: a merge would change others’ codings; it opens once you have finished every source."
    if outcome.missing:
        values = listed([f"“{value}”" for value in outcome.missing])
        return (
            f"{values} in use under “{outcome.gone.name}” has no counterpart: add it to “{outcome.stays.name}” first."
        )
    return ""
