"""The rows that every store has without their being stored: regions, industries, pairings, targets.

A user's row with the same key takes the place of a built-in one, whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache

import data
from api.store.cells import row_key
from features.schema import TABLES
from features.tables import Table, Value

BUILT_IN = ("regions", "industries", "pairings", "targets")


@cache
def rows(name: str) -> Mapping[str, dict[str, Value]]:
    """The built-in rows of a table by their row key; none for a table without any."""
    if name not in BUILT_IN:
        return {}
    spec = TABLES[name]
    found: dict[str, dict[str, Value]] = {}
    for written in data.rows(name):
        row = {c.name: _value(c.kind, written.get(c.name, "")) for c in spec.columns}
        found[row_key(spec, [row[k] for k in spec.key])] = row
    return found


def _value(kind: str, cell: str) -> Value:
    """A cell of our own files, which are written without the liberties an import allows."""
    if cell == "":
        return None
    if kind == "int":
        return int(cell)
    if kind == "float":
        return float(cell)
    if kind == "date":
        return date.fromisoformat(cell)
    if kind in ("texts", "ids", "choices", "codes"):
        return tuple(cell.split(";"))
    return cell


def overlaid(stored: Table) -> Table:
    """The built-in rows with the stored ones laid over them.

    Parameters
    ----------
    stored : Table
        With all columns of the schema.
    """
    spec = TABLES[stored.name]
    merged = dict(rows(stored.name))
    for row in stored.rows():
        merged[row_key(spec, [row[k] for k in spec.key])] = row
    return Table.from_rows(stored.name, list(merged.values()))
