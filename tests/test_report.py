"""A report as files: every quote verbatim at the place it leads to, every link whole, nobody's files touched."""

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from lxml import html  # type: ignore[import-untyped]

from crosscase import report
from crosscase.coding import Decision
from crosscase.framework import Findings, analyse
from crosscase.pages import assets, links
from crosscase.pages.material import Material
from crosscase.pages.packing import unpacked
from crosscase.problem import Refused
from crosscase.profile import findings_for
from crosscase.study import load
from tests.small_study import small_findings, small_study

DAY = date(2026, 11, 22)
NONE = "'none'"
Pages = dict[str, html.HtmlElement]


EXAMPLE = Path(__file__).parent.parent / "examples" / "gennovate"


@pytest.fixture(scope="module", params=["small", "example"])
def findings(request: pytest.FixtureRequest) -> Findings:
    return small_findings() if request.param == "small" else analyse(load(EXAMPLE))


@pytest.fixture(scope="module")
def pages(findings: Findings, tmp_path_factory: pytest.TempPathFactory) -> Pages:
    out = tmp_path_factory.mktemp("built") / "report"
    report.write(findings, out, on=DAY)
    return {path.name: html.fromstring(path.read_text(encoding="utf-8")) for path in out.glob("*.html")}


def files(folder: Path) -> dict[str, bytes]:
    """What a report consists of, by its address in the folder."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def texts(folder: Path) -> dict[str, str]:
    return {name: content.decode("latin-1") for name, content in files(folder).items()}


def test_every_quote_is_verbatim_and_leads_to_its_place(pages: Pages, findings: Findings) -> None:
    texts = {source.id: source.text for source in findings.study.sources}
    material = Material(findings, DAY)
    decisions: tuple[Decision, ...] = (*findings.codings, *findings.suggestions)
    at = {material.passage(d): texts[d.source_id][d.start : d.end] for d in decisions}
    found = 0
    for quote in (quote for page in pages.values() for quote in page.iter("blockquote")):
        figure = quote.getparent()
        captioned = figure.find_class("place") or figure.xpath(".//figcaption/a") or quote.xpath("following::p[1]/a")
        place = captioned[0]
        words = at[place.get("href")]
        assert _spaced(quote.text_content()) == _spaced(words)
        file, anchor = place.get("href").split("#")
        assert _bare(_passage(pages[file], anchor)) == _bare(words)
        found += 1
    assert found >= len(findings.study.codings)


def test_every_link_leads_somewhere_in_the_report(pages: Pages) -> None:
    for name, page in pages.items():
        for href in page.xpath("//a/@href"):
            file, _, anchor = href.partition("#")
            assert (file or name) in pages, href
            assert not anchor or len(pages[file or name].xpath("//*[@id=$id]", id=anchor)) == 1, href


ASKING = (
    r'for\(const src of\[("assets/packing\.js",)?"assets/[a-z]+\.js"\]\)document\.head\.append\('
    r'Object\.assign\(document\.createElement\("script"\),\{src,async:false,blocking:"render"\}\)\)'
)


def test_nothing_is_fetched_from_outside_and_no_script_runs_but_the_pages_own(pages: Pages) -> None:
    for page in pages.values():
        addresses = [str(value) for value in page.xpath("//@src | //link/@href | //use/@href")]
        assert {address for address in addresses if not address.startswith(("#", "data:"))} <= assets().keys()
        scripts = [script.text_content() for script in page.iter("script") if script.get("type") != "application/json"]
        (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
        own = [f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" for script in scripts]
        allowed = f"{own[0]} 'strict-dynamic'" if own else NONE
        assert f"default-src 'none'; script-src {allowed};" in policy
        assert own == [] or re.fullmatch(ASKING, scripts[0])
        assert not re.search(r"https?:|\*", policy)
        assert len(scripts) <= 1
        assert "url(" not in "".join(style.text_content() for style in page.iter("style"))


def test_ids_are_unique_and_titles_too(pages: Pages) -> None:
    for name, page in pages.items():
        ids = page.xpath("//@id")
        assert sorted(ids) == sorted(set(ids)), name
    titles = [page.findtext(".//title") for page in pages.values()]
    assert len(set(titles)) == len(titles)


def test_assets_lie_beside_the_pages_and_go_with_the_report_that_brought_them(tmp_path: Path) -> None:
    out = tmp_path / "report"
    report.write(small_findings(), out, on=DAY)
    assert assets().items() <= files(out).items()
    (out / report.MARKER).write_text((out / report.MARKER).read_text() + "assets/former.css\n")
    for name in ("assets/former.css", "assets/mine.css"):
        (out / name).write_text("x")
    report.write(small_findings(), out, on=DAY)
    assert files(out).keys() - {report.MARKER, "assets/mine.css"} == set((out / report.MARKER).read_text().split())


def test_the_turns_of_each_source_lie_beside_the_pages_once_and_nothing_in_them_ends_a_script(tmp_path: Path) -> None:
    out = report.write(small_findings(), tmp_path / "report", on=DAY).parent
    for source in small_study().sources:
        handed = (out / links.text(source.id)).read_text("utf-8")
        source_id, lines = json.loads(handed.removeprefix("crosscaseText(...").removesuffix(")"))
        assert (source_id, [line[2] for line in unpacked(lines)]) == (
            source.id,
            [source.text[t.start : t.end] for t in source.turns],
        )
    assert len(list((out / "assets").glob("text-*"))) == len(small_study().sources)


def test_the_public_gets_no_turns_beside_the_pages(tmp_path: Path) -> None:
    findings = findings_for(load(EXAMPLE), "public")
    out = report.write(findings, tmp_path / "report", on=DAY).parent
    assert list(out.glob("assets/text-*")) == []
    assert not any("crosscaseText" in path.read_text("utf-8") for path in out.glob("*.html"))


def test_one_page_is_written_whole_and_stands_by_itself(tmp_path: Path) -> None:
    folder = small_findings(tmp_path)
    page = report.write_page(folder, "codebook.html", tmp_path / "reports" / report.SINGLE, on=DAY)
    assert [path.name for path in page.parent.iterdir()] == ["codebook.html"]
    assert '<link rel="stylesheet"' not in page.read_text("utf-8")
    report.write(folder, tmp_path / "reports", on=DAY)
    assert page.is_file(), "a report is written beside it"
    with pytest.raises(Refused, match="holds a report"):
        report.write_page(folder, "codebook.html", tmp_path / "reports", on=DAY)
    with pytest.raises(Refused, match=r"did you mean `codebook\.html`"):
        report.write_page(folder, "../codebok.html", tmp_path / "elsewhere", on=DAY)


def test_the_same_findings_make_the_same_report(tmp_path: Path) -> None:
    for name in ("one", "two"):
        report.write(small_findings(), tmp_path / name, on=DAY)
    one, two = (files(tmp_path / name) for name in ("one", "two"))
    assert one == two


def test_a_report_that_would_differ_by_its_date_alone_is_left_as_it_is(tmp_path: Path) -> None:
    index = report.write(small_findings(), tmp_path / "report", on=DAY)
    before = texts(index.parent)
    report.write(small_findings(), index.parent, on=DAY + timedelta(days=1))
    assert texts(index.parent) == before
    index.write_text(before["index.html"].replace("</h1>", "!</h1>"), "utf-8")
    report.write(small_findings(), index.parent, on=DAY + timedelta(days=1))
    after = texts(index.parent)
    assert after.keys() == before.keys()
    assert all(after[name] != before[name] for name in before if name.endswith(".html")), "all have the new date"
    assert {name: report.undated(text) for name, text in after.items()} == {
        name: report.undated(text) for name, text in before.items()
    }


def test_pages_that_a_former_report_lacks_are_put_beside_the_others(tmp_path: Path) -> None:
    index = report.write(small_findings(), tmp_path / "report", on=DAY)
    before = texts(index.parent)
    (index.parent / "codebook.html").unlink()
    report.write(small_findings(), index.parent, on=DAY + timedelta(days=1))
    after = texts(index.parent)
    assert [name for name in before if before[name] != after[name]] == ["codebook.html"]
    assert report.undated(after["codebook.html"]) == report.undated(before["codebook.html"])


def test_a_folder_with_other_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("mine")
    with pytest.raises(Refused, match="not a crosscase report"):
        report.write(small_findings(), tmp_path, on=DAY)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]


def test_a_new_report_takes_the_place_of_the_former_and_leaves_other_files(tmp_path: Path) -> None:
    out = tmp_path / "report"
    report.write(small_findings(), out, on=DAY)
    (out / "letter.html").write_text("mine")
    assert (out / "participants-cost.html").exists()
    study = small_study()
    fewer = analyse(type(study)(study.folder, study.settings, study.codebook, study.sources[2:3]))
    assert report.write(fewer, out, on=DAY) == out / "index.html"
    names = {path.name for path in out.iterdir()}
    assert "participants-cost.html" not in names
    assert {"letter.html", "source-leaflet.html", ".crosscase-report"} <= names
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report"]


def test_a_marker_can_not_name_files_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "outside.html").write_text("mine")
    out = tmp_path / "report"
    out.mkdir()
    (out / report.MARKER).write_text("../outside.html\n/outside.html\n")
    report.write(small_findings(), out, on=DAY)
    assert (tmp_path / "outside.html").read_text() == "mine"


@pytest.mark.parametrize("inside", ["", "codings", "transcripts/new", ".crosscase", ".."])
def test_the_folders_of_the_study_are_never_written_into(tmp_path: Path, inside: str) -> None:
    folder = tmp_path / "study"
    with pytest.raises(Refused, match="choose a folder of its own"):
        report.write(small_findings(folder), folder / inside, on=DAY)
    assert not list(tmp_path.iterdir())


def test_the_reports_folder_of_a_study_is_fine(tmp_path: Path) -> None:
    assert report.write(small_findings(tmp_path), tmp_path / "reports", on=DAY).is_file()


def _passage(page: html.HtmlElement, anchor: str) -> str:
    (target,) = page.xpath("//*[@id=$id]", id=anchor)
    pieces = list(_pieces(page, anchor))
    assert target in pieces or target.getparent() is pieces[0]
    return "".join(piece.text_content() for piece in pieces)


def _pieces(page: html.HtmlElement, anchor: str) -> Iterator[html.HtmlElement]:
    pieces = page.xpath("//*[contains(concat(' ', @class, ' '), ' piece ')]")
    begun = [place for piece in pieces for place in _begin(piece)]
    return (piece for piece in pieces if anchor in _codings(piece, begun))


def _codings(piece: html.HtmlElement, begun: list[str]) -> list[str]:
    """The codings of a piece: by their numbers, in the order in which they begin, or else those that begin there."""
    return [begun[int(number)] for number in piece.get("data-in", "").split()] or _begin(piece)


def _begin(piece: html.HtmlElement) -> list[str]:
    return [it.get("id") for it in (piece, *piece.iter("span")) if it.get("id")]


def _spaced(text: str) -> str:
    return " ".join(text.split())


def _bare(text: str) -> str:
    """Without white space: in a transcript, what stands between turns is layout."""
    return "".join(text.split())
