"""Damage for readers of transcripts: whatever the bytes, a reader gives turns that can be stored, or one line; in time.

By hand: `python -m tests.fuzzing 600 .docx .pdf` (seconds for each, the endings; all of them where none is given).
"""

import io
import itertools
import random
import sys
import time
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from benchmarks.reading import WRITERS
from crosscase.exchange.importing import _read
from crosscase.exchange.readers import READERS
from crosscase.exchange.transcript import Transcript, Unreadable, settled
from crosscase.source import parse, to_text

ORIGINALS = Path(__file__).parent.parent / "transcripts_sample" / "original"
SLOWEST = 20.0
TURNS = [
    ("Ann", "Why did you come?"),
    ("Bo", "By train [laughs], at 9:15: late."),
    ("Ann", "And then?"),
    ("Bo", "No."),
] * 3
PIECES = [
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"\n\n", b"?:", b"Ann: ", b"[00:00:07]", b"#00:00:07-2#", b"-->",
    b"<v ", b"</", b"{\\", b"}", b'"', b"'", b"&amp;", b"<!ENTITY a 'b'>", b"]]>", b"**", b"__", b"---\n",
    b"\xe2\x80\xa8", b"\xd7\x93", "：".encode(), "\u202e".encode(), b"9" * 300, b"[" * 300, b": " * 100, b"a," * 300,
]  # fmt: skip
SEEDS = {
    ".json": b'{"segments": [{"start": 0.5, "end": 2, "text": " Why?", "speaker": "S0"}, {"start": 2, "text": "So."}]}',
    ".eaf": (
        b'<ANNOTATION_DOCUMENT><TIME_ORDER><TIME_SLOT TIME_SLOT_ID="t1" TIME_VALUE="10"/></TIME_ORDER><TIER '
        b'TIER_ID="A"><ANNOTATION><ALIGNABLE_ANNOTATION TIME_SLOT_REF1="t1"><ANNOTATION_VALUE>So.</ANNOTATION_VALUE>'
        b"</ALIGNABLE_ANNOTATION></ANNOTATION></TIER></ANNOTATION_DOCUMENT>"
    ),
    ".textgrid": (
        b'class = "IntervalTier"\n name = "Bo"\n intervals [1]:\n xmin = 1\n xmax = 2\n text = "So ""it"" is."\n'
    ),
    ".ass": b"[Events]\nFormat: Start, End, Name, Text\nDialogue: 0:00:01.00,0:00:02.00,Ann,{\\i1}Why?\\NWhy not?\n",
    ".lrc": b"[ar:Ann]\n[00:01.00]Why?\n[00:03.00][00:09.00]So.\n[00:11.00]\n",
}


def seeds(suffix: str) -> list[bytes]:
    """Whole files of a kind: the sample's, small ones made here."""
    kin = {".htm": ".html", ".tsv": ".csv", ".ssa": ".ass"}.get(suffix, suffix)
    found = [path.read_bytes() for path in sorted(ORIGINALS.glob(f"*{kin}"))[:2]]
    found += [WRITERS[kin[1:]](TURNS)] if kin[1:] in WRITERS else []
    found += [SEEDS[kin]] if kin in SEEDS else []
    return found or [_workbook()]


def damaged(data: bytes, chance: random.Random) -> bytes:
    """Some pieces gone, doubled, put in or changed; in zipped files mostly within their parts."""
    if data.startswith(b"PK") and chance.random() < 0.8:
        return _rezipped(data, chance)
    for _ in range(chance.randint(1, 4)):
        start = chance.randrange(len(data) + 1)
        end = min(len(data), start + chance.choice([0, 1, 3, 20, 400]))
        middle = chance.choice([b"", data[start:end] * 3, chance.choice(PIECES), chance.randbytes(end - start)])
        data = data[:start] + middle + data[end:]
    return data


def look(suffix: str, data: bytes) -> None:
    """Fails where a reader raises anything but one line, takes too long, or gives turns that a text can't hold."""
    began = time.process_time()
    outcome: Transcript | Unreadable
    try:
        outcome = _read(data, READERS[suffix])
    except Unreadable as error:
        outcome = error
    assert time.process_time() - began < SLOWEST
    if isinstance(outcome, Unreadable):
        assert len(str(outcome).splitlines()) == 1
        return
    turns = settled(outcome.turns)
    text = to_text(turns)
    read = [(turn.time, turn.speaker, text[turn.start : turn.end]) for turn in parse(text)]
    assert read == [tuple(turn) for turn in turns]


def run(suffix: str, numbers: Iterable[int], seed: int) -> int:
    """Damage so many files of this kind; how many were looked at. A failure names its seed."""
    whole, looked_at = seeds(suffix), 0
    for number in numbers:
        chance = random.Random(f"{suffix} {seed} {number}")
        data = damaged(chance.choice(whole), chance)
        try:
            look(suffix, data)
        except Exception as error:
            raise AssertionError(f"{suffix}, seed {seed}, number {number}") from error
        looked_at += 1
    return looked_at


def _for(seconds: float) -> Iterator[int]:
    end = time.monotonic() + seconds
    yield from itertools.takewhile(lambda _: time.monotonic() < end, itertools.count())


def _rezipped(data: bytes, chance: random.Random) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        names = [name for name in old.namelist() if name.endswith(".xml")]
        hurt = chance.choice([name for name in names if "document" in name or "content" in name or "sheet" in name])
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, damaged(content, chance) if name == hurt else content)
    return out.getvalue()


def _workbook() -> bytes:
    from openpyxl import Workbook

    book, out = Workbook(), io.BytesIO()
    for row in [("time", "speaker", "text"), *((f"0:0{n % 10}", *turn) for n, turn in enumerate(TURNS))]:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def main(words: Sequence[str]) -> None:
    seconds = float(words[0]) if words else 60.0
    for suffix in words[1:] or READERS:
        print(f"{suffix}: {run(suffix, _for(seconds), seed=int(time.time()))} looked at", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
