"""Copies of a study's files under plain names, as sync programs and people make them: named, and never counted."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from crosscase.problem import Refused
from crosscase.study import Study, decisions, load
from crosscase.study.copies import is_plainly, original
from tests.conftest import StudyFolder
from tests.test_decisions import contents, readable

FILES = {
    "memos/2025-03-04-cost.md": "---\nabout: [money.cost]\n---\nWhat is dear?\nAsk again.\n",
    "exhibits/1.yaml": "layout: participants\ntitle: Who took part\nroles:\n  - {label: Mayors, roles: [mayor]}\n",
    "set-aside/ash.jsonl": '{"sha256":""}\n',
    "reviews/AB/ash.jsonl": '{"sha256":""}\n',
}
PATHS = (
    *FILES, "codings/AB/ash.jsonl", "codebook/1-money.yaml", "cases/Ash.yaml",
    "transcripts/ash.txt", "transcripts/elm.txt",
    "charts/money.yaml", "typologies/models.yaml", "themes/cost.md",
)  # fmt: skip
NAMES = ("{} (1)", "{} 2", "{} - Copy", "{} - Copy (2)", "{}-LAPTOP", "{} (JO's conflicted copy 2026-11-28)")


@pytest.fixture
def folder(study_folder: StudyFolder) -> Path:
    folder = readable(study_folder)
    for path, text in FILES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


def said(study: Study) -> Study:
    """What a study holds, whatever is wrong in it and however it was read."""
    return replace(study, problems=(), copies=frozenset(), hashes={}, parsed={})


@pytest.mark.parametrize("name", NAMES)
def test_a_copy_under_a_plain_name_counts_for_nothing_and_is_one_problem(folder: Path, name: str) -> None:
    before = load(folder)
    for path in map(folder.joinpath, PATHS):
        copy = path.with_name(name.format(path.stem) + path.suffix)
        copy.write_bytes(path.read_bytes())
        study = load(folder, before)
        assert said(study) == said(before), copy
        (problem,) = set(study.problems) - set(before.problems)
        assert problem.path == copy.relative_to(folder).as_posix()
        assert path.name in problem.do
        assert problem.path not in study.hashes
        copy.unlink()
    assert load(folder, before) == before


@pytest.mark.parametrize("name", NAMES)
def test_a_copy_of_a_coders_folder_is_one_problem_and_its_codings_do_not_count_twice(folder: Path, name: str) -> None:
    before = load(folder)
    copy = folder / "codings" / name.format("AB")
    copy.mkdir()
    (copy / "ash.jsonl").write_bytes((folder / "codings/AB/ash.jsonl").read_bytes())
    (copy / "elm.jsonl").write_bytes(b'{"sha256":""}\n')
    study = load(folder)
    assert said(study) == said(before)
    (problem,) = set(study.problems) - set(before.problems)
    assert (problem.path, "AB" in problem.do) == (f"codings/{copy.name}", True)


def test_a_copy_whose_original_is_gone_is_called_what_it_should_be(folder: Path) -> None:
    path = folder / "codings/AB/ash.jsonl"
    path.rename(path.with_name("ash (1).jsonl"))
    (problem,) = (problem for problem in load(folder).problems if problem.path == "codings/AB/ash (1).jsonl")
    assert problem.do.startswith("call it ash.jsonl")


def test_what_is_edited_in_a_copy_until_it_is_none_is_read(folder: Path) -> None:
    copy = folder / "codebook/1-money 2.yaml"
    copy.write_bytes((folder / "codebook/1-money.yaml").read_bytes())
    study = load(folder)
    assert len(study.codebook.by_id) == len(load(folder, study).codebook.by_id)
    copy.write_text("category: more\ncodes:\n  - {id: more.than, name: More}\n")
    assert "more.than" in load(folder, study).codebook.by_id


def test_what_only_sounds_like_a_copy_is_a_file_of_its_own(folder: Path) -> None:
    own = {
        "cases/Ash 2.yaml": "name: Ashby\n",
        "transcripts/ash-2.txt": "Interviewer: And now?\n\nP01: Now it is cheap.\n",
        "transcripts/ash (1).txt": "Interviewer: And then?\n\nP01: Then it was cheaper still.\n",
        "memos/2025-03-04-cost-2.md": "---\nabout: [money.cost]\n---\nWhat is cheap?\nAsk again.\n",
        "codings/AB-2/elm.jsonl": '{"sha256":""}\n',
        "charts/money-2.yaml": "Elm:\n  money.cost: {summary: Cheap., status: done, by: AB}\n",
    }
    for path, text in own.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text)
    study = load(folder)
    assert set(own) <= study.hashes.keys()
    assert not [problem for problem in study.problems if "copy" in problem.what]


@pytest.mark.parametrize(
    ("name", "of", "is_plain"),
    [
        ("I01 (1)", "I01", True),
        ("I01 - Kopie", "I01", True),
        ("I01 copy 2", "I01", True),
        ("I01-b", "I01", False),
        ("I01-2", "", False),
        ("I01-DESKTOP-2", "I01", False),
        ("I011", "", False),
        ("I05-b (1)", "I05-b", True),
    ],
)
def test_names_of_copies_go_on_from_the_originals(name: str, of: str, is_plain: bool) -> None:
    assert original(name, {"I01", "I05", "I05-b"}) == of
    assert bool(of and is_plainly(name, of)) == is_plain


@pytest.mark.parametrize("name", ["{} (1)", "{} - Copy", "{}.sync-conflict-20261128-101010-ABCDEFG"])
@pytest.mark.parametrize("path", ["transcripts/ash.txt", "codings/AB/ash.jsonl", "charts/money.yaml"])
def test_nobody_withdraws_and_no_name_is_replaced_while_a_copy_would_keep_the_words(
    folder: Path, path: str, name: str
) -> None:
    first = folder / path
    copy = first.with_stem(name.format(first.stem))
    copy.write_bytes(first.read_bytes())
    before = contents(folder)
    with pytest.raises(Refused, match=re.escape(copy.name)):
        decisions.withdraw(load(folder), "P01")
    with pytest.raises(Refused, match=re.escape(copy.name)):
        decisions.replace_names(load(folder), {"Kelso": "[town]"})
    assert contents(folder) == before
    copy.unlink()
    assert decisions.withdraw(load(folder), "P01").copies == frozenset()
