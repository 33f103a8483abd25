"""The sample's report stands in the repository as built; here it is built again and compared."""

from pathlib import Path

from crosscase import analyse, load, report

ROOT = Path(__file__).parent.parent
KEPT = ROOT / "reports"


def test_the_kept_report_is_what_the_sample_makes_but_for_the_date(tmp_path: Path) -> None:
    built = report.write(analyse(load(ROOT)), tmp_path / "report").parent
    new = {page.name: report.undated(page.read_text("utf-8")) for page in built.iterdir()}
    kept = {page.name: report.undated(page.read_text("utf-8")) for page in KEPT.iterdir() if page.is_file()}
    stale = sorted(name for name in new.keys() | kept.keys() if new.get(name) != kept.get(name))
    assert stale == [], "stale: `make demo`, look at what changed, and commit reports/"


def test_the_kept_report_is_no_draft() -> None:
    assert 'class="banner"' not in (KEPT / "index.html").read_text("utf-8")
