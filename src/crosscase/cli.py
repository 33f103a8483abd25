"""One command per verb. Each one parses, calls one function, and prints."""

import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import groupby
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING

import click

from crosscase import Findings, Problem, Refused, Study, __version__, analyse, study
from crosscase.disclosure import PROFILES
from crosscase.features import is_date
from crosscase.framework import states
from crosscase.problem import nearest
from crosscase.reading import State

if TYPE_CHECKING:
    from crosscase.coding import Suggestion
    from crosscase.exchange.importing import ImportReport
    from crosscase.features import Proposal
    from crosscase.revisit import Waiting
    from crosscase.typology import Result

STUDY = click.argument("folder", metavar="STUDY", type=click.Path(path_type=Path), default=Path())
OUT = click.option("--out", type=click.Path(path_type=Path), help="Where to write; by default reports/ in the study.")
PROFILE = click.option("--profile", type=click.Choice(PROFILES), help="For whom; by default what study.yaml says.")
KINDS = ("interview", "focus group", "document")
PEOPLE_ONLY = click.option("--people-only", is_flag=True, help="Leave out the machine's suggestions.")


class _Commands(click.Group):
    """Commands in the order of the work, and refusals as one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except Refused as refusal:
            click.echo(f"crosscase: {refusal}", err=True)
            raise SystemExit(2) from refusal


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
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


@main.command("import")
@click.argument("folder", metavar="STUDY", type=click.Path(path_type=Path))
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--kind", type=click.Choice(KINDS), help="What they are; a document is stored as it stands.")
@click.option("--case", "case_id", default="", help="The case that they belong to as a whole.")
@click.option("--date", "date_", default="", help="Their date, as 2021-06-15, 2021-06 or 2021.")
@click.option("--title", default="", help="The title, of one file.")
def import_(folder: Path, files: tuple[Path, ...], kind: str | None, case_id: str, date_: str, title: str) -> None:
    """Bring transcripts in (.txt, .md, .docx, .vtt): turns, speakers and times are found, the originals kept.

    Example: crosscase import my-study interviews/*.docx

    Example: crosscase import my-study article.txt --kind document --case J03 --date 2021-06-15
    """
    from crosscase.exchange.importing import About, import_files

    loaded = study.load(folder)
    known = {source.id for source in loaded.sources}
    if case_id and loaded.cases and case_id not in {case.id for case in loaded.cases}:
        raise Refused(f"there is no case `{case_id}`; {nearest(case_id, [case.id for case in loaded.cases])}")
    if date_ and not is_date(date_):
        raise Refused(f"`{date_}` is no date; write it as 2021-06-15, 2021-06 or 2021")
    if title and len(files) > 1:
        raise Refused("a title is of one file; import the others by themselves")
    about = About(kind or "", case_id, date_, title)  # type: ignore[arg-type]
    reports = import_files(folder, files, transcripts=loaded.settings.transcripts, known=known, about=about)
    for report in reports:
        click.echo("\n".join(_imported(report)))
    sys.exit(1 if any(report.problem for report in reports) else 0)


@main.command()
@STUDY
@click.option("--accept-moves", is_flag=True, help="Keep the new places of codings whose text was edited.")
def check(folder: Path, accept_moves: bool) -> None:
    """Say what is wrong in a study's files, where, and what to do.

    Example: crosscase check my-study
    """
    checked = study.load(folder)
    if accept_moves and checked.moved:
        moved = len(checked.moved)
        study.accept_moves(checked)
        click.echo(f"kept the new place of {moved} codings")
        checked = study.load(folder)
    checked = _interpreted(checked)
    _tell(checked.problems)
    click.echo(_contents(checked))
    sys.exit(_status(checked.problems))


@main.group(cls=_Commands)
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
    width = max(len(code.id) for code in book.codes)
    for category in book.categories:
        click.secho(category.name, bold=True)
        for code in category.codes:
            click.echo(f"  {code.id:<{width}}  {code.origin:<9}  {code.name}")


@codebook.command("diff")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
def codebook_diff(old: Path, new: Path) -> None:
    """Say what changed between two codebooks: codes added, removed, reworded, moved, renamed, merged.

    Example: crosscase codebook diff my-study-2025/codebook my-study/codebook
    """
    from crosscase.codebook import compare

    changes = compare(study.load_codebook(old)[0], study.load_codebook(new)[0])
    for change in changes:
        click.echo(f"{change.what:<9} {change.code_id}" + (f"  ({change.detail})" if change.detail else ""))
    if not changes:
        click.echo("the same codes, in the same words")


@main.command()
@STUDY
def suggest(folder: Path) -> None:
    """Let the machine suggest codings. They stay suggestions: only a person makes a coding of one.

    Example: crosscase suggest my-study
    """
    suggestions = _suggest(study.load(folder))
    sources = len({suggestion.source_id for suggestion in suggestions})
    click.echo(f"{len(suggestions)} suggestions in {sources} sources (kept in {folder / study.DERIVED})")


@main.command()
@STUDY
@click.option("--from", "table", required=True, type=click.Path(path_type=Path), help="CSV or XLSX, a row a coding.")
@click.option("--by", required=True, help="Whose codings they are.")
def code(folder: Path, table: Path, by: str) -> None:
    """Take in codings that are listed by their quotes: source, quote, code; if wanted value, case, stance, memo.

    Example: crosscase code my-study --from quotes.csv --by AB
    """
    from crosscase.exchange.quotes import placed, read
    from crosscase.study.decisions import add_codings

    loaded = study.load(folder)
    rows, problems = read(table)
    _tell(problems)
    placements = placed(rows, loaded)
    new = placements.new(loaded, by)
    if new:
        add_codings(loaded, by, new)
    for doubt in (*placements.doubtful, *placements.missing):
        click.echo(doubt)
    there = len(placements.codings) - len(new)
    click.echo(
        f"{_count(len(new), 'coding')} added, {there} there already, "
        f"{len(placements.doubtful)} doubtful, {len(placements.missing)} not found"
    )
    sys.exit(1 if placements.doubtful or placements.missing else 0)


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
    from crosscase.revisit import waiting

    loaded = study.load(folder)
    if source_id:
        _look_again(loaded, source_id, code_id, by)
        return
    suggestions = study.load_suggestions(loaded)
    entries = waiting(loaded, suggestions or (), code_id)
    if entries and suggestions is None:
        click.echo("going by cues: `crosscase suggest` would make suggestions to go by", err=True)
    for line in _waiting(entries, len(loaded.sources)):
        click.echo(line)
    sys.exit(_status(loaded.problems, quietly=True))


def _look_again(loaded: Study, source_id: str, code_id: str, by: str) -> None:
    from crosscase.study.decisions import look_again

    if not code_id or not by:
        raise Refused("say with --code for which code it was gone through, and with --by who did it")
    look_again(loaded, by, source_id, code_id)
    click.echo(f"{source_id}: gone through again for {code_id} by {by}")


def _waiting(entries: "Sequence[Waiting]", total: int) -> Iterator[str]:
    """A heading for each code, and under it a line for each source that waits for it."""
    for code, group in groupby(entries, key=lambda entry: entry.code):
        of_code = list(group)
        version = f"as it is meant since version {code.meant_since} of the codebook"
        yield click.style(f"{code.id}, {version}: {len(of_code)} of {_count(total, 'source')} to go through", bold=True)
        yield from (f"  {entry.source.id:<12} {_likeliest(entry)}" for entry in of_code)
    if not entries:
        yield "no source waits: each was read under a codebook that had the codes as they are"


def _likeliest(entry: "Waiting") -> str:
    if not entry.candidates:
        return "nothing suggested, and " + ("none of the code's cues" if entry.code.cues else "the code has no cues")
    best = entry.candidates[0]
    weight = f"{best.weight:.2f}" if best.is_suggested else _count(int(best.weight), "cue")
    turn = entry.source.turn_at(best.segment.start)
    place = f"turn {turn.number}, " if turn else ""
    more = f" (and {len(entry.candidates) - 1} more)" if len(entry.candidates) > 1 else ""
    return f"{place}{weight}: {shorten(best.quote, 90, placeholder=' …')}{more}"


@main.command()
@STUDY
@click.option("--from", "workbook", required=True, type=click.Path(path_type=Path), help="The edited matrices.xlsx.")
@click.option("--by", default="", help="Who wrote the summaries.")
def chart(folder: Path, workbook: Path, by: str) -> None:
    """Take summaries that were edited in matrices.xlsx back into the study's charts.

    Example: crosscase chart my-study --from tables/matrices.xlsx --by AB
    """
    from crosscase.exchange.workbook import apply, read_back

    loaded = study.load(folder)
    changes = read_back(workbook, loaded)
    _tell(changes.problems)
    for conflict in changes.conflicts:
        click.echo(f"not taken, changed on both sides: {conflict.row_id} {conflict.code_id}")
        click.echo(f"  in the workbook: {conflict.theirs}\n  in the study:    {conflict.ours}")
    apply(loaded, changes, by=by, on=date.today().isoformat())
    taken = _count(len(changes.changed), "summary", "summaries")
    click.echo(f"{taken} taken, {changes.unchanged} unchanged, {_count(len(changes.conflicts), 'conflict')}")
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
    findings = _with_drafts(study.load(folder))
    if accept:
        for line in _accepted(findings, case_id, by):
            click.echo(line)
        findings = _with_drafts(study.load(folder))
    for line in _traces(findings, case_id) if case_id else _types(findings):
        click.echo(line)
    for line in _doubts(findings, case_id):
        click.echo(line)
    if not findings.study.typologies:
        click.echo("there is no typology yet: describe types and their rules in typologies/*.yaml")
    sys.exit(_status(findings.study.problems, quietly=True))


@main.command()
@STUDY
@OUT
@PROFILE
@PEOPLE_ONLY
def report(folder: Path, out: Path | None, profile: str | None, people_only: bool) -> None:
    """Write the report as web pages that open from any folder, without a network.

    Example: crosscase report my-study --profile public --out for-the-website
    """
    from crosscase.report import write

    loaded = study.load(folder)
    click.echo(write(_findings(loaded, profile, people_only), out or folder / "reports"))
    sys.exit(_status(loaded.problems, quietly=True))


@main.command()
@STUDY
@OUT
@PROFILE
@PEOPLE_ONLY
def export(folder: Path, out: Path | None, profile: str | None, people_only: bool) -> None:
    """Write tidy tables (CSV, and a workbook of them all), the exhibits, the matrices to edit, a Word document.

    Example: crosscase export my-study --out tables
    """
    from crosscase.report import write_tables

    loaded = study.load(folder)
    for path in write_tables(_findings(loaded, profile, people_only), out or folder / "reports" / "tables"):
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
    from crosscase.profile import findings_for
    from crosscase.report import write, write_tables

    loaded = _interpreted(study.load(folder))
    _tell(loaded.problems)
    click.echo(_contents(loaded))
    suggestions = _suggest(loaded) if not people_only and _uncoded(loaded) else ()
    findings = findings_for(loaded, profile or "", suggestions)
    index = write(findings, out or folder / "reports")
    try:
        write_tables(findings, (out or folder / "reports") / "tables")
    except Refused as refusal:
        click.echo(f"left as it is: {refusal}", err=True)
    click.echo(_charted(findings))
    click.echo(index)
    sys.exit(_status(loaded.problems))


def _interpreted(loaded: Study) -> Study:
    """The study with what its themes and claims say wrongly among its problems."""
    if not loaded.themes and not loaded.claims:
        return loaded
    from crosscase.interpretation import problems

    return loaded.with_problems(sorted({*loaded.problems, *problems(analyse(loaded))}))


def _types(findings: Findings) -> Iterator[str]:
    """A line for each episode: its type, or that it is unresolved, with what decided or is missing."""
    drafts = {episode.id for case in findings.cases for episode in case.episodes if episode.is_proposed}
    for typology in findings.study.typologies:
        yield click.style(f"{typology.name} (version {typology.version})", bold=True)
        names = {kind.id: kind.name for kind in typology.types}
        for result in findings.results[typology.id]:
            kind = names.get(result.type_id, "unresolved")
            mark = "draft, " if result.episode_id in drafts else ""
            yield f"  {result.episode_id:<10} {kind:<42} {mark}{_why(result)}"
    if drafts:
        yield f"{_count(len(drafts), 'draft')}: nobody has decided a feature there; what is proposed stands in"


def _why(result: "Result") -> str:
    if result.override:
        return f"by {result.override.by or 'a person'}: {result.override.reason}"
    if result.not_typed:
        return result.not_typed
    return ("decided by " if result.type_id else "wanting ") + (", ".join(result.decided) or "a fitting rule")


def _traces(findings: Findings, case_id: str) -> Iterator[str]:
    """For one case, every rule that was tried, and what would make it another type."""
    from crosscase.typology import told

    if case_id not in {case.id for case in findings.study.cases}:
        raise Refused(f"there is no case `{case_id}`")
    for typology in findings.study.typologies:
        names = {kind.id: kind.name for kind in typology.types}
        for result in (result for result in findings.results[typology.id] if result.case_id == case_id):
            yield click.style(
                f"{result.episode_id}, {typology.name}: {names.get(result.type_id, 'unresolved')}", bold=True
            )
            for type_id, trace in result.traces.items():
                yield f"  {names[type_id]}"
                yield from (f"    {line}" for line in told(trace))
            for flip in result.flips:
                changes = " and ".join(f"{name} were {value}" for name, value in flip.changes)
                yield f"  if {changes}: {names.get(flip.type_id, 'unresolved')}"


def _doubts(findings: Findings, case_id: str) -> Iterator[str]:
    """Decisions that their evidence no longer bears out, and facts on which informants contradict each other."""
    from crosscase.features import unsupported

    codings = {coding.id: coding for coding in findings.codings}
    for case in findings.study.cases:
        for episode in case.episodes if case_id in ("", case.id) else ():
            for feature in unsupported(episode.features, codings):
                told = f"{episode.id} {feature.attribute} is {feature.value}"
                yield f"look again: {told}, which none of its evidence says"
            for feature in episode.features:
                if feature.status == "conflict":
                    yield f"in conflict: {episode.id} {feature.attribute} ({', '.join(feature.evidence)})"


def _accepted(findings: Findings, case_id: str, by: str) -> Iterator[str]:
    """Write proposals for the episodes that they speak of, and say how many."""
    from crosscase.features import accepted

    now = findings.study
    proposals: dict[str, list[Proposal]] = defaultdict(list)
    for proposal in findings.proposals:
        proposals[proposal.case_id].append(proposal)
    for case in now.cases:
        if case_id not in ("", case.id):
            continue
        after = accepted(case, [p for p in proposals[case.id] if p.feature.status != "not_asked"], by)
        new = sum(len(episode.features) for episode in after.episodes)
        new -= sum(len(episode.features) for episode in case.episodes)
        if new:
            now = study.save_case(now, after)
            yield f"{case.id}: {_count(new, 'feature')} written, as proposed from codings"


def _imported(report: "ImportReport") -> Iterator[str]:
    """What became of a file: one line, then a line each for what was dropped and guessed."""
    if report.problem:
        yield click.style(f"{report.file}:1: ", fg="red") + report.problem
        return
    if report.status == "unchanged":
        yield f"{report.file}: already in the study as {report.source_id}"
        return
    names = ", ".join(f"{name} ({turns})" for name, turns in report.speakers.items()) or "none"
    size = f"{_count(report.turns, 'turn')}, {report.words:,} words"
    yield f"{report.file}: {report.source_id}, {size}; speakers: {names}"
    yield from (f"  dropped: {what}" for what in report.dropped)
    yield from (f"  guessed: {what}" for what in report.guessed)
    yield from (f"  looks like a {what}; set it aside if it is" for what in report.notices)


def _with_drafts(loaded: Study) -> Findings:
    """With the kept suggestions, where they are up to date."""
    return analyse(loaded, study.load_suggestions(loaded) or ())


def _findings(loaded: Study, profile: str | None, people_only: bool) -> Findings:
    from crosscase.profile import findings_for

    wanted = not people_only and _uncoded(loaded)
    suggestions = study.load_suggestions(loaded) if wanted else ()
    if suggestions is None:
        click.echo("no suggestions, or out of date: `crosscase suggest` makes them", err=True)
    return findings_for(loaded, profile or "", suggestions or ())


def _uncoded(loaded: Study) -> bool:
    """Whether there is a source that no person has read to the end, for which suggestions would stand in."""
    return any(state is not State.DONE for state in states(loaded).values())


def _suggest(loaded: Study) -> "tuple[Suggestion, ...]":
    kept = study.load_suggestions(loaded)
    if kept is not None:
        return kept
    from crosscase.suggest import CachedEncoder, load_encoder
    from crosscase.suggest import suggest as make

    with _progress("reading passages") as progress:
        vectors = loaded.folder / study.DERIVED / "vectors"
        encoder = CachedEncoder(load_encoder(loaded.settings.encoder), vectors)
        suggestions = make(loaded.sources, loaded.codebook, encoder, progress=progress)
    study.save_suggestions(loaded, suggestions)
    return suggestions


@contextmanager
def _progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal; elsewhere one line at the start and one at the end."""
    if not sys.stderr.isatty():
        seen = [0]

        def count(done: int, total: int) -> None:
            if not seen[0]:
                click.echo(f"{what}: {total} to do", err=True)
            seen[0] = done

        yield count
        if seen[0]:
            click.echo(f"{what}: {seen[0]} done", err=True)
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _tell(problems: Iterable[Problem]) -> None:
    for problem in problems:
        colour = "red" if problem.level == "error" else "yellow"
        click.echo(click.style(f"{problem.path}:{problem.line}:", fg=colour) + str(problem).split(":", 2)[2])


def _contents(loaded: Study) -> str:
    errors = sum(problem.level == "error" for problem in loaded.problems)
    found = list(states(loaded).values())
    told = ", ".join(f"{found.count(state)} {state.value}" for state in reversed(State) if state in found)
    counts = [f"{_count(len(loaded.sources), 'source')}" + (f" ({told})" if told else "")]
    counts += [_count(len(loaded.codebook.codes), "code"), _count(len(loaded.codings), "coding")]
    counts += [_count(len(loaded.cases), "case")]
    return f"{', '.join(counts)}: {_count(errors, 'problem')}, {_count(len(loaded.problems) - errors, 'note')}"


def _charted(findings: Findings) -> str:
    cells = [cell for matrix in findings.matrices for cell in matrix.cells.values()]
    drafts = sum(cell.status == "draft" for cell in cells)
    from_people = sum(bool(cell.summary or cell.codings) for cell in cells)
    empty = len(cells) - from_people - drafts
    return (
        f"{_count(len(cells), 'cell')}: {from_people} from people's codings, {_count(drafts, 'draft')}, {empty} empty"
    )


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number or 'no'} {one if number == 1 else many or one + 's'}"


def _status(problems: Iterable[Problem], *, quietly: bool = False) -> int:
    errors = [problem for problem in problems if problem.level == "error"]
    if errors and quietly:
        click.echo(f"{_count(len(errors), 'problem')} in the study: `crosscase check` lists them", err=True)
    return 1 if errors else 0
