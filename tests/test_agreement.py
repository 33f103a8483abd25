"""Two coders read the same texts; who is compared where, and what counts as coded otherwise."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from crosscase import Refused, Study, analyse, load, stages
from crosscase.agreement import Agreement, Given, Outcome, compare, counted
from crosscase.case import Participant
from crosscase.cli import main
from crosscase.codebook import Amendment, Category, Code, Codebook
from crosscase.coding import Coding
from crosscase.exchange.tables import tables
from crosscase.framework import agreement_of
from crosscase.profile import findings_for
from crosscase.reading import Reading
from crosscase.source import Source, parse
from crosscase.study import Settings
from tests.conftest import StudyFolder

TEXT = (
    "Interviewer: When do you start?\n\n"
    "Lea: At six. The boats don't wait, they never do.\n\n"
    "Interviewer: And what do you earn?\n\n"
    "Lea: Enough for the rent, and not for the winter.\n"
)
HOURS = Code("hours", "Hours", "work", formerly=("times",))
PAY = Code("pay", "Pay", "work", kind="attribute", values={"enough": "", "little": ""})
BOOK = Codebook((Category("work", "Work", codes=(HOURS, PAY)),))
BOTH = (Reading("AB", "I01", 1), Reading("CD", "I01", 1))

SIX = "At six."
BOATS = "At six. The boats don't wait"
NEVER = "they never do"
RENT = "Enough for the rent"
WINTER = "not for the winter"


def coding(coder: str, quote: str, code_id: str, **about: str) -> Coding:
    start = TEXT.index(quote)
    return Coding(f"{coder}-{start}", "I01", start, start + len(quote), quote, code_id, coder=coder, **about)  # type: ignore[arg-type]


def study(codings: Sequence[Coding], readings: Sequence[Reading] = BOTH, **parts: object) -> Study:
    sources = (Source("I01", TEXT, parse(TEXT)),)
    more = {"codebook": BOOK, "sources": sources, "codings": tuple(codings), "readings": tuple(readings)} | parts
    return Study(Path("study"), **more)  # type: ignore[arg-type]


def compared(codings: Sequence[Coding], readings: Sequence[Reading] = BOTH, **parts: object) -> Agreement:
    return agreement_of(study(codings, readings, **parts))


def told(agreement: Agreement) -> list[tuple[str, str, Outcome]]:
    return [(one.quote, " · ".join(one.statements(one.code_id)), one.outcome) for one in agreement.comparisons]


EXAMPLE = (
    coding("CD", SIX, "pay", value="enough"),
    coding("AB", BOATS, "hours"),
    coding("CD", SIX, "times"),
    coding("AB", NEVER, "hours", stance="reports"),
    coding("CD", NEVER, "hours", stance="opposes"),
    coding("AB", RENT, "pay", value="enough"),
    coding("CD", RENT, "pay", value="enough"),
    coding("AB", WINTER, "pay", value="little"),
    coding("CD", WINTER, "pay", value="enough"),
)


def test_every_passage_is_told_in_reading_order_with_who_said_what() -> None:
    assert told(compared(EXAMPLE)) == [
        (SIX, "AB: – · CD: pay (enough)", Outcome.NOT_BY_ALL),
        (BOATS, "AB: hours · CD: hours", Outcome.OTHER_EDGES),
        (NEVER, "AB: hours (reports) · CD: hours (opposes)", Outcome.DIFFERENT),
        (RENT, "AB: pay (enough) · CD: pay (enough)", Outcome.SAME),
        (WINTER, "AB: pay (little) · CD: pay (enough)", Outcome.DIFFERENT),
    ]
    assert [one.quote for one in compared(EXAMPLE).disagreements] == [SIX, NEVER, WINTER]


def test_other_names_for_the_coders_change_nothing() -> None:
    names = {"AB": "ZZ", "CD": "MM"}
    codings = [replace(one, coder=names[one.coder]) for one in reversed(EXAMPLE)]
    readings = [replace(one, coder=names[one.coder]) for one in BOTH]
    before = [
        replace(one, said={names[coder]: given for coder, given in one.said.items()})
        for one in compared(EXAMPLE).comparisons
    ]
    assert list(compared(codings, readings).comparisons) == before


@pytest.mark.parametrize(
    "about", [{"value": "little"}, {"case_id": "Elm"}, {"episode_id": "now"}, {"stance": "expects"}]
)
def test_another_value_case_episode_or_stance_is_coded_otherwise(about: dict[str, str]) -> None:
    (one,) = compared([coding("AB", RENT, "pay"), coding("CD", RENT, "pay", **about)]).comparisons
    assert one.outcome is Outcome.DIFFERENT
    assert one.said == {"AB": (Given(),), "CD": (Given(**about),)}  # type: ignore[arg-type]


def test_another_memo_or_time_of_work_is_not() -> None:
    codings = [coding("AB", RENT, "pay"), coding("CD", RENT, "pay", memo="hm", at="2026-01-02")]
    assert [one.outcome for one in compared(codings).comparisons] == [Outcome.SAME]


def test_naming_the_speakers_own_case_or_not_says_the_same() -> None:
    codings = [coding("AB", RENT, "pay"), coding("CD", RENT, "pay", case_id="Harbour")]
    own, other = (Participant("Lea", case) for case in ("Harbour", "Hill"))
    assert [one.outcome for one in compared(codings, participants=(own,)).comparisons] == [Outcome.SAME]
    assert [one.outcome for one in compared(codings, participants=(other,)).comparisons] == [Outcome.DIFFERENT]


def test_a_code_newer_than_one_reading_is_no_disagreement() -> None:
    newer = Codebook((Category("work", "Work", codes=(replace(HOURS, since=2), PAY)),))
    codings = [coding("AB", BOATS, "hours"), coding("AB", RENT, "pay")]
    readings = (Reading("AB", "I01", 2), Reading("CD", "I01", 1))
    assert [one.code_id for one in compared(codings, readings, codebook=newer).disagreements] == ["pay"]
    again = (readings[0], Reading("CD", "I01", 1, again={"hours": 2}))
    assert [one.code_id for one in compared(codings, again, codebook=newer).disagreements] == ["hours", "pay"]
    redefined = replace(HOURS, history=(Amendment(2, "redefined"),))
    book = Codebook((Category("work", "Work", codes=(redefined, PAY)),))
    assert [one.code_id for one in compared(codings, readings, codebook=book).disagreements] == ["pay"]


def test_what_one_coder_has_not_come_to_is_no_disagreement() -> None:
    codings = [coding("AB", BOATS, "hours"), coding("AB", RENT, "pay"), coding("CD", WINTER, "pay")]
    halfway = (BOTH[0], Reading("CD", "I01", 1, read_to=TEXT.index("Enough") + 5))
    assert [one.quote for one in compared(codings, halfway).comparisons] == [BOATS]
    begun = (BOTH[0], Reading("CD", "I01", 1, read_to=0))
    assert compared(codings, begun) == Agreement((), {}, {})


def test_a_passage_on_which_both_spoke_is_compared_though_one_stopped_within() -> None:
    codings = [coding("AB", BOATS, "hours"), coding("CD", SIX, "hours")]
    stopped = (BOTH[0], Reading("CD", "I01", 1, read_to=TEXT.index(SIX) + len(SIX)))
    assert [one.outcome for one in compared(codings, stopped).comparisons] == [Outcome.OTHER_EDGES]


def test_the_consensus_layer_is_no_coder() -> None:
    readings = (BOTH[0], Reading("agreed", "I01", 1))
    codings = [coding("AB", RENT, "pay"), coding("agreed", WINTER, "pay")]
    assert compared(codings, readings, settings=Settings(consensus="agreed")).readers == {}
    assert len(compared(codings, readings).disagreements) == 2


def test_who_has_a_lost_coding_of_the_code_is_not_said_to_have_given_none() -> None:
    lost = replace(coding("CD", RENT, "pay"), quote="gone")
    codings = [coding("AB", RENT, "pay"), coding("AB", BOATS, "hours")]
    assert [one.code_id for one in compared(codings, lost=(lost,)).comparisons] == ["hours"]


def test_codings_that_only_touch_are_two_passages() -> None:
    start = TEXT.index(SIX)
    parts = [
        replace(coding("AB", SIX, "hours"), end=start + 3),
        replace(coding("CD", SIX, "hours"), start=start + 3),
    ]
    assert [one.quote for one in compared(parts).disagreements] == ["At ", "six."]


def test_a_short_coding_within_a_long_one_does_not_end_its_passage() -> None:
    start = TEXT.index(BOATS)
    long, short, late = (
        replace(coding(coder, BOATS, "hours"), start=start + begin, end=start + end)
        for coder, begin, end in (("AB", 0, 20), ("CD", 2, 6), ("CD", 10, 24))
    )
    (one,) = compared([long, short, late]).comparisons
    assert (one.start - start, one.end - start, one.outcome) == (0, 24, Outcome.OTHER_EDGES)


def test_of_three_coders_each_pair_is_compared_by_its_own_codings() -> None:
    start = TEXT.index(BOATS)
    first, second, third = (
        replace(coding(coder, BOATS, "hours"), start=start + begin, end=start + end)
        for coder, begin, end in (("AB", 0, 8), ("CD", 4, 16), ("EF", 12, 20))
    )
    agreement = compared([first, second, third], (*BOTH, Reading("EF", "I01", 1)))
    assert [one.outcome for one in agreement.comparisons] == [Outcome.OTHER_EDGES]
    assert {pair: counted(comparisons) for pair, comparisons in agreement.pairs.items()} == {
        ("AB", "CD"): {Outcome.OTHER_EDGES: 1},
        ("AB", "EF"): {Outcome.NOT_BY_ALL: 2},
        ("CD", "EF"): {Outcome.OTHER_EDGES: 1},
    }


def test_nothing_is_compared_without_sources() -> None:
    assert compare((), EXAMPLE, BOTH, BOOK) == Agreement((), {}, {})


FIELD = {
    "study.yaml": "title: Small\nunit: participant\ncoders: {AB: Anna Berg, CD: Carl Dahl}\n",
    "codebook/1-work.yaml": (
        "category: work\nname: Work\ncodes:\n"
        "  - {id: work.hours, name: Hours, definition: When people work.}\n"
        "  - {id: work.pay, name: Pay, definition: What people earn.}\n"
    ),
    "participants.csv": "id,case\nLea,Lea\n",
    "transcripts/I01.txt": TEXT,
    "codings/AB/I01.jsonl": (
        '{"sha256":"","codebook":1}\n'
        '{"id":"c1","start":38,"end":66,"code":"work.hours","quote":"At six. The boats don\'t wait"}\n'
        '{"id":"c2","start":125,"end":144,"code":"work.pay","quote":"Enough for the rent"}\n'
    ),
    "codings/CD/I01.jsonl": (
        '{"sha256":"","codebook":1}\n'
        '{"id":"c3","start":38,"end":45,"code":"work.pay","quote":"At six."}\n'
        '{"id":"c4","start":125,"end":144,"code":"work.pay","quote":"Enough for the rent"}\n'
    ),
}


def agree(folder: Path, *options: str) -> list[str]:
    result = CliRunner().invoke(main, ["agree", str(folder), *options])
    assert result.exit_code == 0, result.output
    return result.stdout.splitlines()


def test_the_command_lists_who_said_what_and_counts(study_folder: StudyFolder) -> None:
    folder = study_folder(FIELD)
    assert agree(folder) == [
        "one code for another:",
        "  Hours / Pay (1)",
        "    I01, turn 2: “At six. The boats don't wait”  AB: Hours · CD: Pay",
        "1 passage coded alike, none with other edges, 2 otherwise, in 1 source read by 2 coders",
    ]
    assert agree(folder, "--code", "work.hours", "--source", "I01") == [
        "given by some, and nothing in its place:",
        "  Hours (1)",
        "    I01, turn 2: “At six. The boats don't wait”  AB: Hours · CD: –",
        "no passages coded alike, none with other edges, 1 otherwise, in 1 source read by 2 coders",
    ]
    for option, wrong in (("--code", "work.hour"), ("--source", "I02")):
        refused = CliRunner().invoke(main, ["agree", str(folder), option, wrong])
        assert (refused.exit_code, "did you mean" in refused.output) == (2, True)


def test_the_command_counts_for_each_of_several_pairs(study_folder: StudyFolder) -> None:
    third = {"codings/EF/I01.jsonl": '{"sha256":"","codebook":1}\n'}
    assert agree(study_folder({**FIELD, **third}))[-4:] == [
        "AB and CD: 1 passage coded alike, none with other edges, 2 otherwise",
        "AB and EF: no passages coded alike, none with other edges, 2 otherwise",
        "CD and EF: no passages coded alike, none with other edges, 2 otherwise",
        "no passages coded alike, none with other edges, 3 otherwise, in 1 source read by 3 coders",
    ]


def test_the_command_says_plainly_that_nobody_can_be_compared(study_folder: StudyFolder) -> None:
    folder = study_folder(FIELD)
    shutil.rmtree(folder / "codings" / "CD")
    (line,) = agree(folder)
    assert line.startswith("nothing to compare: no source was read by two coders")


def test_the_table_is_the_teams_alone(study_folder: StudyFolder) -> None:
    loaded = load(study_folder(FIELD))
    frame = tables(analyse(loaded))["disagreements"]
    columns = ["quote", "turn", "code", "kind", "confused_with", "said", "given_by", "not_given_by"]
    assert frame[columns].values.tolist() == [
        ["At six.", 2, "work.pay", "one code for another", "work.hours", "AB: –; CD: Pay", "CD", "AB"],
        [
            "At six. The boats don't wait",
            2,
            "work.hours",
            "one code for another",
            "work.pay",
            "AB: Hours; CD: –",
            "AB",
            "CD",
        ],
    ]
    for profile in ("reviewer", "public"):
        assert tables(findings_for(loaded, profile))["disagreements"].empty


def test_an_unknown_code_is_refused_and_a_former_one_is_known(study_folder: StudyFolder) -> None:
    assert len(stages.agree(study(EXAMPLE), code_id="times").comparisons) == 2
    with pytest.raises(Refused, match="there is no code `tims`"):
        stages.agree(study(EXAMPLE), code_id="tims")
