"""Codings that people list by their quotes, in a table of CSV or a workbook, placed in the study's texts.

A quote is found whatever its typography and capitals; where it stands twice, or not at all, nobody guesses.
"""

import csv
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

from crosscase.anchoring import Index, Offer, in_place, nearest
from crosscase.coding import Coding, Stance
from crosscase.exchange import sheets
from crosscase.exchange.text import decode, separated
from crosscase.exchange.transcript import Unreadable
from crosscase.problem import Problem, Refused
from crosscase.problem import nearest as nearest_id
from crosscase.source import Source
from crosscase.study import Study
from crosscase.typography import plain

COLUMNS = {
    "source": ("document", "transcript", "interview", "file"),
    "quote": ("quotation", "text", "segment", "passage"),
    "code": ("codes",),
    "value": (),
    "case": (),
    "stance": (),
    "memo": ("comment", "note"),
    "episode": (),
    "voice": (),
    "place": (),
    "words": (),
    "read": (),
}
NEEDED = ("source", "quote", "code")

# What people put around a quote that isn't in the text: quotation marks, and dots where it goes on.
_FRAME = "\"' "
_DOTS = re.compile(r"^(?:\[?\.\.\.\]?[ ]*)+|(?:[ ]*\[?\.\.\.\]?)+$")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table; `number` is its line in a spreadsheet, where the head is line 1."""

    number: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass(frozen=True, slots=True)
class Doubt:
    """A row whose quote has no certain place, with the places where it may belong, nearest wording first."""

    row: Row
    reason: str
    offers: tuple[Offer, ...] = ()

    def __str__(self) -> str:
        places = [f"at {offer.start}{_whose(offer)}: “{_short(offer.quote)}”" for offer in self.offers]
        where = f"; {', '.join(places)}" if places else ""
        return f"row {self.row.number}: {self.reason}: “{_short(self.row['quote'])}”{where}"


@dataclass(frozen=True, slots=True)
class Placements:
    """What became of the rows: codings without ids, rows that could stand in several places, and rows not found."""

    codings: tuple[Coding, ...] = ()
    doubtful: tuple[Doubt, ...] = ()
    missing: tuple[Doubt, ...] = ()

    def new(self, study: Study, coder: str) -> tuple[Coding, ...]:
        """The codings that this coder hasn't made yet, each once."""
        there = {_decision(coding) for coding in study.codings if coding.coder == coder}
        new = {_decision(coding): coding for coding in self.codings}
        return tuple(coding for decision, coding in new.items() if decision not in there)


def read(path: Path, beside: Collection[str] = ()) -> tuple[tuple[Row, ...], tuple[Problem, ...]]:
    """The rows of a table of quotes, and what is wrong with it; columns `beside` these may be there and go unread.

    Raises `Refused` if it is no such table.
    """
    table = list(_sheet(path) if path.suffix.lower() == ".xlsx" else _csv(path))
    if not table:
        raise Refused(f"{path} is empty; its first row names the columns: {', '.join(COLUMNS)}")
    (_, head), *rows = table
    columns = _columns(head)
    missing = [name for name in NEEDED if name not in columns.values()]
    if missing:
        raise Refused(f"{path} has no column `{missing[0]}`; its first row names the columns: {', '.join(COLUMNS)}")
    others = [name.strip() for place, name in enumerate(head) if name.strip() and place not in columns]
    unread = [name for name in others if name.casefold() not in beside]
    problems = [
        Problem(path.name, 1, f"the column `{name}` is not read", f"the columns are {', '.join(COLUMNS)}", "warning")
        for name in unread
    ]
    found = []
    for number, cells in rows:
        row = Row(number, {name: cells[place].strip() for place, name in columns.items() if place < len(cells)})
        if any(row.cells.values()):
            found.append(row)
    return tuple(found), tuple(problems)


def placed(rows: Iterable[Row], study: Study) -> Placements:
    """Each row at the one place where its quote stands; a row with several codes, parted by `;`, is several codings."""
    sources = {source.id.casefold(): source for source in study.sources}
    indexes: dict[str, Index] = {}
    codes = _codes(study)
    codings: list[Coding] = []
    doubtful: list[Doubt] = []
    missing: list[Doubt] = []
    for row in rows:
        source = sources.get(row["source"].casefold()) or sources.get(_stem(row["source"]).casefold())
        code_ids = [codes.get(name.strip().casefold(), ()) for name in row["code"].split(";") if name.strip()]
        wrong = _wrong(row, source, code_ids, study)
        if wrong or source is None:
            missing.append(Doubt(row, wrong))
            continue
        index = indexes.setdefault(source.id, Index(source))
        places = _in_passage(_places(row["quote"], index), row["place"])
        if len(places) == 1:
            codings += [_coding(row, source, code_id, places[0]) for (code_id,) in code_ids]
        elif places:
            offers = tuple(_offer(place, source) for place in places[:3])
            doubtful.append(Doubt(row, f"it stands in {len(places)} places of {source.id}", offers))
        else:
            missing.append(Doubt(row, f"it is not in {source.id}", nearest(_bare(row["quote"]), index)[:1]))
    return Placements(tuple(codings), tuple(doubtful), tuple(missing))


def _whose(offer: Offer) -> str:
    return f" in {offer.speaker}'s words" if offer.speaker else ""


def _short(quote: str) -> str:
    """The quote on one line, and not too much of it."""
    words = " ".join(quote.split())
    return words if len(words) <= 80 else words[:79] + "…"


def _decision(coding: Coding) -> tuple[str, int, int, str, str, str]:
    return coding.source_id, coding.start, coding.end, coding.code_id, coding.value, coding.case_id


def _places(quote: str, index: Index) -> list[tuple[int, int]]:
    """Where the quote stands. Capitals that a person wrote tell places apart; where they wrote none, all count."""
    wanted = _bare(quote)
    if not wanted:
        return []
    as_written = _standing(plain(wanted).text, index)
    in_any_case = _standing(plain(wanted, lower=True).text, index.small)
    return as_written if len(as_written) == 1 and wanted != wanted.lower() else in_any_case


def _in_passage(places: list[tuple[int, int]], place: str) -> list[tuple[int, int]]:
    """Those within the passage that the row names, as `I04:120-180`; all of them where it names none."""
    start, _, end = place.rpartition(":")[2].partition("-")
    if not (start.isdecimal() and end.isdecimal()):
        return places
    return [(begin, stop) for begin, stop in places if int(start) <= begin and stop <= int(end)]


def unguarded(text: str) -> str:
    """The text without the apostrophe that kept a spreadsheet from taking it for a formula."""
    return text[1:] if text.startswith("'") and sheets.FORMULA.match(text[1:]) else text


def _standing(wanted: str, index: Index) -> list[tuple[int, int]]:
    wanted = wanted.strip()
    starts = index.places(wanted, (True, True)) or index.places(wanted, (False, False))
    return [index.segment(start, start + len(wanted)) for start in starts]


def _bare(quote: str) -> str:
    """The quote without what people put around it."""
    text = plain(quote).text
    bare = ""
    while bare != text:
        bare, text = text, _DOTS.sub("", _unframed(text.strip()))
    return bare


def _unframed(text: str) -> str:
    """Without a pair of quotation marks around the whole; one that belongs to words inside stays."""
    framed = len(text) > 1 and text[0] == text[-1] and text[0] in _FRAME
    return text[1:-1].strip() if framed and text[0] not in text[1:-1] else text


def _wrong(row: Row, source: Source | None, code_ids: Sequence[Sequence[str]], study: Study) -> str:
    """What of a row the study doesn't know; empty if nothing."""
    if source is None:
        return f"there is no source `{row['source']}` ({nearest_id(row['source'], [s.id for s in study.sources])})"
    if not code_ids:
        return "it names no code"
    for name, ids in zip(filter(str.strip, row["code"].split(";")), code_ids, strict=True):
        if len(ids) != 1:
            known = nearest_id(name.strip(), study.codebook.by_id)
            return (
                f"there is no code `{name.strip()}` ({known})"
                if not ids
                else f"several codes are called `{name.strip()}`"
            )
    if row["case"] and row["case"] not in {case.id for case in study.cases}:
        return f"there is no case `{row['case']}`"
    if row["stance"] and row["stance"] not in get_args(Stance):
        return f"`{row['stance']}` is no stance (they are {', '.join(filter(None, get_args(Stance)))})"
    return _wrong_value(row, code_ids, study)


def _wrong_value(row: Row, code_ids: Sequence[Sequence[str]], study: Study) -> str:
    episodes = {episode.id for case in study.cases for episode in case.episodes}
    if row["episode"] and row["episode"] not in episodes:
        return f"there is no episode `{row['episode']}`"
    for (code_id,) in code_ids:
        values = study.codebook.by_id[code_id].values
        if row["value"] and row["value"] not in values:
            return f"`{row['value']}` is no value of `{code_id}`"
    return ""


def _codes(study: Study) -> dict[str, tuple[str, ...]]:
    """The ids that each name or id, in small letters, stands for. An id goes before a name."""
    codes: dict[str, tuple[str, ...]] = {}
    for code in study.codebook.codes:
        codes[code.name.casefold()] = (*codes.get(code.name.casefold(), ()), code.id)
    return codes | {name.casefold(): (code.id,) for name, code in study.codebook.by_id.items()}


def _coding(row: Row, source: Source, code_id: str, place: tuple[int, int]) -> Coding:
    start, end = place
    bare = Coding(
        "", source.id, start, end, "", code_id, row["value"], row["case"], memo=row["memo"],
        episode_id=row["episode"], voice=row["voice"],
    )  # fmt: skip
    stance = next(stance for stance in get_args(Stance) if stance == row["stance"])
    return in_place(replace(bare, stance=stance), source)


def _offer(place: tuple[int, int], source: Source) -> Offer:
    start, end = place
    turn = source.turn_at(start)
    return Offer(start, end, source.text[start:end], turn.speaker if turn else "", 1.0)


def _columns(head: Sequence[str]) -> dict[int, str]:
    """Which column stands where; another program's names for them are understood too."""
    by_name = {other: name for name, others in COLUMNS.items() for other in (name, *others)}
    columns: dict[int, str] = {}
    for place, name in enumerate(head):
        column = by_name.get(name.strip().casefold())
        if column and column not in columns.values():
            columns[place] = column
    return columns


def _stem(name: str) -> str:
    return name.rsplit(".", 1)[0] if "." in name else name


def _csv(path: Path) -> Iterator[tuple[int, list[str]]]:
    if not path.is_file():
        raise Refused(f"{path} is a folder; name the table in it" if path.is_dir() else f"{path} is not there")
    try:
        text, _ = decode(path.read_bytes())
    except Unreadable as error:
        raise Refused(f"{path}: {error}") from error
    try:
        return enumerate(separated(text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")), 1)
    except csv.Error as error:
        raise Refused(f"{path} can't be read as a table ({error}); save it from a spreadsheet as CSV") from error


def _sheet(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The rows of the workbook's first sheet that has any."""
    filled = (sheet for sheet in sheets.read(path) if sheet.rows)
    return sheets.rows_of(next(filled, sheets.Sheet("", ())))
