"""How pages stay light: styles and scripts go without what only their authors read."""

from collections.abc import Callable, Mapping

from rcssmin import cssmin
from rjsmin import jsmin

_LEAN: Mapping[str, Callable[[str], str]] = {"css": cssmin, "js": jsmin}


def lean(name: str, text: str) -> str:
    """A style or a script as a page carries it; anything else as it stands in its file."""
    made_lean = _LEAN.get(name.rpartition(".")[2])
    return made_lean(text) if made_lean else text
