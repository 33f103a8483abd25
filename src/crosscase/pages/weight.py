"""How pages stay light: each carries its styles and its script without what only their authors read."""

import re
from collections.abc import Callable

from jinja2 import Environment, FileSystemLoader

_STRINGS_AND_SPACES = re.compile(r'("[^"]*")|/\*.*?\*/|\s*([{};,>])\s*|(:)\s+|\s+', re.DOTALL)
_INDENTS_AND_REMARKS = re.compile(r"^\s*(?:/\*.*?\*/\s*)?", re.DOTALL | re.MULTILINE)


class Lean(FileSystemLoader):
    """Styles and scripts as a page carries them; anything else as it stands in its file."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        text, path, is_fresh = super().get_source(environment, template)
        made_lean = {"css": lean_style, "js": lean_script}.get(template.rpartition(".")[2])
        return (made_lean(text) if made_lean else text), path, is_fresh


def lean_style(text: str) -> str:
    """A style sheet without its comments, and with spaces only where they mean something; strings stay as they are."""
    return _STRINGS_AND_SPACES.sub(_kept, text).replace(";}", "}").strip()


def lean_script(text: str) -> str:
    """A script without indentation and without comments that begin a line; no string in it may span lines."""
    return _INDENTS_AND_REMARKS.sub("", text)


def _kept(match: re.Match[str]) -> str:
    if match[0].startswith("/*"):
        return ""
    return match[1] or match[2] or match[3] or " "
