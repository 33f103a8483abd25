"""What may be done with a field before a reader sees it: shown, masked, coarsened or dropped."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from crosscase.case import Participant
from crosscase.disclosure import NOT_SHOWN, WITHHELD, is_name
from crosscase.guide import Question, asked
from crosscase.profile.sources import Shown
from crosscase.profile.veil import Columns, Veil, Words

Kind = Literal["shown", "masked", "coarsened", "dropped"]


@dataclass(frozen=True)
class Within:
    """What a field stands in: the veil, the texts as they are shown, the noun, and the case that all of it is of.

    `words` is how what was written there is masked, `unit` what the claim around it counts.
    """

    veil: Veil
    sources: Mapping[str, Shown]
    labels: Mapping[str, str]
    noun: Any
    words: Words
    case_id: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Treatment:
    """What is done with a field. `make` takes what it stands in, and its value."""

    kind: Kind
    make: Callable[[Within, Any], Any]


def each(value: Any, act: Callable[[str], str]) -> Any:
    """The same with every text in it, also in tuples and as values of mappings, as `act` makes it."""
    if isinstance(value, str):
        return act(value) if value else value
    if isinstance(value, tuple):
        return tuple(each(part, act) for part in value)
    if isinstance(value, Mapping):
        return {name: each(part, act) for name, part in value.items()}
    return value


def _new_ids(ids: Callable[[Veil], Mapping[str, str]], within: Within, value: Any) -> Any:
    """New ids for old, and nothing for an id that isn't known; where they are several, in an order of their own."""
    known = ids(within.veil)
    if isinstance(value, str):
        return known.get(value, "")
    return tuple(sorted(known[former] for former in value if former in known))


def _cited(within: Within, value: tuple[str, ...]) -> tuple[str, ...]:
    """New ids, and nothing in the place of one that isn't shown: marks in the text count by these places."""
    return tuple(within.veil.codings.get(former, "") for former in value)


def _keys(within: Within, value: Any) -> Any:
    if isinstance(value, Mapping):
        return {within.veil.key(name): each(part, within.veil.key) for name, part in value.items()}
    return each(value, within.veil.key)


def _keyed(within: Within, value: Mapping[str, Any]) -> Mapping[str, Any]:
    """Masked texts, or numbers, by masked keys."""
    return {within.veil.key(name): each(part, within.words) for name, part in value.items()}


def _cells(within: Within, value: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    veil = within.veil
    return tuple(sorted((veil.cases[case], veil.key(code)) for case, code in value if case in veil.cases))


def _by_case(within: Within, value: Mapping[str, str]) -> Mapping[str, str]:
    """Texts about cases, each masked as that case's cells are."""
    veil = within.veil
    about = {veil.cases[case]: veil.cell_words(case)(text) for case, text in value.items() if case in veil.cases}
    return dict(sorted(about.items()))


def _row(within: Within, value: str) -> str:
    return within.veil.cases.get(value) or within.veil.people.get(value, "")


def _episode(within: Within, value: str) -> str:
    return within.veil.episodes.get((within.case_id, value), "")


def _episode_told(within: Within, _: str) -> str:
    """The episode that a coding speaks of; named, since dates become coarser than those that tell it."""
    veil = within.veil
    return next((veil.episodes[place] for place in veil.episodes_told(within.noun) if place in veil.episodes), "")


def _span(within: Within) -> tuple[int, int]:
    noun = within.noun
    return within.sources[noun.source_id].former.span(noun.start, noun.end)


def _read_to(within: Within, value: int | None) -> int | None:
    return None if value is None else within.sources[within.noun.source_id].former.span(value, value)[0]


def _quote(within: Within, _: str) -> str:
    """Cut from the text as it is shown."""
    start, end = _span(within)
    return within.sources[within.noun.source_id].former.text[start:end]


def _context(before: bool, within: Within, value: str) -> str:
    start, end = _span(within)
    text = within.sources[within.noun.source_id].former.text
    return text[max(0, start - len(value)) : start] if before else text[end : end + len(value)]


def _explanation(within: Within, value: str) -> str:
    """The machine's words about a passage, but not where words of that passage are withheld."""
    return "" if WITHHELD in _quote(within, "") else within.words(value)


def _history(months: int, within: Within, value: Iterable[tuple[str, str, str]]) -> tuple[tuple[str, str, str], ...]:
    return tuple((on[:months], within.veil.signed(who), within.words(what)) for on, who, what in value)


def _role(within: Within, value: str) -> str:
    person: Participant = within.noun
    shown = within.veil.shown_role(person)
    return within.veil.key(value) if shown == value else shown


def _speakers(within: Within, _: tuple[str, ...]) -> tuple[str, ...]:
    person: Participant = within.noun
    is_heard = bool(within.veil.voices.source_ids(person))
    return (within.labels[person.id] if is_heard else within.veil.people[person.id],)


def _heard_in(within: Within, _: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(within.veil.sources[source_id] for source_id in within.veil.voices.source_ids(within.noun)))


def _asked(answer: bool, within: Within, _: tuple[str, ...]) -> tuple[str, ...]:
    """The sources in which a question was put, or wasn't, since its words may be gone from the texts."""
    question: Question = within.noun
    spoken = [source for source in within.veil.study.sources if source.kind != "document"]
    return tuple(sorted(within.veil.sources[source.id] for source in spoken if asked(question, source) is answer))


def _columns(columns: Columns, within: Within, value: Mapping[str, str]) -> Mapping[str, str]:
    """The own columns that the study declares for this reader, with numbers for what may be names.

    To the public no such value is shown, nor one that only one case has; to reviewers nothing of a participant whose
    role may not be told.
    """
    veil = within.veil
    if columns == "participants" and veil.shown_role(within.noun) != within.noun.role:
        return {}
    shown = {}
    for name, text in value.items():
        if not veil.is_declared(columns, name) or (veil.is_public and is_name(text)):
            continue
        alone = columns == "cases" and (name, text) in veil.lone_attributes
        label = veil.column_labels.get((columns, name, text))
        shown[veil.key(name)] = veil.of_one if alone else label or within.words(text)
    return shown


def _counted(within: Within, value: tuple[str, ...]) -> tuple[str, ...]:
    veil = within.veil
    ids = {"case": veil.cases, "participant": veil.people, "source": veil.sources}[within.unit]
    return tuple(sorted(ids[former] for former in value if former in ids))


SHOWN = Treatment("shown", lambda _within, value: value)
DROPPED = Treatment("dropped", lambda _within, _value: None)
MASKED = Treatment("masked", lambda within, value: each(value, within.words))
KEY = Treatment("masked", _keys)
KEYED = Treatment("masked", _keyed)
CASE = Treatment("masked", partial(_new_ids, lambda veil: veil.cases))
PERSON = Treatment("masked", partial(_new_ids, lambda veil: veil.people))
SOURCE = Treatment("masked", partial(_new_ids, lambda veil: veil.sources))
CODING = Treatment("masked", partial(_new_ids, lambda veil: veil.codings))
CITED = Treatment("masked", _cited)
CELLS = Treatment("masked", _cells)
BY_CASE = Treatment("masked", _by_case)
COUNTED = Treatment("masked", _counted)
ROW = Treatment("masked", _row)
LABEL = Treatment("masked", lambda within, _value: within.veil.labels[within.case_id])
EPISODE = Treatment("masked", _episode)
EPISODE_TOLD = Treatment("masked", _episode_told)
CODER = Treatment("masked", lambda within, value: within.veil.signed(value))
START = Treatment("masked", lambda within, _value: _span(within)[0])
END = Treatment("masked", lambda within, _value: _span(within)[1])
READ_TO = Treatment("masked", _read_to)
QUOTE = Treatment("masked", _quote)
BEFORE = Treatment("masked", partial(_context, True))
AFTER = Treatment("masked", partial(_context, False))
EDITED = Treatment("masked", lambda _within, value: value)
EXPLANATION = Treatment("masked", _explanation)
SPEAKERS = Treatment("masked", _speakers)
HEARD_IN = Treatment("masked", _heard_in)
PUT = Treatment("masked", partial(_asked, True))
NOT_PUT = Treatment("masked", partial(_asked, False))
MONTH = Treatment("coarsened", lambda _within, value: value[:7])
YEAR = Treatment("coarsened", lambda _within, value: value[:4])
HISTORY = Treatment("coarsened", partial(_history, 7))
UNDATED_HISTORY = Treatment("coarsened", partial(_history, 0))
ROLE = Treatment("coarsened", _role)
NO_ROLE = Treatment("coarsened", lambda _within, value: NOT_SHOWN if value else "")
PROFILE = Treatment("coarsened", lambda within, _value: within.veil.profile)
CASE_COLUMNS = Treatment("coarsened", partial(_columns, "cases"))
PERSON_COLUMNS = Treatment("coarsened", partial(_columns, "participants"))
SOURCE_COLUMNS = Treatment("coarsened", partial(_columns, "sources"))
