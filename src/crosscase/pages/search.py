"""The page that finds words in the report: whatever it says or shows, as one index.

The index is made of the study as its reader may see it, like every page. It is packed; the words of transcripts aren't
in it, since they lie beside the pages for matrices already.
"""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from crosscase.codebook import Code
from crosscase.layout import Layout, ProseLayout
from crosscase.matrix import Matrix
from crosscase.pages import cells, links, record
from crosscase.pages.data import Fact, SearchedKind, SearchedSource, SearchedText, SearchPage
from crosscase.pages.links import Address, Kind
from crosscase.pages.material import Material, frame
from crosscase.pages.packing import packed
from crosscase.source import Source
from crosscase.theme import Theme
from crosscase.wording import counted, listed, sentence, value_words


def search_page(material: Material) -> SearchPage:
    """The index of all that can be found, by kind, in the order in which it is listed."""
    kinds = (
        SearchedKind("Types", "type", tuple(_types(material))),
        SearchedKind("Themes", "theme", tuple(_theme(material, theme) for theme in material.study.themes)),
        SearchedKind("Claims", "claim", tuple(_claims(material))),
        SearchedKind("Exhibits", "exhibit", tuple(map(_exhibit, material.layouts))),
        SearchedKind("Codes", "code", tuple(_code(material, code) for code in material.study.codebook.codes)),
        SearchedKind("Cells", "cell", tuple(_cells(material))),
        SearchedKind("Transcripts", "turn", sources=tuple(_sources(material))),
        SearchedKind("Methods", "part of the methods", tuple(_methods(material))),
    )
    present = tuple(kind for kind in kinds if kind.number)
    return SearchPage(
        file=links.SEARCH,
        frame=frame(material, "Search", "Search"),
        scope=listed([counted(kind.number, kind.noun) for kind in present if kind.name != "Methods"]),
        index=packed([_as_data(kind) for kind in present]),
        texts=cells.all_turns(material),
    )


def _as_data(kind: SearchedKind) -> dict[str, Any]:
    texts = [[one.name, one.href, one.about, [[label, text] for label, text in one.parts]] for one in kind.texts]
    sources = [[one.id, one.name, one.href, one.file, one.about, one.anchors] for one in kind.sources]
    return {"name": kind.name, "noun": kind.noun, "texts": texts, "sources": sources}


def _parts(*parts: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """What is searched of a thing, each part under its label; white space is as in print."""
    return tuple((label, " ".join(text.split())) for label, text in parts if text.strip())


def _types(material: Material) -> Iterator[SearchedText]:
    for typology in material.study.typologies:
        for kind in typology.types:
            described = (("", bullet.text) for bullet in kind.describe)
            way = f"{links.typology(typology.id)}{links.here(links.type_anchor(kind.id))}"
            yield SearchedText(kind.name, way, typology.name, _parts(*described))


def _theme(material: Material, theme: Theme) -> SearchedText:
    sections = ((part.title, " ".join(said.text for said in part.sentences)) for part in theme.sections)
    counter = theme.counter_evidence
    against = material.in_words(f"{counter.searched} {counter.note}")
    parts = _parts(("", theme.statement), *sections, ("Against it", against))
    return SearchedText(theme.name, links.theme(theme.id), "", parts)


def _claims(material: Material) -> Iterator[SearchedText]:
    for claim in material.study.claims:
        note = ("Note", material.in_words(claim.note))
        yield SearchedText(claim.text, links.claim(claim.id), "", _parts(note))


def _exhibit(layout: Layout) -> SearchedText:
    """Its title, what was written in it, and its notes; what it draws from cells and themes is found there."""
    said = layout.statements if isinstance(layout, ProseLayout) else ()
    written = ((statement.lead, statement.text) for statement in said)
    return SearchedText(layout.title, links.exhibit(layout.id), "", _parts(*written, ("Notes", " ".join(layout.notes))))


def _code(material: Material, code: Code) -> SearchedText:
    say = material.in_words
    parts = _parts(
        ("", say(code.definition)),
        *(("Use it when", say(entry)) for entry in code.include),
        *(("Not when", say(entry)) for entry in code.exclude),
        *(("Example", say(entry)) for entry in code.examples),
        *((value_words(value), meaning) for value, meaning in code.values.items()),
        ("Cues", ", ".join(code.cues)),
    )
    return SearchedText(code.name, links.code(code.id), material.matrices[code.category_id].category.name, parts)


def _cells(material: Material) -> Iterator[SearchedText]:
    """What people wrote about cases, and about participants where they have rows of their own."""
    yield from chain.from_iterable(map(_written, material.matrices.values()))
    for matrix in material.participant_matrices.values():
        yield from _written(matrix, by_participant=True)


def _written(matrix: Matrix, *, by_participant: bool = False) -> Iterator[SearchedText]:
    for row in matrix.rows:
        for code in matrix.codes:
            summary = matrix.cells[row.id, code.id].summary
            if summary:
                place = links.cell(matrix.category.id, row.id, code.id, by_participant=by_participant)
                yield SearchedText(f"{row.name}: {code.name}", place, matrix.category.name, _parts(("", summary.words)))


def _sources(material: Material) -> Iterator[SearchedSource]:
    for source in material.study.sources if material.has_transcripts else ():
        page, places = material.source_link(source.id), material.places(source.id)
        anchors = tuple(places.turn(turn.number).removeprefix(page.href) for turn in source.turns)
        about = {name: _about(material, source, name) for name in {turn.speaker: True for turn in source.turns}}
        yield SearchedSource(source.id, page.text, page.href, links.text(source.id), about, anchors)


def _about(material: Material, source: Source, name: str) -> str:
    """Who says a turn, and of which case the source is."""
    speaker = _speaker(material, source, name) if name in source.speakers else ()
    return " · ".join(dict.fromkeys(part for part in (*speaker, material.case_name(source.case_id)) if part))


def _speaker(material: Material, source: Source, name: str) -> tuple[str, ...]:
    """Who speaks: the name in the text, with role, or else sector, and case as far as this reader may know them."""
    person = material.findings.voices.person(name, source.id)
    if not person:
        return (name,)
    return name, person.role or person.sector, material.case_name(person.case_id)


def _methods(material: Material) -> Iterator[SearchedText]:
    parts = (
        ("What was read", "sources", record.source_facts(material)),
        ("Who read and coded what", "coding", record.coding_facts(material)),
        ("What is not shown", "disclosure", record.disclosure(material)),
    )
    for name, anchor, facts in parts:
        if facts:
            yield SearchedText(name, Address(Kind.METHODS).at(anchor), "", _parts(*_facts(facts)))
    yield SearchedText(
        "What the machine did", Address(Kind.METHODS).at("machine"), "", _parts(("", record.machine(material)))
    )


def _facts(facts: Iterable[Fact]) -> Iterator[tuple[str, str]]:
    for fact in facts:
        yield sentence(fact.name), " ".join((fact.text, *(link.text for link in fact.links)))
