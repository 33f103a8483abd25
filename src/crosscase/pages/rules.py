"""How features, rules, episodes and results are said: in the codebook's words, with dates as people write them."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from crosscase import wording
from crosscase.case import Episode, Feature
from crosscase.codebook import Codebook
from crosscase.decided import CODED, NOT_RECORDED
from crosscase.typology import OTHER, Flip, Typology
from crosscase.wording import day, either

STATUSES = {"unclear": "unclear", "not_asked": "not asked", "conflict": "in conflict"}
MOST_PAIRS = 4


def feature_name(book: Codebook, feature: str) -> str:
    code = book.by_id.get(feature)
    return code.name if code else feature


def value_words(value: str) -> str:
    """`case_by_case` as `case by case`."""
    return "any other value" if value in ("", OTHER) else wording.value_words(value)


def meaning(book: Codebook, feature: str, value: str) -> str:
    """What the codebook says of a value; empty where it says nothing more than the value does."""
    code = book.by_id.get(feature)
    return code.values.get(value, "").rstrip(".") if code else ""


def held(feature: Feature | None, coded: Sequence[str] = ()) -> str:
    """A case's value, or why there is none; `coded` are values that people coded and nobody decided."""
    if feature is None:
        return f"{CODED} ({either([value_words(value) for value in coded])})" if coded else NOT_RECORDED
    told = STATUSES.get(feature.status) or (value_words(feature.value) if feature.value else "no value given")
    return f"{told} (draft)" if feature.proposed and feature.value else told


def is_known(feature: Feature | None) -> bool:
    return feature is not None and feature.status not in STATUSES and feature.value != ""


def is_said(book: Codebook, feature: str, values: Sequence[str]) -> str:
    """`Condition on relief: contact or completion`."""
    return f"{feature_name(book, feature)}: {either([value_words(value) for value in values])}"


def when(episode: Episode) -> str:
    """From when to when; what isn't known or isn't over is said."""
    if episode.to:
        return f"{day(episode.from_) if episode.from_ else 'start not known'} to {day(episode.to)}"
    return f"since {day(episode.from_)}" if episode.from_ else "start not known, no end recorded"


def standing(episode: Episode) -> str:
    """What became of it, in words: an episode that is over was in force, though the case's policy may go on."""
    if episode.status == "in_force" and episode.to:
        return "in force until then"
    return value_words(episode.status) if episode.status else "status not recorded"


def type_name(typology: Typology, type_id: str) -> str:
    """`unresolved` where there is none; a type that the typology doesn't have is named by its id."""
    kind = typology.type(type_id)
    return kind.name if kind else type_id or "unresolved"


def if_changed(book: Codebook, flips: Iterable[Flip]) -> str:
    """What would lead to one type: `if A were x or y, or B were z`; pairs of changes are joined by `and`."""
    singles: list[tuple[tuple[str, str], ...]] = []
    pairs: list[tuple[tuple[str, str], ...]] = []
    for flip in flips:
        (singles if len(flip.changes) == 1 else pairs).append(flip.changes)
    alone = [
        f"{feature_name(book, name)} were {either([value_words(change[0][1]) for change in changes])}"
        for name, changes in groupby(singles, key=lambda changes: changes[0][0])
    ]
    together = [
        " and ".join(f"{feature_name(book, name)} were {value_words(value)}" for name, value in changes)
        for changes in pairs[:MOST_PAIRS]
    ]
    if len(pairs) > MOST_PAIRS:
        together.append(f"one of {len(pairs) - MOST_PAIRS} other pairs were so")
    return "if " + ", or ".join([*alone, *together])
