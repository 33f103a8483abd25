"""`clusters/decisions.jsonl`: what people did with clusters, one decision a line, in the order in which they came."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

import msgspec

from crosscase.anchoring import found_again
from crosscase.cluster import ClusterDecision, ClusterVerdict, Member
from crosscase.problem import Problem
from crosscase.source import Source
from crosscase.study.formats import jsonl

PATH = "clusters/decisions.jsonl"
Numbered = tuple[tuple[int, ClusterDecision], ...]


class _Member(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    source: str
    start: int
    end: int
    quote: str
    before: str = ""
    after: str = ""
    margin: float = 1.0
    part: str = ""


class _Line(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    id: str
    verdict: ClusterVerdict
    members: list[_Member]
    scope: str = "uncoded"
    name: str = ""
    machine: str = ""
    reason: str = ""
    code: str = ""
    by: str = ""
    at: str = ""
    codebook: int = 0
    cluster: str = ""
    grain: str = ""
    k: int | None = None
    encoder: str = ""
    follows: list[str] = []
    sources: list[str] = []


def decisions(data: bytes, path: str, problems: list[Problem]) -> tuple[Numbered, bool]:
    """The decisions with their lines, members where they were seen, and whether every line could be read."""
    file = jsonl.read_lines(data, path, _Line, problems)
    taken: dict[str, int] = {}
    numbered = []
    for number, line in file.entries:
        if line.id in taken:
            what = f"the decision `{line.id}` is already in line {taken[line.id]}"
            problems.append(Problem(path, number, what, "give this one another id (the first is used)"))
            continue
        taken[line.id] = number
        numbered.append((number, _decision(line)))
    return tuple(numbered), file.whole and len(numbered) == len(file.entries)


def anchored(decision: ClusterDecision, sources: Mapping[str, Source]) -> ClusterDecision:
    """The decision with its members where their words stand in the texts as they are now; the others are its `lost`."""
    found: list[Member] = []
    lost: list[Member] = []
    moved: dict[str, list[Member]] = defaultdict(list)
    for member in (*decision.members, *decision.lost):
        source = sources.get(member.source_id)
        if source is None:
            lost.append(member)
        elif _stands(member, source):
            found.append(member)
        else:
            moved[member.source_id].append(member)
    for source_id, members in moved.items():
        for member, there in zip(members, found_again(members, sources[source_id]), strict=True):
            found += [there] if there else []
            lost += [] if there else [member]
    return replace(decision, members=tuple(sorted(found)), lost=tuple(sorted(lost)))


def sources_of(decisions: Iterable[ClusterDecision]) -> frozenset[str]:
    """The ids of all sources that these decisions' members are from."""
    return frozenset(member.source_id for decision in decisions for member in decision.members)


def appended(data: bytes, decision: ClusterDecision, *, last: int) -> bytes:
    """The file with one decision more, as its last line; `last` is the number of lines that it has."""
    added = jsonl.Added((last + 1, 0), encode(decision))
    return jsonl.edited(data, added=[added], places={number: (number, 0) for number in range(1, last + 1)})


def rewritten(data: bytes, changed: Mapping[int, ClusterDecision | None]) -> bytes:
    """The file with some lines (by number) written anew, or taken out; the others stay byte for byte."""
    lines = {number: None if decision is None else encode(decision) for number, decision in changed.items()}
    return jsonl.edited(data, changed=lines)


def encode(decision: ClusterDecision) -> bytes:
    """One line, without its end: the same decision always makes the same bytes."""
    members = [_line_of(member) for member in sorted((*decision.members, *decision.lost))]
    return msgspec.json.encode(
        _Line(
            decision.id, decision.verdict, members, decision.scope, decision.name, decision.machine_name,
            decision.reason, decision.code_id, decision.by, decision.at, decision.codebook, decision.cluster_id,
            decision.grain, decision.k, decision.encoder, list(decision.follows), list(decision.sources),
        )
    )  # fmt: skip


def _stands(member: Member, source: Source) -> bool:
    """Whether the words, and those around them, stand where they were: then nothing before them was edited either."""
    text, start, end = source.text, member.start, member.end
    around = (text[max(0, start - len(member.before)) : start], text[end : end + len(member.after)])
    return 0 <= start < end and text[start:end] == member.quote and around == (member.before, member.after)


def _decision(line: _Line) -> ClusterDecision:
    members = tuple(
        Member(m.source, m.start, m.end, m.quote, m.before, m.after, m.margin, m.part) for m in line.members
    )
    return ClusterDecision(
        line.id, line.verdict, members, line.scope, line.name, line.machine, line.reason, line.code, line.by, line.at,
        line.codebook, line.cluster, line.grain, line.k, line.encoder, tuple(line.follows), tuple(line.sources),
    )  # fmt: skip


def _line_of(member: Member) -> _Member:
    return _Member(
        member.source_id,
        member.start,
        member.end,
        member.quote,
        member.before,
        member.after,
        member.margin,
        member.part,
    )
