"""An empty workbook to fill in."""

from __future__ import annotations

from pathlib import Path

from api.usecases.naming import unknown_table
from api.usecases.output import fresh_file
from features.schema import TABLES


def run(table: str, out: Path) -> None:
    """Write the workbook of a table.

    Raises
    ------
    UsageError
        If there is no such table.
    UserError
        If the file cannot be written.
    """
    if table not in TABLES:
        raise unknown_table(table)
    from features import template

    with fresh_file(out) as draft:
        template.write(table, draft)
