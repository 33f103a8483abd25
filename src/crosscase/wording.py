"""How numbers, nouns, lists, dates and values are said, on pages, in tables and on the command line."""

import re
from calendar import monthrange
from collections.abc import Sequence

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_SHORT = 110
_DATE = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?(?!\d)")


def plural(noun: str) -> str:
    """`codings`, `summaries`, `searches`."""
    if re.search(r"[^aeiou]y$", noun):
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "z", "ch", "sh")) else "s")


def noun_for(number: int, noun: str) -> str:
    """The noun as it stands behind the number."""
    return noun if number == 1 else plural(noun)


def counted(number: int, noun: str) -> str:
    """`1 coding`, `2 codings`, `1,204 codings`."""
    return f"{number:,} {noun_for(number, noun)}"


def how_many(number: int, noun: str) -> str:
    """`no codings`, `1 coding`, `1,204 codings`."""
    return counted(number, noun) if number else f"no {plural(noun)}"


def number_or_none(number: int) -> str:
    """`none`, `1`, `1,204`."""
    return f"{number:,}" if number else "none"


def out_of(number: int, total: int, noun: str) -> str:
    """`2 of 8 communities`."""
    return f"{number:,} of {counted(total, noun)}"


def out_of_read(number: int, read: int, total: int, noun: str) -> str:
    """`2 of 8 communities`; where not all were read for what is counted, `2 of the 4 communities read for it`."""
    if read == total:
        return out_of(number, total, noun)
    if not read:
        return f"none of {counted(total, noun)}, as none was read for it"
    return f"{number:,} of the {counted(read, noun)} read for it"


def listed(words: Sequence[str], joint: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {joint} {words[-1]}"


def either(words: Sequence[str]) -> str:
    """`a`, `a or b`, `a, b or c`."""
    return listed(words, "or")


def first_of(words: Sequence[str], at_most: int) -> str:
    """`a, b, c and 3 more`."""
    shown = ", ".join(words[:at_most])
    return f"{shown} and {len(words) - at_most:,} more" if len(words) > at_most else shown


def sentence(text: str) -> str:
    """With a capital at the beginning, and no other letter changed."""
    return text[:1].upper() + text[1:]


def short(text: str) -> str:
    """The beginning of a definition, as much as a column's head can hold."""
    text = " ".join(text.split())
    if len(text) <= _SHORT:
        return text
    return text[:_SHORT].rsplit(" ", 1)[0].rstrip(" ,;:.(") + " …"


def value_words(value: str) -> str:
    """A value as it is read: `after_the_fact` is `after the fact`."""
    return value.replace("_", " ")


def day(at: str) -> str:
    """An ISO date or time as `3 November 2026`, a month as `June 2021`; anything else as it stands."""
    date = _DATE.match(at)
    if not date or not _exists(int(date[1]), int(date[2]), int(date[3] or 1)):
        return at
    month = f"{MONTHS[int(date[2]) - 1]} {date[1]}"
    return f"{int(date[3])} {month}" if date[3] else month


def _exists(year: int, month: int, day: int) -> bool:
    return 1 <= month <= len(MONTHS) and 1 <= day <= monthrange(year, month)[1]
