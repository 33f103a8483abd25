"""A study as large as a team's: many cases, codes in several categories, and a long summary in every cell."""

from pathlib import Path

from crosscase.case import Case
from crosscase.codebook import Category, Code, Codebook
from crosscase.coding import Coding
from crosscase.matrix import Summary
from crosscase.reading import Reading
from crosscase.source import Source, parse
from crosscase.study import Settings, Study

CATEGORIES = ("Access", "Money", "Trust", "Work")
SAID = "We said that it would take a year, and in the end number {n} of us had waited for three before a letter came."
WRITTEN = (
    "In this place people held that {name} was settled late and by few: the office had announced it in a meeting that "
    "most of them had missed, the letters went to addresses from an older list, and whoever asked again was sent to "
    "a counter that had closed. Those who had help from a neighbour got through in half of the time, and said so."
)


def made_study(cases: int = 60, codes: int = 40) -> Study:
    """So many cases, each with one interview in which every code is coded once, and a summary for every cell."""
    names = [f"Place {number:02}" for number in range(1, cases + 1)]
    categories = tuple(_category(place, name, codes // len(CATEGORIES)) for place, name in enumerate(CATEGORIES))
    ids = [code.id for category in categories for code in category.codes]
    turns = [SAID.format(n=number) for number in range(len(ids))]
    text = "".join(f"Interviewer: And then?\n\nP01: {turn}\n\n" for turn in turns)
    sources = tuple(Source(f"S{number:02}", text, parse(text), case_id=f"C{number:02}") for number in range(cases))
    return Study(
        Path("/nowhere"),
        Settings(
            title="A large study", about="How sixty places came to wait.", unit="place", coders={"ann": "Ann Ode"}
        ),
        Codebook(categories),
        sources,
        cases=tuple(Case(f"C{number:02}", name, attributes={"size": "small"}) for number, name in enumerate(names)),
        codings=tuple(coding for source in sources for coding in _codings(source, ids, turns)),
        readings=tuple(Reading("ann", source.id, 9) for source in sources),
        summaries=tuple(
            Summary(f"C{number:02}", code, WRITTEN.format(name=code.replace(".", " ")), "done", (), "ann")
            for number in range(cases)
            for code in ids
        ),
    )


def _category(place: int, name: str, codes: int) -> Category:
    key = name.lower()
    made = (Code(f"{key}.c{place}{number:02}", f"{name} in the {_nth(number)} year", key) for number in range(codes))
    return Category(key, name, codes=tuple(made))


def _nth(number: int) -> str:
    return ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")[number % 10]


def _codings(source: Source, codes: list[str], turns: list[str]) -> list[Coding]:
    starts = [source.text.index(turn) for turn in turns]
    return [
        Coding(f"{source.id}-{code}", source.id, start, start + len(turn), turn, code, coder="ann", speaker="P01")
        for code, turn, start in zip(codes, turns, starts, strict=True)
    ]
