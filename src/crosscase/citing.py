"""Marks in a summary's text and the codings that they lead to: `[2]` is the second of those that the summary cites.

In a file the numbers are those of `cited`, so that a text stays right whatever comes to its cell. Where a person
writes, a mark has the number of a passage that lies beside the text; the two go over into each other without loss.
"""

import re
from collections.abc import Callable, Iterator, Sequence

GONE = "[?]"
"""What stands for a mark whose passage isn't coded any more."""

_MARK = re.compile(r"\[([1-9][0-9]{0,3})\]")
# The space before a mark belongs to it.
_WITH_SPACE = re.compile(rf" ?{_MARK.pattern}")


def parts(text: str, cited: Sequence[str]) -> Iterator[tuple[str, str]]:
    """A stored text in pieces: words with an empty id, and marks with the id of the coding that they lead to."""
    at = 0
    for mark in _MARK.finditer(text):
        number = int(mark[1])
        if number <= len(cited):
            if mark.start() > at:
                yield text[at : mark.start()], ""
            yield mark[0], cited[number - 1]
            at = mark.end()
    if at < len(text):
        yield text[at:], ""


def words(text: str, cited: Sequence[str]) -> str:
    """A stored text without its marks, as it is read where nothing can be led to."""
    return _WITH_SPACE.sub(lambda mark: "" if int(mark[1]) <= len(cited) else mark[0], text)


def marked(text: str, cited: Sequence[str]) -> tuple[str, ...]:
    """The codings that marks of a stored text lead to, in the order of the text."""
    return tuple(dict.fromkeys(coding_id for _, coding_id in parts(text, cited) if coding_id))


def numbered(text: str, cited: Sequence[str], coding_ids: Sequence[str]) -> str:
    """A stored text as it is written in: a mark has the number of its coding among these; `[?]` if it isn't there."""
    places = {coding_id: place for place, coding_id in enumerate(coding_ids, 1)}

    def beside(number: int) -> str:
        if number > len(cited):
            return f"[{number}]"
        place = places.get(cited[number - 1])
        return f"[{place}]" if place else GONE

    return _renumbered(text, beside)


def stored(text: str, coding_ids: Sequence[str], besides: Sequence[str] = ()) -> tuple[str, tuple[str, ...]]:
    """A text as it is kept, with what it cites: what its marks lead to among these codings, and some without a mark."""
    cited: dict[str, int] = {}

    def among_cited(number: int) -> str:
        if number > len(coding_ids):
            return f"[{number}]"
        return f"[{cited.setdefault(coding_ids[number - 1], len(cited) + 1)}]"

    kept = _renumbered(text, among_cited)
    return kept, tuple(dict.fromkeys((*cited, *besides)))


def _renumbered(text: str, mark_of: Callable[[int], str]) -> str:
    return _MARK.sub(lambda mark: mark_of(int(mark[1])), text)
