"""The property space of a typology: which combinations of features its rules tell apart, and where the cases stand.

Values that no rule tells apart stand together. At most two features are laid across and two down; the others are
listed, and a field of the grid then says every type that it may hold.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from math import log2

from crosscase.case import Episode
from crosscase.typology import MOST_COMBINATIONS, OTHER, Is, Result, Typology, Values, evaluate, property_space

Key = tuple[int | None, ...]

ON_THE_GRID = 4
MOST_CHOICES = 12
FEW_COMBINATIONS = 5_000


@dataclass(frozen=True, slots=True)
class Axis:
    """A feature, its values in groups that the rules treat alike; an empty group is any value not in the codebook."""

    feature: str
    groups: tuple[tuple[str, ...], ...]

    def group(self, value: str) -> int | None:
        """The group of a value; values that nobody knows belong to the last one."""
        found = next((number for number, group in enumerate(self.groups) if value in group), None)
        return len(self.groups) - 1 if found is None and value and not self.groups[-1] else found


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the grid: how many combinations in it make which type (empty: none fits), and who stands in it."""

    groups: tuple[int, ...]
    types: Mapping[str, int]
    results: tuple[Result, ...]


@dataclass(frozen=True, slots=True)
class Space:
    """`total` counts the combinations of all features, `taken` those with an episode, `unfit` those without a type.

    `unplaced` are episodes for which a feature of the grid isn't known. `is_whole` says that all were looked at.
    """

    down: tuple[Axis, ...]
    across: tuple[Axis, ...]
    others: tuple[Axis, ...]
    fields: tuple[Field, ...]
    unplaced: tuple[Result, ...]
    total: int
    taken: int
    unfit: int
    is_whole: bool


def space(
    typology: Typology, values: Values, results: Sequence[Result], episodes: Mapping[tuple[str, str], Episode]
) -> Space:
    """Lay out the combinations that the rules tell apart, by the features that best separate the types found.

    `episodes` are by case id and episode id.
    """
    axes = axes_of(typology, values)
    types = _types_of(typology, axes)
    keys = [_key(axes, episodes[result.case_id, result.episode_id]) for result in results]
    chosen = _chosen(axes, types, [(key, result.by_rule) for key, result in zip(keys, results, strict=True)])
    down, across = chosen[: (len(chosen) + 1) // 2], chosen[(len(chosen) + 1) // 2 :]
    placed, unplaced = _placed(chosen, keys, results)
    found: dict[tuple[int, ...], Counter[str]] = defaultdict(Counter)
    for key, type_id in types.items():
        found[_part(key, chosen)][type_id] += 1
    fields = product(*(range(len(axes[index].groups)) for index in chosen))
    return Space(
        tuple(axes[index] for index in down),
        tuple(axes[index] for index in across),
        tuple(axis for index, axis in enumerate(axes) if index not in chosen),
        tuple(Field(field, found[field], tuple(placed[field])) for field in fields),
        unplaced,
        len(types),
        len({key for key in keys if key in types}),
        sum(not type_id for type_id in types.values()),
        len(types) < MOST_COMBINATIONS,
    )


def axes_of(typology: Typology, values: Values) -> tuple[Axis, ...]:
    """The features of the rules, in their order; two values stand together where no rule tells them apart."""
    asked: dict[str, list[tuple[str, ...]]] = {}
    for kind in typology.types:
        for leaf in evaluate(kind.rule, {}).leaves():
            if isinstance(leaf.rule, Is):
                asked.setdefault(leaf.rule.feature, []).append(leaf.rule.values)
    return tuple(Axis(name, _groups(told, values.get(name, ()))) for name, told in asked.items())


def _groups(told: Sequence[tuple[str, ...]], known: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    groups: dict[tuple[bool, ...], list[str]] = {}
    for value in known:
        groups.setdefault(tuple(value in values for values in told), []).append(value)
    named = [tuple(group) for signature, group in groups.items() if any(signature)]
    rest = [tuple(group) for signature, group in groups.items() if not any(signature)]
    return (*named, *rest) if named else (*rest, ())


def _types_of(typology: Typology, axes: Sequence[Axis]) -> dict[tuple[int, ...], str]:
    """The type of every combination of groups, each tried by its first value."""
    firsts = {axis.feature: [group[0] for group in axis.groups if group] for axis in axes}
    return {
        tuple(_group(axis, value) for axis, (_, value) in zip(axes, combination, strict=True)): type_id
        for combination, type_id in property_space(typology, firsts).items()
    }


def _group(axis: Axis, value: str) -> int:
    found = axis.group(value)
    return len(axis.groups) - 1 if value == OTHER or found is None else found


def _key(axes: Iterable[Axis], episode: Episode) -> Key:
    known = {f.attribute: f.value for f in episode.features if f.status in ("stated", "no") and f.value}
    return tuple(axis.group(known.get(axis.feature, "")) for axis in axes)


def _part(key: Sequence[int], chosen: Sequence[int]) -> tuple[int, ...]:
    return tuple(key[index] for index in chosen)


def _placed(
    chosen: Sequence[int], keys: Sequence[Key], results: Sequence[Result]
) -> tuple[dict[tuple[int, ...], list[Result]], tuple[Result, ...]]:
    placed: dict[tuple[int, ...], list[Result]] = defaultdict(list)
    unplaced = []
    for key, result in zip(keys, results, strict=True):
        part = tuple(group for index in chosen if (group := key[index]) is not None)
        if len(part) == len(chosen):
            placed[part].append(result)
        else:
            unplaced.append(result)
    return placed, tuple(unplaced)


def _chosen(
    axes: Sequence[Axis], types: Mapping[tuple[int, ...], str], found: Sequence[tuple[Key, str]]
) -> tuple[int, ...]:
    """The features that leave least doubt about the types of the cases, then of all combinations; else the earlier."""
    resolved = [key for key, type_id in types.items() if type_id]
    varying = [index for index in range(len(axes)) if len({key[index] for key in resolved}) > 1] or range(len(axes))
    space: Sequence[tuple[Key, str]] = list(types.items()) if len(types) <= FEW_COMBINATIONS else []
    choices = list(combinations(varying[:MOST_CHOICES], min(ON_THE_GRID, len(varying))))
    about_cases = [round(_doubt(found, chosen), 9) for chosen in choices]
    # All combinations are many times more than the cases, so they are only asked where the cases leave a choice.
    best = [chosen for chosen, doubt in zip(choices, about_cases, strict=True) if doubt == min(about_cases)]
    return min(best, key=lambda chosen: (round(_doubt(space, chosen), 9), chosen), default=())


def _doubt(found: Iterable[tuple[Key, str]], chosen: Sequence[int]) -> float:
    """Entropy of the type, given the chosen features (bits × how many)."""
    fields: dict[Key, Counter[str]] = defaultdict(Counter)
    for key, type_id in found:
        fields[tuple(key[index] for index in chosen)][type_id] += 1
    return sum(-count * log2(count / sum(types.values())) for types in fields.values() for count in types.values())
