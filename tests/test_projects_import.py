"""Other programs' projects in a study: all or nothing, each coding where its words stand, and again without loss."""

import json
import re
import shutil
import tempfile
import unicodedata
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from crosscase import Study, load
from crosscase.cli import main
from crosscase.exchange.projects.texts import arranged
from crosscase.study import init
from tests.test_projects_reading import EVERY, HERE, expected, zipped

NVIVO = HERE / "nvivo_windows_like.qdpx"


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A study with nothing in it."""
    folder = tmp_path / "study"
    init(folder)
    return folder


def bring(folder: Path, *arguments: object) -> Result:
    result = CliRunner().invoke(main, ["import", str(folder), *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    return result


def arrival(folder: Path, *arguments: object) -> dict[str, object]:
    (report,) = json.loads(bring(folder, *arguments, "--json").output)
    assert isinstance(report, dict)
    return report


def folded(text: str) -> str:
    return " ".join(bare(text).split())


def bare(text: str) -> str:
    return unicodedata.normalize("NFC", text.replace("\ufeff", ""))


def letters(text: str) -> str:
    """What is left of a text whatever its blanks: paragraphs of a web page run together in Taguette's own text."""
    return "".join(bare(text).split())


def errors(study: Study) -> list[str]:
    return [str(problem) for problem in study.problems if problem.level == "error"]


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file() and ".crosscase" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@EVERY
def test_every_coding_comes_with_its_words_and_again_brings_nothing(path: Path, study: Path) -> None:
    report = arrival(study, path)
    loaded = load(study)
    assert [error for error in errors(loaded) if "the same text as" not in error] == []
    assert not loaded.lost
    meant = Counter(
        (letters(coding["snippet"]), coding["coder"] or "")
        for coding in {
            (each["source"], each["start"], each["end"], tuple(each["code"]), each["coder"]): each
            for each in expected(path).get("codings", ())
            if not each.get("code_is_case") and folded(each["snippet"])
        }.values()
    )
    names = loaded.settings.coders
    found = Counter((letters(coding.quote), names.get(coding.coder, "")) for coding in loaded.codings)
    assert found == meant
    for coding in loaded.codings:
        source = loaded.source(coding.source_id)
        assert source is not None
        assert source.text[coding.start : coding.end] == coding.quote
    before = contents(study)
    assert report["written"] == bool(expected(path)["counts"].get("codes"))
    assert "nothing new" in bring(study, path).output
    assert contents(study) == before


def test_a_dry_run_writes_nothing_and_says_what_would_come(study: Path) -> None:
    before = contents(study)
    result = bring(study, NVIVO, "--dry-run")
    assert "17 codings, 1 memo would come (nothing was written)" in result.output
    assert contents(study) == before


def test_users_become_the_coders_that_people_say(study: Path) -> None:
    (study / "study.yaml").write_text("title: A\ncoders: {AB: Ann Berg}\n")
    bring(study, NVIVO, "--as-coder", "Coder One=AB", "--as-coder", "CD")
    assert {coding.coder for coding in load(study).codings} == {"AB", "CD"}
    assert "AB: Ann Berg" in (study / "study.yaml").read_text()
    assert errors(load(study)) == []


def test_cases_values_notes_and_groups_come_with_what_they_are_on(study: Path) -> None:
    bring(study, NVIVO, "--finished")
    loaded = load(study)
    assert {case.name: dict(case.attributes) for case in loaded.cases} == {
        "Plot 12": {"Plot:Size": "40 m²"},
        "Plot 7": {},
    }
    source = loaded.source("Gate-talk")
    assert source is not None
    assert source.case_id == "Plot-12"
    assert source.attributes["groups"] == "Set 1"
    (memo,) = loaded.memos
    assert "zwei / two" in memo.text
    assert all(reading.is_done for reading in loaded.readings)


def edited(path: Path, to: Path, *replaced: tuple[str, str]) -> Path:
    """The project with other words in its XML, each exactly once."""
    with zipfile.ZipFile(path) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    qde = next(name for name in parts if name.endswith(".qde"))
    xml = parts[qde].decode()
    for old, new in replaced:
        assert xml.count(old) == 1, old
        xml = xml.replace(old, new)
    to.write_bytes(zipped(*(parts | {qde: xml.encode()}).items()))
    return to


STRICT = HERE / "spec_strict.qdpx"


def selections(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        return re.findall(r"<PlainTextSelection.*?</PlainTextSelection>", archive.read("project.qde").decode())


def test_more_work_there_brings_only_what_is_new_or_changed(study: Path, tmp_path: Path) -> None:
    first, second, *_ = selections(STRICT)
    bring(study, edited(STRICT, tmp_path / "one.qdpx", (first, "")))
    before = {coding.id: coding for coding in load(study).codings}
    moved = re.sub(r'name="[^"]*"', 'name=""', second)
    start = re.search(r'startPosition="(\d+)"', second)
    assert start is not None
    longer = moved.replace(start[0], f'startPosition="{int(start[1]) - 3}"')
    report = arrival(study, edited(STRICT, tmp_path / "two.qdpx", (second, longer)))
    assert report["new"] == {"codings": 1, "changed codings": 1}
    after = {coding.id: coding for coding in load(study).codings}
    (changed,) = [coding_id for coding_id in before if after[coding_id] != before[coding_id]]
    assert after[changed].quote.endswith(before[changed].quote)
    assert len(after) == len(before) + 1


def test_what_was_changed_on_both_sides_stays_and_is_said(study: Path, tmp_path: Path) -> None:
    from crosscase.study import decisions

    bring(study, STRICT)
    coding = next(each for each in load(study).codings if " " in each.quote)
    end = coding.start + coding.quote.index(" ")
    decisions.change_coding(load(study), coding.coder, coding.id, end=end)
    (selection,) = [each for each in selections(STRICT) if f'name="{folded(coding.quote)}"' in each]
    stop = re.search(r'endPosition="(\d+)"', selection)
    assert stop is not None
    longer = re.sub(r'name="[^"]*"', "", selection).replace(stop[0], f'endPosition="{int(stop[1]) + 1}"')
    report = arrival(study, edited(STRICT, tmp_path / "two.qdpx", (selection, longer)))
    assert any(coding.id in str(conflict) for conflict in report["conflicts"])  # type: ignore[attr-defined]
    assert next(each for each in load(study).codings if each.id == coding.id).end == end


def test_what_was_taken_away_here_does_not_come_back(study: Path) -> None:
    from crosscase.study import decisions

    bring(study, STRICT)
    coding = load(study).codings[0]
    decisions.remove_coding(load(study), coding.coder, coding.id)
    report = arrival(study, STRICT)
    assert report["there"]["codings taken away here"] == 1  # type: ignore[index]
    assert coding.id not in {each.id for each in load(study).codings}


def test_codings_find_their_words_in_a_text_that_was_edited_here(study: Path, tmp_path: Path) -> None:
    first, *_ = selections(STRICT)
    bring(study, edited(STRICT, tmp_path / "one.qdpx", (first, "")))
    for path in (study / "transcripts").glob("*.txt"):
        path.write_text("A line before.\n\n" + path.read_text())
    CliRunner().invoke(main, ["check", str(study), "--accept-moves"])
    report = arrival(study, STRICT)
    assert report["new"] == {"codings": 1}
    for coding in load(study).codings:
        text = load(study).source(coding.source_id).text  # type: ignore[union-attr]
        assert text[coding.start : coding.end] == coding.quote


def test_a_project_that_cannot_be_read_leaves_the_study_as_it_is(study: Path) -> None:
    before = contents(study)
    result = bring(study, HERE / "hostile_dtd_and_traversal.qdpx")
    assert result.exit_code == 1
    assert "hostile_dtd_and_traversal.qdpx:1: it declares a document type" in result.output
    assert contents(study) == before


def test_a_value_that_a_spreadsheet_would_run_is_guarded(study: Path, tmp_path: Path) -> None:
    old = "<IntegerValue>40</IntegerValue>"
    path = edited(HERE / "maxqda_like.qdpx", tmp_path / "a.qdpx", (old, "<TextValue>=cmd|' /C calc'!A0</TextValue>"))
    bring(study, path)
    assert "\"'=cmd" in (study / "sources.csv").read_text() or ",'=cmd" in (study / "sources.csv").read_text()


def test_all_or_nothing_comes_when_the_study_cannot_take_it(study: Path) -> None:
    (study / "sources.csv").write_text('id,kind\n"open,1\n')
    before = contents(study)
    result = bring(study, HERE / "maxqda_like.qdpx")
    assert result.exit_code == 2
    assert "sources.csv" in result.output
    assert contents(study) == before


def test_a_locked_database_is_named_and_nothing_comes(study: Path, tmp_path: Path) -> None:
    import sqlite3

    path = shutil.copy(HERE / "taguette_1.5.2_garden.sqlite3", tmp_path / "a.sqlite3")
    holder = sqlite3.connect(path)
    holder.execute("BEGIN EXCLUSIVE")
    try:
        result = bring(study, path)
    finally:
        holder.close()
    assert "locked" in result.output
    assert result.exit_code == 1


def test_a_database_of_a_later_version_is_read_and_said(study: Path, tmp_path: Path) -> None:
    import sqlite3

    folder = Path(shutil.copytree(HERE / "qualcoder_v17.qda", tmp_path / "later.qda"))
    database = sqlite3.connect(folder / "data.qda")
    database.execute("UPDATE project SET databaseversion = 'v99'")
    database.execute("ALTER TABLE code_text DROP COLUMN important")
    database.commit()
    database.close()
    result = bring(study, folder)
    assert "version v99" in result.output
    assert len(load(study).codings) == 15


def test_two_sources_of_one_name_and_spoiled_letters_are_said(study: Path, tmp_path: Path) -> None:
    assert "2 sources are called “Well talk”: Well-talk, Well-talk-2" in bring(study, HERE / "maxqda_like.qdpx").output
    with zipfile.ZipFile(HERE / "spec_strict.qdpx") as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    name = next(name for name in parts if name.endswith(".txt"))
    path = tmp_path / "spoiled.qdpx"
    path.write_bytes(zipped(*(parts | {name: "I: CafÃ© and naÃ¯ve?".encode()}).items()))
    assert "2 letters of" in bring(study, path).output


ATTRIBUTES = ["", "-1", "x", "../../a", "9" * 15, "=1+1", "con", "é😀", "&#10;"]


@given(data=st.data())
@settings(max_examples=15)
def test_a_damaged_project_comes_as_far_as_it_goes_and_again_without_loss(data: st.DataObject) -> None:
    names = ["nvivo_windows_like", "maxqda_like", "odd_but_seen", "qualcoder_v17_export", "atlasti_windows_like"]
    with zipfile.ZipFile(HERE / f"{data.draw(st.sampled_from(names))}.qdpx") as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    xml = parts["project.qde"].decode()
    for _ in range(data.draw(st.integers(1, 5))):
        places = list(re.finditer(r'(?<= )\w+="([^"]*)"', xml))
        place = places[data.draw(st.integers(0, len(places) - 1))]
        value = data.draw(st.sampled_from(ATTRIBUTES))
        xml = f"{xml[: place.start(1)]}{value}{xml[place.end(1) :]}"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "study.yaml").write_text("title: A\n")
        path = folder / "damaged.qdpx"
        path.write_bytes(zipped(*(parts | {"project.qde": xml.encode()}).items()))
        report = arrival(folder, path)
        assert "\n" not in str(report["problem"])
        loaded = load(folder)
        assert errors(loaded) == []
        assert not loaded.lost
        again = arrival(folder, path)
        assert not again.get("new")


MIXED = st.text(alphabet="aé e\u0301\r\n\ufeff\x01\u1100\u1161P:", max_size=40)


@given(text=MIXED, data=st.data())
def test_a_segment_has_the_same_words_in_the_stored_text(text: str, data: st.DataObject) -> None:
    breaks = data.draw(st.lists(st.integers(0, len(text)), max_size=3))
    stored = arranged(text, breaks)
    assert unicodedata.is_normalized("NFC", stored.text) or "\u0301" in stored.text
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    new_start, new_end = stored.span(start, end)
    words = stored.text[new_start : max(new_start, new_end)]
    meant = unicodedata.normalize("NFC", re.sub("[\ufeff\x01]", "", text[start:end]))
    if _is_cut(text, start) or _is_cut(text, end):
        return
    assert "".join(words.split()) == "".join(meant.split())


def _is_cut(text: str, place: int) -> bool:
    """Whether a place is within a letter and its marks, which a stored text has as one."""
    rest = text[place:].lstrip("\ufeff\x01")
    return rest[:1] in ("\u0301", "\u1161")
