"""How pages stay light: styles and scripts go without what only their authors read, pages without what HTML implies."""

import re
from collections.abc import Callable, Mapping

from rcssmin import cssmin
from rjsmin import jsmin

_TAG = re.compile(r"<[a-zA-Z][^<>]*>")
_TEXT = re.compile(r"(?<=>)[^<]*&#3[49];[^<]*")
_QUOTED = re.compile(r"""="([^\s"'=<>`]*[^\s"'=<>`/])"(?=[\s>])""")
# White space at the edge of what is never in a line with words is seen nowhere.
_NEVER_INLINE = (
    "(?:html|head|meta|link|title|style|script|body|main|nav|header|footer|section|article|aside|div|form|fieldset|p|[uod]l|"
    "li|d[td]|table|caption|thead|tbody|tr|t[dh]|blockquote|figure|figcaption|path|line|rect|circle|text|desc)"
)
_SPACES = re.compile(rf"(?<=>)\s+(?=</?{_NEVER_INLINE}[\s>])|(?:(</?{_NEVER_INLINE}(?=[\s>])[^<>]*>))\s+(?=<)")
_FRAME_ENDS = re.compile(r"<head>|</(?:head|body|html)>\s*")
_ROW_ENDS = re.compile(r"</tr>(?=<tr[\s>]|</t(?:head|body|able)>)")
_SECTION_ENDS = re.compile(r"</t(?:head|body)>(?=<tbody[\s>]|</table>)")
_CELL_ENDS = re.compile(r"</t[dh]>\s*(?=<t[dh][\s>]|</tr>)")
_EMPTY = r"<(?:p|li|d[td])(?=[\s>])[^<>]*></(?:p|li|d[td])>"
_BLOCK = r"(?:p|div|[uod]l|h[1-6]|table|blockquote|figure|section|details)[\s>]"
_CLOSED = r"</(?:div|li|dd|td|tr|section|article|aside|figure|figcaption|blockquote|details|main|footer|header)>"
_ENTRY = r"(?:</li>(?=\s*(?:<li[\s>]|</[uo]l>))|</dd>(?=\s*(?:<d[td][\s>]|</(?:div|dl)>)))"
# Lines that end between paragraphs would come to lie in them, where they may be shown.
_ENDS = re.compile(
    rf"({_EMPTY})|</p>\s*(?:{_ENTRY}\s*|(?=<{_BLOCK}|<td[\s>]|{_CLOSED}))|{_ENTRY}|</dt>(?=\s*<d[td][\s>])"
)
_AUTO = re.compile(r"(<(?!input|textarea)[a-z]+[^<>]*?) dir=auto(?=[\s>])")
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\u200f\u202b\u202e\u2067\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]"
)


def lean(name: str, text: str) -> str:
    """A style, a script or a page as it is read; anything else as it stands in its file.

    A page is one whose scripts and styles lie beside it: what it carries itself has no sign of markup in it.
    """
    made_lean = _LEAN.get(name.rpartition(".")[2])
    return made_lean(text) if made_lean else text


def _page(text: str) -> str:
    """Quotes only where a value needs them or ends in a slash, no ends that what follows implies, signs as they are."""
    text = _TEXT.sub(lambda found: found[0].replace("&#39;", "'").replace("&#34;", '"'), _TAG.sub(_tag, text))
    text = _FRAME_ENDS.sub("", _SPACES.sub(lambda found: found[1] or "", text))
    # What is empty keeps its end: a line that came to lie in it would count as its content.
    text = _ENDS.sub(lambda found: found[1] or "", _CELL_ENDS.sub("", text))
    text = _SECTION_ENDS.sub("", _ROW_ENDS.sub("", text))
    # Where nothing runs from right to left, a direction that goes by the words is the usual one.
    return text if _RIGHT_TO_LEFT.search(text) else _AUTO.sub(r"\1", text)


def _tag(found: re.Match[str]) -> str:
    return _QUOTED.sub(r"=\1", found[0].replace("&#39;", "'"))


_LEAN: Mapping[str, Callable[[str], str]] = {"css": cssmin, "js": jsmin, "html": _page}
