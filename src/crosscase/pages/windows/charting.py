"""What both windows of charting need: the cells in the order of work, and which of them ask for something."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import chain
from typing import Literal

from crosscase.codebook import Code
from crosscase.matrix import Cell, Matrix, Row, Status
from crosscase.pages import links
from crosscase.pages.windows.seen import Seen

By = Literal["case", "code"]

TO_DISCUSS = "to discuss"
"""What a writer says of a summary that others should look at."""


class Waiting(StrEnum):
    """What a cell waits for. The value is how an address names it."""

    DRAFT = "draft"
    SAID = "said"
    STALE = "stale"
    DISCUSS = "discuss"


def waits_for(cell: Cell) -> Waiting | None:
    """Writing first, then reading again, then talking."""
    if cell.draft:
        return Waiting.DRAFT
    if cell.status is Status.SAID:
        return Waiting.SAID
    if cell.stale:
        return Waiting.STALE
    if cell.summary and cell.summary.status == TO_DISCUSS:
        return Waiting.DISCUSS
    return None


@dataclass(frozen=True)
class Chart:
    """All matrices with the same rows: those of cases, or those of participants."""

    matrices: Mapping[str, Matrix]
    is_of_people: bool

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        return next((matrix.rows for matrix in self.matrices.values()), ())

    @cached_property
    def codes(self) -> tuple[Code, ...]:
        return tuple(chain.from_iterable(matrix.codes for matrix in self.matrices.values()))

    def cell(self, row_id: str, code: Code) -> Cell:
        """Raises KeyError where there is no such row."""
        return self.matrices[code.category_id].cells[row_id, code.id]

    def cells(self, by: By) -> Iterator[Cell]:
        """Every cell, row by row, or code by code."""
        if by == "case":
            yield from (self.cell(row.id, code) for row in self.rows for code in self.codes)
        else:
            yield from (self.cell(row.id, code) for code in self.codes for row in self.rows)


def charts(seen: Seen) -> tuple[Chart, ...]:
    """That of cases, and that of participants where these have rows of their own."""
    people = seen.material.participant_matrices
    return (Chart(seen.material.matrices, False), *([Chart(people, True)] if people else []))


def asked_by(seen: Seen) -> By:
    """In which order this person works: through the codes of a case, or through the cases on a code."""
    return "code" if seen.asked.get("by") == "code" else "case"


def cell_window(seen: Seen) -> Callable[[Cell], str]:
    """Where a cell is written, in the order in which this person works."""
    by = {"by": "code"} if asked_by(seen) == "code" else {}
    return lambda cell: links.window("cell", row=cell.row_id, code=cell.code_id, **by)
