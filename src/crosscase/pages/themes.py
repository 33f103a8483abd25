"""A page for each theme, with its evidence and its counter-evidence, and the claim ledger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crosscase.claim import Claim, Facts, Verdict, difference
from crosscase.matrix import representative
from crosscase.pages import links
from crosscase.pages.data import Fact, Frame, Link, Quote
from crosscase.pages.material import Material, frame, quote
from crosscase.theme import Coverage, Section, Theme, coverage, lint
from crosscase.wording import counted, listed

QUOTES_ON_A_CARD = 6

_HOLDS = {True: "holds", False: "does not hold", None: "can’t be told"}
_HOLD = {True: "hold", False: "do not", None: "can’t be told"}


@dataclass(frozen=True, slots=True)
class SentenceLine:
    """A sentence as it is printed, the cells that it rests on, and what a check of its words found."""

    text: str
    cells: tuple[Link, ...]
    doubts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SectionPart:
    title: str
    paragraphs: tuple[tuple[SentenceLine, ...], ...]


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """A claim with how it came out. `shape` names the sign beside the words."""

    anchor: str
    text: str
    outcome: str
    shape: str
    verdict: str
    groups: tuple[tuple[str, str], ...]
    since: str
    note: str


@dataclass(frozen=True, slots=True)
class ThemePage:
    file: str
    frame: Frame
    theme: Theme
    facts: tuple[Fact, ...]
    by_type: tuple[tuple[str, str], ...]
    sections: tuple[SectionPart, ...]
    quotes: tuple[Quote, ...]
    counter: tuple[Quote, ...]
    claims: tuple[ClaimLine, ...]


@dataclass(frozen=True, slots=True)
class LedgerPage:
    file: str
    frame: Frame
    claims: tuple[ClaimLine, ...]
    counts: str


def theme_page(material: Material, theme_id: str) -> ThemePage:
    """A theme with its evidence and its counter-evidence."""
    theme = next(theme for theme in material.study.themes if theme.id == theme_id)
    return _page(material, theme, material.facts, material.verdicts)


def ledger_page(material: Material) -> LedgerPage:
    """Every claim, and how it stands to the data."""
    return _ledger(material, material.verdicts)


def _page(
    material: Material,
    theme: Theme,
    known: Facts,
    verdicts: Mapping[str, tuple[Claim, Verdict]],
) -> ThemePage:
    covered = coverage(theme, known)
    codings = {coding.id: coding for coding in material.findings.codings}
    said = [codings[one.coding_id] for place in theme.cells for one in known.said.get(("case", *place), ())]
    against = [codings[known_id] for known_id in theme.counter_evidence.found if known_id in codings]
    shown = representative(said, material.findings.voices.speakers, QUOTES_ON_A_CARD)
    return ThemePage(
        links.theme(theme.id),
        frame(material, theme.name, "Themes", Link("Themes", links.THEMES)),
        theme,
        _facts(material, covered),
        _by_type(material, covered),
        tuple(_section(material, section, known) for section in theme.sections),
        tuple(quote(material, coding) for coding in shown),
        tuple(quote(material, coding) for coding in against),
        tuple(_line(material, *verdicts[claim_id]) for claim_id in theme.claim_ids if claim_id in verdicts),
    )


def _ledger(material: Material, verdicts: Mapping[str, tuple[Claim, Verdict]]) -> LedgerPage:
    lines = tuple(_line(material, claim, verdict) for claim, verdict in verdicts.values())
    outcomes = [verdict.holds for _, verdict in verdicts.values()]
    parts = [f"{outcomes.count(outcome)} {words}" for outcome, words in _HOLD.items() if outcome in outcomes]
    return LedgerPage(
        links.LEDGER,
        frame(material, "Claims", "Themes", Link("Themes", links.THEMES)),
        lines,
        f"{counted(len(lines), 'claim')}: {listed(parts)}",
    )


def _section(material: Material, section: Section, known: Facts) -> SectionPart:
    return SectionPart(
        section.title,
        tuple(
            tuple(SentenceLine(one.text, _cells(material, one.cells), lint(one, known)) for one in paragraph)
            for paragraph in section.paragraphs
        ),
    )


def _facts(material: Material, covered: Coverage) -> tuple[Fact, ...]:
    unit, total = material.study.settings.unit, len(material.study.cases)

    rows = [
        ("With evidence", (*covered.evidence, *covered.mixed)),
        ("Of these, of two minds", covered.mixed),
        ("Spoken of, not drawn on", covered.aside),
        ("Asked, nothing said", covered.silent),
        ("Not asked", covered.not_asked),
        ("Not read for it yet", covered.not_read),
    ]
    facts = []
    for name, case_ids in rows:
        if case_ids or name == "With evidence":
            names = listed([material.case_name(case_id) for case_id in _told_of(material, case_ids)])
            facts.append(Fact(name, _with(names, f"{len(case_ids)} of {counted(total, unit)}")))
    for sector, people in covered.by_sector.items():
        told = _with(", ".join(_told_of(material, people)), counted(len(people), "participant"))
        facts.append(Fact(f"Interviews, {sector or 'no sector'}", told))
    if covered.documents:
        told = _with(", ".join(_told_of(material, covered.documents)), counted(len(covered.documents), "document"))
        facts.append(Fact("Documents, apart", told))
    return tuple(facts)


def _told_of(material: Material, ids: Sequence[str]) -> Sequence[str]:
    """Those that are told one by one: for the public no participant and no source, of whom it learns how many."""
    hidden = {person.id for person in material.study.participants} | material.sources.keys()
    return () if material.is_public and hidden.intersection(ids) else ids


def _with(names: str, count: str) -> str:
    return f"{count}: {names}" if names else count


def _by_type(material: Material, covered: Coverage) -> tuple[tuple[str, str], ...]:
    """For the first typology: of each type, how many cases the theme draws on."""
    if not material.study.typologies:
        return ()
    typology = material.study.typologies[0]
    names = {f"{typology.id}/{kind.id}": kind.name for kind in typology.types} | {
        f"{typology.id}/unresolved": "Unresolved"
    }
    return tuple(
        (name, f"{len(covered.by_type[key][0])} of {len(covered.by_type[key][1])}")
        for key, name in names.items()
        if key in covered.by_type
    )


def _line(material: Material, claim: Claim, verdict: Verdict) -> ClaimLine:
    groups = (
        ("supporting", verdict.supporting),
        ("contrary", verdict.contrary),
        ("unclear", verdict.unclear),
        ("silent", verdict.silent),
        ("not asked", verdict.not_asked),
        ("not read for it yet", verdict.not_read),
    )
    shape = {True: "summarised", False: "not-asked", None: "draft"}[verdict.holds]
    return ClaimLine(
        links.claim_anchor(claim.id),
        claim.text,
        _HOLDS[verdict.holds],
        shape,
        verdict.sentence,
        tuple((name, _called(material, verdict, ids)) for name, ids in groups if ids),
        difference(claim, verdict),
        claim.note,
    )


def _called(material: Material, verdict: Verdict, ids: Sequence[str]) -> str:
    told = _told_of(material, ids)
    if not told:
        return f"{len(ids)}"
    return ", ".join(material.case_name(told_id) if verdict.unit == "case" else told_id for told_id in told)


def _cells(material: Material, places: Sequence[tuple[str, str]]) -> tuple[Link, ...]:
    """The cells that a sentence rests on, by case and code; those that there aren't are left out."""
    cells = []
    for case_id, code_id in places:
        if href := material.cell(case_id, code_id):
            name = material.study.codebook.by_id[code_id].name
            cells.append(Link(f"{material.case_name(case_id)}, {name}", href))
    return tuple(cells)
