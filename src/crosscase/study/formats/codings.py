"""Codings on disk: one JSONL file per coder and source; a header, then one decision per line in reading order."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

import msgspec

from crosscase.coding import READING_ORDER, Coding, Reanchored, Stance, reanchor
from crosscase.problem import Problem
from crosscase.reading import Reading
from crosscase.source import Source


class Header(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """The text that was coded (its sha256), and the reading: see `Reading`. Without `read_to` it is done."""

    sha256: str
    codebook: int = 0
    read_to: int | None = None
    again: dict[str, int] = {}


class _Line(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    id: str
    start: int
    end: int
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
_lines = msgspec.json.Decoder(list[_Line])
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
        return Reading(coder, source_id, self.header.codebook, self.header.read_to, self.header.again)


def decode(data: bytes, path: str, coder: str, source_id: str, problems: list[Problem]) -> CodingsFile:
    """Read a codings file; a line that can't be read is a problem, and the others are read all the same."""
    first, *rest = data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    header = _decode_header(first, path, problems)
    numbered = [(number, line) for number, line in enumerate(rest, 2) if line.strip()]
    read = _decode_all(numbered) or _decode_each(numbered, path, problems)
    codings = tuple(_coding(line, coder, source_id) for _, line in read)
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
    same_text = file.header is not None and file.header.sha256 == source.sha256
    settled = [coding for coding in file.codings if same_text and _stands(coding, source.text)]
    if len(settled) == len(file.codings):
        return Reanchored(file.codings, (), ())
    in_place = set(map(id, settled))
    found = reanchor((coding for coding in file.codings if id(coding) not in in_place), source.text)
    found = Reanchored((*settled, *found.kept), found.moved, found.lost)
    problems.extend(_drift(file, source, found, same_text))
    return found


def _stands(coding: Coding, text: str) -> bool:
    return text[coding.start : coding.end] == coding.quote and not coding.quote.isspace() and coding.start < coding.end


def _drift(file: CodingsFile, source: Source, found: Reanchored, same_text: bool) -> Iterable[Problem]:
    line_of = {id(coding): line for coding, line in zip(file.codings, file.lines, strict=True)}
    why = "is not what stands at its place" if same_text else "has moved, because the text was edited"
    for old, new in found.moved:
        what = f"the quote of `{old.id}` {why} ({old.start} to {new.start})"
        do = "check it, then `crosscase check --accept-moves` keeps the new place"
        yield Problem(file.path, line_of[id(old)], what, do, "error" if same_text else "warning")
    for coding in found.lost:
        yield Problem(file.path, line_of[id(coding)], *_lost(coding, source))


def _lost(coding: Coding, source: Source) -> tuple[str, str]:
    if coding.end > len(source.text):
        what = f"`{coding.id}` ends at {coding.end}, past the end of the text ({len(source.text)})"
    elif coding.start >= coding.end or not coding.quote.strip():
        what = f"`{coding.id}` marks no text ({coding.start} to {coding.end})"
    else:
        places = source.text.count(coding.quote)
        what = (
            f"the quote of `{coding.id}` stands in {places} places" if places else f"the quote of `{coding.id}` is gone"
        )
    return f"{what}: “{_short(coding.quote)}”", f"find it in {source.id} and correct start, end and quote (it is kept)"


def _decode_header(line: bytes, path: str, problems: list[Problem]) -> Header | None:
    try:
        return _header.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        what = "the first line should tell which text was coded"
        problems.append(Problem(path, 1, what, 'begin the file with a line such as {"sha256":"…","codebook":1}'))
        return None


def _decode_all(numbered: list[tuple[int, bytes]]) -> list[tuple[int, _Line]] | None:
    try:
        lines = _lines.decode(b"[" + b",".join(line for _, line in numbered) + b"]")
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    if len(lines) != len(numbered):
        return None
    return [(number, line) for (number, _), line in zip(numbered, lines, strict=True)]


def _decode_each(numbered: list[tuple[int, bytes]], path: str, problems: list[Problem]) -> list[tuple[int, _Line]]:
    read = []
    for number, line in numbered:
        try:
            read.append((number, _line.decode(line)))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            what = f"this coding can't be read ({error})"
            problems.append(Problem(path, number, what, "correct the line; until then this file is not written over"))
    return read


def _coding(line: _Line, coder: str, source_id: str) -> Coding:
    return Coding(
        line.id, source_id, line.start, line.end, line.quote, line.code, line.value, line.case, line.stance, coder,
        line.at, line.memo, line.before, line.after, line.episode, line.voice, line.speaker,
    )  # fmt: skip


def _written(coding: Coding) -> _Line:
    return _Line(
        coding.id, coding.start, coding.end, coding.code_id, coding.quote, coding.value, coding.case_id,
        coding.stance, coding.at, coding.memo, coding.before, coding.after, coding.episode_id, coding.voice,
        coding.speaker,
    )  # fmt: skip


def _short(quote: str) -> str:
    return quote if len(quote) <= 50 else quote[:49] + "…"
