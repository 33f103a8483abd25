"""The codebook by category: what each code holds, and what it asks for; new categories and codes are begun here."""

from collections.abc import Iterator
from dataclasses import dataclass

from crosscase.codebook import Category, Code
from crosscase.pages import links
from crosscase.pages.data import Frame, Link
from crosscase.pages.windows.seen import Seen, window_frame
from crosscase.reading import Standing
from crosscase.wording import counted, short


@dataclass(frozen=True, slots=True)
class CodeLine:
    """A code with what it holds. `up` and `down` are the codes before which it goes, None at the end of its category.

    `waits` leads to the sources that wait to be read again for it, if any.
    """

    id: str
    link: Link
    about: str
    kind: str
    codings: int
    sources: int
    cases: int
    since: int
    waits: Link | None
    up: str | None
    down: str | None


@dataclass(frozen=True, slots=True)
class CategoryBlock:
    id: str
    anchor: str
    name: str
    description: str
    lines: tuple[CodeLine, ...]


@dataclass(frozen=True, slots=True)
class CodesPage:
    """`is_closed` is true for a blind coder who isn't to change the codebook of all before having read."""

    frame: Frame
    version: str
    unit: str
    categories: tuple[CategoryBlock, ...]
    waits: Link | None
    is_closed: bool


def codes_page(seen: Seen) -> CodesPage:
    book = seen.study.codebook
    categories = tuple(_block(seen, category) for category in book.categories)
    again = {source_id for code in book.codes for source_id in waiting_for(seen, code)}
    revisit = Link(counted(len(again), "source"), links.window("revisit")) if again else None
    version = f"Version {book.version}" if book.codes else "No code yet"
    frame, unit = window_frame(seen, "Codebook", "Codebook"), seen.study.settings.unit
    return CodesPage(frame, version, unit, categories, revisit, seen.has_to_read_first)


def waiting_for(seen: Seen, code: Code) -> tuple[str, ...]:
    """The sources that were read before the code existed, or meant what it means now."""
    standing = seen.material.findings.standing
    return tuple(source.id for source in seen.study.sources if standing(code, source.id) is Standing.OLDER)


def category_place(category_id: str) -> str:
    """Where a category stands in this window."""
    return f"{links.window('codes')}{links.here(links.anchor('category', category_id))}"


def _block(seen: Seen, category: Category) -> CategoryBlock:
    anchor = links.anchor("category", category.id)
    return CategoryBlock(category.id, anchor, category.name, category.description, tuple(_lines(seen, category)))


def _lines(seen: Seen, category: Category) -> Iterator[CodeLine]:
    ids = [code.id for code in category.codes]
    for at, code in enumerate(category.codes):
        codings = seen.material.codings_of(code.id)
        waiting = len(waiting_for(seen, code))
        last = at == len(ids) - 1
        yield CodeLine(
            code.id,
            Link(code.name, links.window("code", id=code.id)),
            short(seen.material.in_words(code.definition)),
            code.kind,
            len(codings),
            len({coding.source_id for coding in codings}),
            len(seen.material.cases_of(codings)),
            code.meant_since,
            Link(f"{waiting} to re-visit", links.window("revisit", code=code.id)) if waiting else None,
            ids[at - 1] if at else None,
            None if last else (*ids, "")[at + 2],
        )
