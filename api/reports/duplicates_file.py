"""Likely duplicates as a file in which a person approves merging: CSV or Excel."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from api.reports.match_csv import harmless
from api.settings import stamp
from features.duplicates import LikelyPair
from features.language import Language, say
from features.stamps import now

if TYPE_CHECKING:
    from api.usecases.duplicates import DuplicatesReport

_COLUMNS = ("merge", "keep", "a", "b", "score", "name_a", "name_b", "region_a", "region_b",
            "evidence")  # fmt: skip
_WIDTHS = (10, 20, 20, 20, 10, 36, 36, 14, 14, 80)


def evidence_said(pair: LikelyPair, lang: Language) -> str:
    """All findings on a pair in one line, what speaks against it marked as such."""
    said = []
    for each in pair.evidence:
        code = "duplicates.against" if each.weight < 0 else "duplicates.for"
        said.append(say(code, lang, finding=each.text[lang]))
    return say("report.separator", lang).join(said)


def _rows(report: DuplicatesReport, lang: Language) -> list[list[str | float]]:
    table = report.enterprises
    at = {str(key): i for i, key in enumerate(table["id"])}
    rows: list[list[str | float]] = []
    for pair in report.found.pairs:
        i, j = at[pair.a], at[pair.b]
        names = [str(table["name"][k] or "") for k in (i, j)]
        codes = [str(table["region"][k] or "") for k in (i, j)]
        regions = [report.regions.get(code, code) for code in codes]
        rows.append(
            ["", pair.keep, pair.a, pair.b, pair.score, *names, *regions,
             evidence_said(pair, lang)]
        )  # fmt: skip
    return rows


def _headings(lang: Language) -> list[str]:
    return [say(f"duplicates.column.{name}", lang) for name in _COLUMNS]


def csv_bytes(report: DuplicatesReport, lang: Language) -> bytes:
    """The pairs as CSV, UTF-8 with a byte order mark."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(_headings(lang))
    for row in _rows(report, lang):
        writer.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in row])
    return file.getvalue().encode("utf-8-sig")


def xlsx_bytes(report: DuplicatesReport, lang: Language, *, made_by: str) -> bytes:
    """The pairs as a workbook: yes or no and which to keep are chosen from lists."""
    import xlsxwriter

    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
               "strings_to_numbers": False}  # fmt: skip
    book = xlsxwriter.Workbook(file, options)
    made = now().replace(tzinfo=None)
    book.set_properties({"title": say("duplicates.title", lang), "author": made_by,
                         "created": made})  # fmt: skip
    head = book.add_format({"bold": True, "bg_color": "#DCE6F1", "text_wrap": True, "border": 1})
    cell = book.add_format({"text_wrap": True, "valign": "top"})
    asked = book.add_format({"valign": "top", "bg_color": "#FFF8DC", "border": 1,
                             "border_color": "#BFBFBF"})  # fmt: skip
    sheet = book.add_worksheet(say("duplicates.sheet", lang))
    for j, (heading, width) in enumerate(zip(_headings(lang), _WIDTHS, strict=True)):
        sheet.set_column(j, j, width)
        sheet.write_string(0, j, heading, head)
    for i, row in enumerate(_rows(report, lang), 1):
        for j, value in enumerate(row):
            form = asked if j < 2 else cell
            if isinstance(value, str):
                sheet.write_string(i, j, value, form) if value else sheet.write_blank(
                    i, j, None, form
                )
            else:
                sheet.write_number(i, j, value, form)
        answers = [say("duplicates.yes", lang), say("duplicates.no", lang)]
        sheet.data_validation(i, 0, i, 0, {"validate": "list", "source": answers})
        sheet.data_validation(i, 1, i, 1, {"validate": "list", "source": [row[2], row[3]]})
    sheet.freeze_panes(1, 4)
    sheet.autofilter(0, 0, max(1, len(report.found.pairs)), len(_COLUMNS) - 1)
    _about(book, report, lang, made_by)
    book.close()
    return file.getvalue()


def _about(book: object, report: DuplicatesReport, lang: Language, made_by: str) -> None:
    """How to fill the sheet in, and how it was made."""
    sheet = book.add_worksheet(say("export.about", lang))  # type: ignore[attr-defined]
    bold = book.add_format({"bold": True, "valign": "top"})  # type: ignore[attr-defined]
    free = book.add_format({"text_wrap": True, "valign": "top"})  # type: ignore[attr-defined]
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 90)
    lines = [
        ("duplicates.how", say("duplicates.how_to", lang)),
        ("usecase.about.rows", str(len(report.enterprises))),
        ("duplicates.pairs", str(len(report.found.pairs))),
        ("usecase.about.made_at", stamp()),
        ("usecase.about.made_by", made_by),
    ]
    if report.made_up:
        lines.insert(0, ("usecase.about.note", say("usecase.about.made_up", lang)))
    for i, (label, said) in enumerate(lines):
        sheet.write_string(i, 0, say(label, lang), bold)
        sheet.write_string(i, 1, said, free)
