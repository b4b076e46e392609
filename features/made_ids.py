"""Ids for rows that have none: made of what the row says, so that the same row keeps its id."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping

from features.cells import CellProblem, shown
from features.grid import Raw
from features.mapping import Source
from features.place_names import half_width
from features.row_reader import Reader
from features.tables import Value

__all__ = ["PREFIXES", "MadeIds"]

PREFIXES = {
    "enterprises": "E-", "resources": "R-", "projects": "P-", "funds": "F-", "problems": "W-",
    "parks": "PK-", "events": "EV-",
}  # fmt: skip
"""What made ids of a table begin with, unless the map says otherwise."""

_DIGITS = 10
"""Hexadecimal digits: two of 100,000 rows coincide once in two hundred such tables; a
coincidence is a finding, never a lost row."""


class MadeIds:
    """The made ids of one table of a map.

    Parameters
    ----------
    table : str
    source : Source
        ``make`` names the columns that the id is made of, in order.
    readers : mapping of str to Reader
        What reads these columns: 江山 and 江山市 give one id.
    """

    def __init__(self, table: str, source: Source, readers: Mapping[str, Reader]) -> None:
        self._prefix = source.prefix or PREFIXES.get(table, "X-")
        self._of, self._readers = source.make, readers
        self._seen: dict[str, int] = {}

    def of(self, row: int, cells: Mapping[str, Raw]) -> tuple[str, int | None]:
        """The id of a row, and the earlier row that has the same, if there is one.

        Parameters
        ----------
        cells : mapping of str to raw cell
            By column of our table.
        """
        said = "\x1f".join(self._said(part, cells.get(part)) for part in self._of)
        digest = hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:_DIGITS]
        made = self._prefix + digest
        first = self._seen.setdefault(made, row)
        return made, None if first == row else first

    def _said(self, part: str, raw: Raw) -> str:
        reader = self._readers.get(part)
        if reader is None:
            return shown(raw)
        try:
            return _plain(reader.read(raw)[0])
        except CellProblem:
            return shown(raw)  # refused anyway, with its own finding


def _plain(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return "".join(half_width(value).split())
    if isinstance(value, dt.date):
        return value.isoformat()
    return repr(float(value)) if isinstance(value, int | float) else repr(value)
