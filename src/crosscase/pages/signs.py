"""How the states of cells are shown and said on a page."""

from collections.abc import Iterator

from crosscase import citing
from crosscase.matrix import Cell, Status, Summary
from crosscase.pages.data import Link, Sign, Written
from crosscase.pages.material import Material
from crosscase.wording import counted, day

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

PASTED = "unsummarised: pasted quote"

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


def written_in(material: Material, cell: Cell) -> Written | None:
    """A person's summary of a cell, with what a reader should know before trusting it; None where nobody wrote one."""
    summary = cell.summary
    if not summary:
        return None
    by = f"Summary by {material.coder_name(summary.by)}" if summary.by else "Summary"
    flags = ["stale: codings have changed since"] * cell.stale
    flags += [PASTED] * cell.pasted
    flags += [summary.status] * (summary.status not in ("", "done"))
    byline = ", ".join([by, *([day(summary.on)] if summary.on else [])])
    return Written(tuple(pieces_of(material, summary)), byline, tuple(flags))


def pieces_of(material: Material, summary: Summary) -> Iterator[Link]:
    """The words of a summary, and its marks as links to the passages that they cite."""
    for piece, coding_id in citing.parts(summary.text, summary.cited):
        decision = material.by_id.get(coding_id)
        if not coding_id:
            yield Link(material.in_words(piece))
        else:
            yield Link(piece, material.passage(decision) if decision else "")
