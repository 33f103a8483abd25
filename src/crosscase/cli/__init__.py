"""One command per verb. Each one parses, calls one function, and prints."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crosscase import Problem, Refused, Study, __version__, stages, study, telling, telling_quality
from crosscase.cli.blind import blind
from crosscase.cli.clusters import clusters
from crosscase.cli.names import deidentify, withdraw
from crosscase.cli.projects import RECEIVERS, refi_group, sent_lines
from crosscase.cli.review import review
from crosscase.cli.saying import STUDY, Commands, progress_of, say
from crosscase.cli.sources import import_, remove, sources
from crosscase.disclosure import PROFILES
from crosscase.wording import how_many

if TYPE_CHECKING:
    from crosscase.agreement import UnitKind

OUT = click.option("--out", type=click.Path(path_type=Path), help="Where to write; by default reports/ in the study.")
PROFILE = click.option("--profile", type=click.Choice(PROFILES), help="For whom; by default what study.yaml says.")
PARTS = ("asked", "heard", "uncoded", "unused", "drawn", "together")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="As JSON, with the columns of the exported tables.")
AS_CSV = click.option("--csv", "as_csv", is_flag=True, help="As CSV, with the columns of the exported tables.")
PEOPLE_ONLY = click.option("--people-only", is_flag=True, help="Leave out the machine's suggestions.")


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def main() -> None:
    """The framework method for qualitative interviews: from transcripts and a codebook to a framework matrix.

    \b
    A first study:
      crosscase init my-study
      crosscase import my-study interviews/*.docx
      crosscase run my-study
    """


@main.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def init(folder: Path) -> None:
    """Lay out a new study, every file with a comment on how to fill it in.

    Example: crosscase init my-study
    """
    for path in study.init(folder):
        click.echo(f"made {path}")
    click.echo(f"Next: crosscase import {folder} FILES…, then describe your codes in {folder}/codebook/")


main.add_command(import_)
main.add_command(sources)


@main.command()
@STUDY
@click.option("--as", "coder", required=True, metavar="CODER", help="Who you are, as study.yaml names you.")
@click.option("--port", type=click.IntRange(0, 65535), help="A port of your own; by default the same each time.")
@click.option("--blind", is_flag=True, help="Without what others made of a source that you haven't finished.")
@click.option("--no-browser", is_flag=True, help="Only print the address.")
def serve(folder: Path, coder: str, port: int | None, blind: bool, no_browser: bool) -> None:
    """Open the study in your browser, as it is at each moment. Nothing leaves this machine.

    Example: crosscase serve my-study --as AB
    """
    from crosscase.web import serve as serve_study

    serve_study(folder, coder, port=port, is_blind=blind, opens=not no_browser, tell=click.echo)


@main.command()
@STUDY
@click.option("--accept-moves", is_flag=True, help="Keep the new places of codings whose text was edited.")
@click.option("--json", "as_json", is_flag=True, help="As JSON: each problem with its path and line, and the counts.")
@click.option("--quiet", is_flag=True, help="Only what is wrong, without notes and counts.")
def check(folder: Path, accept_moves: bool, as_json: bool, quiet: bool) -> None:
    """Say what is wrong in a study's files, where, and what to do.

    Example: crosscase check my-study
    """
    checked = stages.check(folder, accept_moves=accept_moves)
    if as_json:
        click.echo(telling.as_json(checked, with_notes=not quiet))
        sys.exit(1 if checked.errors else 0)
    _tell(checked.errors if quiet else checked.study.problems)
    if checked.moved:
        click.echo(f"kept the new place of {how_many(checked.moved, 'coding')}")
    if not quiet:
        click.echo(telling.contents(checked.study))
    sys.exit(1 if checked.errors else 0)


@main.group(cls=Commands)
def codebook() -> None:
    """Check, list, or compare codebooks."""


@codebook.command("check")
@STUDY
def codebook_check(folder: Path) -> None:
    """Say what is wrong in the codebook alone.

    Example: crosscase codebook check my-study
    """
    book, problems = study.load_codebook(folder)
    _tell(problems)
    click.echo(f"{len(book.codes)} codes in {len(book.categories)} categories, version {book.version}")
    sys.exit(_status(problems))


@codebook.command("list")
@STUDY
def codebook_list(folder: Path) -> None:
    """List the codes, category by category.

    Example: crosscase codebook list my-study
    """
    book, _ = study.load_codebook(folder)
    say(telling.codes(book))


@codebook.command("diff")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
def codebook_diff(old: Path, new: Path) -> None:
    """Say what changed between two codebooks: codes added, removed, reworded, moved, renamed, merged.

    Example: crosscase codebook diff my-study-2025/codebook my-study/codebook
    """
    from crosscase.codebook import compare

    say(telling.changed(compare(study.load_codebook(old)[0], study.load_codebook(new)[0])))


@main.command()
@STUDY
@click.option("--queue", metavar="find|teach|order|revisit", help="List passages to look at next, and change nothing.")
@click.option("--code", "code_id", default="", help="For this code only; with no queue named, find more of it.")
@click.option("--limit", type=click.IntRange(1), default=20, help="How many passages of a queue (default 20).")
@click.option("--strict", is_flag=True, help="Only codes whose suggestions proved right.")
@click.option("--report", "with_report", is_flag=True, help="Say of each code how far its suggestions can be trusted.")
def suggest(folder: Path, queue: str | None, code_id: str, limit: int, strict: bool, with_report: bool) -> None:
    """Let the machine suggest codings. They stay suggestions: only a person makes a coding of one.

    Example: crosscase suggest my-study --queue find --code money.cost
    """
    loaded = study.load(folder)
    if with_report:
        from crosscase.suggest.reporting import report_lines

        with progress_of("reading passages") as progress:
            reports, curve = stages.trust_report(loaded, strict=strict, progress=progress)
        say(report_lines(reports, curve))
    elif queue or code_id:
        from crosscase.suggest.reporting import queue_lines

        with progress_of("reading passages") as progress:
            queued = stages.queue(loaded, queue or "find", code_id, limit=limit, strict=strict, progress=progress)
        say(queue_lines(queued))
    else:
        with progress_of("reading passages") as progress:
            suggestions = stages.suggest(loaded, progress, strict=strict)
        sources = len({suggestion.source_id for suggestion in suggestions})
        click.echo(f"{len(suggestions)} suggestions in {sources} sources (kept in {folder / study.DERIVED})")


main.add_command(review)
main.add_command(clusters)


@main.command()
@STUDY
@click.option("--from", "table", required=True, type=click.Path(path_type=Path), help="CSV or XLSX, a row a coding.")
@click.option("--by", required=True, help="Whose codings they are.")
def code(folder: Path, table: Path, by: str) -> None:
    """Take in codings that are listed by their quotes: source, quote, code; if wanted value, case, stance, memo.

    Example: crosscase code my-study --from quotes.csv --by AB
    """
    coded = stages.code(study.load(folder), table, by=by)
    _tell(coded.problems)
    say(telling.coded(coded))
    sys.exit(0 if coded.is_whole else 1)


@main.command()
@STUDY
@click.option("--code", "code_id", default="", help="Only what waits for this code.")
@click.option("--done", "source_id", default="", help="A source that was gone through again for the code.")
@click.option("--by", default="", help="Who went through it.")
def revisit(folder: Path, code_id: str, source_id: str, by: str) -> None:
    """List the sources that were read before a code existed, the likeliest passages first.

    Example: crosscase revisit my-study --code norms.mobility
    Example: crosscase revisit my-study --done interview-07 --code norms.mobility --by AB
    """
    loaded = study.load(folder)
    if source_id:
        stages.look_again(loaded, source_id, code_id, by=by)
        click.echo(f"{source_id}: gone through again for {code_id} by {by}")
        return
    queue = stages.revisit(loaded, code_id)
    if queue.entries and not queue.by_suggestions:
        click.echo("going by cues: `crosscase suggest` would make suggestions to go by", err=True)
    say(telling.waiting_lines(queue.entries, len(loaded.sources)))
    sys.exit(_status(loaded.problems, quietly=True))


@main.command()
@STUDY
@click.option("--source", "source_id", default="", help="Only in this source.")
@click.option("--code", "code_id", default="", help="Only on this code.")
@click.option("--coefficients", "what", flag_value="coefficients", help="How far they agree beyond chance, by code.")
@click.option("--gamma", "what", flag_value="gamma", help="Mathet's γ, on where codings lie and what they are.")
@click.option("--machine", "what", flag_value="machine", help="How near suggestions come, beside how near coders do.")
@click.option("--summaries", "what", flag_value="summaries", help="Whether the passages bear summaries out.")
@click.option("--judge", "judged", multiple=True, metavar="CASE/CODE=VERDICT", help="Your verdict: yes, partly, no.")
@click.option("--by", default="", help="Who judges the summaries.")
@click.option("--unit", type=click.Choice(["passage", "turn", "source"]), default="passage", help="What is compared.")
@AS_JSON
@AS_CSV
def agree(
    folder: Path,
    source_id: str,
    code_id: str,
    what: str | None,
    judged: tuple[str, ...],
    by: str,
    unit: "UnitKind",
    as_json: bool,
    as_csv: bool,
) -> None:
    """List what coders who read the same passages coded otherwise, in groups: codes that they confuse first.

    Example: crosscase agree my-study --coefficients --unit turn

    Example: crosscase agree my-study --summaries --judge J05/policy.substances=partly --by CD
    """
    loaded = study.load(folder)
    for words in judged:
        loaded = stages.judge(loaded, *telling_quality.verdict(words), by=by)
    answer = telling_quality.agreed(loaded, what or "differences", source_id, code_id, unit)
    say(answer.printed(as_json=as_json, as_csv=as_csv))
    sys.exit(_status(loaded.problems, quietly=True))


@main.command()
@STUDY
@click.option("--all-codes", is_flag=True, help="Count deductive codes too.")
@click.option("--sector", default="", help="Only interviews with participants of this sector.")
@click.option("--base", default=4, show_default=True, help="How many interviews are the base.")
@click.option("--run", "run_length", default=2, show_default=True, help="How many interviews in a row are looked at.")
@click.option("--threshold", default=5.0, show_default=True, help="New information that still counts as none, in %.")
@click.option("--by-sector", is_flag=True, help="Also in each sector by itself.")
@AS_JSON
@AS_CSV
def saturation(
    folder: Path,
    all_codes: bool,
    sector: str,
    base: int,
    run_length: int,
    threshold: float,
    by_sector: bool,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Say which codes each interview brought that no earlier one had, and when that stopped.

    Example: crosscase saturation my-study --base 6 --run 3
    """
    loaded = study.load(folder)
    share = threshold / 100
    found = stages.saturation(loaded, sector=sector, every_code=all_codes, base=base, run=run_length, threshold=share)
    sectors = stages.saturation_by_sector(loaded, base=base, run=run_length, threshold=share) if by_sector else {}
    say(telling_quality.saturated(loaded, found, sectors).printed(as_json=as_json, as_csv=as_csv))
    sys.exit(_status(loaded.problems, quietly=True))


@main.command()
@STUDY
@click.option("--only", type=click.Choice(PARTS), help="One part alone, whole.")
@AS_JSON
@AS_CSV
def coverage(folder: Path, only: str | None, as_json: bool, as_csv: bool) -> None:
    """Say what was asked of whom, what was read and coded, what nobody coded, and which codes go together.

    Example: crosscase coverage my-study --only together --csv
    """
    loaded = study.load(folder)
    answer = telling_quality.covered_answer(stages.covered(loaded), loaded, only or "")
    say(answer.printed(as_json=as_json, as_csv=as_csv))
    sys.exit(_status(loaded.problems, quietly=True))


@main.command()
@STUDY
@click.option("--from", "workbook", required=True, type=click.Path(path_type=Path), help="The edited matrices.xlsx.")
@click.option("--by", default="", help="Who wrote the summaries.")
def chart(folder: Path, workbook: Path, by: str) -> None:
    """Take summaries that were edited in matrices.xlsx back into the study's charts.

    Example: crosscase chart my-study --from tables/matrices.xlsx --by AB
    """
    changes = stages.chart(study.load(folder), workbook, by=by)
    _tell(changes.problems)
    say(telling.taken_back(changes))
    sys.exit(1 if changes.conflicts or _status(changes.problems) else 0)


@main.command()
@STUDY
@click.option("--case", "case_id", default="", help="One case: how each rule came out for it, part by part.")
@click.option("--accept", is_flag=True, help="Write the proposed features of attributes that nobody has decided.")
@click.option("--by", default="", help="Who accepts.")
def classify(folder: Path, case_id: str, accept: bool, by: str) -> None:
    """Sort the cases into the types of each typology, and say why.

    Example: crosscase classify my-study --case J14
    """
    findings = stages.classify(study.load(folder))
    if accept:
        decided, written = stages.accept(findings, by=by, case_id=case_id)
        say(telling.accepted(written))
        findings = stages.classify(decided)
    say(telling.classified(findings, case_id))
    sys.exit(_status(findings.study.problems, quietly=True))


main.add_command(blind)
main.add_command(deidentify)
main.add_command(withdraw)
main.add_command(remove)


@main.command()
@STUDY
@OUT
@PROFILE
@PEOPLE_ONLY
@click.option("--single-file", "single", metavar="PAGE", help="Only this page, with all it needs inside, to mail.")
@click.option("--pdf", "as_pdf", is_flag=True, help="Also the whole report as one PDF; this needs a Chromium.")
def report(
    folder: Path, out: Path | None, profile: str | None, people_only: bool, single: str | None, as_pdf: bool
) -> None:
    """Write the report as web pages that open from any folder, without a network.

    Example: crosscase report my-study --profile public --out for-the-website
    Example: crosscase report my-study --single-file exhibit-2.html
    """
    loaded = study.load(folder)
    if single:
        page = stages.single_page(loaded, single, out, profile=profile or "", people_only=people_only)
        click.echo(page)
        sys.exit(_status(loaded.problems, quietly=True))
    built = stages.report(loaded, out, profile=profile or "", people_only=people_only)
    _say_what_is_missing(loaded, people_only)
    click.echo(built.index)
    for line in telling.withheld(built.findings):
        click.echo(line)
    if as_pdf:
        with progress_of("printing pages") as progress:
            pdf = stages.pdf(built, progress)
        click.echo(pdf.path)
        click.echo(telling.printed(pdf), err=True)
    sys.exit(_status(loaded.problems, quietly=True))


@main.command()
@STUDY
@OUT
@PROFILE
@PEOPLE_ONLY
@click.option("--refi", type=click.Path(path_type=Path), help="Instead a project for others: .qdpx; codes: .qdc, .csv.")
@click.option("--comments", type=click.Path(path_type=Path), help="Instead Word documents with comments, in a folder.")
@click.option("--for", "receiver", type=click.Choice(RECEIVERS), help="Which program is to read that project.")
def export(
    folder: Path,
    out: Path | None,
    profile: str | None,
    people_only: bool,
    refi: Path | None,
    receiver: str | None,
    comments: Path | None,
) -> None:
    """Write tidy tables (CSV, and a workbook of them all), the exhibits, the matrices to edit, a Word document.

    Example: crosscase export my-study --out tables

    Example: crosscase export my-study --refi my-study.qdpx --for nvivo
    """
    loaded = study.load(folder)
    if refi is not None:
        say(sent_lines(stages.send(loaded, refi, receiver=receiver or "", profile=profile or "")))
        sys.exit(_status(loaded.problems, quietly=True))
    if comments is not None:
        say(map(str, stages.send_documents(loaded, comments, profile=profile or "")))
        sys.exit(_status(loaded.problems, quietly=True))
    if receiver:
        raise Refused("--for goes with --refi FILE")
    tables = stages.export(loaded, out, profile=profile or "", people_only=people_only)
    _say_what_is_missing(loaded, people_only)
    for path in tables:
        click.echo(path)
    sys.exit(_status(loaded.problems, quietly=True))


@main.command()
@STUDY
@OUT
@PROFILE
@PEOPLE_ONLY
def run(folder: Path, out: Path | None, profile: str | None, people_only: bool) -> None:
    """Do all that can be done without a person: check, suggest, chart, and write report and tables.

    Example: crosscase run my-study
    """
    loaded = stages.check(folder).study
    _tell(loaded.problems)
    click.echo(telling.contents(loaded))
    with progress_of("reading passages") as progress:
        built = stages.run(loaded, out, profile=profile or "", people_only=people_only, progress=progress)
    if built.left:
        click.echo(f"left as it is: {built.left}", err=True)
    click.echo(telling.charted(built.findings))
    click.echo(built.index)
    sys.exit(_status(loaded.problems))


main.add_command(refi_group)


def _say_what_is_missing(loaded: Study, people_only: bool) -> None:
    if not people_only and stages.lacks_suggestions(loaded):
        click.echo("no suggestions, or out of date: `crosscase suggest` makes them", err=True)
    if not people_only and stages.lacks_clusters(loaded):
        click.echo("no clusters, or out of date: `crosscase run` makes them", err=True)


def _tell(problems: Iterable[Problem]) -> None:
    say(telling.problem_lines(problems))


def _status(problems: Iterable[Problem], *, quietly: bool = False) -> int:
    errors = [problem for problem in problems if problem.level == "error"]
    if errors and quietly:
        click.echo(f"{how_many(len(errors), 'problem')} in the study: `crosscase check` lists them", err=True)
    return 1 if errors else 0
