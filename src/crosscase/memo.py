"""A memo is a note that people write to themselves: on a code, a case, a decision, a doubt. Nothing counts it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Memo:
    """One memo; `name` is that of its file, and `about` the ids of what it is on, of any kind."""

    name: str
    date: str = ""
    by: str = ""
    kind: str = ""
    about: tuple[str, ...] = ()
    text: str = ""
