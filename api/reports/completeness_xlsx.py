"""Missing and old cells as a workbook to fill in: what it holds is imported as it is."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from api.settings import stamp
from features.export import cell_writer, place_cell, written_at
from features.language import Language, say
from features.schema import TABLES
from features.tables import Table

if TYPE_CHECKING:
    from api.usecases.completeness import CompletenessReport, RowCost

_FILL = "#FFF2CC"


def render(report: CompletenessReport, lang: Language, *, made_by: str) -> bytes:
    """A sheet for each table with the rows that miss something, the dearest first.

    Its columns are those that import knows, so that the filled-in workbook is imported as it is;
    what is missing is marked, and what is old too.
    """
    import xlsxwriter

    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
               "strings_to_numbers": False}  # fmt: skip
    book = xlsxwriter.Workbook(file, options)
    book.set_properties({"title": say("completeness.title", lang), "author": made_by,
                         "created": written_at()})  # fmt: skip
    for table in ("enterprises", "resources"):
        rows = [row for row in report.rows if row.table == table]
        if rows:
            _sheet(book, report, table, rows, lang)
    _about(book, report, lang, made_by)
    book.close()
    return file.getvalue()


def _sheet(
    book: Any, report: CompletenessReport, name: str, rows: list[RowCost], lang: Language
) -> None:
    head = book.add_format({"bold": True, "bg_color": "#DCE6F1", "border": 1, "text_wrap": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    fill = book.add_format({"bg_color": _FILL, "border": 1, "border_color": "#BFBFBF"})
    table: Table = report.tables[name]
    dear = [each.key for each in report.columns if each.first[0][0] == name]
    # An import asks for these in every row.
    needed = ["id", "name", "kind", "region", *(["industry"] if name == "enterprises" else [])]
    columns = [*dict.fromkeys([*needed, *dear, "confirmed_on"])]
    sheet = book.add_worksheet(name)
    at = {str(key): i for i, key in enumerate(table["id"])}
    for j, column in enumerate(columns):
        known = TABLES[name].names
        label = TABLES[name].column(column).label[lang] if column in known else column
        sheet.write_string(0, j, label, head)
        sheet.set_column(j, j, 30 if column in ("name", "description") else 16)
        write = cell_writer(table, column, report.regions)
        for i, row in enumerate(rows, 1):
            place_cell(sheet, i, j, write(table[column][at[row.id]]), day)
    for i, row in enumerate(rows, 1):
        for cell in row.cells:
            j = columns.index(cell.column)
            if cell.state == "missing":
                sheet.write_blank(i, j, None, fill)
            sheet.conditional_format(i, j, i, j, {"type": "no_errors", "format": fill})
    sheet.freeze_panes(1, 2)


def _about(book: Any, report: CompletenessReport, lang: Language, made_by: str) -> None:
    sheet = book.add_worksheet(say("export.about", lang))
    bold = book.add_format({"bold": True, "valign": "top"})
    free = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 90)
    lines = [
        ("completeness.how", say("completeness.how_to", lang)),
        ("completeness.what", say("completeness.meaning", lang, days=report.stale_days)),
        ("completeness.as_of", report.as_of.isoformat()),
        ("completeness.model", str(report.model["id"])),
        ("usecase.about.made_at", stamp()),
        ("usecase.about.made_by", made_by),
    ]
    if report.made_up:
        lines.insert(0, ("usecase.about.note", say("usecase.about.made_up", lang)))
    for i, (label, said) in enumerate(lines):
        sheet.write_string(i, 0, say(label, lang), bold)
        sheet.write_string(i, 1, said, free)
