import io
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crosscase.exchange.document import DOCUMENT, Entry, Paragraph, Table, bullets, plain, write_document
from crosscase.exchange.quoting import MARK, Quotations
from crosscase.exchange.sheets import ILLEGAL
from crosscase.framework import analyse
from crosscase.problem import Refused
from crosscase.theme import CounterEvidence, Theme
from tests.test_exchange_tables import ELM, small_findings, small_study, source

DAY = date(2026, 1, 2)
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

TYPES = Table(
    "Exhibit 2: Two models.",
    ("Formal", "Informal"),
    (
        (bullets(["On paper", "Announced"]), bullets(["By word of mouth"], draft=True)),
        (Entry((Paragraph("Level of engagement", "lead"),), span=2, head=True),),
        (Entry((Paragraph("Nobody was asked."),), span=2),),
    ),
    "Two columns, one for each model.",
    ("Drawn up in 2026.",),
)
COUNTS = Table(
    "Exhibit 1: Participants.",
    ("Role", "Participants", "Towns"),
    (
        (Entry((Paragraph("Mayor"),), head=True), plain("16"), plain("14")),
        (Entry((Paragraph("5"),)), plain("–"), plain()),
    ),
)
WIDE = Table("Exhibit 3: Wide.", tuple("abcde"), (tuple(plain(letter) for letter in "abcde"),))
THEME = Theme(
    "help",
    "Who helped",
    "The church “lent us the hall” more than once.",
    counter_evidence=CounterEvidence("All codings of cost.", ("a1", "a2"), "Ash paid."),
    confidence={"adequacy": "Thin.", "coherence": "Fair."},
)


def document(path: Path, exhibits: Sequence[Table] = (), themes: Sequence[Theme] = (), **changes: object) -> Any:
    findings = analyse(small_study(path, **changes))
    return docx.Document(str(write_document(findings, path / DOCUMENT, exhibits=exhibits, themes=themes, on=DAY)))


def texts(table: Any) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def paragraphs(document: Any, style: str) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs if paragraph.style.name == style]


def test_the_document_has_headings_and_captions_by_style(tmp_path: Path) -> None:
    made = document(tmp_path, [COUNTS, TYPES], [THEME])
    assert paragraphs(made, "Title") == ["Small"]
    assert paragraphs(made, "Heading 1") == ["Exhibits", "Codebook", "Themes"]
    assert paragraphs(made, "Caption") == [
        "Exhibit 1: Participants.",
        "Exhibit 2: Two models.",
        "Codebook: the analytical framework.",
        "Themes, with the confidence placed in them and the evidence against them.",
    ]
    assert "Drawn up in 2026." in paragraphs(made, "Table note")


def test_an_exhibit_is_a_native_table_with_bullets_and_spanning_rows(tmp_path: Path) -> None:
    table = document(tmp_path, [TYPES]).tables[0]
    assert texts(table) == [
        ["Formal", "Informal"],
        ["On paper\nAnnounced", "Draft: By word of mouth"],
        ["Level of engagement"] * 2,
        ["Nobody was asked."] * 2,
    ]
    styles = [[p.style.name for p in row.cells[0].paragraphs] for row in table.rows]
    assert styles == [["Table head"], ["Table bullet", "Table bullet"], ["Table lead"], ["Table text"]]
    assert table.rows[2].cells[0]._tc is table.rows[2].cells[1]._tc
    assert table.rows[1].cells[0].paragraphs[0].style.base_style.name == "List Bullet"


def test_what_follows_a_spanning_cell_stands_beside_it(tmp_path: Path) -> None:
    row = (Entry((Paragraph("Subtotal"),), span=2), plain("16"))
    table = document(tmp_path, [replace(COUNTS, rows=(row,))]).tables[0]
    assert texts(table)[1] == ["Subtotal", "Subtotal", "16"]


def test_a_table_can_be_read_out_and_its_head_is_repeated(tmp_path: Path) -> None:
    counts, types = document(tmp_path, [COUNTS, TYPES]).tables[:2]
    heads = [row._tr.trPr is not None and row._tr.trPr.find(f"{W}tblHeader") is not None for row in types.rows]
    assert heads == [True, False, False, False]
    properties = types._tbl.tblPr
    assert properties.find(f"{W}tblCaption").get(f"{W}val") == "Exhibit 2: Two models."
    assert properties.find(f"{W}tblDescription").get(f"{W}val") == "Two columns, one for each model."
    lead = types.rows[2].cells[0].paragraphs[0]
    assert lead.paragraph_format.keep_with_next
    assert counts._tbl.tblPr.find(f"{W}tblDescription") is None


def test_the_first_column_is_said_to_hold_heads_where_it_does(tmp_path: Path) -> None:
    headed = replace(COUNTS, rows=COUNTS.rows[:1])
    looks = [table._tbl.tblPr.find(f"{W}tblLook") for table in document(tmp_path, [headed, COUNTS, TYPES]).tables[:3]]
    assert [look.get(f"{W}firstColumn") for look in looks] == ["1", "0", "0"]
    assert all(look.get(f"{W}firstRow") == "1" for look in looks)


def test_numbers_stand_at_the_right(tmp_path: Path) -> None:
    rows = document(tmp_path, [COUNTS]).tables[0].rows
    right = [[cell.paragraphs[0].alignment == WD_ALIGN_PARAGRAPH.RIGHT for cell in row.cells] for row in rows]
    assert right == [[False, True, True]] * 3


def test_a_dash_beside_words_stands_where_the_words_do(tmp_path: Path) -> None:
    said = (("Ash", "–", "14"), ("Elm", "dear", "–"), ("Oak", "3", "5"))
    table = replace(COUNTS, rows=tuple(tuple(map(plain, row)) for row in said))
    rows = document(tmp_path, [table]).tables[0].rows
    right = [[cell.paragraphs[0].alignment == WD_ALIGN_PARAGRAPH.RIGHT for cell in row.cells] for row in rows]
    assert right == [[False, False, True]] * 4


def test_a_row_is_kept_on_one_page_unless_it_would_fill_most_of_it(tmp_path: Path) -> None:
    rows = tuple((plain("what the mayor said " * times), plain()) for times in (1, 20, 200))
    table = document(tmp_path, [replace(TYPES, rows=rows)]).tables[0]
    assert [row._tr.trPr is not None and row._tr.trPr.find(f"{W}cantSplit") is not None for row in table.rows] == [
        *(True, True, True),
        False,
    ]


def test_every_table_but_the_first_begins_a_page(tmp_path: Path) -> None:
    made = document(tmp_path, [COUNTS, TYPES, WIDE, WIDE], [THEME])
    heads = [p for p in made.paragraphs if p.style.name in ("Heading 1", "Caption")]
    assert [(p.text, bool(p.paragraph_format.page_break_before)) for p in heads] == [
        ("Exhibits", False),
        ("Exhibit 1: Participants.", False),
        ("Exhibit 2: Two models.", True),
        ("Exhibit 3: Wide.", False),  # a section begins here, and with it a page
        ("Exhibit 3: Wide.", True),
        ("Codebook", True),
        ("Codebook: the analytical framework.", False),
        ("Themes", False),
        ("Themes, with the confidence placed in them and the evidence against them.", False),
    ]


def crowded(columns: int) -> Table:
    """A table of many columns, of which the last one asks for most of the page."""
    words = ["Declination", "advertised", "unwritten"] * columns
    head, row = words[:columns], words[1 : columns + 1]
    shares = (*[1.0] * (columns - 1), 12.0)
    over = (Entry((Paragraph("Features"),), columns - 1, True), Entry((Paragraph("Status"),), 1, True))
    return Table("Crowded.", tuple(head), (tuple(map(plain, row)),), widths=shares, over=over)


@pytest.mark.parametrize("columns", [3, 8, 13])
def test_no_column_is_too_narrow_for_its_longest_word(tmp_path: Path, columns: int) -> None:
    made = document(tmp_path, [crowded(columns)])
    size = made.styles["Dense table text" if columns > 8 else "Table text"].font.size
    words = [max(entries, key=len) for entries in zip(*texts(made.tables[0])[1:], strict=True)]
    widths = [column.width for column in made.tables[0].columns]
    assert all(width > 0.45 * size * len(word) for width, word in zip(widths, words, strict=True))
    assert widths[-1] == max(widths)


def test_a_word_without_end_leaves_the_other_columns_room(tmp_path: Path) -> None:
    endless = Table("Endless.", ("a", "b"), ((plain("x" * 900), plain("why the mayor left")),))
    widths = [column.width for column in document(tmp_path, [endless]).tables[0].columns]
    assert min(widths) > 0.4 * max(widths)


def test_a_crowded_table_is_set_small_and_repeats_both_rows_of_heads(tmp_path: Path) -> None:
    made = document(tmp_path, [crowded(13), WIDE])
    crowd, wide = made.tables[:2]
    assert (crowd.style.name, wide.style.name) == ("Dense exhibit", "Exhibit")
    assert [row.cells[0].paragraphs[0].style.name for row in crowd.rows] == [
        *("Dense table head", "Dense table head"),
        "Dense table text",
    ]
    assert [row._tr.trPr.find(f"{W}tblHeader") is not None for row in crowd.rows] == [True, True, False]
    assert texts(crowd)[0] == ["Features"] * 12 + ["Status"]
    assert made.styles["Dense table text"].font.size < made.styles["Table text"].font.size


def test_every_style_of_ours_stands_in_the_gallery(tmp_path: Path) -> None:
    made = document(tmp_path)
    ours = [style for style in made.styles if style.name.startswith(("Table ", "Dense ", "Draft", "Exhibit"))]
    assert len([style for style in ours if style.quick_style]) == 4 + 4 + 2 + 2


def test_wide_tables_stand_across_the_page(tmp_path: Path) -> None:
    made = document(tmp_path, [COUNTS, WIDE], [THEME])
    assert [section.orientation for section in made.sections] == [
        WD_ORIENT.PORTRAIT,
        WD_ORIENT.LANDSCAPE,
        WD_ORIENT.PORTRAIT,
    ]
    assert [section.page_width > section.page_height for section in made.sections] == [False, True, False]
    widths = [sum(column.width for column in table.columns) for table in made.tables]
    rooms = [section.page_width - section.left_margin - section.right_margin for section in made.sections]
    assert [
        round(width / room, 2) for width, room in zip(widths, [rooms[0], rooms[1], rooms[1], rooms[2]], strict=True)
    ] == [1.0] * 4


def test_the_codebook_has_a_row_for_each_code_under_its_category(tmp_path: Path) -> None:
    table = document(tmp_path).tables[0]
    assert texts(table) == [
        ["Code", "Definition", "Include", "Exclude", "Example"],
        ["Money"] * 5,
        ["Cost\ncost, deductive", "high: Much.\nlow", "rent\nfees", "", ""],
        ["Source\nsource, inductive", "", "", "", ""],
    ]


def test_a_theme_has_its_statement_confidence_and_counter_evidence(tmp_path: Path) -> None:
    bare = Theme("bare", "Bare")
    assert texts(document(tmp_path, themes=[THEME, bare]).tables[1])[1:] == [
        [
            "Who helped",
            "The church “lent us the hall” more than once.",
            "Adequacy: Thin.\nCoherence: Fair.",
            "Searched: All codings of cost.\nFound: 2 codings.\nAsh paid.",
        ],
        ["Bare", "", "Not stated.", "Not searched."],
    ]


def test_without_themes_and_exhibits_their_chapters_are_left_out(tmp_path: Path) -> None:
    assert paragraphs(document(tmp_path), "Heading 1") == ["Codebook"]


def test_drafts_are_called_drafts(tmp_path: Path) -> None:
    path = write_document(small_findings(tmp_path), tmp_path / DOCUMENT, exhibits=[replace(TYPES, draft=True)])
    said = paragraphs(docx.Document(str(path)), "Draft")
    assert said[0].startswith("Draft: 1 of 4 cells of the framework matrices rest on the machine's suggestions.")
    assert said[1].startswith("Draft: something in this table rests on the machine's suggestions")
    path.unlink()
    assert paragraphs(document(tmp_path, [TYPES]), "Draft") == []


def test_words_in_quotation_marks_that_stand_in_no_source_are_marked(tmp_path: Path) -> None:
    said = "They said “the church lent us a boat” and “Next to nothing, the church … us the hall”."
    table = replace(TYPES, rows=((plain(said), plain("")),), notes=('A "mayor who was never there" too.',))
    made = document(tmp_path, [table], [replace(THEME, statement="It was “nothing like what they said”.")])
    assert texts(made.tables[0])[1][0] == said.replace("boat”", f"boat”{MARK}")
    assert f'A "mayor who was never there"{MARK} too.' in paragraphs(made, "Table note")
    assert texts(made.tables[2])[1][1] == f"It was “nothing like what they said”{MARK}."


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("“next to NOTHING the church”", 0),
        ("‘the church lent us the hall’", 0),
        ("‘we don’t have a church’", 1),
        ('"to nothing, the church [kindly] lent us"', 0),
        ("“to nothing, the hall” and “us the hall, the”", 2),
        ("“so to speak”", 0),
        ("»the church lent us the boat«", 1),
        ("«the church lent us the boat»", 1),
        ("“ext to nothing, the church”", 1),
        ("no quote at all, it's the girls' church", 0),
    ],
)
def test_a_quote_is_looked_up_word_for_word(text: str, marks: int) -> None:
    assert Quotations([source("elm", ELM)]).marked(text).count(MARK) == marks


def test_the_same_findings_give_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    findings = small_findings(tmp_path)
    first = write_document(findings, tmp_path / "one.docx", exhibits=[TYPES], on=DAY).read_bytes()
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    assert write_document(findings, tmp_path / "two.docx", exhibits=[TYPES], on=DAY).read_bytes() == first
    about = docx.Document(io.BytesIO(first)).core_properties
    assert (about.author, about.title, about.created.date()) == ("crosscase", "Small", DAY)
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_fonts_and_language_are_said_by_styles_alone(tmp_path: Path) -> None:
    made = document(tmp_path, [TYPES])
    runs = [
        run
        for table in made.tables
        for row in table.rows
        for cell in row.cells
        for p in cell.paragraphs
        for run in p.runs
    ]
    assert runs
    assert all(run.font.name is None and run.font.size is None for run in runs)
    assert {made.styles[name].font.name for name in ("Normal", "Title", "Heading 1", "Caption")} == {"Times New Roman"}
    assert {lang.get(f"{W}val") for lang in made.styles.element.iter(f"{W}lang")} == {"en-GB"}


def test_a_document_that_was_edited_is_not_written_over(tmp_path: Path) -> None:
    findings = small_findings(tmp_path)
    path = write_document(findings, tmp_path / DOCUMENT)
    write_document(findings, path, exhibits=[TYPES])
    edited = docx.Document(str(path))
    edited.tables[0].rows[3].cells[0].paragraphs[0].add_run(" Or so they say.")
    edited.save(str(path))
    kept = path.read_bytes()
    with pytest.raises(Refused, match="was edited, or isn't from crosscase; move it away"):
        write_document(findings, path)
    assert path.read_bytes() == kept


@pytest.mark.parametrize("data", [b"", b"mine", b"PK\x05\x06" + bytes(18)])
def test_another_file_is_not_written_over(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "study.yaml"
    path.write_bytes(data)
    with pytest.raises(Refused, match="isn't from crosscase"):
        write_document(small_findings(tmp_path), path)
    assert path.read_bytes() == data


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    text=st.text(st.characters(exclude_characters="\r\x85\u2028\u2029\x1c\x1d\x1e\x0b\x0c"), min_size=1, max_size=40)
)
def test_any_text_stands_in_the_table_as_it_is(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    table = Table(text, ("a", text), ((plain(text), bullets([text])),), text, (), (0.2, 0.8))
    made = document(tmp_path_factory.mktemp("any"), [table], sources=())
    assert texts(made.tables[0])[1] == [Quotations([]).marked(ILLEGAL.sub("", text))] * 2
