"""How long grouping passages takes, and how much memory, beside K-means of the same vectors."""

import json
import random
import resource
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from crosscase.source import Segment
from crosscase.suggest.clusters import Passage, group
from crosscase.suggest.clusters.recipe import Recipe

COUNT, MANY = 3_000, 20_000
SUBJECTS, SOURCES, AXES = 40, 30, 384
WORDS = 2_000
SPREAD = 1.5
# Where only memory is of interest: the most is held at once in the first steps already.
QUICK = replace(Recipe(), draws=5, runs=1)


def rows() -> list[tuple[str, float, str, float, str]]:
    """What, seconds, baseline, its seconds, a note; each in a process of its own, so that its memory is its own."""
    few, many = _measured(COUNT), _measured(MANY)
    return [
        (
            f"clusters of {said['count']:,} passages, vectors made",
            said["seconds"],
            "K-means of the vectors, 10 starts",
            said["baseline"],
            f"{note}; {said['megabytes']:,.0f} MB at most",
        )
        for said, note in ((few, "target 20 s"), (many, "5,000 of them grouped, the others put to their likes"))
    ]


def made(count: int) -> tuple[list[Passage], npt.NDArray[np.float32]]:
    """Passages of forty subjects in words and vectors, with much that is of none."""
    chance, numbers = random.Random(1), np.random.default_rng(1)
    words = ["".join(chance.choices("aeioulnrst", k=chance.randint(3, 8))) for _ in range(WORDS)]
    spoken = [chance.sample(words, 30) for _ in range(SUBJECTS)]
    subjects = numbers.integers(SUBJECTS, size=count)
    passages = []
    for at, subject in enumerate(subjects.tolist()):
        place = Segment(f"s{at * SOURCES // count:02}", at * 200, at * 200 + 150)
        passages.append(Passage(place, " ".join(chance.choices(spoken[subject], k=15) + chance.choices(words, k=15))))
    vectors = numbers.normal(size=(SUBJECTS, AXES))[subjects] + SPREAD * numbers.normal(size=(count, AXES))
    return passages, np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def _measured(count: int) -> dict[str, float]:
    printed = subprocess.check_output([sys.executable, "-m", "benchmarks.grouping", str(count)], text=True)
    measured: dict[str, float] = json.loads(printed)
    return measured


def main() -> None:
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits

    count = int(sys.argv[1])
    passages, vectors = made(count)
    began = time.process_time()
    grouping = group(passages, vectors)
    seconds = time.process_time() - began
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    clusters = max(2, grouping.held.shape[1])
    with threadpool_limits(1):
        began = time.process_time()
        KMeans(clusters, n_init=10, random_state=0).fit(vectors)
        baseline = time.process_time() - began
    print(json.dumps({"count": count, "seconds": seconds, "baseline": baseline, "megabytes": kilobytes / 1024}))


if __name__ == "__main__":
    main()
