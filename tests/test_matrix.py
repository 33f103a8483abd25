from dataclasses import replace

from crosscase.codebook import Category, Code
from crosscase.coding import Coding, Suggestion
from crosscase.matrix import Evidence, Row, Status, Summary, chart, representative

COST, SOURCE_CODE = Code("cost", "Cost", "money"), Code("source", "Source", "money")
MONEY = Category("money", "Money", codes=(COST, SOURCE_CODE))
ASH = Row("Ash", "Ashford", {}, ("ash",))
ELM = Row("Elm", "Elmton", {}, ("elm",))


def coding(id: str, source_id: str = "ash", code_id: str = "cost", words: int = 30, start: int = 0) -> Coding:
    quote = " ".join(["word"] * words)
    return Coding(id, source_id, start, start + len(quote), quote, code_id)


def suggestion(source_id: str, score: float = 0.5) -> Suggestion:
    return Suggestion(source_id, 0, 5, "quote", "cost", score, "near", "test")


def evidence(coded: str = "ash elm", asked: bool | None = True) -> Evidence:
    return Evidence(
        rows_of=lambda d: (d.source_id.capitalize(),),
        speakers_of=lambda d: d.source_id,
        coded=frozenset(coded.split()),
        asked=lambda _code, _source: asked,
    )


def status(*, codings: tuple[Coding, ...] = (), suggestions: tuple[Suggestion, ...] = (), **given: object) -> Status:
    matrix = chart(MONEY, (ASH,), codings, suggestions, {}, evidence(**given))  # type: ignore[arg-type]
    return matrix.cells["Ash", "cost"].status


def test_an_empty_cell_says_why_it_is_empty() -> None:
    assert status() == Status.SILENT
    assert status(asked=False) == Status.NOT_ASKED
    assert status(asked=None) == Status.NOTHING
    assert status(coded="") == Status.NOT_CODED


def test_codings_make_a_cell_charted_and_a_summary_makes_it_summarised() -> None:
    assert status(codings=(coding("a"),)) == Status.CHARTED
    written = Summary("Ash", "cost", "Dear.")
    matrix = chart(MONEY, (ASH,), [coding("a")], (), {("Ash", "cost"): written}, evidence())
    assert matrix.cells["Ash", "cost"].status == Status.SUMMARISED


def test_suggestions_stand_in_only_for_sources_that_nobody_coded() -> None:
    matrix = chart(MONEY, (ASH, ELM), (), [suggestion("ash"), suggestion("elm")], {}, evidence(coded="ash"))
    assert matrix.cells["Ash", "cost"].basis == "people"
    assert (matrix.cells["Elm", "cost"].status, matrix.cells["Elm", "cost"].basis) == (Status.DRAFT, "draft")
    assert matrix.basis == "draft"


def test_every_row_has_a_cell_for_every_code() -> None:
    matrix = chart(MONEY, (ASH, ELM), [coding("a")], (), {}, evidence())
    assert set(matrix.cells) == {("Ash", "cost"), ("Ash", "source"), ("Elm", "cost"), ("Elm", "source")}


def test_a_summary_is_stale_when_codings_came_or_went() -> None:
    written = {("Ash", "cost"): Summary("Ash", "cost", "Dear.", coding_ids=("a", "b"))}
    both = [coding("a"), coding("b", start=500)]
    assert not chart(MONEY, (ASH,), both, (), written, evidence()).cells["Ash", "cost"].stale
    assert chart(MONEY, (ASH,), both[:1], (), written, evidence()).cells["Ash", "cost"].stale


def test_a_summary_that_only_repeats_a_quote_is_pasted() -> None:
    said = replace(coding("a"), quote="It was very dear, I say.")
    for text, pasted in (("it was very dear", True), ("Found it dear.", False)):
        written = {("Ash", "cost"): Summary("Ash", "cost", text)}
        assert chart(MONEY, (ASH,), [said], (), written, evidence()).cells["Ash", "cost"].pasted is pasted


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
    assert chart(MONEY, (ASH,), said, (), {}, evidence()).cells["Ash", "cost"].values == {"high": 2, "low": 1}


def test_a_matrix_becomes_a_frame_of_summaries_and_reasons() -> None:
    written = {("Ash", "cost"): Summary("Ash", "cost", "Dear.")}
    frame = chart(MONEY, (ASH, ELM), (), (), written, evidence()).to_frame()
    assert frame.to_numpy().tolist()[0] == ["Dear.", "asked, nothing said"]
    assert frame.index.tolist() == ["Ash", "Elm"]
