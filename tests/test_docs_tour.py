"""The README's tour of a reviewer's questions leads to pages and places that the sample's report has."""

import re
from datetime import date
from pathlib import Path

from crosscase import analyse, load
from crosscase.pages import addresses, page, render

ROOT = Path(__file__).parent.parent
DAY = date(2026, 1, 2)


def test_the_ten_questions_of_a_reviewer_have_their_pages() -> None:
    section = (ROOT / "README.md").read_text().split("## What a reviewer asks")[1].split("\n## ")[0]
    rows = [line for line in section.split("\n") if line.startswith("| ") and not line.startswith("| question")]
    assert len(rows) == 10
    findings = analyse(load(ROOT))
    known = addresses(findings, DAY)
    for file, anchor in re.findall(r"`([a-z]+\.html)(?:#([a-z]+))?`", section):
        assert file in known
        # What isn't shown is only said to readers from whom something is kept.
        if anchor and anchor != "disclosure":
            assert f'id="{anchor}"' in render(page(findings, known[file], DAY))
