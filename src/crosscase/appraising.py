"""Agreement, saturation and coverage of a study, worked out from its findings: what a reviewer asks of coding."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from crosscase import coverage
from crosscase.agreement.units import held
from crosscase.codebook import Code
from crosscase.coding import Coding
from crosscase.framework import Findings, agreement_of, differences_of, measured_of, states
from crosscase.problem import Refused, nearest
from crosscase.quality import Covered, Quality, Saturated
from crosscase.reading import State, read_to, readings_by_source
from crosscase.saturation import Saturation, saturate
from crosscase.source import Source


def quality_of(findings: Findings) -> Quality:
    """All that is measured of the coding: what the findings bring along, or else worked out, once."""
    if findings.quality is None:
        by_sector = {sector: saturated_of(findings, sector=sector) for sector in sectors_heard(findings)}
        study = findings.study
        differences = differences_of(study, agreement_of(study))
        covered = covered_of(findings)
        quality = Quality(measured_of(study), saturated_of(findings), by_sector, covered, differences)
        # Kept as a cached property is: what follows from findings doesn't change, and takes a second.
        findings.__dict__["quality"] = quality
        return quality
    return findings.quality


def saturated_of(
    findings: Findings,
    *,
    sector: str = "",
    every_code: bool = False,
    base: int = 4,
    run: int = 2,
    threshold: float = 0.05,
) -> Saturated:
    """New inductive codes (or `every_code`) by interview, only those of one `sector` if asked for.

    Raises `Refused` where nobody has that sector, or the numbers are none that it can be counted with.
    """
    study = findings.study
    interviews = _interviews(findings, sector)
    stands = states(study)
    read = [source for source in interviews if stands.get(source.id) is State.DONE]
    ids = {source.id for source in read}
    wanted = [code for code in study.codebook.codes if every_code or code.origin == "inductive"]
    looked = [code for code in wanted if ids <= findings.sources_read_for(code)]
    ordered = sorted(read, key=lambda source: (source.date or "9", source.id))
    common = [code for code in study.codebook.codes if ids <= findings.sources_read_for(code)]

    def saturation(codes: Sequence[Code], *, with_content: bool = False) -> Saturation:
        given = _given(findings, ordered, codes, with_content=with_content)
        return saturate(given, base=base, run=run, threshold=threshold, seed=study.settings.seed)

    try:
        return Saturated(
            saturation(looked),
            len(looked),
            tuple(source.id for source in interviews if source.id not in ids),
            tuple(source.id for source in ordered if not source.date),
            tuple(code.name for code in wanted if code not in looked),
            saturation(common, with_content=True),
            _guide_changes(findings, ordered),
        )
    except ValueError as error:
        raise Refused(str(error)) from error


def _interviews(findings: Findings, sector: str) -> list[Source]:
    """The sources that are no documents, of one sector those in which somebody of it speaks."""
    study = findings.study
    interviews = [source for source in study.sources if source.kind != "document"]
    if not sector:
        return interviews
    heard = _heard_of(findings, sector)
    if heard.isdisjoint(source.id for source in interviews):
        sectors = sorted({person.sector for person in study.participants if person.sector})
        raise Refused(f"nobody of the sector `{sector}` was interviewed; {nearest(sector, sectors)}")
    return [source for source in interviews if source.id in heard]


def sectors_heard(findings: Findings) -> tuple[str, ...]:
    """The sectors that more than one interview is of."""
    interviews = {source.id for source in findings.study.sources if source.kind != "document"}
    sectors = dict.fromkeys(person.sector for person in findings.study.participants if person.sector)
    return tuple(sector for sector in sectors if len(interviews & _heard_of(findings, sector)) > 1)


def _heard_of(findings: Findings, sector: str) -> set[str]:
    of_sector = [person for person in findings.study.participants if person.sector == sector]
    return {source_id for person in of_sector for source_id in findings.voices.source_ids(person)}


def _given(
    findings: Findings, sources: Sequence[Source], codes: Sequence[Code], *, with_content: bool
) -> list[tuple[str, set[str]]]:
    """Which of these codes count for each source; `with_content` each of their values and stances for itself."""
    given: dict[str, set[str]] = {source.id: set() for source in sources}
    known = {code.id for code in codes}
    for coding in findings.codings:
        if coding.source_id in given and coding.code_id in known:
            content = f"{coding.code_id} {coding.value} {coding.stance}"
            given[coding.source_id].add(content if with_content else coding.code_id)
    return list(given.items())


def _guide_changes(findings: Findings, ordered: Sequence[Source]) -> Mapping[str, tuple[str, ...]]:
    """The first interview from which each later question was in the guide, with the questions that came with it."""
    changes: dict[str, list[str]] = defaultdict(list)
    for question in findings.study.guide.questions:
        after = [source.id for source in ordered if source.date and source.date >= question.since]
        if question.since and after and after[0] != ordered[0].id:
            changes[after[0]].append(question.id)
    return {source_id: tuple(questions) for source_id, questions in changes.items()}


def covered_of(findings: Findings) -> Covered:
    """What was asked, heard, read, coded and drawn on; suggestions count for nothing in it."""
    study, voices = findings.study, findings.voices
    interviews = [source for source in study.sources if source.kind != "document"]
    by_source: dict[str, list[Coding]] = defaultdict(list)
    for coding in findings.codings:
        by_source[coding.source_id].append(coding)
    given = Counter((coding.code_id, coding.source_id) for coding in findings.codings)
    spans = {
        source_id: coverage.joined((coding.start, coding.end) for coding in codings)
        for source_id, codings in by_source.items()
    }
    reached = _reached(findings)

    def speaker_of(name: str, source_id: str) -> str:
        person = voices.person(name, source_id)
        return person.id if person else ""

    heard = coverage.heard(interviews, speaker_of, spans, reached)
    return Covered(
        coverage.asked_of_each(study.guide, study.sources, lambda code_id, source_id: given[code_id, source_id]),
        heard,
        coverage.longest_uncoded(interviews, spans, reached),
        _unused(findings),
        coverage.drawn_on(_drawn_on(findings), {person.participant_id: person.words for person in heard}),
        coverage.go_together(tuple(_marked(findings, source, by_source[source.id]) for source in interviews)),
    )


def _reached(findings: Findings) -> Mapping[str, int]:
    """How far the furthest reader of each source came."""
    readings = readings_by_source(findings.study.readings)
    ends = {source.id: read_to(readings.get(source.id, ())) for source in findings.study.sources}
    return {
        source.id: len(source.text) if (end := ends[source.id]) is None else end for source in findings.study.sources
    }


def _unused(findings: Findings) -> tuple[coverage.Unused, ...]:
    given: dict[str, set[str]] = defaultdict(set)
    for case_id, code_id in findings.coded_cells:
        given[code_id].add(case_id)
    read_for = {code.id: findings.cases_read_for(code) for code in findings.study.codebook.codes}
    return coverage.unused(given, {code_id: cases for code_id, cases in read_for.items() if cases})


def _drawn_on(findings: Findings) -> Mapping[str, int]:
    """How many passages of each participant summaries rest on, each once."""
    codings = {coding.id: coding for coding in findings.codings}
    rested_on: set[str] = set()
    for summary in findings.study.summaries:
        rested_on.update(summary.coding_ids, summary.cited)
    places: dict[tuple[str, int, int], Coding] = {}
    for coding_id in sorted(rested_on & codings.keys()):
        coding = codings[coding_id]
        places[coding.source_id, coding.start, coding.end] = coding
    return coverage.people_in(findings.voices.participant_ids(coding) for coding in places.values())


def _marked(findings: Findings, source: Source, codings: Iterable[Coding]) -> tuple[int, Mapping[str, set[int]]]:
    """How many passages an interview has, and which of them carry each code."""
    cut = findings.passages[source.id].kept
    begins = [segment.start for segment in cut]
    marked: dict[str, set[int]] = defaultdict(set)
    for coding in codings:
        if coding.code_id in findings.study.codebook.by_id:
            marked[coding.code_id].update(held(cut, begins, coding))
    return len(cut), marked
