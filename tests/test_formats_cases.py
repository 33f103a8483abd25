from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosscase import study
from crosscase.case import Case, Episode, Feature, Override
from crosscase.matrix import Summary
from crosscase.problem import Problem, Refused
from crosscase.study import decisions
from crosscase.study.formats import cases
from tests.conftest import ROOT, SMALL, StudyFolder
from tests.test_rewriting import KEYS, TEXTS

CASE = """\
# ours
name: Ashford  # by the river
attributes: {size: small}
episodes:
  # the beginning
  - id: before
    from: "2019"
    features:
      cost: high   # a guess
      source: {value: county, status: stated, evidence: [a1, a2], by: AB}
    types:
      usual: {type: costly, reason: "it was, they say", by: AB, on: 2023-05-06}

  - id: after
    from: "2021-03"
"""


def read(text: str, id: str = "Ash") -> Case:
    problems: list[Problem] = []
    case, _ = cases.case(text, "f", id, problems)
    assert problems == []
    return case


def written(text: str, case: Case) -> str:
    return cases.edited(text, case, path="f")


def test_deciding_a_feature_leaves_the_other_episode_its_override_and_every_comment() -> None:
    before = read(CASE)
    later = replace(before.episodes[1], features=(Feature("cost", "low", evidence=("a3",), by="CD"),))
    after = written(CASE, replace(before, episodes=(before.episodes[0], later)))
    assert after == CASE + (
        "    features:\n      cost:\n        value: low\n        status: stated\n"
        "        evidence: [a3]\n        by: CD\n"
    )


def test_a_feature_written_in_short_keeps_its_value_when_it_is_changed() -> None:
    before = read(CASE)
    cost, source = before.episodes[0].features
    first = replace(before.episodes[0], features=(replace(cost, status="unclear", by="CD"), source))
    after = written(CASE, replace(before, episodes=(first, before.episodes[1])))
    assert read(after).episodes == (first, before.episodes[1])


def test_an_override_is_written_and_taken_back() -> None:
    before = read(CASE)
    overridden = replace(before.episodes[1], overrides=(Override("usual", "cheap", "so they say", "CD", "2024-01-02"),))
    case = replace(before, episodes=(before.episodes[0], overridden))
    after = written(CASE, case)
    assert read(after) == case
    assert written(after, before) == CASE


def test_a_proposed_feature_is_never_written() -> None:
    before = read(CASE)
    proposed = replace(before.episodes[1], features=(Feature("cost", "low", proposed=True),))
    with pytest.raises(Refused, match="only proposed"):
        written(CASE, replace(before, episodes=(before.episodes[0], proposed)))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (CASE.replace("id: before\n    from", "from"), 6),
        (CASE + "    what: x\n", 16),
        (CASE.replace("by: AB}", "who: AB}"), 10),
        (CASE.replace("type: costly, ", ""), 12),
        (CASE + "name: Again\n", 16),
    ],
)
def test_a_case_with_anything_that_wasnt_read_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(Refused, match=f"^f:{line}: .*correct that first"):
        written(text, Case("Ash", "New"))


FEATURES = st.builds(Feature, KEYS, TEXTS.filter(bool), evidence=st.sampled_from([(), ("a",), ("a", "b")]), memo=TEXTS)
OVERRIDES = st.builds(Override, KEYS, TEXTS.filter(bool), TEXTS.filter(bool), TEXTS, st.just("2023-01-02"))
EPISODES = st.builds(
    Episode,
    KEYS,
    status=TEXTS,
    features=st.lists(FEATURES, max_size=3, unique_by=lambda feature: feature.attribute).map(tuple),
    overrides=st.lists(OVERRIDES, max_size=2, unique_by=lambda override: override.typology_id).map(tuple),
)
CASES = st.builds(
    Case,
    st.just("Ash"),
    TEXTS,
    TEXTS,
    st.dictionaries(KEYS, TEXTS, max_size=2),
    st.lists(EPISODES, max_size=3, unique_by=lambda episode: episode.id).map(tuple),
)


@given(CASES, CASES)
def test_a_case_comes_back_as_it_was_written(one: Case, other: Case) -> None:
    text = written("", one)
    assert read(text) == one
    changed = read(written(text, other))
    assert in_one_order(changed) == in_one_order(other)
    assert (changed.name, changed.masked, changed.attributes) == (other.name, other.masked, other.attributes)
    assert written(text, one) == text


def in_one_order(case: Case) -> list[tuple[str, list[Feature], list[Override]]]:
    """Features and overrides are entries of mappings: new ones come behind those that stay."""
    return [
        (
            episode.id,
            sorted(episode.features, key=lambda feature: feature.attribute),
            sorted(episode.overrides, key=lambda override: override.typology_id),
        )
        for episode in case.episodes
    ]


def test_what_the_sample_says_of_its_cases_is_written_line_by_line() -> None:
    for path in (ROOT / "cases").glob("*.yaml"):
        text = path.read_text()
        case = read(text, path.stem)
        first = case.episodes[0]
        changed = replace(first.features[0], memo="Looked at again.")
        episodes = (replace(first, features=(changed, *first.features[1:])), *case.episodes[1:])
        after = written(text, replace(case, episodes=episodes))
        differing = [new for old, new in zip(text.splitlines(), after.splitlines(), strict=True) if old != new]
        assert len(differing) == 1


def test_an_id_never_leads_out_of_the_study(study_folder: StudyFolder) -> None:
    loaded = study.load(study_folder(SMALL))
    for name in ("../x", "a/b", "..", "a\\b", ""):
        with pytest.raises(Refused):
            decisions.decide_feature(loaded, name, "", Feature("money.cost", "high"))
        with pytest.raises(Refused):
            decisions.finish(loaded, name, "ash")
        with pytest.raises(Refused):
            decisions.summarise(loaded, Summary(name, "money.cost", "Dear."))
