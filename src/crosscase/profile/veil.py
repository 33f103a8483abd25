"""What stands for what in a profile: the new ids, and the words that are masked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from crosscase.case import Case, Participant
from crosscase.coding import Coding
from crosscase.disclosure import (
    NOT_SHOWN,
    ROLE,
    Kept,
    Mask,
    fresh,
    is_name,
    is_telling,
    names_of,
    role_names,
    role_word,
)
from crosscase.features import episode_of
from crosscase.profile.rarity import Place, Rare
from crosscase.source import Source
from crosscase.study import Study
from crosscase.voices import Voices

ROLE_MAY_BE_TOLD = ("named", "role")


@dataclass(frozen=True)
class Veil:
    """A study with everything that is needed to show it to the reader of a profile. Ids are mapped from old to new."""

    study: Study
    profile: str
    rare: Rare

    @property
    def is_public(self) -> bool:
        return self.profile == "public"

    @cached_property
    def cases(self) -> Mapping[str, str]:
        """In the order of the ids they had, which masked labels follow too."""
        width = max(2, len(f"{len(self.study.cases)}"))
        ordered = sorted(case.id for case in self.study.cases)
        return {case_id: f"C{number:0{width}}" for number, case_id in enumerate(ordered, 1)}

    @cached_property
    def episodes(self) -> Mapping[Place, str]:
        """By case and id; numbered within their case, in its order."""
        return {
            (case.id, episode.id): f"{self.cases[case.id]}-{number}"
            for case in self.study.cases
            for number, episode in enumerate(case.episodes, 1)
        }

    def episode_id(self, coding: Coding, case_id: str) -> str:
        """The episode of this case that a coding speaks of; empty where it has but one, or that can't be told."""
        case = self._cases.get(case_id)
        if case is None or (len(case.episodes) < 2 and not coding.episode_id):
            return ""
        episode = episode_of(coding, case.episodes, self._dates.get(coding.source_id, ""))
        return episode.id if episode else ""

    @cached_property
    def _cases(self) -> Mapping[str, Case]:
        return {case.id: case for case in self.study.cases}

    @cached_property
    def _dates(self) -> Mapping[str, str]:
        return {source.id: source.date for source in self.study.sources}

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """The masked label of each case, or its number where it has none."""
        unit = self.study.settings.unit
        unit = unit[:1].upper() + unit[1:]
        masked = {case.id: case.masked for case in self.study.cases}
        return {case_id: masked[case_id] or f"{unit} {int(new[1:])}" for case_id, new in self.cases.items()}

    @cached_property
    def sources(self) -> Mapping[str, str]:
        documents = [source.id for source in self.study.sources if source.kind == "document"]
        spoken = [source.id for source in self.study.sources if source.kind != "document"]
        return fresh(spoken, "S", self._seed) | fresh(documents, "D", self._seed)

    @cached_property
    def people(self) -> Mapping[str, str]:
        return fresh((person.id for person in self.study.participants), "P", self._seed)

    @cached_property
    def codings(self) -> Mapping[str, str]:
        made = (*self.study.codings, *self.study.lost)
        return fresh((coding.id for coding in made), "Q", self._seed)

    @cached_property
    def coders(self) -> Mapping[str, str]:
        """Coders by number for the public, where nobody else needs to know who they are; the consensus stays."""
        made = {coder for coder, _ in self.study.coded} | {coding.coder for coding in self.study.codings}
        known = made | set(self.study.settings.coders) | {summary.by for summary in self.study.summaries}
        known |= {absence.by for absence in self.study.absences}
        layer = self.study.settings.consensus
        people = fresh(known - {"", layer}, "coder", self._seed)
        numbered = {one: f"coder {number}" for number, one in enumerate(people, 1)}
        return (numbered if self.is_public else {one: one for one in people}) | {layer: layer}

    @cached_property
    def voices(self) -> Voices:
        return Voices(self.study.sources, self.study.participants)

    @cached_property
    def attribute_labels(self) -> Mapping[Place, str]:
        """What stands for a value of a case's attribute that may name a place: `state 2`; for the public, `state`."""
        found: dict[str, list[str]] = {}
        for case in self.study.cases:
            for name, value in case.attributes.items():
                found.setdefault(name, [])
                found[name] += [value] if is_name(value) and value not in found[name] else []
        labels = {}
        for name, values in found.items():
            said = name.replace("_", " ")
            for number, value in enumerate(fresh(values, name, self._seed), 1):
                labels[name, value] = said if self.is_public else f"{said} {number}"
        return labels

    @cached_property
    def kept(self) -> Kept:
        """Words not to be quoted: of people who agreed to no quote, of documents, of what only one case told."""
        texts = {source.id: source.text for source in self.study.sources}
        quiet = [
            source.text[turn.start : turn.end]
            for source in self.study.sources
            for turn in source.turns
            if self.is_searchable(source) or self.is_quiet(source.id, turn.speaker)
        ]
        told = [texts[c.source_id][c.start : c.end] for c in self.rare.codings if c.source_id in texts]
        return Kept((*quiet, *told))

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Every word that is masked wherever it stands, with its label."""
        labels = self._ids() | {value: label for (_, value), label in self.attribute_labels.items()}
        short: dict[str, set[str]] = {}
        for case in self.study.cases:
            for name in names_of(case.name):
                short.setdefault(name, set()).add(self.labels[case.id])
        labels |= {name: next(iter(of_name)) for name, of_name in short.items() if len(of_name) == 1}
        if self.is_public:
            who = {coder: new for coder, new in self.coders.items() if coder != self.study.settings.consensus}
            labels |= {one: new for one, new in who.items() if len(one) > 1}
            labels |= {self.study.settings.coders.get(one, one): new for one, new in who.items() if len(one) > 1}
        return labels

    def text_mask(self, case_ids: Iterable[str]) -> Mask:
        """For what was said of these cases, or of none; without roles that may not be told next to a case."""
        return self._known_mask(self._without_role(case_ids), goes_on=False)

    def cell_mask(self, case_id: str) -> Mask:
        """For what was written of a case: also without the word by which a sentence goes on to call its informants."""
        return self._known_mask(self._without_role([case_id]), goes_on=True)

    def shown_role(self, person: Participant) -> str:
        if self.is_public or person.consent not in ROLE_MAY_BE_TOLD:
            return NOT_SHOWN if person.role else ""
        return person.role

    def is_searchable(self, source: Source) -> bool:
        """Whether whoever looks up its words would find the place: a document, as a rule published, of some case."""
        return source.kind == "document" and (self.is_public or source.case_id != "")

    def is_quiet(self, source_id: str, speaker: str) -> bool:
        """Whether somebody speaks here who agreed to no quote at all."""
        return any(person.consent == "none" for person in self.voices.claiming(speaker, source_id))

    @cached_property
    def _masks(self) -> dict[tuple[tuple[str, ...], bool], Mask]:
        return {}

    def _known_mask(self, hidden: tuple[Participant, ...], *, goes_on: bool) -> Mask:
        key = (tuple(person.id for person in hidden), goes_on)
        if key not in self._masks:
            self._masks[key] = self._mask(hidden, goes_on=goes_on)
        return self._masks[key]

    @property
    def _seed(self) -> str:
        """Not the same for two profiles, so that the ids of one report don't lead to those of another."""
        return f"{self.study.settings.seed} {self.profile}"

    @property
    def _spokespeople(self) -> tuple[Participant, ...]:
        return tuple(person for person in self.study.participants if person.case_id)

    def _without_role(self, case_ids: Iterable[str]) -> tuple[Participant, ...]:
        wanted = set(case_ids)
        return tuple(
            person
            for person in self.study.participants
            if person.case_id in wanted and (self.is_public or person.consent not in ROLE_MAY_BE_TOLD)
        )

    def _mask(self, hidden: tuple[Participant, ...], *, goes_on: bool) -> Mask:
        cases = set() if self.is_public else {person.case_id for person in hidden}
        told = {p.role for p in self._spokespeople if p.case_id in cases} - {p.role for p in hidden}
        allowed = {name for role in told for name in role_names(role)}
        everywhere = self._spokespeople if self.is_public else hidden
        roles = {name for person in everywhere for name in role_names(person.role) if person.role} - allowed
        loose = {name for name in roles if " " in name}
        loose |= {role_word(person.role) for person in hidden if person.role} - allowed if goes_on else set()
        exact = {**self.names, **{name: ROLE for name in roles if name not in loose}}
        return Mask(exact, dict.fromkeys(loose, ROLE), self.codings)

    def _ids(self) -> dict[str, str]:
        ids = dict(self.people) | dict(self.sources) | dict(self.labels)
        return {one: new for one, new in ids.items() if is_telling(one)}
