import hashlib
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosscase import Problem, Refused, Study, study
from crosscase.coding import Coding, with_context
from crosscase.matrix import Summary
from crosscase.study import decisions
from crosscase.study.formats import codings as jsonl
from tests.conftest import EXAMPLES, SMALL, StudyFolder


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file of a study but what can be made again."""
    paths = (path for path in folder.rglob("*") if path.is_file() and ".crosscase" not in path.parts)
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def test_a_folder_that_is_no_study_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="crosscase init"):
        study.load(tmp_path)


def test_a_small_study_is_read_whole(small: Path) -> None:
    loaded = study.load(small)
    assert loaded.settings.unit == "town"
    assert [code.id for code in loaded.codebook.codes] == ["money.cost", "money.source"]
    assert [source.id for source in loaded.sources] == ["ash", "elm"]
    assert [(person.id, person.case_id) for person in loaded.participants] == [("P01", "Ash"), ("P02", "Elm")]
    assert [case.name for case in loaded.cases] == ["Ashford", "Elmton"]
    assert [(c.id, c.coder, c.source_id, c.value) for c in loaded.codings] == [
        ("a1", "AB", "ash", "high"),
        ("a2", "AB", "ash", ""),
    ]
    assert loaded.problems == ()


def test_codings_become_a_frame(small: Path) -> None:
    frame = study.load(small).codings_frame()
    assert frame[["id", "code_id", "value"]].to_numpy().tolist() == [
        ["a1", "money.cost", "high"],
        ["a2", "money.source", ""],
    ]


def test_a_new_study_has_no_problems(tmp_path: Path) -> None:
    made = study.init(tmp_path / "new")
    loaded = study.load(tmp_path / "new")
    assert [problem for problem in loaded.problems if problem.level == "error"] == []
    assert all(path.read_text().strip() for path in made)
    with pytest.raises(Refused, match="already"):
        study.init(tmp_path / "new")


@pytest.mark.parametrize(
    ("folder", "title"),
    [
        ("my-study", "My study"),
        ("Ärzte_2026: eins", "Ärzte 2026: eins"),
        ('the "best" \\ #1', 'The "best" \\ #1'),
        ("---", "Untitled study"),
        ("a\x07b", "Untitled study"),
    ],
)
def test_a_new_study_is_titled_as_its_folder(tmp_path: Path, folder: str, title: str) -> None:
    study.init(tmp_path / folder)
    settings = study.load(tmp_path / folder).settings
    assert (settings.title, settings.about) == (title, "")


def test_without_cases_each_source_is_its_own(study_folder: StudyFolder) -> None:
    kept = {name: text for name, text in SMALL.items() if not name.startswith(("cases/", "participants"))}
    loaded = study.load(study_folder(kept))
    assert [case.id for case in loaded.cases] == ["ash", "elm"]
    assert [source.case_id for source in loaded.sources] == ["ash", "elm"]


def test_yaml_values_stay_as_they_are_written(study_folder: StudyFolder) -> None:
    case = "attributes: {written: no, from: 2021-03, code: 007}\n"
    loaded = study.load(study_folder({**SMALL, "cases/Ash.yaml": case}))
    assert loaded.cases[0].attributes == {"written": "no", "from": "2021-03", "code": "007"}


# -- an edited transcript


def test_codings_survive_an_edit_before_them(small: Path) -> None:
    text = small / "transcripts/ash.txt"
    text.write_text("A new heading\n\n" + text.read_text())
    loaded = study.load(small)
    source = loaded.source("ash")
    assert source is not None
    assert [source.text[c.start : c.end] == c.quote for c in loaded.codings] == [True, True]
    assert [p.level for p in loaded.problems] == ["warning", "warning"]
    assert "has moved" in loaded.problems[0].what


def test_a_coding_whose_words_were_edited_is_named_and_kept(small: Path) -> None:
    text = small / "transcripts/ash.txt"
    text.write_text(text.read_text().replace("The county paid", "The state paid"))
    loaded = study.load(small)
    assert [coding.id for coding in loaded.codings] == ["a1"]
    assert [(p.path, p.line) for p in loaded.problems if p.level == "error"] == [("codings/AB/ash.jsonl", 3)]
    saved = decisions.change_coding(loaded, "AB", "a1", memo="still so")
    assert [coding.id for coding in saved.lost] == ["a2"]
    assert '"id":"a2"' in (small / "codings/AB/ash.jsonl").read_text()


def test_accepted_moves_are_kept(small: Path) -> None:
    text = small / "transcripts/ash.txt"
    text.write_text("A new heading\n\n" + text.read_text())
    decisions.accept_moves(study.load(small))
    again = study.load(small)
    assert (again.problems, len(again.codings), again.moved) == ((), 2, ())


# -- saving


def test_saving_what_was_loaded_changes_no_byte() -> None:
    example = study.load(EXAMPLES / "gennovate")
    for coder, source_id in example.coded:
        mine = [c for c in example.codings if (c.coder, c.source_id) == (coder, source_id)]
        source = example.source(source_id)
        assert source is not None
        written = jsonl.encode(mine, jsonl.Header(source.sha256, 1))
        assert written == (EXAMPLES / f"gennovate/codings/{coder}/{source_id}.jsonl").read_bytes()


def test_a_full_disk_leaves_the_old_file(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import errno
    import os

    loaded, before = study.load(small), files_of(small)

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Refused, match="disk is full"):
        decisions.remove_coding(loaded, "AB", "a1")
    assert files_of(small) == before


def test_a_read_only_folder_is_said(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import errno
    import os

    def read_only(*_: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    loaded = study.load(small)
    monkeypatch.setattr(os, "replace", read_only)
    with pytest.raises(Refused, match="read-only"):
        decisions.remove_coding(loaded, "AB", "a1")


ANYTHING = st.text(st.characters(codec="utf-8"), max_size=30)


@given(st.lists(st.builds(
    Coding, id=ANYTHING.filter(bool), source_id=st.just("s"), start=st.integers(0, 99), end=st.integers(0, 99),
    quote=ANYTHING,
    code_id=ANYTHING, value=ANYTHING, case_id=ANYTHING, stance=st.sampled_from(["", "reports", "supports", "opposes"]),
    coder=st.just("AB"), at=ANYTHING, memo=ANYTHING, before=ANYTHING, after=ANYTHING,
), max_size=4))  # fmt: skip
def test_codings_come_back_from_disk_as_they_were(written: list[Coding]) -> None:
    ordered = sorted(written, key=lambda coding: (coding.start, coding.end))
    problems: list[Problem] = []
    file = jsonl.decode(jsonl.encode(written, jsonl.Header("x")), "p", "AB", "s", problems)
    assert (list(file.codings), problems) == (ordered, [])


def test_a_summary_is_written_into_its_place_and_comments_stay(study_folder: StudyFolder) -> None:
    chart = (
        "# our charts\n"
        "Ash:\n"
        "  money.cost:  # to discuss\n"
        "    summary: Dear.\n"
        "    by: AB\n"
        "Elm:\n"
        "  money.cost: {summary: Cheap.}\n"
    )
    folder = study_folder({**SMALL, "charts/money.yaml": chart})
    loaded = study.load(folder)
    ash = next(summary for summary in loaded.summaries if summary.case_id == "Ash")
    dear = replace(ash, text="Very dear.", status="done", on="2026-01-02")
    church = Summary("Elm", "money.source", "The church.", coding_ids=("a1",), on="2026-01-02")
    decisions.summarise_all(loaded, [dear, church])
    assert (folder / "charts/money.yaml").read_text() == (
        "# our charts\n"
        "Ash:\n"
        "  money.cost:  # to discuss\n"
        "    summary: Very dear.\n"
        "    by: AB\n"
        "    status: done\n"
        "    on: 2026-01-02\n"
        "Elm:\n"
        "  money.cost: {summary: Cheap.}\n"
        "  money.source: {summary: The church., codings: [a1], on: 2026-01-02}\n"
    )


def test_a_first_summary_makes_the_file_and_keeps_its_comment(tmp_path: Path) -> None:
    study.init(tmp_path / "new")
    (tmp_path / "new/cases/one.yaml").write_text("name: One\n")
    loaded = study.load(tmp_path / "new")
    decisions.summarise(loaded, Summary("one", "experiences.wishes", "More time.\nLess paper."))
    text = (tmp_path / "new/charts/experiences.yaml").read_text()
    assert text.startswith("# The summaries that you write")
    again = study.load(tmp_path / "new")
    assert [s.text for s in again.summaries] == ["More time.\nLess paper."]


def test_a_summary_follows_a_renamed_code(study_folder: StudyFolder) -> None:
    book = SMALL["codebook/1-money.yaml"].replace("id: money.cost\n", "id: money.price\n    formerly: money.cost\n")
    chart = "Ash:\n  money.cost: {summary: Dear., by: AB}\n"
    folder = study_folder({**SMALL, "codebook/1-money.yaml": book, "charts/money.yaml": chart, "guide.yaml": ""})
    loaded = study.load(folder)
    assert [(s.code_id, s.text) for s in loaded.summaries] == [("money.price", "Dear.")]
    decisions.summarise(loaded, replace(loaded.summaries[0], text="Very dear.", on="2026-01-02"))
    assert (
        folder / "charts/money.yaml"
    ).read_text() == "Ash:\n  money.price: {summary: Very dear., by: AB, on: 2026-01-02}\n"


# -- the human codings of the example


@pytest.fixture
def gennovate(tmp_path: Path) -> Path:
    shutil.copytree(EXAMPLES / "gennovate", tmp_path / "gennovate", ignore=shutil.ignore_patterns(".crosscase"))
    return tmp_path / "gennovate"


def places(loaded: Study) -> list[str]:
    texts = {source.id: source.text for source in loaded.sources}
    return [texts[coding.source_id][coding.start : coding.end] for coding in loaded.codings]


def test_the_example_holds_the_266_quotes_that_people_coded() -> None:
    loaded = study.load(EXAMPLES / "gennovate")
    assert loaded.problems == ()
    assert len({(c.source_id, c.start, c.end) for c in loaded.codings}) == 266
    assert len({coding.id.rstrip("ab") for coding in loaded.codings}) == 266
    assert places(loaded) == [coding.quote for coding in loaded.codings]


def test_the_human_codings_survive_an_edit_before_them(gennovate: Path) -> None:
    before = study.load(gennovate)
    for text in (gennovate / "transcripts").glob("*.txt"):
        text.write_text("Recorded in the community hall.\n\n" + text.read_text().replace("Focus group", "A group", 1))
    after = study.load(gennovate)
    assert (len(after.codings), after.lost) == (len(before.codings), ())
    assert places(after) == [coding.quote for coding in before.codings]


def test_the_human_codings_survive_a_rename_of_their_code(gennovate: Path) -> None:
    book = gennovate / "codebook/2-norms.yaml"
    book.write_text(
        book.read_text().replace("- id: norms.mobility\n", "- id: norms.movement\n    formerly: norms.mobility\n")
    )
    before, after = study.load(EXAMPLES / "gennovate"), study.load(gennovate)
    assert [c.code_id.replace("movement", "mobility") for c in after.codings] == [c.code_id for c in before.codings]
    assert sum(c.code_id == "norms.movement" for c in after.codings) == sum(
        c.code_id == "norms.mobility" for c in before.codings
    )


def test_the_human_codings_survive_a_decision_and_its_undoing_without_a_diff(gennovate: Path) -> None:
    before = {name: data for name, data in files_of(gennovate).items() if ".crosscase" not in name}
    loaded = study.load(gennovate)
    for coding in loaded.codings[::40]:
        loaded = decisions.undo(decisions.change_coding(loaded, coding.coder, coding.id, memo="look again"))
    assert {name: data for name, data in files_of(gennovate).items() if ".crosscase" not in name} == before


# -- what the program made


def test_suggestions_are_kept_until_a_text_or_the_codebook_changes(small: Path) -> None:
    from crosscase.coding import Suggestion

    made = (Suggestion("elm", 40, 45, "Next ", "money.cost", 0.5, "near", "test"),)
    loaded = study.load(small)
    assert study.load_suggestions(loaded) is None
    study.save_suggestions(loaded, made)
    assert study.load_suggestions(study.load(small)) == made
    (small / "cases/Ash.yaml").write_text("name: Ash Town\n")
    assert study.load_suggestions(study.load(small)) == made
    (small / "transcripts/elm.txt").write_text("P02: Something else was said, so it seems.\n")
    assert study.load_suggestions(study.load(small)) is None


def test_suggestions_made_in_an_older_way_are_made_again(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = study.load(small)
    with monkeypatch.context() as older:
        older.setattr("crosscase.study.derived._WAY", 1)
        study.save_suggestions(loaded, ())
        assert study.load_suggestions(loaded) == ()
    assert study.load_suggestions(loaded) is None


def test_spoilt_suggestions_are_made_again(small: Path) -> None:
    (small / ".crosscase").mkdir()
    (small / ".crosscase/suggestions.jsonl").write_text("not json\n")
    assert study.load_suggestions(study.load(small)) is None


def test_a_coding_carries_its_context(small: Path) -> None:
    source = study.load(small).source("elm")
    assert source is not None
    start = source.text.index("Next")
    coding = with_context(Coding("n", "elm", start, start + 4, "", "money.cost"), source.text)
    assert (coding.quote, coding.before[-5:], coding.after[:3]) == ("Next", "P02: ", " to")


def test_the_header_names_the_text_that_was_coded(small: Path) -> None:
    decisions.change_coding(study.load(small), "AB", "a1", memo="so")
    header = json.loads((small / "codings/AB/ash.jsonl").read_text().split("\n")[0])
    assert header == {"sha256": hashlib.sha256((small / "transcripts/ash.txt").read_bytes()).hexdigest(), "codebook": 1}
