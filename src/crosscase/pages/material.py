"""What every page is made from: the findings, where things stand, and each passage with its provenance."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import sha256
from importlib.metadata import version
from itertools import chain

from crosscase.agreement import Given
from crosscase.appraising import quality_of
from crosscase.claim import Claim, Facts, Verdict, check
from crosscase.clustering import Exploration
from crosscase.codebook import Code
from crosscase.coding import Coding, Decision, Suggestion
from crosscase.decided import OnRecord
from crosscase.disclosure import Withheld
from crosscase.exhibits import Exhibit, considered, drawable, exhibit, laid_out
from crosscase.framework import Findings, states
from crosscase.interpretation import facts
from crosscase.layout import Layout
from crosscase.learning import Learning
from crosscase.matrix import Matrix
from crosscase.naming import Names, names
from crosscase.pages import links
from crosscase.pages.data import Frame, Link, Quote
from crosscase.pages.links import Places
from crosscase.profile import SeenStudy
from crosscase.quality import Quality
from crosscase.reading import Reading, Standing, State, readings_by_source
from crosscase.source import Segment, Source
from crosscase.study import Study
from crosscase.voices import Voice
from crosscase.wording import counted, day, listed, value_words

MADE_FOR: Mapping[str, str] = {
    "reviewer": "reviewers: places are masked, roles stand where participants agreed to it",
    "public": "the public: places are masked, nobody is told by more than a sector, transcripts are left out",
}


def code_page(code: Code) -> Link:
    """The code's name, leading to its page."""
    return Link(code.name, links.code(code.id))


@dataclass(frozen=True)
class Material:
    """The findings with the indexes that pages look things up in."""

    findings: Findings
    on: date

    @property
    def study(self) -> Study:
        return self.findings.study

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        return {source.id: source for source in self.study.sources}

    @cached_property
    def has_transcripts(self) -> bool:
        """Whether this reader may see the texts themselves."""
        return self.study.settings.profile != "public"

    @property
    def is_for_the_team(self) -> bool:
        return not isinstance(self.study, SeenStudy)

    @property
    def exploration(self) -> Exploration | None:
        """What clusters show: machine's words on passages as they stand in the texts, so for nobody but the team."""
        return self.findings.exploration if self.is_for_the_team else None

    @property
    def learning(self) -> Learning | None:
        """What the machine learned of each code: how the team's help is doing is nobody else's matter."""
        return self.findings.learning if self.is_for_the_team else None

    @property
    def has_clusters(self) -> bool:
        """Whether there are clusters to show, or decisions about some."""
        return self.is_for_the_team and bool(self.findings.exploration or self.study.cluster_decisions)

    @property
    def has_quality(self) -> bool:
        """Whether people have read anything: else there is nothing to measure of their coding."""
        return bool(self.study.readings)

    @cached_property
    def quality(self) -> Quality:
        """Agreement, saturation and coverage."""
        return quality_of(self.findings)

    @cached_property
    def layouts(self) -> tuple[Layout, ...]:
        """The exhibits that are laid out; one whose typology there isn't, or has no types, is left out."""
        return drawable(self.findings, laid_out(self.findings))

    def exhibit(self, exhibit_id: str) -> Exhibit:
        """One exhibit, drawn by itself; raises KeyError where none of this id is laid out."""
        layout = {layout.id: layout for layout in self.layouts}[exhibit_id]
        return exhibit(self.findings, layout, considered(self.findings))

    @cached_property
    def record(self) -> OnRecord:
        """What is on record of each case's features."""
        return OnRecord(self.findings)

    def coded(self, case_id: str, episode_id: str, attribute: str) -> tuple[str, ...]:
        """The values that people coded for an episode on an attribute that nobody has decided for it."""
        case = next(case for case in self.findings.cases if case.id == case_id)
        episode = next((episode for episode in case.episodes if episode.id == episode_id), None)
        return self.record.coded(case, attribute, episode)

    @cached_property
    def facts(self) -> Facts:
        """What themes and claims are held against."""
        return facts(self.findings)

    @cached_property
    def verdicts(self) -> Mapping[str, tuple[Claim, Verdict]]:
        return {claim.id: (claim, check(claim, self.facts)) for claim in self.study.claims}

    @cached_property
    def matrices(self) -> Mapping[str, Matrix]:
        """The matrix of cases of each category, by its id."""
        return {matrix.category.id: matrix for matrix in self.findings.matrices}

    @cached_property
    def participant_matrices(self) -> Mapping[str, Matrix]:
        """Those of participants, where these are not cases by another name: a case has several, or one has no case."""
        cases = [participant.case_id for participant in self.study.participants]
        if len(set(cases)) == len(cases) and "" not in cases:
            return {}
        return {matrix.category.id: matrix for matrix in self.findings.participant_matrices}

    @cached_property
    def category_of_code(self) -> Mapping[str, str]:
        return {code.id: matrix.category.id for matrix in self.findings.matrices for code in matrix.codes}

    @cached_property
    def waiting_sources(self) -> frozenset[str]:
        """The sources that were read before some code existed, and not gone through for it since."""
        codes, standing = self.study.codebook.codes, self.findings.standing
        older = (any(standing(code, source_id) is Standing.OLDER for code in codes) for source_id in self.sources)
        return frozenset(source_id for source_id, waits in zip(self.sources, older, strict=True) if waits)

    def cell(self, case_id: str, code_id: str) -> str:
        """Where the cell of a case on a code stands; empty where there is none."""
        category_id = self.category_of_code.get(code_id, "")
        has_cell = category_id and (case_id, code_id) in self.matrices[category_id].cells
        return links.cell(category_id, case_id, code_id) if has_cell else ""

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

    def codings_of(self, code_id: str) -> tuple[Coding, ...]:
        """What people coded with a code."""
        return tuple(decision for decision in self.of_code.get(code_id, ()) if isinstance(decision, Coding))

    @cached_property
    def of_source(self) -> Mapping[str, tuple[Decision, ...]]:
        return self._grouped(lambda decision: decision.source_id)

    @cached_property
    def passages_near(self) -> Mapping[tuple[str, int, int], str]:
        """The anchor of each passage, by source, start and end, in the page of a matrix: made of its words."""
        every = chain.from_iterable(self.of_source.values())
        spans = tuple(dict.fromkeys((decision.source_id, decision.start, decision.end) for decision in every))
        words = (self.sources[source_id].text[start:end] for source_id, start, end in spans)
        return dict(zip(spans, links.anchors("near", words), strict=True))

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
        """Where a passage stands, as people say it: `I06, turn 14`; ids of codings are no names for people."""
        turn = self.sources[decision.source_id].turn_at(decision.start)
        return f"{decision.source_id}, turn {turn.number}" if turn else decision.source_id

    def in_words(self, text: str) -> str:
        """What people wrote for each other, with the ids in it said as pages say them: cases, codes, passages."""
        return self._names(text)

    @cached_property
    def _names(self) -> Names:
        return names(self.study, self._place_of)

    def _place_of(self, coding_id: str) -> str:
        decision = self.by_id.get(coding_id)
        return self.called(decision) if decision else coding_id

    def code_id(self, decision: Decision) -> str:
        code = self.study.codebook.by_id.get(decision.code_id)
        return code.id if code else decision.code_id

    def code_link(self, decision: Decision) -> Link:
        return self.named_code(decision.code_id, f"{decision.code_id} (not in the codebook)")

    def named_code(self, code_id: str, otherwise: str = "") -> Link:
        """The code's name as a link; the id, or these other words, where the codebook has no such code."""
        code: Code | None = self.study.codebook.by_id.get(code_id)
        return code_page(code) if code else Link(otherwise or code_id)

    def source_link(self, source_id: str) -> Link:
        page = links.source(source_id) if self.has_transcripts else links.SOURCES
        return Link(self.sources[source_id].title or source_id, page)

    def turn_link(self, place: Segment) -> Link:
        """The way to the turn in which a place of a source begins."""
        turn = self.sources[place.source_id].turn_at(place.start)
        if turn is None:
            return Link("in the text", links.source(place.source_id))
        return Link(f"turn {turn.number}", self.places(place.source_id).turn(turn.number))

    def places(self, source_id: str) -> Places:
        """Where turns, codings and suggestions stand in a source's page."""
        if source_id not in self._places:
            decisions = self.of_source.get(source_id, ())
            self._places[source_id] = Places(self.sources[source_id], decisions)
        return self._places[source_id]

    def passage(self, decision: Decision) -> str:
        """Where a coding or suggestion stands in its transcript; empty where that can't be read."""
        return self.places(decision.source_id).decision(decision) if self.has_transcripts else ""

    @cached_property
    def _places(self) -> dict[str, Places]:
        return {}

    @property
    def made_for(self) -> str:
        """For whom the report was made, and what that means; empty for the team."""
        return f"Made for {self.reader}" if self.reader else ""

    @property
    def reader(self) -> str:
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

    def cases_heard_in(self, source: Source) -> str:
        """The source's case; of one that belongs to none as a whole, the cases of those who speak there."""
        people = (self.findings.voices.person(name, source.id) for name in source.speakers)
        speaking = dict.fromkeys(person.case_id for person in people if person and person.case_id)
        return self.case_name(source.case_id) or listed([self.case_name(case_id) for case_id in speaking])

    def details(self, way: Given | Coding) -> str:
        """How a code was given, in words: its value, what it is about, the stance; empty where that goes unsaid."""
        about = self.case_name(way.case_id) if way.case_id else ""
        parts = (value_words(way.value), f"about {about}" if about else "", way.episode_id, way.stance)
        return ", ".join(filter(None, parts))

    def coder_name(self, coder: str) -> str:
        return self.study.settings.coders.get(coder) or coder

    def byline(self, coder: str, at: str) -> str:
        """Who and when, as far as both are known."""
        return ", ".join(part for part in (self.coder_name(coder), day(at)) if part)

    def _grouped(self, key: Callable[[Decision], str]) -> dict[str, tuple[Decision, ...]]:
        order = {source_id: number for number, source_id in enumerate(self.sources)}
        decisions: tuple[Decision, ...] = (*self.findings.codings, *self.findings.suggestions)
        grouped: dict[str, list[Decision]] = defaultdict(list)
        for decision in sorted(decisions, key=lambda d: (order[d.source_id], d.start, d.end)):
            grouped[key(decision)].append(decision)
        return {name: tuple(found) for name, found in grouped.items()}


_HOME, *_OTHERS = (Link(name, links.window(path)) for path, name in links.WINDOWS.items())

WINDOWS = (
    _HOME,
    Link("Sources", links.SOURCES),
    *_OTHERS,
    Link("Search", links.SEARCH),
    Link("Report", links.INDEX),
)
"""Where the bar of a served study leads from wherever one works in it."""


def frame(material: Material, title: str, section: str, *trail: Link) -> Frame:
    """The frame of a page in one of the report's sections; those of which the study has nothing are left out."""
    study = material.study
    sections = (
        Link("Findings", links.INDEX),
        *((Link("Exhibits", links.EXHIBITS),) if material.layouts else ()),
        *((Link("Types", links.TYPES),) if study.typologies else ()),
        Link("Matrices", links.MATRICES),
        Link("Codebook", links.CODEBOOK),
        Link("Sources", links.SOURCES),
        Link("Methods", links.METHODS),
        Link("Search", links.SEARCH),
    )
    settings = study.settings
    home = (Link("Findings", links.INDEX),) if title != "Findings" else ()
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
    place = Link(f"turn {turn.number}" if turn else "in the text", material.passage(decision))
    voice = material.findings.voices.voice(decision)
    known = _coding(material, decision) if isinstance(decision, Coding) else _suggestion(material, decision)
    return Quote(
        source_id=source.id,
        start=decision.start,
        end=decision.end,
        text=text,
        basis="people" if isinstance(decision, Coding) else "draft",
        place=place if material.has_transcripts else _among_others(material, decision),
        source=material.source_link(source.id),
        speaker=listed(list(dict.fromkeys(turn.speaker for turn in voice.turns if turn.speaker))),
        time=turn.time if turn else "",
        code=material.code_link(decision),
        counts="" if decision.case_id else _counts(voice),
        **known,
    )


def _among_others(material: Material, decision: Decision) -> Link:
    """Where there is no transcript to lead to: to the case's passages on the same code."""
    code_id = material.code_id(decision)
    case_id = next(iter(material.findings.voices.case_ids(decision)), "")
    is_known = code_id in material.study.codebook.by_id
    return Link("all passages", links.group("coded", code_id, case_id) if is_known else "")


def _coding(material: Material, coding: Coding) -> dict[str, str]:
    return {
        "value": value_words(coding.value),
        "stance": coding.stance,
        "coder": material.coder_name(coding.coder),
        "on": day(coding.at),
        "memo": material.in_words(coding.memo),
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


def _suggestion(material: Material, suggestion: Suggestion) -> dict[str, str]:
    return {
        "score": f"{suggestion.score:.2f}",
        "explanation": "; ".join(filter(None, (suggestion.alike, suggestion.explanation))),
        "value": f"{value_words(suggestion.value)}?" if suggestion.value else "",
        "about": material.case_name(suggestion.case_id) if suggestion.case_id else "",
    }
