"""A blind second coding: passages drawn for a coder, on a sheet without anybody else's work, and its way back.

Drawn are as large a share of the passages that somebody coded as of those that nobody did, source by source: whoever
gets a passage learns nothing by getting it, and what is measured on them is of the texts as they are.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import ceil
from pathlib import Path

import numpy as np

from crosscase.coding import Coding
from crosscase.exchange import quotes, sheets
from crosscase.exchange.quotes import Doubt, Row
from crosscase.problem import Problem, Refused, nearest
from crosscase.source import Segment, Source, passages
from crosscase.study import Study
from crosscase.typography import plain

COLUMNS = ("place", "source", "speaker", "asked", "quote", "code", "value", "words", "memo", "read")
WIDTHS = (14.0, 10.0, 12.0, 34.0, 70.0, 24.0, 16.0, 30.0, 24.0, 8.0)
NONE = frozenset({"none", "no code", "nothing", "nil", "-", "–", "—"})
HOW = (
    "Each row is a passage. Write into `code` the code that it carries, by name or id (several parted by `;`, or the "
    "row copied), or `none` where none applies: a row left empty counts as not read.",
    "`value` is for codes that have values. Where only a part of the passage carries the code, copy that part into "
    "`words`. Leave `place` as it is. The sheet “codes” says what each code means.",
)


@dataclass(frozen=True, slots=True)
class Drawn:
    """The passages that are put to a coder, in reading order, of how many there are."""

    segments: tuple[Segment, ...]
    passages: int


@dataclass(frozen=True, slots=True)
class Returned:
    """What came back: codings without ids, the stretches that were read by source, and what has to be looked at.

    `blank` is how many passages were left empty, and so weren't read.
    """

    codings: tuple[Coding, ...]
    read: Mapping[str, tuple[tuple[int, int], ...]]
    doubts: tuple[Doubt, ...]
    blank: int
    problems: tuple[Problem, ...]


def draw(study: Study, coder: str, source_ids: Sequence[str], *, share: float, seed: int) -> Drawn:
    """Draw a share (over 0, up to 1) of the passages of these sources, coded and uncoded ones alike, at least one of
    each; those that the coder has read are left out.

    Raises `Refused` if there is no such source, or nothing is left to read.
    """
    if not 0 < share <= 1:
        raise Refused("the share of passages is over 0 and up to 100%")
    sources = [_source(study, source_id) for source_id in source_ids]
    draws = np.random.default_rng(seed)
    chosen: list[Segment] = []
    number = 0
    for source in sources:
        reading = study.reading(coder, source.id)
        left = [p for p in passages(source).kept if reading is None or not reading.reached(p.start)]
        number += len(left)
        others = [c for c in study.codings if c.source_id == source.id and c.coder != coder]
        coded = [p for p in left if any(c.start < p.end and p.start < c.end for c in others)]
        for stratum in (coded, [p for p in left if p not in set(coded)]):
            picked = draws.permutation(len(stratum))[: ceil(share * len(stratum))]
            chosen += [stratum[place] for place in sorted(picked)]
    if not chosen:
        raise Refused(f"there is nothing left for {coder} to read in {', '.join(source_ids)}")
    order = {source.id: place for place, source in enumerate(sources)}
    return Drawn(tuple(sorted(chosen, key=lambda p: (order[p.source_id], p.start))), number)


def sheet(study: Study, drawn: Drawn, on: date) -> bytes:
    """The passages as a workbook, with the codebook beside them, and nothing of what anybody made of them."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    first = book.create_sheet("passages")
    for number, width in enumerate(WIDTHS, 1):
        first.column_dimensions[sheets.letter(number)].width = width
    first.freeze_panes = "A2"
    sheets.append(first, [COLUMNS], bold=True)
    sheets.append(first, _rows(study, drawn), editable=True)
    codes = book.create_sheet("codes")
    for number, width in enumerate((24.0, 30.0, 60.0, 40.0, 40.0, 40.0), 1):
        codes.column_dimensions[sheets.letter(number)].width = width
    sheets.append(codes, [("id", "name", "definition", "when to use it", "when not to", "values")], bold=True)
    sheets.append(codes, _codes(study))
    sheets.append(book.create_sheet("how to"), [[line] for line in HOW])
    return sheets.saved(book, on)


def table(study: Study, drawn: Drawn) -> bytes:
    """The passages as CSV."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([sheets.guarded(entry) for entry in row] for row in _rows(study, drawn))
    return out.getvalue().encode("utf-8-sig")


def collected(path: Path, study: Study, *, all_read: bool = False) -> Returned:
    """What a coder wrote into such a sheet, whatever became of its order and its rows; see `Returned`.

    A passage counts as read where its row names a code, or says that none applies; with `all_read`, every row's does.
    Raises `Refused` if it is no such table.
    """
    rows, problems = quotes.read(path, beside=COLUMNS)
    read: dict[str, set[tuple[int, int]]] = {}
    named: list[Row] = []
    doubts: list[Doubt] = []
    blank = 0
    for row in rows:
        code = row["code"].strip()
        if not (code or row["read"].strip() or all_read):
            blank += 1
            continue
        place = _place(row, study)
        if place is None:
            doubts.append(Doubt(row, "its passage can't be found: `place` was changed, or the text was"))
            continue
        read.setdefault(place.source_id, set()).add((place.start, place.end))
        if code and code.casefold() not in NONE:
            named.append(_as_quote(row, place))
    placements = quotes.placed(named, study)
    doubts += [*placements.doubtful, *placements.missing]
    stretches = {source_id: tuple(sorted(places)) for source_id, places in read.items()}
    return Returned(placements.codings, stretches, tuple(doubts), blank, problems)


def whole(read: Mapping[str, Sequence[tuple[int, int]]], study: Study, coder: str) -> Mapping[str, bool]:
    """Whether with these the coder has read all of each source's passages."""
    complete = {}
    for source_id, stretches in read.items():
        source = _source(study, source_id)
        reading = study.reading(coder, source_id)
        complete[source_id] = all(
            (p.start, p.end) in set(stretches) or (reading is not None and reading.reached(p.start))
            for p in passages(source).kept
        )
    return complete


def _source(study: Study, source_id: str) -> Source:
    source = study.source(source_id)
    if source is None:
        raise Refused(f"there is no source `{source_id}`; {nearest(source_id, [s.id for s in study.sources])}")
    return source


def _rows(study: Study, drawn: Drawn) -> Iterator[tuple[str, ...]]:
    sources = {source.id: source for source in study.sources}
    for segment in drawn.segments:
        source = sources[segment.source_id]
        turn, question = source.turn_at(segment.start), source.question_before(segment.start)
        asked = source.text[question.start : question.end] if question else ""
        words = source.text[segment.start : segment.end]
        place = f"{source.id}:{segment.start}-{segment.end}"
        yield (place, source.id, turn.speaker if turn else "", asked, words, "", "", "", "", "")


def _codes(study: Study) -> Iterator[tuple[str, ...]]:
    for code in study.codebook.codes:
        values = "; ".join(f"{value}: {meaning}" if meaning else value for value, meaning in code.values.items())
        yield (code.id, code.name, code.definition, "; ".join(code.include), "; ".join(code.exclude), values)


def _place(row: Row, study: Study) -> Segment | None:
    """The passage of a row: where it says, if its words stand there; else the only passage with these words."""
    source_id, _, span = row["place"].rpartition(":")
    source = study.source(source_id or row["source"])
    if source is None:
        return None
    words = plain(quotes.unguarded(row["quote"])).text.strip()
    start, _, end = span.partition("-")
    if start.isdecimal() and end.isdecimal() and _says(source, int(start), int(end), words):
        return Segment(source.id, int(start), int(end))
    fitting = [p for p in passages(source).kept if words and _says(source, p.start, p.end, words)]
    return fitting[0] if len(fitting) == 1 else None


def _says(source: Source, start: int, end: int, words: str) -> bool:
    return bool(words) and plain(source.text[start:end]).text.strip() == words


def _as_quote(row: Row, place: Segment) -> Row:
    """The row as one of a table of quotes, whose words are looked for in its passage alone."""
    cells = {**row.cells, "source": place.source_id, "place": f"{place.source_id}:{place.start}-{place.end}"}
    return replace(row, cells={**cells, "quote": row["words"] or quotes.unguarded(row["quote"])})
