"""YAML that knows its lines, read strictly, as plain text values.

Every scalar is text, so that `no` stays no and `2021-03` stays a date. Aliases are refused: a small file could
otherwise unfold into a huge one.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
import yaml

from crosscase.problem import Problem

T = TypeVar("T")

DEEPEST = 50
_BEGINS = re.compile(r"^[^\s#]", re.MULTILINE)
_OWN_MARKS = ("---", "...", "%", "- ", "-\n", "? ", "?\n")
_OTHER_LINE_ENDS = ("\x85", "\u2028", "\u2029")
_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class Lined(dict[str, Any]):
    """A mapping with the line on which it begins and the line of each key."""

    line: int = 1
    lines: dict[str, int]


class LinedList(list[Any]):
    lines: list[int]


def placed(mapping: Mapping[str, Any], line: int) -> Lined:
    """A mapping whose entries all stand on one line, such as a row of a table."""
    here = Lined(mapping)
    here.line, here.lines = line, dict.fromkeys(mapping, line)
    return here


def parse(text: str, path: str) -> tuple[Lined, list[Problem]]:
    """Read a YAML mapping; what can't be read is a problem, and the mapping then holds what could."""
    problems: list[Problem] = []
    try:
        node = compose(text)
    except yaml.MarkedYAMLError as error:
        return placed({}, 1), [_syntax(error, text, path)]
    except yaml.YAMLError as error:
        return placed({}, 1), [
            Problem(path, 1, f"not readable as YAML ({error})", "remove the characters that aren't text")
        ]
    value = _value(node, path, problems) if node is not None else placed({}, 1)
    if isinstance(value, Lined):
        return value, problems
    if value in ("", None):
        return placed({}, 1), problems
    return placed({}, 1), [*problems, Problem(path, 1, "this should be `name: value` lines", "see the file's comment")]


def convert(value: Any, shape: type[T], path: str, problems: list[Problem], line: int = 1) -> T | None:
    """Fit a parsed value to a shape (a msgspec Struct). Each misfit is a problem, and is left out of the result.

    None if something that the shape can't do without is missing.
    """
    while True:
        try:
            return msgspec.convert(value, shape, strict=False)
        except msgspec.ValidationError as error:
            misfit = _misfit(str(error), value, line)
        problems.append(Problem(path, misfit.line, misfit.plainly(), misfit.advice(shape)))
        if not misfit.left_out():
            return None


def blocks(text: str) -> list[tuple[int, str]]:
    """The text cut where lines begin without a space, as the first level's keys do, with the lines before each part.

    It is for the caller to see that every part is whole by itself. In one part where the text has marks of its own.
    """
    begins = [match.start() for match in _BEGINS.finditer(text)]
    lone_returns = text.count("\r") - text.count("\r\n")
    if not begins or lone_returns or any(end in text for end in _OTHER_LINE_ENDS):
        return [(0, text)]
    if any(text.startswith(_OWN_MARKS, begin) for begin in begins):
        return [(0, text)]
    begins[0] = 0
    parts = [text[begin:end] for begin, end in zip(begins, [*begins[1:], len(text)], strict=True)]
    lines = [0]
    for part in parts:
        lines.append(lines[-1] + part.count("\n"))
    return list(zip(lines, parts, strict=False))


def compose(text: str) -> yaml.Node | None:
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise yaml.MarkedYAMLError(None, None, "nested too deeply", event.start_mark)  # type: ignore[arg-type]
        if isinstance(event, yaml.AliasEvent):
            raise yaml.MarkedYAMLError(None, None, "aliases (*name) are not read here", event.start_mark)  # type: ignore[arg-type]
    return yaml.compose(text, Loader=_Loader)


def _value(node: yaml.Node, path: str, problems: list[Problem]) -> Any:
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, problems)
    if isinstance(node, yaml.SequenceNode):
        items = LinedList(_value(item, path, problems) for item in node.value)
        items.lines = [item.start_mark.line + 1 for item in node.value]
        return items
    plain = node.style is None and node.value in ("", "~", "null")  # type: ignore[attr-defined]
    return "" if plain else node.value


def _mapping(node: yaml.MappingNode, path: str, problems: list[Problem]) -> Lined:
    mapping = placed({}, node.start_mark.line + 1)
    for key_node, value_node in node.value:
        key, line = str(key_node.value), key_node.start_mark.line + 1
        if key in mapping:
            problems.append(Problem(path, line, f"`{key}` stands here twice", "keep one of them (the first is used)"))
            continue
        mapping[key] = _value(value_node, path, problems)
        mapping.lines[key] = line
    return mapping


def _syntax(error: yaml.MarkedYAMLError, text: str, path: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 1
    what = error.problem or error.context or "not readable as YAML"
    if "\t" in "".join(text.splitlines()[line - 1 : line]):
        return Problem(path, line, "a tab, which YAML doesn't allow here", "put spaces instead of the tab")
    if "alias" in what:
        return Problem(path, line, what, "write the value out")
    return Problem(path, line, f"not readable as YAML: {what}", "check indentation, colons and quotation marks")


_MESSAGE = re.compile(r"^(?P<what>.*?)(?: - at `(?:key in )?(?P<where>[^`]*)`)?$", re.DOTALL)
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")
_KINDS = {"array": "a list", "object": "`name: value` lines", "str": "text", "int": "a whole number"}


@dataclass(slots=True)
class _Misfit:
    """What msgspec says doesn't fit, and the entry that it is about: `holder[key]`, on this line."""

    what: str
    line: int
    holder: Any
    key: str | int | None
    name: str

    def plainly(self) -> str:
        if "unknown field" in self.what:
            return f"`{self.name}` is not known here"
        if "missing required field" in self.what:
            return f"`{self.what.split('`')[1]}` is missing"
        expected = self.what.split("`")[1].split(" | ")[0] if "Expected" in self.what else ""
        if expected in _KINDS:
            return f"`{self.name}` should be {_KINDS[expected]}"
        return f"`{self.name}`: {self.what[0].lower()}{self.what[1:]}"

    def advice(self, shape: Any) -> str:
        if "unknown field" in self.what:
            return "known are: " + ", ".join(shape.__struct_encode_fields__)
        if "missing required field" in self.what:
            return "add it"
        return "correct it (it is left out until then)"

    def left_out(self) -> bool:
        """Take the entry out of what was read, if it can be done without."""
        if self.key is None or "missing required field" in self.what:
            return False
        if isinstance(self.holder, LinedList):
            del self.holder.lines[int(self.key)]
        del self.holder[self.key]
        return True


def _misfit(message: str, value: Any, line: int) -> _Misfit:
    match = _MESSAGE.match(message)
    assert match is not None  # the pattern matches any text
    misfit = _Misfit(match["what"], getattr(value, "line", line), value, None, "this")
    for name, index in _STEP.findall(match["where"] or ""):
        key: str | int = name or int(index)
        if name and (not isinstance(value, Lined) or name not in value):
            break
        misfit.line = value.lines[key]
        misfit.holder, misfit.key, misfit.name = value, key, name or misfit.name
        value = value[key]
    # msgspec puts a key between back-ticks as it stands, even if it holds some itself.
    unknown = misfit.what.partition("unknown field `")[2].removesuffix("`")
    if isinstance(value, Lined) and unknown in value:
        return _Misfit(misfit.what, value.lines[unknown], value, unknown, unknown)
    if "missing required field" in misfit.what and isinstance(value, Lined):
        misfit.line = value.line
    return misfit
