"""The evidence margin: beside a sentence, a pip per case in its type’s colour and letter, and the cells behind it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from crosscase.exhibits.cases import last_results
from crosscase.matrix import Cell
from crosscase.pages.data import Link, TypeSign
from crosscase.pages.figures.drawing import NO_TYPE, letter
from crosscase.pages.material import Material
from crosscase.theme import Theme, standing
from crosscase.wording import listed, out_of, short, value_words

HUES = 8
Place = tuple[str, str]
State = Literal["evidence", "mixed", "none"]


@dataclass(frozen=True, slots=True)
class PipRow:
    """The cases of one type, each by how it stands; `count` says how many stand behind it, `words` who."""

    type: TypeSign
    pips: tuple[State, ...]
    count: str
    words: str


@dataclass(frozen=True, slots=True)
class Behind:
    """A cell that a sentence rests on: the case, its type, the cell's values, and what the cell says in short."""

    case: Link
    type: TypeSign
    values: str
    text: str
    is_mixed: bool


@dataclass(frozen=True, slots=True)
class OfCode:
    """The cells of one code behind a sentence."""

    code: str
    cells: tuple[Behind, ...]


@dataclass(frozen=True, slots=True)
class Marked:
    """A sentence that ends in a mark: `last` is the word that the mark stays with."""

    before: str
    last: str
    note: "Note | None"

    @property
    def text(self) -> str:
        return self.before + self.last


@dataclass(frozen=True, slots=True)
class Note:
    """What opens beside a sentence. `number` is its place among the notes of the page, the same on paper."""

    number: int
    count: str
    counted: str
    rows: tuple[PipRow, ...]
    codes: tuple[OfCode, ...]

    @property
    def on_paper(self) -> tuple[tuple[str, str], ...]:
        """The codes, each with its cases by name."""
        return tuple((one.code, ", ".join(cell.case.text for cell in one.cells)) for one in self.codes)


def marked(text: str, note: Note | None) -> Marked:
    before, space, last = text.rpartition(" ")
    return Marked(before + space, last, note)


class Notes:
    """The notes of one page, numbered in the order in which they are asked for."""

    def __init__(self, material: Material, names: Mapping[str, str] | None = None) -> None:
        self._material = material
        self._names = names or material.case_names
        self._types = case_types(material)
        self._made: list[Note] = []

    @property
    def all(self) -> tuple[Note, ...]:
        return tuple(self._made)

    def note(self, places: Iterable[Place], theme: Theme | None = None, *, of: Sequence[str] = ()) -> Note | None:
        """The note on these cells, next in number; None where none of them is on a page.

        `of` are the cases out of which it counts, if not all.
        """
        cells = [place for place in dict.fromkeys(places) if self._material.cell(*place)]
        if not cells:
            return None
        stands = standing(cells, theme or Theme("", ""), self._material.facts)
        types = {case_id: sign for case_id, sign in self._types.items() if not of or case_id in of}
        total, unit = len(types), self._material.study.settings.unit
        note = Note(
            len(self._made) + 1,
            f"{len(stands)} of {total}",
            out_of(len(stands), total, unit),
            pip_rows(self._material, stands, types, self._names),
            tuple(self._by_code(cells, stands)),
        )
        self._made.append(note)
        return note

    def _by_code(self, cells: Sequence[Place], stands: Mapping[str, str]) -> Iterator[OfCode]:
        book, order = self._material.study.codebook.by_id, list(self._types)
        for code_id in dict.fromkeys(code_id for _, code_id in cells):
            cases = [case_id for case_id, of_cell in cells if of_cell == code_id]
            ordered = sorted(cases, key=order.index)
            behind = tuple(self._behind((case_id, code_id), stands) for case_id in ordered)
            yield OfCode(book[code_id].name, behind)

    def _behind(self, place: Place, stands: Mapping[str, str]) -> Behind:
        case_id = place[0]
        cell = self._material.findings.cells[place]
        link = Link(self._names.get(case_id, case_id), self._material.cell(*place))
        values = " / ".join(map(value_words, cell.values))
        return Behind(link, self._types[case_id], values, _told(self._material, cell), stands.get(case_id) == "mixed")


def _told(material: Material, cell: Cell) -> str:
    """The beginning of the summary; the state of the cell where nobody wrote one, unless its values say enough."""
    if cell.summary and cell.summary.text:
        return short(material.in_words(cell.summary.words))
    return "" if cell.values else cell.status.value


def case_types(material: Material) -> dict[str, TypeSign]:
    """The type of each case's last episode under the first typology, cases of a type together, the unresolved last."""
    study = material.study
    if not study.typologies:
        return {case.id: TypeSign("", 0, "") for case in study.cases}
    typology = study.typologies[0]
    results = last_results(material.findings.cases, material.findings.results[typology.id])
    signs = type_signs([kind.name for kind in typology.types])
    by_id = {kind.id: sign for kind, sign in zip(typology.types, signs, strict=True)}
    unresolved = TypeSign(NO_TYPE, 0, "Unresolved")
    of_case = {}
    for case in study.cases:
        result = results.get(case.id)
        of_case[case.id] = by_id.get(result.type_id, unresolved) if result else unresolved
    order = [*signs, unresolved]
    return dict(sorted(of_case.items(), key=lambda entry: order.index(entry[1])))


def type_signs(names: Sequence[str]) -> tuple[TypeSign, ...]:
    """The sign of each type of a typology, in its order."""
    return tuple(TypeSign(letter(number), number % HUES + 1, name) for number, name in enumerate(names))


def pip_rows(
    material: Material,
    stands: Mapping[str, str],
    types: Mapping[str, TypeSign] | None = None,
    names: Mapping[str, str] | None = None,
) -> tuple[PipRow, ...]:
    """A pip for every case of the study, in rows by type; `stands` says which are evidence, and which of two minds."""
    types, names = types or case_types(material), names or material.case_names
    rows = []
    for sign in dict.fromkeys(types.values()):
        cases = [case_id for case_id, of_case in types.items() if of_case == sign]
        behind = [case_id for case_id in cases if case_id in stands]
        mixed = [names.get(case_id, case_id) for case_id in behind if stands[case_id] == "mixed"]
        words = listed([names.get(case_id, case_id) for case_id in behind]) or "none"
        if mixed:
            words += f" (of two minds: {listed(mixed)})"
        pips = tuple(_state(stands, case_id) for case_id in cases)
        rows.append(PipRow(sign, pips, f"{len(behind)} of {len(cases)}", words))
    return tuple(rows)


def _state(stands: Mapping[str, str], case_id: str) -> State:
    stand = stands.get(case_id)
    return "mixed" if stand == "mixed" else "evidence" if stand else "none"
