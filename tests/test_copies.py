"""What is copied from an exhibit's page says the same as what is exported."""

import csv
import io
from typing import Any

import pytest

from crosscase.exhibits import Exhibit, considered, exhibits, grid, laid_out, to_latex
from crosscase.pages.copies import copies
from crosscase.pages.packing import unpacked
from tests.test_exhibits import sample


def drawn() -> list[Exhibit]:
    return list(exhibits(sample(), laid_out(sample()), considered(sample())))


@pytest.mark.parametrize("made", drawn(), ids=lambda made: made.id)
def test_a_copy_has_the_rows_of_the_exports_and_as_many_columns_in_each(made: Exhibit) -> None:
    copied = copies(made)
    table = list(csv.reader(io.StringIO(copied.csv)))
    assert {len(row) for row in table} == {grid(made).width}
    assert len(table) == len(copied.rows)
    assert {sum(cell.span for cell in row) for row in copied.rows} == {grid(made).width}
    assert copied.latex == to_latex(made)
    assert copied.notes == grid(made).notes


@pytest.mark.parametrize("made", drawn(), ids=lambda made: made.id)
def test_a_page_carries_every_cell_of_a_copy_and_says_of_usual_ones_only_their_words(made: Exhibit) -> None:
    copied = copies(made)
    carried = unpacked(copied.packed)
    spelt: list[list[dict[str, Any]]] = [
        [({"span": 1} | cell if isinstance(cell, dict) else {"span": 1, "parts": cell}) for cell in row]
        for row in carried["rows"]
    ]
    assert [[(cell["parts"], cell["span"]) for cell in row] for row in spelt] == [
        [(list(cell.parts), cell.span) for cell in row] for row in copied.rows
    ]
    assert [[bool(cell.get("is_head")) for cell in row] for row in spelt] == [
        [cell.is_head for cell in row] for row in copied.rows
    ]
    assert carried["latex"] == copied.latex
