"""What a reader may hold the report to, seen on the sample: its numbers, its sameness, its quotes, its order."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner
from lxml import html  # type: ignore[import-untyped]

from crosscase import Findings, analyse, load
from crosscase.cli import main
from crosscase.exhibits import ParticipantsExhibit, TypologyExhibit, considered, exhibits, laid_out
from crosscase.report import undated
from tests.conftest import copy_of_the_sample

ROOT = Path(__file__).parent.parent
PLACES = (
    {"PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo", "LC_ALL": "C.UTF-8"},
    {"PYTHONHASHSEED": "2", "TZ": "America/Lima", "LC_ALL": "C"},
)


@pytest.fixture(scope="module")
def findings() -> Findings:
    return analyse(load(ROOT))


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The report, built twice: by two programs, in two time zones and locales, with two seeds of Python's hashes."""
    made = []
    for place in PLACES:
        out = tmp_path_factory.mktemp("report") / "report"
        command = [sys.executable, "-m", "crosscase", "report", str(ROOT), "--people-only", "--out", str(out)]
        subprocess.run(command, check=True, capture_output=True, env=os.environ | place)
        made.append(out)
    return made


def test_exhibit_1_counts_16_in_14_places_6_and_22_and_exhibit_2_has_its_published_structure(
    findings: Findings,
) -> None:
    first, second, *_ = exhibits(findings, laid_out(findings), considered(findings))
    assert isinstance(first, ParticipantsExhibit)
    assert isinstance(second, TypologyExhibit)
    assert [(sector.participants, sector.cases) for sector in first.sectors] == [(16, 14), (6, 0)]
    assert (first.participants, first.cases) == (22, 14)
    assert [len(column.bullets) for column in second.columns] == [2, 2, 2, 3]
    assert [len(row.paragraphs) > 0 and not row.is_draft for row in second.considerations] == [True, True, True]


def files(out: Path) -> list[Path]:
    return [path for path in out.rglob("*") if path.is_file()]


def as_written(path: Path) -> str | bytes:
    return undated(path.read_text("utf-8")) if path.suffix == ".html" else path.read_bytes()


def test_two_machines_make_the_same_report_but_for_the_date(reports: list[Path]) -> None:
    one, other = ({str(path.relative_to(out)): as_written(path) for path in files(out)} for out in reports)
    assert len(one) > 140
    assert {name for name in one if one[name] != other.get(name)} == set()
    assert one.keys() == other.keys()


@pytest.mark.slow
def test_a_quote_altered_by_one_character_fails_the_build_and_is_not_printed(tmp_path: Path) -> None:
    folder = copy_of_the_sample(tmp_path)
    coding = next(one for one in load(folder).codings if one.source_id == "I07" and len(one.quote) > 60)
    path = folder / "transcripts_sample" / "I07.txt"
    text = path.read_text("utf-8")
    at = text.index(coding.quote) + 30
    path.write_text(text[:at] + ("x" if text[at] != "x" else "y") + text[at + 1 :], "utf-8")
    done = CliRunner().invoke(main, ["run", str(folder), "--people-only", "--out", str(tmp_path / "report")])
    assert done.exit_code == 1
    assert re.search(rf"codings/\w+/I07\.jsonl:\d+: .*{coding.id}", done.output), done.output
    pages = [page.read_text("utf-8") for page in (tmp_path / "report").glob("*.html")]
    assert pages
    assert [page for page in pages if html.fromstring(page).xpath("string()").count(coding.quote)] == []


def headings(page: Path) -> Iterator[int]:
    for element in html.fromstring(page.read_text("utf-8")).iter("h1", "h2", "h3", "h4", "h5", "h6"):
        yield int(element.tag[1])


def test_every_page_has_one_title_first_and_no_heading_skips_a_level(reports: list[Path]) -> None:
    for page in sorted(reports[0].glob("*.html")):
        levels = list(headings(page))
        assert levels[0] == 1, page.name
        assert levels.count(1) == 1, page.name
        assert all(after <= before + 1 for before, after in pairwise(levels)), page.name


def test_what_a_page_says_is_in_its_text_and_hidden_from_nobody_without_style_or_script(reports: list[Path]) -> None:
    for page in sorted(reports[0].glob("*.html")):
        document = html.fromstring(page.read_text("utf-8"))
        assert (
            document.xpath("//main//*[@hidden][normalize-space()][not(self::form or self::button or ancestor::form)]")
            == []
        ), page.name
        assert document.xpath("//main//*[contains(@style, 'display')]") == [], page.name
