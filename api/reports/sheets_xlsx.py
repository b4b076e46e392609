"""A document of tables as an Excel workbook, the last sheet telling how it was made.

Numbers are numbers, dates are dates, texts are texts: nothing in a cell is ever taken for a
formula. The same document gives the same bytes.
"""

from __future__ import annotations

import io
from datetime import date, datetime
from math import ceil
from typing import Any

from rich.cells import cell_len

from api.reports.sheets import FORMULA_STARTS, Cell, Document, Heading, Sheet
from features.language import Language, say

_FONT = "宋体"
_MARK_COLOUR = "#C00000"
_LINE_POINTS = 14.0
#: A cell of Excel holds 32,767 characters.
_MOST_CHARACTERS = 32_000
_BAD_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


def render(document: Document, lang: Language, *, author: str, moment: datetime) -> bytes:
    """The document as a workbook.

    Parameters
    ----------
    moment : datetime
        Naive UTC; when it was made.
    """
    import xlsxwriter

    file = io.BytesIO()
    options = {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
        "strings_to_numbers": False,
    }  # fmt: skip
    book = xlsxwriter.Workbook(file, options)
    book.set_properties({"title": document.title, "author": author, "created": moment})
    formats = _formats(book)
    taken: set[str] = {say("report.sheet.about", lang).lower()}
    for sheet in document.sheets:
        _write(book, formats, _tab(sheet.name, taken), sheet, document, lang)
    _about(book, formats, document, lang)
    book.close()
    return file.getvalue()


def _formats(book: Any) -> dict[str, Any]:
    plain = {"font_name": _FONT, "font_size": 10, "valign": "top", "border": 1,
             "border_color": "#BFBFBF"}  # fmt: skip
    free = {"font_name": _FONT, "font_size": 11, "valign": "top", "text_wrap": True}
    asked = {
        "head": {**plain, "bold": True, "bg_color": "#DCE6F1", "text_wrap": True,
                 "valign": "vcenter", "align": "center"},
        "text": {**plain, "text_wrap": True},
        "quoted": {**plain, "text_wrap": True, "quote_prefix": True},
        "count": {**plain, "num_format": "#,##0.##"},
        "percent": {**plain, "num_format": "0.0%"},
        "ids": plain,
        "amount": {**plain, "num_format": "#,##0.00"},
        "date": {**plain, "num_format": "yyyy-mm-dd"},
        "title": {**free, "bold": True, "font_size": 14, "text_wrap": False},
        "mark": {**free, "bold": True, "font_color": _MARK_COLOUR, "text_wrap": False},
        "label": {**free, "bold": True, "text_wrap": False},
        "free": free,
    }  # fmt: skip
    # Whole figures without a decimal point that hangs in the air.
    asked["whole"] = {**plain, "num_format": "#,##0"}
    return {name: book.add_format(properties) for name, properties in asked.items()}


def _tab(name: str, taken: set[str]) -> str:
    """A name that Excel takes: 31 characters, none of its own marks, on no other tab."""
    plain = name.translate(_BAD_IN_NAMES).strip("' ")[:31] or "-"
    found, n = plain, 1
    while found.lower() in taken:
        n += 1
        found = f"{plain[: 28 - len(str(n))]} ({n})"
    taken.add(found.lower())
    return found


def _write(
    book: Any, formats: dict[str, Any], tab: str, sheet: Sheet, document: Document, lang: Language
) -> None:
    page = book.add_worksheet(tab)
    for place, heading in enumerate(sheet.headings):
        page.set_column(place, place, heading.width)
        page.write_string(0, place, heading.label, formats["head"])
    page.set_row(0, 32 if sheet.headings else 14)
    for number, row in enumerate(sheet.rows, start=1):
        for place, (value, heading) in enumerate(zip(row, sheet.headings, strict=True)):
            _cell(page, formats, number, place, value, heading, lang)
        page.set_row(number, _LINE_POINTS * _lines(sheet.headings, row))
    below = 0
    if sheet.headings:
        page.freeze_panes(1, 1)
        page.autofilter(0, 0, max(1, len(sheet.rows)), len(sheet.headings) - 1)
        page.repeat_rows(0)
        paper = [i for i, heading in enumerate(sheet.headings) if heading.form != "ids"]
        page.print_area(0, 0, len(sheet.rows) + 1 + len(sheet.notes), paper[-1])
        below = len(sheet.rows) + 2
    for note in sheet.notes:
        page.write_string(below, 0, note, formats["label"])
        below += 1
    if document.mark:
        page.set_tab_color(_MARK_COLOUR)
    _print(page, sheet.title, document.mark, lang)


def _cell(
    page: Any, formats: dict[str, Any], row: int, place: int, value: Cell, heading: Heading,
    lang: Language,
) -> None:  # fmt: skip
    form = formats[heading.form]
    if value is None or value == "":
        page.write_blank(row, place, None, form)
    elif isinstance(value, bool):
        page.write_string(row, place, say("report.yes" if value else "report.no", lang), form)
    elif isinstance(value, date):
        page.write_datetime(row, place, value, form)
    elif isinstance(value, int | float):
        whole = heading.form != "percent" and float(value).is_integer()
        page.write_number(row, place, value, formats["whole"] if whole else form)
    else:
        risky = value.startswith(FORMULA_STARTS)  # kept a text even when someone edits the cell
        written = value if len(value) <= _MOST_CHARACTERS else f"{value[:_MOST_CHARACTERS]}…"
        page.write_string(row, place, written, formats["quoted"] if risky else form)


def _lines(headings: tuple[Heading, ...], row: tuple[Cell, ...]) -> int:
    """Lines that the fullest cell of a row needs; a Chinese character is two wide."""
    most = 1
    for heading, value in zip(headings, row, strict=True):
        if isinstance(value, str) and heading.form != "ids":
            room = max(heading.width - 2, 1)
            most = max(most, sum(max(1, ceil(cell_len(x) / room)) for x in value.split("\n")))
    return most


def _print(page: Any, title: str, mark: str | None, lang: Language) -> None:
    """A4 landscape, one page wide, title above, page number below."""
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
    # A page header holds 255 characters, and & begins a code in it.
    page.set_header(f"&L{title[:90].replace('&', '&&')}" + (f"&R{mark}" if mark else ""))
    page.set_footer("&C" + say("report.sheet.page", lang, page="&P", pages="&N"))


def _about(book: Any, formats: dict[str, Any], document: Document, lang: Language) -> None:
    page = book.add_worksheet(say("report.sheet.about", lang))
    page.set_column(0, 0, 18)
    page.set_column(1, 1, 90)
    page.hide_gridlines(2)
    page.write_string(0, 0, document.title, formats["title"])
    row = 1
    if document.mark:
        page.write_string(row, 0, document.mark, formats["mark"])
        row += 1
    for label, value in document.about:
        row += 1
        page.write_string(row, 0, label, formats["label"])
        page.write_string(row, 1, value, formats["free"])
    _print(page, document.title, document.mark, lang)
