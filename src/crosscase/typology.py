"""A typology sorts cases into types by rules over their features, and says why.

Rules are tried in order, in three-valued logic: a feature that is unclear, not asked, in conflict or not there makes
what depends on it unknown. `unresolved` is a result like any other.
"""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, islice, product

from crosscase.case import Case, Episode, Feature, Override
from crosscase.logic import Truth, either, every, opposite
from crosscase.wording import value_words

Values = Mapping[str, Sequence[str]]

MOST_COMBINATIONS = 100_000
OTHER = "(another value)"
PROPOSED = "proposed"


@dataclass(frozen=True, slots=True)
class Is:
    """The feature has one of these values."""

    feature: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class All:
    rules: tuple["Rule", ...]


@dataclass(frozen=True, slots=True)
class Any:
    rules: tuple["Rule", ...]


@dataclass(frozen=True, slots=True)
class Not:
    rule: "Rule"


Rule = Is | All | Any | Not


@dataclass(frozen=True, slots=True)
class Bullet:
    """A line by which people describe a type, and what it rests on: a part of a rule, or cells that a person read.

    It is said of all cases of the type, or of `some`. A rule of no parts stands where it is bound to nothing.
    """

    text: str
    rule: "Rule" = All(())
    cells: tuple[tuple[str, str], ...] = ()
    some: bool = False
    path: str = ""
    line: int = 1

    @property
    def is_bound(self) -> bool:
        return bool(self.cells) or self.rule != All(())


@dataclass(frozen=True, slots=True)
class Type:
    """One type: the rule that makes a case one of it, what is typical of it but not required, how it is described."""

    id: str
    name: str
    rule: Rule
    typical: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    describe: tuple[Bullet, ...] = ()


@dataclass(frozen=True, slots=True)
class Typology:
    """Types in the order in which their rules are tried. `label` is what a report calls a type, such as `model`.

    `applies_to` are the statuses of the episodes that it sorts; if empty, all but what was only ever proposed. `after`
    is the typology that it follows, and `merges` has, for a type, those of the other that went into it. `note` says how
    it was drawn up, by whom and on which day.
    """

    id: str
    name: str
    types: tuple[Type, ...]
    label: str = "type"
    version: int = 1
    reason: str = ""
    applies_to: tuple[str, ...] = ()
    after: str = ""
    merges: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    by: str = ""
    on: str = ""
    note: str = ""

    def applies(self, status: str) -> bool:
        """Whether an episode of this status is sorted: of those named, or of all but `proposed` if none is."""
        return status in self.applies_to if self.applies_to else status != PROPOSED

    def type(self, type_id: str) -> Type | None:
        return next((one for one in self.types if one.id == type_id), None)

    @property
    def features(self) -> tuple[str, ...]:
        """The features that some rule looks at, each once, in the order in which the rules name them."""
        return tuple(dict.fromkeys(leaf.feature for kind in self.types for leaf in _leaves(kind.rule)))


@dataclass(frozen=True, slots=True)
class Trace:
    """How a rule came out, part by part; a leaf holds the feature that it looked at, if there was one."""

    rule: Rule
    truth: Truth
    feature: Feature | None = None
    parts: tuple["Trace", ...] = ()

    def leaves(self) -> Iterator["Trace"]:
        if isinstance(self.rule, Is):
            yield self
        for part in self.parts:
            yield from part.leaves()


@dataclass(frozen=True, slots=True)
class Flip:
    """Another value of a feature, or of two, that would make the case another type (empty: unresolved)."""

    changes: tuple[tuple[str, str], ...]
    type_id: str


@dataclass(frozen=True, slots=True)
class Result:
    """What the rules make of one episode. `by_rule` and `type_id` are empty where they leave it unresolved.

    `traces` are those of the types tried, in order. `decided` are the features that settled it; for an unresolved
    episode, those whose value would be needed. `atypical` are typical features of the type that it lacks. `flips` lead
    to the nearest rivals. An `override` is a person's decision against the rules, and then gives the `type_id`.
    `not_typed` says why the rules weren't asked, as of a policy that was only proposed; then there is no trace.
    """

    case_id: str
    episode_id: str
    type_id: str
    by_rule: str
    traces: Mapping[str, Trace]
    decided: tuple[str, ...]
    atypical: tuple[str, ...]
    flips: tuple[Flip, ...]
    override: Override | None = None
    not_typed: str = ""

    @property
    def rival(self) -> str:
        """The type that the fewest changes would lead to; empty where one or two changes lead nowhere."""
        return next((flip.type_id for flip in self.flips if flip.type_id), "")


def classify(case: Case, episode: Episode, typology: Typology, values: Values) -> Result:
    """Sort one episode: the first type whose rule holds, unless an earlier one might hold too.

    `values` are the allowed values of each feature, from which what would flip the result is found.
    """
    features = {feature.attribute: feature for feature in episode.features}
    override = next((one for one in episode.overrides if one.typology_id == typology.id), None)
    if not typology.applies(episode.status):
        reason = f"{value_words(episode.status) or 'of no status'}, not typed"
        type_id = override.type_id if override else ""
        return Result(case.id, episode.id, type_id, "", {}, (), (), (), override, reason)
    by_rule, traces = _first(typology, features)
    kind = typology.type(by_rule)
    return Result(
        case.id,
        episode.id,
        override.type_id if override else by_rule,
        by_rule,
        traces,
        _decided(by_rule, traces),
        tuple(name for name, usual in kind.typical.items() if _is(Is(name, usual), features).truth is not True)
        if kind
        else (),
        _flips(typology, features, by_rule, values),
        override,
    )


def classify_all(cases: Iterable[Case], typology: Typology, values: Values) -> tuple[Result, ...]:
    """Every episode of every case, in their order."""
    return tuple(classify(case, episode, typology, values) for case in cases for episode in case.episodes)


def evaluate(rule: Rule, features: Mapping[str, Feature]) -> Trace:
    """Whether a rule holds: all is true if every part is, false if one isn't; any the other way round; else unknown."""
    if isinstance(rule, Is):
        return _is(rule, features)
    if isinstance(rule, Not):
        part = evaluate(rule.rule, features)
        return Trace(rule, opposite(part.truth), parts=(part,))
    parts = tuple(evaluate(part, features) for part in rule.rules)
    connective = either if isinstance(rule, Any) else every
    return Trace(rule, connective(part.truth for part in parts), parts=parts)


def bears_out(
    bullet: Bullet, case_id: str, features: Mapping[str, Feature], coded: Container[tuple[str, str]]
) -> Truth:
    """Whether a case bears out what a bullet says; unknown where its features or cells don't tell."""
    if bullet.cells:
        return True if any(place[0] == case_id and place in coded for place in bullet.cells) else None
    return evaluate(bullet.rule, features).truth


def crosstab(
    first: Sequence[Result], second: Sequence[Result]
) -> Mapping[tuple[str, str], tuple[tuple[str, str], ...]]:
    """Which episodes have which type in each of two typologies; an episode is told by its case and its id."""
    other = {(result.case_id, result.episode_id): result.type_id for result in second}
    table: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {}
    for result in first:
        episode = (result.case_id, result.episode_id)
        key = (result.type_id, other.get(episode, ""))
        table[key] = (*table.get(key, ()), episode)
    return table


@dataclass(frozen=True, slots=True)
class Flaws:
    """What is wrong with a typology: features or values nobody knows, types no case can reach, types that overlap.

    `overlapping` are pairs of types whose rules hold together for some combination; their order decides there.
    """

    unknown: tuple[tuple[str, str, str], ...]
    unreachable: tuple[str, ...]
    overlapping: tuple[tuple[str, str], ...]


def flaws(typology: Typology, values: Values) -> Flaws:
    """Look at every combination of the values that the rules tell apart.

    Beyond 100,000 combinations not all can be looked at; then no type is called unreachable.
    """
    asked = [(kind.id, leaf) for kind in typology.types for leaf in _leaves(kind.rule)]
    unknown = [
        (type_id, leaf.feature, value)
        for type_id, leaf in asked
        for value in leaf.values
        if value not in values.get(leaf.feature, ())
    ]
    reached: set[str] = set()
    together: dict[tuple[str, str], None] = {}
    looked_at = 0
    for features in _combinations(typology, values):
        looked_at += 1
        holding = [kind.id for kind in typology.types if evaluate(kind.rule, features).truth]
        reached.update(holding[:1])
        together.update(dict.fromkeys(combinations(holding, 2)))
    missed = tuple(kind.id for kind in typology.types if kind.id not in reached)
    unreachable = missed if looked_at < MOST_COMBINATIONS else ()
    return Flaws(tuple(unknown), unreachable, tuple(together))


def property_space(typology: Typology, values: Values) -> Mapping[tuple[tuple[str, str], ...], str]:
    """The type of every combination of the values that the rules tell apart; empty where none fits."""
    return {
        tuple((name, feature.value) for name, feature in features.items()): _first(typology, features)[0]
        for features in _combinations(typology, values)
    }


def settled(episode: Episode, feature: Feature) -> Episode:
    """The episode with this feature decided, in its place or at the end."""
    kept = [feature if old.attribute == feature.attribute else old for old in episode.features]
    known = any(old.attribute == feature.attribute for old in episode.features)
    return replace(episode, features=tuple(kept) if known else (*kept, feature))


def told(trace: Trace, depth: int = 0) -> Iterator[str]:
    """A trace as one would say it, a line for each part: what was asked, how it came out, and on which evidence."""
    answer = {True: "yes", False: "no", None: "can't be told"}[trace.truth]
    yield f"{'  ' * depth}{_question(trace.rule)}: {answer}{_because(trace)}"
    for part in trace.parts:
        yield from told(part, depth + 1)


def _is(rule: Is, features: Mapping[str, Feature]) -> Trace:
    feature = features.get(rule.feature)
    known = feature is not None and feature.status in ("stated", "no") and feature.value != ""
    return Trace(rule, feature.value in rule.values if feature and known else None, feature)


def _first(typology: Typology, features: Mapping[str, Feature]) -> tuple[str, dict[str, Trace]]:
    traces: dict[str, Trace] = {}
    for kind in typology.types:
        traces[kind.id] = evaluate(kind.rule, features)
        if traces[kind.id].truth is None:
            return "", traces | {later.id: evaluate(later.rule, features) for later in typology.types}
        if traces[kind.id].truth:
            return kind.id, traces
    return "", traces


def _decided(type_id: str, traces: Mapping[str, Trace]) -> tuple[str, ...]:
    if type_id:
        leaves = _deciding(traces[type_id])
    else:
        leaves = [
            leaf for trace in traces.values() if trace.truth is None for leaf in trace.leaves() if leaf.truth is None
        ]
    return tuple(dict.fromkeys(leaf.rule.feature for leaf in leaves if isinstance(leaf.rule, Is)))


def _deciding(trace: Trace) -> list[Trace]:
    """The leaves without which the rule would not have come out as it did."""
    if isinstance(trace.rule, Is):
        return [trace]
    telling = [part for part in trace.parts if part.truth == trace.truth] or list(trace.parts)
    alone = (isinstance(trace.rule, Any) and trace.truth) or (isinstance(trace.rule, All) and trace.truth is False)
    return [leaf for part in (telling[:1] if alone else telling) for leaf in _deciding(part)]


def _flips(typology: Typology, features: Mapping[str, Feature], now: str, values: Values) -> tuple[Flip, ...]:
    """All single changes that lead elsewhere; pairs of them only if no single one leads to a type."""
    names = list(dict.fromkeys(leaf.feature for kind in typology.types for leaf in _leaves(kind.rule)))
    singles = [(name, value) for name in names for value in values.get(name, ()) if value != _value(features, name)]
    found = _led_elsewhere(typology, features, now, [(change,) for change in singles])
    if any(flip.type_id for flip in found):
        return found
    pairs = [(a, b) for a, b in combinations(singles, 2) if a[0] != b[0]]
    return (*found, *(flip for flip in _led_elsewhere(typology, features, now, pairs) if flip.type_id))


def _led_elsewhere(
    typology: Typology, features: Mapping[str, Feature], now: str, tried: Iterable[tuple[tuple[str, str], ...]]
) -> tuple[Flip, ...]:
    flips = []
    for changes in tried:
        changed = {**features, **{name: Feature(name, value) for name, value in changes}}
        then = _first(typology, changed)[0]
        if then != now:
            flips.append(Flip(changes, then))
    return tuple(flips)


def _value(features: Mapping[str, Feature], name: str) -> str:
    feature = features.get(name)
    return feature.value if feature and feature.status in ("stated", "no") else ""


def _leaves(rule: Rule) -> Iterator[Is]:
    if isinstance(rule, Is):
        yield rule
    elif isinstance(rule, Not):
        yield from _leaves(rule.rule)
    else:
        for part in rule.rules:
            yield from _leaves(part)


def _combinations(typology: Typology, values: Values) -> Iterator[dict[str, Feature]]:
    told_apart: dict[str, list[str]] = {}
    for leaf in (leaf for kind in typology.types for leaf in _leaves(kind.rule)):
        mine = told_apart.setdefault(leaf.feature, [])
        mine.extend(value for value in leaf.values if value not in mine and value in values.get(leaf.feature, ()))
    for name, mine in told_apart.items():
        if not mine or set(values.get(name, ())) - set(mine):
            mine.append(OTHER)
    for chosen in islice(product(*told_apart.values()), MOST_COMBINATIONS):
        yield {name: Feature(name, value) for name, value in zip(told_apart, chosen, strict=True)}


def _question(rule: Rule) -> str:
    if isinstance(rule, Is):
        return f"{rule.feature} is {' or '.join(rule.values)}"
    if isinstance(rule, Not):
        return "not this"
    return "all of these" if isinstance(rule, All) else "any of these"


def _because(trace: Trace) -> str:
    if not isinstance(trace.rule, Is):
        return ""
    feature = trace.feature
    if feature is None:
        return " (nobody decided it)"
    found = feature.value if feature.value and feature.status in ("stated", "no") else value_words(feature.status)
    return f" ({found}; {', '.join(feature.evidence)})" if feature.evidence else f" ({found})"
