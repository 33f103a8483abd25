"""What stands for what in a profile: the new ids, and the words that are masked."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cached_property
from typing import Literal

from crosscase.case import Case, Participant
from crosscase.coding import Coding
from crosscase.disclosure import (
    NOT_SHOWN,
    ROLE,
    SHORTEST_NAME,
    Kept,
    fresh,
    held_by_one,
    is_name,
    is_telling,
    role_names,
    role_word,
)
from crosscase.features import episode_of
from crosscase.masking import Lexicon, Mask, Name, anyhow, as_written, whole_and_parts
from crosscase.profile.rarity import Place, Rare
from crosscase.source import NOBODY, Source, role_of_label
from crosscase.study import Study
from crosscase.theme import Theme
from crosscase.voices import Voices, is_generic
from crosscase.wording import sentence, value_words

Words = Callable[[str], str]
Columns = Literal["cases", "participants", "sources"]

ROLE_MAY_BE_TOLD = ("named", "role")
CONSENSUS = "consensus"
_BY = ("by", "coder", "reviewer")


@dataclass(frozen=True)
class Veil:
    """A study with everything that is needed to show it to the reader of a profile. Ids are mapped from old to new.

    `secret` is the study's key: from it and the profile all new ids are drawn.
    """

    study: Study
    profile: str
    rare: Rare
    secret: bytes = field(repr=False)

    @property
    def of_one(self) -> str:
        """What stands where only one case has something: `one jurisdiction (not shown)`."""
        return f"one {self.unit} ({NOT_SHOWN})"

    @cached_property
    def unit(self) -> str:
        """What a case is called in labels."""
        return self._nameless(self.study.settings.unit) or "case"

    def _nameless(self, label: str) -> str:
        """A word that is to stand for names; empty where a name is in it."""
        return "" if Mask((self._bare_names,)).edits(label) else label

    @cached_property
    def _bare_names(self) -> Lexicon:
        """The names that no label may hold."""
        coders = self.study.settings.coders
        people = (name for person in self.study.participants for name in person.speakers if _is_own(name))
        values = (value for _, attributes in self._own_columns for value in attributes.values() if is_name(value))
        names = [way for case in self.study.cases for way in _id_names(case.id, "name")]
        names += [way for case in self.study.cases for way in whole_and_parts(case.name, "name")]
        for name in (*people, *(value for value in values if len(value) > 1), *coders.values()):
            names += whole_and_parts(name, "name", capitals_only=True)
        return Lexicon(names)

    @cached_property
    def rare_codings(self) -> frozenset[str]:
        return frozenset(coding.id for coding in self.rare.codings)

    @cached_property
    def lone_attributes(self) -> frozenset[Place]:
        """The public isn't told of a case's attribute that no other case has, where there are others."""
        if not self.is_public or len(self.study.cases) < 2:
            return frozenset()
        return frozenset(held_by_one((pair, case.id) for case in self.study.cases for pair in case.attributes.items()))

    def is_declared(self, columns: Columns, name: str) -> bool:
        """Whether the study says that this reader may see an own column."""
        widest = self.study.settings.shown.get(f"{columns}.{name}", "")
        return widest == "public" or widest == self.profile

    @property
    def hidden_columns(self) -> tuple[str, ...]:
        """The own columns that the study has and this reader may not see."""
        columns = {(kind, name) for kind, attributes in self._own_columns for name in attributes}
        return tuple(sorted(f"{kind}.{name}" for kind, name in columns if not self.is_declared(kind, name)))

    def case_of_row(self, row_id: str) -> str:
        """The case of a row of a matrix, be it of a case or of a participant."""
        person = self._person_by_id.get(row_id)
        return person.case_id if person else row_id

    @cached_property
    def _person_by_id(self) -> Mapping[str, Participant]:
        return {person.id: person for person in self.study.participants}

    @property
    def is_public(self) -> bool:
        return self.profile == "public"

    @cached_property
    def cases(self) -> Mapping[str, str]:
        return self._fresh((case.id for case in self.study.cases), "C")

    @cached_property
    def episodes(self) -> Mapping[Place, str]:
        """By case and id; numbered within their case, in its order.

        A coding that counts for several cases names one episode for them all: those that it speaks of share a name,
        unless a case would then have two of it.
        """
        names = {
            (case.id, episode.id): f"{self.cases[case.id]}-{number}"
            for case in self.study.cases
            for number, episode in enumerate(case.episodes, 1)
        }
        for coding in self.study.codings:
            _share(names, [names[place] for place in self.episodes_told(coding) if place in names])
        return names

    def episodes_told(self, coding: Coding) -> list[Place]:
        """The episode of each case that a coding counts for, by case and id; an empty id where it can't be told."""
        return [(case_id, self.episode_id(coding, case_id)) for case_id in self.voices.case_ids(coding)]

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
    def _people_of(self) -> Mapping[str, list[Participant]]:
        people: dict[str, list[Participant]] = defaultdict(list)
        for person in self.study.participants:
            people[person.case_id].append(person)
        return people

    @cached_property
    def _dates(self) -> Mapping[str, str]:
        return {source.id: source.date for source in self.study.sources}

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """What each case is called: its masked label, or its new number where that is but a number or isn't there."""
        unit = sentence(self.unit)
        labels = {}
        for case in self.study.cases:
            in_words = self._nameless(case.masked) and not any(map(str.isdigit, case.masked))
            labels[case.id] = case.masked if in_words else f"{unit} {int(self.cases[case.id][1:])}"
        return labels

    @cached_property
    def sources(self) -> Mapping[str, str]:
        documents = [source.id for source in self.study.sources if source.kind == "document"]
        spoken = [source.id for source in self.study.sources if source.kind != "document"]
        return self._fresh(spoken, "S") | self._fresh(documents, "D")

    @cached_property
    def people(self) -> Mapping[str, str]:
        return self._fresh((person.id for person in self.study.participants), "P")

    @cached_property
    def codings(self) -> Mapping[str, str]:
        made = (*self.study.codings, *self.study.lost)
        return self._fresh((coding.id for coding in made), "Q")

    @cached_property
    def coders(self) -> Mapping[str, str]:
        """Everyone of the team who is named anywhere, by number; the layer of consensus is nobody."""
        layer = self.study.settings.consensus
        coders = {coder for coder, _ in self.study.coded} | set(self.study.settings.coders)
        coders |= {name for noun in self._signed for name in _signatures(noun)}
        people = self._fresh(coders - {"", layer}, "coder")
        return {person: f"coder {number}" for number, person in enumerate(people, 1)} | (
            {layer: CONSENSUS} if layer else {}
        )

    @property
    def _signed(self) -> Iterator[object]:
        study = self.study
        yield from (*study.codings, *study.lost, *study.summaries, *study.absences, *study.reviews, *study.memos)
        yield from (*study.cases, *study.themes, *study.codebook.categories, *study.cluster_decisions)
        for source in study.sources:
            yield from source.set_aside

    @cached_property
    def voices(self) -> Voices:
        return Voices(self.study.sources, self.study.participants)

    @cached_property
    def column_labels(self) -> Mapping[tuple[Columns, str, str], str]:
        """What stands for a value of an own column that may name somebody: `state 2`; for the public, `state`."""
        values: dict[tuple[Columns, str], list[str]] = defaultdict(list)
        for columns, attributes in self._own_columns:
            for name, value in attributes.items():
                values[columns, name] += [value] if is_name(value) else []
        labels = {}
        for (columns, name), named in values.items():
            column = self._nameless(value_words(name)) or "value"
            for number, value in enumerate(self._fresh(named, f"{columns}.{name}."), 1):
                labels[columns, name, value] = column if self.is_public else f"{column} {number}"
        return labels

    @property
    def _own_columns(self) -> Iterator[tuple[Columns, Mapping[str, str]]]:
        yield from (("cases", case.attributes) for case in self.study.cases)
        yield from (("participants", person.attributes) for person in self.study.participants)
        yield from (("sources", source.attributes) for source in self.study.sources)

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
    def names(self) -> Lexicon:
        """Every name that is masked wherever it stands, with its label."""
        return Lexicon(self._names(), shared=self.unit)

    def _names(self) -> Iterator[Name]:
        for case in self.study.cases:
            label = self.labels[case.id]
            yield from whole_and_parts(case.name, label)
            yield from anyhow(case.masked, label) if case.masked != label else ()
            yield from _id_names(case.id, label)
        for (_, _, value), label in self.column_labels.items():
            yield from whole_and_parts(value, label) if len(value) > 1 else ()
        for former, new in (dict(self.people) | dict(self.sources)).items():
            yield from as_written(former, new) if is_telling(former) else ()
        for coder, label in self.coders.items():
            yield from as_written(coder, label) if len(coder) > 1 and label != CONSENSUS else ()
            yield from whole_and_parts(self.study.settings.coders.get(coder, ""), label, capitals_only=True)
        yield from self._heard()

    def _heard(self) -> Iterator[Name]:
        """Names under which people speak in the texts."""
        for person in self.study.participants:
            for name in person.speakers:
                yield from whole_and_parts(name, self.people[person.id], capitals_only=True) if _is_own(name) else ()
        for name in (*self.study.settings.interviewers, *self.study.settings.not_speakers):
            yield from whole_and_parts(name, "interviewer", capitals_only=True) if _is_own(name) else ()
        declared = {name for person in self.study.participants for name in (*person.speakers, person.id)}
        spoken = {turn.speaker: turn.role for source in self.study.sources for turn in source.turns}
        for name, role in spoken.items():
            if _is_own(name) and name not in declared:
                yield from as_written(name, "interviewer" if role == "interviewer" else "speaker")

    def key(self, key: str) -> str:
        """What others refer to (an id of the framework, a value, a status), with labels for the names in it.

        Two keys never become the same one.
        """
        if key not in self._keys:
            masked = self._key_mask.in_key(key) if key else key
            taken = set(self._keys.values())
            number = 2
            put = masked
            while put in taken:
                put = f"{masked}-{number}"
                number += 1
            self._keys[key] = put
        return self._keys[key]

    @cached_property
    def _keys(self) -> dict[str, str]:
        return {}

    @cached_property
    def _key_mask(self) -> Mask:
        """Without roles, since a code or a status is of no case."""
        return Mask((self.names,))

    def signed(self, by: str) -> str:
        """`AK, JO` as `coder 1, coder 2`."""
        return ", ".join(self.coders.get(name, "") for name in _names_in(by))

    def words(self, case_ids: Iterable[str] = ()) -> Words:
        """How what was written of these cases, or of none, is shown."""
        return self._words(self.text_mask(case_ids))

    def cell_words(self, case_id: str) -> Words:
        """How what was written of a case is shown."""
        return self._words(self.cell_mask(case_id))

    def _words(self, mask: Mask) -> Words:
        return lambda text: mask(self.kept(text)) if text else text

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
    def _masks(self) -> dict[tuple[frozenset[str], frozenset[str], bool], Mask]:
        return {}

    def _known_mask(self, hidden: tuple[Participant, ...], *, goes_on: bool) -> Mask:
        """Masks differ by nothing but roles, so that there are no more of them than there are sets of roles."""
        roles = frozenset(person.role for person in hidden if person.role)
        told = frozenset() if self.is_public else self._told_beside(hidden) - roles
        key = (roles, told, goes_on)
        if key not in self._masks:
            self._masks[key] = Mask((self.names, Lexicon(self._role_names(*key))), self.codings)
        return self._masks[key]

    def _told_beside(self, hidden: tuple[Participant, ...]) -> frozenset[str]:
        """The roles of everyone who speaks for the cases of these people."""
        cases = {person.case_id for person in hidden}
        return frozenset(person.role for case_id in cases for person in self._people_of[case_id])

    def _role_names(self, roles: frozenset[str], told: frozenset[str], goes_on: bool) -> Iterator[Name]:
        allowed = {name for role in told for name in role_names(role)}
        masked = self._spoken_roles if self.is_public else roles
        for name in sorted({name for role in masked for name in role_names(role)} - allowed):
            loose = " " in name or (len(name) >= SHORTEST_NAME and not name.isupper())
            yield from anyhow(name, ROLE) if loose else as_written(name, ROLE)
        for role in sorted(roles) if goes_on else ():
            word = role_word(role)
            yield from anyhow(word, ROLE) if word not in allowed else ()

    @cached_property
    def _spoken_roles(self) -> frozenset[str]:
        """The roles of those who speak for a case."""
        return frozenset(person.role for person in self.study.participants if person.case_id and person.role)

    def _without_role(self, case_ids: Iterable[str]) -> tuple[Participant, ...]:
        people = (
            person for case_id in dict.fromkeys(case_ids) if case_id for person in self._people_of.get(case_id, ())
        )
        return tuple(person for person in people if self.is_public or person.consent not in ROLE_MAY_BE_TOLD)

    def _fresh(self, ids: Iterable[str], letter: str) -> dict[str, str]:
        """Not the same for two profiles, so that the ids of one report don't lead to those of another."""
        return fresh(ids, letter, self.secret + self.profile.encode())


def _share(names: dict[Place, str], told: Sequence[str]) -> None:
    """Let episodes of these names have one name between them, where that names no two of the same case."""
    places = [place for place, name in names.items() if name in told]
    if len(set(told)) > 1 and len({case_id for case_id, _ in places}) == len(places):
        names.update(dict.fromkeys(places, min(told)))


def _is_own(name: str) -> bool:
    """Whether a name in a text is somebody's, and not `Interviewer`, `Speaker 2` or nobody's."""
    return bool(name) and name != NOBODY and not is_generic(name) and role_of_label(name) != "interviewer"


def _id_names(id: str, label: str) -> Iterator[Name]:
    """An id of a case: as it is where it has digits, else word by word, since it is a name then."""
    if any(map(str.isdigit, id)):
        yield from as_written(id, label) if is_telling(id) else ()
    elif is_telling(id):
        yield from whole_and_parts(id.replace("-", " ").replace("_", " ").replace(".", " "), label)


def _signatures(noun: object) -> Iterator[str]:
    """Who signed a noun, or a part of it: what stands in its fields for people of the team."""
    if isinstance(noun, tuple):
        for part in noun:
            yield from _signatures(part)
    if isinstance(noun, Theme):
        for _, who, _ in noun.history:
            yield from _names_in(who)
    if is_dataclass(noun) and not isinstance(noun, type):
        for part in fields(noun):
            value = getattr(noun, part.name)
            if part.name in _BY:
                yield from _names_in(value)
            elif isinstance(value, tuple):
                yield from _signatures(value)


def _names_in(by: str) -> list[str]:
    return [name.strip() for name in by.split(",") if name.strip()]
