"""What a page weighs: its style and script lose what only their authors read, and nothing that a browser reads."""

import re
from datetime import date
from pathlib import Path

import pytest

from crosscase.pages import pages, render
from crosscase.pages.weight import lean_script, lean_style
from tests.small_study import small_findings

STATIC = Path(__file__).parent.parent / "src" / "crosscase" / "pages" / "static"


@pytest.mark.parametrize(
    ("written", "carried"),
    [
        ("/* why */\na, b > c {\n  color: red;\n  top: 0;\n}\n", "a,b>c{color:red;top:0}"),
        ('.a::after { content: "/* ; } "; }', '.a::after{content:"/* ; } "}'),
        ("td :focus { width: calc(1rem + 2 * var(--x)); }", "td :focus{width:calc(1rem + 2 * var(--x))}"),
        (".a li + li::before { margin: 0 .6em; }", ".a li + li::before{margin:0 .6em}"),
        (
            "@media screen and (max-width: 44rem) {\n  .a { top: 0 }\n}",
            "@media screen and (max-width:44rem){.a{top:0}}",
        ),
    ],
)
def test_a_style_keeps_its_meaning_and_loses_its_comments_and_spaces(written: str, carried: str) -> None:
    assert lean_style(written) == carried


def test_a_script_keeps_its_lines_and_loses_its_indentation_and_comments() -> None:
    written = "/* why,\n   at length */\nconst a = 1;\n\n  /* so */\n  return `a /* b */ ${a}`;\n"
    assert lean_script(written) == "const a = 1;\nreturn `a /* b */ ${a}`;\n"


@pytest.mark.parametrize("path", sorted(STATIC.glob("*.js")), ids=lambda path: path.name)
def test_no_string_of_a_script_spans_lines(path: Path) -> None:
    assert all(line.count("`") % 2 == 0 for line in path.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("path", sorted(STATIC.glob("*.css")), ids=lambda path: path.name)
def test_a_style_has_the_same_rules_when_it_is_lean(path: Path) -> None:
    written = path.read_text(encoding="utf-8")
    lean = lean_style(written)
    told = re.sub(r"/\*.*?\*/", "", written, flags=re.DOTALL)
    assert re.sub(r"[\s;]", "", lean) == re.sub(r"[\s;]", "", told)
    assert lean.count("{") == lean.count("}")
    assert len(lean) < len(written) * 0.95


def test_each_page_carries_the_style_of_its_own_kind_only() -> None:
    heaviest = {"matrix": 21_000, "source": 14_000, "code": 12_000, "codebook": 12_000, "index": 12_000}
    seen = set()
    for page in pages(small_findings(), date(2026, 11, 22)):
        kind = re.split(r"[-.]", page.file)[0]
        style = render(page).partition("<style>")[2].partition("</style>")[0]
        assert "/*" not in style
        assert (".framework" in style) == (kind == "matrix")
        assert (".transcript" in style) == (kind == "source")
        assert len(style) < heaviest.get(kind, 22_000), page.file
        seen.add(kind)
    assert seen >= heaviest.keys()
