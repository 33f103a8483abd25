"""The layouts that transcripts come in: no word changes its speaker, vanishes, or carries a time in silence."""

import json
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from crosscase import load
from crosscase.asking import asks
from crosscase.cli import main
from crosscase.exchange import columns, markup, plain, segments, word
from crosscase.exchange.importing import _read
from crosscase.exchange.readers import READERS
from crosscase.exchange.transcript import Transcript, Unreadable
from crosscase.source import Source, count_words, parse, passages, sentences

FIELD = Path(__file__).parent.parent.parent / "shared" / "cases" / "field"
IMPORTS = sorted(path for path in FIELD.glob("*") if path.name[:2].isdigit() and not 40 <= int(path.name[:2]) <= 57)
ORIGINALS = Path(__file__).parent.parent / "transcripts_sample" / "original"


def turns(transcript: Transcript) -> list[tuple[str, str, str]]:
    return [(turn.time, turn.speaker, turn.words) for turn in transcript.turns]


def read(text: str) -> Transcript:
    return plain.read(text.encode())


# -- who speaks


def test_somebody_whom_the_transcriber_did_not_make_out_is_nobody_in_particular() -> None:
    found = read("Ann: Who?\nBo: Me.\n?: Not me.\nAnn: You?\nBo: Yes, me.\nBo?: Or not.\n")
    assert turns(found)[2] == ("", "Unknown", "Not me.")
    assert turns(found)[5] == ("", "Unknown", "(Bo?) Or not.")


def test_spellings_that_differ_in_case_and_spaces_are_one_speaker_and_said() -> None:
    found = read("INT: Why?\nMary-Ann: So.\nInt: And?\nMary Ann: No.\nint : Go on.\nMARY ANN: Never.\n")
    assert {speaker for _, speaker, _ in turns(found)} == {"Int", "Mary Ann"} or len(
        {s for _, s, _ in turns(found)}
    ) == 2
    assert sum("another spelling" in said for said in found.guessed) == 2


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("[Bo] 10:02:13", ("10:02:13", "Bo")),
        ("[Bo]:", ("", "Bo")),
        ("Bo：", ("", "Bo")),
        ("Bo: [00:00:07]", ("00:00:07", "Bo")),
        ("Bo\n00:07", ("00:00:07", "Bo")),
    ],
)
def test_a_name_is_found_as_programs_write_it(line: str, expected: tuple[str, str]) -> None:
    other = line.replace("Bo", "Ann")
    text = "\n".join(
        f"{head} Here is what I say.\n" if head[-1] in ":：]" else f"{head}\nHere is what I say.\n"
        for head in [other, line] * 3
    )
    found = turns(read(text))
    assert (found[1][0], found[1][1]) == expected
    assert {words for _, _, words in found} == {"Here is what I say."}


def test_a_name_alone_on_its_line_opens_a_turn_where_nothing_else_names_anybody() -> None:
    text = "Ann Low\nWhen do you start?\n\nBo\nAt six.\nYes.\n\nAnn Low\nAnd back?\n\nBo\nBy two.\n"
    assert [(speaker, words) for _, speaker, words in turns(read(text))][:2] == [
        ("Ann Low", "When do you start?"),
        ("Bo", "At six.\nYes."),
    ]
    assert {speaker for _, speaker, _ in turns(read("Well.\nI see.\n\nWell.\nI do not see it at all.\n"))} == {""}


def test_beginnings_of_sentences_are_no_names_and_their_words_stay_where_they_were() -> None:
    found = read(
        "Ann: Why?\nBo: Two things.\nFirst: the cost.\nMy rule: wait.\nMy rule: ask.\nAnn: And?\nBo: Nothing.\n"
    )
    assert turns(found)[1][2] == "Two things.\nFirst: the cost.\nMy rule: wait.\nMy rule: ask."
    assert any("“First”, “My rule” not taken as a name" in said for said in found.guessed)


def test_a_participant_called_a_keeps_a_name_of_two_words() -> None:
    found = read("Int: Why?\nParticipant A: So.\nInt: And?\nParticipant A: No.\n")
    assert [speaker for _, speaker, _ in turns(found)] == ["Int", "Participant A"] * 2


ASKING = """
    Interviewer, INT, I., Q3, Moderator (Anna), Interviewer-Ben, Ben (interviewer), Enquêtrice, Entrevistadora 2,
    Interviewerin, Intervjuare, Researcher, Researcher (Jo), Forscherin, 访谈者, インタビュアー, Интервьюер
"""


@pytest.mark.parametrize("name", [name.strip() for name in ASKING.split(",")])
def test_who_asks_is_known_by_the_name(name: str) -> None:
    assert asks(name)


@pytest.mark.parametrize(
    "name", ["P1", "I04", "Health researcher", "Enquêté 4", "Ina", "Quinn", "受访者", "Interviewee", "Entrevistado"]
)
def test_who_answers_is_not_taken_for_one_who_asks(name: str) -> None:
    assert not asks(name)


# -- what isn't words


def test_numbers_before_each_line_are_taken_off_and_counted() -> None:
    found = read("1 Ann: Why?\n2 Bo: So.\n3 Ann: And?\n4 Bo: No.\n5 Ann: Thanks.\n")
    assert turns(found)[1] == ("", "Bo", "So.")
    assert "5 line numbers" in found.dropped


def test_numbers_of_turns_are_taken_off_though_lines_go_on_without_one() -> None:
    found = read("1 Ann: Why?\n2 Bo: So it is\nand no other way.\nNever.\n3 Ann: And?\n4 Bo: No.\n5 Ann: Thanks.\n")
    assert turns(found)[1] == ("", "Bo", "So it is\nand no other way.\nNever.")
    assert "5 numbers of turns" in found.dropped


def test_questions_of_a_hearing_have_their_number_before_the_name() -> None:
    found = read("Q1 Chair: Why?\nBo: So.\nChair: And?\nBo: No.\nQ2 Chair: Thanks.\n")
    assert [speaker for _, speaker, _ in turns(found)] == ["Chair", "Bo", "Chair", "Bo", "Chair"]


def test_what_has_no_name_is_not_given_to_the_only_one_who_is_named() -> None:
    """A transcript that labels the moderator alone: the others' paragraphs are nobody's in particular."""
    found = read("\tMODERATOR: Ready?\nYes, I think so.\nHere is the first tab.\n\tMODERATOR: Go on.\nIt is a map.\n")
    assert [(speaker, words) for _, speaker, words in turns(found)] == [
        ("MODERATOR", "Ready?"),
        ("", "Yes, I think so."),
        ("", "Here is the first tab."),
        ("MODERATOR", "Go on."),
        ("", "It is a map."),
    ]
    assert any("only who asks is named" in said for said in found.guessed)


def test_a_list_that_somebody_counts_out_keeps_its_numbers() -> None:
    found = read("Ann: Why?\nBo: Three things.\n1. cost\n2. time\n3. rain\nAnn: And?\nBo: No.\n")
    assert "1. cost" in turns(found)[1][2]


def test_time_marks_of_f4_become_the_turns_time() -> None:
    found = read("I: Why? #00:00:07-2#\n\nB: So it is. #00:00:19-8# And more. #00:00:25-0#\n\nI: And?\n\nB: No.\n")
    assert turns(found)[:3] == [("00:00:07", "I", "Why?"), ("00:00:19", "B", "So it is. And more."), ("", "I", "And?")]
    assert any("3 time marks" in said for said in found.dropped)


def test_programs_own_lines_are_nobodys_words_and_are_listed() -> None:
    text = "Talk 3\n\nTranscribed with noScribe vers. 0.6\n\nAnn: Why?\nBo: So.\nAnn: And?\nBo: No.\nTranscribed by https://otter.ai\n"
    found = read(text)
    assert [words for _, _, words in turns(found)] == ["Why?", "So.", "And?", "No."]
    assert any("otter.ai" in said and "noScribe" in said for said in found.dropped)
    assert any("Talk 3" in said for said in found.dropped)


def test_what_people_say_about_recording_stays_theirs() -> None:
    found = read("Ann: Ready?\nBo: You started recording, and I forgot what I wanted to say.\nAnn: Go on.\nBo: Fine.\n")
    assert "You started recording" in turns(found)[1][2]


def test_front_matter_is_no_speech() -> None:
    found = plain.read_markdown(b"---\ntitle: Talk\nrole: host\n---\n\nAnn: Why?\n\nBo: So.\n\nAnn: And?\n\nBo: No.\n")
    assert turns(found)[0] == ("", "Ann", "Why?")
    assert "front matter" in found.dropped


# -- other formats


def test_a_sheet_under_headings_is_a_transcript() -> None:
    found = columns.read_csv(b'Start;Speaker;Text\n0,5;Ann;Why?\n4.7;Bo;"So;\nit is"\n7;;More.\n')
    assert turns(found) == [("00:00:00", "Ann", "Why?"), ("00:00:04", "Bo", "So;\nit is\nMore.")]
    whisper = columns.read_csv(b"start\tend\ttext\n0\t2400\tWhy?\n12240\t15000\tSo.\n")
    assert turns(whisper) == [("00:00:00", "", "Why?"), ("00:00:12", "", "So.")]


def test_a_survey_puts_each_answer_below_its_question_and_loses_none() -> None:
    book = Workbook()
    for row in (
        ["id", "age", "What helped?"],
        ["R1", 34, "My neighbour."],
        ["R2", 51, "-"],
        ["R3", 40, "Nobody at all."],
    ):
        book.active.append(row)
    data = BytesIO()
    book.save(data)
    found = columns.read_xlsx(data.getvalue())
    assert [(speaker, words) for _, speaker, words in turns(found)] == [
        ("Q", "What helped?"),
        ("R1", "My neighbour."),
        ("Q", "What helped?"),
        ("R3", "Nobody at all."),
    ]
    assert any("“age”" in said for said in found.dropped)
    assert "1 empty answer" in found.dropped


def test_a_sheet_without_a_column_of_words_is_refused_with_what_to_do() -> None:
    with pytest.raises(Unreadable, match="name the columns"):
        columns.read_csv(b"a,b\n1,2\n3,4\n")


def test_segments_with_speakers_are_joined_and_those_without_end_at_pauses() -> None:
    spoken = [
        {"start": 0, "end": 2, "text": " Why?", "speaker": "S0"},
        {"start": 2, "end": 3, "text": " So?", "speaker": "S0"},
    ]
    answer = {"start": 5, "end": 6, "text": " No.", "speaker": "S1"}
    found = segments.read_json(json.dumps({"segments": [*spoken, answer]}).encode())
    assert turns(found) == [("00:00:00", "S0", "Why? So?"), ("00:00:05", "S1", "No.")]
    with pytest.raises(Unreadable, match="no segments"):
        segments.read_json(b'{"a": 1}')


def test_praats_tiers_are_speakers_in_the_order_of_their_times() -> None:
    tiers = "".join(
        f'item [1]:\n class = "IntervalTier"\n name = "{name}"\n intervals [1]:\n xmin = {start}\n xmax = {start + 1}\n'
        f' text = "{words}"\n intervals [2]:\n xmin = 9\n xmax = 10\n text = ""\n'
        for name, start, words in (("Bo", 2.5, 'So ""it"" is.'), ("Ann", 0.5, "Why?"))
    )
    found = segments.read_textgrid(f'File type = "ooTextFile"\n{tiers}'.encode())
    assert turns(found) == [("00:00:00", "Ann", "Why?"), ("00:00:02", "Bo", 'So "it" is.')]


def test_an_opendocument_keeps_spaces_and_leaves_notes_out() -> None:
    paragraphs = "".join(
        f"<text:p>{name}: Words<text:s text:c='2'/>here{note}.</text:p>"
        for name, note in (
            ("Ann", ""),
            ("Bo", "<text:note><text:p>aside</text:p></text:note>"),
            ("Ann", ""),
            ("Bo", ""),
        )
    )
    found = markup.read_odt(odt(paragraphs))
    assert turns(found)[1] == ("", "Bo", "Words here.")
    assert "1 note" in found.dropped


def test_entities_are_refused() -> None:
    with pytest.raises(Unreadable, match="entities"):
        markup.parsed(b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "boom">]><a>&b;</a>')
    far = f'<?xml version="1.0" encoding="utf-16"?><!--{" " * 20_000}--><!DOCTYPE a [<!ENTITY b "boom">]><a>&b;</a>'
    with pytest.raises(Unreadable, match="entities"):
        markup.parsed(far.encode("utf-16"))


def test_scripts_and_styles_of_a_web_page_are_no_words() -> None:
    page = b"<html><head><style>p{}</style></head><body><script>a(1)</script><p>Ann: Why?</p><p>Bo: So.</p>"
    found = markup.read_html(page + b"<p>Ann: And?</p><p>Bo: No.</p></body></html>")
    assert turns(found) == [("", "Ann", "Why?"), ("", "Bo", "So."), ("", "Ann", "And?"), ("", "Bo", "No.")]


def test_questions_in_bold_are_the_interviewers() -> None:
    document = Document()
    for question, answer in (
        ("Why did you come?", "By train."),
        ("Who took you in?", "The baker."),
        ("And then?", "Nothing."),
    ):
        document.add_paragraph().add_run(question).bold = True
        document.add_paragraph(answer)
    data = BytesIO()
    document.save(data)
    found = word.read(data.getvalue())
    assert [speaker for _, speaker, _ in turns(found)] == ["Interviewer", "Participant"] * 3
    assert any("in bold" in said for said in found.guessed)


def odt(paragraphs: str) -> bytes:
    names = {"office": "office", "text": "text"}
    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for short, name in names.items()
    )
    body = f"<office:body><office:text>{paragraphs}</office:text></office:body>"
    data = BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("content.xml", f"<office:document-content {spaces}>{body}</office:document-content>")
    return data.getvalue()


# -- scripts


def test_a_long_chinese_answer_is_a_passage() -> None:
    text = "访谈者: 您怎么去上班？\n\n受访者: 走路，四十分钟。冬天就坐邻居的车。\n"
    assert count_words("走路，四十分钟。") == 6
    assert count_words("two words") == 2
    assert len(passages(Source("I01", text, parse(text))).kept) == 1
    assert len(list(sentences("走路。四十分钟。冬天坐车。"))) == 3


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("iso8859_7", "Ερευνήτρια: Πώς πηγαίνετε στη δουλειά;\nΕλένη: Με τα πόδια, σαράντα λεπτά.\n"),
        ("cp1251", "Интервьюер: Как вы добираетесь?\nАнна: Пешком, сорок минут.\n"),
        ("koi8_r", "Интервьюер: Как вы добираетесь на работу?\nАнна: Пешком, сорок минут.\n"),
        ("cp1250", "Badacz: Jak pan dojeżdża?\nAnna: Pieszo, czterdzieści minut, bo ślisko i łatwo się przewrócić.\n"),
        ("cp1252", "Enquêtrice : Comment allez-vous ?\nEnquêté 4 : À pied, été comme hiver — c'est dur.\n"),
        ("cp1252", "Ann: My sister Zoë came.\nBo: Yes.\n"),
        ("gb18030", "访谈者：公交线路取消以后，您怎么去上班？\n受访者：走路，四十分钟。\n"),
        ("cp932", "聞き手：どうやって通勤していますか。\n回答者：歩いています。四十分です。\n"),
        ("euc_kr", "면접자: 어떻게 출근하세요?\n응답자: 걸어서요. 사십 분 걸립니다.\n"),
    ],
)
def test_letters_of_other_encodings_come_out_right(encoding: str, text: str) -> None:
    said = " ".join(f"{turn.speaker} {turn.words}" for turn in plain.read(text.encode(encoding)).turns)
    assert set(text) - set("：: \n") <= set(said)


# -- cases and damage


@pytest.mark.skipif(not FIELD.exists(), reason="the cases from practice aren't beside this folder")
@pytest.mark.parametrize("case", IMPORTS, ids=lambda path: path.name)
def test_cases_from_practice_come_out_right(case: Path, tmp_path: Path) -> None:
    expected = json.loads((case / "expected.json").read_text())
    if "turns" not in expected:
        pytest.skip("not a case of importing a file")
    folder = tmp_path / "study"
    CliRunner().invoke(main, ["init", str(folder)])
    CliRunner().invoke(main, ["import", str(folder), str(case / expected["input"])])
    (source,) = load(folder).sources
    found = [(turn.time, turn.speaker, " ".join(source.text[turn.start : turn.end].split())) for turn in source.turns]
    right = [
        [(t.get("time", ""), t["speaker"], " ".join(t["text"].split())) for t in one]
        for one in [expected["turns"], *expected.get("also_right", [])]
    ]
    assert found in right
    asking = {turn.speaker for turn in source.turns if turn.role == "interviewer"}
    assert set(expected.get("interviewers", [])) <= asking


@pytest.mark.parametrize("suffix", sorted(READERS))
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_damage_is_a_line_and_nothing_else(suffix: str, data: st.DataObject) -> None:
    """Bytes that are nothing, and originals of the sample with a piece cut out or changed."""
    whole = next((path.read_bytes() for path in sorted(ORIGINALS.glob(f"*{suffix}"))), b"Ann: Why?\nBo: So.\n")[:60_000]
    start = data.draw(st.integers(0, len(whole)))
    piece = data.draw(st.binary(max_size=40))
    damaged = data.draw(st.sampled_from([piece, whole[:start], whole[:start] + piece + whole[start + len(piece) :]]))
    outcome = outcome_of(damaged, suffix)
    assert isinstance(outcome, Transcript) or "\n" not in str(outcome)


def outcome_of(data: bytes, suffix: str) -> Transcript | Unreadable:
    try:
        return _read(data, READERS[suffix])
    except Unreadable as error:
        return error


# -- as other programs and other people write


@pytest.mark.parametrize(
    "layout",
    [
        "<{name}> {words}",
        "({name}) {words}",
        "【{name}】：{words}",
        "{name}> {words}",
        "{name} – {words}",
        "{name}; {words}",
        "[0h00m07s] {name}: {words}",
        "[00:00:07:12] {name}: {words}",
        "00:00:07 - 00:00:09 {name}\n{words}\n",
        "[00:00:07.120] - {name}\n{words}\n",
        "{name}, 0:07\n{words}\n",
        "{name} - 00:07\n{words}\n",
        "{name}:\t00:07\t{words}",
        "{name}: {words} [00:07]",
        "**{name}:** [00:07] {words}",
        "00:00:07:12 - 00:00:09:01\n{name}\n{words}\n",
    ],
)
def test_names_and_times_are_found_however_they_are_written(layout: str) -> None:
    spoken = [("Int", "When did you come?"), ("Bea", "In May; I think."), ("Int", "Alone?"), ("Bea", "With him.")]
    found = turns(read("\n".join(layout.format(name=name, words=words) for name, words in spoken)))
    time = "00:00:07" if "07" in layout else ""
    assert found == [(time, name, words) for name, words in spoken]


def test_questions_and_answers_that_are_counted_are_two_speakers() -> None:
    found = turns(read("Q1: Where?\nA1: Here.\nQ2: And then?\nA2: There.\n"))
    assert [speaker for _, speaker, _ in found] == ["Q", "A", "Q", "A"]


def test_short_answers_on_lines_of_their_own_are_not_taken_for_a_page_that_was_broken() -> None:
    found = turns(read("Ann\n00:01\nWhy?\nSo?\n\nBo\n00:04\nYes.\nNo.\n\nAnn\n00:09\nAh.\n\nBo\n00:11\nOh.\n"))
    assert found[0] == ("00:00:01", "Ann", "Why?\nSo?")


def test_a_label_that_begins_sentences_is_not_a_speaker_in_any_language() -> None:
    found = read(
        "Int: Et ?\nRoy: Il y a deux points.\nLe souci : le bus.\nLe souci : le train.\nInt: Oui.\nRoy: Voilà.\n"
    )
    assert turns(found)[1][2] == "Il y a deux points.\nLe souci : le bus.\nLe souci : le train."
    assert any("“Le souci” not taken as a name" in said for said in found.guessed)


def test_a_third_name_that_only_ever_follows_one_other_is_pointed_out() -> None:
    found = read("Ann: Why?\nBo: Two.\nProblem: rain.\nAnn: And?\nBo: One.\nProblem: snow.\nAnn: So.\nBo: Yes.\n")
    assert any("“Problem” taken as a name" in said for said in found.guessed)


def test_voices_that_are_heard_once_in_a_group_keep_their_words() -> None:
    found = turns(
        read("Facilitator: Who?\nF1: I do.\nM2: Me too.\nAll: (laugh)\nFemale voice: No.\nFacilitator: Ah.\n")
    )
    assert [speaker for _, speaker, _ in found] == ["Facilitator", "F1", "M2", "All", "Female voice", "Facilitator"]


def test_a_name_and_the_name_with_its_short_form_are_one_speaker() -> None:
    found = turns(read("Moderator (M): Well?\nIda (R): So.\nM: And?\nR: No.\n"))
    assert [speaker for _, speaker, _ in found] == ["Moderator (M)", "R", "Moderator (M)", "R"]


def test_facts_above_a_talk_are_nobodys_words_and_listed() -> None:
    found = read(
        "Participant: Bea\nDate: 3 May\nInterviewer: Ana Ruiz\n\nAna: When?\nBea: In May.\nAna: Why?\nBea: So.\n"
    )
    assert [speaker for _, speaker, _ in turns(found)] == ["Ana", "Bea", "Ana", "Bea"]
    assert [line.words for line in found.aside] == ["Participant: Bea", "Date: 3 May", "Interviewer: Ana Ruiz"]


def test_numbers_at_every_fifth_line_are_no_words() -> None:
    found = read("Ann: Why did you\ngo there?\n5\nBo: I had to\nand so I did,\n10\nsee?\nAnn: Yes.\nBo: Well.\n15\n")
    assert "3 line numbers alone on a line" in found.dropped
    assert not any(character.isdigit() for _, _, words in turns(found) for character in words)


def test_the_head_of_an_export_is_no_speaker() -> None:
    text = (
        "Talk\nSat, Mar 02, 2024 • 41:12\n\nSUMMARY KEYWORDS\nbread\n\nSPEAKERS\nLena, Speaker 2\n\n"
        "Lena  00:03\nWhy?\n\nSpeaker 2  00:09\nSo.\n\nLena  00:11\nAh.\n\nSpeaker 2  00:14\nYes.\n"
    )
    found = read(text)
    assert turns(found)[0] == ("00:00:03", "Lena", "Why?")
    assert {"bread", "Lena, Speaker 2"} <= {line.words for line in found.aside}


def test_a_time_within_somebodys_words_dates_what_follows_it_and_not_the_next_turn() -> None:
    found = turns(read("Ann: Why?\n\nBo: So.\n00:20\nAnd so on.\n\nAnn: Ah.\n\nBo: Yes.\n"))
    assert found[1] == ("", "Bo", "So.\n[00:20] And so on.")
    assert found[2] == ("", "Ann", "Ah.")


@pytest.mark.parametrize(
    "text", ["## Where?\n\nHere.\n\n## And then?\n\nThere.\n", "**Where?**\n\nHere.\n\n**And then?**\n\nThere.\n"]
)
def test_questions_in_headings_or_bold_are_asked_and_stay(text: str) -> None:
    found = plain.read_markdown(f"# Talk\n\n{text}".encode())
    assert [(speaker, words) for _, speaker, words in turns(found)] == [
        ("Interviewer", "Where?"),
        ("Participant", "Here."),
        ("Interviewer", "And then?"),
        ("Participant", "There."),
    ]
    assert [line.words for line in found.aside] == ["Talk"]


def test_headings_that_recur_are_names() -> None:
    found = plain.read_markdown(b"### Ida\n\nHere.\n\n### Mod\n\nAnd?\n\n### Ida\n\nThere.\n\n### Mod\n\nAh.\n")
    assert [speaker for _, speaker, _ in turns(found)] == ["Ida", "Mod", "Ida", "Mod"]


def test_line_ends_of_the_old_macintosh_tell_its_letters() -> None:
    found = plain.read("Int: ¿Cuándo?\rPeña: Mañana.\rInt: ¿Sí?\rPeña: Sí.\r".encode("mac_roman"))
    assert turns(found)[1] == ("", "Peña", "Mañana.")


def _document(*paragraphs: tuple[str, str]) -> bytes:
    document = Document()
    for text, style in paragraphs:
        run = document.add_paragraph(style=style if style.startswith("Heading") else None).add_run(text)
        run.italic, run.font.hidden = style == "italic" or None, style == "hidden" or None
    out = BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.mark.parametrize("style", ["italic", "Heading 2"])
def test_questions_in_italics_or_headings_of_word_are_asked(style: str) -> None:
    found = word.read(_document(("Where?", style), ("Here.", ""), ("And then?", style), ("There.", "")))
    assert [speaker for _, speaker, _ in turns(found)] == ["Interviewer", "Participant"] * 2


def test_hidden_text_of_word_is_no_speech_and_counted() -> None:
    found = word.read(
        _document(("Int: Where?", ""), ("Bo: Here.", ""), ("Int: So?", ""), ("Bo: No.", ""), ("x", "hidden"))
    )
    assert turns(found)[-1] == ("", "Bo", "No.")
    assert "1 hidden run" in found.dropped


SPOKEN = [("Ana", "When?"), ("Bea", "In May."), ("Ana", "Alone?"), ("Bea", "With him.")]


def _captions(*texts: str) -> str:
    return "\n\n".join(f"{at}\n00:00:0{at},000 --> 00:00:0{at},900\n{text}" for at, text in enumerate(texts, 1))


@pytest.mark.parametrize(
    "captions",
    [
        _captions("Ana: When?", "Bea: In\nMay.\nAna: Alone?", "Bea: With him."),
        _captions("[Ana] When?", "[Bea] In May.", "[Ana] Alone?", "[Bea] With him."),
        _captions(">> Ana: When?", ">> Bea: In May.", ">> Ana: Alone?", ">> Bea: With him."),
    ],
)
def test_two_who_speak_in_one_caption_each_keep_their_words(captions: str) -> None:
    found = _read(captions.encode(), READERS[".srt"])
    assert [(speaker, words) for _, speaker, words in turns(found)] == SPOKEN


def test_marks_of_another_voice_part_what_has_no_names() -> None:
    found = _read(_captions("- When?\n- In May.", "- Alone?").encode(), READERS[".srt"])
    assert [words for _, _, words in turns(found)] == ["When?", "In May.", "Alone?"]


def test_captions_that_run_backwards_are_pointed_out() -> None:
    text = "1\n00:00:09,000 --> 00:00:10,000\nLate.\n\n2\n00:00:03,000 --> 00:00:04,000\nEarly.\n"
    assert any("1 caption earlier than" in said for said in _read(text.encode(), READERS[".srt"]).guessed)


def test_the_first_speaker_of_a_list_may_be_number_zero_and_times_may_be_in_milliseconds() -> None:
    segments_ = [
        {"speaker": 0, "start": 500, "end": 2000, "text": "When?"},
        {"speaker": 1, "start": 62500, "end": 64000, "text": "In May."},
        {"speaker": 0, "start": 65000, "end": 66000, "text": "Ah."},
    ]
    found = segments.read_json(json.dumps(segments_).encode())
    assert turns(found) == [("00:00:00", "0", "When?"), ("00:01:02", "1", "In May."), ("00:01:05", "0", "Ah.")]


def test_an_annotation_without_a_time_of_its_own_stays_behind_the_one_before() -> None:
    times = '<TIME_SLOT TIME_SLOT_ID="a" TIME_VALUE="2000"/><TIME_SLOT TIME_SLOT_ID="b"/>'
    annotations = "".join(
        f'<ANNOTATION><ALIGNABLE_ANNOTATION TIME_SLOT_REF1="{slot}"><ANNOTATION_VALUE>{words}</ANNOTATION_VALUE>'
        f"</ALIGNABLE_ANNOTATION></ANNOTATION>"
        for slot, words in (("a", "In May."), ("b", "It was cold."))
    )
    text = f'<D><TIME_ORDER>{times}</TIME_ORDER><TIER TIER_ID="Bea">{annotations}</TIER></D>'
    found = segments.read_eaf(text.encode())
    assert [words for _, _, words in turns(found)] == ["In May.", "It was cold."]
    assert any("without a time of its own" in said for said in found.guessed)


def test_tiers_of_points_are_said_to_be_left_out() -> None:
    text = 'class = "IntervalTier"\n name = "Bo"\n xmin = 1\n xmax = 2\n text = "So."\n'
    text += 'class = "TextTier"\n name = "cough"\n'
    assert "1 tier of points: “cough”" in segments.read_textgrid(text.encode()).dropped


def test_columns_without_headings_are_told_by_what_is_in_them() -> None:
    found = columns.read_csv(b"0:04,Ana,When?\n0:09,Bea,In May.\n0:12,Ana,Alone?\n0:15,Bea,With him.\n")
    assert [(speaker, words) for _, speaker, words in turns(found)] == SPOKEN
    assert turns(found)[0][0] == "00:00:04"


def test_headings_under_a_title_and_in_other_languages_are_found_and_other_columns_are_named() -> None:
    found = columns.read_csv("Gespräch 4;;;\nUhrzeit;Sprecherin;Äußerung;Anmerkung\n0:04;I;Wann?;lacht\n".encode())
    assert turns(found) == [("00:00:04", "I", "Wann?")]
    assert "1 other column: “Anmerkung”" in found.dropped
    assert any("Gespräch 4" in said for said in found.dropped)


def test_questions_that_are_answered_with_numbers_are_closed() -> None:
    found = columns.read_csv(b"id,How old are you?,Why do you garden?\n7,34,It calms me.\n")
    assert [words for _, _, words in turns(found)] == ["Why do you garden?", "It calms me."]


def test_a_table_in_a_web_page_has_its_columns() -> None:
    rows = "".join(f"<tr><td>{name}</td><td>{words}</td></tr>" for name, words in SPOKEN)
    found = markup.read_html(f"<h1>Talk</h1><table><tr><th>Speaker</th><th>Text</th></tr>{rows}</table>".encode())
    assert [(speaker, words) for _, speaker, words in turns(found)] == SPOKEN


@pytest.mark.parametrize("label", ["(unclear)", "[Speaker unclear]", "[unknown voice]", "(F?)"])
def test_what_a_bracket_says_nobody_knows_is_not_given_to_the_speaker_above(label: str) -> None:
    found = turns(read(f"Int: Who?\nBo: Me.\nInt: And?\n{label}: Not me.\nBo: Yes.\nInt: Ah.\n"))
    assert found[3] == ("", "Unknown", "Not me.")


@pytest.mark.parametrize(
    ("question", "answer"), [("Question", "Answer"), ("Frage", "Antwort"), ("Pregunta", "Respuesta")]
)
def test_questions_and_answers_are_speakers_where_both_recur(question: str, answer: str) -> None:
    found = turns(read(f"{question}: Where?\n{answer}: Here.\n{question}: And?\n{answer}: There.\n"))
    assert [speaker for _, speaker, _ in found] == [question, answer] * 2
    assert asks(question)


def test_words_that_end_in_a_question_mark_behind_a_time_are_no_name() -> None:
    found = turns(read("00:04 Int When?\n00:09 Bea In May.\n00:12 Int Alone?\n00:15 Bea With him.\n"))
    assert [words for _, _, words in found][1] == "00:09 Bea In May."


def test_names_in_brackets_on_lines_of_their_own_open_turns() -> None:
    found = turns(read("[Int]\nWhen?\n\n[Bea]\nIn May.\n\n[Int]\nAlone?\n\n[Bea]\nWith him.\n"))
    assert [speaker for _, speaker, _ in found] == ["Int", "Bea", "Int", "Bea"]
