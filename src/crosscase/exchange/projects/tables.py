"""Databases that other programs keep: opened to read, only with tables and columns that are there."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crosscase.exchange.transcript import Unreadable

PATIENCE = 2
MOST_ROWS = 2_000_000

Row = dict[str, str]


class Tables:
    """The tables of a database, each as rows from column to text; a column that isn't there is empty."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._names = {row[0] for row in _all(connection, "SELECT name FROM sqlite_master WHERE type = 'table'")}

    def __contains__(self, table: str) -> bool:
        return table in self._names

    def rows(self, table: str, *columns: str) -> Iterator[Row]:
        """The rows of a table, in the order in which they were made; none of a table that isn't there."""
        if table not in self._names:
            return
        there = {row[1] for row in _all(self._connection, f"PRAGMA table_info({table})")}
        asked = [column for column in columns if column in there]
        selected = ", ".join(f'"{column}"' for column in asked)
        statement = f'SELECT {selected} FROM "{table}" ORDER BY rowid LIMIT {MOST_ROWS}'  # noqa: S608  (own names only)
        for values in _all(self._connection, statement) if asked else ():
            written = map(_written, values)
            yield dict.fromkeys(columns, "") | dict(zip(asked, written, strict=True))


@contextmanager
def opened(path: Path) -> Iterator[Tables]:
    """A database, to read. Raises `Unreadable` where it is none, damaged, or held by another program."""
    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=PATIENCE)
    except sqlite3.Error as error:
        raise Unreadable(f"the database can't be opened ({error})") from error
    connection.text_factory = lambda data: data.decode("utf-8", errors="replace")
    try:
        _all(connection, "PRAGMA trusted_schema = OFF")
        _all(connection, "PRAGMA cell_size_check = ON")
        yield Tables(connection)
    finally:
        connection.close()


def _written(value: object) -> str:
    """A value as text; what some programs store as bytes is UTF-8 all the same."""
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    return "" if value is None else str(value)


def whole(written: str) -> int:
    """A whole number as a database has it; -1 for what is none."""
    plain = written.strip()
    return int(plain) if plain.lstrip("-").isdecimal() and len(plain) < 12 else -1


def _all(connection: sqlite3.Connection, statement: str) -> list[tuple[object, ...]]:
    try:
        return connection.execute(statement).fetchall()
    except (sqlite3.Error, ValueError, OverflowError, MemoryError) as error:
        held = "locked" in str(error)
        do = "close it in the other program, then try again" if held else "save the project again, or repair it"
        raise Unreadable(f"the database can't be read ({error}); {do}") from error
