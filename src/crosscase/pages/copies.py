"""What an exhibit is copied as: a table for Word, LaTeX, and CSV, each said as the exports say it."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import fields as fields_of

from crosscase.exchange.sheets import guarded
from crosscase.exhibits import Exhibit, Grid, GridCell, ProseExhibit, grid, to_latex
from crosscase.pages.packing import packed


@dataclass(frozen=True, slots=True)
class CopyCell:
    parts: tuple[str, ...]
    span: int
    is_head: bool
    is_list: bool


@dataclass(frozen=True, slots=True)
class Copies:
    """`rows` are those of the table, the first `heads` of them its heads; prose is copied as paragraphs."""

    title: str
    heads: int
    rows: tuple[tuple[CopyCell, ...], ...]
    notes: tuple[str, ...]
    is_prose: bool
    latex: str
    csv: str

    @property
    def packed(self) -> str:
        """What a page's script gets: the fields by their names, and of each cell its parts, or all that is unusual."""
        fields = {field.name: getattr(self, field.name) for field in fields_of(self)}
        return packed(fields | {"rows": [[_data(cell) for cell in row] for row in self.rows]})


def copies(exhibit: Exhibit) -> Copies:
    drawn = grid(exhibit)
    rows = (*drawn.head, *(row for body in drawn.bodies for row in body))
    return Copies(
        drawn.title,
        len(drawn.head),
        tuple(tuple(map(_cell, row)) for row in rows),
        drawn.notes,
        isinstance(exhibit, ProseExhibit),
        to_latex(exhibit),
        _csv(drawn),
    )


def _data(cell: CopyCell) -> object:
    flags = {"is_head": cell.is_head, "is_list": cell.is_list, "span": cell.span if cell.span > 1 else 0}
    unusual = {name: flag for name, flag in flags.items() if flag}
    return {"parts": cell.parts} | unusual if unusual else cell.parts


def _cell(cell: GridCell) -> CopyCell:
    return CopyCell(tuple(filter(None, cell.called)), cell.span, cell.kind == "head", cell.kind == "list")


def _csv(drawn: Grid) -> str:
    """A line for each row; what spans several columns stands in the first of them. Nothing is taken for a formula."""
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    for row in (*drawn.head, *(row for body in drawn.bodies for row in body)):
        writer.writerow([guarded(text) for cell in row for text in _spread(cell)])
    return lines.getvalue()


def _spread(cell: GridCell) -> Iterator[str]:
    yield "\n".join(filter(None, cell.called))
    yield from [""] * (cell.span - 1)
