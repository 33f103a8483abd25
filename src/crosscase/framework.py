"""The framework method, stage by stage (Gale et al. 2013). Start reading here.

    study.load          1 transcription, 2 familiarisation: the sources, as people read them
    suggest             3-5 coding: the machine proposes, people decide
    analyse             6 charting: every case × code, with what stands behind it
    typology            7 interpretation: the cases, sorted by explicit rules
    pages, report       what reviewers read

Everything here takes values and returns values.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

from crosscase.case import Case, Participant
from crosscase.codebook import Codebook
from crosscase.coding import Coding, Decision, Suggestion
from crosscase.features import Proposal, Witness, filled, propose
from crosscase.guide import asked
from crosscase.matrix import Evidence, Matrix, Row, aggregate, chart
from crosscase.source import Passages, Source, Turn, passages
from crosscase.study import Study
from crosscase.typology import Result, classify_all

T = TypeVar("T", Coding, Suggestion)


@dataclass(frozen=True)
class Findings:
    """What follows from a study, and from the suggestions that stand in where no person has coded.

    `matrices` has cases as rows, `participant_matrices` participants; both come one per category of the codebook.
    `codings` are those that count: where coders agreed on a consensus layer for a source, that layer alone.
    `suggestions` are only those that are used: the ones for sources that no person has coded.
    """

    study: Study
    codings: tuple[Coding, ...]
    suggestions: tuple[Suggestion, ...]
    matrices: tuple[Matrix, ...]
    participant_matrices: tuple[Matrix, ...]
    passages: Mapping[str, Passages]

    @property
    def is_draft(self) -> bool:
        """Whether anything rests on the machine's suggestions."""
        return bool(self.suggestions)

    @cached_property
    def results(self) -> Mapping[str, tuple[Result, ...]]:
        """What the rules of each typology, by its id, make of every episode."""
        return {one.id: classify_all(self.cases, one, self.study.values) for one in self.study.typologies}

    @cached_property
    def cases(self) -> tuple[Case, ...]:
        """The study's cases; one of which nobody has decided any feature has what is proposed for it, marked so."""
        proposed: dict[str, list[Proposal]] = defaultdict(list)
        for proposal in self.proposals if not all(case.has_features for case in self.study.cases) else ():
            proposed[proposal.case_id].append(proposal)
        return tuple(filled(case, proposed[case.id]) for case in self.study.cases)

    @cached_property
    def proposals(self) -> tuple[Proposal, ...]:
        """What is said of every case on every attribute, in the order of cases and codes.

        The codings that count say it; of a case on which nobody has coded the attribute, the suggestions.
        """
        return tuple(_proposals(self))

    @cached_property
    def attribution(self) -> "Attribution":
        return Attribution(self.study)


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks in a turn: the name in its source, the participant behind it, and the case they speak for."""

    source_id: str
    turn: Turn | None
    participant: Participant | None
    case_id: str | None

    @property
    def speaker(self) -> tuple[str, str]:
        """The source and the name in it; names are only unique within a source."""
        return self.source_id, self.turn.speaker if self.turn else ""


class Attribution:
    """Whose words a passage is, and which case it is about.

    A coding's own case goes first, then the case of the participant who speaks, then the case of the source.
    """

    def __init__(self, study: Study) -> None:
        self._sources = {source.id: source for source in study.sources}
        self._voices = {source.id: _voices(source, study.participants) for source in study.sources}
        self._remembered: dict[int, Voice] = {}

    def remember(self, decisions: Iterable[Decision]) -> None:
        """Look these up once and for all; they have to outlive the attribution, as a study's codings do."""
        self._remembered = {id(decision): self.voice(decision) for decision in decisions}

    def voice(self, decision: Decision) -> Voice:
        known = self._remembered.get(id(decision))
        if known is not None:
            return known
        source = self._sources.get(decision.source_id)
        if source is None:
            return Voice(decision.source_id, None, None, None)
        return self._voices[source.id][source.turn_index(decision.start) + 1]

    def turn(self, decision: Decision) -> Turn | None:
        return self.voice(decision).turn

    def speaker(self, decision: Decision) -> tuple[str, str]:
        return self.voice(decision).speaker

    def participant(self, decision: Decision) -> Participant | None:
        return self.voice(decision).participant

    def participant_id(self, decision: Decision) -> str | None:
        participant = self.voice(decision).participant
        return participant.id if participant else None

    def case_id(self, decision: Decision) -> str | None:
        if isinstance(decision, Coding) and decision.case_id:
            return decision.case_id
        return self.voice(decision).case_id

    def source_ids(self, participant: Participant) -> frozenset[str]:
        """The sources in which this participant speaks."""
        return frozenset(
            source_id
            for source_id, voices in self._voices.items()
            if any(voice.participant is participant for voice in voices)
        )


def analyse(study: Study, suggestions: Iterable[Suggestion] = ()) -> Findings:
    """Chart every category of the codebook, by case and by participant.

    Where suggestions are given they stand in for sources that no person has coded, and those cells are drafts.
    """
    coded = coded_sources(study)
    codes = study.codebook.by_id
    used = tuple(s for s in suggestions if s.source_id not in coded and s.code_id in codes)
    attribution = Attribution(study)
    case_rows, participant_rows = rows_by_case(study), rows_by_participant(study)
    counting = codings_that_count(study)
    attribution.remember((*counting, *used))
    by_case = Evidence(attribution.case_id, attribution.speaker, coded, asked_of(study))
    by_participant = replace(by_case, row_of=attribution.participant_id)
    coded_under, drafted_under = _by_category(study.codebook, counting), _by_category(study.codebook, used)
    written = {(summary.case_id, summary.code_id): summary for summary in study.summaries}

    def matrices(rows: tuple[Row, ...], evidence: Evidence) -> tuple[Matrix, ...]:
        return tuple(
            chart(category, rows, coded_under[category.id], drafted_under[category.id], written, evidence)
            for category in study.codebook.categories
        )

    read = {source.id: passages(source) for source in study.sources}
    return Findings(
        study, counting, used, matrices(case_rows, by_case), matrices(participant_rows, by_participant), read
    )


def _proposals(findings: Findings) -> Iterator[Proposal]:
    attribution, asked_here = findings.attribution, asked_of(findings.study)
    documents = {source.id for source in findings.study.sources if source.kind == "document"}

    def witness_of(decision: Decision) -> Witness:
        voice = attribution.voice(decision)
        own = voice.participant is not None and voice.participant.case_id == attribution.case_id(decision)
        return Witness(
            "documents" if decision.source_id in documents else "informants" if own else "others", voice.speaker
        )

    read = coded_sources(findings.study)
    coded = aggregate(findings.codings, attribution.case_id)
    suggested = aggregate(findings.suggestions, attribution.case_id)
    attributes = [code for code in findings.study.codebook.codes if code.kind == "attribute"]
    for row in rows_by_case(findings.study):
        is_read = not read.isdisjoint(row.source_ids)
        for code in attributes:
            answers = {asked_here(code.id, source_id) for source_id in row.source_ids}
            put = True in answers or (None if None in answers else False)
            said: Sequence[Decision] = coded.get((row.id, code.id)) or suggested.get((row.id, code.id), ())
            proposal = propose(row.id, code, said, witness_of, put)
            yield proposal if is_read or proposal.rests_on else replace(proposal, is_draft=True)


def codings_that_count(study: Study) -> tuple[Coding, ...]:
    """Every coding, but of a source with a consensus layer only that layer; the coders' own are for comparing them."""
    layer = study.settings.consensus
    settled = {source_id for coder, source_id in study.coded if coder == layer}
    if not settled:
        return study.codings
    return tuple(c for c in study.codings if c.coder == layer or c.source_id not in settled)


def coded_sources(study: Study) -> frozenset[str]:
    """The sources that a person has coded, be it with the finding that no code applies."""
    return frozenset(source_id for _, source_id in study.coded)


def rows_by_case(study: Study) -> tuple[Row, ...]:
    """A row for each case, with the sources that belong to it or in which one of its participants speaks."""
    attribution = Attribution(study)
    speaking: dict[str, set[str]] = {case.id: set() for case in study.cases}
    for participant in study.participants:
        speaking.get(participant.case_id, set()).update(attribution.source_ids(participant))
    for source in study.sources:
        if source.kind != "document":
            speaking.get(source.case_id, set()).add(source.id)
    return tuple(
        Row(case.id, case.name or case.id, case.attributes, _in_order(study.sources, speaking[case.id]))
        for case in study.cases
    )


def rows_by_participant(study: Study) -> tuple[Row, ...]:
    attribution = Attribution(study)
    rows = []
    for person in study.participants:
        described = {"case": person.case_id, "sector": person.sector, "role": person.role, **person.attributes}
        known = {name: value for name, value in described.items() if value}
        rows.append(Row(person.id, person.id, known, _in_order(study.sources, attribution.source_ids(person))))
    return tuple(rows)


def _by_category(codebook: Codebook, decisions: Iterable[T]) -> Mapping[str, list[T]]:
    found: dict[str, list[T]] = {category.id: [] for category in codebook.categories}
    category_of = {code.id: found[code.category_id] for code in codebook.codes}
    for decision in decisions:
        if decision.code_id in category_of:
            category_of[decision.code_id].append(decision)
    return found


def _voices(source: Source, participants: tuple[Participant, ...]) -> list[Voice]:
    """The voice before the first turn, then that of each turn."""
    of_source = source.case_id or None
    people = {name: _speaking(participants, name, source.id) for name in source.speakers}
    voices = [Voice(source.id, None, None, of_source)]
    for turn in source.turns:
        person = people.get(turn.speaker)
        case_id = person.case_id if person and person.case_id else of_source
        voices.append(Voice(source.id, turn, person, case_id))
    return voices


def _speaking(participants: tuple[Participant, ...], speaker: str, source_id: str) -> Participant | None:
    return next((person for person in participants if person.speaks_as(speaker, source_id)), None)


def _in_order(sources: tuple[Source, ...], ids: Iterable[str]) -> tuple[str, ...]:
    wanted = set(ids)
    return tuple(source.id for source in sources if source.id in wanted)


def asked_of(study: Study) -> Callable[[str, str], bool | None]:
    """Whether any question about a code was put to a source; None for a code that the guide doesn't mention."""
    put = {
        (question.id, source.id): asked(question, source)
        for question in study.guide.questions
        for source in study.sources
    }
    questions = {code.id: study.guide.about(code.id) for code in study.codebook.codes}

    def answer(code_id: str, source_id: str) -> bool | None:
        about = questions.get(code_id, ())
        return any(put[question.id, source_id] for question in about) if about else None

    return answer
