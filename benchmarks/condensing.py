"""How near draft summaries come to what people wrote: the sample's cells with a person's summary.

Run as `python -m benchmarks.condensing`. What people take over word for word they put into quotation marks, which shows
the sentences that they chose. Beside the draft stand as many words of the passages' sentences in reading order, each
passage's first sentences in turn, and the longest sentences. Nothing was tuned on this.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, zip_longest
from pathlib import Path

from crosscase import Study, analyse, load
from crosscase.condensing import condensed, rarity
from crosscase.matrix import Cell
from crosscase.source import sentences

SAMPLE = Path(__file__).parent.parent
FEWEST_WORDS = 3
FEWEST_SENTENCES = 6
_QUOTED = re.compile(r"[\"“]([^\"“”]+)[\"”]")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")

Way = Callable[[Sequence[str]], Iterable[str]]


def report(study: Study | None = None) -> Iterator[str]:
    """The table that `make bench` prints."""
    study = study or load(SAMPLE)
    rare = rarity(source.text[turn.start : turn.end] for source in study.sources for turn in source.turns)
    cells = [cell for cell in analyse(study).cells.values() if _has_a_choice(cell)]
    yield f"\ndraft summaries: {len(cells)} cells that a person summarised, of {FEWEST_SENTENCES} sentences and more"
    yield f"  {'':18}{'of what they quoted':>22}{'of their words':>18}{'words':>8}"
    rows = {name: [0, 0, 0, 0, 0] for name in ("chosen to cover", *WAYS)}
    for cell in cells:
        quotes = [coding.quote for coding in cell.codings]
        draft = [extract.text for extract in condensed(quotes, rare)]
        length = sum(len(text.split()) for text in draft)
        drafts = {"chosen to cover": draft} | {name: _up_to(way(quotes), length) for name, way in WAYS.items()}
        for name, texts in drafts.items():
            rows[name] = [total + number for total, number in zip(rows[name], scores(cell, texts), strict=True)]
    for name, (hits, quoted, shared, words, length) in rows.items():
        yield f"  {name:18}{hits / quoted:22.3f}{shared / words:18.3f}{length / len(cells):8.1f}"


def scores(cell: Cell, draft: Sequence[str]) -> tuple[int, int, int, int, int]:
    """Fragments quoted in the summary that the draft has, and all; words that both have, and the summary's; length."""
    summary = cell.summary.words if cell.summary else ""
    said = _plain(" ".join(coding.quote for coding in cell.codings))
    fragments = [_plain(fragment) for fragment in _QUOTED.findall(summary)]
    fragments = [fragment for fragment in fragments if len(fragment.split()) >= FEWEST_WORDS and fragment in said]
    text = _plain(" ".join(draft))
    theirs = Counter(_plain(summary).split())
    shared = theirs & Counter(text.split())
    hits = sum(fragment in text for fragment in fragments)
    return hits, len(fragments), shared.total(), theirs.total(), len(text.split())


def _has_a_choice(cell: Cell) -> bool:
    return cell.summary is not None and sum(map(len, map(_cut, _quotes(cell)))) >= FEWEST_SENTENCES


def _quotes(cell: Cell) -> list[str]:
    return [coding.quote for coding in cell.codings]


def _cut(passage: str) -> list[str]:
    return [passage[start:end] for start, end in sentences(passage)]


def _in_order(passages: Sequence[str]) -> Iterable[str]:
    return chain.from_iterable(map(_cut, passages))


def _first_ones(passages: Sequence[str]) -> Iterable[str]:
    return filter(None, chain.from_iterable(zip_longest(*map(_cut, passages))))


def _longest(passages: Sequence[str]) -> Iterable[str]:
    return sorted(_in_order(passages), key=len, reverse=True)


WAYS: dict[str, Way] = {"in reading order": _in_order, "first sentences": _first_ones, "longest sentences": _longest}


def _up_to(texts: Iterable[str], words: int) -> list[str]:
    """Sentences until there are as many words; the last one is cut."""
    taken = " ".join(texts).split()[:words]
    return [" ".join(taken)]


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold().replace("’", "'")))


if __name__ == "__main__":
    print("\n".join(report()))
