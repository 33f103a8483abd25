"""Whose words a passage holds, and what it counts for."""

import json
import time
from datetime import date

import pytest
from click.testing import CliRunner

from crosscase import analyse, stages, study
from crosscase.case import Participant
from crosscase.cli import main
from crosscase.coding import Coding
from crosscase.exchange.tables import tables
from crosscase.features import episode_of
from crosscase.pages.material import Material, quote
from crosscase.profile import findings_for
from crosscase.source import Source, parse
from crosscase.telling import as_json, problem_lines
from crosscase.voices import Voice, Voices, is_generic
from tests.conftest import EXAMPLES, SMALL, StudyFolder

TALK = """\
Interviewer: When do you start?

P1: At six. The boats don't wait.

P2: …

Interviewer: And you?

P2: At noon.

Transcriber's note: a dog barks.

Interviewer: Thank you both.
"""
P1, P2 = Participant("P1", "North"), Participant("P2", "South")


def source(text: str = TALK, source_id: str = "G1", **given: str) -> Source:
    roles = {"Interviewer": "interviewer", "Transcriber's note": "unknown"}
    turns = parse(text, lambda name: roles.get(name, "participant"))  # type: ignore[arg-type,return-value]
    return Source(source_id, text, turns, **given)  # type: ignore[arg-type]


def voice(words: str, talk: Source | None = None, *people: Participant, upto: str = "") -> Voice:
    talk = talk or source()
    start = talk.text.index(words)
    end = talk.text.index(upto, start) + len(upto) if upto else start + len(words)
    coding = Coding("c", talk.id, start, end, talk.text[start:end], "n.one")
    return Voices([talk], people or (P1, P2)).voice(coding)


def ids(heard: Voice) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(person.id for person in heard.participants), heard.case_ids


def test_a_passage_counts_for_who_speaks() -> None:
    assert ids(voice("The boats")) == (("P1",), ("North",))


def test_from_question_into_answer_it_counts_for_the_answer() -> None:
    heard = voice("When do", upto="six.")
    assert ids(heard) == (("P1",), ("North",))
    assert [turn.speaker for turn in heard.turns] == ["Interviewer", "P1"]
    assert not heard.is_question


def test_over_several_turns_it_counts_for_everyone_whose_words_it_holds() -> None:
    assert ids(voice("The boats", upto="At noon.")) == (("P1", "P2"), ("North", "South"))


def test_a_turn_of_which_it_holds_no_word_does_not_count() -> None:
    assert ids(voice("The boats", upto="…")) == (("P1",), ("North",))
    assert ids(voice("The boats", upto="P2: ")) == (("P1",), ("North",))
    assert ids(voice("…")) == (("P2",), ("South",))


def test_a_name_without_any_of_its_words_counts_for_nobody() -> None:
    text = "A: Yes.\n\nB: No.\n"
    heard = voice("B:", source(text), Participant("B", "South"), Participant("A", "North"))
    assert heard.turns == () or heard.participants == ()


def test_a_question_counts_for_who_answers_next_and_says_so() -> None:
    heard = voice("And you?")
    assert ids(heard) == (("P2",), ("South",))
    assert heard.is_question
    assert heard.speakers == (("G1", "P2"),)
    assert [turn.speaker for turn in heard.turns] == ["Interviewer"]


def test_a_remark_that_nobody_answers_counts_for_nobody_not_even_the_case_of_its_source() -> None:
    assert ids(voice("Thank you", source(case_id="North"))) == ((), ())


def test_who_has_no_case_speaks_for_that_of_the_source() -> None:
    talk = source(case_id="Port")
    assert ids(voice("The boats", talk, Participant("P1"), P2)) == (("P1",), ("Port",))
    assert ids(voice("The boats", talk, P2)) == ((), ("Port",))
    assert ids(voice("a dog", talk)) == ((), ("Port",))


def test_a_remark_within_what_people_say_is_not_a_voice_of_its_own() -> None:
    assert ids(voice("At noon.", source(case_id="Port"), upto="dog barks.")) == (("P2",), ("South",))


def test_the_case_that_a_person_named_goes_first_and_alone() -> None:
    talk = source()
    coding = Coding("c", "G1", 0, len(talk.text), talk.text, "n.one", case_id="East")
    assert Voices([talk], (P1, P2)).case_ids(coding) == ("East",)


@pytest.mark.parametrize(
    "name", ["P1", "P01", "Speaker 1", "Participant A", "F2", "Respondent", "SPEAKER_00", "B", "M"]
)
def test_names_that_every_transcript_uses_anew(name: str) -> None:
    assert is_generic(name)


@pytest.mark.parametrize("name", ["Anna", "Mayor", "Dr Okoro", "Participating teacher", "Jo"])
def test_names_that_are_somebodys(name: str) -> None:
    assert not is_generic(name)


def test_the_same_generic_name_in_two_sources_is_nobodys_until_a_person_says_whose() -> None:
    both = [source(source_id="G1"), source(source_id="G2")]
    open_ = Voices(both, [P1, P2])
    assert (open_.person("P1", "G1"), open_.source_ids(P1)) == (None, ())
    assert open_.doubtful == {"P1": ["G1", "G2"], "P2": ["G1", "G2"]}
    same = Participant("P1", "North", source_ids=("G1", "G2"))
    assert Voices(both, [same]).source_ids(same) == ("G1", "G2")
    first = Participant("lea", "North", speakers=("P1",), source_ids=("G1",))
    told_apart = Voices(both, [first, P1])
    assert told_apart.person("P1", "G1") is first
    assert told_apart.person("P1", "G2") is P1


def test_a_name_that_is_somebodys_is_one_person_everywhere() -> None:
    anna = Participant("Anna", "North")
    texts = [source("Anna: Yes, I do.\n", name) for name in ("I1", "I2")]
    assert Voices(texts, [anna]).source_ids(anna) == ("I1", "I2")


def test_check_names_who_may_be_several_people_and_how_to_say_that_they_are_not(study_folder: StudyFolder) -> None:
    again = {"transcripts/fir.txt": SMALL["transcripts/elm.txt"].replace("P02", "P01").replace("Next", "Close")}
    (problem,) = (
        p for p in study.load(study_folder({**SMALL, **again})).problems if p.path == "participants.csv" and p.line == 2
    )
    assert problem.level == "error"
    assert (
        problem.what
        == "`P01` speaks in ash and fir, and may be somebody else in each: it counts for nobody until you say"
    )
    assert problem.do == "write `ash; fir` under `sources` if it is one person, or give each a row of their own"


def test_check_names_codings_of_questions_and_those_that_count_for_nobody(study_folder: StudyFolder) -> None:
    text = "Interviewer: What did it cost?\n\nP01: A lot.\n\nStranger: Not so.\n\nInterviewer: Thanks.\n"
    lines = ['{"sha256":"","codebook":1}']
    for number, words in enumerate(["What did", "A lot.", "Not so.", "Thanks."]):
        start = text.index(words)
        lines.append(
            f'{{"id":"a{number}","start":{start},"end":{start + len(words)},"code":"money.cost","quote":"{words}"}}'
        )
    folder = study_folder({**SMALL, "transcripts/ash.txt": text, "codings/AB/ash.jsonl": "\n".join(lines) + "\n"})
    notes = {p.line: p for p in study.load(folder).problems if p.path == "codings/AB/ash.jsonl"}
    assert {line: note.level for line, note in notes.items()} == {2: "warning", 4: "warning", 5: "warning"}
    assert "it counts for who answers next (P01)" in notes[2].what
    assert "the words of `Stranger`" in notes[4].what
    assert "nobody answers: it counts for nobody" in notes[5].what


def test_many_coded_questions_are_one_line_of_check_and_all_of_its_json(study_folder: StudyFolder) -> None:
    place = '"start":13,"end":31,"code":"work.hours","quote":"When do you start?"'
    coded = "\n".join(f'{{"id":"c-{number}",{place},"memo":"{number}"}}' for number in range(5))
    folder = study_folder(work(coded))
    questions = [problem for problem in study.load(folder).problems if problem.several]
    assert [problem.about for problem in questions] == [f"c-{number}" for number in range(5)]
    lines = [*problem_lines(questions)]
    assert len(lines) == 1
    assert "5 codings hold only an interviewer's words" in lines[0]
    assert "(`c-0`, `c-1`, `c-2` and 2 more; `--json` lists all)" in lines[0]
    assert "`c-0` holds only an interviewer's words" in next(problem_lines(questions[:1]))
    told = json.loads(as_json(stages.check(folder), with_notes=True))["problems"]
    assert sum("only an interviewer's words" in problem["what"] for problem in told) == 5


def test_a_coding_in_two_cells_is_one_coding(study_folder: StudyFolder) -> None:
    text = "P01: It cost a lot.\n\nP02: It cost nothing.\n"
    quote = text.strip().replace("P01: ", "", 1)
    start = text.index(quote)
    line = f'{{"id":"a1","start":{start},"end":{start + len(quote)},"code":"money.cost","quote":{quote!a}}}'
    coded = '{"sha256":"","codebook":1}\n' + line.replace("'", '"') + "\n"
    folder = study_folder({**SMALL, "transcripts/ash.txt": text, "codings/AB/ash.jsonl": coded})
    (folder / "transcripts/elm.txt").unlink()
    findings = analyse(study.load(folder))
    cells = findings.matrices[0].cells
    assert [len(cells[case, "money.cost"].codings) for case in ("Ash", "Elm")] == [1, 1]
    assert len(findings.codings) == 1


def work(coded: str = "", **files: str) -> dict[str, str]:
    """A study of two people with a case each; `coded` is a line of codings of the first one's interview."""
    lea = "Interviewer: When do you start?\n\nLea: At six. The boats don't wait.\n\nInterviewer: And you earn?\n"
    omar = "Interviewer: When do you start?\n\nOmar: At noon, when the oven is hot enough.\n"
    return {
        "study.yaml": "title: Work\n",
        "codebook/work.yaml": "category: work\ncodes:\n  - {id: work.hours, name: Hours}\n",
        "participants.csv": "id,case\nLea,Lea\nOmar,Omar\n",
        "transcripts/I01.txt": lea,
        "transcripts/I02.txt": omar,
        "codings/AB/I01.jsonl": '{"sha256":"","codebook":1}\n' + coded + "\n",
        "codings/AB/I02.jsonl": '{"sha256":"","codebook":1}\n',
        **files,
    }


QUESTION = '{"id":"c-1","start":13,"end":31,"code":"work.hours","quote":"When do you start?"}'
BOTH = '{"id":"c-1","start":13,"end":44,"code":"work.hours","quote":"When do you start?\\n\\nLea: At six"}'


def test_a_coding_on_the_interviewers_words_is_pointed_out_and_marked(study_folder: StudyFolder) -> None:
    findings = analyse(study.load(study_folder(work(QUESTION))))
    (note,) = findings.study.problems
    assert (note.path, note.line, note.level) == ("codings/AB/I01.jsonl", 2, "warning")
    row = tables(findings)["codings"].iloc[0]
    assert (row["case"], row["participant"], row["speaker"], row["answer_counts"]) == (
        "Lea",
        "Lea",
        "Interviewer",
        True,
    )
    shown = quote(Material(findings, date(2026, 1, 1)), findings.codings[0])
    assert (shown.speaker, shown.counts) == ("Interviewer", "a question; the answer counts (Lea)")


def test_a_coding_from_question_into_answer_is_in_the_cell_of_the_answer(study_folder: StudyFolder) -> None:
    findings = analyse(study.load(study_folder(work(BOTH))))
    assert findings.study.problems == ()
    assert [c.id for c in findings.matrices[0].cells["Lea", "work.hours"].codings] == ["c-1"]
    assert not findings.matrices[0].cells["Omar", "work.hours"].codings
    row = tables(findings)["codings"].iloc[0]
    assert (row["case"], row["speaker"], row["answer_counts"]) == ("Lea", "Interviewer; Lea", False)
    shown = quote(Material(findings, date(2026, 1, 1)), findings.codings[0])
    assert (shown.speaker, shown.counts) == ("Interviewer and Lea", "")


def test_where_no_order_was_given_2_stands_before_10(study_folder: StudyFolder) -> None:
    texts = {f"transcripts/Interview-{n}.txt": f"Q: Who are you?\n\nP{n}: I am number {n}.\n" for n in range(1, 13)}
    files = {name: text for name, text in work().items() if name in ("study.yaml", "codebook/work.yaml")}
    findings = analyse(study.load(study_folder({**files, **texts})))
    ids = [f"Interview-{n}" for n in range(1, 13)]
    assert [row.id for row in findings.matrices[0].rows] == ids
    assert list(tables(findings)["sources"]["id"]) == ids


TWO_TIMES = {
    **SMALL,
    "cases/Ash.yaml": "episodes:\n  - {id: Ash-1, from: 2019, to: 2020-06}\n  - {id: Ash-2, from: 2020-07}\n",
    "codebook/1-money.yaml": SMALL["codebook/1-money.yaml"].replace("name: Cost", "name: Cost\n    kind: attribute"),
    "sources.csv": "id,date\nash,2020-01-15\n",
}


def test_what_is_proposed_goes_to_the_episode_that_it_speaks_of_and_not_to_the_last(study_folder: StudyFolder) -> None:
    findings = analyse(study.load(study_folder(TWO_TIMES)))
    told = {(p.episode_id, p.feature.attribute): p.feature.value for p in findings.proposals if p.feature.value}
    assert told == {("Ash-1", "money.cost"): "high"}
    assert [episode.is_proposed for episode in findings.cases[0].episodes] == [True, False]


def test_a_coding_that_names_its_episode_goes_there_whatever_the_date(study_folder: StudyFolder) -> None:
    named = SMALL["codings/AB/ash.jsonl"].replace('"value":"high"', '"value":"high","episode":"Ash-2"')
    findings = analyse(study.load(study_folder({**TWO_TIMES, "codings/AB/ash.jsonl": named})))
    assert {p.episode_id for p in findings.proposals if p.feature.value} == {"Ash-2"}


OF_ELM = (
    "episodes:\n  - {id: zero, to: 2018-06}\n  - {id: old, from: 2018-07, to: 2019-06}\n  - {id: new, from: 2019-07}\n"
)
TWO_CASES = {
    **SMALL,
    "participants.csv": "id,case,role\nP01,Ash,mayor\nP03,Elm,clerk\n",
    "cases/Ash.yaml": "episodes:\n  - {id: old, from: 2019, to: 2020-06}\n  - {id: new, from: 2020-07}\n",
    "cases/Elm.yaml": OF_ELM,
    "transcripts/ash.txt": "Interviewer: What did it cost?\n\nP01: Very dear.\n\nP03: Next to nothing.\n",
    "codings/AB/ash.jsonl": (
        '{"sha256":"","codebook":1}\n'
        '{"id":"a1","start":37,"end":70,"code":"money.cost",'
        '"quote":"Very dear.\\n\\nP03: Next to nothing.","episode":"new"}\n'
    ),
}


def test_a_coding_that_counts_for_two_cases_names_the_episode_of_each_in_a_masked_study_too(
    study_folder: StudyFolder,
) -> None:
    seen = findings_for(study.load(study_folder(TWO_CASES)), "reviewer")
    (coding,) = seen.codings
    assert len(set(seen.voices.case_ids(coding))) == 2
    for case in seen.study.cases:
        assert episode_of(coding, case.episodes, "") == case.episodes[-1], "the last one of each"
        assert len({episode.id for episode in case.episodes}) == len(case.episodes)


def test_what_no_episode_can_be_told_of_is_said_and_proposed_nowhere(study_folder: StudyFolder) -> None:
    findings = analyse(study.load(study_folder({**TWO_TIMES, "sources.csv": "id,date\nash,2020\n"})))
    assert not [p for p in findings.proposals if p.case_id == "Ash" and p.feature.value]
    assert "codings/AB/ash.jsonl:2: note: 1 coding speaks of `Ash`, and the source's date doesn't tell whether of " in (
        "\n".join(map(str, findings.study.problems))
    )


def test_an_episode_that_there_is_not_is_a_problem(study_folder: StudyFolder) -> None:
    named = SMALL["codings/AB/ash.jsonl"].replace('"value":"high"', '"value":"high","episode":"Ash-3"')
    problems = study.load(study_folder({**TWO_TIMES, "codings/AB/ash.jsonl": named})).problems
    assert [(p.line, p.level) for p in problems if "which none of its cases has" in p.what] == [(2, "error")]


def test_accepting_writes_each_proposal_into_its_episode(study_folder: StudyFolder) -> None:
    folder = study_folder(TWO_TIMES)
    assert CliRunner().invoke(main, ["classify", str(folder), "--accept", "--by", "AB"]).exit_code in (0, 1)
    ash = next(case for case in study.load(folder).cases if case.id == "Ash")
    assert [[(f.attribute, f.value) for f in episode.features] for episode in ash.episodes] == [
        [("money.cost", "high")],
        [],
    ]


def test_every_group_of_the_example_has_a_participant_of_its_own() -> None:
    loaded = study.load(EXAMPLES / "gennovate")
    voices = Voices(loaded.sources, loaded.participants)
    assert not voices.doubtful
    assert all(len(voices.source_ids(person)) == 1 for person in loaded.participants)


def test_looking_up_voices_costs_as_much_per_source_however_many_there_are() -> None:
    def seconds(number: int) -> float:
        people = [Participant(f"p{n}", f"C{n}", speakers=("P1",), source_ids=(f"s{n}",)) for n in range(number)]
        sources = [source(source_id=f"s{n}") for n in range(number)]
        began = time.process_time()
        voices = Voices(sources, people)
        for talk in sources:
            voices.voice(Coding("c", talk.id, 40, 45, "", "n.one"))
        return time.process_time() - began

    seconds(100)
    few = min(seconds(200) for _ in range(3))
    many = min(seconds(2000) for _ in range(2))
    assert many < 50 * few, "ten times as many; a hundredfold would be each against each"
