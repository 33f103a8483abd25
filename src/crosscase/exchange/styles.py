"""How a Word document from crosscase looks: all of it through styles, so that a template can change it."""

from collections.abc import Sequence
from typing import Any

CELL, BULLET, LEAD, HEAD = "Table text", "Table bullet", "Table lead", "Table head"
NOTE, DRAFT, TABLE = "Table note", "Draft", "Exhibit"
FONT = "Times New Roman"
A4 = (11906, 16838)
MARGIN = 1134
TWIP = 635

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TABLE = f"""<w:style xmlns:w="{_W}" w:type="table" w:customStyle="1" w:styleId="Exhibit">
<w:name w:val="Exhibit"/><w:basedOn w:val="TableNormal"/><w:uiPriority w:val="99"/><w:qFormat/>
<w:tblPr><w:tblBorders><w:top w:val="single" w:sz="8" w:space="0" w:color="000000"/>
<w:bottom w:val="single" w:sz="8" w:space="0" w:color="000000"/>
<w:insideH w:val="single" w:sz="4" w:space="0" w:color="A6A6A6"/></w:tblBorders>
<w:tblCellMar><w:top w:w="40" w:type="dxa"/><w:left w:w="85" w:type="dxa"/>
<w:bottom w:w="40" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar></w:tblPr>
<w:tblStylePr w:type="firstRow"><w:tcPr><w:tcBorders>
<w:bottom w:val="single" w:sz="8" w:space="0" w:color="000000"/></w:tcBorders></w:tcPr></w:tblStylePr></w:style>"""


def define(document: Any, language: str) -> None:
    """Give the document its styles, its page and its page numbers."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.oxml.parser import parse_xml
    from docx.shared import Pt, RGBColor

    known = document.styles
    known.element.append(parse_xml(_TABLE))
    for name in ("Normal", "Title", "Heading 1", "Caption"):
        _set_font(known[name])
        known[name].font.color.rgb = RGBColor(0, 0, 0)
    known["Normal"].font.size = Pt(11)
    known["Caption"].font.size = Pt(11)
    known["Caption"].paragraph_format.keep_with_next = True
    for name, based_on, bold in (
        *((CELL, "Normal", False), (HEAD, CELL, True), (LEAD, CELL, True)),
        *((BULLET, "List Bullet", False), (NOTE, CELL, False), (DRAFT, CELL, True)),
    ):
        style = known.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = known[based_on]
        style.font.size, style.font.bold = Pt(9), bold or None
        style.paragraph_format.space_after = Pt(2)
    known[BULLET].paragraph_format.left_indent, known[BULLET].paragraph_format.first_line_indent = Pt(10), Pt(-10)
    known[DRAFT].font.italic = True
    known[NOTE].paragraph_format.space_before = Pt(4)
    _set_language(known.element, language)
    _lay_out(document.sections[0], across=False)
    _number_pages(document.sections[0])


def turn(document: Any, *, across: bool) -> None:
    """Go on upright or across the page; a new section begins only where that changes."""
    from docx.enum.section import WD_SECTION

    if _is_across(document.sections[-1]) != across:
        _lay_out(document.add_section(WD_SECTION.NEW_PAGE), across=across)


def dress(table: Any, widths: Sequence[float], caption: str, description: str, *, row_heads: bool) -> None:
    """Give a table its style, its widths, and the words that are read out in its stead."""
    table.style = TABLE
    table.autofit = False
    section = table.part.document.sections[-1]
    room = section.page_width - section.left_margin - section.right_margin
    for column, share in zip(table.columns, widths, strict=True):
        column.width = int(room * share)
    for row in table.rows:
        for cell, share in zip(row.cells, widths, strict=True):
            cell.width = int(room * share)
    look = table._tbl.tblPr.find(f"{{{_W}}}tblLook")
    if look is not None:
        table._tbl.tblPr.remove(look)
    first = {"firstRow": "1", "firstColumn": str(int(row_heads)), "lastRow": "0", "lastColumn": "0"}
    _add(table._tbl.tblPr, "tblLook", val="06A0" if row_heads else "0620", **first, noHBand="1", noVBand="1")
    _add(table._tbl.tblPr, "tblCaption", val=caption[:255])
    if description:
        _add(table._tbl.tblPr, "tblDescription", val=description[:255])


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
