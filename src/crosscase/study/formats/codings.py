"""Codings on disk: one JSONL file per coder and source; a header, then one decision per line in reading order.

A line that people write by hand needs only `quote` and `code`: it is placed by its quote, and gets an id from what it
says. Whoever writes the file writes both down with `encode`, and the text's hash in the header.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Annotated

import msgspec

from crosscase.anchoring import Index, Lost, Offer, Reanchored, by_quote, longest_rise, reanchor
from crosscase.coding import READING_ORDER, Coding, Stance, six_letters
from crosscase.problem import Problem
from crosscase.reading import Reading
from crosscase.source import Source
from crosscase.study.formats import jsonl
from crosscase.typography import Plain, plain


class Header(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """The text that was coded (its sha256), and the reading: see `Reading`. Without `read_to` it is done.

    `read_before` and `read_after` are up to 40 characters on both sides of `read_to`, by which it is found again in an
    edited text; old files have none. `parts` are stretches that were read behind it; in an edited text they don't count
    any more. An empty sha256 says that nobody wrote down which text it was: what stands in its
    place is taken to be right.
    """

    sha256: str = ""
    codebook: int = 0
    read_to: int | None = None
    again: dict[str, int] = {}
    read_before: str = ""
    read_after: str = ""
    parts: list[tuple[int, int]] = []


# Where a coding stands that has no place yet.
NOWHERE = -1
# Characters on each side of the place up to which a text was read; and how many of them are looked for, at least.
READ_CONTEXT = 40
SOME_CONTEXT = (READ_CONTEXT, 24, 16)
# No turn is shorter with its name and blank line: a place that went so little further has no other turn before it.
SHORTEST_TURN = 6

Moves = Sequence[tuple[Coding, Coding]]
_Offset = Annotated[int, msgspec.Meta(ge=0)]


class _Line(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False, kw_only=True):
    id: str = ""
    start: _Offset | None = None
    end: _Offset | None = None
    code: str
    quote: str
    value: str = ""
    case: str = ""
    stance: Stance = ""
    at: str = ""
    memo: str = ""
    before: str = ""
    after: str = ""
    episode: str = ""
    voice: str = ""
    speaker: str = ""


_header = msgspec.json.Decoder(Header)
_line = msgspec.json.Decoder(_Line)
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class CodingsFile:
    """One file as written: `lines[i]` is where `codings[i]` stands. `whole` is false if a line couldn't be read."""

    path: str
    header: Header | None
    codings: tuple[Coding, ...]
    lines: tuple[int, ...]
    whole: bool

    @property
    def reading(self) -> Reading:
        """What the header says of it; a header that can't be read says that nobody has got anywhere."""
        coder, source_id = PurePosixPath(self.path).parent.name, PurePosixPath(self.path).stem
        if self.header is None:
            return Reading(coder, source_id, read_to=0)
        parts = tuple(sorted(self.header.parts))
        return Reading(coder, source_id, self.header.codebook, self.header.read_to, self.header.again, parts)


def decode(data: bytes, path: str, coder: str, source_id: str, problems: list[Problem]) -> CodingsFile:
    """Read a codings file; a line that can't be read is a problem, and the others are read all the same."""
    first, *rest = data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    header = _decode_header(first, path, problems)
    numbered = [(number, line) for number, line in enumerate(rest, 2) if line.strip()]
    read = list(_decode_each(numbered, path, coder, source_id, problems))
    codings = _with_ids(coding for _, coding in read)
    whole = header is not None and len(read) == len(numbered)
    return CodingsFile(path, header, codings, tuple(number for number, _ in read), whole)


def encode(codings: Iterable[Coding], header: Header) -> bytes:
    """The file's bytes: the same codings always make the same bytes."""
    ordered = sorted(codings, key=READING_ORDER)
    return b"".join(line + b"\n" for line in (header_line(header), *map(line_of, ordered)))


def header_line(header: Header) -> bytes:
    return _encode(header)


def line_of(coding: Coding) -> bytes:
    """One coding as its line, without the line end."""
    return _encode(_written(coding))


def anchored(file: CodingsFile, source: Source, problems: list[Problem]) -> Reanchored:
    """The file's codings in the text as it is now; what moved or was lost is a problem that says where."""
    sha256 = file.header.sha256 if file.header else ""
    settled = [coding for coding in file.codings if sha256 in ("", source.sha256) and _stands(coding, source.text)]
    if len(settled) == len(file.codings):
        return Reanchored(file.codings)
    if not sha256 and any(coding.start != NOWHERE and not _stands(coding, source.text) for coding in file.codings):
        # One coding out of place shows that the text was edited: then the others' context has to bear them out too.
        settled = [coding for coding in settled if _is_bare(coding)]
    in_place = set(map(id, settled))
    others = [coding for coding in file.codings if id(coding) not in in_place]
    bare = [
        coding for coding in others if coding.start == NOWHERE or (_is_bare(coding) and sha256 in ("", source.sha256))
    ]
    held = set(map(id, bare))
    anchored = _with_bare(reanchor([coding for coding in others if id(coding) not in held], source), bare, source)
    problems.extend(_drift(file, source, anchored, same_text=sha256 == source.sha256))
    return replace(anchored, kept=(*settled, *anchored.kept))


def header_of(reading: Reading, source: Source) -> Header:
    """The header for this reading of this text, with the words around the place that it has come to."""
    header = Header(source.sha256, reading.codebook, reading.read_to, dict(reading.again))
    if reading.read_to is not None:
        header.read_before = source.text[max(0, reading.read_to - READ_CONTEXT) : reading.read_to]
        header.read_after = source.text[reading.read_to : reading.read_to + READ_CONTEXT]
        header.parts = list(reading.parts)
    return header


def reading_of(
    file: CodingsFile, source: Source, found: Sequence[Coding], moved: Moves, problems: list[Problem]
) -> Reading:
    """What the header says of the reading, with `read_to` in the text as it is now: never past what is seen as unread.

    In an edited text it is where the words before and after it stand together. Where they don't, it is where the last
    coding that began before it ends, or was read to, of those still in order; the beginning, if none was found: and
    that is said. It is never behind the words that stood after it, nor behind a coding that began behind it.
    """
    reading, header = file.reading, file.header
    if reading.read_to is None or header is None or header.sha256 in ("", source.sha256):
        return reading
    if reading.parts:
        what = f"the text was edited since {reading.coder} read passages drawn from it; they count as unread"
        problems.append(Problem(file.path, 1, what, "have them read again, or put `parts` right", "warning"))
    now = {new.id: new for new in found}
    new_ones = {id(new) for _, new in moved}
    pairs = [*moved, *((coding, coding) for coding in now.values() if id(coding) not in new_ones)]
    behind = [new.start for old, new in pairs if old.start >= reading.read_to]
    safe, grown = _last_read(pairs, reading.read_to)
    words = plain(source.text)
    stop = _stop(header, words)
    is_sure = stop is not None and (not _is_in_turn(header) or stop - reading.read_to - grown < SHORTEST_TURN)
    place = stop if stop is not None and is_sure else min([safe, *_places(header.read_after, 0, words)])
    read_to = min([place, *behind])
    if header.read_before and read_to != stop:
        what = f"the text was edited where {reading.coder} had stopped reading; taken as read to {read_to}"
        problems.append(Problem(file.path, 1, what, "if it was read further, correct `read_to`", "warning"))
    return replace(reading, read_to=read_to, parts=())


def _last_read(pairs: Moves, read_to: int) -> tuple[int, int]:
    """Where the last coding that began before this place, and is still in order, was read to; how far it has moved."""
    before = sorted(
        (old.start, new.start, min(new.end, new.start + read_to - old.start))
        for old, new in pairs
        if old.start < read_to
    )
    in_order = longest_rise([start for _, start, _ in before])
    if not in_order:
        return 0, 0
    old_start, new_start, end = before[in_order[-1]]
    return end, new_start - old_start


def _stop(header: Header, words: Plain) -> int | None:
    """Where the words before and after the place that was read to stand together, if there is one such place."""
    for length in SOME_CONTEXT:
        before, after = header.read_before[-length:], header.read_after[:length]
        # Words on one side only don't show that nothing unread came between.
        places = _places(before + after, len(before), words) if before.strip() and after.strip() else []
        if places:
            return places[0] if len(places) == 1 else None
    return None


def _places(context: str, at: int, words: Plain) -> list[int]:
    """Where these words stand in a text, and in the text's own offsets the place that is so far into them."""
    near = plain(context)
    lead = len(near.text) - len(near.text.lstrip())
    wanted = near.text.strip()
    offset = max(0, near.place(at) - lead)
    return (
        [words.start(match.start() + offset) for match in re.finditer(re.escape(wanted), words.text)] if wanted else []
    )


def _is_in_turn(header: Header) -> bool:
    """Whether the place that was read to is in the midst of a turn, which may have moved past others."""
    before, after = header.read_before, header.read_after
    gap = before[len(before.rstrip()) :] + after[: len(after) - len(after.lstrip())]
    return "\n\n" not in gap


def _is_bare(coding: Coding) -> bool:
    """Whether there is nothing but its quote to place a coding by."""
    return not coding.before and not coding.after


def _with_bare(anchored: Reanchored, codings: Iterable[Coding], source: Source) -> Reanchored:
    """Also place the codings that have only their quote; one without offsets hasn't moved."""
    index = Index(source)
    kept, moved, lost = list(anchored.kept), list(anchored.moved), list(anchored.lost)
    for coding in codings:
        placed = by_quote(coding, index)
        if isinstance(placed, Lost):
            lost.append(placed)
        elif coding.start == NOWHERE:
            kept.append(placed)
        else:
            moved.append((coding, placed))
    return Reanchored(tuple(kept), tuple(moved), tuple(lost))


def _stands(coding: Coding, text: str) -> bool:
    marks_text = 0 <= coding.start < coding.end and not coding.quote.isspace()
    return marks_text and text[coding.start : coding.end] == coding.quote


def _drift(file: CodingsFile, source: Source, anchored: Reanchored, *, same_text: bool) -> Iterable[Problem]:
    line_of = {id(coding): line for coding, line in zip(file.codings, file.lines, strict=True)}
    for old, new in anchored.moved:
        do = "check it, then `crosscase check --accept-moves` keeps the new place"
        what = _moved(old, new, same_text)
        yield Problem(file.path, line_of[id(old)], what, do, "error" if same_text else "warning")
    for lost in anchored.lost:
        yield Problem(file.path, line_of[id(lost.coding)], *_lost(lost, source))


def _moved(old: Coding, new: Coding, same_text: bool) -> str:
    if old.start == new.start and not same_text:
        return f"the quote of `{old.id}` is set otherwise now (“{_short(old.quote)}”, now “{_short(new.quote)}”)"
    why = "is not what stands at its place" if same_text else "has moved, because the text was edited"
    name = f", and stands under {new.speaker}, no longer {old.speaker}" if old.speaker not in ("", new.speaker) else ""
    return f"the quote of `{old.id}` {why} ({old.start} to {new.start}){name}"


def _lost(lost: Lost, source: Source) -> tuple[str, str]:
    """What is wrong with a lost coding, and what to do, with the places that it may belong to."""
    coding = lost.coding
    if coding.start != NOWHERE and (coding.start >= coding.end or not coding.quote.strip()):
        what = f"`{coding.id}` marks no text ({coding.start} to {coding.end})"
    elif coding.end > len(source.text):
        what = f"`{coding.id}` ends at {coding.end}, past the end of the text ({len(source.text)}), and {lost.reason}"
    else:
        what = f"`{coding.id}` has no certain place: {lost.reason}"
    correct = f"find it in {source.id} and correct start, end and quote (it is kept)"
    if lost.offers:
        correct = f"{_offered(lost.offers)}; if it belongs there, correct start, end and quote (it is kept)"
    return f"{what}: “{_short(coding.quote)}”", correct


def _offered(offers: Sequence[Offer]) -> str:
    """The best place, and where else the very words stand."""
    best, *others = offers
    how = "found" if best.likeness == 1 else "nearest"
    whose = f" in {best.speaker}'s words" if best.speaker else ""
    also = [str(offer.start) for offer in others if offer.likeness == 1]
    return f"{how} at {best.start}{whose}: “{_short(best.quote)}”" + (f" (also at {', '.join(also)})" if also else "")


def _with_ids(codings: Iterable[Coding]) -> tuple[Coding, ...]:
    """Every coding with an id: where the line has none, one that its content gives, the same at every reading."""
    codings = tuple(codings)
    ids = {coding.id for coding in codings}
    if "" not in ids:
        return codings
    with_ids = []
    for coding in codings:
        if not coding.id:
            coding = replace(coding, id=_id_of(coding, ids))
            ids.add(coding.id)
        with_ids.append(coding)
    return tuple(with_ids)


def _id_of(coding: Coding, taken: set[str]) -> str:
    content = (coding.quote, coding.code_id, coding.value, coding.case_id, coding.stance, coding.episode_id)
    number = 0
    while True:
        digest = int.from_bytes(sha256(repr((*content, number)).encode()).digest())
        name = f"{coding.source_id}-{coding.coder}-{six_letters(digest).upper()}"
        if name not in taken:
            return name
        number += 1


def _decode_header(line: bytes, path: str, problems: list[Problem]) -> Header | None:
    try:
        return _header.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        what = "the first line should tell which text was coded"
        problems.append(Problem(path, 1, what, 'begin the file with a line such as {"sha256":"…","codebook":1}'))
        return None


def _decode_each(
    numbered: list[tuple[int, bytes]], path: str, coder: str, source_id: str, problems: list[Problem]
) -> Iterator[tuple[int, Coding]]:
    seen: set[bytes] = set()
    for number, line in numbered:
        # Two lines that are alike are two codings, each with its own line to be named by.
        read = _read if line not in seen else _read.__wrapped__
        seen.add(line)
        try:
            yield number, read(line, coder, source_id)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            problems.append(_unreadable(error, line, path, number))


@lru_cache(maxsize=1 << 15)
def _read(line: bytes, coder: str, source_id: str) -> Coding:
    """The coding of a line: the same as before where the line was read before, as most of a file are after an act."""
    return _coding(_line.decode(line), coder, source_id)


def _unreadable(error: Exception, line: bytes, path: str, number: int) -> Problem:
    if unknown := jsonl.unknown_fields(line, _Line):
        what = f"a coding has no field `{unknown[0]}`: it has one passage, from `start` to `end`, and one code"
        do = "write a coding for each passage and code; until then this file is not written over"
        return Problem(path, number, what, do)
    do = "correct the line; until then this file is not written over"
    return Problem(path, number, f"this coding can't be read ({error})", do)


def _coding(line: _Line, coder: str, source_id: str) -> Coding:
    start = NOWHERE if line.start is None else line.start
    end = line.end if line.end is not None and start != NOWHERE else start + len(line.quote) * (start != NOWHERE)
    return Coding(
        line.id, source_id, start, end, line.quote, line.code, line.value, line.case, line.stance, coder,
        line.at, line.memo, line.before, line.after, line.episode, line.voice, line.speaker,
    )  # fmt: skip


def _written(coding: Coding) -> _Line:
    has_place = coding.start != NOWHERE
    return _Line(
        id=coding.id, start=coding.start if has_place else None, end=coding.end if has_place else None,
        code=coding.code_id, quote=coding.quote, value=coding.value, case=coding.case_id, stance=coding.stance,
        at=coding.at, memo=coding.memo, before=coding.before, after=coding.after, episode=coding.episode_id,
        voice=coding.voice, speaker=coding.speaker,
    )  # fmt: skip


def _short(quote: str) -> str:
    return quote if len(quote) <= 50 else quote[:49] + "…"
