from dataclasses import replace
from pathlib import Path

import pytest

from crosscase import analyse, study
from crosscase.coding import Review, Suggestion, Verdict
from crosscase.framework import rows_by_case, rows_by_participant
from crosscase.guide import Guide, Question
from crosscase.matrix import Absence, Status
from crosscase.reading import Reading
from crosscase.voices import Voices
from tests.conftest import EXAMPLES, SMALL, StudyFolder


def suggestion(source_id: str, start: int = 40, code_id: str = "money.cost") -> Suggestion:
    return Suggestion(source_id, start, start + 10, "", code_id, 0.5, "near", "test")


def test_the_small_study_is_charted(small: Path) -> None:
    (money,) = analyse(study.load(small)).matrices
    assert {key: cell.status for key, cell in money.cells.items()} == {
        ("Ash", "money.cost"): Status.SAID,
        ("Ash", "money.source"): Status.SAID,
        ("Elm", "money.cost"): Status.NOT_READ,
        ("Elm", "money.source"): Status.NOT_READ,
    }


def test_a_source_coded_with_nothing_found_was_asked_in_vain(study_folder: StudyFolder) -> None:
    folder = study_folder({**SMALL, "codings/AB/elm.jsonl": '{"sha256":"","codebook":1}\n'})
    (money,) = analyse(study.load(folder)).matrices
    assert money.cells["Elm", "money.cost"].status == Status.SILENT
    assert money.cells["Elm", "money.source"].status == Status.NOTHING


def test_a_question_that_was_skipped_was_not_asked(study_folder: StudyFolder) -> None:
    folder = study_folder(
        {
            **SMALL,
            "codings/AB/elm.jsonl": '{"sha256":"","codebook":1}\n',
            "guide.yaml": "questions:\n  - {id: Q1, codes: [money.cost], skipped: [elm]}\n",
        }
    )
    (money,) = analyse(study.load(folder)).matrices
    assert money.cells["Elm", "money.cost"].status == Status.NOT_ASKED


def test_on_a_study_with_one_coding_every_other_cell_says_that_its_source_is_still_being_read(small: Path) -> None:
    """One person coded one passage of each source, and came no further."""
    loaded = study.load(small)
    (first, _) = loaded.codings
    begun = tuple(Reading("AB", source.id, 1, read_to=first.end) for source in loaded.sources)
    (money,) = analyse(replace(loaded, codings=(first,), readings=begun)).matrices
    statuses = {key: cell.status for key, cell in money.cells.items()}
    assert statuses.pop(("Ash", "money.cost")) == Status.SAID
    assert set(statuses.values()) == {Status.OPEN}


def test_one_coder_who_came_to_the_end_is_enough_and_only_under_a_codebook_that_had_the_code(small: Path) -> None:
    loaded = study.load(small)
    (category,) = loaded.codebook.categories
    late = replace(category.codes[1], since=3)
    book = replace(loaded.codebook, categories=(replace(category, codes=(category.codes[0], late)),))

    def status(*readings: Reading) -> Status:
        now = replace(loaded, codebook=book, codings=(), readings=readings)
        return analyse(now).matrices[0].cells["Elm", "money.source"].status

    early, open_again = Reading("AB", "elm", 2), Reading("CD", "elm", 3, read_to=40)
    assert status() == Status.NOT_READ
    assert status(early) == Status.OLDER
    assert status(open_again) == Status.OPEN
    assert status(early, open_again) == Status.OPEN
    assert status(early, Reading("CD", "elm", 3)) == Status.NOTHING
    assert status(replace(early, again={"money.source": 3})) == Status.NOTHING


def test_suggestions_stand_in_behind_the_place_that_the_furthest_reader_has_reached(small: Path) -> None:
    loaded = study.load(small)
    given = [suggestion("ash", start) for start in (0, 40, 120)]

    def used(*reached: int | None) -> list[int]:
        readings = tuple(Reading(f"C{n}", "ash", 1, read_to) for n, read_to in enumerate(reached))
        findings = analyse(replace(loaded, codings=(), readings=readings), given)
        return [suggestion.start for suggestion in findings.suggestions]

    assert used() == [0, 40, 120]
    assert used(0) == [0, 40, 120]
    assert used(40) == [40, 120]
    assert used(10, 100) == [120]
    assert used(10, None) == []


@pytest.mark.parametrize(
    ("verdict", "stays"), [("reject", False), ("accept", False), ("change", False), ("later", True)]
)
def test_a_suggestion_that_was_decided_on_does_not_come_back(small: Path, verdict: Verdict, *, stays: bool) -> None:
    loaded = study.load(small)
    overlapping = Review("elm", 45, 60, "…", "money.cost", verdict, "AB")
    given = [suggestion("elm", 40), suggestion("elm", 40, "money.source"), suggestion("elm", 60)]
    used = analyse(replace(loaded, reviews=(overlapping,)), given).suggestions
    others = [("money.source", 40), ("money.cost", 60)]
    assert [(s.code_id, s.start) for s in used] == [("money.cost", 40)] * stays + others


def test_where_a_person_coded_the_same_already_a_suggestion_does_not_stand_in(small: Path) -> None:
    loaded = study.load(small)
    now = replace(loaded, readings=(Reading("AB", "ash", 1, read_to=20),))
    used = analyse(now, [suggestion("ash", 50), suggestion("ash", 50, "money.source")]).suggestions
    assert [s.code_id for s in used] == ["money.source"]


def test_a_consensus_layer_counts_alone_only_as_far_as_it_has_come(study_folder: StudyFolder) -> None:
    agreed = SMALL["codings/AB/ash.jsonl"].splitlines(keepends=True)[1].replace('"id":"a', '"id":"c')
    layer = '{"sha256":"","codebook":1,"read_to":82}\n' + agreed
    folder = study_folder({**SMALL, "study.yaml": "consensus: agreed\n", "codings/agreed/ash.jsonl": layer})
    assert {coding.id for coding in analyse(study.load(folder)).codings} == {"c1", "a2"}


def test_what_a_question_may_only_bring_up_was_not_asked(study_folder: StudyFolder) -> None:
    files = {**SMALL, "codings/AB/elm.jsonl": '{"sha256":"","codebook":1}\n'}
    questions = "put: all\nquestions:\n  - {id: Q1, opens: [money.cost], codes: [money.source]}\n"
    (money,) = analyse(study.load(study_folder({**files, "guide.yaml": questions}))).matrices
    assert money.cells["Elm", "money.cost"].status == Status.NOTHING
    assert money.cells["Elm", "money.source"].status == Status.SILENT


def test_a_question_of_which_nobody_knows_whether_it_was_put_makes_nothing_asked(study_folder: StudyFolder) -> None:
    files = {**SMALL, "codings/AB/elm.jsonl": '{"sha256":"","codebook":1}\n'}
    questions = "questions:\n  - {id: Q1, codes: [money.cost]}\n"
    (money,) = analyse(study.load(study_folder({**files, "guide.yaml": questions}))).matrices
    assert money.cells["Elm", "money.cost"].status == Status.NOTHING


def test_a_question_about_a_code_that_was_renamed_still_asks_about_it(study_folder: StudyFolder) -> None:
    book = SMALL["codebook/1-money.yaml"].replace("    name: Cost\n", "    name: Cost\n    formerly: [money.price]\n")
    files = {**SMALL, "codebook/1-money.yaml": book, "codings/AB/elm.jsonl": '{"sha256":"","codebook":1}\n'}
    questions = "questions:\n  - {id: Q1, codes: [money.price], put: all}\n"
    loaded = study.load(study_folder({**files, "guide.yaml": questions}))
    assert loaded.problems == ()
    assert analyse(loaded).matrices[0].cells["Elm", "money.cost"].status == Status.SILENT


def test_a_persons_word_on_an_empty_cell_stands_before_what_the_guide_says(small: Path) -> None:
    word = Absence("Elm", "money.cost", asked=False, note="the tape ran out", by="AB")
    findings = analyse(replace(study.load(small), absences=(word,)))
    cell = findings.matrices[0].cells["Elm", "money.cost"]
    assert (cell.status, cell.absence) == (Status.NOT_ASKED, word)


def test_a_confirmed_absence_where_something_is_coded_is_a_problem_with_its_line(study_folder: StudyFolder) -> None:
    chart = (
        "Ash:\n"
        "  money.cost: {absence: asked, note: nothing came, by: AB, on: 2026-11-03}\n"
        "Elm:\n"
        "  money.cost: {absence: not asked}\n"
        "  money.cots: {absence: asked}\n"
        "Oak:\n"
        "  money.cost: {absence: asked}\n"
    )
    loaded = study.load(study_folder({**SMALL, "charts/money.yaml": chart}))
    assert [(problem.line, problem.what) for problem in loaded.problems] == [
        (2, "`Ash` on `money.cost` is confirmed as “asked, nothing said”, and is coded: a1"),
        (5, "there is no code `money.cots`"),
        (7, "there is no case `Oak`"),
    ]
    (money,) = analyse(loaded).matrices
    assert money.cells["Ash", "money.cost"].status == Status.SAID
    assert money.cells["Elm", "money.cost"].status == Status.NOT_ASKED


def test_nothing_is_proposed_as_unsaid_of_a_case_that_was_not_read_to_the_end(small: Path) -> None:
    loaded = study.load(small)
    (category,) = loaded.codebook.categories
    cost = replace(category.codes[0], kind="attribute")
    book = replace(loaded.codebook, categories=(replace(category, codes=(cost,)),))

    def proposed(*readings: Reading) -> tuple[str, bool]:
        guide = Guide((Question("Q1", "", ("money.cost",), skipped=("elm",)),))
        now = replace(loaded, codebook=book, codings=(), readings=readings, guide=guide)
        (_, elm) = analyse(now).proposals
        return elm.feature.status, elm.is_draft

    assert proposed(Reading("AB", "elm", 1, read_to=30)) == ("unclear", True)
    assert proposed(Reading("AB", "elm", 1)) == ("not_asked", False)


def test_where_coders_agreed_their_consensus_alone_counts(study_folder: StudyFolder) -> None:
    agreed = SMALL["codings/AB/ash.jsonl"].replace('"id":"a', '"id":"c').replace('"value":"high"', '"value":"low"')
    folder = study_folder({**SMALL, "study.yaml": "consensus: agreed\n", "codings/agreed/ash.jsonl": agreed})
    findings = analyse(study.load(folder))
    assert findings.study.problems == ()
    assert [(coding.id, coding.value) for coding in findings.codings] == [("c1", "low"), ("c2", "")]
    assert findings.matrices[0].cells["Ash", "money.cost"].values == {"low": 1}
    assert len(findings.study.codings) == 4


def test_without_suggestions_nothing_is_a_draft(small: Path) -> None:
    findings = analyse(study.load(small))
    assert not findings.is_draft
    assert [matrix.basis for matrix in findings.matrices] == ["people"]


def test_suggestions_are_used_only_where_nobody_coded(small: Path) -> None:
    given = [suggestion("ash"), suggestion("elm"), suggestion("elm", code_id="no.such.code")]
    findings = analyse(study.load(small), given)
    assert [(used.source_id, used.code_id) for used in findings.suggestions] == [("elm", "money.cost")]
    assert findings.is_draft
    (money,) = findings.matrices
    assert money.cells["Elm", "money.cost"].status == Status.DRAFT
    assert money.cells["Ash", "money.cost"].basis == "people"


def test_a_cell_that_only_the_machine_speaks_in_is_not_a_coded_one(small: Path) -> None:
    """What an exhibit says of a type may rest on cells: those that hold people's codings."""
    loaded = study.load(small)
    drafted = analyse(replace(loaded, codings=(), readings=()), [suggestion(loaded.sources[0].id)])
    assert any(cell.suggestions for cell in drafted.cells.values())
    assert drafted.coded_cells == frozenset()
    coded = analyse(loaded).coded_cells
    assert coded == {place for place, cell in analyse(loaded).cells.items() if cell.codings}
    assert coded


def test_a_coding_belongs_to_its_own_case_then_its_speakers_then_its_sources(study_folder: StudyFolder) -> None:
    coded = (
        '{"sha256":"","codebook":1}\n'
        '{"id":"e1","start":37,"end":52,"code":"money.cost","quote":"Next to nothing","case":"Ash"}\n'
        '{"id":"e2","start":37,"end":52,"code":"money.source","quote":"Next to nothing"}\n'
    )
    folder = study_folder({**SMALL, "codings/AB/elm.jsonl": coded, "sources.csv": "id,case\nash,Elm\nelm,Ash\n"})
    loaded = study.load(folder)
    assert cases_of(loaded) == {"a1": ("Ash",), "a2": ("Ash",), "e1": ("Ash",), "e2": ("Elm",)}
    nobody = study.load(study_folder({"participants.csv": "id,case\n"}))
    assert cases_of(nobody) == {"a1": ("Elm",), "a2": ("Elm",), "e1": ("Ash",), "e2": ("Ash",)}


def cases_of(loaded: study.Study) -> dict[str, tuple[str, ...]]:
    voices = Voices(loaded.sources, loaded.participants)
    return {coding.id: voices.case_ids(coding) for coding in loaded.codings}


def test_documents_speak_for_a_case_only_where_nobody_else_does(study_folder: StudyFolder) -> None:
    described = {**SMALL, "sources.csv": "id,kind,case\nelm,document,Elm\n"}
    alone = study.load(study_folder({**described, "participants.csv": "id,case\nP01,Ash\n"}))
    assert {row.id: row.source_ids for row in rows_by_case(alone)} == {"Ash": ("ash",), "Elm": ("elm",)}
    beside = study.load(study_folder({**described, "participants.csv": "id,case\nP01,Elm\n"}))
    assert {row.id: row.source_ids for row in rows_by_case(beside)} == {"Ash": (), "Elm": ("ash",)}


def test_each_participant_has_a_row_with_what_is_known_of_them(small: Path) -> None:
    rows = rows_by_participant(study.load(small))
    assert [(row.id, dict(row.attributes), row.source_ids) for row in rows] == [
        ("P01", {"case": "Ash", "role": "mayor"}, ("ash",)),
        ("P02", {"case": "Elm", "role": "clerk"}, ("elm",)),
    ]


def test_the_example_charts_what_people_coded_in_two_communities() -> None:
    findings = analyse(study.load(EXAMPLES / "gennovate"))
    charted = {
        row for matrix in findings.matrices for (row, _), cell in matrix.cells.items() if cell.status == Status.SAID
    }
    assert charted == {"BD3", "ET1"}
    in_cells = sum(len(cell.codings) for matrix in findings.matrices for cell in matrix.cells.values())
    assert in_cells == len(findings.study.codings) == 272
    by_participant = [c for m in findings.participant_matrices for c in m.cells.values()]
    transcribers = [c for c in findings.study.codings if not findings.voices.participants(c)]
    assert sum(len(cell.codings) for cell in by_participant) == 272 - len(transcribers) == 266
    assert {name for coding in transcribers for _, name in findings.voices.speakers(coding)} == {
        "Transcriber's summary"
    }
