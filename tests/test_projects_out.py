"""Studies and projects on their way out: valid, whole but for what is said, and the same when they come back."""

import io
import json
import zipfile
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree  # type: ignore[import-untyped]

from crosscase import Study, load
from crosscase.cli import main
from crosscase.exchange.projects import conformance, refi, refi_writing
from crosscase.exchange.projects.project import Note, Project, ProjectCase, ProjectCode, ProjectCoding, ProjectSource
from crosscase.exchange.projects.project import guid_for as guid
from crosscase.exchange.projects.refi_writing import moment, write, write_codebook
from tests.conftest import StudyFolder
from tests.deciding import FILES as STUDY
from tests.test_projects_reading import EVERY, HERE, read

SCHEMAS = files("crosscase.exchange.projects") / "schemas"
PROJECT, CODEBOOK = (
    etree.XMLSchema(etree.fromstring((SCHEMAS / name).read_bytes())) for name in ("Project.xsd", "Codebook.xsd")
)


def qde(data: bytes) -> Any:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return etree.fromstring(archive.read("project.qde"))


def comparable(project: Project) -> dict[str, Any]:
    """What a project holds, without how its places were proved and what no text has."""
    texts = [source for source in project.sources if source.text is not None]
    guids = {source.guid for source in texts}
    codings = (replace(each, proof="words", doubt="", raw=(0, 0), at=moment(each.at)) for each in project.codings)
    notes = (replace(note, at=moment(note.at), about=tuple(sorted(note.about))) for note in project.notes)
    return {
        "name": project.name,
        "codes": {
            replace(code, color=code.color.upper(), description=code.description.strip()) for code in project.codes
        },
        "sources": [replace(each, habit="", why="", kind="text", breaks=(), at=moment(each.at)) for each in texts],
        "codings": set(codings),
        "wholes": set(project.whole_codings),
        "cases": [replace(case, sources=tuple(s for s in case.sources if s in guids)) for case in project.cases],
        "spans": set(project.case_spans),
        "notes": set(notes),
        "groups": [group for group in project.groups if group.codes or group.sources or group.notes],
        "coders": set(project.coders),
    }


def has_no_strange_line_ends(project: Project) -> bool:
    return not any("\r" in (source.text or "") for source in project.sources)


@pytest.mark.parametrize("receiver", ["", "nvivo", "atlas", "maxqda"])
@EVERY
def test_a_project_goes_out_valid_and_comes_back_the_same(path: Path, receiver: Any) -> None:
    if receiver and path.parent != HERE:
        pytest.skip("one way out is enough for the large ones")
    project = read(path)
    data = write(project, receiver)
    assert PROJECT.validate(qde(data)), PROJECT.error_log
    assert write(project, receiver) == data
    if has_no_strange_line_ends(project):
        assert comparable(refi.read(data)) == comparable(project)


@EVERY
def test_a_codebook_goes_out_valid_and_comes_back_the_same(path: Path) -> None:
    project = read(path)
    if project.codes:
        data = write_codebook(project)
        assert CODEBOOK.validate(etree.fromstring(data)), CODEBOOK.error_log
        there = {project.path(code) for code in project.codes}
        assert {tuple(map(str.strip, refi.read(data).path(code))) for code in refi.read(data).codes} == {
            tuple(map(str.strip, names)) for names in there
        }


WORDS = st.text(alphabet=st.sampled_from("ab é😀\n<&\"']\t"), min_size=1, max_size=30)


@given(text=WORDS, name=st.text(max_size=10), receiver=st.sampled_from(["", "nvivo", "maxqda"]), data=st.data())
@settings(max_examples=60)
def test_any_words_any_names_and_any_place_come_back(text: str, name: str, receiver: Any, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    source, code, note, case = guid("s"), guid("c"), guid("n"), guid("k")
    project = Project(
        name="a",
        codes=(
            ProjectCode(code, "One"),
            ProjectCode(guid("d"), "Two", code, description=refi_writing.plain(name).strip()),
        ),
        sources=(ProjectSource(source, "Talk", text, attributes={"size": "4"}),),
        codings=(ProjectCoding(guid("x"), source, start, end, code, "AB", "2024-01-02T03:04:05Z", "sure?"),),
        cases=(ProjectCase(case, "Ash", sources=(source,)),),
        notes=(Note(note, "A note", "words", "AB", "", (case, code)),),
        coders=("AB",),
    )
    data_out = write(project, receiver)
    assert PROJECT.validate(qde(data_out)), PROJECT.error_log
    back = refi.read(data_out)
    assert [each.text for each in back.sources] == [text]
    placed = [(each.start, each.end, each.memo, each.coder) for each in back.codings]
    if text[start:end].strip() and "😀" in text:
        assert len(placed) + len(back.unplaced) == 1
    elif receiver != "nvivo" or "😀" not in text:
        assert placed == [(start, end, "sure?", "AB")]
    assert {guid_ for each in back.notes for guid_ in each.about} == {case, code}


def sent(folder: Path, to: Path, *options: str) -> tuple[str, bytes]:
    result = CliRunner().invoke(main, ["export", str(folder), "--refi", str(to), *options])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    return result.output, to.read_bytes()


@pytest.fixture
def study(study_folder: StudyFolder) -> Path:
    return study_folder({name: text for name, text in STUDY.items() if "typologies" not in name})


def test_a_study_goes_out_valid_passes_the_check_and_says_what_it_holds(study: Path, tmp_path: Path) -> None:
    said, data = sent(study, tmp_path / "a.qdpx")
    assert PROJECT.validate(qde(data)), PROJECT.error_log
    assert [finding for finding in conformance.check(data) if finding.level == "error"] == []
    assert "it holds everything" in said
    assert "not in it: 2 summaries of cells" in said
    assert sent(study, tmp_path / "a.qdpx")[1] == data


def bring(data: Path, tmp_path: Path) -> Study:
    folder = tmp_path / "back"
    folder.mkdir()
    (folder / "study.yaml").write_text("title: Small\nunit: town\n")
    result = CliRunner().invoke(main, ["import", str(folder), str(data)])
    assert result.exit_code == 0, result.output
    return load(folder)


def test_a_study_that_comes_back_is_the_same_but_for_what_was_said(study: Path, tmp_path: Path) -> None:
    sent(study, tmp_path / "a.qdpx")
    here, there = load(study), bring(tmp_path / "a.qdpx", tmp_path)
    assert {code.id for code in there.codebook.codes} == {code.id for code in here.codebook.codes}
    for code in here.codebook.codes:
        back = there.codebook.by_id[code.id]
        assert replace(back, history=(), since=1) == replace(code, history=(), since=1)
    assert [(each.id, each.text, each.title, each.kind, each.case_id) for each in there.sources] == [
        (each.id, each.text, each.title, each.kind, each.case_id) for each in here.sources
    ]
    assert [(case.id, case.name, case.attributes) for case in there.cases] == [
        (case.id, case.name, case.attributes) for case in here.cases
    ]
    # What stood around each is cut from the text anew; the date of one that had none is that of its coming.
    codings = {replace(with_context_of(each, there), episode_id="", at="") for each in here.codings}
    assert {replace(each, episode_id="", at="") for each in there.codings} == codings
    assert {memo.name for memo in here.memos} <= {memo.name for memo in there.memos}


def with_context_of(coding: Any, study: Study) -> Any:
    from crosscase.anchoring import in_place

    source = study.source(coding.source_id)
    assert source is not None
    return in_place(coding, source)


def test_what_came_goes_out_under_the_guids_that_it_came_with(tmp_path: Path) -> None:
    (tmp_path / "study").mkdir()
    (tmp_path / "study" / "study.yaml").write_text("title: A\n")
    path = HERE / "spec_strict.qdpx"
    CliRunner().invoke(main, ["import", str(tmp_path / "study"), str(path)])
    _, data = sent(tmp_path / "study", tmp_path / "a.qdpx")
    before, after = read(path), refi.read(data)
    assert {each.guid for each in after.sources} == {each.guid for each in before.sources}
    assert {each.guid for each in after.codings} == {each.guid for each in before.codings}


def test_a_file_that_somebody_else_wrote_is_never_written_over(study: Path, tmp_path: Path) -> None:
    path = tmp_path / "theirs.qdpx"
    path.write_bytes((HERE / "spec_strict.qdpx").read_bytes())
    result = CliRunner().invoke(main, ["export", str(study), "--refi", str(path)])
    assert result.exit_code == 2
    assert "crosscase didn't write it" in result.output
    assert path.read_bytes() == (HERE / "spec_strict.qdpx").read_bytes()


def test_what_the_public_may_not_see_is_not_in_a_project_for_the_public(study: Path, tmp_path: Path) -> None:
    said, data = sent(study, tmp_path / "a.qdpx", "--profile", "public")
    assert "what the profile public shows" in said
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert "crosscase.json" not in parts
    for hidden in ("Ashford", "Ann Berg", "P01"):
        assert not any(hidden in text for text in parts.values()), hidden


def test_the_codebook_goes_out_for_taguette_without_formulas(study_folder: StudyFolder, tmp_path: Path) -> None:
    folder = study_folder({**STUDY, "codebook/3-x.yaml": "category: x\nname: =cmd\ncodes:\n  - {id: x.a, name: A}\n"})
    _, data = sent(folder, tmp_path / "codes.csv")
    assert data.startswith(b"tag,description\r\n")
    assert b"\r\n'=cmd," in data
    assert b"Money\\Cost,What it costs." in data


def test_the_check_names_what_each_program_would_trip_over() -> None:
    result = CliRunner().invoke(main, ["refi", "check", str(HERE / "odd_but_seen.qdpx"), "--json"])
    assert result.exit_code == 1
    found = json.loads(result.output)
    rules = {finding["rule"] for finding in found}
    assert {"schema", "reference", "path", "position", "guid form"} <= rules
    places = [finding["what"] for finding in found if finding["rule"] == "position"]
    assert any(what.startswith("333 to 388") for what in places)


@EVERY
def test_the_check_never_fails_and_finds_schema_faults_where_there_are_some(path: Path) -> None:
    if path.suffix in (".qdpx", ".qde", ".qdc"):
        found = conformance.check(path.read_bytes())
        assert all("\n" not in str(finding) for finding in found)
