"""Decisions about how far a source was read. What they say makes an empty cell mean something."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from crosscase.coding import Coding
from crosscase.problem import Refused
from crosscase.reading import Reading
from crosscase.study.decisions.coding import checked_coding, codings_change
from crosscase.study.decisions.door import coder_of, decide, known, source_of
from crosscase.study.files import Change
from crosscase.study.study import Study


def read_up_to(study: Study, coder: str, source_id: str, offset: int) -> Study:
    """This coder has read the source up to this place (a code-point offset), and no further."""

    def act(now: Study) -> Iterator[Change]:
        length = len(source_of(now, source_id).text)
        if not 0 <= offset <= length:
            raise Refused(f"{source_id} has {length} characters; {offset} is no place in it")
        yield _change(now, replace(_reading(now, coder, source_id), read_to=offset))

    return decide(study, act)


def finish(study: Study, coder: str, source_id: str) -> Study:
    """This coder has read the source to its end: where nothing is coded, nothing was found."""

    def act(now: Study) -> Iterator[Change]:
        yield _change(now, replace(_reading(now, coder, source_id), read_to=None, parts=()))

    return decide(study, act)


def reopen(study: Study, coder: str, source_id: str, read_to: int = 0) -> Study:
    """Take back that this coder has read the source to its end; `read_to` is how far they have, at least."""

    def act(now: Study) -> Iterator[Change]:
        if now.reading(coder, source_id) is None:
            raise Refused(f"{coder} has not begun to read {source_id}")
        length = len(source_of(now, source_id).text)
        if not 0 <= read_to <= length:
            raise Refused(f"{source_id} has {length} characters; {read_to} is no place in it")
        yield _change(now, replace(_reading(now, coder, source_id), read_to=read_to))

    return decide(study, act)


def look_again(study: Study, coder: str, source_id: str, code_id: str) -> Study:
    """This coder has gone through the whole source again for a code that is newer than their reading of it."""

    def act(now: Study) -> Iterator[Change]:
        code = now.codebook.by_id[known(code_id, now.codebook.by_id, "code")]
        if now.reading(coder, source_id) is None:
            raise Refused(f"{coder} has not read {source_id} yet, so there is nothing to look at again")
        reading = _reading(now, coder, source_id)
        if reading.looked_for(code):
            raise Refused(f"{coder} has read {source_id} for `{code.id}` already; nothing was changed")
        yield _change(now, replace(reading, again={**reading.again, code.id: code.meant_since}))

    return decide(study, act)


def code_blind(
    study: Study, coder: str, drafts: Sequence[Coding], read: Mapping[str, Sequence[tuple[int, int]] | None]
) -> Study:
    """What this coder made of passages that were put to them blind: codings, and the stretches of each source that they
    read (None: all of it). All is written, or nothing; what they had read before stays read.
    """

    def act(now: Study) -> Iterator[Change]:
        made: dict[str, list[Coding]] = {source_id: [] for source_id in read}
        for draft in drafts:
            codings = made.setdefault(draft.source_id, [])
            codings.append(checked_coding(now, coder, draft, codings))
        for source_id, codings in made.items():
            source = source_of(now, source_id)
            reading = _with_parts(_reading(now, coder, source_id), read.get(source_id, ()), len(source.text))
            yield codings_change(now, coder, source, added=codings, reading=reading)

    return decide(study, act)


def check_coder(study: Study, coder: str) -> None:
    """Raises `Refused` if nobody may code under this name."""
    coder_of(study, coder)


def _with_parts(reading: Reading, parts: Sequence[tuple[int, int]] | None, length: int) -> Reading:
    if reading.is_done:
        return reading
    if parts is None:
        return replace(reading, read_to=None, parts=())
    if any(not 0 <= start < end <= length for start, end in parts):
        raise Refused(f"{reading.source_id} has {length} characters; a passage that was read lies beyond them")
    return replace(reading, parts=tuple(sorted({*reading.parts, *parts})))


def _reading(now: Study, coder: str, source_id: str) -> Reading:
    """The reading as it is; of an untouched source one that is about to begin."""
    coder_of(now, coder)
    source_of(now, source_id)
    return now.reading(coder, source_id) or Reading(coder, source_id, now.codebook.version, 0)


def _change(now: Study, reading: Reading) -> Change:
    return codings_change(now, reading.coder, source_of(now, reading.source_id), reading=reading)
