"""The method's last stage: themes and claims, held against what people coded and decided.

What the data don't bear out is a problem like any other, with the file and line of the sentence.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator

from crosscase.case import Case, Feature, Participant
from crosscase.claim import Facts, Said, Unit, check, difference, types_by_case
from crosscase.coding import Coding
from crosscase.framework import Findings, asked_of, rows_by_case, rows_by_participant, standing_of
from crosscase.guide import taken_together
from crosscase.problem import Problem
from crosscase.reading import Standing
from crosscase.study import Study
from crosscase.theme import empty_cells, lint
from crosscase.voices import Voices

Member = tuple[Unit, str]


def facts(findings: Findings) -> Facts:
    """What themes and claims are held against: the codings that count, what was asked, types and other records."""
    study = findings.study
    sources = _sources(findings)
    return Facts(
        {
            "case": [case.id for case in study.cases],
            "participant": [person.id for person in study.participants],
            "source": [source.id for source in study.sources],
        },
        _said(findings.codings, study, findings.voices),
        _asked(study, sources),
        _traits(findings),
        {case.id: _features(case) for case in study.cases},
        (study.settings.unit,),
        _read(study, sources),
    )


def problems(findings: Findings) -> Iterator[Problem]:
    """Claims that the data don't bear out (errors); and, worth a look, counts that changed and words that misfit."""
    known = facts(findings)
    for claim in findings.study.claims:
        verdict = check(claim, known)
        if verdict.holds is False:
            what = f"the data don't bear out `{claim.id}`: {verdict.sentence}"
            yield Problem(claim.path, claim.line, what, "change the sentence, or look at what it rests on")
        elif changed := difference(claim, verdict):
            what = f"the count behind `{claim.id}` changed: {changed}"
            yield Problem(claim.path, claim.line, what, "look whether the sentence still fits", "warning")
    for theme in findings.study.themes:
        for case_id, code_id in empty_cells(theme, known):
            what = f"it rests on {case_id}/{code_id}, where nothing is coded"
            yield Problem(theme.path, 1, what, "name another cell, or look at the codings", "warning")
        for sentence in (sentence for section in theme.sections for sentence in section.sentences):
            for misfit in lint(sentence, known):
                yield Problem(theme.path, sentence.line, misfit, "check the word against the cells", "warning")


def _sources(findings: Findings) -> dict[Member, tuple[str, ...]]:
    """The sources that speak for each unit."""
    study, voices = findings.study, findings.voices
    sources: dict[Member, tuple[str, ...]] = {("source", source.id): (source.id,) for source in study.sources}
    sources |= {("case", row.id): row.source_ids for row in rows_by_case(study, voices)}
    return sources | {("participant", row.id): row.source_ids for row in rows_by_participant(study, voices)}


def _said(codings: tuple[Coding, ...], study: Study, voices: Voices) -> dict[tuple[Unit, str, str], list[Said]]:
    """What each unit said on each code; a coding of several people's words once for each of them."""
    kinds = {source.id: source.kind for source in study.sources}
    gathered: dict[tuple[Unit, str, str], list[Said]] = defaultdict(list)
    for coding in codings:
        case_ids = voices.case_ids(coding)
        for person in voices.participants(coding) or (None,):
            who = (person.id, person.sector) if person else ("", "")
            said = Said(coding.id, coding.source_id, coding.value, coding.stance, *who, kinds[coding.source_id])
            gathered["source", coding.source_id, coding.code_id].append(said)
            if person:
                gathered["participant", person.id, coding.code_id].append(said)
            for case_id in case_ids if coding.case_id else _of(person, case_ids):
                gathered["case", case_id, coding.code_id].append(said)
    return dict(gathered)


def _of(person: Participant | None, case_ids: tuple[str, ...]) -> tuple[str, ...]:
    """Of the cases that a passage counts for, those that this speaker's words count for."""
    own = (person.case_id,) if person and person.case_id in case_ids else ()
    return own or case_ids


def _asked(study: Study, sources: dict[Member, tuple[str, ...]]) -> Callable[[Unit, str, str], bool | None]:
    """By a person's word on the cell, if there is one, else by the guide."""
    asked, confirmed = asked_of(study), _confirmed(study)

    def answer(unit: Unit, member: str, code_id: str) -> bool | None:
        if unit == "case" and (member, code_id) in confirmed:
            return confirmed[member, code_id]
        return taken_together(asked(code_id, source_id) for source_id in sources[unit, member])

    return answer


def _read(study: Study, sources: dict[Member, tuple[str, ...]]) -> Callable[[Unit, str, str], bool]:
    """Whether every source of a unit was read for a code; a person's word on an empty cell says so too."""
    stands, confirmed, codes = standing_of(study), _confirmed(study), study.codebook.by_id

    def answer(unit: Unit, member: str, code_id: str) -> bool:
        if unit == "case" and (member, code_id) in confirmed:
            return True
        ids, code = sources[unit, member], codes.get(code_id)
        return bool(ids) and code is not None and all(stands(code, source_id) is Standing.READ for source_id in ids)

    return answer


def _confirmed(study: Study) -> dict[tuple[str, str], bool]:
    return {(absence.case_id, absence.code_id): absence.asked for absence in study.absences}


def _traits(findings: Findings) -> dict[Member, dict[str, tuple[str, ...]]]:
    traits: dict[Member, dict[str, tuple[str, ...]]] = defaultdict(dict)
    for member, name, value in _records(findings):
        if value:
            traits[member][name] = tuple(dict.fromkeys((*traits[member].get(name, ()), value)))
    return dict(traits)


def _records(findings: Findings) -> Iterator[tuple[Member, str, str]]:
    study = findings.study
    for source in study.sources:
        yield ("source", source.id), "kind", source.kind
    for person in study.participants:
        yield ("participant", person.id), "sector", person.sector
        yield ("case", person.case_id), "sector", person.sector
        for source_id in findings.voices.source_ids(person):
            yield ("source", source_id), "sector", person.sector
    for case in study.cases:
        for episode in case.episodes:
            yield ("case", case.id), "status", episode.status
    drafted = {case.id for case in findings.cases if case.is_proposed}
    for typology_id, results in findings.results.items():
        for case_id, types in types_by_case(typology_id, results).items():
            for type_id in types if case_id not in drafted else ():
                yield ("case", case_id), "type", type_id


def _features(case: Case) -> dict[str, list[Feature]]:
    features: dict[str, list[Feature]] = defaultdict(list)
    for episode in case.episodes:
        for feature in episode.features:
            features[feature.attribute].append(feature)
    return dict(features)
