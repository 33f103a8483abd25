"""Statements in prose, such as a summary or recommendations, each led back to themes, claims and cells."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from crosscase.claim import Claim, Verdict, check
from crosscase.coding import Coding
from crosscase.exhibits.drafting import Place, name, said_by
from crosscase.framework import Findings
from crosscase.interpretation import facts
from crosscase.layout import ProseLayout, Statement
from crosscase.naming import case_labels, names
from crosscase.theme import Theme

Verdicts = Mapping[str, tuple[Claim, Verdict]]

OUTCOMES = {True: "holds", False: "does not hold", None: "can’t be told"}


@dataclass(frozen=True, slots=True)
class Rest:
    """What a statement rests on: a theme, a claim with how it came out, or a cell. `id` is the theme's or claim's."""

    kind: str
    label: str
    id: str = ""
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Stated:
    """One statement; `number` is empty where they are not numbered."""

    number: str
    lead: str
    text: str
    rests: tuple[Rest, ...]


@dataclass(frozen=True, slots=True)
class PullQuote:
    """A participant's words that stand out: a coding, and who speaks as far as the reader may know."""

    coding: Coding
    who: str


@dataclass(frozen=True, slots=True)
class ProseExhibit:
    id: str
    title: str
    statements: tuple[Stated, ...]
    quote: PullQuote | None
    notes: tuple[str, ...]
    is_draft: bool = False


def prose_exhibit(layout: ProseLayout, findings: Findings, themes: Sequence[Theme]) -> ProseExhibit:
    """The statements as they were written, with what they rest on; of that, what the study doesn't have is left out."""
    verdicts = _verdicts(layout, findings)
    called = names(findings.study)
    statements = tuple(
        Stated(
            f"{number}" if layout.numbered else "",
            one.lead,
            called(one.text),
            tuple(_rests(one, findings, themes, verdicts)),
        )
        for number, one in enumerate(layout.statements, 1)
    )
    coding = next((one for one in findings.codings if one.id == layout.quote), None) if layout.quote else None
    quote = PullQuote(coding, said_by(findings, coding)) if coding else None
    return ProseExhibit(layout.id, layout.title, statements, quote, layout.notes)


def _rests(statement: Statement, findings: Findings, themes: Sequence[Theme], verdicts: Verdicts) -> Iterator[Rest]:
    names = {theme.id: theme.name for theme in themes}
    for theme_id in statement.theme_ids:
        if theme_id in names:
            yield Rest("theme", f"Theme: {names[theme_id]}", theme_id)
    yield from _claims(statement, verdicts)
    labels, book = case_labels(findings.study), findings.study.codebook
    for place in statement.cells:
        if place in findings.cells:
            yield Rest("cell", f"{labels.get(place[0], place[0])}: {name(book, place[1])}", "", place)


def _verdicts(layout: ProseLayout, findings: Findings) -> Verdicts:
    """The claims that any statement rests on, each held against the data; these are gathered once for all."""
    cited = {claim_id for statement in layout.statements for claim_id in statement.claim_ids}
    claims = [claim for claim in findings.study.claims if claim.id in cited]
    data = facts(findings) if claims else None
    return {claim.id: (claim, check(claim, data)) for claim in claims if data is not None}


def _claims(statement: Statement, verdicts: Verdicts) -> Iterator[Rest]:
    for claim_id in statement.claim_ids:
        if claim_id in verdicts:
            claim, verdict = verdicts[claim_id]
            counted = f"{verdict.count} of {len(verdict.denominator)}, {OUTCOMES[verdict.holds]}"
            yield Rest("claim", f"Claim: {claim.text.rstrip('.')} ({counted})", claim_id)
