"""What is copied from an exhibit's page says the same as what is exported."""

import csv
import io

import pytest

from crosscase.exhibits import Exhibit, considered, exhibits, grid, laid_out, to_latex
from crosscase.pages.copies import copies
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
