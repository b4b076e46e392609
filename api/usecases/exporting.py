"""A table as a file that import reads back unchanged."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from api import settings
from api.errors import UsageError
from api.store import Store
from api.store.log import account
from api.usecases.naming import regions_of, table_called
from api.usecases.output import fresh_file
from features.language import say

Format = Literal["csv", "xlsx"]


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
    """Write all rows and columns of a table, built-in rows included.

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
    return ExportReport(table, str(out), len(rows))


def _about(store: Store, table: str, count: int) -> dict[str, str]:
    """What the workbook says of itself."""
    lines = {
        say("usecase.about.table"): table,
        say("usecase.about.rows"): str(count),
        say("usecase.about.made_at"): settings.stamp(),
        say("usecase.about.made_by"): account(),
    }
    if store.properties().get("made_up") == "true":
        lines[say("usecase.about.note")] = say("usecase.about.made_up")
    return lines
