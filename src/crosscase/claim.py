"""A claim is a sentence of the report that can be counted, and is: how many bear it out, of how many, and who doesn't.

Counts are of cases, participants or sources, never of passages, and always stand with their denominator.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from crosscase.case import Feature
from crosscase.logic import Truth, either, every, opposite
from crosscase.typology import Result
from crosscase.wording import number_or_none, plural

Unit = Literal["case", "participant", "source"]
Word = Literal["all", "none", "most", "several", "some", "exactly"]
Place = tuple[str, str]
"""A cell, by case and code."""

UNRESOLVED = "unresolved"
QUANTIFIERS: Mapping[Word, str] = {
    "all": "every one",
    "none": "not one",
    "most": "more than half",
    "several": "at least three, and no more than half",
    "some": "at least two",
    "exactly": "this many, neither more nor fewer",
}
TRAITS: Mapping[str, tuple[Unit, ...]] = {
    "type": ("case",),
    "status": ("case",),
    "sector": ("case", "participant", "source"),
    "kind": ("source",),
}
_FITS: Mapping[Word, Callable[[int, int, int], bool]] = {
    "all": lambda n, of, _: n == of,
    "none": lambda n, _, __: n == 0,
    "most": lambda n, of, _: 2 * n > of,
    "several": lambda n, of, _: n >= 3 and 2 * n <= of,
    "some": lambda n, _, __: n >= 2,
    "exactly": lambda n, _, number: n == number,
}


@dataclass(frozen=True, slots=True)
class Every:
    """All of these hold. Of nothing, it always holds."""

    conditions: tuple["Condition", ...] = ()


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of these holds."""

    conditions: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Not:
    condition: "Condition"


@dataclass(frozen=True, slots=True)
class FeatureIs:
    """The case has one of these values on the feature in any of its episodes; unknown if settled in none of them."""

    feature: str
    values: tuple[str, ...]
    line: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Coded:
    """At least one coding of this code; with values, stances or sectors given, one that has one of each."""

    code_id: str
    values: tuple[str, ...] = ()
    stances: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    line: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Is:
    """What is on record without anybody having to say it: a `type`, `status`, `sector` or `kind`."""

    trait: str
    values: tuple[str, ...]
    line: int = field(default=1, compare=False)


Leaf = FeatureIs | Coded | Is
Condition = Every | Either | Not | Leaf


@dataclass(frozen=True, slots=True)
class Quantifier:
    word: Word
    number: int = 0

    def fits(self, count: int, of: int) -> bool:
        """Whether this word may be said of `count` out of `of`, as in the table of quantifiers."""
        return _FITS[self.word](count, of, self.number)

    def __str__(self) -> str:
        return f"exactly {self.number}" if self.word == "exactly" else self.word


@dataclass(frozen=True, slots=True)
class Query:
    """How a claim is counted: of the units for which `of` holds, those for which `where` holds too."""

    unit: Unit
    where: Condition
    of: Condition = Every()


@dataclass(frozen=True, slots=True)
class Found:
    """What was counted when the claim was written; `ids` where they were listed."""

    count: int
    of: int | None = None
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence of the report that can be checked against the data. `rare` ones would tell a case by their rarity."""

    id: str
    text: str
    quantifier: Quantifier
    query: Query
    scope: str = ""
    note: str = ""
    rare: bool = False
    found: Found | None = None
    path: str = ""
    line: int = 1


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a claim stands to the data: each unit by what it says, and whether the quantifier holds.

    `count` of the `denominator` are as the query says. `supporting` bear the claim out, `contrary` spoke of it
    otherwise (of a claim with `none`, the other way round); `unclear` are in conflict or undecided; `silent` said
    nothing of it though nothing kept them from it; `not_asked` were not asked; `not_read` have a source that nobody
    has read to the end for the codes in question. These last are never in the denominator; the three before may lie
    outside it. `holds` is None where the unclear and the not yet read could tip it, or nothing is there to count.
    """

    claim_id: str
    unit: Unit
    count: int
    denominator: tuple[str, ...]
    supporting: tuple[str, ...]
    contrary: tuple[str, ...]
    unclear: tuple[str, ...]
    silent: tuple[str, ...]
    not_asked: tuple[str, ...]
    not_read: tuple[str, ...]
    holds: bool | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Said:
    """What a theme or claim needs of a coding. `participant_id` and `sector` are empty for documents."""

    coding_id: str
    source_id: str
    value: str = ""
    stance: str = ""
    participant_id: str = ""
    sector: str = ""
    kind: str = "interview"


def _all_read(*_: object) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Facts:
    """What themes and claims are held against: only what people coded and decided, never suggestions.

    `said` gives the codings by unit, its id, and code; `traits` by unit and id its `type` (as `typology/type`),
    `status`, `sector` or `kind`; `features` by case, one for each episode that has it. `asked` says whether a code's
    questions were put to a unit (None: nobody knows, or no question asks about it), and `read` whether all its
    sources were read to the end for a code. `called` is what a case is called, then other words for it.
    """

    members: Mapping[Unit, Sequence[str]]
    said: Mapping[tuple[Unit, str, str], Sequence[Said]]
    asked: Callable[[Unit, str, str], bool | None]
    traits: Mapping[tuple[Unit, str], Mapping[str, Sequence[str]]] = field(default_factory=dict)
    features: Mapping[str, Mapping[str, Sequence[Feature]]] = field(default_factory=dict)
    called: tuple[str, ...] = ("case",)
    read: Callable[[Unit, str, str], bool] = _all_read

    def noun(self, unit: Unit) -> str:
        return plural(self.called[0] if unit == "case" else unit)


def check(claim: Claim, facts: Facts) -> Verdict:
    """Count a claim: it holds if its quantifier may be said of those that bear it out, out of its denominator."""
    query = claim.query
    standing = {member: _standing(query, member, facts) for member in facts.members[query.unit]}
    denominator = tuple(member for member, (belongs, stands) in standing.items() if belongs and stands != "not_read")

    def those(how: str) -> tuple[str, ...]:
        return tuple(member for member, (_, stands) in standing.items() if stands == how)

    so, otherwise = those("so"), those("otherwise")
    inside, outside = _undecided_ones(standing.values())
    turned = claim.quantifier.word == "none"
    return Verdict(
        claim.id,
        query.unit,
        len(so),
        denominator,
        otherwise if turned else so,
        so if turned else otherwise,
        those("unclear"),
        those("silent"),
        those("not_asked"),
        those("not_read"),
        _holds(claim.quantifier, len(so), sum(belongs for belongs, _ in standing.values()), inside, outside),
        _in_words(claim, [*standing.values()], facts),
    )


def truth(condition: Condition, unit: Unit, member: str, facts: Facts) -> Truth:
    """Whether a condition holds for one unit; unknown where it hangs on a feature that isn't settled.

    Unknown also where it hangs on a code that nobody has come across, but not all sources were read for.
    """
    if isinstance(condition, Not):
        return opposite(truth(condition.condition, unit, member, facts))
    if isinstance(condition, Every | Either):
        connective = either if isinstance(condition, Either) else every
        return connective(truth(part, unit, member, facts) for part in condition.conditions)
    if isinstance(condition, FeatureIs):
        return _feature_is(condition, facts.features.get(member, {}) if unit == "case" else {})
    if isinstance(condition, Coded):
        said = facts.said.get((unit, member, condition.code_id), ())
        unsaid = False if facts.read(unit, member, condition.code_id) else None
        return any(_fits(coding, condition) for coding in said) or unsaid
    return any(value in condition.values for value in facts.traits.get((unit, member), {}).get(condition.trait, ()))


def leaves(condition: Condition) -> Iterator[Leaf]:
    """The conditions that a condition is put together from."""
    if isinstance(condition, Not):
        yield from leaves(condition.condition)
    elif isinstance(condition, Every | Either):
        for part in condition.conditions:
            yield from leaves(part)
    else:
        yield condition


def difference(claim: Claim, verdict: Verdict, names: Mapping[str, str] | None = None) -> str:
    """In words, how the count differs from what was found when the claim was written; empty if it doesn't."""
    found = claim.found
    if found is None:
        return ""
    of = len(verdict.denominator)
    if found.count != verdict.count or found.of not in (None, of):
        then = f"{found.count} of {found.of}" if found.of is not None else str(found.count)
        return f"{then} when it was written, {verdict.count} of {of} now"
    counted = verdict.contrary if claim.quantifier.word == "none" else verdict.supporting
    if found.ids and set(found.ids) != set(counted):
        then, now = (", ".join((names or {}).get(member, member) for member in ids) for ids in (found.ids, counted))
        return f"{then} when it was written, {now} now"
    return ""


def types_by_case(typology_id: str, results: Iterable[Result]) -> dict[str, tuple[str, ...]]:
    """The types of each case's episodes, as `typology/type`; a case is unresolved only if all its episodes are."""
    found: dict[str, dict[str, None]] = {}
    for result in results:
        found.setdefault(result.case_id, {}).update({result.type_id: None} if result.type_id else {})
    return {
        case_id: tuple(f"{typology_id}/{one}" for one in types or (UNRESOLVED,)) for case_id, types in found.items()
    }


Standing = tuple[bool, str]
"""Whether a unit is in the denominator, and which of the verdict's groups it is in (`aside`: none)."""


def _standing(query: Query, member: str, facts: Facts) -> Standing:
    belongs = truth(query.of, query.unit, member, facts)
    if belongs is None:
        return False, "not_read" if _is_unread(query.of, query.unit, member, facts) else "unclear"
    if not belongs:
        is_heard = _spoke(query.of, query.unit, member, facts)
        return False, "aside" if is_heard else _silence(query.of, query.unit, member, facts)
    so = truth(query.where, query.unit, member, facts)
    if so:
        return True, "so"
    if so is None and _is_unread(query.where, query.unit, member, facts):
        return True, "not_read"
    if _spoke(query.where, query.unit, member, facts):
        return True, "otherwise" if so is False else "unclear"
    return True, _silence(query.where, query.unit, member, facts)


def _undecided_ones(standing: Iterable[Standing]) -> tuple[int, int]:
    """How many are unclear or not read: of those that the claim is about, and of those that it may be about."""
    undecided = [belongs for belongs, stands in standing if stands in ("unclear", "not_read")]
    return undecided.count(True), undecided.count(False)


def _is_unread(condition: Condition, unit: Unit, member: str, facts: Facts) -> bool:
    """Whether what keeps the condition unknown is that sources weren't read for a code in it.

    A feature on which people have decided or said something is unclear for another reason.
    """
    for leaf in leaves(condition):
        if isinstance(leaf, Is) or truth(leaf, unit, member, facts) is not None:
            continue
        unheard = isinstance(leaf, Coded) or not _heard(leaf, unit, member, facts)
        if unheard and not facts.read(unit, member, _topic(leaf)):
            return True
    return False


def _spoke(condition: Condition, unit: Unit, member: str, facts: Facts) -> bool:
    """Whether the unit said or decided anything on what the condition looks at; of what is on record, it always did."""
    spoken = [leaf for leaf in leaves(condition) if not isinstance(leaf, Is)]
    return not spoken or any(_heard(leaf, unit, member, facts) for leaf in spoken)


def _heard(leaf: FeatureIs | Coded, unit: Unit, member: str, facts: Facts) -> bool:
    if facts.said.get((unit, member, _topic(leaf))):
        return True
    decided = facts.features.get(member, {}) if isinstance(leaf, FeatureIs) and unit == "case" else {}
    return any(one.status != "not_asked" for one in decided.get(_topic(leaf), ()))


def _silence(condition: Condition, unit: Unit, member: str, facts: Facts) -> str:
    answers = [facts.asked(unit, member, _topic(leaf)) for leaf in leaves(condition) if not isinstance(leaf, Is)]
    return "silent" if any(answers) or None in answers else "not_asked"


def _topic(leaf: FeatureIs | Coded) -> str:
    return leaf.feature if isinstance(leaf, FeatureIs) else leaf.code_id


def _feature_is(condition: FeatureIs, features: Mapping[str, Sequence[Feature]]) -> Truth:
    found = features.get(condition.feature, ())
    known = [one.value for one in found if one.status in ("stated", "no") and one.value]
    return any(value in condition.values for value in known) if known else None


def _fits(said: Said, wanted: Coded) -> bool:
    pairs = ((said.value, wanted.values), (said.stance, wanted.stances), (said.sector, wanted.sectors))
    return all(not allowed or mine in allowed for mine, allowed in pairs)


def _holds(quantifier: Quantifier, count: int, of: int, inside: int, outside: int) -> Truth:
    """Try every way in which the undecided could go: in the denominator or not, and bearing the claim out or not."""
    ways = {
        quantifier.fits(count + more, of + joined)
        for joined in {0, outside}
        for more in range(inside + joined + 1)
        if of + joined
    }
    return ways.pop() if len(ways) == 1 else None


def _in_words(claim: Claim, standing: Sequence[Standing], facts: Facts) -> str:
    query = claim.query
    counted = [stands for belongs, stands in standing if belongs and stands != "not_read"]
    unread = standing.count((True, "not_read"))
    left_out = [stands for belongs, stands in standing if not belongs]
    on_record = all(isinstance(leaf, Is) for leaf in (*leaves(query.where), *leaves(query.of)))
    against = "otherwise" if on_record or claim.quantifier.word in ("none", "exactly") else "contrary"
    those = (
        f"the {len(counted)} {facts.noun(query.unit)} read for it"
        if unread
        else f"{len(counted)} {facts.noun(query.unit)}"
    )
    parts = [f"{counted.count('so')} of {those}"]
    parts.append(f"{number_or_none(counted.count('otherwise'))} {against}")
    outside = f", so outside the {len(counted)}"
    parts += [*_parts(counted, ""), *([f"{unread} {_SAID['not_read']}"] if unread else [])]
    parts += _parts(left_out, outside)
    if "not_asked" not in left_out and not on_record:
        parts.append(f"{number_or_none(counted.count('not_asked'))} not asked")
    return "; ".join(parts)


_SAID = {"unclear": "unclear", "silent": "said nothing of it", "not_read": "not read for it yet"}


def _parts(stands: Sequence[str], outside: str) -> list[str]:
    said = _SAID | {"not_asked": "not asked"} if outside else _SAID
    return [f"{stands.count(how)} {words}{outside}" for how, words in said.items() if how in stands]
