"""Addresses: made of ids, in one place, never shared, and unbroken by whatever is added to a study."""

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import html  # type: ignore[import-untyped]

from benchmarks import paging
from crosscase.case import Case
from crosscase.codebook import Code
from crosscase.coding import Coding
from crosscase.framework import Findings, analyse
from crosscase.pages import Address, Kind, addresses, material, page, pages, render
from crosscase.pages.links import Places, anchor, cell_anchor, file_name, row_anchor, type_anchor
from crosscase.source import parse
from crosscase.study import Study, load
from tests.small_study import small_findings, small_study

SAMPLE = Path(__file__).parent.parent
PAGES = SAMPLE / "src" / "crosscase" / "pages"
DAY = date(2026, 11, 22)
IDS = st.text(st.characters(), min_size=1, max_size=200)


# -- ids as names


@given(st.sets(IDS, min_size=2, max_size=6))
@example({"J05", "j05", "~j05", "j~48~5"})
@example({"süd", "su\u0308d", "sud", "SÜD"})
@example({"a/b", "a", "a~47~b", "../a"})
@example({"x" * 130, "x" * 131, "x" * 120})
def test_no_two_ids_share_a_file_even_where_capitals_do_not_count(ids: set[str]) -> None:
    files = {Address(Kind.CODE, name).file.casefold() for name in ids}
    assert len(files) == len(ids)


@given(st.sets(st.builds(Address, st.sampled_from(Kind), IDS), min_size=2, max_size=6))
@example({Address(Kind.MATRIX, "cost-participants"), Address(Kind.PEOPLE, "cost")})
def test_no_two_pages_share_a_file(places: set[Address]) -> None:
    assert len({place.file.casefold() for place in places}) == len(places)


@given(IDS)
@example("CON")
@example("../../etc/passwd")
@example("<b>'\"&?#%\\:*|\0")
def test_a_file_can_be_written_and_linked_to_on_every_system(id: str) -> None:
    file = Address(Kind.THEME, id).file
    assert re.fullmatch(r"theme-[a-z0-9._~-]+\.html", file)
    assert len(file.encode()) < 255


@given(st.sets(st.tuples(IDS, IDS), min_size=2, max_size=6))
@example({("a/b", "c"), ("a", "b/c"), ("A", "b/c"), ("a b", "c"), ("a~32~b", "c")})
def test_no_two_cells_share_an_anchor_and_an_anchor_needs_no_escaping(cells: set[tuple[str, str]]) -> None:
    anchors = {cell_anchor(row_id, code_id) for row_id, code_id in cells}
    assert len(anchors) == len(cells)
    assert all(re.fullmatch(r"[A-Za-z0-9._:~/-]+", place) for place in anchors)
    assert anchors.isdisjoint(row_anchor(row_id) for row_id, _ in cells)


def test_a_plain_id_keeps_its_name() -> None:
    assert [file_name(name) for name in ("norms.farmers", "three-types", "in_force", "2b")] == [
        "norms.farmers", "three-types", "in_force", "2b",
    ]  # fmt: skip
    assert (file_name("I08"), file_name("süd ufer")) == ("~i08", "s~252~d~32~ufer")
    assert Address(Kind.MATRIX, "policy").at(cell_anchor("J05", "policy.substances")) == (
        "matrix-policy.html#J05/policy.substances"
    )


def test_what_is_made_of_ids_never_meets_what_a_template_fixes() -> None:
    """Fixed anchors hold no slash; those made of ids always do."""
    templates = "".join(path.read_text(encoding="utf-8") for path in PAGES.glob("templates/*.html"))
    fixed = re.findall(r' id="([^"{]+)"', templates)
    assert len(fixed) > 30
    assert "/" not in "".join(fixed)
    assert "/" in type_anchor("")


# -- pages by their address


def test_a_page_is_built_alone_and_is_the_one_of_the_report() -> None:
    findings = small_findings()
    by_file = {built.file: built for built in pages(findings, DAY)}
    assert list(addresses(findings)) == list(by_file)
    assert {address.kind for address in addresses(findings).values()} >= set(Kind) - {
        Kind.TYPOLOGY, Kind.THEME, Kind.LEDGER, Kind.CLUSTERS,
    }  # fmt: skip
    for file, address in addresses(findings).items():
        assert render(page(small_findings(), address, DAY)) == render(by_file[file])


def test_no_exhibit_is_drawn_to_list_what_pages_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    findings = analyse(load(SAMPLE))
    monkeypatch.setattr(material, "exhibit", None)
    listed = [address.id for address in addresses(findings).values() if address.kind is Kind.EXHIBIT]
    assert listed == [layout.id for layout in findings.study.layouts]


def test_the_heaviest_page_of_each_kind_is_quick_alone() -> None:
    """The target is 0.1 s; the bound leaves room for a slow machine."""
    for what, seconds, *_ in paging.rows(SAMPLE, runs=3):
        assert seconds < 0.25, what


@pytest.mark.parametrize(
    "address",
    [
        Address(Kind.CODE, "no.such.code"),
        Address(Kind.SOURCE, "../study"),
        Address(Kind.MATRIX),
        Address(Kind.OVERVIEW, "x"),
    ],
    ids=str,
)
def test_an_address_that_there_is_not_is_looked_up_and_refused(address: Address) -> None:
    with pytest.raises(KeyError):
        page(small_findings(), address, DAY)


def test_no_transcript_can_be_asked_for_by_its_address_where_it_is_not_shown() -> None:
    study = small_study()
    public = analyse(replace(study, settings=replace(study.settings, profile="public")))
    assert Kind.SOURCE not in {address.kind for address in addresses(public).values()}
    with pytest.raises(KeyError):
        page(public, Address(Kind.SOURCE, study.sources[0].id), DAY)


def _places(findings: Findings) -> set[tuple[str, str]]:
    """Every place that a link of a report leads to, by file and anchor."""
    places = set()
    for built in pages(findings, DAY):
        for href in html.fromstring(render(built)).xpath("//a/@href"):
            file, _, place = href.partition("#")
            # A matrix leads to the turns around its passages within its own page: they go when a passage goes.
            if not place.startswith("near/"):
                places.add((file or built.file, place))
    return places


def _anchors(findings: Findings) -> set[tuple[str, str]]:
    anchors = set()
    for built in pages(findings, DAY):
        anchors |= {(built.file, "")} | {(built.file, place) for place in html.fromstring(render(built)).xpath("//@id")}
    return anchors


def _grown(study: Study) -> Study:
    """The study with a category's first code, a first case, a first source and a source's first words all new."""
    first, *others = study.codebook.categories
    new = Code("new", "New", first.id)
    book = replace(study.codebook, categories=(replace(first, codes=(new, *first.codes)), *others))
    source = study.sources[0]
    words = "Interviewer: Before we begin.\n\n"
    text = words + source.text
    longer = replace(source, text=text, turns=parse(text))
    moved = tuple(
        replace(coding, start=coding.start + len(words), end=coding.end + len(words))
        if coding.source_id == source.id
        else coding
        for coding in study.codings
    )
    again = replace(source, id="new", title="New")
    own = Coding("new", "new", 0, 5, source.text[:5], study.codings[0].code_id, coder="ann")
    return replace(
        study,
        codebook=book,
        cases=(Case("new", "New"), *study.cases),
        sources=(again, longer, *study.sources[1:]),
        codings=(own, *moved),
    )


def test_what_is_added_before_everything_else_breaks_no_link() -> None:
    before = analyse(small_study())
    assert _places(before) - _anchors(analyse(_grown(small_study()))) == set()
    assert len(_places(before)) > 80


def test_the_turns_of_a_text_keep_their_addresses_when_another_is_edited() -> None:
    """By their time, or else by their words; what is the same twice is numbered."""
    source = small_study().sources[0]
    timed = "[00:01] A: Yes.\n\nB: Yes.\n\nA: Yes.\n\n[00:01] B: No.\n"
    found = Places(replace(source, text=timed, turns=parse(timed)), ()).turns
    said = anchor("turn", "00:01")
    assert (found[1], found[4], found[3]) == (said, f"{said}/2", f"{found[2]}/2")
    edited = "[00:00] A: A new beginning.\n\n" + timed.replace("No.", "Never.")
    after = Places(replace(source, text=edited, turns=parse(edited)), ()).turns
    assert [after[number + 1] for number in found] == list(found.values())


# -- in one place

_FIXED = re.compile(r"#[\w-]+|\{\{[^{}]*\}\}")
_ID = re.compile(r"[\w-]+|\{\{[^{}]*\}\}")
_LINK = re.compile(r"<(?:a|form)\b[^>]*?\b(?:href|action)=\"((?:\{\{.*?\}\}|[^\"{])*)\"")
_LABEL = re.compile(r"[\w-]+-\{\{ loop\.index \}\}")


def addresses_made(path: Path, text: str) -> Iterator[str]:
    """Addresses that a file makes up: a page's file or a fragment in a string, a link that is not one value."""
    if path.suffix == ".py":
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                is_template = (PAGES / "templates" / node.value).is_file() if "\n" not in node.value else False
                if not is_template and re.search(r"\.html\b|#$|#[A-Za-z]", node.value):
                    yield node.value
    elif path.suffix == ".html":
        yield from (href for href in _LINK.findall(text) if not _FIXED.fullmatch(href))
        for name in re.findall(r"\sid=\"((?:\{\{.*?\}\}|[^\"{])*)\"", text):
            # A label names what stands beside it: nothing else leads there.
            is_label = _LABEL.fullmatch(name) and re.search(rf'(?:for|aria-labelledby)="{re.escape(name)}"', text)
            # In a window, ids tell what is typed and what has the focus; only links lead somewhere.
            if not _ID.fullmatch(name) and not is_label and path.parent.name != "windows":
                yield name
    elif re.search(r"\.html\b", text):
        yield path.name


@pytest.mark.parametrize("path", sorted(p for p in PAGES.rglob("*.*") if p.suffix in (".py", ".html", ".js")), ids=str)
def test_only_links_makes_addresses(path: Path) -> None:
    if path.name != "links.py":
        assert list(addresses_made(path, path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    ("name", "planted"),
    [
        ("planted.py", 'href = f"{page}#{anchor}"'),
        ("planted.py", 'href = "code-" + code_id + ".html"'),
        ("planted.py", 'href = "#row-" + number'),
        ("planted.html", '<a class="x" href="index.html">'),
        ("planted.html", '<a href="#row-{{ loop.index }}">'),
        ("planted.html", '<a href="{{ page.file }}#{{ anchor }}">'),
        ("planted.html", '<tr id="row-{{ loop.index }}">'),
        ("planted.html", '<form action="search.html">'),
        ("planted.js", 'location = "index.html"'),
    ],
)
def test_an_address_that_is_made_elsewhere_is_found(name: str, planted: str) -> None:
    assert list(addresses_made(PAGES / name, planted))
