"""What was asked, heard, read and coded; and which codes go together more than chance has it."""

import json
from collections.abc import Sequence
from itertools import permutations
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from crosscase import analyse, load, stages
from crosscase.appraising import covered_of, quality_of, saturated_of
from crosscase.cli import PARTS, main
from crosscase.coverage import (
    Drawn,
    asked_of_each,
    discovery_rates,
    drawn_on,
    go_together,
    heard,
    hypergeometric,
    longest_uncoded,
    unused,
)
from crosscase.guide import Guide, Question
from crosscase.source import SetAside, Source, parse
from tests.conftest import StudyFolder

ROOT = Path(__file__).parent.parent
TEXT = (
    "Interviewer: When do you start?\n\n"
    "Lea: We start at six, since the boats don't wait.\n\n"
    "Interviewer: And what do you earn for it?\n\n"
    "Lea: Enough for the rent of the room and no more.\n\n"
    "Tom: My brother went to the city some years ago.\n"
)
TALK = Source("I01", TEXT, parse(TEXT), date="2021-05-01")
PAPER = Source("P1", TEXT, parse(TEXT), kind="document")


def place(quote: str) -> tuple[int, int]:
    return TEXT.index(quote), TEXT.index(quote) + len(quote)


def test_a_question_is_put_by_its_marker_by_word_or_nobody_knows() -> None:
    guide = Guide(
        (
            Question("1", "", ("hours",), marker="When do you"),
            Question("2", "", ("pay",), skipped=("I01",), elsewhere=True),
            Question("3", "", ("home",)),
            Question("4", "", opens=("home",), elsewhere=True),
            Question("5", "", ("home",), elsewhere=True, since="2021-06"),
        )
    )
    grid = asked_of_each(guide, [TALK, PAPER], lambda code_id, _: 2 if code_id == "pay" else 0)
    assert [(cell.question_id, cell.put, cell.by_word, cell.codings) for cell in grid] == [
        ("1", "put", False, 0),
        ("2", "not put", True, 2),
        ("3", "unknown", False, 0),
        ("4", "put", True, None),
        ("5", "not put", True, 0),
    ]


def test_words_are_each_persons_own_read_and_coded_as_far_as_they_were() -> None:
    found = heard([TALK], lambda name, _: name, {"I01": [place("at six")]}, {"I01": TEXT.index("Tom")})
    assert [(one.participant_id, one.words, one.read, one.coded) for one in found] == [
        ("Lea", 19, 19, 2),
        ("Tom", 9, 0, 0),
    ]


def test_what_is_set_aside_is_nobodys_words() -> None:
    start, end = place("Enough for the rent of the room")
    aside = Source("I01", TEXT, parse(TEXT), set_aside=(SetAside("a", "I01", start, end, ""),))
    found = heard([aside], lambda name, _: name, {"I01": [(start, end)]}, {"I01": len(TEXT)})
    assert (found[0].words, found[0].coded) == (12, 0)


def test_a_stretch_goes_on_past_questions_and_ends_at_a_coding_or_where_nobody_read() -> None:
    read = {"I01": len(TEXT)}
    (whole,) = longest_uncoded([TALK], {}, read)
    assert (whole.segment.start, whole.segment.end, whole.words) == (place("We start")[0], len(TEXT) - 1, 28)
    coded = {"I01": [place("rent")]}
    assert [stretch.words for stretch in longest_uncoded([TALK], coded, read)] == [9, 9]
    assert [stretch.words for stretch in longest_uncoded([TALK], {}, {"I01": TEXT.index("Tom")})] == [19]
    assert longest_uncoded([TALK], {}, {}) == ()


def test_a_code_that_most_cases_lack_comes_first() -> None:
    codes = unused({"a": {"X"}, "b": {"X", "Y", "Z"}}, {"a": ["X", "Y"], "b": ["X", "Y"], "c": ["X", "Y"]})
    assert [(code.code_id, code.given, code.not_given) for code in codes] == [
        ("c", (), ("X", "Y")),
        ("a", ("X",), ("Y",)),
        ("b", ("X", "Y"), ()),
    ]


def test_more_than_a_fifth_is_too_often_only_where_they_did_not_say_as_much() -> None:
    often, as_said = drawn_on({"A": 6, "B": 4}, {"A": 100, "B": 900})
    assert (often, often.is_often, as_said.is_often) == (Drawn("A", 6, 0.6, 0.1), True, False)
    assert drawn_on({}, {}) == ()


def test_the_hypergeometric_chance_is_that_of_all_ways_to_draw() -> None:
    """Of five passages, two carry the first code; three of the others, in every way, carry the second."""
    ways = [len({0, 1} & set(order[:3])) for order in permutations(range(5))]
    expected = [ways.count(both) / len(ways) for both in range(3)]
    assert hypergeometric(5, 2, 3) == pytest.approx(expected)


def test_the_tea_tasting_lady() -> None:
    """Fisher (1935, chapter 2): all four of eight cups right has a chance of 1 in 70, three or more of 17 in 70."""
    right, three = set(range(4)), {0, 1, 2, 4}
    (pair,) = go_together([(8, {"milk": right, "said": right})])
    assert pair.p == pytest.approx(1 / 70)
    (pair,) = go_together([(8, {"milk": right, "said": three})])
    assert [pair.p, pair.jaccard, pair.lift] == pytest.approx([17 / 70, 3 / 5, 1.5])


def test_two_interviews_are_drawn_each_for_itself() -> None:
    """The chance that both share their one passage of three, or one of them does, from all nine ways."""
    interview = (3, {"a": {0}, "b": {0}})
    assert go_together([interview, interview])[0].p == pytest.approx(1 / 9)
    assert go_together([interview, (3, {"a": {0}, "b": {1}})])[0].p == pytest.approx(5 / 9)


def test_an_interviews_habit_is_no_link() -> None:
    """Both codes are everywhere in one interview and nowhere in another: within each, nothing goes together."""
    everywhere = {"a": set(range(6)), "b": set(range(6))}
    (pair,) = go_together([(6, everywhere), (6, {})])
    assert (pair.p, pair.lift) == (1, 1)


def test_false_discoveries_are_held_down_as_in_the_papers_example() -> None:
    """Benjamini & Hochberg (1995, section 3.2): of fifteen, four are taken for real at 5 %."""
    p = [
        0.0001,
        0.0004,
        0.0019,
        0.0095,
        0.0201,
        0.0278,
        0.0298,
        0.0344,
        0.0459,
        0.324,
        0.4262,
        0.5719,
        0.6528,
        0.759,
        1.0,
    ]
    assert sum(discovery_rates(p, 15) <= 0.05) == 4
    assert discovery_rates(p[:4], 15)[:4] == pytest.approx(discovery_rates(p, 15)[:4])


numbers = st.frozensets(st.integers(0, 7), max_size=6)


@settings(max_examples=40)
@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=4))
def test_which_code_is_named_first_and_which_interview_comes_first_makes_no_difference(
    marks: list[tuple[frozenset[int], frozenset[int]]],
) -> None:
    def figures(marks: Sequence[tuple[frozenset[int], frozenset[int]]], names: str) -> list[tuple[int, float]]:
        found = go_together([(8, dict(zip(names, pair, strict=True))) for pair in marks])
        return [(pair.passages, round(pair.p, 9)) for pair in found]

    assert figures(marks, "ab") == figures(marks[::-1], "ba")


def test_the_sample_was_asked_all_but_what_its_guide_says() -> None:
    covered = covered_of(analyse(load(ROOT)))
    assert sum(cell.put == "not put" for cell in covered.asked) == 9
    assert {cell.source_id for cell in covered.asked} == {f"I{number:02}" for number in range(1, 23)}
    shares = [person.coded / person.words for person in covered.heard]
    assert 0.6 < sum(shares) / len(shares) < 0.95
    assert all(person.read == person.words for person in covered.heard)
    assert not any(person.is_often for person in covered.drawn)


def test_saturation_marks_where_the_guide_changed_and_follows_what_is_said_within_codes(
    study_folder: StudyFolder,
) -> None:
    words = "Lea: It was dear to all of us.\n"
    files = {
        "study.yaml": "title: T\n",
        "codebook/c.yaml": (
            "category: c\nname: C\ncodes:\n  - {id: cost, name: Cost, origin: inductive, values: {high: '', low: ''}}\n"
        ),
        "guide.yaml": (
            "put: all\nquestions:\n  - {id: Q1, codes: [cost]}\n  - {id: Q2, codes: [cost], since: 2021-02}\n"
            "  - {id: Q3, since: soon}\n"
        ),
        "sources.csv": "id,date\nA,2021-01-05\nB,2021-02-05\nC,2021-03-05\n",
    }
    for source_id, value in (("A", "high"), ("B", "low"), ("C", "low")):
        files[f"transcripts/{source_id}.txt"] = words
        files[f"codings/AB/{source_id}.jsonl"] = (
            f'{{"codebook":1}}\n{{"code":"cost","quote":"It was dear","value":"{value}"}}\n'
        )
    loaded = load(study_folder(files))
    assert [problem.what for problem in loaded.problems if "since" in problem.what] == ["`since: soon` is no date"]
    found = saturated_of(analyse(loaded), base=1, run=1)
    assert found.guide_changes == {"B": ("Q2",)}
    assert [step.total for step in found.saturation.steps] == [1, 1, 1]
    assert found.contents is not None
    assert [step.total for step in found.contents.steps] == [1, 2, 2]
    told = CliRunner().invoke(main, ["saturation", str(loaded.folder), "--base", "1", "--run", "1"]).stdout
    assert "new in the guide from here: Q2" in told
    assert "stopped being new after 3 interviews" in told


def test_saturation_of_each_sector_of_the_sample() -> None:
    by_sector = quality_of(analyse(load(ROOT))).by_sector
    assert {sector: len(found.saturation.steps) for sector, found in by_sector.items()} == {
        "prosecutor": 16,
        "advocate": 6,
    }


def coverage(*options: str) -> str:
    result = CliRunner().invoke(main, ["coverage", *options])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_command_says_the_gist_of_each_part_and_all_of_one() -> None:
    told = coverage(str(ROOT / "examples" / "gennovate"))
    assert "What was asked of whom:" in told
    assert "`crosscase revisit`" in told
    rows = json.loads(coverage(str(ROOT / "examples" / "gennovate"), "--json"))["coverage"]
    assert {row["part"] for row in rows} <= set(PARTS)


def test_a_study_with_nothing_in_it_is_told_so(study_folder: StudyFolder) -> None:
    folder = study_folder({"study.yaml": "title: Empty\n"})
    told = coverage(str(folder))
    for said in ("no questions", "no participant speaks", "no summary rests", "no passage carries", "is coded"):
        assert said in told
    assert coverage(str(folder), "--csv") == "\n"
    assert stages.covered(load(folder)).together == ()
