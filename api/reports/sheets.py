"""Tables for people and for scripts: what is shown, whatever the format.

A :class:`Document` is a few sheets with how they came about; :func:`as_text` puts it on a terminal,
:func:`as_csv` writes its first sheet for scripts, and :mod:`api.reports.sheets_xlsx` the workbook.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date
from typing import Literal

from api.reports.figures import amount
from features.language import Language, say

Cell = str | int | float | bool | date | None
Form = Literal["text", "ids", "count", "percent", "amount", "date"]

#: Columns of a terminal.
WIDTH = 100

#: What a spreadsheet takes for the start of a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


@dataclass(frozen=True)
class Heading:
    """A column.

    Attributes
    ----------
    name : str
        What scripts call it.
    label : str
        What people read.
    form : str
        How its cells are written; ``ids`` are long lists that nobody reads on paper.
    width : float
        Characters wide on paper.
    on_screen : bool
        Whether a terminal shows it too.
    """

    name: str
    label: str
    form: Form = "text"
    width: float = 12.0
    on_screen: bool = True


@dataclass(frozen=True)
class Sheet:
    """One table: its name on a tab, its headings, its rows, and sentences below it.

    Without headings it is sentences alone.
    """

    name: str
    title: str
    headings: tuple[Heading, ...]
    rows: list[tuple[Cell, ...]]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Document:
    """What is handed out.

    Attributes
    ----------
    about : tuple of (label, value)
        How it was made.
    mark : str or None
        What is said of made-up data.
    """

    title: str
    sheets: tuple[Sheet, ...]
    about: tuple[tuple[str, str], ...]
    mark: str | None = None


def shown(value: Cell, form: Form, lang: Language) -> str:
    """A cell as people read it."""
    if value is None:
        return say("report.dash", lang)
    if isinstance(value, bool):
        return say("report.yes" if value else "report.no", lang)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float):
        return f"{value:.1%}" if form == "percent" else amount(value)
    return value


def as_text(document: Document, lang: Language) -> str:
    """The document for a terminal, at most 100 columns wide."""
    from api.cli.wrapping import wrapped

    lines = [document.title]
    if document.mark:
        lines.append(document.mark)
    for sheet in document.sheets:
        lines += ["", sheet.title, *_table(sheet, lang)]
        lines += [line for note in sheet.notes for line in wrapped(note, WIDTH).split("\n")]
    return "\n".join(lines) + "\n"


def _table(sheet: Sheet, lang: Language) -> list[str]:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text as Line

    if not sheet.rows:
        return [say("report.no_rows", lang)] if sheet.headings else []
    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    seen = [i for i, heading in enumerate(sheet.headings) if heading.on_screen]
    for i in seen:
        heading = sheet.headings[i]
        right = heading.form not in ("text", "ids", "date")
        drawn.add_column(heading.label, justify="right" if right else "left", overflow="fold")
    for row in sheet.rows:
        drawn.add_row(*(Line(shown(row[i], sheet.headings[i].form, lang)) for i in seen))
    page = io.StringIO()
    Console(file=page, width=WIDTH, color_system=None, legacy_windows=False).print(drawn)
    return [line.rstrip() for line in page.getvalue().splitlines() if line.strip()]


def as_csv(document: Document) -> bytes:
    """The first sheet for scripts: names for headings, figures in full.

    UTF-8 with a byte order mark, CRLF; how it was made stands in the last column of every row.
    """
    sheet = document.sheets[0]
    about = "; ".join(f"{label}: {value}" for label, value in document.about)
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow([*(heading.name for heading in sheet.headings), "about"])
    for row in sheet.rows:
        writer.writerow([_plain(value) for value in (*row, about)])
    return file.getvalue().encode("utf-8-sig")


def _plain(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA_STARTS) else value
    if isinstance(value, float):
        return repr(round(value, 9)).removesuffix(".0")
    return str(value)
