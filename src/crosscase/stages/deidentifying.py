"""Names out of a study: proposed, accepted by people, replaced, looked for wherever one might be left."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from crosscase.asking import INTERVIEWERS, RESEARCHERS
from crosscase.masking import COMMON, Lexicon, Mask, Name, anyhow, as_written, fold
from crosscase.problem import Refused
from crosscase.source import NOBODY, Source
from crosscase.stages.machine import Progress
from crosscase.study import Study
from crosscase.study.keys import read_key
from crosscase.study.proposals import Proposal, keep, read
from crosscase.voices import is_generic

if TYPE_CHECKING:
    from crosscase.study.decisions.withdrawing import Withdrawal
    from crosscase.suggest.identifying import Mention

_BEHIND = 24
_TAKING_PART = ("participant", "respondent", "interviewee", "informant", "speaker", "guest")
_OF_ROLES = INTERVIEWERS | RESEARCHERS | frozenset(_TAKING_PART)
_ROLES = {"interviewer": "Interviewer", "participant": "Participant"}


@dataclass(frozen=True, slots=True)
class Proposed:
    """The table of proposals as it was written; without spaCy's names only forms and speakers are in it."""

    table: Path
    rows: tuple[Proposal, ...]
    has_model: bool


@dataclass(frozen=True, slots=True)
class Leak:
    """A name of the key that still stands somewhere: in which file, on which line."""

    path: str
    line: int
    name: str


def table_of(folder: Path) -> Path:
    """Where the table of proposals is kept if nobody says where: beside the study, never in it."""
    folder = folder.resolve()
    return folder.parent / f"{folder.name}-names.csv"


def propose(
    study: Study,
    table: Path,
    *,
    money: bool = False,
    progress: Progress | None = None,
) -> Proposed:
    """Propose other words for all that may tell who somebody is, the same for a name wherever it stands.

    Raises `Refused` if the table lies in the study, or what is in it can't be read.
    """
    from crosscase.suggest import identifying

    texts = [source.text for source in study.sources]
    spoken = [source.text[turn.start : turn.end] for source in study.sources for turn in source.turns]
    labels = _labels(study.sources)
    found = identifying.mentions(texts, spoken, people=labels, money=money, progress=progress)
    return Proposed(table, keep(table, _proposals(study, found, labels), folder=study.folder), identifying.has_model())


def accepted(table: Path) -> dict[str, str]:
    """The names that people accepted other words for. Raises `Refused` where there is none, or a row has no words."""
    rows = [row for row in read(table) if row.is_accepted]
    if not rows:
        raise Refused(f"nothing is accepted in {table}; write yes under `decision` where the words shall be used")
    empty = next((row.name for row in rows if not row.words), "")
    if empty:
        raise Refused(f"`{empty}` is accepted in {table}, without words for it; give some")
    return {row.name: row.words for row in rows}


def leaks(study: Study, key: Path, *, reports: Iterable[Path] = ()) -> tuple[Leak, ...]:
    """Wherever a name of the key still stands, however it is written, in the study's files and what was built of them.

    Files as they were received (`original/`) and sources that were taken out hold names by their nature; they aren't
    looked through. Raises `Refused` if there is no key.
    """
    names = read_key(key)
    lexicon = Lexicon(form for name in names for form in _forms(name))
    mask = Mask([lexicon])
    own = f"{study.settings.transcripts}/original"
    files = [path for path in sorted(study.folder.rglob("*")) if path.is_file()]
    files += [path for folder in reports for path in sorted(folder.rglob("*")) if path.is_file()]
    found: list[Leak] = []
    for path in dict.fromkeys(files):
        name = path.relative_to(study.folder).as_posix() if path.is_relative_to(study.folder) else str(path)
        if not name.startswith((own, "removed/", ".git/")):
            found += _leaks(name, path, mask)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The study without a participant; where one of the words that named them still stands; how many were withdrawn."""

    study: Study
    plan: "Withdrawal"
    left: tuple[str, ...]


def withdrawing(study: Study, participant_id: str, key: Path) -> "Withdrawal":
    """What goes with a participant, by all names that the key has for them, if there is one. Nothing is written."""
    from crosscase.study import decisions

    return decisions.withdrawing(study, participant_id, also=_in_key(study, participant_id, key))


def withdraw(study: Study, participant_id: str, key: Path, *, by: str = "") -> Withdrawn:
    """Take a participant out everywhere, and out of the key too; what the program made of their words is forgotten."""
    from crosscase.study import decisions, forget
    from crosscase.study.keys import without_words

    plan = withdrawing(study, participant_id, key)
    after = decisions.withdraw(study, participant_id, by=by, also=_in_key(study, participant_id, key))
    if key.is_file():
        without_words(key, plan.terms)
    forget(after)
    return Withdrawn(after, plan, decisions.still_named(after, dict.fromkeys(plan.terms, "")) if plan.terms else ())


def _in_key(study: Study, participant_id: str, key: Path) -> list[str]:
    """The names and words of a key that are somebody's: under a name they speak by, or in another form of it."""
    if not key.is_file():
        return []
    person = next((person for person in study.participants if person.id == participant_id), None)
    called = {*(person.speakers if person else ()), participant_id}
    pairs = read_key(key)
    stems = {words for name, words in pairs.items() if words in called or name in called}
    mine = [(name, words) for name, words in pairs.items() if any(_is_variant(words, stem) for stem in stems)]
    return [word for pair in mine for word in pair]


def _is_variant(words: str, stem: str) -> bool:
    """`Participant 1b` is another form of `Participant 1`; `Participant 12` isn't."""
    rest = words.rstrip("]").removeprefix(stem.rstrip("]"))
    return words == stem or (words.startswith(stem.rstrip("]")) and bool(re.fullmatch(r"[a-z]|x\d+", rest)))


def _labels(sources: Iterable[Source]) -> dict[str, str]:
    """The names before turns that tell somebody, each with the role of who speaks under it."""
    labels: dict[str, str] = {}
    for source in sources:
        for turn in source.turns:
            name = _telling(turn.speaker)
            if name:
                labels.setdefault(name, turn.role if name == turn.speaker else "")
    return labels


def _telling(label: str) -> str:
    """What of a speaker's name tells somebody: `Anna` of `Moderator (Anna)`, nothing of `P01`."""
    if not label or label == NOBODY or is_generic(label):
        return ""
    words = [word.strip("()[],") for word in re.split(r"[\s/–-]+", label)]
    roles = [word for word in words if word.casefold() in _OF_ROLES]
    if not roles:
        return label if any(word[:1].isupper() for word in words) and len(label) > 1 else ""
    names = [word for word in words if word.casefold() not in _OF_ROLES and len(word) > 1 and word[0].isupper()]
    return " ".join(name for name in names if not is_generic(name))


def _proposals(study: Study, mentions: Sequence["Mention"], labels: Mapping[str, str]) -> list[Proposal]:
    texts = [source.text for source in study.sources]
    places: dict[str, list[Mention]] = {}
    for mention in mentions:
        places.setdefault(texts[mention.text][mention.start : mention.end], []).append(mention)
    kinds = {name: at[0].kind for name, at in places.items()}
    words = _words(kinds, labels, texts)
    return [
        Proposal(
            name,
            kinds[name],
            words[name],
            times=len(at),
            sources=len({mention.text for mention in at}),
            example=_around(texts[at[0].text], at[0]),
        )
        for name, at in places.items()
    ]


def _words(kinds: Mapping[str, str], labels: Mapping[str, str], texts: Sequence[str]) -> dict[str, str]:
    """The words for each name: `[place 2]`; another form of the same name is `[place 2b]`. Speakers have no brackets,
    which can't stand before a turn. None of the words stands in a text before.
    """
    numbers: Counter[str] = Counter()
    base: dict[str, str] = {}
    forms: Counter[str] = Counter()
    words: dict[str, str] = {}
    for name in sorted(kinds, key=lambda name: (-len(name.split()), name)):
        whole = next((other for other in base if _is_form(name, other) and kinds[other] == kinds[name]), "")
        if whole:
            forms[base[whole]] += 1
            letter = _letters(forms[base[whole]])
            stem = base[whole]
            words[name] = f"{stem[:-1]}{letter}]" if stem.endswith("]") else f"{stem}{letter}"
            continue
        label = _ROLES.get(labels[name], "Person") if name in labels else ""
        while True:
            kind = label or kinds[name]
            numbers[kind] += 1
            made = f"{kind} {numbers[kind]}" if label else f"[{kind} {numbers[kind]}]"
            if not any(made in text for text in texts):
                break
        base[name] = words[name] = made
    return words


def _is_form(name: str, other: str) -> bool:
    """Whether a name is another with fewer words, or in other letters."""
    mine, theirs = [fold(word) for word in name.split()], [fold(word) for word in other.split()]
    return mine == theirs or (len(mine) < len(theirs) and set(mine) <= set(theirs))


def _letters(number: int) -> str:
    return chr(ord("a") + number) if number < _BEHIND else f"x{number}"


def _around(text: str, mention: "Mention") -> str:
    start, end = max(0, mention.start - 30), mention.end + 30
    return " ".join(text[start:end].split())


def _forms(name: str) -> Iterator[Name]:
    words = fold(name)
    return as_written(name, name) if words in COMMON or len(words) < 4 else anyhow(name, name)


def _leaks(name: str, path: Path, mask: Mask) -> Iterator[Leak]:
    """The names in one file, each once; Office files by their parts, pages without their marks."""
    seen: set[str] = set()
    from crosscase.exchange.looking import lines_of

    for line, text in lines_of(path):
        for edit in mask.edits(text):
            told = edit.words.strip("[]")
            if told not in seen:
                seen.add(told)
                yield Leak(name, line, told)
