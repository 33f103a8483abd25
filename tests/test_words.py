"""What the report prints is in one English, the British: templates, scripts, and the strings of what prints."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent / "src" / "crosscase"
PRINTED_BY = ("pages", "exhibits", "wording.py", "matrix.py", "reading.py", "telling.py", "theme.py", "claim.py")
AMERICAN = {
    "analyz": "analys",
    "behavior": "behaviour",
    "canceled": "cancelled",
    "categoriz": "categoris",
    "center": "centre",
    "color": "colour",
    "defense": "defence",
    "emphasiz": "emphasis",
    "favor": "favour",
    "formaliz": "formalis",
    "fulfill": "fulfil",
    "generaliz": "generalis",
    "gotten": "got",
    "gray": "grey",
    "harmoniz": "harmonis",
    "honor": "honour",
    "judgment": "judgement",
    "labeled": "labelled",
    "minimiz": "minimis",
    "modeling": "modelling",
    "neighbor": "neighbour",
    "normaliz": "normalis",
    "organiz": "organis",
    "prioritiz": "prioritis",
    "recogniz": "recognis",
    "skeptic": "sceptic",
    "summariz": "summaris",
    "traveled": "travelled",
}
_AMERICAN = re.compile(rf"\b(?:de-?)?({'|'.join(AMERICAN)})", re.IGNORECASE)
# Not words that people read: an expression of a template, a style, a tag with its attributes but for titles and labels.
_NOT_READ = re.compile(
    r"\{%.*?%\}|\{#.*?#\}|<style.*?</style>|<meta [^>]*>|\b(?:style|class|id|href)=\"[^\"]*\"", re.DOTALL
)


def in_python(text: str) -> Iterator[str]:
    """The strings of a module, without docstrings and without names, which have no space."""
    tree = ast.parse(text)
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.value


def in_template(text: str) -> Iterator[str]:
    yield _NOT_READ.sub(" ", text)


def in_script(text: str) -> Iterator[str]:
    """Strings with a space in them: others are names that the browser knows."""
    strings = re.findall(r"'[^'\n]*'|\"[^\"\n]*\"|`[^`\n]*`", text)
    yield from (string for string in strings if " " in string)


READ_BY = {".py": in_python, ".html": in_template, ".js": in_script}


def printed() -> list[Path]:
    rooms = [SOURCE / name for name in PRINTED_BY]
    files = [path for room in rooms for path in (room.rglob("*") if room.is_dir() else (room,))]
    return sorted(path for path in files if path.suffix in READ_BY)


def american(texts: Iterator[str]) -> list[str]:
    """The American words in these texts, each with what would be British."""
    return [f"{word[0]}: {AMERICAN[word[1].lower()]}…" for text in texts for word in _AMERICAN.finditer(text)]


@pytest.mark.parametrize("path", printed(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_what_is_printed_is_british(path: Path) -> None:
    assert american(READ_BY[path.suffix](path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    ("suffix", "text", "words"),
    [
        (".py", 'def f():\n    """Color."""\n    return "Summarize it"\n', ["Summariz: summaris…"]),
        (".html", '<p style="color: red" title="A gray one">{% set color = 1 %}nothing</p>', ["gray: grey…"]),
        (".js", "style.color = 'center'; say('no neighbors here');", ["neighbor: neighbour…"]),
    ],
)
def test_an_american_word_is_found_where_people_read_it(suffix: str, text: str, words: list[str]) -> None:
    assert american(READ_BY[suffix](text)) == words
