"""A small study with everything awkward in it: odd ids, overlapping codings, markup in the words, drafts."""

from pathlib import Path

from crosscase.case import Case, Participant
from crosscase.codebook import Category, Code, Codebook
from crosscase.coding import Coding, Suggestion, with_context
from crosscase.framework import Findings, analyse
from crosscase.guide import Guide, Question
from crosscase.matrix import Summary
from crosscase.reading import Reading
from crosscase.source import Source, parse
from crosscase.study import Settings, Study

MARKET = """Interviewer: How do you get to the market?

P01: I walk, since the bus stopped. It takes "two hours" & more <script>alert('x')</script> when it rains.

Interviewer: And the others?

P02: My neighbour drives; I pay her for the petrol. We talk all the way, which I like.
"""
HARBOUR = """[00:00:05] Interviewer: What has changed here?

[00:00:09] P03: The ferry is cheaper now. Nobody complained.

[00:01:30] P03: Yes.
"""
LEAFLET = """The council lowers ferry fares from May.

Buses remain suspended until further notice.
"""
LATER = """Interviewer: What has changed here?

P04: The ferry is cheaper, but it only goes twice a day and it never waits for the school.
"""


def small_study(folder: Path = Path("/nowhere")) -> Study:
    sources = (
        Source("Märkt 1.a", MARKET, parse(MARKET), title="Market, <b>first</b> visit", case_id="north.town"),
        Source("harbour/2", HARBOUR, parse(HARBOUR), case_id="süd ufer", date="2025-03-04"),
        Source("leaflet", LEAFLET, parse(LEAFLET), kind="document", case_id="north.town"),
        Source("later", LATER, parse(LATER), case_id="süd ufer"),
    )
    texts = {source.id: source.text for source in sources}
    codings = (
        _coding(texts, "a", "Märkt 1.a", "I walk, since the bus stopped.", "get.walk", value="by need"),
        _coding(texts, "b", "Märkt 1.a", 'since the bus stopped. It takes "two hours" & more <script>', "cost: time"),
        _coding(texts, "c", "Märkt 1.a", "stopped", "get.walk", coder="Björn"),
        _coding(
            texts, "d", "Märkt 1.a", "I pay her for the petrol. We talk", "cost money", memo="Is this <i>fair</i>?"
        ),
        _coding(
            texts, "e e", "Märkt 1.a", "when it rains.\n\nInterviewer: And the others?\n\nP02: My neighbour", "get.walk"
        ),
        _coding(texts, "e-e", "Märkt 1.a", "all the way", "cost: time"),
        _coding(texts, "f", "Märkt 1.a", "I pay her for the petrol. We talk", "cost: time", stance="supports"),
        _coding(texts, "g", "leaflet", "Buses remain suspended", "get.walk", case_id="süd ufer"),
        _coding(texts, "A", "harbour/2", "The ferry is cheaper now.", "cost money", value="less"),
    )
    return Study(
        folder,
        Settings(title="Getting <about>", about="How people get about.", unit="community", coders={"ann": "Ann Ode"}),
        _codebook(),
        sources,
        tuple(Participant(f"P0{n}", "north.town" if n < 3 else "süd ufer", sector="public") for n in range(1, 5)),
        (Case("north.town", "North Town", attributes={"size": "small"}), Case("süd ufer", "Süd & Ufer")),
        Guide((Question("Q1", "What has changed?", ("cost money",), marker="What has changed here?"),)),
        codings,
        read(("ann", "Märkt 1.a"), ("Björn", "Märkt 1.a"), ("ann", "harbour/2"), ("ann", "leaflet")),
        summaries=(
            Summary(
                "north.town", "get.walk", "They walk because they must.", "thin", ("a", "c", "e e"), "ann", "2025-05-06"
            ),
            Summary("north.town", "cost money", "I pay her for the petrol.", "done", ("gone",), "ann"),
        ),
    )


def small_findings(folder: Path = Path("/nowhere")) -> Findings:
    study = small_study(folder)
    ferry = "The ferry is cheaper, but it only goes twice a day and it never waits for the school."
    start = LATER.index(ferry)
    suggestions = (
        Suggestion("later", start, start + len(ferry), ferry, "cost money", 0.81, 'near "The ferry is cheaper"', "any"),
        Suggestion("later", start, start + len(ferry), ferry, "cost: time", 0.42, "cue <waits>", "any"),
    )
    return analyse(study, suggestions)


def read(*whole: tuple[str, str], codebook: int = 9) -> tuple[Reading, ...]:
    """Readings that are done, of (coder, source id), under a version that has every code."""
    return tuple(Reading(coder, source_id, codebook) for coder, source_id in whole)


def _codebook() -> Codebook:
    walk = Code(
        "get.walk",
        "Walking",
        "getting about",
        definition="Going on foot, " + "with every reason that is given for it, " * 4 + "at any length.",
        include=("by need", "by choice"),
        exclude=("being <driven>",),
        examples=("I walk everywhere",),
        cues=("on foot",),
        values={"by choice": "because one likes to", "by need": "because one must"},
    )
    return Codebook(
        (
            Category(
                "getting about",
                "Getting about",
                "How people move.",
                (walk, Code("get:ride", "Riding", "getting about")),
            ),
            Category(
                "cost",
                "Cost & time",
                codes=(
                    Code("cost money", "Money", "cost", values={"less": "cheaper than before"}, formerly=("fares",)),
                    Code("cost: time", "Time", "cost", origin="inductive", since=2),
                ),
            ),
        )
    )


def _coding(texts: dict[str, str], id: str, source_id: str, quote: str, code_id: str, **more: str) -> Coding:
    text = texts[source_id]
    start = text.index(quote)
    known = {"coder": "ann", "at": "2025-04-01T10:00:00"} | more
    return with_context(Coding(id, source_id, start, start + len(quote), quote, code_id, **known), text)  # type: ignore[arg-type]
