"""A page for each code: what it means, and every passage that carries it; and the whole codebook on one page."""

from collections.abc import Sequence
from itertools import groupby

from crosscase.codebook import Category, Code
from crosscase.coding import Coding, Decision, Suggestion
from crosscase.pages import links
from crosscase.pages.data import CaseGroup, CodebookPage, CodePage, Link, SourceGroup
from crosscase.pages.explored import explored_code
from crosscase.pages.material import Material, frame, quote
from crosscase.pages.reach import extent
from crosscase.reading import Standing
from crosscase.wording import counted, listed, out_of, sentence, value_words


def codebook_page(material: Material) -> CodebookPage:
    book = material.study.codebook
    categories = tuple(_entry(category) for category in book.categories)
    return CodebookPage(
        links.CODEBOOK, frame(material, "Codebook", "Codebook"), book.version, _ways(material), categories
    )


def _ways(material: Material) -> tuple[Link, ...]:
    """From the codebook to where its codes came from."""
    clusters = (Link("Clusters of what it misses", links.CLUSTERS),) if material.has_clusters else ()
    return Link("How it came about, version by version", links.HISTORY), *clusters


def _entry(category: Category) -> tuple[str, Category, tuple[tuple[Code, str], ...]]:
    codes = tuple((code, links.code(code.id)) for code in category.codes)
    return links.anchor("category", category.id), category, codes


def code_page(material: Material, code_id: str) -> CodePage:
    code = material.study.codebook.by_id[code_id]
    category = material.matrices[code.category_id].category
    found = material.of_code.get(code.id, ())
    codings = [decision for decision in found if isinstance(decision, Coding)]
    suggestions = [decision for decision in found if isinstance(decision, Suggestion)]
    matrix = Link(category.name, links.matrix(category.id))
    return CodePage(
        file=links.code(code.id),
        frame=frame(material, code.name, "Codebook", Link("Codebook", links.CODEBOOK)),
        code=code,
        category=matrix,
        counts=_counts(material, code, codings),
        read=_read(material, code),
        drafted=f"{counted(len(suggestions), 'suggestion')}, {extent(material, suggestions)}" if suggestions else "",
        values=tuple(
            (value_words(v), meaning, sum(c.value == v for c in codings)) for v, meaning in code.values.items()
        ),
        coded=_by_case(material, codings, "coded", "passage"),
        suggested=_by_case(material, suggestions, "draft", "suggestion"),
        explored=explored_code(material, code),
    )


def _counts(material: Material, code: Code, codings: Sequence[Coding]) -> str:
    if not codings:
        return "No person has coded a passage with this code."
    coders = {coding.coder for coding in codings}
    told = f"{counted(len(codings), 'coding')} by {counted(len(coders), 'coder')}"
    return f"{sentence(extent(material, codings, code))}; {told}."


def _read(material: Material, code: Code) -> str:
    """How many sources were read for the code, and what keeps the others from speaking."""
    total = len(material.sources)
    standings = [material.findings.standing(code, source_id) for source_id in material.sources]
    if standings.count(Standing.READ) == total:
        return ""
    told = [
        f"{standings.count(standing)} {standing.value}"
        for standing in (Standing.OLDER, Standing.OPEN, Standing.UNTOUCHED)
        if standing in standings
    ]
    return f"{out_of(standings.count(Standing.READ), total, 'source')} read for this code; {listed(told)}."


def _by_case(material: Material, found: Sequence[Decision], kind: str, noun: str) -> tuple[CaseGroup, ...]:
    """Cases in the study's order, what belongs to none last; within a case by source."""
    by_case: dict[str, list[Decision]] = {case_id: [] for case_id in (*material.case_names, "")}
    for decision in found:
        for case_id in material.cases_of([decision]) or ("",):
            by_case[case_id].append(decision)
    return tuple(
        CaseGroup(
            links.group_anchor(kind, case_id),
            material.case_name(case_id) or f"No {material.study.settings.unit}",
            counted(len(decisions), noun),
            _by_source(material, decisions, kind, case_id),
        )
        for case_id, decisions in by_case.items()
        if decisions
    )


def _by_source(material: Material, found: Sequence[Decision], kind: str, case_id: str) -> tuple[SourceGroup, ...]:
    return tuple(
        SourceGroup(
            links.group_anchor(kind, case_id, source_id),
            material.source_link(source_id),
            tuple(quote(material, decision) for decision in decisions),
        )
        for source_id, decisions in groupby(found, key=lambda decision: decision.source_id)
    )
