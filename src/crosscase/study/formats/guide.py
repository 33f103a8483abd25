"""`guide.yaml`: the interview guide."""

from typing import Any

import msgspec

from crosscase.features import is_date
from crosscase.guide import Guide, Question
from crosscase.problem import Problem
from crosscase.study.formats.shape import Words, items, whole, words
from crosscase.study.yaml import convert

EVERYWHERE = "all"


class _Guide(msgspec.Struct, forbid_unknown_fields=True):
    put: str = ""
    questions: list[Any] = []


class _Question(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    text: str = ""
    codes: Words = ""
    opens: Words = ""
    marker: str = ""
    put: Words | None = None
    skipped: Words | None = None
    since: str = ""


def guide(text: str, path: str, problems: list[Problem]) -> tuple[Guide, list[int]]:
    """The interview guide, with the line of each of its questions."""
    shape, document = whole(text, path, _Guide, problems)
    of_all = shape.put if shape else ""
    if of_all not in ("", EVERYWHERE):
        problems.append(Problem(path, 1, f"`put: {of_all}` of the whole guide says nothing", "write `put: all`"))
    lines: list[int] = []
    questions = []
    for item, line in items(document, "questions"):
        question = convert(item, _Question, path, problems, line)
        if question is not None:
            lines.append(line)
            if question.since and not is_date(question.since):
                what = f"`since: {question.since}` is no date"
                problems.append(Problem(path, line, what, "write it as 2021-06-15, 2021-06 or 2021"))
                question.since = ""
            questions.append(_question(question, of_all))
    return Guide(tuple(questions)), lines


def _question(question: _Question, of_all: str) -> Question:
    put = () if question.put in (None, EVERYWHERE) else words(question.put)
    return Question(
        question.id,
        question.text,
        words(question.codes),
        question.marker,
        words(question.skipped or ""),
        words(question.opens),
        put,
        _elsewhere(question, of_all),
        question.since,
    )


def _elsewhere(question: _Question, of_all: str) -> bool | None:
    """What a person's word makes of the sources that they don't name."""
    if question.put is not None and question.put != EVERYWHERE:
        return False
    # Whoever writes down where a question was skipped, be it nowhere, says that it was put in all others.
    said = question.put == EVERYWHERE or question.skipped is not None or of_all == EVERYWHERE
    return True if said else None
