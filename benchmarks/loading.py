"""How long loading and charting takes as codings grow, and how much memory, against reading the same lines as JSON."""

import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from crosscase.coding import Coding, with_context
from crosscase.study.files import sha256
from crosscase.study.formats.codings import Header, encode

PER_SOURCE = 1000
CODES = 30
Row = tuple[str, float, str, float, str]


def rows(sizes: Iterable[int]) -> list[Row]:
    """One row for each number of codings: seconds, the baseline's seconds, and the peak memory as a note."""
    found = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            write_study(Path(name), size)
            seconds, peak = measured("loaded", name)
            baseline, plain_peak = measured("parsed", name)
        note = f"peak {peak:,.0f} MB, baseline {plain_peak:,.0f} MB" + (
            ", target 10 s, 2,000 MB" if size == 1_000_000 else ""
        )
        found.append((f"load and analyse {size:,} codings", seconds, "json.loads of every line", baseline, note))
    return found


def write_study(folder: Path, codings: int) -> None:
    """A synthetic study: 1,000 codings a source, 30 codes, text made of invented words."""
    chance = random.Random(1)
    words = ["".join(chance.choices("aeioulnrst", k=chance.randint(2, 8))) for _ in range(500)]
    (folder / "study.yaml").write_text("title: Synthetic\n")
    (folder / "codebook").mkdir()
    codes = "".join(f"  - id: c.{n}\n    name: Code {n}\n" for n in range(CODES))
    (folder / "codebook/all.yaml").write_text(f"category: c\ncodes:\n{codes}")
    (folder / "transcripts").mkdir()
    (folder / "codings/A").mkdir(parents=True)
    for number in range(max(1, codings // PER_SOURCE)):
        write_source(folder, f"s{number:04}", words, chance)


def growth(sizes: Iterable[int]) -> list[Row]:
    """Processor seconds of `check`, the team's report and public findings, against as many times the smallest's."""
    made = []
    first: dict[str, float] = {}
    smallest = 0
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            write_interviews(Path(name), size)
            for what in ("checked", "reported", "published"):
                seconds, peak = measured(what, name)
                smallest = smallest or size
                fair = first.setdefault(what, seconds) * size / smallest
                note = f"peak {peak:,.0f} MB, target 1.2"
                made.append((f"{what}, {size:,} interviews", seconds, f"as many times {smallest}", fair, note))
    return made


def write_interviews(folder: Path, number: int) -> None:
    """A synthetic study of interviews, each with a participant and a case of its own, a guide, and 40 codings."""
    chance = random.Random(1)
    words = ["".join(chance.choices("aeioulnrst", k=chance.randint(2, 8))) for _ in range(500)]
    for place in ("codebook", "transcripts", "cases", "codings/A"):
        (folder / place).mkdir(parents=True)
    (folder / "study.yaml").write_text("title: Synthetic\ncoders: {A: Anna}\n")
    codes = "".join(f"  - id: c.{n}\n    name: Code {n}\n" for n in range(CODES))
    (folder / "codebook/all.yaml").write_text(f"category: c\ncodes:\n{codes}")
    asked = "".join(f"  - {{id: Q{n}, text: Question {n}, marker: {words[n]}, codes: [c.{n}]}}\n" for n in range(10))
    (folder / "guide.yaml").write_text(f"questions:\n{asked}")
    people = "".join(f"p{n:04},C{n:04},sector {n % 3},P1,s{n:04}\n" for n in range(number))
    (folder / "participants.csv").write_text(f"id,case,sector,speakers,sources\n{people}")
    for n in range(number):
        (folder / f"cases/C{n:04}.yaml").write_text(f"name: Case {n}\nepisodes:\n  - {{id: C{n:04}-1}}\n")
        write_source(folder, f"s{n:04}", words, chance, speaker="P1", turns=40, codings=40)


def write_source(
    folder: Path,
    source_id: str,
    words: list[str],
    chance: random.Random,
    *,
    speaker: str = "P01",
    turns: int = 100,
    codings: int = PER_SOURCE,
) -> None:
    spoken = [
        f"{speaker if n % 2 else 'Interviewer'}: " + " ".join(chance.choices(words, k=60)).capitalize() + "."
        for n in range(turns)
    ]
    text = "\n\n".join(spoken) + "\n"
    (folder / f"transcripts/{source_id}.txt").write_text(text)
    made = []
    step = (len(text) - 200) // codings
    for n in range(codings):
        start = n * step + chance.randrange(step)
        place = Coding(f"{source_id}-{n}", source_id, start, start + chance.randint(40, 160), "", f"c.{n % CODES}")
        made.append(with_context(place, text))
    (folder / f"codings/A/{source_id}.jsonl").write_bytes(encode(made, Header(sha256(text.encode()), 1)))


def measured(what: str, folder: str) -> tuple[float, float]:
    """Seconds, and peak memory in MB, of one measurement in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.loading", what, folder], check=True, capture_output=True, text=True
    )
    seconds, peak = done.stdout.split()
    return float(seconds), float(peak)


def loaded(folder: str) -> None:
    from crosscase import analyse, load

    analyse(load(folder))


def checked(folder: str) -> None:
    from crosscase import load

    load(folder)


def reported(folder: str) -> None:
    from crosscase import analyse, load
    from crosscase.report import write

    write(analyse(load(folder)), Path(folder) / "reports")


def published(folder: str) -> None:
    from crosscase import load
    from crosscase.profile import findings_for

    findings_for(load(folder), "public", key=b"for measuring only")


def parsed(folder: str) -> None:
    kept = []
    for path in sorted(Path(folder).glob("codings/*/*.jsonl")):
        kept.extend(json.loads(line) for line in path.read_text().splitlines())


if __name__ == "__main__":
    act = {"loaded": loaded, "parsed": parsed, "checked": checked, "reported": reported, "published": published}[
        sys.argv[1]
    ]
    clock = time.perf_counter if sys.argv[1] in ("loaded", "parsed") else time.process_time
    began = clock()
    act(sys.argv[2])
    print(clock() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
