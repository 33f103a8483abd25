"""Decisions about suggestions. Each verdict is kept as work; only `accept` and `change` make a coding."""

from collections.abc import Iterator
from dataclasses import replace

from crosscase.coding import CONTEXT, Coding, Review, Suggestion, Verdict
from crosscase.study import formats
from crosscase.study.decisions.coding import checked_coding, codings_change, words_of
from crosscase.study.decisions.door import change_of, coder_of, decide, known, readable, source_of, this_moment
from crosscase.study.files import Change
from crosscase.study.study import Study


def accept(study: Study, reviewer: str, suggestion: Suggestion, *, blind: bool = False) -> Study:
    """Make a coding of a suggestion as it stands, and keep the verdict; both are written, or neither."""
    return _take(study, reviewer, suggestion, _coding_of(suggestion), "accept", blind)


def change(study: Study, reviewer: str, suggestion: Suggestion, draft: Coding, *, blind: bool = False) -> Study:
    """Make another coding in place of a suggestion (other edges, code or value), and keep the verdict."""
    return _take(study, reviewer, suggestion, draft, "change", blind)


def reject(study: Study, reviewer: str, suggestion: Suggestion, *, blind: bool = False) -> Study:
    """Say that this passage does not carry this code. The suggestion doesn't come back."""
    return _keep(study, reviewer, suggestion, "reject", blind)


def postpone(study: Study, reviewer: str, suggestion: Suggestion, *, blind: bool = False) -> Study:
    """Leave a suggestion for later."""
    return _keep(study, reviewer, suggestion, "later", blind)


def pass_over(study: Study, reviewer: str, source_id: str, start: int, end: int, code_id: str) -> Study:
    """Say of a passage that was looked at for a code, without any suggestion, that it doesn't carry it."""

    def act(now: Study) -> Iterator[Change]:
        words = words_of(source_of(now, source_id), start, end)
        code = now.codebook.by_id[known(code_id, now.codebook.by_id, "code")]
        looked_at = Suggestion(source_id, start, end, words, code.id, 0.0, "", "")
        yield _reviews_change(now, _review(now, reviewer, looked_at, "reject", False, ""))

    return decide(study, act)


def _take(study: Study, reviewer: str, suggestion: Suggestion, draft: Coding, verdict: Verdict, blind: bool) -> Study:
    def act(now: Study) -> Iterator[Change]:
        source = source_of(now, suggestion.source_id)
        coding = checked_coding(now, reviewer, replace(draft, source_id=source.id))
        yield codings_change(now, reviewer, source, added=[coding])
        yield _reviews_change(now, _review(now, reviewer, suggestion, verdict, blind, coding.id))

    return decide(study, act)


def _keep(study: Study, reviewer: str, suggestion: Suggestion, verdict: Verdict, blind: bool) -> Study:
    return decide(study, lambda now: [_reviews_change(now, _review(now, reviewer, suggestion, verdict, blind, ""))])


def _coding_of(suggestion: Suggestion) -> Coding:
    return Coding(
        id="",
        source_id=suggestion.source_id,
        start=suggestion.start,
        end=suggestion.end,
        quote="",
        code_id=suggestion.code_id,
        value=suggestion.value,
        case_id=suggestion.case_id,
        episode_id=suggestion.episode_id,
    )


def _review(now: Study, reviewer: str, suggestion: Suggestion, verdict: Verdict, blind: bool, coding_id: str) -> Review:
    coder_of(now, reviewer)
    text = source_of(now, suggestion.source_id).text
    start, end = suggestion.start, suggestion.end
    return Review(
        source_id=suggestion.source_id,
        start=start,
        end=end,
        quote=text[start:end],
        code_id=suggestion.code_id,
        verdict=verdict,
        reviewer=reviewer,
        value=suggestion.value,
        score=suggestion.score,
        encoder=suggestion.encoder,
        coding_id=coding_id,
        blind=blind,
        at=this_moment(),
        before=text[max(0, start - CONTEXT) : start],
        after=text[end : end + CONTEXT],
    )


def _reviews_change(now: Study, review: Review) -> Change:
    """The reviewer's file with this verdict in place of an earlier one on the same suggestion."""
    source = source_of(now, review.source_id)
    path = f"reviews/{review.reviewer}/{source.id}.jsonl"
    readable(now, path)
    mine = [r for r in now.reviews if (r.reviewer, r.source_id) == (review.reviewer, source.id)]
    kept = [r for r in mine if (r.segment, r.code_id) != (review.segment, review.code_id)]
    return change_of(now, path, formats.reviews.encode((*kept, review), source.sha256))
