"""The interview guide: which question asks about which codes, and which it may bring up.

It makes "not asked" knowable.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from crosscase.source import Source, Turn


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the guide, the codes it asks about, and those that it may bring up without asking.

    Only the first kind, `code_ids`, can make a code *asked*; of the second, `opens`, silence says nothing.

    `put` and `skipped` are a person's word: sources in which it was put, and in which it was not. In others its
    `marker` decides, if it has one; else `elsewhere` does, where None says that nobody knows. `since` is the date from
    which it was in the guide, empty for a question that was there from the first.
    """

    id: str
    text: str
    code_ids: tuple[str, ...] = ()
    marker: str = ""
    skipped: tuple[str, ...] = ()
    opens: tuple[str, ...] = ()
    put: tuple[str, ...] = ()
    elsewhere: bool | None = None
    since: str = ""


@dataclass(frozen=True, slots=True)
class Guide:
    questions: tuple[Question, ...] = ()

    def about(self, code_id: str) -> tuple[Question, ...]:
        """The questions that ask about this code; none where the guide only brings it up, or doesn't know it."""
        return tuple(question for question in self.questions if code_id in question.code_ids)


def asked(question: Question, source: Source) -> bool | None:
    """Whether this question was put in this source; None where nobody knows. Documents were asked nothing."""
    if source.kind == "document" or source.id in question.skipped:
        return False
    if source.id in question.put:
        return True
    if question.marker:
        return put_at(question, source) is not None
    is_older = bool(source.date) and source.date < question.since
    return False if is_older else question.elsewhere


def taken_together(answers: Iterable[bool | None]) -> bool | None:
    """Of several questions or sources: put if one was put, not put if none was, else unknown."""
    known = set(answers)
    if True in known:
        return True
    return None if None in known else False


def put_at(question: Question, source: Source) -> Turn | None:
    """The interviewer's first turn that says the marker: as a word of its own, so that Q1 isn't found in Q10."""
    marker = question.marker
    if not marker:
        return None
    before = r"(?<!\w)" if marker[0].isalnum() else ""
    after = r"(?!\w)" if marker[-1].isalnum() else ""
    word = re.compile(before + re.escape(marker) + after)
    interviewers = (turn for turn in source.turns if turn.role == "interviewer")
    return next((turn for turn in interviewers if word.search(source.text, turn.start, turn.end)), None)
