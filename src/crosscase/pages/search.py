"""The page that finds words in the report: every turn, every code and every summary, as one index."""

from collections.abc import Iterator
from itertools import chain

from crosscase.codebook import Code
from crosscase.matrix import Matrix
from crosscase.pages import links
from crosscase.pages.data import Searched, SearchGroup, SearchPage
from crosscase.pages.material import Material, frame
from crosscase.source import Source
from crosscase.wording import counted, listed


def search_page(material: Material) -> SearchPage:
    """The index of all that can be found, in the order in which it is listed: codes, summaries, then sources."""
    codes, written = _codes(material), _summaries(material)
    sources = material.study.sources if material.has_transcripts else ()
    turns = tuple(_turns(material, source) for source in sources)
    said = sum(len(group.texts) for group in turns)
    scope = [counted(said, "turn")] * bool(sources)
    scope += [counted(len(codes.texts), "code"), counted(len(written.texts), "summary")]
    return SearchPage(
        file=links.SEARCH,
        frame=frame(material, "Search", "Search"),
        groups=tuple(group for group in (codes, written, *turns) if group.texts),
        scope=listed(scope),
    )


def _codes(material: Material) -> SearchGroup:
    codes = material.study.codebook.codes
    texts = tuple(Searched(code.name, links.code(code.id), _meaning(code)) for code in codes)
    return SearchGroup("Codebook", links.CODEBOOK, "code", texts)


def _meaning(code: Code) -> str:
    told = (
        code.definition,
        *(f"Use it when: {entry}" for entry in code.include),
        *(f"Not when: {entry}" for entry in code.exclude),
        *code.examples,
        *(f"{value}: {meaning}" for value, meaning in code.values.items()),
        ", ".join(code.cues),
    )
    return " ".join(" ".join(text.split()) for text in told if text)


def _summaries(material: Material) -> SearchGroup:
    """What people wrote about cases, and about participants where they have rows of their own."""
    texts = [_written(matrix) for matrix in material.matrices.values()]
    texts += [_written(matrix, by_participant=True) for matrix in material.participant_matrices.values()]
    return SearchGroup("Summaries", links.MATRICES, "summary", tuple(chain.from_iterable(texts)))


def _written(matrix: Matrix, *, by_participant: bool = False) -> Iterator[Searched]:
    for row in matrix.rows:
        for code in matrix.codes:
            cell = matrix.cells[row.id, code.id]
            if cell.summary:
                place = links.cell(matrix.category.id, row.id, code.id, by_participant=by_participant)
                yield Searched(f"{row.name}, {code.name}", place, cell.summary.text)


def _turns(material: Material, source: Source) -> SearchGroup:
    page, places = material.source_link(source.id), material.places(source.id)
    texts = tuple(
        Searched(
            f"{turn.speaker}, turn {turn.number}" if turn.speaker else f"Turn {turn.number}",
            places.turn(turn.number),
            source.text[turn.start : turn.end],
        )
        for turn in source.turns
    )
    return SearchGroup(page.text, page.href, "turn", texts)
