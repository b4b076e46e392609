"""An empty workbook to fill in."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from api.errors import UsageError
from api.usecases.naming import table_called
from api.usecases.output import fresh_file
from features.language import Language


def run(table: str, out: Path, *, force: bool = False) -> str:
    """Write the workbook of a table; returns the table's name.

    Parameters
    ----------
    table : str
        Its name, or its label in either language.
    force : bool
        Whether a file that is there already may be replaced (it may have been filled in).

    Raises
    ------
    UsageError
        If there is no such table, the file is not named as a workbook or is there already.
    UserError
        If the file cannot be written.
    """
    name = table_called(table)
    if out.suffix.lower() != ".xlsx" and not out.is_dir():
        raise UsageError("usecase.template_ending", file=out, better=out.with_suffix(".xlsx"))
    if out.is_file() and not force:
        raise UsageError("usecase.template_exists", file=out)
    from features import template

    with fresh_file(out) as draft:
        template.write(name, draft)
    return name


def content(table: str, lang: Language) -> tuple[str, bytes]:
    """The table's name, and the workbook to fill in.

    Raises
    ------
    UsageError
        If there is no such table.
    """
    name = table_called(table)
    from features import template

    with TemporaryDirectory(prefix="shanhai-template-") as folder:
        file = Path(folder) / f"{name}.xlsx"
        template.write(name, file, lang)
        return name, file.read_bytes()
