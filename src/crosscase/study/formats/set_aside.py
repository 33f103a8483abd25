"""`set-aside/<source>.jsonl`: the stretches of a source that are not the study's material, one a line."""

from collections.abc import Iterable

import msgspec

from crosscase.anchoring import found_again
from crosscase.problem import Problem
from crosscase.source import SetAside, Source
from crosscase.study.formats import jsonl


class _Line(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    id: str
    start: int
    end: int
    quote: str
    reason: str = ""
    by: str = ""
    at: str = ""
    before: str = ""
    after: str = ""


def set_aside(data: bytes, path: str, source: Source, problems: list[Problem]) -> tuple[tuple[SetAside, ...], bool]:
    """The stretches, at their places in the text as it is now, and whether every line could be read.

    One whose words don't stand there any more is a problem, and sets nothing aside.
    """
    file = jsonl.read(data, path, _Line, problems)
    found = []
    for number, line in file.entries:
        stretch = _found(_stretch(line, source.id), source, edited=file.sha256 != source.sha256)
        if stretch is None:
            what = f"what `{line.id}` sets aside is not in the text any more: “{line.quote[:50]}”"
            problems.append(Problem(path, number, what, "take the line away, or set the words aside anew", "warning"))
        else:
            found.append(stretch)
    return tuple(sorted(found, key=lambda stretch: (stretch.start, stretch.end))), file.whole


def encode(stretches: Iterable[SetAside], sha256: str) -> bytes:
    return jsonl.write(sha256, map(_line, stretches))


def _found(stretch: SetAside, source: Source, *, edited: bool) -> SetAside | None:
    stands = 0 <= stretch.start < stretch.end and source.text[stretch.start : stretch.end] == stretch.quote
    if stands and not edited:
        return stretch
    # One by one: what is set aside is no chain of codings, whose order would tell where each belongs.
    return found_again([stretch], source)[0]


def _stretch(line: _Line, source_id: str) -> SetAside:
    return SetAside(
        line.id, source_id, line.start, line.end, line.quote, line.reason, line.by, line.at, line.before, line.after
    )


def _line(stretch: SetAside) -> _Line:
    return _Line(
        stretch.id, stretch.start, stretch.end, stretch.quote, stretch.reason, stretch.by, stretch.at, stretch.before,
        stretch.after,
    )  # fmt: skip
