"""The window's scripts and its styles: plain modules, as they are written."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from pkgutil import get_data

STYLES = ("fonts.css", "report.css", "window.css", "source.css")
"""Those of a source's page, in the order in which it asks for them."""

_IMPORT = re.compile(r'^import .* from "\./(.+?)";$', re.MULTILINE)


@cache
def scripts() -> Mapping[str, bytes]:
    """Each by its name; no file of a study is ever read here."""
    names = (
        file.name for file in files(__package__).joinpath("static").iterdir() if file.name.endswith((".js", ".css"))
    )
    return {name: get_data(__package__, f"static/{name}") or b"" for name in names}


@cache
def modules(name: str) -> tuple[str, ...]:
    """A script with all that it imports, and that they import, each once."""
    return tuple(dict.fromkeys(_imported(name)))


def _imported(name: str) -> Iterator[str]:
    yield name
    for needed in _IMPORT.findall(scripts()[name].decode()):
        yield from modules(needed)


@cache
def ahead(file: str) -> str:
    """All that the page of a source asks for, as a `Link` header: a browser fetches it while the page is being made."""
    asked = [
        *(f"<assets/{name}>; rel=preload; as=style" for name in STYLES),
        "<assets/transcript.js>; rel=preload; as=script",
        *(f"<assets/{name}>; rel=modulepreload" for script in ("window.js", "coding.js") for name in modules(script)),
        f"</coding/{file}>; rel=preload; as=fetch; crossorigin",
    ]
    return ", ".join(asked)
