"""A page for each code: what it means, and every passage that carries it; and the whole codebook on one page."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from itertools import groupby

from crosscase.codebook import Category, Code
from crosscase.coding import Coding, Decision, Suggestion
from crosscase.disclosure import NOT_SHOWN
from crosscase.naming import code_in_words
from crosscase.pages import links
from crosscase.pages.data import (
    CaseGroup,
    CodebookPage,
    CodeEntry,
    CodePage,
    CodeQuote,
    Link,
    Quote,
    SourceGroup,
    TypeSign,
)
from crosscase.pages.explored import explored_code
from crosscase.pages.learned import learned_of
from crosscase.pages.margin import case_types
from crosscase.pages.material import Material, frame, quote
from crosscase.pages.reach import extent
from crosscase.pages.signs import written_in
from crosscase.pages.strips import cells_by_case, silent_cases, strip
from crosscase.reading import Standing
from crosscase.wording import counted, how_many, listed, out_of, sentence, value_words

AT_FIRST = 5
"""So many suggestions of a case are shown before the others are asked for."""

UNTYPED = TypeSign("", 0, "")


def codebook_page(material: Material) -> CodebookPage:
    book = material.study.codebook
    categories = tuple(_entry(material, category) for category in book.categories)
    return CodebookPage(
        links.CODEBOOK, frame(material, "Codebook", "Codebook"), book.version, _ways(material), categories
    )


def _ways(material: Material) -> tuple[Link, ...]:
    """From the codebook to where its codes came from."""
    clusters = (Link("Clusters of what it misses", links.CLUSTERS),) if material.has_clusters else ()
    return Link("How it came about, version by version", links.HISTORY), *clusters


def _entry(material: Material, category: Category) -> tuple[str, Category, tuple[CodeEntry, ...]]:
    codes = tuple(_code_entry(material, code) for code in category.codes)
    return links.anchor("category", category.id), category, codes


def _code_entry(material: Material, code: Code) -> CodeEntry:
    codings = material.codings_of(code.id)
    found = sentence(extent(material, codings, code)) if codings else "In no passage that a person coded"
    worded = code_in_words(code, material.in_words)
    values = tuple((value_words(value), meaning) for value, meaning in worded.values.items())
    return CodeEntry(worded, links.code(code.id), _about(code), found, values)


def _about(code: Code) -> str:
    """What kind of code it is, and since when."""
    return f"{code.origin} {code.kind}, since version {code.since}"


def code_page(material: Material, code_id: str) -> CodePage:
    code = material.study.codebook.by_id[code_id]
    category = material.matrices[code.category_id].category
    codings = material.codings_of(code.id)
    suggestions = [decision for decision in material.of_code.get(code.id, ()) if isinstance(decision, Suggestion)]
    matrix = Link(category.name, links.matrix(category.id))
    return CodePage(
        file=links.code(code.id),
        frame=frame(material, code.name, "Codebook", Link("Codebook", links.CODEBOOK)),
        code=code_in_words(code, material.in_words),
        category=matrix,
        about=_about(code),
        counts=_counts(material, code, codings),
        read=_read(material, code),
        drafted=f"{counted(len(suggestions), 'suggestion')}, {extent(material, suggestions)}" if suggestions else "",
        strip=strip(material, code),
        silent=silent_cases(material, code),
        coded=tuple(_coded(material, code, codings)),
        suggested=tuple(_suggested(material, suggestions)),
        explored=explored_code(material, code),
        learned=learned_of(material, code),
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


def _coded(material: Material, code: Code, codings: Sequence[Coding]) -> Iterator[CaseGroup]:
    """Each case with what people coded and wrote, in the order of the strip; what belongs to no case last."""
    by_case = _by_case(material, codings)
    types, cells = case_types(material), cells_by_case(material, code)
    for case_id in (*types, ""):
        cell = cells.get(case_id)
        written = written_in(material, cell) if cell else None
        if case_id in by_case or written:
            found = by_case.get(case_id, ())
            yield CaseGroup(
                anchor=links.group_anchor("coded", case_id),
                name=_case_name(material, case_id),
                cell=material.cell(case_id, code.id),
                type=types.get(case_id, UNTYPED),
                count=how_many(len(found), "passage"),
                written=written,
                groups=_by_source(material, found, "coded", case_id),
                more=(),
                rest="",
            )


def _suggested(material: Material, suggestions: Sequence[Suggestion]) -> Iterator[CaseGroup]:
    """Each case with the first few of what the machine suggests; the others wait behind them."""
    by_case = _by_case(material, suggestions)
    types = case_types(material)
    for case_id in (*types, ""):
        found = by_case.get(case_id, ())
        first, rest = found[:AT_FIRST], found[AT_FIRST:]
        if found:
            yield CaseGroup(
                anchor=links.group_anchor("draft", case_id),
                name=_case_name(material, case_id),
                cell="",
                type=types.get(case_id, UNTYPED),
                count=counted(len(found), "suggestion"),
                written=None,
                groups=_by_source(material, first, "draft", case_id),
                more=_by_source(material, rest, "draft", case_id, taken={d.source_id for d in first}),
                rest=f"{len(rest):,} more" if rest else "",
            )


def _case_name(material: Material, case_id: str) -> str:
    return material.case_name(case_id) or f"No {material.study.settings.unit}"


def _by_case(material: Material, decisions: Sequence[Decision]) -> Mapping[str, Sequence[Decision]]:
    """What counts for each case; what counts for none is under the empty id."""
    by_case: dict[str, list[Decision]] = defaultdict(list)
    for decision in decisions:
        for case_id in material.cases_of([decision]) or ("",):
            by_case[case_id].append(decision)
    return by_case


def _by_source(
    material: Material, decisions: Sequence[Decision], kind: str, case_id: str, taken: Set[str] = frozenset()
) -> tuple[SourceGroup, ...]:
    """By source, each under its own anchor; one whose anchor is `taken` has none."""
    groups = []
    for source_id, of_source in groupby(decisions, key=lambda decision: decision.source_id):
        anchor = "" if source_id in taken else links.group_anchor(kind, case_id, source_id)
        groups.append(_source_group(material, anchor, tuple(of_source)))
    return tuple(groups)


def _source_group(material: Material, anchor: str, decisions: Sequence[Decision]) -> SourceGroup:
    quotes = [quote(material, decision) for decision in decisions]
    who = [
        _who(material, decision) or made.speaker or material.sources[made.source_id].kind
        for decision, made in zip(decisions, quotes, strict=True)
    ]
    by = [_coded_by(made) for made in quotes]
    # Where no place may be told there is nothing that passages of a source have in common: not even the source.
    shared_who, shared_by = (_shared(who), _shared(by)) if material.has_transcripts else ("", "")
    lines = tuple(
        CodeQuote(
            made,
            made.place if material.has_transcripts else Link(name),
            tuple(_said(made, name if material.has_transcripts and not shared_who else "", "" if shared_by else coded)),
        )
        for made, name, coded in zip(quotes, who, by, strict=True)
    )
    source = material.source_link(decisions[0].source_id) if material.has_transcripts else Link("")
    return SourceGroup(anchor, source, shared_who, shared_by, lines)


def _shared(words: Sequence[str]) -> str:
    """What is the same for all; empty where they differ."""
    return words[0] if len(set(words)) == 1 else ""


def _coded_by(made: Quote) -> str:
    if made.basis != "people":
        return ""
    return "coded" + (f" by {made.coder}" if made.coder else "") + (f", {made.on}" if made.on else "")


def _said(made: Quote, who: str, by: str) -> Iterator[str]:
    """What is known of a passage beyond its place and its value, a piece at a time."""
    score = f"score {made.score}" if made.basis == "draft" else ""
    about = f"about {made.about}" if made.about else ""
    voice = f"quoting {made.voice}" if made.voice else ""
    score += f": {made.explanation}" if made.explanation else ""
    yield from filter(None, (who, made.time, made.stance, about, voice, made.counts, by, score))


def _who(material: Material, decision: Decision) -> str:
    """Role and sector of those whose words a passage holds, as far as this reader may know them."""
    people = material.findings.voices.participants(decision)
    told = [
        ", ".join(part for part in (person.role, person.sector) if part not in ("", NOT_SHOWN)) for person in people
    ]
    return "; ".join(dict.fromkeys(filter(None, told)))
