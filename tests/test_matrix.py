from collections.abc import Sequence
from dataclasses import replace

from crosscase.codebook import Category, Code
from crosscase.coding import Coding, Suggestion
from crosscase.matrix import Absence, Evidence, Matrix, Row, Status, Summary, chart, representative
from crosscase.reading import Standing

COST, SOURCE_CODE = Code("cost", "Cost", "money"), Code("source", "Source", "money")
MONEY = Category("money", "Money", codes=(COST, SOURCE_CODE))
ASH = Row("Ash", "Ashford", {}, ("ash",))
ELM = Row("Elm", "Elmton", {}, ("elm",))


def coding(id: str, source_id: str = "ash", code_id: str = "cost", words: int = 30, start: int = 0) -> Coding:
    quote = " ".join(["word"] * words)
    return Coding(id, source_id, start, start + len(quote), quote, code_id)


def suggestion(source_id: str, score: float = 0.5) -> Suggestion:
    return Suggestion(source_id, 0, 5, "quote", "cost", score, "near", "test")


def evidence(asked: bool | None = True, **standings: Standing) -> Evidence:
    """Every source was read for every code, but for the sources that are given."""
    return Evidence(
        rows_of=lambda d: (d.source_id.capitalize(),),
        speakers_of=lambda d: d.source_id,
        standing=lambda _code, source_id: standings.get(source_id, Standing.READ),
        asked=lambda _code, _source: asked,
    )


def charted(
    codings: Sequence[Coding] = (), suggestions: Sequence[Suggestion] = (), written: str = "", ids: Sequence[str] = ()
) -> Matrix:
    """The row Ash, with a summary of this text that rests on these codings, if there is one."""
    summaries = {("Ash", "cost"): Summary("Ash", "cost", written, coding_ids=tuple(ids))} if written else {}
    return chart(MONEY, (ASH,), codings, suggestions, replace(evidence(), summaries=summaries))


def status(asked: bool | None = True, row: Row = ASH, **standings: Standing) -> Status:
    """Of an empty cell."""
    return chart(MONEY, (row,), (), (), evidence(asked, **standings)).cells[row.id, "cost"].status


def test_an_empty_cell_says_why_it_is_empty() -> None:
    assert status() == Status.SILENT
    assert status(asked=False) == Status.NOT_ASKED
    assert status(asked=None) == Status.NOTHING
    assert status(ash=Standing.UNTOUCHED) == Status.NOT_READ
    assert status(ash=Standing.OPEN) == Status.OPEN
    assert status(ash=Standing.OLDER) == Status.OLDER


def test_of_several_sources_the_least_read_one_decides_what_an_empty_cell_says() -> None:
    both = Row("Both", "Both", {}, ("ash", "elm"))
    assert status(row=both, elm=Standing.UNTOUCHED, ash=Standing.OPEN) == Status.NOT_READ
    assert status(row=both, elm=Standing.OPEN, ash=Standing.OLDER) == Status.OPEN
    assert status(row=both, elm=Standing.OLDER) == Status.OLDER
    assert status(row=both) == Status.SILENT
    assert status(row=Row("Nobody", "Nobody", {}, ())) == Status.NOT_READ


def test_codings_make_a_cell_said_and_a_summary_makes_it_summarised() -> None:
    assert charted([coding("a")]).cells["Ash", "cost"].status == Status.SAID
    assert charted([coding("a")], written="Dear.").cells["Ash", "cost"].status == Status.SUMMARISED


def test_a_persons_word_on_an_empty_cell_is_its_status() -> None:
    for asked, expected in ((True, Status.SILENT), (False, Status.NOT_ASKED)):
        word = Absence("Ash", "cost", asked, "the tape ran out", "AB")
        known = replace(evidence(asked=not asked), absences={("Ash", "cost"): word})
        for suggestions in ((), [suggestion("ash")]):
            cell = chart(MONEY, (ASH,), (), suggestions, known).cells["Ash", "cost"]
            assert (cell.status, cell.absence) == (expected, word)
        said = chart(MONEY, (ASH,), [coding("a")], (), known).cells["Ash", "cost"]
        assert (said.status, said.absence) == (Status.SAID, word)


def test_suggestions_make_a_cell_a_draft() -> None:
    matrix = chart(MONEY, (ASH, ELM), (), [suggestion("elm")], evidence())
    assert matrix.cells["Ash", "cost"].basis == "people"
    assert (matrix.cells["Elm", "cost"].status, matrix.cells["Elm", "cost"].basis) == (Status.DRAFT, "draft")
    assert matrix.basis == "draft"


def test_every_row_has_a_cell_for_every_code() -> None:
    matrix = chart(MONEY, (ASH, ELM), [coding("a")], (), evidence())
    assert set(matrix.cells) == {("Ash", "cost"), ("Ash", "source"), ("Elm", "cost"), ("Elm", "source")}


def test_a_summary_is_stale_when_codings_came_or_went() -> None:
    both = [coding("a"), coding("b", start=500)]
    assert not charted(both, written="Dear.", ids=["a", "b"]).cells["Ash", "cost"].stale
    assert charted(both[:1], written="Dear.", ids=["a", "b"]).cells["Ash", "cost"].stale


def test_a_summary_that_only_repeats_a_quote_is_pasted() -> None:
    said = replace(coding("a"), quote="It was very dear, I say.")
    for text, pasted in (("it was very dear", True), ("Found it dear.", False)):
        assert charted([said], written=text).cells["Ash", "cost"].pasted is pasted


def test_quotes_come_from_different_speakers_before_anyone_is_quoted_twice() -> None:
    talker = [coding(f"a{n}", "ash", start=n * 1000) for n in range(5)]
    shown = representative([*talker, coding("e", "elm", words=200)], lambda d: d.source_id)
    assert [one.id for one in shown] == ["a0", "a1", "e"]


def test_the_most_readable_quote_goes_first() -> None:
    shown = representative([coding("long", words=90), coding("good", words=25, start=999)], lambda _: "x", at_most=1)
    assert [one.id for one in shown] == ["good"]


def test_a_passage_with_two_codings_is_quoted_once() -> None:
    assert len(representative([coding("a"), coding("b")], lambda _: "x")) == 1


def test_values_are_counted_per_cell() -> None:
    said = [replace(coding(str(n), start=n * 999), value=v) for n, v in enumerate(("high", "low", "high"))]
    assert charted(said).cells["Ash", "cost"].values == {"high": 2, "low": 1}


def test_a_matrix_becomes_a_frame_of_summaries_and_reasons() -> None:
    known = replace(evidence(elm=Standing.OPEN), summaries={("Ash", "cost"): Summary("Ash", "cost", "Dear.")})
    frame = chart(MONEY, (ASH, ELM), (), (), known).to_frame()
    assert frame.to_numpy().tolist() == [["Dear.", "asked, nothing said"], ["still being read"] * 2]
    assert frame.index.tolist() == ["Ash", "Elm"]
