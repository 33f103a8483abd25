"""The overview: what was found, what it rests on, and the way to everything else."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crosscase.codebook import Category, Code
from crosscase.coding import Coding, Suggestion
from crosscase.matrix import Cell
from crosscase.pages import links
from crosscase.pages.data import CodeLine, Fact, Frame, Link, Shelf, Sign, SourceLine
from crosscase.pages.headlines import (
    CoveragePicture,
    ExhibitInShort,
    Finding,
    NextStep,
    Said,
    TypeCases,
    claims_that_hold,
    coverage_picture,
    exhibit_in_short,
    findings_in_short,
    in_their_words,
    next_steps,
    sources_by_sector,
    types_with_cases,
)
from crosscase.pages.material import Material, code_page, frame
from crosscase.pages.reach import reaches
from crosscase.pages.signs import MEANINGS, sign
from crosscase.reading import Reading, State
from crosscase.source import Source
from crosscase.study import Study
from crosscase.wording import counted, day, listed, out_of, plural, sentence


@dataclass(frozen=True, slots=True)
class OverviewPage:
    """What was found comes first; `facts`, `progress` and `states`, which say how far it goes, come last."""

    file: str
    frame: Frame
    answer: str
    line: tuple[str, ...]
    types: tuple[TypeCases, ...]
    findings: tuple[Finding, ...]
    said: Said | None
    exhibit: ExhibitInShort | None
    coverage: CoveragePicture
    steps: tuple[NextStep, ...]
    unit: str
    units: str
    facts: tuple[Fact, ...]
    progress: tuple[Fact, ...]
    shelves: tuple[Shelf, ...]
    codes: tuple[tuple[str, tuple[CodeLine, ...]], ...]
    code_count: str
    sources: tuple[SourceLine, ...]
    source_count: str
    so_far: str
    cases: str
    transcripts: str
    has_documents: bool
    states: tuple[tuple[Sign, str], ...]


def overview(material: Material) -> OverviewPage:
    study = material.study
    settings, codes = study.settings, study.codebook.codes
    most = max((len(_codings_of(material, code)) for code in codes), default=0)
    longest = max((_passages(material, source) for source in study.sources), default=0)
    return OverviewPage(
        file=links.INDEX,
        frame=frame(material, "Findings", "Findings"),
        answer=settings.about or next((theme.statement for theme in study.themes if theme.statement), ""),
        line=_line(material),
        types=types_with_cases(material),
        findings=findings_in_short(material),
        said=in_their_words(material),
        exhibit=exhibit_in_short(material),
        coverage=coverage_picture(material),
        steps=next_steps(material),
        unit=settings.unit,
        units=plural(settings.unit),
        facts=_facts(material),
        progress=_progress(material),
        shelves=tuple(shelf for shelf in _shelves(material) if shelf.links),
        codes=tuple(
            (c.name, tuple(code_line(material, code, most) for code in c.codes)) for c in study.codebook.categories
        ),
        code_count=_codebook(study.codebook.categories, material.codebook_version),
        sources=tuple(_source_line(material, source, longest) for source in _listed(material)),
        source_count=sources_by_sector(material) or "none yet",
        so_far=so_far(material),
        cases=sentence(f"{plural(settings.unit)} (of {len(study.cases)})"),
        transcripts=f"Transcripts (of {len(_transcripts(study.sources))})",
        has_documents=len(_transcripts(study.sources)) < len(study.sources),
        states=tuple((sign(status), meaning) for status, meaning in MEANINGS.items()),
    )


def _line(material: Material) -> tuple[str, ...]:
    """What the findings rest on, in one line."""
    coders = {coder for coder, _ in material.study.coded} - {material.study.settings.consensus}
    codings = counted(len(material.findings.codings), "coding")
    machine = "parts of it are a machine’s draft" if material.findings.is_draft else "nothing here is a machine’s draft"
    parts = (
        sources_by_sector(material),
        f"{codings} by {counted(len(coders), 'coder')}" if coders else "",
        claims_that_hold(material),
        machine,
    )
    return tuple(part for part in parts if part)


def _shelves(material: Material) -> Iterator[Shelf]:
    """What people made of the data, each kind with its pages; a study may have none of them yet."""
    study = material.study
    exhibits = (Link(layout.title, links.exhibit(layout.id)) for layout in material.layouts)
    yield Shelf("exhibits", "Exhibits", tuple(exhibits))
    types = (Link(f"{kind.name} (version {kind.version})", links.typology(kind.id)) for kind in study.typologies)
    yield Shelf("types", "Types", tuple(types))
    ledger = (Link("Claims, and how each stands to the data", links.LEDGER),) if study.claims else ()
    yield Shelf("themes", "Themes", (*(Link(theme.name, links.theme(theme.id)) for theme in study.themes), *ledger))


def code_line(material: Material, code: Code, most: int) -> CodeLine:
    """How widely a code was found: presence per case and source, by people's codings only."""
    found = material.of_code.get(code.id, ())
    codings = _codings_of(material, code)
    cases, transcripts, documents = (reach.in_short for reach in reaches(material, codings, code))
    return CodeLine(
        code_page(code),
        cases,
        transcripts,
        documents,
        len(codings),
        len(found) - len(codings),
        share(len(codings), most),
    )


def _codings_of(material: Material, code: Code) -> list[Coding]:
    return [decision for decision in material.of_code.get(code.id, ()) if isinstance(decision, Coding)]


def share(number: int, most: int) -> int:
    """How long a bar is, beside the longest of 100."""
    return round(100 * number / most) if most else 0


def _passages(material: Material, source: Source) -> int:
    return sum(isinstance(decision, Coding) for decision in material.of_source.get(source.id, ()))


def so_far(material: Material) -> str:
    """A caution that goes with counts for as long as people have not read every source to the end."""
    total, done = len(material.study.sources), len(material.sources_in(State.DONE))
    return f"People have read {out_of(done, total, 'source')} to the end so far." if done < total else ""


def _listed(material: Material) -> Sequence[Source]:
    """The sources that are told one by one: to the public, none."""
    return () if material.is_public else material.study.sources


def _transcripts(sources: Sequence[Source]) -> list[Source]:
    return [source for source in sources if source.kind != "document"]


def _facts(material: Material) -> tuple[Fact, ...]:
    study = material.study
    numbers = Counter[str](source.kind for source in study.sources)
    kinds = ("interview", "focus group", "document")
    read = listed([counted(numbers[kind], kind) for kind in kinds if numbers[kind]])
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
    cells = [cell for matrix in material.findings.matrices for cell in matrix.cells.values()]
    total = len(study.sources)
    facts = [
        Fact(sentence(state.value), out_of(len(material.sources_in(state)), total, "source"))
        for state in (State.DONE, State.OPEN, State.UNTOUCHED)
    ]
    facts += [
        Fact("Waiting for a newer code", out_of(len(material.waiting_sources), total, "source")),
        Fact("Drafted by the machine", _drafted(len(drafted), len(material.findings.suggestions), total)),
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


def _source_line(material: Material, source: Source, longest: int) -> SourceLine:
    found = material.of_source.get(source.id, ())
    readings = material.readings.get(source.id, ())
    people = sorted(_reader(material, reading) for reading in readings)
    suggested = sum(isinstance(decision, Suggestion) for decision in found)
    told = counted(suggested, "suggestion") if suggested else ""
    return SourceLine(
        material.source_link(source.id),
        source.kind,
        material.case_name(source.case_id),
        day(source.date),
        f"{source.words:,}",
        listed(people),
        listed([*([counted(len(found) - suggested, "coding")] if readings else []), *([told] if told else [])]),
        share(_passages(material, source), longest),
    )


def _reader(material: Material, reading: Reading) -> str:
    name = material.coder_name(reading.coder)
    return name if reading.is_done else f"{name} ({State.OPEN.value})"
