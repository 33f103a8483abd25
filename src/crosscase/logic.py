"""All, any and not in three-valued logic (Kleene 1952, section 64): true, false, and None for what can't be told."""

from collections.abc import Iterable

Truth = bool | None


def every(truths: Iterable[Truth]) -> Truth:
    """False if one is false, else unknown if one is unknown, else true; of nothing, true."""
    return opposite(either(opposite(truth) for truth in truths))


def either(truths: Iterable[Truth]) -> Truth:
    """True if one is true, else unknown if one is unknown, else false; of nothing, false."""
    outcomes = set(truths)
    if True in outcomes:
        return True
    return None if None in outcomes else False


def opposite(truth: Truth) -> Truth:
    """Not; of what is unknown, the opposite is unknown too."""
    return None if truth is None else not truth
