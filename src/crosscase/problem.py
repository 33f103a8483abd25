"""Mistakes in a study, as values.

A `Problem` is something a person can put right in a file; a `Refused` is an act that was not carried out.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """A mistake in a study's file: where it is, what is wrong, and what to do.

    `path` is relative to the study; `line` counts from 1, and is 1 where the whole file is meant.
    An `error` makes `crosscase check` fail; a `warning` is worth a look and doesn't. `about` is the id that it
    concerns, and `several` what may be said instead of many of its kind in one file, behind their number.
    """

    path: str
    line: int
    what: str
    do: str
    level: Literal["error", "warning"] = "error"
    about: str = field(default="", compare=False)
    several: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.place}: {self.told}"

    @property
    def place(self) -> str:
        """Where it is, as editors and terminals take it."""
        return one_line(f"{self.path}:{self.line}")

    @property
    def told(self) -> str:
        """What is wrong, and what to do, on one line."""
        note = "" if self.level == "error" else "note: "
        return one_line(f"{note}{self.what}; {self.do}")


class Refused(Exception):
    """An act that was not carried out, because doing it would lose or spoil something.

    Its text is one line that says what to do.
    """


class Blocked(Refused):
    """An act that can be carried out as it is, once something outside the program is put right: a full disk, a file
    that another program holds, a line that can't be read.
    """


class Outdated(Refused):
    """An act that was not carried out, because what it is about was changed since the person looked at it."""


def one_line(text: str) -> str:
    """A text for a line of its own: whatever breaks lines or steers a terminal in it, as quotes may, is a space."""
    return _BREAKS.sub(" ", text)


def nearest(id: str, known: Iterable[str]) -> str:
    """What to do about an id that there isn't: the one that was probably meant, alone or behind a `/`."""
    return _nearest(id, tuple(known))


@lru_cache(maxsize=512)
def _nearest(id: str, known: tuple[str, ...]) -> str:
    """A study that is read again after each decision asks the same again, of ids by the thousand."""
    from difflib import get_close_matches

    near = [one for one in known if one.endswith(f"/{id}")] or get_close_matches(id, known, 1)
    return f"did you mean `{near[0]}`?" if near else "correct the id, or add it"
