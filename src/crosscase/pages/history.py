"""The history of the codebook: which code came when, from where, why, by whom, and which sources were read for it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crosscase.codebook import Amended, Amendment, Code
from crosscase.coding import Coding
from crosscase.pages import links
from crosscase.pages.data import Frame, Link
from crosscase.pages.material import Material, code_page, frame
from crosscase.reading import Standing
from crosscase.wording import counted, listed, out_of

TITLE = "History of the codebook"
DONE: Mapping[Amended, str] = {
    "defined": "defined",
    "reworded": "reworded, the meaning kept",
    "redefined": "given another meaning",
    "values": "values changed",
    "renamed": "renamed",
    "moved": "moved to another category",
    "merged": "took over another code",
    "split": "split",
    "retired": "retired",
}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a code came from, and the place that shows it."""

    words: str
    place: Link | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """A code as it came. `waiting` has the sources that were not read for it, by what became of them."""

    code: Link
    category: str
    origin: Origin
    why: str
    byline: str
    read: str
    waiting: tuple[tuple[str, tuple[Link, ...]], ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What was done at once to codes that were there, for the same reason."""

    codes: tuple[Link, ...]
    what: str
    why: str
    byline: str


@dataclass(frozen=True, slots=True)
class VersionEntry:
    anchor: str
    number: int
    told: str
    came: tuple[Arrival, ...]
    changed: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """`clusters` leads to the clusters, or says how to get them; it is None where this reader sees none."""

    file: str
    frame: Frame
    told: str
    has_reasons: bool
    versions: tuple[VersionEntry, ...]
    clusters: Link | None


def history_page(material: Material) -> HistoryPage:
    book = material.study.codebook
    numbers = {code.since for code in book.codes} | {step.version for code in book.codes for step in code.history}
    inductive = sum(code.origin == "inductive" for code in book.codes)
    return HistoryPage(
        file=links.HISTORY,
        frame=frame(material, TITLE, "Codebook", Link("Codebook", links.CODEBOOK)),
        told=f"{out_of(inductive, len(book.codes), 'code')} came from the data, the others were set beforehand.",
        has_reasons=not material.is_public,
        versions=tuple(_version(material, number) for number in sorted(numbers, reverse=True)),
        clusters=_clusters(material),
    )


def _clusters(material: Material) -> Link | None:
    if not material.is_for_the_team:
        return None
    if material.has_clusters:
        return Link("Clusters of what the codebook misses", links.CLUSTERS)
    return Link("There are no clusters of the study as it is now: `crosscase run` makes them.")


def _version(material: Material, number: int) -> VersionEntry:
    codes = material.study.codebook.codes
    came = [code for code in codes if code.since == number]
    steps = [(code, step) for code in codes for step in code.history if step.version == number]
    changed = [(code, step) for code, step in steps if step.what != "defined"]
    told = [f"{counted(len(came), 'code')} came"] if came else []
    told += [f"{counted(len(changed), 'change')} to codes that were there"] if changed else []
    return VersionEntry(
        links.version_anchor(number),
        number,
        listed(told),
        tuple(_arrival(material, code) for code in came),
        _changes(material, changed),
    )


def _arrival(material: Material, code: Code) -> Arrival:
    defined = next((step for step in code.history if step.what == "defined"), None)
    read, waiting = _sources(material, code)
    return Arrival(
        code=code_page(code),
        category=material.matrices[code.category_id].category.name,
        origin=_origin(material, code, defined),
        why=material.in_words(defined.why) if defined else "",
        byline=material.byline(defined.by, defined.on) if defined else "",
        read=read,
        waiting=waiting,
    )


def _origin(material: Material, code: Code, defined: Amendment | None) -> Origin:
    if code.origin == "deductive":
        return Origin("set beforehand (deductive)")
    if defined and defined.cluster:
        return _from_a_cluster(material, defined.cluster)
    first = _first_coding(material, code)
    if first is None:
        return Origin("from the data (inductive)")
    turn = material.sources[first.source_id].turn_at(first.start)
    where = f"{material.source_link(first.source_id).text}, turn {turn.number}" if turn else first.source_id
    return Origin("from the data (inductive); first coded in", Link(where, material.passage(first)))


def _from_a_cluster(material: Material, decision_id: str) -> Origin:
    decision = next((one for one in material.study.cluster_decisions if one.id == decision_id), None)
    if decision is None or not material.has_clusters:
        return Origin("from a cluster (inductive)")
    return Origin("from the cluster", Link(decision.shown_name, links.cluster_decision(decision.id)))


def _first_coding(material: Material, code: Code) -> Coding | None:
    """The code's earliest coding, where codings say when they were made."""
    codings = [one for one in material.of_code.get(code.id, ()) if isinstance(one, Coding) and one.at]
    return min(codings, key=lambda coding: coding.at, default=None)


def _sources(material: Material, code: Code) -> tuple[str, tuple[tuple[str, tuple[Link, ...]], ...]]:
    """How many sources were read for a code, and which ones weren't."""
    standings = {source_id: material.findings.standing(code, source_id) for source_id in material.sources}
    read = out_of(sum(one is Standing.READ for one in standings.values()), len(standings), "source")
    waiting = []
    for standing in (Standing.OLDER, Standing.OPEN, Standing.UNTOUCHED):
        ids = [source_id for source_id, one in standings.items() if one is standing]
        if ids:
            shown = () if material.is_public else tuple(material.source_link(source_id) for source_id in ids)
            waiting.append((f"{len(ids)} {standing.value}", shown))
    return read, tuple(waiting)


def _changes(material: Material, steps: Sequence[tuple[Code, Amendment]]) -> tuple[Change, ...]:
    codes: dict[tuple[str, str, str], list[Link]] = defaultdict(list)
    for code, step in steps:
        codes[DONE[step.what], material.in_words(step.why), material.byline(step.by, step.on)].append(code_page(code))
    return tuple(Change(tuple(changed), *told) for told, changed in codes.items())
