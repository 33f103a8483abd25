"""What is doubtful about who speaks, and of when: codings of nobody, or of no episode; shared names."""

from collections.abc import Iterator, Mapping, Sequence

from crosscase.case import Case, Participant
from crosscase.coding import Coding
from crosscase.features import episode_of
from crosscase.problem import Problem, nearest
from crosscase.source import NOBODY, Source, Turn
from crosscase.study.formats.codings import CodingsFile
from crosscase.study.formats.speakers import SpeakerRow
from crosscase.study.roles import Roles, undecided_asker
from crosscase.study.study import Study
from crosscase.voices import People, Voices, in_several
from crosscase.wording import first_of, how_many

PARTICIPANTS = "participants.csv"
CODE_THE_ANSWER = "code the answer, or leave it so if the question tells what was meant"
QUESTIONS = "codings hold only an interviewer's words, and count for who answers next"


def problems(study: Study, lines: Mapping[str, int], coded: Sequence[CodingsFile]) -> Iterator[Problem]:
    """`lines` are those of the participants in their table, `coded` the codings with the lines they stand in."""
    voices = Voices(study.sources, study.participants)
    yield from _shared(study, voices, lines)
    yield from _claimed_twice(study, voices, lines)
    yield from _codings(study, voices, coded)
    yield from _episodes(study, voices, coded)


def rows_problems(rows: Sequence[tuple[SpeakerRow, int]], path: str, sources: Sequence[Source]) -> Iterator[Problem]:
    """Rows of `speakers.csv` that no source bears out, and names that wait to become others."""
    ids = {source.id for source in sources}
    for row, line in rows:
        if row.source_id and row.source_id not in ids:
            do = f"{nearest(row.source_id, ids)}; it holds as soon as such a source is imported"
            yield Problem(path, line, f"there is no source `{row.source_id}`", do, "warning")
            continue
        spoken_in = [source for source in sources if row.holds_for(source.id)]
        waiting = [source.id for source in spoken_in if row.name in source.speakers]
        if row.speaker and row.speaker != row.name and waiting:
            where = first_of(waiting, 3)
            do = "`crosscase sources --rename` puts that into the texts, moving codings along"
            yield Problem(path, line, f"`{row.name}` shall be `{row.speaker}`, and isn't yet in {where}", do, "warning")
        elif not waiting and not any(row.speaker in source.speakers for source in spoken_in if row.speaker):
            yield Problem(path, line, f"`{row.name}` speaks nowhere", "correct the name, or remove the row", "warning")


def nobody_asks(text: str, turns: Sequence[Turn], source_id: str, roles: Roles, path: str) -> Iterator[Problem]:
    """That nobody is known to ask among several speakers, unless people have said of everyone what they do.

    Somebody may be asking under a name that doesn't tell; until that is said, no draft is made of questions.
    """
    decided = roles.decided(source_id)
    names = dict.fromkeys(turn.speaker for turn in turns if turn.speaker not in ("", NOBODY))
    undecided = [name for name in names if decided(name) is None]
    if len(names) < 2 or not undecided or any(turn.role == "interviewer" for turn in turns):
        return
    asker = undecided_asker(text, turns, decided)
    do = "write in speakers.csv who asks (`role`: interviewer) and who takes part"
    if asker is None:
        what = "nobody was found who asks, so turns that are one question are left out of drafts"
    else:
        share = f"{asker.questions} of the {how_many(asker.turns, 'turn')} of `{asker.name}`"
        what = f"nobody was found who asks; {share} end in a question, so these are left out of drafts"
    yield Problem(path, 1, what, do, "warning")


def _shared(study: Study, voices: Voices, lines: Mapping[str, int]) -> Iterator[Problem]:
    """Names in several sources of which no row says whether they are one person's."""
    people = People(study.participants)
    for name, source_ids in in_several(study.sources, people).items():
        person = people.claiming(name, source_ids[0])[0]
        where = f"{', '.join(source_ids[:-1])} and {source_ids[-1]}"
        if name in voices.doubtful:
            what = f"`{name}` speaks in {where}, and may be somebody else in each: it counts for nobody until you say"
            do = f"write `{'; '.join(source_ids)}` under `sources` if it is one person, or give each a row of their own"
            yield Problem(PARTICIPANTS, lines[person.id], what, do)
        else:
            what = f"`{name}` speaks in {where}, and counts as one person"
            do = f"write `{'; '.join(source_ids)}` under `sources` if that is so, or give each a row of their own"
            yield Problem(PARTICIPANTS, lines[person.id], what, do, "warning")


def _claimed_twice(study: Study, voices: Voices, lines: Mapping[str, int]) -> Iterator[Problem]:
    """Names in a source that two rows lay claim to."""
    seen: set[tuple[str, str]] = set()
    for source in study.sources:
        for name in source.speakers:
            claiming: Sequence[Participant] = voices.claiming(name, source.id)
            for person in claiming[1:]:
                if (person.id, name) not in seen:
                    seen.add((person.id, name))
                    what = f"`{person.id}` speaks as `{name}` in {source.id}, as `{claiming[0].id}` does"
                    do = "say under `sources` who speaks where, or give each a name of their own (the first is used)"
                    yield Problem(PARTICIPANTS, lines[person.id], what, do)


def _codings(study: Study, voices: Voices, coded: Sequence[CodingsFile]) -> Iterator[Problem]:
    """Codings that hold only an interviewer's words, or count for nobody; each once, with its line."""
    doubts = {coding.id: doubt for coding in study.codings if (doubt := _doubt(coding, voices))}
    if not doubts:
        return
    for file in coded:
        for coding, line in zip(file.codings, file.lines, strict=True):
            if coding.id in doubts:
                what, do = doubts[coding.id]
                # A study that codes questions on purpose has hundreds of these, in which other notes would drown.
                several = QUESTIONS if do == CODE_THE_ANSWER else ""
                yield Problem(file.path, line, f"`{coding.id}` {what}", do, "warning", coding.id, several)


def _doubt(coding: Coding, voices: Voices) -> tuple[str, str] | None:
    voice = voices.voice(coding)
    if coding.case_id or not (voice.is_question or not (voice.participants or voice.case_ids)):
        return None
    if voice.participants or voice.case_ids:
        who = " and ".join(person.id for person in voice.participants) or ", ".join(voice.names)
        what = f"holds only an interviewer's words; it counts for who answers next ({who})"
        return what, CODE_THE_ANSWER
    if voice.is_question:
        return "holds only an interviewer's words, and nobody answers: it counts for nobody", "name its `case`"
    names = ", ".join(f"`{name}`" for name in voice.names if name) or "nobody in particular"
    do = "add who speaks to participants.csv, or name the coding's `case`"
    return f"holds the words of {names}, who stands for no participant and no case: it counts for nobody", do


def _episodes(study: Study, voices: Voices, coded: Sequence[CodingsFile]) -> Iterator[Problem]:
    """Codings of an episode that there isn't, and, for each file and case, values that no episode can be told of."""
    cases = {case.id: case for case in study.cases}
    attributes = {code_id for code_id, code in study.codebook.by_id.items() if code.kind == "attribute"}
    dates = {source.id: source.date for source in study.sources}
    several = {case.id for case in study.cases if len(case.episodes) > 1}
    standing = {coding.id: coding for coding in study.codings if coding.episode_id or coding.code_id in attributes}
    for file in coded:
        unplaced: dict[str, list[int]] = {}
        for coding, line in zip(file.codings, file.lines, strict=True):
            current = standing.get(coding.id)
            if current is None:
                continue
            about = [cases[case_id] for case_id in voices.case_ids(current) if case_id in cases]
            if current.episode_id:
                yield from _unknown_episode(current, about, (file.path, line))
            elif current.value:
                for case in (case for case in about if case.id in several):
                    if episode_of(current, case.episodes, dates.get(current.source_id, "")) is None:
                        unplaced.setdefault(case.id, []).append(line)
        for case_id, lines in unplaced.items():
            yield _unplaced(cases[case_id], lines, file.path)


def _unknown_episode(coding: Coding, about: Sequence[Case], place: tuple[str, int]) -> Iterator[Problem]:
    ids = [episode.id for case in about for episode in case.episodes]
    if coding.episode_id not in ids:
        what = f"`{coding.id}` is about the episode `{coding.episode_id}`, which none of its cases has"
        yield Problem(*place, what, nearest(coding.episode_id, ids) if ids else "describe it in the case's file")


def _unplaced(case: Case, lines: Sequence[int], path: str) -> Problem:
    episodes = " or ".join(episode.id for episode in case.episodes)
    codings = "1 coding speaks" if len(lines) == 1 else f"{len(lines)} codings, from this one on, speak"
    what = f"{codings} of `{case.id}`, and the source's date doesn't tell whether of {episodes}"
    return Problem(
        path, lines[0], what, "name the `episode`, or date the source; until then no feature rests on it", "warning"
    )
