"""Of the sample's report a page of each kind stands in the repository as built; here they are built again."""

from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest

from crosscase import Findings, analyse, load, report
from crosscase.pages import Address, Kind, addresses, assets, page, render, text, texts
from crosscase.pages.weight import lean
from tests import unpacking

ROOT = Path(__file__).parent.parent
KEPT = ROOT / "reports"
AGAIN = "`make demo`, look at what changed, and commit reports/"


@cache
def findings() -> Findings:
    return analyse(load(ROOT))


def kept() -> dict[str, Address]:
    """The pages that git is told to keep, by their files' names; others may lie beside them, from `make demo`."""
    marks = (line.removeprefix("!/reports/") for line in (ROOT / ".gitignore").read_text("utf-8").splitlines())
    patterns = [mark for mark in marks if mark.endswith(".html")]
    return {file: at for file, at in addresses(findings()).items() if any(fnmatch(file, p) for p in patterns)}


def test_the_kept_pages_are_what_the_sample_makes_but_for_the_date() -> None:
    stale = []
    for file, address in kept().items():
        built = lean(file, render(page(findings(), address)))
        former = (KEPT / file).read_text("utf-8") if (KEPT / file).is_file() else ""
        stale += [file] if opened(former) != opened(built) else []
    assert stale == [], f"stale: {AGAIN}"


def opened(text: str) -> str:
    """A file without its date, and with what is packed in it opened: computers differ in how they deflate."""
    return unpacking.opened(report.undated(text))


def test_the_kept_marker_names_every_page_of_the_report_and_all_assets() -> None:
    named = (KEPT / report.MARKER).read_text("utf-8").split()
    assert sorted(named) == sorted([*addresses(findings()), *assets(), *texts(findings())]), AGAIN


def test_what_the_kept_pages_share_is_kept_too() -> None:
    turns = {file: text(findings(), source_id) for file, source_id in texts(findings()).items()}
    stale = [name for name, content in {**assets(), **turns}.items() if not _is_kept(name, content)]
    assert stale == [], f"stale: {AGAIN}"


def _is_kept(name: str, content: bytes) -> bool:
    path = KEPT / name
    return path.is_file() and opened(path.read_text("utf-8")) == opened(content.decode())


@pytest.mark.parametrize("kind", Kind)
def test_a_page_of_each_kind_is_kept_and_every_exhibit(kind: Kind) -> None:
    there = {file for file, address in addresses(findings()).items() if address.kind is kind}
    those = kept().keys() & there
    wanted = there if kind is Kind.EXHIBIT else set(list(there)[:1])
    assert len(those) >= len(wanted), f"let .gitignore keep one of {sorted(there)[:5]}, and {AGAIN}"


def test_the_kept_report_is_small_and_no_draft() -> None:
    assert sum((KEPT / file).stat().st_size for file in kept()) < 3_000_000
    assert "class=banner" not in (KEPT / "index.html").read_text("utf-8")
