"""The window's scripts and its styles: plain modules, as they are written."""

from collections.abc import Mapping
from functools import cache
from pkgutil import get_data

_NAMES = ("window.js", "window.css", "news.js", "coding.js", "palette.js", "places.js", "saving.js")


@cache
def scripts() -> Mapping[str, bytes]:
    """Each by its name; no file of a study is ever read here."""
    return {name: get_data(__package__, f"static/{name}") or b"" for name in _NAMES}
