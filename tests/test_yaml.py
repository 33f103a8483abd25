from hypothesis import given
from hypothesis import strategies as st

from crosscase.study import yaml


def test_every_key_and_entry_knows_its_line() -> None:
    document, problems = yaml.parse("a: 1\nb:\n  - x\n  - c: 2\n    d: 3\n", "f")
    assert problems == []
    assert document.lines == {"a": 1, "b": 3 - 1}
    assert document["b"].lines == [3, 4]
    assert document["b"][1].lines == {"c": 4, "d": 5}


def test_the_first_of_two_equal_keys_is_kept_and_said() -> None:
    document, (problem,) = yaml.parse("a: 1\na: 2\n", "f")
    assert (document, str(problem)) == ({"a": "1"}, "f:2: `a` stands here twice; keep one of them (the first is used)")


def test_an_alias_bomb_is_refused_before_it_unfolds() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(12)
    )
    document, (problem,) = yaml.parse(bomb, "f")
    assert (document, problem.line) == ({}, 2)


def test_deep_nesting_is_refused() -> None:
    document, (problem,) = yaml.parse("a: " + "[" * 10_000, "f")
    assert (document, problem.line, "nested too deeply" in problem.what) == ({}, 1, True)


KEYS = st.from_regex(r"[a-z]{1,6}", fullmatch=True)
VALUES = st.recursive(
    st.text(st.characters(codec="utf-8", exclude_categories=("C", "Zl", "Zp")), max_size=12)
    | st.lists(KEYS, max_size=3),
    lambda inner: st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(KEYS, VALUES, max_size=3), st.dictionaries(KEYS, VALUES, max_size=3))
def test_what_is_rewritten_reads_as_what_was_meant(old: dict[str, object], new: dict[str, object]) -> None:
    text = yaml.rewrite("", {}, old)
    edited = yaml.rewrite(text, old, new)
    assert plain(yaml.parse(edited, "f")[0]) == new


def plain(value: object) -> object:
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list) else value


def test_lines_with_odd_characters_come_back() -> None:
    for text in ("one\ntwo\x85three", "one\n\x9ftwo", "one\n\u2028two", "one\ntwo\n", " one\n  two"):
        assert yaml.parse(yaml.rewrite("", {}, {"a": text}), "f")[0] == {"a": text}


def test_what_nobody_changed_is_not_touched_even_if_it_is_unknown() -> None:
    text = "# ours\na:   1\nwhat: {is: this}\n"
    assert yaml.rewrite(text, {"a": "1"}, {"a": "2"}) == "# ours\na: '2'\nwhat: {is: this}\n"
