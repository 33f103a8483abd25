"""Facts that would tell a masked case by their rarity: what only one case has, found before anything is hidden.

A value that a rule of a typology looks at is left as it is: without it the type would not follow from the row.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from crosscase.claim import Claim, Coded, Condition, Either, Every, Facts, check
from crosscase.coding import Coding
from crosscase.disclosure import held_by_one
from crosscase.framework import Findings
from crosscase.interpretation import facts
from crosscase.study import Study
from crosscase.voices import Voices

Place = tuple[str, str]
"""A cell, by case and code."""


@dataclass(frozen=True, slots=True)
class Rare:
    """What only one case has.

    `codes` are themes found in one case only, `values` what only one case has on a feature, and `kept` such values that
    a type rests on. `codings` are those whose words would tell, `places` the cells in which something rare stands.
    """

    codes: frozenset[str] = frozenset()
    values: frozenset[Place] = frozenset()
    kept: tuple[Place, ...] = ()
    codings: frozenset[Coding] = frozenset()
    places: frozenset[Place] = frozenset()


def rare(findings: Findings) -> Rare:
    """What only one case has; nothing where there is but one case, which has nobody to hide among."""
    study, voices = findings.study, findings.voices
    if len(study.cases) < 2:
        return Rare()
    deciding = _deciding(study)
    about = [(coding, case_id) for coding in findings.codings for case_id in voices.case_ids(coding)]
    themes = {code.id for code in study.codebook.codes if code.kind == "theme"}
    codes = held_by_one((coding.code_id, case_id) for coding, case_id in about) & themes
    coded = held_by_one(((coding.code_id, coding.value), case_id) for coding, case_id in about if coding.value)
    decided = held_by_one(_values(study))
    values = {pair for pair in decided if pair[0] not in deciding}
    telling = set(_claimed(findings)) | {
        coding
        for coding in study.codings
        if coding.code_id in codes
        or ((coding.code_id, coding.value) in coded | values and coding.code_id not in deciding)
    }
    told = {(case_id, coding.code_id) for coding in telling for case_id in voices.case_ids(coding)}
    holders = {(case_id, pair[0]) for pair, case_id in _values(study) if pair in values}
    return Rare(
        frozenset(codes),
        frozenset(values),
        tuple(sorted(decided - values)),
        frozenset(telling),
        frozenset(told | holders),
    )


def _values(study: Study) -> Iterator[tuple[Place, str]]:
    """Each value of a feature, as attribute and value, with each case that has it."""
    for case in study.cases:
        for episode in case.episodes:
            yield from (((one.attribute, one.value), case.id) for one in episode.features if one.value)


def _deciding(study: Study) -> frozenset[str]:
    """The features that some rule of some typology looks at."""
    return frozenset(name for typology in study.typologies for name in typology.features)


def _claimed(findings: Findings) -> Iterator[Coding]:
    """The codings by which a rare claim holds of a case."""
    known = facts(findings)
    voices = findings.voices
    for claim in (one for one in findings.study.claims if one.rare and one.query.unit == "case"):
        cases = set(check(claim, known).supporting)
        wanted = {leaf.code_id: leaf for leaf in _asserted(claim.query.where)}
        for coding in findings.study.codings:
            if not cases.isdisjoint(voices.case_ids(coding)) and _fits(coding, wanted, voices):
                yield coding


def _asserted(condition: Condition) -> Iterator[Coded]:
    """The codes that have to be there for a condition to hold; not those that have to be missing."""
    if isinstance(condition, Every | Either):
        for part in condition.conditions:
            yield from _asserted(part)
    elif isinstance(condition, Coded):
        yield condition


def _fits(coding: Coding, wanted: Mapping[str, Coded], voices: Voices) -> bool:
    leaf = wanted.get(coding.code_id)
    if leaf is None:
        return False
    sectors = {person.sector for person in voices.participants(coding)} or {""}
    pairs = (({coding.value}, leaf.values), ({coding.stance}, leaf.stances), (sectors, leaf.sectors))
    return all(not allowed or not mine.isdisjoint(allowed) for mine, allowed in pairs)


def changed(claims: Iterable[tuple[Claim, Claim]], before: Findings, after: Findings) -> set[str]:
    """The ids of claims, each with its shown form, that come out otherwise from what a reader is shown."""
    known, seen = facts(before), facts(after)
    return {claim.id for claim, shown in claims if _outcome(claim, known) != _outcome(shown, seen)}


def _outcome(claim: Claim, known: Facts) -> tuple[int, int, bool | None]:
    verdict = check(claim, known)
    return verdict.count, len(verdict.denominator), verdict.holds
