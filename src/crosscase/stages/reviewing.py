"""Going through what the machine proposes, one passage after the other; each verdict is written as it is given."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from crosscase.coding import Suggestion, Verdict
from crosscase.learning import BlindPassage, Learning, Reviewable
from crosscase.problem import Refused, nearest
from crosscase.reviewing import Reviewing, tally
from crosscase.study import Study, decisions
from crosscase.study.study import Written

__all__ = [
    "Next",
    "code_called",
    "judge_blind",
    "judge_suggestion",
    "judge_with_value",
    "next_up",
    "take_back",
    "tally",
]


@dataclass(frozen=True, slots=True)
class Next:
    """What comes next: a blind passage where one is due, else a suggestion; `left` counts those of the queue."""

    blind: BlindPassage | None
    reviewable: Reviewable
    left: int


def next_up(study: Study, learning: Learning, coder: str, queue: str, code_id: str = "") -> Next | None:
    """What to put to a coder; None where nothing is left. Raises `Refused` for an unknown coder, queue or code."""
    decisions.check_coder(study, coder)
    blind, left = Reviewing(study, learning, coder).next_in(queue, code_id)
    return Next(blind, left[0], len(left)) if left else None


def judge_suggestion(study: Study, coder: str, reviewable: Reviewable, verdict: Verdict, code_id: str = "") -> Study:
    """Accept, reject or leave for later; or, with a code, give that one in its place."""
    suggestion = reviewable.suggestion
    if code_id:
        return decisions.change(study, coder, suggestion, replace(suggestion.draft, code_id=code_id, value=""))
    return _VERDICTS[verdict](study, coder, suggestion)


def judge_with_value(study: Study, coder: str, reviewable: Reviewable, value: str) -> Study:
    """The code as proposed, with this value."""
    suggestion = reviewable.suggestion
    return decisions.change(study, coder, suggestion, replace(suggestion.draft, value=value))


def judge_blind(study: Study, coder: str, passage: BlindPassage, code_id: str) -> Study:
    """The code that applies to a passage that was put blind; empty where none does."""
    return decisions.audit(study, coder, passage, code_id)


def take_back(study: Study, written: Sequence[Written]) -> Study:
    """Take a verdict back. Raises `Refused` where what it wrote was changed since."""
    return decisions.undo(study, written)


def code_called(study: Study, words: str) -> str:
    """The id of the code of this name or id, or of the only one whose name begins so. Raises `Refused` for another."""
    wanted = words.strip().casefold()
    codes = study.codebook.codes
    exact = [code.id for code in codes if wanted in (code.id.casefold(), code.name.casefold())]
    begun = [code.id for code in codes if code.name.casefold().startswith(wanted)]
    for ids in (exact, begun):
        if len(ids) == 1:
            return ids[0]
    raise Refused(f"there is no code `{words.strip()}`; {nearest(words.strip(), [code.id for code in codes])}")


_VERDICTS: Mapping[Verdict, Callable[[Study, str, Suggestion], Study]] = {
    "accept": decisions.accept,
    "reject": decisions.reject,
    "later": decisions.postpone,
}
