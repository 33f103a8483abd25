"""What people bring in: transcripts, codings by their quotes, edited workbooks, words for names, a second look."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from crosscase.features import is_date
from crosscase.problem import Problem, Refused, nearest
from crosscase.study import Study, load, load_suggestions
from crosscase.study.roles import roles_of

if TYPE_CHECKING:
    from crosscase.exchange.blind import Drawn
    from crosscase.exchange.edits import Changes
    from crosscase.exchange.importing import About, ImportReport, Wishes
    from crosscase.exchange.quotes import Doubt, Placements
    from crosscase.revisit import Waiting


def about(kind: str | None, *, case_id: str = "", date: str = "", title: str = "") -> "About":
    """What is known of files before they are read. Raises `Refused` if the date is none."""
    from crosscase.exchange.importing import About

    if date and not is_date(date):
        raise Refused(f"`{date}` is no date; write it as 2021-06-15, 2021-06 or 2021")
    return About(kind or "", case_id, date, title)  # type: ignore[arg-type]


def wishes(
    *,
    speakers: str = "",
    interviewers: Sequence[str] = (),
    participants: Sequence[str] = (),
    stores: bool = True,
    shows_turns: bool = False,
    replaces: bool = False,
    media: Path | None = None,
) -> "Wishes":
    """How files are to be taken in. Raises `Refused` if `speakers` isn't a way of writing names."""
    from crosscase.exchange.importing import Wishes
    from crosscase.exchange.patterns import pattern_of

    names = pattern_of(speakers) if speakers else None
    return Wishes(names, tuple(interviewers), tuple(participants), stores, shows_turns, replaces, media)


def import_files(
    folder: Path, files: Sequence[Path], about: "About", wishes: "Wishes | None" = None
) -> tuple["ImportReport", ...]:
    """Bring files into a study, a report on each; a bad one never stops the others.

    Raises `Refused`, with nothing read, if there is no such case, or one title or recording is given to several files.
    """
    from crosscase.exchange import importing

    wishes = wishes or importing.Wishes()

    study = load(folder)
    case_ids = [case.id for case in study.cases]
    if about.case_id and case_ids and about.case_id not in case_ids:
        raise Refused(f"there is no case `{about.case_id}`; {nearest(about.case_id, case_ids)}")
    if about.title and len(files) > 1:
        raise Refused("a title is of one file; import the others by themselves")
    if wishes.media and len(files) > 1:
        raise Refused("a recording is of one file; import the others by themselves")
    return importing.import_files(
        folder,
        files,
        transcripts=study.settings.transcripts,
        known={source.id for source in study.sources},
        about=about,
        wishes=wishes,
        roles=roles_of(study),
    )


@dataclass(frozen=True, slots=True)
class Coded:
    """What became of codings that were listed by their quotes: how many are new, and which have no certain place."""

    placements: "Placements"
    added: int
    problems: tuple[Problem, ...]

    @property
    def is_whole(self) -> bool:
        return not self.placements.doubtful and not self.placements.missing


def code(study: Study, table: Path, *, by: str) -> Coded:
    """Take in the codings of a table of quotes; those that the coder has made already are left as they are.

    Raises `Refused` if it is no such table, or nobody may code under this name.
    """
    from crosscase.exchange import quotes
    from crosscase.study import decisions

    rows, problems = quotes.read(table)
    placements = quotes.placed(rows, study)
    new = placements.new(study, by)
    if new:
        decisions.add_codings(study, by, new)
    return Coded(placements, len(new), problems)


def blind(
    study: Study, source_ids: Sequence[str], out: Path | None, *, coder: str, share: float
) -> tuple[Path, "Drawn"]:
    """Write a sheet of passages for a coder to code blind, by default beside the study; says where, and what is on it.

    Raises `Refused` where there is such a file already: somebody may have written in it.
    """
    from crosscase.exchange import blind as sheets
    from crosscase.study import decisions, files

    decisions.check_coder(study, coder)
    drawn = sheets.draw(study, coder, source_ids, share=share, seed=study.settings.seed)
    folder = study.folder.resolve()
    path = out or folder.parent / f"{folder.name}-blind-{coder}.xlsx"
    if path.suffix.lower() not in (".xlsx", ".csv"):
        raise Refused(f"{path} is no name of a sheet; let it end in .xlsx or .csv")
    if path.exists():
        raise Refused(f"{path} is there already, perhaps with codes in it; take it away, or name another with --out")
    is_csv = path.suffix.lower() == ".csv"
    files.write(path, sheets.table(study, drawn) if is_csv else sheets.sheet(study, drawn, date.today()), read=None)
    return path, drawn


@dataclass(frozen=True, slots=True)
class Collected:
    """What a blind sheet brought: how many codings are new, how many passages were read, or left, and doubts."""

    added: int
    there: int
    read: int
    blank: int
    finished: tuple[str, ...]
    doubts: tuple["Doubt", ...]
    problems: tuple[Problem, ...]


def collect(study: Study, sheet: Path, *, by: str, all_read: bool = False) -> Collected:
    """Take in what a coder wrote into a blind sheet: their codings, and which passages they read; all, or nothing.

    Raises `Refused` if it is no such sheet, or nobody may code under this name.
    """
    from crosscase.exchange import blind as sheets
    from crosscase.exchange.quotes import Placements
    from crosscase.study import decisions

    decisions.check_coder(study, by)
    back = sheets.collected(sheet, study, all_read=all_read)
    new = Placements(back.codings).new(study, by)
    finished = sheets.whole(back.read, study, by)
    # A doubtful row is read, but what was said there isn't known yet: the source is not finished before it is.
    doubtful = {doubt.row["source"] for doubt in back.doubts}
    done = tuple(source_id for source_id, is_whole in finished.items() if is_whole and source_id not in doubtful)
    read = {source_id: None if source_id in done else stretches for source_id, stretches in back.read.items()}
    if read:
        decisions.code_blind(study, by, new, read)
    number = sum(map(len, back.read.values()))
    return Collected(len(new), len(back.codings) - len(new), number, back.blank, done, back.doubts, back.problems)


@dataclass(frozen=True, slots=True)
class Queue:
    """The sources that wait for a code; without suggestions, its cues say which passages are likely."""

    entries: tuple["Waiting", ...]
    by_suggestions: bool


def revisit(study: Study, code_id: str = "") -> Queue:
    """The sources that were read before a code existed. Raises `Refused` if there is no such code."""
    from crosscase.revisit import waiting

    suggestions = load_suggestions(study)
    return Queue(waiting(study, suggestions or (), code_id), suggestions is not None)


def look_again(study: Study, source_id: str, code_id: str, *, by: str) -> Study:
    """Sign off that a source was gone through again for a code."""
    from crosscase.study import decisions

    if not code_id or not by:
        raise Refused("say with --code for which code it was gone through, and with --by who did it")
    return decisions.look_again(study, by, source_id, code_id)


def chart(study: Study, workbook: Path, *, by: str) -> "Changes":
    """Take the summaries that were edited in a workbook back into the study's charts; all are written, or none."""
    from crosscase.exchange.workbook import apply, read_back

    changes = read_back(workbook, study)
    apply(study, changes, by=by, on=date.today().isoformat())
    return changes


@dataclass(frozen=True, slots=True)
class Deidentified:
    """The study with other words for names: how many codings moved along, and where a name still stands."""

    study: Study
    texts: int
    codings: int
    still_named: tuple[str, ...]


def deidentify(study: Study, names: Mapping[str, str], key: Path) -> Deidentified:
    """Put other words for names in all texts, moving every coding along; the key, kept apart, brings them back.

    Raises `Refused`, with nothing written, if it could not be undone: see `decisions.replace_names`.
    """
    from crosscase.study import decisions
    from crosscase.study.derived import forget_acts
    from crosscase.study.keys import extend_key

    decisions.check_names(study, names)
    extend_key(key, names, folder=study.folder)
    after = decisions.replace_names(study, names)
    forget_acts(after)
    return _deidentified(study, after, decisions.still_named(after, names))


def key_of(folder: Path) -> Path:
    """Where the key of a study is kept if nobody says where: beside it, never in it."""
    folder = folder.resolve()
    return folder.parent / f"{folder.name}-key.csv"


def restore(study: Study, key: Path) -> Deidentified:
    """Bring the names of a key back into the texts, moving every coding along."""
    from crosscase.study import decisions
    from crosscase.study.keys import read_key

    after = decisions.replace_names(study, {words: name for name, words in read_key(key).items()})
    return _deidentified(study, after, ())


def _deidentified(before: Study, after: Study, still_named: tuple[str, ...]) -> Deidentified:
    texts = {source.id for source, new in zip(before.sources, after.sources, strict=True) if source.text != new.text}
    codings = sum(coding.source_id in texts for coding in after.codings)
    return Deidentified(after, len(texts), codings, still_named)
