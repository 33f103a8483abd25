"""YAML is rewritten only where something changed; whatever is written reads as what was meant."""

import copy
from typing import Any

import pytest
import yaml as pyyaml
from hypothesis import given
from hypothesis import strategies as st

from crosscase.problem import Refused
from crosscase.study import yaml
from crosscase.study.rewriting import edited, merged

KEYS = st.from_regex(r"[a-z]{1,6}", fullmatch=True) | st.sampled_from(["no", "1.5", "a b", "a:b", "#x", "é", "- x"])
NASTY = st.sampled_from(
    (
        *("", " a", "a ", "a #b", "a: b", "a:", "~", "null", "no", "2021-03", "0x1f", "- a", "? a", "|", "> a", "\t"),
        *("\n", "a\n", "a\n b", "a  b", "a\n\nb", "'", '"', "\\", "{a}", "[", "a, b", "...", "---", "%a", "@a", "`a`"),
        *("!a", "&a", "*a", "\x85", "\u2028", "\ufeff", "\x07", "\x00", "\r", "🙂\u200d↔️", "é" * 130),
        *("word " * 30 + "end", "long words # and: more " * 8),
    )
)
TEXTS = NASTY | st.text(max_size=12) | st.text(st.sampled_from(" \n#:-'\"ab"), max_size=150)
VALUES = st.recursive(
    TEXTS | st.lists(TEXTS, max_size=3),
    lambda inner: st.dictionaries(KEYS, inner, max_size=3) | st.lists(inner, max_size=3),
    max_leaves=8,
)
ENTRIES = st.lists(
    st.builds(lambda name, more: more | {"id": name}, KEYS, st.dictionaries(KEYS, VALUES, max_size=2)),
    max_size=4,
    unique_by=lambda entry: str(entry["id"]),
)
DOCUMENTS = st.dictionaries(KEYS, VALUES | ENTRIES, max_size=4)


def is_text(value: object) -> bool:
    """Whether a value holds only characters that a file can hold."""
    return not any("\ud800" <= letter <= "\udfff" for letter in str(value))


def plain(text: str) -> object:
    return pyyaml.load(text, Loader=pyyaml.BaseLoader)


def read(text: str) -> Any:
    document, problems = yaml.parse(text, "f")
    assert problems == []
    return document


@given(DOCUMENTS, DOCUMENTS)
def test_what_is_rewritten_reads_as_what_was_meant(old: dict[str, Any], new: dict[str, Any]) -> None:
    text = edited("", old)
    assert read(text) == old
    assert read(edited(text, new)) == new


@given(
    DOCUMENTS, DOCUMENTS, st.sampled_from([None, False, True]), st.sampled_from([2, 3, 4]), st.sampled_from([20, 80])
)
def test_what_others_wrote_is_rewritten_or_refused(
    old: dict[str, Any], new: dict[str, Any], flow: bool | None, indent: int, width: int
) -> None:
    text = pyyaml.safe_dump(old, default_flow_style=flow, indent=indent, width=width, allow_unicode=True)
    try:
        again = edited(text, new)
    except Refused:
        return
    assert read(again) == new


@given(DOCUMENTS, st.data())
def test_a_change_touches_no_line_of_another_entry(document: dict[str, Any], data: st.DataObject) -> None:
    document = {f"k{place}": value for place, value in enumerate(document.values())} | {"last": "x"}
    text = edited("", document)
    key = data.draw(st.sampled_from(list(document)))
    changed = edited(text, document | {key: data.draw(VALUES)})
    assert blocks(changed) | {key: ""} == blocks(text) | {key: ""}


def blocks(text: str) -> dict[str, str]:
    """The lines of each of the first level's keys."""
    parts: dict[str, str] = {}
    for line in text.splitlines(keepends=True):
        key = line.partition(":")[0] if line[0] not in " \n" else next(reversed(parts))
        parts[key] = parts.get(key, "") + line
    return parts


COMMENTED = """\
# the head

title:   "Ours"   # a comment
empty:
notes: >-
  Folded words
  on two lines.

# about the entries
entries:
  # the first
  - id: one   # one's comment
    words: [a,  b]
    inner: {x: 1,   y: 2}

  # the second
  - id: two
    words:
      - a   # why a
      - b

  - id: three
# the end
"""


@pytest.mark.parametrize(
    ("change", "old", "new"),
    [
        (lambda d: d.update(title="Yours"), '"Ours"', '"Yours"'),
        (lambda d: d.update(empty="full"), "empty:\n", "empty: full\n"),
        (
            lambda d: d.update(notes="Short."),
            "  Folded words\n  on two lines.\n",
            "  Short.\n".replace("Short.", "Short."),
        ),
        (lambda d: d["entries"][0].update(words=["a", "c"]), "words: [a,  b]", "words: [a, c]"),
        (lambda d: d["entries"][0]["inner"].update(y="three"), "y: 2}", "y: three}"),
        (lambda d: d["entries"][0]["inner"].pop("x"), "{x: 1,   y: 2}", "{y: 2}"),
        (lambda d: d["entries"][0]["inner"].update(z=""), "y: 2}", "y: 2, z: ''}"),
        (lambda d: d["entries"][1]["words"].append("c"), "      - b\n", "      - b\n      - c\n"),
        (lambda d: d["entries"][1]["words"].remove("b"), "      - b\n", ""),
        (lambda d: d["entries"][2].update(words="w"), "  - id: three\n", "  - id: three\n    words: w\n"),
        (lambda d: d["entries"].append({"id": "four", "k": "v"}), "three\n", "three\n\n  - id: four\n    k: v\n"),
        (lambda d: d["entries"].pop(), "  - id: three\n", ""),
        (lambda d: d.update(more={"k": ["v"]}), "three\n", "three\nmore:\n  k: [v]\n"),
        (lambda d: d.pop("title"), 'title:   "Ours"   # a comment\n', ""),
    ],
)
def test_only_what_changed_is_rewritten(change: Any, old: str, new: str) -> None:
    wanted = copy.deepcopy(read(COMMENTED))
    change(wanted)
    after = edited(COMMENTED, wanted)
    if "notes" in wanted and wanted["notes"] == "Short.":
        assert after == COMMENTED.replace(old, "").replace("notes: >-\n", "notes: Short.\n")
    else:
        assert after == COMMENTED.replace(old, new)


def test_entries_put_in_another_order_take_their_comments_along() -> None:
    wanted = copy.deepcopy(read(COMMENTED))
    wanted["entries"].insert(0, wanted["entries"].pop(1))
    after = edited(COMMENTED, wanted)
    assert read(after) == wanted
    assert "  # the second\n  - id: two\n    words:\n      - a   # why a\n      - b\n\n  - id: one   # one's" in after


def test_windows_line_ends_and_a_mark_at_the_beginning_stay() -> None:
    text = "\ufeffa: x\r\n# c\r\nb: y\r\n"
    assert edited(text, {"a": "x", "b": "z", "c": "new"}) == "\ufeffa: x\r\n# c\r\nb: z\r\nc: new\r\n"


def test_a_folded_text_stays_folded_at_110_columns() -> None:
    words = "As long as this is, it stays folded, " * 8
    after = edited("a:\n  b: >-\n    old words\n  c: d\n", {"a": {"b": words.strip(), "c": "d"}})
    lines = after.splitlines()
    assert (lines[1], lines[-1]) == ("  b: >-", "  c: d")
    assert 100 < max(map(len, lines)) <= 110


@pytest.mark.parametrize("text", ["a: &x 1\nb: *x\n", "a: 1\na: 2\n", "a: [", "- a\n", "a:\tb: c\n", "a\n"])
def test_a_text_that_cant_be_read_is_never_rewritten(text: str) -> None:
    with pytest.raises(Refused):
        edited(text, {"a": "3"})


def test_half_a_character_is_refused() -> None:
    with pytest.raises(Refused, match="half of a pair"):
        edited("", {"a": "x\ud800"})


def test_entries_are_matched_by_their_id_and_what_is_in_neither_stays() -> None:
    here = {"list": [{"id": "a", "x": "1", "own": "stays"}, {"id": "b", "x": "1"}], "unknown": "stays"}
    before = {"list": [{"id": "a", "x": "1"}, {"id": "b", "x": "1"}]}
    after = {"list": [{"id": "b", "x": "2"}, {"id": "a", "x": "1"}]}
    assert merged(here, before, after) == {
        "list": [{"id": "b", "x": "2"}, {"id": "a", "x": "1", "own": "stays"}],
        "unknown": "stays",
    }
