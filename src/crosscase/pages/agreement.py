"""The page of agreement: how far coders agree on each code, and what they differ in, to talk about it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from crosscase.agreement.comparing import Given
from crosscase.agreement.confusing import Difference, Group, Kind
from crosscase.agreement.measuring import Measured
from crosscase.pages import links
from crosscase.pages.data import Fact, Frame, Link
from crosscase.pages.figures.drawing import Figure
from crosscase.pages.figures.quality import MARKS, agreement_by_code, figure_of, interval_of
from crosscase.pages.material import Material, frame
from crosscase.source import Source
from crosscase.wording import counted, listed, number_or_none

AROUND = 90
MOST_FIRST = 8
MOST_EDGES = 2


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a passage, and which coders marked them; nobody's are what stands around it."""

    text: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What one coder made of a passage: the codes with how each was given, or nothing."""

    who: str
    codes: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Differing:
    """One place where coders differ, in its context; `settled` is empty where nobody has settled it."""

    place: Link
    asked: str
    pieces: tuple[Piece, ...]
    said: tuple[Said, ...]
    settled: str


@dataclass(frozen=True, slots=True)
class Topic:
    """All differences on one code, or on two that are taken for each other."""

    anchor: str
    codes: tuple[Link, ...]
    count: str
    differences: tuple[Differing, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """One kind of difference, the topics with most of them first."""

    anchor: str
    title: str
    about: str
    topics: tuple[Topic, ...]
    is_folded: bool = False


@dataclass(frozen=True, slots=True)
class AgreementPage:
    """How far coders agree, and where they don't; `why` says why there is no figure, `unmeasured` for which codes."""

    file: str
    frame: Frame
    summary: str
    facts: tuple[Fact, ...]
    figure: Figure | None
    unmeasured: tuple[Fact, ...]
    chapters: tuple[Chapter, ...]
    is_for_the_team: bool

    @property
    def first(self) -> tuple[Topic, ...]:
        """What most differences are about, edges aside."""
        topics = [topic for chapter in self.chapters if not chapter.is_folded for topic in chapter.topics]
        return tuple(sorted(topics, key=lambda topic: -len(topic.differences))[:MOST_FIRST])


_ABOUT = {
    Kind.CONFUSED: "One coder gave one code, another the other, to words that overlap, and both had looked for both. "
    "The two definitions may want a line between them.",
    Kind.ALONE: "One coder saw it and another, who looked for it, did not.",
    Kind.OTHERWISE: "The same code, with another value, case, episode or stance.",
    Kind.EDGES: "Where a passage begins and ends is a matter of taste, and counts as agreement; it is worth a look "
    f"where one code has many of them. Of each code up to {MOST_EDGES} are shown.",
}


def agreement_page(material: Material) -> AgreementPage:
    measured = material.quality.measured
    return AgreementPage(
        links.AGREEMENT,
        frame(material, "Agreement", "Methods", Link("Methods", links.METHODS)),
        _summary(measured),
        tuple(_facts(measured)),
        agreement_by_code(measured, material.named_code),
        tuple(_unmeasured(measured, material)),
        tuple(_chapters(material)) if material.is_for_the_team else (),
        material.is_for_the_team,
    )


def _summary(measured: Measured) -> str:
    if not measured.codes or measured.pooled is None:
        return "No source was read by two coders, or not for the same codes, so that nobody can be compared."
    alphas = [measure.alpha.value for measure in measured.codes if measure.alpha.value is not None]
    tentative, firm = MARKS
    good = sum(alpha >= firm for alpha in alphas)
    fair = sum(alpha >= tentative for alpha in alphas)
    told = f"{listed(measured.coders)} each read {counted(len(measured.sources), 'source')} for themselves."
    return (
        f"{told} Alpha is {firm} or more on {good} of {counted(len(alphas), 'code')} that it can be worked out for, "
        f"and {tentative} or more on {fair}: Krippendorff’s marks for firm and for tentative conclusions. It says how "
        "alike the codebook is used, and is no proof that its codes are right."
    )


def _facts(measured: Measured) -> Iterator[Fact]:
    if measured.pooled is None:
        return
    yield Fact(
        "Compared", f"{measured.units:,} passages in {counted(len(measured.sources), 'source')}, also those uncoded"
    )
    pooled = measured.pooled
    yield Fact("All codes", f"alpha {figure_of(pooled.alpha.value)}, 95% interval {interval_of(pooled.alpha)}")
    if measured.sets.value is not None:
        sets = f"alpha {figure_of(measured.sets.value)}, {interval_of(measured.sets)}, with MASI distances"
        yield Fact("Sets of codes", sets)
    values = {code: estimate for code, estimate in measured.values.items() if estimate.value is not None}
    if values:
        lowest = min(estimate.value or 0.0 for estimate in values.values())
        yield Fact("Values of attributes", f"{counted(len(values), 'attribute')}, alpha from {figure_of(lowest)} on")
    yield Fact("Intervals", "1,000 draws of whole sources, since the passages of one talk hang together")


def _unmeasured(measured: Measured, material: Material) -> Iterator[Fact]:
    reasons: dict[str, list[Link]] = {}
    for measure in measured.codes:
        if measure.alpha.value is None:
            reasons.setdefault(measure.alpha.why, []).append(material.named_code(measure.code_id))
    for why, codes in reasons.items():
        yield Fact(counted(len(codes), "code"), why, tuple(codes))


def _chapters(material: Material) -> Iterator[Chapter]:
    for kind in Kind:
        of_kind = [group for group in material.quality.differences if group.kind is kind]
        if of_kind:
            topics = tuple(_topic(group, material) for group in of_kind)
            name = links.anchor("kind", kind.name.lower())
            yield Chapter(name, kind.value, _ABOUT[kind], topics, is_folded=kind is Kind.EDGES)


def _topic(group: Group, material: Material) -> Topic:
    number = len(group.differences)
    told = f"{number}" if not group.unsettled else f"{number}, {number_or_none(group.unsettled)} of them unsettled"
    if group.unsettled == number:
        told = f"{number}, not settled"
    codes = tuple(material.named_code(code_id) for code_id in group.code_ids)
    anchor = links.anchor("topic", group.kind.name.lower(), *group.code_ids)
    listed_here = group.differences[:MOST_EDGES] if group.kind is Kind.EDGES else group.differences
    return Topic(anchor, codes, told, tuple(_differing(one, material) for one in listed_here))


def _differing(difference: Difference, material: Material) -> Differing:
    source = material.sources[difference.source_id]
    turn = source.turn_at(difference.start)
    question = source.question_before(difference.start)
    href = material.places(source.id).turn(turn.number) if turn and material.has_transcripts else ""
    name = f"{material.source_link(source.id).text}, turn {turn.number}" if turn else source.id
    settled = difference.settled
    return Differing(
        Link(name, href),
        source.text[question.start : question.end] if question else "",
        tuple(_pieces(difference, source)),
        tuple(_said(difference, material)),
        (_in_words(settled.given, material) or "none of these codes") if settled else "",
    )


def _said(difference: Difference, material: Material) -> Iterator[Said]:
    for coder, given in difference.said.items():
        codes = [
            Link(_way(material.named_code(code_id).text, ways, material), material.named_code(code_id).href)
            for code_id, ways in given.items()
            if ways
        ]
        yield Said(coder, tuple(codes))


def _in_words(given: Mapping[str, Sequence[Given]], material: Material) -> str:
    ways = [(material.named_code(code_id).text, ways) for code_id, ways in given.items() if ways]
    return listed([_way(name, ways, material) for name, ways in ways])


def _way(name: str, ways: Sequence[Given], material: Material) -> str:
    details = "; ".join(material.details(way) for way in ways if str(way))
    return f"{name} ({details})" if details else name


def _pieces(difference: Difference, source: Source) -> Iterator[Piece]:
    """The passage with a little around it, parted where some coder's coding begins or ends."""
    start, end = difference.start, difference.end
    turn = source.turn_at(start)
    before = source.text[turn.start if turn else start : start]
    after = source.text[end : max(turn.end if turn else end, end)]
    yield Piece(_last_words(before))
    spans = [span for of_coder in difference.spans.values() for span in of_coder]
    coders = sum(bool(of_coder) for of_coder in difference.spans.values())
    edges = sorted({start, end, *(edge for span in spans for edge in span if start < edge < end)})
    for begin, stop in pairwise(edges):
        marked = sum(
            any(one <= begin and stop <= other for one, other in of_coder) for of_coder in difference.spans.values()
        )
        kind = "piece deep" if marked and marked == coders else "piece" if marked else ""
        yield Piece(source.text[begin:stop], kind)
    yield Piece(_first_words(after))


def _last_words(text: str) -> str:
    """So much of it as there is room for, whole words only."""
    return text if len(text) <= AROUND else f"… {text[-AROUND:].partition(' ')[2]}"


def _first_words(text: str) -> str:
    return text if len(text) <= AROUND else f"{text[:AROUND].rpartition(' ')[0]} …"
