"""The study that a profile's reader may see, made before anything is analysed: what isn't in it can't be printed.

It stands above `interpretation`, since what only one case has is known only when everything has been counted once.
`findings_for` is the one call that reports and tables need.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from crosscase.case import Participant
from crosscase.coding import Coding, Suggestion
from crosscase.disclosure import PROFILES, WITHHELD, Edited, Withheld, moved
from crosscase.framework import Findings, analyse, standing_in
from crosscase.guide import Guide, Question, asked
from crosscase.problem import Refused, nearest
from crosscase.profile.rarity import Rare, changed, rare
from crosscase.profile.seen import SeenStudy
from crosscase.profile.sources import Shown, shown_sources, speaker_labels
from crosscase.profile.veil import Veil
from crosscase.profile.words import (
    shown_absence,
    shown_case,
    shown_category,
    shown_claim,
    shown_layout,
    shown_summary,
    shown_theme,
    shown_typology,
    words,
)
from crosscase.reading import Reading
from crosscase.study import Settings, Study

__all__ = ["PROFILES", "SeenStudy", "findings_for", "shown"]


def findings_for(study: Study, profile: str = "", suggestions: Iterable[Suggestion] = ()) -> Findings:
    """What follows from a study for the reader of a profile, the study's own if none is named.

    For the team that is everything. The public gets neither suggestions nor rows of participants. Raises Refused for
    a profile that there isn't.
    """
    profile = profile or study.settings.profile
    if profile not in PROFILES:
        raise Refused(f"there is no profile `{profile}`; {nearest(profile, PROFILES)}")
    if profile == "team":
        return analyse(_called(study, profile), suggestions)
    if profile == "reviewer":
        return _for_reviewers(study, suggestions)
    return _for_the_public(study)


def shown(study: Study, profile: str = "") -> Study:
    """The study as the reader of a profile may see it; see docs/profiles.md for what each of them may."""
    return findings_for(study, profile).study


def _called(study: Study, profile: str) -> Study:
    if study.settings.profile == profile:
        return study
    return replace(study, settings=replace(study.settings, profile=profile))


def _for_reviewers(study: Study, suggestions: Iterable[Suggestion]) -> Findings:
    veil = Veil(study, "reviewer", Rare())
    sources = shown_sources(veil)
    used = standing_in(study, suggestions)
    drafts = tuple(_suggestion(veil, one, sources[one.source_id]) for one in used if one.source_id in sources)
    return analyse(_shown(veil, sources), drafts)


def _for_the_public(study: Study) -> Findings:
    everything = analyse(_called(study, "public"))
    veil = Veil(study, "public", rare(everything))
    seen = _shown(veil, shown_sources(veil))
    findings = analyse(seen)
    gone = changed(study.claims, everything, findings) | {claim.id for claim in study.claims if claim.rare}
    claims = tuple(shown_claim(veil, claim) for claim in study.claims if claim.id not in gone)
    withheld = replace(seen.withheld, claims=len(study.claims) - len(claims))
    return replace(findings, study=replace(seen, claims=claims, withheld=withheld), participant_matrices=())


def _shown(veil: Veil, sources: Mapping[str, Shown]) -> SeenStudy:
    study = veil.study
    known = [coding for coding in study.codings if coding.source_id in sources]
    kept = [(coding, _coding(veil, coding, sources[coding.source_id].former)) for coding in known]
    codings = tuple(coding for former, coding in kept if former.code_id not in veil.rare.codes)
    summaries = (shown_summary(veil, summary) for summary in study.summaries)
    absences = (shown_absence(veil, absence) for absence in study.absences)
    order = {source_id: number for number, source_id in enumerate(veil.sources.values())}
    return SeenStudy(
        folder=study.folder,
        settings=_settings(veil),
        codebook=replace(study.codebook, categories=tuple(shown_category(veil, c) for c in study.codebook.categories)),
        sources=tuple(sorted((one.source for one in sources.values()), key=lambda source: order[source.id])),
        participants=_participants(veil),
        cases=tuple(shown_case(veil, case) for case in study.cases),
        guide=_guide(veil),
        codings=tuple(sorted(codings, key=lambda coding: (order[coding.source_id], coding.start, coding.end))),
        readings=tuple(
            _reading(veil, reading, sources[reading.source_id].former)
            for reading in study.readings
            if reading.source_id in sources
        ),
        summaries=tuple(summary for summary in summaries if summary),
        absences=tuple(absence for absence in absences if absence),
        typologies=tuple(shown_typology(veil, typology) for typology in study.typologies),
        themes=tuple(shown_theme(veil, theme) for theme in study.themes),
        claims=tuple(shown_claim(veil, claim) for claim in study.claims),
        layouts=tuple(shown_layout(veil, layout) for layout in study.layouts),
        withheld=_counted(veil, kept),
    )


def _settings(veil: Veil) -> Settings:
    settings, told = veil.study.settings, words(veil)
    coders = {} if veil.is_public else settings.coders
    return replace(
        settings,
        title=told(settings.title),
        about=told(settings.about),
        profile=veil.profile,
        coders=coders,
        interviewers=(),
        not_speakers=(),
    )


def _coding(veil: Veil, coding: Coding, former: Edited) -> Coding:
    hidden = coding in veil.rare.codings
    case_ids = veil.voices.case_ids(coding)
    told = words(veil, case_ids or [""])
    # The public's dates are coarser, so the episode that the true ones tell is named.
    places = [(case_id, veil.episode_id(coding, case_id)) for case_id in case_ids]
    return replace(
        moved(coding, former),
        id=veil.codings[coding.id],
        source_id=veil.sources[coding.source_id],
        case_id=veil.cases.get(coding.case_id, ""),
        episode_id=next((veil.episodes[place] for place in places if place in veil.episodes), ""),
        voice=veil.people.get(coding.voice, ""),
        speaker="",
        coder=veil.coders[coding.coder],
        value="" if hidden else coding.value,
        stance="" if hidden else coding.stance,
        memo="" if veil.is_public else told(coding.memo),
    )


def _reading(veil: Veil, reading: Reading, former: Edited) -> Reading:
    return replace(
        reading,
        coder=veil.coders[reading.coder],
        source_id=veil.sources[reading.source_id],
        read_to=None if reading.read_to is None else former.span(reading.read_to, reading.read_to)[0],
        again={code_id: version for code_id, version in reading.again.items() if code_id not in veil.rare.codes},
    )


def _suggestion(veil: Veil, suggestion: Suggestion, shown: Shown) -> Suggestion:
    start, end = shown.former.span(suggestion.start, suggestion.end)
    return replace(
        suggestion,
        source_id=shown.source.id,
        start=start,
        end=end,
        quote=shown.former.text[start:end],
        explanation=words(veil)(suggestion.explanation),
    )


def _participants(veil: Veil) -> tuple[Participant, ...]:
    """In the order of their new ids, which means nothing."""
    labels = speaker_labels(veil)
    return tuple(
        sorted((_participant(veil, one, labels[one.id]) for one in veil.study.participants), key=lambda p: p.id)
    )


def _participant(veil: Veil, person: Participant, label: str) -> Participant:
    heard = tuple(sorted(veil.sources[source_id] for source_id in veil.voices.source_ids(person)))
    role = veil.shown_role(person)
    told = words(veil)
    may_be_described = role == person.role and not veil.is_public
    new = veil.people[person.id]
    return Participant(
        new,
        veil.cases.get(person.case_id, ""),
        person.sector,
        role,
        "" if veil.is_public else person.consent,
        (label,) if heard else (new,),
        heard,
        {name: told(value) for name, value in person.attributes.items()} if may_be_described else {},
    )


def _guide(veil: Veil) -> Guide:
    """What was asked is told by source, since the questions' words may be gone from the texts."""
    spoken = [source for source in veil.study.sources if source.kind != "document"]
    told = words(veil)
    return Guide(
        tuple(
            Question(
                question.id,
                told(question.text),
                question.code_ids,
                skipped=tuple(veil.sources[source.id] for source in spoken if asked(question, source) is False),
                opens=question.opens,
                put=tuple(veil.sources[source.id] for source in spoken if asked(question, source)),
            )
            for question in veil.study.guide.questions
        )
    )


def _counted(veil: Veil, codings: Iterable[tuple[Coding, Coding]]) -> Withheld:
    names = {code.id: code.name for code in veil.study.codebook.codes}
    return Withheld(
        people=sum(person.consent == "none" for person in veil.study.participants),
        codings=sum(WITHHELD in coding.quote and WITHHELD not in former.quote for former, coding in codings),
        codes=tuple(names[code_id] for code_id in names if code_id in veil.rare.codes),
        values=len(veil.rare.values),
        kept=tuple((names.get(attribute, attribute), value) for attribute, value in veil.rare.kept),
        version=veil.study.codebook.version,
    )
