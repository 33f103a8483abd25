"""What is doubtful about who speaks: codings that count for nobody, names that may be those of several people."""

from collections.abc import Iterator, Mapping, Sequence

from crosscase.case import Participant
from crosscase.coding import Coding
from crosscase.problem import Problem
from crosscase.study.formats.codings import CodingsFile
from crosscase.study.study import Study
from crosscase.voices import People, Voices, in_several

PARTICIPANTS = "participants.csv"


def problems(study: Study, lines: Mapping[str, int], coded: Sequence[CodingsFile]) -> Iterator[Problem]:
    """`lines` are those of the participants in their table, `coded` the codings with the lines they stand in."""
    voices = Voices(study.sources, study.participants)
    yield from _shared(study, voices, lines)
    yield from _claimed_twice(study, voices, lines)
    yield from _codings(study, voices, coded)


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
                yield Problem(file.path, line, f"`{coding.id}` {what}", do, "warning")


def _doubt(coding: Coding, voices: Voices) -> tuple[str, str] | None:
    voice = voices.voice(coding)
    if coding.case_id or not (voice.is_question or not (voice.participants or voice.case_ids)):
        return None
    if voice.participants or voice.case_ids:
        who = " and ".join(person.id for person in voice.participants) or ", ".join(voice.names)
        what = f"holds only an interviewer's words; it counts for who answers next ({who})"
        return what, "code the answer, or leave it so if the question tells what was meant"
    if voice.is_question:
        return "holds only an interviewer's words, and nobody answers: it counts for nobody", "name its `case`"
    names = ", ".join(f"`{name}`" for name in voice.names if name) or "nobody in particular"
    do = "add who speaks to participants.csv, or name the coding's `case`"
    return f"holds the words of {names}, who stands for no participant and no case: it counts for nobody", do
