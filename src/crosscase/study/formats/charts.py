"""`charts/*.yaml`: the cells that people wrote, case by case and code by code."""

from collections.abc import Iterator

import msgspec

from crosscase.matrix import Summary
from crosscase.problem import Problem
from crosscase.study.formats.shape import Words, words
from crosscase.study.yaml import Lined, convert, parse


class _Summary(msgspec.Struct, forbid_unknown_fields=True):
    summary: str
    status: str = ""
    codings: Words = ""
    cited: Words = ""
    by: str = ""
    on: str = ""


def summaries(text: str, path: str, problems: list[Problem]) -> Iterator[tuple[Summary, int]]:
    """The cells of one chart file, each with its line."""
    document, found = parse(text, path)
    problems += found
    for case_id, cells in document.items():
        if not isinstance(cells, Lined):
            what = f"`{case_id}` should hold `code: …` lines"
            problems.append(
                Problem(path, document.lines[case_id], what, "write the code's id, then its summary below it")
            )
            continue
        for code_id, cell in cells.items():
            line = cells.lines[code_id]
            written = convert(cell, _Summary, path, problems, line)
            if written is not None:
                rests_on = words(written.codings)
                yield (
                    Summary(
                        case_id,
                        code_id,
                        written.summary,
                        written.status,
                        rests_on,
                        written.by,
                        written.on,
                        words(written.cited),
                    ),
                    line,
                )
