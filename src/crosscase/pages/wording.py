"""How numbers, units, dates and states are said on a page. Counts carry their unit and what they are out of."""

from datetime import date

from crosscase.claim import plural as plural
from crosscase.matrix import Cell, Status
from crosscase.pages.data import Sign

_SHAPES = {
    Status.SUMMARISED: "summarised",
    Status.SAID: "charted",
    Status.DRAFT: "draft",
    Status.SILENT: "silent",
    Status.NOTHING: "nothing",
    Status.NOT_ASKED: "not-asked",
    Status.NOT_READ: "not-read",
    Status.OPEN: "open",
    Status.OLDER: "older",
}
_SHORT = 110

MEANINGS = {
    Status.SUMMARISED: "A person read the passages and wrote what they come to.",
    Status.SAID: "People coded passages here; nobody has summarised them yet.",
    Status.DRAFT: "Only the machine’s suggestions so far. No person has checked them; they are not evidence.",
    Status.SILENT: "The question was put, people read to the end, and found nothing on this code.",
    Status.NOTHING: "People read to the end and found nothing; that a question asked about this code isn’t known.",
    Status.NOT_ASKED: "The guide has a question on this code, but it was not put here. That is not a “no”.",
    Status.NOT_READ: "No person has begun to read what was said here, so nothing can be concluded.",
    Status.OPEN: "Somebody is reading what was said here and has not come to the end, so nothing can be concluded.",
    Status.OLDER: "It was read before this code came, or got its present meaning, and not gone through for it since.",
}


def sign(status: Status) -> Sign:
    """A state by shape and words, never by colour."""
    return Sign(_SHAPES[status], status.value)


def sign_of(cell: Cell) -> Sign:
    """A cell's state; a draft says how much it rests on."""
    if cell.status is Status.DRAFT:
        return Sign("draft", f"from {counted(len(cell.suggestions), 'suggestion')}, unchecked")
    return sign(cell.status)


def said_of(cell: Cell) -> str:
    """A cell's state in one phrase that stands alone."""
    if cell.basis == "draft":
        return f"draft in part, {cell.status.value}" if cell.codings or cell.summary else f"draft {sign_of(cell).words}"
    return cell.status.value


def sentence(text: str) -> str:
    """With a capital at the beginning, and no other letter changed."""
    return text[:1].upper() + text[1:]


def counted(number: int, noun: str) -> str:
    """`1 coding`, `2 codings`, `1,204 codings`."""
    return f"{number:,} {noun if number == 1 else plural(noun)}"


def out_of(number: int, total: int, noun: str) -> str:
    """`2 of 8 communities`."""
    return f"{number:,} of {total:,} {noun if total == 1 else plural(noun)}"


def out_of_read(number: int, read: int, total: int, noun: str) -> str:
    """`2 of 8 communities`; where not all were read for what is counted, `2 of the 4 communities read for it`."""
    if read == total:
        return out_of(number, total, noun)
    if not read:
        return f"none of {counted(total, noun)}, as none was read for it"
    return f"{number:,} of the {read:,} {noun if read == 1 else plural(noun)} read for it"


def listed(words: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1] if words else ""


def day(at: str) -> str:
    """An ISO date or time as `3 November 2026`; anything else as it stands."""
    try:
        found = date.fromisoformat(at[:10])
    except ValueError:
        return at
    return f"{found.day} {found:%B %Y}"


def short(text: str) -> str:
    """The beginning of a definition, as much as a column's head can hold."""
    text = " ".join(text.split())
    if len(text) <= _SHORT:
        return text
    return text[:_SHORT].rsplit(" ", 1)[0].rstrip(" ,;:.(") + " …"
