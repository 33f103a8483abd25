"""One feature of a case while it is decided: the proposal, its evidence, the values, and what would follow from each.

A proposal is arithmetic over people's codings; a draft is made of the machine's suggestions, and nobody can accept it:
only coded passages are evidence.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crosscase.case import Case, Episode, Feature
from crosscase.codebook import Code
from crosscase.coding import Coding
from crosscase.decided import STATUS_WORDS
from crosscase.features import Proposal, by_episode, episodes_of
from crosscase.naming import code_in_words
from crosscase.pages import links
from crosscase.pages.data import Link, Quote
from crosscase.pages.material import Material, code_page, quote
from crosscase.pages.rules import type_name
from crosscase.pages.windows.seen import Seen
from crosscase.pages.windows.standing import Line, Standings, on_record
from crosscase.typology import Result, Typology
from crosscase.wording import counted, listed, value_words

DIGITS = "123456789"
WHOSE = {
    "informants": "people of this {unit}",
    "others": "others who were interviewed",
    "documents": "documents",
}
STATUSES = (
    ("no", "None of these", "0", "It was told, and it is none of them."),
    ("unclear", "Unclear", "o", "What was said doesn’t settle it."),
    ("not_asked", "Not asked", "a", "The question was not put."),
    ("conflict", "In conflict", "c", "Accounts contradict each other."),
)
"""What a feature can be without a value, in words, with its key and its meaning."""


@dataclass(frozen=True, slots=True)
class Then:
    """What a typology would say if a value were the feature's."""

    typology: str
    type: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A value, or a status without one: `name` is the field of the decision that it gives."""

    name: str
    value: str
    words: str
    key: str
    about: str
    is_now: bool
    passages: str = ""
    then: tuple[Then, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """A coded passage, to be chosen as evidence; `note` says where it doesn't count for this feature as it stands."""

    id: str
    text: str
    place: Link
    value: str
    value_words: str
    about: str
    is_chosen: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Proposed:
    """What the codings come to: who says it, what, on whose words it rests, and what else is said.

    A draft comes from suggestions, or nobody has read all there is to read.
    """

    lead: str
    words: str
    rests_on: str
    besides: str
    is_draft: bool


@dataclass(frozen=True, slots=True)
class Decided:
    """What people decided, and the doubts about it. `value` and `status` are as the file has them."""

    words: str
    by: str
    why: str
    memo: str
    value: str
    status: str
    look_again: bool
    gone: str


@dataclass(frozen=True, slots=True)
class Open:
    """The feature that is being decided. `needs_reason` where no passage is coded that could be its evidence."""

    attribute: str
    name: Link
    code: Code
    cell: str
    write: str
    proposed: Proposed | None
    decided: Decided | None
    values: tuple[Choice, ...]
    statuses: tuple[Choice, ...]
    evidence: tuple[Evidence, ...]
    drafts: tuple[Quote, ...]
    needs_reason: bool
    before: str
    after: str
    waiting: Link


def open_feature(seen: Seen, standings: Standings, case: Case, episode: Episode) -> Open | None:
    """The feature that is asked for, or else the first that is coded and not decided, or else the first."""
    lines = (*standings.lines(case, episode), *standings.other_lines(case, episode))
    if not lines:
        return None
    first = next((line for line in standings.lines(case, episode) if line.standing == "coded"), lines[0])
    asked = seen.asked.get("feature") or first.attribute
    place = {line.attribute: number for number, line in enumerate(lines)}[asked]
    material = seen.material
    code = code_in_words(seen.study.codebook.by_id[asked], material.in_words)
    feature = material.record.feature(case, code.id, episode)
    proposal = _proposal(material, case, episode, code)
    evidence = tuple(_evidence(material, case, episode, code, feature, proposal))
    return Open(
        code.id,
        code_page(code),
        code,
        links.window("cell", row=case.id, code=code.id),
        links.window("memos", new="1", about=f"{case.id}/{code.id}"),
        _proposed(material, proposal) if proposal else None,
        _decided(seen, feature, look_again=lines[place].look_again) if feature else None,
        tuple(_values(seen, case, episode, code, feature, evidence)),
        tuple(_statuses(feature)),
        evidence,
        _drafts(material, case, code),
        not any(not passage.note for passage in evidence),
        lines[place - 1].link.href if place else "",
        lines[place + 1].link.href if place + 1 < len(lines) else "",
        _next_waiting(standings, lines[place]),
    )


def _next_waiting(standings: Standings, line: Line) -> Link:
    """The next feature of the queue: the one behind this line, or else the first of another place."""
    hrefs = [waiting.link.href for waiting in standings.queue]
    others = [href for href in hrefs if href != line.link.href]
    if not others:
        return Link("")
    behind = hrefs.index(line.link.href) % len(others) if line.link.href in hrefs else 0
    return Link(f"{counted(len(hrefs), 'feature')} coded, not decided", others[behind])


def _proposal(material: Material, case: Case, episode: Episode, code: Code) -> Proposal | None:
    wanted = (case.id, episode.id, code.id)
    proposals = material.findings.proposals
    return next((one for one in proposals if (one.case_id, one.episode_id, one.feature.attribute) == wanted), None)


def _proposed(material: Material, proposal: Proposal) -> Proposed:
    feature = proposal.feature
    said = "Said" if feature.status == "conflict" else "Also said"
    besides = _by_value(material, proposal)
    return Proposed(
        _lead(proposal),
        value_words(feature.value) or STATUS_WORDS[feature.status],
        _rests_on(material, proposal),
        f"{said}: {besides}." if besides else "",
        proposal.is_draft,
    )


def _lead(proposal: Proposal) -> str:
    if not proposal.is_draft:
        return "The codings say:" if proposal.rests_on else "Nothing that is coded gives a value:"
    return "The machine suggests:" if proposal.rests_on else "Nobody has read all its sources to the end. So far:"


def _by_value(material: Material, proposal: Proposal) -> str:
    """Each value that speaks against the proposal, with those who gave it."""
    whose: dict[str, list[str]] = {}
    for value, rank_of_witness in proposal.contrary:
        whose.setdefault(value, []).append(_people(material, rank_of_witness))
    return "; ".join(f"{value_words(value)} ({listed(people)})" for value, people in whose.items())


def _people(material: Material, rank_of_witness: str) -> str:
    return WHOSE[rank_of_witness].format(unit=material.study.settings.unit)


def _rests_on(material: Material, proposal: Proposal) -> str:
    """On whose words, and where they stand."""
    decisions = [material.by_id[one] for one in proposal.feature.evidence if one in material.by_id]
    passages = counted(len(decisions), "passage")
    places = listed(list(dict.fromkeys(decision.source_id for decision in decisions)))
    if proposal.rests_on:
        return f"on the words of {_people(material, proposal.rests_on)} ({passages} in {places})"
    return f"though {passages} in {places} speak of it" if decisions else ""


def _decided(seen: Seen, feature: Feature, *, look_again: bool) -> Decided:
    study, material = seen.study, seen.material
    known = {coding.id for coding in (*study.codings, *study.lost)}
    return Decided(
        on_record(feature),
        material.coder_name(feature.by),
        material.in_words(feature.memo),
        feature.memo,
        feature.value,
        feature.status,
        look_again,
        listed([coding_id for coding_id in feature.evidence if coding_id not in known]),
    )


def _values(
    seen: Seen, case: Case, episode: Episode, code: Code, feature: Feature | None, evidence: Sequence[Evidence]
) -> Iterator[Choice]:
    for number, (value, meaning) in enumerate(code.values.items()):
        passages = sum(passage.value == value and not passage.note for passage in evidence)
        yield Choice(
            "value",
            value,
            value_words(value),
            DIGITS[number : number + 1],
            meaning,
            feature is not None and feature.value == value,
            counted(passages, "passage") if passages else "",
            tuple(_then(seen, case, episode, (code.id, value))),
        )


def _then(seen: Seen, case: Case, episode: Episode, change: tuple[str, str]) -> Iterator[Then]:
    """What each typology would say, where that isn't what it says now."""
    for typology in seen.study.typologies:
        result = result_of(seen.material, typology, case, episode)
        for flip in result.flips if result else ():
            if flip.changes == (change,):
                yield Then(typology.name, type_name(typology, flip.type_id))


def _statuses(feature: Feature | None) -> Iterator[Choice]:
    for status, words, key, about in STATUSES:
        yield Choice("status", status, words, key, about, feature is not None and feature.status == status)


def _evidence(
    material: Material, case: Case, episode: Episode, code: Code, feature: Feature | None, proposal: Proposal | None
) -> Iterator[Evidence]:
    """The passages coded for this episode, then what else a decision names as its evidence."""
    cell = material.findings.cells.get((case.id, code.id))
    dates = {source.id: source.date for source in material.study.sources}
    placed, unplaced = by_episode(episodes_of(case), cell.codings if cell else (), dates)
    ids = {decision.id for decision in (*placed[episode.id], *unplaced)}
    chosen = feature.evidence if feature else proposal.feature.evidence if proposal else ()
    for coding in cell.codings if cell else ():
        if coding.id in ids:
            yield _counting(material, coding, coding.id in chosen)
    for coding_id in chosen:
        if coding_id not in ids:
            yield from _from_elsewhere(material, code, coding_id)


def _counting(material: Material, coding: Coding, is_chosen: bool, note: str = "") -> Evidence:
    words = quote(material, coding)
    about = (
        words.speaker,
        words.stance,
        words.about and f"about {words.about}",
        f"coded by {words.coder}",
        words.counts,
    )
    return Evidence(
        coding.id,
        words.text,
        Link(material.called(coding), words.place.href),
        coding.value,
        words.value,
        ", ".join(filter(None, about)),
        is_chosen,
        note,
    )


def _from_elsewhere(material: Material, code: Code, coding_id: str) -> Iterator[Evidence]:
    """A passage that a decision rests on, though it isn't coded with this code here, or doesn't count any more."""
    counting = material.by_id.get(coding_id)
    if isinstance(counting, Coding):
        other = material.code_id(counting)
        note = "coded for another time or case" if other == code.id else f"coded as {material.code_link(counting).text}"
        yield _counting(material, counting, True, note)
        return
    study = material.study
    notes = {one.id: (one, "the coders settled on another coding") for one in study.codings}
    notes |= {one.id: (one, "the text was edited, and the words were not found again") for one in study.lost}
    if coding_id in notes:
        coding, note = notes[coding_id]
        place = Link(coding.source_id, links.source(coding.source_id))
        words = value_words(coding.value)
        yield Evidence(coding.id, coding.quote, place, coding.value, words, f"coded by {coding.coder}", True, note)


def _drafts(material: Material, case: Case, code: Code) -> tuple[Quote, ...]:
    """What the machine suggests where nobody has read."""
    cell = material.findings.cells.get((case.id, code.id))
    return tuple(quote(material, suggestion) for suggestion in (cell.suggestions if cell else ()))


def result_of(material: Material, typology: Typology, case: Case, episode: Episode) -> Result | None:
    results = material.findings.results[typology.id]
    return next((one for one in results if (one.case_id, one.episode_id) == (case.id, episode.id)), None)
