"""The sample study at the repository's root: that it is invented, varied, and holds what it was planted with."""

import csv
import re
from collections import Counter, defaultdict
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest

from crosscase import Findings, analyse, load
from crosscase.coding import Coding
from crosscase.matrix import Status
from crosscase.source import passages

ROOT = Path(__file__).parent.parent
GOLD = Path(__file__).parent / "gold"
CONSENT = (
    "Before we start, I have your consent form here, and we are recording; you can stop or skip anything at any time."
)


@cache
def sample() -> Findings:
    return analyse(load(ROOT))


def cases_of(coding: Coding) -> tuple[str, ...]:
    return sample().voices.case_ids(coding)


def codings(*, source: str = "", code: str = "", value: str = "", case: str = "") -> list[Coding]:
    """Codings that count, by what they say; `case` is the case that they are about."""
    voices = sample().voices
    return [
        coding
        for coding in sample().codings
        if source in ("", coding.source_id)
        and code in ("", coding.code_id)
        and value in ("", coding.value)
        and case in ("", *voices.case_ids(coding))
    ]


def text(source_id: str) -> str:
    source = sample().study.source(source_id)
    assert source is not None
    return source.text


# -- it is invented, and says so


def test_every_file_of_the_sample_says_that_it_is_synthetic() -> None:
    folders = ["codebook", "cases", "charts", "typologies", "themes", "exhibits", "memos", "transcripts_sample"]
    files = [
        path
        for folder in folders
        for path in (ROOT / folder).rglob("*")
        if path.suffix in (".yaml", ".md", ".txt", ".csv")
    ]
    files += [ROOT / name for name in ("study.yaml", "guide.yaml", "participants.csv", "sources.csv", "claims.yaml")]
    assert len(files) > 60
    assert [str(path) for path in files if "SYNTHETIC" not in path.read_text(errors="replace")] == []


def test_the_line_that_says_so_stands_in_each_text_and_counts_as_nothing() -> None:
    for source in sample().study.sources:
        line = source.set_aside[0]
        assert (line.start, line.quote[:11]) == (0, "[SYNTHETIC]"), source.id
        assert source.words <= len(source.text[line.end :].split()), source.id
        assert [passage for passage in passages(source).kept if passage.start < line.end] == [], source.id
        assert not [c for c in sample().study.codings if c.source_id == source.id and c.start < line.end], source.id


def test_the_notices_around_a_press_piece_are_set_aside() -> None:
    source = sample().study.source("P3")
    assert source is not None
    notices = [stretch.quote for stretch in source.set_aside[1:]]
    assert [notice[:9] for notice in notices] == ["MORE FROM"]


def test_the_sample_is_of_the_planned_size() -> None:
    study = sample().study
    interviews = [source for source in study.sources if source.kind == "interview"]
    assert (len(interviews), len(study.sources), len(study.cases), len(study.codebook.codes)) == (22, 26, 14, 90)
    assert len([coding for coding in study.codings if coding.coder == "AK"]) >= 1500
    assert {source_id for coder, source_id in study.coded if coder == "AK"} == {source.id for source in study.sources}
    assert {source_id for coder, source_id in study.coded if coder == "JO"} == {"I04", "I08", "I13", "I16", "I20"}


def test_the_check_finds_nothing_wrong() -> None:
    """But for J12, whose people speak of two policies after both were over: no date tells which it is."""
    told = [str(problem) for problem in sample().study.problems]
    assert [line for line in told if "doesn't tell whether of J12-1 or J12-2" not in line] == []
    assert len(told) == 4


# -- the voices differ


def runs(words: list[str], length: int = 8) -> set[tuple[str, ...]]:
    return {tuple(words[at : at + length]) for at in range(len(words) - length + 1)}


def words_of(passage: str) -> list[str]:
    return re.findall(r"[a-z0-9]+(?:'[a-z]+)?", passage.casefold().replace("’", "'"))


def spoken(source_id: str) -> list[str]:
    source = sample().study.source(source_id)
    assert source is not None
    turns = source.turns[1:]
    return [source.text[turn.start : turn.end].replace(CONSENT, "") for turn in turns]


def test_no_two_transcripts_share_eight_words_in_a_row() -> None:
    said = {
        source.id: set().union(*(runs(words_of(turn)) for turn in spoken(source.id)))
        for source in sample().study.sources
    }
    shared = {(a, b): said[a] & said[b] for a, b in combinations(said, 2) if said[a] & said[b]}
    assert shared == {}


def test_no_sentence_of_the_codebook_occurs_in_a_transcript() -> None:
    everything = {source.id: " ".join(words_of(source.text)) for source in sample().study.sources}
    for code in sample().study.codebook.codes:
        for sentence in (code.definition, *code.examples):
            wanted = " ".join(words_of(sentence))
            if len(wanted.split()) >= 4:
                assert [source_id for source_id, there in everything.items() if wanted in there] == [], sentence


def test_the_speakers_words_vary_each_in_their_own_way() -> None:
    """Type-token ratio of the first thousand words, and mean length of a turn: no two speakers are alike in both."""
    profiles = {}
    for source in sample().study.sources:
        if source.kind == "interview":
            turns = [source.text[t.start : t.end] for t in source.turns if t.role == "participant"]
            words = words_of(" ".join(turns))
            profiles[source.id] = (len(set(words[:1000])) / 1000, len(words) / len(turns))
    ratios = [ratio for ratio, _ in profiles.values()]
    lengths = [length for _, length in profiles.values()]
    assert max(ratios) - min(ratios) > 0.05
    assert max(lengths) > 2 * min(lengths)
    alike = [
        (a, b)
        for a, b in combinations(profiles, 2)
        if abs(profiles[a][0] - profiles[b][0]) < 0.002 and abs(profiles[a][1] - profiles[b][1]) < 0.5
    ]
    assert alike == []


BRITISH = (
    r"programme|decriminalis|misdemeanour|neighbour|licence|counsell|organisation|\btyre|travell(?:ed|ing)|recognis|offence"
    r"|honour|legalis|judgement|favour|criticis|characteris|centre|catalogue|behaviour|colour|authoris|defence|labour|\bgrey"
)


def test_those_who_speak_spell_as_americans_do() -> None:
    british = {source.id: re.findall(f"(?i){BRITISH}", source.text) for source in sample().study.sources}
    assert {source_id: words for source_id, words in british.items() if words} == {}


def test_six_interviews_are_as_said_and_the_others_tidied() -> None:
    """Fillers, restarts and broken-off words in a hundred of the participant's; real talk has three to six."""
    filler = re.compile(
        r"(?i)\b(?:um|uh|you know|i mean|kind of|sort of)\b|, like,|\b\w+-,|\b(\w[\w']*(?: \w[\w']*){0,2}), \1\b"
    )
    rates = {}
    for source in sample().study.sources:
        if source.kind == "interview":
            words = " ".join(source.text[t.start : t.end] for t in source.turns if t.role == "participant")
            rates[source.id] = 100 * len(filler.findall(words)) / len(words.split())
    as_said = {source_id for source_id, rate in rates.items() if rate >= 3}
    assert as_said == {"I02", "I04", "I07", "I08", "I13", "I20"}
    assert max(rates.values()) < 6
    assert max(rate for source_id, rate in rates.items() if source_id not in as_said) < 1.5


def test_no_two_interviews_end_alike() -> None:
    ends = [" ".join(words_of(" ".join(spoken(f"I{n:02}")[-1:]))[-4:]) for n in range(1, 23)]
    assert len(set(ends)) == 22


def test_each_interviews_opening_is_its_own() -> None:
    openings = [" ".join(words_of(" ".join(spoken(f"I{n:02}")[:3]))[:6]) for n in range(1, 23)]
    assert len(set(openings)) == 22


# -- what was planted (method brief, section 5.4)


def test_the_features_are_those_of_the_gold_table() -> None:
    with (GOLD / "features.csv").open() as file:
        gold = {
            row["case"]: {name: value for name, value in row.items() if name != "case"} for row in csv.DictReader(file)
        }
    for case in sample().study.cases:
        last = case.episodes[-1]
        found = {feature.attribute: feature.value or feature.status for feature in last.features}
        found = {name: "unstated" if value in ("unclear", "not_asked") else value for name, value in found.items()}
        expected = {name: value for name, value in gold[case.id].items() if value != "*"}
        seen = {name: found.get(name, "") for name in expected if name != "status"} | {"status": last.status}
        assert seen == expected, case.id


def test_every_feature_rests_on_codings_of_its_case() -> None:
    voices = sample().voices
    known = {coding.id: coding for coding in sample().codings}
    for case in sample().study.cases:
        for episode in case.episodes:
            for feature in episode.features:
                if feature.status in ("stated", "conflict"):
                    assert feature.evidence, (case.id, feature.attribute)
                assert set(feature.evidence) <= set(known), (case.id, feature.attribute)
                assert {case_id for coding_id in feature.evidence for case_id in voices.case_ids(known[coding_id])} <= {
                    case.id
                }, (
                    case.id,
                    feature.attribute,
                )


def test_the_word_decriminalised_stands_beside_a_condition() -> None:
    assert "decriminalize" in text("I03")
    assert codings(source="I03", code="policy.condition", value="proof_of_treatment")
    assert codings(source="I04", code="policy.condition", value="proof_of_treatment")


def test_the_boundary_case_was_quiet_for_seven_months_and_its_two_informants_disagree() -> None:
    assert codings(case="J14", code="policy.publicised", value="later_public")
    assert codings(source="I15", code="policy.written", value="written")
    assert codings(source="I16", code="policy.written", value="unwritten")


def test_two_informants_of_one_office_disagree_on_who_shaped_the_policy() -> None:
    assert codings(source="I03", code="inside.mode", value="collaborative")
    assert codings(source="I04", code="inside.mode", value="top_down")


def test_one_office_was_temporary_and_then_standing() -> None:
    (case,) = [case for case in sample().study.cases if case.id == "J12"]
    assert len(case.episodes) == 2
    assert {coding.value for coding in codings(source="I13", code="policy.duration")} >= {
        "temporary",
        "became_standing",
    }


def test_one_note_is_written_but_kept_inside_and_each_file_is_judged() -> None:
    for code, value in (
        ("policy.written", "written"),
        ("policy.publicised", "not_advertised"),
        ("policy.discretion", "case_by_case"),
    ):
        assert codings(source="I10", code=code, value=value)


def test_three_of_fourteen_were_reversed() -> None:
    undone = {case.id for case in sample().study.cases if any(e.status == "reversed" for e in case.episodes)}
    assert undone == {"J08", "J11", "J12"}
    for source_id in ("I09", "I12", "I13"):
        assert codings(source=source_id, code="policy.status", value="reversed")


@pytest.mark.parametrize(
    ("code", "value", "case"),
    [
        ("policy.threshold.local", "", "J12"),
        ("retroactive.expungement", "", "J13"),
        ("complementary.racial-equity", "", "J13"),
        ("communication.delayed", "", "J14"),
        ("diversion.restorative", "", "J04"),
    ],
)
def test_what_only_one_office_did_is_coded_for_that_office(code: str, value: str, case: str) -> None:
    assert codings(code=code, value=value, case=case)


def test_only_one_office_counted_grouped_charges_and_put_it_right() -> None:
    assert {coding.source_id for coding in codings(code="policy.grouped", value="kept")} >= {"I12"}
    assert codings(source="I12", code="policy.grouped", value="dropped")


def test_only_one_office_reviewed_its_own_files() -> None:
    about = {case_id for coding in codings(code="policy.threshold", value="local") for case_id in cases_of(coding)}
    assert about == {"J12"}


def test_only_one_state_cleared_old_sex_work_felonies() -> None:
    assert [source.id for source in sample().study.sources if re.search(r"2012|twenty[- ]twelve", source.text)] == [
        "I06"
    ]


def test_an_outsider_contradicts_an_insider_on_bias() -> None:
    assert codings(source="I21", code="publicity.bias", case="J07")
    assert codings(source="I08", code="publicity.bias") or codings(source="I08", code="checks.counter-evidence")


@pytest.mark.parametrize("source_id", ["I06", "I20", "I14"])
def test_a_negative_case_is_coded_as_counter_evidence(source_id: str) -> None:
    assert codings(source=source_id, code="checks.counter-evidence")


@pytest.mark.parametrize("source_id", ["I04", "I12"])
def test_sarcasm_and_quoted_voices_are_reported_not_supported(source_id: str) -> None:
    assert any(re.search("sarcas|quot|voice|joke|irony|ironic", coding.memo) for coding in codings(source=source_id))


def test_one_speaker_talks_twice_as_much() -> None:
    lengths = {s.id: s.words for s in sample().study.sources if s.kind == "interview"}
    longest, second = sorted(lengths.values(), reverse=True)[:2]
    assert (lengths["I19"], longest > 1.4 * second) == (longest, True)


def test_an_aside_on_cannabis_alone_is_off_the_subject_and_carries_no_code() -> None:
    start = text("I22").index("blow-up joint")
    assert not [coding for coding in codings(source="I22") if coding.start <= start < coding.end]


def test_press_pieces_stand_apart_from_interviews() -> None:
    rows = sample().matrices[0].rows
    assert all(not source_id.startswith("P") for row in rows for source_id in row.source_ids)
    assert codings(source="P1", code="checks.contested")
    junk = text("P3").index("MORE FROM")
    assert not [coding for coding in codings(source="P3") if coding.end > junk]


def test_the_late_code_came_with_the_seventeenth_transcript() -> None:
    study = sample().study
    dated = sorted((source.date, source.id) for source in study.sources if source.kind == "interview")
    assert dated[16][1] == "I15"
    assert {coding.source_id for coding in codings(code="communication.delayed")} == {"I15"}
    assert study.codebook.by_id["communication.delayed"].since == 3


def test_four_of_the_sixteen_read_before_the_late_code_were_gone_through_again() -> None:
    study = sample().study
    late = study.codebook.by_id["communication.delayed"]
    readings = [reading for reading in study.readings if reading.coder == "AK"]
    assert {r.source_id for r in readings if late.id in r.again} == {"I08", "I09", "I10", "I16"}
    assert {r.source_id for r in readings if not r.looked_for(late)} == (
        {f"I{n:02}" for n in (*range(1, 15), 17)} - {"I08", "I09", "I10"}
    )


def test_the_guide_asks_about_no_code_that_it_may_only_bring_up() -> None:
    """Each code is covered, but for the two that no question is put about; kinds of an answer are never asked for."""
    study = sample().study
    asked = {code for question in study.guide.questions for code in question.code_ids}
    brought_up = {code for question in study.guide.questions for code in question.opens}
    assert {code.id for code in study.codebook.codes} - asked - brought_up == {
        "checks.contested",
        "checks.counter-evidence",
    }
    answers = {code.id for code in study.codebook.codes if code.id.count(".") == 2}
    assert answers & asked == set()
    assert "communication.delayed" in brought_up - asked


def test_skipped_questions_make_cells_not_asked() -> None:
    retroactive = next(m for m in sample().participant_matrices if m.category.id == "retroactive")
    assert retroactive.cells["I16", "retroactive.warrants"].status == Status.NOT_ASKED
    assert retroactive.cells["I10", "retroactive.expungement"].status == Status.SILENT


def test_nobody_closed_a_drug_court_and_all_charge_selling() -> None:
    assert codings(code="drug-court.use", value="closed") == []
    charged = {case_id for coding in codings(code="policy.selling") for case_id in cases_of(coding)}
    assert charged >= {case.id for case in sample().study.cases}


def test_what_a_participant_held_back_is_not_in_the_text() -> None:
    assert "[held at the participant's request]" in text("I04")
    with (ROOT / "transcripts_sample/key/key.csv").open() as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    (held,) = [row["raw"] for row in rows if row["raw"].startswith("OFF RECORD")]
    assert held.removeprefix("OFF RECORD: ")[:40] not in text("I04")


def test_no_amount_on_purpose_is_said_of_two_offices_and_of_no_other() -> None:
    about = {sample().voices.case_ids(coding) for coding in codings(code="policy.threshold", value="no_amount")}
    assert about == {("J05",), ("J06",)}
    (step,) = sample().study.codebook.by_id["policy.threshold"].history
    assert (step.version, step.what, sample().study.codebook.version) == (4, "values", 4)


def test_the_codebook_asks_for_nothing_that_no_field_can_hold() -> None:
    for code in sample().study.codebook.codes:
        words = " ".join((code.definition, *code.include, *code.exclude))
        assert not re.search(
            r"(?i)\brecord (the )?(direction|side|mode|reason)|helped / hindered|\bmark |as_of", words
        ), code.id


# -- charts


def test_the_charted_categories_are_full_but_for_what_was_left_undone() -> None:
    charted = {"policy", "engagement", "publicity", "services"}
    cells = [c for m in sample().matrices if m.category.id in charted for c in m.cells.values()]
    written = [cell for cell in cells if cell.status == Status.SUMMARISED]
    undone = [(cell.row_id, cell.code_id) for cell in cells if cell.status == Status.SAID]
    assert len(written) >= 250
    assert undone == UNDONE
    assert [(cell.row_id, cell.code_id) for cell in written if cell.stale] == [STALE]
    assert [(cell.row_id, cell.code_id) for cell in written if cell.pasted] == []


UNDONE = [("J09", "engagement.partners"), ("J01", "services.capacity")]
STALE = ("J10", "publicity.loss")


def test_one_category_is_charted_by_participant() -> None:
    lessons = next(m for m in sample().participant_matrices if m.category.id == "lessons")
    summarised = {cell.row_id for cell in lessons.cells.values() if cell.status == Status.SUMMARISED}
    coded = {cell.row_id for cell in lessons.cells.values() if cell.codings}
    assert summarised == coded
    assert len(summarised) >= 15


def test_what_a_summary_quotes_was_said() -> None:
    """Words in double quotes stand, but for case and punctuation, in one of the sources of the codings it rests on."""
    texts = {source.id: " ".join(words_of(source.text)) for source in sample().study.sources}
    source_of = {coding.id: coding.source_id for coding in sample().study.codings}
    unheard = defaultdict(list)
    for summary in sample().study.summaries:
        heard = " ".join(texts[source_of[coding_id]] for coding_id in summary.coding_ids)
        for quote in re.findall(r'"([^"]+)"', summary.text):
            for part in re.split(r"…|\.\.\.|\[[^]]*\]", quote):
                if " ".join(words_of(part)) not in heard:
                    unheard[summary.case_id, summary.code_id].append(part)
    assert dict(unheard) == {}


# -- gold


def test_exhibit_1_counts_sixteen_of_fourteen_places_and_six_advocates() -> None:
    people = sample().study.participants
    sectors = Counter(person.sector for person in people)
    assert (sectors["prosecutor"], sectors["advocate"], len(people)) == (16, 6, 22)
    assert len({person.case_id for person in people if person.sector == "prosecutor"}) == 14
    with (GOLD / "exhibit1.csv").open() as file:
        gold = {(row["sector"], row["role"]): int(row["participants"]) for row in csv.DictReader(file)}
    assert Counter((person.sector, person.role) for person in people) == gold


def test_the_gold_agreement_is_about_these_codings() -> None:
    """Its counts are those of the codings as they are now; the alphas wait for the module that computes them."""
    study = sample().study
    turn_of = {source.id: source.turn_at for source in study.sources}
    used: dict[tuple[str, str], set[tuple[str, int]]] = defaultdict(set)
    for coding in study.codings:
        turn = turn_of[coding.source_id](coding.start)
        if turn and coding.source_id in ("I04", "I08", "I13", "I16", "I20"):
            used[coding.coder, coding.code_id].add((coding.source_id, turn.number))
    with (GOLD / "agreement.csv").open() as file:
        for row in csv.DictReader(file):
            first, second = used["AK", row["code"]], used["JO", row["code"]]
            assert (len(first), len(second), len(first & second)) == (int(row["AK"]), int(row["JO"]), int(row["both"]))


def test_the_two_coders_agree_on_some_codes_more_than_on_others() -> None:
    with (GOLD / "agreement.csv").open() as file:
        alphas = {row["code"]: float(row["alpha"]) for row in csv.DictReader(file)}
    assert alphas["policy.written"] > 0.9
    assert min(alphas.values()) < 0.5
