"""How long a refit takes after a decision, once everything is read, beside plain cosines of the same vectors."""

import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from crosscase.codebook import Category, Code, Codebook
from crosscase.coding import Coding
from crosscase.reading import Reading
from crosscase.source import Source, parse, passages
from crosscase.suggest import CachedEncoder, Decisions, Encoder, load_encoder, opinion, read_beside

SOURCES, PASSAGES, CODES = 30, 100, 30
RUNS = 3


def row() -> tuple[str, float, str, float, str]:
    """What, seconds, baseline, its seconds, a note; a third of the codes are attributes with two values."""
    chance = random.Random(1)
    words = ["".join(chance.choices("aeioulnrst", k=chance.randint(2, 8))) for _ in range(500)]
    sources = [_source(f"s{number:02}", words, chance) for number in range(SOURCES)]
    codes = tuple(_code(number, words, chance) for number in range(CODES))
    book = Codebook((Category("all", "All", codes=codes),))
    with tempfile.TemporaryDirectory() as folder:
        encoder = CachedEncoder(load_encoder(), Path(folder))
        read_beside(sources, book, encoder)
        began = time.process_time()
        read = read_beside(sources, book, encoder)
        assert read
        reading = time.process_time() - began
        decisions = _decisions(sources, codes)
        opinion(read, decisions, encoder)
        taken = statistics.median(_seconds(lambda: opinion(read, decisions, encoder)) for _ in range(RUNS))
        plain = statistics.median(_seconds(lambda: _cosines(sources, codes, encoder)) for _ in range(RUNS))
    what = f"learn again, {CODES} codes × {SOURCES * PASSAGES:,} passages"
    return what, taken, "cosines to the definitions", plain, f"target 1 s; to read them, once: {reading:.1f} s"


def _decisions(sources: list[Source], codes: tuple[Code, ...]) -> Decisions:
    """Ten codings a code, spread over the sources, of which a third was read to the end."""
    places = [place for source in sources for place in passages(source).kept]
    codings = [
        Coding(str(at), places[at * 9].source_id, places[at * 9].start, places[at * 9].end, "", codes[at % CODES].id)
        for at in range(10 * CODES)
    ]
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


def _seconds(act: Callable[[], object]) -> float:
    began = time.process_time()
    act()
    return time.process_time() - began


if __name__ == "__main__":
    print(row())
