"""What the commands about sources say: of a file that was read, of who speaks in a source, of what was left aside."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from crosscase.stages import Account
from crosscase.wording import counted, how_many

if TYPE_CHECKING:
    from crosscase.exchange.importing import ImportReport


def imported(report: "ImportReport") -> Iterator[str]:
    """What became of a file: one line, then a line each for what was left aside, dropped, guessed and moved."""
    if report.problem:
        colour = "yellow" if report.status == "skipped" else "red"
        yield click.style(f"{report.file}:1: ", fg=colour) + report.problem
        return
    if report.status == "unchanged":
        yield f"{report.file}: already in the study as {report.source_id}"
        return
    names = ", ".join(_named(name, report) for name in report.speakers) or "none"
    size = f"{how_many(report.turns, 'turn')}, {report.words:,} words"
    yield f"{report.file}: {report.source_id}, {size}; speakers: {names}"
    yield f"  read as {_form(report)}; {how_many(report.times, 'turn')} with a time"
    yield from (f"  dropped: {what}" for what in report.dropped)
    if report.aside:
        yield f"  aside: {counted(len(report.aside), 'line')}, kept beside the text (`crosscase sources` lists them)"
    yield from (f"  guessed: {what}" for what in report.guessed)
    yield from (f"  looks like a {what}; set it aside if it is" for what in report.notices)
    if report.media:
        yield f"  recording: {report.media}"
    if report.status != "replaced":
        yield from _moves(report)
    if report.status == "replaced":
        yield f"  replaced: {counted(len(report.moved), 'coding')} moved, {counted(len(report.lost), 'coding')} lost"
    if report.status == "read":
        yield "  nothing was stored"
    for turn in report.read_turns:
        time = f"[{turn.time}] " if turn.time else ""
        role = report.roles.get(turn.speaker, "")
        who = f"{turn.speaker} ({role}): " if role else f"{turn.speaker}: " if turn.speaker else ""
        yield click.style(f"  {time}{who}", bold=True) + turn.words.replace("\n", "\n    ")


def replacing(report: "ImportReport") -> Iterator[str]:
    """What will become of a source's codings, before its text is replaced."""
    if report.moved or report.lost:
        yield f"{report.file}: in place of {report.source_id}"
        yield from _moves(report)


def _moves(report: "ImportReport") -> Iterator[str]:
    yield from (f"  moved: {what}" for what in report.moved)
    yield from (f"  lost: {what}; it is kept, and `check` lists it" for what in report.lost)


def imported_as_json(reports: Iterable["ImportReport"]) -> str:
    """The reports with all their fields; turns are there where they were to be shown."""
    files = []
    for report in reports:
        fields = asdict(report)
        fields["read_turns"] = [turn._asdict() for turn in report.read_turns]
        files.append(fields)
    return json.dumps({"files": files}, ensure_ascii=False, indent=2)


def sources(accounts: Iterable[Account], *, whole: bool) -> Iterator[str]:
    """Each source with its speakers; with `whole` also the lines that were left aside."""
    for account in accounts:
        source = account.source
        yield click.style(f"{source.id}  ", bold=True) + f"{_origin(account)}{how_many(len(source.turns), 'turn')}"
        for heard in account.speakers if source.kind != "document" else ():
            asks = f", {counted(heard.questions, 'question')}" if heard.questions else ""
            name = heard.name or "(no name)"
            yield f"  {name}: {heard.role}, {counted(heard.turns, 'turn')}, {heard.share:.0%} of the words{asks}"
        if account.asker is not None:
            yield f"  nobody was found who asks; {account.asker.name} asks most: say so in speakers.csv if they do"
        if account.media:
            yield f"  recording: {account.media}"
        if account.aside and not whole:
            yield f"  aside: {counted(len(account.aside), 'line')}"
        for line, reason, words in account.aside if whole else ():
            yield f"  aside{f' (line {line})' if line else ''}, {reason}: {words}"


def sources_as_json(accounts: Iterable[Account]) -> str:
    listed = [
        {
            "source": account.source.id,
            "kind": account.source.kind,
            "file": account.file,
            "reader": account.reader,
            "layout": account.layout,
            "turns": len(account.source.turns),
            "speakers": [asdict(heard) for heard in account.speakers],
            "asks_most": asdict(account.asker) if account.asker else None,
            "aside": [dict(zip(("line", "reason", "words"), line, strict=True)) for line in account.aside],
            "media": account.media,
        }
        for account in accounts
    ]
    return json.dumps({"sources": listed}, ensure_ascii=False, indent=2)


def _named(name: str, report: "ImportReport") -> str:
    role = report.roles.get(name, "unknown")
    asks = {"interviewer": ", asks", "unknown": ", role unknown"}.get(role, "")
    return f"{name} ({report.speakers[name]}, {report.shares[name]:.0%} of the words{asks})"


def _form(report: "ImportReport") -> str:
    return ", ".join(part for part in (f".{report.reader}", report.encoding, report.layout) if part)


def _origin(account: Account) -> str:
    parts = [account.source.kind, account.file, account.layout]
    return "".join(f"{part}, " for part in parts if part)
