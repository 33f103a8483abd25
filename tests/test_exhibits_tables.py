"""Exhibits as LaTeX files and as tables of a Word document: that they fit their page, and that TeX can set them."""

import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

from crosscase import analyse, load
from crosscase.case import Participant
from crosscase.exhibits import Exhibit, exhibits, to_latex, to_markdown, to_table
from crosscase.exhibits.participants import participants_exhibit
from crosscase.exhibits.typologies import Consideration, TypeColumn, TypologyExhibit
from crosscase.layout import ParticipantsLayout, RoleLine, SectorLines
from crosscase.theme import Sentence

ROOT = Path(__file__).parent.parent
NASTY = (
    '*all* of it [most] 50% A&B_C #1 {x} \\input{y} ~ ^ | <b> "so" $ `q` ‘no?‘ “yes!“ – — … '
    "≥ 3 → 4 € é \x00\u200b\u00adz"
)


@cache
def drawn() -> dict[str, Exhibit]:
    findings = analyse(load(ROOT))
    return {one.id: one for one in exhibits(findings, findings.study.layouts, findings.study.themes)}


def labelled(text: str) -> Exhibit:
    line = (SectorLines("s", text, (RoleLine(text, ("r",)),)),)
    layout = ParticipantsLayout("1", text, line, cases=text, notes=(text,))
    return participants_exhibit(layout, [Participant("p", "c", "s", "r")])


def shares(text: str) -> list[float]:
    return [float(share) for share in re.findall(r"p\{\\dimexpr(0\.\d+)\\linewidth", text)]


@pytest.mark.parametrize(
    ("exhibit_id", "packages"),
    [
        ("1", "array,booktabs,caption"),
        ("2", "array,booktabs,caption"),
        ("2b", "array,booktabs,caption,longtable,pdflscape"),
    ],
)
def test_a_latex_file_says_what_has_to_stand_in_the_preamble(exhibit_id: str, packages: str) -> None:
    first, second, *_ = to_latex(drawn()[exhibit_id]).splitlines()
    assert first == "% Read it in with \\input. In the preamble: \\usepackage[T1]{fontenc}"
    assert second == f"% \\usepackage{{{packages}}}"


def test_a_wide_table_lies_across_the_page_and_is_set_small() -> None:
    wide, upright = to_latex(drawn()["2b"]), to_latex(drawn()["2"])
    assert wide.count("\\begin{landscape}") == wide.count("\\end{landscape}") == 1
    assert "\\scriptsize" in wide
    assert "landscape" not in upright


@pytest.mark.parametrize("exhibit_id", ["1", "2", "2b"])
def test_the_columns_of_a_latex_table_fill_the_line_and_no_more(exhibit_id: str) -> None:
    assert 0.99 < sum(shares(to_latex(drawn()[exhibit_id]))) <= 1


def test_a_column_of_single_words_is_as_wide_as_the_longest_of_them() -> None:
    found = shares(to_latex(drawn()["2b"]))
    publicised, drugs, engagement = found[6], found[3], found[9]
    assert 88 * publicised > 0.45 * len("Publicised") + 0.8
    assert drugs < publicised < engagement


def test_heads_are_repeated_on_every_page_and_no_group_is_parted_from_its_head() -> None:
    lines = to_latex(drawn()["2b"]).splitlines()
    heads = [line for line in lines if line.startswith("\\textbf{Jurisdiction} &")]
    assert len(heads) == 2
    assert lines.index("\\endfirsthead") < lines.index("\\endhead") < lines.index("\\endlastfoot")
    assert "\\multicolumn{13}{l}{\\textit{continued}} \\\\" in lines
    groups = [line for line in lines if line.startswith("\\multicolumn{13}{>")]
    assert len(groups) == 5
    assert all(line.endswith(" \\\\*") for line in groups)


def test_heads_over_several_columns_have_a_rule_under_each() -> None:
    assert "\\cmidrule(lr){2-9}\\cmidrule(lr){10-12}\\cmidrule(lr){13-13}" in to_latex(drawn()["2b"]).splitlines()


def test_the_title_brings_its_own_number() -> None:
    assert "\\caption*{Exhibit 1: Participants" in to_latex(drawn()["1"])


@pytest.mark.parametrize(("text", "escaped"), [("* see below", "{*} see below"), ("[sic]", "{[}sic{]}")])
def test_a_star_or_a_bracket_after_a_row_is_not_taken_for_a_part_of_its_end(text: str, escaped: str) -> None:
    assert to_latex(labelled(text)).count(escaped) == 5


def test_letters_beyond_pdflatex_are_named() -> None:
    assert "% Compile it with LuaLaTeX or XeLaTeX, in a font that has these: Ω 中" in to_latex(labelled("中 and Ω"))
    assert "LuaLaTeX" not in to_latex(labelled(NASTY))


def test_only_the_name_at_the_head_of_a_row_is_bold() -> None:
    row = next(line for line in to_latex(drawn()["2b"]).splitlines() if line.startswith("\\textbf{Lonmouth}"))
    assert row.startswith("\\textbf{Lonmouth}\\par earlier: March 2020")


@pytest.mark.parametrize("export", [to_markdown, to_latex])
def test_the_key_of_the_values_is_one_sentence_for_each_feature(export: object) -> None:
    assert callable(export)
    assert "Possession is charged as before; overt = The office openly" in export(drawn()["2b"])


def test_a_words_table_has_both_rows_of_heads_and_words_for_those_who_hear_it() -> None:
    table = to_table(drawn()["2b"])
    assert [(entry.span, [part.text for part in entry.paragraphs]) for entry in table.over] == [
        (1, [""]),
        (8, ["Features that decide"]),
        (3, ["Considerations"]),
        (1, ["Where it stands"]),
    ]
    assert table.description.startswith("Columns: Jurisdiction, Declination, ")
    assert "Rows: Expanded Diversion, Aldermoor, " in table.description
    assert to_table(drawn()["1"]).over == ()


def without_tex() -> str:
    if shutil.which("pdflatex") is None:
        return "NOT COMPILED: there is no pdflatex here"
    asked = ["kpsewhich", "booktabs.sty", "caption.sty", "longtable.sty", "pdflscape.sty"]
    found = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.split()
    return "" if len(found) == len(asked) - 1 else "NOT COMPILED: this TeX lacks booktabs, caption or pdflscape"


@pytest.mark.skipif(bool(without_tex()), reason=without_tex())
@pytest.mark.parametrize("which", ["1", "2", "2b", "nasty"])
def test_pdflatex_sets_the_table_within_its_page(which: str, tmp_path: Path) -> None:
    text = to_latex(labelled(NASTY) if which == "nasty" else drawn()[which])
    packages = text.splitlines()[1].removeprefix("% ")
    page = "\\usepackage[a4paper,margin=2.5cm]{geometry}"
    head = ["\\documentclass[11pt]{article}", "\\usepackage[T1]{fontenc}", page, packages, "\\begin{document}"]
    (tmp_path / "exhibit.tex").write_text(text, encoding="utf-8")
    (tmp_path / "all.tex").write_text("\n".join([*head, "\\input{exhibit}", "\\end{document}"]), encoding="utf-8")
    command = ["pdflatex", "-halt-on-error", "-interaction=nonstopmode", "-draftmode", "all.tex"]
    for _ in range(2):
        run = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, timeout=120)
    said = run.stdout.decode("utf-8", errors="replace")
    assert run.returncode == 0, said[-2000:]
    assert "Overfull \\hbox" not in said


def test_a_sentence_of_a_persons_that_begins_like_the_mark_of_a_draft_stays_theirs() -> None:
    """What is a draft travels as a value: the mark is put before it where it is printed, and read back nowhere."""
    quoted = "[Draft] Act 12 was passed, and its [Draft] annex was not."
    column, drafted = (
        TypeColumn(name, name, (quoted,), is_draft, ("c",)) for name, is_draft in (("a", False), ("b", True))
    )
    row = Consideration("t", "Law", ((Sentence(quoted),),))
    exhibit = TypologyExhibit("2", "Types", "t", (column, drafted), (row,), ())
    lists, _, (written,) = to_table(exhibit).rows
    paragraphs = [entry.paragraphs[0] for entry in (*lists, written)]
    assert [(one.text, one.draft) for one in paragraphs] == [(quoted, False), (quoted, True), (quoted, False)]
    assert to_markdown(exhibit).count("\\[Draft\\]") == 2 * 3 + 1
    assert to_latex(exhibit).count("{[}Draft{]}") == 2 * 3 + 1
