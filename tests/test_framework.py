from pathlib import Path

from crosscase import analyse, study
from crosscase.coding import Suggestion
from crosscase.framework import rows_by_case, rows_by_participant
from crosscase.matrix import Status
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
