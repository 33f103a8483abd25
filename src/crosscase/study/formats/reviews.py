"""`reviews/<coder>/<source>.jsonl`: one person's verdicts on suggestions, one a line."""

from collections.abc import Iterable

import msgspec

from crosscase.anchoring import found_again
from crosscase.coding import READING_ORDER, Review, Verdict
from crosscase.problem import Problem
from crosscase.source import Source
from crosscase.study.formats import jsonl


class _Line(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    start: int
    end: int
    code: str
    quote: str
    verdict: Verdict
    value: str = ""
    score: float = 0.0
    encoder: str = ""
    coding: str = ""
    blind: bool = False
    at: str = ""
    before: str = ""
    after: str = ""


def reviews(
    data: bytes, path: str, reviewer: str, source: Source, problems: list[Problem]
) -> tuple[list[Review], bool]:
    """The verdicts, at their places in the text as it is now, and whether every line could be read.

    A verdict whose words are gone from an edited text decides nothing any more; it stays in the file.
    """
    file = jsonl.read(data, path, _Line, problems)
    read = [_review(line, source.id, reviewer) for _, line in file.entries]
    if file.sha256 == source.sha256:
        return read, file.whole
    return [review for review in found_again(read, source) if review is not None], file.whole


def encode(reviews: Iterable[Review], sha256: str) -> bytes:
    """The file's bytes: the same verdicts always make the same bytes."""
    return jsonl.write(sha256, map(_line, sorted(reviews, key=lambda review: (READING_ORDER(review), review.code_id))))


def _review(line: _Line, source_id: str, reviewer: str) -> Review:
    return Review(
        source_id, line.start, line.end, line.quote, line.code, line.verdict, reviewer, line.value, line.score,
        line.encoder, line.coding, line.blind, line.at, line.before, line.after,
    )  # fmt: skip


def _line(review: Review) -> _Line:
    return _Line(
        review.start, review.end, review.code_id, review.quote, review.verdict, review.value, review.score,
        review.encoder, review.coding_id, review.blind, review.at, review.before, review.after,
    )  # fmt: skip
