"""What the readers of YAML files share: a file as its shape, its lists with their lines, ids, words."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from crosscase.problem import Problem, Refused
from crosscase.study.yaml import Lined, LinedList, convert, parse

Words = str | list[str]
T = TypeVar("T")
ID = re.compile(r"[^\W_][\w.\-]*")
LONGEST_ID = 60
"""Letters of an id that is made of a name."""

RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
"""Names that Windows gives no file, whatever their ending."""

FRONT = re.compile(r"---[ \t]*\n(?P<front>.*?)^---[ \t]*$\n?", re.DOTALL | re.MULTILINE)


def whole(text: str, path: str, shape: type[T], problems: list[Problem]) -> tuple[T, Lined]:
    """A file as its shape, and as it was parsed, with the lines of its entries."""
    document, found = parse(text, path)
    problems += found
    return convert(document, shape, path, problems) or shape(), document


def items(document: Lined, name: str) -> list[tuple[Any, int]]:
    """The entries of a list with their lines; none where there is no list of that name."""
    items = document.get(name)
    return list(zip(items, items.lines, strict=True)) if isinstance(items, LinedList) else []


def is_id(id: str, what: str, path: str, line: int, problems: list[Problem]) -> bool:
    if ID.fullmatch(id):
        return True
    advice = "use letters, digits, `.`, `-` and `_`, as in `norms.mobility`"
    problems.append(Problem(path, line, f"`{id}` can't be the id of a {what}", advice))
    return False


def words(written: Words) -> tuple[str, ...]:
    return tuple(written) if isinstance(written, list) else (written,) if written else ()


def refuse_unread(problems: Iterable[Problem]) -> None:
    """Raises `Refused` if something in a file couldn't be read: writing it again might lose that."""
    for problem in problems:
        if problem.level == "error":
            where = f"{problem.path}:{problem.line}: {problem.what}"
            raise Refused(f"{where}; correct that first, nothing was written")


def prove(written: object, meant: object, path: str) -> None:
    """Raises `Refused` if a file, read again, would say anything else than it was meant to say."""
    if written != meant:
        raise Refused(f"{path} can't be written such that it says just this; nothing was changed: edit it by hand")


def filled(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that hold something; the others are not written."""
    return {name: value for name, value in fields.items() if value not in ("", [], {}, None, False)}
