"""The window's scripts and its styles: plain modules, as they are written."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pkgutil import get_data


@cache
def scripts() -> Mapping[str, bytes]:
    """Each by its name; no file of a study is ever read here."""
    names = (
        file.name for file in files(__package__).joinpath("static").iterdir() if file.name.endswith((".js", ".css"))
    )
    return {name: get_data(__package__, f"static/{name}") or b"" for name in names}
