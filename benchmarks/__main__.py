"""Print the table of times: medians of several runs, each with its baseline and their ratio. Then how right a draft is.

The machine's noise cancels out of a ratio sooner than out of a time; read the last column first.
"""

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import (
    anchoring,
    condensing,
    draft,
    encode,
    grouping,
    identifying,
    loading,
    paging,
    reading,
    rewriting,
    suggesting,
    window,
)

SAMPLE = Path(__file__).parent.parent
EXAMPLE = SAMPLE / "examples" / "gennovate"
Row = tuple[str, float, str, float, str]


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    options.add_argument("--runs", type=int, default=5, help="runs of each measurement (default 5)")
    options.add_argument("--quick", action="store_true", help="leave out the million codings and the encoder")
    chosen = options.parse_args()
    print(f"{'what':<46} {'median s':>9}  {'baseline':<34} {'median s':>9} {'ratio':>7}  note")
    for row in start(chosen.runs):
        show(row)
    show(rewriting.row(chosen.runs))
    for row in paging.rows(SAMPLE, chosen.runs):
        show(row)
    for row in (*reading.rows(), *window.rows(SAMPLE)):
        show(row)
    for line in reading.summary():
        print(line, flush=True)
    for row in loading.rows((10_000, 100_000) if chosen.quick else (10_000, 100_000, 1_000_000)):
        show(row)
    for row in loading.growth((22, 220) if chosen.quick else (22, 220, 2_200)):
        show(row)
    if not chosen.quick:
        for row in (*whole_run(), *encoding(), *suggesting.rows(), *grouping.rows()):
            show(row)
        for line in (*draft.report(), *condensing.report()):
            print(line, flush=True)
        print(anchoring.summary(), flush=True)
        print(identifying.summary(), flush=True)


def show(row: Row) -> None:
    what, seconds, baseline, against, note = row
    print(f"{what:<46} {seconds:>9.3f}  {baseline:<34} {against:>9.3f} {seconds / against:>7.2f}  {note}", flush=True)


def start(runs: int) -> list[Row]:
    """How long the commands take that people wait for most often, against an interpreter that does nothing."""
    nothing = median(lambda: call("-c", "pass"), runs)
    baseline = "python -c pass"
    helped = median(lambda: call("-m", "crosscase", "--help"), runs)
    checked = median(lambda: call("-m", "crosscase", "check", str(EXAMPLE)), runs)
    sample = median(lambda: call("-m", "crosscase", "check", str(SAMPLE)), runs)
    return [
        ("crosscase --help", helped, baseline, nothing, "target 0.5 s"),
        ("crosscase check examples/gennovate", checked, baseline, nothing, "target 1 s"),
        ("crosscase check, the sample", sample, baseline, nothing, "target 1 s"),
    ]


def whole_run() -> list[Row]:
    """The example from transcripts to report: first with nothing encoded, then with everything cached."""
    with tempfile.TemporaryDirectory() as name:
        study = shutil.copytree(EXAMPLE, Path(name) / "study", ignore=shutil.ignore_patterns(".crosscase"))
        out = str(Path(name) / "report")
        cold = seconds(lambda: call("-m", "crosscase", "run", str(study), "--out", out))
        warm = median(lambda: call("-m", "crosscase", "run", str(study), "--out", out), 3)
        report = median(lambda: call("-m", "crosscase", "report", str(study), "--out", out), 3)
        checked = median(lambda: call("-m", "crosscase", "check", str(study)), 3)
        sample = median(
            lambda: call("-m", "crosscase", "report", str(SAMPLE), "--people-only", "--out", f"{name}/sample"), 3
        )
    baseline = "crosscase check, the same study"
    return [
        ("crosscase run, cold (one run)", cold, baseline, checked, "14 sources, nothing cached"),
        ("crosscase run, warm", warm, baseline, checked, "suggestions cached"),
        ("crosscase report, warm", report, baseline, checked, "target 5 s"),
        ("crosscase report, the sample", sample, baseline, checked, "target 5 s; all coded by people"),
    ]


def encoding() -> list[Row]:
    return [(what, ours, "plain sentence-transformers", theirs, "") for what, ours, theirs in encode.rows()]


def call(*words: str) -> None:
    subprocess.run([sys.executable, *words], check=True, capture_output=True)


def median(act: Callable[[], None], runs: int) -> float:
    return statistics.median(seconds(act) for _ in range(runs))


def seconds(act: Callable[[], None]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
