"""What people see: the pages of a report, built from findings as values and rendered as self-contained HTML."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from crosscase.exhibits import considered
from crosscase.framework import Findings
from crosscase.pages.codes import code_pages, codebook_page
from crosscase.pages.data import CodebookPage, CodePage, MatrixPage, OverviewPage, SearchPage, SourcePage
from crosscase.pages.data import Page as BasicPage
from crosscase.pages.exhibits import ExhibitPage, exhibit_pages
from crosscase.pages.material import Material
from crosscase.pages.matrices import matrix_pages
from crosscase.pages.methods import MethodsPage, methods_page
from crosscase.pages.overview import overview
from crosscase.pages.search import search_page
from crosscase.pages.themes import LedgerPage, ThemePage, theme_pages
from crosscase.pages.transcripts import source_pages
from crosscase.pages.typology import TypologyPage, typology_pages
from crosscase.pages.weight import Lean
from crosscase.pages.wording import sentence

__all__ = ["Page", "pages", "render"]

Page = BasicPage | ExhibitPage | TypologyPage | ThemePage | LedgerPage | MethodsPage

_TEMPLATES: Mapping[type, str] = {
    OverviewPage: "overview.html",
    MatrixPage: "matrix.html",
    CodePage: "code.html",
    SourcePage: "source.html",
    CodebookPage: "codebook.html",
    SearchPage: "search.html",
    ExhibitPage: "exhibit.html",
    TypologyPage: "typology.html",
    ThemePage: "theme.html",
    LedgerPage: "claims.html",
    MethodsPage: "methods.html",
}

_SCRIPTS: Mapping[type, str] = {MatrixPage: "matrix.js", SearchPage: "search.js"}


def pages(findings: Findings, on: date) -> tuple[Page, ...]:
    """Every page of a report, the overview first; `on` is the date that is printed on it."""
    material = Material(findings, on)
    return (
        overview(material),
        *exhibit_pages(material, material.layouts, considered(findings)),
        *typology_pages(material),
        *theme_pages(material),
        *matrix_pages(material),
        codebook_page(material),
        *code_pages(material),
        *source_pages(material),
        methods_page(material),
        search_page(material),
    )


def render(page: Page) -> str:
    """A page as HTML that needs nothing beside itself: no font, no address outside the report, no script but its own.

    A page is whole without its script, and its policy allows that one script by its hash and nothing else.
    """
    script, allowed = _script(_SCRIPTS.get(type(page), ""))
    template = _environment().get_template(_TEMPLATES[type(page)])
    return template.render(page=page, frame=page.frame, script=script, allowed=allowed)


@cache
def _script(name: str) -> tuple[Markup, str]:
    """The script of a kind of page, if it has one, and how the page's policy names it."""
    if not name:
        return Markup(), "'none'"
    loader = _environment().loader
    assert loader is not None
    text, *_ = loader.get_source(_environment(), name)
    return Markup(text), f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"  # noqa: S704


@cache
def _environment() -> Environment:
    here = Path(__file__).parent
    environment = Environment(
        loader=ChoiceLoader([FileSystemLoader(here / "templates"), Lean(here / "static")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters["sentence"] = sentence
    environment.filters["as_data"] = asdict
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}
    return environment
