"""Other words for names: in the texts, where every coding moves along, and in what people wrote about them; the same
act with the key brings the names back.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from crosscase.case import Participant
from crosscase.cluster import ClusterDecision, Member
from crosscase.coding import CONTEXT, Coding, Review
from crosscase.disclosure import Edit, Edited, edited, moved
from crosscase.problem import Refused
from crosscase.reading import Reading
from crosscase.source import SetAside, Source, parse
from crosscase.study import formats
from crosscase.study.decisions.charting import Cells, cells_changes
from crosscase.study.decisions.coding import codings_change
from crosscase.study.decisions.door import change_of, data_of, decide, readable, text_of
from crosscase.study.files import Change, sha256
from crosscase.study.formats.shape import FRONT
from crosscase.study.study import Study
from crosscase.theme import Theme

Names = Mapping[str, str]
Placed = TypeVar("Placed", Review, SetAside, Member)


def replace_names(study: Study, names: Names) -> Study:
    """Put other words for names in all texts, as whole words spelt just so; codings, verdicts and readings move along.

    Summaries, memos, themes and claims get the same words, so that what they quote still stands in the texts. It can be
    taken back by the same act the other way round, since a replacement must not stand in any text before. Names
    elsewhere (`still_named`), as in ids, are for people to see to. Raises `Refused` if a replacement stands in a text
    already, would change who speaks, or if the codings of an edited text wait to be looked at.
    """

    def act(now: Study) -> Iterator[Change]:
        check_names(now, names)
        formers: dict[str, Edited] = {}
        for source in now.sources:
            former = edited(source.text, edits_of(source.text, names))
            if former.edits:
                formers[source.id] = former
            if former.edits or _is_named_in_memos(now, source, names):
                yield from source_changes(now, source, former, names)
        yield from clusters_change(now, formers)
        yield from _participants_change(now, names)
        yield from _speakers_change(now, names)
        yield from prose_changes(now, names)

    return decide(study, act)


def still_named(study: Study, names: Names) -> tuple[str, ...]:
    """The files of the study in which one of the names still stands, however it is spelt: `path:line`.

    Within the words that were put in its place, a name doesn't count.
    """
    put_in = re.compile("|".join(map(re.escape, sorted(names.values(), key=len, reverse=True))))
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)", re.IGNORECASE)
    places = []
    for path in sorted(study.hashes):
        for line, text in enumerate(text_of(study, path).split("\n"), 1):
            if pattern.search(put_in.sub("", text)):
                places.append(f"{path}:{line}")
                break
    return tuple(places)


def check_copies(now: Study) -> None:
    """Raises `Refused` where a file isn't read in which words would stay that go elsewhere."""
    if now.copies:
        raise Refused(
            f"{min(now.copies)} isn't read, so words in it would stay; put it right first (`crosscase check`)"
        )


def check_names(now: Study, names: Names) -> None:
    """Raises `Refused` where these names can't be replaced such that it can be undone."""
    check_copies(now)
    if now.unreadable:
        raise Refused(f"{min(now.unreadable)} can't be read whole, so names in it might stay; correct it first")
    asking = {"interviewers": now.settings.interviewers, "not_speakers": now.settings.not_speakers}
    shared = [words for words, count in Counter(names.values()).items() if count > 1]
    if shared:
        raise Refused(f"`{shared[0]}` would stand for several names, and couldn't be undone; give each its own words")
    for name, words in names.items():
        if not name.strip() or not words.strip() or "\n" in words or ":" in words:
            raise Refused(f"`{name}={words}` can't be done: give a name and the words for it, without a colon")
        for source in now.sources:
            if _pattern({words: ""}).search(_pattern(names).sub("\0", source.text)):
                raise Refused(
                    f"`{words}` stands in {source.id} already; choose other words, so that this can be undone"
                )
            _check_speakers(source, names)
        for role, listed in asking.items():
            if name in listed and words not in listed:
                raise Refused(f"`{name}` is one of the `{role}` of study.yaml; name `{words}` there first")


def _check_speakers(source: Source, names: Names) -> None:
    """Raises `Refused` if somebody would speak under no name, or under another than the words for theirs."""
    former = edited(source.text, edits_of(source.text, names))
    speakers = [turn.speaker for turn in parse(former.text, speech=source.kind != "document")]
    meant = [edited(turn.speaker, edits_of(turn.speaker, names)).text for turn in source.turns]
    for name, now in zip(meant, speakers, strict=False):
        if name != now:
            raise Refused(f"`{name}` can't stand before a turn, as in {source.id}; use letters and digits, as in `P01`")
    if len(meant) != len(speakers):
        raise Refused(f"these words would make other turns of {source.id}; use letters and digits, as in `P01`")


def _pattern(names: Names) -> re.Pattern[str]:
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")


def edits_of(text: str, names: Names) -> list[Edit]:
    """Other words for names in a text, as whole words spelt just so."""
    return [Edit(match.start(), match.end(), names[match[0]]) for match in _pattern(names).finditer(text)]


def source_changes(
    now: Study, source: Source, former: Edited, names: Names, *, drops: bool = False
) -> Iterator[Change]:
    """The text, and all files whose places point into it; what has no words left goes, where it `drops`."""
    new = replace(source, text=former.text, sha256=sha256(former.text.encode()))
    if former.edits:
        yield change_of(now, f"{now.settings.transcripts}/{source.id}.txt", former.text)
    for reading in now.readings:
        if reading.source_id == source.id:
            mine = [c for c in now.codings if (c.coder, c.source_id) == (reading.coder, source.id)]
            changed: dict[str, Coding | None] = {c.id: _coding_under(moved(c, former), names) for c in mine}
            if drops:
                changed |= {c.id: None for c in mine if not _words_left(c, former)}
            yield codings_change(now, reading.coder, new, changed=changed, reading=_reading(reading, former))
    for reviewer in sorted({review.reviewer for review in now.reviews if review.source_id == source.id}):
        path = f"reviews/{reviewer}/{source.id}.jsonl"
        readable(now, path)
        reviews = [r for r in now.reviews if (r.reviewer, r.source_id) == (reviewer, source.id)]
        staying = [review for review in reviews if not drops or _words_left(review, former)]
        yield change_of(now, path, formats.reviews.encode([_moved(r, former) for r in staying], new.sha256))
    if source.set_aside:
        path = f"set-aside/{source.id}.jsonl"
        readable(now, path)
        kept = [stretch for stretch in source.set_aside if not drops or _words_left(stretch, former)]
        stretches = [_moved(stretch, former) for stretch in kept]
        yield change_of(now, path, formats.set_aside.encode(stretches, new.sha256) if stretches else None)


def in_other_words(text: str, names: Names) -> str:
    """A text that people wrote, with the words that stand for names."""
    return edited(text, edits_of(text, names)).text if text and names else text


def prose_changes(now: Study, names: Names, *, cells: Cells | None = None) -> Iterator[Change]:
    """Summaries, remarks on empty cells, memos, themes and claims with the words that stand for names.

    `cells` are some that are changed in the same act.
    """
    cells = dict(cells or {})
    for summary in now.charted:
        text, draft = (in_other_words(words, names) for words in (summary.text, summary.draft))
        written = replace(summary, text=text, draft=draft)
        if written != summary:
            cells[summary.case_id, summary.code_id] = written
    for absence in now.absences:
        noted = replace(absence, note=in_other_words(absence.note, names))
        if noted != absence:
            cells[absence.case_id, absence.code_id] = noted
    yield from cells_changes(now, cells)
    for memo in now.memos:
        told = replace(memo, text=in_other_words(memo.text, names))
        if told != memo:
            path = f"memos/{memo.name}.md"
            yield change_of(now, path, formats.memos.edited(text_of(now, path), told))
    for theme in now.themes:
        yield from _theme_change(now, theme, names)
    claims = tuple(replace(claim, text=in_other_words(claim.text, names)) for claim in now.claims)
    if claims != now.claims:
        path = "claims.yaml"
        yield change_of(now, path, formats.claims.edited(text_of(now, path), claims, path=path))


def _theme_change(now: Study, theme: Theme, names: Names) -> Iterator[Change]:
    before = text_of(now, theme.path)
    stated = replace(theme, statement=in_other_words(theme.statement, names))
    text = formats.themes.edited(before, theme, stated, path=theme.path) if stated != theme else before
    front = FRONT.match(text)
    start = front.end() if front else 0
    text = text[:start] + in_other_words(text[start:], names)
    if text != before:
        yield change_of(now, theme.path, text)


def _is_named_in_memos(now: Study, source: Source, names: Names) -> bool:
    pattern = _pattern(names)
    return any(coding.source_id == source.id and pattern.search(coding.memo) for coding in now.codings)


def _coding_under(coding: Coding, names: Names) -> Coding:
    speaker = names.get(coding.speaker, coding.speaker)
    return replace(coding, speaker=speaker, memo=in_other_words(coding.memo, names))


def _speakers_change(now: Study, names: Names) -> Iterator[Change]:
    """`speakers.csv` with the words for the names in it, as whole names."""
    path = formats.speakers.PATH
    before = text_of(now, path)
    after = formats.speakers.renamed(before, names)
    if after != before:
        yield change_of(now, path, after)


def clusters_change(now: Study, formers: Mapping[str, Edited], *, without: Collection[str] = ()) -> Iterator[Change]:
    """The decisions about clusters with the words of their members as they are then; none in sources that go."""
    path = formats.clusters.PATH
    data = data_of(now, path)
    placed = {decision.id: decision for decision in now.cluster_decisions}
    changed: dict[int, ClusterDecision | None] = {}
    for number, written in formats.clusters.decisions(data, path, [])[0]:
        members = placed[written.id].members
        staying = [member for member in members if member.source_id not in without]
        left = [m for m in staying if m.source_id not in formers or _words_left(m, formers[m.source_id])]
        after = tuple(_moved(m, formers[m.source_id]) if m.source_id in formers else m for m in left)
        lost = tuple(member for member in placed[written.id].lost if member.source_id not in without)
        if after != members or lost != placed[written.id].lost:
            changed[number] = replace(written, members=after, lost=lost) if after else None
    if changed:
        readable(now, path)
        yield change_of(now, path, formats.clusters.rewritten(data, changed))


def _words_left(place: Placed | Coding, former: Edited) -> bool:
    start, end = former.span(place.start, place.end)
    return bool(former.text[start:end].strip())


def _reading(reading: Reading, former: Edited) -> Reading:
    reading = replace(reading, parts=tuple(former.span(start, end) for start, end in reading.parts))
    if not reading.read_to:
        return reading
    return replace(reading, read_to=former.span(reading.read_to - 1, reading.read_to)[1])


def _moved(place: Placed, former: Edited) -> Placed:
    start, end = former.span(place.start, place.end)
    text = former.text
    before, after = text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT]
    return replace(place, start=start, end=end, quote=text[start:end], before=before, after=after)


def _participants_change(now: Study, names: Names) -> Iterator[Change]:
    """Whoever stood in the texts under a name stands there under the words for it; so the table has to say."""
    after = tuple(_under(person, names) for person in now.participants)
    if after != now.participants:
        path = "participants.csv"
        yield change_of(now, path, formats.tables.participants_edited(text_of(now, path), after, path=path))


def _under(person: Participant, names: Names) -> Participant:
    speakers = person.speakers or (person.id,)
    now = tuple(names.get(speaker, speaker) for speaker in speakers)
    return person if now == speakers else replace(person, speakers=() if now == (person.id,) else now)
