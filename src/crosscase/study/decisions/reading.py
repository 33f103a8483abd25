"""Decisions about how far a source was read. What they say makes an empty cell mean something."""

from collections.abc import Iterator
from dataclasses import replace

from crosscase.problem import Refused
from crosscase.reading import Reading
from crosscase.study.decisions.coding import codings_change
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
        yield _change(now, replace(_reading(now, coder, source_id), read_to=None))

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


def _reading(now: Study, coder: str, source_id: str) -> Reading:
    """The reading as it is; of an untouched source one that is about to begin."""
    coder_of(now, coder)
    source_of(now, source_id)
    return now.reading(coder, source_id) or Reading(coder, source_id, now.codebook.version, 0)


def _change(now: Study, reading: Reading) -> Change:
    return codings_change(now, reading.coder, source_of(now, reading.source_id), reading=reading)
