"""A document of tables given to the user: on the terminal, as CSV, or as a workbook."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from api.cli.console import say_line
from api.errors import UsageError
from features.language import Language

if TYPE_CHECKING:
    from api.reports.sheets import Document

SheetFormat = Literal["table", "csv", "xlsx"]
FormatOption = Annotated[SheetFormat | None, typer.Option("--format", help="cli.sheets.format")]

_ENDINGS: dict[str, SheetFormat] = {".txt": "table", ".csv": "csv", ".xlsx": "xlsx"}


def sheet_format(wanted: SheetFormat | None, out: Path | None) -> SheetFormat:
    """The format asked for, else the one that the file's ending says, else a table.

    Raises
    ------
    UsageError
        If the ending tells none, or a workbook is to be shown in a terminal.
    """
    ending = out.suffix.lower() if out is not None else ".txt"
    if wanted is None and ending not in _ENDINGS:
        raise UsageError("cli.sheets.unknown_ending", file=out, endings=", ".join(_ENDINGS))
    form = wanted or _ENDINGS[ending]
    if form == "xlsx" and out is None:
        raise UsageError("cli.match.needs_out", format=form)
    return form


def give(document: Document, form: SheetFormat, out: Path | None, lang: Language) -> None:
    """The document in a format, to stdout or into a file."""
    from api.reports import sheets

    if form == "xlsx":
        from api import settings
        from api.reports import sheets_xlsx
        from api.store.log import account

        moment = datetime.fromisoformat(settings.stamp()).replace(tzinfo=None)
        content = sheets_xlsx.render(document, lang, author=account(), moment=moment)
    elif form == "csv":
        content = sheets.as_csv(document)
    else:
        content = sheets.as_text(document, lang).encode()
    give_bytes(content, out)


def give_bytes(content: bytes, out: Path | None) -> None:
    """The finished bytes to stdout, or whole into a file."""
    if out is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    from api.usecases.output import write_bytes

    write_bytes(out, content)
    say_line("cli.wrote", file=out)
