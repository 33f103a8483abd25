"""How a page becomes HTML: the templates, and what a page may load."""

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from crosscase.pages import links
from crosscase.pages.assets import NO_SCRIPT, asking, carried, linked, policy
from crosscase.pages.assets import script as script_of
from crosscase.pages.packing import packed
from crosscase.wording import plural, sentence


def rendered(template: str, script: str = "", *, whole: bool = False, served: bool = False, **values: object) -> str:
    """A template with its values, and with one of our scripts, if it is named, allowed by its hash."""
    text, allowed = _script(script, whole=whole)
    return (
        environment()
        .get_template(template)
        .render(
            script=text,
            whole=whole,
            policy=policy(allowed, whole=whole, served=served),
            served=served,
            style=carried if whole else linked,
            **values,
        )
    )


@cache
def _script(name: str, *, whole: bool) -> tuple[Markup, str]:
    """What a kind of page runs, if it does, and how the page's policy names it: the script, or what asks for it."""
    if not name:
        return Markup(), NO_SCRIPT
    text = script_of(name) if whole else asking(name)
    return Markup(text), f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"  # noqa: S704


def css(text: str) -> Markup:
    """Words as a string of a style, in which nobody's words can end it."""
    escaped = re.sub(r"[^\w .,:;-]", lambda sign: f"\\{ord(sign[0]):x} ", text)
    return Markup(f'"{escaped}"')  # noqa: S704


@cache
def environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals["links"] = links
    environment.filters["sentence"] = sentence
    environment.filters["plural"] = plural
    environment.filters["css"] = css
    environment.filters["packed"] = packed
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}
    return environment
