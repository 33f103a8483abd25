"""How many of the sample's names are proposed: its interviews as received, against the key of what stands where.

A bracket of a stored text stands for the words that the key gives; a name is one with a capital or a digit in it, but
for titles. It is found if proposals cover all such words at just this place. Precision counts proposals that touch one.
"""

import csv
import re
import time
from dataclasses import dataclass
from pathlib import Path

from crosscase.source import parse
from crosscase.suggest.identifying import mentions

SAMPLE = Path(__file__).parent.parent / "transcripts_sample"
Row = tuple[str, float, str, float, str]
_TELLING = re.compile(r"[A-Z0-9][\w’'-]*")
_TITLES = frozenset({"Judge", "Chief", "Sergeant", "Deputy", "Officer", "Captain", "Mr", "Mrs", "Ms", "Dr"})


@dataclass(frozen=True, slots=True)
class Measured:
    """How many names there are, those that nothing was proposed for, how many proposals touch a name, the seconds."""

    names: int
    missed: tuple[str, ...]
    proposals: int
    right: int
    seconds: float


def summary() -> str:
    found = measured()
    recall = 1 - len(found.missed) / found.names
    return (
        f"names proposed, the sample as received: {recall:.3f} of {found.names} (target .90); "
        f"{found.right / found.proposals:.3f} of {found.proposals} proposals touch one; {found.seconds:.0f} s"
    )


def measured() -> Measured:
    received = [_received(path.stem) for path in sorted(SAMPLE.glob("I*.txt"))]
    texts = [text for text, _ in received]
    spoken = [text[turn.start : turn.end] for text in texts for turn in parse(text)]
    began = time.perf_counter()
    proposals = mentions(texts, spoken, people=[row["name"] for row in _rows("speakers.csv")])
    seconds = time.perf_counter() - began
    covered = [set[int]() for _ in texts]
    for mention in proposals:
        covered[mention.text].update(range(mention.start, mention.end))
    names, missed, true = 0, [], [set[int]() for _ in texts]
    for number, (text, spans) in enumerate(received):
        for start, end in spans:
            true[number].update(range(start, end))
            letters = [at for word in _telling(text, start, end) for at in range(*word.span())]
            names += bool(letters)
            if not covered[number].issuperset(letters):
                missed.append(text[start:end])
    right = sum(not true[m.text].isdisjoint(range(m.start, m.end)) for m in proposals)
    return Measured(names, tuple(missed), len(proposals), right, seconds)


def _received(source_id: str) -> tuple[str, list[tuple[int, int]]]:
    """An interview's words as they were received, and where those stand that the key keeps."""
    text = (SAMPLE / f"{source_id}.txt").read_text(encoding="utf-8")
    rows = sorted((row for row in _rows("key.csv") if row["source"] == source_id), key=lambda row: int(row["start"]))
    made, spans, at = "", [], 0
    for row in rows:
        made += text[at : int(row["start"])]
        raw = row["raw"].removeprefix("OFF RECORD: ")
        spans.append((len(made), len(made) + len(raw)))
        made, at = made + raw, int(row["end"])
    return made + text[at:], spans


def _telling(text: str, start: int, end: int) -> list[re.Match[str]]:
    return [match for match in _TELLING.finditer(text, start, end) if match[0] not in _TITLES]


def _rows(name: str) -> list[dict[str, str]]:
    with (SAMPLE / "key" / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(line for line in lines if not line.startswith("#")))


if __name__ == "__main__":
    print(summary())
    print("; ".join(name[:40] for name in measured().missed))
