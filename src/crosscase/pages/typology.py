"""A page for each typology: its types and their rules in words, what became of every episode, and why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from crosscase.case import Episode, Feature
from crosscase.pages import links
from crosscase.pages.data import Frame, Link
from crosscase.pages.figures.drawing import Figure, Mark
from crosscase.pages.figures.typology import (
    by_type,
    episode_name,
    episodes,
    feature_chart,
    property_space,
    rank,
    timeline,
    type_badge,
)
from crosscase.pages.material import Material, frame
from crosscase.pages.reasons import held_here, overridden, rivals, why
from crosscase.pages.rules import (
    feature_name,
    held,
    is_known,
    is_said,
    meaning,
    standing,
    type_name,
    when,
)
from crosscase.typology import All, Any, Is, Result, Trace, Type, Typology, crosstab, evaluate
from crosscase.wording import counted, day, either, listed, out_of, plural, sentence

SIGNS = {True: ("✓", "holds"), False: ("✗", "does not hold"), None: ("?", "can’t be told")}


@dataclass(frozen=True, slots=True)
class Part:
    """One line of a rule, and the lines that it is made of.

    `sign` and `outcome` are empty where the rule is only stated; `fact` is what a case has; `evidence` leads to it.
    """

    words: str
    meaning: str = ""
    sign: str = ""
    outcome: str = ""
    fact: str = ""
    memo: str = ""
    evidence: tuple[Link, ...] = ()
    parts: tuple["Part", ...] = ()


@dataclass(frozen=True, slots=True)
class TypeEntry:
    anchor: str
    badge: tuple[Mark, ...]
    name: str
    count: str
    describe: tuple[str, ...]
    rule: Part
    typical: tuple[str, ...]
    members: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class ResultRow:
    episode: Link
    when: str
    status: str
    badge: tuple[Mark, ...]
    type: str
    decided: tuple[str, ...]
    atypical: tuple[str, ...]
    rivals: tuple[str, ...]
    override: str
    is_draft: bool


@dataclass(frozen=True, slots=True)
class Decided:
    """A feature that decided: its name, leading to its cell, what the case has on it, and what that rests on."""

    feature: Link
    value: str
    meaning: str
    memo: str
    evidence: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why one episode came out as it did: in a sentence, and rule by rule in the order in which they were tried.

    `window` is where a served study's features are decided.
    `decided` stands beside the sentence, with the evidence; the traces say with it whether they tell most.
    """

    anchor: str
    name: str
    window: str
    when: str
    badge: tuple[Mark, ...]
    type: str
    sentence: str
    decided: tuple[Decided, ...]
    override: str
    rivals: tuple[str, ...]
    traces: tuple[tuple[str, bool, Part], ...]
    is_draft: bool


@dataclass(frozen=True, slots=True)
class CrossTable:
    """Two typologies over the same episodes: a row for each type of this one, a column for each of the other."""

    anchor: str
    title: str
    other: Link
    reason: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]
    unit: str


@dataclass(frozen=True, slots=True)
class TypologyPage:
    file: str
    frame: Frame
    name: str
    label: str
    labels: str
    version: int
    reason: str
    history: tuple[str, ...]
    summary: str
    types: tuple[TypeEntry, ...]
    results: tuple[ResultRow, ...]
    figures: tuple[Figure, ...]
    space: Figure | None
    crosstabs: tuple[CrossTable, ...]
    reasons: tuple[Reason, ...]


def typology_page(material: Material, typology_id: str) -> TypologyPage:
    typology = next(typology for typology in material.study.typologies if typology.id == typology_id)
    results = material.findings.results[typology.id]
    known = episodes(material)
    drawn = (feature_chart(material, typology), timeline(material, typology))
    return TypologyPage(
        file=links.typology(typology.id),
        frame=frame(material, typology.name, "Types", Link("Types", links.TYPES)),
        name=typology.name,
        label=typology.label,
        labels=plural(typology.label),
        version=typology.version,
        reason=material.in_words(typology.reason.strip()),
        history=tuple(_history(material, typology)),
        summary=_summary(material, typology, results),
        types=tuple(_entry(material, typology, number, kind) for number, kind in enumerate(typology.types)),
        results=tuple(_row(material, typology, r, known) for _, group in by_type(typology, results) for r in group),
        figures=tuple(figure for figure in drawn if figure),
        space=property_space(material, typology),
        crosstabs=tuple(_cross(material, typology, other) for other in material.study.typologies if other != typology),
        reasons=tuple(_reason(material, typology, result, known) for result in results),
    )


def _history(material: Material, typology: Typology) -> Iterator[str]:
    """What it follows and what went into its types; by whom it was drawn up, and how."""
    former = next((other for other in material.study.typologies if other.id == typology.after), None)
    merged = [
        f"“{type_name(typology, type_id)}” holds what was {listed([f'“{type_name(former, one)}”' for one in type_ids])}"
        for type_id, type_ids in typology.merges.items()
        if former
    ]
    if former:
        yield f"It follows “{former.name}”{': ' if merged else ''}{'; '.join(merged)}."
    by = listed([material.coder_name(coder.strip()) for coder in typology.by.split(",")])
    made = " ".join(filter(None, (by and f"by {by}", typology.on and f"on {day(typology.on)}")))
    if made or typology.note:
        yield " ".join(filter(None, (made and f"Drawn up {made}.", material.in_words(typology.note))))


def _summary(material: Material, typology: Typology, results: Sequence[Result]) -> str:
    unit = material.study.settings.unit
    unresolved = [result for result in results if not result.type_id]
    overridden = sum(result.override is not None for result in results)
    told = f"{counted(len(results), 'episode')} of {counted(len({r.case_id for r in results}), unit)} were tried: "
    told += f"{out_of(len(results) - len(unresolved), len(results), 'episode')} came out as a {typology.label}, "
    told += f"{len(unresolved)} stayed unresolved"
    if overridden:
        told += f"; for {overridden} of them people decided against the rules"
    if drafts := sum(case.is_proposed for case in material.findings.cases):
        told += f". This is a draft: for {out_of(drafts, len(material.findings.cases), unit)} nobody has decided any"
        told += " feature, and what is proposed stands in"
    return told + "." if results else "No episode has been described yet, so the rules have nothing to sort."


def _entry(material: Material, typology: Typology, number: int, kind: Type) -> TypeEntry:
    results = material.findings.results[typology.id]
    mine = [result for result in results if result.type_id == kind.id]
    book = material.study.codebook
    cases = len({result.case_id for result in mine})
    return TypeEntry(
        links.type_anchor(kind.id),
        type_badge(0, 0, number),
        sentence(kind.name),
        f"{out_of(len(mine), len(results), 'episode')}, of "
        f"{out_of(cases, len(material.study.cases), material.study.settings.unit)}",
        tuple(bullet.text for bullet in kind.describe),
        _part(material, evaluate(kind.rule, {})),
        tuple(is_said(book, name, values) for name, values in kind.typical.items()),
        tuple(_to_reason(material, result) for result in mine),
    )


def _to_reason(material: Material, result: Result) -> Link:
    anchor = links.reason_anchor(result.case_id, result.episode_id)
    return Link(episode_name(material, result), links.here(anchor))


def _part(material: Material, trace: Trace, result: Result | None = None) -> Part:
    """A rule, as it came out for an episode; only stated, where there is no result."""
    sign, outcome = SIGNS[trace.truth] if result else ("", "")
    if isinstance(trace.rule, Is):
        coded = material.coded(result.case_id, result.episode_id, trace.rule.feature) if result else ()
        return _leaf(material, trace, trace.rule, (sign, outcome), coded)
    words = {All: "All of these:", Any: "At least one of these:"}.get(type(trace.rule), "Not so:")
    parts = tuple(_part(material, part, result) for part in trace.parts)
    return Part(words, sign=sign, outcome=outcome, parts=parts)


def _leaf(material: Material, trace: Trace, rule: Is, told: tuple[str, str], coded: Sequence[str]) -> Part:
    (sign, outcome), book, feature = told, material.study.codebook, trace.feature
    words = is_said(book, rule.feature, rule.values)
    if not sign:
        return Part(
            words, either([f"“{means}”" for value in rule.values if (means := meaning(book, rule.feature, value))])
        )
    of_value = meaning(book, rule.feature, feature.value) if feature and is_known(feature) else ""
    fact = f"here: {held(feature, coded)}" + (f" (“{of_value}”)" if of_value else "")
    return Part(words, "", sign, outcome, fact, _memo(material, feature), _evidence(material, feature))


def _memo(material: Material, feature: Feature | None) -> str:
    if feature is None or not feature.memo:
        return ""
    memo = material.in_words(feature.memo)
    return f"{material.coder_name(feature.by)}: {memo}" if feature.by else memo


def _evidence(material: Material, feature: Feature | None) -> tuple[Link, ...]:
    """To the passages in their transcripts; one that doesn't count any more is told without a link."""
    found = (material.by_id.get(coding_id) for coding_id in (feature.evidence if feature else ()))
    gone = Link("a passage that no longer counts")
    return tuple(Link(material.called(one), material.passage(one)) if one else gone for one in found)


def _row(material: Material, typology: Typology, result: Result, known: Mapping[tuple[str, str], Episode]) -> ResultRow:
    book, episode = material.study.codebook, known[result.case_id, result.episode_id]
    having = held_here(material, result, episode)
    typical = _typical(typology, result)
    return ResultRow(
        _to_reason(material, result),
        when(episode),
        standing(episode),
        type_badge(0, 0, rank(typology, result.type_id)),
        sentence(type_name(typology, result.type_id)),
        tuple(f"{feature_name(book, name)}: {having(name)}" for name in result.decided),
        tuple(f"{is_said(book, name, typical[name])} (here: {having(name)})" for name in result.atypical),
        _nearest(material, typology, result),
        overridden(material, typology, result),
        episode.is_proposed,
    )


def _typical(typology: Typology, result: Result) -> Mapping[str, tuple[str, ...]]:
    kind = typology.type(result.by_rule)
    return kind.typical if kind else {}


def _nearest(material: Material, typology: Typology, result: Result) -> tuple[str, ...]:
    """The types that the fewest changes lead to, with those changes."""
    if not result.rival:
        return (f"no {typology.label} within two changes",)
    fewest = min(len(flip.changes) for flip in result.flips if flip.type_id)
    near = [flip for flip in result.flips if flip.type_id and len(flip.changes) == fewest]
    return rivals(material, typology, result, near)


def _reason(material: Material, typology: Typology, result: Result, known: Mapping[tuple[str, str], Episode]) -> Reason:
    episode = known[result.case_id, result.episode_id]
    telling = {result.by_rule} if result.by_rule else {i for i, trace in result.traces.items() if trace.truth is None}
    return Reason(
        links.reason_anchor(result.case_id, result.episode_id),
        episode_name(material, result),
        links.window("case", id=result.case_id, episode=result.episode_id),
        f"{when(episode)}; {standing(episode)}",
        type_badge(0, 0, rank(typology, result.type_id)),
        sentence(type_name(typology, result.type_id)),
        why(material, typology, result, episode),
        tuple(_decided(material, result, episode, name) for name in result.decided),
        overridden(material, typology, result),
        rivals(material, typology, result),
        tuple(
            (sentence(type_name(typology, type_id)), type_id in telling, _part(material, trace, result))
            for type_id, trace in result.traces.items()
        ),
        episode.is_proposed,
    )


def _decided(material: Material, result: Result, episode: Episode, name: str) -> Decided:
    having = {feature.attribute: feature for feature in episode.features}
    feature, book = having.get(name), material.study.codebook
    return Decided(
        Link(feature_name(book, name), material.cell(result.case_id, name)),
        held_here(material, result, episode)(name),
        meaning(book, name, feature.value) if feature and is_known(feature) else "",
        _memo(material, feature),
        _evidence(material, feature),
    )


def _cross(material: Material, typology: Typology, other: Typology) -> CrossTable:
    table = crosstab(material.findings.results[typology.id], material.findings.results[other.id])
    results = material.findings.results[typology.id]
    named = {(r.case_id, r.episode_id): episode_name(material, r) for r in results}
    columns = [*(kind.id for kind in other.types), *([""] if any(second == "" for _, second in table) else [])]
    rows = [*(kind.id for kind in typology.types), *([""] if any(first == "" for first, _ in table) else [])]
    return CrossTable(
        links.anchor("cross", other.id),
        f"“{typology.name}” against “{other.name}”",
        Link(other.name, links.typology(other.id)),
        material.in_words(other.reason.strip()),
        tuple(sentence(type_name(other, column)) for column in columns),
        tuple(
            (
                sentence(type_name(typology, row)),
                tuple(tuple(named[one] for one in table.get((row, column), ())) for column in columns),
            )
            for row in rows
        ),
        counted(len(named), "episode"),
    )
