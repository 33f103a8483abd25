"""The study that a profile's reader may see, made before anything is analysed: what isn't in it can't be printed.

It stands above `interpretation`, since what only one case has is known only when everything has been counted once.
`findings_for` is the one call that reports and tables need.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from operator import attrgetter

from crosscase.coding import READING_ORDER, Suggestion
from crosscase.disclosure import PROFILES, WITHHELD, Withheld
from crosscase.framework import Findings, analyse, standing_in
from crosscase.problem import Refused, nearest
from crosscase.profile.choosing import chosen
from crosscase.profile.making import Maker
from crosscase.profile.rarity import Rare, changed, rare
from crosscase.profile.seen import SeenSource, SeenStudy
from crosscase.profile.sources import shown_sources, speaker_labels
from crosscase.profile.veil import Veil
from crosscase.source import Source
from crosscase.study import Study
from crosscase.study.secret import secret

__all__ = ["PROFILES", "SeenStudy", "findings_for", "shown"]


def findings_for(
    study: Study, profile: str = "", suggestions: Iterable[Suggestion] = (), *, key: bytes | None = None
) -> Findings:
    """What follows from a study for the reader of a profile, the study's own if none is named.

    For the team that is everything. The public gets neither suggestions nor rows of participants. `key` is what new
    ids are drawn from: the study's secret one, if none is given. Raises Refused for a profile that there isn't.
    """
    profile = profile or study.settings.profile
    if profile not in PROFILES:
        raise Refused(f"there is no profile `{profile}`; {nearest(profile, PROFILES)}")
    if profile == "team":
        return analyse(_called(study, profile), suggestions)
    key = key or secret(study.folder)
    if profile == "reviewer":
        return _for_reviewers(study, suggestions, key)
    return _for_the_public(study, key)


def shown(study: Study, profile: str = "", *, key: bytes | None = None) -> Study:
    """The study as the reader of a profile may see it; see docs/profiles.md for what each of them may."""
    return findings_for(study, profile, key=key).study


def _called(study: Study, profile: str) -> Study:
    if study.settings.profile == profile:
        return study
    return replace(study, settings=replace(study.settings, profile=profile))


def _for_reviewers(study: Study, suggestions: Iterable[Suggestion], key: bytes) -> Findings:
    from crosscase.profile.measuring import measured_for

    everything = analyse(_called(study, "reviewer"))
    maker = _maker(Veil(study, "reviewer", Rare(), key))
    used = standing_in(study, suggestions)
    drafts = tuple(maker.made(suggestion) for suggestion in used if suggestion.source_id in maker.sources)
    findings = analyse(_seen(maker), sorted(drafts, key=READING_ORDER))
    return replace(findings, quality=measured_for(maker.veil, everything))


def _for_the_public(study: Study, key: bytes) -> Findings:
    from crosscase.profile.measuring import measured_for

    everything = analyse(_called(study, "public"))
    maker = _maker(Veil(study, "public", rare(everything), key))
    seen = _seen(maker)
    findings = analyse(seen)
    pairs = list(zip(study.claims, seen.claims, strict=True))
    gone = changed(pairs, everything, findings) | {claim.id for claim in study.claims if claim.rare}
    claims = tuple(shown for claim, shown in pairs if claim.id not in gone)
    withheld = replace(seen.withheld, claims=len(study.claims) - len(claims))
    study_seen = replace(seen, claims=claims, withheld=withheld)
    quality = measured_for(maker.veil, everything)
    return replace(findings, study=study_seen, participant_matrices=(), quality=quality)


def _maker(veil: Veil) -> Maker:
    return Maker(veil, shown_sources(veil), speaker_labels(veil))


def _seen(maker: Maker) -> SeenStudy:
    """The study as it is shown, in the order of the new ids, which means nothing."""
    veil = maker.veil
    chosen_study = chosen(veil)
    edited = tuple(maker.sources[source.id].source for source in chosen_study.sources)
    study = maker.made(replace(chosen_study, sources=edited))
    words = {veil.sources[source.id]: source.words for source in veil.study.sources}
    by_place = attrgetter("case_id", "code_id")
    study = replace(
        study,
        sources=tuple(SeenSource.of(source, words[source.id]) for source in _by_id(study.sources)),
        participants=tuple(sorted(study.participants, key=attrgetter("id"))),
        cases=tuple(sorted(study.cases, key=attrgetter("id"))),
        codings=tuple(sorted(study.codings, key=READING_ORDER)),
        readings=tuple(sorted(study.readings, key=attrgetter("source_id", "coder"))),
        summaries=tuple(sorted(study.summaries, key=by_place)),
        absences=tuple(sorted(study.absences, key=by_place)),
    )
    return SeenStudy.of(study, _counted(veil, study))


def _by_id(sources: Iterable[Source]) -> list[Source]:
    """What was said first, then documents."""
    return sorted(sources, key=lambda source: (source.kind == "document", source.id))


def _counted(veil: Veil, study: Study) -> Withheld:
    former = {veil.codings[coding.id]: coding.quote for coding in veil.study.codings}
    names = {code.id: veil.words()(code.name) for code in veil.study.codebook.codes}
    return Withheld(
        people=sum(person.consent == "none" for person in veil.study.participants),
        codings=sum(WITHHELD in coding.quote and WITHHELD not in former[coding.id] for coding in study.codings),
        codes=tuple(names[code_id] for code_id in names if code_id in veil.rare.codes),
        values=len(veil.rare.values),
        kept=tuple((names.get(attribute, attribute), veil.key(value)) for attribute, value in veil.rare.kept),
        version=veil.study.codebook.version,
        columns=veil.hidden_columns,
        retold=tuple(_retold(study)),
    )


def _retold(study: Study) -> Iterator[tuple[str, str]]:
    """The cells whose summary is shown, and rests on codings whose words aren't."""
    hidden = {coding.id for coding in study.codings if WITHHELD in coding.quote}
    for summary in study.summaries:
        if not hidden.isdisjoint(summary.coding_ids):
            yield summary.case_id, summary.code_id
