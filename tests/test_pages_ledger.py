"""The claim ledger and the themes' quotes: who stands where, by name, each leading to what decided."""

import re
from datetime import date
from functools import cache
from pathlib import Path

from crosscase import Findings, load
from crosscase.pages import Address, Kind, page, render
from crosscase.pages.themes import ClaimLine, LedgerPage, ThemePage
from crosscase.profile import findings_for

ROOT = Path(__file__).parent.parent
ON = date(2026, 11, 28)


@cache
def sample(profile: str = "team") -> Findings:
    return findings_for(load(ROOT), profile)


@cache
def lines(profile: str = "team") -> dict[str, ClaimLine]:
    ledger = page(sample(profile), Address(Kind.LEDGER), ON)
    assert isinstance(ledger, LedgerPage)
    return {line.anchor.removeprefix("claim/"): line for line in ledger.claims}


def group(claim_id: str) -> dict[str, int]:
    return {one.name: len(one.members) for one in lines()[claim_id].groups}


def test_against_a_nil_claim_stands_nobody_and_nobody_is_said_to_support_it() -> None:
    (against, *_) = lines()["no-drug-court-closed"].groups
    assert (against.name, against.count, against.members) == ("against", "none", ())
    assert "for" not in group("no-drug-court-closed")


def test_sources_that_a_claim_isnt_about_are_not_counted_and_never_contrary() -> None:
    assert group("interviews") == {"for": 22, "not counted": 4}
    assert group("type-unresolved") == {"for": 1, "not counted": 13}


def test_who_really_says_otherwise_is_against_it() -> None:
    assert group("law-and-practice") == {"for": 13, "against": 1}


def test_every_name_of_a_case_that_was_counted_by_codes_or_types_leads_to_what_decided() -> None:
    led = 0
    for claim_id in ("data-trouble", "no-drug-court-closed", "type-unresolved", "expungement-desk", "selling-charged"):
        for member in (member for one in lines()[claim_id].groups for member in one.members):
            file, _, anchor = member.href.partition("#")
            address = (
                next(
                    a
                    for a in (Address(Kind.MATRIX, c.id) for c in sample().study.codebook.categories)
                    if a.file == file
                )
                if file.startswith("matrix")
                else Address(Kind.TYPOLOGY, "models")
            )
            assert address.file == file
            text = render(page(sample(), address, ON))
            assert f'id="{anchor}"' in text
            led += 1
    assert led == 5 * 14


def test_to_the_public_no_source_and_no_participant_is_told_one_by_one() -> None:
    for claim_id in ("interviews", "prosecutors"):
        if claim_id in lines("public"):
            assert not [member for one in lines("public")[claim_id].groups for member in one.members]


def test_a_quote_on_both_sides_says_so_in_both_places() -> None:
    both = 0
    for theme in sample().study.themes:
        drawn = page(sample(), Address(Kind.THEME, theme.id), ON)
        assert isinstance(drawn, ThemePage)
        cells = set(theme.cited)
        for one, coding_id in zip(drawn.counter, theme.counter_evidence.found, strict=True):
            coding = next(coding for coding in sample().codings if coding.id == coding_id)
            places = {(case_id, coding.code_id) for case_id in sample().voices.case_ids(coding)}
            named = [link.text for link in one.themes]
            assert (theme.name in named) == bool(places & cells)
            both += theme.name in named
        for one in drawn.quotes:
            found = [
                other.name
                for other in sample().study.themes
                if any(
                    (c.source_id, c.start, c.code_id) == (one.quote.source_id, one.quote.start, c.code_id)
                    and c.id in other.counter_evidence.found
                    and one.quote.code.text == sample().study.codebook.by_id[c.code_id].name
                    for c in sample().codings
                )
            ]
            assert [link.text for link in one.themes] == found
        text = render(drawn)
        said = sum(bool(one.themes) for one in (*drawn.quotes, *drawn.counter))
        assert len(re.findall('class="also"', text)) == said
    assert both
