"""Values and codes are told by their words and names, not by ids, wherever people read of them."""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from lxml import html  # type: ignore[import-untyped]

from crosscase import Findings, load
from crosscase.exhibits import exhibits, laid_out, to_latex, to_markdown
from crosscase.pages import Address, Kind, material_of, page, render
from crosscase.pages import addresses as all_addresses
from crosscase.pages.windows import Seen, render_window, window_page
from crosscase.profile import findings_for
from crosscase.web.coding import frameworks

ROOT = Path(__file__).parent.parent


@cache
def sample() -> Findings:
    return findings_for(load(ROOT), "team")


def raw(text: str) -> list[str]:
    """Ids of codes and cases, and values as they are written, that stand in a text as words of their own.

    Those in brackets are the placeholders of a transcript.
    """
    codes = sample().study.codebook.codes
    ids = {code.id for code in codes if "." in code.id} | {v for code in codes for v in code.values if "_" in v}
    ids |= {case.id for case in sample().study.cases}
    known = "|".join(map(re.escape, sorted(ids, key=len, reverse=True)))
    return re.findall(rf"(?<![\w.\[-])(?:{known})(?![\w\]-]|\.\w)", text)


def visible(page: str) -> str:
    """What is read on a page, without quotes and without fields, in which people write ids themselves."""
    tree = html.fromstring(page)
    for hidden in tree.xpath("//script|//style|//blockquote|//textarea"):
        hidden.drop_tree()
    return str(tree.text_content())


def words_of(address: Address) -> str:
    return visible(render(page(sample(), address, date(2026, 11, 28))))


def addresses() -> Iterator[Address]:
    """All exhibits, typologies and themes, and the first three of every other kind."""
    by_kind: dict[Kind, list[Address]] = {}
    for address in all_addresses(sample()).values():
        by_kind.setdefault(address.kind, []).append(address)
    for kind, several in by_kind.items():
        yield from several if kind in (Kind.EXHIBIT, Kind.TYPOLOGY, Kind.THEME) else several[:3]


@pytest.mark.parametrize("address", [*addresses()], ids=lambda address: f"{address.kind}-{address.id}")
def test_no_page_tells_a_raw_value_or_a_codes_id(address: Address) -> None:
    assert raw(words_of(address)) == []


def test_no_exhibit_that_is_taken_away_does_either() -> None:
    for exhibit in exhibits(sample(), laid_out(sample()), sample().study.themes):
        for text in (to_markdown(exhibit), to_latex(exhibit)):
            assert raw(text.replace("\\", "").replace("{[}", "[").replace("{]}", "]")) == []


WINDOWS = {
    "cell": {"row": "J02", "code": "publicity.bias"},
    "cells": {},
    "case": {"id": "J12"},
    "cases": {},
    "codes": {},
    "compare": {"source": "I08"},
    "review": {},
    "revisit": {"code": "policy.threshold"},
}


@pytest.mark.parametrize("name", WINDOWS)
def test_no_window_does_where_people_decide(name: str) -> None:
    seen = Seen(material_of(sample(), date(2026, 11, 28)), "JO", asked=WINDOWS[name])
    assert raw(visible(render_window(name, window_page(name, seen), ""))) == []


def test_no_code_that_is_offered_to_a_coder_does() -> None:
    offered = frameworks(sample().study).codes
    assert len(offered) == len(sample().study.codebook.codes)
    told = [words for code in offered for words in (code.definition, *code.include, *code.exclude)]
    assert [found for words in told for found in raw(words)] == []
