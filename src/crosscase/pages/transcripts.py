"""A page for each source: the whole text, turn by turn, with every coding at its place."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from crosscase.coding import Coding, Suggestion
from crosscase.matrix import Decision
from crosscase.pages.data import Fact, Link, Note, NotedCode, Piece, SourcePage, TurnLine
from crosscase.pages.material import Material, frame
from crosscase.pages.wording import counted, day, listed
from crosscase.source import Source


@dataclass(frozen=True, slots=True)
class Span:
    """Where a coding or suggestion stands in a text, and under which anchor."""

    start: int
    end: int
    anchor: str
    is_draft: bool = False


def source_pages(material: Material) -> tuple[SourcePage, ...]:
    return tuple(_page(material, source) for source in material.study.sources)


def pieces(text: str, start: int, end: int, spans: Sequence[Span]) -> tuple[Piece, ...]:
    """Cut a stretch of text wherever a coding begins or ends, so that codings may overlap in any way.

    Joined, the pieces are the text again; joined by coding, each coding's own words.
    """
    inside = [span for span in spans if span.start < end and span.end > start]
    edges = {start, end, *(max(span.start, start) for span in inside), *(min(span.end, end) for span in inside)}
    return tuple(_piece(text, left, right, start, inside) for left, right in pairwise(sorted(edges)))


def _piece(text: str, left: int, right: int, start: int, spans: Sequence[Span]) -> Piece:
    here = [span for span in spans if span.start <= left and span.end >= right]
    return Piece(
        text[left:right],
        tuple(span.anchor for span in here),
        tuple(span.anchor for span in here if span.start == left),
        bool(here) and all(span.is_draft for span in here),
    )


def _page(material: Material, source: Source) -> SourcePage:
    decisions = material.of_source.get(source.id, ())
    turns = _turns(material, source, decisions)
    title = source.title or source.id
    return SourcePage(
        file=material.links.sources[source.id],
        frame=frame(material, title, "Sources", Link("Sources", "index.html#sources")),
        name=title,
        facts=_facts(material, source, decisions),
        turns=turns,
        parted=_parted(turns),
        is_draft=any(isinstance(decision, Suggestion) for decision in decisions),
    )
