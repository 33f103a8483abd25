"""Processor seconds that another program's project takes to come in and to go out again, 100,000 codings of two coders.

The baseline is lxml reading the same project's XML, in the same run. `python -m benchmarks.projects [CODINGS]`
"""

import random
import sys
import tempfile
import time
from pathlib import Path

from crosscase.exchange.projects.archive import Archive
from crosscase.exchange.projects.project import (
    Project,
    ProjectCode,
    ProjectCoding,
    ProjectSource,
    guid_for,
)
from crosscase.exchange.projects.refi import parsed
from crosscase.exchange.projects.refi_writing import write
from crosscase.stages import bring_all, send
from crosscase.study import load

PER_SOURCE = 500
CODES = 40
Row = tuple[str, float, str, float, str]


def project(codings: int) -> Project:
    """A project with so many codings: 500 a source, emoji in the texts, which the receiver counts as two."""
    chance = random.Random(1)
    words = ["".join(chance.choices("aeioulnrst", k=chance.randint(2, 8))) for _ in range(500)] + ["🌱"]
    codes = tuple(ProjectCode(guid_for("code", str(n)), f"Code {n}") for n in range(CODES))
    sources, made = [], []
    for number in range(max(1, codings // PER_SOURCE)):
        spoken = chance.choices(words, k=6_000)
        text = "\n\n".join(f"P{turn % 2}: {' '.join(spoken[turn : turn + 60])}." for turn in range(0, 6_000, 60))
        source = ProjectSource(guid_for("source", str(number)), f"Talk {number}", text)
        sources.append(source)
        starts = [place for place, letter in enumerate(text) if letter == " "]
        for each in range(PER_SOURCE):
            place = chance.randrange(len(starts) - 20)
            start, end = starts[place] + 1, starts[place + chance.randint(1, 15)]
            guid = guid_for("coding", str(number), str(each))
            code = chance.choice(codes).guid
            made.append(ProjectCoding(guid, source.guid, start, end, code, f"Coder {each % 2}", "2024-01-02T03:04:05Z"))
    return Project("Large", "", codes, tuple(sources), tuple(made))


def rows(codings: int = 100_000) -> list[Row]:
    with tempfile.TemporaryDirectory() as name:
        folder, path = Path(name) / "study", Path(name) / "in.qdpx"
        folder.mkdir()
        (folder / "study.yaml").write_text("title: Large\n")
        data = write(project(codings), "nvivo")
        path.write_bytes(data)
        archive = Archive(data)
        begun = time.process_time()
        parsed(archive.read("project.qde"))
        baseline = time.process_time() - begun
        begun = time.process_time()
        (brought,) = bring_all(folder, [path])
        came = time.process_time() - begun
        assert brought.arrival is not None
        doubtful = len(brought.arrival.doubtful)
        study = load(folder)
        begun = time.process_time()
        sent = send(study, Path(name) / "out.qdpx")
        went = time.process_time() - begun
    note = f"{len(study.codings):,} codings, {doubtful} doubtful; target 20 s"
    what = "lxml reads the same XML"
    return [
        (f"a project of {codings:,} codings in", came, what, baseline, note),
        (f"a project of {codings:,} codings out", went, what, baseline, f"{sent.codings:,} codings; target 20 s"),
    ]


if __name__ == "__main__":
    for what, seconds, against, baseline, note in rows(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000):
        print(f"{what:<40} {seconds:>8.2f} s  {against} {baseline:.2f} s  {note}")
