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
