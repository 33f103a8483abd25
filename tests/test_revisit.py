from dataclasses import replace

import pytest
from click.testing import CliRunner

from crosscase import Refused, Study, load
from crosscase.cli import main
from crosscase.codebook import Amendment
from crosscase.coding import Review, Suggestion
from crosscase.reading import Reading
from crosscase.revisit import Waiting, read_anew, waiting
from tests.conftest import SMALL, StudyFolder

BOOK = (
    "category: money\n"
    "name: Money\n"
    "codes:\n"
    "  - {id: money.cost, name: Cost}\n"
    "  - {id: money.late, name: Late, since: 2, cues: [church, lent us]}\n"
)
DONE = '{"sha256":"","codebook":1}\n'
FILES = {
    **{name: text for name, text in SMALL.items() if not name.startswith("codings/")},
    "codebook/1-money.yaml": BOOK,
    "codings/AB/ash.jsonl": DONE,
    "codings/AB/elm.jsonl": DONE,
}


@pytest.fixture
def study(study_folder: StudyFolder) -> Study:
    """Ash and Elm were read to the end under version 1; money.late came with version 2."""
    return load(study_folder(FILES))


def suggestion(source_id: str, start: int, score: float, code_id: str = "money.late") -> Suggestion:
    return Suggestion(source_id, start, start + 10, "…", code_id, score, "near", "test")


def places(entries: tuple[Waiting, ...]) -> list[tuple[str, str]]:
    return [(entry.code.id, entry.source.id) for entry in entries]


def test_sources_read_before_a_code_existed_wait_for_it_and_for_no_other(study: Study) -> None:
    assert places(waiting(study)) == [("money.late", "elm"), ("money.late", "ash")]


def test_a_source_waits_no_longer_once_somebody_has_looked(study: Study) -> None:
    looked = Reading("AB", "elm", 1, again={"money.late": 2})
    assert places(waiting(replace(study, readings=(study.readings[0], looked)))) == [("money.late", "ash")]
    newer = Reading("CD", "ash", 2)
    assert places(waiting(replace(study, readings=(*study.readings, newer)))) == [("money.late", "elm")]


def test_an_open_reading_and_an_untouched_source_do_not_wait(study: Study) -> None:
    assert waiting(replace(study, readings=(Reading("AB", "elm", 1, read_to=20),))) == ()


def test_a_code_that_was_redefined_is_looked_for_again(study: Study) -> None:
    (category,) = study.codebook.categories
    cost = replace(category.codes[0], history=(Amendment(3, "redefined"),))
    book = replace(study.codebook, categories=(replace(category, codes=(cost, category.codes[1])),))
    now = replace(study, codebook=book, readings=(Reading("AB", "ash", 2),))
    assert places(waiting(now)) == [("money.cost", "ash")]


def test_the_likeliest_passages_come_first_by_score_else_by_cues(study: Study) -> None:
    by_cues = waiting(study)
    assert [(c.weight, c.is_suggested) for c in by_cues[0].candidates] == [(2, False)]
    assert by_cues[0].candidates[0].quote.startswith("Next to nothing, the church")
    assert by_cues[1].candidates == ()
    by_score = waiting(study, [suggestion("ash", 40, 0.4), suggestion("ash", 90, 0.6), suggestion("elm", 40, 0.5)])
    assert [(entry.source.id, [c.weight for c in entry.candidates]) for entry in by_score] == [
        ("ash", [0.6, 0.4]),
        ("elm", [0.5]),
    ]


def test_what_is_coded_with_the_code_already_is_not_put_to_anybody_again(study_folder: StudyFolder) -> None:
    line = '{"id":"e1","start":37,"end":52,"code":"money.late","quote":"Next to nothing"}\n'
    ash, elm = waiting(load(study_folder({**FILES, "codings/AB/elm.jsonl": DONE + line})))
    assert (ash.source.id, elm.source.id, elm.candidates) == ("ash", "elm", ())


def test_one_code_can_be_asked_for_and_an_unknown_one_is_refused(study: Study) -> None:
    assert waiting(study, code_id="money.cost") == ()
    with pytest.raises(Refused, match=r"no code `money.lat`; did you mean `money.late`"):
        waiting(study, code_id="money.lat")


def test_the_command_lists_what_waits_and_signs_off_what_was_gone_through(study: Study) -> None:
    told = CliRunner().invoke(main, ["revisit", str(study.folder)])
    assert told.exit_code == 0, told.output
    assert told.stderr.startswith("going by cues")
    assert told.stdout.splitlines() == [
        "money.late, as it is meant since version 2 of the codebook: 2 of 2 sources to go through",
        "  elm          turn 2, 2 cues: Next to nothing, the church lent us the hall.",
        "  ash          nothing suggested, and none of the code's cues",
    ]
    done = ["--done", "elm", "--code", "money.late", "--by", "AB"]
    assert CliRunner().invoke(main, ["revisit", str(study.folder), *done]).exit_code == 0
    assert [reading.again for reading in load(study.folder).readings] == [{}, {"money.late": 2}]
    left = CliRunner().invoke(main, ["revisit", str(study.folder)])
    assert [line.split()[0] for line in left.stdout.splitlines()] == ["money.late,", "ash"]
    assert CliRunner().invoke(main, ["revisit", str(study.folder), *done]).exit_code == 2
    for half in (["--done", "elm", "--by", "AB"], ["--done", "elm", "--code", "money.late"]):
        refused = CliRunner().invoke(main, ["revisit", str(study.folder), *half])
        assert (refused.exit_code, "--code" in refused.output) == (2, True)
    nothing = CliRunner().invoke(main, ["revisit", str(study.folder), "--code", "money.cost"])
    assert nothing.output.startswith("no source waits")


def test_what_somebody_said_does_not_carry_the_code_is_not_put_again(study: Study) -> None:
    (first, *_) = waiting(study, [suggestion("elm", 40, 0.9), suggestion("elm", 60, 0.5)])
    assert [candidate.segment.start for candidate in first.candidates] == [40, 60]
    turned_down = Review("elm", 38, 45, "…", "money.late", "reject")
    later = Review("elm", 60, 70, "…", "money.late", "later")
    study = replace(study, reviews=(turned_down, later))
    (first, *_) = waiting(study, [suggestion("elm", 40, 0.9), suggestion("elm", 60, 0.5)])
    assert [candidate.segment.start for candidate in first.candidates] == [60]


def test_a_code_that_gets_another_meaning_asks_for_what_was_read_for_it_and_for_no_more(study: Study) -> None:
    cost, late = study.codebook.codes
    assert read_anew(study, cost, 2) == ("ash", "elm")
    assert read_anew(study, late, 2) == ()
    assert read_anew(study, cost, 1) == ()
