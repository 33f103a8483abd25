"""Bringing in what was decided elsewhere: another program's codebook, texts, cases, codings and memos, all or none."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from crosscase.case import Case
from crosscase.codebook import Amendment, Category, Codebook
from crosscase.coding import Coding
from crosscase.memo import Memo
from crosscase.problem import Problem, Refused
from crosscase.reading import Reading
from crosscase.source import Source
from crosscase.study import files, formats
from crosscase.study.decisions.book import code_version, extended_book, next_version
from crosscase.study.decisions.coding import checked_with_ids, codings_change
from crosscase.study.decisions.door import change_of, decide, plain_id, text_of, today
from crosscase.study.files import Change
from crosscase.study.study import Study

KEPT = "original"
SOURCES = "sources.csv"


@dataclass(frozen=True, slots=True)
class Intake:
    """What comes in at once, in the study's own nouns.

    `categories` hold new codes only, be the category new or not. `codings` are new ones, each with its id and coder;
    `changed` are codings of the study, by id, as they are to be now. `cases` replace those of the same id. With
    `finished`, whoever coded had read each of these sources to its end. `kept` are files that tell where all this came
    from, by their names in the folder of originals; `why` is said in each new code's history.
    """

    coders: Mapping[str, str] = field(default_factory=dict)
    categories: tuple[Category, ...] = ()
    sources: tuple[Source, ...] = ()
    cases: tuple[Case, ...] = ()
    codings: tuple[Coding, ...] = ()
    changed: Mapping[str, Coding] = field(default_factory=dict)
    memos: tuple[Memo, ...] = ()
    kept: Mapping[str, bytes] = field(default_factory=dict)
    finished: bool = False
    why: str = ""


def bring_in(study: Study, intake: Intake) -> Study:
    """Take in what comes from elsewhere, all or none, whatever it is.

    Raises `Refused` if an id is taken, or can't be one; if a place, code, value or case isn't known; or if a coding of
    the study that was to change isn't as it was seen.
    """

    def act(now: Study) -> Iterator[Change]:
        ahead = _ahead(now, intake)
        yield from _coders(now, intake)
        yield from _books(now, intake)
        yield from _texts(now, intake)
        yield from _rows(now, intake.sources)
        yield from _cases(now, intake.cases)
        yield from _codings(study, ahead, intake)
        yield from _memos(now, intake.memos)
        yield from (_kept(now, name, data) for name, data in intake.kept.items())

    return decide(study, act)


def _ahead(now: Study, intake: Intake) -> Study:
    """The study as it will be, for codings to be held against: with the new codes, sources, cases and coders."""
    version = _version(now, intake)
    new_codes = {
        category.id: replace(category, codes=tuple(replace(code, since=version) for code in category.codes))
        for category in intake.categories
    }
    categories = [
        replace(category, codes=(*category.codes, *new_codes.pop(category.id, Category("", "")).codes))
        for category in now.codebook.categories
    ]
    cases = {case.id: case for case in (*now.cases, *intake.cases)}
    coders = _with_coders(now, intake)
    return replace(
        now,
        settings=replace(now.settings, coders=coders),
        codebook=Codebook((*categories, *new_codes.values())),
        sources=(*now.sources, *intake.sources),
        cases=tuple(cases.values()),
    )


def _version(now: Study, intake: Intake) -> int:
    """The version of the codebook that the new codes come with; the present one where there are none."""
    return next_version(now) if intake.categories else code_version(now)


def _with_coders(now: Study, intake: Intake) -> Mapping[str, str]:
    """The coders that the study names then; a study that names none goes on without names."""
    if not now.settings.coders:
        return {}
    return {**intake.coders, **now.settings.coders}


def _coders(now: Study, intake: Intake) -> Iterator[Change]:
    before = now.settings.coders
    after = {**before, **{coder: name for coder, name in intake.coders.items() if coder not in before}}
    if not before and after:
        # Whoever has coded here without being named would be locked out by a list without them.
        after = {**{coder: coder for coder, _ in sorted(now.coded)}, **after}
    for coder in after:
        plain_id(coder, "a coder")
    if after != before:
        text = text_of(now, "study.yaml")
        yield change_of(now, "study.yaml", formats.settings.with_coders(text, before, after))


def _books(now: Study, intake: Intake) -> Iterator[Change]:
    """The files of the codebook with the new codes, each category at once."""
    step = Amendment(next_version(now), "defined", intake.why, "", today())
    taken = set(now.codebook.by_id)
    for category in intake.categories:
        for code in category.codes:
            plain_id(code.id, "a code")
            if code.id in taken:
                raise Refused(f"the id `{code.id}` is, or was, that of a code; choose another")
            taken.add(code.id)
        yield extended_book(now, category, step)


def _texts(now: Study, intake: Intake) -> Iterator[Change]:
    there = {source.id.casefold() for source in now.sources}
    for source in intake.sources:
        plain_id(source.id, "a source")
        if source.id.casefold() in there:
            raise Refused(f"there is a source `{source.id}` already")
        there.add(source.id.casefold())
        yield change_of(now, f"{now.settings.transcripts}/{source.id}.txt", source.text.encode())


def _rows(now: Study, sources: Iterable[Source]) -> Iterator[Change]:
    """The sources' rows in `sources.csv`, where there is anything to say of them."""
    rows = {source.id: _row(source) for source in sources}
    said = {source_id: {"id": source_id, **row} for source_id, row in rows.items() if row}
    if said:
        text = text_of(now, SOURCES)
        made = formats.tables.rows_edited(text or "id,kind,title,date,case\n", said)
        problems: list[Problem] = []
        read = {row.id for row, _, _ in formats.tables.source_rows(made, SOURCES, problems)}
        errors = [problem for problem in problems if problem.level == "error"]
        if errors or not read >= set(said):
            raise Refused(f"{SOURCES} can't be read with the new rows; correct it first, nothing was written")
        yield change_of(now, SOURCES, made)


def _row(source: Source) -> dict[str, str]:
    kind = "" if source.kind == "interview" else source.kind
    cells = {"kind": kind, "title": source.title, "date": source.date, "case": source.case_id, **source.attributes}
    return {name: value for name, value in cells.items() if value}


def _cases(now: Study, cases: Sequence[Case]) -> Iterator[Change]:
    for case in cases:
        path = f"cases/{plain_id(case.id, 'a case')}.yaml"
        yield change_of(now, path, formats.cases.edited(text_of(now, path), case, path=path))


def _codings(study: Study, ahead: Study, intake: Intake) -> Iterator[Change]:
    """The codings files, one change each. What is to change has to be as it was seen."""
    seen = {coding.id: coding for coding in study.codings}
    present = {coding.id: coding for coding in ahead.codings}
    for coding_id in intake.changed:
        if present.get(coding_id) != seen.get(coding_id) or coding_id not in present:
            raise Refused(f"the coding `{coding_id}` was changed by someone else meanwhile; look at it and try again")
    new: dict[tuple[str, str], list[Coding]] = defaultdict(list)
    changed: dict[tuple[str, str], dict[str, Coding]] = defaultdict(dict)
    for coding in intake.codings:
        new[coding.coder, coding.source_id].append(coding)
    for coding_id, coding in intake.changed.items():
        changed[present[coding_id].coder, present[coding_id].source_id][coding_id] = coding
    sources = {source.id: source for source in ahead.sources}
    checked = checked_with_ids(ahead, new, changed)
    for key in dict.fromkeys((*new, *changed)):
        coder, source_id = key
        reading = Reading(coder, source_id, code_version(ahead)) if intake.finished else None
        added, others = checked.added[key], checked.changed[key]
        yield codings_change(ahead, coder, sources[source_id], added=added, changed=others, reading=reading)


def _memos(now: Study, memos: Sequence[Memo]) -> Iterator[Change]:
    there = {memo.name.casefold() for memo in now.memos}
    for memo in memos:
        plain_id(memo.name, "a memo")
        if memo.name.casefold() in there:
            raise Refused(f"there is a memo `{memo.name}` already")
        there.add(memo.name.casefold())
        path = f"memos/{memo.name}.md"
        yield change_of(now, path, formats.memos.edited(text_of(now, path), replace(memo, date=memo.date or today())))


def _kept(now: Study, name: str, data: bytes) -> Change:
    """A file among the originals, against what stands there now."""
    path = f"{now.settings.transcripts}/{KEPT}/{plain_id(name, 'a file')}"
    there = files.inside_study(now.folder, path)
    return Change(path, data, files.sha256(there.read_bytes()) if there.is_file() else None)
