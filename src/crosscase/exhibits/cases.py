"""Exhibit 2b: every case with the features that decide its type, and how it stands to the considerations."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from crosscase.case import Case, Episode
from crosscase.coding import Decision, Suggestion
from crosscase.decided import CODED, NOT_RECORDED, OnRecord
from crosscase.exhibits.drafting import Place, meaning, name
from crosscase.framework import Findings
from crosscase.layout import CasesLayout, Column, FeatureColumn, StatusColumn, ThemeColumn
from crosscase.matrix import Cell
from crosscase.naming import case_labels, names
from crosscase.study import Study
from crosscase.theme import Theme
from crosscase.typology import Result, Typology
from crosscase.wording import day, value_words

UNRESOLVED = "Unresolved"
DRAFTED = "draft"

Kind = Literal["feature", "consideration", "status"]
KINDS: Mapping[type[Column], Kind] = {
    FeatureColumn: "feature",
    ThemeColumn: "consideration",
    StatusColumn: "status",
}


@dataclass(frozen=True, slots=True)
class Chip:
    """A value in words; `remark` says why there is none or that it is in doubt, `decides` that the type hangs on it.

    `coded` is what people coded where nobody has decided.
    """

    feature: str
    words: str
    meaning: str
    remark: str
    decides: bool
    coded: str = ""

    @property
    def is_unrecorded(self) -> bool:
        """Whether nothing at all is on record, neither decided nor coded."""
        return self.remark == NOT_RECORDED


@dataclass(frozen=True, slots=True)
class Entry:
    """One cell: a value, a summary of the same code (where nobody wrote one, a quote), and the cell that tells more.

    `code` is the name of the code that the value and the words of a consideration are of.
    """

    heading: str
    chip: Chip | None = None
    text: str = ""
    is_quote: bool = False
    is_draft: bool = False
    place: Place | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case by its last episode. `notes` say in words what keeps it unresolved, or who overruled the rules; `earlier`
    are the episodes before. A draft has features that nobody has decided.
    """

    case_id: str
    label: str
    type_id: str
    status: str
    dates: str
    entries: tuple[Entry, ...]
    notes: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()
    is_draft: bool = False


@dataclass(frozen=True, slots=True)
class CaseGroup:
    """The cases of one type; `type_id` is empty for those that are unresolved."""

    type_id: str
    name: str
    rows: tuple[CaseRow, ...]


@dataclass(frozen=True, slots=True)
class CasesExhibit:
    """`columns` are the headings under their group's label, each with what stands below it; `key` gives, for each
    feature, its values' meanings.
    """

    id: str
    title: str
    unit: str
    label: str
    typology_id: str
    columns: tuple[tuple[str, tuple[tuple[str, Kind], ...]], ...]
    groups: tuple[CaseGroup, ...]
    key: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    notes: tuple[str, ...]

    @property
    def is_draft(self) -> bool:
        rows = [row for group in self.groups for row in group.rows]
        return any(row.is_draft or any(entry.is_draft for entry in row.entries) for row in rows)

    @property
    def has_gaps(self) -> bool:
        """Whether a value that has a column is not on record for some case."""
        chips = (entry.chip for group in self.groups for row in group.rows for entry in row.entries if entry.chip)
        return any(chip.is_unrecorded for chip in chips)

    @property
    def headings(self) -> tuple[str, ...]:
        return tuple(heading for _, headings in self.columns for heading, _ in headings)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What the cells of the exhibit are drawn from."""

    layout: CasesLayout
    typology: Typology
    study: Study
    record: OnRecord
    cells: Mapping[Place, Cell]
    themes: Mapping[str, Theme]


def cases_exhibit(layout: CasesLayout, typology: Typology, findings: Findings, themes: Sequence[Theme]) -> CasesExhibit:
    """A row for each case, under the type of its last episode, types in the typology's order, the unresolved last."""
    study = findings.study
    by_id = {theme.id: theme for theme in themes}
    drawn = _Drawn(layout, typology, study, OnRecord(findings), findings.cells, by_id)
    results = {(result.case_id, result.episode_id): result for result in findings.results[typology.id]}
    labels = case_labels(study)
    rows = [_row(drawn, case, labels[case.id], results) for case in sorted(findings.cases, key=lambda case: case.id)]
    kinds = [*((kind.id, kind.name) for kind in typology.types), ("", UNRESOLVED)]
    groups = tuple(CaseGroup(kind, title, tuple(r for r in rows if r.type_id == kind)) for kind, title in kinds)
    columns = tuple(
        (g.label, tuple((_heading(drawn, one), KINDS[type(one)]) for one in g.columns)) for g in layout.groups
    )
    return CasesExhibit(
        layout.id,
        layout.title,
        study.settings.unit,
        typology.label,
        typology.id,
        columns,
        tuple(group for group in groups if group.rows or group.type_id),
        _key(drawn, rows),
        layout.notes,
    )


def last_results(cases: Iterable[Case], results: Sequence[Result]) -> dict[str, Result]:
    """The result of each case's last episode; cases without episodes have none."""
    by_episode = {(result.case_id, result.episode_id): result for result in results}
    return {case.id: by_episode[case.id, case.episodes[-1].id] for case in cases if case.episodes}


def period(episode: Episode) -> str:
    """An episode's time in words: `March 2020 to June 2021`, `since 2019`; empty where no date is known."""
    begin, end = day(episode.from_), day(episode.to)
    if begin and end:
        return f"{begin} to {end}"
    return f"since {begin}" if begin else f"until {end}" if end else ""


def _row(drawn: _Drawn, case: Case, label: str, results: Mapping[tuple[str, str], Result]) -> CaseRow:
    columns = [column for group in drawn.layout.groups for column in group.columns]
    if not case.episodes:
        entries = tuple(_entry(drawn, case, Episode(""), None, column) for column in columns)
        return CaseRow(case.id, label, "", "", "", entries, ("no features decided yet",))
    *before, last = case.episodes
    result = results[case.id, last.id]
    return CaseRow(
        case.id,
        label,
        result.type_id if drawn.typology.type(result.type_id) else "",
        value_words(last.status),
        period(last),
        tuple(_entry(drawn, case, last, result, column) for column in columns),
        tuple(_notes(drawn, case, result)),
        tuple(_earlier(drawn.typology, episode, results[case.id, episode.id]) for episode in before),
        last.is_proposed,
    )


def _earlier(typology: Typology, episode: Episode, result: Result) -> str:
    kind = typology.type(result.type_id)
    told = [period(episode) or episode.id, kind.name if kind else UNRESOLVED.lower()]
    told += [value_words(episode.status)] * (episode.status not in ("", "in_force"))
    return "earlier: " + ", ".join(told)


def _notes(drawn: _Drawn, case: Case, result: Result) -> Iterator[str]:
    if case.episodes[-1].is_proposed:
        yield "draft: nobody has decided its features"
    if result.override:
        kind = drawn.typology.type(result.by_rule)
        by_rule = kind.name if kind else result.not_typed or UNRESOLVED.lower()
        yield f"decided by a person; the rules give {by_rule}. {names(drawn.study)(result.override.reason)}".strip()
    elif result.not_typed:
        yield result.not_typed
    elif not result.type_id:
        missing = [f"{_label(drawn, one)} ({_remark(drawn, case, one)})" for one in result.decided]
        yield f"missing: {', '.join(missing)}" if missing else f"fits no {drawn.typology.label}’s rule"


def _entry(drawn: _Drawn, case: Case, episode: Episode, result: Result | None, column: Column) -> Entry:
    case_id, heading = case.id, _heading(drawn, column)
    if isinstance(column, StatusColumn):
        chip = Chip("", value_words(episode.status), "", "", decides=False) if episode.status else None
        place = (case_id, column.code) if (case_id, column.code) in drawn.cells else None
        return Entry(heading, chip, period(episode) if column.dated else "", place=place)
    asked = column.feature if isinstance(column, FeatureColumn) else column.chip
    decided = result.decided if result else ()
    chip = _chip(drawn, case, asked, decides=asked in decided) if asked else None
    if isinstance(column, ThemeColumn):
        return _considered(drawn, case_id, heading, chip, column)
    place = (case_id, asked)
    return Entry(heading, chip, place=place if place in drawn.cells else None)


def _considered(drawn: _Drawn, case_id: str, heading: str, chip: Chip | None, column: ThemeColumn) -> Entry:
    """The line that a person wrote for this case and theme; else the summary of the value's code, else its shortest
    quote, else the likeliest suggestion.
    """
    place = (case_id, column.chip)
    code = name(drawn.study.codebook, column.chip) if chip else ""
    bare = Entry(heading, chip, place=place if place in drawn.cells else None, code=code)
    line = _line(drawn, case_id, column)
    return replace(bare, text=line) if line else _told(drawn, case_id, column, bare) or bare


def _told(drawn: _Drawn, case_id: str, column: ThemeColumn, bare: Entry) -> Entry | None:
    for is_quote in (False, True):
        for places in _near(drawn, case_id, column):
            told = [(*_text(drawn.cells[place], is_quote=is_quote), place) for place in places]
            written = [one for one in told if one[1]]
            if written:
                (is_draft, _), text, place = min(written, key=lambda one: one[0])
                shown, code = text if "summary" in drawn.layout.cells else "", name(drawn.study.codebook, place[1])
                return Entry(bare.heading, bare.chip, shown, is_quote, is_draft, place, code)
    return None


def _line(drawn: _Drawn, case_id: str, column: ThemeColumn) -> str:
    theme = drawn.themes.get(column.theme_id)
    return theme.by_case.get(case_id, "") if theme and "summary" in drawn.layout.cells else ""


def _near(drawn: _Drawn, case_id: str, column: ThemeColumn) -> Iterator[list[Place]]:
    """The cell of the value that stands there; without one, a case's cells that tell of the theme.

    These are those that the theme cites; then those of the category that it cites most.
    """
    if column.chip:
        yield [place for place in [(case_id, column.chip)] if place in drawn.cells]
        return
    theme, codes = drawn.themes.get(column.theme_id), drawn.study.codebook.by_id
    cited = theme.cells if theme else ()
    of_theme = [code_id for _, code_id in cited if code_id in codes]
    yield [place for place in cited if place[0] == case_id and place in drawn.cells]
    if of_theme:
        (category_id, _), *_ = Counter(codes[one].category_id for one in of_theme).most_common(1)
        inside = (code.id for code in drawn.study.codebook.codes if code.category_id == category_id)
        yield [place for one in inside if (place := (case_id, one)) in drawn.cells]


def _text(cell: Cell, *, is_quote: bool) -> tuple[tuple[bool, float], str]:
    """A cell's summary, or the quote to show of it, after what it is ranked by: drafts last, then by `_rank`."""
    if not is_quote:
        text = " ".join(cell.summary.words.split()) if cell.summary else ""
        return (False, len(text)), text
    if not cell.quotes:
        return (False, 0), ""
    best = min(cell.quotes, key=_rank)
    return (isinstance(best, Suggestion), _rank(best)), " ".join(best.quote.split())


def _rank(quote: Decision) -> float:
    return -quote.score if isinstance(quote, Suggestion) else len(quote.quote)


def _chip(drawn: _Drawn, case: Case, attribute: str, *, decides: bool) -> Chip:
    feature = drawn.record.feature(case, attribute)
    value = feature.value if feature else ""
    proposed = feature is not None and feature.proposed
    remark = _remark(drawn, case, attribute) if "status" in drawn.layout.cells or not value or proposed else ""
    words = value_words(value) or ("no" if feature and feature.status == "no" else "")
    undecided = "" if words else _either(drawn.record.coded(case, attribute))
    return Chip(attribute, words, meaning(drawn.study.codebook, attribute, value), remark, decides, undecided)


def _remark(drawn: _Drawn, case: Case, attribute: str) -> str:
    feature = drawn.record.feature(case, attribute)
    if feature and feature.proposed and feature.value:
        return DRAFTED
    why = drawn.record.why(case, attribute)
    return f"{CODED} ({_either(drawn.record.coded(case, attribute))})" if why == CODED else why


def _either(values: Sequence[str]) -> str:
    return " or ".join(map(value_words, values))


def _heading(drawn: _Drawn, column: Column) -> str:
    if isinstance(column, FeatureColumn):
        return column.label or name(drawn.study.codebook, column.feature)
    if isinstance(column, ThemeColumn):
        theme = drawn.themes.get(column.theme_id)
        return column.label or (theme.name if theme else column.theme_id)
    return column.label


def _label(drawn: _Drawn, feature: str) -> str:
    """What the exhibit calls a feature: its column's heading, or else its code's name."""
    for column in (column for group in drawn.layout.groups for column in group.columns):
        if isinstance(column, FeatureColumn) and column.feature == feature:
            return _heading(drawn, column)
    return name(drawn.study.codebook, feature)


def _key(drawn: _Drawn, rows: Sequence[CaseRow]) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """The meaning of every value that occurs, by feature, in the codebook's order."""
    used = [entry.chip for row in rows for entry in row.entries if entry.chip]
    key = []
    for feature in dict.fromkeys(chip.feature for chip in used):
        shown = {chip.words: chip.meaning for chip in used if chip.feature == feature and chip.meaning}
        code = drawn.study.codebook.by_id.get(feature)
        order = [value_words(value) for value in code.values] if code else []
        told = tuple((words, shown[words]) for words in sorted(shown, key=order.index))
        if told:
            key.append((_label(drawn, feature), told))
    return tuple(key)
