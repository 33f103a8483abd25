"""The pages of the exhibits: their structure, and that every link leads to the cell that it names."""

import re
from dataclasses import replace
from datetime import date
from functools import cache

import pytest
from lxml import html  # type: ignore[import-untyped]

from crosscase.exhibits import usual_layouts
from crosscase.framework import Findings
from crosscase.layout import Layout
from crosscase.pages import render
from crosscase.pages.assets import linked
from crosscase.pages.data import MatrixPage
from crosscase.pages.exhibits import ExhibitPage, _short, exhibit_page
from crosscase.pages.material import Material
from crosscase.pages.matrices import matrix_page
from crosscase.pages.rendering import environment
from crosscase.theme import Theme
from tests.small_study import small_findings
from tests.test_exhibits import sample, sample_layouts, sample_themes

ON = date(2026, 11, 22)


def built(findings: Findings, layouts: tuple[Layout, ...], themes: tuple[Theme, ...]) -> dict[str, ExhibitPage]:
    study = replace(findings.study, layouts=layouts, themes=themes)
    material = Material(replace(findings, study=study), ON)
    pages = [exhibit_page(material, layout.id) for layout in material.layouts]
    return {page.file: page for page in pages}


def as_html(page: ExhibitPage) -> html.HtmlElement:
    template = environment().get_template("exhibit.html")
    return html.fromstring(
        template.render(page=page, frame=page.frame, script="", policy="", style=linked, served=False)
    )


@cache
def page(name: str) -> html.HtmlElement:
    return as_html(built(sample(), sample_layouts()[0], sample_themes())[f"exhibit-{name}.html"])


def find(element: html.HtmlElement, path: str) -> list[html.HtmlElement]:
    """What lies under an element by XPath, with `.name` for having that class."""
    having = r"contains(concat(' ', @class, ' '), ' \1 ')"
    return list(element.xpath(".//" + re.sub(r"(?<=[\[( ])\.([a-z-]+)", having, path)))


def text(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def unwritten() -> tuple[Findings, tuple[Theme, ...]]:
    """The sample as it was before anybody described a type or wrote on a theme."""
    study = sample().study
    bare = tuple(
        replace(typology, types=tuple(replace(kind, describe=()) for kind in typology.types))
        for typology in study.typologies
    )
    themes = tuple(replace(theme, sections=()) for theme in sample_themes())
    return replace(sample(), study=replace(study, typologies=bare)), themes


def test_exhibit_2_is_one_head_one_body_of_lists_and_a_body_for_each_consideration() -> None:
    (table,) = find(page("2"), "table")
    assert len(find(table, "thead")) == 1
    assert [th.get("scope") for th in find(table, "thead//th")] == ["col"] * 4
    lists, *spanning = find(table, "tbody")
    assert [len(td.xpath("./ul/li")) for td in find(lists, "tr/td")] == [2, 2, 2, 3]
    assert len(spanning) == 3
    for body in spanning:
        (th,), (td,) = find(body, "th"), find(body, "td")
        assert (th.get("scope"), th.get("colspan"), td.get("colspan")) == ("rowgroup", "4", "4")


def test_the_braces_of_the_prose_are_not_printed() -> None:
    words = find(page("2"), "table")[0].text_content()
    assert "{" not in words
    assert "engagement.cost" not in words


def test_each_bullet_leads_to_its_own_cells_and_has_its_own_count() -> None:
    """And each type to its cases on the page of Exhibit 2b."""
    counts = []
    for td, head in zip(find(page("2"), "tbody[.bullets]//td"), find(page("2"), "thead//th"), strict=True):
        (link,) = find(td, "a[.basis]")
        file, _, anchor = link.get("href").partition("#")
        assert file == "exhibit-2b.html"
        (body,) = find(page("2b"), f"tbody[@id='{anchor}']")
        assert text(find(body, "tr[.group]/th")[0]).split(" ")[0] in text(head)
        members = [text(head) for head in find(body, "th[.of-case]")]
        assert text(find(head, "*[.n]")[0]) == f"n = {len(members)}"
        for item in td.xpath("./ul/li"):
            counts.append(find(item, "*[.of]")[0].text)
            cited = {anchors()[one.get("href")].partition(":")[0] for one in find(item, "*[.behind]//a")}
            assert len(cited) == int(counts[-1].split(" ")[0])
            assert all(any(member.startswith(case) for member in members) for case in cited)
    assert counts == ["4 of 4", "4 of 4", "2 of 2", "2 of 2", "3 of 3", "3 of 3", *["4 of 4"] * 3]


def test_each_sentence_ends_in_one_mark_and_marks_are_numbered_through() -> None:
    marks = find(page("2"), "details[.note]/summary/sup")
    assert len(marks) == 9 + 7
    assert [text(mark) for mark in marks] == [f"Note {number}" for number in range(1, 17)]
    assert [item.get("value") for item in find(page("2"), "*[.paper-notes]//li")] == [f"{n}" for n in range(1, 17)]


@cache
def anchors() -> dict[str, str]:
    """Where each cell of the sample's matrices stands, with the row and code that are found there."""
    material = Material(sample(), ON)
    return {
        f"{matrix.file}#{cell.anchor}": f"{row.name}: {cell.code}"
        for matrix in (matrix_page(material, category_id) for category_id in material.matrices)
        for row in matrix.rows
        for cell in row.cells
    }


def test_a_cell_that_is_cited_is_the_one_that_the_link_names() -> None:
    links = find(page("2"), "*[.behind]//a")
    assert len(links) > 30
    for link in links:
        case, _, code = anchors()[link.get("href")].partition(": ")
        named = link.xpath("ancestor::ul/preceding-sibling::p[contains(@class, 'behind-code')][1]")[0]
        assert (text(link), text(named)) == (case, code)


def test_every_value_and_summary_of_exhibit_2b_leads_to_a_cell_of_its_case() -> None:
    rows = find(page("2b"), "tbody/tr[not(.group)]")
    assert len(rows) == 2 * 14
    for row in rows:
        name = find(row, "th")[0].text
        links = find(row, "td//a")
        assert len(links) >= 5
        assert {anchors()[link.get("href")].partition(":")[0] for link in links} == {name}


def test_the_two_tables_of_exhibit_2b_share_their_rows_and_fill_their_columns() -> None:
    values, texts = find(page("2b"), "table")
    rows = [[find(row, "th")[0].text for row in find(table, "tbody/tr")] for table in (values, texts)]
    assert rows[0] == rows[1]
    over, names = find(values, "thead/tr")
    assert sum(int(th.get("colspan", 1)) for th in over) == 10
    assert len(names) == 9
    for table, width in ((values, 10), (texts, 4)):
        assert {len(tr) for tr in find(table, "tbody/tr[not(.group)]")} == {width}
        assert len(find(table, "col")) == width


def test_a_square_of_exhibit_2b_tells_by_its_form_what_decides_and_what_nobody_decided() -> None:
    (table,) = find(page("2b"), "table[not(.texts)]")
    told = {text(row[0]): [td.xpath("string(.//i/@class)") for td in row[1:-1]] for row in find(table, "tbody/tr")[1:3]}
    decides, held, coded, nothing = (f"square {form}" for form in ("decides", "held", "coded", "nothing"))
    assert told["Aldermoor"] == [decides, *[coded] * 5, held, decides]
    assert told["Brackwater"] == [decides, coded, coded, nothing, coded, coded, held, decides]
    words = [text(td) for td in find(table, "tbody/tr")[1][1:3]]
    assert words == ["Declination none (decides)", "Condition completion (coded, not decided)"]


def test_an_exhibit_stands_as_it_was_written_when_people_wrote_it() -> None:
    for name in ("1", "2", "2b"):
        assert not find(page(name), "*[.stamp or .is-draft]")


def test_what_nobody_has_written_is_called_a_draft_in_word_and_shape() -> None:
    findings, themes = unwritten()
    drafted = as_html(built(findings, sample_layouts()[0], themes)["exhibit-2.html"])
    cells = find(drafted, "tbody//td")
    assert len(cells) == 7
    for cell in cells:
        assert "is-draft" in cell.get("class", "")
        assert text(find(cell, "*[.stamp]")[0]) == "Draft"
    assert find(drafted, "*[.draftnote]")


@pytest.mark.parametrize("profile", ["reviewer", "public"])
def test_outside_the_team_cases_are_masked_wherever_the_exhibits_name_them(profile: str) -> None:
    study = sample().study
    masked = replace(sample(), study=replace(study, settings=replace(study.settings, profile=profile)))
    pages = built(masked, sample_layouts()[0], sample_themes())
    named = [th.text for th in find(as_html(pages["exhibit-2b.html"]), "tbody//th[.of-case]")]
    assert sorted(named) == sorted([case.masked for case in study.cases] * 2)
    types = as_html(pages["exhibit-2.html"])
    cited = [text(one) for one in find(types, "*[.behind]//a")]
    assert len(cited) > 30
    assert all(one.startswith("Jurisdiction ") for one in cited)


def test_exhibit_1_never_sets_a_role_beside_a_place() -> None:
    words = text(page("1"))
    assert not [case.name for case in sample().study.cases if case.name in words]
    for row in find(page("1"), "tbody/tr[not(.subtotal or .total)]"):
        assert text(find(row, "td")[-1]) == ""


def test_markup_in_a_studys_words_stays_words() -> None:
    findings = small_findings()
    study = replace(findings.study, settings=replace(findings.study.settings, unit="<i>town</i>"))
    layouts = usual_layouts(study, ())
    (one,) = built(replace(findings, study=study), layouts, ()).values()
    assert one.file == "exhibit-1.html"
    assert not find(as_html(one), "main//i")
    assert re.search(r"<i>", text(find(as_html(one), "thead")[0]))


def test_a_study_with_nothing_to_lay_out_has_no_exhibits() -> None:
    findings = small_findings()
    study = replace(findings.study, participants=())
    assert usual_layouts(study, ()) == ()
    assert built(replace(findings, study=study), (), ()) == {}


def test_the_pages_of_matrices_carry_the_anchors_that_exhibits_lead_to() -> None:
    material = Material(sample(), ON)
    cited = {link.get("href") for link in find(page("2"), "*[.behind]//a")}
    for matrix in (matrix_page(material, category_id) for category_id in material.matrices):
        assert isinstance(matrix, MatrixPage)
        wanted = {href.partition("#")[2] for href in cited if href.startswith(f"{matrix.file}#")}
        if wanted:
            assert wanted <= {element.get("id") for element in find(html.fromstring(render(matrix)), "td[@id]")}
            break


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Exhibit 2b: Towns by model", "Exhibit 2b"),
        ("Open from 10:30 to 18:00", "Open from 10:30 to 18:00"),
        (
            "What the clerks who sat in on every one of these meetings remembered: a list",
            "What the clerks who sat in on every one of …",
        ),
    ],
)
def test_an_exhibit_is_called_by_what_stands_before_its_colon_or_by_its_first_words(title: str, name: str) -> None:
    assert _short(title) == name
