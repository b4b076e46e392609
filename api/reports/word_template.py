"""The Word template of all reports: page, fonts for both scripts, headings, tables.

Built in code, so that nothing comes from a template made elsewhere. Word takes Chinese text in
the font of ``w:eastAsia``; without it, or with the theme of python-docx's own template, it would
fall into a Japanese font.
"""

from __future__ import annotations

import io
import zipfile
from copy import deepcopy
from datetime import datetime
from typing import Any

BODY = ("Times New Roman", "宋体")
HEADING = ("Arial", "黑体")

TABLE_TEXT = "Table Text"
"""Style of the paragraphs in a table: that of the table itself would lose to Normal."""

_FONTS = {
    "Normal": (BODY, 10.5, False), "Title": (HEADING, 18, True), "Heading 1": (HEADING, 14, True),
    "Heading 2": (HEADING, 12, True), "Table Grid": (BODY, 9, False), "Header": (BODY, 9, False),
    "Footer": (BODY, 9, False), "List Bullet": (BODY, 10.5, False),
    TABLE_TEXT: (BODY, 9, False),
}  # fmt: skip
_THEME = ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme")
_EPOCH = (1980, 1, 1, 0, 0, 0)


def blank(*, landscape: bool = False) -> Any:
    """An empty A4 document (:class:`docx.document.Document`) in our styles."""
    import docx
    from docx.enum.section import WD_ORIENT
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Mm

    document = docx.Document()
    section = document.sections[0]
    short, long = Mm(210), Mm(297)
    section.page_width, section.page_height = (long, short) if landscape else (short, long)
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.left_margin = section.right_margin = Mm(15)
    section.top_margin = section.bottom_margin = Mm(15)
    _set_defaults(document)
    document.styles.add_style(TABLE_TEXT, WD_STYLE_TYPE.PARAGRAPH)
    for name, (fonts, points, bold) in _FONTS.items():
        _set_style(document.styles[name], fonts, points, bold=bold)
    spacing = document.styles[TABLE_TEXT].paragraph_format
    spacing.space_before = spacing.space_after = 0
    return document


def _set_defaults(document: Any) -> None:
    """The fonts and languages of text without a style of its own."""
    from docx.oxml.ns import qn

    properties = document.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault"))
    run = properties.find(qn("w:rPr"))
    _set_fonts(run.find(qn("w:rFonts")), BODY)
    language = run.find(qn("w:lang"))
    language.set(qn("w:val"), "en-GB")
    language.set(qn("w:eastAsia"), "zh-CN")


def _set_style(style: Any, fonts: tuple[str, str], points: float, *, bold: bool) -> None:
    from docx.shared import Pt, RGBColor

    style.font.size = Pt(points)
    style.font.bold = bold
    style.font.color.rgb = RGBColor(0, 0, 0)
    style.font.name = fonts[0]
    _set_fonts(style.element.rPr.rFonts, fonts)


def _set_fonts(element: Any, fonts: tuple[str, str]) -> None:
    """Latin and Chinese font; references to the theme would win over them, so they go."""
    from docx.oxml.ns import qn

    for name in _THEME:
        element.attrib.pop(qn(f"w:{name}"), None)
    for name, font in (("ascii", fonts[0]), ("hAnsi", fonts[0]), ("eastAsia", fonts[1])):
        element.set(qn(f"w:{name}"), font)


def table(document: Any, headings: list[str], widths_mm: list[float]) -> Any:
    """A ruled table with a heading row that repeats on every page."""
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm

    made = document.add_table(rows=1, cols=len(headings), style="Table Grid")
    made.alignment = WD_TABLE_ALIGNMENT.CENTER
    made.autofit = False
    for column, width in zip(made.columns, widths_mm, strict=True):
        column.width = Mm(width)
    row = made.rows[0]
    repeat = OxmlElement("w:tblHeader")
    repeat.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(repeat)
    for cell, heading, width in zip(row.cells, headings, widths_mm, strict=True):
        cell.width = Mm(width)
        shade(cell, "DCE6F1")
        cell.paragraphs[0].style = TABLE_TEXT
        cell.paragraphs[0].add_run(heading).bold = True
    return made


def add_row(made: Any, values: list[str], widths_mm: list[float]) -> None:
    """A row of a table, not broken across pages; a newline begins a new paragraph.

    From the second row on the row above is copied: building each cell anew looks every style up
    and takes thirty times as long.
    """
    from docx.oxml.ns import qn

    last = made._tbl[-1]
    if last.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is None:
        _first_row(made, widths_mm)
        last = made._tbl[-1]
    else:
        last = deepcopy(last)
        made._tbl.append(last)
    for cell, value in zip(last.tc_lst, values, strict=True):
        first, *others = cell.p_lst
        for paragraph in others:
            cell.remove(paragraph)
        line, *more = value.split("\n")
        first.r_lst[0].text = line
        for line in more:
            paragraph = deepcopy(first)
            paragraph.r_lst[0].text = line
            cell.append(paragraph)


def _first_row(made: Any, widths_mm: list[float]) -> None:
    """The row that the others are copied from: each cell a paragraph with one run."""
    from docx.oxml import OxmlElement
    from docx.shared import Mm

    row = made.add_row()
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    for cell, width in zip(row.cells, widths_mm, strict=True):
        cell.width = Mm(width)
        cell.paragraphs[0].style = TABLE_TEXT
        cell.paragraphs[0].add_run("")


def shade(cell: Any, colour: str) -> None:
    """Fill the cell of a table with a colour (RRGGBB)."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    fill = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", colour)):
        fill.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(fill)


def add_page_number(paragraph: Any) -> None:
    """The number of the page, as a field that Word fills in."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)


def to_bytes(document: Any, *, title: str, author: str, moment: datetime) -> bytes:
    """The document as a file: the same document gives the same bytes.

    Parameters
    ----------
    moment : datetime
        Naive UTC; written as both created and changed.
    """
    core = document.core_properties
    core.title, core.author, core.last_modified_by = title, author, author
    core.created = core.modified = moment
    core.revision, core.comments, core.keywords = 1, "", ""
    made = io.BytesIO()
    document.save(made)
    settled = io.BytesIO()
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(settled, "w") as target:
        for part in source.infolist():  # the order in which they must stand is kept
            entry = zipfile.ZipInfo(part.filename, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            target.writestr(entry, source.read(part))
    return settled.getvalue()
