"""What is said of other programs' projects, and the commands about their files."""

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crosscase import Refused, stages
from crosscase.cli.saying import Commands, say
from crosscase.stages import Brought, Sent

if TYPE_CHECKING:
    from crosscase.exchange.projects.intake import Arrival, Doubtful

MOST_LISTED = 20
RECEIVERS = ("nvivo", "atlas", "maxqda")
_ONE = re.compile(r"s\b")


def import_projects(
    folder: Path, files: Sequence[Path], how: Mapping[str, object], *, as_json: bool, page: Path | None = None
) -> int:
    """Bring other programs' projects in and say what came; the exit status."""
    other = next((path for path in files if not stages.is_project(path)), None)
    if other is not None and not (how.get("comments") or how.get("codebook")):
        raise Refused(f"{other} is no project of another program; import it by itself")
    brought = stages.bring_all(folder, files, **how)
    if page:
        stages.arrival_page(folder, page, brought)
    say([brought_json(brought)] if as_json else (line for each in brought for line in brought_lines(each)))
    return 1 if any(each.problem for each in brought) else 0


def brought_lines(brought: Brought) -> Iterator[str]:
    """What came of a project, what didn't, and which places a person should look at."""
    arrival = brought.arrival
    if arrival is None:
        yield click.style(f"{brought.file}:1: ", fg="red") + brought.problem
        return
    new = _counts(arrival.new) or "nothing new"
    verb = (
        "" if brought.written else " (nothing was written)" if arrival.is_empty else " would come (nothing was written)"
    )
    yield f"{brought.file}: {new}{verb}"
    there = _counts(arrival.there)
    if there:
        yield f"  there already: {there}"
    yield from (f"  note: {notice}" for notice in arrival.notices)
    yield from (f"  differs: {conflict}" for conflict in arrival.conflicts)
    yield from _doubtful_lines(arrival.doubtful)
    yield from (f"  not carried: {each.count} {each.what} ({each.why})" for each in arrival.not_carried)
    if brought.written and arrival.new.get("codings") and not arrival.intake.finished:
        yield "  the sources stay open: with --finished they are taken to have been read to the end"


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(
        f"{count:,} {what if count != 1 else _ONE.sub('', what, count=1)}" for what, count in counts.items() if count
    )


def _doubtful_lines(doubtful: "Sequence[Doubtful]") -> Iterator[str]:
    for brought, what in ((True, "at doubtful places, brought as the numbers say"), (False, "not brought")):
        those = [each for each in doubtful if each.brought == brought]
        if those:
            yield f"  {len(those):,} {what}:"
        yield from (f"    {_doubt(each)}" for each in those[:MOST_LISTED])
        if len(those) > MOST_LISTED:
            yield f"    … and {len(those) - MOST_LISTED:,} more (--json lists all)"


def _doubt(each: "Doubtful") -> str:
    words = " ".join(each.quote.split())
    quote = f": “{words if len(words) <= 60 else words[:59] + '…'}”" if words else ""
    return f"{each.source}, {each.raw[0]} to {each.raw[1]} ({each.code}): {each.why}{quote}"


def brought_json(brought: Sequence[Brought]) -> str:
    """The same as JSON, with every doubtful place."""
    return json.dumps([_as_json(each) for each in brought], ensure_ascii=False, indent=2)


def _as_json(brought: Brought) -> dict[str, Any]:
    plain: dict[str, Any] = {"file": brought.file, "written": brought.written, "problem": brought.problem}
    if brought.arrival is None:
        return plain
    return plain | _of_arrival(brought.arrival)


def _of_arrival(arrival: "Arrival") -> dict[str, Any]:
    return {
        "project": arrival.name,
        "origin": arrival.origin,
        "new": dict(arrival.new),
        "there": dict(arrival.there),
        "conflicts": list(arrival.conflicts),
        "doubtful": [asdict(each) for each in arrival.doubtful],
        "not_carried": [asdict(each) for each in arrival.not_carried],
        "notices": list(arrival.notices),
        "positions": dict(arrival.readings),
    }


def sent_lines(sent: Sent) -> Iterator[str]:
    """Where a project was written, for whose eyes, and what it doesn't hold."""
    yield f"{sent.path}: {sent.codings:,} codings"
    if sent.profile == "team":
        yield "  it holds everything: all texts, names and coders; --profile reviewer or public holds less"
    else:
        yield f"  it holds what the profile {sent.profile} shows"
    yield from (f"  not in it: {each.count:,} {each.what} ({each.why})" for each in sent.lost)


@click.group("refi", cls=Commands)
def refi_group() -> None:
    """Look at REFI-QDA projects (.qdpx) and codebooks (.qdc) of any program.

    Example: crosscase refi check project.qdpx
    """


@refi_group.command("check")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def check(file: Path, *, as_json: bool) -> None:
    """Say where a file departs from the standard, and what each known program would trip over.

    Example: crosscase refi check project.qdpx
    """
    findings = stages.conformance(file)
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2))
    else:
        say(f"{file}: {finding}" for finding in findings)
        errors = sum(finding.level == "error" for finding in findings)
        say([f"{file}: {errors} errors, {len(findings) - errors} notes"])
    sys.exit(1 if any(finding.level == "error" for finding in findings) else 0)
