"""What people write in Markdown, as HTML: nothing in it is taken as HTML, no image is fetched, and ids lead on.

`[[I05-012]]` is a link to what has this id, in its own words; an id that stands in the text by itself leads there too.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from html import escape

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup

from crosscase.pages.data import Link

Resolve = Callable[[str], Link | None]

_MENTION = re.compile(r"\[\[\s*([^\[\]\n]+?)\s*\]\]")
_ID = re.compile(r"(?<![\w./-])\w+(?:[.-]\w+)*(?:[/=]\w+(?:[.-]\w+)*)?(?![\w-])")
_LOWEST = 6


def to_html(text: str, resolve: Resolve, *, below: int = 0) -> Markup:
    """A text in Markdown; its headings stand `below` those of the page that it is put into."""
    tokens = _markdown().parse(text, {"resolve": resolve})
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(_LOWEST, int(token.tag[1:]) + below)}"
        if token.children:
            token.children = list(_with_ids(token.children, resolve))
    rendered = _markdown().renderer.render(tokens, _markdown().options, {"resolve": resolve})
    return Markup(rendered)  # noqa: S704


def in_plain_words(line: str) -> str:
    """A line with the ids that stand in double brackets by themselves."""
    return _MENTION.sub(r"\1", line)


def mentions(text: str) -> tuple[str, ...]:
    """The ids in double brackets, each once."""
    return tuple(dict.fromkeys(_MENTION.findall(text)))


@cache
def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False}).disable("image")
    markdown.inline.ruler.before("link", "mention", _mention)
    markdown.add_render_rule("mention", _led)
    return markdown


def _mention(state: StateInline, silent: bool) -> bool:
    found = _MENTION.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        state.push("mention", "", 0).content = found[1]
    state.pos = found.end()
    return True


def _led(_: RendererHTML, tokens: Sequence[Token], at: int, __: OptionsDict, env: EnvType) -> str:
    """A mention as a link; one of nothing that the study has is marked so."""
    token = tokens[at]
    link: Link | None = env["resolve"](token.content)
    if link is None:
        return f'<span class="broken" title="leads nowhere">{escape(token.content)}</span>'
    words = escape(token.meta.get("words") or link.text)
    return f'<a href="{escape(link.href)}">{words}</a>' if link.href else words


def _with_ids(tokens: Sequence[Token], resolve: Resolve) -> Iterator[Token]:
    """The parts of a line, with a mention for each id in plain words or alone in a code; what is linked stays so."""
    depth = 0
    for token in tokens:
        depth += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        if depth or token.type not in ("text", "code_inline"):
            yield token
        elif token.type == "text":
            yield from _split(token.content, resolve)
        else:
            yield _as_written(token.content) if _is_id(token.content, resolve) else token


def _split(text: str, resolve: Resolve) -> Iterator[Token]:
    end = 0
    for found in _ID.finditer(text):
        if _is_id(found[0], resolve):
            yield Token("text", "", 0, content=text[end : found.start()])
            yield _as_written(found[0])
            end = found.end()
    yield Token("text", "", 0, content=text[end:])


def _is_id(word: str, resolve: Resolve) -> bool:
    """Whether this is something's id; a plain word never counts as one, though a code may be called so."""
    return bool(re.search(r"[\d._/=-]", word)) and resolve(word) is not None


def _as_written(id: str) -> Token:
    return Token("mention", "", 0, content=id, meta={"words": id})
