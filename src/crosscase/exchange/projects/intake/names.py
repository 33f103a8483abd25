"""What another program's names become here: ids, one-line names, columns and values of tables."""

import re

from crosscase.exchange.importing import id_of
from crosscase.exchange.sheets import FORMULA

_IN_COLUMNS = re.compile(r"[,;\t\r\n\"\x00-\x1f]+")
_OWN_COLUMNS = frozenset({"id", "kind", "title", "date", "case"})
_NUMBER = re.compile(r"[-+]?[\d.,]+%?")
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def plain_id(name: str, fallback: str) -> str:
    """An id made of a name: its letters, digits, `-` and `_`."""
    return id_of(name) or fallback


def one_line(words: str) -> str:
    """Words on one line, without what no file can hold."""
    return " ".join(UNSEEN.sub("", words).split())


def column(name: str) -> str:
    """The name of a column that another program's variable becomes."""
    plain = " ".join(_IN_COLUMNS.sub(" ", name).split()).lstrip("#=+-@ ") or "value"
    return f"{plain} (imported)" if plain in _OWN_COLUMNS else plain


def in_table(value: str) -> str:
    """A value for a table that people open in a spreadsheet: never a formula there."""
    words = one_line(value)
    return f"'{words}" if FORMULA.match(words) and not _NUMBER.fullmatch(words) else words


def free(name: str, taken: set[str]) -> str:
    """The name, or the first of `name-2`, `name-3` … that nothing has; it is taken then, whatever its capitals."""
    candidate, number = name, 2
    while candidate.casefold() in taken:
        candidate, number = f"{name}-{number}", number + 1
    taken.add(candidate.casefold())
    return candidate
