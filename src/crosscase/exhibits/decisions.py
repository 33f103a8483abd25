"""Decision points: for each, the options, which cases took them by type, one quote each, and what nobody took.

A case counts by its last episode. Features count as people decided them, codings as people made them; suggestions and
what is only proposed never count.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from crosscase.case import Case
from crosscase.coding import Coding
from crosscase.decided import OnRecord
from crosscase.disclosure import NOT_SHOWN
from crosscase.exhibits.cases import UNRESOLVED, last_results
from crosscase.exhibits.drafting import Place, name, said_by
from crosscase.framework import Findings
from crosscase.layout import DecisionOption, DecisionPart, DecisionPoint, DecisionsLayout
from crosscase.matrix import Cell, Status, representative
from crosscase.naming import case_labels
from crosscase.typology import Typology
from crosscase.wording import counted, value_words

OTHERWISE = "spoken of, but not as one of these"
PROPOSED = "nobody has decided it; what is proposed is not counted"


@dataclass(frozen=True, slots=True)
class CaseMark:
    """A case as the exhibit names it, and the cell that tells more, if there is one."""

    case_id: str
    label: str
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Quoted:
    """A coding whose words stand for an option, and who speaks as far as the reader may know."""

    coding: Coding
    who: str


@dataclass(frozen=True, slots=True)
class Taken:
    """An option with the cases that took it, by type; `earlier` are those that did in an earlier episode only.

    `basis` says how it is known.
    """

    label: str
    meaning: str
    basis: str
    by_type: tuple[tuple[str, str, tuple[CaseMark, ...]], ...]
    earlier: tuple[CaseMark, ...] = ()
    quote: Quoted | None = None

    @property
    def count(self) -> int:
        return sum(len(marks) for _, _, marks in self.by_type)


@dataclass(frozen=True, slots=True)
class PartTable:
    """One question of a point; `rest` are the cases that took none of the options, by the reason."""

    label: str
    options: tuple[Taken, ...]
    rest: tuple[tuple[str, tuple[CaseMark, ...]], ...]


@dataclass(frozen=True, slots=True)
class PointTable:
    title: str
    note: str
    parts: tuple[PartTable, ...]


@dataclass(frozen=True, slots=True)
class DecisionsExhibit:
    id: str
    title: str
    typology_id: str
    unit: str
    of: int
    points: tuple[PointTable, ...]
    notes: tuple[str, ...]
    is_draft: bool = False


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What the options are counted in: each case's last episode, its type, and the cells of the matrices."""

    findings: Findings
    typology: Typology
    record: OnRecord
    cells: Mapping[Place, Cell]
    labels: Mapping[str, str]
    types: Mapping[str, str]


def decisions_exhibit(layout: DecisionsLayout, typology: Typology, findings: Findings) -> DecisionsExhibit:
    """A table for each decision point, in the order of the layout."""
    results = last_results(findings.cases, findings.results[typology.id])
    drawn = _Drawn(
        findings,
        typology,
        OnRecord(findings),
        findings.cells,
        case_labels(findings.study),
        {case_id: result.type_id for case_id, result in results.items()},
    )
    points = tuple(_point(drawn, point) for point in layout.points)
    study = findings.study
    return DecisionsExhibit(
        layout.id, layout.title, typology.id, study.settings.unit, len(study.cases), points, layout.notes
    )


def _point(drawn: _Drawn, point: DecisionPoint) -> PointTable:
    return PointTable(point.title, point.note, tuple(_part(drawn, part) for part in point.parts))


def _part(drawn: _Drawn, part: DecisionPart) -> PartTable:
    options = [one for option in part.options for one in _expanded(drawn, option)]
    hidden = tuple(_hidden(drawn, options))
    taken = [_taken(drawn, option) for option in options]
    if hidden:
        # Which option is the one not shown must not be told by its being the only one that nobody took.
        taken = [one for one in taken if one.count]
    rows = (*taken, *hidden)
    label, rest = part.label or _called(drawn, part), _rest(drawn, options, rows)
    table = PartTable(label, rows, rest)
    return _for_the_public(drawn, table, options) if drawn.findings.study.settings.profile == "public" else table


def _for_the_public(drawn: _Drawn, table: PartTable, options: Sequence[DecisionOption]) -> PartTable:
    """The table without the case that alone took an option, unless a type rests on it and is shown with the case.

    Then nobody is named among the rest either, since who is left would tell.
    """
    ruled = {feature for typology in drawn.findings.study.typologies for feature in typology.features}
    if all(option.feature in ruled for option in options):
        return table
    rows = tuple(_unnamed(drawn, row) if row.count == 1 else row for row in table.options)
    if rows == table.options:
        return table
    unit = drawn.findings.study.settings.unit
    rest = tuple((why, (CaseMark("", counted(len(marks), unit)),)) for why, marks in table.rest)
    return PartTable(table.label, rows, rest)


def _unnamed(drawn: _Drawn, row: Taken) -> Taken:
    mark = CaseMark("", f"one {drawn.findings.study.settings.unit} ({NOT_SHOWN})")
    return replace(row, by_type=(("", "", (mark,)),), earlier=(), quote=None)


def _rest(
    drawn: _Drawn, options: Sequence[DecisionOption], rows: Iterable[Taken]
) -> tuple[tuple[str, tuple[CaseMark, ...]], ...]:
    those = {mark.case_id for row in rows for _, _, marks in row.by_type for mark in marks}
    rest: dict[str, list[CaseMark]] = {}
    for case in drawn.findings.cases:
        if case.id not in those:
            mark = CaseMark(case.id, drawn.labels[case.id], _place(drawn, case.id, options))
            rest.setdefault(_why_not(drawn, case, options), []).append(mark)
    return tuple((why, tuple(marks)) for why, marks in rest.items())


def _called(drawn: _Drawn, part: DecisionPart) -> str:
    """What a part is about where the layout doesn't say: the name of its only feature, code or category."""
    (first, *more) = part.options or (DecisionOption(),)
    if more or first.cells:
        return ""
    book = drawn.findings.study.codebook
    names = [category.name for category in book.categories if category.id == first.category_id]
    return names[0] if names else name(book, first.feature or first.code_id)


def _expanded(drawn: _Drawn, option: DecisionOption) -> Iterator[DecisionOption]:
    """An option for each value of an attribute, and for each code of a category."""
    book = drawn.findings.study.codebook
    for category in (one for one in book.categories if one.id == option.category_id):
        for code in category.codes:
            by_feature = code.kind == "attribute" and drawn.record.is_decided(code.id)
            whole = replace(option, category_id="")
            yield from _expanded(
                drawn, replace(whole, feature=code.id) if by_feature else replace(whole, code_id=code.id)
            )
    if option.category_id:
        return
    known = book.by_id.get(option.feature or option.code_id)
    if known and known.values and not option.values:
        for value in known.values:
            yield replace(option, values=(value,))
    elif known or option.cells:
        yield option


def _taken(drawn: _Drawn, option: DecisionOption) -> Taken:
    now = [case for case in drawn.findings.cases if _takes(drawn, option, case)]
    ids = {case.id for case in now}
    before = [case for case in drawn.findings.cases if case.id not in ids and _took_before(option, case)]
    label, meaning = _words(drawn, option)
    basis = "decided" if option.feature else "read from the cells" if option.cells else "coded"
    quote = _quote(drawn, option, now)
    earlier = tuple(_mark(drawn, option, case) for case in before)
    return Taken(label, meaning, basis, _by_type(drawn, option, now), earlier, quote)


def _takes(drawn: _Drawn, option: DecisionOption, case: Case) -> bool:
    if option.feature:
        feature = drawn.record.feature(case, option.feature)
        return feature is not None and not feature.proposed and feature.value in option.values
    if option.cells:
        return any(case_id == case.id for case_id, _ in option.cells)
    return any(_fits(option, coding) for coding in _codings(drawn, case.id, option.code_id))


def _took_before(option: DecisionOption, case: Case) -> bool:
    earlier = (feature for episode in case.episodes[:-1] for feature in episode.features)
    return bool(option.feature) and any(
        one.attribute == option.feature and one.value in option.values for one in earlier
    )


def _fits(option: DecisionOption, coding: Coding) -> bool:
    return coding.stance in option.stances and (not option.values or coding.value in option.values)


def _codings(drawn: _Drawn, case_id: str, code_id: str) -> Sequence[Coding]:
    cell = drawn.cells.get((case_id, _present(drawn, code_id)))
    return cell.codings if cell else ()


def _present(drawn: _Drawn, code_id: str) -> str:
    code = drawn.findings.study.codebook.by_id.get(code_id)
    return code.id if code else code_id


def _by_type(
    drawn: _Drawn, option: DecisionOption, cases: Sequence[Case]
) -> tuple[tuple[str, str, tuple[CaseMark, ...]], ...]:
    kinds = [*((kind.id, kind.name) for kind in drawn.typology.types), ("", UNRESOLVED)]
    known = {kind_id for kind_id, _ in kinds}
    grouped: dict[str, list[CaseMark]] = {}
    for case in cases:
        type_id = drawn.types.get(case.id, "")
        grouped.setdefault(type_id if type_id in known else "", []).append(_mark(drawn, option, case))
    return tuple((kind_id, title, tuple(grouped[kind_id])) for kind_id, title in kinds if kind_id in grouped)


def _mark(drawn: _Drawn, option: DecisionOption, case: Case) -> CaseMark:
    return CaseMark(case.id, drawn.labels[case.id], _place(drawn, case.id, [option]))


def _place(drawn: _Drawn, case_id: str, options: Iterable[DecisionOption]) -> Place | None:
    cited = [place for option in options for place in option.cells if place[0] == case_id]
    told = [(case_id, _present(drawn, option.feature or option.code_id)) for option in options]
    return next((place for place in (*cited, *told) if place in drawn.cells), None)


def _words(drawn: _Drawn, option: DecisionOption) -> tuple[str, str]:
    """What an option is called, and a word on it: a value by its meaning, with the value as other exhibits show it."""
    code = drawn.findings.study.codebook.by_id.get(option.feature or option.code_id)
    if code is None or not option.values:
        return option.label or (code.name if code else ""), "" if option.label or not code else code.definition
    words = " or ".join(map(value_words, option.values))
    meanings = [told.strip().rstrip(".") for value in option.values if (told := code.values.get(value))]
    label = option.label or "; ".join(meanings) or words
    return label, "" if label == words else words


def _quote(drawn: _Drawn, option: DecisionOption, cases: Iterable[Case]) -> Quoted | None:
    """The most readable of the passages that bear the option out; of a feature, of those that it was decided on."""
    passages = [coding for case in cases for coding in _bearing_out(drawn, option, case)]
    best = representative(passages, drawn.findings.voices.speakers, 1)
    return Quoted(best[0], said_by(drawn.findings, best[0])) if best else None


def _bearing_out(drawn: _Drawn, option: DecisionOption, case: Case) -> list[Coding]:
    if option.cells:
        return [one for place in option.cells if place[0] == case.id for one in _codings(drawn, *place)]
    code_id = option.feature or option.code_id
    fitting = [one for one in _codings(drawn, case.id, code_id) if not option.values or one.value in option.values]
    if option.code_id:
        return [one for one in fitting if one.stance in option.stances]
    feature = drawn.record.feature(case, option.feature)
    named = [one for one in fitting if feature and one.id in feature.evidence]
    return named or [one for one in fitting if one.stance != "expects"]


def _hidden(drawn: _Drawn, options: Sequence[DecisionOption]) -> Iterator[Taken]:
    """Values that stand in the place of a real one, for a reader who may not see it."""
    allowed = drawn.findings.study.values
    for feature in dict.fromkeys(option.feature for option in options if option.feature):
        held = {one.value for case in drawn.findings.cases if (one := drawn.record.feature(case, feature))}
        for value in sorted(held - {""} - set(allowed.get(feature, ()))):
            yield _taken(drawn, DecisionOption(value, feature, values=(value,)))


def _why_not(drawn: _Drawn, case: Case, options: Sequence[DecisionOption]) -> str:
    """Why a case is with none of the options."""
    features = list(dict.fromkeys(option.feature for option in options if option.feature))
    if features:
        feature = drawn.record.feature(case, features[0])
        return PROPOSED if feature and feature.proposed else drawn.record.why(case, features[0])
    found = [drawn.cells.get((case.id, _present(drawn, one.code_id))) for one in options if one.code_id]
    return _silence([cell for cell in found if cell])


def _silence(cells: Sequence[Cell]) -> str:
    if any(cell.codings or cell.summary for cell in cells):
        return OTHERWISE
    statuses = {cell.status for cell in cells}
    telling = (Status.DRAFT, Status.NOT_READ, Status.OPEN, Status.OLDER, Status.SILENT, Status.NOTHING)
    return next((one.value for one in telling if one in statuses), Status.NOT_ASKED.value if statuses else "not named")
