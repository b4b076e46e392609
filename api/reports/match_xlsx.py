"""A match list as an Excel workbook: the list on the first sheet, how it was made on the second.

Numbers are numbers (percentages only formatted as such), texts are texts: nothing in a cell is
ever taken for a formula. The same list gives the same bytes.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from math import ceil
from typing import Any

from rich.cells import cell_len

from api.reports import columns, details, provenance
from api.reports.columns import Flat
from api.reports.figures import cell
from api.reports.provenance import Provenance
from features.language import Language, say
from matcher.match_list import Match, MatchList

_FONT = "宋体"
_MARK_COLOUR = "#C00000"


@dataclass(frozen=True)
class _Column:
    """A column of the sheet: its heading, its width in characters, the format of its cells."""

    name: str
    heading: str
    width: float
    form: str


def render(
    match_list: MatchList, made: Provenance, lang: Language, *, contacts: bool = False
) -> bytes:
    """The list as a workbook.

    Parameters
    ----------
    contacts : bool
        Add contact, phone and officer: for promotion staff only.
    """
    import xlsxwriter

    file = io.BytesIO()
    options = {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
        "strings_to_numbers": False,
    }  # fmt: skip
    book = xlsxwriter.Workbook(file, options)
    title = provenance.title(match_list, lang)
    book.set_properties({"title": title, "author": made.made_by, "created": made.moment})
    formats = _formats(book)
    _list_sheet(book, formats, match_list, lang, contacts=contacts)
    _about_sheet(book, formats, match_list, made, lang)
    book.close()
    return file.getvalue()


def _formats(book: Any) -> dict[str, Any]:
    """The cell formats by name."""
    plain = {"font_name": _FONT, "font_size": 10, "valign": "top", "border": 1,
             "border_color": "#BFBFBF"}  # fmt: skip
    free = {"font_name": _FONT, "font_size": 11, "valign": "top", "text_wrap": True}
    asked = {
        "head": {**plain, "bold": True, "bg_color": "#DCE6F1", "text_wrap": True,
                 "valign": "vcenter", "align": "center"},
        "text": {**plain, "text_wrap": True},
        "quoted": {**plain, "text_wrap": True, "quote_prefix": True},
        "count": {**plain, "num_format": "0"},
        "percent": {**plain, "num_format": "0.0%"},
        "amount": {**plain, "num_format": "#,##0.##"},
        "whole": {**plain, "num_format": "#,##0"},
        "score": {**plain, "num_format": "0.000"},
        "title": {**free, "bold": True, "font_size": 14, "text_wrap": False},
        "mark": {**free, "bold": True, "font_color": _MARK_COLOUR, "text_wrap": False},
        "label": {**free, "bold": True, "text_wrap": False},
        "free": free,
    }  # fmt: skip
    return {name: book.add_format(properties) for name, properties in asked.items()}


def _columns(match_list: MatchList, lang: Language, *, contacts: bool) -> list[_Column]:
    """All columns of the list sheet, the candidate's terms and contacts last."""
    found = [
        _Column(name, say(f"report.column.{name}", lang), width, form)
        for name, width, form in _MAIN
    ]
    if all(match.via is None for match in match_list.matches):
        found = [column for column in found if column.name != "via"]
    for name in columns.term_names(match_list):
        values = [match.terms.get(name) for match in match_list.matches]
        numbers = all(isinstance(v, int | float) for v in values if v is not None)
        form = "percent" if details.is_rate(name) else "amount" if numbers else "text"
        width = 12 if numbers else 16
        found.append(_Column(f"term:{name}", details.term_heading(name, lang), width, form))
    if contacts:
        found += [
            _Column(f"contact:{name}", say(f"report.column.{name}", lang), 14, "text")
            for name in columns.contact_names(match_list)
        ]
    return found


_MAIN = (
    ("rank", 6, "count"), ("candidate_id", 14, "text"), ("name", 28, "text"),
    ("region_name", 14, "text"), ("p_signed", 9, "percent"), ("low_signed", 9, "percent"),
    ("high_signed", 9, "percent"), ("odds", 14, "text"), ("reasons", 48, "text"),
    ("cautions", 28, "text"), ("paired", 7, "text"), ("distance_km", 9, "whole"),
    ("known", 10, "text"), ("via", 14, "text"), ("improve", 30, "text"),
    ("p_started", 9, "percent"), ("p_funded", 9, "percent"), ("p_completed", 9, "percent"),
    ("expected_investment_wan", 13, "whole"), ("score", 9, "score"),
)  # fmt: skip
_LAST_PRINTED = ("via", "known")  # the columns up to here go on paper, the rest is for the screen
_LINE_POINTS = 14.0


def _list_sheet(
    book: Any,
    formats: dict[str, Any],
    match_list: MatchList,
    lang: Language,
    *,
    contacts: bool,
) -> None:
    sheet = book.add_worksheet(_sheet_name(match_list, lang))
    shown = _columns(match_list, lang, contacts=contacts)
    for place, column in enumerate(shown):
        sheet.set_column(place, place, column.width)
        sheet.write_string(0, place, column.heading, formats["head"])
    write = _Writer(sheet, formats, lang)
    for row, match in enumerate(match_list.matches, start=1):
        values = {**columns.flat(match, lang), "known": columns.known(match, lang)}
        cells = [_value(match, column, values, lang) for column in shown]
        for place, (column, value) in enumerate(zip(shown, cells, strict=True)):
            write.cell(row, place, value, column.form)
        sheet.set_row(row, _LINE_POINTS * _lines(shown, cells))
    sheet.set_row(0, 32)
    sheet.freeze_panes(1, 3)
    sheet.autofilter(0, 0, max(1, len(match_list.matches)), len(shown) - 1)
    if match_list.made_up:
        sheet.set_tab_color(_MARK_COLOUR)
    _print_settings(sheet, match_list, lang)
    sheet.repeat_rows(0)
    names = [column.name for column in shown]
    last = next(names.index(name) for name in _LAST_PRINTED if name in names)
    sheet.print_area(0, 0, max(1, len(match_list.matches)), last)
    if not match_list.matches:
        note = match_list.note[lang] if match_list.note else say("report.empty", lang)
        sheet.write_string(1, 2, note, formats["text"])


def _value(match: Match, column: _Column, values: dict[str, Flat], lang: Language) -> Flat:
    area, _, name = column.name.rpartition(":")
    if area == "term" and name == "industry" and (code := match.terms.get(name)):
        return details.term_value(name, code, lang)
    if area == "term":
        return columns.term(match, name, lang)
    if area == "contact":
        return match.contacts.get(name)
    return values[name]


def _lines(shown: list[_Column], cells: list[Flat]) -> int:
    """Lines that the fullest cell of a row needs; a Chinese character is two wide."""
    most = 1
    for column, value in zip(shown, cells, strict=True):
        if isinstance(value, str):
            room = column.width - 2
            most = max(most, sum(max(1, ceil(cell_len(x) / room)) for x in value.split("\n")))
    return most


@dataclass(frozen=True)
class _Writer:
    """Writes the cells of the list sheet."""

    sheet: Any
    formats: dict[str, Any]
    lang: Language

    def cell(self, row: int, place: int, value: Flat, form: str) -> None:
        """A number as a number, truth in words, a text always as a text."""
        if value is None or value == "":
            self.sheet.write_blank(row, place, None, self.formats[form])
        elif isinstance(value, bool):
            self.sheet.write_string(row, place, cell(value, self.lang), self.formats["text"])
        elif isinstance(value, int | float):
            self.sheet.write_number(row, place, value, self.formats[form])
        else:
            risky = value[0] in "=+-@"  # kept a text even when someone edits the cell
            self.sheet.write_string(row, place, value, self.formats["quoted" if risky else "text"])


def _sheet_name(match_list: MatchList, lang: Language) -> str:
    name = say("report.sheet.matches", lang)
    return f"{name} ({say('report.mark_short', lang)})" if match_list.made_up else name


def _print_settings(sheet: Any, match_list: MatchList, lang: Language) -> None:
    """A4 landscape, one page wide, title above, page number below."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
    # A page header holds 255 characters, and & begins a code in it.
    title = provenance.title(match_list, lang)[:90].replace("&", "&&")
    mark = provenance.mark(match_list)
    sheet.set_header(f"&L{title}" + (f"&R{mark[lang]}" if mark else ""))
    sheet.set_footer("&C" + say("report.sheet.page", lang, page="&P", pages="&N"))


def _about_sheet(
    book: Any, formats: dict[str, Any], match_list: MatchList, made: Provenance, lang: Language
) -> None:
    """How the list was made and how to read it."""
    sheet = book.add_worksheet(say("report.sheet.about", lang))
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 90)
    sheet.hide_gridlines(2)
    sheet.write_string(0, 0, say("report.about.heading", lang), formats["title"])
    row = 1
    mark = provenance.mark(match_list)
    if mark is not None:
        sheet.write_string(row, 0, mark[lang], formats["mark"])
        row += 1
    for label, value in provenance.lines(match_list, made, lang):
        row += 1
        sheet.write_string(row, 0, label, formats["label"])
        sheet.write_string(row, 1, value, formats["free"])
    row += 2
    sheet.write_string(row, 0, say("report.about.reading", lang), formats["label"])
    for sentence in provenance.reading(lang):
        sheet.write_string(row, 1, sentence, formats["free"])
        row += 1
    _print_settings(sheet, match_list, lang)
