"""What is wrong between the files of a study: ids that lead nowhere, codings that can't be right, silent speakers."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from crosscase.case import Feature, Participant
from crosscase.codebook import Code
from crosscase.coding import Coding, overlaps
from crosscase.matrix import Absence, Summary
from crosscase.problem import Problem, nearest
from crosscase.source import NOBODY, Source
from crosscase.study import speaking
from crosscase.study.formats import clusters
from crosscase.study.formats.codings import CodingsFile
from crosscase.study.study import Study
from crosscase.typology import Flaws, Typology
from crosscase.voices import People, Voices


@dataclass(frozen=True, slots=True)
class Places:
    """Where each thing stands in the study's files, so that a problem can name the line."""

    codes: dict[str, tuple[str, int]]
    sources: Mapping[str, int]
    participants: dict[str, int]
    cases: Mapping[str, tuple[str, Mapping[str, int]]]
    questions: list[int]
    summaries: list[tuple[Summary, str, int]]
    codings: list[CodingsFile]
    types: Mapping[str, tuple[str, Mapping[str, int]]]
    flaws: Mapping[str, Flaws]
    absences: list[tuple[Absence, str, int]]
    cluster_decisions: clusters.Numbered


def problems(study: Study, places: Places) -> Iterator[Problem]:
    """Every contradiction between the study's files, in no particular order."""
    yield from _codebook(study, places)
    yield from _sources(study)
    yield from _participants(study, places)
    yield from speaking.problems(study, places.participants, places.codings)
    yield from _without_case(study, places)
    yield from _guide(study, places)
    yield from _codings(study, places)
    yield from _summaries(study, places)
    yield from _absences(study, places)
    yield from _cases(study, places)
    yield from _features(study, places)
    yield from _typologies(study, places)
    yield from _cluster_decisions(study, places.cluster_decisions)


def _codebook(study: Study, places: Places) -> Iterator[Problem]:
    if not study.codebook.codes:
        yield Problem("codebook", 1, "there are no codes yet", "describe the first one in codebook/", "warning")
    yield from _names(study, places)
    present = {code.id for code in study.codebook.codes}
    owners: dict[str, str] = {}
    for code in study.codebook.codes:
        path, line = places.codes[code.id]
        if code.kind == "attribute" and not code.values:
            yield Problem(path, line, f"the attribute `{code.id}` has no values", "list its `values`")
        for former in code.formerly:
            if former in present:
                yield Problem(
                    path, line, f"`{former}` is still a code of its own", "remove it from `formerly`, or the code"
                )
            elif former in owners:
                what = f"`{former}` was taken over by `{owners[former]}` already"
                yield Problem(path, line, what, "name it in `formerly` of one code only")
            owners.setdefault(former, code.id)


def _names(study: Study, places: Places) -> Iterator[Problem]:
    """Codes that readers can't tell apart, since they see names and not ids."""
    first: dict[str, str] = {}
    for code in study.codebook.codes:
        name = " ".join(code.name.split()).casefold()
        if name in first and name != code.id.casefold():
            other = "{}:{}".format(*places.codes[first[name]])
            what = f"`{code.id}` has the name “{code.name}”, as `{first[name]}` has in {other}"
            yield Problem(*places.codes[code.id], what, "give them names that readers can tell apart", "warning")
        first.setdefault(name, code.id)


def _sources(study: Study) -> Iterator[Problem]:
    folder = study.settings.transcripts
    if not study.sources:
        yield Problem(folder, 1, "there are no sources yet", "`crosscase import` brings transcripts in", "warning")
    by_text: dict[str, str] = {}
    people = People(study.participants)
    for source in study.sources:
        path = f"{folder}/{source.id}.txt"
        if not source.text.strip():
            yield Problem(path, 1, "the source is empty", "import it again, or remove it")
            continue
        if source.sha256 in by_text:
            yield Problem(path, 1, f"the same text as {by_text[source.sha256]}.txt", "keep one of them")
        by_text.setdefault(source.sha256, source.id)
        if source.kind != "document":
            yield from _speakers(source, path)
            if study.participants:
                yield from _strangers(source, people, path)


def _strangers(source: Source, people: People, path: str) -> Iterator[Problem]:
    """Names that take part in a source and stand in no row of `participants.csv`, each where it first speaks."""
    seen: set[str] = set()
    for turn in source.turns:
        if turn.role == "participant" and turn.speaker and turn.speaker not in seen:
            seen.add(turn.speaker)
            if not people.claiming(turn.speaker, source.id):
                line = source.text.count("\n", 0, turn.start) + 1
                what = f"`{turn.speaker}` takes part, but is nobody in participants.csv"
                do = "add them there; who asks belongs under `interviewers` of study.yaml"
                yield Problem(path, line, what, do, "warning")


def _speakers(source: Source, path: str) -> Iterator[Problem]:
    taking_part = {turn.speaker for turn in source.turns if turn.role == "participant"}
    asking = any(turn.role == "interviewer" for turn in source.turns)
    if not set(source.speakers) - {NOBODY}:
        do = "write `Name: ` before each turn, or give it the kind `document` in sources.csv"
        yield Problem(path, 1, "no speakers found: every turn counts as a participant's", do, "warning")
    elif not taking_part:
        do = "add the participants' names to participants.csv"
        yield Problem(path, 1, "nobody takes part: all named speakers are interviewers or unknown", do, "warning")
    elif not asking and len(set(source.speakers) - {NOBODY}) == 1:
        do = "if somebody asks questions, name them in `interviewers` of study.yaml"
        yield Problem(path, 1, f"only one speaker found (`{min(taking_part)}`)", do, "warning")


def _participants(study: Study, places: Places) -> Iterator[Problem]:
    cases = {case.id for case in study.cases}
    names = {name for source in study.sources for name in source.speakers}
    spoken = {(name, source.id) for source in study.sources for name in source.speakers}
    sources = {source.id for source in study.sources}
    for person in study.participants:
        line = places.participants[person.id]
        if person.case_id and person.case_id not in cases:
            do = f"add cases/{person.case_id}.yaml, or correct the id"
            yield Problem("participants.csv", line, f"there is no case `{person.case_id}`", do)
        for source_id in person.source_ids:
            if source_id not in sources:
                yield Problem(
                    "participants.csv", line, f"there is no source `{source_id}`", "correct the id, or import it"
                )
        called = person.speakers or (person.id,)
        placed = {(name, source_id) for name in called for source_id in person.source_ids}
        is_heard = not spoken.isdisjoint(placed) if person.source_ids else not names.isdisjoint(called)
        if sources and not is_heard:
            what = f"`{person.id}` speaks in no source (as {', '.join(called)})"
            do = "give the name used in the texts under `speakers`"
            yield Problem("participants.csv", line, what, do, "warning")


def _without_case(study: Study, places: Places) -> Iterator[Problem]:
    """Participants without a case in a sector where at least half have one; in others it is taken as meant."""
    sectors: dict[str, list[Participant]] = defaultdict(list)
    for person in study.participants:
        sectors[person.sector].append(person)
    placed = _in_placed_sources(study)
    for sector, people in sectors.items():
        lacking = [person for person in people if not person.case_id]
        if 2 * len(lacking) > len(people):
            continue
        for person in lacking:
            if person.id in placed:
                continue
            mates = f"participants of the sector `{sector}`" if sector else "participants"
            what = f"`{person.id}` has no case, as {len(people) - len(lacking)} of {len(people)} {mates} do"
            do = "name it under `case`, or in sources.csv; what they said is charted for no case until then"
            yield Problem("participants.csv", places.participants[person.id], what, do, "warning")


def _in_placed_sources(study: Study) -> set[str]:
    """The participants who may speak in a source that belongs to a case as a whole."""
    claims = People(study.participants)
    heard: set[str] = set()
    for source in (source for source in study.sources if source.case_id):
        for name in source.speakers:
            heard.update(person.id for person in claims.claiming(name, source.id))
    return heard


def _guide(study: Study, places: Places) -> Iterator[Problem]:
    codes, sources = study.codebook.by_id, {source.id for source in study.sources}
    seen: set[str] = set()
    for question, line in zip(study.guide.questions, places.questions, strict=True):
        if question.id in seen:
            yield Problem("guide.yaml", line, f"the question `{question.id}` stands here twice", "number them anew")
        seen.add(question.id)
        for code_id in (*question.code_ids, *question.opens):
            if code_id not in codes:
                yield Problem("guide.yaml", line, f"there is no code `{code_id}`", nearest(code_id, list(codes)))
        for source_id in (*question.put, *question.skipped):
            if source_id not in sources:
                yield Problem(
                    "guide.yaml", line, f"there is no source `{source_id}`", nearest(source_id, list(sources))
                )


def _codings(study: Study, places: Places) -> Iterator[Problem]:
    codes, cases = study.codebook.by_id, {"", *(case.id for case in study.cases)}
    known = {(code_id, value) for code_id, code in codes.items() for value in ("", *code.values)}
    yield from _repeated_ids(places.codings)
    for file in places.codings:
        yield from _coder(study, file)
        for place, coding in enumerate(file.codings):
            if (coding.code_id, coding.value) not in known or coding.case_id not in cases:
                yield from _references(coding, codes, cases, (file.path, file.lines[place]))
        yield from _overlaps(file)


def _repeated_ids(coded: list[CodingsFile]) -> Iterator[Problem]:
    if len({coding.id for file in coded for coding in file.codings}) == sum(len(file.codings) for file in coded):
        return
    seen: dict[str, str] = {}
    for file in coded:
        for coding, line in zip(file.codings, file.lines, strict=True):
            if coding.id in seen:
                what = f"the id `{coding.id}` is already used in {seen[coding.id]}"
                yield Problem(file.path, line, what, "give this coding an id of its own")
            seen.setdefault(coding.id, f"{file.path}:{line}")


def _references(
    coding: Coding, codes: Mapping[str, Code], cases: set[str], place: tuple[str, int]
) -> Iterator[Problem]:
    code = codes.get(coding.code_id)
    if code is None:
        what = f"`{coding.id}` has the code `{coding.code_id}`, which is not in the codebook"
        yield Problem(*place, what, nearest(coding.code_id, list(codes)))
    elif coding.value and coding.value not in code.values:
        known = ", ".join(code.values) or "none"
        what = f"`{coding.id}` has the value `{coding.value}`, which `{code.id}` doesn't know"
        yield Problem(*place, what, f"its values are: {known}")
    if coding.case_id not in cases:
        what = f"`{coding.id}` is about the case `{coding.case_id}`, which there isn't"
        yield Problem(*place, what, nearest(coding.case_id, sorted(cases - {""})))


def _coder(study: Study, file: CodingsFile) -> Iterator[Problem]:
    coder = file.path.split("/")[1]
    if study.settings.coders and coder not in (*study.settings.coders, study.settings.consensus):
        yield Problem(file.path, 1, f"`{coder}` is not among the coders of study.yaml", "add them there", "warning")


def _overlaps(file: CodingsFile) -> Iterator[Problem]:
    pairs = overlaps(file.codings)
    line_of = dict(zip(map(id, file.codings), file.lines, strict=True)) if pairs else {}
    for first, second in pairs:
        same = (first.start, first.end) == (second.start, second.end)
        what = f"`{second.id}` {'repeats' if same else 'overlaps'} `{first.id}`, with the same code"
        do = "remove one of them" if same else "join them into one"
        yield Problem(file.path, line_of[id(second)], what, do, "error" if same else "warning")


def _summaries(study: Study, places: Places) -> Iterator[Problem]:
    codes, cases = study.codebook.by_id, {case.id for case in study.cases}
    rows = cases | {person.id for person in study.participants}
    coding_ids = {coding.id for coding in study.codings} | {coding.id for coding in study.lost}
    for summary, path, line in places.summaries:
        if summary.case_id not in rows:
            yield Problem(path, line, f"there is no case `{summary.case_id}`", nearest(summary.case_id, sorted(rows)))
        if summary.code_id not in codes:
            yield Problem(path, line, f"there is no code `{summary.code_id}`", nearest(summary.code_id, list(codes)))
        if not summary.text.strip():
            yield Problem(path, line, "the summary is empty", "write it, or remove the entry")
        for coding_id in summary.coding_ids:
            if coding_id not in coding_ids:
                do = "remove the id, and check that the summary still holds"
                yield Problem(path, line, f"it rests on the coding `{coding_id}`, which there isn't", do)


def _absences(study: Study, places: Places) -> Iterator[Problem]:
    """People's words on empty cells that are of no cell, or of one that isn't empty."""
    codes = study.codebook.by_id
    rows = {case.id for case in study.cases} | {person.id for person in study.participants}
    codings = _codings_by_cell(study) if places.absences else {}
    for absence, path, line in places.absences:
        code = codes.get(absence.code_id)
        if absence.case_id not in rows:
            yield Problem(path, line, f"there is no case `{absence.case_id}`", nearest(absence.case_id, sorted(rows)))
        elif code is None:
            yield Problem(path, line, f"there is no code `{absence.code_id}`", nearest(absence.code_id, list(codes)))
        elif found := codings.get((absence.case_id, code.id)):
            word = "asked, nothing said" if absence.asked else "not asked"
            what = f"`{absence.case_id}` on `{code.id}` is confirmed as “{word}”, and is coded: {', '.join(found)}"
            yield Problem(path, line, what, "take the entry out, or look at the codings again")


def _codings_by_cell(study: Study) -> Mapping[tuple[str, str], list[str]]:
    """The ids of the codings that count, by case or participant and code."""
    voices = Voices(study.sources, study.participants)
    by_cell: dict[tuple[str, str], list[str]] = defaultdict(list)
    for coding in study.counting:
        for row_id in dict.fromkeys((*voices.case_ids(coding), *voices.participant_ids(coding))):
            by_cell[row_id, coding.code_id].append(coding.id)
    return by_cell


def _cases(study: Study, places: Places) -> Iterator[Problem]:
    cases = {case.id for case in study.cases}
    for source in study.sources:
        if source.case_id and source.case_id not in cases:
            do = f"add cases/{source.case_id}.yaml, or correct the id"
            what = f"`{source.id}` belongs to the case `{source.case_id}`, which there isn't"
            yield Problem("sources.csv", places.sources.get(source.id, 1), what, do)
    yield from _without_episodes(study, places)
    if not study.sources:
        return
    speaking = {person.case_id for person in study.participants} | {source.case_id for source in study.sources}
    about = {coding.case_id for coding in study.codings}
    for case_id, (path, _) in places.cases.items():
        if case_id not in speaking and case_id not in about:
            do = "name the case in participants.csv or sources.csv"
            yield Problem(path, 1, f"no participant or source belongs to the case `{case_id}`", do, "warning")


def _without_episodes(study: Study, places: Places) -> Iterator[Problem]:
    """Cases that no typology can sort, since only an episode can have a type."""
    if not any(case.episodes for case in study.cases):
        return
    for case in study.cases:
        if not case.episodes and case.id in places.cases:
            what = f"the case `{case.id}` has no episodes, as other cases do"
            do = "describe one under `episodes`; without any the case has no features, and no type"
            yield Problem(places.cases[case.id][0], 1, what, do, "error" if study.typologies else "warning")


def _features(study: Study, places: Places) -> Iterator[Problem]:
    codings = {coding.id for coding in study.codings} | {coding.id for coding in study.lost}
    typologies = {typology.id: typology for typology in study.typologies}
    for case in study.cases:
        path, lines = places.cases.get(case.id, ("", {}))
        for episode in case.episodes:
            for feature in episode.features:
                place = (path, lines[f"{episode.id}/{feature.attribute}"])
                yield from _feature(feature, study, codings, place)
            for override in episode.overrides:
                typology = typologies.get(override.typology_id)
                if typology is None or typology.type(override.type_id) is None:
                    what = f"`{episode.id}` is put into `{override.typology_id}/{override.type_id}`, which there isn't"
                    yield Problem(path, lines[episode.id], what, "name a typology and one of its types")


def _feature(feature: Feature, study: Study, codings: set[str], place: tuple[str, int]) -> Iterator[Problem]:
    values = study.values
    if feature.attribute not in values:
        what = f"`{feature.attribute}` is not an attribute of the codebook"
        yield Problem(*place, what, _instead(feature.attribute, study))
    elif feature.value and feature.value not in values[feature.attribute]:
        what = f"`{feature.attribute}` has the value `{feature.value}`, which it doesn't know"
        yield Problem(*place, what, f"its values are: {', '.join(values[feature.attribute])}")
    for coding_id in feature.evidence:
        if coding_id not in codings:
            what = f"`{feature.attribute}` rests on the coding `{coding_id}`, which there isn't"
            yield Problem(*place, what, "remove the id, and check that the value still holds")


def _typologies(study: Study, places: Places) -> Iterator[Problem]:
    for typology in study.typologies:
        path, lines = places.types[typology.id]
        found = places.flaws[typology.id]
        yield from _former(study, typology, path, lines)
        for type_id, feature, value in found.unknown:
            yield _unknown_feature(study, feature, value, (path, lines[f"{type_id}/{feature}/{value}"]))
        for kind in typology.types:
            for feature, value in ((name, value) for name, usual in kind.typical.items() for value in usual):
                if value not in study.values.get(feature, ()):
                    yield _unknown_feature(study, feature, value, (path, lines[kind.id]))
        for type_id in found.unreachable:
            what = f"no case can be of the type `{type_id}`"
            yield Problem(path, lines[type_id], what, "change its rule, or the order of the types")
        for first, second in found.overlapping:
            what = f"a case can meet the rules of `{first}` and of `{second}`"
            yield Problem(path, lines[second], what, f"`{first}` is tried first and wins; is that meant?", "warning")


def _former(study: Study, typology: Typology, path: str, lines: Mapping[str, int]) -> Iterator[Problem]:
    """What a typology says of the one that it follows, and of the types that went into its own."""
    former = next((other for other in study.typologies if other.id == typology.after), None)
    if former is None and (typology.after or typology.merges):
        what = f"it follows the typology `{typology.after}`, which there isn't"
        yield Problem(path, 1, what, nearest(typology.after, [other.id for other in study.typologies]))
    for type_id, merged in typology.merges.items() if former else ():
        if typology.type(type_id) is None:
            what, ids = f"`merges` names the type `{type_id}`, which there isn't", [kind.id for kind in typology.types]
            yield Problem(path, 1, what, nearest(type_id, ids))
        for merged_id in merged:
            if former and former.type(merged_id) is None:
                what, ids = f"`{former.id}` has no type `{merged_id}`", [kind.id for kind in former.types]
                yield Problem(path, lines.get(type_id, 1), what, nearest(merged_id, ids))


def _unknown_feature(study: Study, feature: str, value: str, place: tuple[str, int]) -> Problem:
    known = study.values.get(feature)
    if known:
        return Problem(*place, f"`{feature}` has no value `{value}`", nearest(value, list(known)))
    if feature == "type" or any(typology.type(feature) for typology in study.typologies):
        what = f"a rule can't ask for a type, as `{feature}: {value}` does"
        return Problem(*place, what, "ask for the features that make a case that type; rules can't go in circles")
    return Problem(*place, f"there is no attribute `{feature}`", _instead(feature, study))


def _instead(feature: str, study: Study) -> str:
    if feature in study.codebook.by_id:
        return "give this code `kind: attribute` and its `values`"
    return nearest(feature, list(study.values))


def _cluster_decisions(study: Study, numbered: clusters.Numbered) -> Iterator[Problem]:
    """Decisions about clusters whose sources, words, code or forerunners are gone. They stay; nothing is lost by it."""
    codes, sources = study.codebook.by_id, {source.id for source in study.sources}
    ids = {decision.id for _, decision in numbered}
    for line, decision in numbered:
        about = f"the decision `{decision.id}`"
        if decision.code_id and decision.code_id not in codes:
            what = f"{about} made the code `{decision.code_id}`, which there isn't any more"
            do = "withdraw the decision, or name the id in `formerly` of the code that took over"
            yield Problem(clusters.PATH, line, what, do, "warning")
        for source_id in sorted({member.source_id for member in decision.lost} - sources):
            what = f"{about} is about passages of `{source_id}`, which there isn't any more"
            yield Problem(clusters.PATH, line, what, "import it again; until then they count neither way", "warning")
        gone = sum(member.source_id in sources for member in decision.lost)
        if gone:
            what = f"{gone} of {len(decision.members) + len(decision.lost)} passages of {about} are not in their texts"
            yield Problem(clusters.PATH, line, what, "nothing has to be done: it stands by the others", "warning")
        for former in decision.follows:
            if former not in ids:
                what = f"{about} follows the decision `{former}`, which there isn't"
                yield Problem(
                    clusters.PATH, line, what, "bring its line back, or take the id out of `follows`", "warning"
                )
