"""`guide.yaml`: the interview guide."""

from typing import Any

import msgspec

from crosscase.guide import Guide, Question
from crosscase.problem import Problem
from crosscase.study.formats.shape import Words, items, whole, words
from crosscase.study.yaml import convert


class _Guide(msgspec.Struct, forbid_unknown_fields=True):
    questions: list[Any] = []


class _Question(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    text: str = ""
    codes: Words = ""
    opens: Words = ""
    marker: str = ""
    skipped: Words = ""


def guide(text: str, path: str, problems: list[Problem]) -> tuple[Guide, list[int]]:
    """The interview guide, with the line of each of its questions."""
    _, document = whole(text, path, _Guide, problems)
    lines: list[int] = []
    questions = []
    for item, line in items(document, "questions"):
        asked = convert(item, _Question, path, problems, line)
        if asked is not None:
            lines.append(line)
            codes, skipped = words(asked.codes), words(asked.skipped)
            questions.append(Question(asked.id, asked.text, codes, asked.marker, skipped, words(asked.opens)))
    return Guide(tuple(questions)), lines
