"""The commands that bring sources in, list them, and take them out."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crosscase import Refused, stages, study
from crosscase.cli import heard
from crosscase.cli.projects import import_projects
from crosscase.cli.saying import STUDY, say

if TYPE_CHECKING:
    from crosscase.exchange.importing import ImportReport

KINDS = ("interview", "focus group", "document")


@click.command("import")
@click.argument("folder", metavar="STUDY", type=click.Path(path_type=Path))
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--preview", is_flag=True, help="Show each turn with who speaks and in what role; store nothing.")
@click.option("--dry-run", is_flag=True, help="Report what would be stored; store nothing.")
@click.option("--replace", "replaces", is_flag=True, help="Put a corrected file in its source's place; codings move.")
@click.option(
    "--speakers", metavar="PATTERN", default="", help="How names stand, as in `NAME > WORDS` or `[TIME] NAME:`."
)
@click.option("--interviewer", "interviewers", multiple=True, metavar="NAME", help="Who asks.")
@click.option("--participant", "participants", multiple=True, metavar="NAME", help="Who takes part.")
@click.option("--kind", type=click.Choice(KINDS), help="What they are; a document is stored as it stands.")
@click.option("--case", "case_id", default="", help="The case that they belong to as a whole.")
@click.option("--date", "date", default="", help="Their date, as 2021-06-15, 2021-06 or 2021.")
@click.option("--title", default="", help="The title, of one file.")
@click.option("--media", type=click.Path(path_type=Path), help="The recording, of one file; noted with its hash.")
@click.option("--as-coder", "as_coders", multiple=True, metavar="[NAME=]ID", help="Whose codings a project's are here.")
@click.option("--finished", is_flag=True, help="A project's coders had read each source to its end.")
@click.option("--project", default="", metavar="NAME", help="Which of several projects in a database.")
@click.option("--comments", is_flag=True, help="Word comments that name codes are codings by their authors.")
@click.option("--highlight", "highlights", multiple=True, metavar="COLOUR=CODE", help="A colour's code, in Word.")
@click.option("--codebook", is_flag=True, help="The files are tables of codes: Taguette's CSV, a sheet, a Word table.")
@click.option("--json", "as_json", is_flag=True, help="The reports as JSON.")
@click.option("--page", type=click.Path(path_type=Path), help="Write the reports as a page too (.html).")
def import_(
    folder: Path,
    files: tuple[Path, ...],
    *,
    preview: bool,
    dry_run: bool,
    replaces: bool,
    speakers: str,
    interviewers: tuple[str, ...],
    participants: tuple[str, ...],
    kind: str | None,
    case_id: str,
    date: str,
    title: str,
    media: Path | None,
    as_coders: tuple[str, ...],
    finished: bool,
    project: str,
    comments: bool,
    highlights: tuple[str, ...],
    codebook: bool,
    as_json: bool,
    page: Path | None,
) -> None:
    """Bring transcripts in (Word, PDF, captions, sheets …): turns, speakers and times are found, originals kept.

    Projects of other programs (.qdpx, .qdc, Taguette's .sqlite3, QualCoder's .qda) come with their codings.

    Example: crosscase import my-study interviews/*.docx

    Example: crosscase import my-study article.txt --kind document --case J03 --date 2021-06-15

    Example: crosscase import my-study talk.txt --preview --interviewer Ben

    Example: crosscase import my-study project.qdpx --as-coder "Ann Berg=AB" --dry-run
    """
    if page:
        stages.check_page(page)
    comments = comments or bool(highlights)
    if comments or codebook or any(map(stages.is_project, files)):
        stores = not (preview or dry_run)
        how = {"as_coders": as_coders, "kind": kind or "", "name": project, "finished": finished, "dry_run": not stores}
        how |= {"comments": comments, "codebook": codebook, "highlights": highlights}
        sys.exit(import_projects(folder, files, how, as_json=as_json, page=page))
    if as_coders or finished or project:
        raise Refused(
            f"{files[0]} is no project of another program; --as-coder, --finished and --project are for those"
        )
    about = stages.about(kind, case_id=case_id, date=date, title=title)
    wishes = stages.wishes(
        speakers=speakers,
        interviewers=interviewers,
        participants=participants,
        stores=not (preview or dry_run),
        shows_turns=preview,
        replaces=replaces,
        media=media,
    )
    if replaces and wishes.stores and not as_json:
        _show_moves(stages.import_files(folder, files, about, replace(wishes, stores=False)))
    reports = stages.import_files(folder, files, about, wishes)
    if page:
        stages.arrival_page(folder, page, reports=reports)
    if as_json:
        click.echo(heard.imported_as_json(reports))
    else:
        say(line for report in reports for line in heard.imported(report))
    sys.exit(1 if any(report.status == "failed" for report in reports) else 0)


def _show_moves(reports: "Sequence[ImportReport]") -> None:
    """Say what would become of codings before anything is written; where some are lost, ask who sits at a terminal."""
    say(line for report in reports for line in heard.replacing(report))
    is_asked = any(report.lost for report in reports) and sys.stdin.isatty()
    if is_asked and not click.confirm("Replace it all the same?"):
        raise Refused("nothing was replaced")


@click.command()
@STUDY
@click.option("--source", "source_id", default="", help="Only this source, with every line that was left aside.")
@click.option(
    "--rename", is_flag=True, help="Put the names that speakers.csv gives into the texts; codings move along."
)
@click.option("--json", "as_json", is_flag=True, help="As JSON, with every line that was left aside.")
def sources(folder: Path, *, source_id: str, rename: bool, as_json: bool) -> None:
    """List the sources: what file each came from, who speaks in it and how much, who asks, what was left aside.

    Example: crosscase sources my-study --source I01
    """
    loaded = study.load(folder)
    if rename:
        loaded = stages.rename_speakers(loaded)
        click.echo(f"renamed in {', '.join(_texts(loaded))}")
    accounts = stages.accounts(loaded, source_id)
    if as_json:
        click.echo(heard.sources_as_json(accounts))
    else:
        say(heard.sources(accounts, whole=bool(source_id)))


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="[STUDY] SOURCE")
@click.option("--put-back", is_flag=True, help="Bring it back, with what hung on it.")
def remove(words: tuple[str, ...], *, put_back: bool) -> None:
    """Take a source out with what hangs on it (codings, verdicts, rows), into the study's folder removed/.

    Example: crosscase remove my-study I07
    """
    if len(words) > 2:
        raise Refused("name one source; take the others out by themselves")
    folder, source_id = (Path(words[0]) if len(words) == 2 else Path(), words[-1])
    loaded = study.load(folder)
    if put_back:
        stages.put_back(loaded, source_id)
        click.echo(f"{source_id} is back, with its codings")
        return
    after = stages.remove(loaded, source_id)
    codings = len(loaded.codings) - len(after.codings)
    click.echo(f"{source_id} lies in {folder / 'removed' / source_id} now, with {codings} codings")
    click.echo("`--put-back` brings it back; `crosscase check` names what rested on it")


def _texts(loaded: study.Study) -> list[str]:
    return [Path(file.path).stem for file in loaded.written if file.path.endswith(".txt")]
