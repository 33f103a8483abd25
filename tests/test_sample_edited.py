"""An interview of the sample was given fillers, and the codings made before find where their words stand now."""

from functools import cache
from pathlib import Path

from crosscase import load
from crosscase.anchoring import Reanchored, reanchor
from crosscase.coding import Coding
from crosscase.study.formats.codings import decode

ROOT = Path(__file__).parent.parent
BEFORE = Path(__file__).parent / "data/edited/I08-before.jsonl"


@cache
def found_again() -> tuple[Reanchored, dict[str, Coding]]:
    """What re-anchoring says, and the places that were followed through each edit by hand: the codings as they are."""
    study = load(ROOT)
    source = study.source("I08")
    assert source is not None
    before = decode(BEFORE.read_bytes(), "codings/AK/I08.jsonl", "AK", "I08", []).codings
    now = {coding.id: coding for coding in study.codings if (coding.coder, coding.source_id) == ("AK", "I08")}
    assert {coding.id for coding in before} == set(now)
    return reanchor(before, source), now


def test_no_coding_ends_on_other_words_than_its_own() -> None:
    reanchored, now = found_again()
    assert len(reanchored.found) > 20
    assert [
        coding.id
        for coding in reanchored.found
        if (coding.start, coding.end) != (now[coding.id].start, now[coding.id].end)
    ] == []


def test_a_coding_whose_words_changed_is_offered_the_right_place_first() -> None:
    reanchored, now = found_again()
    assert len(reanchored.lost) > 20
    for lost in reanchored.lost:
        place, current = lost.offers[0], now[lost.coding.id]
        assert max(place.start, current.start) < min(place.end, current.end), lost.coding.id
