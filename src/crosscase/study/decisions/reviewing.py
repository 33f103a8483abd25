"""Decisions about suggestions. Each verdict is kept as work; only `accept` and `change` make a coding."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from crosscase.codebook import Code
from crosscase.coding import CONTEXT, Coding, Review, Suggestion, Verdict
from crosscase.learning import BlindPassage
from crosscase.study import formats
from crosscase.study.decisions.book import with_code
from crosscase.study.decisions.coding import checked_coding, codings_change, words_of
from crosscase.study.decisions.door import change_of, coder_of, decide, known, readable, source_of, this_moment
from crosscase.study.files import Change
from crosscase.study.study import Study


def accept(study: Study, reviewer: str, suggestion: Suggestion, *, blind: bool = False) -> Study:
    """Make a coding of a suggestion as it stands, and keep the verdict; both are written, or neither."""
    return _take(study, reviewer, suggestion, suggestion.draft, "accept", blind=blind)


def change(
    study: Study,
    reviewer: str,
    suggestion: Suggestion,
    draft: Coding,
    *,
    blind: bool = False,
    new: Code | None = None,
) -> Study:
    """Make another coding in place of a suggestion (other edges, code or value), and keep the verdict.

    `new` is a code made for it.
    """
    return _take(study, reviewer, suggestion, draft, "change", blind=blind, new=new)


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


def audit(study: Study, reviewer: str, passage: BlindPassage, code_id: str = "", *, new: Code | None = None) -> Study:
    """Say which code applies to a passage, or none, without having seen what was proposed for it.

    `new` is a code made for it.

    What was proposed gets its verdict: accepted, if it is this code; else another code was given in its place, or
    all of it is rejected. Where nothing was proposed, that is what is accepted, or changed: a verdict without a code.
    """
    hit = next((one for one in passage.proposed if one.code_id == code_id), None)
    first = hit or next(iter(passage.proposed), _nothing_at(passage))
    if not code_id:
        verdict: Verdict = "reject" if passage.proposed else "accept"
        return _keep_all(study, reviewer, passage.proposed or (first,), verdict, blind=True)
    draft = Coding("", first.source_id, first.start, first.end, "", code_id)
    return _take(study, reviewer, first, draft, "accept" if hit else "change", blind=True, new=new)


def _nothing_at(passage: BlindPassage) -> Suggestion:
    place = passage.place
    return Suggestion(place.source_id, place.start, place.end, "", "", 0.0, "", "")


def _take(
    study: Study,
    reviewer: str,
    suggestion: Suggestion,
    draft: Coding,
    verdict: Verdict,
    *,
    blind: bool,
    new: Code | None = None,
) -> Study:
    def act(now: Study) -> Iterator[Change]:
        source = source_of(now, suggestion.source_id)
        coding = checked_coding(now, reviewer, replace(draft, source_id=source.id))
        yield codings_change(now, reviewer, source, added=[coding])
        yield _reviews_change(now, _review(now, reviewer, suggestion, verdict, blind, coding.id))

    return decide(study, with_code(new, reviewer, act))


def _keep(study: Study, reviewer: str, suggestion: Suggestion, verdict: Verdict, blind: bool) -> Study:
    return _keep_all(study, reviewer, (suggestion,), verdict, blind)


def _keep_all(study: Study, reviewer: str, suggestions: Sequence[Suggestion], verdict: Verdict, blind: bool) -> Study:
    """The same verdict on suggestions of one source."""

    def act(now: Study) -> Iterator[Change]:
        yield _reviews_change(now, *(_review(now, reviewer, one, verdict, blind, "") for one in suggestions))

    return decide(study, act)


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


def _reviews_change(now: Study, *reviews: Review) -> Change:
    """The reviewer's file with these verdicts on one source, in place of earlier ones on the same suggestions."""
    reviewer, source = reviews[0].reviewer, source_of(now, reviews[0].source_id)
    path = f"reviews/{reviewer}/{source.id}.jsonl"
    readable(now, path)
    mine = [r for r in now.reviews if (r.reviewer, r.source_id) == (reviewer, source.id)]
    places = {(review.segment, review.code_id) for review in reviews}
    kept = [r for r in mine if (r.segment, r.code_id) not in places]
    return change_of(now, path, formats.reviews.encode((*kept, *reviews), source.sha256))
