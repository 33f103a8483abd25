"""What people see: the pages of a report, built from findings as values and rendered as self-contained HTML."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined

from crosscase.framework import Findings
from crosscase.pages.codes import code_pages, codebook_page
from crosscase.pages.data import CodebookPage, CodePage, MatrixPage, OverviewPage, Page, SourcePage
from crosscase.pages.material import Material
from crosscase.pages.matrices import matrix_pages
from crosscase.pages.overview import overview
from crosscase.pages.transcripts import source_pages
from crosscase.pages.wording import sentence

__all__ = ["Page", "pages", "render"]

_TEMPLATES: Mapping[type, str] = {
    OverviewPage: "overview.html",
    MatrixPage: "matrix.html",
    CodePage: "code.html",
    SourcePage: "source.html",
    CodebookPage: "codebook.html",
}


def pages(findings: Findings, on: date) -> tuple[Page, ...]:
    """Every page of a report, the overview first; `on` is the date that is printed on it."""
    material = Material(findings, on)
    return (
        overview(material),
        *matrix_pages(material),
        codebook_page(material),
        *code_pages(material),
        *source_pages(material),
    )


def render(page: Page) -> str:
    """A page as HTML that needs nothing beside itself: no script, no font, no address outside the report."""
    return _environment().get_template(_TEMPLATES[type(page)]).render(page=page, frame=page.frame)


@cache
def _environment() -> Environment:
    here = Path(__file__).parent
    environment = Environment(
        loader=ChoiceLoader([FileSystemLoader(here / "templates"), FileSystemLoader(here / "static")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters["sentence"] = sentence
    return environment
