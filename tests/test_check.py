"""Twenty planted mistakes, and every other way in which a study's files can be wrong: each named with path and line."""

from pathlib import Path

import pytest

from crosscase import study
from tests.conftest import SMALL, StudyFolder

QUOTE = '"quote":"It cost us very dear, I must say.","before":"hat did it cost?\\n\\n[00:00:10] P01: "'

PLANTED = {
    **SMALL,
    "study.yaml": "title: Wrong\ntitel: Twice\ncoders: {AB: Anna}\n",
    "codebook/1-money.yaml": (
        "category: money\n"
        "codes:\n"
        "  - id: money.cost\n"
        "    values: {high: Much., low: Little.}\n"
        "  - id: money.cost\n"
        "  - id: money source\n"
        "  - id: money.kind\n"
        "    kind: attribute\n"
        "  - id: money.source\n"
        "    origin: guessed\n"
        "    formerly: money.cost\n"
    ),
    "codebook/2-time.yaml": "category: time\ncodes:\n\t- id: time.length\n",
    "guide.yaml": "questions:\n  - {id: Q1, codes: [money.cots]}\n  - {id: Q1, skipped: [oak]}\n",
    "participants.csv": "id,case,role\nP01,Ash,mayor\nP01,Elm,clerk\n,Elm,nobody\nP02,Oak,clerk\n",
    "cases/Ash.yaml": "name: Ashford\nepisodes:\n  - {id: pilot, from: 2022-01, to: 2021-06}\n",
    "transcripts/void.txt": "\n",
    "codings/AB/ash.jsonl": (
        '{"sha256":"","codebook":1}\n'
        f'{{"id":"a1","start":48,"end":81,"code":"money.cost",{QUOTE}}}\n'
        f'{{"id":"a1","start":48,"end":81,"code":"money.source",{QUOTE}}}\n'
        f'{{"id":"a3","start":48,"end":81,"code":"money.cots",{QUOTE}}}\n'
        f'{{"id":"a4","start":48,"end":81,"code":"money.cost","value":"huge",{QUOTE}}}\n'
        f'{{"id":"a5","start":48,"end":81,"code":"money.cost",{QUOTE}}}\n'
        '{"id":"a6","start":9000,"end":9010,"code":"money.cost","quote":"a quote of which nothing is here"}\n'
        '{"id":"a7","start":"x"}\n'
    ),
    "codings/AB/oak.jsonl": '{"sha256":"","codebook":1}\n',
    "charts/money.yaml": "Ash:\n  money.cost: {summary: Dear., codings: [zz]}\nOak:\n  money.cost: {summary: Cheap.}\n",
}

FOUND = [
    ("study.yaml", 2, "`titel` is not known here"),
    ("codebook/1-money.yaml", 5, "`money.cost` is already defined in codebook/1-money.yaml:3"),
    ("codebook/1-money.yaml", 6, "`money source` can't be the id of a code"),
    ("codebook/1-money.yaml", 7, "the attribute `money.kind` has no values"),
    ("codebook/1-money.yaml", 9, "`money.cost` is still a code of its own"),
    ("codebook/1-money.yaml", 10, "guessed"),
    ("codebook/2-time.yaml", 3, "a tab"),
    ("guide.yaml", 2, "there is no code `money.cots`"),
    ("guide.yaml", 3, "the question `Q1` stands here twice"),
    ("guide.yaml", 3, "there is no source `oak`"),
    ("participants.csv", 3, "the participant `P01` has a row already (line 2)"),
    ("participants.csv", 4, "this row has no id"),
    ("participants.csv", 5, "there is no case `Oak`"),
    ("cases/Ash.yaml", 3, "ends (2021-06) before it begins (2022-01)"),
    ("transcripts/void.txt", 1, "the source is empty"),
    ("codings/AB/ash.jsonl", 3, "the id `a1` is already used in codings/AB/ash.jsonl:2"),
    ("codings/AB/ash.jsonl", 4, "the code `money.cots`, which is not in the codebook"),
    ("codings/AB/ash.jsonl", 5, "the value `huge`, which `money.cost` doesn't know"),
    ("codings/AB/ash.jsonl", 6, "`a5` repeats `a1`"),
    ("codings/AB/ash.jsonl", 7, "past the end of the text"),
    ("codings/AB/ash.jsonl", 8, "this coding can't be read"),
    ("codings/AB/oak.jsonl", 1, "there is no source `oak`"),
    ("charts/money.yaml", 2, "it rests on the coding `zz`, which there isn't"),
    ("charts/money.yaml", 4, "there is no case `Oak`"),
]


@pytest.fixture
def planted(study_folder: StudyFolder) -> Path:
    return study_folder(PLANTED)


@pytest.mark.parametrize(("path", "line", "what"), FOUND)
def test_a_planted_mistake_is_named_with_path_and_line(planted: Path, path: str, line: int, what: str) -> None:
    here = [problem.what for problem in study.load(planted).problems if (problem.path, problem.line) == (path, line)]
    assert any(what in found for found in here), here


def test_nothing_is_an_error_but_what_was_planted(planted: Path) -> None:
    places = {(path, line) for path, line, _ in FOUND}
    assert {(p.path, p.line) for p in study.load(planted).problems if p.level == "error"} == places


def test_every_problem_says_what_to_do_in_one_line(planted: Path) -> None:
    for problem in study.load(planted).problems:
        assert problem.do
        assert "\n" not in str(problem)


def test_what_is_right_in_a_wrong_study_is_still_read(planted: Path) -> None:
    loaded = study.load(planted)
    assert [source.id for source in loaded.sources] == ["ash", "elm", "void"]
    assert [code.id for code in loaded.codebook.codes] == ["money.cost", "money.kind", "money.source"]
    assert [coding.id for coding in loaded.codings] == ["a1", "a1", "a3", "a4", "a5"]


def problems(folder: Path) -> list[str]:
    return [str(problem) for problem in study.load(folder).problems]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("participants.csv", "\ufeffid,case\nP01,Ash\nP02,Elm\n", ""),
        ("participants.csv", "id;case;note\nP01;Ash;a,b\nP02;Elm;\n", "participants.csv:1: note: columns are separated by semicolons"),
        ("participants.csv", "name,case\nP01,Ash\n", "participants.csv:1: no column is called `id`"),
        ("participants.csv", "id,case\nP01,Ash,three\nP02,Elm\n", "participants.csv:2: 3 fields, but the table has 2 columns"),
        ("participants.csv", "id,case\nP01,Ash\nP09,Elm\nP02,Elm\n", "participants.csv:3: note: `P09` speaks in no source"),
        ("sources.csv", "id,kind\nash,talk\n", "sources.csv:2: `kind`"),
        ("sources.csv", "id,kind\noak,document\n", "sources.csv:2: there is no transcripts/oak.txt"),
        ("transcripts/elm.txt", "P02: Next to nothing, the church lent us the hall.\n", "transcripts/elm.txt:1: note: only one speaker"),
        ("transcripts/elm.txt", "Next to nothing, they lent us the hall.\n", "transcripts/elm.txt:1: note: no speakers found"),
        ("transcripts/elm.txt", "Unknown: Note: next to nothing was lent to us.\n", "transcripts/elm.txt:1: note: no speakers found"),
        ("transcripts/elm.txt", "Interviewer: Hello?\n", "transcripts/elm.txt:1: note: nobody takes part"),
        ("transcripts/copy.txt", SMALL["transcripts/elm.txt"], "transcripts/elm.txt:1: the same text as copy.txt"),
        ("study.yaml", "transcripts: ../elsewhere\n", "study.yaml:1: `transcripts: ../elsewhere` is not a folder of the study"),
        ("study.yaml", "a: &x [1]\nb: *x\n", "study.yaml:2: aliases"),
        ("study.yaml", "just words\n", "study.yaml:1: this should be `name: value` lines"),
        ("study.yaml", "title: a\x00b\n", "study.yaml:1: not readable as YAML"),
        ("study.yaml", "seed: [1, 2]\n", "study.yaml:1: `seed` should be a whole number"),
        ("cases/Ash.yaml", "id: Oak\n", "cases/Ash.yaml:1: the case calls itself `Oak`"),
        ("cases/Fir.yaml", "name: Firton\n", "cases/Fir.yaml:1: note: no participant or source belongs to the case"),
        ("charts/money.yaml", "Ash: Dear.\n", "charts/money.yaml:1: `Ash` should hold `code: …` lines"),
        ("charts/money.yaml", "Ash:\n  money.cost: {by: AB}\n", "charts/money.yaml:2: `summary` is missing"),
        ("codings/CD/elm.jsonl", "", "codings/CD/elm.jsonl:1: the first line should tell which text was coded"),
        ("codings/CD/elm.jsonl", '{"sha256":""}\n{"id":"x","start":5,"end":5,"code":"money.cost","quote":""}\n', "codings/CD/elm.jsonl:2: `x` marks no text"),
        ("codings/CD/elm.jsonl", '{"sha256":""}\n{"id":"x","start":30,"end":32,"code":"money.cost","quote":"\\n\\n"}\n', "codings/CD/elm.jsonl:2: `x` marks no text"),
    ],
)  # fmt: skip
def test_bad_input_is_said_in_a_line_of_its_own(study_folder: StudyFolder, name: str, text: str, expected: str) -> None:
    found = problems(study_folder({**SMALL, name: text}))
    assert any(line.startswith(expected) for line in found) if expected else found == []


def test_a_text_that_is_not_utf8_is_said_with_its_line(small: Path) -> None:
    (small / "transcripts/elm.txt").write_bytes(
        "Interviewer: Ja?\n\nP02: Über nichts haben wir gesprochen.\n".encode("cp1252")
    )
    assert problems(small)[0].startswith("transcripts/elm.txt:3: not UTF-8 text (byte 0xdc); save the file as UTF-8")


def test_a_link_out_of_the_study_is_not_followed(small: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("P09: Not for your eyes, this is.\n")
    (small / "transcripts/leak.txt").symlink_to(secret)
    loaded = study.load(small)
    assert loaded.source("leak") is None
    assert problems(small) == [
        "transcripts/leak.txt:1: this link leads out of the study, so it is not read; put the file itself here"
    ]


def test_overlapping_codings_of_one_code_are_noted(small: Path) -> None:
    path = small / "codings/AB/ash.jsonl"
    path.write_text(
        path.read_text() + '{"id":"a3","start":86,"end":101,"code":"money.source","quote":"county paid for"}\n'
    )
    assert problems(small) == [
        "codings/AB/ash.jsonl:4: note: `a3` overlaps `a2`, with the same code; join them into one"
    ]


def test_windows_line_ends_change_no_place(small: Path) -> None:
    path = small / "transcripts/ash.txt"
    before = study.load(small).codings
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert study.load(small).codings == before
    assert problems(small) == []


def test_an_empty_study_is_read(study_folder: StudyFolder) -> None:
    loaded = study.load(study_folder({"study.yaml": ""}))
    assert [problem.level for problem in loaded.problems] == ["warning", "warning"]
