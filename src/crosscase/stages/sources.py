"""What is known of each source: its file, who speaks in it and how much, what was left aside; taking one out."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from crosscase.asking import Asker, ends_in_a_question
from crosscase.source import Role, Source, count_words
from crosscase.study import Study
from crosscase.study.roles import roles_of, undecided_asker


@dataclass(frozen=True, slots=True)
class Heard:
    """A speaker of a source: turns, the share of all words (0 to 1), how many turns end in a question, the role."""

    name: str
    turns: int
    share: float
    questions: int
    role: Role


@dataclass(frozen=True, slots=True)
class Account:
    """One source as it was received and as it stands; `asker` probably asks, where nobody is known to.

    `aside` are the lines that are nobody's words: number (0 where it stood on several pages), reason, words.
    """

    source: Source
    file: str
    reader: str
    layout: str
    speakers: tuple[Heard, ...]
    asker: Asker | None
    aside: tuple[tuple[int, str, str], ...]
    media: str


def accounts(study: Study, source_id: str = "") -> tuple[Account, ...]:
    """An account of every source, or of one. Raises `Refused` if there is no such source."""
    from crosscase.exchange.keeping import LOG, entries_of
    from crosscase.study.decisions.door import source_of

    wanted = (source_of(study, source_id),) if source_id else study.sources
    original = study.folder / study.settings.transcripts / "original"
    log = entries_of(original / LOG)
    return tuple(_account(study, source, original, log) for source in wanted)


def rename_speakers(study: Study) -> Study:
    """Put the names that speakers.csv gives into the texts. Raises `Refused` where none waits, or one can't stand."""
    from crosscase.study import decisions

    return decisions.rename_speakers(study)


def remove(study: Study, source_id: str) -> Study:
    """Take a source out with what hangs on it, into `removed/`."""
    from crosscase.study import decisions

    return decisions.remove_source(study, source_id)


def put_back(study: Study, source_id: str) -> Study:
    """Bring a source back that was taken out."""
    from crosscase.study import decisions

    return decisions.put_back(study, source_id)


def _account(study: Study, source: Source, original: Path, log: list[dict[str, str]]) -> Account:
    from crosscase.exchange.keeping import aside_of, latest

    entry = latest(log, source.id) or {}
    asker = None
    if source.kind != "document":
        asker = undecided_asker(source.text, source.turns, roles_of(study).decided(source.id))
    aside = aside_of(original / f"{source.id}.aside.csv")
    return Account(
        source,
        PurePosixPath(entry.get("file", "")).name,
        entry.get("reader", ""),
        entry.get("layout", ""),
        _heard(source),
        asker,
        tuple((line.line, line.reason, line.words) for line in aside),
        source.attributes.get("media", ""),
    )


def _heard(source: Source) -> tuple[Heard, ...]:
    turns, words, questions = Counter[str](), Counter[str](), Counter[str]()
    roles: dict[str, Role] = {}
    for turn in source.turns:
        said = source.text[turn.start : turn.end]
        roles[turn.speaker] = turn.role
        turns[turn.speaker] += 1
        words[turn.speaker] += count_words(said)
        questions[turn.speaker] += ends_in_a_question(said)
    total = max(words.total(), 1)
    return tuple(Heard(name, turns[name], words[name] / total, questions[name], role) for name, role in roles.items())
