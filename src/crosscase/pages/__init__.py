"""What people see: the pages of a report, built from findings as values and rendered as HTML.

A page is built alone, by its address, and a report is the loop over all addresses.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import lru_cache, partial
from itertools import chain

from crosscase.framework import Findings
from crosscase.pages import links
from crosscase.pages.agreement import AgreementPage, agreement_page
from crosscase.pages.assets import assets
from crosscase.pages.cells import text_beside
from crosscase.pages.clusters import ClustersPage, clusters_page
from crosscase.pages.codes import code_page, codebook_page
from crosscase.pages.covered import CoveragePage, coverage_page
from crosscase.pages.data import CodebookPage, CodePage, MatrixPage, SearchPage, SourcePage
from crosscase.pages.data import Page as BasicPage
from crosscase.pages.exhibits import ExhibitPage, exhibit_page
from crosscase.pages.history import HistoryPage, history_page
from crosscase.pages.links import Address, Kind
from crosscase.pages.material import Material
from crosscase.pages.matrices import matrix_page
from crosscase.pages.methods import MethodsPage, methods_page
from crosscase.pages.overview import OverviewPage, overview
from crosscase.pages.rendering import rendered
from crosscase.pages.saturation import SaturationPage, saturation_page
from crosscase.pages.search import search_page
from crosscase.pages.themes import LedgerPage, ThemePage, ledger_page, theme_page
from crosscase.pages.transcripts import source_page
from crosscase.pages.typology import TypologyPage, typology_page

__all__ = ["Address", "Kind", "Page", "addresses", "assets", "material_of", "page", "pages", "render", "text", "texts"]

Page = (
    BasicPage
    | OverviewPage
    | ExhibitPage
    | TypologyPage
    | ThemePage
    | LedgerPage
    | HistoryPage
    | ClustersPage
    | MethodsPage
    | AgreementPage
    | SaturationPage
    | CoveragePage
)

_BUILDERS: Mapping[Kind, Callable[[Material, str], Page]] = {
    Kind.OVERVIEW: lambda material, _: overview(material),
    Kind.EXHIBIT: exhibit_page,
    Kind.TYPOLOGY: typology_page,
    Kind.THEME: theme_page,
    Kind.LEDGER: lambda material, _: ledger_page(material),
    Kind.MATRIX: matrix_page,
    Kind.PEOPLE: partial(matrix_page, by_participant=True),
    Kind.CODEBOOK: lambda material, _: codebook_page(material),
    Kind.CODE: code_page,
    Kind.SOURCE: source_page,
    Kind.HISTORY: lambda material, _: history_page(material),
    Kind.CLUSTERS: lambda material, _: clusters_page(material),
    Kind.METHODS: lambda material, _: methods_page(material),
    Kind.AGREEMENT: lambda material, _: agreement_page(material),
    Kind.SATURATION: lambda material, _: saturation_page(material),
    Kind.COVERAGE: lambda material, _: coverage_page(material),
    Kind.SEARCH: lambda material, _: search_page(material),
}

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
    HistoryPage: "history.html",
    ClustersPage: "clusters.html",
    MethodsPage: "methods.html",
    AgreementPage: "agreement.html",
    SaturationPage: "saturation.html",
    CoveragePage: "coverage.html",
}

_SCRIPTS: Mapping[type, str] = {
    MatrixPage: "matrix.js",
    SearchPage: "search.js",
    SourcePage: "transcript.js",
    ExhibitPage: "exhibit.js",
}


def addresses(findings: Findings, on: date | None = None) -> Mapping[str, Address]:
    """Every page that there is of these findings, by its file's name; the overview first."""
    material = material_of(findings, on or date.today())
    listed = chain.from_iterable(map(partial(Address, kind), ids) for kind, ids in _ids(material).items())
    return {address.file: address for address in listed}


def page(findings: Findings, address: Address, on: date | None = None, *, is_opening: bool = False) -> Page:
    """The page at an address, built alone; `on` is the date that is printed on it, today if not given.

    As a window's `is_opening`, a long source has what is coded in its first turns only. Raises KeyError where the
    findings have no such page, so that an id from outside is only ever looked up.
    """
    on = on or date.today()
    address = addresses(findings, on)[address.file]
    if is_opening and address.kind is Kind.SOURCE:
        return source_page(material_of(findings, on), address.id, is_opening=True)
    return _page(findings, address, on)


def pages(findings: Findings, on: date) -> tuple[Page, ...]:
    """Every page of a report, the overview first."""
    return tuple(_page(findings, address, on) for address in addresses(findings, on).values())


def _page(findings: Findings, address: Address, on: date) -> Page:
    return _BUILDERS[address.kind](material_of(findings, on), address.id)


@lru_cache(maxsize=1)
def material_of(findings: Findings, on: date) -> Material:
    """The look-ups that pages share, made once for the same findings."""
    return Material(findings, on)


def _ids(material: Material) -> Mapping[Kind, Iterable[str]]:
    """Of what there are pages, in the order of the report; an empty id where there is one page of the kind."""
    study, one = material.study, ("",)
    return {
        Kind.OVERVIEW: one,
        Kind.EXHIBIT: [layout.id for layout in material.layouts],
        Kind.TYPOLOGY: [typology.id for typology in study.typologies],
        Kind.THEME: [theme.id for theme in study.themes],
        Kind.LEDGER: one if study.claims else (),
        Kind.MATRIX: material.matrices,
        Kind.PEOPLE: material.participant_matrices,
        Kind.CODEBOOK: one,
        Kind.CODE: [code.id for code in study.codebook.codes],
        Kind.SOURCE: material.sources if material.has_transcripts else (),
        Kind.HISTORY: one,
        Kind.CLUSTERS: one if material.has_clusters else (),
        Kind.METHODS: one,
        Kind.AGREEMENT: one if material.has_quality else (),
        Kind.SATURATION: one if material.has_quality else (),
        Kind.COVERAGE: one if material.has_quality and not material.is_public else (),
        Kind.SEARCH: one,
    }


def render(page: Page, *, whole: bool = False, served: bool = False) -> str:
    """A page as HTML that asks no network: beside it stand the `assets` that all pages share, or, `whole`, nothing.

    One that is `served` to a window differs by its policy, by the window's own script, and by its way back to work.
    A page can be read without its script, and its policy allows that one script by its hash and no other.
    """
    template, script = _TEMPLATES[type(page)], _SCRIPTS.get(type(page), "")
    return rendered(template, script, whole=whole, served=served, page=page, frame=page.frame)


def texts(findings: Findings, on: date | None = None) -> Mapping[str, str]:
    """Of which sources the turns lie beside the pages, for matrices to ask for: their ids, by the files' addresses."""
    material = material_of(findings, on or date.today())
    return {links.text(source_id): source_id for source_id in material.sources} if material.has_transcripts else {}


def text(findings: Findings, source_id: str, on: date | None = None) -> bytes:
    """The turns of a source as the scripts of matrices ask for them."""
    return text_beside(material_of(findings, on or date.today()), source_id).encode()
