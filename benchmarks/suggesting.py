"""How long learning again takes after a decision, beside plain cosines of the same vectors."""

import random
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from crosscase.codebook import Category, Code, Codebook
from crosscase.coding import Coding
from crosscase.reading import Reading
from crosscase.source import Source, parse, passages
from crosscase.suggest import CachedEncoder, Decisions, Encoder, load_encoder, opinion, read_beside
from crosscase.suggest.deductive import Read

Row = tuple[str, float, str, float, str]

SOURCES, PASSAGES, CODES = 30, 100, 30
RUNS = 5


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds by the clock and of the processor (all threads together)."""

    wall: float
    processor: float


def rows() -> list[Row]:
    """After one decision with what was read in memory, as in the window; and once from a start, vectors being kept.

    What, seconds by the clock, baseline, its seconds, a note. A third of the codes are attributes with two values, and
    each coding of those has one.
    """
    chance = random.Random(1)
    words = ["".join(chance.choices("aeioulnrst", k=chance.randint(2, 8))) for _ in range(500)]
    sources = [_source(f"s{number:02}", words, chance) for number in range(SOURCES)]
    codes = tuple(_code(number, words, chance) for number in range(CODES))
    book = Codebook((Category("all", "All", codes=codes),))
    with tempfile.TemporaryDirectory() as folder:
        encoder = CachedEncoder(load_encoder(), Path(folder))
        read_beside(sources, book, encoder)
        decisions = _decisions(sources, codes)
        first = replace(decisions, codings=decisions.codings[:-RUNS])
        read: list[Read] = []
        reading = _taken(lambda: read.extend(filter(None, [read_beside(sources, book, encoder)])))
        learning = _taken(lambda: opinion(read[0], first, encoder))
        # Each time one more coding is there than the time before: the same decisions twice are nobody's wait.
        added = [replace(decisions, codings=decisions.codings[:at]) for at in range(-RUNS + 1, 0)] + [decisions]
        again = [_taken(lambda now=now: opinion(read[0], now, encoder)) for now in added]
        plain = statistics.median(_taken(lambda: _cosines(sources, codes, encoder)).wall for _ in range(RUNS))
    what = f"{CODES} codes × {SOURCES * PASSAGES:,} passages"
    wall = statistics.median(taken.wall for taken in again)
    processor = statistics.median(taken.processor for taken in again)
    cold = Taken(reading.wall + learning.wall, reading.processor + learning.processor)
    baseline = "cosines to the definitions"
    of_cold = f"of the processor {cold.processor:.2f} s, of which {learning.processor:.2f} s to learn"
    return [
        (f"learn again, {what}", wall, baseline, plain, f"target 1 s; of the processor {processor:.2f} s"),
        (f"read and learn, {what}", cold.wall, baseline, plain, of_cold),
    ]


def _decisions(sources: list[Source], codes: tuple[Code, ...]) -> Decisions:
    """Ten codings a code, spread over the sources, of which a third was read to the end; with values in turn."""
    places = [place for source in sources for place in passages(source).kept]
    codings = []
    for at in range(10 * CODES):
        place, code = places[at * 9], codes[at % CODES]
        value = list(code.values)[at // CODES % 2] if code.values else ""
        codings.append(Coding(str(at), place.source_id, place.start, place.end, "", code.id, value=value))
    return Decisions(codings, [Reading("", source.id, 1) for source in sources[::3]])


def _source(id: str, words: list[str], chance: random.Random) -> Source:
    turns = [
        f"Interviewer: {' '.join(chance.choices(words, k=12))}?\n\nP01: {' '.join(chance.choices(words, k=40))}."
        for _ in range(PASSAGES)
    ]
    text = "\n\n".join(turns)
    return Source(id, text, parse(text))


def _code(number: int, words: list[str], chance: random.Random) -> Code:
    name, definition = (" ".join(chance.choices(words, k=k)) for k in (3, 12))
    if number % 3:
        return Code(f"c{number}", name, "all", definition=definition)
    values = {"yes": "it is so", "no": "it is not"}
    return Code(f"c{number}", name, "all", kind="attribute", definition=definition, values=values)


def _cosines(sources: list[Source], codes: tuple[Code, ...], encoder: Encoder) -> None:
    texts = [source.text[one.start : one.end] for source in sources for one in passages(source).kept]
    np.asarray(encoder.encode(texts)) @ np.asarray(encoder.encode([code.definition for code in codes])).T


def _taken(act: Callable[[], object]) -> Taken:
    began, worked = time.perf_counter(), time.process_time()
    act()
    return Taken(time.perf_counter() - began, time.process_time() - worked)


if __name__ == "__main__":
    for row in rows():
        print(row)
