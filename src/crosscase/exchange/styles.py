"""How a Word document from crosscase looks: all of it through styles, so that a template can change it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import shorten
from typing import Any

NOTE, DRAFT = "Table note", "Draft"
FONT = "Times New Roman"
A4 = (11906, 16838)
MARGIN = 1134
TWIP = 635
TWIPS_IN_A_POINT = 20
LONGEST_WORDS = 255


@dataclass(frozen=True, slots=True)
class Look:
    """The styles of a table and of what stands in it; `size` in points, `padding` in twips at each side of a cell."""

    table: str
    cell: str
    bullet: str
    lead: str
    head: str
    size: int
    padding: int


USUAL = Look("Exhibit", "Table text", "Table bullet", "Table lead", "Table head", 9, 85)
DENSE = Look(
    "Dense exhibit", "Dense table text", "Dense table bullet", "Dense table lead", "Dense table head", 8, 57
)  # fmt: skip

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TABLE = f"""<w:style xmlns:w="{_W}" w:type="table" w:customStyle="1" w:styleId="Exhibit">
<w:name w:val="{USUAL.table}"/><w:basedOn w:val="TableNormal"/><w:uiPriority w:val="99"/><w:qFormat/>
<w:tblPr><w:tblBorders><w:top w:val="single" w:sz="8" w:space="0" w:color="000000"/>
<w:bottom w:val="single" w:sz="8" w:space="0" w:color="000000"/>
<w:insideH w:val="single" w:sz="4" w:space="0" w:color="A6A6A6"/></w:tblBorders>
<w:tblCellMar><w:top w:w="40" w:type="dxa"/><w:left w:w="{USUAL.padding}" w:type="dxa"/>
<w:bottom w:w="40" w:type="dxa"/><w:right w:w="{USUAL.padding}" w:type="dxa"/></w:tblCellMar></w:tblPr>
<w:tblStylePr w:type="firstRow"><w:tcPr><w:tcBorders>
<w:bottom w:val="single" w:sz="8" w:space="0" w:color="000000"/></w:tcBorders></w:tcPr></w:tblStylePr></w:style>"""
_DENSE = f"""<w:style xmlns:w="{_W}" w:type="table" w:customStyle="1" w:styleId="DenseExhibit">
<w:name w:val="{DENSE.table}"/><w:basedOn w:val="Exhibit"/><w:uiPriority w:val="99"/><w:qFormat/>
<w:tblPr><w:tblCellMar><w:left w:w="{DENSE.padding}" w:type="dxa"/>
<w:right w:w="{DENSE.padding}" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>"""

_NARROW = re.compile(r"[fijlrtI.,:;'’!|()\[\]\- ]")
_BROAD = re.compile(r"[A-HJ-Zmw@%&—…]")
_BREAKS = re.compile(r"\s+|(?<=[-–—])")


def define(document: Any, language: str) -> None:
    """Give the document its styles, its page and its page numbers."""
    from docx.oxml.parser import parse_xml
    from docx.shared import Pt, RGBColor

    known = document.styles
    for table in (_TABLE, _DENSE):
        known.element.append(parse_xml(table))
    for name in ("Normal", "Title", "Heading 1", "Caption"):
        _set_font(known[name])
        known[name].font.color.rgb = RGBColor(0, 0, 0)
    for name in ("Normal", "Caption"):
        known[name].font.size = Pt(11)
    for line in known["Title"].element.findall(f".//{{{_W}}}pBdr"):
        line.getparent().remove(line)
    known["Heading 1"].paragraph_format.space_before = Pt(12)
    known["Caption"].paragraph_format.keep_with_next = True
    for look in (USUAL, DENSE):
        _add_styles(known, look)
    for name, bold in ((NOTE, False), (DRAFT, True)):
        _add_style(known, name, USUAL.cell, USUAL.size, bold=bold)
    known[DRAFT].font.italic = True
    known[NOTE].paragraph_format.space_before = Pt(4)
    _set_language(known.element, language)
    _lay_out(document.sections[0], across=False)
    _number_pages(document.sections[0])


def turn(document: Any, *, across: bool) -> bool:
    """Go on upright or across the page; whether a new section had to begin for that, which begins a page."""
    from docx.enum.section import WD_SECTION

    if _is_across(document.sections[-1]) == across:
        return False
    _lay_out(document.add_section(WD_SECTION.NEW_PAGE), across=across)
    return True


def room(document: Any, look: Look) -> float:
    """How many ems of a table's letters stand side by side on the present page."""
    section = document.sections[-1]
    width = section.page_width - section.left_margin - section.right_margin
    return float(width / TWIP / TWIPS_IN_A_POINT / look.size)


def padding(look: Look) -> float:
    """The ems that a cell leaves free at its two sides."""
    return 2 * look.padding / TWIPS_IN_A_POINT / look.size


def ems(text: str, *, bold: bool = False) -> float:
    """About how wide a text is in a roman face, in ems; rather too much than too little."""
    narrow, broad = len(_NARROW.findall(text)), len(_BROAD.findall(text))
    plain = 0.5 * (len(text) - narrow - broad) + 0.34 * narrow + 0.78 * broad
    return plain * (1.08 if bold else 1.0)


def longest_word(texts: Sequence[str], *, bold: bool = False) -> float:
    """The ems of the longest word, since a column that is narrower would break it; hyphens part words."""
    return max((ems(word, bold=bold) for text in texts for word in _BREAKS.split(text)), default=0.0)


def fitted(shares: Sequence[float], least: Sequence[float], room: float) -> tuple[float, ...]:
    """The columns' parts of the room: as the shares say, but none narrower than its longest word needs.

    Where not even the words find room, each column gets as much of it as its word asks for.
    """
    if sum(least) >= room:
        return tuple(one / sum(least) for one in least)
    fixed: set[int] = set()
    while True:
        left = room - sum(least[number] for number in fixed)
        free = sum(share for number, share in enumerate(shares) if number not in fixed)
        widths = [least[n] if n in fixed else left * share / free for n, share in enumerate(shares)]
        short = {number for number, width in enumerate(widths) if width < least[number]} - fixed
        if not short:
            return tuple(width / sum(widths) for width in widths)
        fixed |= short


def dress(table: Any, look: Look, widths: Sequence[float], caption: str, description: str, *, row_heads: bool) -> None:
    """Give a table its style, its widths, and the words that are read out in its stead."""
    table.style = look.table
    table.autofit = False
    section = table.part.document.sections[-1]
    room = section.page_width - section.left_margin - section.right_margin
    for column, share in zip(table.columns, widths, strict=True):
        column.width = int(room * share)
    for row in table.rows:
        for cell, share in zip(row.cells, widths, strict=True):
            cell.width = int(room * share)
    look_of = table._tbl.tblPr.find(f"{{{_W}}}tblLook")
    if look_of is not None:
        table._tbl.tblPr.remove(look_of)
    first = {"firstRow": "1", "firstColumn": str(int(row_heads)), "lastRow": "0", "lastColumn": "0"}
    _add(table._tbl.tblPr, "tblLook", val="06A0" if row_heads else "0620", **first, noHBand="1", noVBand="1")
    _add(table._tbl.tblPr, "tblCaption", val=shorten(caption, LONGEST_WORDS, placeholder=" …"))
    if description:
        _add(table._tbl.tblPr, "tblDescription", val=shorten(description, LONGEST_WORDS, placeholder=" …"))


def mark(row: Any, *, head: bool, whole: bool, with_next: bool) -> None:
    """A head is repeated on every page; a row that is `whole` isn't parted; one `with_next` isn't left behind."""
    properties = row._tr.get_or_add_trPr()
    if whole:
        _add(properties, "cantSplit")
    if head:
        _add(properties, "tblHeader")
    if head or with_next:
        for paragraph in (paragraph for cell in row.cells for paragraph in cell.paragraphs):
            paragraph.paragraph_format.keep_with_next = True


def align(paragraph: Any, *, right: bool) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _add_styles(known: Any, look: Look) -> None:
    from docx.shared import Pt

    for name, based_on, bold in (
        *((look.cell, "Normal", False), (look.head, look.cell, True)),
        *((look.lead, look.cell, True), (look.bullet, "List Bullet", False)),
    ):
        _add_style(known, name, based_on, look.size, bold=bold)
    indent = known[look.bullet].paragraph_format
    indent.left_indent, indent.first_line_indent = Pt(look.size + 1), Pt(-look.size - 1)


def _add_style(known: Any, name: str, based_on: str, size: int, *, bold: bool) -> None:
    """A style of paragraphs that stands in the gallery, where people look for what to change."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Pt

    style = known.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style, style.quick_style = known[based_on], True
    style.font.size, style.font.bold = Pt(size), bold or None
    style.paragraph_format.space_after = Pt(2)


def _lay_out(section: Any, *, across: bool) -> None:
    from docx.enum.section import WD_ORIENT

    section.orientation = WD_ORIENT.LANDSCAPE if across else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (side * TWIP for side in (reversed(A4) if across else A4))
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, MARGIN * TWIP)


def _is_across(section: Any) -> bool:
    return bool(section.page_width > section.page_height)


def _set_font(style: Any) -> None:
    """Name the font for every script; the template's headings would otherwise keep the theme's."""
    style.font.name = FONT
    fonts = style.element.rPr.rFonts
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(f"{{{_W}}}{script}", FONT)


def _set_language(styles: Any, language: str) -> None:
    for lang in styles.iter(f"{{{_W}}}lang"):
        lang.set(f"{{{_W}}}val", "en-GB" if language == "en" else language)


def _number_pages(section: Any) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _add(paragraph._p, "fldSimple", instr="PAGE")


def _add(parent: Any, tag: str, **attributes: str) -> None:
    from docx.oxml.parser import OxmlElement

    element = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        element.set(f"{{{_W}}}{name}", value)
    parent.append(element)
