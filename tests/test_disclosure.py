"""What the reader of a profile may see, held on every page and table of the sample; and the arithmetic behind it."""

import csv
import html
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosscase.case import Case, Participant
from crosscase.coding import Coding, with_context
from crosscase.disclosure import WITHHELD, Edit, Kept, edited, filler, fresh, held_by_one, moved, outside
from crosscase.framework import Findings, analyse
from crosscase.masking import Lexicon, Mask, anyhow, as_written, whole_and_parts
from crosscase.pages import Page, pages, render
from crosscase.problem import Refused
from crosscase.profile import SeenStudy, findings_for, shown
from crosscase.profile.rarity import Rare, rare
from crosscase.profile.veil import Veil
from crosscase.report import write, write_tables
from crosscase.source import Source, parse
from crosscase.study import Settings, Study, load
from crosscase.study.secret import secret
from crosscase.telling import withheld
from tests.conftest import SMALL, StudyFolder
from tests.small_study import read
from tests.unpacking import opened

ROOT = Path(__file__).parent.parent
KEY = ROOT / "transcripts_sample" / "key"
SECRET = b"for tests only"
ON = date(2026, 11, 22)
OURS = re.compile(
    r"<style>.*?</style>|<script>.*?</script>|<a (?:class=(?:skip|pass)|href=#past)\b[^>]*>[^<]*</a>", re.DOTALL
)
LONGEST_SHARED = 9  # words in a row that a summary may share with words that are withheld


@cache
def team() -> Study:
    return load(ROOT)


@pytest.fixture(scope="module", params=["reviewer", "public"])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Findings, Path]:
    """The whole report of the sample and its tables, for one profile."""
    out = tmp_path_factory.mktemp(request.param)
    findings = findings_for(team(), request.param, key=SECRET)
    write(findings, out / "pages", on=ON)
    write_tables(findings, out / "tables", on=ON)
    return request.param, findings, out


def words_of(path: Path) -> str:
    """All that can be read in a page, a table or an office file, comments and properties too."""
    if path.suffix in (".xlsx", ".docx"):
        with zipfile.ZipFile(path) as archive:
            parts = [archive.read(name).decode("utf-8", "ignore") for name in archive.namelist()]
        return html.unescape(re.sub(r"<[^>]+>", " ", " ".join(parts)))
    text = html.unescape(OURS.sub(" ", opened(path.read_text(encoding="utf-8"))))
    return text.replace("Skip anything", " ")  # a verb, in the middle of a transcript, and no nickname


@cache
def texts(out: Path) -> dict[str, str]:
    files = [path for path in out.rglob("*") if path.suffix in (".html", ".csv", ".md", ".tex", ".xlsx", ".docx")]
    assert {path.suffix for path in files} == {".html", ".csv", ".md", ".tex", ".xlsx", ".docx"}
    return {path.name: words_of(path) for path in files}


def case_now(findings: Findings, case_id: str) -> str:
    """The new id of a case of the sample."""
    return cases_now(findings.study.settings.profile)[case_id]


@cache
def cases_now(profile: str) -> Mapping[str, str]:
    return Veil(team(), profile, Rare(), SECRET).cases


def found(out: Path, patterns: list[str]) -> list[tuple[str, str]]:
    sought = re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)")
    return [(name, match[0]) for name, text in texts(out).items() for match in sought.finditer(text)]


def in_the_key() -> list[str]:
    """Every name that was taken out of the transcripts when they were de-identified, and whose it was."""
    names = set()
    for file, column in (("key.csv", "raw"), ("speakers.csv", "name")):
        lines = [line for line in (KEY / file).read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
        names |= {row[column] for row in csv.DictReader(lines)}
    return sorted(names)


def case_names() -> list[str]:
    cases = team().cases
    return [*(case.name for case in cases), *(case.attributes["state"] for case in cases), "Jessamy", "Kestrel"]


def test_no_name_of_a_place_or_person_and_no_id_of_the_study_is_in_it(made: tuple[str, Findings, Path]) -> None:
    _, _, out = made
    names = [re.escape(name) for name in (*case_names(), *in_the_key())]
    assert len(names) > 200
    assert found(out, [*names, r"I(?:0[1-9]|1\d|2[0-2])(?:-\w+)?", "P[1-4]", r"J\d\d(?:-\d)?"]) == []


def test_the_public_reads_no_role_of_those_who_speak_for_a_place_and_no_coders_name(
    made: tuple[str, Findings, Path],
) -> None:
    profile, findings, out = made
    if profile == "public":
        roles = {person.role for person in team().participants if person.case_id}
        forms = [f"(?i:{re.escape(role)})".replace("'", "['’]") for role in roles]
        assert found(out, [*forms, "DA", "ADA", "AK", "JO", "first coder", "second coder"]) == []
        assert {person.role for person in findings.study.participants} == {"not shown"}
        of_case_14 = [
            cell for m in findings.matrices for (row, _), cell in m.cells.items() if row == case_now(findings, "J14")
        ]
        summaries = " ".join(cell.summary.text for cell in of_case_14 if cell.summary)
        assert len(summaries) > 1000
        assert not re.search(r"\b(?:director|unit chief)\b", summaries, re.IGNORECASE)


def test_a_reviewer_reads_the_roles_that_may_be_told_and_no_other(made: tuple[str, Findings, Path]) -> None:
    profile, findings, _ = made
    if profile == "reviewer":
        roles = {case_id: set() for case_id in ("J03", "J14")}  # type: dict[str, set[str]]
        for person in findings.study.participants:
            for case_id in roles:
                roles[case_id] |= {person.role} if person.case_id == case_now(findings, case_id) else set()
        assert roles == {"J03": {"District Attorney", "not shown"}, "J14": {"not shown"}}


def runs(text: str) -> set[str]:
    words = re.sub(r"\W+", " ", text.casefold()).split()
    return {" ".join(words[at : at + LONGEST_SHARED]) for at in range(len(words) - LONGEST_SHARED + 1)}


def test_no_words_of_somebody_who_agreed_to_no_quote_nor_of_a_press_piece_are_in_it(
    made: tuple[str, Findings, Path],
) -> None:
    _, _, out = made
    quiet = [source for source in team().sources if source.id in ("I08", "P1", "P2", "P3", "P4")]
    secret = set().union(*(runs(source.text[turn.start : turn.end]) for source in quiet for turn in source.turns))
    said_by_others = set().union(*(runs(source.text) for source in team().sources if source not in quiet))
    printed = {name: runs(re.sub(r"<[^>]+>", " ", text)) & secret for name, text in texts(out).items()}
    assert len(secret) > 1000
    assert {name: shared - said_by_others for name, shared in printed.items() if shared - said_by_others} == {}


def test_the_public_reads_nothing_that_only_one_place_told(made: tuple[str, Findings, Path]) -> None:
    profile, findings, out = made
    if profile == "public":
        everything = analyse(team())
        alone = rare(everything)
        sources = {source.id: source.text for source in everything.study.sources}
        secret = set().union(*(runs(sources[one.source_id][one.start : one.end]) for one in alone.codings))
        printed = {name: runs(re.sub(r"<[^>]+>", " ", text)) & secret for name, text in texts(out).items()}
        assert {name: shared for name, shared in printed.items() if shared} == {}
        assert alone.codes.isdisjoint(code.id for code in findings.study.codebook.codes)
        values = {(f.attribute, f.value) for case in findings.study.cases for e in case.episodes for f in e.features}
        assert alone.values
        assert alone.values.isdisjoint(values)
        assert ("policy.threshold", "one jurisdiction (not shown)") in values


def test_the_expungement_desk_is_of_one_office_and_of_no_place_by_name(made: tuple[str, Findings, Path]) -> None:
    profile, findings, _ = made
    if profile == "public":
        assert "expungement-desk" not in [claim.id for claim in findings.study.claims]
        (matrix,) = [one for one in findings.matrices if one.category.id == "retroactive"]
        place = (case_now(findings, "J13"), "retroactive.expungement")
        cell = matrix.cells[place]
        assert cell.codings
        assert cell.summary is None
        assert all(WITHHELD in coding.quote and not coding.stance for coding in cell.codings)
        cited = {place for theme in findings.study.themes for s in theme.sections for one in s.sentences
                 for place in one.cells}  # fmt: skip
        assert place not in cited


def test_the_public_has_no_transcript_no_row_of_a_participant_and_no_list_of_people(
    made: tuple[str, Findings, Path],
) -> None:
    profile, findings, out = made
    sources = sorted(path.name for path in (out / "pages").glob("source-*.html"))
    people = sorted(path.name for path in (out / "pages").glob("participants-*.html"))
    assert bool(sources) == bool(people) == (profile == "reviewer")
    if profile == "public":
        assert findings.participant_matrices == ()
        assert not re.search(r"\bP\d\d, P\d\d\b", " ".join(words_of(path) for path in (out / "pages").glob("*.html")))
        uncoded = "frozen with your hand up"
        assert any(uncoded in source.text for source in team().sources)
        assert not any(uncoded in source.text for source in findings.study.sources)


def test_every_page_says_for_whom_it_was_made_and_every_link_in_it_leads_somewhere(
    made: tuple[str, Findings, Path],
) -> None:
    profile, _, out = made
    read = {path.name: path.read_text(encoding="utf-8") for path in (out / "pages").glob("*.html")}
    anchors = {name: set(re.findall(r'\bid="?([^"\s>]*)', text)) for name, text in read.items()}
    said = {"reviewer": "Made for reviewers", "public": "Made for the public"}[profile]
    assert [name for name, text in read.items() if said not in text] == []
    read = {name: OURS.sub(" ", text) for name, text in read.items()}
    links = [
        (name, html.unescape(href)) for name, text in read.items() for href in re.findall(r'href="?([^"\s>]*)', text)
    ]
    dead = [
        (name, href)
        for name, href in links
        if not href.startswith(("data:", "assets/")) and not _leads(name, href, anchors)
    ]
    assert len(links) > 1000
    assert dead == []


def _leads(page: str, href: str, anchors: dict[str, set[str]]) -> bool:
    file, _, anchor = href.partition("#")
    there = anchors.get(file or page)
    return (
        bool(href) and there is not None and (not anchor or html.unescape(anchor) in {html.unescape(a) for a in there})
    )


def test_counts_are_the_same_for_reviewers_and_codings_stand_where_their_words_are(
    made: tuple[str, Findings, Path],
) -> None:
    profile, findings, _ = made
    everything = analyse(team())
    named = {source.id: source.text for source in findings.study.sources}
    assert [one for one in findings.study.codings if named[one.source_id][one.start : one.end] != one.quote] == []
    assert sum(s.words for s in findings.study.sources) == sum(s.words for s in everything.study.sources)
    if profile == "reviewer":
        assert len(findings.codings) == len(everything.codings)
        assert statuses(findings) == statuses(everything)
    types = [sorted(one.type_id for one in results) for results in everything.results.values()]
    assert [sorted(one.type_id for one in results) for results in findings.results.values()] == types


def statuses(findings: Findings) -> list[tuple[str, dict[str, int]]]:
    """How many cells of each code have each status."""
    counts = []
    for matrix in findings.matrices:
        for code in matrix.category.codes:
            cells = [cell.status.value for (_, code_id), cell in matrix.cells.items() if code_id == code.id]
            counts.append((code.id, {status: cells.count(status) for status in sorted(set(cells))}))
    return counts


def rendered(findings: Findings) -> Iterator[tuple[Page, str]]:
    return ((page, render(page)) for page in pages(findings, ON))


def test_the_team_reads_everything_and_no_word_about_profiles() -> None:
    study = team()
    findings = findings_for(study)
    assert findings.study is study
    assert not any('class="profile"' in text or "What is not shown" in text for _, text in rendered(findings))


def test_an_unknown_profile_is_a_problem_of_the_study_and_refused_when_asked_for(study_folder: StudyFolder) -> None:
    folder = study_folder(SMALL | {"study.yaml": "title: Small\nunit: town\nprofile: pubic\n"})
    read = load(folder)
    assert [(one.path, one.line, one.what) for one in read.problems] == [
        ("study.yaml", 3, "there is no profile `pubic`")
    ]
    assert read.settings.profile == "public"
    with pytest.raises(Refused, match="no profile `pubic`"):
        findings_for(read, "pubic")


SAID = ("Ashford", "Elm", "the", "cost", "was", "[our town]", "two-fold", "P01", "élan", "–")
WORDS = st.lists(st.sampled_from(SAID), min_size=1)
PUT = st.sampled_from(["[x]", "longer words", "é"])


@given(st.data(), st.text(alphabet="abc XY\n.[]", min_size=1, max_size=60))
def test_whatever_is_edited_a_codings_quote_is_its_text_and_whole_where_no_edit_touches_it(
    data: st.DataObject, text: str
) -> None:
    places = st.integers(0, len(text)).flatmap(lambda start: st.tuples(st.just(start), st.integers(start, len(text))))
    drawn = data.draw(st.lists(st.tuples(places, PUT), max_size=5))
    edits = [Edit(*place, words) for place, words in drawn]
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    former = edited(text, edits)
    coding = moved(with_context(Coding("a", "s", start, end, "", "code"), text), former)
    assert former.text[coding.start : coding.end] == coding.quote
    assert former.text[: coding.start].endswith(coding.before)
    assert former.text[coding.end :].startswith(coding.after)
    touching = [edit for edit in former.edits if edit.start < end and start < edit.end]
    if not touching:
        assert coding.quote == text[start:end]
    for edit in touching:
        assert edit.words in coding.quote


@given(st.lists(WORDS, min_size=1, max_size=6), st.data())
def test_in_any_study_every_quote_is_its_text_and_no_name_is_left(turns: list[list[str]], data: st.DataObject) -> None:
    text = "\n\n".join(f"{'P01' if n % 2 else 'Interviewer'}: {' '.join(said)}" for n, said in enumerate(turns)) + "\n"
    spans = st.integers(0, len(text) - 2).flatmap(
        lambda start: st.tuples(st.just(start), st.integers(start + 1, len(text) - 1))
    )
    codings = tuple(
        with_context(Coding(f"a{n}", "ash1", *span, "", "code"), text)
        for n, span in enumerate(data.draw(st.lists(spans, max_size=5)))
    )
    consent = data.draw(st.sampled_from(["", "none", "role"]))
    study = Study(
        Path("/nowhere"),
        Settings(unit="town"),
        sources=(Source("ash1", text, parse(text)),),
        participants=(Participant("P01", "ashford", "public", "mayor", consent),),
        cases=(Case("ashford", "Ashford"), Case("elmton", "Elm")),
        codings=codings,
        readings=read(("", "ash1")),
    )
    for profile in ("reviewer", "public"):
        seen = shown(study, profile, key=SECRET)
        (source,) = seen.sources
        assert all(source.text[one.start : one.end] == one.quote for one in seen.codings)
        assert not re.search(r"\b(?:Ashford|Elm|ash1)\b", source.text)
        assert [turn.number for turn in source.turns] == [turn.number for turn in study.sources[0].turns]
        assert len(seen.codings) == len(codings)


TOWNS = {"Kestrel Flats": "Town 1", "New Kelso": "Town 2", "Northam": "Town 3", "Málaga": "Town 4", "Reading": "Town 5"}


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("In Kestrel Flats, or KESTREL FLATS.", "In [Town 1], or [Town 1]."),
        ("[Kestrel Flats] and the kestrel", "[Town 1] and the [Town 1]"),
        ("In Kelso, in kelso's courts; the new kelso", "In [Town 2], in [Town 2]'s courts; the [Town 2]"),
        ("Northamers, the NORTHAM’S, northamite", "[Town 3], the [Town 3]’s, [Town 3]".replace("’s", "’S")),
        ("New-Kelso, newkelso, NewKelso.org, #kelso2020", "[Town 2], [Town 2], [Town 2].org, #[Town 2]2020"),
        ("from New\n  Kelso, Kel-\nso and Kel\u00adso", "from [Town 2], [Town 2] and [Town 2]"),
        ("Malaga, MÁLAGA, Ma\u0301laga", "[Town 4], [Town 4], [Town 4]"),
        ("pro-Kelso, Kelso-\nbased, new_kelso_desk", "pro-[Town 2], [Town 2]-\nbased, [Town 2]_desk"),
        ("new flats, a new lake", "new flats, a new lake"),
        ("said the State’s  Attorney's aide, state's attorneys", "said the [role]'s aide, [role]"),
        ("as in a-1 (not a-12)", "as in Q1 (not a-12)"),
        ("DA, da", "[role], da"),
    ],
)
def test_names_are_masked_however_they_are_written_and_common_words_in_them_are_not(text: str, masked: str) -> None:
    names = [way for name, label in TOWNS.items() for way in whole_and_parts(name, label)]
    roles = [*anyhow("State's Attorney", "role"), *as_written("DA", "role")]
    mask = Mask([Lexicon(names), Lexicon(roles)], {"a-1": "Q1"})
    assert mask(text) == masked


def test_a_part_that_two_cases_share_tells_neither() -> None:
    names = [*whole_and_parts("Kelso Falls", "Town 1"), *whole_and_parts("Kelso Heights", "Town 2")]
    mask = Mask([Lexicon(names, shared="town")])
    assert mask("Kelso Falls, Kelso Heights and Kelso") == "[Town 1], [Town 2] and [town]"


def test_names_in_keys_are_masked_and_two_keys_stay_two() -> None:
    study = Study(Path("/nowhere"), Settings(unit="town"), cases=(Case("a1", "New Kelso"), Case("a2", "Northam")))
    veil = Veil(study, "reviewer", Rare(), SECRET)
    label = veil.labels["a1"].casefold().replace(" ", "-")
    assert veil.key("policy.kelso_desk") == f"policy.{label}_desk"
    assert veil.key("policy.new-kelso_desk") == f"policy.{label}_desk-2"
    assert veil.key("policy.kelso_desk") == f"policy.{label}_desk"
    assert veil.key("policy.desk") == "policy.desk"


def test_a_quotation_of_withheld_words_is_withheld_and_any_other_stands() -> None:
    kept = Kept(["It goes on a tray. We hold, not toss."])
    assert kept('It "goes on a tray", says “hold … not toss”, "in a drawer".') == (
        f'It {WITHHELD}, says {WITHHELD}, "in a drawer".'
    )
    long = Kept(["Nobody's case disappears on the day of arrest, he wrote."])
    assert long("He says nobody’s case disappears on the day of arrest (a press piece).") == (
        f"He says {WITHHELD} (a press piece)."
    )


def test_a_filler_has_the_words_and_sentences_of_its_text_and_nothing_of_what_it_said() -> None:
    assert filler("Well, she didn’t. Two-fold 3!") == "Xx, xx xx. Xx xx!"


def test_the_stretches_outside_spans_stay_within_their_turn() -> None:
    assert outside([(0, 3), (5, 6), (5, 8), (40, 50)], 2, 12) == [(3, 5), (8, 12)]
    assert outside([(0, 50)], 2, 12) == []


def test_new_ids_are_the_same_each_time_and_in_no_order_that_tells() -> None:
    ids = [f"I{number:02}" for number in range(1, 23)]
    new = fresh(ids, "P", SECRET)
    assert new == fresh(reversed(ids), "P", SECRET)
    assert sorted(new.values()) == [f"P{number:02}" for number in range(1, 23)]
    assert [new[one] for one in ids] != sorted(new.values())
    assert new != fresh(ids, "P", b"another")


def test_what_one_case_has_is_found_however_often_it_has_it() -> None:
    assert held_by_one([("desk", "J13"), ("desk", "J13"), ("clinic", "J06"), ("clinic", "J13")]) == {"desk"}


def test_case_attributes_that_name_a_place_go_by_number_and_not_at_all_to_the_public() -> None:
    study = replace(team(), claims=())
    assert {case.attributes["state"] for case in shown(study, "reviewer", key=SECRET).cases} == {
        f"state {n}" for n in range(1, 6)
    }
    assert not any("state" in case.attributes for case in shown(study, "public", key=SECRET).cases)


def test_two_profiles_share_no_ids_of_people() -> None:
    reviewer, public = shown(team(), "reviewer", key=SECRET), shown(team(), "public", key=SECRET)
    by_case = [{one.case_id: one.id for one in seen.participants} for seen in (reviewer, public)]
    assert sum(by_case[0][case_id] == by_case[1][case_id] for case_id in by_case[0]) < 5


def test_what_was_withheld_and_what_is_left_to_judge_is_said_and_nothing_for_the_team(
    made: tuple[str, Findings, Path],
) -> None:
    profile, findings, _ = made
    lines = list(withheld(findings))
    assert any(line.startswith("withheld: the words of ") for line in lines)
    assert any("own columns" in line and "sources.interviewer" in line for line in lines)
    retold = findings.study.withheld.retold if isinstance(findings.study, SeenStudy) else ()
    summaries = {(one.case_id, one.code_id): one for one in findings.study.summaries}
    quotes = {coding.id: coding.quote for coding in findings.study.codings}
    assert retold
    assert all(any(WITHHELD in quotes[one] for one in summaries[place].coding_ids) for place in retold)
    if profile == "public":
        assert any(line.startswith("judge: Publicised or not: later_public is shown") for line in lines)
    assert list(withheld(analyse(team()))) == []


def test_the_key_of_ids_is_made_once_is_its_owners_alone_and_no_version_control_takes_it(small: Path) -> None:
    key = secret(small)
    assert key == secret(small)
    assert len(key) == 32
    assert (small / ".crosscase-secret").stat().st_mode & 0o077 == 0
    assert ".crosscase-secret" in (small / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert not [problem for problem in load(small).problems if "secret" in problem.path]
    (small / ".crosscase-secret").write_text("short", encoding="utf-8")
    with pytest.raises(Refused, match="remove it"):
        secret(small)


def test_own_columns_are_hidden_unless_the_study_declares_them(study_folder: StudyFolder) -> None:
    people = "id,case,role,consent,years\nP01,Ash,mayor,named,12\nP02,Elm,clerk,none,3\n"
    folder = study_folder(SMALL | {"participants.csv": people})
    assert [person.attributes for person in shown(load(folder), "reviewer").participants] == [{}, {}]
    declared = "title: Small\nunit: town\nshown: {participants.years: reviewer, cases.size: all}\n"
    folder = study_folder(SMALL | {"participants.csv": people, "study.yaml": declared})
    study = load(folder)
    assert [one.what for one in study.problems if one.path == "study.yaml"] == [
        "`cases.size: all` says of no column who may see it"
    ]
    attributes = [person.attributes for person in shown(study, "reviewer").participants]
    assert sorted(attributes, key=len) == [{}, {"years": "12"}]
    assert [person.attributes for person in shown(study, "public").participants] == [{}, {}]


def test_no_id_of_outsiders_can_be_computed_from_the_study_and_two_reports_share_no_order() -> None:
    study = replace(team(), claims=())
    first, second = (Veil(study, "public", Rare(), key) for key in (b"one key", b"another"))
    ids = [*first.people.items(), *first.sources.items()]
    assert len(first.people) == 22
    drawn = [*second.people.items(), *second.sources.items()]
    kept = len({*ids} & {*drawn})
    assert kept < len(ids) / 4  # as many as chance gives, and no more
    reviewer = Veil(study, "reviewer", Rare(), b"one key")
    for kind in ("people", "sources", "cases"):
        mine, other = getattr(first, kind), getattr(reviewer, kind)
        assert sum(mine[former] == other[former] for former in mine) < len(mine) / 2
        assert sorted(mine) != sorted(mine, key=mine.__getitem__)
