"""What BERTopic reaches on the same passages with the same vectors, kept so that nobody needs it to see the table.

    python -m benchmarks.clusters.peers TASK_DIR… --python PYTHON_OF_ITS_ENVIRONMENT

`make bench-peers` makes that environment (`benchmarks/peers/requirements.txt`) and calls this. Figures are kept:
one file for each task, with versions, seeds and date, and a digest by which another selection of passages is noticed.
"""

import argparse
import json
import os
import subprocess
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from benchmarks.clusters import measures
from benchmarks.clusters.measures import NOISE, SEEDS, Scores
from benchmarks.clusters.tasks import Labels, Task, read
from crosscase.suggest import CachedEncoder, load_encoder

KEPT = Path(__file__).parent.parent / "peers"
WORKER = KEPT / "bertopic_worker.py"


class BERTopic:
    """BERTopic's default pipeline as a method; `seconds` of its processor for each call, `errors` it ended in."""

    def __init__(self, python: str) -> None:
        environment = os.environ | {"OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}
        self._worker = subprocess.Popen(
            [python, str(WORKER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )
        self._folder = tempfile.TemporaryDirectory()
        self.versions = self._ask({})["versions"]
        self.seconds: list[float] = []
        self.errors: list[str] = []

    def __enter__(self) -> "BERTopic":
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self._folder.cleanup()
        if self._worker.stdin:
            self._worker.stdin.close()
        self._worker.wait()

    def __call__(self, task: Task, _k: int | None, seed: int) -> Labels:
        path = Path(self._folder.name) / "vectors.npy"
        np.save(path, task.vectors)
        answer = self._ask({"texts": task.texts, "vectors": str(path), "seed": seed})
        if "error" in answer:
            self.errors.append(answer["error"])
            return np.full(len(task.passages), NOISE)
        self.seconds.append(answer["seconds"])
        return np.array(answer["labels"])

    def _ask(self, question: dict[str, Any]) -> dict[str, Any]:
        assert self._worker.stdin
        assert self._worker.stdout
        self._worker.stdin.write(json.dumps(question) + "\n")
        self._worker.stdin.flush()
        answer: dict[str, Any] = json.loads(self._worker.stdout.readline())
        return answer


def kept(task: Task, folder: Path = KEPT) -> dict[str, Scores]:
    """What is kept for these very passages, by name of the program; nothing where it is of other passages."""
    path = folder / f"{task.name}.json"
    if not path.is_file():
        return {}
    record = json.loads(path.read_text(encoding="utf-8"))
    return {record["program"]: _floats(record["scores"])} if record["digest"] == task.digest else {}


def _floats(scores: dict[str, float | None]) -> Scores:
    return {name: float("nan") if value is None else value for name, value in scores.items()}


def record(task: Task, bertopic: BERTopic) -> dict[str, Any]:
    """Its scores on one task, number of clusters left open, as they are kept."""
    bertopic(task, None, 0)  # compiles what numba compiles once, so that it isn't in the seconds
    bertopic.seconds.clear()
    bertopic.errors.clear()
    reached = measures.scores(task, bertopic, None, SEEDS)
    reached["seconds"] = float(np.mean(bertopic.seconds[:SEEDS] or np.nan))
    return {
        "program": "BERTopic",
        "pipeline": "as it comes, with UMAP's seed fixed and the encoder's vectors given",
        "task": task.name,
        "digest": task.digest,
        "passages": len(task.passages),
        "seeds": SEEDS,
        "versions": bertopic.versions,
        "on": datetime.now(UTC).date().isoformat(),
        "failed": len(bertopic.errors),
        "errors": sorted(set(bertopic.errors)),
        "scores": {name: None if np.isnan(value) else round(value, 4) for name, value in reached.items()},
    }


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m benchmarks.clusters.peers", description=__doc__)
    options.add_argument("folders", metavar="TASK_DIR", nargs="+", type=Path)
    options.add_argument("--python", required=True, help="the interpreter of the environment that has BERTopic")
    options.add_argument("--vectors", type=Path, help="where to keep vectors between runs")
    options.add_argument("--at-most", type=int, default=2000, help="passages of a set, spread over it (default 2,000)")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder, BERTopic(chosen.python) as bertopic:
        encoder = CachedEncoder(load_encoder(), chosen.vectors or Path(folder))
        for path in chosen.folders:
            task = read(path, encoder, chosen.at_most)
            made = record(task, bertopic)
            (KEPT / f"{task.name}.json").write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
            print(task.name, made["scores"], flush=True)


if __name__ == "__main__":
    main()
