"""The overview: what the study is, what was read, how far the coding is, and the way to everything else."""

from collections.abc import Iterator, Sequence

from crosscase.codebook import Category, Code
from crosscase.coding import Coding, Decision, Suggestion
from crosscase.matrix import Cell, Matrix
from crosscase.pages.data import CodeLine, Fact, Glance, Link, OverviewPage, Shelf, Sign, SourceLine
from crosscase.pages.exhibits import exhibit_files
from crosscase.pages.links import INDEX
from crosscase.pages.material import Material, frame
from crosscase.pages.matrices import cell_anchor, has_participant_rows
from crosscase.pages.themes import LEDGER, theme_files
from crosscase.pages.typology import typology_files
from crosscase.pages.wording import MEANINGS, counted, day, listed, out_of, plural, said_of, sentence, sign, sign_of
from crosscase.source import Source
from crosscase.study import Study


def overview(material: Material) -> OverviewPage:
    study = material.study
    settings = study.settings
    return OverviewPage(
        file=INDEX,
        frame=frame(material, "Overview", "Overview"),
        about=settings.about,
        unit=settings.unit,
        units=plural(settings.unit),
        facts=_facts(material),
        progress=_progress(material),
        shelves=tuple(shelf for shelf in _shelves(material) if shelf.links),
        matrices=tuple(_glance(material, matrix) for matrix in material.findings.matrices),
        codes=tuple((c.name, tuple(code_line(material, code) for code in c.codes)) for c in study.codebook.categories),
        sources=tuple(_source_line(material, source) for source in _listed(material)),
        so_far=so_far(material),
        cases=sentence(f"{plural(settings.unit)} (of {len(study.cases)})"),
        transcripts=f"Transcripts (of {len(_transcripts(study.sources))})",
        has_documents=len(_transcripts(study.sources)) < len(study.sources),
        states=tuple((sign(status), meaning) for status, meaning in MEANINGS.items()),
    )


def _shelves(material: Material) -> Iterator[Shelf]:
    """What people made of the data, each kind with its pages; a study may have none of them yet."""
    study = material.study
    files = exhibit_files(material.layouts)
    yield Shelf("exhibits", "Exhibits", tuple(Link(one.title, files[one.id]) for one in material.layouts))
    sorted_by = typology_files(material)
    types = (Link(f"{one.name} (version {one.version})", sorted_by[one.id]) for one in study.typologies)
    yield Shelf("types", "Types", tuple(types))
    themes = theme_files(material)
    ledger = (Link("Claims, and how each stands to the data", LEDGER),) if study.claims else ()
    yield Shelf("themes", "Themes", (*(Link(theme.name, themes[theme.id]) for theme in study.themes), *ledger))


def code_line(material: Material, code: Code) -> CodeLine:
    """How widely a code was found: presence per case and source, by people's codings only."""
    found = material.of_code.get(code.id, ())
    codings = [decision for decision in found if isinstance(decision, Coding)]
    documents = {c.source_id for c in codings if material.sources[c.source_id].kind == "document"}
    transcripts = {c.source_id for c in codings} - documents
    cases = material.cases_of(codings)
    return CodeLine(
        Link(code.name, material.links.codes[code.id]),
        f"{len(cases)}",
        f"{len(transcripts)}",
        f"{len(documents)}",
        len(codings),
        len(found) - len(codings),
    )


def extent(material: Material, found: Sequence[Decision]) -> str:
    """In how many cases and sources something was found, out of how many: `in 2 of 8 cases, 3 of 14 transcripts`."""
    study = material.study
    documents = {source.id for source in study.sources if source.kind == "document"}
    cases = material.cases_of(found)
    sources = {decision.source_id for decision in found}
    parts = [
        out_of(len(cases), len(study.cases), study.settings.unit),
        out_of(len(sources - documents), len(study.sources) - len(documents), "transcript"),
    ]
    if documents:
        parts.append(out_of(len(sources & documents), len(documents), "document"))
    return "in " + ", ".join(parts)


def so_far(material: Material) -> str:
    """A caution that goes with counts for as long as people have not coded every source."""
    total = len(material.study.sources)
    told = f"People have coded {out_of(len(material.coded), total, 'source')} so far."
    return told if len(material.coded) < total else ""


def _listed(material: Material) -> Sequence[Source]:
    """The sources that are told one by one: to the public, none."""
    return () if material.is_public else material.study.sources


def _transcripts(sources: Sequence[Source]) -> list[Source]:
    return [source for source in sources if source.kind != "document"]


def _facts(material: Material) -> tuple[Fact, ...]:
    study = material.study
    transcripts = _transcripts(study.sources)
    documents = len(study.sources) - len(transcripts)
    kinds = [counted(sum(s.kind == kind for s in transcripts), kind) for kind in ("interview", "focus group")]
    kinds = [kind for kind in kinds if not kind.startswith("0 ")]
    read = listed([*kinds, *([counted(documents, "document")] if documents else [])])
    words = sum(source.words for source in study.sources)
    codings = counted(len(material.findings.codings), "coding")
    coders = {coder for coder, _ in study.coded} - {study.settings.consensus}
    facts = [
        Fact("Sources", f"{read}, {counted(words, 'word')}"),
        Fact(sentence(plural(study.settings.unit)), f"{len(study.cases)}"),
        Fact("Participants", f"{len(study.participants)}"),
        Fact("Codebook", _codebook(study.codebook.categories, material.codebook_version)),
        Fact("People’s codings", f"{codings} by {counted(len(coders), 'coder')}" if coders else codings),
        *_consensus(study),
    ]
    return tuple(fact for fact in facts if not (fact.name == "Participants" and fact.text == "0"))


def _consensus(study: Study) -> list[Fact]:
    settled = sum(coder == study.settings.consensus for coder, _ in study.coded)
    told = f"{out_of(settled, len(study.sources), 'source')}: what the coders agreed on counts there"
    return [Fact("Consensus", told)] if settled else []


def _codebook(categories: Sequence[Category], version: int) -> str:
    codes = counted(sum(len(category.codes) for category in categories), "code")
    return f"{codes} in {counted(len(categories), 'category')}, version {version}"


def _progress(material: Material) -> tuple[Fact, ...]:
    study = material.study
    drafted = {suggestion.source_id for suggestion in material.findings.suggestions}
    waiting = [s.id for s in study.sources if s.id not in material.coded and s.id not in drafted]
    cells = [cell for matrix in material.findings.matrices for cell in matrix.cells.values()]
    total = len(study.sources)
    facts = [
        Fact("Coded by people", out_of(len(material.coded), total, "source")),
        Fact("Drafted by the machine", _drafted(len(drafted), len(material.findings.suggestions), total)),
        Fact("Not coded at all", out_of(len(waiting), total, "source")),
        Fact("Summarised by people", _summarised(cells)),
    ]
    return tuple(facts)


def _drafted(drafted: int, suggestions: int, total: int) -> str:
    told = out_of(drafted, total, "source")
    return f"{told}: {counted(suggestions, 'suggestion')} that no person has checked" if suggestions else told


def _summarised(cells: Sequence[Cell]) -> str:
    written = [cell for cell in cells if cell.summary]
    stale, pasted = sum(cell.stale for cell in written), sum(cell.pasted for cell in written)
    told = f"{len(written):,} of {len(cells):,} matrix cells"
    notes = [f"{stale} stale"] * bool(stale) + [f"{pasted} only a pasted quote"] * bool(pasted)
    return f"{told} ({listed(notes)})" if notes else told


def _glance(material: Material, matrix: Matrix) -> Glance:
    category = matrix.category
    page = material.links.matrices[category.id]
    links = [Link(f"By {material.study.settings.unit}", page)]
    if has_participant_rows(material):
        links.append(Link("By participant", material.links.participant_matrices[category.id]))
    names = {code.id: code.name for code in matrix.codes}
    rows = []
    for row in matrix.rows:
        cells = tuple(
            (
                Sign(sign_of(cell).shape, f"{row.name}, {names[cell.code_id]}: {said_of(cell)}"),
                f"{page}#{cell_anchor(matrix, cell)}",
            )
            for cell in matrix.cells_of(row)
        )
        rows.append((row.name, cells))
    codes = tuple(Link(code.name, material.links.codes[code.id]) for code in matrix.codes)
    return Glance(category.name, category.description, tuple(links), codes, tuple(rows))


def _source_line(material: Material, source: Source) -> SourceLine:
    found = material.of_source.get(source.id, ())
    people = listed(
        sorted(material.coder_name(coder) for coder, source_id in material.study.coded if source_id == source.id)
    )
    suggested = sum(isinstance(decision, Suggestion) for decision in found)
    told = counted(suggested, "suggestion") if suggested else ""
    return SourceLine(
        material.source_link(source.id),
        source.kind,
        material.case_name(source.case_id),
        day(source.date),
        f"{source.words:,}",
        people,
        told if source.id not in material.coded else counted(len(found), "coding"),
    )
