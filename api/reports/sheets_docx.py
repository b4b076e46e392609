"""A document of tables as a Word document that can be handed on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from api.reports import word_template
from api.reports.sheets import Document, Sheet, shown
from features.language import Language, say

_PAGE_MM = 267.0


def render(document: Document, lang: Language, *, author: str, moment: datetime) -> bytes:
    """The document, A4 across: each sheet a heading, a table and its notes.

    Parameters
    ----------
    moment : datetime
        Naive UTC; when it was made.
    """
    word = word_template.blank(landscape=True)
    word.add_paragraph(document.title, style="Title")
    if document.mark:
        _marked(word.add_paragraph(), document.mark)
    for sheet in document.sheets:
        word.add_heading(sheet.title, level=1)
        if sheet.rows:
            _table(word, sheet, lang)
        elif sheet.headings:
            word.add_paragraph(say("report.no_rows", lang))
        for note in sheet.notes:
            word.add_paragraph(note)
    word.add_heading(say("report.about.heading", lang), level=1)
    for label, value in document.about:
        line = word.add_paragraph()
        line.add_run(say("report.label", lang, label=label)).bold = True
        line.add_run(value)
    _footer(word, document)
    return word_template.to_bytes(word, title=document.title, author=author, moment=moment)


def _table(word: Any, sheet: Sheet, lang: Language) -> None:
    seen = [i for i, heading in enumerate(sheet.headings) if heading.on_screen]
    widths = [sheet.headings[i].width for i in seen]
    millimetres = [_PAGE_MM * width / sum(widths) for width in widths]
    labels = [sheet.headings[i].label for i in seen]
    table = word_template.table(word, labels, millimetres)
    for row in sheet.rows:
        cells = [shown(row[i], sheet.headings[i].form, lang) for i in seen]
        word_template.add_row(table, cells, millimetres)


def _marked(paragraph: Any, mark: str) -> None:
    from docx.shared import RGBColor

    run = paragraph.add_run(mark)
    run.bold = True
    run.font.color.rgb = RGBColor(0xC0, 0, 0)


def _footer(word: Any, document: Document) -> None:
    """Page number, and on every page the mark of made-up data."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph = word.sections[0].footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if document.mark:
        paragraph.add_run(f"{document.mark}    ")
    word_template.add_page_number(paragraph)
