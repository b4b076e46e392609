"""Tables of a report for a template, and the same report as a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from api import settings
from api.accounts import Account
from api.pages.errors import NoSuchPage
from api.pages.rendering import language
from api.reports.figures import money
from api.reports.sheets import Document, Sheet, shown
from features.language import Language, catalogue, say

_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_LONG = 8
"""Characters from which on a cell gets room, so that it does not become a column of letters."""
MOST_ROWS = 200
"""Rows of one table on a page; the file holds them all."""


@dataclass(frozen=True)
class Links:
    """Where a row leads: the address under its cell in a column, by the number of the row."""

    column: str
    addresses: Sequence[str | None]


def sheet_view(
    sheet: Sheet, lang: Language, *, links: Sequence[Links] = (), every: bool = False
) -> dict[str, Any]:
    """A table as words: headings, rows of cells, notes.

    Parameters
    ----------
    every : bool
        Also columns that a terminal has no room for, but never lists of ids.
    """
    at = [
        i for i, heading in enumerate(sheet.headings)
        if heading.form != "ids" and (every or heading.on_screen)
    ]  # fmt: skip
    leading = {each.column: each.addresses for each in links}
    rows = [
        [_cell(sheet, row, i, number, lang, leading) for i in at]
        for number, row in enumerate(sheet.rows[:MOST_ROWS])
    ]
    return {
        "lit": False, "title": sheet.title, "notes": sheet.notes, "rows": rows,
        "total": len(sheet.rows),
        "head": [(_label(sheet, i, lang), _right(sheet, i)) for i in at],
    }  # fmt: skip


def _label(sheet: Sheet, i: int, lang: Language) -> str:
    """A heading; sums of money bear their unit in the cell, so it does not."""
    code = f"pages.money.{sheet.headings[i].name}"
    return say(code, lang) if code in catalogue() else sheet.headings[i].label


def _right(sheet: Sheet, i: int) -> bool:
    return sheet.headings[i].form not in ("text", "ids", "date")


def _cell(
    sheet: Sheet, row: Sequence[Any], i: int, number: int, lang: Language,
    leading: Mapping[str, Sequence[str | None]],
) -> dict[str, Any]:  # fmt: skip
    heading, value = sheet.headings[i], row[i]
    text = shown(value, heading.form, lang)
    if heading.name.endswith("_wan") and isinstance(value, int | float):
        text = money(value, lang) if value else "0"
    addresses = leading.get(heading.name)
    to = addresses[number] if addresses is not None else None
    return {**plain_cell(text, _right(sheet, i)), "day": heading.form == "date", "to": to}


def plain_cell(text: str, right: bool = False) -> dict[str, Any]:
    """A cell that leads nowhere; ``right``: a figure."""
    words = " " in text or not text.isascii()  # an id is never broken, so it needs no room
    return {
        "text": text, "right": right, "day": False,
        "long": not right and words and len(text) > _LONG, "to": None,
    }  # fmt: skip


def report_file(
    request: Request, document: Document, name: str, ending: str, account: Account
) -> Response:
    """A report for Excel or Word.

    Raises
    ------
    NoSuchPage
        If there is no such kind of file.
    """
    from api.reports import sheets_docx, sheets_xlsx

    if ending not in _TYPES:
        raise NoSuchPage("pages.error.no_page")
    render = sheets_xlsx.render if ending == "xlsx" else sheets_docx.render
    moment = settings.now().replace(tzinfo=None)
    content = render(document, language(request), author=account.name, moment=moment)
    kept = {"content-disposition": f'attachment; filename="{name}.{ending}"'}
    return Response(content, media_type=_TYPES[ending], headers=kept)
