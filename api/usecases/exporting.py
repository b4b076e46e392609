"""A table as a file that import reads back unchanged."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from api import settings
from api.accounts import Account
from api.errors import UsageError
from api.store import Store
from api.store.log import account
from api.usecases.naming import regions_of, table_called
from api.usecases.output import fresh_file
from features.language import say
from features.schema import TABLES
from features.tables import Table

Format = Literal["csv", "xlsx"]

_ALL = 1 << 31
"""More rows than any table has."""


@dataclass(frozen=True)
class ExportReport:
    """What was written."""

    table: str
    file: str
    rows: int

    def as_dict(self) -> dict[str, object]:
        """The report as a JSON object."""
        return {"table": self.table, "file": self.file, "rows": self.rows}


def run(store: Store, table: str, out: Path, form: Format | None = None) -> ExportReport:
    """Write all rows and columns of a table, built-in rows included; the audit says so.

    Parameters
    ----------
    form : {"csv", "xlsx"}, optional
        Default: what the file's ending says.

    Raises
    ------
    UsageError
        If there is no such table, or the format cannot be told.
    UserError
        If the file cannot be written.
    """
    table = table_called(table)
    chosen = form or out.suffix.lower().lstrip(".")
    if chosen not in ("csv", "xlsx"):
        raise UsageError("usecase.format_of_file", file=out)
    from features import export

    rows = store.table(table)
    regions = regions_of(store)
    with fresh_file(out) as draft:
        if chosen == "csv":
            export.write_csv(rows, draft, regions=regions)
        else:
            export.write_xlsx(rows, draft, _about(store, table, len(rows)), regions=regions)
    _note(store, table, chosen)
    return ExportReport(table, str(out), len(rows))


def for_account(store: Store, by: Account, table: str, form: Format) -> tuple[str, bytes]:
    """The table's name and the file with the rows and columns of it that an account may see.

    The audit says so.

    Raises
    ------
    UsageError
        If there is no such table.
    """
    from api.store import rows
    from api.usecases.table_rows import scope_of
    from features import export

    name = table_called(table)
    scope, regions = scope_of(store, by), regions_of(store)
    with store.connection() as connection:
        seen = rows.page(connection, name, scope, limit=_ALL)
    hidden = set(rows.hidden(name, scope))
    spec = TABLES[name]
    empty = {c: None for c in spec.names if c not in hidden}
    kept = [{**empty, **{c: v for c, v in row.items() if c not in hidden}} for _, row in seen]
    found = Table.from_rows(name, kept) if kept else Table(name, {c: [] for c in empty})
    with TemporaryDirectory(prefix="shanhai-export-") as folder:
        file = Path(folder) / f"{name}.{form}"
        if form == "csv":
            export.write_csv(found, file, regions=regions)
        else:
            about = _about(store, name, len(found), by.name)
            export.write_xlsx(found, file, about, regions=regions)
        content = file.read_bytes()
    _note(store, name, form, by.name)
    return name, content


def _note(store: Store, table: str, form: str, by: str | None = None) -> None:
    from api.store import audit

    with store.connection(writer=True) as connection:
        audit.note(
            connection, by or audit.command_line(), "export", f"exports/{table}", {"format": form}
        )


def _about(store: Store, table: str, count: int, by: str | None = None) -> dict[str, str]:
    """What the workbook says of itself."""
    lines = {
        say("usecase.about.table"): table,
        say("usecase.about.rows"): str(count),
        say("usecase.about.made_at"): settings.stamp(),
        say("usecase.about.made_by"): by or account(),
    }
    if store.properties().get("made_up") == "true":
        lines[say("usecase.about.note")] = say("usecase.about.made_up")
    return lines
