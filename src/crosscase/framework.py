"""The framework method, stage by stage (Gale et al. 2013). Start reading here.

    study.load          1 transcription, 2 familiarisation: the sources, as people read them
    suggest             3-5 coding: the machine proposes, people decide
    analyse             6 charting: every case × code, with what stands behind it
    typology            7 interpretation: the cases, sorted by explicit rules
    pages, report       what reviewers read

Everything here takes values and returns values.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, TypeVar

from crosscase.agreement import Agreement, UnitKind, compare
from crosscase.agreement.confusing import Group, grouped
from crosscase.case import Case, Episode
from crosscase.clustering import Exploration
from crosscase.codebook import Code, Codebook
from crosscase.coding import Coding, Decision, Review, Suggestion
from crosscase.features import Proposal, Witness, by_episode, episodes_of, filled, propose
from crosscase.guide import Question, asked, taken_together
from crosscase.learning import Learning
from crosscase.matrix import Cell, Evidence, Matrix, Row, aggregate, chart
from crosscase.reading import Standing, State, read_to, readings_by_source, standing, state
from crosscase.source import Passages, passages
from crosscase.study import Study
from crosscase.typology import Result, classify_all
from crosscase.voices import Voices

if TYPE_CHECKING:
    from crosscase.agreement.measuring import Measured
    from crosscase.agreement.units import Units
    from crosscase.quality import Quality

T = TypeVar("T", Coding, Suggestion)


@dataclass(frozen=True, eq=False)
class Findings:
    """What follows from a study, and from the suggestions that stand in where no person has read.

    `matrices` has cases as rows, `participant_matrices` participants; both come one per category of the codebook.
    `codings` are those that count: where coders agreed on a consensus layer for a source, that layer alone.
    `suggestions` are only those that are used: the ones that `standing_in` leaves. `exploration` is what clusters show,
    where they were made: nothing follows from it, as little as from `learning`, what the machine learned of each
    code. `quality` is what was measured of the coding, where that was done on more than the reader gets to see; else
    `appraising` works it out.
    """

    study: Study
    codings: tuple[Coding, ...]
    suggestions: tuple[Suggestion, ...]
    matrices: tuple[Matrix, ...]
    participant_matrices: tuple[Matrix, ...]
    passages: Mapping[str, Passages]
    exploration: Exploration | None = None
    quality: "Quality | None" = None
    learning: Learning | None = None

    @property
    def is_draft(self) -> bool:
        """Whether anything rests on the machine's suggestions."""
        return bool(self.suggestions)

    @cached_property
    def cells(self) -> Mapping[tuple[str, str], Cell]:
        """Every cell of the matrices of cases, by case and code."""
        return {place: cell for matrix in self.matrices for place, cell in matrix.cells.items()}

    @cached_property
    def coded_cells(self) -> frozenset[tuple[str, str]]:
        """The cells that hold people's codings, by case and code."""
        return frozenset(place for place, cell in self.cells.items() if cell.codings)

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

        The codings that count say it; of a case on which nobody has coded the attribute, the suggestions that stand in.
        """
        return tuple(_proposals(self))

    @cached_property
    def standing(self) -> Callable[[Code, str], Standing]:
        """Whether people have looked for a code in a source."""
        return standing_of(self.study)

    def sources_read_for(self, code: Code) -> frozenset[str]:
        return frozenset(source.id for source in self.study.sources if self.standing(code, source.id) is Standing.READ)

    def cases_read_for(self, code: Code) -> frozenset[str]:
        """The cases of which every source was read for the code."""
        return frozenset(row.id for row in self._case_rows if _is_read_for(code, row, self.standing))

    @cached_property
    def _case_rows(self) -> tuple[Row, ...]:
        return rows_by_case(self.study, self.voices)

    @cached_property
    def voices(self) -> Voices:
        """Whose words each coding and suggestion is."""
        return Voices(self.study.sources, self.study.participants)


def analyse(study: Study, suggestions: Iterable[Suggestion] = ()) -> Findings:
    """Chart every category of the codebook, by case and by participant.

    Where suggestions are given they stand in where no person has read, and those cells are drafts.
    """
    used = standing_in(study, suggestions)
    voices = Voices(study.sources, study.participants)
    case_rows, participant_rows = rows_by_case(study, voices), rows_by_participant(study, voices)
    counting = study.counting
    voices.remember((*counting, *used))
    by_case = _evidence(study, voices)
    by_participant = replace(by_case, rows_of=voices.participant_ids)
    coded_under, drafted_under = _by_category(study.codebook, counting), _by_category(study.codebook, used)

    def matrices(rows: tuple[Row, ...], evidence: Evidence) -> tuple[Matrix, ...]:
        return tuple(
            chart(category, rows, coded_under[category.id], drafted_under[category.id], evidence)
            for category in study.codebook.categories
        )

    read = {source.id: passages(source) for source in study.sources}
    return Findings(
        study, counting, used, matrices(case_rows, by_case), matrices(participant_rows, by_participant), read
    )


def _proposals(findings: Findings) -> Iterator[Proposal]:
    voices, asked_here = findings.voices, asked_of(findings.study)
    documents = {source.id for source in findings.study.sources if source.kind == "document"}
    stands = standing_of(findings.study)
    coded = aggregate(findings.codings, voices.case_ids)
    suggested = aggregate(findings.suggestions, voices.case_ids)
    attributes = [code for code in findings.study.codebook.codes if code.kind == "attribute"]
    dates = {source.id: source.date for source in findings.study.sources}
    for case, row in zip(findings.study.cases, rows_by_case(findings.study, voices), strict=True):
        witness_of = partial(_witness, voices, documents, row.id)
        said = {code.id: coded.get((row.id, code.id)) or suggested.get((row.id, code.id), ()) for code in attributes}
        episodes = episodes_of(case)
        for episode in _spoken_of(episodes, said.values(), dates):
            for code in attributes:
                is_read = _is_read_for(code, row, stands)
                answers = (asked_here(code.id, source_id) for source_id in row.source_ids)
                placed, unplaced = by_episode(episodes, said[code.id], dates)
                # What can't be placed may speak of this episode, so that silence tells nothing.
                put = taken_together(answers) if is_read and not unplaced else None
                proposal = propose(row.id, code, placed[episode.id], witness_of, put)
                # That nothing was said is only a finding where somebody looked for it.
                is_draft = proposal.is_draft or not (is_read or proposal.rests_on)
                yield replace(proposal, episode_id=episode.id, is_draft=is_draft)


def _spoken_of(
    episodes: Sequence[Episode], said: Iterable[Sequence[Decision]], dates: Mapping[str, str]
) -> Sequence[Episode]:
    """The only episode, or of several those of which somebody speaks."""
    if len(episodes) == 1:
        return episodes
    placed, _ = by_episode(episodes, [decision for decisions in said for decision in decisions], dates)
    return [episode for episode in episodes if placed[episode.id]]


def _witness(voices: Voices, documents: Collection[str], case_id: str, decision: Decision) -> Witness:
    """How near those who speak are to a case; of several speakers, those of the case itself are the witnesses."""
    if decision.source_id in documents:
        return Witness("documents", voices.speakers(decision))
    speakers = voices.speakers(decision)
    people = {(source_id, name): voices.person(name, source_id) for source_id, name in speakers}
    own = tuple(speaker for speaker, person in people.items() if person and person.case_id == case_id)
    return Witness("informants", own) if own else Witness("others", speakers)


def _is_read_for(code: Code, row: Row, stands: Callable[[Code, str], Standing]) -> bool:
    return bool(row.source_ids) and all(stands(code, source_id) is Standing.READ for source_id in row.source_ids)


def _evidence(study: Study, voices: Voices) -> Evidence:
    return Evidence(
        voices.case_ids,
        voices.speakers,
        standing_of(study),
        asked_of(study),
        {(summary.case_id, summary.code_id): summary for summary in study.summaries},
        {(absence.case_id, absence.code_id): absence for absence in study.absences},
        {(draft.case_id, draft.code_id): draft for draft in study.drafts},
    )


def standing_in(study: Study, suggestions: Iterable[Suggestion]) -> tuple[Suggestion, ...]:
    """The suggestions that no person has got to: behind the place up to which a source was read, and undecided."""
    readings = readings_by_source(study.readings)
    reached = {source.id: read_to(readings.get(source.id, ())) for source in study.sources}
    settled = _settled(study)
    used = []
    for suggestion in suggestions:
        start, code = reached.get(suggestion.source_id), study.codebook.by_id.get(suggestion.code_id)
        if start is None or code is None or suggestion.start < start:
            continue
        if not any(_overlap(suggestion, place) for place in settled.get((suggestion.source_id, code.id), ())):
            used.append(suggestion)
    return tuple(used)


def _settled(study: Study) -> Mapping[tuple[str, str], list[Coding | Review]]:
    """Where people have coded, or decided on what was suggested, by source and present code."""
    settled: dict[tuple[str, str], list[Coding | Review]] = defaultdict(list)
    decided = (review for review in study.reviews if review.verdict != "later")
    decisions: tuple[Coding | Review, ...] = (*study.codings, *decided)
    for decision in decisions:
        code = study.codebook.by_id.get(decision.code_id)
        settled[decision.source_id, code.id if code else decision.code_id].append(decision)
    return settled


def _overlap(one: Decision, other: Coding | Review) -> bool:
    return one.start < other.end and other.start < one.end


def states(study: Study) -> Mapping[str, State]:
    """How far people are with each source: untouched, open or done."""
    readings = readings_by_source(study.readings)
    return {source.id: state(readings.get(source.id, ())) for source in study.sources}


def standing_of(study: Study) -> Callable[[Code, str], Standing]:
    """Whether people have looked for a code in a source, be it with the finding that it doesn't apply."""
    readings = readings_by_source(study.readings)
    standings: dict[tuple[str, str], Standing] = {}

    def stands(code: Code, source_id: str) -> Standing:
        key = (code.id, source_id)
        if key not in standings:
            standings[key] = standing(readings.get(source_id, ()), code)
        return standings[key]

    return stands


def rows_by_case(study: Study, voices: Voices | None = None) -> tuple[Row, ...]:
    """A row for each case, with the sources that belong to it or in which one of its participants speaks.

    A document speaks only for a case for which nobody else does.
    """
    voices = voices or Voices(study.sources, study.participants)
    speaking: dict[str, set[str]] = {case.id: set() for case in study.cases}
    documents: dict[str, list[str]] = defaultdict(list)
    for participant in study.participants:
        speaking.get(participant.case_id, set()).update(voices.source_ids(participant))
    for source in study.sources:
        if source.kind == "document":
            documents[source.case_id].append(source.id)
        else:
            speaking.get(source.case_id, set()).add(source.id)
    order = {source.id: place for place, source in enumerate(study.sources)}
    rows = []
    for case in study.cases:
        source_ids = sorted(speaking[case.id], key=order.__getitem__) or documents[case.id]
        rows.append(Row(case.id, case.name or case.id, case.attributes, tuple(source_ids)))
    return tuple(rows)


def rows_by_participant(study: Study, voices: Voices | None = None) -> tuple[Row, ...]:
    voices = voices or Voices(study.sources, study.participants)
    rows = []
    for person in study.participants:
        described = {"case": person.case_id, "sector": person.sector, "role": person.role, **person.attributes}
        known = {name: value for name, value in described.items() if value}
        rows.append(Row(person.id, person.id, known, voices.source_ids(person)))
    return tuple(rows)


def _by_category(codebook: Codebook, decisions: Iterable[T]) -> Mapping[str, list[T]]:
    found: dict[str, list[T]] = {category.id: [] for category in codebook.categories}
    category_of = {code.id: found[code.category_id] for code in codebook.codes}
    for decision in decisions:
        if decision.code_id in category_of:
            category_of[decision.code_id].append(decision)
    return found


def agreement_of(study: Study) -> Agreement:
    """Where coders who read the same text coded it alike or otherwise; the consensus layer is none of them."""
    layer = study.settings.consensus
    codings = _compared(study)
    return compare(study.sources, codings, study.readings, study.codebook, consensus=layer, lost=study.lost)


def differences_of(study: Study, agreement: Agreement) -> tuple[Group, ...]:
    """What coders differ in, in groups, and what the consensus layer made of it."""
    layer = study.settings.consensus
    return grouped(agreement, _compared(study), study.readings, study.codebook, consensus=layer)


def _compared(study: Study) -> list[Coding]:
    voices = Voices(study.sources, study.participants)
    return [_without_own_case(coding, voices) for coding in study.codings]


def measured_of(study: Study, unit: UnitKind = "passage") -> "Measured":
    """How far the coders of a study agree, beyond chance; the consensus layer is none of them."""
    from crosscase.agreement.measuring import measure

    return measure(units_of(study, unit), study.codebook, seed=study.settings.seed)


def units_of(study: Study, unit: UnitKind = "passage") -> "Units":
    """The units that coders of a study can be compared on, as each of them marked them."""
    from crosscase.agreement.units import units

    layer = study.settings.consensus
    return units(
        study.sources, study.codings, study.readings, study.codebook, kind=unit, consensus=layer, lost=study.lost
    )


def _without_own_case(coding: Coding, voices: Voices) -> Coding:
    """The coding without its case where it counts for that one anyway: to name it or not says the same."""
    unnamed = replace(coding, case_id="")
    return unnamed if voices.case_ids(unnamed) == (coding.case_id,) else coding


def asked_of(study: Study) -> Callable[[str, str], bool | None]:
    """Whether any question about a code was put to a source; None where nobody knows, or no question asks about it.

    None for a document too: nobody could ask it anything.
    """
    put = {
        (question.id, source.id): asked(question, source)
        for question in study.guide.questions
        for source in study.sources
    }
    documents = {source.id for source in study.sources if source.kind == "document"}
    questions = {code.id: _about(study, code) for code in study.codebook.codes}

    def answer(code_id: str, source_id: str) -> bool | None:
        about = questions.get(code_id, ())
        if not about or source_id in documents:
            return None
        return taken_together(put[question.id, source_id] for question in about)

    return answer


def _about(study: Study, code: Code) -> tuple[Question, ...]:
    """The questions that ask about a code, also under an id that it formerly had."""
    return tuple(question for code_id in (code.id, *code.formerly) for question in study.guide.about(code_id))
