"""Exhibits as values: what is counted, cited, drafted; and how they are laid out on disk."""

import csv
import re
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crosscase import Findings, analyse, load
from crosscase.case import Case, Episode, Feature, Override, Participant
from crosscase.codebook import Code, Codebook
from crosscase.exhibits import (
    CasesExhibit,
    Exhibit,
    TypologyExhibit,
    exhibits,
    grid,
    to_latex,
    to_markdown,
    usual_layouts,
)
from crosscase.exhibits.cases import CaseRow, period
from crosscase.exhibits.drafting import bullets
from crosscase.exhibits.participants import ParticipantsExhibit, participants_exhibit
from crosscase.layout import (
    Layout,
    ParticipantsLayout,
    RoleLine,
    SectorLines,
    ThemeRow,
    TypologyLayout,
)
from crosscase.naming import case_labels
from crosscase.problem import Problem
from crosscase.study import Study
from crosscase.study.formats.layouts import Known, layout, problems_of
from crosscase.study.formats.themes import theme
from crosscase.theme import Theme
from crosscase.typology import All, Any, Is, Not

ROOT = Path(__file__).parent.parent
GOLD = Path(__file__).parent / "gold"


@cache
def sample() -> Findings:
    return analyse(load(ROOT))


@cache
def sample_themes() -> tuple[Theme, ...]:
    return tuple(theme(path.read_text(), path.name, path.stem, []) for path in sorted(ROOT.glob("themes/*.md")))


@cache
def sample_layouts() -> tuple[tuple[Layout, ...], tuple[Problem, ...]]:
    found: list[Problem] = []
    paths = sorted(ROOT.glob("exhibits/*.yaml"))
    read = [layout(path.read_text(), f"exhibits/{path.name}", path.stem, found) for path in paths]
    return tuple(one for one in read if one is not None), tuple(found)


@cache
def drawn() -> dict[str, Exhibit]:
    return {one.id: one for one in exhibits(sample(), sample_layouts()[0], sample_themes())}


def people() -> ParticipantsExhibit:
    one = drawn()["1"]
    assert isinstance(one, ParticipantsExhibit)
    return one


def types(exhibit: Exhibit | None = None) -> TypologyExhibit:
    one = exhibit or drawn()["2"]
    assert isinstance(one, TypologyExhibit)
    return one


def cases(exhibit: Exhibit | None = None) -> CasesExhibit:
    one = exhibit or drawn()["2b"]
    assert isinstance(one, CasesExhibit)
    return one


def of_study(study: Study, exhibit_id: str, themes: tuple[Theme, ...] | None = None) -> Exhibit:
    findings = replace(sample(), study=study)
    themes = sample_themes() if themes is None else themes
    return next(one for one in exhibits(findings, sample_layouts()[0], themes) if one.id == exhibit_id)


def row(case_id: str, exhibit: CasesExhibit | None = None) -> CaseRow:
    return next(r for group in (exhibit or cases()).groups for r in group.rows if r.case_id == case_id)


# Exhibit 1


def test_exhibit_1_counts_the_sample_as_it_was_planned() -> None:
    prosecutors, advocates = people().sectors
    assert (prosecutors.participants, prosecutors.cases) == (16, 14)
    assert (advocates.participants, advocates.cases) == (6, 0)
    assert (people().participants, people().cases) == (22, 14)


def test_exhibit_1_counts_each_role_as_it_was_planned() -> None:
    planned = Counter[str]()
    for line in csv.DictReader((GOLD / "exhibit1.csv").open()):
        role = line["role"]
        planned["District or State’s Attorney" if "Attorney" in role else role.casefold()] += int(line["participants"])
    counted = {role.label: role.participants for sector in people().sectors for role in sector.roles}
    assert {label if "’" in label else label.casefold(): n for label, n in counted.items()} == planned


def test_no_line_of_a_role_says_how_many_cases_it_comes_from() -> None:
    rows = [row for body in grid(people()).bodies for row in body]
    assert [row[3].parts for row in rows if row[1].parts[0] not in ("Subtotal", "")] == [("",)] * 7
    assert [row[3].parts for row in rows if row[1].parts[0] in ("Subtotal", "")] == [("14",), ("–",), ("14",)]


def test_a_participant_whom_no_line_names_stands_below_under_their_own_role() -> None:
    lines = ParticipantsLayout("1", "", (SectorLines("health", "Health", (RoleLine("Doctor", ("doctor",)),)),))
    known = (Participant("a", "X", "health", "doctor"), Participant("b", "X", "health", "nurse"), Participant("c"))
    health, other = participants_exhibit(lines, known).sectors
    assert [(role.label, role.participants) for role in health.roles] == [("Doctor", 1), ("nurse", 1)]
    assert (other.label, [role.label for role in other.roles]) == ("Not recorded", ["Not recorded"])


WORDS = st.sampled_from(["", "a", "b", "c"])


@settings(deadline=None)
@given(st.lists(st.builds(Participant, id=st.text(max_size=3), case_id=WORDS, sector=WORDS, role=WORDS)))
def test_everybody_is_counted_once(participants: list[Participant]) -> None:
    lines = ParticipantsLayout("1", "", (SectorLines("a", "A", (RoleLine("B or C", ("b", "c")),)),))
    exhibit = participants_exhibit(lines, participants)
    assert sum(role.participants for sector in exhibit.sectors for role in sector.roles) == len(participants)
    assert sum(sector.participants for sector in exhibit.sectors) == exhibit.participants == len(participants)
    assert max((sector.cases for sector in exhibit.sectors), default=0) <= exhibit.cases <= 3


# Exhibit 2


def test_exhibit_2_has_the_published_structure() -> None:
    assert [column.name for column in types().columns] == [
        "Expanded Diversion",
        "Substance-specific declination",
        "Case-by-case (unwritten) declination",
        "Unconditional (formalized) declination",
    ]
    assert [len(column.bullets) for column in types().columns] == [2, 2, 2, 3]
    assert [row.label for row in types().considerations] == [
        "Level of multi-sectoral engagement",
        "Public or formalized nature of policy",
        "Level and nature of service linkage",
    ]
    assert [[len(p) for p in row.paragraphs] for row in types().considerations] == [[1], [3], [3]]
    assert not types().is_draft


def test_each_sentence_of_exhibit_2_rests_on_cells_and_prints_none_of_them() -> None:
    sentences = [one for row in types().considerations for paragraph in row.paragraphs for one in paragraph]
    assert all(sentence.cells and "{" not in sentence.text and "/" not in sentence.text for sentence in sentences)


def test_the_cases_behind_a_bullet_are_those_of_its_type() -> None:
    planned = [line for line in csv.DictReader((GOLD / "types.csv").open()) if line["type"] != "unresolved"]
    found = [(case_id, column.type_id) for column in types().columns for case_id in column.case_ids]
    assert sorted(found) == [(line["case"], line["type"]) for line in planned]


def unwritten() -> TypologyExhibit:
    study = sample().study
    bare = tuple(
        replace(typology, types=tuple(replace(kind, describe=()) for kind in typology.types))
        for typology in study.typologies
    )
    themes = tuple(replace(one, sections=()) for one in sample_themes())
    return types(of_study(replace(study, typologies=bare), "2", themes))


def test_where_nothing_is_written_the_bullets_are_drafted_from_the_rule_in_the_codebooks_words() -> None:
    column = unwritten().columns[1]
    assert column.is_draft
    assert column.bullets == (
        "Declination stance: the office openly or knowingly doesn’t pursue such charges",
        "Condition on relief: nothing is asked",
        "Substances covered: treatment medicines only or plants and psychedelics only",
    )


def test_a_rule_inside_another_stands_in_brackets() -> None:
    codes = (Code("f", "Form", "", values={"paper": "On paper.", "by_word": ""}),)
    book = Codebook((replace(sample().study.codebook.categories[0], codes=codes),))
    rule = Any((Is("f", ("by_word",)), All((Is("f", ("paper",)), Not(Is("g", ("x",)))))))
    assert bullets(rule, book) == ("Either form: by word; or (form: on paper; and (not so that g: x))",)


def test_where_nothing_is_written_the_paragraph_is_drafted_from_summaries_and_quotes_word_for_word() -> None:
    written = {" ".join(summary.text.split()) for summary in sample().study.summaries}
    texts = " ".join(" ".join(source.text for source in sample().study.sources).split())
    for consideration in unwritten().considerations:
        (sentences,) = consideration.paragraphs
        assert consideration.is_draft
        assert 1 < len(sentences) <= 4
        assert len({sentence.cells[0][0] for sentence in sentences}) == len(sentences)
        for sentence in sentences:
            assert sentence.text in written or sentence.text.strip("“”") in texts


def test_a_theme_that_there_isnt_is_said_to_be_missing() -> None:
    lines = TypologyLayout("2", "", "models", rows=sample_typology_rows())
    (one,) = exhibits(sample(), (lines,), ())
    assert {row.missing for row in types(one).considerations} == {
        "There is no theme `engagement`.",
        "There is no theme `openness`.",
        "There is no theme `service-linkage`.",
    }


def sample_typology_rows() -> tuple[ThemeRow, ...]:
    return next(one.rows for one in sample_layouts()[0] if isinstance(one, TypologyLayout))


# Exhibit 2b


def test_the_cases_stand_under_their_types_in_the_typologys_order_the_unresolved_last() -> None:
    planned = [(line["type"], line["case"]) for line in csv.DictReader((GOLD / "types.csv").open())]
    found = [(group.type_id or "unresolved", r.case_id) for group in cases().groups for r in group.rows]
    assert found == planned
    assert [group.name for group in cases().groups][-1] == "Unresolved"


def test_an_unresolved_case_says_what_is_missing() -> None:
    assert row("J14").notes == ("missing: On paper (accounts conflict)",)
    paper = row("J14").entries[4]
    assert paper.chip is not None
    assert (paper.heading, paper.chip.words, paper.chip.remark) == ("On paper", "", "accounts conflict")


def test_a_case_counts_by_its_last_episode_and_earlier_ones_are_listed() -> None:
    assert row("J12").type_id == "unconditional"
    assert row("J12").earlier == ("earlier: March 2020 to June 2021, unresolved",)


def test_a_reversed_episode_is_marked_in_words() -> None:
    status = row("J11").entries[-1]
    assert status.chip is not None
    assert (status.chip.words, status.text) == ("reversed", "2019 to January 2023")
    reversed_cases = [r.case_id for group in cases().groups for r in group.rows if r.status == "reversed"]
    assert reversed_cases == ["J08", "J11", "J12"]


def test_the_chips_that_decide_are_those_of_the_rule_that_held() -> None:
    deciding = [e.chip.feature for e in row("J05").entries if e.chip and e.chip.decides]
    assert deciding == ["policy.declination", "policy.condition", "policy.substances"]


def test_a_value_in_doubt_is_remarked_upon() -> None:
    chip = row("J04").entries[-2].chip
    assert chip is not None
    assert (chip.words, chip.remark) == ("offered", "unclear")


def test_a_consideration_shows_the_value_and_the_summary_of_the_same_code_and_names_it() -> None:
    texts = {(s.case_id, s.code_id): " ".join(s.text.split()) for s in sample().study.summaries}
    told = 0
    for one in (one for group in cases().groups for one in group.rows):
        for entry in one.entries[8:11]:
            assert entry.chip is not None
            place = (one.case_id, entry.chip.feature)
            assert entry.code == sample().study.codebook.by_id[entry.chip.feature].name
            assert entry.place in (place, None)
            assert entry.text == texts.get(place, entry.text if entry.is_quote else "")
            told += place in texts
    assert told > 30
    for text in (to_markdown(cases()), to_latex(cases())):
        assert text.count("Timing of engagement: ") >= 14


def test_the_line_that_a_person_wrote_for_a_case_and_a_theme_stands_before_any_summary() -> None:
    themes = tuple(
        replace(theme, by_case={"J05": "Told the police first."} if theme.id == "engagement" else {})
        for theme in sample().study.themes
    )
    exhibit = cases(of_study(sample().study, "2b", themes))
    written, summarised = row("J05", exhibit).entries[8], row("J06", exhibit).entries[8]
    assert (written.text, written.is_quote, written.is_draft) == ("Told the police first.", False, False)
    assert written.chip == row("J05").entries[8].chip
    assert summarised == row("J06").entries[8]


def test_every_feature_leads_to_its_cell_of_the_matrix() -> None:
    entries = [(r.case_id, entry) for group in cases().groups for r in group.rows for entry in r.entries[:8]]
    assert all(entry.place == (case_id, entry.chip.feature) for case_id, entry in entries if entry.chip)
    assert len(entries) == 14 * 8


def with_case(case: Case) -> CasesExhibit:
    study = sample().study
    return cases(of_study(replace(study, cases=(*study.cases, case)), "2b"))


def test_a_case_without_episodes_is_unresolved_and_says_so() -> None:
    found = row("Z", with_case(Case("Z", "Zell")))
    assert (found.type_id, found.notes) == ("", ("no features decided yet",))


def test_a_persons_decision_against_the_rules_is_printed_as_one() -> None:
    override = Override("models", "unconditional", "Read again by both.", "AK")
    found = row("Z", with_case(Case("Z", episodes=(Episode("Z-1", overrides=(override,)),))))
    assert found.type_id == "unconditional"
    assert found.notes == ("decided by a person; the rules give unresolved. Read again by both.",)


def test_a_decision_for_a_type_that_there_isnt_loses_no_case() -> None:
    override = Override("models", "gone", "", "AK")
    found = with_case(Case("Z", episodes=(Episode("Z-1", overrides=(override,)),)))
    assert row("Z", found).type_id == ""


def test_a_case_that_fits_no_rule_says_so() -> None:
    features = tuple(
        Feature(name, value)
        for name, value in {"policy.declination": "none", "policy.condition": "none", "diversion.role": "none"}.items()
    )
    found = row("Z", with_case(Case("Z", episodes=(Episode("Z-1", features=features),))))
    assert found.notes == ("fits no model’s rule",)


@pytest.mark.parametrize("profile", ["reviewer", "public"])
def test_cases_are_called_by_name_for_the_team_and_by_their_mask_for_others(profile: str) -> None:
    study = sample().study
    assert case_labels(study)["J05"] == "Eldersted"
    outside = replace(study, settings=replace(study.settings, profile=profile))
    assert case_labels(outside)["J05"] == "Jurisdiction 5"
    bare = replace(outside, cases=tuple(replace(case, masked="") for case in study.cases))
    assert case_labels(bare)["J14"] == "Jurisdiction 14"


@pytest.mark.parametrize(
    ("begin", "end", "words"),
    [
        ("2020-03", "2021-06", "March 2020 to June 2021"),
        ("2019", "2023-01", "2019 to January 2023"),
        ("2020-03-05", "", "since 5 March 2020"),
        ("", "2021-06", "until June 2021"),
        ("", "", ""),
        ("spring 2020", "2020-13", "spring 2020 to 2020-13"),
    ],
)
def test_an_episodes_time_is_said_in_words(begin: str, end: str, words: str) -> None:
    assert period(Episode("e", begin, end)) == words


# Exports


def cells_of(line: str) -> int:
    return len(re.findall(r"(?<!\\)\|", line)) - 1


@pytest.mark.parametrize(("exhibit_id", "width"), [("1", 4), ("2", 4), ("2b", 13)])
def test_every_row_of_the_markdown_has_as_many_cells_as_there_are_columns(exhibit_id: str, width: int) -> None:
    lines = [line for line in to_markdown(drawn()[exhibit_id]).splitlines() if line.startswith("|")]
    assert {cells_of(line) for line in lines} == {width}
    assert set(lines[1]) <= set("| -")


def test_the_markdown_of_exhibit_2_sets_the_considerations_as_paragraphs_after_the_bullets() -> None:
    table, *after = to_markdown(types()).split("\n\n**Level of multi-sectoral engagement**\n\n")
    assert table.count("• ") == 9
    assert after[0].startswith("Bringing health services")


@pytest.mark.parametrize(("exhibit_id", "width"), [("1", 4), ("2", 4), ("2b", 13)])
def test_every_row_of_the_latex_fills_the_columns(exhibit_id: str, width: int) -> None:
    text = to_latex(drawn()[exhibit_id])
    rows = [line for line in text.splitlines() if line.endswith((" \\\\", " \\\\*"))]
    for line in rows:
        spans = [int(number) for number in re.findall(r"\\multicolumn\{(\d+)\}", line)]
        assert len(re.findall(r"(?<!\\)&", line)) + 1 + sum(spans) - len(spans) == width
    assert len(rows) > 5
    on_each_page = 2 if "longtable}" in text else 1
    assert [text.count(rule) for rule in ("\\toprule", "\\bottomrule")] == [on_each_page] * 2
    assert len(re.findall(r"(?<!\\)\{", text)) == len(re.findall(r"(?<!\\)\}", text))


NASTY = '50% of A&B_C #1 {x} \\input{y} ~ ^ | <b> "so" $'


def nasty(text: str) -> Exhibit:
    line = (SectorLines("s", text, (RoleLine(text, ("r",)),)),)
    return participants_exhibit(ParticipantsLayout("1", text, line, cases=text), [Participant("p", "c", "s", "r")])


def test_signs_that_mean_something_to_latex_are_escaped() -> None:
    assert (
        "50\\% of A\\&B\\_C \\#1 \\{x\\} \\textbackslash{}input\\{y\\} \\textasciitilde{} \\textasciicircum{} "
        "\\textbar{} \\textless{}b\\textgreater{} ``so'' \\$"
    ) in to_latex(nasty(NASTY))


def test_signs_that_mean_something_to_markdown_are_escaped() -> None:
    assert "50% of A\\&B\\_C \\#1 {x} \\\\input{y} \\~ ^ \\| \\<b\\>" in to_markdown(nasty(NASTY))


@settings(deadline=None)
@given(st.text())
def test_whatever_a_label_holds_the_tables_keep_their_shape(text: str) -> None:
    exhibit = nasty(f"x{text}")
    lines = [line for line in to_markdown(exhibit).split("\n") if line.startswith("| ")]
    assert len(lines) == 5
    assert {len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) for line in lines} == {5}
    assert len([line for line in to_latex(exhibit).split("\n") if line.endswith(" \\\\")]) == 4


def test_a_draft_is_called_one_in_every_export() -> None:
    for text in (to_markdown(unwritten()), to_latex(unwritten())):
        assert len(re.findall(r"(\\\[|\{\[\})Draft", text)) == sum(len(c.bullets) for c in unwritten().columns) + 3
    assert "Draft" not in to_markdown(types())


# Layouts


def test_the_layouts_of_the_sample_have_nothing_wrong_with_them() -> None:
    study = sample().study
    layouts, found = sample_layouts()
    assert [one.id for one in layouts] == ["1", "2", "2b", "3", "4", "recommendations", "summary"]
    assert found == ()
    assert not [problem for problem in study.problems if problem.path.startswith("exhibits/")]


def said(text: str) -> list[str]:
    """The problems of a layout in a study with the typology `models`, the theme `openness` and the feature `f`."""
    found: list[Problem] = []
    one = layout(text, "exhibits/x.yaml", "x", found)
    known = Known(
        ["models"], {"openness": Theme("openness", "Openness")}, {"f": ("v",)}, ["f", "g"], ["k"], ["J1"], ["c"], ["q1"]
    )
    asked = problems_of((one,), known) if one else ()
    return [str(problem) for problem in (*found, *asked)]


def test_a_layout_that_there_isnt_is_a_problem() -> None:
    assert said("id: x\nlayout: heatmap\n") == [
        "exhibits/x.yaml:2: there is no layout `heatmap`; `layout` is one of: participants, typology, matrix, "
        "decisions, prose, timeline"
    ]


def test_what_a_layout_refers_to_has_to_be_there() -> None:
    text = (
        "layout: matrix\n"
        "typology: model\n"
        "columns:\n"
        "  - features:\n"
        "      - {feature: ff}\n"
        "  - themes:\n"
        "      - {theme: opennes, chip: z}\n"
        "  - status: {label: Status, code: q}\n"
    )
    assert said(text) == [
        "exhibits/x.yaml:2: there is no typology `model`; did you mean `models`?",
        "exhibits/x.yaml:5: there is no feature `ff`; did you mean `f`?",
        "exhibits/x.yaml:7: there is no theme `opennes`; did you mean `openness`?",
        "exhibits/x.yaml:7: there is no feature `z`; correct the id, or add it",
        "exhibits/x.yaml:8: there is no code `q`; correct the id, or add it",
    ]


def test_a_section_that_is_not_written_yet_is_worth_a_note() -> None:
    assert said("layout: typology\ntypology: models\nrows:\n  - {theme: openness}\n") == [
        "exhibits/x.yaml:4: note: the theme `openness` has no section “For Exhibit 2”; write it under "
        "`## For Exhibit 2`; until then a draft stands there"
    ]


def test_cases_are_never_counted_at_a_role() -> None:
    text = "layout: participants\ncolumns:\n  - {label: Towns, count: cases, at: [role]}\n"
    (found,) = said(text)
    assert found.startswith("exhibits/x.yaml:3: ")
    assert "role" in found


def test_a_layout_without_a_typology_is_left_out_with_a_problem() -> None:
    assert said("layout: typology\n") == ["exhibits/x.yaml:1: `typology` is missing; add it"]


def test_a_study_without_layouts_has_the_usual_exhibits() -> None:
    study = sample().study
    layouts = usual_layouts(study, sample_themes())
    assert [one.id for one in layouts] == ["1", "2", "2b", "3", "3b"]
    first, models, by_case, *_ = exhibits(sample(), layouts, sample_themes())
    assert isinstance(first, ParticipantsExhibit)
    assert first.headings[-1] == "Jurisdictions"
    assert [row.theme_id for row in types(models).considerations] == ["engagement", "openness", "service-linkage"]
    assert [len(group.rows) for group in cases(by_case).groups] == [4, 2, 3, 4, 1]
