"""Words in quotation marks, looked up in the sources that they are said to come from."""

import re
from collections.abc import Iterable

from crosscase.source import Source, count_words

SHORTEST = 4
MARK = " [not found in the sources]"

_QUOTED = re.compile(r'“([^“”]+)”|(?<!\w)"([^"]+)"(?!\w)|(?<!\w)‘([^‘]+?)’(?!\w)|«([^«»]+)»|»([^«»]+)«|„([^„“]+)“')
_LEFT_OUT = re.compile(r"\[[^\]]*\]|…|\.\.\.")
_NOT_WORDS = re.compile(r"[^\w]+")


class Quotations:
    """Finds what is quoted in a text, and whether it stands in a source word for word.

    Fewer than four words count as a manner of speaking. What is left out with `…` or put in `[brackets]` parts a quote.
    """

    def __init__(self, sources: Iterable[Source]) -> None:
        self._texts = [_words(source.text) for source in sources]

    def marked(self, text: str) -> str:
        """The text with a mark behind each quote that stands in no source."""
        return _QUOTED.sub(lambda match: match[0] if self._stands(match) else match[0] + MARK, text)

    def _stands(self, match: re.Match[str]) -> bool:
        quote = next(group for group in match.groups() if group)
        if count_words(quote) < SHORTEST:
            return True
        pieces = [_words(piece) for piece in _LEFT_OUT.split(quote)]
        return all(any(piece in text for text in self._texts) for piece in pieces if piece.strip())


def _words(text: str) -> str:
    return f" {_NOT_WORDS.sub(' ', text.casefold()).strip()} "
