"""Bringing files in as wished: shown first, under other names, again, with what is nobody's words kept beside."""

import csv
import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crosscase import load
from crosscase.asking import likely_asker, only_asks
from crosscase.cli import main
from crosscase.coding import Coding
from crosscase.exchange import importing
from crosscase.exchange.patterns import pattern_of
from crosscase.problem import Refused
from crosscase.source import passages
from crosscase.study import decisions

TALK = """Ben: How do you get to work?

Ann: I walk, forty minutes each way, and in winter my neighbour takes me.

Ben: And back?

Ann: The same way, but later, since the shop closes at nine.

Ben: Does the bus still run?

Ann: It was cut two years ago, and nobody asked us about it.
"""


@pytest.fixture
def study(tmp_path: Path) -> Path:
    assert run("init", tmp_path / "study").exit_code == 0
    return tmp_path / "study"


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    return written(tmp_path / "I01.txt", TALK)


def written(path: Path, text: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return path


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def contents(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file() and ".crosscase" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def roles(study: Path) -> dict[str, str]:
    return {turn.speaker: turn.role for turn in load(study).sources[0].turns}


# -- who asks


def test_who_asks_most_is_proposed_and_nobody_where_all_ask_alike() -> None:
    asker = likely_asker([("B", "Why?"), ("A", "So."), ("B", "And then?"), ("A", "No.")])
    assert asker is not None
    assert (asker.name, asker.questions, asker.turns) == ("B", 2, 2)
    assert likely_asker([("B", "Why?"), ("A", "Who?"), ("B", "And?"), ("A", "When?")]) is None
    assert likely_asker([("B", "Why?"), ("B", "And?")]) is None


def test_a_turn_that_is_one_question_only_asks() -> None:
    assert only_asks("And your brother, when did he leave?")
    assert only_asks("您怎么去上班？")
    assert only_asks("Πώς πηγαίνετε στη δουλειά;")
    assert not only_asks("I left. Why not?")
    assert not only_asks("We left;")


def test_where_nobody_is_known_to_ask_that_is_said_and_no_draft_is_made_of_questions(study: Path, talk: Path) -> None:
    told = run("import", study, talk).output
    assert "nobody was found who asks, but Ben ends 3 of 3 turns with a question" in told
    (source,) = load(study).sources
    read = [source.text[passage.start : passage.end] for passage in passages(source).kept]
    assert [words[:6] for words in read] == ["I walk", "The sa", "It was"]
    assert "nobody was found who asks; 3 of the 3 turns of `Ben`" in run("check", study).output
    assert "Ben asks most" in run("sources", study).output


def test_a_nameless_transcript_is_read_without_its_questions(study: Path, tmp_path: Path) -> None:
    told = run("import", study, written(tmp_path / "I02.txt", TALK.replace("Ben: ", "").replace("Ann: ", ""))).output
    assert "nobody was found who asks" in told
    (source,) = load(study).sources
    assert not [p for p in passages(source).kept if source.text[p.start : p.end].endswith("?")]


def test_who_asks_is_said_on_import_and_kept_for_the_source(study: Path, talk: Path) -> None:
    told = run("import", study, talk, "--interviewer", "Ben", "--participant", "Ann", "--interviewer", "Zoe").output
    assert "nobody was found" not in told
    assert "Zoe speaks nowhere in it" in told
    assert roles(study) == {"Ben": "interviewer", "Ann": "participant"}
    assert (study / "speakers.csv").read_text() == (
        "source,name,speaker,role\nI01,Ben,,interviewer\nI01,Ann,,participant\n"
    )
    assert "nobody was found" not in run("check", study).output


# -- shown first


def test_a_preview_shows_turns_with_roles_and_stores_nothing(study: Path, talk: Path) -> None:
    before = contents(study)
    told = run("import", study, talk, "--preview", "--interviewer", "Ben").output
    assert "Ben (interviewer): How do you get to work?" in told
    assert "Ben (3, 26% of the words, asks)" in told
    assert "nothing was stored" in told
    assert run("import", study, talk, "--dry-run").exit_code == 0
    assert contents(study) == before


def test_the_report_is_there_as_json(study: Path, talk: Path) -> None:
    (told,) = json.loads(run("import", study, talk, "--preview", "--json").output)["files"]
    assert (told["status"], told["reader"], told["encoding"], told["turns"]) == ("read", "txt", "UTF-8", 6)
    assert told["layout"] == "`Name: words`"
    assert told["roles"] == {"Ben": "participant", "Ann": "participant"}
    assert told["read_turns"][0] == {"time": "", "speaker": "Ben", "words": "How do you get to work?"}
    assert sum(told["shares"].values()) == pytest.approx(1, abs=0.01)


def test_names_are_found_as_a_person_says_that_they_are_written(study: Path, tmp_path: Path) -> None:
    path = written(tmp_path / "I03.txt", "(0:01) BEN - Why?\n(0:03) ANN - So.\nIt is.\n(0:09) BEN - And: then?\n")
    run("import", study, path, "--speakers", "(TIME) NAME - WORDS")
    assert (study / "transcripts/I03.txt").read_text() == (
        "[00:00:01] BEN: Why?\n\n[00:00:03] ANN: So.\nIt is.\n\n[00:00:09] BEN: And: then?\n"
    )
    assert "no line is written as `NAME >>`" in run("import", study, path, "--preview", "--speakers", "NAME >>").output
    with pytest.raises(Refused, match="doesn't say where the name stands"):
        pattern_of("WORDS")


# -- other names


def test_speakers_are_joined_on_import_and_later_with_their_codings(study: Path, tmp_path: Path) -> None:
    text = TALK.replace("Ann: The", "Annie: The")
    run("import", study, written(tmp_path / "I01.txt", text))
    loaded = load(study)
    start = loaded.sources[0].text.index("The same way")
    code = loaded.codebook.codes[0].id
    coded = decisions.add_coding(loaded, "AB", Coding("", "I01", start, start + 12, "", code))
    (study / "speakers.csv").write_text("name;speaker;role\nAnnie;Ann;\nBen;Interviewer B;interviewer\n")
    assert "`Annie` shall be `Ann`, and isn't yet in I01" in run("check", study).output
    assert run("sources", study, "--rename").exit_code == 0
    after = load(study)
    assert roles(study) == {"Interviewer B": "interviewer", "Ann": "participant"}
    assert [(coding.quote, coding.speaker) for coding in after.codings] == [("The same way", "Ann")]
    assert after.codings[0].start == coded.codings[0].start + len("Interviewer B") * 2 - len("Ben") * 2 - len("ie")
    assert not after.moved
    run("import", study, written(tmp_path / "I02.txt", text + "\nAnn: More.\n"))
    assert load(study).source("I02").speakers == ("Interviewer B", "Ann")  # type: ignore[union-attr]


# -- again


def test_a_corrected_file_takes_its_sources_place_and_codings_move(study: Path, tmp_path: Path) -> None:
    path = written(tmp_path / "I01.txt", TALK)
    run("import", study, path)
    loaded = load(study)
    code, text = loaded.codebook.codes[0].id, loaded.sources[0].text
    drafts = [
        Coding("", "I01", text.index(quote), text.index(quote) + len(quote), "", code)
        for quote in ("my neighbour takes me", "since the shop closes at nine")
    ]
    decisions.add_codings(loaded, "AB", drafts)
    corrected = TALK.replace("forty minutes", "about forty-five minutes").replace(
        "since the shop closes at nine", "yes"
    )
    written(path, corrected)
    before = contents(study)
    assert "already in the study with other content" in run("import", study, path).output
    told = run("import", study, path, "--replace", "--dry-run").output
    assert "moved: AB" in told
    assert "lost: AB" in told
    assert contents(study) == before
    assert run("import", study, path, "--replace").exit_code == 0
    after = load(study)
    assert [coding.quote for coding in after.codings] == ["my neighbour takes me"]
    assert [coding.quote for coding in after.lost] == ["since the shop closes at nine"]
    assert not after.moved
    kept = [data for name, data in contents(study).items() if name.startswith("transcripts/original/replaced/")]
    assert kept == [TALK.encode()]
    assert "already in the study as I01" in run("import", study, path, "--replace").output


def test_a_source_is_taken_out_whole_and_put_back_whole(study: Path, talk: Path) -> None:
    run("import", study, talk, "--interviewer", "Ben", "--title", "A talk")
    loaded = load(study)
    start = loaded.sources[0].text.index("I walk")
    decisions.add_coding(loaded, "AB", Coding("", "I01", start, start + 6, "", loaded.codebook.codes[0].id))
    before = load(study)
    assert "with 1 codings" in run("remove", study, "I01").output
    assert load(study).sources == ()
    assert not load(study).codings
    left = [
        name for name, data in contents(study).items() if b"forty minutes" in data and not name.startswith("removed/")
    ]
    assert left == []
    assert "no source `I02` lies in removed" in run("remove", study, "I02", "--put-back").output
    run("remove", study, "I01", "--put-back")
    after = load(study)
    assert (after.sources, after.codings) == (before.sources, before.codings)
    assert not (study / "removed/I01/transcripts").exists() or not list((study / "removed/I01").rglob("*.txt"))


# -- what is nobody's words, and recordings


def test_what_is_nobodys_words_is_kept_beside_the_text_with_its_reason_and_line(study: Path, tmp_path: Path) -> None:
    path = written(
        tmp_path / "I01.txt", f"Talk 3\n\nTranscribed with noScribe vers. 0.6\n\n{TALK}Transcribed by otter.ai\n"
    )
    assert "aside: 3 lines" in run("import", study, path).output
    rows = list(csv.reader((study / "transcripts/original/I01.aside.csv").open()))
    assert rows[0] == ["line", "reason", "words"]
    assert sorted(row[2] for row in rows[1:]) == [
        "Talk 3",
        "Transcribed by otter.ai",
        "Transcribed with noScribe vers. 0.6",
    ]
    assert {row[0] for row in rows[1:]} == {"1", "3", "16"}
    assert (
        "aside (line 16), the program's banner: Transcribed by otter.ai"
        in run("sources", study, "--source", "I01").output
    )


def test_the_recording_of_a_source_is_noted_with_its_hash(study: Path, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    path = written(inbox / "I01.txt", TALK)
    written(inbox / "I01.mp3", "sound")
    run("import", study, path)
    attributes = load(study).sources[0].attributes
    assert attributes["media"] == str(inbox / "I01.mp3")
    assert len(attributes["media_sha256"]) == 64


def test_a_file_that_changes_while_it_is_read_is_not_taken(
    study: Path, talk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.read_bytes

    def growing(path: Path) -> bytes:
        data = real(path)
        if path == talk:
            with path.open("a") as file:
                file.write("Ann: More.\n")
            os.utime(path)
        return data

    monkeypatch.setattr(Path, "read_bytes", growing)
    (report,) = importing.import_files(study, [talk])
    assert "changed while it was read" in report.problem
