"""Names proposed, accepted, put in and looked for; a participant withdrawn."""

import csv
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crosscase import Refused, load, stages
from crosscase.cli import main
from crosscase.source import parse
from crosscase.study import decisions
from crosscase.suggest import identifying
from tests.conftest import StudyFolder
from tests.deciding import FILES

ASH = (
    "Interviewer: Who paid?\n\nHelen Ward: We in Kelso paid. Call me on 555-0194, or helen@kelso.org.\n\n"
    "Interviewer: Since when?\n\nHelen Ward: Since 4 May 2019. Tom Ridenour knows.\n"
)
ELM = "Interviewer: And you?\n\nTom Ridenour: Helen paid in Kelso, I must say.\n"
NAMED = {
    "study.yaml": "title: Named\ncoders: {AB: Ann Berg}\n",
    "codebook/1.yaml": "category: money\ncodes:\n  - {id: money.cost, name: Cost}\n",
    "participants.csv": "id,case,speakers,sources\nP1,Ash,Helen Ward,ash\nP2,Elm,Tom Ridenour,elm\n",
    "transcripts/ash.txt": ASH,
    "transcripts/elm.txt": ELM,
    "codings/AB/ash.jsonl": (
        '{"sha256":"","codebook":1}\n{"id":"a1","start":36,"end":53,"code":"money.cost",'
        '"quote":"We in Kelso paid.","memo":"Helen Ward means it"}\n'
    ),
    "charts/money.yaml": "Ash:\n  money.cost: {summary: 'They paid: “We in Kelso paid.”', codings: [a1], by: AB}\n",
    "memos/one.md": "Helen Ward was nervous.\n",
}


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def accept_all(table: Path) -> None:
    rows = list(csv.DictReader(table.open()))
    with table.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(row | {"decision": "yes"} for row in rows)


def test_what_has_a_form_is_found_without_a_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identifying, "has_model", lambda: False)
    text = "Write to a.b@mill.org or www.mill.org/x, call 020 7946 0958, case AB-1234/19, on 4 May 2019, for $4,500."
    found = {text[m.start : m.end]: m.kind for m in identifying.mentions([text])}
    assert found == {
        "a.b@mill.org": "e-mail",
        "www.mill.org/x": "address",
        "020 7946 0958": "phone",
        "AB-1234/19": "id",
        "4 May 2019": "date",
    }
    assert {text[m.start : m.end] for m in identifying.mentions([text], money=True)} >= {"$4,500"}
    assert identifying.mentions(["In 2019 and 2020, by 10 or 20 people, in May."]) == []


def test_a_name_is_one_wherever_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identifying, "has_model", lambda: False)
    texts = ["Tom Ridenour came.", "Then Ridenour left, tomorrow Tom."]
    found = [(m.text, texts[m.text][m.start : m.end]) for m in identifying.mentions(texts, people=["Tom Ridenour"])]
    assert found == [(0, "Tom Ridenour"), (1, "Ridenour"), (1, "Tom")]


def test_proposals_are_decided_in_a_table_and_put_in_with_codings_and_quotes(study_folder: StudyFolder) -> None:
    folder = study_folder(NAMED)
    table, key = folder.parent / "study-names.csv", folder.parent / "study-key.csv"
    texts = {path.name: path.read_bytes() for path in folder.rglob("*.*") if path.is_file()}
    assert run("deidentify", folder).exit_code == 0
    words = {row["name"]: row["words"] for row in csv.DictReader(table.open())}
    assert words["Helen Ward"].startswith("Participant ")
    assert words["Helen"] == f"{words['Helen Ward']}b"
    assert words["Kelso"].startswith("[")
    assert {"555-0194", "helen@kelso.org", "4 May 2019"} <= set(words)
    assert table.stat().st_mode & 0o077 == 0
    assert run("deidentify", folder, "--apply").exit_code == 2
    accept_all(table)
    assert run("deidentify", folder, "--apply").exit_code == 0
    study = load(folder)
    assert [problem for problem in study.problems if problem.level == "error"] == []
    (coding,) = study.codings
    assert coding.quote == f"We in {words['Kelso']} paid."
    assert coding.quote in study.summaries[0].text
    assert coding.memo == f"{words['Helen Ward']} means it"
    assert study.memos[0].text.startswith(words["Helen Ward"])
    assert {name for source in study.sources for name in source.speakers} == {
        "Interviewer", words["Helen Ward"], words["Tom Ridenour"],
    }  # fmt: skip
    assert not study.moved
    assert run("deidentify", folder, "--leak-test").exit_code == 0
    assert run("deidentify", folder, "--restore").exit_code == 0
    assert load(folder).codings[0].quote == "We in Kelso paid."
    assert (folder / "transcripts/ash.txt").read_text() == ASH
    assert texts["one.md"] == (folder / "memos/one.md").read_bytes()
    assert key.exists()


def test_decisions_of_the_table_stay_when_names_are_proposed_again(study_folder: StudyFolder) -> None:
    folder = study_folder(NAMED)
    table = folder.parent / "study-names.csv"
    stages.propose(load(folder), table)
    table.write_text(table.read_text().replace(",,2,", ",no,2,").replace("[place 1]", "[a town]"))
    before = table.read_text()
    stages.propose(load(folder), table)
    assert table.read_text() == before
    table.write_text(before.replace(",no,", ",perhaps,"))
    with pytest.raises(Refused, match="`perhaps` is no decision"):
        stages.accepted(table)
    with pytest.raises(Refused, match="lies in the study"):
        stages.propose(load(folder), folder / "names.csv")


@pytest.mark.parametrize("place", ["memos/two.md", "reports/index.html", "reports/tables/a.xlsx", ".crosscase/s.jsonl"])
def test_a_name_of_the_key_is_found_wherever_it_is_left(study_folder: StudyFolder, place: str) -> None:
    folder = study_folder(NAMED)
    key = folder.parent / "study-key.csv"
    key.write_text("name,words\nHank Delaney,[person 1]\n")
    path = folder / place
    path.parent.mkdir(parents=True, exist_ok=True)
    if place.endswith(".xlsx"):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("xl/sharedStrings.xml", "<sst><si><t>said HANK </t><t>DELANEY.</t></si></sst>")
    else:
        path.write_text("One.\nHank <b>Delaney’s</b> office.\n" if place.endswith("html") else "x\nHank\u00a0Delaney\n")
    assert [(leak.path, leak.name) for leak in stages.leaks(load(folder), key)] == [(place, "Hank Delaney")]


def test_two_names_never_get_the_same_words(study_folder: StudyFolder) -> None:
    with pytest.raises(Refused, match="would stand for several names"):
        decisions.replace_names(load(study_folder(NAMED)), {"Helen": "[a]", "Kelso": "[a]"})


def test_a_participant_who_withdraws_is_nowhere(study_folder: StudyFolder) -> None:
    folder = study_folder(NAMED | {"transcripts/both.txt": f"{ELM}\nHelen Ward: I paid half.\n\nTom Ridenour: Yes.\n"})
    table = folder / "participants.csv"
    table.write_text(table.read_text().replace(",ash\n", ",ash; both\n").replace(",elm\n", ",elm; both\n"))
    before = {
        path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and ".crosscase" not in path.parts
    }
    told = run("withdraw", folder, "P1").output
    assert "the source ash, whole" in told
    assert "1 turn of both" in told
    assert "the summary of Ash on money.cost" in told
    assert {path: path.read_bytes() for path in before} == before
    assert run("withdraw", folder, "P1", "--yes", "--by", "AB").exit_code == 0
    study = load(folder)
    assert [source.id for source in study.sources] == ["both", "elm"]
    assert study.codings == ()
    assert study.summaries == ()
    left = [path.name for path in folder.rglob("*") if path.is_file() and b"Helen" in path.read_bytes()]
    assert left == []
    assert "[a participant who withdrew] paid in Kelso" in study.sources[0].text
    assert "I paid half" not in study.sources[0].text
    assert [turn.speaker for turn in parse(study.sources[0].text)] == ["Interviewer", "Tom Ridenour", "Tom Ridenour"]
    assert (folder / "withdrawn.csv").read_text().splitlines()[1].split(",")[1:] == ["AB", "2", "5", "1", "1"]


def test_codings_of_others_keep_their_words_when_somebody_withdraws(study_folder: StudyFolder) -> None:
    shared = "Interviewer: Well?\n\nP01: It cost us dear.\n\nP02: Next to nothing, for us.\n"
    files = FILES | {"transcripts/elm.txt": shared, "participants.csv": FILES["participants.csv"]}
    start = shared.index("Next")
    place = f'"start":{start},"end":{start + 15},"quote":"Next to nothing"'
    line = f'{{"id":"c1","code":"money.cost","value":"low",{place}}}\n'
    folder = study_folder(files | {"codings/CD/elm.jsonl": '{"sha256":"","codebook":1,"read_to":30}\n' + line})
    after = decisions.withdraw(load(folder), "P01")
    assert [(coding.id, coding.quote) for coding in after.codings if coding.source_id == "elm"] == [
        ("c1", "Next to nothing")
    ]
    assert after.source("ash") is None


@pytest.mark.slow
def test_most_of_the_samples_names_are_proposed() -> None:
    from benchmarks.identifying import measured

    found = measured()
    assert len(found.missed) < 0.1 * found.names
