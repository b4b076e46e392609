"""A document of tables given to the user: on the terminal, as CSV, or as a workbook."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from api.cli.console import say_line
from api.errors import UsageError
from features.language import Language

if TYPE_CHECKING:
    from api.reports.sheets import Document

SheetFormat = Literal["table", "csv", "xlsx", "docx"]
FormatOption = Annotated[SheetFormat | None, typer.Option("--format", help="cli.sheets.format")]

_ENDINGS: dict[str, SheetFormat] = {
    ".txt": "table", ".csv": "csv", ".xlsx": "xlsx", ".docx": "docx",
}  # fmt: skip


def sheet_format(wanted: SheetFormat | None, out: Path | None) -> SheetFormat:
    """The format asked for, else the one that the file's ending says, else a table.

    Raises
    ------
    UsageError
        If the ending tells none, ``out`` is a folder, or a workbook or Word document is
        to be shown in a terminal.
    """
    ending = out.suffix.lower() if out is not None else ".txt"
    if wanted is None and ending not in _ENDINGS:
        raise UsageError("cli.sheets.unknown_ending", file=out, endings=", ".join(_ENDINGS))
    if out is not None and out.is_dir():
        raise UsageError("usecase.out_is_a_folder", file=out)
    form = wanted or _ENDINGS[ending]
    if form in ("xlsx", "docx") and out is None:
        raise UsageError("cli.match.needs_out", format=form)
    return form


def rendered(document: Document, form: SheetFormat, lang: Language) -> bytes:
    """The document as the bytes of a format, made by who runs this process."""
    from api.reports import sheet_files
    from api.store.log import account

    return sheet_files.rendered(document, form, lang, author=account())


def write(document: Document, form: SheetFormat, out: Path, lang: Language) -> None:
    """The document into a file, whole or not at all."""
    from api.usecases.output import write_bytes

    write_bytes(out, rendered(document, form, lang))


def give(document: Document, form: SheetFormat, out: Path | None, lang: Language) -> None:
    """The document in a format, to stdout or into a file."""
    if out is not None:
        write(document, form, out, lang)
        say_line("cli.wrote", file=out)
        return
    sys.stdout.buffer.write(rendered(document, form, lang))
    sys.stdout.buffer.flush()
