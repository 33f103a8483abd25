"""Themes: how they are read, what they rest on, and which words of quantity their cells don't bear out."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crosscase.case import Case
from crosscase.claim import Claim, Every, Facts, Quantifier, Query, Said, Unit
from crosscase.codebook import Category, Code, Codebook
from crosscase.coding import Coding
from crosscase.problem import Problem
from crosscase.study import Study
from crosscase.study.formats import themes as interpretation
from crosscase.theme import CounterEvidence, Sentence, Theme, coverage, empty_cells, lint

COST, HELP = "money.cost", "money.help"

THEME = """---
# SYNTHETIC
id: dear
name: It was dear
statement: >-
  Whoever built
  paid.
consideration: true
origin: inductive
cells:
  - T1/money.cost
  - T2/money.help
claims: [most-paid]
counter_evidence:
  searched: Every coding of money.help that supports.
  found: [c-2]
  note: One was given it.
confidence: {adequacy: thin, coherence: good}
relations:
  - {to: dear, how: To itself.}
history:
  - {date: 2024-05-06, who: AB, what: First version.}
by_case: {T1: Paid at once.}
---

## For Exhibit 2
Most towns paid. {T1/money.cost}

## Synthesis
One town paid. {T1/money.cost} "It was dear", said
another. {T2/money.help, T1/money.cost}

They did not say why. {T2/money.help}
"""


def read(text: str) -> tuple[Theme, list[Problem]]:
    problems: list[Problem] = []
    return interpretation.theme(text, "themes/dear.md", "dear", problems), problems


def study() -> Study:
    codes = (Code(COST, "Cost", "money"), Code(HELP, "Help", "money", formerly=("money.aid",)))
    return Study(
        Path("/nowhere"),
        codebook=Codebook((Category("money", "Money", codes=codes),)),
        cases=(Case("T1"), Case("T2")),
        codings=(Coding("c-1", "I1", 0, 1, "I", COST), Coding("c-2", "I2", 0, 1, "W", HELP)),
    )


MOST_PAID = Claim("most-paid", "Most paid.", Quantifier("most"), Query("case", Every()))


def found(text: str) -> list[str]:
    one, problems = read(text)
    return [str(problem) for problem in (*problems, *interpretation.problems(study(), (one,), (MOST_PAID,)))]


def test_a_theme_is_read_with_its_prose() -> None:
    one, problems = read(THEME)
    assert problems == []
    assert (one.id, one.statement, one.consideration) == ("dear", "Whoever built paid.", True)
    assert one.cells == (("T1", COST), ("T2", HELP))
    assert one.counter_evidence == CounterEvidence(
        "Every coding of money.help that supports.", ("c-2",), "One was given it."
    )
    assert one.by_case == {"T1": "Paid at once."}
    assert one.relations == {"dear": "To itself."}
    assert one.history == (("2024-05-06", "AB", "First version."),)
    assert [section.title for section in one.sections] == ["For Exhibit 2", "Synthesis"]
    synthesis = one.section("synthesis")
    assert synthesis is not None
    assert synthesis.paragraphs == (
        (
            Sentence("One town paid.", (("T1", COST),), 30),
            Sentence('"It was dear", said another.', (("T2", HELP), ("T1", COST)), 30),
        ),
        (Sentence("They did not say why.", (("T2", HELP),), 33),),
    )
    assert found(THEME) == []


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("It rained. {T1/a}", [("It rained.", "T1")]),
        ("It rained {T1/a}. It snowed {T2/a}.", [("It rained.", "T1"), ("It snowed.", "T2")]),
        ("In two, {T1/a} it rained, {T2/a} and poured. {T1/a}", [("In two, it rained, and poured.", "T1 T2")]),
        ("It rained. It snowed. {T1/a}", [("It rained.", ""), ("It snowed.", "T1")]),
        ("“It rained.” {T1/a} No more", [("“It rained.”", "T1"), ("No more", "")]),
        ("It rained. {T1/a} {T2/a}", [("It rained.", "T1 T2")]),
        ("It rained. {T1/a}{T2/a}.", [("It rained..", "T1 T2")]),
        ("It rained. {}", [("It rained.", "")]),
        ("It { rained.", [("It { rained.", "")]),
        ("{T1/a} It rained.", [("It rained.", "")]),
    ],
)
def test_a_sentence_rests_on_the_cells_that_follow_it(text: str, sentences: list[tuple[str, str]]) -> None:
    read = interpretation.sentences_of(text, "t.md", 1, [])
    assert [(one.text, " ".join(case for case, _ in one.cells)) for one in read] == sentences


@settings(max_examples=40)
@given(st.lists(st.tuples(st.sampled_from(["It rained.", "Who was it?", "“No.”", "He said\nit."]), st.integers(0, 3))))
def test_sentences_keep_their_words_and_lines_whatever_they_rest_on(parts: list[tuple[str, int]]) -> None:
    cells = [tuple((f"T{number}", "a") for number in range(count)) for _, count in parts]
    braces = ["{" + ", ".join("/".join(place) for place in places) + "}" for places in cells]
    text = "\n".join(f"{words} {cited}" for (words, _), cited in zip(parts, braces, strict=True))
    read = interpretation.sentences_of(text, "t.md", 1, [])
    assert [(one.text, one.cells) for one in read] == [
        (" ".join(words.split()), places) for (words, _), places in zip(parts, cells, strict=True)
    ]
    assert [one.line for one in read] == [
        1 + sum(words.count("\n") + 1 for words, _ in parts[:number]) for number in range(len(parts))
    ]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("  - T1/money.cost\n", "  - T3/money.cost\n", "11: there is no case `T3`; correct the id, or add it"),
        ("  - T2/money.help\n", "  - T2/money.hlep\n", "12: there is no code `money.hlep`; did you mean `money.help`?"),
        (
            "  - T2/money.help\n",
            "  - money.help\n",
            "12: `money.help` is not a cell; write the case and the code, as in `J10/money.cost`",
        ),
        ("[most-paid]", "[most-payed]", "13: there is no claim `most-payed`; did you mean `most-paid`?"),
        ("found: [c-2]", "found: [c-2, c-9]", "16: there is no coding `c-9`; did you mean `c-2`?"),
        ("to: dear,", "to: deer,", "20: there is no theme or type `deer`; did you mean `dear`?"),
        (
            "  searched: Every coding of money.help that supports.\n",
            "",
            "1: nobody has searched for counter-evidence to this theme; "
            "say under `counter_evidence: searched:` where you looked, also if nothing was found",
        ),
        (
            "said\nanother. {T2/money.help, T1/money.cost}",
            "said\nanother.",
            '30: “"It was dear", said another. …” rests on no cells; '
            "add the cells that it rests on, as in `{J10/money.cost}`",
        ),
        ("why. {T2/money.help}", "why. {T5/money.help}", "33: there is no case `T5`; correct the id, or add it"),
        ("consideration: true", "considered: true", "8: `considered` is not known here; known are: id, name, "),
    ],
)
def test_what_a_theme_lacks_or_names_wrongly_is_a_problem_on_its_line(old: str, new: str, problem: str) -> None:
    assert THEME.count(old) == 1
    (only,) = found(THEME.replace(old, new))
    assert only.startswith(f"themes/dear.md:{problem}")


@pytest.mark.parametrize("text", ["", "# A theme\n\nProse.\n", "---\nid: dear\n"])
def test_a_theme_without_front_matter_is_a_problem(text: str) -> None:
    assert found(text) == [
        "themes/dear.md:1: this theme has no front matter; "
        "begin the file with `---`, the theme's `id`, `name`, `cells` and so on, and `---` again"
    ]


def test_the_same_theme_twice_is_a_problem() -> None:
    one, _ = read(THEME)
    problems = [problem.what for problem in interpretation.problems(study(), (one, one), (MOST_PAID,))]
    assert problems == ["the theme `dear` is already in themes/dear.md"]


def test_a_long_text_without_cells_is_read_in_good_time() -> None:
    assert len(interpretation.sentences_of("It rained " * 50_000, "t.md", 1, [])) == 1


def facts(said: Mapping[tuple[str, str], Sequence[Said]], *, of: int = 14, not_asked: Sequence[str] = ()) -> Facts:
    """Towns T1 to Tn, each with a mayor of the same number; P1 to P4 are of the church, the others of the council."""
    towns = [f"T{number}" for number in range(1, of + 1)]
    people = [f"P{number}" for number in range(1, of + 1)]
    traits: dict[tuple[Unit, str], dict[str, list[str]]] = {}
    for number, (town, person) in enumerate(zip(towns, people, strict=True)):
        traits["case", town] = {"type": [f"kinds/{'ab'[number % 2]}"]}
        traits["participant", person] = {"sector": ["church" if number < 4 else "council"]}
    return Facts(
        {"case": towns, "participant": people, "source": []},
        {("case", *place): codings for place, codings in said.items()},
        lambda _, town, __: town not in not_asked,
        traits,
        called=("town", "place"),
    )


def one_each(*numbers: int) -> dict[tuple[str, str], list[Said]]:
    """A coding of money.cost in each of these towns, by its mayor."""
    return {
        (f"T{n}", COST): [Said(f"c-{n}", f"I{n}", participant_id=f"P{n}", sector="church" if n < 5 else "council")]
        for n in numbers
    }


def warnings(text: str, towns: int) -> tuple[str, ...]:
    said = one_each(*range(1, towns + 1))
    return lint(Sentence(text, tuple(said)), facts(said))


@pytest.mark.parametrize(
    ("text", "towns", "said"),
    [
        ("Most towns paid.", 6, "“most” is said of 6 of 14 towns"),
        ("Most towns paid.", 7, "“most” is said of 7 of 14 towns"),
        ("In most of the towns somebody paid.", 6, "“most” is said of 6 of 14 towns"),
        ("In most smaller places it was paid.", 6, "“most” is said of 6 of 14 towns"),
        ("Most had paid.", 6, "“most” is said of 6 of 14 towns"),
        ("Several towns paid.", 2, "“several” is said of 2 of 14 towns"),
        ("Several towns paid.", 8, "“several” is said of 8 of 14 towns"),
        ("Several towns that were poor paid.", 2, "“several” is said of 2 of 14 towns"),
        ("Some towns paid.", 1, "“some” is said of 1 of 14 towns"),
        ("Many towns paid.", 2, "“many” is said of 2 of 14 towns"),
        ("Few towns paid.", 8, "“few” is said of 8 of 14 towns"),
        ("All towns paid.", 13, "“all” is said of 13 of 14 towns"),
        ("All 14 towns paid.", 13, "“all” is said of 13 of 14 towns"),
        ("It was paid in every town.", 13, "“every” is said of 13 of 14 towns"),
        ("All eight towns that were poor paid.", 7, "“all” is said of 7 of 14 towns"),
        ("None of the towns paid.", 13, "“none” is said of 13 of 14 towns"),
        ("Several mayors of the church said so, and most speakers paid.", 7, "“most” is said of 7 of 14 participants"),
        ("Several church speakers paid.", 2, "“several” is said of 2 of 14 participants"),
        ("Most councils paid.", 6, "“most” is said of 2 of 10 councils"),
    ],
)
def test_a_word_of_quantity_that_its_cells_do_not_bear_out_is_told(text: str, towns: int, said: str) -> None:
    assert warnings(text, towns) == (said,)


@pytest.mark.parametrize(
    ("text", "towns"),
    [
        ("Most towns paid.", 8),
        ("Several towns paid.", 3),
        ("Several towns paid.", 7),
        ("Some towns paid.", 2),
        ("All towns paid.", 14),
        ("All eight towns that were poor paid.", 8),
        ("Most of all, towns wanted time.", 1),
        ("The mayor was the most careful, and at most towns could wait.", 1),
        ("Almost all towns paid.", 10),
        ("Nearly every town paid.", 10),
        ("It was all the same to towns.", 1),
        ("Not all towns paid.", 3),
        ("Not every town paid, and not in every town was it dear.", 3),
        ("All but two towns paid.", 12),
        ("By no means all towns paid.", 3),
        ("After all, towns paid above all in autumn.", 1),
        ("In most of the six towns that paid, a card was given.", 6),
        ("Of the six, most had paid.", 5),
        ("Most towns that were poor paid.", 4),
        ("Every second town paid.", 7),
        ("Some fourteen towns were asked.", 1),
        ("Partners from several sectors and most people came to town.", 1),
        ("No town can do this alone.", 2),
        ("In nine towns it was dear, and in several towns it was not paid.", 9),
        ("Several returned several times.", 1),
        ("All " + "9" * 5000 + " towns paid.", 1),
        ("Most towns' mayors paid.", 1),
    ],
)
def test_a_word_that_may_be_true_or_counts_something_else_is_left_alone(text: str, towns: int) -> None:
    assert warnings(text, towns) == ()


def test_a_sentence_without_cells_or_with_empty_ones_is_not_judged() -> None:
    known = facts(one_each(1))
    assert lint(Sentence("All towns paid."), known) == ()
    assert lint(Sentence("All towns paid.", (("T2", COST),)), known) == ()
    assert lint(Sentence("All towns paid.", (("T1", COST), ("T2", COST))), known) != ()


def test_a_word_without_a_noun_may_be_said_of_towns_or_of_people() -> None:
    people = [Said(f"c-{n}", "I1", participant_id=f"P{n}") for n in range(1, 9)]
    sentence = Sentence("Most had paid.", (("T1", COST),))
    assert lint(sentence, facts({("T1", COST): people})) == ()
    assert lint(sentence, facts({("T1", COST): people[:7]})) == ("“most” is said of 1 of 14 towns",)


def test_sectors_and_cases_are_known_however_they_are_written() -> None:
    known = Facts(
        {"case": ["T1", "T2", "T3"], "participant": ["P1", "P2"], "source": []},
        {("case", "T1", COST): [Said("c", "I1", participant_id="P1", sector="NGO")]},
        lambda _, __, ___: True,
        {("participant", "P1"): {"sector": ["NGO"]}, ("participant", "P2"): {"sector": [""]}},
        called=("Pilot Site",),
    )
    sentence = Sentence("Some NGOs paid, and so did MOST PILOT SITES.", (("T1", COST),))
    assert lint(sentence, known) == ("“some” is said of 1 of 1 NGOs", "“most” is said of 1 of 3 Pilot Sites")


def test_the_coverage_of_a_theme_says_who_stands_behind_it_and_who_does_not() -> None:
    said: dict[tuple[str, str], list[Said]] = {
        ("T1", COST): [
            Said("a", "I1", participant_id="P1", sector="church"),
            Said("b", "I1", participant_id="P1", sector="church"),
            Said("c", "N1", kind="document"),
        ],
        ("T2", COST): [Said("d", "I2", stance="supports", participant_id="P5", sector="council")],
        ("T2", HELP): [Said("e", "I2", participant_id="P5", sector="council")],
        ("T3", HELP): [
            Said("f", "I3", stance="supports", participant_id="P6", sector="council"),
            Said("g", "I3", stance="opposes", participant_id="P6", sector="council"),
        ],
        ("T4", HELP): [Said("h", "I4", participant_id="P7", sector="council")],
    }
    one = Theme(
        "dear",
        "Dear",
        cells=(("T1", COST), ("T2", COST), ("T3", HELP), ("T5", COST)),
        counter_evidence=CounterEvidence("Everywhere.", ("e",)),
    )
    covered = coverage(one, facts(said, of=6, not_asked=["T6"]))
    assert (covered.evidence, covered.mixed, covered.aside) == (("T1",), ("T2", "T3"), ("T4",))
    assert (covered.silent, covered.not_asked) == (("T5",), ("T6",))
    assert covered.by_type == {
        "kinds/a": (("T1", "T3"), ("T1", "T3", "T5")),
        "kinds/b": (("T2",), ("T2", "T4", "T6")),
    }
    assert covered.by_sector == {"church": ("P1",), "council": ("P5", "P6")}
    assert covered.documents == ("N1",)
    assert covered.quoted == {"P1": 2, "P6": 2, "N1": 1, "P5": 1}
    assert empty_cells(one, facts(said, of=6)) == (("T5", COST),)


@settings(max_examples=40)
@given(st.data())
def test_every_case_is_covered_in_one_way(data: st.DataObject) -> None:
    places = st.tuples(st.sampled_from([f"T{n}" for n in range(1, 6)]), st.sampled_from([COST, HELP]))
    stance = st.sampled_from(["", "supports", "opposes"])
    said = {place: [Said(f"c{n}", "I1", "", data.draw(stance))] for n, place in enumerate(data.draw(st.lists(places)))}
    not_asked = data.draw(st.lists(st.sampled_from([f"T{n}" for n in range(1, 6)])))
    one = Theme("t", "T", cells=tuple(data.draw(st.lists(places))), counter_evidence=CounterEvidence("", ("c0",)))
    unread = data.draw(st.lists(st.sampled_from([f"T{n}" for n in range(1, 6)])))
    known = replace(facts(said, of=5, not_asked=not_asked), read=lambda _, town, __: town not in unread)
    covered = coverage(one, known)
    assert not one.cells or {*covered.silent, *covered.not_asked}.isdisjoint(unread)
    groups = (covered.evidence, covered.mixed, covered.aside, covered.silent, covered.not_asked, covered.not_read)
    assert sorted(case for group in groups for case in group) == sorted(known.members["case"])
    assert set(covered.evidence) | set(covered.mixed) == {case for case, _ in one.cells if (case, _) in said}
