"""A typology's page: rules as people say them, what became of every episode, and why."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from crosscase import telling
from crosscase.case import Case, Episode, Feature, Override
from crosscase.codebook import Category, Code, Codebook
from crosscase.coding import Coding
from crosscase.framework import Findings, analyse
from crosscase.pages import pages, render
from crosscase.pages.data import Link
from crosscase.pages.material import Material
from crosscase.pages.typology import Part, TypologyPage, typology_page
from crosscase.source import Source, parse
from crosscase.study import Settings, Study, load
from crosscase.typology import All, Any, Bullet, Is, Not, Type, Typology
from tests.small_study import read

SAMPLE = Path(__file__).parent.parent
DAY = date(2026, 11, 22)
TEXT = "Interviewer: Is it dark?\n\nP: It is as dark as a cave can be.\n"

LIGHT = Code(
    "light", "Light inside", "f", kind="attribute", values={"by_day": "The sun reaches it.", "none": "", "lamp": "Lit."}
)
DRY = Code("dry", "Dry or wet", "f", kind="attribute", values={"yes": "No water.", "no": "Water."})
RULES = Typology(
    "caves",
    "Caves & <holes>",
    (
        Type("lit", "lit cave", Any((Is("light", ("by_day", "lamp")), Not(Is("dry", ("no",))))), {"dry": ("yes",)}),
        Type("pool", "pool", All((Is("light", ("none",)), Is("dry", ("no",)))), describe=(Bullet("Wet and dark"),)),
    ),
    label="kind",
    version=2,
    reason="Because of bats.",
)
BY_LIGHT = Typology("light only", "By light", (Type("bright", "bright", Is("light", ("by_day",))),), reason="Simpler.")


def findings() -> Findings:
    start = TEXT.index("as dark")
    coding = Coding("c 1", "s", start, start + 7, "as dark", "light", value="none", coder="ann")
    dark = Feature("light", "none", evidence=("c 1", "gone"), by="ann", memo="said twice")
    wet = Feature("dry", "no")
    cases = (
        Case("k1", "Upper", episodes=(Episode("k1-1", "2020", features=(dark, wet)),)),
        Case("k2", "Lower", episodes=(Episode("k2-1", features=(Feature("light", status="not_asked"), wet)),)),
        Case("k3", "Twice", episodes=(
            Episode("k3-1", to="2020-05", features=(Feature("light", "lamp"), wet)),
            Episode("k3-2", "2020-05", features=(dark, wet), overrides=(
                Override("caves", "lit", "It glows.", "ann", "2021-02-03"),
            )),
        )),
    )  # fmt: skip
    study = Study(
        Path("/nowhere"),
        Settings(unit="cave", coders={"ann": "Ann Ode"}),
        Codebook((Category("f", "Features", codes=(LIGHT, DRY)),)),
        (Source("s", TEXT, parse(TEXT), case_id="k1"),),
        cases=cases,
        codings=(coding,),
        readings=read(("ann", "s")),
        typologies=(RULES, BY_LIGHT),
    )
    return analyse(study)


@pytest.fixture(scope="module")
def page() -> TypologyPage:
    return typology_page(Material(findings(), DAY), "caves")


def flat(part: Part) -> list[str]:
    return [f"{part.sign} {part.words} {part.fact}".strip(), *(line for inner in part.parts for line in flat(inner))]


def test_a_rule_is_said_with_names_and_meanings_of_the_codebook(page: TypologyPage) -> None:
    lit, pool = page.types
    assert flat(lit.rule) == [
        "At least one of these:", "Light inside: by day or lamp", "Not so:", "Dry or wet: no",
    ]  # fmt: skip
    assert lit.rule.parts[0].meaning == "“The sun reaches it” or “Lit”"
    assert flat(pool.rule) == ["All of these:", "Light inside: none", "Dry or wet: no"]
    assert (lit.typical, pool.describe) == (("Dry or wet: yes",), ("Wet and dark",))


def test_types_are_counted_in_episodes_and_cases_with_what_they_are_out_of(page: TypologyPage) -> None:
    assert [entry.count for entry in page.types] == [
        "2 of 4 episodes, of 1 of 3 caves",
        "1 of 4 episodes, of 1 of 3 caves",
    ]
    assert page.summary == (
        "4 episodes of 3 caves were tried: 3 of 4 episodes came out as a kind, 1 stayed unresolved; "
        "for 1 of them people decided against the rules."
    )


def test_results_stand_by_type_with_what_decided_and_what_would_lead_elsewhere(page: TypologyPage) -> None:
    rows = {row.episode.text: row for row in page.results}
    assert list(rows) == ["Twice (1)", "Twice (2)", "Upper", "Lower"]
    assert rows["Upper"].decided == ("Light inside: none", "Dry or wet: no")
    assert rows["Upper"].rivals == ("Lit cave, if Light inside were by day or lamp, or Dry or wet were yes",)
    assert rows["Twice (1)"].atypical == ("Dry or wet: yes (here: no)",)
    assert (rows["Upper"].when, rows["Twice (1)"].when) == ("since 2020", "start not known to May 2020")
    assert (rows["Lower"].type, rows["Lower"].decided) == ("Unresolved", ("Light inside: not asked",))


def test_an_override_is_printed_as_such_with_its_reason_and_what_the_rules_say(page: TypologyPage) -> None:
    row = next(row for row in page.results if row.episode.text == "Twice (2)")
    assert row.type == "Lit cave"
    assert (
        row.override
        == "Override: Ann Ode decided for “lit cave” on 3 February 2021, where the rules say “pool”. It glows."
    )
    reason = next(one for one in page.reasons if one.name == "Twice (2)")
    assert reason.override == row.override
    assert reason.sentence.startswith("By the rules “pool”, because of “Light inside: none”")


def test_a_trace_says_of_every_part_whether_it_holds_in_sign_and_word(page: TypologyPage) -> None:
    upper, lower = page.reasons[:2]
    (lit, telling, trace), (pool, held, second) = upper.traces
    assert (lit, telling, pool, held) == ("Lit cave", False, "Pool", True)
    assert flat(trace) == [
        "✗ At least one of these:",
        "✗ Light inside: by day or lamp here: none",
        "✗ Not so:",
        "✓ Dry or wet: no here: no (“Water”)",
    ]
    assert [part.outcome for part in (second, *second.parts)] == ["holds"] * 3
    assert lower.traces[0][2].outcome == "can’t be told"
    assert lower.sentence == "By the rules unresolved, because “Light inside” is not asked, and the kind hangs on it."


def test_evidence_leads_to_its_place_and_a_coding_that_is_gone_has_no_link(page: TypologyPage) -> None:
    leaf = page.reasons[0].traces[1][2].parts[0]
    assert leaf.evidence == (Link("s, turn 2", "source-s.html#coding/c~32~1"), Link("a passage that no longer counts"))
    assert leaf.memo == "Ann Ode: said twice"


def test_two_typologies_are_cross_tabulated_by_episode(page: TypologyPage) -> None:
    (table,) = page.crosstabs
    assert (table.heads, table.unit, table.other.href) == (
        ("Bright", "Unresolved"),
        "4 episodes",
        "typology-light~32~only.html",
    )
    assert table.rows == (
        ("Lit cave", ((), ("Twice (1)", "Twice (2)"))),
        ("Pool", ((), ("Upper",))),
        ("Unresolved", ((), ("Lower",))),
    )


def test_every_link_from_results_and_types_leads_to_a_reason(page: TypologyPage) -> None:
    anchors = {f"#{reason.anchor}" for reason in page.reasons}
    links = [
        *(row.episode.href for row in page.results),
        *(link.href for entry in page.types for link in entry.members),
    ]
    assert len(anchors) == 4
    assert set(links) == anchors


def test_a_typology_without_cases_still_shows_its_rules() -> None:
    found = analyse(replace(findings().study, cases=()))
    page = typology_page(Material(found, DAY), "caves")
    assert (len(page.types), page.results, page.reasons) == (2, (), ())
    assert page.summary == "No episode has been described yet, so the rules have nothing to sort."


def test_a_typology_tells_what_it_follows_and_how_it_was_drawn_up() -> None:
    made = replace(
        BY_LIGHT, after="caves", merges={"bright": ("lit", "pool")}, by="ann, bo", on="2021-02-03", note="Once."
    )
    found = findings()
    study = replace(found.study, typologies=(RULES, made))
    page = typology_page(Material(replace(found, study=study), DAY), "light only")
    assert page.history == (
        "It follows “Caves & <holes>”: “bright” holds what was “lit cave” and “pool”.",
        "Drawn up by Ann Ode and bo on 3 February 2021. Once.",
    )


def test_the_samples_typology_comes_out_as_its_key_says() -> None:
    page = typology_page(Material(analyse(load(SAMPLE)), DAY), "models")
    assert [entry.count.split(",")[0] for entry in page.types] == [f"{n} of 15 episodes" for n in (4, 2, 3, 4)]
    assert [row.episode.text for row in page.results if row.type == "Unresolved"] == ["Lonmouth (1)", "Norrisant"]
    links = [link for reason in page.reasons for *_, trace in reason.traces for link in _evidence(trace)]
    assert sum(bool(link.href) for link in links) > 100


def _evidence(part: Part) -> list[Link]:
    return [*part.evidence, *(link for inner in part.parts for link in _evidence(inner))]


def _with_episodes_called(found: Findings, form: str) -> Findings:
    """The findings of the same study, with each case's episodes numbered in this form."""
    cases = []
    for case in found.study.cases:
        numbered = enumerate(case.episodes, 1)
        episodes = tuple(replace(episode, id=form.format(case.id, number)) for number, episode in numbered)
        cases.append(replace(case, episodes=episodes))
    return analyse(replace(found.study, cases=tuple(cases)))


def _said(found: Findings) -> list[str]:
    """What the command line and every page say, with an episode by the end of its id alone."""
    said = ["\n".join(telling.types(found)), *(render(page) for page in pages(found, DAY))]
    return [" ".join(re.sub(r"(?:k\d[-/ ])+(?=e\d)", "", text).split()) for text in said]


def test_episodes_of_two_cases_that_have_the_same_id_do_not_mix() -> None:
    """All is said as it is with ids that differ."""
    shared, apart = (_with_episodes_called(findings(), form) for form in ("e{1}", "{0}-e{1}"))
    assert _said(shared) == _said(apart)
    anchors = {reason.anchor for reason in typology_page(Material(shared, DAY), "caves").reasons}
    assert anchors == {"why/k1/e1", "why/k2/e1", "why/k3/e1", "why/k3/e2"}


def test_a_draft_marks_no_other_cases_episode_of_the_same_id() -> None:
    """Only of the first case somebody said something, so only there a feature is proposed."""
    found = _with_episodes_called(findings(), "e{1}")
    bare = tuple(replace(case, episodes=(Episode("e1"),)) for case in found.study.cases[:2])
    lines = list(telling.types(analyse(replace(found.study, cases=bare))))
    assert [line.split()[:2] for line in lines[1:3]] == [["k1", "e1"], ["k2", "e1"]]
    assert ["draft, " in line for line in lines[1:3]] == [True, False]


def test_what_decided_stands_beside_the_sentence_with_what_it_rests_on(page: TypologyPage) -> None:
    reason = next(reason for reason in page.reasons if reason.decided)
    for one in reason.decided:
        assert one.feature.text in reason.sentence
        assert one.value in reason.sentence
    evidence = [link for reason in page.reasons for one in reason.decided for link in one.evidence]
    assert Link("s, turn 2", "source-s.html#coding/c~32~1") in evidence
