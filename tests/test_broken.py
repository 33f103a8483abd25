"""Studies that broke it: each a kind of mistake, and what must happen instead."""

from pathlib import Path

import pytest

from crosscase import study


def told(folder: Path) -> list[str]:
    return [str(problem) for problem in study.load(folder).problems]


@pytest.mark.parametrize(
    ("name", "do"),
    [
        ("codebook/2-more.yml", "call it 2-more.yaml, or move it out of codebook/"),
        ("transcripts/I03.TXT", "call it I03.txt, or move it out of transcripts/"),
        ("transcripts/more/I03.txt", "move it to transcripts/I03.txt, or out of transcripts/"),
        ("transcripts/I03.docx", "`crosscase import` takes it in; or move it away"),
        ("codings/ash.jsonl", "move it to codings/<coder>/ash.jsonl, or out of codings/"),
        ("codings/AB/old/ash.jsonl", "move it to codings/<coder>/ash.jsonl, or out of codings/"),
        ("charts/money.csv", "only charts/*.yaml is read; write it so, or move it away"),
        ("reviews/ash.jsonl", "move it to reviews/<coder>/ash.jsonl, or out of reviews/"),
    ],
)
def test_a_file_that_no_pattern_takes_is_named(small: Path, name: str, do: str) -> None:
    (small / name).parent.mkdir(parents=True, exist_ok=True)
    (small / name).write_text("words\n")
    assert f"{name}:1: note: this file is not read; {do}" in told(small)


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("study.yml", "this file is not read; study.yaml would be; save it as study.yaml"),
        ("Guide.yaml", "this file is not read; guide.yaml would be; save it as guide.yaml"),
        ("participants.xlsx", "this file is not read; participants.csv would be; save it as participants.csv"),
        ("sources.tsv", "this file is not read; sources.csv would be; save it as sources.csv"),
        ("ash.jsonl", "codings are not read here; move it to codings/<coder>/ash.jsonl, if it is somebody's work"),
    ],
)
def test_a_file_beside_the_studys_own_is_named(small: Path, name: str, what: str) -> None:
    (small / name).write_text("words\n")
    assert f"{name}:1: note: {what}" in told(small)


@pytest.mark.parametrize("name", ["Codings", "case", "code_book", "exhibit"])
def test_a_folder_whose_name_is_nearly_right_is_named(small: Path, name: str) -> None:
    (small / name).mkdir()
    assert any(line.startswith(f"{name}:1: note: this folder is not read; move its files") for line in told(small))


@pytest.mark.parametrize(
    "name",
    [
        "codings/AB/ash.sync-conflict-20230101-120000-ABCDEFG.jsonl",
        "transcripts/ash (Ann's conflicted copy 2023-01-01).txt",
        "codebook/1-money (conflicted copy 2023-01-01 120000).yaml",
        "cases/Ash_conflict-20230101-120000.yaml",
    ],
)
def test_a_sync_programs_copy_is_named_and_not_read(small: Path, name: str) -> None:
    before = study.load(small)
    (small / name).write_text("words\n")
    after = study.load(small)
    assert (after.sources, after.codings, after.cases) == (before.sources, before.codings, before.cases)
    problem = next(problem for problem in after.problems if problem.path == name)
    assert "a sync program made this copy" in problem.what
    assert "by id" in problem.do
    assert Path(name).parts[-1] not in problem.do


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "LICENSE",
        "pyproject.toml",
        "src/code.py",
        "docs/codings.txt",
        ".git/x.yml",
        "reports/index.html",
        "memos/2023/a.docx",
        "codings/README.md",
        "codings/.DS_Store",
        "transcripts/original/I01.docx",
        "transcripts/key/names.csv",
        ".crosscase/suggestions.jsonl",
    ],
)
def test_what_belongs_beside_a_study_is_not_named(small: Path, name: str) -> None:
    (small / name).parent.mkdir(parents=True, exist_ok=True)
    (small / name).write_text("words\n")
    assert told(small) == []


@pytest.mark.parametrize("name", ["guide.yaml", "participants.csv", "claims.yaml", "transcripts", "study.yaml"])
def test_a_link_that_leads_out_is_not_read(small: Path, tmp_path: Path, name: str) -> None:
    outside = tmp_path / "outside"
    path = small / name
    if path.exists():
        path.rename(outside)
    else:
        outside.write_text("- {id: secret, text: Secret., count: {all: true}}\n")
    path.symlink_to(outside)
    loaded = study.load(small)
    assert name not in loaded.hashes
    assert f"{name}:1: this link leads out of the study, so it is not read; put the file itself here" in told(small)
    if name == "transcripts":
        assert loaded.sources == ()


def test_a_link_within_the_study_is_read(small: Path) -> None:
    (small / "transcripts/elm.txt").rename(small / "elm.txt")
    (small / "transcripts/elm.txt").symlink_to(small / "elm.txt")
    assert study.load(small).source("elm")


def test_links_in_a_circle_end(small: Path) -> None:
    (small / "codings/AB/back").symlink_to(small / "codings")
    (small / "codings/nowhere").symlink_to(small / "gone")
    assert "codings/nowhere:1: this link leads nowhere; correct that, or move it away" in told(small)


def test_a_folder_that_may_not_be_read_is_a_problem(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    scandir = os.scandir

    def guarded(path: Path) -> object:
        if Path(path).name == "AB":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr("crosscase.study.listing.os.scandir", guarded)
    assert told(small) == ["codings/AB:1: this may not be read; correct that, or move it away"]


def test_a_file_that_may_not_be_read_is_a_problem(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read_bytes = Path.read_bytes

    def guarded(path: Path) -> bytes:
        if path.name == "ash.jsonl":
            raise PermissionError(13, "Permission denied")
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", guarded)
    loaded = study.load(small)
    path = "codings/AB/ash.jsonl"
    assert told(small) == [f"{path}:1: this can't be read (Permission denied); give yourself the right to read it"]
    assert path in loaded.unreadable
