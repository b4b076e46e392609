"""A document of tables as the bytes of a file: text, CSV, a workbook, Word."""

from __future__ import annotations

from typing import Literal

from api import settings
from api.reports import sheets
from api.reports.sheets import Document
from features.language import Language

SheetFormat = Literal["table", "csv", "xlsx", "docx"]


def rendered(document: Document, form: SheetFormat, lang: Language, *, author: str) -> bytes:
    """The document in a format.

    Parameters
    ----------
    author : str
        Who asked for it, for the file's own properties.
    """
    if form == "csv":
        return sheets.as_csv(document)
    if form == "table":
        return sheets.as_text(document, lang).encode()
    from api.reports import sheets_docx, sheets_xlsx  # Word and Excel load slowly

    render = sheets_xlsx.render if form == "xlsx" else sheets_docx.render
    return render(document, lang, author=author, moment=settings.now().replace(tzinfo=None))
