"""What every page is made from: the findings, where things stand, and each passage with its provenance."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import sha256
from importlib.metadata import version

from crosscase.codebook import Code
from crosscase.coding import Coding, Decision, Suggestion
from crosscase.disclosure import Withheld
from crosscase.exhibits import laid_out
from crosscase.framework import Findings, states
from crosscase.layout import Layout
from crosscase.pages.data import Frame, Link, Quote
from crosscase.pages.links import CODEBOOK, INDEX, METHODS, Links, links
from crosscase.pages.wording import counted, day, listed
from crosscase.profile import SeenStudy
from crosscase.reading import Reading, State, readings_by_source
from crosscase.source import Source
from crosscase.study import Study
from crosscase.voices import Voice

MADE_FOR: Mapping[str, str] = {
    "reviewer": "Made for reviewers: places are masked, roles stand where participants agreed to it",
    "public": "Made for the public: places are masked, nobody is told by more than a sector, transcripts are left out",
}


@dataclass(frozen=True)
class Material:
    """The findings with the indexes that pages look things up in."""

    findings: Findings
    on: date

    @property
    def study(self) -> Study:
        return self.findings.study

    @cached_property
    def links(self) -> Links:
        return links(self.findings)

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        return {source.id: source for source in self.study.sources}

    @cached_property
    def layouts(self) -> tuple[Layout, ...]:
        return laid_out(self.findings)

    @cached_property
    def states(self) -> Mapping[str, State]:
        """How far people are with each source."""
        return states(self.study)

    def sources_in(self, state: State) -> tuple[Source, ...]:
        return tuple(source for source in self.study.sources if self.states[source.id] is state)

    @cached_property
    def readings(self) -> Mapping[str, list[Reading]]:
        return readings_by_source(self.study.readings)

    @cached_property
    def case_names(self) -> Mapping[str, str]:
        return {case.id: case.name or case.id for case in self.study.cases}

    @cached_property
    def of_code(self) -> Mapping[str, tuple[Decision, ...]]:
        """Codings and suggestions by the present id of their code, in the order of the study's sources."""
        return self._grouped(self.code_id)

    @cached_property
    def of_source(self) -> Mapping[str, tuple[Decision, ...]]:
        return self._grouped(lambda decision: decision.source_id)

    @cached_property
    def by_id(self) -> Mapping[str, Decision]:
        """The codings that count, and the suggestions, by id."""
        decisions: tuple[Decision, ...] = (*self.findings.codings, *self.findings.suggestions)
        return {decision.id: decision for decision in decisions}

    @cached_property
    def stamp(self) -> str:
        texts = sha256("".join(source.text for source in self.study.sources).encode()).hexdigest()[:12]
        read = counted(len(self.study.sources), "source")
        return f"Made with crosscase {version('crosscase')} on {day(self.on.isoformat())} from {read} (sha256 {texts})."

    def called(self, decision: Decision) -> str:
        """A coding by its id; a suggestion by its place, as its id is no name for people."""
        if isinstance(decision, Coding):
            return decision.id
        turn = self.sources[decision.source_id].turn_at(decision.start)
        return f"{decision.source_id}, turn {turn.number}" if turn else decision.source_id

    def code_id(self, decision: Decision) -> str:
        code = self.study.codebook.by_id.get(decision.code_id)
        return code.id if code else decision.code_id

    def code_link(self, decision: Decision) -> Link:
        code: Code | None = self.study.codebook.by_id.get(decision.code_id)
        return Link(code.name, self.links.codes[code.id]) if code else Link(f"{decision.code_id} (not in the codebook)")

    def source_link(self, source_id: str) -> Link:
        page = self.links.sources[source_id] if self.links.has_transcripts else f"{INDEX}#sources"
        return Link(self.sources[source_id].title or source_id, page)

    @property
    def made_for(self) -> str:
        """For whom the report was made, and what that means; empty for the team."""
        return MADE_FOR[self.study.settings.profile] if isinstance(self.study, SeenStudy) else ""

    @property
    def is_public(self) -> bool:
        return self.study.settings.profile == "public"

    @property
    def withheld(self) -> Withheld:
        return self.study.withheld if isinstance(self.study, SeenStudy) else Withheld()

    @property
    def codebook_version(self) -> int:
        """That of the whole codebook, also where not all of its codes are shown."""
        return max(self.study.codebook.version, self.withheld.version)

    def cases_of(self, decisions: Iterable[Decision]) -> set[str]:
        """The study's cases that any of these counts for."""
        voices = self.findings.voices
        return {case_id for decision in decisions for case_id in voices.case_ids(decision)} & self.case_names.keys()

    def case_name(self, case_id: str) -> str:
        return self.case_names.get(case_id, case_id)

    def coder_name(self, coder: str) -> str:
        return self.study.settings.coders.get(coder) or coder

    def _grouped(self, key: Callable[[Decision], str]) -> dict[str, tuple[Decision, ...]]:
        order = {source_id: number for number, source_id in enumerate(self.sources)}
        decisions: tuple[Decision, ...] = (*self.findings.codings, *self.findings.suggestions)
        grouped: dict[str, list[Decision]] = defaultdict(list)
        for decision in sorted(decisions, key=lambda d: (order[d.source_id], d.start, d.end)):
            grouped[key(decision)].append(decision)
        return {name: tuple(found) for name, found in grouped.items()}


def frame(material: Material, title: str, section: str, *trail: Link) -> Frame:
    """The frame of a page in one of the report's sections; those of which the study has nothing are left out."""
    study = material.study
    sections = (
        Link("Overview", INDEX),
        *((Link("Exhibits", f"{INDEX}#exhibits"),) if material.layouts else ()),
        *((Link("Types", f"{INDEX}#types"),) if study.typologies else ()),
        *((Link("Themes", f"{INDEX}#themes"),) if study.themes or study.claims else ()),
        Link("Matrices", f"{INDEX}#matrices"),
        Link("Codebook", CODEBOOK),
        Link("Sources", f"{INDEX}#sources"),
        Link("Methods", METHODS),
    )
    settings = study.settings
    home = (Link("Overview", INDEX),) if section != "Overview" else ()
    return Frame(
        title,
        settings.title,
        settings.language or "en",
        sections,
        section,
        (*home, *trail, Link(title)) if home else (),
        _draft(material),
        material.stamp,
        material.made_for,
        material.is_public,
    )


def _draft(material: Material) -> str:
    if not material.findings.is_draft:
        return ""
    if not material.study.readings:
        return "No person has read anything yet: here is what a machine suggests, and what would follow from it."
    return "Some cells rest on machine suggestions that no person has checked."


def quote(material: Material, decision: Decision) -> Quote:
    """A passage with its provenance, its words taken from the source itself.

    Raises ValueError where the decision's own copy of the words differs from the source: then a place is wrong.
    """
    source = material.sources[decision.source_id]
    text = source.text[decision.start : decision.end]
    if text != decision.quote:
        raise ValueError(f"{source.id}[{decision.start}:{decision.end}] is {text!r}, not {decision.quote!r}")
    turn = source.turn_at(decision.start)
    place = Link(f"turn {turn.number}" if turn else "in the text", material.links.passage(decision))
    voice = material.findings.voices.voice(decision)
    known = _coding(material, decision) if isinstance(decision, Coding) else _suggestion(decision)
    return Quote(
        source_id=source.id,
        start=decision.start,
        end=decision.end,
        text=text,
        basis="people" if isinstance(decision, Coding) else "draft",
        place=place if material.links.has_transcripts else _among_others(material, decision),
        source=material.source_link(source.id),
        speaker=listed(list(dict.fromkeys(turn.speaker for turn in voice.turns if turn.speaker))),
        time=turn.time if turn else "",
        code=material.code_link(decision),
        counts=_counts(voice) if not isinstance(decision, Coding) or not decision.case_id else "",
        context=None,
        **known,
    )


def _among_others(material: Material, decision: Decision) -> Link:
    """Where there is no transcript to lead to: to the case's passages on the same code."""
    page = material.code_link(decision).href
    case_id = next(iter(material.findings.voices.case_ids(decision)), "")
    return Link("all passages", page and f"{page}#{material.links.group('in', case_id)}")


def _coding(material: Material, coding: Coding) -> dict[str, str]:
    return {
        "value": coding.value,
        "stance": coding.stance,
        "coder": material.coder_name(coding.coder),
        "on": day(coding.at),
        "memo": coding.memo,
        "about": material.case_name(coding.case_id) if coding.case_id else "",
        "voice": coding.voice,
    }


def _counts(voice: Voice) -> str:
    """Why a passage counts for others than those whose words it holds; empty where it doesn't."""
    if not voice.is_question:
        return ""
    return (
        f"a question; the answer counts ({listed(list(voice.names))})"
        if voice.names
        else "a question that nobody answers"
    )


def _suggestion(suggestion: Suggestion) -> dict[str, str]:
    return {
        "score": f"{suggestion.score:.2f}",
        "explanation": suggestion.explanation,
        "value": f"{suggestion.value}?" if suggestion.value else "",
    }
