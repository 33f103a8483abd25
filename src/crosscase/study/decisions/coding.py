"""Decisions about codings: adding, changing and removing them, finding their place again, setting passages aside."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args

from crosscase.codebook import Code
from crosscase.coding import Coding, Stance, with_context
from crosscase.problem import Blocked, Refused
from crosscase.reading import Reading
from crosscase.source import SetAside, Source
from crosscase.study import formats
from crosscase.study.decisions.book import with_code
from crosscase.study.decisions.door import (
    agreed,
    change_of,
    coder_of,
    data_of,
    decide,
    known,
    new_id,
    own_or_new_id,
    readable,
    source_of,
    this_moment,
)
from crosscase.study.files import Change
from crosscase.study.formats.codings import CodingsFile
from crosscase.study.formats.jsonl import Added, edited
from crosscase.study.loading import codings_file
from crosscase.study.study import Study

CHANGEABLE = frozenset(
    {"start", "end", "code_id", "value", "case_id", "episode_id", "voice", "stance", "memo"},
)


def add_coding(study: Study, coder: str, draft: Coding) -> Study:
    """This coder says that this passage carries this code. See `add_codings`."""
    return add_codings(study, coder, (draft,))


def add_codings(study: Study, coder: str, drafts: Sequence[Coding], *, new: Code | None = None) -> Study:
    """Add codings of one coder, all or none; ids, quotes and contexts are filled in. `new` is a code made for them.

    A source that was untouched becomes open, read up to nowhere. Raises `Refused` if a place, code, value, case,
    episode or stance isn't known, if a draft's quote is not what stands there, or if it is coded so already.
    """

    def act(now: Study) -> Iterator[Change]:
        made: dict[str, list[Coding]] = {}
        for draft in drafts:
            codings = made.setdefault(draft.source_id, [])
            codings.append(checked_coding(now, coder, draft, codings))
        for source_id, codings in made.items():
            yield codings_change(now, coder, source_of(now, source_id), added=codings)

    return decide(study, with_code(new, coder, act))


def change_coding(study: Study, coder: str, coding_id: str, **fields: Any) -> Study:
    """Change some fields of a coding: its edges, code, value, case, episode, voice, stance or memo; the rest stays."""
    for name in fields:
        known(name, CHANGEABLE, "field of a coding that can be changed:")

    def act(now: Study) -> Iterator[Change]:
        old = _mine(study, now, coder, coding_id)
        source = source_of(now, old.source_id)
        others = [coding for coding in now.codings if _same_file(coding, old) and coding.id != coding_id]
        new = _checked(now, source, replace(old, quote="", **fields), others)
        yield codings_change(now, coder, source, changed={coding_id: new})

    return decide(study, act)


def remove_coding(study: Study, coder: str, coding_id: str) -> Study:
    """Take a coding away. What rests on it (summaries, features) stays, and `check` names it."""

    def act(now: Study) -> Iterator[Change]:
        old = _mine(study, now, coder, coding_id)
        yield codings_change(now, coder, source_of(now, old.source_id), changed={coding_id: None})

    return decide(study, act)


def place_coding(study: Study, coder: str, coding_id: str, start: int, end: int) -> Study:
    """Give a lost coding the place that a person found for it; its quote becomes what stands there."""

    def act(now: Study) -> Iterator[Change]:
        lost = {coding.id: coding for coding in now.lost if coding.coder == coder}
        old = lost[known(coding_id, lost, "lost coding")]
        source = source_of(now, old.source_id)
        others = [coding for coding in now.codings if _same_file(coding, old)]
        new = _checked(now, source, replace(old, start=start, end=end, quote=""), others)
        yield codings_change(now, coder, source, changed={coding_id: new})

    return decide(study, act)


def accept_moves(study: Study, coder: str = "") -> Study:
    """Keep the new place of every coding that was found again in an edited text, or of one coder's.

    The readings stay as they are.
    """

    def act(now: Study) -> Iterator[Change]:
        agreed(_places(study), _places(now), "the place of a coding")
        files = {(old.coder, old.source_id) for old, _ in now.moved if coder in ("", old.coder)}
        for by, source_id in sorted(files):
            moved = {old.id: new for old, new in now.moved if (old.coder, old.source_id) == (by, source_id)}
            yield codings_change(now, by, source_of(now, source_id), changed=moved, settles=True)

    return decide(study, act) if study.moved else study


def set_aside(study: Study, source_id: str, start: int, end: int, *, reason: str, by: str) -> Study:
    """Set a stretch of a source aside: it stays in the text, but is no passage and counts nowhere."""

    def act(now: Study) -> Iterator[Change]:
        source = source_of(now, source_id)
        if not reason.strip():
            raise Refused("say why this is set aside")
        for there in source.set_aside:
            if start < there.end and there.start < end:
                raise Refused(f"part of this is set aside already ({there.start} to {there.end}: {there.reason})")
        coder_of(now, by)
        new = SetAside(
            new_id(source_id, by, {there.id for there in source.set_aside}),
            source_id,
            start,
            end,
            words_of(source, start, end),
            reason,
            by,
            this_moment(),
            source.text[max(0, start - 32) : start],
            source.text[end : end + 32],
        )
        yield _set_aside_change(now, source, (*source.set_aside, new))

    return decide(study, act)


def take_in_again(study: Study, source_id: str, set_aside_id: str) -> Study:
    """Undo that a stretch was set aside: it is part of the study's material again."""

    def act(now: Study) -> Iterator[Change]:
        source = source_of(now, source_id)
        known(set_aside_id, {there.id for there in source.set_aside}, "stretch that was set aside:")
        yield _set_aside_change(now, source, [there for there in source.set_aside if there.id != set_aside_id])

    return decide(study, act)


def checked_coding(now: Study, coder: str, draft: Coding, also: Sequence[Coding] = ()) -> Coding:
    """A new coding as it will be written, with an id of its own, which the draft may bring along.

    `also` are others that are about to be written.
    """
    coder_of(now, coder)
    source = source_of(now, draft.source_id)
    mine = [coding for coding in now.codings if (coding.coder, coding.source_id) == (coder, source.id)]
    coding = _checked(now, source, replace(draft, coder=coder), (*mine, *also))
    taken = {coding.id for coding in (*now.codings, *now.lost, *also)}
    return replace(coding, id=own_or_new_id(draft.id, source.id, coder, taken), at=draft.at or this_moment())


Keyed = Mapping[tuple[str, str], Sequence[Coding]]


@dataclass(frozen=True, slots=True)
class Checked:
    """Codings as they will be written, by coder and source; and those of the study that change, by their ids."""

    added: Mapping[tuple[str, str], Sequence[Coding]]
    changed: Mapping[tuple[str, str], Mapping[str, Coding]]


def checked_with_ids(now: Study, new: Keyed, changed: Mapping[tuple[str, str], Mapping[str, Coding]]) -> Checked:
    """Many codings that have ids and coders already, each held against the study once, as `checked_coding` does.

    Raises `Refused` if an id is taken, or one coder says the same of one place twice.
    """
    taken = {coding.id for coding in (*now.codings, *now.lost)}
    there: dict[tuple[str, str], set[_Said]] = {}
    gone = {coding_id for codings in changed.values() for coding_id in codings}
    for coding in now.codings:
        if coding.id not in gone:
            there.setdefault((coding.coder, coding.source_id), set()).add(_said(coding))
    sources = {source.id: source for source in now.sources}
    look = _Look.of(now)
    after: dict[tuple[str, str], dict[str, Coding]] = {}
    added: dict[tuple[str, str], list[Coding]] = {}
    for key in dict.fromkeys((*new, *changed)):
        coder, source_id = key
        coder_of(now, coder)
        source = sources.get(source_id) or source_of(now, source_id)
        said = there.setdefault(key, set())
        after[key] = {}
        for coding_id, coding in changed.get(key, {}).items():
            after[key][coding_id] = _once(_fitting(look, source, replace(coding, quote="")), said)
        added[key] = []
        for coding in new.get(key, ()):
            if not coding.id or coding.id in taken:
                raise Refused(f"the id `{coding.id}` is another coding's already; nothing was added")
            taken.add(coding.id)
            dated = coding if coding.at else replace(coding, at=this_moment())
            added[key].append(_once(_fitting(look, source, dated), said))
    return Checked(added, after)


_Said = tuple[int, int, str, str, str]


def _said(coding: Coding) -> _Said:
    return coding.start, coding.end, coding.code_id, coding.value, coding.case_id


def _once(coding: Coding, said: set[_Said]) -> Coding:
    """A coding that says something new; it is remembered as said."""
    if _said(coding) in said:
        raise Refused(f"{coding.start} to {coding.end} of {coding.source_id} carries `{coding.code_id}` already")
    said.add(_said(coding))
    return coding


def codings_change(
    now: Study,
    coder: str,
    source: Source,
    *,
    added: Iterable[Coding] = (),
    changed: Mapping[str, Coding | None] | None = None,
    reading: Reading | None = None,
    settles: bool = False,
) -> Change:
    """One codings file with some lines added, changed or (None) taken away, and perhaps another reading.

    All other lines stay byte for byte. Where the text was edited since, the file is only written once the moves of all
    its codings are kept (`settles`), since its header tells for which text its places are.
    """
    path = f"codings/{coder}/{source.id}.jsonl"
    data = data_of(now, path)
    file = codings_file(now, path)
    if file is None and data:
        file = formats.codings.decode(data, path, coder, source.id, [])
    if file is not None and not file.whole:
        raise Blocked(f"{path} has a line that can't be read; correct it first (`crosscase check` names it)")
    if not settles and any((old.coder, old.source_id) == (coder, source.id) for old, _ in now.moved):
        do = "look where its codings are now, and keep that with `crosscase check --accept-moves`"
        raise Refused(f"the text of {source.id} was edited since it was coded; first {do}")
    reading = reading or now.reading(coder, source.id) or Reading(coder, source.id, now.codebook.version, 0)
    return change_of(
        now,
        path,
        edited(
            data,
            header=_header(file, source, reading),
            changed=_changed_lines(file, changed or {}),
            added=[_added(coding) for coding in (*added, *_moving(file, changed or {}))],
            places=_places_of(file),
        ),
    )


def _header(file: CodingsFile | None, source: Source, reading: Reading) -> bytes | None:
    """The header's line; None where the one that is there says the same already."""
    header = formats.codings.header_of(reading, source)
    return None if file is not None and file.header == header else formats.codings.header_line(header)


def _changed_lines(file: CodingsFile | None, changed: Mapping[str, Coding | None]) -> dict[int, bytes | None]:
    """The new words of each changed line; None for one that goes, be it to another place in reading order."""
    lines: dict[int, bytes | None] = {}
    for old, number in _numbered(file):
        if old.id in changed:
            new = changed[old.id]
            stays = new is not None and _place(new) == _place(old)
            lines[number] = formats.codings.line_of(new) if new is not None and stays else None
    return lines


def _moving(file: CodingsFile | None, changed: Mapping[str, Coding | None]) -> list[Coding]:
    new_of = ((old, changed.get(old.id)) for old, _ in _numbered(file))
    return [new for old, new in new_of if new is not None and _place(new) != _place(old)]


def _places_of(file: CodingsFile | None) -> dict[int, tuple[int, int]]:
    return {number: _place(coding) for coding, number in _numbered(file)}


def _numbered(file: CodingsFile | None) -> Iterable[tuple[Coding, int]]:
    return zip(file.codings, file.lines, strict=True) if file is not None else ()


def _place(coding: Coding) -> tuple[int, int]:
    return coding.start, coding.end


def _added(coding: Coding) -> Added:
    return Added(_place(coding), formats.codings.line_of(coding))


@dataclass(frozen=True, slots=True)
class _Look:
    """What a coding may name: looked up once for many."""

    codes: Mapping[str, Code]
    cases: frozenset[str]
    episodes: frozenset[str]

    @classmethod
    def of(cls, now: Study) -> "_Look":
        episodes = (episode.id for case in now.cases for episode in case.episodes)
        return cls(now.codebook.by_id, frozenset(case.id for case in now.cases), frozenset(episodes))


def _checked(now: Study, source: Source, draft: Coding, others: Iterable[Coding]) -> Coding:
    """The coding as it will be written, if its coder hasn't said the same of this place yet."""
    coding = _fitting(_Look.of(now), source, draft)
    for other in others:
        if _said(other) == _said(coding):
            raise Refused(f"this passage carries `{coding.code_id}` already (`{other.id}`); nothing was added")
    return coding


def _fitting(look: _Look, source: Source, draft: Coding) -> Coding:
    """The coding with its context. Everything that it names has to be known, and the words have to stand there."""
    words = words_of(source, draft.start, draft.end)
    if draft.quote and draft.quote != words:
        raise Refused(f"the quote is not what stands at its place in {source.id}: “{draft.quote[:50]}”")
    code = look.codes[known(draft.code_id, look.codes, "code")]
    if draft.value:
        known(draft.value, code.values, f"value of `{code.id}`:")
    if draft.case_id:
        known(draft.case_id, look.cases, "case")
    if draft.episode_id:
        known(draft.episode_id, look.episodes, "episode")
    known(draft.stance, get_args(Stance), "stance")
    turn = source.turn_at(draft.start)
    return with_context(draft, source.text, code_id=code.id, speaker=turn.speaker if turn else "")


def words_of(source: Source, start: int, end: int) -> str:
    """What stands at a place of a source. Raises `Refused` where that is no passage, or holds no words."""
    if not 0 <= start < end <= len(source.text):
        raise Refused(f"{start} to {end} is no passage of {source.id}, which has {len(source.text)} characters")
    words = source.text[start:end]
    if not words.strip():
        raise Refused(f"there are no words from {start} to {end} of {source.id}; mark some")
    return words


def _mine(study: Study, now: Study, coder: str, coding_id: str) -> Coding:
    """A coding of this coder, provided that it is still as the person saw it."""
    coder_of(now, coder)
    theirs = {coding.id: coding for coding in now.codings if coding.coder == coder}
    seen = next((c for c in study.codings if c.id == coding_id and c.coder == coder), None)
    if coding_id not in theirs and seen is not None:
        raise Refused(f"the coding `{coding_id}` was taken away by someone else meanwhile")
    coding = theirs[known(coding_id, theirs, f"coding of {coder} with the id")]
    return agreed(seen, coding, f"the coding `{coding_id}`") if seen is not None else coding


def _same_file(one: Coding, other: Coding) -> bool:
    return (one.coder, one.source_id) == (other.coder, other.source_id)


def _places(study: Study) -> set[tuple[str, int, int]]:
    return {(new.id, new.start, new.end) for _, new in study.moved}


def _set_aside_change(now: Study, source: Source, stretches: Sequence[SetAside]) -> Change:
    path = f"set-aside/{source.id}.jsonl"
    readable(now, path)
    ordered = sorted(stretches, key=lambda stretch: (stretch.start, stretch.end))
    return change_of(now, path, formats.set_aside.encode(ordered, source.sha256) if ordered else None)
