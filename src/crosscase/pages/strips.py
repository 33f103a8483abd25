"""A code over all cases, by type: which of them carry which value, how often it was said, and why it wasn't."""

from collections.abc import Iterator, Mapping

from crosscase.codebook import Code
from crosscase.matrix import Cell
from crosscase.pages import links
from crosscase.pages.data import Fact, Link, Strip, StripGroup, StripMark, StripRow
from crosscase.pages.margin import case_types
from crosscase.pages.material import Material
from crosscase.pages.signs import sign_of
from crosscase.wording import counted, sentence, value_words


def strip(material: Material, code: Code) -> Strip | None:
    """The strip of a code; None where there are no cases to lay it over."""
    cells = cells_by_case(material, code)
    if not cells:
        return None
    rows = tuple(_value_row(material, code, value, meaning, cells) for value, meaning in _values(code, cells).items())
    return Strip(tuple(_groups(material, cells)), (*rows, _passages_row(material, code, cells)))


def cells_by_case(material: Material, code: Code) -> Mapping[str, Cell]:
    """The code's cell of each case, cases of a type together."""
    return {case_id: material.findings.cells[case_id, code.id] for case_id in case_types(material)}


def silent_cases(material: Material, code: Code) -> tuple[Fact, ...]:
    """The cases that nothing was coded or written for, by what is known of their silence."""
    by_state: dict[str, list[Link]] = {}
    for case_id, cell in cells_by_case(material, code).items():
        if not (cell.codings or cell.summary or cell.suggestions):
            way = Link(material.case_name(case_id), material.cell(case_id, code.id))
            by_state.setdefault(cell.status.value, []).append(way)
    return tuple(Fact(sentence(state), links=tuple(ways)) for state, ways in by_state.items())


def _groups(material: Material, cells: Mapping[str, Cell]) -> Iterator[StripGroup]:
    types = case_types(material)
    for type_sign in dict.fromkeys(types.values()):
        case_ids = [case_id for case_id in cells if types[case_id] == type_sign]
        yield StripGroup(type_sign, tuple(map(material.case_name, case_ids)))


def _values(code: Code, cells: Mapping[str, Cell]) -> Mapping[str, str]:
    """The codebook's values with what they mean, and behind them those that only codings have."""
    coded = [value for cell in cells.values() for value in cell.values]
    return {**code.values, **{value: "" for value in coded if value not in code.values}}


def _value_row(material: Material, code: Code, value: str, meaning: str, cells: Mapping[str, Cell]) -> StripRow:
    marks = tuple(_value_mark(value, cell) for cell in cells.values())
    number = sum(coding.value == value for coding in material.codings_of(code.id))
    return StripRow(value_words(value), meaning, number, marks)


def _value_mark(value: str, cell: Cell) -> StripMark:
    """Filled where people coded the value, dashed where only the machine would. Heads tell case and value."""
    if value in cell.values:
        return StripMark("filled", counted(cell.values[value], "coding"))
    if not cell.codings and any(suggestion.value == value for suggestion in cell.suggestions):
        return StripMark("dashed", "suggested")
    return StripMark("", "")


def _passages_row(material: Material, code: Code, cells: Mapping[str, Cell]) -> StripRow:
    """How many passages each case has, each leading to them; where it has none of people's, the sign of its state."""
    marks = []
    for case_id, cell in cells.items():
        number, state = len(cell.codings), sign_of(cell)
        words = counted(number, "passage") if number else state.words
        href = links.here(links.group_anchor("coded", case_id)) if number else ""
        marks.append(StripMark("number" if number else "state", words, href, number, state))
    return StripRow("Passages", "", len(material.codings_of(code.id)), tuple(marks))
