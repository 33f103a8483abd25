"""The one door: what each decision writes, that it can be taken back, and that two people never lose each other's."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crosscase import Refused, Study, load
from crosscase.case import Feature, Override
from crosscase.codebook import Code
from crosscase.coding import Coding
from crosscase.matrix import Absence, Summary
from crosscase.problem import Outdated
from crosscase.study import decisions
from tests.conftest import StudyFolder
from tests.deciding import EVERY, FILES, PREPARED, Decision, later, suggestion

DECISIONS = pytest.mark.parametrize("decision", EVERY.values(), ids=EVERY)


@pytest.fixture
def folder(study_folder: StudyFolder) -> Path:
    return readable(study_folder)


def readable(study_folder: StudyFolder) -> Path:
    """A study of which everything can be read, coded in texts as they are."""
    folder = study_folder(FILES)
    for path in folder.glob("*/**/*.jsonl"):
        source = folder / f"transcripts/{path.stem}.txt"
        if source.exists():
            path.write_text(path.read_text().replace('"sha256":""', f'"sha256":"{hash_of(source)}"'))
    return folder


def hash_of(path: Path) -> str:
    from crosscase.study.files import sha256

    return sha256(path.read_bytes())


def contents(folder: Path) -> dict[str, bytes]:
    """Every file that holds decisions."""
    files = (path for path in folder.rglob("*") if path.is_file() and ".crosscase" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def refusal_of(act: Callable[[], object]) -> str:
    """What was said when it wasn't carried out; empty where it was."""
    try:
        act()
    except Refused as refusal:
        return str(refusal)
    return ""


def errors(study: Study) -> list[str]:
    return [f"{problem.path}: {problem.what}" for problem in study.problems if problem.level == "error"]


def coding(study: Study, coding_id: str) -> Coding:
    (found,) = [coding for coding in study.codings if coding.id == coding_id]
    return found


def test_the_example_has_only_a_lost_coding_and_a_case_without_episodes(folder: Path) -> None:
    episodes, lost = errors(load(folder))
    assert "no episodes" in episodes
    assert "c9" in lost


def test_every_decision_has_an_example() -> None:
    assert set(EVERY) | {
        "undo",
        "accept_moves",
        "check_coder",
        "check_names",
        "replacing",
        "still_named",
        "withdrawing",
    } == set(decisions.__all__)


@DECISIONS
def test_a_decision_is_in_the_files_and_is_taken_back_byte_for_byte(folder: Path, decision: Decision) -> None:
    study = load(folder)
    for name, prepared in PREPARED.items():
        study = prepared(study) if decision is EVERY[name] else study
    before = contents(folder)
    decided = decision(study)
    changed = {path for path, data in contents(folder).items() if before.get(path) != data}
    changed |= set(before) - set(contents(folder))
    assert changed
    assert changed == {written.path for written in decided.written}
    assert decided == load(folder)
    assert decisions.undo(decided) == load(folder)
    assert contents(folder) == before


@DECISIONS
def test_a_decision_makes_no_new_problem(folder: Path, decision: Decision) -> None:
    study = load(folder)
    follows_up = {
        "move_code",
        "merge_codes",
        "remove_coding",
        "remove_source",
        "remove_summary",
        "split_code",
        "withdraw",
    }
    known = {"withdraw_feature", "change_coding", "replace_names", "rename_speakers", *follows_up}
    if decision not in [EVERY[name] for name in known]:
        assert set(errors(decision(study))) <= set(errors(study))


@DECISIONS
def test_a_decision_on_something_that_changed_meanwhile_is_told_or_merged(folder: Path, decision: Decision) -> None:
    """Twice from the same study: the second either finds that it is done already, or adds to what the first wrote."""
    study = load(folder)
    after = decision(study)
    told = refusal_of(lambda: decision(study))
    assert "\n" not in told
    now = load(folder)
    assert {coding.id for coding in after.codings} <= {coding.id for coding in now.codings}
    if told:
        assert now == after


# -- codings


def test_a_new_coding_has_an_id_of_its_own_its_words_and_who_said_them(folder: Path) -> None:
    study = decisions.add_coding(load(folder), "AB", Coding("", "ash", 82, 92, "", "people.aid"))
    (new,) = [coding for coding in study.codings if coding.code_id == "people.help"]
    prefix, _, last = new.id.rpartition("-")
    assert (prefix, len(last)) == ("ash-AB", 6)
    assert set(last) <= set("0123456789abcdefghjkmnpqrstvwxyz")
    assert (new.quote, new.speaker, new.coder) == ("The county", "P01", "AB")
    assert new.before.endswith("I must say. ")
    lines = (folder / "codings/AB/ash.jsonl").read_text().splitlines()
    assert [line.split('"')[3] for line in lines[1:]] == ["a1", new.id, "a2", "a3"]  # in reading order


def test_the_first_coding_of_a_source_opens_it_and_says_that_nobody_has_got_anywhere(folder: Path) -> None:
    study = decisions.add_coding(load(folder), "CD", Coding("", "ash", 82, 92, "", "people.help"))
    reading = study.reading("CD", "ash")
    assert reading is not None
    assert (reading.read_to, reading.codebook) == (0, study.codebook.version)


@pytest.mark.parametrize(
    ("draft", "told"),
    [
        (Coding("", "ahs", 48, 81, "", "money.cost"), "there is no source `ahs`; did you mean `ash`"),
        (Coding("", "../ash", 48, 81, "", "money.cost"), "there is no source"),
        (Coding("", "ash", 48, 81, "", "money.coast"), "did you mean `money.cost`"),
        (Coding("", "ash", 48, 81, "", "money.cost", "hihg"), "did you mean `high`"),
        (Coding("", "ash", 48, 81, "", "money.cost", case_id="Oak"), "no case `Oak`"),
        (Coding("", "ash", 48, 81, "", "money.cost", episode_id="Oak-1"), "no episode `Oak-1`"),
        (Coding("", "ash", 48, 81, "", "money.cost", stance="for"), "no stance `for`"),  # type: ignore[arg-type]
        (Coding("", "ash", 48, 81, "It was dear.", "money.cost"), "not what stands at its place"),
        (Coding("", "ash", 81, 48, "", "money.cost"), "no passage"),
        (Coding("", "ash", -6, -1, "", "money.cost"), "no passage"),
        (Coding("", "ash", 48, 9999, "", "money.cost"), "no passage"),
        (Coding("", "ash", 31, 32, "", "money.cost"), "no words"),
        (Coding("", "ash", 48, 81, "", "money.cost", "high"), "carries `money.cost` already (`a1`)"),
    ],
)
def test_a_coding_that_cant_be_right_is_refused_in_one_line(folder: Path, draft: Coding, told: str) -> None:
    before = contents(folder)
    with pytest.raises(Refused) as refusal:
        decisions.add_codings(load(folder), "AB", [Coding("", "ash", 82, 92, "", "people.help"), draft])
    assert told in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert contents(folder) == before


@pytest.mark.parametrize("coder", ["EF", "../AB", "AB/..", "", "."])
def test_a_coder_whom_the_study_doesnt_know_writes_nothing(folder: Path, coder: str) -> None:
    before = contents(folder)
    acts: list[Callable[[], Study]] = [
        lambda: decisions.add_coding(load(folder), coder, Coding("", "ash", 82, 92, "", "people.help")),
        lambda: decisions.finish(load(folder), coder, "ash"),
        lambda: decisions.reject(load(folder), coder, suggestion()),
        lambda: decisions.set_aside(load(folder), "elm", 0, 5, reason="x", by=coder),
    ]
    for act in acts:
        with pytest.raises(Refused):
            act()
    assert contents(folder) == before


def test_two_people_who_change_one_coding_are_told_and_nothing_is_lost(folder: Path) -> None:
    mine, theirs = load(folder), load(folder)
    decisions.change_coding(mine, "AB", "a1", memo="mine")
    with pytest.raises(Refused, match="changed by someone else meanwhile"):
        decisions.change_coding(theirs, "AB", "a1", memo="theirs")
    with pytest.raises(Refused, match="changed by someone else meanwhile"):
        decisions.remove_coding(theirs, "AB", "a1")
    decisions.change_coding(theirs, "AB", "a2", memo="another is fine")
    assert (coding(load(folder), "a1").memo, coding(load(folder), "a2").memo) == ("mine", "another is fine")


def test_a_coding_that_gets_other_edges_goes_to_its_place_in_reading_order(folder: Path) -> None:
    study = decisions.change_coding(load(folder), "AB", "a1", start=100, end=113)
    lines = (folder / "codings/AB/ash.jsonl").read_text().splitlines()
    assert [line.split('"')[3] for line in lines[1:]] == ["a2", "a1", "a3"]
    assert coding(study, "a1").quote == study.source("ash").text[100:113]  # type: ignore[union-attr]


def test_lines_that_nobody_touched_stay_as_a_person_wrote_them(folder: Path) -> None:
    path = folder / "codings/AB/ash.jsonl"
    text = path.read_text().replace('{"id":"a2","start":82', '{ "id": "a2",  "start":82').replace("\n", "\r\n")
    path.write_bytes(text.encode())
    decisions.remove_coding(load(folder), "AB", "a1")
    assert path.read_bytes() == b"".join(line for line in text.encode().splitlines(True) if b'"a1"' not in line)


def test_a_file_with_a_line_that_cant_be_read_is_never_written(folder: Path) -> None:
    path = folder / "codings/AB/ash.jsonl"
    path.write_text(path.read_text() + "{oh\n")
    before = contents(folder)
    for name in ("remove_coding", "reopen"):
        with pytest.raises(Refused, match="can't be read"):
            EVERY[name](load(folder))
    assert contents(folder) == before


def test_while_moves_wait_to_be_looked_at_nothing_else_is_written_into_their_file(folder: Path) -> None:
    text = folder / "transcripts/ash.txt"
    text.write_text("A heading\n\n" + text.read_text())
    study = load(folder)
    assert len(study.moved) == 3
    with pytest.raises(Refused, match="--accept-moves"):
        decisions.remove_coding(study, "AB", "a1")
    study = decisions.accept_moves(study)
    assert (study.moved, len(decisions.remove_coding(study, "AB", "a1").codings)) == ((), 4)


def test_accepting_moves_keeps_the_reading_but_no_end_that_no_coding_bears_out(folder: Path) -> None:
    text = folder / "transcripts/elm.txt"
    text.write_text("A heading\n\n" + text.read_text())
    later(load(folder))
    study = decisions.accept_moves(load(folder))
    reading = study.reading("CD", "elm")
    assert reading is not None
    assert (reading.codebook, reading.read_to, reading.again) == (1, 0, {})


# -- readings


def test_a_source_is_read_up_to_a_place_then_done_then_open_again(folder: Path) -> None:
    study = decisions.read_up_to(load(folder), "CD", "ash", 30)
    assert study.reading("CD", "ash").read_to == 30  # type: ignore[union-attr]
    study = decisions.finish(study, "CD", "ash")
    assert study.reading("CD", "ash").is_done  # type: ignore[union-attr]
    study = decisions.reopen(study, "CD", "ash", 12)
    assert study.reading("CD", "ash").read_to == 12  # type: ignore[union-attr]
    with pytest.raises(Refused, match="has not begun"):
        decisions.reopen(study, "AB", "elm")
    with pytest.raises(Refused, match="no place"):
        decisions.read_up_to(study, "CD", "ash", 10_000)


def test_a_later_code_has_been_looked_for_once_somebody_signs_it_off(folder: Path) -> None:
    study = later(load(folder))
    code = study.codebook.by_id["people.foe"]
    assert code.since == 2  # somebody has read under version 1
    assert not study.reading("AB", "ash").looked_for(code)  # type: ignore[union-attr]
    study = decisions.look_again(study, "AB", "ash", "people.foe")
    assert study.reading("AB", "ash").again == {"people.foe": 2}  # type: ignore[union-attr]
    assert study.reading("AB", "ash").codebook == 1  # type: ignore[union-attr]
    with pytest.raises(Refused, match="already"):
        decisions.look_again(study, "AB", "ash", "people.foe")
    with pytest.raises(Refused, match="has not read"):
        decisions.look_again(study, "CD", "ash", "people.foe")


def test_a_code_that_means_something_else_now_has_to_be_looked_for_again(folder: Path) -> None:
    study = EVERY["reword_code"](load(folder))
    assert not study.reading("AB", "ash").looked_for(study.codebook.by_id["people.lead"])  # type: ignore[union-attr]
    study = decisions.reword_code(study, "money.cost", by="AB", definition="What it costs them.")
    assert study.reading("AB", "ash").looked_for(study.codebook.by_id["money.cost"])  # type: ignore[union-attr]


# -- suggestions


def test_an_accepted_suggestion_is_a_coding_and_a_verdict_in_one_act(folder: Path) -> None:
    study = decisions.accept(load(folder), "CD", suggestion())
    (review,) = [review for review in study.reviews if review.verdict == "accept"]
    assert coding(study, review.coding_id).quote == suggestion().quote
    assert {written.path for written in study.written} == {"codings/CD/elm.jsonl", "reviews/CD/elm.jsonl"}


def test_a_second_verdict_takes_the_place_of_the_first(folder: Path) -> None:
    study = decisions.postpone(load(folder), "CD", suggestion())
    study = decisions.reject(study, "CD", suggestion())
    assert [review.verdict for review in study.reviews if review.reviewer == "CD"] == ["reject"]


# -- cells


def test_a_summary_that_somebody_else_wrote_meanwhile_is_not_written_over(folder: Path) -> None:
    mine, theirs = load(folder), load(folder)
    decisions.summarise(mine, Summary("Ash", "money.cost", "Mine."))
    with pytest.raises(Refused, match="changed by someone else meanwhile"):
        decisions.summarise(theirs, Summary("Ash", "money.cost", "Theirs."))
    decisions.summarise(theirs, Summary("Elm", "money.cost", "Another cell is fine."))
    texts = {(s.case_id, s.code_id): s.text for s in load(folder).summaries}
    assert texts["Ash", "money.cost"] == "Mine."
    assert texts["Elm", "money.cost"] == "Another cell is fine."


@given(text=st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_any_words_can_be_a_summary(folder: Path, text: str) -> None:
    study = load(folder)
    if not text.strip():
        with pytest.raises(Refused):
            decisions.summarise(study, Summary("Ash", "money.cost", text))
        return
    decided = decisions.summarise(study, Summary("Ash", "money.cost", text))
    assert [s.text for s in decided.summaries if (s.case_id, s.code_id) == ("Ash", "money.cost")] == [text]
    decisions.undo(decided)


def test_a_cell_lies_where_somebody_put_it_not_in_a_second_home(folder: Path) -> None:
    (folder / "charts/more.yaml").write_text("Elm:\n  money.cost: Cheap, they say.\n")
    study = decisions.summarise(load(folder), Summary("Elm", "money.cost", "Cheap."))
    assert [written.path for written in study.written] == ["charts/more.yaml"]
    assert errors(study) == errors(load(folder))


def test_why_a_cell_is_empty_is_a_persons_word(folder: Path) -> None:
    study = decisions.confirm_absence(load(folder), "Ash", "people.help", asked=True, by="CD", note="At the end.")
    absence = next(a for a in study.absences if a.case_id == "Ash")
    assert absence == Absence("Ash", "people.help", True, "At the end.", "CD", absence.on)
    with pytest.raises(Refused, match="has a summary"):
        decisions.confirm_absence(study, "Ash", "money.cost", asked=True, by="CD")


# -- cases


def test_deciding_one_episode_leaves_the_others_and_their_overrides_whole(folder: Path) -> None:
    study = EVERY["decide_feature"](load(folder))
    first, second = study.cases[0].episodes
    assert [feature.value for feature in first.features] == ["clerk"]
    assert second.overrides == (Override("models", "strong", "Both said so.", "AB"),)
    assert "# then the vote" in (folder / "cases/Ash.yaml").read_text()


def test_what_only_the_machine_proposes_is_never_written(folder: Path) -> None:
    with pytest.raises(Refused, match="only proposed"):
        decisions.decide_feature(load(folder), "Ash", "Ash-1", Feature("people.lead", "clerk", proposed=True))


def test_a_case_that_holds_something_unread_is_not_written(folder: Path) -> None:
    path = folder / "cases/Ash.yaml"
    path.write_text(path.read_text() + "mood: doubtful\n")
    before = contents(folder)
    with pytest.raises(Refused, match="mood"):
        EVERY["decide_feature"](load(folder))
    assert contents(folder) == before


# -- the codebook


def test_a_renamed_code_keeps_codings_summaries_and_features(folder: Path) -> None:
    study = EVERY["rename_code"](load(folder))
    assert coding(study, "a3").code_id == "people.leader"
    assert '"people.lead"' in (folder / "codings/AB/ash.jsonl").read_text()  # nothing had to be rewritten
    assert study.cases[0].episodes[1].features[0].attribute == "people.leader"
    assert study.typologies[0].features == ("people.leader",)
    assert errors(study) == errors(load(folder))
    assert len(errors(study)) == 2
    study = decisions.withdraw_feature(study, "Ash", "Ash-2", "people.leader")
    study = decisions.rename_code(study, "people.leader", "people.lead", by="AB")
    assert study.codebook.by_id["people.leader"].id == "people.lead"


def test_a_merge_asks_for_the_text_that_is_to_stand_for_both(folder: Path) -> None:
    with pytest.raises(Refused, match="Ash"):
        decisions.merge_codes(load(folder), "money.source", "money.cost", by="AB")
    study = EVERY["merge_codes"](load(folder))
    assert {s.text for s in study.summaries if s.case_id == "Ash"} == {"Dear; the county paid."}
    assert coding(study, "a2").code_id == "money.cost"


def test_a_merge_keeps_one_of_two_twins(folder: Path) -> None:
    decisions.change_coding(load(folder), "CD", "c1", value="")
    study = EVERY["merge_codes"](load(folder))
    assert [c.id for c in study.codings if c.source_id == "elm"] == ["c1"]


def test_a_merge_comes_to_what_the_person_saw_or_is_refused(folder: Path) -> None:
    seen = load(folder)
    coded = decisions.add_coding(seen, "CD", Coding("", "elm", 54, 82, "", "money.source"))
    with pytest.raises(Outdated, match=r"what is coded or written on `money\.source` was changed by someone else"):
        decisions.merge_codes(seen, "money.source", "money.cost", by="AB", texts={"Ash": "Dear."})
    assert load(folder) == coded
    decisions.merge_codes(coded, "money.source", "money.cost", by="AB", texts={"Ash": "Dear."})


def test_a_split_of_other_passages_than_the_person_saw_is_refused(folder: Path) -> None:
    seen = load(folder)
    decisions.remove_coding(seen, "CD", "c1")
    with pytest.raises(Outdated, match=r"what is coded with `money\.cost` was changed"):
        EVERY["split_code"](seen)


def test_a_code_that_stays_as_it_is_is_not_reworded(folder: Path) -> None:
    before = contents(folder)
    with pytest.raises(Refused, match=r"nothing about `people\.lead` would be another"):
        decisions.reword_code(load(folder), "people.lead", by="AB", name="Who leads")
    assert contents(folder) == before


def test_a_new_value_raises_the_version_whatever_else_is_said_better(folder: Path) -> None:
    values = {"mayor": "The mayor.", "clerk": "The clerk.", "nobody": "No one."}
    study = decisions.reword_code(load(folder), "people.lead", by="AB", values=values, definition="Who led it.")
    assert study.codebook.version == 2
    assert study.codebook.by_id["people.lead"].history[-1].what == "values"


def test_a_value_in_use_cant_be_taken_from_its_code(folder: Path) -> None:
    with pytest.raises(Refused, match=r"`high` of `money\.cost` is in use"):
        decisions.reword_code(load(folder), "money.cost", by="AB", values={"low": "Little."})


def test_a_code_in_use_cant_be_retired(folder: Path) -> None:
    with pytest.raises(Refused, match="3 codings, 1 summary"):
        decisions.retire_code(load(folder), "money.cost")


def test_a_split_deals_codings_and_leaves_the_rest(folder: Path) -> None:
    study = EVERY["split_code"](load(folder))
    assert [coding(study, name).code_id for name in ("a1", "c1")] == ["money.dear", "money.cost"]
    assert study.reading("AB", "ash").looked_for(study.codebook.by_id["money.dear"])  # type: ignore[union-attr]


@pytest.mark.parametrize("id", ["money.cost", "people.aid", "a/b", "../x", "", "x y"])
def test_a_new_code_needs_an_id_that_is_free_and_plain(folder: Path, id: str) -> None:
    with pytest.raises(Refused):
        decisions.define_code(load(folder), Code(id, "New", "money"), by="AB")


# -- undo


def test_a_decision_that_somebody_built_on_cant_be_taken_back(folder: Path) -> None:
    first = decisions.change_coding(load(folder), "AB", "a1", memo="first")
    second = decisions.change_coding(first, "AB", "a1", memo="second")
    with pytest.raises(Refused, match="changed since"):
        decisions.undo(second, first.written)
    decisions.undo(decisions.undo(second), first.written)
    assert coding(load(folder), "a1").memo == ""


def test_without_a_decision_there_is_nothing_to_take_back(folder: Path) -> None:
    with pytest.raises(Refused, match="nothing to take back"):
        decisions.undo(load(folder))


@DECISIONS
def test_a_decision_leaves_comments_and_all_other_lines_as_they_are(folder: Path, decision: Decision) -> None:
    study = load(folder)
    before = contents(folder)
    decision(study)
    for path, data in contents(folder).items():
        if path in before and path.endswith((".yaml", ".csv", ".md")):
            comments = [line.split(b"# ", 1)[1] for line in before[path].splitlines() if b"# " in line]
            assert [comment for comment in comments if comment not in data] in ([], [b"half of it"]), path


# -- names


def test_a_name_is_replaced_with_its_codings_moved_along_and_brought_back(folder: Path) -> None:
    before, study = contents(folder), load(folder)
    words = {coding.id: coding.quote for coding in study.codings}
    named = decisions.replace_names(study, {"P01": "Mayor", "county": "[county 1]", "church": "[a parish]"})
    text = (folder / "transcripts/ash.txt").read_text()
    assert "P01" not in text
    assert "Mayor: It cost us very dear" in text
    assert coding(named, "a2").quote == "The [county 1] paid for half of it."
    assert coding(named, "a1").quote == words["a1"]
    assert (named.moved, len(named.lost)) == ((), 1)
    assert named.participants[0].speakers == ("Mayor",)
    assert [p.id for p in named.participants if p.case_id == "Ash"] == ["P01"]
    back = decisions.replace_names(named, {"Mayor": "P01", "[county 1]": "county", "[a parish]": "church"})
    assert {c.id: c.quote for c in back.codings} == words
    assert contents(folder)["transcripts/ash.txt"] == before["transcripts/ash.txt"]


def test_where_a_name_still_stands_is_listed(folder: Path) -> None:
    names = {"county": "[county 1]", "mayor": "[leader 1]"}
    study = decisions.replace_names(load(folder), names)
    places = decisions.still_named(study, names)
    assert "codebook/2-people.yaml:5" in places
    assert not [place for place in places if place.startswith(("transcripts", "charts"))]


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ({"P01": "[x]"}, "can't stand before a turn"),
        ({"P01": "P02"}, "stands in elm already"),
        ({"P01": "a: b"}, "without a colon"),
        ({"P01": " "}, "give a name"),
    ],
)
def test_a_replacement_that_could_not_be_undone_is_refused(folder: Path, names: dict[str, str], told: str) -> None:
    before = contents(folder)
    with pytest.raises(Refused, match=told):
        decisions.replace_names(load(folder), names)
    assert contents(folder) == before


def test_an_interviewer_stays_one_under_another_name(folder: Path) -> None:
    settings = folder / "study.yaml"
    settings.write_text(settings.read_text() + "interviewers: [Interviewer]\n")
    with pytest.raises(Refused, match="interviewers"):
        decisions.replace_names(load(folder), {"Interviewer": "Ben"})


def test_one_chart_that_cant_be_read_stops_the_whole_decision(folder: Path) -> None:
    (folder / "charts/people.yaml").write_text("Ash: {people.lead: {summary: So, oh dear\n")
    before = contents(folder)
    summaries = [Summary("Ash", "money.cost", "New."), Summary("Ash", "people.lead", "New.")]
    with pytest.raises(Refused, match=r"charts/people\.yaml"):
        decisions.summarise_all(load(folder), summaries)
    assert contents(folder) == before
