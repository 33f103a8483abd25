"""What pages share: styles and fonts, once in a folder beside them, or inside a page that travels alone."""

from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from pkgutil import get_data

from markupsafe import Markup

from crosscase.pages.weight import lean

FOLDER = "assets"
"""The folder in a report that holds them."""

NO_SCRIPT = "'none'"

_OF_ALL = ("stand-ins", "tokens", "report", "states")
_OF_A_KIND = (
    *("clusters", "codebook", "exhibit", "figures", "history", "margin", "matrix", "methods", "overview", "passages"),
    *("code", "quality"),
    *("search", "source", "stack", "theme", "typology"),
)
_SCRIPTS = ("matrix.js", "search.js", "transcript.js", "exhibit.js")
_PACKING = "packing.js"
_UNPACKING = {"matrix.js", "search.js", "exhibit.js"}
_FONTS = ("serif.woff2", "serif-italic.woff2", "sans.woff2", "sans-italic.woff2")


@cache
def assets() -> Mapping[str, bytes]:
    """The files that a report's pages need beside them, by their addresses."""
    content = {"fonts.css": _fonts().encode(), "report.css": "".join(map(_style, _OF_ALL)).encode()}
    content |= {f"{name}.css": _style(name).encode() for name in _OF_A_KIND}
    content |= {name: _when_read(_script(name)).encode() for name in _SCRIPTS}
    content[_PACKING] = lean(_PACKING, _unpacking()).encode()
    content |= {"OFL.txt": _file("fonts/OFL.txt"), "tiny-inflate.txt": _file("inflate/MIT.txt")}
    return {f"{FOLDER}/{name}": data for name, data in content.items()}


def linked(*names: str) -> Markup:
    """The styles of these names, from the folder beside the page; `report` is that of all pages, with the fonts."""
    files = (file for name in names for file in (("fonts", name) if name == "report" else (name,)))
    links = (f'<link rel="stylesheet" href="{FOLDER}/{file}.css">\n' for file in files)
    return Markup("".join(links))  # noqa: S704


def carried(*names: str) -> Markup:
    """The same styles, and the fonts that they name, as a part of the page."""
    return Markup("".join(f"<style>{_carried(name)}</style>\n" for name in names))  # noqa: S704


def policy(allowed: str, *, whole: bool, served: bool = False) -> str:
    """What a page may load: its own script by its hash; styles from its folder, unless it is whole; fonts in them.

    Opened from a disk, a page has no site of its own, so that its folder has to be named as `file:`. Scripts there are
    those that the one allowed by its hash asks for (`strict-dynamic`): none that stands in a page by itself ever runs.
    A served one may load the window's scripts, speak with its server, and play recordings.
    """
    if not whole and not served and allowed != NO_SCRIPT:
        allowed += " 'strict-dynamic'"
    place = "" if whole else " 'self' file:"
    if served:
        place, allowed = " 'self'", f"'self' {allowed}".removesuffix(f" {NO_SCRIPT}")
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'{place}; font-src data:; "
        "img-src data:; base-uri 'none'" + ("; connect-src 'self'; media-src 'self'" if served else "")
    )


@cache
def script(name: str) -> str:
    """A script of ours as a page that travels alone carries it: with what opens things that are packed, if need be."""
    if name not in _UNPACKING:
        return _script(name)
    notice = _file("inflate/MIT.txt").decode()
    return f"/* tiny-inflate: {notice}*/\n{lean(_PACKING, _unpacking())}\n{_script(name)}"


@cache
def asking(name: str) -> str:
    """The script by which a page asks for those beside it, in their order, before anything is painted."""
    names = (_PACKING, name) if name in _UNPACKING else (name,)
    files = ",".join(f'"{FOLDER}/{file}"' for file in names)
    wanted = 'Object.assign(document.createElement("script"),{src,async:false,blocking:"render"})'
    return f"for(const src of[{files}])document.head.append({wanted})"


def _when_read(text: str) -> str:
    """A script that starts when the whole page is there, whenever it was loaded.

    Until it has run and the fonts are there, for half a second at most, nothing shows: what is painted first stays
    where it is. The fonts are begun at once, so that a page is mostly laid out in them to begin with.
    """
    fonts = "const fonts=()=>Promise.allSettled([...document.fonts].map((font)=>font.load()));fonts()"
    wait = "Promise.race([fonts(),new Promise((done)=>setTimeout(done,500))])"
    begin = f'()=>{{try{{start()}}finally{{{wait}.then(()=>root.remove("settles"))}}}}'
    when = 'document.readyState==="loading"?addEventListener("DOMContentLoaded",begin):begin()'
    root = 'const root=document.documentElement.classList;root.add("settles")'
    return f"{{{root};{fonts};const start=()=>{{{text}}};const begin={begin};{when}}}"


@cache
def _script(name: str) -> str:
    return lean(name, _file(f"static/{name}").decode())


@cache
def _unpacking() -> str:
    """`unpacked`, with the library behind it, which comes as a module of Node's."""
    library = _file("inflate/tiny-inflate.js").decode()
    inflate = f"const inflate = (() => {{ const module = {{}};\n{library}\nreturn module.exports; }})();"
    return f'"use strict";\n{inflate}\n{_file("static/packing.js").decode()}'


@cache
def _style(name: str) -> str:
    return lean(f"{name}.css", _file(f"static/{name}.css").decode())


@cache
def _carried(name: str) -> str:
    if name != "report":
        return _style(name)
    return _fonts() + "".join(map(_style, (*_OF_ALL, "alone")))


@cache
def _fonts() -> str:
    """The fonts as a style that holds them: read with it, they are there before anything is painted in them."""
    style = _style("fonts")
    for font in _FONTS:
        data = b64encode(_file(f"fonts/{font}")).decode()
        style = style.replace(f"url({font})", f"url(data:font/woff2;base64,{data})")
    return style


def _file(name: str) -> bytes:
    """A file of this package: no file of a study is ever read here."""
    data = get_data(__package__, name)
    assert data is not None
    return data
