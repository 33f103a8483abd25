"""A page for each theme, with its evidence and its counter-evidence, and the claim ledger."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from crosscase.claim import Claim, Facts, FeatureIs, Is, Verdict, difference, leaves
from crosscase.coding import Coding
from crosscase.matrix import representative
from crosscase.pages import links
from crosscase.pages.data import Fact, Frame, Link, Quote, TypeSign
from crosscase.pages.links import Address, Kind
from crosscase.pages.margin import Marked, Note, Notes, PipRow, case_types, marked, pip_rows
from crosscase.pages.material import Material, frame, quote
from crosscase.theme import Coverage, Section, Standing, Theme, coverage, lint
from crosscase.wording import counted, day, listed, number_or_none, sentence

QUOTES_ON_A_CARD = 6

_HOLDS = {True: "holds", False: "does not hold", None: "can’t be told"}
_HOLD = {True: "hold", False: "do not", None: "can’t be told"}
_CHOICES = {True: "holds", False: "fails", None: "open"}
_PIPS = {
    "for": "evidence",
    "not so": "evidence",
    "against": "against",
    "not counted": "none",
    "unclear": "mixed",
    "silent": "silent",
    "not asked": "not-asked",
    "not read for it yet": "not-read",
}


@dataclass(frozen=True, slots=True)
class SentenceLine:
    """A sentence as it is printed, what opens beside it, and what a check of its words found."""

    said: Marked
    doubts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SectionPart:
    title: str
    paragraphs: tuple[tuple[SentenceLine, ...], ...]


@dataclass(frozen=True, slots=True)
class OfType:
    """Members of one type, each leading to what decided; the sign has no letter where types don't apply."""

    type: TypeSign
    members: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Who stands where to a claim. `pip` is the form of their pips; without `kinds` they are told by their number only.

    `count` is `none` where nobody stands there.
    """

    name: str
    pip: str
    count: str
    kinds: tuple[OfType, ...] = ()

    @property
    def members(self) -> tuple[Link, ...]:
        return tuple(member for kind in self.kinds for member in kind.members)


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """A claim with how it came out: `choice` is what the ledger is narrowed by, `shape` the sign beside the words."""

    anchor: str
    choice: str
    text: str
    outcome: str
    shape: str
    verdict: str
    groups: tuple[Group, ...]
    since: str
    note: str


@dataclass(frozen=True, slots=True)
class Choice:
    """What the ledger can be narrowed to: an outcome, and how many claims have it."""

    id: str
    words: str
    count: int


@dataclass(frozen=True, slots=True)
class Voiced:
    """A quote, and the themes to which the same words stand on the other side; `also` says on which."""

    quote: Quote
    also: str
    themes: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class ThemePage:
    file: str
    frame: Frame
    theme: Theme
    facts: tuple[Fact, ...]
    by_type: tuple[PipRow, ...]
    sections: tuple[SectionPart, ...]
    notes: tuple[Note, ...]
    searched: str
    against: str
    confidence: tuple[tuple[str, str], ...]
    relations: tuple[tuple[Link, str], ...]
    history: tuple[tuple[str, str], ...]
    quotes: tuple[Voiced, ...]
    counter: tuple[Voiced, ...]
    claims: tuple[ClaimLine, ...]


@dataclass(frozen=True, slots=True)
class LedgerPage:
    file: str
    frame: Frame
    claims: tuple[ClaimLine, ...]
    counts: str
    choices: tuple[Choice, ...]


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
    notes = Notes(material)
    sections = tuple(_section(notes, theme, section, known) for section in theme.sections)
    return ThemePage(
        links.theme(theme.id),
        frame(material, theme.name, "Findings", Link("Themes", links.THEMES)),
        theme,
        _facts(material, covered),
        pip_rows(material, _stands(covered)),
        sections,
        notes.all,
        material.in_words(theme.counter_evidence.searched),
        material.in_words(theme.counter_evidence.note),
        tuple((sentence(name), material.in_words(words)) for name, words in theme.confidence.items()),
        tuple((_related(material, to), material.in_words(how)) for to, how in theme.relations.items()),
        tuple((_dated(material, on, by), material.in_words(what)) for on, by, what in theme.history),
        tuple(Voiced(quote(material, one), "Also counter-evidence to", _against(material, one)) for one in shown),
        tuple(Voiced(quote(material, one), "Also evidence for", _for(material, one)) for one in against),
        tuple(_line(material, *verdicts[claim_id]) for claim_id in theme.claim_ids if claim_id in verdicts),
    )


def _related(material: Material, to: str) -> Link:
    """A theme, or a type of a typology, by name."""
    for theme in (theme for theme in material.study.themes if theme.id == to):
        return Link(theme.name, links.theme(theme.id))
    typology_id, _, type_id = to.partition("/")
    typologies = {typology.id: typology for typology in material.study.typologies}
    kind = typologies[typology_id].type(type_id) if typology_id in typologies else None
    return Link(kind.name, Address(Kind.TYPOLOGY, typology_id).at(links.type_anchor(type_id))) if kind else Link(to)


def _dated(material: Material, on: str, by: str) -> str:
    names = listed([material.coder_name(coder.strip()) for coder in by.split(",") if coder.strip()])
    return ", ".join(filter(None, (day(on), names)))


def _against(material: Material, coding: Coding) -> tuple[Link, ...]:
    """The themes that name a coding as counter-evidence."""
    themes = (theme for theme in material.study.themes if coding.id in theme.counter_evidence.found)
    return tuple(Link(theme.name, links.theme(theme.id)) for theme in themes)


def _for(material: Material, coding: Coding) -> tuple[Link, ...]:
    """The themes that rest on a cell in which a coding stands, as a whole or with one of their sentences."""
    cells = {(case_id, coding.code_id) for case_id in material.findings.voices.case_ids(coding)}
    themes = (theme for theme in material.study.themes if not cells.isdisjoint(theme.cited))
    return tuple(Link(theme.name, links.theme(theme.id)) for theme in themes)


def _ledger(material: Material, verdicts: Mapping[str, tuple[Claim, Verdict]]) -> LedgerPage:
    lines = tuple(_line(material, claim, verdict) for claim, verdict in verdicts.values())
    outcomes = [verdict.holds for _, verdict in verdicts.values()]
    parts = [f"{outcomes.count(outcome)} {words}" for outcome, words in _HOLD.items() if outcome in outcomes]
    kinds = [outcome for outcome in _HOLDS if outcome in outcomes]
    choices = [Choice(_CHOICES[outcome], _HOLDS[outcome], outcomes.count(outcome)) for outcome in kinds]
    return LedgerPage(
        links.LEDGER,
        frame(material, "Claims", "Findings", Link("Themes", links.THEMES)),
        lines,
        f"{counted(len(lines), 'claim')}: {listed(parts)}",
        tuple(choices) if len(choices) > 1 else (),
    )


def _section(notes: Notes, theme: Theme, section: Section, known: Facts) -> SectionPart:
    paragraphs = []
    for paragraph in section.paragraphs:
        lines = [SentenceLine(marked(one.text, notes.note(one.cells, theme)), lint(one, known)) for one in paragraph]
        paragraphs.append(tuple(lines))
    return SectionPart(section.title, tuple(paragraphs))


def _stands(covered: Coverage) -> Mapping[str, Standing]:
    """How each case that a theme draws on stands behind it."""
    stands: dict[str, Standing] = dict.fromkeys(covered.evidence, "evidence")
    return stands | dict.fromkeys(covered.mixed, "mixed")


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


def _line(material: Material, claim: Claim, verdict: Verdict) -> ClaimLine:
    shape = {True: "summarised", False: "not-asked", None: "draft"}[verdict.holds]
    return ClaimLine(
        links.claim_anchor(claim.id),
        _CHOICES[verdict.holds],
        claim.text,
        _HOLDS[verdict.holds],
        shape,
        verdict.sentence,
        tuple(_group(material, claim, name, ids) for name, ids in _groups(claim, verdict)),
        difference(claim, verdict, material.case_names),
        material.in_words(claim.note),
    )


def _groups(claim: Claim, verdict: Verdict) -> Iterator[tuple[str, Sequence[str]]]:
    """Who stands where, by the claim's own question: against a nil claim stand those where it is so, or none."""
    if claim.quantifier.word == "none":
        yield "against", verdict.contrary
        yield "not so", verdict.supporting
    else:
        yield from _for_and_against(claim, verdict)
    rest = (
        ("unclear", verdict.unclear),
        ("silent", verdict.silent),
        ("not asked", verdict.not_asked),
        ("not read for it yet", verdict.not_read),
    )
    yield from ((name, ids) for name, ids in rest if ids)


def _for_and_against(claim: Claim, verdict: Verdict) -> Iterator[tuple[str, Sequence[str]]]:
    if verdict.supporting:
        yield "for", verdict.supporting
    on_record = all(isinstance(leaf, Is) for leaf in leaves(claim.query.where))
    # Nobody contradicts a count of what is on record, nor an exact number: the others are only not counted.
    counted_only = on_record or claim.quantifier.word == "exactly"
    if verdict.contrary:
        yield "not counted" if counted_only else "against", verdict.contrary


def _group(material: Material, claim: Claim, name: str, ids: Sequence[str]) -> Group:
    pip = _PIPS[name]
    told = _told_of(material, ids)
    if not told:
        return Group(name, pip, number_or_none(len(ids)))
    types = case_types(material) if claim.query.unit == "case" else {}
    of_type: dict[TypeSign, list[Link]] = {}
    for member in sorted(told, key=list(types).index) if types else told:
        sign = types.get(member, TypeSign("", 0, ""))
        of_type.setdefault(sign, []).append(_member(material, claim, member))
    return Group(name, pip, f"{len(ids)}", tuple(OfType(sign, tuple(members)) for sign, members in of_type.items()))


def _member(material: Material, claim: Claim, member: str) -> Link:
    """A case with the cell that decided, a source with its page; a participant with what they said."""
    unit = claim.query.unit
    if unit == "case":
        return Link(material.case_name(member), _deciding(material, claim, member))
    if unit == "source":
        source = material.source_link(member)
        return Link(member, source.href)
    person = next(person for person in material.study.participants if person.id == member)
    sources = material.findings.voices.source_ids(person) if material.has_transcripts else ()
    return Link(member, links.source(sources[0]) if sources else "")


def _deciding(material: Material, claim: Claim, case_id: str) -> str:
    """Where it stands what a case was counted by: the cell of the code that was asked for, or its type and episodes."""
    asked = list(leaves(claim.query.where))
    for leaf in (one for one in asked if not isinstance(one, Is)):
        code_id = leaf.feature if isinstance(leaf, FeatureIs) else leaf.code_id
        if href := material.cell(case_id, code_id):
            return href
    for trait in (one for one in asked if isinstance(one, Is) and one.trait in ("type", "status")):
        first = next(iter(material.findings.results), "")
        typology_id = trait.values[0].partition("/")[0] if trait.trait == "type" else first
        case = next(case for case in material.findings.cases if case.id == case_id)
        if case.episodes and typology_id in material.findings.results:
            return Address(Kind.TYPOLOGY, typology_id).at(links.reason_anchor(case_id, case.episodes[-1].id))
    return ""
