"""The numbers of the recipe, in one place, so that each can be tried without (`benchmarks/clusters.py --ablation`)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Recipe:
    """How passages are seen and grouped; the defaults are what is used.

    Views: `meaning_axes`, `word_axes` and the weight `words` of words beside meaning; `shrink` passages at which half
    of an interview's mean is taken off; `neighbours` their weight. Diffusion: `nearest` passages, `steps`, and the
    share `kept` of a passage's own. Consensus: `draws` of `share` of the interviews, each grouped `runs` times.
    """

    meaning_axes: int = 50
    word_axes: int = 100
    words: float = 0.6
    shrink: float = 20
    neighbours: float = 0.5
    nearest: int = 10
    steps: int = 8
    kept: float = 0.15
    draws: int = 10
    runs: int = 6
    share: float = 0.8
