"""Every key of every file is read and has an effect, and one that isn't known is a problem."""

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from types import ModuleType

import msgspec
import pytest

from crosscase import case, cluster, codebook, coding, guide, layout, memo, reading, source, theme, typology
from crosscase.exhibits.participants import participants_exhibit
from crosscase.layout import ParticipantsLayout
from crosscase.problem import Problem
from crosscase.study import Settings, formats, load
from crosscase.study.formats.layouts import layout as read_layout
from tests.conftest import SMALL, StudyFolder

SOURCE = Path(__file__).parent.parent / "src" / "crosscase"
FORMATS = [importlib.import_module(f"{formats.__name__}.{it.name}") for it in pkgutil.iter_modules(formats.__path__)]

ONE_VALUE = {"unit", "group", "unresolved", "label", "order", "bullets", "columns"}
"""Keys of a layout that can say but one thing, which is always so; anything else is a problem."""
KEPT_ONLY = {"Review.blind", "ClusterDecision.grain", "Member.margin"}
"""What a decision was made under: kept with it for later analyses, and written back as it stands."""


def shapes(module: ModuleType) -> Iterator[type[msgspec.Struct]]:
    """What the files of a module may hold."""
    for name, shape in vars(module).items():
        if inspect.isclass(shape) and issubclass(shape, msgspec.Struct) and shape.__module__ == module.__name__:
            assert name
            yield shape


def read_names(text: str) -> set[str]:
    """The fields that a module's text asks for, and the keys that it takes out of what was parsed."""
    names = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Attribute):
            names.add(node.attr)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            names.add(node.value)
        # All of its fields are handed on at once.
        if isinstance(node, ast.Attribute) and node.attr in ("__struct_fields__", "__struct_encode_fields__"):
            names.add("*")
    return names


def without_effect(shape: type[msgspec.Struct], text: str) -> list[str]:
    """The fields of a shape that its module reads nowhere."""
    names = read_names(text)
    return [] if "*" in names else [f for f in shape.__struct_fields__ if f not in names | ONE_VALUE]


@pytest.mark.parametrize("module", FORMATS, ids=lambda module: module.__name__.rpartition(".")[2])
def test_every_key_of_a_file_is_read_and_no_other_is_allowed(module: ModuleType) -> None:
    for shape in shapes(module):
        assert shape.__struct_config__.forbid_unknown_fields, shape
        assert without_effect(shape, inspect.getsource(module)) == [], shape


def test_a_planted_key_that_nothing_reads_is_found() -> None:
    planted = msgspec.defstruct("planted", [("id", str), ("never", list[str], [])])
    assert without_effect(planted, "def case(written):\n    return Case(written.id)") == ["never"]


def test_whatever_is_read_from_a_file_is_used_outside_of_reading_and_masking() -> None:
    texts = [p.read_text("utf-8") for p in SOURCE.rglob("*.py") if not {"formats", "profile"} & set(p.parts)]
    used = {node.attr for text in texts for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Attribute)}
    printed = "".join(p.read_text("utf-8") for p in SOURCE.rglob("*.html"))
    idle = set()
    for module in (case, cluster, codebook, coding, guide, layout, memo, reading, source, theme, typology):
        for noun in vars(module).values():
            if is_dataclass(noun) and inspect.isclass(noun) and noun.__module__ == module.__name__:
                names = (field.name for field in fields(noun))
                idle |= {f"{noun.__name__}.{name}" for name in names if name not in used and f".{name}" not in printed}
    assert idle <= KEPT_ONLY | {"ProseLayout.quote_line", "Coverage.quoted"}
    assert {field.name for field in fields(Settings)} - used <= {"shown"}, "profile reads it"


# A file of each kind with a key that there isn't. What the front matter of a memo holds besides is people's own, and
# what the tables hold besides are columns of their own.
UNKNOWN = {
    "study.yaml": "nonsense: 1\n" + SMALL["study.yaml"],
    "codebook/time.yaml": "category: time\nname: Time\ncodes:\n  - {id: time.day, name: Day, nonsense: 1}\n",
    "guide.yaml": "questions:\n  - {id: q1, text: What?, nonsense: 1}\n",
    "cases/Ash.yaml": "id: Ash\nepisodes:\n  - {id: e1, nonsense: 1}\n",
    "charts/money.yaml": "Ash:\n  money.cost: {summary: Dear., nonsense: 1}\n",
    "typologies/prices.yaml": "id: prices\nmade: {nonsense: 1}\ntypes:\n  - {id: dear, rule: {money.cost: high}}\n",
    "themes/dear.md": "---\nid: dear\nname: Dear\nnonsense: 1\n---\n# Synthesis\nDear.\n",
    "claims.yaml": "claims:\n  - {id: dear, text: All., query: {about: case}, nonsense: 1}\n",
    "exhibits/1.yaml": "layout: participants\nnonsense: 1\n",
    "clusters/decisions.jsonl": '{"nonsense":1}\n',
    "reviews/AB/ash.jsonl": '{"sha256":""}\n{"nonsense":1}\n',
    "codings/AB/ash.jsonl": '{"sha256":""}\n{"code":"money.cost","quote":"x","nonsense":1}\n',
    "set-aside/ash.jsonl": '{"sha256":""}\n{"nonsense":1}\n',
}


@pytest.mark.parametrize("path", UNKNOWN)
def test_a_key_that_is_not_known_is_a_problem_with_its_place(study_folder: StudyFolder, path: str) -> None:
    problems = load(study_folder(SMALL | {path: UNKNOWN[path]})).problems
    assert [problem for problem in problems if problem.path == path and "nonsense" in problem.what], problems


def test_what_a_typology_says_of_the_one_before_it_is_checked(study_folder: StudyFolder) -> None:
    text = "id: prices\nafter: costs\nmerges: {dear: [low]}\ntypes:\n  - {id: cheap, rule: {money.cost: low}}\n"
    first = "id: costs\ntypes:\n  - {id: high, rule: {money.cost: high}}\n"
    folder = study_folder(SMALL | {"typologies/prices.yaml": text, "typologies/costs.yaml": first})
    said = [problem.what for problem in load(folder).problems if problem.path == "typologies/prices.yaml"]
    assert sorted(said)[:2] == ["`costs` has no type `low`", "`merges` names the type `dear`, which there isn't"]
    (folder / "typologies/costs.yaml").unlink()
    assert "it follows the typology `costs`, which there isn't" in [problem.what for problem in load(folder).problems]


def laid_out(lines: str) -> tuple[ParticipantsLayout, list[Problem]]:
    problems: list[Problem] = []
    text = "layout: participants\ncolumns:\n  - {count: cases, label: Towns}\n" + lines
    made = read_layout(text, "exhibits/1.yaml", "1", problems)
    assert isinstance(made, ParticipantsLayout)
    return made, problems


def test_what_an_exhibit_must_never_set_side_by_side_is_left_out() -> None:
    people = [case.Participant("p1", "c1", "office", "head"), case.Participant("p2", "c2", "office", "clerk")]
    shown, _ = laid_out("never: [role by case]\n")
    hidden, problems = laid_out("never: [role by case, sector by case]\n")
    assert [participants_exhibit(made, people).headings[-1] for made in (shown, hidden)] == ["Towns", "Participants"]
    assert problems == []


@pytest.mark.parametrize(
    "lines",
    ["never: [sector by age]\n", "rows: [role, sector]\n", "columns: [{count: cases, at: [total]}]\n"],
)
def test_what_a_layout_can_not_do_is_said(lines: str) -> None:
    problems: list[Problem] = []
    read_layout(f"layout: participants\n{lines}", "exhibits/1.yaml", "1", problems)
    assert [problem.line for problem in problems] == [2]
