"""YAML rewritten only where something changed: everything else, comments and order too, stays byte for byte.

Edits are splices at the places that the parser gives. The new text is parsed again, and has to say what was meant.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml

from crosscase.problem import Refused
from crosscase.study.yaml import compose, parse

WIDTH = 110

_Edit = tuple[int, int, str]
_PLAIN = re.compile(r"[^\W_][\w .,;/()’“”…–—·+*=&%€£$!?'\"-]*(?::(?=[^\s:])[\w .,;/()’-]+)*")
_PLAIN_IN_FLOW = re.compile(r"[^\W_][\w ./()’“”…–—·+*=&%€£$!?'\"-]*")
# What other programs would take for a number or for yes and no.
_TYPED = re.compile(r"(?i:y|n|yes|no|on|off|true|false|null|\.?inf|\.?nan)|[-+.\d][\d_.,eExXoObB+\-a-fA-F]*")
_DATE = re.compile(r"\d{4}-\d{2}(?:-\d{2})?")
_UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\xa0\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufffe\uffff]"
)
_ESCAPED = re.compile(f'["\\\\]|{_UNPRINTABLE.pattern}')
_HEADER = re.compile(r"[|>][-+\d]*(?P<comment>[ \t]+#[^\n]*)?")
_BLANK_LINES = re.compile(r"(?:[ \t]*\n)*")
_MISSING = object()


def edited(text: str, wanted: Mapping[str, Any], *, renamed: Mapping[str, str] | None = None) -> str:
    """The text such that it says just what is wanted. `renamed` gives keys that are to stand under another name.

    Raises `Refused` if the text can't be read without a problem, or can't be made to say it.
    """
    mark, text = ("\ufeff", text[1:]) if text.startswith("\ufeff") else ("", text)
    windows = "\r\n" in text and text.count("\n") == text.count("\r\n")
    text = text.replace("\r\n", "\n") if windows else text
    document, problems = parse(text, "")
    if problems:
        refuse(problems[0].line, problems[0].what)
    now = _under_new_names(document, renamed or {})
    if now == wanted and not renamed:
        return mark + (text.replace("\n", "\r\n") if windows else text)
    after = _Splicer(text, renamed or {}).document(wanted)
    read_again, problems = parse(after, "")
    if problems or read_again != wanted:
        raise Refused("the file is written in a way that can't be changed safely here; change it by hand")
    return mark + (after.replace("\n", "\r\n") if windows else after)


def rewrite(
    text: str, before: Mapping[str, Any], after: Mapping[str, Any], *, renamed: Mapping[str, str] | None = None
) -> str:
    """The text with what changed from `before` to `after`; entries that are in neither are never touched."""
    document, problems = parse(text.removeprefix("\ufeff"), "")
    if problems:
        refuse(problems[0].line, problems[0].what)
    if before == after:
        return text
    wanted = merged(_under_new_names(document, renamed or {}), plain(before), plain(after))
    return edited(text, wanted, renamed=renamed)


def refuse(line: int, what: str) -> None:
    """A file that wasn't read as a whole is never written over."""
    raise Refused(f"line {line}: {what}; correct it first (`crosscase check` names it)")


def merged(here: Any, before: Any, after: Any) -> Any:
    """What stands in a file, with what changed from `before` to `after`; entries of lists are matched by their id."""
    if isinstance(after, Mapping) and isinstance(here, Mapping):
        return _merged_mapping(here, before, after)
    if isinstance(after, list) and isinstance(here, list):
        return _merged_list(here, before, after)
    return plain(after)


def _merged_mapping(here: Mapping[str, Any], before: Any, after: Mapping[str, Any]) -> dict[str, Any]:
    before = before if isinstance(before, Mapping) else {}
    mapping = {key: value for key, value in here.items() if key not in before or key in after}
    for key, value in after.items():
        if before.get(key, _MISSING) != value:
            mapping[key] = merged(here.get(key), before.get(key), value)
    return mapping


def _merged_list(here: list[Any], before: Any, after: list[Any]) -> list[Any]:
    standing = {_identity(entry): entry for entry in here}
    former = {_identity(entry): entry for entry in before} if isinstance(before, list) else {}
    entries = []
    for entry in after:
        name = _identity(entry)
        entries.append(merged(standing.get(name), former.get(name), entry) if name in standing else plain(entry))
    return entries


def plain(value: Any) -> Any:
    """The value in plain dicts, lists and texts, as it is read again."""
    if isinstance(value, Mapping):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(inner) for inner in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _identity(entry: Any) -> Any:
    if isinstance(entry, Mapping):
        return entry["id"] if "id" in entry else repr(sorted(plain(entry).items(), key=repr))
    return repr(entry) if isinstance(entry, list) else entry


def _under_new_names(value: Any, renamed: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        return {_new_name(key, value, renamed): _under_new_names(inner, renamed) for key, inner in value.items()}
    return value


def _new_name(key: str, among: Mapping[str, Any], renamed: Mapping[str, str]) -> str:
    return renamed[key] if key in renamed and renamed[key] not in among else key


class _Splicer:
    """Finds the splices that make a text say what is wanted, from the nodes that the parser found in it."""

    def __init__(self, text: str, renamed: Mapping[str, str]) -> None:
        self._text = text if text.endswith("\n") or not text else text + "\n"
        self._renamed = renamed

    def document(self, wanted: Mapping[str, Any]) -> str:
        root = compose(self._text)
        if not isinstance(root, yaml.MappingNode):
            return self._text + _block(wanted, 0)
        if root.flow_style and not self._share(root, wanted):
            return self._applied([(root.start_mark.index, root.end_mark.index, _inline(wanted, in_flow=True))])
        return self._applied(self._mapping(root, wanted))

    def _applied(self, edits: Sequence[_Edit], start: int = 0, end: int | None = None) -> str:
        pieces, cursor = [], start
        for begin, stop, words in sorted(edits, key=lambda edit: edit[:2]):
            pieces += [self._text[cursor:begin], words]
            cursor = max(cursor, stop)
        return "".join((*pieces, self._text[cursor:end]))

    def _mapping(self, node: yaml.MappingNode, wanted: Mapping[str, Any]) -> list[_Edit]:
        pairs = [(key.value, key, value) for key, value in node.value]
        keys = {name for name, _, _ in pairs}
        names = [_new_name(name, dict.fromkeys(keys), self._renamed) for name, _, _ in pairs]
        names = [new if new in wanted else name for (name, _, _), new in zip(pairs, names, strict=True)]
        edits: list[_Edit] = []
        for name, (old, key, value) in zip(names, pairs, strict=True):
            if name in wanted:
                if name != old:
                    edits.append((key.start_mark.index, key.end_mark.index, _key(name, in_flow=node.flow_style)))
                edits += self._value(node, key, value, wanted[name])
        gone = [place for place, name in enumerate(names) if name not in wanted]
        edits += self._without(node, gone)
        new = {name: value for name, value in wanted.items() if name not in names}
        return edits + self._added(node, new)

    def _value(self, holder: yaml.MappingNode, key: yaml.Node, node: yaml.Node, wanted: Any) -> list[_Edit]:
        if _said(node) == wanted:
            return []
        if isinstance(node, yaml.MappingNode) and isinstance(wanted, Mapping) and self._share(node, wanted):
            return self._mapping(node, wanted)
        if isinstance(node, yaml.SequenceNode) and node.value and isinstance(wanted, list) and wanted:
            edits = self._sequence(node, wanted)
            if edits is not None:
                return edits
        return self._replaced(holder, key, node, wanted)

    def _share(self, node: yaml.MappingNode, wanted: Mapping[str, Any]) -> bool:
        """Whether a mapping and what is wanted of it have a key in common."""
        names = dict.fromkeys(key.value for key, _ in node.value)
        return any(name in wanted or _new_name(name, names, self._renamed) in wanted for name in names)

    def _replaced(self, holder: yaml.MappingNode, key: yaml.Node, node: yaml.Node, wanted: Any) -> list[_Edit]:
        """Another value behind the colon. A comment at the end of its line is kept."""
        colon = self._text.index(":", key.end_mark.index) + 1
        end = max(self._end(node), colon)
        if holder.flow_style:
            return [(colon, end, " " + _inline(wanted, in_flow=True, like=_style(node)))]
        column = self._column(key.start_mark.index)
        words = _after_key(wanted, column, self._column(colon), _style(node))
        begin = colon
        if (
            "\n" not in words
            and node.start_mark.index > colon
            and "\n" not in self._text[colon : node.start_mark.index]
        ):
            begin, words = node.start_mark.index, words[1:]
        header = _HEADER.match(self._text, node.start_mark.index) if _style(node) in ("|", ">") else None
        comment = header["comment"] or "" if header else ""
        rest = self._text[end : self._line_end(end)]
        if "\n" in words and rest.strip().startswith("#"):
            comment, end = "  " + rest.strip(), self._line_end(end)
        first, newline, others = words.partition("\n")
        if comment and newline:
            return [(begin, end, first + comment + newline + others)]
        return [(begin, end, words + ("  " + comment.strip() if comment else ""))]

    def _without(self, node: yaml.MappingNode, gone: Sequence[int]) -> list[_Edit]:
        """The entries at these places taken out. All of them are only taken out of a whole document."""
        starts = [key.start_mark.index for key, _ in node.value]
        ends = [max(self._end(value), self._text.index(":", key.end_mark.index) + 1) for key, value in node.value]
        first_left = next((place for place in range(len(starts)) if place not in gone), 0)
        inline = node.flow_style or (starts and self._text[self._line_start(starts[0]) : starts[0]].strip())
        edits: list[_Edit] = []
        for place in gone:
            if inline and place < first_left:
                edits += [(starts[0], starts[first_left], "")] if place == 0 else []
            elif node.flow_style:
                edits.append((ends[place - 1], ends[place], ""))
            else:
                edits.append((self._line_start(starts[place]), self._next_line(ends[place]), ""))
        return edits

    def _added(self, node: yaml.MappingNode, new: Mapping[str, Any]) -> list[_Edit]:
        if not new:
            return []
        place = self._end(node)
        if node.flow_style:
            last = self._end(node.value[-1][1]) if node.value else place - 1
            pairs = ", ".join(_inline_pair(name, value) for name, value in new.items())
            return [(last, last, (", " if node.value else "") + pairs)]
        column = self._column(node.value[0][0].start_mark.index)
        flow = any(isinstance(value, yaml.MappingNode) and value.flow_style for _, value in node.value)
        at = self._next_line(place)
        return [(at, at, "".join(_block_pair(name, value, column, flow=flow) for name, value in new.items()))]

    def _sequence(self, node: yaml.SequenceNode, wanted: Sequence[Any]) -> list[_Edit] | None:
        """A list with its entries matched; None if it has to be written anew."""
        standing = [_identity(_said(item)) for item in node.value]
        names = [_identity(entry) for entry in wanted]
        if len(set(standing)) < len(standing) or len(set(names)) < len(names):
            return None
        if node.flow_style:
            return self._flow_entries(node, wanted) if standing == names else None
        if not set(standing) & set(names):
            return None
        return self._block_entries(node, standing, wanted)

    def _flow_entries(self, node: yaml.SequenceNode, wanted: Sequence[Any]) -> list[_Edit]:
        edits = []
        for item, entry in zip(node.value, wanted, strict=True):
            if isinstance(item, yaml.MappingNode) and isinstance(entry, Mapping) and self._share(item, entry):
                edits += self._mapping(item, entry)
            elif _said(item) != entry:
                edits.append((item.start_mark.index, self._end(item), _inline(entry, in_flow=True)))
        return edits

    def _block_entries(self, node: yaml.SequenceNode, standing: list[Any], wanted: Sequence[Any]) -> list[_Edit]:
        names = [_identity(entry) for entry in wanted]
        column = self._column(node.start_mark.index)
        starts = [self._dash(item, column) for item in node.value]
        ends = [self._next_line(max(self._end(item), item.start_mark.index)) for item in node.value]
        gap = _BLANK_LINES.match(self._text, ends[0], starts[1])[0] if len(starts) > 1 else ""  # type: ignore[index]
        kept = [name for name in standing if name in names]
        if kept != [name for name in names if name in standing]:
            return self._reordered(node, starts, ends, wanted, column, gap)
        edits: list[_Edit] = []
        for item, name, start, end in zip(node.value, standing, starts, ends, strict=True):
            if name not in names:
                edits.append((start, end, ""))
            else:
                edits += self._entry(item, wanted[names.index(name)])
        at, first = starts[0], True
        for name, entry in zip(names, wanted, strict=True):
            if name in standing:
                at, first = ends[standing.index(name)], False
            else:
                words = _entry(entry, column)
                edits.append((at, at, words + gap if first else gap + words))
        return edits

    def _entry(self, item: yaml.Node, entry: Any) -> list[_Edit]:
        if _said(item) == entry:
            return []
        if isinstance(item, yaml.MappingNode) and isinstance(entry, Mapping) and self._share(item, entry):
            return self._mapping(item, entry)
        return [(item.start_mark.index, self._end(item), _inline(entry, in_flow=True))]

    def _reordered(
        self,
        node: yaml.SequenceNode,
        starts: list[int],
        ends: list[int],
        wanted: Sequence[Any],
        column: int,
        gap: str,
    ) -> list[_Edit]:
        """The entries in another order, each with the comment right above it."""
        chunks: dict[Any, str] = {}
        for place, item in enumerate(node.value):
            begin = self._with_comment(starts[place], ends[place - 1]) if place else starts[0]
            name = _identity(_said(item))
            entry = next((entry for entry in wanted if _identity(entry) == name), None)
            if entry is not None:
                chunks[name] = self._applied(self._entry(item, entry), begin, ends[place])
        ordered = [chunks.get(_identity(entry)) or _entry(entry, column) for entry in wanted]
        return [(starts[0], ends[-1], gap.join(ordered))]

    def _with_comment(self, start: int, after: int) -> int:
        while start > after:
            above = self._line_start(start - 1)
            if not self._text[above:start].lstrip().startswith("#"):
                break
            start = above
        return start

    def _end(self, node: yaml.Node) -> int:
        """Where the last character of a value stands, without the blank lines and comments that follow it."""
        if isinstance(node, yaml.ScalarNode):
            end: int = node.end_mark.index
            if _style(node) in ("|", ">"):
                return node.start_mark.index + len(self._text[node.start_mark.index : end].rstrip())
            return end
        assert isinstance(node, yaml.CollectionNode)
        if node.flow_style or not node.value:
            return int(node.end_mark.index)
        last = node.value[-1]
        if isinstance(last, tuple):
            return max(self._end(last[1]), self._text.index(":", last[0].end_mark.index) + 1)
        return self._end(last)

    def _dash(self, item: yaml.Node, column: int) -> int:
        """The beginning of the line with an entry's dash."""
        start = self._line_start(item.start_mark.index)
        while self._text[start + column : start + column + 1] != "-" and start:
            start = self._line_start(start - 1)
        return start

    def _line_start(self, place: int) -> int:
        return self._text.rfind("\n", 0, place) + 1

    def _line_end(self, place: int) -> int:
        end = self._text.find("\n", place)
        return len(self._text) if end < 0 else end

    def _next_line(self, place: int) -> int:
        return min(self._line_end(place) + 1, len(self._text))

    def _column(self, place: int) -> int:
        return place - self._line_start(place)


def _said(node: yaml.Node) -> Any:
    """What a node says, as `yaml.parse` reads it."""
    if isinstance(node, yaml.MappingNode):
        return {key.value: _said(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_said(item) for item in node.value]
    return "" if _style(node) is None and node.value in ("", "~", "null") else node.value


def _style(node: yaml.Node) -> str | None:
    """How a scalar is written: `|`, `>`, a quotation mark, or None for plain and for what isn't a scalar."""
    return getattr(node, "style", None) if isinstance(node, yaml.ScalarNode) else None


def _block(mapping: Mapping[str, Any], column: int) -> str:
    return "".join(_block_pair(name, value, column) for name, value in mapping.items())


def _block_pair(name: str, value: Any, column: int, *, flow: bool = False) -> str:
    if flow and isinstance(value, Mapping):
        return f"{' ' * column}{_inline_pair(name, value)}\n"
    key = " " * column + _key(name, in_flow=False)
    return f"{key}:{_after_key(value, column, len(key) + 1)}\n"


def _after_key(value: Any, column: int, at: int, like: str | None = None) -> str:
    """What stands behind `key:` up to the end of the last line; the key stands at `column`, its colon ends at `at`."""
    if isinstance(value, Mapping) and value:
        return "\n" + _block(value, column + 2).rstrip("\n")
    if isinstance(value, list) and value:
        line = " " + _inline(value, in_flow=True)
        is_simple = not any(isinstance(entry, Mapping | list) for entry in value)
        if is_simple and at + len(line) <= WIDTH:
            return line
        return "\n" + "".join(_entry(entry, column + 2) for entry in value).rstrip("\n")
    if isinstance(value, str):
        return " " + _scalar(value, column, at + 1, like)
    return " " + _inline(value, in_flow=False)


def _entry(entry: Any, column: int) -> str:
    """A list's entry, dash and all."""
    dash = " " * column + "- "
    if isinstance(entry, Mapping) and entry:
        return dash + _block(entry, column + 2)[column + 2 :]
    if isinstance(entry, str):
        return dash + _scalar(entry, column, column + 2) + "\n"
    return dash + _inline(entry, in_flow=True) + "\n"


def _scalar(text: str, column: int, at: int, like: str | None = None) -> str:
    """A text where it may take several lines: literal if it has line ends, folded if it is long, else on one line."""
    indent = " " * (column + 2)
    lines = text.split("\n")
    if len(lines) > 1 and _fits_literal(lines):
        return "|-\n" + "\n".join(indent + line if line else "" for line in lines)
    line = _inline(text, in_flow=False, like=like)
    if _can_be_folded(text) and (like in ("|", ">") or at + len(line) > WIDTH):
        return ">-\n" + "\n".join(indent + words for words in _folded(text, WIDTH - len(indent)))
    return line


def _fits_literal(lines: Sequence[str]) -> bool:
    """Whether a literal block gives the lines back as they are, and a person sees all that is in them."""
    visible = all(line == line.strip() and not _UNPRINTABLE.search(line) for line in lines)
    return visible and bool(lines[0]) and bool(lines[-1])


def _can_be_folded(text: str) -> bool:
    words = text.split(" ")
    return len(words) > 1 and all(words) and not _UNPRINTABLE.search(text)


def _folded(text: str, width: int) -> Iterator[str]:
    line = ""
    for word in text.split(" "):
        if line and len(line) + 1 + len(word) > width:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    yield line


def _key(name: str, *, in_flow: bool) -> str:
    """A key on its line. Fields such as `on` stand without quotation marks, as people write them."""
    return name if re.fullmatch(r"[a-z]+", name) and name != "null" else _inline(name, in_flow=in_flow)


def _inline_pair(name: str, value: Any) -> str:
    return f"{_key(name, in_flow=True)}: {_inline(value, in_flow=True)}"


def _inline(value: Any, *, in_flow: bool, like: str | None = None) -> str:
    """A value on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(_inline_pair(name, inner) for name, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_inline(entry, in_flow=True) for entry in value) + "]"
    if any("\ud800" <= letter <= "\udfff" for letter in value):
        raise Refused("the words hold a character that is no character (half of a pair); take it out")
    assert isinstance(value, str)
    if like == '"' or _UNPRINTABLE.search(value):
        return _double_quoted(value)
    if like != "'" and _is_plain(value, in_flow=in_flow):
        return value
    return _double_quoted(value) if "'" in value and like != "'" else "'" + value.replace("'", "''") + "'"


def _is_plain(text: str, *, in_flow: bool) -> bool:
    if _TYPED.fullmatch(text) and not _DATE.fullmatch(text):
        return False
    pattern: re.Pattern[str] = _PLAIN_IN_FLOW if in_flow else _PLAIN
    return pattern.fullmatch(text) is not None and text == text.strip()


_ESCAPES: Mapping[str, str] = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def _double_quoted(text: str) -> str:
    return '"' + _ESCAPED.sub(_escape, text) + '"'


def _escape(match: re.Match[str]) -> str:
    letter: str = match[0]
    code = f"\\x{ord(letter):02x}" if ord(letter) < 256 else f"\\u{ord(letter):04x}"
    return str(_ESCAPES.get(letter, code))
