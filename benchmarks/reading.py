"""How right transcripts are read, and how fast: a hearing beside a parse made by hand, interviews in mixed formats,
a PDF beside the library that takes its text out.

Turns are compared by their words: a boundary is right if the same word begins a turn in both; a word's speaker is right
if both give it to the same name.
"""

import csv
import io
import json
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from crosscase.exchange.importing import import_files
from crosscase.exchange.readers import READERS
from crosscase.exchange.transcript import settled

ROOT = Path(__file__).parent.parent
ORIGINALS = ROOT / "transcripts_sample" / "original"
HEARING = ROOT.parent / "shared" / "data" / "formats" / "hearing"
Row = tuple[str, float, str, float, str]
Turn = tuple[str, str]

INTERVIEWS, WORDS = 50, 10_000
# One in ten is a PDF: of all that is received these take longest.
MIX = ("txt", "docx", "vtt", "md", "srt", "docx", "txt", "html", "csv", "pdf")


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far a reading is like another: F1 of where turns begin, the share of common words under the same name."""

    boundaries: float
    speakers: float
    words: int
    common: int


def summary() -> list[str]:
    """Lines on how right readings are; a file that isn't here is said."""
    if not HEARING.is_dir():
        return ["hearing beside its hand-made parse: not here (../shared/data/formats/hearing)"]
    found = compared(by_hand(HEARING), read(HEARING / "Oral_20140618.pdf"))
    line = f"hearing (PDF), beside its hand-made parse: turn boundaries F1 {found.boundaries:.3f}, "
    return [f"{line}speakers {found.speakers:.3f} of {found.common:,} of {found.words:,} words (targets .97)"]


def read(path: Path) -> list[Turn]:
    turns = settled(READERS[path.suffix.lower()](path.read_bytes()).turns)
    return [(turn.speaker, turn.words) for turn in turns]


def by_hand(folder: Path) -> list[Turn]:
    """The hand-made parse: each line a turn; what isn't speech begins with #."""
    (table,) = folder.glob("*_oral_*.csv")
    lines = [line for line in table.read_text(encoding="utf-8-sig").splitlines() if not line.startswith("#")]
    rows = csv.DictReader(io.StringIO("\n".join(lines)), delimiter="|")
    return [(row["person"] or "", row["oralEvidence"] or "") for row in rows]


def compared(right: Sequence[Turn], found: Sequence[Turn]) -> Agreement:
    ours, theirs = _words(found), _words(right)
    pairs = _aligned([word for word, _, _ in theirs], [word for word, _, _ in ours])
    at = dict(pairs)
    true = {place for place, (_, _, begins) in enumerate(theirs) if begins}
    said = {place for place, (_, _, begins) in enumerate(ours) if begins}
    hits = sum(at.get(place, -1) in said for place in true)
    same = sum(theirs[one][1] == ours[other][1] for one, other in pairs)
    return Agreement(2 * hits / (len(true) + len(said)), same / len(pairs), len(theirs), len(pairs))


def _words(turns: Sequence[Turn]) -> list[tuple[str, str, bool]]:
    """Each word with who says it, and whether a turn begins with it; turns of one name in a row are one."""
    words: list[tuple[str, str, bool]] = []
    last = None
    for name, said in turns:
        key = re.sub(r"\W+", "", name).casefold()
        for number, word in enumerate(re.findall(r"\w+", said.casefold())):
            words.append((word, key, number == 0 and key != last))
        last = key
    return words


def _aligned(right: Sequence[str], found: Sequence[str]) -> list[tuple[int, int]]:
    matcher = SequenceMatcher(None, right, found, autojunk=False)
    blocks = matcher.get_matching_blocks()
    return [(block.a + n, block.b + n) for block in blocks for n in range(block.size)]


def rows() -> list[Row]:
    """Seconds of processor time: interviews in mixed formats, and a PDF beside what its library takes alone."""
    with tempfile.TemporaryDirectory() as name:
        made = write_interviews(Path(name))
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.reading", name], check=True, capture_output=True, text=True, cwd=ROOT
        )
        measured = json.loads(done.stdout)
        kinds = ", ".join(dict.fromkeys(MIX))
        note = f"{kinds}; peak {measured['peak']:.0f} MB; targets 30 s, 500 MB"
        plain = _seconds(lambda: [path.read_bytes().decode("utf-8", "replace").split() for path in made])
    found = [
        (f"import {INTERVIEWS} interviews of {WORDS:,} words", measured["seconds"], "split into words", plain, note)
    ]
    pdf = HEARING / "Oral_20140618.pdf"
    data = (pdf if pdf.is_file() else ORIGINALS / "I22.pdf").read_bytes()
    ours, library = _seconds(lambda: READERS[".pdf"](data)), _seconds(lambda: _text_alone(data))
    return [*found, ("read a PDF", ours, "pdfplumber's words alone", library, "target 2")]


def write_interviews(folder: Path) -> list[Path]:
    """Invented interviews, the same words in each run: who asks and who answers take turns."""
    chance = random.Random(1)
    vocabulary = ["".join(chance.choices("aeioulnrst", k=chance.randint(2, 9))) for _ in range(3000)]
    paths = []
    for number in range(INTERVIEWS):
        turns = _invented(chance, vocabulary)
        kind = MIX[number % len(MIX)]
        path = folder / f"I{number:02}.{kind}"
        path.write_bytes(WRITERS[kind](turns))
        paths.append(path)
    return paths


def _invented(chance: random.Random, vocabulary: Sequence[str]) -> list[Turn]:
    turns, words = [], 0
    while words < WORDS:
        for name, longest, end in (("Interviewer", 20, "?"), ("Anna", 200, ".")):
            count = chance.randint(5, longest)
            turns.append((name, " ".join(chance.choices(vocabulary, k=count)).capitalize() + end))
            words += count
    return turns


def typed(turns: Sequence[Turn]) -> bytes:
    return "\n\n".join(f"{name}: {words}" for name, words in turns).encode()


def marked(turns: Sequence[Turn]) -> bytes:
    return "\n\n".join(f"**{name}:** {words}" for name, words in turns).encode()


def captioned(turns: Sequence[Turn], *, vtt: bool = True) -> bytes:
    """Captions of a few seconds each, with a voice tag in WebVTT and a name and a colon in SubRip."""
    blocks = ["WEBVTT"] if vtt else []
    for number, (name, words) in enumerate(turns):
        start, end = (f"{at // 3600:02}:{at // 60 % 60:02}:{at % 60:02}" for at in (number * 9, number * 9 + 8))
        voice = f"<v {name}>{words}</v>" if vtt else f"{name}: {words}"
        times = f"{start}.000 --> {end}.000" if vtt else f"{start},000 --> {end},000"
        blocks.append(f"{number + 1}\n{times}\n{voice}")
    return ("\n\n".join(blocks) + "\n").encode()


def as_page(turns: Sequence[Turn]) -> bytes:
    return ("<html><body>" + "".join(f"<p>{name}: {words}</p>" for name, words in turns) + "</body></html>").encode()


def as_table(turns: Sequence[Turn]) -> bytes:
    table = io.StringIO()
    csv.writer(table).writerows([("speaker", "text"), *turns])
    return table.getvalue().encode()


def in_word(turns: Sequence[Turn]) -> bytes:
    from docx import Document

    document = Document()
    for name, words in turns:
        paragraph = document.add_paragraph()
        paragraph.add_run(f"{name}: ").bold = True
        paragraph.add_run(words)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def in_print(turns: Sequence[Turn]) -> bytes:
    """Pages as a word processor prints them, lines broken at the margin."""
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer

    style, out = getSampleStyleSheet()["BodyText"], io.BytesIO()
    flowing = [part for name, words in turns for part in (Paragraph(f"{name}: {words}", style), Spacer(1, 8))]
    SimpleDocTemplate(out).build(flowing)
    return out.getvalue()


def _subtitled(turns: Sequence[Turn]) -> bytes:
    return captioned(turns, vtt=False)


WRITERS = {
    "txt": typed, "md": marked, "vtt": captioned, "srt": _subtitled, "html": as_page, "csv": as_table,
    "docx": in_word, "pdf": in_print,
}  # fmt: skip


def _text_alone(data: bytes) -> None:
    import pdfplumber

    with pdfplumber.open(io.BytesIO(data)) as document:
        for page in document.pages:
            page.extract_words()
            page.close()


def _seconds(act: Callable[[], object]) -> float:
    began = time.process_time()
    act()
    return time.process_time() - began


def _measure(folder: Path) -> None:
    """In a process of its own, so that its memory is that of the import alone."""
    with tempfile.TemporaryDirectory() as study:
        began = time.process_time()
        reports = import_files(Path(study), sorted(folder.iterdir()))
        seconds = time.process_time() - began
    assert all(report.status == "imported" and len(report.speakers) == 2 for report in reports)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peak": peak}))


if __name__ == "__main__":
    _measure(Path(sys.argv[1]))
