"""What a page weighs: its style and script lose what only their authors read, and nothing that a browser reads."""

import re
from datetime import date
from pathlib import Path

import pytest
from lxml import html  # type: ignore[import-untyped]

from crosscase.pages import assets, pages, render
from crosscase.pages.weight import lean
from tests.small_study import small_findings

PAGES = Path(__file__).parent.parent / "src" / "crosscase" / "pages"
STATIC = PAGES / "static"
DAY = date(2026, 11, 22)


def carried(path: Path) -> str:
    return lean(path.name, path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", sorted(STATIC.iterdir()), ids=lambda path: path.name)
def test_a_style_or_script_is_carried_without_comments_and_indentation(path: Path) -> None:
    assert "/*" not in carried(path)
    assert len(carried(path)) < len(path.read_text(encoding="utf-8")) * 0.98


@pytest.mark.parametrize("path", sorted(STATIC.glob("*.css")), ids=lambda path: path.name)
def test_a_style_has_the_same_rules_when_it_is_lean(path: Path) -> None:
    written = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert re.sub(r"[\s;]", "", carried(path)) == re.sub(r"[\s;]", "", written)


def test_styles_and_fonts_lie_once_beside_the_pages_and_are_small() -> None:
    shared = assets()
    fonts = shared["assets/fonts.css"].decode()
    assert fonts.count("url(data:font/woff2;base64,") == 4
    assert len(fonts) < 170_000
    assert sum(map(len, shared.values())) < 340_000
    assert b"Copyright (c) 2015-present Devon Govett" in shared["assets/tiny-inflate.txt"]
    assert b"SIL OPEN FONT LICENSE" in shared["assets/OFL.txt"]
    named = {name: re.findall(r"url\((.{5})", content.decode()) for name, content in shared.items()}
    assert {name for name, urls in named.items() if urls} == {"assets/fonts.css", "assets/report.css"}
    assert {start for urls in named.values() for start in urls} == {"data:", '"data'}


def test_every_style_is_among_them() -> None:
    text = b"".join(assets().values()).decode("latin-1")
    lacking = [path.name for path in STATIC.glob("*.css") if carried(path).encode().decode("latin-1") not in text]
    assert sorted(lacking) == ["alone.css", "fonts.css"], "fonts.css holds the fonts too"


def test_each_page_asks_for_the_styles_of_its_own_kind_only_and_all_of_them_are_there() -> None:
    for page in pages(small_findings(), DAY):
        text = render(page)
        asked = re.findall(r'<link rel="stylesheet" href="(.*?)">', text)
        kind = re.split(r"[-.]", page.file)[0]
        assert asked[:2] == ["assets/fonts.css", "assets/report.css"]
        assert set(asked) <= assets().keys()
        assert ("assets/matrix.css" in asked) == (kind in ("matrix", "participants"))
        assert ("assets/source.css" in asked) == (kind == "source")
        assert len("".join(re.findall(r"<style>(.*?)</style>", text, re.DOTALL))) < 1_000, page.file


def test_no_template_carries_a_style_of_its_own() -> None:
    for template in (PAGES / "templates").glob("*.html"):
        assert not re.search(r'include "[\w-]+\.css"', template.read_text(encoding="utf-8")), template.name


def test_a_page_that_is_whole_asks_for_nothing_beside_it() -> None:
    for page in pages(small_findings(), DAY):
        text = render(page, whole=True)
        assert '<link rel="stylesheet"' not in text
        assert set(re.findall(r'url\("?(.{5})', text)) == {"data:"}
        assert text.count("data:font/woff2;base64,") == 4
        assert "style-src &#39;unsafe-inline&#39;; font-src data:;" in text


def test_a_state_is_drawn_as_a_mask_as_it_is_as_a_symbol() -> None:
    drawn = re.findall(r'<symbol id="([\w-]+)".*?>(.*?)</symbol>', (PAGES / "templates" / "parts.html").read_text())
    masks = re.findall(r"\.is-([\w-]+) \{ --shape: url\(.*?%3e(.*)%3c/svg", (STATIC / "states.css").read_text())
    plain = {name: re.sub("%3c", "<", re.sub("%3e", ">", mask.replace("'", '"'))) for name, mask in masks}
    assert {name: mask.replace("%23000", "currentColor") for name, mask in plain.items()} == dict(drawn)
    assert len(drawn) == 9


def read(text: str) -> list[tuple[object, ...]]:
    """What a browser makes of a page: its elements with their attributes, and all words between them."""
    tree = html.fromstring(text)
    told = [
        (it.tag, {name: it.get(name) for name in it.attrib if name != "dir"}) for it in tree.iter() if it.tag != "td"
    ]
    cells = [(it.tag, dict(it.attrib), it.text_content()) for it in tree.iter("td")]
    return [*told, *cells, *[(words,) for words in " ".join(tree.itertext()).split()]]


def test_a_page_says_the_same_when_it_is_lean_and_is_lighter() -> None:
    before = after = 0
    for page in pages(small_findings(), DAY):
        text = render(page)
        made_lean = lean(page.file, text)
        assert read(made_lean) == read(text), page.file
        assert lean(page.file, made_lean) == made_lean
        before, after = before + len(text), after + len(made_lean)
    assert after < before * 0.96


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('<a href="a.html" title="two words" class="x">', '<a href=a.html title="two words" class=x>'),
        ('<td id="J05/" class="">', '<td id="J05/" class="">'),
        ('<use href="#x"/>', '<use href="#x"/>'),
        ('<p title="&#34;a&#34;">&#34;so&#34;, it&#39;s</p>', """<p title=&#34;a&#34;>"so", it's</p>"""),
        ('<p title="it&#39;s">&lt;b&gt; &amp;</p>', """<p title="it's">&lt;b&gt; &amp;</p>"""),
        ("<td>a</td>\n<td></td>\n</tr>\n<tr>", "<td>a<td><tr>"),
        ("<ul>\n<li>a</li>\n<li>b</li>\n</ul>", "<ul><li>a<li>b</ul>"),
        ("<dl><dt>a</dt>\n<dd>b</dd><dd>c</dd></dl>", "<dl><dt>a<dd>b<dd>c</dl>"),
        ("<div><p>a</p>\n<p>b</p>\n</div>", "<div><p>a<p>b</div>"),
        ("<ul><li><p>a</p>\n</li>\n<li>b</li>\n</ul>", "<ul><li><p>a<li>b</ul>"),
        ("<div><p>a</p> b</div>", "<div><p>a</p> b</div>"),
        ("<p>a</p><span>b</span>", "<p>a</p><span>b</span>"),
        ("<noscript><p>a</p></noscript>", "<noscript><p>a</p></noscript>"),
        ('<div><p class="note"></p>\n<p>a</p></div>', "<div><p class=note></p><p>a</div>"),
        (
            "<table>\n<thead>\n<tr><th>a</th></tr>\n</thead>\n<tbody>\n</tbody></table>",
            "<table><thead><tr><th>a<tbody></table>",
        ),
        ("<p><b>a</b> <i>b</i> <svg> <a></a></svg>", "<p><b>a</b> <i>b</i> <svg> <a></a></svg>"),
        ("<html>\n<head>\n<meta>\n</head>\n<body><p>a</p>\n</body>\n</html>\n", "<html><meta><body><p>a</p>"),
        ('<p dir="auto">words</p><input dir="auto">', "<p>words</p><input dir=auto>"),
        ('<p dir="auto">words</p><q dir="auto">שלום</q>', "<p dir=auto>words</p><q dir=auto>שלום</q>"),
    ],
)
def test_a_lean_page_leaves_out_what_html_implies_and_nothing_else(text: str, expected: str) -> None:
    assert lean("a.html", text) == expected
