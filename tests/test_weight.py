"""What a page weighs: its style and script lose what only their authors read, and nothing that a browser reads."""

import re
from datetime import date
from pathlib import Path

import pytest
from jinja2 import Environment

from crosscase.pages import pages, render
from crosscase.pages.weight import Lean
from tests.small_study import small_findings

STATIC = Path(__file__).parent.parent / "src" / "crosscase" / "pages" / "static"


def lean(name: str) -> str:
    return Lean(STATIC).get_source(Environment(autoescape=True), name)[0]


@pytest.mark.parametrize("path", sorted(STATIC.iterdir()), ids=lambda path: path.name)
def test_a_style_or_script_is_carried_without_comments_and_indentation(path: Path) -> None:
    written, carried = path.read_text(encoding="utf-8"), lean(path.name)
    assert "/*" not in carried
    assert len(carried) < len(written) * 0.95


@pytest.mark.parametrize("path", sorted(STATIC.glob("*.css")), ids=lambda path: path.name)
def test_a_style_has_the_same_rules_when_it_is_lean(path: Path) -> None:
    told = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert re.sub(r"[\s;]", "", lean(path.name)) == re.sub(r"[\s;]", "", told)


def test_each_page_carries_the_style_of_its_own_kind_only() -> None:
    heaviest = {"matrix": 21_000, "source": 14_000, "code": 12_000, "codebook": 12_000, "index": 12_000}
    seen = set()
    for page in pages(small_findings(), date(2026, 11, 22)):
        kind = re.split(r"[-.]", page.file)[0]
        style = render(page).partition("<style>")[2].partition("</style>")[0]
        assert "/*" not in style
        assert (".framework" in style) == (kind in ("matrix", "participants"))
        assert (".transcript" in style) == (kind == "source")
        assert len(style) < heaviest.get(kind, 22_000), page.file
        seen.add(kind)
    assert seen >= heaviest.keys()
