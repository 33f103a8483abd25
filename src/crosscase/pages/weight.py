"""How pages stay light: each carries its styles and its script without what only their authors read."""

from collections.abc import Callable, Mapping

from jinja2 import Environment, FileSystemLoader
from rcssmin import cssmin
from rjsmin import jsmin

_LEAN: Mapping[str, Callable[[str], str]] = {"css": cssmin, "js": jsmin}


class Lean(FileSystemLoader):
    """Styles and scripts as a page carries them; anything else as it stands in its file."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        text, path, is_fresh = super().get_source(environment, template)
        made_lean = _LEAN.get(template.rpartition(".")[2])
        return (made_lean(text) if made_lean else text), path, is_fresh
